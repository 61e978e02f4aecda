/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A network of streets: straight segments that meet where they have an end in common, joined into
 * chains from crossing to crossing, and places along them.
 *
 * Segments that cross without a common end do not meet (a bridge is no crossing); neither does a
 * segment that ends on the middle of another. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/grid.h"
#include "stats/work.h"

#define NETWORK_SEGMENTS_MOST 8000000u
#define NETWORK_NONE UINT32_MAX

/* Projected metres. */
struct segments {
    size_t n;
    const double *x1, *y1, *x2, *y2;
};

/* A chain runs over segments order[first[c]] .. order[first[c + 1] - 1], from a crossing (or dead
 * end) to another, or round a ring. Chain c begins at crossing from[c] and ends at to[c]. */
struct network {
    size_t segments, vertices, chains, crossings;
    size_t dropped; /* segments of no length, and those with the ends of an earlier one */
    size_t parts;   /* that do not hang together with each other */
    double total;   /* metres of street */
    /* of each segment as given; chain NETWORK_NONE: dropped */
    uint32_t *a, *b; /* vertices */
    double *length;
    uint32_t *chain;
    double *start; /* metres along the chain where it begins, and whether b comes before a */
    bool *turned;
    double *x, *y; /* of each vertex */
    /* of each chain */
    uint32_t *first, *order, *from, *to;
    double *chain_length;
    uint32_t *vertex; /* of each crossing */
    /* chains at crossing j: at[at_first[j]] .. at[at_first[j + 1] - 1], each as chain * 2 + (1: its
     * end is here, 0: its beginning) */
    uint32_t *at_first, *at;
};

/* Ends at most `join` metres from an earlier end become that one (0: only equal ends). Everything
 * is in the work's arena: about 170 bytes a segment. ERR_INVALID: no segment of any length, a
 * coordinate that is not finite or beyond GEO_METRES_MOST, join not finite or negative; ERR_LIMIT:
 * more than NETWORK_SEGMENTS_MOST. */
NODISCARD enum err network_make(const struct work *w, const struct segments *s, double join,
                                struct network *out);

/* On segment `segment`, `along` metres from its end a. NETWORK_NONE: not on the network. */
struct network_place {
    uint32_t segment;
    double along;
};
/* Metres from the beginning of the chain of the place's segment. */
double network_along(const struct network *net, struct network_place p);
/* Coordinates `along` metres from the beginning of chain c. */
void network_point(const struct network *net, uint32_t c, double along, double *x, double *y);

/* The nearest place on the network to each point, when there is one within `snap` metres (the
 * segment that comes first when several are as near); weights are not looked at. Memory: about 50
 * bytes a segment. ERR_INVALID as points_check(), or snap not finite or negative. */
NODISCARD enum err network_snap(const struct work *w, const struct network *net,
                                const struct points *p, double snap, struct network_place *out);

/* The shortest way along the network from one place to each of the others (Dijkstra 1959), metres;
 * infinite where there is none, NaN where a place is none. Memory: 60 bytes a chain. */
NODISCARD enum err network_distances(const struct work *w, const struct network *net,
                                     struct network_place from, const struct network_place *to,
                                     size_t n, double *out);
/* From each place to the nearest other place of the list. Memory: 60 bytes a chain and a place. */
NODISCARD enum err network_nearest(const struct work *w, const struct network *net,
                                   const struct network_place *p, size_t n, double *out);
