/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The line that runs so many metres outside a shape, for the map: where the distance to it, known
 * at the corners of a lattice, passes that number. */
#include <math.h>

#include "base/mem.h"
#include "parts/explore/explore_inner.h"

#define ACROSS 96 /* squares of the lattice */
#define ROUGH 40  /* the shape may be this much simpler: parts of the ring's width */

struct lattice {
    const struct geo_shape *s;
    double east, north, step, metres;
    uint32_t columns, rows;
    double *v; /* distance less the ring's width, at each corner */
    struct geo_point *from, *to;
    uint32_t n;
};

static double at(const struct lattice *g, uint32_t i, uint32_t k)
{
    return g->v[(size_t)k * (g->columns + 1) + i];
}

static enum err measure(struct lattice *g, const struct work *w)
{
    struct arena *a = w->arena;
    size_t corners = (size_t)(g->columns + 1) * (g->rows + 1);
    g->v = ARENA_ARRAY(a, corners, double);
    g->from = ARENA_ARRAY(a, corners * 2, struct geo_point);
    g->to = ARENA_ARRAY(a, corners * 2, struct geo_point);
    if (!g->v || !g->from || !g->to)
        return ERR_NOMEM;
    for (uint32_t k = 0; k <= g->rows; k++) {
        TRY(work_tick(w, 0));
        for (uint32_t i = 0; i <= g->columns; i++) {
            struct geo_point p = {g->east + i * g->step, g->north + k * g->step};
            g->v[(size_t)k * (g->columns + 1) + i] = geo_shape_distance(g->s, p) - g->metres;
        }
    }
    return ERR_OK;
}

/* The sides of a square that the line passes, in their order round it; two by two they are its
 * pieces there. */
static void cross(struct lattice *g, uint32_t i, uint32_t k)
{
    static const uint32_t corner[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
    struct geo_point p[4];
    uint32_t n = 0;
    for (int side = 0; side < 4; side++) {
        const uint32_t *a = corner[side], *b = corner[side + 1];
        double u = at(g, i + a[0], k + a[1]), v = at(g, i + b[0], k + b[1]);
        if ((u < 0) == (v < 0))
            continue;
        double t = u / (u - v);
        p[n++] =
            (struct geo_point){g->east + g->step * (i + a[0] + t * ((double)b[0] - (double)a[0])),
                               g->north + g->step * (k + a[1] + t * ((double)b[1] - (double)a[1]))};
    }
    for (uint32_t side = 0; side + 1 < n; side += 2) {
        g->from[g->n] = p[side];
        g->to[g->n++] = p[side + 1];
    }
}

static enum err draw(const struct lattice *g, struct arena *to, const struct geo_shape **out)
{
    struct geo_shape *s = g->n ? geo_shape_new(to, GEO_LINES, g->n) : NULL;
    if (!s)
        return g->n ? ERR_NOMEM : ERR_OK;
    for (uint32_t i = 0; i < g->n; i++) {
        struct geo_point *p = geo_shape_path(to, s, i, 2, false);
        if (!p)
            return ERR_NOMEM;
        p[0] = g->from[i];
        p[1] = g->to[i];
    }
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

enum err explore_ring(const struct geo_shape *s, double metres, const struct work *w,
                      struct arena *to, const struct geo_shape **out)
{
    struct geo_shape *plain;
    TRY(geo_shape_simplify(w->arena, s, metres / ROUGH, &plain));
    struct geo_box b = geo_box_grow(s->box, metres * 1.05);
    double wide = b.east_max - b.east_min, high = b.north_max - b.north_min;
    struct lattice g = {.s = plain,
                        .east = b.east_min,
                        .north = b.north_min,
                        .step = fmax(wide, high) / ACROSS,
                        .metres = metres};
    g.columns = (uint32_t)ceil(wide / g.step);
    g.rows = (uint32_t)ceil(high / g.step);
    TRY(measure(&g, w));
    for (uint32_t k = 0; k < g.rows; k++)
        for (uint32_t i = 0; i < g.columns; i++)
            cross(&g, i, k);
    return draw(&g, to, out);
}
