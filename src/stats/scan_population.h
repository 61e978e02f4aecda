/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From censuses to the expected cases of a Poisson scan. Between two censuses the population
 * changes evenly; before the first and after the last it stays as it was. Groups (age, sex ...) are
 * adjusted for by indirect standardisation: a location expects of each group as many cases as its
 * share of the group's person-days. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct work;

struct scan_census {
    uint32_t location, group;
    double day;    /* in the unit of the bounds; NaN: it was the same all the time */
    double people; /* >= 0. Those of the same location, group and day are added up. */
};

struct scan_study {
    uint32_t locations, periods, groups;
    const double *bound; /* [periods + 1], ascending: period t is bound[t] .. bound[t+1] */
    const uint64_t *cases_of_group; /* [groups] */
};

/* expected: [location * periods + period], zeroed by the caller; at_risk: [locations], people on
 * average over the study. The census is sorted in place. ERR_INVALID: people not finite or below 0,
 * a day that is infinite, or a group with cases but no people. */
NODISCARD enum err scan_expect(const struct work *w, const struct scan_study *study,
                               struct scan_census *census, size_t n, double *expected,
                               double *at_risk);
