/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes that belong to no part. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assets.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "core_sql.h"

static enum err asset_page(struct req *rq)
{
    const struct asset *a = asset_find(rq->path);
    if (!a)
        return ERR_NOTFOUND;
    const char *accepts = req_header(rq, "Accept-Encoding");
    bool gz = a->gz && accepts && strstr(accepts, "gzip");
    rq->out_static = gz ? a->gz : a->data;
    rq->n_out_static = gz ? a->n_gz : a->n;
    if (gz)
        resp_header(rq, "Content-Encoding", "gzip");
    resp_header(rq, "Vary", "Accept-Encoding");
    resp_header(rq, "Cache-Control", "public, max-age=31536000, immutable");
    resp_type(rq, a->type);
    return ERR_OK;
}

/* What keeps the forms of reports for when there is no network. It stands at the root, because it
 * may only look after what is below it, and is asked for anew each time, so that none grows old. */
static enum err worker_page(struct req *rq)
{
    const char *path = asset_url("worker.js");
    const struct asset *a = path ? asset_find(path) : NULL;
    if (!a)
        return ERR_NOTFOUND;
    rq->out_static = a->data;
    rq->n_out_static = a->n;
    resp_header(rq, "Cache-Control", "no-cache");
    resp_type(rq, a->type);
    return ERR_OK;
}

/* Back to where the person was, in the other language. */
static enum err language_page(struct req *rq)
{
    enum lang lang;
    const char *code = req_param(rq, "lang");
    if (!lang_from_code(code, &lang))
        return ERR_NOTFOUND;
    struct cookie c = {"lang", code, 365 * 24 * 3600, false};
    resp_cookie(rq, &c);
    const char *to = req_field(rq, "till");
    return resp_redirect(rq, url_is_own(to) ? to : "/");
}

static enum err look(struct tx *tx, void *arg)
{
    return q_municipality_count_one(tx, NULL, arg);
}

static enum err health_page(struct req *rq)
{
    struct q_municipality_count_row n;
    bool ok = db_read(web_app(rq)->db, DB_NATIONAL, look, &n) == ERR_OK;
    resp_status(rq, ok ? 200 : 503);
    resp_type(rq, "application/json");
    buf_puts(&rq->out, ok ? "{\"status\":\"ok\"}\n" : "{\"status\":\"database\"}\n");
    return ERR_OK;
}

static bool from_here(const struct req *rq)
{
    return str_starts(rq->client, "127.") || str_eq(rq->client, "::1");
}

static long resident_kib(void)
{
    long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return 0;
    if (fscanf(f, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Prometheus text format; only for whoever is on the machine itself. */
static enum err metrics_page(struct req *rq)
{
    if (!from_here(rq))
        return ERR_NOTFOUND;
    const struct app_counters *c = &web_app(rq)->counters;
    resp_type(rq, "text/plain; version=0.0.4; charset=utf-8");
    buf_printf(&rq->out,
               "# TYPE samsyn_requests_total counter\nsamsyn_requests_total %llu\n"
               "# TYPE samsyn_errors_total counter\n"
               "samsyn_errors_total{class=\"4xx\"} %llu\nsamsyn_errors_total{class=\"5xx\"} %llu\n"
               "# TYPE samsyn_request_seconds_total counter\nsamsyn_request_seconds_total %.3f\n"
               "# TYPE samsyn_resident_bytes gauge\nsamsyn_resident_bytes %ld\n",
               (unsigned long long)c->requests, (unsigned long long)c->errors_4xx,
               (unsigned long long)c->errors_5xx, (double)c->milliseconds / 1000,
               resident_kib() * 1024);
    return ERR_OK;
}

static enum err openapi_page(struct req *rq)
{
    resp_type(rq, "application/json");
    web_openapi(web_app(rq), &rq->out);
    return ERR_OK;
}

static enum err openapi_moved(struct req *rq)
{
    TRY(resp_redirect(rq, "/api/v1/openapi.json"));
    resp_status(rq, 308);
    return ERR_OK;
}

static const struct field_spec language_fields[] = {
    {.name = "till", .kind = FIELD_TEXT, .max = 4000}, {0}};

const struct route web_routes[] = {
    ROUTE(GET, "/_/:file", PERM_ANYONE, asset_page, .rate = RATE_TILE, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "Style, scripts and icons."),
    ROUTE(GET, "/worker.js", PERM_ANYONE, worker_page, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "The service worker."),
    ROUTE(GET, "/_sprak/:lang", PERM_ANYONE, language_page, .fields = language_fields,
          .summary = "Choose the language of the pages."),
    ROUTE(GET, "/health", PERM_ANYONE, health_page, .flags = ROUTE_API,
          .summary = "Is the server well?"),
    ROUTE(GET, "/metrics", PERM_ANYONE, metrics_page, .flags = ROUTE_API,
          .summary = "Counters, for the machine itself."),
    ROUTE(GET, "/api/v1/openapi.json", PERM_ANYONE, openapi_page, .flags = ROUTE_API,
          .summary = "This description."),
    ROUTE(GET, "/openapi.json", PERM_ANYONE, openapi_moved, .flags = ROUTE_API,
          .summary = "Leads to this description."),
    ROUTES_END,
};
