/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Functions that share a group, and what each is told when the group runs again. */
#include "test.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libpq-fe.h>

#include "base/str.h"
#include "db/engine.h"
#include "db_fixture.h"
#include "db_group.h"
#include "db_test_sql.h"

/* --- libpq, which can be made to fail --- */

static atomic_int syncs_to_fail;

int PQpipelineSync(PGconn *c)
{
    int (*real)(PGconn *) = NULL;
    void *found = dlsym(RTLD_NEXT, "PQpipelineSync");
    memcpy(&real, &found, sizeof real);
    if (atomic_load(&syncs_to_fail) > 0) { /* as when there is no memory */
        atomic_fetch_sub(&syncs_to_fail, 1);
        return 0;
    }
    return real(c);
}

/* The server ends as it is asked to commit: before it hears of it, or after it has done so. */
static atomic_int ends_at_commit;
enum { ENDS_BEFORE = 1, ENDS_AFTER };

PGresult *PQexec(PGconn *c, const char *text)
{
    PGresult *(*real)(PGconn *, const char *) = NULL;
    void *found = dlsym(RTLD_NEXT, "PQexec");
    memcpy(&real, &found, sizeof real);
    if (strcmp(text, "SET lock_timeout = '2s'") == 0)
        text = "SET lock_timeout = '100ms'"; /* so that a test need not wait ten times as long */
    int when = strcmp(text, "COMMIT") == 0 ? atomic_exchange(&ends_at_commit, 0) : 0;
    if (when == ENDS_AFTER)
        PQclear(real(c, text));
    if (when)
        shutdown(PQsocket(c), SHUT_RDWR);
    return real(c, text);
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

static size_t count(struct fixture *f, const char *key)
{
    struct get g = {.a = f->a, .key = key};
    CHECK(db_read(f->db, DB_NATIONAL, get, &g) == ERR_OK);
    return g.n;
}

/* --- What is told --- */

static const struct sql_field pid_out[] = {{"pid", SQL_INT, false, 0}};
static const struct sql q_pid = {.name = "pid",
                                 .text = {"", "SELECT pg_backend_pid() AS pid"},
                                 .out = pid_out,
                                 .n_out = 1,
                                 .row_size = sizeof(int64_t),
                                 .change = {NULL, 0, -1, -1}};

static enum err end_backend(struct tx *tx)
{
    int64_t pid;
    char text[160];
    TRY(db_one(tx, &q_pid, NULL, NULL, &pid));
    snprintf(text, sizeof text, "DO $$ BEGIN PERFORM pg_terminate_backend(%lld, 10000); END $$",
             (long long)pid);
    fixture_pg(text);
    return ERR_OK;
}

/* Writes; when it runs again its connection breaks, and after that it refuses. */
static enum err put_then_break(struct tx *tx, void *arg)
{
    int *runs = arg;
    if (++*runs > 2)
        return ERR_FORBIDDEN;
    if (*runs == 2)
        TRY(end_backend(tx));
    struct q_t_put_in in = {"1493", "name", "first"};
    return q_t_put_run(tx, &in, NULL);
}

/* As a page that says that a name is taken. */
static enum err put_if_free(struct tx *tx, void *arg)
{
    struct get g = {.a = arg, .key = "name"};
    TRY(get(tx, &g));
    if (g.n)
        return ERR_CONFLICT;
    struct q_t_put_in in = {tx_municipality(tx), "name", "second"};
    return q_t_put_run(tx, &in, NULL);
}

DB_TEST(what_a_try_said_that_was_thrown_away_is_not_told)
{
    int runs = 0;
    if (f->engine != DB_POSTGRES)
        return;
    struct call calls[] = {{.scope = "1493", .fn = put_then_break, .arg = &runs},
                           {.scope = "1493", .fn = put_if_free, .arg = f->a}};
    run_together(f->db, calls, 2);
    CHECK_INT(calls[0].e, ERR_FORBIDDEN);
    CHECK_INT(calls[1].e, ERR_OK); /* nobody has the name */
    CHECK_INT(count(f, "name"), 1);
}

/* --- When the server ends --- */

static enum err put_after_a_break(struct tx *tx, void *arg)
{
    int *runs = arg;
    if (++*runs < 3)
        TRY(end_backend(tx));
    struct q_t_put_in in = {"1493", "survivor", "v"};
    return q_t_put_run(tx, &in, NULL);
}

DB_TEST(a_write_goes_on_over_a_connection_that_breaks)
{
    int runs = 0;
    if (f->engine != DB_POSTGRES)
        return;
    CHECK_INT(db_write(f->db, "1493", put_after_a_break, &runs), ERR_OK);
    CHECK_INT(runs, 3);
    CHECK_INT(count(f, "survivor"), 1);
}

static enum err put_key(struct tx *tx, void *arg)
{
    struct q_t_put_in in = {"1493", arg, "v"};
    return q_t_put_run(tx, &in, NULL);
}

/* Nobody can know: it is said, and nothing is done twice. */
DB_TEST(a_server_that_ends_at_the_commit_leaves_it_open)
{
    char before[] = "before", after[] = "after", later[] = "later";
    if (f->engine != DB_POSTGRES)
        return;
    atomic_store(&ends_at_commit, ENDS_BEFORE);
    CHECK_INT(db_write(f->db, "1493", put_key, before), ERR_UNSURE);
    CHECK_INT(count(f, before), 0);
    atomic_store(&ends_at_commit, ENDS_AFTER);
    CHECK_INT(db_write(f->db, "1493", put_key, after), ERR_UNSURE);
    CHECK_INT(count(f, after), 1);
    CHECK_INT(db_write(f->db, "1493", put_key, later), ERR_OK);
}

/* --- Two processes --- */

struct meanwhile {
    struct fixture *f;
    struct db *other; /* another process */
    enum err same, another;
};

/* What the other process may write while this one has its turn. */
static enum err put_meanwhile(struct tx *tx, void *arg)
{
    struct meanwhile *m = arg;
    struct get g = {.a = m->f->a, .key = "name"};
    TRY(get(tx, &g));
    m->same = db_write(m->other, "1493", put_if_free, m->f->a);
    m->another = db_write(m->other, "1473", put_if_free, m->f->a);
    if (g.n)
        return ERR_CONFLICT;
    struct q_t_put_in in = {tx_municipality(tx), "name", "first"};
    return q_t_put_run(tx, &in, NULL);
}

static enum err put_as(struct tx *tx, void *arg)
{
    TRY(tx_scope(tx, "1493"));
    return put_meanwhile(tx, arg);
}

/* What was checked still holds when it is written, whoever else serves the database. */
static void one_process_at_a_time(struct fixture *f, const char *scope, db_fn *fn)
{
    struct meanwhile m = {.f = f, .same = ERR_OK};
    struct db_options o = {.url = f->url};
    if (f->engine != DB_POSTGRES)
        return; /* lock.c */
    CHECK(db_open(&o, f->a, &m.other, NULL) == ERR_OK);
    CHECK_INT(db_write(f->db, scope, fn, &m), ERR_OK);
    CHECK_INT(m.same, ERR_BUSY);
    CHECK_INT(m.another, ERR_OK); /* nobody waits for another municipality */
    CHECK_INT(db_write(m.other, "1493", put_if_free, f->a), ERR_CONFLICT);
    CHECK_INT(count(f, "name"), 2);
    db_close(m.other);
}

DB_TEST(a_municipality_is_written_to_by_one_process_at_a_time)
{
    one_process_at_a_time(f, "1493", put_meanwhile);
}

DB_TEST(a_national_function_has_the_turn_of_whom_it_writes_for)
{
    one_process_at_a_time(f, DB_NATIONAL, put_as);
}

/* --- Walls --- */

struct look {
    struct arena *a;
    const char *put, *as; /* writes this key; as this municipality where the scope is national */
    const char *key;      /* and then looks for this one */
    size_t seen;
    enum err fails;
};

static enum err look(struct tx *tx, void *arg)
{
    struct look *l = arg;
    if (l->as)
        TRY(tx_scope(tx, l->as));
    struct q_t_put_in in = {tx_municipality(tx), l->put, "v"};
    if (l->put)
        TRY(q_t_put_run(tx, &in, NULL));
    struct get g = {.a = l->a, .key = l->key};
    if (l->key)
        TRY(get(tx, &g));
    l->seen = g.n;
    return l->fails;
}

/* The first code from `from` on that has the same writer as `scope`. */
static int beside(struct db *db, const char *scope, int from, char code[8])
{
    do
        snprintf(code, 8, "%d", from++);
    while (writer_of(db, code) != writer_of(db, scope));
    return from;
}

static void walls(struct fixture *f, enum err last)
{
    char a[8], b[8];
    (void)beside(f->db, DB_NATIONAL, beside(f->db, DB_NATIONAL, 1000, a), b);
    struct look l[] = {{f->a, "ka", NULL, "ka", 9, 0},   {f->a, "kb", NULL, NULL, 9, 0},
                       {f->a, NULL, NULL, "ka", 9, 0},   {f->a, NULL, a, "kb", 9, 0},
                       {f->a, "kn", b, NULL, 9, 0},      {f->a, NULL, NULL, "kn", 9, 0},
                       {f->a, NULL, NULL, "kb", 9, 0},   {f->a, NULL, NULL, "kn", 9, 0},
                       {f->a, NULL, NULL, "ka", 9, last}};
    struct call c[] = {{a, look, &l[0]},           {b, look, &l[1]},           {b, look, &l[2]},
                       {DB_NATIONAL, look, &l[3]}, {DB_NATIONAL, look, &l[4]}, {a, look, &l[5]},
                       {DB_NATIONAL, look, &l[6]}, {b, look, &l[7]},           {b, look, &l[8]}};
    static const size_t seen[] = {1, 0, 0, 0, 0, 0, 1, 1, 0};
    run_together(f->db, c, ARRAY_LEN(c));
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        CHECK_INT(c[i].e, i + 1 < ARRAY_LEN(c) ? ERR_OK : last);
        CHECK(f->engine == DB_SQLITE || l[i].seen == seen[i]); /* its writer may read all */
    }
}

