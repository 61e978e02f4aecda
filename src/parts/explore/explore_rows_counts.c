/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of counts: squares in use, weeks, types and areas in two periods. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/explore/explore_inner.h"

/* --- Squares --- */

uint64_t explore_square(double east, double north, double cell)
{
    if (!(east >= 0 && north >= 0 && east < 1e7 && north < 1e7))
        return EXPLORE_NOWHERE;
    return (uint64_t)(east / cell) << 32 | (uint64_t)(north / cell);
}

struct squares {
    uint64_t *key; /* rising, each once, when sorted */
    double *count;
    size_t n;
    double cell;
    size_t placed;
};

static bool note_square(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct squares *s = arg;
    uint64_t k = explore_square((double)rows->east[row], (double)rows->north[row], s->cell);
    if (k != EXPLORE_NOWHERE)
        s->key[s->n++] = k;
    return true;
}

int explore_rising(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void sort_squares(struct squares *s)
{
    size_t n = 0;
    qsort(s->key, s->n, sizeof *s->key, explore_rising);
    for (size_t i = 0; i < s->n; i++)
        if (i == 0 || s->key[i] != s->key[i - 1])
            s->key[n++] = s->key[i];
    s->n = n;
}

static bool count_square(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct squares *s = arg;
    uint64_t k = explore_square((double)rows->east[row], (double)rows->north[row], s->cell);
    const uint64_t *at =
        k == EXPLORE_NOWHERE ? NULL : bsearch(&k, s->key, s->n, sizeof k, explore_rising);
    if (at) {
        s->count[at - s->key]++;
        s->placed++;
    }
    return true;
}

/* Where anything has ever happened: the types and words of the question do not matter, its ground
 * and the person's wall do. */
static enum err squares_in_use(struct explore_reading *r, struct squares *s)
{
    const struct event_query *q = &r->ask->q;
    struct event_query all = event_query_blank(q->municipality);
    struct event_found found;
    all.walled = q->walled;
    all.only = q->only;
    all.area = q->area;
    all.squares = q->squares;
    all.circle = q->circle;
    TRY(event_query_find(r->app, &all, &found));
    s->key = ARENA_ARRAY(r->a, found.sel->count + r->found->sel->count + 1, uint64_t);
    if (s->key) {
        columns_each(found.sel, note_square, s);
        columns_each(r->found->sel, note_square, s);
        sort_squares(s);
    }
    event_found_done(&found);
    return s->key ? ERR_OK : ERR_NOMEM;
}

enum err explore_rows_squares(struct explore_reading *r)
{
    struct squares s = {.cell = explore_number(r->ask, "cell")};
    TRY(squares_in_use(r, &s));
    double *x = ARENA_ARRAY(r->a, s.n + 1, double), *y = ARENA_ARRAY(r->a, s.n + 1, double);
    s.count = ARENA_ARRAY(r->a, s.n + 1, double);
    if (!x || !y || !s.count)
        return ERR_NOMEM;
    columns_each(r->found->sel, count_square, &s);
    for (size_t i = 0; i < s.n; i++) {
        x[i] = ((double)(s.key[i] >> 32) + 0.5) * s.cell;
        y[i] = ((double)(s.key[i] & 0xffffffff) + 0.5) * s.cell;
    }
    struct explore_rows *o = r->out;
    o->used = s.placed;
    o->no_place = o->found - s.placed;
    o->cell = s.cell;
    o->table.n = s.n;
    o->table.has = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_VALUE);
    o->table.number[COLUMN_X] = x;
    o->table.number[COLUMN_Y] = y;
    o->table.number[COLUMN_VALUE] = s.count;
    return ERR_OK;
}

/* --- Weeks --- */

enum err explore_rows_weeks(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    if (!explore_span(r, true)) {
        o->refused = text_get(r->ask->lang, T_explore_no_week);
        return ERR_OK;
    }
    size_t n = (size_t)o->weeks, needed = (size_t)(2 * explore_number(r->ask, "period")) + 1;
    if (n < needed) {
        o->refused = text_fmt(r->a, r->ask->lang, T_trend_few_weeks, "STL", needed, n);
        return o->refused ? ERR_OK : ERR_NOMEM;
    }
    msec *borders = ARENA_ARRAY(r->a, n + 1, msec);
    size_t *counts = ARENA_ARRAY(r->a, n, size_t);
    double *value = ARENA_ARRAY(r->a, n, double);
    if (!borders || !counts || !value)
        return ERR_NOMEM;
    for (size_t i = 0; i <= n; i++)
        borders[i] = date_start(date_add(o->from, (int)i * 7));
    columns_series(r->found->sel, borders, n, counts);
    for (size_t i = 0; i < n; i++) {
        value[i] = (double)counts[i];
        o->used += counts[i];
    }
    o->table.n = n;
    o->table.has = COLUMN_BIT(COLUMN_T) | COLUMN_BIT(COLUMN_VALUE);
    o->table.t = borders;
    o->table.number[COLUMN_VALUE] = value;
    return ERR_OK;
}

