/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "db_fixture.h"
#include "event_sql.h"
#include "event_test_sql.h"
#include "geo/shape.h"
#include "geo/wkb.h"
#include "parts/event/event.h"

#define NIGHT INT64_C(1763170800000) /* 2025-11-15 02:40 in Sweden, a Saturday */

static struct event sample(void)
{
    struct event e = event_blank();
    e.municipality = "1493";
    e.id = id_new();
    e.source = EVENT_SOURCE_REPORT;
    e.type_code = "damage.graffiti";
    e.occurred_from = e.occurred_to = NIGHT;
    e.precision = GEO_PLACE;
    e.east = 432150.5;
    e.north = 6507010;
    e.place_name = "Exempelparken";
    e.title = "Klottret på muren";
    e.description = "Någon har målat med röd färg vid \"kiosken\".";
    return e;
}

enum what { ADD, UPDATE, REDACT, MOVE, DELETE, GET, VERSIONS, KNOWN, STATE };

struct work {
    enum what what;
    struct fixture *f;
    struct event e;
    struct event_edit edit;
    struct event_problem problem;
    const char *text;
    bool changed, any;
    size_t n;
    struct event_version *versions;
    struct event_known known;
};

static enum err work_in(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct arena *a = w->f->a;
    switch (w->what) {
    case ADD:
        return event_add(tx, NULL, &w->e, NULL, &w->problem);
    case UPDATE:
        return event_update(tx, NULL, &w->e, &w->edit, &w->changed, &w->problem);
    case REDACT:
        return event_redact(tx, w->e.municipality, w->e.id, (struct id){{0}});
    case MOVE:
        return event_move(tx, NULL, w->text, &w->e, &w->edit, &w->problem);
    case DELETE:
        return event_delete(tx, w->e.municipality, w->e.id);
    case STATE:
        return event_set_state(tx, w->e.municipality, w->e.id, w->e.state, &w->edit);
    case GET:
        return event_get(tx, a, w->e.municipality, w->e.id, &w->e);
    case VERSIONS:
        return event_versions(tx, a, w->e.municipality, w->e.id, &w->versions, &w->n);
    default:
        return event_known_police(tx, a, &w->e.source_key, 1, &w->known, &w->any);
    }
}

static enum err run(struct fixture *f, const char *scope, enum what what, struct work *w)
{
    w->f = f;
    w->what = what;
    return what >= GET && what != STATE ? db_read(f->db, scope, work_in, w)
                                        : db_write(f->db, scope, work_in, w);
}

/* Rows in any state. *any: was there a word to search for? */
static size_t hits_any(struct fixture *f, const char *text, bool *any)
{
    AUTO(columns_freep) struct columns *c = columns_new(f->db, 0);
    struct columns_view *v;
    struct event_selection *s;
    struct event_filter filter = {.states = 0xff};
    CHECK(columns_take(c, "1493", &v) == ERR_OK);
    CHECK(event_hits_take(c, v, "1493", text, &filter.hits) == ERR_OK);
    CHECK(columns_select(v, &filter, &s) == ERR_OK);
    *any = filter.hits != NULL;
    size_t n = *any ? s->count : 0;
    event_hits_give(filter.hits);
    columns_selection_free(s);
    columns_give(v);
    return n;
}

static size_t hits(struct fixture *f, const char *text)
{
    bool any;
    return hits_any(f, text, &any);
}

DB_TEST(an_event_reads_back_as_it_was_written)
{
    struct work w = {.e = sample()};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    struct work r = {.e = w.e};
    CHECK(run(f, "1493", GET, &r) == ERR_OK);
    CHECK_TEXT(r.e.title, w.e.title);
    CHECK_TEXT(r.e.place_name, "Exempelparken");
    CHECK(r.e.east == w.e.east && r.e.precision == GEO_PLACE && r.e.state == EVENT_INCLUDED);
    CHECK(r.e.cell == INT64_C(6507004321));
    CHECK_INT(r.e.local_weekday, 6);
    CHECK_INT(r.e.local_hour, 2);
    CHECK_INT(r.e.local_week, 202546);
    CHECK(r.e.version == 1 && r.e.source_key == NULL && r.e.reported_at > 0);
    r.e.municipality = "1473";
    CHECK(run(f, "1473", GET, &r) == ERR_NOTFOUND);
}

DB_TEST(the_same_event_twice_is_a_conflict)
{
    struct work w = {.e = sample()};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    CHECK(run(f, "1493", ADD, &w) == ERR_CONFLICT);
    CHECK_INT(hits(f, "kiosken"), 1);
}

