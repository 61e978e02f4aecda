/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Functions that are written in one group, in a given order. */
#pragma once

#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "base/hash.h"
#include "db/engine.h"

struct call {
    const char *scope;
    db_fn *fn;
    void *arg;
    struct db *db;
    enum err e;
    pthread_t thread;
};

static void *call_thread(void *arg)
{
    struct call *c = arg;
    c->e = db_write(c->db, c->scope, c->fn, c->arg);
    return NULL;
}

struct gate {
    atomic_bool entered, open;
};

static enum err hold(struct tx *tx, void *arg)
{
    (void)tx;
    struct gate *g = arg;
    atomic_store(&g->entered, true);
    while (!atomic_load(&g->open))
        sched_yield();
    return ERR_OK;
}

static struct writer *writer_of(struct db *db, const char *scope)
{
    return &db->writers[hash64(scope, strlen(scope), 0) % (size_t)db->n_writers];
}

static size_t waiting(struct writer *w)
{
    size_t n = 0;
    pthread_mutex_lock(&w->lock);
    for (struct job *j = w->first; j; j = j->next)
        n++;
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void begin_call(struct call *c)
{
    CHECK(pthread_create(&c->thread, NULL, call_thread, c) == 0);
}

/* Runs the calls in this order in one group. They must belong to the same writer. */
static void run_together(struct db *db, struct call *calls, size_t n)
{
    struct gate g = {0};
    struct call first = {.scope = calls[0].scope, .fn = hold, .arg = &g, .db = db};
    struct writer *w = writer_of(db, calls[0].scope);
    begin_call(&first);
    while (!atomic_load(&g.entered))
        sched_yield();
    for (size_t i = 0; i < n; i++) {
        CHECK(writer_of(db, calls[i].scope) == w);
        calls[i].db = db;
        begin_call(&calls[i]);
        while (waiting(w) != i + 1)
            sched_yield();
    }
    atomic_store(&g.open, true);
    pthread_join(first.thread, NULL);
    for (size_t i = 0; i < n; i++)
        pthread_join(calls[i].thread, NULL);
}
