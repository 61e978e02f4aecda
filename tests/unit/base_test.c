/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"

struct lender {
    long out, taken;
};

static void *lend(void *arg, size_t n)
{
    struct lender *l = arg;
    char *p = malloc(n);
    if (p)
        memset(p, 0x5a, n);
    l->out++;
    l->taken++;
    return p;
}

static void take_back(void *arg, void *p)
{
    struct lender *l = arg;
    l->out--;
    free(p);
}

TEST(arena_uses_memory_that_somebody_else_hands_out)
{
    struct lender l = {0};
    struct mem_source source = {lend, take_back, &l};
    struct arena *a = arena_new_from(1 << 20, &source);
    for (int i = 0; i < 100; i++) {
        char *p = arena_alloc(a, 1000);
        CHECK(p && p[0] == 0 && p[999] == 0);
    }
    CHECK(l.taken > 2);
    arena_reset(a);
    CHECK(l.out == 2);
    arena_free(a);
    CHECK_INT(l.out, 0);
}

TEST(arena_refuses_past_its_limit)
{
    struct arena *a = arena_new(1000);
    CHECK(arena_alloc(a, 900));
    CHECK(!arena_alloc(a, 200));
    arena_reset(a);
    char *p = arena_alloc(a, 900);
    CHECK(p && p[0] == 0 && p[899] == 0);
    arena_free(a);
}

TEST(arena_goes_back_to_a_mark)
{
    struct arena *a = arena_new(1u << 24);
    char *kept = arena_alloc(a, 100);
    memset(kept, 'k', 100);
    for (size_t size = 8; size < 1u << 22; size *= 3) {
        struct arena_mark m = arena_mark(a);
        size_t used = arena_used(a);
        char *p = arena_alloc(a, size), *q = arena_alloc(a, 2 * size);
        CHECK(p && q && p[0] == 0 && p[size - 1] == 0 && q[0] == 0 && q[2 * size - 1] == 0);
        memset(p, 'x', size);
        memset(q, 'x', 2 * size);
        arena_rewind(a, m);
        CHECK_INT(arena_used(a), used);
    }
    for (int i = 0; i < 100; i++)
        CHECK_INT(kept[i], 'k');
    char *p = arena_alloc(a, 5000);
    for (int i = 0; i < 5000; i++)
        CHECK_INT(p[i], 0);
    arena_free(a);
}

TEST(buffer_keeps_its_first_error)
{
    struct buf b = buf_init(10);
    buf_puts(&b, "123456789");
    buf_puts(&b, "abc");
    buf_puts(&b, "x");
    CHECK(buf_err(&b) == ERR_LIMIT);
    CHECK_TEXT(b.data, "123456789");
    buf_done(&b);
}

TEST(buffer_survives_every_allocation_failure)
{
    for (long n = 0;; n++) {
        struct buf b = buf_init(1 << 20);
        mem_fail_at(n);
        for (int i = 0; i < 1000; i++)
            buf_printf(&b, "row %d\n", i);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(buf_err(&b) == (failed ? ERR_NOMEM : ERR_OK));
        buf_done(&b);
        if (!failed)
            break;
    }
}

TEST(double_text_reads_back_the_same)
{
    const double values[] = {0.1, 1.0 / 3, 1e22, -5e-324, 123456.789, 6502718.25};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct buf b = buf_init(100);
        buf_double(&b, values[i]);
        CHECK(strtod(b.data, NULL) == values[i]);
        buf_done(&b);
    }
}

TEST(utf8_refuses_what_is_broken)
{
    CHECK(utf8_valid("Töreboda", strlen("Töreboda")));
    CHECK(!utf8_valid("\xC0\xAF", 2));         /* overlong */
    CHECK(!utf8_valid("\xED\xA0\x80", 3));     /* surrogate */
    CHECK(!utf8_valid("\xF4\x90\x80\x80", 4)); /* past U+10FFFF */
    CHECK(!utf8_valid("\xE5\xE4", 2));         /* Windows-1252 */
    CHECK(!utf8_valid("a\0b", 3));
    const char *p = "\xE5x";
    CHECK(utf8_next(&p) == 0xFFFD);
    CHECK(utf8_next(&p) == 'x');
}

