/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Actions in the database: versions, plans that are locked, counts, effects, letters. */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/mailer.h"
#include "core_sql.h"
#include "db_fixture.h"
#include "parts/action/action_inner.h"
#include "settings_sql.h"

#define TOWN "1493"
#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define DAY(y, m, d) date_start((struct date){y, m, d})

struct work;
typedef enum err work_fn(struct tx *tx, struct work *w);
struct work {
    struct fixture *f;
    work_fn *fn;
    struct action x;
    struct action_edit edit;
    enum action_state to;
    struct action_plan plan, *plans;
    size_t n_plans;
    struct action_plan_edit plan_edit;
    struct q_action_told_row *told;
    struct q_action_effects_row *effects;
    size_t n_told, n_effects, n_letters;
    struct letter *letters;
    const char *town;
};

static enum err run(struct tx *tx, void *arg)
{
    struct work *w = arg;
    return w->fn(tx, w);
}

static enum err writing(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_write(w->f->db, TOWN, run, w);
}

static enum err reading(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_read(w->f->db, w->town ? w->town : TOWN, run, w);
}

static enum err add(struct tx *tx, struct work *w)
{
    return action_add(tx, TOWN, &w->x, (struct id){{0}});
}
static enum err get(struct tx *tx, struct work *w)
{
    return action_get(tx, w->f->a, w->town ? w->town : TOWN, w->x.id, &w->x);
}
static enum err change(struct tx *tx, struct work *w)
{
    return action_change(tx, w->f->a, TOWN, &w->x, &w->edit);
}
static enum err set_state(struct tx *tx, struct work *w)
{
    return action_set_state(tx, w->f->a, TOWN, w->x.id, w->to, &w->edit);
}
static enum err save_plan(struct tx *tx, struct work *w)
{
    struct action_plan p = w->plan;
    return action_plan_save(tx, w->f->a, TOWN, &p, &w->x, &w->plan_edit);
}
static enum err look(struct tx *tx, struct work *w)
{
    struct q_action_told_in told = {TOWN, w->x.id};
    struct q_action_effects_in effects = {TOWN, w->x.id};
    TRY(action_plan_list(tx, w->f->a, TOWN, w->x.id, &w->plans, &w->n_plans));
    TRY(q_action_told_all(tx, w->f->a, &told, &w->told, &w->n_told));
    return q_action_effects_all(tx, w->f->a, &effects, &w->effects, &w->n_effects);
}

static enum err add_area(struct tx *tx, void *arg)
{
    const char *name = arg;
    struct q_settings_area_add_in in = {.municipality = TOWN,
                                        .id = id_from_name("test", name),
                                        .kind = "district",
                                        .name = name,
                                        .shape = {"", 0},
                                        .source = "test"};
    return q_settings_area_add_run(tx, &in, NULL);
}

static struct work begin(struct fixture *f)
{
    struct work w = {.f = f,
                     .x = {.title = "Laga belysningen",
                           .problem = "Det är mörkt.",
                           .type_code = "damage",
                           .ground = {.area = id_from_name("test", "area")},
                           .kind = "hotspot",
                           .organisation = id_from_name("test", "owner"),
                           .starts_at = DAY(2026, 3, 2),
                           .ends_at = DAY(2026, 5, 1),
                           .remind_days = 7}};
    time_freeze(DAY(2026, 2, 1));
    CHECK_OK(writing(&w, add));
    CHECK_OK(db_write(f->db, TOWN, add_area, "area"));
    return w;
}

DB_TEST(an_action_comes_back_as_it_was_saved)
{
    struct work w = begin(f);
    struct action was = w.x;
    CHECK_OK(reading(&w, get));
    CHECK_TEXT(w.x.title, was.title);
    CHECK_TEXT(w.x.problem, was.problem);
    CHECK(id_eq(w.x.ground.area, was.ground.area) && w.x.ground.circle.radius == 0);
    CHECK(w.x.starts_at == was.starts_at && w.x.ends_at == was.ends_at);
    CHECK_INT(w.x.version, 1);
    CHECK_INT(w.x.state, ACTION_PLANNED);
    w.town = "1447"; /* somebody else's */
    CHECK_INT(reading(&w, get), ERR_NOTFOUND);
    time_freeze(-1);
}

