/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Polygons from a file, by the same sandboxed reader that imports use. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/convert.h"
#include "geo/sweref.h"
#include "geo/wkb.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/where.h"

#define AREAS_MOST 200000u
#define LINES_MOST 4000000u
#define VERTICES_MOST 2000000u

struct areas {
    struct analysis *an;
    const char *name_column;
    struct convert_job *job;
    struct where_areas got;
    size_t cap;
    size_t line_cap;
    uint64_t *number;
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

static enum err add_line(struct areas *r, const struct geo_shape *s, uint64_t number)
{
    size_t n = r->got.lines;
    if (n == r->line_cap) {
        size_t cap = n ? n * 2 : 256;
        const struct geo_shape **line = ARENA_ARRAY(r->an->arena, cap, const struct geo_shape *);
        uint64_t *numbers = ARENA_ARRAY(r->an->arena, cap, uint64_t);
        if (n >= LINES_MOST)
            return ERR_LIMIT;
        if (!line || !numbers)
            return ERR_NOMEM;
        if (n) {
            memcpy(line, r->got.line, n * sizeof *line);
            memcpy(numbers, r->number, n * sizeof *numbers);
        }
        r->got.line = line;
        r->got.line_number = r->number = numbers;
        r->line_cap = cap;
    }
    r->got.line[n] = s;
    r->number[n] = number;
    r->got.lines++;
    return ERR_OK;
}

static enum err add_area(struct areas *r, const struct convert_item *it, int name_at)
{
    struct arena *a = r->an->arena;
    struct geo_shape *s;
    if (!it->wkb)
        return ERR_OK;
    TRY(geo_wkb_read(a, it->wkb, it->wkb_len, VERTICES_MOST, &s));
    if (s->kind == GEO_LINES)
        return add_line(r, s, it->number);
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

/* --- Lines of a CSV file --- */

static const char *const ends[] = {"x1", "y1", "x2", "y2"};

static enum err refuse_cell(struct areas *r, const struct convert_item *it, const char *cell, int k)
{
    char part[48];
    str_copy(part, sizeof part, cell ? cell : "");
    if (!cell)
        return analysis_refuse(r->an,
                               analysis_say(r->an, analysis_empty_cell, it->number, ends[k]));
    double v;
    enum text_key key = !r->an->lonlat || !str_to_double(cell, &v) ? T_analysis_bad_cell
                        : k % 2 == 0                               ? T_analysis_no_longitude
                                                                   : T_analysis_no_latitude;
    return analysis_refuse(
        r->an, text_fmt(r->an->arena, r->an->lang, key, it->number, ends[k], (const char *)part));
}

static enum err add_row(struct areas *r, const struct convert_item *it, const int at[4])
{
    struct arena *a = r->an->arena;
    double v[4];
    for (int k = 0; k < 4; k++) {
        const char *cell = it->cells[at[k]];
        double most = !r->an->lonlat ? GEO_METRES_MOST : k % 2 == 0 ? 180 : 90;
        if (!cell || !str_to_double(cell, &v[k]) || !(fabs(v[k]) <= most))
            return refuse_cell(r, it, cell, k);
    }
    struct geo_point p[2] = {{v[0], v[1]}, {v[2], v[3]}};
    for (int k = 0; k < 2 && r->an->lonlat; k++)
        p[k] = geo_to_sweref((struct geo_lonlat){p[k].east, p[k].north});
    struct geo_shape *s = geo_shape_new(a, GEO_LINES, 1);
    struct geo_point *to = s ? geo_shape_path(a, s, 0, 2, false) : NULL;
    if (!to)
        return ERR_NOMEM;
    memcpy(to, p, sizeof p);
    TRY(geo_shape_finish(s));
    return add_line(r, s, it->number);
}

static enum err read_rows(struct areas *r, const char *path)
{
    const struct convert_header *h;
    const struct convert_item *it;
    int at[4];
    TRY(convert_header(r->job, &h));
    for (int k = 0; k < 4; k++) {
        at[k] = -1;
        for (size_t i = 0; i < h->columns; i++)
            if (str_eq(h->names[i], ends[k]))
                at[k] = (int)i;
        if (at[k] < 0)
            return analysis_refuse(r->an, analysis_say(r->an, analysis_where_no_ends, path));
    }
    for (;;) {
        TRY(convert_next(r->job, &it));
        if (!it)
            return ERR_OK;
        if (it->kind != CONVERT_ROW)
            return ERR_INVALID;
        TRY(add_row(r, it, at));
    }
}

static enum convert_format format_of(const char *path)
{
    static const char *const gdal[] = {".gpkg", ".shp", ".zip"};
    for (size_t i = 0; i < ARRAY_LEN(gdal); i++)
        if (str_ends(path, gdal[i]))
            return CONVERT_GDAL;
    static const char *const csv[] = {".csv", ".csv.gz", ".csv.zst"};
    for (size_t i = 0; i < ARRAY_LEN(csv); i++)
        if (str_ends(path, csv[i]))
            return CONVERT_CSV;
    return CONVERT_GEOJSON;
}

enum err analysis__areas(struct analysis *an, const char *path, const char *name_column,
                         struct where_areas *out)
{
    AUTO(convert_freep) struct convert_job *job = NULL;
    struct convert_options o = {.format = format_of(path), .path = path};
    if (o.format == CONVERT_CSV)
        o.header = CONVERT_YES;
    TRY(convert_start(&o, &job));
    struct areas r = {.an = an, .name_column = name_column, .job = job};
    TRY(o.format == CONVERT_CSV ? read_rows(&r, path) : read_features(&r));
    if (r.got.n)
        TRY(where_join(an->arena, &r.got));
    *out = r.got;
    return ERR_OK;
}
