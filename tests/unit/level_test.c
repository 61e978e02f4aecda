/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The suggested level, levels and focus that people set, the adopted picture, holidays, and which
 * period the start page shows. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/changes/changes.h"
#include "parts/settings/settings.h"

#define TOWN "1493"
#define OK(x) CHECK_INT((x), ERR_OK)

/* --- The suggestion --- */

static struct level_signs signs(int64_t n, int64_t before)
{
    struct comparison c;
    OK(compare_counts((struct count){n, 14}, (struct count){before, 14}, &c));
    return (struct level_signs){
        .n = n, .before = before, .has_before = true, .certainty = c.certainty};
}

TEST(worked_example_of_levels)
{
    struct level_signs s = signs(31, 12);
    CHECK_INT(s.certainty, CERTAINTY_CLEARLY_MORE);
    CHECK_INT(level_suggest(&s), PAGE_ORANGE);
    s.fresh = true;
    CHECK_INT(level_suggest(&s), PAGE_RED);
    s = signs(3, 1);
    CHECK_INT(s.certainty, CERTAINTY_TOO_FEW);
    CHECK_INT(level_suggest(&s), PAGE_NO_LEVEL);
    s.fresh = true;
    CHECK_INT(level_suggest(&s), PAGE_YELLOW);
}

TEST(silence_is_not_green_and_fewer_is)
{
    struct level_signs s = signs(0, 0);
    CHECK_INT(level_suggest(&s), PAGE_NO_LEVEL);
    s = signs(5, 40);
    CHECK_INT(level_suggest(&s), PAGE_GREEN);
    s.chain = true;
    CHECK_INT(level_suggest(&s), PAGE_YELLOW);
}

TEST(every_sign_is_a_step_and_red_is_the_highest)
{
    struct level_signs s = {
        .certainty = CERTAINTY_CLEARLY_MORE, .fresh = true, .step = true, .chain = true};
    CHECK_INT(level_suggest(&s), PAGE_RED);
    s.certainty = CERTAINTY_NO_SURE_DIFFERENCE;
    CHECK_INT(level_suggest(&s), PAGE_RED);
    s.chain = false;
    CHECK_INT(level_suggest(&s), PAGE_ORANGE);
    s.certainty = CERTAINTY_LIKELY_MORE;
    s.step = s.fresh = false;
    CHECK_INT(level_suggest(&s), PAGE_YELLOW);
}

static struct id named(const char *name)
{
    return id_from_name("level test", name);
}

TEST(signs_are_those_of_the_area_and_a_level_that_fell_is_none)
{
    struct findings_step fell = {.ratio = 0.5}, rose = {.ratio = 2};
    struct id here = named("here"), there = named("there");
    struct picture_finding found[] = {
        {.method = "scan", .area = there},
        {.method = "chains", .area = here},
        {.method = "gistar", .area = here},
        {.method = "breaks", .area = here, .step = &fell},
        {.method = "breaks", .area = there, .step = &rose},
    };
    struct picture_group groups[] = {
        {.none = true, .change = {.now = 99}},
        {.id = there, .change = {.now = 7, .before = 6, .certainty = CERTAINTY_LIKELY_MORE}},
    };
    struct picture p = {.has_before = true,
                        .findings = found,
                        .n_findings = ARRAY_LEN(found),
                        .areas = {groups, ARRAY_LEN(groups)}};
    struct level_signs s = level_signs_of(&p, here);
    CHECK(s.chain && !s.fresh && !s.step && s.n == 0 && s.certainty == CERTAINTY_TOO_FEW);
    s = level_signs_of(&p, there);
    CHECK(s.fresh && s.step && !s.chain && s.n == 7 && s.before == 6);
    CHECK_INT(level_suggest(&s), PAGE_RED);
    p.has_before = false; /* then the phrase says nothing */
    s = level_signs_of(&p, there);
    CHECK_INT(s.certainty, CERTAINTY_TOO_FEW);
}

/* --- Which period --- */

