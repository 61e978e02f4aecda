/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "db_fixture.h"
#include "event_sql.h"
#include "geo/sweref.h"
#include "parts/event/event.h"

#define START INT64_C(1735689600000) /* 2025-01-01 */
#define ROWS 400

static const char *const towns[] = {"1493", "1473", "1447"};
static const char *const places[] = {"Ängen", "Allén", "Öns badplats", NULL, "Zongatan"};
static const int kinds[] = {EVENT_TYPE_damage_graffiti, EVENT_TYPE_damage_glass, EVENT_TYPE_litter,
                            EVENT_TYPE_alcohol};

/* The i-th of the invented events; what a test compares with. */
static struct event nth(int i)
{
    struct event e = event_blank();
    char name[32];
    snprintf(name, sizeof name, "event %d", i);
    e.municipality = towns[i % 3];
    e.id = id_from_name("columns test", name);
    e.source = i % 4 ? "report" : "import";
    e.organisation_id = id_from_name("organisation", i % 2 ? "a" : "b");
    e.type_code = event_types[kinds[i * 7 % 4]].code;
    e.occurred_from = START + (i * 7919 % 1000) * MSEC_HOUR;
    e.occurred_to = e.occurred_from + (i % 3 ? 0 : 90 * MSEC_MINUTE);
    e.place_name = places[i % 5];
    e.state = i % 11 ? EVENT_INCLUDED : EVENT_REJECTED;
    if (i % 6) {
        e.precision = GEO_POINT;
        e.east = 430000 + i * 10;
        e.north = 6500000 + i * 5;
    } else {
        e.precision = GEO_MUNICIPALITY;
    }
    return e;
}

static enum err add_all(struct tx *tx, void *arg)
{
    (void)arg;
    struct event list[ROWS];
    for (int i = 0; i < ROWS; i++)
        list[i] = nth(i);
    return event_add_batch(tx, NULL, list, ROWS, NULL, NULL);
}

static void fill(struct fixture *f)
{
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
}

static size_t count(struct columns *c, const char *town, const struct event_filter *filter)
{
    struct columns_view *v;
    struct event_selection *s;
    CHECK(columns_take(c, town, &v) == ERR_OK);
    CHECK(columns_select(v, filter, &s) == ERR_OK);
    size_t n = s->count;
    columns_selection_free(s);
    columns_give(v);
    return n;
}

static bool counts(const struct event *e)
{
    return e->state != EVENT_REJECTED;
}

DB_TEST(a_view_holds_what_the_database_holds)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    size_t want[3] = {0}, all = 0;
    for (int i = 0; i < ROWS; i++) {
        struct event e = nth(i);
        want[i % 3] += counts(&e);
        all += counts(&e);
    }
    struct event_filter none = {0};
    for (int i = 0; i < 3; i++)
        CHECK_INT(count(c, towns[i], &none), want[i]);
    CHECK_INT(count(c, NULL, &none), all);
    CHECK_INT(count(c, "1440", &none), 0);
    CHECK(columns_bytes(c) > ROWS * COLUMNS_ROW_BYTES);
    columns_free(c);
}

static const struct event_circle CIRCLE = {430600, 6500000, 500, 0};

static bool passes(const struct event *e, int which)
{
    int type = event_type_index(e->type_code);
    struct civil t = civil_from_msec(e->occurred_from);
    struct civil end = civil_from_msec(e->occurred_to - (e->occurred_to > e->occurred_from));
    switch (which) {
    case 0:
        return counts(e) && event_type_within(type, EVENT_TYPE_damage);
    case 1:
        return counts(e) && e->occurred_from >= START + 100 * MSEC_HOUR &&
               e->occurred_from < START + 300 * MSEC_HOUR;
    case 2:
        return counts(e) && str_eq(e->source, "import");
    case 3:
        return counts(e) && id_eq(e->organisation_id, id_from_name("organisation", "a"));
    case 4:
        return counts(e) && str_eq(e->place_name, "Allén");
    case 5:
        return counts(e) && e->precision == GEO_POINT && e->east <= 431000;
    case 6:
        return e->state == EVENT_REJECTED && e->precision == GEO_MUNICIPALITY;
    case 7:
        return counts(e) && e->precision == GEO_POINT &&
               hypot(e->east - CIRCLE.east, e->north - CIRCLE.north) <= CIRCLE.radius;
    case 8:
        return counts(e) && e->precision == GEO_POINT &&
               hypot((floor(e->east / 250) + 0.5) * 250 - CIRCLE.east,
                     (floor(e->north / 250) + 0.5) * 250 - CIRCLE.north) <= CIRCLE.radius;
    default:
        return counts(e) &&
               ((t.weekday == 5 && t.hour == 3) || (end.weekday == 5 && end.hour == 3));
    }
}

