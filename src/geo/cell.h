/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lattice of 100 m squares on SWEREF 99 TM, by which places are found in the database:
 * cell = row * 100000 + column, row = floor(north / 100), column = floor(east / 100); 0 = none. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "geo/shape.h"

#define GEO_CELL_SIZE 100
#define GEO_CELL_ROW 100000

struct geo_cell_range {
    int64_t first, last; /* both included */
};

/* 0 for NaN and for what lies outside 0 <= east < 10,000 km, 100 m <= north < 10,000 km. */
static inline int64_t geo_cell(double east, double north)
{
    if (!(east >= 0 && east < 1e7 && north >= GEO_CELL_SIZE && north < 1e7))
        return 0;
    return (int64_t)(north / GEO_CELL_SIZE) * GEO_CELL_ROW + (int64_t)(east / GEO_CELL_SIZE);
}

/* The square's middle. */
static inline struct geo_point geo_cell_centre(int64_t cell)
{
    return (struct geo_point){
        .east = (double)(cell % GEO_CELL_ROW * GEO_CELL_SIZE + GEO_CELL_SIZE / 2),
        .north = (double)(cell / GEO_CELL_ROW * GEO_CELL_SIZE + GEO_CELL_SIZE / 2),
    };
}

struct geo_box geo_cell_box(int64_t cell);

/* Ranges of cells that together hold every cell the box touches: one range a row of cells, or,
 * where there are more rows than `most`, one range for each ceil(rows / most) rows, from the
 * first row's first column to the last row's last column. The coarser form holds cells beside
 * the box too, so a query always compares east and north as well. The ranges ascend and do not
 * meet. The box is cut to the lattice first; an empty box or one outside gives 0 ranges.
 * Returns how many were written, at most `most` (which is at least 1). */
size_t geo_cell_ranges(struct geo_box box, struct geo_cell_range *out, size_t most);
