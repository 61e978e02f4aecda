/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How exactly a position is known. Nothing treats the middle of an area as a place. */
#pragma once

#include <stdbool.h>

/* From exact to coarse: a larger value is coarser. GEO_NONE means that there is no position.
 * The numbers are stored and never change. */
enum geo_precision {
    GEO_NONE,         /* no position */
    GEO_POINT,        /* within some tens of metres */
    GEO_STREET,       /* somewhere along one street */
    GEO_PLACE,        /* a named place: a park, a school, a square */
    GEO_AREA,         /* a district, a locality, a neighbourhood */
    GEO_MUNICIPALITY, /* only the municipality is known */
    GEO_COUNTY,       /* only the county is known */
};

/* "none", "point", "street", "place", "area", "municipality", "county". */
const char *geo_precision_name(enum geo_precision p);
/* False for any other text, NULL too; *out is then untouched. */
bool geo_precision_parse(const char *name, enum geo_precision *out);

/* May it stand on a map as a point and take part in analysis of places? */
static inline bool geo_precision_is_place(enum geo_precision p)
{
    return p == GEO_POINT || p == GEO_STREET || p == GEO_PLACE;
}
