/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

const char *http_method_name(enum http_method m)
{
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    return names[m];
}

const char *req_param(const struct req *rq, const char *name)
{
    for (size_t i = 0; i < rq->n_params; i++)
        if (str_eq(rq->params[i].name, name))
            return rq->params[i].value;
    return "";
}

void resp_status(struct req *rq, int status)
{
    rq->status = status;
}

void resp_type(struct req *rq, const char *type)
{
    rq->type = type;
}

void resp_header(struct req *rq, const char *name, const char *value)
{
    if (!value || rq->n_headers == ARRAY_LEN(rq->headers) || strpbrk(value, "\r\n")) {
        rq->out.err = ERR_INTERNAL;
        return;
    }
    rq->headers[rq->n_headers].name = arena_strdup(rq->arena, name);
    rq->headers[rq->n_headers++].value = arena_strdup(rq->arena, value);
}

/* Only addresses of our own: one slash, so that "//elsewhere" is none, and nothing that a browser
 * would drop or read as a slash before it looks. */
bool url_is_own(const char *s)
{
    if (!s || s[0] != '/' || s[1] == '/')
        return false;
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7F || *s == '\\')
            return false;
    return true;
}

enum err resp_redirect(struct req *rq, const char *location)
{
    if (!url_is_own(location))
        return ERR_INTERNAL;
    rq->status = 303;
    resp_header(rq, "Location", location);
    return buf_err(&rq->out);
}

void resp_cookie(struct req *rq, const struct cookie *c)
{
    struct buf b = buf_init(4096);
    buf_printf(&b, "%s%s=%s; Path=/; HttpOnly; SameSite=%s", rq->secure ? "__Host-" : "", c->name,
               c->value, c->strict ? "Strict" : "Lax");
    if (rq->secure)
        buf_puts(&b, "; Secure");
    if (c->max_age >= 0)
        buf_printf(&b, "; Max-Age=%lld", (long long)c->max_age);
    if (buf_err(&b))
        rq->out.err = buf_err(&b);
    else
        resp_header(rq, "Set-Cookie", b.data);
    buf_done(&b);
}

const char *req_cookie(struct req *rq, const char *name)
{
    const char *all = req_header(rq, "Cookie");
    char full[64];
    snprintf(full, sizeof full, "%s%s", rq->secure ? "__Host-" : "", name);
    size_t n = strlen(full);
    while (all && *all) {
        all += strspn(all, "; ");
        size_t len = strcspn(all, ";");
        if (len > n && memcmp(all, full, n) == 0 && all[n] == '=')
            return arena_strndup(rq->arena, all + n + 1, len - n - 1);
        all += len;
    }
    return NULL;
}

static bool unreserved(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void url_component(struct buf *b, const char *s)
{
    for (; s && *s; s++) {
        if (unreserved((unsigned char)*s))
            buf_putc(b, *s);
        else
            buf_printf(b, "%%%02X", (unsigned char)*s);
    }
}

void resp_download(struct req *rq, const char *filename)
{
    struct buf b = buf_init(2048);
    buf_puts(&b, "attachment; filename=\"");
    for (const char *p = filename; *p; p++) /* for old readers: plain letters only */
        buf_putc(&b, unreserved((unsigned char)*p) ? *p : '_');
    buf_puts(&b, "\"; filename*=UTF-8''");
    url_component(&b, filename);
    if (buf_err(&b))
        rq->out.err = buf_err(&b);
    else
        resp_header(rq, "Content-Disposition", b.data);
    buf_done(&b);
}

const char *req_address_with(struct req *rq, const char *field, const char *value)
{
    struct buf b = buf_init(16 * 1024);
    size_t n = strlen(field);
    char between = '?';
    for (const char *p = rq->path; *p; p++) {
        if (*p == '/' || unreserved((unsigned char)*p))
            buf_putc(&b, *p);
        else
            buf_printf(&b, "%%%02X", (unsigned char)*p);
    }
    for (const char *p = rq->query; *p;) {
        size_t len = strcspn(p, "&");
        bool same = len >= n && memcmp(p, field, n) == 0 && (len == n || p[n] == '=');
        bool empty = len && p[len - 1] == '=';
        if (!same && !empty && len) {
            buf_putc(&b, between);
            buf_add(&b, p, len);
            between = '&';
        }
        p += len + (p[len] == '&');
    }
    if (value) {
        buf_putc(&b, between);
        url_component(&b, field);
        buf_putc(&b, '=');
        url_component(&b, value);
    }
    const char *out = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return out ? out : rq->path;
}
