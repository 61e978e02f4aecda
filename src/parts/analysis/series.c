/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/series.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/number_words.h"

#define DAYS_MOST (400 * 366)

struct counting {
    struct analysis *an;
    struct series_set *set;
    const double *days; /* of each row */
    int64_t low, high;  /* days that the file covers */
    size_t without_time, without_name;
};

/* --- Options --- */

enum err series_word(struct analysis *an, const char *option, const char *words, int *out)
{
    const char *value = analysis_text(an, option);
    size_t len = value ? strlen(value) : 0;
    int i = 0;
    for (const char *p = words; value; i++) {
        size_t n = strcspn(p, "|");
        if (n == len && memcmp(p, value, n) == 0) {
            *out = i;
            return ERR_OK;
        }
        p += n;
        if (!*p++)
            break;
    }
    return analysis_refuse(an, analysis_say(an, analysis_bad_word, option, words));
}

enum err series_date(struct analysis *an, const char *option, int64_t *out)
{
    const char *value = analysis_text(an, option);
    struct date d;
    if (!value)
        return ERR_OK;
    if (date_parse(value, &d) != ERR_OK)
        return analysis_refuse(an, analysis_say(an, trend_bad_date, option));
    *out = date_days(d);
    return ERR_OK;
}

/* --- From rows to steps --- */

static int64_t week_of(int64_t day) /* 1970-01-05 is a Monday */
{
    return day + 3 >= 0 ? (day + 3) / 7 : -((3 - day) / 7);
}

static int64_t step_of(const struct series_set *s, int64_t day)
{
    return s->step_days == 1 ? day : week_of(day);
}

static int64_t day_of_step(const struct series_set *s, int64_t step)
{
    return s->step_days == 1 ? step : 7 * step - 3;
}

/* A file with a value for each week has all its times on one weekday: no week is in part. */
static bool weekly_values(const struct counting *c)
{
    int64_t weekday = -1;
    if (!analysis_has(c->an, COLUMN_VALUE))
        return false;
    for (size_t i = 0; i < c->an->table.n; i++) {
        if (isnan(c->days[i]))
            continue;
        int64_t own = ((int64_t)floor(c->days[i]) % 7 + 7) % 7;
        if (weekday >= 0 && own != weekday)
            return false;
        weekday = own;
    }
    return true;
}

static enum err find_range(struct counting *c)
{
    struct analysis *an = c->an;
    c->low = INT64_MAX;
    c->high = INT64_MIN;
    for (size_t i = 0; i < an->table.n; i++) {
        if (isnan(c->days[i])) {
            c->without_time++;
            continue;
        }
        int64_t day = (int64_t)floor(c->days[i]);
        c->low = day < c->low ? day : c->low;
        c->high = day > c->high ? day : c->high;
    }
    if (c->low > c->high)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    bool whole = weekly_values(c);
    if (whole && c->set->step_days == 7) {
        c->low = day_of_step(c->set, week_of(c->low));
        c->high = day_of_step(c->set, week_of(c->high)) + 6;
    }
    TRY(series_date(an, "from", &c->low));
    TRY(series_date(an, "to", &c->high));
    if (c->low > c->high)
        return analysis_refuse(an, text_get(an->lang, T_trend_reversed));
    return c->high - c->low <= DAYS_MOST ? ERR_OK : ERR_LIMIT;
}

/* Only whole weeks are counted. */
static enum err find_steps(struct counting *c)
{
    struct series_set *s = c->set;
    int64_t first = step_of(s, c->low), last = step_of(s, c->high);
    bool head = day_of_step(s, first) < c->low;
    bool tail = day_of_step(s, last) + s->step_days - 1 > c->high;
    first += head;
    last -= tail;
    if (head)
        result_warning(c->an, text_get(c->an->lang, T_trend_part_first));
    if (tail)
        result_warning(c->an, text_get(c->an->lang, T_trend_part_last));
    if (first > last)
        return analysis_refuse(c->an, text_get(c->an->lang, T_trend_no_week));
    s->first_day = day_of_step(s, first);
    s->steps = (size_t)(last - first + 1);
    return ERR_OK;
}

