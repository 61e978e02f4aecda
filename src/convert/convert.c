/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/bundle.h"
#include "convert/child.h"
#include "convert/stream.h"

struct convert_job {
    pthread_mutex_t lock; /* of pid: a reaped number may soon be somebody else's */
    pid_t pid;            /* 0: reaped */
    int pipe;
    struct stream_in *in;
    uint64_t total;
    atomic_bool cancelled;
    struct convert_error error;
    bool died; /* and `error` tells of what */
    bool gdal;
};

/* ---- names ---- */

static const char *const format_names[CONVERT_FORMAT_COUNT] = {
    "", "csv", "xlsx", "geojson", "gpx", "gdal", "polisen-api", "polisen-archive",
};

const char *convert_format_name(enum convert_format f)
{
    return f < CONVERT_FORMAT_COUNT ? format_names[f] : "";
}

enum convert_format convert_format_from_name(const char *name)
{
    for (int i = 1; i < CONVERT_FORMAT_COUNT; i++)
        if (str_eq(name, format_names[i]))
            return (enum convert_format)i;
    return CONVERT_NONE;
}

const char *convert_fault_key(enum convert_fault f)
{
    static const char *const keys[] = {
#define FAULT(name, key) key,
#include "convert/fault_table.h"
#undef FAULT
    };
    return f < CONVERT_FAULT_COUNT ? keys[f] : keys[0];
}

/* ---- the program ---- */

static const char *program_name(enum convert_format f)
{
    return f == CONVERT_GDAL ? "samsyn-convert-gdal" : "samsyn-convert";
}

struct arguments {
    char text[5][24];
    char *argv[8];
};

static void fill_arguments(struct arguments *a, const struct convert_options *o, const char *path)
{
    const unsigned numbers[5] = {o->format, o->header, o->encoding, (unsigned char)o->delimiter,
                                 o->skip};
    a->argv[0] = (char *)path;
    for (size_t i = 0; i < 5; i++) {
        snprintf(a->text[i], sizeof a->text[i], "%u", numbers[i]);
        a->argv[i + 1] = a->text[i];
    }
    a->argv[6] = (char *)(o->sheet ? o->sheet : "");
    a->argv[7] = NULL;
}

/* ---- the input ---- */

static enum err open_error(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOTFOUND;
    case EACCES:
    case EPERM:
        return ERR_FORBIDDEN;
    default:
        return ERR_IO;
    }
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool is_shapefile(const struct convert_options *o)
{
    size_t n = o->path ? strlen(o->path) : 0;
    return o->format == CONVERT_GDAL && n > 4 && strcasecmp(o->path + n - 4, ".shp") == 0;
}

/* A descriptor of our own above 2, closed on exec. */
static enum err open_input(const struct convert_options *o, int *out, uint64_t *total)
{
    AUTO(close_fd) int first = -1;
    if (is_shapefile(o))
        TRY(bundle_shapefile(o->path, &first));
    else if (o->path)
        first = open(o->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (o->path && first < 0)
        return open_error();
    int fd = fcntl(o->path ? first : o->fd, F_DUPFD_CLOEXEC, 3);
    struct stat st;
    if (fd < 0)
        return ERR_IO;
    if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
        close(fd);
        return ERR_IO;
    }
    *total = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    *out = fd;
    return ERR_OK;
}

static enum convert_fault program_fault(const struct convert_job *job)
{
    return job->gdal ? CONVERT_FAULT_PROGRAM_GDAL : CONVERT_FAULT_PROGRAM;
}

static enum err run(struct convert_job *job, const struct convert_options *o, const char *path)
{
    AUTO(close_fd) int input = -1;
    AUTO(close_fd) int output = -1;
    AUTO(close_fd) int null_fd = -1;
    AUTO(close_fd) int null_first = open("/dev/null", O_RDWR | O_CLOEXEC);
    TRY(open_input(o, &input, &job->total));
    TRY(child_pipe(&job->pipe, &output));
    null_fd = fcntl(null_first, F_DUPFD_CLOEXEC, 3);
    if (null_fd < 0)
        return ERR_IO;
    job->in = stream_in_new(job->pipe, NULL, 0);
    if (!job->in)
        return ERR_NOMEM;
    const int fds[3] = {input, output, null_fd};
    struct arguments a;
    fill_arguments(&a, o, path);
    enum err e = *path ? child_spawn(path, a.argv, fds, &job->pid) : ERR_INTERNAL;
    if (e != ERR_INTERNAL)
        return e;
    job->died = true; /* told when somebody waits for the columns, as any other fault */
    job->error = (struct convert_error){program_fault(job), 0, ""};
    return ERR_OK;
}

