/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/chains.h"

#define ROOM ((size_t)64 << 20)
#define N 300

static struct chains found(struct arena *a, const struct chains_input *in)
{
    struct work w = {.arena = a};
    struct chains c = {0};
    CHECK_INT(chains_find(&w, in, &c), ERR_OK);
    return c;
}

static void scatter(uint64_t seed, double *x, double *y, double *t)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < N; i++) {
        x[i] = 25.0 * rng_below(&r, 80);
        y[i] = 25.0 * rng_below(&r, 80);
        t[i] = rng_below(&r, 60);
    }
}

static bool linked(const struct chains_input *in, size_t i, size_t j)
{
    double dx = fabs(in->x[i] - in->x[j]), dy = fabs(in->y[i] - in->y[j]);
    double d = in->metric == NEAR_MANHATTAN ? dx + dy : sqrt(dx * dx + dy * dy);
    double dt = fabs(in->t[i] - in->t[j]);
    return in->open ? d < in->distance && dt < in->days : d <= in->distance && dt <= in->days;
}

/* By the definition: a label spreads along links until nothing changes. */
static void brute(const struct chains_input *in, uint32_t *label, int64_t *links)
{
    bool changed = true;
    *links = 0;
    for (size_t i = 0; i < in->n; i++) {
        label[i] = (uint32_t)i;
        for (size_t j = 0; j < i; j++)
            *links += linked(in, i, j);
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < in->n; i++)
            for (size_t j = 0; j < in->n; j++)
                if (label[j] < label[i] && linked(in, i, j)) {
                    label[i] = label[j];
                    changed = true;
                }
    }
}

static void same_parts(const uint32_t *a, const uint32_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            CHECK((a[i] == a[j]) == (b[i] == b[j]));
}

TEST(worked_example_of_near_repeat_chains)
{
    /* 1-2-3 link by link, though 1 and 3 are 200 m apart; 4 is too late, 5 alone. */
    const double x[] = {0, 100, 200, 100, 5000}, y[5] = {0}, t[] = {0, 5, 10, 40, 5};
    struct arena *a = arena_most(ROOM);
    struct chains_input in = {.n = 5, .x = x, .y = y, .t = t, .distance = 100, .days = 7};
    struct chains c = found(a, &in);
    const uint32_t chain[] = {0, 0, 0, 1, 2}, size[] = {3, 1, 1};
    CHECK_INT(c.n, 3);
    CHECK_INT(c.links, 2);
    CHECK(memcmp(c.chain, chain, sizeof chain) == 0);
    CHECK(memcmp(c.size, size, sizeof size) == 0);
    in.open = true; /* exactly 100 m is not nearer than 100 m */
    CHECK_INT(found(a, &in).n, 5);
    arena_free(a);
}

TEST(chains_are_what_links_reach)
{
    static double x[N], y[N], t[N];
    static uint32_t label[N];
    int64_t links;
    for (int kind = 0; kind < 8; kind++) {
        struct arena *a = arena_most(ROOM);
        scatter((uint64_t)kind, x, y, t);
        struct chains_input in = {.n = N, .x = x, .y = y, .t = t, .distance = 125, .days = 10};
        in.metric = kind & 1 ? NEAR_MANHATTAN : NEAR_EUCLIDEAN;
        in.open = kind & 2;
        in.days = kind & 4 ? 3 : 10;
        struct chains c = found(a, &in);
        brute(&in, label, &links);
        same_parts(c.chain, label, N);
        CHECK_INT(c.links, links);
        CHECK(c.n > 20 && c.n < N);
        arena_free(a);
    }
}

