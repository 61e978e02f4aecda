/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/draws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ways[j * width + s]: the ways to draw j values that sum to s, divided by scale^j so that they
 * stay within a double. The last place of a row holds all sums above `most`. */
struct ways {
    size_t k, most, width;
    double scale;
};

struct exact {
    const struct work *w;
    const struct draws *d;
    const struct draws_tails *out;
    struct ways ways;
    int64_t least; /* value: sums are of value - least */
    size_t distinct;
    const int64_t *step;   /* distinct values - least, rising */
    const uint32_t *times; /* how many units have it */
    const uint32_t *first; /* units with distinct value v: unit[first[v]] .. */
    const uint32_t *unit;
    double **level; /* a table for each depth */
    double *cumulated;
    size_t done;
};

struct valued {
    int64_t value;
    uint32_t unit;
};

static int order_valued(const void *left, const void *right)
{
    const struct valued *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

/* --- What it would cost --- */

struct extent {
    double least, most;
    size_t k;
    double sum; /* largest, above k * least */
    size_t distinct;
};

static int order_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The number of distinct values is not known before they are sorted; values that lie close bound
 * it by their spread. */
static bool measure(const struct draws *d, struct extent *e)
{
    *e = (struct extent){.least = INFINITY, .most = -INFINITY};
    for (size_t i = 0; i < d->n; i++) {
        if (!(fabs(d->value[i]) <= 0x1p31) || d->value[i] != floor(d->value[i]))
            return false;
        e->least = fmin(e->least, d->value[i]);
        e->most = fmax(e->most, d->value[i]);
        e->k = d->count[i] > e->k ? d->count[i] : e->k;
    }
    if (d->n == 0 || e->k >= d->n || e->most - e->least > 0x1p31)
        return false;
    for (size_t i = 0; i < d->n; i++)
        e->sum = fmax(e->sum, d->sum[i] - d->count[i] * e->least);
    return true;
}

static bool count_distinct(const struct draws *d, struct extent *e)
{
    double *v = mem_array(d->n, sizeof *v);
    if (!v)
        return false;
    memcpy(v, d->value, d->n * sizeof *v);
    qsort(v, d->n, sizeof *v, order_doubles);
    e->distinct = 1;
    for (size_t i = 1; i < d->n; i++)
        e->distinct += v[i] != v[i - 1];
    mem_free(v);
    return true;
}

bool draws_exact_fits(const struct draws *d)
{
    struct extent e;
    if (!measure(d, &e))
        return false;
    double table = ((double)e.k + 1) * (e.sum + 2);
    if (table > 1e8 || !count_distinct(d, &e))
        return false;
    double levels = log2((double)e.distinct) + 2;
    return table * levels * 8 <= 4e9 &&
           table * ((double)e.k / 2 + 1) * (double)e.distinct * levels <= DRAWS_EXACT_MOST;
}

/* --- Counting --- */

/* Adds factor times `from` moved up by `step` to `to`; what passes the end gathers there. */
static void add_moved(const struct ways *y, double *to, const double *from, size_t step,
                      double factor)
{
    size_t over = y->most + 1, kept = step > y->most ? 0 : y->most + 1 - step;
    for (size_t s = 0; s < kept; s++)
        to[s + step] += factor * from[s];
    double rest = from[over];
    for (size_t s = kept; s <= y->most; s++)
        rest += from[s];
    to[over] += factor * rest;
}

/* One more distinct value, which `times` units have: from j - c of the earlier and c of these. */
static void add_value(const struct ways *y, double *table, int64_t step, uint32_t times)
{
    for (size_t j = y->k; j > 0; j--) {
        double factor = 1;
        for (size_t c = 1; c <= j && c <= times; c++) {
            factor *= ((double)times - (double)c + 1) / ((double)c * y->scale);
            uint64_t move = (uint64_t)c * (uint64_t)step;
            add_moved(y, table + j * y->width, table + (j - c) * y->width,
                      move > y->most ? y->most + 1 : (size_t)move, factor);
        }
    }
}

/* --- The answer for the units that have one value --- */

/* All tails of one k: from[s] = P(sum >= s), upto[s] = P(sum <= s). */
static void cumulate(const struct exact *x, const double *row, double *from, double *upto)
{
    const struct ways *y = &x->ways;
    double sum = row[y->most + 1], total;
    for (size_t s = y->most + 1; s-- > 0;) {
        sum += row[s];
        from[s] = sum;
    }
    total = sum;
    sum = 0;
    for (size_t s = 0; s <= y->most; s++) {
        sum += row[s];
        upto[s] = fmin(1, sum / total);
        from[s] = fmin(1, from[s] / total);
    }
}

static int order_by_count(const void *left, const void *right, void *arg)
{
    const struct draws *d = arg;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (d->count[a] != d->count[b])
        return d->count[a] < d->count[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void answer(struct exact *x, size_t v, const double *table)
{
    const struct draws *d = x->d;
    double *from = x->cumulated, *upto = from + x->ways.most + 1;
    uint32_t last = UINT32_MAX;
    for (uint32_t i = x->first[v]; i < x->first[v + 1]; i++) {
        uint32_t u = x->unit[i], k = d->count[u];
        if (k == 0) {
            x->out->more[u] = x->out->fewer[u] = 1;
            continue;
        }
        if (k != last)
            cumulate(x, table + (size_t)k * x->ways.width, from, upto);
        last = k;
        size_t s = (size_t)(d->sum[u] - (double)k * (double)x->least + 0.5);
        x->out->more[u] = from[s];
        x->out->fewer[u] = upto[s];
    }
}

/* `table` holds all values but those in [lo, hi). */
static enum err leave_out(struct exact *x, size_t lo, size_t hi, size_t depth)
{
    double *table = x->level[depth];
    if (hi - lo == 1) {
        if (x->times[lo] > 1)
            add_value(&x->ways, table, x->step[lo], x->times[lo] - 1);
        answer(x, lo, table);
        x->done++;
        return work_tick(x->w, (double)x->done / (double)x->distinct);
    }
    size_t mid = lo + (hi - lo) / 2;
    double *next = x->level[depth + 1];
    for (int half = 0; half < 2; half++) {
        memcpy(next, table, (x->ways.k + 1) * x->ways.width * sizeof *next);
        for (size_t v = half ? lo : mid; v < (half ? mid : hi); v++)
            add_value(&x->ways, next, x->step[v], x->times[v]);
        TRY(leave_out(x, half ? mid : lo, half ? hi : mid, depth + 1));
    }
    return ERR_OK;
}

/* --- Setting up --- */

static enum err sort_values(struct exact *x, const struct extent *e)
{
    size_t n = x->d->n;
    struct arena *a = x->w->arena;
    struct valued *v = ARENA_ARRAY(a, n, struct valued);
    uint32_t *unit = ARENA_ARRAY(a, n, uint32_t);
    uint32_t *first = ARENA_ARRAY(a, e->distinct + 1, uint32_t);
    uint32_t *times = ARENA_ARRAY(a, e->distinct, uint32_t);
    int64_t *step = ARENA_ARRAY(a, e->distinct, int64_t);
    if (!v || !unit || !first || !times || !step)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        v[i] = (struct valued){(int64_t)x->d->value[i], (uint32_t)i};
    qsort(v, n, sizeof *v, order_valued);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && v[i].value != v[i - 1].value)
            first[++at] = (uint32_t)i;
        step[at] = v[i].value - x->least;
        times[at]++;
        unit[i] = v[i].unit;
    }
    first[e->distinct] = (uint32_t)n;
    for (size_t k = 0; k < e->distinct; k++)
        qsort_r(unit + first[k], times[k], sizeof *unit, order_by_count, (void *)x->d);
    x->distinct = e->distinct;
    x->unit = unit;
    x->first = first;
    x->times = times;
    x->step = step;
    return ERR_OK;
}

static enum err make_levels(struct exact *x)
{
    size_t levels = 2, size = (x->ways.k + 1) * x->ways.width;
    for (size_t span = 1; span < x->distinct; span *= 2)
        levels++;
    x->level = ARENA_ARRAY(x->w->arena, levels, double *);
    x->cumulated = ARENA_ARRAY(x->w->arena, 2 * x->ways.width, double);
    if (!x->level || !x->cumulated)
        return ERR_NOMEM;
    for (size_t i = 0; i < levels; i++)
        if (!(x->level[i] = ARENA_ARRAY(x->w->arena, size, double)))
            return ERR_NOMEM;
    x->level[0][0] = 1; /* one way to draw nothing */
    return ERR_OK;
}

enum err draws_exact(const struct work *w, const struct draws *d, const struct draws_tails *out)
{
    struct extent e;
    if (d->n == 0)
        return ERR_INVALID;
    if (!draws_exact_fits(d) || !measure(d, &e) || !count_distinct(d, &e))
        return ERR_LIMIT;
    struct exact x = {.w = w, .d = d, .out = out, .least = (int64_t)e.least};
    x.ways = (struct ways){.k = e.k, .most = (size_t)e.sum, .scale = (double)d->n};
    x.ways.width = x.ways.most + 2;
    TRY(sort_values(&x, &e));
    TRY(make_levels(&x));
    return leave_out(&x, 0, x.distinct, 0);
}

double draws_two_sided(double more, double fewer)
{
    return fmin(1, 2 * fmin(more, fewer));
}