TEST(the_period_before_is_shown_until_it_is_adopted_but_not_for_long)
{
    msec now = 100 * MSEC_DAY;
    struct changes_period p[] = {
        {.starts_at = now - 2 * MSEC_DAY, .ends_at = now + 12 * MSEC_DAY},
        {.starts_at = now - 16 * MSEC_DAY, .ends_at = now - 2 * MSEC_DAY},
    };
    CHECK_INT(changes_current(p, 2, now), 1);
    CHECK_INT(changes_current(p, 2, now + 5 * MSEC_DAY), 0); /* half has passed */
    CHECK_INT(changes_current(p, 2, now + 5 * MSEC_DAY - 1), 1);
    p[1].adopted = true;
    CHECK_INT(changes_current(p, 2, now), 0);
    CHECK_INT(changes_current(p, 1, now), 0);
    p[1].adopted = false;
    p[1].ends_at = now + 1; /* they overlap: the newest */
    CHECK_INT(changes_current(p, 2, now), 0);
    p[1].ends_at = now - 2 * MSEC_DAY;
    p[0].ends_at = now + 100 * MSEC_DAY; /* never more than a week */
    CHECK_INT(changes_current(p, 2, now + 5 * MSEC_DAY), 0);
    p[0].ends_at = now; /* nothing goes on: the latest that was */
    CHECK_INT(changes_current(p, 2, now), 0);
}

/* --- Holidays --- */

static void check_day(int year, const char *key, int month, int day)
{
    struct holiday h[HOLIDAY_YEAR];
    size_t n;
    holidays_of(year, h, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(h[i].key, key)) {
            CHECK_INT(h[i].day.month, month);
            CHECK_INT(h[i].day.day, day);
            CHECK_INT(h[i].day.year, year);
            return;
        }
    CHECK(!"no such day");
}

TEST(holidays_are_those_of_the_almanac)
{
    check_day(2026, "easter", 4, 5);
    check_day(2027, "easter", 3, 28);
    check_day(2008, "easter", 3, 23); /* early */
    check_day(2038, "easter", 4, 25); /* as late as can be */
    check_day(2026, "good_friday", 4, 3);
    check_day(2026, "ascension", 5, 14);
    check_day(2026, "midsummer_eve", 6, 19);
    check_day(2027, "midsummer", 6, 26);
    check_day(2026, "all_saints", 10, 31);
    check_day(2025, "all_saints", 11, 1);
}

TEST(holidays_come_in_order_and_have_names)
{
    for (int year = 1990; year < 2100; year++) {
        struct holiday h[HOLIDAY_YEAR];
        size_t n;
        holidays_of(year, h, &n);
        CHECK_INT(n, HOLIDAY_YEAR);
        for (size_t i = 0; i < n; i++) {
            char key[64];
            snprintf(key, sizeof key, "changes_day_%s", h[i].key);
            CHECK(text_lookup(key) != TEXT_COUNT);
            CHECK(i == 0 || date_days(h[i - 1].day) <= date_days(h[i].day));
        }
    }
}

/* --- Levels in a database --- */

enum what { PERIOD, SET, LIST, HISTORY, FOCUS_SET, FOCUS_GET, DRAFTS, ADOPT, ADOPTED };

struct doing {
    struct fixture *f;
    enum what what;
    struct id period;
    struct area_level level, *levels;
    size_t n;
    struct focus focus;
    int64_t drafts;
    struct adopted_head head;
    const char *content;
};

static enum err work_in(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct arena *a = w->f->a;
    const struct level_of of = {TOWN, w->period, w->level.area};
    const struct adopting now = {TOWN, w->period, {{0}}, w->drafts, w->content};
    switch (w->what) {
    case PERIOD:
        return period_add(tx, TOWN, &(struct period){w->period, "Vecka 45 2026", 1, MSEC_DAY});
    case SET:
        return level_set(tx, TOWN, w->period, &w->level);
    case LIST:
        return levels_of(tx, a, TOWN, w->period, &w->levels, &w->n);
    case HISTORY:
        return level_history(tx, a, &of, &w->levels, &w->n);
    case FOCUS_SET:
        return focus_set(tx, TOWN, w->period, &w->focus, (struct id){{0}});
    case FOCUS_GET:
        return focus_of(tx, a, TOWN, w->period, &w->focus);
    case DRAFTS:
        return drafts_of(tx, a, TOWN, w->period, &w->drafts);
    case ADOPT:
        return adopt(tx, &now);
    case ADOPTED:
        w->head.period = w->period;
        return adopted_get(tx, a, TOWN, &w->head, &w->content);
    }
    return ERR_INTERNAL;
}

