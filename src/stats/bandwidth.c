/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/bandwidth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/bins.h"

#define ROWS_A_PART 256
#define PAIRS_MOST 1e8
#define MAP_CELLS 128.0

double bandwidth_for(enum kernel kernel, double s)
{
    switch (kernel) {
    case KERNEL_GAUSS:
        return s;
    case KERNEL_QUARTIC:
        return s * sqrt(8);
    case KERNEL_EPANECHNIKOV:
        return s * sqrt(6);
    case KERNEL_UNIFORM:
        return s * 2;
    }
    return NAN;
}

/* --- Rules --- */

static enum err check(const struct points *p)
{
    return p->n < 2 ? ERR_INVALID : points_check(p);
}

static double deviation(const double *v, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += v[i] - v[0];
    mean = v[0] + mean / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    return sqrt(squares / (double)(n - 1));
}

enum err bandwidth_scott(const struct points *p, struct bandwidth *out)
{
    TRY(check(p));
    double power = pow((double)p->n, -1.0 / 6);
    out->x = deviation(p->x, p->n) * power;
    out->y = deviation(p->y, p->n) * power;
    out->both = sqrt(out->x * out->y);
    return ERR_OK;
}

static int order_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Between the values whose places surround share * (n - 1). */
static double quantile(const double *sorted, size_t n, double share)
{
    double at = share * (double)(n - 1);
    size_t i = (size_t)at;
    double next = i + 1 < n ? sorted[i + 1] : sorted[i];
    return sorted[i] + (at - (double)i) * (next - sorted[i]);
}

static double nrd(const double *v, size_t n, double *room)
{
    memcpy(room, v, n * sizeof *v);
    qsort(room, n, sizeof *room, order_doubles);
    double spread = (quantile(room, n, 0.75) - quantile(room, n, 0.25)) / 1.34;
    return 1.06 * fmin(deviation(v, n), spread) * pow((double)n, -1.0 / 5);
}

enum err bandwidth_nrd(const struct work *w, const struct points *p, struct bandwidth *out)
{
    TRY(check(p));
    double *room = ARENA_ARRAY(w->arena, p->n, double);
    if (!room)
        return ERR_NOMEM;
    out->x = nrd(p->x, p->n, room);
    out->y = nrd(p->y, p->n, room);
    out->both = sqrt(out->x * out->y);
    return ERR_OK;
}

/* --- Diggle: counts of pairs by distance --- */

struct pairs {
    const struct points *p;
    const struct bins *bins;
    double reach, step;
    uint64_t (*count)[BANDWIDTH_DISTANCES]; /* of each part: pairs with d in (r - step, r] */
};

static enum err count_part(void *arg, size_t part, int lane)
{
    const struct pairs *s = arg;
    const struct points *p = s->p;
    double far = s->reach * s->reach, inverse = 1 / s->step;
    (void)lane;
    for (size_t i = part * ROWS_A_PART; i < p->n && i / ROWS_A_PART == part; i++)
        for (int row = -1; row <= 1; row++) {
            uint32_t k, end;
            if (!bins_beside(s->bins, p->x[i], p->y[i], row, &k, &end))
                continue;
            for (; k < end; k++) {
                size_t j = s->bins->unit[k];
                double dx = p->x[j] - p->x[i], dy = p->y[j] - p->y[i], d2 = dx * dx + dy * dy;
                if (j > i && d2 <= far)
                    s->count[part]
                            [(size_t)fmin(ceil(sqrt(d2) * inverse), BANDWIDTH_DISTANCES - 1)] += 2;
            }
        }
    return ERR_OK;
}

/* The area that two discs of radius h have in common at distance u. */
static double common(double h, double u)
{
    double t = fmin(1, u / (2 * h));
    return 2 * h * h * (acos(t) - t * sqrt(1 - t * t));
}

/* K at each distance: pairs within it, as if the window's density were one. */
static enum err pair_curve(const struct work *w, const struct points *p, double area, double reach,
                           double *k)
{
    size_t parts = (p->n + ROWS_A_PART - 1) / ROWS_A_PART;
    struct bins bins;
    struct pairs s = {.p = p, .bins = &bins, .reach = reach};
    s.step = reach / (BANDWIDTH_DISTANCES - 1);
    s.count = arena_array(w->arena, parts, sizeof *s.count);
    if (!s.count)
        return ERR_NOMEM;
    TRY(bins_make(w->arena, p->n, p->x, p->y, reach, &bins));
    TRY(work_parts(w, parts, count_part, &s));
    uint64_t sum = 0;
    for (size_t r = 0; r < BANDWIDTH_DISTANCES; r++) {
        for (size_t i = 0; i < parts; i++)
            sum += s.count[i][r];
        k[r] = (double)sum * area / ((double)p->n * ((double)p->n - 1));
    }
    return ERR_OK;
}

