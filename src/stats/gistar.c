/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/gistar.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/compare.h"
#include "stats/draws.h"

#define VALUE_MOST 1e15

enum err values_spread(size_t n, const double *value, double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    bool differ = false;
    if (n == 0)
        return ERR_INVALID;
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(value[i]) <= VALUE_MOST))
            return ERR_INVALID;
        sum += value[i];
        differ = differ || value[i] != value[0];
    }
    double m = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (value[i] - m) * (value[i] - m);
    *mean = differ ? m : value[0];
    *deviation = differ ? sqrt(squares / (double)n) : 0;
    return ERR_OK;
}

void normal_tails(double z, double *more, double *fewer)
{
    *more = 0.5 * erfc(z * M_SQRT1_2);
    *fewer = 0.5 * erfc(-z * M_SQRT1_2);
}

/* Gi*: the unit and its k neighbours among n. */
static double z_with(const struct gistar *g, size_t n, double sum, uint32_t k)
{
    double size = (double)n, w = (double)k + 1;
    double scale = g->deviation * sqrt((size * w - w * w) / (size - 1));
    return scale > 0 ? (sum - w * g->mean) / scale : NAN;
}

/* Gi: k neighbours among the n - 1 others, whose mean and deviation follow from those of all. */
static double z_without(const struct gistar *g, size_t n, double own, double sum, uint32_t k)
{
    double others = (double)n - 1, off = own - g->mean;
    double mean = -off / others; /* of the others, less the mean of all */
    double variance = ((double)n * g->deviation * g->deviation - off * off) / others - mean * mean;
    double scale = variance > 1e-14 * g->deviation * g->deviation
                       ? sqrt(variance * (others * k - (double)k * k) / (others - 1))
                       : 0;
    return scale > 0 ? (sum - k * (g->mean + mean)) / scale : NAN;
}

static enum err make_arrays(const struct work *w, size_t n, struct gistar *g)
{
    double **reals[] = {&g->sum, &g->z, &g->more, &g->fewer, &g->p, &g->q};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(w->arena, n, double)))
            return ERR_NOMEM;
    g->count = ARENA_ARRAY(w->arena, n, uint32_t);
    return g->count ? ERR_OK : ERR_NOMEM;
}

/* Here sum is still that of the neighbours alone. */
static enum err find_tails(const struct work *w, const double *value,
                           const struct gistar_plan *plan, size_t n, struct gistar *g)
{
    const struct draws d = {n, value, g->count, g->sum};
    const struct draws_tails tails = {g->more, g->fewer};
    if (plan->inference == INFERENCE_EXACT)
        return draws_exact(w, &d, &tails);
    if (plan->inference == INFERENCE_RANDOM)
        return draws_random(w, &d, plan->runs, &tails);
    return ERR_OK;
}

enum err gistar(const struct work *w, const struct neighbours *nb, const double *value,
                const struct gistar_plan *plan, struct gistar *out)
{
    struct gistar g = {0};
    size_t n = nb->n;
    if (n < 3)
        return ERR_INVALID;
    TRY(values_spread(n, value, &g.mean, &g.deviation));
    TRY(make_arrays(w, n, &g));
    TRY(neighbours_count(w, nb, g.count));
    TRY(neighbours_sum(w, nb, value, g.sum));
    TRY(find_tails(w, value, plan, n, &g));
    for (size_t i = 0; i < n; i++) {
        if (plan->without_self) {
            g.z[i] = z_without(&g, n, value[i], g.sum[i], g.count[i]);
        } else {
            g.sum[i] += value[i];
            g.z[i] = z_with(&g, n, g.sum[i], g.count[i]);
        }
        if (plan->inference == INFERENCE_NORMAL)
            normal_tails(g.z[i], &g.more[i], &g.fewer[i]);
        g.p[i] = isnan(g.z[i]) ? NAN : draws_two_sided(g.more[i], g.fewer[i]);
    }
    TRY(fdr_adjust(g.p, n, g.q));
    *out = g;
    return work_tick(w, 1);
}
