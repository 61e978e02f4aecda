/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A batch of rows in one transaction: what is new, the same, or changed. */
#include "parts/import/import_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_sql.h"

#define SCRATCH ((size_t)256 << 20)
#define HASH_TEXT 16
#define SEEN_MOST 3000000

struct work {
    struct tx *tx;
    struct arena *a;
    struct import_store *s;
};

static const char *full_key(struct arena *a, const struct event *e)
{
    return arena_printf(a, "%s/%s", str_eq(e->source, EVENT_SOURCE_POLICE) ? "" : e->municipality,
                        e->source_key);
}

enum err import_batch_turns(struct import_batch *b)
{
    AUTO(map_freep) struct map *turns = map_new();
    if (!turns)
        return ERR_NOMEM;
    b->turns = 0;
    for (size_t i = 0; i < b->n; i++) {
        const char *key = full_key(b->a, &b->rows[i].e);
        int64_t turn = -1;
        if (!key)
            return ERR_NOMEM;
        if (!map_get(turns, key, &turn))
            turn = -1;
        TRY(map_put(turns, key, turn + 1));
        b->turn[i] = (unsigned)(turn + 1);
        if (b->turn[i] + 1 > b->turns)
            b->turns = b->turn[i] + 1;
    }
    return ERR_OK;
}

/* --- What is known already --- */

/* The mark of a notice: hash@when it was seen, and "u" when it has its address. */
struct mark {
    char hash[HASH_TEXT + 1];
    msec seen;
    bool url;
};

static struct mark read_mark(const char *s)
{
    struct mark m = {"", 0, false};
    const char *at = s ? strchr(s, '@') : NULL;
    if (!s)
        return m;
    (void)str_copy(m.hash, sizeof m.hash, s);
    m.hash[strcspn(m.hash, "@")] = 0;
    m.seen = at ? strtoll(at + 1, NULL, 10) : 0;
    m.url = str_ends(s, "u");
    return m;
}

static const char *write_mark(struct arena *a, const char *hash, msec seen, bool url)
{
    return arena_printf(a, "%s@%lld%s", hash, (long long)seen, url ? "u" : "");
}

static void count_notes(struct import_store *s, unsigned notes)
{
    for (unsigned i = 0; i < NOTE_COUNT; i++)
        s->counts.notes[i] += notes >> i & 1;
}

static void same(struct work *w, const struct import_row *r)
{
    w->s->counts.same++;
    count_notes(w->s, r->notes);
}

/* Has the event said this before? Then what comes now is old. */
static enum err said_before(struct work *w, const struct event_known *k, const char *hash,
                            bool *before)
{
    struct event_version *list;
    size_t n;
    char want[HASH_TEXT + 4] = "\"";
    (void)str_copy(want + 1, sizeof want - 1, hash);
    TRY(event_versions(w->tx, w->a, k->municipality, k->id, &list, &n));
    *before = false;
    for (size_t i = 0; i < n; i++)
        *before = *before || strstr(list[i].content, want);
    return ERR_OK;
}

static enum err change(struct work *w, const struct import_row *r, const struct event_known *k)
{
    struct event e = r->e, old;
    TRY(event_get(w->tx, w->a, k->municipality, k->id, &old));
    e.id = k->id;
    e.state = old.state;
    e.import_id = old.import_id; /* whoever brought it first can take it away */
    if (w->s->police) {
        e.url = e.url ? e.url : old.url;
        e.source_hash = write_mark(w->a, e.source_hash, r->seen, e.url != NULL);
    }
    if (!e.source_hash)
        return ERR_NOMEM;
    struct event_edit edit = {"revised", w->s->by, k->version};
    bool changed = true;
    if (w->s->dry_run)
        changed = true;
    else if (str_eq(e.municipality, k->municipality))
        TRY(event_update(w->tx, w->s->areas, &e, &edit, &changed, NULL));
    else
        TRY(event_move(w->tx, w->s->areas, k->municipality, &e, &edit, NULL));
    w->s->counts.changed += changed;
    w->s->counts.same += !changed;
    count_notes(w->s, r->notes);
    return ERR_OK;
}

/* A notice that is here: newer ones win, older ones never. */
static enum err notice(struct work *w, const struct import_row *r, const struct event_known *k)
{
    struct mark have = read_mark(k->source_hash);
    struct import_row old = *r;
    bool before = false;
    if (str_eq(have.hash, r->e.source_hash)) {
        if (r->e.url && !have.url)
            return change(w, r, k);
        if (r->seen > have.seen && !w->s->dry_run) {
            struct q_import_event_seen_in in = {k->municipality, k->id,
                                                write_mark(w->a, have.hash, r->seen, have.url)};
            TRY(q_import_event_seen_run(w->tx, &in, NULL));
        }
        same(w, r);
        return ERR_OK;
    }
    if (r->seen == have.seen)
        TRY(said_before(w, k, r->e.source_hash, &before));
    if (r->seen > have.seen || (r->seen == have.seen && !before))
        return change(w, r, k);
    old.notes |= 1u << NOTE_OLDER;
    same(w, &old);
    return ERR_OK;
}

static enum err meet(struct work *w, const struct import_row *r, const struct event_known *k)
{
    struct import_row masked = *r;
    if (k->state == EVENT_REDACTED) {
        masked.notes |= 1u << NOTE_MASKED;
        same(w, &masked);
        return ERR_OK;
    }
    if (w->s->police)
        return notice(w, r, k);
    if (!str_eq(k->source_hash, r->e.source_hash))
        return change(w, r, k);
    same(w, r);
    return ERR_OK;
}

