/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GeoJSON: properties become columns, the shape stands beside them. Read twice, because the
 * columns of a collection are known only when all its features have been seen. */
#include "geo/geojson.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "convert/readers.h"
#include "geo/wkb.h"

#define FILE_MOST (192u * 1024 * 1024)
#define NAMES_MOST (1024u * 1024)

struct geojson {
    struct reader *r;
    struct map *columns; /* property -> column */
    struct buf names;    /* the names, a NUL after each */
    size_t count;        /* properties */
    bool has_id, has_points, too_many;
    size_t id_column, lon_column;
    const char *data;
    struct buf wkb;
    struct stream_cell cells[CONVERT_COLUMNS_MOST];
    char lon[32], lat[32];
};

static enum err learn(void *arg, struct arena *a, const struct geojson_feature *f)
{
    struct geojson *g = arg;
    (void)a;
    g->has_id = g->has_id || f->id;
    g->has_points = g->has_points || (f->shape && f->shape->kind == GEO_POINTS);
    for (size_t i = 0; i < f->property_count; i++) {
        const char *key = f->properties[i].key;
        int64_t at;
        if (map_get(g->columns, key, &at))
            continue;
        if (g->count == CONVERT_COLUMNS_MOST - 3) {
            g->too_many = true;
            return ERR_LIMIT;
        }
        TRY(map_put(g->columns, key, (int64_t)g->count));
        buf_add(&g->names, key, strlen(key) + 1);
        g->count++;
    }
    return buf_err(&g->names);
}

static enum err send_header(struct geojson *g)
{
    const char *name = buf_text(&g->names);
    size_t n = g->count;
    for (size_t i = 0; i < n; i++) {
        g->cells[i] = (struct stream_cell){name, strlen(name)};
        name += g->cells[i].len + 1;
    }
    if (g->has_id) {
        g->id_column = n;
        g->cells[n++] = (struct stream_cell){"id", 2};
    }
    if (g->has_points) {
        g->lon_column = n;
        g->cells[n++] = (struct stream_cell){"lon", 3};
        g->cells[n++] = (struct stream_cell){"lat", 3};
    }
    return reader_header(g->r, g->cells, n);
}

static void put_point(struct geojson *g, const struct geo_shape *s)
{
    if (!s || s->kind != GEO_POINTS || s->paths[0].count != 1)
        return;
    struct geo_lonlat p = geo_to_wgs84(s->paths[0].points[0]);
    int lon = snprintf(g->lon, sizeof g->lon, "%.7f", p.lon);
    int lat = snprintf(g->lat, sizeof g->lat, "%.7f", p.lat);
    g->cells[g->lon_column] = (struct stream_cell){g->lon, (size_t)lon};
    g->cells[g->lon_column + 1] = (struct stream_cell){g->lat, (size_t)lat};
}

static enum convert_fault fill(struct geojson *g, const struct geojson_feature *f, int *column)
{
    size_t total = 0;
    memset(g->cells, 0, g->r->out->columns * sizeof g->cells[0]);
    if (f->error.fault)
        return CONVERT_FAULT_GEOMETRY;
    for (size_t i = 0; i < f->property_count; i++) {
        int64_t at = 0;
        const char *text = f->properties[i].text;
        if (!map_get(g->columns, f->properties[i].key, &at))
            return CONVERT_FAULT_ROW_SHAPE;
        g->cells[at] = (struct stream_cell){text, strlen(text)};
        total += g->cells[at].len;
        *column = (int)at;
        if (g->cells[at].len > CONVERT_CELL_MOST)
            return CONVERT_FAULT_CELL_SIZE;
    }
    *column = -1;
    if (f->id)
        g->cells[g->id_column] = (struct stream_cell){f->id, strlen(f->id)};
    if (f->id && g->cells[g->id_column].len > CONVERT_CELL_MOST)
        return CONVERT_FAULT_CELL_SIZE;
    put_point(g, f->shape);
    return total > CONVERT_ROW_MOST ? CONVERT_FAULT_ROW_SIZE : CONVERT_FAULT_NONE;
}

