/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/places.h"
#include "stats/special.h"

#define ROOM ((size_t)64 << 20)
#define N 400

static struct places gathered(struct arena *a, const struct places_input *in)
{
    struct work w = {.arena = a};
    struct places p = {0};
    CHECK_INT(places_gather(&w, in, &p), ERR_OK);
    return p;
}

static uint32_t count_of(const struct places *p, size_t k)
{
    return p->start[k + 1] - p->start[k];
}

/* --- Worked example --- */

/* Ten events: five at (0, 0), two at (100, 0), one at three other positions. */
static const double ten_x[] = {0, 100, 0, 300, 0, 0, 100, 0, 500, 900};
static const double ten_y[10] = {0};
static const double ten_t[] = {1, 2, 4, 5, 11, 12, 40, 42, 50, 60};

TEST(worked_example_of_repeat_places)
{
    struct arena *a = arena_most(ROOM);
    struct places_input in = {.n = 10, .x = ten_x, .y = ten_y, .t = ten_t};
    struct places p = gathered(a, &in);
    const int64_t k[] = {5, 2, 1}, with[] = {1, 1, 3};
    double tail[3];
    CHECK_INT(p.n, 5);
    for (size_t i = 0; i < 5; i++)
        CHECK_INT(count_of(&p, i), i == 0 ? 5 : i == 1 ? 2 : 1);
    CHECK_NEAR(p.x[1], 100, 0);
    const uint32_t first[] = {0, 2, 4, 5, 7}; /* by time: days to the next 3, 7, 1 and 30 */
    CHECK(memcmp(p.order, first, sizeof first) == 0);
    /* 5! S(10, 5) = 5,103,000 ways in all; at least 5 at one certain place: C(10, 5) 4! S(5, 4) +
     * C(10, 6) 4! S(4, 4) = 252 * 240 + 210 * 24 = 65,520. */
    struct places_chance some = {10, 5, false}, all = {10, 20, true};
    CHECK_INT(places_tails(&some, k, 3, tail), ERR_OK);
    CHECK_NEAR(tail[0], 65520.0 / 5103000, 1e-12);
    CHECK_NEAR(tail[2], 1, 0);
    CHECK_INT(places_tails(&all, k, 3, tail), ERR_OK); /* Bin(10, 1/20) */
    CHECK_NEAR(tail[2], 1 - pow(0.95, 10), 1e-12);
    struct concentration c;
    CHECK_INT(concentration_of(k, with, 3, 5, &c), ERR_OK);
    CHECK_NEAR(c.gini, 0.36, 1e-12); /* (1*1 + 2*1 + 3*1 + 4*2 + 5*5) * 2 / 50 - 6 / 5 */
    CHECK_NEAR(c.top[0], 0.5, 1e-12);
    CHECK_NEAR(c.part[1], 0.2, 1e-12);
    CHECK_INT(concentration_of(k, with, 3, 20, &c), ERR_OK);
    CHECK_NEAR(c.gini, 0.84, 1e-12);
    CHECK_NEAR(c.general, 2 * (0.84 - 1) + 1, 1e-12);
    arena_free(a);
}

/* Examples of the package lorenzgini 0.1.2, worked out by its formula. */
TEST(ginis_are_those_of_bernasco_and_steenbeek)
{
    static const struct {
        int64_t k[3], with[3];
        double gini, general;
    } known[] = {{{10, 8, 2}, {1, 1, 1}, 0.78, 0.78},
                 {{5, 2, 1}, {1, 1, 1}, 0.8, 0.75},
                 {{3, 1, 0}, {1, 2, 0}, 0.78, 0.56}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct concentration c;
        CHECK_INT(concentration_of(known[i].k, known[i].with, i == 2 ? 2 : 3, 10, &c), ERR_OK);
        CHECK_NEAR(c.gini, known[i].gini, 1e-12);
        CHECK_NEAR(c.general, known[i].general, 1e-12);
    }
}

/* --- Gathering, by its definition --- */

