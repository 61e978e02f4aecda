/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Periods that open by themselves: where they begin and end, what they leave alone, and that each
 * is opened once. */
#include "test.h"

#include <pthread.h>
#include <string.h>

#include "base/str.h"
#include "core/app.h"
#include "core/audit.h"
#include "core/auditchain.h"
#include "db_fixture.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"

#define TOWN "1493"
#define OK(x) CHECK_INT((x), ERR_OK)

static msec day(int year, int month, int date)
{
    return date_start((struct date){year, month, date});
}

static struct rhythm from(enum rhythm_step step, int year, int month, int date)
{
    struct date first = {year, month, date};
    return (struct rhythm){.name = "EST",
                           .step = step,
                           .first = first,
                           .cutoff_days = 1,
                           .cutoff_minutes = 9 * 60,
                           .active = true,
                           .opened_to = date_start(first)};
}

struct due {
    struct arena *a;
    struct period *list;
    size_t n;
    msec to;
};

static struct due due(const struct rhythm *r, const struct period *have, size_t n, msec now)
{
    struct due d = {.a = arena_new(1 << 20)};
    CHECK(d.a);
    struct rhythm_due found;
    OK(rhythm_due(d.a, r, have, n, now, &found));
    d.list = found.periods;
    d.n = found.n;
    d.to = found.opened_to;
    return d;
}

TEST(a_rhythm_begins_on_its_weekday)
{
    struct date d = rhythm_first(RHYTHM_WEEK, (struct date){2026, 11, 25}, 1); /* a Wednesday */
    CHECK(d.day == 30 && d.month == 11);
    d = rhythm_first(RHYTHM_FORTNIGHT, (struct date){2026, 11, 25}, 3);
    CHECK(d.day == 25);
    d = rhythm_first(RHYTHM_MONTH, (struct date){2026, 12, 2}, 3);
    CHECK(d.year == 2027 && d.month == 1 && d.day == 1);
    d = rhythm_first(RHYTHM_MONTH, (struct date){2026, 12, 1}, 3);
    CHECK(d.year == 2026 && d.month == 12 && d.day == 1);
}

TEST(three_weeks_without_a_server_leave_no_gap)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 2);
    struct due d = due(&r, NULL, 0, day(2026, 11, 23) + 1);
    CHECK_INT(d.n, 4);
    for (size_t i = 0; i < d.n; i++)
        CHECK(d.list[i].starts_at == day(2026, 11, 2 + 7 * (int)i));
    CHECK_TEXT(d.list[0].name, "Vecka 45 2026");
    CHECK(d.list[3].ends_at == day(2026, 11, 30));
    CHECK(d.to == day(2026, 11, 30));
    r.opened_to = d.to;
    arena_free(d.a);
    d = due(&r, NULL, 0, day(2026, 11, 30) - 1); /* the last moment of the fourth */
    CHECK_INT(d.n, 0);
    arena_free(d.a);
    d = due(&r, NULL, 0, day(2026, 11, 30)); /* the first of the fifth */
    CHECK_INT(d.n, 1);
    arena_free(d.a);
}

/* The clock goes back on 25 October 2026 and forward on 28 March 2027. */
TEST(a_week_in_which_the_clock_is_changed_is_a_week)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 10, 19);
    struct due d = due(&r, NULL, 0, day(2026, 10, 26));
    CHECK_INT(d.n, 2);
    CHECK(d.list[0].ends_at == day(2026, 10, 26));
    CHECK(d.list[0].ends_at - d.list[0].starts_at == 7 * MSEC_DAY + MSEC_HOUR);
    CHECK(d.list[1].ends_at - d.list[1].starts_at == 7 * MSEC_DAY);
    arena_free(d.a);
    r = from(RHYTHM_FORTNIGHT, 2027, 3, 15);
    d = due(&r, NULL, 0, day(2027, 3, 29));
    CHECK_INT(d.n, 2);
    CHECK(d.list[0].ends_at - d.list[0].starts_at == 14 * MSEC_DAY - MSEC_HOUR);
    CHECK_TEXT(d.list[0].name, "Vecka 11–12 2027");
    arena_free(d.a);
}

TEST(reports_are_awaited_until_the_same_time_on_either_side_of_a_changed_clock)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 10, 19);
    CHECK(rhythm_cutoff(&r, day(2026, 10, 26)) == day(2026, 10, 26) + 9 * MSEC_HOUR);
    r.cutoff_days = 0; /* on the Sunday itself, which has 25 hours */
    CHECK(rhythm_cutoff(&r, day(2026, 10, 26)) == day(2026, 10, 25) + 10 * MSEC_HOUR);
    CHECK_INT(civil_from_msec(rhythm_cutoff(&r, day(2026, 10, 26))).hour, 9);
}

