/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How well a map foretold, and rates of places: against ptools and by definition. */
#include "test.h"

#include "base/mem.h"
#include "csv_numbers.h"
#include "stats/pai.h"
#include "stats/rates.h"
#include "stats/special.h"

static struct arena *arena;

static struct work begin(void)
{
    arena = arena_new(1u << 22);
    return (struct work){.arena = arena};
}

static void end(void)
{
    arena_free(arena);
}

/* ptools 2.0.0, pai(); its predictions differ by less than a millionth, so that there are no ties.
 */
TEST(accuracy_by_rank_equals_the_reference)
{
    static struct pai_place places[4000];
    static struct pai_point out[4000];
    static size_t order[4000];
    struct work w = begin();
    struct csv c;
    CHECK(csv_open(TEST_DATA "/analysis", "pai_cincinnati.csv", &c));
    const double *count = csv_column(&c, "Count"), *pred = csv_column(&c, "Pred");
    const double *pai = csv_column(&c, "PAI"), *pei = csv_column(&c, "PEI");
    const double *rri = csv_column(&c, "RRI");
    for (size_t i = 0; i < c.n; i++) /* given in another order than the ranking */
        places[(i * 977) % c.n] = (struct pai_place){pred[i], count[i], 0.25};
    CHECK_INT(pai_by_rank(&w, places, c.n, order, out), ERR_OK);
    for (size_t i = 0; i < c.n; i++) {
        CHECK_INT(order[i], (i * 977) % c.n);
        if (isnan(pai[i]))
            continue;
        CHECK_NEAR(out[i].pai, pai[i], 1e-12 * fmax(1, pai[i]));
        CHECK_NEAR(out[i].pei, pei[i], 1e-12);
        CHECK_NEAR(out[i].rri, rri[i], 1e-11 * rri[i]);
    }
    csv_done(&c);
    end();
}

/* Four cells of 1 km2; predicted 9 5 5 1, then 4 2 0 2 came. A quarter of the area caught half. */
TEST(worked_example_of_pai)
{
    const struct pai_place places[] = {{9, 4, 1}, {5, 2, 1}, {5, 0, 1}, {1, 2, 1}};
    const double shares[] = {0.25, 0.5, 0.125, 1};
    struct pai_point o[4];
    struct work w = begin();
    CHECK_INT(pai_at_shares(&w, places, 4, shares, 4, o), ERR_OK);
    CHECK_NEAR(o[0].events, 4, 1e-12);
    CHECK_NEAR(o[0].pai, 2, 1e-12);
    CHECK_NEAR(o[0].pei, 1, 1e-12);
    CHECK_NEAR(o[0].rri, 9.0 / 4, 1e-12);
    CHECK_NEAR(o[1].events, 5, 1e-12); /* of two cells with the same prediction, half */
    CHECK_NEAR(o[1].pai, 1.25, 1e-12);
    CHECK_NEAR(o[1].pei, 5.0 / 6, 1e-12);
    CHECK_NEAR(o[2].events, 2, 1e-12);
    CHECK_NEAR(o[3].pai, 1, 1e-12);
    CHECK_NEAR(o[3].pei, 1, 1e-12);
    end();
}

/* Ties: the mean over every order of the places that are equal. */
TEST(ties_catch_what_a_random_order_would)
{
    const struct pai_place places[] = {{1, 3, 1}, {1, 0, 1}, {1, 6, 1}};
    size_t order[3];
    struct pai_point o[3];
    struct work w = begin();
    CHECK_INT(pai_by_rank(&w, places, 3, order, o), ERR_OK);
    CHECK_NEAR(o[0].events, 3, 1e-12);
    CHECK_NEAR(o[1].events, 6, 1e-12);
    CHECK_NEAR(o[0].pai, 1, 1e-12);
    for (size_t i = 0; i < 3; i++)
        CHECK_INT(order[i], i);
    end();
}

TEST(areas_of_unequal_size_are_ranked_by_density_for_the_best)
{
    const struct pai_place places[] = {{3, 4, 10}, {2, 3, 1}, {1, 1, 9}};
    size_t order[3];
    struct pai_point o[3];
    struct work w = begin();
    CHECK_INT(pai_by_rank(&w, places, 3, order, o), ERR_OK);
    CHECK_NEAR(o[0].pai, (4.0 / 8) / (10.0 / 20), 1e-12);
    CHECK_NEAR(o[0].pei, 4 / (3 + 4 * 0.9), 1e-12);
    for (size_t i = 0; i < 3; i++)
        CHECK(o[i].pei <= 1 + 1e-12);
    end();
}

