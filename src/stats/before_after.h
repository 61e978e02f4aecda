/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Did it help? Counts before and after, where something was done and where nothing was. Pure.
 * Methods, sources, limits and worked examples: doc/methods/wdd.md, doc/methods/did.md.
 *
 * Wheeler and Ratcliffe 2018 (Crime Science 7:1), with the weights of Wheeler 2021. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct before_after {
    double before, after; /* counts: whole, 0 to 1e9 */
};

/* --- Weighted displacement difference --- */

struct wdd_area {
    struct before_after count;
    double size; /* > 0: counts are divided by it */
};

struct wdd_case {
    struct wdd_area treated, control;
    bool displacement; /* the next two are used */
    struct wdd_area near_treated, near_control;
    double time_before, time_after; /* > 0: length of the periods, any unit */
    double level;                   /* of the interval: 0.9 */
};

struct wdd {
    double local, local_se;               /* (T1 - T0) - (C1 - C0) */
    double displacement, displacement_se; /* the same for the areas around; 0 without them */
    double total, se, z, p, low, high;    /* p two-sided; NaN when nothing was counted */
};
/* ERR_INVALID: a count or weight outside its bounds, level not in 0..1. */
NODISCARD enum err wdd(const struct wdd_case *c, struct wdd *out);

/* --- Difference in differences of logarithms --- */

struct did_place {
    struct before_after count;
    bool treated;
};

struct did {
    struct before_after treated, control; /* sums */
    double ratio;                   /* (T1 / T0) / (C1 / C0); NaN or INFINITY with a sum of 0 */
    double log_se, z, p, low, high; /* Poisson; 95 %; NaN with a sum of 0 */
    double dispersion; /* of the places around their group's change: at least 1; NaN: too few */
    double p_dispersed, low_dispersed, high_dispersed; /* the same with that dispersion, and t */
    double prevented;                                  /* T0 * C1 / C0 - T1 */
};
/* Each place keeps its own level; a group shares one change. Exposures cancel. ERR_INVALID: a count
 * outside its bounds, or a group without places. */
NODISCARD enum err did(const struct did_place *places, size_t n, struct did *out);
