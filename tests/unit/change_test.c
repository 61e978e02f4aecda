/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Break points, before and after, empirical Bayes: against R and by definition. */
#include "test.h"

#include "base/mem.h"
#include "base/random.h"
#include "csv_numbers.h"
#include "stats/before_after.h"
#include "stats/breaks.h"
#include "stats/its.h"
#include "stats/road_eb.h"

/* --- Break points --- */

static struct breaks breaks_of(const double *y, size_t n, struct breaks_setting s)
{
    struct arena *a = arena_new(1u << 24);
    struct work w = {.arena = a};
    struct breaks b = {0};
    CHECK_INT(breaks_find(&w, &s, y, n, &b), ERR_OK);
    arena_free(a);
    return b;
}

/* strucchange 1.5-3, breakpoints(y ~ 1, h = 0.15). */
TEST(break_points_equal_those_of_strucchange)
{
    static const struct {
        const char *series;
        int n;
        size_t at[2];
        double bic[6];
    } cases[] = {
        {"total",
         2,
         {141, 322},
         {5696.38347109682, 5648.05490384663, 5592.1687064754, 5598.70645851999, 5607.73003006717,
          5619.89043504308}},
        {"d1",
         2,
         {276, 418},
         {2630.41127196318, 2494.50262019947, 2489.0628227783, 2491.00502160997, 2499.63587409715,
          2518.43583740593}},
        {"d7",
         2,
         {141, 221},
         {3557.27579284365, 3537.32290596628, 3526.05551754264, 3531.65503582778, 3539.07276534213,
          3560.85106222941}},
        {"d16",
         1,
         {322},
         {2307.65864054378, 2306.67765542819, 2314.12324756622, 2323.02237243312, 2334.37177249256,
          2346.67496352758}},
    };
    struct csv weeks;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct breaks_setting s = {.kind = BREAKS_NORMAL, .least = 78, .most = 5};
        struct breaks b = breaks_of(csv_column(&weeks, cases[i].series), weeks.n, s);
        CHECK_INT(b.n, cases[i].n);
        for (int k = 0; k < b.n; k++)
            CHECK_INT(b.at[k], cases[i].at[k]);
        for (int k = 0; k < 6; k++)
            CHECK_NEAR(b.bic[k], cases[i].bic[k], 1e-9 * cases[i].bic[k]);
    }
    csv_done(&weeks);
}

static double squares(const double *y, size_t from, size_t to)
{
    double mean = 0, sum = 0;
    for (size_t i = from; i < to; i++)
        mean += y[i] / (double)(to - from);
    for (size_t i = from; i < to; i++)
        sum += (y[i] - mean) * (y[i] - mean);
    return sum;
}

TEST(two_breaks_are_the_best_of_all_cuts)
{
    enum { N = 30 };
    double y[N], best = INFINITY;
    struct rng r = rng_make(5, 0);
    for (int i = 0; i < N; i++)
        y[i] = (double)rng_poisson(&r, i < 11 ? 3 : i < 19 ? 14 : 6);
    for (size_t i = 4; i <= N - 8; i++)
        for (size_t j = i + 4; j <= N - 4; j++)
            best = fmin(best, squares(y, 0, i) + squares(y, i, j) + squares(y, j, N));
    struct breaks b = breaks_of(y, N, (struct breaks_setting){BREAKS_NORMAL, 4, 2});
    CHECK_NEAR(b.cost[2], best, 1e-9);
    CHECK_INT(b.n, 2);
}

/* Ten weeks of 4 and 6 in turn, then ten of 9 and 11: one break, levels 5 and 10. */
TEST(worked_example_of_breaks)
{
    double y[20];
    for (int i = 0; i < 20; i++)
        y[i] = (i < 10 ? 4 : 9) + 2 * (i % 2);
    struct breaks b = breaks_of(y, 20, (struct breaks_setting){BREAKS_NORMAL, 3, 3});
    CHECK_INT(b.n, 1);
    CHECK_INT(b.at[0], 10);
    CHECK_NEAR(b.level[0], 5, 1e-12);
    CHECK_NEAR(b.level[1], 10, 1e-12);
    CHECK_NEAR(b.cost[0], 145, 1e-9); /* 20 + 20 * 2.5^2 */
    CHECK_NEAR(b.cost[1], 20, 1e-9);
    CHECK_NEAR(b.bic[0], 20 * (log(145.0 / 20) + 1 + log(2 * M_PI)) + 2 * log(20), 1e-9);
    b = breaks_of(y, 20, (struct breaks_setting){BREAKS_POISSON, 3, 3});
    CHECK_INT(b.n, 1);
    CHECK_INT(b.at[0], 10);
}