TEST(what_cannot_be_is_refused_with_its_field)
{
    struct event_problem p;
    struct event e = sample();
    CHECK(event_check(&e, &p) == ERR_OK);
    e.occurred_to = e.occurred_from - 1;
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "occurred_to");
    e = sample();
    e.precision = GEO_MUNICIPALITY;
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "precision");
    e = sample();
    e.north = NAN;
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "east");
    e = sample();
    e.type_code = "damage.nothing";
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "type_code");
    e = sample();
    e.title = "bruten \xc3 text";
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "title");
    e = sample();
    e.url = "javascript:alert(1)";
    CHECK(event_check(&e, &p) == ERR_INVALID);
    CHECK_TEXT(p.field, "url");
}

DB_TEST(a_change_keeps_what_stood_before)
{
    struct work w = {.e = sample(), .edit = {.reason = "edited", .version = 1}};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    CHECK(run(f, "1493", UPDATE, &w) == ERR_OK && !w.changed);
    w.e.title = "Målat på muren";
    w.e.type_code = "damage.other";
    CHECK(run(f, "1493", UPDATE, &w) == ERR_OK && w.changed);
    CHECK(run(f, "1493", UPDATE, &w) == ERR_CONFLICT); /* version 1 is no more */
    CHECK(run(f, "1493", VERSIONS, &w) == ERR_OK);
    CHECK_INT(w.n, 1);
    CHECK(strstr(w.versions[0].texts, "Klottret") && strstr(w.versions[0].content, "graffiti"));
    CHECK_TEXT(w.versions[0].reason, "edited");
    CHECK_INT(hits(f, "klotter"), 0);
    CHECK_INT(hits(f, "målat"), 1);
    CHECK(run(f, "1493", GET, &w) == ERR_OK);
    CHECK(w.e.version == 2);
}

DB_TEST(redacted_texts_are_gone_from_everywhere)
{
    struct work w = {.e = sample(), .edit = {.reason = "edited"}};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    w.e.title = "Hemlighet";
    CHECK(run(f, "1493", UPDATE, &w) == ERR_OK && w.changed);
    CHECK(run(f, "1493", REDACT, &w) == ERR_OK);
    CHECK(run(f, "1493", REDACT, &w) == ERR_OK);
    CHECK(run(f, "1493", GET, &w) == ERR_OK);
    CHECK(!w.e.title && !w.e.description && !w.e.place_name && w.e.state == EVENT_REDACTED);
    CHECK(w.e.east == sample().east);
    CHECK(run(f, "1493", VERSIONS, &w) == ERR_OK);
    CHECK_INT(w.n, 2);
    for (size_t i = 0; i < w.n; i++) {
        CHECK(w.versions[i].texts == NULL);
        CHECK(!strstr(w.versions[i].content, "Klottret"));
        CHECK(!strstr(w.versions[i].content, "Hemlighet"));
    }
    CHECK_INT(hits(f, "hemlighet"), 0);
    CHECK_INT(hits(f, "kiosken"), 0);
    w.e.title = "Tillbaka";
    w.e.state = EVENT_INCLUDED;
    CHECK(run(f, "1493", UPDATE, &w) == ERR_CONFLICT);
}

static const char *struck(struct arena *a, const char *text, const char *word)
{
    struct event_strike s = {&word, 1, "[x]", NULL};
    size_t n = 0;
    return event_strike_text(a, text, &s, &n);
}

TEST(words_are_struck_however_their_letters_are_written)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    CHECK_TEXT(struck(a, "ANNA go\xCC\x88r so\xCC\x88k, sa anna", "Anna"),
               "[x] go\xCC\x88r so\xCC\x88k, sa [x]");
    CHECK_TEXT(struck(a, "Hos O\xCC\x88sten.", "östen"), "Hos [x].");
    CHECK_TEXT(struck(a, "Hos Östens bil", "o\xCC\x88sten"), "Hos [x] bil");
    CHECK_TEXT(struck(a, "”Anna”–Anna…", "anna"), "”[x]”–[x]…");
    CHECK_TEXT(struck(a,
                      "Anna\xC2\xA0"
                      "Berg",
                      "anna berg"),
               "[x]");
    CHECK_TEXT(struck(a, "\xFF Anna \xC3", "anna"), "\xFF [x] \xC3");
}

TEST(a_name_takes_its_endings_and_no_other_words)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    CHECK_TEXT(struck(a, "Annars vill annan och Annika", "anna"), "Annars vill annan och Annika");
    CHECK_TEXT(struck(a, "Eriksgatan, Eriks, Eriken", "Erik"), "Eriksgatan, [x], [x]");
    CHECK_TEXT(struck(a, "svenska Sven:s Sven’s Svenens", "sven"), "svenska [x] [x] [x]");
    CHECK_TEXT(struck(a, "Kims Kimens Kim", "Kim"), "[x] Kimens [x]");
    CHECK_TEXT(struck(a, "boet bostaden Bo", "Bo"), "boet bostaden [x]");
    CHECK(event_strike_fit("Bo") && event_strike_fit("12") && event_strike_fit("Ö.k"));
    CHECK(!event_strike_fit(".") && !event_strike_fit("a") && !event_strike_fit("o\xCC\x88") &&
          !event_strike_fit("– …"));
}

