/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each point's kernel laid upon the cells it reaches. Points are sorted by row, and bands of rows
 * are made one by one, so that a cell always sums its points in the same order. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define BAND_LEAST 16u
#define BANDS 8u

struct stamping {
    const struct grid *g;
    enum kernel kernel;
    double bandwidth, reach, peak;
    size_t band; /* rows */
    int64_t low; /* row of the first bucket */
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

/* Columns whose centre lies within d of x: [*from, *to). */
static void span(const struct stamping *s, double x, double d, size_t *from, size_t *to)
{
    double a = ceil((x - d - s->g->x0) / s->g->cell - 0.5);
    double b = floor((x + d - s->g->x0) / s->g->cell - 0.5) + 1;
    *from = a > 0 ? (a < s->g->columns ? (size_t)a : s->g->columns) : 0;
    *to = b > 0 ? (b < s->g->columns ? (size_t)b : s->g->columns) : 0;
}

static double row_y(const struct stamping *s, size_t row)
{
    return s->g->y0 + ((double)row + 0.5) * s->g->cell;
}

static void stamp_gauss(const struct stamping *s, size_t i, size_t row, size_t end, double *room)
{
    double inverse = -0.5 / (s->bandwidth * s->bandwidth), left = s->g->x0 + 0.5 * s->g->cell;
    size_t from, to;
    span(s, s->x[i], s->reach, &from, &to);
    for (size_t c = from; c < to; c++) {
        double dx = left + (double)c * s->g->cell - s->x[i];
        room[c] = exp(dx * dx * inverse);
    }
    for (; row < end; row++) {
        double dy = row_y(s, row) - s->y[i];
        double height = s->weight[i] * exp(dy * dy * inverse);
        double *out = s->out + row * s->g->columns;
        for (size_t c = from; c < to; c++)
            out[c] += height * room[c];
    }
}

static void stamp_row(const struct stamping *s, size_t i, size_t row)
{
    double h2 = s->bandwidth * s->bandwidth, dy = row_y(s, row) - s->y[i];
    double rest = h2 - dy * dy, left = s->g->x0 + 0.5 * s->g->cell, inverse = 1 / h2;
    double *out = s->out + row * s->g->columns, weight = s->weight[i], x = s->x[i];
    double cell = s->g->cell;
    size_t from, to;
    if (rest <= 0)
        return;
    span(s, x, sqrt(rest), &from, &to);
    switch (s->kernel) {
    case KERNEL_QUARTIC:
        for (size_t c = from; c < to; c++) {
            double dx = left + (double)c * cell - x, t = (rest - dx * dx) * inverse;
            out[c] += weight * (t * t);
        }
        break;
    case KERNEL_EPANECHNIKOV:
        for (size_t c = from; c < to; c++) {
            double dx = left + (double)c * cell - x, t = (rest - dx * dx) * inverse;
            out[c] += weight * (t > 0 ? t : 0);
        }
        break;
    case KERNEL_UNIFORM:
        for (size_t c = from; c < to; c++) {
            double dx = left + (double)c * cell - x;
            out[c] += dx * dx < rest ? weight : 0;
        }
        break;
    case KERNEL_GAUSS:
        break;
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
        double a = ceil((s->y[i] - s->reach - s->g->y0) / cell - 0.5);
        double b = floor((s->y[i] + s->reach - s->g->y0) / cell - 0.5) + 1;
        size_t from = a > (double)row ? (a < (double)end ? (size_t)a : end) : row;
        size_t to = b > (double)row ? (b < (double)end ? (size_t)b : end) : row;
        if (s->kernel == KERNEL_GAUSS && from < to)
            stamp_gauss(s, i, from, to, s->room[lane]);
        for (size_t r = from; r < to && s->kernel != KERNEL_GAUSS; r++)
            stamp_row(s, i, r);
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
    far = far < (double)GRID_CELLS_MOST ? far : (double)GRID_CELLS_MOST;
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
