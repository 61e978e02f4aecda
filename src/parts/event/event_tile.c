/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Map tiles from the columns: one pass over the selected rows, whatever the zoom. A million rows
 * take some milliseconds, so there is no index to keep and every filter is exact. */
#include "parts/event/event_tile.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "parts/event/columns_inner.h"
#include "tmpl/format.h"

#define WORLD_METRES 20e6   /* about the width of the zoom 0 tile on the ground in Sweden */
#define SQUARES_ACROSS 32.0 /* about, in a tile */
#define GRID_MOST 512       /* squares in each direction */

double event_tile_square(uint32_t zoom)
{
    double size = 100, wish = WORLD_METRES / (double)(1u << zoom) / SQUARES_ACROSS;
    while (size < wish)
        size *= 2;
    return size;
}

/* --- Points --- */

/* The tile with its buffer, in the units of the columns. */
struct window {
    uint64_t x_min, y_min, x_max, y_max;
};

static struct window window_of(struct mvt_tile t)
{
    uint64_t side = UINT64_C(1) << (32 - t.z), margin = side * MVT_BUFFER / MVT_EXTENT;
    uint64_t x = t.x * side, y = t.y * side;
    return (struct window){x > margin ? x - margin : 1, y > margin ? y - margin : 1,
                           x + side + margin, y + side + margin};
}

static bool inside(const struct window *w, const struct event_rows *r, uint32_t row)
{
    return r->x[row] >= w->x_min && r->x[row] < w->x_max && r->y[row] >= w->y_min &&
           r->y[row] < w->y_max;
}

static size_t count_points(const struct event_selection *s, const struct window *w)
{
    size_t n = 0;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        n += inside(w, r, row);
    }
    return n;
}

/* 53 bits: what a browser's numbers hold. */
static uint64_t feature_id(struct id id)
{
    uint64_t v;
    memcpy(&v, id.b + 8, sizeof v);
    return (v & ((UINT64_C(1) << 53) - 1)) | 1;
}

static void put_words(struct mvt *t, const struct event_tile_words *w, const struct event_rows *r,
                      uint32_t row)
{
    char when[FORMAT_TEXT];
    mvt_tag_text(t, "label", w->types[r->type[row]]);
    mvt_tag_text(t, "when", format_when(when, w->lang, r->from[row], w->now));
    if (COLUMNS_PRECISION(r->flags[row]) != GEO_POINT)
        mvt_tag_bool(t, "unsure", true);
}

static void put_point(struct mvt *t, const struct event_tile_words *words,
                      const struct event_rows *r, uint32_t row)
{
    char id[ID_TEXT];
    struct geo_mercator m = {r->x[row] / 4294967296.0, r->y[row] / 4294967296.0};
    if (!mvt_point_mercator(t, feature_id(r->id[row]), m))
        return;
    id_text(r->id[row], id);
    mvt_tag_text(t, "id", id);
    mvt_tag_text(t, "municipality", r->municipality);
    mvt_tag_text(t, "type", event_types[r->type[row]].code);
    mvt_tag_int(t, "at", r->from[row]);
    if (words)
        put_words(t, words, r, row);
}

static void put_points(struct mvt *t, const struct event_tile_words *words,
                       const struct event_selection *s, const struct window *w)
{
    mvt_layer(t, "event");
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            if (inside(w, r, row))
                put_point(t, words, r, row);
        }
    }
}

/* --- Squares --- */

struct grid {
    double east, north, size; /* of the south-west corner; the side */
    uint32_t columns, rows;
    uint32_t *count;
};

/* Whole squares that together hold the tile, so that a square has the same number in each tile
 * that shows a part of it. */
