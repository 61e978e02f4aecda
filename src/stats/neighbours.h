/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who is next to whom: cells of a lattice, places within a distance, areas that touch. Every
 * neighbour has weight one; nobody is a neighbour of itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/shape.h"
#include "stats/work.h"

#define NEIGHBOUR_UNITS_MOST ((size_t)1 << 24)
#define NEIGHBOUR_LINKS_MOST ((size_t)1 << 28)

enum contiguity {
    CONTIGUITY_QUEEN, /* a side or a corner in common: eight in a lattice */
    CONTIGUITY_ROOK   /* a side in common: four in a lattice */
};

struct neighbours {
    size_t n; /* units */
    /* A lattice: unit i is cell slot[i] of columns * rows (slot NULL: cell i). */
    uint32_t columns, rows;
    enum contiguity contiguity;
    const uint32_t *slot;
    /* Else a list: the neighbours of i are other[first[i]] .. other[first[i + 1] - 1]. */
    const uint32_t *first, *other;
};

/* Units are the cells with inside[cell], in their order; NULL: all. 4 bytes a unit. */
NODISCARD enum err neighbours_lattice(const struct work *w, uint32_t columns, uint32_t rows,
                                      enum contiguity c, const bool *inside,
                                      struct neighbours *out);
/* Units at x, y (metres) at most `distance` apart, the limit included, places in common too.
 * ERR_LIMIT over NEIGHBOUR_LINKS_MOST links. 4 bytes a link, 28 a unit. */
NODISCARD enum err neighbours_within(const struct work *w, size_t n, const double *x,
                                     const double *y, double distance, struct neighbours *out);
/* Polygons with a corner (queen) or a side (rook) in common, compared to the centimetre: a corner
 * must be a corner of both. 40 bytes a corner. */
NODISCARD enum err neighbours_areas(const struct work *w, size_t n,
                                    const struct geo_shape *const *area, enum contiguity c,
                                    struct neighbours *out);

/* sum[i] = the values of its neighbours; count[i] = how many they are. Order of summation is
 * fixed. A lattice takes 16 bytes a cell of scratch. */
NODISCARD enum err neighbours_sum(const struct work *w, const struct neighbours *nb,
                                  const double *value, double *sum);
NODISCARD enum err neighbours_count(const struct work *w, const struct neighbours *nb,
                                    uint32_t *count);
