/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Actions (åtgärder): what is done about a problem at a place, who owns it, until when, and what
 * came of it. No action without a problem, a place, an owner and an end; each has a plan for how
 * its effect is measured, locked when it starts: doc/actions.md.
 *
 * Functions that take a tx work inside a transaction of the municipality. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "core/app.h"
#include "parts/event/event.h"
#include "tmpl/text.h"

struct action_form;
struct arena;
struct page_field;
struct req;
struct tx;

extern const struct part action_part;

#define ACTION_TITLE_MOST 120
#define ACTION_PROBLEM_MOST 500
#define ACTION_PARTNERS_MOST 300
#define ACTION_NOTE_MOST 1000
#define ACTION_REMIND_DAYS 7 /* before the last day, when nothing else is chosen */
#define ACTION_REMIND_MOST 90
#define ACTION_DAYS_MOST (10 * 366) /* nothing goes on for longer */
#define ACTION_ALL_MOST 5000        /* of a municipality */

enum action_state {
    ACTION_PLANNED,
    ACTION_ONGOING,
    ACTION_LATE, /* somebody has said so; what has run past its day is also "overdue" */
    ACTION_DONE,
    ACTION_DROPPED,
    ACTION_STATES
};

const char *action_state_name(enum action_state s); /* "planned" */
bool action_state_parse(const char *name, enum action_state *out);
const char *action_state_text(enum lang lang, enum action_state s);
/* May it go from one to the other? To the same: never. */
bool action_state_may(enum action_state from, enum action_state to);
/* Must it be said why? */
bool action_state_why(enum action_state to);
/* Not done and not dropped. */
bool action_open(enum action_state s);

/* Where it is: an area, or a circle round a place that has a name. */
struct action_ground {
    struct id area;             /* none: a circle */
    struct event_circle circle; /* radius 0: an area */
    const char *place; /* the name of the circle's middle; in an area: of a place without a map */
};

struct action {
    struct id id;
    const char *title, *problem; /* required */
    const char *type_code;       /* of events, required */
    struct action_ground ground; /* required */
    msec seen_from, seen_to;     /* when the events behind it happened; 0: not said */
    const char *kind;            /* of the catalogue, required */
    struct id organisation;      /* owner, required */
    const char *partners;        /* NULL: none */
    msec starts_at, ends_at;     /* ends_at: the first moment after the last day */
    bool yearly;                 /* comes again each year: in the annual wheel and the calendar */
    int remind_days;
    /* Kept by the store. */
    msec reminded_for;
    enum action_state state;
    msec state_at;
    int64_t version;
    msec created_at, changed_at;
    const char *origin;
};

/* What stands in the way of storing it: a sentence and the field of the form. */
struct action_problem {
    const char *field;
    enum text_key text;
};
/* ERR_INVALID fills *problem. */
NODISCARD enum err action_check(const struct action *x, struct action_problem *problem);

/* Past its last day, and still open. */
bool action_overdue(const struct action *x, msec now);
/* Open, and within its own days of reminder. Overdue is not soon. */
bool action_soon(const struct action *x, msec now);

/* Who changes, and why. */
struct action_edit {
    struct id by;
    int64_t version;  /* what the person saw */
    const char *note; /* NULL: none */
};

/* *x->id none: a fresh one. The plan is the caller's next step (action_plan.h). */
NODISCARD enum err action_add(struct tx *tx, const char *municipality, struct action *x,
                              struct id by);
/* Do they say the same, whatever their ids, versions and states? An error: no memory. */
NODISCARD enum err action_same(const struct action *a, const struct action *b, bool *same);
/* ERR_CONFLICT: somebody else has changed it since, to something else. ERR_NOTFOUND. State and
 * version of *x are ignored. */
NODISCARD enum err action_change(struct tx *tx, struct arena *a, const char *municipality,
                                 const struct action *x, const struct action_edit *e);
/* ERR_INVALID: no such step, or no note where one is asked for. ERR_CONFLICT as above. */
NODISCARD enum err action_set_state(struct tx *tx, struct arena *a, const char *municipality,
                                    struct id id, enum action_state to,
                                    const struct action_edit *e);
