/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CSV (RFC 4180), JSON and GeoJSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geojson.h"
#include "parts/event/event_export_inner.h"

const enum text_key export_heads[EXPORT_COLUMNS] = {
    [EXPORT_ID] = T_event_export_id,
    [EXPORT_MUNICIPALITY] = T_event_export_municipality,
    [EXPORT_FROM] = T_event_export_from,
    [EXPORT_TO] = T_event_export_to,
    [EXPORT_MAIN] = T_event_export_main,
    [EXPORT_TYPE] = T_event_export_type,
    [EXPORT_TYPE_CODE] = T_event_export_type_code,
    [EXPORT_KIND] = T_event_export_kind,
    [EXPORT_PLACE] = T_event_export_place,
    [EXPORT_AREA] = T_event_export_area,
    [EXPORT_PRECISION] = T_event_export_precision,
    [EXPORT_EAST] = T_event_export_east,
    [EXPORT_NORTH] = T_event_export_north,
    [EXPORT_LON] = T_event_export_lon,
    [EXPORT_LAT] = T_event_export_lat,
    [EXPORT_SOURCE] = T_event_export_source,
    [EXPORT_ORGANISATION] = T_event_export_organisation,
    [EXPORT_TITLE] = T_event_export_title,
    [EXPORT_TEXT] = T_event_export_text,
    [EXPORT_URL] = T_event_export_url,
    [EXPORT_STATE] = T_event_export_state,
    [EXPORT_REPORTED] = T_event_export_reported,
};

double export_number(const struct export_row *r, enum export_column c)
{
    if (!r->placed)
        return NAN;
    switch (c) {
    case EXPORT_EAST:
        return r->e->east;
    case EXPORT_NORTH:
        return r->e->north;
    case EXPORT_LON:
        return r->lon;
    case EXPORT_LAT:
        return r->lat;
    default:
        return NAN;
    }
}

static const char *local(msec t, char room[64])
{
    time_iso_local(t, room);
    return room;
}

/* Columns that must be made; NULL for the others. */
static const char *made_text(const struct export_row *r, enum export_column c, char room[64])
{
    const struct event *e = r->e;
    double v = export_number(r, c);
    switch (c) {
    case EXPORT_ID:
        id_text(e->id, room);
        return room;
    case EXPORT_FROM:
        return local(e->occurred_from, room);
    case EXPORT_TO:
        return local(e->occurred_to, room);
    case EXPORT_REPORTED:
        return local(e->reported_at, room);
    case EXPORT_EAST:
    case EXPORT_NORTH:
        snprintf(room, 64, "%.1f", v);
        return isnan(v) ? "" : room;
    case EXPORT_LON:
    case EXPORT_LAT:
        snprintf(room, 64, "%.6f", v);
        return isnan(v) ? "" : room;
    default:
        return NULL;
    }
}

const char *export_text(const struct export_row *r, enum export_column c, char room[64])
{
    const struct event *e = r->e;
    const char *const plain[EXPORT_COLUMNS] = {
        [EXPORT_MUNICIPALITY] = e->municipality,
        [EXPORT_MAIN] = r->main_name,
        [EXPORT_TYPE] = r->type_name,
        [EXPORT_TYPE_CODE] = e->type_code,
        [EXPORT_KIND] = event_kind_of_code(e->type_code),
        [EXPORT_PLACE] = e->place_name,
        [EXPORT_AREA] = r->area,
        [EXPORT_PRECISION] = geo_precision_name(e->precision),
        [EXPORT_SOURCE] = r->source,
        [EXPORT_ORGANISATION] = r->organisation,
        [EXPORT_TITLE] = e->title,
        [EXPORT_TEXT] = e->description,
        [EXPORT_URL] = e->url,
        [EXPORT_STATE] = event_state_name(e->state),
    };
    const char *made = made_text(r, c, room);
    return made ? made : plain[c] ? plain[c] : "";
}

/* --- CSV --- */

/* A cell that a spreadsheet would take for a formula gets an apostrophe before it; quotes are
 * doubled; everything that could part cells is quoted. */
static void cell(struct buf *b, const char *s, bool text)
{
    bool formula = text && *s && strchr("=+-@\t\r", *s);
    bool quote = formula || strpbrk(s, ",;\"\r\n\t") != NULL;
    if (quote)
        buf_putc(b, '"');
    if (formula)
        buf_putc(b, '\'');
    for (; *s; s++) {
        if (*s == '"')
            buf_putc(b, '"');
        buf_putc(b, *s);
    }
    if (quote)
        buf_putc(b, '"');
}

static bool is_number(int c)
{
    return c == EXPORT_EAST || c == EXPORT_NORTH || c == EXPORT_LON || c == EXPORT_LAT;
}

