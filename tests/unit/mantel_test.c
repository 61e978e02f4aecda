/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/mantel.h"

#define ROOM ((size_t)64 << 20)

static const struct mantel_form inverse = {1, -1}, plain = {0, 1};

static struct mantel tested(const struct mantel_input *in, int threads)
{
    struct arena *a = arena_most(ROOM);
    struct work w = {.seed = 5, .threads = threads, .arena = a};
    struct mantel m;
    CHECK_INT(mantel_test(&w, in, &m), ERR_OK);
    arena_free(a);
    return m;
}

TEST(worked_example_of_mantel)
{
    /* Distances 3, 5, 4 metres and 1, 3, 2 days: r over three pairs. */
    const double x[] = {0, 3, 3}, y[] = {0, 0, 4}, t[] = {0, 1, 3};
    struct mantel_input in = {.n = 3, .x = x, .y = y, .t = t, .space = plain, .time = plain};
    in.runs = 5999;
    struct mantel m = tested(&in, 1);
    CHECK_NEAR(m.r, 1, 1e-12);
    CHECK_NEAR(m.sum, 3 * 1 + 5 * 3 + 4 * 2, 1e-12);
    CHECK_NEAR(m.p, 1.0 / 6, 0.02); /* one order of six has the largest r */
    in.space = in.time = inverse;
    m = tested(&in, 1);
    /* 1/4, 1/6, 1/5 and 1/2, 1/4, 1/3 */
    CHECK_NEAR(m.sum, 0.125 + 1.0 / 24 + 1.0 / 15, 1e-12);
}

/* vegan and ade4; pointpats gives the same r. */
TEST(r_is_that_of_vegan)
{
    struct arena *a = arena_most(ROOM);
    struct numbers p = numbers_read(a, "near_sanfrancisco.csv");
    struct mantel_input in = {.n = p.n,
                              .x = p.column[0],
                              .y = p.column[1],
                              .t = p.column[2],
                              .space = inverse,
                              .time = inverse,
                              .runs = 199};
    struct mantel m = tested(&in, 2);
    CHECK_NEAR(m.r / 0.0772095740700651, 1, 1e-12);
    CHECK_NEAR(m.sum / 132.162238997961, 1, 1e-12);
    CHECK_NEAR(m.p, 0.005, 0);
    CHECK_NEAR(m.deviation / 0.00150539647223041, 1, 0.25);
    in.space = in.time = plain;
    m = tested(&in, 2);
    CHECK_NEAR(m.r / 0.0204319179783024, 1, 1e-11);
    CHECK_NEAR(m.sum / 225758283181.139, 1, 1e-12);
    CHECK_NEAR(m.p, 0.029, 0.02 + 3 * sqrt(0.029 * 0.971 / 199));
    CHECK_NEAR(m.deviation / 0.0101361041864064, 1, 0.25);
    arena_free(a);
}

static void scatter(double *x, double *y, double *t, size_t n)
{
    struct rng r = rng_make(1, 0);
    for (size_t i = 0; i < n; i++) {
        x[i] = 16.0 * rng_below(&r, 100);
        y[i] = 16.0 * rng_below(&r, 100);
        t[i] = rng_below(&r, 100);
    }
}

TEST(moving_turning_and_scaling_leave_r)
{
    double x[60], y[60], t[60], x2[60], y2[60], t2[60];
    scatter(x, y, t, 60);
    for (int i = 0; i < 60; i++) {
        x2[i] = 700000 + 3 * y[59 - i];
        y2[i] = 6400000 - 3 * x[59 - i];
        t2[i] = 20000 - 2 * t[59 - i];
    }
    struct mantel_input in = {.n = 60, .x = x, .y = y, .t = t, .space = plain, .time = plain};
    struct mantel_input other = {.n = 60, .x = x2, .y = y2, .t = t2, .space = plain, .time = plain};
    CHECK_NEAR(tested(&in, 1).r, tested(&other, 1).r, 1e-12);
}

TEST(threads_change_no_byte)
{
    double x[60], y[60], t[60];
    scatter(x, y, t, 60);
    struct mantel_input in = {.n = 60,
                              .x = x,
                              .y = y,
                              .t = t,
                              .space = inverse,
                              .time = inverse,
                              .metric = NEAR_MANHATTAN,
                              .runs = 99};
    struct mantel one = tested(&in, 1);
    for (int threads = 2; threads <= 4; threads += 2) {
        struct mantel more = tested(&in, threads);
        CHECK_SAME_BYTES(one, more, 6 * sizeof(double));
    }
}

TEST(what_cannot_be_compared_is_refused)
{
    double x[] = {0, 0, 5}, y[] = {0, 0, 5}, t[] = {0, 1, 2};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct mantel m;
    struct mantel_input in = {.n = 3, .x = x, .y = y, .t = t, .space = {0, -1}, .time = plain};
    CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID); /* two at one place: 1 / 0 */
    in.space = plain;
    in.n = 2;
    CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID);
    in.n = MANTEL_EVENTS_MOST + 1;
    CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID);
    in.n = 3;
    in.runs = -1;
    CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID);
    in.runs = 9;
    double *const columns[] = {x, y, t};
    for (int c = 0; c < 3; c++) {
        double keep = columns[c][2];
        columns[c][2] = NAN;
        CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID);
        columns[c][2] = INFINITY;
        CHECK_INT(mantel_test(&w, &in, &m), ERR_INVALID);
        columns[c][2] = keep;
    }
    t[0] = t[1] = t[2] = 4;
    CHECK_INT(mantel_test(&w, &in, &m), ERR_OK);
    CHECK(isnan(m.r) && isnan(m.p));
    t[0] = 0;
    t[1] = 9;
    w.tick = stop_at_once;
    CHECK_INT(mantel_test(&w, &in, &m), ERR_CANCELLED);
    arena_free(a);
    a = arena_most(100);
    w = (struct work){.arena = a};
    CHECK_INT(mantel_test(&w, &in, &m), ERR_NOMEM);
    arena_free(a);
}
