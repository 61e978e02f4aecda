/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Passwords: Argon2id by libsodium, and what a password must be. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct password_cost {
    unsigned long long passes;
    size_t memory; /* bytes, for each hash that is being computed */
};
extern const struct password_cost password_cost_default; /* 3 passes over 64 MiB */
extern const struct password_cost password_cost_tests;   /* as cheap as can be; never for people */

#define PASSWORD_HASH_TEXT 128
#define PASSWORD_MIN_CHARS 12
#define PASSWORD_MAX_BYTES 1024

enum password_problem {
    PASSWORD_OK,
    PASSWORD_SHORT,   /* fewer than PASSWORD_MIN_CHARS characters */
    PASSWORD_LONG,    /* more than PASSWORD_MAX_BYTES bytes */
    PASSWORD_INVALID, /* broken UTF-8 or control characters */
    PASSWORD_EMAIL,   /* is the address, or what stands before its @ */
    PASSWORD_COMMON,  /* one or two of the commonest words, whatever digits and signs around them,
                         or a plain row of digits or keys */
    PASSWORD_PROBLEM_COUNT
};

/* What is wrong with a new password. `email` may be NULL. */
enum password_problem password_check(const char *password, const char *email);
/* The key of the sentence for a person: "password_short"; NULL for PASSWORD_OK. */
const char *password_problem_key(enum password_problem p);

/* Slow on purpose (about 0.1 s, cost.memory bytes). ERR_INVALID when empty or too long, ERR_NOMEM
 * when the memory is not there. */
NODISCARD enum err password_hash(const char *password, struct password_cost cost,
                                 char out[PASSWORD_HASH_TEXT]);
/* Is it the password behind `stored`? With stored == NULL (no such account) the answer is false
 * after the same work, so that time does not tell who has an account. */
bool password_verify(const char *stored, const char *password, struct password_cost cost);
/* Was `stored` made at another cost? Then hash again, now that the password is at hand. */
bool password_rehash_needed(const char *stored, struct password_cost cost);

/* At most `places` hashes at a time, or a burst of log-ins would use up the memory. */
struct password_gate;
struct password_gate *password_gate_new(int places); /* NULL when out of memory */
void password_gate_free(struct password_gate *g);
/* Waits at most `wait_ms` for a place; ERR_BUSY when none came. Then leave(). */
NODISCARD enum err password_gate_enter(struct password_gate *g, int wait_ms);
void password_gate_leave(struct password_gate *g);
