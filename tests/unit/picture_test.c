/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture of a period on small data whose numbers are known by hand, and what of it leaves the
 * house. */
#include "picture_fixture.h"

#include "parts/picture/picture_door.h"
#include "parts/picture/picture_inner.h"

DB_TEST(counts_by_type_against_both_earlier_periods)
{
    struct picture p;
    set_ids();
    add_november(f);
    make(f, &november, &p);
    CHECK_INT(p.days, 14);
    CHECK(p.all.now == 16 && p.all.before == 7 && p.all.year == 3);
    CHECK(p.has_before && p.has_year && !p.ongoing);
    CHECK_INT(date_days(p.before_from), date_days((struct date){2026, 10, 18}));
    CHECK_INT(date_days(p.year_from), date_days((struct date){2025, 11, 2})); /* a Sunday too */
    CHECK_INT(p.n_types, 5);
    const struct picture_type *damage = of_code(&p, "damage"), *theft = of_code(&p, "theft");
    CHECK(damage && theft && of_code(&p, "damage.glass") && of_code(&p, "theft.shop"));
    CHECK(damage->change.now == 14 && damage->change.before == 6 && damage->change.year == 3);
    CHECK_INT(damage->change.with_before.chance_in_100, 12);
    CHECK_INT(damage->change.certainty, CERTAINTY_NO_SURE_DIFFERENCE);
    CHECK_INT(of_code(&p, "damage.glass")->change.now, 5);
    CHECK_INT(theft->change.certainty, CERTAINTY_TOO_FEW);
    CHECK_INT(damage->course[p.n_course - 1], 14);
    CHECK_INT(damage->course[p.n_course - 2], 6);
    CHECK(&p.types[0] == damage); /* the largest first, its own after it */
}

DB_TEST(areas_places_organisations_and_quality_are_counted)
{
    struct picture p;
    set_ids();
    add_november(f);
    make(f, &november, &p);
    CHECK_INT(p.areas.n, 2);
    CHECK(id_eq(p.areas.rows[0].id, area_a));
    CHECK(p.areas.rows[0].change.now == 11 && p.areas.rows[0].change.before == 7);
    CHECK_INT(p.areas.rows[1].change.now, 5);
    CHECK_INT(p.places.n, 1); /* only those known as a place */
    CHECK_INT(p.places.rows[0].change.now, 9);
    CHECK(str_eq(p.places.rows[0].name, "Stora torget"));
    CHECK(p.organisations.n == 2 && p.organisations.rows[0].change.now == 14);
    CHECK_INT(p.sources.n, 1);
    CHECK(p.intervals == 5 && p.no_place == 7 && p.exercise == 0);
    CHECK(p.n_steps == 14 && p.steps[1].now == 9 && p.steps[2].before == 6);
    CHECK_INT(p.week.events, 16);
    CHECK_NEAR(p.week.weight[0][12], 1, 1e-9); /* Monday at twelve: the first of the nine */
}

DB_TEST(area_and_types_narrow_the_picture)
{
    struct picture p;
    struct picture_query q = november;
    struct event_filter types = {0};
    set_ids();
    add_november(f);
    q.area = area_b;
    make(f, &q, &p);
    CHECK_INT(p.all.now, 5);
    event_filter_type(&types, event_type_index("theft"));
    q = november;
    q.types = types.types;
    make(f, &q, &p);
    CHECK(p.all.now == 2 && p.all.before == 1);
    q.to = q.from;
    CHECK_INT(picture_query_check(&q), ERR_INVALID);
}

DB_TEST(a_period_before_the_first_event_is_no_zero)
{
    struct picture p;
    const struct some some[] = {{"fire", {2026, 11, 3}, 8, {{0}}, {{0}}, false, false}};
    set_ids();
    add(f, some, 1);
    make(f, &november, &p);
    CHECK(!p.has_before && !p.has_year);
    CHECK_INT(p.all.now, 8);
    CHECK_INT(p.n_findings, 0);
}

