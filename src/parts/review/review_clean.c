/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What reviewers and reporters have written about an event follows its own words: when they go for
 * good, so do these. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_inner.h"
#include "review_sql.h"

static enum err cleaned(const struct review_doing *d, const char *text,
                        const struct event_strike *s, const char **out)
{
    size_t n = 0;
    *out = NULL;
    if (text && s && !(*out = event_strike_text(d->a, text, s, &n)))
        return ERR_NOMEM;
    return ERR_OK;
}

static enum err clean_acts(const struct review_doing *d, struct id event,
                           const struct event_strike *s)
{
    struct q_review_act_of_in in = {d->o->municipality, event};
    struct q_review_act_of_row *rows;
    size_t n;
    TRY(q_review_act_of_all(d->tx, d->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct q_review_act_words_in set = {d->o->municipality, rows[i].id, NULL};
        TRY(cleaned(d, rows[i].reason, s, &set.reason));
        if (rows[i].reason)
            TRY(q_review_act_words_run(d->tx, &set, NULL));
    }
    return ERR_OK;
}

static enum err clean_questions(const struct review_doing *d, struct id event,
                                const struct event_strike *s)
{
    struct q_review_question_all_in in = {d->o->municipality, event};
    struct q_review_question_all_row *rows;
    size_t n;
    TRY(q_review_question_all_all(d->tx, d->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct q_review_question_words_in set = {d->o->municipality, rows[i].id, NULL, NULL};
        TRY(cleaned(d, rows[i].question, s, &set.question));
        TRY(cleaned(d, rows[i].answer, s, &set.answer));
        TRY(q_review_question_words_run(d->tx, &set, NULL));
    }
    return ERR_OK;
}

enum err review__clean(const struct review_doing *d, struct id event, const struct event_strike *s)
{
    struct q_review_forward_of_in in = {d->o->municipality, event};
    struct q_review_forward_of_row *rows;
    size_t n;
    TRY(clean_acts(d, event, s));
    TRY(clean_questions(d, event, s));
    TRY(q_review_forward_of_all(d->tx, d->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct q_review_forward_words_in set = {d->o->municipality, rows[i].id, NULL};
        TRY(cleaned(d, rows[i].note, s, &set.note));
        if (rows[i].note)
            TRY(q_review_forward_words_run(d->tx, &set, NULL));
    }
    return ERR_OK;
}
