/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/event/columns_inner.h"
#include "parts/review/review.h"

#define NOW INT64_C(1763170800000)
#define MANY 400

/* --- What may be the same --- */

static struct review_item item(int type, msec minutes, double east)
{
    return (struct review_item){.id = id_new(),
                                .type = type,
                                .from = NOW + minutes * MSEC_MINUTE,
                                .to = NOW + minutes * MSEC_MINUTE,
                                .east = 431800 + east,
                                .north = 6507010};
}

static bool same(struct review_item a, struct review_item b)
{
    CHECK(review_may_be_same(&a, &b) == review_may_be_same(&b, &a));
    return review_may_be_same(&a, &b);
}

TEST(each_type_has_its_own_distance_and_time)
{
    int paint = EVENT_TYPE_damage_graffiti, noise = EVENT_TYPE_disturbance_noise;
    CHECK(same(item(paint, 0, 0), item(paint, 7 * 24 * 60, 100)));
    CHECK(!same(item(paint, 0, 0), item(paint, 7 * 24 * 60 + 1, 100)));
    CHECK(!same(item(paint, 0, 0), item(paint, 0, 101)));
    CHECK(same(item(noise, 0, 0), item(noise, 120, 200)));
    CHECK(!same(item(noise, 0, 0), item(noise, 121, 200)));
    CHECK(!same(item(noise, 0, 0), item(noise, 0, 201)));
}

TEST(the_stricter_of_two_limits_counts_and_things_are_what_they_are)
{
    int damage = EVENT_TYPE_damage, paint = EVENT_TYPE_damage_graffiti,
        glass = EVENT_TYPE_damage_glass;
    CHECK(same(item(damage, 0, 0), item(paint, 3 * 24 * 60, 0)));
    CHECK(!same(item(damage, 0, 0), item(paint, 3 * 24 * 60 + 1, 0)));
    CHECK(!same(item(glass, 0, 0), item(paint, 0, 0)));
    CHECK(same(item(EVENT_TYPE_violence_fight, 0, 0), item(EVENT_TYPE_violence_assault, 30, 0)));
    CHECK(!same(item(paint, 0, 0), item(EVENT_TYPE_litter, 0, 0)));
    CHECK(!same(item(EVENT_TYPE_nothing, 0, 0), item(EVENT_TYPE_nothing, 0, 0)));
}

TEST(the_name_of_a_place_joins_and_a_missing_place_does_not)
{
    struct review_item a = item(EVENT_TYPE_alcohol, 0, 0), b = item(EVENT_TYPE_alcohol, 0, 900);
    CHECK(!same(a, b));
    a.place = "Övningstorget";
    b.place = "övningstorget";
    CHECK(same(a, b));
    a.place = b.place = NULL;
    b.east = b.north = NAN;
    CHECK(!same(a, b));
    a.east = a.north = NAN;
    CHECK(!same(a, b));
    b = a;
    CHECK(!same(a, b)); /* nothing is the same as itself */
    struct review_item week = item(EVENT_TYPE_alcohol, 0, 0),
                       moment = item(EVENT_TYPE_alcohol, 60, 0);
    week.to = week.from + REVIEW_LONGEST + 1;
    CHECK(!same(week, moment));
}

/* A street is long, and its name is written of every point along it. */
TEST(the_name_of_a_street_is_no_place_by_itself)
{
    struct review_item a = item(EVENT_TYPE_unsafe_place, 0, 0),
                       b = item(EVENT_TYPE_unsafe_place, 14 * 24 * 60, 900);
    a.place = b.place = "Kungsgatan";
    a.precision = b.precision = GEO_POINT;
    CHECK(!same(a, b)); /* 900 m apart, and both places are known */
    b.east = a.east + 50;
    CHECK(same(a, b));
    a.precision = b.precision = GEO_STREET; /* both stand in the middle of it */
    b.east = a.east;
    CHECK(!same(a, b));
    b.from = b.to = a.to + MSEC_DAY;
    CHECK(same(a, b));
    b.precision = GEO_POINT;
    b.from = b.to = a.to + MSEC_DAY + 1;
    CHECK(!same(a, b));
    a.precision = b.precision = GEO_MUNICIPALITY; /* a name that was not found */
    a.east = b.east = a.north = b.north = NAN;
    CHECK(!same(a, b));
    a.precision = b.precision = GEO_PLACE;
    CHECK(same(a, b));
}

static uint64_t dice = 88172645463325252u;

static uint32_t roll(uint32_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (uint32_t)(dice >> 20) % n;
}

