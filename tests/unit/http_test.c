/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/limit.h"
#include "req_fixture.h"

/* --- Routes --- */

static enum err hello(struct req *rq)
{
    buf_printf(&rq->out, "%s|%s|%s", rq->route->pattern, req_param(rq, "municipality"),
               req_param(rq, "id"));
    return ERR_OK;
}

static enum err echo(struct req *rq)
{
    buf_puts(&rq->out, req_field(rq, "place"));
    return ERR_OK;
}

static const struct field_spec form[] = {
    {.name = "place", .kind = FIELD_TEXT, .required = true, .max = 20},
    {0},
};

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/walk/:id", 1, hello),
    ROUTE(GET, "/:municipality/walk/ny", 1, hello),
    ROUTE(GET, "/:municipality/walk.csv", 1, hello),
    ROUTE(GET, "/:slug/walk/:id", 1, hello),
    ROUTE(GET, "/tiles/:z/:x/:y.mvt", 1, hello),
    ROUTE(GET, "/files/*", 1, hello),
    ROUTE(POST, "/echo", 1, echo, .fields = form, .body_limit = 1000),
    ROUTE(POST, "/big", 1, echo, .fields = form, .body_limit = 1 << 20, .flags = ROUTE_UPLOAD),
    ROUTES_END,
};
static const struct route *const tables[] = {routes, NULL};

TEST(words_win_over_values_and_codes_over_slugs)
{
    static const struct {
        const char *path, *pattern;
    } rows[] = {
        {"/1493/walk/12", "/:municipality/walk/:id"},
        {"/1493/walk/ny", "/:municipality/walk/ny"},
        {"/1493/walk.csv", "/:municipality/walk.csv"},
        {"/gullspang/walk/12", "/:slug/walk/:id"},
        {"/tiles/1/2/3.mvt", "/tiles/:z/:x/:y.mvt"},
        {"/files/a/b", "/files/*"},
        {"/tiles/1/2/3.png", NULL},
        {"/1493/walk/", NULL},
        {"/1493/walk/12/x", NULL},
        {"/", NULL},
    };
    struct router *r = router_new(tables);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct req rq = req_blank();
        enum err e = router_match(r, &rq, HTTP_GET, rows[i].path);
        CHECK(e == (rows[i].pattern ? ERR_OK : ERR_NOTFOUND));
        if (rows[i].pattern)
            CHECK_TEXT(rq.route->pattern, rows[i].pattern);
        req_done(&rq);
    }
    struct req rq = req_blank();
    CHECK(router_match(r, &rq, HTTP_GET, "/echo") == ERR_METHOD);
    req_done(&rq);
    router_free(r);
}

TEST(an_address_that_is_nearly_right_is_found)
{
    static const char *const rows[][2] = {
        {"/1493/Walk/Ab", "/1493/walk/Ab"},
        {"/1493/walk/Ab/", "/1493/walk/Ab"},
        {"//1493//WALK/NY", "/1493/walk/ny"},
        {"/1493/WALK.csv", "/1493/walk.csv"},
        {"/TILES/1/2/3.mvt", "/tiles/1/2/3.mvt"},
        {"/1493/walk/12/x", NULL},
        {"/files/a/b", NULL},
        {"/", NULL},
        {"", NULL},
    };
    struct router *r = router_new(tables);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct req rq = req_blank();
        const char *found = router_near(r, rq.arena, HTTP_GET, rows[i][0]);
        CHECK(rows[i][1] ? str_eq(found, rows[i][1]) : !found);
        req_done(&rq);
    }
    router_free(r);
}

TEST(addresses_keep_the_other_fields)
{
    struct req rq = req_blank();
    rq.path = "/1493/händelser";
    rq.query = "typ=a&sida=2&tom=";
    CHECK_TEXT(req_address_with(&rq, "sida", "3"), "/1493/h%C3%A4ndelser?typ=a&sida=3");
    CHECK_TEXT(req_address_with(&rq, "sida", NULL), "/1493/h%C3%A4ndelser?typ=a");
    CHECK(resp_redirect(&rq, "//evil.example") == ERR_INTERNAL);
    CHECK(resp_redirect(&rq, "https://evil.example") == ERR_INTERNAL);
    resp_header(&rq, "X", "a\r\nSet-Cookie: b");
    CHECK(buf_err(&rq.out) == ERR_INTERNAL);
    req_done(&rq);
}

