/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The study's period, cut into periods of equal length that are counted back from its end. */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/scan_table.h"

static int64_t month_of(int64_t day)
{
    struct date d = date_from_days(day);
    return (int64_t)d.year * 12 + d.month - 1;
}

static int64_t unit_of(const struct scan_clock *c, int64_t day)
{
    switch (c->unit) {
    case UNIT_MONTH:
        return month_of(day);
    case UNIT_YEAR:
        return date_from_days(day).year;
    case UNIT_DAYS:
        break;
    }
    return -((c->to - day) / c->days);
}

uint32_t scan_clock_period(const struct scan_clock *c, int64_t day)
{
    return (uint32_t)(unit_of(c, day) - unit_of(c, c->from));
}

static int64_t first_day(const struct scan_clock *c, int64_t period)
{
    int64_t unit = unit_of(c, c->from) + period;
    struct date d = {(int)unit, 1, 1};
    if (c->unit == UNIT_DAYS)
        return c->to + 1 + (unit - 1) * c->days;
    if (c->unit == UNIT_MONTH)
        d = (struct date){(int)(unit / 12), (int)(unit % 12) + 1, 1};
    return date_days(d);
}

struct date scan_clock_first(const struct scan_clock *c, uint32_t from)
{
    return date_from_days((int64_t)c->bound[from]);
}

struct date scan_clock_last(const struct scan_clock *c, uint32_t to)
{
    return date_from_days((int64_t)c->bound[to + 1] - 1);
}

/* Without time there is one period; a population with dates is then averaged over its own. */
static enum err no_time(struct analysis *an, struct scan_clock *c)
{
    double *bound = ARENA_ARRAY(an->arena, 2, double);
    if (!bound)
        return ERR_NOMEM;
    bound[1] = 1;
    *c = (struct scan_clock){.days = 1, .periods = 1, .bound = bound};
    return ERR_OK;
}

static enum err rows_span(struct analysis *an, const struct scan_wish *wish, struct scan_table *t)
{
    const struct analysis_table *rows = &an->table;
    double first = INFINITY, last = -INFINITY;
    for (size_t i = 0; i < rows->n; i++) {
        if (isnan(t->day[i]))
            return analysis_refuse(an, analysis_say(an, analysis_empty_cell, table_row(rows, i),
                                                    an->columns[COLUMN_T]));
        first = fmin(first, floor(t->day[i]));
        last = fmax(last, floor(t->day[i]));
    }
    t->clock.from = wish->from == INT64_MIN ? (int64_t)first : wish->from;
    t->clock.to = wish->to == INT64_MAX ? (int64_t)last : wish->to;
    if (t->clock.from > t->clock.to)
        return analysis_refuse(an, text_get(an->lang, T_analysis_scan_dates));
    return ERR_OK;
}

enum err scan_clock_make(struct analysis *an, const struct scan_wish *wish, struct scan_table *t)
{
    struct scan_clock *c = &t->clock;
    if (!analysis_has(an, COLUMN_T) && !wish->time)
        return no_time(an, c);
    t->day = analysis_days(an, an->table.t);
    if (!t->day)
        return ERR_NOMEM;
    *c = (struct scan_clock){.unit = wish->unit, .days = wish->days};
    TRY(rows_span(an, wish, t));
    if (!wish->time) { /* purely spatial: the whole study is one period */
        c->unit = UNIT_DAYS;
        c->days = c->to - c->from + 1;
    }
    int64_t periods = unit_of(c, c->to) - unit_of(c, c->from) + 1;
    if (periods > SCAN_PERIODS_MOST)
        return ERR_LIMIT;
    double *bound = ARENA_ARRAY(an->arena, (size_t)periods + 1, double);
    if (!bound)
        return ERR_NOMEM;
    for (int64_t i = 0; i < periods; i++)
        bound[i] = fmax((double)first_day(c, i), (double)c->from);
    bound[periods] = (double)c->to + 1;
    c->periods = (uint32_t)periods;
    c->bound = bound;
    return ERR_OK;
}
