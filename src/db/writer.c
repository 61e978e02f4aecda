/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Group commit. Whoever writes puts a job in a queue and waits; the writer thread takes all that
 * wait, runs each in a savepoint of its own, and commits once (PostgreSQL: see doc/decisions/013).
 * SQLite has one writer, because two writing connections can corrupt a database of the versions in
 * use (see doc/dependencies.md); PostgreSQL has a few, and a municipality always goes to the same
 * one. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/engine.h"

/* The changes of a job that succeeded, told together with the group's. */
static enum err keep_changes(struct tx *group, struct tx *one)
{
    if (group->n_changes == 0) {
        struct change *spare = group->changes;
        group->changes = one->changes;
        group->n_changes = one->n_changes;
        group->cap_changes = one->cap_changes;
        one->changes = spare;
        return ERR_OK;
    }
    size_t need = group->n_changes + one->n_changes;
    if (need > group->cap_changes) {
        size_t cap = need * 2;
        struct change *more = mem_realloc(group->changes, cap * sizeof *more);
        if (!more)
            return ERR_NOMEM;
        group->changes = more;
        group->cap_changes = cap;
    }
    if (one->n_changes)
        memcpy(group->changes + group->n_changes, one->changes,
               one->n_changes * sizeof *one->changes);
    group->n_changes = need;
    return ERR_OK;
}

/* *lost: what the group did before does not stand any more, or nobody can tell. That is so when an
 * engine gives up the whole transaction (a full disk in SQLite), or a savepoint cannot be made. */
static enum err run_job(struct writer *w, struct job *job, struct tx *group, bool *lost)
{
    const struct engine *g = w->db->engine;
    struct tx tx = {.db = w->db, .conn = w->conn, .scope = job->scope, .writable = true};
    str_copy(tx.municipality, sizeof tx.municipality, job->scope);
    enum err e = g->save(w->conn, job->scope);
    *lost = e != ERR_OK;
    TRY(e);
    e = w->db->gate ? w->db->gate(&tx, job->scope) : ERR_OK;
    if (e == ERR_OK)
        e = job->fn(&tx, job->arg);
    size_t before = group->n_changes;
    if (e == ERR_OK)
        e = keep_changes(group, &tx);
    if (e == ERR_OK)
        e = g->release(w->conn);
    if (e != ERR_OK) {
        group->n_changes = before;
        *lost = g->undo(w->conn) != ERR_OK;
    }
    mem_free(tx.changes);
    group->forget = group->forget || (e == ERR_OK && tx.forget);
    return e;
}

/* Between groups, and again until it could be done. */
static void forget(struct writer *w)
{
    const struct engine *g = w->db->engine;
    if (w->forget && w->conn && g->forget)
        w->forget = g->forget(w->conn) != ERR_OK;
}

/* Between groups: another process that wants to write gets its turn. */
static void give_way(struct writer *w)
{
    if (!lock_wanted(w->db))
        return;
    if (w->conn)
        w->db->engine->close(w->conn);
    w->conn = NULL;
    lock_release(w->db);
}

