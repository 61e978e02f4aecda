/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside findings_*.c only. */
#pragma once

#include "parts/picture/findings.h"

/* The squares that anything has ever happened in, and which of them each event lies in. */
struct findings_ground {
    uint32_t n;
    uint32_t *at;     /* rising */
    double *x, *y;    /* middles */
    uint32_t *square; /* [events] index of at */
};

struct findings_call {
    const struct work *w;
    const struct findings_events *ev;
    struct findings_span span;
    struct findings_ground ground;
};

/* Each leaves q corrected within the method only, and its state as if there were no others. */
NODISCARD enum err findings_hot(const struct findings_call *c, struct findings *f);
NODISCARD enum err findings_new(const struct findings_call *c, struct findings *f);
NODISCARD enum err findings_near(const struct findings_call *c, struct findings *f);
NODISCARD enum err findings_step(const struct findings_call *c, struct findings *f);

/* What is told may be chance at most FINDINGS_SURE of all times, everything together. First comes
 * the comparison of counts; these methods have parts of the rest by Holm's procedure with weights:
 * what a method that cannot look, or that holds, does not need is divided among the others in
 * proportion. least: the surest p or q of each; NaN: it could not look. share: what each may use.
 */
enum {
    FINDINGS_HOT,
    FINDINGS_NEW,
    FINDINGS_NEAR_BY,
    FINDINGS_BESIDE,
    FINDINGS_LEVEL,
    FINDINGS_METHODS
};
void findings_divide(const double least[FINDINGS_METHODS], double share[FINDINGS_METHODS]);

/* P(X >= k) of a binomial count. */
double findings_binomial(int64_t k, int64_t n, double share);
/* P(X >= k) when n are drawn of k + k_other here and n + n_other in all. */
double findings_drawn(int64_t k, int64_t n, int64_t k_other, int64_t n_other);
NODISCARD enum err findings_limits(struct findings_spot *s);
