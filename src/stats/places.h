/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Repeat places: events gathered place by place, the place with most events first; how likely that
 * many at one place would be by chance; and how concentrated the events are.
 * Method, sources, limits and a worked example: doc/methods/repeat-places.md.
 *
 * Sherman, Gartin and Buerger 1989; Weisburd 2015; Bernasco and Steenbeek 2017; Chalfin, Kaplan and
 * Cuellar 2021. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/near.h"
#include "stats/work.h"

/* --- Gathering --- */

struct places_input {
    size_t n;
    const double *x, *y;  /* metres, finite; NULL together, when there are names */
    const double *t;      /* any unit; NaN: not known. NULL: none is */
    const uint32_t *name; /* [n] below `names`: events of one name are one place; or NULL */
    uint32_t names;
    /* 0: a place is one exact position. Above: positions as far as this from a place's middle
     * belong to it. The middle with most events within reach is taken first, and takes what is
     * free; of equal ones the position with more events of its own, then the one farther west, then
     * south. The order of the events has no part in it, and no chain of positions can make a place
     * wider than twice this. Not with names. */
    double within;
};

/* Most events first; of equal ones the lower name, or the one farther west, then south. */
struct places {
    size_t n;
    uint32_t *start; /* [n + 1]: the events of place k are order[start[k]] .. order[start[k+1]-1] */
    uint32_t *order; /* [events] by place, then by time (those without come last) */
    uint32_t *name;  /* [n]; NULL without names */
    double *x, *y;   /* [n] the position, the middle's position, or the mean (of names); or NULL */
    double *radius;  /* [n] to the position farthest from x, y; or NULL */
};

/* Results live in work->arena: 90 bytes an event in all. The time grows with the events, and above
 * within = 0 with the pairs of positions that lie so near. One thread. ERR_INVALID: a position that
 * is not finite, a name out of range, within below 0 or not finite, neither positions nor names.
 * ERR_LIMIT: more than NEAR_POINTS_MOST events. ERR_CANCELLED as work_tick(). */
NODISCARD enum err places_gather(const struct work *w, const struct places_input *in,
                                 struct places *out);

/* --- Chance --- */

/* n events fall one by one, each place as likely as another. `all`: on any of `places` places, all
 * that there are. Otherwise there are more, nobody knows how many, and `places` of them got at
 * least one: given that, how many there are has no part in the answer. */
struct places_chance {
    int64_t n, places;
    bool all;
};

/* tail[i] = P(one certain place gets at least k[i]), k falling strictly and each 1 to n. Relative
 * error below 1e-6. ERR_INVALID: numbers out of range, n below `places` (unless all). Memory: 8 kB.
 */
NODISCARD enum err places_tails(const struct places_chance *c, const int64_t *k, size_t m,
                                double *tail);

/* Places that differ in size: a place's count is Poisson with a mean in proportion to its size, and
 * at least 1. tail[i] = P(count >= k[i]) for each. ERR_INVALID: a size that is not finite and above
 * 0, a k below 1, no place. */
NODISCARD enum err places_sized_tails(const int64_t *k, const double *size, size_t n, double *tail);

/* --- Concentration --- */

#define PLACES_TOPS 3
extern const double places_top[PLACES_TOPS]; /* 0.01, 0.05, 0.1 of the places */
#define PLACES_PARTS 2
extern const double places_part[PLACES_PARTS]; /* 0.25 and 0.5 of the events */

struct concentration {
    double gini;               /* 0: all places have as many; 1: one has all */
    double general;            /* the same against the most even that whole events can lie */
    double top[PLACES_TOPS];   /* share of the events at the places that have most */
    double part[PLACES_PARTS]; /* share of the places that is needed for so much */
};
/* How many places `share` of `places` is: at least one, upwards. */
int64_t places_share(double share, int64_t places);

/* `with[i]` places have k[i] events each, k falling strictly; of `places` in all (the others have
 * none). ERR_INVALID: out of range, or nothing. */
NODISCARD enum err concentration_of(const int64_t *k, const int64_t *with, size_t m, int64_t places,
                                    struct concentration *out);

struct concentration_chance {
    struct concentration mean, low,
        high; /* each figure by itself: mean, 2.5 and 97.5 % of the runs */
    double p; /* (runs with a gini as large + 1) / (runs + 1) */
};
/* `runs` draws (1 to 99999) of how many places have how many events, exactly as chance gives them:
 * run i is made from (seed, i), so the answer is the same on any number of threads. Time and memory
 * for each run grow with the number of different counts, not of events, below 20 events a place;
 * above with the places. */
NODISCARD enum err concentration_by_chance(const struct work *w, const struct places_chance *c,
                                           uint32_t runs, double gini,
                                           struct concentration_chance *out);
