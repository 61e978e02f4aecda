/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One request: from its header through routing and body to the answer. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/server.h"
#include "http/shrink.h"

#define ARENA_MOST (64 * 1024 * 1024)
#define ANSWER_MOST (128 * 1024 * 1024)
#define BODY_DEFAULT (64 * 1024)
#define DRAIN_MOST (1024 * 1024) /* of a refused body, so that the client reads why */
#define SLOWEST 16               /* bytes a millisecond */

const char *req_header(const struct req *rq, const char *name)
{
    return rq->connection ? MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name)
                          : NULL;
}

struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *c)
{
    AUTO(mem_freep) struct exchange *x = mem_alloc(sizeof *x);
    if (!x)
        return NULL;
    x->rq.arena = arena_new(ARENA_MOST);
    if (!x->rq.arena)
        return NULL;
    x->server = s;
    x->spool_fd = -1;
    x->rq.app = s->app;
    x->rq.connection = c;
    x->rq.out = buf_init(ANSWER_MOST);
    x->rq.out_fd = -1;
    x->rq.status = 200;
    x->rq.type = "text/html; charset=utf-8";
    x->rq.path = "/";
    x->rq.query = "";
    x->rq.client = "";
    x->rq.started = time_monotonic();
    const char *host = req_header(&x->rq, "Host");
    x->rq.host = host ? host : "";
    x->rq.lang = lang_from_accept(req_header(&x->rq, "Accept-Language"));
    id_text(id_new(), x->rq.id);
    return TAKE(x);
}

void exchange_free(struct exchange *x)
{
    if (!x)
        return;
    if (x->map)
        munmap(x->map, x->n_spooled);
    if (x->spool_fd >= 0)
        close(x->spool_fd);
    if (x->rq.out_fd >= 0)
        close(x->rq.out_fd);
    buf_done(&x->body);
    buf_done(&x->rq.out);
    arena_free(x->rq.arena);
    mem_free(x);
}

static enum err method_of(struct req *rq, const char *name, enum http_method *out)
{
    if (str_eq(name, "HEAD")) {
        rq->head = true;
        name = "GET";
    }
    for (int m = 0; m < HTTP_METHODS; m++)
        if (str_eq(name, http_method_name((enum http_method)m))) {
            *out = (enum http_method)m;
            return ERR_OK;
        }
    return ERR_METHOD;
}

/* What is encoded stays so (keep_encoded in server.c); a blank was a plus. */
static void put_encoded(struct buf *b, const char *s)
{
    for (; *s; s++) {
        char one[2] = {*s, 0};
        if (*s == '%')
            buf_putc(b, '%');
        else
            url_component(b, one);
    }
}

static enum MHD_Result join_query(void *cls, enum MHD_ValueKind kind, const char *key, size_t n_key,
                                  const char *value, size_t n)
{
    (void)kind;
    (void)n_key;
    (void)n;
    struct buf *b = cls;
    if (b->len)
        buf_putc(b, '&');
    put_encoded(b, key);
    if (value) {
        buf_putc(b, '=');
        put_encoded(b, value);
    }
    return MHD_YES;
}

/* libmicrohttpd has taken the query apart; it is put together again in a normal form. */
static enum err read_query(struct req *rq)
{
    struct buf b = buf_init(16 * 1024);
    MHD_get_connection_values_n(rq->connection, MHD_GET_ARGUMENT_KIND, join_query, &b);
    rq->query = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    enum err e = buf_err(&b);
    buf_done(&b);
    if (e || !rq->query)
        return e ? e : ERR_NOMEM;
    return rq->query[0] ? form_read_query(rq, rq->query) : ERR_OK;
}

