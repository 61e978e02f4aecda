/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What others keep beside an event: it goes with the event, and its words with the event's words.
 */
#include "event_sql.h"
#include "parts/event/event_inner.h"

/* Their files go after the commit: by who asked, or by the next sweep (parts/photo). */
static enum err remove_photos(struct tx *tx, const char *municipality, struct id event)
{
    return q_event_photos_remove_run(tx, &(struct q_event_photos_remove_in){municipality, event},
                                     NULL);
}

enum err event__beside_gone(struct tx *tx, const char *municipality, struct id event)
{
    struct q_event_acts_remove_in acts = {municipality, event};
    struct q_event_questions_remove_in questions = {municipality, event};
    struct q_event_forwards_remove_in forwards = {municipality, event};
    struct q_event_answers_remove_in answers = {municipality, event};
    struct q_event_ties_remove_in ties = {municipality, event};
    TRY(q_event_answers_remove_run(tx, &answers, NULL));
    TRY(q_event_ties_remove_run(tx, &ties, NULL));
    TRY(remove_photos(tx, municipality, event));
    TRY(q_event_acts_remove_run(tx, &acts, NULL));
    TRY(q_event_questions_remove_run(tx, &questions, NULL));
    return q_event_forwards_remove_run(tx, &forwards, NULL);
}

enum err event__beside_silent(struct tx *tx, const char *municipality, struct id event)
{
    struct q_event_acts_silent_in acts = {municipality, event};
    struct q_event_questions_silent_in questions = {municipality, event};
    struct q_event_forwards_silent_in forwards = {municipality, event};
    struct q_event_answers_silent_in answers = {municipality, event};
    TRY(q_event_answers_silent_run(tx, &answers, NULL));
    TRY(remove_photos(tx, municipality, event));
    TRY(q_event_acts_silent_run(tx, &acts, NULL));
    TRY(q_event_questions_silent_run(tx, &questions, NULL));
    return q_event_forwards_silent_run(tx, &forwards, NULL);
}

static enum err strike_answers(struct tx *tx, struct arena *a, const struct event *e,
                               const struct event_strike *s, size_t *struck)
{
    struct q_event_answer_words_in in = {e->municipality, e->id};
    struct q_event_answer_words_row *rows;
    size_t n;
    TRY(q_event_answer_words_all(tx, a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].text)
            continue;
        struct q_event_answer_words_set_in set = {e->municipality, rows[i].id,
                                                  event_strike_text(a, rows[i].text, s, struck)};
        if (!set.text)
            return ERR_NOMEM;
        TRY(q_event_answer_words_set_run(tx, &set, NULL));
    }
    return ERR_OK;
}

/* What who told of the place was answered: the staff's words. */
static enum err strike_receipt(struct tx *tx, struct arena *a, const struct event *e,
                               const struct event_strike *s, size_t *struck)
{
    struct q_event_receipt_words_row row;
    size_t before = *struck;
    enum err err = q_event_receipt_words_one(
        tx, a, &(struct q_event_receipt_words_in){e->municipality, e->id}, &row);
    if (err)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct q_event_receipt_words_set_in set = {e->municipality, e->id,
                                               event_strike_text(a, row.answer, s, struck)};
    if (!set.answer)
        return ERR_NOMEM;
    return *struck == before ? ERR_OK : q_event_receipt_words_set_run(tx, &set, NULL);
}

enum err event__beside_strike(struct tx *tx, struct arena *a, const struct event *e,
                              const struct event_strike *s, size_t *struck)
{
    struct q_event_photo_words_in in = {e->municipality, e->id};
    struct q_event_photo_words_row *rows;
    size_t n;
    TRY(q_event_photo_words_all(tx, a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].alt)
            continue;
        struct q_event_photo_words_set_in set = {e->municipality, rows[i].id,
                                                 event_strike_text(a, rows[i].alt, s, struck)};
        if (!set.alt)
            return ERR_NOMEM;
        TRY(q_event_photo_words_set_run(tx, &set, NULL));
    }
    TRY(strike_receipt(tx, a, e, s, struck));
    return strike_answers(tx, a, e, s, struck);
}

enum err event_note_kept(struct tx *tx, const char *municipality, struct id event, struct id by,
                         const char *reason)
{
    struct q_event_kept_put_in in = {municipality, id_new(), id_new(), event,
                                     time_now(),   by,       reason};
    return q_event_kept_put_run(tx, &in, NULL);
}
