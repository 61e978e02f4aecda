/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sizes, middles and distances of shapes. Coordinates are taken relative to a corner first:
 * products of SWEREF's seven-figure numbers would cost digits. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geo/shape.h"

double geo_ring_area2(const struct geo_path *ring)
{
    double sum = 0, e0 = ring->points[0].east, n0 = ring->points[0].north;
    for (uint32_t i = 0; i + 1 < ring->count; i++) {
        const struct geo_point *a = &ring->points[i], *b = a + 1;
        sum += (a->east - e0) * (b->north - n0) - (b->east - e0) * (a->north - n0);
    }
    return sum;
}

double geo_shape_area(const struct geo_shape *s)
{
    double area = 0;
    for (uint32_t i = 0; s->kind == GEO_POLYGON && i < s->path_count; i++) {
        double a = fabs(geo_ring_area2(&s->paths[i])) / 2;
        area += s->paths[i].hole ? -a : a;
    }
    return area > 0 ? area : 0;
}

double geo_distance(struct geo_point a, struct geo_point b)
{
    return hypot(a.east - b.east, a.north - b.north);
}

static double path_length(const struct geo_path *p)
{
    double sum = 0;
    for (uint32_t i = 0; i + 1 < p->count; i++)
        sum += geo_distance(p->points[i], p->points[i + 1]);
    return sum;
}

double geo_shape_length(const struct geo_shape *s)
{
    double sum = 0;
    for (uint32_t i = 0; s->kind != GEO_POINTS && i < s->path_count; i++)
        sum += path_length(&s->paths[i]);
    return sum;
}

/* Weight and weighted sums, relative to an origin. */
struct moment {
    double weight, east, north;
};

static void add_ring(struct moment *m, const struct geo_path *p, struct geo_point o)
{
    struct moment r = {0};
    for (uint32_t i = 0; i + 1 < p->count; i++) {
        double ax = p->points[i].east - o.east, ay = p->points[i].north - o.north;
        double bx = p->points[i + 1].east - o.east, by = p->points[i + 1].north - o.north;
        double cross = ax * by - bx * ay;
        r.weight += cross;
        r.east += (ax + bx) * cross / 3;
        r.north += (ay + by) * cross / 3;
    }
    double sign = (r.weight < 0) != p->hole ? -1 : 1;
    m->weight += sign * r.weight;
    m->east += sign * r.east;
    m->north += sign * r.north;
}

static void add_line(struct moment *m, const struct geo_path *p, struct geo_point o)
{
    for (uint32_t i = 0; i + 1 < p->count; i++) {
        struct geo_point a = p->points[i], b = p->points[i + 1];
        double w = geo_distance(a, b);
        m->weight += w;
        m->east += w * ((a.east + b.east) / 2 - o.east);
        m->north += w * ((a.north + b.north) / 2 - o.north);
    }
}

static void add_points(struct moment *m, const struct geo_path *p, struct geo_point o)
{
    for (uint32_t i = 0; i < p->count; i++) {
        m->weight += 1;
        m->east += p->points[i].east - o.east;
        m->north += p->points[i].north - o.north;
    }
}

struct geo_point geo_shape_centroid(const struct geo_shape *s)
{
    /* A polygon without area is measured as lines, a line without length as points. */
    static void (*const add[])(struct moment *, const struct geo_path *, struct geo_point) = {
        [GEO_POINTS] = add_points, [GEO_LINES] = add_line, [GEO_POLYGON] = add_ring};
    struct geo_point o = s->paths[0].points[0];
    for (int kind = (int)s->kind; kind >= 0; kind--) {
        struct moment m = {0};
        for (uint32_t i = 0; i < s->path_count; i++)
            add[kind](&m, &s->paths[i], o);
        if (m.weight > 0)
            return (struct geo_point){o.east + m.east / m.weight, o.north + m.north / m.weight};
    }
    return o;
}

/* The lower end is always taken first, so that two polygons compute the very same number for an
 * edge they share, whichever way they turn. */