DB_TEST(two_who_edit_at_once_both_keep_their_words)
{
    struct work w = begin(f);
    w.edit.version = 1;
    w.x.title = "Den ena";
    CHECK_OK(writing(&w, change));
    w.x.title = "Den andra";
    CHECK_INT(writing(&w, change), ERR_CONFLICT);
    CHECK_OK(reading(&w, get));
    CHECK_TEXT(w.x.title, "Den ena");
    CHECK_INT(w.x.version, 2);
    w.edit.version = 2;
    CHECK_OK(writing(&w, change)); /* nothing differs: nothing is written */
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.n_told, 2);
    struct action_said *said;
    size_t n;
    CHECK_OK(action_changes_read(f->a, w.told[0].changes, &said, &n));
    CHECK_INT(n, 1);
    CHECK_TEXT(said[0].field, "title");
    CHECK_TEXT(said[0].before, "Laga belysningen");
    CHECK_TEXT(said[0].after, "Den ena");
    time_freeze(-1);
}

DB_TEST(late_and_dropped_say_why)
{
    struct work w = begin(f);
    w.edit.version = 1;
    w.to = ACTION_DROPPED;
    CHECK_INT(writing(&w, set_state), ERR_INVALID);
    w.edit.note = "Pengarna räckte inte.";
    CHECK_OK(writing(&w, set_state));
    CHECK_INT(writing(&w, set_state), ERR_CONFLICT); /* seen as version 1 */
    w.edit.version = 2;
    w.to = ACTION_DONE;
    CHECK_INT(writing(&w, set_state), ERR_INVALID);
    CHECK_OK(reading(&w, look));
    CHECK_TEXT(w.told[0].note, "Pengarna räckte inte.");
    CHECK_TEXT(w.told[0].state, "dropped");
    time_freeze(-1);
}

DB_TEST(a_locked_plan_is_never_written_over)
{
    struct work w = begin(f);
    action_plan_propose(&w.x, &w.plan);
    w.plan.baseline = 4;
    CHECK_OK(writing(&w, save_plan));
    w.plan_edit.version = 1;
    w.plan.baseline = 5;
    CHECK_OK(writing(&w, save_plan)); /* open: the same version says something else */
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.n_plans, 1);
    CHECK_INT(w.plans[0].baseline, 5);
    CHECK(!w.plans[0].late && !w.plans[0].locked_at);

    time_freeze(w.x.starts_at); /* it has started */
    w.plan.type_code = "theft";
    CHECK_INT(writing(&w, save_plan), ERR_INVALID); /* why? */
    w.plan_edit.reason = "Fel typ från början.";
    CHECK_OK(writing(&w, save_plan));
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.n_plans, 2);
    CHECK_TEXT(w.plans[0].type_code, "theft");
    CHECK_TEXT(w.plans[0].reason, "Fel typ från början.");
    CHECK(w.plans[0].late && w.plans[0].locked_at);
    CHECK_TEXT(w.plans[1].type_code, "damage");
    CHECK(w.plans[1].locked_at == w.x.starts_at);
    CHECK_INT(writing(&w, save_plan), ERR_CONFLICT); /* seen as version 1 */
    time_freeze(-1);
}

struct putting {
    struct id area;
    struct date day;
    int n;
    const char *type;
    bool place;
};

static enum err put(struct tx *tx, void *arg)
{
    const struct putting *p = arg;
    for (int i = 0; i < p->n; i++) {
        struct event e = event_blank();
        e.municipality = TOWN;
        e.source = EVENT_SOURCE_REPORT;
        e.type_code = p->type;
        e.occurred_from = e.occurred_to = date_start(p->day) + 12 * MSEC_HOUR;
        e.area_id = p->area;
        e.precision = p->place ? GEO_PLACE : GEO_AREA;
        e.east = p->place ? 430000 + 10 * i : e.east;
        e.north = p->place ? 6508000 : e.north;
        TRY(event_add(tx, NULL, &e, NULL, NULL));
    }
    return ERR_OK;
}

static void events(struct fixture *f, struct putting p)
{
    CHECK_OK(db_write(f->db, TOWN, put, &p));
}

