/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Series of periods and their days. */
#include "test.h"

#include "base/mem.h"
#include "parts/settings/settings.h"

TEST(a_fortnightly_series_begins_on_its_weekday_and_is_named_by_its_weeks)
{
    struct arena *a = arena_new(1 << 20);
    struct period_series s = {{2026, 11, 4}, {2027, 1, 31}, 1, 2, "Vecka"};
    struct period *p;
    size_t n;
    CHECK(period_series_make(a, &s, &p, &n) == ERR_OK);
    CHECK_INT(n, 6);
    CHECK_TEXT(p[0].name, "Vecka 46–47 2026");
    CHECK(p[0].starts_at == date_start((struct date){2026, 11, 9}));
    CHECK(p[0].ends_at == p[1].starts_at);
    CHECK_TEXT(p[3].name, "Vecka 52–53 2026");
    CHECK_TEXT(p[4].name, "Vecka 1–2 2027");
    CHECK(p[5].ends_at <= date_start((struct date){2027, 2, 1}));
    s.weekday = 4; /* from Thursdays the weeks straddle the turn of the year */
    s.from = (struct date){2026, 12, 31};
    s.weeks = 1;
    CHECK(period_series_make(a, &s, &p, &n) == ERR_OK);
    CHECK_TEXT(p[0].name, "Vecka 53 2026–1 2027");
    arena_free(a);
}

TEST(a_series_is_neither_empty_nor_endless)
{
    struct arena *a = arena_new(1 << 20);
    struct period_series s = {{2026, 1, 1}, {2026, 1, 6}, 1, 1, "Vecka"};
    struct period *p;
    size_t n;
    CHECK(period_series_make(a, &s, &p, &n) == ERR_INVALID);
    s.to = (struct date){2029, 1, 1};
    CHECK(period_series_make(a, &s, &p, &n) == ERR_LIMIT);
    s.weeks = 3;
    CHECK(period_series_make(a, &s, &p, &n) == ERR_INVALID);
    arena_free(a);
}

TEST(a_series_without_memory_gives_nothing)
{
    struct period_series s = {{2026, 1, 1}, {2026, 6, 1}, 1, 1, "Vecka"};
    enum err e = ERR_NOMEM;
    size_t tried = 0;
    for (size_t room = 128; e == ERR_NOMEM && room < (1 << 16); room += 256, tried++) {
        struct period *p = NULL;
        size_t n = 7;
        struct arena *a = arena_new(room);
        CHECK(a != NULL);
        e = period_series_make(a, &s, &p, &n);
        CHECK(e == ERR_OK ? p && n == 21 : e == ERR_NOMEM && !p && n == 7);
        arena_free(a);
    }
    CHECK(e == ERR_OK && tried > 1);
}

TEST(days_of_a_period_are_whole_and_in_order)
{
    struct period p = {0}, next = {0};
    CHECK(period_from_days((struct date){2026, 3, 28}, (struct date){2026, 3, 29}, &p) == ERR_OK);
    CHECK(p.ends_at - p.starts_at == 47 * MSEC_HOUR); /* summer time begins */
    CHECK(period_from_days((struct date){2026, 3, 2}, (struct date){2026, 3, 1}, &p) ==
          ERR_INVALID);
    CHECK(period_from_days((struct date){2026, 3, 1}, (struct date){2028, 3, 1}, &p) ==
          ERR_INVALID);
    CHECK(period_from_days((struct date){2026, 3, 30}, (struct date){2026, 4, 5}, &next) == ERR_OK);
    CHECK(period_fit(&p, &next) == PERIOD_FITS);
    next.starts_at += MSEC_DAY;
    CHECK(period_fit(&p, &next) == PERIOD_GAP);
    next.starts_at -= 2 * MSEC_DAY;
    CHECK(period_fit(&p, &next) == PERIOD_OVERLAPS);
}