static double apart(const struct places_input *in, size_t i, size_t j)
{
    return hypot(in->x[i] - in->x[j], in->y[i] - in->y[j]);
}

/* The middle of each event's place: an event there, or by name the first of the name. */
static void brute(const struct places_input *in, size_t *middle)
{
    for (size_t i = 0; i < in->n; i++)
        middle[i] = SIZE_MAX;
    for (size_t left = in->n; left;) {
        size_t best = SIZE_MAX, most = 0, own_most = 0;
        for (size_t i = 0; i < in->n; i++) {
            size_t near = 0, own = 0;
            for (size_t j = 0; j < in->n; j++) {
                near += in->name ? in->name[i] == in->name[j] : apart(in, i, j) <= in->within;
                own += !in->name && apart(in, i, j) == 0;
            }
            if (middle[i] != SIZE_MAX)
                continue;
            bool first = best == SIZE_MAX || in->name || in->x[i] < in->x[best] ||
                         (in->x[i] == in->x[best] && in->y[i] < in->y[best]);
            if (best == SIZE_MAX || near > most ||
                (near == most && (own > own_most || (own == own_most && first)))) {
                best = i;
                most = near;
                own_most = own;
            }
        }
        for (size_t j = 0; j < in->n; j++)
            if (middle[j] == SIZE_MAX &&
                (in->name ? in->name[best] == in->name[j] : apart(in, best, j) <= in->within)) {
                middle[j] = best;
                left--;
            }
    }
}

static void scatter(uint64_t seed, double step, double *x, double *y, double *t)
{
    struct rng r = rng_make(seed, 7);
    for (size_t i = 0; i < N; i++) {
        x[i] = floor(400 / step * rng_unit(&r) * rng_unit(&r)) * step;
        y[i] = floor(400 / step * rng_unit(&r)) * step;
        t[i] = rng_below(&r, 11) ? floor(90 * rng_unit(&r)) : (double)NAN;
    }
}

TEST(places_are_what_the_definition_says)
{
    static double x[N], y[N], t[N];
    static uint32_t name[N];
    static size_t middle[N], of[N];
    for (int kind = 0; kind < 6; kind++) {
        struct arena *a = arena_most(ROOM);
        scatter((uint64_t)kind, kind % 3 == 2 ? 1 : 25, x, y, t);
        struct places_input in = {.n = N, .x = x, .y = y, .t = t};
        in.within = kind >= 4 || kind == 2 ? 30 : 0;
        for (size_t i = 0; i < N; i++)
            name[i] = (uint32_t)(x[i] / 50) * 3;
        if (kind == 3) {
            in.name = name;
            in.names = 100;
        }
        struct places p = gathered(a, &in);
        brute(&in, middle);
        for (size_t k = 0; k < p.n; k++) {
            CHECK(k == 0 || count_of(&p, k) <= count_of(&p, k - 1));
            for (uint32_t i = p.start[k]; i < p.start[k + 1]; i++) {
                of[p.order[i]] = k;
                CHECK(hypot(x[p.order[i]] - p.x[k], y[p.order[i]] - p.y[k]) <= p.radius[k] + 1e-9);
                CHECK(i == p.start[k] || isnan(t[p.order[i]]) ||
                      t[p.order[i]] >= t[p.order[i - 1]]);
            }
        }
        for (size_t i = 0; i < N; i++) {
            CHECK(kind == 3 || (p.x[of[i]] == x[middle[i]] && p.y[of[i]] == y[middle[i]]));
            for (size_t j = 0; j < i; j++)
                CHECK((of[i] == of[j]) == (middle[i] == middle[j]));
        }
        CHECK(p.n > 5 && p.n < N);
        arena_free(a);
    }
}

