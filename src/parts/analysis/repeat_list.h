/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Repeat places as tables: the list of them, and how concentrated the events are. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/places.h"

#define REPEAT_WEEK 7.0 /* days */
#define REPEAT_MONTH 28.0
#define REPEAT_SPAN 84.0 /* of all events, below which nothing is said of how soon */
/* A position with so large a share of so many events is likely the middle of an area. */
#define REPEAT_CENTRE 0.1
#define REPEAT_CENTRE_EVENTS 50

/* One row a place that is shown, most events first; all of them arrays of n. */
struct repeat_rows {
    size_t n; /* those of --least, and all with more than one event: what is said rests on them */
    size_t shown; /* the first of them, of --least: they are listed */
    int64_t *rank, *events;
    const char **name;
    double *share, *cumulative, *low, *high; /* low, high: 95 % limits of the mean behind events */
    double *expected, *p, *q;
    bool *more;
    double *size, *rate, *rate_low, *rate_high; /* NULL: no sizes */
    msec *first, *last;                         /* NULL, with what follows: no times */
    double *median, *week, *month;
};

struct repeat {
    size_t n;      /* events that count ... */
    uint32_t *row; /* ... and their rows */
    struct places_input in;
    struct places places;
    bool sized, whole; /* sizes are known; the number of all places is */
    int64_t all;       /* places: all that there are, or those with any event */
    int64_t *count;    /* [kinds] falling numbers of events ... */
    int64_t *with;     /* ... and of places with so many */
    size_t kinds;
    struct concentration how;
    struct concentration_chance chance; /* NaN with sizes */
    double *gap; /* [n_gaps] rising: days from one event at a place to the next */
    size_t n_gaps;
    struct repeat_rows list;
};

/* Fills in what depends on how many places have how many events. */
NODISCARD enum err repeat_count(struct analysis *an, struct repeat *r);
/* The rows. ERR_USAGE: a size that is none, or differs within a place. */
NODISCARD enum err repeat_fill(struct analysis *an, struct repeat *r);
void repeat_show(struct analysis *an, const struct repeat *r);
/* The name of a place; NULL: it has none. */
const char *repeat_name(const struct analysis *an, const struct repeat *r, size_t k);
/* The share of the gaps that are at most so many days; NaN without any. */
double repeat_soon(const struct repeat *r, double days);