static enum err open_spool(struct exchange *x)
{
    if (!(x->rq.route->flags & ROUTE_UPLOAD))
        return ERR_OK;
    x->spool_fd = open(x->server->spool, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return x->spool_fd >= 0 ? ERR_OK : ERR_IO;
}

static enum err route(struct exchange *x, const char *method, const char *url)
{
    struct req *rq = &x->rq;
    enum http_method m;
    TRY(method_of(rq, method, &m));
    rq->method = m;
    rq->asked = arena_strdup(rq->arena, url);
    if (m == HTTP_GET)
        TRY(read_query(rq));
    TRY(path_clean(rq->arena, url, &rq->path));
    TRY(router_match(x->server->router, rq, m, rq->path));
    int wait = 0;
    if (x->server->limiter &&
        !limiter_take(x->server->limiter, rq->client, rq->route->rate, rq->started, &wait)) {
        resp_header(rq, "Retry-After", arena_printf(rq->arena, "%d", wait));
        return ERR_RATE;
    }
    size_t most = rq->route->body_limit ? rq->route->body_limit : BODY_DEFAULT;
    x->body = buf_init(most);
    const char *length = req_header(rq, "Content-Length");
    int64_t n;
    if (length && (!str_to_int(length, &n) || n > (int64_t)most))
        return ERR_LIMIT;
    return open_spool(x);
}

void exchange_route(struct exchange *x, const char *method, const char *url)
{
    x->refused = route(x, method, url);
}

static enum err keep_body(struct exchange *x, const char *data, size_t n)
{
    if (x->spool_fd < 0) {
        buf_add(&x->body, data, n);
        return buf_err(&x->body);
    }
    if (n > x->body.limit - x->n_spooled)
        return ERR_LIMIT;
    if (write(x->spool_fd, data, n) != (ssize_t)n)
        return ERR_IO;
    x->n_spooled += n;
    return ERR_OK;
}

bool exchange_body(struct exchange *x, const char *data, size_t n)
{
    x->n_received += n;
    int64_t took = time_monotonic() - x->rq.started;
    int64_t allowed =
        x->server->options.body_seconds * INT64_C(1000) + (int64_t)(x->n_received / SLOWEST);
    if (took > allowed)
        return false;
    if (x->refused)
        return x->n_received - x->n_spooled - x->body.len < DRAIN_MOST;
    x->refused = keep_body(x, data, n);
    return true;
}

static enum err read_body(struct exchange *x)
{
    struct req *rq = &x->rq;
    if (rq->method == HTTP_GET)
        return ERR_OK;
    const char *data = buf_text(&x->body);
    size_t n = x->body.len;
    if (x->spool_fd >= 0 && x->n_spooled) {
        void *map = mmap(NULL, x->n_spooled, PROT_READ, MAP_PRIVATE, x->spool_fd, 0);
        if (map == MAP_FAILED)
            return ERR_NOMEM;
        x->map = map;
        data = map;
        n = x->n_spooled;
    }
    rq->body = data;
    rq->n_body = n;
    const char *type = req_header(rq, "Content-Type");
    if ((rq->route->flags & ROUTE_JSON) && http_type_is(type, "application/json"))
        return utf8_valid(data, n) ? ERR_OK : ERR_USAGE; /* the handler reads it */
    if ((rq->route->flags & ROUTE_BYTES) && http_type_is(type, "application/octet-stream"))
        return ERR_OK;
    return form_read(rq, type, data, n);
}

static enum err handle(struct exchange *x)
{
    struct req *rq = &x->rq;
    const struct http_hooks *h = &x->server->hooks;
    TRY(x->refused);
    TRY(read_body(x));
    TRY(form_check(rq, rq->route->fields, h));
    if (h->before)
        TRY(h->before(rq));
    if (rq->status != 200)
        return ERR_OK; /* answered already, such as by a redirect to the log-in */
    TRY(rq->route->handler(rq));
    return buf_err(&rq->out);
}

/* What a handler made before it failed must not stand around the error page: a file's name, leave
 * to keep it, an encoding. Only when to come again is kept. */
static void forget_answer(struct req *rq)
{
    size_t kept = 0;
    for (size_t i = 0; i < rq->n_headers; i++)
        if (str_eq(rq->headers[i].name, "Retry-After"))
            rq->headers[kept++] = rq->headers[i];
    rq->n_headers = kept;
    buf_done(&rq->out);
    rq->out_static = NULL;
    if (rq->out_fd >= 0)
        close(rq->out_fd);
    rq->out_fd = -1;
}

void exchange_answer(struct exchange *x)
{
    struct req *rq = &x->rq;
    enum err e = handle(x);
    if (e) {
        forget_answer(rq);
        rq->type = "text/html; charset=utf-8";
        rq->status = err_http(e);
        if (x->server->hooks.failed)
            x->server->hooks.failed(rq, e);
    }
    if (x->server->hooks.after)
        x->server->hooks.after(rq);
    shrink_answer(rq);
}
