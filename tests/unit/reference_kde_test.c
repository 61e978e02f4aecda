/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Densities on grids and along streets against spatstat 3.0-3, SpatialKDE 0.8.2,
 * KernSmooth 2.23-20, MASS 7.3-58.2, sparr 2.2-17, scikit-learn 1.2.1 and scipy 1.10.1 (see
 * reference.h). */
#include "network_fixture.h"

#include "reference.h"

#include "stats/bandwidth.h"
#include "stats/dualkde.h"
#include "stats/gistar.h"
#include "stats/kde.h"
#include "stats/netkde.h"

struct place {
    const char *name, *file;
    struct grid g;
    double sigma, radius;
};

static const struct place towns[] = {
    {"cincinnati", "data/cincinnati_burglary.csv", {698500, 4327000, 250, 116, 70}, 500, 1000},
    {"lancashire", "data/lancashire_asb.csv", {330000, 400000, 1000, 64, 78}, 1500, 3000},
};

/* Cincinnati's lie in tests/data too; from the year `year` alone, unless it is 0. */
static struct points events_of(const struct work *w, const struct place *s, int year)
{
    const char *whole = getenv("SAMSYN_REFERENCE");
    bool small = s == &towns[0];
    struct table_file *t = small ? table_file_open(DATA, "cincinnati_places.csv")
                                 : table_file_open(whole ? whole : "/none", s->file);
    struct points p = {0};
    if (!t)
        return p;
    double *x = ARENA_ARRAY(w->arena, t->rows, double), *y = ARENA_ARRAY(w->arena, t->rows, double);
    for (size_t i = 0; i < t->rows; i++)
        if (!year || (int)table_file_cell(t, i, "year") == year) {
            x[p.n] = table_file_cell(t, i, "x");
            y[p.n++] = table_file_cell(t, i, "y");
        }
    p.x = x;
    p.y = y;
    table_file_free(t);
    return p;
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
    double top = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, v[i]);
    return top;
}

/* A column against f, within a share of the largest density. */
static void column(struct ref *r, const char *name, const struct grid *g, const double *f,
                   double tolerance)
{
    double top = largest(f, grid_size(g));
    for (size_t row = 0; row < r->t->rows; row++) {
        size_t i = (size_t)(ref_at(r, row, "row") * g->columns + ref_at(r, row, "col"));
        ref_near(r, row, name, f[i], tolerance * top);
    }
}

static void check_centres(struct ref *r, const struct grid *g)
{
    for (size_t row = 0; row < r->t->rows; row++) {
        ref_near(r, row, "x", g->x0 + (ref_at(r, row, "col") + 0.5) * g->cell, 1e-6);
        ref_near(r, row, "y", g->y0 + (ref_at(r, row, "row") + 0.5) * g->cell, 1e-6);
    }
}

static double *times(const struct work *w, const double *v, size_t n, double by)
{
    double *out = ARENA_ARRAY(w->arena, n, double);
    for (size_t i = 0; i < n; i++)
        out[i] = v[i] * by;
    return out;
}

/* The peers that smooth pixels are off by up to a tenth of the maximum themselves: each tolerance
 * is what the peer's own coarse grid costs, measured against the definition (gauss_plain). */
static void check_surfaces(const struct work *w, const struct place *s, const struct points *p,
                           struct ref *r)
{
    size_t n = grid_size(&s->g);
    double area = M_PI * s->radius * s->radius;
    struct kde_plan gauss = {KERNEL_GAUSS, s->sigma, true, KDE_EDGE_NONE, NULL};
    struct kde_plan quartic = {KERNEL_QUARTIC, s->radius, true, KDE_EDGE_NONE, NULL};
    struct kde_plan epan = {KERNEL_EPANECHNIKOV, s->radius, true, KDE_EDGE_NONE, NULL};
    struct kde_plan wide = quartic;
    double *f = density(w, p, &s->g, gauss), *q = density(w, p, &s->g, quartic);
    wide.bandwidth = bandwidth_for(KERNEL_QUARTIC, s->sigma);
    check_centres(r, &s->g);
    column(r, "gauss_plain", &s->g, f, 1e-12);
    column(r, "MASS_kde2d_xN", &s->g, f, 1e-12);
    column(r, "KernSmooth_bkde2D_xN", &s->g, f, 0.1);
    column(r, "spatstat_fft_noedge", &s->g, f, 0.1);
    gauss.edge = KDE_EDGE_UNIFORM;
    column(r, "spatstat_fft_edge", &s->g, density(w, p, &s->g, gauss), 0.1);
    gauss.edge = KDE_EDGE_DIGGLE;
    column(r, "spatstat_fft_diggle", &s->g, density(w, p, &s->g, gauss), 0.1);
    column(r, "spatstat_quartic_noedge", &s->g, density(w, p, &s->g, wide), 0.1);
    column(r, "SpatialKDE_quartic_raw", &s->g, times(w, q, n, area / 3), 1e-12);
    /* 7.25 times too much: peers.md */
    column(r, "SpatialKDE_quartic_scaled", &s->g, times(w, q, n, 21.75 / 3), 1e-12);
    column(r, "SpatialKDE_epan_raw", &s->g, times(w, density(w, p, &s->g, epan), n, area / 2),
           1e-12);
}

