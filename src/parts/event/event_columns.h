/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events as columns in memory: what lists, counts, maps and statistics read.
 *
 *     struct columns_view *v;
 *     TRY(columns_take(store, "1493", &v));
 *     TRY(columns_select(v, &filter, &sel));       which rows the filter lets through
 *     ... columns_count(), columns_count_by(), columns_page(), event_tile() ...
 *     columns_selection_free(sel);
 *     columns_give(v);
 *
 * A view is a snapshot that never changes, as new as the database when it was taken; any number of
 * threads read it. Municipalities are loaded when they are first asked for, kept fresh by the
 * change log (only changed rows are read), and the least recently used are dropped beyond the
 * budget. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "geo/precision.h"
#include "geo/shape.h"
#include "parts/event/event_circle.h"
#include "parts/event/event_counting.h"
#include "parts/event/event_squares.h"

struct arena;
struct columns;
struct db;
struct event_hits;

#define COLUMNS_NONE16 UINT16_MAX /* no organisation, no area */
#define COLUMNS_NONE32 UINT32_MAX /* no place */
#define COLUMNS_ROW_BYTES 60

/* One municipality's events in order of time. Row i of each array is event i. */
struct event_rows {
    char municipality[8];
    int64_t seq;     /* of the change log: how new */
    int64_t changed; /* the seq up to which no row has changed since: as low as is known */
    uint32_t n;
    const msec *from;
    const struct id *id;
    const uint32_t *seconds;      /* to occurred_to, rounded up */
    const float *east, *north;    /* NaN without a place */
    const uint32_t *x, *y;        /* Web Mercator * 2^32; 0, 0 without a place */
    const uint32_t *place;        /* index of places[], or COLUMNS_NONE32 */
    const uint32_t *rid;          /* of the row in SQLite; 0 on PostgreSQL */
    const uint16_t *organisation; /* index of organisations[] */
    const uint16_t *area;         /* index of areas[] */
    const uint8_t *type;          /* index of event_types[]; EVENT_TYPE_other if not known */
    const uint8_t *source;        /* index of sources[] */
    const uint8_t *hour;          /* of the week: (weekday - 1) * 24 + hour, on a Swedish clock */
    const uint8_t *flags;         /* see COLUMNS_FLAGS */
    uint32_t n_places;
    uint16_t n_organisations, n_areas;
    const char *const *places;
    const struct id *organisations, *areas;
    const char *const *sources; /* of the whole store */
    size_t bytes;
};

#define COLUMNS_STATE(flags) ((enum event_state)((flags)&3))
#define COLUMNS_PRECISION(flags) ((enum geo_precision)((flags) >> 2 & 7))
#define COLUMNS_ORIGIN(flags) ((flags) >> 5 & 1) /* exercise data */
#define COLUMNS_LINKED(flags) ((flags) >> 6 & 1) /* counted with another row */
#define COLUMNS_CITIZEN(flags) ((flags) >> 7 & 1)

struct columns_view {
    size_t n;
    const struct event_rows *const *parts;
};

/* budget: bytes, 0 = 160 MB. NULL when out of memory. The database must outlive it. */
struct columns *columns_new(struct db *db, size_t budget);
void columns_free(struct columns *c); /* no view may be out */
void columns_freep(struct columns **c);
/* From now on the words that many events hold are found, on a thread, in what is loaded: searches
 * for them become quick. For who serves many searches; within the budget. */
void columns_find_words(struct columns *c);
/* Waits until it has found those of all that is loaded: for tests and figures. */
void columns_words_wait(struct columns *c);
/* The bytes that are held now. */
size_t columns_bytes(struct columns *c);

/* A view of one municipality, or (NULL) of the whole country. The permission to see it has been
 * checked by the caller. Never call it inside a transaction. */
NODISCARD enum err columns_take(struct columns *c, const char *municipality,
                                struct columns_view **out);
void columns_give(struct columns_view *v); /* NULL is fine */
void columns_givep(struct columns_view **v);

/* --- Filters --- */

