/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse scan: where and when are there more events than expected? */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/scan_table.h"
#include "parts/analysis/scan_words.h"

#define MODELS "space-time-permutation|poisson|bernoulli"
#define TYPES "space-time|spatial|temporal"
#define MODES "retrospective|prospective"
#define RATES "high|low|both"
#define TIES "group|order"
#define SECONDARIES "no-overlap|none"
#define METRICS "plane|sphere"
#define UNIT_MOST 3660

/* --- What was asked --- */

static enum err read_unit(struct analysis *an, struct scan_wish *w)
{
    const char *unit = analysis_text(an, "time-unit");
    int64_t days;
    w->unit = UNIT_DAYS;
    w->days = 1;
    if (str_eq(unit, "week"))
        w->days = 7;
    else if (str_eq(unit, "month"))
        w->unit = UNIT_MONTH;
    else if (str_eq(unit, "year"))
        w->unit = UNIT_YEAR;
    else if (str_to_int(unit, &days) && days >= 1 && days <= UNIT_MOST)
        w->days = days;
    else if (!str_eq(unit, "day"))
        return analysis_refuse(an, text_get(an->lang, T_analysis_scan_unit));
    return ERR_OK;
}

static enum err read_date(struct analysis *an, const char *option, int64_t *day)
{
    const char *text = analysis_text(an, option);
    struct date d;
    if (!text)
        return ERR_OK;
    if (date_parse(text, &d) != ERR_OK)
        return analysis_refuse(an, analysis_say(an, analysis_scan_date, option));
    *day = date_days(d);
    return ERR_OK;
}

static enum err read_wish(struct analysis *an, struct scan_wish *w)
{
    int model, type, metric;
    TRY(near_word(an, "model", MODELS, &model));
    TRY(near_word(an, "type", TYPES, &type));
    TRY(near_word(an, "metric", METRICS, &metric));
    *w = (struct scan_wish){.model = (enum scan_model)model,
                            .space = type != 2,
                            .time = type != 1,
                            .sphere = metric == 1,
                            .from = INT64_MIN,
                            .to = INT64_MAX,
                            .population_file = analysis_text(an, "population-file")};
    if (w->model == SCAN_PERMUTATION && !(w->space && w->time))
        return analysis_refuse(an, text_get(an->lang, T_analysis_scan_needs_both));
    if (w->sphere) /* they are degrees, and are meant to be: the frame's warning is about metres */
        an->result->n_warnings = 0;
    TRY(read_unit(an, w));
    TRY(read_date(an, "from", &w->from));
    return read_date(an, "to", &w->to);
}

/* In days; in months or years when those are the periods. Half the study when nothing is said. */
static enum err read_duration(struct analysis *an, const struct scan_table *t, uint32_t *out)
{
    double given = analysis_real(an, "max-duration"), unit = 1;
    if (t->clock.unit == UNIT_DAYS)
        unit = (double)t->clock.days;
    uint32_t most = isnan(given)                       ? t->clock.periods / 2
                    : given / unit >= t->clock.periods ? t->clock.periods
                                                       : (uint32_t)(given / unit);
    *out = most < 1 ? 1 : most;
    return isnan(given) && t->clock.periods > 1 ? analysis_chose(an, "max-duration", *out * unit)
                                                : ERR_OK;
}

static enum err read_options(struct analysis *an, const struct scan_wish *w,
                             const struct scan_table *t, struct scan_options *o)
{
    int mode, rates, ties, secondary;
    TRY(near_word(an, "mode", MODES, &mode));
    TRY(near_word(an, "rates", RATES, &rates));
    TRY(near_word(an, "ties", TIES, &ties));
    TRY(near_word(an, "secondary", SECONDARIES, &secondary));
    double radius = analysis_real(an, "max-radius");
    *o = (struct scan_options){
        .rates = (enum scan_rates)(rates + 1),
        .max_share = analysis_real(an, "max-share"),
        .max_radius = isnan(radius) ? INFINITY : radius,
        .min_cases = (uint32_t)analysis_int(an, "min-cases"),
        .prospective = mode == 1 && w->time,
        .one_by_one = ties == 1,
        .overlap = secondary == 1,
        .runs = (uint32_t)analysis_int(an, "permutations"),
        .stop_at = (uint32_t)analysis_int(an, "stop-at"),
        .clusters = (uint32_t)analysis_int(an, "clusters"),
    };
    if (w->sphere && o->max_radius < SCAN_EARTH * M_PI) /* the chord under the arc */
        o->max_radius = 2 * SCAN_EARTH * sin(o->max_radius / (2 * SCAN_EARTH));
    return w->time ? read_duration(an, t, &o->max_periods) : (o->max_periods = 1, ERR_OK);
}

