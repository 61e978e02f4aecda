/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a scan says of data and options that are none. */
#include <math.h>
#include <string.h>

#include "scan_set.h"

static enum err try_set(const struct set *s)
{
    struct scan_result r = {.n = 77};
    struct work w = work_of(1);
    enum err e = scan_run(&w, &s->in, &s->o, &r);
    CHECK(e == ERR_OK || r.n == 77);
    return e;
}

TEST(what_is_no_study_is_named)
{
    struct set s;
    make_set(&s, SCAN_POISSON, 1);
    s.x[3] = NAN;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.x[3] = -INFINITY;
    CHECK_INT(try_set(&s), ERR_INVALID);
    make_set(&s, SCAN_POISSON, 1);
    memset(s.cases, 0, sizeof s.cases);
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.cases[0] = 1;
    s.expected[0] = 0;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.expected[0] = NAN;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.expected[0] = 1;
    CHECK_INT(try_set(&s), ERR_OK);
    s.cases[0] = 1000000000;
    CHECK_INT(try_set(&s), ERR_LIMIT);
    make_set(&s, SCAN_BERNOULLI, 1);
    memset(s.controls, 0, sizeof s.controls);
    CHECK_INT(try_set(&s), ERR_INVALID);
    make_set(&s, SCAN_PERMUTATION, 1);
    s.in.locations = s.in.periods = 1;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.in.locations = 0;
    CHECK_INT(try_set(&s), ERR_INVALID);
}

TEST(options_out_of_range_are_named)
{
    struct set s;
    make_set(&s, SCAN_PERMUTATION, 1);
    struct scan_options good = s.o;
    s.o.max_share = 0;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.o = good;
    s.o.max_share = NAN;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.o = good;
    s.o.max_radius = -1;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.o = good;
    s.o.max_periods = T + 1;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.o = good;
    s.o.max_periods = 0;
    CHECK_INT(try_set(&s), ERR_INVALID);
    s.o = good;
    s.o.runs = SCAN_RUNS_MOST + 1;
    CHECK_INT(try_set(&s), ERR_LIMIT);
}

TEST(all_in_one_place_and_one_time_is_an_answer)
{
    struct set s;
    make_set(&s, SCAN_PERMUTATION, 1);
    memset(s.cases, 0, sizeof s.cases);
    s.cases[4] = 50;
    CHECK_INT(try_set(&s), ERR_OK);
    s.o.runs = 9;
    CHECK_INT(try_set(&s), ERR_OK);
}

TEST(refused_memory_is_told_as_that_not_as_a_limit)
{
    struct set s;
    struct scan_result r;
    make_set(&s, SCAN_PERMUTATION, 1);
    s.o.runs = 9;
    enum err e = ERR_NOMEM;
    for (long n = 0; e != ERR_OK && n < 200; n++) {
        struct work w = work_of(1);
        mem_fail_at(n);
        e = scan_run(&w, &s.in, &s.o, &r);
        mem_fail_at(-1);
        CHECK(e == ERR_OK || e == ERR_NOMEM);
    }
    CHECK_INT(e, ERR_OK);
}

static bool stop(void *arg, double share)
{
    double *last = arg;
    *last = share;
    return share < 0.3;
}

TEST(a_cancel_ends_the_scan)
{
    struct set s;
    struct scan_result r;
    double last = 0;
    make_set(&s, SCAN_PERMUTATION, 1);
    s.o.runs = 9999;
    struct work w = work_of(1);
    w.tick = stop;
    w.arg = &last;
    CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_CANCELLED);
    CHECK(last >= 0.3 && last < 0.4);
}
