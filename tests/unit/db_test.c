/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "db_fixture.h"
#include "db_test_sql.h"
#include "schema.h"

struct put {
    const char *municipality, *key, *value;
    enum err then;
};

static enum err put(struct tx *tx, void *arg)
{
    struct put *p = arg;
    struct q_t_put_in in = {p->municipality, p->key, p->value};
    TRY(q_t_put_run(tx, &in, NULL));
    return p->then;
}

static enum err put_setting(struct fixture *f, const char *scope, struct put p)
{
    return db_write(f->db, scope, put, &p);
}

struct get {
    struct arena *a;
    const char *key;
    struct q_t_get_row *rows;
    size_t n;
};

static enum err get(struct tx *tx, void *arg)
{
    struct get *g = arg;
    struct q_t_get_in in = {g->key};
    return q_t_get_all(tx, g->a, &in, &g->rows, &g->n);
}

static size_t count_settings(struct fixture *f, const char *scope, const char *key)
{
    struct get g = {f->a, key, NULL, 0};
    CHECK(db_read(f->db, scope, get, &g) == ERR_OK);
    return g.n;
}

DB_TEST(a_municipality_never_reads_another)
{
    CHECK(put_setting(f, "1493", (struct put){"1493", "k", "a", 0}) == ERR_OK);
    CHECK(put_setting(f, "1473", (struct put){"1473", "k", "b", 0}) == ERR_OK);
    CHECK_INT(count_settings(f, "1493", "k"), 1);
    CHECK_INT(count_settings(f, "1447", "k"), 0);
    CHECK_INT(count_settings(f, DB_NATIONAL, "k"), 2);
}

DB_TEST(a_municipality_never_writes_into_another)
{
    CHECK(put_setting(f, "1493", (struct put){"1473", "k", "a", 0}) == ERR_FORBIDDEN);
    CHECK_INT(count_settings(f, DB_NATIONAL, "k"), 0);
    CHECK(put_setting(f, DB_NATIONAL, (struct put){"1473", "k", "a", 0}) == ERR_OK);
    CHECK_INT(count_settings(f, "1473", "k"), 1);
}

static enum err take_over(struct tx *tx, void *arg)
{
    (void)arg;
    struct q_t_take_over_in in = {"1473", "k"};
    return q_t_take_over_run(tx, &in, NULL);
}

DB_TEST(a_row_cannot_be_moved_through_the_wall)
{
    CHECK(put_setting(f, "1493", (struct put){"1493", "k", "a", 0}) == ERR_OK);
    CHECK(db_write(f->db, "1493", take_over, NULL) == ERR_FORBIDDEN);
    CHECK_INT(count_settings(f, "1493", "k"), 1);
}

DB_TEST(a_failed_function_undoes_only_itself)
{
    CHECK(put_setting(f, "1493", (struct put){"1493", "k", "a", ERR_INVALID}) == ERR_INVALID);
    CHECK_INT(count_settings(f, "1493", "k"), 0);
    CHECK(put_setting(f, "1493", (struct put){"1493", "k", "a", ERR_OK}) == ERR_OK);
    CHECK(put_setting(f, "1493", (struct put){"1493", "k", "b", ERR_OK}) == ERR_CONFLICT);
    CHECK_INT(count_settings(f, "1493", "k"), 1);
}

static enum err go_round(struct tx *tx, void *arg)
{
    static const struct sql around = {
        .name = "around", .text = {"SELECT value FROM main.setting", "SELECT value FROM setting"}};
    (void)arg;
    return db_run(tx, &around, NULL, NULL);
}

TEST(a_query_cannot_go_round_the_view)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    CHECK(db_read(f.db, "1493", go_round, NULL) == ERR_FORBIDDEN);
    CHECK(db_read(f.db, DB_NATIONAL, go_round, NULL) == ERR_OK); /* the control */
    fixture_close(&f);
}

struct organisation {
    struct id id;
    struct arena *a;
    struct q_t_organisation_get_row row;
    struct q_t_changes_row *changes;
    size_t n_changes;
};

static enum err add_organisation(struct tx *tx, void *arg)
{
    struct organisation *o = arg;
    struct q_t_organisation_put_in in = {"1493", o->id, "Räddningstjänsten Å", 1 << 30, NULL};
    return q_t_organisation_put_run(tx, &in, NULL);
}

static enum err read_organisation(struct tx *tx, void *arg)
{
    struct organisation *o = arg;
    struct q_t_organisation_get_in in = {"1493", o->id};
    struct q_t_changes_in changes = {"1493"};
    TRY(q_t_organisation_get_one(tx, o->a, &in, &o->row));
    return q_t_changes_all(tx, o->a, &changes, &o->changes, &o->n_changes);
}

DB_TEST(values_read_back_and_changes_are_numbered)
{
    struct organisation o = {.id = id_new(), .a = f->a}, p = {.id = id_new(), .a = f->a};
    CHECK(db_write(f->db, "1493", add_organisation, &o) == ERR_OK);
    CHECK(db_write(f->db, DB_NATIONAL, add_organisation, &p) == ERR_OK);
    CHECK(db_read(f->db, "1493", read_organisation, &o) == ERR_OK);
    CHECK_TEXT(o.row.name, "Räddningstjänsten Å");
    CHECK(o.row.created_at == 1 << 30 && o.row.origin == NULL);
    CHECK_INT(o.n_changes, 2);
    CHECK(o.changes[0].seq == 1 && o.changes[1].seq == 2);
    CHECK(id_eq(o.changes[0].row_id, o.id) && str_eq(o.changes[0].op, "i"));
    o.id = id_new();
    CHECK(db_read(f->db, "1493", read_organisation, &o) == ERR_NOTFOUND);
}

