/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GeoJSON (RFC 7946) in and out.
 *
 * The reader takes a whole document in memory (a mapped file, say), first checks that every byte
 * of it is well-formed JSON within the ceilings, and then hands out one feature at a time: nothing
 * is handed out from a broken document, and memory does not grow with the number of features.
 * A FeatureCollection, a single Feature or a bare geometry is taken.
 *
 * Positions become SWEREF 99 TM. Without a `crs` member (or with CRS84 / EPSG:4326) they are
 * degrees, longitude first; with the older `crs` naming EPSG:3006 they are metres, east first.
 * Heights are dropped. GeometryCollection is not taken. */
#pragma once

#include "base/jsonw.h"
#include "geo/shape.h"

/* What is wrong. A fault of the document ends the reading before anything is handed out; a fault
 * of one feature leaves that feature without its shape and lets the others pass. */
enum geojson_fault {
    GEOJSON_FINE,
    /* The document: ERR_INVALID, or ERR_LIMIT for the last three. */
    GEOJSON_SYNTAX,   /* not JSON */
    GEOJSON_UTF8,     /* broken UTF-8, a lone surrogate or a NUL in a text */
    GEOJSON_TYPE,     /* neither FeatureCollection nor Feature nor geometry; features missing */
    GEOJSON_CRS,      /* a coordinate system other than the three above */
    GEOJSON_DEPTH,    /* nested too deep */
    GEOJSON_BYTES,    /* document too large; or one feature */
    GEOJSON_FEATURES, /* too many features */
    /* The document or one feature. */
    GEOJSON_DUPLICATE, /* type, features, geometry ... given twice */
    /* One feature. */
    GEOJSON_FEATURE,    /* an element of features that is no Feature object */
    GEOJSON_PROPERTIES, /* too many properties */
    GEOJSON_GEOMETRY,   /* no known geometry, or coordinates of another form than its type's */
    GEOJSON_RING,       /* a ring with fewer than four positions, or open */
    GEOJSON_OUTSIDE,    /* outside the domain of SWEREF 99 TM; exchanged axes end here too */
    GEOJSON_VERTICES,   /* too many positions in one geometry */
    GEOJSON_FAULT_COUNT
};

/* "syntax", "utf8", ...: stable words for text keys and reports. */
const char *geojson_fault_name(enum geojson_fault f);

struct geojson_error {
    enum geojson_fault fault;
    size_t offset; /* in bytes from the start of the document */
};

/* Ceilings; 0 means the default. */
struct geojson_limits {
    size_t bytes;         /* of the document: 256 MiB */
    size_t feature_bytes; /* of one feature: 16 MiB */
    size_t features;      /* 1,000,000 */
    size_t vertices;      /* in one geometry: 200,000 */
    unsigned depth;       /* of nested arrays and objects: 32, never more than 64 */
    unsigned properties;  /* of one feature: 200 */
};

enum geojson_kind {
    GEOJSON_NULL,
    GEOJSON_BOOL,   /* text "true" or "false" */
    GEOJSON_NUMBER, /* text as written */
    GEOJSON_TEXT,
    GEOJSON_NESTED, /* text is the JSON of an object or array, as written */
};

struct geojson_property {
    const char *key;
    const char *text; /* never NULL; "" for null */
    enum geojson_kind kind;
};

/* Lives until the callback returns. */
struct geojson_feature {
    size_t index;   /* from 0 */
    size_t offset;  /* of its first byte in the document */
    const char *id; /* text of `id` (text or number), or NULL */
    const struct geojson_property *properties;
    size_t property_count;
    struct geo_shape *shape;    /* NULL: geometry null, or error set */
    struct geojson_error error; /* GEOJSON_FINE when nothing is wrong */
};

/* Another answer than ERR_OK stops the reading and becomes geojson_read()'s answer. `a` is the
 * feature's own arena, emptied before the next. */
typedef enum err geojson_feature_fn(void *arg, struct arena *a, const struct geojson_feature *f);

/* `limits` and `error` may be NULL; error is written only with ERR_INVALID and ERR_LIMIT of the
 * document. A byte order mark is passed over. */
NODISCARD enum err geojson_read(const char *data, size_t len, const struct geojson_limits *limits,
                                geojson_feature_fn *on_feature, void *arg,
                                struct geojson_error *error);

/* The text of one property; NULL if it is missing or null. Of repeated keys the last counts. */
const char *geojson_get(const struct geojson_feature *f, const char *key);

/* The writer, onto jsonw. A geometry object, or null for a NULL shape: degrees with six decimals
 * (0.1 m), outer rings counter-clockwise, holes clockwise. */
void geojson_shape(struct jsonw *w, const struct geo_shape *s);
void geojson_collection(struct jsonw *w);
/* Opens a Feature (id may be NULL) and its properties: write keys, then geojson_feature_end(). */
void geojson_feature(struct jsonw *w, const char *id, const struct geo_shape *s);
void geojson_feature_end(struct jsonw *w);
void geojson_collection_end(struct jsonw *w);
