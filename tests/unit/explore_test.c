/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Analys: what is typed becomes a question, a question an address, and the same again; the rows of
 * a question; the table of methods fits the methods. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "core/app.h"
#include "db_fixture.h"
#include "parts/explore/explore_inner.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define TOWN "1493"
#define EAST 432125.0
#define NORTH 6507125.0

static const struct date first = {2026, 1, 5}, last = {2026, 6, 28};

static struct req request(struct arena *a, struct pair *fields, size_t n)
{
    return (struct req){.arena = a, .fields = fields, .n_fields = n, .lang = LANG_SV};
}

static struct explore_ask ask_of(struct req *rq)
{
    struct explore_ask ask = {.q = event_query_blank(TOWN)};
    ask.q.has_from = ask.q.has_to = true;
    ask.q.from = first;
    ask.q.to = last;
    explore_ask_choose(rq, &ask);
    return ask;
}

/* --- The table of methods --- */

TEST(every_method_is_one_of_the_frame_and_its_settings_are_options)
{
    for (size_t i = 0; i < explore_methods_n; i++) {
        const struct explore_method *m = &explore_methods[i];
        const struct analysis_method *frame = analysis_method_find(m->name);
        CHECK(frame);
        CHECK(explore_params_n(m) <= EXPLORE_PARAMS_MOST);
        for (const struct explore_param *p = m->params; p->name; p++)
            CHECK(p->own || analysis__option(frame, p->name) >= 0);
    }
    for (int q = 0; q < ASK_COUNT; q++)
        CHECK_INT(explore_method_first((enum explore_question)q)->question, q);
}

TEST(every_setting_has_a_field_and_a_default_that_fits_here_and_in_the_frame)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < explore_methods_n; i++) {
        struct analysis *an;
        const struct explore_method *m = &explore_methods[i];
        CHECK_OK(analysis_begin(analysis_method_find(m->name), a, LANG_SV, &an));
        for (const struct explore_param *p = m->params; p->name; p++) {
            char field[64];
            bool found = false;
            snprintf(field, sizeof field, "p-%s", p->name);
            for (const struct field_spec *f = explore_fields; f->name; f++)
                found = found || str_eq(f->name, field);
            CHECK(found);
            if (!p->fallback)
                continue;
            CHECK_TEXT(explore_param_plain(p, p->fallback, a), p->fallback);
            if (!p->own)
                CHECK_OK(analysis_set(an, p->name, p->fallback));
        }
    }
}

/* --- What is typed --- */

TEST(numbers_are_read_as_people_write_them_within_their_limits)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    const struct explore_param real = {.kind = PARAM_REAL, .least = 0.5, .most = 5000};
    const struct explore_param whole = {.kind = PARAM_INT, .least = 1, .most = 5000};
    CHECK_TEXT(explore_param_plain(&real, "1 000,5", a), "1000.5");
    CHECK_TEXT(explore_param_plain(&real, "1\u202f000.50", a), "1000.5");
    CHECK_TEXT(explore_param_plain(&real, "0.500", a), "0.5");
    CHECK_TEXT(explore_param_plain(&whole, "5000", a), "5000");
    static const char *const bad[] = {"", "x", "0,4", "5001", "1e9", "nan", "-1", "1,2,3", "½"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!explore_param_plain(&real, bad[i], a));
    CHECK(!explore_param_plain(&whole, "1,5", a));
    CHECK(!explore_param_plain(&whole, "0", a));
}

TEST(bands_rise_and_have_one_spelling)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    const struct explore_param list = {.kind = PARAM_LIST, .least = 0, .most = 1000};
    CHECK_TEXT(explore_param_plain(&list, "0, 7;14  21", a), "0,7,14,21");
    CHECK_TEXT(explore_param_plain(&list, "0,100", a), "0,100");
    static const char *const bad[] = {"", "7", "7,7", "14,7", "0,x", "0,1001", "-1,5", ",,,"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!explore_param_plain(&list, bad[i], a));
    char many[256] = "0";
    for (int i = 1; i < 40; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), ",%d", i);
    CHECK(!explore_param_plain(&list, many, a));
}

