/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answers to those who report: who is told what and when, shares, templates, the letter. */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/mailer.h"
#include "core/password.h"
#include "core_sql.h"
#include "db_fixture.h"
#include "feedback_test_sql.h"
#include "parts/feedback/feedback_inner.h"

#define TOWN "1493"
#define OTHER "1473"
#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define DAY(y, m, d) date_start((struct date){y, m, d})
#define MONDAY DAY(2026, 3, 2)

/* --- The house --- */

struct work;
typedef enum err work_fn(struct tx *tx, struct work *w);
struct work {
    struct fixture *f;
    work_fn *fn;
    const char *town;
    struct id event, main, account, organisation;
    int64_t n;
    msec at, from, to;
    bool off;
    const char *state;
    struct feedback_order o;
    struct feedback_one one[4];
    struct feedback_sent sent;
    struct feedback_fate fate;
    struct feedback_shares shares;
    struct feedback_template t, *list;
    size_t n_list, n_letters;
    struct feedback_edit edit;
    struct letter *letters;
    struct action action;
    struct feedback_reports reports;
    struct event_strike strike;
};

static enum err run(struct tx *tx, void *arg)
{
    struct work *w = arg;
    return w->fn(tx, w);
}
static enum err writing(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_write(w->f->db, w->town, run, w);
}
static enum err reading(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_read(w->f->db, w->town, run, w);
}
static enum err nationally(struct work *w, work_fn *fn)
{
    w->fn = fn;
    return db_write(w->f->db, DB_NATIONAL, run, w);
}

static enum err town(struct tx *tx, struct work *w)
{
    struct q_feedback_test_town_in a = {TOWN, "Mariestad"}, b = {OTHER, "Töreboda"};
    (void)w;
    TRY(q_feedback_test_town_run(tx, &a, NULL));
    return q_feedback_test_town_run(tx, &b, NULL);
}

static enum err person(struct tx *tx, struct work *w)
{
    struct q_account_insert_in account = {
        .id = w->account, .email = w->state, .name = "Exempel", .lang = "sv"};
    return q_account_insert_run(tx, &account, NULL);
}

static enum err member(struct tx *tx, struct work *w)
{
    struct q_membership_put_in member = {.municipality = w->town,
                                         .account = w->account,
                                         .role = "reporter",
                                         .organisation = w->organisation,
                                         .state = "active"};
    return q_membership_put_run(tx, &member, NULL);
}

static enum err report(struct tx *tx, struct work *w)
{
    struct event e = event_blank();
    e.municipality = w->town;
    e.source = EVENT_SOURCE_REPORT;
    e.type_code = "damage.glass";
    e.occurred_from = e.occurred_to = w->at;
    e.reported_at = w->at;
    e.created_by = w->account;
    e.organisation_id = w->organisation;
    e.description = "Krossad ruta hos ekorren";
    e.place_name = "Torget";
    e.precision = GEO_POINT;
    e.east = 431800;
    e.north = 6507010;
    return event_add(tx, NULL, &e, &w->event, NULL);
}

static struct id who(struct work *w, const char *email)
{
    w->account = id_from_name("test account", email);
    w->state = email;
    CHECK_OK(nationally(w, person));
    CHECK_OK(writing(w, member));
    return w->account;
}

static struct work begin(struct fixture *f)
{
    struct work w = {.f = f, .town = TOWN, .organisation = id_from_name("test", "owner")};
    time_freeze(MONDAY - 3 * MSEC_DAY);
    w.at = MONDAY - 10 * MSEC_DAY;
    CHECK_OK(nationally(&w, town));
    who(&w, "rapportor@example.se");
    CHECK_OK(writing(&w, report));
    return w;
}

static enum err send(struct tx *tx, struct work *w)
{
    return feedback_send(tx, w->f->a, &w->o, &w->sent);
}

