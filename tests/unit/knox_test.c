/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/knox.h"
#include "stats/special.h"

#define ROOM ((size_t)64 << 20)

static const double space_bounds[] = {0, 100, 200, 400};
static const double time_bounds[] = {0, 3, 7, 14};

static struct knox_input input(const double *x, const double *y, const double *t, size_t n)
{
    return (struct knox_input){.n = n,
                               .x = x,
                               .y = y,
                               .t = t,
                               .space = space_bounds,
                               .time = time_bounds,
                               .n_space = 4,
                               .n_time = 4,
                               .same_place = NAN};
}

static struct knox_table counted(struct arena *a, const struct knox_input *in, int threads)
{
    struct work w = {.seed = 7, .threads = threads, .arena = a};
    struct knox_table t = {0};
    CHECK_INT(knox_count(&w, in, &t), ERR_OK);
    return t;
}

/* Points on a lattice of 50 m and whole days, so that many pairs lie on a bound. */
static void scatter(uint64_t seed, size_t n, double *x, double *y, double *t)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < n; i++) {
        x[i] = 674000 + 50.0 * rng_below(&r, 12);
        y[i] = 6580000 + 50.0 * rng_below(&r, 12);
        t[i] = 20000 + rng_below(&r, 40);
    }
}

static bool inside(double v, double from, double to, bool closed, bool first)
{
    if (!closed)
        return v >= from && v < to;
    return (first ? v >= from : v > from) && v <= to;
}

static double apart(const struct knox_input *in, size_t i, size_t j)
{
    double dx = in->x[i] - in->x[j], dy = in->y[i] - in->y[j];
    return in->metric == NEAR_MANHATTAN ? fabs(dx) + fabs(dy) : sqrt(dx * dx + dy * dy);
}

/* The definition, pair by pair; -1 as `s` or `k` stands for any band. */
static int64_t brute(const struct knox_input *in, int s, int k)
{
    int64_t sum = 0;
    for (size_t i = 0; i < in->n; i++)
        for (size_t j = 0; j < i; j++) {
            double d = apart(in, i, j), dt = fabs(in->t[i] - in->t[j]);
            bool near = s < 0 || inside(d, in->space[s], in->space[s + 1], in->closed, s == 0);
            bool soon = k < 0 || inside(dt, in->time[k], in->time[k + 1], in->closed, k == 0);
            sum += near && soon;
        }
    return sum;
}

TEST(worked_example_of_knox)
{
    /* Three events within 50 m in one week, and two far away a month later. */
    const double x[] = {0, 30, 40, 5000, 9000}, y[] = {0, 40, 0, 0, 0}, t[] = {1, 2, 6, 40, 44};
    const double space[] = {0, 100}, time[] = {0, 7};
    struct arena *a = arena_most(ROOM);
    struct knox_input in = input(x, y, t, 5);
    in.space = space;
    in.time = time;
    in.n_space = in.n_time = 2;
    in.runs = 9999;
    struct knox_table k = counted(a, &in, 1);
    CHECK_INT(k.observed[0], 3);
    CHECK_INT(k.pairs_space[0], 3);
    CHECK_INT(k.pairs_time[0], 4);
    CHECK_NEAR(k.analytic[0], 1.2, 1e-15);
    CHECK_NEAR(k.p_analytic[0], 1 - exp(-1.2) * (1 + 1.2 + 0.72), 1e-12);
    CHECK_NEAR(k.expected[0], 1.2, 0.04);
    CHECK_NEAR(k.ratio[0], 3 / k.expected[0], 1e-15);
    /* The three near events must be the three of one week: 1 of the 10 triples. */
    CHECK_NEAR(k.p[0], 0.1, 0.012);
    arena_free(a);
}

