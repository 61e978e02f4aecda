/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Before and after each handler: session, permission, proof against forged forms, error pages,
 * headers. */
#include "core/web.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/drill.h"
#include "core/kept.h"
#include "core/web_inner.h"
#include "core_sql.h"
#include "geo/geo_data.h"

static const struct who nobody = {.csrf = ""};

struct app *web_app(const struct req *rq)
{
    return rq->app;
}

const struct who *web_who(const struct req *rq)
{
    return rq->user ? rq->user : &nobody;
}

bool web_may(const struct req *rq, enum perm p)
{
    const struct who *w = web_who(rq);
    if (p == PERM_LOGGED_IN || p == PERM_SESSION) /* where there is a municipality, only in it */
        return !id_is_none(w->account) && (w->here || !*req_param(rq, "municipality"));
    return role_may(w->here ? w->here->role : ROLE_NONE, p) && !drill_lacks(rq, p);
}

bool web_asks_json(const struct req *rq)
{
    return (rq->route && (rq->route->flags & ROUTE_API)) || str_starts(rq->path, "/api/") ||
           (rq->method != HTTP_GET && http_type_is(req_header(rq, "Accept"), "application/json"));
}

/* --- Who asks --- */

struct lookup {
    struct req *rq;
    const char *token;
    struct who *who;
    msec seen;
};

static enum err look_up(struct tx *tx, void *arg)
{
    struct lookup *l = arg;
    return session_find(tx, l->rq->arena, l->token, time_now(), l->who, &l->seen);
}

struct touch {
    struct id session;
    const char *municipality;
};

static enum err touch(struct tx *tx, void *arg)
{
    struct touch *t = arg;
    return session_touch(tx, t->session, t->municipality, time_now());
}

static const struct membership *membership_in(const struct who *w, const char *municipality)
{
    for (size_t i = 0; i < w->n_memberships; i++)
        if (str_eq(w->memberships[i].municipality, municipality))
            return &w->memberships[i];
    return NULL;
}

void web_stand(struct req *rq)
{
    struct who *w = rq->user;
    const char *code = req_param(rq, "municipality");
    w->here = membership_in(w, *code ? code : "0000");
}

static enum err find_who(struct req *rq)
{
    const char *token = req_cookie(rq, SESSION_COOKIE);
    struct who *w = ARENA_NEW(rq->arena, struct who);
    if (!w)
        return ERR_NOMEM;
    *w = nobody;
    rq->user = w;
    if (!token)
        return ERR_OK;
    struct lookup l = {rq, token, w, 0};
    enum err e = db_read(web_app(rq)->db, DB_NATIONAL, look_up, &l);
    if (e == ERR_UNAUTHENTICATED)
        return ERR_OK;
    TRY(e);
    rq->lang = w->lang;
    const char *code = req_param(rq, "municipality");
    web_stand(rq);
    /* an exercise is no place to come back to by itself */
    bool moved = *code && w->here && !geo_is_exercise(code) && !str_eq(code, w->last_municipality);
    if (moved)
        resp_cookie(rq, &(struct cookie){PLACE_COOKIE, code, PLACE_TIME / MSEC_SECOND, false});
    if (moved || time_now() - l.seen > 5 * MSEC_MINUTE) {
        struct touch t = {w->session, moved ? code : NULL};
        enum err lost = db_write(web_app(rq)->db, DB_NATIONAL, touch, &t);
        if (lost) /* the note does no harm by being lost */
            LOG(LOG_WARN, "session not noted", LOG_TEXT("error", err_name(lost)));
    }
    return ERR_OK;
}

/* --- May they --- */

static enum err to_login(struct req *rq)
{
    if (rq->route->flags & ROUTE_API)
        return ERR_UNAUTHENTICATED;
    if (rq->method != HTTP_GET)
        return ERR_UNAUTHENTICATED;
    struct buf b = buf_init(8192);
    buf_puts(&b, "/logga-in?till=");
    url_component(&b, req_address_with(rq, "", NULL));
    const char *to = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}

