/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the Knox table only. */
#pragma once

#include "stats/knox.h"

#define KNOX_LANES 16 /* permutations that are counted side by side */

/* The near pairs of one band: point i with other[k], k from start[i] to start[i + 1]. */
struct knox_band {
    uint32_t *start, *other;
};

struct knox_plan {
    const struct work *w;
    const struct knox_input *in;
    size_t rows, columns, n;
    double space_limit[KNOX_BOUNDS_MOST + 2]; /* near_measure() of a pair is below the limit */
    double time_limit[KNOX_BOUNDS_MOST + 1];
    struct near_grid grid;
    double *t; /* in the order of the grid; in parts of a unit, as time_limit, when `wide` */
    struct knox_band bands[KNOX_BOUNDS_MOST + 1];
    bool whole, wide; /* times are whole numbers that fit in 15 bits, or in 31 */
    uint32_t *counts; /* [runs][rows * columns] */
};

/* Fills the bands and table->observed, pairs_space. */
NODISCARD enum err knox_pairs(struct knox_plan *p, struct knox_table *table);
/* Fills counts. */
NODISCARD enum err knox_runs(struct knox_plan *p);
