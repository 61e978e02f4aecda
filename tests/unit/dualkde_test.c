/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/random.h"
#include "stats/dualkde.h"
#include "table_file.h"

#define DATA TEST_DATA "/analysis"

static struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

static const struct grid town = {698500, 4327000, 250, 116, 70};

/* Burglaries of one year; moved to the middle of their pixel when `pixel` says how many there are
 * along each side of the town. */
static struct points year_of(struct arena *a, int year, double pixels)
{
    struct table_file *t = table_file_open(DATA, "cincinnati_places.csv");
    CHECK(t);
    double *x = ARENA_ARRAY(a, t->rows, double), *y = ARENA_ARRAY(a, t->rows, double);
    double wide = 29000 / pixels, high = 17500 / pixels;
    size_t n = 0;
    for (size_t i = 0; i < t->rows; i++) {
        if ((int)table_file_cell(t, i, "year") != year)
            continue;
        x[n] = table_file_cell(t, i, "x");
        y[n] = table_file_cell(t, i, "y");
        if (pixels > 0) {
            x[n] = town.x0 + (floor((x[n] - town.x0) / wide) + 0.5) * wide;
            y[n] = town.y0 + (floor((y[n] - town.y0) / high) + 0.5) * high;
        }
        n++;
    }
    table_file_free(t);
    return (struct points){n, x, y, NULL};
}

TEST(worked_example_of_dual_kde)
{
    /* one place: 30 of 100 burglaries by square metre against 10 of 100 thefts, R = 1e-6 */
    double f[] = {30e-6}, g[] = {10e-6}, r[] = {1e-6};
    struct work w = work_of(1);
    struct dual d = {.first = f, .second = g};
    struct dual_sides s = {{100, 100}, {100, 100}, r, 0.01};
    CHECK_INT(dual_compare(&w, 1, &s, &d), ERR_OK);
    CHECK_NEAR(d.ratio[0], 3, 1e-14);
    CHECK_NEAR(d.log_risk[0], log(3), 1e-14);
    /* pooled density 40e-6 / 200 = 2e-7; variance 1e-6 / 2e-7 * (1 / 100 + 1 / 100) = 0.1 */
    CHECK_NEAR(d.z[0], log(3) / sqrt(0.1), 1e-12);
    CHECK_NEAR(d.z[0], 3.4741, 5e-5);
    CHECK_NEAR(d.p[0], 0.000513, 5e-7);
    arena_free(w.arena);
}

TEST(ratio_of_quartic_surfaces_agrees_with_a_peer)
{
    struct work w = work_of(1);
    struct points a = year_of(w.arena, 2018, 0), b = year_of(w.arena, 2016, 0);
    CHECK(a.n == 1968 && b.n == 2662);
    struct dual_plan plan = {{KERNEL_QUARTIC, 1500, true, KDE_EDGE_NONE, NULL}, 0.01};
    struct dual d;
    CHECK_INT(dualkde(&w, &a, &b, &town, &plan, &d), ERR_OK);
    struct table_file *t = table_file_open(DATA, "dualkde_quartic.csv");
    double scale = 3 / (M_PI * 1500 * 1500);
    size_t compared = 0;
    for (size_t r = 0; r < t->rows; r++) {
        size_t i = (size_t)(table_file_cell(t, r, "row") * 116 + table_file_cell(t, r, "col"));
        CHECK_NEAR(d.difference[i], scale * table_file_cell(t, r, "difference"), 1e-15);
        if (table_file_cell(t, r, "quartic_raw_1") > 0 &&
            table_file_cell(t, r, "quartic_raw_2") > 0) {
            CHECK_NEAR(d.ratio[i] / table_file_cell(t, r, "ratio"), 1, 1e-10);
            CHECK_NEAR(d.log_ratio[i], table_file_cell(t, r, "log_ratio"), 1e-10);
            compared++;
        } else {
            CHECK(isnan(d.ratio[i]) && isnan(d.log_ratio[i]) && isnan(d.log_risk[i]));
        }
    }
    CHECK(compared > 100);
    table_file_free(t);
    arena_free(w.arena);
}

/* The peer first moves each event to the middle of its pixel. With the same moving the answers are
 * the same; without it they differ by up to 0.13. */