/* Somebody with a role that sees much must have a second factor; until then there is only the page
 * that sets it up, and the way out. */
static bool lacks_factor(struct req *rq)
{
    const struct who *w = web_who(rq);
    if (w->second_factor || atomic_load(&web_app(rq)->factor_optional))
        return false;
    for (size_t i = 0; i < w->n_memberships; i++)
        if (role_needs_factor(w->memberships[i].role))
            return true;
    return false;
}

bool web_admits(struct req *rq, const struct route *route)
{
    enum perm p = (enum perm)route->permission;
    return !id_is_none(web_who(rq)->account) && web_may(rq, p) &&
           (p == PERM_SESSION || !lacks_factor(rq));
}

static enum err authorise(struct req *rq)
{
    enum perm p = (enum perm)rq->route->permission;
    if (p == PERM_ANYONE)
        return drill_open(rq);
    if (id_is_none(web_who(rq)->account))
        return to_login(rq);
    if (p != PERM_SESSION && lacks_factor(rq))
        return rq->route->flags & ROUTE_API || rq->method != HTTP_GET
                   ? ERR_FORBIDDEN
                   : resp_redirect(rq, "/konto/tvafaktor");
    TRY(drill_gate(rq));
    if (rq->status != 200)
        return ERR_OK;
    return web_may(rq, p) ? ERR_OK : ERR_FORBIDDEN;
}

enum err web_visit(struct req *rq, const char *municipality, web_visit_fn *fn, void *arg)
{
    size_t at = 0, n = rq->n_params;
    while (at < n && !str_eq(rq->params[at].name, "municipality"))
        at++;
    if (!membership_in(web_who(rq), municipality))
        return ERR_FORBIDDEN;
    if (at == REQ_PARAMS_MOST)
        return ERR_LIMIT;
    struct pair home = rq->params[at];
    rq->params[at] = (struct pair){"municipality", municipality};
    rq->n_params = at == n ? n + 1 : n;
    web_stand(rq);
    enum err e = fn(rq, arg);
    rq->params[at] = home;
    rq->n_params = n;
    web_stand(rq);
    return e;
}

/* --- Forged forms --- */

/* The Origin of a form must be ourselves: scheme aside, the host must be the one that was asked. */
static bool same_origin(const struct req *rq)
{
    const char *site = req_header(rq, "Sec-Fetch-Site");
    if (site && !str_eq(site, "same-origin") && !str_eq(site, "none"))
        return false;
    const char *origin = req_header(rq, "Origin");
    if (!origin)
        return true;
    const char *host = strstr(origin, "://");
    return host && str_eq(host + 3, rq->host);
}

/* Not only nothing against it: the browser must say so. */
bool web_from_own_page(const struct req *rq)
{
    const char *site = req_header(rq, "Sec-Fetch-Site");
    return same_origin(rq) && (req_header(rq, "Origin") || str_eq(site, "same-origin"));
}

static bool same_token(const char *a, const char *b)
{
    if (!a || strlen(a) != strlen(b) || !*b)
        return false;
    unsigned char differ = 0;
    for (size_t i = 0; b[i]; i++)
        differ |= (unsigned char)(a[i] ^ b[i]);
    return differ == 0;
}

static enum err check_token(struct req *rq)
{
    if (rq->method == HTTP_GET)
        return ERR_OK;
    if (!same_origin(rq))
        return ERR_FORBIDDEN;
    if (rq->route->flags & ROUTE_NO_TOKEN)
        return ERR_OK;
    const char *token = req_field(rq, "csrf");
    if (!token)
        token = req_header(rq, "X-CSRF-Token");
    return same_token(token, web_who(rq)->csrf) ? ERR_OK : ERR_FORBIDDEN;
}