static enum err run(struct fixture *f, enum what what, struct doing *w)
{
    bool reads =
        what == LIST || what == HISTORY || what == FOCUS_GET || what == DRAFTS || what == ADOPTED;
    w->f = f;
    w->what = what;
    return reads ? db_read(f->db, TOWN, work_in, w) : db_write(f->db, TOWN, work_in, w);
}

static struct doing level(const char *area, enum page_level_no l, int64_t seen)
{
    return (struct doing){.period = named("period"),
                          .level = {.area = named(area),
                                    .version = seen,
                                    .level = l,
                                    .suggested = PAGE_GREEN,
                                    .reason = "Mer än vanligt"}};
}

DB_TEST(of_two_who_saw_the_same_only_one_is_heard_and_nothing_is_lost)
{
    struct doing a = level("a", PAGE_YELLOW, 0), b = level("a", PAGE_RED, 0);
    OK(run(f, SET, &a));
    CHECK_INT(run(f, SET, &b), ERR_CONFLICT);
    b.level.version = 1; /* having read the first */
    b.level.reason = "Vi har sett mer";
    OK(run(f, SET, &b));
    b.level.version = 7; /* never shown to anybody */
    CHECK_INT(run(f, SET, &b), ERR_CONFLICT);
    OK(run(f, HISTORY, &b));
    CHECK_INT(b.n, 2);
    CHECK_TEXT(b.levels[0].reason, "Vi har sett mer");
    CHECK_TEXT(b.levels[1].reason, "Mer än vanligt");
    CHECK_INT(b.levels[1].suggested, PAGE_GREEN);
}

DB_TEST(two_areas_are_set_at_once_and_the_newest_of_each_counts)
{
    struct doing a = level("a", PAGE_YELLOW, 0), b = level("b", PAGE_RED, 0);
    OK(run(f, SET, &a));
    OK(run(f, SET, &b));
    a.level.version = 1;
    a.level.level = PAGE_NO_LEVEL; /* taken back */
    OK(run(f, SET, &a));
    OK(run(f, LIST, &a));
    CHECK_INT(a.n, 2);
    for (size_t i = 0; i < a.n; i++)
        CHECK_INT(a.levels[i].level,
                  id_eq(a.levels[i].area, named("a")) ? PAGE_NO_LEVEL : PAGE_RED);
    a.period = named("another period");
    OK(run(f, LIST, &a));
    CHECK_INT(a.n, 0);
}

DB_TEST(a_level_has_a_reason)
{
    struct doing a = level("a", PAGE_YELLOW, 0);
    a.level.reason = "";
    CHECK_INT(run(f, SET, &a), ERR_INVALID);
    a.level.reason = "x";
    a.level.level = (enum page_level_no)5;
    CHECK_INT(run(f, SET, &a), ERR_INVALID);
}

static struct doing focus(const char *name, int64_t seen)
{
    struct doing w = {.period = named("period"), .focus = {.version = seen, .n = 2}};
    w.focus.places[0] = (struct focus_place){name, named("a"), 3, 2, "Mest händer här"};
    w.focus.places[1] = (struct focus_place){"Stationen", {{0}}, 1, 3, "Lätt att göra något åt"};
    return w;
}

DB_TEST(a_focus_list_is_whole_or_not_at_all)
{
    struct doing a = focus("Parken", 0), b = focus("Torget", 0);
    OK(run(f, FOCUS_SET, &a));
    CHECK_INT(run(f, FOCUS_SET, &b), ERR_CONFLICT);
    OK(run(f, FOCUS_GET, &b));
    CHECK_INT(b.focus.version, 1);
    CHECK_INT(b.focus.n, 2);
    CHECK_TEXT(b.focus.places[0].name, "Parken");
    CHECK(id_eq(b.focus.places[0].area, named("a")) && id_is_none(b.focus.places[1].area));
    CHECK_INT(b.focus.places[1].influence, 3);
    b.focus.n = 0; /* nothing is in focus any longer */
    OK(run(f, FOCUS_SET, &b));
    OK(run(f, FOCUS_GET, &b));
    CHECK_INT(b.focus.version, 2);
    CHECK_INT(b.focus.n, 0);
    b = focus("Torget", 2);
    b.focus.places[0].need = 4;
    CHECK_INT(run(f, FOCUS_SET, &b), ERR_INVALID);
    b = focus("", 2);
    CHECK_INT(run(f, FOCUS_SET, &b), ERR_INVALID);
}

