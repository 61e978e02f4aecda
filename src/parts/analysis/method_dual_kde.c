/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse dual-kde: where are there more of the one than of the other? */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/kde_wish.h"
#include "parts/analysis/number_words.h"
#include "stats/dualkde.h"

#define REAL_COLUMNS 12

/* The two groups, by name and as points. */
struct sides {
    const char *name[2];
    struct points p[2];
};

struct cells {
    size_t n, first_most, second_most; /* largest and smallest z; n: none */
    uint32_t *column, *row;
    double *real[REAL_COLUMNS];
    const char **word;
    int64_t first, second; /* cells told of */
};

/* --- The groups --- */

static enum err name_sides(struct analysis *an, struct sides *s)
{
    const struct analysis_names *names = &an->table.group;
    const char *asked = analysis_text(an, "groups");
    if (!asked && names->n == 2) {
        s->name[0] = names->name[0];
        s->name[1] = names->name[1];
        return ERR_OK;
    }
    const char *comma = asked ? strchr(asked, ',') : NULL;
    if (!comma || comma == asked || !comma[1])
        return analysis_refuse(an, analysis_say(an, analysis_dual_groups, names->n));
    s->name[0] = arena_strndup(an->arena, asked, (size_t)(comma - asked));
    s->name[1] = arena_strdup(an->arena, comma + 1);
    return s->name[0] && s->name[1] ? ERR_OK : ERR_NOMEM;
}

static enum err split(struct analysis *an, const struct points *all, struct sides *s)
{
    const struct analysis_names *names = &an->table.group;
    for (int k = 0; k < 2; k++) {
        double *x = ARENA_ARRAY(an->arena, all->n, double);
        double *y = ARENA_ARRAY(an->arena, all->n, double);
        double *weight = ARENA_ARRAY(an->arena, all->n, double);
        size_t n = 0;
        if (!x || !y || !weight)
            return ERR_NOMEM;
        for (size_t i = 0; i < all->n; i++) {
            uint32_t name = names->index[i];
            if (name == UINT32_MAX || !str_eq(names->name[name], s->name[k]))
                continue;
            x[n] = all->x[i];
            y[n] = all->y[i];
            weight[n++] = all->weight ? all->weight[i] : 1;
        }
        s->p[k] = (struct points){n, x, y, weight};
        if (n == 0)
            return analysis_refuse(an, analysis_say(an, analysis_dual_no_group, s->name[k]));
    }
    return ERR_OK;
}

/* Both groups as one set of points, and back: the grid and the bandwidth are those of both. */
static enum err join(struct analysis *an, const struct sides *s, struct points *out)
{
    size_t n = s->p[0].n + s->p[1].n, first = s->p[0].n;
    double *x = ARENA_ARRAY(an->arena, n, double), *y = ARENA_ARRAY(an->arena, n, double);
    if (!x || !y)
        return ERR_NOMEM;
    for (int k = 0; k < 2; k++) {
        memcpy(x + (k ? first : 0), s->p[k].x, s->p[k].n * sizeof *x);
        memcpy(y + (k ? first : 0), s->p[k].y, s->p[k].n * sizeof *y);
    }
    *out = (struct points){n, x, y, NULL};
    return ERR_OK;
}

/* kde_wish_read() has told of those outside the boundary and left them out of the joined points;
 * here they leave each group. */
static enum err inside_only(struct analysis *an, const struct kde_wish *k, struct sides *s)
{
    for (int i = 0; i < 2 && k->plan.window; i++) {
        TRY(points_inside(&s->p[i], k->plan.window, &k->g, k->share, an->arena, &s->p[i]));
        if (s->p[i].n == 0)
            return analysis_refuse(an, analysis_say(an, analysis_dual_no_group, s->name[i]));
    }
    return ERR_OK;
}

/* --- The result --- */

static enum err make_cells(struct analysis *an, size_t n, struct cells *c)
{
    for (size_t k = 0; k < REAL_COLUMNS; k++)
        if (!(c->real[k] = ARENA_ARRAY(an->arena, n, double)))
            return ERR_NOMEM;
    c->column = ARENA_ARRAY(an->arena, n, uint32_t);
    c->row = ARENA_ARRAY(an->arena, n, uint32_t);
    c->word = ARENA_ARRAY(an->arena, n, const char *);
    return c->column && c->row && c->word ? ERR_OK : ERR_NOMEM;
}

