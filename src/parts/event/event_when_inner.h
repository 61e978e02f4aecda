/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only: one end of a time, as far as it has been said. */
#pragma once

#include <stddef.h>

#include "parts/event/event_when.h"

#define WORDS_MOST 24

enum part {
    PART_NONE,
    PART_MORNING,
    PART_FORENOON,
    PART_NOON,
    PART_AFTERNOON,
    PART_EVENING,
    PART_NIGHT,
    PART_DAY
};

/* One end of a time, as far as it has been said. */
struct point {
    bool has_date, has_time, has_moment, is_weekday, is_weekend;
    bool night_to; /* "natten till lördag": the night before */
    bool this_night;
    bool winter; /* "02.30 vintertid": the second time, in the hour that comes twice */
    struct date date;
    int hour, minute, second;
    enum part part;
    msec moment;
};

struct words {
    char text[EVENT_WHEN_MOST * 2 + 8];
    const char *list[WORDS_MOST];
    size_t n;
};

/* Lower case; words at blanks and commas; long dashes as words of their own. False when too long.
 */
bool when__split(struct words *w, const char *text);
/* All digits? Then how many, else 0. */
size_t when__digits(const char *s);
/* 22.40, 22:40, 22:40:10, 2240, 130; with hour_alone also 22. */
bool when__time(const char *s, bool hour_alone, struct point *p);
/* Reads the words [from, end). False when there is nothing, or *bad is a word that means nothing.
 */
bool when__point(const struct words *w, size_t from, size_t end, msec now, struct point *p,
                 const char **bad);