DB_TEST(a_name_of_the_register_stays_when_texts_are_redacted)
{
    struct work w = {.e = sample()};
    w.e.place_name = "Lyrestad"; /* nobody's own words */
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    CHECK(run(f, "1493", REDACT, &w) == ERR_OK);
    CHECK(run(f, "1493", GET, &w) == ERR_OK);
    CHECK(!w.e.description && w.e.state == EVENT_REDACTED);
    CHECK_TEXT(w.e.place_name, "Lyrestad");
}

DB_TEST(a_notice_moves_with_its_versions)
{
    struct work w = {.e = sample(), .edit = {.reason = "moved"}, .text = "1493"};
    w.e.source = EVENT_SOURCE_POLICE;
    w.e.source_key = "612345";
    w.e.precision = GEO_MUNICIPALITY;
    w.e.east = w.e.north = NAN;
    CHECK(run(f, DB_NATIONAL, ADD, &w) == ERR_OK);
    w.e.municipality = "1473";
    CHECK(run(f, DB_NATIONAL, MOVE, &w) == ERR_OK);
    CHECK(run(f, DB_NATIONAL, KNOWN, &w) == ERR_OK);
    CHECK(w.any);
    CHECK_TEXT(w.known.municipality, "1473");
    CHECK(w.known.version == 2);
    CHECK(run(f, "1473", VERSIONS, &w) == ERR_OK);
    CHECK_INT(w.n, 1);
    CHECK_TEXT(w.versions[0].reason, "moved");
    CHECK_INT(hits(f, "kiosken"), 0);
    CHECK(run(f, "1473", DELETE, &w) == ERR_OK);
    CHECK(run(f, "1473", GET, &w) == ERR_NOTFOUND);
}

DB_TEST(states_change_and_keep_a_version)
{
    struct work w = {.e = sample(), .edit = {.reason = "edited"}};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    w.e.state = EVENT_REJECTED;
    CHECK(run(f, "1493", STATE, &w) == ERR_OK);
    CHECK(run(f, "1493", GET, &w) == ERR_OK);
    CHECK(w.e.state == EVENT_REJECTED && w.e.version == 2);
    CHECK_INT(hits(f, "kiosken"), 1);
}

DB_TEST(words_find_the_same_on_both_engines)
{
    static const struct {
        const char *text;
        size_t hits;
    } table[] = {
        {"klotter", 2},
        {"klottret", 2},
        {"KLOTTRAT", 2},
        {"graffiti", 2},
        {"mur", 1},
        {"murarna", 1},
        {"röd färg", 1},
        {"\"röd färg\"", 1},
        {"\"färg röd\"", 0},
        {"rod", 0},
        {"kios*", 1},
        {"kiosk* parken", 0},
        {"exempelpark", 1},
        {"muren kiosken", 1},
        {"muren café", 0},
        {"cafe", 1},
        {"café", 1},
        {"a-traktor", 1},
        {"\"muren Någon\"", 0},
        {"'); DROP TABLE event --", 0},
        {"\" OR 1", 0},
        {"* ' \" ( NOT", 0},
    };
    struct work w = {.e = sample()};
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    w.e.id = id_new();
    w.e.title = "Klotter och buller";
    w.e.description = "En a-traktor stod utanför caféet. Det låg ett café där, 24 meter bort.";
    w.e.place_name = NULL;
    CHECK(run(f, "1493", ADD, &w) == ERR_OK);
    w.e.id = id_new();
    w.e.municipality = "1473";
    CHECK(run(f, "1473", ADD, &w) == ERR_OK);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (hits(f, table[i].text) != table[i].hits) {
            print_message("# %s: %zu\n", table[i].text, hits(f, table[i].text));
            CHECK(!"the number of hits");
        }
    bool any = true;
    CHECK_INT(hits_any(f, " ?! ", &any), 0);
    CHECK(!any);
}

/* --- Types --- */

