/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of counts: squares in use, weeks, types and areas in two periods, and ground that got a
 * measure beside ground that did not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/explore/explore_inner.h"

#define UNIT 500.0 /* metres: squares of treated ground */
#define NOWHERE UINT64_MAX

/* --- Squares --- */

static uint64_t square_of(double east, double north, double cell)
{
    if (!(east >= 0 && north >= 0 && east < 1e7 && north < 1e7))
        return NOWHERE;
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
    uint64_t k = square_of((double)rows->east[row], (double)rows->north[row], s->cell);
    if (k != NOWHERE)
        s->key[s->n++] = k;
    return true;
}

static int rising(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void sort_squares(struct squares *s)
{
    size_t n = 0;
    qsort(s->key, s->n, sizeof *s->key, rising);
    for (size_t i = 0; i < s->n; i++)
        if (i == 0 || s->key[i] != s->key[i - 1])
            s->key[n++] = s->key[i];
    s->n = n;
}

static bool count_square(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct squares *s = arg;
    uint64_t k = square_of((double)rows->east[row], (double)rows->north[row], s->cell);
    const uint64_t *at = k == NOWHERE ? NULL : bsearch(&k, s->key, s->n, sizeof k, rising);
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

/* --- Ground that got a measure, and ground that did not --- */

enum side { SIDE_TREATED, SIDE_CONTROL, SIDE_NONE };

struct ground {
    struct explore_reading *r;
    bool circle, rest;
    struct id treated, control;
    double east, north, radius;
    uint64_t *key; /* side << 60 | square, of each event */
    size_t n, outside;
};

static enum side side_of(const struct ground *g, const struct event_rows *rows, uint32_t row)
{
    uint16_t at = rows->area[row];
    struct id area = at == COLUMNS_NONE16 ? (struct id){0} : rows->areas[at];
    bool inside = !g->circle && id_eq(area, g->treated);
    if (g->circle) {
        double d = hypot((double)rows->east[row] - g->east, (double)rows->north[row] - g->north);
        inside = d <= g->radius;
        if (!inside && (isnan(d) || d <= 2 * g->radius))
            return SIDE_NONE; /* the ring beside it: what only moved a little is not compared */
    }
    if (inside)
        return SIDE_TREATED;
    return g->rest || id_eq(area, g->control) ? SIDE_CONTROL : SIDE_NONE;
}

static bool note_ground(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct ground *g = arg;
    enum side side = side_of(g, rows, row);
    uint64_t at = square_of((double)rows->east[row], (double)rows->north[row], UNIT);
    if (side == SIDE_NONE)
        g->outside++;
    else
        g->key[g->n++] = (uint64_t)side << 62 | (at == NOWHERE ? 0 : at);
    return true;
}

/* The middle of the events that have a place of that name. */
struct centre {
    char *name; /* folded */
    struct arena *a;
    double east, north, n;
};

static bool add_centre(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct centre *c = arg;
    if (isnan(rows->east[row]) || rows->place[row] == COLUMNS_NONE32)
        return true;
    arena_reset(c->a);
    const char *own = str_fold(c->a, rows->places[rows->place[row]]);
    if (!own || !str_eq(own, c->name))
        return true;
    c->east += (double)rows->east[row];
    c->north += (double)rows->north[row];
    c->n++;
    return true;
}

static enum err find_centre(struct explore_reading *r, struct ground *g)
{
    const char *name = explore_value(r->ask, "centre");
    if (!g->circle || !name || !isnan(g->east) || !isnan(g->north))
        return ERR_OK;
    AUTO(arena_freep) struct arena *fold = arena_new(1 << 16);
    struct centre c = {.name = str_fold(r->a, name), .a = fold};
    if (!c.name || !fold)
        return ERR_NOMEM;
    columns_each(r->found->sel, add_centre, &c);
    if (c.n > 0) {
        g->east = c.east / c.n;
        g->north = c.north / c.n;
    }
    return ERR_OK;
}

/* What is treated and what it is compared with; false: not said. */
static bool read_ground(const struct explore_ask *ask, struct ground *g)
{
    const char *treated = explore_value(ask, "treated"), *control = explore_value(ask, "control");
    g->east = explore_number(ask, "east");
    g->north = explore_number(ask, "north");
    g->radius = explore_number(ask, "radius");
    g->circle = str_eq(treated, "circle");
    g->rest = !control || str_eq(control, "rest");
    if (!treated || (!g->circle && id_parse(treated, &g->treated) != ERR_OK))
        return false;
    if (!g->rest && id_parse(control, &g->control) != ERR_OK)
        return false;
    return g->circle || g->rest || !id_eq(g->treated, g->control);
}

/* As many days before as after. False: the first day lies outside the period. */
static bool read_start(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    const char *text = explore_value(r->ask, "start");
    int64_t from = date_days(o->from), to = date_days(o->to);
    struct date start = date_from_days(from + (to - from + 1) / 2);
    if (text && date_parse(text, &start) != ERR_OK)
        return false;
    int64_t before = date_days(start) - from, after = to + 1 - date_days(start);
    int days = (int)(before < after ? before : after);
    if (days < 7)
        return false;
    o->start = start;
    o->before_from = date_add(start, -days);
    o->before_to = date_add(start, -1);
    o->from = start;
    o->to = date_add(start, days - 1);
    return true;
}

static enum err read_sides(struct explore_reading *r, struct ground *g, struct date from,
                           struct date to)
{
    struct event_found found;
    TRY(explore_find(r, from, to, &found));
    g->key = ARENA_ARRAY(r->a, found.sel->count + 1, uint64_t);
    g->n = 0;
    if (g->key) {
        columns_each(found.sel, note_ground, g);
        qsort(g->key, g->n, sizeof *g->key, rising);
    }
    event_found_done(&found);
    return g->key ? ERR_OK : ERR_NOMEM;
}

struct units {
    double *before, *after;
    uint32_t *index, *side;
    const char **name;
    size_t n;
};

static enum err merge(struct explore_reading *r, const struct ground *b, const struct ground *a,
                      struct units *u)
{
    size_t most = b->n + a->n + 2, i = 0, k = 0;
    u->before = ARENA_ARRAY(r->a, most, double);
    u->after = ARENA_ARRAY(r->a, most, double);
    u->index = ARENA_ARRAY(r->a, most, uint32_t);
    u->side = ARENA_ARRAY(r->a, most, uint32_t);
    u->name = ARENA_ARRAY(r->a, most, const char *);
    if (!u->before || !u->after || !u->index || !u->side || !u->name)
        return ERR_NOMEM;
    while (i < b->n || k < a->n) {
        uint64_t key = i == b->n || (k < a->n && a->key[k] < b->key[i]) ? a->key[k] : b->key[i];
        for (; i < b->n && b->key[i] == key; i++)
            u->before[u->n]++;
        for (; k < a->n && a->key[k] == key; k++)
            u->after[u->n]++;
        u->side[u->n] = (uint32_t)(key >> 62);
        u->index[u->n] = (uint32_t)u->n;
        u->name[u->n] = arena_printf(r->a, "%u-%u", (unsigned)(key >> 32 & 0x3fffffff),
                                     (unsigned)(key & 0xffffffff));
        if (!u->name[u->n++])
            return ERR_NOMEM;
    }
    return ERR_OK;
}

enum err explore_rows_treated(struct explore_reading *r)
{
    static const char *const sides[] = {"treated", "control"};
    struct explore_rows *o = r->out;
    struct ground before = {.r = r}, after;
    struct units u = {0};
    if (!read_ground(r->ask, &before)) {
        o->refused = text_get(r->ask->lang, T_explore_no_ground);
        return ERR_OK;
    }
    TRY(find_centre(r, &before));
    if (before.circle && (isnan(before.east) || isnan(before.north))) {
        o->refused = text_get(r->ask->lang, T_explore_no_centre);
        return ERR_OK;
    }
    if (!explore_span(r, false) || !read_start(r)) {
        o->refused = text_get(r->ask->lang, T_explore_no_start);
        return ERR_OK;
    }
    after = before;
    TRY(read_sides(r, &before, o->before_from, o->before_to));
    TRY(read_sides(r, &after, o->from, o->to));
    TRY(merge(r, &before, &after, &u));
    o->used = before.n + after.n;
    o->outside = before.outside + after.outside;
    o->found = o->used + o->outside;
    struct analysis_table *t = &o->table;
    t->n = u.n;
    t->has = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_PLACE) |
             COLUMN_BIT(COLUMN_GROUP);
    t->number[COLUMN_BEFORE] = u.before;
    t->number[COLUMN_AFTER] = u.after;
    t->place = (struct analysis_names){(uint32_t)u.n, u.name, u.index};
    t->group = (struct analysis_names){2, sides, u.side};
    return ERR_OK;
}
