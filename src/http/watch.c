/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slow clients. libmicrohttpd's time-out counts from the last byte, so a client that sends a byte
 * now and then can hold a connection for ever. Here the whole header must come within some seconds.
 */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "http/server.h"

/* By when a header that begins now must be whole. */
static int64_t header_until(const struct http_server *s)
{
    return time_monotonic() + s->options.header_seconds * INT64_C(1000);
}

void watch_connection(void *cls, struct MHD_Connection *c, void **context,
                      enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct watch *w = info ? mem_alloc(sizeof *w) : NULL;
        *context = w;
        if (!w)
            return; /* unwatched; the time-out still holds */
        w->fd = info->connect_fd;
        atomic_store(&w->until, header_until(s));
        pthread_mutex_lock(&s->watch_lock);
        w->next = s->watches;
        if (w->next)
            w->next->prev = w;
        s->watches = w;
        pthread_mutex_unlock(&s->watch_lock);
    } else if (*context) {
        struct watch *w = *context;
        pthread_mutex_lock(&s->watch_lock);
        if (w->prev)
            w->prev->next = w->next;
        else
            s->watches = w->next;
        if (w->next)
            w->next->prev = w->prev;
        pthread_mutex_unlock(&s->watch_lock);
        mem_free(w);
        *context = NULL;
    }
}

static struct watch *watch_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The request line has been read: on a kept connection the clock of the header starts here. */
void *watch_request_line(void *cls, const char *uri, struct MHD_Connection *c)
{
    (void)uri;
    struct watch *w = watch_of(c);
    int64_t until = header_until(cls);
    if (w && (atomic_load(&w->until) == 0 || atomic_load(&w->until) > until))
        atomic_store(&w->until, until);
    return NULL;
}

void watch_header_done(struct MHD_Connection *c)
{
    struct watch *w = watch_of(c);
    if (w)
        atomic_store(&w->until, 0);
}

/* An answer is sent. The next request line may come after a while, but not a byte at a time. */
void watch_idle(struct http_server *s, struct MHD_Connection *c)
{
    struct watch *w = watch_of(c);
    if (w)
        atomic_store(&w->until, header_until(s) + s->options.idle_seconds * INT64_C(1000));
}

static void cut_off(struct http_server *s, int64_t now)
{
    pthread_mutex_lock(&s->watch_lock);
    for (struct watch *w = s->watches; w; w = w->next) {
        int64_t until = atomic_load(&w->until);
        if (until && now > until) {
            shutdown(w->fd, SHUT_RDWR);
            atomic_store(&w->until, 0);
        }
    }
    pthread_mutex_unlock(&s->watch_lock);
}

static void *watch_main(void *arg)
{
    struct http_server *s = arg;
    pthread_mutex_lock(&s->watch_lock);
    while (!s->stop) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 250000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        pthread_cond_clockwait(&s->watch_wake, &s->watch_lock, CLOCK_MONOTONIC, &until);
        pthread_mutex_unlock(&s->watch_lock);
        cut_off(s, time_monotonic());
        pthread_mutex_lock(&s->watch_lock);
    }
    pthread_mutex_unlock(&s->watch_lock);
    return NULL;
}

enum err watch_start(struct http_server *s)
{
    pthread_mutex_init(&s->watch_lock, NULL);
    pthread_cond_init(&s->watch_wake, NULL);
    if (pthread_create(&s->watcher, NULL, watch_main, s) != 0)
        return ERR_NOMEM;
    s->watching = true;
    return ERR_OK;
}

void watch_stop(struct http_server *s)
{
    if (!s->watching)
        return;
    pthread_mutex_lock(&s->watch_lock);
    s->stop = true;
    pthread_cond_signal(&s->watch_wake);
    pthread_mutex_unlock(&s->watch_lock);
    pthread_join(s->watcher, NULL);
    s->watching = false;
}
