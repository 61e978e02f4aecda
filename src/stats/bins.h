/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points sorted into square bins, to find those near a place: with bins as wide as the distance
 * only the place's own bin and the eight round it need looking at. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

struct bins {
    double x0, y0, side; /* side may be larger than asked: never more than 4 n + 64 bins */
    size_t columns, rows;
    /* Points of bin k (row * columns + column): unit[first[k]] .. unit[first[k + 1] - 1], rising.
     */
    uint32_t *first, *unit;
};

/* ERR_INVALID for no points, a coordinate that is not finite or beyond GEO_METRES_MOST, or a side
 * that is not positive. 4 bytes a point and 4 a bin. */
NODISCARD enum err bins_make(struct arena *a, size_t n, const double *x, const double *y,
                             double side, struct bins *out);
/* The bin of a point of the set. */
size_t bins_find(const struct bins *b, double x, double y);
/* Bins are listed row by row: for the rows round a place (any place), the units in columns one to
 * the left to one to the right are unit[*from] .. unit[*to - 1]. False: no such row. `row` is -1, 0
 * or 1. */
bool bins_beside(const struct bins *b, double x, double y, int row, uint32_t *from, uint32_t *to);
