/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts in bins that lasted unequally long (months, weekdays, hours): how many a unit of time,
 * between which limits, and whether they differ more than chance makes them.
 * Method, source, limits and worked examples: doc/methods/weekday-hour.md, doc/methods/season.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/work.h"

#define BINS_MOST 10000

/* All arrays have n places. `whole`: the counts are counts, not sums of weights; only then are
 * there limits and p. A bin with exposure 0 must be empty: its rate is NaN. */
struct bin_rates {
    double *rate, *low, *high; /* a unit of exposure; exact (Garwood) limits */
    double *expected;          /* all counts * the bin's share of all exposure */
    double *index;             /* count / expected; 1 is as the mean */
    double *p; /* two-sided exact binomial test of the bin against the others: all outcomes no
                  likelier than this one */
};
/* Results live in work->arena: 48 bytes a bin. ERR_INVALID: a count or an exposure that is negative
 * or not finite, a count where there is no exposure, a whole count that is none or above 1e9, level
 * not in (0, 1). ERR_LIMIT: more than BINS_MOST bins. */
NODISCARD enum err bin_rates(const struct work *w, const double *count, const double *exposure,
                             size_t n, bool whole, double level, struct bin_rates *out);

enum bin_statistic {
    BIN_G,      /* 2 sum x log(x / e) */
    BIN_CHI,    /* sum (x - e)^2 / e */
    BIN_KUIPER, /* for bins in a circle: the greatest distance of the cumulated shares above those
                   expected, plus the greatest below */
};
enum bin_way { BIN_EXACT, BIN_MONTE_CARLO, BIN_ASYMPTOTIC };

#define BIN_OUTCOMES_MOST 2000000.0
#define BIN_RUNS 9999
#define BIN_DRAWN_MOST 100000.0 /* events */

struct bin_test {
    double statistic, p; /* P(statistic at least as large) when all is chance */
    enum bin_way way;
};
/* Do the counts differ more than chance makes them? Every outcome is enumerated when there are at
 * most BIN_OUTCOMES_MOST; otherwise chi-square with n - 1 degrees for G and CHI where at least 5
 * are expected in each bin; otherwise BIN_RUNS random outcomes, p = (as extreme + 1) / (runs + 1).
 * Bins without exposure take no part. Values that differ by less than 1e-9 of each other are equal.
 * ERR_INVALID as bin_rates() for whole counts, and when fewer than 2 bins have exposure; ERR_LIMIT
 * when more than BIN_DRAWN_MOST would have to be drawn. Nothing counted: p 1. 48 bytes a bin. */
NODISCARD enum err bin_test(const struct work *w, const double *count, const double *exposure,
                            size_t n, enum bin_statistic statistic, struct bin_test *out);