TEST(the_order_of_the_events_has_no_part_in_the_places)
{
    static double x[N], y[N], t[N], x2[N], y2[N], t2[N];
    static uint32_t mix[N];
    for (int within = 0; within <= 40; within += 20) {
        struct arena *a = arena_most(ROOM);
        struct rng r = rng_make(5, 5);
        scatter(11, within ? 3 : 20, x, y, t);
        for (uint32_t i = 0; i < N; i++)
            mix[i] = i;
        rng_shuffle(&r, mix, N);
        for (size_t i = 0; i < N; i++) {
            x2[i] = x[mix[i]] == 0 ? -0.0 : x[mix[i]];
            y2[i] = y[mix[i]];
            t2[i] = t[mix[i]];
        }
        struct places_input in = {.n = N, .x = x, .y = y, .t = t, .within = within};
        struct places_input mixed = {.n = N, .x = x2, .y = y2, .t = t2, .within = within};
        struct places p = gathered(a, &in), q = gathered(a, &mixed);
        CHECK_INT(p.n, q.n);
        CHECK(memcmp(p.start, q.start, (p.n + 1) * sizeof *p.start) == 0);
        CHECK(memcmp(p.x, q.x, p.n * sizeof *p.x) == 0);
        CHECK(memcmp(p.y, q.y, p.n * sizeof *p.y) == 0);
        CHECK(memcmp(p.radius, q.radius, p.n * sizeof *p.radius) == 0);
        for (size_t i = 0; i < N; i++)
            CHECK((isnan(t[p.order[i]]) && isnan(t2[q.order[i]])) ||
                  t[p.order[i]] == t2[q.order[i]]);
        arena_free(a);
    }
}

TEST(gathering_refuses_what_it_cannot_take)
{
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct places p = {.n = 77};
    double bad[] = {0, NAN};
    const uint32_t name[] = {0, 3};
    struct places_input in = {.n = 2, .x = ten_x, .y = ten_y, .within = -1};
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.within = NAN;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.within = 0;
    in.y = bad;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.y = NULL;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.x = NULL;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.name = name;
    in.names = 3;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.names = 4;
    in.within = 5;
    CHECK_INT(places_gather(&w, &in, &p), ERR_INVALID);
    in.within = 0;
    CHECK_INT(p.n, 77);
    CHECK_INT(places_gather(&w, &in, &p), ERR_OK);
    CHECK(p.n == 2 && !p.x && p.name[0] == 0 && p.name[1] == 3);
    in.n = 0;
    CHECK_INT(places_gather(&w, &in, &p), ERR_OK);
    CHECK_INT(p.n, 0);
    static double far[2000];
    struct places_input many = {.n = 2000, .x = far, .y = far, .within = 1};
    struct work impatient = {.arena = a, .tick = stop_at_once};
    CHECK_INT(places_gather(&impatient, &many, &p), ERR_CANCELLED);
    CHECK_INT(places_gather(&w, &many, &p), ERR_OK);
    CHECK(p.n == 1 && count_of(&p, 0) == 2000);
    arena_free(a);
}

/* --- Chance, by counting every way --- */

/* ways[m][s] = c(s, m) = sum over j >= 1 of c(s - j, m - 1) / j!, in long double. */
#define MOST 800
static long double ways[2][MOST + 1];

static void count_ways(int m_most, int n, long double *last, long double *before)
{
    for (int s = 0; s <= n; s++)
        ways[0][s] = s == 0;
    for (int m = 1; m <= m_most; m++) {
        for (int s = 0; s <= n; s++) {
            long double sum = 0, over = 1;
            for (int j = 1; j <= s && j < 320; j++) {
                over /= j;
                sum += ways[(m - 1) & 1][s - j] * over;
            }
            ways[m & 1][s] = sum;
        }
    }
    memcpy(last, ways[m_most & 1], sizeof ways[0]);
    memcpy(before, ways[(m_most - 1) & 1], sizeof ways[0]);
}

