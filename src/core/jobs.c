/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core_sql.h"

#define KINDS_MOST 16
#define DAILY_MOST 8
#define LIST_MOST 200
#define TELL_EVERY 1000 /* milliseconds */
#define JOB_ARENA ((size_t)256 << 20)
#define REPORT_MOST ((size_t)4 << 20)

struct jobs {
    struct app *app;
    struct id self; /* whose jobs we run */
    struct id now;  /* the one that runs; under the lock */
    msec beat;
    pthread_t worker, keeper;
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* the worker */
    pthread_cond_t leave; /* the keeper */
    bool running, woken;  /* under the lock */
    atomic_bool ending;
    struct {
        const char *kind;
        job_fn *fn;
    } kinds[KINDS_MOST];
    size_t n;
    struct {
        const char *kind, *title;
    } daily[DAILY_MOST];
    size_t n_daily;
};

struct jobs *jobs_new(struct app *app)
{
    struct jobs *j = mem_alloc(sizeof *j);
    if (!j)
        return NULL;
    j->app = app;
    j->self = id_new();
    j->beat = JOBS_BEAT;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, &attr);
    pthread_cond_init(&j->leave, &attr);
    pthread_condattr_destroy(&attr);
    return j;
}

void jobs_set_beat(struct jobs *j, msec beat)
{
    j->beat = beat;
}

void job_register(struct app *app, const char *kind, job_fn *fn)
{
    struct jobs *j = app->jobs;
    if (j && j->n < KINDS_MOST) {
        j->kinds[j->n].kind = kind;
        j->kinds[j->n++].fn = fn;
    }
}

void job_daily(struct app *app, const char *kind, const char *title)
{
    struct jobs *j = app->jobs;
    if (j && j->n_daily < DAILY_MOST) {
        j->daily[j->n_daily].kind = kind;
        j->daily[j->n_daily++].title = title;
    }
}

static const char *const states[] = {"waiting", "running", "done", "failed", "cancelled"};

/* --- The worker --- */

struct take {
    struct arena *a;
    struct id self;
    struct q_job_next_row row;
    bool any, ours; /* another program may be quicker */
};

static enum err take_next(struct tx *tx, void *arg)
{
    struct take *t = arg;
    int64_t changed = 0;
    t->any = t->ours = false;
    enum err e = q_job_next_one(tx, t->a, &t->row);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    msec now = time_now();
    struct q_job_begin_in in = {t->row.municipality, t->row.id, now, t->self, now + JOBS_LEASE};
    TRY(q_job_begin_run(tx, &in, &changed));
    t->any = true;
    t->ours = changed == 1;
    return ERR_OK;
}

static enum err write_end(struct tx *tx, void *arg)
{
    return q_job_end_run(tx, arg, NULL);
}

static job_fn *find_kind(const struct jobs *j, const char *kind)
{
    for (size_t i = 0; i < j->n; i++)
        if (str_eq(j->kinds[i].kind, kind))
            return j->kinds[i].fn;
    return NULL;
}

static void run_one(struct jobs *j, const struct take *t)
{
    struct buf report = buf_init(REPORT_MOST);
    struct job_call c = {
        .app = j->app,
        .a = t->a,
        .municipality = t->row.municipality,
        .id = t->row.id,
        .by = t->row.created_by,
        .parameters = t->row.parameters,
        .jobs = j,
    };
    job_fn *fn = find_kind(j, t->row.kind);
    enum err e = fn ? fn(&c, &report) : ERR_INTERNAL;
    bool interrupted = e == ERR_CANCELLED && atomic_load(&j->ending);
    enum job_state state = e == ERR_OK          ? JOB_DONE
                           : interrupted        ? JOB_FAILED
                           : e == ERR_CANCELLED ? JOB_CANCELLED
                                                : JOB_FAILED;
    const char *problem = c.problem ? c.problem : err_key(e);
    struct q_job_end_in in = {
        .municipality = t->row.municipality,
        .id = t->row.id,
        .state = states[state],
        .report = report.len && !buf_err(&report) ? buf_text(&report) : NULL,
        .problem = interrupted           ? "job_interrupted"
                   : state == JOB_FAILED ? problem
                                         : NULL,
        .at = time_now(),
        .owner = j->self,
    };
    e = db_write(j->app->db, DB_NATIONAL, write_end, &in);
    if (e)
        LOG(LOG_ERROR, "job could not be ended", LOG_TEXT("error", err_name(e)));
    buf_done(&report);
}

static void set_now(struct jobs *j, struct id id)
{
    pthread_mutex_lock(&j->lock);
    j->now = id;
    pthread_mutex_unlock(&j->lock);
}

