/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What happens to others, and to what was promised, when something under the store fails. */
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "db/engine.h"
#include "db_fixture.h"
#include "db_group.h"
#include "db_test_sql.h"

/* --- Jobs in one group --- */

struct put {
    const char *scope, *key, *value;
    bool pass_over; /* answers ERR_OK whatever the query said */
    enum err e;
};

static enum err put(struct tx *tx, void *arg)
{
    struct put *p = arg;
    struct q_t_put_in in = {p->scope, p->key, p->value};
    enum err e = q_t_put_run(tx, &in, NULL);
    return p->pass_over ? ERR_OK : e;
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

static size_t count(struct db *db, struct arena *a, const char *key)
{
    struct get g = {.a = a, .key = key};
    CHECK(db_read(db, DB_NATIONAL, get, &g) == ERR_OK);
    return g.n;
}

#define JOBS_MOST 3

static void put_together(struct db *db, struct put *jobs, size_t n)
{
    struct call calls[JOBS_MOST] = {0};
    CHECK(n <= JOBS_MOST);
    for (size_t i = 0; i < n; i++)
        calls[i] = (struct call){.scope = jobs[i].scope, .fn = put, .arg = &jobs[i]};
    run_together(db, calls, n);
    for (size_t i = 0; i < n; i++)
        jobs[i].e = calls[i].e;
}

DB_TEST(a_job_that_cannot_begin_takes_nothing_with_it)
{
    char bad[16] = "";
    for (int i = 0; !*bad || writer_of(f->db, bad) != writer_of(f->db, "1493"); i++)
        snprintf(bad, sizeof bad, "x%d", i);
    struct put jobs[] = {{.scope = "1493", .key = "before", .value = "v"},
                         {.scope = bad, .key = "bad", .value = "v"},
                         {.scope = "1493", .key = "after", .value = "v"}};
    put_together(f->db, jobs, 3);
    CHECK(jobs[0].e == ERR_OK && count(f->db, f->a, "before") == 1);
    CHECK(jobs[2].e == ERR_OK && count(f->db, f->a, "after") == 1);
    CHECK_INT(count(f->db, f->a, "bad"), jobs[1].e == ERR_OK);
}

DB_TEST(an_error_that_is_passed_over_takes_nothing_with_it)
{
    struct put jobs[] = {{.scope = "1493", .key = "before", .value = "v"},
                         {.scope = "1493", .key = "before", .value = "again", .pass_over = true},
                         {.scope = "1493", .key = "after", .value = "v"}};
    put_together(f->db, jobs, 3);
    CHECK(jobs[0].e == ERR_OK && count(f->db, f->a, "before") == 1);
    CHECK(jobs[1].e == (f->engine == DB_SQLITE ? ERR_OK : ERR_INTERNAL));
    CHECK(jobs[2].e == ERR_OK && count(f->db, f->a, "after") == 1);
}

/* --- A disk that fills up: a limit of the size of files, in a child --- */

static void limit_files(rlim_t most)
{
    struct rlimit r;
    getrlimit(RLIMIT_FSIZE, &r);
    r.rlim_cur = most < r.rlim_max ? most : r.rlim_max;
    setrlimit(RLIMIT_FSIZE, &r);
}

static rlim_t size_of(const struct fixture *f, const char *name)
{
    char path[256];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    return stat(path, &st) == 0 ? (rlim_t)st.st_size : 0;
}

static bool whole(struct db *db)
{
    struct buf found = buf_init(10000);
    bool ok = db_verify(db, &found) == ERR_OK && found.len == 0;
    buf_done(&found);
    return ok;
}

/* The test in a child, whose limits end with it. */
static void in_child(int (*fn)(struct fixture *f))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct fixture f;
        signal(SIGXFSZ, SIG_IGN);
        fixture_open(&f, DB_SQLITE);
        int wrong = fn(&f);
        limit_files(RLIM_INFINITY);
        fixture_close(&f);
        _exit(wrong);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

/* The line that was not true, or 0. */
#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            return __LINE__ % 251 + 1;                                                             \
    } while (0)

static int fill_in_a_group(struct fixture *f)
{
    enum { LARGE = 24 << 20 }; /* more than SQLite keeps in memory, so that it writes before */
    char *large = mem_alloc(LARGE + 1);
    MUST(large);
    memset(large, 'x', LARGE);
    struct put jobs[] = {{.scope = "1493", .key = "before", .value = "v"},
                         {.scope = "1493", .key = "large", .value = large},
                         {.scope = "1493", .key = "after", .value = "v"}};
    limit_files(size_of(f, "test.db-wal") + (1 << 20));
    put_together(f->db, jobs, 3);
    MUST(jobs[1].e == ERR_FULL && count(f->db, f->a, "large") == 0);
    MUST(jobs[0].e == ERR_OK && count(f->db, f->a, "before") == 1);
    MUST(jobs[2].e == ERR_OK && count(f->db, f->a, "after") == 1);
    limit_files(RLIM_INFINITY);
    MUST(db_write(f->db, "1493", put, &jobs[1]) == ERR_OK);
    MUST(whole(f->db));
    mem_free(large);
    return 0;
}