TEST(months_and_four_weeks_follow_each_other)
{
    struct rhythm r = from(RHYTHM_MONTH, 2026, 12, 1);
    struct due d = due(&r, NULL, 0, day(2027, 2, 1));
    CHECK_INT(d.n, 3);
    CHECK_TEXT(d.list[0].name, "december 2026");
    CHECK(d.list[1].starts_at == day(2027, 1, 1) && d.list[2].ends_at == day(2027, 3, 1));
    arena_free(d.a);
    r = from(RHYTHM_FOUR_WEEKS, 2026, 12, 7);
    d = due(&r, NULL, 0, day(2026, 12, 31));
    CHECK_INT(d.n, 1);
    CHECK_TEXT(d.list[0].name, "Vecka 50–53 2026");
    arena_free(d.a);
}

TEST(what_was_entered_by_hand_is_left_alone_and_the_rest_is_filled)
{
    struct rhythm r = from(RHYTHM_FORTNIGHT, 2026, 6, 1);
    const struct period summer[] = {
        {.name = "Sommaren", .starts_at = day(2026, 6, 20), .ends_at = day(2026, 8, 20)}};
    struct due d = due(&r, summer, 1, day(2026, 9, 1));
    CHECK_INT(d.n, 4);
    CHECK(d.list[0].starts_at == day(2026, 6, 1) && d.list[0].ends_at == day(2026, 6, 15));
    CHECK(d.list[1].starts_at == day(2026, 6, 15) && d.list[1].ends_at == day(2026, 6, 20));
    CHECK(d.list[2].starts_at == day(2026, 8, 20)); /* the rest of that fortnight */
    CHECK(d.list[2].ends_at == day(2026, 8, 24));
    CHECK(d.list[3].starts_at == day(2026, 8, 24) && d.list[3].ends_at == day(2026, 9, 7));
    arena_free(d.a);
}

TEST(nothing_is_opened_before_the_first_day_or_ahead_of_time)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 30);
    struct due d = due(&r, NULL, 0, day(2026, 11, 29));
    CHECK_INT(d.n, 0);
    arena_free(d.a);
    const struct period now[] = {
        {.name = "x", .starts_at = day(2026, 11, 30), .ends_at = day(2026, 12, 3)}};
    d = due(&r, now, 1, day(2026, 12, 1)); /* what is left of the week has not begun */
    CHECK_INT(d.n, 0);
    CHECK(d.to == day(2026, 12, 3));
    r.opened_to = d.to;
    arena_free(d.a);
    d = due(&r, now, 1, day(2026, 12, 3));
    CHECK_INT(d.n, 1);
    CHECK(d.list[0].ends_at == day(2026, 12, 7));
    arena_free(d.a);
}

TEST(years_are_opened_in_several_goes)
{
    struct rhythm r = from(RHYTHM_WEEK, 2020, 1, 6);
    struct due d = due(&r, NULL, 0, day(2026, 11, 23));
    CHECK_INT(d.n, RHYTHM_AT_ONCE);
    CHECK(d.to == d.list[RHYTHM_AT_ONCE - 1].ends_at);
    arena_free(d.a);
}

TEST(a_rhythm_survives_every_allocation_failure)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 1, 5);
    for (long n = 0;; n++) {
        struct rhythm_due found = {.n = 77};
        mem_fail_at(n);
        struct arena *a = arena_new(1 << 20);
        enum err e = a ? rhythm_due(a, &r, NULL, 0, day(2026, 11, 23), &found) : ERR_NOMEM;
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        CHECK_INT(found.n, failed ? 77 : 47);
        arena_free(a);
        if (!failed)
            break;
    }
}

/* --- In a database --- */

static enum err set(struct tx *tx, void *arg)
{
    return rhythm_set(tx, TOWN, arg, (struct id){{0}});
}

static enum err get(struct tx *tx, void *arg)
{
    return rhythm_get(tx, ((struct fixture *)arg)->a, TOWN, &(struct rhythm){0});
}

struct counted {
    struct fixture *f;
    struct q_settings_periods_row *rows;
    size_t n;
    struct audit_report log;
};

static enum err count(struct tx *tx, void *arg)
{
    struct counted *c = arg;
    struct q_settings_periods_in in = {TOWN};
    TRY(audit_check_one(tx, TOWN, &c->log));
    return q_settings_periods_all(tx, c->f->a, &in, &c->rows, &c->n);
}

static struct counted periods(struct fixture *f)
{
    struct counted c = {.f = f};
    OK(db_read(f->db, TOWN, count, &c));
    return c;
}

DB_TEST(without_a_rhythm_nothing_opens)
{
    struct app app = {.db = f->db};
    size_t n = 9;
    CHECK_INT(db_read(f->db, TOWN, get, f), ERR_NOTFOUND);
    OK(rhythm_open(&app, TOWN, day(2026, 11, 23), &n));
    CHECK_INT(n, 0);
    CHECK_INT(periods(f).n, 0);
}

DB_TEST(a_period_is_opened_once_and_audited)
{
    struct app app = {.db = f->db};
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 9);
    size_t n;
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, day(2026, 11, 23), &n));
    CHECK_INT(n, 3);
    OK(rhythm_open(&app, TOWN, day(2026, 11, 23), &n));
    CHECK_INT(n, 0);
    struct counted c = periods(f);
    CHECK_INT(c.n, 3);
    CHECK_INT(c.log.entries, 3);
}

static enum err forget(struct tx *tx, void *arg)
{
    struct counted *c = arg;
    return period_delete(tx, c->f->a, TOWN, c->rows[0].id);
}

