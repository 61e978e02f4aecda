/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invitations and forgotten passwords: tokens that are sent to people. Only their hash is stored;
 * each is used once and grows old. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account_inner.h"
#include "core/session.h"
#include "core_sql.h"

#define RESETS_AN_HOUR 3

static struct db_bytes hashed(const char *token, uint8_t out[32])
{
    token_hash(token, out);
    return (struct db_bytes){out, 32};
}

/* --- Invitations --- */

/* Has the address a membership here already, other than one that has ended? */
static enum err check_stranger(struct tx *tx, struct arena *a, const char *municipality,
                               const char *email)
{
    struct account have;
    enum err e = account_by_email(tx, a, email, &have);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    struct q_membership_one_in in = {municipality, have.id};
    struct q_membership_one_row row;
    e = q_membership_one_one(tx, a, &in, &row);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    return str_eq(row.state, "ended") ? ERR_OK : ERR_CONFLICT;
}

enum err invitation_make(struct tx *tx, struct arena *a, const struct invitation_new *n,
                         char token[TOKEN_TEXT], struct id *out_id)
{
    uint8_t hash[32];
    const char *email = str_fold(a, n->email);
    if (!email)
        return ERR_NOMEM;
    if (!account_may_give(n->municipality, n->giver, n->role))
        return ERR_FORBIDDEN;
    TRY(check_stranger(tx, a, n->municipality, email));
    token_new(token);
    msec now = time_now();
    struct q_invitation_delete_to_in old = {n->municipality, email};
    struct q_invitation_insert_in in = {
        .municipality = n->municipality,
        .id = id_new(),
        .token_hash = hashed(token, hash),
        .email = email,
        .name = n->name,
        .role = role_name(n->role),
        .organisation = n->organisation,
        .at = now,
        .by = n->by,
        .expires = now + INVITATION_TIME,
    };
    TRY(q_invitation_delete_to_run(tx, &old, NULL));
    TRY(q_invitation_insert_run(tx, &in, NULL));
    const char *detail = arena_printf(a, "{\"role\":\"%s\"}", in.role);
    if (!detail)
        return ERR_NOMEM;
    TRY(account_note_in(tx, n->municipality, "account.invite", in.id, n->by, detail));
    *out_id = in.id;
    return ERR_OK;
}

enum err invitation_renew(struct tx *tx, const char *municipality, struct id id, struct id by,
                          char token[TOKEN_TEXT])
{
    uint8_t hash[32];
    int64_t found;
    token_new(token);
    struct q_invitation_renew_in in = {municipality, id, hashed(token, hash),
                                       time_now() + INVITATION_TIME};
    TRY(q_invitation_renew_run(tx, &in, &found));
    if (!found)
        return ERR_NOTFOUND;
    return account_note_in(tx, municipality, "account.invite_again", id, by, NULL);
}

enum err invitation_withdraw(struct tx *tx, const char *municipality, struct id id, struct id by)
{
    int64_t found;
    struct q_invitation_delete_in in = {municipality, id};
    TRY(q_invitation_delete_run(tx, &in, &found));
    if (!found)
        return ERR_NOTFOUND;
    return account_note_in(tx, municipality, "account.invite_withdraw", id, by, NULL);
}

enum err invitation_find(struct tx *tx, struct arena *a, const char *token, struct invitation *out)
{
    uint8_t hash[32];
    struct q_invitation_by_token_in in = {hashed(token, hash)};
    struct q_invitation_by_token_row r;
    TRY(q_invitation_by_token_one(tx, a, &in, &r));
    if (r.used_at != DB_NO_INT || time_now() >= r.expires_at)
        return ERR_NOTFOUND;
    struct invitation i = {
        .municipality = r.municipality,
        .id = r.id,
        .email = r.email,
        .name = r.name,
        .role = role_from_name(r.role),
        .organisation = r.organisation,
        .organisation_name = r.organisation_name,
    };
    enum err e = account_by_email(tx, a, r.email, &i.account);
    if (e && e != ERR_NOTFOUND)
        return e;
    i.has_account = e == ERR_OK;
    *out = i;
    return ERR_OK;
}

static enum err take_up(struct tx *tx, const struct invitation *i, struct id account)
{
    int64_t used;
    struct q_invitation_use_in in = {i->municipality, i->id, time_now()};
    TRY(q_invitation_use_run(tx, &in, &used));
    if (!used)
        return ERR_NOTFOUND;
    struct account_membership m = {i->municipality, account, i->role, i->organisation, "active"};
    return account_membership_set(tx, &m, account);
}

enum err invitation_accept_new(struct tx *tx, struct arena *a, const char *token,
                               const struct invitation_person *p, struct id *out_account)
{
    struct invitation i;
    struct id id;
    TRY(invitation_find(tx, a, token, &i));
    if (i.has_account)
        return ERR_CONFLICT;
    struct account_new n = {
        .email = i.email, .name = p->name, .password_hash = p->password_hash, .lang = p->lang};
    TRY(account_create(tx, &n, &id));
    TRY(take_up(tx, &i, id));
    *out_account = id;
    return ERR_OK;
}

enum err invitation_accept(struct tx *tx, struct arena *a, const char *token, struct id account)
{
    struct invitation i;
    TRY(invitation_find(tx, a, token, &i));
    if (!i.has_account || !i.account.active || !id_eq(i.account.id, account))
        return ERR_FORBIDDEN;
    return take_up(tx, &i, account);
}

/* --- A forgotten password --- */

static enum err send_to(struct tx *tx, const struct reset_asked *r)
{
    uint8_t hash[32];
    msec now = time_now();
    struct q_reset_insert_in in = {hashed(r->token, hash), r->account.id, now, now + RESET_TIME};
    return q_reset_insert_run(tx, &in, NULL);
}

enum err reset_ask(struct tx *tx, struct arena *a, const char *email, struct reset_asked *out)
{
    struct reset_asked r = {0};
    msec now = time_now();
    struct q_reset_delete_old_in old = {now - MSEC_DAY};
    TRY(q_reset_delete_old_run(tx, &old, NULL));
    enum err e = account_by_email(tx, a, email, &r.account);
    if (e && e != ERR_NOTFOUND)
        return e;
    token_new(r.token);
    if (e == ERR_OK && r.account.active) {
        struct q_reset_since_in in = {r.account.id, now - MSEC_HOUR};
        struct q_reset_since_row row;
        TRY(q_reset_since_one(tx, a, &in, &row));
        r.has = row.n < RESETS_AN_HOUR;
    }
    if (r.has)
        TRY(send_to(tx, &r));
    TRY(account_note(tx, "account.reset_ask", r.account.id, (struct id){0}));
    *out = r;
    return ERR_OK;
}

enum err reset_find(struct tx *tx, struct arena *a, const char *token, struct account *out)
{
    uint8_t hash[32];
    struct account who;
    struct q_reset_by_token_in in = {hashed(token, hash)};
    struct q_reset_by_token_row r;
    TRY(q_reset_by_token_one(tx, a, &in, &r));
    if (r.used_at != DB_NO_INT || time_now() >= r.expires_at)
        return ERR_NOTFOUND;
    TRY(account_by_id(tx, a, r.account, &who));
    if (!who.active)
        return ERR_NOTFOUND;
    *out = who;
    return ERR_OK;
}

enum err reset_use(struct tx *tx, struct arena *a, const char *token, const char *hash)
{
    struct account who;
    TRY(reset_find(tx, a, token, &who));
    return account_set_password(tx, who.id, hash, (struct id){0}, who.id);
}
