/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answers are made by a thread of its own and kept by the exact question and the state of the
 * events: a page never waits for more than a moment, and an address that is opened again gives the
 * same bytes. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/explore/explore_inner.h"

#define KEPT 24                        /* questions */
#define ACCOUNTS 8                     /* who wait for one */
#define OF_ONE 3                       /* questions that one account may have waiting */
#define QUESTION_MOST (64 * 1024)      /* bytes of one */
#define SCRATCH_MOST ((size_t)1 << 29) /* bytes of the work */
#define LONGEST (180 * 1000)           /* milliseconds of work, on a machine that has time for it */
#define LEFT (20 * 1000) /* milliseconds: nobody has asked for so long, the page is closed */

struct kept {
    bool used;
    enum explore_state state;
    enum err err;
    struct arena *a; /* the question */
    const char *key;
    struct explore_ask ask;
    uint64_t seq; /* of the events */
    uint64_t asked;
    int64_t seen; /* when somebody last asked */
    double share;
    bool stop;
    struct id who[ACCOUNTS]; /* none: free */
    struct explore_answer *answer;
};

struct explore_keep {
    struct app *app;
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    pthread_t worker;
    bool running, stop;
    uint64_t clock;
    struct kept *now; /* what is being worked at */
    int64_t began;
    struct kept kept[KEPT];
};

static struct explore_keep *keep_new(struct app *app)
{
    struct explore_keep *k = mem_alloc(sizeof *k);
    pthread_condattr_t attr;
    if (!k)
        return NULL;
    *k = (struct explore_keep){.app = app};
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, &attr);
    pthread_cond_init(&k->done, &attr);
    pthread_condattr_destroy(&attr);
    return k;
}

static struct explore_keep *keep_of(struct app *app)
{
    static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&making);
    if (!app->explore)
        app->explore = keep_new(app);
    pthread_mutex_unlock(&making);
    return app->explore;
}

static void let_go(struct explore_answer *x)
{
    if (x && --x->refs == 0)
        explore_answer_free(x);
}

static void empty(struct kept *e)
{
    let_go(e->answer);
    arena_free(e->a);
    *e = (struct kept){0};
}

static bool busy(const struct kept *e)
{
    return e->used && (e->state == EXPLORE_WAITING || e->state == EXPLORE_RUNNING);
}

/* --- Who waits --- */

static bool waits(const struct kept *e, struct id who)
{
    for (size_t i = 0; i < ACCOUNTS; i++)
        if (id_eq(e->who[i], who))
            return true;
    return false;
}

static void join(struct kept *e, struct id who)
{
    for (size_t i = 0; i < ACCOUNTS && !waits(e, who); i++)
        if (id_is_none(e->who[i]))
            e->who[i] = who;
}

/* The work ends when nobody waits for it any more. */
static void leave(struct kept *e, struct id who)
{
    bool left = false;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        if (id_eq(e->who[i], who))
            e->who[i] = (struct id){0};
        left = left || !id_is_none(e->who[i]);
    }
    if (left || !busy(e))
        return;
    e->stop = true;
    if (e->state == EXPLORE_WAITING)
        e->state = EXPLORE_STOPPED;
}

/* A person who changes the form many times wants the last: the oldest of too many is left. */
static void make_way(struct explore_keep *k, struct id who)
{
    struct kept *old = NULL;
    int n = 0;
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *e = &k->kept[i];
        if (!busy(e) || !waits(e, who))
            continue;
        n++;
        if (!old || e->asked < old->asked)
            old = e;
    }
    if (n >= OF_ONE)
        leave(old, who);
}

/* --- The work --- */

