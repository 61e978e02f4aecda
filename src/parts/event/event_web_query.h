/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a person asks for in a list of events: the filters of the address, of the map's tiles, of
 * exports and of the command line. One struct, so that all of them answer the same. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "parts/event/event.h"

struct app;
struct buf;

#define EVENT_QUERY_TYPES 16

struct event_query {
    const char *municipality; /* "1493", "1400", or "0000": the whole country */
    bool has_from, has_to;
    struct date from, to; /* Swedish days; `to` is included */
    const char *types[EVENT_QUERY_TYPES];
    size_t n_types; /* 0: all */
    uint8_t kinds;  /* bits 1 << EVENT_INCIDENT ...; 0: all */
    struct id area, organisation;
    const char *source, *place, *text; /* NULL: all */
    bool no_place;                     /* only those without a place */
    bool placed;                       /* only those with one */
    struct event_squares squares;      /* only those in them; none: all */
    struct event_circle circle;        /* only those with a place in it; radius 0: all */
    bool no_area, no_organisation;     /* only those without */
    int weekday;                       /* 1..7; 0: all. Then, or can have been: event_columns.h */
    int hour;                          /* 0..23; -1: all */
    bool unreviewed;                   /* only those that count and that nobody has reviewed */
    bool timed, untimed; /* only spans that tell the hour of the week, or that are too long */
    /* The wall: a person who sees only the own organisation's rows. */
    bool walled;
    struct id only;
    enum event_sort sort;
    bool ascending;
    int64_t page; /* from 1 */
};

struct event_query event_query_blank(const char *municipality);

/* The columns and the rows of them that are asked for. */
struct event_found {
    struct columns_view *view;
    struct event_selection *sel;
};

/* Never inside a transaction. ERR_INVALID: no such type. */
NODISCARD enum err event_query_find(const struct app *app, const struct event_query *q,
                                    struct event_found *out);
void event_found_done(struct event_found *f);
/* How many of the rows found are of each kind. */
NODISCARD enum err event_found_kinds(const struct event_found *f, struct arena *a,
                                     size_t out[EVENT_KINDS]);

/* Appends "from=2026-11-01&type=damage": the filters, and with `place_in_list` also the sorting and
 * the page. Nothing for a query without filters. */
void event_query_write(struct buf *out, const struct event_query *q, bool place_in_list);

/* --- Names --- */

struct q_event_web_areas_row;
struct q_event_web_labels_row;
struct q_event_web_organisations_row;
struct q_event_web_periods_row;

struct event_names {
    enum lang lang;
    struct q_event_web_areas_row *areas;
    size_t n_areas;
    struct q_event_web_labels_row *labels;
    size_t n_labels;
    struct q_event_web_organisations_row *organisations;
    size_t n_organisations;
    struct q_event_web_periods_row *periods;
    size_t n_periods;
};

/* Nothing but the default names for "0000". */
NODISCARD enum err event_names_load(const struct app *app, struct arena *a, enum lang lang,
                                    const char *municipality, struct event_names *out);
/* The municipality's word for a type, else ours; the code itself when it is not known. */
const char *event_names_type(const struct event_names *n, const char *code);
bool event_names_hidden(const struct event_names *n, const char *code);
const char *event_names_area(const struct event_names *n, struct id id);         /* NULL */
const char *event_names_organisation(const struct event_names *n, struct id id); /* NULL */
/* By its name in any case; false, and *out untouched, when there is none. */
bool event_names_find_area(const struct event_names *n, const char *name, struct id *out);
const char *event_source_text(enum lang lang, const char *source);

/* "i går 22.40", "mellan fredag 13 november kl. 16.00 och måndag 16 november kl. 07.00". */
const char *event_time_text(struct arena *a, enum lang lang, msec from, msec to, msec now);
/* The same for a row: "13 nov. 16.30 – 16 nov. 07.00". */
const char *event_time_short(struct arena *a, enum lang lang, msec from, msec to, msec now);
/* "1–14 november 2026", "till och med 14 november 2026"; NULL without either day. */
const char *event_days_text(struct arena *a, enum lang lang, const struct event_query *q);
/* The place with its precision: a name, or what is known of it. Never NULL. */
const char *event_place_text(const struct event_names *n, const struct event *e);
const char *event_precision_text(enum lang lang, enum geo_precision p);
