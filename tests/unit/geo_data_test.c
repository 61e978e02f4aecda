/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"

static const char *code_of(const char *name)
{
    const struct geo_municipality *m = geo_municipality_by_name(name);
    return m ? m->code : "none";
}

static const char *county_of(const char *name)
{
    const struct geo_county *c = geo_county_by_name(name);
    return c ? c->code : "none";
}

TEST(a_municipality_has_a_twin_to_practise_in)
{
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        const struct geo_municipality *m = &geo_municipalities[i], *t = geo_exercise_of(m->code);
        CHECK(t && t == &geo_twins[i] && geo_municipality_by_code(t->code) == t);
        int64_t real = 0, practice = 0;
        CHECK(str_to_int(m->code, &real) && str_to_int(t->code, &practice));
        CHECK_INT(practice, real + 5000);
        CHECK(geo_real_of(t->code) == m && geo_real_of(m->code) == m);
        CHECK(geo_is_exercise(t->code) && !geo_is_exercise(m->code) && !geo_exercise_of(t->code));
        CHECK(t->population == m->population && t->outline.wkb == m->outline.wkb);
        CHECK(strcmp(t->county, m->county) == 0);
        /* never by an address that everybody reads, nor by a name in a file */
        CHECK(!geo_municipality_by_slug(t->slug) && !geo_municipality_by_name(t->name));
        CHECK(!geo_county_by_code(t->code));
        size_t n, twice;
        CHECK(geo_localities_of(m->code, &n) == geo_localities_of(t->code, &twice) && n == twice);
    }
    CHECK_TEXT(geo_municipality_by_code("6493")->name, "Övning Mariestad");
    CHECK(!geo_is_exercise(NULL) && !geo_is_exercise("1400") && !geo_exercise_of("9999"));
    CHECK(!geo_real_of("0000") && !geo_real_of("6400"));
    CHECK_TEXT(geo_locality_by_name("6447", "hova")->municipality, "1447");
}

TEST(municipalities_are_found_however_they_are_written)
{
    CHECK_TEXT(code_of("Mariestad"), "1493");
    CHECK_TEXT(code_of("MARIESTADS KOMMUN"), "1493");
    CHECK_TEXT(code_of("  mariestads  kommun "), "1493");
    CHECK_TEXT(code_of("Mariestads"), "1493");
    CHECK_TEXT(code_of("töreboda"), "1473");
    CHECK_TEXT(code_of("GULLSPÅNG"), "1447");
    CHECK_TEXT(code_of("Borås"), "1490");
    CHECK_TEXT(code_of("Borås Stad"), "1490");
    CHECK_TEXT(code_of("Stockholms stad"), "0180");
    CHECK_TEXT(code_of("Region Gotland"), "0980");
    CHECK_TEXT(code_of("Upplands Väsby"), "0114");
}

TEST(habo_is_not_habo_with_a_ring)
{
    CHECK_TEXT(code_of("Habo"), "0643");
    CHECK_TEXT(code_of("Håbo"), "0305");
    CHECK_TEXT(geo_municipality_by_code("0643")->slug, "habo");
    CHECK_TEXT(geo_municipality_by_code("0305")->slug, "habo-uppsala");
}

TEST(what_is_no_municipality_is_not_found)
{
    CHECK_TEXT(code_of("Hova"), "none");
    CHECK_TEXT(code_of(""), "none");
    CHECK_TEXT(code_of(" "), "none");
    CHECK_TEXT(code_of(NULL), "none");
    CHECK_TEXT(code_of("kommun"), "none");
    CHECK_TEXT(code_of("s"), "none");
    char far[500];
    memset(far, 'a', sizeof far - 1);
    far[sizeof far - 1] = 0;
    CHECK_TEXT(code_of(far), "none");
    CHECK(!geo_municipality_by_code("9999") && !geo_municipality_by_code(NULL));
    CHECK(!geo_municipality_by_slug("hova") && !geo_municipality_by_slug(NULL));
}

TEST(counties_are_found_by_name_and_code)
{
    CHECK_TEXT(county_of("Västra Götalands län"), "14");
    CHECK_TEXT(county_of("västra götaland"), "14");
    CHECK_TEXT(county_of("Uppsala län"), "03");
    CHECK_TEXT(county_of("Jämtlands Län"), "23");
    CHECK_TEXT(county_of("Mariestad"), "none");
    CHECK_TEXT(geo_county_by_code("14")->name, "Västra Götalands län");
    CHECK(geo_county_by_code("1400") == geo_county_by_code("14"));
    CHECK_TEXT(geo_county_by_code("14")->pseudo, "1400");
    CHECK(!geo_county_by_code("1493") && !geo_county_by_code("99") && !geo_county_by_code(NULL));
}

