/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The register has shores as lines, cut at whole degrees. Here the pieces are joined, end to end,
 * to the lakes they came from; islands become their holes. */
#include "parts/event/event_web_lake.h"

#include <string.h>

#include "base/mem.h"
#include "geo/geo_data.h"

#define SAME_METRES 30.0
#define LAKES_MOST 64

struct chain {
    struct geo_point *points;
    uint32_t n;
};

static struct geo_point last_of(const struct chain *c)
{
    return c->points[c->n - 1];
}

static bool meets(struct geo_point a, struct geo_point b)
{
    return geo_distance(a, b) < SAME_METRES;
}

/* Appends b to a where b begins at a's end. */
static bool join(struct arena *a, struct chain *to, struct chain *more)
{
    struct geo_point *p = ARENA_ARRAY(a, (size_t)to->n + more->n, struct geo_point);
    if (!p)
        return false;
    memcpy(p, to->points, to->n * sizeof *p);
    memcpy(p + to->n, more->points + 1, (more->n - 1) * sizeof *p);
    *to = (struct chain){p, to->n + more->n - 1};
    more->n = 0;
    return true;
}

static enum err join_all(struct arena *a, struct chain *list, size_t n)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++) {
                if (i == k || !list[i].n || !list[k].n ||
                    !meets(last_of(&list[i]), list[k].points[0]))
                    continue;
                if (!join(a, &list[i], &list[k]))
                    return ERR_NOMEM;
                again = true;
            }
    }
    return ERR_OK;
}

static enum err gather(struct arena *a, struct geo_shape *const *water, struct chain *list,
                       size_t *out_n)
{
    size_t n = 0;
    for (size_t i = 0; i < geo_basemap_count && n < LAKES_MOST; i++) {
        if (geo_basemap[i].kind != GEO_BASE_LAKE || water[i]->kind != GEO_LINES)
            continue;
        const struct geo_path *p = &water[i]->paths[0];
        list[n++] = (struct chain){p->points, p->count};
    }
    *out_n = n;
    return join_all(a, list, n);
}

static uint32_t count_islands(struct geo_shape *const *water, const struct geo_shape *ring)
{
    uint32_t n = 0;
    for (size_t i = 0; i < geo_basemap_count; i++) {
        const struct geo_path *p = &water[i]->paths[0];
        n += geo_basemap[i].kind == GEO_BASE_ISLAND && p->count > 3 &&
             meets(p->points[0], p->points[p->count - 1]) &&
             geo_shape_contains(ring, p->points[0].east, p->points[0].north);
    }
    return n;
}

/* The ring of a chain: closed by a straight line where the register was cut. */
static enum err ring(struct arena *a, const struct chain *c, uint32_t paths, struct geo_shape **out)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, paths);
    struct geo_point *p = s ? geo_shape_path(a, s, 0, c->n + 1, false) : NULL;
    if (!p)
        return ERR_NOMEM;
    memcpy(p, c->points, c->n * sizeof *p);
    p[c->n] = p[0];
    *out = s;
    return ERR_OK;
}

static enum err lake(struct arena *a, struct geo_shape *const *water, const struct chain *c,
                     struct geo_shape **out)
{
    struct geo_shape *outer, *s;
    TRY(ring(a, c, 1, &outer));
    TRY(geo_shape_finish(outer));
    uint32_t at = 1;
    TRY(ring(a, c, 1 + count_islands(water, outer), &s));
    for (size_t i = 0; i < geo_basemap_count; i++) {
        const struct geo_path *p = &water[i]->paths[0];
        if (geo_basemap[i].kind != GEO_BASE_ISLAND || p->count <= 3 ||
            !meets(p->points[0], p->points[p->count - 1]) ||
            !geo_shape_contains(outer, p->points[0].east, p->points[0].north))
            continue;
        struct geo_point *to = geo_shape_path(a, s, at++, p->count, true);
        if (!to)
            return ERR_NOMEM;
        memcpy(to, p->points, p->count * sizeof *to);
        to[p->count - 1] = to[0];
    }
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

enum err event_web_lakes(struct arena *a, struct geo_shape *const *water, struct geo_shape ***out,
                         size_t *out_n)
{
    struct chain *list = ARENA_ARRAY(a, LAKES_MOST, struct chain);
    struct geo_shape **lakes = ARENA_ARRAY(a, LAKES_MOST, struct geo_shape *);
    size_t n, made = 0;
    if (!list || !lakes)
        return ERR_NOMEM;
    TRY(gather(a, water, list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].n >= 3)
            TRY(lake(a, water, &list[i], &lakes[made++]));
    *out = lakes;
    *out_n = made;
    return ERR_OK;
}
