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
    bool defer;         /* answers that nobody asked for may wait until the group ends */
    bool open;          /* a savepoint stands that is to be released */
    bool sent;          /* something of this function is on its way */
    bool lost;          /* an answer that waited was an error: nobody can tell what stands */
    char scope[8];      /* what the last savepoint set and still stands; "" unknown */
    char next_scope[8]; /* what it is when the pending commands have run */
    /* Each trip to the server counts, so a savepoint travels with the first query after it. */
    char pending[PG_PENDING_MOST][48];
    size_t n_pending;
    size_t n_waiting; /* commands sent whose answers have not been read */
    const struct sql *prepared[PG_CACHE_SLOTS];
    char problem[512];
};

/* Keeps what the server said in c->problem. r may be NULL. */
enum err pg_failed(struct conn *c, const PGresult *r);
/* Several statements without parameters. */
enum err pg_script(struct conn *c, const char *text);
/* Prepares q on this connection unless it is, and gives its name there. */
NODISCARD enum err pg_prepare(struct conn *c, const struct sql *q, char name[24]);

/* postgres_pipe.c */
/* Sends a command whose answer waits. */
NODISCARD enum err pg_send(struct conn *c, const char *command);
/* Sends what is pending and reads every answer that waits; afterwards no pipeline is open. */
NODISCARD enum err pg_flush(struct conn *c);
/* Not ERR_OK once an answer that waited was an error. */
NODISCARD enum err pg_stands(const struct conn *c);
/* Reads every answer that waits. */
NODISCARD enum err pg_settle(struct conn *c);
/* engine.run and engine.batch. */
NODISCARD enum err pg_run(struct conn *c, const struct sql *q, const void *in,
                          const struct row_sink *sink, int64_t *changes);
NODISCARD enum err pg_batch(struct conn *c, const struct db_batch *list, size_t n,
                            const struct row_sink *sink, size_t *current);
