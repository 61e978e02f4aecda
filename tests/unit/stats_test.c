/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/compare.h"
#include "stats/hourweek.h"
#include "stats/special.h"

static struct comparison compared(int64_t x, double t, int64_t y, double u)
{
    struct comparison c = {0};
    CHECK_INT(compare_counts((struct count){x, t}, (struct count){y, u}, &c), ERR_OK);
    return c;
}

/* Sum over all outcomes in long double: nothing in common with the code under test. */
static double brute_p(int x, int y, double share)
{
    int n = x + y;
    long double density[512], p = 0, observed;
    for (int k = 0; k <= n; k++)
        density[k] = expl(lgammal(n + 1.0L) - lgammal(k + 1.0L) - lgammal(n - k + 1.0L) +
                          k * logl(share) + (n - k) * log1pl(-(long double)share));
    observed = density[x];
    for (int k = 0; k <= n; k++)
        if (density[k] <= observed * (1 + 1e-7L))
            p += density[k];
    return (double)(p > 1 ? 1 : p);
}

TEST(worked_example_of_compare_counts)
{
    struct comparison c = compared(14, 7, 6, 7);
    CHECK_NEAR(c.p, 2 * 60460.0 / 1048576, 1e-12);
    CHECK_NEAR(c.mid_p, (2 * 60460.0 - 38760) / 1048576, 1e-12);
    CHECK_NEAR(c.ratio, 14.0 / 6, 1e-12);
    CHECK_NEAR(c.ratio_low, 0.84, 0.005);
    CHECK_NEAR(c.ratio_high, 7.41, 0.005);
    CHECK_INT(c.chance_in_100, 12);
    CHECK_INT(c.certainty, CERTAINTY_NO_SURE_DIFFERENCE);
}

TEST(exact_p_equals_the_full_sum)
{
    const double shares[] = {0.5, 0.25, 0.1, 2.0 / 3, 0.97};
    for (size_t s = 0; s < ARRAY_LEN(shares); s++)
        for (int x = 0; x < 40; x += 3)
            for (int y = x ? 0 : 1; y < 90; y += 7) {
                struct comparison c = compared(x, shares[s], y, 1 - shares[s]);
                CHECK_NEAR(c.p, brute_p(x, y, shares[s]), 1e-10);
                CHECK(c.mid_p >= 0 && c.mid_p <= 1);
            }
}

/* 11 cases in 800 person-years against 6 in 3011 * 0.3: limits are where each tail is 2.5 %. */
TEST(ratio_limits_leave_exactly_their_tails)
{
    const int cases[][2] = {{11, 6}, {1, 30}, {30, 1}, {7, 7}, {0, 9}, {9, 0}, {200, 250}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int x = cases[i][0], y = cases[i][1];
        struct comparison c = compared(x, 3, y, 5);
        double n = x + y, low = c.ratio_low * 3 / 5, high = c.ratio_high * 3 / 5;
        double upper_tail = 0, lower_tail = 0;
        for (int k = 0; k <= x + y; k++) {
            if (k >= x && x > 0)
                upper_tail += binomial_density(k, n, low / (1 + low), 1 / (1 + low));
            if (k <= x && y > 0)
                lower_tail += binomial_density(k, n, high / (1 + high), 1 / (1 + high));
        }
        CHECK_NEAR(upper_tail, x > 0 ? 0.025 : 0, 1e-9);
        CHECK_NEAR(lower_tail, y > 0 ? 0.025 : 0, 1e-9);
        CHECK(x > 0 || c.ratio_low == 0);
        CHECK(y > 0 || isinf(c.ratio_high));
    }
}

TEST(swapping_the_periods_mirrors_the_answer)
{
    struct comparison a = compared(31, 14, 12, 28), b = compared(12, 28, 31, 14);
    CHECK_NEAR(a.p, b.p, 1e-12);
    CHECK_NEAR(a.ratio, 1 / b.ratio, 1e-12);
    CHECK_NEAR(a.ratio_low, 1 / b.ratio_high, 1e-9);
    CHECK_INT(a.certainty, CERTAINTY_CLEARLY_MORE);
    CHECK_INT(b.certainty, CERTAINTY_CLEARLY_FEWER);
}

TEST(a_thousand_million_events_are_compared)
{
    /* Far out the normal curve with continuity correction is right to several digits. */
    int64_t x = 500100000, y = 499900000;
    struct comparison c = compared(x, 1, y, 1);
    double z = ((double)(x - y) - 1) / sqrt((double)(x + y));
    CHECK_NEAR(c.p / erfc(z / sqrt(2)), 1, 1e-4);
    CHECK(c.ratio_low < c.ratio && c.ratio < c.ratio_high);
    CHECK_NEAR(log(c.ratio_high / c.ratio), 1.959964 * sqrt(1 / (double)x + 1 / (double)y), 1e-8);
    c = compared(COUNT_MAX, 1, COUNT_MAX, 1);
    CHECK(c.p == 1 && c.certainty == CERTAINTY_NO_SURE_DIFFERENCE);
}

