/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse aoristic: when in the week, when only an interval is known? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/when_words.h"
#include "stats/aoristic.h"

#define BLOCK 4 /* hours of the day that are told of together */

_Static_assert(ANALYSIS_NO_TIME == AORISTIC_NONE, "a row without a time is one here too");

struct peak {
    int hour, weekday;
    double share;
};

static struct peak peak_of(const struct aoristic *a)
{
    double hours[HOURWEEK_HOURS] = {0}, days[HOURWEEK_DAYS] = {0};
    struct peak p = {.weekday = 1};
    for (int d = 0; d < HOURWEEK_DAYS; d++)
        for (int h = 0; h < HOURWEEK_HOURS; h++) {
            hours[h] += a->weight[d][h];
            days[d] += a->weight[d][h];
        }
    for (int d = 1; d < HOURWEEK_DAYS; d++)
        p.weekday = days[d] > days[p.weekday - 1] ? d + 1 : p.weekday;
    for (int h = 0; h < HOURWEEK_HOURS; h++) {
        double sum = 0;
        for (int k = 0; k < BLOCK; k++)
            sum += hours[(h + k) % HOURWEEK_HOURS];
        if (sum / a->total > p.share) {
            p.hour = h;
            p.share = sum / a->total;
        }
    }
    return p;
}

static enum err show(struct analysis *an, const struct aoristic *a)
{
    int64_t *weekday = ARENA_ARRAY(an->arena, AORISTIC_WEEK_HOURS, int64_t);
    int64_t *hour = ARENA_ARRAY(an->arena, AORISTIC_WEEK_HOURS, int64_t);
    int64_t *sunday = ARENA_ARRAY(an->arena, AORISTIC_WEEK_HOURS, int64_t);
    double *weight = ARENA_ARRAY(an->arena, AORISTIC_WEEK_HOURS, double);
    double *share = ARENA_ARRAY(an->arena, AORISTIC_WEEK_HOURS, double);
    if (!weekday || !hour || !sunday || !weight || !share)
        return ERR_NOMEM;
    for (int i = 0; i < AORISTIC_WEEK_HOURS; i++) {
        weekday[i] = i / HOURWEEK_HOURS + 1;
        hour[i] = i % HOURWEEK_HOURS;
        sunday[i] = (i + HOURWEEK_HOURS) % AORISTIC_WEEK_HOURS + 1;
        weight[i] = (&a->weight[0][0])[i];
        share[i] = a->total > 0 ? weight[i] / a->total : NAN;
    }
    struct result_table *t = result_table(an, "hours", AORISTIC_WEEK_HOURS);
    column_int(t, "weekday", weekday);
    column_int(t, "hour", hour);
    column_int(t, "hour_of_week", sunday);
    column_real(t, "weight", weight);
    column_real(t, "share", share);
    return ERR_OK;
}

static void say(struct analysis *an, const struct aoristic *a)
{
    if (!(a->total > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_aoristic_none));
        return;
    }
    struct peak p = peak_of(a);
    result_int(an, "peak_hour", p.hour);
    result_int(an, "peak_hours", BLOCK);
    result_real(an, "peak_share", p.share);
    result_int(an, "peak_weekday", p.weekday);
    if (an->table.dates_only)
        result_sentence(
            an, analysis_say(an, analysis_aoristic_weekday, when_weekday(an->lang, p.weekday)));
    else
        result_sentence(an, analysis_say(an, analysis_aoristic_peak,
                                         number_decimals(an, 100 * p.share, 0), p.hour,
                                         (p.hour + BLOCK - 1) % HOURWEEK_HOURS + 1,
                                         when_weekday(an->lang, p.weekday)));
    if (a->over_day > 0)
        result_sentence(an, analysis_say(an, analysis_aoristic_long, a->over_day, a->events));
    if (a->left_out > 0)
        result_warning(an, analysis_say(an, analysis_aoristic_left_out, a->left_out));
    if (an->table.dates_only)
        result_warning(an, text_get(an->lang, T_analysis_when_dates));
}

static enum err run(struct analysis *an)
{
    int rules;
    struct aoristic a;
    struct aoristic_input in = {.n = an->table.n,
                                .from = an->table.t,
                                .to = an->table.t_end,
                                .weight = an->table.number[COLUMN_WEIGHT]};
    TRY(near_rows(an, 1));
    TRY(near_word(an, "rules", "standard|r-aoristic", &rules));
    TRY(when_clock(an, &in.clock));
    in.rules = rules ? AORISTIC_R : AORISTIC_STANDARD;
    for (size_t i = 0; in.weight && i < in.n; i++)
        if (isnan(in.weight[i]))
            return analysis_refuse(an,
                                   analysis_say(an, analysis_empty_cell, table_row(&an->table, i),
                                                an->columns[COLUMN_WEIGHT]));
    TRY(aoristic_sum(&an->work, &in, &a));
    result_int(an, "events", a.events);
    result_real(an, "total_weight", a.total);
    result_int(an, "left_out", a.left_out);
    result_int(an, "moments", a.moments);
    result_int(an, "over_24_hours", a.over_day);
    result_int(an, "over_one_week", a.over_week);
    result_int(an, "end_before_start", a.reversed);
    TRY(show(an, &a));
    say(an, &a);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"rules", "standard|r-aoristic", "standard", T_analysis_opt_rules, OPTION_TEXT, 0, 0},
    WHEN_CLOCK_OPTION,
    {NULL},
};

const struct analysis_method method_aoristic = {
    .name = "aoristic",
    .few = 20,
    .summary = T_analysis_aoristic,
    .about = T_analysis_aoristic_about,
    .source = "Ratcliffe and McCullagh 1998; Ratcliffe 2002",
    .needs = COLUMN_BIT(COLUMN_T),
    .may = COLUMN_BIT(COLUMN_T_END) | COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
