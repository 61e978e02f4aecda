/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/stl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* --- Loess at equally spaced places 0, 1, 2 ... --- */

/* `weight` may be NULL. */
struct series {
    const double *y, *weight;
    size_t n;
};

/* Tricube: 1 near the middle, 0 from the edge of the window. */
static double nearness(double distance, double h)
{
    if (distance > 0.999 * h)
        return 0;
    if (distance <= 0.001 * h)
        return 1;
    double q = distance / h, c = 1 - q * q * q;
    return c * c * c;
}

struct span {
    size_t left, right; /* both included */
};

/* The value at `at`, which may lie one step outside, from the values of the span. False when all
 * of them have weight 0. `w` is room for all of them. */
static bool local(const struct series *s, struct stl_smoother how, double at, struct span span,
                  double *w, double *out)
{
    size_t left = span.left, right = span.right;
    double h = fmax(at - (double)left, (double)right - at), sum = 0, value = 0;
    if ((size_t)how.window > s->n)
        h += (double)(((size_t)how.window - s->n) / 2);
    for (size_t j = left; j <= right; j++) {
        w[j - left] = nearness(fabs((double)j - at), h) * (s->weight ? s->weight[j] : 1);
        sum += w[j - left];
    }
    if (!(sum > 0))
        return false;
    for (size_t j = left; j <= right; j++)
        w[j - left] /= sum;
    if (h > 0 && how.degree > 0) {
        double mean = 0, spread = 0;
        for (size_t j = left; j <= right; j++)
            mean += w[j - left] * (double)j;
        for (size_t j = left; j <= right; j++)
            spread += w[j - left] * ((double)j - mean) * ((double)j - mean);
        if (sqrt(spread) > 0.001 * (double)(s->n - 1))
            for (size_t j = left; j <= right; j++)
                w[j - left] *= (at - mean) / spread * ((double)j - mean) + 1;
    }
    for (size_t j = left; j <= right; j++)
        value += w[j - left] * s->y[j];
    *out = value;
    return true;
}

/* The window around i is as long as asked also at the ends, where it lies to one side. */
static void local_at(const struct series *s, struct stl_smoother how, size_t i, double *w,
                     double *out)
{
    size_t window = (size_t)how.window, left = 0, right = s->n - 1;
    if (window < s->n) {
        size_t half = (window + 1) / 2;
        left = i + 1 < half ? 0 : i + 1 - half;
        left = left + window > s->n ? s->n - window : left;
        right = left + window - 1;
    }
    if (!local(s, how, (double)i, (struct span){left, right}, w, &out[i]))
        out[i] = s->y[i];
}

static void fill_between(double *v, size_t from, size_t to)
{
    double step = (v[to] - v[from]) / (double)(to - from);
    for (size_t i = from + 1; i < to; i++)
        v[i] = v[from] + step * (double)(i - from);
}

static void smooth(const struct series *s, struct stl_smoother how, double *w, double *out)
{
    if (s->n < 2) {
        out[0] = s->y[0];
        return;
    }
    size_t jump = (size_t)how.jump < s->n - 1 ? (size_t)how.jump : s->n - 1, last = 0;
    for (size_t i = 0; i < s->n; i += jump) {
        local_at(s, how, i, w, out);
        if (i > 0)
            fill_between(out, last, i);
        last = i;
    }
    if (last != s->n - 1) {
        local_at(s, how, s->n - 1, w, out);
        fill_between(out, last, s->n - 1);
    }
}

/* --- The parts --- */

struct room {
    struct stl_options o;
    const double *y;
    size_t n, period;
    double *season, *trend, *weight;
    const double *robust;                  /* NULL in the first outer pass */
    double *cycle, *pass, *pass2, *rest;   /* n + 2 periods */
    double *sub, *sub_weight, *sub_smooth; /* one place of the cycle, through all cycles */
    double *w;
};

/* Each place of the cycle smoothed by itself through all cycles, and carried one cycle out at both
 * ends. */
static void smooth_cycles(struct room *r)
{
    for (size_t j = 0; j < r->period; j++) {
        size_t k = (r->n - 1 - j) / r->period + 1, window = (size_t)r->o.season.window;
        for (size_t i = 0; i < k; i++) {
            r->sub[i] = r->rest[i * r->period + j];
            if (r->robust)
                r->sub_weight[i] = r->robust[i * r->period + j];
        }
        struct series s = {r->sub, r->robust ? r->sub_weight : NULL, k};
        smooth(&s, r->o.season, r->w, r->sub_smooth + 1);
        size_t right = window < k ? window - 1 : k - 1, left = window < k ? k - window : 0;
        if (!local(&s, r->o.season, -1, (struct span){0, right}, r->w, &r->sub_smooth[0]))
            r->sub_smooth[0] = r->sub_smooth[1];
        if (!local(&s, r->o.season, (double)k, (struct span){left, k - 1}, r->w,
                   &r->sub_smooth[k + 1]))
            r->sub_smooth[k + 1] = r->sub_smooth[k];
        for (size_t i = 0; i < k + 2; i++)
            r->cycle[i * r->period + j] = r->sub_smooth[i];
    }
}

static size_t moving_mean(const double *v, size_t n, size_t length, double *out)
{
    double sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += v[i];
    out[0] = sum / (double)length;
    for (size_t i = length; i < n; i++) {
        sum += v[i] - v[i - length];
        out[i - length + 1] = sum / (double)length;
    }
    return n - length + 1;
}

