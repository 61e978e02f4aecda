/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Finds the common words of what has been loaded, on a thread of its own: a search that comes
 * before it is ready asks the database for all. */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "parts/event/columns_store.h"

#define SAMPLE 4096 /* events */
#define SCRATCH ((size_t)16 << 20)
#define RESTS 3       /* times as long as it has worked */
#define REST_LEAST 10 /* milliseconds */
#define SETTLE_TRIES 5
#define ROW_BYTES (WORDS_KEPT / 8) /* of memory, about */

/* --- Asking --- */

static void *finder_main(void *arg);

static bool is_ready(const struct town_rows *r)
{
    return r->words && r->words->n_unknown <= WORDS_READ_MOST / 2;
}

void finder_ask(struct columns *c, struct town *t)
{
    struct finder *f = &c->finder;
    const struct town_rows *r = t->rows;
    bool room = r && (r->words || c->bytes + (size_t)r->rows.n * ROW_BYTES <= c->budget);
    bool grown = r && r->rows.n / 2 > t->sampled;
    if (!f->on || f->stop || t->wanted || !room || r->rows.n == 0 || (is_ready(r) && !grown))
        return;
    if (!f->running)
        f->running = pthread_create(&f->thread, NULL, finder_main, c) == 0;
    if (!f->running)
        return; /* searches are as slow as before */
    t->wanted = true;
    f->n_wanted++;
    pthread_cond_signal(&f->asked);
}

void finder_init(struct finder *f)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->asked, &attr);
    pthread_condattr_destroy(&attr);
    pthread_cond_init(&f->idle, NULL);
}

void columns_find_words(struct columns *c)
{
    pthread_mutex_lock(&c->lock);
    c->finder.on = true;
    for (size_t i = 0; i < CODES; i++)
        if (c->towns[i])
            finder_ask(c, c->towns[i]);
    pthread_mutex_unlock(&c->lock);
}

void columns_words_wait(struct columns *c)
{
    pthread_mutex_lock(&c->lock);
    while (c->finder.n_wanted || c->finder.busy)
        pthread_cond_wait(&c->finder.idle, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

void finder_done(struct columns *c)
{
    struct finder *f = &c->finder;
    pthread_mutex_lock(&c->lock);
    bool running = f->running;
    f->stop = true;
    pthread_cond_signal(&f->asked);
    pthread_mutex_unlock(&c->lock);
    if (running)
        pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->asked);
    pthread_cond_destroy(&f->idle);
    word_list_unref(f->words);
}

/* --- One round --- */

/* A town that waits for its words, and the rows it had then. */
struct item {
    struct town *town;
    struct town_rows *rows;
    struct word_rows *words; /* of those rows, so far */
};

struct round {
    struct columns *c;
    struct item *list;
    size_t n;
};

/* Whoever loads the country asks for one town after the other: all of them are waited for. Those
 * that rest stay wanted. */
static void take_wanted(struct round *r)
{
    struct columns *c = r->c;
    int64_t now = time_monotonic();
    pthread_mutex_lock(&c->load);
    pthread_mutex_lock(&c->lock);
    r->list = mem_array(c->finder.n_wanted, sizeof *r->list);
    for (size_t i = 0; i < CODES; i++) {
        struct town *t = c->towns[i];
        if (!t || !t->wanted || (r->list && t->rest_until > now))
            continue;
        t->wanted = false;
        c->finder.n_wanted--;
        if (r->list && t->rows)
            r->list[r->n++] = (struct item){t, rows_ref(t->rows), word_rows_ref(t->rows->words)};
    }
    pthread_mutex_unlock(&c->lock);
    pthread_mutex_unlock(&c->load);
}

static enum err add_to_sample(void *arg, uint32_t row, const char *words)
{
    (void)row;
    return word_sample_add(arg, words);
}

/* Every step-th event of all, counted through the towns. */
static enum err sample_town(struct columns *c, const struct event_rows *rows, size_t step,
                            size_t *next, struct word_sample *s)
{
    size_t n = 0;
    AUTO(mem_freep) uint32_t *list = mem_array(rows->n / step + 1, sizeof *list);
    if (!list)
        return ERR_NOMEM;
    for (; *next < rows->n; *next += step)
        list[n++] = (uint32_t)*next;
    *next -= rows->n;
    struct words_asked asked = {rows, list, n};
    return words_of_some(c->db, &asked, add_to_sample, s);
}

static enum err sample_all(const struct round *r, size_t total, struct word_sample *s)
{
    size_t step = total > SAMPLE ? total / SAMPLE : 1, next = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (atomic_load(&r->c->finder.stop))
            return ERR_CANCELLED;
        TRY(sample_town(r->c, &r->list[i].rows->rows, step, &next, s));
    }
    return ERR_OK;
}

