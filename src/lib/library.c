/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lib/library.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define MOST ((size_t)8 << 30)
#define TEXT_MOST ((size_t)2 << 30)

enum samsyn_answer library_answer(enum err e)
{
    switch (e) {
    case ERR_OK:
        return SAMSYN_OK;
    case ERR_USAGE:
        return SAMSYN_USAGE;
    case ERR_NOMEM:
        return SAMSYN_NO_MEMORY;
    case ERR_CANCELLED:
        return SAMSYN_CANCELLED;
    case ERR_LIMIT:
        return SAMSYN_LIMIT;
    case ERR_INVALID:
        return SAMSYN_INVALID;
    default:
        return SAMSYN_FAILED;
    }
}

const char *samsyn_analysis_version(void)
{
    return SAMSYN_VERSION;
}

const char *samsyn_analysis_method(size_t i)
{
    size_t n = 0;
    while (analysis_methods[n] && n < i)
        n++;
    return analysis_methods[n] ? analysis_methods[n]->name : NULL;
}

/* --- The struct --- */

static void *take_own(void *arg, size_t n)
{
    (void)arg;
    return malloc(n);
}

static void give_own(void *arg, void *p)
{
    (void)arg;
    free(p);
}

struct samsyn_analysis *samsyn_analysis_new(const char *method, const struct samsyn_memory *memory)
{
    const struct analysis_method *m = method ? analysis_method_find(method) : NULL;
    struct mem_source source = {take_own, give_own, NULL};
    if (!m)
        return NULL;
    if (memory)
        source = (struct mem_source){memory->take, memory->give, memory->arg};
    struct arena *a = arena_new_from(memory && memory->most ? memory->most : MOST, &source);
    struct samsyn_analysis *an = a ? ARENA_NEW(a, struct samsyn_analysis) : NULL;
    if (!an || analysis_begin(m, a, LANG_SV, &an->frame) != ERR_OK) {
        arena_free(a);
        return NULL;
    }
    an->arena = a;
    return an;
}

void samsyn_analysis_free(struct samsyn_analysis *an)
{
    if (an)
        arena_free(an->arena);
}

enum samsyn_answer samsyn_analysis_language(struct samsyn_analysis *an, const char *language)
{
    return lang_from_code(language, &an->frame->lang) ? SAMSYN_OK : SAMSYN_USAGE;
}

enum samsyn_answer samsyn_analysis_set(struct samsyn_analysis *an, const char *option,
                                       const char *value)
{
    char *copy = arena_strdup(an->arena, value);
    return copy ? library_answer(analysis_set(an->frame, option, copy)) : SAMSYN_NO_MEMORY;
}

void samsyn_analysis_seed(struct samsyn_analysis *an, uint64_t seed)
{
    an->frame->work.seed = seed;
}

void samsyn_analysis_threads(struct samsyn_analysis *an, int threads)
{
    an->frame->work.threads = threads;
}

void samsyn_analysis_watch(struct samsyn_analysis *an, bool (*tick)(void *arg, double share),
                           void *arg)
{
    an->frame->work.tick = tick;
    an->frame->work.arg = arg;
}

/* --- The table --- */

static int column_of(const char *name)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (str_eq(analysis_column_name((enum analysis_column)c), name))
            return c;
    return -1;
}

/* Is it a column of that sort which the method knows, and as long as the others? */
static enum samsyn_answer begin_column(struct samsyn_analysis *an, int c, bool right, size_t n)
{
    struct analysis_table *t = &an->frame->table;
    uint32_t known = an->frame->method->needs | an->frame->method->may;
    if (c < 0 || !right || !(known & COLUMN_BIT(c)))
        return library_answer(
            analysis_refuse(an->frame, text_get(an->frame->lang, T_analysis_no_such_column)));
    if (n > ANALYSIS_ROWS_MOST)
        return SAMSYN_LIMIT;
    if (an->filled && t->n != n)
        return library_answer(
            analysis_refuse(an->frame, text_get(an->frame->lang, T_analysis_unequal_columns)));
    an->filled = true;
    t->n = n;
    t->has |= COLUMN_BIT(c);
    return SAMSYN_OK;
}

enum samsyn_answer samsyn_analysis_numbers(struct samsyn_analysis *an, const char *column,
                                           const double *v, size_t n)
{
    int c = column_of(column);
    bool text = c == COLUMN_T || c == COLUMN_T_END || c == COLUMN_PLACE || c == COLUMN_GROUP;
    enum samsyn_answer r = begin_column(an, c, !text, n);
    if (r == SAMSYN_OK)
        an->frame->table.number[c] = v;
    return r;
}

enum samsyn_answer samsyn_analysis_times(struct samsyn_analysis *an, const char *column,
                                         const int64_t *times, size_t n, bool dates)
{
    struct analysis_table *t = &an->frame->table;
    int c = column_of(column);
    bool other = (t->has & (COLUMN_BIT(COLUMN_T) | COLUMN_BIT(COLUMN_T_END))) != 0;
    enum samsyn_answer r = begin_column(an, c, c == COLUMN_T || c == COLUMN_T_END, n);
    if (r != SAMSYN_OK)
        return r;
    t->dates_only = dates && (!other || t->dates_only);
    *(c == COLUMN_T ? &t->t : &t->t_end) = times;
    return SAMSYN_OK;
}