static void inner_pass(struct room *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->rest[i] = r->y[i] - r->trend[i];
    smooth_cycles(r);
    size_t n = moving_mean(r->cycle, r->n + 2 * r->period, r->period, r->pass);
    n = moving_mean(r->pass, n, r->period, r->pass2);
    n = moving_mean(r->pass2, n, 3, r->pass);
    smooth(&(struct series){r->pass, NULL, n}, r->o.low_pass, r->w, r->pass2);
    for (size_t i = 0; i < r->n; i++) {
        r->season[i] = r->cycle[r->period + i] - r->pass2[i];
        r->rest[i] = r->y[i] - r->season[i];
    }
    smooth(&(struct series){r->rest, r->robust, r->n}, r->o.trend, r->w, r->trend);
}

static int by_real(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Bisquare: values farther off than six medians count for nothing. */
static void set_weights(struct room *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->weight[i] = r->rest[i] = fabs(r->y[i] - r->season[i] - r->trend[i]);
    qsort(r->rest, r->n, sizeof *r->rest, by_real);
    double h = 3 * (r->rest[r->n / 2] + r->rest[r->n - r->n / 2 - 1]);
    for (size_t i = 0; i < r->n; i++) {
        double d = r->weight[i], c = 1 - d / h * (d / h);
        r->weight[i] = d <= 0.001 * h ? 1 : d <= 0.999 * h ? c * c : 0;
    }
}

/* The same season in every cycle: the mean of each place. */
static void make_periodic(struct room *r)
{
    for (size_t j = 0; j < r->period; j++) {
        double sum = 0, k = 0;
        for (size_t i = j; i < r->n; i += r->period, k++)
            sum += r->season[i];
        for (size_t i = j; i < r->n; i += r->period)
            r->season[i] = sum / k;
    }
}

/* --- Options --- */

static int next_odd(double v)
{
    int i = (int)rint(fmin(v, STL_WINDOW_MOST - 2));
    return i % 2 ? i : i + 1;
}

static void fill(struct stl_smoother *s, double window, int degree)
{
    s->window = s->window ? s->window : next_odd(window);
    s->degree = s->degree < 0 ? degree : s->degree;
    s->jump = s->jump ? s->jump : (s->window + 9) / 10;
}

void stl_defaults(struct stl_options *o, size_t n, bool robust)
{
    if (!o->periodic)
        fill(&o->season, 7, 0);
    double season = o->periodic ? 10 * (double)n + 1 : o->season.window;
    fill(&o->trend, ceil(1.5 * o->period / (1 - 1.5 / season)), 1);
    fill(&o->low_pass, o->period, o->trend.degree);
    o->inner = o->inner ? o->inner : robust ? 1 : 2;
    o->outer = o->outer ? o->outer : robust ? 15 : 0;
}

static bool fine(struct stl_smoother s)
{
    return s.window >= 3 && s.window <= STL_WINDOW_MOST && s.window % 2 && s.degree >= 0 &&
           s.degree <= 1 && s.jump >= 1;
}

static bool usable(const double *y, size_t n, const struct stl_options *o)
{
    if (o->period < 2 || n <= 2 * (size_t)o->period || o->inner < 1 || o->inner > 1000 ||
        o->outer < 0 || o->outer > 1000)
        return false;
    if (!(o->periodic || fine(o->season)) || !fine(o->trend) || !fine(o->low_pass))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(fabs(y[i]) <= 1e150))
            return false;
    return true;
}

static enum err make_room(struct arena *a, const double *y, size_t n, const struct stl_options *o,
                          struct room *r)
{
    size_t period = (size_t)o->period, long_n = n + 2 * period;
    *r = (struct room){.o = *o, .y = y, .n = n, .period = period};
    if (o->periodic) { /* so wide that all cycles weigh the same */
        int window = 10 * (int)n + 1;
        r->o.season = (struct stl_smoother){window, 0, (window + 9) / 10};
    }
    r->season = ARENA_ARRAY(a, n, double);
    r->trend = ARENA_ARRAY(a, n, double);
    r->weight = ARENA_ARRAY(a, n, double);
    double **parts[] = {&r->cycle, &r->pass,       &r->pass2,      &r->rest,
                        &r->sub,   &r->sub_weight, &r->sub_smooth, &r->w};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!(*parts[i] = ARENA_ARRAY(a, long_n, double)))
            return ERR_NOMEM;
    return r->season && r->trend && r->weight ? ERR_OK : ERR_NOMEM;
}

enum err stl_split(const struct work *w, const double *y, size_t n, const struct stl_options *o,
                   struct stl *out)
{
    struct room r;
    if (n > STL_MOST)
        return ERR_LIMIT;
    if (!usable(y, n, o))
        return ERR_INVALID;
    TRY(make_room(w->arena, y, n, o, &r));
    double *remainder = ARENA_ARRAY(w->arena, n, double);
    if (!remainder)
        return ERR_NOMEM;
    for (int outer = 0; outer <= o->outer; outer++) {
        for (int inner = 0; inner < o->inner; inner++) {
            TRY(work_tick(w, (double)outer / (o->outer + 1)));
            inner_pass(&r);
        }
        if (outer < o->outer) {
            set_weights(&r);
            r.robust = r.weight;
        }
    }
    if (o->periodic)
        make_periodic(&r);
    for (size_t i = 0; i < n; i++) {
        remainder[i] = y[i] - r.season[i] - r.trend[i];
        r.weight[i] = o->outer ? r.weight[i] : 1;
    }
    *out = (struct stl){n, r.season, r.trend, remainder, r.weight};
    return ERR_OK;
}
