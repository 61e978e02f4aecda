/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A fresh database for a test. DB_TEST runs its body on SQLite, and on PostgreSQL too when
 * SAMSYN_TEST_PG holds an address (tools/check starts a server and sets it). */
#pragma once

#include "base/mem.h"
#include "db/db.h"

struct fixture {
    struct db *db;
    struct arena *a;
    enum db_engine engine;
    char dir[64];  /* SQLite: a new folder with test.db */
    char url[512]; /* PostgreSQL: a new schema of its own */
};

/* With the schema of the program. */
void fixture_open(struct fixture *f, enum db_engine engine);
void fixture_close(struct fixture *f);
/* Is there a PostgreSQL server to test on? */
int fixture_has(enum db_engine engine);
/* A command on the PostgreSQL server, on a connection of its own. */
void fixture_pg(const char *text);

#define DB_TEST(name)                                                                              \
    static void name##_body(struct fixture *f);                                                    \
    static void name##_on(enum db_engine engine)                                                   \
    {                                                                                              \
        struct fixture f;                                                                          \
        fixture_open(&f, engine);                                                                  \
        name##_body(&f);                                                                           \
        fixture_close(&f);                                                                         \
    }                                                                                              \
    static void name##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        name##_on(DB_SQLITE);                                                                      \
    }                                                                                              \
    static void name##_postgres(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        name##_on(DB_POSTGRES);                                                                    \
    }                                                                                              \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        test_add(#name " (sqlite)", name##_sqlite);                                                \
        if (fixture_has(DB_POSTGRES))                                                              \
            test_add(#name " (postgres)", name##_postgres);                                        \
    }                                                                                              \
    static void name##_body(struct fixture *f)
