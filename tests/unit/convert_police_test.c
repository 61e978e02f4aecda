/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert_fixture.h"

#define API_HEAD "[id|datetime|name|summary|url|type|location_name|location_gps]\n"
#define REVISION_HEAD "[id|seen|datetime|name|summary|type|location_name|location_gps]\n"

TEST(police_answer_becomes_rows)
{
    const char *text = dump_file(CONVERT_POLICE_API, "police_api.json");
    CHECK(strstr(text, API_HEAD) == text);
    CHECK(strstr(text, "1: 624024|2026-02-08 8:07:56 +01:00|08 februari 07.31, Brand, Vimmerby|"
                       "Brand i industri, Storebro.|/aktuellt/handelser/2026/februari/8/"
                       "08-februari-07.31-brand-vimmerby/|Brand|Kalmar län|"
                       "57.235016,16.184935\n"));
    CHECK(strstr(text, "end 4 0\n"));
}

TEST(police_empty_answer_is_no_error)
{
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, ""), API_HEAD "end 0 0\n");
    CHECK(dump_flags & CONVERT_SAW_EMPTY);
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "[]"), API_HEAD "end 0 0\n");
    CHECK(!(dump_flags & CONVERT_SAW_EMPTY));
    CHECK_TEXT(dump_as(CONVERT_POLICE_ARCHIVE, " \n\n") + strlen(dump_text) - 8, "end 0 0\n");
}

TEST(police_answer_with_missing_fields_is_taken)
{
    CHECK_TEXT(dump_as(CONVERT_POLICE_API,
                       "[{\"id\":\"7\",\"location\":null,\"summary\":null,\"new\":[1]},"
                       "{\"id\":8,\"location\":{\"gps\":\"1,2\"},\"name\":\"\"}]"),
               API_HEAD "1: 7|-|-|-|-|-|-|-\n2: 8|-|-|-|-|-|-|1,2\nend 2 0\n");
}

TEST(police_objects_of_another_form_are_kept_as_problems)
{
    CHECK_TEXT(
        dump_as(CONVERT_POLICE_API, "[5,{\"name\":\"x\"},{\"id\":1,\"name\":{}},{\"id\":2}]"),
        API_HEAD "!1 fault_row_shape <5>\n!2 fault_no_id col 0 <{\"name\":\"x\"}>\n"
                 "!3 fault_row_shape col 2 <{\"id\":1,\"name\":{}}>\n"
                 "4: 2|-|-|-|-|-|-|-\nend 1 3\n");
}

TEST(police_answer_that_is_cut_or_foreign_is_refused)
{
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "[{\"id\":1},\n{\"id\":"), "fault_json 2\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "{\"error\":\"x\"}"), "fault_shape 0\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "<html>"), "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "[{\"id\":1,\"name\":\"a\\u0000b\"}]"),
               "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "[{\"id\":99999999999999999999}]"), "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, "[NaN]"), "fault_json 1\n");
}

TEST(police_answer_nested_a_million_deep_is_refused)
{
    struct buf b = buf_init(2u << 20);
    for (int i = 0; i < 1000000; i++)
        buf_putc(&b, '[');
    CHECK_TEXT(dump_as(CONVERT_POLICE_API, buf_text(&b)), "fault_json 1\n");
    buf_done(&b);
}

TEST(police_archive_gives_every_field)
{
    const char *text = dump_file(CONVERT_POLICE_ARCHIVE, "police_archive.jsonl");
    CHECK(strstr(text,
                 "[id|published|occurred_local|type|title|summary|api_location|lat|lon|"
                 "kommun|lan|geo_rule|url|first_seen|last_seen|revisions]\n"
                 "1: 429304|2023-06-02T14:41:25+02:00|2023-06-02T14:12|Trafikolycka|") == text);
    CHECK(strstr(text, "|Mariestad|58.710112|13.821333|1493|14|api|/aktuellt/"));
    CHECK(strstr(text, "|-|25|county|/aktuellt/"));
    CHECK(strstr(text, "end 3 0\n"));
}

TEST(police_archive_gives_a_row_a_revision)
{
    const char *text = dump_file(CONVERT_POLICE_ARCHIVE, "police_revisions.jsonl");
    CHECK(strstr(text,
                 REVISION_HEAD "1: 411664|2023-03-29T05:44:23+00:00|2023-03-29 7:26:53 "
                               "+02:00|29 mars 07:05, Trafikolycka, Örebro|Tra fordon") == text);
    CHECK(strstr(text, "\n1: 411664|2023-03-29T06:27:44+00:00|"));
    CHECK(strstr(text, "\n2: 411922|") && strstr(text, "end 4 0\n"));
    CHECK(dump_flags & CONVERT_SAW_REVISIONS);
}

TEST(police_archive_passes_over_broken_lines)
{
    const char *text = dump_as(CONVERT_POLICE_ARCHIVE,
                               "{\"id\":1}\n{\"id\":2\n\n{\"id\":3,\"revs\":[]}\n[1]\n{\"id\":5}");
    CHECK(strstr(text, "\n1: 1|-"));
    CHECK(strstr(text, "\n!2 fault_row_json <{\"id\":2>\n!4 fault_row_shape "
                       "<{\"id\":3,\"revs\":[]}>\n!5 fault_row_shape <[1]>\n6: 5|-"));
    CHECK_TEXT(dump_as(CONVERT_POLICE_ARCHIVE, "hej\n{\"id\":1}"), "fault_json 1\n");
    CHECK_TEXT(dump_as(CONVERT_POLICE_ARCHIVE, "[]\n"), "fault_shape 1\n");
}

TEST(police_survives_every_allocation_failure)
{
    struct convert_options o = {.format = CONVERT_POLICE_API};
    struct buf b = load_file("police_api.json");
    survive_allocation_failures(&o, b.data, b.len);
    buf_done(&b);
    o.format = CONVERT_POLICE_ARCHIVE;
    b = load_file("police_revisions.jsonl");
    survive_allocation_failures(&o, b.data, b.len);
    buf_done(&b);
}