TEST(a_full_disk_fails_only_what_did_not_fit)
{
    in_child(fill_in_a_group);
}

/* Every write to the file fails once: the limit moves up in steps smaller than a page. */
static int fill_step_by_step(struct fixture *f)
{
    enum { STEPS = 60 };
    bool kept[STEPS];
    int failed = 0;
    rlim_t start = size_of(f, "test.db-wal");
    for (int i = 0; i < STEPS; i++) {
        char key[16];
        snprintf(key, sizeof key, "s%d", i);
        limit_files(start + (rlim_t)i * 1500);
        struct put p = {.scope = "1493", .key = key, .value = "v"};
        enum err e = db_write(f->db, "1493", put, &p);
        MUST(e == ERR_OK || e == ERR_IO || e == ERR_FULL);
        kept[i] = e == ERR_OK;
        failed += e != ERR_OK;
    }
    limit_files(RLIM_INFINITY);
    MUST(failed > 0 && failed < STEPS);
    struct put p = {.scope = "1493", .key = "afterwards", .value = "v"};
    MUST(db_write(f->db, "1493", put, &p) == ERR_OK);
    for (int round = 0; round < 2; round++) { /* as it is, and after it was opened anew */
        for (int i = 0; i < STEPS; i++) {
            char key[16];
            snprintf(key, sizeof key, "s%d", i);
            MUST(count(f->db, f->a, key) == (size_t)kept[i]);
        }
        MUST(whole(f->db));
        char path[128];
        snprintf(path, sizeof path, "%s/test.db", f->dir);
        struct db_options o = {.path = path};
        const char *problem;
        db_close(f->db);
        MUST(db_open(&o, f->a, &f->db, &problem) == ERR_OK);
    }
    return 0;
}

TEST(each_failed_write_loses_nothing_that_was_promised)
{
    in_child(fill_step_by_step);
}

/* --- Memory that runs out --- */

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
    struct q_t_organisation_put_in in = {"1493", o->id, "Räddningstjänsten", 1, NULL};
    return q_t_organisation_put_run(tx, &in, NULL);
}

static enum err read_organisation(struct tx *tx, void *arg)
{
    struct organisation *o = arg;
    struct q_t_organisation_get_in in = {"1493", o->id};
    struct q_t_changes_in changes = {"1493"};
    TRY(q_t_changes_all(tx, o->a, &changes, &o->changes, &o->n_changes));
    return q_t_organisation_get_one(tx, o->a, &in, &o->row);
}

DB_TEST(each_failed_allocation_leaves_the_store_as_it_was)
{
    size_t told = 0;
    for (long n = 0;; n++) {
        struct organisation o = {.id = id_new(), .a = f->a};
        CHECK(n < 1000);
        mem_fail_at(n);
        enum err e = db_write(f->db, "1493", add_organisation, &o);
        bool refused = mem_failed();
        mem_fail_at(-1);
        CHECK(e == ERR_OK || e == ERR_NOMEM);
        told += e == ERR_OK;
        enum err there = db_read(f->db, "1493", read_organisation, &o);
        CHECK(there == (e == ERR_OK ? ERR_OK : ERR_NOTFOUND));
        CHECK_INT(o.n_changes, told);
        if (!refused)
            break;
    }
    CHECK(told >= 1);
}

DB_TEST(each_failed_allocation_of_a_reader_is_told)
{
    struct organisation o = {.id = id_new()};
    CHECK(db_write(f->db, "1493", add_organisation, &o) == ERR_OK);
    for (long n = 0;; n++) {
        AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
        CHECK(n < 1000);
        o.a = a;
        mem_fail_at(n);
        enum err e = db_read(f->db, "1493", read_organisation, &o);
        bool refused = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (refused ? ERR_NOMEM : ERR_OK));
        if (e == ERR_OK)
            CHECK_TEXT(o.row.name, "Räddningstjänsten");
        if (!refused)
            break;
    }
}

DB_TEST(each_failed_allocation_of_opening_is_told)
{
    char path[128];
    snprintf(path, sizeof path, "%s/test.db", f->dir);
    struct db_options o = {.path = f->engine == DB_SQLITE ? path : NULL,
                           .url = f->engine == DB_POSTGRES ? f->url : NULL};
    db_close(f->db);
    f->db = NULL;
    for (long n = 0; !f->db; n++) {
        AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
        const char *problem = NULL;
        CHECK(n < 1000);
        mem_fail_at(n);
        enum err e = db_open(&o, a, &f->db, &problem);
        mem_fail_at(-1);
        CHECK(e == ERR_OK || (e == ERR_NOMEM && (n == 0 || problem)));
    }
    CHECK_INT(count(f->db, f->a, "none"), 0);
}

