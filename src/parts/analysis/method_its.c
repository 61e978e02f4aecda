/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse its: did the series change when something was done? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/series.h"
#include "parts/analysis/treated.h"
#include "stats/its.h"

#define FEW_IN_ALL 20

enum {
    STEP,
    STEP_LOW,
    STEP_HIGH,
    STEP_P,
    SLOPE,
    SLOPE_LOW,
    SLOPE_HIGH,
    SLOPE_P,
    EXPECTED,
    OBSERVED,
    DISPERSION,
    THETA,
    FIGURES
};

static const char *const figure_names[FIGURES] = {
    "step_ratio", "step_low", "step_high", "step_p",   "slope_ratio", "slope_low",
    "slope_high", "slope_p",  "expected",  "observed", "dispersion",  "theta"};

struct found {
    struct series_set set;
    struct its_setting setting;
    double *figure[FIGURES], *fitted, *without;
    const char **fault;
    size_t reach; /* of the series that is told the shortest */
};

static enum err setting_of(struct analysis *an, struct found *f)
{
    int family, slope;
    int64_t at = INT64_MIN;
    TRY(series_word(an, "family", "quasi|negbin", &family));
    TRY(series_word(an, "slope", "yes|no", &slope));
    if (!analysis_text(an, "at"))
        return analysis_refuse(an, analysis_say(an, analysis_needs_option, "at", "DATE"));
    TRY(series_date(an, "at", &at));
    double years = f->set.step_days == 7 ? 365.25 / 7 : 365.25;
    double period = analysis_real(an, "period");
    int64_t days = at - f->set.first_day, step = f->set.step_days;
    int64_t first = days > 0 ? (days + step - 1) / step : 0;
    f->setting = (struct its_setting){.at = (size_t)first,
                                      .period = isnan(period) ? years : period,
                                      .harmonics = (int)analysis_int(an, "harmonics"),
                                      .slope = slope == 0,
                                      .negbin = family == 1};
    return analysis_chose(an, "period", f->setting.period);
}

static enum err make_room(struct arena *a, struct found *f)
{
    for (int i = 0; i < FIGURES; i++)
        if (!(f->figure[i] = ARENA_ARRAY(a, f->set.series, double)))
            return ERR_NOMEM;
    f->fault = ARENA_ARRAY(a, f->set.series, const char *);
    f->fitted = ARENA_ARRAY(a, f->set.series * f->set.steps, double);
    f->without = ARENA_ARRAY(a, f->set.series * f->set.steps, double);
    return f->fault && f->fitted && f->without ? ERR_OK : ERR_NOMEM;
}

static void keep(struct found *f, size_t i, const struct its *o)
{
    const struct series_set *s = &f->set;
    bool fine = o->fault == GLM_FITTED;
    if (fine && o->reach < f->reach)
        f->reach = o->reach;
    double observed = 0;
    for (size_t k = 0; k < s->steps; k++) {
        f->fitted[i * s->steps + k] = fine ? o->fitted[k] : NAN;
        f->without[i * s->steps + k] = fine ? o->without[k] : NAN;
        if (k >= f->setting.at && !isnan(s->y[i * s->steps + k]))
            observed += s->y[i * s->steps + k];
    }
    const double figures[FIGURES] = {o->step_ratio, o->step_low,    o->step_high,
                                     o->step_p,     o->slope_ratio, o->slope_low,
                                     o->slope_high, o->slope_p,     fine ? o->expected_after : NAN,
                                     observed,      o->dispersion,  fine ? o->theta : NAN};
    for (int k = 0; k < FIGURES; k++)
        f->figure[k][i] = figures[k];
    f->fault[i] = glm_fault_name(o->fault);
}

static enum err fit_all(struct analysis *an, struct found *f)
{
    for (size_t i = 0; i < f->set.series; i++) {
        struct its o;
        enum err e = its_fit(&an->work, &f->setting, f->set.y + i * f->set.steps, f->set.steps, &o);
        if (e == ERR_INVALID)
            return analysis_refuse(an, text_get(an->lang, T_its_short));
        TRY(e);
        keep(f, i, &o);
    }
    return ERR_OK;
}

