/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/loglevels.h"

#include <math.h>

/* Compiled once more for AVX2 where the processor has it, so nothing may be a function of its own.
 */
#define INLINE static inline __attribute__((always_inline))

#define STEPS_MOST 60
#define CHAIN_MOST 64 /* runs until exp() is called again */
#define STEEPEST 30   /* |b| times the range of t: events only at one end */

/* exp(b x) and exp(-b x) for x = 0, 1 ..., and over the first n: its sum, and those of x and x^2
 * times it. */
struct powers {
    double b, up[LOGLEVELS_RUN + 1], down[LOGLEVELS_RUN + 1];
    double s[LOGLEVELS_RUN + 1][4];
};

struct slope {
    double expected_t, info, third; /* minus the derivatives of the profile likelihood */
};

/* --- Runs --- */

/* 1 for the rows of a run of each length, 0 for those after it: a run of five costs what one of
 * eight does, but no loop has to guess where it ends. */
static const double within[LOGLEVELS_RUN + 1][LOGLEVELS_RUN] = {
    {0},
    {1},
    {1, 1},
    {1, 1, 1},
    {1, 1, 1, 1},
    {1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1},
};

/* Four rows at a time; the sums have the same order however wide the registers are. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t bits __attribute__((vector_size(32)));
#define FOURS (LOGLEVELS_RUN / 4)
_Static_assert(FOURS == 2, "total() adds two");

static const four week[FOURS] = {{0, 1, 2, 3}, {4, 5, 6, 7}};

INLINE double total(const four v[FOURS])
{
    four sum = v[0] + v[1];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

size_t loglevels_cut(size_t n, const double *t, const uint8_t *level, const double *weight,
                     struct loglevels_run *run)
{
    size_t runs = 0;
    for (size_t i = 0; i < n;) {
        struct loglevels_run r = {.t = t[i], .first = (uint32_t)i, .level = level[i]};
        r.weight = weight ? weight[i] : 1;
        do {
            i++;
            r.n++;
        } while (i < n && r.n < LOGLEVELS_RUN && level[i] == r.level && t[i] - t[i - 1] == 1 &&
                 (!weight || weight[i] == r.weight));
        runs = loglevels_append(run, runs, &r);
    }
    return runs;
}

/* --- exp(b t) --- */

INLINE void raise(double b, struct powers *p)
{
    p->b = b;
    p->up[0] = 1;
    p->up[1] = exp(b);
    p->down[0] = 1;
    p->down[1] = 1 / p->up[1];
    for (int k = 2; k <= LOGLEVELS_RUN; k++) {
        p->up[k] = p->up[k / 2] * p->up[k - k / 2];
        p->down[k] = p->down[k / 2] * p->down[k - k / 2];
    }
    for (int i = 0; i < 4; i++)
        p->s[0][i] = 0;
    for (int k = 0; k < LOGLEVELS_RUN; k++) {
        double x = k, e = p->up[k];
        p->s[k + 1][0] = p->s[k][0] + e;
        p->s[k + 1][1] = p->s[k][1] + x * e;
        p->s[k + 1][2] = p->s[k][2] + x * x * e;
        p->s[k + 1][3] = p->s[k][3] + x * x * x * e;
    }
}

/* Where run k begins, from where the run before it did. */
INLINE double start_of(const struct loglevels_rows *r, size_t k, const struct powers *p,
                       double before)
{
    const struct loglevels_run *run = &r->run[k];
    return k % CHAIN_MOST && run->gap ? before * p->up[run->gap] : exp(p->b * run->t);
}

/* The same over a run whose rows have people of their own. */
INLINE void sum_people(const double *people, int n, const struct powers *p, double s[4])
{
    for (int x = 0; x < n; x++) {
        double e = people[x] * p->up[x];
        s[0] += e;
        s[1] += x * e;
        s[2] += x * x * e;
        s[3] += x * x * x * e;
    }
}