static void check_points(const struct work *w, const struct place *s, const struct points *p)
{
    char name[60];
    snprintf(name, sizeof name, "kde_%s_at_points.csv", s->name);
    struct ref *r = ref_open(name);
    struct kde_plan plan = {KERNEL_GAUSS, s->sigma, true, KDE_EDGE_NONE, NULL};
    if (!r)
        return;
    double *x = ARENA_ARRAY(w->arena, r->t->rows, double),
           *y = ARENA_ARRAY(w->arena, r->t->rows, double);
    double *f = ARENA_ARRAY(w->arena, r->t->rows, double);
    for (size_t row = 0; row < r->t->rows; row++) {
        size_t i = (size_t)ref_at(r, row, "point") - 1;
        ref_near(r, row, "x", x[row] = p->x[i], 1e-6);
        ref_near(r, row, "y", y[row] = p->y[i], 1e-6);
    }
    struct points at = {r->t->rows, x, y, NULL};
    CHECK_INT(kde_at(w, p, &plan, &at, false, f), ERR_OK);
    for (size_t row = 0; row < r->t->rows; row++)
        ref_like(r, row, "density_at_point", f[row], 1e-9);
    ref_close(r);
}

TEST(surfaces_are_those_of_the_peers)
{
    for (size_t k = 0; k < ARRAY_LEN(towns); k++) {
        struct work w = work_of(2);
        char name[40];
        snprintf(name, sizeof name, "kde_%s.csv", towns[k].name);
        struct ref *r = ref_open(name);
        struct points p = events_of(&w, &towns[k], 0);
        CHECK((r && p.n) || k == 1);
        if (r && p.n) {
            check_surfaces(&w, &towns[k], &p, r);
            check_points(&w, &towns[k], &p);
            ref_close(r);
        }
        arena_free(w.arena);
    }
}

TEST(surfaces_are_those_of_scikit_learn)
{
    struct work w = work_of(2);
    struct ref *r = ref_open("kde_py_cincinnati.csv");
    struct points p = events_of(&w, &towns[0], 0);
    struct kde_plan gauss = {KERNEL_GAUSS, 500, true, KDE_EDGE_NONE, NULL};
    struct kde_plan epan = {KERNEL_EPANECHNIKOV, 1000, true, KDE_EDGE_NONE, NULL};
    CHECK(r != NULL);
    column(r, "sklearn_gauss_xN", &towns[0].g, density(&w, &p, &towns[0].g, gauss), 1e-12);
    column(r, "sklearn_epanechnikov_xN", &towns[0].g, density(&w, &p, &towns[0].g, epan), 1e-9);
    ref_close(r);
    arena_free(w.arena);
}

/* scipy's kernel leans with the cloud of events: ours on a map that is turned and stretched so that
 * the cloud is round, with a bandwidth of one. */
