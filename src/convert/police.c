/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The notices of the Police: the answer of their API, and archives of it as JSON lines. */
#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "convert/readers.h"

#define ANSWER_MOST (32u * 1024 * 1024)
#define COLUMNS_HERE 16

/* Columns, and where in the object they are found ("location.gps"). The first is the id. */
struct layout {
    size_t n;
    const char *names[COLUMNS_HERE];
    const char *keys[COLUMNS_HERE];
};

static const struct layout api = {
    8,
    {"id", "datetime", "name", "summary", "url", "type", "location_name", "location_gps"},
    {"id", "datetime", "name", "summary", "url", "type", "location.name", "location.gps"},
};
static const struct layout archive = {
    16,
    {"id", "published", "occurred_local", "type", "title", "summary", "api_location", "lat", "lon",
     "kommun", "lan", "geo_rule", "url", "first_seen", "last_seen", "revisions"},
    {"id", "published", "occurred_local", "type", "title", "summary", "api_location", "lat", "lon",
     "kommun", "lan", "geo_rule", "url", "first_seen", "last_seen", "revisions"},
};
/* One row a revision; the id stands outside it. */
static const struct layout revision = {
    8,
    {"id", "seen", "datetime", "name", "summary", "type", "location_name", "location_gps"},
    {"id", "seen", "datetime", "name", "summary", "type", "location.name", "location.gps"},
};

struct police {
    struct reader *r;
    const struct layout *layout;
    struct buf numbers; /* text of the numbers of this row */
    struct stream_cell cells[COLUMNS_HERE];
    size_t at[COLUMNS_HERE]; /* where in numbers; cells[].s is set last */
};

static const json_t *find(const json_t *object, const char *key)
{
    const char *dot = strchr(key, '.');
    if (!dot)
        return json_object_get(object, key);
    const json_t *inner = json_object_getn(object, key, (size_t)(dot - key));
    return json_object_get(inner, dot + 1);
}

static bool put_cell(struct police *p, size_t i, const json_t *v)
{
    p->at[i] = p->numbers.len;
    p->cells[i] = (struct stream_cell){0};
    if (json_is_string(v)) {
        p->cells[i] = (struct stream_cell){json_string_value(v), json_string_length(v)};
    } else if (json_is_integer(v) || json_is_real(v) || json_is_boolean(v)) {
        if (json_is_integer(v))
            buf_int(&p->numbers, json_integer_value(v));
        else if (json_is_real(v))
            buf_double(&p->numbers, json_real_value(v));
        else
            buf_puts(&p->numbers, json_is_true(v) ? "true" : "false");
        p->cells[i].len = p->numbers.len - p->at[i];
    } else if (v && !json_is_null(v)) {
        return false;
    }
    return p->cells[i].len <= CONVERT_CELL_MOST;
}

static void problem(struct police *p, uint64_t number, enum convert_fault fault, int column,
                    const json_t *v)
{
    char *raw = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
    stream_problem(p->r->out, number, fault, column, raw ? raw : "", raw ? strlen(raw) : 0);
    free(raw); /* jansson's own allocator: malloc */
}

/* One row from an object; `id` is taken from elsewhere when the layout says so. */
static enum err put_object(struct police *p, uint64_t number, const json_t *object,
                           const json_t *id)
{
    if (!json_is_object(object)) {
        problem(p, number, CONVERT_FAULT_ROW_SHAPE, -1, object);
        return ERR_OK;
    }
    buf_clear(&p->numbers);
    for (size_t i = 0; i < p->layout->n; i++) {
        const json_t *v = i == 0 ? id : find(object, p->layout->keys[i]);
        if (!put_cell(p, i, v)) {
            problem(p, number, CONVERT_FAULT_ROW_SHAPE, (int)i, object);
            return ERR_OK;
        }
    }
    TRY(buf_err(&p->numbers));
    if (!p->cells[0].len) {
        problem(p, number, CONVERT_FAULT_NO_ID, 0, object);
        return ERR_OK;
    }
    for (size_t i = 0; i < p->layout->n; i++)
        if (!p->cells[i].s && p->cells[i].len)
            p->cells[i].s = p->numbers.data + p->at[i];
    stream_row(p->r->out, number, p->cells, NULL, 0);
    return p->r->out->broken ? ERR_CANCELLED : ERR_OK;
}

static void start(struct police *p, const struct layout *layout)
{
    p->layout = layout;
    reader_names(p->r, layout->names, layout->n);
}

static bool only_space(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr(" \t\r\n", s[i]) || !s[i])
            return false;
    return true;
}

static size_t mark_length(const char *s, size_t n)
{
    return n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* ---- the API's answer ---- */

static enum err answer_rows(struct police *p, const json_t *list)
{
    if (!json_is_array(list))
        return stream_fault(p->r->out, CONVERT_FAULT_SHAPE, 0, "");
    start(p, &api);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        TRY(put_object(p, i + 1, v, json_object_get(v, "id")));
    }
    stream_end(p->r->out);
    return ERR_OK;
}

