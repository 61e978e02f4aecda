/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* HTTP: requests, routes, forms and answers. libmicrohttpd is behind it and nowhere else.
 *
 * Routes and form fields are tables. A request that does not fit them never reaches a handler:
 * unknown path 404, wrong verb 405, wrong content type 415, too large 413, ambiguous framing 400.
 * What a person typed wrongly becomes a list of problems, and the handler shows the form again with
 * all that was typed.
 *
 * A handler runs on a server thread and returns an enum err; anything but ERR_OK becomes an error
 * page by the program's hook. Everything made for one answer lies in rq->arena. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "tmpl/text.h"

struct arena;
struct req;

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };
const char *http_method_name(enum http_method m);

/* --- Forms --- */

enum field_kind {
    FIELD_TEXT,     /* one line: trimmed, no control characters */
    FIELD_LINES,    /* several lines */
    FIELD_PASSWORD, /* as it is, never trimmed, never shown again */
    FIELD_EMAIL,
    FIELD_INT,
    FIELD_REAL, /* decimal point or comma */
    FIELD_DATE, /* 2026-11-14, or three fields NAME-year NAME-month NAME-day */
    FIELD_TIME, /* 22:40, 22.40, 2240, 22, or two fields NAME-hour NAME-minute */
    FIELD_CODE, /* letters, digits, . _ - : stable codes */
    FIELD_ID,   /* UUID */
    FIELD_BOOL, /* present = yes */
    FIELD_FILE,
};

struct field_spec {
    const char *name; /* NULL ends the list */
    enum field_kind kind;
    bool required;
    bool many; /* may stand several times */
    int64_t min,
        max; /* text: characters; numbers: value; file: bytes. max 0: the kind's own ceiling */
};

struct file_part {
    const char *name;     /* of the field */
    const char *filename; /* last part only, made safe; "" if none was given */
    const char *type;
    const void *data;
    size_t n;
};

/* Something a person must mend. */
struct problem {
    const char *field; /* NULL: the form as a whole */
    const char *text;  /* whole sentence in the reader's language */
    const char *label; /* the field's, once it is known; NULL */
    struct problem *next;
};

/* --- Routes --- */

typedef enum err http_handler(struct req *rq);

enum route_flag {
    ROUTE_PUBLIC_CACHE = 1, /* the same for everybody: may be cached for a minute */
    ROUTE_UPLOAD = 2,       /* large multipart body, kept in a file */
    ROUTE_API = 4, /* errors as application/problem+json; no form token: other proof is asked */
    ROUTE_NO_TOKEN =
        8, /* a form that is sent before there is a session (log-in): Origin is checked */
    ROUTE_STRICT = 32, /* for programs: an unknown parameter is an error, where pages ignore it */
    ROUTE_BYTES = 64,  /* takes application/octet-stream as it is: rq->body */
    /* may be packed: nothing that the asker chooses stands in the answer, so that its length tells
     * nothing of the secrets beside it (BREACH). Without ROUTE_PUBLIC_CACHE only when there is no
     * query, which stands in the links of a page */
    ROUTE_SHRINK = 128,
    ROUTE_JSON = 16, /* takes an application/json object with the same fields */
};

/* How often one client may call: see limit.h. */
enum rate_class { RATE_PAGE, RATE_WRITE, RATE_LOGIN, RATE_EXPORT, RATE_TILE, RATE_CLASSES };

struct route {
    enum http_method method;
    const char *pattern; /* "/:municipality/handelser/:id"; a last segment "*" takes the rest;
                            ":name.csv" */
    int permission;      /* of the program's own list; never 0 */
    http_handler *handler;
    const struct field_spec
        *fields;       /* of the body, or of the query for GET; NULL: none are taken */
    size_t body_limit; /* bytes; 0: 64 KiB */
    unsigned flags;
    enum rate_class rate;
    const char *summary; /* one English sentence for the API description */
    /* Where what waits in a device is shown, also to who may not come here (any more); NULL */
    const char *waiting;
};

