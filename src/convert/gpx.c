/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GPX 1.0 and 1.1: way points, routes and tracks, one row each. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/readers.h"
#include "convert/xml.h"
#include "geo/wkb.h"

#define POINTS_MOST 200000u
#define PATHS_MOST 20000u
#define ARENA_MOST (64u * 1024 * 1024)

enum column { KIND, NAME, DESC, TIME, LAT, LON, COLUMNS };

static const char *const names[COLUMNS] = {"kind", "name", "desc", "time", "lat", "lon"};

struct gpx {
    struct reader *r;
    struct xml *x;
    struct arena *arena; /* of one shape */
    bool known;          /* the root is gpx */
    unsigned depth;      /* inside a feature; 1 is the feature itself */
    unsigned strange;    /* inside extensions and the like: depth of their element */
    bool in_point;       /* a point of a track or route */
    uint64_t line;
    struct buf text[COLUMNS];
    int collecting;    /* a column, or -1 */
    struct buf points; /* struct geo_point */
    struct buf starts; /* size_t: where each path begins */
    bool outside;
    struct buf bad; /* the first point that cannot be used, as attributes */
    struct buf wkb;
};

/* ---- points and paths ---- */

static size_t point_count(const struct gpx *g)
{
    return g->points.len / sizeof(struct geo_point);
}

static size_t path_start(const struct gpx *g, size_t i)
{
    size_t at = point_count(g);
    if (i < g->starts.len / sizeof at)
        memcpy(&at, g->starts.data + i * sizeof at, sizeof at);
    return at;
}

static enum err put_path(struct gpx *g, struct geo_shape *s, uint32_t i, size_t from, size_t n)
{
    struct geo_point *p = geo_shape_path(g->arena, s, i, (uint32_t)n, false);
    if (!p)
        return ERR_LIMIT;
    memcpy(p, g->points.data + from * sizeof *p, n * sizeof *p);
    return ERR_OK;
}

/* Paths of two points or more as lines; without any, the first point alone. */
static enum err make_shape(struct gpx *g, struct geo_shape **out)
{
    size_t paths = g->starts.len / sizeof(size_t);
    uint32_t lines = 0;
    for (size_t i = 0; i < paths; i++)
        lines += path_start(g, i + 1) - path_start(g, i) > 1;
    struct geo_shape *s =
        geo_shape_new(g->arena, lines ? GEO_LINES : GEO_POINTS, lines ? lines : 1);
    if (!s)
        return ERR_LIMIT;
    if (!lines)
        TRY(put_path(g, s, 0, 0, 1));
    uint32_t at = 0;
    for (size_t i = 0; lines && i < paths; i++) {
        size_t from = path_start(g, i), n = path_start(g, i + 1) - from;
        if (n > 1)
            TRY(put_path(g, s, at++, from, n));
    }
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

/* ---- what is refused ---- */

static void put_escaped(struct buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '&')
            buf_puts(b, "&amp;");
        else if (s[i] == '<')
            buf_puts(b, "&lt;");
        else if (s[i] == '"')
            buf_puts(b, "&quot;");
        else
            buf_putc(b, s[i]);
    }
}

static void keep_bad(struct gpx *g, const char *lat, const char *lon)
{
    if (g->bad.len)
        return;
    buf_puts(&g->bad, " lat=\"");
    put_escaped(&g->bad, lat ? lat : "", lat ? strlen(lat) : 0);
    buf_puts(&g->bad, "\" lon=\"");
    put_escaped(&g->bad, lon ? lon : "", lon ? strlen(lon) : 0);
    buf_puts(&g->bad, "\"");
}

/* The feature as GPX, so that it can be mended: its words, its time and the point at fault. What
 * does not fit is cut. */
static void refuse(struct gpx *g)
{
    const char *kind = buf_text(&g->text[KIND]);
    bool way_point = str_eq(kind, "wpt");
    struct buf b = buf_init(CONVERT_CELL_MOST);
    buf_printf(&b, "<%s%s>", kind, way_point ? buf_text(&g->bad) : "");
    for (int i = NAME; i <= TIME; i++) {
        if (!g->text[i].len)
            continue;
        buf_printf(&b, "<%s>", names[i]);
        put_escaped(&b, g->text[i].data, g->text[i].len);
        buf_printf(&b, "</%s>", names[i]);
    }
    if (!way_point && g->bad.len)
        buf_printf(&b, "<%spt%s/>", kind, buf_text(&g->bad));
    buf_printf(&b, "</%s>", kind);
    stream_problem(g->r->out, g->line, CONVERT_FAULT_GEOMETRY, -1, buf_text(&b), b.len);
    buf_done(&b);
}

/* ---- the feature is whole ---- */

