/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/mantel.h"

#include <math.h>

#include "base/mem.h"
#include "base/random.h"

#define SAME 1e-12 /* two r this near each other are one: only rounding parts them */

struct trial {
    const struct work *w;
    const struct mantel_input *in;
    double *space; /* row i, column j < i: at i (i - 1) / 2 + j; its mean taken off */
    double *time;  /* [n][n], its mean taken off */
    double scale;  /* of both: r = sum of products / scale */
    uint32_t **orders;
    double *r; /* [runs] */
};

static double formed(double d, struct mantel_form f)
{
    double v = d + f.add;
    return f.power == 1 ? v : f.power == -1 ? 1 / v : pow(v, f.power);
}

static double apart(const struct mantel_input *in, size_t i, size_t j)
{
    double q = near_measure(in->metric, in->x[i] - in->x[j], in->y[i] - in->y[j]);
    return in->metric == NEAR_EUCLIDEAN ? sqrt(q) : q;
}

/* Fills both tables; the sum of raw products goes to *sum. */
static bool fill(struct trial *m, double *sum)
{
    const struct mantel_input *in = m->in;
    size_t n = in->n, k = 0;
    double pairs = (double)n * (double)(n - 1) / 2, a_mean = 0, b_mean = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n; i++) {
        double a_row = 0, b_row = 0, ab_row = 0;
        for (size_t j = 0; j < i; j++, k++) {
            double a = formed(apart(in, i, j), in->space);
            double b = formed(fabs(in->t[i] - in->t[j]), in->time);
            m->space[k] = a;
            m->time[i * n + j] = m->time[j * n + i] = b;
            a_row += a;
            b_row += b;
            ab_row += a * b;
        }
        a_mean += a_row / pairs;
        b_mean += b_row / pairs;
        ab += ab_row;
    }
    if (!isfinite(a_mean) || !isfinite(b_mean) || !isfinite(ab))
        return false;
    k = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++, k++) {
            m->space[k] -= a_mean;
            m->time[i * n + j] -= b_mean;
            m->time[j * n + i] = m->time[i * n + j];
            aa += m->space[k] * m->space[k];
            bb += m->time[i * n + j] * m->time[i * n + j];
        }
    bool flat =
        aa <= SAME * SAME * pairs * a_mean * a_mean || bb <= SAME * SAME * pairs * b_mean * b_mean;
    m->scale = flat ? NAN : sqrt(aa) * sqrt(bb);
    *sum = ab;
    return true;
}

static double correlation(const struct trial *m, const uint32_t *order)
{
    size_t n = m->in->n;
    const double *space = m->space;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double *time = m->time + order[i] * n;
        double even = 0, odd = 0;
        size_t j = 0;
        for (; j + 1 < i; j += 2) {
            even += space[j] * time[order[j]];
            odd += space[j + 1] * time[order[j + 1]];
        }
        if (j < i)
            even += space[j] * time[order[j]];
        sum += even + odd;
        space += i;
    }
    return sum / m->scale;
}

static void in_order(uint32_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
}

static enum err run(void *arg, size_t i, int lane)
{
    const struct trial *m = arg;
    struct rng r = rng_make(m->w->seed, i);
    uint32_t *order = m->orders[lane];
    in_order(order, m->in->n);
    rng_shuffle(&r, order, (uint32_t)m->in->n);
    m->r[i] = correlation(m, order);
    return ERR_OK;
}

static bool usable(const struct mantel_input *in)
{
    if (in->n < 3 || in->n > MANTEL_EVENTS_MOST || in->runs < 0 || in->runs > MANTEL_RUNS_MOST)
        return false;
    for (size_t i = 0; i < in->n; i++)
        if (!isfinite(in->x[i]) || !isfinite(in->y[i]) || !isfinite(in->t[i]))
            return false;
    return isfinite(in->space.add) && isfinite(in->space.power) && isfinite(in->time.add) &&
           isfinite(in->time.power);
}

static void summarise(const struct trial *m, struct mantel *out)
{
    double runs = m->in->runs, mean = 0, square = 0, high = 0, low = 0;
    for (int i = 0; i < m->in->runs; i++) {
        mean += m->r[i] / runs;
        high += m->r[i] >= out->r - SAME;
        low += m->r[i] <= out->r + SAME;
    }
    for (int i = 0; i < m->in->runs; i++)
        square += (m->r[i] - mean) * (m->r[i] - mean);
    out->mean = mean;
    out->deviation = runs > 1 ? sqrt(square / (runs - 1)) : NAN;
    out->p = (high + 1) / (runs + 1);
    out->p_low = (low + 1) / (runs + 1);
}

static enum err make(struct trial *m, int lanes)
{
    size_t n = m->in->n;
    struct arena *a = m->w->arena;
    m->space = ARENA_ARRAY(a, n * (n - 1) / 2, double);
    m->time = ARENA_ARRAY(a, n * n, double);
    m->r = ARENA_ARRAY(a, (size_t)m->in->runs, double);
    m->orders = ARENA_ARRAY(a, (size_t)lanes, uint32_t *);
    if (!m->space || !m->time || !m->r || !m->orders)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++)
        if (!(m->orders[i] = ARENA_ARRAY(a, n, uint32_t)))
            return ERR_NOMEM;
    return ERR_OK;
}

enum err mantel_test(const struct work *w, const struct mantel_input *in, struct mantel *out)
{
    struct trial m = {.w = w, .in = in};
    struct mantel result = {NAN, NAN, NAN, NAN, NAN, NAN};
    if (!usable(in))
        return ERR_INVALID;
    TRY(make(&m, work_lanes(w, (size_t)in->runs)));
    if (!fill(&m, &result.sum))
        return ERR_INVALID;
    if (!isnan(m.scale)) {
        in_order(m.orders[0], in->n);
        result.r = correlation(&m, m.orders[0]);
    }
    if (!isnan(m.scale) && in->runs > 0) {
        TRY(work_parts(w, (size_t)in->runs, run, &m));
        summarise(&m, &result);
    }
    *out = result;
    return ERR_OK;
}