enum samsyn_answer samsyn_analysis_names(struct samsyn_analysis *an, const char *column,
                                         const uint32_t *index, size_t n, const char *const *names,
                                         uint32_t n_names)
{
    int c = column_of(column);
    for (size_t i = 0; i < n; i++)
        if (index[i] >= n_names && index[i] != SAMSYN_NO_NAME)
            return SAMSYN_INVALID;
    enum samsyn_answer r = begin_column(an, c, c == COLUMN_PLACE || c == COLUMN_GROUP, n);
    if (r != SAMSYN_OK)
        return r;
    struct analysis_names *to =
        c == COLUMN_PLACE ? &an->frame->table.place : &an->frame->table.group;
    *to = (struct analysis_names){n_names, names, index};
    return SAMSYN_OK;
}

/* --- The answer --- */

enum err library_number_rows(struct analysis *an)
{
    uint64_t *line = ARENA_ARRAY(an->arena, an->table.n, uint64_t);
    if (!line)
        return ERR_NOMEM;
    for (size_t i = 0; i < an->table.n; i++)
        line[i] = i + 1;
    an->table.line = line;
    return ERR_OK;
}

enum samsyn_answer samsyn_analysis_run(struct samsyn_analysis *an)
{
    struct analysis_result *fresh = ARENA_NEW(an->arena, struct analysis_result);
    if (!fresh || library_number_rows(an->frame) != ERR_OK)
        return SAMSYN_NO_MEMORY;
    an->frame->result = fresh; /* it may run again, with other options */
    an->frame->problem = NULL;
    return library_answer(analysis_run(an->frame));
}

const char *samsyn_analysis_problem(const struct samsyn_analysis *an)
{
    return an->frame->problem ? an->frame->problem : "";
}

bool samsyn_analysis_figure(const struct samsyn_analysis *an, const char *key, double *out)
{
    const struct analysis_result *r = an->frame->result;
    for (size_t i = 0; i < r->n_figures; i++) {
        const struct result_figure *f = &r->figures[i];
        if (!str_eq(f->key, key) || f->kind == RESULT_TEXT)
            continue;
        *out = f->kind == RESULT_REAL   ? f->v.real
               : f->kind == RESULT_BOOL ? f->v.truth
                                        : (double)f->v.whole;
        return true;
    }
    return false;
}

static const struct result_table *find_table(const struct samsyn_analysis *an, const char *key)
{
    const struct analysis_result *r = an->frame->result;
    for (size_t k = 0; k < r->n_tables; k++)
        if (str_eq(r->tables[k].key, key))
            return &r->tables[k];
    return NULL;
}

static const struct result_column *find_column(const struct result_table *t, const char *key)
{
    for (size_t i = 0; i < t->n_columns; i++)
        if (str_eq(t->columns[i].key, key))
            return &t->columns[i];
    return NULL;
}

static double number_at(const struct result_column *c, size_t i)
{
    switch (c->kind) {
    case RESULT_REAL:
        return ((const double *)c->values)[i];
    case RESULT_INT:
    case RESULT_TIME:
        return (double)((const int64_t *)c->values)[i];
    case RESULT_INDEX:
        return ((const uint32_t *)c->values)[i];
    case RESULT_BOOL:
        return ((const bool *)c->values)[i];
    case RESULT_TEXT:
        break;
    }
    return NAN;
}

const double *samsyn_analysis_reals(const struct samsyn_analysis *an, const char *table,
                                    const char *column, size_t *rows)
{
    const struct result_table *t = find_table(an, table);
    const struct result_column *c = t ? find_column(t, column) : NULL;
    *rows = 0;
    if (!c || c->kind == RESULT_TEXT)
        return NULL;
    double *copy = ARENA_ARRAY(an->arena, t->n, double);
    for (size_t i = 0; copy && i < t->n; i++)
        copy[i] = number_at(c, i);
    if (copy)
        *rows = t->n;
    return copy;
}

const char *samsyn_analysis_text(const struct samsyn_analysis *an, const char *key)
{
    const struct analysis_result *r = an->frame->result;
    for (size_t i = 0; i < r->n_figures; i++)
        if (str_eq(r->figures[i].key, key) && r->figures[i].kind == RESULT_TEXT)
            return r->figures[i].v.text;
    return NULL;
}

const char *const *samsyn_analysis_texts(const struct samsyn_analysis *an, const char *table,
                                         const char *column, size_t *rows)
{
    const struct result_table *t = find_table(an, table);
    const struct result_column *c = t ? find_column(t, column) : NULL;
    bool found = c && c->kind == RESULT_TEXT;
    *rows = found ? t->n : 0;
    return found ? c->values : NULL;
}

const char *samsyn_analysis_sentence(const struct samsyn_analysis *an, size_t i)
{
    const struct analysis_result *r = an->frame->result;
    return i < r->n_sentences ? r->sentences[i] : NULL;
}

const char *samsyn_analysis_warning(const struct samsyn_analysis *an, size_t i)
{
    const struct analysis_result *r = an->frame->result;
    return i < r->n_warnings ? r->warnings[i] : NULL;
}

static enum err write_as(struct analysis *an, const char *format, struct buf *out)
{
    if (str_eq(format, "json"))
        return analysis_write_json(an, out);
    if (str_eq(format, "csv"))
        return analysis_write_csv(an, out);
    if (str_eq(format, "geojson"))
        return analysis_write_geojson(an, out);
    return analysis_refuse(an, text_get(an->lang, T_analysis_formats));
}

enum samsyn_answer samsyn_analysis_write(struct samsyn_analysis *an, const char *format,
                                         const char **text, size_t *bytes)
{
    struct buf out = buf_init(TEXT_MOST);
    enum err e = write_as(an->frame, format, &out);
    char *copy = e ? NULL : arena_strndup(an->arena, buf_text(&out), out.len);
    if (copy) {
        *text = copy;
        *bytes = out.len;
    }
    buf_done(&out);
    return e ? library_answer(e) : copy ? SAMSYN_OK : SAMSYN_NO_MEMORY;
}
