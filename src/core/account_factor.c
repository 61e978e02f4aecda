/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second factor of an account. */
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "core/account_inner.h"
#include "core/session.h"
#include "core_sql.h"

bool role_needs_factor(enum role r)
{
    return r == ROLE_ADMINISTRATOR || r == ROLE_COORDINATOR || r == ROLE_OFFICER ||
           r == ROLE_REGISTRAR;
}

enum err factor_begin(struct tx *tx, struct arena *a, struct id account,
                      uint8_t secret[TOTP_SECRET_BYTES])
{
    struct account who;
    TRY(account_by_id(tx, a, account, &who));
    if (who.factor)
        return ERR_CONFLICT;
    if (who.secret.n == TOTP_SECRET_BYTES) { /* begun already: the code on the screen stays good */
        memcpy(secret, who.secret.data, TOTP_SECRET_BYTES);
        return ERR_OK;
    }
    totp_secret_new(secret);
    struct q_account_set_factor_in in = {account, {secret, TOTP_SECRET_BYTES}, DB_NO_INT, 0};
    return q_account_set_factor_run(tx, &in, NULL);
}

enum err factor_recovery_new(struct tx *tx, struct id account,
                             char codes[RECOVERY_CODES][RECOVERY_TEXT])
{
    struct q_recovery_delete_in old = {account};
    TRY(q_recovery_delete_run(tx, &old, NULL));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        uint8_t hash[RECOVERY_HASH];
        char hex[RECOVERY_HASH * 2 + 1];
        recovery_new(codes[i]);
        TRY(recovery_hash(codes[i], account.b, sizeof account.b, hash));
        sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
        struct q_recovery_insert_in in = {account, hex};
        TRY(q_recovery_insert_run(tx, &in, NULL));
    }
    return account_note(tx, "account.recovery_new", account, account);
}

enum err factor_recovery_left(struct tx *tx, struct id account, int64_t *out)
{
    struct q_recovery_left_in in = {account};
    struct q_recovery_left_row row;
    TRY(q_recovery_left_one(tx, NULL, &in, &row));
    *out = row.n;
    return ERR_OK;
}

enum err factor_confirm(struct tx *tx, struct arena *a, struct id account, const char *typed,
                        char codes[RECOVERY_CODES][RECOVERY_TEXT])
{
    struct account who;
    TRY(account_by_id(tx, a, account, &who));
    if (who.factor)
        return ERR_CONFLICT;
    int64_t step = -1;
    if (who.secret.n != TOTP_SECRET_BYTES ||
        !totp_verify(who.secret.data, who.secret.n, typed, time_now(), &step))
        return ERR_INVALID;
    struct q_account_set_factor_in in = {account, who.secret, step, 1};
    TRY(q_account_set_factor_run(tx, &in, NULL));
    TRY(session_end_all(tx, account, (struct id){0}));
    TRY(account_note(tx, "account.factor", account, account));
    return factor_recovery_new(tx, account, codes);
}

enum err factor_remove(struct tx *tx, struct id account, struct id keep, struct id by)
{
    struct q_account_set_factor_in in = {account, {NULL, 0}, DB_NO_INT, 0};
    struct q_recovery_delete_in codes = {account};
    TRY(q_account_set_factor_run(tx, &in, NULL));
    TRY(q_recovery_delete_run(tx, &codes, NULL));
    TRY(session_end_all(tx, account, keep));
    return account_note(tx, "account.factor_remove", account, by);
}
