/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A table of counts a unit of time, as the methods about when give it. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/binrates.h"

struct when_bins {
    const char *key;  /* of the table */
    const char *unit; /* column of the exposure: "days", "hours" */
    size_t n;
    double *count, *exposure;
    const int64_t *first, *second; /* the bins' numbers; second may be NULL */
    const char *first_key, *second_key;
    const char *const *name; /* may be NULL */
};

/* Adds the table; q is p corrected for the number of bins. */
NODISCARD enum err when_table(struct analysis *an, const struct when_bins *b, bool whole,
                              struct bin_rates *rates, double **q);
/* Is every weight 1, as without the column? ERR_USAGE for an empty weight. */
NODISCARD enum err when_weights(struct analysis *an, bool *whole);
/* Adds KEY_statistic, KEY_p and KEY_test. */
NODISCARD enum err when_test(struct analysis *an, const struct when_bins *b,
                             const char *const keys[3], enum bin_statistic statistic, double *p);
