/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paths, forms and their fields, without a socket. */
#include "test.h"

#include <string.h>

#include "req_fixture.h"

TEST(paths_are_decoded_once_and_cannot_climb)
{
    struct req rq = req_blank();
    const char *p;
    CHECK(path_clean(rq.arena, "/1493/h%C3%A4ndelser", &p) == ERR_OK);
    CHECK_TEXT(p, "/1493/händelser");
    const char *const bad[] = {"/a/../b", "/..", "/a/%2e%2e/b", "//a",    "/a//b",
                               "/a%00b",  "/%",  "/%g1",        "/%C3",   "/a\\b",
                               "/./a",    "a",   "/%2e%2e/",    "/a%0a/b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(path_clean(rq.arena, bad[i], &p) != ERR_OK);
    CHECK(path_clean(rq.arena, "/%252e%252e/", &p) == ERR_OK);
    CHECK_TEXT(p, "/%2e%2e/"); /* once: what it says now is a name */
    req_done(&rq);
}

TEST(urlencoded_forms_are_read)
{
    struct req rq = req_blank();
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "a=1&b=G%C3%A5rdsgatan+3&c&a=2",
                    29) == ERR_OK);
    CHECK_TEXT(req_nth(&rq, "a", 1), "2");
    CHECK_TEXT(req_field(&rq, "b"), "Gårdsgatan 3");
    CHECK_TEXT(req_field(&rq, "c"), "");
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "%E5=a", 5) == ERR_USAGE);
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", "a=%0", 4) == ERR_USAGE);
    CHECK(form_read(&rq, "text/plain", "a=1", 3) == ERR_MEDIA);
    CHECK(form_read(&rq, NULL, "a=1", 3) == ERR_MEDIA);
    req_done(&rq);
}

static enum err read_parts(struct req *rq, const char *body)
{
    return form_read(rq, "multipart/form-data; boundary=XX", body, strlen(body));
}

TEST(multipart_forms_are_read)
{
    struct req rq = req_blank();
    CHECK(read_parts(&rq, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhej\r\n"
                          "--XX\r\nContent-Disposition: form-data; name=\"f\"; "
                          "filename=\"C:\\\\x\\\\data.csv\"\r\nContent-Type: text/csv\r\n\r\n"
                          "1;2\r\n--X\r\n--XX--\r\n") == ERR_OK);
    CHECK_TEXT(req_field(&rq, "a"), "hej");
    const struct file_part *f = req_file(&rq, "f");
    CHECK(f && f->n == 8 && memcmp(f->data, "1;2\r\n--X", 8) == 0);
    CHECK_TEXT(f->filename, "data.csv");
    const char *const bad[] = {
        "",         "--XX",
        "--XX\r\n", "--XX\r\n\r\nhej\r\n--XX--\r\n",
        "--YY\r\n", "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhej",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct req again = req_blank();
        CHECK(read_parts(&again, bad[i]) == ERR_USAGE);
        req_done(&again);
    }
    req_done(&rq);
}

static const struct field_spec form[] = {
    {.name = "place", .kind = FIELD_TEXT, .required = true, .max = 20},
    {.name = "text", .kind = FIELD_LINES, .max = 50},
    {.name = "n", .kind = FIELD_INT, .min = 1, .max = 12},
    {.name = "x", .kind = FIELD_REAL},
    {.name = "day", .kind = FIELD_DATE},
    {.name = "clock", .kind = FIELD_TIME},
    {.name = "mail", .kind = FIELD_EMAIL},
    {.name = "id", .kind = FIELD_ID},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {0},
};

static struct req filled(const char *body)
{
    struct req rq = req_blank();
    CHECK(form_read(&rq, "application/x-www-form-urlencoded", body, strlen(body)) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_OK);
    return rq;
}

TEST(fields_are_cleaned_and_unknown_ones_dropped)
{
    struct req rq = filled("place=+Hova%C2%A0&x=12,5&day-year=2026&day-month=3&day-day=1"
                           "&clock=0130&type=a&type=b&evil=1&text=a%0D%0Ab&csrf=t");
    CHECK(!rq.problems);
    CHECK_TEXT(req_field(&rq, "place"), "Hova");
    CHECK(req_real(&rq, "x", 0) == 12.5);
    CHECK_TEXT(req_field(&rq, "day"), "2026-03-01");
    CHECK_TEXT(req_field(&rq, "text"), "a\nb");
    CHECK_TEXT(req_nth(&rq, "type", 1), "b");
    CHECK(!req_field(&rq, "evil"));
    CHECK_TEXT(req_field(&rq, "csrf"), "t");
    req_done(&rq);
}

#define MARK "\xEF\xBF\xBD"

