/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse cusum: has the level risen, slowly or for good? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/series.h"
#include "stats/cusum.h"

static enum err setting_of(struct analysis *an, struct cusum_setting *out)
{
    int kind, reset;
    TRY(series_word(an, "kind", "poisson|negbin|rossi|standard|anscombe", &kind));
    TRY(series_word(an, "reset", "yes|no", &reset));
    struct cusum_setting s = cusum_default();
    s.kind = (enum cusum_kind)kind;
    s.ratio = analysis_real(an, "ratio");
    s.reference = analysis_real(an, "reference");
    s.baseline = (int)analysis_int(an, "baseline");
    s.relearn = (int)analysis_int(an, "relearn");
    s.reset = reset == 0;
    double limit = analysis_real(an, "limit"), likely = log(analysis_real(an, "false-alarm-every"));
    s.limit = !isnan(limit) ? limit : kind >= CUSUM_ROSSI ? 2.26 : likely;
    TRY(analysis_chose(an, "limit", s.limit));
    *out = s;
    return ERR_OK;
}

struct columns {
    double *expected, *sum, *upper;
    const char **since;
    bool *alarm;
};

static bool make_columns(struct arena *a, size_t n, struct columns *c)
{
    c->expected = ARENA_ARRAY(a, n, double);
    c->sum = ARENA_ARRAY(a, n, double);
    c->upper = ARENA_ARRAY(a, n, double);
    c->since = ARENA_ARRAY(a, n, const char *);
    c->alarm = ARENA_ARRAY(a, n, bool);
    return c->expected && c->sum && c->upper && c->since && c->alarm;
}

static enum err report(struct analysis *an, const struct series_set *set, size_t first,
                       const struct cusum_step *w)
{
    size_t n = set->series * (set->steps - first);
    struct columns c;
    if (!make_columns(an->arena, n, &c))
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        c.expected[i] = w[i].expected;
        c.sum[i] = w[i].sum;
        c.upper[i] = w[i].upper;
        c.alarm[i] = w[i].alarm;
        if (w[i].sum > 0 && !(c.since[i] = series_label(an, set, w[i].since)))
            return ERR_NOMEM;
    }
    struct series_finds f = {
        .set = set, .first = first, .expected = c.expected, .alarm = c.alarm, .level = true};
    struct result_table *t = series_table(an, &f);
    column_real(t, "sum", c.sum);
    column_real(t, "upper", c.upper);
    column_text(t, "since", c.since);
    return series_tell(an, &f, t);
}

static enum err run(struct analysis *an)
{
    struct cusum_setting s;
    struct series_set set;
    TRY(setting_of(an, &s));
    TRY(series_read(an, &set));
    size_t first = (size_t)s.baseline;
    TRY(series_enough(an, &set, first + 1));
    struct cusum_step *w =
        ARENA_ARRAY(an->arena, set.series * (set.steps - first), struct cusum_step);
    if (!w)
        return ERR_NOMEM;
    TRY(cusum(&an->work, &s, set.y, set.series, set.steps, w));
    return report(an, &set, first, w);
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS,
    {"kind", "poisson|negbin|rossi|standard|anscombe", "negbin", T_cusum_opt_kind, OPTION_TEXT, 0,
     0},
    {"ratio", "NUMBER", "1.5", T_cusum_opt_ratio, OPTION_REAL, 1.01, 100},
    {"false-alarm-every", "STEPS", "260", T_cusum_opt_every, OPTION_REAL, 2, 1e9},
    {"limit", "NUMBER", NULL, T_cusum_opt_limit, OPTION_REAL, 1e-6, 1e6},
    {"reference", "NUMBER", "1.04", T_cusum_opt_reference, OPTION_REAL, -100, 100},
    {"baseline", "STEPS", "52", T_cusum_opt_baseline, OPTION_INT, 3, 2000},
    {"reset", "yes|no", "yes", T_cusum_opt_reset, OPTION_TEXT, 0, 0},
    {"relearn", "STEPS", "8", T_cusum_opt_relearn, OPTION_INT, 0, 2000},
    {NULL},
};

const struct analysis_method method_cusum = {
    .name = "cusum",
    .summary = T_cusum,
    .about = T_cusum_about,
    .source = "Page 1954; Lucas 1985; Rossi et al. 1999; Hoehle and Paul 2008; Lorden 1971",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY,
    .options = options,
    .run = run,
};