static struct event_filter filter_of(int which)
{
    struct event_filter f = {0};
    switch (which) {
    case 0:
        event_filter_type(&f, EVENT_TYPE_damage);
        break;
    case 1:
        f.from = START + 100 * MSEC_HOUR;
        f.to = START + 300 * MSEC_HOUR;
        break;
    case 2:
        f.source = "import";
        break;
    case 3:
        f.only_organisation = id_from_name("organisation", "a");
        break;
    case 4:
        f.place = "Allén";
        break;
    case 5:
        f.by_box = true;
        f.box = (struct geo_box){0, 0, 431000, 1e7};
        break;
    case 6:
        f.states = 1 << EVENT_REJECTED;
        f.precisions = 1 << GEO_MUNICIPALITY;
        break;
    case 7:
    case 8:
        f.circle = CIRCLE;
        f.circle.square = which == 8 ? 250 : 0;
        break;
    default:
        event_filter_hour(&f, 5, 3);
    }
    return f;
}

DB_TEST(each_filter_lets_through_exactly_its_rows)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    for (int which = 0; which < 10; which++) {
        struct event_filter filter = filter_of(which);
        size_t all = 0, one = 0;
        for (int i = 0; i < ROWS; i++) {
            struct event e = nth(i);
            all += passes(&e, which);
            one += i % 3 == 1 && passes(&e, which);
        }
        CHECK(all > 0);
        CHECK_INT(count(c, NULL, &filter), all);
        CHECK_INT(count(c, "1473", &filter), one);
    }
    struct event_filter none = {0}, kind = {.kinds = 1 << EVENT_INCIDENT}; /* all of them are */
    CHECK_INT(count(c, "1473", &kind), count(c, "1473", &none));
    struct event_filter no_area = {.no_area = true}, no_organisation = {.no_organisation = true};
    CHECK_INT(count(c, "1473", &no_area), count(c, "1473", &none)); /* there are no areas */
    CHECK_INT(count(c, "1473", &no_organisation), 0);
    kind.kinds = 1 << EVENT_ALL_CLEAR | 1 << EVENT_POSITIVE;
    CHECK_INT(count(c, "1473", &kind), 0);
    event_filter_type(&kind, EVENT_TYPE_damage); /* both must hold */
    CHECK_INT(count(c, "1473", &kind), 0);
    columns_free(c);
}

struct change {
    struct event e;
    int what;
};

static enum err change(struct tx *tx, void *arg)
{
    struct change *c = arg;
    struct event_edit edit = {.reason = "edited"};
    switch (c->what) {
    case 0:
        return event_add(tx, NULL, &c->e, NULL, NULL);
    case 1:
        return event_update(tx, NULL, &c->e, &edit, NULL, NULL);
    default:
        return event_delete(tx, c->e.municipality, c->e.id);
    }
}

DB_TEST(a_view_follows_each_change_and_an_old_one_stays)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    struct event_filter damage = {0}, none = {0};
    event_filter_type(&damage, EVENT_TYPE_fire);
    size_t before = count(c, "1493", &none);
    struct columns_view *old;
    CHECK(columns_take(c, "1493", &old) == ERR_OK);
    struct change w = {.e = nth(3), .what = 0};
    w.e.id = id_new();
    w.e.place_name = "Ny plats";
    CHECK(db_write(f->db, "1493", change, &w) == ERR_OK);
    CHECK_INT(count(c, "1493", &none), before + 1);
    w.e.type_code = "fire";
    w.e.occurred_from = w.e.occurred_to = START - MSEC_DAY;
    w.what = 1;
    CHECK(db_write(f->db, "1493", change, &w) == ERR_OK);
    CHECK_INT(count(c, "1493", &damage), 1);
    CHECK_INT(count(c, NULL, &damage), 1);
    struct columns_view *v;
    CHECK(columns_take(c, "1493", &v) == ERR_OK);
    const struct event_rows *r = v->parts[0];
    CHECK(id_eq(r->id[0], w.e.id) && r->n == old->parts[0]->n + 1);
    CHECK_TEXT(r->places[r->place[0]], "Ny plats");
    for (uint32_t i = 1; i < r->n; i++)
        CHECK(r->from[i - 1] <= r->from[i]);
    columns_give(v);
    w.what = 2;
    CHECK(db_write(f->db, "1493", change, &w) == ERR_OK);
    CHECK_INT(count(c, "1493", &none), before);
    CHECK_INT(count(c, "1493", &damage), 0);
    columns_give(old);
    columns_free(c);
}

