/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses as people write them: "/GULLSPANG", "/gullspång/", "//gullspang//laget/". They lead to
 * the one that the page has; only within this server, and only to a page that a route stands for.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/web_inner.h"
#include "geo/geo_data.h"

/* Decoded, but with doubled slashes; NULL for what is no address at all. */
static const char *asked_path(struct req *rq)
{
    const char *path, *asked = rq->asked;
    if (!asked || asked[0] != '/' || strlen(asked) > ADDRESS_MOST ||
        url_decode(rq->arena, asked, strlen(asked), false, &path))
        return NULL;
    if (utf8_has_control(path) || strpbrk(path, "\\\n\r\t"))
        return NULL;
    for (const char *p = path; (p = strstr(p, "/.")); p++) { /* "/." and "/.." are never pages */
        size_t n = strcspn(p + 1, "/");
        if (n == strspn(p + 1, "."))
            return NULL;
    }
    return path;
}

/* The municipality's own spelling of its name; the path unchanged where it has none; NULL where no
 * municipality has that name. */
static const char *with_slug(struct req *rq, const char *path)
{
    struct req probe = *rq;
    if (router_match(web_app(rq)->router, &probe, HTTP_GET, path))
        return NULL;
    const char *written = req_param(&probe, "slug");
    if (!*written)
        return path;
    const struct geo_municipality *m = geo_municipality_by_name(written); /* Håbo is not Habo */
    if (!m)
        m = geo_municipality_by_slug(str_slug(rq->arena, written));
    return m ? arena_printf(rq->arena, "/%s%s", m->slug, path + 1 + strlen(written)) : NULL;
}

bool web_canonical(struct req *rq)
{
    const char *path = rq->method == HTTP_GET && web_app(rq)->router ? asked_path(rq) : NULL;
    const char *near = path ? router_near(web_app(rq)->router, rq->arena, HTTP_GET, path) : NULL;
    const char *right = near ? with_slug(rq, near) : NULL;
    if (!right || str_eq(right, path))
        return false;
    rq->path = right;
    if (resp_redirect(rq, req_address_with(rq, "", NULL)))
        return false;
    rq->status = 308;
    return true;
}
