/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/loglevels.h"

#include <math.h>

#define STEPS_MOST 60
#define CHAIN_MOST 64 /* runs until exp() is called again */
#define STEEPEST 30   /* |b| times the range of t: events only at one end */

struct sums {
    double m[LOGLEVELS_MOST], t[LOGLEVELS_MOST], q[LOGLEVELS_MOST];
};

/* exp(b x) and exp(-b x) for x = 0, 1 ..., and over the first n: its sum, and those of x and x^2
 * times it. */
struct powers {
    double b, up[LOGLEVELS_RUN + 1], down[LOGLEVELS_RUN + 1];
    double s0[LOGLEVELS_RUN + 1], s1[LOGLEVELS_RUN + 1], s2[LOGLEVELS_RUN + 1];
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

/* Two rows at a time; the sums below have the same order everywhere. */
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef int64_t bits __attribute__((vector_size(16)));
#define PAIRS (LOGLEVELS_RUN / 2)
_Static_assert(PAIRS == 4, "total() adds four pairs");

static const pair week[PAIRS] = {{0, 1}, {2, 3}, {4, 5}, {6, 7}};

static double total(pair a, pair b, pair c, pair d)
{
    pair sum = (a + c) + (b + d);
    return sum[0] + sum[1];
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

static void raise(double b, struct powers *p)
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
    double s0 = 0, s1 = 0, s2 = 0;
    for (int k = 0; k < LOGLEVELS_RUN; k++) {
        double x = k, xe = x * p->up[k];
        p->s0[k + 1] = s0 += p->up[k];
        p->s1[k + 1] = s1 += xe;
        p->s2[k + 1] = s2 += x * xe;
    }
}

/* Where run k begins, from where the run before it did. */
static double start_of(const struct loglevels_rows *r, size_t k, const struct powers *p,
                       double before)
{
    const struct loglevels_run *run = &r->run[k];
    return k % CHAIN_MOST && run->gap ? before * p->up[run->gap] : exp(p->b * run->t);
}

static void add_up(const struct loglevels_rows *r, const struct powers *p, struct sums *s)
{
    double e = 1;
    for (int j = 0; j < r->levels; j++)
        s->m[j] = s->t[j] = s->q[j] = 0;
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        double s0 = p->s0[run->n], s1 = p->s1[run->n], s2 = p->s2[run->n], t = run->t;
        if (r->population) {
            s0 = s1 = s2 = 0;
            for (int x = 0; x < run->n; x++) {
                double e_x = r->population[run->first + (uint32_t)x] * p->up[x];
                s0 += e_x;
                s1 += x * e_x;
                s2 += x * x * e_x;
            }
        }
        e = start_of(r, k, p, e);
        double w = run->weight * e, first = t * s0 + s1;
        s->m[run->level] += w * s0;
        s->t[run->level] += w * first;
        s->q[run->level] += w * (t * first + (t * s1 + s2));
    }
}

/* --- The trend --- */

/* Slope and curvature of the profile likelihood at b. */
static void profile(const struct loglevels_fit *f, const struct sums *s, double *expected_t,
                    double *info)
{
    *expected_t = *info = 0;
    for (int j = 0; j < f->levels; j++) {
        if (!(f->events[j] > 0))
            continue;
        double mean = s->t[j] / s->m[j];
        *expected_t += f->events[j] * mean;
        *info += f->events[j] * (s->q[j] / s->m[j] - mean * mean);
    }
}

static double range_of(const struct loglevels_rows *r)
{
    if (r->runs == 0)
        return 0;
    const struct loglevels_run *last = &r->run[r->runs - 1];
    return last->t + last->n - 1 - r->run[0].t;
}

/* b; false when it has no end. */
static bool climb(const struct loglevels_rows *r, double observed_t, struct loglevels_fit *f,
                  struct powers *p, struct sums *s)
{
    double range = range_of(r);
    bool last = false;
    for (int i = 0; i < STEPS_MOST && range > 0; i++) {
        double expected_t;
        raise(f->b, p);
        add_up(r, p, s);
        profile(f, s, &expected_t, &f->info);
        double step = (observed_t - expected_t) / f->info;
        if (!isfinite(step))
            return false;
        if (last || fabs(step) * range < 1e-9)
            return f->info > 0;
        last = fabs(step) * range < 1e-5; /* what is left after it is its square */
        double most = 3 / range;          /* Newton from afar overshoots */
        f->b += step > most ? most : step < -most ? -most : step;
        if (fabs(f->b) * range > STEEPEST)
            return false;
    }
    return false;
}