TEST(a_wrong_setting_is_a_problem_of_its_field_and_the_default_stands)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {
        {"method", "knox"}, {"p-permutations", "7"}, {"p-days", "0 7"}, {"p-metric", "taxi"}};
    struct req rq = request(a, fields, ARRAY_LEN(fields));
    struct explore_ask ask = ask_of(&rq);
    CHECK(req_problem_of(&rq, "p-permutations"));
    CHECK(req_problem_of(&rq, "p-metric"));
    CHECK(!req_problem_of(&rq, "p-days"));
    CHECK_TEXT(explore_value(&ask, "permutations"), "999");
    CHECK_TEXT(explore_value(&ask, "days"), "0,7");
    CHECK_TEXT(explore_value(&ask, "metric"), "euclidean");
}

TEST(a_new_question_takes_its_own_first_method)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {{"question", "when"}, {"method", "knox"}, {"p-days", "nonsense"}};
    struct req rq = request(a, fields, ARRAY_LEN(fields));
    CHECK_TEXT(ask_of(&rq).method->name, "weekday-hour");
    CHECK(!rq.problems); /* what the method before was set to is nobody's fault */
    struct req plain = request(a, NULL, 0);
    CHECK_TEXT(ask_of(&plain).method->name, "gistar");
}

/* --- There and back --- */

static size_t fields_of(struct arena *a, char *address, struct pair *out)
{
    char *rest = NULL;
    size_t n = 0;
    for (char *p = strtok_r(address, "&", &rest); p; p = strtok_r(NULL, "&", &rest)) {
        char *value = strchr(p, '=');
        *value++ = 0;
        char *to = value;
        for (const char *s = value; *s; s++, to++) {
            char hex[3] = {0};
            if (*s != '%') {
                *to = *s;
                continue;
            }
            memcpy(hex, s + 1, 2);
            *to = (char)strtol(hex, NULL, 16);
            s += 2;
        }
        *to = 0;
        out[n++] = (struct pair){arena_strdup(a, p), arena_strdup(a, value)};
    }
    return n;
}

TEST(an_address_gives_the_same_question_and_options_again)
{
    AUTO(arena_freep) struct arena *a = arena_new(4 << 20);
    for (size_t i = 0; i < explore_methods_n; i++) {
        struct pair given[] = {{"method", explore_methods[i].name},
                               {"seed", "77"},
                               {"p-permutations", "1 99"},
                               {"p-days", "0, 3 ,9"},
                               {"p-level", "0,10"},
                               {"p-start", "2026-03-01"},
                               {"p-treated", "circle"},
                               {"p-control", "drawn"},
                               {"p-beside", "430000 6505000, 430500 6505000; 430500/6505600"},
                               {"p-centre", "Åsa & Öster=1 %"},
                               {"p-by", "area"}};
        struct pair read[64];
        struct req one = request(a, given, ARRAY_LEN(given));
        struct explore_ask ask = ask_of(&one), back;
        char *address = arena_strdup(a, explore_address(&ask, a));
        char *copy = arena_strdup(a, address);
        struct req two = request(a, read, fields_of(a, copy, read));
        back = ask_of(&two);
        CHECK_TEXT(explore_address(&back, a), address);
        CHECK(back.method == ask.method && back.seed == 77);
        CHECK(explore_param_find(ask.method, "ground") < 0 ||
              (!strstr(address, "p-ground=") &&
               strstr(address, "&p-beside=430000-6505000_430500-6505000_430500-6505600&")));
        for (size_t p = 0; p < explore_params_n(ask.method); p++)
            CHECK_TEXT(back.value[p] ? back.value[p] : "", ask.value[p] ? ask.value[p] : "");
    }
}

TEST(a_key_tells_walls_languages_and_towns_apart)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct event_query q = event_query_blank(TOWN), walled = q, other = event_query_blank("1447");
    walled.walled = true;
    struct event_query colleague = walled;
    colleague.only = id_new();
    const char *keys[] = {
        explore_key(&q, LANG_SV, "x", a),      explore_key(&q, LANG_EN, "x", a),
        explore_key(&walled, LANG_SV, "x", a), explore_key(&colleague, LANG_SV, "x", a),
        explore_key(&other, LANG_SV, "x", a),  explore_key(&q, LANG_SV, "y", a)};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(keys[i], keys[k]));
}

