/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Log in and out. */
#include <string.h>

#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/kept.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

const struct field_spec account_login_fields[] = {
    {.name = "email", .kind = FIELD_EMAIL, .required = true},
    {.name = "password", .kind = FIELD_PASSWORD, .required = true},
    {.name = "remember", .kind = FIELD_BOOL},
    {.name = "till", .kind = FIELD_TEXT, .max = 2000},
    {.name = "kept", .kind = FIELD_TEXT, .max = KEPT_TEXT_MOST},
    {0},
};
const struct field_spec account_code_fields[] = {
    {.name = "code", .kind = FIELD_TEXT, .required = true, .max = 30},
    {.name = "remember", .kind = FIELD_BOOL},
    {.name = "till", .kind = FIELD_TEXT, .max = 2000},
    {.name = "kept", .kind = FIELD_TEXT, .max = KEPT_TEXT_MOST},
    {0},
};
const struct field_spec account_to_fields[] = {
    {.name = "till", .kind = FIELD_TEXT, .max = 2000},
    {.name = "remember", .kind = FIELD_BOOL},
    {0},
};

const char *account_where_to(const struct req *rq)
{
    const char *to = req_field(rq, "till");
    bool own = to && to[0] == '/' && to[1] != '/' && !strchr(to, '\\') && !utf8_has_control(to) &&
               !strpbrk(to, "\n\t");
    return own ? to : "/";
}

bool account_known_device(struct req *rq, struct id account)
{
    struct id known;
    return ticket_read(web_app(rq)->accounts, "device", req_cookie(rq, DEVICE_COOKIE), &known) ==
               ERR_OK &&
           id_eq(known, account);
}

struct renewal {
    struct req *rq;
    const char *token;
    struct who who;
};

static enum err find_renewed(struct tx *tx, void *arg)
{
    struct renewal *r = arg;
    msec seen;
    return session_find(tx, r->rq->arena, r->token, time_now(), &r->who, &seen);
}

/* The rest of the request is that session's. */
static enum err become(struct req *rq, const char *token)
{
    struct renewal r = {.rq = rq, .token = token};
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, find_renewed, &r));
    struct who *w = ARENA_NEW(rq->arena, struct who);
    if (!w)
        return ERR_NOMEM;
    *w = r.who;
    rq->user = w;
    return ERR_OK;
}

/* Back to the form that was not taken, else to `where`. */
static enum err go_on(struct req *rq, const char *where)
{
    const char *kept = req_field(rq, "kept");
    if (!kept)
        return resp_redirect(rq, where);
    if (!req_cookie(rq, "lang"))
        rq->lang = web_who(rq)->lang;
    enum err e = kept_put_back(rq, kept, TX(rq, kept_back));
    if (e == ERR_FORBIDDEN)
        return web_done(rq, "/konto", T_done_kept_other);
    return e ? resp_redirect(rq, where) : ERR_OK;
}

/* The cookie of a device that is remembered outlives the browser's window; any other does not. */
static void session_cookie(struct req *rq, const char *token)
{
    int64_t life = web_who(rq)->remembered ? SESSION_MOST / MSEC_SECOND : -1;
    resp_cookie(rq, &(struct cookie){SESSION_COOKIE, token, life, false});
}

enum err account_remember_box(struct req *rq, struct page_field *f)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){.value = "1",
                              .label = TX(rq, login_remember),
                              .hint = TX(rq, login_remember_hint),
                              .chosen = req_has(rq, "remember")};
    *f = web_field(rq, "remember", TEXT_COUNT, TEXT_COUNT, NULL);
    f->choices = c;
    f->n_choices = 1;
    return ERR_OK;
}

enum err account_let_in(struct req *rq, struct id account, bool second_factor, const char *where)
{
    struct app *app = web_app(rq);
    char token[TOKEN_TEXT], device[TICKET_TEXT];
    struct session_way way = {device_name(rq->arena, req_header(rq, "User-Agent")), second_factor,
                              req_has(rq, "remember")};
    TRY(account_enter(app->db, app->accounts, account, &way, token));
    TRY(become(rq, token));
    ticket_make(app->accounts, "device", account, time_now() + DEVICE_TIME, device);
    session_cookie(rq, token);
    resp_cookie(rq, &(struct cookie){DEVICE_COOKIE, device, DEVICE_TIME / MSEC_SECOND, true});
    resp_cookie(rq, &(struct cookie){TICKET_COOKIE, "", 0, true});
    return go_on(rq, where);
}

enum err account_renew_session(struct req *rq)
{
    struct app *app = web_app(rq);
    char token[TOKEN_TEXT];
    struct session_way way = {device_name(rq->arena, req_header(rq, "User-Agent")), true,
                              web_who(rq)->remembered};
    TRY(account_enter(app->db, app->accounts, web_who(rq)->account, &way, token));
    TRY(become(rq, token));
    session_cookie(rq, token);
    return ERR_OK;
}

/* --- The password --- */

static enum err draw_login(struct req *rq)
{
    struct login_view v = {
        .page.kind = PAGE_BARE, .to = account_where_to(rq), .kept = req_field(rq, "kept")};
    v.email = web_field(rq, "email", T_login_email, TEXT_COUNT, NULL);
    v.email.type = "email";
    v.email.required = true;
    v.email.autocomplete = "username";
    v.password = web_field(rq, "password", T_login_password, TEXT_COUNT, NULL);
    v.password.required = true;
    v.password.autocomplete = "current-password";
    TRY(account_remember_box(rq, &v.remember));
    v.page.login_href = NULL;
    TRY(web_page(rq, &v.page, T_login_title));
    if (v.kept)
        v.page.lang_other_label = NULL; /* that link would lose it */
    struct tmpl t = web_tmpl(rq);
    account_login_html(&t, &v);
    return ERR_OK;
}