TEST(an_even_series_has_no_breaks_and_shifting_changes_none)
{
    double y[40], z[40];
    for (int i = 0; i < 40; i++) {
        y[i] = 0.1;
        z[i] = (i * 7919) % 11 + (i < 17 ? 0 : 8);
    }
    CHECK_INT(breaks_of(y, 40, (struct breaks_setting){BREAKS_NORMAL, 5, 3}).n, 0);
    struct breaks a = breaks_of(z, 40, (struct breaks_setting){BREAKS_NORMAL, 5, 3});
    for (int i = 0; i < 40; i++)
        z[i] += 1e8;
    struct breaks b = breaks_of(z, 40, (struct breaks_setting){BREAKS_NORMAL, 5, 3});
    CHECK_INT(a.n, b.n);
    CHECK_INT(a.at[0], b.at[0]);
    CHECK_NEAR(a.cost[a.n], b.cost[b.n], 1e-4);
}

TEST(breaks_refuse_what_cannot_be_cut)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    double y[10] = {0};
    struct breaks b;
    struct breaks_setting s = {BREAKS_NORMAL, 3, 2};
    CHECK_INT(breaks_find(&w, &s, y, 2, &b), ERR_INVALID);
    CHECK_INT(breaks_find(&w, &s, y, BREAKS_STEPS_MOST + 1, &b), ERR_LIMIT);
    y[3] = NAN;
    CHECK_INT(breaks_find(&w, &s, y, 10, &b), ERR_INVALID);
    y[3] = -1;
    s.kind = BREAKS_POISSON;
    CHECK_INT(breaks_find(&w, &s, y, 10, &b), ERR_INVALID);
    s = (struct breaks_setting){BREAKS_NORMAL, 1, 2};
    CHECK_INT(breaks_find(&w, &s, y, 10, &b), ERR_INVALID);
    arena_free(a);
}

/* --- Weighted displacement difference (ptools 2.0.0) --- */

static struct wdd_area area(double before, double after, double size)
{
    return (struct wdd_area){{before, after}, size};
}

static struct wdd wdd_of(struct wdd_case c)
{
    struct wdd w = {0};
    CHECK_INT(wdd(&c, &w), ERR_OK);
    return w;
}

TEST(displacement_differences_equal_the_reference)
{
    struct wdd w = wdd_of((struct wdd_case){.treated = area(74, 41, 1),
                                            .control = area(86, 93, 1),
                                            .displacement = true,
                                            .near_treated = area(33, 20, 1),
                                            .near_control = area(30, 30, 1),
                                            .time_before = 1,
                                            .time_after = 1,
                                            .level = 0.9});
    CHECK_NEAR(w.local, -40, 1e-12);
    CHECK_NEAR(w.local_se, 17.1464281994822, 1e-9);
    CHECK_NEAR(w.displacement, -13, 1e-12);
    CHECK_NEAR(w.displacement_se, 10.6301458127346, 1e-9);
    CHECK_NEAR(w.se, 20.174241001832, 1e-9);
    CHECK_NEAR(w.z, -2.62711246461203, 1e-9);
    CHECK_NEAR(w.p, 0.00861128677611776, 1e-11);
    CHECK_NEAR(w.low, -86.1836734828565, 1e-7);
    CHECK_NEAR(w.high, -19.8163265171435, 1e-7);
    w = wdd_of((struct wdd_case){.treated = area(80, 20, 1),
                                 .control = area(100, 50, 1),
                                 .time_before = 2,
                                 .time_after = 1,
                                 .level = 0.9});
    CHECK_NEAR(w.total, -20, 1e-12);
    CHECK_NEAR(w.se, 10.7238052947636, 1e-9);
    CHECK_NEAR(w.p, 0.0621800562848156, 1e-10);
    w = wdd_of((struct wdd_case){.treated = area(20, 10, 1.5),
                                 .control = area(20, 20, 2),
                                 .displacement = true,
                                 .near_treated = area(30, 20, 3.2),
                                 .near_control = area(30, 30, 3),
                                 .time_before = 1,
                                 .time_after = 1,
                                 .level = 0.9});
    CHECK_NEAR(w.local, -6.66666666666667, 1e-12);
    CHECK_NEAR(w.displacement, -3.125, 1e-12);
    CHECK_NEAR(w.total, -9.79166666666667, 1e-12);
    CHECK_NEAR(w.se, 5.90616732746373, 1e-9);
    CHECK_NEAR(w.low, -19.5064474166277, 1e-8);
}

