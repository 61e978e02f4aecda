/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When did the level change? The best cut of a series into stretches with a level each; their
 * number by the Bayesian information criterion. Method, source, limits and a worked example:
 * doc/methods/breaks.md.
 *
 * Bai and Perron 2003 (J. Applied Econometrics 18:1-22); Zeileis and others 2003. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/work.h"

#define BREAKS_MOST 20
#define BREAKS_STEPS_MOST 20000

enum breaks_kind {
    BREAKS_NORMAL, /* least squares */
    BREAKS_POISSON /* likelihood of counts; overdispersed counts then break too often */
};

struct breaks_setting {
    enum breaks_kind kind;
    size_t least; /* steps in a stretch, at least: 2 or more */
    int most;     /* breaks: 0 to BREAKS_MOST; as many as fit are tried */
};

struct breaks {
    int n;                  /* chosen */
    size_t at[BREAKS_MOST]; /* first step of each new stretch */
    double level[BREAKS_MOST + 1];
    int tried; /* 0 .. tried breaks */
    double bic[BREAKS_MOST + 1];
    double cost[BREAKS_MOST + 1]; /* sum of squares, or deviance */
};

/* Memory: 16 * steps * (most + 2) bytes. Work: steps^2 * most / 2. ERR_INVALID: a setting outside
 * its bounds, a value that is not finite or beyond 1e9, negative with BREAKS_POISSON, fewer steps
 * than `least`; ERR_LIMIT: more than BREAKS_STEPS_MOST; ERR_CANCELLED. */
NODISCARD enum err breaks_find(const struct work *w, const struct breaks_setting *s,
                               const double *y, size_t steps, struct breaks *out);
