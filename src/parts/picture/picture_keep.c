/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Findings about places are looked for in the background and kept: a page never waits for more than
 * a moment. What is kept belongs to one state of the municipality's events (their newest number in
 * the change log), so a changed event is a new question, and a level that is set is none. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/picture/picture_inner.h"
#include "stats/work.h"

#define KEPT 16                        /* answers */
#define ANSWER_MOST (64 * 1024)        /* bytes of one */
#define SCRATCH_MOST ((size_t)1 << 29) /* bytes of the work */
#define MOMENT (15 * 1000000L)         /* nanoseconds that a page waits */
#define AGAIN MSEC_MINUTE              /* after which what failed is tried again */
#define SEED 20261123                  /* any: the same question has the same answer */
#define THREADS 2 /* for who waits; in the background one, so that pages have the other core */

enum kept_state { KEPT_NONE, KEPT_WAITING, KEPT_RUNNING, KEPT_DONE, KEPT_FAILED };

struct question {
    char municipality[8];
    struct date from, to, today;
    struct id area;
    uint64_t types;
    int64_t changed;
};

struct kept {
    enum kept_state state;
    struct question of;
    uint64_t used;
    msec asked; /* when somebody made it be looked for */
    struct arena *a;
    struct picture answer; /* its findings only; in a */
};

struct picture_keep {
    struct app *app;
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    pthread_t worker;
    bool running, stop;
    uint64_t clock;
    struct kept kept[KEPT];
};

static struct picture_keep *keep_new(struct app *app)
{
    struct picture_keep *k = mem_alloc(sizeof *k);
    pthread_condattr_t attr;
    if (!k)
        return NULL;
    k->app = app;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, &attr);
    pthread_cond_init(&k->done, &attr);
    pthread_condattr_destroy(&attr);
    return k;
}

static bool same(const struct question *a, const struct question *b)
{
    return str_eq(a->municipality, b->municipality) && date_days(a->from) == date_days(b->from) &&
           date_days(a->to) == date_days(b->to) && date_days(a->today) == date_days(b->today) &&
           id_eq(a->area, b->area) && a->types == b->types && a->changed == b->changed;
}

static struct kept *find(struct picture_keep *k, const struct question *q)
{
    for (size_t i = 0; i < KEPT; i++)
        if (k->kept[i].state != KEPT_NONE && same(&k->kept[i].of, q))
            return &k->kept[i];
    return NULL;
}

/* The place of the answer that was asked for longest ago; NULL when all are being looked for. */
static struct kept *make_room(struct picture_keep *k)
{
    struct kept *old = NULL;
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *e = &k->kept[i];
        if (e->state == KEPT_WAITING || e->state == KEPT_RUNNING)
            continue;
        if (!old || e->used < old->used)
            old = e;
    }
    if (old) {
        arena_free(old->a);
        *old = (struct kept){0};
    }
    return old;
}

/* --- The work --- */

static bool go_on(void *arg, double share)
{
    struct picture_keep *k = arg;
    (void)share;
    pthread_mutex_lock(&k->lock);
    bool stop = k->stop;
    pthread_mutex_unlock(&k->lock);
    return !stop;
}

static enum err look_now(const struct columns_view *v, struct work *w, msec now, struct arena *a,
                         struct picture *p)
{
    AUTO(arena_freep) struct arena *scratch = arena_new(SCRATCH_MOST);
    if (!scratch)
        return ERR_NOMEM;
    w->arena = scratch;
    w->seed = SEED;
    return picture_around(v, w, now, a, p);
}

static void answer(struct picture_keep *k, struct kept *e)
{
    struct question q = e->of;
    AUTO(columns_givep) struct columns_view *v = NULL;
    struct arena *a = arena_new(ANSWER_MOST);
    struct work w = {.threads = 1, .tick = go_on, .arg = k};
    struct picture p = {.query = {q.municipality, q.from, q.to, q.area, q.types}};
    pthread_mutex_unlock(&k->lock);
    enum err err = a ? columns_take(k->app->columns, q.municipality, &v) : ERR_NOMEM;
    int64_t changed = err == ERR_OK && v->n ? v->parts[0]->changed : q.changed;
    if (err == ERR_OK)
        err = look_now(v, &w, date_start(q.today), a, &p);
    pthread_mutex_lock(&k->lock);
    if (err) {
        arena_free(a);
        a = NULL;
    }
    e->a = a;
    e->answer = p;
    e->of.changed = changed; /* something may have changed since it was asked for */
    e->state = err ? KEPT_FAILED : KEPT_DONE;
    pthread_cond_broadcast(&k->done);
}

