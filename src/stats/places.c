/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/places.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/keyed.h"

#define TICK_EVERY 8192

struct gather {
    const struct work *w;
    const struct places_input *in;
    struct keyed *a, *b; /* b is room for sorting */
    uint32_t *of;        /* [events] the position or name it is at, then the place */
    size_t n;            /* positions or names, then places */
    double *x, *y;       /* [n] of positions */
    uint32_t *count;     /* [n] */
};

static void sort_rows(struct gather *g, size_t n)
{
    struct keyed *sorted = keyed_sort(g->a, g->b, n);
    g->b = sorted == g->a ? g->b : g->a;
    g->a = sorted;
}

static void sort_by(struct gather *g, const double *v)
{
    for (size_t i = 0; v && i < g->in->n; i++)
        g->a[i].key = keyed_number(v[g->a[i].at]);
    if (v)
        sort_rows(g, g->in->n);
}

static enum err check(const struct places_input *in)
{
    if (!in->x != !in->y || (!in->x && !in->name) || !(in->within >= 0) || isinf(in->within))
        return ERR_INVALID;
    if (in->name && in->within > 0)
        return ERR_INVALID;
    if (in->n > NEAR_POINTS_MOST)
        return ERR_LIMIT;
    for (size_t i = 0; i < in->n; i++)
        if ((in->x && !(isfinite(in->x[i]) && isfinite(in->y[i]))) ||
            (in->name && in->name[i] >= in->names))
            return ERR_INVALID;
    return ERR_OK;
}

/* Equal positions are one: numbered from west to east, then from south to north. */
static enum err find_positions(struct gather *g)
{
    const struct places_input *in = g->in;
    sort_by(g, in->y);
    sort_by(g, in->x);
    for (size_t i = 0; i < in->n; i++) {
        size_t e = g->a[i].at, before = g->a[i ? i - 1 : 0].at;
        bool same = i > 0 && in->x[e] == in->x[before] && in->y[e] == in->y[before];
        g->n += !same;
        g->of[e] = (uint32_t)g->n - 1;
    }
    g->x = mem_array(g->n + 1, sizeof(double));
    g->y = mem_array(g->n + 1, sizeof(double));
    if (!g->x || !g->y)
        return ERR_NOMEM;
    for (size_t i = 0; i < in->n; i++) {
        g->x[g->of[i]] = in->x[i] + 0.0;
        g->y[g->of[i]] = in->y[i] + 0.0;
    }
    return ERR_OK;
}

/* Names that are there, numbered in their order. */
static enum err find_names(struct gather *g)
{
    const struct places_input *in = g->in;
    AUTO(mem_freep) uint32_t *seen = mem_array((size_t)in->names + 1, sizeof *seen);
    if (!seen)
        return ERR_NOMEM;
    for (size_t i = 0; i < in->n; i++)
        seen[in->name[i]] = 1;
    for (size_t k = 0; k < in->names; k++)
        if (seen[k])
            seen[k] = (uint32_t)g->n++;
    for (size_t i = 0; i < in->n; i++)
        g->of[i] = seen[in->name[i]];
    sort_by(g, in->y); /* so that sums do not depend on the order as given */
    sort_by(g, in->x);
    return ERR_OK;
}

static enum err count_all(struct gather *g)
{
    g->count = mem_array(g->n + 1, sizeof *g->count);
    if (!g->count)
        return ERR_NOMEM;
    for (size_t i = 0; i < g->in->n; i++)
        g->count[g->of[i]]++;
    return ERR_OK;
}

/* --- Positions near each other --- */

struct reach {
    struct near_grid grid;
    double most; /* near_measure() below it is within reach */
};