/* Sleeps until there is a job, looking up now and then for others who want to write. */
static void wait_for_job(struct writer *w)
{
    while (!w->first && !w->stop) {
        if (w->db->lock_fd < 0 || !w->db->lock_held) {
            pthread_cond_wait(&w->wake, &w->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 50000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_cond_clockwait(&w->wake, &w->lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT) {
            pthread_mutex_unlock(&w->lock);
            forget(w);
            give_way(w);
            pthread_mutex_lock(&w->lock);
        }
    }
}

static struct job *take_all(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    wait_for_job(w);
    struct job *list = w->first, *last = list;
    for (int n = 1; last && last->next && n < GROUP_MOST; n++) {
        if (last->alone || last->next->alone)
            break;
        last = last->next;
    }
    if (last) {
        w->first = last->next;
        last->next = NULL;
        if (!w->first)
            w->last = NULL;
    }
    pthread_mutex_unlock(&w->lock);
    return list;
}

static void answer(struct writer *w, struct job *list)
{
    pthread_mutex_lock(&w->lock);
    while (list) {
        struct job *next = list->next; /* the job is gone once its owner sees `done` */
        list->done = true;
        list = next;
    }
    pthread_cond_broadcast(&w->ready);
    pthread_mutex_unlock(&w->lock);
}

/* A connection that broke is replaced before the next group. */
static enum err fresh_connection(struct writer *w)
{
    const struct engine *g = w->db->engine;
    if (w->conn && !g->broken(w->conn))
        return ERR_OK;
    if (w->conn)
        g->close(w->conn);
    w->conn = NULL;
    TRY(lock_take(w->db, 6000)); /* as often as db_write() tries */
    char problem[256];
    return g->open(&w->db->options, CONN_WRITE, &w->conn, problem, sizeof problem);
}

/* A connection may have broken while nobody used it; then another one begins. */
static enum err begin_group(struct writer *w, const struct job *list, struct tx *group,
                            bool careful)
{
    const struct engine *g = w->db->engine;
    for (bool again = false;; again = true) {
        TRY(fresh_connection(w));
        if (g->defer)
            g->defer(w->conn, !careful);
        enum err e = g->begin(w->conn, DB_NATIONAL);
        group->conn = w->conn;
        if (e == ERR_OK)
            e = turns_take(group, list);
        if (e == ERR_OK)
            return ERR_OK;
        g->rollback(w->conn);
        if (again || !g->broken(w->conn))
            return e;
    }
}

static void tell(struct writer *w, struct job *list)
{
    struct db *db = w->db;
    if (!db->changed)
        return;
    for (struct job *j = list; j; j = j->next)
        if (j->result == ERR_OK)
            db->changed(db->changed_arg, j->scope);
}

/* Writes what the group changed into the change log, and commits all of it. *asked: the server was
 * asked to. */
static enum err commit_group(struct writer *w, struct tx *group, bool *asked)
{
    const struct engine *g = w->db->engine;
    enum err e = ERR_OK;
    if (group->n_changes) {
        e = g->save(w->conn, DB_NATIONAL);
        if (e == ERR_OK)
            e = changes_write(group);
        if (e == ERR_OK)
            e = g->release(w->conn);
    }
    *asked = e == ERR_OK;
    return e ? e : g->commit(w->conn);
}

/* The server ended in the middle. Nothing of the group stands and all of it may run again, unless
 * the server had been asked to commit. */
static enum err server_ended(struct job *list, enum err e, bool asked)
{
    for (struct job *j = list; j; j = j->next)
        j->result = j->result == ERR_IO ? ERR_BUSY : j->result;
    return e != ERR_IO ? e : asked ? ERR_UNSURE : ERR_BUSY;
}

/* ERR_BUSY: nothing of the group is on the disk, and it may run again. */
static enum err try_group(struct writer *w, struct job *list, bool careful)
{
    const struct engine *g = w->db->engine;
    struct tx group = {.db = w->db, .scope = DB_NATIONAL, .writable = true};
    enum err begun = begin_group(w, list, &group, careful), e = begun;
    bool any = false, lost = false, asked = false;
    for (struct job *j = list; j; j = j->next)
        j->result = ERR_OK; /* what an earlier try said does not count */
    for (struct job *j = list; j && !lost; j = j->next) {
        j->result = begun ? begun : run_job(w, j, &group, &lost);
        any = any || j->result == ERR_OK;
    }
    if (begun == ERR_OK) {
        e = lost ? ERR_BUSY : any ? commit_group(w, &group, &asked) : ERR_OK;
        if (e || !any)
            g->rollback(w->conn);
        if (g->gone && g->gone(w->conn))
            e = server_ended(list, e, asked);
    }
    for (struct job *j = list; e && j; j = j->next)
        if (j->result == ERR_OK)
            j->result = e;
    w->forget = w->forget || (e == ERR_OK && group.forget);
    mem_free(group.changes);
    return e;
}

/* First with answers that wait, where the engine can; when one of them was an error, again, and
 * each function is told at once what became of its queries. */
static void run_group(struct writer *w, struct job *list)
{
    bool waits = w->db->engine->defer != NULL;
    if (try_group(w, list, !waits) == ERR_BUSY && waits)
        (void)!try_group(w, list, true);
    tell(w, list);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    struct job *list;
    while ((list = take_all(w))) {
        run_group(w, list);
        answer(w, list);
        forget(w);
        give_way(w);
    }
    return NULL;
}

enum err writers_start(struct db *db, char *problem, size_t size)
{
    db->n_writers = db->kind == DB_SQLITE ? 1 : WRITERS_MOST;
    for (int i = 0; i < db->n_writers; i++) {
        struct writer *w = &db->writers[i];
        w->db = db;
        pthread_mutex_init(&w->lock, NULL);
        pthread_cond_init(&w->wake, NULL);
        pthread_cond_init(&w->ready, NULL);
        if (i == 0) { /* the others connect when they are first needed */
            snprintf(problem, size, "another process is writing and does not give way");
            TRY(lock_take(db, 10000));
            TRY(db->engine->open(&db->options, CONN_WRITE, &w->conn, problem, size));
        }
        if (pthread_create(&w->thread, NULL, writer_main, w) != 0)
            return ERR_NOMEM;
        w->started = true;
    }
    return ERR_OK;
}

void writers_stop(struct db *db)
{
    for (int i = 0; i < db->n_writers; i++) {
        struct writer *w = &db->writers[i];
        if (w->started) {
            pthread_mutex_lock(&w->lock);
            w->stop = true;
            pthread_cond_signal(&w->wake);
            pthread_mutex_unlock(&w->lock);
            pthread_join(w->thread, NULL);
        }
        if (w->conn)
            db->engine->close(w->conn);
    }
    lock_release(db);
}

enum err writer_submit(struct db *db, struct job *job)
{
    size_t which = hash64(job->scope, strlen(job->scope), 0) % (size_t)db->n_writers;
    struct writer *w = &db->writers[which];
    assert(!w->started || !pthread_equal(w->thread, pthread_self())); /* it would wait for itself */
    pthread_mutex_lock(&w->lock);
    if (w->last)
        w->last->next = job;
    else
        w->first = job;
    w->last = job;
    pthread_cond_signal(&w->wake);
    while (!job->done)
        pthread_cond_wait(&w->ready, &w->lock);
    pthread_mutex_unlock(&w->lock);
    return job->result;
}
