/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Public pages as they were sent. A key holds all that a page depends on besides the database: host
 * and scheme (feeds name whole addresses), path, language, light or dark. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/site/site_inner.h"

#define PAGES_MOST 2000
#define BYTES_MOST (32u << 20)
#define FRESH (60 * MSEC_SECOND)

struct kept {
    char *body;
    size_t n;
    char type[64];
    char etag[40];
    int64_t made; /* time_monotonic() */
};

struct site_cache {
    pthread_rwlock_t lock;
    struct map *map; /* key -> index */
    struct kept *pages;
    size_t n, bytes;
    uint64_t changes; /* app->public_changes when it was empty */
};

struct site_cache *site_cache_new(void)
{
    struct site_cache *c = mem_alloc(sizeof *c);
    if (!c)
        return NULL;
    c->map = map_new();
    c->pages = mem_array(PAGES_MOST, sizeof *c->pages);
    if (!c->map || !c->pages || pthread_rwlock_init(&c->lock, NULL) != 0) {
        map_free(c->map);
        mem_free(c->pages);
        mem_free(c);
        return NULL;
    }
    return c;
}

static void drop_all(struct site_cache *c)
{
    for (size_t i = 0; i < c->n; i++)
        mem_free(c->pages[i].body);
    c->n = c->bytes = 0;
    struct map *fresh = map_new();
    if (!fresh)
        return; /* old keys lead past n, which finds nothing */
    map_free(c->map);
    c->map = fresh;
}

void site_cache_free(struct site_cache *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        mem_free(c->pages[i].body);
    map_free(c->map);
    mem_free(c->pages);
    pthread_rwlock_destroy(&c->lock);
    mem_free(c);
}

static bool key_of(struct req *rq, char *out, size_t size)
{
    const char *theme = req_cookie(rq, "theme");
    int n = snprintf(out, size, "%s|%d|%d|%s|%c", rq->host ? rq->host : "", rq->secure,
                     (int)rq->lang, rq->path,
                     str_eq(theme, "dark")    ? 'd'
                     : str_eq(theme, "light") ? 'l'
                                              : '-');
    return n > 0 && (size_t)n < size;
}

static void headers(struct req *rq, const char *etag)
{
    resp_header(rq, "ETag", etag);
    resp_header(rq, "Cache-Control", "public, max-age=60");
}

static bool same_tag(const struct req *rq, const char *etag)
{
    const char *have = req_header(rq, "If-None-Match");
    return have && (strstr(have, etag) || str_eq(have, "*"));
}

/* true when the answer was in memory. */
static bool answer(struct site_cache *c, struct req *rq, const char *key, uint64_t changes)
{
    bool found = false;
    pthread_rwlock_rdlock(&c->lock);
    int64_t at;
    if (c->changes == changes && map_get(c->map, key, &at) && (size_t)at < c->n &&
        time_monotonic() - c->pages[at].made < FRESH) {
        const struct kept *k = &c->pages[at];
        found = true;
        headers(rq, k->etag);
        rq->type = arena_strdup(rq->arena, k->type);
        if (same_tag(rq, k->etag))
            resp_status(rq, 304);
        else
            buf_add(&rq->out, k->body, k->n);
    }
    pthread_rwlock_unlock(&c->lock);
    return found;
}

static void keep(struct site_cache *c, const struct req *rq, const char *key, const char *etag,
                 uint64_t changes)
{
    char *body = mem_alloc(rq->out.len + 1);
    if (!body)
        return; /* it is made again next time */
    memcpy(body, buf_text(&rq->out), rq->out.len);
    pthread_rwlock_wrlock(&c->lock);
    int64_t at;
    if (c->changes < changes || c->n == PAGES_MOST || c->bytes + rq->out.len > BYTES_MOST)
        drop_all(c);
    if (c->changes < changes)
        c->changes = changes;
    bool known = map_get(c->map, key, &at) && (size_t)at < c->n;
    if (!known)
        at = (int64_t)c->n;
    if (c->changes == changes && (known || map_put(c->map, key, at) == ERR_OK)) {
        struct kept *k = &c->pages[at];
        if (known) {
            c->bytes -= k->n;
            mem_free(k->body);
        } else {
            c->n++;
        }
        *k = (struct kept){.body = body, .n = rq->out.len, .made = time_monotonic()};
        (void)str_copy(k->type, sizeof k->type, rq->type ? rq->type : "text/html; charset=utf-8");
        (void)str_copy(k->etag, sizeof k->etag, etag);
        c->bytes += k->n;
        body = NULL;
    }
    pthread_rwlock_unlock(&c->lock);
    mem_free(body);
}

enum err site_cached(struct req *rq, http_handler *make)
{
    struct app *app = web_app(rq);
    struct site_cache *c = app->site;
    char key[1024], etag[40];
    uint64_t changes = atomic_load(&app->public_changes); /* before the rows are read */
    bool may = c && !*rq->query && key_of(rq, key, sizeof key);
    if (may && answer(c, rq, key, changes))
        return buf_err(&rq->out);
    TRY(make(rq));
    TRY(buf_err(&rq->out));
    const char *body = buf_text(&rq->out);
    snprintf(etag, sizeof etag, "\"%016llx%016llx\"",
             (unsigned long long)hash64(body, rq->out.len, 1),
             (unsigned long long)hash64(body, rq->out.len, 2));
    if (may)
        keep(c, rq, key, etag, changes);
    headers(rq, etag);
    if (same_tag(rq, etag)) {
        resp_status(rq, 304);
        buf_clear(&rq->out);
    }
    return ERR_OK;
}
