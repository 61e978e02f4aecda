/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The database: one interface, two engines (SQLite in the data directory, PostgreSQL by address).
 *
 * Reading happens in db_read(), on one of several read-only connections. Writing happens in
 * db_write(): the function is queued, runs on a writer thread together with others that wait (group
 * commit), and db_write() returns only after the commit is durable. Each function has its own
 * savepoint, so one that fails undoes only itself.
 *
 * Walls: every transaction has a scope. Inside a municipality's scope, rows of other municipalities
 * cannot be read or written, whatever the query says: SQLite reads through tenant views that an
 * authoriser insists on, and a hook checks each written row; PostgreSQL has row-level security. A
 * table belongs to the municipalities if it has a column municipality_code.
 *
 * Queries are .sql files, made into typed functions by tools/sqlgen.py (see there):
 *     q_event_by_id_one(tx, arena, &in, &row)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"

struct arena;
struct buf;
struct db;
struct tx;

enum db_engine { DB_SQLITE, DB_POSTGRES, DB_ENGINES };

/* --- What sqlgen makes of a .sql file --- */

enum sql_type { SQL_INT, SQL_REAL, SQL_TEXT, SQL_ID, SQL_BLOB };

/* How a value that is NULL in the database looks in C: text and blob NULL, id all zeros, real NaN,
 * int DB_NO_INT. Only columns and parameters declared with '?' may be so. */
#define DB_NO_INT INT64_MIN

struct db_bytes {
    const void *data;
    size_t n;
};

struct sql_field {
    const char *name;
    enum sql_type type;
    bool optional;
    size_t offset; /* in the generated struct */
};

/* What a writing query tells the change log. */
struct sql_change {
    const char *table; /* NULL: nothing is told */
    char op;           /* 'i', 'u', 'd' */
    int id;            /* which parameter is the row's id, or -1 */
    int municipality;  /* which parameter is the municipality, or -1: the scope's */
};

struct sql {
    const char *name;
    const char *text[DB_ENGINES];
    const struct sql_field *in;
    size_t n_in;
    const struct sql_field *out;
    size_t n_out;
    size_t in_size;
    size_t row_size;
    struct sql_change change;
};

/* --- Opening --- */

struct db_options {
    const char *path; /* SQLite file, or NULL */
    const char *url;  /* postgresql://..., or NULL */
    bool create;      /* make the file if it is not there */
    bool read_only;   /* no writer: db_write() answers ERR_FORBIDDEN */
    int readers;      /* reading connections at most; 0 = 8 */
};

/* On failure *problem (may be NULL) gets a sentence for the log in English, from the arena.
 * ERR_NOTFOUND: no such file or database. ERR_BUSY: another process writes to it and does not give
 * way, or the server takes no more connections. ERR_DENIED, ERR_FULL, ERR_NOTADB, ERR_CORRUPT,
 * ERR_IO: the file. ERR_UNREACHABLE, ERR_STARTING, ERR_LOGIN, ERR_USAGE (the address): PostgreSQL.
 * Several processes may have one SQLite file open: they take turns to write (lock.c).
 */
NODISCARD enum err db_open(const struct db_options *o, struct arena *a, struct db **out,
                           const char **problem);
/* Waits for what is queued, then closes. NULL is fine. */
void db_close(struct db *db);
void db_closep(struct db **db);
enum db_engine db_engine_of(const struct db *db);

/* --- Migrations --- */

struct migration {
    int version;
    const char *name;
    const char *text[DB_ENGINES];
};

/* Bring the schema up to date, one transaction a step, and run `walls` after it (NULL: nothing is
 * run). ERR_NEWER when the database was made by a newer program, ERR_SCHEMA when a step that has
 * been run was changed afterwards; *problem then says which. */
NODISCARD enum err db_migrate(struct db *db, const struct migration *list, size_t n,
                              const struct migration *walls, struct arena *a, const char **problem);
/* ERR_OK when the schema is exactly what `list` makes; ERR_NOTFOUND: no step has been run;
 * ERR_SCHEMA: some are missing; ERR_NEWER. */
NODISCARD enum err db_schema_check(struct db *db, const struct migration *list, size_t n,
                                   struct arena *a, const char **problem);

/* --- Transactions --- */

#define DB_NATIONAL "*"

/* Whose rows: a municipality's code, or DB_NATIONAL for the few things that cross the walls
 * (imports, national lists, log-in). It must live as long as the call. */
typedef enum err db_fn(struct tx *tx, void *arg);

