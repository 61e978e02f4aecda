/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which units are like their neighbours, and which stand out from them? Local Moran:
 *
 *     I_i = d_i sum_j w_ij d_j / m2,   d = y - mean,   m2 = sum of d^2 by n (or by n - 1)
 *
 * with w_ij = 1 / k for the k neighbours of i (or 1). Anselin 1995; moments given the own value:
 * Sauer, Oshan, Rey and Wolf 2021. Method, limits and an example: doc/methods/moran.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/gistar.h"
#include "stats/neighbours.h"
#include "stats/work.h"

struct moran_plan {
    bool binary; /* weights of one; else the k neighbours share one */
    bool sample; /* m2 by n - 1 */
    bool total;  /* moments over all orders; else given the own value */
    enum inference inference;
    uint32_t runs; /* of INFERENCE_RANDOM */
};

/* The own value and the mean of the neighbours, each above the mean or not. */
enum quadrant { QUADRANT_NONE, QUADRANT_HH, QUADRANT_LH, QUADRANT_LL, QUADRANT_HL };

/* Arrays of n. NaN for a unit without neighbours, and for all when all values are the same. */
struct moran {
    double *lag; /* weighted sum of the neighbours' d */
    uint32_t *count;
    double *i, *expected, *variance, *z;
    double *more, *fewer; /* P(I as large or larger), P(as small or smaller) */
    double *p, *q;        /* two-sided; corrected over all units (Benjamini-Hochberg) */
    enum quadrant *quadrant;
    double mean, deviation; /* divisor n */
    /* Of the whole map: Moran's I with its moments over all orders (Cliff and Ord 1981). */
    double global_i, global_expected, global_variance, global_z, global_p;
};

/* As gistar(), for at least 4 units. Memory: 120 bytes a unit, and that of draws.h. */
NODISCARD enum err moran(const struct work *w, const struct neighbours *nb, const double *value,
                         const struct moran_plan *plan, struct moran *out);
/* "high_high" ..., "none" */
const char *quadrant_name(enum quadrant q);