/* --- The fit --- */

/* Counts by level; returns the sum of w y t. */
static double look(const struct loglevels_rows *r, struct loglevels_fit *f)
{
    double observed_t = 0;
    bool rows[LOGLEVELS_MOST];
    for (int j = 0; j < r->levels; j++) {
        rows[j] = false;
        f->events[j] = 0;
    }
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        const pair *y = (const pair *)(r->y + run->first), *in = (const pair *)within[run->n];
        pair v[PAIRS];
        for (int x = 0; x < PAIRS; x++)
            v[x] = y[x] * in[x];
        double sum = total(v[0], v[1], v[2], v[3]);
        double late = total(v[0] * week[0], v[1] * week[1], v[2] * week[2], v[3] * week[3]);
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
    double all, above; /* of (y - mu)^2 / mu: the sum; no less than the largest above the mean */
};

/* The means of one run, which begins at mu0. */
static struct rests expect(const struct loglevels_rows *r, const struct loglevels_run *run,
                           const struct powers *p, double mu0, double *mu)
{
    const pair *y = (const pair *)(r->y + run->first), *in = (const pair *)within[run->n];
    const pair *up = (const pair *)p->up, *down = (const pair *)p->down;
    pair *at = (pair *)mu, v[PAIRS], high[PAIRS];
    double inverse = mu0 > 0 ? 1 / mu0 : 0;
    for (int x = 0; x < PAIRS; x++) {
        at[x] = mu0 * up[x];
        pair rest = (y[x] - at[x]) * in[x];
        v[x] = rest * rest * down[x];
        high[x] = (pair)((bits)v[x] & (rest > 0));
    }
    for (int x = 0; x < PAIRS; x++)
        high[x] *= high[x];
    return (struct rests){total(v[0], v[1], v[2], v[3]) * inverse,
                          sqrt(total(high[0], high[1], high[2], high[3])) * inverse};
}

static struct rests expect_people(const struct loglevels_rows *r, const struct loglevels_run *run,
                                  const struct powers *p, double mu0, double *mu)
{
    const double *y = r->y + run->first, *people = r->population + run->first;
    struct rests q = {0, 0};
    for (int x = 0; x < run->n; x++) {
        double rest = y[x] - (mu[x] = mu0 * p->up[x] * people[x]);
        double square = mu[x] > 0 ? rest * rest / mu[x] : 0;
        q.all += square;
        q.above = rest > 0 && square > q.above ? square : q.above;
    }
    return q;
}

static void finish(const struct loglevels_rows *r, const struct powers *p, const struct sums *s,
                   const struct loglevels_means *m, struct loglevels_fit *f)
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
        m->above[k] = rests.above;
    }
    f->dispersion = df > 0 ? pearson / df : NAN;
}

void loglevels_fit(const struct loglevels_rows *r, const double *trend_from,
                   const struct loglevels_means *means, struct loglevels_fit *out)
{
    struct loglevels_fit *f = out;
    struct powers p;
    struct sums s;
    f->levels = r->levels;
    f->trend = trend_from != NULL;
    f->b = trend_from ? *trend_from : 0;
    f->parameters = 0;
    double observed_t = look(r, f);
    if (f->trend && !climb(r, observed_t, f, &p, &s))
        f->trend = false;
    if (!f->trend) {
        f->b = f->info = 0;
        raise(0, &p);
        add_up(r, &p, &s);
    }
    f->parameters += f->trend;
    finish(r, &p, &s, means, f);
}

double loglevels_eta_var(const struct loglevels_fit *f, int level, double t)
{
    double away = t - f->mean_t[level];
    return 1 / f->events[level] + (f->trend ? away * away / f->info : 0);
}
