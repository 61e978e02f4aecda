/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse harmonic: when in the year is there most of it, and how much more than else? */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/harmonic_words.h"
#include "stats/compare.h"

static enum err setting_of(struct analysis *an, struct harmonic_setting *s)
{
    const char *waves = analysis_text(an, "harmonics");
    int family, trend;
    int64_t k = 0;
    TRY(series_word(an, "family", "quasi|poisson|negbin", &family));
    TRY(series_word(an, "trend", "auto|yes|no", &trend));
    if (!str_eq(waves, "auto") && (!str_to_int(waves, &k) || k < 1 || k > HARMONIC_MOST))
        return analysis_refuse(an, analysis_say(an, harmonic_bad_waves, HARMONIC_MOST));
    *s = (struct harmonic_setting){.family = (enum harmonic_family)family,
                                   .harmonics = (int)k,
                                   .trend = (enum harmonic_trend)trend,
                                   .level = analysis_real(an, "level")};
    return ERR_OK;
}

static enum err make_room(struct analysis *an, struct harmonic_found *f)
{
    size_t cells = f->set.series * f->set.steps;
    f->series = ARENA_ARRAY(an->arena, f->set.series, struct harmonic);
    f->step = ARENA_ARRAY(an->arena, cells, struct harmonic_step);
    f->q = ARENA_ARRAY(an->arena, f->set.series, double);
    f->expected = ARENA_ARRAY(an->arena, cells, double);
    f->p = ARENA_ARRAY(an->arena, cells, double);
    f->outside = ARENA_ARRAY(an->arena, cells, bool);
    return f->series && f->step && f->q && f->expected && f->p && f->outside ? ERR_OK : ERR_NOMEM;
}

static enum err fit(struct analysis *an, struct harmonic_found *f)
{
    int64_t *day = ARENA_ARRAY(an->arena, f->set.steps + 1, int64_t);
    double *p = ARENA_ARRAY(an->arena, f->set.series, double);
    struct harmonic_series in = {.series = f->set.series,
                                 .steps = f->set.steps,
                                 .day = day,
                                 .y = f->set.y,
                                 .population = f->set.population};
    if (!day || !p)
        return ERR_NOMEM;
    for (size_t i = 0; i <= f->set.steps; i++)
        day[i] = series_day(&f->set, i);
    TRY(harmonic(&an->work, &f->setting, &in, f->series, f->step));
    for (size_t i = 0; i < f->set.series; i++)
        p[i] = f->series[i].p;
    return fdr_adjust(p, f->set.series, f->q);
}

/* --- The tables --- */

enum {
    EVENTS,
    YEARS,
    HARMONICS,
    STATISTIC,
    DF,
    DF_REST,
    P,
    Q,
    RATIO,
    RATIO_LOW,
    RATIO_HIGH,
    TREND,
    TREND_LOW,
    TREND_HIGH,
    INTERCEPT,
    INTERCEPT_SE,
    DISPERSION,
    THETA,
    AIC,
    FIGURES
};
static const char *const figure_names[FIGURES] = {
    "events",    "years",        "harmonics",  "statistic",  "df",     "df_rest",    "p",
    "q",         "ratio",        "ratio_low",  "ratio_high", "yearly", "yearly_low", "yearly_high",
    "intercept", "intercept_se", "dispersion", "theta",      "aic"};
enum { PEAK, PEAK_LOW, PEAK_HIGH, TROUGH, SECOND, FIT, TEXTS };
static const char *const text_names[TEXTS] = {"peak",   "peak_low",    "peak_high",
                                              "trough", "second_peak", "fit"};

static void figures_of(const struct harmonic_found *f, size_t i, double out[FIGURES])
{
    const struct harmonic *o = &f->series[i];
    bool fine = o->state == HARMONIC_FITTED;
    const double all[FIGURES] = {o->events,
                                 o->years,
                                 o->harmonics,
                                 o->statistic,
                                 o->df,
                                 o->df_rest,
                                 o->p,
                                 f->q[i],
                                 o->ratio,
                                 o->ratio_low,
                                 o->ratio_high,
                                 o->trend,
                                 o->trend_low,
                                 o->trend_high,
                                 fine ? o->coef[0] : NAN,
                                 fine ? o->se[0] : NAN,
                                 o->dispersion,
                                 o->theta,
                                 o->aic};
    for (int k = 0; k < FIGURES; k++)
        out[k] = all[k];
}