static void answer(struct work *w, struct id event, const char *text)
{
    w->one[0] = (struct feedback_one){event, text};
    w->o = (struct feedback_order){.municipality = w->town,
                                   .by = id_from_name("test account", "samordnare"),
                                   .batch = id_new(),
                                   .list = w->one,
                                   .n = 1,
                                   .seen = time_now()};
    CHECK_OK(writing(w, send));
}

static enum err look(struct tx *tx, struct work *w)
{
    struct event e;
    TRY(event_get(tx, w->f->a, w->town, w->event, &e));
    return feedback_fate(tx, w->f->a, &e, &w->fate);
}

DB_TEST(a_form_that_is_sent_twice_answers_once_and_a_colleague_is_not_written_over)
{
    struct work w = begin(f);
    answer(&w, w.event, "Det är lagat.");
    CHECK_INT(w.sent.n_put, 1);
    CHECK_OK(writing(&w, send));
    CHECK(w.sent.again);
    CHECK_INT(w.sent.n_put, 0);
    w.o.batch = id_new();
    w.o.seen = time_now() - 1; /* drawn before the answer came */
    CHECK_OK(writing(&w, send));
    CHECK(!w.sent.again && w.sent.answered[0] && !w.sent.put[0]);
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.fate.n_answers, 1);
    CHECK_TEXT(w.fate.answers[0].text, "Det är lagat.");
    w.o.seen = time_now();
    CHECK_OK(writing(&w, send)); /* who has seen it may add to it */
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.fate.n_answers, 2);
    time_freeze(-1);
}

static enum err take_back(struct tx *tx, struct work *w)
{
    return feedback_withdraw(tx, w->f->a, w->town, w->fate.answers[0].id, &w->main);
}

static enum err add_action(struct tx *tx, struct work *w)
{
    return action_add(tx, TOWN, &w->action, (struct id){{0}});
}

DB_TEST(an_answer_that_is_taken_back_is_gone_and_so_is_the_action_that_it_told_of)
{
    struct work w = begin(f);
    w.action = (struct action){.title = "Laga",
                               .problem = "Trasigt.",
                               .type_code = "damage",
                               .ground = {.circle = {431800, 6507000, 100, 0}, .place = "Torget"},
                               .kind = "hotspot",
                               .organisation = w.organisation,
                               .starts_at = MONDAY,
                               .ends_at = MONDAY + 30 * MSEC_DAY,
                               .remind_days = 7};
    struct id event = w.event;
    CHECK_OK(writing(&w, add_action));
    w.one[0] = (struct feedback_one){event, "Planerat."};
    w.o = (struct feedback_order){.municipality = TOWN,
                                  .batch = id_new(),
                                  .action = w.action.id,
                                  .list = w.one,
                                  .n = 1,
                                  .seen = time_now()};
    CHECK_OK(writing(&w, send));
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.fate.n_actions, 1);
    CHECK_TEXT(w.fate.actions[0].title, "Laga");
    CHECK_OK(writing(&w, take_back));
    CHECK(id_eq(w.main, event));
    CHECK_OK(reading(&w, look));
    CHECK_INT(w.fate.n_answers, 0);
    CHECK_INT(w.fate.n_actions, 0);
    time_freeze(-1);
}

static enum err of_action(struct tx *tx, struct work *w)
{
    w->reports = (struct feedback_reports){0};
    return feedback_of_action(tx, w->f->a, TOWN, &w->action, &w->reports);
}

DB_TEST(an_action_finds_the_reports_of_its_kind_on_its_ground)
{
    struct work w = begin(f);
    w.action = (struct action){.id = id_new(),
                               .type_code = "damage",
                               .ground = {.circle = {431800, 6507000, 100, 0}},
                               .created_at = MONDAY};
    CHECK_OK(reading(&w, of_action));
    CHECK_INT(w.reports.n, 1);
    w.action.type_code = "damage.graffiti";
    CHECK_OK(reading(&w, of_action));
    CHECK_INT(w.reports.n, 0);
    w.action.type_code = "damage.glass";
    w.action.ground.circle.radius = 5;
    CHECK_OK(reading(&w, of_action));
    CHECK_INT(w.reports.n, 0);
    w.action.ground.circle.radius = 11;
    w.action.seen_from = MONDAY;
    CHECK_OK(reading(&w, of_action));
    CHECK_INT(w.reports.n, 0); /* older than what the action was made from */
    time_freeze(-1);
}