TEST(bytes_that_are_no_text_are_a_problem_of_their_field)
{
    struct req rq = filled("text=Krossad+%E5%00+ruta&place=Hova&x=%FF&type=a");
    CHECK_TEXT(req_field(&rq, "text"), "Krossad " MARK MARK " ruta");
    CHECK_TEXT(req_problem_of(&rq, "text"), "field_control");
    CHECK_TEXT(req_field(&rq, "place"), "Hova");
    CHECK(!req_problem_of(&rq, "place") && !req_problem_of(&rq, "type"));
    CHECK_TEXT(req_problem_of(&rq, "x"), "field_control");
    req_done(&rq);
    rq = filled("place=Hova&text=%EF%BF%BD"); /* somebody's own mark is text */
    CHECK(!rq.problems);
    req_done(&rq);
    rq = req_blank();
    static const char body[] =
        "--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\0\xE5"
        "b\r\n--XX--\r\n";
    CHECK(form_read(&rq, "multipart/form-data; boundary=XX", body, sizeof body - 1) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_OK);
    CHECK_TEXT(req_field(&rq, "text"), "a" MARK MARK "b");
    CHECK_TEXT(req_problem_of(&rq, "text"), "field_control");
    req_done(&rq);
}

TEST(a_strict_route_names_what_it_does_not_know)
{
    static const struct route strict = {.flags = ROUTE_STRICT};
    struct req rq = req_blank();
    rq.route = &strict;
    static const char body[] = "place=Hova&limit=2&day-year=2026&day-month=3&day-day=1&n-day=1";
    CHECK(form_read_query(&rq, body) == ERR_OK);
    CHECK(form_check(&rq, form, NULL) == ERR_USAGE);
    CHECK_TEXT(req_problem_of(&rq, "limit"), "field_unknown");
    CHECK_TEXT(req_problem_of(&rq, "n-day"), "field_unknown");
    CHECK(!req_problem_of(&rq, "place") && !req_problem_of(&rq, "day-year"));
    req_done(&rq);
}

TEST(wrong_fields_get_a_problem_and_keep_what_was_typed)
{
    static const struct {
        const char *body, *field, *problem;
    } rows[] = {
        {"place=", "place", "field_required"},
        {"place=aaaaaaaaaaaaaaaaaaaaa", "place", "field_long"},
        {"place=a%07", "place", "field_control"},
        {"place=a%0Ab", "place", "field_control"},
        {"place=a&n=13", "n", "field_range"},
        {"place=a&n=en", "n", "field_int"},
        {"place=a&x=nan", "x", "field_real"},
        {"place=a&day=2026-02-30", "day", "field_date"},
        {"place=a&day-year=2026&day-month=x&day-day=1", "day", "field_date"},
        {"place=a&day-year=26&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day-year=26&day-month=3&day-day=x", "day", "field_year"},
        {"place=a&day-year=0026&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day-year=&day-month=3&day-day=1", "day", "field_year"},
        {"place=a&day=26-03-01", "day", "field_year"},
        {"place=a&clock=25", "clock", "field_time"},
        {"place=a&clock=12:60", "clock", "field_time"},
        {"place=a&clock=1.5", "clock", "field_time"},
        {"place=a&clock=22.4", "clock", "field_time"},
        {"place=a&clock=22:40:10", "clock", "field_time"},
        {"place=a&clock=00022", "clock", "field_time"},
        {"place=a&clock=2..15", "clock", "field_time"},
        {"place=a&mail=x@y", "mail", "field_email"},
        {"place=a&mail=x@y.se%0D%0ABcc:z@y.se", "mail", "field_email"},
        {"place=a&id=1", "id", "field_id"},
        {"place=a&type=a'b", "type", "field_code"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct req rq = filled(rows[i].body);
        CHECK(rq.problems && !rq.problems->next);
        CHECK_TEXT(req_problem_of(&rq, rows[i].field), rows[i].problem);
        CHECK(i == 0 || req_field(&rq, rows[i].field));
        req_done(&rq);
    }
}

/* "26" is not made to a year that nobody wrote: it comes back with a sentence. */
TEST(a_year_of_two_figures_is_kept_as_it_was_typed)
{
    struct req rq = filled("place=a&day-year=26&day-month=3&day-day=1");
    CHECK_TEXT(req_field(&rq, "day"), "26-3-1");
    req_done(&rq);
}

/* As people write it. A part of it is never taken for the whole: 1.5 is neither 01.05 nor 15. */
TEST(a_time_of_day_is_minutes_after_midnight)
{
    static const struct {
        const char *body;
        int minutes;
    } rows[] = {
        {"place=a&clock=22:40", 1360}, {"place=a&clock=22.40", 1360},
        {"place=a&clock=2240", 1360},  {"place=a&clock=22", 1320},
        {"place=a&clock=8.30", 510},   {"place=a&clock=830", 510},
        {"place=a&clock=8", 480},      {"place=a&clock=0130", 90},
        {"place=a&clock=00:00", 0},    {"place=a&clock=23:59", 1439},
        {"place=a&clock=1.5", -1},     {"place=a", -1},
        {"place=a&clock-hour=8", 480}, {"place=a&clock-hour=8&clock-minute=5", 485},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct req rq = filled(rows[i].body);
        CHECK_INT(req_minutes(&rq, "clock", -1), rows[i].minutes);
        req_done(&rq);
    }
}
