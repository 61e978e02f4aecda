/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Density along streets at size. CPU seconds of the calculation alone (streets joined, events put
 * on them, heat spread), on one thread and on two (then also seconds on the clock), the median of
 * some runs; streets and events are made from a seed. Peer: spatstat.linnet 3.0-6 on 1,200 edges,
 * 0.19 s for 1,000 events and 0.23 s for 10,000.
 *
 *     analysis_network_bench [THREADS] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/netkde.h"

#define TIMES 5
#define MEMORY ((size_t)4 << 30)

struct job {
    struct segments s;
    struct points p;
    struct netkde_plan plan;
    bool nearest; /* the way to the nearest other event instead of the density */
};

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

static enum err calculate(const struct work *w, const struct job *j, size_t *pieces, size_t *terms)
{
    struct network net;
    struct netkde k;
    struct network_place *place = arena_array(w->arena, j->p.n, sizeof *place);
    double *out = ARENA_ARRAY(w->arena, j->p.n, double);
    if (!place || !out)
        return ERR_NOMEM;
    TRY(network_make(w, &j->s, 0.01, &net));
    TRY(network_snap(w, &net, &j->p, 200, place));
    if (j->nearest)
        return network_nearest(w, &net, place, j->p.n, out);
    struct netkde_events events = {j->p.n, place, NULL};
    TRY(netkde(w, &net, &events, &j->plan, &k));
    *pieces = k.pieces;
    *terms = k.terms;
    return ERR_OK;
}

static void run(const char *name, const struct job *j, int threads)
{
    double cpu[TIMES], wall[TIMES];
    size_t bytes = 0, pieces = 0, terms = 0;
    for (int i = 0; i < TIMES; i++) {
        struct work w = {.seed = 1, .threads = threads, .arena = arena_new(MEMORY)};
        double c = seconds(CLOCK_PROCESS_CPUTIME_ID), s = seconds(CLOCK_MONOTONIC);
        enum err e = w.arena ? calculate(&w, j, &pieces, &terms) : ERR_NOMEM;
        cpu[i] = seconds(CLOCK_PROCESS_CPUTIME_ID) - c;
        wall[i] = seconds(CLOCK_MONOTONIC) - s;
        bytes = e ? 0 : arena_used(w.arena);
        arena_free(w.arena);
        if (e) {
            printf("%-52s %s\n", name, err_name(e));
            return;
        }
    }
    qsort(cpu, TIMES, sizeof *cpu, order);
    qsort(wall, TIMES, sizeof *wall, order);
    printf("%-52s cpu %8.5f s  clock %8.5f s  %4zu MB  %zu pieces, %zu terms\n", name,
           cpu[TIMES / 2], wall[TIMES / 2], bytes >> 20, pieces, terms);
}

/* A town of side by side blocks of 100 m with moved corners. */
static struct segments make_streets(struct arena *a, size_t side)
{
    size_t most = 2 * side * side, n = 0;
    double *x = ARENA_ARRAY(a, side * side, double), *y = ARENA_ARRAY(a, side * side, double);
    double *end[4];
    for (int k = 0; k < 4; k++)
        end[k] = ARENA_ARRAY(a, most, double);
    struct rng r = rng_make(20261123, side);
    for (size_t i = 0; i < side * side; i++) {
        x[i] = 100 * (double)(i % side) + rng_between(&r, -40, 40);
        y[i] = 100 * (double)(i / side) + rng_between(&r, -40, 40);
    }
    for (size_t i = 0; i < 2 * side * side; i++) {
        size_t from = i / 2, to = i % 2 ? from + 1 : from + side;
        if (to >= side * side || (i % 2 && to % side == 0))
            continue;
        end[0][n] = x[from];
        end[1][n] = y[from];
        end[2][n] = x[to];
        end[3][n++] = y[to];
    }
    return (struct segments){n, end[0], end[1], end[2], end[3]};
}

static struct points make_events(struct arena *a, size_t n, size_t side)
{
    double *x = ARENA_ARRAY(a, n, double), *y = ARENA_ARRAY(a, n, double);
    struct rng r = rng_make(7, n);
    for (size_t i = 0; i < n; i++) {
        x[i] = rng_between(&r, 0, 100 * (double)side);
        y[i] = rng_between(&r, 0, 100 * (double)side);
    }
    return (struct points){n, x, y, NULL};
}

int main(int argc, char **argv)
{
    static const struct {
        size_t side, events;
        double sigma, step;
    } cases[] = {{25, 1000, 60, 3},      {25, 10000, 60, 3},     {25, 10000, 100, 10},
                 {100, 100000, 100, 10}, {300, 100000, 100, 10}, {300, 1000000, 200, 20}};
    struct arena *a = arena_new(MEMORY);
    int threads = argc > 1 && argv[1][0] > '0' && argv[1][0] <= '9' ? argv[1][0] - '0' : 1;
    char name[80];
    printf("threads %d\n", threads);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct job j = {.s = make_streets(a, cases[i].side),
                        .p = make_events(a, cases[i].events, cases[i].side),
                        .plan = {cases[i].sigma, cases[i].step}};
        snprintf(name, sizeof name, "density, %zu streets, %zu events, %g m, %g m", j.s.n, j.p.n,
                 j.plan.sigma, j.plan.step);
        run(name, &j, threads);
        j.nearest = true;
        snprintf(name, sizeof name, "nearest along the streets, %zu, %zu", j.s.n, j.p.n);
        run(name, &j, threads);
    }
    arena_free(a);
    return 0;
}