static void *work(void *arg)
{
    struct picture_keep *k = arg;
    pthread_mutex_lock(&k->lock);
    while (!k->stop) {
        struct kept *next = NULL;
        for (size_t i = 0; i < KEPT; i++)
            if (k->kept[i].state == KEPT_WAITING && (!next || k->kept[i].used < next->used))
                next = &k->kept[i];
        if (!next) {
            pthread_cond_wait(&k->wake, &k->lock);
            continue;
        }
        next->state = KEPT_RUNNING;
        answer(k, next);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

void picture_keep_free(struct picture_keep *k)
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
        arena_free(k->kept[i].a);
    pthread_cond_destroy(&k->wake);
    pthread_cond_destroy(&k->done);
    pthread_mutex_destroy(&k->lock);
    mem_free(k);
}

/* --- Asking --- */

/* Puts kept findings after those of the picture, all in its own arena. */
static enum err copy(const struct picture *from, struct arena *a, struct picture *p)
{
    struct picture_finding *all =
        ARENA_ARRAY(a, p->n_findings + from->n_findings + 1, struct picture_finding);
    struct findings_spot *spots = ARENA_ARRAY(a, from->n_findings + 1, struct findings_spot);
    struct findings_near *near = ARENA_ARRAY(a, from->n_findings + 1, struct findings_near);
    struct picture_week *week = ARENA_ARRAY(a, from->n_findings + 1, struct picture_week);
    struct findings_step *step = ARENA_ARRAY(a, from->n_findings + 1, struct findings_step);
    if (!all || !spots || !near || !week || !step)
        return ERR_NOMEM;
    if (p->n_findings)
        memcpy(all, p->findings, p->n_findings * sizeof *all);
    for (size_t i = 0; i < from->n_findings; i++) {
        struct picture_finding *f = &all[p->n_findings + i];
        *f = from->findings[i];
        if (f->place && !(f->place = arena_strdup(a, f->place)))
            return ERR_NOMEM;
        if (f->spot) {
            spots[i] = *f->spot;
            f->spot = &spots[i];
        }
        if (f->week) {
            week[i] = *f->week;
            f->week = &week[i];
        }
        if (f->step) {
            step[i] = *f->step;
            f->step = &step[i];
        }
        if (f->near) {
            near[i] = *f->near;
            f->near = &near[i];
        }
    }
    p->findings = all;
    p->n_findings += from->n_findings;
    p->looked = from->looked;
    p->hot_state = from->hot_state;
    p->new_state = from->new_state;
    p->near_state = from->near_state;
    p->step_state = from->step_state;
    p->placed = from->placed;
    return ERR_OK;
}

/* What failed may do better later; not at once, or a page that is loaded again would never rest. */
static bool to_try(const struct kept *e, msec now)
{
    return e->state == KEPT_FAILED && (now >= e->asked + AGAIN || now < e->asked);
}

/* Under the lock. NULL: there is no room, or nobody to do it. */
static struct kept *ask(struct picture_keep *k, const struct question *q, msec now)
{
    struct kept *e = find(k, q);
    bool anew = !e && (e = make_room(k));
    if (!e)
        return NULL;
    if (anew || to_try(e, now)) {
        e->state = KEPT_WAITING;
        e->of = *q;
        e->asked = now;
    }
    e->used = ++k->clock;
    if (!k->running && !k->stop)
        k->running = pthread_create(&k->worker, NULL, work, k) == 0;
    pthread_cond_signal(&k->wake);
    return k->running ? e : NULL;
}

static bool ready(const struct kept *e)
{
    return e->state == KEPT_DONE || e->state == KEPT_FAILED;
}

static enum err look_later(struct picture_keep *k, const struct question *q, msec now,
                           struct arena *a, struct picture *p)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += MOMENT;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&k->lock);
    struct kept *e = ask(k, q, now);
    int rc = 0;
    while (e && !ready(e) && rc == 0 && same(&e->of, q))
        rc = pthread_cond_timedwait(&k->done, &k->lock, &until);
    enum err err = ERR_OK;
    p->looked = PICTURE_LOOKING;
    if (e && e->state == KEPT_DONE && same(&e->of, q))
        err = copy(&e->answer, a, p);
    else if (e && e->state == KEPT_FAILED && same(&e->of, q))
        p->looked = PICTURE_NOT_LOOKED;
    pthread_mutex_unlock(&k->lock);
    return err;
}

static struct picture_keep *keep_of(struct app *app)
{
    static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&making);
    if (!app->findings)
        app->findings = keep_new(app);
    pthread_mutex_unlock(&making);
    return app->findings;
}

enum err picture_look(struct app *app, bool wait, msec now, struct arena *a, struct picture *p)
{
    const struct picture_query *of = &p->query;
    AUTO(columns_givep) struct columns_view *v = NULL;
    struct work w = {.threads = THREADS};
    if (p->country)
        return ERR_OK;
    TRY(columns_take(app->columns, of->municipality, &v));
    struct question q = {.from = of->from,
                         .to = of->to,
                         .today = date_of_msec(now),
                         .area = of->area,
                         .types = of->types,
                         .changed = v->n ? v->parts[0]->changed : 0};
    snprintf(q.municipality, sizeof q.municipality, "%s", of->municipality);
    if (!wait)
        return look_now(v, &w, now, a, p);
    struct picture_keep *k = keep_of(app);
    return k ? look_later(k, &q, now, a, p) : ERR_NOMEM;
}
