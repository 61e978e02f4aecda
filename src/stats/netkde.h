/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Density of events along streets: each event's weight spreads over the network as heat does, until
 * its standard deviation on a long straight street is sigma. This is the equal-split continuous
 * kernel: at a crossing the heat goes on along every street, and at a dead end it turns (Okabe and
 * Sugihara 2012; McSwiggan, Baddeley and Nair 2017).
 *
 * Chains are cut in equal pieces no longer than `step`, and the heat equation u' = u''/2 is solved
 * on their ends by finite differences. Time is not cut in steps: the solution at time sigma^2,
 * exp(-A sigma^2 / 2), is summed as a Chebyshev series until what is left out is below 1e-13. So
 * there is no limit of stability, however short a street is; only the number of terms grows, as
 * the square root of sigma^2 / (shortest piece * step). A street shorter than a twentieth of the
 * step lets heat through as if it were that long. An event between two ends is shared between them;
 * the variance that this adds on average (a sixth of the squared piece) is taken off sigma^2. Error
 * at step = sigma / 10: below 0.5 % of the maximum. */
#pragma once

#include "stats/network.h"

#define NETKDE_NODES_MOST ((size_t)1 << 25)
#define NETKDE_TERMS_MOST 1000000u

struct netkde_plan {
    double sigma; /* metres */
    double step;  /* metres, > 0 and at most sigma / 2 */
};

/* place[i] may be NETWORK_NONE: then it is left out. weight NULL: each counts as one. */
struct netkde_events {
    size_t n;
    const struct network_place *place;
    const double *weight;
};

/* Piece i of chain c, for piece_first[c] <= i < piece_first[c + 1], is length[c] metres long and
 * begins (i - piece_first[c]) * length[c] metres from the chain's beginning. */
struct netkde {
    size_t pieces, nodes;
    uint32_t *piece_first;
    double *length;  /* of each piece of chain c */
    double *density; /* mean over each piece, weight per metre */
    double *node;    /* density at the crossings, then at the ends inside each chain */
    uint32_t *inner; /* of each chain: its first end inside */
    size_t terms;    /* of the series */
};

/* The sum of density * length is the sum of the weights. Memory: 40 bytes a piece and 40 a chain.
 * ERR_INVALID: sigma or step out of order, a weight as in points_check(), no place at all;
 * ERR_LIMIT: more than NETKDE_NODES_MOST pieces or NETKDE_TERMS_MOST terms; ERR_CANCELLED. */
NODISCARD enum err netkde(const struct work *w, const struct network *net,
                          const struct netkde_events *events, const struct netkde_plan *plan,
                          struct netkde *out);

/* Density at a place (between the two nearest ends); NaN where there is none. */
double netkde_at(const struct network *net, const struct netkde *k, struct network_place p);
