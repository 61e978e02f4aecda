/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse stl: what is trend, what is season, what is left? */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "stats/stl.h"

#define STRONG 0.3 /* share of the movement that is told of as a season */

static int given(const struct analysis *an, const char *option, int otherwise)
{
    int64_t v = analysis_int(an, option);
    return v == INT64_MIN ? otherwise : (int)v;
}

static struct stl_smoother smoother(const struct analysis *an, const char *window,
                                    const char *degree)
{
    return (struct stl_smoother){given(an, window, 0), given(an, degree, -1), given(an, "jump", 0)};
}

static enum err take(struct analysis *an, struct stl_options *o)
{
    int64_t window = 0;
    const char *season = analysis_text(an, "seasonal");
    bool robust = analysis_flag(an, "robust");
    if (analysis_int(an, "period") == INT64_MIN)
        return analysis_refuse(an, analysis_say(an, analysis_needs_option, "period", "N"));
    *o = (struct stl_options){.period = given(an, "period", 0),
                              .periodic = str_eq(season, "periodic"),
                              .trend = smoother(an, "trend", "trend-degree"),
                              .low_pass = smoother(an, "low-pass", "low-pass-degree")};
    o->season = smoother(an, "", "seasonal-degree");
    if (!o->periodic &&
        (!str_to_int(season, &window) || window < 3 || window > STL_WINDOW_MOST || window % 2 == 0))
        return analysis_refuse(an, text_get(an->lang, T_analysis_stl_bad_season));
    o->season.window = (int)window;
    if ((o->trend.window && o->trend.window % 2 == 0) ||
        (o->low_pass.window && o->low_pass.window % 2 == 0))
        return analysis_refuse(an, text_get(an->lang, T_analysis_stl_odd));
    stl_defaults(o, an->table.n, robust);
    o->inner = given(an, "inner", o->inner);
    o->outer = given(an, "outer", o->outer);
    return near_rows(an, 2 * (size_t)o->period + 1);
}

static enum err read_values(struct analysis *an, const double **out)
{
    size_t n = an->table.n;
    const double *value = an->table.number[COLUMN_VALUE];
    *out = value;
    if (!analysis_flag(an, "log"))
        return ERR_OK;
    double *logs = ARENA_ARRAY(an->arena, n, double);
    if (!logs)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        if (value[i] < 0)
            return analysis_refuse(
                an, analysis_say(an, analysis_stl_negative, table_row(&an->table, i)));
        logs[i] = log1p(value[i]);
    }
    *out = logs;
    return ERR_OK;
}

static double variance(const double *a, const double *b, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        mean += (a[i] + (b ? b[i] : 0)) / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = a[i] + (b ? b[i] : 0) - mean;
        sum += d * d;
    }
    return sum / (double)n;
}

/* 0: nothing of the movement; 1: all of what the remainder leaves. */
static double strength(const struct stl *s, const double *part)
{
    double all = variance(part, s->remainder, s->n);
    return all > 0 ? fmax(0, 1 - variance(s->remainder, NULL, s->n) / all) : NAN;
}

static enum err show(struct analysis *an, const double *y, const struct stl *s)
{
    int64_t *row = ARENA_ARRAY(an->arena, s->n, int64_t);
    if (!row)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->n; i++)
        row[i] = (int64_t)i + 1;
    struct result_table *t = result_table(an, "values", s->n);
    column_int(t, "row", row);
    if (analysis_has(an, COLUMN_T))
        column_time(t, "t", an->table.t);
    column_real(t, "observed", y);
    column_real(t, "seasonal", s->season);
    column_real(t, "trend", s->trend);
    column_real(t, "remainder", s->remainder);
    column_real(t, "weight", s->weight);
    return ERR_OK;
}

/* Values are told of as they were given, also after --log. The trend of what is never below 0 is
 * not told of as below it. */
static void say(struct analysis *an, const struct stl *s, const double *y, double season)
{
    bool logs = analysis_flag(an, "log");
    double end[2] = {s->trend[0], s->trend[s->n - 1]}, least = y[0], most = y[0];
    for (size_t i = 1; i < s->n; i++) {
        least = fmin(least, y[i]);
        most = fmax(most, y[i]);
    }
    if (least == most) {
        result_sentence(an, text_get(an->lang, T_analysis_stl_constant));
        return;
    }
    for (int i = 0; i < 2; i++) {
        end[i] = logs ? expm1(end[i]) : end[i];
        end[i] = least >= 0 ? fmax(end[i], 0) : end[i];
    }
    result_sentence(an, analysis_say(an, analysis_stl_trend, number_figures(an, end[0], 2),
                                     number_figures(an, end[1], 2)));
    if (season >= STRONG)
        result_sentence(
            an, analysis_say(an, analysis_stl_season, number_decimals(an, 100 * season, 0)));
    else if (!isnan(season))
        result_sentence(an, text_get(an->lang, T_analysis_stl_no_season));
}

static enum err run(struct analysis *an)
{
    struct stl_options o;
    struct stl s;
    const double *y;
    TRY(take(an, &o));
    TRY(read_values(an, &y));
    TRY(stl_split(&an->work, y, an->table.n, &o, &s));
    TRY(analysis_chose(an, "trend", o.trend.window));
    TRY(analysis_chose(an, "low-pass", o.low_pass.window));
    TRY(analysis_chose(an, "inner", o.inner));
    TRY(analysis_chose(an, "outer", o.outer));
    double season = strength(&s, s.season);
    result_real(an, "seasonal_strength", season);
    result_real(an, "trend_strength", strength(&s, s.trend));
    result_real(an, "trend_first", s.trend[0]);
    result_real(an, "trend_last", s.trend[s.n - 1]);
    TRY(show(an, y, &s));
    say(an, &s, y, season);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"period", "N", NULL, T_analysis_opt_period, OPTION_INT, 2, STL_MOST},
    {"seasonal", "N|periodic", "periodic", T_analysis_opt_seasonal, OPTION_TEXT, 0, 0},
    {"seasonal-degree", "0|1", "0", T_analysis_opt_degree, OPTION_INT, 0, 1},
    {"trend", "N", NULL, T_analysis_opt_trend, OPTION_INT, 3, STL_WINDOW_MOST},
    {"trend-degree", "0|1", "1", T_analysis_opt_degree, OPTION_INT, 0, 1},
    {"low-pass", "N", NULL, T_analysis_opt_low_pass, OPTION_INT, 3, STL_WINDOW_MOST},
    {"low-pass-degree", "0|1", NULL, T_analysis_opt_degree, OPTION_INT, 0, 1},
    {"jump", "N", NULL, T_analysis_opt_jump, OPTION_INT, 1, 10000},
    {"robust", NULL, NULL, T_analysis_opt_robust, OPTION_FLAG, 0, 0},
    {"inner", "N", NULL, T_analysis_opt_inner, OPTION_INT, 1, 100},
    {"outer", "N", NULL, T_analysis_opt_outer, OPTION_INT, 0, 100},
    {"log", NULL, NULL, T_analysis_opt_log, OPTION_FLAG, 0, 0},
    {NULL},
};

const struct analysis_method method_stl = {
    .name = "stl",
    .summary = T_analysis_stl,
    .about = T_analysis_stl_about,
    .source = "Cleveland, Cleveland, McRae and Terpenning 1990; Wang, Smith and Hyndman 2006 "
              "(strength)",
    .needs = COLUMN_BIT(COLUMN_VALUE),
    .may = COLUMN_BIT(COLUMN_T),
    .options = options,
    .run = run,
};
