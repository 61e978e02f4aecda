/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geojson.h"

/* What the callback saw. */
struct seen {
    size_t count;
    enum geojson_fault fault[8];
    size_t offset[8];
    enum geo_kind kind[8];
    size_t vertices[8];
    bool shape[8];
    struct geo_point first[8];
    char text[8][200]; /* id|key=text,... */
    enum err answer;
};

static enum err look(void *arg, struct arena *a, const struct geojson_feature *f)
{
    struct seen *s = arg;
    size_t i = f->index;
    CHECK(a && i < 8 && i == s->count);
    s->count++;
    s->fault[i] = f->error.fault;
    s->offset[i] = f->error.offset;
    s->shape[i] = f->shape != NULL;
    if (f->shape) {
        s->kind[i] = f->shape->kind;
        s->vertices[i] = geo_shape_vertices(f->shape);
        s->first[i] = f->shape->paths[0].points[0];
    }
    size_t n = (size_t)snprintf(s->text[i], 200, "%s|", f->id ? f->id : "-");
    for (size_t k = 0; k < f->property_count && n < 190; k++)
        n += (size_t)snprintf(s->text[i] + n, 200 - n, "%s=%d:%s,", f->properties[k].key,
                              f->properties[k].kind, f->properties[k].text);
    return s->answer;
}

static enum err read_text(const char *text, struct seen *s, struct geojson_error *e)
{
    memset(s, 0, sizeof *s);
    return geojson_read(text, strlen(text), NULL, look, s, e);
}

static enum geojson_fault fault_of(const char *text)
{
    struct seen s;
    struct geojson_error e = {GEOJSON_FINE, 0};
    enum err got = read_text(text, &s, &e);
    CHECK(got == ERR_OK ? e.fault == GEOJSON_FINE : s.count == 0);
    return got == ERR_OK && s.count ? s.fault[0] : e.fault;
}

#define POINT "{\"type\":\"Point\",\"coordinates\":[13.82,58.71]}"
#define FEATURE(geometry, props)                                                                   \
    "{\"type\":\"Feature\",\"geometry\":" geometry ",\"properties\":" props "}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"

TEST(features_come_in_order_with_their_properties)
{
    struct seen s;
    CHECK(read_text(COLLECTION(FEATURE(
                        POINT, "{\"a\":\"\\u00e5\\n\",\"n\":-1.50,\"b\":true,"
                               "\"z\":null,\"o\":{\"x\":[1, 2]}}") ","
                                                                   "{\"properties\":null,\"id\":7,"
                                                                   "\"geometry\":null,"
                                                                   "\"type\":\"Feature\"}"),
                    &s, NULL) == ERR_OK);
    CHECK_INT(s.count, 2);
    CHECK_TEXT(s.text[0], "-|a=3:å\n,n=2:-1.50,b=1:true,z=0:,o=4:{\"x\":[1, 2]},");
    CHECK_TEXT(s.text[1], "7|");
    CHECK(s.shape[0] && !s.shape[1] && s.fault[1] == GEOJSON_FINE);
    struct geo_point want = geo_to_sweref((struct geo_lonlat){13.82, 58.71});
    CHECK_NEAR(s.first[0].east, want.east, 1e-6);
    CHECK_NEAR(s.first[0].north, want.north, 1e-6);
}

TEST(every_kind_of_geometry_is_read)
{
    static const struct {
        const char *type, *coordinates;
        enum geo_kind kind;
        size_t vertices;
    } t[] = {
        {"Point", "[14,58,120.5]", GEO_POINTS, 1},
        {"MultiPoint", "[[14,58],[15,58]]", GEO_POINTS, 2},
        {"LineString", "[[14,58],[15,58]]", GEO_LINES, 2},
        {"MultiLineString", "[[[14,58],[15,58]],[[14,59],[15,59],[15,60]]]", GEO_LINES, 5},
        {"Polygon", "[[[14,58],[15,58],[15,59],[14,58]]]", GEO_POLYGON, 4},
        {"MultiPolygon",
         "[[[[14,58],[15,58],[15,59],[14,58]],[[14.5,58.1],[14.6,58.1],[14.6,58.2],[14.5,58.1]]],"
         "[[[16,58],[17,58],[17,59],[16,58]]]]",
         GEO_POLYGON, 12},
    };
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct seen s;
        char text[600];
        snprintf(text, sizeof text, "{\"coordinates\":%s,\"type\":\"%s\"}", t[i].coordinates,
                 t[i].type);
        CHECK(read_text(text, &s, NULL) == ERR_OK && s.count == 1 && s.shape[0]);
        CHECK(s.kind[0] == t[i].kind && s.vertices[0] == t[i].vertices);
    }
}

