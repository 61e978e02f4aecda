/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places that stand out in what the database holds: looked for in the background, kept until
 * something changes, named by what people call them. */
#include "test.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "core/app.h"
#include "db_fixture.h"
#include "parts/picture/picture.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define TOWN "1493"
#define EAST 432125.0
#define NORTH 6507125.0

static const struct picture_query fortnight = {TOWN, {2026, 11, 9}, {2026, 11, 23}, {{0}}, 0};

/* An event `ago` days before the end of the period, in the evening. */
struct one {
    const char *type, *place;
    double east, north;
    int ago;
    enum geo_precision precision;
    struct id area;
};

static enum err add_one(struct tx *tx, const struct one *o)
{
    struct event e = event_blank();
    e.municipality = TOWN;
    e.source = EVENT_SOURCE_REPORT;
    e.type_code = o->type;
    e.occurred_from = date_start(date_add(fortnight.to, -o->ago)) + 20 * MSEC_HOUR;
    e.occurred_to = e.occurred_from;
    e.precision = o->precision;
    e.place_name = o->place;
    e.area_id = o->area;
    e.east = o->east;
    e.north = o->north;
    return event_add(tx, NULL, &e, NULL, NULL);
}

/* Two years spread over 8 by 8 squares, and 25 of the last days at one place. */
static enum err add_all(struct tx *tx, void *arg)
{
    const struct one *busy = arg;
    struct rng r = rng_make(3, 0);
    for (int i = 0; i < 700; i++) {
        struct one o = {"other", "Övningsgatan 7", 0, 0, 0, GEO_POINT};
        o.east = EAST + 2000 * (rng_unit(&r) - 0.5);
        o.north = NORTH + 2000 * (rng_unit(&r) - 0.5);
        o.ago = 1 + (int)rng_below(&r, 700);
        TRY(add_one(tx, &o));
    }
    for (int i = 0; i < 25; i++) {
        struct one o = *busy;
        o.ago = 1 + i % 10;
        TRY(add_one(tx, &o));
    }
    return ERR_OK;
}

static enum err add_more(struct tx *tx, void *arg)
{
    return add_one(tx, arg);
}

static void open_town(struct fixture *f, struct one busy, struct app *app)
{
    CHECK_OK(db_write(f->db, TOWN, add_all, &busy));
    *app = (struct app){.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK(app->columns);
}

static void close_town(struct app *app)
{
    picture_keep_free(app->findings);
    columns_free(app->columns);
}

static msec today(void)
{
    return date_start((struct date){2026, 11, 25});
}

static struct picture look(struct fixture *f, struct app *app, bool wait)
{
    struct picture p;
    CHECK_OK(picture_of(app, &fortnight, today(), f->a, &p));
    CHECK_OK(picture_look(app, wait, today(), f->a, &p));
    return p;
}

/* As a page that is loaded again. */
static struct picture look_until(struct fixture *f, struct app *app)
{
    for (int i = 0; i < 3000; i++) {
        struct picture p = look(f, app, true);
        if (p.looked != PICTURE_LOOKING)
            return p;
    }
    CHECK(!"still looking");
    return (struct picture){0};
}

static const struct picture_finding *of_method(const struct picture *p, const char *method)
{
    for (size_t i = 0; i < p->n_findings; i++)
        if (str_eq(p->findings[i].method, method))
            return &p->findings[i];
    return NULL;
}

static const struct one park = {"damage.graffiti", "Lekparken", EAST, NORTH, 0, GEO_PLACE};

DB_TEST(a_busy_place_is_named_as_people_call_it)
{
    struct app app;
    struct picture_words w;
    static const struct picture_names none;
    struct picture_reader r = {.lang = LANG_SV, .places = true, .municipality = "Mariestad"};
    open_town(f, park, &app);
    struct picture p = look(f, &app, false);
    CHECK_INT(p.looked, PICTURE_LOOKED);
    const struct picture_finding *hot = of_method(&p, "gistar"), *fresh = of_method(&p, "scan");
    CHECK(hot && fresh);
    CHECK(str_eq(hot->place, "Lekparken") && str_eq(fresh->place, "Lekparken"));
    CHECK(hot->spot->n >= 25 && hot->certainty == CERTAINTY_CLEARLY_MORE);
    CHECK_INT(fresh->spot->to, date_days(fortnight.to));
    CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
    CHECK(w.has_spots && w.hot.n_rows == 1 && !w.hot.none && !w.looking);
    CHECK(strstr(w.hot.rows[0].strong, "Lekparken, inom ")); /* the ground is said, for the other */
    CHECK(strstr(w.hot.rows[0].strong, " på 250 meter: "));  /* method has another at that place */
    CHECK(strstr(w.fresh.rows[0].strong, "Lekparken, inom "));
    CHECK(strstr(w.fresh.rows[0].strong, " meter: ") && !strstr(w.fresh.rows[0].strong, "rut"));
    CHECK(!w.hot.rows[0].steady);
    CHECK(strstr(w.hot.rows[0].rest, "också fler än vanligt här"));
    r.places = false;
    CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
    CHECK(!w.has_spots && w.hot.n_rows == 0);
    close_town(&app);
}

/* Two a day at one place, all the time. */
static enum err add_steady(struct tx *tx, void *arg)
{
    struct one o = {"damage.graffiti", "Torget", EAST + 750, NORTH + 750, 0, GEO_PLACE};
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        o.ago = 1 + i / 2;
        TRY(add_one(tx, &o));
    }
    return ERR_OK;
}

