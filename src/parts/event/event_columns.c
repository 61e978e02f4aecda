/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The store of columns: who is loaded, how new, and who is dropped. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db.h"
#include "event_sql.h"
#include "parts/event/columns_store.h"

#define BUDGET ((size_t)160 << 20)
#define BULK_FROM 8 /* so many not loaded: one pass over the table instead of one each */
#define CHANGED_MOST 20000
#define SCRATCH ((size_t)16 << 20)

/* The shared head of what columns_take() gives out. */
struct view {
    struct columns_view view;
    size_t cap;
    struct town_rows **refs;
};

struct columns *columns_new(struct db *db, size_t budget)
{
    struct columns *c = mem_alloc(sizeof *c);
    if (!c)
        return NULL;
    c->db = db;
    c->hits = hits_new(db);
    if (!c->hits) {
        mem_free(c);
        return NULL;
    }
    c->budget = budget ? budget : BUDGET;
    pthread_mutex_init(&c->lock, NULL);
    pthread_mutex_init(&c->load, NULL);
    finder_init(&c->finder);
    return c;
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    finder_done(c);
    for (size_t i = 0; i < CODES; i++) {
        if (!c->towns[i])
            continue;
        builder_done(&c->towns[i]->builder);
        rows_unref(c->towns[i]->rows);
        mem_free(c->towns[i]);
    }
    for (size_t i = 0; i < c->sources.n; i++)
        mem_free((char *)c->sources.names[i]);
    hits_free(c->hits);
    pthread_mutex_destroy(&c->lock);
    pthread_mutex_destroy(&c->load);
    mem_free(c);
}

void columns_freep(struct columns **c)
{
    columns_free(*c);
    *c = NULL;
}

size_t columns_bytes(struct columns *c)
{
    pthread_mutex_lock(&c->lock);
    size_t n = c->bytes;
    pthread_mutex_unlock(&c->lock);
    return n;
}

struct hits *columns_hits(struct columns *c)
{
    return c->hits;
}

static struct town **slot_of(struct columns *c, const char *code)
{
    int64_t n;
    return str_to_int(code, &n) && n >= 0 && n < CODES ? &c->towns[n] : NULL;
}

/* Under `load`. */
static enum err town_of(struct columns *c, const char *code, struct town **out)
{
    struct town **slot = slot_of(c, code);
    if (!slot)
        return ERR_NOTFOUND;
    if (!*slot) {
        struct town *t = mem_alloc(sizeof *t);
        if (!t)
            return ERR_NOMEM;
        str_copy(t->builder.municipality, sizeof t->builder.municipality, code);
        pthread_mutex_lock(&c->lock);
        *slot = t;
        pthread_mutex_unlock(&c->lock);
    }
    *out = *slot;
    return ERR_OK;
}

