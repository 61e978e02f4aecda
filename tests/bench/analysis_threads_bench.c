/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What two threads give. Each work that takes over 0.2 s is done on one thread and on two by
 * turns, some times, and the shortest time on the clock of each is told: what else the machine does
 * can only make a run longer. CPU seconds beside it tell what the threads cost each other.
 *
 * On a busy machine two threads do not have two cores, so the ratio of CPU seconds is told too.
 * What only the calling thread does is at most the least CPU time it had with MANY threads, of
 * which it did the least part of what they share; two free cores then take that, and half of the
 * rest of what two threads took.
 *
 *     analysis_threads_bench [TIMES [WORK]] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/bandwidth.h"
#include "stats/chains.h"
#include "stats/farrington.h"
#include "stats/gistar.h"
#include "stats/kde.h"
#include "stats/knox.h"
#include "stats/mantel.h"
#include "stats/scan.h"

#define MANY 16
#define MEMORY ((size_t)3 << 30)
#define EVENTS 1000000u
#define SERIES 2000u
#define WEEKS 521u
#define JUDGED 52u
#define ACROSS 46u
#define PERIODS 364u

static double *x, *y, *t, *weekly, *cells;
static uint32_t *cases;

static void must(enum err e)
{
    if (e) {
        fprintf(stderr, "analysis_threads_bench: %s\n", err_name(e));
        exit(1);
    }
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- Input --- */

static void make_input(struct arena *a)
{
    struct rng r = rng_make(20261123, 3);
    x = ARENA_ARRAY(a, EVENTS, double);
    y = ARENA_ARRAY(a, EVENTS, double);
    t = ARENA_ARRAY(a, EVENTS, double);
    weekly = ARENA_ARRAY(a, SERIES * WEEKS, double);
    cells = ARENA_ARRAY(a, 1000000, double);
    cases = ARENA_ARRAY(a, (size_t)ACROSS * ACROSS * PERIODS, uint32_t);
    if (!x || !y || !t || !weekly || !cells || !cases)
        must(ERR_NOMEM);
    for (size_t i = 0; i < EVENTS; i++) {
        x[i] = 12800 * rng_unit(&r);
        y[i] = 12800 * rng_unit(&r);
        t[i] = rng_below(&r, 3652);
    }
    for (size_t i = 0; i < SERIES * WEEKS; i++)
        weekly[i] = (double)rng_negbin(&r, 1 + (double)(i / WEEKS % 50), 20);
    for (size_t i = 0; i < 1000000; i++)
        cells[i] = 20 * rng_unit(&r); /* no two alike: nothing can be enumerated */
    for (size_t i = 0; i < 100000; i++)
        cases[(size_t)rng_below(&r, ACROSS * ACROSS) * PERIODS + rng_below(&r, PERIODS)]++;
}

/* --- Works --- */

static enum err density(const struct work *w, size_t n, const struct kde_plan *plan, uint32_t side)
{
    struct points p = {n, x, y, NULL};
    struct grid g = {0, 0, 12800.0 / side, side, side};
    double *out = ARENA_ARRAY(w->arena, grid_size(&g), double);
    return out ? kde(w, &p, &g, plan, out) : ERR_NOMEM;
}

static enum err do_quartic(const struct work *w)
{
    return density(w, EVENTS, &(struct kde_plan){KERNEL_QUARTIC, 1000, false, KDE_EDGE_NONE, NULL},
                   128);
}

static enum err do_gauss(const struct work *w)
{
    return density(w, EVENTS, &(struct kde_plan){KERNEL_GAUSS, 400, false, KDE_EDGE_NONE, NULL},
                   2048);
}

static enum err do_exact(const struct work *w)
{
    return density(w, 100000, &(struct kde_plan){KERNEL_GAUSS, 400, true, KDE_EDGE_NONE, NULL},
                   128);
}

static enum err do_likelihood(const struct work *w)
{
    double best;
    struct points p = {5000, x, y, NULL};
    struct grid g = {0, 0, 100, 128, 128};
    return bandwidth_likelihood(w, &p, grid_box(&g), 16, &best);
}

static enum err do_gistar(const struct work *w)
{
    const struct gistar_plan plan = {.inference = INFERENCE_RANDOM, .runs = 9999};
    struct neighbours nb;
    struct gistar g;
    TRY(neighbours_lattice(w, 316, 316, CONTIGUITY_QUEEN, NULL, &nb));
    return gistar(w, &nb, cells, &plan, &g);
}

static enum err do_knox(const struct work *w)
{
    static const double space[] = {0, 200}, time[] = {0, 14};
    struct knox_table table;
    struct knox_input in = {.n = 100000,
                            .x = x,
                            .y = y,
                            .t = t,
                            .space = space,
                            .time = time,
                            .n_space = 2,
                            .n_time = 2,
                            .same_place = NAN,
                            .runs = 399};
    return knox_count(w, &in, &table);
}

static enum err do_chains(const struct work *w)
{
    struct chains c;
    struct chains_input in = {.n = EVENTS, .x = x, .y = y, .t = t, .distance = 60, .days = 7};
    return chains_find(w, &in, &c);
}

static enum err do_mantel(const struct work *w)
{
    struct mantel m;
    struct mantel_input in = {
        .n = 2000, .x = x, .y = y, .t = t, .space = {1, -1}, .time = {1, -1}, .runs = 199};
    return mantel_test(w, &in, &m);
}

static enum err do_scan(const struct work *w)
{
    static double across[ACROSS * ACROSS], down[ACROSS * ACROSS];
    struct scan_result found;
    for (uint32_t i = 0; i < ACROSS * ACROSS; i++) {
        across[i] = i % ACROSS * 500.0;
        down[i] = floor((double)i / ACROSS) * 500;
    }
    struct scan_input in = {.model = SCAN_PERMUTATION,
                            .locations = ACROSS * ACROSS,
                            .periods = PERIODS,
                            .x = across,
                            .y = down,
                            .cases = cases};
    struct scan_options o = {.rates = SCAN_HIGH,
                             .max_share = 0.5,
                             .max_radius = 2000,
                             .max_periods = 4,
                             .min_cases = 2,
                             .runs = 95, /* six parts of sixteen: as many for each thread */
                             .clusters = 20};
    return scan_run(w, &in, &o, &found);
}

static enum err do_farrington(const struct work *w)
{
    struct farrington_setting s = farrington_noufaily();
    struct farrington_series in = {.series = SERIES, .weeks = WEEKS, .y = weekly};
    struct farrington_week *out = ARENA_ARRAY(w->arena, SERIES * JUDGED, struct farrington_week);
    return out ? farrington(w, &s, &in, WEEKS - JUDGED, out) : ERR_NOMEM;
}

static const struct kind {
    const char *name;
    enum err (*fn)(const struct work *w);
} kinds[] = {
    {"Gaussian density, 2048^2, 1,000,000", do_gauss},
    {"quartic density, 10 cells, 1,000,000", do_quartic},
    {"exact Gaussian density, 100,000", do_exact},
    {"bandwidth by likelihood, 5,000", do_likelihood},
    {"Gi*, 9,999 permutations, 100,000", do_gistar},
    {"Knox, 399 permutations, 100,000", do_knox},
    {"chains, 1,000,000", do_chains},
    {"Mantel, 199 permutations, 2,000", do_mantel},
    {"scan, 100,000 cases, 2,116 x 364", do_scan},
    {"Farrington, Noufaily, 2,000 series", do_farrington},
};

/* --- By turns --- */

struct cost {
    double wall, cpu, own; /* own: of the calling thread */
};

static void run(const struct kind *k, int threads, struct cost *least)
{
    struct work w = {.seed = 1, .threads = threads, .arena = arena_new(MEMORY)};
    struct cost c = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID),
                     seconds(CLOCK_THREAD_CPUTIME_ID)};
    must(w.arena ? k->fn(&w) : ERR_NOMEM);
    least->wall = fmin(least->wall, seconds(CLOCK_MONOTONIC) - c.wall);
    least->cpu = fmin(least->cpu, seconds(CLOCK_PROCESS_CPUTIME_ID) - c.cpu);
    least->own = fmin(least->own, seconds(CLOCK_THREAD_CPUTIME_ID) - c.own);
    arena_free(w.arena);
}

static void compare(const struct kind *k, int times)
{
    struct cost one = {INFINITY, INFINITY, INFINITY}, two = one, many = one;
    for (int i = 0; i < times; i++) {
        run(k, 1, &one);
        run(k, 2, &two);
        run(k, MANY, &many);
    }
    printf("%-38s one %7.3f s  two %7.3f s  %5.2f x  (CPU %.3f, %.3f; alone %.3f: %.2f x)\n",
           k->name, one.wall, two.wall, one.wall / two.wall, one.cpu, two.cpu, many.own,
           one.cpu / (many.own + (two.cpu - many.own) / 2));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(MEMORY);
    int times = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;
    double load[1] = {0};
    if (!a)
        must(ERR_NOMEM);
    make_input(a);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (argc < 3 || strstr(kinds[i].name, argv[2]))
            compare(&kinds[i], times);
    if (getloadavg(load, 1) == 1)
        printf("load of the machine in the last minute: %.1f\n", load[0]);
    arena_free(a);
    return 0;
}
