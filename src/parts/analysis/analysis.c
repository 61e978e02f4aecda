/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which methods there are, and the options of one. */
#include "parts/analysis/analysis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"
#include "tmpl/format.h"

static const char *const column_names[COLUMN_COUNT] = {
    [COLUMN_X] = "x",
    [COLUMN_Y] = "y",
    [COLUMN_T] = "t",
    [COLUMN_T_END] = "t-end",
    [COLUMN_VALUE] = "value",
    [COLUMN_WEIGHT] = "weight",
    [COLUMN_POPULATION] = "population",
    [COLUMN_BEFORE] = "before",
    [COLUMN_AFTER] = "after",
    [COLUMN_PLACE] = "place",
    [COLUMN_GROUP] = "group",
    [COLUMN_TRAFFIC] = "traffic",
    [COLUMN_TRAFFIC_AFTER] = "traffic-after",
    [COLUMN_LENGTH] = "length",
};

const char *analysis_column_name(enum analysis_column c)
{
    return column_names[c];
}

const struct analysis_method *analysis_method_find(const char *name)
{
    for (size_t i = 0; analysis_methods[i]; i++)
        if (str_eq(analysis_methods[i]->name, name))
            return analysis_methods[i];
    return NULL;
}

int analysis__option(const struct analysis_method *m, const char *name)
{
    for (int i = 0; m->options && m->options[i].name; i++)
        if (str_eq(m->options[i].name, name))
            return i;
    return -1;
}

enum err analysis_begin(const struct analysis_method *m, struct arena *a, enum lang lang,
                        struct analysis **out)
{
    size_t n = 0;
    while (m->options && m->options[n].name)
        n++;
    struct analysis *an = ARENA_NEW(a, struct analysis);
    if (!an)
        return ERR_NOMEM;
    an->values = ARENA_ARRAY(a, n + 1, const char *);
    an->result = ARENA_NEW(a, struct analysis_result);
    if (!an->values || !an->result)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        an->values[i] = m->options[i].fallback;
    memcpy(an->columns, column_names, sizeof column_names);
    an->method = m;
    an->arena = a;
    an->lang = lang;
    an->work = (struct work){.seed = 1, .threads = 1, .arena = a};
    *out = an;
    return ERR_OK;
}

enum err analysis_refuse(struct analysis *an, const char *sentence)
{
    if (!sentence)
        return ERR_NOMEM;
    an->problem = sentence;
    return ERR_USAGE;
}

/* --- Values --- */

/* All digits: what is kept, and can be typed. */
static const char *number_text(struct arena *a, double v)
{
    struct buf b = buf_init(64);
    buf_double(&b, v);
    const char *text = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return text;
}

/* Limits as they are typed, but for the spaces that part thousands. */
static const char *limit_number(struct arena *a, double v)
{
    char text[FORMAT_TEXT];
    if (v == 0 || fabs(v) >= 1) {
        int decimals = v == rint(v) ? 0 : 3;
        return format_arena(a, format_decimal(text, LANG_EN, v, decimals));
    }
    int n = snprintf(text, sizeof text, "%.10f", v);
    while (text[n - 1] == '0')
        text[--n] = 0;
    return arena_strdup(a, text);
}

static const char *limit_text(struct analysis *an, const struct analysis_option *o)
{
    return analysis_say(an, analysis_bad_number, o->name, limit_number(an->arena, o->least),
                        limit_number(an->arena, o->most));
}

static bool number_fits(const struct analysis_option *o, const char *text, double *out)
{
    int64_t whole;
    if (o->kind == OPTION_INT) {
        if (!str_to_int(text, &whole))
            return false;
        *out = (double)whole;
    } else if (!str_to_double(text, out)) {
        return false;
    }
    return *out >= o->least && *out <= o->most;
}

/* "0,100,200": false when one of them is none. out may be NULL. */
static bool read_list(const struct analysis_option *o, const char *text, double *out, size_t *n)
{
    char part[64];
    struct analysis_option one = *o;
    one.kind = OPTION_REAL;
    *n = 0;
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ",");
        double v;
        if (len == 0 || len >= sizeof part)
            return false;
        memcpy(part, p, len);
        part[len] = 0;
        if (!number_fits(&one, part, &v))
            return false;
        if (out)
            out[*n] = v;
        (*n)++;
        p += len;
        if (!*p)
            return true;
    }
}

