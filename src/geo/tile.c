/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "geo/mvt.h"

bool mvt_tile_valid(int64_t z, int64_t x, int64_t y)
{
    if (z < 0 || z > MVT_ZOOM_MOST)
        return false;
    int64_t n = INT64_C(1) << z;
    return x >= 0 && x < n && y >= 0 && y < n;
}

struct mvt_tile mvt_tile_at(struct geo_lonlat p, uint32_t z)
{
    struct geo_mercator m = geo_to_mercator(p);
    double n = ldexp(1, (int)z);
    return (struct mvt_tile){z, (uint32_t)(m.x * n), (uint32_t)(m.y * n)};
}

void mvt_tile_bounds(struct mvt_tile t, struct geo_mercator *nw, struct geo_mercator *se)
{
    double size = ldexp(1, -(int)t.z);
    *nw = (struct geo_mercator){t.x * size, t.y * size};
    *se = (struct geo_mercator){(t.x + 1) * size, (t.y + 1) * size};
}

bool mvt_tile_box(struct mvt_tile t, struct geo_box *out)
{
    enum { STEPS = 16 };
    struct geo_mercator nw, se;
    mvt_tile_bounds(t, &nw, &se);
    double margin = (se.x - nw.x) * MVT_BUFFER / MVT_EXTENT;
    struct geo_lonlat a = geo_from_mercator((struct geo_mercator){nw.x - margin, nw.y - margin});
    struct geo_lonlat b = geo_from_mercator((struct geo_mercator){se.x + margin, se.y + margin});
    double west = fmax(a.lon, GEO_LON_MIN), east = fmin(b.lon, GEO_LON_MAX);
    double south = fmax(b.lat, GEO_LAT_MIN), north = fmin(a.lat, GEO_LAT_MAX);
    if (west > east || south > north)
        return false;
    /* Meridians and parallels are smooth: points along the edges, and the bulge between two of
     * them as a margin, which for an arc is below an eighth of the step's own turn. */
    struct geo_box box = geo_box_empty();
    for (int i = 0; i <= STEPS; i++) {
        double lon = west + (east - west) * i / STEPS, lat = south + (north - south) * i / STEPS;
        const struct geo_lonlat edge[] = {{lon, south}, {lon, north}, {west, lat}, {east, lat}};
        for (size_t k = 0; k < ARRAY_LEN(edge); k++) {
            struct geo_point p = geo_to_sweref(edge[k]);
            geo_box_add(&box, p.east, p.north);
        }
    }
    double bulge = (box.east_max - box.east_min + box.north_max - box.north_min) / 1000;
    *out = geo_box_grow(box, bulge + 0.01);
    return true;
}
