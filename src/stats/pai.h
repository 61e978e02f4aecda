/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How well did the map of hot places foretell? Share of events caught by the highest-ranked places,
 * against their share of the area. Pure. Method, source, limits and a worked example:
 * doc/methods/pai.md.
 *
 * Chainey, Tompson and Uhlig 2008 (PAI); Hunt 2016 (PEI). */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "stats/work.h"

struct pai_place {
    double predicted; /* the higher, the hotter; finite */
    double events;    /* what came: 0 to 1e9 */
    double area;      /* > 0; or street length */
};

struct pai_point {
    double area_share, events; /* events caught by the highest-ranked share of the area */
    double event_share;
    double pai; /* event_share / area_share; NaN without events */
    double pei; /* pai / the best that any ranking could have at this area; NaN without events */
    double rri; /* predicted there / events there; INFINITY when none came */
};

/* After each place in the order of the ranking: order[k] is the place of rank k. Places with equal
 * predictions are in the order of the input, and what is caught within them is what a random order
 * would catch on average. Memory: 48 bytes a place. ERR_INVALID: a number outside its bounds. */
NODISCARD enum err pai_by_rank(const struct work *w, const struct pai_place *places, size_t n,
                               size_t *order, struct pai_point *out);
/* At given shares of the area (0 < share <= 1), the last place in part. */
NODISCARD enum err pai_at_shares(const struct work *w, const struct pai_place *places, size_t n,
                                 const double *share, size_t shares, struct pai_point *out);
