/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/near.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/keyed.h"

#define SIDES_MOST 1e9 /* squares along one axis: a number that fits in half a cell's */

struct extent {
    double low, high;
};

static enum err extent_of(const double *v, size_t n, struct extent *out)
{
    struct extent e = {INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i]))
            return ERR_INVALID;
        e.low = fmin(e.low, v[i]);
        e.high = fmax(e.high, v[i]);
    }
    if (!isfinite(e.high - e.low) && n)
        return ERR_INVALID;
    *out = e;
    return ERR_OK;
}

enum err near_sort(struct arena *a, const double *x, const double *y, size_t n, double reach,
                   struct near_grid *out)
{
    struct extent ex, ey;
    if (!isfinite(reach) || reach <= 0)
        return ERR_INVALID;
    if (n > NEAR_POINTS_MOST)
        return ERR_LIMIT;
    TRY(extent_of(x, n, &ex));
    TRY(extent_of(y, n, &ey));
    /* A hair wider than the reach, so that rounding never parts two near points by two squares. */
    double side = reach * (1 + 1e-9);
    side = fmax(side, fmax(ex.high - ex.low, ey.high - ey.low) / SIDES_MOST);
    struct near_grid g = {.n = n};
    g.x = ARENA_ARRAY(a, n, double);
    g.y = ARENA_ARRAY(a, n, double);
    g.cell = ARENA_ARRAY(a, n, uint64_t);
    g.order = ARENA_ARRAY(a, n, uint32_t);
    AUTO(mem_freep) struct keyed *keys = mem_array(n, sizeof *keys);
    AUTO(mem_freep) struct keyed *room = mem_array(n, sizeof *room);
    if (!g.x || !g.y || !g.cell || !g.order || !keys || !room)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) { /* rows and columns begin at 1, so that none is below 0 */
        uint64_t row = (uint64_t)((y[i] - ey.low) / side) + 1;
        uint64_t column = (uint64_t)((x[i] - ex.low) / side) + 1;
        keys[i] = (struct keyed){row << 32 | column, (uint32_t)i};
    }
    const struct keyed *sorted = n ? keyed_sort(keys, room, n) : keys;
    for (size_t i = 0; i < n; i++) {
        g.order[i] = sorted[i].at;
        g.cell[i] = sorted[i].key;
        g.x[i] = x[sorted[i].at];
        g.y[i] = y[sorted[i].at];
    }
    *out = g;
    return ERR_OK;
}

struct near_walk near_seek(const struct near_grid *g, size_t i)
{
    uint64_t wanted = g->n ? g->cell[i] + (UINT64_C(1) << 32) - 1 : 0;
    size_t lo = i, hi = g->n; /* the first point in the row above that may be near */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (g->cell[mid] < wanted)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (struct near_walk){{i, lo}, {i, lo}};
}

/* The bounds only rise with i, so each is moved over the points once. */
void near_step(const struct near_grid *g, size_t i, struct near_walk *w)
{
    uint64_t here = g->cell[i], above = here + (UINT64_C(1) << 32);
    size_t next = w->end[0] > i ? w->end[0] : i + 1;
    while (next < g->n && g->cell[next] <= here + 1)
        next++;
    w->first[0] = i + 1;
    w->end[0] = next;
    while (w->first[1] < g->n && g->cell[w->first[1]] < above - 1)
        w->first[1]++;
    if (w->end[1] < w->first[1])
        w->end[1] = w->first[1];
    while (w->end[1] < g->n && g->cell[w->end[1]] <= above + 1)
        w->end[1]++;
}

double near_limit(enum near_metric m, double b, int closed)
{
    if (m == NEAR_MANHATTAN)
        return closed ? nextafter(b, INFINITY) : b;
    if (!closed && b <= 0)
        return 0;
    /* The least square whose root, rounded, is no longer inside. */
    double q = b * b;
    while (q > 0 && (closed ? sqrt(q) > b : sqrt(q) >= b))
        q = nextafter(q, 0);
    while (closed ? sqrt(q) <= b : sqrt(q) < b)
        q = nextafter(q, INFINITY);
    return q;
}
