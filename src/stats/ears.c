/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/ears.h"

#include <assert.h>
#include <math.h>

#include "stats/normal.h"

struct job {
    const struct ears_setting *s;
    const double *y;
    size_t steps, first;
    double z;
    struct ears_step *out;
};

struct ears_setting ears_default(enum ears_method m)
{
    return (struct ears_setting){m, 7, m == EARS_C3 ? 0.025 : 0.001, 0.5};
}

static size_t gap(enum ears_method m)
{
    return m == EARS_C1 ? 0 : 2;
}

size_t ears_history(const struct ears_setting *s)
{
    return (size_t)s->baseline + gap(s->method) + (s->method == EARS_C3 ? 2 : 0);
}

/* Mean and deviation (divisor n - 1) of the baseline before y[0]. */
static void baseline(const struct job *j, const double *y, struct ears_step *o)
{
    size_t n = (size_t)j->s->baseline;
    const double *b = y - n - gap(j->s->method);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += b[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (b[i] - mean) * (b[i] - mean);
    double sigma = sqrt(squares / (double)(n - 1));
    o->expected = mean;
    o->sigma = isnan(sigma) ? NAN : fmax(sigma, j->s->least_sigma);
}

/* How far y[0] is above its baseline. An even baseline without a floor: infinitely far. */
static double deviate(const struct job *j, const double *y)
{
    struct ears_step o;
    baseline(j, y, &o);
    double over = y[0] - o.expected;
    return over == 0 ? 0 : over / o.sigma;
}

static void judge(const struct job *j, const double *y, struct ears_step *o)
{
    double earlier = 0;
    *o = (struct ears_step){NAN, NAN, NAN, NAN, NAN, false};
    baseline(j, y, o);
    double own = deviate(j, y);
    if (j->s->method == EARS_C3)
        for (int lag = 1; lag <= 2; lag++) {
            double d = deviate(j, y - lag) - 1;
            earlier += isnan(d) ? NAN : fmax(0, d);
        }
    if (isnan(own) || isnan(earlier)) {
        *o = (struct ears_step){NAN, NAN, NAN, NAN, NAN, false};
        return;
    }
    if (j->s->method == EARS_C3) { /* the sum reaches z when this step's part reaches the rest */
        o->score = earlier + fmax(0, own - 1);
        o->upper = earlier > j->z ? -INFINITY : o->expected + o->sigma * (1 + j->z - earlier);
        o->alarm = o->score > j->z;
        return;
    }
    o->score = own;
    o->upper = o->expected + j->z * o->sigma;
    o->p = normal_upper(own);
    o->alarm = y[0] > o->upper;
}

static enum err one_series(void *arg, size_t i, int lane)
{
    const struct job *j = arg;
    size_t each = j->steps - j->first;
    (void)lane;
    for (size_t k = j->first; k < j->steps; k++)
        judge(j, j->y + i * j->steps + k, &j->out[i * each + k - j->first]);
    return ERR_OK;
}

enum err ears(const struct work *w, const struct ears_setting *s, const double *y, size_t series,
              size_t steps, size_t first, struct ears_step *out)
{
    assert(w && s && y && out);
    if (s->baseline < 3 || s->baseline > 400 || !(s->alpha > 0 && s->alpha < 0.5) ||
        !(s->least_sigma >= 0 && isfinite(s->least_sigma)))
        return ERR_INVALID;
    if (first < ears_history(s) || first >= steps)
        return ERR_INVALID;
    for (size_t i = 0; i < series * steps; i++)
        if (y[i] < 0 || y[i] > 1e9)
            return ERR_INVALID;
    struct job j = {s, y, steps, first, normal_quantile(1 - s->alpha), out};
    return work_parts(w, series, one_series, &j);
}