static struct review_item any_item(void)
{
    static const int types[] = {
        EVENT_TYPE_damage,      EVENT_TYPE_damage_graffiti, EVENT_TYPE_disturbance_noise,
        EVENT_TYPE_disturbance, EVENT_TYPE_traffic_speed,   EVENT_TYPE_traffic};
    struct review_item x = item(types[roll(6)], roll(600), roll(1500));
    x.to += roll(4) ? 0 : roll(300) * MSEC_MINUTE;
    x.place = roll(10) ? NULL : "Parken";
    if (roll(8) == 0)
        x.east = x.north = NAN;
    return x;
}

/* The definition, word by word. */
TEST(a_group_is_what_lies_within_the_limits_of_its_oldest)
{
    static struct review_item items[MANY];
    static size_t leader[MANY];
    size_t groups = 0;
    for (size_t i = 0; i < MANY; i++)
        items[i] = any_item();
    review_group(items, MANY, leader);
    for (size_t i = 0; i < MANY; i++) {
        CHECK(leader[i] <= i && leader[leader[i]] == leader[i]);
        groups += leader[i] == i;
        CHECK(leader[i] == i || review_may_be_same(&items[leader[i]], &items[i]));
        for (size_t k = 0; k < leader[i]; k++)
            CHECK(leader[k] != k || !review_may_be_same(&items[k], &items[i]));
    }
    CHECK(groups > 20 && groups < MANY - 20); /* some of both */
}

/* --- In a database --- */

enum what { ADD, DO, UNDO, GET, LATEST };

struct work {
    struct fixture *f;
    enum what what;
    struct event e;
    struct event_areas *areas;
    struct review_order o;
    struct review_answer answer;
    struct review_latest latest;
    struct id batch, by;
    struct review_undone undone;
};

static enum err work_in(struct tx *tx, void *arg)
{
    struct work *w = arg;
    switch (w->what) {
    case ADD:
        return event_add(tx, NULL, &w->e, NULL, NULL);
    case DO:
        return review_do(tx, w->f->a, &w->o, &w->answer);
    case UNDO:
        return review_undo(tx, w->f->a, "1493", w->by, w->batch, &w->undone);
    case LATEST:
        return review_latest(tx, w->f->a, "1493", w->by, &w->latest);
    default:
        return event_get(tx, w->f->a, "1493", w->e.id, &w->e);
    }
}

static enum err run(struct fixture *f, struct work *w, enum what what)
{
    w->f = f;
    w->what = what;
    return what == GET || what == LATEST ? db_read(f->db, "1493", work_in, w)
                                         : db_write(f->db, "1493", work_in, w);
}

static struct event sample(const char *source, enum event_state s, msec minutes, double east)
{
    struct event e = event_blank();
    e.municipality = "1493";
    e.id = id_new();
    e.source = source;
    e.type_code = "damage.graffiti";
    e.occurred_from = e.occurred_to = NOW + minutes * MSEC_MINUTE;
    e.precision = GEO_POINT;
    e.east = 431800 + east;
    e.north = 6507010;
    e.state = s;
    e.description = "Klotter på muren";
    return e;
}

static struct id add(struct fixture *f, const char *source, enum event_state s, msec minutes,
                     double east)
{
    struct work w = {.e = sample(source, s, minutes, east)};
    CHECK(run(f, &w, ADD) == ERR_OK);
    return w.e.id;
}

static struct event get(struct fixture *f, struct id id)
{
    struct work w = {.e.id = id};
    CHECK(run(f, &w, GET) == ERR_OK);
    return w.e;
}

static struct work order(struct id by, enum review_kind kind, const struct id *ids, size_t n)
{
    struct work w = {.o = {.municipality = "1493",
                           .by = by,
                           .kind = kind,
                           .events = ids,
                           .n = n,
                           .words = "Skäl",
                           .seen = INT64_MAX}};
    return w;
}

static struct work done(struct fixture *f, struct id by, enum review_kind kind, struct id id,
                        struct id object)
{
    struct work w = order(by, kind, &id, 1);
    w.o.object = object;
    CHECK(run(f, &w, DO) == ERR_OK);
    return w;
}

static size_t counted(struct columns *c, enum event_counting by)
{
    struct columns_view *v;
    struct event_selection *s;
    struct event_filter filter = {.counting = by};
    CHECK(columns_take(c, "1493", &v) == ERR_OK);
    CHECK(columns_select(v, &filter, &s) == ERR_OK);
    size_t n = s->count;
    CHECK(by == EVENT_COUNT_REVIEWED || by == EVENT_COUNT_STAFF || columns_waiting(s) == n);
    columns_selection_free(s);
    columns_give(v);
    return n;
}

