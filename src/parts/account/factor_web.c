/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second factor: setting it up, recovery codes, taking it away. */
#include <string.h>

#include "account_html.h"
#include "base/mem.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

const struct field_spec account_factor_fields[] = {
    {.name = "code", .kind = FIELD_TEXT, .required = true, .max = 30}, {0}};
const struct field_spec account_recovery_fields[] = {
    {.name = "password", .kind = FIELD_PASSWORD, .required = true}, {0}};
const struct field_spec account_factor_remove_fields[] = {
    {.name = "confirm", .kind = FIELD_PASSWORD, .required = true}, {0}};

struct job {
    struct req *rq;
    struct id account;
    uint8_t secret[TOTP_SECRET_BYTES];
    char codes[RECOVERY_CODES][RECOVERY_TEXT];
    int64_t left;
};

static struct job job_for(struct req *rq)
{
    return (struct job){.rq = rq, .account = web_who(rq)->account};
}

static bool needed(const struct req *rq)
{
    const struct who *w = web_who(rq);
    if (atomic_load(&web_app(rq)->factor_optional))
        return false;
    for (size_t i = 0; i < w->n_memberships; i++)
        if (role_needs_factor(w->memberships[i].role))
            return true;
    return false;
}

/* --- The picture and the secret --- */

static enum err draw_qr(struct req *rq, const uint8_t *secret, struct page_qr *out)
{
    struct buf uri = buf_init(1024);
    totp_uri(&uri, "Samsyn", web_who(rq)->email, secret);
    enum err e = buf_err(&uri);
    if (e == ERR_OK)
        e = web_qr(rq, TX(rq, factor_qr), buf_text(&uri), out);
    buf_done(&uri);
    return e;
}

static enum err begin(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return factor_begin(tx, j->rq->arena, j->account, j->secret);
}

static enum err fill_setup(struct req *rq, struct factor_view *v)
{
    struct job j = job_for(rq);
    char text[TOTP_SECRET_TEXT];
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, begin, &j));
    base32_encode(j.secret, sizeof j.secret, text);
    v->secret =
        (struct page_copy){"hemlighet", TX(rq, factor_secret), arena_strdup(rq->arena, text)};
    v->code = web_field(rq, "code", T_login_code, T_login_code_hint, NULL);
    v->code.required = true;
    v->code.value = NULL;
    v->code.autocomplete = "one-time-code";
    v->code.width = "w-half";
    return draw_qr(rq, j.secret, &v->qr);
}

static enum err count_left(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return factor_recovery_left(tx, j->account, &j->left);
}

static enum err fill_standing(struct req *rq, struct factor_view *v)
{
    struct job j = job_for(rq);
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, count_left, &j));
    v->left = text_fmt(rq->arena, rq->lang, T_factor_left, j.left);
    v->password = web_field(rq, "password", T_own_password_current, TEXT_COUNT, NULL);
    v->password.required = true;
    v->password.autocomplete = "current-password";
    v->remove_password = web_field(rq, "confirm", T_own_password_current, TEXT_COUNT, NULL);
    v->remove_password.required = true;
    v->remove_password.autocomplete = "current-password";
    return ERR_OK;
}

static enum err draw_factor(struct req *rq)
{
    struct account a;
    TRY(account_load_own(rq, &a));
    struct factor_view v = {.on = a.factor, .needed = needed(rq)};
    TRY(a.factor ? fill_standing(rq, &v) : fill_setup(rq, &v));
    TRY(account_tabs(rq, &v.page, "/konto/tvafaktor"));
    TRY(web_page(rq, &v.page, T_factor_title));
    struct tmpl t = web_tmpl(rq);
    account_factor_html(&t, &v);
    return ERR_OK;
}

enum err account_factor_page(struct req *rq)
{
    return draw_factor(rq);
}

static enum err draw_codes(struct req *rq, const struct job *j)
{
    const char **codes = ARENA_ARRAY(rq->arena, RECOVERY_CODES, const char *);
    if (!codes)
        return ERR_NOMEM;
    for (int i = 0; i < RECOVERY_CODES; i++)
        codes[i] = j->codes[i];
    struct codes_view v = {.codes = codes, .n_codes = RECOVERY_CODES};
    TRY(web_page(rq, &v.page, T_factor_codes_title));
    struct tmpl t = web_tmpl(rq);
    account_codes_html(&t, &v);
    return ERR_OK;
}

/* --- In place from now on --- */

static enum err confirm(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return factor_confirm(tx, j->rq->arena, j->account, req_field(j->rq, "code"), j->codes);
}

enum err account_factor_post(struct req *rq)
{
    struct job j = job_for(rq);
    if (!rq->problems) {
        enum err e = db_write(web_app(rq)->db, DB_NATIONAL, confirm, &j);
        if (e == ERR_OK) { /* all sessions have ended: a new one, now with the factor */
            TRY(account_renew_session(rq));
            return draw_codes(rq, &j);
        }
        if (e != ERR_INVALID)
            return e;
        req_problem(rq, "code", TX(rq, factor_wrong));
    }
    web_invalid(rq);
    return draw_factor(rq);
}

static enum err new_codes(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return factor_recovery_new(tx, j->account, j->codes);
}

enum err account_recovery_post(struct req *rq)
{
    struct job j = job_for(rq);
    if (!web_who(rq)->second_factor)
        return ERR_FORBIDDEN;
    if (!rq->problems)
        TRY(account_own_confirm(rq, "password"));
    if (rq->problems) {
        web_invalid(rq);
        return draw_factor(rq);
    }
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, new_codes, &j));
    return draw_codes(rq, &j);
}

static enum err take_away(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return factor_remove(tx, j->account, web_who(j->rq)->session, j->account);
}

enum err account_factor_remove_post(struct req *rq)
{
    struct job j = job_for(rq);
    if (!rq->problems)
        TRY(account_own_confirm(rq, "confirm"));
    if (rq->problems) {
        web_invalid(rq);
        return draw_factor(rq);
    }
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, take_away, &j));
    return web_done(rq, "/konto/tvafaktor", T_done_factor_removed);
}