TEST(tails_are_the_share_of_all_ways)
{
    static const int sets[][2] = {{6, 3},     {10, 5},    {10, 10},  {12, 1},   {40, 2},
                                  {60, 55},   {100, 7},   {257, 2},  {300, 45}, {500, 243},
                                  {520, 263}, {800, 300}, {800, 20}, {700, 400}};
    static long double last[MOST + 1], before[MOST + 1];
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        int n = sets[i][0], m = sets[i][1], most = n - m + 1;
        struct places_chance c = {n, m, false};
        int64_t k[MOST];
        double tail[MOST];
        long double over = 1, sum = 0, term[MOST + 2] = {0};
        count_ways(m, n, last, before);
        for (int j = 1; j <= most; j++) {
            over /= j;
            term[j] = before[n - j] * over / last[n];
        }
        for (int j = most; j >= 1; j--)
            k[most - j] = j;
        CHECK_INT(places_tails(&c, k, (size_t)most, tail), ERR_OK);
        for (int j = most; j >= 1; j--) {
            sum += term[j];
            double near = sum > 1e-200L ? 1e-6 : 1e-2; /* the last few of the rarest */
            if (sum > 0 && j < 110)
                CHECK_NEAR((double)(tail[most - j] / sum), 1, near);
        }
        int64_t few[] = {most > 3 ? 3 : 1};
        CHECK_INT(places_tails(&c, few, 1, tail), ERR_OK); /* without those above it */
        if (most > 3)
            CHECK_NEAR(tail[0], (double)(1 - term[1] - term[2]), 1e-6);
    }
}

TEST(tails_of_all_places_are_binomial)
{
    struct places_chance c = {30, 12, true};
    const int64_t k[] = {30, 9, 5, 1};
    double tail[4];
    CHECK_INT(places_tails(&c, k, 4, tail), ERR_OK);
    for (int i = 0; i < 4; i++) {
        double sum = 0;
        for (int64_t j = k[i]; j <= 30; j++)
            sum += binomial_density((double)j, 30, 1.0 / 12, 11.0 / 12);
        CHECK_NEAR(tail[i] / sum, 1, 1e-9);
    }
    struct places_chance one = {30, 1, true};
    CHECK_INT(places_tails(&one, k, 4, tail), ERR_OK);
    CHECK(tail[0] == 1 && tail[3] == 1);
}

TEST(chance_refuses_what_it_cannot_take)
{
    double tail[2];
    const int64_t k[] = {3, 2}, rising[] = {2, 3}, nothing[] = {3, 0}, most[] = {11, 2};
    struct places_chance c = {10, 5, false}, few = {4, 5, false}, none = {10, 0, true};
    CHECK_INT(places_tails(&c, rising, 2, tail), ERR_INVALID);
    CHECK_INT(places_tails(&c, nothing, 2, tail), ERR_INVALID);
    CHECK_INT(places_tails(&c, most, 2, tail), ERR_INVALID);
    CHECK_INT(places_tails(&few, k, 2, tail), ERR_INVALID);
    CHECK_INT(places_tails(&none, k, 2, tail), ERR_INVALID);
    const double size[] = {1, 0}, good[] = {1, 2};
    CHECK_INT(places_sized_tails(k, size, 2, tail), ERR_INVALID);
    CHECK_INT(places_sized_tails(nothing, good, 2, tail), ERR_INVALID);
    CHECK_INT(places_sized_tails(k, good, 0, tail), ERR_INVALID);
    struct concentration s;
    CHECK_INT(concentration_of(rising, k, 2, 9, &s), ERR_INVALID);
    CHECK_INT(concentration_of(k, k, 2, 4, &s), ERR_INVALID);
    CHECK_INT(concentration_of(k, k, 0, 4, &s), ERR_INVALID);
}

