/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/analysis_methods.h"

#include <stddef.h>

const struct analysis_method *const analysis_methods[] = {
    &method_compare_counts,
    &method_gistar,
    &method_kde,
    &method_dual_kde,
    &method_moran,
    &method_farrington,
    &method_ears,
    &method_cusum,
    &method_knox,
    &method_chains,
    &method_aoristic,
    &method_weekday_hour,
    &method_season,
    &method_scan,
    NULL,
};
