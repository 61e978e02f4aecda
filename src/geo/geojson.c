/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/geojson.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geojson_inner.h"

const char *geojson_fault_name(enum geojson_fault f)
{
    static const char *const names[GEOJSON_FAULT_COUNT] = {
        [GEOJSON_FINE] = "fine",
        [GEOJSON_SYNTAX] = "syntax",
        [GEOJSON_UTF8] = "utf8",
        [GEOJSON_TYPE] = "type",
        [GEOJSON_CRS] = "crs",
        [GEOJSON_DEPTH] = "depth",
        [GEOJSON_BYTES] = "bytes",
        [GEOJSON_FEATURES] = "features",
        [GEOJSON_DUPLICATE] = "duplicate",
        [GEOJSON_FEATURE] = "feature",
        [GEOJSON_PROPERTIES] = "properties",
        [GEOJSON_GEOMETRY] = "geometry",
        [GEOJSON_RING] = "ring",
        [GEOJSON_OUTSIDE] = "outside",
        [GEOJSON_VERTICES] = "vertices",
    };
    return (size_t)f < GEOJSON_FAULT_COUNT ? names[f] : "fine";
}

bool slice_is_text(const struct scan *s, struct slice value, const char *word)
{
    return value.len >= 2 && s->data[value.from] == '"' &&
           slice_is(s, (struct slice){value.from + 1, value.len - 2}, word);
}

static int member_of(const struct scan *s, struct slice key)
{
    static const char *const names[MEMBER_COUNT] = {
        "type", "features", "crs", "geometry", "properties", "id", "coordinates", "name"};
    for (int i = 0; i < MEMBER_COUNT; i++)
        if (slice_is(s, key, names[i]))
            return i;
    return -1;
}

/* Like scan_value() for an array, counting its elements. */
static bool count_features(struct scan *s, struct slice *out, size_t *count)
{
    bool first = true;
    size_t from = s->at, n = 0;
    if (!scan_open(s, '['))
        return false;
    while (scan_next(s, ']', &first) && scan_value(s, NULL))
        n++;
    *count = n;
    *out = (struct slice){from, s->at - from};
    return s->error.fault == GEOJSON_FINE;
}

bool geojson_members(struct scan *s, struct slice m[MEMBER_COUNT], size_t *features)
{
    bool first = true;
    struct slice key, value;
    memset(m, 0, MEMBER_COUNT * sizeof *m);
    if (!scan_open(s, '{'))
        return false;
    while (scan_next(s, '}', &first)) {
        if (!scan_key(s, &key))
            return false;
        int i = member_of(s, key);
        if (i >= 0 && m[i].len)
            return scan_fail(s, GEOJSON_DUPLICATE, key.from);
        bool counted = i == MEMBER_FEATURES && features && scan_peek(s) == '[';
        if (counted ? !count_features(s, &value, features) : !scan_value(s, &value))
            return false;
        if (i >= 0)
            m[i] = value;
    }
    return s->error.fault == GEOJSON_FINE;
}

static enum geojson_kind kind_of(char c)
{
    switch (c) {
    case '"':
        return GEOJSON_TEXT;
    case '{':
    case '[':
        return GEOJSON_NESTED;
    case 't':
    case 'f':
        return GEOJSON_BOOL;
    case 'n':
        return GEOJSON_NULL;
    default:
        return GEOJSON_NUMBER;
    }
}

/* The value as text; NULL when the arena is full. */
static char *value_text(const struct scan *s, struct slice v, struct arena *a)
{
    switch (kind_of(s->data[v.from])) {
    case GEOJSON_TEXT:
        return slice_text(s, (struct slice){v.from + 1, v.len - 2}, a);
    case GEOJSON_NULL:
        return arena_strdup(a, "");
    default:
        return arena_strndup(a, s->data + v.from, v.len);
    }
}

static enum err read_properties(struct scan *s, struct slice at, const struct geojson_reading *rd,
                                struct geojson_feature *f)
{
    struct slice key, value;
    bool first = true;
    size_t n = 0;
    struct scan count = *s;
    count.at = at.from;
    scan_open(&count, '{');
    while (scan_next(&count, '}', &first) && scan_key(&count, &key) && scan_value(&count, NULL))
        n++;
    if (n > rd->limits.properties) {
        scan_fail(s, GEOJSON_PROPERTIES, at.from);
        return ERR_OK;
    }
    struct geojson_property *p = ARENA_ARRAY(rd->arena, n, struct geojson_property);
    if (!p)
        return ERR_NOMEM;
    s->at = at.from;
    first = true;
    scan_open(s, '{');
    for (size_t i = 0; scan_next(s, '}', &first); i++) {
        if (!scan_key(s, &key) || !scan_value(s, &value))
            return ERR_OK;
        p[i].kind = kind_of(s->data[value.from]);
        p[i].key = slice_text(s, key, rd->arena);
        p[i].text = value_text(s, value, rd->arena);
        if (!p[i].key || !p[i].text)
            return ERR_NOMEM;
    }
    f->properties = p;
    f->property_count = n;
    return ERR_OK;
}

