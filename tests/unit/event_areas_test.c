/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The districts that are kept in memory, and transactions that wait for each other. */
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "db_fixture.h"
#include "db_test_sql.h"
#include "parts/event/event.h"

struct count {
    int64_t n;
};

static const struct sql_field count_out[] = {{"n", SQL_INT, false, 0}};
static const struct sql q_blocked = {
    .name = "blocked",
    .text = {"", "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"},
    .out = count_out,
    .n_out = 1,
    .row_size = sizeof(struct count),
    .change = {NULL, 0, -1, -1}};

struct two {
    struct db *db;
    struct event_areas *areas;
    atomic_bool held; /* the first has written the row that the second writes, too */
    enum err e;       /* of the second */
    pthread_t thread;
};

static enum err find(struct two *t, struct tx *tx, const char *municipality)
{
    struct id area;
    return event_areas_find(t->areas, tx, municipality, 500000, 6500000, &area);
}

/* Writes, and looks for a district only when the other one waits for what it wrote. */
static enum err first(struct tx *tx, void *arg)
{
    struct two *t = arg;
    struct q_t_put_in in = {"1493", "k", "v"};
    struct count blocked = {0};
    int64_t n;
    TRY(q_t_put_run(tx, &in, &n));
    atomic_store(&t->held, true);
    while (blocked.n == 0)
        TRY(db_one(tx, &q_blocked, NULL, NULL, &blocked));
    return find(t, tx, "1493");
}

static enum err second(struct tx *tx, void *arg)
{
    struct q_t_put_in in = {"1493", "k", "v"};
    TRY(q_t_put_run(tx, &in, NULL));
    return find(arg, tx, "1480");
}

static void *second_thread(void *arg)
{
    struct two *t = arg;
    while (!atomic_load(&t->held))
        sched_yield();
    t->e = db_write(t->db, DB_NATIONAL, second, t);
    return NULL;
}

DB_TEST(whoever_waits_for_a_row_keeps_nobody_from_the_districts)
{
    if (f->engine != DB_POSTGRES)
        return;
    struct two t = {.db = f->db, .areas = event_areas_new()};
    int64_t start = time_monotonic();
    CHECK(pthread_create(&t.thread, NULL, second_thread, &t) == 0);
    CHECK(db_write(f->db, "1493", first, &t) == ERR_OK);
    pthread_join(t.thread, NULL);
    CHECK_INT(t.e, ERR_CONFLICT);
    CHECK(time_monotonic() - start < 9000); /* a lock is waited for ten seconds */
    event_areas_free(t.areas);
}
