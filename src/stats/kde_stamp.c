/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each point's kernel laid upon the cells it reaches. Points are sorted by row, and bands of rows
 * are made one by one, so that a cell always sums its points in the same order. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define BAND_LEAST 16u
#define BANDS 8u
#define FAR_MOST 65536.0

struct stamping {
    const struct grid *g;
    enum kernel kernel;
    double bandwidth, reach, peak, per_cell; /* 1 by the side of a cell */
    size_t band;                             /* rows */
    int64_t low;                             /* row of the first bucket */
    size_t buckets;
    const uint32_t *first; /* of each bucket */
    const double *x, *y, *weight;
    double *out;
    double **room; /* of each lane: columns */
};

double kde__reach(const struct kde_plan *plan, size_t n)
{
    if (plan->kernel != KERNEL_GAUSS)
        return plan->bandwidth;
    return plan->bandwidth * sqrt(2 * log(((double)n + 1) * 1e14));
}

static double peak_of(const struct kde_plan *plan)
{
    double area = M_PI * plan->bandwidth * plan->bandwidth;
    switch (plan->kernel) {
    case KERNEL_GAUSS:
        return 1 / (2 * area);
    case KERNEL_QUARTIC:
        return 3 / area;
    case KERNEL_EPANECHNIKOV:
        return 2 / area;
    case KERNEL_UNIFORM:
        return 1 / area;
    }
    return NAN;
}

/* floor() for what surely fits an int64_t: without a call. */
static int64_t down(double v)
{
    int64_t i = (int64_t)v;
    return i - (v < (double)i);
}

static size_t bounded(int64_t i, size_t least, size_t most)
{
    return i <= (int64_t)least ? least : i >= (int64_t)most ? most : (size_t)i;
}

/* Cells along one axis whose centres lie within `reach` of v: [from, to). All in cells. */
struct span {
    size_t from, to;
};

static struct span span_of(double v, double reach, size_t least, size_t most)
{
    return (struct span){bounded(-down(reach - v), least, most),
                         bounded(down(v + reach) + 1, least, most)};
}

/* Two columns at a time. */
typedef double pair __attribute__((vector_size(16)));
typedef double pair_anywhere __attribute__((vector_size(16), aligned(8)));
typedef int64_t choice __attribute__((vector_size(16)));

static pair load(const double *p)
{
    return *(const pair_anywhere *)p;
}

static pair above_zero(pair t)
{
    return (pair)((choice)t & (t > 0));
}

/* Adds weight * f(rest - away[c]) to a row; f is the kernel as a function of 1 - (d/h)^2. */
static void add_row(enum kernel kernel, double *out, const double *away, size_t n, double rest,
                    double weight)
{
    const pair none = {0, 0}, one = {weight, weight};
    size_t c = 0;
    switch (kernel) {
    case KERNEL_GAUSS: /* away is exp() already, and weight too */
        for (; c + 2 <= n; c += 2)
            *(pair_anywhere *)(out + c) = load(out + c) + weight * load(away + c);
        for (; c < n; c++)
            out[c] += weight * away[c];
        break;
    case KERNEL_QUARTIC:
        for (; c + 2 <= n; c += 2) {
            pair t = above_zero(rest - load(away + c));
            *(pair_anywhere *)(out + c) = load(out + c) + weight * (t * t);
        }
        break;
    case KERNEL_EPANECHNIKOV:
        for (; c + 2 <= n; c += 2)
            *(pair_anywhere *)(out + c) =
                load(out + c) + weight * above_zero(rest - load(away + c));
        break;
    case KERNEL_UNIFORM:
        for (; c + 2 <= n; c += 2) {
            choice in = (rest - load(away + c)) > none;
            *(pair_anywhere *)(out + c) = load(out + c) + (pair)((choice)one & in);
        }
        break;
    }
    for (; c < n; c++) {
        double t = rest - away[c];
        t = t > 0 ? t : 0;
        out[c] += weight * (kernel == KERNEL_QUARTIC        ? t * t
                            : kernel == KERNEL_EPANECHNIKOV ? t
                                                            : (double)(t > 0));
    }
}

