/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The map beside a list, and its tiles: the same filters, the same wall, the same permission. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/event/event_web.h"

/* Sweden, for those who look at all of it. */
static const struct geo_box sweden = {265000, 6130000, 920000, 7680000};
#define LEAST_METRES 1500.0

static struct geo_box home_box(const char *code)
{
    const struct geo_municipality *m = geo_municipality_by_code(code);
    const struct geo_county *c = m ? NULL : geo_county_by_code(code);
    return m ? m->outline.box : c ? c->outline.box : sweden;
}

static bool is_empty(const struct geo_box *box)
{
    return !box || box->east_min > box->east_max;
}

/* West, south, east, north of a box in degrees: its four corners are looked at, because the sheet
 * is not square to the meridians. */
static const char *bounds_of(struct req *rq, struct geo_box box)
{
    double west = 180, south = 90, east = -180, north = -90;
    for (int i = 0; i < 4; i++) {
        struct geo_lonlat p = geo_to_wgs84((struct geo_point){
            i & 1 ? box.east_max : box.east_min, i & 2 ? box.north_max : box.north_min});
        west = fmin(west, p.lon);
        east = fmax(east, p.lon);
        south = fmin(south, p.lat);
        north = fmax(north, p.lat);
    }
    return arena_printf(rq->arena, "%.5f %.5f %.5f %.5f", west, south, east, north);
}

void event_web_map(struct req *rq, struct page_map *map, const struct geo_box *wish)
{
    struct geo_box box = is_empty(wish) ? home_box(web_municipality(rq)) : *wish;
    double wide = fmax(box.east_max - box.east_min, box.north_max - box.north_min);
    if (wide < LEAST_METRES)
        box = geo_box_grow(box, (LEAST_METRES - wide) / 2);
    *map = (struct page_map){
        .base_href = web_address(rq, "/tiles/base/{z}/{x}/{y}.mvt"),
        .bounds = bounds_of(rq, box),
        .attribution = TX(rq, event_map_attribution),
    };
}

const char *event_web_mark(struct req *rq, const struct event *e)
{
    struct geo_lonlat p = geo_to_wgs84((struct geo_point){e->east, e->north});
    return arena_printf(rq->arena, "%.5f %.5f", p.lon, p.lat);
}

/* What the tile depends on: the state of the columns, the filters, the wall, the language. */
static void make_tag(const struct req *rq, const struct event_query *q, struct mvt_tile tile,
                     const struct columns_view *view, char out[24])
{
    struct buf b = buf_init(16 * 1024);
    event_query_write(&b, q, false);
    uint64_t h = hash64(buf_text(&b), b.len, 1);
    buf_done(&b);
    uint64_t today = (uint64_t)date_days(date_of_msec(time_now())); /* "i går" moves at midnight */
    uint64_t more[] = {tile.z, tile.x, tile.y, q->walled, rq->lang, today};
    h = hash64(more, sizeof more, h);
    h = hash64(&q->only, sizeof q->only, h);
    for (size_t i = 0; i < view->n; i++) {
        h = hash64(view->parts[i]->municipality, strlen(view->parts[i]->municipality), h);
        h = hash64(&view->parts[i]->seq, sizeof view->parts[i]->seq, h);
    }
    snprintf(out, 24, "\"%016llx\"", (unsigned long long)h);
}

static enum err put_tile(struct req *rq, const struct event_query *q,
                         const struct event_selection *sel, struct mvt_tile tile)
{
    struct event_names names;
    const char *types[EVENT_TYPE_COUNT];
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, q->municipality, &names));
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        types[i] = event_names_type(&names, event_types[i].code);
    struct event_tile_words words = {types, rq->lang, time_now(), q->circle};
    return event_tile_say(sel, tile, &words, &rq->out, NULL);
}

enum err event_tile_page(struct req *rq)
{
    struct mvt_tile tile;
    char tag[24];
    if (!web_tile(rq, &tile))
        return ERR_NOTFOUND;
    struct event_query q = event_web_query(rq);
    if (rq->problems)
        return ERR_INVALID;
    struct event_found found;
    TRY(event_query_find(web_app(rq), &q, &found));
    make_tag(rq, &q, tile, found.view, tag);
    resp_type(rq, "application/vnd.mapbox-vector-tile");
    resp_header(rq, "ETag", tag);
    resp_header(rq, "Cache-Control", "private, no-cache");
    enum err e = ERR_OK;
    if (str_eq(req_header(rq, "If-None-Match"), tag))
        resp_status(rq, 304);
    else
        e = put_tile(rq, &q, found.sel, tile);
    event_found_done(&found);
    return e;
}
