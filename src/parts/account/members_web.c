/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The accounts of a municipality: who may do what, and invitations. */
#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/mailer.h"
#include "core_sql.h"
#include "geo/geo_data.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

#define LIST_PATH "/installningar/konton"

const struct field_spec account_invite_fields[] = {
    {.name = "email", .kind = FIELD_EMAIL, .required = true},
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "role", .kind = FIELD_CODE, .required = true},
    {.name = "organisation", .kind = FIELD_ID},
    {0},
};
const struct field_spec account_member_fields[] = {
    {.name = "role", .kind = FIELD_CODE, .required = true},
    {.name = "organisation", .kind = FIELD_ID},
    {.name = "state", .kind = FIELD_CODE, .required = true},
    {0},
};
const struct field_spec account_invitation_fields[] = {
    {.name = "gor", .kind = FIELD_CODE, .required = true}, {0}};

static enum role own_role(const struct req *rq)
{
    const struct who *w = web_who(rq);
    return w->here ? w->here->role : ROLE_NONE;
}

static const char *state_text(struct req *rq, const char *state, const char *account_state)
{
    if (str_eq(account_state, "closed"))
        return TX(rq, member_closed);
    if (str_eq(state, "suspended"))
        return TX(rq, member_suspended);
    return str_eq(state, "ended") ? TX(rq, member_ended) : TX(rq, member_active);
}

/* --- The list --- */

struct load {
    struct req *rq;
    struct q_membership_list_row *members;
    size_t n_members;
    struct q_invitation_list_row *invited;
    size_t n_invited;
    struct q_organisation_names_row *organisations;
    size_t n_organisations;
};

static enum err load(struct tx *tx, void *arg)
{
    struct load *l = arg;
    const char *here = web_municipality(l->rq);
    struct arena *a = l->rq->arena;
    struct q_membership_list_in m = {here};
    struct q_invitation_list_in i = {here};
    struct q_organisation_names_in o = {here};
    TRY(q_membership_list_all(tx, a, &m, &l->members, &l->n_members));
    TRY(q_invitation_list_all(tx, a, &i, &l->invited, &l->n_invited));
    return q_organisation_names_all(tx, a, &o, &l->organisations, &l->n_organisations);
}

static const char *path_of(struct req *rq, const char *middle, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    return arena_printf(rq->arena, "/%s" LIST_PATH "/%s%s", web_municipality(rq), middle, text);
}

static enum err fill_members(struct req *rq, const struct load *l, struct members_view *v)
{
    struct member_row *rows = ARENA_ARRAY(rq->arena, l->n_members + 1, struct member_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_members; i++) {
        const struct q_membership_list_row *m = &l->members[i];
        rows[i] = (struct member_row){
            .id = m->account,
            .name = m->name,
            .email = m->email,
            .role = role_text(rq->lang, role_from_name(m->role)),
            .organisation = m->organisation_name,
            .state = state_text(rq, m->state, m->account_state),
            .href = path_of(rq, "", m->account),
            .factor = m->factor != 0,
            .last_login = m->last_login_at,
            .has_login = m->last_login_at != DB_NO_INT,
        };
    }
    v->rows = rows;
    v->n_rows = l->n_members;
    return ERR_OK;
}

static enum err fill_invited(struct req *rq, const struct load *l, struct members_view *v)
{
    struct invited_row *rows = ARENA_ARRAY(rq->arena, l->n_invited + 1, struct invited_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_invited; i++) {
        const struct q_invitation_list_row *r = &l->invited[i];
        rows[i] = (struct invited_row){
            .id = r->id,
            .name = r->name,
            .email = r->email,
            .role = role_text(rq->lang, role_from_name(r->role)),
            .organisation = r->organisation_name,
            .expires = r->expires_at,
            .late = time_now() >= r->expires_at,
            .action = path_of(rq, "inbjudan/", r->id),
        };
    }
    v->invited = rows;
    v->n_invited = l->n_invited;
    return ERR_OK;
}

enum err account_members_page(struct req *rq)
{
    struct load l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    struct members_view v = {
        .page = {.lead = TX(rq, members_lead),
                 .action = {TX(rq, members_invite), web_address(rq, LIST_PATH "/bjud-in"), false}}};
    if (geo_municipality_by_code(web_municipality(rq)))
        v.many_href = web_address(rq, LIST_PATH "/flera");
    TRY(fill_members(rq, &l, &v));
    TRY(fill_invited(rq, &l, &v));
    TRY(web_page(rq, &v.page, T_members_title));
    struct tmpl t = web_tmpl(rq);
    account_members_html(&t, &v);
    return ERR_OK;
}

/* --- Fields --- */