DB_TEST(a_dense_place_that_is_always_dense_recurs_and_has_not_changed)
{
    struct app app;
    struct picture_words w;
    static const struct picture_names none;
    struct picture_reader r = {.lang = LANG_SV, .places = true, .municipality = "Mariestad"};
    open_town(f, park, &app);
    CHECK_OK(db_write(f->db, TOWN, add_steady, NULL));
    struct picture p = look(f, &app, false);
    bool found = false;
    CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
    for (size_t i = 0; i < w.hot.n_rows; i++) {
        const struct picture_sentence *s = &w.hot.rows[i];
        if (!strstr(s->strong, "Torget"))
            continue;
        found = true;
        CHECK(strstr(s->rest, "Så brukar det vara här"));
        CHECK(s->steady && str_eq(s->verdict, "återkommer"));
    }
    CHECK(found);
    close_town(&app);
}

static const char *act(void *arg, const struct picture *p, const struct picture_finding *f)
{
    (void)arg;
    (void)p;
    (void)f;
    return "/atgarder/ny";
}

DB_TEST(what_has_become_fewer_needs_no_action)
{
    struct app app;
    struct picture_words w;
    static const struct picture_names none;
    struct picture_reader r = {
        .lang = LANG_SV, .places = true, .act = act, .municipality = "Mariestad"};
    open_town(f, park, &app);
    for (int fewer = 0; fewer < 2; fewer++) {
        struct picture p;
        struct picture_query q = fortnight;
        q.from = date_add(q.from, 14 * fewer);
        q.to = date_add(q.to, 14 * fewer);
        CHECK_OK(picture_of(&app, &q, date_start(q.to), f->a, &p));
        CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
        CHECK(w.n_sentences > 0);
        for (size_t i = 0; i < w.n_sentences; i++)
            CHECK_INT(!w.sentences[i].act_href, fewer);
    }
    close_town(&app);
}

static enum err add_beside(struct tx *tx, void *arg)
{
    struct one o = {"damage.graffiti", "Övningsgatan 3", EAST, NORTH, 0, GEO_PLACE};
    o.area = *(const struct id *)arg;
    for (int i = 0; i < 40; i++) {
        o.ago = 1 + i % 10;
        TRY(add_one(tx, &o));
    }
    return ERR_OK;
}

/* "Lekparken, Västra" where Lekparken lies in Östra would be no place at all. */
DB_TEST(a_name_and_an_area_are_said_of_the_same_events)
{
    struct app app;
    struct id west = id_from_name("test", "west");
    struct one there = park;
    there.area = id_from_name("test", "east");
    open_town(f, there, &app);
    CHECK_OK(db_write(f->db, TOWN, add_beside, &west));
    struct picture p = look(f, &app, false);
    const struct picture_finding *hot = of_method(&p, "gistar");
    CHECK(hot && id_eq(hot->area, west) && !hot->place);
    close_town(&app);
}

