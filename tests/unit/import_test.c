/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Importing without a database: times, positions, profiles, rows. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/import/import.h"
#include "parts/import/import_map.h"
#include "parts/import/import_position.h"
#include "parts/import/import_time.h"

static struct arena *room(void)
{
    struct arena *a = arena_new((size_t)16 << 20);
    CHECK(a);
    return a;
}

static void reads(const char *format, const char *s, const char *from, int minutes)
{
    struct import_span span;
    char text[TIME_TEXT];
    if (!import_time_read(format, s, &span)) {
        print_error("not read: %s as %s\n", s, format);
        CHECK(false);
    }
    time_iso_local(span.from, text);
    if (!str_starts(text, from)) {
        print_error("%s as %s gave %s\n", s, format, text);
        CHECK(false);
    }
    CHECK_INT((span.to - span.from) / MSEC_MINUTE, minutes);
}

TEST(no_file_means_the_twin_in_which_a_municipality_practises)
{
    CHECK_TEXT(import_town("1493"), "1493");
    CHECK_TEXT(import_town("Mariestads kommun"), "1493");
    CHECK(!import_town("6493") && !import_town("Övning Mariestad"));
}

TEST(times_are_read_as_files_write_them)
{
    reads("auto", "2025-03-27 10:25", "2025-03-27T10:25:00+01", 0);
    reads("auto", "2025-03-27T10:25:07", "2025-03-27T10:25:07+01", 0);
    reads("auto", "2025-08-12 6:09:30 +02:00", "2025-08-12T06:09:30+02", 0);
    reads("auto", "2025-03-27 10.25", "2025-03-27T10:25:00", 0);
    reads("auto", "20250327 0130", "2025-03-27T01:30:00", 0);
    reads("auto", "20250327", "2025-03-27T00:00:00", 1440);
    reads("auto", "250327", "2025-03-27T00:00:00", 1440);
    reads("auto", "27/3/2025 9:05", "2025-03-27T09:05:00", 0);
    reads("auto", "27.03.2025", "2025-03-27T00:00:00", 1440);
    reads("auto", "27 mars 2025 kl. 10.25", "2025-03-27T10:25:00", 0);
    reads("auto", "5 maj 2025", "2025-05-05T00:00:00", 1440);
    reads("auto", "45743.4375", "2025-03-27T10:30:00", 0);
    reads("auto", "45743", "2025-03-27T00:00:00", 1440);
    reads("auto", "1743067500", "2025-03-27T10:25:00", 0);
    reads("excel", "45743,4375", "2025-03-27T10:30:00", 0);
    reads("mm/dd/yyyy hh:mm", "03/27/2025 2:05 PM", "2025-03-27T14:05:00", 0);
    reads("dd/mm-yy", "27/3-25", "2025-03-27T00:00:00", 1440);
}

TEST(what_is_no_time_is_refused)
{
    static const char *const bad[] = {"",      "igår",       "2025-02-30",       "2025-13-01",
                                      "99:99", "27/27/2025", "2025-03-27 25:00", "2025-03-27 10:99",
                                      "-"};
    struct import_span span;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!import_time_read("auto", bad[i], &span));
    CHECK(!import_time_read("iso", "27/3/2025", &span));
    CHECK(import_format_valid("dd/mm/yyyy hh:mm") && !import_format_valid("xx") &&
          !import_format_valid("hh:mm"));
}

static void joins(const char *date, const char *clock, const char *from, int minutes)
{
    struct import_span span;
    char text[TIME_TEXT];
    CHECK(import_time_join("auto", date, clock, &span));
    time_iso_local(span.from, text);
    CHECK(str_starts(text, from));
    CHECK_INT((span.to - span.from) / MSEC_MINUTE, minutes);
}

TEST(date_and_time_of_day_in_columns_of_their_own)
{
    joins("2025-03-27", "0130", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "130", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "1:30", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "01.30", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "kl. 1.30", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "0.0625", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "0,0625", "2025-03-27T01:30:00", 0);
    joins("2025-03-27", "1", "2025-03-27T01:00:00", 60); /* only the hour is known */
    joins("2025-03-27", "24", "2025-03-28T00:00:00", 60);
    joins("2025-03-27", NULL, "2025-03-27T00:00:00", 1440);
    struct import_span span;
    CHECK(!import_time_join("auto", "2025-03-27", "2570", &span));
    CHECK(!import_time_join("auto", "2025-03-27", "natt", &span));
}

