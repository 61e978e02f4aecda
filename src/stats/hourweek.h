/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When in the week? Counts by weekday and hour on a Swedish clock, for events whose moment is
 * known and for events of which only an interval is known (spread evenly over it: the aoristic
 * method). Method, source, limits and a worked example: doc/methods/weekday-hour.md. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define HOURWEEK_DAYS 7
#define HOURWEEK_HOURS 24
/* A longer interval tells nothing about the hour of the week: its event counts as unknown. */
#define HOURWEEK_LONGEST (7 * MSEC_DAY)

/* Rows are weekdays from Monday, columns hours from midnight. Zero it to begin. */
struct hourweek {
    double weight[HOURWEEK_DAYS][HOURWEEK_HOURS];
    int64_t events;  /* sum of all weights, to rounding */
    int64_t unknown; /* not in weight: no moment or too long an interval */
};

/* Whose hours: the Swedish clock with its summer time, or a clock that is never moved, on which t
 * is simply read as UTC (data from elsewhere, as they are written). */
enum hour_clock { HOUR_CLOCK_SWEDISH, HOUR_CLOCK_PLAIN };

/* How closely it must be known when: not at all, to the day, or to the hour. */
enum hour_close { HOUR_CLOSE_NONE, HOUR_CLOSE_DAY, HOUR_CLOSE_HOUR };

/* Is what happened in [from, to] in no certain hour or day? The first moment of a long interval
 * says nothing: burglaries of a weekend would all be of Friday evening. An interval of at most an
 * hour is certain, and one that ends before it begins is not. */
bool hourweek_unsure(enum hour_clock clock, enum hour_close close, msec from, msec to);

/* Hour of the week from Monday 00 (0 to 167). */
int hourweek_at(enum hour_clock clock, msec t);
/* Adds to each hour the part of [from, to) that lies in it, divided by `unit` (> 0). */
void hourweek_spread(enum hour_clock clock, msec from, msec to, double unit,
                     double out[HOURWEEK_DAYS][HOURWEEK_HOURS]);

/* Adds one event that began at `from` and had ended by `to` (to == from: the moment is known).
 * ERR_INVALID, with nothing added, when to < from. */
NODISCARD enum err hourweek_add(struct hourweek *h, msec from, msec to);

/* Some hours of the week, to ask many events whether they happened in one of them. */
struct hourweek_asked {
    uint16_t before[2 * HOURWEEK_DAYS * HOURWEEK_HOURS + 4]; /* how many there are before each */
};

/* A bit an hour of the week, (weekday - 1) * 24 + hour. */
void hourweek_ask(struct hourweek_asked *a, const uint64_t hours[3]);
/* Did the event happen in one of them, or can it have? True exactly when hourweek_add() gives one
 * of them weight. `first`: the hour of the week in which `from` lies, which the caller knows. */
bool hourweek_may(const struct hourweek_asked *a, unsigned first, msec from, msec to);

/* How many times each hour of the week occurred in [from, to): a Monday 7 o'clock in whole and
 * parts. Counts hours that really passed: in the night when clocks go forward the hour 2 has none,
 * in the night when they go back it has two. ERR_INVALID when to < from or more than 100 years. */
NODISCARD enum err hourweek_exposure(msec from, msec to, double out[HOURWEEK_DAYS][HOURWEEK_HOURS]);
/* The same on either clock. */
NODISCARD enum err hourweek_passed(enum hour_clock clock, msec from, msec to,
                                   double out[HOURWEEK_DAYS][HOURWEEK_HOURS]);
