/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static enum MHD_Result send_answer(struct exchange *x, struct MHD_Connection *c, bool close_after)
{
    struct req *rq = &x->rq;
    struct MHD_Response *r;
    struct stat st;
    if (rq->out_fd >= 0 && fstat(rq->out_fd, &st) == 0) {
        r = MHD_create_response_from_fd64((uint64_t)st.st_size, rq->out_fd);
        if (r)
            rq->out_fd = -1; /* libmicrohttpd closes it */
    } else if (rq->out_static) {
        r = MHD_create_response_from_buffer(rq->n_out_static, (void *)(uintptr_t)rq->out_static,
                                            MHD_RESPMEM_PERSISTENT);
    } else {
        /* The buffer lives in the exchange until the request is completed. */
        r = MHD_create_response_from_buffer(rq->out.len, (void *)(uintptr_t)buf_text(&rq->out),
                                            MHD_RESPMEM_PERSISTENT);
    }
    if (!r)
        return MHD_NO;
    if (rq->type && rq->status != 204 && rq->status != 304)
        MHD_add_response_header(r, "Content-Type", rq->type);
    for (size_t i = 0; i < rq->n_headers; i++)
        if (rq->headers[i].name && rq->headers[i].value)
            MHD_add_response_header(r, rq->headers[i].name, rq->headers[i].value);
    if (close_after)
        MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result done = MHD_queue_response(c, (unsigned)rq->status, r);
    MHD_destroy_response(r);
    return done;
}

static void running_change(struct http_server *s, int change)
{
    pthread_mutex_lock(&s->end_lock);
    s->running += change;
    if (s->running == 0)
        pthread_cond_signal(&s->end_idle);
    pthread_mutex_unlock(&s->end_lock);
}

/* Called first with the header, then for each piece of the body, then once at its end. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **context)
{
    struct http_server *s = cls;
    struct exchange *x = *context;
    if (!x) {
        watch_header_done(c);
        x = exchange_new(s, c);
        if (!x)
            return MHD_NO;
        *context = x;
        running_change(s, 1);
        guard_client(x, c);
        x->refused = guard_framing(c, version);
        if (x->refused) {
            x->answered = true;
            exchange_answer(x);
            return send_answer(x, c, true);
        }
        exchange_route(x, method, url);
        if (x->refused) { /* no need to read the body */
            x->answered = true;
            exchange_answer(x);
            return send_answer(x, c, true);
        }
        return MHD_YES;
    }
    if (x->answered)
        return MHD_YES;
    if (*n) {
        bool go_on = exchange_body(x, data, *n);
        *n = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    x->answered = true;
    exchange_answer(x);
    return send_answer(x, c, false);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **context,
                         enum MHD_RequestTerminationCode why)
{
    (void)why;
    watch_idle(cls, c);
    if (!*context)
        return;
    exchange_free(*context);
    *context = NULL;
    running_change(cls, -1);
}

/* Paths are decoded by path_clean(), once. */
static size_t keep_encoded(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls;
    (void)c;
    return strlen(s);
}

static void be_quiet(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    (void)fmt;
    (void)ap; /* what clients do wrong is their own matter */
}

static int listen_on(const char *address, int port, int *error)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    char text[8];
    snprintf(text, sizeof text, "%d", port);
    if (getaddrinfo(address, text, &hints, &list) != 0) {
        *error = EINVAL;
        return -1;
    }
    int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
              bind(fd, list->ai_addr, list->ai_addrlen) == 0 && listen(fd, 1024) == 0;
    *error = errno;
    freeaddrinfo(list);
    if (!ok && fd >= 0)
        close(fd);
    return ok ? fd : -1;
}

static int port_of(int fd)
{
    struct sockaddr_storage a;
    socklen_t n = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return 0;
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                         : ((struct sockaddr_in *)&a)->sin_port);
}

static enum err start_daemon(struct http_server *s, int fd)
{
    const struct http_options *o = &s->options;
    struct MHD_OptionItem limits[] = {
        {MHD_OPTION_CONNECTION_LIMIT, o->connections_most ? o->connections_most : 2000, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, o->idle_seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, 64 * 1024, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, o->threads > 0 ? o->threads : 8, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, 1024 * 1024, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
        s, MHD_OPTION_EXTERNAL_LOGGER, be_quiet, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        watch_connection, s, MHD_OPTION_URI_LOG_CALLBACK, watch_request_line, s,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL, MHD_OPTION_ARRAY, limits, MHD_OPTION_END);
    return s->daemon ? ERR_OK : ERR_IO;
}

static enum err start(struct http_server *s, const char **problem)
{
    int error = 0;
    int fd = s->options.listen_fd;
    if (fd < 0)
        fd = listen_on(s->options.address, s->options.port, &error);
    if (fd < 0) {
        *problem = strerror(error);
        return error == EADDRINUSE      ? ERR_BUSY
               : error == EINVAL        ? ERR_USAGE
               : error == EADDRNOTAVAIL ? ERR_NOTFOUND
                                        : err_of_errno(error);
    }
    s->port = port_of(fd);
    enum err e = watch_start(s);
    if (e == ERR_OK)
        e = start_daemon(s, fd);
    if (e) {
        *problem = "the server threads could not be started";
        close(fd);
    }
    return e;
}

enum err http_start(const struct http_options *o, const struct router *r,
                    const struct http_hooks *hooks, void *app, struct http_server **out,
                    const char **problem)
{
    struct http_server *s = mem_alloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->options = *o;
    s->router = r;
    s->hooks = *hooks;
    s->app = app;
    if (s->options.header_seconds <= 0)
        s->options.header_seconds = 5;
    if (s->options.body_seconds <= 0)
        s->options.body_seconds = 60;
    if (s->options.idle_seconds <= 0)
        s->options.idle_seconds = 30;
    pthread_mutex_init(&s->end_lock, NULL);
    pthread_cond_init(&s->end_idle, NULL);
    s->proxy = o->trusted_proxy ? mem_strdup(o->trusted_proxy) : NULL;
    s->spool = mem_strdup(o->spool_dir ? o->spool_dir : "/tmp");
    s->limiter = o->no_limits ? NULL : limiter_new();
    enum err e = s->spool && (o->no_limits || s->limiter) ? start(s, problem) : ERR_NOMEM;
    if (e) {
        http_stop(s);
        return e;
    }
    *out = s;
    return ERR_OK;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

static void wait_for_running(struct http_server *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 10;
    pthread_mutex_lock(&s->end_lock);
    while (s->running > 0 &&
           pthread_cond_clockwait(&s->end_idle, &s->end_lock, CLOCK_MONOTONIC, &until) == 0)
        ;
    pthread_mutex_unlock(&s->end_lock);
}

/* MHD_stop_daemon() alone would shut the listening socket down for everybody who holds it: under
 * systemd nobody could connect any more until the socket unit is started again. */
static void stop_daemon(struct http_server *s)
{
    MHD_socket fd = MHD_quiesce_daemon(s->daemon);
    wait_for_running(s);
    MHD_stop_daemon(s->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

void http_stop(struct http_server *s)
{
    if (!s)
        return;
    if (s->daemon)
        stop_daemon(s);
    watch_stop(s);
    limiter_free(s->limiter);
    pthread_cond_destroy(&s->end_idle);
    pthread_mutex_destroy(&s->end_lock);
    mem_free(s->proxy);
    mem_free(s->spool);
    mem_free(s);
}
