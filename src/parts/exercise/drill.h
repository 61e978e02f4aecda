/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An exercise in a working municipality: what is drawn for its twin, and how it is started and
 * ended. doc/decisions/029. */
#pragma once

#include "core/app.h"
#include "geo/shape.h"
#include "parts/event/event.h"

#define DRILL_PERIODS 8      /* fortnights, the last one open */
#define DRILL_DAYS_LEFT 3    /* of the open one */
#define DRILL_REPORTS 300    /* of ordinary days, beside what is planted; told on the page */
#define DRILL_AREAS_MOST 12  /* that get places of their own */
#define DRILL_PLACES_MOST 60 /* all told */

/* --- What is drawn: pure, the same bytes for the same options --- */

struct drill_area {
    struct id id;
    const char *name;
    struct geo_shape *shape;
};

struct drill_person { /* who may have reported */
    struct id account, organisation;
};

struct drill_place {
    struct id id;
    const char *name, *preposition; /* "Övningsparken", "i" */
    double east, north;
    uint32_t area;
    bool street;
};

struct drill_options {
    uint64_t seed;
    const char *municipality; /* the twin's code */
    msec now;
    const struct drill_area *areas; /* at least one */
    size_t n_areas;
    const struct drill_person *people; /* at least one */
    size_t n_people;
};

struct drill {
    struct drill_place *places;
    struct event *events; /* by no order; checked by event_check() */
    size_t n_places, n_events;
    struct date first, end; /* the first day, and the day after the open period's last one */
    uint32_t hot;           /* the place where most happens just now */
};

/* Everything in the arena. ERR_INVALID without areas or people. */
NODISCARD enum err drill_draw(struct arena *a, const struct drill_options *o, struct drill *out);
/* Where a municipality has no areas of its own: round its largest localities, or its middle. */
NODISCARD enum err drill_areas(struct arena *a, const char *municipality, uint64_t seed,
                               struct drill_area **out, size_t *n);

/* --- Starting and ending --- */

struct drill_start {
    const char *municipality; /* the real one */
    struct id by;
    const struct id *accounts; /* who takes part, beside `by` */
    size_t n_accounts;
    /* Out. */
    int64_t people, reports;
};
/* In one transaction. ERR_CONFLICT: one goes on already. ERR_INVALID: an account without a role in
 * the municipality. */
NODISCARD enum err drill_start(struct app *app, struct drill_start *s);

struct drill_end {
    const char *municipality; /* the real one */
    struct id by;
    int64_t reports, actions;
};
/* Removes every row of the twin in one transaction, and the pictures after it. ERR_NOTFOUND: none
 * goes on. */
NODISCARD enum err drill_end(struct app *app, struct drill_end *x);

/* Empties the twin of everything. In a transaction of DB_NATIONAL. */
NODISCARD enum err drill_clear(struct tx *tx, struct arena *a, const char *twin);
