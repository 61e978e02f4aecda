/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/loglevels.h"

#include <math.h>

#define STEPS_MOST 60
#define RUN_MOST 32 /* multiplications before exp() is called again */
#define STEEPEST 30 /* |b| times the range of t: events only at one end */

struct sums {
    double m[LOGLEVELS_MOST], t[LOGLEVELS_MOST], q[LOGLEVELS_MOST];
};

/* population * exp(b t) into e. */
static void growth(const struct loglevels_rows *r, double b, double *e)
{
    double ratio = exp(b);
    for (size_t i = 0; i < r->n; i++)
        e[i] = i % RUN_MOST && r->t[i] - r->t[i - 1] == 1 ? e[i - 1] * ratio : exp(b * r->t[i]);
    for (size_t i = 0; r->population && i < r->n; i++)
        e[i] *= r->population[i];
}

static void add_up(const struct loglevels_rows *r, const double *e, struct sums *s)
{
    for (int j = 0; j < r->levels; j++)
        s->m[j] = s->t[j] = s->q[j] = 0;
    for (size_t i = 0; i < r->n; i++) {
        double we = r->weight ? r->weight[i] * e[i] : e[i], wet = we * r->t[i];
        s->m[r->level[i]] += we;
        s->t[r->level[i]] += wet;
        s->q[r->level[i]] += wet * r->t[i];
    }
}

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

/* b; false when it has no end. */
static bool climb(const struct loglevels_rows *r, struct loglevels_fit *f, double *e,
                  struct sums *s)
{
    double observed_t = 0, range = r->n ? r->t[r->n - 1] - r->t[0] : 0;
    for (size_t i = 0; i < r->n; i++)
        observed_t += (r->weight ? r->weight[i] * r->y[i] : r->y[i]) * r->t[i];
    f->b = 0;
    for (int i = 0; i < STEPS_MOST && range > 0; i++) {
        double expected_t;
        growth(r, f->b, e);
        add_up(r, e, s);
        profile(f, s, &expected_t, &f->info);
        double step = (observed_t - expected_t) / f->info;
        if (!isfinite(step))
            return false;
        if (fabs(step) * range < 1e-9)
            return f->info > 0;
        double most = 3 / range; /* Newton from afar overshoots */
        f->b += step > most ? most : step < -most ? -most : step;
        if (fabs(f->b) * range > STEEPEST)
            return false;
    }
    return false;
}

static void count_levels(const struct loglevels_rows *r, struct loglevels_fit *f)
{
    double rows[LOGLEVELS_MOST];
    for (int j = 0; j < r->levels; j++)
        rows[j] = f->events[j] = 0;
    for (size_t i = 0; i < r->n; i++) {
        rows[r->level[i]]++;
        f->events[r->level[i]] += r->weight ? r->weight[i] * r->y[i] : r->y[i];
    }
    for (int j = 0; j < r->levels; j++) {
        f->parameters += rows[j] > 0;
        f->rate[j] = rows[j] > 0 ? 0 : NAN;
    }
}

static void finish(const struct loglevels_rows *r, const struct sums *s, double *mu,
                   struct loglevels_fit *f)
{
    double pearson = 0, df = (double)r->n - f->parameters;
    for (int j = 0; j < r->levels; j++) {
        if (f->events[j] > 0)
            f->rate[j] = f->events[j] / s->m[j];
        f->mean_t[j] = s->m[j] > 0 ? s->t[j] / s->m[j] : 0;
    }
    for (size_t i = 0; i < r->n; i++) {
        mu[i] *= f->rate[r->level[i]];
        double rest = r->y[i] - mu[i];
        if (mu[i] > 0)
            pearson += (r->weight ? r->weight[i] : 1) * rest * rest / mu[i];
    }
    f->dispersion = df > 0 ? pearson / df : NAN;
}

void loglevels_fit(const struct loglevels_rows *r, bool trend, double *mu,
                   struct loglevels_fit *out)
{
    struct loglevels_fit *f = out;
    struct sums s;
    f->levels = r->levels;
    f->trend = trend;
    f->parameters = 0;
    count_levels(r, f);
    if (trend && !climb(r, f, mu, &s))
        f->trend = false;
    if (!f->trend) {
        f->b = f->info = 0;
        for (size_t i = 0; i < r->n; i++)
            mu[i] = r->population ? r->population[i] : 1;
        add_up(r, mu, &s);
    }
    f->parameters += f->trend;
    finish(r, &s, mu, f);
}

double loglevels_eta_var(const struct loglevels_fit *f, int level, double t)
{
    double away = t - f->mean_t[level];
    return 1 / f->events[level] + (f->trend ? away * away / f->info : 0);
}