/* Other words: those who have the old ones want them too. */
static void use_list(struct columns *c, struct word_list *l)
{
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CODES; i++) {
        struct town *t = c->towns[i];
        if (t && t->rows && t->rows->words && t->rows->words->list != l && !t->wanted) {
            t->wanted = true;
            c->finder.n_wanted++;
        }
    }
    pthread_mutex_unlock(&c->lock);
    word_list_unref(c->finder.words);
    c->finder.words = l;
}

static enum err choose_words(const struct round *r)
{
    struct finder *f = &r->c->finder;
    struct word_list *l = NULL;
    size_t total = 0;
    bool grown = !f->words;
    for (size_t i = 0; i < r->n; i++) {
        total += r->list[i].rows->rows.n;
        grown = grown || r->list[i].rows->rows.n / 2 > r->list[i].town->sampled;
    }
    if (!grown)
        return ERR_OK;
    struct word_sample *s = word_sample_new();
    enum err e = s ? sample_all(r, total, s) : ERR_NOMEM;
    if (e == ERR_OK)
        e = word_sample_list(s, total, f->words, &l);
    word_sample_free(s);
    if (e)
        return e;
    pthread_mutex_lock(&r->c->lock);
    for (size_t i = 0; i < r->n; i++)
        r->list[i].town->sampled = r->list[i].rows->rows.n;
    pthread_mutex_unlock(&r->c->lock);
    if (l == f->words)
        word_list_unref(l);
    else
        use_list(r->c, l);
    return ERR_OK;
}

/* --- Settling: the rows may have changed meanwhile --- */

struct settling {
    struct columns *c;
    const struct item *item;
    struct word_rows *words;
};

static enum err carry_to(struct tx *tx, struct settling *s, const struct town_rows *now,
                         struct word_rows **out)
{
    const struct event_rows *before = &s->item->rows->rows;
    struct q_event_head_in in = {before->municipality};
    struct q_event_head_row head = {0};
    struct id *ids;
    size_t n;
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    if (!a)
        return ERR_NOMEM;
    TRY(q_event_head_one(tx, NULL, &in, &head));
    if (head.seq < now->rows.seq)
        return ERR_BUSY; /* this snapshot is older than those rows: another one */
    TRY(columns_changed(tx, a, before, now->rows.seq, &ids, &n));
    struct id_set *set = id_set_new(ids, n);
    enum err e = set ? word_rows_carry(s->words, before, &now->rows, set, out) : ERR_NOMEM;
    id_set_free(set);
    return e;
}

static enum err settle(struct tx *tx, void *arg)
{
    struct settling *s = arg;
    struct columns *c = s->c;
    struct word_rows *w = NULL;
    enum err e = ERR_OK;
    pthread_mutex_lock(&c->load); /* nobody loads or refreshes meanwhile */
    pthread_mutex_lock(&c->lock);
    struct town_rows *now = rows_ref(s->item->town->rows);
    pthread_mutex_unlock(&c->lock);
    if (now == s->item->rows)
        w = word_rows_ref(s->words);
    else if (now)
        e = carry_to(tx, s, now, &w);
    if (w)
        columns_set_words(c, now, w);
    pthread_mutex_unlock(&c->load);
    rows_unref(now);
    return e;
}

/* Changes that came too fast are taken in by another round. */
static enum err settle_words(const struct settling *s)
{
    struct settling again = *s;
    const char *municipality = s->item->rows->rows.municipality;
    enum err e = ERR_BUSY;
    for (int i = 0; i < SETTLE_TRIES && e == ERR_BUSY; i++)
        e = db_read(s->c->db, municipality, settle, &again);
    if (e == ERR_BUSY || e == ERR_LIMIT) {
        pthread_mutex_lock(&s->c->lock);
        finder_ask(s->c, s->item->town);
        pthread_mutex_unlock(&s->c->lock);
    }
    return e;
}

