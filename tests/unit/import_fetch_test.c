/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of the Police's feed, without network. */
#include "test.h"

#include <string.h>

#include "parts/import/import_fetch.h"

#define START INT64_C(1763170800000)

TEST(calls_are_ten_seconds_apart)
{
    struct fetch_state s = {0};
    msec until;
    CHECK_INT(fetch_may(&s, START, &until), FETCH_GOT);
    CHECK_INT(fetch_may(&s, START + 9999, &until), FETCH_WAIT);
    CHECK_INT(until, START + FETCH_APART);
    CHECK_INT(fetch_may(&s, START + FETCH_APART, &until), FETCH_GOT);
}

TEST(no_hour_has_more_than_sixty_calls)
{
    struct fetch_state s = {0};
    msec until, made[400];
    size_t n = 0;
    for (msec t = START; t < START + 3 * MSEC_HOUR && n < 400; t += MSEC_SECOND)
        if (fetch_may(&s, t, &until) == FETCH_GOT)
            made[n++] = t;
    CHECK(n > 120);
    for (size_t i = FETCH_AN_HOUR; i < n; i++)
        CHECK(made[i] - made[i - FETCH_AN_HOUR] >= MSEC_HOUR);
}

TEST(a_missing_page_stops_everything)
{
    struct fetch_state s = {0};
    msec until;
    CHECK_INT(fetch_answered(&s, START, 404, -1), FETCH_STOPPED);
    CHECK_INT(fetch_may(&s, START + 30 * MSEC_DAY, &until), FETCH_STOPPED);
}

TEST(each_refusal_doubles_the_wait)
{
    struct fetch_state s = {0};
    msec until;
    for (int i = 0; i < 4; i++) {
        CHECK_INT(fetch_answered(&s, START, i % 2 ? 403 : 429, -1), FETCH_REFUSED);
        CHECK_INT(s.until - START, FETCH_BACK_OFF << i);
    }
    CHECK_INT(fetch_may(&s, START + MSEC_MINUTE, &until), FETCH_WAIT);
    CHECK_INT(fetch_answered(&s, START, 429, 3 * MSEC_HOUR), FETCH_REFUSED);
    CHECK_INT(s.until - START, 3 * MSEC_HOUR); /* they asked for longer */
    CHECK_INT(fetch_answered(&s, START, 200, -1), FETCH_GOT);
    CHECK_INT(s.refused, 0);
    for (int i = 0; i < 40; i++)
        CHECK_INT(fetch_answered(&s, START, 403, -1), FETCH_REFUSED);
    CHECK_INT(s.until - START, MSEC_DAY);
}

TEST(other_faults_wait_a_minute)
{
    struct fetch_state s = {0};
    CHECK_INT(fetch_answered(&s, START, 500, -1), FETCH_FAILED);
    CHECK_INT(fetch_answered(&s, START, 0, -1), FETCH_FAILED);
    CHECK_INT(s.until - START, MSEC_MINUTE);
    CHECK(!s.stopped);
}

TEST(retry_after_is_seconds_or_a_date)
{
    CHECK_INT(fetch_retry_after("120", START), 120000);
    CHECK_INT(fetch_retry_after("Sat, 15 Nov 2025 01:41:00 GMT", START), 60000);
    CHECK_INT(fetch_retry_after("snart", START), -1);
    CHECK_INT(fetch_retry_after("-5", START), -1);
}

TEST(the_state_reads_back_as_it_was_written)
{
    struct fetch_state s = {.until = 7, .refused = 2, .stopped = true}, t;
    struct buf b = buf_init(8192);
    msec until;
    s.stopped = false;
    CHECK_INT(fetch_may(&s, START, &until), FETCH_GOT);
    memcpy(s.next_etag, "\"abc\"", 6);
    fetch_state_write(&b, &s);
    CHECK(fetch_state_read(buf_text(&b), &t));
    CHECK(t.until == s.until && t.n_calls == s.n_calls && t.refused == s.refused);
    CHECK(t.stopped == s.stopped && memcmp(t.calls, s.calls, sizeof t.calls) == 0);
    CHECK_TEXT(t.etag, s.etag);
    CHECK_TEXT(t.modified, s.modified);
    CHECK_TEXT(t.next_etag, s.next_etag);
    CHECK_TEXT(t.next_modified, s.next_modified);
    CHECK(!fetch_state_read("[", &t));
    buf_done(&b);
}