DB_TEST(what_lies_on_the_ground_is_not_compared_with_itself)
{
    struct work w = begin(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    struct action_counts n;
    struct id own = w.x.ground.area, other = id_from_name("test", "other");
    action_plan_propose(&w.x, &w.plan);
    events(f, (struct putting){own, {2025, 3, 10}, 7, "damage.glass"});
    events(f, (struct putting){own, {2025, 5, 2}, 9, "damage"}); /* the day after */
    events(f, (struct putting){own, {2025, 3, 10}, 3, "theft"});
    events(f, (struct putting){other, {2025, 3, 11}, 4, "damage", true});
    events(f, (struct putting){own, {2026, 3, 10}, 2, "damage"});
    CHECK_OK(action_count(&app, TOWN, &w.plan, &n));
    CHECK_INT(n.before, 7);
    CHECK_INT(n.after, 2);
    CHECK(n.comparison_before == DB_NO_INT);
    w.plan.comparison = ACTION_REST;
    CHECK_OK(action_count(&app, TOWN, &w.plan, &n));
    CHECK_INT(n.comparison_before, 4);
    CHECK_INT(n.comparison_after, 0);
    /* a circle inside the area that it is compared with: 0, 10 m ... of four in a row */
    w.plan.ground = (struct action_ground){.circle = {430000, 6508000, 15, 0}, .place = "Hörnet"};
    w.plan.comparison = ACTION_AREA;
    w.plan.comparison_id = other;
    CHECK_OK(action_count(&app, TOWN, &w.plan, &n));
    CHECK_INT(n.before, 2);
    CHECK_INT(n.comparison_before, 2);
    columns_free(c);
    time_freeze(-1);
}

DB_TEST(the_effect_comes_once_when_it_is_due_and_stays)
{
    struct work w = begin(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    int made = 0;
    action_plan_propose(&w.x, &w.plan);
    w.plan.baseline = 40;
    CHECK_OK(writing(&w, save_plan));
    events(f, (struct putting){w.x.ground.area, {2025, 3, 10}, 40, "damage"});
    events(f, (struct putting){w.x.ground.area, {2026, 3, 10}, 12, "damage"});
    CHECK_OK(action_settle(&app, TOWN, DAY(2026, 5, 8) - 1, &made)); /* late reports may come */
    CHECK_INT(made, 0);
    CHECK_OK(reading(&w, look));
    CHECK(w.plans[0].locked_at == w.x.starts_at); /* not when somebody happened to look */
    CHECK_OK(action_settle(&app, TOWN, DAY(2026, 5, 8), &made));
    CHECK_INT(made, 1);
    events(f, (struct putting){w.x.ground.area, {2026, 3, 11}, 90, "damage"});
    CHECK_OK(action_settle(&app, TOWN, DAY(2026, 5, 9), &made));
    CHECK_INT(made, 1);
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.n_effects, 1);
    CHECK_INT(w.effects[0].before_n, 40);
    CHECK_INT(w.effects[0].after_n, 12);
    CHECK_TEXT(w.effects[0].verdict, "fewer");
    CHECK(w.effects[0].comparison_before == DB_NO_INT);
    columns_free(c);
    time_freeze(-1);
}

DB_TEST(a_dropped_action_has_no_effect)
{
    struct work w = begin(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    int made = 0;
    action_plan_propose(&w.x, &w.plan);
    w.plan.baseline = 0;
    CHECK_OK(writing(&w, save_plan));
    w.edit = (struct action_edit){.version = 1, .note = "Blev inte av."};
    w.to = ACTION_DROPPED;
    CHECK_OK(writing(&w, set_state));
    CHECK_OK(action_settle(&app, TOWN, DAY(2027, 1, 1), &made));
    CHECK_INT(made, 0);
    columns_free(c);
    time_freeze(-1);
}

/* A plan about a type that there was once. */
static enum err old_plan(struct tx *tx, struct work *w)
{
    struct q_action_plan_add_in in = {.municipality = TOWN,
                                      .action = w->x.id,
                                      .version = 1,
                                      .type_code = "no.such_type",
                                      .area = w->x.ground.area,
                                      .comparison = "none",
                                      .before_from = w->plan.before_from,
                                      .before_to = w->plan.before_to,
                                      .after_from = w->plan.after_from,
                                      .after_to = w->plan.after_to,
                                      .method = "compare-counts",
                                      .baseline_comparison = DB_NO_INT,
                                      .locked_at = DB_NO_INT};
    return q_action_plan_add_run(tx, &in, NULL);
}

/* Another action like the first, with its plan. */
static void another(const struct work *first, struct id area, work_fn *plan)
{
    struct work w = {.f = first->f, .x = first->x};
    w.x.id = id_new();
    w.x.ground.area = area;
    CHECK_OK(writing(&w, add));
    action_plan_propose(&w.x, &w.plan);
    w.plan.baseline = 0;
    CHECK_OK(writing(&w, plan));
}

DB_TEST(one_effect_that_cannot_be_computed_stops_no_other)
{
    struct work w = begin(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    int made = 0;
    for (int i = 0; i < 3; i++)
        another(&w, w.x.ground.area, i == 1 ? old_plan : save_plan);
    CHECK_OK(action_settle(&app, TOWN, DAY(2026, 5, 8), &made));
    CHECK_INT(made, 2);
    columns_free(c);
    time_freeze(-1);
}

DB_TEST(no_effect_is_computed_on_ground_that_is_gone)
{
    struct work w = begin(f);
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    int made = 0;
    another(&w, id_from_name("test", "deleted"), save_plan);
    CHECK_OK(action_settle(&app, TOWN, DAY(2026, 5, 8), &made));
    CHECK_INT(made, 0);
    columns_free(c);
    time_freeze(-1);
}

DB_TEST(a_plan_is_locked_when_a_start_that_was_reached_is_moved)
{
    struct work w = begin(f);
    msec start = w.x.starts_at;
    action_plan_propose(&w.x, &w.plan);
    CHECK_OK(writing(&w, save_plan));
    w.edit = (struct action_edit){.version = 1};
    w.x.starts_at += MSEC_DAY; /* not reached: the plan stays open */
    CHECK_OK(writing(&w, change));
    CHECK_OK(reading(&w, look));
    CHECK(!w.plans[0].locked_at);
    time_freeze(start + MSEC_DAY + MSEC_HOUR); /* begun; the daily round has not come */
    w.edit.version = 2;
    w.x.starts_at += 7 * MSEC_DAY;
    CHECK_OK(writing(&w, change));
    CHECK_OK(reading(&w, look));
    CHECK(w.plans[0].locked_at == start + MSEC_DAY);
    time_freeze(-1);
}

/* --- Letters --- */

static enum err people(struct tx *tx, struct work *w)
{
    static const struct {
        const char *email, *role, *owner;
    } all[] = {{"agare@example.se", "group_member", "owner"},
               {"annan@example.se", "group_member", "somebody else"},
               {"samordnare@example.se", "prevention_coordinator", "somebody else"},
               {"rapportor@example.se", "reporter", "owner"}};
    (void)w;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct id id = id_from_name("test account", all[i].email);
        struct q_account_insert_in account = {
            .id = id, .email = all[i].email, .name = "Exempel", .lang = "sv"};
        struct q_membership_put_in member = {.municipality = TOWN,
                                             .account = id,
                                             .role = all[i].role,
                                             .organisation = id_from_name("test", all[i].owner),
                                             .state = "active"};
        TRY(q_account_insert_run(tx, &account, NULL));
        TRY(q_membership_put_run(tx, &member, NULL));
    }
    return ERR_OK;
}

static enum err letters(struct tx *tx, struct work *w)
{
    return mail_latest(tx, w->f->a, 20, &w->letters, &w->n_letters);
}

static enum err nationally(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_write(w->f->db, DB_NATIONAL, run, w);
}

DB_TEST(who_owns_it_and_the_coordinator_get_one_letter_with_a_link_and_no_words)
{
    struct work w = begin(f);
    char url[] = "https://samsyn.example.se";
    struct app app = {.db = f->db, .public_url = url};
    int sent = 0;
    CHECK_OK(nationally(&w, people));
    CHECK_OK(action_remind(&app, TOWN, DAY(2026, 4, 20), &sent));
    CHECK_INT(sent, 0); /* ten days left, and seven are asked for */
    CHECK_OK(action_remind(&app, TOWN, DAY(2026, 4, 23), &sent));
    CHECK_INT(sent, 2);
    CHECK_OK(action_remind(&app, TOWN, DAY(2026, 4, 24), &sent));
    CHECK_INT(sent, 2); /* once is enough */
    CHECK_OK(nationally(&w, letters));
    CHECK_INT(w.n_letters, 2);
    for (size_t i = 0; i < w.n_letters; i++) {
        CHECK(str_eq(w.letters[i].to, "agare@example.se") ||
              str_eq(w.letters[i].to, "samordnare@example.se"));
        CHECK(strstr(w.letters[i].body, "https://samsyn.example.se/1493/atgarder"));
        /* somebody who works in several municipalities knows which one wrote, and whose they are */
        bool owner = str_eq(w.letters[i].to, "agare@example.se");
        CHECK(strstr(w.letters[i].subject, "Mariestad"));
        CHECK(str_starts(w.letters[i].body,
                         owner ? "Du har 1 åtgärd i Mariestad" : "Det finns 1 åtgärd i Mariestad"));
        CHECK(!strstr(w.letters[i].body, w.x.title) && !strstr(w.letters[i].body, w.x.problem));
    }
    w.edit.version = 1;
    w.x.ends_at = DAY(2026, 6, 1); /* given more time, it is reminded of again */
    CHECK_OK(writing(&w, change));
    CHECK_OK(action_remind(&app, TOWN, DAY(2026, 5, 28), &sent));
    CHECK_INT(sent, 4);
    time_freeze(-1);
}