/* The rows of a municipality if they are at least as new as seq: a reference, else NULL. */
static struct town_rows *fresh_rows(struct columns *c, const char *code, int64_t seq)
{
    struct town_rows *r = NULL;
    pthread_mutex_lock(&c->lock);
    struct town **slot = slot_of(c, code);
    if (slot && *slot && (*slot)->rows && (*slot)->rows->rows.seq >= seq) {
        (*slot)->used = ++c->tick;
        r = rows_ref((*slot)->rows);
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

static size_t bytes_of(const struct town_rows *r)
{
    return r ? r->rows.bytes + (r->words ? r->words->bytes : 0) : 0;
}

/* The words of the town that has waited longest, all under `lock`. False when no town has any. */
static bool evict_words(struct columns *c)
{
    struct town *oldest = NULL;
    for (size_t i = 0; i < CODES; i++) {
        struct town *t = c->towns[i];
        if (t && t->rows && t->rows->words && (!oldest || t->used < oldest->used))
            oldest = t;
    }
    if (!oldest)
        return false;
    c->bytes -= oldest->rows->words->bytes;
    word_rows_unref(oldest->rows->words);
    oldest->rows->words = NULL;
    return true;
}

/* Under `lock`, inside `load`. The one just used stays. */
static void evict(struct columns *c, const struct town *keep)
{
    while (c->bytes > c->budget && evict_words(c)) {
    }
    while (c->bytes > c->budget) {
        struct town *oldest = NULL;
        for (size_t i = 0; i < CODES; i++) {
            struct town *t = c->towns[i];
            if (t && t->rows && t != keep && (!oldest || t->used < oldest->used))
                oldest = t;
        }
        if (!oldest)
            return;
        c->bytes -= bytes_of(oldest->rows);
        rows_unref(oldest->rows);
        oldest->rows = NULL;
        builder_done(&oldest->builder);
    }
}

/* Under `load`: r becomes the municipality's rows. */
static void install(struct columns *c, struct town *t, struct town_rows *r)
{
    pthread_mutex_lock(&c->lock);
    struct town_rows *old = t->rows;
    c->bytes += bytes_of(r) - bytes_of(old);
    t->rows = r;
    t->used = ++c->tick;
    evict(c, t);
    finder_ask(c, t);
    pthread_mutex_unlock(&c->lock);
    rows_unref(old);
}

void columns_set_words(struct columns *c, struct town_rows *rows, struct word_rows *w)
{
    pthread_mutex_lock(&c->lock);
    struct town **slot = slot_of(c, rows->rows.municipality);
    struct word_rows *old = rows->words;
    size_t bytes = c->bytes + w->bytes - (old ? old->bytes : 0);
    bool keep = slot && *slot && (*slot)->rows == rows && bytes <= c->budget;
    if (keep) {
        rows->words = w;
        c->bytes = bytes;
    }
    pthread_mutex_unlock(&c->lock);
    word_rows_unref(keep ? old : w);
}

/* --- Loading --- */

struct loading {
    struct columns *c;
    struct town *town;
};

static enum err one_row(void *arg, const void *row)
{
    struct loading *l = arg;
    return builder_add(&l->town->builder, &l->c->sources, row);
}

static enum err load_town(struct columns *c, struct tx *tx, struct town *t, int64_t seq)
{
    struct loading l = {c, t};
    struct q_event_rows_of_in in = {t->builder.municipality};
    struct town_rows *rows = NULL;
    builder_done(&t->builder);
    enum err e = db_each(tx, &q_event_rows_of, &in, NULL, one_row, &l);
    if (e == ERR_OK)
        e = builder_finish(&t->builder, &c->sources, seq, &(struct builder_base){NULL, NULL, 0},
                           &rows);
    if (e) {
        builder_done(&t->builder);
        return e;
    }
    install(c, t, rows);
    return ERR_OK;
}

enum err columns_changed(struct tx *tx, struct arena *a, const struct event_rows *rows,
                         int64_t until, struct id **out, size_t *out_n)
{
    struct q_event_changed_in in = {rows->municipality, rows->seq, until};
    struct q_event_changed_row *ids;
    if (until - rows->seq > CHANGED_MOST)
        return ERR_LIMIT;
    TRY(q_event_changed_all(tx, a, &in, &ids, out_n));
    *out = (struct id *)ids;
    return ERR_OK;
}

/* What the old rows' words tell of the new rows; nothing when there is no memory for it. */
static void carry_words(struct columns *c, struct town_rows *old, struct town_rows *rows,
                        const struct builder_base *base)
{
    pthread_mutex_lock(&c->lock);
    struct word_rows *words = word_rows_ref(old->words);
    pthread_mutex_unlock(&c->lock);
    struct id_set *changed = words ? id_set_new(base->gone, base->n_gone) : NULL;
    if (changed && word_rows_carry(words, &old->rows, &rows->rows, changed, &rows->words) != ERR_OK)
        rows->words = NULL;
    id_set_free(changed);
    word_rows_unref(words);
}

/* Only what has changed since. ERR_LIMIT when that is so much that all is read anew. */
static enum err refresh_with(struct columns *c, struct tx *tx, struct town *t, int64_t seq,
                             struct arena *a)
{
    const struct event_rows *old = &t->rows->rows;
    struct id *ids;
    size_t n;
    TRY(columns_changed(tx, a, old, seq, &ids, &n));
    if (n > 1000 && n > old->n / 4)
        return ERR_LIMIT;
    struct loading l = {c, t};
    enum err e = ERR_OK;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct q_event_rows_one_in key = {t->builder.municipality, ids[i]};
        e = db_each(tx, &q_event_rows_one, &key, NULL, one_row, &l);
    }
    struct town_rows *rows;
    struct builder_base base = {old, ids, n};
    if (e == ERR_OK)
        e = builder_finish(&t->builder, &c->sources, seq, &base, &rows);
    if (e) {
        builder_forget(&t->builder); /* or the next one that succeeds would count them again */
        return e;
    }
    carry_words(c, t->rows, rows, &base);
    install(c, t, rows);
    return ERR_OK;
}

static enum err refresh_town(struct columns *c, struct tx *tx, struct town *t, int64_t seq)
{
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    enum err e = t->rows ? ERR_OK : ERR_LIMIT;
    if (!a)
        return ERR_NOMEM;
    if (e == ERR_OK)
        e = refresh_with(c, tx, t, seq, a);
    return e == ERR_LIMIT ? load_town(c, tx, t, seq) : e;
}

/* A reference to rows as new as seq, loaded or refreshed if need be. */
static enum err take_town(struct columns *c, struct tx *tx, const char *code, int64_t seq,
                          struct town_rows **out)
{
    struct town_rows *r = fresh_rows(c, code, seq);
    enum err e = ERR_OK;
    if (!r) {
        pthread_mutex_lock(&c->load);
        r = fresh_rows(c, code, seq);
        struct town *t = NULL;
        if (!r)
            e = town_of(c, code, &t);
        if (!r && e == ERR_OK)
            e = refresh_town(c, tx, t, seq);
        if (!r && e == ERR_OK)
            r = fresh_rows(c, code, seq);
        pthread_mutex_unlock(&c->load);
    }
    if (e == ERR_OK && !r)
        e = ERR_INTERNAL;
    if (e == ERR_OK)
        *out = r;
    return e;
}

/* --- The whole country --- */

struct bulk {
    struct columns *c;
    const struct q_event_heads_row *heads;
    bool *wanted; /* by code */
    struct town *last;
};

static enum err bulk_row(void *arg, const void *row)
{
    struct bulk *b = arg;
    const char *code = ((const struct q_event_rows_all_row *)row)->municipality;
    if (!b->last || !str_eq(b->last->builder.municipality, code))
        TRY(town_of(b->c, code, &b->last));
    struct town **slot = slot_of(b->c, code);
    if (!b->wanted[slot - b->c->towns])
        return ERR_OK;
    return builder_add(&b->last->builder, &b->c->sources, row);
}

/* Those not loaded, in one pass, each handed to refs[i]: the budget may be smaller than all. */
static enum err load_bulk(struct columns *c, struct tx *tx, const struct q_event_heads_row *heads,
                          struct town_rows **refs, size_t n)
{
    AUTO(mem_freep) bool *wanted = mem_array(CODES, sizeof *wanted);
    if (!wanted)
        return ERR_NOMEM;
    struct bulk b = {c, heads, wanted, NULL};
    struct town *t = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!refs[i]) /* another thread may just have loaded it */
            refs[i] = fresh_rows(c, heads[i].municipality, 0);
        if (refs[i])
            continue;
        TRY(town_of(c, heads[i].municipality, &t));
        builder_done(&t->builder);
        wanted[slot_of(c, heads[i].municipality) - c->towns] = true;
    }
    enum err e = db_each(tx, &q_event_rows_all, NULL, NULL, bulk_row, &b);
    for (size_t i = 0; i < n; i++) {
        if (refs[i] || town_of(c, heads[i].municipality, &t) != ERR_OK)
            continue;
        if (e == ERR_OK)
            e = builder_finish(&t->builder, &c->sources, heads[i].seq,
                               &(struct builder_base){NULL, NULL, 0}, &refs[i]);
        if (e)
            builder_done(&t->builder);
        else
            install(c, t, rows_ref(refs[i]));
    }
    return e;
}

