/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where are there more of the one than of the other? Two kernel densities with the same bandwidth,
 * compared: ratio, difference, and log relative risk
 *
 *     rho(x) = ln [ (f(x) / sum of weights of f) / (g(x) / sum of weights of g) ]
 *
 * with an asymptotic p for rho = 0 (Kelsall and Diggle 1995; Hazelton and Davies 2009):
 *
 *     var rho = R(x) / p(x) * (c_f / W_f + c_g / W_g),   R(x) = integral of k^2 in the window by
 * e^2
 *
 * p(x) the density of both together divided by their weights W, c = sum w^2 / sum w (1 without
 * weights). Method, limits and an example: doc/methods/dual-kde.md. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "stats/kde.h"
#include "stats/work.h"

struct dual_plan {
    struct kde_plan kde;
    /* Below this share of a surface's largest density a risk is noise, and none is told. */
    double least;
};

/* Arrays of one per cell; NaN where there is none. */
struct dual {
    double *first, *second;    /* densities, by square metre */
    double *ratio, *log_ratio; /* first by second, where both are above 0 */
    double *difference;
    double *log_risk, *z; /* where both densities exceed `least` of their largest */
    double *p_more;       /* P(z or more): small where the first is over-represented */
    double *p, *q;        /* two-sided; corrected over all cells told of (Benjamini-Hochberg) */
};

struct dual_weight {
    double sum, squares; /* of the points' weights */
};
struct dual_weight dual_weight(const struct points *p);

/* ERR_INVALID as in kde(), for a group without weight, or a share outside 0 to 1. Memory: that of
 * two kde(), and 112 bytes a cell. */
NODISCARD enum err dualkde(const struct work *w, const struct points *first,
                           const struct points *second, const struct grid *g,
                           const struct dual_plan *plan, struct dual *out);

/* R at each place (see above). Exact for Gauss on a rectangle. */
NODISCARD enum err dual_roughness(const struct work *w, const struct points *at,
                                  const struct grid *g, const struct kde_plan *plan, double *out);
/* The comparison alone: out->first and out->second are filled by the caller, n of each. */
struct dual_sides {
    struct dual_weight first, second;
    const double *roughness;
    double least;
};
NODISCARD enum err dual_compare(const struct work *w, size_t n, const struct dual_sides *sides,
                                struct dual *out);
