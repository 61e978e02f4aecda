/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Dates and numbers as people write them, in Swedish and English, on a Swedish clock.
 *
 * Each function writes to `out` and returns it, so that it can stand in an argument list; none
 * fails and none needs more than FORMAT_TEXT bytes. format_arena() and format_buf() keep the
 * result: `format_arena(a, format_date(tmp, lang, t))`. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tmpl/text.h"

#define FORMAT_TEXT 96

/* 14 november 2026; 14 November 2026; an en dash for what is no date */
const char *format_date(char out[FORMAT_TEXT], enum lang lang, struct date d);
/* 14 november 2026 kl. 22.40; 14 November 2026, 22:40 */
const char *format_datetime(char out[FORMAT_TEXT], enum lang lang, msec t);
/* 22.40; 22:40 */
const char *format_clock(char out[FORMAT_TEXT], enum lang lang, msec t);
/* i dag 08.12, i går 22.40, i morgon 09.00, else the date; English: today 08:12 ... */
const char *format_when(char out[FORMAT_TEXT], enum lang lang, msec t, msec now);
/* vecka 46; week 46 */
const char *format_week(char out[FORMAT_TEXT], enum lang lang, struct date d);
/* 9999, 10 000 (narrow no-break spaces from five digits on), with a real minus sign. */
const char *format_number(char out[FORMAT_TEXT], int64_t v);
const char *format_unsigned(char out[FORMAT_TEXT], uint64_t v);
/* 10000, and how many digits: at most 20 and the NUL. */
size_t format_digits(char *out, uint64_t v);
/* That many decimals (0..6), rounded half away from zero as it is read: 3,4 or 3.4; an en dash for
 * NaN and infinities. */
const char *format_decimal(char out[FORMAT_TEXT], enum lang lang, double v, int decimals);

char *format_arena(struct arena *a, const char *text); /* NULL when out of memory */
void format_buf(struct buf *b, const char *text);