TEST(phrases_follow_their_thresholds)
{
    CHECK_INT(compared(0, 1, 0, 1).certainty, CERTAINTY_TOO_FEW);
    CHECK_INT(compared(4, 1, 0, 1).certainty, CERTAINTY_TOO_FEW);
    CHECK_INT(compared(5, 1, 0, 1).certainty, CERTAINTY_LIKELY_MORE);
    CHECK_INT(compared(0, 1, 7, 1).certainty, CERTAINTY_LIKELY_FEWER);
    CHECK_INT(compared(0, 1, 8, 1).certainty, CERTAINTY_CLEARLY_FEWER);
    CHECK_INT(compared(8, 1, 0, 1).certainty, CERTAINTY_CLEARLY_MORE);
    CHECK_INT(compared(10, 1, 8, 1).certainty, CERTAINTY_NO_SURE_DIFFERENCE);
    CHECK_INT(compared(8, 1, 0, 1).chance_in_100, 0);
    /* One tenth of the time: 5 events that all fall in the long period tell nothing. */
    CHECK_INT(compared(0, 1, 5, 9).certainty, CERTAINTY_NO_SURE_DIFFERENCE);
    CHECK_INT(certainty_of((struct count){8, 1}, (struct count){0, 1}, 0.04),
              CERTAINTY_LIKELY_MORE);
    CHECK_TEXT(certainty_name(CERTAINTY_LIKELY_MORE), "likely_more");
}

TEST(nonsense_is_refused)
{
    struct comparison c = {.p = 7};
    const struct count ok = {3, 1};
    const struct count bad[] = {{-1, 1}, {3, 0},        {3, -1},           {3, NAN},
                                {0, 0},  {3, INFINITY}, {COUNT_MAX + 1, 1}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK_INT(compare_counts(bad[i], ok, &c), ERR_INVALID);
        CHECK_INT(compare_counts(ok, bad[i], &c), ERR_INVALID);
    }
    CHECK(c.p == 7);
}

TEST(garwood_limits_are_the_published_ones)
{
    /* Garwood's table, 95 %. */
    const struct {
        int n;
        double low, high;
    } known[] = {{0, 0, 3.689},        {1, 0.0253, 5.572},    {2, 0.242, 7.225},
                 {5, 1.623, 11.668},   {10, 4.795, 18.390},   {20, 12.217, 30.888},
                 {50, 37.111, 65.919}, {100, 81.364, 121.627}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct interval v;
        CHECK_INT(count_interval(known[i].n, 0.95, &v), ERR_OK);
        CHECK_NEAR(v.low, known[i].low, 0.0006);
        CHECK_NEAR(v.high, known[i].high, 0.0006);
    }
    struct interval v;
    CHECK_INT(count_interval(COUNT_MAX, 0.95, &v), ERR_OK);
    CHECK_NEAR((v.high - v.low) / (2 * 1.959964 * sqrt(1e9)), 1, 1e-4);
    CHECK_INT(count_interval(-1, 0.95, &v), ERR_INVALID);
    CHECK_INT(count_interval(3, 1.0, &v), ERR_INVALID);
}

TEST(many_questions_are_corrected)
{
    double p[] = {0.01, 0.04, 0.03, 0.005, NAN, 0.55};
    double q[6];
    CHECK_INT(fdr_adjust(p, 6, q), ERR_OK);
    CHECK_NEAR(q[3], 0.025, 1e-12);
    CHECK_NEAR(q[0], 0.025, 1e-12);
    CHECK_NEAR(q[2], 0.05, 1e-12);
    CHECK_NEAR(q[1], 0.05, 1e-12);
    CHECK_NEAR(q[5], 0.55, 1e-12);
    CHECK(isnan(q[4]));
    CHECK_INT(fdr_adjust(p, 0, q), ERR_OK);
    p[0] = 1.5;
    CHECK_INT(fdr_adjust(p, 6, q), ERR_INVALID);
    p[0] = 0.5;
    mem_fail_at(0);
    enum err e = fdr_adjust(p, 6, q);
    mem_fail_at(-1);
    CHECK_INT(e, ERR_NOMEM);
}

static double total(double t[7][24])
{
    double sum = 0;
    for (int d = 0; d < 7; d++)
        for (int h = 0; h < 24; h++)
            sum += t[d][h];
    return sum;
}

static msec at(const char *text)
{
    msec t = 0;
    CHECK_INT(time_parse(text, &t), ERR_OK);
    return t;
}

