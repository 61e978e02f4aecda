/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Units with a value and neighbours: cells counted from points, rows with a value, areas. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/where.h"

enum { WORD_QUEEN, WORD_ROOK, WORD_DISTANCE };
#define FEWEST 3

struct units {
    struct analysis *an;
    int word;
    double distance;
    const struct geo_shape *boundary;
    double *x, *y, *value;
    uint32_t *column, *row;
    struct where_units *out;
};

static enum err make_room(struct units *u, size_t n)
{
    struct arena *a = u->an->arena;
    u->x = ARENA_ARRAY(a, n, double);
    u->y = ARENA_ARRAY(a, n, double);
    u->value = ARENA_ARRAY(a, n, double);
    u->column = ARENA_ARRAY(a, n, uint32_t);
    u->row = ARENA_ARRAY(a, n, uint32_t);
    return u->x && u->y && u->value && u->column && u->row ? ERR_OK : ERR_NOMEM;
}

static enum err finish(struct units *u, size_t n, const struct grid *g, const bool *inside)
{
    struct where_units *o = u->out;
    if (n < FEWEST)
        return analysis_refuse(u->an, analysis_say(u->an, analysis_where_few_units, n));
    o->n = n;
    o->x = u->x;
    o->y = u->y;
    o->value = u->value;
    if (g) {
        o->cell = g->cell;
        o->column = u->column;
        o->row = u->row;
    }
    if (u->word == WORD_DISTANCE)
        return neighbours_within(&u->an->work, n, o->x, o->y, u->distance, &o->nb);
    enum contiguity c = u->word == WORD_ROOK ? CONTIGUITY_ROOK : CONTIGUITY_QUEEN;
    if (o->shape)
        return neighbours_areas(&u->an->work, n, o->shape, c, &o->nb);
    return neighbours_lattice(&u->an->work, g->columns, g->rows, c, inside, &o->nb);
}

/* --- Points counted in cells --- */

static enum err count_cells(struct units *u)
{
    struct analysis *an = u->an;
    struct points p;
    struct grid g;
    const double *share;
    size_t n = 0, outside;
    TRY(where_points(an, &p));
    struct geo_box box = u->boundary ? u->boundary->box : points_box(&p);
    TRY(where_grid(an, box, where_cell(box), &g));
    TRY(where_inside(an, u->boundary, &g, &p, &share));
    double *count = ARENA_ARRAY(an->arena, grid_size(&g), double);
    bool *inside = share ? ARENA_ARRAY(an->arena, grid_size(&g), bool) : NULL;
    if (!count || (share && !inside))
        return ERR_NOMEM;
    TRY(make_room(u, grid_size(&g)));
    grid_count(&g, &p, count, &outside);
    if (outside)
        result_warning(an, analysis_say(an, analysis_where_off_grid, outside));
    for (size_t i = 0; i < grid_size(&g); i++) {
        if (share)
            inside[i] = share[i] >= 0.5;
        if (share && !inside[i])
            continue;
        u->x[n] = grid_x(&g, i);
        u->y[n] = grid_y(&g, i);
        u->column[n] = (uint32_t)(i % g.columns);
        u->row[n] = (uint32_t)(i / g.columns);
        u->value[n++] = count[i];
    }
    return finish(u, n, &g, inside);
}

/* --- Rows that have a value --- */

/* The rows with a value, inside the boundary. */
static size_t take_rows(struct units *u)
{
    const struct analysis_table *t = &u->an->table;
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        double x = t->number[COLUMN_X][i], y = t->number[COLUMN_Y][i];
        double value = t->number[COLUMN_VALUE][i];
        if (isnan(value) || (u->boundary && !geo_shape_contains(u->boundary, x, y)))
            continue;
        u->x[n] = x;
        u->y[n] = y;
        u->value[n++] = value;
    }
    if (n < t->n)
        result_warning(u->an, analysis_say(u->an, analysis_where_rows_left, t->n - n));
    return n;
}

/* Their cells, row by row; two rows in one cell are refused. */
static enum err sort_into(struct units *u, size_t n, const struct grid *g, bool **out)
{
    struct analysis *an = u->an;
    size_t cells = grid_size(g), at = 0;
    bool *inside = ARENA_ARRAY(an->arena, cells, bool);
    double *value = ARENA_ARRAY(an->arena, cells, double);
    if (!inside || !value)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        size_t k = grid_find(g, u->x[i], u->y[i]);
        if (k == GRID_NONE)
            return analysis_refuse(an, text_get(an->lang, T_analysis_where_beyond));
        if (inside[k])
            return analysis_refuse(an, analysis_say(an, analysis_where_twice,
                                                    number_decimals(an, grid_x(g, k), 1),
                                                    number_decimals(an, grid_y(g, k), 1)));
        inside[k] = true;
        value[k] = u->value[i];
    }
    for (size_t k = 0; k < cells; k++) {
        if (!inside[k])
            continue;
        u->x[at] = grid_x(g, k);
        u->y[at] = grid_y(g, k);
        u->column[at] = (uint32_t)(k % g->columns);
        u->row[at] = (uint32_t)(k / g->columns);
        u->value[at++] = value[k];
    }
    *out = inside;
    return ERR_OK;
}

