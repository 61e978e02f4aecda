/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Logging in: the same work and the same answer whether or not there is such an account. */
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account_inner.h"
#include "core/session.h"
#include "core_sql.h"

#define GATE_WAIT 5000

struct find {
    struct arena *a;
    const char *email;
    struct id id;
    struct account account;
    bool found;
};

static enum err find_account(struct tx *tx, void *arg)
{
    struct find *f = arg;
    enum err e = f->email ? account_by_email(tx, f->a, f->email, &f->account)
                          : account_by_id(tx, f->a, f->id, &f->account);
    f->found = e == ERR_OK;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err look(struct db *db, struct find *f)
{
    return db_read(db, DB_NATIONAL, find_account, f);
}

enum err account_hash(struct accounts *s, const char *password, char out[PASSWORD_HASH_TEXT])
{
    TRY(password_gate_enter(s->gate, GATE_WAIT));
    enum err e = password_hash(password, s->cost, out);
    password_gate_leave(s->gate);
    return e;
}

static enum err verify(struct accounts *s, const char *stored, const char *password, bool *out)
{
    TRY(password_gate_enter(s->gate, GATE_WAIT));
    *out = password_verify(stored, password, s->cost);
    password_gate_leave(s->gate);
    return ERR_OK;
}

struct rehash {
    struct id account;
    const char *hash;
};

static enum err store_hash(struct tx *tx, void *arg)
{
    struct rehash *r = arg;
    struct q_account_set_password_in in = {r->account, r->hash, time_now()};
    return q_account_set_password_run(tx, &in, NULL);
}

/* The cost has been raised since the password was chosen: hash again while it is at hand. */
static enum err renew_hash(struct db *db, struct accounts *s, const struct account *a,
                           const char *password)
{
    char hash[PASSWORD_HASH_TEXT];
    if (!password_rehash_needed(a->password_hash, s->cost))
        return ERR_OK;
    TRY(account_hash(s, password, hash));
    struct rehash r = {a->id, hash};
    return db_write(db, DB_NATIONAL, store_hash, &r);
}

/* One counted attempt at a password. `key` says whose attempts are counted. */
static enum err attempt(struct accounts *s, uint64_t key, const struct account *account,
                        const char *password, enum login_answer *out)
{
    bool right;
    TRY(verify(s, account ? account->password_hash : NULL, password, &right));
    if (!account || !account->active || !account->password_hash)
        right = false;
    if (!right)
        miss_add(s, key, time_now());
    *out = right ? LOGIN_IN : LOGIN_WRONG;
    return ERR_OK;
}

enum err account_login(struct db *db, struct accounts *s, struct login *l)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    const char *email = a ? str_fold(a, l->email) : NULL;
    if (!email)
        return ERR_NOMEM;
    struct find f = {.a = a, .email = email};
    TRY(look(db, &f));
    struct id device;
    bool known = ticket_read(s, "device", l->device, &device) == ERR_OK && f.found &&
                 id_eq(device, f.account.id);
    uint64_t key = miss_key(s, email, known);
    l->wait_seconds = miss_wait(s, key, time_now());
    if (l->wait_seconds) {
        l->answer = LOGIN_WAIT;
        return ERR_OK;
    }
    enum login_answer answer;
    TRY(attempt(s, key, f.found ? &f.account : NULL, l->password, &answer));
    if (answer == LOGIN_IN) {
        TRY(renew_hash(db, s, &f.account, l->password));
        l->account = f.account.id;
        if (f.account.factor)
            answer = LOGIN_CODE;
    }
    l->answer = answer;
    return ERR_OK;
}

enum err account_confirm(struct db *db, struct accounts *s, struct id account, const char *password,
                         enum login_answer *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct find f = {.a = a, .id = account};
    TRY(look(db, &f));
    if (!f.found)
        return ERR_NOTFOUND;
    uint64_t key = miss_key(s, f.account.email, true);
    if (miss_wait(s, key, time_now())) {
        *out = LOGIN_WAIT;
        return ERR_OK;
    }
    return attempt(s, key, &f.account, password, out);
}