static enum err find_one(struct columns *c, const struct item *it)
{
    struct settling s = {c, it, NULL};
    const struct event_rows *rows = &it->rows->rows;
    struct word_list *list = c->finder.words;
    enum err e = ERR_OK;
    if (!it->words || it->words->list != list)
        e = word_rows_read(c->db, rows, list, &c->finder.stop, &s.words);
    else if (it->words->n_unknown)
        e = word_rows_know(c->db, it->words, rows, &s.words);
    if (e == ERR_OK && s.words)
        e = settle_words(&s);
    word_rows_unref(s.words);
    return e;
}

/* Then the town rests thrice as long: an import changes its rows again and again, and each time
 * there is something to find. Searches ask the database meanwhile. What fails is asked for again
 * when the rows change, or are loaded anew. */
static void find_and_rest(struct columns *c, const struct item *it)
{
    int64_t start = time_monotonic();
    enum err e = find_one(c, it);
    (void)e;
    int64_t now = time_monotonic();
    pthread_mutex_lock(&c->lock);
    it->town->rest_until = now + (now - start) * RESTS + REST_LEAST;
    pthread_mutex_unlock(&c->lock);
}

static void one_round(struct columns *c)
{
    struct round r = {.c = c};
    take_wanted(&r);
    enum err e = r.n ? choose_words(&r) : ERR_OK;
    for (size_t i = 0; i < r.n; i++) {
        if (e == ERR_OK && !atomic_load(&c->finder.stop))
            find_and_rest(c, &r.list[i]);
        rows_unref(r.list[i].rows);
        word_rows_unref(r.list[i].words);
    }
    mem_free(r.list);
}

/* Under `lock`: milliseconds until one of those that are wanted may begin. */
static int64_t still_resting(const struct columns *c)
{
    int64_t now = time_monotonic(), least = INT64_MAX;
    for (size_t i = 0; i < CODES; i++) {
        const struct town *t = c->towns[i];
        if (t && t->wanted && t->rest_until - now < least)
            least = t->rest_until - now;
    }
    return least > 0 ? least : 0;
}

/* Under `lock`: until then, or until something is asked for. */
static void wait_some(struct columns *c, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms % MSEC_SECOND * 1000000;
    until.tv_sec += ms / MSEC_SECOND + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(&c->finder.asked, &c->lock, &until);
}

static void *finder_main(void *arg)
{
    struct columns *c = arg;
    struct finder *f = &c->finder;
    pthread_mutex_lock(&c->lock);
    while (!f->stop) {
        int64_t resting = f->n_wanted ? still_resting(c) : 0;
        if (f->n_wanted == 0) {
            pthread_cond_broadcast(&f->idle);
            pthread_cond_wait(&f->asked, &c->lock);
        } else if (resting > 0) {
            wait_some(c, resting);
        } else {
            f->busy = true;
            pthread_mutex_unlock(&c->lock);
            one_round(c);
            pthread_mutex_lock(&c->lock);
            f->busy = false;
        }
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* --- For a search --- */

static void take_refs(struct columns *c, const struct columns_view *v, struct word_rows **out)
{
    pthread_mutex_lock(&c->lock);
    for (size_t p = 0; p < v->n; p++)
        out[p] = word_rows_ref(((struct town_rows *)v->parts[p])->words); /* rows stand first */
    pthread_mutex_unlock(&c->lock);
}

static void give_refs(const struct columns_view *v, struct word_rows **out)
{
    for (size_t p = 0; p < v->n; p++) {
        word_rows_unref(out[p]);
        out[p] = NULL;
    }
}

static bool are_all_there(const struct columns_view *v, struct word_rows **list)
{
    size_t unknown = 0;
    for (size_t p = 0; p < v->n; p++) {
        if (!list[p])
            return false;
        unknown += list[p]->n_unknown;
    }
    return unknown <= WORDS_READ_MOST;
}

static enum err know_all(struct columns *c, const struct columns_view *v, struct word_rows **list)
{
    for (size_t p = 0; p < v->n; p++) {
        struct word_rows *w;
        if (list[p]->n_unknown == 0)
            continue;
        TRY(word_rows_know(c->db, list[p], v->parts[p], &w));
        columns_set_words(c, (struct town_rows *)v->parts[p], word_rows_ref(w));
        word_rows_unref(list[p]);
        list[p] = w;
    }
    return ERR_OK;
}

enum err columns_words_take(struct columns *c, const struct columns_view *v, struct word_rows **out)
{
    take_refs(c, v, out);
    bool there = are_all_there(v, out);
    enum err e = there ? know_all(c, v, out) : ERR_OK;
    if (e || !there)
        give_refs(v, out);
    return e;
}
