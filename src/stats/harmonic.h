/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When in the year is there most of it, how much more than when there is least, and can chance do
 * that? Counts of weeks, days or months regressed on waves of the year.
 * Method, source, limits and a worked example: doc/methods/harmonic.md.
 *
 *     log E(y_i) = log(days_i population_i) + a + sum over h of b_h sin h + c_h cos h (+ d t)
 *
 * Stolwijk, Straatman and Zielhuis 1999 (J. Epidemiology and Community Health 53:235-238); Barnett
 * and Dobson 2010, chapter 3; Fieller 1954 (J. R. Stat. Soc. B 16:175-185). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/work.h"

#define HARMONIC_YEAR 365.2425 /* days */
#define HARMONIC_MOST 6
#define HARMONIC_AUTO_MOST 4
#define HARMONIC_DAYS_LEAST 360  /* with a count that is known */
#define HARMONIC_EVENTS_LEAST 10 /* for each of the 2 K coefficients of the season */

enum harmonic_family {
    HARMONIC_QUASI, /* Var = phi mu, phi by Pearson, at least 1; Student's t and an F test */
    HARMONIC_POISSON,
    HARMONIC_NEGBIN /* Var = mu + mu^2 / theta; normal, and a likelihood ratio test */
};
enum harmonic_trend { HARMONIC_TREND_AUTO, HARMONIC_TREND_YES, HARMONIC_TREND_NO };

struct harmonic_setting {
    enum harmonic_family family;
    int harmonics;             /* pairs K of sine and cosine, 1 to HARMONIC_MOST; 0: the K up to
                                * HARMONIC_AUTO_MOST with the least AIC (quasi: QAIC) */
    enum harmonic_trend trend; /* of the logarithm; auto: with two years or more */
    double level;              /* of all intervals: 0.5 to 0.9999 */
};

/* Step i is the days day[i] .. day[i + 1] - 1 (days since 1970-01-01), the same for all series. */
struct harmonic_series {
    size_t series, steps;
    const int64_t *day;       /* [steps + 1], rising */
    const double *y;          /* [series][steps], 0 to 1e9; NaN is missing */
    const double *population; /* the same shape, > 0; NaN: the step is missing. NULL: none */
};

enum harmonic_state {
    HARMONIC_FITTED,
    HARMONIC_SHORT, /* counts are known for less than HARMONIC_DAYS_LEAST days, or too few steps */
    HARMONIC_TOO_FEW, /* fewer events than HARMONIC_EVENTS_LEAST times 2 K */
    HARMONIC_UNFIT,   /* the regression has no answer, such as a half year without any event */
    HARMONIC_STATE_COUNT
};
const char *harmonic_state_name(enum harmonic_state s); /* "fitted" ...: stable, for JSON */

/* Unless the state is HARMONIC_FITTED, all but events, years and harmonics is NaN. */
struct harmonic {
    enum harmonic_state state;
    int harmonics;
    double events, years; /* of the steps that count */
    /* Is there a season? F with df and df_rest (quasi), else chi-square with df. With harmonics
     * chosen, the test is of the largest K that could be, so that the choice makes no season. */
    double statistic, df, df_rest, p;
    double ratio, ratio_low, ratio_high; /* the highest time of the year / the lowest, >= 1 */
    /* Days since 1970: the peak nearest the middle of the series and its interval by Fieller's
     * theorem (NaN when it is no part of a year); then the next trough; and the next other peak
     * that is not surely lower (NaN: none). */
    double peak, peak_low, peak_high, trough, second;
    double trend, trend_low, trend_high; /* times as many each year; NaN without */
    double dispersion;                   /* Pearson's, with any family; may be below 1 */
    double theta;                        /* NaN unless negbin; INFINITY: no more than Poisson */
    double aic;                          /* QAIC with quasi */
    /* a, then b_1 c_1 b_2 c_2 ..., then d (per year from the middle of the series): 2 + 2 K; waves
     * are of days since 1970, and the intercept of a day. se: their standard errors. */
    int columns;
    double coef[2 * HARMONIC_MOST + 2], se[2 * HARMONIC_MOST + 2];
};

struct harmonic_step {
    double expected, expected_low, expected_high; /* the mean, and its interval */
    double low, high; /* whole numbers: where a count would come, with probability `level` */
    double p;         /* two-sided, of a count at least as far out; NaN where y is missing */
};

/* out: [series]; each: [series][steps]. ERR_INVALID: a setting, a count or a population outside its
 * bounds, days that do not rise or lie beyond year 9999. Memory while it runs: 120 doubles a step
 * (of one series) and 5 kB a series; nothing is left in the arena. */
NODISCARD enum err harmonic(const struct work *w, const struct harmonic_setting *s,
                            const struct harmonic_series *in, struct harmonic *out,
                            struct harmonic_step *each);
