/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the account files only. */
#pragma once

#include <pthread.h>

#include "core/account.h"

#define MISS_SLOTS 4096 /* a power of two: how many addresses are remembered */
#define MISS_WAYS 8     /* places an address may stand in; the oldest gives way */
#define MISS_FREE 10    /* attempts that cost nothing */
#define MISS_FORGET MSEC_HOUR
#define MISS_WAIT_MOST 30

struct miss {
    uint64_t key; /* keyed hash of the address and the device; 0: empty */
    int64_t count;
    msec at;
};

struct accounts {
    uint8_t key[32];
    struct password_cost cost;
    struct password_gate *gate;
    pthread_mutex_t lock;
    struct miss misses[MISS_SLOTS];
};

/* Who is counted: an address as it was typed, on a known device or not. */
uint64_t miss_key(const struct accounts *s, const char *email, bool known_device);
/* Seconds to wait before the next attempt; 0: now. */
int miss_wait(struct accounts *s, uint64_t key, msec now);
void miss_add(struct accounts *s, uint64_t key, msec now);
/* Forgets, and tells how many there were. */
struct miss miss_clear(struct accounts *s, uint64_t key);

/* One entry about an account in the log of the installation. */
NODISCARD enum err account_note(struct tx *tx, const char *action, struct id account, struct id by);
NODISCARD enum err account_note_in(struct tx *tx, const char *municipality, const char *action,
                                   struct id object, struct id by, const char *detail);
