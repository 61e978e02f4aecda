/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse weekday-hour: when in the week, against how many of each hour there were? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/when_bins.h"
#include "parts/analysis/when_words.h"
#include "stats/compare.h"

#define CELLS (HOURWEEK_DAYS * HOURWEEK_HOURS)

struct week {
    double count[HOURWEEK_DAYS][HOURWEEK_HOURS], exposure[HOURWEEK_DAYS][HOURWEEK_HOURS];
    double day_count[HOURWEEK_DAYS], day_exposure[HOURWEEK_DAYS];
    double hour_count[HOURWEEK_HOURS], hour_exposure[HOURWEEK_HOURS];
    int64_t weekday[CELLS], hour[CELLS];
    double total;
    int64_t events, outside, unsure;
    bool whole;
};

static enum err count(struct analysis *an, struct week *w)
{
    enum hour_clock clock;
    struct when_period p;
    const struct analysis_table *t = &an->table;
    TRY(when_clock(an, &clock));
    TRY(when_weights(an, &w->whole));
    TRY(when_period(an, clock, &p));
    msec from = when_start(clock, p.first), to = when_start(clock, p.last + 1);
    for (size_t i = 0; i < t->n; i++) {
        if (t->t[i] < from || t->t[i] >= to) {
            w->outside++;
            continue;
        }
        if (when_unsure(t, i, clock, HOUR_CLOSE_HOUR)) {
            w->unsure++;
            continue;
        }
        double weight = t->number[COLUMN_WEIGHT] ? t->number[COLUMN_WEIGHT][i] : 1;
        (&w->count[0][0])[hourweek_at(clock, t->t[i])] += weight;
        w->total += weight;
        w->events++;
    }
    TRY(hourweek_passed(clock, from, to, w->exposure));
    for (int i = 0; i < CELLS; i++) {
        int d = i / HOURWEEK_HOURS, h = i % HOURWEEK_HOURS;
        w->weekday[i] = d + 1;
        w->hour[i] = h;
        w->day_count[d] += w->count[d][h];
        w->hour_count[h] += w->count[d][h];
        w->day_exposure[d] += w->exposure[d][h] / HOURWEEK_HOURS;
        w->hour_exposure[h] += w->exposure[d][h];
    }
    result_int(an, "events", w->events);
    result_real(an, "total_weight", w->total);
    result_int(an, "left_out", w->unsure);
    result_int(an, "outside_period", w->outside);
    result_int(an, "days", p.last - p.first + 1);
    return ERR_OK;
}

/* The hour that is surest to be above the rest, or -1. */
static int told(const struct week *w, const struct bin_rates *r, const double *q)
{
    int best = -1;
    double most = 0;
    for (int i = 0; i < CELLS; i++) {
        bool sure = !w->whole || q[i] <= COMPARE_LIKELY;
        double height = w->whole ? r->low[i] : r->rate[i];
        if (sure && r->index[i] > 1 && height > most) {
            best = i;
            most = height;
        }
    }
    return best;
}

static void say(struct analysis *an, const struct week *w, const struct bin_rates *r,
                const double *q)
{
    int best = told(w, r, q);
    if (!(w->total > 0))
        result_sentence(an, text_get(an->lang, T_analysis_when_none));
    else if (an->table.dates_only)
        result_sentence(an, text_get(an->lang, T_analysis_when_dates));
    else if (best < 0)
        result_sentence(an, text_get(an->lang, T_analysis_week_even));
    else
        result_sentence(an, analysis_say(an, analysis_week_peak,
                                         when_weekday(an->lang, best / HOURWEEK_HOURS + 1),
                                         best % HOURWEEK_HOURS, best % HOURWEEK_HOURS + 1,
                                         number_of_mean(an, r->index[best])));
    if (w->unsure > 0)
        result_warning(an, analysis_say(an, analysis_when_unsure, w->unsure));
    if (w->outside > 0)
        result_warning(an, analysis_say(an, analysis_when_outside, w->outside));
}

static enum err run(struct analysis *an)
{
    struct week *w = ARENA_NEW(an->arena, struct week);
    struct bin_rates rates, margin;
    double *q, *margin_q, p;
    if (!w)
        return ERR_NOMEM;
    TRY(near_rows(an, 1));
    TRY(count(an, w));
    int64_t *day = ARENA_ARRAY(an->arena, HOURWEEK_DAYS, int64_t);
    if (!day)
        return ERR_NOMEM;
    for (int d = 0; d < HOURWEEK_DAYS; d++)
        day[d] = d + 1;
    struct when_bins cells = {"cells",    "hours", CELLS,     &w->count[0][0], &w->exposure[0][0],
                              w->weekday, w->hour, "weekday", "hour",          NULL};
    struct when_bins days = {"weekdays", "days", HOURWEEK_DAYS, w->day_count, w->day_exposure,
                             day,        NULL,   "weekday",     NULL,         NULL};
    struct when_bins hours = {"hours", "hours", HOURWEEK_HOURS, w->hour_count, w->hour_exposure,
                              w->hour, NULL,    "hour",         NULL,          NULL};
    TRY(when_table(an, &cells, w->whole, &rates, &q));
    TRY(when_table(an, &days, w->whole, &margin, &margin_q));
    TRY(when_table(an, &hours, w->whole, &margin, &margin_q));
    static const char *const day_keys[] = {"weekday_chi2", "weekday_p", "weekday_test"};
    static const char *const hour_keys[] = {"hour_chi2", "hour_p", "hour_test"};
    if (w->whole) {
        TRY(when_test(an, &days, day_keys, BIN_CHI, &p));
        TRY(when_test(an, &hours, hour_keys, BIN_CHI, &p));
    }
    say(an, w, &rates, q);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    WHEN_PERIOD_OPTIONS,
    WHEN_CLOCK_OPTION,
    {NULL},
};

const struct analysis_method method_weekday_hour = {
    .name = "weekday-hour",
    .summary = T_analysis_week,
    .about = T_analysis_week_about,
    .source = "Garwood 1936 (limits); Benjamini and Hochberg 1995",
    .needs = COLUMN_BIT(COLUMN_T),
    .may = COLUMN_BIT(COLUMN_T_END) | COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
