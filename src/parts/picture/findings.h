/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What stands out in place and time, beyond how many there were of each type: places where events
 * lie thick, places with more than usual of late, and near repeats. Pure: arrays in, arrays out.
 * Methods, questions asked together, limits and a worked example: doc/methods/findings.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "parts/event/event.h"
#include "stats/work.h"

#define FINDINGS_DAYS (3 * 365) /* of history, at most */
#define FINDINGS_YEAR 365       /* of it, for what is usual of late and for near repeats */
#define FINDINGS_ALIVE 28       /* days that a new gathering may have lasted */
#define FINDINGS_RADIUS 500.0   /* metres, its largest */
#define FINDINGS_NEAR 200.0     /* metres and days within which a repeat is near */
#define FINDINGS_SOON 14
#define FINDINGS_RAISED 1.2    /* times the expected pairs below which nothing is told */
#define FINDINGS_LINK 100.0    /* metres between the links of a chain that is named */
#define FINDINGS_CHAIN_DAYS 60 /* a longer one is a place where it always happens */
#define FINDINGS_RUNS 999
/* Times an even spread, with 95 % certainty, below which no place is told as thick: that people
 * live there is no news. */
#define FINDINGS_THICK 2.0
#define FINDINGS_SPOTS 5   /* of each method, at most */
#define FINDINGS_SURE 0.05 /* what is told is at most so likely to be chance, all told together */
#define FINDINGS_SURE_HOT 0.01  /* hot places: that they differ is no news, so more is asked */
#define FINDINGS_LEAST 20       /* events of the period below which nothing is said of places */
#define FINDINGS_BEFORE 50      /* and of the time before, for what is usual */
#define FINDINGS_PAIRS 5        /* expected pairs below which nothing is said of near repeats */
#define FINDINGS_CHAIN 3        /* events of a chain that is named */
#define FINDINGS_STEP_WEEKS 104 /* of a series whose level may have changed */
#define FINDINGS_STEP_ALIVE 52  /* weeks since then, at most */
#define FINDINGS_STEP_LEAST 8   /* weeks on either side */
#define FINDINGS_STEP_EVENTS 20
#define FINDINGS_EVENTS_MOST 2000000

/* Near repeats, and gatherings besides those of all events, are looked for among crimes of a kind.
 */
enum findings_group {
    FINDINGS_BURGLARY, /* dwellings and storerooms */
    FINDINGS_VEHICLE,  /* thefts from and damage to vehicles */
    FINDINGS_DAMAGE,   /* other damage */
    FINDINGS_GROUPS    /* anything else */
};

/* Incidents known as a point, street or place, in any order. */
struct findings_events {
    size_t n;
    const double *east, *north; /* metres, finite */
    const int32_t *day;         /* since 1970, Swedish */
    const uint8_t *group;       /* enum findings_group */
    const double *beside_p;     /* of questions asked by others and told beside these; NaN: none */
    size_t n_beside;
    const uint16_t *area; /* n_areas or more: in none; NULL: areas are not known */
    uint16_t n_areas;
};

struct findings_span {
    int32_t from, to; /* days; `to` is not included, and has not passed today */
};

enum findings_state {
    FINDINGS_TOO_FEW, /* nothing can be said */
    FINDINGS_NOTHING, /* nothing stands out */
    FINDINGS_SOME
};

/* A place on the ground: some squares, and what is in them. */
struct findings_spot {
    struct event_squares squares; /* of hot places */
    struct event_circle circle;   /* of the others */
    double east, north;           /* the middle */
    int32_t from, to;             /* days; `to` is not included */
    int64_t n;
    double expected;
    double low, high; /* 95 % interval of n / expected */
    double z;         /* of hot places: Gi* */
    double p;         /* of this one */
    double q;         /* with all that is told beside it taken into account */
    int64_t usual_n;  /* hot places: events there before the period ... */
    double usual;     /* ... and how many of now that would make; NaN: too little history */
    double usual_q;
    enum findings_group group; /* FINDINGS_GROUPS: all events */
};

static inline bool findings_spot_has(const struct findings_spot *s, double east, double north)
{
    return s->circle.radius > 0 ? event_circle_has(&s->circle, east, north)
                                : event_squares_has(&s->squares, east, north);
}

struct findings_near {
    enum findings_state state;
    int64_t n; /* pairs */
    double expected, ratio, p, q;
    int64_t events; /* of the group, of the year */
};

/* A level that has changed in an area, beside the rest of the municipality. Days; `to` is not
 * included: first .. from is before, from .. to after. */
struct findings_step {
    enum findings_group group; /* FINDINGS_GROUPS: all events */
    uint32_t area;
    int32_t first, from, to;
    int64_t n_before, n_after, rest_before, rest_after;
    double ratio, low, high; /* of the area's rate against the rest's, after / before; 95 % */
    double p, q;             /* p: of all series together */
};

struct findings {
    enum findings_state hot_state, new_state, step_state;
    struct findings_spot hot[FINDINGS_SPOTS], fresh[FINDINGS_SPOTS], chain[FINDINGS_SPOTS];
    size_t n_hot, n_fresh, n_chain;
    struct findings_near near[FINDINGS_GROUPS];
    struct findings_step step[FINDINGS_GROUPS + 1];
    size_t n_step;
    double *beside_q; /* [n_beside] with everything told taken into account; in the work's arena */
    int64_t placed;   /* events of the period that were looked at */
};

/* ERR_INVALID: a place that is not finite, or no period. ERR_LIMIT: more than FINDINGS_EVENTS_MOST
 * events. ERR_NOMEM or ERR_LIMIT: past what the arena gives. ERR_CANCELLED as work_tick(). Memory:
 * about 120 bytes an event, 1,500 a square, and 4 a near pair. The same for any number of threads.
 */
NODISCARD enum err findings_make(const struct work *w, const struct findings_events *ev,
                                 struct findings_span span, struct findings *out);