/* False when there was nothing to do, or no way to see it: then the keeper makes us look again. */
static bool work_once(struct jobs *j)
{
    AUTO(arena_freep) struct arena *a = arena_new(JOB_ARENA);
    struct take t = {.a = a, .self = j->self};
    enum err e = a ? db_write(j->app->db, DB_NATIONAL, take_next, &t) : ERR_NOMEM;
    if (e)
        LOG(LOG_WARN, "no job could be fetched", LOG_TEXT("error", err_name(e)));
    if (e == ERR_OK && t.ours) {
        set_now(j, t.row.id);
        run_one(j, &t);
        set_now(j, (struct id){{0}});
    }
    return e == ERR_OK && t.any;
}

static void *work(void *arg)
{
    struct jobs *j = arg;
    while (!atomic_load(&j->ending)) {
        if (work_once(j))
            continue;
        pthread_mutex_lock(&j->lock);
        while (!j->woken && !atomic_load(&j->ending))
            pthread_cond_wait(&j->wake, &j->lock);
        j->woken = false;
        pthread_mutex_unlock(&j->lock);
    }
    return NULL;
}

/* --- The keeper --- */

/* Only of the one that runs: when the end of another could not be written, its lease runs out. */
static enum err renew(struct tx *tx, void *arg)
{
    struct jobs *j = arg;
    msec now = time_now();
    pthread_mutex_lock(&j->lock);
    struct q_job_renew_in ours = {j->now, j->self, now + JOBS_LEASE};
    pthread_mutex_unlock(&j->lock);
    struct q_job_interrupted_in gone = {now};
    TRY(q_job_renew_run(tx, &ours, NULL));
    return q_job_interrupted_run(tx, &gone, NULL);
}

/* What is done once a day: whoever moves the day on puts the job in the queue. */
static enum err queue_daily(struct tx *tx, void *arg)
{
    const struct jobs *j = arg;
    char today[TIME_TEXT], key[64];
    date_text(date_of_msec(time_now()), today);
    for (size_t i = 0; i < j->n_daily; i++) {
        int64_t ours;
        struct id id;
        snprintf(key, sizeof key, "daily_%s", j->daily[i].kind);
        struct q_setting_later_in in = {"0000", key, today};
        TRY(q_setting_later_run(tx, &in, &ours));
        if (!ours)
            continue;
        const struct job job = {.municipality = "0000",
                                .kind = j->daily[i].kind,
                                .title = j->daily[i].title,
                                .parameters = "{}"};
        TRY(job_add(tx, &job, &id));
    }
    return ERR_OK;
}

/* Waits for a beat. False: the program ends. */
static bool wait_beat(struct jobs *j)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + j->beat % MSEC_SECOND * 1000000;
    until.tv_sec += j->beat / MSEC_SECOND + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&j->lock);
    while (rc == 0 && !atomic_load(&j->ending))
        rc = pthread_cond_timedwait(&j->leave, &j->lock, &until);
    pthread_mutex_unlock(&j->lock);
    return !atomic_load(&j->ending);
}

#define HOURLY (60 * 60 * 1000) /* milliseconds of time_monotonic() */

static void look_after(struct jobs *j)
{
    for (size_t i = 0; j->app->parts && j->app->parts[i]; i++) {
        const struct part *p = j->app->parts[i];
        enum err e = p->hourly ? p->hourly(j->app) : ERR_OK;
        if (e)
            LOG(LOG_WARN, "what has had its time is still there", LOG_TEXT("part", p->name),
                LOG_TEXT("error", err_name(e)));
    }
}

static void *keep(void *arg)
{
    struct jobs *j = arg;
    int64_t looked = time_monotonic();
    look_after(j);
    while (wait_beat(j)) {
        if (time_monotonic() - looked >= HOURLY) {
            looked = time_monotonic();
            look_after(j);
        }
        enum err e = db_write(j->app->db, DB_NATIONAL, renew, j);
        if (e)
            LOG(LOG_WARN, "leases of jobs not renewed", LOG_TEXT("error", err_name(e)));
        if (j->n_daily && e == ERR_OK)
            e = db_write(j->app->db, DB_NATIONAL, queue_daily, j);
        if (e)
            LOG(LOG_WARN, "no daily job queued", LOG_TEXT("error", err_name(e)));
        jobs_wake(j->app);
    }
    return NULL;
}

static void end(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    atomic_store(&j->ending, true);
    pthread_cond_signal(&j->wake);
    pthread_cond_signal(&j->leave);
    pthread_mutex_unlock(&j->lock);
}

