/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/auditchain.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

_Static_assert(AUDIT_PUBLIC_KEY == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(AUDIT_SECRET_KEY == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(AUDIT_SIGNATURE == crypto_sign_BYTES, "Ed25519");

/* The canonical form: every number as 8 bytes, most significant first; every text with its length
 * before it, so that no two entries have the same bytes. */
static void add_int(crypto_generichash_state *st, int64_t v)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    crypto_generichash_update(st, b, sizeof b);
}

static void add_text(crypto_generichash_state *st, const char *s)
{
    size_t n = s ? strlen(s) : 0;
    add_int(st, (int64_t)n);
    crypto_generichash_update(st, (const uint8_t *)(s ? s : ""), n);
}

static void hash_begin(crypto_generichash_state *st, const char *purpose)
{
    crypto_generichash_init(st, NULL, 0, AUDIT_HASH);
    add_text(st, purpose);
}

void audit_genesis(const char *chain, uint8_t out[AUDIT_HASH])
{
    crypto_generichash_state st;
    hash_begin(&st, "samsyn audit chain 1");
    add_text(&st, chain);
    crypto_generichash_final(&st, out, AUDIT_HASH);
}

void audit_link(const uint8_t prev[AUDIT_HASH], const struct audit_entry *e,
                uint8_t out[AUDIT_HASH])
{
    crypto_generichash_state st;
    hash_begin(&st, "samsyn audit entry 1");
    crypto_generichash_update(&st, prev, AUDIT_HASH);
    add_int(&st, e->seq);
    add_int(&st, e->at);
    crypto_generichash_update(&st, e->actor.b, sizeof e->actor.b);
    crypto_generichash_update(&st, e->object.b, sizeof e->object.b);
    add_text(&st, e->action);
    add_text(&st, e->object_kind);
    add_text(&st, e->detail);
    crypto_generichash_final(&st, out, AUDIT_HASH);
}

static void head_digest(const char *chain, const struct audit_head *h, uint8_t out[AUDIT_HASH])
{
    crypto_generichash_state st;
    hash_begin(&st, "samsyn audit head 1");
    add_text(&st, chain);
    add_int(&st, h->seq);
    add_int(&st, h->at);
    crypto_generichash_update(&st, h->hash, AUDIT_HASH);
    crypto_generichash_final(&st, out, AUDIT_HASH);
}

void audit_key_new(uint8_t public_key[AUDIT_PUBLIC_KEY], uint8_t secret_key[AUDIT_SECRET_KEY])
{
    int started = sodium_init();
    assert(started >= 0);
    (void)started;
    crypto_sign_keypair(public_key, secret_key);
}

void audit_head_sign(const char *chain, struct audit_head *h,
                     const uint8_t secret_key[AUDIT_SECRET_KEY])
{
    uint8_t digest[AUDIT_HASH];
    head_digest(chain, h, digest);
    crypto_sign_detached(h->signature, NULL, digest, sizeof digest, secret_key);
}

static enum err fault(struct audit_report *r, enum audit_fault f, int64_t seq)
{
    r->fault = f;
    r->seq = seq;
    return ERR_CORRUPT;
}

static enum err check_signatures(const char *chain, struct audit_witness w, struct audit_report *r)
{
    for (size_t i = 0; i < w.count; i++) {
        uint8_t digest[AUDIT_HASH];
        head_digest(chain, &w.heads[i], digest);
        if (crypto_sign_verify_detached(w.heads[i].signature, digest, sizeof digest,
                                        w.public_key) != 0)
            return fault(r, AUDIT_HEAD_SIGNATURE, w.heads[i].seq);
    }
    return ERR_OK;
}

/* Heads signed at the entry that was just read must carry its hash. *at is the next head. */
static enum err check_heads(struct audit_witness w, size_t *at, struct audit_report *r)
{
    for (; *at < w.count && w.heads[*at].seq <= r->entries; ++*at) {
        assert(*at == 0 || w.heads[*at - 1].seq <= w.heads[*at].seq);
        if (w.heads[*at].seq != r->entries || memcmp(w.heads[*at].hash, r->last, AUDIT_HASH) != 0)
            return fault(r, AUDIT_FORKED, w.heads[*at].seq);
    }
    return ERR_OK;
}

static enum err walk(audit_next_fn *next, void *arg, struct audit_witness w, struct audit_report *r)
{
    size_t head = 0;
    TRY(check_heads(w, &head, r));
    for (;;) {
        struct audit_entry e = {0};
        uint8_t stored[AUDIT_HASH] = {0}, hash[AUDIT_HASH];
        enum err got = next(arg, &e, stored);
        if (got == ERR_NOTFOUND)
            break;
        TRY(got);
        if (e.seq != r->entries + 1)
            return fault(r, AUDIT_GAP, r->entries + 1);
        audit_link(r->last, &e, hash);
        if (memcmp(hash, stored, AUDIT_HASH) != 0)
            return fault(r, AUDIT_CHANGED, e.seq);
        memcpy(r->last, hash, AUDIT_HASH);
        r->entries++;
        TRY(check_heads(w, &head, r));
    }
    return head < w.count ? fault(r, AUDIT_TRUNCATED, r->entries + 1) : ERR_OK;
}

enum err audit_verify(const char *chain, audit_next_fn *next, void *arg,
                      struct audit_witness witness, struct audit_report *out)
{
    assert(chain && next && out && (witness.count == 0 || witness.public_key));
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    struct audit_report r = {.fault = AUDIT_SOUND};
    audit_genesis(chain, r.last);
    enum err e = check_signatures(chain, witness, &r);
    if (e == ERR_OK)
        e = walk(next, arg, witness, &r);
    /* ERR_CORRUPT without a fault is the store's own complaint: nothing is known about the chain */
    if (e == ERR_OK || (e == ERR_CORRUPT && r.fault != AUDIT_SOUND))
        *out = r;
    return e;
}
