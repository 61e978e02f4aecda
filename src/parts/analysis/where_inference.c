/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How p is found: as asked for, or as the counts allow. */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/where.h"
#include "stats/draws.h"
#include "stats/gistar.h"

enum err where_inference(struct analysis *an, struct where_inference *out)
{
    int kind;
    TRY(near_word(an, "inference", "auto|normal|exact|permutation", &kind));
    static const int kinds[] = {WHERE_AUTO, INFERENCE_NORMAL, INFERENCE_EXACT, INFERENCE_RANDOM};
    out->kind = kinds[kind];
    out->runs = (uint32_t)analysis_int(an, "permutations");
    return ERR_OK;
}

/* The mean sum of a unit and its neighbours; NaN where a value is negative. */
static double mean_sum(const struct draws *d)
{
    double sum = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (!(d->value[i] >= 0))
            return NAN;
        sum += d->value[i] + d->sum[i];
    }
    return sum / (double)d->n;
}

enum err where_decide(struct analysis *an, const struct where_units *u, struct where_inference *how)
{
    if (how->kind != WHERE_AUTO)
        return ERR_OK;
    uint32_t *count = ARENA_ARRAY(an->arena, u->n, uint32_t);
    double *sum = ARENA_ARRAY(an->arena, u->n, double);
    if (!count || !sum)
        return ERR_NOMEM;
    TRY(neighbours_count(&an->work, &u->nb, count));
    TRY(neighbours_sum(&an->work, &u->nb, u->value, sum));
    const struct draws d = {u->n, u->value, count, sum};
    double mean = mean_sum(&d);
    bool exact = mean < WHERE_THIN && draws_exact_fits(&d);
    how->kind = exact ? INFERENCE_EXACT : INFERENCE_NORMAL;
    an->values[analysis__option(an->method, "inference")] = exact ? "exact" : "normal";
    if (exact)
        result_warning(an,
                       analysis_say(an, analysis_where_thin_exact, number_figures(an, mean, 2)));
    else if (mean < WHERE_THIN)
        result_warning(an, analysis_say(an, analysis_where_thin, number_figures(an, mean, 2)));
    return ERR_OK;
}

/* The smallest p there can be, 2 / (runs + 1), must survive the correction for n questions. */
void where_warn_runs(struct analysis *an, const struct where_inference *how, size_t n)
{
    double needed = ceil(2 * (double)n / analysis_real(an, "level"));
    if (how->kind == INFERENCE_RANDOM && how->runs + 1.0 < needed)
        result_warning(
            an, analysis_say(an, analysis_where_few_runs, (int64_t)how->runs, (int64_t)needed));
}

enum err where_refused(struct analysis *an, const struct where_inference *how, enum err e)
{
    if (e == ERR_LIMIT && how->kind == INFERENCE_EXACT)
        return analysis_refuse(an, text_get(an->lang, T_analysis_where_not_exact));
    return e;
}
