/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "changes_sql.h"
#include "core/audit.h"
#include "core/auditchain.h"
#include "core/type_labels.h"
#include "core_sql.h"
#include "db_fixture.h"
#include "parts/action/action_inner.h"
#include "parts/event/event.h"
#include "parts/settings/settings.h"
#include "review_sql.h"
#include "settings_sql.h"

#define TOWN "1493"

enum what {
    ORG_ADD,
    ORG_CHANGE,
    ORG_SLEEP,
    ORG_WAKE,
    ORG_DELETE,
    ORG_GET,
    TYPE,
    LABELS,
    PERIOD_ADD,
    PERIOD_CHANGE,
    PERIOD_DELETE,
    AREAS,
    AREA_RENAME,
    AREA_GONE,
    EVENT,
    EVENT_GET,
    PLACE_ADD,
    PLACE_CHANGE,
    NOTE,
    CHECK_LOG
};

struct work {
    enum what what;
    struct fixture *f;
    struct id id;
    struct organisation now, seen;
    int64_t n;
    const char *code, *label;
    bool hidden;
    struct type_labels labels;
    struct period period, period_seen;
    struct area *areas;
    size_t n_areas;
    struct area_result result;
    struct event_areas *cache;
    struct area_words words, words_seen;
    struct event event;
    struct place place;
    struct audit_report report;
};

static enum err get_organisation(struct tx *tx, struct work *w)
{
    struct q_settings_organisation_row row;
    struct q_settings_organisation_in in = {TOWN, w->id};
    return q_settings_organisation_one(tx, w->f->a, &in, &row);
}

static enum err areas_in(struct tx *tx, struct work *w)
{
    struct arena *a = w->f->a;
    const struct area_scene s = {tx, a, w->cache, TOWN};
    const struct area_list list = {"district", "test.geojson", w->areas, w->n_areas};
    switch (w->what) {
    case AREAS:
        return areas_save(&s, &list, &w->result);
    case AREA_RENAME:
        return area_change(&s, w->id, &w->words, &w->words_seen);
    case AREA_GONE:
        return area_delete(&s, w->id);
    case EVENT:
        return event_add(tx, w->cache, &w->event, &w->id, NULL);
    default:
        return event_get(tx, a, TOWN, w->id, &w->event);
    }
}

static enum err log_in(struct tx *tx, struct work *w)
{
    struct audit_note note = {.municipality = TOWN, .action = "test.note", .object_kind = "test"};
    return w->what == NOTE ? audit_add(tx, &note) : audit_check_one(tx, TOWN, &w->report);
}

static enum err work_in(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct arena *a = w->f->a;
    switch (w->what) {
    case ORG_ADD:
        return organisation_add(tx, a, TOWN, &w->now);
    case ORG_CHANGE:
        return organisation_change(tx, a, TOWN, &w->now, &w->seen);
    case ORG_SLEEP:
    case ORG_WAKE:
        return organisation_set_active(tx, TOWN, w->id, w->what == ORG_WAKE, &w->n);
    case ORG_DELETE:
        return organisation_delete(tx, a, TOWN, w->id);
    case ORG_GET:
        return get_organisation(tx, w);
    case TYPE:
        return type_word_set(tx, TOWN, w->code, w->label, w->hidden);
    case LABELS:
        return type_labels_read(tx, a, TOWN, &w->labels);
    case PERIOD_ADD:
        return period_add(tx, TOWN, &w->period);
    case PERIOD_CHANGE:
        return period_change(tx, TOWN, &w->period, &w->period_seen);
    case PERIOD_DELETE:
        return period_delete(tx, a, TOWN, w->id);
    case PLACE_ADD:
        return place_add(tx, a, TOWN, &w->place, "test");
    case PLACE_CHANGE:
        return place_change(tx, a, TOWN, &w->place, w->label);
    case NOTE:
    case CHECK_LOG:
        return log_in(tx, w);
    default:
        return areas_in(tx, w);
    }
}

