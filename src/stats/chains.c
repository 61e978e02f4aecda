/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/chains.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define TICK_EVERY 8192

struct timed {
    double t;
    uint32_t at;
};

struct search {
    const struct work *w;
    const struct chains_input *in;
    double reach, span; /* measures below these are links */
    struct near_grid grid;
    uint32_t *given;  /* place in the grid -> event as given */
    double *t;        /* in the order of the grid; rising within a square */
    uint32_t *end;    /* of the square each point is in */
    uint32_t *parent; /* of the grid's places; a root is its own */
    int64_t links;
};

static int by_time(const void *a, const void *b)
{
    const struct timed *x = a, *y = b;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Into the grid in order of time, so that the points of a square rise in time. */
static enum err sort_events(struct search *s)
{
    const struct chains_input *in = s->in;
    struct arena *a = s->w->arena;
    AUTO(mem_freep) struct timed *order = mem_array(in->n, sizeof *order);
    AUTO(mem_freep) double *x = mem_array(in->n, sizeof *x);
    AUTO(mem_freep) double *y = mem_array(in->n, sizeof *y);
    s->given = ARENA_ARRAY(a, in->n, uint32_t);
    s->t = ARENA_ARRAY(a, in->n, double);
    s->end = ARENA_ARRAY(a, in->n, uint32_t);
    s->parent = ARENA_ARRAY(a, in->n, uint32_t);
    if (!order || !x || !y || !s->given || !s->t || !s->end || !s->parent)
        return ERR_NOMEM;
    for (size_t i = 0; i < in->n; i++)
        order[i] = (struct timed){in->t[i], (uint32_t)i};
    if (in->n > 1)
        qsort(order, in->n, sizeof *order, by_time);
    for (size_t i = 0; i < in->n; i++) {
        x[i] = in->x[order[i].at];
        y[i] = in->y[order[i].at];
    }
    TRY(near_sort(a, x, y, in->n, in->distance, &s->grid));
    for (size_t i = 0; i < in->n; i++) {
        struct timed e = order[s->grid.order[i]];
        s->given[i] = e.at;
        s->t[i] = e.t;
        s->parent[i] = (uint32_t)i;
    }
    for (size_t i = in->n; i > 0; i--)
        s->end[i - 1] =
            i < in->n && s->grid.cell[i - 1] == s->grid.cell[i] ? s->end[i] : (uint32_t)i;
    return ERR_OK;
}

static uint32_t root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* The first of [from, end) whose time is not too early for a link; its times rise. */
static size_t first_near(const struct search *s, size_t from, size_t end, double t)
{
    while (from < end) {
        size_t mid = from + (end - from) / 2;
        if (t - s->t[mid] < s->span)
            end = mid;
        else
            from = mid + 1;
    }
    return from;
}

/* Links i with those of [from, end), points of one square. */
static void link_square(struct search *s, size_t i, size_t from, size_t end)
{
    const struct near_grid *g = &s->grid;
    for (size_t j = first_near(s, from, end, s->t[i]); j < end && s->t[j] - s->t[i] < s->span;
         j++) {
        if (!(near_measure(s->in->metric, g->x[j] - g->x[i], g->y[j] - g->y[i]) < s->reach))
            continue;
        uint32_t a = root(s->parent, (uint32_t)i), b = root(s->parent, (uint32_t)j);
        s->parent[a < b ? b : a] = a < b ? a : b;
        s->links++;
    }
}

static enum err link_all(struct search *s)
{
    struct near_walk walk = near_seek(&s->grid, 0);
    for (size_t i = 0; i < s->in->n; i++) {
        near_step(&s->grid, i, &walk);
        for (int half = 0; half < 2; half++)
            for (size_t j = walk.first[half]; j < walk.end[half]; j = s->end[j])
                link_square(s, i, j, s->end[j]);
        if (i % TICK_EVERY == 0)
            TRY(work_tick(s->w, (double)i / (double)s->in->n));
    }
    return ERR_OK;
}

/* Numbers the chains by their first event as given. */
static enum err number(struct search *s, struct chains *out)
{
    size_t n = s->in->n;
    struct arena *a = s->w->arena;
    struct chains c = {.links = s->links};
    AUTO(mem_freep) uint32_t *roots = mem_array(n, sizeof *roots); /* of the events as given */
    AUTO(mem_freep) uint32_t *named = mem_array(n, sizeof *named); /* a root's chain, from 1 */
    c.chain = ARENA_ARRAY(a, n, uint32_t);
    c.size = ARENA_ARRAY(a, n, uint32_t);
    if (!roots || !named || !c.chain || !c.size)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        roots[s->given[i]] = root(s->parent, (uint32_t)i);
    for (size_t i = 0; i < n; i++) {
        if (!named[roots[i]])
            named[roots[i]] = (uint32_t)++c.n;
        c.chain[i] = named[roots[i]] - 1;
        c.size[c.chain[i]]++;
    }
    *out = c;
    return ERR_OK;
}

enum err chains_find(const struct work *w, const struct chains_input *in, struct chains *out)
{
    if (!(in->distance > 0 && isfinite(in->distance) && in->days >= 0 && isfinite(in->days)))
        return ERR_INVALID;
    if (in->n > NEAR_POINTS_MOST)
        return ERR_LIMIT;
    for (size_t i = 0; i < in->n; i++)
        if (!isfinite(in->t[i]))
            return ERR_INVALID;
    struct search s = {.w = w, .in = in};
    s.reach = near_limit(in->metric, in->distance, !in->open);
    s.span = in->open ? in->days : nextafter(in->days, INFINITY);
    TRY(sort_events(&s));
    if (in->n)
        TRY(link_all(&s));
    return number(&s, out);
}