enum err convert_start(const struct convert_options *o, struct convert_job **out)
{
    if (o->format <= CONVERT_NONE || o->format >= CONVERT_FORMAT_COUNT ||
        (unsigned char)o->delimiter > 127)
        return ERR_USAGE;
    char path[PATH_MAX];
    if (!child_find("SAMSYN_CONVERT", o->format == CONVERT_GDAL ? "-gdal" : "",
                    program_name(o->format), path))
        *path = 0;
    AUTO(convert_freep) struct convert_job *job = mem_alloc(sizeof *job);
    if (!job)
        return ERR_NOMEM;
    job->pipe = -1;
    job->gdal = o->format == CONVERT_GDAL;
    pthread_mutex_init(&job->lock, NULL);
    TRY(run(job, o, path));
    *out = TAKE(job);
    return ERR_OK;
}

/* ---- the rows ---- */

static int reap(struct convert_job *job)
{
    int status = 0;
    siginfo_t info;
    while (waitid(P_PID, (id_t)job->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        ; /* may take a while: not under the lock, so that it can be cancelled */
    pthread_mutex_lock(&job->lock);
    waitpid(job->pid, &status, 0);
    job->pid = 0;
    pthread_mutex_unlock(&job->lock);
    return status;
}

/* The stream stopped in the middle: what did the reader die of? */
static void explain_death(struct convert_job *job)
{
    job->died = true;
    int status = job->pid > 0 ? reap(job) : 0;
    job->error = (struct convert_error){CONVERT_FAULT_CRASHED, 0, ""};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        job->error.fault = program_fault(job);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        job->error.fault = CONVERT_FAULT_TIME;
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        job->error.detail = "forbidden system call";
    else if (WIFSIGNALED(status))
        job->error.detail = "signal";
}

static enum err settle(struct convert_job *job, enum err e)
{
    if (e && atomic_load(&job->cancelled))
        return ERR_CANCELLED;
    if (e == ERR_INVALID && stream_in_error(job->in)->fault == CONVERT_FAULT_CRASHED && !job->died)
        explain_death(job);
    return e;
}

enum err convert_header(struct convert_job *job, const struct convert_header **out)
{
    return settle(job, stream_in_header(job->in, out));
}

enum err convert_next(struct convert_job *job, const struct convert_item **out)
{
    if (atomic_load(&job->cancelled))
        return ERR_CANCELLED;
    return settle(job, stream_in_next(job->in, out));
}

const struct convert_error *convert_error(const struct convert_job *job)
{
    return job->died ? &job->error : stream_in_error(job->in);
}

struct convert_totals convert_totals(const struct convert_job *job)
{
    return stream_in_totals(job->in);
}

void convert_progress(const struct convert_job *job, uint64_t *done, uint64_t *total)
{
    uint64_t seen = stream_in_consumed(job->in);
    *done = job->total && seen > job->total ? job->total : seen;
    *total = job->total;
}

void convert_cancel(struct convert_job *job)
{
    atomic_store(&job->cancelled, true);
    pthread_mutex_lock(&job->lock);
    if (job->pid > 0)
        kill(job->pid, SIGKILL);
    pthread_mutex_unlock(&job->lock);
}

void convert_free(struct convert_job *job)
{
    if (!job)
        return;
    if (job->pid > 0) {
        kill(job->pid, SIGKILL);
        reap(job);
    }
    close_fd(&job->pipe);
    stream_in_free(job->in);
    pthread_mutex_destroy(&job->lock);
    mem_free(job);
}

void convert_freep(struct convert_job **job)
{
    convert_free(*job);
    *job = NULL;
}