TEST(the_nights_when_the_clocks_change)
{
    reads("auto", "2025-10-26 02:30", "2025-10-26T02:30:00+02", 0); /* the first of the two */
    reads("auto", "2025-03-30 02:30", "2025-03-30T03:30:00+02", 0); /* an hour that never was */
    reads("auto", "2025-03-30", "2025-03-30T00:00:00+01", 23 * 60);
    reads("auto", "2025-10-26", "2025-10-26T00:00:00+02", 25 * 60);
}

TEST(a_time_of_day_alone_comes_after_the_beginning)
{
    struct import_span from, to;
    CHECK(import_time_read("auto", "2025-03-27 22:00", &from));
    CHECK(import_time_after("0200", from.from, &to));
    CHECK_INT(to.to - from.from, 4 * MSEC_HOUR);
    CHECK(import_time_after("23:15", from.from, &to));
    CHECK_INT(to.to - from.from, 75 * MSEC_MINUTE);
}

TEST(positions_in_both_systems_and_with_exchanged_axes)
{
    static const struct {
        const char *north, *east;
        enum import_where where;
        bool swapped;
    } cases[] = {
        {"58.7095", "13.8237", WHERE_FOUND, false},
        {"58,7095", "13,8237", WHERE_FOUND, false},
        {"13.8237", "58.7095", WHERE_FOUND, true},
        {"6507010", "431800", WHERE_FOUND, false},
        {"6 507 010,5", "431 800,25", WHERE_FOUND, false},
        {"431800", "6507010", WHERE_FOUND, true},
        {"29.5097", "-98.5466", WHERE_OUTSIDE, false},
        {"6508000", "1385000", WHERE_RT90, false},
        {"0", "0", WHERE_NONE, false},
        {NULL, NULL, WHERE_NONE, false},
        {"58.7", NULL, WHERE_BROKEN, false},
        {"norr", "13.8", WHERE_BROKEN, false},
        {"1,234.5", "13", WHERE_BROKEN, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct geo_point p = {0};
        bool swapped = false;
        CHECK_INT(import_position(cases[i].north, cases[i].east, &p, &swapped), cases[i].where);
        CHECK_INT(swapped, cases[i].swapped);
        if (cases[i].where == WHERE_FOUND) {
            CHECK_NEAR(p.north, 6507500, 2500);
            CHECK_NEAR(p.east, 431900, 400);
        }
    }
}

TEST(both_numbers_of_a_position_in_one_column)
{
    static const char *const texts[] = {"58.7095, 13.8237",       "58.7095,13.8237",
                                        "58,7095; 13,8237",       "58.7095 13.8237",
                                        "POINT(13.8237 58.7095)", "58,7095, 13,8237"};
    struct arena *a = room();
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct geo_point p;
        bool swapped = false;
        CHECK_INT(import_position_both(a, texts[i], &p, &swapped), WHERE_FOUND);
        CHECK_NEAR(p.north, 6507900, 2500);
        CHECK(!swapped);
    }
    arena_free(a);
}

/* --- Profiles --- */

TEST(a_profile_reads_back_as_it_was_written)
{
    static const char json[] =
        "{\"source\":\"larm\",\"municipality\":{\"column\":\"Kommun\"},\"key\":[\"Id\",\"Del\"],"
        "\"type\":{\"column\":\"Typ\",\"default\":\"damage\",\"values\":{\"Klotter\":"
        "\"damage.graffiti\"}},\"time\":{\"column\":\"Datum\",\"clock\":\"Tid\",\"format\":"
        "\"dd/mm/yyyy\"},\"to\":{\"clock\":\"Till\",\"format\":\"auto\"},\"position\":{\"north\":"
        "\"N\",\"east\":\"E\",\"place\":\"Plats\",\"precision\":\"street\",\"outside\":"
        "\"refuse\"},\"organisation\":\"Bostadsbolaget\",\"title\":\"Rubrik\",\"exercise\":true,"
        "\"missing\":[\"saknas\"],\"read\":{\"delimiter\":\";\",\"encoding\":\"windows-1252\","
        "\"skip\":2}}";
    struct arena *a = room();
    struct profile p, q;
    const char *problem = NULL;
    CHECK_INT(profile_read(a, json, &p, &problem), ERR_OK);
    CHECK_INT(p.n_keys, 2);
    CHECK_TEXT(p.words[0].code, "damage.graffiti");
    CHECK(p.refuse_outside && p.exercise && p.delimiter == ';' && p.skip == 2);
    struct buf b = buf_init(65536), c = buf_init(65536);
    profile_write(&b, &p);
    CHECK_INT(profile_read(a, buf_text(&b), &q, &problem), ERR_OK);
    profile_write(&c, &q);
    CHECK_TEXT(buf_text(&b), buf_text(&c));
    buf_done(&b);
    buf_done(&c);
    arena_free(a);
}

