/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/harmonic.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "stats/glm.h"
#include "stats/harmonic_inner.h"
#include "stats/negbin.h"
#include "stats/normal.h"
#include "stats/special.h"

#define DAY_MOST 4000000 /* about year 12900; as many before 1970 */
#define MEAN_MOST 1e12   /* beyond it, between counts that are known, nothing is told */

/* What a step's limits need when the regressions are done. */
struct fitted {
    struct glm_fit glm;
    double quantile, phi; /* phi: of a count and of the standard errors; 1 unless quasi */
    bool trend;
};

struct run {
    const struct work *w;
    const struct harmonic_setting *s;
    const struct harmonic_series *in;
    struct harmonic *out;
    struct harmonic_step *each;
    struct fitted *fitted; /* [series] */
    double middle;         /* of the series, days since 1970 */
};

/* The steps of a series that are known, column by column. */
struct rows {
    size_t n;
    double *x[HARMONIC_COLUMNS]; /* 1, waves, years from the middle */
    const double *column[HARMONIC_COLUMNS];
    double *y, *offset;
    double events, days;
    bool trend;
};

const char *harmonic_state_name(enum harmonic_state s)
{
    static const char *const names[HARMONIC_STATE_COUNT] = {
        [HARMONIC_FITTED] = "fitted",
        [HARMONIC_SHORT] = "short",
        [HARMONIC_TOO_FEW] = "too_few",
        [HARMONIC_UNFIT] = "unfit",
    };
    assert((unsigned)s < HARMONIC_STATE_COUNT);
    return names[s];
}

/* --- Input --- */

static bool usable(const struct harmonic_setting *s, const struct harmonic_series *in)
{
    if (s->harmonics < 0 || s->harmonics > HARMONIC_MOST || !(s->level >= 0.5) ||
        s->level > 0.9999 || in->steps < 1)
        return false;
    for (size_t i = 0; i < in->steps; i++)
        if (in->day[i + 1] <= in->day[i])
            return false;
    if (in->day[0] < -DAY_MOST || in->day[in->steps] > DAY_MOST)
        return false;
    for (size_t i = 0; i < in->series * in->steps; i++) {
        if (in->y[i] < 0 || in->y[i] > 1e9)
            return false;
        if (in->population && (in->population[i] <= 0 || isinf(in->population[i])))
            return false;
    }
    return true;
}

/* The logarithm of what a step has to happen in; NaN: not known. */
static double offset_of(const struct harmonic_series *in, size_t series, size_t i)
{
    double days = (double)(in->day[i + 1] - in->day[i]);
    return log(days) + (in->population ? log(in->population[series * in->steps + i]) : 0);
}

/* One row of the regression. A wave is its mean over the days of the step, each at its middle:
 * that of the step's middle times sin(n a) / (n sin a), a half of the wave's angle in a day. */
static void fill_row(const struct run *r, size_t i, int harmonics, bool trend, double *row)
{
    double first = (double)r->in->day[i], days = (double)r->in->day[i + 1] - first;
    double middle = first + days / 2, day = 2 * M_PI / HARMONIC_YEAR;
    row[0] = 1;
    harmonic_waves(harmonics, fmod(middle, HARMONIC_YEAR) * day, row + 1);
    for (int h = 1; h <= harmonics; h++) {
        double shrink = sin(days * h * day / 2) / (days * sin(h * day / 2));
        row[2 * h - 1] *= shrink;
        row[2 * h] *= shrink;
    }
    if (trend)
        row[2 * harmonics + 1] = (middle - r->middle) / HARMONIC_YEAR;
}

static enum err room(struct arena *a, size_t steps, struct rows *rows)
{
    for (int j = 0; j < HARMONIC_COLUMNS; j++)
        if (!(rows->x[j] = ARENA_ARRAY(a, steps, double)))
            return ERR_NOMEM;
    rows->y = ARENA_ARRAY(a, steps, double);
    rows->offset = ARENA_ARRAY(a, steps, double);
    return rows->y && rows->offset ? ERR_OK : ERR_NOMEM;
}

/* With all waves that may be needed; the trend stands in the last column. */
static void gather(const struct run *r, size_t series, int harmonics, struct rows *rows)
{
    double row[HARMONIC_COLUMNS];
    for (size_t i = 0; i < r->in->steps; i++) {
        double y = r->in->y[series * r->in->steps + i], offset = offset_of(r->in, series, i);
        if (isnan(y) || isnan(offset))
            continue;
        fill_row(r, i, harmonics, true, row);
        for (int j = 0; j <= 2 * harmonics; j++)
            rows->x[j][rows->n] = row[j];
        rows->x[HARMONIC_COLUMNS - 1][rows->n] = row[2 * harmonics + 1];
        rows->y[rows->n] = y;
        rows->offset[rows->n++] = offset;
        rows->events += y;
        rows->days += (double)(r->in->day[i + 1] - r->in->day[i]);
    }
}

/* --- The regressions --- */

