/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_export.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "geo/sweref.h"
#include "parts/event/event_export_inner.h"

#define BATCH 1000
#define BATCH_MEMORY ((size_t)64 << 20)
#define KEYS_MEMORY ((size_t)1 << 30)
#define FLUSH_AT ((size_t)256 << 10)
#define OUT_MOST ((size_t)32 << 20) /* one row and its neighbours never come near */

static const struct {
    const char *name, *type;
    const struct export_format *how;
} formats[EVENT_FORMATS] = {
    [EVENT_CSV] = {"csv", "text/csv; charset=utf-8", &export_csv},
    [EVENT_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    &export_xlsx},
    [EVENT_GEOJSON] = {"geojson", "application/geo+json", &export_geojson},
    [EVENT_JSON] = {"json", "application/json", &export_json},
};

bool event_format_parse(const char *name, enum event_format *out)
{
    for (int f = 0; f < EVENT_FORMATS; f++)
        if (str_eq(formats[f].name, name)) {
            *out = (enum event_format)f;
            return true;
        }
    return false;
}

const char *event_format_name(enum event_format f)
{
    return formats[f].name;
}

const char *event_format_type(enum event_format f)
{
    return formats[f].type;
}

enum err export_flush(struct export_writer *w, bool all)
{
    TRY(buf_err(&w->out));
    if (!all && w->out.len < FLUSH_AT)
        return ERR_OK;
    for (size_t at = 0; at < w->out.len;) {
        ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_of_errno(errno);
        at += (size_t)n;
    }
    buf_clear(&w->out);
    return ERR_OK;
}

/* --- Rows by batches --- */

struct run {
    struct export_writer *w;
    const struct event_names *names;
    struct arena *a; /* of the batch */
    struct event_key keys[BATCH];
    size_t n;
    struct event *events;
    bool *found;
    size_t count;
    enum err err;
};

static enum err load(struct tx *tx, void *arg)
{
    struct run *r = arg;
    return event_get_many(tx, r->a, r->keys, r->n, r->events, r->found);
}

static enum err put_row(struct run *run, const struct event *e)
{
    const struct event_names *n = run->names;
    int type = event_type_index(e->type_code);
    int main = type >= 0 && event_types[type].parent >= 0 ? event_types[type].parent : type;
    struct export_row r = {
        .e = e,
        .type_name = event_names_type(n, e->type_code),
        .main_code = main >= 0 ? event_types[main].code : e->type_code,
        .area = event_names_area(n, e->area_id),
        .organisation = event_names_organisation(n, e->organisation_id),
        .source = event_source_text(n->lang, e->source),
        .placed = geo_precision_is_place(e->precision) && !isnan(e->east),
    };
    r.main_name = event_names_type(n, r.main_code);
    if (r.placed) {
        struct geo_lonlat p = geo_to_wgs84((struct geo_point){e->east, e->north});
        r.lon = p.lon;
        r.lat = p.lat;
    }
    run->count++;
    TRY(formats[run->w->x->format].how->row(run->w, &r));
    return export_flush(run->w, false);
}

static enum err put_batch(struct run *r)
{
    const struct event_export *x = r->w->x;
    bool country = str_eq(x->query->municipality, "0000");
    arena_reset(r->a);
    r->events = ARENA_ARRAY(r->a, r->n + 1, struct event);
    r->found = ARENA_ARRAY(r->a, r->n + 1, bool);
    if (!r->events || !r->found)
        return ERR_NOMEM;
    TRY(db_read(x->app->db, country ? DB_NATIONAL : x->query->municipality, load, r));
    for (size_t i = 0; i < r->n; i++)
        if (r->found[i])
            TRY(put_row(r, &r->events[i]));
    r->n = 0;
    return ERR_OK;
}

static bool gather(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct run *r = arg;
    r->keys[r->n++] = (struct event_key){rows->municipality, rows->id[row]};
    if (r->n == BATCH)
        r->err = put_batch(r);
    return r->err == ERR_OK;
}

static enum err write_all(struct export_writer *w, const struct event_names *names,
                          const struct event_selection *sel, size_t *count)
{
    AUTO(arena_freep) struct arena *a = arena_new(BATCH_MEMORY);
    AUTO(mem_freep) struct run *r = mem_alloc(sizeof *r);
    if (!a || !r)
        return ERR_NOMEM;
    r->w = w;
    r->names = names;
    r->a = a;
    const struct export_format *how = formats[w->x->format].how;
    enum err e = how->begin(w);
    if (e == ERR_OK) {
        columns_each(sel, gather, r);
        e = r->err;
    }
    if (e == ERR_OK && r->n)
        e = put_batch(r);
    if (e == ERR_OK)
        e = how->end(w);
    else if (how->drop)
        how->drop(w);
    if (e == ERR_OK)
        *count = r->count;
    return e;
}

enum err event_export_write(const struct event_export *x, int fd, size_t *count)
{
    AUTO(arena_freep) struct arena *a = arena_new(KEYS_MEMORY);
    struct event_found found;
    struct event_names names;
    size_t n = 0;
    if (!a)
        return ERR_NOMEM;
    TRY(event_names_load(x->app, a, x->lang, x->query->municipality, &names));
    TRY(event_query_find(x->app, x->query, &found));
    struct export_writer w = {.x = x, .fd = fd, .out = buf_init(OUT_MOST)};
    enum err e = write_all(&w, &names, found.sel, &n);
    if (e == ERR_OK)
        e = export_flush(&w, true);
    buf_done(&w.out);
    event_found_done(&found);
    if (e == ERR_OK && count)
        *count = n;
    return e;
}
