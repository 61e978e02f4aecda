/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/stl.h"

#define ROOM ((size_t)16 << 20)

static struct stl split(struct arena *a, const double *y, size_t n, struct stl_options o,
                        bool robust)
{
    struct work w = {.arena = a};
    struct stl s = {0};
    stl_defaults(&o, n, robust);
    CHECK_INT(stl_split(&w, y, n, &o, &s), ERR_OK);
    for (size_t i = 0; i < n; i++)
        CHECK_NEAR(s.season[i] + s.trend[i] + s.remainder[i], y[i], 1e-9);
    return s;
}

static struct stl_options options(int period, int season)
{
    struct stl_options o = {.period = period, .periodic = season == 0};
    o.season = (struct stl_smoother){season, -1, 0};
    o.trend.degree = o.low_pass.degree = -1;
    return o;
}

TEST(worked_example_of_stl)
{
    /* A line and a season that repeats exactly, for five years of quarters. */
    const double season[] = {3, -1, -4, 2};
    double y[20];
    struct arena *a = arena_most(ROOM);
    for (int i = 0; i < 20; i++)
        y[i] = 100 + 2 * i + season[i % 4];
    struct stl s = split(a, y, 20, options(4, 0), false);
    for (int i = 0; i < 20; i++) {
        CHECK_NEAR(s.season[i], season[i % 4], 0.75);
        CHECK_NEAR(s.season[i], s.season[i % 4], 0);
        CHECK_NEAR(s.weight[i], 1, 0);
    }
    for (int i = 4; i < 16; i++)
        CHECK_NEAR(s.trend[i], 100 + 2 * i, 0.5);
    arena_free(a);
}

TEST(parts_are_those_of_r)
{
    static const char *const names[] = {"stl_chicago_d7.csv", "stl_chicago_total.csv"};
    for (size_t f = 0; f < ARRAY_LEN(names); f++) {
        struct arena *a = arena_most(ROOM);
        struct numbers t = numbers_read(a, names[f]);
        double *log_y = ARENA_ARRAY(a, t.n, double), low = INFINITY, high = 0, worst = 0;
        for (size_t i = 0; i < t.n; i++) {
            log_y[i] = log(t.column[0][i] + 1);
            low = fmin(low, t.column[0][i]);
            high = fmax(high, t.column[0][i]);
        }
        struct stl per = split(a, t.column[0], t.n, options(52, 0), false);
        struct stl rob = split(a, t.column[0], t.n, options(52, 13), true);
        struct stl log = split(a, log_y, t.n, options(52, 7), false);
        for (size_t i = 0; i < t.n; i++) {
            const double mine[] = {per.season[i], per.trend[i],  rob.season[i], rob.trend[i],
                                   rob.weight[i], log.season[i], log.trend[i]};
            for (size_t c = 0; c < 7; c++)
                worst = fmax(worst, fabs(mine[c] - t.column[c + 1][i]));
        }
        CHECK_NEAR(worst, 0, 1e-8 * (high - low));
        arena_free(a);
    }
}

/* All series of the reference set, when it is at hand: columns as there. */
TEST(every_reference_series_is_split_as_by_r)
{
    static const char *const names[] = {"d1", "d7", "d16", "d20", "total"};
    for (size_t f = 0; f < ARRAY_LEN(names); f++) {
        char name[64], path[512];
        snprintf(name, sizeof name, "out/stl_chicago_%s.csv", names[f]);
        if (!reference_path(path, sizeof path, name))
            return;
        struct arena *a = arena_most(ROOM);
        struct numbers t = numbers_open(a, path);
        struct stl per = split(a, t.column[1], t.n, options(52, 0), false);
        struct stl rob = split(a, t.column[1], t.n, options(52, 13), true);
        for (size_t i = 0; i < t.n; i++) {
            const double mine[] = {per.season[i], per.trend[i],     per.remainder[i], rob.season[i],
                                   rob.trend[i],  rob.remainder[i], rob.weight[i]};
            for (size_t c = 0; c < 7; c++)
                CHECK_NEAR(mine[c], t.column[c + 2][i], 1e-8);
        }
        arena_free(a);
    }
}

static void noisy(double *y, size_t n, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < n; i++)
        y[i] = 50 + 10 * sin((double)i * 2 * M_PI / 12) + 0.1 * (double)i + 3 * rng_normal(&r);
}

