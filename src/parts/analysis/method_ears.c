/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse ears: more than the last few weeks or days make likely? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/series.h"
#include "stats/ears.h"

static enum err setting_of(struct analysis *an, struct ears_setting *out)
{
    int method;
    TRY(series_word(an, "method", "c1|c2|c3", &method));
    struct ears_setting s = ears_default((enum ears_method)method);
    s.baseline = (int)analysis_int(an, "baseline");
    s.least_sigma = analysis_real(an, "least-sigma");
    double alpha = analysis_real(an, "alpha");
    s.alpha = isnan(alpha) ? s.alpha : alpha;
    TRY(analysis_chose(an, "alpha", s.alpha));
    *out = s;
    return ERR_OK;
}

static enum err report(struct analysis *an, const struct ears_setting *s,
                       const struct series_set *set, size_t first, const struct ears_step *w)
{
    size_t n = set->series * (set->steps - first);
    double *real[5];
    bool *alarm = ARENA_ARRAY(an->arena, n, bool);
    for (int i = 0; i < 5; i++)
        if (!(real[i] = ARENA_ARRAY(an->arena, n, double)))
            return ERR_NOMEM;
    if (!alarm)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        real[0][i] = w[i].expected;
        real[1][i] = w[i].sigma;
        real[2][i] = w[i].upper;
        real[3][i] = w[i].score;
        real[4][i] = w[i].p;
        alarm[i] = w[i].alarm;
    }
    struct series_finds f = {.set = set,
                             .first = first,
                             .p = s->method == EARS_C3 ? NULL : real[4],
                             .expected = real[0],
                             .alarm = alarm};
    struct result_table *t = series_table(an, &f);
    column_real(t, "sigma", real[1]);
    column_real(t, "upper", real[2]);
    column_real(t, "score", real[3]);
    return series_tell(an, &f, t);
}

static enum err run(struct analysis *an)
{
    struct ears_setting s;
    struct series_set set;
    TRY(setting_of(an, &s));
    TRY(series_read(an, &set));
    size_t first = ears_history(&s), judged = (size_t)analysis_int(an, "steps");
    TRY(series_enough(an, &set, first + 1));
    if (set.steps - first > judged)
        first = set.steps - judged;
    struct ears_step *w =
        ARENA_ARRAY(an->arena, set.series * (set.steps - first), struct ears_step);
    if (!w)
        return ERR_NOMEM;
    TRY(ears(&an->work, &s, set.y, set.series, set.steps, first, w));
    return report(an, &s, &set, first, w);
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS,
    {"steps", "NUMBER", "52", T_ears_opt_steps, OPTION_INT, 1, 1000000},
    {"fdr", "NUMBER", "0.05", T_trend_opt_fdr, OPTION_REAL, 0, 1},
    {"method", "c1|c2|c3", "c2", T_ears_opt_method, OPTION_TEXT, 0, 0},
    {"baseline", "STEPS", "7", T_ears_opt_baseline, OPTION_INT, 3, 400},
    {"least-sigma", "NUMBER", "0.5", T_ears_opt_sigma, OPTION_REAL, 0, 1e6},
    {"alpha", "NUMBER", NULL, T_ears_opt_alpha, OPTION_REAL, 1e-9, 0.4999},
    {NULL},
};

const struct analysis_method method_ears = {
    .name = "ears",
    .summary = T_ears,
    .about = T_ears_about,
    .source = "Hutwagner et al. 2003; Fricker, Hegler and Dunfee 2008",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY,
    .options = options,
    .run = run,
};