/* Takes away one that was decided by mistake, with its proposed plan. ERR_CONFLICT: somebody has
 * changed it or its plan since, or something tells of it. ERR_NOTFOUND. */
NODISCARD enum err action_withdraw(struct tx *tx, struct arena *a, const char *municipality,
                                   struct id id);
NODISCARD enum err action_get(struct tx *tx, struct arena *a, const char *municipality,
                              struct id id, struct action *out);
/* All of the municipality, those that end first before the others. */
NODISCARD enum err action_list(struct tx *tx, struct arena *a, const char *municipality,
                               struct action **out, size_t *out_n);

/* Words go for good: here, in its history, its plans and its effects. Who has it open to edit must
 * begin again. ERR_NOTFOUND. */
NODISCARD enum err action_strike(struct event_striking *s, struct id action, struct id by);

/* For exercise data: adds an action with the state, the dates and the plan as they would stand had
 * it been decided then. `days` is the length of the times before and after; comparison none: the
 * rest of the municipality. */
struct action_example {
    struct action action;
    struct id comparison;
    int days;
    int64_t baseline, baseline_comparison; /* events of the time before, on the ground and there */
    const char *note;
};
NODISCARD enum err action_add_example(struct tx *tx, const char *municipality,
                                      const struct action_example *x);
/* Locks the plans of actions that have started and computes the effects that are due; *effects (not
 * NULL) is counted up. Never inside a transaction. */
NODISCARD enum err action_settle(struct app *app, const char *municipality, msec now, int *effects);

/* --- For the meeting and the start page --- */

enum action_pick {
    ACTION_OVERDUE, /* open and past their last day */
    ACTION_SOON,    /* open, and due within their days of reminder */
    ACTION_COMING,  /* planned, starting in [from, to) */
    ACTION_RUNNING, /* open in some part of [from, to) */
    ACTION_CLOSED,  /* done or dropped in [from, to) */
    ACTION_MADE     /* decided in [from, to): last meeting's */
};
struct action_asked {
    enum action_pick what;
    msec from, to; /* [from, to); not read for OVERDUE and SOON */
    msec now;
};
struct action_picked {
    const struct action **list;
    size_t n;
};
/* Of a list, those that fit, in its order; in the arena. */
NODISCARD enum err action_pick(struct arena *a, const struct action *all, size_t n,
                               const struct action_asked *asked, struct action_picked *out);

/* --- An action in one line: what a meeting decides --- */

struct action_line {
    const char *problem, *measure; /* what is wrong, what is done */
    const char *type, *kind;       /* NULL: guessed from the words */
    struct id organisation;
    msec ends_at;     /* the first moment after its last day; 0: not said */
    struct id id;     /* none: a new one, filled in */
    struct id within; /* the area of a place that is not on the map; none: not said */
    /* Filled in: */
    bool unknown; /* the place is not on the map: `within` is to be asked for */
    const char *title;
    struct action_form *form;
};

/* Reads the line, with the place in the request's field "place". What is unclear becomes a problem
 * of the field "problem", "place", "within", "measure", "organisation", "last", "type" or "kind";
 * without one it is ready to be added. Never inside a transaction. */
NODISCARD enum err action_line_read(struct req *rq, struct action_line *l);
/* In a writing transaction: adds it with its plan, audited. It begins on the day after, so that
 * what it is to be compared with can be chosen until then. */
NODISCARD enum err action_line_add(struct tx *tx, const struct action_line *l);
/* Fills in the choices of the fields of such a line; any may be NULL. */
struct action_line_fields {
    struct page_field *type, *kind, *organisation, *within;
};
NODISCARD enum err action_line_choices(struct req *rq, const struct action_line_fields *f);
/* Owner and place of an action, as the reader of the request may see them. */
struct action_names;
NODISCARD enum err action_names_of(struct tx *tx, struct req *rq, const struct action_names **out);
const char *action_owner_of(const struct action_names *n, const struct action *x);
const char *action_where_of(const struct action_names *n, const struct action *x);
