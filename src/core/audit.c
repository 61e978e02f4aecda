/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/audit.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/auditchain.h"
#include "core_sql.h"

/* PostgreSQL has several writers; SQLite's only one is alone. */
static enum err take_turn(struct tx *tx, const char *municipality)
{
    struct q_audit_turn_in in = {municipality};
    return tx_engine(tx) == DB_POSTGRES ? q_audit_turn_run(tx, &in, NULL) : ERR_OK;
}

enum err audit_add(struct tx *tx, const struct audit_note *n)
{
    TRY(take_turn(tx, n->municipality));
    struct arena *a = arena_new(64 * 1024);
    if (!a)
        return ERR_NOMEM;
    uint8_t prev[AUDIT_HASH], hash[AUDIT_HASH];
    struct audit_entry e = {
        .seq = 1,
        .at = time_now(),
        .actor = n->actor,
        .object = n->object,
        .action = n->action,
        .object_kind = n->object_kind,
        .detail = n->detail ? n->detail : "{}",
    };
    audit_genesis(n->municipality, prev);
    struct q_audit_last_in last_in = {n->municipality};
    struct q_audit_last_row last;
    enum err err = q_audit_last_one(tx, a, &last_in, &last);
    if (err == ERR_OK && last.hash.n == AUDIT_HASH) {
        e.seq = last.seq + 1;
        memcpy(prev, last.hash.data, AUDIT_HASH);
    } else if (err != ERR_NOTFOUND) {
        arena_free(a);
        return err ? err : ERR_CORRUPT;
    }
    audit_link(prev, &e, hash);
    struct q_audit_insert_in in = {
        .municipality = n->municipality,
        .seq = e.seq,
        .at = e.at,
        .account = e.actor,
        .action = e.action,
        .object_kind = e.object_kind,
        .object = e.object,
        .detail = e.detail,
        .hash = {hash, sizeof hash},
    };
    err = q_audit_insert_run(tx, &in, NULL);
    arena_free(a);
    return err == ERR_CONFLICT ? ERR_BUSY : err; /* another process was first: again */
}

static enum err add_one(struct tx *tx, void *arg)
{
    return audit_add(tx, arg);
}

enum err audit_write(struct db *db, const struct audit_note *n)
{
    struct audit_note copy = *n;
    return db_write(db, n->municipality, add_one, &copy);
}

/* --- Checking --- */

#define SLICE 1000

struct walk {
    struct tx *tx;
    struct arena *a; /* one slice */
    const char *municipality;
    struct q_audit_chain_row *rows;
    size_t n, at;
    int64_t after;
};

static enum err next_entry(void *arg, struct audit_entry *e, uint8_t hash[AUDIT_HASH])
{
    struct walk *w = arg;
    if (w->at == w->n) {
        arena_reset(w->a);
        struct q_audit_chain_in in = {w->municipality, w->after, SLICE};
        TRY(q_audit_chain_all(w->tx, w->a, &in, &w->rows, &w->n));
        w->at = 0;
        if (w->n == 0)
            return ERR_NOTFOUND;
    }
    const struct q_audit_chain_row *r = &w->rows[w->at++];
    *e = (struct audit_entry){r->seq,    r->at,          r->account, r->object,
                              r->action, r->object_kind, r->detail};
    w->after = r->seq;
    memset(hash, 0, AUDIT_HASH);
    if (r->hash.n == AUDIT_HASH)
        memcpy(hash, r->hash.data, AUDIT_HASH);
    return ERR_OK;
}

struct check {
    struct arena *a;
    struct buf *report;
    enum lang lang;
    int64_t entries;
    bool bad;
};

static void tell_fault(const struct check *c, const char *municipality,
                       const struct audit_report *r)
{
    static const enum text_key said[] = {
        [AUDIT_SOUND] = T_audit_fault_changed,   [AUDIT_GAP] = T_audit_fault_gap,
        [AUDIT_CHANGED] = T_audit_fault_changed, [AUDIT_TRUNCATED] = T_audit_fault_truncated,
        [AUDIT_FORKED] = T_audit_fault_forked,   [AUDIT_HEAD_SIGNATURE] = T_audit_fault_signature,
    };
    const char *text = text_fmt(c->a, c->lang, said[r->fault], municipality, (int64_t)r->seq);
    buf_printf(c->report, "%s\n", text ? text : municipality);
}

static enum err check_chains(struct tx *tx, void *arg)
{
    struct check *c = arg;
    struct q_audit_chains_row *chains;
    size_t n;
    TRY(q_audit_chains_all(tx, c->a, &chains, &n));
    struct arena *slice = arena_new(16 * 1024 * 1024);
    if (!slice)
        return ERR_NOMEM;
    enum err e = ERR_OK;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct walk w = {.tx = tx, .a = slice, .municipality = chains[i].municipality};
        struct audit_report r;
        e = audit_verify(w.municipality, next_entry, &w, (struct audit_witness){0}, &r);
        if (e == ERR_CORRUPT) {
            tell_fault(c, w.municipality, &r);
            c->bad = true;
            e = ERR_OK;
        }
        if (e == ERR_OK)
            c->entries += r.entries;
    }
    arena_free(slice);
    return e;
}

enum err audit_check_all(struct db *db, struct arena *a, enum lang lang, struct buf *report,
                         int64_t *out_entries)
{
    struct check c = {.a = a, .report = report, .lang = lang};
    TRY(db_read(db, DB_NATIONAL, check_chains, &c));
    *out_entries = c.entries;
    return c.bad ? ERR_CORRUPT : ERR_OK;
}

enum err audit_check_one(struct tx *tx, const char *municipality, struct audit_report *out)
{
    AUTO(arena_freep) struct arena *slice = arena_new(16 * 1024 * 1024);
    if (!slice)
        return ERR_NOMEM;
    struct walk w = {.tx = tx, .a = slice, .municipality = municipality};
    return audit_verify(municipality, next_entry, &w, (struct audit_witness){0}, out);
}
