/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points in a grid, so that only pairs that can be near each other are looked at: the work grows
 * with the number of points and of near pairs, never with the square of the points. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

#define NEAR_POINTS_MOST 100000000u

enum near_metric { NEAR_EUCLIDEAN, NEAR_MANHATTAN };

/* Points sorted by row, column, and then by the order they were given in. */
struct near_grid {
    size_t n;
    double *x, *y;   /* sorted */
    uint64_t *cell;  /* row << 32 | column */
    uint32_t *order; /* sorted place -> place as given */
};

/* Two points no farther apart than `reach` lie in the same square or in squares that touch, in
 * either metric. 28 bytes a point, and as much again while it is made. ERR_INVALID when a
 * coordinate or the reach is not finite, or the reach not above 0; ERR_LIMIT when there are more
 * than NEAR_POINTS_MOST points; ERR_NOMEM past the arena's limit. */
NODISCARD enum err near_sort(struct arena *a, const double *x, const double *y, size_t n,
                             double reach, struct near_grid *out);

/* Where the points after i that may be near it are: [first[k], end[k]) for k = 0 and 1. Begins with
 * near_seek() and goes upwards, one by one. */
struct near_walk {
    size_t first[2], end[2];
};
struct near_walk near_seek(const struct near_grid *g, size_t i);
void near_step(const struct near_grid *g, size_t i, struct near_walk *w);

/* What the distance of two points is compared as (squared when Euclidean), and what the bound `b`
 * becomes then: near_measure() < near_limit() exactly when the distance, rounded once, is < b (or
 * <= b when closed). */
static inline double near_measure(enum near_metric m, double dx, double dy)
{
    if (m == NEAR_EUCLIDEAN)
        return dx * dx + dy * dy;
    return (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy);
}
double near_limit(enum near_metric m, double b, int closed);
