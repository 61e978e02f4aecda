/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The scan against its definition, written anew and slowly, and against itself. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scan_set.h"

/* --- The definition --- */

static struct window totals(const struct set *s)
{
    struct window w = {0};
    for (uint32_t i = 0; i < s->in.locations * s->in.periods; i++) {
        w.cases += s->in.cases[i];
        w.expected += s->in.expected ? s->in.expected[i] : 0;
        w.people += s->in.cases[i] + (s->in.controls ? s->in.controls[i] : 0);
    }
    return w;
}

static double x_log_x(double a, double b)
{
    return a > 0 ? a * log(a / b) : 0;
}

static double ratio_of(const struct set *s, struct window w, struct window all)
{
    double c = w.cases, mu = w.expected, n = w.people;
    bool high = c > mu;
    if (!(s->o.rates & (high ? SCAN_HIGH : SCAN_LOW)) || (high && c < s->o.min_cases) || mu <= 0 ||
        mu >= all.cases)
        return 0;
    if (s->in.model != SCAN_BERNOULLI)
        return x_log_x(c, mu) + x_log_x(all.cases - c, all.cases - mu);
    return x_log_x(c, n) + x_log_x(n - c, n) + x_log_x(all.cases - c, all.people - n) +
           x_log_x(all.people - n - all.cases + c, all.people - n) -
           x_log_x(all.cases, all.people) - x_log_x(all.people - all.cases, all.people);
}

/* Is j within the circle round i that just reaches k? */
static bool within(const struct set *s, uint32_t i, uint32_t k, uint32_t j)
{
    double dj = hypot(s->x[j] - s->x[i], s->y[j] - s->y[i]);
    double dk = hypot(s->x[k] - s->x[i], s->y[k] - s->y[i]);
    if (fabs(dj - dk) > 1e-6)
        return dj < dk;
    if (!s->o.one_by_one || j == k)
        return true;
    return s->x[j] != s->x[k] ? s->x[j] < s->x[k] : s->y[j] < s->y[k];
}

static struct window sum_window(const struct set *s, const bool *inside, struct window all,
                                uint32_t from, uint32_t to)
{
    struct window w = {0};
    double place = 0, time = 0;
    for (uint32_t j = 0; j < N; j++) {
        for (uint32_t t = 0; t < T; t++) {
            size_t at = (size_t)j * T + t;
            bool here = inside[j], now = t >= from && t <= to;
            place += here ? s->in.cases[at] : 0;
            time += now ? s->in.cases[at] : 0;
            if (!here || !now)
                continue;
            w.cases += s->in.cases[at];
            w.people += s->in.cases[at] + (s->in.controls ? s->in.controls[at] : 0);
            w.expected += s->in.expected ? s->in.expected[at] * all.cases / all.expected : 0;
        }
    }
    if (s->in.model == SCAN_PERMUTATION)
        w.expected = place * time / all.cases;
    if (s->in.model == SCAN_BERNOULLI)
        w.expected = w.people * all.cases / all.people;
    return w;
}

static bool small_enough(const struct set *s, struct window in, struct window all, double radius)
{
    double share = s->in.model == SCAN_POISSON     ? in.expected / all.cases
                   : s->in.model == SCAN_BERNOULLI ? in.people / all.people
                                                   : in.cases / all.cases;
    return share <= s->o.max_share * (1 + 1e-12) && radius <= s->o.max_radius + 1e-9;
}

