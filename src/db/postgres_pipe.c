/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How queries travel to PostgreSQL: one at a time, as a stream of rows, or many in one trip. */
#include <string.h>

#include "base/str.h"
#include "db/postgres_conn.h"

#define PIPELINE_MOST 256 /* queries sent before the answers are read */

static enum err deliver(const PGresult *r, const struct sql *q, const struct row_sink *sink)
{
    _Alignas(16) char row[2048];
    if (!sink)
        return ERR_OK;
    if (q->row_size > sizeof row || (size_t)PQnfields(r) != q->n_out)
        return ERR_LIMIT;
    for (int i = 0; i < PQntuples(r); i++) {
        TRY(pg_read_row(r, i, q, sink->arena, row));
        TRY(sink->fn(sink->arg, row));
    }
    return ERR_OK;
}

static int64_t affected(PGresult *r)
{
    int64_t n = 0;
    return str_to_int(PQcmdTuples(r), &n) ? n : 0;
}

static enum err answer(struct conn *c, PGresult *r, const struct sql *q,
                       const struct row_sink *sink)
{
    switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
        return deliver(r, q, sink);
    case PGRES_COMMAND_OK:
        return ERR_OK;
    default:
        return pg_failed(c, r);
    }
}

/* --- Many in one trip --- */

/* The savepoint that waited. When it fails, nobody can tell what stands of the group. */
static enum err read_pending(struct conn *c)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < c->n_pending; i++) {
        PGresult *r = PQgetResult(c->pg);
        if (e == ERR_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
            e = pg_failed(c, r);
        PQclear(r);
        PQclear(PQgetResult(c->pg)); /* the NULL that ends each query */
    }
    c->lost = c->lost || e != ERR_OK;
    if (e == ERR_OK && c->n_pending) {
        c->open = true;
        str_copy(c->scope, sizeof c->scope, c->next_scope);
    }
    c->n_pending = 0;
    return e;
}

struct trip {
    const struct db_batch *batch[PIPELINE_MOST];
    size_t index[PIPELINE_MOST]; /* in its batch */
    size_t n;
};

static enum err read_answers(struct conn *c, const struct trip *t, const struct row_sink *sink,
                             size_t *current)
{
    enum err e = read_pending(c);
    for (size_t i = 0; i < t->n; i++) {
        PGresult *r = PQgetResult(c->pg);
        *current = t->index[i];
        if (e == ERR_OK)
            e = answer(c, r, t->batch[i]->q, sink);
        PQclear(r);
        PQclear(PQgetResult(c->pg));
    }
    PQclear(PQgetResult(c->pg)); /* the sync */
    return e;
}

static enum err send_one(struct conn *c, const struct db_batch *b, size_t i)
{
    struct values v;
    char name[24];
    TRY(pg_prepare(c, b->q, name));
    pg_bind(&v, b->q, (const char *)b->in + i * b->q->in_size);
    return PQsendQueryPrepared(c->pg, name, (int)b->q->n_in, v.value, v.length, v.format, 1)
               ? ERR_OK
               : pg_failed(c, NULL);
}

static enum err make_trip(struct conn *c, const struct trip *t, const struct row_sink *sink,
                          size_t *current)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < c->n_pending && e == ERR_OK; i++)
        if (!PQsendQueryParams(c->pg, c->pending[i], 0, NULL, NULL, NULL, NULL, 1))
            e = pg_failed(c, NULL);
    for (size_t i = 0; i < t->n && e == ERR_OK; i++)
        e = send_one(c, t->batch[i], t->index[i]);
    if (!PQpipelineSync(c->pg) && e == ERR_OK)
        e = pg_failed(c, NULL);
    return e ? e : read_answers(c, t, sink, current);
}

static enum err all_trips(struct conn *c, const struct db_batch *list, size_t n,
                          const struct row_sink *sink, size_t *current)
{
    struct trip t = {.n = 0};
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < list[k].n; i++) {
            t.batch[t.n] = &list[k];
            t.index[t.n++] = i;
            if (t.n < PIPELINE_MOST)
                continue;
            TRY(make_trip(c, &t, sink, current));
            t.n = 0;
        }
    }
    return t.n ? make_trip(c, &t, sink, current) : ERR_OK;
}

enum err pg_batch(struct conn *c, const struct db_batch *list, size_t n,
                  const struct row_sink *sink, size_t *current)
{
    char name[24];
    for (size_t k = 0; k < n; k++)
        TRY(pg_prepare(c, list[k].q, name)); /* not possible inside a pipeline */
    if (PQenterPipelineMode(c->pg) != 1)
        return ERR_INTERNAL;
    enum err e = all_trips(c, list, n, sink, current);
    if (PQexitPipelineMode(c->pg) != 1 && e == ERR_OK)
        e = ERR_INTERNAL;
    return e;
}

/* --- One at a time --- */

/* Rows as they come, so that a long answer is never in memory as a whole. */
static enum err stream(struct conn *c, const struct sql *q, const struct row_sink *sink)
{
    enum err e = PQsetSingleRowMode(c->pg) ? ERR_OK : ERR_INTERNAL;
    for (PGresult *r; (r = PQgetResult(c->pg)) != NULL; PQclear(r))
        if (e == ERR_OK)
            e = answer(c, r, q, sink);
    return e;
}

static enum err run_stream(struct conn *c, const struct sql *q, const void *in,
                           const struct row_sink *sink)
{
    struct values v;
    char name[24];
    TRY(pg_flush(c));
    TRY(pg_prepare(c, q, name));
    pg_bind(&v, q, in);
    if (!PQsendQueryPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1))
        return pg_failed(c, NULL);
    return stream(c, q, sink);
}

enum err pg_run(struct conn *c, const struct sql *q, const void *in, const struct row_sink *sink,
                int64_t *changes)
{
    char name[24];
    struct values v;
    if (sink && sink->stream)
        return run_stream(c, q, in, sink);
    TRY(pg_prepare(c, q, name));
    if (c->n_pending && !changes) {
        struct db_batch one = {q, in, 1};
        size_t current;
        return pg_batch(c, &one, 1, sink, &current);
    }
    TRY(pg_flush(c));
    pg_bind(&v, q, in);
    PGresult *r = PQexecPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1);
    enum err e = answer(c, r, q, sink);
    if (e == ERR_OK && changes)
        *changes = affected(r);
    PQclear(r);
    return e;
}
