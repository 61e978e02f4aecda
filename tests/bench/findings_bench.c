/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Arguments: how many seeds (200), what they are multiplied by (104729).
 *
 * How often the planted truths of exercise data are found, and something where there is nothing:
 * over as many seeds as the argument says (200), with exact 95 % intervals. And how long a picture
 * of 100,000 events takes. Fails when an interval lies wholly on the wrong side of what
 * doc/methods/findings.md promises. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/findings_truth.h"
#include "base/random.h"
#include "stats/special.h"

static void must(enum err e)
{
    if (e) {
        fprintf(stderr, "%s\n", err_name(e));
        exit(1);
    }
}

static double seconds(clockid_t c)
{
    struct timespec t;
    clock_gettime(c, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct share {
    double low, high;
};

/* Clopper and Pearson. */
static struct share tell(const char *what, int k, int n)
{
    double low = k == 0 ? 0 : beta_quantile(k, n - k + 1.0, 0.025);
    double high = k == n ? 1 : beta_quantile(k + 1.0, n - k, 0.975);
    printf("%-44s %4d of %4d  %5.1f %%  (%.1f-%.1f)\n", what, k, n, 100.0 * k / n, 100 * low,
           100 * high);
    return (struct share){low, high};
}

static bool broken;

static void promise_least(const char *what, int k, int n, double least)
{
    if (tell(what, k, n).high >= least)
        return;
    printf("  promised: at least %.0f %%\n", 100 * least);
    broken = true;
}

static void promise_most(const char *what, int k, int n, double most)
{
    if (tell(what, k, n).low <= most)
        return;
    printf("  promised: at most %.0f %%\n", 100 * most);
    broken = true;
}

struct tally {
    int hot, cluster, series, place, thick, fresh, chain, step, shift, middle, n;
};

static void nothing(const struct exercise *x, const struct exercise_truth *t,
                    const struct findings *f, struct tally *r)
{
    bool thick = truth_told(x, t, f->hot, f->n_hot), fresh = truth_told(x, t, f->fresh, f->n_fresh);
    bool chain = truth_told(x, t, f->chain, f->n_chain), shift = truth_shift(t, f);
    r->thick += thick;
    r->fresh += fresh;
    r->chain += chain;
    r->shift += shift;
    r->place += thick || fresh || chain || shift;
    r->middle += truth_inside(x, t, f->hot, f->n_hot) || truth_inside(x, t, f->fresh, f->n_fresh) ||
                 truth_inside(x, t, f->chain, f->n_chain) || shift;
}

static void one_seed(uint64_t seed, struct tally *r)
{
    struct exercise_options o = {seed, {2026, 3, 17}, 2};
    struct exercise *x;
    must(exercise_make(&o, &x));
    r->n++;
    for (uint32_t k = 0; k < x->truth_count; k++) {
        const struct exercise_truth *t = &x->truths[k];
        struct arena *a = arena_new((size_t)512 << 20);
        struct findings f;
        must(truth_look(x, t, a, &f));
        r->hot += t->kind == EXERCISE_HOTSPOT && truth_found(t, &f);
        r->cluster += t->kind == EXERCISE_CLUSTER && truth_found(t, &f);
        r->series += t->kind == EXERCISE_SERIES && truth_found(t, &f);
        r->step += t->kind == EXERCISE_STEP && truth_step(t, &f);
        if (t->kind == EXERCISE_NOTHING)
            nothing(x, t, &f, r);
        arena_free(a);
    }
    exercise_free(x);
}

/* Events by chance on ground of 8 by 8 km. */
static struct findings_events scatter(struct arena *a, size_t n, uint64_t seed)
{
    double *east = ARENA_ARRAY(a, n, double), *north = ARENA_ARRAY(a, n, double);
    int32_t *day = ARENA_ARRAY(a, n, int32_t);
    uint8_t *group = ARENA_ARRAY(a, n, uint8_t);
    uint16_t *area = ARENA_ARRAY(a, n, uint16_t);
    struct rng r = rng_make(seed, 3);
    if (!east || !north || !day || !group || !area)
        must(ERR_NOMEM);
    for (size_t i = 0; i < n; i++) {
        east[i] = 430000 + 8000 * rng_unit(&r);
        north[i] = 6500000 + 8000 * rng_unit(&r);
        area[i] = (uint16_t)(4 * (int)((east[i] - 430000) / 2000.001) +
                             (int)((north[i] - 6500000) / 2000.001));
        day[i] = 20000 - 1 - (int32_t)rng_below(&r, FINDINGS_DAYS);
        double u = rng_unit(&r);
        group[i] = u < 0.06   ? FINDINGS_BURGLARY
                   : u < 0.12 ? FINDINGS_VEHICLE
                   : u < 0.27 ? FINDINGS_DAMAGE
                              : FINDINGS_GROUPS;
    }
    return (struct findings_events){.n = n,
                                    .east = east,
                                    .north = north,
                                    .day = day,
                                    .group = group,
                                    .area = area,
                                    .n_areas = 16};
}

static void by_chance(int n)
{
    int told = 0;
    for (int s = 0; s < n; s++) {
        struct arena *a = arena_new((size_t)512 << 20);
        struct findings_events ev = scatter(a, 6000, (uint64_t)s + 1);
        struct work w = {.seed = 1, .threads = 1, .arena = a};
        struct findings f;
        must(findings_make(&w, &ev, (struct findings_span){20000 - 14, 20000}, &f));
        bool near = false;
        for (int g = 0; g < FINDINGS_GROUPS; g++)
            near = near || f.near[g].state == FINDINGS_SOME;
        told += f.n_hot || f.n_fresh || f.n_step || near;
        arena_free(a);
    }
    promise_most("by chance alone: anything told", told, n, 0.05);
}

static void large(int threads)
{
    struct arena *a = arena_new((size_t)2 << 30);
    struct findings_events ev = scatter(a, 100000, 9);
    struct work w = {.seed = 1, .threads = threads, .arena = a};
    struct findings f;
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    size_t before = arena_used(a);
    must(findings_make(&w, &ev, (struct findings_span){20000 - 14, 20000}, &f));
    printf("100,000 events, %d thread(s): %.3f s, CPU %.3f s, %zu kB\n", threads,
           seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
           (arena_used(a) - before) / 1024);
    arena_free(a);
}

int main(int argc, char **argv)
{
    int seeds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 200;
    uint64_t factor = argc > 2 ? strtoull(argv[2], NULL, 10) : 104729;
    struct tally r = {0};
    large(1);
    large(2);
    for (int s = 1; s <= seeds; s++)
        one_seed((uint64_t)s * factor, &r);
    promise_least("planted hotspot: named", r.hot, r.n, 0.9);
    promise_least("planted cluster: named", r.cluster, r.n, 0.98);
    promise_least("planted series of burglaries: named", r.series, r.n, 0.6);
    promise_least("planted step: named with area and time", r.step, r.n, 0.45);
    promise_most("where there is nothing: anything told of it", r.place, r.n, 0.05);
    tell("  as thick", r.thick, r.n);
    tell("  as more than expected", r.fresh, r.n);
    tell("  as a chain", r.chain, r.n);
    tell("  as another level", r.shift, r.n);
    tell("  or with its middle there", r.middle, r.n);
    by_chance(seeds);
    return broken ? 1 : 0;
}