/* The best window of a circle that shares nothing with a cluster (NULL: of all). */
static double slow_beside(const struct set *s, uint32_t i, uint32_t k, struct window all,
                          const struct scan_cluster *other)
{
    bool inside[N], shared = false;
    double best = 0;
    for (uint32_t j = 0; j < N; j++)
        inside[j] = within(s, i, k, j);
    for (uint32_t j = 0; other && j < other->n_members; j++)
        shared |= inside[other->members[j]];
    if (!small_enough(s, sum_window(s, inside, all, 0, T - 1), all,
                      hypot(s->x[k] - s->x[i], s->y[k] - s->y[i])))
        return 0;
    for (uint32_t from = 0; from < T; from++)
        for (uint32_t to = from; to < T && to < from + s->o.max_periods; to++)
            if ((!s->o.prospective || to == T - 1) &&
                !(shared && from <= other->to && other->from <= to))
                best = fmax(best, ratio_of(s, sum_window(s, inside, all, from, to), all));
    return best;
}

static double slow_best(const struct set *s)
{
    struct window all = totals(s);
    double best = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = 0; k < N; k++)
            best = fmax(best, slow_beside(s, i, k, all, NULL));
    return best;
}

static double fast_best(const struct set *s)
{
    struct work w = work_of(1);
    struct scan_result r;
    CHECK_INT(scan_run(&w, &s->in, &s->o, &r), ERR_OK);
    return r.n ? r.clusters[0].llr : 0;
}

static void compare_with_definition(enum scan_model model)
{
    struct set s;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        for (int way = 0; way < 12; way++) {
            make_set(&s, model, seed);
            s.o.rates = (enum scan_rates)(way % 3 + 1);
            s.o.one_by_one = way / 3 % 2;
            s.o.prospective = way / 6;
            s.o.max_radius = way % 4 == 3 ? 150 : INFINITY;
            CHECK_NEAR(fast_best(&s), slow_best(&s), 1e-10);
        }
    }
}

TEST(permutation_finds_the_best_of_all_windows)
{
    compare_with_definition(SCAN_PERMUTATION);
}

TEST(poisson_finds_the_best_of_all_windows)
{
    compare_with_definition(SCAN_POISSON);
}

TEST(bernoulli_finds_the_best_of_all_windows)
{
    compare_with_definition(SCAN_BERNOULLI);
}

TEST(worked_example_of_scan)
{
    /* Four villages of 1,000 in a row with 2, 9, 8 and 1 cases: the two in the middle. */
    double x[4] = {0, 1000, 1900, 3000}, y[4] = {0}, people[4] = {1000, 1000, 1000, 1000};
    uint32_t cases[4] = {2, 9, 8, 1};
    struct scan_input in = {.model = SCAN_POISSON,
                            .locations = 4,
                            .periods = 1,
                            .x = x,
                            .y = y,
                            .cases = cases,
                            .expected = people};
    struct scan_options o = {.rates = SCAN_HIGH,
                             .max_share = 0.5,
                             .max_radius = INFINITY,
                             .max_periods = 1,
                             .min_cases = 2,
                             .clusters = 3,
                             .runs = 999};
    struct work w = work_of(1);
    struct scan_result r;
    CHECK_INT(scan_run(&w, &in, &o, &r), ERR_OK);
    CHECK_INT(r.clusters[0].n_members, 2);
    CHECK_INT(r.clusters[0].cases, 17);
    CHECK_NEAR(r.clusters[0].expected, 10, 1e-12);
    CHECK_NEAR(r.clusters[0].llr, 5.408762, 1e-6);
    CHECK_NEAR(r.clusters[0].relative_risk, 17.0 / 3, 1e-12);
    CHECK_NEAR(r.clusters[0].radius, 900, 1e-9);
    CHECK(r.clusters[0].p < 0.02);
}

/* --- Simulated data sets --- */

struct bench {
    struct scan s;
    struct scan_source src;
    struct work w;
};

static void make_bench(struct bench *b, const struct set *s)
{
    b->w = work_of(1);
    b->s = (struct scan){.in = &s->in, .o = &s->o, .work = &b->w};
    CHECK_INT(scan_prepare(&b->s), ERR_OK);
    CHECK_INT(scan_source_make(&b->s, &b->src), ERR_OK);
}

