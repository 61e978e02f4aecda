/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/db only: what an engine must be able to do with a connection. */
#pragma once

#include <pthread.h>

#include "db/db.h"

enum conn_kind { CONN_READ, CONN_READ_NATIONAL, CONN_WRITE };

/* A change to be told in the log when the transaction ends. */
struct change {
    char municipality[8];
    const char *table;
    struct id id;
    char op;
};

struct conn; /* an engine's own */

struct row_sink {
    struct arena *arena; /* NULL: texts live until the next row */
    db_row_fn *fn;
    void *arg;
    bool stream; /* possibly very many rows: one at a time, where the engine would keep them all */
};

struct engine {
    enum err (*open)(const struct db_options *o, enum conn_kind kind, struct conn **out,
                     char *problem, size_t size);
    void (*close)(struct conn *c);
    /* Before begin: whether answers that nobody asked for may wait until commit. Then an error
     * may show late, as ERR_BUSY of whatever comes next, and only the whole group can be undone.
     * May be NULL: an engine that answers at once. */
    void (*defer)(struct conn *c, bool on);
    /* Begins, and enters the scope. */
    enum err (*begin)(struct conn *c, const char *scope);
    enum err (*commit)(struct conn *c);
    void (*rollback)(struct conn *c);
    /* A savepoint for one function of a group, in its scope. */
    enum err (*save)(struct conn *c, const char *scope);
    enum err (*release)(struct conn *c);
    enum err (*undo)(struct conn *c);
    enum err (*scope)(struct conn *c, const char *municipality);
    enum err (*run)(struct conn *c, const struct sql *q, const void *in,
                    const struct row_sink *sink, int64_t *changes);
    /* The sink gets rows with the index of their input in *current. May be NULL: a loop. */
    enum err (*batch)(struct conn *c, const struct db_batch *list, size_t n,
                      const struct row_sink *sink, size_t *current);
    enum err (*script)(struct conn *c, const char *text); /* several statements, no parameters */
    enum err (*check)(struct conn *c, const struct sql *q, struct buf *problems);
    /* Empties the log of what has been committed. ERR_BUSY: somebody reads what was before. Any
     * error: asked for again. May be NULL: the log is the server's. */
    enum err (*forget)(struct conn *c);
    bool (*broken)(struct conn *c); /* not worth keeping; asked between transactions */
    bool (*gone)(struct conn *c);   /* the server ended; NULL where there is none */
    const char *(*problem)(struct conn *c);
};

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;

enum err sqlite_copy_to(struct conn *c, const char *path);
enum err sqlite_verify(struct conn *c, struct buf *problems);

#define POOL_MOST 64
#define WRITERS_MOST 4
#define GROUP_MOST 256

struct job {
    const char *scope;
    db_fn *fn;
    void *arg;
    enum err result;
    bool alone; /* in a group of its own: it, or one beside it, has failed with ERR_BUSY */
    bool done;
    struct job *next;
};

struct writer {
    struct db *db;
    pthread_t thread;
    bool started;
    struct conn *conn;
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* the writer waits here */
    pthread_cond_t ready; /* those who wrote wait here */
    struct job *first, *last;
    bool stop;
    bool forget; /* the writer thread's own: words were taken away, and the log may have them */
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct conn *idle[POOL_MOST];
    int n_idle;
    int n_open;
    int most;
};

struct db {
    const struct engine *engine;
    enum db_engine kind;
    struct db_options options;
    char *path;
    char *url;
    int lock_fd, want_fd; /* lock.c */
    bool lock_held;       /* by the only writer thread that SQLite has */
    int64_t lock_since;   /* time_monotonic() */
    struct pool read, national;
    struct writer writers[WRITERS_MOST];
    int n_writers;
    db_changed_fn *changed;
    void *changed_arg;
    db_gate_fn *gate;
};

struct tx {
    struct db *db;
    struct conn *conn;
    const char *scope; /* as given; DB_NATIONAL or a municipality */
    char municipality[8];
    bool writable;
    bool forget;    /* tx_forget() */
    bool streaming; /* db_each() has not ended: the connection is busy */
    struct change *changes;
    size_t n_changes, cap_changes;
};

/* lock.c: the right to write to the SQLite file; does nothing for PostgreSQL. */
NODISCARD enum err lock_open(struct db *db);
void lock_close(struct db *db);
NODISCARD enum err lock_take(struct db *db, int64_t patience_ms); /* ERR_BUSY: nobody gave way */
bool lock_wanted(struct db *db);
void lock_release(struct db *db);

/* turn.c: first in a transaction that writes, the turns of all municipalities of its jobs
 * (DB_NATIONAL has one of its own). Does nothing for SQLite. ERR_BUSY: another process did not end
 * in two seconds. */
NODISCARD enum err turns_take(struct tx *group, const struct job *list);
/* One more, where the point of view changes. */
NODISCARD enum err turn_take(struct tx *tx, const char *municipality);

/* db.c: a copy in the arena, or words that need none. */
const char *problem_text(struct arena *a, const char *text);

/* changes.c */
NODISCARD enum err changes_note(struct tx *tx, const struct sql *q, const void *in);
NODISCARD enum err changes_write(struct tx *tx);

/* writer.c */
NODISCARD enum err writers_start(struct db *db, char *problem, size_t size);
void writers_stop(struct db *db);
NODISCARD enum err writer_submit(struct db *db, struct job *job);
