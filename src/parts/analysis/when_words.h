/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods about when have in common: the clock, the period, names of weekdays. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/hourweek.h"

/* --clock swedish|as-written. The reader of tables knows the latter: see analysis_table.c. */
#define WHEN_CLOCK_OPTION                                                                          \
    {                                                                                              \
        "clock", "swedish|as-written", "swedish", T_analysis_opt_clock, OPTION_TEXT, 0, 0          \
    }
#define WHEN_PERIOD_OPTIONS                                                                        \
    {"from", "DATE", NULL, T_analysis_opt_from, OPTION_TEXT, 0, 0},                                \
    {                                                                                              \
        "to", "DATE", NULL, T_analysis_opt_to, OPTION_TEXT, 0, 0                                   \
    }

NODISCARD enum err when_clock(struct analysis *an, enum hour_clock *out);

/* Is row i in no certain hour or day? A row without an end is a moment. */
bool when_unsure(const struct analysis_table *t, size_t i, enum hour_clock clock,
                 enum hour_close close);

/* Days since 1970 on the clock. */
int64_t when_day(enum hour_clock clock, msec t);
/* When that day begins. */
msec when_start(enum hour_clock clock, int64_t day);

/* Whole days, the last one too. */
struct when_period {
    int64_t first, last;
};
/* From --from to --to, else from the table's first day to its last. ERR_USAGE with a sentence when
 * they are no dates, or longer than 100 years, or nothing lies between. */
NODISCARD enum err when_period(struct analysis *an, enum hour_clock clock, struct when_period *out);

const char *when_weekday(enum lang lang, int weekday); /* 1 = Monday */
const char *when_month(enum lang lang, int month);     /* 1 = January */
