/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/binrates.h"
#include "stats/compare.h"
#include "stats/special.h"

#define ROOM ((size_t)4 << 20)

static struct bin_test tested(const double *count, const double *exposure, size_t n,
                              enum bin_statistic s)
{
    struct arena *a = arena_most(ROOM);
    struct work w = {.seed = 3, .arena = a};
    struct bin_test t;
    CHECK_INT(bin_test(&w, count, exposure, n, s, &t), ERR_OK);
    arena_free(a);
    return t;
}

TEST(worked_example_of_season)
{
    /* Three months of one year: 31, 28 and 31 days with 40, 20 and 30 events. */
    const double count[] = {40, 20, 30}, days[] = {31, 28, 31};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct bin_rates r;
    CHECK_INT(bin_rates(&w, count, days, 3, true, 0.95, &r), ERR_OK);
    CHECK_NEAR(r.rate[0], 40.0 / 31, 1e-15);
    CHECK_NEAR(r.expected[1], 28, 1e-13);
    CHECK_NEAR(r.index[1], 20.0 / 28, 1e-15);
    CHECK_NEAR(r.low[0] * 31, 28.58, 0.005);
    CHECK_NEAR(r.high[0] * 31, 54.47, 0.005);
    struct bin_test t = tested(count, days, 3, BIN_CHI);
    CHECK_NEAR(t.statistic, 81.0 / 31 + 64.0 / 28 + 1.0 / 31, 1e-12);
    CHECK_INT(t.way, BIN_EXACT);
    CHECK_NEAR(t.p, 0.09008220326862397, 1e-12);
    arena_free(a);
}

/* ptools small_samptest; its "KS" is the greatest share, no distance of Kolmogorov or Kuiper. */
TEST(small_samples_are_those_of_ptools)
{
    const double one[] = {1, 1, 1, 1, 1, 1, 1};
    const double a[] = {3, 1, 1, 0, 0, 1, 1}, b[] = {0, 0, 5, 1, 0, 0, 2}, c[] = {4, 4, 0, 0};
    struct bin_test t = tested(a, one, 7, BIN_G);
    CHECK_NEAR(t.statistic, 6.59167373200866, 1e-12);
    CHECK_NEAR(t.p, 0.544067522885872, 1e-12);
    t = tested(a, one, 7, BIN_CHI);
    CHECK_NEAR(t.statistic, 6, 1e-12);
    CHECK_NEAR(t.p, 0.544067522885872, 1e-12);
    CHECK_NEAR(tested(b, one, 7, BIN_G).p, 0.00806636690494606, 1e-13);
    t = tested(b, one, 7, BIN_CHI);
    CHECK_NEAR(t.statistic, 18.25, 1e-12);
    CHECK_NEAR(t.p, 0.00806636690494606, 1e-13);
    CHECK_NEAR(tested(c, one, 4, BIN_G).p, 0.0233154296875, 1e-13);
    CHECK_NEAR(tested(c, one, 4, BIN_CHI).p, 0.0335693359375, 1e-13);
    CHECK_NEAR(tested(c, one, 4, BIN_KUIPER).statistic, 0.5, 1e-15);
}

/* All 3^6 sequences of six events in three unequal bins, counted one by one. */
TEST(exact_p_is_the_sum_over_all_sequences)
{
    const double exposure[] = {1, 2, 5};
    for (int s = 0; s < 3; s++)
        for (int k = 0; k < 28; k++) {
            double seen[] = {k % 7, 0, 0};
            seen[1] = fmin(6 - seen[0], k / 7);
            seen[2] = 6 - seen[0] - seen[1];
            struct bin_test t = tested(seen, exposure, 3, (enum bin_statistic)s);
            double p = 0;
            for (int i = 0; i < 729; i++) {
                double x[3] = {0}, q = 1;
                for (int j = 0, rest = i; j < 6; j++, rest /= 3) {
                    x[rest % 3]++;
                    q *= exposure[rest % 3] / 8;
                }
                if (tested(x, exposure, 3, (enum bin_statistic)s).statistic >= t.statistic - 1e-9)
                    p += q;
            }
            CHECK_NEAR(t.p, p, 1e-12);
        }
}

