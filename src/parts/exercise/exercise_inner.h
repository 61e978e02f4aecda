/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Shared by the files of the generator only. */
#pragma once

#include "base/random.h"
#include "parts/exercise/exercise.h"

/* One stream of random numbers a purpose, times 16 plus the municipality: a change in one part of
 * the recipe leaves the others as they were. */
enum exercise_stream {
    STREAM_ROLES = 1,
    STREAM_PLACES,
    STREAM_COUNTS,
    STREAM_EVENTS,
    STREAM_PLANTS,
    STREAM_NEAR,
    STREAM_TEXT,
};

/* The organisations of a municipality, in the order of the table. */
enum exercise_org {
    ORG_MUNICIPALITY,
    ORG_POLICE,
    ORG_HOUSING,
    ORG_OWNERS,
    ORG_GUARD,
    ORG_FIRE,
    ORG_SCHOOL,
    ORG_YOUTH,
    ORG_LIBRARY,
    ORG_STREETS,
    ORG_TRADERS,
    ORG_VILLAGE,
    ORG_COUNT
};

enum exercise_season {
    SEASON_FLAT,
    SEASON_SUMMER, /* more when people are out */
    SEASON_DARK,   /* more when evenings are dark */
    SEASON_SCHOOL, /* less in July, more in spring and autumn */
    SEASON_NEWYEAR,
    SEASON_COUNT
};

/* The recipe behind an event type; same order as exercise_types. */
struct exercise_recipe {
    int profile; /* row of exercise_profiles */
    enum exercise_season season;
    int police, est;      /* weights among reported crimes and among EST reports */
    bool home;            /* at addresses only */
    const char *kinds[3]; /* kinds of places where it mostly happens; none: anywhere */
};

struct exercise_profile {
    const char *name; /* NULL-named rows are our own */
    int hour[24];
    int weekday[7]; /* Monday first */
};

extern const struct exercise_recipe exercise_recipes[EXERCISE_TYPE_COUNT];
extern const struct exercise_profile exercise_profiles[];
extern const double exercise_seasons[SEASON_COUNT][12];

/* Which places an area offers: indices of x->places, and the choice among them. */
struct exercise_choice {
    uint32_t *homes, *all;
    uint32_t home_count, all_count;
    struct alias home, any;
};

/* The figures of the recipe that are also written beside the data. */
#define EXERCISE_EST_A_WEEK 24.6 /* in Mariestad; elsewhere by population */
#define EXERCISE_INTERVAL_SHARE (1.0 / 3)
#define EXERCISE_KNOX_METRES 100.0
#define EXERCISE_KNOX_DAYS 7
#define EXERCISE_KNOX_LOW 1.66
#define EXERCISE_KNOX_HIGH 1.74
extern const double exercise_police_rate[EXERCISE_MUNICIPALITIES]; /* per 100 and year */

#define EXERCISE_AREAS_MAX 40
#define EXERCISE_EVENTS_A_YEAR 20000u

/* Everything at work while the data are being made. Choice i belongs to area i; the countryside
 * of municipality m has EXERCISE_AREAS_MAX + m. */
struct exercise_gen {
    struct exercise *x;
    struct exercise_choice choice[EXERCISE_AREAS_MAX + EXERCISE_MUNICIPALITIES];
    double rural[EXERCISE_MUNICIPALITIES]; /* inhabitants outside the areas, by weight */
    int32_t hotspot_area, series_area, step_area, comparison_area, nothing_area, cluster_area;
    int64_t first_day, last_day; /* days since 1970 */
    msec end;                    /* the moment after the last day */
    uint32_t event_cap;
    struct arena *scratch;
    enum err err;
};

/* A chosen (area or countryside) and a day with its clock. */
struct exercise_spot {
    int municipality;
    int32_t area;  /* -1: countryside */
    int32_t place; /* -1: choose */
};

int exercise_municipality_index(const char *code);
struct rng exercise_rng(const struct exercise_gen *g, enum exercise_stream s, int municipality);
const struct exercise_choice *exercise_choice_of(const struct exercise_gen *g, int municipality,
                                                 int32_t area);
uint32_t exercise_org_of(const struct exercise_gen *g, int municipality, enum exercise_org o);
struct id exercise_id(const struct exercise_gen *g, const char *what, uint32_t number);

/* One of the sentences of a type; @ stands for "på Övningsgatan". */
const char *exercise_text_of(uint32_t type, uint32_t which);

/* The steps, in this order. */
NODISCARD enum err exercise_people_make(struct exercise_gen *g);
NODISCARD enum err exercise_areas_make(struct exercise_gen *g);
void exercise_roles_choose(struct exercise_gen *g);
NODISCARD enum err exercise_places_make(struct exercise_gen *g);
NODISCARD enum err exercise_choices_make(struct exercise_gen *g);
NODISCARD enum err exercise_base_draw(struct exercise_gen *g);
NODISCARD enum err exercise_plants_draw(struct exercise_gen *g);
NODISCARD enum err exercise_near_repeats(struct exercise_gen *g);
NODISCARD enum err exercise_texts_make(struct exercise_gen *g);

/* A new event at the end of x->events with its time and position; NULL when out of memory
 * (g->err). `day` is the local day it happened or was found out about. */
struct exercise_event *exercise_event_add(struct exercise_gen *g, struct rng *r,
                                          struct exercise_spot spot, uint32_t type,
                                          enum exercise_source source);
void exercise_event_day(struct exercise_gen *g, struct rng *r, struct exercise_event *e,
                        int64_t day);
/* Put it at a place, exactly. */
void exercise_event_at(struct exercise_gen *g, struct exercise_event *e, uint32_t place);
/* The same clock times on another day. */
void exercise_event_shift(struct exercise_gen *g, struct exercise_event *e, int64_t days);