static enum err rows_with_values(struct units *u)
{
    struct analysis *an = u->an;
    struct points p;
    struct grid g;
    bool *inside = NULL;
    TRY(where_points(an, &p));
    TRY(make_room(u, p.n));
    size_t n = take_rows(u);
    p = (struct points){n, u->x, u->y, NULL};
    double cell = analysis_real(an, "cell");
    if (isnan(cell)) {
        if (u->word == WORD_DISTANCE)
            return finish(u, n, NULL, NULL);
        return analysis_refuse(an, analysis_say(an, analysis_needs_option, "cell", "METRES"));
    }
    if (n < FEWEST)
        return finish(u, n, NULL, NULL);
    /* the rows are centres: half a cell of room on each side */
    struct geo_box box = points_box(&p);
    if (isnan(analysis_real(an, "x0")))
        TRY(analysis_chose(an, "x0", box.east_min - cell / 2));
    if (isnan(analysis_real(an, "y0")))
        TRY(analysis_chose(an, "y0", box.north_min - cell / 2));
    TRY(where_grid(an, box, cell, &g));
    TRY(sort_into(u, n, &g, &inside));
    return finish(u, n, &g, inside);
}

/* --- Areas --- */

/* The values of the rows, by the name of the area. */
static enum err values_by_name(struct units *u, const struct where_areas *areas)
{
    struct analysis *an = u->an;
    const struct analysis_table *t = &an->table;
    AUTO(map_freep) struct map *map = map_new();
    size_t unknown = 0;
    if (!map)
        return ERR_NOMEM;
    for (size_t i = 0; i < areas->n; i++)
        TRY(map_put(map, areas->name[i], (int64_t)i));
    for (size_t r = 0; r < t->n; r++) {
        int64_t i;
        uint32_t name = t->place.index[r];
        double value = t->number[COLUMN_VALUE][r];
        if (name == UINT32_MAX || !map_get(map, t->place.name[name], &i))
            unknown++;
        else
            u->value[i] += isnan(value) ? 0 : value;
    }
    if (unknown == t->n)
        return analysis_refuse(
            an, analysis_say(an, analysis_where_no_names, analysis_text(an, "area-name")));
    if (unknown)
        result_warning(an, analysis_say(an, analysis_where_unknown_names, unknown));
    return ERR_OK;
}

static enum err points_in_areas(struct units *u, const struct where_areas *areas)
{
    struct points p;
    size_t outside = 0;
    TRY(where_points(u->an, &p));
    for (size_t k = 0; k < p.n; k++) {
        size_t i = 0;
        while (i < areas->n && (!geo_box_has(&areas->shape[i]->box, p.x[k], p.y[k]) ||
                                !geo_shape_contains(areas->shape[i], p.x[k], p.y[k])))
            i++;
        if (i == areas->n)
            outside++;
        else
            u->value[i] += p.weight ? p.weight[k] : 1;
        if (k % 4096 == 0)
            TRY(work_tick(&u->an->work, (double)k / (double)p.n));
    }
    result_int(u->an, "outside", (int64_t)outside);
    if (outside == p.n)
        return analysis_refuse(u->an, text_get(u->an->lang, T_analysis_where_none_inside));
    if (outside)
        result_warning(u->an, analysis_say(u->an, analysis_where_outside, outside));
    return ERR_OK;
}

static enum err areas_of(struct units *u)
{
    struct where_areas areas;
    struct analysis *an = u->an;
    TRY(where_read_areas(an, "areas", analysis_text(an, "area-name"), &areas));
    TRY(make_room(u, areas.n));
    for (size_t i = 0; i < areas.n; i++) {
        struct geo_point p;
        TRY(geo_shape_inside_point(an->arena, areas.shape[i], &p));
        u->x[i] = p.east;
        u->y[i] = p.north;
    }
    u->out->shape = areas.shape;
    u->out->name = areas.name;
    if (analysis_has(an, COLUMN_VALUE) && analysis_has(an, COLUMN_PLACE))
        TRY(values_by_name(u, &areas));
    else
        TRY(points_in_areas(u, &areas));
    return finish(u, areas.n, NULL, NULL);
}

/* --- All together --- */

enum err where_units(struct analysis *an, struct where_units *out)
{
    struct where_units got = {0};
    struct units u = {.an = an, .out = &got};
    TRY(near_word(an, "neighbours", "queen|rook|distance", &u.word));
    u.distance = analysis_real(an, "distance");
    if (u.word == WORD_DISTANCE && isnan(u.distance))
        return analysis_refuse(an, analysis_say(an, analysis_needs_option, "distance", "METRES"));
    TRY(where_boundary(an, &u.boundary));
    if (analysis_text(an, "areas"))
        TRY(areas_of(&u));
    else if (analysis_has(an, COLUMN_VALUE))
        TRY(rows_with_values(&u));
    else
        TRY(count_cells(&u));
    *out = got;
    return ERR_OK;
}

void where_columns(struct result_table *t, const struct where_units *u)
{
    if (u->name)
        column_text(t, "name", u->name);
    if (u->column) {
        column_index(t, "col", u->column);
        column_index(t, "row", u->row);
    }
    if (u->cell > 0)
        table_squares(t, u->x, u->y, u->cell);
    else if (u->shape)
        table_areas(t, u->x, u->y, u->shape);
    else
        table_points(t, u->x, u->y);
    column_real(t, "value", u->value);
}

const char *where_name(struct analysis *an, const struct where_units *u, size_t i)
{
    const char *name = u->name ? u->name[i] : analysis_place(an, u->x[i], u->y[i]);
    if (name)
        return name;
    return analysis_say(an, analysis_where_at, number_decimals(an, u->x[i], 0),
                        number_decimals(an, u->y[i], 0));
}