TEST(worked_example_of_weekday_hour)
{
    struct hourweek h = {0};
    CHECK_INT(hourweek_add(&h, at("2026-11-13T23:30"), at("2026-11-13T23:30")), ERR_OK);
    CHECK_INT(hourweek_add(&h, at("2026-11-13T22:00"), at("2026-11-14T02:00")), ERR_OK);
    CHECK_NEAR(h.weight[4][22], 0.25, 1e-12);
    CHECK_NEAR(h.weight[4][23], 1.25, 1e-12);
    CHECK_NEAR(h.weight[5][0], 0.25, 1e-12);
    CHECK_NEAR(h.weight[5][1], 0.25, 1e-12);
    CHECK_NEAR(total(h.weight), 2, 1e-12);
    double e[7][24];
    CHECK_INT(hourweek_exposure(at("2026-11-01"), at("2026-12-01"), e), ERR_OK);
    CHECK_NEAR(e[4][23], 4, 1e-9);
    CHECK_NEAR(e[0][7], 5, 1e-9);
    CHECK_NEAR(e[6][7], 5, 1e-9);
}

TEST(weights_always_sum_to_the_events)
{
    struct hourweek h = {0};
    uint64_t s = 12345;
    for (int i = 0; i < 3000; i++) {
        s = s * UINT64_C(6364136223846793005) + 1442695040888963407u;
        msec from = (msec)(s >> 20) % (60LL * 365 * MSEC_DAY) - 5LL * 365 * MSEC_DAY;
        msec to = from + (msec)(s >> 33) % (8 * MSEC_DAY);
        CHECK_INT(hourweek_add(&h, from, to), ERR_OK);
    }
    CHECK(h.unknown > 0 && h.events + h.unknown == 3000);
    CHECK_NEAR(total(h.weight), h.events, 1e-8);
    CHECK_INT(hourweek_add(&h, 10, 9), ERR_INVALID);
    CHECK_INT(h.events + h.unknown, 3000);
}

TEST(hours_are_counted_as_they_pass_when_clocks_move)
{
    double e[7][24];
    CHECK_INT(hourweek_exposure(at("2026-03-29"), at("2026-03-30"), e), ERR_OK);
    CHECK_NEAR(total(e), 23, 1e-9);
    CHECK(e[6][2] == 0 && e[6][3] == 1);
    CHECK_INT(hourweek_exposure(at("2026-10-25"), at("2026-10-26"), e), ERR_OK);
    CHECK_NEAR(total(e), 25, 1e-9);
    CHECK(e[6][2] == 2 && e[6][3] == 1);
    CHECK_INT(hourweek_exposure(10, 9, e), ERR_INVALID);
    CHECK_INT(hourweek_exposure(0, INT64_MAX, e), ERR_INVALID);
    struct hourweek h = {0};
    CHECK_INT(hourweek_add(&h, at("2026-03-29T01:00"), at("2026-03-29T04:00")), ERR_OK);
    CHECK_NEAR(h.weight[6][1], 0.5, 1e-12);
    CHECK_NEAR(h.weight[6][3], 0.5, 1e-12);
}

/* Each hour of the week asked for alone, and each day. */
static void check_may(const struct hourweek *h, msec from, msec to)
{
    struct civil c = civil_from_msec(from);
    unsigned first = (unsigned)((c.weekday - 1) * 24 + c.hour);
    for (unsigned i = 0; i < 168; i++) {
        uint64_t one[3] = {0}, day[3] = {0};
        struct hourweek_asked a;
        bool in_day = false;
        one[i / 64] |= UINT64_C(1) << i % 64;
        hourweek_ask(&a, one);
        CHECK_INT(hourweek_may(&a, first, from, to), h->weight[i / 24][i % 24] > 0);
        for (unsigned k = i / 24 * 24; k < i / 24 * 24 + 24; k++) {
            day[k / 64] |= UINT64_C(1) << k % 64;
            in_day = in_day || h->weight[k / 24][k % 24] > 0;
        }
        hourweek_ask(&a, day);
        CHECK_INT(hourweek_may(&a, first, from, to), in_day);
    }
}

/* Half of the intervals lie round the nights when clocks are moved. */
TEST(an_event_may_have_happened_in_the_hours_that_it_weighs_in)
{
    static const char *const nights[] = {"2026-03-29T01:00Z", "2026-10-25T01:00Z"};
    uint64_t s = 99;
    for (int i = 0; i < 400; i++) {
        s = s * UINT64_C(6364136223846793005) + 1442695040888963407u;
        msec lasts = (msec)(s >> 33) % (i % 3 ? 8 * MSEC_DAY : 9 * MSEC_HOUR);
        msec from = i % 2 ? at(nights[i / 2 % 2]) - (msec)(s >> 30) % (lasts + 1)
                          : (msec)(s >> 20) % (60LL * 365 * MSEC_DAY);
        if (i % 5 == 0)
            lasts -= lasts % MSEC_HOUR, from -= from % MSEC_HOUR;
        struct hourweek h = {0};
        CHECK_INT(hourweek_add(&h, from, from + lasts), ERR_OK);
        check_may(&h, from, from + lasts);
    }
    struct hourweek h = {0};
    CHECK_INT(hourweek_add(&h, at("2026-11-13T22:00"), at("2026-11-20T22:00")), ERR_OK);
    check_may(&h, at("2026-11-13T22:00"), at("2026-11-20T22:00")); /* a whole week: each hour */
    CHECK_INT(h.unknown, 0);
}