TEST(log_risk_agrees_with_a_peer_once_events_are_moved_like_its)
{
    struct work w = work_of(2);
    struct table_file *t = table_file_open(DATA, "dualkde_sparr.csv");
    double *x = table_file_column(t, "x"), *y = table_file_column(t, "y");
    double *e = ARENA_ARRAY(w.arena, t->rows, double), *r = ARENA_ARRAY(w.arena, t->rows, double);
    struct points at = {t->rows, x, y, NULL};
    struct kde_plan plan = {KERNEL_GAUSS, 750, true, KDE_EDGE_UNIFORM, NULL};
    CHECK_INT(kde_inside(&w, &at, &town, &plan, e), ERR_OK);
    CHECK_INT(dual_roughness(&w, &at, &town, &plan, r), ERR_OK);
    for (int moved = 0; moved < 2; moved++) {
        struct points a = year_of(w.arena, 2018, moved ? 128 : 0);
        struct points b = year_of(w.arena, 2016, moved ? 128 : 0);
        struct dual d = {.first = ARENA_ARRAY(w.arena, t->rows, double),
                         .second = ARENA_ARRAY(w.arena, t->rows, double)};
        CHECK_INT(kde_at(&w, &a, &plan, &at, false, d.first), ERR_OK);
        CHECK_INT(kde_at(&w, &b, &plan, &at, false, d.second), ERR_OK);
        for (size_t i = 0; i < t->rows; i++) {
            d.first[i] /= e[i];
            d.second[i] /= e[i];
        }
        struct dual_sides s = {dual_weight(&a), dual_weight(&b), r, 0.01};
        CHECK_INT(dual_compare(&w, t->rows, &s, &d), ERR_OK);
        size_t far = 0, told = 0;
        for (size_t i = 0; i < t->rows; i++) {
            if (isnan(d.log_risk[i]))
                continue;
            double off = fabs(d.log_risk[i] - table_file_cell(t, i, "sparr_logrr"));
            told++;
            far += off > 0.05;
            CHECK(off < (moved ? 2e-4 : 0.15));
        }
        CHECK(told > 60 && far <= (moved ? 0 : told / 12));
    }
    mem_free(x);
    mem_free(y);
    table_file_free(t);
    arena_free(w.arena);
}

/* Two groups drawn from one density: z is standard normal where there are many of both. */
TEST(without_a_difference_one_in_twenty_is_below_five_per_cent)
{
    struct work w = work_of(2);
    struct grid g = {0, 0, 250, 8, 8};
    double x[4000], y[4000];
    int below = 0, told = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct rng r = rng_make(seed, 9);
        for (int i = 0; i < 4000; i++) {
            x[i] = 2000 * sqrt(rng_unit(&r));
            y[i] = 2000 * rng_unit(&r);
        }
        struct points a = {1500, x, y, NULL}, b = {2500, x + 1500, y + 1500, NULL};
        struct dual_plan plan = {{KERNEL_GAUSS, 150, true, KDE_EDGE_UNIFORM, NULL}, 0.01};
        struct dual d;
        CHECK_INT(dualkde(&w, &a, &b, &g, &plan, &d), ERR_OK);
        for (int i = 0; i < 64; i++) {
            told += !isnan(d.p[i]);
            below += d.p[i] <= 0.05;
        }
    }
    CHECK(told > 2400);
    CHECK_NEAR((double)below / told, 0.05, 0.02);
    arena_free(w.arena);
}

TEST(exchanging_the_groups_turns_the_sign)
{
    struct work w = work_of(1);
    struct points a = year_of(w.arena, 2018, 0), b = year_of(w.arena, 2016, 0);
    struct grid g = {698500, 4327000, 1000, 29, 18};
    struct dual_plan plan = {{KERNEL_GAUSS, 900, false, KDE_EDGE_DIGGLE, NULL}, 0.01};
    struct dual d, e;
    CHECK_INT(dualkde(&w, &a, &b, &g, &plan, &d), ERR_OK);
    CHECK_INT(dualkde(&w, &b, &a, &g, &plan, &e), ERR_OK);
    for (size_t i = 0; i < grid_size(&g); i++) {
        CHECK(isnan(d.log_risk[i]) == isnan(e.log_risk[i]));
        CHECK(isnan(d.z[i]) || fabs(d.z[i] + e.z[i]) < 1e-9);
        CHECK(isnan(d.p[i]) || fabs(d.p_more[i] + e.p_more[i] - 1) < 1e-9);
        CHECK_NEAR(d.difference[i], -e.difference[i], 1e-18);
    }
    arena_free(w.arena);
}

TEST(groups_without_weight_are_refused)
{
    struct work w = work_of(1);
    double x[] = {1, 2}, zero[] = {0, 0}, nan[] = {NAN, 1};
    struct points a = {2, x, x, NULL}, b = {2, x, x, zero}, c = {2, x, nan, NULL}, d = {0};
    struct grid g = {0, 0, 1, 4, 4};
    struct dual_plan plan = {{KERNEL_QUARTIC, 2, true, KDE_EDGE_NONE, NULL}, 0.01};
    struct dual out = {.first = x};
    CHECK_INT(dualkde(&w, &a, &b, &g, &plan, &out), ERR_INVALID);
    CHECK_INT(dualkde(&w, &a, &c, &g, &plan, &out), ERR_INVALID);
    CHECK_INT(dualkde(&w, &d, &a, &g, &plan, &out), ERR_INVALID);
    plan.least = 2;
    CHECK_INT(dualkde(&w, &a, &a, &g, &plan, &out), ERR_INVALID);
    CHECK(out.first == x);
    arena_free(w.arena);
}