static enum err fit(const struct run *r, struct rows *rows, int harmonics, struct glm_fit *out)
{
    struct glm_data d = {.rows = rows->n, .y = rows->y, .offset = rows->offset};
    for (int j = 0; j <= 2 * harmonics; j++)
        rows->column[d.columns++] = rows->x[j];
    if (rows->trend)
        rows->column[d.columns++] = rows->x[HARMONIC_COLUMNS - 1];
    d.column = rows->column;
    return glm_fit(r->w, &d, r->s->family == HARMONIC_NEGBIN ? GLM_NEGBIN : GLM_POISSON, 0, out);
}

/* Burnham and Anderson: the dispersion is that of the largest regression, and one parameter more;
 * with theta, one more too. */
static double criterion(const struct run *r, const struct glm_fit *f, double dispersion)
{
    bool quasi = r->s->family == HARMONIC_QUASI;
    double c = quasi ? fmax(dispersion, 1) : 1;
    bool more = quasi || r->s->family == HARMONIC_NEGBIN;
    return -2 * f->log_likelihood / c + 2.0 * (f->columns + more);
}

/* The most waves that the rows and the events can bear; 0: none. */
static int bearable(const struct rows *rows, int wanted)
{
    int k = wanted;
    while (k > 0 && (rows->events < HARMONIC_EVENTS_LEAST * 2.0 * k ||
                     rows->n < (size_t)(2 * k + 2 + rows->trend + 1)))
        k--;
    return k;
}

struct choice {
    struct glm_fit none, most, best;
    double aic;
};

static enum err fit_all(const struct run *r, struct rows *rows, int most, struct choice *c)
{
    TRY(fit(r, rows, 0, &c->none));
    TRY(fit(r, rows, most, &c->most));
    c->best = c->most;
    c->aic = criterion(r, &c->most, c->most.dispersion);
    if (c->none.fault || c->most.fault || r->s->harmonics > 0)
        return ERR_OK;
    for (int k = most - 1; k > 0; k--) {
        struct glm_fit f;
        TRY(fit(r, rows, k, &f));
        double aic = f.fault ? INFINITY : criterion(r, &f, c->most.dispersion);
        if (aic <= c->aic) {
            c->best = f;
            c->aic = aic;
        }
    }
    return ERR_OK;
}

/* P(F >= f) with a and b degrees. */
static double f_upper(double f, double a, double b)
{
    double all = a * f + b;
    return beta_tails(b / 2, a / 2, b / all, a * f / all).lower;
}

static void test_season(const struct run *r, const struct choice *c, struct harmonic *o)
{
    o->df = c->most.columns - c->none.columns;
    if (r->s->family == HARMONIC_QUASI) {
        o->df_rest = c->most.df;
        o->statistic =
            fmax(c->none.deviance - c->most.deviance, 0) / o->df / fmax(c->most.dispersion, 1);
        o->p = f_upper(o->statistic, o->df, o->df_rest);
        return;
    }
    o->statistic = fmax(2 * (c->most.log_likelihood - c->none.log_likelihood), 0);
    o->p = gamma_tails(o->df / 2, o->statistic / 2).upper;
}

/* --- What they say --- */

static void tell_trend(const struct fitted *f, struct harmonic *o)
{
    int j = f->glm.columns - 1;
    if (!f->trend)
        return;
    double off = f->quantile * glm_se(&f->glm, j, f->phi);
    o->trend = exp(f->glm.coef[j]);
    o->trend_low = exp(f->glm.coef[j] - off);
    o->trend_high = exp(f->glm.coef[j] + off);
}

static void tell(const struct run *r, const struct fitted *f, double aic, struct harmonic *o)
{
    struct harmonic_curve c = {.harmonics = o->harmonics, .quantile = f->quantile};
    for (int i = 0; i < 2 * c.harmonics; i++) {
        c.coef[i] = f->glm.coef[i + 1];
        for (int j = 0; j < 2 * c.harmonics; j++)
            c.cov[i][j] = f->phi * f->glm.cov[i + 1][j + 1];
    }
    harmonic_curve_tell(&c, r->middle, o);
    o->state = HARMONIC_FITTED;
    o->aic = aic;
    o->dispersion = f->glm.dispersion;
    if (r->s->family == HARMONIC_NEGBIN)
        o->theta = f->glm.theta;
    o->columns = f->glm.columns;
    for (int j = 0; j < o->columns; j++) {
        o->coef[j] = f->glm.coef[j];
        o->se[j] = glm_se(&f->glm, j, f->phi);
    }
    tell_trend(f, o);
}

static struct harmonic nothing(void)
{
    struct harmonic o = {.state = HARMONIC_UNFIT};
    double *figures[] = {&o.statistic,  &o.df,         &o.df_rest, &o.p,         &o.ratio,
                         &o.ratio_low,  &o.ratio_high, &o.peak,    &o.peak_low,  &o.peak_high,
                         &o.trough,     &o.second,     &o.trend,   &o.trend_low, &o.trend_high,
                         &o.dispersion, &o.theta,      &o.aic};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        *figures[i] = NAN;
    return o;
}

