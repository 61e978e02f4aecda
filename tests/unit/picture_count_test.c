/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What counts in a picture: incidents. Reports that nothing had happened, and of something good,
 * stand beside it and are in none of its numbers, inside the house or outside. */
#include "test.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "db_fixture.h"
#include "parts/picture/picture.h"
#include "parts/picture/picture_door.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define TOWN "1493"

static const struct picture_query november = {TOWN, {2026, 11, 1}, {2026, 11, 15}, {{0}}, 0};

/* n reports of a type at noon of a day. */
struct some {
    const char *type;
    struct date day;
    int n;
    const char *by, *place;
};

struct adding {
    const struct some *some;
    size_t n;
};

static enum err add_some(struct tx *tx, void *arg)
{
    const struct adding *a = arg;
    for (size_t k = 0; k < a->n; k++)
        for (int i = 0; i < a->some[k].n; i++) {
            const struct some *s = &a->some[k];
            struct event e = event_blank();
            e.municipality = TOWN;
            e.source = EVENT_SOURCE_REPORT;
            e.type_code = s->type;
            e.occurred_from = date_start(s->day) + (12 + i % 11) * MSEC_HOUR;
            e.occurred_to = e.occurred_from + (i % 2) * MSEC_HOUR;
            e.organisation_id = id_from_name("organisation", s->by);
            e.area_id = id_from_name("area", "centre");
            e.precision = s->place ? GEO_PLACE : GEO_AREA;
            e.place_name = s->place;
            if (s->place) {
                e.east = 430000;
                e.north = 6508000;
            }
            TRY(event_add(tx, NULL, &e, NULL, NULL));
        }
    return ERR_OK;
}

static void add(struct fixture *f, const struct some *some, size_t n)
{
    struct adding a = {some, n};
    CHECK_OK(db_write(f->db, TOWN, add_some, &a));
}

static const struct some incidents[] = {
    {"damage.graffiti", {2026, 11, 2}, 9, "guard", "Torget"},
    {"theft.shop", {2026, 11, 14}, 6, "shop", NULL},
    {"damage.graffiti", {2026, 10, 20}, 7, "guard", "Torget"},
    {"damage", {2025, 11, 5}, 8, "guard", NULL},
    {"other", {2025, 1, 5}, 1, "guard", NULL},
};
/* In all three periods, by those who report and by one who only says this. */
static const struct some besides[] = {
    {"nothing", {2026, 11, 2}, 8, "guard", "Torget"},
    {"nothing", {2026, 11, 9}, 4, "caretaker", NULL},
    {"positive", {2026, 11, 3}, 3, "caretaker", "Torget"},
    {"nothing", {2026, 10, 21}, 30, "guard", NULL},
    {"positive", {2026, 10, 22}, 2, "shop", "Torget"},
    {"nothing", {2025, 11, 6}, 5, "shop", NULL},
};

static void make(struct fixture *f, const struct picture_query *q, struct picture *out)
{
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    CHECK_OK(picture_of(&app, q, date_start((struct date){2026, 11, 23}), f->a, out));
    columns_free(c);
}

static const char *json_of(struct fixture *f, const struct picture *p, enum lang lang,
                           struct picture_words *w)
{
    static const struct picture_names none;
    struct picture_reader r = {.lang = lang, .places = true, .municipality = "Mariestad"};
    struct buf b = buf_init(1 << 20);
    CHECK_OK(picture_words_make(p, &none, &r, 0, f->a, w));
    picture_json(&b, p, &none, w, lang);
    const char *s = arena_strdup(f->a, buf_text(&b));
    buf_done(&b);
    CHECK(s);
    return s;
}

/* The same text without the member "besides" and its sentence. */
static const char *without(struct fixture *f, const char *json, const char *from, const char *to)
{
    const char *at = strstr(json, from), *end = at ? strstr(at, to) : NULL;
    CHECK(at && end);
    return arena_printf(f->a, "%.*s%s", (int)(at - json), json, end);
}