static enum err take_all(struct columns *c, struct tx *tx, const struct q_event_heads_row *heads,
                         struct town_rows **refs, size_t n)
{
    size_t missing = 0;
    for (size_t i = 0; i < n; i++) {
        refs[i] = fresh_rows(c, heads[i].municipality, 0);
        missing += refs[i] == NULL;
    }
    if (missing >= BULK_FROM) {
        pthread_mutex_lock(&c->load);
        enum err e = load_bulk(c, tx, heads, refs, n);
        pthread_mutex_unlock(&c->load);
        TRY(e);
    }
    for (size_t i = 0; i < n; i++) {
        if (refs[i] && refs[i]->rows.seq >= heads[i].seq)
            continue;
        rows_unref(refs[i]);
        refs[i] = NULL;
        TRY(take_town(c, tx, heads[i].municipality, heads[i].seq, &refs[i]));
    }
    return ERR_OK;
}

/* --- Views --- */

struct taking {
    struct columns *c;
    const char *municipality;
    struct view *out;
};

static struct view *view_new(size_t n)
{
    struct view *v = mem_alloc(sizeof *v);
    struct town_rows **refs = mem_array(n, sizeof *refs);
    const struct event_rows **parts = mem_array(n, sizeof *parts);
    if (!v || !refs || !parts) {
        mem_free(v);
        mem_free(refs);
        mem_free(parts);
        return NULL;
    }
    v->refs = refs;
    v->view.parts = parts;
    v->cap = n;
    return v;
}

