/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "citizen_sql.h"
#include "db_fixture.h"
#include "geo/geo_data.h"
#include "parts/event/event.h"
#include "parts/voices/voices_inner.h"

#define TOWN "1447"

/* Gullspång has localities and no districts. */
static struct voices_publication months_of(int from, int to)
{
    return (struct voices_publication){.municipality = TOWN,
                                       .id = id_new(),
                                       .from = date_start((struct date){2026, from, 1}),
                                       .to = date_start((struct date){2026, to + 1, 1})};
}

struct told {
    int n, month;
    double east, north;
    bool unsafe;
    const char *reasons;
    enum event_state state;
};

struct world {
    struct fixture *f;
    const struct told *told;
    struct voices_publication p;
    struct voices_set set;
    enum voices_step step;
    msec now;
    const char *done;
    struct id last;
};

static enum err put(struct tx *tx, void *arg)
{
    struct world *w = arg;
    for (int i = 0; i < w->told->n; i++) {
        const struct told *t = w->told;
        struct event e = event_blank();
        e.municipality = TOWN;
        e.id = w->last = id_new();
        e.source = EVENT_SOURCE_CITIZEN;
        e.type_code = t->unsafe ? "unsafe_place" : "positive";
        msec at = date_start((struct date){2026, t->month, 10}) + i * MSEC_HOUR;
        e.occurred_from = e.occurred_to = e.reported_at = at;
        e.precision = t->east > 0 ? GEO_POINT : GEO_NONE;
        e.east = t->east > 0 ? t->east : e.east;
        e.north = t->east > 0 ? t->north : e.north;
        e.state = t->state;
        TRY(event_add(tx, NULL, &e, NULL, NULL));
        struct q_citizen_put_in in = {.municipality = TOWN,
                                      .id = e.id,
                                      .feeling = t->unsafe ? "unsafe" : "safe",
                                      .reasons = t->reasons,
                                      .times = "",
                                      .state = "received",
                                      .answered_at = DB_NO_INT,
                                      .code_until = at + MSEC_DAY,
                                      .at = at};
        TRY(q_citizen_put_run(tx, &in, NULL));
    }
    return ERR_OK;
}

static void tell(struct world *w, struct told t)
{
    w->told = &t;
    assert_int_equal(db_write(w->f->db, TOWN, put, w), ERR_OK);
}

static enum err begin(struct tx *tx, void *arg)
{
    struct world *w = arg;
    uint8_t key[DISCLOSE_KEY];
    TRY(disclosure_key_make(tx, w->f->a, TOWN, key));
    return voices_begin(tx, w->f->a, &w->p, w->now);
}

static enum err load(struct tx *tx, void *arg)
{
    struct world *w = arg;
    TRY(voices_get(tx, w->f->a, TOWN, w->p.id, &w->p));
    return voices_load(tx, w->f->a, &w->p, &w->set);
}

static enum err publish(struct tx *tx, void *arg)
{
    struct world *w = arg;
    TRY(load(tx, w));
    return voices_publish(tx, w->f->a, &w->p, (struct id){{0}}, w->now, &w->step);
}

static enum err write_all(struct tx *tx, void *arg)
{
    struct world *w = arg;
    TRY(load(tx, w));
    for (size_t i = 0; i < w->set.n; i++) {
        struct voices_cluster c = w->set.list[i];
        c.done = w->done;
        if (c.shown)
            TRY(voices_write(tx, &w->p, &c, c.version));
    }
    return ERR_OK;
}

static enum err drop(struct tx *tx, void *arg)
{
    struct world *w = arg;
    return q_voices_delete_run(tx, &(struct q_voices_delete_in){TOWN, w->p.id}, NULL);
}

static void read_it(struct world *w)
{
    assert_int_equal(db_read(w->f->db, TOWN, load, w), ERR_OK);
}

static const struct voices_cluster *find(const struct world *w, enum voices_kind kind, bool unsafe)
{
    for (size_t i = 0; i < w->set.n; i++)
        if (w->set.list[i].kind == kind && w->set.list[i].unsafe == unsafe)
            return &w->set.list[i];
    return NULL;
}