static bool value_fits(const struct analysis_option *o, const char *value)
{
    double v;
    size_t n;
    switch (o->kind) {
    case OPTION_REAL:
    case OPTION_INT:
        return number_fits(o, value, &v);
    case OPTION_LIST:
        return read_list(o, value, NULL, &n);
    case OPTION_TEXT:
    case OPTION_FLAG:
        return true;
    }
    return false;
}

enum err analysis_set(struct analysis *an, const char *option, const char *value)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (str_eq(option, column_names[c])) {
            an->columns[c] = value;
            return ERR_OK;
        }
    }
    int i = analysis__option(an->method, option);
    if (i < 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_option, an->method->name, option));
    const struct analysis_option *o = &an->method->options[i];
    if (!value_fits(o, value))
        return analysis_refuse(an, limit_text(an, o));
    an->values[i] = o->kind == OPTION_FLAG ? "true" : value;
    return ERR_OK;
}

static const char *value_of(const struct analysis *an, const char *option)
{
    int i = analysis__option(an->method, option);
    return i < 0 ? NULL : an->values[i];
}

double analysis_real(const struct analysis *an, const char *option)
{
    double v;
    const char *text = value_of(an, option);
    return text && str_to_double(text, &v) ? v : NAN;
}

int64_t analysis_int(const struct analysis *an, const char *option)
{
    int64_t v;
    const char *text = value_of(an, option);
    return text && str_to_int(text, &v) ? v : INT64_MIN;
}

const char *analysis_text(const struct analysis *an, const char *option)
{
    return value_of(an, option);
}

bool analysis_flag(const struct analysis *an, const char *option)
{
    return value_of(an, option) != NULL;
}

enum err analysis_list(struct analysis *an, const char *option, const double **out, size_t *n)
{
    int i = analysis__option(an->method, option);
    if (i < 0 || !an->values[i]) {
        *out = NULL;
        *n = 0;
        return ERR_OK;
    }
    double *list = ARENA_ARRAY(an->arena, strlen(an->values[i]) / 2 + 1, double);
    if (!list)
        return ERR_NOMEM;
    if (!read_list(&an->method->options[i], an->values[i], list, n))
        return ERR_INTERNAL; /* analysis_set() lets none in; a fallback in a table is wrong */
    *out = list;
    return ERR_OK;
}

enum err analysis_chose(struct analysis *an, const char *option, double value)
{
    int i = analysis__option(an->method, option);
    if (i < 0)
        return ERR_INTERNAL;
    an->values[i] = number_text(an->arena, value);
    return an->values[i] ? ERR_OK : ERR_NOMEM;
}

bool analysis_has(const struct analysis *an, enum analysis_column c)
{
    return (an->table.has & COLUMN_BIT(c)) != 0;
}

const char *analysis_place(const struct analysis *an, double x, double y)
{
    return an->name_place ? an->name_place(an->name_arg, x, y) : NULL;
}

uint64_t table_row(const struct analysis_table *t, size_t i)
{
    return t->line ? t->line[i] : i + 1;
}

enum err analysis_run(struct analysis *an)
{
    TRY(analysis__check(an));
    enum err e = an->method->run(an);
    if (e == ERR_INVALID) /* the method looked closer than analysis__check() can */
        return analysis_refuse(an, text_get(an->lang, T_analysis_unusable));
    TRY(e);
    if (an->table.n < an->method->few) {
        an->result->n_sentences = 0; /* too few to tell, whatever the figures look like */
        result_sentence(an, analysis_say(an, analysis_few, an->table.n, an->method->few));
    }
    return an->result->err;
}

const double *analysis_days(struct analysis *an, const msec *t)
{
    double *days = ARENA_ARRAY(an->arena, an->table.n, double);
    for (size_t i = 0; days && i < an->table.n; i++) {
        if (t[i] == ANALYSIS_NO_TIME) {
            days[i] = NAN;
            continue;
        }
        struct civil c = civil_from_msec(t[i]);
        double ms = ((c.hour * 60 + c.minute) * 60 + c.second) * 1000.0 + c.milli;
        days[i] = (double)date_days((struct date){c.year, c.month, c.day}) + ms / 86400000.0;
    }
    return days;
}