/* The three ways agree where they meet. */
TEST(drawing_and_the_asymptotic_come_near_the_exact)
{
    double count[12], days[12];
    for (int i = 0; i < 12; i++) {
        days[i] = 30;
        count[i] = 3 + (i % 4 == 0);
    }
    struct bin_test drawn = tested(count, days, 12, BIN_CHI);
    CHECK_INT(drawn.way, BIN_MONTE_CARLO);
    CHECK(drawn.p > 0.98);
    for (int i = 0; i < 12; i++)
        count[i] = 100 + 30 * (i == 3);
    struct bin_test large = tested(count, days, 12, BIN_CHI);
    CHECK_INT(large.way, BIN_ASYMPTOTIC);
    CHECK_NEAR(large.p, gamma_tails(5.5, large.statistic / 2).upper, 1e-15);
    CHECK(tested(count, days, 12, BIN_KUIPER).p > 0.3);
    const double few[] = {9, 2, 4}, same[] = {1, 1, 1};
    struct bin_test exact = tested(few, same, 3, BIN_CHI);
    CHECK_INT(exact.way, BIN_EXACT);
    CHECK_NEAR(exact.p, gamma_tails(1, exact.statistic / 2).upper, 0.03);
}

TEST(bins_in_a_circle_may_begin_anywhere)
{
    const double one[] = {1, 1, 1, 1, 1, 1};
    const double a[] = {5, 1, 0, 0, 1, 2}, b[] = {0, 0, 1, 2, 5, 1};
    struct bin_test x = tested(a, one, 6, BIN_KUIPER), y = tested(b, one, 6, BIN_KUIPER);
    CHECK_NEAR(x.statistic, y.statistic, 1e-14);
    CHECK_NEAR(x.p, y.p, 1e-12);
}

TEST(bins_without_time_take_no_part)
{
    const double count[] = {4, 0, 9}, time[] = {1, 0, 1}, two[] = {4, 9}, one[] = {1, 1};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct bin_rates r;
    CHECK_NEAR(tested(count, time, 3, BIN_CHI).p, tested(two, one, 2, BIN_CHI).p, 1e-15);
    CHECK_INT(bin_rates(&w, count, time, 3, true, 0.95, &r), ERR_OK);
    CHECK(isnan(r.rate[1]) && isnan(r.p[1]) && r.rate[2] == 9);
    CHECK_NEAR(r.p[0], r.p[2], 1e-12);
    CHECK_INT(bin_rates(&w, count, time, 3, false, 0.95, &r), ERR_OK);
    CHECK(isnan(r.low[0]) && r.index[0] == 4 / 6.5);
    arena_free(a);
}

TEST(what_are_no_counts_is_refused)
{
    double count[] = {1, 2}, time[] = {1, 1};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct bin_rates r;
    struct bin_test t;
    const double bad[] = {-1, NAN, INFINITY, 0.5, 2e9};
    for (int i = 0; i < 5; i++) {
        count[0] = bad[i];
        CHECK_INT(bin_rates(&w, count, time, 2, true, 0.95, &r), ERR_INVALID);
        CHECK_INT(bin_test(&w, count, time, 2, BIN_G, &t), ERR_INVALID);
    }
    count[0] = 1;
    time[0] = 0;
    CHECK_INT(bin_rates(&w, count, time, 2, true, 0.95, &r), ERR_INVALID);
    time[0] = 1;
    CHECK_INT(bin_rates(&w, count, time, 2, true, 1, &r), ERR_INVALID);
    CHECK_INT(bin_rates(&w, count, time, BINS_MOST + 1, true, 0.95, &r), ERR_LIMIT);
    CHECK_INT(bin_test(&w, count, time, 1, BIN_G, &t), ERR_INVALID);
    const double none[] = {0, 0}, many[] = {3, 4000000, 8}, three[] = {1, 1, 1};
    CHECK_NEAR(tested(none, time, 2, BIN_G).p, 1, 0);
    CHECK_INT(bin_test(&w, many, three, 3, BIN_KUIPER, &t), ERR_LIMIT);
    w.tick = stop_at_once;
    const double ten[] = {9, 9, 9, 9, 9, 9, 9, 9, 9, 1}, ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    CHECK_INT(bin_test(&w, ten, ones, 10, BIN_KUIPER, &t), ERR_CANCELLED);
    arena_free(a);
}
