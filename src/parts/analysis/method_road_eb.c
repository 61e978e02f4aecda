/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse road-eb: did it help on stretches that were chosen for their accidents? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/series.h"
#include "parts/analysis/treated.h"
#include "stats/compare.h"
#include "stats/road_eb.h"

static enum err read_site(struct analysis *an, size_t i, struct road_site *s)
{
    TRY(treated_or_not(an, i, &s->treated));
    s->length = 1;
    TRY(treated_count(an, COLUMN_BEFORE, i, &s->before));
    TRY(treated_count(an, COLUMN_AFTER, i, &s->after));
    TRY(treated_positive(an, COLUMN_TRAFFIC, i, &s->traffic_before));
    s->traffic_after = s->traffic_before;
    if (analysis_has(an, COLUMN_TRAFFIC_AFTER))
        TRY(treated_positive(an, COLUMN_TRAFFIC_AFTER, i, &s->traffic_after));
    if (analysis_has(an, COLUMN_LENGTH))
        TRY(treated_positive(an, COLUMN_LENGTH, i, &s->length));
    return ERR_OK;
}

static enum err site_table(struct analysis *an, const struct road_site *s,
                           const struct road_expectation *e)
{
    size_t n = an->table.n;
    double *v[8];
    bool *treated = ARENA_ARRAY(an->arena, n, bool);
    const char **place = ARENA_ARRAY(an->arena, n, const char *);
    for (int k = 0; k < 8; k++)
        if (!(v[k] = ARENA_ARRAY(an->arena, n, double)))
            return ERR_NOMEM;
    if (!treated || !place)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const double row[] = {s[i].before, s[i].after,       e[i].normal, e[i].weight,
                              e[i].eb,     e[i].eb_variance, e[i].after,  e[i].after_variance};
        for (int k = 0; k < 8; k++)
            v[k][i] = row[k];
        treated[i] = s[i].treated;
        if (analysis_has(an, COLUMN_PLACE) && an->table.place.index[i] != UINT32_MAX)
            place[i] = an->table.place.name[an->table.place.index[i]];
    }
    static const char *const names[] = {
        "before",    "after",       "normal_before",  "weight",
        "eb_before", "eb_variance", "expected_after", "expected_variance"};
    struct result_table *t = result_table(an, "sites", n);
    if (analysis_has(an, COLUMN_PLACE))
        column_text(t, "place", place);
    column_bool(t, "treated", treated);
    for (int k = 0; k < 8; k++)
        column_real(t, names[k], v[k]);
    return ERR_OK;
}

/* Without an accident the interval has no width, however few were expected. */
static void say(struct analysis *an, const struct road_eb *o)
{
    static const struct treated_words words = {T_road_fewer, T_road_more, T_road_times,
                                               T_road_unsure};
    if (o->observed > 0) {
        treated_say(an, &words, o->effect, o->low, o->high);
        return;
    }
    result_sentence(an, analysis_say(an, road_none, number_expected(an, o->expected)));
    result_sentence(an,
                    text_get(an->lang, exp(-o->expected) <= COMPARE_CLEAR ? T_road_none_sure
                                                                          : T_road_none_chance));
}

static void report(struct analysis *an, const struct road_eb *o)
{
    result_real(an, "intercept", o->intercept);
    result_real(an, "traffic_power", o->traffic_power);
    result_real(an, "overdispersion", o->overdispersion);
    result_int(an, "treated_sites", (int64_t)o->treated);
    result_real(an, "observed_after", o->observed);
    result_real(an, "expected_after", o->expected);
    result_real(an, "effect", o->effect);
    result_real(an, "effect_se", o->se);
    result_real(an, "effect_low", o->low);
    result_real(an, "effect_high", o->high);
    result_real(an, "naive_ratio", o->naive);
    if (o->treated < 20)
        result_warning(an, text_get(an->lang, T_road_few_sites));
    say(an, o);
}

static enum err run(struct analysis *an)
{
    size_t n = an->table.n;
    struct road_site *s = ARENA_ARRAY(an->arena, n, struct road_site);
    struct road_expectation *e = ARENA_ARRAY(an->arena, n, struct road_expectation);
    struct road_eb o;
    int fit;
    if (!s || !e)
        return ERR_NOMEM;
    TRY(series_word(an, "fit", "all|untreated", &fit));
    for (size_t i = 0; i < n; i++)
        TRY(read_site(an, i, &s[i]));
    struct road_setting set = {.years_before = analysis_real(an, "years-before"),
                               .years_after = analysis_real(an, "years-after"),
                               .fit_all = fit == 0};
    TRY(road_eb(&an->work, &set, s, n, e, &o));
    if (o.fault != GLM_FITTED)
        return analysis_refuse(an, text_get(an->lang, T_road_no_fit));
    if (o.no_treated)
        return analysis_refuse(an, text_get(an->lang, T_treated_both));
    TRY(site_table(an, s, e));
    report(an, &o);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"years-before", "YEARS", "1", T_road_opt_before, OPTION_REAL, 1e-3, 1000},
    {"years-after", "YEARS", "1", T_road_opt_after, OPTION_REAL, 1e-3, 1000},
    {"fit", "all|untreated", "all", T_road_opt_fit, OPTION_TEXT, 0, 0},
    {NULL},
};

const struct analysis_method method_road_eb = {
    .name = "road-eb",
    .summary = T_road,
    .about = T_road_about,
    .source = "Hauer 1997; Hauer et al. 2002",
    .needs = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_GROUP) |
             COLUMN_BIT(COLUMN_TRAFFIC),
    .may = COLUMN_BIT(COLUMN_TRAFFIC_AFTER) | COLUMN_BIT(COLUMN_LENGTH) | COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
