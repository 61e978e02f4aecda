/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the tile encoder: cutting at the buffer, in units of the tile (x right, y down). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct mvt_at {
    double x, y;
};

struct mvt_unit {
    int32_t x, y;
};

bool mvt_clip_point(struct mvt_at p);
/* The part of the segment in the buffer, in place; false if there is none. */
bool mvt_clip_segment(struct mvt_at *a, struct mvt_at *b);
/* A closed ring (first = last) cut to the buffer by Sutherland and Hodgman; the result is open
 * (the first point not repeated). NULL when the arena is full. */
struct mvt_at *mvt_clip_ring(struct arena *a, const struct mvt_at *ring, size_t n, size_t *out_n);
