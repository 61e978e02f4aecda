/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Is today's or this week's count more than the last few make likely? The three methods of EARS
 * (Early Aberration Reporting System), for series that are too short for Farrington.
 * Method, source, limits and a worked example: doc/methods/ears.md.
 *
 * Hutwagner and others 2003 (J. Urban Health 80:i89-i96); Fricker, Hegler, Dunfee 2008. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/work.h"

enum ears_method {
    EARS_C1, /* the baseline ends just before */
    EARS_C2, /* two steps lie between */
    EARS_C3  /* C2 summed over three steps, each less 1 */
};

struct ears_setting {
    enum ears_method method;
    int baseline;       /* steps: 3 to 400 */
    double alpha;       /* one-sided, 0 < alpha < 0.5 */
    double least_sigma; /* floor of the deviation: >= 0; with 0, an even baseline alarms at once */
};
/* baseline 7, alpha 0.001 (C3: 0.025), floor 0.5. */
struct ears_setting ears_default(enum ears_method m);

struct ears_step {
    double expected, sigma; /* of the baseline; sigma after the floor */
    double upper;           /* a count above it is an alarm; C3: -INFINITY when the two
                               steps before suffice */
    double score;           /* C1, C2: (y - expected) / sigma; C3: the sum */
    double p;               /* C1, C2: of a normal deviate above score; C3: NaN */
    bool alarm;             /* false where a count is missing */
};

/* Steps before the first that can be judged. */
size_t ears_history(const struct ears_setting *s);
/* y: [series][steps], >= 0, NaN is missing: then, and where a baseline has a missing count, all
 * figures are NaN. Judges first .. steps-1 into out[series][steps - first]. No memory is taken.
 * ERR_INVALID: a setting outside its bounds, a negative, infinite or huge (> 1e9) count, first <
 * history. */
NODISCARD enum err ears(const struct work *w, const struct ears_setting *s, const double *y,
                        size_t series, size_t steps, size_t first, struct ears_step *out);
