/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/random.h"
#include "stats/kde.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

static const enum kernel kernels[] = {KERNEL_GAUSS, KERNEL_QUARTIC, KERNEL_EPANECHNIKOV,
                                      KERNEL_UNIFORM};

static double kernel(enum kernel k, double h, double d)
{
    double t = 1 - d * d / (h * h);
    switch (k) {
    case KERNEL_GAUSS:
        return exp(-d * d / (2 * h * h)) / (2 * M_PI * h * h);
    case KERNEL_QUARTIC:
        return t > 0 ? 3 / (M_PI * h * h) * t * t : 0;
    case KERNEL_EPANECHNIKOV:
        return t > 0 ? 2 / (M_PI * h * h) * t : 0;
    case KERNEL_UNIFORM:
        return t > 0 ? 1 / (M_PI * h * h) : 0;
    }
    return 0;
}

/* The definition at one place. */
static double brute(const struct points *p, enum kernel k, double h, double x, double y)
{
    double sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += (p->weight ? p->weight[i] : 1) * kernel(k, h, hypot(p->x[i] - x, p->y[i] - y));
    return sum;
}

#define SOME 300
static struct points some_points(struct arena *a, bool weighted)
{
    double *x = ARENA_ARRAY(a, SOME, double), *y = ARENA_ARRAY(a, SOME, double);
    double *weight = ARENA_ARRAY(a, SOME, double);
    struct rng r = rng_make(31, 0);
    for (int i = 0; i < SOME; i++) {
        x[i] = 600000 + 900 * rng_normal(&r);
        y[i] = 6600000 + 500 * rng_normal(&r);
        weight[i] = rng_between(&r, 0, 3);
    }
    return (struct points){SOME, x, y, weighted ? weight : NULL};
}

static const struct grid some_grid = {599000, 6599100, 61, 33, 29};

static double *density(const struct work *w, const struct points *p, const struct grid *g,
                       struct kde_plan plan)
{
    double *out = ARENA_ARRAY(w->arena, grid_size(g), double);
    CHECK_INT(kde(w, p, g, &plan, out), ERR_OK);
    return out;
}

static double largest(const double *v, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, v[i]);
    return most;
}

/* --- The definition --- */

TEST(worked_example_of_kde)
{
    /* two events 100 m apart, quartic with radius 200 m, in the middle between them */
    const double x[] = {0, 100}, y[] = {0, 0};
    struct points p = {2, x, y, NULL};
    struct grid g = {40, -10, 20, 1, 1};
    struct work w = work_of(1);
    double *f = density(&w, &p, &g, (struct kde_plan){KERNEL_QUARTIC, 200, false, 0, NULL});
    CHECK_NEAR(f[0] * 1e6, 2 * 3 / (M_PI * 0.04) * (15.0 / 16) * (15.0 / 16), 1e-12);
    CHECK_NEAR(f[0] * 1e6, 41.96, 0.01);
    arena_free(w.arena);
}

TEST(each_kernel_is_the_definition)
{
    struct work w = work_of(1);
    for (int weighted = 0; weighted < 2; weighted++)
        for (size_t k = 0; k < ARRAY_LEN(kernels); k++)
            for (double h = 20; h < 2000; h *= 3) {
                struct points p = some_points(w.arena, weighted);
                struct kde_plan plan = {kernels[k], h, true, KDE_EDGE_NONE, NULL};
                double *f = density(&w, &p, &some_grid, plan);
                double most = largest(f, grid_size(&some_grid));
                for (size_t i = 0; i < grid_size(&some_grid); i += 7) {
                    double x = grid_x(&some_grid, i), y = grid_y(&some_grid, i);
                    CHECK_NEAR(f[i], brute(&p, kernels[k], h, x, y), 1e-12 * most);
                }
            }
    arena_free(w.arena);
}