TEST(options_of_the_command_line_are_called_by_their_labels)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {{"method", "farrington"}};
    struct req rq = request(a, fields, 1);
    struct explore_ask ask = ask_of(&rq);
    CHECK_TEXT(explore_sentence(&ask, a, "Ta färre år med --years-back, eller --nosuch."),
               "Ta färre år med ”Antal tidigare år”, eller --nosuch.");
}

/* --- The rows --- */

static enum err add_all(struct tx *tx, void *arg)
{
    struct rng r = rng_make(5, 0);
    (void)arg;
    for (int i = 0; i < 120; i++) {
        struct event e = event_blank();
        e.municipality = TOWN;
        e.source = EVENT_SOURCE_REPORT;
        e.type_code = i % 3 ? "damage.graffiti" : "theft.shop";
        e.occurred_from = date_start(date_add(first, i)) + 20 * MSEC_HOUR;
        e.occurred_to = e.occurred_from + (i % 2 ? MSEC_HOUR : 0);
        e.precision = i % 4 ? GEO_POINT : GEO_MUNICIPALITY;
        e.place_name = i % 2 ? "Lekparken" : "Gatan 7";
        if (i % 4) {
            e.east = EAST + 2000 * (rng_unit(&r) - 0.5);
            e.north = NORTH;
        }
        TRY(event_add(tx, NULL, &e, NULL, NULL));
    }
    return ERR_OK;
}

static struct explore_rows rows_of(struct app *app, struct arena *a, const char *method,
                                   struct explore_ask *ask)
{
    struct pair fields[] = {{"method", method}};
    struct req rq = request(a, fields, 1);
    struct explore_rows rows;
    *ask = ask_of(&rq);
    CHECK_OK(explore_rows(app, ask, a, &rows));
    return rows;
}

DB_TEST(centroids_are_left_out_of_places_and_counted)
{
    struct explore_ask ask;
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    struct explore_rows r = rows_of(&app, f->a, "kde", &ask);
    CHECK_INT(r.found, 120);
    CHECK_INT(r.no_place, 30);
    CHECK_INT(r.table.n, 90);
    for (size_t i = 0; i < r.table.n; i++)
        CHECK(r.table.number[COLUMN_X][i] > 0);
    struct explore_rows squares = rows_of(&app, f->a, "gistar", &ask);
    double sum = 0;
    for (size_t i = 0; i < squares.table.n; i++)
        sum += squares.table.number[COLUMN_VALUE][i];
    CHECK_INT((int64_t)sum, 90);
    CHECK_INT(squares.used + squares.no_place, squares.found);
    struct explore_rows times = rows_of(&app, f->a, "aoristic", &ask);
    CHECK_INT(times.table.n, 120); /* when needs no place */
    columns_free(app.columns);
}

/* Every eighth event may have happened at any time in eight days. */
static enum err add_long(struct tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 80; i++) {
        struct event e = event_blank();
        e.municipality = TOWN;
        e.source = EVENT_SOURCE_REPORT;
        e.type_code = "theft.shop";
        e.occurred_from = date_start(date_add(first, i)) + 20 * MSEC_HOUR;
        e.occurred_to = e.occurred_from + (i % 8 ? MSEC_HOUR : 8 * MSEC_DAY);
        e.precision = GEO_MUNICIPALITY;
        TRY(event_add(tx, NULL, &e, NULL, NULL));
    }
    return ERR_OK;
}

DB_TEST(what_a_method_leaves_out_is_not_counted)
{
    struct pair fields[] = {{"method", "aoristic"}};
    struct req rq = request(f->a, fields, 1);
    struct explore_ask ask = ask_of(&rq);
    struct work w = {.arena = f->a, .threads = 1};
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    struct explore_answer *x;
    CHECK_OK(db_write(f->db, TOWN, add_long, NULL));
    CHECK_OK(explore_run(&app, &ask, &w, &x));
    CHECK(!x->refused);
    CHECK_INT(x->rows.used, 80);
    CHECK_INT(explore_counted(x), 70);
    explore_answer_free(x);
    columns_free(app.columns);
}

DB_TEST(names_with_numbers_are_not_said)
{
    struct explore_ask ask;
    struct explore_places p;
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    rows_of(&app, f->a, "kde", &ask);
    CHECK_OK(explore_places(&app, &ask, f->a, f->a, &p));
    CHECK(p.n > 0);
    for (size_t i = 0; i < p.n; i++)
        CHECK_TEXT(p.name[i].name, "Lekparken");
    columns_free(app.columns);
}

