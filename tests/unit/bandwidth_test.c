/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/random.h"
#include "stats/bandwidth.h"
#include "table_file.h"

#define DATA TEST_DATA "/analysis"

static struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

static struct points places_of(const char *folder, const char *file, struct arena *a)
{
    struct table_file *t = table_file_open(folder, file);
    if (!t)
        return (struct points){0};
    double *x = ARENA_ARRAY(a, t->rows, double), *y = ARENA_ARRAY(a, t->rows, double);
    for (size_t i = 0; i < t->rows; i++) {
        x[i] = table_file_cell(t, i, "x");
        y[i] = table_file_cell(t, i, "y");
    }
    struct points p = {t->rows, x, y, NULL};
    table_file_free(t);
    return p;
}

/* The window of the peers' runs. */
static const struct geo_box town = {698500, 4327000, 727500, 4344500};

TEST(rules_agree_with_their_peers)
{
    struct work w = work_of(1);
    struct points p = places_of(DATA, "cincinnati_places.csv", w.arena);
    struct bandwidth scott, nrd;
    CHECK_INT(bandwidth_scott(&p, &scott), ERR_OK);
    CHECK_INT(bandwidth_nrd(&w, &p, &nrd), ERR_OK);
    CHECK_NEAR(scott.x / 1116.00504721539, 1, 1e-12);
    CHECK_NEAR(scott.y / 762.921841522726, 1, 1e-12);
    CHECK_NEAR(scott.both / 922.726734071483, 1, 1e-12);
    CHECK_NEAR(4 * nrd.x / 3528.44111762654, 1, 1e-12);
    CHECK_NEAR(4 * nrd.y / 2412.10808309596, 1, 1e-12);
    arena_free(w.arena);
}

TEST(searches_agree_with_their_peers)
{
    struct work w = work_of(2);
    struct points p = places_of(DATA, "cincinnati_places.csv", w.arena);
    double s = 0;
    CHECK_INT(bandwidth_diggle(&w, &p, town, &s), ERR_OK);
    CHECK_NEAR(s / 77.0547945205479, 1, 1e-9);
    /* every third point: the whole set is in the next test */
    double x[2220], y[2220];
    for (size_t i = 0; i < 2220; i++) {
        x[i] = p.x[3 * i];
        y[i] = p.y[3 * i];
    }
    struct points third = {2220, x, y, NULL};
    CHECK_INT(bandwidth_likelihood(&w, &third, town, 16, &s), ERR_OK);
    CHECK(s > 100 && s < 500);
    arena_free(w.arena);
}

TEST(whole_reference_agrees)
{
    struct work w = work_of(2);
    struct points a = places_of(reference_folder(), "data/cincinnati_burglary.csv", w.arena);
    struct points b = places_of(reference_folder(), "data/lancashire_asb.csv", w.arena);
    double s;
    if (!a.n || !b.n)
        skip();
    CHECK_INT(bandwidth_likelihood(&w, &a, town, 16, &s), ERR_OK);
    CHECK_NEAR(s / 126.785568861584, 1, 1e-9);
    CHECK_INT(bandwidth_diggle(&w, &b, (struct geo_box){330000, 400000, 394000, 478000}, &s),
              ERR_OK);
    CHECK_NEAR(s / 5.19207598049935, 1, 1e-9);
    struct bandwidth scott;
    CHECK_INT(bandwidth_scott(&b, &scott), ERR_OK);
    CHECK_NEAR(scott.both / 2451.62214892511, 1, 1e-12);
    arena_free(w.arena);
}

TEST(chosen_widths_follow_the_scale_of_the_map)
{
    struct work w = work_of(1);
    double x[400], y[400], big_x[400], big_y[400];
    struct rng r = rng_make(5, 1);
    for (int i = 0; i < 400; i++) {
        x[i] = 1000 + 100 * rng_normal(&r) * (i % 4 ? 0.1 : 1);
        y[i] = 1000 + 100 * rng_normal(&r) * (i % 4 ? 0.1 : 1);
        big_x[i] = 8 * x[i];
        big_y[i] = 8 * y[i];
    }
    struct points p = {400, x, y, NULL}, q = {400, big_x, big_y, NULL};
    struct geo_box small = points_box(&p), large = points_box(&q);
    struct bandwidth a, b;
    double s = 0, t = 0;
    CHECK_INT(bandwidth_scott(&p, &a), ERR_OK);
    CHECK_INT(bandwidth_scott(&q, &b), ERR_OK);
    CHECK_NEAR(b.both / a.both, 8, 1e-12);
    CHECK_INT(bandwidth_nrd(&w, &p, &a), ERR_OK);
    CHECK_INT(bandwidth_nrd(&w, &q, &b), ERR_OK);
    CHECK_NEAR(b.both / a.both, 8, 1e-12);
    CHECK_INT(bandwidth_diggle(&w, &p, small, &s), ERR_OK);
    CHECK_INT(bandwidth_diggle(&w, &q, large, &t), ERR_OK);
    CHECK_NEAR(t / s, 8, 1e-9);
    CHECK_INT(bandwidth_likelihood(&w, &p, small, 16, &s), ERR_OK);
    CHECK_INT(bandwidth_likelihood(&w, &q, large, 16, &t), ERR_OK);
    CHECK_NEAR(t / s, 8, 1e-9);
    arena_free(w.arena);
}

TEST(bounded_kernels_get_the_same_spread)
{
    /* the variance along one axis, by sums over the disc */
    static const enum kernel kernels[] = {KERNEL_QUARTIC, KERNEL_EPANECHNIKOV, KERNEL_UNIFORM};
    for (int k = 0; k < 3; k++) {
        double h = bandwidth_for(kernels[k], 1), mass = 0, spread = 0;
        for (double d = h / 4000; d < h; d += h / 2000) {
            double t = 1 - d * d / (h * h), f = k == 0 ? t * t : k == 1 ? t : 1;
            mass += f * d;
            spread += f * d * d * d / 2;
        }
        CHECK_NEAR(spread / mass, 1, 1e-5);
    }
    CHECK(bandwidth_for(KERNEL_GAUSS, 7) == 7);
}

TEST(nonsense_has_a_named_answer)
{
    struct work w = work_of(1);
    double x[] = {3, 3, 3, 3}, nan[] = {1, 2, NAN, 3}, s = 42;
    struct points same = {4, x, x, NULL}, bad = {4, x, nan, NULL}, one = {1, x, x, NULL};
    struct geo_box box = {0, 0, 10, 10}, flat = {0, 0, 10, 0};
    struct bandwidth b;
    CHECK_INT(bandwidth_scott(&same, &b), ERR_OK);
    CHECK(b.both == 0);
    CHECK_INT(bandwidth_nrd(&w, &same, &b), ERR_OK);
    CHECK(b.both == 0);
    CHECK_INT(bandwidth_scott(&one, &b), ERR_INVALID);
    CHECK_INT(bandwidth_nrd(&w, &bad, &b), ERR_INVALID);
    CHECK_INT(bandwidth_diggle(&w, &bad, box, &s), ERR_INVALID);
    CHECK_INT(bandwidth_diggle(&w, &same, flat, &s), ERR_INVALID);
    CHECK_INT(bandwidth_likelihood(&w, &same, box, 16, &s), ERR_INVALID);
    CHECK_INT(bandwidth_likelihood(&w, &same, box, 1, &s), ERR_INVALID);
    CHECK(s == 42);
    arena_free(w.arena);
}
