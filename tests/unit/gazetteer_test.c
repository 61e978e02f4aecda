/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "gazetteer_test_sql.h"
#include "parts/event/event.h"

static const struct {
    const char *kind, *name, *locality;
    double east, north;
    const char *precision;
} rows[] = {
    {"street", "Exempelkyrkgatan", "Mariestad", 431000, 6507000, "street"},
    {"own", "Övningsparken", "Mariestad", 431200, 6507000, "place"},
    {"own", "Gula Idé-skolan", "Mariestad", 431400, 6507000, "place"},
    {"area", "Påhittade Parkstaden", NULL, 431200, 6507100, "area"},
    {"street", "Parkgränd", "Ullervad", 431200, 6500000, "street"},
};

struct ask {
    struct fixture *f;
    const char *text;
    struct gazetteer_place *list, one;
    size_t n, found;
    double east, north;
};

static enum err put(struct tx *tx, void *arg)
{
    struct ask *k = arg;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct q_gazetteer_test_place_in in = {"1493",
                                               id_new(),
                                               rows[i].kind,
                                               rows[i].name,
                                               gazetteer_fold(k->f->a, rows[i].name),
                                               rows[i].locality,
                                               rows[i].east,
                                               rows[i].north,
                                               rows[i].precision};
        TRY(q_gazetteer_test_place_run(tx, &in, NULL));
    }
    return ERR_OK;
}

static enum err search(struct tx *tx, void *arg)
{
    struct ask *k = arg;
    struct gazetteer_list list;
    TRY(gazetteer_search(tx, k->f->a, "1493", k->text, &list));
    k->list = list.places;
    k->n = list.n;
    k->found = list.found;
    return ERR_OK;
}

static enum err nearest(struct tx *tx, void *arg)
{
    struct ask *k = arg;
    return gazetteer_nearest(tx, k->f->a, "1493", (struct geo_point){k->east, k->north}, 500,
                             &k->one);
}

DB_TEST(places_are_found_by_parts_of_their_names)
{
    static const struct {
        const char *text, *first;
    } table[] = {
        {"Exempelkyrkgatan", "Exempelkyrkgatan"},
        {"exempel kyrk gatan", "Exempelkyrkgatan"},
        {"KYRKGATAN", "Exempelkyrkgatan"},
        {"övnings", "Övningsparken"},
        {"ovningsparken", NULL},
        {"gula ide", "Gula Idé-skolan"},
        {"ideskolan", "Gula Idé-skolan"},
        {"park", "Parkgränd"},
        {"parkstaden", "Påhittade Parkstaden"},
        {"mariestad", "Mariestad"},
        {"ullerv", "Ullervad"},
        {"100%", NULL},
        {"_", NULL},
        {"", NULL},
        {"töreboda", NULL},
    };
    struct ask k = {.f = f};
    CHECK(db_write(f->db, "1493", put, &k) == ERR_OK);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        k.text = table[i].text;
        CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
        const char *got = k.n ? k.list[0].name : NULL;
        if (!str_eq(got, table[i].first)) {
            print_message("# %s: %s\n", table[i].text, got ? got : "nothing");
            CHECK(!"the place that was meant");
        }
    }
}

static enum err around(struct tx *tx, void *arg)
{
    struct ask *k = arg;
    const struct gazetteer_circle c = {{k->east, k->north}, 500, k->n};
    struct gazetteer_list list;
    TRY(gazetteer_around(tx, k->f->a, "1493", &c, &list));
    k->list = list.places;
    k->n = list.n;
    k->found = list.found;
    return ERR_OK;
}

DB_TEST(places_around_a_position_come_in_their_order)
{
    struct ask k = {.f = f, .east = 431210, .north = 6507000, .n = 2};
    CHECK(db_write(f->db, "1493", put, &k) == ERR_OK);
    CHECK(db_read(f->db, "1493", around, &k) == ERR_OK);
    CHECK(k.n == 2 && k.found == 3); /* an area is no place, and one lies far away */
    CHECK_TEXT(k.list[0].name, "Övningsparken");
    CHECK_TEXT(k.list[1].name, "Gula Idé-skolan");
    CHECK(k.list[0].metres == 10 && k.list[1].metres == 190);
    k.n = 10;
    CHECK(db_read(f->db, "1493", around, &k) == ERR_OK);
    CHECK(k.n == 3);
    CHECK_TEXT(k.list[2].name, "Exempelkyrkgatan");
    k.n = 0;
    CHECK(db_read(f->db, "1493", around, &k) == ERR_OK);
    CHECK(k.n == 0 && k.found == 3);
    k.east = NAN;
    CHECK(db_read(f->db, "1493", around, &k) == ERR_INVALID);
}

