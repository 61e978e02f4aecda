/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the PostgreSQL engine only: a connection, and how its commands travel. */
#pragma once

#include "db/engine.h"
#include "db/postgres_value.h"

#define PG_CACHE_SLOTS 1024
#define PG_PENDING_MOST 5

struct conn {
    PGconn *pg;
    enum conn_kind kind;
    bool super;         /* logged in as somebody whom no wall stops */
    bool role;          /* samsyn_app exists */
    bool open;          /* a savepoint stands that is to be released */
    bool lost;          /* a savepoint could not be made: what came before may be gone */
    char scope[8];      /* what the last savepoint set and still stands; "" unknown */
    char next_scope[8]; /* what it is when the pending commands have run */
    /* Each trip to the server counts, so a savepoint travels with the first query after it. */
    char pending[PG_PENDING_MOST][48];
    size_t n_pending;
    const struct sql *prepared[PG_CACHE_SLOTS];
    char problem[512];
};

/* Keeps what the server said in c->problem. r may be NULL. */
enum err pg_failed(struct conn *c, const PGresult *r);
/* Several statements without parameters. */
enum err pg_script(struct conn *c, const char *text);
/* Sends what is pending by itself. */
NODISCARD enum err pg_flush(struct conn *c);
/* Prepares q on this connection unless it is, and gives its name there. */
NODISCARD enum err pg_prepare(struct conn *c, const struct sql *q, char name[24]);

/* postgres_pipe.c: engine.run and engine.batch. */
NODISCARD enum err pg_run(struct conn *c, const struct sql *q, const void *in,
                          const struct row_sink *sink, int64_t *changes);
NODISCARD enum err pg_batch(struct conn *c, const struct db_batch *list, size_t n,
                            const struct row_sink *sink, size_t *current);
