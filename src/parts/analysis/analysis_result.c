/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a method found, kept until it is written. */
#include <string.h>

#include "base/mem.h"
#include "parts/analysis/analysis_inner.h"

static struct result_figure *add_figure(struct analysis *an, const char *key, enum result_kind kind)
{
    static struct result_figure nowhere;
    struct analysis_result *r = an->result;
    if (r->n_figures == RESULT_FIGURES_MOST)
        r->err = ERR_LIMIT;
    if (r->err)
        return &nowhere;
    struct result_figure *f = &r->figures[r->n_figures++];
    f->key = key;
    f->kind = kind;
    return f;
}

void result_real(struct analysis *an, const char *key, double v)
{
    add_figure(an, key, RESULT_REAL)->v.real = v;
}

void result_int(struct analysis *an, const char *key, int64_t v)
{
    add_figure(an, key, RESULT_INT)->v.whole = v;
}

void result_bool(struct analysis *an, const char *key, bool v)
{
    add_figure(an, key, RESULT_BOOL)->v.truth = v;
}

void result_text(struct analysis *an, const char *key, const char *v)
{
    const char *copy = v ? arena_strdup(an->arena, v) : NULL;
    if (v && !copy)
        an->result->err = ERR_NOMEM;
    add_figure(an, key, RESULT_TEXT)->v.text = copy;
}

static void add_sentence(struct analysis *an, const char **list, size_t *n, const char *sentence)
{
    struct analysis_result *r = an->result;
    if (!sentence)
        r->err = ERR_NOMEM;
    else if (*n == RESULT_SENTENCES_MOST)
        r->err = ERR_LIMIT;
    else
        list[(*n)++] = sentence;
}

void result_sentence(struct analysis *an, const char *sentence)
{
    add_sentence(an, an->result->sentences, &an->result->n_sentences, sentence);
}

void result_warning(struct analysis *an, const char *sentence)
{
    add_sentence(an, an->result->warnings, &an->result->n_warnings, sentence);
}

/* --- Tables --- */

struct result_table *result_table(struct analysis *an, const char *key, size_t n)
{
    struct analysis_result *r = an->result;
    if (r->n_tables == RESULT_TABLES_MOST)
        r->err = ERR_LIMIT;
    struct result_table *t = &r->tables[r->n_tables < RESULT_TABLES_MOST ? r->n_tables++ : 0];
    *t = (struct result_table){.an = an, .key = key, .n = n};
    return t;
}

static void add_column(struct result_table *t, const char *key, enum result_kind kind,
                       const void *values)
{
    if (t->n_columns == RESULT_COLUMNS_MOST || (!values && t->n)) {
        t->an->result->err = values ? ERR_LIMIT : ERR_NOMEM;
        return;
    }
    t->columns[t->n_columns++] = (struct result_column){key, kind, values};
}

void column_real(struct result_table *t, const char *key, const double *v)
{
    add_column(t, key, RESULT_REAL, v);
}

void column_int(struct result_table *t, const char *key, const int64_t *v)
{
    add_column(t, key, RESULT_INT, v);
}

void column_index(struct result_table *t, const char *key, const uint32_t *v)
{
    add_column(t, key, RESULT_INDEX, v);
}

void column_text(struct result_table *t, const char *key, const char *const *v)
{
    add_column(t, key, RESULT_TEXT, v);
}

void column_bool(struct result_table *t, const char *key, const bool *v)
{
    add_column(t, key, RESULT_BOOL, v);
}

void column_time(struct result_table *t, const char *key, const msec *v)
{
    add_column(t, key, RESULT_TIME, v);
}

static void set_shape(struct result_table *t, enum result_shape shape, const double *x,
                      const double *y)
{
    t->shape = shape;
    t->x = x;
    t->y = y;
    column_real(t, "x", x);
    column_real(t, "y", y);
}

void table_points(struct result_table *t, const double *x, const double *y)
{
    set_shape(t, SHAPE_POINTS, x, y);
}

void table_squares(struct result_table *t, const double *x, const double *y, double size)
{
    t->size = size;
    set_shape(t, SHAPE_SQUARES, x, y);
}

void table_areas(struct result_table *t, const double *x, const double *y,
                 const struct geo_shape *const *shape)
{
    t->area = shape;
    set_shape(t, SHAPE_AREAS, x, y);
}

void table_circles(struct result_table *t, const double *x, const double *y, const double *r)
{
    t->r = r;
    set_shape(t, SHAPE_CIRCLES, x, y);
    column_real(t, "radius", r);
}
