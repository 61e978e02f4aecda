/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A table as series of counts by week or day, for the methods that follow counts over time. Rows
 * either have a value (a count for that moment) or are events, one each. */
#pragma once

#include "parts/analysis/analysis.h"

#define SERIES_CELLS_MOST 50000000u

struct series_set {
    size_t series, steps;
    const char *const *name; /* of each series */
    double *y;               /* [series][steps]; NaN where the file says that nothing is known */
    int64_t first_day;       /* days since 1970-01-01 */
    int step_days;           /* 7 or 1 */
    bool named;              /* the file has a column place */
};

#define SERIES_OPTIONS                                                                             \
    {"by", "week|day", "week", T_trend_opt_by, OPTION_TEXT, 0, 0},                                 \
        {"from", "DATE", NULL, T_trend_opt_from, OPTION_TEXT, 0, 0},                               \
    {                                                                                              \
        "to", "DATE", NULL, T_trend_opt_to, OPTION_TEXT, 0, 0                                      \
    }
#define SERIES_NEEDS COLUMN_BIT(COLUMN_T)
#define SERIES_MAY (COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_PLACE))

/* Part weeks at the ends are left out and told in a warning. ERR_USAGE with a sentence. */
NODISCARD enum err series_read(struct analysis *an, struct series_set *out);
/* ERR_USAGE with a sentence when an option is none of the words, parted by "|"; else its number. */
NODISCARD enum err series_word(struct analysis *an, const char *option, const char *words,
                               int *out);
/* A day in an option as days since 1970-01-01; *out stays when the option is not given. */
NODISCARD enum err series_date(struct analysis *an, const char *option, int64_t *out);
/* "2026-W07", or the date when steps are days. */
const char *series_label(struct analysis *an, const struct series_set *s, size_t step);
const char *series_start(struct analysis *an, const struct series_set *s, size_t step);
/* The same for a sentence: "vecka 7 2026", "9 februari 2026". */
const char *series_words(struct analysis *an, const struct series_set *s, size_t step);
/* ERR_USAGE when there are fewer than `needed` steps in all. */
NODISCARD enum err series_enough(struct analysis *an, const struct series_set *s, size_t needed);

/* What was found for steps first .. steps-1 of each series. Arrays of series * (steps - first). */
struct series_finds {
    const struct series_set *set;
    size_t first, n; /* n: length of the arrays; filled by series_table() */
    const double *p; /* NULL: the method gives no probabilities, nothing is corrected */
    const double *expected;
    const bool *alarm;
    bool level; /* an alarm is about the level, not about the step that gave it */
};
/* The table "weeks" or "days" with place, week, start, observed and expected, to which the method
 * adds its own columns. */
struct result_table *series_table(struct analysis *an, struct series_finds *f);
/* Columns p, q, alarm and sure (alarm, and q within --fdr); figures alarms and sure_alarms; the
 * sentences. Last. */
NODISCARD enum err series_tell(struct analysis *an, const struct series_finds *f,
                               struct result_table *t);