static enum err run(struct fixture *f, enum what what, struct work *w)
{
    w->f = f;
    w->what = what;
    bool reads = what == LABELS || what == EVENT_GET || what == CHECK_LOG || what == ORG_GET;
    return reads ? db_read(f->db, TOWN, work_in, w) : db_write(f->db, TOWN, work_in, w);
}

/* --- Organisations --- */

static struct work organisation(const char *name, const char *kind)
{
    struct id id = id_new();
    return (struct work){.id = id, .now = {id, name, kind}, .seen = {id, name, kind}};
}

DB_TEST(two_organisations_never_have_the_same_name)
{
    struct work a = organisation("Exempelbostäder", "housing");
    struct work b = organisation("Exempelbostäder", "other");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK);
    CHECK(run(f, ORG_ADD, &b) == ERR_CONFLICT);
    b.now.name = "Exempelpolisen";
    CHECK(run(f, ORG_ADD, &b) == ERR_OK);
    b.seen = b.now;
    b.now.name = "Exempelbostäder";
    CHECK(run(f, ORG_CHANGE, &b) == ERR_CONFLICT);
}

DB_TEST(a_kind_that_does_not_exist_is_refused)
{
    struct work a = organisation("Exempel", "circus");
    CHECK(run(f, ORG_ADD, &a) == ERR_INVALID);
    CHECK(!organisation_kind_known("circus"));
    CHECK_TEXT(organisation_kind_text(LANG_SV, "police"), "Polisen");
}

DB_TEST(who_saw_an_older_name_does_not_overwrite_a_newer)
{
    struct work a = organisation("Gammalt namn", "school");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK);
    a.now.name = "Nytt namn";
    CHECK(run(f, ORG_CHANGE, &a) == ERR_OK);
    a.now.name = "Ett tredje namn"; /* still having seen the first */
    CHECK(run(f, ORG_CHANGE, &a) == ERR_CONFLICT);
}

DB_TEST(an_organisation_rests_and_wakes_once)
{
    struct work a = organisation("Exempelskolan", "school");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK);
    CHECK(run(f, ORG_SLEEP, &a) == ERR_OK);
    CHECK_INT(a.n, 0);
    CHECK(run(f, ORG_SLEEP, &a) == ERR_CONFLICT);
    CHECK(run(f, ORG_WAKE, &a) == ERR_OK);
}

DB_TEST(an_organisation_that_has_reported_is_never_deleted)
{
    struct work a = organisation("Exempelskolan", "school");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK);
    struct work e = {.event = event_blank()};
    e.event.municipality = TOWN;
    e.event.source = EVENT_SOURCE_REPORT;
    e.event.type_code = "litter";
    e.event.organisation_id = a.id;
    e.event.occurred_from = e.event.occurred_to = INT64_C(1763170800000);
    CHECK(run(f, EVENT, &e) == ERR_OK);
    CHECK(run(f, ORG_DELETE, &a) == ERR_CONFLICT);
    struct work b = organisation("Utan rader", "other");
    CHECK(run(f, ORG_ADD, &b) == ERR_OK);
    CHECK(run(f, ORG_DELETE, &b) == ERR_OK);
    CHECK(run(f, ORG_GET, &b) == ERR_NOTFOUND);
}

static enum err own_action(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct action x = {.title = "Laga belysningen",
                       .problem = "Det är mörkt.",
                       .type_code = "damage",
                       .ground = {.area = w->id},
                       .kind = "hotspot",
                       .organisation = w->id,
                       .starts_at = date_start((struct date){2026, 3, 2}),
                       .ends_at = date_start((struct date){2026, 5, 1})};
    return action_add(tx, TOWN, &x, (struct id){{0}});
}

static enum err forward_to(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct q_review_forward_put_in in = {TOWN, id_new(), id_new(), w->id, NULL, 1, {{0}}};
    return q_review_forward_put_run(tx, &in, NULL);
}

DB_TEST(an_organisation_with_an_action_or_a_forwarded_report_is_never_deleted)
{
    struct work a = organisation("Ägaren", "housing"), b = organisation("Mottagaren", "other");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK && run(f, ORG_ADD, &b) == ERR_OK);
    CHECK(db_write(f->db, TOWN, own_action, &a) == ERR_OK);
    CHECK(db_write(f->db, TOWN, forward_to, &b) == ERR_OK);
    CHECK(run(f, ORG_DELETE, &a) == ERR_CONFLICT);
    CHECK(run(f, ORG_DELETE, &b) == ERR_CONFLICT);
}

