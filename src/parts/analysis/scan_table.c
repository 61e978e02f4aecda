/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/scan_table.h"

#include <math.h>

#include "base/mem.h"
#include "base/str.h"

#define VALUE_MOST 1e9

static enum err check_columns(struct analysis *an, const struct scan_wish *wish)
{
    uint32_t needs = (wish->space ? COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) : 0) |
                     (wish->time ? COLUMN_BIT(COLUMN_T) : 0) |
                     (wish->model == SCAN_BERNOULLI ? COLUMN_BIT(COLUMN_GROUP) : 0);
    for (int c = 0; c < COLUMN_COUNT; c++)
        if ((needs & COLUMN_BIT(c)) && !analysis_has(an, (enum analysis_column)c))
            return analysis_refuse(an, analysis_say(an, analysis_no_column, an->columns[c],
                                                    analysis_column_name((enum analysis_column)c)));
    if (an->table.n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    return ERR_OK;
}

static uint64_t line_of(const struct analysis *an, size_t row)
{
    return table_row(&an->table, row);
}

/* Whole numbers, 1 where there is none. */
static enum err value_of(struct analysis *an, size_t row, uint32_t *out)
{
    double v = analysis_has(an, COLUMN_VALUE) ? an->table.number[COLUMN_VALUE][row] : 1;
    if (!(v >= 0 && v <= VALUE_MOST) || v != floor(v))
        return analysis_refuse(an, analysis_say(an, analysis_not_count, line_of(an, row)));
    *out = (uint32_t)v;
    return ERR_OK;
}

static enum err is_control(struct analysis *an, size_t row, bool *out)
{
    static const char *const cases[] = {"case", "fall", "1"};
    static const char *const controls[] = {"control", "kontroll", "0"};
    const struct analysis_names *group = &an->table.group;
    const char *name = group->index[row] == UINT32_MAX ? "" : group->name[group->index[row]];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (str_eq(name, cases[i]) || str_eq(name, controls[i])) {
            *out = str_eq(name, controls[i]);
            return ERR_OK;
        }
    }
    return analysis_refuse(an, analysis_say(an, analysis_scan_group, line_of(an, row)));
}

static enum err count_rows(struct analysis *an, const struct scan_wish *wish, struct scan_table *t)
{
    const struct scan_clock *c = &t->clock;
    size_t cells = (size_t)t->locations * c->periods;
    if (cells > SCAN_CELLS_MOST)
        return ERR_LIMIT;
    bool controls = wish->model == SCAN_BERNOULLI, control = false;
    uint32_t *counts[2] = {ARENA_ARRAY(an->arena, cells, uint32_t),
                           ARENA_ARRAY(an->arena, controls ? cells : 0, uint32_t)};
    uint64_t all = 0;
    if (!counts[0] || !counts[1])
        return ERR_NOMEM;
    for (size_t i = 0; i < an->table.n; i++) {
        uint32_t value, period = 0;
        TRY(value_of(an, i, &value));
        if (controls)
            TRY(is_control(an, i, &control));
        int64_t day = t->day ? (int64_t)floor(t->day[i]) : c->from;
        if (day < c->from || day > c->to) {
            t->outside += value;
            continue;
        }
        all += value;
        if (all > SCAN_CASES_MOST)
            return ERR_LIMIT;
        period = scan_clock_period(c, day);
        counts[control][(size_t)t->row_location[i] * c->periods + period] += value;
    }
    t->in.cases = counts[0];
    t->in.controls = controls ? counts[1] : NULL;
    return ERR_OK;
}

enum err scan_table_make(struct analysis *an, const struct scan_wish *wish, struct scan_table *out)
{
    const struct analysis_table *people;
    struct scan_table t = {.in.model = wish->model};
    TRY(check_columns(an, wish));
    TRY(scan_people_read(an, wish, &people));
    TRY(scan_clock_make(an, wish, &t));
    TRY(scan_places_make(an, wish, people, &t));
    t.in.locations = t.locations;
    t.in.periods = t.clock.periods;
    TRY(count_rows(an, wish, &t));
    if (wish->model == SCAN_POISSON)
        TRY(scan_people_expect(an, people, &t));
    *out = t;
    return ERR_OK;
}
