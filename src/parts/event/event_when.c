/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_when_inner.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tmpl/format.h"

/* From which hour, and to which (over 24: of the next day). */
static const int part_hours[][2] = {
    [PART_NONE] = {0, 24},   [PART_MORNING] = {5, 9},     [PART_FORENOON] = {9, 12},
    [PART_NOON] = {11, 13},  [PART_AFTERNOON] = {12, 17}, [PART_EVENING] = {17, 22},
    [PART_NIGHT] = {22, 30}, [PART_DAY] = {8, 17}};

/* --- From what was said to a time --- */

static bool at_clock(struct date d, int hour, int minute, int second, msec *out)
{
    struct date day = date_add(d, hour / 24);
    struct civil c = {.year = day.year,
                      .month = day.month,
                      .day = day.day,
                      .hour = hour % 24,
                      .minute = minute,
                      .second = second};
    return civil_to_msec(&c, out) == ERR_OK;
}

/* The clock of an end; of the hour that comes twice the first is meant, unless winter time was
 * said. */
static bool at_time(const struct point *p, struct date d, msec *out)
{
    if (!at_clock(d, p->hour, p->minute, p->second, out))
        return false;
    if (p->winter && clock_turn(*out) == CLOCK_FIRST)
        *out += MSEC_HOUR;
    return true;
}

static bool resolve_part(const struct point *p, msec now, struct event_when *out)
{
    struct date d = p->has_date ? p->date : date_of_msec(now);
    const int *h = part_hours[p->part];
    int hour_now = civil_from_msec(now).hour;
    if (p->night_to || (p->this_night && hour_now < 22))
        d = date_add(d, -1);
    if (!at_clock(d, h[0], 0, 0, &out->from) || !at_clock(d, h[1], 0, 0, &out->to))
        return false;
    if (out->from >= now && (!p->has_date || p->is_weekday)) {
        d = date_add(d, p->is_weekday ? -7 : -1);
        return at_clock(d, h[0], 0, 0, &out->from) && at_clock(d, h[1], 0, 0, &out->to);
    }
    return true;
}

/* A clock within a part of a day: "i natt 0130" is after midnight. */
static struct date day_of_time(const struct point *p, msec now)
{
    struct date d = p->has_date ? p->date : date_of_msec(now);
    if (p->part == PART_NIGHT && p->hour >= 12 &&
        (p->night_to || (p->this_night && civil_from_msec(now).hour < 22)))
        return date_add(d, -1);
    bool dated_night = p->part == PART_NIGHT && p->has_date && !p->night_to && !p->this_night;
    return dated_night && p->hour < 12 ? date_add(d, 1) : d;
}

static bool resolve(const struct point *p, msec now, struct event_when *out)
{
    struct event_when w = {p->moment, p->moment};
    if (p->is_weekend) {
        int back = (date_weekday(date_of_msec(now)) + 2) % 7; /* to Friday */
        struct date friday = date_add(date_of_msec(now), -back);
        if (!at_clock(friday, 17, 0, 0, &w.from) || !at_clock(friday, 72, 0, 0, &w.to))
            return false;
    } else if (p->has_time) {
        struct date d = day_of_time(p, now);
        if (!at_time(p, d, &w.from))
            return false;
        int step = p->is_weekday ? -7 : !p->has_date ? -1 : 0;
        if (w.from > now && step && !at_time(p, date_add(d, step), &w.from))
            return false;
        w.to = w.from;
    } else if (!p->has_moment && !resolve_part(p, now, &w)) {
        return false;
    }
    if (w.from < now && w.to > now)
        w.to = now;
    *out = w;
    return true;
}

/* Two ends: the later one first, then the other as seen from it; an end with only a clock is the
 * next such time after the beginning. */
