/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/farrington.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/farrington_inner.h"
#include "stats/loglevels.h"
#include "stats/normal.h"

struct farrington_setting farrington_original(void)
{
    return (struct farrington_setting){
        .years = 5,
        .half_window = 3,
        .periods = 1,
        .skip = 3,
        .weeks_per_year = 365.25 / 7,
        .trend = true,
        .trend_p = 0.05,
        .reweight_from = 2.58,
        .alpha = 0.05,
        .recent_weeks = 4,
        .recent_events = 5,
    };
}

struct farrington_setting farrington_noufaily(void)
{
    struct farrington_setting s = farrington_original();
    s.periods = 10;
    s.skip = 26;
    s.trend_p = 1;
    s.limit = FARRINGTON_NEGBIN;
    s.alpha = 0.005;
    return s;
}

const char *farrington_state_name(enum farrington_state s)
{
    static const char *const names[FARRINGTON_STATE_COUNT] = {
        [FARRINGTON_FINE] = "fine",
        [FARRINGTON_TOO_FEW] = "too_few",
        [FARRINGTON_NO_HISTORY] = "no_history",
        [FARRINGTON_MISSING] = "missing",
    };
    assert((unsigned)s < FARRINGTON_STATE_COUNT);
    return names[s];
}

/* --- Which earlier weeks, in which levels --- */

static int years_back(const struct farrington_setting *s, int k)
{
    return (int)lround(k * s->weeks_per_year);
}

size_t farrington_history(const struct farrington_setting *s)
{
    return (size_t)(years_back(s, s->years) + s->half_window);
}

static bool usable(const struct farrington_setting *s)
{
    bool ok = s->years >= 1 && s->years <= 20 && s->half_window >= 0 && s->half_window <= 20 &&
              s->periods >= 1 && s->periods <= 40 && s->skip >= 0 && s->skip <= 200;
    ok = ok && s->weeks_per_year >= 52 && s->weeks_per_year <= 53 && s->alpha > 0 &&
         s->alpha < 0.5 && s->trend_p >= 0 && s->trend_p <= 1 && s->reweight_from >= 0;
    /* each level between two windows has a week of its own */
    return ok && s->recent_weeks >= 1 && s->recent_weeks <= 53 && s->recent_events >= 0 &&
           (s->periods == 1 || 52 - 2 * s->half_window - 1 >= s->periods - 1);
}

/* The level of a lag between two windows: blocks as even as they can be, the longer ones first. */
static int block_of(int from_window, int length, int blocks)
{
    int each = length / blocks, rest = length % blocks;
    int in_long = rest * (each + 1);
    return from_window < in_long ? from_window / (each + 1) : rest + (from_window - in_long) / each;
}

/* The level of a lag, or -1 when its week is not used. The windows have the last level. */
static int level_of(const struct farrington_setting *s, int lag)
{
    int window = s->periods - 1, w = s->half_window;
    if (lag <= s->skip)
        return -1;
    if (lag <= w)
        return window;
    for (int k = 1; k <= s->years; k++) {
        int back = years_back(s, k), nearer = years_back(s, k - 1);
        if (lag > back + w)
            continue;
        if (lag >= back - w)
            return window;
        if (s->periods == 1)
            return -1;
        return block_of(back - w - 1 - lag, back - nearer - 2 * w - 1, s->periods - 1);
    }
    return -1;
}

/* Rows from the oldest week to the latest. Time is counted from their middle. */
static enum err make_plan(const struct farrington_setting *s, struct arena *a, struct plan *p)
{
    int most = (int)farrington_history(s), n = 0;
    p->lag = ARENA_ARRAY(a, (size_t)most + 1, int);
    p->t = ARENA_ARRAY(a, (size_t)most + 1, double);
    p->level = ARENA_ARRAY(a, (size_t)most + 1, uint8_t);
    p->run = ARENA_ARRAY(a, (size_t)most + 1, struct loglevels_run);
    p->span = ARENA_ARRAY(a, (size_t)most + 1, uint32_t);
    if (!p->lag || !p->t || !p->level || !p->run || !p->span)
        return ERR_NOMEM;
    p->middle = most / 2;
    p->window = s->periods - 1;
    for (int lag = most; lag >= 1; lag--) {
        int level = level_of(s, lag);
        if (level < 0)
            continue;
        p->lag[n] = lag;
        p->t[n] = p->middle - lag;
        p->level[n++] = (uint8_t)level;
    }
    p->n = (size_t)n;
    for (int i = 0; i < n; i++)
        if (i == 0 || p->lag[i] != p->lag[i - 1] - 1)
            p->span[p->spans++] = (uint32_t)i;
    p->span[p->spans] = (uint32_t)n;
    p->runs = loglevels_cut(p->n, p->t, p->level, NULL, p->run);
    loglevels_flat(&(struct loglevels_rows){.levels = s->periods, .run = p->run, .runs = p->runs},
                   &p->flat);
    p->z = normal_quantile(1 - s->alpha);
    return n > s->periods + 1 ? ERR_OK : ERR_INVALID;
}