/* The first of the grid's points whose square is not before `cell`. */
static size_t first_of(const struct near_grid *g, uint64_t cell)
{
    size_t low = 0, high = g->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (g->cell[mid] < cell)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

typedef void touch_fn(void *arg, uint32_t at);

/* Calls fn for each position within reach of the grid's point i, itself too. */
static void each_near(const struct reach *r, size_t i, touch_fn *fn, void *arg)
{
    const struct near_grid *g = &r->grid;
    uint64_t row = g->cell[i] >> 32, column = g->cell[i] & UINT32_MAX;
    for (uint64_t at = row - (row > 0); at <= row + 1; at++) {
        uint64_t last = at << 32 | (column + 1);
        size_t j = first_of(g, at << 32 | (column - (column > 0)));
        for (; j < g->n && g->cell[j] <= last; j++)
            if (near_measure(NEAR_EUCLIDEAN, g->x[j] - g->x[i], g->y[j] - g->y[i]) < r->most)
                fn(arg, g->order[j]);
    }
}

struct sum {
    const uint32_t *count;
    uint64_t n;
};

static void add_near(void *arg, uint32_t at)
{
    struct sum *s = arg;
    s->n += s->count[at];
}

struct take {
    uint32_t *place, now; /* UINT32_MAX: still free */
};

static void take_near(void *arg, uint32_t at)
{
    struct take *t = arg;
    if (t->place[at] == UINT32_MAX)
        t->place[at] = t->now;
}

/* key: falling events within reach, then falling events of its own, then the position's number. */
static enum err rank_middles(struct gather *g, const struct reach *r)
{
    for (size_t i = 0; i < g->n; i++) {
        struct sum s = {.count = g->count};
        each_near(r, i, add_near, &s);
        uint32_t at = r->grid.order[i];
        g->a[at] = (struct keyed){
            (uint64_t)(UINT32_MAX - (uint32_t)s.n) << 32 | (UINT32_MAX - g->count[at]), at};
        if (i % TICK_EVERY == 0)
            TRY(work_tick(g->w, 0.5 * (double)i / (double)g->n));
    }
    sort_rows(g, g->n);
    return ERR_OK;
}

/* The middles take what is free, in their order; the places are numbered by their middle's. */
static enum err take_all(struct gather *g, const struct reach *r, uint32_t *place,
                         const uint32_t *in_grid)
{
    struct take t = {.place = place};
    for (size_t i = 0; i < g->n; i++)
        place[i] = UINT32_MAX;
    for (size_t i = 0; i < g->n; i++) {
        t.now = g->a[i].at;
        if (place[t.now] == UINT32_MAX)
            each_near(r, in_grid[t.now], take_near, &t);
        if (i % TICK_EVERY == 0)
            TRY(work_tick(g->w, 0.5 + 0.5 * (double)i / (double)g->n));
    }
    return ERR_OK;
}

static enum err join_near(struct gather *g)
{
    struct reach r = {.most = near_limit(NEAR_EUCLIDEAN, g->in->within, 1)};
    AUTO(mem_freep) uint32_t *place = mem_array(g->n + 1, sizeof *place);
    AUTO(mem_freep) uint32_t *in_grid = mem_array(g->n + 1, sizeof *in_grid);
    if (!place || !in_grid)
        return ERR_NOMEM;
    TRY(near_sort(g->w->arena, g->x, g->y, g->n, g->in->within, &r.grid));
    for (size_t i = 0; i < g->n; i++)
        in_grid[r.grid.order[i]] = (uint32_t)i;
    TRY(rank_middles(g, &r));
    TRY(take_all(g, &r, place, in_grid));
    uint32_t *number = in_grid; /* of a middle, as a place */
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (place[i] == i) {
            g->x[n] = g->x[i];
            g->y[n] = g->y[i];
            number[i] = (uint32_t)n++;
        }
    for (size_t i = 0; i < g->in->n; i++)
        g->of[i] = number[place[g->of[i]]];
    g->n = n;
    memset(g->count, 0, n * sizeof *g->count);
    for (size_t i = 0; i < g->in->n; i++)
        g->count[g->of[i]]++;
    return ERR_OK;
}

/* --- The list --- */

static bool make_places(const struct gather *g, struct places *p)
{
    struct arena *a = g->w->arena;
    *p = (struct places){.n = g->n};
    p->start = ARENA_ARRAY(a, g->n + 1, uint32_t);
    p->order = ARENA_ARRAY(a, g->in->n + 1, uint32_t);
    if (g->in->name)
        p->name = ARENA_ARRAY(a, g->n + 1, uint32_t);
    if (g->in->x) {
        p->x = ARENA_ARRAY(a, g->n + 1, double);
        p->y = ARENA_ARRAY(a, g->n + 1, double);
        p->radius = ARENA_ARRAY(a, g->n + 1, double);
    }
    return p->start && p->order && (p->name || !g->in->name) &&
           (!g->in->x || (p->x && p->y && p->radius));
}

/* Places by falling count; events by place, then by time. */
static enum err rank(struct gather *g, struct places *p)
{
    size_t n = g->in->n;
    AUTO(mem_freep) uint32_t *rank = mem_array(g->n + 1, sizeof *rank);
    AUTO(mem_freep) struct keyed *order = mem_array(g->n + 1, sizeof *order);
    AUTO(mem_freep) struct keyed *room = mem_array(g->n + 1, sizeof *room);
    if (!rank || !order || !room)
        return ERR_NOMEM;
    for (size_t k = 0; k < g->n; k++)
        order[k] = (struct keyed){UINT32_MAX - g->count[k], (uint32_t)k};
    const struct keyed *from = keyed_sort(order, room, g->n);
    for (size_t k = 0; k < g->n; k++) {
        rank[from[k].at] = (uint32_t)k;
        p->start[k + 1] = p->start[k] + g->count[from[k].at];
        if (p->x && g->x) {
            p->x[k] = g->x[from[k].at];
            p->y[k] = g->y[from[k].at];
        }
    }
    sort_by(g, g->in->t);
    for (size_t i = 0; i < n; i++)
        g->a[i].key = rank[g->of[g->a[i].at]];
    sort_rows(g, n);
    for (size_t i = 0; i < n; i++)
        p->order[i] = g->a[i].at;
    return ERR_OK;
}

static void find_middles(const struct gather *g, struct places *p)
{
    const struct places_input *in = g->in;
    for (size_t k = 0; k < p->n; k++) {
        uint32_t from = p->start[k], to = p->start[k + 1];
        if (p->name)
            p->name[k] = in->name[p->order[from]];
        for (uint32_t i = from; p->x && p->name && i < to; i++) {
            p->x[k] += (in->x[p->order[i]] - in->x[p->order[from]]) / (to - from);
            p->y[k] += (in->y[p->order[i]] - in->y[p->order[from]]) / (to - from);
        }
        if (p->x && p->name) {
            p->x[k] += in->x[p->order[from]];
            p->y[k] += in->y[p->order[from]];
        }
        for (uint32_t i = from; p->x && i < to; i++) {
            double dx = in->x[p->order[i]] - p->x[k], dy = in->y[p->order[i]] - p->y[k];
            p->radius[k] = fmax(p->radius[k], sqrt(dx * dx + dy * dy));
        }
    }
}

static enum err gather_all(struct gather *g, struct places *out)
{
    struct places p;
    for (size_t i = 0; i < g->in->n; i++)
        g->a[i].at = (uint32_t)i;
    TRY(g->in->name ? find_names(g) : find_positions(g));
    TRY(work_tick(g->w, 0));
    TRY(count_all(g));
    if (g->in->within > 0) {
        TRY(join_near(g));
        for (size_t i = 0; i < g->in->n; i++)
            g->a[i].at = (uint32_t)i;
    }
    if (!make_places(g, &p))
        return ERR_NOMEM;
    TRY(rank(g, &p));
    find_middles(g, &p);
    *out = p;
    return ERR_OK;
}

enum err places_gather(const struct work *w, const struct places_input *in, struct places *out)
{
    struct gather g = {.w = w, .in = in};
    TRY(check(in));
    AUTO(mem_freep) struct keyed *a = mem_array(in->n + 1, sizeof *a);
    AUTO(mem_freep) struct keyed *b = mem_array(in->n + 1, sizeof *b);
    AUTO(mem_freep) uint32_t *of = mem_array(in->n + 1, sizeof *of);
    if (!a || !b || !of)
        return ERR_NOMEM;
    g.a = a;
    g.b = b;
    g.of = of;
    enum err e = gather_all(&g, out);
    mem_free(g.x);
    mem_free(g.y);
    mem_free(g.count);
    return e;
}
