/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of a result: the columns worth reading, the rows worth reading first, each with a way
 * to the events behind it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"
#include "tmpl/format.h"

#define ROWS_SHOWN 20

/* --- Cells --- */

const char *explore_word(struct req *rq, const char *code)
{
    char key[64];
    if (!code)
        return NULL;
    snprintf(key, sizeof key, "explore_w_%s", code);
    enum text_key k = text_lookup(key);
    if (k == TEXT_COUNT) { /* certainty: the frame has the words */
        snprintf(key, sizeof key, "analysis_%s", code);
        k = text_lookup(key);
    }
    return k == TEXT_COUNT ? code : text_get(rq->lang, k);
}

static const char *date_cell(struct req *rq, const struct result_column *c, size_t i)
{
    char text[FORMAT_TEXT];
    struct date d;
    if (c->kind == RESULT_TIME) {
        msec t = ((const msec *)c->values)[i];
        if (t == ANALYSIS_NO_TIME)
            return NULL;
        d = date_of_msec(t);
    } else {
        const char *s = c->kind == RESULT_TEXT ? ((const char *const *)c->values)[i] : NULL;
        if (!s || date_parse(s, &d) != ERR_OK)
            return s;
    }
    return format_arena(rq->arena, format_date(text, rq->lang, d));
}

static const char *number_cell(struct req *rq, double v, enum explore_format as)
{
    char text[FORMAT_TEXT];
    int decimals = fabs(v) >= 100 ? 0 : fabs(v) >= 10 ? 1 : 2;
    if (as == AS_WHOLE || v == (double)(int64_t)v)
        decimals = 0;
    if (as == AS_FINE && v < 0.001)
        return TXF(rq, explore_less, format_decimal(text, rq->lang, 0.001, 3));
    return format_arena(rq->arena, format_decimal(text, rq->lang, v, as == AS_FINE ? 3 : decimals));
}

const char *explore_column_text(struct req *rq, const struct explore_column *k,
                                const struct result_column *c, size_t i)
{
    double v = explore_result_number(c, i);
    switch (k->as) {
    case AS_TEXT:
        return c->kind == RESULT_TEXT ? ((const char *const *)c->values)[i] : NULL;
    case AS_WORD:
        return c->kind == RESULT_TEXT ? explore_word(rq, ((const char *const *)c->values)[i])
                                      : NULL;
    case AS_DATE:
        return date_cell(rq, c, i);
    case AS_YES:
        return v > 0 ? TX(rq, explore_yes) : TX(rq, explore_no);
    case AS_WEEKDAY:
        return v >= 1 && v <= 7 ? text_get(rq->lang, (enum text_key)(T_weekday_1 + (int)v - 1))
                                : NULL;
    case AS_WHOLE:
    case AS_REAL:
    case AS_FINE:
        break;
    }
    return isnan(v) ? "–" : number_cell(rq, v, k->as);
}

static bool is_number(enum explore_format as)
{
    return as == AS_WHOLE || as == AS_REAL || as == AS_FINE;
}

/* --- Ways to the rows --- */

/* The squares of 250 m that a square is made of, or that lie within a circle. False: too many, or
 * they do not fit. */
static bool cover(struct event_squares *s, double x, double y, double side)
{
    double parts = side / EVENT_SQUARE;
    int n = (int)parts;
    *s = (struct event_squares){.n = 0};
    if (n < 1 || (double)n != parts || n * n > EVENT_SQUARES_MOST)
        return false;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            s->at[s->n++] = event_square(x - side / 2 + (i + 0.5) * EVENT_SQUARE,
                                         y - side / 2 + (k + 0.5) * EVENT_SQUARE);
    return true;
}