TEST(fast_gauss_keeps_its_promise)
{
    struct work w = work_of(1);
    struct points p = some_points(w.arena, true);
    for (double ratio = 1.34; ratio < 40; ratio *= 1.5) {
        struct kde_plan plan = {KERNEL_GAUSS, ratio * some_grid.cell, false, 0, NULL};
        double *fast = density(&w, &p, &some_grid, plan);
        plan.exact = true;
        double *exact = density(&w, &p, &some_grid, plan);
        double most = largest(exact, grid_size(&some_grid));
        for (size_t i = 0; i < grid_size(&some_grid); i++) {
            CHECK_NEAR(fast[i], exact[i], 1e-3 * most);
            CHECK(fast[i] >= 0);
        }
    }
    arena_free(w.arena);
}

TEST(density_at_points_is_the_definition)
{
    struct work w = work_of(2);
    struct points p = some_points(w.arena, true);
    double f[SOME], without[SOME];
    for (size_t k = 0; k < ARRAY_LEN(kernels); k++)
        for (double h = 15; h < 4000; h *= 4) {
            struct kde_plan plan = {kernels[k], h, true, 0, NULL};
            CHECK_INT(kde_at(&w, &p, &plan, &p, false, f), ERR_OK);
            CHECK_INT(kde_at(&w, &p, &plan, &p, true, without), ERR_OK);
            for (int i = 0; i < SOME; i++) {
                double all = brute(&p, kernels[k], h, p.x[i], p.y[i]);
                double own = p.weight[i] * kernel(kernels[k], h, 0);
                CHECK_NEAR(f[i], all, 1e-12 * all);
                CHECK_NEAR(without[i], all - own, 1e-12 * all);
            }
        }
    arena_free(w.arena);
}

TEST(a_bandwidth_far_wider_than_the_map_is_no_burden)
{
    struct work w = work_of(1);
    struct points p = some_points(w.arena, false);
    for (size_t k = 0; k < 2 * ARRAY_LEN(kernels); k++) {
        struct kde_plan plan = {kernels[k / 2], 5e6, k % 2, KDE_EDGE_NONE, NULL};
        double *f = density(&w, &p, &some_grid, plan);
        double peak = SOME * kernel(kernels[k / 2], 5e6, 0);
        for (size_t i = 0; i < grid_size(&some_grid); i += 11)
            CHECK_NEAR(f[i] / peak, 1, 1e-6);
    }
    CHECK(arena_used(w.arena) < (size_t)40 << 20);
    arena_free(w.arena);
}

TEST(fast_gauss_keeps_its_promise_for_one_point)
{
    struct work w = work_of(1);
    struct grid g = {0, 0, 10, 60, 60};
    struct rng r = rng_make(1, 2);
    for (int k = 0; k < 100; k++) {
        double x = rng_between(&r, 250, 350), y = rng_between(&r, 250, 350);
        struct points p = {1, &x, &y, NULL};
        struct kde_plan plan = {KERNEL_GAUSS, rng_between(&r, 13.4, 60), false, 0, NULL};
        double *fast = density(&w, &p, &g, plan);
        plan.exact = true;
        double *exact = density(&w, &p, &g, plan), most = largest(exact, grid_size(&g));
        for (size_t i = 0; i < grid_size(&g); i++)
            CHECK_NEAR(fast[i], exact[i], 1e-3 * most);
    }
    arena_free(w.arena);
}

/* --- Edges --- */

/* The part of a kernel inside a shape, by a fine square lattice over it. */
static double brute_inside(enum kernel k, double h, const struct geo_shape *s, double x, double y)
{
    double reach = k == KERNEL_GAUSS ? 5 * h : h, step = reach / 60, sum = 0, all = 0;
    for (int i = -60; i <= 60; i++)
        for (int j = -60; j <= 60; j++) {
            double f = kernel(k, h, hypot(i * step, j * step));
            all += f;
            sum += geo_shape_contains(s, x + i * step, y + j * step) ? f : 0;
        }
    return sum / all;
}

