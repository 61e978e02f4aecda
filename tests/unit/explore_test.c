/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Analys: the rows of a question, ground that is drawn, and answers that are kept. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "core/app.h"
#include "db_fixture.h"
#include "explore_fixture.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define EAST 432125.0
#define NORTH 6507125.0

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
    CHECK_OK(explore_rows(app, ask, &(struct work){.arena = a}, &rows));
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

static struct explore_rows ground_of(struct app *app, struct arena *a, struct pair *fields,
                                     size_t n)
{
    struct req rq = request(a, fields, n);
    struct explore_ask ask = ask_of(&rq);
    struct explore_rows rows;
    CHECK(!rq.problems);
    CHECK_OK(explore_rows(app, &ask, &(struct work){.arena = a}, &rows));
    return rows;
}

/* 30 events of a known hour, 10 of a weekend, 5 of two hours of a day. */
static enum err add_intervals(struct tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 45; i++) {
        struct event e = event_blank();
        e.municipality = TOWN;
        e.source = EVENT_SOURCE_REPORT;
        e.type_code = "theft.shop";
        e.occurred_from = date_start(date_add(first, i)) + 10 * MSEC_HOUR;
        e.occurred_to = e.occurred_from + (i < 30   ? MSEC_HOUR
                                           : i < 40 ? 62 * MSEC_HOUR
                                                    : 2 * MSEC_HOUR);
        e.precision = GEO_MUNICIPALITY;
        TRY(event_add(tx, NULL, &e, NULL, NULL));
    }
    return ERR_OK;
}

DB_TEST(what_is_known_only_between_two_moments_is_in_no_hour)
{
    static const struct {
        const char *method, *by;
        size_t used;
    } rows[] = {{"weekday-hour", NULL, 30},
                {"season", "hour", 30},
                {"season", "weekday", 35},
                {"season", "month", 45},
                {"aoristic", NULL, 45}};
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_intervals, NULL));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pair fields[] = {{"method", rows[i].method}, {"p-by", rows[i].by}};
        struct req rq = request(f->a, fields, rows[i].by ? 2 : 1);
        struct explore_ask ask = ask_of(&rq);
        struct explore_rows r;
        CHECK_OK(explore_rows(&app, &ask, &(struct work){.arena = f->a}, &r));
        CHECK_INT(r.table.n, rows[i].used);
        CHECK_INT(r.used, rows[i].used);
        CHECK_INT(r.used + r.unsure, r.found);
    }
    columns_free(app.columns);
}

DB_TEST(nothing_is_answered_of_a_measure_that_nobody_has_dated)
{
    static const char *const names[] = {"wdd", "did", "its"};
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct pair fields[] = {{"method", names[i]},     {"p-treated", "circle"},
                                {"p-east", "432125"},     {"p-north", "6507125"},
                                {"p-ring", "0"},          {"p-at", "2026-03-16"},
                                {"p-start", "2026-03-16"}};
        CHECK(!ground_of(&app, f->a, fields, 7).refused);
        struct explore_rows r = ground_of(&app, f->a, fields, 5);
        CHECK(r.refused && strstr(r.refused, "Välj när åtgärden började"));
        CHECK_INT(r.table.n, 0);
    }
    columns_free(app.columns);
}

DB_TEST(events_on_one_side_only_are_told_in_the_words_of_the_page)
{
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    struct pair fields[] = {{"method", "wdd"},
                            {"p-treated", "circle"},
                            {"p-east", "500000"},
                            {"p-north", "6507125"},
                            {"p-start", "2026-03-16"},
                            {"p-control", "drawn"},
                            {"p-beside", "500000 6600000, 501000 6600000, 501000 6601000"},
                            {"p-ring", "0"}};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    struct explore_rows r = ground_of(&app, f->a, fields, 5);
    CHECK(r.refused && strstr(r.refused, "ligger där åtgärden gjordes"));
    fields[2].value = "432125";
    r = ground_of(&app, f->a, fields, 8);
    CHECK(r.refused && strstr(r.refused, "ligger i det som åtgärden jämförs med"));
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
    CHECK_OK(explore_ring(s, 300, &(struct work){.arena = a}, a, &ring));
    CHECK(ring && ring->path_count > 100);
    for (uint32_t i = 0; i < ring->path_count; i++)
        CHECK_NEAR(geo_shape_distance(s, ring->paths[i].points[0]), 300, 12);
    CHECK_NEAR(ring->box.east_min, 429700, 12);
    CHECK_NEAR(ring->box.north_max, 6507300, 12);
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
    struct pair fields[] = {{"method", "wdd"},        {"p-treated", "drawn"}, {"p-ground", here},
                            {"p-control", "drawn"},   {"p-beside", there},    {"p-ring", "100"},
                            {"p-start", "2026-03-16"}};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    struct explore_rows r = ground_of(&app, f->a, fields, 7);
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
    struct explore_rows did = ground_of(&app, f->a, fields, 7);
    CHECK(!did.moved && sum_of(&did, "near-treated", true) == 0);
    CHECK_NEAR(did.side[SIDE_NEAR_TREATED].after, r.side[SIDE_NEAR_TREATED].after, 0);
    CHECK_NEAR(sum_of(&did, "control", true), r.side[SIDE_CONTROL].after, 0);
    fields[0].value = "wdd";
    fields[5].value = "0"; /* no ring: its events lie nowhere */
    struct explore_rows none = ground_of(&app, f->a, fields, 7);
    CHECK(!none.moved && !none.side[SIDE_NEAR_TREATED].shape);
    CHECK_INT(none.used + none.outside, none.found);
    CHECK_NEAR(none.side[SIDE_TREATED].after, r.side[SIDE_TREATED].after, 0);
    fields[3].value = "rest";
    fields[5].value = "100";
    struct explore_rows rest = ground_of(&app, f->a, fields, 7);
    CHECK(!rest.moved && sum_of(&rest, "control", true) > r.side[SIDE_CONTROL].after);
    fields[2].name = "x"; /* drawn, and nothing is drawn */
    CHECK(ground_of(&app, f->a, fields, 7).refused);
    columns_free(app.columns);
}

static bool stop_at_once(void *arg, double share)
{
    (void)share;
    ++*(int *)arg;
    return false;
}

/* How far each event lies from what is drawn takes time when there are many. */
DB_TEST(measuring_to_drawn_ground_can_be_stopped)
{
    struct app app = {.db = f->db, .columns = columns_new(f->db, 0)};
    char here[200];
    int asked = 0;
    snprintf(here, sizeof here, "%.0f %.0f, %.0f %.0f, %.0f %.0f", EAST - 700, NORTH - 50,
             EAST - 300, NORTH - 50, EAST - 300, NORTH + 50);
    struct pair fields[] = {{"method", "wdd"},
                            {"p-treated", "drawn"},
                            {"p-ground", here},
                            {"p-ring", "100"},
                            {"p-start", "2026-03-16"}};
    CHECK_OK(db_write(f->db, TOWN, add_all, NULL));
    struct req rq = request(f->a, fields, 5);
    struct explore_ask ask = ask_of(&rq);
    struct explore_rows r;
    struct work w = {.arena = f->a, .tick = stop_at_once, .arg = &asked};
    CHECK_INT(explore_rows(&app, &ask, &w, &r), ERR_CANCELLED);
    CHECK_INT(asked, 1);
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
