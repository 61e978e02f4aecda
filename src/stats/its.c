/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/its.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "stats/normal.h"

struct design {
    double *x[GLM_COLUMNS_MOST]; /* rows that are known */
    double *y;
    size_t rows;
    int columns, step; /* step: its column; the slope comes after */
};

static void fill_row(const struct its_setting *s, size_t i, double *row)
{
    double t = (double)i + 1;
    int j = 0;
    row[j++] = 1;
    row[j++] = t;
    for (int h = 1; h <= s->harmonics; h++) {
        row[j++] = sin(2 * M_PI * h * t / s->period);
        row[j++] = cos(2 * M_PI * h * t / s->period);
    }
    row[j++] = i >= s->at;
    if (s->slope)
        row[j++] = i >= s->at ? t - (double)s->at : 0;
}

static enum err make_design(const struct its_setting *s, const double *y, size_t steps,
                            struct arena *a, struct design *d)
{
    double row[GLM_COLUMNS_MOST];
    d->step = 2 + 2 * s->harmonics;
    d->columns = d->step + 1 + s->slope;
    d->y = ARENA_ARRAY(a, steps, double);
    for (int j = 0; j < d->columns; j++)
        if (!(d->x[j] = ARENA_ARRAY(a, steps, double)))
            return ERR_NOMEM;
    for (size_t i = 0; i < steps && d->y; i++) {
        if (isnan(y[i]))
            continue;
        fill_row(s, i, row);
        for (int j = 0; j < d->columns; j++)
            d->x[j][d->rows] = row[j];
        d->y[d->rows++] = y[i];
    }
    return d->y ? ERR_OK : ERR_NOMEM;
}

static bool usable(const struct its_setting *s, const double *y, size_t steps)
{
    size_t before = 0, after = 0;
    for (size_t i = 0; i < steps; i++) {
        before += !isnan(y[i]) && i < s->at;
        after += !isnan(y[i]) && i >= s->at;
    }
    return before >= 3 && after >= 3 && s->period > 2 && isfinite(s->period) && s->harmonics >= 0 &&
           s->harmonics <= ITS_HARMONICS_MOST;
}

struct effect {
    double ratio, low, high, p;
};

static struct effect effect_of(const struct its *o, int j, bool normal)
{
    double b = o->coef[j], se = o->se[j];
    double q = normal ? normal_quantile(0.975) : student_two_sided_quantile(0.05, o->df);
    double p = normal ? normal_two_sided(b / se) : student_two_sided(b / se, o->df);
    return (struct effect){exp(b), exp(b - q * se), exp(b + q * se), p};
}

static void conclude(const struct its_setting *s, const struct design *d, struct its *o)
{
    struct effect step = effect_of(o, d->step, s->negbin);
    o->step_ratio = step.ratio;
    o->step_low = step.low;
    o->step_high = step.high;
    o->step_p = step.p;
    if (!s->slope)
        return;
    struct effect slope = effect_of(o, d->step + 1, s->negbin);
    o->slope_ratio = slope.ratio;
    o->slope_low = slope.low;
    o->slope_high = slope.high;
    o->slope_p = slope.p;
}

/* Half and double of what is told are as likely: then nothing is told. */
static bool is_lost(const struct its_setting *s, const struct glm_fit *f, const struct its *o,
                    const struct design *d, const double *full)
{
    double row[GLM_COLUMNS_MOST] = {0};
    double q = s->negbin ? normal_quantile(0.975) : student_two_sided_quantile(0.05, o->df);
    for (int j = 0; j < d->step; j++)
        row[j] = full[j];
    return !(q * glm_eta_se(f, row, o->dispersion) <= M_LN2);
}

/* The two courses at every step, also where the count is missing. */
static void courses(const struct its_setting *s, const struct design *d, const struct glm_fit *f,
                    size_t steps, struct its *o)
{
    double row[GLM_COLUMNS_MOST];
    o->reach = steps < 2 * s->at ? steps : 2 * s->at; /* no longer than it was followed */
    for (size_t i = 0; i < steps; i++) {
        double old = 0, added = 0;
        fill_row(s, i, row);
        for (int j = 0; j < d->columns; j++)
            *(j < d->step ? &old : &added) += o->coef[j] * row[j];
        if (i >= s->at && i < o->reach && is_lost(s, f, o, d, row))
            o->reach = i;
        o->fitted[i] = exp(old + added);
        o->without[i] = i < o->reach ? exp(old) : NAN;
    }
}

/* What the old course gives in the steps that are known. */
static double sum_after(const struct its_setting *s, const struct its *o, const double *y,
                        size_t steps)
{
    double sum = 0;
    for (size_t i = s->at; i < steps; i++)
        if (!isnan(y[i]))
            sum += o->without[i];
    return sum;
}

enum err its_fit(const struct work *w, const struct its_setting *s, const double *y, size_t steps,
                 struct its *out)
{
    assert(w && s && y && out);
    if (!usable(s, y, steps))
        return ERR_INVALID;
    struct design d = {0};
    struct glm_fit f;
    struct its o = {.dispersion = NAN, .step_ratio = NAN, .step_low = NAN, .step_high = NAN};
    o.step_p = o.slope_ratio = o.slope_low = o.slope_high = o.slope_p = NAN;
    TRY(make_design(s, y, steps, w->arena, &d));
    struct glm_data g = {
        .rows = d.rows, .columns = d.columns, .column = (const double *const *)d.x, .y = d.y};
    TRY(glm_fit(w, &g, s->negbin ? GLM_NEGBIN : GLM_POISSON, 0, &f));
    o.fault = f.fault == GLM_FITTED && !(f.df > 0) ? GLM_TOO_FEW : f.fault;
    o.columns = d.columns;
    o.theta = f.theta;
    o.df = f.df;
    if (o.fault == GLM_FITTED) {
        o.dispersion = s->negbin ? 1 : f.dispersion;
        for (int j = 0; j < d.columns; j++) {
            o.coef[j] = f.coef[j];
            o.se[j] = glm_se(&f, j, o.dispersion);
        }
        conclude(s, &d, &o);
        o.fitted = ARENA_ARRAY(w->arena, steps, double);
        o.without = ARENA_ARRAY(w->arena, steps, double);
        if (!o.fitted || !o.without)
            return ERR_NOMEM;
        courses(s, &d, &f, steps, &o);
        o.expected_after = sum_after(s, &o, y, steps);
    }
    *out = o;
    return ERR_OK;
}
