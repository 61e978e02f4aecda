/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The E-test of two Poisson counts: how often would the standardised difference be at least as
 * large as the observed one, if both had the pooled rate? Less cautious than the conditional test
 * of compare.h. Source: Krishnamoorthy and Thomson 2004 (J. Stat. Planning and Inference
 * 119:23-35). See doc/methods/compare-counts.md. */
#pragma once

#include "base/err.h"
#include "stats/compare.h"

struct etest {
    double unpooled; /* variance x / t^2 + y / u^2: the paper */
    double pooled;   /* variance (x + y) / (t u): other programs; the same for equal exposures */
};

/* Where so many or more are expected on each side, the normal distribution answers: within 2e-5 of
 * the sum at any p, and within a thousandth of p itself down to p = 1e-6 (measured at 1e6, the
 * worst). */
#define ETEST_NORMAL_FROM 1e6

/* Otherwise sums the outcomes that are not below 1e-30 of the likeliest; a difference of no events
 * in both is none. Memory (from mem_alloc): 24 bytes for each outcome within 13 deviations, 21 MB
 * at the most (1e9 beside fewer than 1e6). ERR_INVALID as compare_counts(). */
NODISCARD enum err etest(struct count now, struct count before, struct etest *out);