static struct world begun(struct fixture *f, int from, int to)
{
    struct world w = {
        .f = f, .p = months_of(from, to), .done = "Belysning åtgärdas före 1 oktober."};
    w.now = w.p.to + 30 * MSEC_DAY;
    assert_int_equal(db_write(f->db, TOWN, begin, &w), ERR_OK);
    return w;
}

static void publish_now(struct world *w, enum voices_step expected)
{
    assert_int_equal(db_write(w->f->db, TOWN, publish, w), ERR_OK);
    assert_int_equal(w->step, expected);
}

static struct told unsafe(int n, int month, const char *reasons)
{
    return (struct told){n, month, 0, 0, true, reasons, EVENT_INCLUDED};
}

/* --- Who is gathered --- */

DB_TEST(four_are_held_back_and_five_are_shown)
{
    for (int n = 4; n <= 5; n++) {
        struct world w = begun(f, n, n);
        tell(&w, unsafe(n, n, "lighting"));
        read_it(&w);
        assert_int_equal(w.set.n, 1);
        assert_int_equal(find(&w, VOICES_REST, true)->cell.count, n);
        assert_int_equal(w.set.list[0].shown, n == 5);
        assert_string_equal(w.set.list[0].themes, n == 5 ? "lighting" : "");
    }
}

DB_TEST(a_reason_is_told_when_five_have_named_it)
{
    struct world w = begun(f, 3, 3);
    tell(&w, unsafe(4, 3, "vegetation lighting"));
    tell(&w, unsafe(1, 3, "lighting"));
    read_it(&w);
    assert_string_equal(w.set.list[0].themes, "lighting");
    tell(&w, unsafe(1, 3, "vegetation"));
    read_it(&w);
    assert_string_equal(w.set.list[0].themes, "lighting vegetation");
}

DB_TEST(only_what_somebody_has_accepted_counts_and_the_others_are_told_of)
{
    struct world w = begun(f, 3, 3);
    struct told t = unsafe(3, 3, "lighting");
    tell(&w, t);
    t.state = EVENT_SUBMITTED;
    tell(&w, t);
    t.state = EVENT_REJECTED;
    tell(&w, t);
    t.state = EVENT_REDACTED; /* its words are gone, not that it was told */
    tell(&w, t);
    read_it(&w);
    assert_int_equal(w.set.list[0].cell.count, 6);
    assert_int_equal(w.set.waiting, 3);
}

DB_TEST(unsafe_and_safe_are_two_and_months_do_not_mix)
{
    struct world w = begun(f, 3, 4);
    tell(&w, unsafe(5, 2, "lighting"));
    tell(&w, unsafe(2, 3, "lighting"));
    tell(&w, unsafe(3, 4, "lighting"));
    tell(&w, unsafe(5, 5, "lighting"));
    tell(&w, (struct told){4, 4, 0, 0, false, "people", EVENT_INCLUDED});
    read_it(&w);
    assert_int_equal(w.set.n, 2);
    assert_int_equal(find(&w, VOICES_REST, true)->cell.count, 5);
    assert_int_equal(find(&w, VOICES_REST, false)->cell.count, 4);
    CHECK(find(&w, VOICES_REST, true)->shown);
    CHECK(!find(&w, VOICES_REST, false)->shown);
}

DB_TEST(a_place_is_its_locality_and_never_closer)
{
    size_t n;
    const struct geo_locality *town = geo_localities_of(TOWN, &n), *large = town;
    for (size_t i = 0; i < n; i++)
        large = town[i].population > large->population ? &town[i] : large;
    struct world w = begun(f, 3, 3);
    struct told t = {3, 3, large->east + 40, large->north - 60, true, "lighting", EVENT_INCLUDED};
    tell(&w, t);
    t.east += 300;
    tell(&w, t);
    t.east += 40000; /* in the woods */
    tell(&w, t);
    read_it(&w);
    assert_int_equal(w.set.n, 2);
    assert_string_equal(find(&w, VOICES_LOCALITY, true)->place, large->name);
    assert_int_equal(find(&w, VOICES_LOCALITY, true)->cell.count, 6);
    assert_int_equal(find(&w, VOICES_REST, true)->cell.count, 3);
}

