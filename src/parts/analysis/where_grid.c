/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points, grids and boundaries from what was asked. */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/where.h"

static enum err need_column(struct analysis *an, enum analysis_column c)
{
    if (analysis_has(an, c))
        return ERR_OK;
    return analysis_refuse(
        an, analysis_say(an, analysis_no_column, an->columns[c], analysis_column_name(c)));
}

enum err where_points(struct analysis *an, struct points *out)
{
    const struct analysis_table *t = &an->table;
    TRY(need_column(an, COLUMN_X));
    TRY(need_column(an, COLUMN_Y));
    if (t->n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    bool weighted = analysis_has(an, COLUMN_WEIGHT);
    struct points p = {t->n, t->number[COLUMN_X], t->number[COLUMN_Y],
                       weighted ? t->number[COLUMN_WEIGHT] : NULL};
    for (size_t i = 0; i < p.n; i++) {
        struct points one = {1, p.x + i, p.y + i, weighted ? p.weight + i : NULL};
        if (points_check(&one) != ERR_OK)
            return analysis_refuse(an, analysis_say(an, analysis_where_bad_row, table_row(t, i)));
    }
    *out = p;
    return ERR_OK;
}

double where_cell(struct geo_box box)
{
    double wide = box.east_max - box.east_min, high = box.north_max - box.north_min;
    double shorter = fmin(wide, high) > 0 ? fmin(wide, high) : fmax(wide, high);
    double least = shorter / 50;
    if (!(least > 0.01))
        return 50; /* all in one place */
    double power = pow(10, floor(log10(least)));
    double times = ceil(least / power - 1e-9);
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

static double side_of(struct analysis *an, struct geo_box box, double cell)
{
    double given = analysis_real(an, "cell");
    if (!isnan(given))
        return given;
    int64_t columns = analysis_int(an, "columns"), rows = analysis_int(an, "rows");
    double side = 0, x0 = analysis_real(an, "x0"), y0 = analysis_real(an, "y0");
    if (columns > 0)
        side = (box.east_max - (isnan(x0) ? box.east_min : x0)) / (double)columns;
    if (rows > 0)
        side = fmax(side, (box.north_max - (isnan(y0) ? box.north_min : y0)) / (double)rows);
    return side > 0 ? side * (1 + 1e-9) : cell; /* the farthest point belongs to the last cell */
}

/* Cells from `start` that reach past `end`. */
static double cells_to(double start, double end, double side)
{
    return fmax(1, floor((end - start) / side) + 1);
}

enum err where_grid(struct analysis *an, struct geo_box box, double cell, struct grid *out)
{
    double side = side_of(an, box, cell), x0 = analysis_real(an, "x0");
    double y0 = analysis_real(an, "y0");
    int64_t columns = analysis_int(an, "columns"), rows = analysis_int(an, "rows");
    bool aligned = !isnan(analysis_real(an, "cell")) || (columns < 0 && rows < 0);
    if (isnan(x0))
        x0 = aligned ? floor(box.east_min / side) * side : box.east_min;
    if (isnan(y0))
        y0 = aligned ? floor(box.north_min / side) * side : box.north_min;
    double c = columns > 0 ? (double)columns : cells_to(x0, box.east_max, side);
    double r = rows > 0 ? (double)rows : cells_to(y0, box.north_max, side);
    if (!(c * r <= (double)GRID_CELLS_MOST))
        return analysis_refuse(an, text_get(an->lang, T_analysis_where_many_cells));
    struct grid g = {x0, y0, side, (uint32_t)c, (uint32_t)r};
    if (grid_check(&g) != ERR_OK)
        return analysis_refuse(an, text_get(an->lang, T_analysis_where_many_cells));
    TRY(analysis_chose(an, "cell", g.cell));
    TRY(analysis_chose(an, "x0", g.x0));
    TRY(analysis_chose(an, "y0", g.y0));
    TRY(analysis_chose(an, "columns", g.columns));
    TRY(analysis_chose(an, "rows", g.rows));
    *out = g;
    return ERR_OK;
}

enum err where_join(struct arena *a, struct where_areas *areas)
{
    uint32_t paths = 0, at = 0;
    for (size_t i = 0; i < areas->n; i++)
        paths += areas->shape[i]->path_count;
    struct geo_shape *all = geo_shape_new(a, GEO_POLYGON, paths);
    if (!all)
        return ERR_NOMEM;
    for (size_t i = 0; i < areas->n; i++)
        for (uint32_t k = 0; k < areas->shape[i]->path_count; k++)
            all->paths[at++] = areas->shape[i]->paths[k];
    TRY(geo_shape_finish(all));
    areas->all = all;
    return ERR_OK;
}

enum err where_read_areas(struct analysis *an, const char *option, const char *name_column,
                          struct where_areas *out)
{
    const char *path = analysis_text(an, option);
    struct where_areas got = {0};
    if (!an->read_areas)
        return analysis_refuse(an, analysis_say(an, analysis_where_no_files, option));
    enum err e = an->read_areas(an, path, name_column, &got);
    if (e == ERR_INVALID || e == ERR_NOTFOUND || e == ERR_DENIED || e == ERR_IO)
        return analysis_refuse(an, analysis_say(an, analysis_where_bad_areas, path, option));
    TRY(e);
    if (got.n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_where_no_areas, path, option));
    *out = got;
    return ERR_OK;
}

enum err where_boundary(struct analysis *an, const struct geo_shape **out)
{
    struct where_areas areas;
    *out = NULL;
    if (!analysis_text(an, "boundary"))
        return ERR_OK;
    TRY(where_read_areas(an, "boundary", NULL, &areas));
    *out = areas.all;
    return ERR_OK;
}

enum err where_inside(struct analysis *an, const struct geo_shape *boundary, const struct grid *g,
                      struct points *p, const double **share)
{
    size_t n = p->n;
    double *part;
    *share = NULL;
    if (!boundary)
        return ERR_OK;
    TRY(grid_share(g, boundary, an->arena, &part));
    TRY(points_inside(p, boundary, g, part, an->arena, p));
    result_int(an, "outside", (int64_t)(n - p->n));
    if (p->n == 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_where_none_inside));
    if (p->n < n)
        result_warning(an, analysis_say(an, analysis_where_outside, n - p->n));
    *share = part;
    return ERR_OK;
}