enum err account_login_page(struct req *rq)
{
    if (!id_is_none(web_who(rq)->account))
        return resp_redirect(rq, account_where_to(rq));
    return draw_login(rq);
}

/* Too many attempts, told the same way at both steps. */
static void say_wait(struct req *rq, int seconds)
{
    req_problem(rq, NULL, TXF(rq, login_wait, seconds));
    resp_header(rq, "Retry-After", arena_printf(rq->arena, "%d", seconds));
    resp_status(rq, err_http(ERR_RATE));
}

static enum err draw_code(struct req *rq)
{
    struct code_view v = {.page.kind = PAGE_BARE,
                          .to = account_where_to(rq),
                          .kept = req_field(rq, "kept"),
                          .remember = req_has(rq, "remember")};
    v.code = web_field(rq, "code", T_login_code, T_login_code_hint, NULL);
    v.code.required = true;
    v.code.value = NULL; /* used up, or wrong */
    v.code.autocomplete = "one-time-code";
    v.code.width = "w-half";
    TRY(web_page(rq, &v.page, T_login_code_title));
    if (v.kept)
        v.page.lang_other_label = NULL;
    struct tmpl t = web_tmpl(rq);
    account_code_html(&t, &v);
    return ERR_OK;
}

static enum err to_second_step(struct req *rq, struct id account)
{
    char ticket[TICKET_TEXT];
    ticket_make(web_app(rq)->accounts, "code", account, time_now() + TICKET_TIME, ticket);
    resp_cookie(rq, &(struct cookie){TICKET_COOKIE, ticket, TICKET_TIME / MSEC_SECOND, true});
    if (req_has(rq, "kept")) /* too much for an address */
        return draw_code(rq);
    struct buf b = buf_init(8192);
    buf_puts(&b, "/logga-in/kod?till=");
    url_component(&b, account_where_to(rq));
    if (req_has(rq, "remember"))
        buf_puts(&b, "&remember=1");
    const char *to = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}

enum err account_login_post(struct req *rq)
{
    struct app *app = web_app(rq);
    if (rq->problems) {
        web_invalid(rq);
        return draw_login(rq);
    }
    struct login l = {
        .email = req_field(rq, "email"),
        .password = req_field(rq, "password"),
        .device = req_cookie(rq, DEVICE_COOKIE),
    };
    TRY(account_login(app->db, app->accounts, &l));
    switch (l.answer) {
    case LOGIN_IN:
        return account_let_in(rq, l.account, false, account_where_to(rq));
    case LOGIN_CODE:
        return to_second_step(rq, l.account);
    case LOGIN_WAIT:
        say_wait(rq, l.wait_seconds);
        return draw_login(rq);
    case LOGIN_WRONG:
        break;
    }
    req_problem(rq, NULL, TX(rq, login_wrong));
    web_invalid(rq);
    return draw_login(rq);
}

/* --- The code --- */

static bool who_waits(struct req *rq, struct id *out)
{
    return ticket_read(web_app(rq)->accounts, "code", req_cookie(rq, TICKET_COOKIE), out) == ERR_OK;
}

enum err account_code_page(struct req *rq)
{
    struct id account;
    return who_waits(rq, &account) ? draw_code(rq) : resp_redirect(rq, "/logga-in");
}

static enum err start_again(struct req *rq)
{
    rq->problems = rq->last_problem = NULL;
    req_problem(rq, NULL, TX(rq, login_late));
    web_invalid(rq);
    return draw_login(rq);
}

enum err account_code_post(struct req *rq)
{
    struct app *app = web_app(rq);
    struct login_code c = {.typed = req_field(rq, "code")};
    if (!who_waits(rq, &c.account))
        return start_again(rq);
    if (rq->problems) {
        web_invalid(rq);
        return draw_code(rq);
    }
    c.known_device = account_known_device(rq, c.account);
    TRY(account_login_code(app->db, app->accounts, &c));
    if (c.answer == LOGIN_IN)
        return account_let_in(rq, c.account, true,
                              c.recovery ? "/konto/tvafaktor?klart=recovery_used"
                                         : account_where_to(rq));
    if (c.answer == LOGIN_WAIT) {
        say_wait(rq, c.wait_seconds);
    } else {
        req_problem(rq, "code", TX(rq, login_code_wrong));
        web_invalid(rq);
    }
    return draw_code(rq);
}

/* --- Out --- */

static enum err leave(struct tx *tx, void *arg)
{
    const struct who *w = arg;
    struct audit_note n = {"0000", w->account, "account.logout", "account", w->account, NULL};
    TRY(session_end(tx, w->account, w->session));
    return audit_add(tx, &n);
}

enum err account_logout_post(struct req *rq)
{
    struct who w = *web_who(rq);
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, leave, &w));
    resp_cookie(rq, &(struct cookie){SESSION_COOKIE, "", 0, false});
    /* "storage" would take reports that wait in the telephone; what is the person's own there, the
     * script clears (web/js/outbox_page.js). */
    resp_header(rq, "Clear-Site-Data", "\"cache\"");
    return web_done(rq, "/", T_done_logged_out);
}