/* --- Names --- */

enum err explore_names_make(struct explore_reading *r, struct explore_names *n)
{
    const char *by = explore_value(r->ask, "by");
    *n = (struct explore_names){.by_type = str_eq(by, "type"), .by_area = str_eq(by, "area")};
    TRY(event_names_load(r->app, r->a, r->ask->lang, r->ask->q.municipality, &n->names));
    n->name = ARENA_ARRAY(r->a, EVENT_TYPE_COUNT + COLUMNS_NONE16 + 2, const char *);
    n->of_type = ARENA_ARRAY(r->a, EVENT_TYPE_COUNT, uint32_t);
    n->of_area = ARENA_ARRAY(r->a, COLUMNS_NONE16 + 1, uint32_t);
    if (!n->name || !n->of_type || !n->of_area)
        return ERR_NOMEM;
    memset(n->of_type, 0xff, EVENT_TYPE_COUNT * sizeof *n->of_type);
    memset(n->of_area, 0xff, (COLUMNS_NONE16 + 1) * sizeof *n->of_area);
    return ERR_OK;
}

uint32_t explore_name_of(struct explore_reading *r, struct explore_names *n,
                         const struct event_rows *rows, uint32_t row)
{
    uint32_t *at;
    const char *name = NULL;
    if (n->by_type) {
        int type = rows->type[row], up = event_types[type].parent;
        if (r->ask->q.n_types == 0 && up >= 0)
            type = up;
        at = &n->of_type[type];
        name = event_names_type(&n->names, event_types[type].code);
    } else {
        uint16_t area = n->by_area ? rows->area[row] : COLUMNS_NONE16;
        if (n->last != rows) { /* the numbers of areas are each municipality's own */
            memset(n->of_area, 0xff, COLUMNS_NONE16 * sizeof *n->of_area);
            n->last = rows;
        }
        at = &n->of_area[area];
        if (area != COLUMNS_NONE16)
            name = event_names_area(&n->names, rows->areas[area]);
        if (!name)
            name = text_get(r->ask->lang, n->by_area ? T_explore_no_area : T_explore_all_events);
    }
    if (*at == UINT32_MAX) {
        n->name[n->n] = name;
        *at = n->n++;
    }
    return *at;
}

/* --- Two periods --- */

struct pairs {
    struct explore_reading *r;
    struct explore_names names;
    double *count;
};

static bool count_name(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct pairs *p = arg;
    p->count[explore_name_of(p->r, &p->names, rows, row)]++;
    return true;
}

static struct date year_before(struct date d)
{
    struct date b = {d.year - 1, d.month, d.day};
    return date_valid(b) ? b : (struct date){d.year - 1, 2, 28};
}

/* False: nothing was registered then. */
static bool find_before(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    struct date first;
    int days = (int)(date_days(o->to) - date_days(o->from)) + 1;
    if (str_eq(explore_value(r->ask, "against"), "year")) {
        o->before_from = year_before(o->from);
        o->before_to = date_add(o->before_from, days - 1);
    } else {
        o->before_from = date_add(o->from, -days);
        o->before_to = date_add(o->from, -1);
    }
    return explore_first_day(r->found->view, &first) &&
           date_days(first) <= date_days(o->before_from);
}

static enum err count_pairs(struct explore_reading *r, struct pairs *p, double *before,
                            double *after)
{
    struct event_found found;
    p->count = after;
    columns_each(r->found->sel, count_name, p);
    TRY(explore_find(r, r->out->before_from, r->out->before_to, &found));
    p->count = before;
    columns_each(found.sel, count_name, p);
    r->out->used = r->out->found + found.sel->count;
    event_found_done(&found);
    return ERR_OK;
}

enum err explore_rows_compare(struct explore_reading *r)
{
    struct pairs p = {.r = r};
    struct explore_rows *o = r->out;
    struct date today = date_of_msec(time_now());
    if (date_days(o->to) > date_days(today))
        o->to = today;
    if (date_days(o->from) > date_days(o->to) || !find_before(r)) {
        o->refused = text_get(r->ask->lang, T_explore_no_before);
        return ERR_OK;
    }
    TRY(explore_names_make(r, &p.names));
    size_t most = EVENT_TYPE_COUNT + COLUMNS_NONE16 + 2;
    double *before = ARENA_ARRAY(r->a, most, double), *after = ARENA_ARRAY(r->a, most, double);
    uint32_t *index = ARENA_ARRAY(r->a, most, uint32_t);
    if (!before || !after || !index)
        return ERR_NOMEM;
    TRY(count_pairs(r, &p, before, after));
    for (uint32_t i = 0; i < p.names.n; i++)
        index[i] = i;
    struct analysis_table *t = &o->table;
    t->n = p.names.n;
    t->has = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_PLACE);
    t->number[COLUMN_BEFORE] = before;
    t->number[COLUMN_AFTER] = after;
    t->place = (struct analysis_names){p.names.n, p.names.name, index};
    return ERR_OK;
}
