/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How many events a square metre, at each place of a map: kernel density.
 *
 *     f(x) = sum of w_i k(|x - x_i|)
 *
 * at the centre of each cell. The kernels integrate to one, so f integrates to the sum of the
 * weights: it is not divided by the number of points.
 *   Gauss         exp(-d^2 / 2 s^2) / (2 pi s^2)        bandwidth s: the standard deviation
 *   quartic       3 / (pi h^2) (1 - (d/h)^2)^2, d < h    bandwidth h: the radius
 *   Epanechnikov  2 / (pi h^2) (1 - (d/h)^2),   d < h
 *   uniform       1 / (pi h^2),                 d < h
 * Silverman 1986; edges: Diggle 1985, Jones 1993. Method, limits, example: doc/methods/kde.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/grid.h"
#include "stats/work.h"

enum kernel { KERNEL_GAUSS, KERNEL_QUARTIC, KERNEL_EPANECHNIKOV, KERNEL_UNIFORM };

/* Part of a kernel near the edge lies where nothing can have been counted; e(x) is the part that
 * lies inside the window. */
enum kde_edge {
    KDE_EDGE_NONE,
    KDE_EDGE_UNIFORM, /* f(x) / e(x): unbiased where the density is even */
    KDE_EDGE_DIGGLE   /* each point's kernel by e(x_i): the sum of the weights is kept */
};

/* A fast answer for the Gauss kernel wants cells of at most this share of the bandwidth; larger
 * ones are computed exactly. */
#define KDE_FAST_CELL 0.5

struct kde_plan {
    enum kernel kernel;
    double bandwidth; /* metres, > 0 */
    bool exact;       /* Gauss: each point by itself (the other kernels always are) */
    enum kde_edge edge;
    const struct geo_shape *window; /* a polygon; NULL: the rectangle of the grid */
};

/* out: a density for each cell. A point's kernel counts also when the point lies outside the grid.
 *
 * Fast Gauss: weights are shared linearly between the four nearest centres, then smoothed along
 * rows and columns to 5 bandwidths with the variance s^2 - cell^2 / 6, because the sharing adds
 * cell^2 / 6. Within 1e-3 of the largest density when cell <= s / 4 (measured: 2e-4), never
 * negative. Exact: rounding only; the Gauss kernel is cut where all points together cannot add
 * 1e-14 of one point's peak.
 *
 * Sums are made in a fixed order: the same bytes on any number of threads. ERR_INVALID for faulty
 * points, grid or bandwidth, or a window that is no polygon; ERR_LIMIT when the cells that a fast
 * answer or an edge needs are more than 2^26. Memory: exact 28 bytes a point; fast 16 bytes a cell
 * of the grid and the margin where points lie, eight-fold for more than a million points; edges 24
 * bytes a cell of side bandwidth / 16 over the grid and a margin of the kernel's reach. */
NODISCARD enum err kde(const struct work *w, const struct points *p, const struct grid *g,
                       const struct kde_plan *plan, double *out);

/* The same sum at the places `at` (weights of `at` are not used), always exactly, without edges.
 * `leave_out`: at is p itself, and point i does not count at its own place. Memory: 40 bytes a
 * point. */
NODISCARD enum err kde_at(const struct work *w, const struct points *p, const struct kde_plan *plan,
                          const struct points *at, bool leave_out, double *out);

/* The part of the kernel of each place that lies in the window (see kde_edge): 0 to 1. Closed form
 * for Gauss on a rectangle (window NULL), else within 2e-3. */
NODISCARD enum err kde_inside(const struct work *w, const struct points *at, const struct grid *g,
                              const struct kde_plan *plan, double *out);
