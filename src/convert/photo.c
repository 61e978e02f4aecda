/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/photo.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "convert/child.h"
#include "convert/photo_work.h"

#define SECONDS_MOST 30 /* of a child that neither answers nor ends */

void photo_done(struct photo *p)
{
    mem_free(p->jpeg);
    *p = (struct photo){0};
}

/* --- What came back --- */

/* The segments that jpeg_set_defaults() leads to; among them none with words. */
static bool known_segment(uint8_t marker, const uint8_t *p, size_t len)
{
    switch (marker) {
    case 0xe0:
        return len == 16 && memcmp(p, "JFIF\0\1\1\0\0\1\0\1\0\0", 14) == 0;
    case 0xdb:
    case 0xc0:
    case 0xc4:
        return true;
    default:
        return false;
    }
}

/* Where the segments end and the coded pixels begin; 0: something else stands there. */
static size_t scan_begins(const uint8_t *p, size_t n)
{
    size_t at = 2;
    while (n - at >= 4 && p[at] == 0xff) {
        size_t len = (size_t)p[at + 2] << 8 | p[at + 3];
        if (len < 2 || n - at - 2 < len)
            return 0;
        if (p[at + 1] == 0xda)
            return at + 2 + len;
        if (!known_segment(p[at + 1], p + at + 4, len))
            return 0;
        at += 2 + len;
    }
    return 0;
}

bool photo_is_bare(const uint8_t *p, size_t n)
{
    if (n < 8 || n > PHOTO_OUT_MOST || p[0] != 0xff || p[1] != 0xd8 || p[n - 2] != 0xff ||
        p[n - 1] != 0xd9)
        return false;
    size_t at = scan_begins(p, n);
    if (!at)
        return false;
    for (; at + 2 < n; at++) /* no marker among the pixels, so nothing after them either */
        if (p[at] == 0xff && p[at + 1] != 0)
            return false;
    return true;
}

static bool sound_place(const struct photo_reply *r)
{
    return isfinite(r->lon) && isfinite(r->lat) && fabs(r->lon) <= 180 && fabs(r->lat) <= 90;
}

static bool sound_clock(const int32_t *c)
{
    static const int32_t least[6] = {1990, 1, 1, 0, 0, 0}, most[6] = {2200, 12, 31, 23, 59, 60};
    for (int i = 0; i < 6; i++)
        if (c[i] < least[i] || c[i] > most[i])
            return false;
    return true;
}

static void take_said(const struct photo_reply *r, struct photo_said *out)
{
    *out = (struct photo_said){0};
    if ((r->flags & 1) && sound_place(r)) {
        out->has_place = true;
        out->lon = r->lon;
        out->lat = r->lat;
    }
    if ((r->flags & 2) && sound_clock(r->clock)) {
        out->has_time = true;
        out->year = r->clock[0];
        out->month = r->clock[1];
        out->day = r->clock[2];
        out->hour = r->clock[3];
        out->minute = r->clock[4];
        out->second = r->clock[5];
    }
}

static enum photo_fault take_reply(const uint8_t *p, size_t n, struct photo *out)
{
    struct photo_reply r;
    if (n < sizeof r)
        return PHOTO_FAILED;
    memcpy(&r, p, sizeof r);
    if (memcmp(r.magic, PHOTO_MAGIC, sizeof r.magic) != 0 || r.fault >= PHOTO_FAULTS ||
        r.n != n - sizeof r)
        return PHOTO_FAILED;
    if (r.fault != PHOTO_FINE)
        return r.n ? PHOTO_FAILED : (enum photo_fault)r.fault;
    if (!r.width || !r.height || r.width > PHOTO_SIDE || r.height > PHOTO_SIDE ||
        !photo_is_bare(p + sizeof r, r.n))
        return PHOTO_FAILED;
    uint8_t *jpeg = mem_alloc(r.n);
    if (!jpeg)
        return PHOTO_FAILED;
    memcpy(jpeg, p + sizeof r, r.n);
    *out = (struct photo){
        .width = r.width, .height = r.height, .jpeg = jpeg, .n = r.n, .sandbox = r.sandbox};
    take_said(&r, &out->said);
    return PHOTO_FINE;
}

