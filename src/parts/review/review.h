/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Review: a coordinator looks at what reporters send in. What counts, and when, is the rule of
 * parts/event/event_counting.h; here is what changes it.
 *
 * All functions work inside a transaction in the municipality's scope. What is done is written to
 * review_act, so that it can be shown and the latest undone; the caller audits. */
#pragma once

#include "base/err.h"
#include "base/id.h"
#include "parts/event/event.h"
#include "parts/review/review_group.h"

struct arena;
struct part;
struct tx;

extern const struct part review_part, review_mine_part;

#define REVIEW_MOST 200      /* reports at a time */
#define REVIEW_TEXT_MOST 500 /* characters of a reason, a question, an answer, a note */
#define REVIEW_WORDS_MOST 40

enum review_kind {
    REVIEW_ACCEPT, /* it counts */
    REVIEW_LINK,   /* the same happening as `object`; kept, shown with it, not counted once more.
                      Is `object` one of several in the order, it is accepted with them */
    REVIEW_UNLINK,
    REVIEW_STRIKE,  /* words of it go for good */
    REVIEW_REDACT,  /* all its texts go for good; it counts */
    REVIEW_ASK,     /* a question to who reported; it goes on waiting */
    REVIEW_FORWARD, /* accepted, and the organisation `object` may read it */
    REVIEW_REJECT,
    REVIEW_OVERRIDE, /* accepted although its text points at somebody, for a reason */
    REVIEW_KEEP,     /* written so in the form of an event, for a reason; no order of a reviewer */
    REVIEW_KINDS
};
const char *review_kind_name(enum review_kind k); /* "accept" */
/* False, and *out untouched, for any other text. */
bool review_kind_parse(const char *name, enum review_kind *out);

enum review_fault {
    REVIEW_DONE,
    REVIEW_HANDLED,     /* somebody has done something with it already */
    REVIEW_CHANGED,     /* it says something else than what was looked at */
    REVIEW_HAS_LINKED,  /* others are linked to it: first let them go */
    REVIEW_NO_MAIN,     /* what it should be linked to does not count for itself */
    REVIEW_MAIN_WAITS,  /* nobody has accepted that one yet, and it does not count */
    REVIEW_MARKED,      /* its text points at somebody, and no reason was given */
    REVIEW_NO_REPORTER, /* nobody here can answer */
    REVIEW_NO_ORGANISATION,
    REVIEW_GONE,
    REVIEW_ITSELF, /* it is the main report: nothing to do */
    REVIEW_AGAIN,  /* this person has just done the same, as when a form is sent twice: as good as
                      done, and nothing is written */
};

/* What one press asks for, of one report or several. */
struct review_order {
    const char *municipality;
    struct id by;
    enum review_kind kind;
    const struct id *events;
    size_t n;
    struct id object;  /* main report, organisation */
    const char *words; /* reason, question or note; NULL */
    int64_t seen;      /* the change log when the inbox was drawn: reports must still wait */
    int64_t version;   /* or what was seen of the one report; 0: `seen` counts */
    struct event_strike strike;
};

struct review_answer {
    struct id batch;           /* none: nothing was written */
    enum review_fault *faults; /* one for each event of the order, in the arena */
    size_t done;               /* REVIEW_AGAIN is, too */
};

/* Does it with each report that still stands as it was looked at. What cannot be done is told and
 * changes nothing. ERR_INVALID: words are missing where they are needed. */
NODISCARD enum err review_do(struct tx *tx, struct arena *a, const struct review_order *o,
                             struct review_answer *out);

/* Takes back the latest thing this person did. ERR_NOTFOUND: there is no such batch of theirs.
 * ERR_CONFLICT: it is not the latest, cannot be undone, or a report has changed since. */
struct review_undone {
    size_t n;
    struct id first; /* one of its reports */
    bool has_linked; /* ERR_CONFLICT: others are linked to one that would not count */
};
NODISCARD enum err review_undo(struct tx *tx, struct arena *a, const char *municipality,
                               struct id by, struct id batch, struct review_undone *out);
/* The batch that review_undo() would take; none: there is none. */
struct review_latest {
    struct id batch, event;
    enum review_kind kind;
    msec at;
    size_t n;
};
NODISCARD enum err review_latest(struct tx *tx, struct arena *a, const char *municipality,
                                 struct id by, struct review_latest *out);

/* Does the text point at a person (core/textguard.h)? */
bool review_points(const char *text);
/* The reason that was chosen, of what was written when a report was rejected; without the words
 * that the reviewer added. NULL: not one of ours. */
const char *review_reason_short(enum lang lang, const char *said);