/* The permission must be a constant above 0: a route without one does not build. */
#define ROUTE(method_, pattern_, permission_, handler_, ...)                                       \
    {                                                                                              \
        .method = HTTP_##method_, .pattern = (pattern_),                                           \
        .permission = (int)(permission_) + 0 * (int)sizeof(char[(int)(permission_) > 0 ? 1 : -1]), \
        .handler = (handler_), __VA_ARGS__                                                         \
    }
#define ROUTES_END                                                                                 \
    {                                                                                              \
        .pattern = NULL                                                                            \
    }

struct router;

/* `tables` is a NULL-ended list of route tables, each ended by ROUTES_END. NULL when out of memory.
 */
struct router *router_new(const struct route *const *tables);
void router_free(struct router *r);
/* ERR_NOTFOUND, ERR_METHOD. Fills rq->route and its path values. `path` is decoded and clean. */
NODISCARD enum err router_match(const struct router *r, struct req *rq, enum http_method m,
                                const char *path);
/* The path of a route that `path` (decoded) differs from only in the case of its fixed words and in
 * slashes, with the values as they are; in the arena. NULL: none. A last segment "*" fits nothing.
 */
const char *router_near(const struct router *r, struct arena *a, enum http_method m,
                        const char *path);
/* Calls fn for every route, in the order of the tables. */
void router_each(const struct router *r, void (*fn)(void *arg, const struct route *), void *arg);

/* --- Requests --- */

struct pair {
    const char *name, *value;
};

#define REQ_PARAMS_MOST 8
#define REQ_FIELDS_MOST 512
#define REQ_FILES_MOST 16

struct req {
    struct arena *arena;
    void *app;  /* the program's context */
    void *user; /* the program's own, for this request */
    const struct route *route;
    enum http_method method;
    bool head;          /* HEAD: answered like GET, without the body */
    const char *asked;  /* the path as it was sent: encoded, and not looked at yet; NULL in tests */
    const char *path;   /* decoded; starts with '/' */
    const char *query;  /* raw, without '?'; "" if none */
    const char *host;   /* the Host header */
    const char *client; /* address of the client, for limits only: never logged or stored */
    bool secure;        /* https, by ourselves or by a trusted proxy */
    enum lang lang;
    char id[ID_TEXT]; /* of the request, for the log */
    int64_t started;  /* time_monotonic() */

    struct pair params[REQ_PARAMS_MOST];
    size_t n_params;
    struct pair *fields; /* checked; of the body or the query */
    size_t n_fields;
    struct file_part files[REQ_FILES_MOST];
    size_t n_files;
    struct problem *problems, *last_problem;
    struct problem *unreadable; /* fields that held bytes that are no text; � stands there */
    const char *unsent; /* the fields come from an earlier request that was not taken: what the
                           page says first; NULL otherwise */
    const char *body;   /* raw, for signatures and JSON; NULL when in a file */
    size_t n_body;
    void *connection; /* http only */

    int status;
    struct buf out;   /* the body of the answer */
    const char *type; /* "text/html; charset=utf-8" by default */
    struct pair headers[32];
    size_t n_headers;
    int out_fd;             /* >= 0: the answer is this file; closed by the server */
    const void *out_static; /* bytes that outlive the answer, instead of out */
    size_t n_out_static;
};

const char *req_header(const struct req *rq, const char *name); /* NULL if absent */
/* A Content-Type (NULL: none) is this media type, whatever its parameters. */
bool http_type_is(const char *type, const char *name);
const char *req_cookie(struct req *rq, const char *name);      /* NULL if absent */
const char *req_param(const struct req *rq, const char *name); /* "" if the pattern has none */
/* The field's checked value, or NULL when nothing was written. Numbers are in plain form ("12.5").
 */
const char *req_field(const struct req *rq, const char *name);
bool req_has(const struct req *rq, const char *name);
int64_t req_int(const struct req *rq, const char *name, int64_t otherwise);
/* A FIELD_TIME as minutes after midnight, 0 .. 1439. */
int req_minutes(const struct req *rq, const char *name, int otherwise);
double req_real(const struct req *rq, const char *name, double otherwise); /* NaN allowed */
struct id req_id(const struct req *rq, const char *name);                  /* none if absent */
/* The i-th value of a field that may stand several times; NULL past the last. */
const char *req_nth(const struct req *rq, const char *name, size_t i);
const struct file_part *req_file(const struct req *rq, const char *name);

