/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/knox.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/knox_inner.h"
#include "stats/special.h"

/* --- What is asked --- */

static bool rising(const double *v, size_t n)
{
    if (n < 2 || n > KNOX_BOUNDS_MOST || !(v[0] >= 0))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!isfinite(v[i]) || !(v[i] > v[i - 1]))
            return false;
    return true;
}

static bool usable(const struct knox_input *in)
{
    if (in->n < 2 || in->runs < 0 || in->runs > KNOX_RUNS_MOST)
        return false;
    if (!rising(in->space, in->n_space) || !rising(in->time, in->n_time))
        return false;
    if (!isnan(in->same_place) &&
        !(in->space[0] == 0 && in->same_place >= 0 && in->same_place < in->space[1]))
        return false;
    for (size_t i = 0; i < in->n; i++)
        if (!(fabs(in->t[i]) <= KNOX_TIME_MOST))
            return false;
    return true;
}

/* Bounds of the rows: those given, with the edge of the same place after the first. */
static size_t space_bounds(const struct knox_input *in, double *out)
{
    size_t n = 0;
    out[n++] = in->space[0];
    if (!isnan(in->same_place))
        out[n++] = in->same_place;
    for (size_t i = 1; i < in->n_space; i++)
        out[n++] = in->space[i];
    return n;
}

static void set_limits(struct knox_plan *p)
{
    const struct knox_input *in = p->in;
    double bound[KNOX_BOUNDS_MOST + 1];
    size_t n = space_bounds(in, bound);
    p->rows = n - 1;
    p->columns = in->n_time - 1;
    for (size_t i = 0; i < n; i++)
        p->space_limit[i] = near_limit(in->metric, bound[i], in->closed && i > 0);
    if (in->same_place == 0)
        p->space_limit[1] = near_limit(in->metric, 0, true);
}

/* --- The answer --- */

static enum err make_table(struct arena *a, const struct knox_plan *p, struct knox_table *out)
{
    size_t cells = p->rows * p->columns;
    struct knox_table t = {.rows = p->rows, .columns = p->columns};
    double **reals[] = {&t.analytic,     &t.p_analytic, &t.expected, &t.ratio,
                        &t.ratio_median, &t.p,          &t.p_low};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
        if (!(*reals[i] = ARENA_ARRAY(a, cells, double)))
            return ERR_NOMEM;
        for (size_t k = 0; k < cells; k++)
            (*reals[i])[k] = NAN;
    }
    t.observed = ARENA_ARRAY(a, cells, int64_t);
    t.pairs_space = ARENA_ARRAY(a, t.rows, int64_t);
    t.pairs_time = ARENA_ARRAY(a, t.columns, int64_t);
    t.space_from = ARENA_ARRAY(a, t.rows, double);
    t.space_to = ARENA_ARRAY(a, t.rows, double);
    t.time_from = ARENA_ARRAY(a, t.columns, double);
    t.time_to = ARENA_ARRAY(a, t.columns, double);
    if (!t.observed || !t.pairs_space || !t.pairs_time || !t.space_from || !t.space_to ||
        !t.time_from || !t.time_to)
        return ERR_NOMEM;
    double bound[KNOX_BOUNDS_MOST + 1];
    space_bounds(p->in, bound);
    for (size_t s = 0; s < t.rows; s++) {
        t.space_from[s] = bound[s];
        t.space_to[s] = bound[s + 1];
    }
    for (size_t k = 0; k < t.columns; k++) {
        t.time_from[k] = p->in->time[k];
        t.time_to[k] = p->in->time[k + 1];
    }
    *out = t;
    return ERR_OK;
}

static int by_real(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_count(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Pairs of sorted times that differ by less than `limit`. */
static int64_t pairs_below(const double *t, size_t n, double limit)
{
    int64_t sum = 0;
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        while (from < i && !(t[i] - t[from] < limit))
            from++;
        sum += (int64_t)(i - from);
    }
    return sum;
}

static enum err analytic(const struct knox_plan *p, struct knox_table *t)
{
    AUTO(mem_freep) double *sorted = mem_array(p->n, sizeof *sorted);
    if (!sorted)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++)
        sorted[i] = p->t[i];
    qsort(sorted, p->n, sizeof *sorted, by_real);
    int64_t before = pairs_below(sorted, p->n, p->time_limit[0]);
    for (size_t k = 0; k < t->columns; k++) {
        int64_t now = pairs_below(sorted, p->n, p->time_limit[k + 1]);
        t->pairs_time[k] = now - before;
        before = now;
    }
    double all = (double)p->n * (double)(p->n - 1) / 2;
    for (size_t s = 0; s < t->rows; s++)
        for (size_t k = 0; k < t->columns; k++) {
            size_t c = s * t->columns + k;
            t->analytic[c] = (double)t->pairs_space[s] / all * (double)t->pairs_time[k];
            t->p_analytic[c] =
                t->observed[c] ? gamma_tails((double)t->observed[c], t->analytic[c]).lower : 1;
        }
    return ERR_OK;
}

