/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows of accounts and memberships, and who may give which role. */
#include "core/account.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account_inner.h"
#include "core/audit.h"
#include "core/session.h"
#include "core_sql.h"

#define COUNTRY "0000"
#define EMAIL_MOST 254

enum err account_note_in(struct tx *tx, const char *municipality, const char *action,
                         struct id object, struct id by, const char *detail)
{
    struct audit_note n = {municipality, by, action, "account", object, detail};
    return audit_add(tx, &n);
}

enum err account_note(struct tx *tx, const char *action, struct id account, struct id by)
{
    return account_note_in(tx, COUNTRY, action, account, by, NULL);
}

/* --- Reading --- */

static struct account from_row(const struct q_account_by_id_row *r)
{
    struct account a = {
        .id = r->id,
        .email = r->email,
        .name = r->name,
        .password_hash = r->password_hash,
        .active = str_eq(r->state, "active"),
        .factor = r->totp_confirmed && r->totp_secret.n == TOTP_SECRET_BYTES,
        .secret = r->totp_secret,
        .last_step = r->totp_last_step == DB_NO_INT ? -1 : r->totp_last_step,
        .last_login = r->last_login_at,
        .failed = r->failed_count,
        .last_failed = r->failed_at,
    };
    (void)lang_from_code(r->lang, &a.lang);
    return a;
}

enum err account_by_email(struct tx *tx, struct arena *a, const char *email, struct account *out)
{
    const char *folded = str_fold(a, email);
    if (!folded)
        return ERR_NOMEM;
    struct q_account_by_email_in in = {folded};
    struct q_account_by_email_row r;
    TRY(q_account_by_email_one(tx, a, &in, &r));
    return account_by_id(tx, a, r.id, out);
}

enum err account_by_id(struct tx *tx, struct arena *a, struct id id, struct account *out)
{
    struct q_account_by_id_in in = {id};
    struct q_account_by_id_row r;
    TRY(q_account_by_id_one(tx, a, &in, &r));
    *out = from_row(&r);
    return ERR_OK;
}

/* --- Writing --- */

enum err account_create(struct tx *tx, const struct account_new *n, struct id *out_id)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    const char *email = a ? str_fold(a, n->email) : NULL;
    if (!email)
        return ERR_NOMEM;
    if (strlen(email) > EMAIL_MOST || str_empty(email) || str_empty(n->name))
        return ERR_INVALID;
    struct q_account_by_email_in look = {email};
    struct q_account_by_email_row have;
    enum err e = q_account_by_email_one(tx, a, &look, &have);
    if (e != ERR_NOTFOUND)
        return e ? e : ERR_CONFLICT;
    msec now = time_now();
    struct q_account_insert_in in = {
        .id = id_is_none(n->id) ? id_new() : n->id,
        .email = email,
        .name = n->name,
        .password_hash = n->password_hash,
        .changed_at = n->password_hash ? now : DB_NO_INT,
        .lang = lang_code(n->lang),
        .at = now,
        .origin = n->origin,
    };
    TRY(q_account_insert_run(tx, &in, NULL));
    TRY(account_note(tx, "account.add", in.id, in.id));
    *out_id = in.id;
    return ERR_OK;
}

enum err account_set_profile(struct tx *tx, struct id account, const char *name, enum lang lang)
{
    struct q_account_set_profile_in in = {account, name, lang_code(lang)};
    TRY(q_account_set_profile_run(tx, &in, NULL));
    return account_note(tx, "account.profile", account, account);
}

enum err account_set_password(struct tx *tx, struct id account, const char *hash, struct id keep,
                              struct id by)
{
    msec now = time_now();
    struct q_account_set_password_in in = {account, hash, now};
    struct q_reset_use_all_in resets = {account, now};
    TRY(q_account_set_password_run(tx, &in, NULL));
    TRY(q_reset_use_all_run(tx, &resets, NULL));
    TRY(session_end_all(tx, account, keep));
    return account_note(tx, "account.password", account, by);
}

enum err account_close(struct tx *tx, struct id account, struct id by)
{
    struct q_account_set_state_in in = {account, "closed"};
    TRY(q_account_set_state_run(tx, &in, NULL));
    TRY(session_end_all(tx, account, (struct id){0}));
    return account_note(tx, "account.close", account, by);
}

/* --- Memberships --- */

enum err account_membership_set(struct tx *tx, const struct account_membership *m, struct id by)
{
    AUTO(arena_freep) struct arena *a = arena_new(16 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct q_membership_put_in in = {
        .municipality = m->municipality,
        .account = m->account,
        .role = role_name(m->role),
        .organisation = m->organisation,
        .state = m->state,
        .at = time_now(),
    };
    TRY(q_membership_put_run(tx, &in, NULL));
    const char *detail = arena_printf(a, "{\"role\":\"%s\",\"state\":\"%s\"}", in.role, m->state);
    if (!detail)
        return ERR_NOMEM;
    return account_note_in(tx, m->municipality, "account.membership", m->account, by, detail);
}

bool account_may_give(const char *municipality, enum role giver, enum role role)
{
    bool country = str_eq(municipality, COUNTRY);
    if (role == ROLE_NONE || (role == ROLE_ADMINISTRATOR && !country))
        return false;
    if (country && role != ROLE_ADMINISTRATOR && role != ROLE_REGISTRAR)
        return false;
    if (giver == ROLE_ADMINISTRATOR)
        return true;
    if (!role_may(giver, PERM_ACCOUNTS))
        return false;
    for (int p = PERM_ANYONE; p < PERM_COUNT; p++)
        if (role_may(role, (enum perm)p) && !role_may(giver, (enum perm)p))
            return false;
    return true;
}

/* The one whose loss would leave nobody to give out rights. */
static enum role keeper(const char *municipality)
{
    return str_eq(municipality, COUNTRY) ? ROLE_ADMINISTRATOR : ROLE_COORDINATOR;
}

enum err account_change(struct tx *tx, struct arena *a, const struct account_membership *m,
                        struct id by, enum role giver)
{
    struct q_membership_one_in in = {m->municipality, m->account};
    struct q_membership_one_row was;
    TRY(q_membership_one_one(tx, a, &in, &was));
    enum role role = role_from_name(was.role), top = keeper(m->municipality);
    if (!account_may_give(m->municipality, giver, m->role) ||
        (role != ROLE_NONE && !account_may_give(m->municipality, giver, role)))
        return ERR_FORBIDDEN;
    bool was_keeper = role == top && str_eq(was.state, "active");
    if (was_keeper && (m->role != top || !str_eq(m->state, "active"))) {
        struct q_membership_others_in q = {m->municipality, role_name(top), m->account};
        struct q_membership_others_row others;
        TRY(q_membership_others_one(tx, a, &q, &others));
        if (others.n == 0)
            return ERR_CONFLICT;
    }
    return account_membership_set(tx, m, by);
}
