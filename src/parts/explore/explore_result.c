/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A result that outlives the memory of the work, and how it is looked up. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"

static size_t size_of(enum result_kind k)
{
    switch (k) {
    case RESULT_REAL:
        return sizeof(double);
    case RESULT_INT:
        return sizeof(int64_t);
    case RESULT_INDEX:
        return sizeof(uint32_t);
    case RESULT_TEXT:
        return sizeof(const char *);
    case RESULT_BOOL:
        return sizeof(bool);
    case RESULT_TIME:
        return sizeof(msec);
    }
    return 0;
}

/* Equal neighbours share their text: classes are a few words for thousands of rows. */
static enum err copy_texts(struct arena *a, const char *const *from, const char **to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!from[i])
            to[i] = NULL;
        else if (i && from[i] == from[i - 1])
            to[i] = to[i - 1];
        else if (!(to[i] = arena_strdup(a, from[i])))
            return ERR_NOMEM;
    }
    return ERR_OK;
}

static enum err copy_column(struct arena *a, struct result_column *c, size_t n)
{
    void *to = arena_array(a, n + 1, size_of(c->kind));
    if (!to)
        return ERR_NOMEM;
    if (c->kind == RESULT_TEXT)
        TRY(copy_texts(a, c->values, to, n));
    else if (n)
        memcpy(to, c->values, n * size_of(c->kind));
    c->values = to;
    return ERR_OK;
}

static const double *numbers(const struct result_table *t, const char *key)
{
    const struct result_column *c = explore_result_column(t, key);
    return c && c->kind == RESULT_REAL ? c->values : NULL;
}

static enum err copy_table(struct arena *a, struct result_table *t)
{
    for (size_t k = 0; k < t->n_columns; k++)
        TRY(copy_column(a, &t->columns[k], t->n));
    if (t->shape == SHAPE_AREAS)
        t->shape = SHAPE_POINTS; /* the polygons stay behind */
    t->area = NULL;
    t->x = numbers(t, "x");
    t->y = numbers(t, "y");
    t->r = numbers(t, "radius");
    return ERR_OK;
}

static enum err copy_list(struct arena *a, const char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(list[i] = arena_strdup(a, list[i])))
            return ERR_NOMEM;
    return ERR_OK;
}

static enum err copy_values(const struct analysis *from, struct arena *a, struct analysis *to)
{
    size_t n = 0;
    while (from->method->options && from->method->options[n].name)
        n++;
    to->values = ARENA_ARRAY(a, n + 1, const char *);
    if (!to->values)
        return ERR_NOMEM;
    return copy_texts(a, from->values, to->values, n);
}

enum err explore_result_copy(const struct analysis *from, struct arena *a, struct analysis *to)
{
    struct analysis c = {.method = from->method,
                         .arena = a,
                         .lang = from->lang,
                         .work = {.seed = from->work.seed},
                         .table = {.n = from->table.n},
                         .lonlat = from->lonlat};
    struct analysis_result *r = ARENA_NEW(a, struct analysis_result);
    if (!r)
        return ERR_NOMEM;
    *r = *from->result;
    c.result = r;
    TRY(copy_values(from, a, &c));
    for (size_t i = 0; i < r->n_figures; i++)
        if (r->figures[i].kind == RESULT_TEXT && r->figures[i].v.text &&
            !(r->figures[i].v.text = arena_strdup(a, r->figures[i].v.text)))
            return ERR_NOMEM;
    for (size_t k = 0; k < r->n_tables; k++)
        TRY(copy_table(a, &r->tables[k]));
    TRY(copy_list(a, r->sentences, r->n_sentences));
    TRY(copy_list(a, r->warnings, r->n_warnings));
    *to = c;
    return ERR_OK;
}

const struct result_table *explore_result_table(const struct analysis *an, const char *key)
{
    for (size_t k = 0; an->result && key && k < an->result->n_tables; k++)
        if (str_eq(an->result->tables[k].key, key))
            return &an->result->tables[k];
    return NULL;
}

const struct result_column *explore_result_column(const struct result_table *t, const char *key)
{
    for (size_t k = 0; t && key && k < t->n_columns; k++)
        if (str_eq(t->columns[k].key, key))
            return &t->columns[k];
    return NULL;
}

double explore_result_number(const struct result_column *c, size_t i)
{
    if (!c)
        return NAN;
    switch (c->kind) {
    case RESULT_REAL:
        return ((const double *)c->values)[i];
    case RESULT_INT:
        return (double)((const int64_t *)c->values)[i];
    case RESULT_INDEX:
        return ((const uint32_t *)c->values)[i];
    case RESULT_BOOL:
        return ((const bool *)c->values)[i];
    case RESULT_TIME:
        return (double)((const msec *)c->values)[i];
    case RESULT_TEXT:
        break;
    }
    return NAN;
}