static enum err csv_begin(struct export_writer *w)
{
    if (w->x->bom)
        buf_puts(&w->out, "\xef\xbb\xbf");
    for (int c = 0; c < EXPORT_COLUMNS; c++) {
        if (c)
            buf_putc(&w->out, ',');
        cell(&w->out, text_get(w->x->lang, export_heads[c]), true);
    }
    buf_puts(&w->out, "\r\n");
    return buf_err(&w->out);
}

static enum err csv_row(struct export_writer *w, const struct export_row *r)
{
    char room[64];
    for (int c = 0; c < EXPORT_COLUMNS; c++) {
        if (c)
            buf_putc(&w->out, ',');
        cell(&w->out, export_text(r, (enum export_column)c, room), !is_number(c));
    }
    buf_puts(&w->out, "\r\n");
    return buf_err(&w->out);
}

static enum err nothing_more(struct export_writer *w)
{
    return buf_err(&w->out);
}

const struct export_format export_csv = {csv_begin, csv_row, nothing_more, NULL};

/* --- JSON --- */

static void key_some(struct jsonw *j, const char *key, const char *s)
{
    if (!str_empty(s))
        jsonw_key_text(j, key, s);
}

static void key_time(struct jsonw *j, const char *key, msec t)
{
    char text[TIME_TEXT];
    time_iso_utc(t, text);
    jsonw_key_text(j, key, text);
}

void export_members(struct jsonw *j, const struct export_row *r)
{
    const struct event *e = r->e;
    jsonw_key_text(j, "municipality", e->municipality);
    key_time(j, "occurred_from", e->occurred_from);
    key_time(j, "occurred_to", e->occurred_to);
    jsonw_key_text(j, "type", e->type_code);
    jsonw_key_text(j, "kind", event_kind_of_code(e->type_code));
    jsonw_key_text(j, "type_name", r->type_name);
    key_some(j, "type_said", e->type_said);
    jsonw_key_text(j, "precision", geo_precision_name(e->precision));
    key_some(j, "place_name", e->place_name);
    key_some(j, "area", r->area);
    if (r->placed) {
        jsonw_key(j, "east");
        jsonw_fixed(j, e->east, 1);
        jsonw_key(j, "north");
        jsonw_fixed(j, e->north, 1);
    }
    jsonw_key_text(j, "source", e->source);
    key_some(j, "organisation", r->organisation);
    key_some(j, "title", e->title);
    key_some(j, "description", e->description);
    key_some(j, "url", e->url);
    jsonw_key_text(j, "state", event_state_name(e->state));
    key_some(j, "origin", e->origin);
    jsonw_key_int(j, "version", e->version);
    key_time(j, "reported_at", e->reported_at);
}

static enum err json_begin(struct export_writer *w)
{
    w->json = jsonw_init(&w->out);
    jsonw_object(&w->json);
    jsonw_key_text(&w->json, "municipality", w->x->query->municipality);
    jsonw_key_array(&w->json, "events");
    return buf_err(&w->out);
}

static enum err json_row(struct export_writer *w, const struct export_row *r)
{
    char id[ID_TEXT];
    id_text(r->e->id, id);
    jsonw_object(&w->json);
    jsonw_key_text(&w->json, "id", id);
    export_members(&w->json, r);
    jsonw_end(&w->json);
    buf_putc(&w->out, '\n');
    return buf_err(&w->out);
}

static enum err json_end(struct export_writer *w)
{
    jsonw_end(&w->json);
    jsonw_end(&w->json);
    buf_putc(&w->out, '\n');
    return buf_err(&w->out);
}

const struct export_format export_json = {json_begin, json_row, json_end, NULL};

static enum err geojson_begin(struct export_writer *w)
{
    w->json = jsonw_init(&w->out);
    geojson_collection(&w->json);
    return buf_err(&w->out);
}

/* Only what has a place of its own is drawn: the middle of an area is no place. */
static enum err geojson_row(struct export_writer *w, const struct export_row *r)
{
    char id[ID_TEXT];
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    struct geo_shape *at = NULL;
    if (!a)
        return ERR_NOMEM;
    if (r->placed) {
        at = geo_shape_point(a, r->e->east, r->e->north);
        if (!at)
            return ERR_NOMEM;
    }
    id_text(r->e->id, id);
    geojson_feature(&w->json, id, at);
    export_members(&w->json, r);
    geojson_feature_end(&w->json);
    buf_putc(&w->out, '\n');
    return buf_err(&w->out);
}

static enum err geojson_end(struct export_writer *w)
{
    geojson_collection_end(&w->json);
    buf_putc(&w->out, '\n');
    return buf_err(&w->out);
}

const struct export_format export_geojson = {geojson_begin, geojson_row, geojson_end, NULL};
