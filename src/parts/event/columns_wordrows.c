/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which rows hold the common words: a bit a row for each word. */
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "event_sql.h"
#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"

#define BYTES_MOST ((size_t)40 << 20) /* 2.6 million events of one municipality */
#define SOME 256                      /* rows read at a time */
#define SCRATCH ((size_t)64 << 20)

/* --- Owning --- */

struct word_rows *word_rows_ref(struct word_rows *w)
{
    if (w)
        atomic_fetch_add(&w->refs, 1);
    return w;
}

void word_rows_unref(struct word_rows *w)
{
    if (!w || atomic_fetch_sub(&w->refs, 1) != 1)
        return;
    word_list_unref(w->list);
    mem_free(w->unknown);
    mem_free(w);
}

/* One block, the bits at its end; all of them 0. */
static enum err rows_new(struct word_list *list, uint32_t n, struct word_rows **out)
{
    size_t bytes = sizeof(struct word_rows) + list->n * word_rows_stretch(n) * sizeof(uint64_t);
    struct word_rows *w = bytes > BYTES_MOST ? NULL : mem_alloc(bytes);
    if (!w)
        return bytes > BYTES_MOST ? ERR_LIMIT : ERR_NOMEM;
    atomic_init(&w->refs, 1);
    w->list = word_list_ref(list);
    w->bytes = bytes;
    w->n = n;
    w->bits = (uint64_t *)(w + 1);
    *out = w;
    return ERR_OK;
}

static void put_words(struct word_rows *w, uint32_t row, const char *words)
{
    for (const char *p = words; *p;) {
        size_t len = strcspn(p, " ");
        int i = word_list_find(w->list, p, len);
        if (i >= 0)
            w->bits[(size_t)i * word_rows_stretch(w->n) + row / 64] |= UINT64_C(1) << row % 64;
        p += len + (p[len] == ' ');
    }
}

/* --- Reading all --- */

struct reading {
    const struct event_rows *rows;
    struct word_rows *out;
    const atomic_bool *stop;
    uint32_t *slots; /* by id: 1 + row, or 0 */
    size_t mask;
};

static size_t slot_of(const struct reading *r, struct id id)
{
    uint64_t a, b;
    memcpy(&a, id.b, 8);
    memcpy(&b, id.b + 8, 8);
    return (size_t)((a ^ b * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93) >> 20) &
           r->mask;
}

static enum err index_rows(struct reading *r)
{
    size_t size = 16;
    while (size < (size_t)r->rows->n * 2)
        size *= 2;
    r->slots = mem_array(size, sizeof *r->slots);
    if (!r->slots)
        return ERR_NOMEM;
    r->mask = size - 1;
    for (uint32_t i = 0; i < r->rows->n; i++) {
        size_t s = slot_of(r, r->rows->id[i]);
        while (r->slots[s])
            s = (s + 1) & r->mask;
        r->slots[s] = i + 1;
    }
    return ERR_OK;
}

static enum err one_event(void *arg, const void *row)
{
    const struct reading *r = arg;
    const struct q_event_words_all_said_row *said = row;
    if (atomic_load(r->stop))
        return ERR_CANCELLED;
    for (size_t s = slot_of(r, said->id); r->slots[s]; s = (s + 1) & r->mask)
        if (id_eq(r->rows->id[r->slots[s] - 1], said->id)) {
            put_words(r->out, r->slots[s] - 1, said->words);
            break;
        }
    return ERR_OK;
}

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_event_words_all_said_in in = {r->rows->municipality};
    memset(r->out->bits, 0, r->out->bytes - sizeof *r->out); /* it may run again */
    return db_each(tx, &q_event_words_all_said, &in, NULL, one_event, r);
}

enum err word_rows_read(struct db *db, const struct event_rows *rows, struct word_list *list,
                        const atomic_bool *stop, struct word_rows **out)
{
    struct reading r = {.rows = rows, .stop = stop};
    TRY(rows_new(list, rows->n, &r.out));
    enum err e = index_rows(&r);
    if (e == ERR_OK && list->n)
        e = db_read(db, rows->municipality, read_all, &r);
    mem_free(r.slots);
    if (e)
        word_rows_unref(r.out);
    else
        *out = r.out;
    return e;
}

/* --- Reading some --- */

struct some {
    const struct words_asked *asked;
    words_fn *fn;
    void *arg;
};

static enum err read_part(struct tx *tx, struct arena *a, const struct some *s, size_t from)
{
    const struct event_rows *rows = s->asked->rows;
    size_t n = s->asked->n - from < SOME ? s->asked->n - from : SOME;
    struct q_event_words_said_in *in = ARENA_ARRAY(a, n, struct q_event_words_said_in);
    struct q_event_words_said_row *said = ARENA_ARRAY(a, n, struct q_event_words_said_row);
    bool *found = ARENA_ARRAY(a, n, bool);
    if (!in || !said || !found)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        in[i] =
            (struct q_event_words_said_in){rows->municipality, rows->id[s->asked->list[from + i]]};
    TRY(q_event_words_said_batch(tx, a, in, n, said, found));
    for (size_t i = 0; i < n; i++)
        if (found[i])
            TRY(s->fn(s->arg, s->asked->list[from + i], said[i].words));
    return ERR_OK;
}

