/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The group's meeting on one shared screen: an agenda made from data, what is said to each item,
 * what is decided, and minutes that are frozen when the meeting is closed. doc/meeting.md.
 *
 * Nothing that a person wrote is overwritten unseen: a note is a row that is only added, with a
 * version. Functions that take a tx work inside a transaction of the municipality; those that write
 * something into a meeting answer ERR_CONFLICT when it is not open (any longer). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "parts/event/event.h"
#include "tmpl/text.h"

struct arena;
struct part;
struct rhythm;
struct tx;

extern const struct part meeting_part;

#define MEETING_MINUTES 30 /* when nothing else is chosen */
#define MEETING_MINUTES_LEAST 10
#define MEETING_MINUTES_MOST 240
#define MEETING_NOTE_MOST 4000
#define MEETING_GUEST_MOST 80
#define MEETING_PEOPLE_MOST 50
#define MEETING_MESSAGE_MOST 300

/* --- The agenda --- */

/* code in the database, part of an address and key of texts; minutes of thirty */
#define MEETING_ITEMS(I)                                                                           \
    I(ATTENDANCE, attendance, 1)                                                                   \
    I(FOLLOWUP, followup, 6)                                                                       \
    I(EXCEPTIONS, exceptions, 3)                                                                   \
    I(CHANGES, changes, 4)                                                                         \
    I(LEVELS, levels, 4)                                                                           \
    I(FOCUS, focus, 3)                                                                             \
    I(ACTIONS, actions, 6)                                                                         \
    I(TELL, tell, 2)                                                                               \
    I(NEXT, next, 1)

enum meeting_item {
#define I(id, code, minutes) MEETING_##id,
    MEETING_ITEMS(I)
#undef I
        MEETING_ITEM_COUNT
};

const char *meeting_item_code(enum meeting_item i);
bool meeting_item_parse(const char *code, enum meeting_item *out);
const char *meeting_item_text(enum lang lang, enum meeting_item i);
/* How many minutes into a meeting of `minutes` an item begins; MEETING_ITEM_COUNT: its end. Whole
 * minutes, in order, each item's share. */
int meeting_item_at(enum meeting_item i, int minutes);

/* --- Meetings --- */

enum meeting_state { MEETING_PLANNED, MEETING_OPEN, MEETING_CLOSED };

struct meeting {
    struct id id;
    struct id period; /* none: none had begun */
    msec starts_at;
    int minutes;
    enum meeting_state state;
    msec opened_at, closed_at; /* 0: not yet */
    msec next_at;              /* 0: not decided */
    int64_t revision, letters;
};

/* The latest first, at most 200. */
NODISCARD enum err meeting_list(struct tx *tx, struct arena *a, const char *municipality,
                                struct meeting **out, size_t *out_n);
NODISCARD enum err meeting_get(struct tx *tx, struct arena *a, const char *municipality,
                               struct id id, struct meeting *out);
/* The one that was closed last when this one was opened (or is to be): ERR_NOTFOUND. */
NODISCARD enum err meeting_before(struct tx *tx, struct arena *a, const char *municipality,
                                  const struct meeting *m, struct meeting *out);
struct meeting_plan {
    struct id id, by;
    msec starts_at;
    int minutes;
    const char *origin; /* NULL: a person's own */
};
/* ERR_CONFLICT: one is planned or open at that moment already. ERR_INVALID: its length. */
NODISCARD enum err meeting_plan(struct tx *tx, const char *municipality,
                                const struct meeting_plan *p);
/* A planned one is called off. ERR_CONFLICT: it has been opened, or is gone. */
NODISCARD enum err meeting_drop(struct tx *tx, const char *municipality, struct id id);
/* Another day or length. ERR_CONFLICT: another one is planned at that moment, or this one is opened
 * or gone. ERR_INVALID: its length. */
NODISCARD enum err meeting_move(struct tx *tx, const char *municipality,
                                const struct meeting_plan *p);