static enum err put_row(struct gpx *g)
{
    struct stream_cell cells[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        cells[i] = (struct stream_cell){g->text[i].data, g->text[i].len};
    buf_clear(&g->wkb);
    if (point_count(g) && !g->outside) {
        struct geo_shape *s = NULL;
        arena_reset(g->arena);
        TRY(make_shape(g, &s));
        geo_wkb_write(&g->wkb, s);
        TRY(buf_err(&g->wkb));
    }
    if (g->outside || !g->wkb.len)
        refuse(g);
    else
        stream_row(g->r->out, g->line, cells, g->wkb.data, g->wkb.len);
    return g->r->out->broken ? ERR_CANCELLED : ERR_OK;
}

/* ---- elements ---- */

static void stop_if(struct gpx *g, enum err e)
{
    if (e)
        xml_stop(g->x, e);
}

static void start_path(struct gpx *g)
{
    size_t at = point_count(g);
    if (g->starts.len / sizeof at < PATHS_MOST)
        buf_add(&g->starts, &at, sizeof at);
    stop_if(g, buf_err(&g->starts));
}

static void add_point(struct gpx *g, const char **attributes)
{
    const char *lat = xml_attribute(attributes, "lat"), *lon = xml_attribute(attributes, "lon");
    struct geo_lonlat p;
    if (!str_to_double(lat, &p.lat) || !str_to_double(lon, &p.lon) ||
        !geo_in_domain(p.lon, p.lat)) {
        g->outside = true;
        keep_bad(g, lat, lon);
        return;
    }
    struct geo_point at = geo_to_sweref(p);
    buf_add(&g->points, &at, sizeof at);
    stop_if(g, buf_err(&g->points));
}

static void begin_feature(struct gpx *g, const char *name, const char **attributes)
{
    for (int i = 0; i < COLUMNS; i++)
        buf_clear(&g->text[i]);
    buf_clear(&g->points);
    buf_clear(&g->starts);
    buf_clear(&g->bad);
    g->outside = false;
    g->depth = 1;
    g->strange = 0;
    g->line = xml_line(g->x);
    buf_puts(&g->text[KIND], name);
    if (str_eq(name, "wpt")) {
        const char *lat = xml_attribute(attributes, "lat"), *lon = xml_attribute(attributes, "lon");
        buf_puts(&g->text[LAT], lat && strlen(lat) < 40 ? lat : "");
        buf_puts(&g->text[LON], lon && strlen(lon) < 40 ? lon : "");
        add_point(g, attributes);
    } else if (str_eq(name, "rte")) {
        start_path(g);
    }
}

static int column_of(const struct gpx *g, const char *name)
{
    if (g->in_point) /* the time of a track is that of its first point */
        return str_eq(name, "time") && !g->text[TIME].len ? TIME : -1;
    if (g->depth != 2)
        return -1;
    for (int i = NAME; i <= TIME; i++)
        if (str_eq(name, names[i]) && !g->text[i].len)
            return i;
    return -1;
}

static void inside_feature(struct gpx *g, const char *name, const char **attributes)
{
    g->depth++;
    if (g->strange)
        return;
    if (str_eq(name, "extensions") || str_eq(name, "link") || str_eq(name, "author")) {
        g->strange = g->depth;
    } else if (str_eq(name, "trkseg")) {
        start_path(g);
    } else if (str_eq(name, "trkpt") || str_eq(name, "rtept")) {
        g->in_point = true;
        add_point(g, attributes);
    } else {
        g->collecting = column_of(g, name);
    }
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    struct gpx *g = arg;
    if (!g->known && !str_eq(name, "gpx")) {
        stop_if(g, stream_fault(g->r->out, CONVERT_FAULT_FORMAT, xml_line(g->x), ""));
    } else if (!g->known) {
        g->known = true;
        reader_names(g->r, names, COLUMNS);
    } else if (g->depth) {
        inside_feature(g, name, attributes);
    } else if (str_eq(name, "wpt") || str_eq(name, "trk") || str_eq(name, "rte")) {
        begin_feature(g, name, attributes);
    }
}

static void on_end(void *arg, const char *name)
{
    struct gpx *g = arg;
    if (!g->depth)
        return;
    g->collecting = -1;
    if (str_eq(name, "trkpt") || str_eq(name, "rtept"))
        g->in_point = false;
    if (g->strange == g->depth)
        g->strange = 0;
    if (--g->depth == 0)
        stop_if(g, put_row(g));
}

static void on_text(void *arg, const char *s, size_t n)
{
    struct gpx *g = arg;
    if (g->collecting >= 0) {
        buf_add(&g->text[g->collecting], s, n);
        stop_if(g, buf_err(&g->text[g->collecting]));
    }
}

static enum err read_all(struct gpx *g)
{
    const size_t size = 64 * 1024;
    size_t got;
    struct xml_handler h = {on_start, on_end, on_text, g};
    AUTO(mem_freep) char *chunk = mem_alloc(size);
    g->arena = arena_new(ARENA_MOST);
    g->x = xml_new(&h, g->r->out);
    if (!chunk || !g->arena || !g->x)
        return ERR_NOMEM;
    do {
        TRY(source_read(g->r->source, chunk, size, &got));
        TRY(xml_feed(g->x, chunk, got, got == 0));
    } while (got);
    stream_end(g->r->out);
    return ERR_OK;
}

enum err gpx_read(struct reader *r)
{
    struct gpx g = {.r = r, .collecting = -1};
    for (int i = 0; i < COLUMNS; i++)
        g.text[i] = buf_init(CONVERT_CELL_MOST);
    g.points = buf_init(POINTS_MOST * sizeof(struct geo_point));
    g.starts = buf_init(PATHS_MOST * sizeof(size_t));
    g.bad = buf_init(CONVERT_CELL_MOST);
    g.wkb = buf_init(CONVERT_WKB_MOST);
    enum err e = read_all(&g);
    for (int i = 0; i < COLUMNS; i++)
        buf_done(&g.text[i]);
    buf_done(&g.points);
    buf_done(&g.starts);
    buf_done(&g.bad);
    buf_done(&g.wkb);
    xml_free(g.x);
    if (g.arena)
        arena_free(g.arena);
    return e;
}
