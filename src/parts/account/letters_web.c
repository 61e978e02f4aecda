/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters in development and demonstrations: shown on a page, never sent. */
#include <string.h>

#include "account_html.h"
#include "base/mem.h"
#include "core/mailer.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

#define LETTERS_MOST 50

const char *account_letter_address(struct req *rq, const char *path)
{
    const struct app *app = web_app(rq);
    return app->public_url || app->development ? web_absolute(rq, path) : NULL;
}

enum mail_way account_letter_way(const struct req *rq)
{
    return web_app(rq)->development ? MAIL_SHOW : MAIL_SEND;
}

enum err account_send_invitation(struct tx *tx, struct req *rq, const char *token, const char *to,
                                 bool *sent)
{
    const char *path = arena_printf(rq->arena, "/inbjudan/%s", token);
    const char *link = path ? account_letter_address(rq, path) : NULL;
    *sent = false;
    if (!link)
        return ERR_OK;
    const char *body = TXF(rq, letter_invite, web_municipality_name(rq), link);
    if (!body)
        return ERR_NOMEM;
    enum err e = mail_queue(tx, account_letter_way(rq), to, TX(rq, letter_invite_subject), body);
    *sent = e == ERR_OK;
    return e == ERR_INVALID ? ERR_OK : e; /* then the link is handed over by hand */
}

struct load {
    struct arena *a;
    struct letter *letters;
    size_t n;
};

static enum err load(struct tx *tx, void *arg)
{
    struct load *l = arg;
    return mail_latest(tx, l->a, LETTERS_MOST, &l->letters, &l->n);
}

static const char *first_link(struct arena *a, const char *body)
{
    const char *at = strstr(body, "http");
    return at ? arena_strndup(a, at, strcspn(at, " \n")) : NULL;
}

enum err account_letters_page(struct req *rq)
{
    if (!web_app(rq)->development)
        return ERR_NOTFOUND;
    struct load l = {.a = rq->arena};
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, load, &l));
    struct letter_row *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct letter_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++)
        rows[i] = (struct letter_row){
            .to = l.letters[i].to,
            .subject = l.letters[i].subject,
            .body = l.letters[i].body,
            .href = first_link(rq->arena, l.letters[i].body),
            .at = l.letters[i].at,
        };
    struct letters_view v = {
        .page = {.kind = PAGE_PUBLIC, .lead = TX(rq, letters_lead)}, .rows = rows, .n_rows = l.n};
    TRY(web_page(rq, &v.page, T_letters_title));
    struct tmpl t = web_tmpl(rq);
    account_letters_html(&t, &v);
    return ERR_OK;
}
