/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points, lines and areas in SWEREF 99 TM metres. All memory comes from the caller's arena; a
 * shape is freed with it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/sweref.h"

struct arena;

/* No coordinate of a shape is larger (the earth is 4e7 m round): squares of them stay exact enough
 * and never overflow. */
#define GEO_METRES_MOST 1e8

/* Borders belong to it. Empty when min > max. */
struct geo_box {
    double east_min, north_min, east_max, north_max;
};

enum geo_kind {
    GEO_POINTS,  /* paths[0] holds the points */
    GEO_LINES,   /* each path is a line of at least 2 points */
    GEO_POLYGON, /* each path is a closed ring: first point = last point, at least 4 points */
};

struct geo_path {
    struct geo_point *points;
    uint32_t count;
    bool hole; /* a ring inside the last ring before it that is not a hole */
};

/* One or several points, lines or polygons. Several polygons do not overlap; which way a ring
 * turns means nothing here (the writers turn it as their format wants). */
struct geo_shape {
    enum geo_kind kind;
    uint32_t path_count; /* at least 1 in a finished shape; GEO_POINTS has exactly 1 */
    struct geo_path *paths;
    struct geo_box box;
};

struct geo_box geo_box_empty(void);
void geo_box_add(struct geo_box *box, double east, double north);
struct geo_box geo_box_grow(struct geo_box box, double metres);
bool geo_box_meets(const struct geo_box *a, const struct geo_box *b);
bool geo_box_has(const struct geo_box *box, double east, double north);

/* A shape with room for that many paths, and room for n points in path i (ring, line or all the
 * points). Fill them in, then call geo_shape_finish(). NULL when the arena is full. */
struct geo_shape *geo_shape_new(struct arena *a, enum geo_kind kind, uint32_t paths);
struct geo_point *geo_shape_path(struct arena *a, struct geo_shape *s, uint32_t i, uint32_t n,
                                 bool hole);
/* Checks the rules above (numbers within GEO_METRES_MOST, counts, closed rings, first ring no hole)
 * and computes the box. ERR_INVALID leaves the box as it was. */
NODISCARD enum err geo_shape_finish(struct geo_shape *s);

struct geo_shape *geo_shape_point(struct arena *a, double east, double north);
struct geo_shape *geo_shape_rect(struct arena *a, struct geo_box box);
/* A circle, as a ring of 48 corners. NULL when the arena is full, or the radius is no length. */
struct geo_shape *geo_shape_ring(struct arena *a, struct geo_point middle, double radius);
size_t geo_shape_vertices(const struct geo_shape *s);

/* Square metres in the plane of the projection (0.08 % under near the 15th meridian, at the eastern
 * edge up to 0.4 % over, the area on the ground); 0 for points and lines. */
double geo_shape_area(const struct geo_shape *s);
/* Metres: of lines, or round all rings of polygons; 0 for points. */
double geo_shape_length(const struct geo_shape *s);
/* Middle of gravity: of the area, else of the lines, else of the points. It may lie outside. */
struct geo_point geo_shape_centroid(const struct geo_shape *s);
/* A point of the shape itself: the centroid if it lies inside, else the middle of the widest
 * stretch of a polygon on one of 15 horizontal lines; the middle vertex of the longest line; the
 * point nearest the centroid. ERR_NOMEM when the arena is full. */
NODISCARD enum err geo_shape_inside_point(struct arena *scratch, const struct geo_shape *s,
                                          struct geo_point *out);

/* Twice the signed area of a closed ring; positive when it turns counter-clockwise. */
double geo_ring_area2(const struct geo_path *ring);
/* Is the point inside a polygon? False for points and lines. On an edge: the west and south
 * edges belong to the polygon, the east and north ones do not, computed so that of polygons that
 * share an edge (the same two corners) exactly one holds each point. */
bool geo_shape_contains(const struct geo_shape *s, double east, double north);

double geo_distance(struct geo_point a, struct geo_point b);
/* From p to the nearest point of the segment a-b. */
double geo_distance_segment(struct geo_point p, struct geo_point a, struct geo_point b);
/* From p to the nearest point of the shape; 0 inside a polygon. */
double geo_shape_distance(const struct geo_shape *s, struct geo_point p);

/* Douglas-Peucker: every point left out lies within `tolerance` metres of the new line. Ends are
 * kept, rings stay closed. A ring that would collapse keeps three corners if it is an outer one,
 * and is left out if it is a hole. Neighbouring polygons are simplified one by one and may come
 * apart by the tolerance. tolerance >= 0. */
NODISCARD enum err geo_shape_simplify(struct arena *a, const struct geo_shape *s, double tolerance,
                                      struct geo_shape **out);
