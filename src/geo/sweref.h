/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Positions on the earth and on the map sheet.
 *
 * WGS 84 (taken as equal to SWEREF 99, they differ by less than a metre) in degrees, and
 * SWEREF 99 TM (EPSG:3006) in metres: Gauss conformal projection by Krüger's series on the
 * GRS 80 ellipsoid, with the coefficients of Lantmäteriet's "Gauss Conformal Projection
 * (Transverse Mercator), Krüger's Formulas". Within the domain below the result lies closer
 * than 0.1 mm to PROJ's; outside it the functions answer, but nothing is promised. */
#pragma once

#include <stdbool.h>

struct geo_point {
    double east, north; /* SWEREF 99 TM, metres */
};

struct geo_lonlat {
    double lon, lat; /* WGS 84, degrees */
};

struct geo_mercator {
    double x, y; /* Web Mercator, the world is [0,1): x eastwards, y southwards */
};

/* The domain of the promise. */
#define GEO_LON_MIN 8.0
#define GEO_LON_MAX 26.0
#define GEO_LAT_MIN 54.0
#define GEO_LAT_MAX 70.0

struct geo_point geo_to_sweref(struct geo_lonlat p);
struct geo_lonlat geo_to_wgs84(struct geo_point p);

/* Latitude is held within +-85.0511 degrees, and x, y within [0,1). */
struct geo_mercator geo_to_mercator(struct geo_lonlat p);
struct geo_lonlat geo_from_mercator(struct geo_mercator m);

/* Within the domain of the projection? NaN is not. */
static inline bool geo_in_domain(double lon, double lat)
{
    return lon >= GEO_LON_MIN && lon <= GEO_LON_MAX && lat >= GEO_LAT_MIN && lat <= GEO_LAT_MAX;
}

/* Within the box around Sweden's land and territorial sea? A coarse test for slips such as
 * exchanged axes; parts of the neighbours lie in it too. NaN is not. */
static inline bool geo_in_sweden(double lon, double lat)
{
    return lon >= 10.0 && lon <= 24.2 && lat >= 54.9 && lat <= 69.1;
}

/* The same for metres. The two ranges do not meet, so exchanged axes are always found. */
static inline bool geo_point_in_sweden(double east, double north)
{
    return east >= 170e3 && east <= 970e3 && north >= 6080e3 && north <= 7700e3;
}
