/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The PostgreSQL engine: libpq, prepared statements, binary values, pipelines. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/engine.h"
#include "db/postgres_value.h"

#define CACHE_SLOTS 1024
#define PIPELINE_MOST 256 /* queries sent before the answers are read */

struct conn {
    PGconn *pg;
    enum conn_kind kind;
    bool super;    /* logged in as somebody whom no wall stops */
    bool role;     /* samsyn_app exists */
    bool done;     /* the last savepoint is to be released with the next command */
    char scope[8]; /* what the last savepoint set and still stands; "" unknown */
    const struct sql *prepared[CACHE_SLOTS];
    char problem[512];
};

static enum err from_state(const char *state)
{
    if (!state)
        return ERR_IO;
    if (str_starts(state, "40") || str_eq(state, "55P03"))
        return ERR_BUSY;
    if (str_eq(state, "23505"))
        return ERR_CONFLICT;
    if (str_starts(state, "23") || str_starts(state, "22"))
        return ERR_INVALID;
    if (str_eq(state, "42501") || str_eq(state, "44000"))
        return ERR_FORBIDDEN;
    if (str_eq(state, "57014"))
        return ERR_CANCELLED;
    if (str_eq(state, "53200"))
        return ERR_NOMEM;
    if (str_starts(state, "08") || str_starts(state, "53") || str_starts(state, "57") ||
        str_starts(state, "58"))
        return ERR_IO;
    return ERR_INTERNAL;
}

static enum err failed(struct conn *c, const PGresult *r)
{
    const char *said = r ? PQresultErrorMessage(r) : PQerrorMessage(c->pg);
    str_copy(c->problem, sizeof c->problem, said ? said : "");
    return from_state(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL);
}

static enum err script(struct conn *c, const char *text)
{
    PGresult *r = PQexec(c->pg, text);
    ExecStatusType s = PQresultStatus(r);
    enum err e = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY
                     ? ERR_OK
                     : failed(c, r);
    PQclear(r);
    return e;
}

static void quiet(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r; /* notices such as "already exists, skipping" */
}

static enum err read_role(struct conn *c)
{
    PGresult *r = PQexec(c->pg, "SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles "
                                "WHERE rolname = current_user), "
                                "EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'samsyn_app')");
    enum err e = PQresultStatus(r) == PGRES_TUPLES_OK ? ERR_OK : failed(c, r);
    c->super = e == ERR_OK && PQgetvalue(r, 0, 0)[0] == 't';
    c->role = e == ERR_OK && PQgetvalue(r, 0, 1)[0] == 't';
    PQclear(r);
    return e;
}

/* A superuser passes every wall; such a log-in steps down to the role the migrations made. */
static enum err step_down(struct conn *c)
{
    TRY(read_role(c));
    if (c->super && c->role && c->kind != CONN_WRITE)
        return script(c, "SET ROLE samsyn_app");
    return ERR_OK;
}

static void close_conn(struct conn *c)
{
    PQfinish(c->pg);
    mem_free(c);
}

/* libpq repeats an address that it does not understand, password and all. */
static bool understood(const char *url)
{
    PQconninfoOption *o = PQconninfoParse(url, NULL);
    PQconninfoFree(o);
    return o != NULL;
}

static enum err open_conn(const struct db_options *o, enum conn_kind kind, struct conn **out,
                          char *problem, size_t size)
{
    struct conn *c = mem_alloc(sizeof *c);
    if (!c)
        return ERR_NOMEM;
    c->kind = kind;
    if (!understood(o->url)) {
        snprintf(problem, size, "PostgreSQL: the address is not understood");
        mem_free(c);
        return ERR_USAGE;
    }
    static const char *const keys[] = {"fallback_application_name", "connect_timeout",
                                       "tcp_user_timeout", "dbname", NULL};
    const char *const values[] = {"samsyn", "10", "60000", o->url, NULL}; /* the address wins */
    c->pg = PQconnectdbParams(keys, values, 1);
    enum err e = ERR_OK;
    if (PQstatus(c->pg) != CONNECTION_OK)
        e = failed(c, NULL);
    PQsetNoticeReceiver(c->pg, quiet, NULL);
    if (e == ERR_OK)
        e = script(c, "SET client_encoding = 'UTF8'; SET synchronous_commit = on;"
                      "SET statement_timeout = '120s'; SET lock_timeout = '10s';"
                      "SET idle_in_transaction_session_timeout = '120s';"
                      "SET plan_cache_mode = 'auto'; SET timezone = 'UTC'");
    if (e == ERR_OK)
        e = step_down(c);
    if (e) {
        snprintf(problem, size, "PostgreSQL: %s", c->problem);
        close_conn(c);
        return e;
    }
    *out = c;
    return ERR_OK;
}

