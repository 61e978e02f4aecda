/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/work.h"

#include <pthread.h>
#include <stdatomic.h>

struct crew {
    const struct work *w;
    work_fn *fn;
    void *arg;
    size_t n;
    _Atomic size_t next;
    _Atomic bool stop;
    pthread_mutex_t lock;
    size_t failed_at;
    enum err result;
};

struct hand {
    struct crew *crew;
    int lane;
    pthread_t thread;
};

enum err work_tick(const struct work *w, double share)
{
    return !w->tick || w->tick(w->arg, share) ? ERR_OK : ERR_CANCELLED;
}

int work_lanes(const struct work *w, size_t n)
{
    int lanes = w->threads < 1                   ? 1
                : w->threads > WORK_THREADS_MOST ? WORK_THREADS_MOST
                                                 : w->threads;
    return n == 0 ? 1 : (size_t)lanes > n ? (int)n : lanes;
}

static void fail(struct crew *c, size_t i, enum err e)
{
    pthread_mutex_lock(&c->lock);
    if (i < c->failed_at) {
        c->failed_at = i;
        c->result = e;
    }
    atomic_store(&c->stop, true);
    pthread_mutex_unlock(&c->lock);
}

/* Parts are handed out in order, so when one fails all before it have begun, and the smallest that
 * fails is the same on any number of threads. */
static void toil(struct crew *c, int lane)
{
    while (!atomic_load(&c->stop)) {
        size_t i = atomic_fetch_add(&c->next, 1);
        if (i >= c->n)
            return;
        enum err e = c->fn(c->arg, i, lane);
        if (e == ERR_OK && lane == 0)
            e = work_tick(c->w, (double)i / (double)c->n);
        if (e)
            fail(c, e == ERR_CANCELLED ? c->n : i, e);
    }
}

static void *hand_main(void *arg)
{
    struct hand *h = arg;
    toil(h->crew, h->lane);
    return NULL;
}

enum err work_parts(const struct work *w, size_t n, work_fn *fn, void *arg)
{
    struct crew c = {.w = w, .fn = fn, .arg = arg, .n = n, .failed_at = n + 1};
    struct hand hands[WORK_THREADS_MOST];
    int lanes = work_lanes(w, n), started = 1;
    pthread_mutex_init(&c.lock, NULL);
    for (; started < lanes; started++) { /* fewer threads give the same answer */
        hands[started] = (struct hand){.crew = &c, .lane = started};
        if (pthread_create(&hands[started].thread, NULL, hand_main, &hands[started]) != 0)
            break;
    }
    toil(&c, 0);
    for (int i = 1; i < started; i++)
        pthread_join(hands[i].thread, NULL);
    pthread_mutex_destroy(&c.lock);
    return c.result;
}
