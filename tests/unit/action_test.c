/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of actions: states, days, plans, the sentence of the effect, the calendar. */
#include "test.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_inner.h"
#include "parts/action/action_web.h"

#define DAY(y, m, d) date_start((struct date){y, m, d})

static struct action whole(void)
{
    return (struct action){
        .id = id_from_name("test", "action"),
        .title = "Laga belysningen",
        .problem = "Det är mörkt.",
        .type_code = "damage",
        .ground = {.area = id_from_name("test", "area")},
        .kind = "hotspot",
        .organisation = id_from_name("test", "owner"),
        .starts_at = DAY(2026, 3, 2),
        .ends_at = DAY(2026, 5, 1),
        .remind_days = 7,
        .version = 1,
    };
}

TEST(what_is_over_is_taken_up_again_but_never_planned_again)
{
    CHECK(action_state_may(ACTION_PLANNED, ACTION_ONGOING));
    CHECK(action_state_may(ACTION_LATE, ACTION_DONE));
    CHECK(action_state_may(ACTION_DONE, ACTION_ONGOING));
    CHECK(!action_state_may(ACTION_DONE, ACTION_PLANNED));
    CHECK(!action_state_may(ACTION_DROPPED, ACTION_DONE));
    for (int s = 0; s < ACTION_STATES; s++) {
        enum action_state back;
        CHECK(!action_state_may((enum action_state)s, (enum action_state)s));
        CHECK(action_state_parse(action_state_name((enum action_state)s), &back));
        CHECK_INT(back, s);
    }
    CHECK(action_state_why(ACTION_DROPPED) && action_state_why(ACTION_LATE));
    CHECK(!action_state_why(ACTION_DONE));
}

TEST(an_action_without_problem_place_owner_or_end_is_none)
{
    struct action_problem p;
    struct action x = whole();
    CHECK_INT(action_check(&x, &p), ERR_OK);
    x.problem = "";
    CHECK_INT(action_check(&x, &p), ERR_INVALID);
    CHECK_TEXT(p.field, "problem");
    x = whole();
    x.ground.area = (struct id){{0}};
    CHECK_INT(action_check(&x, &p), ERR_INVALID);
    CHECK_TEXT(p.field, "area");
    x.ground.circle = (struct event_circle){430000, 6500000, 200, 0};
    CHECK_INT(action_check(&x, &p), ERR_INVALID); /* a circle is called something */
    x.ground.place = "Parken";
    CHECK_INT(action_check(&x, &p), ERR_OK);
    x.ground.area = id_from_name("test", "area"); /* not both */
    CHECK_INT(action_check(&x, &p), ERR_INVALID);
    x = whole();
    x.organisation = (struct id){{0}};
    CHECK_INT(action_check(&x, &p), ERR_INVALID);
    CHECK_TEXT(p.field, "organisation");
    x = whole();
    x.ends_at = x.starts_at;
    CHECK_INT(action_check(&x, &p), ERR_INVALID);
    CHECK_TEXT(p.field, "last");
}

TEST(overdue_begins_the_day_after_the_last_day)
{
    struct action x = whole();
    CHECK(!action_overdue(&x, x.ends_at - 1));
    CHECK(action_overdue(&x, x.ends_at));
    CHECK(!action_soon(&x, DAY(2026, 4, 23) - 1)); /* 22 April: eight days to the 30th */
    CHECK(action_soon(&x, DAY(2026, 4, 23)));
    CHECK(!action_soon(&x, x.ends_at));
    x.state = ACTION_DONE;
    CHECK(!action_overdue(&x, x.ends_at) && !action_soon(&x, DAY(2026, 4, 30)));
    x = whole();
    x.starts_at = DAY(2026, 3, 1);
    x.ends_at = DAY(2026, 4, 1);
    CHECK(action_soon(&x, DAY(2026, 3, 24))); /* the clocks change between */
    CHECK(!action_soon(&x, DAY(2026, 3, 24) - 1));
}

TEST(the_meeting_finds_what_it_asks_for)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct action all[4];
    struct action_picked found;
    for (size_t i = 0; i < 4; i++)
        all[i] = whole();
    all[1].state = ACTION_DONE;
    all[1].state_at = DAY(2026, 5, 5);
    all[2].starts_at = DAY(2026, 6, 1);
    all[2].ends_at = DAY(2026, 6, 20);
    all[3].created_at = DAY(2026, 5, 6);
    struct action_asked s = {ACTION_OVERDUE, DAY(2026, 5, 1), DAY(2026, 6, 2), DAY(2026, 5, 10)};
    const struct {
        enum action_pick what;
        size_t n;
        const struct action *first;
    } wanted[] = {{ACTION_OVERDUE, 2, &all[0]}, {ACTION_COMING, 1, &all[2]},
                  {ACTION_RUNNING, 1, &all[2]}, {ACTION_CLOSED, 1, &all[1]},
                  {ACTION_MADE, 1, &all[3]},    {ACTION_SOON, 0, NULL}};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        s.what = wanted[i].what;
        CHECK_INT(action_pick(a, all, 4, &s, &found), ERR_OK);
        CHECK_INT(found.n, wanted[i].n);
        CHECK(!found.n || found.list[0] == wanted[i].first);
    }
}

