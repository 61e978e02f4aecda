/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse rates: how many per inhabitant, and how sure is that? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/treated.h"
#include "stats/compare.h"
#include "stats/rates.h"

#define FEW_EVENTS 5 /* fewer: the interval spans more than five times */

static enum err read_places(struct analysis *an, struct rate_place *p)
{
    for (size_t i = 0; i < an->table.n; i++) {
        double n;
        TRY(treated_count(an, COLUMN_VALUE, i, &n));
        p[i].n = (int64_t)n;
        TRY(treated_positive(an, COLUMN_POPULATION, i, &p[i].population));
    }
    return ERR_OK;
}

struct columns {
    const char **place;
    int64_t *n;
    double *population, *rate, *low, *high, *smoothed, *weight, *ratio, *p, *q;
    bool *few;
};

static bool make_columns(struct arena *a, size_t n, struct columns *c)
{
    double **reals[] = {&c->population, &c->rate,  &c->low, &c->high, &c->smoothed,
                        &c->weight,     &c->ratio, &c->p,   &c->q};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
    c->place = ARENA_ARRAY(a, n, const char *);
    c->n = ARENA_ARRAY(a, n, int64_t);
    c->few = ARENA_ARRAY(a, n, bool);
    return c->place && c->n && c->few;
}

static void fill(const struct analysis *an, const struct rate_place *p, const struct rate *r,
                 struct columns *c)
{
    double per = analysis_real(an, "per");
    for (size_t i = 0; i < an->table.n; i++) {
        if (analysis_has(an, COLUMN_PLACE) && an->table.place.index[i] != UINT32_MAX)
            c->place[i] = an->table.place.name[an->table.place.index[i]];
        c->n[i] = p[i].n;
        c->population[i] = p[i].population;
        c->rate[i] = r[i].rate * per;
        c->low[i] = r[i].low * per;
        c->high[i] = r[i].high * per;
        c->smoothed[i] = r[i].smoothed * per;
        c->weight[i] = r[i].weight;
        c->ratio[i] = r[i].ratio;
        c->p[i] = r[i].p;
        c->few[i] = p[i].n < FEW_EVENTS;
    }
}

static void show(struct analysis *an, const struct columns *c)
{
    struct result_table *t = result_table(an, "rates", an->table.n);
    if (analysis_has(an, COLUMN_PLACE))
        column_text(t, "place", c->place);
    column_int(t, "n", c->n);
    column_real(t, "population", c->population);
    column_real(t, "rate", c->rate);
    column_real(t, "low", c->low);
    column_real(t, "high", c->high);
    column_real(t, "smoothed", c->smoothed);
    column_real(t, "weight", c->weight);
    column_real(t, "ratio", c->ratio);
    column_real(t, "p", c->p);
    column_real(t, "q", c->q);
    column_bool(t, "too_few", c->few);
}

static void say_apart(struct analysis *an, int64_t high, int64_t low)
{
    if (high)
        result_sentence(an, analysis_say(an, rates_higher, high, an->table.n));
    if (low)
        result_sentence(an, analysis_say(an, rates_lower, low, an->table.n));
    if (high + low == 0)
        result_sentence(an, analysis_say(an, rates_alike, an->table.n));
}

static void say(struct analysis *an, const struct columns *c, double overall)
{
    double fdr = analysis_real(an, "fdr"), per = analysis_real(an, "per");
    int64_t high = 0, low = 0, few = 0;
    for (size_t i = 0; i < an->table.n; i++) {
        high += c->q[i] <= fdr && c->ratio[i] > 1;
        low += c->q[i] <= fdr && c->ratio[i] < 1;
        few += c->few[i];
    }
    result_sentence(an, analysis_say(an, rates_overall, number_figures(an, overall * per, 3),
                                     number_decimals(an, per, per < 1 ? 6 : 2)));
    if (an->table.n > 1)
        say_apart(an, high, low);
    if (few)
        result_warning(an, analysis_say(an, rates_few, few, FEW_EVENTS));
}

static enum err run(struct analysis *an)
{
    size_t n = an->table.n;
    struct columns c;
    struct rates all;
    struct rate_place *p = ARENA_ARRAY(an->arena, n, struct rate_place);
    struct rate *each = ARENA_ARRAY(an->arena, n, struct rate);
    if (!p || !each || !make_columns(an->arena, n, &c))
        return ERR_NOMEM;
    if (n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    TRY(read_places(an, p));
    TRY(rates_of(p, n, analysis_real(an, "level"), each, &all));
    fill(an, p, each, &c);
    TRY(fdr_adjust(c.p, n, c.q));
    double per = analysis_real(an, "per");
    result_real(an, "overall", all.overall * per);
    result_real(an, "deviation_between", sqrt(all.variance) * per);
    show(an, &c);
    say(an, &c, all.overall);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"per", "NUMBER", "1000", T_rates_opt_per, OPTION_REAL, 1e-6, 1e12},
    {"level", "NUMBER", "0.95", T_treated_opt_level, OPTION_REAL, 0.5, 0.999999},
    {"fdr", "NUMBER", "0.05", T_rates_opt_fdr, OPTION_REAL, 0, 1},
    {NULL},
};

const struct analysis_method method_rates = {
    .name = "rates",
    .summary = T_rates,
    .about = T_rates_about,
    .source = "Garwood 1936; Marshall 1991; Benjamini and Hochberg 1995",
    .needs = COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_POPULATION),
    .may = COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
