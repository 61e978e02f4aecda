/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long nearness and time take: CPU seconds of this process, inputs made by seed. One line a
 * case: name, seconds, a figure of the answer, kilobytes of memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/aoristic.h"
#include "stats/chains.h"
#include "stats/knox.h"
#include "stats/mantel.h"
#include "stats/places.h"
#include "stats/stl.h"

struct points {
    size_t n;
    double *x, *y, *t;
};

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void tell(const char *name, double from, double figure)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("%-32s %9.4f s  %14.6g  %8ld kB\n", name, cpu() - from, figure, u.ru_maxrss);
}

static void must(enum err e)
{
    if (e) {
        fprintf(stderr, "%s\n", err_name(e));
        exit(1);
    }
}

/* Evenly over a square, on days of ten years: at 14 km, 3.2 million of 100,000 points' pairs lie
 * within 200 m, as in the peers' inputs. */
static uint32_t parts_of_day = 1;

static struct points scatter(struct arena *a, size_t n, double side)
{
    struct points p = {n, ARENA_ARRAY(a, n, double), ARENA_ARRAY(a, n, double),
                       ARENA_ARRAY(a, n, double)};
    struct rng r = rng_make(11, n);
    if (!p.x || !p.y || !p.t)
        must(ERR_NOMEM);
    for (size_t i = 0; i < n; i++) {
        p.x[i] = 1000 + side * rng_unit(&r);
        p.y[i] = 1000 + side * rng_unit(&r);
        p.t[i] = (double)rng_below(&r, 3652 * parts_of_day) / parts_of_day;
    }
    return p;
}

static void knox(const char *name, size_t n, double side, int bands, int threads)
{
    static const double space[] = {0, 200}, time[] = {0, 14};
    static const double space6[] = {0, 0.001, 100, 200, 400, 800, 1600},
                        time5[] = {0, 1, 3, 7, 14, 28};
    struct arena *a = arena_new((size_t)4 << 30);
    struct points p = scatter(a, n, side);
    struct work w = {.seed = 1, .threads = threads, .arena = a};
    struct knox_input in = {.n = n, .x = p.x, .y = p.y, .t = p.t, .runs = 99, .same_place = NAN};
    struct knox_table t;
    in.space = bands ? space6 : space;
    in.time = bands ? time5 : time;
    in.n_space = bands ? 7 : 2;
    in.n_time = bands ? 6 : 2;
    in.closed = !bands;
    double from = cpu();
    must(knox_count(&w, &in, &t));
    tell(name, from, (double)t.pairs_space[t.rows - 1]);
    arena_free(a);
}

static void chains(const char *name, size_t n, double side)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct points p = scatter(a, n, side);
    struct work w = {.arena = a};
    struct chains_input in = {.n = n, .x = p.x, .y = p.y, .t = p.t, .distance = 200, .days = 7};
    struct chains c;
    double from = cpu();
    must(chains_find(&w, &in, &c));
    tell(name, from, (double)c.n);
    arena_free(a);
}

/* At 600,000 positions, some far likelier than others: the list, p of each number of events, and
 * 999 draws of how concentrated chance makes them. */
static void repeats(const char *name, size_t n, double within)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct points p = scatter(a, n, 1000);
    struct work w = {.seed = 1, .arena = a};
    struct places_input in = {.n = n, .x = p.x, .y = p.y, .t = p.t, .within = within};
    struct places places;
    struct concentration_chance chance;
    for (size_t i = 0; i < n; i++) {
        uint32_t at = (uint32_t)(pow((p.x[i] - 1000) / 1000, 3) * 600000);
        p.x[i] = at % 1000 * 37.0;
        p.y[i] = (double)(at / 1000) * 41.0;
    }
    double from = cpu();
    must(places_gather(&w, &in, &places));
    struct places_chance c = {(int64_t)n, (int64_t)places.n, false};
    int64_t k = 0, *kinds = ARENA_ARRAY(a, places.n, int64_t);
    double *tail = ARENA_ARRAY(a, places.n, double);
    size_t m = 0;
    if (!kinds || !tail)
        must(ERR_NOMEM);
    for (size_t i = 0; i < places.n; i++)
        if (k != places.start[i + 1] - places.start[i])
            kinds[m++] = k = places.start[i + 1] - places.start[i];
    must(places_tails(&c, kinds, m, tail));
    must(concentration_by_chance(&w, &c, 999, 0.5, &chance));
    tell(name, from, (double)places.n);
    arena_free(a);
}

/* Windows up to two days, as thefts have; some longer than a week. */
static void aoristic(const char *name, size_t n)
{
    struct arena *a = arena_new((size_t)1 << 28);
    msec *begin = ARENA_ARRAY(a, n, msec), *end = ARENA_ARRAY(a, n, msec);
    struct rng r = rng_make(12, n);
    struct work w = {.arena = a};
    struct aoristic sum;
    if (!begin || !end)
        must(ERR_NOMEM);
    for (size_t i = 0; i < n; i++) {
        begin[i] = INT64_C(1400000000000) + rng_below(&r, 4 * 525600) * MSEC_MINUTE;
        end[i] = begin[i] + rng_below(&r, i % 14 ? 2880 : 20160) * MSEC_MINUTE;
    }
    struct aoristic_input in = {.n = n, .from = begin, .to = end};
    double from = cpu();
    must(aoristic_sum(&w, &in, &sum));
    tell(name, from, sum.total);
    arena_free(a);
}

static void mantel(const char *name, size_t n)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct points p = scatter(a, n, 20000);
    struct work w = {.seed = 1, .arena = a};
    struct mantel_input in = {
        .n = n, .x = p.x, .y = p.y, .t = p.t, .space = {1, -1}, .time = {1, -1}, .runs = 99};
    struct mantel m;
    double from = cpu();
    must(mantel_test(&w, &in, &m));
    tell(name, from, m.r);
    arena_free(a);
}

static void stl(const char *name, size_t n)
{
    struct arena *a = arena_new((size_t)1 << 28);
    double *y = ARENA_ARRAY(a, n, double);
    struct rng r = rng_make(13, 0);
    struct work w = {.arena = a};
    struct stl_options o = {
        .period = 52, .season = {13, -1, 0}, .trend = {0, -1, 0}, .low_pass = {0, -1, 0}};
    struct stl s;
    if (!y)
        must(ERR_NOMEM);
    for (size_t i = 0; i < n; i++)
        y[i] = (double)rng_poisson(&r, 20);
    double from = cpu();
    stl_defaults(&o, n, true);
    must(stl_split(&w, y, n, &o, &s));
    tell(name, from, s.trend[n - 1]);
    arena_free(a);
}

int main(void)
{
    mantel("mantel 1k, 99", 1000);
    stl("stl robust, 520 weeks", 520);
    aoristic("aoristic 10k", 10000);
    chains("chains 100k 200 m 7 d", 100000, 14000);
    repeats("repeat places 1M", 1000000, 0);
    repeats("repeat places 1M, within 25 m", 1000000, 25);
    knox("knox 10k 200 m 14 d, 99", 10000, 13400, 0, 1);
    knox("knox 100k 200 m 14 d, 99", 100000, 14000, 0, 1);
    knox("knox 100k, 99, 2 threads", 100000, 14000, 0, 2);
    parts_of_day = 1440;
    knox("knox 100k, 99, times of day", 100000, 14000, 0, 1);
    parts_of_day = 1;
    knox("knox 4k 6x5, 99", 4000, 20000, 1, 1);
    knox("knox 100k 6x5 to 1600 m, 99", 100000, 140000, 1, 1);
    return 0;
}
