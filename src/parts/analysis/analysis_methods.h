/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each method of the command, in method_*.c. */
#pragma once

#include "parts/analysis/analysis.h"

extern const struct analysis_method method_compare_counts;
extern const struct analysis_method method_gistar;
extern const struct analysis_method method_kde;
extern const struct analysis_method method_moran;
extern const struct analysis_method method_dual_kde;
extern const struct analysis_method method_network_kde;
extern const struct analysis_method method_farrington;
extern const struct analysis_method method_harmonic;
extern const struct analysis_method method_ears;
extern const struct analysis_method method_cusum;
extern const struct analysis_method method_breaks;
extern const struct analysis_method method_wdd;
extern const struct analysis_method method_did;
extern const struct analysis_method method_its;
extern const struct analysis_method method_road_eb;
extern const struct analysis_method method_pai;
extern const struct analysis_method method_rates;
extern const struct analysis_method method_repeat_places;
extern const struct analysis_method method_knox;
extern const struct analysis_method method_chains;
extern const struct analysis_method method_mantel;
extern const struct analysis_method method_aoristic;
extern const struct analysis_method method_weekday_hour;
extern const struct analysis_method method_season;
extern const struct analysis_method method_stl;
extern const struct analysis_method method_scan;
