/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The way out of the letter of the week: one press, without logging in. A reader's mail program may
 * do it too (RFC 8058): the address takes a POST as it is, and a GET changes nothing. */
#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/audit.h"
#include "feedback_html.h"
#include "parts/feedback/feedback_web.h"

struct stopping {
    struct req *rq;
    struct id account;
};

static enum err read_ticket(struct req *rq, struct id *out)
{
    enum err e = ticket_read(web_app(rq)->accounts, FEEDBACK_STOP, req_param(rq, "token"), out);
    return e == ERR_UNAUTHENTICATED ? ERR_NOTFOUND : e;
}

static enum err find(struct tx *tx, void *arg)
{
    struct stopping *s = arg;
    struct q_feedback_account_in in = {s->account};
    struct q_feedback_account_row row;
    return q_feedback_account_one(tx, s->rq->arena, &in, &row);
}

static enum err stop(struct tx *tx, void *arg)
{
    struct stopping *s = arg;
    struct q_feedback_letter_want_in in = {s->account, 1, time_now()};
    int64_t n = 0;
    TRY(find(tx, s));
    TRY(q_feedback_letter_want_run(tx, &in, &n));
    struct audit_note note = {.municipality = "0000",
                              .actor = s->account,
                              .action = "feedback.letters.off",
                              .object_kind = "account",
                              .object = s->account};
    return n ? audit_add(tx, &note) : ERR_OK;
}

static enum err draw(struct req *rq, bool done)
{
    struct feedback_stop_view v = {.page.kind = PAGE_BARE, .home_href = "/"};
    v.text = done ? TX(rq, feedback_stop_done) : TX(rq, feedback_stop_ask);
    v.action = done ? NULL : arena_printf(rq->arena, "/brev/sluta/%s", req_param(rq, "token"));
    TRY(web_page(rq, &v.page, done ? T_feedback_stop_done_title : T_feedback_stop_title));
    struct tmpl t = web_tmpl(rq);
    feedback_stop_html(&t, &v);
    return ERR_OK;
}

enum err feedback_stop_page(struct req *rq)
{
    struct stopping s = {.rq = rq};
    TRY(read_ticket(rq, &s.account));
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, find, &s));
    return draw(rq, false);
}

enum err feedback_stop_send(struct req *rq)
{
    struct stopping s = {.rq = rq};
    TRY(read_ticket(rq, &s.account));
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, stop, &s));
    return draw(rq, true);
}