static enum err add_sheet(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct q_slip_sheet_insert_in in = {TOWN, id_new(), w->id, 1, 1, {{0}}, INT64_MAX};
    return q_slip_sheet_insert_run(tx, &in, NULL);
}

static enum err sheet_ended(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct q_slip_sheet_list_in in = {TOWN};
    struct q_slip_sheet_list_row row;
    TRY(q_slip_sheet_list_one(tx, w->f->a, &in, &row));
    w->n = row.withdrawn_at != DB_NO_INT;
    return ERR_OK;
}

DB_TEST(slips_of_an_organisation_that_slept_stay_ended_when_it_wakes)
{
    struct work a = organisation("Exempelskolan", "school");
    CHECK(run(f, ORG_ADD, &a) == ERR_OK);
    CHECK(db_write(f->db, TOWN, add_sheet, &a) == ERR_OK);
    CHECK(db_read(f->db, TOWN, sheet_ended, &a) == ERR_OK && a.n == 0);
    CHECK(run(f, ORG_SLEEP, &a) == ERR_OK && run(f, ORG_WAKE, &a) == ERR_OK);
    CHECK(db_read(f->db, TOWN, sheet_ended, &a) == ERR_OK && a.n == 1);
}

/* --- Types --- */

DB_TEST(a_municipality_has_its_own_word_for_a_type)
{
    struct work w = {.code = "damage.graffiti", .label = "Olaga målning"};
    CHECK(run(f, TYPE, &w) == ERR_OK);
    CHECK(run(f, LABELS, &w) == ERR_OK);
    CHECK_TEXT(type_label(&w.labels, LANG_SV, "damage.graffiti"), "Olaga målning");
    CHECK_TEXT(type_label(&w.labels, LANG_SV, "damage"), "Skadegörelse");
    CHECK(!type_label_hidden(&w.labels, "damage.graffiti"));
    w.label = NULL;
    w.hidden = true;
    CHECK(run(f, TYPE, &w) == ERR_OK);
    CHECK(run(f, LABELS, &w) == ERR_OK);
    CHECK(type_label_hidden(&w.labels, "damage.graffiti"));
    CHECK_TEXT(type_label(&w.labels, LANG_SV, "damage.graffiti"), "Klotter");
    w.hidden = false;
    CHECK(run(f, TYPE, &w) == ERR_OK);
    CHECK(run(f, LABELS, &w) == ERR_OK);
    CHECK_INT(w.labels.n, 0);
    w.code = "damage.nothing";
    CHECK(run(f, TYPE, &w) == ERR_NOTFOUND);
}

TEST(a_code_without_a_text_stands_for_itself)
{
    CHECK_TEXT(type_label(NULL, LANG_EN, "no.such_type"), "no.such_type");
}

/* --- Periods --- */

DB_TEST(a_period_is_changed_by_who_has_seen_it_and_then_deleted)
{
    struct work w = {.id = id_new()};
    w.period = (struct period){w.id, "Vecka 45 2026", 1000, 2000};
    CHECK(run(f, PERIOD_ADD, &w) == ERR_OK);
    w.period_seen = w.period;
    w.period.name = "Höstlovet";
    CHECK(run(f, PERIOD_CHANGE, &w) == ERR_OK);
    CHECK(run(f, PERIOD_CHANGE, &w) == ERR_CONFLICT);
    CHECK(run(f, PERIOD_DELETE, &w) == ERR_OK);
    CHECK(run(f, PERIOD_DELETE, &w) == ERR_NOTFOUND);
    w.period.ends_at = w.period.starts_at;
    CHECK(run(f, PERIOD_ADD, &w) == ERR_INVALID);
}

/* --- Areas --- */

static struct geo_shape *square(struct arena *a, double east, double north, double side)
{
    return geo_shape_rect(a, (struct geo_box){east, north, east + side, north + side});
}

