/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Options and rows of the methods about nearness and time. */
#pragma once

#include <stdbool.h>

#include "parts/analysis/analysis.h"

/* The option's value must be one of the words, "a|b|c"; else ERR_USAGE with a sentence. */
NODISCARD enum err near_word(struct analysis *an, const char *option, const char *words, int *out);

/* The rows' times as days; whole ones with --whole-days, an option that the method must have. */
NODISCARD enum err near_days(struct analysis *an, const double **out);

/* ERR_USAGE with a sentence when the table has fewer rows. */
NODISCARD enum err near_rows(struct analysis *an, size_t least);

/* For the method's list. */
#define NEAR_METRIC_OPTION                                                                         \
    {                                                                                              \
        "metric", "euclidean|manhattan", "euclidean", T_analysis_opt_metric, OPTION_TEXT, 0, 0     \
    }
#define NEAR_WHOLE_DAYS_OPTION                                                                     \
    {                                                                                              \
        "whole-days", NULL, NULL, T_analysis_opt_whole_days, OPTION_FLAG, 0, 0                     \
    }
