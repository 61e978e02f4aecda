/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse did: did it help, in per cent? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/treated.h"
#include "stats/before_after.h"

#define FEW_IN_ALL 20

static enum err read_places(struct analysis *an, struct did_place *p)
{
    for (size_t i = 0; i < an->table.n; i++) {
        TRY(treated_or_not(an, i, &p[i].treated));
        TRY(treated_count(an, COLUMN_BEFORE, i, &p[i].count.before));
        TRY(treated_count(an, COLUMN_AFTER, i, &p[i].count.after));
    }
    return ERR_OK;
}

/* Zeros give no ratio; few events in all give nothing at all. */
static enum text_key no_ratio(const struct did *d)
{
    double all = d->treated.before + d->treated.after + d->control.before + d->control.after;
    return all < FEW_IN_ALL ? T_treated_nothing : T_did_zero;
}

static void report(struct analysis *an, const struct did *d)
{
    static const struct treated_words words = {T_did_fewer, T_did_more, T_did_times, T_did_unsure};
    bool many = !isnan(d->dispersion);
    result_int(an, "treated_before", (int64_t)d->treated.before);
    result_int(an, "treated_after", (int64_t)d->treated.after);
    result_int(an, "control_before", (int64_t)d->control.before);
    result_int(an, "control_after", (int64_t)d->control.after);
    result_real(an, "ratio", d->ratio);
    result_real(an, "log_se", d->log_se);
    result_real(an, "z", d->z);
    result_real(an, "p", d->p);
    result_real(an, "ratio_low", d->low);
    result_real(an, "ratio_high", d->high);
    result_real(an, "dispersion", d->dispersion);
    result_real(an, "p_dispersed", d->p_dispersed);
    result_real(an, "ratio_low_dispersed", d->low_dispersed);
    result_real(an, "ratio_high_dispersed", d->high_dispersed);
    result_real(an, "prevented", d->prevented);
    if (isnan(d->p))
        result_sentence(an, text_get(an->lang, no_ratio(d)));
    else
        treated_say(an, &words, d->ratio, many ? d->low_dispersed : d->low,
                    many ? d->high_dispersed : d->high);
    if (!many)
        result_warning(an, text_get(an->lang, T_did_few_places));
}

static enum err run(struct analysis *an)
{
    struct did d;
    struct did_place *p = ARENA_ARRAY(an->arena, an->table.n, struct did_place);
    if (!p)
        return ERR_NOMEM;
    TRY(read_places(an, p));
    enum err e = did(p, an->table.n, &d);
    if (e == ERR_INVALID)
        return analysis_refuse(an, text_get(an->lang, T_treated_both));
    TRY(e);
    report(an, &d);
    return ERR_OK;
}

const struct analysis_method method_did = {
    .name = "did",
    .summary = T_did,
    .about = T_did_about,
    .source = "Card and Krueger 1994; McCullagh and Nelder 1989",
    .needs = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_GROUP),
    .may = COLUMN_BIT(COLUMN_PLACE),
    .run = run,
};