DB_TEST(a_clear_change_comes_first)
{
    struct picture p;
    const struct some some[] = {
        {"fire", {2026, 11, 3}, 30, {{0}}, {{0}}, false, false},
        {"fire", {2026, 10, 20}, 6, {{0}}, {{0}}, false, false},
        {"theft", {2026, 11, 3}, 20, {{0}}, {{0}}, false, false},
        {"theft", {2026, 10, 20}, 19, {{0}}, {{0}}, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, {{0}}, false, false},
    };
    set_ids();
    add(f, some, ARRAY_LEN(some));
    make(f, &november, &p);
    CHECK_INT(p.n_findings, 1);
    CHECK_INT(p.findings[0].type, EVENT_TYPE_fire);
    CHECK_INT(p.findings[0].certainty, CERTAINTY_CLEARLY_MORE);
    struct picture_words w;
    say(f, &p, LANG_SV, false, &w);
    CHECK_INT(w.n_sentences, 1);
    CHECK(str_eq(w.sentences[0].strong, "Brand: 30 mot 6 förra perioden."));
    CHECK(strstr(w.sentences[0].rest, "mindre än 1 gång av 100"));
    CHECK(str_eq(w.sentences[0].verdict, "klart fler"));
    CHECK(!w.quiet);
}

/* --- What leaves the house --- */

struct door {
    struct fixture *f;
    struct picture_door d;
    uint8_t key[DISCLOSE_KEY];
    struct disclosure_answer answer;
    const char *publication;
};

static enum err make_key(struct tx *tx, void *arg)
{
    struct door *x = arg;
    return disclosure_key_make(tx, x->f->a, TOWN, x->key);
}

static enum err check(struct tx *tx, void *arg)
{
    struct door *x = arg;
    return disclosure_check(tx, x->f->a, &x->d.disclosure, x->key, &disclose_rules_default,
                            &x->answer);
}

static enum err record(struct tx *tx, void *arg)
{
    struct door *x = arg;
    TRY(check(tx, x));
    return disclosure_record(tx, x->f->a, &x->d.disclosure,
                             id_from_name("publication", x->publication), 1);
}

static void open_door(struct fixture *f, const struct picture_query *q,
                      const struct picture_names *n, struct door *out)
{
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    *out = (struct door){.f = f};
    CHECK_OK(db_write(f->db, TOWN, make_key, out));
    CHECK_OK(picture_door_make(&app, q, n, out->key, f->a, &out->d));
    columns_free(c);
}

static void names_of(struct picture_names *n, struct picture_name *areas)
{
    set_ids();
    areas[0] = (struct picture_name){area_a, "Centrum", 4000};
    areas[1] = (struct picture_name){area_b, "Byn", 50};
    areas[2] = (struct picture_name){area_c, "Norr", 900};
    *n = (struct picture_names){.areas = areas, .n_areas = 3};
}

