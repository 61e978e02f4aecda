/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/wkb.h"

#include <string.h>

#include "base/mem.h"

enum {
    WKB_POINT = 1,
    WKB_LINE = 2,
    WKB_POLYGON = 3,
    WKB_MULTI = 3, /* added for the multi forms */
    SRID_SWEREF = 3006,
};
#define FLAG_Z UINT32_C(0x80000000)
#define FLAG_M UINT32_C(0x40000000)
#define FLAG_SRID UINT32_C(0x20000000)

struct in {
    const uint8_t *p, *end;
    bool swap;
    unsigned dims;
    uint32_t type; /* 1-6 */
    size_t vertices_left;
    struct arena *arena;
};

static size_t left(const struct in *in)
{
    return (size_t)(in->end - in->p);
}

static bool get_u32(struct in *in, uint32_t *out)
{
    uint32_t v;
    if (left(in) < sizeof v)
        return false;
    memcpy(&v, in->p, sizeof v);
    in->p += sizeof v;
    *out = in->swap ? __builtin_bswap32(v) : v;
    return true;
}

/* The caller has checked that the bytes are there. */
static double get_double(struct in *in)
{
    uint64_t v;
    memcpy(&v, in->p, sizeof v);
    in->p += sizeof v;
    v = in->swap ? __builtin_bswap64(v) : v;
    double d;
    memcpy(&d, &v, sizeof d);
    return d;
}

/* Byte order, type, dimensions, SRID. */
static bool header(struct in *in)
{
    if (left(in) < 1 || *in->p > 1)
        return false;
    in->swap = (*in->p++ == 1) != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    uint32_t t, srid = SRID_SWEREF;
    if (!get_u32(in, &t) || ((t & FLAG_SRID) && !get_u32(in, &srid)) || srid != SRID_SWEREF)
        return false;
    in->dims = 2 + ((t & FLAG_Z) != 0) + ((t & FLAG_M) != 0);
    t &= ~(FLAG_Z | FLAG_M | FLAG_SRID);
    if (t >= 4000)
        return false;
    in->dims += t / 1000 == 3 ? 2 : t / 1000 ? 1 : 0;
    in->type = t % 1000;
    return in->dims <= 4 && in->type >= WKB_POINT && in->type <= WKB_POLYGON + WKB_MULTI;
}

static enum err get_points(struct in *in, struct geo_point *out, uint32_t n)
{
    if (n > left(in) / (8 * in->dims))
        return ERR_INVALID;
    for (uint32_t i = 0; i < n; i++) {
        out[i].east = get_double(in);
        out[i].north = get_double(in);
        in->p += 8 * (in->dims - 2);
    }
    return ERR_OK;
}

/* A counted run of points into path i. */
static enum err get_path(struct in *in, struct geo_shape *s, uint32_t i, bool hole)
{
    uint32_t n;
    if (!get_u32(in, &n) || n > left(in) / (8 * in->dims))
        return ERR_INVALID;
    if (n > in->vertices_left)
        return ERR_LIMIT;
    in->vertices_left -= n;
    struct geo_point *points = geo_shape_path(in->arena, s, i, n, hole);
    return points ? get_points(in, points, n) : ERR_NOMEM;
}

/* How many paths the multi geometry at in->p has, by walking over the headers alone. */
static enum err count_paths(struct in in, uint32_t parts, uint32_t *out)
{
    size_t total = 0;
    uint32_t want = in.type - WKB_MULTI;
    for (uint32_t i = 0; i < parts; i++) {
        uint32_t rings = 1;
        if (!header(&in) || in.type != want || (want == WKB_POLYGON && !get_u32(&in, &rings)))
            return ERR_INVALID;
        total += rings;
        for (uint32_t k = 0; k < rings; k++) {
            uint32_t n = 1;
            if ((want != WKB_POINT && !get_u32(&in, &n)) || n > left(&in) / (8 * in.dims))
                return ERR_INVALID;
            in.p += (size_t)n * 8 * in.dims;
        }
    }
    if (total == 0 || total > UINT32_MAX)
        return ERR_INVALID;
    *out = (uint32_t)total;
    return ERR_OK;
}

/* Polygons without a ring are empty geometries, also inside a multi form. */
static enum err get_polygon(struct in *in, struct geo_shape *s, uint32_t *at)
{
    uint32_t rings;
    if (!get_u32(in, &rings) || rings == 0 || rings > s->path_count - *at)
        return ERR_INVALID;
    for (uint32_t k = 0; k < rings; k++)
        TRY(get_path(in, s, (*at)++, k > 0));
    return ERR_OK;
}