/* An open one in which nothing has been written is planned again. ERR_CONFLICT: something has, or
 * it is not open. */
NODISCARD enum err meeting_put_back(struct tx *tx, const char *municipality, struct id id);
/* Has anything been written since it was opened? */
bool meeting_untouched(const struct meeting *m);
/* ERR_CONFLICT: it is open already, or another one is. */
NODISCARD enum err meeting_open(struct tx *tx, const char *municipality, struct id id,
                                struct id period, struct id by);
/* Everything that is written in a meeting begins here: it must be open (ERR_CONFLICT), those who
 * look at it see that something is new, and who closes it has read it. */
NODISCARD enum err meeting_touch(struct tx *tx, const char *municipality, struct id id);
struct meeting_closing {
    struct id id, by;
    int64_t revision; /* what the minutes were made from */
    const char *content;
    int letters;
};
/* Of each note only what it says now is kept. ERR_CONFLICT: something has been written since, or it
 * is not open. */
NODISCARD enum err meeting_close(struct tx *tx, const char *municipality,
                                 const struct meeting_closing *c);
/* at 0: not decided. */
NODISCARD enum err meeting_set_next(struct tx *tx, const char *municipality, struct id id, msec at);
/* The minutes; ERR_NOTFOUND: none yet. */
NODISCARD enum err meeting_content(struct tx *tx, struct arena *a, const char *municipality,
                                   struct id id, const char **out);
/* When the group meets next: as far ahead as its periods are long (r NULL: two weeks), at the same
 * time of day, and never on a Saturday, a Sunday or a holiday. */
msec meeting_suggest(const struct rhythm *r, msec starts_at);
/* A first one: at nine on the next day that is none of those. */
msec meeting_soon(msec now);

/* --- What is written in one --- */

struct meeting_note {
    enum meeting_item item;
    int64_t version; /* when saving: what the person saw; 0: none */
    const char *words;
    msec set_at;
    struct id set_by;
    const char *who; /* NULL: not known */
};
/* The newest of each item, in a table of MEETING_ITEM_COUNT; version 0: nothing. */
NODISCARD enum err meeting_notes(struct tx *tx, struct arena *a, const char *municipality,
                                 struct id meeting, struct meeting_note *out);
/* ERR_CONFLICT: not open. *stale: there is a newer version, and nothing is stored. */
NODISCARD enum err meeting_note_set(struct tx *tx, const char *municipality, struct id meeting,
                                    const struct meeting_note *n, bool *stale);
/* out: MEETING_ITEM_COUNT flags. */
NODISCARD enum err meeting_done(struct tx *tx, struct arena *a, const char *municipality,
                                struct id meeting, bool *out);
NODISCARD enum err meeting_set_done(struct tx *tx, const char *municipality, struct id meeting,
                                    enum meeting_item item, bool done);
NODISCARD enum err meeting_set_present(struct tx *tx, const char *municipality, struct id meeting,
                                       struct id account, bool present);

struct meeting_guest {
    struct id id;
    const char *organisation;
    int people;
};
NODISCARD enum err meeting_guests(struct tx *tx, struct arena *a, const char *municipality,
                                  struct id meeting, struct meeting_guest **out, size_t *out_n);
/* ERR_LIMIT: sixty of them already. ERR_CANCELLED: this one is there already. */
NODISCARD enum err meeting_guest_add(struct tx *tx, const char *municipality, struct id meeting,
                                     const struct meeting_guest *g);
NODISCARD enum err meeting_guest_drop(struct tx *tx, const char *municipality, struct id meeting,
                                      struct id guest);
/* What was said of an action. */
NODISCARD enum err meeting_tick(struct tx *tx, const char *municipality, struct id meeting,
                                struct id action, bool done);
/* Before an action is decided. ERR_CANCELLED: this one has been decided here already. */
NODISCARD enum err meeting_may_decide(struct tx *tx, const char *municipality, struct id meeting,
                                      struct id action);
/* An action was decided. */
NODISCARD enum err meeting_decided(struct tx *tx, const char *municipality, struct id meeting,
                                   struct id action);