TEST(every_type_has_a_code_a_parent_and_two_names)
{
    CHECK_INT(EVENT_TYPE_COUNT, 61);
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        const char *code = event_types[i].code;
        const char *dot = strchr(code, '.');
        CHECK_INT(event_type_index(code), i);
        CHECK((dot != NULL) == (event_types[i].parent >= 0));
        if (dot)
            CHECK(strncmp(code, event_types[event_types[i].parent].code, dot - code) == 0);
        CHECK(event_types[i].parent < i);
        CHECK(event_type_name(LANG_SV, i)[0] && event_type_name(LANG_EN, i)[0]);
    }
    CHECK(event_type_within(EVENT_TYPE_damage_graffiti, EVENT_TYPE_damage));
    CHECK(!event_type_within(EVENT_TYPE_damage, EVENT_TYPE_damage_graffiti));
    CHECK_INT(event_type_index("no.such"), -1);
}

TEST(a_type_is_of_its_upper_types_kind)
{
    enum event_kind k;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int up = event_types[i].parent;
        CHECK(up < 0 || event_types[i].kind == event_types[up].kind);
        CHECK((event_types[i].kind == EVENT_INCIDENT) ==
              (i != EVENT_TYPE_nothing && i != EVENT_TYPE_positive));
    }
    CHECK_TEXT(event_kind_of_code("nothing"), "all_clear");
    CHECK_TEXT(event_kind_of_code("positive"), "positive");
    CHECK_TEXT(event_kind_of_code("damage.glass"), "incident");
    for (int i = 0; i < EVENT_KINDS; i++)
        CHECK(event_kind_parse(event_kind_name((enum event_kind)i), &k) && (int)k == i);
    CHECK(!event_kind_parse("events", &k) && !event_kind_parse(NULL, &k));
}

TEST(each_word_of_the_police_has_a_type)
{
    static const char *const words[] = {
#define POLICE(word, code) word,
#include "parts/event/event_police_table.h"
#undef POLICE
    };
    CHECK_INT(ARRAY_LEN(words), 97);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        CHECK(event_type_index(event_type_of_police(words[i])) >= 0);
    CHECK_TEXT(event_type_of_police("Skadegörelse"), "damage");
    CHECK_TEXT(event_type_of_police("Trafikolycka, singel"), "traffic.accident");
    CHECK(event_type_of_police("Något annat") == NULL);
}

static enum err sync_types(struct tx *tx, void *arg)
{
    (void)arg;
    return event_types_sync(tx);
}

DB_TEST(types_are_written_once)
{
    CHECK(db_write(f->db, DB_NATIONAL, sync_types, NULL) == ERR_OK);
    CHECK(db_write(f->db, DB_NATIONAL, sync_types, NULL) == ERR_OK);
}

DB_TEST(queries_of_events_are_what_their_files_declare)
{
    struct buf problems = buf_init(10000);
    for (size_t i = 0; event_queries[i]; i++)
        CHECK(db_check_query(f->db, event_queries[i], &problems) == ERR_OK);
    CHECK_TEXT(buf_text(&problems), "");
    buf_done(&problems);
}

/* --- Areas --- */

struct areas {
    struct fixture *f;
    struct event_areas *areas;
    struct event e;
    struct id want, got;
    size_t changed;
};

static enum err put_area(struct tx *tx, struct id id, struct geo_box box, struct arena *a)
{
    struct geo_shape *s = geo_shape_rect(a, box);
    struct buf wkb = buf_init(10000);
    geo_wkb_write(&wkb, s);
    struct q_event_test_area_in in = {"1493", id, {wkb.data, wkb.len}};
    enum err e = q_event_test_area_run(tx, &in, NULL);
    buf_done(&wkb);
    return e;
}

static enum err areas_then_event(struct tx *tx, void *arg)
{
    struct areas *w = arg;
    struct geo_box large = {430000, 6500000, 440000, 6510000},
                   small = {432000, 6507000, 433000, 6508000};
    TRY(event_add(tx, w->areas, &w->e, NULL, NULL)); /* no area yet */
    TRY(put_area(tx, id_new(), large, w->f->a));
    TRY(put_area(tx, w->want, small, w->f->a));
    TRY(event_areas_reassign(w->areas, tx, "1493", &w->changed));
    TRY(event_get(tx, w->f->a, "1493", w->e.id, &w->e));
    w->got = w->e.area_id;
    struct event second = sample();
    TRY(event_add(tx, w->areas, &second, NULL, NULL));
    TRY(event_get(tx, w->f->a, "1493", second.id, &w->e));
    return ERR_OK;
}

DB_TEST(an_event_lies_in_the_smallest_area_that_holds_it)
{
    struct areas w = {f, event_areas_new(), sample(), id_new(), {{0}}, 0};
    CHECK(db_write(f->db, "1493", areas_then_event, &w) == ERR_OK);
    CHECK_INT(w.changed, 1);
    CHECK(id_eq(w.got, w.want));
    CHECK(id_eq(w.e.area_id, w.want));
    event_areas_free(w.areas);
}