DB_TEST(no_small_number_and_no_small_place_is_public)
{
    struct picture_names n;
    struct picture_name areas[3];
    struct picture_public p, again;
    struct door x;
    names_of(&n, areas);
    const struct some some[] = {
        {"damage", {2026, 11, 2}, 20, area_a, guard, false, false},
        {"theft", {2026, 11, 3}, 7, area_b, guard, false, false},
        {"fire", {2026, 11, 4}, 3, area_c, guard, false, false},
        {"damage", {2026, 10, 20}, 9, area_a, guard, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, guard, false, false},
    };
    add(f, some, ARRAY_LEN(some));
    open_door(f, &november, &n, &x);
    CHECK_OK(db_read(f->db, TOWN, check, &x));
    CHECK_OK(picture_door_public(&x.d, f->a, &p));
    CHECK_INT(p.n_types, 3);
    CHECK_INT(p.n_areas, 3); /* Centrum, Norr, the rest: Byn has too few inhabitants */
    CHECK_INT(x.d.small_areas, 1);
    for (size_t i = 0; i < p.n_types; i++) {
        CHECK(p.types[i].now <= 0 || p.types[i].now >= 5);
        CHECK(p.types[i].before <= 0 || p.types[i].before >= 5);
        if (str_eq(p.types[i].code, "fire"))
            CHECK_INT(p.types[i].now, DISCLOSE_HIDDEN);
        if (str_eq(p.types[i].code, "theft")) /* or 3 would be the sum less the others */
            CHECK_INT(p.types[i].now, DISCLOSE_HIDDEN);
        CHECK(!p.types[i].label || !strstr(p.types[i].label, "Byn"));
    }
    int hidden = 0;
    for (size_t i = 0; i < p.n_areas; i++) {
        hidden += p.areas[i].now == DISCLOSE_HIDDEN;
        CHECK(!str_eq(p.areas[i].label, "Byn"));
    }
    CHECK_INT(hidden, 2);
    CHECK(p.now >= 28 && p.now <= 32); /* 30 with its noise */
    struct buf b = buf_init(1 << 20);
    picture_public_write(&b, &p);
    CHECK_OK(picture_public_read(buf_text(&b), f->a, &again));
    CHECK_INT(again.now, p.now);
    CHECK_INT(again.n_types, 3);
    CHECK_INT(again.types[2].now, p.types[2].now);
    CHECK(!strstr(buf_text(&b), "Byn"));
    CHECK_INT(picture_public_read("{\"from\":1}", f->a, &again), ERR_CORRUPT);
    struct picture_public_words w;
    CHECK_OK(picture_public_words_make(&p, "Ett.\r\n\r\nTvå.", LANG_SV, f->a, &w));
    CHECK_INT(w.n_note, 2);
    CHECK(w.some_hidden && w.has_areas);
    buf_done(&b);
}

DB_TEST(a_window_that_gives_a_small_day_away_is_refused)
{
    struct picture_names n;
    struct picture_name areas[3];
    struct door x;
    names_of(&n, areas);
    const struct some some[] = {
        {"damage", {2026, 11, 2}, 20, area_a, guard, false, false},
        {"damage", {2026, 11, 1}, 3, area_a, guard, false, false},
        {"damage", {2026, 10, 20}, 9, area_a, guard, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, guard, false, false},
    };
    add(f, some, ARRAY_LEN(some));
    open_door(f, &november, &n, &x);
    x.publication = "first";
    CHECK_OK(db_write(f->db, TOWN, record, &x));
    struct picture_query later = november;
    later.from = (struct date){2026, 11, 2};
    open_door(f, &later, &n, &x);
    x.publication = "second";
    CHECK_INT(db_write(f->db, TOWN, record, &x), ERR_CONFLICT);
    CHECK_INT(x.answer.fault, LEDGER_WINDOW);
    CHECK_INT(x.answer.to - x.answer.from, 1); /* the first of November */
}

DB_TEST(months_in_a_row_share_their_numbers)
{
    struct picture_names n;
    struct picture_name areas[3];
    struct door x;
    names_of(&n, areas);
    const struct some some[] = {
        {"damage", {2026, 8, 31}, 3, area_a, guard, false, false},
        {"damage", {2026, 8, 10}, 30, area_a, guard, false, false},
        {"damage", {2026, 9, 10}, 20, area_a, guard, false, false},
        {"damage", {2026, 10, 10}, 25, area_a, guard, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, guard, false, false},
    };
    add(f, some, ARRAY_LEN(some));
    const struct picture_query september = {TOWN, {2026, 9, 1}, {2026, 10, 1}, {{0}}, 0};
    const struct picture_query october = {TOWN, {2026, 10, 1}, {2026, 11, 1}, {{0}}, 0};
    open_door(f, &september, &n, &x);
    x.publication = "september";
    CHECK_OK(db_write(f->db, TOWN, record, &x));
    open_door(f, &october, &n, &x); /* 31 days back would tell the last of August alone */
    CHECK_INT(date_days(x.d.before_from), date_days(september.from));
    x.publication = "october";
    CHECK_OK(db_write(f->db, TOWN, record, &x));
}