TEST(doubtful_areas_are_told_before_they_are_saved)
{
    struct arena *a = arena_new(1 << 20);
    struct geo_shape *outline = square(a, 400000, 6500000, 20000);
    struct area list[] = {
        {.name = "Norr", .shape = square(a, 405000, 6505000, 1000)},
        {.name = "Granne", .shape = square(a, 406000, 6505000, 1000)}, /* shares an edge only */
        {.name = "Ovanpå", .shape = square(a, 405500, 6505500, 1000)},
        {.name = "Norr", .shape = square(a, 410000, 6505000, 1000)},
        {.name = "Borta", .shape = square(a, 600000, 6505000, 1000)},
        {.name = NULL, .shape = square(a, 411000, 6505000, 1000)},
    };
    areas_judge(list, ARRAY_LEN(list), outline);
    CHECK_INT(list[0].doubts, AREA_SOUND);
    CHECK_INT(list[1].doubts, AREA_SOUND);
    CHECK_INT(list[2].doubts, AREA_OVERLAPS);
    CHECK_INT(list[2].other, 0);
    CHECK_INT(list[3].doubts, AREA_DOUBLE);
    CHECK_INT(list[4].doubts, AREA_OUTSIDE);
    CHECK_INT(list[5].doubts, AREA_NAMELESS);
    arena_free(a);
}

DB_TEST(events_follow_their_areas)
{
    struct area areas[] = {
        {.name = "Centrum", .shape = square(f->a, 432000, 6507000, 1000)},
        {.name = "Centrum", .shape = square(f->a, 0, 0, 1), .doubts = AREA_DOUBLE}};
    struct work w = {.cache = event_areas_new(), .areas = areas, .n_areas = 2};
    CHECK(w.cache != NULL);
    w.event = event_blank();
    w.event.municipality = TOWN;
    w.event.source = EVENT_SOURCE_REPORT;
    w.event.type_code = "litter";
    w.event.occurred_from = w.event.occurred_to = INT64_C(1763170800000);
    w.event.precision = GEO_PLACE;
    w.event.east = 432500;
    w.event.north = 6507500;
    CHECK(run(f, EVENT, &w) == ERR_OK);
    CHECK(run(f, AREAS, &w) == ERR_OK);
    CHECK(w.result.added == 1 && w.result.replaced == 0 && w.result.moved == 1);
    CHECK(run(f, EVENT_GET, &w) == ERR_OK);
    struct id area = w.event.area_id, event = w.id;
    CHECK(!id_is_none(area));
    areas[0].shape = square(f->a, 440000, 6507000, 1000); /* the same name: another shape */
    CHECK(run(f, AREAS, &w) == ERR_OK);
    CHECK(w.result.added == 0 && w.result.replaced == 1 && w.result.moved == 1);
    CHECK(run(f, EVENT_GET, &w) == ERR_OK);
    CHECK(id_is_none(w.event.area_id));
    w.id = area;
    w.words = (struct area_words){"Innerstaden", "district"};
    w.words_seen = (struct area_words){"Centrum", "district"};
    CHECK(run(f, AREA_RENAME, &w) == ERR_OK);
    CHECK(run(f, AREA_RENAME, &w) == ERR_CONFLICT);
    CHECK(run(f, AREA_GONE, &w) == ERR_OK);
    CHECK(run(f, AREA_GONE, &w) == ERR_NOTFOUND);
    CHECK(!id_is_none(event));
    event_areas_free(w.cache);
}

static enum err area_named(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct q_settings_area_named_in in = {TOWN, "district", w->label};
    struct q_settings_area_named_row row;
    TRY(q_settings_area_named_one(tx, w->f->a, &in, &row));
    w->id = row.id;
    return ERR_OK;
}

static enum err set_level(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct q_changes_level_add_in in = {.municipality = TOWN,
                                        .period = w->id,
                                        .area = w->id,
                                        .version = 1,
                                        .level = 3,
                                        .suggested = DB_NO_INT,
                                        .reason = "Exempel"};
    return q_changes_level_add_run(tx, &in, NULL);
}

