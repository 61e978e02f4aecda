/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes are matched segment by segment. Fixed words win over values, so the order of the tables
 * does not matter; a value named municipality takes four digits only and one named slug takes none
 * such. */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

struct router {
    const struct route **routes;
    size_t n;
};

struct router *router_new(const struct route *const *tables)
{
    AUTO(mem_freep) struct router *r = mem_alloc(sizeof *r);
    if (!r)
        return NULL;
    size_t n = 0;
    for (size_t t = 0; tables[t]; t++)
        for (const struct route *p = tables[t]; p->pattern; p++)
            n++;
    r->routes = mem_array(n, sizeof *r->routes);
    if (!r->routes)
        return NULL;
    for (size_t t = 0; tables[t]; t++)
        for (const struct route *p = tables[t]; p->pattern; p++) {
            assert(p->permission > 0 && p->handler);
            r->routes[r->n++] = p;
        }
    return TAKE(r);
}

void router_free(struct router *r)
{
    if (!r)
        return;
    mem_free(r->routes);
    mem_free(r);
}

void router_each(const struct router *r, void (*fn)(void *arg, const struct route *), void *arg)
{
    for (size_t i = 0; i < r->n; i++)
        fn(arg, r->routes[i]);
}

static bool four_digits(const char *s, size_t n)
{
    return n == 4 && strspn(s, "0123456789") >= 4;
}

/* A ":name" or ":name.ext" segment against the text s[0..n). The value is what stands before .ext.
 */
static bool match_value(const char *p, size_t np, const char *s, size_t n, struct pair *out,
                        struct arena *a)
{
    const char *dot = memchr(p, '.', np);
    size_t name = dot ? (size_t)(dot - p) : np, ext = np - name;
    if (n <= ext || memcmp(s + n - ext, p + name, ext) != 0)
        return false;
    n -= ext;
    if (name == 12 && memcmp(p, "municipality", 12) == 0 && !four_digits(s, n))
        return false;
    if (name == 4 && memcmp(p, "slug", 4) == 0 && (four_digits(s, n) || s[0] == '_'))
        return false;
    out->name = arena_strndup(a, p, name);
    out->value = arena_strndup(a, s, n);
    return out->name && out->value;
}

struct match {
    struct pair params[REQ_PARAMS_MOST];
    size_t n;
    int fixed; /* how many segments were words; the most wins */
};

static size_t segment(const char *s)
{
    return strcspn(s, "/");
}

static bool match_one(const char *pattern, const char *path, struct match *m, struct arena *a)
{
    m->n = 0;
    m->fixed = 0;
    for (;;) {
        pattern++;
        path++;
        size_t np = segment(pattern), n = segment(path);
        if (np == 1 && *pattern == '*') {
            m->params[m->n++] = (struct pair){"*", path};
            return *path != 0;
        }
        if (*pattern == ':') {
            if (m->n == REQ_PARAMS_MOST ||
                !match_value(pattern + 1, np - 1, path, n, &m->params[m->n], a))
                return false;
            m->n++;
        } else {
            if (np != n || memcmp(pattern, path, n) != 0)
                return false;
            m->fixed++;
        }
        pattern += np;
        path += n;
        if (!*pattern || !*path)
            return !*pattern && !*path;
    }
}

enum err router_match(const struct router *r, struct req *rq, enum http_method method,
                      const char *path)
{
    struct match best = {.fixed = -1}, m;
    const struct route *found = NULL;
    bool other_method = false;
    for (size_t i = 0; i < r->n; i++) {
        const struct route *p = r->routes[i];
        if (!match_one(p->pattern, path, &m, rq->arena))
            continue;
        if (p->method != method) {
            other_method = true;
        } else if (m.fixed > best.fixed) {
            best = m;
            found = p;
        }
    }
    if (!found)
        return other_method ? ERR_METHOD : ERR_NOTFOUND;
    rq->route = found;
    memcpy(rq->params, best.params, sizeof best.params);
    rq->n_params = best.n;
    return ERR_OK;
}

/* --- Nearly --- */

/* The pattern's own words and slashes, the path's values; NULL when they differ in more. */
static const char *near_one(const char *pattern, const char *path, struct arena *a, int *fixed)
{
    char *out = arena_alloc(a, strlen(pattern) + strlen(path) + 2);
    size_t at = 0;
    *fixed = 0;
    while (out && *pattern == '/') {
        struct pair value;
        pattern++;
        path += strspn(path, "/");
        size_t np = segment(pattern), n = segment(path);
        bool named = *pattern == ':';
        out[at++] = '/';
        if (np == 0)
            break;
        if (named ? !match_value(pattern + 1, np - 1, path, n, &value, a)
                  : np != n || strncasecmp(pattern, path, n) != 0)
            return NULL;
        memcpy(out + at, named ? path : pattern, n);
        at += n;
        *fixed += !named;
        pattern += np;
        path += n;
    }
    return out && !path[strspn(path, "/")] ? out : NULL;
}

const char *router_near(const struct router *r, struct arena *a, enum http_method method,
                        const char *path)
{
    const char *best = NULL;
    int most = -1;
    for (size_t i = 0; i < r->n; i++) {
        const struct route *p = r->routes[i];
        int fixed;
        const char *found = p->method == method ? near_one(p->pattern, path, a, &fixed) : NULL;
        if (!found)
            continue;
        int rank = 2 * fixed + str_ends(found, "/"); /* the page, not what leads to it */
        if (rank > most) {
            most = rank;
            best = found;
        }
    }
    return best;
}