TEST(a_wrong_profile_is_refused_by_name)
{
#define A_TIME "\"time\":{\"column\":\"a\"}"
    static const struct {
        const char *json, *named, *instead; /* what is wrong, and what to write */
    } cases[] = {
        {"{\n\n", "JSON", "rad 3"},
        {"{" A_TIME ",\"tid\":1}", "tid", "source, municipality, key"},
        {"{\"time\":{\"name\":\"a\"}}", "”time” har ”name”", "column, clock, format."},
        {"{\"time\":{\"column\":\"a\",\"format\":\"vad som helst\"}}", "vad som helst",
         "dd/mm/yyyy"},
        {"{" A_TIME ",\"position\":{\"north\":\"n\"}}", "saknar ”east”", "north och east"},
        {"{" A_TIME ",\"source\":\"police\"}", "police", "ett annat namn"},
        {"{\"source\":\"x\"}", "time", "”column”"},
    };
    struct arena *a = room();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct profile p;
        const char *problem = NULL;
        CHECK_INT(profile_read(a, cases[i].json, &p, &problem), ERR_INVALID);
        const char *sv = import_problem_text(a, LANG_SV, problem);
        if (!strstr(sv, cases[i].named) || !strstr(sv, cases[i].instead))
            CHECK_TEXT(sv, cases[i].named);
    }
    CHECK(strstr(import_problem_text(a, LANG_SV, "Kommun"), "Kommun"));
    arena_free(a);
}

/* --- Rows --- */

static struct convert_header header_of(const char *const *names, size_t n)
{
    return (struct convert_header){.columns = n, .names = names};
}

static const char *const columns[] = {"Id", "Datum", "Tid",    "Typ",    "N",
                                      "E",  "Plats", "Kommun", "Rubrik", "Slut"};
static const char plain[] =
    "{\"source\":\"larm\",\"key\":[\"Id\"],\"municipality\":{\"column\":\"Kommun\"},\"type\":"
    "{\"column\":\"Typ\",\"values\":{\"KL\":\"damage.graffiti\"}},\"time\":{\"column\":\"Datum\","
    "\"clock\":\"Tid\"},\"to\":{\"column\":\"Slut\"},\"position\":{\"north\":\"N\",\"east\":\"E\","
    "\"place\":\"Plats\"},"
    "\"title\":\"Rubrik\"}";

static struct import_row mapped_shape(struct arena *a, const char *const *cells, const uint8_t *wkb,
                                      size_t wkb_len)
{
    struct profile p;
    const char *problem = NULL;
    struct import_mapper *m;
    struct import_row row;
    struct convert_header h = header_of(columns, ARRAY_LEN(columns));
    struct convert_item it = {
        .kind = CONVERT_ROW, .number = 2, .cells = cells, .wkb = wkb, .wkb_len = wkb_len};
    CHECK_INT(profile_read(a, plain, &p, &problem), ERR_OK);
    CHECK_INT(import_mapper_new(a, &(struct import_binding){&p, NULL, &h, "1493"}, &m, &problem),
              ERR_OK);
    CHECK_INT(import_map_row(m, a, &it, &row), ERR_OK);
    import_mapper_done(m);
    return row;
}

static struct import_row mapped(struct arena *a, const char *const *cells)
{
    return mapped_shape(a, cells, NULL, 0);
}

TEST(a_row_becomes_an_event)
{
    static const char *const cells[10] = {"17",     "2025-03-27",        "0130",
                                          "KL",     "6507010,5",         "431800",
                                          "Torget", "Mariestads kommun", "Klotter \r\n på vägg"};
    struct arena *a = room();
    struct import_row r = mapped(a, cells);
    CHECK(!r.reason);
    CHECK_TEXT(r.e.municipality, "1493");
    CHECK_TEXT(r.e.source, "larm");
    CHECK_TEXT(r.e.source_key, "17");
    CHECK_TEXT(r.e.type_code, "damage.graffiti");
    CHECK_TEXT(r.e.type_said, "KL");
    CHECK_INT(r.e.precision, GEO_POINT);
    CHECK_NEAR(r.e.north, 6507010.5, 0.01);
    CHECK_TEXT(r.e.place_name, "Torget");
    arena_free(a);
}