static bool counts_are(struct columns *c, size_t staff, size_t reviewed)
{
    return counted(c, EVENT_COUNT_STAFF) == staff && counted(c, EVENT_COUNT_REVIEWED) == reviewed &&
           counted(c, EVENT_COUNT_WAITING) == staff - reviewed;
}

DB_TEST(one_rule_says_what_counts)
{
    struct columns *c = columns_new(f->db, 0);
    struct id me = id_new(), none = {{0}};
    struct id in = add(f, "report", EVENT_INCLUDED, 0, 0);
    struct id sent = add(f, "report", EVENT_SUBMITTED, 1, 0);
    struct id citizen = add(f, EVENT_SOURCE_CITIZEN, EVENT_SUBMITTED, 2, 0);
    add(f, "report", EVENT_REJECTED, 3, 0);
    CHECK(counts_are(c, 2, 1));
    CHECK(done(f, me, REVIEW_ACCEPT, citizen, none).answer.done == 1);
    CHECK(counts_are(c, 3, 2));
    struct work linked = done(f, me, REVIEW_LINK, sent, in);
    CHECK(linked.answer.done == 1 && counts_are(c, 2, 2));
    struct work w = {.by = me, .batch = linked.answer.batch};
    CHECK(run(f, &w, UNDO) == ERR_OK && w.undone.n == 1);
    CHECK(counts_are(c, 3, 2) && get(f, sent).state == EVENT_SUBMITTED);
    CHECK(done(f, me, REVIEW_REDACT, sent, none).answer.done == 1);
    CHECK(counts_are(c, 3, 3));
    columns_free(c);
}

DB_TEST(nothing_is_done_twice_and_only_the_latest_is_undone)
{
    struct id me = id_new(), you = id_new(), none = {{0}};
    struct id a = add(f, "report", EVENT_SUBMITTED, 0, 0),
              b = add(f, "report", EVENT_SUBMITTED, 1, 0);
    struct work first = done(f, me, REVIEW_ACCEPT, a, none);
    CHECK(first.answer.done == 1);
    CHECK(done(f, you, REVIEW_ACCEPT, a, none).answer.faults[0] == REVIEW_HANDLED);
    CHECK(done(f, you, REVIEW_REJECT, a, none).answer.faults[0] == REVIEW_HANDLED);
    CHECK(get(f, a).version == 2 && get(f, a).state == EVENT_INCLUDED);
    struct work second = done(f, me, REVIEW_REJECT, b, none);
    struct work w = {.by = me, .batch = first.answer.batch};
    CHECK(run(f, &w, UNDO) == ERR_CONFLICT); /* not the latest */
    w.batch = second.answer.batch;
    w.by = you;
    CHECK(run(f, &w, UNDO) == ERR_NOTFOUND); /* not theirs */
    w.by = me;
    CHECK(run(f, &w, UNDO) == ERR_OK && get(f, b).state == EVENT_SUBMITTED);
    CHECK(run(f, &w, UNDO) == ERR_NOTFOUND);
    w.batch = first.answer.batch;
    CHECK(run(f, &w, UNDO) == ERR_OK && get(f, a).state == EVENT_SUBMITTED);
    CHECK(run(f, &w, LATEST) == ERR_OK && id_is_none(w.latest.batch));
}

DB_TEST(what_somebody_did_afterwards_stands)
{
    struct id me = id_new(), none = {{0}};
    struct id a = add(f, "report", EVENT_SUBMITTED, 0, 0);
    struct work first = done(f, me, REVIEW_ACCEPT, a, none);
    struct work later = order(id_new(), REVIEW_REJECT, &a, 1);
    later.o.version = 2;
    CHECK(run(f, &later, DO) == ERR_OK && later.answer.done == 1);
    struct work w = {.by = me, .batch = first.answer.batch};
    CHECK(run(f, &w, UNDO) == ERR_CONFLICT && get(f, a).state == EVENT_REJECTED);
    later.o.version = 2; /* old */
    CHECK(run(f, &later, DO) == ERR_OK && later.answer.faults[0] == REVIEW_CHANGED);
}

