/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One's own account: name and language, password, log-ins. */
#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core_sql.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

const struct field_spec account_own_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "lang", .kind = FIELD_CODE, .required = true},
    {0},
};
const struct field_spec account_own_password_fields[] = {
    {.name = "current", .kind = FIELD_PASSWORD, .required = true},
    {.name = "fresh", .kind = FIELD_PASSWORD, .required = true},
    {0},
};
const struct field_spec account_own_end_fields[] = {{.name = "session", .kind = FIELD_ID}, {0}};

enum err account_tabs(struct req *rq, struct page *p, const char *current)
{
    const struct page_link all[] = {
        {TX(rq, own_tab), "/konto", false},
        {TX(rq, own_tab_password), "/konto/losenord", false},
        {TX(rq, own_tab_factor), "/konto/tvafaktor", false},
        {TX(rq, own_tab_sessions), "/konto/inloggningar", false},
    };
    struct page_link *tabs = ARENA_ARRAY(rq->arena, ARRAY_LEN(all), struct page_link);
    if (!tabs)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        tabs[i] = all[i];
        tabs[i].current = str_eq(all[i].href, current);
    }
    p->tabs = tabs;
    p->n_tabs = ARRAY_LEN(all);
    return ERR_OK;
}

/* --- Name and language --- */

struct load_own {
    struct req *rq;
    struct account account;
};

static enum err load_own(struct tx *tx, void *arg)
{
    struct load_own *l = arg;
    return account_by_id(tx, l->rq->arena, web_who(l->rq)->account, &l->account);
}

enum err account_load_own(struct req *rq, struct account *out)
{
    struct load_own l = {.rq = rq};
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, load_own, &l));
    *out = l.account;
    return ERR_OK;
}

static enum err fill_rights(struct req *rq, struct own_view *v)
{
    const struct who *w = web_who(rq);
    struct own_membership *rows =
        ARENA_ARRAY(rq->arena, w->n_memberships + 1, struct own_membership);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n_memberships; i++) {
        const struct membership *m = &w->memberships[i];
        rows[i] = (struct own_membership){
            .municipality =
                str_eq(m->municipality, "0000") ? TX(rq, installation) : m->municipality_name,
            .role = role_text(rq->lang, m->role),
            .organisation = m->organisation_name,
            .href = arena_printf(rq->arena, "/%s/", m->municipality),
        };
    }
    v->rows = rows;
    v->n_rows = w->n_memberships;
    return ERR_OK;
}

static struct page_field lang_field(struct req *rq, struct page_choice choices[2], enum lang chosen)
{
    struct page_field f = web_field(rq, "lang", T_own_lang, TEXT_COUNT, NULL);
    const char *value = f.value ? f.value : lang_code(chosen);
    choices[0] = (struct page_choice){.value = "sv", .label = "Svenska"};
    choices[1] = (struct page_choice){.value = "en", .label = "English"};
    for (int i = 0; i < 2; i++)
        choices[i].chosen = str_eq(choices[i].value, value);
    f.required = true;
    f.choices = choices;
    f.n_choices = 2;
    return f;
}

static enum err draw_own(struct req *rq)
{
    struct account a;
    struct page_choice langs[2];
    TRY(account_load_own(rq, &a));
    const struct page_fact facts[] = {{TX(rq, login_email), a.email, NULL}};
    struct own_view v = {.facts = {facts, 1}};
    v.name = web_field(rq, "name", T_own_name, T_own_name_hint, a.name);
    v.name.required = true;
    v.name.autocomplete = "name";
    v.lang = lang_field(rq, langs, a.lang);
    if (a.failed > 0)
        v.failed = text_fmt(rq->arena, rq->lang, T_own_failed, a.failed);
    TRY(fill_rights(rq, &v));
    TRY(account_tabs(rq, &v.page, "/konto"));
    TRY(web_page(rq, &v.page, T_own_title));
    struct tmpl t = web_tmpl(rq);
    account_own_html(&t, &v);
    return ERR_OK;
}

enum err account_own_page(struct req *rq)
{
    return draw_own(rq);
}

struct profile {
    struct id account;
    const char *name;
    enum lang lang;
};

static enum err store_profile(struct tx *tx, void *arg)
{
    const struct profile *p = arg;
    return account_set_profile(tx, p->account, p->name, p->lang);
}

enum err account_own_post(struct req *rq)
{
    struct profile p = {web_who(rq)->account, req_field(rq, "name"), LANG_SV};
    const char *lang = req_field(rq, "lang");
    if (!rq->problems && !lang_from_code(lang, &p.lang))
        req_problem(rq, "lang", TX(rq, field_code));
    if (rq->problems) {
        web_invalid(rq);
        return draw_own(rq);
    }
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, store_profile, &p));
    resp_cookie(rq, &(struct cookie){"lang", lang, DEVICE_TIME / MSEC_SECOND, false});
    return web_done(rq, "/konto", T_done_own_saved);
}

/* --- Password --- */