TEST(leaning_kernels_are_those_of_scipy)
{
    struct work w = work_of(2);
    struct ref *r = ref_open("kde_py_cincinnati.csv"), *meta = ref_open("python_meta.json");
    struct points p = events_of(&w, &towns[0], 0);
    CHECK(r && meta);
    double xx = refj(meta, "kde_cincinnati.scipy_covariance[0][0]");
    double xy = refj(meta, "kde_cincinnati.scipy_covariance[0][1]");
    double yy = refj(meta, "kde_cincinnati.scipy_covariance[1][1]");
    refj_near(meta, xy, 0, "kde_cincinnati.scipy_covariance[1][0]");
    refj_near(meta, (double)p.n, 0, "kde_cincinnati.n");
    refj_near(meta, pow((double)p.n, -1.0 / 6), -1e-12, "kde_cincinnati.scipy_factor");
    double a = sqrt(xx), b = xy / a, c = sqrt(yy - b * b), mean[2] = {0};
    double *x = ARENA_ARRAY(w.arena, p.n, double), *y = ARENA_ARRAY(w.arena, p.n, double);
    for (size_t i = 0; i < p.n; i++) {
        x[i] = p.x[i] / a;
        y[i] = (p.y[i] - b * x[i]) / c;
        mean[0] += p.x[i] / (double)p.n;
        mean[1] += p.y[i] / (double)p.n;
    }
    double spread[3] = {0}, factor = pow((double)p.n, -2.0 / 6) / ((double)p.n - 1);
    for (size_t i = 0; i < p.n; i++) {
        double dx = p.x[i] - mean[0], dy = p.y[i] - mean[1];
        spread[0] += factor * dx * dx;
        spread[1] += factor * dx * dy;
        spread[2] += factor * dy * dy;
    }
    CHECK(fabs(spread[0] / xx - 1) + fabs(spread[1] / xy - 1) + fabs(spread[2] / yy - 1) < 1e-9);
    size_t n = r->t->rows;
    double *u = ARENA_ARRAY(w.arena, n, double), *v = ARENA_ARRAY(w.arena, n, double);
    double *f = ARENA_ARRAY(w.arena, n, double);
    for (size_t i = 0; i < n; i++) {
        u[i] = (towns[0].g.x0 + (ref_at(r, i, "col") + 0.5) * 250) / a;
        v[i] = (towns[0].g.y0 + (ref_at(r, i, "row") + 0.5) * 250 - b * u[i]) / c;
    }
    struct points round = {p.n, x, y, NULL}, at = {n, u, v, NULL};
    struct kde_plan plan = {KERNEL_GAUSS, 1, true, KDE_EDGE_NONE, NULL};
    CHECK_INT(kde_at(&w, &round, &plan, &at, false, f), ERR_OK);
    for (size_t i = 0; i < n; i++)
        ref_near(r, i, "scipy_gaussian_kde_scott", f[i] / (a * c) / (double)p.n, 1e-17);
    ref_close(r);
    ref_close(meta);
    arena_free(w.arena);
}

/* --- Two surfaces --- */

TEST(two_surfaces_are_those_of_spatialkde_and_spatstat)
{
    struct work w = work_of(2);
    struct ref *r = ref_open("dualkde_cincinnati_2018_vs_2016.csv");
    const struct grid *g = &towns[0].g;
    struct points a = events_of(&w, &towns[0], 2018), b = events_of(&w, &towns[0], 2016);
    struct dual_plan plan = {{KERNEL_QUARTIC, 1500, true, KDE_EDGE_NONE, NULL}, 0.01};
    struct dual d, gauss;
    CHECK(r != NULL);
    CHECK_INT(dualkde(&w, &a, &b, g, &plan, &d), ERR_OK);
    plan.kde = (struct kde_plan){KERNEL_GAUSS, 750, true, KDE_EDGE_NONE, NULL};
    CHECK_INT(dualkde(&w, &a, &b, g, &plan, &gauss), ERR_OK);
    double raw = M_PI * 1500 * 1500 / 3;
    check_centres(r, g);
    for (size_t row = 0; row < r->t->rows; row++) {
        size_t i = (size_t)(ref_at(r, row, "row") * g->columns + ref_at(r, row, "col"));
        ref_near(r, row, "quartic_raw_1", raw * d.first[i], 1e-9);
        ref_near(r, row, "quartic_raw_2", raw * d.second[i], 1e-9);
        ref_near(r, row, "difference", raw * d.difference[i], 1e-9);
        double logs = ref_at(r, row, "spatstat_logrr_noedge");
        if (d.first[i] > 0 && d.second[i] > 0) {
            ref_like(r, row, "ratio", d.ratio[i], 1e-9);
            ref_near(r, row, "log_ratio", d.log_ratio[i], 1e-9);
        }
        /* its events are moved to the middle of their pixel first */
        if (!isnan(gauss.log_risk[i]) && !isnan(logs))
            ref_near(r, row, "spatstat_logrr_noedge", gauss.log_risk[i], 0.3);
    }
    ref_close(r);
    arena_free(w.arena);
}

