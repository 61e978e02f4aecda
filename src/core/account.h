/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Accounts: who they are, how they log in, how they come and go.
 *
 * Nothing here tells an outsider whether an address has an account: the work, the answer and the
 * waiting are the same. Addresses are folded to lower case before they reach the database. All
 * functions with a struct tx run inside a transaction with scope DB_NATIONAL unless said otherwise;
 * each writes its own entry in the audit log. */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "core/password.h"
#include "core/perm.h"
#include "core/session.h"
#include "core/totp.h"
#include "db/db.h"

struct arena;

#define INVITATION_TIME (14 * MSEC_DAY)
#define RESET_TIME MSEC_HOUR
#define TICKET_TIME (5 * MSEC_MINUTE) /* between password and code */
#define DEVICE_TIME (365 * MSEC_DAY)
#define RECOVERY_CODES 10

/* --- What log-in needs while the program runs --- */

/* The signing key, the gate before the slow hash and the memory of failed attempts. */
struct accounts;

/* The key is read from the file at key_path, or made there; NULL or a place that cannot be written
 * to gives one for as long as the process lives. */
NODISCARD enum err accounts_new(const char *key_path, struct password_cost cost,
                                struct accounts **out);
void accounts_free(struct accounts *s); /* NULL is fine */

/* A signed text that says "this account, for this purpose, until then"; nobody else can make it. */
#define TICKET_TEXT 160
/* The signature of any bytes for a purpose, as hexadecimal digits. */
void ticket_sign(const struct accounts *s, const char *purpose, const char *what, size_t n,
                 char out[65]);
void ticket_make(const struct accounts *s, const char *purpose, struct id account, msec until,
                 char out[TICKET_TEXT]);
/* ERR_UNAUTHENTICATED: not ours, for something else, or too old. `text` may be NULL. */
NODISCARD enum err ticket_read(const struct accounts *s, const char *purpose, const char *text,
                               struct id *out_account);

/* --- Rows --- */

struct account {
    struct id id;
    const char *email, *name;
    const char *password_hash; /* NULL: none yet */
    enum lang lang;
    bool active;
    bool factor; /* a second factor is in place */
    struct db_bytes secret;
    int64_t last_step;
    msec last_login;  /* DB_NO_INT: never */
    int64_t failed;   /* attempts that failed before the last log-in */
    msec last_failed; /* DB_NO_INT: none */
};

/* ERR_NOTFOUND. */
NODISCARD enum err account_by_email(struct tx *tx, struct arena *a, const char *email,
                                    struct account *out);
NODISCARD enum err account_by_id(struct tx *tx, struct arena *a, struct id id, struct account *out);

struct account_new {
    struct id id;              /* none: a fresh one */
    const char *email, *name;  /* the address in any case */
    const char *password_hash; /* of password_hash(); NULL: nobody can log in yet */
    enum lang lang;
    const char *origin; /* "exempel" for exercise data, or NULL */
};
/* ERR_CONFLICT: the address has an account. */
NODISCARD enum err account_create(struct tx *tx, const struct account_new *n, struct id *out_id);

struct account_membership {
    const char *municipality; /* "0000" with ROLE_ADMINISTRATOR: of the installation */
    struct id account;
    enum role role;
    struct id organisation; /* none for some */
    const char *state;      /* "active", "suspended", "ended" */
};
/* Adds or replaces, without asking who may (see account_change). In the municipality's scope or
 * DB_NATIONAL. */
NODISCARD enum err account_membership_set(struct tx *tx, const struct account_membership *m,
                                          struct id by);

/* May somebody with role `giver` give, change or take away `role` in that municipality? Nobody
 * hands out more than they have; only the installation's administrator makes administrators. */
bool account_may_give(const char *municipality, enum role giver, enum role role);
/* Changes an existing membership by those rules. ERR_NOTFOUND; ERR_FORBIDDEN: above the giver's own
 * rights; ERR_CONFLICT: it would leave the municipality without a coordinator (or the installation
 * without an administrator). In the municipality's scope or DB_NATIONAL. */
NODISCARD enum err account_change(struct tx *tx, struct arena *a,
                                  const struct account_membership *m, struct id by,
                                  enum role giver);

NODISCARD enum err account_set_profile(struct tx *tx, struct id account, const char *name,
                                       enum lang lang);
/* Ends every session but `keep` (none: all) and every pending reset. */
NODISCARD enum err account_set_password(struct tx *tx, struct id account, const char *hash,
                                        struct id keep, struct id by);
/* Nobody can log in with it any longer; its sessions end. */
NODISCARD enum err account_close(struct tx *tx, struct id account, struct id by);

/* --- Logging in --- */

enum login_answer {
    LOGIN_WRONG, /* no such account, or not its password, or closed: all the same */
    LOGIN_WAIT,  /* too many wrong attempts: nothing was tried */
    LOGIN_CODE,  /* the password was right; now the second factor */
    LOGIN_IN,    /* the password was right and there is no second factor */
};

struct login {
    const char *email, *password; /* what was typed */
    const char *device;           /* the device's ticket (purpose "device"), or NULL */
    enum login_answer answer;
    struct id account; /* LOGIN_CODE, LOGIN_IN */
    int wait_seconds;  /* LOGIN_WAIT */
};