static bool is_null(const struct scan *s, struct slice v)
{
    return v.len == 4 && s->data[v.from] == 'n';
}

/* id, properties and geometry of a Feature object whose members are known. */
static enum err read_parts(struct scan *s, const struct slice m[MEMBER_COUNT],
                           const struct geojson_reading *rd, struct geojson_feature *f)
{
    struct slice id = m[MEMBER_ID], props = m[MEMBER_PROPERTIES], geometry = m[MEMBER_GEOMETRY];
    if (id.len && !is_null(s, id)) {
        enum geojson_kind kind = kind_of(s->data[id.from]);
        if (kind != GEOJSON_TEXT && kind != GEOJSON_NUMBER) {
            scan_fail(s, GEOJSON_FEATURE, id.from);
            return ERR_OK;
        }
        if (!(f->id = value_text(s, id, rd->arena)))
            return ERR_NOMEM;
    }
    if (props.len && s->data[props.from] == '{')
        TRY(read_properties(s, props, rd, f));
    else if (props.len && !is_null(s, props))
        scan_fail(s, GEOJSON_FEATURE, props.from);
    if (geometry.len == 0)
        scan_fail(s, GEOJSON_GEOMETRY, f->offset);
    if (s->error.fault || is_null(s, geometry))
        return ERR_OK;
    return geojson_geometry(s, geometry, rd, &f->shape);
}

/* One element of features (or the whole document): a Feature, or a bare geometry if `bare`. */
static enum err read_feature(struct scan s, struct slice at, const struct geojson_reading *rd,
                             bool bare, struct geojson_feature *f)
{
    struct slice m[MEMBER_COUNT];
    s.at = at.from;
    s.len = at.from + at.len;
    s.depth = 0;
    f->offset = at.from;
    enum err e = ERR_OK;
    if (at.len > rd->limits.feature_bytes)
        scan_fail(&s, GEOJSON_BYTES, at.from);
    else if (bare)
        e = geojson_geometry(&s, at, rd, &f->shape);
    else if (s.data[at.from] != '{' || !geojson_members(&s, m, NULL) ||
             !slice_is_text(&s, m[MEMBER_TYPE], "Feature"))
        scan_fail(&s, GEOJSON_FEATURE, at.from);
    else
        e = read_parts(&s, m, rd, f);
    f->error = s.error;
    return e;
}

/* Metres or degrees? False for any other system. */
static bool read_crs(struct scan s, struct slice crs, bool *metres)
{
    static const struct {
        const char *name;
        bool metres;
    } known[] = {
        {"urn:ogc:def:crs:OGC:1.3:CRS84", false}, {"urn:ogc:def:crs:OGC::CRS84", false},
        {"urn:ogc:def:crs:EPSG::4326", false},    {"EPSG:4326", false},
        {"urn:ogc:def:crs:EPSG::3006", true},     {"EPSG:3006", true},
    };
    struct slice m[MEMBER_COUNT], name[MEMBER_COUNT];
    *metres = false;
    if (crs.len == 0)
        return true;
    s.at = crs.from;
    if (s.data[crs.from] != '{' || !geojson_members(&s, m, NULL))
        return false;
    s.at = m[MEMBER_PROPERTIES].from;
    if (m[MEMBER_PROPERTIES].len == 0 || s.data[s.at] != '{' || !geojson_members(&s, name, NULL))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (slice_is_text(&s, name[MEMBER_NAME], known[i].name)) {
            *metres = known[i].metres;
            return true;
        }
    }
    return false;
}

static struct geojson_limits with_defaults(const struct geojson_limits *given)
{
    struct geojson_limits l = given ? *given : (struct geojson_limits){0};
    l.bytes = l.bytes ? l.bytes : (size_t)256 << 20;
    l.feature_bytes = l.feature_bytes ? l.feature_bytes : (size_t)16 << 20;
    l.features = l.features ? l.features : 1000000;
    l.vertices = l.vertices ? l.vertices : 200000;
    l.depth = l.depth ? l.depth : 32;
    l.depth = l.depth > 64 ? 64 : l.depth;
    l.properties = l.properties ? l.properties : 200;
    return l;
}

