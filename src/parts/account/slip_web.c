/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whoever has been handed a slip: name, e-mail and password of one's own. */
#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/slip.h"
#include "geo/geo_data.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"
#include "tmpl/format.h"

const struct field_spec account_slip_ask_fields[] = {
    {.name = "kod", .kind = FIELD_TEXT, .required = true, .max = 60}, {0}};
const struct field_spec account_slip_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "email", .kind = FIELD_EMAIL, .required = true},
    {.name = "password", .kind = FIELD_PASSWORD, .required = true},
    {.name = "remember", .kind = FIELD_BOOL},
    {0},
};

struct job {
    struct req *rq;
    const char *code;
    struct slip slip;
    const char *hash;
    struct id account;
};

static enum err find(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return slip_find(tx, j->rq->arena, j->code, &j->slip);
}

/* --- The code by hand --- */

static enum err draw_ask(struct req *rq)
{
    struct slip_ask_view v = {.page.kind = PAGE_BARE, .page.lead = TX(rq, slip_ask_lead)};
    v.code = web_field(rq, "kod", T_slip_code, T_slip_code_hint, NULL);
    v.code.required = true;
    v.code.autocomplete = "off";
    TRY(web_page(rq, &v.page, T_slip_title));
    struct tmpl t = web_tmpl(rq);
    account_slip_ask_html(&t, &v);
    return ERR_OK;
}

enum err account_slip_ask_page(struct req *rq)
{
    return draw_ask(rq);
}

enum err account_slip_ask_post(struct req *rq)
{
    struct job j = {.rq = rq, .code = req_field(rq, "kod")};
    if (!rq->problems) {
        enum err e = db_read(web_app(rq)->db, DB_NATIONAL, find, &j);
        if (e == ERR_OK) {
            const char *to = arena_printf(rq->arena, "/lapp/%s", j.slip.code);
            return to ? resp_redirect(rq, to) : ERR_NOMEM;
        }
        if (e != ERR_NOTFOUND)
            return e;
        req_problem(rq, "kod", TX(rq, slip_old));
    }
    web_invalid(rq);
    return draw_ask(rq);
}

/* --- The slip --- */

static enum err too_old(struct req *rq)
{
    struct message_view v = {.page.kind = PAGE_BARE,
                             .text = TX(rq, slip_old),
                             .href = "/lapp",
                             .label = TX(rq, slip_again)};
    resp_status(rq, err_http(ERR_NOTFOUND));
    TRY(web_page(rq, &v.page, T_slip_old_title));
    struct tmpl t = web_tmpl(rq);
    account_message_html(&t, &v);
    return ERR_OK;
}

static enum err fill(struct req *rq, const struct job *j, struct slip_view *v)
{
    const struct who *w = web_who(rq);
    const struct geo_municipality *m = geo_municipality_by_code(j->slip.municipality);
    v->code = j->slip.code;
    v->in = !id_is_none(w->account);
    v->as = v->in ? w->email : NULL;
    v->login_href = arena_printf(rq->arena, "/logga-in?till=/lapp/%s", j->slip.code);
    v->privacy_href = m ? arena_printf(rq->arena, "/%s/personuppgifter", m->slug) : NULL;
    v->name = web_field(rq, "name", T_own_name, T_own_name_hint, NULL);
    v->name.required = true;
    v->name.autocomplete = "name";
    v->email = web_field(rq, "email", T_login_email, T_slip_email_hint, NULL);
    v->email.required = true;
    v->email.type = "email";
    v->email.autocomplete = "email";
    v->password = web_field(rq, "password", T_invited_password, T_password_hint, NULL);
    TRY(account_remember_box(rq, &v->remember));
    v->password.required = true;
    v->password.autocomplete = "new-password";
    return v->login_href ? ERR_OK : ERR_NOMEM;
}

static enum err draw(struct req *rq, const struct job *j)
{
    const struct geo_municipality *m = geo_municipality_by_code(j->slip.municipality);
    char until[FORMAT_TEXT];
    format_date(until, rq->lang, date_of_msec(j->slip.expires_at));
    const struct page_fact facts[] = {
        {TX(rq, own_municipality), m ? m->name : j->slip.municipality, NULL},
        {TX(rq, own_role), role_text(rq->lang, ROLE_REPORTER), NULL},
        {TX(rq, own_organisation), j->slip.organisation_name, NULL},
        {TX(rq, invited_until), until, NULL},
    };
    struct slip_view v = {
        .page.kind = PAGE_BARE, .page.lead = TX(rq, slip_lead), .facts = {facts, ARRAY_LEN(facts)}};
    TRY(fill(rq, j, &v));
    TRY(web_page(rq, &v.page, T_slip_title));
    struct tmpl t = web_tmpl(rq);
    account_slip_html(&t, &v);
    return ERR_OK;
}

enum err account_slip_page(struct req *rq)
{
    struct job j = {.rq = rq, .code = req_param(rq, "code")};
    enum err e = db_read(web_app(rq)->db, DB_NATIONAL, find, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    return draw(rq, &j);
}

static enum err take_new(struct tx *tx, void *arg)
{
    struct job *j = arg;
    struct slip_person p = {req_field(j->rq, "email"), req_field(j->rq, "name"), j->hash,
                            j->rq->lang};
    return slip_take_new(tx, j->rq->arena, j->code, &p, &j->account);
}

static enum err tried(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return slip_tried(tx, j->rq->arena, j->code);
}

enum err account_slip_post(struct req *rq)
{
    struct app *app = web_app(rq);
    struct job j = {.rq = rq, .code = req_param(rq, "code")};
    char hash[PASSWORD_HASH_TEXT];
    enum err e = db_read(app->db, DB_NATIONAL, find, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    TRY(e);
    if (!rq->problems)
        (void)account_password_good(rq, "password", req_field(rq, "email"));
    if (!rq->problems) {
        TRY(account_hash(app->accounts, req_field(rq, "password"), hash));
        j.hash = hash;
        e = db_write(app->db, DB_NATIONAL, take_new, &j);
        if (e == ERR_OK)
            return account_let_in(rq, j.account, false, "/");
        if (e == ERR_NOTFOUND)
            return too_old(rq);
        if (e != ERR_CONFLICT)
            return e;
        TRY(db_write(app->db, DB_NATIONAL, tried, &j));
        req_problem(rq, "email", TX(rq, slip_has_account));
    }
    web_invalid(rq);
    return draw(rq, &j);
}

static enum err take(struct tx *tx, void *arg)
{
    struct job *j = arg;
    TRY(slip_find(tx, j->rq->arena, j->code, &j->slip));
    return slip_take(tx, j->rq->arena, j->code, j->account);
}

enum err account_slip_take_post(struct req *rq)
{
    struct job j = {.rq = rq, .code = req_param(rq, "code"), .account = web_who(rq)->account};
    enum err e = db_write(web_app(rq)->db, DB_NATIONAL, take, &j);
    if (e == ERR_NOTFOUND)
        return too_old(rq);
    if (e == ERR_CONFLICT) {
        req_problem(rq, NULL, TX(rq, slip_has_role));
        web_invalid(rq);
        return draw(rq, &j);
    }
    TRY(e);
    const char *to = arena_printf(rq->arena, "/%s/", j.slip.municipality);
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}
