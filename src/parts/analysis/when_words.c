/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/when_words.h"

#include <assert.h>

#include "parts/analysis/near_words.h"

#define DAYS_MOST 36525

enum err when_clock(struct analysis *an, enum hour_clock *out)
{
    int clock;
    TRY(near_word(an, "clock", "swedish|as-written", &clock));
    *out = clock ? HOUR_CLOCK_PLAIN : HOUR_CLOCK_SWEDISH;
    return ERR_OK;
}

bool when_unsure(const struct analysis_table *t, size_t i, enum hour_clock clock,
                 enum hour_close close)
{
    return t->t_end && t->t_end[i] != ANALYSIS_NO_TIME &&
           hourweek_unsure(clock, close, t->t[i], t->t_end[i]);
}

int64_t when_day(enum hour_clock clock, msec t)
{
    if (clock == HOUR_CLOCK_SWEDISH)
        return date_days(date_of_msec(t));
    return t / MSEC_DAY - (t % MSEC_DAY < 0);
}

msec when_start(enum hour_clock clock, int64_t day)
{
    return clock == HOUR_CLOCK_SWEDISH ? date_start(date_from_days(day)) : day * MSEC_DAY;
}

static enum err read_day(struct analysis *an, const char *option, int64_t *day)
{
    struct date d;
    const char *text = analysis_text(an, option);
    if (!text)
        return ERR_OK;
    if (date_parse(text, &d) != ERR_OK)
        return analysis_refuse(an, analysis_say(an, analysis_when_no_date, option));
    *day = date_days(d);
    return ERR_OK;
}

enum err when_period(struct analysis *an, enum hour_clock clock, struct when_period *out)
{
    struct when_period p = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < an->table.n; i++) {
        if (an->table.t[i] == ANALYSIS_NO_TIME)
            continue;
        int64_t day = when_day(clock, an->table.t[i]);
        p.first = day < p.first ? day : p.first;
        p.last = day > p.last ? day : p.last;
    }
    TRY(read_day(an, "from", &p.first));
    TRY(read_day(an, "to", &p.last));
    if (p.last < p.first || p.last - p.first >= DAYS_MOST)
        return analysis_refuse(an, text_get(an->lang, T_analysis_when_bad_period));
    *out = p;
    return ERR_OK;
}

const char *when_weekday(enum lang lang, int weekday)
{
    static const enum text_key keys[] = {T_weekday_1, T_weekday_2, T_weekday_3, T_weekday_4,
                                         T_weekday_5, T_weekday_6, T_weekday_7};
    assert(weekday >= 1 && weekday <= 7);
    return text_get(lang, keys[weekday - 1]);
}

const char *when_month(enum lang lang, int month)
{
    static const enum text_key keys[] = {T_month_1, T_month_2,  T_month_3,  T_month_4,
                                         T_month_5, T_month_6,  T_month_7,  T_month_8,
                                         T_month_9, T_month_10, T_month_11, T_month_12};
    assert(month >= 1 && month <= 12);
    return text_get(lang, keys[month - 1]);
}