static enum err refuse_data(struct analysis *an, const struct scan_table *t)
{
    uint64_t cases = 0, controls = 0;
    size_t cells = (size_t)t->locations * t->clock.periods;
    for (size_t i = 0; i < cells; i++) {
        cases += t->in.cases[i];
        controls += t->in.controls ? t->in.controls[i] : 0;
    }
    if (cases == 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_scan_no_cases));
    if (t->in.controls && controls == 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_scan_no_controls));
    if (t->in.model == SCAN_POISSON && t->locations > 1)
        for (size_t i = 0; i < cells; i++)
            if (t->in.cases[i] && !(t->in.expected[i] > 0))
                return analysis_refuse(an, text_get(an->lang, T_analysis_scan_no_people));
    return analysis_refuse(an, text_get(an->lang, T_analysis_scan_too_small));
}

static enum err run(struct analysis *an)
{
    struct scan_wish wish;
    struct scan_table t;
    struct scan_options o;
    struct scan_result r;
    TRY(read_wish(an, &wish));
    TRY(scan_table_make(an, &wish, &t));
    TRY(read_options(an, &wish, &t, &o));
    enum err e = scan_run(&an->work, &t.in, &o, &r);
    if (e == ERR_INVALID)
        return refuse_data(an, &t);
    TRY(e);
    return scan_tell(an, &(struct scan_told){&wish, &t, &o, &r});
}

static const struct analysis_option options[] = {
    {"model", MODELS, "space-time-permutation", T_analysis_scan_opt_model, OPTION_TEXT},
    {"type", TYPES, "space-time", T_analysis_scan_opt_type, OPTION_TEXT},
    {"mode", MODES, "retrospective", T_analysis_scan_opt_mode, OPTION_TEXT},
    {"max-share", "SHARE", "0.5", T_analysis_scan_opt_max_share, OPTION_REAL, 1e-9, 1},
    {"max-radius", "METRES", NULL, T_analysis_scan_opt_max_radius, OPTION_REAL, 0, 1e8},
    {"time-unit", "day|week|month|year|DAYS", "day", T_analysis_scan_opt_time_unit, OPTION_TEXT},
    {"max-duration", "DAYS", NULL, T_analysis_scan_opt_max_duration, OPTION_REAL, 1, 1e6},
    {"min-cases", "N", "2", T_analysis_scan_opt_min_cases, OPTION_INT, 1, 1e6},
    {"rates", RATES, "high", T_analysis_scan_opt_rates, OPTION_TEXT},
    {"ties", TIES, "group", T_analysis_scan_opt_ties, OPTION_TEXT},
    {"secondary", SECONDARIES, "no-overlap", T_analysis_scan_opt_secondary, OPTION_TEXT},
    {"permutations", "N", "999", T_analysis_scan_opt_runs, OPTION_INT, 0, SCAN_RUNS_MOST},
    {"stop-at", "N", "0", T_analysis_scan_opt_stop_at, OPTION_INT, 0, SCAN_RUNS_MOST},
    {"clusters", "N", "20", T_analysis_scan_opt_clusters, OPTION_INT, 1, 10000},
    {"population-file", "FILE", NULL, T_analysis_scan_opt_population_file, OPTION_TEXT},
    {"from", "DATE", NULL, T_analysis_scan_opt_from, OPTION_TEXT},
    {"to", "DATE", NULL, T_analysis_scan_opt_to, OPTION_TEXT},
    {"metric", METRICS, "plane", T_analysis_scan_opt_metric, OPTION_TEXT},
    {NULL},
};

const struct analysis_method method_scan = {
    .name = "scan",
    .summary = T_analysis_scan,
    .about = T_analysis_scan_about,
    .source = "Kulldorff 1997; Kulldorff et al. 2005; Abrams, Kulldorff and Kleinman 2010",
    .needs = 0,
    .may = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T) |
           COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_POPULATION) | COLUMN_BIT(COLUMN_PLACE) |
           COLUMN_BIT(COLUMN_GROUP),
    .options = options,
    .run = run,
};