/* --- New ones --- */

/* In a dry run nothing is written, so what stood earlier in this file is kept in mind here. */
static enum err dry_new(struct work *w, const struct import_row *r)
{
    const char *key = full_key(w->a, &r->e);
    int64_t hash = (int64_t)hash64(r->e.source_hash, strlen(r->e.source_hash), 0), have;
    if (!key)
        return ERR_NOMEM;
    if (!map_get(w->s->seen, key, &have))
        w->s->counts.added++;
    else if (have == hash)
        w->s->counts.same++;
    else
        w->s->counts.changed++;
    count_notes(w->s, r->notes);
    return map_count(w->s->seen) < SEEN_MOST ? map_put(w->s->seen, key, hash) : ERR_OK;
}

static enum err add(struct work *w, struct import_row *const *rows, size_t n)
{
    struct event *list = ARENA_ARRAY(w->a, n, struct event);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        list[i] = rows[i]->e;
        list[i].import_id = w->s->id;
        list[i].created_by = w->s->by;
        if (w->s->police)
            list[i].source_hash =
                write_mark(w->a, list[i].source_hash, rows[i]->seen, list[i].url != NULL);
        if (!list[i].source_hash)
            return ERR_NOMEM;
        count_notes(w->s, rows[i]->notes);
    }
    w->s->counts.added += (int64_t)n;
    return event_add_batch(w->tx, w->s->areas, list, n, NULL, NULL);
}

/* Rows with different keys, of one municipality (or notices of any). */
static enum err store_rows(struct work *w, struct import_row **rows, size_t n)
{
    const char **keys = ARENA_ARRAY(w->a, n, const char *);
    struct event_known *known = ARENA_ARRAY(w->a, n, struct event_known);
    bool *found = ARENA_ARRAY(w->a, n, bool);
    size_t fresh = 0;
    if (!keys || !known || !found)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        keys[i] = rows[i]->e.source_key;
    if (w->s->police)
        TRY(event_known_police(w->tx, w->a, keys, n, known, found));
    else
        TRY(event_known_many(
            w->tx, w->a,
            &(struct event_source_keys){rows[0]->e.municipality, rows[0]->e.source, keys, n}, known,
            found));
    for (size_t i = 0; i < n; i++) {
        if (found[i])
            TRY(meet(w, rows[i], &known[i]));
        else if (w->s->dry_run)
            TRY(dry_new(w, rows[i]));
        else
            rows[fresh++] = rows[i];
    }
    return fresh ? add(w, rows, fresh) : ERR_OK;
}

/* The rows whose turn it is, municipality by municipality. */
static enum err store_turn(struct work *w, unsigned turn)
{
    struct import_batch *b = w->s->batch;
    struct import_row **rows = ARENA_ARRAY(w->a, b->n, struct import_row *);
    bool *taken = ARENA_ARRAY(w->a, b->n, bool);
    if (!rows || !taken)
        return ERR_NOMEM;
    for (size_t i = 0; i < b->n; i++) {
        if (taken[i] || b->turn[i] != turn)
            continue;
        size_t n = 0;
        for (size_t k = i; k < b->n; k++) {
            bool belongs =
                w->s->police || str_eq(b->rows[k].e.municipality, b->rows[i].e.municipality);
            if (taken[k] || b->turn[k] != turn || !belongs)
                continue;
            taken[k] = true;
            rows[n++] = &b->rows[k];
        }
        TRY(store_rows(w, rows, n));
    }
    return ERR_OK;
}

static enum err put_refused(struct work *w)
{
    const struct import_batch *b = w->s->batch;
    struct q_import_reject_put_in *in =
        ARENA_ARRAY(w->a, b->n_refused, struct q_import_reject_put_in);
    if (!in)
        return ERR_NOMEM;
    for (size_t i = 0; i < b->n_refused; i++)
        in[i] = (struct q_import_reject_put_in){w->s->municipality,         w->s->id,
                                                (int64_t)b->refused[i].row, b->refused[i].reason,
                                                b->refused[i].field,        b->refused[i].raw};
    return q_import_reject_put_run_batch(w->tx, in, b->n_refused);
}

/* How far the import has come: fails when somebody else went on with it meanwhile. */
static enum err put_step(struct work *w)
{
    const struct import_report *r = w->s->so_far;
    const struct import_counts *c = &w->s->counts;
    const struct import_batch *b = w->s->batch;
    struct q_import_run_step_in in = {
        .municipality = w->s->municipality,
        .id = w->s->id,
        .was = r->read,
        .rows_read = r->read + (int64_t)b->items,
        .rows_new = r->added + c->added,
        .rows_same = r->same + c->same,
        .rows_changed = r->changed + c->changed,
        .rows_refused = r->refused + (int64_t)b->n_refused,
    };
    int64_t rows = 0;
    TRY(q_import_run_step_run(w->tx, &in, &rows));
    w->s->overtaken = rows != 1;
    return rows == 1 ? ERR_OK : ERR_CONFLICT;
}

enum err import_store_batch(struct tx *tx, void *arg)
{
    struct import_store *s = arg;
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    struct work w = {tx, a, s};
    if (!a)
        return ERR_NOMEM;
    s->counts = (struct import_counts){0};
    for (unsigned turn = 0; turn < s->batch->turns; turn++)
        TRY(store_turn(&w, turn));
    if (s->dry_run)
        return ERR_OK;
    TRY(put_refused(&w));
    return put_step(&w);
}