static void take_cells(struct analysis *an, const struct kde_wish *k, const struct dual *d,
                       struct cells *c)
{
    const double *from[REAL_COLUMNS] = {NULL,     NULL,         d->first,      d->second,
                                        d->ratio, d->log_ratio, d->difference, d->log_risk,
                                        d->z,     d->p_more,    d->p,          d->q};
    double level = analysis_real(an, "level"), most = 0, least = 0;
    for (size_t i = 0; i < grid_size(&k->g); i++) {
        if (k->share && k->share[i] < 0.5)
            continue;
        size_t n = c->n++;
        c->column[n] = (uint32_t)(i % k->g.columns);
        c->row[n] = (uint32_t)(i / k->g.columns);
        c->real[0][n] = grid_x(&k->g, i);
        c->real[1][n] = grid_y(&k->g, i);
        for (size_t r = 2; r < REAL_COLUMNS; r++)
            c->real[r][n] = from[r][i];
        bool told = d->q[i] <= level;
        c->word[n] = !told ? "none" : d->z[i] > 0 ? "first" : "second";
        c->first += told && d->z[i] > 0;
        c->second += told && d->z[i] < 0;
        if (d->z[i] > most) {
            most = d->z[i];
            c->first_most = n;
        }
        if (d->z[i] < least) {
            least = d->z[i];
            c->second_most = n;
        }
    }
}

static void show(struct analysis *an, const struct kde_wish *k, const struct sides *s,
                 const struct cells *c)
{
    static const char *const keys[REAL_COLUMNS] = {"x",
                                                   "y",
                                                   "density_first",
                                                   "density_second",
                                                   "ratio",
                                                   "log_ratio",
                                                   "difference",
                                                   "log_risk",
                                                   "z",
                                                   "p_more",
                                                   "p",
                                                   "q"};
    result_text(an, "first", s->name[0]);
    result_text(an, "second", s->name[1]);
    result_int(an, "n_first", (int64_t)s->p[0].n);
    result_int(an, "n_second", (int64_t)s->p[1].n);
    result_real(an, "bandwidth", k->plan.bandwidth);
    result_int(an, "cells_first", c->first);
    result_int(an, "cells_second", c->second);
    struct result_table *t = result_table(an, "cells", c->n);
    column_index(t, "col", c->column);
    column_index(t, "row", c->row);
    table_squares(t, c->real[0], c->real[1], k->g.cell);
    for (size_t r = 2; r < REAL_COLUMNS; r++)
        column_real(t, keys[r], c->real[r]);
    column_text(t, "class", c->word);
}

static void say_most(struct analysis *an, const struct cells *c, size_t at, const char *name,
                     double sign)
{
    double times = exp(sign * c->real[7][at]);
    result_sentence(an, analysis_say(an, analysis_dual_most, name,
                                     number_decimals(an, c->real[0][at], 0),
                                     number_decimals(an, c->real[1][at], 0),
                                     number_decimals(an, times, times < 10 ? 1 : 0)));
}

static void say(struct analysis *an, const struct sides *s, const struct cells *c)
{
    if (c->first + c->second == 0) {
        result_sentence(an, analysis_say(an, analysis_dual_none, s->name[0], s->name[1]));
        return;
    }
    result_sentence(an, analysis_say(an, analysis_dual_some, c->first + c->second, c->n, s->name[0],
                                     s->name[1]));
    if (c->first)
        say_most(an, c, c->first_most, s->name[0], 1);
    if (c->second)
        say_most(an, c, c->second_most, s->name[1], -1);
}

static enum err run(struct analysis *an)
{
    struct points all, both;
    struct sides s;
    struct kde_wish k;
    struct dual d;
    struct cells c = {0};
    TRY(where_points(an, &all));
    TRY(name_sides(an, &s));
    TRY(split(an, &all, &s));
    TRY(join(an, &s, &both));
    TRY(kde_wish_read(an, &both, &k));
    TRY(inside_only(an, &k, &s));
    const struct dual_plan plan = {k.plan, analysis_real(an, "least")};
    enum err e = dualkde(&an->work, &s.p[0], &s.p[1], &k.g, &plan, &d);
    if (e == ERR_INVALID)
        return analysis_refuse(an, text_get(an->lang, T_analysis_dual_no_weight));
    TRY(e);
    TRY(make_cells(an, grid_size(&k.g), &c));
    take_cells(an, &k, &d, &c);
    show(an, &k, &s, &c);
    say(an, &s, &c);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"groups", "A,B", NULL, T_analysis_opt_groups, OPTION_TEXT, 0, 0},
    {"least", "SHARE", "0.01", T_analysis_opt_dual_least, OPTION_REAL, 0, 1},
    {"level", "SHARE", "0.05", T_analysis_opt_level, OPTION_REAL, 1e-6, 0.5},
    KDE_OPTIONS,
    {NULL},
};

const struct analysis_method method_dual_kde = {
    .name = "dual-kde",
    .few = 20,
    .summary = T_analysis_dual_kde,
    .about = T_analysis_dual_kde_about,
    .source = "Kelsall and Diggle 1995; Hazelton and Davies 2009; Benjamini and Hochberg 1995",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_GROUP),
    .may = COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
