/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places that stand out, on ground whose answer is known, and on planted exercise data. */
#include "test.h"

#include <stdlib.h>

#include "base/random.h"
#include "findings_truth.h"
#include "parts/picture/findings_inner.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define SEEDS 4
#define TO 20000 /* the day after the last */
#define MOST 8000

struct ground {
    struct arena *a;
    double east[MOST], north[MOST];
    int32_t day[MOST];
    uint8_t group[MOST];
    struct findings_events ev;
};

static struct ground *ground_new(void)
{
    struct ground *g = mem_alloc(sizeof *g);
    CHECK(g);
    g->a = arena_new((size_t)256 << 20);
    g->ev = (struct findings_events){0, g->east, g->north, g->day, g->group};
    return g;
}

static void ground_free(struct ground *g)
{
    arena_free(g->a);
    mem_free(g);
}

static void put(struct ground *g, double east, double north, int32_t day, uint8_t group)
{
    size_t i = g->ev.n++;
    CHECK(i < MOST);
    g->east[i] = east;
    g->north[i] = north;
    g->day[i] = day;
    g->group[i] = group;
}

/* n events by chance on 8 by 8 squares over two years, as many a day. */
static void put_even(struct ground *g, int n, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    for (int i = 0; i < n; i++)
        put(g, 430000 + 2000 * rng_unit(&r), 6500000 + 2000 * rng_unit(&r),
            TO - 1 - (int32_t)rng_below(&r, 730), FINDINGS_GROUPS);
}

static struct findings look(struct ground *g, int threads)
{
    struct findings f;
    struct work w = {.seed = 7, .threads = threads, .arena = g->a};
    CHECK_OK(findings_make(&w, &g->ev, (struct findings_span){TO - 14, TO}, &f));
    return f;
}

TEST(binomial_tail_is_the_sum_of_its_terms)
{
    double sum = 0;
    for (int k = 4; k <= 10; k++)
        sum += exp(lgamma(11) - lgamma(k + 1) - lgamma(11 - k)) * pow(0.3, k) * pow(0.7, 10 - k);
    CHECK_NEAR(findings_binomial(4, 10, 0.3), sum, 1e-12);
    CHECK_NEAR(findings_binomial(0, 10, 0.3), 1, 0);
    CHECK_NEAR(findings_binomial(11, 10, 0.3), 0, 0);
}

/* 3 of 4 now here, 1 of 6 before: C(4,3) C(6,1) + C(4,4) C(6,0) ways of C(10,4). */
TEST(drawn_tail_is_fishers)
{
    CHECK_NEAR(findings_drawn(3, 4, 1, 6), 25.0 / 210, 1e-12);
    CHECK_NEAR(findings_drawn(0, 4, 1, 6), 1, 1e-12);
}

/* 4 % are left beside the comparison of counts; weights 4, 18, 8, 2, 8. */
TEST(what_a_method_does_not_need_is_divided_among_the_others)
{
    double share[FINDINGS_METHODS];
    const double none[] = {1, 1, 1, 1, 1};
    findings_divide(none, share);
    CHECK_NEAR(share[FINDINGS_HOT], 0.004, 1e-12);
    CHECK_NEAR(share[FINDINGS_NEW], 0.018, 1e-12);
    const double hot[] = {0.004, 0.021, 1, NAN, 1}; /* 38: 0.0042, 0.0189; then 34: 0.0212 */
    findings_divide(hot, share);
    CHECK_NEAR(share[FINDINGS_HOT], 0.04 * 4 / 38, 1e-12);
    CHECK_NEAR(share[FINDINGS_NEW], 0.04 * 18 / 34, 1e-12);
    CHECK_NEAR(share[FINDINGS_LEVEL], 0.04 * 8 / 16, 1e-12);
    const double last[] = {0, 0, 0, NAN, 0.04};
    findings_divide(last, share);
    CHECK_NEAR(share[FINDINGS_LEVEL], 0.04, 1e-12);
    CHECK(share[FINDINGS_BESIDE] == 0);
}

