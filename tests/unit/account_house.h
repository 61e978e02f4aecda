/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the tests of accounts begin with: a municipality and a coordinator called Anna, and how to
 * log her in. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <string.h>

#include "core/account.h"
#include "core/session.h"
#include "core_sql.h"
#include "db_fixture.h"

#define START INT64_C(1794124800000) /* 8 November 2026 */
#define RIGHT "fyra blanka kastruller"

struct house {
    struct fixture *f;
    struct accounts *s;
    struct id anna; /* of the account that every test begins with */
};

typedef enum err step_fn(struct tx *tx, struct house *h, void *arg);
struct step {
    step_fn *fn;
    struct house *h;
    void *arg;
};

static inline enum err run_step(struct tx *tx, void *arg)
{
    struct step *s = arg;
    return s->fn(tx, s->h, s->arg);
}

static inline enum err in_tx(struct house *h, step_fn *fn, void *arg)
{
    struct step s = {fn, h, arg};
    return db_write(h->f->db, DB_NATIONAL, run_step, &s);
}

static inline enum err furnish(struct tx *tx, struct house *h, void *arg)
{
    struct q_municipality_put_in m = {"1493",      "municipality", "Mariestad",
                                      "mariestad", "14",           24000};
    struct account_new n = {
        .email = "Anna@Exempel.SE", .name = "Anna Exempel", .password_hash = arg};
    TRY(q_municipality_put_run(tx, &m, NULL));
    TRY(account_create(tx, &n, &h->anna));
    struct account_membership s = {"1493", h->anna, ROLE_COORDINATOR, {{0}}, "active"};
    return account_membership_set(tx, &s, h->anna);
}

static inline struct house house_open(struct fixture *f)
{
    struct house h = {.f = f};
    char hash[PASSWORD_HASH_TEXT];
    time_freeze(START);
    CHECK(accounts_new(NULL, password_cost_tests, &h.s) == ERR_OK);
    CHECK(account_hash(h.s, RIGHT, hash) == ERR_OK);
    CHECK(in_tx(&h, furnish, hash) == ERR_OK);
    return h;
}

static inline void house_close(struct house *h)
{
    accounts_free(h->s);
    time_freeze(-1);
}

static inline enum login_answer try_login(struct house *h, const char *email, const char *password,
                                          const char *device)
{
    struct login l = {.email = email, .password = password, .device = device};
    CHECK(account_login(h->f->db, h->s, &l) == ERR_OK);
    CHECK((l.answer == LOGIN_WAIT) == (l.wait_seconds > 0));
    return l.answer;
}

struct session_look {
    const char *token;
    struct who who;
};

static inline enum err look_session(struct tx *tx, struct house *h, void *arg)
{
    struct session_look *l = arg;
    msec seen;
    return session_find(tx, h->f->a, l->token, time_now(), &l->who, &seen);
}

static inline enum err find_session(struct house *h, const char *token, struct who *out)
{
    struct session_look l = {.token = token};
    enum err e = in_tx(h, look_session, &l);
    *out = l.who;
    return e;
}

struct factor {
    uint8_t secret[TOTP_SECRET_BYTES];
    char codes[RECOVERY_CODES][RECOVERY_TEXT];
    char typed[16];
};

static inline enum err begin_factor(struct tx *tx, struct house *h, void *arg)
{
    struct factor *f = arg;
    return factor_begin(tx, h->f->a, h->anna, f->secret);
}

static inline enum err confirm_factor(struct tx *tx, struct house *h, void *arg)
{
    struct factor *f = arg;
    return factor_confirm(tx, h->f->a, h->anna, f->typed, f->codes);
}

static inline enum err remove_factor(struct tx *tx, struct house *h, void *arg)
{
    (void)arg;
    return factor_remove(tx, h->anna, (struct id){0}, h->anna);
}

static inline void code_now(struct factor *f)
{
    uint64_t step = (uint64_t)(time_now() / (TOTP_STEP_SECONDS * MSEC_SECOND));
    snprintf(f->typed, sizeof f->typed, "%06u",
             (unsigned)totp_code(f->secret, TOTP_SECRET_BYTES, step));
}

static inline void set_up_factor(struct house *h, struct factor *f)
{
    CHECK(in_tx(h, begin_factor, f) == ERR_OK);
    code_now(f);
    CHECK(in_tx(h, confirm_factor, f) == ERR_OK);
}