DB_TEST(reports_that_are_no_incidents_are_in_none_of_the_numbers)
{
    struct picture before, after;
    struct picture_words w;
    add(f, incidents, ARRAY_LEN(incidents));
    make(f, &november, &before);
    const char *a = json_of(f, &before, LANG_SV, &w);
    CHECK(!w.besides_text && w.n_besides == 0);
    add(f, besides, ARRAY_LEN(besides));
    make(f, &november, &after);
    const char *b = json_of(f, &after, LANG_SV, &w);
    CHECK(after.all.now == 15 && after.all.before == 7 && after.all.year == 8);
    CHECK(after.besides[EVENT_ALL_CLEAR] == 12 && after.besides[EVENT_POSITIVE] == 3);
    CHECK_INT(after.besides[EVENT_INCIDENT], 0);
    /* types, areas, places, sources, organisations, timeline, weekday and hour, quality */
    a = without(f, without(f, a, "\"besides\":", "\"types\""), "\"besides_text\"", "\"sentences\"");
    b = without(f, without(f, b, "\"besides\":", "\"types\""), "\"besides_text\"", "\"sentences\"");
    CHECK_TEXT(b, a);
    CHECK(strstr(a, "\"n\":9") && strstr(a, "Torget"));
}

DB_TEST(what_is_no_incident_stands_in_a_line_of_its_own)
{
    struct picture p;
    struct picture_words w;
    struct buf b = buf_init(1 << 20);
    add(f, incidents, ARRAY_LEN(incidents));
    add(f, besides, ARRAY_LEN(besides));
    make(f, &november, &p);
    CHECK(strstr(json_of(f, &p, LANG_SV, &w), "\"besides\":{\"all_clear\":12,\"positive\":3}"));
    CHECK_TEXT(w.besides_text,
               "Dessutom: 12 rapporter om att inget har hänt och 3 rapporter om trygga "
               "platser eller något bra. De räknas inte som händelser.");
    CHECK_TEXT(w.all.strong, "15 händelser, mot 7 förra perioden.");
    picture_csv(&b, &w, LANG_SV);
    CHECK(strstr(buf_text(&b), "\"all_clear\";\"12 rapporter om att inget har hänt\";12;;"));
    buf_done(&b);
    struct picture_query q = november; /* a filter holds for them too */
    struct event_filter types = {0};
    event_filter_type(&types, EVENT_TYPE_theft);
    q.types = types.types;
    make(f, &q, &p);
    CHECK(p.all.now == 6 && p.besides[EVENT_ALL_CLEAR] == 0);
}

/* "Har inte rapporterat" would be untrue of one who looked and saw nothing. */
DB_TEST(silence_is_not_calm)
{
    struct picture p;
    struct picture_words w;
    struct picture_name who[] = {{id_from_name("organisation", "guard"), "Väktarna", 0},
                                 {id_from_name("organisation", "caretaker"), "Bovärdarna", 0},
                                 {id_from_name("organisation", "nobody"), "Ingen", 0}};
    const struct picture_names n = {.organisations = who, .n_organisations = 3};
    struct picture_reader r = {.lang = LANG_SV, .municipality = "Mariestad"};
    add(f, incidents, ARRAY_LEN(incidents));
    add(f, besides, ARRAY_LEN(besides));
    make(f, &november, &p);
    CHECK_OK(picture_words_make(&p, &n, &r, 0, f->a, &w));
    CHECK(str_starts(w.silent, "Har inte rapporterat under perioden: Ingen."));
    CHECK(strstr(w.calm, ": Bovärdarna."));
    CHECK_INT(p.n_calm, 1);
}

struct door {
    struct fixture *f;
    struct picture_door *d;
    uint8_t key[DISCLOSE_KEY];
};

static enum err make_key(struct tx *tx, void *arg)
{
    struct door *x = arg;
    return disclosure_key_make(tx, x->f->a, TOWN, x->key);
}

static enum err check(struct tx *tx, void *arg)
{
    struct door *x = arg;
    struct disclosure_answer answer;
    return disclosure_check(tx, x->f->a, &x->d->disclosure, x->key, &disclose_rules_default,
                            &answer);
}

