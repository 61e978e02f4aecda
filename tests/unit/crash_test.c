/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kill -9: what db_write() promised is there afterwards, and the file is whole. */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/random.h"
#include "db_fixture.h"
#include "db_test_sql.h"

#define ROUNDS 25

struct row {
    uint32_t round, n;
    int say; /* >= 0: promises before the commit, there */
};

static void key_of(const struct row *r, char key[24])
{
    snprintf(key, 24, "r%u-%u", r->round, r->n);
}

static enum err put(struct tx *tx, void *arg)
{
    const struct row *r = arg;
    char key[24];
    key_of(r, key);
    struct q_t_put_in in = {"1493", key, "v"};
    TRY(q_t_put_run(tx, &in, NULL));
    if (r->say >= 0 && write(r->say, &r->n, sizeof r->n) != sizeof r->n)
        return ERR_IO;
    if (r->say >= 0)
        pause(); /* between promise and commit: where a kill shows the lie */
    return ERR_OK;
}

/* Writes rows and tells each one that is promised, until it is killed. */
static void write_until_killed(const char *path, uint32_t round, int say, bool too_early)
{
    struct db *db;
    const char *problem;
    struct db_options o = {.path = path};
    struct arena *a = arena_new(1 << 20);
    if (!a || db_open(&o, a, &db, &problem) != ERR_OK)
        _exit(1);
    for (uint32_t n = 1;; n++) {
        struct row r = {round, n, too_early ? say : -1};
        if (db_write(db, "1493", put, &r) != ERR_OK)
            _exit(1);
        if (!too_early && write(say, &n, sizeof n) != sizeof n)
            _exit(1);
    }
}

/* The last row that was promised before the kill, after at least `least` of them. */
static uint32_t run_and_kill(const char *path, uint32_t round, uint32_t least, bool too_early)
{
    int pipes[2];
    CHECK(pipe(pipes) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]);
        write_until_killed(path, round, pipes[1], too_early);
    }
    close(pipes[1]);
    uint32_t n = 0, last = 0;
    while (last < least && read(pipes[0], &n, sizeof n) == sizeof n)
        last = n;
    CHECK(kill(child, SIGKILL) == 0);
    while (read(pipes[0], &n, sizeof n) == sizeof n) /* promises that were under way */
        last = n;
    close(pipes[0]);
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    return last;
}

struct look {
    struct arena *a;
    uint32_t round, n, missing;
};

static enum err count_missing(struct tx *tx, void *arg)
{
    struct look *l = arg;
    l->missing = 0;
    for (uint32_t n = 1; n <= l->n; n++) {
        struct row r = {l->round, n, -1};
        char key[24];
        key_of(&r, key);
        struct q_t_get_in in = {key};
        struct q_t_get_row *rows;
        size_t found;
        TRY(q_t_get_all(tx, l->a, &in, &rows, &found));
        l->missing += found != 1;
    }
    return ERR_OK;
}

static uint32_t missing_after(struct fixture *f, const char *path, uint32_t round,
                              uint32_t promised)
{
    struct db_options o = {.path = path};
    const char *problem;
    struct look l = {f->a, round, promised, 0};
    struct buf found = buf_init(10000);
    CHECK(db_open(&o, f->a, &f->db, &problem) == ERR_OK);
    CHECK(db_read(f->db, "1493", count_missing, &l) == ERR_OK);
    CHECK(db_verify(f->db, &found) == ERR_OK && found.len == 0);
    buf_done(&found);
    db_close(f->db);
    f->db = NULL;
    return l.missing;
}

static void path_of(struct fixture *f, char path[128])
{
    fixture_open(f, DB_SQLITE);
    snprintf(path, 128, "%s/test.db", f->dir);
    db_close(f->db); /* nothing of SQLite is open over a fork */
    f->db = NULL;
}

TEST(a_kill_loses_nothing_that_was_promised)
{
    struct fixture f;
    char path[128];
    struct rng random = rng_make(1, 1);
    path_of(&f, path);
    uint32_t promised = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t n = run_and_kill(path, round, 1 + rng_below(&random, 40), false);
        CHECK(n > 0);
        CHECK_INT(missing_after(&f, path, round, n), 0);
        promised += n;
    }
    CHECK(promised > ROUNDS);
    fixture_close(&f);
}

/* The control: a writer that promises too early is found out. */
TEST(a_promise_before_the_commit_is_found_out)
{
    struct fixture f;
    char path[128];
    path_of(&f, path);
    uint32_t n = run_and_kill(path, 0, 1, true);
    CHECK_INT(n, 1);
    CHECK_INT(missing_after(&f, path, 0, n), 1);
    fixture_close(&f);
}
