/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_hits.h"

#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/db.h"
#include "event_sql.h"
#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"

#define KEPT 64
#define KEPT_BYTES ((size_t)16 << 20)
#define SPAN_MOST (UINT64_C(1) << 29) /* from the first to the last rid: 64 MB of bits */
#define IDS_MOST 20000000u

/* One block: this, then the parts' pointers, then their bits. */
struct found {
    struct event_hits hits; /* first: what is given out */
    atomic_int refs;
    size_t bytes;
};

/* What is asked for. */
struct wish {
    char municipality[8];
    const char *query;
    uint64_t state;
    const struct columns_view *view;
    struct columns *columns;
    struct event_words *words;
    const char *text; /* as the person wrote it */
};

struct kept {
    char municipality[8];
    char *query; /* NULL: free */
    uint64_t state;
    struct found *found; /* NULL: somebody is searching */
    uint64_t used;
};

struct hits {
    struct db *db;
    pthread_mutex_t lock;
    pthread_cond_t done; /* a search ended */
    struct kept list[KEPT];
    size_t bytes;
    uint64_t tick;
};

static void found_unref(struct found *f)
{
    if (f && atomic_fetch_sub(&f->refs, 1) == 1)
        mem_free(f);
}

struct hits *hits_new(struct db *db)
{
    struct hits *h = mem_alloc(sizeof *h);
    if (!h)
        return NULL;
    h->db = db;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->done, NULL);
    return h;
}

/* Under `lock`. */
static void drop(struct hits *h, struct kept *k)
{
    h->bytes -= k->found ? k->found->bytes : 0;
    found_unref(k->found);
    mem_free(k->query);
    *k = (struct kept){0};
}

void hits_free(struct hits *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < KEPT; i++)
        drop(h, &h->list[i]);
    pthread_cond_destroy(&h->done);
    pthread_mutex_destroy(&h->lock);
    mem_free(h);
}

/* --- Searching --- */

/* SQLite tells rows by rid: a bit each from the view's first to its last. PostgreSQL by id. */
struct search {
    const struct wish *wish;
    const char *query;
    uint32_t first, last; /* rid */
    uint64_t *rids;
    struct id *ids;
    size_t n_ids, cap_ids;
};

static enum err add_id(struct search *s, struct id id)
{
    if (s->n_ids == s->cap_ids) {
        size_t cap = s->cap_ids ? s->cap_ids * 2 : 1024;
        struct id *more = cap > IDS_MOST ? NULL : mem_realloc(s->ids, cap * sizeof *more);
        if (!more)
            return cap > IDS_MOST ? ERR_LIMIT : ERR_NOMEM;
        s->ids = more;
        s->cap_ids = cap;
    }
    s->ids[s->n_ids++] = id;
    return ERR_OK;
}

static enum err one_hit(void *arg, const void *row)
{
    struct search *s = arg;
    const struct q_event_words_find_row *r = row;
    if (!s->rids)
        return add_id(s, r->id);
    if (r->rid >= s->first && r->rid <= s->last)
        s->rids[(r->rid - s->first) / 64] |= UINT64_C(1) << (r->rid - s->first) % 64;
    return ERR_OK;
}

static enum err run_search(struct tx *tx, void *arg)
{
    struct search *s = arg;
    const struct wish *w = s->wish;
    s->n_ids = 0;
    struct q_event_words_find_in one = {w->municipality, s->query, s->first, s->last};
    struct q_event_words_search_in all = {s->query, s->first, s->last};
    return str_empty(w->municipality) ? db_each(tx, &q_event_words_search, &all, NULL, one_hit, s)
                                      : db_each(tx, &q_event_words_find, &one, NULL, one_hit, s);
}

static enum err make_room(struct search *s, const struct columns_view *v)
{
    s->first = UINT32_MAX;
    s->last = 0;
    for (size_t p = 0; p < v->n; p++)
        for (uint32_t i = 0; i < v->parts[p]->n; i++) {
            uint32_t rid = v->parts[p]->rid[i];
            s->first = rid < s->first ? rid : s->first;
            s->last = rid > s->last ? rid : s->last;
        }
    if (s->first > s->last)
        s->first = s->last = 0; /* no row at all */
    if (s->last - s->first >= SPAN_MOST)
        return ERR_LIMIT;
    s->rids = mem_array((s->last - s->first) / 64 + 1, sizeof *s->rids);
    return s->rids ? ERR_OK : ERR_NOMEM;
}

/* --- Which rows those are --- */