/* Ten attempts are free; then each costs a growing wait, 30 seconds at most. A device that has
 * logged in before is counted by itself, so that a stranger's attempts do not shut its owner out.
 * ERR_BUSY: too many are logging in just now. */
NODISCARD enum err account_login(struct db *db, struct accounts *s, struct login *l);

struct login_code {
    struct id account;
    const char *typed; /* six digits, or a recovery code */
    bool known_device;
    enum login_answer answer; /* LOGIN_IN, LOGIN_WRONG, LOGIN_WAIT */
    int wait_seconds;
    bool recovery;      /* a recovery code was used up */
    int64_t codes_left; /* of the recovery codes */
};
/* The second step. Opens a transaction of its own: a code is used up before anybody is let in. */
NODISCARD enum err account_login_code(struct db *db, struct accounts *s, struct login_code *c);

/* A session for somebody who has shown all that is asked for. */
NODISCARD enum err account_enter(struct db *db, struct accounts *s, struct id account,
                                 const struct session_way *way, char token[TOKEN_TEXT]);
/* The person's own password once more, before something that matters. Counted like a log-in. */
NODISCARD enum err account_confirm(struct db *db, struct accounts *s, struct id account,
                                   const char *password, enum login_answer *out);
/* password_hash() behind the gate. */
NODISCARD enum err account_hash(struct accounts *s, const char *password,
                                char out[PASSWORD_HASH_TEXT]);

/* --- Second factor --- */

/* A fresh secret that does not count until it has been confirmed. ERR_CONFLICT: one is in place. */
NODISCARD enum err factor_begin(struct tx *tx, struct arena *a, struct id account,
                                uint8_t secret[TOTP_SECRET_BYTES]);
/* The first code. Makes the recovery codes, ends every session (the caller makes a new one).
 * ERR_INVALID: not the code. */
NODISCARD enum err factor_confirm(struct tx *tx, struct arena *a, struct id account,
                                  const char *typed, char codes[RECOVERY_CODES][RECOVERY_TEXT]);
/* Takes it away and ends every session but `keep`. */
NODISCARD enum err factor_remove(struct tx *tx, struct id account, struct id keep, struct id by);
/* New recovery codes instead of the old. */
NODISCARD enum err factor_recovery_new(struct tx *tx, struct id account,
                                       char codes[RECOVERY_CODES][RECOVERY_TEXT]);
NODISCARD enum err factor_recovery_left(struct tx *tx, struct id account, int64_t *out);
/* Must somebody with this role have a second factor? */
bool role_needs_factor(enum role r);

/* --- Invitations (14 days, used once) --- */

struct invitation {
    const char *municipality;
    struct id id;
    const char *email, *name;
    enum role role;
    struct id organisation;
    const char *organisation_name; /* NULL: none */
    bool has_account;              /* the address has one already */
    struct account account;        /* then */
};

struct invitation_new {
    const char *municipality;
    const char *email, *name;
    enum role role;
    struct id organisation;
    struct id by;
    enum role giver;
};
/* Replaces an earlier one to the same address. In the municipality's scope or DB_NATIONAL.
 * ERR_FORBIDDEN: above the giver's rights. ERR_CONFLICT: is a member already. */
NODISCARD enum err invitation_make(struct tx *tx, struct arena *a, const struct invitation_new *n,
                                   char token[TOKEN_TEXT], struct id *out_id);
/* A new token and 14 new days. ERR_NOTFOUND. */
NODISCARD enum err invitation_renew(struct tx *tx, const char *municipality, struct id id,
                                    struct id by, char token[TOKEN_TEXT]);
NODISCARD enum err invitation_withdraw(struct tx *tx, const char *municipality, struct id id,
                                       struct id by);
/* ERR_NOTFOUND: no such one, used or too old. */
NODISCARD enum err invitation_find(struct tx *tx, struct arena *a, const char *token,
                                   struct invitation *out);
/* For somebody without an account: makes it, with the name and password that were chosen. */
struct invitation_person {
    const char *name, *password_hash;
    enum lang lang;
};
NODISCARD enum err invitation_accept_new(struct tx *tx, struct arena *a, const char *token,
                                         const struct invitation_person *p, struct id *out_account);
/* For the account that it was sent to. ERR_FORBIDDEN: for somebody else. */
NODISCARD enum err invitation_accept(struct tx *tx, struct arena *a, const char *token,
                                     struct id account);

/* --- A forgotten password (one hour, used once) --- */

/* Always answers ERR_OK and writes the same; *has tells whether there is somebody to send to (at
 * most three letters an hour). */
struct reset_asked {
    bool has;
    struct account account;
    char token[TOKEN_TEXT];
};
NODISCARD enum err reset_ask(struct tx *tx, struct arena *a, const char *email,
                             struct reset_asked *out);
/* ERR_NOTFOUND: no such one, used or too old. */
NODISCARD enum err reset_find(struct tx *tx, struct arena *a, const char *token,
                              struct account *out);
/* Sets the password and ends all sessions. The second factor stays. */
NODISCARD enum err reset_use(struct tx *tx, struct arena *a, const char *token, const char *hash);