TEST(a_place_with_many_is_hot_and_told_with_what_an_even_spread_would_give)
{
    struct ground *g = ground_new();
    put_even(g, 1500, 1);
    for (int i = 0; i < 30; i++)
        put(g, 430625, 6500625, TO - 1 - i % 14, FINDINGS_GROUPS);
    struct findings f = look(g, 1);
    CHECK_INT(f.hot_state, FINDINGS_SOME);
    CHECK_INT(f.n_hot, 1);
    const struct findings_spot *s = &f.hot[0];
    CHECK(fabs(s->east - 430625) <= 250 && fabs(s->north - 6500625) <= 250);
    CHECK(s->n >= 30 && s->expected < 12 && s->low > 1.5 && s->q <= FINDINGS_SURE_HOT);
    CHECK(s->usual_q <= FINDINGS_SURE && s->usual < 12);
    int64_t n = 0;
    for (size_t i = 0; i < g->ev.n; i++)
        n += g->day[i] >= TO - 14 && event_squares_has(&s->squares, g->east[i], g->north[i]);
    CHECK_INT(s->n, n); /* its squares hold exactly its events */
    ground_free(g);
}

/* The same thick place every fortnight: still the thickest, but no more than usual. */
TEST(a_place_that_is_always_thick_is_told_to_be_as_usual)
{
    struct ground *g = ground_new();
    put_even(g, 1500, 2);
    for (int i = 0; i < 1500; i++)
        put(g, 430625, 6500625, TO - 1 - i % 730, FINDINGS_GROUPS);
    struct findings f = look(g, 1);
    CHECK_INT(f.n_hot, 1);
    CHECK(f.hot[0].usual_q > FINDINGS_SURE && fabs(f.hot[0].usual - (double)f.hot[0].n) < 10);
    CHECK_INT(f.n_fresh, 0);
    ground_free(g);
}

TEST(a_new_gathering_is_found_with_its_days)
{
    struct ground *g = ground_new();
    put_even(g, 1500, 3);
    for (int i = 0; i < 12; i++)
        put(g, 431375, 6501375, TO - 1 - i % 6, FINDINGS_DAMAGE);
    struct findings f = look(g, 1);
    CHECK_INT(f.new_state, FINDINGS_SOME);
    CHECK_INT(f.n_fresh, 1);
    CHECK_INT(f.fresh[0].from, TO - 6);
    CHECK(f.fresh[0].n >= 12 && f.fresh[0].n <= 16 && f.fresh[0].expected < 4);
    int64_t n = 0;
    for (size_t i = 0; i < g->ev.n; i++)
        n += g->day[i] >= f.fresh[0].from && g->group[i] == FINDINGS_DAMAGE &&
             event_circle_has(&f.fresh[0].circle, g->east[i], g->north[i]);
    CHECK(f.fresh[0].group == FINDINGS_DAMAGE || f.fresh[0].group == FINDINGS_GROUPS);
    if (f.fresh[0].group == FINDINGS_DAMAGE)
        CHECK_INT(f.fresh[0].n, n); /* its circle holds exactly its events */
    ground_free(g);
}

TEST(chance_is_seldom_told)
{
    int told = 0;
    for (uint64_t seed = 100; seed < 130; seed++) {
        struct ground *g = ground_new();
        put_even(g, 1500, seed);
        struct findings f = look(g, 1);
        told += f.n_hot || f.n_fresh || f.n_chain;
        ground_free(g);
    }
    CHECK(told <= 5); /* of 30 at 5 %: more than 5 happens once in 300 */
}

TEST(thin_data_claim_nothing)
{
    struct ground *g = ground_new();
    struct findings f = look(g, 1);
    CHECK(f.hot_state == FINDINGS_TOO_FEW && f.new_state == FINDINGS_TOO_FEW);
    for (int i = 0; i < 19; i++)
        put(g, 430625, 6500625 + 500 * (i % 12), TO - 1 - i % 3, FINDINGS_BURGLARY);
    f = look(g, 1);
    CHECK(f.hot_state == FINDINGS_TOO_FEW && f.new_state == FINDINGS_TOO_FEW);
    CHECK(f.n_hot == 0 && f.n_fresh == 0 && f.n_chain == 0);
    ground_free(g);
}