static bool crosses(struct geo_point a, struct geo_point b, double east, double north)
{
    if ((a.north > north) == (b.north > north))
        return false;
    if (a.north > b.north) {
        struct geo_point t = a;
        a = b;
        b = t;
    }
    return east < a.east + (b.east - a.east) * ((north - a.north) / (b.north - a.north));
}

static bool ring_has(const struct geo_path *p, double east, double north)
{
    bool in = false;
    for (uint32_t i = 0; i + 1 < p->count; i++)
        if (crosses(p->points[i], p->points[i + 1], east, north))
            in = !in;
    return in;
}

bool geo_shape_contains(const struct geo_shape *s, double east, double north)
{
    if (s->kind != GEO_POLYGON || !geo_box_has(&s->box, east, north))
        return false;
    bool in = false;
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i];
        if (!p->hole && in)
            return true;
        if (!p->hole)
            in = ring_has(p, east, north);
        else if (in && ring_has(p, east, north))
            in = false;
    }
    return in;
}

double geo_distance_segment(struct geo_point p, struct geo_point a, struct geo_point b)
{
    double dx = b.east - a.east, dy = b.north - a.north;
    double len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? ((p.east - a.east) * dx + (p.north - a.north) * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(p.east - (a.east + t * dx), p.north - (a.north + t * dy));
}

double geo_shape_distance(const struct geo_shape *s, struct geo_point p)
{
    if (geo_shape_contains(s, p.east, p.north))
        return 0;
    double best = INFINITY;
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *path = &s->paths[i];
        uint32_t step = s->kind == GEO_POINTS ? 0 : 1;
        for (uint32_t k = 0; k + step < path->count; k++)
            best = fmin(best, geo_distance_segment(p, path->points[k], path->points[k + step]));
    }
    return best;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where the horizontal line crosses the rings, into out (room for every vertex). */
static size_t crossings(const struct geo_shape *s, double north, double *out)
{
    size_t n = 0;
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i];
        for (uint32_t k = 0; k + 1 < p->count; k++) {
            struct geo_point a = p->points[k], b = p->points[k + 1];
            if ((a.north > north) != (b.north > north))
                out[n++] = a.east + (b.east - a.east) * ((north - a.north) / (b.north - a.north));
        }
    }
    qsort(out, n, sizeof *out, compare_double);
    return n;
}

static enum err polygon_inside(struct arena *scratch, const struct geo_shape *s,
                               struct geo_point *out)
{
    double *at = ARENA_ARRAY(scratch, geo_shape_vertices(s), double);
    if (!at)
        return ERR_NOMEM;
    double widest = -1;
    struct geo_point best = s->paths[0].points[0]; /* stands only if there is no area at all */
    for (int line = 1; line <= 15; line++) {
        double north = s->box.north_min + (s->box.north_max - s->box.north_min) * line / 16;
        size_t n = crossings(s, north, at);
        for (size_t i = 0; i + 1 < n; i++) {
            double mid = (at[i] + at[i + 1]) / 2;
            if (at[i + 1] - at[i] > widest && geo_shape_contains(s, mid, north)) {
                widest = at[i + 1] - at[i];
                best = (struct geo_point){mid, north};
            }
        }
    }
    *out = best;
    return ERR_OK;
}

static struct geo_point nearest_vertex(const struct geo_path *p, struct geo_point to)
{
    struct geo_point best = p->points[0];
    for (uint32_t i = 1; i < p->count; i++)
        if (geo_distance(p->points[i], to) < geo_distance(best, to))
            best = p->points[i];
    return best;
}

enum err geo_shape_inside_point(struct arena *scratch, const struct geo_shape *s,
                                struct geo_point *out)
{
    struct geo_point c = geo_shape_centroid(s);
    if (s->kind == GEO_POLYGON) {
        if (!geo_shape_contains(s, c.east, c.north))
            return polygon_inside(scratch, s, out);
        *out = c;
        return ERR_OK;
    }
    const struct geo_path *longest = &s->paths[0];
    for (uint32_t i = 1; i < s->path_count; i++)
        if (path_length(&s->paths[i]) > path_length(longest))
            longest = &s->paths[i];
    *out = s->kind == GEO_LINES ? longest->points[longest->count / 2] : nearest_vertex(longest, c);
    return ERR_OK;
}