TEST(parts_follow_shift_and_scale)
{
    double y[120], z[120];
    struct arena *a = arena_most(ROOM);
    noisy(y, 120, 1);
    for (int i = 0; i < 120; i++)
        z[i] = 7 + 4 * y[i];
    struct stl s = split(a, y, 120, options(12, 9), true);
    struct stl t = split(a, z, 120, options(12, 9), true);
    for (int i = 0; i < 120; i++) {
        CHECK_NEAR(t.season[i], 4 * s.season[i], 1e-8);
        CHECK_NEAR(t.trend[i], 7 + 4 * s.trend[i], 1e-8);
        CHECK_NEAR(t.weight[i], s.weight[i], 1e-8);
    }
    arena_free(a);
}

/* One wild value: the robust season and trend hardly notice it. */
TEST(robust_parts_withstand_a_wild_value)
{
    double y[120], wild[120];
    struct arena *a = arena_most(ROOM);
    noisy(y, 120, 2);
    memcpy(wild, y, sizeof y);
    wild[60] += 500;
    struct stl plain = split(a, y, 120, options(12, 0), true);
    struct stl robust = split(a, wild, 120, options(12, 0), true);
    struct stl soft = split(a, wild, 120, options(12, 0), false);
    CHECK_NEAR(robust.weight[60], 0, 0);
    CHECK_NEAR(robust.season[0], plain.season[0], 2);
    CHECK(fabs(soft.season[0] - plain.season[0]) > 10);
    arena_free(a);
}

/* Without jumps the parts are calculated at every place: near, not the same. */
TEST(jumps_only_interpolate)
{
    double y[240];
    struct arena *a = arena_most(ROOM);
    noisy(y, 240, 3);
    struct stl_options o = options(12, 31);
    struct stl jumped = split(a, y, 240, o, false);
    o.season.jump = o.trend.jump = o.low_pass.jump = 1;
    struct stl each = split(a, y, 240, o, false);
    double most = 0;
    for (int i = 0; i < 240; i++)
        most = fmax(most, fabs(jumped.trend[i] - each.trend[i]));
    CHECK(most > 0 && most < 0.5);
    arena_free(a);
}

TEST(a_series_without_movement_has_no_parts)
{
    double y[30];
    struct arena *a = arena_most(ROOM);
    for (int i = 0; i < 30; i++)
        y[i] = 8;
    struct stl s = split(a, y, 30, options(7, 0), true);
    for (int i = 0; i < 30; i++)
        CHECK(fabs(s.season[i]) < 1e-12 && fabs(s.trend[i] - 8) < 1e-12);
    arena_free(a);
}

TEST(what_is_no_series_is_refused)
{
    double y[30];
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct stl s;
    struct stl_options o = options(12, 7);
    noisy(y, 30, 4);
    stl_defaults(&o, 30, false);
    CHECK_INT(o.trend.window, 23);
    CHECK_INT(o.low_pass.window, 13);
    CHECK_INT(stl_split(&w, y, 24, &o, &s), ERR_INVALID);
    CHECK_INT(stl_split(&w, y, 0, &o, &s), ERR_INVALID);
    CHECK_INT(stl_split(&w, y, 25, &o, &s), ERR_OK);
    CHECK_INT(stl_split(&w, y, STL_MOST + 1, &o, &s), ERR_LIMIT);
    int *const fields[] = {&o.period, &o.season.window, &o.trend.degree, &o.low_pass.jump,
                           &o.inner};
    const int bad[] = {1, 8, 2, 0, 0};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        int keep = *fields[i];
        *fields[i] = bad[i];
        CHECK_INT(stl_split(&w, y, 30, &o, &s), ERR_INVALID);
        *fields[i] = keep;
    }
    const double wrong[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        y[4] = wrong[i];
        CHECK_INT(stl_split(&w, y, 30, &o, &s), ERR_INVALID);
    }
    y[4] = 0;
    w.tick = stop_at_once;
    CHECK_INT(stl_split(&w, y, 30, &o, &s), ERR_CANCELLED);
    arena_free(a);
    a = arena_most(1000);
    w = (struct work){.arena = a};
    CHECK_INT(stl_split(&w, y, 30, &o, &s), ERR_NOMEM);
    arena_free(a);
}
