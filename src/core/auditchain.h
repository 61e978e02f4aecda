/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit log as a chain: each entry carries the hash of itself and the entry before, so a
 * change, a deletion or a new order shows. What a chain alone cannot show (its end cut off, an old
 * backup put back, a second history) shows against signed heads that are kept elsewhere. */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

#define AUDIT_HASH 32
#define AUDIT_PUBLIC_KEY 32
#define AUDIT_SECRET_KEY 64
#define AUDIT_SIGNATURE 64

/* Texts are borrowed; NULL counts as "". */
struct audit_entry {
    int64_t seq; /* 1, 2, 3 ... without a gap within its chain */
    msec at;
    struct id actor; /* the account; none for the system */
    struct id object;
    const char *action;      /* "event.read" */
    const char *object_kind; /* "event" */
    const char *detail;      /* JSON, without what people wrote */
};

/* The hash before entry 1 of a chain, which is named by municipality ("1493", "0000"). */
void audit_genesis(const char *chain, uint8_t out[AUDIT_HASH]);
/* BLAKE2b-256 over the hash before and the entry in canonical form. out may be prev. */
void audit_link(const uint8_t prev[AUDIT_HASH], const struct audit_entry *e,
                uint8_t out[AUDIT_HASH]);

/* The end of a chain at some moment, signed. */
struct audit_head {
    int64_t seq;
    msec at;
    uint8_t hash[AUDIT_HASH];
    uint8_t signature[AUDIT_SIGNATURE];
};
void audit_key_new(uint8_t public_key[AUDIT_PUBLIC_KEY], uint8_t secret_key[AUDIT_SECRET_KEY]);
/* Fills in the signature over the chain's name, seq, at and hash. */
void audit_head_sign(const char *chain, struct audit_head *h,
                     const uint8_t secret_key[AUDIT_SECRET_KEY]);

enum audit_fault {
    AUDIT_SOUND,
    AUDIT_GAP,            /* seq is not the one expected: deleted, reordered or inserted */
    AUDIT_CHANGED,        /* the entry or its hash is not what was written */
    AUDIT_TRUNCATED,      /* a head tells of entries that are gone */
    AUDIT_FORKED,         /* another history than the one a head was signed for */
    AUDIT_HEAD_SIGNATURE, /* a head is not signed by this key */
};

struct audit_report {
    enum audit_fault fault;
    int64_t seq;     /* the first entry that is wrong */
    int64_t entries; /* how many were sound */
    uint8_t last[AUDIT_HASH];
};

/* Gives the next entry and its stored hash in order of seq; ERR_NOTFOUND at the end. The texts need
 * to live until the next call. */
typedef enum err audit_next_fn(void *arg, struct audit_entry *e, uint8_t hash[AUDIT_HASH]);

/* What the chain is held against. heads in ascending order of seq. */
struct audit_witness {
    const struct audit_head *heads;
    size_t count;
    const uint8_t *public_key; /* NULL only when count is 0 */
};

/* Reads the whole chain. ERR_OK with *out filled in when it is sound, ERR_CORRUPT with *out telling
 * where it first is not; other errors come from `next` and leave *out as it was. */
NODISCARD enum err audit_verify(const char *chain, audit_next_fn *next, void *arg,
                                struct audit_witness witness, struct audit_report *out);