DB_TEST(the_least_used_are_dropped_beyond_the_budget)
{
    fill(f);
    struct columns *c = columns_new(f->db, 12000);
    struct event_filter none = {0};
    size_t n = count(c, "1493", &none);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3; i++)
            CHECK(count(c, towns[i], &none) > 0);
    CHECK(columns_bytes(c) <= 12000);
    CHECK_INT(count(c, "1493", &none), n);
    CHECK(count(c, NULL, &none) > 3 * n - 10);
    columns_free(c);
}

/* --- Groups and pages --- */

static void check_groups(const struct event_selection *s, struct fixture *f)
{
    for (int by = EVENT_BY_TYPE; by <= EVENT_BY_STATE; by++) {
        struct event_count *g;
        size_t n, sum = 0;
        CHECK(columns_count_by(s, (enum event_group)by, f->a, &g, &n) == ERR_OK);
        for (size_t i = 0; i < n; i++) {
            sum += g[i].n;
            CHECK(i == 0 || g[i].n <= g[i - 1].n);
        }
        CHECK_INT(sum, s->count);
    }
}

static void check_page(const struct event_selection *s, struct fixture *f, enum event_sort sort,
                       bool down)
{
    struct event_key *all, *page;
    size_t n, k;
    CHECK(columns_page(s, &(struct event_order){sort, down, 0, 100000}, f->a, &all, &n) == ERR_OK);
    CHECK_INT(n, s->count);
    for (size_t at = 0; at < n + 7; at += 7) {
        CHECK(columns_page(s, &(struct event_order){sort, down, at, 7}, f->a, &page, &k) == ERR_OK);
        CHECK_INT(k, at >= n ? 0 : n - at < 7 ? n - at : 7);
        for (size_t i = 0; i < k; i++)
            CHECK(id_eq(page[i].id, all[at + i].id));
    }
}

static struct event find(struct id id)
{
    for (int i = 0; i < ROWS; i++)
        if (id_eq(nth(i).id, id))
            return nth(i);
    CHECK(!"a row of the test");
    return nth(0);
}

static void check_order(const struct event_selection *s, struct fixture *f)
{
    struct event_key *list;
    size_t n;
    CHECK(columns_page(s, &(struct event_order){EVENT_SORT_TIME, true, 0, 1000}, f->a, &list, &n) ==
          ERR_OK);
    for (size_t i = 1; i < n; i++)
        CHECK(find(list[i - 1].id).occurred_from >= find(list[i].id).occurred_from);
    CHECK(columns_page(s, &(struct event_order){EVENT_SORT_PLACE, false, 0, 1000}, f->a, &list,
                       &n) == ERR_OK);
    for (size_t i = 1; i < n; i++) {
        const char *a = find(list[i - 1].id).place_name, *b = find(list[i].id).place_name;
        CHECK(!b || (a && str_compare_sv(a, b) <= 0));
    }
    CHECK(columns_page(s, &(struct event_order){EVENT_SORT_TYPE, false, 0, 1000}, f->a, &list,
                       &n) == ERR_OK);
    for (size_t i = 1; i < n; i++)
        CHECK(event_type_index(find(list[i - 1].id).type_code) <=
              event_type_index(find(list[i].id).type_code));
}

DB_TEST(groups_add_up_and_pages_are_parts_of_one_list)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    for (int i = 0; i < 2; i++) {
        struct columns_view *v;
        struct event_selection *s;
        struct event_filter filter = {0};
        CHECK(columns_take(c, i ? NULL : "1493", &v) == ERR_OK);
        CHECK(columns_select(v, &filter, &s) == ERR_OK);
        check_groups(s, f);
        check_order(s, f);
        for (int sort = EVENT_SORT_TIME; sort <= EVENT_SORT_PLACE; sort++) {
            check_page(s, f, (enum event_sort)sort, false);
            check_page(s, f, (enum event_sort)sort, true);
        }
        columns_selection_free(s);
        columns_give(v);
    }
    columns_free(c);
}

