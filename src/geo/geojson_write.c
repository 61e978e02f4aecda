/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/geojson.h"

static void position(struct jsonw *w, struct geo_point p)
{
    struct geo_lonlat q = geo_to_wgs84(p);
    jsonw_array(w);
    jsonw_fixed(w, q.lon, 6);
    jsonw_fixed(w, q.lat, 6);
    jsonw_end(w);
}

/* The positions of a path; rings turned as RFC 7946 wants them. */
static void path(struct jsonw *w, const struct geo_path *p, bool ring)
{
    bool back = ring && (geo_ring_area2(p) < 0) != p->hole;
    jsonw_array(w);
    for (uint32_t i = 0; i < p->count; i++)
        position(w, p->points[back ? p->count - 1 - i : i]);
    jsonw_end(w);
}

/* One polygon from path i on: the outer ring and its holes. Returns the path after it. */
static uint32_t polygon(struct jsonw *w, const struct geo_shape *s, uint32_t i)
{
    jsonw_array(w);
    do
        path(w, &s->paths[i++], true);
    while (i < s->path_count && s->paths[i].hole);
    jsonw_end(w);
    return i;
}

static bool is_multi(const struct geo_shape *s)
{
    uint32_t parts = 0;
    for (uint32_t i = 0; i < s->path_count; i++)
        parts += !s->paths[i].hole;
    return s->kind == GEO_POINTS ? s->paths[0].count > 1 : parts > 1;
}

void geojson_shape(struct jsonw *w, const struct geo_shape *s)
{
    static const char *const types[][2] = {[GEO_POINTS] = {"Point", "MultiPoint"},
                                           [GEO_LINES] = {"LineString", "MultiLineString"},
                                           [GEO_POLYGON] = {"Polygon", "MultiPolygon"}};
    if (!s) {
        jsonw_null(w);
        return;
    }
    bool multi = is_multi(s);
    jsonw_object(w);
    jsonw_key_text(w, "type", types[s->kind][multi]);
    jsonw_key(w, "coordinates");
    if (s->kind == GEO_POINTS && !multi) {
        position(w, s->paths[0].points[0]);
        jsonw_end(w);
        return;
    }
    bool outer = multi && s->kind != GEO_POINTS;
    if (outer)
        jsonw_array(w);
    for (uint32_t i = 0; i < s->path_count;) {
        if (s->kind == GEO_POLYGON)
            i = polygon(w, s, i);
        else
            path(w, &s->paths[i++], false);
    }
    if (outer)
        jsonw_end(w);
    jsonw_end(w);
}

void geojson_collection(struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_text(w, "type", "FeatureCollection");
    jsonw_key_array(w, "features");
}

void geojson_feature(struct jsonw *w, const char *id, const struct geo_shape *s)
{
    jsonw_object(w);
    jsonw_key_text(w, "type", "Feature");
    if (id)
        jsonw_key_text(w, "id", id);
    jsonw_key(w, "geometry");
    geojson_shape(w, s);
    jsonw_key_object(w, "properties");
}

void geojson_feature_end(struct jsonw *w)
{
    jsonw_end(w);
    jsonw_end(w);
}

void geojson_collection_end(struct jsonw *w)
{
    jsonw_end(w);
    jsonw_end(w);
}