TEST(every_count_is_that_of_the_definition)
{
    double x[90], y[90], t[90];
    for (int kind = 0; kind < 8; kind++) {
        struct arena *a = arena_most(ROOM);
        scatter((uint64_t)kind, 90, x, y, t);
        struct knox_input in = input(x, y, t, 90);
        in.metric = kind & 1 ? NEAR_MANHATTAN : NEAR_EUCLIDEAN;
        in.closed = kind & 2;
        for (size_t i = 0; i < 90 && (kind & 4); i++)
            t[i] += (double)i * 0.01;
        struct knox_table k = counted(a, &in, 1);
        for (int s = 0; s < 3; s++) {
            CHECK_INT(k.pairs_space[s], brute(&in, s, -1));
            for (int j = 0; j < 3; j++)
                CHECK_INT(k.observed[s * 3 + j], brute(&in, s, j));
        }
        for (int j = 0; j < 3; j++)
            CHECK_INT(k.pairs_time[j], brute(&in, -1, j));
        arena_free(a);
    }
}

TEST(the_same_place_has_a_row_of_its_own)
{
    double x[90], y[90], t[90];
    struct arena *a = arena_most(ROOM);
    scatter(3, 90, x, y, t);
    struct knox_input in = input(x, y, t, 90);
    struct knox_table plain = counted(a, &in, 1);
    in.same_place = 0;
    struct knox_table exact = counted(a, &in, 1);
    in.same_place = 1;
    struct knox_table metre = counted(a, &in, 1);
    int64_t same = 0;
    for (size_t i = 0; i < 90; i++)
        for (size_t j = 0; j < i; j++)
            same += x[i] == x[j] && y[i] == y[j];
    CHECK(same > 0);
    CHECK_INT(exact.rows, 4);
    CHECK_INT(exact.pairs_space[0], same);
    CHECK_INT(metre.pairs_space[0], same);
    CHECK_INT(exact.pairs_space[0] + exact.pairs_space[1], plain.pairs_space[0]);
    for (size_t i = 0; i < 3; i++)
        CHECK_INT(exact.observed[i] + exact.observed[3 + i], plain.observed[i]);
    CHECK(exact.space_to[0] == 0 && metre.space_to[0] == 1 && metre.space_from[1] == 1);
    arena_free(a);
}

/* All 720 orders of six times: their mean is the analytic figure, and drawing comes near both. */
TEST(permutations_have_the_exact_mean_and_tail)
{
    const double x[] = {0, 60, 120, 150, 160, 900}, y[6] = {0};
    double t[] = {0, 1, 2, 9, 10, 30};
    int order[6] = {0, 1, 2, 3, 4, 5}, c[6] = {0}, all = 1, high;
    struct arena *a = arena_most(ROOM);
    struct knox_input in = input(x, y, t, 6);
    in.runs = 20000;
    struct knox_table k = counted(a, &in, 2);
    double now[6], sum = (double)k.observed[0];
    high = 1;
    in.t = now;
    for (int i = 0; i < 6;) { /* Heap's method */
        if (c[i] >= i) {
            c[i++] = 0;
            continue;
        }
        int j = i % 2 ? c[i] : 0, keep = order[j];
        order[j] = order[i];
        order[i] = keep;
        c[i]++;
        i = 0;
        for (int m = 0; m < 6; m++)
            now[m] = t[order[m]];
        int64_t n = brute(&in, 0, 0);
        sum += (double)n;
        high += n >= k.observed[0];
        all++;
    }
    CHECK_INT(all, 720);
    CHECK_NEAR(sum / all, k.analytic[0], 1e-12);
    CHECK_NEAR(k.expected[0], k.analytic[0], 0.03);
    CHECK_NEAR(k.p[0], (double)high / all, 0.015);
    arena_free(a);
}

static void same_tables(const struct knox_table *a, const struct knox_table *b)
{
    size_t cells = a->rows * a->columns;
    CHECK(memcmp(a->observed, b->observed, cells * sizeof *a->observed) == 0);
    CHECK(memcmp(a->expected, b->expected, cells * sizeof *a->expected) == 0);
    CHECK(memcmp(a->ratio_median, b->ratio_median, cells * sizeof *a->expected) == 0);
    CHECK(memcmp(a->p, b->p, cells * sizeof *a->p) == 0);
    CHECK(memcmp(a->p_analytic, b->p_analytic, cells * sizeof *a->p) == 0);
}

