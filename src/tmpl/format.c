/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tmpl/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define NARROW_SPACE "\xE2\x80\xAF"
#define MINUS "\xE2\x88\x92"
#define EN_DASH "\xE2\x80\x93"

static const enum text_key months[12] = {
    T_month_1, T_month_2, T_month_3, T_month_4,  T_month_5,  T_month_6,
    T_month_7, T_month_8, T_month_9, T_month_10, T_month_11, T_month_12,
};

static const char *fill(char *out, enum lang lang, enum text_key key, const char *a, const char *b)
{
    const struct text_arg args[] = {text_arg_text(a), text_arg_text(b)};
    text_expand(out, FORMAT_TEXT, text_get(lang, key), args, 2);
    return out;
}

const char *format_date(char out[FORMAT_TEXT], enum lang lang, struct date d)
{
    if (!date_valid(d)) {
        str_copy(out, FORMAT_TEXT, EN_DASH);
        return out;
    }
    snprintf(out, FORMAT_TEXT, "%d %s %d", d.day, text_get(lang, months[d.month - 1]), d.year);
    return out;
}

const char *format_clock(char out[FORMAT_TEXT], enum lang lang, msec t)
{
    struct civil c = civil_from_msec(t);
    char clock[16];
    snprintf(clock, sizeof clock, "%02d%c%02d", c.hour % 100, lang == LANG_SV ? '.' : ':',
             c.minute % 100);
    switch (clock_turn(t)) {
    case CLOCK_FIRST:
        return fill(out, lang, T_clock_first, clock, NULL);
    case CLOCK_SECOND:
        return fill(out, lang, T_clock_second, clock, NULL);
    case CLOCK_ONCE:
        break;
    }
    str_copy(out, FORMAT_TEXT, clock);
    return out;
}

const char *format_datetime(char out[FORMAT_TEXT], enum lang lang, msec t)
{
    char date[FORMAT_TEXT], clock[FORMAT_TEXT];
    format_date(date, lang, date_of_msec(t));
    return fill(out, lang, T_date_at_clock, date, format_clock(clock, lang, t));
}

const char *format_when(char out[FORMAT_TEXT], enum lang lang, msec t, msec now)
{
    struct date d = date_of_msec(t);
    char clock[FORMAT_TEXT];
    format_clock(clock, lang, t);
    switch (date_days(d) - date_days(date_of_msec(now))) {
    case -1:
        return fill(out, lang, T_yesterday_at, clock, NULL);
    case 0:
        return fill(out, lang, T_today_at, clock, NULL);
    case 1:
        return fill(out, lang, T_tomorrow_at, clock, NULL);
    default:
        return format_date(out, lang, d);
    }
}

const char *format_week(char out[FORMAT_TEXT], enum lang lang, struct date d)
{
    if (!date_valid(d)) {
        str_copy(out, FORMAT_TEXT, EN_DASH);
        return out;
    }
    /* Noon, when it is the same date in Sweden and in UTC. */
    struct civil c = civil_from_msec(date_days(d) * MSEC_DAY + 12 * MSEC_HOUR);
    char week[16];
    snprintf(week, sizeof week, "%d", c.iso_week);
    return fill(out, lang, T_week_number, week, NULL);
}

/* Copies digits with a narrow space before each full group of three, when there are five or more.
 */
static char *group(char *p, const char *digits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (n >= 5 && i && (n - i) % 3 == 0)
            p = (char *)memcpy(p, NARROW_SPACE, 3) + 3;
        *p++ = digits[i];
    }
    *p = 0;
    return p;
}

size_t format_digits(char *out, uint64_t v)
{
    char back[24];
    size_t n = 0;
    do {
        back[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (size_t i = 0; i < n; i++)
        out[i] = back[n - 1 - i];
    out[n] = 0;
    return n;
}

const char *format_unsigned(char out[FORMAT_TEXT], uint64_t v)
{
    char digits[24];
    size_t n = format_digits(digits, v);
    group(out, digits, n);
    return out;
}

const char *format_number(char out[FORMAT_TEXT], int64_t v)
{
    if (v >= 0)
        return format_unsigned(out, (uint64_t)v);
    memcpy(out, MINUS, 3);
    char rest[FORMAT_TEXT];
    str_copy(out + 3, FORMAT_TEXT - 3, format_unsigned(rest, 0 - (uint64_t)v));
    return out;
}

const char *format_decimal(char out[FORMAT_TEXT], enum lang lang, double v, int decimals)
{
    if (!isfinite(v) || fabs(v) >= 1e15) {
        str_copy(out, FORMAT_TEXT, EN_DASH);
        return out;
    }
    char digits[40];
    /* The nudge makes 0.25 and 2.675, which a person sees as halves, go up. */
    double nudge = fabs(v) * 1e-15;
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(v) + nudge);
    char *p = out;
    if (v < 0 && strspn(digits, "0.") < strlen(digits)) {
        memcpy(p, MINUS, 3);
        p += 3;
    }
    size_t whole = strcspn(digits, ".");
    p = group(p, digits, whole);
    if (digits[whole]) {
        *p++ = lang == LANG_SV ? ',' : '.';
        str_copy(p, (size_t)(out + FORMAT_TEXT - p), digits + whole + 1);
    }
    return out;
}

char *format_arena(struct arena *a, const char *text)
{
    return arena_strdup(a, text);
}

void format_buf(struct buf *b, const char *text)
{
    buf_puts(b, text);
}