DB_TEST(the_same_rows_have_the_same_version_and_others_another)
{
    struct explore_ask ask;
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    uint64_t one = rows_of(&app, f->a, "kde", &ask).version;
    CHECK(rows_of(&app, f->a, "kde", &ask).version == one);
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    CHECK(rows_of(&app, f->a, "kde", &ask).version != one);
    columns_free(app.columns);
}

DB_TEST(too_few_and_no_ground_are_refused_with_a_sentence)
{
    struct explore_ask ask;
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK(rows_of(&app, f->a, "kde", &ask).refused);
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    CHECK(!rows_of(&app, f->a, "kde", &ask).refused);
    CHECK(rows_of(&app, f->a, "wdd", &ask).refused);
    CHECK(rows_of(&app, f->a, "compare-counts", &ask).refused); /* nothing before the period */
    columns_free(app.columns);
}

/* --- Ground that is drawn --- */

TEST(corners_have_one_spelling_and_make_ground)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    CHECK_TEXT(explore_corners_plain("430000 6505000, 430500 6505000\n430500-6505600_", a),
               "430000-6505000_430500-6505000_430500-6505600");
    static const char *const bad[] = {
        "",
        "430000 6505000, 430500 6505000",
        "430000 6505000, 430500 6505000, 430500",
        "430000.5 6505000, 430500 6505000, 430500 6505600",
        "6505000 430000, 6505000 430500, 6505600 430500",
        "430000 6505000, 430500 6505000, 430900 6505000",                  /* a line */
        "430000 6505000, 430000 6505000, 430500 6505600",                  /* twice */
        "430000 6505000, 430010 6505000, 430010 6505010",                  /* too small */
        "200000 6200000, 900000 6200000, 900000 7600000",                  /* too large */
        "430000 6505000, 431000 6506000, 431000 6505000, 430000 6506000",  /* it crosses itself */
        "430000 6505000, 431000 6505000, 430500 6505000, 430500 6506000",  /* back on itself */
        "430000 6505000, 431000 6505000, 431000 6506000, 430500 6505000"}; /* a corner on a side */
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!explore_corners_plain(bad[i], a));
    struct buf b = buf_init(4096);
    for (int i = 0; i <= EXPLORE_CORNERS_MOST; i++) {
        if (i == EXPLORE_CORNERS_MOST)
            CHECK(explore_corners_plain(buf_text(&b), a));
        buf_printf(&b, "%d-%d_", 430000 + (int)(5000 * cos(i * 2 * M_PI / 41)),
                   6505000 + (int)(5000 * sin(i * 2 * M_PI / 41)));
    }
    CHECK(!explore_corners_plain(buf_text(&b), a)); /* one corner too many */
    buf_done(&b);
}

TEST(a_ring_runs_as_far_outside_as_it_says)
{
    AUTO(arena_freep) struct arena *a = arena_new(16 << 20);
    const struct geo_shape
        *ring = NULL,
        *s = explore_corners_read(
            "430000 6505000, 432000 6505000, 432000 6506000, 431000 6505400, 430000 6507000", a);
    CHECK_OK(explore_ring(s, 300, a, a, &ring));
    CHECK(ring && ring->path_count > 100);
    for (uint32_t i = 0; i < ring->path_count; i++)
        CHECK_NEAR(geo_shape_distance(s, ring->paths[i].points[0]), 300, 12);
    CHECK_NEAR(ring->box.east_min, 429700, 12);
    CHECK_NEAR(ring->box.north_max, 6507300, 12);
}

static struct explore_rows ground_of(struct app *app, struct arena *a, struct pair *fields,
                                     size_t n)
{
    struct req rq = request(a, fields, n);
    struct explore_ask ask = ask_of(&rq);
    struct explore_rows rows;
    CHECK(!rq.problems);
    CHECK_OK(explore_rows(app, &ask, a, &rows));
    return rows;
}

static double sum_of(const struct explore_rows *r, const char *group, bool after)
{
    double sum = 0;
    for (size_t i = 0; i < r->table.n; i++)
        if (str_eq(r->table.group.name[r->table.group.index[i]], group))
            sum += r->table.number[after ? COLUMN_AFTER : COLUMN_BEFORE][i];
    return sum;
}