/* The document as a whole, before anything is handed out. */
struct document {
    struct slice members[MEMBER_COUNT];
    size_t from; /* of its first brace */
    size_t features;
    bool collection, bare;
};

static bool check_document(struct scan *s, struct geojson_reading *rd, struct document *doc)
{
    if (s->len > rd->limits.bytes)
        return scan_fail(s, GEOJSON_BYTES, rd->limits.bytes);
    if (s->len >= 3 && memcmp(s->data, "\xEF\xBB\xBF", 3) == 0)
        s->at = 3;
    if (scan_peek(s) != '{') {
        /* Well-formed but no object, or no JSON at all? */
        size_t from = s->at;
        return scan_value(s, NULL) ? scan_fail(s, GEOJSON_TYPE, from) : false;
    }
    doc->from = s->at;
    if (!geojson_members(s, doc->members, &doc->features))
        return false;
    scan_peek(s);
    if (s->at < s->len)
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    struct slice type = doc->members[MEMBER_TYPE], features = doc->members[MEMBER_FEATURES];
    doc->collection = slice_is_text(s, type, "FeatureCollection");
    doc->bare = geojson_is_geometry(s, type);
    if (!doc->collection && !doc->bare && !slice_is_text(s, type, "Feature"))
        return scan_fail(s, GEOJSON_TYPE, type.from);
    if (doc->collection && (features.len == 0 || s->data[features.from] != '['))
        return scan_fail(s, GEOJSON_TYPE, features.from);
    if (doc->features > rd->limits.features)
        return scan_fail(s, GEOJSON_FEATURES, features.from);
    if (!read_crs(*s, doc->members[MEMBER_CRS], &rd->metres))
        return scan_fail(s, GEOJSON_CRS, doc->members[MEMBER_CRS].from);
    return true;
}

/* Who gets the features. */
struct receiver {
    geojson_feature_fn *fn;
    void *arg;
};

static enum err hand_out(const struct scan *s, struct slice at, bool bare, size_t index,
                         const struct geojson_reading *rd, const struct receiver *to)
{
    struct geojson_feature f = {.index = index};
    TRY(read_feature(*s, at, rd, bare, &f));
    TRY(to->fn(to->arg, rd->arena, &f));
    arena_reset(rd->arena);
    return ERR_OK;
}

static enum err hand_out_all(struct scan *s, const struct document *doc,
                             const struct geojson_reading *rd, const struct receiver *to)
{
    bool first = true;
    struct slice at;
    if (!doc->collection) {
        struct slice whole = {doc->from, s->len - doc->from};
        return hand_out(s, whole, doc->bare, 0, rd, to);
    }
    s->at = doc->members[MEMBER_FEATURES].from;
    scan_open(s, '[');
    for (size_t i = 0; scan_next(s, ']', &first); i++) {
        if (!scan_value(s, &at))
            return ERR_INTERNAL; /* it was well-formed a moment ago */
        TRY(hand_out(s, at, false, i, rd, to));
    }
    return ERR_OK;
}

enum err geojson_read(const char *data, size_t len, const struct geojson_limits *limits,
                      geojson_feature_fn *on_feature, void *arg, struct geojson_error *error)
{
    assert(on_feature && (data || len == 0));
    struct geojson_reading rd = {.limits = with_defaults(limits)};
    struct scan s = {.data = data, .len = len, .depth_limit = rd.limits.depth};
    struct document doc = {0};
    if (!check_document(&s, &rd, &doc)) {
        if (error)
            *error = s.error;
        bool limit = s.error.fault == GEOJSON_DEPTH || s.error.fault == GEOJSON_BYTES ||
                     s.error.fault == GEOJSON_FEATURES;
        return limit ? ERR_LIMIT : ERR_INVALID;
    }
    /* A position of six bytes becomes sixteen, so eight times the text holds every feature. */
    AUTO(arena_freep) struct arena *a = arena_new(rd.limits.feature_bytes * 8 + (1 << 20));
    if (!a)
        return ERR_NOMEM;
    rd.arena = a;
    struct receiver to = {on_feature, arg};
    return hand_out_all(&s, &doc, &rd, &to);
}

const char *geojson_get(const struct geojson_feature *f, const char *key)
{
    for (size_t i = f->property_count; i-- > 0;)
        if (str_eq(f->properties[i].key, key))
            return f->properties[i].kind == GEOJSON_NULL ? NULL : f->properties[i].text;
    return NULL;
}
