/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"

#define N 200000

TEST(philox_gives_the_authors_known_answers)
{
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        uint32_t out[4];
        philox4x32(known[i].counter, known[i].key, out);
        CHECK(memcmp(out, known[i].out, sizeof out) == 0);
    }
}

TEST(a_stream_can_be_entered_anywhere)
{
    struct rng a = rng_make(7, 3), b = rng_make(7, 3), other = rng_make(7, 4);
    for (int i = 0; i < 40; i++)
        (void)rng_u32(&a);
    rng_jump(&b, 10);
    int same = 0;
    rng_jump(&other, 10);
    for (int i = 0; i < 100; i++) {
        uint32_t x = rng_u32(&a);
        CHECK(x == rng_u32(&b));
        same += x == rng_u32(&other);
    }
    CHECK(same == 0);
}

TEST(logarithm_and_exponential_agree_with_the_library)
{
    struct rng r = rng_make(1, 1);
    for (int i = 0; i < 20000; i++) {
        double x = ldexp(rng_open(&r), (int)rng_below(&r, 1900) - 950);
        CHECK(fabs(exact_log(x) - log(x)) <= 8e-16 * fabs(log(x)) + 1e-300);
        double near = 1 + (rng_unit(&r) - 0.5) * 1e-3;
        CHECK(fabs(exact_log(near) - log(near)) <= 8e-16 * fabs(log(near)) + 1e-300);
        double e = rng_between(&r, -700, 700);
        CHECK(fabs(exact_exp(e) / exp(e) - 1) <= 9e-16);
    }
    CHECK(exact_log(1) == 0 && exact_exp(0) == 1);
}

struct moments {
    double mean, variance;
};

static struct moments moments_of(const double *x, int n)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    double mean = sum / n;
    for (int i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return (struct moments){mean, squares / (n - 1)};
}

/* Within five standard errors of the mean; the variance within 4 %. */
static void check_moments(const double *x, double mean, double variance)
{
    struct moments m = moments_of(x, N);
    CHECK_NEAR(m.mean, mean, 5 * sqrt(variance / N));
    CHECK_NEAR(m.variance / variance, 1, 0.04);
}

TEST(distributions_have_their_moments)
{
    double *x = mem_array(N, sizeof *x);
    struct rng r = rng_make(20, 1);
    for (int i = 0; i < N; i++)
        x[i] = rng_unit(&r);
    check_moments(x, 0.5, 1.0 / 12);
    for (int i = 0; i < N; i++)
        x[i] = rng_normal(&r);
    check_moments(x, 0, 1);
    for (int i = 0; i < N; i++)
        x[i] = rng_exponential(&r, 4);
    check_moments(x, 0.25, 0.0625);
    static const double shapes[] = {0.3, 1, 7.5};
    for (size_t s = 0; s < ARRAY_LEN(shapes); s++) {
        for (int i = 0; i < N; i++)
            x[i] = rng_gamma(&r, shapes[s], 2);
        check_moments(x, 2 * shapes[s], 4 * shapes[s]);
    }
    mem_free(x);
}

TEST(counts_have_their_moments)
{
    double *x = mem_array(N, sizeof *x);
    struct rng r = rng_make(21, 1);
    static const double means[] = {0.02, 1, 9.9, 10, 30, 1000, 1e6};
    for (size_t s = 0; s < ARRAY_LEN(means); s++) {
        for (int i = 0; i < N; i++)
            x[i] = (double)rng_poisson(&r, means[s]);
        check_moments(x, means[s], means[s]);
    }
    for (int i = 0; i < N; i++)
        x[i] = (double)rng_negbin(&r, 6, 3);
    check_moments(x, 6, 6 + 36.0 / 3);
    CHECK_INT(rng_poisson(&r, 0), 0);
    CHECK_INT(rng_negbin(&r, 0, 3), 0);
    mem_free(x);
}

TEST(poisson_shape_is_right_on_both_sides_of_ten)
{
    static const double means[] = {6, 14, 40};
    struct rng r = rng_make(22, 1);
    for (size_t s = 0; s < ARRAY_LEN(means); s++) {
        double seen[100] = {0}, chi = 0, p = exp(-means[s]);
        for (int i = 0; i < N; i++) {
            int64_t k = rng_poisson(&r, means[s]);
            CHECK(k >= 0);
            seen[k < 99 ? k : 99]++;
        }
        int cells = 0;
        for (int k = 0; k < 99; p *= means[s] / ++k) {
            if (p * N < 10)
                continue;
            chi += (seen[k] - p * N) * (seen[k] - p * N) / (p * N);
            cells++;
        }
        CHECK(chi < cells + 5 * sqrt(2.0 * cells));
    }
}

/* To the last bit: exercise data and simulations must be the same with every compiler. */
TEST(distributions_give_the_same_bits_everywhere)
{
    struct rng r = rng_make(99, 5);
    double normals = 0, gammas = 0;
    int64_t counts = 0;
    for (int i = 0; i < 1000; i++)
        normals += rng_normal(&r);
    for (int i = 0; i < 1000; i++)
        gammas += rng_gamma(&r, 0.7, 3);
    for (int i = 0; i < 1000; i++) {
        counts += rng_poisson(&r, 3);
        counts += rng_poisson(&r, 300);
        counts += rng_negbin(&r, 20, 2);
    }
    CHECK(normals == 0x1.0a774db532c68p+2);
    CHECK(gammas == 0x1.1ce04618a4f67p+11);
    CHECK_INT(counts, 324563);
}

TEST(below_is_even_and_shuffle_keeps_all)
{
    struct rng r = rng_make(23, 1);
    int seen[7] = {0};
    for (int i = 0; i < 70000; i++)
        seen[rng_below(&r, 7)]++;
    for (int i = 0; i < 7; i++)
        CHECK(seen[i] > 9500 && seen[i] < 10500);
    uint32_t v[50], sum = 0, moved = 0;
    for (uint32_t i = 0; i < 50; i++)
        v[i] = i;
    rng_shuffle(&r, v, 50);
    for (uint32_t i = 0; i < 50; i++) {
        sum += v[i];
        moved += v[i] != i;
    }
    CHECK(sum == 49 * 50 / 2 && moved > 30);
}

TEST(alias_choice_follows_the_weights)
{
    static const double w[] = {1, 0, 5, 0.5, 3.5};
    struct arena *a = arena_new(100000);
    struct alias t;
    CHECK_INT(alias_make(a, w, 5, &t), ERR_OK);
    struct rng r = rng_make(24, 1);
    int seen[5] = {0};
    for (int i = 0; i < N; i++)
        seen[alias_pick(&t, &r)]++;
    for (int i = 0; i < 5; i++)
        CHECK_NEAR(seen[i] / (double)N, w[i] / 10, 0.006);
    CHECK_INT(seen[1], 0);
    arena_free(a);
}

TEST(alias_refuses_weights_that_mean_nothing)
{
    struct arena *a = arena_new(1000);
    struct alias t;
    CHECK_INT(alias_make(a, (double[]){0, 0}, 2, &t), ERR_INVALID);
    CHECK_INT(alias_make(a, (double[]){1, -1}, 2, &t), ERR_INVALID);
    CHECK_INT(alias_make(a, (double[]){1, NAN}, 2, &t), ERR_INVALID);
    CHECK_INT(alias_make(a, (double[]){1}, 0, &t), ERR_INVALID);
    double many[100];
    for (int i = 0; i < 100; i++)
        many[i] = 1;
    CHECK_INT(alias_make(a, many, 100, &t), ERR_NOMEM);
    arena_free(a);
}