static enum err regress(const struct run *r, struct rows *rows, struct fitted *f,
                        struct harmonic *o)
{
    bool quasi = r->s->family == HARMONIC_QUASI;
    double out = (1 - r->s->level) / 2;
    struct choice *c = ARENA_NEW(r->w->arena, struct choice);
    if (!c)
        return ERR_NOMEM;
    TRY(fit_all(r, rows, o->harmonics, c));
    if (c->none.fault || c->most.fault)
        return ERR_OK;
    test_season(r, c, o);
    f->glm = c->best;
    f->glm.mu = NULL; /* it goes with the memory of the regression */
    f->trend = rows->trend;
    f->phi = quasi ? fmax(f->glm.dispersion, 1) : 1;
    f->quantile = quasi ? student_two_sided_quantile(2 * out, f->glm.df) : normal_quantile(1 - out);
    o->harmonics = (f->glm.columns - 1 - rows->trend) / 2;
    tell(r, f, c->aic, o);
    return ERR_OK;
}

static enum err one_series(const struct run *r, size_t i)
{
    struct harmonic o = nothing();
    struct rows rows = {0};
    struct arena_mark before = arena_mark(r->w->arena);
    int wanted = r->s->harmonics > 0 ? r->s->harmonics : HARMONIC_AUTO_MOST;
    TRY(room(r->w->arena, r->in->steps, &rows));
    gather(r, i, wanted, &rows);
    o.events = rows.events;
    o.years = rows.days / HARMONIC_YEAR;
    rows.trend = r->s->trend == HARMONIC_TREND_YES ||
                 (r->s->trend == HARMONIC_TREND_AUTO && rows.days >= 2 * HARMONIC_DAYS_LEAST);
    int most = bearable(&rows, wanted);
    o.harmonics = r->s->harmonics > 0 ? wanted : most;
    if (rows.days < HARMONIC_DAYS_LEAST)
        o.state = HARMONIC_SHORT;
    else if (rows.events < HARMONIC_EVENTS_LEAST * 2.0 * fmax(o.harmonics, 1))
        o.state = HARMONIC_TOO_FEW;
    else if (most < o.harmonics || most == 0)
        o.state = HARMONIC_SHORT;
    else
        TRY(regress(r, &rows, &r->fitted[i], &o));
    r->out[i] = o;
    arena_rewind(r->w->arena, before);
    return ERR_OK;
}

/* --- Each step --- */

static void judge(const struct fitted *f, const double *x, double offset, double y, double level,
                  struct harmonic_step *out)
{
    double eta = offset, se = glm_eta_se(&f->glm, x, f->phi);
    for (int j = 0; j < f->glm.columns; j++)
        eta += f->glm.coef[j] * x[j];
    double mu = exp(eta);
    if (!(mu <= MEAN_MOST) || !(se * f->quantile < 600))
        return;
    out->expected = mu;
    out->expected_low = exp(eta - f->quantile * se);
    out->expected_high = exp(eta + f->quantile * se);
    /* what a count varies, and what the mean is uncertain, as one negative binomial */
    double more = (f->phi - 1) / mu + (isinf(f->glm.theta) ? 0 : 1 / f->glm.theta) + se * se;
    struct negbin d = {mu, more > 0 ? 1 / more : INFINITY};
    out->low = negbin_quantile(&d, (1 - level) / 2);
    out->high = negbin_quantile(&d, (1 + level) / 2);
    if (!isnan(y))
        out->p = fmin(1, 2 * fmin(negbin_lower(&d, y), negbin_upper(&d, y)));
}

static enum err judge_series(void *arg, size_t i, int lane)
{
    const struct run *r = arg;
    const struct fitted *f = &r->fitted[i];
    double x[HARMONIC_COLUMNS];
    (void)lane;
    for (size_t k = 0; k < r->in->steps; k++) {
        struct harmonic_step *out = &r->each[i * r->in->steps + k];
        double offset = offset_of(r->in, i, k);
        *out = (struct harmonic_step){NAN, NAN, NAN, NAN, NAN, NAN};
        if (r->out[i].state != HARMONIC_FITTED || isnan(offset))
            continue;
        fill_row(r, k, r->out[i].harmonics, f->trend, x);
        judge(f, x, offset, r->in->y[i * r->in->steps + k], r->s->level, out);
    }
    return ERR_OK;
}

enum err harmonic(const struct work *w, const struct harmonic_setting *s,
                  const struct harmonic_series *in, struct harmonic *out,
                  struct harmonic_step *each)
{
    assert(w && s && in && out && each);
    if (!usable(s, in))
        return ERR_INVALID;
    struct arena_mark before = arena_mark(w->arena);
    struct run r = {.w = w, .s = s, .in = in, .out = out, .each = each};
    r.middle = (double)(in->day[0] + in->day[in->steps]) / 2;
    r.fitted = ARENA_ARRAY(w->arena, in->series, struct fitted);
    enum err e = r.fitted ? ERR_OK : ERR_NOMEM;
    for (size_t i = 0; i < in->series && e == ERR_OK; i++)
        e = one_series(&r, i);
    if (e == ERR_OK)
        e = work_parts(w, in->series, judge_series, &r);
    arena_rewind(w->arena, before);
    return e;
}
