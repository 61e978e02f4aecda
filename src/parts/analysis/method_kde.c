/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse kde: how close together do events lie, everywhere on a map? */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/kde_wish.h"
#include "parts/analysis/number_words.h"

/* The share of positions in common from which peaks may be an artefact of how places are told. */
#define REPEATED_TOLD 0.2
#define KM2 1e6

struct cells {
    size_t n, hottest;
    uint32_t *column, *row;
    double *x, *y, *density, *per_km2, *count;
    double integral; /* over the cells shown */
};

static bool make_cells(struct arena *a, size_t n, struct cells *c)
{
    double **reals[] = {&c->x, &c->y, &c->density, &c->per_km2, &c->count};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
    c->column = ARENA_ARRAY(a, n, uint32_t);
    c->row = ARENA_ARRAY(a, n, uint32_t);
    return c->column && c->row;
}

/* The cells that lie at least half inside the boundary. */
static void take_cells(const struct kde_wish *k, const double *density, const double *count,
                       struct cells *c)
{
    for (size_t i = 0; i < grid_size(&k->g); i++) {
        if (k->share && k->share[i] < 0.5)
            continue;
        size_t n = c->n++;
        c->column[n] = (uint32_t)(i % k->g.columns);
        c->row[n] = (uint32_t)(i / k->g.columns);
        c->x[n] = grid_x(&k->g, i);
        c->y[n] = grid_y(&k->g, i);
        c->density[n] = density[i];
        c->per_km2[n] = density[i] * KM2;
        c->count[n] = count[i];
        c->integral += density[i] * k->g.cell * k->g.cell;
        c->hottest = density[i] > c->density[c->hottest] ? n : c->hottest;
    }
}

static int order_falling(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a > b ? -1 : a < b;
}

/* The share of all density that lies in the densest tenth of the area. */
static double in_top_tenth(struct arena *a, const struct cells *c)
{
    double *sorted = ARENA_ARRAY(a, c->n, double), sum = 0, all = 0;
    size_t top = (c->n + 9) / 10;
    for (size_t i = 0; sorted && i < c->n; i++)
        sorted[i] = c->density[i];
    if (!sorted)
        return NAN;
    qsort(sorted, c->n, sizeof *sorted, order_falling);
    for (size_t i = 0; i < c->n; i++) {
        all += sorted[i];
        sum += i < top ? sorted[i] : 0;
    }
    return all > 0 ? sum / all : NAN;
}

static void show(struct analysis *an, const struct kde_wish *k, const struct cells *c)
{
    result_real(an, "bandwidth", k->plan.bandwidth);
    result_int(an, "cells_shown", (int64_t)c->n);
    result_real(an, "integral", c->integral);
    result_real(an, "max_density", c->density[c->hottest]);
    result_real(an, "max_per_km2", c->per_km2[c->hottest]);
    result_real(an, "max_x", c->x[c->hottest]);
    result_real(an, "max_y", c->y[c->hottest]);
    struct result_table *t = result_table(an, "cells", c->n);
    column_index(t, "col", c->column);
    column_index(t, "row", c->row);
    table_squares(t, c->x, c->y, k->g.cell);
    column_real(t, "density", c->density);
    column_real(t, "per_km2", c->per_km2);
    column_real(t, "count", c->count);
}

static void say(struct analysis *an, const struct kde_wish *k, const struct cells *c)
{
    double top = in_top_tenth(an->arena, c);
    double peak = c->per_km2[c->hottest];
    result_real(an, "share_in_top_tenth", top);
    if (!(peak > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_kde_nothing));
        return;
    }
    double x = c->x[c->hottest], y = c->y[c->hottest];
    const char *place = analysis_place(an, x, y),
               *many = number_decimals(an, peak, peak < 10 ? 2 : 0);
    result_sentence(an, place ? analysis_say(an, analysis_kde_peak_at, place, many)
                              : analysis_say(an, analysis_kde_peak, number_decimals(an, x, 0),
                                             number_decimals(an, y, 0), many));
    result_sentence(an, analysis_say(an, analysis_kde_top, number_decimals(an, top * 100, 0)));
    result_sentence(
        an, analysis_say(an, analysis_kde_width,
                         number_decimals(an, k->plan.bandwidth, k->plan.bandwidth < 10 ? 1 : 0)));
}

static enum err tell_repeated(struct analysis *an, const struct points *p)
{
    size_t repeated;
    TRY(points_repeated(p, an->arena, &repeated));
    double share = (double)repeated / (double)p->n;
    result_int(an, "repeated_positions", (int64_t)repeated);
    result_real(an, "repeated_share", share);
    if (share >= REPEATED_TOLD)
        result_warning(
            an, analysis_say(an, analysis_kde_repeated, number_decimals(an, share * 100, 0)));
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    struct kde_wish k;
    struct cells c = {0};
    struct points p;
    size_t outside;
    TRY(where_points(an, &p));
    TRY(kde_wish_read(an, &p, &k));
    TRY(tell_repeated(an, &p));
    size_t n = grid_size(&k.g);
    double *density = ARENA_ARRAY(an->arena, n, double), *count = ARENA_ARRAY(an->arena, n, double);
    if (!density || !count || !make_cells(an->arena, n, &c))
        return ERR_NOMEM;
    TRY(kde(&an->work, &p, &k.g, &k.plan, density));
    grid_count(&k.g, &p, count, &outside);
    if (outside)
        result_warning(an, analysis_say(an, analysis_where_off_grid, outside));
    take_cells(&k, density, count, &c);
    if (c.n == 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_where_none_inside));
    show(an, &k, &c);
    say(an, &k, &c);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    KDE_OPTIONS,
    {NULL},
};

const struct analysis_method method_kde = {
    .name = "kde",
    .summary = T_analysis_kde,
    .about = T_analysis_kde_about,
    .source = "Silverman 1986; Diggle 1985; Jones 1993; Scott 1992; Loader 1999",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y),
    .may = COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
