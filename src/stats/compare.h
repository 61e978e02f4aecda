/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Is this count more than that one, or is it chance? Exact comparison of two Poisson counts, the
 * interval of one count, and the correction for having asked many questions at once.
 * Method, source, limits and a worked example: doc/methods/compare-counts.md. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define COUNT_MAX INT64_C(1000000000)

/* How many, during how long (or over how many inhabitants): any unit, the same on both sides. */
struct count {
    int64_t n;
    double exposure;
};

/* The fixed phrases. Nothing else is said about a difference, anywhere. */
enum certainty {
    CERTAINTY_TOO_FEW,            /* not even the most extreme outcome could have told anything */
    CERTAINTY_CLEARLY_FEWER,      /* p <= COMPARE_CLEAR */
    CERTAINTY_LIKELY_FEWER,       /* p <= COMPARE_LIKELY */
    CERTAINTY_NO_SURE_DIFFERENCE, /* p above */
    CERTAINTY_LIKELY_MORE,
    CERTAINTY_CLEARLY_MORE,
    CERTAINTY_COUNT
};
#define COMPARE_CLEAR 0.01
#define COMPARE_LIKELY 0.10
#define COMPARE_MIN_TOTAL 5 /* fewer than this in both together is always too few */

struct comparison {
    double p;     /* exact conditional test, two-sided: all outcomes no likelier than this one */
    double mid_p; /* twice the smaller tail with half of the observed outcome, at most 1 */
    double ratio; /* rate now / rate before; INFINITY when none before, NaN when none at all */
    double ratio_low, ratio_high; /* exact 95 % interval; 0 and INFINITY when there is no limit */
    int chance_in_100; /* "uppstår av en slump ungefär N gånger av 100"; 0 means fewer than 1 */
    enum certainty certainty;
};

/* ERR_INVALID when a count is negative or above COUNT_MAX, or an exposure is not finite and > 0. */
NODISCARD enum err compare_counts(struct count now, struct count before, struct comparison *out);

/* The phrase for a p value that was corrected afterwards (see fdr_adjust). */
enum certainty certainty_of(struct count now, struct count before, double p);
/* "more", "likely_more" ...: stable names for JSON. */
const char *certainty_name(enum certainty c);

struct interval {
    double low, high;
};
/* Exact (Garwood) interval of the mean behind one count at `level` (0.95). */
NODISCARD enum err count_interval(int64_t n, double level, struct interval *out);

/* Benjamini-Hochberg: q[i] is p[i] corrected for the n questions. NaN stays NaN and is no
 * question. q may be p. ERR_INVALID when a p lies outside 0..1. */
NODISCARD enum err fdr_adjust(const double *p, size_t n, double *q);
