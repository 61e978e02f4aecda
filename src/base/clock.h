/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Time: UTC milliseconds since 1970 in an int64_t. Swedish civil time is computed here, from the
 * rules in force since 1980 (law on summer time; EU directive 2000/84/EC), never from the machine's
 * zone or locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef int64_t msec; /* UTC milliseconds */

#define MSEC_SECOND INT64_C(1000)
#define MSEC_MINUTE (60 * MSEC_SECOND)
#define MSEC_HOUR (60 * MSEC_MINUTE)
#define MSEC_DAY (24 * MSEC_HOUR)

struct date {
    int year, month, day; /* 1..12, 1..31 */
};

/* A moment on a Swedish clock. */
struct civil {
    int year, month, day;
    int hour, minute, second, milli;
    int weekday;  /* 1 = Monday .. 7 = Sunday */
    int iso_year; /* the year the ISO week belongs to */
    int iso_week; /* 1..53 */
    int offset;   /* minutes east of UTC: 60 or 120 */
};

msec time_now(void); /* the real clock, or what time_freeze() set */
/* Tests: time stands still at t; t < 0 lets it go. */
void time_freeze(msec t);
/* Milliseconds of a clock that never jumps; only differences mean something. */
int64_t time_monotonic(void);

bool date_valid(struct date d);
int64_t date_days(struct date d); /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
int date_weekday(struct date d); /* 1 = Monday .. 7 = Sunday */
struct date date_add(struct date d, int days);

struct civil civil_from_msec(msec t);
/* The moment a Swedish clock shows this. In the missing hour of spring the clock is read as if it
 * had not been moved; of the doubled hour in autumn the first is meant. Weekday, week and offset of
 * the input are ignored. ERR_INVALID when it is no date or time (year 1900..2200). */
NODISCARD enum err civil_to_msec(const struct civil *c, msec *out);
/* The hour of autumn that comes twice: a clock says the same at CLOCK_FIRST (still summer time) and
 * an hour later, at CLOCK_SECOND. Any other moment is CLOCK_ONCE. */
enum clock_turn { CLOCK_ONCE, CLOCK_FIRST, CLOCK_SECOND };
enum clock_turn clock_turn(msec t);
/* Midnight in Sweden when `d` begins; also of a day past the years that can be written. */
msec date_start(struct date d);
/* When a Swedish clock shows so many minutes after midnight that day, also where it is changed. */
msec date_at(struct date d, int minutes);
struct date date_of_msec(msec t);

/* ISO 8601: date, or date and time with 'T' or space, minutes or seconds or fractions, 'Z', an
 * offset, or nothing (then Swedish time). Hours may lack their leading zero ("2025-08-12 6:09:30
 * +02:00"). A date alone gives its midnight. ERR_INVALID otherwise. */
NODISCARD enum err time_parse(const char *s, msec *out);
NODISCARD enum err date_parse(const char *s, struct date *out); /* 2026-11-14 */

#define TIME_TEXT 32
void time_iso_utc(msec t, char out[TIME_TEXT]); /* 2026-11-14T08:03:07Z, with .123 when not whole */
void time_iso_local(msec t, char out[TIME_TEXT]);   /* 2026-11-14T09:03:07+01:00 */
void date_text(struct date d, char out[TIME_TEXT]); /* 2026-11-14 */