static struct points to_pixels(const struct work *w, struct points p, const struct grid *g)
{
    double *x = ARENA_ARRAY(w->arena, p.n, double), *y = ARENA_ARRAY(w->arena, p.n, double);
    double wide = g->columns * g->cell / 128, high = g->rows * g->cell / 128;
    for (size_t i = 0; i < p.n; i++) {
        x[i] = g->x0 + (floor((p.x[i] - g->x0) / wide) + 0.5) * wide;
        y[i] = g->y0 + (floor((p.y[i] - g->y0) / high) + 0.5) * high;
    }
    return (struct points){p.n, x, y, NULL};
}

/* With events moved as the peer moves them; see dualkde_test.c for the difference without. */
TEST(log_risks_are_those_of_sparr)
{
    struct work w = work_of(2);
    struct ref *r = ref_open("dualkde_sparr_cincinnati_2018_vs_2016.csv");
    const struct grid *g = &towns[0].g;
    struct points a = to_pixels(&w, events_of(&w, &towns[0], 2018), g);
    struct points b = to_pixels(&w, events_of(&w, &towns[0], 2016), g);
    struct kde_plan plan = {KERNEL_GAUSS, 750, true, KDE_EDGE_UNIFORM, NULL};
    CHECK(r != NULL);
    size_t n = r->t->rows;
    double *x = ARENA_ARRAY(w.arena, n, double), *y = ARENA_ARRAY(w.arena, n, double);
    double *e = ARENA_ARRAY(w.arena, n, double), *rough = ARENA_ARRAY(w.arena, n, double);
    struct dual d = {.first = ARENA_ARRAY(w.arena, n, double),
                     .second = ARENA_ARRAY(w.arena, n, double)};
    for (size_t i = 0; i < n; i++) {
        x[i] = ref_at(r, i, "x");
        y[i] = ref_at(r, i, "y");
        CHECK_NEAR(x[i], g->x0 + (ref_at(r, i, "col") + 0.5) * 29000 / 128, 1e-6);
        CHECK_NEAR(y[i], g->y0 + (ref_at(r, i, "row") + 0.5) * 17500 / 128, 1e-6);
    }
    struct points at = {n, x, y, NULL};
    CHECK_INT(kde_inside(&w, &at, g, &plan, e), ERR_OK);
    CHECK_INT(dual_roughness(&w, &at, g, &plan, rough), ERR_OK);
    CHECK_INT(kde_at(&w, &a, &plan, &at, false, d.first), ERR_OK);
    CHECK_INT(kde_at(&w, &b, &plan, &at, false, d.second), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        d.first[i] /= e[i];
        d.second[i] /= e[i];
    }
    struct dual_sides s = {dual_weight(&a), dual_weight(&b), rough, 0.01};
    CHECK_INT(dual_compare(&w, n, &s, &d), ERR_OK);
    double more, fewer;
    for (size_t i = 0; i < n; i++)
        if (!isnan(d.log_risk[i])) {
            ref_near(r, i, "sparr_logrr", d.log_risk[i], 1e-3);
            /* its variance has the second density where that of both belongs: peers.md */
            double g2 = d.second[i] / s.second.sum;
            double both = (d.first[i] + d.second[i]) / (s.first.sum + s.second.sum);
            normal_tails(d.z[i] * sqrt(g2 / both), &more, &fewer);
            ref_near(r, i, "sparr_asymptotic_p", more, 0.005);
        }
    ref_close(r);
    arena_free(w.arena);
}

/* --- Along streets --- */

static struct netkde spread(const struct work *w, const struct network *net,
                            const struct network_place *p, double step)
{
    struct netkde k = {0};
    struct netkde_events e = {CHICAGO, p, NULL};
    CHECK_INT(netkde(w, net, &e, &(struct netkde_plan){60, step}, &k), ERR_OK);
    return k;
}

static double peak_of(const struct netkde *k)
{
    return largest(k->density, k->pieces);
}

