/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"
#include "http/limit.h"

/* --- Paths and forms, without a socket --- */

static struct req blank(void)
{
    struct req rq = {.path = "/", .query = "", .out_fd = -1};
    rq.arena = arena_new(1 << 20);
    rq.out = buf_init(1 << 20);
    return rq;
}

static void done(struct req *rq)
{
    buf_done(&rq->out);
    arena_free(rq->arena);
}

TEST(paths_are_decoded_once_and_cannot_climb)
{
    struct req rq = blank();
    const char *p;
    CHECK(path_clean(rq.arena, "/1493/h%C3%A4ndelser", &p) == ERR_OK);
    CHECK_TEXT(p, "/1493/händelser");
    const char *const bad[] = {"/a/../b", "/..", "/a/%2e%2e/b", "//a",    "/a//b",
                               "/a%00b",  "/%",  "/%g1",        "/%C3",   "/a\\b",
                               "/./a",    "a",   "/%2e%2e/",    "/a%0a/b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(path_clean(rq.arena, bad[i], &p) != ERR_OK);
    CHECK(path_clean(rq.arena, "/%252e%252e/", &p) == ERR_OK);
    CHECK_TEXT(p, "/%2e%2e/"); /* once: what it says now is a name */
    done(&rq);
}

TEST(urlencoded_forms_are_read)
{
    struct req rq = blank();
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "a=1&b=G%C3%A5rdsgatan+3&c&a=2",
                    29) == ERR_OK);
    CHECK_TEXT(req_nth(&rq, "a", 1), "2");
    CHECK_TEXT(req_field(&rq, "b"), "Gårdsgatan 3");
    CHECK_TEXT(req_field(&rq, "c"), "");
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "%E5=a", 5) == ERR_USAGE);
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "a=%0", 4) == ERR_USAGE);
    CHECK(form_read(&rq, "text/plain", "a=1", 3) == ERR_MEDIA);
    CHECK(form_read(&rq, NULL, "a=1", 3) == ERR_MEDIA);
    done(&rq);
}

static enum err read_parts(struct req *rq, const char *body)
{
    return form_read(rq, "multipart/form-data; boundary=XX", body, strlen(body));
}

TEST(multipart_forms_are_read)
{
    struct req rq = blank();
    CHECK(read_parts(&rq, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhej\r\n"
                          "--XX\r\nContent-Disposition: form-data; name=\"f\"; "
                          "filename=\"C:\\\\x\\\\data.csv\"\r\nContent-Type: text/csv\r\n\r\n"
                          "1;2\r\n--X\r\n--XX--\r\n") == ERR_OK);
    CHECK_TEXT(req_field(&rq, "a"), "hej");
    const struct file_part *f = req_file(&rq, "f");
    CHECK(f && f->n == 8 && memcmp(f->data, "1;2\r\n--X", 8) == 0);
    CHECK_TEXT(f->filename, "data.csv");
    const char *const bad[] = {
        "",         "--XX",
        "--XX\r\n", "--XX\r\n\r\nhej\r\n--XX--\r\n",
        "--YY\r\n", "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhej",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct req again = blank();
        CHECK(read_parts(&again, bad[i]) == ERR_USAGE);
        done(&again);
    }
    done(&rq);
}

static const struct field_spec form[] = {
    {.name = "place", .kind = FIELD_TEXT, .required = true, .max = 20},
    {.name = "text", .kind = FIELD_LINES, .max = 50},
    {.name = "n", .kind = FIELD_INT, .min = 1, .max = 12},
    {.name = "x", .kind = FIELD_REAL},
    {.name = "day", .kind = FIELD_DATE},
    {.name = "clock", .kind = FIELD_TIME},
    {.name = "mail", .kind = FIELD_EMAIL},
    {.name = "id", .kind = FIELD_ID},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {0},
};

static struct req filled(const char *body)
{
    struct req rq = blank();
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", body, strlen(body)) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_OK);
    return rq;
}

TEST(fields_are_cleaned_and_unknown_ones_dropped)
{
    struct req rq = filled("place=+Hova%C2%A0&x=12,5&day-year=2026&day-month=3&day-day=1"
                           "&clock=0130&type=a&type=b&evil=1&text=a%0D%0Ab&csrf=t");
    CHECK(!rq.problems);
    CHECK_TEXT(req_field(&rq, "place"), "Hova");
    CHECK(req_real(&rq, "x", 0) == 12.5);
    CHECK_TEXT(req_field(&rq, "day"), "2026-03-01");
    CHECK_TEXT(req_field(&rq, "text"), "a\nb");
    CHECK_TEXT(req_nth(&rq, "type", 1), "b");
    CHECK(!req_field(&rq, "evil"));
    CHECK_TEXT(req_field(&rq, "csrf"), "t");
    done(&rq);
}

#define MARK "\xEF\xBF\xBD"

