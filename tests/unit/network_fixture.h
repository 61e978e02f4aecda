/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tests: made-up towns, and the streets of Chicago. */
#pragma once

#include "test.h"

#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "csv_numbers.h"
#include "stats/network.h"

#define DATA TEST_DATA "/analysis"
#define CHICAGO 116

struct street {
    double x1, y1, x2, y2;
};

static inline struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

static inline struct network streets(const struct work *w, const struct street *s, size_t n,
                                     double join)
{
    double *at = ARENA_ARRAY(w->arena, 4 * n, double);
    struct network net = {0};
    for (size_t i = 0; i < n; i++) {
        at[i] = s[i].x1;
        at[n + i] = s[i].y1;
        at[2 * n + i] = s[i].x2;
        at[3 * n + i] = s[i].y2;
    }
    struct segments all = {n, at, at + n, at + 2 * n, at + 3 * n};
    CHECK_INT(network_make(w, &all, join, &net), ERR_OK);
    return net;
}

/* Blocks of about 100 m with moved corners; some streets are missing. */
static inline struct network town(const struct work *w, int side, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    struct street *s = arena_array(w->arena, 2 * (size_t)(side * side), sizeof *s);
    double x[1024], y[1024];
    size_t n = 0;
    CHECK(side <= 32);
    for (int i = 0; i < side * side; i++) {
        x[i] = 100 * (i % side) + rng_between(&r, -40, 40);
        y[i] = 100 * (double)(i / side) + rng_between(&r, -40, 40);
    }
    for (int i = 0; i < side * side; i++) {
        if (i % side + 1 < side && rng_unit(&r) < 0.7)
            s[n++] = (struct street){x[i], y[i], x[i + 1], y[i + 1]};
        if (i + side < side * side && rng_unit(&r) < 0.7)
            s[n++] = (struct street){x[i + side], y[i + side], x[i], y[i]};
    }
    return streets(w, s, n, 0);
}

static inline void some_places(const struct network *net, uint64_t seed, struct network_place *p,
                               size_t n)
{
    struct rng r = rng_make(seed, 1);
    for (size_t i = 0; i < n; i++) {
        p[i].segment = rng_below(&r, (uint32_t)net->segments);
        p[i].along = rng_unit(&r) * net->length[p[i].segment];
        if (i % 10 == 0)
            p[i].along = i % 20 ? net->length[p[i].segment] : 0;
    }
}

/* Vertices, edges and places in feet. */
static inline struct network chicago(const struct work *w, struct network_place *p)
{
    static struct street s[600];
    struct csv v, e, at;
    CHECK(csv_open(DATA, "network_vertices.csv", &v));
    CHECK(csv_open(DATA, "network_edges.csv", &e));
    CHECK(csv_open(DATA, "network_points.csv", &at));
    const double *x = csv_column(&v, "x"), *y = csv_column(&v, "y");
    const double *a = csv_column(&e, "a"), *b = csv_column(&e, "b");
    const double *edge = csv_column(&at, "edge"), *pos = csv_column(&at, "pos");
    for (size_t i = 0; i < e.n; i++) {
        size_t k = (size_t)a[i], l = (size_t)b[i];
        s[i] = (struct street){x[k], y[k], x[l], y[l]};
    }
    struct network net = streets(w, s, e.n, 0);
    CHECK_INT(net.dropped, 0);
    CHECK_INT(at.n, CHICAGO);
    for (size_t i = 0; i < at.n; i++) {
        p[i].segment = (uint32_t)edge[i];
        p[i].along = pos[i] * net.length[p[i].segment];
    }
    csv_done(&v);
    csv_done(&e);
    csv_done(&at);
    return net;
}