TEST(worked_example_of_wdd)
{
    struct wdd w = wdd_of((struct wdd_case){.treated = area(20, 10, 1),
                                            .control = area(20, 20, 1),
                                            .time_before = 1,
                                            .time_after = 1,
                                            .level = 0.9});
    CHECK_NEAR(w.total, -10, 1e-12);
    CHECK_NEAR(w.se, sqrt(70), 1e-12);
    CHECK_NEAR(w.z, -1.195, 0.0005);
    CHECK_NEAR(w.p, 0.232, 0.0005);
    CHECK_NEAR(w.low, -23.8, 0.05);
    CHECK_NEAR(w.high, 3.8, 0.05);
}

TEST(wdd_refuses_what_is_no_count)
{
    struct wdd_case c = {.treated = area(20, 10, 1),
                         .control = area(20, 20, 1),
                         .time_before = 1,
                         .time_after = 1,
                         .level = 0.9};
    struct wdd w = {.total = 77};
    c.treated.count.before = -1;
    CHECK_INT(wdd(&c, &w), ERR_INVALID);
    c.treated.count.before = 2.5;
    CHECK_INT(wdd(&c, &w), ERR_INVALID);
    c.treated.count.before = NAN;
    CHECK_INT(wdd(&c, &w), ERR_INVALID);
    c.treated.count.before = 2;
    c.time_after = 0;
    CHECK_INT(wdd(&c, &w), ERR_INVALID);
    CHECK_NEAR(w.total, 77, 0);
    c = (struct wdd_case){.treated = area(0, 0, 1), .control = area(0, 0, 1), .time_before = 1};
    c.time_after = 1;
    c.level = 0.9;
    CHECK_INT(wdd(&c, &w), ERR_OK);
    CHECK(isnan(w.z) && isnan(w.p) && w.total == 0);
}

/* --- Difference in differences --- */

TEST(worked_example_of_did)
{
    const struct did_place places[] = {{{120, 113}, false}, {{98, 61}, true}};
    struct did d;
    CHECK_INT(did(places, 2, &d), ERR_OK);
    CHECK_NEAR(d.ratio, 0.661007765938728, 1e-12);
    CHECK_NEAR(d.log_se, 0.209237619643787, 1e-7);
    CHECK_NEAR(d.z, -1.97856241689041, 1e-6);
    CHECK_NEAR(d.log_se, sqrt(1.0 / 120 + 1.0 / 113 + 1.0 / 98 + 1.0 / 61), 1e-15);
    CHECK_NEAR(d.prevented, 98.0 * 113 / 120 - 61, 1e-12);
    CHECK_NEAR(d.prevented, 31.3, 0.05);
    CHECK_NEAR(d.low, 0.44, 0.005);
    CHECK_NEAR(d.high, 1.00, 0.005);
    CHECK(isnan(d.p_dispersed));
}

TEST(places_that_differ_among_themselves_make_the_effect_less_sure)
{
    const struct did_place even[] = {{{50, 25}, true},  {{40, 20}, true},  {{60, 30}, true},
                                     {{50, 50}, false}, {{40, 40}, false}, {{60, 60}, false}};
    const struct did_place uneven[] = {{{50, 60}, true},  {{40, 5}, true},   {{60, 10}, true},
                                       {{50, 90}, false}, {{40, 20}, false}, {{60, 40}, false}};
    struct did a, b;
    CHECK_INT(did(even, 6, &a), ERR_OK);
    CHECK_INT(did(uneven, 6, &b), ERR_OK);
    CHECK_NEAR(a.ratio, 0.5, 1e-12);
    CHECK_NEAR(b.ratio, 0.5, 1e-12);
    CHECK_NEAR(a.log_se, b.log_se, 1e-12);
    CHECK_NEAR(a.dispersion, 1, 1e-12);
    CHECK(b.dispersion > 5 && b.p_dispersed > 0.1 && a.p_dispersed < 0.05);
    CHECK(b.high_dispersed > b.high);
}

TEST(did_without_events_or_groups_has_no_ratio)
{
    const struct did_place none[] = {{{0, 4}, false}, {{3, 0}, true}};
    struct did d;
    CHECK_INT(did(none, 2, &d), ERR_OK);
    CHECK(isnan(d.p) && d.ratio == 0);
    CHECK_INT(did(none, 1, &d), ERR_INVALID);
    CHECK_INT(did(none, 0, &d), ERR_INVALID);
}

/* --- Interrupted series --- */

