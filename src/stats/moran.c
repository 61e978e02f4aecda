/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/moran.h"

#include <math.h>

#include "base/mem.h"
#include "stats/compare.h"
#include "stats/draws.h"

/* What all units have in common. */
struct common {
    const struct moran_plan *plan;
    const double *value;
    double n, squares; /* sum of d^2 */
    double m2, b2;     /* divisor n; m4 / m2^2 */
    double scale;      /* n - 1 by n when m2 is by n - 1 */
    double *sum, *share;
};

const char *quadrant_name(enum quadrant q)
{
    static const char *const names[] = {"none", "high_high", "low_high", "low_low", "high_low"};
    return names[q];
}

static enum err make_arrays(const struct work *w, size_t n, struct moran *m, struct common *c)
{
    double **reals[] = {&m->lag,   &m->i, &m->expected, &m->variance, &m->z,    &m->more,
                        &m->fewer, &m->p, &m->q,        &c->sum,      &c->share};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(w->arena, n, double)))
            return ERR_NOMEM;
    m->count = ARENA_ARRAY(w->arena, n, uint32_t);
    m->quadrant = ARENA_ARRAY(w->arena, n, enum quadrant);
    return m->count && m->quadrant ? ERR_OK : ERR_NOMEM;
}

static void measure(struct common *c, const struct moran *m, size_t n)
{
    double fourth = 0;
    c->n = (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = c->value[i] - m->mean, d2 = d * d;
        c->squares += d2;
        fourth += d2 * d2;
    }
    c->m2 = c->squares / c->n;
    c->b2 = fourth / c->n / (c->m2 * c->m2);
    c->scale = c->plan->sample ? (c->n - 1) / c->n : 1;
}

/* Weights of unit i: their sum and the sum of their squares. */
struct weights {
    double sum, squares;
};

static struct weights weights_of(const struct common *c, uint32_t k)
{
    if (c->plan->binary)
        return (struct weights){k, k};
    return (struct weights){1, 1.0 / k};
}

static void moments(const struct common *c, double d, struct weights w, double *expected,
                    double *variance)
{
    double n = c->n;
    if (c->plan->total) {
        *expected = -w.sum / (n - 1);
        *variance = w.squares * (n - c->b2) / (n - 1) +
                    (w.sum * w.sum - w.squares) * (2 * c->b2 - n) / ((n - 1) * (n - 2)) -
                    *expected * *expected;
    } else {
        double own = d * d / c->m2;
        *expected = -own * w.sum / (n - 1);
        *variance = own / c->m2 * (n / (n - 2)) * (w.squares - w.sum * w.sum / (n - 1)) *
                    (c->m2 - d * d / (n - 1));
    }
    *expected *= c->scale;
    *variance *= c->scale * c->scale;
}

static void find_unit(const struct common *c, size_t i, struct moran *m)
{
    uint32_t k = m->count[i];
    struct weights w = weights_of(c, k);
    double d = c->value[i] - m->mean;
    m->lag[i] = (c->sum[i] - k * m->mean) * (w.sum / k);
    m->i[i] = d * m->lag[i] / c->m2 * c->scale;
    moments(c, d, w, &m->expected[i], &m->variance[i]);
    m->z[i] = m->variance[i] > 0 ? (m->i[i] - m->expected[i]) / sqrt(m->variance[i]) : NAN;
    m->quadrant[i] =
        m->lag[i] > 0 ? (d > 0 ? QUADRANT_HH : QUADRANT_LH) : (d > 0 ? QUADRANT_HL : QUADRANT_LL);
    if (c->plan->inference == INFERENCE_NORMAL) {
        normal_tails(m->z[i], &m->more[i], &m->fewer[i]);
    } else if (d < 0) { /* I falls as the neighbours' sum rises */
        double t = m->more[i];
        m->more[i] = m->fewer[i];
        m->fewer[i] = t;
    } else if (d == 0) {
        m->more[i] = m->fewer[i] = 1;
    }
    m->p[i] = isnan(m->z[i]) && c->plan->inference == INFERENCE_NORMAL
                  ? NAN
                  : draws_two_sided(m->more[i], m->fewer[i]);
}

