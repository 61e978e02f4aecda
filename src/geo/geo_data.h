/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The register of Sweden: 21 counties, 290 municipalities, 2,017 localities (tätorter 2020) and a
 * coarse base map. Constant tables made from data/geo at build; sources, licences and caveats
 * stand in data/README.md.
 *
 * The outlines are generalised to about 1 km: draw with them, never decide by them in which
 * municipality something lies. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "geo/shape.h"

#define GEO_COUNTY_COUNT 21
#define GEO_MUNICIPALITY_COUNT 290
#define GEO_LOCALITY_COUNT 2017

/* WKB (little-endian, SWEREF 99 TM) for geo_wkb_read(), and its box. */
struct geo_outline {
    const uint8_t *wkb;
    uint32_t wkb_len;
    struct geo_box box;
};

struct geo_county {
    const char *code;   /* "14" */
    const char *pseudo; /* "1400": where a municipality code is asked for */
    const char *name;   /* "Västra Götalands län" */
    const char *slug;   /* "vastra-gotalands-lan" */
    struct geo_outline outline;
};

struct geo_municipality {
    const char *code;        /* "1493" */
    const char *name;        /* "Mariestad" */
    const char *slug;        /* "mariestad": for addresses, unique */
    const char *county;      /* "14" */
    int32_t population;      /* known at the end of 2025 */
    double land_km2;         /* without water */
    struct geo_point centre; /* inside the outline; never a place of an event */
    struct geo_outline outline;
};

struct geo_locality {
    const char *code;         /* "1493TB101" */
    const char *name;         /* "Mariestad"; several localities share a name */
    const char *municipality; /* "1493" */
    int32_t population;       /* 2020 */
    int32_t area_ha;
    double east, north;
};

enum geo_base {
    GEO_BASE_LAKE,   /* shore of a lake */
    GEO_BASE_ISLAND, /* shore of an island in a lake */
    GEO_BASE_RIVER,
};

struct geo_base_line {
    enum geo_base kind;
    struct geo_outline outline; /* a line */
};

extern const struct geo_county geo_counties[GEO_COUNTY_COUNT];                   /* by code */
extern const struct geo_municipality geo_municipalities[GEO_MUNICIPALITY_COUNT]; /* by code */
/* The twins in which municipalities practise, in the same order; in no list and no count. */
extern const struct geo_municipality geo_twins[GEO_MUNICIPALITY_COUNT];
/* By municipality, the most populous first. */
extern const struct geo_locality geo_localities[GEO_LOCALITY_COUNT];
extern const struct geo_base_line geo_basemap[];
extern const size_t geo_basemap_count;

/* NULL when there is none; a NULL argument finds nothing. Codes: "14" or "1400", "1493". */
const struct geo_county *geo_county_by_code(const char *code);
const struct geo_municipality *geo_municipality_by_code(const char *code);
const struct geo_municipality *geo_municipality_by_slug(const char *slug);

/* Each municipality has a twin for exercises: "1493" has "6493", "Övning Mariestad", with the same
 * county, outline, centre and population. Found by its code alone: addresses that everybody reads
 * bear a slug, and names in files never mean a twin. */
bool geo_is_exercise(const char *code);
/* The twin of a municipality's code; NULL for any other code, a twin's too. */
const struct geo_municipality *geo_exercise_of(const char *code);
/* The municipality itself: of a twin's code the real one. */
const struct geo_municipality *geo_real_of(const char *code);

/* Names as people and files write them: any case, spaces around and doubled spaces do not matter,
 * é may be e. "Mariestad", "Mariestads", "Mariestads kommun", "Stockholms stad", "Region Gotland";
 * "Västra Götalands län", "Västra Götaland". å, ä and ö are never a and o: Habo is not Håbo. */
const struct geo_county *geo_county_by_name(const char *name);
const struct geo_municipality *geo_municipality_by_name(const char *name);

/* The localities of a municipality (a twin's are the real one's); *out_count of them stand from the
 * answer on. NULL and 0 for an unknown code (or one without localities). */
const struct geo_locality *geo_localities_of(const char *municipality_code, size_t *out_count);
/* By name, any case, in one municipality (its code) or the whole country (NULL): then the most
 * populous of that name. */
const struct geo_locality *geo_locality_by_name(const char *municipality_code, const char *name);