static enum err redact(struct tx *tx, struct work *w)
{
    return event_redact(tx, TOWN, w->event, (struct id){{0}});
}
static enum err strike(struct tx *tx, struct work *w)
{
    struct event_edit edit = {.reason = "reviewed"};
    return event_strike(tx, TOWN, w->event, &w->strike, &edit, NULL);
}
static enum err erase(struct tx *tx, struct work *w)
{
    return event_delete(tx, TOWN, w->event);
}
static enum err rows(struct tx *tx, struct work *w)
{
    struct q_feedback_test_rows_in in = {TOWN};
    struct q_feedback_test_rows_row row;
    TRY(q_feedback_test_rows_one(tx, w->f->a, &in, &row));
    w->n = row.n;
    return ERR_OK;
}

DB_TEST(words_that_go_from_a_report_go_from_its_answers_and_all_of_the_same_press)
{
    struct work w = begin(f);
    const char *words[] = {"ekorren"}, *text = "Rutan hos Ekorren är lagad.";
    struct id first = w.event;
    CHECK_OK(writing(&w, report));
    answer(&w, w.event, text); /* a press of its own: written by itself */
    w.one[0] = (struct feedback_one){first, text};
    w.one[1] = (struct feedback_one){w.event, text};
    w.o.batch = id_new();
    w.o.n = 2;
    CHECK_OK(writing(&w, send));
    CHECK_INT(w.sent.n_put, 2);
    struct id second = w.event;
    w.event = first;
    w.strike = (struct event_strike){words, 1, "(borttaget)"};
    CHECK_OK(writing(&w, strike));
    CHECK_OK(reading(&w, look));
    CHECK_TEXT(w.fate.answers[0].text, "Rutan hos (borttaget) är lagad.");
    w.event = second;
    CHECK_OK(reading(&w, look));
    for (size_t i = 0; i < w.fate.n_answers; i++)
        CHECK_TEXT(w.fate.answers[i].text, id_eq(w.fate.answers[i].batch_id, w.o.batch)
                                               ? "Rutan hos (borttaget) är lagad."
                                               : text);
    w.event = first;
    CHECK_OK(writing(&w, redact));
    CHECK_OK(reading(&w, look));
    CHECK(!w.fate.answers[0].text);
    CHECK_OK(writing(&w, erase));
    CHECK_OK(reading(&w, rows));
    CHECK_INT(w.n, 2); /* those of the other report */
    time_freeze(-1);
}

/* --- Shares --- */

static enum err shares(struct tx *tx, struct work *w)
{
    return feedback_shares(tx, w->f->a, TOWN, w->from, w->to, &w->shares);
}

