/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The places that stand out, as map tiles: the same findings as in the list beside the map, with
 * the same numbers. Layers: "square" and "edge" of hot places, "ring" round the others, "number" in
 * the middle of each. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "geo/mvt.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_web.h"

#define TILE_MOST ((size_t)1 << 20)
#define HALF (EVENT_SQUARE / 2)
#define RING_LEAST 75.0 /* metres: one round a single place is seen, too */

struct place {
    const char *kind;
    const struct picture_sentence *said;
};

struct drawing {
    struct mvt *tile;
    struct arena *a;
    struct place *places;
    size_t n;
};

static void collect(struct drawing *d, const char *kind, const struct picture_spots *s)
{
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->rows[i].spot)
            d->places[d->n++] = (struct place){kind, &s->rows[i]};
}

static enum err put(struct drawing *d, const struct place *k, const struct geo_shape *s)
{
    int number = k->said->number;
    if (!s)
        return ERR_NOMEM;
    if (!mvt_shape(d->tile, (uint64_t)number, s))
        return ERR_OK;
    mvt_tag_text(d->tile, "kind", k->kind);
    mvt_tag_int(d->tile, "number", number);
    mvt_tag_text(d->tile, "label", arena_printf(d->a, "%d. %s", number, k->said->strong));
    return ERR_OK;
}

static bool is_hot(const struct place *k)
{
    return str_eq(k->kind, "hot");
}

static enum err put_squares(struct drawing *d, const struct place *k)
{
    const struct event_squares *s = &k->said->spot->squares;
    for (uint32_t i = 0; i < s->n; i++) {
        double x = event_square_east(s->at[i]), y = event_square_north(s->at[i]);
        struct geo_box box = {x - HALF, y - HALF, x + HALF, y + HALF};
        TRY(put(d, k, geo_shape_rect(d->a, box)));
    }
    return ERR_OK;
}

/* The sides with no other square of the place behind them. */
static enum err put_edge(struct drawing *d, const struct place *k)
{
    static const int turn[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    const struct event_squares *s = &k->said->spot->squares;
    struct geo_point from[4 * EVENT_SQUARES_MOST], to[4 * EVENT_SQUARES_MOST];
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        double x = event_square_east(s->at[i]), y = event_square_north(s->at[i]);
        for (int side = 0; side < 4; side++) {
            double e = turn[side][0] * HALF, u = turn[side][1] * HALF;
            if (event_squares_has(s, x + 2 * e, y + 2 * u))
                continue;
            from[n] = (struct geo_point){x + e - u, y + u + e};
            to[n++] = (struct geo_point){x + e + u, y + u - e};
        }
    }
    struct geo_shape *lines = geo_shape_new(d->a, GEO_LINES, n);
    for (uint32_t i = 0; lines && i < n; i++) {
        struct geo_point *p = geo_shape_path(d->a, lines, i, 2, false);
        if (!p)
            return ERR_NOMEM;
        p[0] = from[i];
        p[1] = to[i];
    }
    if (lines)
        TRY(geo_shape_finish(lines));
    return put(d, k, lines);
}

/* Round all that is counted: whole squares, where it is counted by them. */
static enum err put_ring(struct drawing *d, const struct place *k)
{
    const struct event_circle *c = &k->said->spot->circle;
    double r = fmax(RING_LEAST, c->radius + c->square * M_SQRT1_2);
    return put(d, k, geo_shape_ring(d->a, (struct geo_point){c->east, c->north}, r));
}

static enum err draw(struct drawing *d)
{
    mvt_layer(d->tile, "square");
    for (size_t i = 0; i < d->n; i++)
        if (is_hot(&d->places[i]))
            TRY(put_squares(d, &d->places[i]));
    mvt_layer(d->tile, "edge");
    for (size_t i = 0; i < d->n; i++)
        if (is_hot(&d->places[i]))
            TRY(put_edge(d, &d->places[i]));
    mvt_layer(d->tile, "ring");
    for (size_t i = 0; i < d->n; i++)
        if (!is_hot(&d->places[i]))
            TRY(put_ring(d, &d->places[i]));
    mvt_layer(d->tile, "number");
    for (size_t i = 0; i < d->n; i++) {
        const struct findings_spot *s = d->places[i].said->spot;
        if (!mvt_point(d->tile, (uint64_t)d->places[i].said->number, s->east, s->north))
            continue;
        mvt_tag_text(d->tile, "kind", d->places[i].kind);
        mvt_tag_int(d->tile, "number", d->places[i].said->number);
    }
    return ERR_OK;
}

static enum err put_tile(struct req *rq, struct mvt_tile at, const struct picture_words *w)
{
    AUTO(mvt_freep) struct mvt *tile = mvt_new(at, TILE_MOST);
    size_t n = w->fresh.n_rows + w->hot.n_rows + w->chains.n_rows;
    struct drawing d = {.tile = tile, .a = rq->arena};
    d.places = ARENA_ARRAY(rq->arena, n + 1, struct place);
    if (!tile || !d.places)
        return ERR_NOMEM;
    collect(&d, "new", &w->fresh);
    collect(&d, "hot", &w->hot);
    collect(&d, "chain", &w->chains);
    TRY(draw(&d));
    return mvt_finish(tile, &rq->out);
}

/* While places are still looked for, the tile is empty: the page asks again when it has them. */
enum err picture_tile_page(struct req *rq)
{
    struct mvt_tile at;
    struct picture_names names;
    struct picture_words w;
    const char *preset;
    if (!web_tile(rq, &at))
        return ERR_NOTFOUND;
    if (!web_may(rq, PERM_PICTURE_READ))
        return ERR_FORBIDDEN;
    TRY(picture_web_names(rq, &names));
    struct picture p = {.query = picture_web_query(rq, &names, &preset)};
    if (rq->problems)
        return ERR_INVALID;
    p.country = str_eq(p.query.municipality, "0000");
    TRY(picture_look(web_app(rq), true, time_now(), rq->arena, &p));
    struct picture_reader r = picture_web_reader(rq);
    r.link = NULL;
    r.ask = NULL;
    TRY(picture_words_places(&p, &names, &r, rq->arena, &w));
    resp_type(rq, "application/vnd.mapbox-vector-tile");
    resp_header(rq, "Cache-Control", "private, no-cache");
    return put_tile(rq, at, &w);
}