INLINE void add_up(const struct loglevels_rows *r, const struct powers *p, struct loglevels_sums *s)
{
    double e = 1;
    for (int j = 0; j < r->levels; j++)
        s->m[j] = s->t[j] = s->q[j] = s->c[j] = 0;
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        const double *v = p->s[run->n];
        double own[4] = {0}, t = run->t;
        if (r->population) {
            sum_people(r->population + run->first, run->n, p, own);
            v = own;
        }
        e = start_of(r, k, p, e);
        double w = run->weight * e;
        double t1 = t * v[0] + v[1], x1 = t * v[1] + v[2], x2 = t * v[2] + v[3];
        double t2 = t * t1 + x1, t1_x1 = t * x1 + x2;
        s->m[run->level] += w * v[0];
        s->t[run->level] += w * t1;
        s->q[run->level] += w * t2;
        s->c[run->level] += w * (t * t2 + t1_x1);
    }
}

void loglevels_flat(const struct loglevels_rows *r, struct loglevels_sums *out)
{
    struct powers p;
    raise(0, &p);
    add_up(r, &p, out);
}

INLINE void add_up_at(const struct loglevels_rows *r, double b, struct powers *p,
                      struct loglevels_sums *s)
{
    if (b == 0 && r->flat) {
        *s = *r->flat;
        return;
    }
    raise(b, p);
    add_up(r, p, s);
}

/* --- The trend --- */

INLINE struct slope profile(const struct loglevels_fit *f, const struct loglevels_sums *s)
{
    struct slope to = {0, 0, 0};
    for (int j = 0; j < f->levels; j++) {
        if (!(f->events[j] > 0))
            continue;
        double inverse = 1 / s->m[j], mean = s->t[j] * inverse, square = s->q[j] * inverse;
        double spread = square - mean * mean;
        to.expected_t += f->events[j] * mean;
        to.info += f->events[j] * spread;
        to.third += f->events[j] * (s->c[j] * inverse - mean * (square + 2 * spread));
    }
    return to;
}

/* The sums at b + step from those at b, for a step so short that its cube is nothing. */
INLINE void shift(const struct loglevels_fit *f, double step, struct loglevels_sums *s)
{
    for (int j = 0; j < f->levels; j++) {
        s->m[j] += step * (s->t[j] + step / 2 * s->q[j]);
        s->t[j] += step * (s->q[j] + step / 2 * s->c[j]);
        s->q[j] += step * s->c[j];
    }
}

INLINE double range_of(const struct loglevels_rows *r)
{
    if (r->runs == 0)
        return 0;
    const struct loglevels_run *last = &r->run[r->runs - 1];
    return last->t + last->n - 1 - r->run[0].t;
}

/* b, by Halley's method: what is left after a step is as its cube. False when b has no end. */
INLINE bool climb(const struct loglevels_rows *r, double observed_t, struct loglevels_fit *f,
                  struct powers *p, struct loglevels_sums *s)
{
    double range = range_of(r);
    for (int i = 0; i < STEPS_MOST && range > 0; i++) {
        add_up_at(r, f->b, p, s);
        struct slope at = profile(f, s);
        double step = (observed_t - at.expected_t) / at.info;
        double bend = 1 + step * at.third / (2 * at.info), most = 3 / range;
        step = bend > 0.5 ? step / bend : step * 2;
        if (!isfinite(step))
            return false;
        step = step > most ? most : step < -most ? -most : step;
        f->b += step;
        if (fabs(step) * range < 1e-5) {
            shift(f, step, s);
            raise(f->b, p);
            f->info = profile(f, s).info;
            return f->info > 0;
        }
        if (fabs(f->b) * range > STEEPEST)
            return false;
    }
    return false;
}

/* --- The fit --- */

/* Counts by level; returns the sum of w y t. */
INLINE double look(const struct loglevels_rows *r, struct loglevels_fit *f)
{
    double observed_t = 0;
    bool rows[LOGLEVELS_MOST];
    for (int j = 0; j < r->levels; j++) {
        rows[j] = false;
        f->events[j] = 0;
    }
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        const four *y = (const four *)(r->y + run->first), *in = (const four *)within[run->n];
        four v[FOURS], later[FOURS];
        for (int x = 0; x < FOURS; x++) {
            v[x] = y[x] * in[x];
            later[x] = v[x] * week[x];
        }
        double sum = total(v), late = total(later);
        rows[run->level] = true;
        f->events[run->level] += run->weight * sum;
        observed_t += run->weight * (run->t * sum + late);
    }
    for (int j = 0; j < r->levels; j++) {
        f->parameters += rows[j];
        f->rate[j] = rows[j] ? 0 : NAN;
    }
    return observed_t;
}