static struct found *found_new(const struct columns_view *v, uint64_t ***bits)
{
    size_t words = 0;
    for (size_t p = 0; p < v->n; p++)
        words += v->parts[p]->n / 64 + 1;
    size_t bytes = sizeof(struct found) + v->n * sizeof(uint64_t *) + words * sizeof(uint64_t);
    struct found *f = mem_alloc(bytes);
    if (!f)
        return NULL;
    uint64_t **list = (uint64_t **)(f + 1);
    uint64_t *next = (uint64_t *)(list + v->n);
    for (size_t p = 0; p < v->n; p++) {
        list[p] = next;
        next += v->parts[p]->n / 64 + 1;
    }
    f->hits = (struct event_hits){v->n, (const uint64_t *const *)list};
    atomic_init(&f->refs, 1);
    f->bytes = bytes;
    *bits = list;
    return f;
}

static void mark(const struct search *s, const struct id_set *ids, const struct event_rows *r,
                 uint64_t *bits)
{
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t at = ids ? 0 : r->rid[i] - s->first;
        bool hit = ids ? id_set_has(ids, r->id[i]) : s->rids[at / 64] >> at % 64 & 1;
        bits[i / 64] |= (uint64_t)hit << i % 64;
    }
}

/* What the engine finds for `query`. */
static enum err ask_engine(struct hits *h, const struct wish *w, const char *query, uint64_t **bits)
{
    struct search s = {.wish = w, .query = query};
    struct id_set *ids = NULL;
    bool by_rid = db_engine_of(h->db) == DB_SQLITE;
    enum err e = by_rid ? make_room(&s, w->view) : ERR_OK;
    if (e == ERR_OK)
        e = db_read(h->db, str_empty(w->municipality) ? DB_NATIONAL : w->municipality, run_search,
                    &s);
    if (e == ERR_OK && !by_rid && !(ids = id_set_new(s.ids, s.n_ids)))
        e = ERR_NOMEM;
    for (size_t p = 0; e == ERR_OK && p < w->view->n; p++)
        mark(&s, ids, w->view->parts[p], bits[p]);
    id_set_free(ids);
    mem_free(s.rids);
    mem_free(s.ids);
    return e;
}

/* --- Words that many events hold: known without asking --- */

struct common {
    const struct columns_view *view;
    struct word_rows **rows; /* of each part */
    char words[EVENT_QUERY_TERMS][EVENT_WORD_MOST + 1];
    size_t n;
};

/* The word is one of those whose rows are known in every part. */
static bool is_common(void *arg, const char *word)
{
    struct common *c = arg;
    size_t len = strlen(word);
    if (c->n == EVENT_QUERY_TERMS || len > EVENT_WORD_MOST)
        return false;
    for (size_t p = 0; p < c->view->n; p++)
        if (!c->rows[p] || word_list_find(c->rows[p]->list, word, len) < 0)
            return false;
    memcpy(c->words[c->n++], word, len + 1);
    return true;
}

static void take_all_rows(const struct columns_view *v, uint64_t **bits)
{
    for (size_t p = 0; p < v->n; p++) {
        uint32_t n = v->parts[p]->n;
        memset(bits[p], 0xff, n / 64 * sizeof **bits);
        if (n % 64)
            bits[p][n / 64] = (UINT64_C(1) << n % 64) - 1;
    }
}

/* Only the rows that hold the common words too. */
static void keep_common(const struct common *c, uint64_t **bits)
{
    for (size_t p = 0; p < c->view->n; p++) {
        const struct word_rows *r = c->rows[p];
        size_t n = c->n ? word_rows_stretch(r->n) : 0;
        for (size_t k = 0; k < c->n; k++) {
            int which = word_list_find(r->list, c->words[k], strlen(c->words[k]));
            const uint64_t *of = r->bits + (size_t)which * n;
            for (size_t i = 0; i < n; i++)
                bits[p][i] &= of[i];
        }
    }
}

static enum err find_among(struct hits *h, const struct wish *w, struct common *c,
                           struct found **out)
{
    struct buf rest = buf_init(EVENT_QUERY_MOST * 16);
    struct event_words_known known = {is_common, c};
    uint64_t **bits = NULL;
    bool any;
    event_words_query(w->words, &rest, db_engine_of(h->db), w->text, &known, &any);
    enum err e = buf_err(&rest);
    struct found *f = e ? NULL : found_new(w->view, &bits);
    if (e == ERR_OK && !f)
        e = ERR_NOMEM;
    if (e == ERR_OK && rest.len)
        e = ask_engine(h, w, buf_text(&rest), bits);
    else if (e == ERR_OK)
        take_all_rows(w->view, bits);
    if (e == ERR_OK)
        keep_common(c, bits);
    buf_done(&rest);
    if (e)
        mem_free(f);
    else
        *out = f;
    return e;
}

