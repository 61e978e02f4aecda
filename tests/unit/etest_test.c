/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The E-test against ptools, statsmodels and the sum over all outcomes. */
#include "test.h"

#include <math.h>

#include "base/mem.h"
#include "stats/etest.h"
#include "stats/special.h"

TEST(e_test_equals_the_reference)
{
    static const double cases[][6] = {
        {3, 0, 1, 1, 0.088379009454835233, 0.088379009454835233},
        {6, 2, 1, 1, 0.17487482094370782, 0.17487482094370782},
        {20, 10, 1, 1, 0.068831782108109474, 0.068831782108109474},
        {20, 10, 4, 2, 1, 1},
        {5, 5, 2, 1, 0.27066190271401691, 0.36739705814875651},
        {1, 9, 1, 1, 0.0089390481420477258, 0.0089390481420477258},
        {0, 4, 1, 1.5, 0.11354816239986693, 0.054589065330669193},
        {12, 30, 1, 2, 0.52212954605630446, 0.50470275660398822},
        {60, 90, 1, 1, 0.01424607675475262, 0.01424607675475262},
        {150, 110, 1, 1, 0.013152893279147796, 0.013152893279147796},
        {400, 460, 1, 1, 0.04076766668202117, 0.04076766668202117},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct etest e;
        CHECK_INT(etest((struct count){(int64_t)cases[i][0], cases[i][2]},
                        (struct count){(int64_t)cases[i][1], cases[i][3]}, &e),
                  ERR_OK);
        CHECK_NEAR(e.pooled, cases[i][4], 1e-9 * cases[i][4]);
        CHECK_NEAR(e.unpooled, cases[i][5], 1e-9 * cases[i][5]);
    }
}

/* Every pair of outcomes, one by one. */
static double brute_e(double x, double t, double y, double u)
{
    double rate = (x + y) / (t + u), sum = 0;
    double least = (x / t - y / u) * (x / t - y / u) / (x / t / t + y / u / u);
    for (double i = 0; i < 120; i++)
        for (double j = 0; j < 120; j++) {
            double away = i / t - j / u, variance = i / t / t + j / u / u;
            if (variance > 0 && away * away / variance >= least * (1 - 1e-12))
                sum += poisson_density(i, rate * t) * poisson_density(j, rate * u);
        }
    return sum;
}

TEST(e_test_is_the_sum_over_all_outcomes)
{
    const double exposures[] = {0.3, 1, 2.5};
    for (int x = 0; x < 12; x += 3)
        for (int y = 1; y < 12; y += 4)
            for (size_t k = 0; k < 3; k++) {
                struct etest e, mirror;
                struct count a = {x, exposures[k]}, b = {y, 1};
                if ((double)x / exposures[k] == y)
                    continue;
                CHECK_INT(etest(a, b, &e), ERR_OK);
                CHECK_INT(etest(b, a, &mirror), ERR_OK);
                CHECK_NEAR(e.unpooled, brute_e(x, exposures[k], y, 1), 1e-11);
                CHECK_NEAR(e.pooled, mirror.pooled, 1e-11);
            }
}

/* The sums over all outcomes, which took up to 50 ms each; now the normal distribution answers. */
TEST(e_test_of_large_counts_is_the_sum_over_all_outcomes)
{
    static const double cases[][6] = {
        {1000000, 1000500, 1, 1, 0.723706964282, 0.723706964282},
        {1000000, 1003394, 1, 1, 0.0164899579227, 0.0164899579227},
        {2000000, 4010000, 1, 2, 0.00392223900952, 0.00390732291566},
        {10000000, 10010000, 1, 1, 0.0253839401392, 0.0253839401392},
        {20000000, 999600000, 1, 50, 0.0764647705114, 0.0765213571635},
        {500000000, 38371600, 365, 28, 0.0163113002878, 0.0163297872319},
        {1000000000, 999900000, 1, 1, 0.0253436575219, 0.0253436575219},
        {1000000000, 999980000, 1, 1, 0.654719231885, 0.654719231885},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct etest e;
        CHECK_INT(etest((struct count){(int64_t)cases[i][0], cases[i][2]},
                        (struct count){(int64_t)cases[i][1], cases[i][3]}, &e),
                  ERR_OK);
        CHECK_NEAR(e.pooled, cases[i][4], 2e-5 * cases[i][4]);
        CHECK_NEAR(e.unpooled, cases[i][5], 2e-5 * cases[i][5]);
    }
}

/* Just below the limit everything is summed, and just above it nothing is. */
TEST(e_test_does_not_jump_where_its_method_changes)
{
    const double ratios[] = {1, 3, 100};
    for (size_t i = 0; i < ARRAY_LEN(ratios); i++) {
        struct etest sum, normal;
        double x = ETEST_NORMAL_FROM, y = floor(ratios[i] * x + 2.2 * ratios[i] * sqrt(x));
        struct count below = {(int64_t)(x - 3000), 1}, above = {(int64_t)(x + 3000), 1};
        double drift = ratios[i] * 3000;
        CHECK_INT(etest(below, (struct count){(int64_t)(y - drift), ratios[i]}, &sum), ERR_OK);
        CHECK_INT(etest(above, (struct count){(int64_t)(y + drift), ratios[i]}, &normal), ERR_OK);
        CHECK_NEAR(sum.unpooled / normal.unpooled, 1, 0.02);
        CHECK_NEAR(sum.pooled / normal.pooled, 1, 0.02);
    }
}

TEST(e_test_needs_no_memory_for_large_counts)
{
    struct etest e;
    mem_fail_at(0);
    enum err err = etest((struct count){1000000000, 1}, (struct count){999999999, 1}, &e);
    mem_fail_at(-1);
    CHECK_INT(err, ERR_OK);
}

TEST(e_test_knows_huge_counts_and_none)
{
    struct etest e;
    CHECK_INT(etest((struct count){14, 7}, (struct count){6, 7}, &e), ERR_OK);
    CHECK_NEAR(e.unpooled, 0.0791, 0.00005); /* the worked example of compare-counts */
    CHECK_INT(etest((struct count){0, 1}, (struct count){0, 3}, &e), ERR_OK);
    CHECK(e.pooled == 1 && e.unpooled == 1);
    CHECK_INT(etest((struct count){10000000, 1}, (struct count){10010000, 1}, &e), ERR_OK);
    CHECK_NEAR(e.pooled, 0.0254, 0.0002); /* z = 10000 / sqrt(20010000) = 2.2355 */
    CHECK_INT(etest((struct count){-1, 1}, (struct count){4, 1}, &e), ERR_INVALID);
    CHECK_INT(etest((struct count){1, NAN}, (struct count){4, 1}, &e), ERR_INVALID);
    mem_fail_at(2);
    enum err err = etest((struct count){3, 1}, (struct count){4, 1}, &e);
    mem_fail_at(-1);
    CHECK_INT(err, ERR_NOMEM);
}
