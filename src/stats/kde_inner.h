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

/* A Gauss curve of that variance by steps of `cell`, each times `cell`^power. */
NODISCARD enum err kde__taps(struct arena *a, double variance, double cell, double power,
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
/* How far a kernel of n points must be followed. */
double kde__reach(const struct kde_plan *plan, size_t n);