TEST(threads_and_the_form_of_times_change_nothing)
{
    double x[90], y[90], t[90], hours[90], any[90], seconds[90];
    struct arena *a = arena_most(ROOM);
    scatter(5, 90, x, y, t);
    for (size_t i = 0; i < 90; i++) {
        hours[i] = t[i] + 0.5;
        seconds[i] = (t[i] * 86400 + 28801) / 86400;
        any[i] = t[i] + 1.0 / 7;
    }
    struct knox_input in = input(x, y, t, 90);
    in.runs = 99;
    struct knox_table one = counted(a, &in, 1);
    for (int threads = 2; threads <= 4; threads += 2) {
        struct knox_table more = counted(a, &in, threads);
        same_tables(&one, &more);
    }
    const double *const forms[] = {hours, any, seconds};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        in.t = forms[i];
        struct knox_table other = counted(a, &in, 2);
        same_tables(&one, &other);
    }
    arena_free(a);
}

/* 16:00 is eight hours after 08:00, although neither is a whole number of days. */
TEST(times_of_day_that_differ_by_a_bound_are_on_it)
{
    enum { N = 60 };
    const double thirds[] = {0, 1.0 / 3, 2.0 / 3, 1};
    double x[N], y[N], t[N];
    struct knox_input in = input(x, y, t, N);
    in.time = thirds;
    in.runs = 19;
    for (int i = 0; i < N; i++) {
        x[i] = y[i] = 1000;
        t[i] = (19000.0 * 24 + 8.0 * i) / 24;
    }
    for (int closed = 0; closed < 2; closed++) {
        struct arena *a = arena_most(ROOM);
        in.closed = closed;
        struct knox_table k = counted(a, &in, 1);
        int64_t first = closed ? N - 1 : 0, second = closed ? N - 2 : N - 1;
        CHECK_INT(k.observed[0], first);
        CHECK_INT(k.observed[1], second);
        CHECK_INT(k.pairs_time[0], first);
        CHECK_INT(k.pairs_time[1], second);
        CHECK_NEAR(k.expected[0], (double)first, 0); /* at one place, all orders are alike */
        arena_free(a);
    }
}

TEST(moving_scaling_and_shuffling_rows_change_no_count)
{
    double x[90], y[90], t[90], x2[90], y2[90], t2[90], space[4], time[4];
    struct arena *a = arena_most(ROOM);
    scatter(6, 90, x, y, t);
    struct knox_input in = input(x, y, t, 90), other = input(x2, y2, t2, 90);
    for (size_t i = 0; i < 90; i++) { /* other order, other units, another place */
        x2[i] = (x[89 - i] - 674000) * 4 + 128;
        y2[i] = (y[89 - i] - 6580000) * 4 - 4096;
        t2[i] = (t[89 - i] - 20000) * 2;
    }
    for (int i = 0; i < 4; i++) {
        space[i] = space_bounds[i] * 4;
        time[i] = time_bounds[i] * 2;
    }
    other.space = space;
    other.time = time;
    struct knox_table k = counted(a, &in, 1), l = counted(a, &other, 1);
    CHECK(memcmp(k.observed, l.observed, 9 * sizeof *k.observed) == 0);
    CHECK(memcmp(k.analytic, l.analytic, 9 * sizeof *k.analytic) == 0);
    arena_free(a);
}

TEST(every_event_twice_gives_four_times_the_pairs)
{
    double x[180], y[180], t[180];
    struct arena *a = arena_most(ROOM);
    scatter(8, 90, x, y, t);
    struct knox_input in = input(x, y, t, 90);
    struct knox_table once = counted(a, &in, 1);
    memcpy(x + 90, x, 90 * sizeof *x);
    memcpy(y + 90, y, 90 * sizeof *y);
    memcpy(t + 90, t, 90 * sizeof *t);
    in.n = 180;
    struct knox_table twice = counted(a, &in, 1);
    for (int c = 0; c < 9; c++)
        CHECK_INT(twice.observed[c], 4 * once.observed[c] + (c == 0 ? 90 : 0));
    arena_free(a);
}