TEST(a_map_without_events_or_with_bad_numbers)
{
    struct pai_place places[] = {{3, 0, 1}, {2, 0, 1}};
    size_t order[2];
    struct pai_point o[2];
    double share = 0.5;
    struct work w = begin();
    CHECK_INT(pai_by_rank(&w, places, 2, order, o), ERR_OK);
    CHECK(isnan(o[0].pai) && isnan(o[0].pei) && isinf(o[0].rri));
    CHECK_INT(pai_by_rank(&w, places, 0, order, o), ERR_INVALID);
    places[1].area = 0;
    CHECK_INT(pai_by_rank(&w, places, 2, order, o), ERR_INVALID);
    places[1] = (struct pai_place){NAN, 1, 1};
    CHECK_INT(pai_by_rank(&w, places, 2, order, o), ERR_INVALID);
    places[1].predicted = 1;
    CHECK_INT(pai_at_shares(&w, places, 2, &share, 1, o), ERR_OK);
    share = 0;
    CHECK_INT(pai_at_shares(&w, places, 2, &share, 1, o), ERR_INVALID);
    end();
}

/* --- Rates --- */

/* 4 of 1000, 30 of 10000, 6 of 4000. Overall 40 / 15000. */
TEST(worked_example_of_rates)
{
    const struct rate_place places[] = {{4, 1000}, {30, 10000}, {6, 4000}};
    struct rate each[3];
    struct rates r;
    CHECK_INT(rates_of(places, 3, 0.95, each, &r), ERR_OK);
    CHECK_NEAR(r.overall, 40.0 / 15000, 1e-15);
    double spread = (1000 * pow(0.004 - r.overall, 2) + 10000 * pow(0.003 - r.overall, 2) +
                     4000 * pow(0.0015 - r.overall, 2)) /
                    15000;
    CHECK_NEAR(r.variance, fmax(0, spread - r.overall / 5000), 1e-18);
    CHECK_NEAR(each[0].low * 1000, 1.0899, 1e-4);
    CHECK_NEAR(each[0].high * 1000, 10.2416, 1e-4);
    CHECK_NEAR(each[0].ratio, 1.5, 1e-12);
    CHECK_NEAR(r.variance, 2.2222e-8, 1e-12);
    CHECK_NEAR(each[0].weight, 0.00826, 1e-5);
    CHECK_NEAR(each[0].smoothed * 1000, 2.678, 0.0005);
    CHECK_NEAR(each[2].smoothed * 1000, 2.629, 0.0005);
}

TEST(small_places_are_smoothed_more)
{
    struct rate_place places[40];
    struct rate each[40];
    struct rates r;
    for (int i = 0; i < 40; i++)
        places[i] = (struct rate_place){i % 2 ? 90 : 30, 10000};
    places[0] = (struct rate_place){3, 100};
    places[1] = (struct rate_place){3000, 100000};
    CHECK_INT(rates_of(places, 40, 0.95, each, &r), ERR_OK);
    CHECK(r.variance > 0);
    CHECK(each[0].weight < each[1].weight);
    CHECK(each[0].smoothed < each[1].smoothed);
    for (int i = 0; i < 40; i++) {
        double low = fmin(each[i].rate, r.overall), high = fmax(each[i].rate, r.overall);
        CHECK(each[i].smoothed >= low && each[i].smoothed <= high);
        CHECK(each[i].low < each[i].rate && each[i].high > each[i].rate);
    }
}

TEST(rates_scale_with_the_population_and_leave_the_order)
{
    const struct rate_place a[] = {{4, 1000}, {60, 10000}, {6, 4000}};
    const struct rate_place b[] = {{6, 8000}, {4, 2000}, {60, 20000}};
    struct rate x[3], y[3];
    struct rates r, s;
    CHECK_INT(rates_of(a, 3, 0.95, x, &r), ERR_OK);
    CHECK_INT(rates_of(b, 3, 0.95, y, &s), ERR_OK);
    CHECK_NEAR(r.overall, 2 * s.overall, 1e-15);
    for (int i = 0; i < 3; i++) {
        CHECK_NEAR(x[i].smoothed, 2 * y[(i + 1) % 3].smoothed, 1e-15);
        CHECK_NEAR(x[i].p, y[(i + 1) % 3].p, 1e-12);
        CHECK_NEAR(x[i].high, 2 * y[(i + 1) % 3].high, 1e-15);
    }
}

TEST(rates_of_one_place_and_of_bad_numbers)
{
    struct rate_place p[] = {{0, 50}, {4, 10}};
    struct rate each[2];
    struct rates r;
    CHECK_INT(rates_of(p, 1, 0.95, each, &r), ERR_OK);
    CHECK(isnan(each[0].ratio) && isnan(each[0].p) && each[0].rate == 0 && each[0].high > 0);
    CHECK_INT(rates_of(p, 0, 0.95, each, &r), ERR_INVALID);
    p[1].population = 0;
    CHECK_INT(rates_of(p, 2, 0.95, each, &r), ERR_INVALID);
    p[1] = (struct rate_place){-1, 10};
    CHECK_INT(rates_of(p, 2, 0.95, each, &r), ERR_INVALID);
    p[1] = (struct rate_place){1000000000, 10};
    CHECK_INT(rates_of(p, 2, 0.95, each, &r), ERR_OK);
    CHECK_INT(rates_of(p, 2, 1, each, &r), ERR_INVALID);
}