TEST(the_proposed_plan_looks_at_the_same_weeks_a_year_before)
{
    struct action x = whole();
    struct action_plan p;
    action_plan_propose(&x, &p);
    CHECK(p.after_from == x.starts_at && p.after_to == x.ends_at);
    CHECK(p.before_from == DAY(2025, 3, 3)); /* a Monday, as 2 March 2026 is */
    CHECK(p.before_to == DAY(2025, 5, 2));
    CHECK_INT(p.method, ACTION_COUNTS);
    CHECK_INT(action_plan_check(&p, &x, NULL), ERR_OK);
    x.kind = "lighting"; /* lasts: it is looked for when the work is done */
    action_plan_propose(&x, &p);
    CHECK(p.after_from == x.ends_at && p.after_to == DAY(2026, 7, 30));
    CHECK(p.before_to <= x.starts_at);
    CHECK_INT(action_plan_check(&p, &x, NULL), ERR_OK);
    x.kind = "hotspot";
    x.ends_at = DAY(2030, 3, 2); /* four years: the time before is over when it starts */
    action_plan_propose(&x, &p);
    CHECK(p.before_to <= x.starts_at);
    CHECK_INT(action_plan_check(&p, &x, NULL), ERR_OK);
}

TEST(a_plan_cannot_look_before_the_start_or_compare_with_itself)
{
    struct action x = whole();
    struct action_problem bad;
    struct action_plan ok, p;
    action_plan_propose(&x, &ok);
    p = ok;
    p.before_to = DAY(2026, 3, 3);
    CHECK_INT(action_plan_check(&p, &x, &bad), ERR_INVALID);
    CHECK_TEXT(bad.field, "before_last");
    p = ok;
    p.after_from = DAY(2026, 3, 1);
    CHECK_INT(action_plan_check(&p, &x, &bad), ERR_INVALID);
    CHECK_TEXT(bad.field, "after_first");
    p = ok;
    p.comparison = ACTION_AREA;
    p.method = ACTION_WDD;
    p.comparison_id = x.ground.area;
    CHECK_INT(action_plan_check(&p, &x, &bad), ERR_INVALID);
    CHECK_TEXT(bad.field, "comparison");
    p.comparison = ACTION_ALONE;
    CHECK_INT(action_plan_check(&p, &x, &bad), ERR_INVALID);
    CHECK_TEXT(bad.field, "method");
    p = ok;
    p.before_to = p.before_from + 6 * MSEC_DAY;
    CHECK_INT(action_plan_check(&p, &x, &bad), ERR_INVALID);
}

TEST(the_method_follows_the_counts)
{
    struct action_plan p = {.baseline = 30, .baseline_comparison = DB_NO_INT};
    CHECK_INT(action_method_propose(&p), ACTION_COUNTS);
    p.comparison = ACTION_AREA;
    p.baseline_comparison = 40; /* alike: a difference in number */
    CHECK_INT(action_method_propose(&p), ACTION_WDD);
    p.baseline_comparison = 200; /* not alike, and many */
    CHECK_INT(action_method_propose(&p), ACTION_DID);
    p.baseline = 8; /* too few for per cent */
    CHECK_INT(action_method_propose(&p), ACTION_WDD);
}

TEST(a_plan_is_locked_by_hand_or_by_the_start)
{
    struct action x = whole();
    struct action_plan p = {.version = 1};
    CHECK(!action_plan_locked(&p, &x, x.starts_at - 1));
    CHECK(action_plan_locked(&p, &x, x.starts_at));
    p.locked_at = 1;
    CHECK(action_plan_locked(&p, &x, x.starts_at - 1));
    p.version = 0; /* there is none */
    CHECK(!action_plan_locked(&p, &x, x.starts_at));
}

static struct action_effect effect(struct arena *a, enum action_method m, struct action_counts c)
{
    struct action x = whole();
    struct action_plan p;
    struct action_effect e;
    action_plan_propose(&x, &p);
    p.method = m;
    p.comparison = m == ACTION_COUNTS ? ACTION_ALONE : ACTION_AREA;
    CHECK_INT(action_effect_of(a, &p, &c, &e), ERR_OK);
    return e;
}

