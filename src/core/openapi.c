/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OpenAPI 3.1 out of the route tables: what is described is what runs. */
#include <ctype.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"

struct list {
    const struct route **routes;
    size_t n, cap;
};

static void collect(void *arg, const struct route *r)
{
    struct list *l = arg;
    if (l->n < l->cap)
        l->routes[l->n++] = r;
}

static void count(void *arg, const struct route *r)
{
    (void)r;
    ++*(size_t *)arg;
}

/* "/:municipality/handelser/:id" -> "/{municipality}/handelser/{id}" */
static void path_template(struct buf *b, const char *pattern)
{
    for (const char *p = pattern; *p;) {
        if (*p == ':' && p[-1] == '/') {
            size_t n = strcspn(++p, "/.");
            buf_putc(b, '{');
            buf_add(b, p, n);
            buf_putc(b, '}');
            p += n;
        } else if (*p == '*') {
            buf_puts(b, "{rest}");
            p++;
        } else {
            buf_putc(b, *p++);
        }
    }
}

static void schema_of(struct jsonw *w, const struct field_spec *f)
{
    static const struct {
        const char *type, *format;
    } kinds[] = {
        [FIELD_TEXT] = {"string", NULL},           [FIELD_LINES] = {"string", NULL},
        [FIELD_PASSWORD] = {"string", "password"}, [FIELD_EMAIL] = {"string", "email"},
        [FIELD_INT] = {"integer", NULL},           [FIELD_REAL] = {"number", NULL},
        [FIELD_DATE] = {"string", "date"},         [FIELD_TIME] = {"string", NULL},
        [FIELD_CODE] = {"string", NULL},           [FIELD_ID] = {"string", "uuid"},
        [FIELD_BOOL] = {"string", NULL},           [FIELD_FILE] = {"string", "binary"},
    };
    bool number = f->kind == FIELD_INT || f->kind == FIELD_REAL;
    jsonw_object(w);
    if (f->many) {
        jsonw_key_text(w, "type", "array");
        jsonw_key_object(w, "items");
    }
    jsonw_key_text(w, "type", kinds[f->kind].type);
    if (kinds[f->kind].format)
        jsonw_key_text(w, "format", kinds[f->kind].format);
    if (f->min)
        jsonw_key_int(w, number ? "minimum" : "minLength", f->min);
    if (f->max && f->kind != FIELD_FILE)
        jsonw_key_int(w, number ? "maximum" : "maxLength", f->max);
    if (f->many)
        jsonw_end(w);
    jsonw_end(w);
}

static void path_parameters(struct jsonw *w, const char *pattern)
{
    for (const char *p = pattern; (p = strstr(p, "/:"));) {
        char name[64];
        p += 2;
        size_t n = strcspn(p, "/.");
        memcpy(name, p, n < 63 ? n : 63);
        name[n < 63 ? n : 63] = 0;
        jsonw_object(w);
        jsonw_key_text(w, "name", name);
        jsonw_key_text(w, "in", "path");
        jsonw_key_bool(w, "required", true);
        jsonw_key_object(w, "schema");
        jsonw_key_text(w, "type", "string");
        jsonw_end(w);
        jsonw_end(w);
    }
}