/* A consistent snapshot, read only. ERR_UNREACHABLE also when the connection broke meanwhile. */
NODISCARD enum err db_read(struct db *db, const char *scope, db_fn *fn, void *arg);
/* ERR_OK means that it is on the disk. fn only touches the transaction and arg, because it runs on
 * another thread and may run again: while the answer is ERR_BUSY (it is queued at most five times),
 * and on PostgreSQL when any function of its group fails (doc/decisions/013) or the connection
 * breaks. It waits for nobody who may be writing, too: what its queries wait for shows late.
 * Over all processes, only one at a time writes in a scope (lock.c, turn.c): what fn has read there
 * holds when it writes. ERR_BUSY: another process did not end in about twenty seconds.
 * ERR_UNSURE: the connection broke at the commit, and nobody knows what stands. */
NODISCARD enum err db_write(struct db *db, const char *scope, db_fn *fn, void *arg);

/* Inside a transaction, from another municipality's point of view on: only where the scope was
 * DB_NATIONAL. What writes has that municipality's turn from then on, too. */
NODISCARD enum err tx_scope(struct tx *tx, const char *municipality);
const char *tx_municipality(const struct tx *tx);
enum db_engine tx_engine(const struct tx *tx);
/* What this transaction takes away shall be gone from the files of SQLite too, as soon as nobody
 * reads what was before; without this its log keeps it for hours. PostgreSQL: when it has been
 * vacuumed (doc/operations.md). */
void tx_forget(struct tx *tx);
/* What the engine said of the last error, for the log. Never shown to people. */
const char *tx_problem(const struct tx *tx);

/* Called after each durable commit, on a writer thread, with the scope of what was written (a
 * municipality or DB_NATIONAL). Set before the first write; must be quick. */
typedef void db_changed_fn(void *arg, const char *scope);
void db_on_change(struct db *db, db_changed_fn *fn, void *arg);

/* Called first in the transaction of every db_write(), with its scope: anything but ERR_OK is the
 * answer, and nothing is written. Set once, before the first write that it is to see. */
typedef enum err db_gate_fn(struct tx *tx, const char *scope);
void db_gate(struct db *db, db_gate_fn *fn);

/* --- Running queries: used by the generated functions --- */

/* The row is valid during the call unless an arena was given. Anything but ERR_OK ends the query
 * and is handed on. db_each() reads the rows while the query runs: another one inside fn is
 * refused with ERR_INTERNAL. */
typedef enum err db_row_fn(void *arg, const void *row);

NODISCARD enum err db_each(struct tx *tx, const struct sql *q, const void *in, struct arena *a,
                           db_row_fn *fn, void *arg);
/* Exactly the first row, its texts in the arena. ERR_NOTFOUND if there is none. */
NODISCARD enum err db_one(struct tx *tx, const struct sql *q, const void *in, struct arena *a,
                          void *out_row);
/* All rows as an array in the arena. */
NODISCARD enum err db_all(struct tx *tx, const struct sql *q, const void *in, struct arena *a,
                          void **out_rows, size_t *out_n);
/* Writes; *changes (may be NULL) gets the number of rows. */
NODISCARD enum err db_run(struct tx *tx, const struct sql *q, const void *in, int64_t *changes);
/* The same query for n parameter structs in a row, pipelined where the engine can. Stops at the
 * first error. */
NODISCARD enum err db_run_batch(struct tx *tx, const struct sql *q, const void *in, size_t n);
/* Several such batches, one after another in one trip to the server: for rows of two tables that
 * belong together. */
struct db_batch {
    const struct sql *q;
    const void *in; /* n parameter structs in a row */
    size_t n;
};
NODISCARD enum err db_run_batches(struct tx *tx, const struct db_batch *list, size_t n);
/* One row for each of n parameter structs; found[i] tells if there was one. */
struct db_many {
    struct arena *a; /* for texts */
    void *rows;
    bool *found;
};
NODISCARD enum err db_one_batch(struct tx *tx, const struct sql *q, const void *in, size_t n,
                                const struct db_many *out);

/* --- Care --- */

/* Prepares a query and compares its columns with what the file declares; sentences go to
 * `problems`. */
NODISCARD enum err db_check_query(struct db *db, const struct sql *q, struct buf *problems);
/* A consistent copy of the SQLite database in a new file (VACUUM INTO). ERR_USAGE on PostgreSQL. */
NODISCARD enum err db_copy_to(struct db *db, const char *path);
/* Integrity of the file or connection; a sentence for each fault goes to `problems`. */
NODISCARD enum err db_verify(struct db *db, struct buf *problems);
