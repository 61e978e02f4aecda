/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Geometry objects of GeoJSON to shapes. The JSON has been checked before: what fails here is of
 * the wrong form, not of the wrong syntax. */
#include <string.h>

#include "base/mem.h"
#include "geo/geojson_inner.h"

struct reader {
    struct scan *s;
    struct arena *a;
    struct geo_shape *shape;
    uint32_t path; /* the next to fill */
    size_t vertices_left;
    bool metres;
    bool no_memory;
};

static bool out_of_memory(struct reader *r)
{
    r->no_memory = true;
    return scan_fail(r->s, GEOJSON_BYTES, r->s->at);
}

/* Elements of the array at the scan's place, which does not move. */
static bool count_elements(const struct scan *at, size_t *out)
{
    struct scan s = *at;
    bool first = true;
    size_t n = 0;
    if (!scan_open(&s, '['))
        return false;
    while (scan_next(&s, ']', &first) && scan_value(&s, NULL))
        n++;
    *out = n;
    return s.error.fault == GEOJSON_FINE;
}

/* [east, north] with any number of heights behind. */
static bool read_position(struct reader *r, struct geo_point *out)
{
    double v[2], height;
    bool first = true;
    size_t n = 0;
    scan_peek(r->s);
    size_t from = r->s->at;
    if (!scan_open(r->s, '['))
        return false;
    while (scan_next(r->s, ']', &first) && scan_number(r->s, n < 2 ? &v[n] : &height))
        n++;
    if (n < 2)
        return scan_fail(r->s, GEOJSON_GEOMETRY, from);
    struct geo_lonlat p = {v[0], v[1]};
    if (r->metres)
        p = geo_to_wgs84((struct geo_point){v[0], v[1]});
    if (!geo_in_domain(p.lon, p.lat))
        return scan_fail(r->s, GEOJSON_OUTSIDE, from);
    *out = r->metres ? (struct geo_point){v[0], v[1]} : geo_to_sweref(p);
    return r->s->error.fault == GEOJSON_FINE;
}

/* An array of positions into the next path. */
static bool read_path(struct reader *r, bool hole)
{
    size_t n;
    bool first = true;
    scan_peek(r->s);
    size_t from = r->s->at;
    if (!count_elements(r->s, &n))
        return scan_fail(r->s, GEOJSON_GEOMETRY, from);
    if (n > r->vertices_left)
        return scan_fail(r->s, GEOJSON_VERTICES, from);
    r->vertices_left -= n;
    struct geo_point *p = geo_shape_path(r->a, r->shape, r->path, (uint32_t)n, hole);
    if (!p)
        return out_of_memory(r);
    scan_open(r->s, '[');
    for (size_t i = 0; scan_next(r->s, ']', &first); i++)
        if (!read_position(r, &p[i]))
            return false;
    r->path++;
    if (r->shape->kind == GEO_POLYGON && (n < 4 || memcmp(&p[0], &p[n - 1], sizeof p[0]) != 0))
        return scan_fail(r->s, GEOJSON_RING, from);
    if (n < (r->shape->kind == GEO_LINES ? 2 : 1))
        return scan_fail(r->s, GEOJSON_GEOMETRY, from);
    return true;
}

/* An array of paths: lines, or the rings of one polygon. */
static bool read_paths(struct reader *r)
{
    bool first = true, any = false;
    scan_peek(r->s);
    size_t from = r->s->at;
    if (!scan_open(r->s, '['))
        return false;
    while (scan_next(r->s, ']', &first)) {
        if (!read_path(r, any && r->shape->kind == GEO_POLYGON))
            return false;
        any = true;
    }
    return any || scan_fail(r->s, GEOJSON_GEOMETRY, from);
}

static bool read_polygons(struct reader *r)
{
    bool first = true;
    if (!scan_open(r->s, '['))
        return false;
    while (scan_next(r->s, ']', &first))
        if (!read_paths(r))
            return false;
    return r->s->error.fault == GEOJSON_FINE;
}

/* Paths in the coordinates ahead, which hold them `levels` arrays deep. */
static bool count_paths(const struct scan *at, int levels, size_t *out)
{
    struct scan s = *at;
    bool first = true;
    size_t total = 0, n;
    if (levels < 2) {
        *out = 1;
        return true;
    }
    if (levels == 2)
        return count_elements(at, out);
    if (!scan_open(&s, '['))
        return false;
    while (scan_next(&s, ']', &first)) {
        if (!count_elements(&s, &n) || !scan_value(&s, NULL))
            return false;
        total += n;
    }
    *out = total;
    return s.error.fault == GEOJSON_FINE;
}

static const struct form {
    const char *type;
    enum geo_kind kind;
    int levels; /* of arrays round a position */
} forms[] = {
    {"Point", GEO_POINTS, 0},     {"MultiPoint", GEO_POINTS, 1},
    {"LineString", GEO_LINES, 1}, {"MultiLineString", GEO_LINES, 2},
    {"Polygon", GEO_POLYGON, 2},  {"MultiPolygon", GEO_POLYGON, 3},
};

bool geojson_is_geometry(const struct scan *s, struct slice type)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (slice_is_text(s, type, forms[i].type))
            return true;
    return false;
}

static bool read_coordinates(struct reader *r, const struct form *form)
{
    size_t paths, from = r->s->at;
    if (!count_paths(r->s, form->levels, &paths) || paths == 0)
        return scan_fail(r->s, GEOJSON_GEOMETRY, from);
    if (paths > r->vertices_left)
        return scan_fail(r->s, GEOJSON_VERTICES, from);
    r->shape = geo_shape_new(r->a, form->kind, (uint32_t)paths);
    if (!r->shape)
        return out_of_memory(r);
    if (form->levels == 3)
        return read_polygons(r);
    if (form->levels == 2)
        return read_paths(r);
    if (form->levels == 1)
        return read_path(r, false);
    struct geo_point *p = geo_shape_path(r->a, r->shape, 0, 1, false);
    return p ? read_position(r, p) : out_of_memory(r);
}

enum err geojson_geometry(struct scan *s, struct slice at, const struct geojson_reading *rd,
                          struct geo_shape **out)
{
    struct slice m[MEMBER_COUNT];
    struct reader r = {
        .s = s, .a = rd->arena, .vertices_left = rd->limits.vertices, .metres = rd->metres};
    s->at = at.from;
    if (scan_peek(s) != '{' || !geojson_members(s, m, NULL)) {
        scan_fail(s, GEOJSON_GEOMETRY, at.from);
        return ERR_OK;
    }
    const struct form *form = NULL;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (slice_is_text(s, m[MEMBER_TYPE], forms[i].type))
            form = &forms[i];
    if (!form || m[MEMBER_COORDINATES].len == 0) {
        scan_fail(s, GEOJSON_GEOMETRY, at.from);
        return ERR_OK;
    }
    s->at = m[MEMBER_COORDINATES].from;
    if (read_coordinates(&r, form) && geo_shape_finish(r.shape) == ERR_OK)
        *out = r.shape;
    else
        scan_fail(s, GEOJSON_GEOMETRY, at.from);
    /* Valid JSON of the wrong form: a text where a number belongs, say. */
    if (s->error.fault == GEOJSON_SYNTAX)
        s->error.fault = GEOJSON_GEOMETRY;
    return r.no_memory ? ERR_NOMEM : ERR_OK;
}
