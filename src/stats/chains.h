/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Chains of near repeats: events are linked when they are near each other in both place and time,
 * and a chain is all that can be reached from one event by links.
 * Method, source, limits and a worked example: doc/methods/near-repeat-chains.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/near.h"
#include "stats/work.h"

struct chains_input {
    size_t n;
    const double *x, *y, *t; /* metres and days, or other units that the limits share */
    double distance, days;   /* at most so far apart; above 0, and 0 or more */
    enum near_metric metric;
    bool open; /* nearer than the limits: one exactly at a limit is no link */
};

struct chains {
    size_t n;        /* chains, those of one event too */
    uint32_t *chain; /* [events] 0 .. n-1, numbered by their first event as given */
    uint32_t *size;  /* [n] */
    int64_t links;   /* pairs of events that are linked */
};

/* Results live in work->arena: 120 bytes an event. Time grows with the pairs within the limits.
 * ERR_INVALID: a number that is not finite, or a limit out of range; no events have no chains.
 * ERR_LIMIT: more than NEAR_POINTS_MOST events. One thread. */
NODISCARD enum err chains_find(const struct work *w, const struct chains_input *in,
                               struct chains *out);
