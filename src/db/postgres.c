/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The PostgreSQL engine: libpq, prepared statements, binary values, pipelines. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/postgres_conn.h"

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
    if (str_eq(state, "53100"))
        return ERR_FULL;
    if (str_eq(state, "53300"))
        return ERR_BUSY; /* no room for one more connection */
    if (str_eq(state, "57P03"))
        return ERR_STARTING;
    if (str_starts(state, "28"))
        return ERR_LOGIN;
    if (str_eq(state, "3D000"))
        return ERR_NOTFOUND;
    if (str_starts(state, "08") || str_starts(state, "53") || str_starts(state, "57") ||
        str_starts(state, "58"))
        return ERR_IO;
    return ERR_INTERNAL;
}

enum err pg_failed(struct conn *c, const PGresult *r)
{
    const char *said = r ? PQresultErrorMessage(r) : PQerrorMessage(c->pg);
    str_copy(c->problem, sizeof c->problem, said ? said : "");
    return from_state(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL);
}

enum err pg_script(struct conn *c, const char *text)
{
    PGresult *r = PQexec(c->pg, text);
    ExecStatusType s = PQresultStatus(r);
    enum err e = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY
                     ? ERR_OK
                     : pg_failed(c, r);
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
    enum err e = PQresultStatus(r) == PGRES_TUPLES_OK ? ERR_OK : pg_failed(c, r);
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
        return pg_script(c, "SET ROLE samsyn_app");
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

/* Why there is no connection. libpq says it in the language of the server and without a code, so
 * the question is asked once more, this time with codes: "FATAL:  28P01: ...". */
static enum err refused(struct conn *c)
{
    (void)pg_failed(c, NULL);
    c->problem[strcspn(c->problem, "\n")] = 0;
    if (PQconnectionNeedsPassword(c->pg))
        return ERR_LOGIN;
    PQsetErrorVerbosity(c->pg, PQERRORS_SQLSTATE);
    PQreset(c->pg);
    const char *said = PQerrorMessage(c->pg), *colon = strstr(said, ":  ");
    char state[6] = "";
    for (; colon; colon = strstr(colon + 1, ":  "))
        if (strspn(colon + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5)
            str_copy(state, sizeof state, colon + 3);
    return *state ? from_state(state) : ERR_UNREACHABLE;
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
        e = refused(c);
    PQsetNoticeReceiver(c->pg, quiet, NULL);
    if (e == ERR_OK)
        e = pg_script(c, "SET client_encoding = 'UTF8'; SET synchronous_commit = on;"
                         "SET statement_timeout = '120s'; SET lock_timeout = '10s';"
                         "SET idle_in_transaction_session_timeout = '120s';"
                         "SET plan_cache_mode = 'auto'; SET timezone = 'UTC'");
    if (e == ERR_OK && kind == CONN_WRITE) /* db_write() tries ten times before it gives up */
        e = pg_script(c, "SET lock_timeout = '2s'");
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
static enum err scope_check(const char *scope)
{
    bool digits = strlen(scope) <= 7 && strspn(scope, "0123456789") == strlen(scope);
    return digits || str_eq(scope, DB_NATIONAL) ? ERR_OK : ERR_INVALID;
}

static enum err with_scope(struct conn *c, const char *before, const char *scope)
{
    char text[256];
    bool national = str_eq(scope, DB_NATIONAL);
    TRY(scope_check(scope));
    snprintf(text, sizeof text, "%sSET LOCAL app.municipality = '%s'; SET LOCAL app.scope = '%s'",
             before, national ? "" : scope, national ? "national" : "tenant");
    return pg_script(c, text);
}

static void defer(struct conn *c, bool on)
{
    c->defer = on;
}

/* Whatever the server is set to: a question sees what stood when the turn came (turn.c). */
#define BEGIN_WRITE "BEGIN ISOLATION LEVEL READ COMMITTED"

static enum err begin(struct conn *c, const char *scope)
{
    c->open = c->sent = c->lost = false;
    c->n_pending = 0;
    c->scope[0] = 0;
    if (c->defer)
        return pg_send(c, BEGIN_WRITE); /* each function sets its scope */
    return with_scope(c,
                      c->kind == CONN_WRITE ? BEGIN_WRITE "; "
                                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ",
                      scope);
}

static enum err commit(struct conn *c)
{
    c->n_pending = 0;
    TRY(pg_settle(c));
    /* COMMIT of a failed transaction answers "ROLLBACK" without an error. */
    PGresult *r = PQexec(c->pg, "COMMIT");
    enum err e = PQresultStatus(r) != PGRES_COMMAND_OK ? pg_failed(c, r)
                 : str_eq(PQcmdStatus(r), "COMMIT")    ? ERR_OK
                                                       : ERR_BUSY;
    PQclear(r);
    return e;
}

static void rollback(struct conn *c)
{
    (void)!pg_settle(c);
    if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        (void)pg_script(c, "ROLLBACK");
}

/* --- Savepoints --- */

static void pend(struct conn *c, const char *command, const char *value, const char *end)
{
    snprintf(c->pending[c->n_pending++], sizeof c->pending[0], "%s%s%s", command, value, end);
}

static void pend_scope(struct conn *c, const char *scope)
{
    bool national = str_eq(scope, DB_NATIONAL);
    str_copy(c->next_scope, sizeof c->next_scope, scope);
    if (str_eq(c->scope, scope))
        return;
    if (c->super && c->role)
        pend(c, "SET LOCAL ROLE samsyn_app", "", "");
    pend(c, "SET LOCAL app.municipality = '", national ? "" : scope, "'");
    pend(c, "SET LOCAL app.scope = '", national ? "national" : "tenant", "'");
}

/* A savepoint for one function. It waits for the function's first query, takes the last savepoint's
 * release along, and sets the scope only when it is another. A writer that is a superuser steps
 * down inside the savepoint; migrations step up again. Where answers wait there is none: a
 * function that fails takes the group with it, which then runs again without waiting answers. */
static enum err save(struct conn *c, const char *scope)
{
    TRY(scope_check(scope));
    c->n_pending = 0;
    c->sent = false;
    if (c->open)
        pend(c, "RELEASE one", "", "");
    if (!c->defer)
        pend(c, "SAVEPOINT one", "", "");
    pend_scope(c, scope);
    return ERR_OK;
}

static enum err run_script(struct conn *c, const char *text)
{
    TRY(pg_stands(c));
    TRY(pg_flush(c));
    c->sent = true;
    c->scope[0] = 0;
    if (c->super)
        TRY(pg_script(c, "SET LOCAL ROLE NONE"));
    /* An index of a large table takes its time, and a table may be read from. */
    TRY(pg_script(c, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s'"));
    TRY(pg_script(c, text));
    return c->super ? read_role(c) : ERR_OK; /* the walls may just have made the role */
}

/* A function that passed over an error leaves a transaction in which nothing works any more; one
 * that asked nothing never had a savepoint. */
static enum err release(struct conn *c)
{
    c->n_pending = 0;
    if (c->lost)
        return ERR_IO;
    if (!c->sent || PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF)
        return ERR_OK;
    PGTransactionStatusType s = PQtransactionStatus(c->pg);
    return s == PQTRANS_INTRANS ? ERR_OK : s == PQTRANS_INERROR ? ERR_INTERNAL : ERR_IO;
}

static enum err undo(struct conn *c)
{
    c->n_pending = 0;
    if (c->lost || (c->sent && c->defer))
        return ERR_IO;
    if (!c->sent)
        return ERR_OK;
    c->open = false;
    c->scope[0] = 0; /* settings made since the savepoint are undone too */
    return pg_script(c, "ROLLBACK TO one; RELEASE one");
}

static enum err set_scope(struct conn *c, const char *municipality)
{
    TRY(pg_stands(c));
    TRY(pg_flush(c));
    c->sent = true;
    c->scope[0] = 0;
    return with_scope(c, "", municipality);
}

/* --- Statements --- */

static size_t cache_place(const struct conn *c, const struct sql *q)
{
    size_t i = ((uintptr_t)q >> 4) * 0x9E3779B97F4A7C15u >> 54 & (PG_CACHE_SLOTS - 1);
    while (c->prepared[i] && c->prepared[i] != q)
        i = (i + 1) & (PG_CACHE_SLOTS - 1);
    return i;
}

enum err pg_prepare(struct conn *c, const struct sql *q, char name[24])
{
    size_t i = cache_place(c, q);
    snprintf(name, 24, "q%zu", i);
    if (c->prepared[i])
        return ERR_OK;
    if (q->n_in > PARAMS_MOST)
        return ERR_LIMIT;
    TRY(pg_flush(c)); /* a query that cannot be prepared spoils the transaction */
    c->sent = true;
    Oid types[PARAMS_MOST];
    pg_parameter_types(q, types);
    PGresult *r = PQprepare(c->pg, name, q->text[DB_POSTGRES], (int)q->n_in, types);
    enum err e = PQresultStatus(r) == PGRES_COMMAND_OK ? ERR_OK : pg_failed(c, r);
    PQclear(r);
    if (e == ERR_OK)
        c->prepared[i] = q;
    return e;
}

static enum err check(struct conn *c, const struct sql *q, struct buf *problems)
{
    char name[24];
    enum err e = pg_prepare(c, q, name);
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

static bool gone(struct conn *c)
{
    return PQstatus(c->pg) != CONNECTION_OK;
}

static const char *problem_of(struct conn *c)
{
    return c->problem;
}

const struct engine engine_postgres = {
    .open = open_conn,
    .close = close_conn,
    .defer = defer,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .save = save,
    .release = release,
    .undo = undo,
    .scope = set_scope,
    .run = pg_run,
    .batch = pg_batch,
    .script = run_script,
    .check = check,
    .broken = broken,
    .gone = gone,
    .problem = problem_of,
};