/* Milliseconds that this thread has worked: a busy machine refuses nothing sooner. */
static int64_t worked(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool go_on(void *arg, double share)
{
    struct explore_keep *k = arg;
    pthread_mutex_lock(&k->lock);
    if (share > k->now->share)
        k->now->share = share;
    if (time_monotonic() - k->now->seen > LEFT)
        k->now->stop = true;
    bool on = !k->stop && !k->now->stop && worked() - k->began < LONGEST;
    pthread_mutex_unlock(&k->lock);
    return on;
}

static void answer(struct explore_keep *k, struct kept *e)
{
    struct explore_answer *x = NULL;
    struct arena *scratch = arena_new(SCRATCH_MOST);
    struct work w = {.threads = 1, .arena = scratch, .tick = go_on, .arg = k};
    k->now = e;
    k->began = worked();
    pthread_mutex_unlock(&k->lock);
    enum err err = scratch ? explore_run(k->app, &e->ask, &w, &x) : ERR_NOMEM;
    arena_free(scratch);
    pthread_mutex_lock(&k->lock);
    k->now = NULL;
    e->err = err;
    if (x)
        x->refs = 1;
    e->answer = x;
    e->state = !err                              ? EXPLORE_DONE
               : err == ERR_CANCELLED && e->stop ? EXPLORE_STOPPED
                                                 : EXPLORE_FAILED;
    pthread_cond_broadcast(&k->done);
}

static void *work(void *arg)
{
    struct explore_keep *k = arg;
    pthread_mutex_lock(&k->lock);
    while (!k->stop) {
        struct kept *next = NULL;
        for (size_t i = 0; i < KEPT; i++) {
            struct kept *e = &k->kept[i];
            if (e->used && e->state == EXPLORE_WAITING && (!next || e->asked < next->asked))
                next = e;
        }
        if (!next) {
            pthread_cond_wait(&k->wake, &k->lock);
            continue;
        }
        next->state = EXPLORE_RUNNING;
        answer(k, next);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

void explore_keep_free(struct explore_keep *k)
{
    if (!k)
        return;
    pthread_mutex_lock(&k->lock);
    k->stop = true;
    pthread_cond_broadcast(&k->wake);
    pthread_mutex_unlock(&k->lock);
    if (k->running)
        pthread_join(k->worker, NULL);
    for (size_t i = 0; i < KEPT; i++)
        empty(&k->kept[i]);
    pthread_cond_destroy(&k->wake);
    pthread_cond_destroy(&k->done);
    pthread_mutex_destroy(&k->lock);
    mem_free(k);
}

/* --- Asking --- */

/* The state of what may be looked at: a changed event is a new question. So is a new day, which
 * ends weeks and periods. */
static enum err state_of(struct app *app, const char *municipality, uint64_t *out)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    const char *town = str_eq(municipality, "0000") ? NULL : municipality;
    TRY(columns_take(app->columns, town, &v));
    uint64_t h = (uint64_t)date_days(date_of_msec(time_now()));
    for (size_t i = 0; i < v->n; i++) {
        h = hash64(v->parts[i]->municipality, strlen(v->parts[i]->municipality), h);
        h = hash64(&v->parts[i]->seq, sizeof v->parts[i]->seq, h);
    }
    *out = h;
    return ERR_OK;
}

static struct kept *find(struct explore_keep *k, const char *key, uint64_t seq)
{
    for (size_t i = 0; i < KEPT; i++)
        if (k->kept[i].used && k->kept[i].seq == seq && str_eq(k->kept[i].key, key))
            return &k->kept[i];
    return NULL;
}

/* A free place, else that of the answer which was asked for longest ago; NULL when all are being
 * worked at. */
static struct kept *make_room(struct explore_keep *k)
{
    struct kept *old = NULL;
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *e = &k->kept[i];
        if (!e->used)
            return e;
        if (!busy(e) && (!old || e->asked < old->asked))
            old = e;
    }
    if (old)
        empty(old);
    return old;
}

static enum err add(struct explore_keep *k, const struct explore_ask *ask, const char *key,
                    uint64_t seq, struct kept **out)
{
    struct kept *e = make_room(k);
    if (!e)
        return ERR_BUSY;
    e->a = arena_new(QUESTION_MOST);
    e->key = e->a ? arena_strdup(e->a, key) : NULL;
    if (!e->key || explore_ask_copy(ask, e->a, &e->ask) != ERR_OK) {
        empty(e);
        return ERR_NOMEM;
    }
    e->used = true;
    e->seq = seq;
    *out = e;
    return ERR_OK;
}

/* Under the lock. */
static enum err ask_for(struct explore_keep *k, const struct explore_wish *w, const char *key,
                        uint64_t seq, struct kept **out)
{
    struct kept *e = find(k, key, seq);
    if (!e) {
        make_way(k, w->account);
        TRY(add(k, w->ask, key, seq, &e));
    } else if (w->again && (e->state == EXPLORE_STOPPED || e->state == EXPLORE_FAILED)) {
        e->state = EXPLORE_WAITING;
        e->stop = false;
        e->share = 0;
    }
    e->asked = ++k->clock;
    e->seen = time_monotonic();
    if (busy(e)) {
        join(e, w->account);
        e->stop = e->stop && !w->again;
    }
    if (!k->running && !k->stop)
        k->running = pthread_create(&k->worker, NULL, work, k) == 0;
    pthread_cond_signal(&k->wake);
    *out = e;
    return k->running ? ERR_OK : ERR_INTERNAL;
}

/* Too few events for the method, whatever its settings: said at once, whoever else is waiting. */
static enum err refuse_thin(struct app *app, const struct explore_ask *ask,
                            struct explore_answer **out)
{
    enum explore_rows_kind kind = ask->method->rows;
    struct event_found found;
    if (kind == ROWS_SERIES || kind == ROWS_COMPARE || kind == ROWS_TREATED)
        return ERR_OK; /* they read other days, too */
    TRY(event_query_find(app, &ask->q, &found));
    size_t n = found.sel->count;
    event_found_done(&found);
    if (n >= ask->method->few)
        return ERR_OK;
    AUTO(arena_freep) struct arena *scratch = arena_new(SCRATCH_MOST);
    struct work w = {.threads = 1, .arena = scratch};
    TRY(scratch ? explore_run(app, ask, &w, out) : ERR_NOMEM);
    (*out)->refs = 1;
    return ERR_OK;
}

static struct timespec until(int wait)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)(wait % 1000) * 1000000;
    t.tv_sec += wait / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

