/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SQLite's walls between municipalities. A reading connection sees each tenant table only through a
 * temporary view of the same name, which an authoriser insists on; on the writing connection a hook
 * looks at each row that is touched. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/sqlite_conn.h"

static void tenant_function(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    (void)n;
    (void)v;
    const struct conn *c = sqlite3_user_data(ctx);
    sqlite3_result_text(ctx, c->municipality, -1, SQLITE_TRANSIENT);
}

static bool is_tenant_table(const struct conn *c, const char *name)
{
    for (size_t i = 0; i < c->n_tenant_tables; i++)
        if (str_eq(c->tenant_tables[i], name))
            return true;
    return false;
}

/* A reading connection sees a tenant table only through the view of the same name, which carries
 * the condition. `inside` is the innermost view. */
static int authorise(void *arg, int action, const char *a, const char *b, const char *schema,
                     const char *inside)
{
    (void)b;
    const struct conn *c = arg;
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
        return SQLITE_DENY;
    if (action != SQLITE_READ || !str_eq(schema, "main") || !is_tenant_table(c, a))
        return SQLITE_OK;
    return inside && str_eq(inside, a) ? SQLITE_OK : SQLITE_DENY;
}

/* The writing connection: each row touched must belong to the scope. */
static void watch_write(void *arg, sqlite3 *db, int op, const char *schema, const char *table,
                        sqlite3_int64 old_rowid, sqlite3_int64 new_rowid)
{
    (void)schema;
    (void)old_rowid;
    (void)new_rowid;
    struct conn *c = arg;
    if (str_eq(c->municipality, DB_NATIONAL) || !is_tenant_table(c, table))
        return;
    sqlite3_value *v = NULL; /* a value that cannot be read counts as another's */
    if (op != SQLITE_INSERT && (sqlite3_preupdate_old(db, 0, &v) != SQLITE_OK ||
                                !str_eq((const char *)sqlite3_value_text(v), c->municipality)))
        c->breach = true;
    if (op != SQLITE_DELETE && (sqlite3_preupdate_new(db, 0, &v) != SQLITE_OK ||
                                !str_eq((const char *)sqlite3_value_text(v), c->municipality)))
        c->breach = true;
}

void walls_done(struct conn *c)
{
    for (size_t i = 0; i < c->n_tenant_tables; i++)
        mem_free(c->tenant_tables[i]);
    c->n_tenant_tables = 0;
}

enum err walls_find_tables(struct conn *c)
{
    static const char text[] = "SELECT m.name FROM main.sqlite_master m "
                               "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND "
                               "(SELECT p.name FROM pragma_table_info(m.name) p WHERE p.cid = 0) "
                               "= 'municipality_code'";
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(c->db, text, -1, &s, NULL);
    if (rc != SQLITE_OK)
        return sqlite_failed(c, rc);
    enum err e = ERR_OK;
    walls_done(c);
    while (e == ERR_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        char *name = c->n_tenant_tables < TENANT_TABLES_MOST
                         ? mem_strdup((const char *)sqlite3_column_text(s, 0))
                         : NULL;
        if (name)
            c->tenant_tables[c->n_tenant_tables++] = name;
        else
            e = ERR_NOMEM;
    }
    sqlite3_finalize(s);
    return e ? e : rc == SQLITE_DONE ? ERR_OK : sqlite_failed(c, rc);
}

enum err walls_build(struct conn *c)
{
    TRY(walls_find_tables(c));
    if (c->kind == CONN_READ) {
        for (size_t i = 0; i < c->n_tenant_tables; i++) {
            char text[512];
            snprintf(text, sizeof text,
                     "CREATE TEMP VIEW IF NOT EXISTS \"%s\" AS SELECT * FROM main.\"%s\" "
                     "WHERE municipality_code = tenant()",
                     c->tenant_tables[i], c->tenant_tables[i]);
            TRY(sqlite_script(c, text));
        }
        sqlite3_set_authorizer(c->db, authorise, c);
    }
    if (c->kind == CONN_WRITE)
        sqlite3_preupdate_hook(c->db, watch_write, c);
    c->walled = true;
    return ERR_OK;
}

void walls_functions(struct conn *c)
{
    sqlite3_create_function(c->db, "tenant", 0,
                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, c,
                            tenant_function, NULL, NULL);
}