/* More pairs than a 16-bit count holds, and nothing to find. */
TEST(all_at_one_place_on_one_day_is_chance)
{
    double x[600], y[600] = {0}, t[600] = {0};
    struct arena *a = arena_most(ROOM);
    for (int i = 0; i < 600; i++)
        x[i] = 5;
    struct knox_input in = input(x, y, t, 600);
    in.runs = 33;
    struct knox_table k = counted(a, &in, 1);
    CHECK_INT(k.observed[0], 600 * 599 / 2);
    CHECK_NEAR(k.expected[0], 600 * 599 / 2, 0);
    CHECK_NEAR(k.p[0], 1, 0);
    CHECK_NEAR(k.analytic[0], 600 * 599 / 2, 1e-6);
    arena_free(a);
}

/* --- Peers --- */

/* Observed equal, ratio within 4 standard errors of both runs together, p within the tolerance. */
static void like_nearrepeat(struct arena *a, const struct numbers *p, const struct numbers *ref,
                            enum near_metric metric, int their_runs)
{
    double space[8], time[8];
    struct knox_input in = input(p->column[0], p->column[1], p->column[2], p->n);
    in.metric = metric;
    in.space = space;
    in.time = time;
    in.runs = 499;
    in.n_space = in.n_time = 0;
    for (size_t i = 0; i < ref->n; i++) { /* rows go through the distances, time by time */
        if (ref->column[2][i] == ref->column[2][0])
            space[in.n_space++] = ref->column[0][i];
        if (ref->column[0][i] == ref->column[0][0])
            time[in.n_time++] = ref->column[2][i];
    }
    space[in.n_space++] = ref->column[1][ref->n - 1];
    time[in.n_time++] = ref->column[3][ref->n - 1];
    struct knox_table k = counted(a, &in, 2);
    CHECK_INT(k.rows * k.columns, ref->n);
    for (size_t i = 0; i < ref->n; i++) {
        size_t c = i % k.rows * k.columns + i / k.rows;
        CHECK_INT(k.observed[c], (int64_t)ref->column[4][i]);
        double mean = k.analytic[c], ratio = (double)k.observed[c] / mean;
        if (k.observed[c] > 0)
            CHECK_NEAR(ref->column[5][i] / ratio, 1, 4 * sqrt(2 / (their_runs * mean)) + 0.01);
        double theirs = ref->column[6][i];
        CHECK_NEAR(k.p[c], theirs, 0.02 + 3 * sqrt(theirs * (1 - theirs) / their_runs));
    }
}

static void like_small(const char *points, const char *table, enum near_metric metric)
{
    struct arena *a = arena_most(ROOM);
    struct numbers p = numbers_read(a, points), ref = numbers_read(a, table);
    like_nearrepeat(a, &p, &ref, metric, 499);
    arena_free(a);
}

TEST(tables_are_those_of_nearrepeat)
{
    like_small("near_sanfrancisco.csv", "near_sanfrancisco_knox.csv", NEAR_EUCLIDEAN);
    like_small("near_cincinnati.csv", "near_cincinnati_knox.csv", NEAR_MANHATTAN);
}

/* 6,660 events; only with the whole reference set. */
TEST(the_large_table_is_that_of_nearrepeat)
{
    char points[512], table[512];
    if (!reference_path(points, sizeof points, "data/cincinnati_burglary.csv") ||
        !reference_path(table, sizeof table, "out/knox_NearRepeat_cincinnati.csv"))
        return;
    struct arena *a = arena_most(ROOM);
    struct numbers p = numbers_open(a, points), ref = numbers_open(a, table);
    struct numbers xyt = {.n = p.n, .column = {p.column[2], p.column[3], p.column[1]}};
    struct numbers cut = {.n = ref.n};
    for (size_t c = 0; c < 7; c++) /* without the ratio by the median */
        cut.column[c] = ref.column[c < 6 ? c : 7];
    like_nearrepeat(a, &xyt, &cut, NEAR_EUCLIDEAN, 99);
    arena_free(a);
}

