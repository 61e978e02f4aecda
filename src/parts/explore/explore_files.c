/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A result as a file, for programs, and as tiles; and the rows behind it. */
#include <math.h>
#include <stdio.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/explore/explore_inner.h"

#define FILE_WAITS 10000 /* milliseconds */
#define ROWS_MOST ((size_t)256 << 20)

typedef enum err write_fn(const struct explore_answer *x, struct req *rq);

/* Asks and waits; ERR_BUSY: it takes longer, ask again. */
static enum err take(struct req *rq, struct explore_ask *ask, int wait, struct explore_seen *seen)
{
    *ask = explore_ask_read(rq);
    if (rq->problems)
        return ERR_INVALID;
    struct explore_wish w = {ask, web_who(rq)->account, wait, true};
    return explore_look(web_app(rq), &w, seen);
}

static enum err named(struct req *rq, const struct explore_ask *ask, const char *ext,
                      const char *type)
{
    const char *name =
        arena_printf(rq->arena, "analys-%s-%s.%s", ask->method->name, web_municipality(rq), ext);
    if (!name)
        return ERR_NOMEM;
    resp_type(rq, type);
    resp_download(rq, name);
    return ERR_OK;
}

static enum err refused(struct req *rq, const char *sentence)
{
    const char *copy = arena_strdup(rq->arena, sentence);
    if (!copy)
        return ERR_NOMEM;
    req_problem(rq, NULL, copy);
    return ERR_INVALID;
}

static enum err write_file(struct req *rq, write_fn *fn, const char *ext, const char *type)
{
    struct explore_ask ask;
    struct explore_seen seen = {0};
    TRY(take(rq, &ask, FILE_WAITS, &seen));
    enum err e = ERR_BUSY;
    if (seen.state == EXPLORE_FAILED)
        e = seen.err == ERR_CANCELLED ? refused(rq, TX(rq, explore_long_text)) : seen.err;
    else if (seen.answer && seen.answer->refused)
        e = refused(rq, seen.answer->refused);
    else if (seen.answer)
        e = fn(seen.answer, rq);
    if (e == ERR_OK)
        e = explore_note(rq, "analysis.export", &ask, seen.answer->rows.used);
    if (e == ERR_OK)
        e = named(rq, &ask, ext, type);
    explore_give(web_app(rq), seen.answer);
    return e;
}

static enum err put_json(const struct explore_answer *x, struct req *rq)
{
    return analysis_write_json(&x->an, &rq->out);
}

/* Refusals of the writer go to the request, never into what is kept. */
static enum err put_table(const struct explore_answer *x, struct req *rq,
                          enum err (*fn)(struct analysis *, struct buf *))
{
    struct analysis an = x->an;
    an.arena = rq->arena;
    enum err e = fn(&an, &rq->out);
    return e == ERR_USAGE ? refused(rq, an.problem) : e;
}

static enum err put_csv(const struct explore_answer *x, struct req *rq)
{
    return put_table(x, rq, analysis_write_csv);
}

static enum err put_geojson(const struct explore_answer *x, struct req *rq)
{
    return put_table(x, rq, analysis_write_geojson);
}

enum err explore_json_file(struct req *rq)
{
    return write_file(rq, put_json, "json", "application/json");
}

enum err explore_csv_file(struct req *rq)
{
    return write_file(rq, put_csv, "csv", "text/csv; charset=utf-8");
}

enum err explore_geojson_file(struct req *rq)
{
    return write_file(rq, put_geojson, "geojson", "application/geo+json");
}

/* --- The rows --- */

static void put_name(struct buf *out, const struct analysis_names *n, size_t i)
{
    const char *name = n->index[i] == UINT32_MAX ? "" : n->name[n->index[i]];
    buf_putc(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_putc(out, '"');
        buf_putc(out, *name);
    }
    buf_putc(out, '"');
}