/* The scope is a code of digits or DB_NATIONAL: nothing else gets into the text. */
static enum err scope_text(const char *scope, const char *before, char *out, size_t size)
{
    bool national = str_eq(scope, DB_NATIONAL);
    if (!national && (strlen(scope) > 7 || strspn(scope, "0123456789") != strlen(scope)))
        return ERR_INVALID;
    snprintf(out, size, "%sSET LOCAL app.municipality = '%s'; SET LOCAL app.scope = '%s'", before,
             national ? "" : scope, national ? "national" : "tenant");
    return ERR_OK;
}

static enum err with_scope(struct conn *c, const char *before, const char *scope)
{
    char text[256];
    TRY(scope_text(scope, before, text, sizeof text));
    return script(c, text);
}

static enum err begin(struct conn *c, const char *scope)
{
    c->done = false;
    c->scope[0] = 0;
    return with_scope(
        c, c->kind == CONN_WRITE ? "BEGIN; " : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ",
        scope);
}

static enum err commit(struct conn *c)
{
    /* COMMIT of a failed transaction answers "ROLLBACK" without an error. */
    PGresult *r = PQexec(c->pg, "COMMIT");
    enum err e = PQresultStatus(r) != PGRES_COMMAND_OK ? failed(c, r)
                 : str_eq(PQcmdStatus(r), "COMMIT")    ? ERR_OK
                                                       : ERR_BUSY;
    PQclear(r);
    return e;
}

static void rollback(struct conn *c)
{
    if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        (void)script(c, "ROLLBACK");
}

/* A savepoint for one function. Each trip to the server counts, so the last savepoint is released
 * in the same command, and the scope is set only when it is another. A writer that is a superuser
 * steps down inside the savepoint; migrations step up again. */
static enum err save(struct conn *c, const char *scope)
{
    const char *before = c->done ? "RELEASE one; SAVEPOINT one" : "SAVEPOINT one";
    bool known = str_eq(c->scope, scope);
    char text[320];
    if (known) {
        snprintf(text, sizeof text, "%s", before);
    } else {
        char start[96];
        snprintf(start, sizeof start, "%s; %s", before,
                 c->super && c->role ? "SET LOCAL ROLE samsyn_app; " : "");
        TRY(scope_text(scope, start, text, sizeof text));
    }
    TRY(script(c, text));
    c->done = false;
    str_copy(c->scope, sizeof c->scope, scope);
    return ERR_OK;
}

static enum err run_script(struct conn *c, const char *text)
{
    c->scope[0] = 0;
    if (c->super)
        TRY(script(c, "SET LOCAL ROLE NONE"));
    TRY(script(c,
               "SET LOCAL statement_timeout = 0")); /* an index of a large table takes its time */
    TRY(script(c, text));
    return c->super ? read_role(c) : ERR_OK; /* the walls may just have made the role */
}

/* A function that passed over an error leaves a transaction in which nothing works any more. */
static enum err release(struct conn *c)
{
    PGTransactionStatusType s = PQtransactionStatus(c->pg);
    c->done = s == PQTRANS_INTRANS;
    return c->done ? ERR_OK : s == PQTRANS_INERROR ? ERR_INTERNAL : ERR_IO;
}

static enum err undo(struct conn *c)
{
    c->done = false;
    c->scope[0] = 0; /* settings made since the savepoint are undone too */
    return script(c, "ROLLBACK TO one; RELEASE one");
}

static enum err set_scope(struct conn *c, const char *municipality)
{
    c->scope[0] = 0;
    return with_scope(c, "", municipality);
}

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

/* --- Statements --- */

static size_t cache_place(const struct conn *c, const struct sql *q)
{
    size_t i = ((uintptr_t)q >> 4) * 0x9E3779B97F4A7C15u >> 54 & (CACHE_SLOTS - 1);
    while (c->prepared[i] && c->prepared[i] != q)
        i = (i + 1) & (CACHE_SLOTS - 1);
    return i;
}

static enum err prepare(struct conn *c, const struct sql *q, char name[24])
{
    size_t i = cache_place(c, q);
    snprintf(name, 24, "q%zu", i);
    if (c->prepared[i])
        return ERR_OK;
    if (q->n_in > PARAMS_MOST)
        return ERR_LIMIT;
    Oid types[PARAMS_MOST];
    pg_parameter_types(q, types);
    PGresult *r = PQprepare(c->pg, name, q->text[DB_POSTGRES], (int)q->n_in, types);
    enum err e = PQresultStatus(r) == PGRES_COMMAND_OK ? ERR_OK : failed(c, r);
    PQclear(r);
    if (e == ERR_OK)
        c->prepared[i] = q;
    return e;
}