static struct its its_of(const double *y, size_t n, struct its_setting s, struct arena *a)
{
    struct work w = {.arena = a};
    struct its o = {0};
    CHECK_INT(its_fit(&w, &s, y, n, &o), ERR_OK);
    return o;
}

TEST(interrupted_series_equal_those_of_r)
{
    static const struct {
        const char *series;
        double step, step_se, slope, slope_se, dispersion;
    } cases[] = {
        {"total", 0.124382618225625, 0.0252645286188811, 0.000962249974095004, 0.000238394027036365,
         4.74575454844108},
        {"d1", 0.103996229401261, 0.0823564874038886, 0.000789868782134842, 0.000741542636078787,
         1.14967081034565},
        {"d16", 0.088443202469628, 0.0871386843854664, 0.000632565632854473, 0.000817611044124405,
         0.976416938935675},
    };
    struct csv weeks;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new(1u << 22);
        struct its o = its_of(csv_column(&weeks, cases[i].series), weeks.n,
                              (struct its_setting){365, 52, 1, true, false}, a);
        CHECK_INT(o.fault, GLM_FITTED);
        CHECK_NEAR(o.coef[4], cases[i].step, 1e-7 * cases[i].step);
        CHECK_NEAR(o.coef[5], cases[i].slope, 1e-7 * cases[i].slope);
        CHECK_NEAR(o.se[4], cases[i].step_se, 3e-6 * cases[i].step_se);
        CHECK_NEAR(o.se[5], cases[i].slope_se, 3e-6 * cases[i].slope_se);
        CHECK_NEAR(o.dispersion, cases[i].dispersion, 1e-6);
        CHECK_NEAR(o.step_ratio, exp(cases[i].step), 1e-7);
        arena_free(a);
    }
    csv_done(&weeks);
}

/* 20 a week for forty weeks, then 12: a step to 0.6, no slope, 8 fewer in each of 20 weeks. */
TEST(worked_example_of_its)
{
    double y[60];
    struct arena *a = arena_new(1u << 22);
    for (int i = 0; i < 60; i++)
        y[i] = i < 40 ? 20 : 12;
    struct its o = its_of(y, 60, (struct its_setting){40, 52, 0, true, false}, a);
    CHECK_NEAR(o.step_ratio, 0.6, 1e-9);
    CHECK_NEAR(o.slope_ratio, 1, 1e-9);
    CHECK_NEAR(o.expected_after, 400, 1e-6);
    CHECK_NEAR(o.without[59], 20, 1e-6);
    CHECK_NEAR(o.fitted[59], 12, 1e-6);
    y[10] = NAN; /* a week without a count changes nothing here */
    o = its_of(y, 60, (struct its_setting){40, 52, 0, true, false}, a);
    CHECK_NEAR(o.step_ratio, 0.6, 1e-9);
    arena_free(a);
}

/* Eight weeks cannot tell what two years would have been: where half and double are as likely, the
 * course without the change ends. */
TEST(a_short_time_before_carries_its_course_no_further_than_it_can)
{
    double y[112];
    struct arena *a = arena_new(1u << 22);
    static const double before[] = {10, 13, 11, 14, 15, 13, 17, 18};
    for (int i = 0; i < 112; i++)
        y[i] = i < 8 ? before[i] : 14 + i % 3;
    struct its o = its_of(y, 112, (struct its_setting){8, 52, 0, true, false}, a);
    CHECK_INT(o.fault, GLM_FITTED);
    CHECK(o.reach > 8 && o.reach <= 16);
    CHECK(!isnan(o.without[o.reach - 1]) && o.without[o.reach - 1] < 100);
    for (size_t i = o.reach; i < 112; i++)
        CHECK(isnan(o.without[i]));
    CHECK(isnan(o.expected_after) && !isnan(o.fitted[111]));
    o = its_of(y, 112, (struct its_setting){80, 52, 0, true, false}, a);
    CHECK(o.reach == 112 && !isnan(o.without[111]) && o.expected_after > 0);
    arena_free(a);
}

TEST(a_season_that_is_no_effect_is_not_taken_for_one)
{
    double y[208];
    struct arena *a = arena_new(1u << 22);
    struct rng r = rng_make(3, 2);
    for (int i = 0; i < 208; i++)
        y[i] = (double)rng_poisson(&r, 30 * exp(0.5 * sin(2 * M_PI * i / 52)));
    struct its with = its_of(y, 208, (struct its_setting){182, 52, 1, false, false}, a);
    struct its without = its_of(y, 208, (struct its_setting){182, 52, 0, false, false}, a);
    CHECK(with.step_low < 1 && with.step_high > 1);
    CHECK(without.step_high < 1);
    CHECK(isnan(with.slope_ratio));
    arena_free(a);
}