DB_TEST(a_comparison_can_be_left_out)
{
    struct picture_names n;
    struct picture_name areas[3];
    struct picture_public p;
    struct picture_public_words w;
    struct door x;
    names_of(&n, areas);
    const struct some some[] = {
        {"damage", {2026, 11, 2}, 20, area_a, guard, false, false},
        {"damage", {2026, 10, 20}, 9, area_a, guard, false, false},
    };
    add(f, some, ARRAY_LEN(some));
    open_door(f, &november, &n, &x);
    picture_door_drop_before(&x.d);
    CHECK_OK(db_read(f->db, TOWN, check, &x));
    CHECK_OK(picture_door_public(&x.d, f->a, &p));
    CHECK(p.before == DISCLOSE_HIDDEN && p.types[0].before == DISCLOSE_HIDDEN && p.now >= 18);
    CHECK_OK(picture_public_words_make(&p, NULL, LANG_EN, f->a, &w));
    CHECK(!w.types.was_head && !w.quiet && !w.all.verdict);
}

DB_TEST(the_same_period_again_shows_the_same_numbers)
{
    struct picture_names n;
    struct picture_name areas[3];
    struct picture_public first, second;
    struct door x;
    names_of(&n, areas);
    const struct some some[] = {
        {"damage", {2026, 11, 2}, 20, area_a, guard, false, false},
        {"damage", {2026, 10, 20}, 9, area_a, guard, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, guard, false, false},
    };
    const struct some late[] = {{"damage", {2026, 11, 5}, 2, area_a, guard, false, false}};
    add(f, some, ARRAY_LEN(some));
    open_door(f, &november, &n, &x);
    x.publication = "first";
    CHECK_OK(db_write(f->db, TOWN, record, &x));
    CHECK_OK(picture_door_public(&x.d, f->a, &first));
    add(f, late, 1); /* two reports that came in late must not be told by the difference */
    open_door(f, &november, &n, &x);
    x.publication = "second";
    CHECK_OK(db_write(f->db, TOWN, record, &x));
    CHECK_OK(picture_door_public(&x.d, f->a, &second));
    CHECK(second.now == first.now && second.types[0].now == first.types[0].now);
    CHECK(x.d.disclosure.numbers[0].frozen);
}

DB_TEST(running_out_of_memory_is_an_answer)
{
    struct picture p;
    struct picture_words w;
    set_ids();
    add_november(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    struct picture_names n = {0};
    struct picture_reader r = {.lang = LANG_SV, .places = true, .municipality = "Mariestad"};
    CHECK_OK(picture_of(&app, &november, 0, f->a, &p)); /* the columns are there now */
    for (size_t limit = 1024;; limit += 997) { /* an arena that ends at each place in turn */
        struct arena *small = arena_new(limit);
        enum err e = picture_of(&app, &november, 0, small, &p);
        if (e == ERR_OK)
            e = picture_words_make(&p, &n, &r, 0, small, &w);
        arena_free(small);
        if (e == ERR_OK)
            break;
        CHECK_INT(e, ERR_NOMEM);
        CHECK(limit < 4 << 20);
    }
    columns_free(c);
}

/* --- Numbers in sentences --- */

TEST(a_number_in_a_sentence_is_never_rounded_to_none)
{
    static const struct {
        double v;
        const char *sv, *en;
    } cases[] = {
        {0, "0", "0"},          {0.004, "0,004", "0.004"},
        {0.03, "0,03", "0.03"}, {0.4, "0,4", "0.4"},
        {1.04, "1,0", "1.0"},   {2.4, "2", "2"},
        {12.6, "13", "13"},     {12345, "12\u202f345", "12\u202f345"},
    };
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CHECK_TEXT(picture_about(a, LANG_SV, cases[i].v), cases[i].sv);
        CHECK_TEXT(picture_about(a, LANG_EN, cases[i].v), cases[i].en);
    }
    CHECK_TEXT(picture_percent(a, LANG_SV, 0, 1000), "0");
    CHECK_TEXT(picture_percent(a, LANG_SV, 1, 1000), "mindre än 1");
    CHECK_TEXT(picture_percent(a, LANG_EN, 999, 1000), "more than 99");
    CHECK_TEXT(picture_percent(a, LANG_SV, 1000, 1000), "100");
    CHECK_TEXT(picture_percent(a, LANG_SV, 333, 1000), "33");
    arena_free(a);
}