DB_TEST(each_function_of_a_group_has_its_own_walls)
{
    walls(f, ERR_OK);
}

DB_TEST(each_function_of_a_group_that_runs_again_has_its_own_walls)
{
    walls(f, ERR_CONFLICT);
}

/* --- When libpq has no memory --- */

static enum err put_two(struct tx *tx, void *arg)
{
    int64_t n;
    TRY(put_key(tx, arg));
    struct q_t_put_in in = {"1493", "seen", "v"};
    return q_t_put_run(tx, &in, &n);
}

DB_TEST(a_trip_that_could_not_be_ended_is_not_waited_for)
{
    if (getenv("SKIPS"))
        return;
    char k1[] = "k1", k2[] = "k2", k3[] = "k3", k4[] = "k4";
    if (f->engine != DB_POSTGRES)
        return;
    atomic_store(&syncs_to_fail, 1);
    CHECK(db_write(f->db, "1493", put_key, k1) == ERR_OK);
    CHECK_INT(count(f, k1), 1);
    atomic_store(&syncs_to_fail, 1);
    CHECK(db_write(f->db, "1493", put_two, k2) == ERR_OK);
    CHECK_INT(count(f, k2), 1);
    for (int n = 2; n < 5; n++) {
        atomic_store(&syncs_to_fail, n);
        enum err e = db_write(f->db, "1493", put_key, k3);
        atomic_store(&syncs_to_fail, 0);
        CHECK(e == ERR_OK || e == ERR_IO || e == ERR_CONFLICT);
        CHECK_INT(count(f, k3), 1);
    }
    CHECK(db_write(f->db, "1493", put_key, k4) == ERR_OK);
}

/* --- After an error among the answers that waited --- */

struct passing {
    struct arena *a;
    int runs;
    enum err e[2]; /* of the first try: what showed the error, and what came then */
};

static enum err pass_over(struct tx *tx, void *arg)
{
    struct passing *p = arg;
    char key[] = "there";
    if (++p->runs > 1)
        return ERR_CANCELLED;
    TRY(put_key(tx, key)); /* is there already; the answer waits */
    struct get g = {.a = p->a, .key = "none"};
    p->e[0] = get(tx, &g);
    p->e[1] = get(tx, &g);
    return ERR_OK;
}

/* BEGIN may be what failed: then whatever is sent would stand by itself, outside the walls. */
DB_TEST(nothing_more_is_sent_once_nobody_can_tell_what_stands)
{
    char key[] = "there";
    struct passing p = {.a = f->a};
    if (f->engine != DB_POSTGRES)
        return;
    CHECK(db_write(f->db, "1493", put_key, key) == ERR_OK);
    CHECK(db_write(f->db, "1493", pass_over, &p) == ERR_CANCELLED);
    CHECK_INT(p.e[0], ERR_BUSY);
    CHECK_INT(p.e[1], ERR_BUSY);
}
