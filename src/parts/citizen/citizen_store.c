/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/audit.h"
#include "parts/citizen/citizen_inner.h"
#include "parts/citizen/citizen_token.h"

#define ROUNDS 8 /* receipts whose words were taken */

/* --- A new report --- */

static void hash_of(const struct accounts *s, const char *purpose, const char *what,
                    char out[CITIZEN_HASH_TEXT])
{
    ticket_sign(s, purpose, what, strlen(what), out);
}

/* The words of the report that this form has become. */
static enum err words_again(struct tx *tx, struct arena *a, const struct accounts *s,
                            const struct citizen_new *n, struct id id,
                            char words[CITIZEN_CODE_TEXT])
{
    char hash[CITIZEN_HASH_TEXT];
    struct q_citizen_one_row row;
    TRY(q_citizen_one_one(tx, a, &(struct q_citizen_one_in){n->event.municipality, id}, &row));
    for (int round = 0; round < ROUNDS; round++) {
        citizen_words_make(s, n->event.municipality, n->nonce, round, words);
        citizen_words_hash(s, n->event.municipality, words, hash);
        if (str_eq(hash, row.code_hash))
            return ERR_OK;
    }
    return ERR_CONFLICT; /* its receipt has run out */
}

static enum err words_fresh(struct tx *tx, struct arena *a, const struct accounts *s,
                            const struct citizen_new *n, char words[CITIZEN_CODE_TEXT],
                            char hash[CITIZEN_HASH_TEXT])
{
    for (int round = 0; round < ROUNDS; round++) {
        struct q_citizen_code_taken_row taken;
        citizen_words_make(s, n->event.municipality, n->nonce, round, words);
        citizen_words_hash(s, n->event.municipality, words, hash);
        struct q_citizen_code_taken_in in = {n->event.municipality, hash};
        TRY(q_citizen_code_taken_one(tx, a, &in, &taken));
        if (!taken.n)
            return ERR_OK;
    }
    return ERR_INTERNAL;
}

/* At most what an event takes, not in the middle of a letter. */
static const char *shorten(struct arena *a, const char *s)
{
    const char *p = s, *cut = s;
    size_t n = 0;
    while (utf8_next(&p))
        if (++n == EVENT_KEY_MOST - 1)
            cut = p;
    return n <= EVENT_KEY_MOST ? s : arena_printf(a, "%.*s…", (int)(cut - s), s);
}

const char *citizen_answers(struct arena *a, const char *reasons, const char *times)
{
    const char *why = citizen_reason_words(a, LANG_SV, reasons);
    const char *when = citizen_time_words(a, LANG_SV, times);
    if (!why || !when)
        return NULL;
    const char *said = *why && *when ? arena_printf(a, "%s. %s", why, when) : *why ? why : when;
    return said ? shorten(a, said) : NULL;
}

static enum err put_event(struct tx *tx, struct app *app, struct arena *a,
                          const struct citizen_new *n)
{
    struct event e = n->event;
    e.source = EVENT_SOURCE_CITIZEN;
    e.state = EVENT_SUBMITTED;
    e.occurred_from = date_start(date_of_msec(n->now)); /* a feeling has no minute */
    e.occurred_to = e.reported_at = n->now;
    e.type_said = citizen_answers(a, n->reasons, n->times);
    if (!e.type_said)
        return ERR_NOMEM;
    return event_add(tx, app ? app->areas : NULL, &e, NULL, NULL);
}

static enum err put_all(struct tx *tx, const struct citizen_new *n, const char *code_hash,
                        const char *token_hash, const char *said_hash)
{
    const char *town = n->event.municipality;
    struct q_citizen_put_in in = {
        .municipality = town,
        .id = n->event.id,
        .feeling = n->unsafe ? "unsafe" : "safe",
        .reasons = n->reasons,
        .times = n->times,
        .state = citizen_state_name(CITIZEN_RECEIVED),
        .answered_at = DB_NO_INT,
        .code_hash = code_hash,
        .code_until = n->now + CITIZEN_RECEIPT_DAYS * MSEC_DAY,
        .at = n->now,
        .origin = n->event.origin,
    };
    TRY(q_citizen_put_run(tx, &in, NULL));
    if (n->email) {
        struct q_citizen_email_put_in mail = {town, n->event.id, n->email, lang_code(n->lang),
                                              n->now + CITIZEN_EMAIL_DAYS * MSEC_DAY};
        TRY(q_citizen_email_put_run(tx, &mail, NULL));
    }
    struct q_citizen_sent_put_in sent = {town, token_hash, said_hash, n->event.id,
                                         n->now + 2 * CITIZEN_TOKEN_LASTS};
    return q_citizen_sent_put_run(tx, &sent, NULL);
}

