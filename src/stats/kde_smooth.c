/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Smoothing along rows and columns, and the fast Gauss density that rests on it. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define LANES 8 /* lines smoothed side by side */
#define CHUNK 1000000u
#define CHUNKS_MOST 8u

typedef double pair __attribute__((vector_size(16)));

/* --- One axis --- */

struct axis {
    const double *in;
    double *out;
    size_t lines, in_line, in_step, out_line, out_step; /* steps from line to line, item to item */
    size_t items, first, out_items;                     /* of in; the first that out wants */
    const struct kde_taps *taps;
    double **room; /* of each lane: (items + 2 reach) * LANES */
};

static void load(const struct axis *x, size_t line, size_t lines, double *room)
{
    for (size_t i = 0; i < x->items; i++)
        for (size_t b = 0; b < lines; b++)
            room[i * LANES + b] = x->in[(line + b) * x->in_line + i * x->in_step];
}

/* Eight lines at a time: the middle plus both sides of each distance. */
static void smooth_item(const double *at, const struct kde_taps *t, double *out)
{
    const pair *p = (const pair *)at;
    const double w0 = t->weight[0];
    pair a = p[0] * w0, b = p[1] * w0, c = p[2] * w0, d = p[3] * w0;
    for (size_t k = 1; k <= t->reach; k++) {
        const pair *l = (const pair *)(at - k * LANES), *r = (const pair *)(at + k * LANES);
        const double w = t->weight[k];
        a += (l[0] + r[0]) * w;
        b += (l[1] + r[1]) * w;
        c += (l[2] + r[2]) * w;
        d += (l[3] + r[3]) * w;
    }
    pair *to = (pair *)out;
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
}

static enum err smooth_lines(void *arg, size_t part, int lane)
{
    const struct axis *x = arg;
    size_t line = part * LANES, lines = x->lines - line < LANES ? x->lines - line : LANES;
    double *room = x->room[lane] + x->taps->reach * LANES;
    _Alignas(16) double sums[LANES];
    if (lines < LANES)
        memset(room, 0, x->items * LANES * sizeof *room);
    load(x, line, lines, room);
    for (size_t i = 0; i < x->out_items; i++) {
        smooth_item(room + (i + x->first) * LANES, x->taps, sums);
        for (size_t b = 0; b < lines; b++)
            x->out[(line + b) * x->out_line + i * x->out_step] = sums[b];
    }
    return ERR_OK;
}

static enum err smooth_axis(const struct work *w, struct axis *x)
{
    size_t parts = (x->lines + LANES - 1) / LANES;
    int lanes = work_lanes(w, parts);
    x->room = ARENA_ARRAY(w->arena, (size_t)lanes, double *);
    if (!x->room)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++) {
        size_t n = (x->items + 2 * x->taps->reach) * LANES;
        x->room[i] = ARENA_ARRAY(w->arena, n, double);
        if (!x->room[i])
            return ERR_NOMEM;
    }
    return work_parts(w, parts, smooth_lines, x);
}

enum err kde__smooth(const struct work *w, const struct kde_sheet *s, const struct kde_taps *taps,
                     double *out)
{
    double *across = ARENA_ARRAY(w->arena, s->out_columns * s->rows, double);
    if (!across)
        return ERR_NOMEM;
    struct axis rows = {.in = s->in,
                        .out = across,
                        .lines = s->rows,
                        .in_line = s->columns,
                        .in_step = 1,
                        .out_line = s->out_columns,
                        .out_step = 1,
                        .items = s->columns,
                        .first = s->left,
                        .out_items = s->out_columns,
                        .taps = taps};
    TRY(smooth_axis(w, &rows));
    struct axis columns = {.in = across,
                           .out = out,
                           .lines = s->out_columns,
                           .in_line = 1,
                           .in_step = s->out_columns,
                           .out_line = 1,
                           .out_step = s->out_columns,
                           .items = s->rows,
                           .first = s->below,
                           .out_items = s->out_rows,
                           .taps = taps};
    return smooth_axis(w, &columns);
}

