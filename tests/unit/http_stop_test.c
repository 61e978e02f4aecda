/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The end of a server: who is being answered gets the answer, and a listener that somebody else
 * (systemd) holds too is left as it was. */
#include "test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http.h"

static int inside[2]; /* a byte comes when a handler has begun */

/* Takes its time: the stop begins meanwhile. */
static enum err slow(struct req *rq)
{
    struct pollfd nothing = {-1, 0, 0};
    if (write(inside[1], "a", 1) != 1)
        return ERR_IO;
    poll(&nothing, 1, 300);
    buf_puts(&rq->out, "done");
    return ERR_OK;
}

static enum err quick(struct req *rq)
{
    buf_puts(&rq->out, "quick");
    return ERR_OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/slow", 1, slow),
    ROUTE(GET, "/quick", 1, quick),
    ROUTES_END,
};
static const struct route *const tables[] = {routes, NULL};

static struct http_server *server;
static struct router *router;

static void serve(int listen_fd)
{
    static const struct http_hooks hooks = {0};
    const char *problem;
    struct http_options o = {
        .address = "127.0.0.1", .listen_fd = listen_fd, .threads = 2, .no_limits = true};
    router = router_new(tables);
    CHECK(http_start(&o, router, &hooks, NULL, &server, &problem) == ERR_OK);
}

static void stop(void)
{
    http_stop(server);
    router_free(router);
}

static int dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

static void ask(int fd, const char *path)
{
    char line[128];
    int n = snprintf(line, sizeof line, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                     path);
    CHECK(send(fd, line, (size_t)n, MSG_NOSIGNAL) == n);
}

static bool hear(int fd, const char *word)
{
    char answer[4096];
    size_t got = 0;
    ssize_t r;
    while (got < sizeof answer - 1 && (r = recv(fd, answer + got, sizeof answer - 1 - got, 0)) > 0)
        got += (size_t)r;
    answer[got] = 0;
    return strstr(answer, word) != NULL;
}

/* As systemd hands it over: listening, blocking, and held by systemd as well. */
static int listener(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(fd, (struct sockaddr *)&a, n) == 0 && listen(fd, 64) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
    *port = ntohs(a.sin_port);
    return fd;
}

TEST(who_is_being_answered_at_a_stop_gets_the_answer)
{
    char c;
    CHECK(pipe(inside) == 0);
    serve(-1);
    int fd = dial(http_port(server));
    ask(fd, "/slow");
    CHECK(read(inside[0], &c, 1) == 1);
    stop();
    CHECK(hear(fd, "done"));
    close(fd);
    close(inside[0]);
    close(inside[1]);
}

TEST(a_listener_that_others_hold_lives_on_after_a_stop)
{
    int port, fd = listener(&port);
    serve(dup(fd));
    CHECK(http_port(server) == port);
    int first = dial(port);
    ask(first, "/quick");
    CHECK(hear(first, "quick"));
    close(first);
    stop();

    int waiting = dial(port); /* while nobody serves: it waits for the next server */
    CHECK(waiting >= 0);
    ask(waiting, "/quick");
    serve(dup(fd));
    CHECK(hear(waiting, "quick"));
    close(waiting);
    stop();
    close(fd);
}

TEST(a_listener_of_our_own_is_gone_after_a_stop)
{
    serve(-1);
    int port = http_port(server);
    stop();
    CHECK(dial(port) < 0);
}
