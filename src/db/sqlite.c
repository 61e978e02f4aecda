/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The SQLite engine: connections and statements. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/sqlite_conn.h"

static enum err from_code(int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       rc == SQLITE_CONSTRAINT_ROWID
                   ? ERR_CONFLICT
                   : ERR_INVALID;
    case SQLITE_CORRUPT:
        return ERR_CORRUPT;
    case SQLITE_NOTADB:
        return ERR_NOTADB;
    case SQLITE_AUTH:
        return ERR_FORBIDDEN;
    case SQLITE_INTERRUPT:
        return ERR_CANCELLED;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ERR_DENIED;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return ERR_IO;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    default:
        return ERR_INTERNAL;
    }
}

enum err sqlite_failed(struct conn *c, int rc)
{
    str_copy(c->problem, sizeof c->problem, sqlite3_errmsg(c->db));
    enum err e = from_code(rc);
    int os = e == ERR_IO ? sqlite3_system_errno(c->db) : 0;
    return os && os != ENOENT ? err_of_errno(os) : e;
}

enum err sqlite_script(struct conn *c, const char *text)
{
    int rc = sqlite3_exec(c->db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : sqlite_failed(c, rc);
}

#define BUSY_MS 5000

/* --- Connections --- */

static void close_conn(struct conn *c)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        sqlite3_finalize(c->cache[i].stmt);
    walls_done(c);
    sqlite3_close(c->db);
    mem_free(c);
}

static int compare_sv(void *arg, int n, const void *a, int m, const void *b)
{
    (void)arg;
    char x[512], y[512];
    snprintf(x, sizeof x, "%.*s", n, (const char *)a);
    snprintf(y, sizeof y, "%.*s", m, (const char *)b);
    return str_compare_sv(x, y);
}

static enum err configure(struct conn *c)
{
    static const char common[] = "PRAGMA foreign_keys = ON;"
                                 "PRAGMA trusted_schema = OFF;"
                                 "PRAGMA cell_size_check = ON;"
                                 "PRAGMA temp_store = MEMORY;";
    sqlite3_busy_timeout(c->db, BUSY_MS);
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, c->kind == CONN_READ ? 0 : 1);
    walls_functions(c);
    sqlite3_create_collation(c->db, "sv", SQLITE_UTF8, NULL, compare_sv);
    TRY(sqlite_script(c, common));
    if (c->kind != CONN_WRITE)
        return sqlite_script(c, "PRAGMA cache_size = -4000;");
    return sqlite_script(c, "PRAGMA journal_mode = WAL;"
                            "PRAGMA synchronous = FULL;"
                            "PRAGMA secure_delete = ON;"
                            "PRAGMA wal_autocheckpoint = 2000;"
                            "PRAGMA journal_size_limit = 67108864;"
                            "PRAGMA cache_size = -16000;");
}