TEST(limits_count_by_network_and_class)
{
    struct limiter *l = limiter_new();
    int wait = 0, ok = 0;
    for (int i = 0; i < 100; i++)
        ok += limiter_take(l, i % 2 ? "192.0.2.1" : "192.0.2.200", RATE_LOGIN, 1000, &wait);
    CHECK_INT(ok, 20);
    CHECK(wait > 0);
    CHECK(limiter_take(l, "192.0.3.1", RATE_LOGIN, 1000, &wait));
    CHECK(limiter_take(l, "192.0.2.1", RATE_PAGE, 1000, &wait));
    CHECK(limiter_take(l, "192.0.2.1", RATE_LOGIN, 1000 + 60000, &wait));
    limiter_free(l);
}

/* --- A real server on loopback --- */

static struct http_server *server;
static struct router *router;

static void failed(struct req *rq, enum err e)
{
    buf_puts(&rq->out, err_name(e));
}

static void serve(int header_seconds)
{
    static const struct http_hooks hooks = {.failed = failed};
    const char *problem;
    struct http_options o = {.address = "127.0.0.1",
                             .listen_fd = -1,
                             .threads = 2,
                             .no_limits = true,
                             .header_seconds = header_seconds};
    router = router_new(tables);
    CHECK(http_start(&o, router, &hooks, NULL, &server, &problem) == ERR_OK);
}

static void stop(void)
{
    http_stop(server);
    router_free(router);
}

static int dial(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(server))};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    CHECK(connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    return fd;
}

/* Sends, reads until the server closes or has said `enough`; true when it closed. */
static bool talk(const char *text, size_t n, char *out, size_t size, const char *enough)
{
    int fd = dial();
    CHECK(send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n);
    size_t got = 0;
    ssize_t r = 1;
    out[0] = 0;
    while (got < size - 1 && (!enough || !strstr(out, enough)) &&
           (r = recv(fd, out + got, size - 1 - got, 0)) > 0) {
        got += (size_t)r;
        out[got] = 0;
    }
    close(fd);
    return r == 0;
}

static int status_of(const char *answer)
{
    int status = 0;
    return sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

TEST(ambiguous_framing_is_refused_and_the_connection_closed)
{
    static const char *const bad[] = {
        "GET /files/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /files/a HTTP/1.1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 7\r\n\r\na=1",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\na=1",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\na=1",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\na=1\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /files/a HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /files/a HTTP/1.1\r\nHost: a\r\nX(y: 1\r\n\r\n",
        "GET /files/a HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
    };
    char answer[4096];
    serve(5);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        bool closed = talk(bad[i], strlen(bad[i]), answer, sizeof answer, NULL);
        CHECK(closed);
        CHECK_INT(status_of(answer), 400);
    }
    const char *good = "GET /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    talk(good, strlen(good), answer, sizeof answer, NULL);
    CHECK_INT(status_of(answer), 200); /* the control */
    stop();
}

TEST(wrong_requests_get_the_right_status)
{
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        {"GET /no/such HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404},
        {"DELETE /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 405},
        {"BREW /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 405},
        {"GET /files/%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n"
         "Content-Length: 3\r\n\r\na=1",
         415},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999\r\n\r\n",
         413},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nplace=%",
         400},
        {"POST /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nplace=Hova",
         200},
        {"HEAD /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200},
    };
    char answer[8192];
    serve(5);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        talk(rows[i].request, strlen(rows[i].request), answer, sizeof answer, NULL);
        CHECK_INT(status_of(answer), rows[i].status);
    }
    CHECK(strstr(answer, "\r\n\r\n")[4] == 0); /* HEAD has no body */
    stop();
}

TEST(chunks_past_the_limit_are_refused)
{
    struct buf b = buf_init(1 << 20);
    char answer[4096];
    buf_puts(&b,
             "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    for (int i = 0; i < 30; i++)
        buf_printf(&b, "64\r\n%0100d\r\n", 0);
    buf_puts(&b, "0\r\n\r\n");
    serve(5);
    talk(b.data, b.len, answer, sizeof answer, NULL);
    CHECK_INT(status_of(answer), 413);
    stop();
    buf_done(&b);
}

TEST(a_header_that_never_ends_is_cut_off_while_others_are_served)
{
    char answer[4096];
    const char *slow = "GET /files/a HTTP/1.1\r\nHost: a\r\nX-Slow: ";
    const char *good = "GET /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    serve(1);
    int fd = dial();
    CHECK(send(fd, slow, strlen(slow), MSG_NOSIGNAL) == (ssize_t)strlen(slow));
    talk(good, strlen(good), answer, sizeof answer, NULL);
    CHECK_INT(status_of(answer), 200);
    ssize_t got = recv(fd, answer, sizeof answer, 0); /* until the server has had enough */
    CHECK(got == 0 ||
          (got < 0 && errno == ECONNRESET)); /* our own patience running out is neither */
    close(fd);
    stop();
}
