/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/grid.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define WEIGHT_MOST 1e12

enum err points_check(const struct points *p)
{
    bool fine = true;
    for (size_t i = 0; i < p->n; i++) /* NaN compares false */
        fine &= fabs(p->x[i]) <= GEO_METRES_MOST && fabs(p->y[i]) <= GEO_METRES_MOST;
    for (size_t i = 0; p->weight && i < p->n; i++)
        fine &= p->weight[i] >= 0 && p->weight[i] <= WEIGHT_MOST;
    return fine ? ERR_OK : ERR_INVALID;
}

enum err grid_check(const struct grid *g)
{
    if (!(fabs(g->x0) <= GEO_METRES_MOST && fabs(g->y0) <= GEO_METRES_MOST))
        return ERR_INVALID;
    if (!(g->cell >= GRID_CELL_LEAST && g->cell <= GEO_METRES_MOST) || g->columns == 0 ||
        g->rows == 0)
        return ERR_INVALID;
    return grid_size(g) > GRID_CELLS_MOST ? ERR_LIMIT : ERR_OK;
}

struct geo_box points_box(const struct points *p)
{
    struct geo_box box = geo_box_empty();
    for (size_t i = 0; i < p->n; i++)
        geo_box_add(&box, p->x[i], p->y[i]);
    return box;
}

struct geo_box grid_box(const struct grid *g)
{
    return (struct geo_box){g->x0, g->y0, g->x0 + g->columns * g->cell, g->y0 + g->rows * g->cell};
}

enum err grid_cover(struct geo_box box, double cell, struct grid *out)
{
    if (!(cell > 0 && cell <= GEO_METRES_MOST) || !(box.east_min <= box.east_max) ||
        !(box.north_min <= box.north_max))
        return ERR_INVALID;
    double c0 = floor(box.east_min / cell), r0 = floor(box.north_min / cell);
    double columns = floor(box.east_max / cell) - c0 + 1;
    double rows = floor(box.north_max / cell) - r0 + 1;
    if (!(columns * rows <= (double)GRID_CELLS_MOST))
        return ERR_LIMIT;
    struct grid g = {c0 * cell, r0 * cell, cell, (uint32_t)columns, (uint32_t)rows};
    TRY(grid_check(&g));
    *out = g;
    return ERR_OK;
}

size_t grid_find(const struct grid *g, double x, double y)
{
    double c = floor((x - g->x0) / g->cell), r = floor((y - g->y0) / g->cell);
    if (!(c >= 0 && r >= 0 && c < g->columns && r < g->rows))
        return GRID_NONE;
    return (size_t)r * g->columns + (size_t)c;
}

void grid_count(const struct grid *g, const struct points *p, double *out, size_t *outside)
{
    memset(out, 0, grid_size(g) * sizeof *out);
    *outside = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t cell = grid_find(g, p->x[i], p->y[i]);
        if (cell == GRID_NONE)
            (*outside)++;
        else
            out[cell] += p->weight ? p->weight[i] : 1;
    }
}

/* --- The share of each cell that a polygon covers --- */

/* Each edge adds, in the rows it passes, the area to its right; a running sum along the row makes
 * coverage of it. Units: cells. `acc` has columns + 1 places. */
static void add_inner(double *acc, double xa, double xb, double d)
{
    double first = floor(xa);
    size_t i = (size_t)first, end = (size_t)ceil(xb);
    if (end <= i + 1) {
        double middle = 0.5 * (xa + xb) - first;
        acc[i] += d - d * middle;
        acc[i + 1] += d * middle;
        return;
    }
    /* area of column k left of the crossing point, differenced by the running sum */
    double s = 1 / (xb - xa), before = 0;
    for (size_t k = i; k <= end; k++) {
        double left = (double)k > xa ? (double)k : xa;
        double right = (double)k + 1 < xb ? (double)k + 1 : xb;
        double covered = 1; /* beyond the far end: everything */
        if (k < end) {
            double into = (left - xa) * s, out = (right - xa) * s;
            covered = 0.5 * (into + out) * (right - left) + out * ((double)k + 1 - right);
        }
        acc[k] += d * (covered - before);
        before = covered;
    }
}

/* An edge's part within one row: from xa to xb while rising by d. */
static void add_slice(double *acc, double columns, double xa, double xb, double d)
{
    if (xa > xb) {
        double t = xa;
        xa = xb;
        xb = t;
    }
    if (xb <= 0) {
        acc[0] += d;
        return;
    }
    if (xa >= columns)
        return;
    double part = d;
    if (xa < 0) {
        double f = -xa / (xb - xa);
        acc[0] += d * f;
        part -= d * f;
        xa = 0;
    }
    if (xb > columns) {
        part *= (columns - xa) / (xb - xa);
        xb = columns;
    }
    add_inner(acc, xa, xb, part);
}