DB_TEST(what_was_changed_after_it_was_read_is_not_adopted)
{
    struct doing a = level("a", PAGE_YELLOW, 0), b = focus("Parken", 0);
    OK(run(f, PERIOD, &a));
    OK(run(f, SET, &a));
    OK(run(f, DRAFTS, &a));
    CHECK_INT(a.drafts, 1);
    OK(run(f, FOCUS_SET, &b)); /* somebody else */
    a.content = "{\"first\":1}";
    CHECK_INT(run(f, ADOPT, &a), ERR_CONFLICT);
    CHECK_INT(run(f, ADOPTED, &a), ERR_NOTFOUND);
    a.head = (struct adopted_head){0};
    a.drafts = 2;
    a.content = "{\"first\":1}";
    OK(run(f, ADOPT, &a));
    a.content = "{\"second\":1}";
    OK(run(f, ADOPT, &a));
    OK(run(f, ADOPTED, &a));
    CHECK_INT(a.head.version, 2);
    CHECK_INT(a.head.drafts, 2);
    CHECK_TEXT(a.content, "{\"second\":1}");
    a.head.version = 1; /* the earlier is still there */
    OK(run(f, ADOPTED, &a));
    CHECK_TEXT(a.content, "{\"first\":1}");
    a.head.version = 3;
    CHECK_INT(run(f, ADOPTED, &a), ERR_NOTFOUND);
}

/* --- The adopted picture --- */

TEST(an_adopted_picture_is_read_as_it_was_written)
{
    struct arena *a = arena_new(1 << 20);
    struct adopted_row types[] = {
        {.name = "Skadegörelse", .n = 23, .before = 14, .certainty = CERTAINTY_LIKELY_MORE},
        {.name = "Klotter <&>", .below = true, .n = 3, .before = -1}};
    struct adopted_row areas[] = {{.name = "Centrum",
                                   .area = named("a"),
                                   .n = 18,
                                   .before = 32,
                                   .certainty = CERTAINTY_NO_SURE_DIFFERENCE,
                                   .level = PAGE_ORANGE,
                                   .suggested = PAGE_GREEN,
                                   .reason = "Vi vet mer\noch \"säger\" det"}};
    struct adopted d = {.work = "EST",
                        .period = "Vecka 45–46 2026",
                        .from = {2026, 11, 2},
                        .to = {2026, 11, 16},
                        .before_from = {2026, 10, 19},
                        .before_to = {2026, 11, 2},
                        .ongoing = true,
                        .until = date_start((struct date){2026, 11, 9}),
                        .all = {.n = 70, .before = 119},
                        .types = types,
                        .n_types = 2,
                        .areas = areas,
                        .n_areas = 1};
    struct adopted r;
    const char *json;
    d.focus = focus("Parken", 0).focus;
    d.focus_areas[0] = "Centrum";
    OK(adopted_write(a, &d, &json));
    OK(adopted_read(json, a, &r));
    CHECK_TEXT(r.work, "EST");
    CHECK(r.ongoing && r.to.day == 16 && r.before_from.month == 10);
    CHECK(r.until == d.until);
    CHECK(r.all.n == 70 && r.all.before == 119 && r.n_types == 2);
    CHECK_TEXT(r.types[1].name, "Klotter <&>");
    CHECK(r.types[1].below && r.types[1].before == -1);
    CHECK_INT(r.types[0].certainty, CERTAINTY_LIKELY_MORE);
    CHECK(id_eq(r.areas[0].area, named("a")) && r.areas[0].level == PAGE_ORANGE &&
          r.areas[0].suggested == PAGE_GREEN);
    CHECK_TEXT(r.areas[0].reason, areas[0].reason);
    CHECK(r.focus.n == 2 && r.focus.places[0].need == 3);
    CHECK_TEXT(r.focus_areas[0], "Centrum");
    CHECK(!r.focus_areas[1]);
    arena_free(a);
}

