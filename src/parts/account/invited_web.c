/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whoever has been sent a link: an invitation, or a new password. */
#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/mailer.h"
#include "geo/geo_data.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

const struct field_spec account_invited_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "password", .kind = FIELD_PASSWORD, .required = true},
    {0},
};
const struct field_spec account_forgotten_fields[] = {
    {.name = "email", .kind = FIELD_EMAIL, .required = true}, {0}};
const struct field_spec account_new_password_fields[] = {
    {.name = "password", .kind = FIELD_PASSWORD, .required = true}, {0}};

static enum err say(struct req *rq, enum text_key title, const char *text, const char *href,
                    enum text_key label)
{
    struct message_view v = {.page.kind = PAGE_BARE, .text = text, .href = href};
    v.label = href ? text_get(rq->lang, label) : NULL;
    TRY(web_page(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    account_message_html(&t, &v);
    return ERR_OK;
}

/* --- Invitations --- */

struct job {
    struct req *rq;
    struct invitation invitation;
    const char *hash;
    struct id account;
};

static enum err find(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return invitation_find(tx, j->rq->arena, req_param(j->rq, "token"), &j->invitation);
}

static enum err too_old(struct req *rq)
{
    resp_status(rq, err_http(ERR_NOTFOUND));
    return say(rq, T_link_old_title, TX(rq, invited_old), "/", T_error_home);
}

static const char *place_name(struct req *rq, const char *code)
{
    const struct geo_municipality *m = geo_municipality_by_code(code);
    return m ? m->name : TX(rq, installation);
}

static void fill_invited(struct req *rq, const struct invitation *i, struct invited_view *v)
{
    const struct who *w = web_who(rq);
    bool in = !id_is_none(w->account);
    const struct geo_municipality *m = geo_municipality_by_code(i->municipality);
    v->privacy_href = m ? arena_printf(rq->arena, "/%s/personuppgifter", m->slug) : NULL;
    v->token = req_param(rq, "token");
    v->email = i->email;
    v->fresh = !i->has_account && !in;
    v->mine = in && i->has_account && id_eq(w->account, i->account.id);
    v->somebody_else = in && !v->mine;
    if (i->has_account && !in)
        v->login_href = arena_printf(rq->arena, "/logga-in?till=/inbjudan/%s", v->token);
    v->name = web_field(rq, "name", T_own_name, T_own_name_hint, i->name);
    v->name.required = true;
    v->name.autocomplete = "name";
    v->password = web_field(rq, "password", T_invited_password, T_password_hint, NULL);
    v->password.required = true;
    v->password.autocomplete = "new-password";
}

static enum err draw_invited(struct req *rq, const struct invitation *i)
{
    const struct page_fact facts[] = {
        {TX(rq, own_municipality), place_name(rq, i->municipality), NULL},
        {TX(rq, own_role), role_text(rq->lang, i->role), NULL},
        {TX(rq, login_email), i->email, NULL},
        {TX(rq, own_organisation), i->organisation_name, NULL},
    };
    struct invited_view v = {.page.kind = PAGE_BARE,
                             .facts = {facts, i->organisation_name ? 4u : 3u}};
    fill_invited(rq, i, &v);
    TRY(web_page(rq, &v.page, T_invited_title));
    struct tmpl t = web_tmpl(rq);
    account_invited_html(&t, &v);
    return ERR_OK;
}

enum err account_invited_page(struct req *rq)
{
    struct job j = {.rq = rq};
    enum err e = db_read(web_app(rq)->db, DB_NATIONAL, find, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    return draw_invited(rq, &j.invitation);
}

static enum err accept_new(struct tx *tx, void *arg)
{
    struct job *j = arg;
    struct invitation_person p = {req_field(j->rq, "name"), j->hash, j->rq->lang};
    return invitation_accept_new(tx, j->rq->arena, req_param(j->rq, "token"), &p, &j->account);
}

enum err account_invited_post(struct req *rq)
{
    struct app *app = web_app(rq);
    struct job j = {.rq = rq};
    char hash[PASSWORD_HASH_TEXT];
    enum err e = db_read(app->db, DB_NATIONAL, find, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    if (!rq->problems)
        (void)account_password_good(rq, "password", j.invitation.email);
    if (rq->problems) {
        web_invalid(rq);
        return draw_invited(rq, &j.invitation);
    }
    TRY(account_hash(app->accounts, req_field(rq, "password"), hash));
    j.hash = hash;
    e = db_write(app->db, DB_NATIONAL, accept_new, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    return account_let_in(rq, j.account, false, "/");
}

static enum err accept(struct tx *tx, void *arg)
{
    struct job *j = arg;
    TRY(invitation_find(tx, j->rq->arena, req_param(j->rq, "token"), &j->invitation));
    return invitation_accept(tx, j->rq->arena, req_param(j->rq, "token"), j->account);
}

enum err account_invited_accept_post(struct req *rq)
{
    struct job j = {.rq = rq, .account = web_who(rq)->account};
    enum err e = db_write(web_app(rq)->db, DB_NATIONAL, accept, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    const char *to = arena_printf(rq->arena, "/%s/", j.invitation.municipality);
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}

/* --- A forgotten password --- */

static enum err draw_forgotten(struct req *rq)
{
    struct forgotten_view v = {.page.kind = PAGE_BARE};
    v.email = web_field(rq, "email", T_login_email, TEXT_COUNT, NULL);
    v.email.type = "email";
    v.email.required = true;
    v.email.autocomplete = "username";
    TRY(web_page(rq, &v.page, T_forgotten_title));
    struct tmpl t = web_tmpl(rq);
    account_forgotten_html(&t, &v);
    return ERR_OK;
}

enum err account_forgotten_page(struct req *rq)
{
    return draw_forgotten(rq);
}

static enum err queue_reset(struct tx *tx, void *arg)
{
    struct req *rq = arg;
    struct reset_asked r;
    TRY(reset_ask(tx, rq->arena, req_field(rq, "email"), &r));
    if (!r.has)
        return ERR_OK;
    const char *path = arena_printf(rq->arena, "/nytt-losenord/%s", r.token);
    const char *link = path ? account_letter_address(rq, path) : NULL;
    const char *body = link ? text_fmt(rq->arena, r.account.lang, T_letter_reset, link) : NULL;
    if (!body)
        return ERR_NOMEM;
    return mail_queue(tx, account_letter_way(rq), r.account.email,
                      text_get(r.account.lang, T_letter_reset_subject), body);
}

enum err account_forgotten_post(struct req *rq)
{
    if (rq->problems) {
        web_invalid(rq);
        return draw_forgotten(rq);
    }
    if (!account_letter_address(rq, "/")) {
        resp_status(rq, 503);
        return say(rq, T_forgotten_title, TX(rq, forgotten_off), "/logga-in", T_forgotten_back);
    }
    enum err e = db_write(web_app(rq)->db, DB_NATIONAL, queue_reset, rq);
    if (e && e != ERR_INVALID) /* an address that no letter reaches: the same answer */
        return e;
    return say(rq, T_forgotten_title, TX(rq, forgotten_sent), "/logga-in", T_forgotten_back);
}

struct reset_job {
    struct req *rq;
    struct account account;
    const char *hash;
};

static enum err find_reset(struct tx *tx, void *arg)
{
    struct reset_job *j = arg;
    return reset_find(tx, j->rq->arena, req_param(j->rq, "token"), &j->account);
}

static enum err use_reset(struct tx *tx, void *arg)
{
    struct reset_job *j = arg;
    return reset_use(tx, j->rq->arena, req_param(j->rq, "token"), j->hash);
}

static enum err reset_old(struct req *rq)
{
    resp_status(rq, err_http(ERR_NOTFOUND));
    return say(rq, T_link_old_title, TX(rq, new_password_old), "/glomt-losenord",
               T_new_password_again);
}

static enum err draw_new_password(struct req *rq, const char *email)
{
    struct new_password_view v = {
        .page.kind = PAGE_BARE, .token = req_param(rq, "token"), .email = email};
    v.password = web_field(rq, "password", T_own_password_new, T_password_hint, NULL);
    v.password.required = true;
    v.password.autocomplete = "new-password";
    TRY(web_page(rq, &v.page, T_new_password_title));
    struct tmpl t = web_tmpl(rq);
    account_new_password_html(&t, &v);
    return ERR_OK;
}

enum err account_new_password_page(struct req *rq)
{
    struct reset_job j = {.rq = rq};
    enum err e = db_read(web_app(rq)->db, DB_NATIONAL, find_reset, &j);
    if (e == ERR_NOTFOUND)
        return reset_old(rq);
    TRY(e);
    return draw_new_password(rq, j.account.email);
}

enum err account_new_password_post(struct req *rq)
{
    struct app *app = web_app(rq);
    struct reset_job j = {.rq = rq};
    char hash[PASSWORD_HASH_TEXT];
    enum err e = db_read(app->db, DB_NATIONAL, find_reset, &j);
    if (e == ERR_NOTFOUND)
        return reset_old(rq);
    TRY(e);
    if (!rq->problems)
        (void)account_password_good(rq, "password", j.account.email);
    if (rq->problems) {
        web_invalid(rq);
        return draw_new_password(rq, j.account.email);
    }
    TRY(account_hash(app->accounts, req_field(rq, "password"), hash));
    j.hash = hash;
    e = db_write(app->db, DB_NATIONAL, use_reset, &j);
    if (e == ERR_NOTFOUND)
        return reset_old(rq);
    TRY(e);
    return web_done(rq, "/logga-in", T_done_password_changed);
}
