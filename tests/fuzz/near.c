/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any numbers at all, as places, times, bounds and series: an answer that holds together, or a
 * named error. The first bytes choose; the rest are doubles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/aoristic.h"
#include "stats/binrates.h"
#include "stats/chains.h"
#include "stats/knox.h"
#include "stats/mantel.h"
#include "stats/stl.h"

#define MOST 64
#define CHOICES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

/* What any calculation may answer. */
static bool answered(enum err e)
{
    must(e == ERR_OK || e == ERR_INVALID || e == ERR_LIMIT || e == ERR_NOMEM);
    return e == ERR_OK;
}

static void try_knox(const struct work *w, const double *v, size_t n, const uint8_t *choice)
{
    struct knox_table k;
    struct knox_input in = {.n = n / 3, .x = v, .y = v + n / 3, .t = v + n / 3 * 2, .runs = 3};
    in.space = v;
    in.time = v + n / 2;
    in.n_space = 2 + choice[1] % 3;
    in.n_time = 2 + choice[2] % 3;
    in.metric = choice[3] & 1 ? NEAR_MANHATTAN : NEAR_EUCLIDEAN;
    in.closed = choice[3] & 2;
    in.same_place = choice[3] & 4 ? v[n - 1] : NAN;
    if (n < 24 || !answered(knox_count(w, &in, &k)))
        return;
    for (size_t s = 0; s < k.rows; s++) {
        int64_t sum = 0;
        for (size_t t = 0; t < k.columns; t++) {
            size_t c = s * k.columns + t;
            sum += k.observed[c];
            must(k.observed[c] <= k.pairs_time[t]);
            must(k.p[c] > 0 && k.p[c] <= 1 && k.p_analytic[c] >= 0 && k.p_analytic[c] <= 1);
        }
        must(sum <= k.pairs_space[s]);
    }
}

static void try_pairs(const struct work *w, const double *v, size_t n, const uint8_t *choice)
{
    struct chains c;
    struct mantel m;
    enum near_metric metric = choice[3] & 1 ? NEAR_MANHATTAN : NEAR_EUCLIDEAN;
    struct chains_input chain = {.n = n / 3,
                                 .x = v,
                                 .y = v + n / 3,
                                 .t = v + n / 3 * 2,
                                 .distance = v[0],
                                 .days = v[n - 1],
                                 .metric = metric};
    struct mantel_input all = {.n = n / 3,
                               .x = v,
                               .y = v + n / 3,
                               .t = v + n / 3 * 2,
                               .metric = metric,
                               .space = {v[0], v[1]},
                               .time = {v[2], -1},
                               .runs = 3};
    if (answered(chains_find(w, &chain, &c))) {
        size_t sum = 0;
        for (size_t i = 0; i < c.n; i++)
            sum += c.size[i];
        must(sum == chain.n);
    }
    if (answered(mantel_test(w, &all, &m)))
        must(isnan(m.r) || fabs(m.r) < 1 + 1e-6);
}

static void try_when(const struct work *w, const double *v, size_t n, const uint8_t *choice)
{
    msec from[MOST], to[MOST];
    struct aoristic a;
    struct bin_rates r;
    struct bin_test test;
    memcpy(from, v, n / 2 * sizeof *from);
    memcpy(to, v + n / 2, n / 2 * sizeof *to);
    for (size_t i = 0; i < n / 2 && (choice[1] & 1); i++) { /* times that are near each other */
        from[i] %= INT64_C(4000000000000);
        to[i] = from[i] + to[i] % INT64_C(1000000000);
    }
    struct aoristic_input in = {.n = n / 2,
                                .from = from,
                                .to = to,
                                .rules = choice[2] & 1 ? AORISTIC_R : AORISTIC_STANDARD,
                                .clock = choice[2] & 2 ? HOUR_CLOCK_PLAIN : HOUR_CLOCK_SWEDISH};
    if (answered(aoristic_sum(w, &in, &a)))
        must(a.events + a.left_out == (int64_t)in.n && fabs(a.total - (double)a.events) < 1e-6);
    (void)!bin_rates(w, v, v + n / 2, n / 2, choice[1] & 2 ? 0.95 : 0, &r);
    if (n / 2 <= 5 &&
        answered(bin_test(w, v, v + n / 2, n / 2, (enum bin_statistic)(choice[3] % 3), &test)))
        must(test.p >= 0 && test.p <= 1);
}

static void try_stl(const struct work *w, const double *v, size_t n, const uint8_t *choice)
{
    struct stl s;
    struct stl_options o = {.period = choice[1] % 16, .periodic = choice[2] & 1};
    o.season = (struct stl_smoother){choice[2] / 2, choice[3] % 4 - 1, choice[3] / 16};
    o.trend = (struct stl_smoother){choice[3], -1, 0};
    o.low_pass = (struct stl_smoother){0, -1, 0};
    stl_defaults(&o, n, choice[2] & 2);
    if (answered(stl_split(w, v, n, &o, &s)))
        for (size_t i = 0; i < n; i++)
            must(s.weight[i] >= 0 && s.weight[i] <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double v[MOST] = {0};
    if (size < CHOICES + 8 * sizeof(double))
        return 0;
    size_t n = (size - CHOICES) / sizeof(double);
    n = n > MOST ? MOST : n;
    memcpy(v, data + CHOICES, n * sizeof *v);
    struct arena *a = arena_new((size_t)4 << 20);
    if (!a)
        return 0;
    struct work w = {.seed = 1, .arena = a};
    static void (*const tries[])(const struct work *, const double *, size_t,
                                 const uint8_t *) = {try_knox, try_pairs, try_when, try_stl};
    tries[data[0] % 4](&w, v, n, data);
    arena_free(a);
    return 0;
}