DB_TEST(a_chain_has_one_link)
{
    struct id me = id_new(), none = {{0}};
    struct id a = add(f, "report", EVENT_SUBMITTED, 0, 0),
              b = add(f, "report", EVENT_SUBMITTED, 1, 0),
              c = add(f, "report", EVENT_INCLUDED, 2, 0);
    CHECK(done(f, me, REVIEW_LINK, b, a).answer.done == 1);
    CHECK(done(f, me, REVIEW_LINK, a, b).answer.faults[0] == REVIEW_NO_MAIN);
    CHECK(done(f, me, REVIEW_LINK, a, a).answer.faults[0] == REVIEW_ITSELF);
    CHECK(done(f, me, REVIEW_REJECT, a, none).answer.faults[0] == REVIEW_HAS_LINKED);
    struct work moved = done(f, me, REVIEW_LINK, a, c);
    CHECK(moved.answer.done == 1);
    CHECK(id_eq(get(f, a).same_as, c) && id_eq(get(f, b).same_as, c));
    struct work w = {.by = me, .batch = moved.answer.batch};
    CHECK(run(f, &w, UNDO) == ERR_OK && w.undone.n == 2);
    CHECK(id_is_none(get(f, a).same_as) && id_eq(get(f, b).same_as, a));
    CHECK(get(f, a).state == EVENT_SUBMITTED && get(f, b).state == EVENT_INCLUDED);
}

DB_TEST(a_citizens_report_that_waits_is_no_main_report)
{
    struct columns *c = columns_new(f->db, 0);
    struct id me = id_new(), none = {{0}};
    struct id main = add(f, EVENT_SOURCE_CITIZEN, EVENT_SUBMITTED, 0, 0),
              b = add(f, "report", EVENT_SUBMITTED, 1, 0);
    CHECK(done(f, me, REVIEW_LINK, b, main).answer.faults[0] == REVIEW_MAIN_WAITS);
    CHECK(id_is_none(get(f, b).same_as) && get(f, b).state == EVENT_SUBMITTED);
    CHECK(counts_are(c, 1, 0));
    CHECK(done(f, me, REVIEW_ACCEPT, main, none).answer.done == 1);
    CHECK(done(f, me, REVIEW_LINK, b, main).answer.done == 1 && counts_are(c, 1, 1));
    columns_free(c);
}

DB_TEST(a_group_of_citizens_reports_is_linked_in_one_press)
{
    struct columns *c = columns_new(f->db, 0);
    struct id me = id_new();
    struct id all[3];
    for (size_t i = 0; i < 3; i++)
        all[i] = add(f, EVENT_SOURCE_CITIZEN, EVENT_SUBMITTED, (msec)i, 0);
    struct work w = order(me, REVIEW_LINK, all, 3);
    w.o.object = all[1]; /* also when it is not the first */
    CHECK(run(f, &w, DO) == ERR_OK && w.answer.done == 3);
    CHECK(get(f, all[1]).state == EVENT_INCLUDED && id_is_none(get(f, all[1]).same_as));
    CHECK(id_eq(get(f, all[0]).same_as, all[1]) && id_eq(get(f, all[2]).same_as, all[1]));
    CHECK(counts_are(c, 1, 1));
    struct work latest = {.by = me};
    CHECK(run(f, &latest, LATEST) == ERR_OK && latest.latest.n == 3 &&
          latest.latest.kind == REVIEW_LINK);
    struct work back = {.by = me, .batch = w.answer.batch};
    CHECK(run(f, &back, UNDO) == ERR_OK && back.undone.n == 3);
    for (size_t i = 0; i < 3; i++)
        CHECK(get(f, all[i]).state == EVENT_SUBMITTED && id_is_none(get(f, all[i]).same_as));
    columns_free(c);
}

DB_TEST(a_main_report_that_points_at_somebody_is_not_accepted_with_its_group)
{
    static const char *const sources[] = {EVENT_SOURCE_CITIZEN, EVENT_SOURCE_REPORT};
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        struct work w = {.e = sample(sources[i], EVENT_SUBMITTED, 0, 0)};
        w.e.description = "Ring 070-123 45 67";
        CHECK(run(f, &w, ADD) == ERR_OK);
        struct id all[2] = {w.e.id, add(f, sources[i], EVENT_SUBMITTED, 1, 0)};
        struct work o = order(id_new(), REVIEW_LINK, all, 2);
        o.o.object = all[0];
        CHECK(run(f, &o, DO) == ERR_OK && o.answer.done == 0);
        CHECK(o.answer.faults[0] == REVIEW_MARKED && o.answer.faults[1] == REVIEW_MAIN_WAITS);
        CHECK(get(f, all[0]).state == EVENT_SUBMITTED && get(f, all[1]).state == EVENT_SUBMITTED);
    }
}

