/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/analysis_methods.h"

#include <stddef.h>

const struct analysis_method *const analysis_methods[] = {
    &method_compare_counts,
    &method_gistar,
    &method_kde,
    &method_dual_kde,
    &method_network_kde,
    &method_moran,
    &method_farrington,
    &method_ears,
    &method_cusum,
    &method_breaks,
    &method_wdd,
    &method_did,
    &method_its,
    &method_road_eb,
    &method_pai,
    &method_rates,
    &method_repeat_places,
    &method_knox,
    &method_chains,
    &method_mantel,
    &method_aoristic,
    &method_weekday_hour,
    &method_season,
    &method_harmonic,
    &method_stl,
    &method_scan,
    NULL,
};
