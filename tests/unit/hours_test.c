/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The filter by weekday and hour: what happened then, or can have. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "db_fixture.h"
#include "parts/event/event.h"

#define ROWS 60
#define WEEK 168

struct row {
    const char *from, *to;
};

/* Those that a clock makes difficult; the rest follow from their number. */
static const struct row rows[] = {
    {"2026-11-13T22:10", "2026-11-13T22:10"}, /* a moment */
    {"2026-11-13T22:00", "2026-11-13T23:00"}, /* one hour and no part of the next */
    {"2026-11-13T22:00", "2026-11-13T23:01"},
    {"2026-11-13T16:00", "2026-11-16T07:00"},
    {"2026-11-15T23:30", "2026-11-16T00:30"}, /* Sunday becomes Monday */
    {"2026-11-02T10:00", "2026-11-09T10:00"}, /* a week: every hour */
    {"2026-11-02T10:30", "2026-11-09T10:30"},
    {"2026-11-02T10:00", "2026-11-09T10:01"}, /* longer */
    {"2026-03-29T01:00", "2026-03-29T04:00"}, /* no clock shows 2 that night */
    {"2026-03-29T01:30", "2026-03-29T03:10"},
    {"2026-03-27T12:00", "2026-03-31T12:00"},
    {"2026-03-29T00:30Z", "2026-03-29T00:30Z"},
    {"2026-10-25T00:00Z", "2026-10-25T02:00Z"}, /* 2 twice */
    {"2026-10-25T00:30Z", "2026-10-25T01:10Z"},
    {"2026-10-24T20:00", "2026-10-25T06:00"},
    {"2026-10-20T00:00", "2026-10-26T22:00"},
};

static msec at(const char *text)
{
    msec t = 0;
    CHECK(time_parse(text, &t) == ERR_OK);
    return t;
}

static struct event nth(int i)
{
    struct event e = event_blank();
    char name[32];
    snprintf(name, sizeof name, "hours %d", i);
    e.municipality = i % 2 ? "1493" : "1473";
    e.id = id_from_name("hours test", name);
    e.source = "report";
    e.organisation_id = id_from_name("organisation", "a");
    e.type_code = "damage.graffiti";
    e.precision = GEO_MUNICIPALITY;
    if (i < (int)(sizeof rows / sizeof rows[0])) {
        e.occurred_from = at(rows[i].from);
        e.occurred_to = at(rows[i].to);
    } else {
        e.occurred_from = at("2026-03-23") + i * 7919 % 20000 * MSEC_MINUTE;
        e.occurred_to = e.occurred_from + i * 3571 % 12000 * MSEC_MINUTE;
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

/* The slow definition: what a clock on the wall showed, minute by minute. */
static void wall_clock(const struct event *e, bool shown[WEEK])
{
    memset(shown, 0, WEEK * sizeof *shown);
    if (e->occurred_to - e->occurred_from > 7 * MSEC_DAY)
        return;
    for (msec t = e->occurred_from; t == e->occurred_from || t < e->occurred_to; t += MSEC_MINUTE) {
        struct civil c = civil_from_msec(t);
        shown[(c.weekday - 1) * 24 + c.hour] = true;
    }
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

static void check_hours(struct columns *c, bool shown[ROWS][WEEK], int weekday, int hour)
{
    struct event_filter filter = {0};
    size_t want = 0;
    for (int i = 0; i < WEEK; i++)
        if ((!weekday || i / 24 + 1 == weekday) && (hour < 0 || i % 24 == hour))
            event_filter_hour(&filter, i / 24 + 1, i % 24);
    for (int e = 0; e < ROWS; e++) {
        bool in = false;
        for (int i = 0; i < WEEK; i++)
            in = in || (shown[e][i] && (filter.hours[i / 64] >> i % 64 & 1));
        want += in;
    }
    CHECK_INT(count(c, NULL, &filter), want);
}

DB_TEST(an_hour_lets_through_what_happened_then_or_can_have)
{
    static bool shown[ROWS][WEEK];
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    for (int i = 0; i < ROWS; i++) {
        struct event e = nth(i);
        wall_clock(&e, shown[i]);
    }
    for (int day = 0; day <= 7; day++)
        for (int hour = -1; hour < 24; hour++)
            if (day || hour >= 0)
                check_hours(c, shown, day, hour);
    columns_free(c);
}

DB_TEST(a_span_of_more_than_a_week_tells_no_hour)
{
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    struct event_filter timed = {.timed = true}, untimed = {.untimed = true};
    size_t longer = 0;
    for (int i = 0; i < ROWS; i++)
        longer += nth(i).occurred_to - nth(i).occurred_from > 7 * MSEC_DAY;
    CHECK(longer > 1 && longer < ROWS / 2);
    CHECK_INT(count(c, NULL, &timed), ROWS - longer);
    CHECK_INT(count(c, NULL, &untimed), longer);
    for (int i = 0; i < WEEK; i++)
        event_filter_hour(&untimed, i / 24 + 1, i % 24);
    CHECK_INT(count(c, NULL, &untimed), 0);
    columns_free(c);
}
