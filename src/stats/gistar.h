/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where do many lie together? Getis-Ord Gi* and Gi: is the sum in a unit's neighbourhood larger or
 * smaller than chance makes it?
 *
 *     z = (S - W ybar) / (s sqrt((n W - W^2) / (n - 1)))
 *
 * with S the sum of the neighbourhood of W units, the unit itself among them (Gi*), ybar and s the
 * mean and the deviation (divisor n) of all n units; for Gi, without itself, the mean and deviation
 * of the n - 1 others. Weights are one; weights that sum to one give the same z.
 * Getis and Ord 1992, Ord and Getis 1995. Method, limits and an example: doc/methods/gistar.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/neighbours.h"
#include "stats/work.h"

/* How p is found. The last two ask what the neighbours would sum to had the other values been
 * spread by chance, the own value given (see draws.h): there it is of no importance whether the
 * unit itself is counted in. */
enum inference {
    INFERENCE_NORMAL, /* from z */
    INFERENCE_EXACT,
    INFERENCE_RANDOM
};

struct gistar_plan {
    bool without_self; /* Gi instead of Gi* */
    enum inference inference;
    uint32_t runs; /* of INFERENCE_RANDOM */
};

/* Arrays of n. NaN in z, p and q where there is none: all values are the same, or the
 * neighbourhood is everything. */
struct gistar {
    double *sum;     /* of the neighbourhood, the unit itself included for Gi* */
    uint32_t *count; /* neighbours, never the unit itself */
    double *z;
    double *more, *fewer; /* P(as many or more), P(as few or fewer) */
    double *p;            /* two-sided: twice the smaller, at most 1 */
    double *q;            /* p corrected over all units (Benjamini-Hochberg) */
    double mean, deviation;
};

/* Values are finite and within 1e15. ERR_INVALID otherwise, or for fewer than 3 units; ERR_LIMIT
 * as in draws.h. Memory: 80 bytes a unit, and that of draws.h. */
NODISCARD enum err gistar(const struct work *w, const struct neighbours *nb, const double *value,
                          const struct gistar_plan *plan, struct gistar *out);

/* Mean and deviation (divisor n), summed in order; of all the same value the deviation is 0.
 * ERR_INVALID for a value that is not finite or beyond 1e15. */
NODISCARD enum err values_spread(size_t n, const double *value, double *mean, double *deviation);
/* Both tails of the standard normal distribution. */
void normal_tails(double z, double *more, double *fewer);
