/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Clients that send without end or too slowly, headers that lie, and answers that fail half-way. */
#include "test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

static enum err who(struct req *rq)
{
    buf_printf(&rq->out, "%s %s", rq->client, rq->secure ? "https" : "http");
    return ERR_OK;
}

/* Has said how the answer is to be kept when it turns out that there is none. */
static enum err half(struct req *rq)
{
    resp_header(rq, "Cache-Control", "public, max-age=86400");
    resp_header(rq, "Content-Encoding", "gzip");
    resp_header(rq, "Retry-After", "7");
    resp_download(rq, "alla.csv");
    return ERR_IO;
}

static const struct field_spec form[] = {{.name = "place", .kind = FIELD_TEXT}, {0}};
static const struct route routes[] = {
    ROUTE(GET, "/who", 1, who),
    ROUTE(GET, "/half", 1, half),
    ROUTE(POST, "/echo", 1, who, .fields = form, .body_limit = 1000),
    ROUTE(POST, "/big", 1, who, .fields = form, .body_limit = 8 << 20, .flags = ROUTE_UPLOAD),
    ROUTES_END,
};
static const struct route *const tables[] = {routes, NULL};

static struct http_server *server;
static struct router *router;

static void failed(struct req *rq, enum err e)
{
    buf_puts(&rq->out, err_name(e));
}

/* seconds: how long each part of a request may take; 0: as in real use. */
static void serve(int seconds)
{
    static const struct http_hooks hooks = {.failed = failed};
    const char *problem;
    struct http_options o = {.address = "127.0.0.1",
                             .listen_fd = -1,
                             .threads = 2,
                             .no_limits = true,
                             .trusted_proxy = "127.0.0.1",
                             .header_seconds = seconds,
                             .body_seconds = seconds,
                             .idle_seconds = seconds};
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
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    CHECK(connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    return fd;
}

static bool say(int fd, const char *text)
{
    return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static void ask(const char *request, char *out, size_t size)
{
    int fd = dial();
    size_t got = 0;
    ssize_t r;
    CHECK(say(fd, request));
    while (got < size - 1 && (r = recv(fd, out + got, size - 1 - got, 0)) > 0)
        got += (size_t)r;
    out[got] = 0;
    close(fd);
}

/* A piece every fifth of a second, until the server has had enough: true, if that was soon. */
static bool cut_off_soon(int fd, const char *piece)
{
    for (int i = 0; i < 30; i++) {
        struct pollfd p = {fd, POLLIN, 0};
        char c;
        if (!say(fd, piece))
            return true;
        if (poll(&p, 1, 200) > 0 && recv(fd, &c, 1, 0) <= 0)
            return true;
    }
    return false;
}

TEST(a_body_that_drips_is_cut_off)
{
    serve(1);
    int fd = dial();
    CHECK(say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n"
                  "Content-Type: application/x-www-form-urlencoded\r\n\r\n"));
    CHECK(cut_off_soon(fd, "a"));
    close(fd);
    stop();
}

TEST(a_kept_connection_cannot_drip_its_next_request)
{
    char answer[1024] = "";
    serve(1);
    int fd = dial();
    CHECK(say(fd, "GET /who HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(recv(fd, answer, sizeof answer - 1, 0) > 0 && strstr(answer, "200 OK"));
    CHECK(say(fd, "GET /who"));
    CHECK(cut_off_soon(fd, "o"));
    close(fd);
    stop();
}

TEST(a_refused_body_without_end_is_cut_off)
{
    enum { PIECE = 4096, PIECES = 32 * 1024 * 1024 / PIECE };
    static char piece[PIECE + 16];
    int n = snprintf(piece, sizeof piece, "%x\r\n%0*d\r\n", PIECE, PIECE, 0), sent = 0;
    serve(1);
    int fd = dial();
    CHECK(say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  "Content-Type: application/x-www-form-urlencoded\r\n\r\n"));
    while (sent < PIECES && send(fd, piece, (size_t)n, MSG_NOSIGNAL) == n)
        sent++;
    CHECK(sent < PIECES);
    close(fd);
    stop();
}

TEST(a_large_body_is_taken_whole)
{
    enum { SIZE = 6 << 20 };
    AUTO(mem_freep) char *body = mem_alloc(SIZE + 1);
    char answer[1024] = "";
    memset(body, '&', SIZE);
    serve(0);
    int fd = dial();
    snprintf(answer, sizeof answer,
             "POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n\r\n",
             SIZE);
    CHECK(say(fd, answer) && say(fd, body));
    CHECK(recv(fd, answer, sizeof answer - 1, 0) > 0 && strstr(answer, "200 OK"));
    close(fd);
    stop();
}

TEST(what_the_proxy_says_wins_over_what_the_client_says)
{
    char answer[4096];
    serve(0);
    ask("GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 127.0.0.1\r\n"
        "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n"
        "X-Forwarded-For: 192.0.2.7\r\n\r\n",
        answer, sizeof answer);
    CHECK(strstr(answer, "\r\n\r\n192.0.2.7 http"));
    CHECK(!strstr(answer, "https"));
    stop();
}

TEST(an_answer_that_fails_leaves_no_headers_behind)
{
    char answer[4096];
    serve(0);
    ask("GET /half HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer, sizeof answer);
    CHECK(strncmp(answer, "HTTP/1.1 5", 10) == 0);
    CHECK(!strstr(answer, "Cache-Control") && !strstr(answer, "Content-Encoding"));
    CHECK(!strstr(answer, "Content-Disposition"));
    CHECK(strstr(answer, "Retry-After: 7"));
    stop();
}

TEST(an_address_elsewhere_is_not_ours)
{
    static const char *const bad[] = {"",      "a",      "//a",       "/\\a",  "/\t/a",
                                      "/a\\b", "/\n//a", "https://a", "/\x7F", NULL};
    for (size_t i = 0; bad[i]; i++)
        CHECK(!url_is_own(bad[i]));
    CHECK(!url_is_own(NULL));
    CHECK(url_is_own("/") && url_is_own("/1493/h%C3%A4ndelser?a=b//c"));
}
