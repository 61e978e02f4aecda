/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods that ask "where" have in common: points, grids, boundaries, and units with a
 * value and neighbours. All answer ERR_USAGE with a sentence when a person gave something wrong. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/grid.h"
#include "stats/neighbours.h"

/* The rows as points; x and y must be there, weight may be. */
NODISCARD enum err where_points(struct analysis *an, struct points *out);

/* By --cell, --x0, --y0, --columns, --rows: what is not given is found from the box, and shown
 * among the parameters. Without a cell and columns the side is `cell`. */
NODISCARD enum err where_grid(struct analysis *an, struct geo_box box, double cell,
                              struct grid *out);
/* A side for a grid over the box: its shorter side by 50, upwards to 1, 2 or 5 times a power of
 * ten. */
double where_cell(struct geo_box box);

/* Polygons of a file, in its order, and its lines. A CSV file has lines alone: from x1, y1 to x2,
 * y2 in each row. */
struct where_areas {
    size_t n;
    const struct geo_shape **shape;
    const char **name;     /* from the column `name_column`, else the number in the file */
    struct geo_shape *all; /* all polygons as one shape; NULL: there is none */
    size_t lines;
    const struct geo_shape **line;
    const uint64_t *line_number; /* of each line: where to look in the file */
};
/* Fills in `all`: their rings side by side; the points are shared. */
NODISCARD enum err where_join(struct arena *a, struct where_areas *areas);
NODISCARD enum err where_read_areas(struct analysis *an, const char *option,
                                    const char *name_column, struct where_areas *out);
/* --boundary as one shape; NULL without the option. */
NODISCARD enum err where_boundary(struct analysis *an, const struct geo_shape **out);

/* Only the points inside the boundary. *share: of each cell of g (NULL without a boundary). How
 * many were left out is among the results as `outside`, with a warning. */
NODISCARD enum err where_inside(struct analysis *an, const struct geo_shape *boundary,
                                const struct grid *g, struct points *p, const double **share);

/* Units with a value and neighbours, by --areas, by the rows (a column value), or by counting
 * points in cells. */
struct where_units {
    size_t n;
    const double *x, *y, *value;
    const uint32_t *column, *row; /* cells of a grid; NULL for areas and places */
    const char *const *name;      /* areas; else NULL */
    const struct geo_shape *const *shape;
    double cell; /* side of the squares; 0 for areas and places */
    struct neighbours nb;
};
NODISCARD enum err where_units(struct analysis *an, struct where_units *out);
/* Their place and value as columns of a result. */
void where_columns(struct result_table *t, const struct where_units *u);
/* "the square at 674500, 6580500", "Centrum": how a unit is named in a sentence. */
const char *where_name(struct analysis *an, const struct where_units *u, size_t i);

/* Below so many events in a neighbourhood, on average, z is far from normal. */
#define WHERE_THIN 5.0

/* --inference and --permutations. kind is WHERE_AUTO until where_decide(): exact where the counts
 * are thin and it can be had, else normal; what was chosen is told. */
#define WHERE_AUTO (-1)
struct where_inference {
    int kind; /* enum inference */
    uint32_t runs;
};
NODISCARD enum err where_inference(struct analysis *an, struct where_inference *out);
NODISCARD enum err where_decide(struct analysis *an, const struct where_units *u,
                                struct where_inference *how);
/* A warning when no single unit of n could be told of with so few random orders. */
void where_warn_runs(struct analysis *an, const struct where_inference *how, size_t n);
/* ERR_LIMIT of an exact answer becomes a sentence. */
NODISCARD enum err where_refused(struct analysis *an, const struct where_inference *how,
                                 enum err e);

/* The options of where_units() and where_inference(), for the lists of methods. */
#define WHERE_GRID_OPTIONS                                                                         \
    {"cell", "METRES", NULL, T_analysis_opt_cell, OPTION_REAL, 0.001, 1e7},                        \
        {"x0", "METRES", NULL, T_analysis_opt_x0, OPTION_REAL, -1e8, 1e8},                         \
        {"y0", "METRES", NULL, T_analysis_opt_y0, OPTION_REAL, -1e8, 1e8},                         \
        {"columns", "N", NULL, T_analysis_opt_columns, OPTION_INT, 1, 16777216},                   \
        {"rows", "N", NULL, T_analysis_opt_rows, OPTION_INT, 1, 16777216},                         \
    {                                                                                              \
        "boundary", "FILE", NULL, T_analysis_opt_boundary, OPTION_TEXT, 0, 0                       \
    }
#define WHERE_UNIT_OPTIONS                                                                         \
    WHERE_GRID_OPTIONS, {"areas", "FILE", NULL, T_analysis_opt_areas, OPTION_TEXT, 0, 0},          \
        {"area-name", "COLUMN", "name", T_analysis_opt_area_name, OPTION_TEXT, 0, 0},              \
        {"neighbours",                                                                             \
         "queen|rook|distance",                                                                    \
         "queen",                                                                                  \
         T_analysis_opt_neighbours,                                                                \
         OPTION_TEXT,                                                                              \
         0,                                                                                        \
         0},                                                                                       \
        {"distance", "METRES", NULL, T_analysis_opt_neighbour_distance, OPTION_REAL, 0.001, 1e7},  \
        {"inference",                                                                              \
         "auto|normal|exact|permutation",                                                          \
         "auto",                                                                                   \
         T_analysis_opt_inference,                                                                 \
         OPTION_TEXT,                                                                              \
         0,                                                                                        \
         0},                                                                                       \
        {"permutations", "N", "999", T_analysis_opt_where_permutations, OPTION_INT, 1, 999999},    \
    {                                                                                              \
        "level", "SHARE", "0.05", T_analysis_opt_level, OPTION_REAL, 1e-6, 0.5                     \
    }