void columns_give(struct columns_view *view)
{
    struct view *v = (struct view *)view;
    if (!v)
        return;
    for (size_t i = 0; i < v->cap; i++)
        rows_unref(v->refs[i]);
    mem_free(v->refs);
    mem_free((void *)v->view.parts);
    mem_free(v);
}

void columns_givep(struct columns_view **v)
{
    columns_give(*v);
    *v = NULL;
}

static void view_finish(struct view *v)
{
    const struct event_rows **parts = (const struct event_rows **)v->view.parts;
    for (size_t i = 0; i < v->cap; i++)
        if (v->refs[i] && v->refs[i]->rows.n)
            parts[v->view.n++] = &v->refs[i]->rows;
}

static enum err take_one(struct tx *tx, void *arg)
{
    struct taking *t = arg;
    struct q_event_head_in in = {t->municipality};
    struct q_event_head_row head = {0};
    enum err e = q_event_head_one(tx, NULL, &in, &head);
    if (e && e != ERR_NOTFOUND)
        return e;
    t->out = view_new(1);
    if (!t->out)
        return ERR_NOMEM;
    return take_town(t->c, tx, t->municipality, head.seq, &t->out->refs[0]);
}

/* Pseudo codes of counties and the country hold events too: notices that name no municipality. */
static enum err take_country(struct tx *tx, void *arg)
{
    struct taking *t = arg;
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    struct q_event_heads_row *heads;
    size_t n;
    if (!a)
        return ERR_NOMEM;
    TRY(q_event_heads_all(tx, a, &heads, &n));
    t->out = view_new(n);
    return t->out ? take_all(t->c, tx, heads, t->out->refs, n) : ERR_NOMEM;
}

enum err columns_take(struct columns *c, const char *municipality, struct columns_view **out)
{
    struct taking t = {c, municipality, NULL};
    if (municipality && !slot_of(c, municipality))
        return ERR_NOTFOUND;
    enum err e = municipality ? db_read(c->db, municipality, take_one, &t)
                              : db_read(c->db, DB_NATIONAL, take_country, &t);
    if (e) {
        columns_give(t.out ? &t.out->view : NULL);
        return e;
    }
    view_finish(t.out);
    *out = &t.out->view;
    return ERR_OK;
}