/* How long the feature is that begins at s: what a refused row keeps, and nothing of the next. */
static size_t feature_length(const char *s, size_t most)
{
    int depth = 0;
    bool text = false;
    size_t i = 0;
    for (; i < most && s[i]; i++) {
        if (s[i] == '"')
            text = !text;
        else if (text && s[i] == '\\' && s[i + 1])
            i++;
        else if (!text && (s[i] == '{' || s[i] == '['))
            depth++;
        else if (!text && (s[i] == '}' || s[i] == ']') && --depth <= 0)
            return i + 1;
    }
    return i < most ? i : most;
}

static enum err put_feature(void *arg, struct arena *a, const struct geojson_feature *f)
{
    struct geojson *g = arg;
    int column = -1;
    uint64_t number = f->index + 1;
    (void)a;
    enum convert_fault fault = fill(g, f, &column);
    buf_clear(&g->wkb);
    if (!fault && f->shape)
        geo_wkb_write(&g->wkb, f->shape);
    TRY(buf_err(&g->wkb));
    if (fault)
        stream_problem(g->r->out, number, fault, column, g->data + f->offset,
                       feature_length(g->data + f->offset, 2000));
    else
        stream_row(g->r->out, number, g->cells, g->wkb.data, g->wkb.len);
    return g->r->out->broken ? ERR_CANCELLED : ERR_OK;
}

static enum convert_fault fault_of(enum geojson_fault f)
{
    switch (f) {
    case GEOJSON_SYNTAX:
    case GEOJSON_UTF8:
    case GEOJSON_DEPTH:
        return CONVERT_FAULT_JSON;
    case GEOJSON_CRS:
        return CONVERT_FAULT_CRS;
    case GEOJSON_BYTES:
    case GEOJSON_FEATURES:
        return CONVERT_FAULT_TOO_LARGE;
    case GEOJSON_PROPERTIES:
        return CONVERT_FAULT_COLUMNS;
    default:
        return CONVERT_FAULT_SHAPE;
    }
}

static uint64_t line_at(const char *data, size_t offset)
{
    uint64_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += data[i] == '\n';
    return line;
}

static enum err pass(struct geojson *g, const struct buf *file, geojson_feature_fn *fn)
{
    const struct geojson_limits limits = {.bytes = FILE_MOST};
    struct geojson_error error = {0};
    enum err e = geojson_read(buf_text(file), file->len, &limits, fn, g, &error);
    if (g->too_many)
        return stream_fault(g->r->out, CONVERT_FAULT_COLUMNS, 0, "");
    if (e && error.fault)
        return stream_fault(g->r->out, fault_of(error.fault), line_at(buf_text(file), error.offset),
                            geojson_fault_name(error.fault));
    return e;
}

static enum err read_file(struct geojson *g, const struct buf *file)
{
    g->data = buf_text(file);
    TRY(pass(g, file, learn));
    TRY(send_header(g));
    TRY(pass(g, file, put_feature));
    stream_end(g->r->out);
    return ERR_OK;
}

enum err geojson_convert(struct reader *r)
{
    AUTO(mem_freep) struct geojson *g = mem_alloc(sizeof *g);
    AUTO(map_freep) struct map *columns = map_new();
    struct buf file;
    if (!g || !columns)
        return ERR_NOMEM;
    TRY(source_all(r->source, FILE_MOST, &file));
    *g = (struct geojson){.r = r, .columns = columns};
    g->names = buf_init(NAMES_MOST);
    g->wkb = buf_init(CONVERT_WKB_MOST);
    enum err e = read_file(g, &file);
    buf_done(&g->names);
    buf_done(&g->wkb);
    buf_done(&file);
    return e;
}
