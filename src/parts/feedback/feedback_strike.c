/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of answers to those who report: the program writes what an action is
 * called into them. */
#include "base/mem.h"
#include "feedback_sql.h"
#include "parts/event/event.h"
#include "parts/feedback/feedback.h"

/* The next ones; *more: there may be others after them. */
static enum err strike_some(struct event_striking *s, void *arg, bool *more)
{
    struct q_feedback_answer_words_in *in = arg;
    struct q_feedback_answer_words_row *rows;
    size_t n;
    TRY(q_feedback_answer_words_all(s->tx, s->a, in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_feedback_answer_words_put_in put = {s->municipality, rows[i].id, rows[i].text};
        TRY(event_strike_in(s, &put.text));
        if (!s->look && s->struck > before)
            TRY(q_feedback_answer_words_put_run(s->tx, &put, NULL));
        in->after = rows[i].id;
    }
    *more = n == EVENT_STRIKE_ROWS;
    return ERR_OK;
}

enum err feedback_strike(struct event_striking *s, struct id action)
{
    struct q_feedback_answer_words_in in = {
        s->municipality, action, id_is_none(action), {{0}}, EVENT_STRIKE_ROWS};
    return event_strike_rows(s, strike_some, &in);
}