static enum err add_row(struct counting *c, size_t i, bool *seen)
{
    struct analysis *an = c->an;
    struct series_set *s = c->set;
    size_t series = s->named ? an->table.place.index[i] : 0;
    if (isnan(c->days[i]))
        return ERR_OK;
    if (s->named && an->table.place.index[i] == UINT32_MAX) {
        c->without_name++;
        return ERR_OK;
    }
    int64_t day = (int64_t)floor(c->days[i]);
    int64_t step = step_of(s, day) - step_of(s, s->first_day);
    if (step < 0 || step >= (int64_t)s->steps || day < c->low || day > c->high)
        return ERR_OK;
    double v = analysis_has(an, COLUMN_VALUE) ? an->table.number[COLUMN_VALUE][i] : 1;
    if (v < 0 || v > 1e9 || v != floor(v)) {
        if (!isnan(v))
            return analysis_refuse(an,
                                   analysis_say(an, analysis_not_count, table_row(&an->table, i)));
    }
    s->y[series * s->steps + (size_t)step] += v;
    seen[series * s->steps + (size_t)step] = true;
    return ERR_OK;
}

static enum err count_rows(struct counting *c)
{
    struct series_set *s = c->set;
    size_t cells = s->series * s->steps, gaps = 0;
    if (s->series > SERIES_CELLS_MOST || cells > SERIES_CELLS_MOST)
        return ERR_LIMIT;
    s->y = ARENA_ARRAY(c->an->arena, cells, double);
    bool *seen = ARENA_ARRAY(c->an->arena, cells, bool);
    if (!s->y || !seen)
        return ERR_NOMEM;
    for (size_t i = 0; i < c->an->table.n; i++)
        TRY(add_row(c, i, seen));
    size_t values = 0;
    for (size_t i = 0; i < cells; i++) {
        gaps += !seen[i];
        values += !isnan(s->y[i]);
    }
    if (values == 0)
        return analysis_refuse(c->an, analysis_say(c->an, analysis_no_rows, c->an->method->name));
    if (gaps && analysis_has(c->an, COLUMN_VALUE))
        result_warning(c->an, analysis_say(c->an, trend_gaps, gaps));
    if (c->without_time)
        result_warning(c->an, analysis_say(c->an, trend_without_time, c->without_time));
    if (c->without_name)
        result_warning(c->an, analysis_say(c->an, trend_without_name, c->without_name));
    return ERR_OK;
}

enum err series_read(struct analysis *an, struct series_set *out)
{
    static const char *const all[] = {NULL};
    struct series_set s = {.named = analysis_has(an, COLUMN_PLACE)};
    struct counting c = {.an = an, .set = &s};
    int by;
    TRY(series_word(an, "by", "week|day", &by));
    s.step_days = by == 0 ? 7 : 1;
    s.series = s.named ? an->table.place.n : 1;
    s.name = s.named ? an->table.place.name : all;
    c.days = analysis_days(an, an->table.t);
    if (!c.days)
        return ERR_NOMEM;
    TRY(find_range(&c));
    TRY(find_steps(&c));
    TRY(count_rows(&c));
    result_int(an, "series", (int64_t)s.series);
    result_int(an, "steps", (int64_t)s.steps);
    *out = s;
    return ERR_OK;
}

enum err series_enough(struct analysis *an, const struct series_set *s, size_t needed)
{
    if (s->steps >= needed)
        return ERR_OK;
    return analysis_refuse(
        an, s->step_days == 7
                ? analysis_say(an, trend_few_weeks, an->method->name, needed, s->steps)
                : analysis_say(an, trend_few_days, an->method->name, needed, s->steps));
}

const char *series_start(struct analysis *an, const struct series_set *s, size_t step)
{
    char text[TIME_TEXT];
    date_text(date_from_days(s->first_day + (int64_t)step * s->step_days), text);
    return arena_strdup(an->arena, text);
}

const char *series_label(struct analysis *an, const struct series_set *s, size_t step)
{
    struct date d = date_from_days(s->first_day + (int64_t)step * s->step_days);
    struct civil c = civil_from_msec(date_start(d));
    if (s->step_days == 1)
        return series_start(an, s, step);
    return arena_printf(an->arena, "%d-W%02d", c.iso_year, c.iso_week);
}

const char *series_words(struct analysis *an, const struct series_set *s, size_t step)
{
    struct date d = date_from_days(s->first_day + (int64_t)step * s->step_days);
    struct civil c = civil_from_msec(date_start(d));
    return s->step_days == 1 ? analysis_say(an, trend_day, number_date(an, d))
                             : analysis_say(an, trend_week, c.iso_week, c.iso_year);
}
