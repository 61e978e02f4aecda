/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading of urlencoded and multipart bodies (RFC 7578). Only framing is judged here; what the
 * values must be is form_check's business (fields.c). */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands for bytes that are no text. */
#define MARK "\xEF\xBF\xBD"

/* The bytes behind the signs; *m: how many. */
static enum err decode(struct arena *a, const char *s, size_t n, bool plus, char **out, size_t *len)
{
    char *p = arena_alloc(a, n + 1);
    if (!p)
        return ERR_NOMEM;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%') {
            int hi = i + 1 < n ? hex(s[i + 1]) : -1, lo = i + 2 < n ? hex(s[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return ERR_INVALID;
            p[m++] = (char)(hi << 4 | lo);
            i += 2;
        } else {
            p[m++] = plus && s[i] == '+' ? ' ' : s[i];
        }
    }
    *out = p;
    *len = m;
    return ERR_OK;
}

enum err url_decode(struct arena *a, const char *s, size_t n, bool plus, const char **out)
{
    char *p;
    size_t m;
    TRY(decode(a, s, n, plus, &p, &m));
    if (!utf8_valid(p, m))
        return ERR_INVALID;
    *out = p;
    return ERR_OK;
}

static size_t sign_length(const char *s, size_t n)
{
    for (size_t k = 1; k <= 4 && k <= n; k++)
        if (utf8_valid(s, k))
            return k;
    return 0;
}

/* A value with a mark for each byte that is no text, in place of an error: what else was typed is
 * not lost, and the field is asked for again (fields.c). */
static enum err mend(struct req *rq, const char *name, const char *s, size_t n, const char **out)
{
    if (utf8_valid(s, n)) {
        *out = arena_strndup(rq->arena, s, n);
        return *out ? ERR_OK : ERR_NOMEM;
    }
    char *p = arena_alloc(rq->arena, n * strlen(MARK) + 1);
    struct problem *noted = ARENA_NEW(rq->arena, struct problem);
    size_t m = 0;
    if (!p || !noted)
        return ERR_NOMEM;
    for (size_t i = 0; i < n;) {
        size_t k = sign_length(s + i, n - i);
        memcpy(p + m, k ? s + i : MARK, k ? k : strlen(MARK));
        m += k ? k : strlen(MARK);
        i += k ? k : 1;
    }
    *noted = (struct problem){.field = name, .next = rq->unreadable};
    rq->unreadable = noted;
    *out = p;
    return ERR_OK;
}

enum err path_clean(struct arena *a, const char *raw, const char **out)
{
    const char *path;
    if (raw[0] != '/')
        return ERR_USAGE;
    if (url_decode(a, raw, strlen(raw), false, &path))
        return ERR_USAGE;
    if (strstr(path, "//") || strstr(path, "/../") || str_ends(path, "/..") ||
        strstr(path, "/./") || str_ends(path, "/.") || utf8_has_control(path) ||
        strpbrk(path, "\\\n\r\t"))
        return ERR_NOTFOUND;
    *out = path;
    return ERR_OK;
}

static enum err add_field(struct req *rq, const char *name, const char *value)
{
    if (!rq->fields) {
        rq->fields = ARENA_ARRAY(rq->arena, REQ_FIELDS_MOST, struct pair);
        if (!rq->fields)
            return ERR_NOMEM;
    }
    if (rq->n_fields == REQ_FIELDS_MOST)
        return ERR_LIMIT;
    rq->fields[rq->n_fields++] = (struct pair){name, value};
    return ERR_OK;
}

static enum err decode_value(struct req *rq, const char *name, const char *s, size_t n,
                             const char **out)
{
    char *p;
    size_t m;
    enum err e = decode(rq->arena, s, n, true, &p, &m);
    if (e)
        return e == ERR_NOMEM ? e : ERR_USAGE;
    return mend(rq, name, p, m, out);
}

static enum err read_encoded(struct req *rq, const char *s, size_t n)
{
    size_t at = 0;
    while (at < n) {
        const char *from = s + at, *amp = memchr(from, '&', n - at);
        size_t len = amp ? (size_t)(amp - from) : n - at;
        const char *eq = memchr(from, '=', len);
        size_t nlen = eq ? (size_t)(eq - from) : len;
        const char *name, *value = "";
        at += len + 1;
        if (len == 0)
            continue; /* a row of '&' costs nothing */
        if (url_decode(rq->arena, from, nlen, true, &name))
            return ERR_USAGE;
        if (eq)
            TRY(decode_value(rq, name, eq + 1, len - nlen - 1, &value));
        TRY(add_field(rq, name, value));
    }
    return ERR_OK;
}

enum err form_read_query(struct req *rq, const char *query)
{
    return read_encoded(rq, query, strlen(query));
}

