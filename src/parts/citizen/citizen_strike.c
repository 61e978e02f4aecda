/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of what inhabitants were answered. */
#include "base/mem.h"
#include "citizen_sql.h"
#include "parts/citizen/citizen.h"
#include "parts/event/event.h"

/* The next ones; *more: there may be others after them. */
static enum err strike_some(struct event_striking *s, void *arg, bool *more)
{
    struct q_citizen_answer_words_in *in = arg;
    struct q_citizen_answer_words_row *rows;
    size_t n;
    TRY(q_citizen_answer_words_all(s->tx, s->a, in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_citizen_answer_words_put_in put = {s->municipality, rows[i].id, rows[i].answer};
        TRY(event_strike_in(s, &put.answer));
        if (!s->look && s->struck > before)
            TRY(q_citizen_answer_words_put_run(s->tx, &put, NULL));
        in->after = rows[i].id;
    }
    *more = n == EVENT_STRIKE_ROWS;
    return ERR_OK;
}

enum err citizen_strike(struct event_striking *s)
{
    struct q_citizen_answer_words_in in = {s->municipality, {{0}}, EVENT_STRIKE_ROWS};
    return event_strike_rows(s, strike_some, &in);
}
