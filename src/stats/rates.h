/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events per inhabitant (or street metre) with the interval of each, and smoothed: where few live,
 * chance makes the highest and the lowest rates. Pure. Method, source, limits and a worked example:
 * doc/methods/rates.md.
 *
 * Garwood 1936; Marshall 1991 (Applied Statistics 40:283-294), global empirical Bayes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct rate_place {
    int64_t n;         /* 0 to COUNT_MAX of compare.h */
    double population; /* > 0, finite */
};

struct rate {
    double rate, low, high; /* per inhabitant */
    double weight;          /* what the place's own rate weighs in the smoothed one: 0 to 1 */
    double smoothed;
    double ratio; /* rate / the overall rate; NaN when there are no events */
    double p;     /* two-sided, against the rest of the places; NaN without any */
};

struct rates {
    double overall;  /* all events / all inhabitants */
    double variance; /* of the true rates between places, by moments; 0: chance explains it all */
};

/* ERR_INVALID: a number outside its bounds, level not in 0..1, no place. */
NODISCARD enum err rates_of(const struct rate_place *p, size_t n, double level, struct rate *each,
                            struct rates *out);
