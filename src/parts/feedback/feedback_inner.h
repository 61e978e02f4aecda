/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/feedback only. */
#pragma once

#include "feedback_sql.h"
#include "parts/action/action.h"
#include "parts/event/event.h"
#include "parts/feedback/feedback.h"

#define FEEDBACK_STOP "feedback-stop" /* what the link of a letter is signed for */

void feedback_digest_register(struct app *app);

/* What has come of one report, as it stands; texts in the arena. */
struct feedback_fate {
    struct q_feedback_answer_of_row *answers; /* the newest first */
    size_t n_answers;
    struct q_feedback_asked_row *asked;
    size_t n_asked;
    struct q_feedback_forwarded_row *forwarded;
    size_t n_forwarded;
    struct action *actions; /* tied to it */
    size_t n_actions;
    struct q_feedback_rejected_row rejected;
    bool is_rejected;
};
NODISCARD enum err feedback_fate(struct tx *tx, struct arena *a, const struct event *e,
                                 struct feedback_fate *out);

/* May it be answered here: a report of somebody with an account? */
bool feedback_answerable(const struct event *e);

struct feedback_reports {
    struct event *list;
    size_t n, n_tied; /* those tied to the action stand first */
};
/* The reports that an answer about an action may concern: those tied to it, then those that lie on
 * its ground, of its kind, from half a year before it was decided (or the days behind it). At most
 * FEEDBACK_ONCE, each once. */
NODISCARD enum err feedback_of_action(struct tx *tx, struct arena *a, const char *municipality,
                                      const struct action *x, struct feedback_reports *out);
/* The report and those that tell of the same happening. */
NODISCARD enum err feedback_of_group(struct tx *tx, struct arena *a, const char *municipality,
                                     struct id report, struct feedback_reports *out);
/* Those of the ids that may be answered here, each once, at most FEEDBACK_ONCE. */
NODISCARD enum err feedback_of_ids(struct tx *tx, struct arena *a, const char *municipality,
                                   const struct id *ids, size_t n, struct feedback_reports *out);

/* One press: the same text, with its places filled in, to each. */
struct feedback_one {
    struct id event;
    const char *text;
};
struct feedback_order {
    const char *municipality;
    struct id by, batch, action; /* action none: none */
    const struct feedback_one *list;
    size_t n;
    msec seen; /* the newest answer that the page showed: a later one, and nothing is sent */
};
struct feedback_sent {
    bool *put;      /* one for each of the list */
    bool *answered; /* somebody else was quicker */
    size_t n_put;
    bool again; /* the same form had been sent before: everything is as it was */
};
NODISCARD enum err feedback_send(struct tx *tx, struct arena *a, const struct feedback_order *o,
                                 struct feedback_sent *out);
/* ERR_NOTFOUND: there is no such answer, or it has been taken back. */
NODISCARD enum err feedback_withdraw(struct tx *tx, struct arena *a, const char *municipality,
                                     struct id answer, struct id *event);
