/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GeoJSON, GPX and (through the program) GeoPackage and Shapefile. */
#include "convert_fixture.h"

#include "base/mem.h"
#include "geo/wkb.h"

#define COLLECTION(f) "{\"type\":\"FeatureCollection\",\"features\":[" f "]}"
#define POINT(x, y) "{\"type\":\"Point\",\"coordinates\":[" x "," y "]}"
#define FEATURE(props, shape)                                                                      \
    "{\"type\":\"Feature\",\"properties\":{" props "},\"geometry\":" shape "}"

TEST(geojson_properties_become_columns)
{
    const char *text =
        dump_as(CONVERT_GEOJSON,
                COLLECTION(FEATURE("\"namn\":\"Hova\",\"n\":3", POINT("14.2", "58.85")) "," FEATURE(
                    "\"n\":null,\"x\":[1]", "null")));
    CHECK(strstr(text, "[namn|n|x|lon|lat]\n1: Hova|3|-|14.2000000|58.8500000 0101000000") == text);
    CHECK(strstr(text, "\n2: -|-|[1]|-|-\nend 2 0\n"));
}

TEST(geojson_shapes_that_cannot_be_used_are_problems)
{
    const char *text = dump_as(
        CONVERT_GEOJSON,
        COLLECTION(FEATURE("\"a\":1", POINT("58.85", "14.2")) "," FEATURE(
            "\"a\":2", POINT("\"14\"", "58")) "," FEATURE("\"a\":3", POINT("14.2", "58.85"))));
    CHECK(strstr(text, "!1 fault_geometry <") && strstr(text, "!2 fault_"));
    CHECK(strstr(text, "\n3: 3|14.2000000|58.8500000 ") && strstr(text, "end 1 2\n"));
}

/* What is refused is kept: the feature, and nothing of what follows it. */
TEST(geojson_refused_feature_is_kept_alone)
{
    static const char file[] =
        "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[\"a\",1]},"
        "\"properties\":{\"t\":\"}\\\"]\"}},"
        "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"t\":\"next\"}}]}";
    const char *got = dump_as(CONVERT_GEOJSON, file);
    CHECK(strstr(got, "\"properties\":{\"t\":\"}\\\"]\"}}>\n") != NULL);
    CHECK(strstr(got, "<{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\"") != NULL);
    CHECK(strstr(got, "2: next") != NULL);
}

TEST(geojson_that_is_none_is_refused)
{
    CHECK_TEXT(dump_file(CONVERT_GEOJSON, "vrt.geojson"), "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_GEOJSON, ""), "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_GEOJSON, COLLECTION(FEATURE("", POINT("NaN", "1")))),
               "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_GEOJSON, "{\"type\":\"Topology\"}"), "fault_shape 1\n");
    struct buf b = buf_init(2u << 20);
    for (int i = 0; i < 1000000; i++)
        buf_putc(&b, '[');
    CHECK_TEXT(dump_as(CONVERT_GEOJSON, buf_text(&b)), "fault_json 1\n");
    buf_done(&b);
}

static const char gpx[] =
    "<?xml version='1.0'?>\n<gpx xmlns='http://www.topografix.com/GPX/1/1'>\n"
    "<metadata><name>hela</name></metadata>\n"
    "<wpt lat='58.85' lon='14.2'><name>Mörk tunnel</name><time>2026-02-01T18:00:00Z</time>"
    "<extensions><x><name>inte</name></x></extensions></wpt>\n"
    "<trk><name>Runda</name><trkseg><trkpt lat='58.85' lon='14.2'><time>T1</time></trkpt>"
    "<trkpt lat='58.86' lon='14.21'><time>T2</time></trkpt></trkseg><trkseg>"
    "<trkpt lat='58.87' lon='14.2'/></trkseg></trk>\n"
    "<rte><rtept lat='58.85' lon='14.2'><name>p</name></rtept></rte>\n"
    "<wpt lat='0' lon='&lt;0'><time>2026-02-03T18:00:00Z</time><name>Fel &amp; fel</name></wpt>\n"
    "<trk><name>Ute</name><trkseg><trkpt lat='58.85' lon='14.2'/><trkpt lat='1' lon='2'/>"
    "</trkseg></trk></gpx>";

TEST(gpx_gives_points_tracks_and_routes)
{
    const char *text = dump_as(CONVERT_GPX, gpx);
    CHECK(strstr(text, "[kind|name|desc|time|lat|lon]\n"
                       "4: wpt|Mörk tunnel|-|2026-02-01T18:00:00Z|58.85|14.2 0101000000") == text);
    CHECK(strstr(text, "\n5: trk|Runda|-|T1|-|- 010200000002000000"));
    CHECK(strstr(text, "\n6: rte|-|-|-|-|- 0101000000"));
    /* What is refused is kept so that it can be mended: the place and the time too. */
    CHECK(strstr(text,
                 "\n!7 fault_geometry <<wpt lat=\"0\" lon=\"&lt;0\"><name>Fel &amp; fel</name>"
                 "<time>2026-02-03T18:00:00Z</time></wpt>>\n"));
    CHECK(strstr(text,
                 "\n!8 fault_geometry <<trk><name>Ute</name><trkpt lat=\"1\" lon=\"2\"/></trk>>"
                 "\nend 3 2\n"));
}

