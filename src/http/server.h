/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/http only: a request on its way through libmicrohttpd. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "http/http.h"
#include "http/limit.h"

/* One connection's clock: whoever has not sent a whole header in time is cut off. */
struct watch {
    int fd;
    _Atomic int64_t until; /* time_monotonic(); 0: not reading a header */
    struct watch *prev, *next;
};

struct http_server {
    struct MHD_Daemon *daemon;
    const struct router *router;
    struct http_hooks hooks;
    struct http_options options;
    void *app;
    char *proxy;
    char *spool;
    struct limiter *limiter;
    int port;
    pthread_t watcher;
    bool watching;
    pthread_mutex_t watch_lock;
    pthread_cond_t watch_wake;
    struct watch *watches;
    bool stop;
    int running; /* requests being read or answered; under end_lock */
    pthread_mutex_t end_lock;
    pthread_cond_t end_idle; /* running became 0 */
};

/* Everything of one request that libmicrohttpd hands back to us between calls. */
struct exchange {
    struct http_server *server;
    struct req rq;
    struct buf body;
    int spool_fd; /* large bodies; -1 */
    size_t n_spooled;
    size_t n_received; /* of the body, also what was thrown away */
    void *map;
    enum err refused; /* decided before the body was read */
    bool answered;
};

/* guard.c: framing that libmicrohttpd lets through and we do not. */
NODISCARD enum err guard_framing(struct MHD_Connection *c, const char *version);
/* Address of the client and whether it came over TLS, with a trusted proxy's word where there is
 * one. */
void guard_client(struct exchange *x, struct MHD_Connection *c);

/* watch.c */
NODISCARD enum err watch_start(struct http_server *s);
void watch_stop(struct http_server *s);
void watch_connection(void *cls, struct MHD_Connection *c, void **context,
                      enum MHD_ConnectionNotificationCode code);
void *watch_request_line(void *cls, const char *uri, struct MHD_Connection *c);
void watch_header_done(struct MHD_Connection *c);
void watch_idle(struct http_server *s, struct MHD_Connection *c);

/* exchange.c */
struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *c);
void exchange_free(struct exchange *x);
void exchange_route(struct exchange *x, const char *method, const char *url);
/* false: the client is to be cut off, for it sends without end or too slowly. */
bool exchange_body(struct exchange *x, const char *data, size_t n);
void exchange_answer(struct exchange *x);