/* --- PostgreSQL: connections that break --- */

struct backend {
    int64_t pid;
};

static const struct sql_field pid_out[] = {{"pid", SQL_INT, false, offsetof(struct backend, pid)}};
static const struct sql q_pid = {.name = "pid",
                                 .text = {"", "SELECT pg_backend_pid() AS pid"},
                                 .out = pid_out,
                                 .n_out = 1,
                                 .row_size = sizeof(struct backend),
                                 .change = {NULL, 0, -1, -1}};
/* As when the server was started again. */
static void end(const struct backend *b)
{
    char text[160];
    snprintf(text, sizeof text, "DO $$ BEGIN PERFORM pg_terminate_backend(%lld, 10000); END $$",
             (long long)b->pid);
    fixture_pg(text);
}

static enum err which_backend(struct tx *tx, void *arg)
{
    return db_one(tx, &q_pid, NULL, NULL, arg);
}

/* Ends the connection it runs on, and then goes on as if nothing had happened. */
static enum err end_own(struct tx *tx, void *arg)
{
    struct backend *b = arg;
    TRY(db_one(tx, &q_pid, NULL, NULL, b));
    end(b);
    struct q_t_put_in in[3] = {{"1493", "b1", "v"}, {"1493", "b2", "v"}, {"1493", "b3", "v"}};
    return q_t_put_run_batch(tx, in, 3);
}

DB_TEST(a_connection_that_breaks_in_a_batch_is_replaced)
{
    struct backend b = {0};
    struct put p = {.scope = "1493", .key = "k", .value = "v"};
    if (f->engine != DB_POSTGRES)
        return;
    CHECK(db_write(f->db, "1493", end_own, &b) != ERR_OK);
    CHECK(db_write(f->db, "1493", put, &p) == ERR_OK);
    CHECK(count(f->db, f->a, "k") == 1 && count(f->db, f->a, "b1") == 0);
}

static enum err end_own_reader(struct tx *tx, void *arg)
{
    struct backend *b = arg, again;
    TRY(db_one(tx, &q_pid, NULL, NULL, b));
    end(b);
    return db_one(tx, &q_pid, NULL, NULL, &again);
}

/* Nothing is wrong with what was asked, and nothing was changed: it can be asked again (503). */
DB_TEST(a_connection_that_breaks_while_reading_says_try_again)
{
    struct backend b = {0};
    if (f->engine != DB_POSTGRES)
        return;
    CHECK_INT(db_read(f->db, "1493", end_own_reader, &b), ERR_UNREACHABLE);
    CHECK_INT(err_http(ERR_UNREACHABLE), 503);
    CHECK_INT(db_read(f->db, "1493", which_backend, &b), ERR_OK);
}

/* The first time it runs, it ends the connection on which its neighbours' answers wait. */
static enum err end_once(struct tx *tx, void *arg)
{
    struct backend *b = arg, here = {0};
    TRY(db_one(tx, &q_pid, NULL, NULL, &here));
    struct q_t_put_in in = {"1493", "once", "v"};
    TRY(q_t_put_run(tx, &in, NULL));
    if (b->pid == 0) {
        *b = here;
        end(b);
    }
    return ERR_OK;
}

DB_TEST(a_connection_that_breaks_while_answers_wait_loses_nothing)
{
    struct backend b = {0};
    if (f->engine != DB_POSTGRES)
        return;
    CHECK(db_write(f->db, "1493", end_once, &b) == ERR_OK);
    CHECK(b.pid != 0);
    CHECK_INT(count(f->db, f->a, "once"), 1);
}

DB_TEST(connections_that_broke_while_idle_are_not_noticed)
{
    struct backend reader = {0}, writer = {0};
    struct put p = {.scope = "1493", .key = "k", .value = "v"};
    if (f->engine != DB_POSTGRES)
        return;
    CHECK(db_read(f->db, "1493", which_backend, &reader) == ERR_OK);
    CHECK(db_write(f->db, "1493", which_backend, &writer) == ERR_OK);
    end(&reader);
    end(&writer);
    CHECK(db_read(f->db, "1493", which_backend, &reader) == ERR_OK);
    CHECK(db_write(f->db, "1493", put, &p) == ERR_OK);
    CHECK_INT(count(f->db, f->a, "k"), 1);
}

TEST(an_address_that_is_not_understood_is_not_repeated)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct db_options o = {.url = "postgresql://samsyn:hemligt@[::1/db"};
    struct db *db;
    const char *problem = "";
    CHECK(db_open(&o, a, &db, &problem) != ERR_OK);
    CHECK(*problem && !strstr(problem, "hemligt"));
}