TEST(order_place_and_units_do_not_matter)
{
    static double x[N], y[N], t[N], x2[N], y2[N], t2[N];
    static uint32_t back[N];
    struct arena *a = arena_most(ROOM);
    scatter(9, x, y, t);
    for (size_t i = 0; i < N; i++) {
        x2[i] = y[N - 1 - i] * 4 - 65536; /* turned, too */
        y2[i] = -x[N - 1 - i] * 4;
        t2[i] = 1000 - t[N - 1 - i] / 2;
    }
    struct chains_input in = {.n = N, .x = x, .y = y, .t = t, .distance = 125, .days = 7};
    struct chains_input turned = {.n = N, .x = x2, .y = y2, .t = t2, .distance = 500, .days = 3.5};
    struct chains c = found(a, &in), d = found(a, &turned);
    for (size_t i = 0; i < N; i++)
        back[i] = d.chain[N - 1 - i];
    same_parts(c.chain, back, N);
    CHECK_INT(c.n, d.n);
    CHECK_INT(c.links, d.links);
    arena_free(a);
}

TEST(chains_are_those_of_ptools)
{
    struct arena *a = arena_most(ROOM);
    struct numbers p = numbers_read(a, "near_cincinnati.csv");
    struct chains_input in = {.n = p.n,
                              .x = p.column[0],
                              .y = p.column[1],
                              .t = p.column[2],
                              .distance = 150.001,
                              .days = 14.5};
    struct chains c = found(a, &in);
    uint32_t *theirs = ARENA_ARRAY(a, p.n, uint32_t);
    size_t alone = 0;
    for (size_t i = 0; i < p.n; i++)
        theirs[i] = (uint32_t)p.column[3][i];
    same_parts(c.chain, theirs, p.n);
    for (size_t k = 0; k < c.n; k++)
        alone += c.size[k] == 1;
    CHECK_INT(c.n, 1649);
    CHECK_INT(p.n - alone, 533);
    arena_free(a);
}

TEST(no_event_one_event_and_all_at_one_place)
{
    static double zero[2000];
    struct arena *a = arena_most(ROOM);
    struct chains_input in = {.x = zero, .y = zero, .t = zero, .distance = 1, .days = 0};
    CHECK_INT(found(a, &in).n, 0);
    in.n = 1;
    CHECK_INT(found(a, &in).n, 1);
    in.n = 2000;
    struct chains c = found(a, &in);
    CHECK_INT(c.n, 1);
    CHECK_INT(c.size[0], 2000);
    CHECK_INT(c.links, 2000 * 1999 / 2);
    arena_free(a);
}

TEST(what_makes_no_chains_is_refused)
{
    double x[] = {0, 1}, y[] = {0, 1}, t[] = {0, 1};
    double *const columns[] = {x, y, t};
    const double bad[] = {NAN, INFINITY, -INFINITY}, limits[] = {0, -1, NAN, INFINITY};
    struct arena *a = arena_most(ROOM);
    struct work w = {.arena = a};
    struct chains c;
    struct chains_input in = {.n = 2, .x = x, .y = y, .t = t, .distance = 5, .days = 5};
    for (int k = 0; k < 3; k++)
        for (int b = 0; b < 3; b++) {
            double keep = columns[k][1];
            columns[k][1] = bad[b];
            CHECK_INT(chains_find(&w, &in, &c), ERR_INVALID);
            columns[k][1] = keep;
        }
    for (int b = 0; b < 4; b++) {
        in.distance = limits[b];
        CHECK_INT(chains_find(&w, &in, &c), ERR_INVALID);
        in.distance = 5;
        in.days = limits[b];
        CHECK_INT(chains_find(&w, &in, &c), b == 0 ? ERR_OK : ERR_INVALID);
        in.days = 5;
    }
    w.tick = stop_at_once;
    CHECK_INT(chains_find(&w, &in, &c), ERR_CANCELLED);
    arena_free(a);
    for (long n = 0;; n++) {
        a = arena_most(ROOM);
        w = (struct work){.arena = a};
        mem_fail_at(n);
        enum err e = chains_find(&w, &in, &c);
        bool done = !mem_failed();
        mem_fail_at(-1);
        arena_free(a);
        CHECK_INT(e, done ? ERR_OK : ERR_NOMEM);
        if (done)
            break;
    }
}