static enum err answer(struct police *p, const char *s, size_t n)
{
    size_t skip = mark_length(s, n);
    if (only_space(s + skip, n - skip)) {
        p->r->out->flags |= CONVERT_SAW_EMPTY;
        start(p, &api);
        stream_end(p->r->out);
        return ERR_OK;
    }
    json_error_t error;
    json_t *list = json_loadb(s + skip, n - skip, 0, &error);
    if (!list)
        return stream_fault(p->r->out, CONVERT_FAULT_JSON,
                            error.line > 0 ? (uint64_t)error.line : 0, error.text);
    enum err e = answer_rows(p, list);
    json_decref(list);
    return e;
}

enum err police_api_read(struct reader *r)
{
    struct police p = {.r = r, .numbers = buf_init(4096)};
    struct buf all;
    TRY(source_all(r->source, ANSWER_MOST, &all));
    enum err e = answer(&p, buf_text(&all), all.len);
    buf_done(&all);
    buf_done(&p.numbers);
    return e;
}

/* ---- the archive, a line at a time ---- */

static enum err revisions(struct police *p, uint64_t line, const json_t *object)
{
    const json_t *list = json_object_get(object, "revs");
    if (!json_is_array(list)) {
        problem(p, line, CONVERT_FAULT_ROW_SHAPE, -1, object);
        return ERR_OK;
    }
    for (size_t i = 0; i < json_array_size(list); i++)
        TRY(put_object(p, line, json_array_get(list, i), json_object_get(object, "id")));
    return ERR_OK;
}

static enum err archive_object(struct police *p, uint64_t line, const json_t *object)
{
    bool revised = json_object_get(object, "revs") != NULL;
    if (!p->layout) {
        if (revised)
            p->r->out->flags |= CONVERT_SAW_REVISIONS;
        start(p, revised ? &revision : &archive);
    }
    if (revised != (p->layout == &revision)) {
        problem(p, line, CONVERT_FAULT_ROW_SHAPE, -1, object);
        return ERR_OK;
    }
    return revised ? revisions(p, line, object)
                   : put_object(p, line, object, json_object_get(object, "id"));
}

static enum err archive_line(struct police *p, uint64_t line, const char *s, size_t n)
{
    if (only_space(s, n))
        return ERR_OK;
    json_error_t error;
    json_t *object = json_loadb(s, n, 0, &error);
    if (object && (p->layout || json_is_object(object))) {
        enum err e = archive_object(p, line, object);
        json_decref(object);
        return e;
    }
    bool valid = object != NULL;
    json_decref(object);
    if (!p->layout) /* the first line decides what the file is */
        return stream_fault(p->r->out, valid ? CONVERT_FAULT_SHAPE : CONVERT_FAULT_JSON, line,
                            valid ? "" : error.text);
    stream_problem(p->r->out, line, CONVERT_FAULT_ROW_JSON, -1, s, n);
    return ERR_OK;
}

struct lines {
    struct police *p;
    struct buf rest; /* the beginning of a line whose end has not come */
    uint64_t number;
    bool too_long;
};

static void keep(struct lines *l, const char *s, size_t n)
{
    if (l->rest.len + n > CONVERT_ROW_MOST)
        l->too_long = true;
    else
        buf_add(&l->rest, s, n);
}

static enum err line_end(struct lines *l)
{
    enum err e = buf_err(&l->rest);
    size_t skip = l->number == 1 ? mark_length(buf_text(&l->rest), l->rest.len) : 0;
    if (l->too_long && !l->p->layout)
        e = stream_fault(l->p->r->out, CONVERT_FAULT_SHAPE, l->number, "");
    else if (l->too_long)
        stream_problem(l->p->r->out, l->number, CONVERT_FAULT_ROW_SIZE, -1, buf_text(&l->rest),
                       l->rest.len);
    else if (!e)
        e = archive_line(l->p, l->number, buf_text(&l->rest) + skip, l->rest.len - skip);
    buf_clear(&l->rest);
    l->too_long = false;
    l->number++;
    return e;
}

static enum err each_line(struct lines *l, char *chunk, size_t size)
{
    size_t got;
    for (;;) {
        TRY(source_read(l->p->r->source, chunk, size, &got));
        if (!got)
            return line_end(l);
        for (const char *s = chunk, *end = chunk + got; s < end;) {
            const char *stop = memchr(s, '\n', (size_t)(end - s));
            keep(l, s, (size_t)((stop ? stop : end) - s));
            if (stop)
                TRY(line_end(l));
            s = stop ? stop + 1 : end;
        }
    }
}

enum err police_archive_read(struct reader *r)
{
    const size_t size = 64 * 1024;
    AUTO(mem_freep) char *chunk = mem_alloc(size);
    if (!chunk)
        return ERR_NOMEM;
    struct police p = {.r = r, .numbers = buf_init(4096)};
    struct lines l = {.p = &p, .rest = buf_init(CONVERT_ROW_MOST), .number = 1};
    enum err e = each_line(&l, chunk, size);
    if (!e && !p.layout) {
        r->out->flags |= CONVERT_SAW_EMPTY;
        start(&p, &archive);
    }
    if (!e)
        stream_end(r->out);
    buf_done(&l.rest);
    buf_done(&p.numbers);
    return e;
}
