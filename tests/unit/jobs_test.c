/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Work in the background: one after the other, with progress, cancelled, interrupted. */
#include "test.h"

#include <sched.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/str.h"
#include "core/app.h"
#include "core/jobs.h"
#include "core_sql.h"
#include "db_fixture.h"
#include "jobs_test_sql.h"

struct bench {
    struct fixture *f;
    struct app app;
    struct id id;
    struct job job;
    struct job *list;
    size_t n;
};

static atomic_bool hold;

static enum err count_up(struct job_call *c, struct buf *report)
{
    if (!job_tell(c, 3, 10))
        return ERR_CANCELLED;
    buf_printf(report, "{\"said\":\"%s\"}", str_eq(c->parameters, "{\"n\":1}") ? "one" : "?");
    return ERR_OK;
}

static enum err break_down(struct job_call *c, struct buf *report)
{
    (void)report;
    c->problem = "err_io";
    return ERR_IO;
}

/* Works until it is told to end. */
static enum err go_on(struct job_call *c, struct buf *report)
{
    (void)report;
    while (job_tell(c, 1, 0)) {
        if (!atomic_load(&hold))
            return ERR_OK;
        c->told = 0; /* asked each time, not once a second */
        sched_yield();
    }
    return ERR_CANCELLED;
}

static void bench_open(struct bench *b, struct fixture *f)
{
    *b = (struct bench){.f = f, .app = {.db = f->db}};
    b->app.jobs = jobs_new(&b->app);
    CHECK(b->app.jobs);
    job_register(&b->app, "count", count_up);
    job_register(&b->app, "break", break_down);
    job_register(&b->app, "go_on", go_on);
    atomic_store(&hold, true);
}

struct adding {
    struct bench *b;
    const char *kind;
};

static enum err add_in(struct tx *tx, void *arg)
{
    struct adding *a = arg;
    struct job job = {
        .municipality = "1493", .kind = a->kind, .title = "Ett arbete", .parameters = "{\"n\":1}"};
    return job_add(tx, &job, &a->b->id);
}

static void add(struct bench *b, const char *kind)
{
    struct adding a = {b, kind};
    CHECK_INT(db_write(b->f->db, "1493", add_in, &a), ERR_OK);
    jobs_wake(&b->app);
}

static enum err get_in(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    TRY(job_list(tx, b->f->a, "1493", "", &b->list, &b->n));
    return job_get(tx, b->f->a, "1493", b->id, &b->job);
}

static const struct job *look(struct bench *b)
{
    CHECK_INT(db_read(b->f->db, "1493", get_in, b), ERR_OK);
    return &b->job;
}

static void wait_for(struct bench *b, enum job_state state)
{
    for (int i = 0; i < 1000000 && look(b)->state != state; i++)
        sched_yield();
    CHECK_INT(b->job.state, state);
}

static enum err cancel_in(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    return job_cancel(tx, "1493", b->id);
}

DB_TEST(a_job_runs_and_leaves_its_report)
{
    struct bench b;
    bench_open(&b, f);
    add(&b, "count");
    CHECK_INT(look(&b)->state, JOB_WAITING);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    wait_for(&b, JOB_DONE);
    CHECK_TEXT(b.job.report, "{\"said\":\"one\"}");
    CHECK_INT(b.job.done, 3);
    CHECK_INT(b.job.total, 10);
    CHECK(b.job.started_at && b.job.ended_at && !b.job.problem);
    CHECK_INT(b.n, 1);
    jobs_free(b.app.jobs);
}

DB_TEST(a_job_that_fails_says_why)
{
    struct bench b;
    bench_open(&b, f);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "break");
    wait_for(&b, JOB_FAILED);
    CHECK_TEXT(b.job.problem, "err_io");
    add(&b, "unknown");
    wait_for(&b, JOB_FAILED);
    jobs_free(b.app.jobs);
}

DB_TEST(a_running_job_can_be_cancelled_and_the_next_one_runs)
{
    struct bench b;
    bench_open(&b, f);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "go_on");
    wait_for(&b, JOB_RUNNING);
    CHECK_INT(db_write(f->db, "1493", cancel_in, &b), ERR_OK);
    wait_for(&b, JOB_CANCELLED);
    add(&b, "count");
    wait_for(&b, JOB_DONE);
    jobs_free(b.app.jobs);
}

