/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: times as files write them, on a Swedish clock. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/* "auto", "iso", "excel", "epoch", "epoch-ms", or a pattern of yyyy yy mm dd hh ss, "month" and
 * other characters as they are; mm after hh is minutes: "dd/mm/yyyy hh:mm". */
bool import_format_valid(const char *format);

/* A stretch: a moment (from = to), or what a coarse text allows (an hour, a whole day). */
struct import_span {
    msec from, to;
    bool clock; /* a time of day was said */
};

/* One text with a date, and perhaps a time of day. False when it cannot be read so. */
bool import_time_read(const char *format, const char *s, struct import_span *out);
/* A date from one column and a time of day from another: "0130", "130", "1:30", "01.30", "1",
 * "kl. 1.30", 0.0625 (of a day). clock NULL: only the date. */
bool import_time_join(const char *format, const char *date, const char *clock,
                      struct import_span *out);
/* A time of day alone: the first such moment that is not before `after`. */
bool import_time_after(const char *clock, msec after, struct import_span *out);
