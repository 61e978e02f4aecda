/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Had the values been spread over the units by chance, how often would the neighbours of a unit
 * have summed to as much, or as little? The unit keeps its own value; its k neighbours get a
 * random k of the n - 1 others (conditional permutation, Anselin 1995).
 *
 * With one weight for every neighbour the answer depends on k, on the own value and on the sum
 * alone. So either all sums of k of the others are counted exactly (values that are whole numbers),
 * or one set of draws serves all units, corrected for the own value where it was drawn. Sums that
 * tie with the observed one are counted in both tails. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/work.h"

#define DRAWS_RUNS_MOST 999999u
/* Multiplications that an exact answer may cost: some ten seconds. */
#define DRAWS_EXACT_MOST 2e10

struct draws {
    size_t n;
    const double *value;   /* n */
    const uint32_t *count; /* n: k of each unit, below n */
    const double *sum;     /* n: of its neighbours */
};

/* P(sum >= observed) and P(sum <= observed), one of each for every unit. A unit without neighbours
 * has 1 and 1. */
struct draws_tails {
    double *more, *fewer;
};

/* May the exact answer be had: whole values within 2^31 of each other, and few enough of them? */
bool draws_exact_fits(const struct draws *d);

/* Counts every way of drawing, by distinct value (the coefficients of prod (1 + t u^v)^m), leaving
 * out one value at a time by halves, so that nothing is ever subtracted: relative error below
 * 1e-11, however small the tail. ERR_LIMIT when draws_exact_fits() is false. Memory: 8 bytes by
 * (largest k + 1) by (largest sum + 3) by log2 of the number of distinct values, 40 bytes a unit.
 */
NODISCARD enum err draws_exact(const struct work *w, const struct draws *d,
                               const struct draws_tails *out);

/* `runs` draws, 1 to DRAWS_RUNS_MOST; p = (as extreme + 1) / (runs + 1) in each tail. Run r is
 * made from (seed, r). Sums count as equal within 1e-12 of the largest there could be. Memory: 20
 * bytes by run by largest k, 20 bytes a unit for each thread. */
NODISCARD enum err draws_random(const struct work *w, const struct draws *d, uint32_t runs,
                                const struct draws_tails *out);

/* Twice the smaller tail, at most 1. */
double draws_two_sided(double more, double fewer);
