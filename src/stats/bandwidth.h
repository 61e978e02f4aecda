/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How wide should a kernel be? Four answers, each a standard deviation in metres for a Gauss
 * kernel; weights are not used. They disagree, often by a factor of ten, and the searched ones
 * collapse where many events share a position: whoever uses them needs a floor.
 * Method, sources and pitfalls: doc/methods/kde.md. */
#pragma once

#include "base/err.h"
#include "stats/grid.h"
#include "stats/kde.h"
#include "stats/work.h"

/* Of each axis, and one for both: the geometric mean. */
struct bandwidth {
    double x, y, both;
};

/* Scott 1992: deviation (divisor n - 1) times n^(-1/6). */
NODISCARD enum err bandwidth_scott(const struct points *p, struct bandwidth *out);
/* Venables and Ripley: a quarter of 4 * 1.06 min(deviation, quartile distance / 1.34) n^(-1/5),
 * the quarter because that rule gives a width of four deviations. Memory: 8 bytes a point. */
NODISCARD enum err bandwidth_nrd(const struct work *w, const struct points *p,
                                 struct bandwidth *out);

#define BANDWIDTH_DISTANCES 512
/* Diggle 1985, Berman and Diggle 1989: the disc of radius h that minimises the mean square error of
 * a Cox process, by the pair counts K; the answer is h / 2. Searched on BANDWIDTH_DISTANCES
 * distances up to the smaller of a quarter of the window's shorter side and the radius that holds
 * 1000 points on average (fewer above 100,000 points). Memory: 28 bytes a point. */
NODISCARD enum err bandwidth_diggle(const struct work *w, const struct points *p,
                                    struct geo_box window, double *out);

#define BANDWIDTH_STEPS_MOST 64
#define BANDWIDTH_LIKELIHOOD_MOST 20000
/* Loader 1999: the s that maximises the sum of ln f(x_i) with point i left out, less the integral
 * of f, edges corrected on the window's rectangle. Searched on `steps` (2 to BANDWIDTH_STEPS_MOST)
 * values in geometric steps from the smallest distance between two different positions to half of
 * the window's diagonal; ended when three in a row have fallen below the best. ERR_LIMIT above
 * BANDWIDTH_LIKELIHOOD_MOST points: the work grows as their square. Memory: 60 bytes a point a
 * step. */
NODISCARD enum err bandwidth_likelihood(const struct work *w, const struct points *p,
                                        struct geo_box window, int steps, double *out);

/* All: ERR_INVALID for fewer than 2 points or faulty ones. The answer may be 0 (all in one place);
 * the searches refuse that with ERR_INVALID. */

/* The radius of a bounded kernel that has the same deviation as a Gauss kernel of s. */
double bandwidth_for(enum kernel kernel, double s);