static enum err set_focus(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct q_changes_focus_place_add_in in = {.municipality = TOWN,
                                              .period = w->id,
                                              .version = 1,
                                              .place_no = 1,
                                              .name = "Exempel",
                                              .area = w->id,
                                              .need = 1,
                                              .influence = 1,
                                              .reason = "Exempel"};
    return q_changes_focus_place_add_run(tx, &in, NULL);
}

DB_TEST(an_area_that_something_is_about_is_never_deleted)
{
    enum err (*const uses[])(struct tx *, void *) = {own_action, set_level, set_focus};
    static const char *const names[] = {"Norr", "Söder", "Öster"};
    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        struct area area = {.name = names[i], .shape = square(f->a, 432000, 6507000, 1000)};
        struct work w = {.cache = event_areas_new(), .areas = &area, .n_areas = 1};
        CHECK(w.cache && run(f, AREAS, &w) == ERR_OK);
        w.label = names[i];
        CHECK(db_read(f->db, TOWN, area_named, &w) == ERR_OK);
        w.f = f;
        CHECK(db_write(f->db, TOWN, uses[i], &w) == ERR_OK);
        CHECK(run(f, AREA_GONE, &w) == ERR_CONFLICT);
        event_areas_free(w.cache);
    }
}

/* --- Places --- */

TEST(a_position_is_understood_in_metres_and_degrees_either_way_round)
{
    struct geo_point p;
    CHECK(place_position(432150, 6507010, &p) == ERR_OK && p.east == 432150);
    CHECK(place_position(6507010, 432150, &p) == ERR_OK && p.east == 432150);
    CHECK(place_position(13.82, 58.71, &p) == ERR_OK);
    struct geo_point q = p;
    CHECK(place_position(58.71, 13.82, &p) == ERR_OK && p.east == q.east && p.north == q.north);
    CHECK_NEAR(p.north, 6508300, 3000);
    CHECK(place_position(0, 0, &p) == ERR_INVALID);
    CHECK(place_position(NAN, 58.71, &p) == ERR_INVALID);
    CHECK(place_position(-74, 40.7, &p) == ERR_INVALID);
}

TEST(a_position_is_read_back_in_words)
{
    struct arena *a = arena_new(1 << 16);
    CHECK_TEXT(place_words(a, LANG_SV, TOWN, (struct geo_point){432200, 6507600}), "i Mariestad");
    const char *s = place_words(a, LANG_SV, TOWN, (struct geo_point){432200, 6517600});
    CHECK(strstr(s, " km ") && strstr(s, " om "));
    CHECK(strstr(place_words(a, LANG_SV, "0000", (struct geo_point){432200, 6507600}), "nord "));
    arena_free(a);
}

DB_TEST(a_place_has_one_row_for_its_name_and_kind)
{
    struct work w = {.place = {id_new(), "own", "Exempeltorget", NULL, 432200, 6507600}};
    CHECK(run(f, PLACE_ADD, &w) == ERR_OK);
    struct id first = w.place.id;
    w.place.id = id_new();
    CHECK(run(f, PLACE_ADD, &w) == ERR_CONFLICT);
    w.place.kind = "street";
    CHECK(run(f, PLACE_ADD, &w) == ERR_OK);
    w.place.kind = "castle";
    CHECK(run(f, PLACE_ADD, &w) == ERR_INVALID);
    w.place = (struct place){first, "own", "Torget", "Mariestad", 432300, 6507600};
    w.label = "Exempeltorget";
    CHECK(run(f, PLACE_CHANGE, &w) == ERR_OK);
    CHECK(run(f, PLACE_CHANGE, &w) == ERR_CONFLICT); /* that name stands there no longer */
}

/* --- Log --- */

DB_TEST(the_log_of_one_municipality_is_checked_within_its_wall)
{
    struct work w = {0};
    CHECK(run(f, NOTE, &w) == ERR_OK);
    CHECK(run(f, NOTE, &w) == ERR_OK);
    CHECK(run(f, CHECK_LOG, &w) == ERR_OK);
    CHECK_INT(w.report.entries, 2);
}