/* --- The second step --- */

static enum err use_recovery(struct tx *tx, struct login_code *c, bool *out)
{
    uint8_t hash[RECOVERY_HASH];
    char hex[RECOVERY_HASH * 2 + 1];
    int64_t used;
    if (recovery_hash(c->typed, c->account.b, sizeof c->account.b, hash) != ERR_OK)
        return ERR_OK;
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    struct q_recovery_use_in in = {c->account, hex, time_now()};
    TRY(q_recovery_use_run(tx, &in, &used));
    *out = used == 1;
    if (!*out)
        return ERR_OK;
    TRY(factor_recovery_left(tx, c->account, &c->codes_left));
    return account_note(tx, "account.recovery", c->account, c->account);
}

struct code_job {
    struct login_code *c;
    struct arena *a;
    bool right;
    const char *email;
};

static enum err check_code(struct tx *tx, void *arg)
{
    struct code_job *j = arg;
    struct account account;
    arena_reset(j->a);
    j->right = j->c->recovery = false;
    TRY(account_by_id(tx, j->a, j->c->account, &account));
    if (!account.active || !account.factor)
        return ERR_UNAUTHENTICATED;
    int64_t step = account.last_step;
    if (!totp_verify(account.secret.data, account.secret.n, j->c->typed, time_now(), &step)) {
        TRY(use_recovery(tx, j->c, &j->right));
        j->c->recovery = j->right;
        return ERR_OK;
    }
    struct q_account_set_step_in in = {account.id, step};
    TRY(q_account_set_step_run(tx, &in, NULL));
    j->right = true;
    return ERR_OK;
}

enum err account_login_code(struct db *db, struct accounts *s, struct login_code *c)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    AUTO(arena_freep) struct arena *inner = arena_new(64 * 1024);
    if (!a || !inner)
        return ERR_NOMEM;
    struct find f = {.a = a, .id = c->account};
    TRY(look(db, &f));
    if (!f.found)
        return ERR_UNAUTHENTICATED;
    uint64_t key = miss_key(s, f.account.email, c->known_device);
    c->wait_seconds = miss_wait(s, key, time_now());
    if (c->wait_seconds) {
        c->answer = LOGIN_WAIT;
        return ERR_OK;
    }
    struct code_job j = {.c = c, .a = inner};
    TRY(db_write(db, DB_NATIONAL, check_code, &j));
    if (!j.right)
        miss_add(s, key, time_now());
    c->answer = j.right ? LOGIN_IN : LOGIN_WRONG;
    return ERR_OK;
}

/* --- In --- */

struct enter {
    struct id account;
    struct session_way way;
    struct arena *a;
    char *token;
    struct miss misses;
};

static enum err enter(struct tx *tx, void *arg)
{
    struct enter *e = arg;
    struct q_account_entered_in in = {
        .id = e->account,
        .at = time_now(),
        .failed = e->misses.count,
        .failed_at = e->misses.count ? e->misses.at : DB_NO_INT,
    };
    if (e->way.remember)
        TRY(session_may_remember(tx, e->a, e->account, &e->way.remember));
    TRY(session_new(tx, e->account, &e->way, e->token));
    TRY(q_account_entered_run(tx, &in, NULL));
    return account_note(tx, "account.login", e->account, e->account);
}

enum err account_enter(struct db *db, struct accounts *s, struct id account,
                       const struct session_way *way, char token[TOKEN_TEXT])
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct find f = {.a = a, .id = account};
    TRY(look(db, &f));
    if (!f.found || !f.account.active)
        return ERR_UNAUTHENTICATED;
    struct enter job = {account, *way, a, token, {0}};
    job.misses = miss_clear(s, miss_key(s, f.account.email, false));
    job.misses.count += miss_clear(s, miss_key(s, f.account.email, true)).count;
    return db_write(db, DB_NATIONAL, enter, &job);
}