static void no_answer(struct moran *m, size_t i)
{
    double *reals[] = {&m->lag[i], &m->i[i],    &m->expected[i], &m->variance[i],
                       &m->z[i],   &m->more[i], &m->fewer[i],    &m->p[i]};
    for (size_t k = 0; k < ARRAY_LEN(reals); k++)
        *reals[k] = NAN;
    m->quadrant[i] = QUADRANT_NONE;
}

/* Each pair of neighbours has w_ij and w_ji: both are found from what a unit gives each of its
 * neighbours, because who is next to whom is mutual. */
static enum err find_global(const struct work *w, const struct neighbours *nb, struct common *c,
                            struct moran *m)
{
    double s0 = 0, s1 = 0, s2 = 0, cross = 0, n = c->n;
    for (size_t i = 0; i < nb->n; i++)
        c->share[i] = m->count[i] == 0 ? 0 : c->plan->binary ? 1 : 1.0 / m->count[i];
    TRY(neighbours_sum(w, nb, c->share, c->sum));
    for (size_t i = 0; i < nb->n; i++) {
        double out = c->share[i] * m->count[i], in = c->sum[i];
        s0 += out;
        s1 += c->share[i] * out + c->share[i] * in;
        s2 += (out + in) * (out + in);
        cross += m->count[i] ? (c->value[i] - m->mean) * m->lag[i] : 0;
    }
    if (!(s0 > 0))
        return ERR_OK;
    m->global_i = n / s0 * cross / c->squares;
    m->global_expected = -1 / (n - 1);
    double first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0);
    double second = c->b2 * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0);
    m->global_variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) -
                         m->global_expected * m->global_expected;
    double more, fewer;
    m->global_z = (m->global_i - m->global_expected) / sqrt(m->global_variance);
    normal_tails(m->global_z, &more, &fewer);
    m->global_p = draws_two_sided(more, fewer);
    return ERR_OK;
}

static enum err find_tails(const struct work *w, const struct common *c, size_t n,
                           const struct moran *m)
{
    const struct draws d = {n, c->value, m->count, c->sum};
    const struct draws_tails tails = {m->more, m->fewer};
    if (c->plan->inference == INFERENCE_EXACT)
        return draws_exact(w, &d, &tails);
    if (c->plan->inference == INFERENCE_RANDOM)
        return draws_random(w, &d, c->plan->runs, &tails);
    return ERR_OK;
}

enum err moran(const struct work *w, const struct neighbours *nb, const double *value,
               const struct moran_plan *plan, struct moran *out)
{
    struct moran m = {.global_i = NAN,
                      .global_expected = NAN,
                      .global_variance = NAN,
                      .global_z = NAN,
                      .global_p = NAN};
    struct common c = {.plan = plan, .value = value};
    if (nb->n < 4)
        return ERR_INVALID;
    TRY(values_spread(nb->n, value, &m.mean, &m.deviation));
    TRY(make_arrays(w, nb->n, &m, &c));
    TRY(neighbours_count(w, nb, m.count));
    TRY(neighbours_sum(w, nb, value, c.sum));
    TRY(find_tails(w, &c, nb->n, &m));
    measure(&c, &m, nb->n);
    for (size_t i = 0; i < nb->n; i++) {
        if (m.count[i] == 0 || !(m.deviation > 0))
            no_answer(&m, i);
        else
            find_unit(&c, i, &m);
    }
    if (m.deviation > 0)
        TRY(find_global(w, nb, &c, &m));
    TRY(fdr_adjust(m.p, nb->n, m.q));
    *out = m;
    return work_tick(w, 1);
}