static enum err put_street(struct tx *tx, void *arg)
{
    struct ask *k = arg;
    for (int i = 60; i >= 0; i--) {
        const char *name =
            i ? arena_printf(k->f->a, "Låtsasgatan %d%s", i, i == 7 ? " B" : "") : "Låtsasgatan";
        struct q_gazetteer_test_place_in in = {"1493",
                                               id_new(),
                                               i ? "own" : "street",
                                               name,
                                               gazetteer_fold(k->f->a, name),
                                               "Mariestad",
                                               431000,
                                               6507000,
                                               i ? "point" : "street"};
        TRY(q_gazetteer_test_place_run(tx, &in, NULL));
    }
    return ERR_OK;
}

DB_TEST(a_street_stands_before_its_numbers_and_they_in_their_order)
{
    static const char *const names[] = {"Låtsasgatan", "Låtsasgatan 1", "Låtsasgatan 2",
                                        "Låtsasgatan 3"};
    struct ask k = {.f = f, .text = "låtsasg"};
    CHECK(db_write(f->db, "1493", put_street, &k) == ERR_OK);
    CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        CHECK_TEXT(k.list[i].name, names[i]);
    CHECK_TEXT(k.list[7].name, "Låtsasgatan 7 B");
    CHECK_TEXT(k.list[10].name, "Låtsasgatan 10");
    CHECK(k.n == GAZETTEER_MOST && k.found == 61);
}

static enum err put_areas(struct tx *tx, void *arg)
{
    (void)arg;
    static const char *const names[] = {"Norra övningsområdet", "Ullervad"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct q_gazetteer_test_area_in in = {"1493", id_new(), names[i], {"x", 1}};
        TRY(q_gazetteer_test_area_run(tx, &in, NULL));
    }
    return ERR_OK;
}

DB_TEST(an_area_that_events_are_counted_by_is_a_place)
{
    struct ask k = {.f = f, .text = "norra övnings"};
    CHECK(db_write(f->db, "1493", put_areas, &k) == ERR_OK);
    CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
    CHECK(k.n == 1 && k.list[0].kind == GAZETTEER_AREA && k.list[0].precision == GEO_AREA);
    CHECK(!id_is_none(k.list[0].area_id) && id_is_none(k.list[0].id));
    CHECK_TEXT(gazetteer_text(f->a, LANG_SV, &k.list[0]),
               "Norra övningsområdet, område, ungefärlig plats");
    k.text = "ullervad"; /* a locality too: the municipality's own area is meant */
    CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
    CHECK(k.n == 1 && !id_is_none(k.list[0].area_id));
}

DB_TEST(a_place_is_read_back_in_words)
{
    struct ask k = {.f = f, .text = "mariestad"};
    CHECK(db_write(f->db, "1493", put, &k) == ERR_OK);
    CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
    CHECK(k.n == 1 && k.list[0].precision == GEO_AREA);
    CHECK_TEXT(gazetteer_text(f->a, LANG_SV, &k.list[0]), "Mariestad, tätort, ungefärlig plats");
    k.text = "exempelkyrk";
    CHECK(db_read(f->db, "1493", search, &k) == ERR_OK);
    CHECK_TEXT(gazetteer_text(f->a, LANG_SV, &k.list[0]),
               "Exempelkyrkgatan, Mariestad, gata, någonstans längs gatan");
}

DB_TEST(the_nearest_name_tells_where_a_position_is)
{
    struct ask k = {.f = f, .east = 431190, .north = 6507060};
    CHECK(db_write(f->db, "1493", put, &k) == ERR_OK);
    CHECK(db_read(f->db, "1493", nearest, &k) == ERR_OK);
    CHECK_TEXT(k.one.name, "Övningsparken");
    CHECK_NEAR(k.one.metres, 60.8, 0.1);
    k.east = 431200;
    k.north = 6505000;
    CHECK(db_read(f->db, "1493", nearest, &k) == ERR_OK);
    CHECK(k.one.kind == GAZETTEER_LOCALITY);
    k.north = 7000000;
    CHECK(db_read(f->db, "1493", nearest, &k) == ERR_NOTFOUND);
}
