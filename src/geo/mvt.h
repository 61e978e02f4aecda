/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Map tiles: their bounds, and an encoder of Mapbox Vector Tiles 2.1.
 *
 *     struct mvt *t = mvt_new(tile, limit);
 *     mvt_layer(t, "events");
 *     if (mvt_point(t, id, east, north))
 *         mvt_tag_text(t, "type", "damage");
 *     enum err e = mvt_finish(t, &out);
 *     mvt_free(t);
 *
 * Errors stick and come out of mvt_finish(). */
#pragma once

#include "base/buf.h"
#include "geo/shape.h"

#define MVT_EXTENT 4096
#define MVT_BUFFER 64 /* units outside the tile that are still drawn into it */
#define MVT_ZOOM_MOST 22

struct mvt_tile {
    uint32_t z, x, y; /* XYZ: y southwards from the north */
};

/* z <= 22, x and y < 2^z. Numbers come from an address, so any value may be asked about. */
bool mvt_tile_valid(int64_t z, int64_t x, int64_t y);
/* The tile of that zoom (<= 22) which holds the position. */
struct mvt_tile mvt_tile_at(struct geo_lonlat p, uint32_t z);
/* Its north-west and south-east corners in [0,1]. */
void mvt_tile_bounds(struct mvt_tile t, struct geo_mercator *nw, struct geo_mercator *se);
/* A box in SWEREF 99 TM that holds all of the tile and its buffer as far as it lies in the domain
 * of the projection (a little more, because the tile is not a rectangle there). False if no part
 * of the tile does. */
bool mvt_tile_box(struct mvt_tile t, struct geo_box *out);

struct mvt;

/* `limit`: the most bytes of the finished tile (and of what is kept meanwhile, a few times that).
 * The tile must be valid. NULL when out of memory. Freed with mvt_free(). */
struct mvt *mvt_new(struct mvt_tile tile, size_t limit);
void mvt_free(struct mvt *t);
void mvt_freep(struct mvt **t);

/* Begins a layer; a name is used once in a tile. A layer without features is left out. */
void mvt_layer(struct mvt *t, const char *name);

/* Each adds one feature (id 0: none) and answers true, or false when nothing of it lies in the
 * tile and its buffer (or an error has struck). Lines and areas are cut at the buffer; areas are
 * turned as the format wants, and those too small to show are left out. Tags given after a false
 * answer are dropped. */
bool mvt_point(struct mvt *t, uint64_t id, double east, double north);
/* For callers that keep Web Mercator columns: skips the projection. */
bool mvt_point_mercator(struct mvt *t, uint64_t id, struct geo_mercator m);
bool mvt_shape(struct mvt *t, uint64_t id, const struct geo_shape *s);

/* Tags of the feature just added. Equal keys and values are stored once a layer. */
void mvt_tag_text(struct mvt *t, const char *key, const char *value);
void mvt_tag_int(struct mvt *t, const char *key, int64_t value);
void mvt_tag_double(struct mvt *t, const char *key, double value);
void mvt_tag_bool(struct mvt *t, const char *key, bool value);

/* Appends the tile's bytes to out (an empty tile has none) and empties t, which may be used for
 * the same tile again. ERR_LIMIT, ERR_NOMEM. */
NODISCARD enum err mvt_finish(struct mvt *t, struct buf *out);