static void open_door(struct fixture *f, struct picture_door *out)
{
    static const struct picture_names none;
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    struct door x = {.f = f, .d = out};
    CHECK_OK(db_write(f->db, TOWN, make_key, &x));
    CHECK_OK(picture_door_make(&app, &november, &none, x.key, f->a, out));
    CHECK_OK(db_read(f->db, TOWN, check, &x));
    columns_free(c);
}

DB_TEST(only_incidents_leave_the_house)
{
    struct picture_door d;
    struct picture_public before, after, again;
    struct buf b = buf_init(1 << 20);
    add(f, incidents, ARRAY_LEN(incidents));
    open_door(f, &d);
    CHECK_OK(picture_door_public(&d, f->a, &before));
    add(f, besides, ARRAY_LEN(besides));
    open_door(f, &d);
    CHECK_OK(picture_door_public(&d, f->a, &after));
    CHECK_INT(d.events, 15);
    CHECK(after.now == before.now && after.before == before.before);
    CHECK_INT(after.n_types, before.n_types);
    for (size_t i = 0; i < after.n_types; i++) {
        CHECK_TEXT(after.types[i].code, before.types[i].code);
        CHECK(after.types[i].now == before.types[i].now &&
              after.types[i].before == before.types[i].before);
    }
    CHECK(after.incidents);
    picture_public_write(&b, &after);
    CHECK(strstr(buf_text(&b), "\"counted\":\"incident\""));
    CHECK_OK(picture_public_read(buf_text(&b), f->a, &again));
    CHECK(again.incidents);
    buf_done(&b);
}

/* 10 in half a period against 20 in a whole one: no fewer. The whole period against it: fewer. */
DB_TEST(a_period_that_has_not_ended_is_compared_by_the_days_that_have_passed)
{
    const struct some some[] = {{"damage.graffiti", {2026, 11, 2}, 10, "guard", NULL},
                                {"damage.graffiti", {2026, 10, 20}, 20, "guard", NULL},
                                {"other", {2025, 1, 5}, 1, "guard", NULL}};
    static const struct date days[] = {{2026, 11, 1}, {2026, 11, 8}, {2026, 11, 23}};
    static const enum certainty sure[] = {CERTAINTY_TOO_FEW, CERTAINTY_NO_SURE_DIFFERENCE,
                                          CERTAINTY_LIKELY_FEWER};
    static const char *const said[] = {"just börjat", "7 av 14 dagar", NULL};
    static const char *const all[] = {
        "10 händelser hittills. Hela förra perioden: 20.",
        "10 händelser hittills, mot ungefär 10 på lika lång tid förra perioden.",
        "10 händelser, mot 20 förra perioden."};
    static const char *const type[] = {
        "Skadegörelse: 10 hittills. Hela förra perioden: 20.",
        "Skadegörelse: 10 hittills, mot ungefär 10 på lika lång tid förra perioden.",
        "Skadegörelse: 10 mot 20 förra perioden."};
    add(f, some, ARRAY_LEN(some));
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        struct columns *c = columns_new(f->db, 0);
        struct app app = {.db = f->db, .columns = c};
        struct picture p;
        CHECK(c);
        CHECK_OK(picture_of(&app, &november, date_start(days[i]), f->a, &p));
        columns_free(c);
        CHECK(p.all.now == 10 && p.all.before == 20);
        CHECK_INT(p.all.certainty, sure[i]);
        CHECK_INT(p.types[0].change.certainty, sure[i]);
        static const struct picture_names none;
        struct picture_reader r = {.lang = LANG_SV, .municipality = "Mariestad"};
        struct picture_words w;
        CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
        CHECK(said[i] ? w.ongoing && strstr(w.ongoing, said[i]) : !w.ongoing);
        CHECK_TEXT(w.all.strong, all[i]);
        CHECK_TEXT(w.n_rest ? w.rest[0].strong : w.sentences[0].strong, type[i]);
    }
}
