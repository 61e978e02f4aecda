/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/number_words.h"

#include <math.h>

#include "base/mem.h"
#include "tmpl/format.h"

#define DECIMALS_MOST 6
#define SMALLEST 1e-6 /* what DECIMALS_MOST can show */

const char *number_decimals(struct analysis *an, double v, int decimals)
{
    char text[FORMAT_TEXT];
    double scale = pow(10, decimals);
    while (decimals > 0 && round(v * scale / 10) * 10 == round(v * scale)) {
        scale /= 10;
        decimals--;
    }
    return arena_strdup(an->arena, format_decimal(text, an->lang, v, decimals));
}

const char *number_figures(struct analysis *an, double v, int digits)
{
    double size = fabs(v);
    if (!(size > 0) || !isfinite(v))
        return number_decimals(an, v, 0);
    if (size < SMALLEST)
        return analysis_say(an, number_below, number_decimals(an, SMALLEST, DECIMALS_MOST));
    /* 9.96 with two digits is 10, not 10.0 */
    double shown = size * (1 + 0.5 * pow(10, -digits));
    int decimals = digits - 1 - (int)floor(log10(shown));
    decimals = decimals < 0 ? 0 : decimals > DECIMALS_MOST ? DECIMALS_MOST : decimals;
    return number_decimals(an, v, decimals);
}

const char *number_expected(struct analysis *an, double v)
{
    if (v == 0)
        return number_decimals(an, 0, 0);
    if (v < 0.01)
        return analysis_say(an, number_below, number_decimals(an, 0.01, 2));
    return analysis_say(an, number_about, number_figures(an, v, 2));
}

const char *number_events(struct analysis *an, int64_t n)
{
    return n == 0 ? text_get(an->lang, T_number_no_events) : analysis_say(an, number_events, n);
}

/* The number is a text; the form is that of one when it is written as 1. */
static const char *counted(struct analysis *an, enum text_key key, double v)
{
    const char *number = number_decimals(an, v, 1);
    const struct text_arg args[] = {text_arg_text(number)};
    const char *pattern =
        text_plural(an->lang, key, number && number[0] == '1' && !number[1] ? 1 : 2);
    size_t len = text_expand(NULL, 0, pattern, args, 1);
    char *out = number ? arena_alloc(an->arena, len + 1) : NULL;
    if (out)
        text_expand(out, len + 1, pattern, args, 1);
    return out;
}

const char *number_days(struct analysis *an, double v)
{
    return counted(an, T_number_days, v);
}

const char *number_metres(struct analysis *an, double v)
{
    return counted(an, T_number_metres, v);
}

const char *number_of_mean(struct analysis *an, double v)
{
    if (v == 0)
        return text_get(an->lang, T_number_none);
    if (fabs(v - 1) < 0.005)
        return text_get(an->lang, T_number_as_mean);
    const char *times = fabs(v - 1) < 0.05 ? number_decimals(an, v, 2) : number_figures(an, v, 2);
    return analysis_say(an, number_of_mean, times);
}

const char *number_change(struct analysis *an, int sign, const char *amount)
{
    if (sign == 0)
        return text_get(an->lang, T_number_no_change);
    return sign < 0 ? analysis_say(an, number_down, amount) : analysis_say(an, number_up, amount);
}

const char *number_date(struct analysis *an, struct date d)
{
    char text[FORMAT_TEXT];
    return arena_strdup(an->arena, format_date(text, an->lang, d));
}
