/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kulldorff's scan statistic: where, and when, were there more cases (or fewer) than the rest of
 * the area and period leads one to expect? Circles of every size round every location, and every
 * interval of periods, are compared by their likelihood ratio; how large the largest ratio gets by
 * chance is found by simulation. Method, source, limits and a worked example: doc/methods/scan.md.
 *
 * Kulldorff 1997 (Communications in Statistics 26:1481-1496); Kulldorff et al. 2005 (PLoS Medicine
 * 2:e59); Abrams, Kulldorff and Kleinman 2010 (Gumbel). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct work;

#define SCAN_LOCATIONS_MOST 1000000u
#define SCAN_PERIODS_MOST 50000u
#define SCAN_CELLS_MOST UINT64_C(500000000) /* locations x periods */
#define SCAN_CASES_MOST UINT64_C(50000000)  /* each is drawn anew in every simulation */
#define SCAN_MEMBERS_MOST UINT64_C(400000000)
#define SCAN_RUNS_MOST 99999u

enum scan_model {
    SCAN_PERMUTATION, /* only cases: place and time of a case are independent under the null */
    SCAN_POISSON,     /* cases, and what is expected of each location and period */
    SCAN_BERNOULLI    /* cases and controls */
};

enum scan_rates { SCAN_HIGH = 1, SCAN_LOW = 2, SCAN_BOTH = 3 };

struct scan_input {
    enum scan_model model;
    uint32_t locations, periods; /* one period: purely spatial; one location: purely temporal */
    const double *x, *y, *z;     /* metres; z may be NULL */
    /* [location * periods + period] */
    const uint32_t *cases;
    const double *expected;   /* Poisson: >= 0, in any unit; > 0 wherever there are cases */
    const uint32_t *controls; /* Bernoulli */
    /* Per location: what max_share is a share of. NULL: the cases (permutation), the sum of what is
     * expected (Poisson, which is what SaTScan takes), cases and controls (Bernoulli). */
    const double *at_risk;
};

struct scan_options {
    enum scan_rates rates;
    double max_share;     /* of those at risk, in a circle: > 0, <= 1 (usually 0.5) */
    double max_radius;    /* metres, >= 0; INFINITY: none */
    uint32_t max_periods; /* of an interval; 1 .. periods */
    uint32_t min_cases;   /* of a cluster of high rate (usually 2) */
    bool prospective;     /* only intervals that last to the end */
    /* Locations as far from the centre enter a circle together, or one at a time by ascending x, y
     * (which is what SaTScan does). */
    bool one_by_one;
    bool overlap;      /* report every centre's best window, or only those that share no location
                          and period with a better one */
    uint32_t runs;     /* simulated data sets; 0: no p */
    uint32_t stop_at;  /* end when so many were as extreme as the best window; 0: never */
    uint32_t clusters; /* at most so many are reported */
};

struct scan_cluster {
    uint32_t centre, n_members;
    const uint32_t *members; /* locations by distance; the centre's own position is the first */
    double radius;           /* metres, to the outermost member */
    uint32_t from, to;       /* periods, both within */
    uint64_t cases;
    double expected;
    double population;    /* Bernoulli: cases and controls within; otherwise NaN */
    double ratio;         /* cases / expected */
    double relative_risk; /* the rate within / the rate outside; INFINITY when none is outside */
    double llr;           /* natural logarithm of the likelihood ratio */
    double p;             /* NaN without simulations */
    double p_gumbel;      /* NaN with fewer than 20 of them */
    bool high;
};

struct scan_result {
    uint64_t cases; /* in all */
    uint32_t runs;  /* simulated: fewer than asked for when stop_at was reached */
    bool stopped;
    const double *maxima; /* [runs], in the order of the runs */
    size_t n;             /* clusters, best first */
    const struct scan_cluster *clusters;
};

/* Results are in the arena of w. Memory: locations x periods x (about 40 bytes, and 20 more for
 * each thread) + 5 bytes for each member of each circle + 10 bytes for each case and
 * thread + 2,100 bytes for each period of the longest interval and thread.
 * ERR_INVALID: a coordinate that is not finite, no cases, cases where nothing is expected, an
 * option out of its range, only one location and one period (permutation: only one of either).
 * ERR_LIMIT: past the limits above. ERR_NOMEM: past the arena's. */
NODISCARD enum err scan_run(const struct work *w, const struct scan_input *in,
                            const struct scan_options *o, struct scan_result *out);
