/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/bins.h"

#include <math.h>

#include "base/mem.h"
#include "geo/shape.h"

size_t bins_find(const struct bins *b, double x, double y)
{
    size_t c = (size_t)((x - b->x0) / b->side), r = (size_t)((y - b->y0) / b->side);
    c = c < b->columns ? c : b->columns - 1;
    r = r < b->rows ? r : b->rows - 1;
    return r * b->columns + c;
}

enum err bins_make(struct arena *a, size_t n, const double *x, const double *y, double side,
                   struct bins *b)
{
    struct geo_box box = geo_box_empty();
    if (n == 0 || n >= UINT32_MAX || !(side > 0))
        return ERR_INVALID;
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(x[i]) <= GEO_METRES_MOST && fabs(y[i]) <= GEO_METRES_MOST))
            return ERR_INVALID;
        geo_box_add(&box, x[i], y[i]);
    }
    double wide = box.east_max - box.east_min, high = box.north_max - box.north_min;
    while ((wide / side + 1) * (high / side + 1) > 4.0 * (double)n + 64)
        side *= 2; /* far-flung points: larger bins, never more of them than points */
    b->x0 = box.east_min;
    b->y0 = box.north_min;
    b->side = side;
    b->columns = (size_t)(wide / side) + 1;
    b->rows = (size_t)(high / side) + 1;
    b->first = ARENA_ARRAY(a, b->columns * b->rows + 2, uint32_t);
    b->unit = ARENA_ARRAY(a, n, uint32_t);
    if (!b->first || !b->unit)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        b->first[bins_find(b, x[i], y[i]) + 2]++;
    for (size_t k = 2; k < b->columns * b->rows + 2; k++)
        b->first[k] += b->first[k - 1];
    for (size_t i = 0; i < n; i++)
        b->unit[b->first[bins_find(b, x[i], y[i]) + 1]++] = (uint32_t)i;
    return ERR_OK;
}

bool bins_beside(const struct bins *b, double x, double y, int row, uint32_t *from, uint32_t *to)
{
    double c = floor((x - b->x0) / b->side), r = floor((y - b->y0) / b->side) + row;
    double right = (double)b->columns - 1;
    if (!(r >= 0 && r < (double)b->rows && c >= -1 && c <= right + 1))
        return false;
    size_t bin = (size_t)r * b->columns;
    *from = b->first[bin + (size_t)fmax(0, c - 1)];
    *to = b->first[bin + (size_t)fmin(right, c + 1) + 1];
    return true;
}
