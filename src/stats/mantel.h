/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mantel's test: does the nearness in place of all pairs of events go with their nearness in time?
 * Method, source, limits and a worked example: doc/methods/mantel.md. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "stats/near.h"
#include "stats/work.h"

#define MANTEL_EVENTS_MOST 5000
#define MANTEL_RUNS_MOST 99999

/* A difference d enters as (d + add) ^ power: with 1 and -1 near pairs count most. */
struct mantel_form {
    double add, power;
};

struct mantel_input {
    size_t n;                /* 3 .. MANTEL_EVENTS_MOST */
    const double *x, *y, *t; /* metres, days */
    enum near_metric metric;
    struct mantel_form space, time;
    int runs; /* random permutations of the times, 0 .. MANTEL_RUNS_MOST */
};

struct mantel {
    double r;               /* Pearson's, over the pairs; NaN when all pairs are alike in either */
    double sum;             /* of the products, Mantel's own statistic */
    double p;               /* (permutations with r at least as large, + 1) / (runs + 1) */
    double p_low;           /* the same, at most as large */
    double mean, deviation; /* of r in the permutations; NaN without any, as both p */
};

/* Memory from work->arena: 12 bytes times n squared, and 4 bytes a point and thread. The same bytes
 * for any number of threads. ERR_INVALID: a number that is not finite, n or runs out of range, a
 * form that makes a pair infinite (0 to a negative power). */
NODISCARD enum err mantel_test(const struct work *w, const struct mantel_input *in,
                               struct mantel *out);