static void with_crs(char *text, size_t size, const char *name)
{
    str_copy(text, size,
             COLLECTION(FEATURE("{\"type\":\"Point\",\"coordinates\":[431700,6508000]}", "{}")));
    size_t n = strlen(text) - 1; /* over the last brace */
    snprintf(text + n, size - n, ",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"%s\"}}}",
             name);
}

TEST(the_older_crs_member_is_understood_or_refused)
{
    struct seen s;
    char text[400];
    with_crs(text, sizeof text, "urn:ogc:def:crs:EPSG::3006");
    CHECK(read_text(text, &s, NULL) == ERR_OK && s.shape[0]);
    CHECK(s.first[0].east == 431700 && s.first[0].north == 6508000);
    with_crs(text, sizeof text, "urn:ogc:def:crs:OGC:1.3:CRS84");
    CHECK_INT(fault_of(text), GEOJSON_OUTSIDE);
    with_crs(text, sizeof text, "EPSG:3021");
    CHECK_INT(fault_of(text), GEOJSON_CRS);
}

TEST(a_bad_feature_lets_the_others_pass)
{
    struct seen s;
    CHECK(read_text(COLLECTION(FEATURE(
                        "{\"type\":\"Point\",\"coordinates\":[58.71,13.82]}",
                        "{\"a\":1}") "," FEATURE(POINT, "{}") ",7," FEATURE("{\"type\":\"Polygon\","
                                                                            "\"coordinates\":[[[14,"
                                                                            "58],[15,58],[15,59],"
                                                                            "[14,58.5]]]}",
                                                                            "{}")),
                    &s, NULL) == ERR_OK);
    CHECK_INT(s.count, 4);
    CHECK(s.fault[0] == GEOJSON_OUTSIDE && !s.shape[0] && s.offset[0] > 40);
    CHECK_TEXT(s.text[0], "-|a=2:1,");
    CHECK(s.fault[1] == GEOJSON_FINE && s.shape[1]);
    CHECK(s.fault[2] == GEOJSON_FEATURE);
    CHECK(s.fault[3] == GEOJSON_RING && !s.shape[3]);
}