/* The kernel's part in each column once; then row by row. */
static void stamp(const struct stamping *s, size_t i, struct span rows, double *room)
{
    bool gauss = s->kernel == KERNEL_GAUSS;
    double inverse = (gauss ? -0.5 : 1) / (s->bandwidth * s->bandwidth), cell = s->g->cell;
    double left = s->g->x0 + 0.5 * cell - s->x[i], below = s->g->y0 + 0.5 * cell - s->y[i];
    struct span c = span_of(-left * s->per_cell, s->reach * s->per_cell, 0, s->g->columns);
    if (c.from >= c.to)
        return;
    for (size_t k = c.from; k < c.to; k++) {
        double dx = left + (double)k * cell;
        room[k] = gauss ? exp(dx * dx * inverse) : dx * dx * inverse;
    }
    for (size_t r = rows.from; r < rows.to; r++) {
        double dy = below + (double)r * cell, y2 = dy * dy * inverse;
        double weight = s->weight[i] * (gauss ? exp(y2) : 1);
        add_row(s->kernel, s->out + r * s->g->columns + c.from, room + c.from, c.to - c.from,
                1 - y2, weight);
    }
}

static size_t bucket_of(const struct stamping *s, double row)
{
    double b = row - (double)s->low;
    return b <= 0 ? 0 : b >= (double)s->buckets ? s->buckets - 1 : (size_t)b;
}

static enum err stamp_band(void *arg, size_t part, int lane)
{
    struct stamping *s = arg;
    double cell = s->g->cell, far = ceil(s->reach / cell) + 1;
    size_t row = part * s->band;
    size_t end = row + s->band < s->g->rows ? row + s->band : s->g->rows;
    uint32_t i = s->first[bucket_of(s, (double)row - far)];
    uint32_t last = s->first[bucket_of(s, (double)end + far) + 1];
    for (; i < last; i++) {
        double v = (s->y[i] - s->g->y0) * s->per_cell - 0.5;
        struct span rows = span_of(v, s->reach * s->per_cell, row, end);
        if (rows.from < rows.to)
            stamp(s, i, rows, s->room[lane]);
    }
    for (size_t k = row * s->g->columns; k < end * s->g->columns; k++)
        s->out[k] *= s->peak;
    return ERR_OK;
}

/* Those that reach the grid, by row, and within a row in their order. */
static enum err sort_points(const struct work *w, const struct points *p, struct stamping *s)
{
    double far = ceil(s->reach / s->g->cell) + 1;
    struct arena *a = w->arena;
    far = far < FAR_MOST ? far : FAR_MOST; /* farther rows share a bucket */
    s->low = -(int64_t)far;
    s->buckets = s->g->rows + 2 * (size_t)far + 1;
    uint32_t *first = ARENA_ARRAY(a, s->buckets + 2, uint32_t);
    uint32_t *bucket = ARENA_ARRAY(a, p->n, uint32_t);
    double *x = ARENA_ARRAY(a, p->n, double), *y = ARENA_ARRAY(a, p->n, double);
    double *weight = ARENA_ARRAY(a, p->n, double);
    if (!first || !bucket || !x || !y || !weight)
        return ERR_NOMEM;
    double inverse = 1 / s->g->cell;
    for (size_t i = 0; i < p->n; i++) {
        bucket[i] = (uint32_t)bucket_of(s, floor((p->y[i] - s->g->y0) * inverse));
        first[bucket[i] + 2]++;
    }
    for (size_t k = 2; k < s->buckets + 2; k++)
        first[k] += first[k - 1];
    for (size_t i = 0; i < p->n; i++) {
        uint32_t to = first[bucket[i] + 1]++;
        x[to] = p->x[i];
        y[to] = p->y[i];
        weight[to] = p->weight ? p->weight[i] : 1;
    }
    s->first = first;
    s->x = x;
    s->y = y;
    s->weight = weight;
    return ERR_OK;
}

enum err kde__stamp(const struct work *w, const struct points *p, const struct grid *g,
                    const struct kde_plan *plan, double *out)
{
    struct stamping s = {.g = g, .kernel = plan->kernel, .bandwidth = plan->bandwidth, .out = out};
    s.reach = kde__reach(plan, p->n);
    s.peak = peak_of(plan);
    s.per_cell = 1 / g->cell;
    s.band = (g->rows + BANDS - 1) / BANDS;
    s.band = s.band < BAND_LEAST ? BAND_LEAST : s.band;
    size_t parts = (g->rows + s.band - 1) / s.band;
    int lanes = work_lanes(w, parts);
    if (p->n >= UINT32_MAX)
        return ERR_LIMIT;
    s.room = ARENA_ARRAY(w->arena, (size_t)lanes, double *);
    if (!s.room)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++)
        if (!(s.room[i] = ARENA_ARRAY(w->arena, g->columns, double)))
            return ERR_NOMEM;
    TRY(sort_points(w, p, &s));
    memset(out, 0, grid_size(g) * sizeof *out);
    return work_parts(w, parts, stamp_band, &s);
}