static void add_edge(const struct grid *g, double *acc, struct geo_point a, struct geo_point b)
{
    double ax = (a.east - g->x0) / g->cell, ay = (a.north - g->y0) / g->cell;
    double bx = (b.east - g->x0) / g->cell, by = (b.north - g->y0) / g->cell;
    double sign = 1;
    if (ay == by)
        return;
    if (ay > by) {
        double t = ax;
        ax = bx;
        bx = t;
        t = ay;
        ay = by;
        by = t;
        sign = -1;
    }
    double slope = (bx - ax) / (by - ay);
    double y = ay > 0 ? ay : 0, top = by < g->rows ? by : g->rows;
    while (y < top) {
        double row = floor(y), next = row + 1 < top ? row + 1 : top;
        double xa = ax + (y - ay) * slope;
        double xb = next >= by ? bx : ax + (next - ay) * slope;
        /* going up, what lies to the right is outside: the sign makes an outer ring positive */
        add_slice(acc + (size_t)row * (g->columns + 1), g->columns, xa, xb, -sign * (next - y));
        y = next;
    }
}

enum err grid_share(const struct grid *g, const struct geo_shape *area, struct arena *a,
                    double **out)
{
    TRY(grid_check(g));
    if (area->kind != GEO_POLYGON)
        return ERR_INVALID;
    double *acc = ARENA_ARRAY(a, (size_t)(g->columns + 1) * g->rows, double);
    if (!acc)
        return ERR_NOMEM;
    for (uint32_t k = 0; k < area->path_count; k++) {
        const struct geo_path *ring = &area->paths[k];
        bool forwards = (geo_ring_area2(ring) > 0) != ring->hole;
        for (uint32_t i = 0; i + 1 < ring->count; i++)
            add_edge(g, acc, ring->points[forwards ? i : i + 1],
                     ring->points[forwards ? i + 1 : i]);
    }
    for (size_t r = 0; r < g->rows; r++) {
        double sum = 0;
        for (size_t c = 0; c < g->columns; c++) { /* to its place in the array without the spare */
            sum += acc[r * (g->columns + 1) + c];
            double share = sum < 1e-12 ? 0 : sum > 1 - 1e-12 ? 1 : sum;
            acc[r * g->columns + c] = share;
        }
    }
    *out = acc;
    return ERR_OK;
}

enum err points_inside(const struct points *p, const struct geo_shape *area, const struct grid *g,
                       const double *share, struct arena *a, struct points *out)
{
    double *x = ARENA_ARRAY(a, p->n, double), *y = ARENA_ARRAY(a, p->n, double);
    double *weight = p->weight ? ARENA_ARRAY(a, p->n, double) : NULL;
    size_t n = 0;
    if (!x || !y || (p->weight && !weight))
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++) {
        size_t cell = g ? grid_find(g, p->x[i], p->y[i]) : GRID_NONE;
        bool sure = cell != GRID_NONE && (share[cell] == 0 || share[cell] == 1);
        if (sure ? share[cell] == 0 : !geo_shape_contains(area, p->x[i], p->y[i]))
            continue;
        x[n] = p->x[i];
        y[n] = p->y[i];
        if (weight)
            weight[n] = p->weight[i];
        n++;
    }
    *out = (struct points){n, x, y, weight};
    return ERR_OK;
}

/* --- Repeated positions --- */

static uint64_t mix(double x, double y)
{
    uint64_t a, b;
    x += 0.0; /* -0 is 0 */
    y += 0.0;
    memcpy(&a, &x, sizeof a);
    memcpy(&b, &y, sizeof b);
    a = (a ^ (b >> 32 | b << 32)) * UINT64_C(0x9E3779B97F4A7C15) + b;
    a = (a ^ a >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    return a ^ a >> 32;
}

enum err points_repeated(const struct points *p, struct arena *a, size_t *out)
{
    size_t slots = 16, repeated = 0;
    if (p->n >= UINT32_MAX)
        return ERR_LIMIT;
    while (slots < 2 * p->n)
        slots *= 2;
    uint32_t *at = ARENA_ARRAY(a, slots, uint32_t); /* index + 1 of the first point there */
    if (!at)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++) {
        size_t s = mix(p->x[i], p->y[i]) & (slots - 1);
        while (at[s] && (p->x[at[s] - 1] != p->x[i] || p->y[at[s] - 1] != p->y[i]))
            s = (s + 1) & (slots - 1);
        repeated += at[s] != 0;
        if (!at[s])
            at[s] = (uint32_t)i + 1;
    }
    *out = repeated;
    return ERR_OK;
}