/* Run number `run` as a data set of its own, only for retrospective studies. */
static void draw_set(const struct bench *b, uint32_t run, const struct set *from, struct set *to)
{
    struct scan_lane l = {.wide = true};
    l.wide_cells = ARENA_ARRAY(arena, N * T * SCAN_LANES, int32_t);
    l.times = ARENA_ARRAY(arena, b->src.n_drawn + 1, uint16_t);
    l.places = ARENA_ARRAY(arena, b->src.n_places + 1, uint32_t);
    scan_draw(&b->s, &b->src, &l, run, 3);
    *to = *from;
    to->in.x = to->x;
    to->in.y = to->y;
    to->in.cases = to->cases;
    to->in.expected = from->in.expected ? to->expected : NULL;
    to->in.controls = from->in.controls ? to->controls : NULL;
    for (int i = 0; i < N * T; i++) {
        to->cases[i] = (uint32_t)l.wide_cells[i * SCAN_LANES + 3];
        to->controls[i] = from->cases[i] + from->controls[i] - to->cases[i];
    }
}

static void check_draws(enum scan_model model)
{
    struct set s, drawn;
    struct bench b;
    double narrow[40], wide[40];
    uint32_t runs;
    make_set(&s, model, 4);
    s.o.rates = SCAN_BOTH;
    s.o.runs = 40;
    make_bench(&b, &s);
    CHECK_INT(scan_simulate_in(&b.s, &b.src, false, 0, narrow, &runs), ERR_OK);
    CHECK_INT(scan_simulate_in(&b.s, &b.src, true, 0, wide, &runs), ERR_OK);
    CHECK_INT(memcmp(narrow, wide, sizeof narrow), 0);
    for (uint32_t run = 0; run < 40; run += 13) {
        draw_set(&b, run, &s, &drawn);
        struct window was = totals(&s), is = totals(&drawn);
        CHECK(was.cases == is.cases && (model != SCAN_BERNOULLI || was.people == is.people));
        CHECK_NEAR(slow_best(&drawn), narrow[run], 1e-10);
    }
}

TEST(simulated_maxima_are_those_of_the_simulated_data)
{
    check_draws(SCAN_PERMUTATION);
    check_draws(SCAN_POISSON);
    check_draws(SCAN_BERNOULLI);
}

TEST(permutations_keep_both_margins)
{
    struct set s, drawn;
    struct bench b;
    make_set(&s, SCAN_PERMUTATION, 9);
    make_bench(&b, &s);
    draw_set(&b, 5, &s, &drawn);
    CHECK(memcmp(s.cases, drawn.cases, sizeof s.cases) != 0);
    for (int i = 0; i < N; i++) {
        int64_t sum = 0;
        for (int t = 0; t < T; t++)
            sum += (int64_t)s.cases[i * T + t] - drawn.cases[i * T + t];
        CHECK_INT(sum, 0);
    }
    for (int t = 0; t < T; t++) {
        int64_t sum = 0;
        for (int i = 0; i < N; i++)
            sum += (int64_t)s.cases[i * T + t] - drawn.cases[i * T + t];
        CHECK_INT(sum, 0);
    }
}

TEST(every_model_s_p_is_even_under_the_null)
{
    /* 60 studies of pure chance: p is uniform, so about 30 are below one half. */
    int below = 0;
    for (uint64_t seed = 100; seed < 160; seed++) {
        struct set s;
        struct scan_result r;
        make_set(&s, SCAN_PERMUTATION, seed);
        s.o.runs = 49;
        struct work w = work_of(1);
        CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
        below += r.clusters[0].p <= 0.5;
    }
    CHECK(below >= 16 && below <= 44); /* 3.6 deviations */
}

TEST(as_many_threads_as_you_like_give_the_same_bytes)
{
    for (int model = 0; model < 3; model++) {
        double first[99];
        for (int threads = 1; threads <= 4; threads *= 2) {
            struct set s;
            struct scan_result r;
            make_set(&s, (enum scan_model)model, 2);
            s.o.runs = 99;
            struct work w = work_of(threads);
            CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
            if (threads == 1)
                memcpy(first, r.maxima, sizeof first);
            CHECK_INT(memcmp(first, r.maxima, sizeof first), 0);
        }
    }
}