void req_problem(struct req *rq, const char *field, const char *text);
/* What FIELD_EMAIL asks of an address: NULL, or the key of the sentence. */
const char *field_check_email(const char *v);
/* The first problem of a field, or NULL. */
const char *req_problem_of(const struct req *rq, const char *field);

/* --- Answers --- */

void resp_status(struct req *rq, int status);
void resp_type(struct req *rq, const char *type);
/* Copies both; a value with a line break is refused (ERR_INTERNAL sticks in rq->out). */
void resp_header(struct req *rq, const char *name, const char *value);
/* 303 See Other to an address of our own; ERR_INTERNAL for any other. */
enum err resp_redirect(struct req *rq, const char *location);
struct cookie {
    const char *name, *value;
    int64_t max_age; /* seconds; 0 removes it; < 0: until the browser closes */
    bool strict;     /* SameSite=Strict instead of Lax */
};
/* HttpOnly, Path=/; over https also Secure and the name prefixed with __Host-. */
void resp_cookie(struct req *rq, const struct cookie *c);
/* Makes the browser save the answer as a file (RFC 6266). */
void resp_download(struct req *rq, const char *filename);
/* Is this a path here, wherever it came from? */
bool url_is_own(const char *s);
/* Appends a URL component, percent-encoded. */
void url_component(struct buf *b, const char *s);
/* A page's own address with one query field changed, added or (value NULL) dropped; in the arena.
 */
const char *req_address_with(struct req *rq, const char *field, const char *value);

/* --- Server --- */

struct http_hooks {
    /* After routing and reading, before the handler: session, permission, token. An error goes to
     * `failed` and the handler is not called. */
    enum err (*before)(struct req *rq);
    /* Makes the page (or problem document) for an error; rq->route may be NULL. */
    void (*failed)(struct req *rq, enum err e);
    /* When the answer is complete, before it is sent: headers for all pages, counting, logging. */
    void (*after)(struct req *rq);
    /* The text of a form problem in the reader's language: key of the catalogue, the field's
     * bounds. */
    const char *(*field_text)(struct req *rq, const char *key, const struct field_spec *f);
};

struct http_options {
    const char *address; /* "127.0.0.1" or "::1" or "0.0.0.0" */
    int port;            /* 0: the system chooses */
    int listen_fd;       /* >= 0: already listening (socket activation) */
    int threads;         /* 0: 8 */
    const char
        *trusted_proxy;    /* address whose X-Forwarded-For and -Proto are believed; NULL: none */
    const char *spool_dir; /* for large bodies */
    int connections_most;  /* 0: 2000 */
    bool no_limits;        /* rate limits off, for benches and tests on loopback */
    int header_seconds;    /* a request's header must be whole in this time; 0: 5 */
    int body_seconds;      /* its body in this, and a second more for each 16 kB; 0: 60 */
    int idle_seconds;      /* how long a connection may wait for the next request; 0: 30 */
};

struct http_server;

/* Starts answering. ERR_BUSY: the address is taken. *problem gets a sentence for the log. */
NODISCARD enum err http_start(const struct http_options *o, const struct router *r,
                              const struct http_hooks *hooks, void *app, struct http_server **out,
                              const char **problem);
int http_port(const struct http_server *s);
/* Lets running requests finish (10 s at most), then frees. */
void http_stop(struct http_server *s);

/* For tests and fuzzing without sockets: reads fields of an urlencoded or multipart body into rq.
 */
NODISCARD enum err form_read(struct req *rq, const char *type, const char *data, size_t n);
NODISCARD enum err form_read_query(struct req *rq, const char *query);
/* Checks rq->fields against a table; problems are added. Unknown fields are dropped. */
NODISCARD enum err form_check(struct req *rq, const struct field_spec *specs,
                              const struct http_hooks *hooks);
/* Decodes %XX (and '+' when plus) in place into the arena. ERR_INVALID: broken code, NUL, bad
 * UTF-8. */
NODISCARD enum err url_decode(struct arena *a, const char *s, size_t n, bool plus,
                              const char **out);
/* A request path made clean: decoded once, no "..", no "//", no NUL. */
NODISCARD enum err path_clean(struct arena *a, const char *raw, const char **out);