/* --- The child --- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The bytes as a file without a name, at its beginning. */
static enum err bytes_fd(const void *data, size_t n, int *out)
{
    AUTO(close_fd) int first = memfd_create("photo", MFD_CLOEXEC);
    if (first < 0)
        return ERR_IO;
    for (size_t at = 0; at < n;) {
        ssize_t put = write(first, (const char *)data + at, n - at);
        if (put < 0 && errno != EINTR)
            return ERR_IO;
        at += put > 0 ? (size_t)put : 0;
    }
    if (lseek(first, 0, SEEK_SET) != 0)
        return ERR_IO;
    *out = fcntl(first, F_DUPFD_CLOEXEC, 3);
    return *out < 0 ? ERR_IO : ERR_OK;
}

/* All that the child writes, until it ends; false: too much, or too long. */
static bool gather(int fd, uint8_t *to, size_t most, size_t *n)
{
    int64_t until = time_monotonic() + SECONDS_MOST * INT64_C(1000);
    for (*n = 0;;) {
        int64_t left = until - time_monotonic();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || *n == most)
            return false;
        ssize_t got = read(fd, to + *n, most - *n);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *n += got > 0 ? (size_t)got : 0;
    }
}

static enum err start(const void *data, size_t n, int *pipe, pid_t *pid)
{
    AUTO(close_fd) int input = -1;
    AUTO(close_fd) int output = -1;
    AUTO(close_fd) int null_fd = -1;
    AUTO(close_fd) int null_first = open("/dev/null", O_RDWR | O_CLOEXEC);
    char path[PATH_MAX];
    TRY(bytes_fd(data, n, &input));
    TRY(child_pipe(pipe, &output));
    null_fd = fcntl(null_first, F_DUPFD_CLOEXEC, 3);
    if (null_fd < 0)
        return ERR_IO;
    if (!child_find("SAMSYN_PHOTO", "", "samsyn-photo", path))
        return ERR_INTERNAL;
    char *const argv[] = {path, NULL};
    return child_spawn(path, argv, (const int[3]){input, output, null_fd}, pid);
}

/* Each child may take half a gigabyte: two at a time in a program, the others wait. */
#define AT_ONCE 2

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;
static int inside;

bool photo_come_in(int64_t most)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += most / 1000;
    pthread_mutex_lock(&door);
    int e = 0;
    while (inside == AT_ONCE && e != ETIMEDOUT)
        e = most > 0 ? pthread_cond_clockwait(&left, &door, CLOCK_MONOTONIC, &until) : ETIMEDOUT;
    bool in = inside < AT_ONCE;
    inside += in;
    pthread_mutex_unlock(&door);
    return in;
}

void photo_go_out(void)
{
    pthread_mutex_lock(&door);
    inside--;
    pthread_cond_signal(&left);
    pthread_mutex_unlock(&door);
}

static enum err make(const void *data, size_t n, struct photo *out, enum photo_fault *fault)
{
    AUTO(close_fd) int pipe = -1;
    pid_t pid = 0;
    size_t got = 0, most = sizeof(struct photo_reply) + PHOTO_OUT_MOST + 1;
    AUTO(mem_freep) uint8_t *reply = mem_alloc(most);
    if (!reply)
        return ERR_NOMEM;
    *fault = PHOTO_FAILED;
    enum err e = start(data, n, &pipe, &pid);
    if (e)
        return e == ERR_INTERNAL ? ERR_OK : e;
    bool whole = gather(pipe, reply, most, &got);
    kill(pid, SIGKILL); /* it has nothing more to do; not reaped yet, so the number is its own */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (whole)
        *fault = take_reply(reply, got, out);
    return ERR_OK;
}

enum err photo_make(const void *data, size_t n, struct photo *out, enum photo_fault *fault)
{
    *fault = PHOTO_LARGE;
    if (n > PHOTO_BYTES_MOST)
        return ERR_OK;
    *fault = PHOTO_BUSY;
    if (!photo_come_in(PHOTO_PATIENCE))
        return ERR_OK;
    enum err e = make(data, n, out, fault);
    photo_go_out();
    return e;
}