DB_TEST(shares_and_median_days_are_told_only_of_enough_reports)
{
    struct work w = begin(f); /* one report, ten days before Monday */
    struct id others = id_from_name("test", "others"), own = w.organisation;
    static const int waits[] = {1, 1, 2, 4, 30};
    w.from = 0;
    w.to = MONDAY;
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        CHECK_OK(writing(&w, report));
        time_freeze(w.at + waits[i] * MSEC_DAY + MSEC_HOUR);
        answer(&w, w.event, "Tack.");
        if (i == 1)
            answer(&w, w.event, "Tack igen."); /* the first answer counts */
    }
    w.organisation = others;
    for (int i = 0; i < 4; i++)
        CHECK_OK(writing(&w, report));
    CHECK_OK(reading(&w, shares));
    CHECK_INT(w.shares.all.n, 10);
    CHECK_INT(w.shares.all.answered, 5);
    CHECK_INT(w.shares.all.median, 2);
    CHECK_INT(w.shares.n_each, 1);
    CHECK(id_eq(w.shares.each[0].organisation, own));
    CHECK_INT(w.shares.each[0].n, 6);
    CHECK_INT(w.shares.few, 1);
    CHECK_OK(writing(&w, report));
    CHECK_OK(reading(&w, shares));
    CHECK_INT(w.shares.n_each, 2);
    CHECK_INT(w.shares.few, 0);
    for (size_t i = 0; i < 2; i++)
        if (id_eq(w.shares.each[i].organisation, others))
            CHECK_INT(w.shares.each[i].median, -1);
    w.to = w.at; /* reports of the last moment are the next period's */
    CHECK_OK(reading(&w, shares));
    CHECK_INT(w.shares.all.n, 0);
    CHECK_INT(w.shares.all.median, -1);
    time_freeze(-1);
}

/* --- Templates --- */

static enum err templates(struct tx *tx, struct work *w)
{
    return feedback_templates(tx, w->f->a, TOWN, LANG_SV, &w->list, &w->n_list);
}
static enum err save(struct tx *tx, struct work *w)
{
    return feedback_template_save(tx, w->f->a, &w->t, &w->edit);
}

DB_TEST(templates_come_with_the_program_and_become_the_municipalitys_own)
{
    struct work w = {.f = f, .town = TOWN, .edit.municipality = TOWN};
    CHECK_OK(reading(&w, templates));
    CHECK_INT(w.n_list, 5);
    CHECK_TEXT(w.list[0].key, "done");
    w.t = (struct feedback_template){.key = "done", .name = "Klart", .text = "Klart nu."};
    CHECK_OK(writing(&w, save));
    CHECK_INT(writing(&w, save), ERR_CONFLICT); /* version 0 is no longer what stands there */
    w.t = (struct feedback_template){.name = "Egen", .text = "Vårt eget."};
    CHECK_OK(writing(&w, save));
    CHECK_OK(reading(&w, templates));
    CHECK_INT(w.n_list, 6);
    CHECK_TEXT(w.list[0].text, "Klart nu.");
    CHECK_TEXT(w.list[5].name, "Egen");
    w.edit.remove = true;
    w.t = w.list[5];
    CHECK_OK(writing(&w, save));
    w.t = w.list[1]; /* the program's, untouched */
    CHECK_OK(writing(&w, save));
    CHECK_INT(writing(&w, save), ERR_NOTFOUND);
    CHECK_OK(reading(&w, templates));
    CHECK_INT(w.n_list, 4);
    w.edit.remove = false;
    for (int i = 4; i < FEEDBACK_TEMPLATES_MOST; i++) {
        w.t = (struct feedback_template){.name = arena_printf(f->a, "N%d", i), .text = "T"};
        CHECK_OK(writing(&w, save));
    }
    w.t.name = "N"; /* the same once more would be there already */
    CHECK_INT(writing(&w, save), ERR_LIMIT);
}

/* --- The letter --- */

static enum err letters(struct tx *tx, struct work *w)
{
    return mail_latest(tx, w->f->a, 50, &w->letters, &w->n_letters);
}
static enum err want(struct tx *tx, struct work *w)
{
    struct q_feedback_letter_want_in in = {w->account, w->off, time_now()};
    return q_feedback_letter_want_run(tx, &in, NULL);
}
static enum err seen(struct tx *tx, struct work *w)
{
    struct q_feedback_seen_put_in in = {w->town, w->account, time_now()};
    return q_feedback_seen_put_run(tx, &in, NULL);
}

static int digest(struct work *w, struct app *app, msec now)
{
    int n = 0;
    (void)w;
    CHECK_OK(feedback_digest(app, now, &n));
    return n;
}