/* A form whose page is older than the log-in comes back with everything typed. */
static enum err check_form(struct req *rq)
{
    enum err e = check_token(rq);
    const char *pack = e == ERR_FORBIDDEN && !web_asks_json(rq) ? kept_pack(rq) : NULL;
    if (!pack || kept_put_back(rq, pack, TX(rq, kept_old)) != ERR_OK)
        return e;
    if (rq->status == 200)
        rq->status = err_http(e);
    return ERR_OK;
}

static bool same_for_everybody(const struct req *rq)
{
    return rq->route && rq->route->permission == PERM_ANYONE &&
           (rq->route->flags & ROUTE_PUBLIC_CACHE);
}

/* Who asks, and in which language they are answered: asked for once, by whoever needs it first. */
static enum err know(struct req *rq)
{
    const struct app *app = web_app(rq);
    const char *cookie = req_cookie(rq, "lang");
    enum lang chosen;
    if (app->public_url && str_starts(app->public_url, "https://"))
        rq->secure = true;
    /* what is the same for everybody does not look at who asks */
    enum err e = rq->user || same_for_everybody(rq) ? ERR_OK : find_who(rq);
    if (e)
        rq->user = NULL;
    if (cookie && lang_from_code(cookie, &chosen))
        rq->lang = chosen;
    return e;
}

static enum err before(struct req *rq)
{
    TRY(know(rq));
    TRY(authorise(rq));
    if (rq->status != 200)
        return ERR_OK;
    return check_form(rq);
}

/* --- Errors --- */

static void problem_json(struct req *rq, enum err e)
{
    struct jsonw w = jsonw_init(&rq->out);
    enum text_key key = text_lookup(err_key(e));
    jsonw_object(&w);
    jsonw_key_text(&w, "type", "about:blank");
    jsonw_key_text(&w, "title", key < TEXT_COUNT ? text_get(rq->lang, key) : err_name(e));
    jsonw_key_int(&w, "status", err_http(e));
    jsonw_key_text(&w, "code", err_name(e));
    jsonw_key_text(&w, "instance", rq->id);
    if (rq->problems) {
        jsonw_key_array(&w, "errors");
        for (const struct problem *p = rq->problems; p; p = p->next) {
            jsonw_object(&w);
            jsonw_key_text(&w, "field", p->field);
            jsonw_key_text(&w, "detail", p->text);
            jsonw_end(&w);
        }
        jsonw_end(&w);
    }
    jsonw_end(&w);
    rq->type = "application/problem+json";
}

/* A request that fell before it was asked who sent it: whoever is logged in stays so to see. */
static void ask_who(struct req *rq, enum err e)
{
    bool fell = e == ERR_USAGE || e == ERR_LIMIT || e == ERR_MEDIA;
    if (fell && rq->route)
        (void)know(rq); /* nobody, then */
}

/* The verbs that the address does take. */
static void say_allowed(struct req *rq)
{
    const char *said = "";
    for (int m = 0; m < HTTP_METHODS && said; m++) {
        struct req probe = *rq;
        if (router_match(web_app(rq)->router, &probe, (enum http_method)m, rq->path) == ERR_OK)
            said =
                arena_printf(rq->arena, "%s%s%s", said, *said ? ", " : "",
                             m == HTTP_GET ? "GET, HEAD" : http_method_name((enum http_method)m));
    }
    if (!str_empty(said))
        resp_header(rq, "Allow", said);
}

static void failed(struct req *rq, enum err e)
{
    ask_who(rq, e);
    if (e == ERR_NOTFOUND && web_canonical(rq))
        return;
    if (e == ERR_METHOD)
        say_allowed(rq);
    if (err_http(e) == 503)
        resp_header(rq, "Retry-After", "2");
    if (err_http(e) >= 500)
        LOG(LOG_ERROR, "request failed", LOG_TEXT("request", rq->id),
            LOG_TEXT("error", err_name(e)), LOG_TEXT("route", rq->route ? rq->route->pattern : ""));
    if (web_asks_json(rq))
        problem_json(rq, e);
    else
        web_error_page(rq, e);
}

