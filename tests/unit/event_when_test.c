/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "parts/event/event.h"

static msec at(const char *iso)
{
    msec t = 0;
    CHECK(time_parse(iso, &t) == ERR_OK);
    return t;
}

/* Now: Thursday 20 November 2025, 10.15. */
#define NOW "2025-11-20 10:15"

static const struct {
    const char *text, *from, *to; /* to NULL: a moment; from NULL: not understood */
} table[] = {
    {"0130", "2025-11-20 01:30", NULL},
    {"130", "2025-11-20 01:30", NULL},
    {"kl. 01.30", "2025-11-20 01:30", NULL},
    {"kl 22", "2025-11-19 22:00", NULL},
    {"22:10", "2025-11-19 22:10", NULL},
    {"01:30:20", "2025-11-20 01:30:20", NULL},
    {"i natt", "2025-11-19 22:00", "2025-11-20 06:00"},
    {"inatt", "2025-11-19 22:00", "2025-11-20 06:00"},
    {"i natt kl 01.30", "2025-11-20 01:30", NULL},
    {"i natt 2330", "2025-11-19 23:30", NULL},
    {"i morse", "2025-11-20 05:00", "2025-11-20 09:00"},
    {"i går kväll", "2025-11-19 17:00", "2025-11-19 22:00"},
    {"igår kväll", "2025-11-19 17:00", "2025-11-19 22:00"},
    {"I GÅR KVÄLL", "2025-11-19 17:00", "2025-11-19 22:00"},
    {"i förrgår 14.05", "2025-11-18 14:05", NULL},
    {"idag", "2025-11-20 00:00", "2025-11-20 10:15"},
    {"i dag kl. 8", "2025-11-20 08:00", NULL},
    {"fredag 22:10", "2025-11-14 22:10", NULL},
    {"i fredags 22.10", "2025-11-14 22:10", NULL},
    {"torsdag kl 9", "2025-11-20 09:00", NULL},
    {"torsdag kl 11", "2025-11-13 11:00", NULL},
    {"fredag kväll", "2025-11-14 17:00", "2025-11-14 22:00"},
    {"fredag natt", "2025-11-14 22:00", "2025-11-15 06:00"},
    {"natten till lördag", "2025-11-14 22:00", "2025-11-15 06:00"},
    {"natten mot söndagen", "2025-11-15 22:00", "2025-11-16 06:00"},
    {"måndag", "2025-11-17 00:00", "2025-11-18 00:00"},
    {"i helgen", "2025-11-14 17:00", "2025-11-17 00:00"},
    {"mellan fredag kl. 16 och måndag kl. 7", "2025-11-14 16:00", "2025-11-17 07:00"},
    {"från fredag 16.00 till måndag 07.00", "2025-11-14 16:00", "2025-11-17 07:00"},
    {"fredag kväll till lördag morgon", "2025-11-14 17:00", "2025-11-15 09:00"},
    {"14 november 22.40", "2025-11-14 22:40", NULL},
    {"den 14:e november kl. 22.40", "2025-11-14 22:40", NULL},
    {"14 nov 2024 22:40", "2024-11-14 22:40", NULL},
    {"24 december", "2024-12-24 00:00", "2024-12-25 00:00"},
    {"fredag 14 november", "2025-11-14 00:00", "2025-11-15 00:00"},
    {"14/11 22.40", "2025-11-14 22:40", NULL},
    {"2025-11-14 22:40", "2025-11-14 22:40", NULL},
    {"2025-11-14T21:40:00Z", "2025-11-14 22:40", NULL},
    {"20251114 2240", "2025-11-14 22:40", NULL},
    {"251114 22.40", "2025-11-14 22:40", NULL},
    {"14.11.2025 22:40", "2025-11-14 22:40", NULL},
    {"14.10.25", "2025-10-13T22:00:00Z", "2025-10-14T22:00:00Z"},
    {"14/10-25 22.40", "2025-10-14 22:40", NULL},
    {"14/10/25 2240", "2025-10-14 22:40", NULL},
    {"kl. 08.10.25", "2025-11-20 08:10:25", NULL},
    {"08.40.25", "2025-11-20 08:40:25", NULL},
    {"mellan 22 och 02", "2025-11-19 22:00", "2025-11-20 02:00"},
    {"22-23", "2025-11-19 22:00", "2025-11-19 23:00"},
    {"fredag 22.00–23.30", "2025-11-14 22:00", "2025-11-14 23:30"},
    {"fredag 22-02", "2025-11-14 22:00", "2025-11-15 02:00"},
    {"14 november 22.40 - 15 november 01.10", "2025-11-14 22:40", "2025-11-15 01:10"},
    {"nyss", "2025-11-20 10:15", NULL},
    {"just nu", "2025-11-20 10:15", NULL},
    {"för två timmar sedan", "2025-11-20 08:15", NULL},
    {"för 20 minuter sedan", "2025-11-20 09:55", NULL},
    {"för två dagar sedan", "2025-11-18 00:00", "2025-11-19 00:00"},
    {"för två dagar sen kl 14", "2025-11-18 14:00", NULL},
    {"för en vecka sedan", "2025-11-13 00:00", "2025-11-14 00:00"},
    {"i morgon", "2025-11-21 00:00", "2025-11-22 00:00"},
    {"imorgon kl 9", "2025-11-21 09:00", NULL},
    {"i övermorgon", "2025-11-22 00:00", "2025-11-23 00:00"},
    {"i går morgon", "2025-11-19 05:00", "2025-11-19 09:00"},
    {"i morron", "2025-11-21 00:00", "2025-11-22 00:00"},
    {"2026-06-06 12:00", "2026-06-06 12:00", NULL},
    /* The clocks: forward 30 March, back 26 October 2025. */
    {"2025-03-30 02:30", "2025-03-30T01:30:00Z", NULL},
    {"30 mars", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"},
    {"26 oktober", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"},
    {"2025-10-26 02:30", "2025-10-26T00:30:00Z", NULL},
    {"", NULL, NULL},
    {"   ", NULL, NULL},
    {"någon gång", NULL, NULL},
    {"25:10", NULL, NULL},
    {"31 februari", NULL, NULL},
    {"2025-13-01", NULL, NULL},
    {"mellan måndag och", NULL, NULL},
    {"2025-11-16 till 2025-11-14", NULL, NULL},
};

TEST(times_are_read_as_people_write_them)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct event_when w = {0};
        char word[EVENT_WHEN_WORD], from[TIME_TEXT] = "-", to[TIME_TEXT] = "-";
        enum err e = event_when_read(table[i].text, at(NOW), &w, word);
        bool right = table[i].from ? e == ERR_OK && w.from == at(table[i].from) &&
                                         w.to == at(table[i].to ? table[i].to : table[i].from)
                                   : e == ERR_INVALID;
        if (right)
            continue;
        time_iso_local(w.from, from);
        time_iso_local(w.to, to);
        print_message("# \"%s\": %s %s %s (%s)\n", table[i].text, err_name(e), from, to, word);
        CHECK(!"the time that was meant");
    }
}

