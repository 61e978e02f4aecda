/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where: density, hot places and local Moran at size. CPU seconds of the calculation alone, on one
 * thread and on two (then also seconds on the clock), the median of some runs; points are made from
 * a seed. Peers' figures on the same sizes: doc/methods/peers.md.
 *
 *     analysis_where_bench [THREADS] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/bandwidth.h"
#include "stats/draws.h"
#include "stats/dualkde.h"
#include "stats/gistar.h"
#include "stats/kde.h"
#include "stats/moran.h"

#define TIMES 5
#define MEMORY ((size_t)6 << 30)

static int threads = 1;

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int order(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

typedef enum err job_fn(const struct work *w, const void *arg);

static void run(const char *name, job_fn *fn, const void *arg)
{
    double cpu[TIMES], wall[TIMES];
    size_t bytes = 0;
    for (int i = 0; i < TIMES; i++) {
        struct work w = {.seed = 1, .threads = threads, .arena = arena_new(MEMORY)};
        double c = seconds(CLOCK_PROCESS_CPUTIME_ID), s = seconds(CLOCK_MONOTONIC);
        enum err e = w.arena ? fn(&w, arg) : ERR_NOMEM;
        cpu[i] = seconds(CLOCK_PROCESS_CPUTIME_ID) - c;
        wall[i] = seconds(CLOCK_MONOTONIC) - s;
        bytes = arena_used(w.arena);
        if (e) {
            printf("%-44s %s\n", name, err_name(e));
            arena_free(w.arena);
            return;
        }
        arena_free(w.arena);
    }
    qsort(cpu, TIMES, sizeof *cpu, order);
    qsort(wall, TIMES, sizeof *wall, order);
    printf("%-44s cpu %9.5f s  clock %9.5f s  %5zu MB\n", name, cpu[TIMES / 2], wall[TIMES / 2],
           bytes >> 20);
    fflush(stdout);
}

/* --- Points: towns of different size and a thin spread between them --- */

static struct points make_points(struct arena *a, size_t n)
{
    double *x = ARENA_ARRAY(a, n, double), *y = ARENA_ARRAY(a, n, double);
    struct rng r = rng_make(20261123, 1);
    for (size_t i = 0; i < n; i++) {
        uint32_t town = rng_below(&r, 10);
        double wide = 300.0 * (1 + town % 4);
        x[i] = town < 9 ? 2000 + 1000.0 * town + wide * rng_normal(&r) : 12800 * rng_unit(&r);
        y[i] =
            town < 9 ? 2000 + 8800 * fabs(sin(town)) + wide * rng_normal(&r) : 12800 * rng_unit(&r);
    }
    return (struct points){n, x, y, NULL};
}

struct density {
    struct points p;
    struct grid g;
    struct kde_plan plan;
    double *out;
};

static enum err job_kde(const struct work *w, const void *arg)
{
    const struct density *d = arg;
    return kde(w, &d->p, &d->g, &d->plan, d->out);
}

static void densities(struct arena *a)
{
    static const size_t sizes[] = {10000, 100000, 1000000};
    char name[80];
    double *out = ARENA_ARRAY(a, 512 * 512, double);
    for (size_t k = 0; k < 3; k++) {
        struct density d = {.p = make_points(a, sizes[k]), .out = out};
        d.g = (struct grid){0, 0, 25, 512, 512};
        d.plan = (struct kde_plan){KERNEL_GAUSS, 150, false, KDE_EDGE_NONE, NULL};
        snprintf(name, sizeof name, "kde gauss 512x512, s = 6 cells, %zu", sizes[k]);
        run(name, job_kde, &d);
        d.plan.bandwidth = 400;
        snprintf(name, sizeof name, "kde gauss 512x512, s = 16 cells, %zu", sizes[k]);
        run(name, job_kde, &d);
        d.plan.edge = KDE_EDGE_DIGGLE;
        snprintf(name, sizeof name, "kde gauss 512x512, s = 16, diggle, %zu", sizes[k]);
        run(name, job_kde, &d);
        d.g = (struct grid){0, 0, 100, 128, 128};
        d.plan = (struct kde_plan){KERNEL_QUARTIC, 400, false, KDE_EDGE_NONE, NULL};
        snprintf(name, sizeof name, "kde quartic 128x128, h = 4 cells, %zu", sizes[k]);
        run(name, job_kde, &d);
        d.plan.bandwidth = 1000;
        snprintf(name, sizeof name, "kde quartic 128x128, h = 10 cells, %zu", sizes[k]);
        run(name, job_kde, &d);
    }
}

static enum err job_exact(const struct work *w, const void *arg)
{
    struct density d = *(const struct density *)arg;
    d.plan.exact = true;
    return kde(w, &d.p, &d.g, &d.plan, d.out);
}

static enum err job_diggle(const struct work *w, const void *arg)
{
    const struct density *d = arg;
    double s;
    return bandwidth_diggle(w, &d->p, grid_box(&d->g), &s);
}

static enum err job_likelihood(const struct work *w, const void *arg)
{
    const struct density *d = arg;
    double s;
    return bandwidth_likelihood(w, &d->p, grid_box(&d->g), 16, &s);
}

static enum err job_dual(const struct work *w, const void *arg)
{
    const struct density *d = arg;
    struct points first = d->p, second = d->p;
    first.n /= 3;
    second.n -= first.n;
    second.x += first.n;
    second.y += first.n;
    struct dual out;
    return dualkde(w, &first, &second, &d->g, &(struct dual_plan){d->plan, 0.01}, &out);
}

static void others(struct arena *a)
{
    struct density d = {.p = make_points(a, 10000), .g = {0, 0, 100, 128, 128}};
    d.plan = (struct kde_plan){KERNEL_GAUSS, 400, false, KDE_EDGE_NONE, NULL};
    d.out = ARENA_ARRAY(a, 128 * 128, double);
    run("kde gauss exact 128x128, 10000", job_exact, &d);
    run("bandwidth diggle, 10000", job_diggle, &d);
    run("bandwidth likelihood, 10000", job_likelihood, &d);
    run("dual-kde 128x128, 10000", job_dual, &d);
    d.p = make_points(a, 100000);
    run("kde gauss exact 128x128, 100000", job_exact, &d);
    run("bandwidth diggle, 100000", job_diggle, &d);
    run("dual-kde 128x128, 100000", job_dual, &d);
}

/* --- Cells --- */

struct cells {
    uint32_t side;
    double *value;
    struct gistar_plan plan;
};

static enum err job_gistar(const struct work *w, const void *arg)
{
    const struct cells *c = arg;
    struct neighbours nb;
    struct gistar g;
    TRY(neighbours_lattice(w, c->side, c->side, CONTIGUITY_QUEEN, NULL, &nb));
    return gistar(w, &nb, c->value, &c->plan, &g);
}

/* What spdep gives: z alone. */
static enum err job_z(const struct work *w, const void *arg)
{
    const struct cells *c = arg;
    struct neighbours nb;
    TRY(neighbours_lattice(w, c->side, c->side, CONTIGUITY_QUEEN, NULL, &nb));
    double *z = ARENA_ARRAY(w->arena, nb.n, double);
    return z ? gistar_z(w, &nb, c->value, false, z) : ERR_NOMEM;
}

static enum err job_moran(const struct work *w, const void *arg)
{
    const struct cells *c = arg;
    struct neighbours nb;
    struct moran m;
    struct moran_plan plan = {.inference = c->plan.inference, .runs = c->plan.runs};
    TRY(neighbours_lattice(w, c->side, c->side, CONTIGUITY_QUEEN, NULL, &nb));
    return moran(w, &nb, c->value, &plan, &m);
}

static void lattices(struct arena *a)
{
    static const uint32_t sides[] = {100, 316, 1000};
    char name[80];
    for (size_t k = 0; k < 3; k++) {
        size_t n = (size_t)sides[k] * sides[k];
        struct rng r = rng_make(7, k);
        struct cells c = {.side = sides[k], .value = ARENA_ARRAY(a, n, double)};
        for (size_t i = 0; i < n; i++)
            c.value[i] = (double)rng_negbin(&r, 2, 0.5);
        snprintf(name, sizeof name, "gistar z with neighbours, %zu", n);
        run(name, job_z, &c);
        snprintf(name, sizeof name, "gistar z, p and q, %zu", n);
        run(name, job_gistar, &c);
        c.plan = (struct gistar_plan){.inference = INFERENCE_RANDOM, .runs = 999};
        snprintf(name, sizeof name, "gistar 999 permutations, %zu", n);
        run(name, job_gistar, &c);
        snprintf(name, sizeof name, "moran 999 permutations, %zu", n);
        run(name, job_moran, &c);
        c.plan.inference = INFERENCE_EXACT;
        snprintf(name, sizeof name, "gistar exact, %zu", n);
        run(name, job_gistar, &c);
    }
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(MEMORY);
    threads = argc > 1 && argv[1][0] > '0' && argv[1][0] <= '9' ? argv[1][0] - '0' : 1;
    printf("threads %d\n", threads);
    densities(a);
    others(a);
    lattices(a);
    arena_free(a);
    return 0;
}