DB_TEST(an_address_is_never_the_name_of_a_place)
{
    struct app app;
    struct one home = park;
    home.place = "Lekgatan 12";
    open_town(f, home, &app);
    struct picture p = look(f, &app, false);
    const struct picture_finding *hot = of_method(&p, "gistar");
    CHECK(hot && !hot->place);
    CHECK(str_eq(hot->locality, "Mariestad"));
    close_town(&app);
}

DB_TEST(the_middle_of_an_area_is_no_place)
{
    struct app app;
    struct one area = park;
    area.precision = GEO_AREA;
    area.east = area.north = NAN;
    open_town(f, area, &app);
    struct picture p = look(f, &app, false);
    CHECK(!of_method(&p, "gistar") && !of_method(&p, "scan"));
    close_town(&app);
}

/* 25 events far away in the sea of errors make no ground. */
DB_TEST(positions_far_outside_the_municipality_are_left_out)
{
    struct app app;
    struct one far = park;
    far.east += 60000;
    open_town(f, far, &app);
    struct picture p = look(f, &app, false);
    CHECK(!of_method(&p, "gistar") && !of_method(&p, "scan"));
    close_town(&app);
}

DB_TEST(what_is_kept_is_what_is_looked_for_at_once)
{
    struct app app;
    open_town(f, park, &app);
    struct picture now = look(f, &app, false), kept = look_until(f, &app);
    CHECK_INT(kept.looked, PICTURE_LOOKED);
    CHECK_INT(kept.n_findings, now.n_findings);
    CHECK(kept.placed == now.placed && kept.hot_state == now.hot_state);
    const struct picture_finding *a = of_method(&now, "gistar"), *b = of_method(&kept, "gistar");
    CHECK(a && b && str_eq(a->place, b->place));
    const struct findings_spot *x = a->spot, *y = b->spot;
    CHECK(x->east == y->east && x->north == y->north && x->from == y->from && x->to == y->to);
    CHECK(x->n == y->n && x->expected == y->expected && x->z == y->z && x->q == y->q);
    struct picture again = look(f, &app, true); /* nobody has to wait any longer */
    CHECK_INT(again.looked, PICTURE_LOOKED);
    close_town(&app);
}

DB_TEST(a_new_event_is_a_new_question)
{
    struct app app;
    struct one more = park;
    more.ago = 2;
    open_town(f, park, &app);
    struct picture before = look_until(f, &app);
    CHECK_OK(db_write(f->db, TOWN, add_more, &more));
    struct picture after = look_until(f, &app);
    const struct picture_finding *a = of_method(&before, "gistar"),
                                 *b = of_method(&after, "gistar");
    CHECK(a && b);
    CHECK_INT(b->spot->n, a->spot->n + 1);
    close_town(&app);
}

/* As a level that is set: something in the municipality changes, and no event. */
static enum err change_other(struct tx *tx, void *arg)
{
    static const char text[] = "UPDATE event SET place_name = place_name WHERE east > 0";
    static const struct sql level = {
        .name = "a_level",
        .text = {text, text},
        .change = {.table = "area_level", .op = 'u', .id = -1, .municipality = -1}};
    (void)arg;
    return db_run(tx, &level, NULL, NULL);
}

static int64_t newest(struct app *app)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    CHECK_OK(columns_take(app->columns, TOWN, &v));
    return v->parts[0]->seq;
}

DB_TEST(a_level_that_is_set_is_no_new_question)
{
    struct app app;
    open_town(f, park, &app);
    struct picture before = look_until(f, &app);
    int64_t seq = newest(&app);
    CHECK_OK(db_write(f->db, TOWN, change_other, NULL));
    CHECK(newest(&app) > seq);
    struct picture after = look(f, &app, true); /* nobody waits for it again */
    CHECK_INT(after.looked, PICTURE_LOOKED);
    CHECK_INT(after.n_findings, before.n_findings);
    close_town(&app);
}