static bool day_of(const struct result_table *t, const char *key, size_t i, struct date *out)
{
    const struct result_column *c = explore_result_column(t, key);
    if (!c)
        return false;
    if (c->kind == RESULT_TIME && ((const msec *)c->values)[i] != ANALYSIS_NO_TIME) {
        *out = date_of_msec(((const msec *)c->values)[i]);
        return true;
    }
    const char *s = c->kind == RESULT_TEXT ? ((const char *const *)c->values)[i] : NULL;
    return s && date_parse(s, out) == ERR_OK;
}

/* Days of the row: from - to, first - last, or the week that begins at start. */
static void narrow_days(const struct result_table *t, size_t i, struct event_query *q)
{
    if (day_of(t, "from", i, &q->from) && day_of(t, "to", i, &q->to))
        return;
    if (day_of(t, "first", i, &q->from) && day_of(t, "last", i, &q->to))
        return;
    if (day_of(t, "start", i, &q->from) || day_of(t, "t", i, &q->from))
        q->to = date_add(q->from, 6);
}

/* The circle of the row, by the squares that the method counted by. */
static void narrow_circle(const struct explore_ask *ask, const struct result_table *t, size_t i,
                          struct event_query *q)
{
    double snap = explore_number(ask, "snap");
    if (!(q->circle.radius > 0)) /* of two circles a list has room for one: that which was asked */
        q->circle =
            event_circle_round(t->x[i], t->y[i], t->r ? t->r[i] : 0, snap > 0 ? (uint32_t)snap : 0);
    q->placed = !(q->circle.radius > 0); /* a circle holds only those with a place */
}

const char *explore_row_href(struct req *rq, const struct explore_ask *ask,
                             const struct result_table *t, size_t i)
{
    struct event_query q = ask->q;
    const struct result_column *c;
    if (t->shape == SHAPE_SQUARES) {
        if (!cover(&q.squares, t->x[i], t->y[i], t->size))
            return NULL;
        q.placed = true;
        return explore_list_href(rq, &q);
    }
    narrow_days(t, i, &q);
    if (t->shape == SHAPE_CIRCLES) {
        narrow_circle(ask, t, i, &q);
        return explore_list_href(rq, &q);
    }
    if ((c = explore_result_column(t, "weekday")))
        q.weekday = (int)explore_result_number(c, i);
    if (q.weekday && (c = explore_result_column(t, "hour")))
        q.hour = (int)explore_result_number(c, i);
    if (!q.weekday && date_days(q.from) == date_days(ask->q.from) &&
        date_days(q.to) == date_days(ask->q.to))
        return NULL; /* nothing narrower than all of it */
    return explore_result_column(t, "place") ? NULL : explore_list_href(rq, &q);
}

/* --- The table --- */

struct row {
    size_t at;
    double by;
};

static int falling(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->by != b->by)
        return a->by > b->by ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Rows in the order of reading; those with nothing in them are left out of maps' tables. */
static enum err choose(struct req *rq, const struct explore_method *m, const struct result_table *t,
                       struct row **out, size_t *n)
{
    const struct result_column *by = explore_result_column(t, m->sort);
    const struct result_column *only = explore_result_column(t, m->only);
    const struct result_column *value = explore_result_column(t, "value");
    struct row *r = ARENA_ARRAY(rq->arena, t->n + 1, struct row);
    *n = 0;
    if (!r)
        return ERR_NOMEM;
    for (size_t i = 0; i < t->n; i++) {
        double v = by ? explore_result_number(by, i) : 0;
        if (only && !(explore_result_number(only, i) > 0))
            continue;
        if (t->shape == SHAPE_SQUARES && value && !(explore_result_number(value, i) > 0))
            continue;
        r[(*n)++] = (struct row){i, isnan(v) ? -INFINITY : v};
    }
    if (by)
        qsort(r, *n, sizeof *r, falling);
    *out = r;
    return ERR_OK;
}

