/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the kernel density only. */
#pragma once

#include "stats/kde.h"

#define KDE_SMOOTH_REACH 5.0 /* bandwidths: exp(-12.5) = 4e-6 of the peak is left out */
#define KDE_WORK_CELLS_MOST ((size_t)1 << 26)

/* weight[0 .. reach]: a symmetric row of weights. */
struct kde_taps {
    size_t reach;
    const double *weight;
};

/* A Gauss curve of that variance by steps of `cell`, times `cell` when power is 1; no more than
 * `most` steps away: what lies farther is outside any sheet of that size. */
NODISCARD enum err kde__taps(struct arena *a, double variance, double cell, int power, size_t most,
                             struct kde_taps *out);

/* Smooths `in` (rows of `columns`) along both axes and writes the middle part: `grid_columns` by
 * `grid_rows`, which begins at (left, below). in is overwritten. 8 bytes a cell of scratch. */
struct kde_sheet {
    double *in;
    size_t columns, rows, left, below, out_columns, out_rows;
};
NODISCARD enum err kde__smooth(const struct work *w, const struct kde_sheet *s,
                               const struct kde_taps *taps, double *out);

NODISCARD enum err kde__fast(const struct work *w, const struct points *p, const struct grid *g,
                             double bandwidth, double *out);
NODISCARD enum err kde__stamp(const struct work *w, const struct points *p, const struct grid *g,
                              const struct kde_plan *plan, double *out);

/* Which of n <= KDE_BLOCK numbers, `stride` apart, lie between: as places in the row, rising.
 * Without a branch for each, for those a band of rows wants come as they like. */
#define KDE_BLOCK 4096u
struct kde_between {
    double low, high;
};
static inline size_t kde__choose(const double *y, size_t stride, size_t n, struct kde_between want,
                                 uint16_t *kept)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        double v = y[i * stride];
        kept[k] = (uint16_t)i;
        k += (size_t)((v > want.low) & (v < want.high));
    }
    return k;
}

/* One point's kernel upon a few rows and `fours` times four columns, all in the grid. left and
 * below: from the point to the centre of the grid's first cell. weight times the kernel without
 * its peak is added. */
#define KDE_NARROW 24 /* columns */
struct kde_narrow {
    double *out; /* of the first row and column */
    size_t stride, rows;
    int fours;
    double column, row; /* the first, whole numbers */
    double left, below, cell, inverse, weight;
};
typedef void kde_narrow_fn(const struct kde_narrow *k);
/* NULL for a Gauss kernel, which is never narrow. */
kde_narrow_fn *kde__narrow(enum kernel kernel);

/* How far a kernel of n points must be followed. */
double kde__reach(const struct kde_plan *plan, size_t n);