DB_TEST(a_job_is_interrupted_when_the_program_ends)
{
    struct bench b;
    bench_open(&b, f);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "go_on");
    wait_for(&b, JOB_RUNNING);
    jobs_free(b.app.jobs);
    CHECK_INT(look(&b)->state, JOB_FAILED);
    CHECK_TEXT(b.job.problem, "job_interrupted");
}

static enum err pretend_running(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    struct q_job_begin_in in = {"1493", b->id, 1, id_new(), time_now() + JOBS_LEASE};
    return q_job_begin_run(tx, &in, NULL);
}

/* A job that another program runs, as far as the database can tell. */
static void add_running(struct bench *b)
{
    add(b, "go_on");
    CHECK_INT(db_write(b->f->db, "1493", pretend_running, b), ERR_OK);
    CHECK_INT(look(b)->state, JOB_RUNNING);
}

DB_TEST(what_ran_when_a_program_died_is_failed_when_its_lease_has_run_out)
{
    struct bench b;
    msec now = time_now();
    bench_open(&b, f);
    time_freeze(now);
    add_running(&b);
    time_freeze(now + JOBS_LEASE + 1);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    time_freeze(-1);
    CHECK_INT(look(&b)->state, JOB_FAILED);
    CHECK_TEXT(b.job.problem, "job_interrupted");
    jobs_free(b.app.jobs);
}

DB_TEST(a_program_that_dies_while_others_serve_is_noticed_by_them)
{
    struct bench b;
    msec now = time_now();
    bench_open(&b, f);
    time_freeze(now);
    add_running(&b);
    jobs_set_beat(b.app.jobs, 1);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    CHECK_INT(look(&b)->state, JOB_RUNNING);
    time_freeze(now + JOBS_LEASE + 1);
    wait_for(&b, JOB_FAILED);
    time_freeze(-1);
    CHECK_TEXT(b.job.problem, "job_interrupted");
    jobs_free(b.app.jobs);
}

DB_TEST(two_servers_leave_each_others_running_jobs_alone)
{
    struct bench b, other;
    bench_open(&b, f);
    bench_open(&other, f);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "go_on");
    wait_for(&b, JOB_RUNNING);
    CHECK_INT(jobs_run(&other.app), ERR_OK);
    CHECK_INT(look(&b)->state, JOB_RUNNING);
    atomic_store(&hold, false);
    wait_for(&b, JOB_DONE);
    jobs_free(other.app.jobs);
    jobs_free(b.app.jobs);
}

DB_TEST(a_fetch_that_failed_is_tried_again_without_being_asked)
{
    struct bench b;
    bench_open(&b, f);
    jobs_set_beat(b.app.jobs, 1);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    struct adding a = {&b, "count"};
    mem_fail_at(0);
    jobs_wake(&b.app); /* the worker gets no memory to look with */
    while (!mem_failed())
        sched_yield();
    mem_fail_at(-1);
    CHECK_INT(db_write(f->db, "1493", add_in, &a), ERR_OK); /* and nobody wakes it */
    wait_for(&b, JOB_DONE);
    jobs_free(b.app.jobs);
}

static enum err give_up(struct tx *tx, void *arg)
{
    (void)arg;
    struct q_job_interrupted_in in = {time_now() + 2 * JOBS_LEASE};
    return q_job_interrupted_run(tx, &in, NULL);
}

struct lease {
    struct arena *a;
    struct q_jobs_test_lease_in in;
    struct q_jobs_test_lease_row row;
};

static enum err read_lease(struct tx *tx, void *arg)
{
    struct lease *l = arg;
    return q_jobs_test_lease_one(tx, l->a, &l->in, &l->row);
}

static void wait_lease(struct bench *b, msec until)
{
    struct lease l = {.a = b->f->a, .in = {"1493", b->id}};
    for (int i = 0; i < 1000000 && l.row.lease_until < until; i++) {
        CHECK_INT(db_read(b->f->db, "1493", read_lease, &l), ERR_OK);
        sched_yield();
    }
    CHECK(l.row.lease_until >= until);
}