static int64_t affected(PGresult *r)
{
    int64_t n = 0;
    return str_to_int(PQcmdTuples(r), &n) ? n : 0;
}

static enum err run(struct conn *c, const struct sql *q, const void *in,
                    const struct row_sink *sink, int64_t *changes)
{
    char name[24];
    struct values v;
    TRY(prepare(c, q, name));
    pg_bind(&v, q, in);
    PGresult *r = PQexecPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1);
    ExecStatusType s = PQresultStatus(r);
    enum err e = s == PGRES_TUPLES_OK    ? deliver(r, q, sink)
                 : s == PGRES_COMMAND_OK ? ERR_OK
                                         : failed(c, r);
    if (e == ERR_OK && changes)
        *changes = affected(r);
    PQclear(r);
    return e;
}

static enum err read_answers(struct conn *c, const struct sql *q, size_t n,
                             const struct row_sink *sink, size_t *current)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        PGresult *r = PQgetResult(c->pg);
        ExecStatusType s = PQresultStatus(r);
        if (e == ERR_OK && s == PGRES_TUPLES_OK)
            e = deliver(r, q, sink);
        else if (e == ERR_OK && s != PGRES_COMMAND_OK)
            e = failed(c, r);
        PQclear(r);
        PQclear(PQgetResult(c->pg)); /* the NULL that ends each query */
        (*current)++;
    }
    PQclear(PQgetResult(c->pg)); /* the sync */
    return e;
}

static enum err batch(struct conn *c, const struct sql *q, const void *in, size_t n,
                      const struct row_sink *sink, size_t *current)
{
    char name[24];
    TRY(prepare(c, q, name));
    if (PQenterPipelineMode(c->pg) != 1)
        return ERR_INTERNAL;
    enum err e = ERR_OK;
    *current = 0;
    for (size_t from = 0; from < n && e == ERR_OK; from += PIPELINE_MOST) {
        size_t count = n - from < PIPELINE_MOST ? n - from : PIPELINE_MOST;
        for (size_t i = 0; i < count; i++) {
            struct values v;
            pg_bind(&v, q, (const char *)in + (from + i) * q->in_size);
            if (!PQsendQueryPrepared(c->pg, name, (int)q->n_in, v.value, v.length, v.format, 1))
                e = failed(c, NULL);
        }
        if (!PQpipelineSync(c->pg))
            e = failed(c, NULL);
        if (e == ERR_OK)
            e = read_answers(c, q, count, sink, current);
    }
    if (PQexitPipelineMode(c->pg) != 1 && e == ERR_OK)
        e = ERR_INTERNAL;
    return e;
}

static enum err check(struct conn *c, const struct sql *q, struct buf *problems)
{
    char name[24];
    enum err e = prepare(c, q, name);
    if (e) {
        buf_printf(problems, "%s: %s\n", q->name, c->problem);
        return ERR_OK;
    }
    PGresult *r = PQdescribePrepared(c->pg, name);
    if ((size_t)PQnfields(r) != q->n_out && q->n_out > 0)
        buf_printf(problems, "%s: %d columns, %zu declared\n", q->name, PQnfields(r), q->n_out);
    for (int i = 0; i < PQnfields(r) && (size_t)i < q->n_out; i++) {
        static const Oid fits[][6] = {[SQL_INT] = {OID_INT2, OID_INT4, OID_INT8, 16},
                                      [SQL_REAL] = {OID_FLOAT4, OID_FLOAT8},
                                      [SQL_TEXT] = {OID_TEXT, 1043},
                                      [SQL_ID] = {OID_UUID},
                                      [SQL_BLOB] = {OID_BYTEA}};
        bool fit = false;
        for (size_t k = 0; k < 6; k++)
            fit = fit || (fits[q->out[i].type][k] && fits[q->out[i].type][k] == PQftype(r, i));
        if (!fit || !str_eq(PQfname(r, i), q->out[i].name))
            buf_printf(problems, "%s: column %d is %s of type %u, declared %s\n", q->name, i + 1,
                       PQfname(r, i), PQftype(r, i), q->out[i].name);
    }
    PQclear(r);
    return ERR_OK;
}

static bool broken(struct conn *c)
{
    return PQstatus(c->pg) != CONNECTION_OK || PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF ||
           PQtransactionStatus(c->pg) != PQTRANS_IDLE;
}

static const char *problem_of(struct conn *c)
{
    return c->problem;
}

const struct engine engine_postgres = {
    .open = open_conn,
    .close = close_conn,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .save = save,
    .release = release,
    .undo = undo,
    .scope = set_scope,
    .run = run,
    .batch = batch,
    .script = run_script,
    .check = check,
    .broken = broken,
    .problem = problem_of,
};