TEST(sequential_runs_stop_at_the_same_run_on_any_number_of_threads)
{
    struct set s;
    struct scan_result all, some;
    make_set(&s, SCAN_PERMUTATION, 2);
    s.o.runs = 999;
    struct work w = work_of(1);
    CHECK_INT(scan_run(&w, &s.in, &s.o, &all), ERR_OK);
    double maxima[999], llr = all.clusters[0].llr;
    memcpy(maxima, all.maxima, sizeof maxima);
    s.o.stop_at = 10;
    for (int threads = 1; threads <= 3; threads++) {
        w = work_of(threads);
        CHECK_INT(scan_run(&w, &s.in, &s.o, &some), ERR_OK);
        CHECK(some.stopped && some.runs < 999);
        uint32_t reached = 0;
        for (uint32_t i = 0; i < some.runs; i++)
            reached += scan_reaches(some.maxima[i], llr);
        CHECK_INT(reached, 10);
        CHECK(scan_reaches(some.maxima[some.runs - 1], llr));
        CHECK_INT(memcmp(maxima, some.maxima, some.runs * sizeof *maxima), 0);
        CHECK_NEAR(some.clusters[0].p, 10.0 / some.runs, 1e-15);
    }
}

/* --- What must not change the answer, and what must --- */

TEST(moving_and_renaming_the_map_changes_nothing)
{
    struct set s, moved;
    make_set(&s, SCAN_PERMUTATION, 3);
    make_set(&moved, SCAN_PERMUTATION, 3);
    for (int i = 0; i < N; i++) { /* the other way round, elsewhere, three times as large */
        moved.x[i] = 3 * s.x[N - 1 - i] + 600000;
        moved.y[i] = 3 * s.y[N - 1 - i] - 7000000;
        memcpy(moved.cases + (size_t)i * T, s.cases + (size_t)(N - 1 - i) * T, T * sizeof *s.cases);
    }
    s.o.max_radius = 200;
    moved.o.max_radius = 600;
    CHECK_NEAR(fast_best(&s), fast_best(&moved), 1e-10);
}

TEST(twice_the_cases_double_the_ratio)
{
    for (int model = 0; model < 3; model++) {
        struct set s, twice;
        make_set(&s, (enum scan_model)model, 5);
        make_set(&twice, (enum scan_model)model, 5);
        for (int i = 0; i < N * T; i++) {
            twice.cases[i] *= 2;
            twice.controls[i] *= 2;
        }
        s.o.min_cases = 1;
        CHECK_NEAR(2 * fast_best(&s), fast_best(&twice), 1e-9);
    }
}

TEST(large_counts_take_the_wide_way)
{
    struct set s;
    make_set(&s, SCAN_PERMUTATION, 6);
    for (int i = 0; i < N * T; i++)
        s.cases[i] = s.cases[i] * 400 + 300;
    s.cases[20] += 3000;
    CHECK_NEAR(fast_best(&s), slow_best(&s), 1e-7);
    struct work w = work_of(2);
    struct scan_result r;
    s.o.runs = 19;
    CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
    CHECK_NEAR(r.clusters[0].p, 0.05, 1e-12);
    CHECK(r.maxima[0] > 0 && r.maxima[0] < 30);
}

TEST(the_second_cluster_is_the_best_window_without_the_first)
{
    struct set s;
    struct scan_result r;
    make_set(&s, SCAN_POISSON, 8);
    struct work w = work_of(1);
    CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
    const struct scan_cluster *first = &r.clusters[0];
    struct window all = totals(&s);
    double best = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = 0; k < N; k++)
            best = fmax(best, slow_beside(&s, i, k, all, first));
    CHECK_NEAR(r.clusters[1].llr, best, 1e-10);
}