DB_TEST(a_lease_is_renewed_while_the_job_runs)
{
    struct bench b;
    msec now = time_now();
    bench_open(&b, f);
    jobs_set_beat(b.app.jobs, 1);
    time_freeze(now);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "go_on");
    wait_for(&b, JOB_RUNNING);
    for (int i = 1; i <= 8; i++) { /* twice as long as one lease */
        time_freeze(now + i * JOBS_LEASE / 4);
        wait_lease(&b, now + i * JOBS_LEASE / 4 + JOBS_LEASE);
    }
    CHECK_INT(look(&b)->state, JOB_RUNNING);
    time_freeze(-1);
    jobs_free(b.app.jobs);
}

DB_TEST(who_lost_a_job_ends_it_and_says_nothing_more_of_it)
{
    struct bench b;
    bench_open(&b, f);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "go_on");
    wait_for(&b, JOB_RUNNING);
    CHECK_INT(db_write(f->db, DB_NATIONAL, give_up, NULL), ERR_OK);
    add(&b, "count"); /* is next, when the lost one has ended */
    struct id next = b.id;
    wait_for(&b, JOB_DONE);
    CHECK_INT(b.n, 2);
    const struct job *lost = id_eq(b.list[0].id, next) ? &b.list[1] : &b.list[0];
    CHECK_INT(lost->state, JOB_FAILED);
    CHECK_TEXT(lost->problem, "job_interrupted");
    jobs_free(b.app.jobs);
}

static enum err unend(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    struct q_jobs_test_unend_in in = {"1493", b->id, time_now() - 1};
    return q_jobs_test_unend_run(tx, &in, NULL);
}

DB_TEST(a_job_whose_end_could_not_be_written_does_not_run_for_ever)
{
    struct bench b;
    bench_open(&b, f);
    jobs_set_beat(b.app.jobs, 1);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    add(&b, "count");
    wait_for(&b, JOB_DONE);
    CHECK_INT(db_write(f->db, "1493", unend, &b), ERR_OK);
    wait_for(&b, JOB_FAILED);
    CHECK_TEXT(b.job.problem, "job_interrupted");
    jobs_free(b.app.jobs);
}

static _Atomic int rounds;

static enum err count_rounds(struct job_call *c, struct buf *report)
{
    CHECK(str_eq(c->municipality, "0000"));
    atomic_fetch_add(&rounds, 1);
    buf_puts(report, "{}");
    return ERR_OK;
}

/* Two programs serve one database over a night, and each day's job is done once. */
DB_TEST(a_daily_job_is_done_once_a_day)
{
    struct bench b, other;
    atomic_store(&rounds, 0);
    time_freeze(date_start((struct date){2026, 3, 1}) + 12 * MSEC_HOUR);
    bench_open(&b, f);
    bench_open(&other, f);
    for (int i = 0; i < 2; i++) {
        struct bench *one = i ? &other : &b;
        job_register(&one->app, "round", count_rounds);
        job_daily(&one->app, "round", "Varje dag");
        jobs_set_beat(one->app.jobs, 5);
        CHECK_INT(jobs_run(&one->app), ERR_OK);
    }
    for (int i = 0; i < 1000000 && atomic_load(&rounds) < 1; i++)
        sched_yield();
    add(&b, "count"); /* what was queued before it is done */
    wait_for(&b, JOB_DONE);
    CHECK_INT(atomic_load(&rounds), 1);
    time_freeze(date_start((struct date){2026, 3, 2}) + 60);
    for (int i = 0; i < 100000000 && atomic_load(&rounds) < 2; i++)
        sched_yield();
    add(&b, "count");
    wait_for(&b, JOB_DONE);
    CHECK_INT(atomic_load(&rounds), 2);
    jobs_free(b.app.jobs);
    jobs_free(other.app.jobs);
    time_freeze(-1);
}

static atomic_int looked;

static enum err look_after(struct app *app)
{
    (void)app;
    atomic_fetch_add(&looked, 1);
    return ERR_IO; /* is told, and hinders nobody */
}

DB_TEST(what_has_had_its_time_is_looked_for_at_the_start)
{
    static const struct part one = {.name = "one", .hourly = look_after}, none = {.name = "none"};
    static const struct part *const parts[] = {&none, &one, &one, NULL};
    struct bench b;
    bench_open(&b, f);
    b.app.parts = parts;
    atomic_store(&looked, 0);
    CHECK_INT(jobs_run(&b.app), ERR_OK);
    while (atomic_load(&looked) < 2)
        sched_yield();
    jobs_free(b.app.jobs);
}
