/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/engine.h"
#include "db_sql.h"

static void checksum(const struct migration *m, enum db_engine engine, char out[17])
{
    const char *text = m->text[engine];
    snprintf(out, 17, "%016llx", (unsigned long long)hash64(text, strlen(text), 0));
}

struct run {
    struct db *db;
    const struct migration *list;
    size_t n;
    const struct migration *walls;
    struct arena *a;
    char problem[512];
    size_t done; /* how many of the list the database has */
    size_t at;
};

static enum err read_done(struct tx *tx, void *arg)
{
    struct run *r = arg;
    struct q_migration_table_exists_row exists;
    TRY(q_migration_table_exists_one(tx, r->a, &exists));
    r->done = 0;
    if (exists.n == 0)
        return ERR_OK;
    struct q_migration_list_row *rows;
    size_t n;
    TRY(q_migration_list_all(tx, r->a, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        char sum[17] = "";
        if (i < r->n)
            checksum(&r->list[i], r->db->kind, sum);
        if (i >= r->n || rows[i].version != r->list[i].version) {
            snprintf(r->problem, sizeof r->problem,
                     "the database has step %lld (%s), which this program does not know; "
                     "it was made by a newer version",
                     (long long)rows[i].version, rows[i].name);
            return ERR_NEWER;
        }
        if (!str_eq(sum, rows[i].checksum)) {
            snprintf(r->problem, sizeof r->problem,
                     "step %lld (%s) was changed after it had been run in this database",
                     (long long)rows[i].version, rows[i].name);
            return ERR_SCHEMA;
        }
    }
    r->done = n;
    return ERR_OK;
}

static enum err run_step(struct tx *tx, void *arg)
{
    struct run *r = arg;
    const struct migration *m = &r->list[r->at];
    char sum[17];
    checksum(m, r->db->kind, sum);
    enum err e = r->db->engine->script(tx->conn, m->text[r->db->kind]);
    if (e == ERR_OK)
        e = q_migration_table_run(tx, NULL);
    if (e) {
        snprintf(r->problem, sizeof r->problem, "step %d (%s): %s", m->version, m->name,
                 tx_problem(tx));
        return e;
    }
    struct q_migration_add_in in = {
        .version = m->version, .name = m->name, .checksum = sum, .at = time_now()};
    return q_migration_add_run(tx, &in, NULL);
}

/* Read-only connections may be older than the tables; they are opened anew when next needed. */
static void forget_readers(struct db *db)
{
    struct pool *pools[] = {&db->read, &db->national};
    for (size_t i = 0; i < ARRAY_LEN(pools); i++) {
        struct pool *p = pools[i];
        pthread_mutex_lock(&p->lock);
        while (p->n_idle > 0) {
            db->engine->close(p->idle[--p->n_idle]);
            p->n_open--;
        }
        pthread_mutex_unlock(&p->lock);
    }
}

static enum err run_walls(struct tx *tx, void *arg)
{
    struct run *r = arg;
    const char *text = r->walls->text[r->db->kind];
    enum err e = r->db->engine->script(tx->conn, text);
    if (e)
        snprintf(r->problem, sizeof r->problem, "walls: %s", tx_problem(tx));
    return e;
}

enum err db_migrate(struct db *db, const struct migration *list, size_t n,
                    const struct migration *walls, struct arena *a, const char **problem)
{
    struct run r = {.db = db, .list = list, .n = n, .walls = walls, .a = a};
    enum err e = db_read(db, DB_NATIONAL, read_done, &r);
    for (r.at = r.done; e == ERR_OK && r.at < n; r.at++)
        e = db_write(db, DB_NATIONAL, run_step, &r);
    if (e == ERR_OK && walls && r.done < n)
        e = db_write(db, DB_NATIONAL, run_walls, &r);
    forget_readers(db);
    if (e && problem)
        *problem = problem_text(a, r.problem);
    return e;
}

enum err db_schema_check(struct db *db, const struct migration *list, size_t n, struct arena *a,
                         const char **problem)
{
    struct run r = {.db = db, .list = list, .n = n, .a = a};
    enum err e = db_read(db, DB_NATIONAL, read_done, &r);
    if (e == ERR_OK && r.done < n) {
        snprintf(r.problem, sizeof r.problem, "the database lacks step %d (%s)",
                 list[r.done].version, list[r.done].name);
        e = r.done ? ERR_SCHEMA : ERR_NOTFOUND;
    }
    if (e && problem)
        *problem = problem_text(a, r.problem);
    return e;
}
