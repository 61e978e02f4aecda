/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Map tiles of events: a vector tile with the layer "cell" or "event".
 *
 * Far away, and wherever there are too many points, the tile holds squares of the lattice (100 m
 * and its doublings) with the number of events in each: properties n, size, east, north
 * (metres, the south-west corner). Nothing is ever cut off. Near, it holds points: properties id,
 * municipality, type, at (UTC milliseconds). Only events with a place stand on the map. */
#pragma once

#include "base/buf.h"
#include "geo/mvt.h"
#include "parts/event/event_columns.h"
#include "tmpl/text.h"

#define EVENT_TILE_POINTS_FROM 13   /* zoom */
#define EVENT_TILE_POINTS_MOST 2000 /* in one tile; more become squares */
#define EVENT_TILE_LIMIT ((size_t)2 << 20)

struct event_tile_info {
    bool points;          /* points rather than squares */
    size_t inside;        /* events in the tile, or in its squares */
    size_t without_place; /* selected events that no tile can show */
};

/* Adds the tile to *out (nothing when it is empty). *info may be NULL. The tile must be valid. */
NODISCARD enum err event_tile(const struct event_selection *s, struct mvt_tile tile,
                              struct buf *out, struct event_tile_info *info);
/* With the circle of the filter as layer "within".
 * What people read when they point at an event: property label (the type), when, and unsure for
 * what is only known as a street or a place. */
struct event_tile_words {
    const char *const *types; /* by index of event_types[] */
    enum lang lang;
    msec now;
    struct event_circle circle; /* of the filter, drawn round them; radius 0: none */
};
/* The same with words (NULL: without). */
NODISCARD enum err event_tile_say(const struct event_selection *s, struct mvt_tile tile,
                                  const struct event_tile_words *words, struct buf *out,
                                  struct event_tile_info *info);
/* The side of the squares at a zoom, metres. */
double event_tile_square(uint32_t zoom);
