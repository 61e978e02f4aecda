/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answers to those who report: what is filled in, and when a letter is due. */
#include "test.h"

#include "base/mem.h"
#include "parts/feedback/feedback.h"

#define MONDAY date_start((struct date){2026, 3, 2})

/* --- Places in brackets --- */

TEST(the_places_of_a_text_are_filled_in_and_anything_else_in_brackets_stays)
{
    struct arena *a = arena_new(1 << 20);
    struct feedback_places p = {.place = "Torget", .date = "3 mars", .type = "Klotter"};
    bool missing = true;
    CHECK_TEXT(feedback_fill(a, "[typ] vid [plats] [datum], [annat] [", &p, &missing),
               "Klotter vid Torget 3 mars, [annat] [");
    CHECK(!missing);
    CHECK_TEXT(feedback_fill(a, "[place] [date] [type]", &p, NULL), "Torget 3 mars Klotter");
    CHECK_TEXT(feedback_fill(a, "Vi gör [åtgärd].", &p, &missing), "Vi gör [åtgärd].");
    CHECK(missing);
    p.action = "Laga [plats]"; /* what is filled in is not looked at again */
    CHECK_TEXT(feedback_fill(a, "[åtgärd]/[action]", &p, &missing), "Laga [plats]/Laga [plats]");
    CHECK(!missing);
    CHECK_TEXT(feedback_fill(a, "", &p, NULL), "");
    arena_free(a);
}

/* --- When a letter is due --- */

TEST(a_letter_goes_on_the_day_of_the_municipality_and_not_before_a_week_has_gone)
{
    msec monday = MONDAY + MSEC_HOUR, news = MONDAY - MSEC_DAY;
    CHECK(feedback_letter_due(monday, 1, 0, news));
    CHECK(!feedback_letter_due(monday, 1, 0, MONDAY)); /* what has come today waits a week */
    CHECK(!feedback_letter_due(monday + MSEC_DAY, 1, 0, MONDAY + MSEC_HOUR));
    CHECK(feedback_letter_due(monday, 4, 0, news - 4 * MSEC_DAY)); /* missed on Thursday */
    CHECK(!feedback_letter_due(monday, 4, 0, news));
    CHECK(feedback_letter_due(monday, 1, monday - 7 * MSEC_DAY, news));
    CHECK(!feedback_letter_due(monday + MSEC_DAY, 1, monday, news));
    CHECK(!feedback_letter_due(monday + 6 * MSEC_DAY, 1, monday, news));
}

TEST(a_day_that_was_missed_is_made_up_for_and_never_gives_two_in_seven_days)
{
    msec sent = 0, last = -30 * MSEC_DAY;
    int letters = 0;
    for (int day = 0; day < 400; day++) {
        msec now = MONDAY + day * MSEC_DAY + 12 * MSEC_HOUR;
        if (day % 10 == 0 || day % 7 == 3) /* the machine is off on some days */
            continue;
        if (!feedback_letter_due(now, 1, sent, MONDAY - MSEC_DAY))
            continue;
        CHECK(date_days(date_of_msec(now)) - date_days(date_of_msec(last)) >= 7);
        sent = last = now;
        letters++;
    }
    CHECK(letters > 25);
}
