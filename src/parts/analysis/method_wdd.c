/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse wdd: did it help, and did the trouble only move? */
#include <math.h>

#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/treated.h"
#include "stats/before_after.h"
#include "stats/compare.h"

struct sums {
    struct wdd_area area[TREATED_COUNT];
    size_t rows[TREATED_COUNT];
};

static enum err add_rows(struct analysis *an, struct sums *s)
{
    bool sized = analysis_has(an, COLUMN_WEIGHT);
    for (size_t i = 0; i < an->table.n; i++) {
        enum treated g;
        double before, after;
        TRY(treated_of(an, i, &g));
        TRY(treated_count(an, COLUMN_BEFORE, i, &before));
        TRY(treated_count(an, COLUMN_AFTER, i, &after));
        s->area[g].count.before += before;
        s->area[g].count.after += after;
        s->area[g].size += sized ? an->table.number[COLUMN_WEIGHT][i] : 0;
        s->rows[g]++;
    }
    for (int g = 0; g < TREATED_COUNT; g++)
        if (!sized)
            s->area[g].size = 1;
    if (!s->rows[TREATED] || !s->rows[CONTROL])
        return analysis_refuse(an, text_get(an->lang, T_treated_both));
    if (!s->rows[NEAR_TREATED] != !s->rows[NEAR_CONTROL])
        return analysis_refuse(an, text_get(an->lang, T_wdd_both_near));
    return ERR_OK;
}

static const char *amount(struct analysis *an, double v)
{
    return number_figures(an, fabs(v), 2);
}

/* "händelse", "händelser per tidsenhet" ... as it goes with the amount. */
static const char *unit(struct analysis *an, const char *number)
{
    bool time = analysis_real(an, "time-before") != 1 || analysis_real(an, "time-after") != 1;
    bool size = analysis_has(an, COLUMN_WEIGHT);
    return text_plural(an->lang,
                       time && size ? T_wdd_unit_both
                       : time       ? T_wdd_unit_time
                       : size       ? T_wdd_unit_size
                                    : T_wdd_unit,
                       number && str_eq(number, "1") ? 1 : 2);
}

static const char *change(struct analysis *an, double v, const char *number)
{
    return number_change(an, (v > 0) - (v < 0), number);
}

static const char *total_change(struct analysis *an, double v)
{
    const char *number = amount(an, v);
    return change(an, v, analysis_say(an, wdd_amount, number, unit(an, number)));
}

static bool few(const struct sums *s)
{
    for (int g = 0; g < TREATED_COUNT; g++)
        if (s->rows[g] && (s->area[g].count.before < 5 || s->area[g].count.after < 5))
            return true;
    return false;
}

/* Surely fewer or more; how sure is told after it. */
static void say_sure(struct analysis *an, const struct wdd *w)
{
    const char *by = amount(an, w->total), *of = unit(an, by);
    if (w->high < 0)
        result_sentence(
            an, analysis_say(an, wdd_fewer, by, amount(an, w->high), amount(an, w->low), of));
    else
        result_sentence(
            an, analysis_say(an, wdd_more, by, amount(an, w->low), amount(an, w->high), of));
    result_sentence(an, text_get(an->lang, w->p <= COMPARE_CLEAR ? T_wdd_clear : T_wdd_likely));
}

static void say(struct analysis *an, const struct wdd *w, const struct sums *s)
{
    if (isnan(w->p))
        result_sentence(an, text_get(an->lang, T_treated_nothing));
    else if (w->low <= 0 && w->high >= 0)
        result_sentence(an, analysis_say(an, wdd_unsure, total_change(an, w->total),
                                         change(an, w->low, amount(an, w->low)),
                                         change(an, w->high, amount(an, w->high))));
    else if (w->p > (few(s) ? COMPARE_CLEAR : COMPARE_LIKELY))
        /* a low --level leaves 0 out too easily, and so do small counts */
        result_sentence(an, analysis_say(an, wdd_chance, total_change(an, w->total)));
    else
        say_sure(an, w);
    if (few(s))
        result_warning(an, text_get(an->lang, T_treated_few));
}

static enum err run(struct analysis *an)
{
    struct sums s = {0};
    struct wdd w;
    TRY(add_rows(an, &s));
    struct wdd_case c = {.treated = s.area[TREATED],
                         .control = s.area[CONTROL],
                         .displacement = s.rows[NEAR_TREATED] > 0,
                         .near_treated = s.area[NEAR_TREATED],
                         .near_control = s.area[NEAR_CONTROL],
                         .time_before = analysis_real(an, "time-before"),
                         .time_after = analysis_real(an, "time-after"),
                         .level = analysis_real(an, "level")};
    enum err e = wdd(&c, &w);
    if (e == ERR_INVALID)
        return analysis_refuse(an, text_get(an->lang, T_wdd_bad_size));
    TRY(e);
    result_real(an, "local", w.local);
    result_real(an, "local_se", w.local_se);
    result_real(an, "displacement", c.displacement ? w.displacement : NAN);
    result_real(an, "displacement_se", c.displacement ? w.displacement_se : NAN);
    result_real(an, "total", w.total);
    result_real(an, "se", w.se);
    result_real(an, "z", w.z);
    result_real(an, "p", w.p);
    result_real(an, "low", w.low);
    result_real(an, "high", w.high);
    say(an, &w, &s);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"time-before", "NUMBER", "1", T_treated_opt_time_before, OPTION_REAL, 1e-9, 1e9},
    {"time-after", "NUMBER", "1", T_treated_opt_time_after, OPTION_REAL, 1e-9, 1e9},
    {"level", "NUMBER", "0.9", T_treated_opt_level, OPTION_REAL, 0.5, 0.9999},
    {NULL},
};

const struct analysis_method method_wdd = {
    .name = "wdd",
    .summary = T_wdd,
    .about = T_wdd_about,
    .source = "Wheeler and Ratcliffe 2018",
    .needs = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_GROUP),
    .may = COLUMN_BIT(COLUMN_WEIGHT) | COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