bool account_password_good(struct req *rq, const char *field, const char *email)
{
    const char *key = password_problem_key(password_check(req_field(rq, field), email));
    if (!key)
        return true;
    enum text_key t = text_lookup(key);
    req_problem(rq, field, t < TEXT_COUNT ? text_get(rq->lang, t) : key);
    return false;
}

enum err account_own_confirm(struct req *rq, const char *field)
{
    struct app *app = web_app(rq);
    enum login_answer answer;
    TRY(account_confirm(app->db, app->accounts, web_who(rq)->account, req_field(rq, field),
                        &answer));
    if (answer == LOGIN_WAIT)
        req_problem(rq, field, TXF(rq, login_wait, 30));
    else if (answer != LOGIN_IN)
        req_problem(rq, field, TX(rq, own_password_wrong));
    return ERR_OK;
}

static enum err draw_password(struct req *rq)
{
    struct own_password_view v = {.email = web_who(rq)->email};
    v.current = web_field(rq, "current", T_own_password_current, TEXT_COUNT, NULL);
    v.current.autocomplete = "current-password";
    v.current.required = true;
    v.fresh = web_field(rq, "fresh", T_own_password_new, T_password_hint, NULL);
    v.fresh.autocomplete = "new-password";
    v.fresh.required = true;
    TRY(account_tabs(rq, &v.page, "/konto/losenord"));
    TRY(web_page(rq, &v.page, T_own_password_title));
    struct tmpl t = web_tmpl(rq);
    account_own_password_html(&t, &v);
    return ERR_OK;
}

enum err account_own_password_page(struct req *rq)
{
    return draw_password(rq);
}

struct change {
    const struct who *who;
    const char *hash;
};

static enum err store_password(struct tx *tx, void *arg)
{
    const struct change *c = arg;
    return account_set_password(tx, c->who->account, c->hash, c->who->session, c->who->account);
}

enum err account_own_password_post(struct req *rq)
{
    struct app *app = web_app(rq);
    const struct who *w = web_who(rq);
    char hash[PASSWORD_HASH_TEXT];
    if (!rq->problems && account_password_good(rq, "fresh", w->email))
        TRY(account_own_confirm(rq, "current"));
    if (rq->problems) {
        web_invalid(rq);
        return draw_password(rq);
    }
    TRY(account_hash(app->accounts, req_field(rq, "fresh"), hash));
    struct change c = {w, hash};
    TRY(db_write(app->db, DB_NATIONAL, store_password, &c));
    return web_done(rq, "/konto/losenord", T_done_password_changed);
}

/* --- Log-ins --- */

struct load_sessions {
    struct req *rq;
    struct q_session_list_row *rows;
    size_t n;
};

static enum err load_sessions(struct tx *tx, void *arg)
{
    struct load_sessions *l = arg;
    struct q_session_list_in in = {web_who(l->rq)->account};
    return q_session_list_all(tx, l->rq->arena, &in, &l->rows, &l->n);
}

enum err account_sessions_page(struct req *rq)
{
    struct load_sessions l = {.rq = rq};
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, load_sessions, &l));
    struct own_session *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct own_session);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++)
        rows[i] = (struct own_session){
            .device = l.rows[i].device,
            .created = l.rows[i].created_at,
            .seen = l.rows[i].seen_at,
            .current = id_eq(l.rows[i].id, web_who(rq)->session),
            .id = l.rows[i].id,
        };
    struct sessions_view v = {
        .page.lead = TX(rq, own_sessions_lead), .rows = rows, .n_rows = l.n, .others = l.n > 1};
    TRY(account_tabs(rq, &v.page, "/konto/inloggningar"));
    TRY(web_page(rq, &v.page, T_own_sessions_title));
    struct tmpl t = web_tmpl(rq);
    account_sessions_html(&t, &v);
    return ERR_OK;
}

struct ending {
    struct req *rq;
    struct id session; /* none: all others */
};

static enum err is_own(struct tx *tx, struct req *rq, struct id session)
{
    struct load_sessions l = {.rq = rq};
    TRY(load_sessions(tx, &l));
    for (size_t i = 0; i < l.n; i++)
        if (id_eq(l.rows[i].id, session))
            return ERR_OK;
    return ERR_NOTFOUND;
}

static enum err end_sessions(struct tx *tx, void *arg)
{
    struct ending *e = arg;
    if (!id_is_none(e->session))
        TRY(is_own(tx, e->rq, e->session));
    const struct who *w = web_who(e->rq);
    TRY(id_is_none(e->session) ? session_end_all(tx, w->account, w->session)
                               : session_end(tx, w->account, e->session));
    return web_audit(e->rq, tx, "account.session_end", "account", w->account, NULL);
}

enum err account_sessions_end_post(struct req *rq)
{
    struct ending e = {rq, req_id(rq, "session")};
    if (rq->problems)
        return ERR_INVALID;
    TRY(db_write(web_app(rq)->db, DB_NATIONAL, end_sessions, &e));
    return web_done(rq, "/konto/inloggningar", T_done_session_ended);
}