TEST(numbers_in_names_stand_by_their_value)
{
    static const char *const row[] = {"Gatan",
                                      "Gatan 1",
                                      "Gatan 2",
                                      "Gatan 2 b",
                                      "Gatan 009",
                                      "Gatan 10",
                                      "Gatan 100000000000000000000",
                                      "Ågatan 1"};
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        for (size_t k = 0; k < ARRAY_LEN(row); k++) {
            int c = str_compare_natural(row[i], row[k]);
            CHECK(i < k ? c < 0 : i > k ? c > 0 : c == 0);
        }
    CHECK(str_compare_natural("gatan 02", "Gatan 2") == 0);
}

TEST(names_fold_and_sort_as_in_swedish)
{
    struct arena *a = arena_new(4096);
    CHECK_TEXT(str_fold(a, "ÅSNEVÄGEN"), "åsnevägen");
    CHECK_TEXT(str_fold(a, "A\u030ASNEVA\u0308GEN Z\u030C Q\u0308"), "åsnevägen ž q\u0308");
    CHECK_TEXT(str_slug(a, "Gullspång"), "gullspang");
    CHECK_TEXT(str_slug(a, " Östra Göinge!"), "ostra-goinge");
    CHECK_TEXT(str_trim(a, " \t\xC2\xA0 Hova \r\n"), "Hova");
    CHECK(str_compare_sv("Zinkgruvan", "Åmål") < 0);
    CHECK(str_compare_sv("Åmål", "Älgarås") < 0);
    CHECK(str_compare_sv("Älgarås", "Örebro") < 0);
    CHECK(str_compare_sv("idé", "IDE") == 0);
    arena_free(a);
}

TEST(numbers_are_read_whole_or_not_at_all)
{
    int64_t i;
    double d;
    CHECK(str_to_int("-42", &i) && i == -42);
    CHECK(!str_to_int("42x", &i) && !str_to_int("", &i) && !str_to_int(" 1", &i));
    CHECK(!str_to_int("9223372036854775808", &i));
    CHECK(str_to_double("58.71", &d) && d == 58.71);
    CHECK(!str_to_double("58,71", &d) && !str_to_double("nan", &d) && !str_to_double("0x1p3", &d));
}

