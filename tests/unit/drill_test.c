/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is drawn for an exercise in a working municipality. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/exercise/drill.h"

#define NOW INT64_C(1795000000000)
#define ROOM ((size_t)64 << 20)

static const struct drill_person people[2] = {{{{1}}, {{2}}}, {{{3}}, {{4}}}};

static enum err draw(struct arena *a, const char *code, uint64_t seed, struct drill *out)
{
    struct drill_area *areas;
    struct drill_options o = {
        .seed = seed, .municipality = code, .now = NOW, .people = people, .n_people = 2};
    TRY(drill_areas(a, code, seed, &areas, &o.n_areas));
    o.areas = areas;
    return drill_draw(a, &o, out);
}

static bool same_text(const char *x, const char *y)
{
    return x == y || str_eq(x, y);
}

static bool same(const struct event *x, const struct event *y)
{
    return id_eq(x->id, y->id) && x->occurred_from == y->occurred_from &&
           x->reported_at == y->reported_at && str_eq(x->type_code, y->type_code) &&
           same_text(x->description, y->description) && same_text(x->place_name, y->place_name) &&
           (x->east == y->east || (isnan(x->east) && isnan(y->east)));
}

TEST(the_same_seed_draws_the_same_and_another_something_else)
{
    struct arena *a = arena_new(ROOM);
    struct drill x, y, z;
    CHECK(draw(a, "6493", 7, &x) == ERR_OK && draw(a, "6493", 7, &y) == ERR_OK);
    CHECK(draw(a, "6493", 8, &z) == ERR_OK);
    CHECK(x.n_events == y.n_events && x.n_places == y.n_places);
    size_t differ = 0;
    for (size_t i = 0; i < x.n_events; i++) {
        CHECK(same(&x.events[i], &y.events[i]));
        differ += i >= z.n_events || !same(&x.events[i], &z.events[i]);
    }
    CHECK(differ > x.n_events / 2);
    arena_free(a);
}

TEST(every_municipality_can_practise)
{
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        struct arena *a = arena_new(ROOM);
        struct drill d;
        struct event_problem problem = {0};
        const struct geo_municipality *twin = geo_exercise_of(geo_municipalities[i].code);
        CHECK(draw(a, twin->code, 1, &d) == ERR_OK);
        CHECK(d.n_events > DRILL_REPORTS && d.n_places > 0);
        for (size_t k = 0; k < d.n_events; k++) {
            const struct event *e = &d.events[k];
            CHECK(event_check(e, &problem) == ERR_OK);
            CHECK(e->occurred_to <= e->reported_at && e->reported_at <= NOW);
            CHECK(e->occurred_from >= date_start(d.first) - 2 * MSEC_DAY);
            CHECK(str_eq(e->municipality, twin->code) && str_eq(e->origin, "exempel"));
        }
        arena_free(a);
    }
}

TEST(there_is_something_to_practise_on)
{
    struct arena *a = arena_new(ROOM);
    struct drill d;
    CHECK(draw(a, "6493", 1, &d) == ERR_OK);
    int waiting = 0, fires = 0, numbers = 0, vague = 0, hot = 0, calm = 0;
    for (size_t i = 0; i < d.n_events; i++) {
        const struct event *e = &d.events[i];
        bool waits = e->state == EVENT_SUBMITTED;
        waiting += waits;
        fires += waits && str_eq(e->type_code, "damage.arson");
        numbers += e->description && strstr(e->description, "070-") != NULL;
        vague += e->precision == GEO_MUNICIPALITY;
        calm += str_eq(e->type_code, "nothing");
        hot += id_eq(e->place_id, d.places[d.hot].id) && e->occurred_from > NOW - 12 * MSEC_DAY;
    }
    CHECK(waiting == 8 && fires == 3 && numbers == 1 && vague == 2 && calm == 6);
    CHECK(hot >= 10);
    CHECK(date_days(d.end) - date_days(d.first) == 14 * DRILL_PERIODS);
    for (size_t i = 0; i < d.n_places; i++)
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(d.places[i].name, d.places[k].name));
    arena_free(a);
}

TEST(without_anybody_or_anywhere_nothing_is_drawn)
{
    struct arena *a = arena_new(ROOM);
    struct drill d;
    struct drill_area *areas;
    struct drill_options o = {.municipality = "6493", .now = NOW};
    CHECK(drill_areas(a, "9999", 1, &areas, &o.n_areas) == ERR_INVALID);
    CHECK(drill_areas(a, "6493", 1, &areas, &o.n_areas) == ERR_OK);
    o.areas = areas;
    CHECK(drill_draw(a, &o, &d) == ERR_INVALID);
    o.people = people;
    o.n_people = 2;
    o.n_areas = 0;
    CHECK(drill_draw(a, &o, &d) == ERR_INVALID);
    arena_free(a);
}

TEST(memory_that_runs_out_is_told)
{
    int n = 0;
    for (;; n++) {
        struct arena *a = arena_new(ROOM);
        struct drill d;
        mem_fail_at(n);
        enum err e = draw(a, "6493", 1, &d);
        bool failed = mem_failed();
        mem_fail_at(-1);
        arena_free(a);
        if (!failed) {
            CHECK(e == ERR_OK);
            break;
        }
        CHECK(e == ERR_NOMEM);
    }
    CHECK(n > 1);
}