static enum err role_field(struct req *rq, const char *value, struct page_field *out)
{
    struct page_field f = web_field(rq, "role", T_own_role, TEXT_COUNT, value);
    struct page_choice *c = ARENA_ARRAY(rq->arena, ROLE_COUNT + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    f.required = true;
    f.choices = c;
    c[f.n_choices++] = (struct page_choice){.value = "", .label = TX(rq, member_choose)};
    for (int r = 1; r < ROLE_COUNT; r++)
        if (account_may_give(web_municipality(rq), own_role(rq), (enum role)r))
            c[f.n_choices++] = (struct page_choice){
                .value = role_name((enum role)r),
                .label = role_text(rq->lang, (enum role)r),
                .chosen = str_eq(f.value, role_name((enum role)r)),
            };
    *out = f;
    return ERR_OK;
}

static enum err organisation_field(struct req *rq, const struct load *l, const char *value,
                                   struct page_field *out)
{
    struct page_field f =
        web_field(rq, "organisation", T_own_organisation, T_member_organisation_hint, value);
    struct page_choice *c = ARENA_ARRAY(rq->arena, l->n_organisations + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    f.choices = c;
    c[f.n_choices++] = (struct page_choice){.value = "", .label = TX(rq, none)};
    for (size_t i = 0; i < l->n_organisations; i++) {
        char *id = arena_alloc(rq->arena, ID_TEXT);
        if (!id)
            return ERR_NOMEM;
        id_text(l->organisations[i].id, id);
        c[f.n_choices++] = (struct page_choice){
            .value = id,
            .label = l->organisations[i].name,
            .chosen = str_eq(f.value, id),
        };
    }
    *out = f;
    return ERR_OK;
}

static bool known_organisation(const struct load *l, struct id id)
{
    for (size_t i = 0; i < l->n_organisations; i++)
        if (id_eq(l->organisations[i].id, id))
            return true;
    return id_is_none(id);
}

/* The choices of a form must be among those that were shown. */
static void check_choices(struct req *rq, const struct load *l)
{
    if (!rq->problems && !account_may_give(web_municipality(rq), own_role(rq),
                                           role_from_name(req_field(rq, "role"))))
        req_problem(rq, "role", TX(rq, field_code));
    if (!rq->problems && !known_organisation(l, req_id(rq, "organisation")))
        req_problem(rq, "organisation", TX(rq, field_id));
}

/* --- Invite --- */

static enum err draw_invite(struct req *rq, const struct load *l)
{
    struct invite_view v = {.action = web_address(rq, LIST_PATH "/bjud-in"),
                            .back = web_address(rq, LIST_PATH)};
    v.email = web_field(rq, "email", T_login_email, T_invite_email_hint, NULL);
    v.email.type = "email";
    v.email.required = true;
    v.email.autocomplete = "off";
    v.name = web_field(rq, "name", T_own_name, TEXT_COUNT, NULL);
    v.name.required = true;
    v.name.autocomplete = "off";
    TRY(role_field(rq, NULL, &v.role));
    TRY(organisation_field(rq, l, NULL, &v.organisation));
    TRY(web_page(rq, &v.page, T_invite_title));
    struct tmpl t = web_tmpl(rq);
    account_invite_html(&t, &v);
    return ERR_OK;
}

enum err account_invite_page(struct req *rq)
{
    struct load l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    return draw_invite(rq, &l);
}

struct sending {
    struct req *rq;
    struct id id;
    char token[TOKEN_TEXT];
    bool again; /* an invitation that is there already */
    bool sent;  /* a letter waits to be sent */
};

static enum err invite(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    struct req *rq = s->rq;
    struct invitation_new n = {
        .municipality = web_municipality(rq),
        .email = req_field(rq, "email"),
        .name = req_field(rq, "name"),
        .role = role_from_name(req_field(rq, "role")),
        .organisation = req_id(rq, "organisation"),
        .by = web_who(rq)->account,
        .giver = own_role(rq),
    };
    TRY(invitation_make(tx, rq->arena, &n, s->token, &s->id));
    return account_send_invitation(tx, rq, s->token, n.email, &s->sent);
}

static enum err draw_sent(struct req *rq, const struct sending *s)
{
    const char *path = arena_printf(rq->arena, "/inbjudan/%s", s->token);
    if (!path)
        return ERR_NOMEM;
    struct invite_done_view v = {
        .text = s->sent ? TX(rq, invite_sent) : TX(rq, invite_not_sent),
        .back = web_address(rq, LIST_PATH),
        .link = {"inbjudan", TX(rq, invite_link), web_absolute(rq, path)},
    };
    TRY(web_page(rq, &v.page, T_invite_done_title));
    struct tmpl t = web_tmpl(rq);
    account_invite_done_html(&t, &v);
    return ERR_OK;
}

enum err account_invite_post(struct req *rq)
{
    struct load l = {.rq = rq};
    struct sending s = {.rq = rq};
    TRY(web_read(rq, load, &l));
    check_choices(rq, &l);
    if (!rq->problems) {
        enum err e = web_write(rq, invite, &s);
        if (e == ERR_OK)
            return draw_sent(rq, &s);
        if (e != ERR_CONFLICT)
            return e;
        req_problem(rq, "email", TX(rq, invite_member));
    }
    web_invalid(rq);
    return draw_invite(rq, &l);
}

static enum err again(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    struct req *rq = s->rq;
    struct q_invitation_one_in in = {web_municipality(rq), s->id};
    struct q_invitation_one_row row;
    TRY(q_invitation_one_one(tx, rq->arena, &in, &row));
    if (!account_may_give(in.municipality, own_role(rq), role_from_name(row.role)))
        return ERR_FORBIDDEN;
    if (!s->again)
        return invitation_withdraw(tx, in.municipality, s->id, web_who(rq)->account);
    TRY(invitation_renew(tx, in.municipality, s->id, web_who(rq)->account, s->token));
    return account_send_invitation(tx, rq, s->token, row.email, &s->sent);
}

enum err account_invitation_post(struct req *rq)
{
    struct sending s = {.rq = rq, .again = str_eq(req_field(rq, "gor"), "igen")};
    if (rq->problems || id_parse(req_param(rq, "invitation"), &s.id))
        return ERR_INVALID;
    if (!s.again && !str_eq(req_field(rq, "gor"), "dra-tillbaka"))
        return ERR_INVALID;
    TRY(web_write(rq, again, &s));
    if (s.again)
        return draw_sent(rq, &s);
    return web_done(rq, web_address(rq, LIST_PATH), T_done_invitation_withdrawn);
}

/* --- One member --- */

static const struct q_membership_list_row *member_of(const struct load *l)
{
    struct id id;
    if (id_parse(req_param(l->rq, "account"), &id))
        return NULL;
    for (size_t i = 0; i < l->n_members; i++)
        if (id_eq(l->members[i].account, id))
            return &l->members[i];
    return NULL;
}

static enum err state_field(struct req *rq, const char *value, struct page_field *out)
{
    static const struct {
        const char *value;
        enum text_key label, hint;
    } states[] = {
        {"active", T_member_active, T_member_active_hint},
        {"suspended", T_member_suspended, T_member_suspended_hint},
        {"ended", T_member_ended, T_member_ended_hint},
    };
    struct page_field f = web_field(rq, "state", T_member_state, TEXT_COUNT, value);
    struct page_choice *c = ARENA_ARRAY(rq->arena, ARRAY_LEN(states), struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        c[i] = (struct page_choice){
            .value = states[i].value,
            .label = text_get(rq->lang, states[i].label),
            .hint = text_get(rq->lang, states[i].hint),
            .chosen = str_eq(f.value, states[i].value),
        };
    f.required = true;
    f.choices = c;
    f.n_choices = ARRAY_LEN(states);
    *out = f;
    return ERR_OK;
}

static enum err draw_member(struct req *rq, const struct load *l,
                            const struct q_membership_list_row *m)
{
    char organisation[ID_TEXT];
    id_text(m->organisation, organisation);
    const struct page_fact facts[] = {
        {TX(rq, login_email), m->email, NULL},
        {TX(rq, own_role), role_text(rq->lang, role_from_name(m->role)), NULL},
        {TX(rq, member_state), state_text(rq, m->state, m->account_state), NULL},
        {TX(rq, member_factor), m->factor ? TX(rq, yes) : TX(rq, no), NULL},
    };
    struct member_view v = {
        .facts = {facts, ARRAY_LEN(facts)},
        .action = path_of(rq, "", m->account),
        .back = web_address(rq, LIST_PATH),
        .fixed = !account_may_give(web_municipality(rq), own_role(rq), role_from_name(m->role)),
    };
    TRY(role_field(rq, m->role, &v.role));
    TRY(organisation_field(rq, l, organisation, &v.organisation));
    TRY(state_field(rq, m->state, &v.state));
    TRY(web_page_named(rq, &v.page, m->name));
    struct tmpl t = web_tmpl(rq);
    account_member_html(&t, &v);
    return ERR_OK;
}

enum err account_member_page(struct req *rq)
{
    struct load l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    const struct q_membership_list_row *m = member_of(&l);
    return m ? draw_member(rq, &l, m) : ERR_NOTFOUND;
}

struct change {
    struct req *rq;
    struct account_membership m;
};

static enum err change(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return account_change(tx, c->rq->arena, &c->m, web_who(c->rq)->account, own_role(c->rq));
}

static bool known_state(const char *s)
{
    return str_eq(s, "active") || str_eq(s, "suspended") || str_eq(s, "ended");
}

enum err account_member_post(struct req *rq)
{
    struct load l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    const struct q_membership_list_row *m = member_of(&l);
    if (!m)
        return ERR_NOTFOUND;
    check_choices(rq, &l);
    if (!rq->problems && !known_state(req_field(rq, "state")))
        req_problem(rq, "state", TX(rq, field_code));
    if (!rq->problems) {
        struct change c = {rq,
                           {web_municipality(rq), m->account, role_from_name(req_field(rq, "role")),
                            req_id(rq, "organisation"), req_field(rq, "state")}};
        enum err e = web_write(rq, change, &c);
        if (e == ERR_OK)
            return web_done(rq, web_address(rq, LIST_PATH), T_done_member_saved);
        if (e != ERR_CONFLICT)
            return e;
        req_problem(rq, "role", TX(rq, member_last_one));
    }
    web_invalid(rq);
    return draw_member(rq, &l, m);
}