/* A track of a GPX file, or an area among points: its shape stands beside empty columns. */
TEST(a_row_without_numbers_is_where_its_shape_is)
{
    static const char *const cells[10] = {"17", "2025-03-27", "0130", "KL", NULL,
                                          NULL, NULL,         NULL,   NULL};
    static const uint8_t line[] = "\1\2\0\0\0\2\0\0\0"
                                  "\0\0\0\0\0\136\32\101\0\0\0\0\200\322\130\101"
                                  "\0\0\0\0\0\140\32\101\0\0\0\0\200\322\130\101";
    struct arena *a = room();
    struct import_row r = mapped_shape(a, cells, line, sizeof line - 1);
    CHECK(!r.reason);
    CHECK_INT(r.e.precision, GEO_AREA);
    CHECK(isnan(r.e.north) && !r.notes); /* somewhere in it: never a point */
    arena_free(a);
}

TEST(what_a_row_lacks_or_says_wrongly)
{
    static const struct {
        const char *cells[10], *reason, *column;
    } cases[] = {
        {{NULL, "2025-03-27", NULL, "KL"}, "import_reason_key", "Id"},
        {{"-", "2025-03-27", NULL, "KL"}, "import_reason_key", "Id"},
        {{"1", "..", NULL, "KL"}, "import_reason_no_time", "Datum"},
        {{"1", "i går", NULL, "KL"}, "import_reason_time", "Datum"},
        {{"1", "i går", "12.00", "KL"}, "import_reason_time", "Datum"},
        {{"1", "2025-03-27", "99", "KL"}, "import_reason_time", "Tid"},
        {{"1", "2025-03-27", [9] = "i går"}, "import_reason_time", "Slut"},
        {{"1", "2025-03-27", [9] = "2025-03-25"}, "event_rule_order", "Slut"},
        {{"1", "2025-03-27", NULL, "KL", "x", "y"}, "import_reason_position", "N"},
        {{"1", "2025-03-27", NULL, "KL", "6508000", "1385000"}, "import_reason_rt90", "N"},
        {{"1", "2025-03-27", [7] = "Nangijala"}, "import_reason_municipality", "Kommun"},
        {{"1", "2025-03-27", [7] = "1447"}, "import_reason_other_municipality", "Kommun"},
    };
    struct arena *a = room();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct import_row r = mapped(a, cases[i].cells);
        CHECK(r.reason);
        CHECK_TEXT(r.reason, cases[i].reason);
        CHECK_TEXT(r.field, cases[i].column);
    }
    arena_free(a);
}

TEST(a_place_that_is_only_a_name_gets_no_point)
{
    static const char *const known[] = {"1", "2025-03-27", NULL, "KL", "-", "..", "Lyrestad"};
    static const char *const strange[] = {"2", "2025-03-27", NULL, "??", "", NULL, "Ån bakom öl"};
    static const char *const abroad[] = {"3", "2025-03-27", NULL, "KL", "29.5", "-98.5"};
    const char *cells[3][10] = {{0}};
    struct arena *a = room();
    for (size_t i = 0; i < 7; i++) {
        cells[0][i] = known[i];
        cells[1][i] = strange[i];
        cells[2][i] = i < 6 ? abroad[i] : NULL;
    }
    struct import_row r = mapped(a, cells[0]);
    CHECK_INT(r.e.precision, GEO_AREA);
    CHECK(isnan(r.e.east));
    r = mapped(a, cells[1]);
    CHECK_INT(r.e.precision, GEO_MUNICIPALITY);
    CHECK_TEXT(r.e.place_name, "Ån bakom öl");
    CHECK_TEXT(r.e.type_code, "other");
    CHECK_TEXT(r.e.type_said, "??");
    CHECK(r.notes & 1u << NOTE_PLACE && r.notes & 1u << NOTE_TYPE);
    r = mapped(a, cells[2]);
    CHECK(!r.reason && isnan(r.e.east) && r.notes & 1u << NOTE_OUTSIDE);
    arena_free(a);
}

/* --- Notices --- */

static const char *const notice_columns[] = {"id",  "datetime", "name",          "summary",
                                             "url", "type",     "location_name", "location_gps"};

static struct import_row notice(struct arena *a, const char *at, const char *title,
                                const char *type, const char *place)
{
    const char *cells[] = {"7", at, title, "Text", "/a/b/", type, place, "58.7,13.8"};
    struct convert_header h = header_of(notice_columns, ARRAY_LEN(notice_columns));
    struct convert_item it = {.kind = CONVERT_ROW, .number = 1, .cells = cells};
    struct import_police *p;
    struct import_row r;
    CHECK_INT(import_police_new(a, &h, &p), ERR_OK);
    CHECK_INT(import_police_row(p, a, &it, &r), ERR_OK);
    return r;
}

