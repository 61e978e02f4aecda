/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/kde.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define MAP_STEP 16.0               /* of a bandwidth, in the map of e(x) */
#define MAP_CELLS ((size_t)1 << 20) /* with more, half the step */

static enum err check(const struct points *p, const struct grid *g, const struct kde_plan *plan)
{
    TRY(points_check(p));
    TRY(grid_check(g));
    if (!(plan->bandwidth > 0 && plan->bandwidth <= GEO_METRES_MOST))
        return ERR_INVALID;
    return plan->window && plan->window->kind != GEO_POLYGON ? ERR_INVALID : ERR_OK;
}

/* --- What part of a kernel lies inside --- */

/* e(x) at the centres of cells of side `cell`, read in between by straight lines. */
struct map {
    struct grid g;
    double *e;
};

static double part_between(double x, double low, double high, double s)
{
    /* the smaller of both tails' differences keeps its digits */
    double a = (low - x) / (s * M_SQRT2), b = (high - x) / (s * M_SQRT2);
    return a > 0 ? 0.5 * (erfc(a) - erfc(b)) : 0.5 * (erfc(-b) - erfc(-a));
}

static double in_rectangle(const struct geo_box *box, double x, double y, double s)
{
    return part_between(x, box->east_min, box->east_max, s) *
           part_between(y, box->north_min, box->north_max, s);
}

static double map_read(const struct map *m, double x, double y)
{
    double u = (x - m->g.x0) / m->g.cell - 0.5, v = (y - m->g.y0) / m->g.cell - 0.5;
    u = fmin(fmax(u, 0), m->g.columns - 1.000001);
    v = fmin(fmax(v, 0), m->g.rows - 1.000001);
    size_t c = (size_t)u, r = (size_t)v;
    const double *at = m->e + r * m->g.columns + c;
    double f = u - (double)c, h = v - (double)r;
    return (1 - h) * ((1 - f) * at[0] + f * at[1]) +
           h * ((1 - f) * at[m->g.columns] + f * at[m->g.columns + 1]);
}

/* Kernels of bounded reach: the shares under the kernel's disc. Where all of the square round it
 * is inside, or nothing, there is nothing to sum. */
struct discs {
    const double *share, *above; /* above: summed share of all cells to the south-west */
    const struct grid *g;
    size_t reach;
    const double *weight; /* (2 reach + 1)^2 */
    double *e;
};

static enum err disc_row(void *arg, size_t row, int lane)
{
    const struct discs *d = arg;
    size_t columns = d->g->columns, k = d->reach, side = 2 * k + 1, wide = columns + 1;
    (void)lane;
    for (size_t c = 0; c < columns; c++) {
        double sum = 0;
        if (row < k || row + k >= d->g->rows || c < k || c + k >= columns)
            continue; /* the margin: nobody asks */
        const double *low = d->above + (row - k) * wide + c - k, *high = low + side * wide;
        double whole = high[side] - high[0] - low[side] + low[0];
        double full = (double)(side * side);
        if (whole < 1e-9 || whole > full - 1e-9) {
            d->e[row * columns + c] = whole < 1e-9 ? 0 : 1;
            continue;
        }
        for (size_t r = 0; r < side; r++) {
            const double *share = d->share + (row - k + r) * columns + c - k;
            for (size_t i = 0; i < side; i++)
                sum += d->weight[r * side + i] * share[i];
        }
        d->e[row * columns + c] = sum;
    }
    return ERR_OK;
}

static double *disc_weights(struct arena *a, const struct kde_plan *plan, double cell, size_t reach)
{
    size_t side = 2 * reach + 1;
    double *weight = ARENA_ARRAY(a, side * side, double), sum = 0;
    for (size_t i = 0; weight && i < side * side; i++) {
        double dx = ((double)(i % side) - (double)reach) * cell / plan->bandwidth;
        double dy = ((double)(i / side) - (double)reach) * cell / plan->bandwidth;
        double t = fmax(0, 1 - dx * dx - dy * dy);
        weight[i] = plan->kernel == KERNEL_QUARTIC        ? t * t
                    : plan->kernel == KERNEL_EPANECHNIKOV ? t
                                                          : (double)(t > 0);
        sum += weight[i];
    }
    for (size_t i = 0; weight && i < side * side; i++)
        weight[i] /= sum;
    return weight;
}

static enum err map_discs(const struct work *w, const struct kde_plan *plan, double *share,
                          struct map *m)
{
    size_t columns = m->g.columns, rows = m->g.rows, wide = columns + 1;
    size_t reach = (size_t)ceil(plan->bandwidth / m->g.cell);
    double *above = ARENA_ARRAY(w->arena, wide * (rows + 1), double);
    double *weight = disc_weights(w->arena, plan, m->g.cell, reach);
    if (!above || !weight)
        return ERR_NOMEM;
    for (size_t r = 0; r < rows; r++) {
        double sum = 0;
        for (size_t c = 0; c < columns; c++) {
            sum += share[r * columns + c];
            above[(r + 1) * wide + c + 1] = above[r * wide + c + 1] + sum;
        }
    }
    struct discs d = {share, above, &m->g, reach, weight, m->e};
    return work_parts(w, rows, disc_row, &d);
}

