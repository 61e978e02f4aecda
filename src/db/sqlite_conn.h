/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the SQLite engine only: its connection, and the walls of a connection. */
#pragma once

/* Debian builds its library with this hook; the header shows it only on request. */
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>

#include "db/engine.h"

#define CACHE_SLOTS 1024 /* a power of two, well over the number of queries in the program */
#define TENANT_TABLES_MOST 128

struct cached {
    const struct sql *q;
    sqlite3_stmt *stmt;
};

struct conn {
    sqlite3 *db;
    enum conn_kind kind;
    char municipality[8]; /* whose rows; DB_NATIONAL = all */
    bool walled;          /* tenant views are in place */
    bool breach;          /* a row outside the scope was touched */
    bool inside;          /* a transaction was begun and not ended by us */
    struct cached cache[CACHE_SLOTS];
    char *tenant_tables[TENANT_TABLES_MOST];
    size_t n_tenant_tables;
    char problem[256];
};

/* The error of a result code, with SQLite's words kept in c->problem. */
enum err sqlite_failed(struct conn *c, int rc);
enum err sqlite_script(struct conn *c, const char *text);

/* sqlite_walls.c: which tables belong to the municipalities is read from the schema. */
NODISCARD enum err walls_find_tables(struct conn *c);
NODISCARD enum err walls_build(struct conn *c);
void walls_done(struct conn *c);
/* The function tenant() that the views ask. */
void walls_functions(struct conn *c);