TEST(faults_are_told_by_kind)
{
    static const struct {
        const char *text;
        enum geojson_fault want;
    } t[] = {
        {"", GEOJSON_SYNTAX},
        {"{", GEOJSON_SYNTAX},
        {"nul", GEOJSON_SYNTAX},
        {POINT "x", GEOJSON_SYNTAX},
        {"{\"type\":\"Point\",\"coordinates\":[13.82,58.71,]}", GEOJSON_SYNTAX},
        {"{\"type\":\"Point\",\"coordinates\":[013.82,58.71]}", GEOJSON_SYNTAX},
        {"{\"type\":\"Point\",\"coordinates\":[.5,58.71]}", GEOJSON_SYNTAX},
        {"{\"type\":\"Point\",\"coordinates\":[1e999,58.71]}", GEOJSON_SYNTAX},
        {"{\"type\":\"Point\",,\"coordinates\":[13,58]}", GEOJSON_SYNTAX},
        {"{\"type\":\"Po\nint\"}", GEOJSON_SYNTAX},
        {"{\"a\":\"\\x\"}", GEOJSON_SYNTAX},
        {"{\"a\":\"\\ud800\"}", GEOJSON_UTF8},
        {"{\"a\":\"\\u0000\"}", GEOJSON_UTF8},
        {"{\"a\":\"\xC0\x80\"}", GEOJSON_UTF8},
        {"[]", GEOJSON_TYPE},
        {"{}", GEOJSON_TYPE},
        {"{\"type\":\"FeatureCollection\"}", GEOJSON_TYPE},
        {"{\"type\":\"FeatureCollection\",\"features\":{}}", GEOJSON_TYPE},
        {"{\"type\":\"Topology\"}", GEOJSON_TYPE},
        {"{\"type\":\"GeometryCollection\",\"geometries\":[]}", GEOJSON_TYPE},
        {"{\"type\":\"Point\",\"type\":\"Point\",\"coordinates\":[13,58]}", GEOJSON_DUPLICATE},
        {COLLECTION(FEATURE("{\"type\":\"GeometryCollection\",\"geometries\":[]}", "{}")),
         GEOJSON_GEOMETRY},
        {"{\"type\":\"Point\",\"coordinates\":[13]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"Point\",\"coordinates\":[\"13\",58]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"Point\",\"coordinates\":[[13,58]]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"Point\"}", GEOJSON_GEOMETRY},
        {"{\"type\":\"LineString\",\"coordinates\":[[13,58]]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"LineString\",\"coordinates\":[]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"Polygon\",\"coordinates\":[]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"Polygon\",\"coordinates\":[[]]}", GEOJSON_RING},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}", GEOJSON_GEOMETRY},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[4]}", GEOJSON_GEOMETRY},
        {COLLECTION(FEATURE(POINT, "[]")), GEOJSON_FEATURE},
        {COLLECTION("{\"type\":\"Feature\",\"properties\":{}}"), GEOJSON_GEOMETRY},
        {COLLECTION("{\"type\":\"Feature\",\"id\":[],\"geometry\":null}"), GEOJSON_FEATURE},
        {"\xEF\xBB\xBF" POINT, GEOJSON_FINE},
        {COLLECTION(""), GEOJSON_FINE},
    };
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        if (fault_of(t[i].text) != t[i].want)
            print_message("%s: %s\n", t[i].text, geojson_fault_name(fault_of(t[i].text)));
        CHECK_INT(fault_of(t[i].text), t[i].want);
    }
}

TEST(the_offset_points_at_the_fault)
{
    struct seen s;
    struct geojson_error e;
    CHECK(read_text("{\"a\": 1, \"b\": ?}", &s, &e) == ERR_INVALID);
    CHECK_INT(e.offset, 14);
}

TEST(a_broken_end_hands_out_nothing)
{
    struct seen s;
    struct geojson_error e;
    const char *text = COLLECTION(FEATURE(POINT, "{}") "," FEATURE(POINT, "{}"));
    for (size_t n = 0; n < strlen(text); n++) {
        memset(&s, 0, sizeof s);
        CHECK(geojson_read(text, n, NULL, look, &s, &e) == ERR_INVALID);
        CHECK(s.count == 0 && e.fault == GEOJSON_SYNTAX && e.offset <= n);
    }
}

static enum geojson_fault limited(const char *text, struct geojson_limits l, enum err *answer)
{
    struct seen s = {0};
    struct geojson_error e = {GEOJSON_FINE, 0};
    *answer = geojson_read(text, strlen(text), &l, look, &s, &e);
    return *answer == ERR_OK ? s.fault[0] : e.fault;
}

TEST(ceilings_hold)
{
    enum err e;
    const char *two = COLLECTION(FEATURE(POINT, "{\"a\":1,\"b\":2}") "," FEATURE(POINT, "{}"));
    CHECK_INT(limited(two, (struct geojson_limits){.bytes = 100}, &e), GEOJSON_BYTES);
    CHECK(e == ERR_LIMIT);
    CHECK_INT(limited(two, (struct geojson_limits){.features = 1}, &e), GEOJSON_FEATURES);
    CHECK(e == ERR_LIMIT);
    CHECK_INT(limited(two, (struct geojson_limits){.depth = 3}, &e), GEOJSON_DEPTH);
    CHECK(e == ERR_LIMIT);
    CHECK_INT(limited(two, (struct geojson_limits){.feature_bytes = 50}, &e), GEOJSON_BYTES);
    CHECK(e == ERR_OK);
    CHECK_INT(limited(two, (struct geojson_limits){.properties = 1}, &e), GEOJSON_PROPERTIES);
    CHECK(e == ERR_OK);
    const char *line = "{\"type\":\"LineString\",\"coordinates\":[[13,58],[14,58],[15,58]]}";
    CHECK_INT(limited(line, (struct geojson_limits){.vertices = 2}, &e), GEOJSON_VERTICES);
    CHECK_INT(limited(line, (struct geojson_limits){.vertices = 3}, &e), GEOJSON_FINE);
    char deep[201];
    memset(deep, '[', 200);
    deep[200] = 0;
    CHECK_INT(limited(deep, (struct geojson_limits){.depth = 1000}, &e), GEOJSON_DEPTH);
}