/* The events lie on a line 2 km long: 200 m of it are treated, and compared with 400 m. */
DB_TEST(drawn_ground_has_rings_that_wdd_counts_and_others_leave_out)
{
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    char here[200], there[200];
    double x[2][2] = {{EAST - 700, EAST - 300}, {EAST + 200, EAST + 800}};
    for (int i = 0; i < 2; i++)
        snprintf(i ? there : here, 200, "%.0f %.0f, %.0f %.0f, %.0f %.0f, %.0f %.0f", x[i][0],
                 NORTH - 50, x[i][1], NORTH - 50, x[i][1], NORTH + 50, x[i][0], NORTH + 50);
    struct pair fields[] = {{"method", "wdd"},      {"p-treated", "drawn"}, {"p-ground", here},
                            {"p-control", "drawn"}, {"p-beside", there},    {"p-ring", "100"}};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    struct explore_rows r = ground_of(&app, f->a, fields, 6);
    CHECK(!r.refused && r.moved && r.ring == 100);
    double all = 0;
    static const char *const names[] = {"treated", "control", "near-treated", "near-control"};
    for (int side = 0; side < SIDE_COUNT; side++) {
        CHECK_NEAR(sum_of(&r, names[side], true), r.side[side].after, 0);
        CHECK_NEAR(sum_of(&r, names[side], false), r.side[side].before, 0);
        CHECK(r.side[side].after + r.side[side].before > 0 && r.side[side].shape);
        all += r.side[side].after + r.side[side].before;
    }
    CHECK_INT((int64_t)all, (int64_t)r.used);
    CHECK_INT(r.used + r.outside, r.found);
    fields[0].value = "did"; /* the rings are told, and not compared */
    struct explore_rows did = ground_of(&app, f->a, fields, 6);
    CHECK(!did.moved && sum_of(&did, "near-treated", true) == 0);
    CHECK_NEAR(did.side[SIDE_NEAR_TREATED].after, r.side[SIDE_NEAR_TREATED].after, 0);
    CHECK_NEAR(sum_of(&did, "control", true), r.side[SIDE_CONTROL].after, 0);
    fields[0].value = "wdd";
    fields[5].value = "0"; /* no ring: its events lie nowhere */
    struct explore_rows none = ground_of(&app, f->a, fields, 6);
    CHECK(!none.moved && !none.side[SIDE_NEAR_TREATED].shape);
    CHECK_INT(none.used + none.outside, none.found);
    CHECK_NEAR(none.side[SIDE_TREATED].after, r.side[SIDE_TREATED].after, 0);
    fields[3].value = "rest";
    fields[5].value = "100";
    struct explore_rows rest = ground_of(&app, f->a, fields, 6);
    CHECK(!rest.moved && sum_of(&rest, "control", true) > r.side[SIDE_CONTROL].after);
    fields[2].name = "x"; /* drawn, and nothing is drawn */
    CHECK(ground_of(&app, f->a, fields, 6).refused);
    columns_free(app.columns);
}

/* --- Keeping --- */

DB_TEST(an_answer_is_kept_and_a_stopped_one_begins_again_only_when_asked)
{
    struct explore_ask ask;
    struct explore_seen seen = {0}, again = {0};
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    struct id who = id_new();
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    rows_of(&app, f->a, "kde", &ask);
    struct explore_wish w = {&ask, who, 60000, true};
    CHECK_OK(explore_look(&app, &w, &seen));
    CHECK_INT(seen.state, EXPLORE_DONE);
    CHECK_OK(explore_look(&app, &w, &again));
    CHECK(seen.answer && seen.answer == again.answer);
    explore_give(&app, seen.answer);
    explore_give(&app, again.answer);
    explore_give(&app, NULL);
    const char *key = explore_key(&ask.q, ask.lang, explore_address(&ask, f->a), f->a);
    CHECK_OK(explore_stop(&app, TOWN, key, who)); /* what is done stays done */
    CHECK_OK(explore_look(&app, &w, &again));
    CHECK_INT(again.state, EXPLORE_DONE);
    explore_give(&app, again.answer);
    explore_keep_free(app.explore);
    columns_free(app.columns);
}
