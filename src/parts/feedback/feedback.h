/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What came of a report: answers to who reported, templates for them, how many were answered and
 * how soon, and a letter at most once a week. Rules: doc/feedback.md.
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
#include "tmpl/text.h"

struct arena;
struct event_striking;
struct tx;

extern const struct part feedback_part, feedback_desk_part;

#define FEEDBACK_TEXT_MOST 500 /* characters of an answer, before its places are filled in */
#define FEEDBACK_NAME_MOST 60  /* of the name of a template */
#define FEEDBACK_ONCE 200      /* reports answered in one press */
#define FEEDBACK_FEW 5         /* reports below which no share is told */

/* --- Templates --- */

struct feedback_template {
    const char *key; /* the program's own ("done"), or an id */
    const char *name, *text;
    int64_t version; /* 0: the program's, untouched */
    bool own;        /* not one of the program's */
};
#define FEEDBACK_TEMPLATES_MOST 60
/* The program's (as the municipality has them), then its own; removed ones are not there. */
NODISCARD enum err feedback_templates(struct tx *tx, struct arena *a, const char *municipality,
                                      enum lang lang, struct feedback_template **out,
                                      size_t *out_n);
/* t->key NULL: a new one. t->version is what the person saw. ERR_CONFLICT: somebody has changed it
 * since. ERR_NOTFOUND: no such template. ERR_LIMIT: FEEDBACK_TEMPLATES_MOST. */
struct feedback_edit {
    const char *municipality;
    struct id by;
    bool remove;
};
NODISCARD enum err feedback_template_save(struct tx *tx, struct arena *a,
                                          const struct feedback_template *t,
                                          const struct feedback_edit *e);

/* What stands for "[plats]" and its like; NULL: not known. */
struct feedback_places {
    const char *place, *date, *type, *action;
};
/* In the arena; NULL when out of memory. *missing (may be NULL): the action is asked for, and there
 * is none. The words in brackets are Swedish or English. */
const char *feedback_fill(struct arena *a, const char *text, const struct feedback_places *p,
                          bool *missing);

/* --- Shares --- */

struct feedback_share {
    struct id organisation; /* none: all together, or those without one */
    int64_t n, answered;
    int64_t median; /* whole days of those answered; -1: too few (FEEDBACK_FEW answered) */
};
struct feedback_shares {
    struct feedback_share all;
    struct feedback_share *each; /* with at least FEEDBACK_FEW reports */
    size_t n_each;
    int64_t few; /* organisations with fewer */
};
/* Of reports received in [from, to). */
NODISCARD enum err feedback_shares(struct tx *tx, struct arena *a, const char *municipality,
                                   msec from, msec to, struct feedback_shares *out);

/* --- Striking --- */

/* Strikes words out of the answers that tell of an action, or (no action) of all answers of the
 * municipality, for good; also of those that were taken back. */
NODISCARD enum err feedback_strike(struct event_striking *s, struct id action);

/* --- Letters --- */

/* Is a letter due today? `weekday` (1 = Monday) is the municipality's day, `sent` the person's
 * latest letter (0: none), `first` the oldest news. Not before a week has gone; a day that was
 * missed is made up for. */
bool feedback_letter_due(msec now, int weekday, msec sent, msec first);
/* Writes what is due at `now`; *letters is counted up. Again does nothing. Never inside a
 * transaction. */
NODISCARD enum err feedback_digest(struct app *app, msec now, int *letters);