/* All zeros lets through every event that counts for staff, see event_counting.h. */
struct event_filter {
    msec from, to;                 /* occurred_from in [from, to); to = 0: no end */
    uint64_t types;                /* a bit a type, see event_filter_type(); 0 = all */
    uint8_t kinds;                 /* bits 1 << EVENT_INCIDENT ...; 0 = all */
    uint64_t hours[3];             /* a bit an hour of the week, in which it happened or can have
                                      (hourweek_may()); all 0 = all */
    bool timed, untimed;           /* only intervals that tell the hour of the week, or do not */
    struct id area;                /* none = all */
    struct id organisation;        /* none = all */
    bool no_area, no_organisation; /* only those without */
    struct id only_organisation;   /* the wall of one who sees only the own rows; none = no wall */
    const char *source;            /* NULL = all */
    const char *place;             /* the exact name; NULL = all */
    uint8_t precisions;            /* bits 1 << GEO_POINT ...; 0 = all */
    enum event_counting counting;
    uint8_t states;                /* bits 1 << EVENT_INCLUDED ...: these, whether they count or
                                      not; 0 = by the rule */
    const struct event_hits *hits; /* only these, see event_hits.h; NULL = all */
    bool by_box;
    struct geo_box box;           /* places inside it */
    struct event_squares squares; /* places in any of them; none = all */
    struct event_circle circle;   /* places in it; radius 0 = all */
};

/* Lets a type through too, with those below it. */
void event_filter_type(struct event_filter *f, int type);
/* weekday 1..7, hour 0..23 */
void event_filter_hour(struct event_filter *f, int weekday, int hour);

/* The rows of a view that a filter lets through: a bit a row. */
struct event_selection {
    const struct columns_view *view;
    size_t count;
    uint64_t **bits;  /* one array for each part */
    uint32_t *counts; /* of each part */
};

/* *out is freed with columns_selection_free() before the view is given back. */
NODISCARD enum err columns_select(const struct columns_view *v, const struct event_filter *f,
                                  struct event_selection **out);
void columns_selection_free(struct event_selection *s);
void columns_selection_freep(struct event_selection **s);

/* --- Answers. Texts belong to the view, arrays to the arena. --- */

enum event_group {
    EVENT_BY_TYPE,
    EVENT_BY_SOURCE,
    EVENT_BY_ORGANISATION,
    EVENT_BY_AREA,
    EVENT_BY_PLACE,
    EVENT_BY_MUNICIPALITY,
    EVENT_BY_PRECISION,
    EVENT_BY_STATE,
};

/* One group and its events. Which members tell the group depends on its kind; rows without one (no
 * area, no organisation, no place) have none. */
struct event_count {
    const char *municipality; /* organisation, area, place, municipality */
    struct id id;             /* organisation, area */
    const char *name;         /* source, place */
    int code;                 /* type, precision, state; index of a place */
    bool none;
    size_t n;
};

/* Groups with at least one event, the largest first (equal ones in their own order). */
NODISCARD enum err columns_count_by(const struct event_selection *s, enum event_group by,
                                    struct arena *a, struct event_count **out, size_t *out_n);
/* Events in each of n stretches [borders[i], borders[i+1]); borders ascend, n + 1 of them. Those
 * outside are not counted. */
void columns_series(const struct event_selection *s, const msec *borders, size_t n, size_t *out);
/* Beginning and end of each selected event, for weekday x hour and other statistics; s->count of
 * each. */
NODISCARD enum err columns_times(const struct event_selection *s, struct arena *a, msec **out_from,
                                 msec **out_to);
/* Positions of the selected events that have a place. */
NODISCARD enum err columns_positions(const struct event_selection *s, struct arena *a,
                                     struct geo_point **out, size_t *out_n);
/* The box round them; empty when there is none. */
struct geo_box columns_box(const struct event_selection *s);
/* How many of the selected nobody has looked at yet. */
size_t columns_waiting(const struct event_selection *s);

/* Each selected row, part by part in order of time. false ends it. */
typedef bool columns_fn(void *arg, const struct event_rows *rows, uint32_t row);
void columns_each(const struct event_selection *s, columns_fn *fn, void *arg);

enum event_sort {
    EVENT_SORT_TIME,
    EVENT_SORT_TYPE,  /* in the order of the taxonomy; newest first among equals */
    EVENT_SORT_PLACE, /* Swedish alphabet, without a place last; newest first among equals */
};

/* What columns_page() finds; the whole rows come by event_get_many(). */
struct event_key;
/* Rows offset .. offset + n - 1 of the list in this order. */
struct event_order {
    enum event_sort sort;
    bool descending;
    size_t offset, n;
};
/* Their keys; fewer at the end. */
NODISCARD enum err columns_page(const struct event_selection *s, const struct event_order *order,
                                struct arena *a, struct event_key **out, size_t *out_n);