struct house {
    struct app app;
    char url[64];
};
static void house(struct house *h, struct fixture *f)
{
    *h = (struct house){.url = "https://samsyn.example.se"};
    h->app = (struct app){.db = f->db, .public_url = h->url};
    CHECK_OK(accounts_new(NULL, password_cost_tests, &h->app.accounts));
}

DB_TEST(one_letter_a_week_with_numbers_and_a_link_and_never_a_word)
{
    struct work w = begin(f);
    struct house h;
    house(&h, f);
    CHECK_INT(digest(&w, &h.app, MONDAY), 0); /* nothing new, no letter */
    answer(&w, w.event, "Hemligt svar.");
    CHECK_INT(digest(&w, &h.app, MONDAY - MSEC_DAY), 0); /* Sunday */
    CHECK_INT(digest(&w, &h.app, MONDAY + MSEC_HOUR), 1);
    CHECK_INT(digest(&w, &h.app, MONDAY + MSEC_HOUR), 0);
    CHECK_INT(digest(&w, &h.app, MONDAY + MSEC_DAY), 0);
    CHECK_INT(digest(&w, &h.app, MONDAY + 7 * MSEC_DAY), 0); /* told already */
    CHECK_OK(nationally(&w, letters));
    CHECK_INT(w.n_letters, 1);
    const char *body = w.letters[0].body;
    CHECK_TEXT(w.letters[0].to, "rapportor@example.se");
    CHECK(strstr(body, "Mariestad: 1 svar på dina rapporter\n"));
    CHECK(strstr(body, "https://samsyn.example.se/1493/mina-rapporter"));
    CHECK(strstr(body, "https://samsyn.example.se/brev/sluta/"));
    CHECK(!strstr(body, "Hemligt") && !strstr(body, "Torget") && !strstr(body, "ekorren"));
    time_freeze(MONDAY + 2 * MSEC_DAY);
    answer(&w, w.event, "Ett till.");
    CHECK_INT(digest(&w, &h.app, MONDAY + 3 * MSEC_DAY), 0);
    CHECK_INT(digest(&w, &h.app, MONDAY + 8 * MSEC_DAY), 1); /* Monday was missed */
    accounts_free(h.app.accounts);
    time_freeze(-1);
}

DB_TEST(who_has_looked_or_wants_none_or_has_left_gets_no_letter)
{
    struct work w = begin(f);
    struct house h;
    house(&h, f);
    answer(&w, w.event, "Svar.");
    w.off = true;
    CHECK_OK(nationally(&w, want));
    CHECK_INT(digest(&w, &h.app, MONDAY), 0);
    w.off = false;
    CHECK_OK(nationally(&w, want));
    CHECK_OK(writing(&w, seen));
    CHECK_INT(digest(&w, &h.app, MONDAY), 0);
    time_freeze(MONDAY + MSEC_DAY);
    answer(&w, w.event, "Nytt svar.");
    CHECK_OK(writing(&w, member)); /* still here */
    CHECK_INT(digest(&w, &h.app, MONDAY + 7 * MSEC_DAY), 1);
    accounts_free(h.app.accounts);
    time_freeze(-1);
}

DB_TEST(who_reports_in_two_municipalities_gets_one_letter_about_both)
{
    struct work w = begin(f);
    struct house h;
    house(&h, f);
    answer(&w, w.event, "Svar.");
    w.town = OTHER;
    CHECK_OK(writing(&w, member));
    CHECK_OK(writing(&w, report));
    answer(&w, w.event, "Svar.");
    CHECK_INT(digest(&w, &h.app, MONDAY), 1);
    CHECK_OK(nationally(&w, letters));
    CHECK_INT(w.n_letters, 1);
    CHECK(strstr(w.letters[0].body, "Mariestad: 1 svar"));
    CHECK(strstr(w.letters[0].body, "Töreboda: 1 svar"));
    accounts_free(h.app.accounts);
    time_freeze(-1);
}
