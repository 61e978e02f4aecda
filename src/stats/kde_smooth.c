/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Smoothing along rows and columns, and the fast Gauss density that rests on it. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define LANES 8  /* lines smoothed side by side */
#define BANDS 2u /* of rows, for each thread: all points are looked at in each */

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

enum err kde__taps(struct arena *a, double variance, double cell, int power, size_t most,
                   struct kde_taps *out)
{
    double deviation = sqrt(variance), reach = ceil(KDE_SMOOTH_REACH * deviation / cell);
    size_t n = reach < (double)most ? (size_t)reach : most;
    double *weight = ARENA_ARRAY(a, n + 1, double);
    if (!weight)
        return ERR_NOMEM;
    for (size_t k = 0; k <= n; k++) {
        double d = (double)k * cell;
        weight[k] = exp(-d * d / (2 * variance)) / (sqrt(2 * M_PI) * deviation);
        weight[k] *= power ? cell : 1;
    }
    *out = (struct kde_taps){n, weight};
    return ERR_OK;
}

/* --- Binning --- */

/* The grid and what lies round it within the kernel's reach, as far as there are points. */
struct binning {
    const struct points *p;
    const struct grid *g;
    size_t columns, rows, left, below;
    size_t bands;
    double *sheet;
};

static size_t margin(double beyond, double reach, double cell)
{
    double m = ceil((beyond < reach ? beyond : reach) / cell);
    return m > 0 ? (size_t)m + 2 : 2;
}

/* A point f cells from the middle one of three: shares with the mean f and the variance 1/4,
 * whatever f is (a quadratic spline). Shares by straight lines have a variance that depends on f,
 * which no smoothing makes up for. */
static void shares(double f, double *out)
{
    out[0] = 0.5 * (0.5 - f) * (0.5 - f);
    out[1] = 0.75 - f * f;
    out[2] = 0.5 * (0.5 + f) * (0.5 + f);
}

/* Rows from .. to of the sheet, and where its first cell lies, in cells: a whole number is in the
 * middle of each. */
struct bin_rows {
    size_t from, to;
    double x0, y0, right, above, inverse;
};

static void bin_point(const struct binning *b, const struct bin_rows *s, size_t i)
{
    const struct points *p = b->p;
    double across[3], along[3];
    double u = p->x[i] * s->inverse - s->x0, v = p->y[i] * s->inverse - s->y0;
    if (!(u >= 0.5 && v >= 0.5 && u < s->right && v < s->above))
        return; /* beyond reach */
    size_t c = (size_t)(u + 0.5), row = (size_t)(v + 0.5) - 1;
    double weight = p->weight ? p->weight[i] : 1;
    shares(u - (double)c, across);
    shares(v - (double)(row + 1), along);
    double *at = b->sheet + row * b->columns + c - 1;
    bool whole = row >= s->from && row + 3 <= s->to; /* else the others are another band's */
    for (size_t k = 0; k < 3; k++, at += b->columns) {
        double part_of = weight * along[k];
        if (!whole && (row + k < s->from || row + k >= s->to))
            continue;
        at[0] += part_of * across[0];
        at[1] += part_of * across[1];
        at[2] += part_of * across[2];
    }
}

/* A cell sums the same points in the same order whatever the bands are. */
static enum err bin_band(void *arg, size_t part, int lane)
{
    const struct binning *b = arg;
    const struct points *p = b->p;
    double inverse = 1 / b->g->cell;
    const struct bin_rows s = {.from = b->rows * part / b->bands,
                               .to = b->rows * (part + 1) / b->bands,
                               .x0 = b->g->x0 * inverse + 0.5 - (double)b->left,
                               .y0 = b->g->y0 * inverse + 0.5 - (double)b->below,
                               .right = (double)b->columns - 1.5,
                               .above = (double)b->rows - 1.5,
                               .inverse = inverse};
    const struct kde_between want = {((double)s.from - 2 + s.y0) * b->g->cell,
                                     ((double)s.to + 1 + s.y0) * b->g->cell};
    uint16_t kept[KDE_BLOCK];
    (void)lane;
    for (size_t i = 0; i < p->n; i += KDE_BLOCK) {
        size_t n = p->n - i < KDE_BLOCK ? p->n - i : KDE_BLOCK;
        n = kde__choose(p->y + i, 1, n, want, kept);
        for (size_t k = 0; k < n; k++)
            bin_point(b, &s, i + kept[k]);
    }
    return ERR_OK;
}

static enum err bin_points(const struct work *w, struct binning *b)
{
    int lanes = work_lanes(w, b->rows);
    b->bands = lanes > 1 ? (size_t)lanes * BANDS : 1;
    b->bands = b->bands < b->rows ? b->bands : b->rows;
    b->sheet = ARENA_ARRAY(w->arena, b->columns * b->rows, double);
    return b->sheet ? work_parts(w, b->bands, bin_band, b) : ERR_NOMEM;
}

static enum err bin_and_smooth(const struct work *w, const struct points *p, const struct grid *g,
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
    size_t most = b.columns > b.rows ? b.columns : b.rows;
    double variance = bandwidth * bandwidth - g->cell * g->cell / 4;
    TRY(kde__taps(w->arena, variance, g->cell, 0, most, &taps));
    TRY(bin_points(w, &b));
    const struct kde_sheet sheet = {b.sheet, b.columns,  b.rows, b.left,
                                    b.below, g->columns, g->rows};
    return kde__smooth(w, &sheet, &taps, out);
}

/* Cells wider than a third of the bandwidth are cut in three by three; the middle ones have the
 * same centres. */
enum err kde__fast(const struct work *w, const struct points *p, const struct grid *g,
                   double bandwidth, double *out)
{
    if (g->cell <= bandwidth / 3 || grid_size(g) > GRID_CELLS_MOST / 9)
        return bin_and_smooth(w, p, g, bandwidth, out);
    struct grid fine = {g->x0, g->y0, g->cell / 3, g->columns * 3, g->rows * 3};
    double *all = ARENA_ARRAY(w->arena, grid_size(&fine), double);
    if (!all)
        return ERR_NOMEM;
    TRY(bin_and_smooth(w, p, &fine, bandwidth, all));
    for (size_t r = 0; r < g->rows; r++)
        for (size_t c = 0; c < g->columns; c++)
            out[r * g->columns + c] = all[(3 * r + 1) * fine.columns + 3 * c + 1];
    return ERR_OK;
}