DB_TEST(series_and_times_tell_of_each_event_once)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    struct columns_view *v;
    struct event_selection *s;
    struct event_filter filter = {0};
    CHECK(columns_take(c, NULL, &v) == ERR_OK);
    CHECK(columns_select(v, &filter, &s) == ERR_OK);
    msec borders[43], *from, *to;
    size_t days[42], sum = 0;
    for (int i = 0; i < 43; i++)
        borders[i] = START + i * MSEC_DAY;
    columns_series(s, borders, 42, days);
    for (int i = 0; i < 42; i++)
        sum += days[i];
    CHECK_INT(sum, s->count);
    CHECK(columns_times(s, f->a, &from, &to) == ERR_OK);
    for (size_t i = 0; i < s->count; i++)
        CHECK(to[i] == from[i] || to[i] == from[i] + 90 * MSEC_MINUTE);
    struct geo_point *points;
    size_t n;
    CHECK(columns_positions(s, f->a, &points, &n) == ERR_OK);
    CHECK(n > 0 && n < s->count);
    struct geo_box box = columns_box(s);
    CHECK(box.east_min >= 430000 && box.east_max <= 434000);
    columns_selection_free(s);
    columns_give(v);
    columns_free(c);
}

DB_TEST(a_tile_shows_every_event_that_has_a_place)
{
    fill(f);
    struct columns *c = columns_new(f->db, 0);
    struct columns_view *v;
    struct event_selection *s;
    struct event_filter filter = {0};
    CHECK(columns_take(c, NULL, &v) == ERR_OK);
    CHECK(columns_select(v, &filter, &s) == ERR_OK);
    size_t with = 0;
    for (int i = 0; i < ROWS; i++) {
        struct event e = nth(i);
        with += counts(&e) && e.precision == GEO_POINT;
    }
    struct event e = nth(100);
    struct geo_lonlat at = geo_to_wgs84((struct geo_point){e.east, e.north});
    for (uint32_t z = 0; z <= MVT_ZOOM_MOST; z++) {
        struct buf out = buf_init(EVENT_TILE_LIMIT);
        struct event_tile_info info;
        CHECK(event_tile(s, mvt_tile_at(at, z), &out, &info) == ERR_OK);
        CHECK(info.points == (z >= EVENT_TILE_POINTS_FROM));
        CHECK(z > 5 || info.inside == with);
        CHECK(info.inside >= 1 && info.inside <= with);
        CHECK_INT(info.without_place, s->count - with);
        CHECK(out.len > 0);
        buf_done(&out);
    }
    columns_selection_free(s);
    columns_give(v);
    columns_free(c);
}

/* Everything a list page does, with one allocation after another refused. */
static enum err one_list(struct fixture *f, struct columns *c, struct arena *a)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    struct event_filter filter = {0};
    struct event_count *g;
    struct event_key *keys;
    size_t n;
    (void)f;
    TRY(columns_take(c, NULL, &v));
    TRY(event_hits_take(c, v, NULL, "Allén", &filter.hits));
    enum err e = columns_select(v, &filter, &s);
    event_hits_give(filter.hits);
    TRY(e);
    TRY(columns_count_by(s, EVENT_BY_PLACE, a, &g, &n));
    TRY(columns_page(s, &(struct event_order){EVENT_SORT_PLACE, false, 0, 10}, a, &keys, &n));
    return columns_page(s, &(struct event_order){EVENT_SORT_TIME, true, 0, 10}, a, &keys, &n);
}

TEST(lists_survive_every_allocation_failure)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    fill(&f);
    for (int n = 0;; n++) {
        struct columns *c = columns_new(f.db, 0);
        struct arena *a = arena_new(1 << 20);
        mem_fail_at(n);
        enum err e = one_list(&f, c, a);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        CHECK(one_list(&f, c, a) == ERR_OK); /* nothing half-done stays behind */
        arena_free(a);
        columns_free(c);
        if (!failed)
            break;
        CHECK(n < 1000);
    }
    fixture_close(&f);
}

static enum err add_late(struct tx *tx, void *arg)
{
    struct event e = nth(3 * *(int *)arg);
    return event_add_batch(tx, NULL, &e, 1, NULL, NULL);
}

TEST(a_refresh_that_fails_counts_no_event_twice)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    fill(&f);
    struct columns *c = columns_new(f.db, 0);
    struct event_filter every = {.states = (1 << EVENT_INCLUDED) | (1 << EVENT_REJECTED)};
    size_t want = count(c, "1493", &every);
    bool failed = true;
    for (int n = 0; failed; n++) {
        int late = ROWS + n;
        struct columns_view *v = NULL;
        CHECK(n < 1000 && db_write(f.db, "1493", add_late, &late) == ERR_OK);
        mem_fail_at(n);
        enum err e = columns_take(c, "1493", &v);
        failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        columns_give(e ? NULL : v);
        CHECK_INT(count(c, "1493", &every), ++want);
    }
    columns_free(c);
    fixture_close(&f);
}
