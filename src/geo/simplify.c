/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <assert.h>

#include "base/mem.h"
#include "geo/shape.h"

struct span {
    uint32_t from, to;
};

/* The point between from and to that lies farthest from the chord; 0 if there is none. */
static uint32_t farthest(const struct geo_point *p, struct span s, double *out_distance)
{
    uint32_t best = 0;
    double most = -1;
    for (uint32_t i = s.from + 1; i < s.to; i++) {
        double d = geo_distance_segment(p[i], p[s.from], p[s.to]);
        if (d > most) {
            most = d;
            best = i;
        }
    }
    *out_distance = most;
    return best;
}

/* Marks the points to keep between the two ends of the span. `stack` has room for the count of
 * points: a span is only pushed for a kept point. */
static void mark(const struct geo_point *p, struct span whole, double tolerance, bool *keep,
                 struct span *stack)
{
    size_t n = 0;
    stack[n++] = whole;
    keep[whole.from] = keep[whole.to] = true;
    while (n) {
        struct span s = stack[--n];
        double d;
        uint32_t at = farthest(p, s, &d);
        if (at == 0 || d <= tolerance)
            continue;
        keep[at] = true;
        stack[n++] = (struct span){s.from, at};
        stack[n++] = (struct span){at, s.to};
    }
}

/* A ring has no ends of its own: its first point and the one farthest from it serve. */
static void mark_ring(const struct geo_path *r, double tolerance, bool *keep, struct span *stack)
{
    double d;
    uint32_t last = r->count - 1;
    uint32_t far = farthest(r->points, (struct span){0, last}, &d);
    mark(r->points, (struct span){0, far}, tolerance, keep, stack);
    mark(r->points, (struct span){far, last}, tolerance, keep, stack);
    uint32_t kept = 0;
    for (uint32_t i = 0; i <= last; i++)
        kept += keep[i];
    if (kept > 3 || r->hole)
        return;
    double da, db;
    uint32_t a = farthest(r->points, (struct span){0, far}, &da);
    uint32_t b = farthest(r->points, (struct span){far, last}, &db);
    keep[b == 0 || (a != 0 && da >= db) ? a : b] = true;
}

static bool copy_kept(struct arena *a, const struct geo_path *from, const bool *keep,
                      struct geo_path *to)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < from->count; i++)
        n += keep[i];
    *to = (struct geo_path){ARENA_ARRAY(a, n, struct geo_point), n, from->hole};
    for (uint32_t i = 0, k = 0; to->points && i < from->count; i++)
        if (keep[i])
            to->points[k++] = from->points[i];
    return to->points != NULL;
}

enum err geo_shape_simplify(struct arena *a, const struct geo_shape *s, double tolerance,
                            struct geo_shape **out)
{
    assert(tolerance >= 0);
    struct geo_shape *n = geo_shape_new(a, s->kind, s->path_count);
    if (!n)
        return ERR_NOMEM;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i];
        bool *keep = ARENA_ARRAY(a, p->count, bool);
        struct span *stack = ARENA_ARRAY(a, p->count + 1, struct span);
        if (!keep || !stack)
            return ERR_NOMEM;
        if (s->kind == GEO_POLYGON)
            mark_ring(p, tolerance, keep, stack);
        else if (s->kind == GEO_LINES)
            mark(p->points, (struct span){0, p->count - 1}, tolerance, keep, stack);
        else
            for (uint32_t k = 0; k < p->count; k++)
                keep[k] = true;
        if (!copy_kept(a, p, keep, &n->paths[kept]))
            return ERR_NOMEM;
        if (!p->hole || n->paths[kept].count >= 4)
            kept++;
    }
    n->path_count = kept;
    TRY(geo_shape_finish(n));
    *out = n;
    return ERR_OK;
}