/* --- The rows of one week --- */

/* Into lane memory; false when some are missing. */
static bool gather_all(const struct judging *j, const struct lane *l, const double *y,
                       struct loglevels_rows *r)
{
    const struct plan *p = &j->plan;
    int missing = 0;
    for (size_t k = 0; k < p->spans; k++)
        memcpy(l->y + p->span[k], y - p->lag[p->span[k]],
               (p->span[k + 1] - p->span[k]) * sizeof *y);
    for (size_t i = 0; i < p->n; i++)
        missing |= l->y[i] != l->y[i];
    r->n = p->n;
    r->run = p->run;
    r->runs = p->runs;
    r->flat = &p->flat;
    return !missing;
}

/* What is not missing. */
static void gather_some(const struct judging *j, const struct lane *l, const double *y,
                        const double *population, struct loglevels_rows *r)
{
    const struct plan *p = &j->plan;
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        ptrdiff_t at = -(ptrdiff_t)p->lag[i];
        if (isnan(y[at]) || (population && !(population[at] > 0)))
            continue;
        l->y[n] = y[at];
        l->t[n] = p->t[i];
        l->level[n] = p->level[i];
        if (population)
            l->population[n] = population[at];
        n++;
    }
    for (size_t i = n; i < n + LOGLEVELS_RUN; i++)
        l->y[i] = 0;
    r->n = n;
    r->flat = NULL;
    r->run = l->run;
    r->runs = loglevels_cut(n, l->t, l->level, NULL, l->run);
}

static void gather(const struct judging *j, const struct lane *l, const double *y,
                   const double *population, struct loglevels_rows *r)
{
    *r = (struct loglevels_rows){
        .levels = j->s->periods, .y = l->y, .population = population ? l->population : NULL};
    if (population || !gather_all(j, l, y, r))
        gather_some(j, l, y, population, r);
}

/* --- Fit, reweight, fit again --- */

/* What a fit says of its rows: h of row i, what it says of itself, is mu (level + away^2 slope). */
struct leverage {
    double from2, phi; /* a residual from here is an outbreak; the dispersion */
    double slope, level[LOGLEVELS_MOST];
    const struct loglevels_fit *f;
    bool people; /* the means of a run may go up and down */
};

/* The Anscombe residual of a row above its mean, when it is an outbreak; otherwise 0. */
static double outbreak(const struct leverage *v, uint8_t level, double t, double y, double mu)
{
    double over = y - mu, away = t - v->f->mean_t[level];
    double free = v->phi * (1 - mu * (v->level[level] + away * away * v->slope));
    if (!(over * over > v->from2 * free * mu && free > 1e-9))
        return 0;
    double y3 = cbrt(y), s = 1.5 * (y3 * y3 / sqrt(cbrt(mu)) - sqrt(mu)) / sqrt(free);
    return s * s > v->from2 ? s : 0;
}

/* May a row of the run be one? The residual is never above (y - mu) / sqrt(mu), and no row of the
 * run has more leverage than the largest mean at the end that is farther away would have. */
static bool may_break_out(const struct leverage *v, const struct loglevels_run *run,
                          const double *mu, double above2)
{
    if (!(above2 > 0)) /* all below their means, or those are 0 */
        return false;
    double first = run->t - v->f->mean_t[run->level], last = first + run->n - 1;
    double away = first + last > 0 ? last : first;
    double most = mu[0] > mu[run->n - 1] ? mu[0] : mu[run->n - 1];
    for (int x = 1; v->people && x + 1 < run->n; x++)
        most = mu[x] > most ? mu[x] : most;
    double h = most * (v->level[run->level] + away * away * v->slope);
    double least = v->from2 * v->phi * (1 - h);
    return h >= 1 || above2 > least * least;
}