static enum err get_multi(struct in *in, struct geo_shape **out)
{
    uint32_t parts, paths, at = 0;
    uint32_t want = in->type - WKB_MULTI;
    if (!get_u32(in, &parts))
        return ERR_INVALID;
    TRY(count_paths(*in, parts, &paths));
    if (paths > in->vertices_left)
        return ERR_LIMIT;
    enum geo_kind kind = (enum geo_kind)(want - WKB_POINT);
    struct geo_shape *s = geo_shape_new(in->arena, kind, kind == GEO_POINTS ? 1 : paths);
    if (!s || (kind == GEO_POINTS && !geo_shape_path(in->arena, s, 0, parts, false)))
        return ERR_NOMEM;
    for (uint32_t i = 0; i < parts; i++) {
        if (!header(in))
            return ERR_INVALID;
        if (kind == GEO_POINTS)
            TRY(get_points(in, &s->paths[0].points[i], 1));
        else if (kind == GEO_LINES)
            TRY(get_path(in, s, at++, false));
        else
            TRY(get_polygon(in, s, &at));
    }
    *out = s;
    return ERR_OK;
}

static enum err get_single(struct in *in, struct geo_shape **out)
{
    uint32_t paths = 1, at = 0;
    struct in peek = *in;
    if (in->type == WKB_POLYGON && (!get_u32(&peek, &paths) || paths > left(&peek) / 4))
        return ERR_INVALID;
    if (in->vertices_left == 0)
        return ERR_LIMIT;
    struct geo_shape *s = geo_shape_new(in->arena, (enum geo_kind)(in->type - WKB_POINT), paths);
    if (!s || (in->type == WKB_POINT && !geo_shape_path(in->arena, s, 0, 1, false)))
        return ERR_NOMEM;
    if (in->type == WKB_POINT)
        TRY(get_points(in, s->paths[0].points, 1));
    else if (in->type == WKB_LINE)
        TRY(get_path(in, s, 0, false));
    else
        TRY(get_polygon(in, s, &at));
    *out = s;
    return ERR_OK;
}

enum err geo_wkb_read(struct arena *a, const void *data, size_t len, size_t max_vertices,
                      struct geo_shape **out)
{
    struct in in = {.p = data, .arena = a, .vertices_left = max_vertices};
    in.end = in.p ? in.p + len : in.p;
    struct geo_shape *s;
    if (!header(&in))
        return ERR_INVALID;
    TRY(in.type > WKB_MULTI ? get_multi(&in, &s) : get_single(&in, &s));
    if (in.p != in.end)
        return ERR_INVALID;
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

static void put_u32(struct buf *b, uint32_t v)
{
    uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    buf_add(b, bytes, sizeof bytes);
}

static void put_double(struct buf *b, double d)
{
    uint64_t v;
    memcpy(&v, &d, sizeof v);
    put_u32(b, (uint32_t)v);
    put_u32(b, (uint32_t)(v >> 32));
}

static void put_header(struct buf *b, uint32_t type)
{
    buf_putc(b, 1);
    put_u32(b, type);
}

static void put_path(struct buf *b, const struct geo_path *p, bool counted)
{
    if (counted)
        put_u32(b, p->count);
    for (uint32_t i = 0; i < p->count; i++) {
        put_double(b, p->points[i].east);
        put_double(b, p->points[i].north);
    }
}

static void put_points(struct buf *b, const struct geo_shape *s)
{
    const struct geo_path *p = &s->paths[0];
    if (p->count > 1) {
        put_header(b, WKB_POINT + WKB_MULTI);
        put_u32(b, p->count);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        put_header(b, WKB_POINT);
        put_path(b, &(struct geo_path){.points = &p->points[i], .count = 1}, false);
    }
}

/* One part a line, or an outer ring with its holes. */
static void put_parts(struct buf *b, const struct geo_shape *s, uint32_t type)
{
    uint32_t parts = 0;
    for (uint32_t i = 0; i < s->path_count; i++)
        parts += !s->paths[i].hole;
    if (parts > 1) {
        put_header(b, type + WKB_MULTI);
        put_u32(b, parts);
    }
    for (uint32_t i = 0; i < s->path_count;) {
        uint32_t end = i + 1;
        while (end < s->path_count && s->paths[end].hole)
            end++;
        put_header(b, type);
        if (type == WKB_POLYGON)
            put_u32(b, end - i);
        for (; i < end; i++)
            put_path(b, &s->paths[i], true);
    }
}

void geo_wkb_write(struct buf *out, const struct geo_shape *s)
{
    if (s->kind == GEO_POINTS)
        put_points(out, s);
    else
        put_parts(out, s, s->kind == GEO_LINES ? WKB_LINE : WKB_POLYGON);
}