/* One cell's counts in all permutations, sorted. */
static void summarise(const struct knox_plan *p, struct knox_table *t, size_t c, uint32_t *sorted)
{
    size_t runs = (size_t)p->in->runs, cells = t->rows * t->columns, high = 0, low = 0;
    double observed = (double)t->observed[c];
    uint64_t sum = 0;
    for (size_t r = 0; r < runs; r++) {
        sorted[r] = p->counts[r * cells + c];
        sum += sorted[r];
        high += (double)sorted[r] >= observed;
        low += (double)sorted[r] <= observed;
    }
    qsort(sorted, runs, sizeof *sorted, by_count);
    double median = ((double)sorted[(runs - 1) / 2] + (double)sorted[runs / 2]) / 2;
    t->expected[c] = (double)sum / (double)runs;
    t->ratio[c] = observed / t->expected[c];
    t->ratio_median[c] = observed / median;
    t->p[c] = (double)(high + 1) / (double)(runs + 1);
    t->p_low[c] = (double)(low + 1) / (double)(runs + 1);
}

static enum err permuted(struct knox_plan *p, struct knox_table *t)
{
    AUTO(mem_freep) uint32_t *sorted = mem_array((size_t)p->in->runs, sizeof *sorted);
    if (!sorted)
        return ERR_NOMEM;
    TRY(knox_runs(p));
    for (size_t c = 0; c < t->rows * t->columns; c++)
        summarise(p, t, c, sorted);
    return ERR_OK;
}

/* --- Times --- */

/* v units as so many parts of a unit: a whole number where it is one. */
static double in_parts(double v, double scale)
{
    double parts = rint(v * scale);
    return parts / scale == v ? parts : v * scale;
}

/* The parts of a unit that all times are whole numbers of: of a day, hours, minutes or seconds;
 * 0 when there are none. */
static double scale_of(const struct knox_plan *p)
{
    static const double scales[] = {1, 24, 1440, 86400};
    for (size_t k = 0; k < ARRAY_LEN(scales); k++) {
        size_t i = 0;
        while (i < p->n && rint(p->t[i] * scales[k]) / scales[k] == p->t[i])
            i++;
        if (i == p->n)
            return scales[k];
    }
    return 0;
}

/* Times in the order of the grid, whole numbers if they can be: then a difference that is equal to
 * a bound is so exactly, and four times as many are compared at once. */
static enum err take_times(struct knox_plan *p)
{
    const struct knox_input *in = p->in;
    double low = INFINITY, high = -INFINITY;
    p->t = ARENA_ARRAY(p->w->arena, p->n, double);
    if (!p->t)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++) {
        p->t[i] = in->t[p->grid.order[i]];
        low = fmin(low, p->t[i]);
        high = fmax(high, p->t[i]);
    }
    double scale = scale_of(p);
    p->wide = scale > 0 && (high - low) * scale < INT32_MAX;
    p->whole = p->wide && (high - low) * scale < INT16_MAX;
    scale = p->wide ? scale : 1;
    for (size_t i = 0; i < p->n; i++)
        p->t[i] = in_parts(p->t[i], scale);
    for (size_t i = 0; i < in->n_time; i++) {
        double bound = in_parts(in->time[i], scale);
        p->time_limit[i] = in->closed && i > 0 ? nextafter(bound, INFINITY) : bound;
    }
    return ERR_OK;
}

enum err knox_count(const struct work *w, const struct knox_input *in, struct knox_table *out)
{
    if (!usable(in))
        return ERR_INVALID;
    struct knox_plan p = {.w = w, .in = in, .n = in->n};
    struct knox_table t;
    set_limits(&p);
    TRY(near_sort(w->arena, in->x, in->y, in->n, in->space[in->n_space - 1], &p.grid));
    TRY(take_times(&p));
    TRY(make_table(w->arena, &p, &t));
    TRY(knox_pairs(&p, &t));
    TRY(analytic(&p, &t));
    if (in->runs > 0)
        TRY(permuted(&p, &t));
    *out = t;
    return ERR_OK;
}