struct reweighted {
    struct loglevels_run *run;
    size_t runs;
    double sum; /* of weights */
    bool any;   /* an outbreak */
};

/* Outbreaks of a run apart, what is between them together. */
static void take_apart(const struct leverage *v, const struct loglevels_run *run, const double *y,
                       const double *mu, struct reweighted *to)
{
    struct loglevels_run part = *run;
    part.n = 0;
    for (int x = 0; x < run->n; x++) {
        double t = run->t + x;
        double s = y[x] > mu[x] && mu[x] > 0 ? outbreak(v, run->level, t, y[x], mu[x]) : 0;
        if (part.n > 0 && (s > 0 || part.weight < 1)) {
            to->runs = loglevels_append(to->run, to->runs, &part);
            part.n = 0;
        }
        if (part.n == 0) {
            part.t = t;
            part.first = run->first + (uint32_t)x;
            part.weight = s > 0 ? 1 / (s * s) : 1;
        }
        part.n++;
        to->sum += part.weight;
        to->any |= s > 0;
    }
    to->runs = loglevels_append(to->run, to->runs, &part);
}

/* Runs where past outbreaks have less weight into l->weighted: how many, or 0 when there are no
 * outbreaks. */
static size_t outbreaks(const struct judging *j, const struct lane *l,
                        const struct loglevels_rows *r, const struct loglevels_fit *f)
{
    double from = j->s->reweight_from;
    LOGLEVELS_UNSET struct leverage v;
    struct reweighted to = {.run = l->weighted};
    bool apart = false; /* the run before */
    v.f = f;
    v.people = r->population;
    v.from2 = from * from;
    v.phi = f->dispersion > 1 ? f->dispersion : 1;
    v.slope = f->trend ? 1 / f->info : 0;
    for (int k = 0; k < f->levels; k++)
        v.level[k] = 1 / f->events[k];
    for (size_t k = 0; k < r->runs; k++) {
        const struct loglevels_run *run = &r->run[k];
        const double *y = r->y + run->first, *mu = l->means.mu + run->first;
        if (may_break_out(&v, run, mu, l->means.above2[k])) {
            take_apart(&v, run, y, mu, &to);
            apart = true;
        } else {
            to.run[to.runs] = *run;
            if (apart)
                loglevels_append(to.run, to.runs, run);
            to.runs++;
            to.sum += run->n;
            apart = false;
        }
    }
    if (!to.any)
        return 0;
    for (size_t k = 0; k < to.runs; k++)
        l->weighted[k].weight *= (double)r->n / to.sum;
    return to.runs;
}

static void fit(const struct judging *j, const struct lane *l, const struct loglevels_rows *all,
                bool trend, struct loglevels_fit *f)
{
    double from = 0;
    struct loglevels_rows r = *all;
    loglevels_fit(&r, trend ? &from : NULL, &l->means, f);
    size_t runs = j->s->reweight_from > 0 ? outbreaks(j, l, &r, f) : 0;
    if (runs > 0) {
        r.run = l->weighted;
        r.runs = runs;
        r.flat = NULL;
        from = f->b;
        loglevels_fit(&r, f->trend ? &from : NULL, &l->means, f);
    }
}

static bool seen(const struct loglevels_rows *r, double count)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->y[i] >= count)
            return true;
    return false;
}

static double mean_now(const struct plan *p, const struct loglevels_fit *f, double population)
{
    return f->rate[p->window] * exp(f->b * p->middle) * population;
}

/* At least three years, significant, and no larger than what has been seen. */
static bool keeps_trend(const struct judging *j, struct lane *l, const struct loglevels_rows *r,
                        const struct loglevels_fit *f, double population)
{
    if (!f->trend || j->s->years < 3 || !seen(r, mean_now(&j->plan, f, population)))
        return false;
    if (j->s->trend_p >= 1)
        return true;
    double df = (double)r->n - f->parameters;
    if (!(df > 0))
        return false;
    if (l->df != df) {
        l->df = df;
        l->t_least = student_two_sided_quantile(j->s->trend_p, df);
    }
    return fabs(f->b) > l->t_least * sqrt(f->dispersion / f->info);
}

