/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_web_query.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "db/db.h"
#include "http/http.h"

struct event_query event_query_blank(const char *municipality)
{
    return (struct event_query){
        .municipality = municipality, .hour = -1, .sort = EVENT_SORT_TIME, .page = 1};
}

static bool whole_country(const char *municipality)
{
    return str_eq(municipality, "0000");
}

static void set_hours(struct event_filter *f, const struct event_query *q)
{
    if (!q->weekday && q->hour < 0)
        return;
    for (int day = 1; day <= 7; day++)
        for (int hour = 0; hour < 24; hour++)
            if ((!q->weekday || q->weekday == day) && (q->hour < 0 || q->hour == hour))
                event_filter_hour(f, day, hour);
}

static enum err make_filter(const struct event_query *q, struct event_filter *f)
{
    f->from = q->has_from ? date_start(q->from) : 0;
    f->to = q->has_to ? date_start(date_add(q->to, 1)) : 0;
    for (size_t i = 0; i < q->n_types; i++) {
        int type = event_type_index(q->types[i]);
        if (type < 0)
            return ERR_INVALID;
        event_filter_type(f, type);
    }
    f->kinds = q->kinds;
    f->area = q->area;
    f->organisation = q->organisation;
    f->no_area = q->no_area;
    f->no_organisation = q->no_organisation;
    f->source = q->source;
    f->place = q->place;
    if (q->no_place)
        f->precisions = 1u << GEO_NONE | 1u << GEO_AREA | 1u << GEO_MUNICIPALITY | 1u << GEO_COUNTY;
    if (q->placed || q->circle.radius > 0)
        f->precisions |= 1u << GEO_POINT | 1u << GEO_STREET | 1u << GEO_PLACE;
    f->squares = q->squares;
    f->circle = q->circle;
    if (q->unreviewed)
        f->counting = EVENT_COUNT_WAITING;
    f->timed = q->timed;
    f->untimed = q->untimed;
    set_hours(f, q);
    if (q->walled) {
        f->only_organisation = q->only;
        if (id_is_none(q->only)) /* of no organisation: then nothing is one's own */
            memset(&f->only_organisation, 0xff, sizeof f->only_organisation);
    }
    return ERR_OK;
}

enum err event_query_find(const struct app *app, const struct event_query *q,
                          struct event_found *out)
{
    struct event_filter f = {0};
    struct event_found found = {0};
    const char *town = whole_country(q->municipality) ? NULL : q->municipality;
    TRY(make_filter(q, &f));
    TRY(columns_take(app->columns, town, &found.view));
    enum err e = ERR_OK;
    if (!str_empty(q->text))
        e = event_hits_take(app->columns, found.view, town, q->text, &f.hits);
    if (e == ERR_OK)
        e = columns_select(found.view, &f, &found.sel);
    event_hits_give(f.hits);
    if (e) {
        columns_give(found.view);
        return e;
    }
    *out = found;
    return ERR_OK;
}

void event_found_done(struct event_found *f)
{
    columns_selection_free(f->sel);
    columns_give(f->view);
    *f = (struct event_found){0};
}

enum err event_found_kinds(const struct event_found *f, struct arena *a, size_t out[EVENT_KINDS])
{
    struct event_count *types;
    size_t n;
    TRY(columns_count_by(f->sel, EVENT_BY_TYPE, a, &types, &n));
    memset(out, 0, EVENT_KINDS * sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[event_types[types[i].code].kind] += types[i].n;
    return ERR_OK;
}

/* --- As an address --- */

static void put(struct buf *out, const char *name, const char *value)
{
    if (str_empty(value))
        return;
    if (out->len)
        buf_putc(out, '&');
    buf_printf(out, "%s=", name);
    url_component(out, value);
}

static void put_id(struct buf *out, const char *name, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    if (!id_is_none(id))
        put(out, name, text);
}

static void put_int(struct buf *out, const char *name, int64_t v)
{
    if (out->len)
        buf_putc(out, '&');
    buf_printf(out, "%s=%lld", name, (long long)v);
}

static void put_list(struct buf *out, const struct event_query *q)
{
    static const char *const sorts[] = {"time", "type", "place"};
    if (q->sort != EVENT_SORT_TIME || q->ascending) {
        put(out, "sort", sorts[q->sort]);
        put(out, "order", q->ascending ? "up" : "down");
    }
    if (q->page > 1)
        put_int(out, "page", q->page);
}

static void put_ground(struct buf *out, const struct event_query *q)
{
    if (q->squares.n) {
        char squares[EVENT_SQUARES_TEXT];
        event_squares_text(&q->squares, squares);
        put(out, "squares", squares);
    }
    if (q->circle.radius > 0) {
        char circle[EVENT_CIRCLE_TEXT];
        event_circle_text(&q->circle, circle);
        put(out, "circle", circle);
    }
}

void event_query_write(struct buf *out, const struct event_query *q, bool place_in_list)
{
    struct buf b = buf_init(16 * 1024);
    char day[TIME_TEXT];
    if (q->has_from) {
        date_text(q->from, day);
        put(&b, "from", day);
    }
    if (q->has_to) {
        date_text(q->to, day);
        put(&b, "to", day);
    }
    for (size_t i = 0; i < q->n_types; i++)
        put(&b, "type", q->types[i]);
    for (int k = 0; k < EVENT_KINDS; k++)
        if (q->kinds >> k & 1)
            put(&b, "kind", event_kind_name((enum event_kind)k));
    put_id(&b, "area", q->area);
    put(&b, "source", q->source);
    put_id(&b, "organisation", q->organisation);
    put(&b, "place", q->place);
    put(&b, "text", q->text);
    if (q->no_place)
        put_int(&b, "noplace", 1);
    if (q->placed)
        put_int(&b, "placed", 1);
    put_ground(&b, q);
    if (q->no_area)
        put_int(&b, "noarea", 1);
    if (q->no_organisation)
        put_int(&b, "noorganisation", 1);
    if (q->weekday)
        put_int(&b, "weekday", q->weekday);
    if (q->hour >= 0)
        put_int(&b, "hour", q->hour);
    if (q->unreviewed)
        put_int(&b, "unreviewed", 1);
    if (q->timed)
        put_int(&b, "timed", 1);
    if (q->untimed)
        put_int(&b, "untimed", 1);
    if (place_in_list)
        put_list(&b, q);
    if (buf_err(&b))
        out->err = buf_err(&b);
    buf_puts(out, buf_text(&b));
    buf_done(&b);
}