/* Not decided after all. ERR_NOTFOUND: it is no decision of this meeting. */
NODISCARD enum err meeting_undecided(struct tx *tx, const char *municipality, struct id meeting,
                                     struct id action);

/* code in the database and key of texts */
#define MEETING_AUDIENCES(A)                                                                       \
    A(REPORTERS, reporters)                                                                        \
    A(PUBLIC, public)                                                                              \
    A(COUNCIL, council)                                                                            \
    A(STAFF, staff)

enum meeting_audience {
#define A(id, code) MEETING_TO_##id,
    MEETING_AUDIENCES(A)
#undef A
        MEETING_AUDIENCE_COUNT
};

const char *meeting_audience_code(enum meeting_audience a);
bool meeting_audience_parse(const char *code, enum meeting_audience *out);
const char *meeting_audience_text(enum lang lang, enum meeting_audience a);

struct meeting_message {
    struct id id, meeting; /* where it was decided */
    enum meeting_audience audience;
    const char *words;
    bool told;
};
/* Decided at this meeting, told at it, or not told yet. */
NODISCARD enum err meeting_messages(struct tx *tx, struct arena *a, const char *municipality,
                                    struct id meeting, struct meeting_message **out, size_t *out_n);
/* ERR_LIMIT: a hundred wait already. ERR_CANCELLED: this one is there already. */
NODISCARD enum err meeting_message_add(struct tx *tx, const char *municipality,
                                       const struct meeting_message *m);
/* ERR_NOTFOUND: no such message, or it was told at another meeting. */
NODISCARD enum err meeting_message_told(struct tx *tx, const char *municipality, struct id meeting,
                                        struct id message, bool told);
/* Taken back at a meeting, whichever decided it. ERR_NOTFOUND: no such message, or it is told. */
NODISCARD enum err meeting_message_drop(struct tx *tx, const char *municipality, struct id meeting,
                                        struct id message);

/* --- Minutes --- */

#define MEETING_LINES_MOST 400 /* of an item */

struct meeting_section {
    enum meeting_item item;
    const char *const *lines; /* what the program knows */
    size_t n_lines;
    const char *note; /* what was written; NULL: nothing */
    bool done;        /* false: it comes back */
};

struct meeting_minutes {
    enum lang lang; /* in which the lines are */
    const char *work, *period;
    msec starts_at, opened_at, closed_at; /* closed_at 0: not yet */
    msec struck_at;                       /* words were struck out, the last time; 0: never */
    struct meeting_section sections[MEETING_ITEM_COUNT];
};
/* As JSON and back; texts in the arena. ERR_CORRUPT: no such JSON. */
NODISCARD enum err meeting_minutes_write(struct arena *a, const struct meeting_minutes *m,
                                         const char **out);
NODISCARD enum err meeting_minutes_read(const char *json, struct arena *a,
                                        struct meeting_minutes *out);

/* --- Words that are struck out of closed minutes --- */

#define MEETING_STRIKE_MOST 20 /* words at a time */

struct meeting_strike {
    struct id meeting, by;
    struct event_strike what; /* `found` has room for each word */
    bool all; /* also in all other meetings, actions, periods, bulletins, answers and
               * in what is published for everybody */
};
struct meeting_struck {
    size_t places;  /* 0: a word does not stand there (what.found), and nothing was changed */
    bool elsewhere; /* a word (one that was not found, if any) stands in what `all` adds */
    struct event_unread unread[EVENT_UNREAD_MOST]; /* could not be read: they may stand there too */
    size_t n_unread;
};
/* For good: in the minutes, notes, guests and sentences of the meeting, in the actions that it
 * decided and the answers that tell of them, and in levels, focus places, adopted pictures and
 * bulletins of its period. ERR_CONFLICT: it is not closed. */
NODISCARD enum err meeting_strike(struct tx *tx, const char *municipality,
                                  const struct meeting_strike *s, struct meeting_struck *out);