DB_TEST(a_period_that_somebody_deleted_does_not_come_back)
{
    struct app app = {.db = f->db};
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 9);
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, day(2026, 11, 23), NULL));
    struct counted c = periods(f);
    OK(db_write(f->db, TOWN, forget, &c));
    r.version = 1; /* nor when the rhythm is changed */
    r.step = RHYTHM_FORTNIGHT;
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, day(2026, 11, 24), NULL));
    CHECK_INT(periods(f).n, 2);
}

DB_TEST(a_first_day_that_is_moved_back_opens_what_lies_before_it)
{
    struct app app = {.db = f->db};
    struct date today = date_of_msec(time_now());
    struct date monday = date_add(today, 1 - date_weekday(today));
    struct rhythm r = from(RHYTHM_FORTNIGHT, monday.year, monday.month, monday.day);
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, time_now(), NULL));
    CHECK_INT(periods(f).n, 1);
    r.version = 1;
    r.first = date_add(monday, -42); /* the period under way stays as it is */
    OK(db_write(f->db, TOWN, set, &r));
    struct counted c = periods(f);
    CHECK_INT(c.n, 4);
    CHECK_INT(c.log.entries, 4);
    for (size_t i = 0; i < c.n; i++) {
        CHECK(c.rows[i].starts_at == date_start(date_add(monday, -42 + 14 * (int)i)));
        CHECK(c.rows[i].ends_at == date_start(date_add(monday, -28 + 14 * (int)i)));
    }
    OK(rhythm_open(&app, TOWN, time_now(), NULL));
    OK(db_write(f->db, TOWN, forget, &c)); /* the first of them */
    r.version = 2;
    r.first = date_add(monday, -70);
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(periods(f).n, 5); /* two more, and the one that was deleted does not come back */
}

DB_TEST(a_first_day_that_was_set_too_far_ahead_can_be_moved_back)
{
    struct app app = {.db = f->db};
    struct date today = date_of_msec(time_now());
    struct date monday = date_add(today, 1 - date_weekday(today)), ahead = date_add(monday, 280);
    struct rhythm r = from(RHYTHM_WEEK, ahead.year, ahead.month, ahead.day);
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(periods(f).n, 0);
    r.version = 1;
    r.first = monday;
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(periods(f).n, 1);
    r.active = false; /* moved back while it rests: opened when it goes on */
    r.version = 2;
    r.first = date_add(monday, -14);
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(periods(f).n, 1);
    r.active = true;
    r.version = 3;
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, time_now(), NULL));
    CHECK_INT(periods(f).n, 3);
}

DB_TEST(a_rhythm_that_was_stopped_opens_nothing)
{
    struct app app = {.db = f->db};
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 9);
    r.active = false;
    OK(db_write(f->db, TOWN, set, &r));
    OK(rhythm_open(&app, TOWN, day(2026, 11, 23), NULL));
    CHECK_INT(periods(f).n, 0);
}

DB_TEST(who_saw_an_older_rhythm_does_not_overwrite_a_newer)
{
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 9);
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(db_write(f->db, TOWN, set, &r), ERR_CONFLICT); /* both saw none */
    r.version = 1;
    OK(db_write(f->db, TOWN, set, &r));
    CHECK_INT(db_write(f->db, TOWN, set, &r), ERR_CONFLICT);
    r.version = 2;
    r.cutoff_minutes = 1440;
    CHECK_INT(db_write(f->db, TOWN, set, &r), ERR_INVALID);
}

/* A server of its own beside f's: its own connections to the same database. */
struct server {
    struct app app;
    size_t n;
    enum err e;
};

static void *open_now(void *arg)
{
    struct server *s = arg;
    s->e = rhythm_open(&s->app, TOWN, day(2026, 11, 23), &s->n);
    return NULL;
}

static struct db *beside(struct fixture *f)
{
    const char *file = arena_printf(f->a, "%s/test.db", f->dir);
    struct db_options o = {.path = f->engine == DB_SQLITE ? file : NULL,
                           .url = f->engine == DB_SQLITE ? NULL : f->url};
    struct db *db = NULL;
    OK(db_open(&o, f->a, &db, NULL));
    return db;
}

DB_TEST(many_servers_at_once_open_each_period_once)
{
    enum { MANY = 4 };
    struct server s[MANY];
    pthread_t t[MANY];
    size_t opened = 0;
    struct rhythm r = from(RHYTHM_WEEK, 2026, 11, 9);
    OK(db_write(f->db, TOWN, set, &r));
    for (int i = 0; i < MANY; i++)
        s[i] = (struct server){.app = {.db = i ? beside(f) : f->db}};
    for (int i = 0; i < MANY; i++)
        CHECK(pthread_create(&t[i], NULL, open_now, &s[i]) == 0);
    for (int i = 0; i < MANY; i++) {
        pthread_join(t[i], NULL);
        OK(s[i].e);
        opened += s[i].n;
        if (i)
            db_close(s[i].app.db);
    }
    CHECK_INT(opened, 3);
    CHECK_INT(periods(f).n, 3);
}