static void parameters(struct jsonw *w, const struct route *r)
{
    jsonw_key_array(w, "parameters");
    path_parameters(w, r->pattern);
    for (const struct field_spec *f = r->fields; r->method == HTTP_GET && f && f->name; f++) {
        jsonw_object(w);
        jsonw_key_text(w, "name", f->name);
        jsonw_key_text(w, "in", "query");
        jsonw_key_bool(w, "required", f->required);
        jsonw_key(w, "schema");
        schema_of(w, f);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void bytes_body(struct jsonw *w)
{
    jsonw_key_object(w, "requestBody");
    jsonw_key_object(w, "content");
    jsonw_key_object(w, "application/octet-stream");
    jsonw_key_object(w, "schema");
    jsonw_key_text(w, "type", "string");
    jsonw_key_text(w, "format", "binary");
    jsonw_end(w);
    jsonw_end(w);
    jsonw_end(w);
    jsonw_end(w);
}

static void request_body(struct jsonw *w, const struct route *r)
{
    if (r->flags & ROUTE_BYTES) {
        bytes_body(w);
        return;
    }
    if (r->method == HTTP_GET || !r->fields)
        return;
    bool json = (r->flags & ROUTE_JSON) != 0, upload = (r->flags & ROUTE_UPLOAD) != 0;
    jsonw_key_object(w, "requestBody");
    jsonw_key_object(w, "content");
    jsonw_key_object(w, json     ? "application/json"
                        : upload ? "multipart/form-data"
                                 : "application/x-www-form-urlencoded");
    jsonw_key_object(w, "schema");
    jsonw_key_text(w, "type", "object");
    jsonw_key_object(w, "properties");
    for (const struct field_spec *f = r->fields; f->name; f++) {
        jsonw_key(w, f->name);
        schema_of(w, f);
    }
    jsonw_end(w);
    jsonw_key_array(w, "required");
    for (const struct field_spec *f = r->fields; f->name; f++)
        if (f->required)
            jsonw_text(w, f->name);
    jsonw_end(w);
    jsonw_end(w);
    jsonw_end(w);
    jsonw_end(w);
    jsonw_end(w);
}

static void one_response(struct jsonw *w, const char *status, const char *what)
{
    jsonw_key_object(w, status);
    jsonw_key_text(w, "description", what);
    jsonw_end(w);
}

static void operation(struct jsonw *w, const struct route *r)
{
    char verb[8];
    size_t n = 0;
    for (const char *p = http_method_name(r->method); *p; p++)
        verb[n++] = (char)tolower((unsigned char)*p);
    verb[n] = 0;
    jsonw_key_object(w, verb);
    jsonw_key_text(w, "summary", r->summary ? r->summary : "");
    jsonw_key_text(w, "x-permission", perm_name((enum perm)r->permission));
    parameters(w, r);
    request_body(w, r);
    jsonw_key_object(w, "responses");
    one_response(w, r->method == HTTP_GET ? "200" : "303", "Done");
    if (r->permission != PERM_ANYONE)
        one_response(w, "403", "Not allowed");
    one_response(w, "default", "A problem, RFC 9457 for interfaces and a page for people");
    jsonw_end(w);
    if (r->permission != PERM_ANYONE) {
        jsonw_key_array(w, "security");
        jsonw_object(w);
        jsonw_key_array(w, "session");
        jsonw_end(w);
        jsonw_end(w);
        jsonw_end(w);
    }
    jsonw_end(w);
}

/* Verbs of one path stand together, so routes with a pattern that came before are skipped. */
static void paths(struct jsonw *w, const struct list *l)
{
    jsonw_key_object(w, "paths");
    for (size_t i = 0; i < l->n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || str_eq(l->routes[k]->pattern, l->routes[i]->pattern);
        if (seen)
            continue;
        struct buf path = buf_init(1000);
        path_template(&path, l->routes[i]->pattern);
        jsonw_key_object(w, buf_text(&path));
        buf_done(&path);
        for (size_t k = i; k < l->n; k++)
            if (str_eq(l->routes[k]->pattern, l->routes[i]->pattern))
                operation(w, l->routes[k]);
        jsonw_end(w);
    }
    jsonw_end(w);
}

void web_openapi(const struct app *app, struct buf *out)
{
    struct list l = {0};
    router_each(app->router, count, &l.cap);
    l.routes = mem_array(l.cap, sizeof *l.routes);
    if (!l.routes) {
        out->err = ERR_NOMEM;
        return;
    }
    router_each(app->router, collect, &l);
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "openapi", "3.1.0");
    jsonw_key_object(&w, "info");
    jsonw_key_text(&w, "title", "Samsyn");
    jsonw_key_text(&w, "version", "0.1.0");
    jsonw_end(&w);
    paths(&w, &l);
    jsonw_key_object(&w, "components");
    jsonw_key_object(&w, "securitySchemes");
    jsonw_key_object(&w, "session");
    jsonw_key_text(&w, "type", "apiKey");
    jsonw_key_text(&w, "in", "cookie");
    jsonw_key_text(&w, "name", SESSION_COOKIE);
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    mem_free(l.routes);
}
