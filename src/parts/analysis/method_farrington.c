/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse farrington: more this week than the same weeks of earlier years make likely? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/series.h"
#include "stats/farrington.h"

struct columns {
    double *expected, *upper, *p, *score, *dispersion, *trend;
    bool *alarm;
    const char **state;
};

static void set_int(const struct analysis *an, const char *option, int *out)
{
    int64_t v = analysis_int(an, option);
    if (v != INT64_MIN)
        *out = (int)v;
}

static void set_real(const struct analysis *an, const char *option, double *out)
{
    double v = analysis_real(an, option);
    if (!isnan(v))
        *out = v;
}

static enum err set_words(struct analysis *an, struct farrington_setting *s)
{
    int word;
    if (analysis_text(an, "limit")) {
        TRY(series_word(an, "limit", "delta|negbin|negbin-upper", &word));
        s->limit = (enum farrington_limit)word;
    }
    TRY(series_word(an, "power", "2/3|1/2|1", &word));
    s->power = (enum farrington_power)word;
    if (analysis_text(an, "trend")) {
        TRY(series_word(an, "trend", "auto|always|never", &word));
        s->trend = word < 2;
        s->trend_p = word == 1 ? 1 : 0.05;
    }
    return ERR_OK;
}

static enum err setting_of(struct analysis *an, struct farrington_setting *out)
{
    int noufaily;
    TRY(series_word(an, "setting", "original|noufaily", &noufaily));
    struct farrington_setting s = noufaily ? farrington_noufaily() : farrington_original();
    set_int(an, "years-back", &s.years);
    set_int(an, "half-window", &s.half_window);
    set_int(an, "periods", &s.periods);
    if (!noufaily)
        s.skip = s.half_window;
    set_int(an, "skip", &s.skip);
    set_real(an, "weeks-per-year", &s.weeks_per_year);
    TRY(set_words(an, &s));
    set_real(an, "trend-p", &s.trend_p);
    set_real(an, "reweight-above", &s.reweight_from);
    set_real(an, "alpha", &s.alpha);
    set_int(an, "recent-weeks", &s.recent_weeks);
    set_real(an, "recent-events", &s.recent_events);
    TRY(analysis_chose(an, "years-back", s.years));
    TRY(analysis_chose(an, "half-window", s.half_window));
    TRY(analysis_chose(an, "periods", s.periods));
    TRY(analysis_chose(an, "skip", s.skip));
    TRY(analysis_chose(an, "alpha", s.alpha));
    TRY(analysis_chose(an, "reweight-above", s.reweight_from));
    *out = s;
    return ERR_OK;
}

static bool make_columns(struct arena *a, size_t n, struct columns *c)
{
    double **reals[] = {&c->expected, &c->upper, &c->p, &c->score, &c->dispersion, &c->trend};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
    c->alarm = ARENA_ARRAY(a, n, bool);
    c->state = ARENA_ARRAY(a, n, const char *);
    return c->alarm && c->state;
}

static enum err report(struct analysis *an, const struct series_set *set, size_t first,
                       const struct farrington_week *w)
{
    size_t n = set->series * (set->steps - first);
    struct columns c;
    if (!make_columns(an->arena, n, &c))
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        c.expected[i] = w[i].expected;
        c.upper[i] = w[i].upper;
        c.p[i] = w[i].p;
        c.score[i] = w[i].score;
        c.dispersion[i] = w[i].dispersion;
        c.trend[i] = w[i].trend;
        c.alarm[i] = w[i].alarm;
        c.state[i] = farrington_state_name(w[i].state);
    }
    struct series_finds f = {
        .set = set, .first = first, .p = c.p, .expected = c.expected, .alarm = c.alarm};
    struct result_table *t = series_table(an, &f);
    column_real(t, "upper", c.upper);
    column_real(t, "score", c.score);
    column_real(t, "dispersion", c.dispersion);
    column_real(t, "trend", c.trend);
    column_text(t, "state", c.state);
    return series_tell(an, &f, t);
}

static enum err run(struct analysis *an)
{
    struct farrington_setting s;
    struct series_set set;
    TRY(setting_of(an, &s));
    TRY(series_read(an, &set));
    if (set.step_days != 7)
        return analysis_refuse(an, text_get(an->lang, T_farrington_weeks_only));
    size_t history = farrington_history(&s), judged = (size_t)analysis_int(an, "weeks");
    if (set.steps <= history)
        return analysis_refuse(an, analysis_say(an, farrington_short, history + 1, set.steps));
    size_t first = set.steps - history < judged ? history : set.steps - judged;
    struct farrington_series in = {
        .series = set.series, .weeks = set.steps, .y = set.y, .population = set.population};
    struct farrington_week *w =
        ARENA_ARRAY(an->arena, set.series * (set.steps - first), struct farrington_week);
    if (!w)
        return ERR_NOMEM;
    enum err e = farrington(&an->work, &s, &in, first, w);
    if (e == ERR_INVALID)
        return analysis_refuse(an, text_get(an->lang, T_farrington_bad_setting));
    TRY(e);
    result_bool(an, "population", set.population != NULL);
    return report(an, &set, first, w);
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS,
    {"weeks", "NUMBER", "52", T_trend_opt_weeks, OPTION_INT, 1, 10000},
    {"fdr", "NUMBER", "0.05", T_trend_opt_fdr, OPTION_REAL, 0, 1},
    {"setting", "original|noufaily", "original", T_farrington_opt_setting, OPTION_TEXT, 0, 0},
    {"years-back", "NUMBER", NULL, T_farrington_opt_years, OPTION_INT, 1, 20},
    {"half-window", "WEEKS", NULL, T_farrington_opt_window, OPTION_INT, 0, 20},
    {"periods", "NUMBER", NULL, T_farrington_opt_periods, OPTION_INT, 1, 40},
    {"skip", "WEEKS", NULL, T_farrington_opt_skip, OPTION_INT, 0, 200},
    {"weeks-per-year", "NUMBER", "52.1786", T_farrington_opt_year, OPTION_REAL, 52, 53},
    {"trend", "auto|always|never", NULL, T_farrington_opt_trend, OPTION_TEXT, 0, 0},
    {"trend-p", "NUMBER", NULL, T_farrington_opt_trend_p, OPTION_REAL, 0, 1},
    {"reweight-above", "NUMBER", NULL, T_farrington_opt_reweight, OPTION_REAL, 0, 100},
    {"limit", "delta|negbin|negbin-upper", NULL, T_farrington_opt_limit, OPTION_TEXT, 0, 0},
    {"power", "2/3|1/2|1", "2/3", T_farrington_opt_power, OPTION_TEXT, 0, 0},
    {"alpha", "NUMBER", NULL, T_trend_opt_alpha, OPTION_REAL, 1e-9, 0.4999},
    {"recent-weeks", "NUMBER", "4", T_farrington_opt_recent_weeks, OPTION_INT, 1, 53},
    {"recent-events", "NUMBER", "5", T_farrington_opt_recent_events, OPTION_REAL, 0, 1e9},
    {NULL},
};

const struct analysis_method method_farrington = {
    .name = "farrington",
    .summary = T_farrington,
    .about = T_farrington_about,
    .source = "Farrington et al. 1996; Noufaily et al. 2013; Benjamini and Hochberg 1995",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY_PEOPLE,
    .options = options,
    .run = run,
};
