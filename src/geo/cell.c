/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/cell.h"

#include <assert.h>
#include <math.h>

struct geo_box geo_cell_box(int64_t cell)
{
    struct geo_point c = geo_cell_centre(cell);
    double half = GEO_CELL_SIZE / 2.0;
    return (struct geo_box){c.east - half, c.north - half, c.east + half, c.north + half};
}

size_t geo_cell_ranges(struct geo_box box, struct geo_cell_range *out, size_t most)
{
    assert(out && most > 0);
    const double last = 1e7 - GEO_CELL_SIZE; /* the first metre of the last cell */
    if (!(box.east_min <= box.east_max && box.north_min <= box.north_max) || box.east_max < 0 ||
        box.north_max < GEO_CELL_SIZE || box.east_min >= 1e7 || box.north_min >= 1e7)
        return 0;
    int64_t col0 = (int64_t)(fmax(box.east_min, 0) / GEO_CELL_SIZE);
    int64_t col1 = (int64_t)(fmin(box.east_max, last) / GEO_CELL_SIZE);
    int64_t row0 = (int64_t)(fmax(box.north_min, GEO_CELL_SIZE) / GEO_CELL_SIZE);
    int64_t row1 = (int64_t)(fmin(box.north_max, last) / GEO_CELL_SIZE);
    size_t rows = (size_t)(row1 - row0 + 1);
    int64_t step = (int64_t)((rows + most - 1) / most);
    size_t n = 0;
    for (int64_t row = row0; row <= row1; row += step) {
        int64_t end = row + step - 1 < row1 ? row + step - 1 : row1;
        out[n++] = (struct geo_cell_range){row * GEO_CELL_ROW + col0, end * GEO_CELL_ROW + col1};
    }
    return n;
}