/* One case at most in a cell: the way for scattered cases is taken, and finds the same. */
TEST(few_cases_take_another_way_to_the_same_answer)
{
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct set s;
        struct bench b;
        double sparse[40], dense[40];
        uint32_t runs;
        make_set(&s, SCAN_PERMUTATION, seed);
        for (int i = 0; i < N * T; i++)
            s.cases[i] = s.cases[i] > 2;
        s.o.runs = 40;
        s.o.one_by_one = seed & 1;
        s.o.min_cases = (uint32_t)(1 + seed % 3);
        make_bench(&b, &s);
        for (int way = 0; way < 2; way++) {
            b.s.sparse = way == 0;
            b.s.real = &b.src;
            struct scan_best best[N] = {0};
            CHECK_INT(scan_best_find(&b.s, best), ERR_OK);
            double most = 0;
            for (int i = 0; i < N; i++)
                most = fmax(most, best[i].llr);
            CHECK_NEAR(most, slow_best(&s), 1e-10);
            CHECK_INT(scan_simulate_in(&b.s, &b.src, false, 0, way ? dense : sparse, &runs),
                      ERR_OK);
        }
        CHECK_INT(memcmp(sparse, dense, sizeof sparse), 0);
    }
}

struct patience {
    int ticks, most;
};

static bool wait_for(void *arg, double share)
{
    struct patience *p = arg;
    (void)share;
    return ++p->ticks <= p->most;
}

/* The lengths of windows over many periods are measured before anything else: that can be stopped,
 * too. */
TEST(the_first_pass_over_many_periods_can_be_stopped)
{
    enum { DAYS = 4000 };
    struct patience p = {.most = 10};
    struct work w = work_of(1);
    uint32_t *cases = ARENA_ARRAY(arena, 2 * DAYS, uint32_t);
    static const double x[] = {0, 1000}, y[] = {0, 0};
    CHECK(cases != NULL);
    for (int i = 0; i < 2 * DAYS; i += 400)
        cases[i + i / 400 % 7] = 2;
    struct scan_input in = {
        .model = SCAN_PERMUTATION, .locations = 2, .periods = DAYS, .x = x, .y = y, .cases = cases};
    struct scan_options o = {.rates = SCAN_HIGH,
                             .max_share = 0.5,
                             .max_radius = INFINITY,
                             .max_periods = DAYS / 2,
                             .min_cases = 2,
                             .clusters = 1};
    struct scan_result r;
    w.tick = wait_for;
    w.arg = &p;
    CHECK_INT(scan_run(&w, &in, &o, &r), ERR_CANCELLED);
    p = (struct patience){.most = INT_MAX};
    CHECK_INT(scan_run(&w, &in, &o, &r), ERR_OK);
    CHECK(p.ticks > DAYS / 2 / 64);
}

TEST(told_clusters_do_not_overlap_in_place_and_time)
{
    struct set s;
    struct scan_result r;
    make_set(&s, SCAN_PERMUTATION, 11);
    struct work w = work_of(1);
    CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
    CHECK(r.n > 1);
    for (size_t a = 0; a < r.n; a++) {
        for (size_t b = 0; b < a; b++) {
            const struct scan_cluster *p = &r.clusters[a], *q = &r.clusters[b];
            CHECK(p->llr <= q->llr);
            bool shared = false;
            for (uint32_t i = 0; i < p->n_members; i++)
                for (uint32_t j = 0; j < q->n_members; j++)
                    shared |= p->members[i] == q->members[j];
            CHECK(!shared || p->from > q->to || q->from > p->to);
        }
    }
    double second = r.clusters[1].llr;
    s.o.overlap = true;
    w = work_of(1);
    CHECK_INT(scan_run(&w, &s.in, &s.o, &r), ERR_OK);
    CHECK(r.clusters[1].llr >= second);
}
