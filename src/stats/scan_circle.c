/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Circles round every location, and how the measure of one grows with each that enters. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/scan_inner.h"

/* Distances that differ by less are those of locations on one circle. */
#define SAME_DISTANCE (1 + 1e-9)

struct near {
    double d2;
    uint32_t rank, location; /* rank: by ascending x, y, z */
};

struct place {
    double x, y, z;
    uint32_t location;
};

struct circles {
    struct scan *s;
    const struct place *by_x;
    const uint32_t *rank;
    struct near *list;
    double limit2, at_risk_most;
    uint64_t members;
};

double scan_distance2(const struct scan_input *in, uint32_t a, uint32_t b)
{
    double dx = in->x[a] - in->x[b], dy = in->y[a] - in->y[b];
    double dz = in->z ? in->z[a] - in->z[b] : 0;
    return dx * dx + dy * dy + dz * dz;
}

static int by_coordinates(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    if (a->z != b->z)
        return a->z < b->z ? -1 : 1;
    return a->location < b->location ? -1 : a->location > b->location;
}

static int by_distance(const void *pa, const void *pb)
{
    const struct near *a = pa, *b = pb;
    if (a->d2 != b->d2)
        return a->d2 < b->d2 ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* Locations within the limit of the one at by_x[at]. */
static size_t neighbours(const struct circles *c, uint32_t at)
{
    const struct scan *s = c->s;
    const struct place *me = &c->by_x[at];
    double reach = sqrt(c->limit2);
    uint32_t from = at;
    size_t n = 0;
    while (from > 0 && me->x - c->by_x[from - 1].x <= reach)
        from--;
    for (uint32_t i = from; i < s->n && c->by_x[i].x - me->x <= reach; i++) {
        double d2 = scan_distance2(s->in, me->location, c->by_x[i].location);
        /* The centre is first in its own circles, also among others at its place. */
        if (d2 <= c->limit2)
            c->list[n++] = (struct near){i == at ? -1 : d2, i, c->by_x[i].location};
    }
    qsort(c->list, n, sizeof *c->list, by_distance);
    c->list[0].d2 = 0;
    return n;
}

/* Members until those at risk are too many; with ties together, only whole rings. */
static enum err keep_circle(struct circles *c, uint32_t centre, size_t n)
{
    struct scan *s = c->s;
    double at_risk = 0;
    size_t whole = 0;
    for (size_t i = 0; i < n; i++) {
        at_risk += s->at_risk[c->list[i].location];
        if (at_risk > c->at_risk_most)
            break;
        bool last =
            s->o->one_by_one || i + 1 == n || c->list[i + 1].d2 > c->list[i].d2 * SAME_DISTANCE;
        if (last) {
            c->list[i].location |= SCAN_LAST;
            whole = i + 1;
        }
    }
    c->members += whole;
    uint32_t *list = ARENA_ARRAY(s->work->arena, whole, uint32_t);
    if (c->members > SCAN_MEMBERS_MOST)
        return ERR_LIMIT;
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < whole; i++)
        list[i] = c->list[i].location;
    s->member[centre] = list;
    s->n_member[centre] = (uint32_t)whole;
    return ERR_OK;
}

/* Strips about as wide as ten locations, so that one centre's neighbours are mostly the next's. */
static enum err make_order(struct scan *s, const struct place *by_x)
{
    uint32_t *order = ARENA_ARRAY(s->work->arena, s->n, uint32_t);
    struct place *strip = ARENA_ARRAY(s->work->arena, s->n, struct place);
    if (!order || !strip)
        return ERR_NOMEM;
    uint32_t width = (uint32_t)(10 * sqrt(s->n)) + 1;
    for (uint32_t i = 0; i < s->n; i++)
        strip[i] = (struct place){i / width, by_x[i].y, by_x[i].x, by_x[i].location};
    qsort(strip, s->n, sizeof *strip, by_coordinates);
    for (uint32_t i = 0; i < s->n; i++)
        order[i] = strip[i].location;
    s->order = order;
    return ERR_OK;
}

enum err scan_circles_make(struct scan *s)
{
    struct arena *a = s->work->arena;
    struct place *by_x = ARENA_ARRAY(a, s->n, struct place);
    struct circles c = {.s = s, .by_x = by_x, .list = ARENA_ARRAY(a, s->n, struct near)};
    s->member = ARENA_ARRAY(a, s->n, uint32_t *);
    s->n_member = ARENA_ARRAY(a, s->n, uint32_t);
    if (!by_x || !c.list || !s->member || !s->n_member)
        return ERR_NOMEM;
    double all = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        by_x[i] = (struct place){s->in->x[i], s->in->y[i], s->in->z ? s->in->z[i] : 0, i};
        all += s->at_risk[i];
    }
    qsort(by_x, s->n, sizeof *by_x, by_coordinates);
    c.limit2 = s->o->max_radius * s->o->max_radius * SAME_DISTANCE;
    c.at_risk_most = s->n == 1 ? INFINITY : all * s->o->max_share * (1 + 1e-12);
    for (uint32_t i = 0; i < s->n; i++) {
        TRY(keep_circle(&c, by_x[i].location, neighbours(&c, i)));
        if (i % 256 == 0)
            TRY(work_tick(s->work, 0));
    }
    return make_order(s, by_x);
}

/* --- Growth --- */

enum err scan_growth_make(const struct scan *s, struct scan_growth *g)
{
    g->period = ARENA_ARRAY(s->work->arena, s->periods, double);
    g->prefix = ARENA_ARRAY(s->work->arena, s->periods + 1, double);
    return g->period && g->prefix ? ERR_OK : ERR_NOMEM;
}

void scan_growth_begin(const struct scan *s, struct scan_growth *g)
{
    g->margin = 0;
    memset(g->period, 0, s->periods * sizeof *g->period);
}

bool scan_growth_add(const struct scan *s, struct scan_growth *g, uint32_t location)
{
    if (s->margin) {
        g->margin += s->margin[location];
        return s->margin[location] > 0;
    }
    const double *cell = s->cell + (size_t)location * s->periods;
    for (uint32_t t = 0; t < s->periods; t++)
        g->period[t] += cell[t];
    return true;
}

void scan_growth_prefix(const struct scan *s, struct scan_growth *g)
{
    double sum = 0;
    g->prefix[0] = s->margin ? g->margin * s->period_sum[0] : 0;
    for (uint32_t t = 0; t < s->periods; t++) {
        sum += g->period[t];
        g->prefix[t + 1] = s->margin ? g->margin * s->period_sum[t + 1] : sum;
    }
}
