/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/precision.h"

#include <stddef.h>

#include "base/str.h"

static const char *const names[] = {
    [GEO_NONE] = "none",     [GEO_POINT] = "point", [GEO_STREET] = "street",
    [GEO_PLACE] = "place",   [GEO_AREA] = "area",   [GEO_MUNICIPALITY] = "municipality",
    [GEO_COUNTY] = "county",
};

const char *geo_precision_name(enum geo_precision p)
{
    return (size_t)p < ARRAY_LEN(names) ? names[p] : "none";
}

bool geo_precision_parse(const char *name, enum geo_precision *out)
{
    for (size_t i = 0; name && i < ARRAY_LEN(names); i++) {
        if (str_eq(name, names[i])) {
            *out = (enum geo_precision)i;
            return true;
        }
    }
    return false;
}
