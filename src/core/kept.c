/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/kept.h"

#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/web_inner.h"

#define PURPOSE "kept"
#define MAC_TEXT 64

bool kept_had_file(const struct req *rq)
{
    return rq->n_files > 0;
}

/* Whose form it was: the end of its token (session.h). NULL without one. */
static const char *mark_of(const char *token)
{
    const char *dot = token ? strrchr(token, '.') : NULL;
    return dot && strlen(dot + 1) == SESSION_MARK - 1 ? dot + 1 : NULL;
}

bool kept_is_older(const struct req *rq)
{
    const char *token = req_field(rq, "csrf"), *mark = mark_of(token);
    return rq->method == HTTP_POST && mark && str_eq(mark, mark_of(web_who(rq)->csrf)) &&
           !str_eq(token, web_who(rq)->csrf) && web_from_own_page(rq);
}

/* --- Which forms --- */

/* The page with the form stands at the address that takes it. */
static const struct route *page_of(const struct req *rq, const char *path)
{
    struct req probe = *rq;
    if (!web_app(rq)->router || router_match(web_app(rq)->router, &probe, HTTP_GET, path))
        return NULL;
    return probe.route;
}

static bool keepable(const struct route *post, const struct route *get)
{
    return get && post->fields && str_eq(post->pattern, get->pattern) &&
           !(post->flags & (ROUTE_API | ROUTE_NO_TOKEN)) && post->rate != RATE_LOGIN &&
           post->permission != PERM_ANYONE && !(get->flags & (ROUTE_API | ROUTE_PUBLIC_CACHE));
}

static bool secret(const struct route *route, const char *name)
{
    if (str_eq(name, "csrf"))
        return true;
    for (const struct field_spec *f = route->fields; f && f->name; f++)
        if (str_eq(f->name, name))
            return f->kind == FIELD_PASSWORD || f->kind == FIELD_FILE;
    return true;
}

/* --- Packing: path, mark, file, fields, each on a line; then signed --- */

static size_t write_fields(struct req *rq, struct buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < rq->n_fields; i++) {
        if (secret(rq->route, rq->fields[i].name) || str_empty(rq->fields[i].value))
            continue;
        if (n++)
            buf_putc(b, '&');
        url_component(b, rq->fields[i].name);
        buf_putc(b, '=');
        url_component(b, rq->fields[i].value);
    }
    return n;
}

static const char *seal(struct req *rq, const char *data, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(rq->arena, room + 1 + MAC_TEXT);
    if (!out)
        return NULL;
    sodium_bin2base64(out, room, (const unsigned char *)data, n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out[room - 1] = '.';
    ticket_sign(web_app(rq)->accounts, PURPOSE, data, n, out + room);
    return out;
}

const char *kept_pack(struct req *rq)
{
    const char *mark = mark_of(req_field(rq, "csrf"));
    if (rq->method != HTTP_POST || !rq->route || !mark || !web_app(rq)->accounts ||
        !web_from_own_page(rq) || !keepable(rq->route, page_of(rq, rq->path)))
        return NULL;
    struct buf b = buf_init(KEPT_MOST);
    buf_printf(&b, "%s\n%s\n%d\n", rq->path, mark, kept_had_file(rq));
    size_t n = write_fields(rq, &b);
    const char *out = n && !buf_err(&b) ? seal(rq, b.data, b.len) : NULL;
    buf_done(&b);
    return out;
}

/* --- Opening --- */

struct pack {
    const char *path, *mark, *fields;
    bool file;
};

/* The text up to the line's end, which becomes its end; NULL when there is none. */
static char *line(char **at)
{
    char *from = *at, *end = strchr(from, '\n');
    if (!end)
        return NULL;
    *end = 0;
    *at = end + 1;
    return from;
}

static enum err open_pack(struct req *rq, const char *packed, struct pack *out)
{
    char mac[MAC_TEXT + 1];
    size_t n, len = strlen(packed);
    const char *dot = strrchr(packed, '.');
    char *data = arena_alloc(rq->arena, len + 1);
    if (!data)
        return ERR_NOMEM;
    if (!dot || strlen(dot + 1) != MAC_TEXT || !web_app(rq)->accounts ||
        sodium_base642bin((unsigned char *)data, len, packed, (size_t)(dot - packed), NULL, &n,
                          NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING))
        return ERR_INVALID;
    ticket_sign(web_app(rq)->accounts, PURPOSE, data, n, mac);
    if (sodium_memcmp(mac, dot + 1, MAC_TEXT) != 0)
        return ERR_INVALID;
    data[n] = 0;
    const char *file;
    if (!(out->path = line(&data)) || !(out->mark = line(&data)) || !(file = line(&data)))
        return ERR_INVALID;
    out->file = str_eq(file, "1");
    out->fields = data;
    return ERR_OK;
}

/* The request becomes the one that was not taken, but for the handler: that of the page. */
static enum err become_post(struct req *rq, const struct pack *p, const struct route **out_page)
{
    TRY(router_match(web_app(rq)->router, rq, HTTP_POST, p->path));
    *out_page = page_of(rq, p->path);
    if (!keepable(rq->route, *out_page))
        return ERR_INVALID;
    rq->method = HTTP_POST;
    rq->path = p->path;
    rq->query = "";
    rq->fields = NULL;
    rq->n_fields = rq->n_files = 0;
    TRY(form_read_query(rq, p->fields));
    TRY(form_check(rq, rq->route->fields, &web_hooks));
    rq->problems = rq->last_problem = NULL; /* the form is judged when it is sent */
    return ERR_OK;
}

static const char *with_file(struct req *rq, const char *said)
{
    return arena_printf(rq->arena, "%s %s", said, TX(rq, kept_file));
}

enum err kept_put_back(struct req *rq, const char *packed, const char *said)
{
    struct pack p;
    const struct route *page;
    if (!web_from_own_page(rq))
        return ERR_INVALID;
    TRY(open_pack(rq, packed, &p));
    const char *mine = mark_of(web_who(rq)->csrf);
    if (!mine || !str_eq(mine, p.mark))
        return ERR_FORBIDDEN;
    TRY(become_post(rq, &p, &page));
    web_stand(rq);
    if (!web_admits(rq, rq->route) || !web_admits(rq, page))
        return ERR_FORBIDDEN;
    rq->status = 200;
    rq->unsent = p.file ? with_file(rq, said) : said;
    enum err e = page->handler(rq);
    if (e) {
        buf_done(&rq->out);
        rq->unsent = NULL;
        rq->status = err_http(e);
        web_error_page(rq, e);
    }
    return ERR_OK;
}