struct rests {
    double all, above2; /* of (y - mu)^2 / mu: the sum; that of squares of those above the mean */
};

/* The means of one run, which begins at mu0. */
INLINE struct rests expect(const struct loglevels_rows *r, const struct loglevels_run *run,
                           const struct powers *p, double mu0, double *mu)
{
    const four *y = (const four *)(r->y + run->first), *in = (const four *)within[run->n];
    const four *up = (const four *)p->up, *down = (const four *)p->down;
    four *at = (four *)mu, v[FOURS], high[FOURS];
    double inverse = mu0 > 0 ? 1 / mu0 : 0;
    for (int x = 0; x < FOURS; x++) {
        at[x] = mu0 * up[x];
        four rest = (y[x] - at[x]) * in[x];
        v[x] = rest * rest * down[x];
        high[x] = (four)((bits)v[x] & (rest > 0));
        high[x] *= high[x];
    }
    return (struct rests){total(v) * inverse, total(high) * (inverse * inverse)};
}

INLINE struct rests expect_people(const struct loglevels_rows *r, const struct loglevels_run *run,
                                  const struct powers *p, double mu0, double *mu)
{
    const double *y = r->y + run->first, *people = r->population + run->first;
    struct rests q = {0, 0};
    for (int x = 0; x < run->n; x++) {
        double rest = y[x] - (mu[x] = mu0 * p->up[x] * people[x]);
        double square = mu[x] > 0 ? rest * rest / mu[x] : 0;
        q.all += square;
        q.above2 += rest > 0 ? square * square : 0;
    }
    return q;
}

INLINE void finish(const struct loglevels_rows *r, const struct powers *p,
                   const struct loglevels_sums *s, const struct loglevels_means *m,
                   struct loglevels_fit *f)
{
    double pearson = 0, df = (double)r->n - f->parameters, e = 1;
    for (int j = 0; j < r->levels; j++) {
        if (f->events[j] > 0)
            f->rate[j] = f->events[j] / s->m[j];
        f->mean_t[j] = s->m[j] > 0 ? s->t[j] / s->m[j] : 0;
    }
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        e = start_of(r, k, p, e);
        double mu0 = f->rate[run->level] * e, *mu = m->mu + run->first;
        struct rests rests =
            r->population ? expect_people(r, run, p, mu0, mu) : expect(r, run, p, mu0, mu);
        pearson += run->weight * rests.all;
        m->above2[k] = rests.above2;
    }
    f->dispersion = df > 0 ? pearson / df : NAN;
}

INLINE void fit(const struct loglevels_rows *r, const double *trend_from,
                const struct loglevels_means *means, struct loglevels_fit *f)
{
    LOGLEVELS_UNSET struct powers p;
    LOGLEVELS_UNSET struct loglevels_sums s;
    f->levels = r->levels;
    f->trend = trend_from != NULL;
    f->b = trend_from ? *trend_from : 0;
    f->parameters = 0;
    double observed_t = look(r, f);
    if (f->trend && !climb(r, observed_t, f, &p, &s))
        f->trend = false;
    if (!f->trend) {
        f->b = f->info = 0;
        add_up_at(r, 0, &p, &s);
        raise(0, &p);
    }
    f->parameters += f->trend;
    finish(r, &p, &s, means, f);
}

static void fit_plain(const struct loglevels_rows *r, const double *trend_from,
                      const struct loglevels_means *means, struct loglevels_fit *f)
{
    fit(r, trend_from, means, f);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void fit_avx2(const struct loglevels_rows *r,
                                                     const double *trend_from,
                                                     const struct loglevels_means *means,
                                                     struct loglevels_fit *f)
{
    fit(r, trend_from, means, f);
}
#endif

/* The same bytes: no sum has another order, and no product is rounded together with one. */
void loglevels_fit(const struct loglevels_rows *r, const double *trend_from,
                   const struct loglevels_means *means, struct loglevels_fit *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        fit_avx2(r, trend_from, means, out);
        return;
    }
#endif
    fit_plain(r, trend_from, means, out);
}

double loglevels_eta_var(const struct loglevels_fit *f, int level, double t)
{
    double away = t - f->mean_t[level];
    return 1 / f->events[level] + (f->trend ? away * away / f->info : 0);
}
