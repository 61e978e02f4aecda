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

/* The two courses at every step, also where the count is missing. */
static enum err courses(const struct its_setting *s, const struct design *d, const double *y,
                        size_t steps, struct arena *a, struct its *o)
{
    double row[GLM_COLUMNS_MOST];
    o->fitted = ARENA_ARRAY(a, steps, double);
    o->without = ARENA_ARRAY(a, steps, double);
    if (!o->fitted || !o->without)
        return ERR_NOMEM;
    for (size_t i = 0; i < steps; i++) {
        double old = 0, added = 0;
        fill_row(s, i, row);
        for (int j = 0; j < d->columns; j++)
            *(j < d->step ? &old : &added) += o->coef[j] * row[j];
        o->fitted[i] = exp(old + added);
        o->without[i] = exp(old);
        if (i >= s->at && !isnan(y[i]))
            o->expected_after += o->without[i];
    }
    return ERR_OK;
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
        TRY(courses(s, &d, y, steps, w->arena, &o));
    }
    *out = o;
    return ERR_OK;
}
