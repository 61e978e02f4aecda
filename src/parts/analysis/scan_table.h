/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rows of a table as locations, periods and counts for a scan. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/scan.h"
#include "stats/scan_population.h"

#define SCAN_EARTH 6371008.8 /* metres: mean radius (IUGG) */

enum scan_unit { UNIT_DAYS, UNIT_MONTH, UNIT_YEAR };

/* What the study is about. Days are counted from 1970-01-01. */
struct scan_clock {
    enum scan_unit unit;
    int64_t days;     /* in a period of UNIT_DAYS */
    int64_t from, to; /* first and last day */
    uint32_t periods;
    const double *bound; /* [periods + 1]: the first day of each, and the day after the last */
};

struct scan_wish {
    enum scan_model model;
    bool space, time; /* both: space-time */
    bool sphere;      /* x and y are longitude and latitude */
    enum scan_unit unit;
    int64_t days;
    int64_t from, to; /* INT64_MIN, INT64_MAX: as the rows */
    const char *population_file;
};

struct scan_table {
    struct scan_input in;
    struct scan_clock clock;
    const double *x, *y; /* as they were given, per location */
    const char **place;  /* NULL where a location has no name; NULL itself: none has */
    uint64_t outside;    /* cases before or after the study */
    /* Inside scan_table*.c. */
    const double *day;         /* of each row; NULL without time */
    uint32_t *row_location;    /* of each row */
    uint32_t *people_location; /* of each row of the population table */
    uint32_t locations;
};

/* ERR_USAGE with a sentence in an->problem. */
NODISCARD enum err scan_table_make(struct analysis *an, const struct scan_wish *wish,
                                   struct scan_table *out);

/* Period of a day in the study. */
uint32_t scan_clock_period(const struct scan_clock *c, int64_t day);
/* First and last day of periods from .. to. */
struct date scan_clock_first(const struct scan_clock *c, uint32_t from);
struct date scan_clock_last(const struct scan_clock *c, uint32_t to);

/* --- Inside scan_table*.c --- */

NODISCARD enum err scan_clock_make(struct analysis *an, const struct scan_wish *wish,
                                   struct scan_table *t);
/* Whose rows are people (scan_people.c); NULL when the model or the table has none. */
NODISCARD enum err scan_people_read(struct analysis *an, const struct scan_wish *wish,
                                    const struct analysis_table **out);
NODISCARD enum err scan_people_expect(struct analysis *an, const struct analysis_table *people,
                                      struct scan_table *t);
/* Rows become locations; also those of people, when they have coordinates. */
NODISCARD enum err scan_places_make(struct analysis *an, const struct scan_wish *wish,
                                    const struct analysis_table *people, struct scan_table *t);
