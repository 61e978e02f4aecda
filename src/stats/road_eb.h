/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Did it help on these stretches of road? Stretches are chosen because they had many accidents,
 * and would have fewer next time anyway. The empirical Bayes method takes that away. Method,
 * source, limits and a worked example: doc/methods/road-eb.md.
 *
 * Hauer 1997; Hauer and others 2002 (Transportation Research Record 1784). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/glm.h"
#include "stats/work.h"

struct road_site {
    double before, after;                 /* accidents: whole, 0 to 1e9 */
    double traffic_before, traffic_after; /* vehicles a day, > 0 */
    double length;                        /* > 0: expected accidents are in proportion */
    bool treated;
};

struct road_expectation {
    double normal;                /* accidents before, of a site like this one */
    double weight;                /* of the normal; the rest is the site's own count */
    double eb, eb_variance;       /* expected before, with what the site showed */
    double after, after_variance; /* expected after, had nothing been done */
};

struct road_eb {
    enum glm_fault fault;
    double intercept,
        traffic_power;     /* log normal = intercept + power log traffic + log(length years) */
    double overdispersion; /* 1 / theta */
    size_t treated;
    double observed, expected, variance; /* sums over treated sites, afterwards */
    double effect, se, low, high;        /* 0.8: a fifth fewer than expected; 95 % */
    double naive;                        /* observed / (before, scaled to the time after) */
    bool no_treated;                     /* the figures of the effect are NaN */
};

struct road_setting {
    double years_before, years_after; /* > 0 */
    bool fit_all; /* the normal is fitted on treated sites too; else on the others only */
};

/* sites[i] into each[i]. ERR_INVALID: a number outside its bounds; otherwise what glm_fit()
 * answers. Memory: 12 doubles a site. */
NODISCARD enum err road_eb(const struct work *w, const struct road_setting *s,
                           const struct road_site *sites, size_t n, struct road_expectation *each,
                           struct road_eb *out);