/* Burglaries in pairs a week apart and 60 m away, in places of their own. */
TEST(near_repeats_are_found_and_the_chain_that_goes_on_is_named)
{
    struct ground *g = ground_new();
    struct rng r = rng_make(5, 0);
    for (int i = 0; i < 80; i++) {
        double east = 430000 + 12000 * rng_unit(&r), north = 6500000 + 12000 * rng_unit(&r);
        int32_t day = TO - 60 - (int32_t)rng_below(&r, 300);
        for (int k = 0; k < 4; k++)
            put(g, east + 60 * k, north, day + 5 * k, FINDINGS_BURGLARY);
    }
    for (int k = 0; k < 4; k++)
        put(g, 429000, 6499000 + 50 * k, TO - 20 + 5 * k, FINDINGS_BURGLARY);
    struct findings f = look(g, 1);
    CHECK_INT(f.near[FINDINGS_BURGLARY].state, FINDINGS_SOME);
    CHECK(f.near[FINDINGS_BURGLARY].ratio > 2);
    CHECK_INT(f.n_chain, 1);
    CHECK(f.chain[0].n == 4 && f.chain[0].from == TO - 20 && f.chain[0].to == TO - 4);
    CHECK_NEAR(f.chain[0].north, 6499075, 1e-6);
    CHECK_NEAR(f.chain[0].circle.radius, 75, 0.2);
    ground_free(g);
}

/* To the last bit, field by field. */
static bool same_spot(const struct findings_spot *a, const struct findings_spot *b)
{
    const double one[] = {a->circle.east, a->circle.north, a->circle.radius, a->east, a->north,
                          a->expected,    a->low,          a->high,          a->z,    a->p,
                          a->q,           a->usual,        a->usual_q};
    const double two[] = {b->circle.east, b->circle.north, b->circle.radius, b->east, b->north,
                          b->expected,    b->low,          b->high,          b->z,    b->p,
                          b->q,           b->usual,        b->usual_q};
    return memcmp(one, two, sizeof one) == 0 && a->circle.square == b->circle.square &&
           a->squares.n == b->squares.n &&
           memcmp(a->squares.at, b->squares.at, a->squares.n * sizeof *a->squares.at) == 0 &&
           a->from == b->from && a->to == b->to && a->n == b->n && a->usual_n == b->usual_n &&
           a->group == b->group;
}

TEST(threads_and_the_order_of_rows_change_nothing)
{
    struct ground *g = ground_new(), *turned = ground_new();
    put_even(g, 1200, 8);
    for (int i = 0; i < 25; i++)
        put(g, 430625, 6500625, TO - 1 - i % 10, FINDINGS_DAMAGE);
    for (size_t i = g->ev.n; i-- > 0;)
        put(turned, g->east[i], g->north[i], g->day[i], g->group[i]);
    struct findings one = look(g, 1), two = look(g, 2), back = look(turned, 1);
    CHECK_INT(one.n_hot, two.n_hot);
    CHECK(one.n_hot > 0 && same_spot(&one.hot[0], &two.hot[0]));
    CHECK_INT(one.n_fresh, two.n_fresh);
    CHECK(one.n_fresh > 0 && same_spot(&one.fresh[0], &two.fresh[0]));
    CHECK_INT(one.n_hot, back.n_hot);
    CHECK(one.hot[0].n == back.hot[0].n && one.fresh[0].n == back.fresh[0].n);
    ground_free(g);
    ground_free(turned);
}

/* Two a week in each of four areas for two years; in one of them a quarter of that for half a year.
 */
TEST(a_level_that_has_changed_in_one_area_is_named_with_its_time)
{
    struct ground *g = ground_new();
    struct rng r = rng_make(21, 0);
    uint16_t area[MOST];
    for (int week = 0; week < 104; week++)
        for (uint16_t a = 0; a < 4; a++) {
            int64_t n = rng_poisson(&r, a == 2 && week >= 78 ? 0.5 : 2);
            for (int64_t i = 0; i < n; i++) {
                area[g->ev.n] = a;
                put(g, 430000 + 2000 * a + 1500 * rng_unit(&r), 6500000 + 1500 * rng_unit(&r),
                    TO - 7 * (104 - week) + (int32_t)rng_below(&r, 7), FINDINGS_VEHICLE);
            }
        }
    CHECK_INT(look(g, 1).n_step, 0); /* nobody knows the areas */
    g->ev.area = area;
    g->ev.n_areas = 4;
    struct findings f = look(g, 1);
    CHECK_INT(f.step_state, FINDINGS_SOME);
    CHECK(f.n_step >= 1 && f.step[0].group == FINDINGS_VEHICLE && f.step[0].area == 2);
    CHECK(abs(f.step[0].from - (TO - 7 * 26)) <= 28 && f.step[0].high < 1);
    CHECK(f.step[0].n_before > 4 * f.step[0].n_after);
    ground_free(g);
}

