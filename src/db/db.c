/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/db.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/engine.h"

/* --- Pool of reading connections --- */

static void pool_init(struct pool *p, int most)
{
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->freed, NULL);
    p->most = most;
}

static void pool_done(struct db *db, struct pool *p)
{
    for (int i = 0; i < p->n_idle; i++)
        db->engine->close(p->idle[i]);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->freed);
}

static enum err pool_take(struct db *db, struct pool *p, enum conn_kind kind, struct conn **out)
{
    pthread_mutex_lock(&p->lock);
    while (p->n_idle == 0 && p->n_open == p->most)
        pthread_cond_wait(&p->freed, &p->lock);
    if (p->n_idle > 0) {
        *out = p->idle[--p->n_idle];
        pthread_mutex_unlock(&p->lock);
        return ERR_OK;
    }
    p->n_open++;
    pthread_mutex_unlock(&p->lock);

    char problem[256];
    enum err e = db->engine->open(&db->options, kind, out, problem, sizeof problem);
    if (e) {
        pthread_mutex_lock(&p->lock);
        p->n_open--;
        pthread_cond_signal(&p->freed);
        pthread_mutex_unlock(&p->lock);
    }
    return e;
}

static void pool_give(struct db *db, struct pool *p, struct conn *c)
{
    bool broken = db->engine->broken(c);
    if (broken)
        db->engine->close(c);
    pthread_mutex_lock(&p->lock);
    if (broken)
        p->n_open--;
    else
        p->idle[p->n_idle++] = c;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

/* --- Opening and closing --- */

static enum err open_all(struct db *db, char *problem, size_t size)
{
    if (db->kind == DB_SQLITE && !db->options.create && access(db->path, R_OK) != 0) {
        int why = errno;
        snprintf(problem, size, "%s cannot be read: %s", db->path, strerror(why));
        return err_of_errno(why);
    }
    enum err e = lock_open(db);
    if (e) {
        snprintf(problem, size, "cannot write beside %s: %s", db->path, strerror(errno));
        return e;
    }
    if (!db->options.read_only)
        return writers_start(db, problem, size);
    struct conn *c; /* shows at once whether the database can be opened */
    e = db->engine->open(&db->options, CONN_READ_NATIONAL, &c, problem, size);
    if (e == ERR_OK)
        db->engine->close(c);
    return e;
}

const char *problem_text(struct arena *a, const char *text)
{
    const char *copy = arena_strdup(a, text);
    return copy ? copy : "out of memory";
}

enum err db_open(const struct db_options *o, struct arena *a, struct db **out, const char **problem)
{
    assert(!o->path != !o->url);
    char text[512] = "";
    struct db *db = mem_alloc(sizeof *db);
    if (!db)
        return ERR_NOMEM;
    db->kind = o->url ? DB_POSTGRES : DB_SQLITE;
    db->engine = o->url ? &engine_postgres : &engine_sqlite;
    db->options = *o;
    db->path = o->path ? mem_strdup(o->path) : NULL;
    db->url = o->url ? mem_strdup(o->url) : NULL;
    db->options.path = db->path;
    db->options.url = db->url;
    db->lock_fd = db->want_fd = -1;
    int readers = o->readers > 0 && o->readers <= POOL_MOST ? o->readers : 8;
    pool_init(&db->read, readers);
    pool_init(&db->national, readers);
    enum err e = db->path || db->url ? open_all(db, text, sizeof text) : ERR_NOMEM;
    if (e) {
        if (problem)
            *problem = problem_text(a, text);
        db_close(db);
        return e;
    }
    *out = db;
    return ERR_OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    pool_done(db, &db->read);
    pool_done(db, &db->national);
    writers_stop(db); /* last, so that SQLite folds its log into the file */
    lock_close(db);
    mem_free(db->path);
    mem_free(db->url);
    mem_free(db);
}

void db_closep(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->kind;
}

void db_on_change(struct db *db, db_changed_fn *fn, void *arg)
{
    db->changed = fn;
    db->changed_arg = arg;
}

void db_gate(struct db *db, db_gate_fn *fn)
{
    db->gate = fn;
}

/* --- Transactions --- */

/* Connections that broke while they lay in the pool are thrown away until one begins. */
static enum err begin_reading(struct db *db, struct pool *p, const char *scope, struct conn **out)
{
    enum conn_kind kind = p == &db->national ? CONN_READ_NATIONAL : CONN_READ;
    for (int tried = 0;; tried++) {
        struct conn *c;
        TRY(pool_take(db, p, kind, &c));
        enum err e = db->engine->begin(c, scope);
        if (e == ERR_OK) {
            *out = c;
            return ERR_OK;
        }
        db->engine->rollback(c);
        bool again = db->engine->broken(c) && tried < p->most;
        pool_give(db, p, c);
        if (!again)
            return e;
    }
}

enum err db_read(struct db *db, const char *scope, db_fn *fn, void *arg)
{
    assert(scope);
    bool national = str_eq(scope, DB_NATIONAL);
    struct pool *p = national ? &db->national : &db->read;
    struct conn *c;
    TRY(begin_reading(db, p, scope, &c));
    struct tx tx = {.db = db, .conn = c, .scope = scope};
    str_copy(tx.municipality, sizeof tx.municipality, scope);
    enum err e = fn(&tx, arg);
    db->engine->rollback(c);
    if (e == ERR_IO && db->engine->broken(c))
        e = ERR_UNREACHABLE; /* the server ended: nothing is wrong with what was asked */
    pool_give(db, p, c);
    return e;
}

enum err db_write(struct db *db, const char *scope, db_fn *fn, void *arg)
{
    assert(scope);
    if (db->options.read_only)
        return ERR_FORBIDDEN;
    enum err e = ERR_BUSY;
    for (int attempt = 0; attempt < 5 && e == ERR_BUSY; attempt++) {
        struct job job = {.scope = scope, .fn = fn, .arg = arg, .alone = attempt > 0};
        e = writer_submit(db, &job);
    }
    return e;
}

enum err tx_scope(struct tx *tx, const char *municipality)
{
    if (!str_eq(tx->scope, DB_NATIONAL))
        return ERR_FORBIDDEN;
    TRY(tx->db->engine->scope(tx->conn, municipality));
    TRY(turn_take(tx, municipality));
    str_copy(tx->municipality, sizeof tx->municipality, municipality);
    return ERR_OK;
}

const char *tx_municipality(const struct tx *tx)
{
    return tx->municipality;
}

enum db_engine tx_engine(const struct tx *tx)
{
    return tx->db->kind;
}

void tx_forget(struct tx *tx)
{
    tx->forget = true;
}

const char *tx_problem(const struct tx *tx)
{
    return tx->db->engine->problem(tx->conn);
}

/* --- Running queries --- */

static enum err run(struct tx *tx, const struct sql *q, const void *in, const struct row_sink *sink,
                    int64_t *changes)
{
    assert(!q->change.table || tx->writable);
    assert(q->n_in == 0 || in);
    if (tx->streaming)
        return ERR_INTERNAL;
    TRY(tx->db->engine->run(tx->conn, q, in, sink, changes));
    return q->change.table ? changes_note(tx, q, in) : ERR_OK;
}

enum err db_each(struct tx *tx, const struct sql *q, const void *in, struct arena *a, db_row_fn *fn,
                 void *arg)
{
    struct row_sink sink = {a, fn, arg, true};
    assert(!q->change.table);
    if (tx->streaming)
        return ERR_INTERNAL;
    tx->streaming = true;
    enum err e = tx->db->engine->run(tx->conn, q, in, &sink, NULL);
    tx->streaming = false;
    return e;
}

struct first {
    void *out;
    size_t size;
    bool found;
};

static enum err keep_first(void *arg, const void *row)
{
    struct first *f = arg;
    if (!f->found)
        memcpy(f->out, row, f->size);
    f->found = true;
    return ERR_OK;
}

enum err db_one(struct tx *tx, const struct sql *q, const void *in, struct arena *a, void *out_row)
{
    struct first f = {out_row, q->row_size, false};
    struct row_sink sink = {a, keep_first, &f, false};
    TRY(run(tx, q, in, &sink, NULL));
    return f.found ? ERR_OK : ERR_NOTFOUND;
}

struct all {
    struct arena *a;
    char *rows;
    size_t n, cap, size;
};

static enum err keep_all(void *arg, const void *row)
{
    struct all *all = arg;
    if (all->n == all->cap) {
        size_t cap = all->cap ? all->cap * 2 : 16;
        char *rows = arena_array(all->a, cap, all->size);
        if (!rows)
            return ERR_NOMEM;
        if (all->n)
            memcpy(rows, all->rows, all->n * all->size);
        all->rows = rows;
        all->cap = cap;
    }
    memcpy(all->rows + all->n++ * all->size, row, all->size);
    return ERR_OK;
}

enum err db_all(struct tx *tx, const struct sql *q, const void *in, struct arena *a,
                void **out_rows, size_t *out_n)
{
    struct all all = {.a = a, .size = q->row_size};
    struct row_sink sink = {a, keep_all, &all, false};
    TRY(run(tx, q, in, &sink, NULL));
    *out_rows = all.rows;
    *out_n = all.n;
    return ERR_OK;
}

enum err db_run(struct tx *tx, const struct sql *q, const void *in, int64_t *changes)
{
    return run(tx, q, in, NULL, changes);
}

static enum err batch(struct tx *tx, const struct db_batch *list, size_t n,
                      const struct row_sink *sink, size_t *current)
{
    const struct engine *g = tx->db->engine;
    if (tx->streaming)
        return ERR_INTERNAL;
    if (g->batch)
        return g->batch(tx->conn, list, n, sink, current);
    for (const struct db_batch *b = list; b < list + n; b++)
        for (*current = 0; *current < b->n; (*current)++)
            TRY(g->run(tx->conn, b->q, (const char *)b->in + *current * b->q->in_size, sink, NULL));
    return ERR_OK;
}

enum err db_run_batches(struct tx *tx, const struct db_batch *list, size_t n)
{
    size_t current;
    for (size_t k = 0; k < n; k++)
        assert(!list[k].q->change.table || tx->writable);
    TRY(batch(tx, list, n, NULL, &current));
    for (const struct db_batch *b = list; b < list + n; b++)
        for (size_t i = 0; b->q->change.table && i < b->n; i++)
            TRY(changes_note(tx, b->q, (const char *)b->in + i * b->q->in_size));
    return ERR_OK;
}

enum err db_run_batch(struct tx *tx, const struct sql *q, const void *in, size_t n)
{
    struct db_batch one = {q, in, n};
    return db_run_batches(tx, &one, 1);
}

struct many {
    char *rows;
    size_t size;
    bool *found;
    size_t current;
};

static enum err keep_one_each(void *arg, const void *row)
{
    struct many *m = arg;
    if (!m->found[m->current])
        memcpy(m->rows + m->current * m->size, row, m->size);
    m->found[m->current] = true;
    return ERR_OK;
}

enum err db_one_batch(struct tx *tx, const struct sql *q, const void *in, size_t n,
                      const struct db_many *out)
{
    struct many m = {out->rows, q->row_size, out->found, 0};
    struct row_sink sink = {out->a, keep_one_each, &m, false};
    memset(out->found, 0, n * sizeof *out->found);
    struct db_batch one = {q, in, n};
    return batch(tx, &one, 1, &sink, &m.current);
}

/* --- Care --- */

static enum err with_connection(struct db *db, enum err (*fn)(struct conn *, void *), void *arg)
{
    struct conn *c;
    TRY(pool_take(db, &db->national, CONN_READ_NATIONAL, &c));
    enum err e = fn(c, arg);
    pool_give(db, &db->national, c);
    return e;
}

struct check {
    const struct engine *engine;
    const struct sql *q;
    struct buf *problems;
};

static enum err check_on(struct conn *c, void *arg)
{
    struct check *k = arg;
    return k->engine->check(c, k->q, k->problems);
}

enum err db_check_query(struct db *db, const struct sql *q, struct buf *problems)
{
    struct check k = {db->engine, q, problems};
    return with_connection(db, check_on, &k);
}

static enum err copy_on(struct conn *c, void *arg)
{
    return sqlite_copy_to(c, arg);
}

enum err db_copy_to(struct db *db, const char *path)
{
    if (db->kind != DB_SQLITE)
        return ERR_USAGE;
    char *copy = mem_strdup(path);
    enum err e = copy ? with_connection(db, copy_on, copy) : ERR_NOMEM;
    mem_free(copy);
    return e;
}

static enum err verify_on(struct conn *c, void *arg)
{
    return sqlite_verify(c, arg);
}

enum err db_verify(struct db *db, struct buf *problems)
{
    return db->kind == DB_SQLITE ? with_connection(db, verify_on, problems) : ERR_OK;
}