static enum err find_rows(struct hits *h, const struct wish *w, struct found **out)
{
    AUTO(mem_freep)
    struct word_rows **rows = mem_array(w->view->n, sizeof(struct word_rows *));
    AUTO(mem_freep) struct common *c = mem_alloc(sizeof *c);
    if (!rows || !c)
        return ERR_NOMEM;
    *c = (struct common){.view = w->view, .rows = rows};
    TRY(columns_words_take(w->columns, w->view, rows));
    enum err e = find_among(h, w, c, out);
    for (size_t p = 0; p < w->view->n; p++)
        word_rows_unref(rows[p]);
    return e;
}

/* --- What is kept --- */

static struct kept *lookup(struct hits *h, const struct wish *w)
{
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *k = &h->list[i];
        if (k->query && k->state == w->state && str_eq(k->municipality, w->municipality) &&
            str_eq(k->query, w->query))
            return k;
    }
    return NULL;
}

/* A place for what is about to be found: a free one, that of the same words before the rows
 * changed, or the one that has waited longest. NULL: all are being searched for. */
static struct kept *claim(struct hits *h, const struct wish *w)
{
    struct kept *best = NULL;
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *k = &h->list[i];
        if (k->query && !k->found)
            continue;
        if (k->query && str_eq(k->municipality, w->municipality) && str_eq(k->query, w->query)) {
            best = k;
            break;
        }
        if (!best || k->used < best->used)
            best = k;
    }
    char *copy = best ? mem_strdup(w->query) : NULL;
    if (!copy)
        return NULL;
    drop(h, best);
    memcpy(best->municipality, w->municipality, sizeof best->municipality);
    best->query = copy;
    best->state = w->state;
    best->used = ++h->tick;
    return best;
}

/* The search for k has ended: with f, or (NULL) without. */
static void settle(struct hits *h, struct kept *k, struct found *f)
{
    pthread_mutex_lock(&h->lock);
    if (f) {
        atomic_fetch_add(&f->refs, 1);
        k->found = f;
        h->bytes += f->bytes;
    } else {
        drop(h, k);
    }
    while (h->bytes > KEPT_BYTES) {
        struct kept *oldest = NULL;
        for (size_t i = 0; i < KEPT; i++)
            if (h->list[i].found && (!oldest || h->list[i].used < oldest->used))
                oldest = &h->list[i];
        drop(h, oldest);
    }
    pthread_cond_broadcast(&h->done);
    pthread_mutex_unlock(&h->lock);
}

static enum err take(struct hits *h, const struct wish *w, struct found **out)
{
    struct kept *k;
    pthread_mutex_lock(&h->lock);
    while ((k = lookup(h, w)) && !k->found)
        pthread_cond_wait(&h->done, &h->lock);
    if (k) {
        k->used = ++h->tick;
        atomic_fetch_add(&k->found->refs, 1);
        *out = k->found;
    } else {
        k = claim(h, w);
        *out = NULL;
    }
    pthread_mutex_unlock(&h->lock);
    if (*out)
        return ERR_OK;
    enum err e = find_rows(h, w, out);
    if (k)
        settle(h, k, e == ERR_OK ? *out : NULL);
    return e;
}

/* Which municipalities the view has, and how far each has come: all that tells which rows stand
 * where in it. */
static uint64_t state_of(const struct columns_view *v)
{
    uint64_t h = v->n;
    for (size_t p = 0; p < v->n; p++) {
        const struct event_rows *r = v->parts[p];
        const int64_t come[] = {r->seq, r->n};
        h = hash64(come, sizeof come, hash64(r->municipality, strlen(r->municipality), h));
    }
    return h;
}

enum err event_hits_take(struct columns *c, const struct columns_view *v, const char *municipality,
                         const char *text, const struct event_hits **out)
{
    struct hits *h = columns_hits(c);
    struct wish w = {.view = v, .columns = c, .text = text};
    if (municipality) {
        if (v->n > 1 || (v->n == 1 && !str_eq(v->parts[0]->municipality, municipality)))
            return ERR_USAGE; /* a view without rows has no part */
        str_copy(w.municipality, sizeof w.municipality, municipality);
    }
    w.state = state_of(v);
    AUTO(event_words_freep) struct event_words *words = event_words_new();
    if (!words)
        return ERR_NOMEM;
    bool any = false;
    struct buf query = buf_init(EVENT_QUERY_MOST * 16);
    w.words = words;
    event_words_query(words, &query, db_engine_of(h->db), text, NULL, &any);
    enum err e = buf_err(&query);
    struct found *found = NULL;
    w.query = e ? NULL : buf_text(&query);
    if (e == ERR_OK && any)
        e = take(h, &w, &found);
    buf_done(&query);
    if (e == ERR_OK)
        *out = found ? &found->hits : NULL;
    return e;
}

void event_hits_give(const struct event_hits *h)
{
    found_unref((struct found *)h); /* the hits are its first member */
}