/* The rate solves sum of rate * size / (1 - exp(-rate * size)) = events. */
TEST(tails_of_sized_places_are_poisson_and_at_least_one)
{
    const int64_t k[] = {6, 1, 2, 1, 9};
    const double size[] = {1, 2, 1, 0.5, 20};
    double tail[5], low = 1e-9, high = 100;
    for (int i = 0; i < 200; i++) {
        double rate = (low + high) / 2, sum = 0;
        for (int j = 0; j < 5; j++)
            sum += rate * size[j] / -expm1(-rate * size[j]);
        *(sum < 19 ? &low : &high) = rate;
    }
    CHECK_INT(places_sized_tails(k, size, 5, tail), ERR_OK);
    for (int j = 0; j < 5; j++) {
        double sum = 0, mean = low * size[j];
        for (int64_t i = k[j]; i < 200; i++)
            sum += poisson_density((double)i, mean);
        CHECK_NEAR(tail[j], sum / -expm1(-mean), 1e-9);
    }
    CHECK(tail[0] < 0.01 && tail[4] > 0.5);
    const int64_t ones[] = {1, 1};
    CHECK_INT(places_sized_tails(ones, size, 2, tail), ERR_OK);
    CHECK(tail[0] == 1 && tail[1] == 1);
}

/* --- Draws, against every outcome --- */

#define OUTCOMES_MOST 7

/* Mean and spread of gini and top_10 over all places^events outcomes that are allowed. */
static void enumerate(const struct places_chance *c, double *mean, double *spread)
{
    int64_t outcomes = 1, kept = 0;
    double sum[2] = {0}, squares[2] = {0};
    for (int64_t i = 0; i < c->n; i++)
        outcomes *= c->places;
    for (int64_t o = 0; o < outcomes; o++) {
        int64_t x[OUTCOMES_MOST] = {0}, k[OUTCOMES_MOST], with[OUTCOMES_MOST];
        size_t m = 0, filled = 0;
        for (int64_t i = 0, left = o; i < c->n; i++, left /= c->places)
            x[left % c->places]++;
        for (int64_t v = c->n; v > 0; v--) {
            int64_t many = 0;
            for (int64_t i = 0; i < c->places; i++)
                many += x[i] == v;
            filled += (size_t)many;
            if (many) {
                k[m] = v;
                with[m++] = many;
            }
        }
        if (!c->all && (int64_t)filled < c->places)
            continue;
        struct concentration how;
        CHECK_INT(concentration_of(k, with, m, c->places, &how), ERR_OK);
        const double v[] = {how.gini, how.top[2]};
        for (int f = 0; f < 2; f++) {
            sum[f] += v[f];
            squares[f] += v[f] * v[f];
        }
        kept++;
    }
    for (int f = 0; f < 2; f++) {
        mean[f] = sum[f] / (double)kept;
        spread[f] = sqrt(fmax(0, squares[f] / (double)kept - mean[f] * mean[f]));
    }
}

#define RUNS 20000u

TEST(draws_are_as_all_outcomes)
{
    static const struct places_chance sets[] = {{7, 3, false}, {6, 5, false}, {5, 7, true},
                                                {7, 4, true},  {4, 4, false}, {7, 1, true}};
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct arena *a = arena_most(ROOM);
        struct work w = {.seed = 3, .threads = 2, .arena = a};
        struct concentration_chance c;
        double mean[2], spread[2];
        enumerate(&sets[i], mean, spread);
        CHECK_INT(concentration_by_chance(&w, &sets[i], RUNS, mean[0], &c), ERR_OK);
        CHECK_NEAR(c.mean.gini, mean[0], 4 * spread[0] / sqrt(RUNS) + 1e-9);
        CHECK_NEAR(c.mean.top[2], mean[1], 4 * spread[1] / sqrt(RUNS) + 1e-9);
        CHECK(c.low.gini <= mean[0] + 1e-9 && c.high.gini >= mean[0] - 1e-9);
        arena_free(a);
    }
}

