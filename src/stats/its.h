/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Did the series change when something was done? Regression of counts with a step and a new slope
 * from that moment (interrupted time series). Method, source, limits and a worked example:
 * doc/methods/its.md.
 *
 * Wagner and others 2002; Bernal, Cummins and Gasparrini 2017. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/glm.h"
#include "stats/work.h"

#define ITS_HARMONICS_MOST 6

struct its_setting {
    size_t at;     /* the first step after the change */
    double period; /* steps of a season; > 2 */
    int harmonics; /* pairs of sine and cosine: 0 to ITS_HARMONICS_MOST */
    bool slope;    /* also a new slope */
    bool negbin;   /* negative binomial instead of quasi-Poisson */
};

struct its {
    enum glm_fault fault; /* not GLM_FITTED: the rest is NaN */
    int columns;          /* 1, t, sine, cosine ..., step, slope; t = 1 at the first step */
    double coef[GLM_COLUMNS_MOST], se[GLM_COLUMNS_MOST];
    double dispersion; /* quasi-Poisson; may be below 1. 1 with negbin */
    double theta;
    double df;
    double step_ratio, step_low, step_high, step_p;     /* exp: the level just then; 95 % */
    double slope_ratio, slope_low, slope_high, slope_p; /* exp: each step since; NaN without */
    size_t reach; /* steps, from the first, of which the old course can be told: at most twice
                     `at`, and up to where its 95 % interval is wider than half to double */
    double expected_after;    /* sum of what the old course gives afterwards; prevented = this - y.
                                 NaN when it does not reach the last step */
    double *fitted, *without; /* [steps]: with and without the change, NaN from reach on; in the
                                 arena */
};

/* NaN in y is missing: left out. ERR_INVALID: fewer than 3 steps on a side, a setting outside its
 * bounds; otherwise what glm_fit() answers. Memory: 30 doubles a step. */
NODISCARD enum err its_fit(const struct work *w, const struct its_setting *s, const double *y,
                           size_t steps, struct its *out);