static bool never(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}

TEST(bad_input_cancel_and_too_little_memory_are_errors)
{
    struct ground *g = ground_new();
    struct findings f = {.placed = 42};
    struct work w = {.seed = 7, .threads = 1, .arena = g->a};
    put_even(g, 1000, 9);
    CHECK_INT(findings_make(&w, &g->ev, (struct findings_span){TO, TO}, &f), ERR_INVALID);
    w.tick = never;
    CHECK_INT(findings_make(&w, &g->ev, (struct findings_span){TO - 14, TO}, &f), ERR_CANCELLED);
    w = (struct work){.seed = 7, .threads = 1, .arena = arena_new(20000)};
    CHECK_INT(findings_make(&w, &g->ev, (struct findings_span){TO - 14, TO}, &f), ERR_NOMEM);
    arena_free(w.arena);
    w.arena = g->a;
    g->east[3] = NAN;
    CHECK_INT(findings_make(&w, &g->ev, (struct findings_span){TO - 14, TO}, &f), ERR_INVALID);
    CHECK_INT(f.placed, 42);
    ground_free(g);
}

TEST(squares_are_written_and_read)
{
    struct event_squares s = {{event_square(432000, 6507000), event_square(432300, 6507000)}, 2};
    struct event_squares back = {0};
    char text[EVENT_SQUARES_TEXT];
    event_squares_text(&s, text);
    CHECK(str_eq(text, "1728-26028_1729-26028"));
    CHECK_OK(event_squares_parse(text, &back));
    CHECK(back.n == 2 && back.at[0] == s.at[0] && back.at[1] == s.at[1]);
    static const char *const bad[] = {"", "1", "1-", "1-2_", "1-2x", "0-2", "70000-2", "-1-2"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_INT(event_squares_parse(bad[i], &back), ERR_INVALID);
    for (s.n = 0; s.n < EVENT_SQUARES_MOST; s.n++)
        s.at[s.n] = UINT32_C(40000) << 16 | 40000;
    event_squares_text(&s, text);
    CHECK_OK(event_squares_parse(text, &back));
    CHECK_INT(back.n, EVENT_SQUARES_MOST);
}

TEST(a_circle_is_written_and_read_and_holds_what_it_was_made_of)
{
    static const char *const good[] = {"430125-6505125-300", "430125-6505125-354-250",
                                       "430125.25-6505125.5-300.1", "170000-7700000-10",
                                       "970000-6080000-50000-5000"};
    static const char *const bad[] = {"",
                                      "430125",
                                      "430125-6505125",
                                      "430125-6505125-",
                                      "430125-6505125-300-",
                                      "430125-6505125-300-0",
                                      "430125-6505125-300-2.5",
                                      "430125-6505125-300-5001",
                                      "430125-6505125-300-250-1",
                                      "430125-6505125-0.09",
                                      "430125-6505125-50001",
                                      "6505125-430125-300",
                                      "430125-6505125-300m",
                                      "430125.-6505125-300",
                                      "430125.125-6505125-300",
                                      "1e5-6505125-300",
                                      "-430125-6505125-300",
                                      "430125--6505125-300",
                                      "nan-6505125-300",
                                      "0430125999-6505125-300"};
    struct event_circle c;
    char text[EVENT_CIRCLE_TEXT];
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        CHECK_OK(event_circle_parse(good[i], &c));
        event_circle_text(&c, text);
        CHECK(str_eq(text, good[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_INT(event_circle_parse(bad[i], &c), ERR_INVALID);
    struct rng r = rng_make(11, 0);
    for (int i = 0; i < 1000; i++) {
        double x = 430000 + 1000 * rng_unit(&r), y = 6500000 + 1000 * rng_unit(&r);
        double radius = 20 + 1000 * rng_unit(&r), turn = 2 * M_PI * rng_unit(&r);
        struct event_circle made = event_circle_round(x, y, radius, 0);
        event_circle_text(&made, text);
        CHECK_OK(event_circle_parse(text, &c));
        CHECK(c.east == made.east && c.north == made.north && c.radius == made.radius);
        CHECK(event_circle_has(&c, x + radius * cos(turn), y + radius * sin(turn)));
        CHECK(c.radius < radius + 0.2);
    }
    CHECK(event_circle_round(430000, 6500000, 60000, 0).radius == 0);
    CHECK(event_circle_round(NAN, 6500000, 100, 0).radius == 0);
    CHECK(event_circle_round(430000, 6500000, 0, 0).radius == EVENT_CIRCLE_LEAST);
    CHECK(!event_circle_has(&c, NAN, 6500000));
}

/* Over a few seeds; over 200 by tests/bench/findings_bench.c. */
TEST(planted_truths_are_found_and_nothing_where_there_is_nothing)
{
    int found[EXERCISE_PLANTS] = {0}, asked[EXERCISE_PLANTS] = {0};
    for (int s = 1; s <= SEEDS; s++) {
        struct exercise_options o = {(uint64_t)s * 7919, {2026, 3, 17}, 2};
        struct exercise *x = NULL;
        CHECK_OK(exercise_make(&o, &x));
        for (uint32_t k = 0; k < x->truth_count; k++) {
            const struct exercise_truth *t = &x->truths[k];
            struct arena *a = arena_new((size_t)256 << 20);
            struct findings f;
            CHECK_OK(truth_look(x, t, a, &f));
            asked[t->kind]++;
            found[t->kind] += t->kind == EXERCISE_NOTHING ? truth_told(x, t, f.hot, f.n_hot) ||
                                                                truth_told(x, t, f.fresh, f.n_fresh)
                                                          : truth_found(t, &f);
            arena_free(a);
        }
        exercise_free(x);
    }
    CHECK_INT(asked[EXERCISE_HOTSPOT], SEEDS);
    CHECK(found[EXERCISE_HOTSPOT] >= SEEDS - 1);
    CHECK_INT(found[EXERCISE_CLUSTER], SEEDS);
    CHECK(found[EXERCISE_SERIES] >= 1);
    CHECK(found[EXERCISE_NOTHING] <= 1);
}

/* The planted hotspot is told; the square it lies in has its middle across the border, in the area
 * with nothing. Not one of its events lies there, and it is not told as a place in that area. */
TEST(a_place_is_told_of_the_area_that_its_events_lie_in)
{
    struct exercise_options o = {UINT64_C(320) * 15485863, {2026, 3, 17}, 2};
    struct exercise *x = NULL;
    struct arena *a = arena_new((size_t)256 << 20);
    const struct exercise_truth *nothing = NULL, *hotspot = NULL;
    struct findings f;
    CHECK_OK(exercise_make(&o, &x));
    for (uint32_t k = 0; k < x->truth_count; k++) {
        if (x->truths[k].kind == EXERCISE_NOTHING)
            nothing = &x->truths[k];
        if (x->truths[k].kind == EXERCISE_HOTSPOT)
            hotspot = &x->truths[k];
    }
    CHECK(nothing && hotspot);
    CHECK_OK(truth_look(x, nothing, a, &f));
    CHECK_INT(f.n_fresh, 1);
    CHECK(truth_inside(x, nothing, f.fresh, f.n_fresh));
    CHECK_INT(truth_area(x, nothing, &f.fresh[0]), hotspot->area);
    CHECK(!truth_told(x, nothing, f.fresh, f.n_fresh));
    arena_free(a);
    exercise_free(x);
}

TEST(any_allocation_may_fail)
{
    struct ground *g = ground_new();
    enum err e = ERR_NOMEM;
    put_even(g, 600, 12);
    for (int i = 0; i < 12; i++)
        put(g, 430625, 6500625, TO - 1 - i % 6, FINDINGS_DAMAGE);
    for (long n = 0; e != ERR_OK; n++) {
        struct findings f;
        struct arena *a = arena_new((size_t)64 << 20);
        struct work w = {.seed = 7, .threads = 1, .arena = a};
        CHECK(a && n < 500);
        mem_fail_at(n);
        e = findings_make(&w, &g->ev, (struct findings_span){TO - 14, TO}, &f);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(failed ? e == ERR_NOMEM || e == ERR_LIMIT : e == ERR_OK);
        arena_free(a);
    }
    ground_free(g);
}