static struct geo_shape *odd_shape(struct arena *a)
{
    static const double at[][2] = {{-900, -400}, {800, -700}, {1000, 300},
                                   {100, 0},     {-300, 900}, {-900, -400}};
    static const double hole[][2] = {{-300, -200}, {0, -200}, {0, -400}, {-300, -200}};
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 2);
    struct geo_point *p = geo_shape_path(a, s, 0, ARRAY_LEN(at), false);
    for (size_t i = 0; i < ARRAY_LEN(at); i++)
        p[i] = (struct geo_point){600000 + at[i][0], 6600000 + at[i][1]};
    p = geo_shape_path(a, s, 1, ARRAY_LEN(hole), true);
    for (size_t i = 0; i < ARRAY_LEN(hole); i++)
        p[i] = (struct geo_point){600000 + hole[i][0], 6600000 + hole[i][1]};
    CHECK_INT(geo_shape_finish(s), ERR_OK);
    return s;
}

TEST(shares_of_cells_are_areas)
{
    struct work w = work_of(1);
    struct geo_shape *s = odd_shape(w.arena);
    const struct grid grids[] = {{598950, 6599150, 37, 60, 60},
                                 {599990, 6599990, 3, 9, 8},
                                 {598000, 6598000, 4000, 1, 1},
                                 {600100, 6599000, 11, 200, 150}};
    for (size_t k = 0; k < ARRAY_LEN(grids); k++) {
        const struct grid *g = &grids[k];
        double *share, sum = 0;
        CHECK_INT(grid_share(g, s, w.arena, &share), ERR_OK);
        for (size_t i = 0; i < grid_size(g); i++) {
            int in = 0;
            CHECK(share[i] >= 0 && share[i] <= 1);
            sum += share[i] * g->cell * g->cell;
            for (int q = 0; q < 400 && i % 17 == 3; q++)
                in += geo_shape_contains(s, grid_x(g, i) + (q % 20 - 9.5) / 20 * g->cell,
                                         grid_y(g, i) + (q / 20 - 9.5) / 20 * g->cell);
            CHECK(i % 17 != 3 || fabs(in / 400.0 - share[i]) < 0.06);
        }
        if (k == 0 || k == 2)
            CHECK_NEAR(sum / geo_shape_area(s), 1, 1e-9);
    }
    arena_free(w.arena);
}

TEST(part_of_a_kernel_inside_is_an_integral)
{
    struct work w = work_of(1);
    struct geo_shape *odd = odd_shape(w.arena);
    struct geo_shape *rect = geo_shape_rect(w.arena, grid_box(&some_grid));
    double x[] = {599300, 600000, 600500, 599900, 600950, 599100};
    double y[] = {6599700, 6600000, 6600050, 6599700, 6599500, 6600700}, e[6];
    struct points at = {6, x, y, NULL};
    for (size_t k = 0; k < ARRAY_LEN(kernels); k++)
        for (int rectangle = 0; rectangle < 2; rectangle++) {
            double h = kernels[k] == KERNEL_GAUSS ? 170 : 400;
            struct kde_plan plan = {kernels[k], h, true, KDE_EDGE_UNIFORM, rectangle ? NULL : odd};
            CHECK_INT(kde_inside(&w, &at, &some_grid, &plan, e), ERR_OK);
            for (int i = 0; i < 6; i++)
                CHECK_NEAR(e[i], brute_inside(kernels[k], h, rectangle ? rect : odd, x[i], y[i]),
                           0.02); /* the lattice of the test is the coarser one */
        }
    arena_free(w.arena);
}

TEST(edges_are_made_up_for)
{
    /* an even spread over the window: without correction the density falls towards the edge */
    struct work w = work_of(1);
    struct grid g = {0, 0, 50, 20, 20};
    double x[10000], y[10000];
    for (int i = 0; i < 10000; i++) {
        x[i] = 5 + 10 * (i % 100);
        y[i] = 5 + 10.0 * (i / 100);
    }
    struct points p = {10000, x, y, NULL};
    for (size_t k = 0; k < ARRAY_LEN(kernels); k++) {
        struct kde_plan plan = {kernels[k], 150, false, KDE_EDGE_NONE, NULL};
        double *none = density(&w, &p, &g, plan);
        plan.edge = KDE_EDGE_UNIFORM;
        double *uniform = density(&w, &p, &g, plan);
        plan.edge = KDE_EDGE_DIGGLE;
        double *diggle = density(&w, &p, &g, plan), sum = 0;
        CHECK(none[0] < 0.45 * 0.01);
        /* with a sharp rim it matters which points lie just inside */
        double slack = kernels[k] == KERNEL_UNIFORM ? 0.04 : 0.01;
        for (size_t i = 0; i < 400; i++) {
            CHECK_NEAR(uniform[i], 0.01, 0.01 * slack);
            sum += diggle[i] * 2500;
        }
        CHECK_NEAR(sum, 10000, 5000 * slack);
    }
    arena_free(w.arena);
}

