/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kernel densities against those of other programs. */
#include "test.h"

#include "stats/kde.h"
#include "table_file.h"

#define DATA TEST_DATA "/analysis"

static struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

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

static struct points places_of(struct table_file *t, struct arena *a)
{
    double *x = ARENA_ARRAY(a, t->rows, double), *y = ARENA_ARRAY(a, t->rows, double);
    for (size_t i = 0; i < t->rows; i++) {
        x[i] = table_file_cell(t, i, "x");
        y[i] = table_file_cell(t, i, "y");
    }
    return (struct points){t->rows, x, y, NULL};
}

static const struct grid town = {698500, 4327000, 250, 116, 70};

static void near_peer(const struct table_file *peer, const char *column, const double *f,
                      double scale, double tolerance)
{
    double most = largest(f, grid_size(&town)), worst = 0;
    for (size_t r = 0; r < peer->rows; r++) {
        size_t i = (size_t)(table_file_cell(peer, r, "row") * town.columns +
                            table_file_cell(peer, r, "col"));
        worst = fmax(worst, fabs(f[i] - scale * table_file_cell(peer, r, column)) / most);
    }
    if (worst > tolerance)
        fprintf(stderr, "%s: %.3g of the largest\n", column, worst);
    CHECK(worst <= tolerance);
}

TEST(a_town_agrees_with_its_peers)
{
    struct table_file *t = table_file_open(DATA, "cincinnati_places.csv");
    struct table_file *peer = table_file_open(DATA, "kde_peers.csv");
    CHECK(t && peer);
    struct work w = work_of(1);
    struct points p = places_of(t, w.arena);
    double h = 1000, area = M_PI * h * h;
    struct kde_plan gauss = {KERNEL_GAUSS, 500, true, KDE_EDGE_NONE, NULL};
    struct kde_plan quartic = {KERNEL_QUARTIC, h, false, KDE_EDGE_NONE, NULL};
    struct kde_plan epan = {KERNEL_EPANECHNIKOV, h, false, KDE_EDGE_NONE, NULL};
    near_peer(peer, "gauss_plain", density(&w, &p, &town, gauss), 1, 1e-12);
    near_peer(peer, "MASS_kde2d_xN", density(&w, &p, &town, gauss), 1, 1e-12);
    near_peer(peer, "SpatialKDE_quartic_raw", density(&w, &p, &town, quartic), 3 / area, 1e-12);
    near_peer(peer, "SpatialKDE_epan_raw", density(&w, &p, &town, epan), 2 / area, 1e-12);
    /* The peer of the edges smooths what lies nearest to each centre: it is 1.6 % off itself. */
    gauss.edge = KDE_EDGE_UNIFORM;
    near_peer(peer, "spatstat_fft_edge", density(&w, &p, &town, gauss), 1, 0.03);
    gauss.edge = KDE_EDGE_DIGGLE;
    near_peer(peer, "spatstat_fft_diggle", density(&w, &p, &town, gauss), 1, 0.03);
    gauss = (struct kde_plan){KERNEL_GAUSS, 1000, false, KDE_EDGE_NONE, NULL};
    struct kde_plan exact = gauss;
    exact.exact = true;
    double *a = density(&w, &p, &town, gauss), *b = density(&w, &p, &town, exact);
    for (size_t i = 0; i < grid_size(&town); i++) /* cell = s / 4 */
        CHECK_NEAR(a[i], b[i], 1e-3 * largest(b, grid_size(&town)));
    arena_free(w.arena);
    table_file_free(t);
    table_file_free(peer);
}

struct set {
    const char *places, *grid, *at;
    struct grid g;
    double sigma, radius;
};

/* False when the files are not there. */
static bool compare_set(const struct set *s)
{
    struct table_file *t = table_file_open(reference_folder(), s->places);
    struct table_file *peer = table_file_open(reference_folder(), s->grid);
    struct table_file *at = table_file_open(reference_folder(), s->at);
    if (!t || !peer || !at)
        return false;
    struct work w = work_of(2);
    struct points p = places_of(t, w.arena), q = places_of(at, w.arena);
    struct kde_plan plan = {KERNEL_GAUSS, s->sigma, true, 0, NULL};
    double *f = ARENA_ARRAY(w.arena, q.n, double), worst[2] = {0}, h = s->radius;
    double *gauss = density(&w, &p, &s->g, plan);
    CHECK_INT(kde_at(&w, &p, &plan, &q, false, f), ERR_OK);
    for (size_t i = 0; i < q.n; i++)
        CHECK_NEAR(f[i] / table_file_cell(at, i, "density_at_point"), 1, 1e-9);
    plan = (struct kde_plan){KERNEL_QUARTIC, h, true, 0, NULL};
    double *quartic = density(&w, &p, &s->g, plan);
    for (size_t i = 0; i < peer->rows; i++) {
        double a = table_file_cell(peer, i, "gauss_plain");
        double b = table_file_cell(peer, i, "SpatialKDE_quartic_raw") * 3 / (M_PI * h * h);
        worst[0] = fmax(worst[0], fabs(a - gauss[i]));
        worst[1] = fmax(worst[1], fabs(b - quartic[i]));
    }
    CHECK(worst[0] <= 1e-12 * largest(gauss, peer->rows));
    CHECK(worst[1] <= 1e-12 * largest(quartic, peer->rows));
    arena_free(w.arena);
    table_file_free(t);
    table_file_free(peer);
    table_file_free(at);
    return true;
}

REFERENCE_TEST(whole_reference_agrees)
{
    static const struct set sets[] = {{"data/cincinnati_burglary.csv",
                                       "out/kde_cincinnati.csv",
                                       "out/kde_cincinnati_at_points.csv",
                                       {698500, 4327000, 250, 116, 70},
                                       500,
                                       1000},
                                      {"data/lancashire_asb.csv",
                                       "out/kde_lancashire.csv",
                                       "out/kde_lancashire_at_points.csv",
                                       {330000, 400000, 1000, 64, 78},
                                       1500,
                                       3000}};
    for (size_t i = 0; i < ARRAY_LEN(sets); i++)
        if (!compare_set(&sets[i]))
            skip();
}