/* The value of a parameter such as name="..." in a header line. NULL: absent. */
static const char *parameter(struct arena *a, const char *line, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = line; (p = strchr(p, ';'));) {
        p += 1 + strspn(p + 1, " \t");
        if (strncasecmp(p, name, n) != 0 || p[n] != '=')
            continue;
        p += n + 1;
        if (*p != '"')
            return arena_strndup(a, p, strcspn(p, "; \t"));
        char *out = arena_alloc(a, strlen(p));
        size_t m = 0;
        for (p++; out && *p && *p != '"'; p++) {
            if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
                p++;
            out[m++] = *p;
        }
        return out;
    }
    return NULL;
}

/* Only the last part of what a browser calls the file, without anything a path could use. */
static const char *safe_filename(struct arena *a, const char *s)
{
    const char *slash = strrchr(s, '/'), *back = strrchr(s, '\\');
    if (slash && slash + 1 > s)
        s = slash + 1;
    if (back && back + 1 > s)
        s = back + 1;
    char *out = arena_strndup(a, s, strnlen(s, 200));
    if (!out || !utf8_valid(out, strlen(out)) || utf8_has_control(out) || out[0] == '.')
        return "";
    return out;
}

struct part {
    const char *name, *filename, *type;
    const char *data;
    size_t n;
};

static enum err part_headers(struct arena *a, const char *s, size_t n, struct part *out)
{
    out->type = "text/plain";
    size_t at = 0;
    for (int lines = 0; at < n; lines++) {
        const char *end = memmem(s + at, n - at, "\r\n", 2);
        size_t len = end ? (size_t)(end - s) - at : n - at;
        if (lines > 8 || len > 1024)
            return ERR_USAGE;
        const char *line = arena_strndup(a, s + at, len);
        if (!line)
            return ERR_NOMEM;
        if (strncasecmp(line, "content-disposition:", 20) == 0) {
            out->name = parameter(a, line, "name");
            out->filename = parameter(a, line, "filename");
        } else if (strncasecmp(line, "content-type:", 13) == 0) {
            out->type = line + 13 + strspn(line + 13, " \t");
        }
        at += len + 2;
    }
    return out->name && utf8_valid(out->name, strlen(out->name)) ? ERR_OK : ERR_USAGE;
}

static enum err add_part(struct req *rq, const struct part *p)
{
    if (p->filename) {
        if (rq->n_files == REQ_FILES_MOST)
            return ERR_LIMIT;
        if (p->n || *p->filename)
            rq->files[rq->n_files++] = (struct file_part){
                p->name, safe_filename(rq->arena, p->filename), p->type, p->data, p->n};
        return ERR_OK;
    }
    if (p->n > 1024 * 1024)
        return ERR_LIMIT;
    const char *value;
    TRY(mend(rq, p->name, p->data, p->n, &value));
    return add_field(rq, p->name, value);
}

static enum err read_multipart(struct req *rq, const char *type, const char *data, size_t n)
{
    const char *boundary = parameter(rq->arena, type, "boundary");
    if (!boundary || !*boundary || strlen(boundary) > 70)
        return ERR_USAGE;
    const char *mark = arena_printf(rq->arena, "\r\n--%s", boundary);
    if (!mark)
        return ERR_NOMEM;
    size_t nm = strlen(mark), at = nm - 2;
    if (n < at || memcmp(data, mark + 2, at) != 0)
        return ERR_USAGE;
    for (int parts = 0; parts <= REQ_FIELDS_MOST; parts++) {
        if (n - at >= 2 && memcmp(data + at, "--", 2) == 0)
            return ERR_OK;
        if (n - at < 2 || memcmp(data + at, "\r\n", 2) != 0)
            return ERR_USAGE;
        at += 2;
        const char *head_end = memmem(data + at, n - at, "\r\n\r\n", 4);
        if (!head_end)
            return ERR_USAGE;
        struct part p = {0};
        TRY(part_headers(rq->arena, data + at, (size_t)(head_end - data) - at, &p));
        at = (size_t)(head_end - data) + 4;
        const char *end = memmem(data + at, n - at, mark, nm);
        if (!end)
            return ERR_USAGE;
        p.data = data + at;
        p.n = (size_t)(end - data) - at;
        TRY(add_part(rq, &p));
        at = (size_t)(end - data) + nm;
    }
    return ERR_LIMIT;
}

bool http_type_is(const char *type, const char *name)
{
    size_t n = strlen(name);
    return type && strncasecmp(type, name, n) == 0 && (!type[n] || strchr("; \t", type[n]));
}

enum err form_read(struct req *rq, const char *type, const char *data, size_t n)
{
    if (!type)
        return n ? ERR_MEDIA : ERR_OK;
    if (http_type_is(type, "application/x-www-form-urlencoded"))
        return read_encoded(rq, data, n);
    if (http_type_is(type, "multipart/form-data"))
        return read_multipart(rq, type, data, n);
    return ERR_MEDIA;
}