/* --- What must not matter, and what must --- */

TEST(moving_or_scaling_the_map_moves_the_answer)
{
    struct work w = work_of(1);
    struct points p = some_points(w.arena, true), q = some_points(w.arena, true);
    double *x = (double *)(uintptr_t)q.x, *y = (double *)(uintptr_t)q.y;
    for (int i = 0; i < SOME; i++) {
        x[i] = 4 * x[i] - 2000000;
        y[i] = 4 * y[i] - 20000000;
    }
    struct grid g = {4 * some_grid.x0 - 2000000, 4 * some_grid.y0 - 20000000, 4 * some_grid.cell,
                     some_grid.columns, some_grid.rows};
    for (size_t k = 0; k < 2 * ARRAY_LEN(kernels); k++) {
        struct kde_plan plan = {kernels[k / 2], 250, k % 2, KDE_EDGE_DIGGLE, NULL};
        double *a = density(&w, &p, &some_grid, plan);
        plan.bandwidth *= 4;
        double *b = density(&w, &q, &g, plan);
        for (size_t i = 0; i < grid_size(&g); i++)
            CHECK_NEAR(a[i], 16 * b[i], 1e-9 * largest(a, grid_size(&g)));
    }
    arena_free(w.arena);
}

TEST(order_of_rows_and_doubling_do_not_matter)
{
    struct work w = work_of(1);
    struct points p = some_points(w.arena, false);
    double x[2 * SOME], y[2 * SOME];
    for (int i = 0; i < 2 * SOME; i++) {
        x[i] = p.x[SOME - 1 - i % SOME];
        y[i] = p.y[SOME - 1 - i % SOME];
    }
    struct points twice = {2 * SOME, x, y, NULL};
    for (size_t k = 0; k < 2 * ARRAY_LEN(kernels); k++) {
        struct kde_plan plan = {kernels[k / 2], 250, k % 2, KDE_EDGE_NONE, NULL};
        double *a = density(&w, &p, &some_grid, plan);
        double *b = density(&w, &twice, &some_grid, plan);
        for (size_t i = 0; i < grid_size(&some_grid); i++)
            CHECK_NEAR(2 * a[i], b[i], 1e-12 * largest(b, grid_size(&some_grid)));
    }
    arena_free(w.arena);
}

TEST(kde_is_the_same_bytes_on_any_threads)
{
    struct work w[] = {work_of(1), work_of(2), work_of(4)};
    size_t n = grid_size(&some_grid);
    for (size_t k = 0; k < 2 * ARRAY_LEN(kernels); k++) {
        double *f[3];
        for (int t = 0; t < 3; t++) {
            struct points p = some_points(w[t].arena, true);
            struct kde_plan plan = {kernels[k / 2], 250, k % 2, KDE_EDGE_UNIFORM, NULL};
            f[t] = density(&w[t], &p, &some_grid, plan);
            CHECK(memcmp(f[t], f[0], n * sizeof(double)) == 0);
        }
    }
    for (int t = 0; t < 3; t++)
        arena_free(w[t].arena);
}

/* More cells than are taken without sorting; kernels that fit in registers and wider ones. */
TEST(a_large_map_is_the_definition_on_any_threads)
{
    const struct grid large = {599000, 6599100, 7, 287, 253};
    struct work w[] = {work_of(1), work_of(2), work_of(5)};
    for (size_t k = 0; k < 3 * ARRAY_LEN(kernels); k++) {
        double *f[3], h = (const double[]){20, 80, 300}[k % 3];
        enum kernel kind = kernels[k / 3];
        struct points p;
        for (int t = 0; t < 3; t++) {
            struct kde_plan plan = {kind, h, true, KDE_EDGE_NONE, NULL};
            p = some_points(w[t].arena, k % 2);
            f[t] = density(&w[t], &p, &large, plan);
            CHECK(memcmp(f[t], f[0], grid_size(&large) * sizeof(double)) == 0);
        }
        for (size_t i = 0; i < grid_size(&large); i += 97) {
            double want = brute(&p, kind, h, grid_x(&large, i), grid_y(&large, i));
            CHECK_NEAR(f[0][i], want, 1e-12 * SOME / (h * h));
        }
    }
    for (int t = 0; t < 3; t++)
        arena_free(w[t].arena);
}