TEST(bytes_that_are_no_text_are_a_problem_of_their_field)
{
    struct req rq = filled("text=Krossad+%E5%00+ruta&place=Hova&x=%FF&type=a");
    CHECK_TEXT(req_field(&rq, "text"), "Krossad " MARK MARK " ruta");
    CHECK_TEXT(req_problem_of(&rq, "text"), "field_control");
    CHECK_TEXT(req_field(&rq, "place"), "Hova");
    CHECK(!req_problem_of(&rq, "place") && !req_problem_of(&rq, "type"));
    CHECK_TEXT(req_problem_of(&rq, "x"), "field_control");
    done(&rq);
    rq = filled("place=Hova&text=%EF%BF%BD"); /* somebody's own mark is text */
    CHECK(!rq.problems);
    done(&rq);
    rq = blank();
    static const char body[] =
        "--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\0\xE5"
        "b\r\n--XX--\r\n";
    CHECK(form_read(&rq, "multipart/form-data; boundary=XX", body, sizeof body - 1) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_OK);
    CHECK_TEXT(req_field(&rq, "text"), "a" MARK MARK "b");
    CHECK_TEXT(req_problem_of(&rq, "text"), "field_control");
    done(&rq);
}

TEST(a_strict_route_names_what_it_does_not_know)
{
    static const struct route strict = {.flags = ROUTE_STRICT};
    struct req rq = blank();
    rq.route = &strict;
    static const char body[] = "place=Hova&limit=2&day-year=2026&day-month=3&day-day=1&n-day=1";
    CHECK(form_read_query(&rq, body) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_USAGE);
    CHECK_TEXT(req_problem_of(&rq, "limit"), "field_unknown");
    CHECK_TEXT(req_problem_of(&rq, "n-day"), "field_unknown");
    CHECK(!req_problem_of(&rq, "place") && !req_problem_of(&rq, "day-year"));
    done(&rq);
}

TEST(wrong_fields_get_a_problem_and_keep_what_was_typed)
{
    static const struct {
        const char *body, *field, *problem;
    } rows[] = {
        {"place=", "place", "field_required"},
        {"place=aaaaaaaaaaaaaaaaaaaaa", "place", "field_long"},
        {"place=a%07", "place", "field_control"},
        {"place=a%0Ab", "place", "field_control"},
        {"place=a&n=13", "n", "field_range"},
        {"place=a&n=en", "n", "field_int"},
        {"place=a&x=nan", "x", "field_real"},
        {"place=a&day=2026-02-30", "day", "field_date"},
        {"place=a&day-year=2026&day-month=x&day-day=1", "day", "field_date"},
        {"place=a&day-year=26&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day-year=26&day-month=3&day-day=x", "day", "field_year"},
        {"place=a&day-year=0026&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day-year=&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day=26-03-01", "day", "field_year"},
        {"place=a&clock=25", "clock", "field_time"},
        {"place=a&clock=12:60", "clock", "field_time"},
        {"place=a&mail=x@y", "mail", "field_email"},
        {"place=a&mail=x@y.se%0D%0ABcc:z@y.se", "mail", "field_email"},
        {"place=a&id=1", "id", "field_id"},
        {"place=a&type=a'b", "type", "field_code"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct req rq = filled(rows[i].body);
        CHECK(rq.problems && !rq.problems->next);
        CHECK_TEXT(req_problem_of(&rq, rows[i].field), rows[i].problem);
        CHECK(i == 0 || req_field(&rq, rows[i].field));
        done(&rq);
    }
}

/* "26" is not made to a year that nobody wrote: it comes back with a sentence. */
TEST(a_year_of_two_figures_is_kept_as_it_was_typed)
{
    struct req rq = filled("place=a&day-year=26&day-month=3&day-day=1");
    CHECK_TEXT(req_field(&rq, "day"), "26-3-1");
    done(&rq);
}

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
        struct req rq = blank();
        enum err e = router_match(r, &rq, HTTP_GET, rows[i].path);
        CHECK(e == (rows[i].pattern ? ERR_OK : ERR_NOTFOUND));
        if (rows[i].pattern)
            CHECK_TEXT(rq.route->pattern, rows[i].pattern);
        done(&rq);
    }
    struct req rq = blank();
    CHECK(router_match(r, &rq, HTTP_GET, "/echo") == ERR_METHOD);
    done(&rq);
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
        struct req rq = blank();
        const char *found = router_near(r, rq.arena, HTTP_GET, rows[i][0]);
        CHECK(rows[i][1] ? str_eq(found, rows[i][1]) : !found);
        done(&rq);
    }
    router_free(r);
}

TEST(addresses_keep_the_other_fields)
{
    struct req rq = blank();
    rq.path = "/1493/händelser";
    rq.query = "typ=a&sida=2&tom=";
    CHECK_TEXT(req_address_with(&rq, "sida", "3"), "/1493/h%C3%A4ndelser?typ=a&sida=3");
    CHECK_TEXT(req_address_with(&rq, "sida", NULL), "/1493/h%C3%A4ndelser?typ=a");
    CHECK(resp_redirect(&rq, "//evil.example") == ERR_INTERNAL);
    CHECK(resp_redirect(&rq, "https://evil.example") == ERR_INTERNAL);
    resp_header(&rq, "X", "a\r\nSet-Cookie: b");
    CHECK(buf_err(&rq.out) == ERR_INTERNAL);
    done(&rq);
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