/* Whoever is logged in beside it: a report without an account stays one. */
static enum err note(struct tx *tx, const struct citizen_new *n)
{
    return audit_add(tx, &(struct audit_note){
                             .municipality = n->event.municipality,
                             .action = "citizen.add",
                             .object_kind = "event",
                             .object = n->event.id,
                             .detail = n->worked ? "{\"work\":true}" : "{\"work\":false}",
                         });
}

enum err citizen_add(struct tx *tx, struct app *app, struct arena *a, const struct citizen_new *n,
                     char words[CITIZEN_CODE_TEXT], bool *again)
{
    const struct accounts *s = app->accounts;
    const char *town = n->event.municipality;
    char token[CITIZEN_HASH_TEXT], said[CITIZEN_HASH_TEXT], code[CITIZEN_HASH_TEXT];
    struct q_citizen_sent_one_row before;
    struct q_citizen_since_row today;
    hash_of(s, "citizen-used", n->nonce, token);
    hash_of(s, "citizen-said", n->said, said);
    enum err e =
        q_citizen_sent_one_one(tx, a, &(struct q_citizen_sent_one_in){town, token}, &before);
    *again = e == ERR_OK;
    if (e == ERR_OK)
        return str_eq(before.said_hash, said) ? words_again(tx, a, s, n, before.report, words)
                                              : ERR_CONFLICT;
    if (e != ERR_NOTFOUND)
        return e;
    TRY(q_citizen_since_one(tx, a, &(struct q_citizen_since_in){town, n->now - MSEC_DAY}, &today));
    if (today.n >= CITIZEN_DAY_MOST)
        return ERR_LIMIT;
    TRY(words_fresh(tx, a, s, n, words, code));
    TRY(put_event(tx, app, a, n));
    TRY(put_all(tx, n, code, token, said));
    return note(tx, n);
}

/* --- Reading --- */

enum err citizen_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                     struct citizen_report *out)
{
    struct q_citizen_one_row r;
    TRY(q_citizen_one_one(tx, a, &(struct q_citizen_one_in){municipality, id}, &r));
    struct citizen_report c = {
        .id = r.id,
        .unsafe = str_eq(r.feeling, "unsafe"),
        .reasons = r.reasons,
        .times = r.times,
        .answer = r.answer,
        .answered_at = r.answered_at == DB_NO_INT ? 0 : r.answered_at,
        .code_until = r.code_until,
        .received_at = r.received_at,
        .changed_at = r.changed_at,
        .version = r.version,
    };
    if (!citizen_state_parse(r.state, &c.state))
        return ERR_CORRUPT;
    *out = c;
    return ERR_OK;
}

enum err citizen_find(struct tx *tx, struct arena *a, const char *municipality, const char *hash,
                      msec now, struct citizen_report *out)
{
    struct q_citizen_by_code_row row;
    struct q_citizen_by_code_in in = {municipality, hash, now};
    TRY(q_citizen_by_code_one(tx, a, &in, &row));
    return citizen_get(tx, a, municipality, row.id, out);
}

/* --- Answers --- */

enum err citizen_answer_put(struct tx *tx, struct arena *a, const struct citizen_answer *w,
                            msec now, bool *changed)
{
    struct citizen_report old;
    TRY(citizen_get(tx, a, w->municipality, w->id, &old));
    *changed =
        old.state != w->state || !str_eq(old.answer ? old.answer : "", w->answer ? w->answer : "");
    if (!*changed)
        return ERR_OK;
    if (old.version != w->seen)
        return ERR_CONFLICT;
    msec half = now + CITIZEN_RECEIPT_DAYS / 2 * MSEC_DAY;
    bool told = w->answer && !str_eq(old.answer, w->answer);
    int64_t n = 0;
    struct q_citizen_answer_in in = {
        .municipality = w->municipality,
        .id = w->id,
        .seen = w->seen,
        .state = citizen_state_name(w->state),
        .answer = w->answer,
        .answered_at = told                           ? now
                       : w->answer && old.answered_at ? old.answered_at
                                                      : DB_NO_INT,
        .code_until = half > old.code_until ? half : old.code_until,
        .at = now,
    };
    TRY(q_citizen_answer_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}