TEST(its_names_what_it_cannot_fit)
{
    double y[20] = {0};
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct its o;
    struct its_setting s = {10, 52, 0, true, false};
    CHECK_INT(its_fit(&w, &s, y, 20, &o), ERR_OK);
    CHECK_INT(o.fault, GLM_NO_EVENTS);
    for (int i = 0; i < 10; i++)
        y[i] = 4;
    CHECK_INT(its_fit(&w, &s, y, 20, &o), ERR_OK);
    CHECK_INT(o.fault, GLM_SEPARATED);
    s.at = 2;
    CHECK_INT(its_fit(&w, &s, y, 20, &o), ERR_INVALID);
    arena_free(a);
}

/* --- Empirical Bayes on roads --- */

static size_t read_sites(const struct csv *c, struct road_site *sites)
{
    const double *aadt = csv_column(c, "aadt"), *later = csv_column(c, "aadt_after");
    const double *km = csv_column(c, "km"), *treated = csv_column(c, "treated");
    const double *before = csv_column(c, "before"), *after = csv_column(c, "after");
    for (size_t i = 0; i < c->n; i++)
        sites[i] =
            (struct road_site){before[i], after[i], aadt[i], later[i], km[i], treated[i] == 1};
    return c->n;
}

TEST(empirical_bayes_on_roads_equals_the_reference)
{
    static struct road_site sites[400];
    static struct road_expectation each[400];
    struct csv c;
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct road_setting s = {5, 3, true};
    struct road_eb o;
    CHECK(csv_open(TEST_DATA "/analysis", "road_sites.csv", &c));
    size_t n = read_sites(&c, sites);
    CHECK_INT(road_eb(&w, &s, sites, n, each, &o), ERR_OK);
    CHECK_NEAR(o.intercept, -6.40672072347936, 1e-6 * 6.4);
    CHECK_NEAR(o.traffic_power, 0.759630998588239, 1e-6);
    CHECK_NEAR(o.overdispersion, 0.48123209316344, 1e-6);
    CHECK_NEAR(o.expected, 242.055850398771, 1e-6 * 242);
    CHECK_NEAR(o.effect, 0.977017613297501, 1e-6);
    CHECK_NEAR(o.se, 0.0777742316067968, 1e-6);
    CHECK_NEAR(o.naive, 0.908045977011494, 1e-9);
    CHECK_INT(o.treated, 20);
    const double *eb = csv_column(&c, "eb_before"), *var = csv_column(&c, "var_expected_after");
    const double *weight = csv_column(&c, "weight");
    for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(each[i].eb, eb[i], 1e-6 * eb[i]);
        CHECK_NEAR(each[i].weight, weight[i], 1e-6 * weight[i]);
        CHECK_NEAR(each[i].after_variance, var[i], 2e-6 * var[i]);
    }
    csv_done(&c);
    arena_free(a);
}

/* Sites without any effect, treated because of one bad year: the plain ratio says a cure. */
TEST(chosen_for_their_high_counts_they_fall_anyway)
{
    enum { N = 600 };
    static struct road_site sites[N];
    static struct road_expectation each[N];
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct road_setting s = {3, 3, true};
    struct road_eb o;
    struct rng r = rng_make(21, 0);
    for (int i = 0; i < N; i++) {
        double traffic = 1000 * exp(2 * rng_unit(&r)), mean = 0.002 * traffic;
        double own = mean * rng_gamma(&r, 2, 0.5);
        sites[i] = (struct road_site){
            (double)rng_poisson(&r, own), (double)rng_poisson(&r, own), traffic, traffic, 1, false};
        sites[i].treated = sites[i].before > 2.2 * mean && sites[i].before > 6;
    }
    CHECK_INT(road_eb(&w, &s, sites, N, each, &o), ERR_OK);
    CHECK(o.treated > 20);
    CHECK(o.naive < 0.95 && o.naive < o.low);
    CHECK(o.low < 1 && o.high > 1);
    for (int i = 0; i < N; i++)
        sites[i].treated = false;
    CHECK_INT(road_eb(&w, &s, sites, N, each, &o), ERR_OK);
    CHECK(o.no_treated && isnan(o.effect));
    sites[7].length = 0;
    CHECK_INT(road_eb(&w, &s, sites, N, each, &o), ERR_INVALID);
    arena_free(a);
}
