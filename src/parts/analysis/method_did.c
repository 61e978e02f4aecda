/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse did: did it help, in per cent? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/treated.h"
#include "stats/before_after.h"

static enum err read_places(struct analysis *an, struct did_place *p)
{
    for (size_t i = 0; i < an->table.n; i++) {
        enum treated g;
        TRY(treated_of(an, i, &g));
        if (g > CONTROL)
            return analysis_refuse(an, analysis_say(an, did_no_near, treated_line(an, i)));
        p[i].treated = g == TREATED;
        TRY(treated_count(an, COLUMN_BEFORE, i, &p[i].count.before));
        TRY(treated_count(an, COLUMN_AFTER, i, &p[i].count.after));
    }
    return ERR_OK;
}

static void report(struct analysis *an, const struct did *d)
{
    static const enum text_key keys[] = {T_did_fewer, T_did_more, T_did_unsure};
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
        result_sentence(an, text_get(an->lang, T_treated_nothing));
    else
        treated_say(an, keys, d->ratio, many ? d->low_dispersed : d->low,
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