TEST(the_word_that_was_not_understood_comes_back)
{
    struct event_when w;
    char word[EVENT_WHEN_WORD];
    CHECK(event_when_read("fredag vid ungefärsdags", at(NOW), &w, word) == ERR_INVALID);
    CHECK_TEXT(word, "ungefärsdags");
}

TEST(separate_fields_are_read_together)
{
    static const struct {
        struct event_when_fields f;
        const char *from, *to;
    } fields[] = {
        {{"2025-11-14", "22", NULL, NULL}, "2025-11-14 22:00", "2025-11-14 22:00"},
        {{"2025-11-14", "0130", "", ""}, "2025-11-14 01:30", "2025-11-14 01:30"},
        {{"2025-11-14", "22:00", "", "02:00"}, "2025-11-14 22:00", "2025-11-15 02:00"},
        {{"2025-11-14", "22:00", "2025-11-17", "07:00"}, "2025-11-14 22:00", "2025-11-17 07:00"},
        {{"2025-11-14", NULL, "2025-11-15", NULL}, "2025-11-14 00:00", "2025-11-16 00:00"},
        {{"i går", "9.30", NULL, NULL}, "2025-11-19 09:30", "2025-11-19 09:30"},
    };
    struct event_when w;
    char word[EVENT_WHEN_WORD];
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        CHECK(event_when_read_fields(&fields[i].f, at(NOW), &w, word) == ERR_OK);
        CHECK(w.from == at(fields[i].from) && w.to == at(fields[i].to));
    }
    struct event_when_fields wrong = {"2025-11-14", "22:00", "2025-11-13", "07:00"};
    CHECK(event_when_read_fields(&wrong, at(NOW), &w, word) == ERR_INVALID);
}