TEST(every_municipality_is_found_by_code_name_genitive_and_address)
{
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        const struct geo_municipality *m = &geo_municipalities[i];
        CHECK(i == 0 || strcmp(m[-1].code, m->code) < 0);
        CHECK(geo_municipality_by_code(m->code) == m);
        CHECK(geo_municipality_by_name(m->name) == m);
        CHECK(geo_municipality_by_name(arena_printf(a, "%s kommun", m->name)) == m);
        CHECK(geo_municipality_by_name(arena_printf(a, "%ss kommun", m->name)) == m);
        CHECK(geo_municipality_by_slug(m->slug) == m);
        CHECK(str_starts(m->slug, str_slug(a, m->name)));
        CHECK(geo_county_by_code(m->county));
        CHECK(m->population > 1000 && m->land_km2 > 5);
    }
    arena_free(a);
}

static void check_outline(struct arena *a, const struct geo_outline *o, enum geo_kind kind)
{
    struct geo_shape *s = NULL;
    CHECK(geo_wkb_read(a, o->wkb, o->wkb_len, 10000, &s) == ERR_OK && s->kind == kind);
    CHECK_SAME_BYTES(s->box, o->box, 4 * sizeof(double));
    CHECK(geo_point_in_sweden(s->box.east_min, s->box.north_min));
    CHECK(geo_point_in_sweden(s->box.east_max, s->box.north_max));
}

TEST(outlines_read_lie_in_sweden_and_hold_their_centre)
{
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        const struct geo_municipality *m = &geo_municipalities[i];
        struct geo_shape *s = NULL;
        check_outline(a, &m->outline, GEO_POLYGON);
        CHECK(geo_wkb_read(a, m->outline.wkb, m->outline.wkb_len, 10000, &s) == ERR_OK);
        CHECK(geo_shape_contains(s, m->centre.east, m->centre.north));
        arena_reset(a);
    }
    for (size_t i = 0; i < GEO_COUNTY_COUNT; i++)
        check_outline(a, &geo_counties[i].outline, GEO_POLYGON);
    for (size_t i = 0; i < geo_basemap_count; i++)
        check_outline(a, &geo_basemap[i].outline, GEO_LINES);
    arena_free(a);
}

TEST(build_and_program_project_alike)
{
    /* The locality points were given in metres, the outlines in degrees: Mariestad's own point
     * must lie inside Mariestad's outline, which only holds when both mean the same metres. */
    struct arena *a = arena_new(1 << 20);
    static const char *const codes[] = {"1493", "1473", "1447"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        size_t n;
        const struct geo_locality *l = geo_localities_of(codes[i], &n);
        const struct geo_outline *o = &geo_municipality_by_code(codes[i])->outline;
        struct geo_shape *s;
        CHECK(l && n > 0 && geo_wkb_read(a, o->wkb, o->wkb_len, 10000, &s) == ERR_OK);
        for (size_t k = 0; k < n; k++)
            CHECK(geo_shape_contains(s, l[k].east, l[k].north));
    }
    arena_free(a);
}

TEST(localities_stand_by_municipality_and_size)
{
    size_t n, total = 0;
    const struct geo_locality *l = geo_localities_of("1493", &n);
    CHECK(n >= 5);
    CHECK_TEXT(l[0].name, "Mariestad");
    for (size_t i = 1; i < n; i++)
        CHECK(l[i].population <= l[i - 1].population);
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        geo_localities_of(geo_municipalities[i].code, &n);
        total += n;
    }
    CHECK_INT(total, GEO_LOCALITY_COUNT);
    CHECK(!geo_localities_of("9999", &n) && n == 0);
    CHECK(!geo_localities_of(NULL, &n) && n == 0);
}

TEST(localities_are_found_by_name)
{
    CHECK_TEXT(geo_locality_by_name("1447", "hova")->municipality, "1447");
    CHECK_TEXT(geo_locality_by_name(NULL, "Töreboda")->municipality, "1473");
    CHECK(!geo_locality_by_name("1493", "Hova") && !geo_locality_by_name("9999", "Hova"));
}