static bool enough(const struct farrington_setting *s, const double *y, size_t before)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)s->recent_weeks && i <= before; i++)
        sum += isnan(y[-(ptrdiff_t)i]) ? 0 : y[-(ptrdiff_t)i];
    return sum >= s->recent_events;
}

/* y points at the week; `before` weeks of the series lie before it. */
static void judge(const struct judging *j, struct lane *l, const double *y,
                  const double *population, size_t before, struct farrington_week *out)
{
    struct loglevels_rows r;
    LOGLEVELS_UNSET struct loglevels_fit f;
    double people = population ? *population : 1;
    *out = (struct farrington_week){NAN, NAN, NAN, NAN, NAN, NAN, FARRINGTON_MISSING, false};
    if (isnan(*y) || !(people > 0))
        return;
    gather(j, l, y, population, &r);
    fit(j, l, &r, j->s->trend, &f);
    if ((double)r.n - f.parameters < 1 || isnan(f.rate[j->plan.window]))
        return;
    if (j->s->trend && !keeps_trend(j, l, &r, &f, people))
        fit(j, l, &r, false, &f);
    out->trend = f.trend ? f.b : NAN;
    out->dispersion = fmax(f.dispersion, 1);
    out->expected = mean_now(&j->plan, &f, people);
    struct farrington_mean m = {.mu = out->expected,
                                .phi = out->dispersion,
                                .eta_var = f.dispersion *
                                           loglevels_eta_var(&f, j->plan.window, j->plan.middle)};
    bool recent = enough(j->s, y, before);
    out->state = recent ? FARRINGTON_FINE : FARRINGTON_TOO_FEW;
    if (m.mu > 0) {
        farrington_limits(j->s, j->plan.z, *y, &m, out);
    } else {
        out->state = recent ? FARRINGTON_NO_HISTORY : FARRINGTON_TOO_FEW;
        farrington_unseen(*y, &r, j->plan.window, out);
    }
    out->alarm = recent && *y > 0 && *y > out->upper;
}

static enum err one_series(void *arg, size_t i, int lane)
{
    const struct judging *j = arg;
    const struct farrington_series *in = j->in;
    const double *y = in->y + i * in->weeks;
    const double *people = in->population ? in->population + i * in->weeks : NULL;
    for (size_t k = j->first; k < in->weeks; k++)
        judge(j, &j->lanes[lane], y + k, people ? people + k : NULL, k,
              &j->out[i * (in->weeks - j->first) + k - j->first]);
    return ERR_OK;
}

static enum err make_lanes(struct judging *j, struct arena *a, int n)
{
    size_t rows = j->plan.n;
    j->lanes = ARENA_ARRAY(a, (size_t)n, struct lane);
    for (int i = 0; i < n && j->lanes; i++) {
        struct lane *l = &j->lanes[i];
        double **reals[] = {&l->y, &l->t, &l->population, &l->means.mu, &l->means.above2};
        l->level = ARENA_ARRAY(a, rows, uint8_t);
        l->run = ARENA_ARRAY(a, rows, struct loglevels_run);
        l->weighted = ARENA_ARRAY(a, rows, struct loglevels_run);
        for (size_t k = 0; k < ARRAY_LEN(reals); k++)
            if (!(*reals[k] = ARENA_ARRAY(a, rows + LOGLEVELS_RUN, double)) || !l->level ||
                !l->run || !l->weighted)
                return ERR_NOMEM;
    }
    return j->lanes ? ERR_OK : ERR_NOMEM;
}

enum err farrington(const struct work *w, const struct farrington_setting *s,
                    const struct farrington_series *in, size_t first, struct farrington_week *out)
{
    assert(w && s && in && out);
    if (!usable(s) || first < farrington_history(s) || first >= in->weeks)
        return ERR_INVALID;
    for (size_t i = 0; i < in->series * in->weeks; i++) {
        if (in->y[i] < 0 || in->y[i] > 1e9)
            return ERR_INVALID;
        if (in->population && (in->population[i] <= 0 || isinf(in->population[i])))
            return ERR_INVALID;
    }
    struct judging j = {.s = s, .in = in, .first = first, .out = out};
    TRY(make_plan(s, w->arena, &j.plan));
    TRY(make_lanes(&j, w->arena, work_lanes(w, in->series)));
    return work_parts(w, in->series, one_series, &j);
}
