/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Is this week's count more than the same weeks of earlier years make likely? The method of
 * Farrington and others in its flexible form, for one series or many.
 * Method, source, limits and a worked example: doc/methods/farrington.md.
 *
 * Farrington, Andrews, Beale, Catchpole 1996 (J. R. Stat. Soc. A 159:547-563); Noufaily and others
 * 2013 (Statistics in Medicine 32:1206-1222). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/work.h"

enum farrington_limit {
    FARRINGTON_DELTA,       /* normal on a power scale, variance by the delta method */
    FARRINGTON_NEGBIN,      /* quantile of the negative binomial with the fitted mean */
    FARRINGTON_NEGBIN_UPPER /* the same with the upper limit of the fitted mean */
};
enum farrington_power { FARRINGTON_TWO_THIRDS, FARRINGTON_HALF, FARRINGTON_ONE };

struct farrington_setting {
    int years;             /* how many back: 1 to 20 */
    int half_window;       /* weeks on each side of the reference week: 0 to 20 */
    int periods;           /* levels of the season: 1 (only the windows are used) to 40 */
    int skip;              /* latest weeks that are left out: 0 to 200 */
    double weeks_per_year; /* 52 to 53; the week k years back is the nearest to k times this */
    bool trend;            /* a log-linear trend where it is allowed and p < trend_p */
    double trend_p;        /* 1: always where allowed */
    double reweight_from;  /* Anscombe residual above which a past week counts less; 0: never */
    enum farrington_limit limit;
    enum farrington_power power; /* FARRINGTON_DELTA only */
    double alpha;                /* one-sided, 0 < alpha < 0.5 */
    int recent_weeks;            /* no alarm with fewer than recent_events in these, */
    double recent_events;        /* the week itself being the last of them */
};
/* The two settings of the literature. */
struct farrington_setting farrington_original(void); /* 5 years, 3 weeks, alpha 0.05 */
struct farrington_setting farrington_noufaily(void); /* ten levels, 26 weeks, alpha 0.005 */

enum farrington_state {
    FARRINGTON_FINE,
    FARRINGTON_TOO_FEW,    /* fewer than recent_events lately: figures, never an alarm */
    FARRINGTON_NO_HISTORY, /* not one event in the windows of earlier years */
    FARRINGTON_MISSING,    /* no count this week, or too few weeks before it */
    FARRINGTON_STATE_COUNT
};
const char *farrington_state_name(enum farrington_state s);

struct farrington_week {
    double expected, upper;
    double p;          /* of a count at least this large, one-sided */
    double score;      /* (y - expected) / (upper - expected) */
    double dispersion; /* of the fit: at least 1 */
    double trend;      /* per week, of the logarithm; NaN without trend */
    enum farrington_state state;
    bool alarm; /* y > upper, and enough events lately */
};

/* Weeks before the first that can be judged: the largest lag that is used. */
size_t farrington_history(const struct farrington_setting *s);

struct farrington_series {
    size_t series, weeks;
    const double *y;          /* [series][weeks], >= 0; NaN is missing */
    const double *population; /* the same shape, > 0; NaN is missing. NULL: none. Its logarithm is
                               * an offset, so that only its course matters, not its size */
};

/* Judges weeks first .. weeks-1 of each series into out[series][weeks - first]. Memory: about
 * 130 bytes for each week of history and thread, 8 for each week of each series. ERR_INVALID: a
 * setting outside its bounds, a count that is negative, infinite or above 1e9, a
 * population that is not above 0 or infinite, first < history. */
NODISCARD enum err farrington(const struct work *w, const struct farrington_setting *s,
                              const struct farrington_series *in, size_t first,
                              struct farrington_week *out);
