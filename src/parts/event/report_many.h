/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several events in one sending: lines of a form, each read as the form of one event. */
#pragma once

#include "parts/event/report_web.h"

#define REPORT_LINES_MOST 20
#define REPORT_LINES_FIRST 5

/* The names of a line's fields: "type-1", "when-1" ... */
enum report_field {
    REPORT_TYPE,
    REPORT_WHEN,
    REPORT_PLACE,
    REPORT_CHOICE,
    REPORT_TEXT,
    REPORT_FIELDS
};
const char *report_name(struct req *rq, enum report_field f, int line);
/* Has anything been written in the line? */
bool report_used(struct req *rq, int line);

/* Whose times: a night is known by the day it begins on, from noon to noon. */
struct report_shift {
    bool night;
    struct date day;
};
#define REPORT_SHIFTS 4
/* Those that are offered, the likeliest first. */
void report_shifts(msec now, struct report_shift out[REPORT_SHIFTS]);

struct report_many {
    struct req *rq;
    msec from, until;           /* the shift, so far; times without a day belong to it */
    const char *place, *choice; /* of the line above */
    struct event_adding events[REPORT_LINES_MOST];
    size_t n;
    struct event_spots spots[REPORT_LINES_MOST + 1]; /* by line, from 1 */
    bool nowhere[REPORT_LINES_MOST + 1];             /* the name of a place is none that we know */
};
/* Fills in the events; what is wrong becomes problems of the request, at the lines' own fields. */
NODISCARD enum err report_lines_read(struct report_many *m);
/* The form with `lines` lines and all that was typed. */
NODISCARD enum err report_many_show(struct report_many *m, int lines);
