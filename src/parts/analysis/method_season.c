/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse season: more in some months, weekdays or hours, counted by the day? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/when_bins.h"
#include "parts/analysis/when_words.h"

#define BINS 24 /* the most there are */
#define SURE_P 0.05
#define FEW_ROWS 10

enum by { BY_MONTH, BY_WEEKDAY, BY_HOUR };

struct season {
    enum by by;
    enum hour_clock clock;
    struct when_period period;
    size_t n;
    double count[BINS], exposure[BINS]; /* days */
    int64_t number[BINS];               /* 1 = January or Monday; hours from 0 */
    const char *name[BINS];
    double total;
    int64_t outside, unsure;
    bool whole;
};

static size_t bin_of(const struct season *s, msec t)
{
    if (s->by == BY_MONTH)
        return (size_t)date_from_days(when_day(s->clock, t)).month - 1;
    int hour = hourweek_at(s->clock, t);
    return (size_t)(s->by == BY_HOUR ? hour % HOURWEEK_HOURS : hour / HOURWEEK_HOURS);
}

static enum err set_exposure(struct season *s)
{
    double hours[HOURWEEK_DAYS][HOURWEEK_HOURS];
    if (s->by == BY_MONTH) {
        for (int64_t day = s->period.first; day <= s->period.last; day++)
            s->exposure[date_from_days(day).month - 1]++;
        return ERR_OK;
    }
    TRY(hourweek_passed(s->clock, when_start(s->clock, s->period.first),
                        when_start(s->clock, s->period.last + 1), hours));
    for (int d = 0; d < HOURWEEK_DAYS; d++)
        for (int h = 0; h < HOURWEEK_HOURS; h++)
            s->exposure[s->by == BY_HOUR ? h : d] += hours[d][h] / HOURWEEK_HOURS;
    return ERR_OK;
}

static enum err count(struct analysis *an, struct season *s)
{
    static const size_t sizes[] = {12, HOURWEEK_DAYS, HOURWEEK_HOURS};
    static const enum hour_close close[] = {HOUR_CLOSE_NONE, HOUR_CLOSE_DAY, HOUR_CLOSE_HOUR};
    const struct analysis_table *t = &an->table;
    s->n = sizes[s->by];
    TRY(when_clock(an, &s->clock));
    TRY(when_weights(an, &s->whole));
    TRY(when_period(an, s->clock, &s->period));
    TRY(set_exposure(s));
    for (size_t i = 0; i < t->n; i++) {
        int64_t day = when_day(s->clock, t->t[i]);
        if (day < s->period.first || day > s->period.last) {
            s->outside++;
            continue;
        }
        if (when_unsure(t, i, s->clock, close[s->by])) {
            s->unsure++;
            continue;
        }
        double weight = t->number[COLUMN_WEIGHT] ? t->number[COLUMN_WEIGHT][i] : 1;
        s->count[bin_of(s, t->t[i])] += weight;
        s->total += weight;
    }
    for (size_t i = 0; i < s->n; i++) {
        int number = (int)i + (s->by != BY_HOUR);
        s->number[i] = number;
        s->name[i] = s->by == BY_MONTH     ? when_month(an->lang, number)
                     : s->by == BY_WEEKDAY ? when_weekday(an->lang, number)
                                           : arena_printf(an->arena, "%02d:00", number);
        if (!s->name[i])
            return ERR_NOMEM;
    }
    return ERR_OK;
}

static bool whole_years(struct when_period p)
{
    struct date a = date_from_days(p.first), b = date_from_days(p.last + 1);
    return a.month == b.month && a.day == b.day && b.year > a.year;
}

static void say(struct analysis *an, const struct season *s, const struct bin_rates *r, double p)
{
    size_t most = 0, least = 0, bins = 0;
    for (size_t i = 0; i < s->n; i++) {
        bins += s->exposure[i] > 0;
        most = isnan(r->index[most]) || r->index[i] > r->index[most] ? i : most;
        least = isnan(r->index[least]) || r->index[i] < r->index[least] ? i : least;
    }
    if (!(s->total > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_when_none));
        return;
    }
    bool hours = s->by == BY_HOUR && an->table.dates_only;
    /* A period that begins and ends with events of the file says little when there are few. */
    bool few = an->table.n < FEW_ROWS && !(analysis_text(an, "from") && analysis_text(an, "to"));
    if (hours)
        result_sentence(an, text_get(an->lang, T_analysis_when_dates));
    else if (bins == 1)
        result_sentence(an, analysis_say(an, analysis_season_one, s->name[most]));
    else if (few)
        result_sentence(an, analysis_say(an, analysis_few, an->table.n, FEW_ROWS));
    else if (r->index[most] == r->index[least])
        result_sentence(an, text_get(an->lang, T_analysis_season_even));
    else
        result_sentence(an, analysis_say(an, analysis_season_peak, s->name[most],
                                         number_of_mean(an, r->index[most]), s->name[least],
                                         number_of_mean(an, r->index[least])));
    if (!hours && !few && bins > 1 && !isnan(p) && r->index[most] > r->index[least])
        result_sentence(an, text_get(an->lang, p <= SURE_P ? T_analysis_season_sure
                                                           : T_analysis_season_chance));
    if (s->by == BY_MONTH && bins > 1 && !whole_years(s->period))
        result_warning(an, text_get(an->lang, T_analysis_season_part));
    if (s->unsure > 0)
        result_warning(an, analysis_say(an, analysis_when_unsure, s->unsure));
    if (s->outside > 0)
        result_warning(an, analysis_say(an, analysis_when_outside, s->outside));
}

static enum err run(struct analysis *an)
{
    static const char *const keys[] = {"statistic", "p", "test"};
    struct season *s = ARENA_NEW(an->arena, struct season);
    struct bin_rates rates;
    double *q, p = NAN;
    int by, statistic;
    if (!s)
        return ERR_NOMEM;
    TRY(near_rows(an, 1));
    TRY(near_word(an, "by", "month|weekday|hour", &by));
    TRY(near_word(an, "statistic", "g|chi|kuiper", &statistic));
    s->by = (enum by)by;
    TRY(count(an, s));
    result_real(an, "total_weight", s->total);
    result_int(an, "left_out", s->unsure);
    result_int(an, "outside_period", s->outside);
    result_int(an, "days", s->period.last - s->period.first + 1);
    struct when_bins bins = {"bins",      "days",    s->n, s->count,
                             s->exposure, s->number, NULL, analysis_text(an, "by"),
                             NULL,        s->name};
    TRY(when_table(an, &bins, s->whole, &rates, &q));
    if (s->whole)
        TRY(when_test(an, &bins, keys, (enum bin_statistic)statistic, &p));
    say(an, s, &rates, p);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"by", "month|weekday|hour", "month", T_analysis_opt_by, OPTION_TEXT, 0, 0},
    {"statistic", "g|chi|kuiper", "chi", T_analysis_opt_statistic, OPTION_TEXT, 0, 0},
    WHEN_PERIOD_OPTIONS,
    WHEN_CLOCK_OPTION,
    {NULL},
};

const struct analysis_method method_season = {
    .name = "season",
    .summary = T_analysis_season,
    .about = T_analysis_season_about,
    .source = "Garwood 1936 (limits); Kuiper 1960; Wheeler 2016 (small samples)",
    .needs = COLUMN_BIT(COLUMN_T),
    .may = COLUMN_BIT(COLUMN_T_END) | COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