static const char *place_of(struct req *rq, const struct explore_answer *x,
                            const struct result_table *t, size_t i)
{
    const char *name = t->x && t->y ? explore_place_name(&x->places, t->x[i], t->y[i]) : NULL;
    char east[FORMAT_TEXT], north[FORMAT_TEXT];
    if (name || !t->x || !t->y)
        return name;
    return TXF(rq, explore_at, format_number(east, (int64_t)t->x[i]),
               format_number(north, (int64_t)t->y[i]));
}

static const char *cell_text(struct req *rq, const struct explore_answer *x,
                             const struct explore_column *k, const struct result_table *t, size_t i)
{
    const struct result_column *c = explore_result_column(t, k->key);
    const char *text = str_eq(k->key, "@place") ? place_of(rq, x, t, i)
                       : c                      ? explore_column_text(rq, k, c, i)
                                                : NULL;
    return text ? text : "–";
}

/* Columns that this result has: a series without names has no column of names. */
static size_t columns_of(const struct explore_method *m, const struct result_table *t,
                         const struct explore_column *out[EXPLORE_COLUMNS_MOST])
{
    size_t n = 0;
    for (const struct explore_column *k = m->columns; k->key && n < EXPLORE_COLUMNS_MOST; k++)
        if (k->key[0] == '@' || explore_result_column(t, k->key))
            out[n++] = k;
    return n;
}

static enum err fill_heads(struct req *rq, const struct explore_column *const *k, size_t n,
                           struct explore_view *v)
{
    struct explore_cell *heads = ARENA_ARRAY(rq->arena, n + 1, struct explore_cell);
    if (!heads)
        return ERR_NOMEM;
    for (size_t c = 0; c < n; c++)
        heads[c] = (struct explore_cell){.text = text_get(rq->lang, k[c]->label),
                                         .num = is_number(k[c]->as)};
    v->heads = heads;
    v->n_heads = n;
    return ERR_OK;
}

static enum err fill_line(struct req *rq, const struct explore_ask *ask,
                          const struct explore_answer *x, const struct result_table *t, size_t i,
                          struct explore_line *out)
{
    const struct explore_column *k[EXPLORE_COLUMNS_MOST];
    size_t n = columns_of(ask->method, t, k);
    struct explore_cell *cells = ARENA_ARRAY(rq->arena, n + 1, struct explore_cell);
    if (!cells || !n)
        return ERR_NOMEM;
    for (size_t c = 1; c < n; c++)
        cells[c - 1] = (struct explore_cell){.text = cell_text(rq, x, k[c], t, i),
                                             .label = text_get(rq->lang, k[c]->label),
                                             .num = is_number(k[c]->as)};
    *out = (struct explore_line){cells, n - 1, cell_text(rq, x, k[0], t, i),
                                 explore_row_href(rq, ask, t, i)};
    return ERR_OK;
}

enum err explore_show_table(struct req *rq, const struct explore_ask *ask,
                            const struct explore_answer *x, struct explore_view *v)
{
    const struct explore_column *k[EXPLORE_COLUMNS_MOST];
    const struct result_table *t = explore_result_table(&x->an, ask->method->table);
    struct row *rows;
    size_t n, shown;
    if (!t || !ask->method->columns)
        return ERR_OK;
    TRY(choose(rq, ask->method, t, &rows, &n));
    TRY(fill_heads(rq, k, columns_of(ask->method, t, k), v));
    shown = n < ROWS_SHOWN ? n : ROWS_SHOWN;
    struct explore_line *lines = ARENA_ARRAY(rq->arena, shown + 1, struct explore_line);
    if (!lines)
        return ERR_NOMEM;
    for (size_t i = 0; i < shown; i++)
        TRY(fill_line(rq, ask, x, t, rows[i].at, &lines[i]));
    v->lines = lines;
    v->n_lines = shown;
    if (n > shown)
        v->table_more = TXF(rq, explore_more_rows, shown, n);
    else if (n == 0)
        v->table_more = ask->method->only ? TX(rq, explore_no_alarm) : TX(rq, explore_no_rows);
    return ERR_OK;
}
