/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the frame only: how a result is kept until it is written. */
#pragma once

#include "parts/analysis/analysis.h"

#define RESULT_FIGURES_MOST 64
#define RESULT_TABLES_MOST 8
#define RESULT_COLUMNS_MOST 32
#define RESULT_SENTENCES_MOST 16

enum result_kind { RESULT_REAL, RESULT_INT, RESULT_INDEX, RESULT_TEXT, RESULT_BOOL, RESULT_TIME };

struct result_figure {
    const char *key;
    enum result_kind kind;
    union {
        double real;
        int64_t whole;
        const char *text;
        bool truth;
    } v;
};

struct result_column {
    const char *key;
    enum result_kind kind;
    const void *values;
};

enum result_shape { SHAPE_NONE, SHAPE_POINTS, SHAPE_SQUARES, SHAPE_CIRCLES, SHAPE_AREAS };

struct result_table {
    struct analysis *an;
    const char *key;
    size_t n, n_columns;
    struct result_column columns[RESULT_COLUMNS_MOST];
    enum result_shape shape;
    const double *x, *y, *r;
    double size;
    const struct geo_shape *const *area;
};

struct analysis_result {
    struct result_figure figures[RESULT_FIGURES_MOST];
    size_t n_figures;
    struct result_table tables[RESULT_TABLES_MOST];
    size_t n_tables;
    const char *sentences[RESULT_SENTENCES_MOST];
    size_t n_sentences;
    const char *warnings[RESULT_SENTENCES_MOST];
    size_t n_warnings;
    enum err err; /* sticks: out of memory, or more than the ceilings */
};

/* Reads polygons: with analysis_read() in the part that opens files. */
NODISCARD enum err analysis__areas(struct analysis *an, const char *path, const char *name_column,
                                   struct where_areas *out);

/* Has the table the columns that the method needs, and nothing but numbers and times in them? No
 * infinities, no NaN in numbers that are needed, nothing negative but x, y and value, times within
 * the years 1 to 9999. ERR_USAGE with the row. Degrees become a warning. */
NODISCARD enum err analysis__check(struct analysis *an);

/* The number of an option in the method's list, or -1. */
int analysis__option(const struct analysis_method *m, const char *name);