static void lies(const char *title, const char *place, const char *municipality,
                 enum geo_precision precision)
{
    struct arena *a = room();
    struct import_row r = notice(a, "2025-03-27 6:09:30 +01:00", title, "Brand", place);
    CHECK(!r.reason);
    CHECK_TEXT(r.e.municipality, municipality);
    CHECK_INT(r.e.precision, precision);
    CHECK(isnan(r.e.east) && isnan(r.e.north));
    arena_free(a);
}

TEST(a_notice_never_gets_the_middle_of_its_municipality_as_a_place)
{
    lies("27 mars 05:10, Brand, Mariestad", "Mariestad", "1493", GEO_MUNICIPALITY);
    lies("27 mars 05:10, Brand, Lilla edet", "Lilla edet", "1462", GEO_MUNICIPALITY);
    lies("27 mars 05:10, Brand, Gotlands län", "Gotlands län", "0900", GEO_COUNTY);
    lies("27 mars 05:10, Brand, Uddevalla", "Västra Götalands län", "1485", GEO_MUNICIPALITY);
    lies("27 mars 05:10, Brand, Malmö", "Västra Götalands län", "1400", GEO_COUNTY);
    lies("27 mars 05:10, Brand, Örebro", NULL, "1880", GEO_MUNICIPALITY);
    lies("27 mars 05:10, Brand, Nangijala", "Nangijala", "0000", GEO_NONE);
}

static void occurs(const char *published, const char *title, const char *when)
{
    struct arena *a = room();
    char text[TIME_TEXT];
    struct import_row r = notice(a, published, title, "Brand", "Mariestad");
    time_iso_local(r.e.occurred_from, text);
    CHECK(str_starts(text, when));
    arena_free(a);
}

TEST(a_notice_happened_when_its_title_says)
{
    occurs("2025-03-27 10:50:06 +01:00", "27 mars 10:25, Brand, Mariestad", "2025-03-27T10:25");
    occurs("2025-03-27 10:50:06 +01:00", "27 mars 10.36, Brand, Mariestad", "2025-03-27T10:36");
    occurs("2025-01-01 0:10:00 +01:00", "31 december 23.50, Brand, Ale", "2024-12-31T23:50");
    occurs("2025-04-28 7:30:18 +02:00", "01 maj 08:00, Brand, Ale", "2025-05-01T08:00");
    occurs("2025-03-27 6:09:30 +01:00", "Sammanfattning", "2025-03-27T06:09:30");
}

TEST(words_of_the_police_become_types)
{
    struct arena *a = room();
    struct import_row r = notice(a, "2025-03-27 6:09:30 +01:00", "27 mars 05.10, X, Ale",
                                 "Sammanfattning natt", "Ale");
    CHECK_TEXT(r.e.type_code, "police_summary");
    CHECK_TEXT(r.e.url, "https://polisen.se/a/b/");
    r = notice(a, "2025-03-27 6:09:30 +01:00", "27 mars 05.10, X, Ale", "Trafikolycka,  singel",
               "Ale");
    CHECK_TEXT(r.e.type_code, "traffic.accident");
    r = notice(a, "2025-03-27 6:09:30 +01:00", "27 mars 05.10, X, Ale", "Nytt ord", "Ale");
    CHECK_TEXT(r.e.type_code, "other");
    CHECK_TEXT(r.e.type_said, "Nytt ord");
    arena_free(a);
}

TEST(memory_may_end_anywhere)
{
    static const char *const cells[10] = {
        "17", "2025-03-27", "0130", "KL", "6507010,5", "431800", "Torget", "Mariestad", "Klotter"};
    struct convert_header h = header_of(columns, ARRAY_LEN(columns));
    struct convert_item it = {.kind = CONVERT_ROW, .number = 2, .cells = cells};
    bool done = false;
    for (long n = 0; !done; n++) {
        struct profile p;
        const char *problem = NULL;
        struct import_mapper *m = NULL;
        struct import_row row;
        mem_fail_at(n);
        struct arena *a = arena_new((size_t)16 << 20);
        enum err e = a ? profile_read(a, plain, &p, &problem) : ERR_NOMEM;
        if (e == ERR_OK)
            e = import_mapper_new(a, &(struct import_binding){&p, NULL, &h, "1493"}, &m, &problem);
        if (e == ERR_OK)
            e = import_map_row(m, a, &it, &row);
        done = !mem_failed();
        mem_fail_at(-1);
        CHECK_INT(e, done ? ERR_OK : ERR_NOMEM);
        import_mapper_done(m);
        arena_free(a);
        CHECK(n < 10000);
    }
}
