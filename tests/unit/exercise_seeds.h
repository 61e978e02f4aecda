/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Exercises of several seeds, made once and shared by the tests of one program. */
#pragma once

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/exercise/exercise.h"

#define SEEDS 8

static struct exercise *made[SEEDS + 1];

/* Seed s of 1..SEEDS, made once. */
static const struct exercise *seed(int s)
{
    if (!made[s]) {
        struct exercise_options o = {(uint64_t)s * 7919, {2026, 3, 17 + s}, 2};
        CHECK_INT(exercise_make(&o, &made[s]), ERR_OK);
    }
    return made[s];
}

#define EACH_SEED(x)                                                                               \
    for (int s_ = 1; s_ <= SEEDS; s_++)                                                            \
        for (const struct exercise *x = seed(s_), *once_ = x; once_; once_ = NULL)
#define EACH_EVENT(x, e)                                                                           \
    for (const struct exercise_event *e = (x)->events; e < (x)->events + (x)->event_count; e++)

static inline bool is_nothing(const struct exercise_event *e)
{
    return str_eq(exercise_types[e->type].code, "nothing");
}

static inline int64_t local_day(msec t)
{
    return date_days(date_of_msec(t));
}

static void seeds_free(void)
{
    for (int s = 0; s <= SEEDS; s++) {
        exercise_free(made[s]);
        made[s] = NULL;
    }
}