TEST(which_of_the_two_is_meant_when_an_hour_comes_twice)
{
    static const struct {
        const char *text, *from, *to;
    } said[] = {
        {"26 oktober 2025 02.30", "2025-10-26T02:30+02:00", NULL},
        {"26 oktober 2025 kl. 02.30 sommartid", "2025-10-26T02:30+02:00", NULL},
        {"2025-10-26 02:30 vintertid", "2025-10-26T02:30+01:00", NULL},
        {"26 oktober 2025 00.30-02.30 vintertid", "2025-10-26T00:30+02:00",
         "2025-10-26T02:30+01:00"},
        {"mellan 2025-10-26 02:50 sommartid och 2025-10-26 02:10 vintertid",
         "2025-10-26T02:50+02:00", "2025-10-26T02:10+01:00"},
        {"14 november 2025 02.30 vintertid", "2025-11-14T02:30+01:00", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        struct event_when w;
        char word[EVENT_WHEN_WORD];
        CHECK(event_when_read(said[i].text, at(NOW), &w, word) == ERR_OK);
        CHECK(w.from == at(said[i].from) && w.to == at(said[i].to ? said[i].to : said[i].from));
    }
    struct arena *a = arena_new(10000);
    struct event_when w = {at(said[4].from), at(said[4].to)};
    CHECK_TEXT(event_when_text(a, LANG_SV, &w),
               "mellan söndag 26 oktober 2025 kl. 02.50 sommartid och söndag 26 oktober 2025 "
               "kl. 02.10 vintertid");
    arena_free(a);
}

TEST(what_was_understood_is_read_back)
{
    struct arena *a = arena_new(10000);
    struct event_when w = {at("2025-11-15 02:40"), at("2025-11-15 02:40")};
    CHECK_TEXT(event_when_text(a, LANG_SV, &w), "lördag 15 november 2025 kl. 02.40");
    CHECK_TEXT(event_when_text(a, LANG_EN, &w), "Saturday 15 November 2025 at 02:40");
    w.to = at("2025-11-17 07:00");
    CHECK_TEXT(event_when_text(a, LANG_SV, &w),
               "mellan lördag 15 november 2025 kl. 02.40 och måndag 17 november 2025 kl. 07.00");
    arena_free(a);
}

TEST(what_a_time_hangs_on)
{
    static const struct {
        const char *text;
        enum event_when_kind kind;
    } said[] = {{"0130", EVENT_WHEN_CLOCK},    {"22-23", EVENT_WHEN_CLOCK},
                {"kvällen", EVENT_WHEN_CLOCK}, {"i går 22.30", EVENT_WHEN_DAY},
                {"i natt", EVENT_WHEN_DAY},    {"mellan fredag kl. 16 och 18", EVENT_WHEN_DAY},
                {"i helgen", EVENT_WHEN_DAY},  {"nyss", EVENT_WHEN_MOMENT},
                {"hejsan", EVENT_WHEN_CLOCK},  {"för två timmar sedan", EVENT_WHEN_MOMENT}};
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        CHECK_INT(event_when_kind(said[i].text, at(NOW)), said[i].kind);
}
