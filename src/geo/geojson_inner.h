/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the GeoJSON reader: what its files share. */
#pragma once

#include "geo/geojson_scan.h"

/* The members that mean something; all others are passed over. */
enum {
    MEMBER_TYPE,
    MEMBER_FEATURES,
    MEMBER_CRS,
    MEMBER_GEOMETRY,
    MEMBER_PROPERTIES,
    MEMBER_ID,
    MEMBER_COORDINATES,
    MEMBER_NAME,
    MEMBER_COUNT
};

struct geojson_reading {
    struct geojson_limits limits;
    struct arena *arena; /* of the feature */
    bool metres;         /* coordinates are SWEREF 99 TM */
};

/* The values of the object ahead, by member; len 0 for a missing one. `features`, if it is an
 * array, is counted into *features (when not NULL). */
bool geojson_members(struct scan *s, struct slice m[MEMBER_COUNT], size_t *features);

/* Is the value a text that reads `word`? */
bool slice_is_text(const struct scan *s, struct slice value, const char *word);

bool geojson_is_geometry(const struct scan *s, struct slice type);
/* The geometry object at `at`. A fault is left in s->error and *out untouched; ERR_NOMEM only. */
NODISCARD enum err geojson_geometry(struct scan *s, struct slice at,
                                    const struct geojson_reading *rd, struct geo_shape **out);