TEST(the_effect_says_what_the_engine_says)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    /* the exercise's step: (13 - 48) - (57 - 37) = -55 */
    struct action_effect e = effect(a, ACTION_WDD, (struct action_counts){48, 13, 37, 57});
    CHECK_INT(e.verdict, ACTION_FEWER);
    CHECK(strstr(e.words[LANG_SV], "Tiden före (60 dagar): 48 händelser."));
    CHECK(strstr(e.words[LANG_SV], "omkring 55 färre händelser än jämförelsen ger"));
    CHECK(strstr(e.words[LANG_EN], "48 events"));
    e = effect(a, ACTION_WDD, (struct action_counts){13, 48, 57, 37});
    CHECK_INT(e.verdict, ACTION_MORE);
    e = effect(a, ACTION_WDD, (struct action_counts){30, 29, 31, 32});
    CHECK_INT(e.verdict, ACTION_UNSURE);
    CHECK(strstr(e.words[LANG_SV], "Det går inte att säga om det hjälpte"));
    e = effect(a, ACTION_DID, (struct action_counts){120, 60, 300, 310});
    CHECK_INT(e.verdict, ACTION_FEWER);
    CHECK(strstr(e.words[LANG_SV], "procent färre händelser"));
    e = effect(a, ACTION_COUNTS, (struct action_counts){40, 12, DB_NO_INT, DB_NO_INT});
    CHECK_INT(e.verdict, ACTION_FEWER);
    CHECK(strstr(e.words[LANG_SV], "Utan jämförelse"));
    CHECK(!strstr(e.words[LANG_SV], "I jämförelsen"));
}

TEST(thin_data_and_nothing_at_all_are_said_as_that)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct action_effect e = effect(a, ACTION_WDD, (struct action_counts){2, 1, 3, 2});
    CHECK_INT(e.verdict, ACTION_TOO_FEW);
    e = effect(a, ACTION_DID, (struct action_counts){3, 0, 2, 4});
    CHECK_INT(e.verdict, ACTION_TOO_FEW);
    e = effect(a, ACTION_COUNTS, (struct action_counts){2, 1, DB_NO_INT, DB_NO_INT});
    CHECK_INT(e.verdict, ACTION_TOO_FEW);
    e = effect(a, ACTION_WDD, (struct action_counts){0, 0, 9, 9});
    CHECK_INT(e.verdict, ACTION_TOO_FEW);
    CHECK(strstr(e.words[LANG_SV], "Inga händelser räknades"));
}

TEST(an_effect_survives_a_lack_of_memory)
{
    for (long n = 0;; n++) {
        AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
        struct action x = whole();
        struct action_plan p;
        struct action_effect e;
        const struct action_counts c = {48, 13, 37, 57};
        CHECK(a);
        action_plan_propose(&x, &p);
        p.method = ACTION_WDD;
        p.comparison = ACTION_AREA;
        mem_fail_at(n);
        enum err got = action_effect_of(a, &p, &c, &e);
        bool refused = mem_failed();
        mem_fail_at(-1);
        if (!refused) {
            CHECK_INT(got, ERR_OK);
            break;
        }
        CHECK(got == ERR_NOMEM);
    }
}

static const char *calendar(struct buf *b, const struct action *x)
{
    const struct action_ics c = {.base = "https://samsyn.example.se/1493/atgarder/",
                                 .name = "Åtgärder",
                                 .now = DAY(2026, 3, 1)};
    buf_clear(b);
    action_ics_write(&c, &x, 1, b);
    CHECK_INT(buf_err(b), ERR_OK);
    return buf_text(b);
}

TEST(the_calendar_folds_and_escapes_and_says_no_more_than_the_heading)
{
    AUTO(buf_done) struct buf b = buf_init(1 << 16);
    struct action x = whole();
    x.title = "Röja, såga; och \\ måla åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö";
    const char *s = calendar(&b, &x);
    CHECK(strstr(s, "SUMMARY:Ska vara klar: Röja\\, såga\\; och \\\\ måla"));
    CHECK(strstr(s, "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303\r\n"));
    CHECK(strstr(s, "DTSTART;VALUE=DATE:20260430\r\n")); /* the last day, not the day after */
    CHECK(!strstr(s, x.problem) && !strstr(s, "RRULE"));
    CHECK(str_starts(s, "BEGIN:VCALENDAR\r\n") && str_ends(s, "END:VCALENDAR\r\n"));
    for (const char *line = s; *line;) {
        const char *end = strstr(line, "\r\n");
        CHECK(end && end - line <= 75);
        CHECK(utf8_valid(line, (size_t)(end - line))); /* no letter is cut in two */
        line = end + 2;
    }
    x.yearly = true;
    x.state = ACTION_DROPPED;
    s = calendar(&b, &x);
    CHECK(strstr(s, "RRULE:FREQ=YEARLY\r\n") && strstr(s, "STATUS:CANCELLED\r\n"));
}

TEST(each_kind_of_action_says_what_is_known_in_both_languages)
{
    for (size_t i = 0; i < action_kinds_n; i++) {
        const struct action_kind *k = &action_kinds[i];
        CHECK(action_kind_find(k->code) == k);
        for (int l = 0; l < LANG_COUNT; l++)
            CHECK(*text_get((enum lang)l, k->name) &&
                  strlen(text_get((enum lang)l, k->known)) > 30);
    }
    CHECK(!action_kind_find("no_such") && !action_kind_find(NULL));
}