/* --- Headers --- */

static void security_headers(struct req *rq)
{
    resp_header(rq, "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: "
                "blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; "
                "manifest-src 'self'; form-action 'self'; base-uri 'none'; "
                "frame-ancestors 'none'");
    resp_header(rq, "X-Content-Type-Options", "nosniff");
    resp_header(rq, "Referrer-Policy", "same-origin");
    resp_header(rq, "Cross-Origin-Opener-Policy", "same-origin");
    resp_header(rq, "Cross-Origin-Resource-Policy", "same-origin");
    resp_header(rq, "Permissions-Policy", "geolocation=(self), camera=(), microphone=()");
    if (rq->secure)
        resp_header(rq, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

static bool has_header(const struct req *rq, const char *name)
{
    for (size_t i = 0; i < rq->n_headers; i++)
        if (rq->headers[i].name && strcasecmp(rq->headers[i].name, name) == 0)
            return true;
    return false;
}

static void after(struct req *rq)
{
    struct app_counters *c = &web_app(rq)->counters;
    int64_t took = time_monotonic() - rq->started;
    atomic_fetch_add(&c->requests, 1);
    atomic_fetch_add(&c->milliseconds, (uint64_t)took);
    if (rq->status >= 500)
        atomic_fetch_add(&c->errors_5xx, 1);
    else if (rq->status >= 400)
        atomic_fetch_add(&c->errors_4xx, 1);
    security_headers(rq);
    if (!has_header(rq, "Cache-Control")) {
        bool shared = rq->status == 200 && same_for_everybody(rq);
        resp_header(rq, "Cache-Control", shared ? "public, max-age=60" : "no-store");
    }
    if (same_for_everybody(rq))
        resp_header(rq, "Vary", "Accept-Language, Cookie");
    LOG(LOG_DEBUG, "request", LOG_TEXT("request", rq->id),
        LOG_TEXT("route", rq->route ? rq->route->pattern : ""), LOG_INT("status", rq->status),
        LOG_INT("ms", took));
}

/* Fields are checked before it is asked who sent them. */
static const char *field_text(struct req *rq, const char *key, const struct field_spec *f)
{
    enum text_key k = text_lookup(key);
    (void)know(rq); /* otherwise the browser's language will do */
    if (k == TEXT_COUNT)
        return key;
    const char *t = text_fmt(rq->arena, rq->lang, k, f->min, f->max);
    return t ? t : key;
}

const struct http_hooks web_hooks = {before, failed, after, field_text};

/* --- Database and audit in the address's municipality --- */

const char *web_scope(const struct req *rq)
{
    const char *code = web_municipality(rq);
    return !*code || str_eq(code, "0000") ? DB_NATIONAL : code;
}

enum err web_read(struct req *rq, db_fn *fn, void *arg)
{
    return db_read(web_app(rq)->db, web_scope(rq), fn, arg);
}

enum err web_write(struct req *rq, db_fn *fn, void *arg)
{
    return db_write(web_app(rq)->db, web_scope(rq), fn, arg);
}

static struct audit_note note(struct req *rq, const char *action, const char *kind,
                              struct id object, const char *detail)
{
    const char *code = web_municipality(rq);
    return (struct audit_note){
        *code ? code : "0000", web_who(rq)->account, action, kind, object, detail};
}

enum err web_audit(struct req *rq, struct tx *tx, const char *action, const char *kind,
                   struct id object, const char *detail)
{
    struct audit_note n = note(rq, action, kind, object, detail);
    return audit_add(tx, &n);
}

enum err web_audit_read(struct req *rq, const char *action, const char *kind, struct id object,
                        const char *detail)
{
    struct audit_note n = note(rq, action, kind, object, detail);
    return audit_write(web_app(rq)->db, &n);
}