/* --- Refusals --- */

static bool never(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}

TEST(nonsense_has_a_named_answer)
{
    struct work w = work_of(1);
    double x[] = {0, 1}, y[] = {0, 1}, nan[] = {0, NAN}, inf[] = {INFINITY, 0}, minus[] = {1, -1};
    struct grid g = {0, 0, 1, 4, 4}, bad[] = {{0, 0, 0, 4, 4}, {0, 0, 1, 0, 4}, {NAN, 0, 1, 4, 4}};
    struct kde_plan plan = {KERNEL_GAUSS, 1, false, 0, NULL};
    struct points fine = {2, x, y, NULL}, none = {0, x, y, NULL}, one = {1, x, y, NULL};
    const struct points faulty[] = {
        {2, nan, y, NULL}, {2, x, inf, NULL}, {2, x, y, minus}, {2, x, y, nan}};
    double out[16] = {0};
    for (size_t i = 0; i < ARRAY_LEN(faulty); i++)
        CHECK_INT(kde(&w, &faulty[i], &g, &plan, out), ERR_INVALID);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_INT(kde(&w, &fine, &bad[i], &plan, out), ERR_INVALID);
    struct grid huge = {0, 0, 1, 1u << 20, 1u << 20};
    CHECK_INT(kde(&w, &fine, &huge, &plan, out), ERR_LIMIT);
    for (double h = -1; h <= 0; h++) {
        plan.bandwidth = h;
        CHECK_INT(kde(&w, &fine, &g, &plan, out), ERR_INVALID);
    }
    plan.bandwidth = NAN;
    CHECK_INT(kde(&w, &fine, &g, &plan, out), ERR_INVALID);
    plan.bandwidth = 1;
    out[3] = 5;
    CHECK_INT(kde(&w, &none, &g, &plan, out), ERR_OK);
    CHECK(out[3] == 0);
    plan.exact = true;
    CHECK_INT(kde(&w, &one, &g, &plan, out), ERR_OK);
    CHECK_NEAR(out[0], exp(-0.25) / (2 * M_PI), 1e-15);
    w.tick = never;
    CHECK_INT(kde(&w, &one, &g, &plan, out), ERR_CANCELLED);
    arena_free(w.arena);
}

TEST(small_memory_is_an_error_and_no_crash)
{
    struct arena *data = arena_new(1 << 20);
    struct points p = some_points(data, false);
    double out[33 * 29];
    for (size_t k = 0; k < 4 * ARRAY_LEN(kernels); k++) {
        bool done = false;
        for (size_t limit = 2048; limit < 80000000 && !done; limit *= 2) {
            struct work w = {.seed = 1, .arena = arena_new(limit)};
            struct kde_plan plan = {kernels[k / 4], 250, k % 2,
                                    k & 2 ? KDE_EDGE_UNIFORM : KDE_EDGE_DIGGLE,
                                    k & 2 ? odd_shape(data) : NULL};
            enum err e = kde(&w, &p, &some_grid, &plan, out);
            CHECK(e == ERR_OK || e == ERR_NOMEM);
            done = e == ERR_OK;
            arena_free(w.arena);
        }
        CHECK(done);
    }
    arena_free(data);
}

TEST(repeated_positions_are_counted)
{
    struct work w = work_of(1);
    double x[] = {1, 1, 2, 1, -0.0, 0.0}, y[] = {5, 5, 5, 5, 7, 7};
    struct points p = {6, x, y, NULL};
    size_t n = 99;
    CHECK_INT(points_repeated(&p, w.arena, &n), ERR_OK);
    CHECK_INT(n, 3);
    arena_free(w.arena);
}
