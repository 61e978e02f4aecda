/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The season of the year in words. */
#pragma once

#include "parts/analysis/series.h"
#include "stats/harmonic.h"

struct harmonic_found {
    struct series_set set;
    struct harmonic_setting setting;
    struct harmonic *series;
    struct harmonic_step *step; /* [series][steps] */
    double *q;                  /* of the test of season, over all series */
    double *expected, *p;       /* of each step */
    bool *outside;
    int64_t tested, n_outside;
};

/* "08-03"; NULL for NaN. */
const char *harmonic_day(struct analysis *an, double day);
/* ERR_USAGE, "too little data", when no series could be fitted. */
NODISCARD enum err harmonic_enough(struct analysis *an, const struct harmonic_found *f);
/* All sentences and warnings. */
void harmonic_say(struct analysis *an, const struct harmonic_found *f);