TEST(densities_along_streets_are_near_those_of_spatstat)
{
    struct work w = work_of(1);
    struct network_place p[CHICAGO];
    struct network net = chicago(&w, p);
    struct ref *heat = ref_open("netkde_heat.csv"), *points = ref_open("netkde_points.csv");
    CHECK(heat && points);
    struct netkde k = spread(&w, &net, p, 3);
    size_t off = 0;
    for (size_t row = 0; row < heat->t->rows; row++) {
        struct network_place at = {(uint32_t)ref_at(heat, row, "seg") - 1, 0};
        double share = ref_at(heat, row, "tp");
        at.along = share * net.length[at.segment];
        uint32_t a = net.a[at.segment], b = net.b[at.segment];
        ref_near(heat, row, "x", net.x[a] + share * (net.x[b] - net.x[a]), 0.01);
        ref_near(heat, row, "y", net.y[a] + share * (net.y[b] - net.y[a]), 0.01);
        double f = netkde_at(&net, &k, at);
        ref_near(heat, row, "values", f, 0.025 * peak_of(&k));
        off += fabs(ref_at(heat, row, "values") - f) > 0.02 * peak_of(&k);
    }
    CHECK(off <= 2); /* the peer's pieces at a crossing: peers.md */
    for (size_t row = 0; row < points->t->rows; row++) {
        size_t i = (size_t)ref_at(points, row, "point");
        ref_near(points, row, "heat_at_point", netkde_at(&net, &k, p[i]), 0.02 * peak_of(&k));
    }
    ref_close(heat);
    ref_close(points);
    arena_free(w.arena);
}

TEST(distances_along_streets_are_those_of_spatstat)
{
    struct work w = work_of(1);
    struct network_place p[CHICAGO];
    struct network net = chicago(&w, p);
    struct ref *r = ref_open("netkde_distance_from_point0.csv"), *meta = ref_open("kde_meta.json");
    double metres[CHICAGO];
    CHECK(r && meta);
    CHECK_INT(network_distances(&w, &net, p[0], p, CHICAGO, metres), ERR_OK);
    for (size_t row = 0; row < r->t->rows; row++) {
        CHECK_NEAR(ref_at(r, row, "i"), 0, 0);
        ref_near(r, row, "network_distance", metres[(size_t)ref_at(r, row, "j")], 1e-8);
    }
    refj_near(meta, (double)net.vertices, 0, "network.vertices");
    refj_near(meta, (double)net.segments, 0, "network.edges");
    refj_near(meta, CHICAGO, 0, "network.points");
    refj_near(meta, net.total, -1e-12, "network.total_length");
    ref_close(r);
    ref_close(meta);
    arena_free(w.arena);
}

/* --- Bandwidths --- */

#define B(figure) "%s.bandwidth_selectors." figure, s->name

static void check_selectors(const struct work *w, const struct place *s, const struct points *p,
                            struct ref *r)
{
    struct bandwidth scott, nrd;
    struct geo_box box = {s->g.x0, s->g.y0, s->g.x0 + s->g.columns * s->g.cell,
                          s->g.y0 + s->g.rows * s->g.cell};
    struct kde_plan gauss = {KERNEL_GAUSS, s->sigma, true, KDE_EDGE_NONE, NULL};
    double searched = 0, integral = 0, *f = density(w, p, &s->g, gauss);
    CHECK_INT(bandwidth_scott(p, &scott), ERR_OK);
    CHECK_INT(bandwidth_nrd(w, p, &nrd), ERR_OK);
    refj_near(r, (double)p->n, 0, "%s.n", s->name);
    refj_near(r, scott.x, -1e-12, B("bw.scott[0]"));
    refj_near(r, scott.y, -1e-12, B("bw.scott[1]"));
    refj_near(r, scott.both, -1e-12, B("bw.scott.iso"));
    refj_near(r, 4 * nrd.x, -1e-12, B("MASS_bandwidth.nrd_x"));
    refj_near(r, 4 * nrd.y, -1e-12, B("MASS_bandwidth.nrd_y"));
    CHECK_INT(bandwidth_diggle(w, p, box, &searched), ERR_OK);
    refj_near(r, searched, -0.02, B("bw.diggle"));
    if (s == &towns[0]) {
        CHECK_INT(bandwidth_likelihood(w, p, box, 16, &searched), ERR_OK);
        refj_near(r, searched, -0.02, B("bw.ppl"));
    }
    for (size_t i = 0; i < grid_size(&s->g); i++) /* theirs is that of the surface by pixels */
        integral += f[i] * s->g.cell * s->g.cell;
    refj_near(r, integral, -0.005, "%s.integral_gauss_noedge", s->name);
}

TEST(bandwidths_are_those_of_spatstat_and_mass)
{
    struct ref *r = ref_open("kde_meta.json");
    CHECK(r != NULL);
    for (size_t k = 0; k < ARRAY_LEN(towns); k++) {
        struct work w = work_of(2);
        struct points p = events_of(&w, &towns[k], 0);
        if (p.n)
            check_selectors(&w, &towns[k], &p, r);
        arena_free(w.arena);
    }
    ref_close(r);
}
