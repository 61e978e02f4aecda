/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How queries travel to PostgreSQL: one at a time, as a stream of rows, or many in one trip. */
#include <string.h>

#include "base/str.h"
#include "db/postgres_conn.h"

#define PIPELINE_MOST 256 /* queries of one trip */
#define WAITING_MOST 2048 /* answers that may wait */

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

/* --- Answers that wait --- */

static enum err enter_pipeline(struct conn *c)
{
    bool in = PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF || PQenterPipelineMode(c->pg) == 1;
    return in ? ERR_OK : ERR_INTERNAL;
}

/* When one is an error, nobody can tell what stands of the group. */
static enum err read_waiting(struct conn *c)
{
    enum err e = ERR_OK;
    for (; c->n_waiting > 0; c->n_waiting--) {
        PGresult *r = PQgetResult(c->pg);
        if (e == ERR_OK)
            e = answer(c, r, NULL, NULL);
        PQclear(r);
        PQclear(PQgetResult(c->pg)); /* the NULL that ends each query */
    }
    c->lost = c->lost || e != ERR_OK;
    return e != ERR_OK && c->defer ? ERR_BUSY : e;
}

/* Without it the server keeps its answers: nothing may be read when it could not be sent. */
static enum err sync_pipeline(struct conn *c)
{
    if (PQpipelineSync(c->pg))
        return ERR_OK;
    c->lost = true;
    enum err e = pg_failed(c, NULL);
    return c->defer ? ERR_BUSY : e;
}

static enum err end_pipeline(struct conn *c)
{
    PQclear(PQgetResult(c->pg)); /* the sync */
    return PQexitPipelineMode(c->pg) == 1 ? ERR_OK : ERR_INTERNAL;
}

enum err pg_settle(struct conn *c)
{
    if (PQpipelineStatus(c->pg) == PQ_PIPELINE_OFF)
        return ERR_OK;
    TRY(sync_pipeline(c));
    enum err e = read_waiting(c), left = end_pipeline(c);
    return e ? e : left;
}

enum err pg_send(struct conn *c, const char *command)
{
    TRY(enter_pipeline(c));
    if (!PQsendQueryParams(c->pg, command, 0, NULL, NULL, NULL, NULL, 1))
        return pg_failed(c, NULL);
    c->n_waiting++;
    return ERR_OK;
}

/* Nothing more may be done once nobody can tell what stands: even BEGIN may have failed. */
enum err pg_stands(const struct conn *c)
{
    return !c->lost ? ERR_OK : c->defer ? ERR_BUSY : ERR_IO;
}

static enum err send_pending(struct conn *c)
{
    size_t n = c->n_pending;
    c->n_pending = 0;
    c->sent = true;
    for (size_t i = 0; i < n; i++) {
        enum err e = pg_send(c, c->pending[i]);
        c->lost = c->lost || e != ERR_OK;
        TRY(e);
    }
    if (n) {
        c->open = !c->defer;
        str_copy(c->scope, sizeof c->scope, c->next_scope);
    }
    return ERR_OK;
}

enum err pg_flush(struct conn *c)
{
    if (c->n_pending)
        TRY(send_pending(c));
    return pg_settle(c);
}

/* --- Many in one trip --- */

struct trip {
    const struct db_batch *batch[PIPELINE_MOST];
    size_t index[PIPELINE_MOST]; /* in its batch */
    size_t n;
};

/* What somebody wants to know of the answers. */
struct wish {
    const struct row_sink *sink;
    size_t *current;
    int64_t *changes;
};

static enum err read_answers(struct conn *c, const struct trip *t, const struct wish *w)
{
    enum err e = read_waiting(c);
    for (size_t i = 0; i < t->n; i++) {
        PGresult *r = PQgetResult(c->pg);
        *w->current = t->index[i];
        if (e == ERR_OK)
            e = answer(c, r, t->batch[i]->q, w->sink);
        if (e == ERR_OK && w->changes)
            *w->changes = affected(r);
        PQclear(r);
        PQclear(PQgetResult(c->pg));
    }
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

/* What nobody wants to know may wait, up to a limit, for the next trip that somebody waits for. */
static enum err make_trip(struct conn *c, const struct trip *t, const struct wish *w)
{
    TRY(enter_pipeline(c));
    enum err e = send_pending(c);
    for (size_t i = 0; i < t->n && e == ERR_OK; i++)
        e = send_one(c, t->batch[i], t->index[i]);
    if (e) {
        c->lost = true;
        return e; /* the connection is in the middle of a pipeline, and will be replaced */
    }
    if (c->defer && !w->sink && !w->changes) {
        c->n_waiting += t->n;
        return c->n_waiting < WAITING_MOST ? ERR_OK : pg_settle(c);
    }
    TRY(sync_pipeline(c));
    e = read_answers(c, t, w);
    enum err left = end_pipeline(c);
    return e ? e : left;
}

static enum err all_trips(struct conn *c, const struct db_batch *list, size_t n,
                          const struct wish *w)
{
    struct trip t = {.n = 0};
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < list[k].n; i++) {
            t.batch[t.n] = &list[k];
            t.index[t.n++] = i;
            if (t.n < PIPELINE_MOST)
                continue;
            TRY(make_trip(c, &t, w));
            t.n = 0;
        }
    }
    return t.n ? make_trip(c, &t, w) : ERR_OK;
}

enum err pg_batch(struct conn *c, const struct db_batch *list, size_t n,
                  const struct row_sink *sink, size_t *current)
{
    char name[24];
    TRY(pg_stands(c));
    for (size_t k = 0; k < n; k++)
        TRY(pg_prepare(c, list[k].q, name)); /* not possible inside a pipeline */
    return all_trips(c, list, n, &(struct wish){sink, current, NULL});
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
    c->sent = true;
    if (!PQsendQueryPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1))
        return pg_failed(c, NULL);
    return stream(c, q, sink);
}

enum err pg_run(struct conn *c, const struct sql *q, const void *in, const struct row_sink *sink,
                int64_t *changes)
{
    TRY(pg_stands(c));
    if (sink && sink->stream)
        return run_stream(c, q, in, sink);
    char name[24];
    TRY(pg_prepare(c, q, name));
    if (c->defer || c->n_pending) {
        struct db_batch one = {q, in, 1};
        size_t current;
        return all_trips(c, &one, 1, &(struct wish){sink, &current, changes});
    }
    struct values v;
    pg_bind(&v, q, in);
    c->sent = true;
    PGresult *r = PQexecPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1);
    enum err e = answer(c, r, q, sink);
    if (e == ERR_OK && changes)
        *changes = affected(r);
    PQclear(r);
    return e;
}
