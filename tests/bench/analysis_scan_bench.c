/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long the scan takes: CPU seconds of this process for 99 permutations of weekly counts,
 * circles of at most 2 km, intervals of at most 4 weeks. The cities are made by seed, as large as
 * those that SaTScan 10.3.2 was measured on (one thread, doc/methods/scan.md), and its seconds
 * stand beside. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/scan.h"
#include "stats/work.h"

struct city {
    const char *name;
    uint32_t cases, across, down, periods;
    double cell; /* metres */
    double peer; /* CPU seconds of SaTScan */
};

static const struct city cities[] = {
    {"10k cases, 1,640 cells x 33", 10000, 40, 41, 33, 500, 1.95},
    {"10k cases, 3,721 cells x 33", 10000, 61, 61, 33, 250, 11.8},
    {"100k cases, 625 cells x 364", 100000, 25, 25, 364, 1000, 3.6},
    {"100k cases, 2,116 cells x 364", 100000, 46, 46, 364, 500, 37.0},
    {"1M cases, 676 cells x 522", 1000000, 26, 26, 522, 1000, 13.1},
};

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum err e)
{
    if (e) {
        fprintf(stderr, "%s\n", err_name(e));
        exit(1);
    }
}

/* Some cells have many times the cases of others, as in a city. */
static void draw(const struct city *c, struct arena *a, double *x, double *y, uint32_t *cases)
{
    uint32_t n = c->across * c->down;
    struct rng r = rng_make(5, c->cases);
    double *weight = ARENA_ARRAY(a, n, double);
    struct alias by_weight;
    if (!weight)
        must(ERR_NOMEM);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = (i % c->across + 0.5) * c->cell;
        y[i] = (floor((double)i / c->across) + 0.5) * c->cell;
        weight[i] = rng_gamma(&r, 0.8, 1);
    }
    must(alias_make(a, weight, n, &by_weight));
    for (uint32_t k = 0; k < c->cases; k++)
        cases[(size_t)alias_pick(&by_weight, &r) * c->periods + rng_below(&r, c->periods)]++;
}

static void scan(const struct city *c, bool one_by_one)
{
    uint32_t n = c->across * c->down;
    struct arena *a = arena_new((size_t)2 << 30);
    double *x = ARENA_ARRAY(a, n, double), *y = ARENA_ARRAY(a, n, double);
    uint32_t *cases = ARENA_ARRAY(a, (size_t)n * c->periods, uint32_t);
    if (!x || !y || !cases)
        must(ERR_NOMEM);
    draw(c, a, x, y, cases);
    struct work w = {.seed = 1, .threads = 1, .arena = a};
    struct scan_input in = {.model = SCAN_PERMUTATION,
                            .locations = n,
                            .periods = c->periods,
                            .x = x,
                            .y = y,
                            .cases = cases};
    struct scan_options o = {.rates = SCAN_HIGH,
                             .max_share = 0.5,
                             .max_radius = 2000,
                             .max_periods = 4,
                             .min_cases = 2,
                             .runs = 99,
                             .clusters = 20,
                             .one_by_one = one_by_one};
    struct scan_result found;
    double from = cpu();
    must(scan_run(&w, &in, &o, &found));
    double seconds = cpu() - from;
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("%-32s %-6s %8.3f s  SaTScan %5.2f s  %5.1f x  %8ld kB\n", c->name,
           one_by_one ? "order" : "group", seconds, c->peer, c->peer / seconds, u.ru_maxrss);
    arena_free(a);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++) {
        scan(&cities[i], true);
        scan(&cities[i], false);
    }
    return 0;
}
