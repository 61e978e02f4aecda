/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an import says of itself: stopped by a fault, resumed, with rows that cannot be used. */
#include "import_fixture.h"

#include <string.h>

#include "base/clock.h"

static bool tells(const struct import_report *r, bool dry_run, const char *what)
{
    struct buf text = buf_init(10000);
    import_report_text(&text, LANG_SV, r, dry_run);
    bool found = strstr(buf_text(&text), what);
    buf_done(&text);
    return found;
}

DB_TEST(a_fault_in_the_middle_tells_what_is_in_and_what_to_do)
{
    struct import_request rq = mariestad;
    struct import_report r;
    write_file("rader.csv", ROWS "5;\"\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_INVALID);
    CHECK(tells(&r, false, "3 rader före felet är inne."));
    CHECK(tells(&r, false, "importera den igen"));
    CHECK(tells(&r, false, "Ta bort den här importen"));
    write_file("rader.csv", ROWS "5;2025-03-29;23:10;Annat;;;\n"); /* as it says: mended, again */
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.same, 3);
    CHECK_INT(r.added, 1);
    write_file("tom.csv", "id;datum\n1;\"\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_INVALID);
    CHECK(tells(&r, false, "Inget ur filen har sparats."));
}

DB_TEST(a_resumed_import_says_that_its_notes_are_of_the_later_part)
{
    struct import_request rq = mariestad;
    struct import_report r;
    int64_t limit = 20;
    rq.batch = 10;
    many_rows(55);
    CHECK_INT(load(f, rq, stop_after, &limit, &r), ERR_CANCELLED);
    CHECK(!tells(&r, false, "efter avbrottet"));
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK(tells(&r, false, "bara de 35 rader som lästes efter avbrottet"));
}

DB_TEST(only_what_is_planned_lies_ahead)
{
    struct import_request rq = mariestad;
    struct import_report r;
    msec soon = time_now() + 5 * 60 * 1000;
    struct civil c = civil_from_msec(soon);
    char text[400];
    snprintf(text, sizeof text,
             "id,datum,typ\n1,2130-01-01 10:00,Klotter\n2,2130-01-01 10:00,planned_event\n"
             "3,2025-01-01 10:00,Klotter\n4,%04d-%02d-%02d %02d:%02d,Klotter\n",
             c.year, c.month, c.day, c.hour, c.minute);
    write_file("sedan.csv", text);
    rq.dry_run = true;
    for (int i = 0; i < 2; i++, rq.dry_run = false) {
        CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
        CHECK_INT(r.added, 3); /* a clock may be some minutes fast */
        CHECK_INT(r.refused, 1);
        CHECK_TEXT(r.first[0].reason, "import_reason_future");
        CHECK_TEXT(r.first[0].field, "datum");
        CHECK(tells(&r, i == 0, "Tiden har inte varit än."));
    }
}

#define FEATURE(id, day)                                                                           \
    "{\"type\":\"Feature\"," id "\"properties\":{\"datum\":\"2025-03-" day "\"},\"geometry\":"     \
    "{\"type\":\"Point\",\"coordinates\":[13.8,58.7]}}"

DB_TEST(a_number_that_only_some_features_have_is_no_key)
{
    struct import_request rq = {.format = CONVERT_GEOJSON, .municipality = "1493"};
    struct import_report r;
    write_file("nagra.geojson", "{\"type\":\"FeatureCollection\",\"features\":[" FEATURE(
                                    "\"id\":\"a\",", "01") "," FEATURE("", "02") "]}");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.refused, 0);
    CHECK_INT(r.added, 2);
}
