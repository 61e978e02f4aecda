/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The latest thing that a reviewer did is taken back. What is gone for good is not. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_inner.h"
#include "review_sql.h"

static bool can_be_undone(enum review_kind k)
{
    return k != REVIEW_STRIKE && k != REVIEW_REDACT && k != REVIEW_KEEP;
}

static enum err batch_of(struct tx *tx, struct arena *a, const char *municipality, struct id batch,
                         struct q_review_act_batch_row **rows, size_t *n)
{
    struct q_review_act_batch_in in = {municipality, batch};
    return q_review_act_batch_all(tx, a, &in, rows, n);
}

enum err review_latest(struct tx *tx, struct arena *a, const char *municipality, struct id by,
                       struct review_latest *out)
{
    struct q_review_act_latest_in in = {municipality, by};
    struct q_review_act_latest_row row;
    struct q_review_act_batch_row *acts;
    *out = (struct review_latest){0};
    enum err e = q_review_act_latest_one(tx, a, &in, &row);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    struct review_latest l = {row.batch_id, row.event_id, REVIEW_ACCEPT, row.at, 0};
    if (!review_kind_parse(row.kind, &l.kind))
        return ERR_CORRUPT;
    if (!can_be_undone(l.kind))
        return ERR_OK;
    TRY(batch_of(tx, a, municipality, l.batch, &acts, &l.n));
    *out = l;
    return ERR_OK;
}

struct undoing {
    struct tx *tx;
    struct arena *a;
    const char *municipality;
    struct id by;
    msec now;
    struct review_undone *out;
};

/* The question, or what was sent on: ERR_CONFLICT when somebody has answered it. */
static enum err withdraw(const struct undoing *u, const struct q_review_act_batch_row *act,
                         enum review_kind kind)
{
    int64_t n = 1;
    struct q_review_question_withdraw_in question = {u->municipality, act->object_id, u->now};
    struct q_review_forward_withdraw_in sent = {u->municipality, act->object_id, u->now};
    if (kind == REVIEW_ASK)
        TRY(q_review_question_withdraw_run(u->tx, &question, &n));
    if (kind == REVIEW_FORWARD)
        TRY(q_review_forward_withdraw_run(u->tx, &sent, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

static enum err undo_one(const struct undoing *u, const struct q_review_act_batch_row *act)
{
    struct event e;
    enum review_kind kind;
    struct event_judgement j = {.same_as = act->same_before};
    struct event_edit edit = {.reason = "reviewed", .by = u->by, .version = act->version_after};
    struct q_review_act_undone_in done = {u->municipality, act->id, u->now, u->by};
    if (!review_kind_parse(act->kind, &kind) || !event_state_parse(act->state_before, &j.state))
        return ERR_CORRUPT;
    if (!can_be_undone(kind))
        return ERR_CONFLICT;
    TRY(event_get(u->tx, u->a, u->municipality, act->event_id, &e));
    if (e.version != act->version_after)
        return ERR_CONFLICT;
    TRY(withdraw(u, act, kind));
    if (kind != REVIEW_ASK) {
        enum err err = event_judge(u->tx, u->municipality, e.id, &j, &edit, NULL);
        u->out->has_linked = err == ERR_CONFLICT; /* the version is the same: looked at above */
        if (err)
            return err == ERR_INVALID || err == ERR_NOTFOUND ? ERR_CONFLICT : err;
    }
    u->out->first = e.id;
    u->out->n++;
    return q_review_act_undone_run(u->tx, &done, NULL);
}

enum err review_undo(struct tx *tx, struct arena *a, const char *municipality, struct id by,
                     struct id batch, struct review_undone *out)
{
    struct q_review_act_batch_row *acts;
    struct review_latest latest;
    struct undoing u = {tx, a, municipality, by, time_now(), out};
    size_t n;
    *out = (struct review_undone){0};
    TRY(batch_of(tx, a, municipality, batch, &acts, &n));
    if (n == 0 || !id_eq(acts[0].by_id, by))
        return ERR_NOTFOUND;
    TRY(review_latest(tx, a, municipality, by, &latest));
    if (!id_eq(latest.batch, batch))
        return ERR_CONFLICT;
    for (size_t i = 0; i < n; i++)
        TRY(undo_one(&u, &acts[i]));
    return ERR_OK;
}
