/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points, and square cells over them: what the methods that ask "where" share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/shape.h"

struct arena;

#define GRID_CELLS_MOST ((size_t)1 << 24)
/* Smaller squares are a mistake, and their inverse would overflow. */
#define GRID_CELL_LEAST 1e-6
#define GRID_NONE SIZE_MAX

/* Projected metres. weight NULL: each counts as one. */
struct points {
    size_t n;
    const double *x, *y, *weight;
};

/* Cell (column, row) is number row * columns + column and covers [x0 + column * cell, + cell) by
 * [y0 + row * cell, + cell): column 0 is westernmost, row 0 southernmost. */
struct grid {
    double x0, y0, cell;
    uint32_t columns, rows;
};

/* ERR_INVALID: a coordinate that is not finite or beyond GEO_METRES_MOST; a weight that is not
 * finite, negative or above 1e12. */
NODISCARD enum err points_check(const struct points *p);
/* ERR_INVALID: not finite, a side under GRID_CELL_LEAST, no cells. ERR_LIMIT: more than
 * GRID_CELLS_MOST. */
NODISCARD enum err grid_check(const struct grid *g);

/* The smallest grid with corners on multiples of `cell` that holds the box. ERR_INVALID for an
 * empty box or a cell that is not finite and positive; ERR_LIMIT for too many cells. */
NODISCARD enum err grid_cover(struct geo_box box, double cell, struct grid *out);
struct geo_box points_box(const struct points *p);
struct geo_box grid_box(const struct grid *g);

static inline size_t grid_size(const struct grid *g)
{
    return (size_t)g->columns * g->rows;
}
static inline double grid_x(const struct grid *g, size_t cell)
{
    return g->x0 + ((double)(cell % g->columns) + 0.5) * g->cell;
}
static inline double grid_y(const struct grid *g, size_t cell)
{
    return g->y0 + ((double)(cell / g->columns) + 0.5) * g->cell;
}
/* The cell a place lies in, or GRID_NONE. */
size_t grid_find(const struct grid *g, double x, double y);

/* Sum of weights in each cell (zeroed here) and how many points lay outside. */
void grid_count(const struct grid *g, const struct points *p, double *out, size_t *outside);

/* How much of each cell the polygon covers, 0 to 1, computed exactly as an area. Holes count.
 * ERR_INVALID when the shape is no polygon. Memory: 8 bytes a cell. */
NODISCARD enum err grid_share(const struct grid *g, const struct geo_shape *area, struct arena *a,
                              double **out);
/* The points inside the polygon, in their order; weights follow. `share` from grid_share() spares
 * the exact test in cells that lie wholly inside or outside. Memory: 24 bytes a point. */
NODISCARD enum err points_inside(const struct points *p, const struct geo_shape *area,
                                 const struct grid *g, const double *share, struct arena *a,
                                 struct points *out);

/* How many of the points share their position with an earlier one. Memory: 16 bytes a point. */
NODISCARD enum err points_repeated(const struct points *p, struct arena *a, size_t *out);
