/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which columns a file has, guessed by their names and first rows. */
#include "test.h"

#include "base/mem.h"
#include "parts/import/import_profile.h"

static struct arena *room(void)
{
    struct arena *a = arena_new(1u << 20);
    CHECK(a);
    return a;
}

static struct convert_header header_of(const char *const *names, size_t n)
{
    return (struct convert_header){.columns = n, .names = names};
}

TEST(a_guess_knows_swedish_and_english_names)
{
    static const char *const swedish[] = {"Ärendenr", "Datum",       "Klockslag", "Händelsetyp",
                                          "Plats",    "Beskrivning", "N",         "E"};
    static const char *const row[] = {"1",      "2025-03-27", "0130",    "Klotter",
                                      "Torget", "Färg",       "6507010", "431800"};
    static const char *const english[] = {"id", "time", "lat", "lon", "category", "problem"};
    static const char *const call[] = {"1",     "2022-11-01T00:00:39", "29.5", "-98.5",
                                       "Other", "Disturbance"};
    struct arena *a = room();
    struct profile p;
    struct convert_header h = header_of(swedish, ARRAY_LEN(swedish));
    CHECK_INT(profile_guess(a, &h, row, 1, "fel", &p), ERR_OK);
    CHECK_TEXT(p.keys[0], "Ärendenr");
    CHECK_TEXT(p.from.column, "Datum");
    CHECK_TEXT(p.from.clock, "Klockslag");
    CHECK_TEXT(p.type_column, "Händelsetyp");
    CHECK_TEXT(p.place, "Plats");
    CHECK_TEXT(p.north, "N");
    static const char *const guards[] = {"Nr", "Datum", "Tid", "Vad", "Plats"};
    static const char *const night[] = {"1", "2026-06-01", "0130", "Klotter", "Torget"};
    h = header_of(guards, ARRAY_LEN(guards));
    CHECK_INT(profile_guess(a, &h, night, 1, "fel", &p), ERR_OK);
    CHECK_TEXT(p.type_column, "Vad");
    h = header_of(english, ARRAY_LEN(english));
    CHECK_INT(profile_guess(a, &h, call, 1, "calls", &p), ERR_OK);
    CHECK_TEXT(p.from.column, "time");
    CHECK(!p.from.clock);
    CHECK_TEXT(p.type_column, "problem");
    CHECK_TEXT(p.east, "lon");
    arena_free(a);
}

/* A DBF cuts names after ten characters, and many write them without dots and rings. */
TEST(a_guess_knows_names_that_a_shapefile_cut)
{
    static const char *const names[] = {"ARENDENR", "DATUM", "HANDELSE", "BESKRIVNIN"};
    static const char *const row[] = {"1", "2026-05-05", "Klotter", "Vid ån"};
    struct arena *a = room();
    struct profile p;
    struct convert_header h = header_of(names, ARRAY_LEN(names));
    CHECK_INT(profile_guess(a, &h, row, 1, "fel", &p), ERR_OK);
    CHECK_TEXT(p.keys[0], "ARENDENR");
    CHECK_TEXT(p.type_column, "HANDELSE");
    CHECK_TEXT(p.description, "BESKRIVNIN");
    arena_free(a);
}

/* One impossible date among two rows is that row's fault, not the column's. */
TEST(a_guess_takes_a_date_column_with_a_bad_date_in_it)
{
    static const char *const names[] = {"Ärendenr", "Datum", "Typ"};
    static const char *const half[] = {"1", "2026-02-30", "Klotter", "2", "2026-03-01", "Klotter"};
    static const char *const tids[] = {"1", "2026-02-30 10:00", "Klotter",
                                       "2", "2026-03-01 10:00", "Klotter"};
    static const char *const none[] = {"1", "snart", "Klotter", "2", "sen", "Klotter"};
    static const char *const timed[] = {"Nr", "Tid", "Typ"};
    struct arena *a = room();
    struct profile p;
    struct convert_header h = header_of(names, ARRAY_LEN(names));
    CHECK_INT(profile_guess(a, &h, half, 2, "fel", &p), ERR_OK);
    CHECK_TEXT(p.from.column, "Datum");
    CHECK_TEXT(p.from.format, "auto");
    CHECK_INT(profile_guess(a, &h, none, 2, "fel", &p), ERR_OK);
    CHECK(!p.from.column);
    h = header_of(timed, ARRAY_LEN(timed));
    CHECK_INT(profile_guess(a, &h, tids, 2, "fel", &p), ERR_OK);
    CHECK_TEXT(p.from.column, "Tid");
    arena_free(a);
}
