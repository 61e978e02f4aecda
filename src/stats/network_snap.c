/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The nearest street of a point: segments listed by the squares they touch, searched in rings. */
#include <math.h>

#include "base/mem.h"
#include "stats/network.h"

#define SIDES_MOST 4096.0
#define BLOCK 8192 /* points that one thread takes at a time */
/* Squares are taken this much wider, so that rounding leaves no segment out. */
#define SLACK 1e-6

struct squares {
    const struct network *net;
    double x0, y0, side;
    long columns, rows;
    uint32_t *first, *list;
};

static long clamp(double v, long most)
{
    return v < 0 ? 0 : v > (double)most ? most : (long)v;
}

/* For every square that segment i touches: count it, or put it in the list. */
static void touch(struct squares *g, uint32_t i, bool fill)
{
    const struct network *net = g->net;
    double ax = (net->x[net->a[i]] - g->x0) / g->side, ay = (net->y[net->a[i]] - g->y0) / g->side;
    double bx = (net->x[net->b[i]] - g->x0) / g->side, by = (net->y[net->b[i]] - g->y0) / g->side;
    double low = fmin(ay, by), high = fmax(ay, by);
    long last = clamp(high + SLACK, g->rows - 1);
    for (long row = clamp(low - SLACK, g->rows - 1); row <= last; row++) {
        double t0 = 0, t1 = 1;
        if (high > low) {
            t0 = ((double)row - SLACK - ay) / (by - ay);
            t1 = ((double)row + 1 + SLACK - ay) / (by - ay);
        }
        double s0 = fmax(0, fmin(t0, t1)), s1 = fmin(1, fmax(t0, t1));
        double x0 = ax + s0 * (bx - ax), x1 = ax + s1 * (bx - ax);
        long end = clamp(fmax(x0, x1) + SLACK, g->columns - 1);
        for (long column = clamp(fmin(x0, x1) - SLACK, g->columns - 1); column <= end; column++) {
            size_t cell = (size_t)row * (size_t)g->columns + (size_t)column;
            if (fill)
                g->list[g->first[cell + 1]++] = i;
            else
                g->first[cell + 2]++;
        }
    }
}

static void lay_grid(struct squares *g)
{
    const struct network *net = g->net;
    struct geo_box box = geo_box_empty();
    size_t kept = 0;
    for (size_t i = 0; i < net->segments; i++) {
        if (net->chain[i] == NETWORK_NONE)
            continue;
        geo_box_add(&box, net->x[net->a[i]], net->y[net->a[i]]);
        geo_box_add(&box, net->x[net->b[i]], net->y[net->b[i]]);
        kept++;
    }
    double wide = box.east_max - box.east_min, high = box.north_max - box.north_min;
    g->x0 = box.east_min;
    g->y0 = box.north_min;
    g->side = fmax(net->total / (double)kept, sqrt(wide * high / (2.0 * (double)kept)));
    g->side = fmax(g->side, fmax(wide, high) / SIDES_MOST);
    g->columns = (long)(wide / g->side) + 1;
    g->rows = (long)(high / g->side) + 1;
}

static enum err list_squares(const struct work *w, struct squares *g)
{
    const struct network *net = g->net;
    lay_grid(g);
    size_t cells = (size_t)g->columns * (size_t)g->rows;
    g->first = ARENA_ARRAY(w->arena, cells + 2, uint32_t);
    if (!g->first)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < net->segments; i++)
        if (net->chain[i] != NETWORK_NONE)
            touch(g, i, false);
    for (size_t c = 2; c < cells + 2; c++)
        g->first[c] += g->first[c - 1];
    g->list = ARENA_ARRAY(w->arena, g->first[cells + 1], uint32_t);
    if (!g->list)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < net->segments; i++)
        if (net->chain[i] != NETWORK_NONE)
            touch(g, i, true);
    return ERR_OK;
}

/* --- Search --- */

struct search {
    const struct squares *g;
    double x, y, best; /* best: squared */
    struct network_place found;
};

static void try_segment(struct search *s, uint32_t i)
{
    const struct network *net = s->g->net;
    uint32_t a = net->a[i], b = net->b[i];
    double dx = net->x[b] - net->x[a], dy = net->y[b] - net->y[a];
    double px = s->x - net->x[a], py = s->y - net->y[a];
    double t = (px * dx + py * dy) / (dx * dx + dy * dy);
    t = t > 0 ? fmin(t, 1) : 0;
    double ex = px - t * dx, ey = py - t * dy, d = ex * ex + ey * ey;
    if (d > s->best || (d == s->best && i >= s->found.segment))
        return;
    s->best = d;
    s->found = (struct network_place){i, t * net->length[i]};
}

static void search_row(struct search *s, long row, long from, long to, long step)
{
    const struct squares *g = s->g;
    if (row < 0 || row >= g->rows)
        return;
    if (step == 1) {
        from = from > 0 ? from : 0;
        to = to < g->columns ? to : g->columns - 1;
    }
    for (long column = from; column <= to; column += step) {
        if (column < 0 || column >= g->columns)
            continue;
        size_t cell = (size_t)row * (size_t)g->columns + (size_t)column;
        for (uint32_t k = g->first[cell]; k < g->first[cell + 1]; k++)
            try_segment(s, g->list[k]);
    }
}

static long outside(double v, long n)
{
    return v < 0 ? (long)-v : v >= (double)n ? (long)v - n + 1 : 0;
}

static struct network_place nearest(const struct squares *g, double x, double y, double snap)
{
    struct search s = {.g = g, .x = x, .y = y, .best = snap * snap};
    s.found.segment = NETWORK_NONE;
    double column = floor((x - g->x0) / g->side), row = floor((y - g->y0) / g->side);
    long start = outside(column, g->columns), other = outside(row, g->rows);
    start = start > other ? start : other;
    double reach = (double)start * g->side - g->side;
    if (reach > snap * (1 + SLACK) || fabs(column) > 1e9 || fabs(row) > 1e9)
        return s.found;
    long c = (long)column, r = (long)row, most = start + g->columns + g->rows;
    for (long ring = start; ring <= most; ring++) {
        double least = ((double)ring - 1 - SLACK) * g->side;
        if (least > 0 && least * least > s.best)
            break;
        for (long k = r - ring > 0 ? r - ring : 0; k <= r + ring && k < g->rows; k++) {
            bool whole = k == r - ring || k == r + ring || ring == 0;
            search_row(&s, k, c - ring, c + ring, whole ? 1 : 2 * ring);
        }
    }
    return s.found;
}

struct snapping {
    const struct squares *g;
    const struct points *p;
    double snap;
    struct network_place *out;
};

static enum err snap_block(void *arg, size_t i, int lane)
{
    const struct snapping *s = arg;
    (void)lane;
    for (size_t k = i * BLOCK; k < s->p->n && k < (i + 1) * BLOCK; k++)
        s->out[k] = nearest(s->g, s->p->x[k], s->p->y[k], s->snap);
    return ERR_OK;
}

enum err network_snap(const struct work *w, const struct network *net, const struct points *p,
                      double snap, struct network_place *out)
{
    struct squares g = {.net = net};
    TRY(points_check(&(struct points){p->n, p->x, p->y, NULL}));
    if (!(snap >= 0 && isfinite(snap)))
        return ERR_INVALID;
    TRY(list_squares(w, &g));
    struct snapping s = {&g, p, snap, out};
    return work_parts(w, (p->n + BLOCK - 1) / BLOCK, snap_block, &s);
}