struct sums {
    double before, after;
    bool constant;
};

static struct sums sums_of(const struct found *f)
{
    struct sums s = {.constant = true};
    double first = NAN;
    for (size_t k = 0; k < f->set.steps; k++) {
        double y = f->set.y[k];
        if (isnan(y))
            continue;
        *(k < f->setting.at ? &s.before : &s.after) += y;
        s.constant = s.constant && (isnan(first) || y == first);
        first = y;
    }
    return s;
}

/* What there is to say when there is no fit, or nothing to fit; TEXT_COUNT when there is. */
static enum text_key without_fit(const struct found *f)
{
    struct sums s = sums_of(f);
    if (s.constant && s.before > 0)
        return T_its_constant;
    if (!isnan(f->figure[STEP][0]))
        return TEXT_COUNT;
    if (s.before + s.after < FEW_IN_ALL)
        return T_treated_nothing;
    return s.after == 0 ? T_its_none_after : s.before == 0 ? T_its_none_before : T_its_unfit;
}

static void say(struct analysis *an, const struct found *f)
{
    static const struct treated_words words = {T_its_fewer, T_its_more, T_its_times, T_its_unsure};
    const double *const *v = (const double *const *)f->figure;
    int64_t sure = 0;
    for (size_t i = 0; i < f->set.series; i++)
        sure += v[STEP_HIGH][i] < 1 || v[STEP_LOW][i] > 1;
    enum text_key key = f->set.series > 1 ? TEXT_COUNT : without_fit(f);
    if (f->set.series > 1)
        result_sentence(an, sure ? analysis_say(an, its_many, sure, f->set.series)
                                 : analysis_say(an, its_many_none, f->set.series));
    else if (key != TEXT_COUNT)
        result_sentence(an, text_get(an->lang, key));
    else
        treated_say(an, &words, v[STEP][0], v[STEP_LOW][0], v[STEP_HIGH][0]);
}

/* Where the time before can no longer carry what is told of the time after. */
static void warn(struct analysis *an, const struct found *f)
{
    if (f->reach >= f->set.steps)
        return;
    if (f->reach <= f->setting.at)
        result_warning(an, text_get(an->lang, T_its_reach_none));
    else
        result_warning(an, analysis_say(an, its_reach, series_words(an, &f->set, f->reach - 1)));
}

static enum err report(struct analysis *an, struct found *f)
{
    struct result_table *t = result_table(an, "effects", f->set.series);
    if (f->set.named)
        column_text(t, "place", f->set.name);
    for (int k = 0; k < FIGURES; k++)
        column_real(t, figure_names[k], f->figure[k]);
    column_text(t, "fit", f->fault);
    result_text(an, "first_after", series_label(an, &f->set, f->setting.at));
    struct series_finds all = {.set = &f->set, .expected = f->fitted};
    column_real(series_table(an, &all), "without", f->without);
    say(an, f);
    warn(an, f);
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    struct found f = {0};
    TRY(series_read(an, &f.set));
    TRY(setting_of(an, &f));
    if (f.setting.at >= f.set.steps)
        return analysis_refuse(an, text_get(an->lang, T_its_short));
    f.reach = f.set.steps;
    TRY(make_room(an->arena, &f));
    TRY(fit_all(an, &f));
    return report(an, &f);
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS,
    {"at", "DATE", NULL, T_its_opt_at, OPTION_TEXT, 0, 0},
    {"family", "quasi|negbin", "quasi", T_its_opt_family, OPTION_TEXT, 0, 0},
    {"slope", "yes|no", "yes", T_its_opt_slope, OPTION_TEXT, 0, 0},
    {"harmonics", "NUMBER", "1", T_its_opt_harmonics, OPTION_INT, 0, ITS_HARMONICS_MOST},
    {"period", "STEPS", NULL, T_its_opt_period, OPTION_REAL, 2.1, 1e6},
    {NULL},
};

const struct analysis_method method_its = {
    .name = "its",
    .summary = T_its,
    .about = T_its_about,
    .source = "Wagner et al. 2002; Bernal, Cummins and Gasparrini 2017",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY,
    .options = options,
    .run = run,
};