#define THREADS 16
#define EACH 25

static void *write_many(void *arg)
{
    struct fixture *f = arg;
    for (int i = 0; i < EACH; i++) {
        struct organisation o = {.id = id_new()};
        CHECK(db_write(f->db, "1493", add_organisation, &o) == ERR_OK);
    }
    return NULL;
}

DB_TEST(many_writers_share_commits_and_lose_nothing)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, write_many, f) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    struct organisation o = {.id = id_new(), .a = f->a};
    CHECK(db_write(f->db, "1493", add_organisation, &o) == ERR_OK);
    CHECK(db_read(f->db, "1493", read_organisation, &o) == ERR_OK);
    CHECK_INT(o.n_changes, THREADS * EACH + 1);
    for (size_t i = 0; i < o.n_changes; i++)
        CHECK_INT(o.changes[i].seq, i + 1);
}

static enum err run_batches(struct tx *tx, void *arg)
{
    struct arena *a = arg;
    enum { N = 700 };
    struct q_t_put_in *in = ARENA_ARRAY(a, N, struct q_t_put_in);
    for (int i = 0; i < N; i++)
        in[i] = (struct q_t_put_in){"1493", arena_printf(a, "key%d", i), "v"};
    TRY(q_t_put_run_batch(tx, in, N));
    struct q_t_get_in keys[3] = {{"key5"}, {"none"}, {"key699"}};
    struct q_t_get_row rows[3];
    bool found[3];
    TRY(q_t_get_batch(tx, a, keys, 3, rows, found));
    CHECK(found[0] && !found[1] && found[2]);
    CHECK_TEXT(rows[2].municipality, "1493");
    return ERR_OK;
}

DB_TEST(batches_run_in_order)
{
    CHECK(db_write(f->db, "1493", run_batches, f->a) == ERR_OK);
    CHECK_INT(count_settings(f, "1493", "key42"), 1);
}

DB_TEST(migrations_run_once_and_refuse_what_they_do_not_know)
{
    const char *problem = NULL;
    CHECK(db_migrate(f->db, schema_list, schema_count, &schema_walls, f->a, &problem) == ERR_OK);
    CHECK(db_schema_check(f->db, schema_list, schema_count, f->a, &problem) == ERR_OK);
    CHECK(db_schema_check(f->db, schema_list, schema_count - 1, f->a, &problem) == ERR_NEWER);
    CHECK(strstr(problem, "newer version"));
    struct migration other[64];
    CHECK(schema_count <= ARRAY_LEN(other));
    memcpy(other, schema_list, schema_count * sizeof *other);
    other[0].text[DB_SQLITE] = other[0].text[DB_POSTGRES] = "SELECT 1";
    CHECK(db_schema_check(f->db, other, schema_count, f->a, &problem) == ERR_SCHEMA);
    CHECK(strstr(problem, "changed after"));
}

DB_TEST(queries_are_what_their_files_declare)
{
    struct buf problems = buf_init(10000);
    for (size_t i = 0; db_test_queries[i]; i++)
        CHECK(db_check_query(f->db, db_test_queries[i], &problems) == ERR_OK);
    CHECK_TEXT(buf_text(&problems), "");
    struct sql wrong = q_t_get;
    wrong.n_out = 1;
    CHECK(db_check_query(f->db, &wrong, &problems) == ERR_OK);
    CHECK(problems.len > 0);
    buf_done(&problems);
}

/* Another process has the file open too, as a command beside a server has. Each takes its turn. */
TEST(two_processes_take_turns_to_write)
{
    enum { EACH_PROCESS = 100 };
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    char path[128];
    snprintf(path, sizeof path, "%s/test.db", f.dir);
    db_close(f.db);
    pid_t child = fork();
    struct db *db;
    const char *problem = "";
    struct db_options o = {.path = path};
    int failed = db_open(&o, f.a, &db, &problem) != ERR_OK;
    for (int i = 0; i < EACH_PROCESS && !failed; i++) {
        struct organisation r = {.id = id_new()};
        failed = db_write(db, "1493", add_organisation, &r) != ERR_OK;
    }
    if (child == 0) {
        if (!failed)
            db_close(db);
        _exit(failed);
    }
    int status = 1;
    CHECK(!failed && waitpid(child, &status, 0) == child && status == 0);
    struct organisation r = {.id = id_new(), .a = f.a};
    CHECK(db_write(db, "1493", add_organisation, &r) == ERR_OK);
    CHECK(db_read(db, "1493", read_organisation, &r) == ERR_OK);
    CHECK_INT(r.n_changes, 2 * EACH_PROCESS + 1);
    struct buf found = buf_init(10000);
    CHECK(db_verify(db, &found) == ERR_OK && found.len == 0);
    f.db = db;
    fixture_close(&f);
}

TEST(a_reader_cannot_write)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    char path[128];
    snprintf(path, sizeof path, "%s/test.db", f.dir);
    struct db *second;
    const char *problem;
    struct db_options o = {.path = path, .read_only = true};
    CHECK(db_open(&o, f.a, &second, &problem) == ERR_OK);
    struct put p = {"1493", "k", "a", 0};
    CHECK(db_write(second, "1493", put, &p) == ERR_FORBIDDEN);
    db_close(second);
    fixture_close(&f);
}