TEST(civil_time_agrees_with_the_zone_file)
{
    setenv("TZ", ":Europe/Stockholm", 1);
    tzset();
    msec from = date_days((struct date){1981, 1, 1}) * MSEC_DAY;
    msec to = date_days((struct date){2037, 1, 1}) * MSEC_DAY;
    for (msec t = from; t < to; t += 3 * MSEC_HOUR + 1800 * MSEC_SECOND) {
        time_t s = (time_t)(t / 1000);
        struct tm tm;
        localtime_r(&s, &tm);
        struct civil c = civil_from_msec(t);
        CHECK(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday);
        CHECK(c.hour == tm.tm_hour && c.minute == tm.tm_min);
        CHECK(c.weekday % 7 == tm.tm_wday && c.offset * 60 == tm.tm_gmtoff);
        char week[16];
        strftime(week, sizeof week, "%G-%V", &tm);
        char ours[16];
        snprintf(ours, sizeof ours, "%04d-%02d", c.iso_year, c.iso_week);
        CHECK_TEXT(ours, week);
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

TEST(clock_changes_have_one_answer)
{
    msec t;
    char text[TIME_TEXT];
    CHECK(time_parse("2026-10-25 02:30", &t) == ERR_OK); /* twice that night: the first */
    time_iso_utc(t, text);
    CHECK_TEXT(text, "2026-10-25T00:30:00Z");
    CHECK(time_parse("2026-03-29 02:30", &t) == ERR_OK); /* never that night */
    time_iso_utc(t, text);
    CHECK_TEXT(text, "2026-03-29T01:30:00Z");
    CHECK(date_start((struct date){2026, 3, 30}) - date_start((struct date){2026, 3, 29}) ==
          23 * MSEC_HOUR);
}

TEST(the_hour_that_comes_twice_is_known)
{
    static const struct {
        const char *iso;
        enum clock_turn turn;
    } table[] = {
        {"2026-10-25T01:59:59+02:00", CLOCK_ONCE},   {"2026-10-25T02:00+02:00", CLOCK_FIRST},
        {"2026-10-25T02:59:59+02:00", CLOCK_FIRST},  {"2026-10-25T02:00+01:00", CLOCK_SECOND},
        {"2026-10-25T02:59:59+01:00", CLOCK_SECOND}, {"2026-10-25T03:00+01:00", CLOCK_ONCE},
        {"2026-03-29T01:59:59+01:00", CLOCK_ONCE},   {"2026-03-29T03:00+02:00", CLOCK_ONCE},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        msec t;
        CHECK(time_parse(table[i].iso, &t) == ERR_OK);
        CHECK(clock_turn(t) == table[i].turn);
    }
}

/* A form takes the last day of 2200, and what is asked for ends when the day after it begins. */
TEST(the_day_after_the_last_that_can_be_written_begins_too)
{
    struct date last = {2200, 12, 31};
    CHECK_INT(date_start(date_add(last, 1)) - date_start(last), MSEC_DAY);
    CHECK_INT(date_start(date_add((struct date){1900, 1, 1}, -1)),
              date_start((struct date){1900, 1, 1}) - MSEC_DAY);
    CHECK_INT(date_of_msec(date_start(date_add(last, 40000))).year, 2310);
}

TEST(a_time_of_day_is_what_the_clock_shows_also_where_it_is_changed)
{
    static const struct date days[] = {{2026, 3, 29}, {2026, 10, 25}, {2026, 11, 24}};
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        struct civil c = civil_from_msec(date_at(days[i], 9 * 60 + 5));
        CHECK(c.day == days[i].day && c.hour == 9 && c.minute == 5);
    }
    CHECK_INT(date_at(days[0], 0), date_start(days[0]));
}

TEST(times_are_read_as_the_sources_write_them)
{
    msec t;
    char text[TIME_TEXT];
    CHECK(time_parse("2025-08-12 6:09:30 +02:00", &t) == ERR_OK);
    time_iso_utc(t, text);
    CHECK_TEXT(text, "2025-08-12T04:09:30Z");
    CHECK(time_parse("2025-08-12T06:09:30.5Z", &t) == ERR_OK);
    time_iso_utc(t, text);
    CHECK_TEXT(text, "2025-08-12T06:09:30.500Z");
    CHECK(time_parse("2026-02-29", &t) == ERR_INVALID);
    CHECK(time_parse("2026-01-01T25:00", &t) == ERR_INVALID);
    CHECK(time_parse("2026-01-01T10:00 snart", &t) == ERR_INVALID);
}

TEST(ids_sort_by_time_and_read_back)
{
    char last[ID_TEXT] = "", now[ID_TEXT];
    for (int i = 0; i < 10000; i++) {
        struct id id = id_new(), back;
        id_text(id, now);
        CHECK(strcmp(last, now) < 0);
        CHECK(now[14] == '7');
        CHECK(id_parse(now, &back) == ERR_OK && id_eq(id, back));
        memcpy(last, now, sizeof last);
    }
    struct id id;
    CHECK(id_parse("0192f0c1-0000-7000-8000-00000000000", &id) == ERR_INVALID);
    CHECK(id_parse("0192f0c1000070008000000000000000", &id) == ERR_INVALID);
}

TEST(map_finds_what_was_put)
{
    struct map *m = map_new();
    char key[20];
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        CHECK(map_put(m, key, i) == ERR_OK);
    }
    CHECK(map_count(m) == 5000);
    int64_t v;
    CHECK(map_get(m, "k4711", &v) && v == 4711);
    CHECK(!map_get(m, "k5000", &v));
    map_free(m);
}

TEST(json_is_safe_inside_a_page)
{
    struct buf b = buf_init(1000);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    jsonw_key_text(&w, "a", "</script>\"\n\xE5");
    jsonw_key_array(&w, "b");
    jsonw_int(&w, 1);
    jsonw_fixed(&w, 2.50, 3);
    jsonw_null(&w);
    jsonw_end(&w);
    jsonw_key_bool(&w, "c", true);
    jsonw_end(&w);
    CHECK_TEXT(b.data, "{\"a\":\"\\u003c/script\\u003e\\\"\\n\xEF\xBF\xBD\",\"b\":[1,2.5,null],"
                       "\"c\":true}");
    buf_done(&b);
}