enum err bandwidth_diggle(const struct work *w, const struct points *p, struct geo_box window,
                          double *out)
{
    double k[BANDWIDTH_DISTANCES], best = INFINITY, found = NAN;
    double wide = window.east_max - window.east_min, high = window.north_max - window.north_min;
    TRY(check(p));
    if (!(wide > 0 && high > 0 && isfinite(wide * high)))
        return ERR_INVALID;
    double density = (double)p->n / (wide * high);
    double near = fmin(1000, fmax(10, PAIRS_MOST / (double)p->n));
    double reach = fmin(fmin(wide, high) / 4, sqrt(near / (M_PI * density)));
    double step = reach / (BANDWIDTH_DISTANCES - 1);
    TRY(pair_curve(w, p, wide * high, reach, k));
    for (size_t i = 1; 2 * i < BANDWIDTH_DISTANCES; i++) {
        double h = (double)i * step, disc = M_PI * h * h, both = k[0] * disc;
        for (size_t u = 1; u <= 2 * i; u++) /* a pair counts at the near end of its step */
            both += common(h, (double)(u - 1) * step) * (k[u] - k[u - 1]);
        double error = (1 / density - 2 * k[i]) / disc + both / (disc * disc);
        if (error < best) {
            best = error;
            found = h / 2;
        }
    }
    if (!isfinite(found))
        return ERR_INVALID;
    *out = found;
    return ERR_OK;
}

/* --- Likelihood --- */

/* The smallest distance between two different positions: bins grow until one pair is found within
 * their side. */
static enum err smallest_distance(const struct work *w, const struct points *p,
                                  struct geo_box window, double *out)
{
    double side = hypot(window.east_max - window.east_min, window.north_max - window.north_min);
    double best = INFINITY;
    side /= sqrt((double)p->n);
    for (int tries = 0; tries < 40 && !(best <= side); tries++, side *= 4) {
        struct bins bins;
        TRY(bins_make(w->arena, p->n, p->x, p->y, side, &bins));
        for (size_t i = 0; i < p->n; i++)
            for (int row = -1; row <= 1; row++) {
                uint32_t k, end;
                if (!bins_beside(&bins, p->x[i], p->y[i], row, &k, &end))
                    continue;
                for (; k < end; k++) {
                    double dx = p->x[bins.unit[k]] - p->x[i], dy = p->y[bins.unit[k]] - p->y[i];
                    double d = hypot(dx, dy);
                    best = d > 0 && d < best ? d : best;
                }
            }
    }
    if (!isfinite(best))
        return ERR_INVALID;
    *out = best;
    return ERR_OK;
}

struct likelihood {
    const struct points *p;
    struct grid g; /* for the integral */
    double *f, *inside, *map;
};

static enum err likelihood_of(const struct work *w, const struct likelihood *l, double s,
                              double *out)
{
    struct kde_plan plan = {KERNEL_GAUSS, s, false, KDE_EDGE_UNIFORM, NULL};
    double sum = 0, integral = 0;
    TRY(kde_at(w, l->p, &plan, l->p, true, l->f));
    TRY(kde_inside(w, l->p, &l->g, &plan, l->inside));
    for (size_t i = 0; i < l->p->n; i++)
        sum += log(l->f[i] / l->inside[i]);
    TRY(kde(w, l->p, &l->g, &plan, l->map));
    for (size_t i = 0; i < grid_size(&l->g); i++)
        integral += l->map[i];
    *out = sum - integral * l->g.cell * l->g.cell;
    return ERR_OK;
}

enum err bandwidth_likelihood(const struct work *w, const struct points *p, struct geo_box window,
                              int steps, double *out)
{
    double wide = window.east_max - window.east_min, high = window.north_max - window.north_min;
    double least, best = -INFINITY, found = NAN;
    TRY(check(p));
    if (steps < 2 || steps > BANDWIDTH_STEPS_MOST || !(wide > 0 && high > 0))
        return ERR_INVALID;
    if (p->n > BANDWIDTH_LIKELIHOOD_MOST)
        return ERR_LIMIT;
    TRY(smallest_distance(w, p, window, &least));
    struct likelihood l = {.p = p};
    l.g = (struct grid){window.east_min, window.north_min, fmax(wide, high) / MAP_CELLS, 0, 0};
    l.g.columns = (uint32_t)ceil(wide / l.g.cell - 1e-9);
    l.g.rows = (uint32_t)ceil(high / l.g.cell - 1e-9);
    l.f = ARENA_ARRAY(w->arena, p->n, double);
    l.inside = ARENA_ARRAY(w->arena, p->n, double);
    l.map = ARENA_ARRAY(w->arena, grid_size(&l.g), double);
    if (!l.f || !l.inside || !l.map)
        return ERR_NOMEM;
    double most = hypot(wide, high) / 2;
    for (int i = 0, fallen = 0; i < steps && fallen < 3; i++) {
        double s = least * pow(most / least, (double)i / (steps - 1)), v;
        TRY(likelihood_of(w, &l, s, &v));
        TRY(work_tick(w, (double)i / steps));
        fallen = isfinite(best) && !(v > best) ? fallen + 1 : 0;
        if (v > best) {
            best = v;
            found = s;
        }
    }
    if (!isfinite(found))
        return ERR_INVALID;
    *out = found;
    return ERR_OK;
}