static enum err open_conn(const struct db_options *o, enum conn_kind kind, struct conn **out,
                          char *problem, size_t size)
{
    struct conn *c = mem_alloc(sizeof *c);
    if (!c)
        return ERR_NOMEM;
    c->kind = kind;
    str_copy(c->municipality, sizeof c->municipality, DB_NATIONAL);
    int flags =
        SQLITE_OPEN_NOMUTEX | (kind == CONN_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    if (kind == CONN_WRITE && o->create)
        flags |= SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(o->path, &c->db, flags, NULL);
    enum err e = rc == SQLITE_OK ? configure(c) : sqlite_failed(c, rc);
    if (e) {
        snprintf(problem, size, "%s: %s", o->path, c->problem);
        close_conn(c);
        return e;
    }
    *out = c;
    return ERR_OK;
}

static void enter(struct conn *c, const char *scope)
{
    str_copy(c->municipality, sizeof c->municipality, scope);
}

/* Walls are built when the first transaction begins, since tables may not be there before. */
static enum err begin(struct conn *c, const char *scope)
{
    if (!c->walled)
        TRY(walls_build(c));
    enter(c, scope);
    TRY(sqlite_script(c, c->kind == CONN_WRITE ? "BEGIN IMMEDIATE" : "BEGIN"));
    c->inside = true;
    return ERR_OK;
}

static enum err commit(struct conn *c)
{
    c->inside = false;
    return sqlite_script(c, "COMMIT");
}

static void rollback(struct conn *c)
{
    c->inside = false;
    if (!sqlite3_get_autocommit(c->db))
        (void)sqlite_script(c, "ROLLBACK");
}

static enum err save(struct conn *c, const char *scope)
{
    enter(c, scope);
    c->breach = false;
    return sqlite_script(c, "SAVEPOINT one");
}

static enum err release(struct conn *c)
{
    if (c->breach) {
        str_copy(c->problem, sizeof c->problem, "a row outside the scope was written");
        return ERR_FORBIDDEN;
    }
    return sqlite_script(c, "RELEASE one");
}

static enum err undo(struct conn *c)
{
    return sqlite_script(c, "ROLLBACK TO one; RELEASE one");
}

static enum err set_scope(struct conn *c, const char *municipality)
{
    enter(c, municipality);
    return ERR_OK;
}

/* After new tables: let the hook know them too. */
static enum err run_script(struct conn *c, const char *text)
{
    TRY(sqlite_script(c, text));
    return c->kind == CONN_WRITE ? walls_find_tables(c) : ERR_OK;
}

/* --- Statements --- */

static enum err prepare(struct conn *c, const struct sql *q, sqlite3_stmt **out)
{
    size_t i = ((uintptr_t)q >> 4) * 0x9E3779B97F4A7C15u >> 54 & (CACHE_SLOTS - 1);
    while (c->cache[i].q && c->cache[i].q != q)
        i = (i + 1) & (CACHE_SLOTS - 1);
    if (!c->cache[i].q) {
        int rc = sqlite3_prepare_v3(c->db, q->text[DB_SQLITE], -1, SQLITE_PREPARE_PERSISTENT,
                                    &c->cache[i].stmt, NULL);
        if (rc != SQLITE_OK)
            return sqlite_failed(c, rc);
        c->cache[i].q = q;
    }
    *out = c->cache[i].stmt;
    return ERR_OK;
}

static int bind_one(sqlite3_stmt *s, int at, const struct sql_field *f, const char *base)
{
    const void *p = base + f->offset;
    switch (f->type) {
    case SQL_INT: {
        int64_t v;
        memcpy(&v, p, sizeof v);
        return f->optional && v == DB_NO_INT ? sqlite3_bind_null(s, at)
                                             : sqlite3_bind_int64(s, at, v);
    }
    case SQL_REAL: {
        double v;
        memcpy(&v, p, sizeof v);
        return isnan(v) ? sqlite3_bind_null(s, at) : sqlite3_bind_double(s, at, v);
    }
    case SQL_TEXT: {
        const char *v;
        memcpy(&v, p, sizeof v);
        return sqlite3_bind_text(s, at, v, -1, SQLITE_STATIC);
    }
    case SQL_ID: {
        struct id v;
        memcpy(&v, p, sizeof v);
        return f->optional && id_is_none(v)
                   ? sqlite3_bind_null(s, at)
                   : sqlite3_bind_blob(s, at, v.b, sizeof v.b, SQLITE_TRANSIENT);
    }
    case SQL_BLOB: {
        struct db_bytes v;
        memcpy(&v, p, sizeof v);
        return v.data ? sqlite3_bind_blob64(s, at, v.data, v.n, SQLITE_STATIC)
                      : sqlite3_bind_null(s, at);
    }
    }
    return SQLITE_MISUSE;
}

static enum err bind(struct conn *c, sqlite3_stmt *s, const struct sql *q, const void *in)
{
    for (size_t i = 0; i < q->n_in; i++) {
        int rc = bind_one(s, (int)i + 1, &q->in[i], in);
        if (rc != SQLITE_OK)
            return sqlite_failed(c, rc);
    }
    return ERR_OK;
}

static enum err read_text(sqlite3_stmt *s, int i, struct arena *a, const char **out)
{
    const char *v = (const char *)sqlite3_column_text(s, i);
    if (v && a) {
        v = arena_strndup(a, v, (size_t)sqlite3_column_bytes(s, i));
        if (!v)
            return ERR_NOMEM;
    }
    *out = v;
    return ERR_OK;
}

static enum err read_blob(sqlite3_stmt *s, int i, struct arena *a, struct db_bytes *out)
{
    struct db_bytes v = {sqlite3_column_blob(s, i), (size_t)sqlite3_column_bytes(s, i)};
    if (v.data && a) {
        v.data = arena_strndup(a, v.data, v.n);
        if (!v.data)
            return ERR_NOMEM;
    }
    *out = v;
    return ERR_OK;
}

static enum err read_one(sqlite3_stmt *s, int i, const struct sql_field *f, struct arena *a,
                         char *base)
{
    void *p = base + f->offset;
    bool null = sqlite3_column_type(s, i) == SQLITE_NULL;
    if (null && !f->optional)
        return ERR_CORRUPT; /* the file promised that it never is */
    switch (f->type) {
    case SQL_INT: {
        int64_t v = null ? DB_NO_INT : sqlite3_column_int64(s, i);
        memcpy(p, &v, sizeof v);
        return ERR_OK;
    }
    case SQL_REAL: {
        double v = null ? NAN : sqlite3_column_double(s, i);
        memcpy(p, &v, sizeof v);
        return ERR_OK;
    }
    case SQL_TEXT:
        return read_text(s, i, a, p);
    case SQL_ID:
        memset(p, 0, sizeof(struct id));
        if (!null && sqlite3_column_bytes(s, i) != sizeof(struct id))
            return ERR_CORRUPT;
        if (!null)
            memcpy(p, sqlite3_column_blob(s, i), sizeof(struct id));
        return ERR_OK;
    case SQL_BLOB:
        return read_blob(s, i, a, p);
    }
    return ERR_INTERNAL;
}

static enum err deliver(sqlite3_stmt *s, const struct sql *q, const struct row_sink *sink)
{
    _Alignas(16) char row[2048];
    if (!sink)
        return ERR_OK;
    if (q->row_size > sizeof row)
        return ERR_LIMIT;
    for (size_t i = 0; i < q->n_out; i++)
        TRY(read_one(s, (int)i, &q->out[i], sink->arena, row));
    return sink->fn(sink->arg, row);
}

static enum err run(struct conn *c, const struct sql *q, const void *in,
                    const struct row_sink *sink, int64_t *changes)
{
    sqlite3_stmt *s;
    if (c->inside && sqlite3_get_autocommit(c->db))
        return ERR_IO; /* SQLite gave the transaction up: this would be committed by itself */
    TRY(prepare(c, q, &s));
    enum err e = bind(c, s, q, in);
    int rc = SQLITE_DONE;
    while (e == ERR_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
        e = deliver(s, q, sink);
    if (e == ERR_OK && rc != SQLITE_DONE)
        e = sqlite_failed(c, rc);
    if (e == ERR_OK && changes)
        *changes = sqlite3_changes64(c->db);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return e;
}

static enum err check(struct conn *c, const struct sql *q, struct buf *problems)
{
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(c->db, q->text[DB_SQLITE], -1, &s, NULL);
    if (rc != SQLITE_OK) {
        buf_printf(problems, "%s: %s\n", q->name, sqlite3_errmsg(c->db));
        return ERR_OK;
    }
    if ((size_t)sqlite3_column_count(s) != q->n_out && q->n_out > 0)
        buf_printf(problems, "%s: %d columns, %zu declared\n", q->name, sqlite3_column_count(s),
                   q->n_out);
    for (int i = 0; i < sqlite3_column_count(s) && (size_t)i < q->n_out; i++)
        if (!str_eq(sqlite3_column_name(s, i), q->out[i].name))
            buf_printf(problems, "%s: column %d is %s, declared %s\n", q->name, i + 1,
                       sqlite3_column_name(s, i), q->out[i].name);
    sqlite3_finalize(s);
    return ERR_OK;
}

static bool broken(struct conn *c)
{
    int code = sqlite3_errcode(c->db) & 0xFF;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_CANTOPEN ||
           !sqlite3_get_autocommit(c->db);
}

static const char *problem_of(struct conn *c)
{
    return c->problem;
}

/* Pages that were written over stand in the log until it begins anew. Whoever reads is not waited
 * for. */
static enum err forget(struct conn *c)
{
    sqlite3_busy_timeout(c->db, 0);
    int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(c->db, BUSY_MS);
    return rc == SQLITE_OK ? ERR_OK : sqlite_failed(c, rc);
}

const struct engine engine_sqlite = {
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
    .script = run_script,
    .check = check,
    .forget = forget,
    .broken = broken,
    .problem = problem_of,
};

/* --- Care --- */

enum err sqlite_copy_to(struct conn *c, const char *path)
{
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(c->db, "VACUUM INTO ?1", -1, &s, NULL);
    if (rc != SQLITE_OK)
        return sqlite_failed(c, rc);
    sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC);
    rc = sqlite3_step(s);
    enum err e = rc == SQLITE_DONE ? ERR_OK : sqlite_failed(c, rc);
    sqlite3_finalize(s);
    return e;
}

enum err sqlite_verify(struct conn *c, struct buf *problems)
{
    static const char *const texts[] = {"PRAGMA integrity_check(20)", "PRAGMA foreign_key_check"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        sqlite3_stmt *s;
        int rc = sqlite3_prepare_v2(c->db, texts[i], -1, &s, NULL);
        if (rc != SQLITE_OK)
            return sqlite_failed(c, rc);
        while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
            const char *said = (const char *)sqlite3_column_text(s, 0);
            if (!str_eq(said, "ok"))
                buf_printf(problems, "%s: %s\n", texts[i] + 7, said ? said : "");
        }
        sqlite3_finalize(s);
        if (rc != SQLITE_DONE)
            return sqlite_failed(c, rc);
    }
    return ERR_OK;
}