/* surveillance::knox and pointpats; the former's p leaves the observed count itself out. */
TEST(single_cells_are_those_of_surveillance)
{
    const double space[] = {0, 400}, time[] = {0, 7}, space2[] = {0, 300}, time2[] = {0, 14};
    struct arena *a = arena_most(ROOM);
    struct numbers p = numbers_read(a, "near_sanfrancisco.csv");
    struct knox_input in = input(p.column[0], p.column[1], p.column[2], p.n);
    in.space = space;
    in.time = time;
    in.n_space = in.n_time = 2;
    in.closed = true;
    in.runs = 999;
    struct knox_table k = counted(a, &in, 2);
    CHECK_INT(k.observed[0], 496);
    CHECK_NEAR(k.analytic[0], 393.788968952349, 1e-9);
    CHECK_NEAR(k.expected[0], 394.605605605606, 4 * 19.19 / sqrt(499));
    CHECK_NEAR(gamma_tails(497, k.analytic[0]).lower, 3.17290804804111e-07, 1e-16);
    CHECK(k.p_analytic[0] > 3.9e-7 && k.p_analytic[0] < 4.1e-7);
    CHECK_NEAR(k.p[0], 0.001, 0.002);
    p = numbers_read(a, "near_cincinnati.csv");
    in = (struct knox_input){.n = p.n,
                             .x = p.column[0],
                             .y = p.column[1],
                             .t = p.column[2],
                             .space = space2,
                             .time = time2,
                             .n_space = 2,
                             .n_time = 2,
                             .metric = NEAR_MANHATTAN,
                             .closed = true,
                             .same_place = NAN};
    k = counted(a, &in, 1);
    CHECK_INT(k.observed[0], 720);
    CHECK_INT(k.pairs_space[0], 720 + 6320);
    CHECK_INT(k.pairs_time[0], 720 + 152350);
    CHECK_NEAR(k.analytic[0], 556.753919343972, 1e-9);
    CHECK(isnan(k.expected[0]) && isnan(k.p[0]));
    arena_free(a);
}

/* --- What is no input --- */

TEST(what_is_no_table_is_refused)
{
    double x[] = {0, 1, 2}, y[] = {0, 1, 2}, t[] = {0, 1, 2};
    const double down[] = {0, 200, 100, 400}, twice[] = {0, 100, 100, 400}, neg[] = {-1, 1, 2, 3};
    const double nan[] = {0, NAN, 2, 3}, inf[] = {0, 1, 2, INFINITY};
    const double *const wrong[] = {down, twice, neg, nan, inf};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct knox_table k;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct knox_input in = input(x, y, t, 3);
        in.space = wrong[i];
        CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
        in = input(x, y, t, 3);
        in.time = wrong[i];
        CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
    }
    double *const columns[] = {x, y, t};
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < 3; i++) {
            struct knox_input in = input(x, y, t, 3);
            double keep = columns[c][1];
            columns[c][1] = bad[i];
            CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
            columns[c][1] = keep;
        }
    for (size_t n = 0; n < 2; n++) {
        struct knox_input in = input(x, y, t, n);
        CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
    }
    struct knox_input in = input(x, y, t, 3);
    in.same_place = 100;
    CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
    in = input(x, y, t, 3);
    in.runs = KNOX_RUNS_MOST + 1;
    CHECK_INT(knox_count(&w, &in, &k), ERR_INVALID);
    x[0] = 1e300; /* squares cannot hold it: far from all others, no error */
    in = input(x, y, t, 3);
    CHECK_INT(knox_count(&w, &in, &k), ERR_OK);
    CHECK_INT(k.observed[0], 1);
    arena_free(a);
}

TEST(a_count_can_be_cancelled_and_ends_without_memory)
{
    double x[90], y[90], t[90];
    scatter(9, 90, x, y, t);
    struct arena *a = arena_most(ROOM);
    struct knox_input in = input(x, y, t, 90);
    in.runs = 50;
    struct work w = {.arena = a, .tick = stop_at_once};
    struct knox_table k;
    CHECK_INT(knox_count(&w, &in, &k), ERR_CANCELLED);
    arena_free(a);
    bool done = false;
    for (long n = 0; n < 60 && !done; n++) {
        a = arena_most(ROOM);
        w = (struct work){.arena = a};
        mem_fail_at(n);
        enum err e = knox_count(&w, &in, &k);
        done = !mem_failed();
        mem_fail_at(-1);
        CHECK_INT(e, done ? ERR_OK : ERR_NOMEM);
        arena_free(a);
    }
    CHECK(done);
}
