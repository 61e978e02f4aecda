/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A small study for tests of the scan. */
#pragma once

#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"
#include "test.h"

#define N 14 /* locations */
#define T 9  /* periods */

struct set {
    struct scan_input in;
    struct scan_options o;
    double x[N], y[N], expected[N * T];
    uint32_t cases[N * T], controls[N * T];
};

struct window {
    double cases, expected, people;
};

static struct arena *arena;

static inline struct work work_of(int threads)
{
    arena_free(arena);
    arena = arena_new((size_t)256 << 20);
    CHECK(arena != NULL);
    return (struct work){.seed = 7, .threads = threads, .arena = arena};
}

/* A small study whose coordinates lie on a lattice, so that many distances are equal. */
static inline void make_set(struct set *s, enum scan_model model, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    *s = (struct set){.o = {.rates = SCAN_HIGH,
                            .max_share = 0.5,
                            .max_radius = INFINITY,
                            .max_periods = 4,
                            .min_cases = 2,
                            .runs = 0,
                            .clusters = 10}};
    for (int i = 0; i < N; i++) {
        s->x[i] = 100 * (i % 4) + (i == 5 ? 30 : 0);
        s->y[i] = 100 * (i / 4);
    }
    for (int i = 0; i < N * T; i++) {
        s->cases[i] = (uint32_t)rng_poisson(&r, 1.3);
        s->expected[i] = rng_between(&r, 0.5, 3);
        s->controls[i] = (uint32_t)rng_poisson(&r, 2);
    }
    s->in = (struct scan_input){
        .model = model, .locations = N, .periods = T, .x = s->x, .y = s->y, .cases = s->cases};
    s->in.expected = model == SCAN_POISSON ? s->expected : NULL;
    s->in.controls = model == SCAN_BERNOULLI ? s->controls : NULL;
}