enum err kde__taps(struct arena *a, double variance, double cell, double power,
                   struct kde_taps *out)
{
    double deviation = sqrt(variance), reach = ceil(KDE_SMOOTH_REACH * deviation / cell);
    if (!(reach < 1e6))
        return ERR_LIMIT;
    double *weight = ARENA_ARRAY(a, (size_t)reach + 1, double);
    if (!weight)
        return ERR_NOMEM;
    for (size_t k = 0; k <= (size_t)reach; k++) {
        double d = (double)k * cell;
        weight[k] = pow(cell, power) * exp(-d * d / (2 * variance)) / (sqrt(2 * M_PI) * deviation);
    }
    *out = (struct kde_taps){(size_t)reach, weight};
    return ERR_OK;
}

/* --- Linear binning --- */

/* The grid and what lies round it within the kernel's reach, as far as there are points. */
struct binning {
    const struct points *p;
    const struct grid *g;
    size_t columns, rows, left, below;
    size_t chunk;
    double **sheet; /* one for each chunk of points */
};

static size_t margin(double beyond, double reach, double cell)
{
    double m = ceil((beyond < reach ? beyond : reach) / cell);
    return m > 0 ? (size_t)m + 1 : 1;
}

static enum err bin_chunk(void *arg, size_t part, int lane)
{
    const struct binning *b = arg;
    const struct points *p = b->p;
    (void)lane;
    double *sheet = b->sheet[part], inverse = 1 / b->g->cell;
    /* from centre to centre, in cells */
    double x0 = b->g->x0 * inverse + 0.5 - (double)b->left;
    double y0 = b->g->y0 * inverse + 0.5 - (double)b->below;
    double right = (double)b->columns - 1, above = (double)b->rows - 1;
    size_t end = (part + 1) * b->chunk < p->n ? (part + 1) * b->chunk : p->n;
    for (size_t i = part * b->chunk; i < end; i++) {
        double u = p->x[i] * inverse - x0, v = p->y[i] * inverse - y0;
        if (!(u >= 0 && v >= 0 && u < right && v < above))
            continue; /* beyond reach */
        size_t c = (size_t)u, r = (size_t)v;
        double f = u - (double)c, h = v - (double)r, weight = p->weight ? p->weight[i] : 1;
        double *at = sheet + r * b->columns + c;
        double top = h * weight, low = weight - top;
        at[0] += low - low * f;
        at[1] += low * f;
        at[b->columns] += top - top * f;
        at[b->columns + 1] += top * f;
    }
    return ERR_OK;
}

static enum err bin_points(const struct work *w, struct binning *b)
{
    size_t cells = b->columns * b->rows, n = b->p->n;
    size_t chunks = (n + CHUNK - 1) / CHUNK;
    chunks = chunks < 1 || cells > GRID_CELLS_MOST / 4 ? 1 : chunks;
    chunks = chunks > CHUNKS_MOST ? CHUNKS_MOST : chunks;
    b->chunk = (n + chunks - 1) / chunks;
    b->sheet = ARENA_ARRAY(w->arena, chunks, double *);
    if (!b->sheet)
        return ERR_NOMEM;
    for (size_t k = 0; k < chunks; k++)
        if (!(b->sheet[k] = ARENA_ARRAY(w->arena, cells, double)))
            return ERR_NOMEM;
    TRY(work_parts(w, chunks, bin_chunk, b));
    for (size_t k = 1; k < chunks; k++)
        for (size_t i = 0; i < cells; i++)
            b->sheet[0][i] += b->sheet[k][i];
    return ERR_OK;
}

enum err kde__fast(const struct work *w, const struct points *p, const struct grid *g,
                   double bandwidth, double *out)
{
    struct geo_box all = grid_box(g), at = points_box(p);
    struct kde_taps taps;
    double reach = KDE_SMOOTH_REACH * bandwidth;
    struct binning b = {.p = p, .g = g};
    b.left = margin(all.east_min - at.east_min, reach, g->cell);
    b.below = margin(all.north_min - at.north_min, reach, g->cell);
    b.columns = b.left + g->columns + margin(at.east_max - all.east_max, reach, g->cell);
    b.rows = b.below + g->rows + margin(at.north_max - all.north_max, reach, g->cell);
    if (b.columns * b.rows > KDE_WORK_CELLS_MOST)
        return ERR_LIMIT;
    TRY(kde__taps(w->arena, bandwidth * bandwidth - g->cell * g->cell / 6, g->cell, 0, &taps));
    TRY(bin_points(w, &b));
    const struct kde_sheet sheet = {b.sheet[0], b.columns,  b.rows, b.left,
                                    b.below,    g->columns, g->rows};
    return kde__smooth(w, &sheet, &taps, out);
}
