/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Times as people write them: "i natt", "i går kväll", "0130", "kl. 01.30", "fredag 22:10",
 * "mellan fredag kl. 16 och måndag kl. 7", "14 november 22.40", "för två timmar sedan",
 * "2025-11-14 22:40". Swedish time; what has happened is meant, so a weekday or a day without a
 * year is the last one before `now`. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "tmpl/text.h"

struct arena;

#define EVENT_WHEN_MOST 200 /* bytes of text */
#define EVENT_WHEN_WORD 32

struct event_when {
    msec from, to; /* equal: a moment */
};

/* ERR_INVALID when it is not understood: `word` then holds what was not (empty when nothing was
 * written, or the time as a whole cannot be). Words for parts of the day mean: morgon 5-9,
 * förmiddag 9-12, eftermiddag 12-17, kväll 17-22, natt 22-6; a day alone is the whole day. What
 * would reach past `now` ends there. */
NODISCARD enum err event_when_read(const char *text, msec now, struct event_when *out,
                                   char word[EVENT_WHEN_WORD]);

/* What the words hang on: a clock or a part of a day without a day ("0130", "kvällen"), a day ("i
 * går 22.30", "i natt"), or the moment they are written in ("nyss", "för två timmar sedan"). */
enum event_when_kind { EVENT_WHEN_CLOCK, EVENT_WHEN_DAY, EVENT_WHEN_MOMENT };
enum event_when_kind event_when_kind(const char *text, msec now);

/* The same from separate fields, as forms and files have them: any may be NULL or empty but the
 * first. A time without a date of its own belongs to the first date, or the next day if it would
 * come before the beginning. An hour alone ("22") is that hour's beginning. */
struct event_when_fields {
    const char *date, *time, *to_date, *to_time;
};
NODISCARD enum err event_when_read_fields(const struct event_when_fields *f, msec now,
                                          struct event_when *out, char word[EVENT_WHEN_WORD]);

/* What was understood: "lördag 15 november 2025 kl. 02.40", "mellan ... och ...". NULL when out of
 * memory. */
char *event_when_text(struct arena *a, enum lang lang, const struct event_when *w);