/* Averaging over cells and reading between them both add to the variance. */
static enum err map_gauss(const struct work *w, const struct kde_plan *plan, double *share,
                          struct map *m)
{
    struct kde_taps taps;
    double cell = m->g.cell;
    TRY(kde__taps(w->arena, plan->bandwidth * plan->bandwidth - cell * cell / 4, cell, 1, &taps));
    const struct kde_sheet sheet = {share, m->g.columns, m->g.rows, 0, 0, m->g.columns, m->g.rows};
    return kde__smooth(w, &sheet, &taps, m->e);
}

static enum err make_map(const struct work *w, struct geo_box asked, const struct kde_plan *plan,
                         const struct geo_shape *window, struct map *m)
{
    bool gauss = plan->kernel == KERNEL_GAUSS;
    double cell = plan->bandwidth / (gauss ? MAP_STEP / 2 : MAP_STEP);
    double reach = plan->bandwidth * (gauss ? KDE_SMOOTH_REACH : 1) + 2 * cell;
    double *share;
    struct geo_box box = geo_box_grow(asked, reach);
    double cells = (box.east_max - box.east_min) * (box.north_max - box.north_min) / (cell * cell);
    cell *= cells > (double)MAP_CELLS ? 2 : 1;
    TRY(grid_cover(geo_box_grow(box, 2 * cell), cell, &m->g));
    TRY(grid_share(&m->g, window, w->arena, &share));
    m->e = ARENA_ARRAY(w->arena, grid_size(&m->g), double);
    if (!m->e)
        return ERR_NOMEM;
    return gauss ? map_gauss(w, plan, share, m) : map_discs(w, plan, share, m);
}

enum err kde_inside(const struct work *w, const struct points *at, const struct grid *g,
                    const struct kde_plan *plan, double *out)
{
    struct geo_box rectangle = grid_box(g);
    TRY(check(at, g, plan));
    if (!plan->window && plan->kernel == KERNEL_GAUSS) {
        for (size_t i = 0; i < at->n; i++)
            out[i] = in_rectangle(&rectangle, at->x[i], at->y[i], plan->bandwidth);
        return ERR_OK;
    }
    const struct geo_shape *window = plan->window;
    if (!window && !(window = geo_shape_rect(w->arena, rectangle)))
        return ERR_NOMEM;
    struct map m;
    if (at->n == 0)
        return ERR_OK;
    TRY(make_map(w, points_box(at), plan, window, &m));
    for (size_t i = 0; i < at->n; i++)
        out[i] = map_read(&m, at->x[i], at->y[i]);
    return ERR_OK;
}

/* --- The density --- */

static enum err centres(struct arena *a, const struct grid *g, struct points *out)
{
    size_t n = grid_size(g);
    double *x = ARENA_ARRAY(a, n, double), *y = ARENA_ARRAY(a, n, double);
    if (!x || !y)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        x[i] = grid_x(g, i);
        y[i] = grid_y(g, i);
    }
    *out = (struct points){n, x, y, NULL};
    return ERR_OK;
}

/* Each weight by e(x_i). A point of whose kernel nothing lies inside cannot be made up for. */
static enum err corrected(const struct work *w, const struct points *p, const struct grid *g,
                          const struct kde_plan *plan, struct points *out)
{
    double *e = ARENA_ARRAY(w->arena, p->n, double);
    if (!e)
        return ERR_NOMEM;
    TRY(kde_inside(w, p, g, plan, e));
    for (size_t i = 0; i < p->n; i++)
        e[i] = e[i] > 1e-6 ? (p->weight ? p->weight[i] : 1) / e[i] : 0;
    *out = *p;
    out->weight = e;
    return ERR_OK;
}

enum err kde(const struct work *w, const struct points *p, const struct grid *g,
             const struct kde_plan *plan, double *out)
{
    struct points use = *p;
    TRY(check(p, g, plan));
    TRY(work_tick(w, 0));
    if (p->n == 0) {
        memset(out, 0, grid_size(g) * sizeof *out);
        return ERR_OK;
    }
    if (plan->edge == KDE_EDGE_DIGGLE)
        TRY(corrected(w, p, g, plan, &use));
    if (plan->kernel == KERNEL_GAUSS && !plan->exact && g->cell <= KDE_FAST_CELL * plan->bandwidth)
        TRY(kde__fast(w, &use, g, plan->bandwidth, out));
    else
        TRY(kde__stamp(w, &use, g, plan, out));
    if (plan->edge != KDE_EDGE_UNIFORM)
        return ERR_OK;
    struct points at;
    double *e = ARENA_ARRAY(w->arena, grid_size(g), double);
    if (!e)
        return ERR_NOMEM;
    TRY(centres(w->arena, g, &at));
    TRY(kde_inside(w, &at, g, plan, e));
    for (size_t i = 0; i < at.n; i++)
        out[i] = e[i] > 1e-6 ? out[i] / e[i] : 0;
    return ERR_OK;
}
