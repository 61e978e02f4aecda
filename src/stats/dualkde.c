/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/dualkde.h"

#include <math.h>

#include "base/mem.h"
#include "stats/compare.h"
#include "stats/draws.h"
#include "stats/gistar.h"

struct dual_weight dual_weight(const struct points *p)
{
    struct dual_weight s = {0};
    for (size_t i = 0; i < p->n; i++) {
        double weight = p->weight ? p->weight[i] : 1;
        s.sum += weight;
        s.squares += weight * weight;
    }
    return s;
}

/* --- Roughness --- */

/* The integral of k^2 over the plane. */
static double whole(const struct kde_plan *plan)
{
    double area = M_PI * plan->bandwidth * plan->bandwidth;
    switch (plan->kernel) {
    case KERNEL_GAUSS:
        return 1 / (4 * area);
    case KERNEL_QUARTIC:
        return 9 / (5 * area);
    case KERNEL_EPANECHNIKOV:
        return 4 / (3 * area);
    case KERNEL_UNIFORM:
        return 1 / area;
    }
    return NAN;
}

/* The square of a Gauss curve is a narrower one; of the others the part inside is taken to be that
 * of the kernel itself. */
enum err dual_roughness(const struct work *w, const struct points *at, const struct grid *g,
                        const struct kde_plan *plan, double *out)
{
    double r = whole(plan);
    if (plan->edge == KDE_EDGE_NONE) {
        for (size_t i = 0; i < at->n; i++)
            out[i] = r;
        return ERR_OK;
    }
    double *e = ARENA_ARRAY(w->arena, at->n, double);
    if (!e)
        return ERR_NOMEM;
    struct kde_plan narrow = *plan;
    narrow.bandwidth *= plan->kernel == KERNEL_GAUSS ? M_SQRT1_2 : 1;
    TRY(kde_inside(w, at, g, plan, e));
    TRY(kde_inside(w, at, g, &narrow, out));
    for (size_t i = 0; i < at->n; i++)
        out[i] = e[i] > 1e-6 ? r * out[i] / (e[i] * e[i]) : NAN;
    return ERR_OK;
}

/* --- Comparison --- */

static double largest(const double *v, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, v[i]);
    return most;
}

static enum err make_arrays(const struct work *w, size_t n, struct dual *d)
{
    double **reals[] = {&d->ratio, &d->log_ratio, &d->difference, &d->log_risk,
                        &d->z,     &d->p_more,    &d->p,          &d->q};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(w->arena, n, double)))
            return ERR_NOMEM;
    return ERR_OK;
}

static void compare_cell(const struct dual_sides *s, size_t i, bool told, struct dual *d)
{
    double f = d->first[i], g = d->second[i], both = f > 0 && g > 0 ? f / g : NAN;
    double shares = s->first.sum / s->second.sum, fewer;
    d->ratio[i] = both;
    d->log_ratio[i] = log(both);
    d->difference[i] = f - g;
    d->log_risk[i] = told ? log(both / shares) : NAN;
    double pooled = (f + g) / (s->first.sum + s->second.sum);
    double spread = s->first.squares / (s->first.sum * s->first.sum) +
                    s->second.squares / (s->second.sum * s->second.sum);
    d->z[i] = d->log_risk[i] / sqrt(s->roughness[i] / pooled * spread);
    normal_tails(d->z[i], &d->p_more[i], &fewer);
    d->p[i] = isnan(d->z[i]) ? NAN : draws_two_sided(d->p_more[i], fewer);
}

enum err dual_compare(const struct work *w, size_t n, const struct dual_sides *sides,
                      struct dual *out)
{
    struct dual d = *out;
    if (!(sides->first.sum > 0 && sides->second.sum > 0 && sides->least >= 0 && sides->least <= 1))
        return ERR_INVALID;
    TRY(make_arrays(w, n, &d));
    double f = largest(d.first, n) * sides->least, g = largest(d.second, n) * sides->least;
    for (size_t i = 0; i < n; i++)
        compare_cell(sides, i, d.first[i] > f && d.second[i] > g, &d);
    TRY(fdr_adjust(d.p, n, d.q));
    *out = d;
    return ERR_OK;
}

static enum err centres(const struct work *w, const struct grid *g, struct points *out)
{
    size_t n = grid_size(g);
    double *x = ARENA_ARRAY(w->arena, n, double), *y = ARENA_ARRAY(w->arena, n, double);
    if (!x || !y)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        x[i] = grid_x(g, i);
        y[i] = grid_y(g, i);
    }
    *out = (struct points){n, x, y, NULL};
    return ERR_OK;
}

enum err dualkde(const struct work *w, const struct points *first, const struct points *second,
                 const struct grid *g, const struct dual_plan *plan, struct dual *out)
{
    struct points at;
    TRY(points_check(first));
    TRY(points_check(second));
    TRY(grid_check(g));
    size_t n = grid_size(g);
    struct dual d = {.first = ARENA_ARRAY(w->arena, n, double),
                     .second = ARENA_ARRAY(w->arena, n, double)};
    double *roughness = ARENA_ARRAY(w->arena, n, double);
    if (!d.first || !d.second || !roughness)
        return ERR_NOMEM;
    struct dual_sides sides = {dual_weight(first), dual_weight(second), roughness, plan->least};
    TRY(kde(w, first, g, &plan->kde, d.first));
    TRY(kde(w, second, g, &plan->kde, d.second));
    TRY(centres(w, g, &at));
    TRY(dual_roughness(w, &at, g, &plan->kde, roughness));
    TRY(dual_compare(w, n, &sides, &d));
    *out = d;
    return ERR_OK;
}