/* Many events a place are drawn place by place: the share of the fullest of two is known. */
TEST(draws_place_by_place_are_binomial)
{
    struct arena *a = arena_most(ROOM);
    struct work w = {.seed = 3, .arena = a};
    struct concentration_chance c;
    double mean = 0, squares = 0;
    for (int k = 0; k <= 60; k++) {
        double p = binomial_density(k, 60, 0.5, 0.5), top = fmax(k, 60 - k) / 60;
        mean += p * top;
        squares += p * top * top;
    }
    double near = 4 * sqrt((squares - mean * mean) / RUNS);
    struct places_chance all = {60, 2, true}, some = {60, 2, false};
    CHECK_INT(concentration_by_chance(&w, &all, RUNS, 0, &c), ERR_OK);
    CHECK_NEAR(c.mean.top[0], mean, near);
    CHECK_NEAR(c.p, 1, 0);
    CHECK_INT(concentration_by_chance(&w, &some, RUNS, 0.4, &c), ERR_OK);
    CHECK_NEAR(c.mean.top[0], mean, near);
    CHECK_NEAR(c.p, 1.0 / (RUNS + 1), 1e-3);
    arena_free(a);
}

/* The two ways of drawing meet where the one takes over from the other. */
TEST(both_ways_of_drawing_agree)
{
    struct arena *a = arena_most(ROOM);
    struct work w = {.seed = 9, .arena = a};
    struct places_chance few = {19990, 1000, true}, many = {20010, 1000, true};
    struct concentration_chance c, d;
    CHECK_INT(concentration_by_chance(&w, &few, 400, 0.1, &c), ERR_OK);
    CHECK_INT(concentration_by_chance(&w, &many, 400, 0.1, &d), ERR_OK);
    CHECK_NEAR(c.mean.gini, d.mean.gini, 0.0012); /* its spread is 0.003, of 400 runs 0.00015 */
    CHECK_NEAR(c.high.gini - c.low.gini, d.high.gini - d.low.gini, 0.003);
    arena_free(a);
}

TEST(draws_are_the_same_on_any_number_of_threads)
{
    struct places_chance c = {500, 300, false};
    struct concentration_chance one, four;
    for (int threads = 1; threads <= 4; threads += 3) {
        struct arena *a = arena_most(ROOM);
        struct work w = {.seed = 4, .threads = threads, .arena = a};
        CHECK_INT(concentration_by_chance(&w, &c, 99, 0.4, threads == 1 ? &one : &four), ERR_OK);
        arena_free(a);
    }
    CHECK_SAME_BYTES(one, four, (3 * (2 + PLACES_TOPS + PLACES_PARTS) + 1) * sizeof(double));
    struct arena *a = arena_most(ROOM);
    struct work impatient = {.arena = a, .tick = stop_at_once};
    CHECK_INT(concentration_by_chance(&impatient, &c, 99, 0.4, &one), ERR_CANCELLED);
    CHECK_INT(concentration_by_chance(&impatient, &c, 0, 0.4, &one), ERR_INVALID);
    CHECK_INT(concentration_by_chance(&impatient, &c, 99, NAN, &one), ERR_INVALID);
    CHECK_SAME_BYTES(one, four, (3 * (2 + PLACES_TOPS + PLACES_PARTS) + 1) * sizeof(double));
    arena_free(a);
}

/* --- What is promised --- */

/* Events on places that are equally likely: nothing should be told, oftener than 5 times in 100. */
TEST(chance_alone_is_seldom_told_as_repeat)
{
    int told = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_most(ROOM);
        struct rng r = rng_make(seed, 1);
        double x[N], y[N] = {0}, tail;
        uint32_t sites = 150 + 100 * (uint32_t)(seed % 9);
        for (size_t i = 0; i < N; i++)
            x[i] = rng_below(&r, sites);
        struct places_input in = {.n = N, .x = x, .y = y};
        struct places p = gathered(a, &in);
        int64_t most = count_of(&p, 0);
        struct places_chance c = {N, (int64_t)p.n, false};
        CHECK_INT(places_tails(&c, &most, 1, &tail), ERR_OK);
        told += tail * (double)p.n <= 0.05; /* any of them */
        arena_free(a);
    }
    CHECK(told <= 24); /* 15 expected at most; P(more than 24) < 0.01 */
}