enum err explore_look(struct app *app, const struct explore_wish *w, struct explore_seen *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(QUESTION_MOST);
    struct explore_keep *k = keep_of(app);
    const char *address = a ? explore_address(w->ask, a) : NULL;
    const char *key = address ? explore_key(&w->ask->q, w->ask->lang, address, a) : NULL;
    struct timespec end = until(w->wait);
    struct kept *e = NULL;
    uint64_t seq;
    int rc = 0;
    if (!k || !key)
        return ERR_NOMEM;
    struct explore_answer *thin = NULL;
    TRY(refuse_thin(app, w->ask, &thin));
    if (thin) {
        *out = (struct explore_seen){.state = EXPLORE_DONE, .share = 1, .answer = thin};
        return ERR_OK;
    }
    TRY(state_of(app, w->ask->q.municipality, &seq));
    pthread_mutex_lock(&k->lock);
    enum err err = ask_for(k, w, key, seq, &e);
    while (err == ERR_OK && busy(e) && rc == 0) {
        e->seen = time_monotonic() + w->wait; /* a file is waited for longer than a page */
        rc = pthread_cond_timedwait(&k->done, &k->lock, &end);
        e = find(k, key, seq); /* another question may have taken its place */
        err = e ? ERR_OK : ERR_BUSY;
    }
    if (err == ERR_OK) {
        *out = (struct explore_seen){e->state, e->err, e->share, e->answer};
        if (e->answer)
            e->answer->refs++;
    }
    pthread_mutex_unlock(&k->lock);
    return err;
}

void explore_give(struct app *app, struct explore_answer *x)
{
    struct explore_keep *k = keep_of(app);
    if (!x || !k)
        return;
    pthread_mutex_lock(&k->lock);
    let_go(x);
    pthread_mutex_unlock(&k->lock);
}

enum err explore_stop(struct app *app, const char *municipality, const char *key, struct id account)
{
    struct explore_keep *k = keep_of(app);
    uint64_t seq;
    if (!k)
        return ERR_NOMEM;
    TRY(state_of(app, municipality, &seq));
    pthread_mutex_lock(&k->lock);
    struct kept *e = find(k, key, seq);
    if (e && busy(e))
        leave(e, account);
    pthread_mutex_unlock(&k->lock);
    return ERR_OK;
}