TEST(gpx_that_is_none_is_refused)
{
    CHECK_TEXT(dump_as(CONVERT_GPX, "<html/>"), "fault_format 1\n");
    CHECK_TEXT(dump_as(CONVERT_GPX, "<gpx>"), "[kind|name|desc|time|lat|lon]\nfault_xml 1\n");
    CHECK_TEXT(dump_as(CONVERT_GPX, ""), "fault_xml 1\n");
    CHECK_TEXT(dump_as(CONVERT_GPX, "<!DOCTYPE g [<!ENTITY a 'b'>]><gpx/>"), "fault_entity 1\n");
    struct buf b = buf_init(8u << 20);
    buf_puts(&b, "<gpx>");
    for (int i = 0; i < 1000000; i++)
        buf_puts(&b, "<wpt>");
    CHECK(strstr(dump_as(CONVERT_GPX, buf_text(&b)), "fault_xml 1"));
    buf_done(&b);
}

TEST(shapes_survive_every_allocation_failure)
{
    struct convert_options o = {.format = CONVERT_GPX};
    survive_allocation_failures(&o, gpx, sizeof gpx - 1);
    const char *json = COLLECTION(FEATURE("\"namn\":\"Hova\"", POINT("14.2", "58.85")));
    o.format = CONVERT_GEOJSON;
    survive_allocation_failures(&o, json, strlen(json));
}

/* Through samsyn-convert-gdal: rows, problems, flags, and what was wrong. */
struct seen {
    uint64_t rows, problems;
    uint32_t flags;
    enum convert_fault fault;
    char first[200];
    struct geo_point at;
};

static void look(struct seen *s, const struct convert_header *h, const struct convert_item *it)
{
    if (it->kind != CONVERT_ROW || s->rows++ > 0)
        return;
    for (size_t i = 0; i < h->columns; i++)
        snprintf(s->first + strlen(s->first), sizeof s->first - strlen(s->first), "%s=%s ",
                 h->names[i], it->cells[i] ? it->cells[i] : "-");
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct geo_shape *shape;
    CHECK_INT(geo_wkb_read(a, it->wkb, it->wkb_len, 1000, &shape), ERR_OK);
    s->at = shape->paths[0].points[0];
}

static struct seen gdal(const char *name, const char *layer)
{
    char path[512];
    struct seen s = {0};
    snprintf(path, sizeof path, "%s/convert/%s", TEST_DATA, name);
    struct convert_options o = {.format = CONVERT_GDAL, .path = path, .sheet = layer};
    AUTO(convert_freep) struct convert_job *job = NULL;
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    const struct convert_header *h;
    const struct convert_item *it = NULL;
    enum err e = convert_header(job, &h);
    while (!e && !(e = convert_next(job, &it)) && it)
        look(&s, h, it);
    s.problems = convert_totals(job).problems;
    s.flags = convert_totals(job).flags;
    s.fault = e ? convert_error(job)->fault : CONVERT_FAULT_NONE;
    return s;
}

TEST(geopackage_comes_as_rows_with_sweref_shapes)
{
    struct seen s = gdal("points.gpkg", NULL);
    CHECK(s.fault == CONVERT_FAULT_NONE && s.rows == 2 && s.problems == 1);
    CHECK_TEXT(s.first, "namn=Hova antal=3 dag=2024-02-29 lon=14.2027108 lat=58.8533808 ");
    CHECK_NEAR(s.at.east, 454000, 0.001);
    CHECK_NEAR(s.at.north, 6524000, 0.001);
    CHECK(gdal("points.gpkg", "platser").rows == 2);
    CHECK(gdal("points.gpkg", "saknas").fault == CONVERT_FAULT_SHEET);
}

TEST(geopackage_of_any_system_is_moved_to_sweref)
{
    struct seen s = gdal("points_wal.gpkg", NULL); /* WGS 84, and in write-ahead mode */
    struct geo_point p = geo_to_sweref((struct geo_lonlat){14.2, 58.85});
    CHECK(s.rows == 1);
    CHECK_NEAR(s.at.east, p.east, 0.01);
    CHECK_NEAR(s.at.north, p.north, 0.01);
    s = gdal("points_unknown.gpkg", NULL);
    CHECK(s.rows == 1 && (s.flags & CONVERT_SAW_CRS_GUESSED));
    CHECK_NEAR(s.at.east, 454000, 0.001);
    CHECK(gdal("points_nowhere.gpkg", NULL).fault == CONVERT_FAULT_CRS);
}

TEST(shapefile_comes_in_a_zip_or_as_files_side_by_side)
{
    struct seen s = gdal("area.zip", NULL);
    CHECK(s.rows == 1 && s.problems == 0);
    CHECK_TEXT(s.first, "NAMN=Töreboda ");
    s = gdal("area.shp", NULL);
    CHECK(s.rows == 1);
    CHECK_TEXT(s.first, "NAMN=Töreboda ");
    CHECK_NEAR(s.at.east, 454000, 11);
}

TEST(gdal_opens_nothing_but_its_two_formats)
{
    CHECK(gdal("vrt.geojson", NULL).fault == CONVERT_FAULT_FORMAT);
    CHECK(gdal("police_api.json", NULL).fault == CONVERT_FAULT_FORMAT);
    CHECK(gdal("no_shape.zip", NULL).fault == CONVERT_FAULT_FORMAT);
    CHECK(gdal("sheet.xlsx", NULL).fault == CONVERT_FAULT_FORMAT);
}
