/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only: the form for a new event and for changing one. */
#pragma once

#include "parts/event/event_web.h"
#include "parts/event/event_web_history.h"

/* A place that a name may mean. */
struct event_spot {
    const char *value; /* how the form names it again */
    const char *name;
    const char *words; /* read back: "Gårdsgatan, Mariestad (gata)" */
    enum geo_precision precision;
    double east, north; /* NaN without */
    struct id place_id;
    struct id area_id; /* the area itself is meant */
};

#define EVENT_SPOTS_MOST 8

/* Places that a written name may mean, the likeliest first. */
struct event_spots {
    struct event_spot *list; /* EVENT_SPOTS_MOST at most */
    size_t n;
    size_t left;      /* how many more there are */
    const char *more; /* that in words, and what to do; NULL when all are here */
    bool clear;       /* the first is the one that is meant */
};
NODISCARD enum err event_web_spots(struct req *rq, const char *name, struct event_spots *out);
/* A position in words: "300 m nordost om Leksberg". */
NODISCARD enum err event_web_near(struct req *rq, struct geo_point at, const char **out);
/* Reads a time as people write it. False adds a problem to field "when". */
bool event_web_when(struct req *rq, const char *said, msec *from, msec *to);
/* What to say of a time that is rarely meant: long ago ("29 februari", one figure of the year
 * wrong) without the year in four figures. NULL: nothing. */
struct event_when;
const char *event_web_when_doubt(struct req *rq, const char *said, const struct event_when *w);
/* A time as the form can read it again. */
const char *event_web_when_said(struct req *rq, msec from, msec to);

#define EVENT_KEEP_MOST 500 /* characters of a reason */
/* Why the text of the form stands although it points at somebody; NULL: it does not, or nobody who
 * may has said so. */
const char *event_web_kept(struct req *rq, const struct event *e);

struct report_photos;

/* What the form says, checked. */
struct event_entry {
    struct event e;
    struct event_spots spots; /* to choose from; none when the place is clear */
    bool guarded;             /* the text points at somebody */
    const char *cleared;      /* it without those words, when that was asked for; NULL */
};

/* An event that a person reports, and what stood under its id before. */
struct event_adding {
    struct req *rq;
    struct event e;
    bool there;                         /* an event of that id */
    bool mine;                          /* by the same person */
    bool other;                         /* it says something else */
    const struct report_photos *photos; /* become its own; NULL: none */
    const char *kept;                   /* why its text stands; NULL */
};
/* Signed by the person who asks. */
struct event_adding event_adding_of(struct req *rq, const struct event *e);
/* Adds it unless it is there. arg: a struct event_adding. */
NODISCARD enum err event_add_in(struct tx *tx, void *arg);
/* The receipt of the event in the address; the next one is written in the form at that path. */
NODISCARD enum err event_receipt_show(struct req *rq, const char *form);
/* Adds a problem to field "organisation" when there is no such one in the municipality of the
 * address. */
NODISCARD enum err event_web_known_organisation(struct req *rq, struct id id);
/* Reads the form into *out, over `before` (the event as it stands, or a blank one). What is wrong
 * becomes problems of the request. */
NODISCARD enum err event_form_read(struct req *rq, const struct event *before,
                                   struct event_entry *out);
/* Fills in the view's fields from what was typed, else from *e. */
NODISCARD enum err event_form_fill(struct req *rq, const struct event_names *names,
                                   const struct event *e, const struct event_entry *typed,
                                   struct event_form_view *v);
