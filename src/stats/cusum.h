/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Has the level risen? Cumulative sums of small excesses: they find a lasting rise that no single
 * week shows. Method, source, limits and a worked example: doc/methods/cusum.md.
 *
 * Page 1954; Lucas 1985 (Poisson); Hoehle and Paul 2008 (negative binomial); Rossi, Lampugnani and
 * Marchi 1999 (deviates); Lorden 1971 (the bound of false alarms). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/work.h"

enum cusum_kind {
    CUSUM_POISSON,  /* sum of log likelihood ratios: level * ratio against level */
    CUSUM_NEGBIN,   /* the same; the spread is taken from the baseline */
    CUSUM_ROSSI,    /* (y - 3m + 2 sqrt(y m)) / (2 sqrt m) - reference */
    CUSUM_STANDARD, /* (y - m) / sqrt m - reference */
    CUSUM_ANSCOMBE  /* 3/2 (y^(2/3) - m^(2/3)) / m^(1/6) - reference */
};

struct cusum_setting {
    enum cusum_kind kind;
    double ratio;     /* likelihood kinds: the rise that is looked for, 1 < ratio <= 100 */
    double reference; /* deviate kinds: k */
    double limit;     /* > 0: the sum that is an alarm. Likelihood kinds: false alarms come on
                         average at least exp(limit) steps apart while the level is the known one */
    int baseline;     /* steps from which the level is learnt first: 3 to 2000 */
    bool reset;       /* the sum begins again after an alarm; else it goes on for ever */
    int relearn;      /* with reset: steps from which a new level is learnt after an alarm, counted
                         from where the rise began; while the sum is 0 it goes on being learnt,
                         from `baseline` steps at most. 0: the level stays. At most 2000 */
};
struct cusum_setting cusum_default(void); /* Poisson, 1.5, log 260, 52, reset, 8 */

struct cusum_step {
    double expected; /* the level; NaN while it is learnt anew */
    double sum;      /* before a reset */
    double upper;    /* a count this large is an alarm */
    size_t since;    /* where the rise began: the first step since the sum was 0 */
    bool alarm;
};

/* y: [series][steps], >= 0; NaN is missing and leaves the sum as it is. Judges steps
 * baseline .. steps-1 into out[series][steps - baseline]. No memory is taken. A level of 0 counts
 * as half an event in its steps. ERR_INVALID: a setting outside its bounds, a negative, infinite or
 * huge (> 1e9) count, no step to judge. */
NODISCARD enum err cusum(const struct work *w, const struct cusum_setting *s, const double *y,
                         size_t series, size_t steps, struct cusum_step *out);
