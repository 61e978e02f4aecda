/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The suggested level, which period is shown, and the holidays: pure. */
#include "base/str.h"
#include "parts/changes/changes.h"

/* --- The suggestion --- */

static bool told(const struct picture_finding *f, const char *method, struct id area)
{
    return str_eq(f->method, method) && id_eq(f->area, area);
}

struct level_signs level_signs_of(const struct picture *p, struct id area)
{
    struct level_signs s = {.has_before = p->has_before, .certainty = CERTAINTY_TOO_FEW};
    if (p->areas.n >= PICTURE_AREAS)
        s.n = s.before = -1; /* unless it is among them */
    for (size_t i = 0; i < p->areas.n; i++) {
        const struct picture_group *g = &p->areas.rows[i];
        if (g->none || !id_eq(g->id, area))
            continue;
        s.n = g->change.now;
        s.before = g->change.before;
        if (p->has_before)
            s.certainty = g->change.certainty;
    }
    for (size_t i = 0; i < p->n_findings; i++) {
        const struct picture_finding *f = &p->findings[i];
        s.fresh = s.fresh || told(f, "scan", area);
        s.chain = s.chain || told(f, "chains", area);
        s.step = s.step || (told(f, "breaks", area) && f->step->ratio > 1);
    }
    return s;
}

enum page_level_no level_suggest(const struct level_signs *s)
{
    int steps = s->fresh + s->step + s->chain;
    if (s->certainty == CERTAINTY_CLEARLY_MORE)
        steps += 2;
    if (s->certainty == CERTAINTY_LIKELY_MORE)
        steps += 1;
    if (steps == 0 && s->certainty == CERTAINTY_TOO_FEW)
        return PAGE_NO_LEVEL;
    return (enum page_level_no)(PAGE_GREEN + (steps < 3 ? steps : 3));
}

bool level_same(const struct area_level *now, const struct area_level *mine)
{
    return now && now->version == mine->version + 1 && id_eq(now->set_by, mine->set_by) &&
           now->level == mine->level && str_eq(now->reason, mine->reason);
}

/* --- Which period --- */

size_t changes_current(const struct changes_period *p, size_t n, msec now)
{
    if (n < 2 || p[0].ends_at <= now || p[1].adopted || p[1].ends_at > now)
        return 0;
    msec half = (p[0].ends_at - p[0].starts_at) / 2, most = 7 * MSEC_DAY;
    return now - p[0].starts_at < (half < most ? half : most) ? 1 : 0;
}

/* --- Holidays --- */

/* Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
static struct date easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451, day = h + l - 7 * m + 114;
    return (struct date){year, day / 31, day % 31 + 1};
}

/* The first such weekday from that day on. */
static struct date from_on(int year, int month, int day, int weekday)
{
    struct date d = {year, month, day};
    return date_add(d, (weekday - date_weekday(d) + 7) % 7);
}

void holidays_of(int year, struct holiday out[HOLIDAY_YEAR], size_t *n)
{
    struct date e = easter(year);
    struct date midsummer = from_on(year, 6, 20, 6), saints = from_on(year, 10, 31, 6);
    const struct holiday all[HOLIDAY_YEAR] = {
        {{year, 1, 1}, "new_year"},
        {{year, 1, 6}, "epiphany"},
        {date_add(e, -3), "maundy_thursday"},
        {date_add(e, -2), "good_friday"},
        {date_add(e, -1), "easter_eve"},
        {e, "easter"},
        {date_add(e, 1), "easter_monday"},
        {{year, 4, 30}, "walpurgis"},
        {{year, 5, 1}, "first_of_may"},
        {date_add(e, 39), "ascension"},
        {date_add(e, 49), "whitsun"},
        {{year, 6, 6}, "national_day"},
        {date_add(midsummer, -1), "midsummer_eve"},
        {midsummer, "midsummer"},
        {saints, "all_saints"},
        {{year, 12, 24}, "christmas_eve"},
        {{year, 12, 25}, "christmas"},
        {{year, 12, 26}, "boxing_day"},
        {{year, 12, 31}, "new_years_eve"},
    };
    for (size_t i = 0; i < HOLIDAY_YEAR; i++) { /* Easter may move past the first of May */
        size_t at = i;
        for (; at > 0 && date_days(out[at - 1].day) > date_days(all[i].day); at--)
            out[at] = out[at - 1];
        out[at] = all[i];
    }
    *n = HOLIDAY_YEAR;
}
