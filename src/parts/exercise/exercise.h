/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Exercise data: an invented two years for Mariestad, Töreboda and Gullspång.
 *
 * Localities, outlines and populations are facts; everything else (streets, places, districts,
 * organisations, accounts, events) is invented and bears names that exist nowhere. What is drawn,
 * by which figures, and what is planted stands in doc/exercise.md.
 *
 * Pure: no clock, file or database. The same options give the same bytes everywhere. All pointers
 * in the structs below belong to the struct exercise and die with it; indices refer to its arrays
 * (-1: none). The order of each array is fixed: events by time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "geo/precision.h"
#include "geo/shape.h"

#define EXERCISE_ORIGIN "exempel" /* the `origin` of every row */
#define EXERCISE_MUNICIPALITIES 3
#define EXERCISE_YEARS_MAX 10
#define EXERCISE_SOURCE_POLICE "anmälda brott (övning)"
#define EXERCISE_SOURCE_EST "EST-rapport (övning)"

struct exercise_options {
    uint64_t seed;
    struct date end; /* the last day with events, 1980..2190 */
    int years;       /* 1..EXERCISE_YEARS_MAX */
};

/* One of the 46 stable codes of event types, in the order of the taxonomy. */
struct exercise_type {
    const char *code;    /* "damage.graffiti", "alcohol" */
    bool property;       /* may be found out about later: a third of these have an interval */
    const char *profile; /* row of the Police's notices that gave hours and weekdays, or NULL */
};

enum exercise_source {
    EXERCISE_POLICE, /* reported crimes */
    EXERCISE_EST,    /* the weekly reports of the organisations */
};

struct exercise_organisation {
    struct id id;
    const char *municipality; /* "1493" */
    const char *kind;         /* "municipality", "police", "housing", ... unique in municipality */
    const char *name;         /* "Exempelbostäder (övning)" */
};

struct exercise_account {
    struct id id;
    const char *email; /* at example.se; unique */
    const char *name;  /* "Bovärd Exempel, Mariestad" */
    bool system_admin;
};

/* `role` is one of prevention_coordinator, community_officer, reporter, group_member, desk,
 * walk_leader, watch_contact, politician, registrar, dpo. */
struct exercise_membership {
    uint32_t account;
    const char *municipality;
    const char *role;
    uint32_t organisation;
};

struct exercise_area {
    struct id id;
    const char *municipality;
    const char *key;  /* "norra", unique in the municipality */
    const char *name; /* "Norra övningsområdet" */
    const char *kind; /* "district" or "locality" */
    const char *locality;
    double weight;           /* inhabitants, about; the whole locality's if it is one area */
    struct geo_shape *shape; /* areas do not overlap */
    struct geo_point centre;
};

struct exercise_street {
    const char *municipality;
    int32_t area; /* -1 in the countryside */
    const char *name;
    struct geo_point middle;
};

struct exercise_place {
    struct id id;
    const char *municipality;
    int32_t area;
    int32_t street;   /* -1 for parks, schools and squares */
    const char *name; /* "Övningsparken", "Exempelgatan 12" */
    const char *kind; /* "address", "park", "school", "square", "sports", "youth", "stop", ... */
    const char *preposition; /* "vid", "på", "i" */
    double east, north;      /* whole metres */
    bool hot;                /* one of the few that draw a tenth of the events */
};

enum exercise_plant {
    EXERCISE_BASE, /* drawn by the ordinary recipe */
    EXERCISE_HOTSPOT,
    EXERCISE_SERIES,  /* near repeats */
    EXERCISE_CLUSTER, /* in place and time */
    EXERCISE_STEP,    /* fewer after an action */
    EXERCISE_NOTHING, /* the area where nothing is to be found */
    EXERCISE_PLANTS
};

struct exercise_event {
    struct id id;
    const char *municipality;
    enum exercise_source source;
    uint32_t organisation;
    uint32_t type;      /* into exercise_types */
    msec occurred_from; /* equal to occurred_to when somebody saw it happen */
    msec occurred_to;
    msec reported; /* never before occurred_to, never after the last day */
    enum geo_precision precision;
    double east, north; /* of the place, or the middle of street, area or municipality; else NaN */
    int32_t place;      /* -1 when coarser than a place */
    int32_t street;
    int32_t area;
    const char *label;        /* "Exempelgatan 12", "Norra övningsområdet"; never NULL */
    const char *text;         /* short Swedish, no persons; NULL for many reported crimes */
    const char *external_key; /* "OVN-P-1493-000017", unique */
    enum exercise_plant plant;
};

/* The action of the planted step. */
struct exercise_action {
    struct id id;
    const char *municipality;
    const char *title;
    const char *problem;
    const char *measure;
    uint32_t organisation;
    int32_t area, comparison;
    struct date start;
};

struct exercise_truth {
    enum exercise_plant kind;
    const char *municipality;
    int32_t area;
    int32_t comparison;     /* of the step, else -1 */
    const char *types[4];   /* codes, NULL after the last */
    struct date from, to;   /* both days belong to it; of a step: the days after it */
    struct geo_point point; /* NaN for whole areas */
    double radius;          /* metres, 0 for whole areas */
};

struct exercise {
    struct exercise_options options;
    struct date first; /* the first day with events */
    struct exercise_organisation *organisations;
    struct exercise_account *accounts;
    struct exercise_membership *memberships;
    struct exercise_area *areas;
    struct exercise_street *streets;
    struct exercise_place *places;
    struct exercise_event *events;
    struct exercise_action action;
    struct exercise_truth truths[EXERCISE_PLANTS - 1];
    uint32_t organisation_count, account_count, membership_count, area_count, street_count,
        place_count, event_count, truth_count;
    struct arena *arena; /* holds all of it */
};

#define EXERCISE_TYPE_COUNT 46
extern const struct exercise_type exercise_types[EXERCISE_TYPE_COUNT];
extern const char *const exercise_municipalities[EXERCISE_MUNICIPALITIES]; /* largest first */

/* Draws everything. ERR_INVALID for options outside their bounds, ERR_NOMEM; about 10 MB a year.
 * The caller frees *out with exercise_free(). */
NODISCARD enum err exercise_make(const struct exercise_options *options, struct exercise **out);
void exercise_free(struct exercise *x); /* NULL is fine */
void exercise_freep(struct exercise **x);

/* Index of a code in exercise_types, -1 if there is none. */
int exercise_type_index(const char *code);
const char *exercise_source_name(enum exercise_source s); /* EXERCISE_SOURCE_... */
const char *exercise_plant_name(enum exercise_plant p);   /* "hotspot", "near_repeat_series", ... */

/* What was planted, as one JSON object: where, when, how many, which ids, and the figures of the
 * recipe. Errors stay in the buffer (about 100 kB are written). */
void exercise_truth_json(const struct exercise *x, struct buf *out);