static enum err season_table(struct analysis *an, const struct harmonic_found *f)
{
    double *figure[FIGURES], row[FIGURES];
    const char **text[TEXTS];
    for (int k = 0; k < FIGURES; k++)
        if (!(figure[k] = ARENA_ARRAY(an->arena, f->set.series, double)))
            return ERR_NOMEM;
    for (int k = 0; k < TEXTS; k++)
        if (!(text[k] = ARENA_ARRAY(an->arena, f->set.series, const char *)))
            return ERR_NOMEM;
    for (size_t i = 0; i < f->set.series; i++) {
        const struct harmonic *o = &f->series[i];
        const double days[FIT] = {o->peak, o->peak_low, o->peak_high, o->trough, o->second};
        figures_of(f, i, row);
        for (int k = 0; k < FIGURES; k++)
            figure[k][i] = row[k];
        for (int k = 0; k < FIT; k++)
            text[k][i] = harmonic_day(an, days[k]);
        text[FIT][i] = harmonic_state_name(o->state);
    }
    struct result_table *t = result_table(an, "seasons", f->set.series);
    if (f->set.named)
        column_text(t, "place", f->set.name);
    for (int k = 0; k < TEXTS; k++)
        column_text(t, text_names[k], text[k]);
    for (int k = 0; k < FIGURES; k++)
        column_real(t, figure_names[k], figure[k]);
    return ERR_OK;
}

/* The coefficients: a row for each series and wave. */
static enum err wave_table(struct analysis *an, const struct harmonic_found *f)
{
    static const char *const names[] = {"sine", "sine_se", "cosine", "cosine_se"};
    size_t most = f->set.series * HARMONIC_MOST, n = 0;
    const char **place = ARENA_ARRAY(an->arena, most, const char *);
    int64_t *wave = ARENA_ARRAY(an->arena, most, int64_t);
    double *v[ARRAY_LEN(names)];
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        if (!(v[k] = ARENA_ARRAY(an->arena, most, double)))
            return ERR_NOMEM;
    if (!place || !wave)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->set.series; i++) {
        const struct harmonic *o = &f->series[i];
        for (int h = 1; h <= o->harmonics && o->state == HARMONIC_FITTED; h++, n++) {
            const double own[] = {o->coef[2 * h - 1], o->se[2 * h - 1], o->coef[2 * h],
                                  o->se[2 * h]};
            place[n] = f->set.name[i];
            wave[n] = h;
            for (size_t k = 0; k < ARRAY_LEN(names); k++)
                v[k][n] = own[k];
        }
    }
    struct result_table *t = result_table(an, "waves", n);
    if (f->set.named)
        column_text(t, "place", place);
    column_int(t, "wave", wave);
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        column_real(t, names[k], v[k]);
    return ERR_OK;
}

static enum err step_table(struct analysis *an, struct harmonic_found *f)
{
    static const char *const names[] = {"expected_low", "expected_high", "lower", "upper"};
    struct series_finds all = {.set = &f->set, .expected = f->expected};
    size_t n = f->set.series * f->set.steps;
    double *v[ARRAY_LEN(names)], *q = ARENA_ARRAY(an->arena, n, double);
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        if (!(v[k] = ARENA_ARRAY(an->arena, n, double)))
            return ERR_NOMEM;
    if (!q)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct harmonic_step *o = &f->step[i];
        const double own[] = {o->expected_low, o->expected_high, o->low, o->high};
        f->expected[i] = o->expected;
        f->p[i] = o->p;
        for (size_t k = 0; k < ARRAY_LEN(names); k++)
            v[k][i] = own[k];
    }
    TRY(fdr_adjust(f->p, n, q));
    for (size_t i = 0; i < n; i++) {
        f->outside[i] = q[i] <= analysis_real(an, "fdr"); /* false for NaN */
        f->tested += !isnan(q[i]);
        f->n_outside += f->outside[i];
    }
    struct result_table *t = series_table(an, &all);
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        column_real(t, names[k], v[k]);
    column_real(t, "p", f->p);
    column_real(t, "q", q);
    column_bool(t, "outside", f->outside);
    result_int(an, "tested", f->tested);
    result_int(an, "outside", f->n_outside);
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    struct harmonic_found f = {0};
    TRY(setting_of(an, &f.setting));
    TRY(series_read(an, &f.set));
    TRY(make_room(an, &f));
    TRY(fit(an, &f));
    TRY(harmonic_enough(an, &f));
    result_bool(an, "population", f.set.population != NULL);
    TRY(season_table(an, &f));
    TRY(step_table(an, &f));
    TRY(wave_table(an, &f));
    harmonic_say(an, &f);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS_BY("week|day|month", T_trend_opt_by_month),
    {"family", "quasi|poisson|negbin", "quasi", T_harmonic_opt_family, OPTION_TEXT, 0, 0},
    {"harmonics", "NUMBER|auto", "1", T_harmonic_opt_harmonics, OPTION_TEXT, 0, 0},
    {"trend", "auto|yes|no", "auto", T_harmonic_opt_trend, OPTION_TEXT, 0, 0},
    {"level", "SHARE", "0.95", T_harmonic_opt_level, OPTION_REAL, 0.5, 0.9999},
    {"fdr", "NUMBER", "0.05", T_harmonic_opt_fdr, OPTION_REAL, 0, 1},
    {NULL},
};

const struct analysis_method method_harmonic = {
    .name = "harmonic",
    .summary = T_harmonic,
    .about = T_harmonic_about,
    .source = "Stolwijk, Straatman and Zielhuis 1999; Barnett and Dobson 2010; Fieller 1954; "
              "Benjamini and Hochberg 1995",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY_PEOPLE,
    .options = options,
    .run = run,
};
