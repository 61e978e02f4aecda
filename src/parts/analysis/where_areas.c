/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Polygons from a file, by the same sandboxed reader that imports use. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/convert.h"
#include "geo/wkb.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/where.h"

#define AREAS_MOST 200000u
#define VERTICES_MOST 2000000u

struct areas {
    struct analysis *an;
    const char *name_column;
    struct convert_job *job;
    struct where_areas got;
    size_t cap, paths;
};

static enum err make_room(struct areas *r)
{
    size_t n = r->got.n;
    if (n < r->cap)
        return ERR_OK;
    if (n >= AREAS_MOST)
        return ERR_LIMIT;
    size_t cap = r->cap ? r->cap * 2 : 64;
    const struct geo_shape **shape = ARENA_ARRAY(r->an->arena, cap, const struct geo_shape *);
    const char **name = ARENA_ARRAY(r->an->arena, cap, const char *);
    if (!shape || !name)
        return ERR_NOMEM;
    if (n) {
        memcpy(shape, r->got.shape, n * sizeof *shape);
        memcpy(name, r->got.name, n * sizeof *name);
    }
    r->got.shape = shape;
    r->got.name = name;
    r->cap = cap;
    return ERR_OK;
}

static enum err add_area(struct areas *r, const struct convert_item *it, int name_at)
{
    struct arena *a = r->an->arena;
    struct geo_shape *s;
    if (!it->wkb)
        return ERR_OK;
    TRY(geo_wkb_read(a, it->wkb, it->wkb_len, VERTICES_MOST, &s));
    if (s->kind != GEO_POLYGON)
        return ERR_OK;
    TRY(make_room(r));
    size_t i = r->got.n;
    r->got.name[i] = name_at >= 0 && it->cells[name_at] ? arena_strdup(a, it->cells[name_at])
                                                        : arena_printf(a, "%zu", i + 1);
    if (!r->got.name[i])
        return ERR_NOMEM;
    r->got.shape[i] = s;
    r->got.n++;
    r->paths += s->path_count;
    return ERR_OK;
}

static enum err read_features(struct areas *r)
{
    const struct convert_header *h;
    const struct convert_item *it;
    int name_at = -1;
    TRY(convert_header(r->job, &h));
    for (size_t i = 0; r->name_column && i < h->columns; i++)
        if (str_eq(h->names[i], r->name_column))
            name_at = (int)i;
    for (;;) {
        TRY(convert_next(r->job, &it));
        if (!it)
            return ERR_OK;
        if (it->kind == CONVERT_ROW)
            TRY(add_area(r, it, name_at));
        else
            return ERR_INVALID;
    }
}

/* Their rings side by side; the points are shared. */
static enum err join(struct areas *r)
{
    struct geo_shape *all = geo_shape_new(r->an->arena, GEO_POLYGON, (uint32_t)r->paths);
    size_t at = 0;
    if (!all)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->got.n; i++)
        for (uint32_t k = 0; k < r->got.shape[i]->path_count; k++)
            all->paths[at++] = r->got.shape[i]->paths[k];
    TRY(geo_shape_finish(all));
    r->got.all = all;
    return ERR_OK;
}

static enum convert_format format_of(const char *path)
{
    static const char *const gdal[] = {".gpkg", ".shp", ".zip"};
    for (size_t i = 0; i < ARRAY_LEN(gdal); i++)
        if (str_ends(path, gdal[i]))
            return CONVERT_GDAL;
    return CONVERT_GEOJSON;
}

enum err analysis__areas(struct analysis *an, const char *path, const char *name_column,
                         struct where_areas *out)
{
    AUTO(convert_freep) struct convert_job *job = NULL;
    struct convert_options o = {.format = format_of(path), .path = path};
    TRY(convert_start(&o, &job));
    struct areas r = {.an = an, .name_column = name_column, .job = job};
    TRY(read_features(&r));
    if (r.got.n)
        TRY(join(&r));
    *out = r.got;
    return ERR_OK;
}