/* Asks, while memory is short, questions that nobody has asked until the looking fails. */
static struct picture_query fail_one(struct fixture *f, struct app *app)
{
    long enough = 0; /* for asking, and nothing for who looks */
    for (int i = 1; i < 200; i++) {
        struct picture_query q = fortnight;
        struct picture p;
        q.from = date_add(q.from, -i);
        CHECK_OK(picture_of(app, &q, today(), f->a, &p));
        mem_fail_at(enough);
        enum err e = picture_look(app, true, today(), f->a, &p);
        mem_fail_at(-1);
        if (e == ERR_OK && p.looked == PICTURE_NOT_LOOKED)
            return q;
        enough += e != ERR_OK;
        look_until(f, app); /* what was asked for has been answered before the next */
    }
    CHECK(!"no look has failed");
    return fortnight;
}

DB_TEST(what_could_not_be_looked_for_is_tried_again_after_a_minute)
{
    struct app app;
    struct picture p;
    open_town(f, park, &app);
    look_until(f, &app);
    struct picture_query q = fail_one(f, &app);
    CHECK_OK(picture_of(&app, &q, today(), f->a, &p));
    CHECK_OK(picture_look(&app, true, today() + MSEC_MINUTE - 1, f->a, &p));
    CHECK_INT(p.looked, PICTURE_NOT_LOOKED);
    for (int i = 0; i < 3000 && p.looked != PICTURE_LOOKED; i++) {
        CHECK_OK(picture_of(&app, &q, today(), f->a, &p));
        CHECK_OK(picture_look(&app, true, today() + MSEC_MINUTE, f->a, &p));
    }
    CHECK_INT(p.looked, PICTURE_LOOKED);
    close_town(&app);
}

DB_TEST(more_questions_than_there_is_room_for_are_all_answered_in_time)
{
    struct app app;
    open_town(f, park, &app);
    for (int i = 0; i < 40; i++) {
        struct picture p;
        struct picture_query q = fortnight;
        q.from = date_add(q.from, -i);
        CHECK_OK(picture_of(&app, &q, today(), f->a, &p));
        CHECK_OK(picture_look(&app, true, today(), f->a, &p));
    }
    CHECK_INT(look_until(f, &app).looked, PICTURE_LOOKED);
    close_town(&app); /* ends what is being looked for */
}

/* Two fires a week for four years, nine in the last one. */
static enum err add_years(struct tx *tx, void *arg)
{
    const int *weeks = arg;
    for (int week = 0; week < *weeks; week++)
        for (int i = 0; i < (week ? 1 + week % 3 : 9); i++) {
            struct one o = {"fire", NULL, NAN, NAN, 1 + week * 7 + i % 7, GEO_MUNICIPALITY};
            TRY(add_one(tx, &o));
        }
    return ERR_OK;
}

static struct picture look_at_years(struct fixture *f, int weeks)
{
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_years, &weeks));
    struct picture p = look(f, &app, false);
    close_town(&app);
    return p;
}

DB_TEST(a_week_beyond_the_same_weeks_of_earlier_years_is_told)
{
    struct picture_words w;
    static const struct picture_names none;
    struct picture_reader r = {.lang = LANG_SV, .places = true, .municipality = "Mariestad"};
    struct picture p = look_at_years(f, 200);
    const struct picture_finding *week = of_method(&p, "farrington");
    CHECK(week && week->type == EVENT_TYPE_fire);
    CHECK(week->week->n == 9 && week->week->expected > 1 && week->week->expected < 3.5);
    CHECK_INT(week->week->years, 3);
    CHECK_OK(picture_words_make(&p, &none, &r, 0, f->a, &w));
    CHECK_INT(w.season.n_rows, 1);
    CHECK(strstr(w.season.rows[0].strong, "9 den senaste veckan"));
}

DB_TEST(with_less_than_three_years_no_earlier_year_is_spoken_of)
{
    struct picture p = look_at_years(f, 120);
    CHECK(!of_method(&p, "farrington"));
}

DB_TEST(nothing_is_looked_for_in_the_country_and_little_is_told_of_little)
{
    struct picture p;
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    struct picture_query q = fortnight;
    p = look(f, &app, false);
    CHECK_INT(p.looked, PICTURE_LOOKED);
    CHECK(p.hot_state == FINDINGS_TOO_FEW && p.n_findings == 0);
    q.municipality = "0000";
    CHECK_OK(picture_of(&app, &q, today(), f->a, &p));
    CHECK_OK(picture_look(&app, true, today(), f->a, &p));
    CHECK_INT(p.looked, PICTURE_NOT_LOOKED);
    close_town(&app);
}