static bool resolve_pair(const struct words *w, size_t from, size_t mid, msec now,
                         struct event_when *out, const char **bad)
{
    struct point a, b;
    struct event_when first, last;
    if (!when__point(w, mid + 1, w->n, now, &b, bad))
        return false;
    bool clock_only = b.has_time && !b.has_date && b.part == PART_NONE;
    if (clock_only) {
        if (!when__point(w, from, mid, now, &a, bad) || !resolve(&a, now, &first))
            return false;
        struct date d = date_of_msec(first.from);
        if (!at_time(&b, d, &last.to) ||
            (last.to < first.from && !at_time(&b, date_add(d, 1), &last.to)))
            return false;
    } else {
        if (!resolve(&b, now, &last) || !when__point(w, from, mid, last.to, &a, bad))
            return false;
        if (a.has_time && !a.has_date && b.has_date) { /* "16 till 18 på fredag": b's day */
            a.date = b.date;
            a.has_date = true;
        }
        if (!resolve(&a, last.to, &first))
            return false;
    }
    *out = (struct event_when){first.from, last.to};
    return out->to >= out->from;
}

static bool is_between(const char *s)
{
    return str_eq(s, "och") || str_eq(s, "till") || str_eq(s, "-") || str_eq(s, "tills");
}

/* "22-23", "22.30-23": times on both sides of a hyphen become three words. */
static void split_hyphens(struct words *w, char *room)
{
    for (size_t i = 0; i < w->n && w->n + 2 <= WORDS_MOST; i++) {
        const char *dash = strchr(w->list[i], '-');
        struct point p = {0};
        size_t left = dash ? (size_t)(dash - w->list[i]) : 0;
        if (!left || left > 8 || strchr(dash + 1, '-'))
            continue;
        memcpy(room, w->list[i], left);
        room[left] = 0;
        if (!when__time(room, true, &p) || !when__time(dash + 1, true, &p))
            continue;
        memmove(w->list + i + 3, w->list + i + 1, (w->n - i - 1) * sizeof *w->list);
        w->list[i] = room;
        w->list[i + 1] = "-";
        w->list[i + 2] = dash + 1;
        w->n += 2;
        return;
    }
}

/* Where the second of two ends begins: at the word between them; 0: there is one end. */
static size_t middle(const struct words *w, size_t *from)
{
    bool two = w->n && (str_eq(w->list[0], "mellan") || str_eq(w->list[0], "från") ||
                        str_eq(w->list[0], "fr"));
    *from = two;
    for (size_t i = *from + 1; i + 1 < w->n; i++) {
        bool night = str_eq(w->list[i], "till") && str_eq(w->list[i - 1], "natten");
        if (is_between(w->list[i]) && !night)
            return i;
    }
    return 0;
}

static bool read_all(struct words *w, msec now, struct event_when *out, const char **bad)
{
    size_t from, mid = middle(w, &from);
    if (mid)
        return resolve_pair(w, from, mid, now, out, bad);
    struct point p;
    return when__point(w, from, w->n, now, &p, bad) && resolve(&p, now, out);
}

enum event_when_kind event_when_kind(const char *text, msec now)
{
    struct words w;
    char room[16];
    const char *bad = "";
    struct point a = {0}, b = {0};
    if (!text || !utf8_valid(text, strlen(text)) || !when__split(&w, text) || w.n == 0)
        return EVENT_WHEN_CLOCK;
    split_hyphens(&w, room);
    size_t from, mid = middle(&w, &from);
    if (!when__point(&w, from, mid ? mid : w.n, now, &a, &bad) ||
        (mid && !when__point(&w, mid + 1, w.n, now, &b, &bad)))
        return EVENT_WHEN_CLOCK;
    if (a.has_moment || b.has_moment)
        return EVENT_WHEN_MOMENT;
    return a.has_date || b.has_date || a.is_weekend || b.is_weekend ? EVENT_WHEN_DAY
                                                                    : EVENT_WHEN_CLOCK;
}