enum err jobs_run(struct app *app)
{
    struct jobs *j = app->jobs;
    TRY(db_write(app->db, DB_NATIONAL, renew, j));
    if (j->n_daily)
        TRY(db_write(app->db, DB_NATIONAL, queue_daily, j));
    j->woken = true;
    if (pthread_create(&j->worker, NULL, work, j) != 0)
        return ERR_NOMEM;
    if (pthread_create(&j->keeper, NULL, keep, j) != 0) {
        end(j);
        pthread_join(j->worker, NULL);
        return ERR_NOMEM;
    }
    j->running = true;
    return ERR_OK;
}

void jobs_wake(struct app *app)
{
    struct jobs *j = app->jobs;
    pthread_mutex_lock(&j->lock);
    j->woken = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

void jobs_free(struct jobs *j)
{
    if (!j)
        return;
    end(j);
    if (j->running) {
        pthread_join(j->worker, NULL);
        pthread_join(j->keeper, NULL);
    }
    pthread_cond_destroy(&j->wake);
    pthread_cond_destroy(&j->leave);
    pthread_mutex_destroy(&j->lock);
    mem_free(j);
}

struct far {
    struct q_job_far_in in;
    struct arena *a;
    bool end;
};

static enum err write_far(struct tx *tx, void *arg)
{
    struct far *f = arg;
    struct q_job_one_in one = {f->in.municipality, f->in.id};
    struct q_job_one_row row;
    TRY(q_job_one_one(tx, f->a, &one, &row));
    int64_t ours;
    TRY(q_job_far_run(tx, &f->in, &ours));
    f->end = row.cancel || !ours;
    return ERR_OK;
}

bool job_tell(struct job_call *c, int64_t done, int64_t total)
{
    int64_t now = time_monotonic();
    if (c->jobs && atomic_load(&c->jobs->ending))
        return false;
    if (!c->jobs || (c->told && now - c->told < TELL_EVERY))
        return true;
    c->told = now;
    AUTO(arena_freep) struct arena *a = arena_new(REPORT_MOST);
    struct far f = {{c->municipality, c->id, done, total, c->jobs->self}, a, false};
    if (!a || db_write(c->app->db, c->municipality, write_far, &f) != ERR_OK)
        return true; /* the work is worth more than the news of it */
    return !f.end;
}

/* --- For pages --- */

enum err job_add(struct tx *tx, const struct job *j, struct id *out_id)
{
    struct q_job_put_in in = {j->municipality, id_new(),      j->kind,   j->title,
                              j->parameters,   j->created_by, time_now()};
    TRY(q_job_put_run(tx, &in, NULL));
    *out_id = in.id;
    return ERR_OK;
}

enum err job_cancel(struct tx *tx, const char *municipality, struct id id)
{
    struct q_job_cancel_in in = {municipality, id};
    return q_job_cancel_run(tx, &in, NULL);
}

static msec some_time(int64_t t)
{
    return t == DB_NO_INT ? 0 : t;
}

static struct job from_row(const struct q_job_one_row *r)
{
    struct job j = {
        .municipality = r->municipality,
        .id = r->id,
        .kind = r->kind,
        .title = r->title,
        .parameters = r->parameters,
        .done = r->done,
        .total = r->total,
        .report = r->report,
        .problem = r->problem,
        .cancel = r->cancel != 0,
        .created_by = r->created_by,
        .created_at = r->created_at,
        .started_at = some_time(r->started_at),
        .ended_at = some_time(r->ended_at),
    };
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (str_eq(r->state, states[i]))
            j.state = (enum job_state)i;
    return j;
}

enum err job_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                 struct job *out)
{
    struct q_job_one_in in = {municipality, id};
    struct q_job_one_row row;
    TRY(q_job_one_one(tx, a, &in, &row));
    *out = from_row(&row);
    return ERR_OK;
}

enum err job_list(struct tx *tx, struct arena *a, const char *municipality, const char *kind,
                  struct job **out, size_t *out_n)
{
    struct q_job_list_in in = {municipality, kind, LIST_MOST};
    struct q_job_list_row *rows;
    size_t n;
    TRY(q_job_list_all(tx, a, &in, &rows, &n));
    struct job *list = ARENA_ARRAY(a, n, struct job);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct q_job_list_row *r = &rows[i];
        struct q_job_one_row one = {r->municipality, r->id,         r->kind,    r->title,
                                    r->state,        r->parameters, r->done,    r->total,
                                    r->report,       r->problem,    r->cancel,  r->created_by,
                                    r->created_at,   r->started_at, r->ended_at};
        list[i] = from_row(&one);
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}