static enum err read_some(struct tx *tx, void *arg)
{
    const struct some *s = arg;
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    if (!a)
        return ERR_NOMEM;
    for (size_t from = 0; from < s->asked->n; from += SOME) {
        TRY(read_part(tx, a, s, from));
        arena_reset(a);
    }
    return ERR_OK;
}

enum err words_of_some(struct db *db, const struct words_asked *asked, words_fn *fn, void *arg)
{
    struct some s = {asked, fn, arg};
    return asked->n ? db_read(db, asked->rows->municipality, read_some, &s) : ERR_OK;
}

static enum err know(void *arg, uint32_t row, const char *words)
{
    put_words(arg, row, words);
    return ERR_OK;
}

enum err word_rows_know(struct db *db, const struct word_rows *old, const struct event_rows *rows,
                        struct word_rows **out)
{
    struct word_rows *w;
    TRY(rows_new(old->list, old->n, &w));
    memcpy(w->bits, old->bits, old->bytes - sizeof *old);
    struct words_asked asked = {rows, old->unknown, old->n_unknown};
    enum err e = words_of_some(db, &asked, know, w);
    if (e)
        word_rows_unref(w);
    else
        *out = w;
    return e;
}

/* --- Carrying over to newer rows --- */

struct carrying {
    const struct word_rows *old;
    struct word_rows *now;
    uint32_t from, to, n; /* a stretch of rows that follow each other in both */
    uint32_t next;        /* of the old ones that are not known */
    uint32_t most;
};

/* Bits [from, from + n) become [to, to + n), which were 0. */
static void copy_bits(const uint64_t *in, uint32_t from, uint64_t *out, uint32_t to, uint32_t n)
{
    while (n > 0) {
        uint32_t take = 64 - to % 64 < n ? 64 - to % 64 : n, skip = from % 64;
        uint64_t bits = in[from / 64] >> skip;
        if (skip + take > 64)
            bits |= in[from / 64 + 1] << (64 - skip);
        if (take < 64)
            bits &= (UINT64_C(1) << take) - 1;
        out[to / 64] |= bits << to % 64;
        from += take;
        to += take;
        n -= take;
    }
}

static void end_stretch(struct carrying *c)
{
    size_t in = word_rows_stretch(c->old->n), out = word_rows_stretch(c->now->n);
    for (size_t i = 0; c->n && i < c->now->list->n; i++)
        copy_bits(c->old->bits + i * in, c->from, c->now->bits + i * out, c->to, c->n);
    c->n = 0;
}

static enum err not_known(struct carrying *c, uint32_t row)
{
    if (c->now->n_unknown == c->most)
        return ERR_LIMIT;
    c->now->unknown[c->now->n_unknown++] = row;
    return ERR_OK;
}

static enum err keep(struct carrying *c, uint32_t from, uint32_t to)
{
    if (c->n == 0 || c->from + c->n != from || c->to + c->n != to) {
        end_stretch(c);
        c->from = from;
        c->to = to;
    }
    c->n++;
    while (c->next < c->old->n_unknown && c->old->unknown[c->next] < from)
        c->next++;
    bool unknown = c->next < c->old->n_unknown && c->old->unknown[c->next] == from;
    return unknown ? not_known(c, to) : ERR_OK;
}

/* Both are in the same order, and what has not changed is in both. */
static enum err carry(struct carrying *c, const struct event_rows *before,
                      const struct event_rows *now, const struct id_set *changed)
{
    uint32_t old = 0;
    for (uint32_t i = 0; i < now->n; i++) {
        if (id_set_has(changed, now->id[i])) {
            TRY(not_known(c, i));
            continue;
        }
        while (old < before->n && !id_eq(before->id[old], now->id[i]))
            old++;
        if (old == before->n)
            return ERR_LIMIT;
        TRY(keep(c, old++, i));
    }
    end_stretch(c);
    return ERR_OK;
}

enum err word_rows_carry(const struct word_rows *old, const struct event_rows *before,
                         const struct event_rows *now, const struct id_set *changed,
                         struct word_rows **out)
{
    struct carrying c = {.old = old, .most = now->n / 8 + 1000};
    TRY(rows_new(old->list, now->n, &c.now));
    c.now->unknown = mem_array(c.most, sizeof *c.now->unknown);
    enum err e = c.now->unknown ? carry(&c, before, now, changed) : ERR_NOMEM;
    if (e == ERR_OK && c.now->n_unknown == 0) {
        mem_free(c.now->unknown);
        c.now->unknown = NULL;
    }
    if (e)
        word_rows_unref(c.now);
    else
        *out = c.now;
    return e;
}