static void put_cell(struct buf *out, const struct analysis_table *t, int c, size_t i)
{
    char text[TIME_TEXT];
    if (c == COLUMN_T || c == COLUMN_T_END) {
        time_iso_utc(c == COLUMN_T ? t->t[i] : t->t_end[i], text);
        buf_puts(out, text);
    } else if (c == COLUMN_PLACE || c == COLUMN_GROUP) {
        put_name(out, c == COLUMN_PLACE ? &t->place : &t->group, i);
    } else if (!isnan(t->number[c][i])) {
        buf_double(out, t->number[c][i]);
    }
}

void explore_rows_csv(struct buf *out, const struct analysis_table *t)
{
    bool first = true;
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (t->has & COLUMN_BIT(c)) {
            buf_printf(out, "%s%s", first ? "" : ",",
                       analysis_column_name((enum analysis_column)c));
            first = false;
        }
    buf_puts(out, "\n");
    for (size_t i = 0; i < t->n; i++) {
        first = true;
        for (int c = 0; c < COLUMN_COUNT; c++)
            if (t->has & COLUMN_BIT(c)) {
                buf_puts(out, first ? "" : ",");
                put_cell(out, t, c, i);
                first = false;
            }
        buf_puts(out, "\n");
    }
}

enum err explore_rows_file(struct req *rq)
{
    struct explore_ask ask = explore_ask_read(rq);
    struct explore_rows rows;
    AUTO(arena_freep) struct arena *a = arena_new(ROWS_MOST);
    if (rq->problems)
        return ERR_INVALID;
    if (!a)
        return ERR_NOMEM;
    TRY(explore_rows(web_app(rq), &ask, &(struct work){.arena = a}, &rows));
    if (rows.refused)
        return refused(rq, rows.refused);
    explore_rows_csv(&rq->out, &rows.table);
    TRY(buf_err(&rq->out));
    TRY(explore_note(rq, "analysis.export", &ask, rows.used));
    return named(rq, &ask, "underlag.csv", "text/csv; charset=utf-8");
}

/* --- For programs --- */

static enum err still_running(struct req *rq, const struct explore_seen *seen)
{
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_bool(&j, "running", true);
    jsonw_key_int(&j, "percent", (int64_t)(seen->share * 100));
    jsonw_end(&j);
    resp_status(rq, 202);
    resp_header(rq, "Retry-After", "1");
    return buf_err(&rq->out);
}

enum err explore_api(struct req *rq)
{
    struct explore_ask ask;
    struct explore_seen seen = {0};
    TRY(take(rq, &ask, 100, &seen));
    enum err e = ERR_OK;
    resp_type(rq, "application/json");
    if (seen.state == EXPLORE_WAITING || seen.state == EXPLORE_RUNNING)
        e = still_running(rq, &seen);
    else if (!seen.answer)
        e = seen.err == ERR_CANCELLED ? refused(rq, TX(rq, explore_long_text)) : seen.err;
    else if (seen.answer->refused)
        e = refused(rq, seen.answer->refused);
    else
        e = explore_note(rq, "analysis.read", &ask, seen.answer->rows.used);
    if (e == ERR_OK && seen.answer)
        e = analysis_write_json(&seen.answer->an, &rq->out);
    explore_give(web_app(rq), seen.answer);
    return e;
}

/* --- Tiles --- */

enum err explore_tile_page(struct req *rq)
{
    struct mvt_tile tile;
    struct explore_ask ask;
    struct explore_seen seen = {0};
    if (!web_tile(rq, &tile))
        return ERR_NOTFOUND;
    TRY(take(rq, &ask, 2000, &seen));
    enum err e = seen.answer ? explore_tile(rq, seen.answer, &ask, tile) : ERR_BUSY;
    explore_give(web_app(rq), seen.answer);
    resp_type(rq, "application/vnd.mapbox-vector-tile");
    resp_header(rq, "Cache-Control", "private, no-cache");
    return e;
}