/* --- What goes out --- */

DB_TEST(nothing_goes_out_too_early_unanswered_or_empty)
{
    struct world w = begun(f, 3, 3);
    msec later = w.now;
    publish_now(&w, VOICES_NONE);
    tell(&w, unsafe(5, 3, "lighting"));
    publish_now(&w, VOICES_LACKING);
    assert_int_equal(db_write(f->db, TOWN, write_all, &w), ERR_OK);
    w.now = w.p.to + 14 * MSEC_DAY - 1;
    publish_now(&w, VOICES_EARLY);
    read_it(&w);
    assert_int_equal(w.p.published_at, 0);
    w.now = later;
    publish_now(&w, VOICES_PUBLISHED);
    assert_int_equal(db_write(f->db, TOWN, publish, &w), ERR_CONFLICT); /* once */
}

DB_TEST(what_is_out_stands_whatever_comes_or_goes)
{
    struct world w = begun(f, 3, 3);
    tell(&w, unsafe(5, 3, "lighting"));
    assert_int_equal(db_write(f->db, TOWN, write_all, &w), ERR_OK);
    publish_now(&w, VOICES_PUBLISHED);
    tell(&w, unsafe(9, 3, "vegetation"));
    tell(&w, (struct told){9, 3, 0, 0, false, "people", EVENT_INCLUDED});
    read_it(&w);
    assert_int_equal(w.set.n, 1);
    assert_string_equal(w.set.list[0].themes, "lighting");
    assert_string_equal(w.set.list[0].done, w.done);
    assert_int_equal(w.set.list[0].cell.count, 0); /* not even counted */
}

DB_TEST(no_two_share_a_day_whether_they_are_out_or_not)
{
    struct world w = begun(f, 3, 5), other = {.f = f};
    static const int within[][2] = {{3, 3}, {5, 5}, {3, 5}, {2, 3}, {5, 6}, {1, 9}};
    for (size_t i = 0; i < ARRAY_LEN(within); i++) {
        other.p = months_of(within[i][0], within[i][1]);
        assert_int_equal(db_write(f->db, TOWN, begin, &other), ERR_CONFLICT);
    }
    other.p = months_of(6, 6);
    assert_int_equal(db_write(f->db, TOWN, begin, &other), ERR_OK);
    assert_int_equal(db_write(f->db, TOWN, drop, &w), ERR_OK); /* a draft nobody has seen */
    other.p = months_of(4, 4);
    assert_int_equal(db_write(f->db, TOWN, begin, &other), ERR_OK);
}

/* Whoever keeps all that was ever published and changes one report between two periods sees the
 * same: a report is in one period, and there only whether it makes five. */
DB_TEST(one_report_more_or_less_in_a_period_changes_nothing_of_another)
{
    struct world w = begun(f, 3, 3), next = begun(f, 4, 4);
    tell(&w, unsafe(6, 3, "lighting"));
    tell(&next, unsafe(7, 4, "lighting"));
    assert_int_equal(db_write(f->db, TOWN, write_all, &w), ERR_OK);
    publish_now(&w, VOICES_PUBLISHED);
    assert_int_equal(db_write(f->db, TOWN, write_all, &next), ERR_OK);
    read_it(&next);
    struct voices_cluster before = next.set.list[0];
    tell(&w, unsafe(1, 3, "vegetation"));
    read_it(&next);
    assert_int_equal(next.set.n, 1);
    assert_string_equal(next.set.list[0].themes, before.themes);
    CHECK(next.set.list[0].cell.mark == before.cell.mark);
    publish_now(&next, VOICES_PUBLISHED);
}

DB_TEST(who_writes_second_has_not_seen_the_first)
{
    struct world w = begun(f, 3, 3);
    tell(&w, unsafe(5, 3, "lighting"));
    assert_int_equal(db_write(f->db, TOWN, write_all, &w), ERR_OK);
    read_it(&w);
    assert_int_equal(w.set.list[0].version, 1);
    assert_int_equal(voices_write(NULL, &w.p, &w.set.list[0], 0), ERR_CONFLICT);
}