enum err event_when_read(const char *text, msec now, struct event_when *out,
                         char word[EVENT_WHEN_WORD])
{
    struct words w;
    char room[16];
    const char *bad = "";
    struct event_when when;
    word[0] = 0;
    if (!text || !utf8_valid(text, strlen(text)) || !when__split(&w, text) || w.n == 0)
        return ERR_INVALID;
    split_hyphens(&w, room);
    if (!read_all(&w, now, &when, &bad)) {
        str_copy(word, EVENT_WHEN_WORD, bad);
        if (!utf8_valid(word, strlen(word))) /* cut within a letter */
            word[strlen(word) - 1] = 0;
        return ERR_INVALID;
    }
    *out = when;
    return ERR_OK;
}

/* --- Separate fields --- */

/* "22" -> "22.00"; what has a sign or four digits stays. */
static void clock_text(const char *s, char out[16])
{
    if (when__digits(s) == 1 || when__digits(s) == 2)
        snprintf(out, 16, "%.2s.00", s);
    else
        snprintf(out, 16, "%.15s", s);
}

enum err event_when_read_fields(const struct event_when_fields *f, msec now, struct event_when *out,
                                char word[EVENT_WHEN_WORD])
{
    char text[EVENT_WHEN_MOST + 1], clock[16];
    struct event_when from, to;
    bool ends = !str_empty(f->to_date) || !str_empty(f->to_time);
    clock_text(str_empty(f->time) ? "" : f->time, clock);
    if (snprintf(text, sizeof text, "%s %s", f->date ? f->date : "", clock) >= (int)sizeof text)
        return ERR_INVALID;
    TRY(event_when_read(text, now, &from, word));
    if (!ends) {
        *out = from;
        return ERR_OK;
    }
    const char *day = str_empty(f->to_date) ? f->date : f->to_date;
    clock_text(str_empty(f->to_time) ? "" : f->to_time, clock);
    if (snprintf(text, sizeof text, "%s %s", day ? day : "", clock) >= (int)sizeof text)
        return ERR_INVALID;
    TRY(event_when_read(text, now, &to, word));
    if (to.to < from.from && str_empty(f->to_date)) {
        struct civil c = civil_from_msec(to.to);
        struct date next = date_add((struct date){c.year, c.month, c.day}, 1);
        if (!at_clock(next, c.hour, c.minute, c.second, &to.to))
            return ERR_INVALID;
    }
    if (to.to < from.from)
        return ERR_INVALID;
    *out = (struct event_when){from.from, to.to};
    return ERR_OK;
}

/* --- In words --- */

static char *moment_text(struct arena *a, enum lang lang, msec t)
{
    static const enum text_key days[] = {
        T_event_when_monday, T_event_when_tuesday,  T_event_when_wednesday, T_event_when_thursday,
        T_event_when_friday, T_event_when_saturday, T_event_when_sunday};
    static const enum text_key names[] = {
        T_event_when_january, T_event_when_february, T_event_when_march,
        T_event_when_april,   T_event_when_may,      T_event_when_june,
        T_event_when_july,    T_event_when_august,   T_event_when_september,
        T_event_when_october, T_event_when_november, T_event_when_december};
    struct civil c = civil_from_msec(t);
    char day[8], year[8], clock[FORMAT_TEXT];
    snprintf(day, sizeof day, "%d", c.day % 100);
    snprintf(year, sizeof year, "%d", c.year % 10000);
    format_clock(clock, lang, t);
    return text_fmt(a, lang, T_event_when_moment, text_get(lang, days[(c.weekday + 6) % 7]), day,
                    text_get(lang, names[(c.month + 11) % 12]), year, clock);
}

char *event_when_text(struct arena *a, enum lang lang, const struct event_when *w)
{
    char *from = moment_text(a, lang, w->from);
    if (!from || w->to == w->from)
        return from;
    char *to = moment_text(a, lang, w->to);
    return to ? text_fmt(a, lang, T_event_when_between, from, to) : NULL;
}
