/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When in the week, for events of which only an interval is known: each is spread over the hours
 * it may have happened in. Method, source, limits and a worked example: doc/methods/aoristic.md. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "stats/hourweek.h"
#include "stats/work.h"

#define AORISTIC_NONE INT64_MIN                            /* no such time */
#define AORISTIC_TIME_MOST (INT64_C(300) * 366 * MSEC_DAY) /* from 1970, either way */
#define AORISTIC_WEEK_HOURS (HOURWEEK_DAYS * HOURWEEK_HOURS)

enum aoristic_rules {
    AORISTIC_STANDARD, /* an interval longer than a week, or one that ends before it begins, is left
                          out; time is counted as it passes, also when the clock is moved */
    AORISTIC_R         /* those of the R package aoristic: an interval that ends before it begins is
                          a moment; one longer than a week gives each hour 1/168; only what the
                          clock shows counts */
};

struct aoristic_input {
    size_t n;
    const msec *from;     /* AORISTIC_NONE: the event is left out */
    const msec *to;       /* NULL, or AORISTIC_NONE where from is the moment */
    const double *weight; /* NULL, or finite and >= 0 */
    enum aoristic_rules rules;
    enum hour_clock clock;
};

struct aoristic {
    double weight[HOURWEEK_DAYS][HOURWEEK_HOURS]; /* from Monday 00 */
    double total;                                 /* weights of the events counted */
    int64_t events;                               /* counted */
    int64_t left_out;
    int64_t moments;             /* of the counted: no end, or it ended as it began */
    int64_t over_day;            /* of the counted: longer than 24 hours */
    int64_t over_week, reversed; /* counted or not */
};

/* The share of one event in each hour, to be added to out; false when it is left out. */
bool aoristic_event(const struct aoristic_input *in, size_t i,
                    double out[HOURWEEK_DAYS][HOURWEEK_HOURS]);
/* Uses no memory. ERR_INVALID: a weight that is negative or not finite, a time farther off than
 * AORISTIC_TIME_MOST. */
NODISCARD enum err aoristic_sum(const struct work *w, const struct aoristic_input *in,
                                struct aoristic *out);
