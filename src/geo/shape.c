/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/shape.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"

#define RING_CORNERS 48

struct geo_box geo_box_empty(void)
{
    return (struct geo_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
}

void geo_box_add(struct geo_box *box, double east, double north)
{
    box->east_min = east < box->east_min ? east : box->east_min;
    box->east_max = east > box->east_max ? east : box->east_max;
    box->north_min = north < box->north_min ? north : box->north_min;
    box->north_max = north > box->north_max ? north : box->north_max;
}

struct geo_box geo_box_grow(struct geo_box box, double metres)
{
    return (struct geo_box){box.east_min - metres, box.north_min - metres, box.east_max + metres,
                            box.north_max + metres};
}

bool geo_box_meets(const struct geo_box *a, const struct geo_box *b)
{
    return a->east_min <= b->east_max && b->east_min <= a->east_max &&
           a->north_min <= b->north_max && b->north_min <= a->north_max;
}

bool geo_box_has(const struct geo_box *box, double east, double north)
{
    return east >= box->east_min && east <= box->east_max && north >= box->north_min &&
           north <= box->north_max;
}

struct geo_shape *geo_shape_new(struct arena *a, enum geo_kind kind, uint32_t paths)
{
    struct geo_shape *s = ARENA_NEW(a, struct geo_shape);
    if (!s)
        return NULL;
    s->kind = kind;
    s->path_count = paths;
    s->paths = ARENA_ARRAY(a, paths, struct geo_path);
    s->box = geo_box_empty();
    return s->paths ? s : NULL;
}

struct geo_point *geo_shape_path(struct arena *a, struct geo_shape *s, uint32_t i, uint32_t n,
                                 bool hole)
{
    assert(i < s->path_count);
    struct geo_point *points = ARENA_ARRAY(a, n, struct geo_point);
    if (points)
        s->paths[i] = (struct geo_path){.points = points, .count = n, .hole = hole};
    return points;
}

static bool path_ok(enum geo_kind kind, const struct geo_path *p)
{
    static const uint32_t least[] = {[GEO_POINTS] = 1, [GEO_LINES] = 2, [GEO_POLYGON] = 4};
    if (p->count < least[kind])
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        if (!(fabs(p->points[i].east) <= GEO_METRES_MOST) ||
            !(fabs(p->points[i].north) <= GEO_METRES_MOST)) /* NaN too */
            return false;
    const struct geo_point *a = &p->points[0], *b = &p->points[p->count - 1];
    return kind != GEO_POLYGON || (a->east == b->east && a->north == b->north);
}

enum err geo_shape_finish(struct geo_shape *s)
{
    if (s->path_count == 0 || (s->kind == GEO_POINTS && s->path_count != 1) || s->paths[0].hole)
        return ERR_INVALID;
    struct geo_box box = geo_box_empty();
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i];
        if (!path_ok(s->kind, p) || (p->hole && s->kind != GEO_POLYGON))
            return ERR_INVALID;
        for (uint32_t k = 0; k < p->count; k++)
            geo_box_add(&box, p->points[k].east, p->points[k].north);
    }
    s->box = box;
    return ERR_OK;
}

struct geo_shape *geo_shape_point(struct arena *a, double east, double north)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POINTS, 1);
    struct geo_point *p = s ? geo_shape_path(a, s, 0, 1, false) : NULL;
    if (!p)
        return NULL;
    p[0] = (struct geo_point){east, north};
    geo_box_add(&s->box, east, north);
    return s;
}

struct geo_shape *geo_shape_rect(struct arena *a, struct geo_box box)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 1);
    struct geo_point *p = s ? geo_shape_path(a, s, 0, 5, false) : NULL;
    if (!p)
        return NULL;
    p[0] = (struct geo_point){box.east_min, box.north_min};
    p[1] = (struct geo_point){box.east_max, box.north_min};
    p[2] = (struct geo_point){box.east_max, box.north_max};
    p[3] = (struct geo_point){box.east_min, box.north_max};
    p[4] = p[0];
    s->box = box;
    return s;
}

struct geo_shape *geo_shape_ring(struct arena *a, struct geo_point middle, double radius)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 1);
    struct geo_point *p = s ? geo_shape_path(a, s, 0, RING_CORNERS + 1, false) : NULL;
    for (int i = 0; p && i <= RING_CORNERS; i++) {
        double turn = 2 * M_PI * (i % RING_CORNERS) / RING_CORNERS; /* ends where it begins */
        p[i] =
            (struct geo_point){middle.east + radius * cos(turn), middle.north + radius * sin(turn)};
    }
    return p && radius > 0 && geo_shape_finish(s) == ERR_OK ? s : NULL;
}

size_t geo_shape_vertices(const struct geo_shape *s)
{
    size_t n = 0;
    for (uint32_t i = 0; i < s->path_count; i++)
        n += s->paths[i].count;
    return n;
}