TEST(what_was_adopted_before_the_end_is_compared_with_as_long_a_time)
{
    struct arena *a = arena_new(1 << 20);
    struct adopted_row r = {.name = "Centrum", .n = 16, .before = 48};
    struct adopted_row none = {.n = 16, .before = -1}, all = {.n = 67, .before = 139};
    struct adopted d = {.from = {2026, 11, 9},
                        .to = {2026, 11, 23},
                        .before_from = {2026, 10, 26},
                        .before_to = {2026, 11, 9},
                        .all = all};
    CHECK_TEXT(adopted_before(a, LANG_SV, &d, &r), "48");
    CHECK_TEXT(adopted_figures(a, LANG_SV, &d),
               "Siffrorna gäller 9–22 november 2026 mot 26 oktober–8 november 2026, som de stod "
               "då.");
    d.ongoing = true; /* as it was written before `until` was kept: nothing else was known */
    CHECK(!adopted_so_far(&d));
    CHECK_TEXT(adopted_before(a, LANG_SV, &d, &r), "48");
    CHECK_TEXT(adopted_against(a, LANG_SV, &d, &r), "Centrum: 16 mot 48 förra perioden.");
    CHECK(strstr(adopted_was_on(a, LANG_SV, &d), "gäller hela den perioden"));
    d.until = date_start((struct date){2026, 11, 16});
    CHECK(adopted_so_far(&d));
    CHECK_TEXT(adopted_before(a, LANG_SV, &d, &r), "ungefär 24");
    CHECK(!adopted_before(a, LANG_SV, &d, &none));
    r.before = 1; /* one form of numbers: whole ones */
    CHECK_TEXT(adopted_before(a, LANG_SV, &d, &r), "ungefär 1");
    r.before = 48;
    CHECK_TEXT(adopted_against(a, LANG_SV, &d, &r),
               "Centrum: 16 hittills, mot ungefär 24 på lika lång tid förra perioden.");
    CHECK_TEXT(adopted_against(a, LANG_SV, &d, &all),
               "67 händelser hittills, mot ungefär 70 på lika lång tid förra perioden.");
    CHECK(strstr(adopted_figures(a, LANG_SV, &d), "räknas till 16 november 2026"));
    CHECK(strstr(adopted_was_on(a, LANG_SV, &d), "ungefär 7 av 14 dagar"));
    d.until = date_start(d.from) + MSEC_HOUR; /* its first day says nothing yet */
    CHECK(!adopted_before(a, LANG_SV, &d, &r));
    CHECK_TEXT(adopted_against(a, LANG_SV, &d, &r),
               "Centrum: 16 hittills. Hela förra perioden: 48.");
    arena_free(a);
}

TEST(an_adopted_picture_survives_every_allocation_failure)
{
    struct adopted_row rows[40] = {{.name = "Centrum", .n = 1, .before = 2, .reason = "Lugnt"}};
    struct adopted d = {.work = "EST",
                        .period = "p",
                        .from = {2026, 11, 2},
                        .to = {2026, 11, 16},
                        .before_from = {2026, 10, 19},
                        .before_to = {2026, 11, 2},
                        .types = rows,
                        .n_types = ARRAY_LEN(rows)};
    for (long n = 0;; n++) {
        const char *json = NULL;
        mem_fail_at(n);
        struct arena *a = arena_new(1 << 20);
        enum err e = a ? adopted_write(a, &d, &json) : ERR_NOMEM;
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        CHECK(failed == !json);
        arena_free(a);
        if (!failed)
            break;
    }
}

TEST(what_is_no_adopted_picture_is_refused)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"from\":\"2026-11-02\"}",
                                      ("{\"from\":\"2026-11-02\",\"to\":\"2026-11-16\","
                                       "\"before_from\":\"2026-11-02\",\"before_to\":\"x\"}")};
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct adopted d = {.work = "untouched"};
        CHECK_INT(adopted_read(bad[i], a, &d), ERR_CORRUPT);
        CHECK_TEXT(d.work, "untouched");
    }
    arena_free(a);
}