static enum err delete_it(struct tx *tx, void *arg)
{
    return event_delete(tx, "1493", *(struct id *)arg);
}

DB_TEST(who_is_linked_to_what_goes_away_counts_again)
{
    struct columns *c = columns_new(f->db, 0);
    struct id a = add(f, "report", EVENT_INCLUDED, 0, 0),
              b = add(f, "report", EVENT_SUBMITTED, 1, 0);
    CHECK(done(f, id_new(), REVIEW_LINK, b, a).answer.done == 1 && counts_are(c, 1, 1));
    CHECK(db_write(f->db, "1493", delete_it, &a) == ERR_OK);
    CHECK(counts_are(c, 1, 1) && id_is_none(get(f, b).same_as));
    columns_free(c);
}

DB_TEST(a_text_that_points_at_somebody_needs_a_reason)
{
    struct id me = id_new(), none = {{0}};
    struct work w = {.e = sample("report", EVENT_SUBMITTED, 0, 0)};
    w.e.description = "Ring 070-123 45 67";
    CHECK(run(f, &w, ADD) == ERR_OK);
    CHECK(done(f, me, REVIEW_ACCEPT, w.e.id, none).answer.faults[0] == REVIEW_MARKED);
    struct work silent = order(me, REVIEW_OVERRIDE, &w.e.id, 1);
    silent.o.words = NULL;
    CHECK(run(f, &silent, DO) == ERR_INVALID);
    CHECK(done(f, me, REVIEW_OVERRIDE, w.e.id, none).answer.done == 1);
    CHECK(get(f, w.e.id).state == EVENT_INCLUDED);
}

/* --- Those that count already, against every row --- */

static enum err add_many(struct tx *tx, void *arg)
{
    (void)arg;
    static const char *const types[] = {"damage", "damage.graffiti", "disturbance",
                                        "disturbance.noise"};
    for (int i = 0; i < MANY; i++) {
        struct event e = sample(roll(5) ? "report" : EVENT_SOURCE_CITIZEN,
                                roll(4) ? EVENT_INCLUDED : EVENT_SUBMITTED, roll(20000), roll(600));
        e.type_code = types[roll(4)];
        e.occurred_to += roll(3) ? 0 : roll(12000) * MSEC_MINUTE;
        e.place_name = roll(10) ? NULL : "Parken";
        TRY(event_add(tx, NULL, &e, NULL, NULL));
    }
    return ERR_OK;
}

static msec gap(const struct event_rows *r, uint32_t i, const struct review_item *x)
{
    msec to = r->from[i] + r->seconds[i] * MSEC_SECOND;
    msec g = r->from[i] > x->to ? r->from[i] - x->to : x->from - to;
    return g > 0 ? g : 0;
}

DB_TEST(near_rows_are_those_that_a_look_at_each_row_finds)
{
    struct columns *c = columns_new(f->db, 0);
    struct columns_view *v;
    uint32_t out[MANY];
    size_t found = 0;
    CHECK(db_write(f->db, "1493", add_many, NULL) == ERR_OK);
    CHECK(columns_take(c, "1493", &v) == ERR_OK);
    const struct event_rows *r = v->parts[0];
    for (int k = 0; k < 60; k++) {
        struct review_item x = any_item();
        x.from += roll(15000) * MSEC_MINUTE;
        x.to = x.from;
        size_t want = 0, n = review_near(r, &x, out, MANY), few = review_near(r, &x, out, 3);
        CHECK(few == (n < 3 ? n : 3));
        n = review_near(r, &x, out, MANY);
        for (uint32_t i = 0; i < r->n; i++) {
            struct review_item y = {r->id[i],
                                    r->type[i],
                                    r->from[i],
                                    r->from[i] + r->seconds[i] * MSEC_SECOND,
                                    (double)r->east[i],
                                    (double)r->north[i],
                                    r->place[i] == COLUMNS_NONE32 ? NULL : r->places[r->place[i]]};
            bool counts = COLUMNS_STATE(r->flags[i]) == EVENT_INCLUDED;
            want += counts && review_may_be_same(&x, &y);
        }
        CHECK(n == want);
        for (size_t i = 1; i < n; i++)
            CHECK(gap(r, out[i - 1], &x) <= gap(r, out[i], &x));
        found += n;
    }
    CHECK(found > 50);
    columns_give(v);
    columns_free(c);
}