TEST(the_callback_can_stop_the_reading)
{
    struct seen s = {.answer = ERR_CANCELLED};
    const char *two = COLLECTION(FEATURE(POINT, "{}") "," FEATURE(POINT, "{}"));
    CHECK(geojson_read(two, strlen(two), NULL, look, &s, NULL) == ERR_CANCELLED);
    CHECK_INT(s.count, 1);
}

TEST(reader_survives_every_allocation_failure)
{
    const char *text = COLLECTION(
        FEATURE("{\"type\":\"Polygon\",\"coordinates\":[[[14,58],[15,58],[15,59],[14,58]]]}",
                "{\"a\":\"b\",\"c\":[1]}"));
    for (long n = 0;; n++) {
        struct seen s = {0};
        mem_fail_at(n);
        enum err e = geojson_read(text, strlen(text), NULL, look, &s, NULL);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(failed ? e == ERR_NOMEM && s.count == 0 : e == ERR_OK && s.shape[0]);
        if (!failed)
            break;
    }
}

/* Written by hand here, so that the writer is compared with text and not with the reader alone. */
TEST(writer_turns_rings_and_keeps_six_decimals)
{
    struct arena *a = arena_new(1 << 16);
    struct buf b = buf_init(1 << 16);
    struct jsonw w = jsonw_init(&b);
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 1);
    struct geo_point *p = geo_shape_path(a, s, 0, 4, false);
    p[0] = p[3] = geo_to_sweref((struct geo_lonlat){14, 58}); /* clockwise */
    p[1] = geo_to_sweref((struct geo_lonlat){14.1234567, 59});
    p[2] = geo_to_sweref((struct geo_lonlat){15, 58});
    CHECK(geo_shape_finish(s) == ERR_OK);
    geojson_collection(&w);
    geojson_feature(&w, "x", s);
    jsonw_key_text(&w, "name", "Hova");
    geojson_feature_end(&w);
    geojson_feature(&w, NULL, NULL);
    geojson_feature_end(&w);
    geojson_collection_end(&w);
    CHECK_TEXT(buf_text(&b),
               "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"x\","
               "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[14,58],[15,58],"
               "[14.123457,59],[14,58]]]},\"properties\":{\"name\":\"Hova\"}},"
               "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{}}]}");
    buf_done(&b);
    arena_free(a);
}

static enum err measure(void *arg, struct arena *a, const struct geojson_feature *f)
{
    double *area = arg;
    (void)a;
    CHECK(f->shape && f->shape->kind == GEO_POLYGON && f->shape->path_count == 3);
    *area = geo_shape_area(f->shape);
    return ERR_OK;
}

TEST(what_was_written_reads_back)
{
    struct arena *a = arena_new(1 << 16);
    struct buf b = buf_init(1 << 16);
    struct jsonw w = jsonw_init(&b);
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 3);
    const struct geo_box boxes[] = {{430000, 6500000, 431000, 6501000},
                                    {430100, 6500100, 430200, 6500200},
                                    {440000, 6500000, 440100, 6500100}};
    for (int i = 0; i < 3; i++) {
        s->paths[i] = geo_shape_rect(a, boxes[i])->paths[0];
        s->paths[i].hole = i == 1;
    }
    CHECK(geo_shape_finish(s) == ERR_OK);
    geojson_shape(&w, s);
    double area = 0;
    CHECK(geojson_read(b.data, b.len, NULL, measure, &area, NULL) == ERR_OK);
    CHECK_NEAR(area, 1e6, 300);
    buf_done(&b);
    arena_free(a);
}