static enum err grid_make(struct grid *g, struct mvt_tile tile)
{
    struct geo_box box;
    memset(g, 0, sizeof *g);
    if (!mvt_tile_box(tile, &box))
        return ERR_OK;
    g->size = event_tile_square(tile.z);
    g->east = floor(box.east_min / g->size) * g->size;
    g->north = floor(box.north_min / g->size) * g->size;
    double columns = ceil((box.east_max - g->east) / g->size),
           rows = ceil((box.north_max - g->north) / g->size);
    if (!(columns >= 1 && rows >= 1 && columns <= GRID_MOST && rows <= GRID_MOST))
        return ERR_INTERNAL;
    g->columns = (uint32_t)columns;
    g->rows = (uint32_t)rows;
    g->count = mem_array((size_t)g->columns * g->rows, sizeof *g->count);
    return g->count ? ERR_OK : ERR_NOMEM;
}

static size_t grid_fill(struct grid *g, const struct event_selection *s)
{
    size_t n = 0;
    double inverse = 1 / g->size, columns = g->columns, rows = g->rows;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            double c = ((double)r->east[row] - g->east) * inverse,
                   l = ((double)r->north[row] - g->north) * inverse;
            if (c >= 0 && c < columns && l >= 0 && l < rows) { /* not for NaN */
                g->count[(uint32_t)l * g->columns + (uint32_t)c]++;
                n++;
            }
        }
    }
    return n;
}

static enum err put_squares(struct mvt *t, const struct grid *g)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    if (!a)
        return ERR_NOMEM;
    mvt_layer(t, "cell");
    for (uint32_t i = 0; i < g->columns * g->rows; i++) {
        if (!g->count[i])
            continue;
        double east = g->east + i % g->columns * g->size,
               north = g->north + i / g->columns * g->size;
        struct geo_box box = {east, north, east + g->size, north + g->size};
        arena_reset(a);
        struct geo_shape *square = geo_shape_rect(a, box);
        if (!square)
            return ERR_NOMEM;
        if (!mvt_shape(t, 0, square))
            continue;
        mvt_tag_int(t, "n", g->count[i]);
        mvt_tag_int(t, "size", (int64_t)g->size);
        mvt_tag_int(t, "east", (int64_t)east);
        mvt_tag_int(t, "north", (int64_t)north);
    }
    return ERR_OK;
}

static enum err squares(struct mvt *t, const struct event_selection *s, struct mvt_tile tile,
                        size_t *n)
{
    struct grid g;
    enum err e = grid_make(&g, tile);
    if (e == ERR_OK && g.count) {
        *n = grid_fill(&g, s);
        e = put_squares(t, &g);
    }
    mem_free(g.count);
    return e;
}

/* --- The tile --- */

static enum err put_circle(struct mvt *t, const struct event_circle *c)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    const struct geo_shape *ring =
        a ? geo_shape_ring(a, (struct geo_point){c->east, c->north}, c->radius) : NULL;
    if (!ring)
        return ERR_NOMEM;
    mvt_layer(t, "within");
    mvt_shape(t, 1, ring);
    return ERR_OK;
}

static size_t without_place(const struct event_selection *s)
{
    size_t n = 0;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        n += r->x[row] == 0;
    }
    return n;
}

enum err event_tile(const struct event_selection *s, struct mvt_tile tile, struct buf *out,
                    struct event_tile_info *info)
{
    return event_tile_say(s, tile, NULL, out, info);
}

enum err event_tile_say(const struct event_selection *s, struct mvt_tile tile,
                        const struct event_tile_words *words, struct buf *out,
                        struct event_tile_info *info)
{
    AUTO(mvt_freep) struct mvt *t = mvt_new(tile, EVENT_TILE_LIMIT);
    struct event_tile_info i = {0};
    if (!t)
        return ERR_NOMEM;
    struct window w = window_of(tile);
    if (tile.z >= EVENT_TILE_POINTS_FROM) {
        i.inside = count_points(s, &w);
        i.points = i.inside <= EVENT_TILE_POINTS_MOST;
    }
    if (words && words->circle.radius > 0)
        TRY(put_circle(t, &words->circle));
    if (i.points)
        put_points(t, words, s, &w);
    else
        TRY(squares(t, s, tile, &i.inside));
    TRY(mvt_finish(t, out));
    if (info) {
        i.without_place = without_place(s);
        *info = i;
    }
    return ERR_OK;
}
