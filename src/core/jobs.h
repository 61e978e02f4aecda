/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Long work in the background: imports, large documents.
 *
 * A job is a row of table job. Each serving program has one worker thread that takes waiting jobs
 * one after the other; several programs may serve one database. Who runs a job owns it and renews
 * its lease while it runs. A running job whose lease has run out is "failed" with the problem
 * job_interrupted, and what its owner may still say of it is not heard; waiting jobs are still
 * waiting. The machines' clocks must agree within JOBS_LEASE. Progress is written at most once a
 * second. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

struct app;
struct arena;
struct buf;
struct jobs;
struct tx;

/* A job while it runs. Texts are borrowed for the run. */
struct job_call {
    struct app *app;
    struct arena *a;
    const char *municipality;
    struct id id, by;
    const char *parameters; /* JSON, as given to job_add() */
    const char *problem;    /* set by the job: key of a sentence, when it fails */
    struct jobs *jobs;      /* for job_tell() */
    int64_t told;
};

/* Writes its report (JSON) also when it fails. ERR_CANCELLED when job_tell() was false. */
typedef enum err job_fn(struct job_call *c, struct buf *report);

/* Made by app_open(); NULL when out of memory. */
struct jobs *jobs_new(struct app *app);
/* Before jobs_run(), from a part's start: who does jobs of a kind. At most 16 kinds. */
void job_register(struct app *app, const char *kind, job_fn *fn);
/* From then on such a job (municipality "0000") is put in the queue once a day by
 * the first serving program that looks, at its first beat of the day or when it starts. A failed
 * one comes again the next day. At most 8 kinds. The texts are
 * borrowed as long as the program runs. */
void job_daily(struct app *app, const char *kind, const char *title);
#define JOBS_BEAT (15 * MSEC_SECOND)
#define JOBS_LEASE (4 * JOBS_BEAT)
/* How often leases are renewed, interrupted jobs looked for, and the worker looks whether there is
 * something to do even if nobody woke it. Before jobs_run(); JOBS_BEAT by default. */
void jobs_set_beat(struct jobs *j, msec beat);
/* Starts the worker. Only the serving program does. */
NODISCARD enum err jobs_run(struct app *app);
/* Asks the running job to end, waits for it and frees. NULL is fine. */
void jobs_free(struct jobs *j);

/* How far the job is (total 0: not known). False: end now, somebody wants it cancelled, or has
 * given it up for interrupted. */
bool job_tell(struct job_call *c, int64_t done, int64_t total);

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

struct job {
    const char *municipality;
    struct id id;
    const char *kind, *title;
    enum job_state state;
    const char *parameters;
    int64_t done, total;
    const char *report;  /* JSON, or NULL */
    const char *problem; /* key of a sentence, or NULL */
    bool cancel;         /* asked to end */
    struct id created_by;
    msec created_at, started_at, ended_at; /* 0: not yet */
};

/* In a writing transaction; afterwards call jobs_wake(). Of *j municipality, kind, title,
 * parameters and created_by are read. */
NODISCARD enum err job_add(struct tx *tx, const struct job *j, struct id *out_id);
void jobs_wake(struct app *app);
/* Asks a job to end; one that has ended stays as it is. */
NODISCARD enum err job_cancel(struct tx *tx, const char *municipality, struct id id);
/* Texts in the arena. ERR_NOTFOUND. */
NODISCARD enum err job_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                           struct job *out);
/* The newest first, at most 200; kind "" is any. */
NODISCARD enum err job_list(struct tx *tx, struct arena *a, const char *municipality,
                            const char *kind, struct job **out, size_t *out_n);
