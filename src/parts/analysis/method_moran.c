/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse moran: which squares are like their neighbours, and which stand out from them? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/where.h"
#include "stats/moran.h"

#define QUADRANTS 5

struct verdict {
    const char **quadrant, **word; /* the word is "none" when chance may have made it */
    int64_t count[QUADRANTS];
    size_t largest; /* the high square among high ones with the largest I */
};

static enum err judge(struct analysis *an, const struct moran *m, size_t n, struct verdict *v)
{
    double level = analysis_real(an, "level");
    v->quadrant = ARENA_ARRAY(an->arena, n, const char *);
    v->word = ARENA_ARRAY(an->arena, n, const char *);
    v->largest = n;
    if (!v->quadrant || !v->word)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        v->quadrant[i] = quadrant_name(m->quadrant[i]);
        v->word[i] = quadrant_name(QUADRANT_NONE);
        if (!(m->q[i] <= level))
            continue;
        v->word[i] = v->quadrant[i];
        v->count[m->quadrant[i]]++;
        if (m->quadrant[i] == QUADRANT_HH && (v->largest == n || m->i[i] > m->i[v->largest]))
            v->largest = i;
    }
    return ERR_OK;
}

static void say(struct analysis *an, const struct where_units *u, const struct moran *m,
                const struct verdict *v)
{
    int64_t apart = v->count[QUADRANT_HL] + v->count[QUADRANT_LH];
    if (!(m->deviation > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_gistar_same));
        return;
    }
    if (m->global_p <= 0.05)
        result_sentence(an, text_get(an->lang, m->global_i > m->global_expected
                                                   ? T_analysis_moran_alike
                                                   : T_analysis_moran_unlike));
    else
        result_sentence(an, text_get(an->lang, T_analysis_moran_no_pattern));
    if (v->count[QUADRANT_HH])
        result_sentence(an, analysis_say(an, analysis_moran_high, v->count[QUADRANT_HH], u->n,
                                         where_name(an, u, v->largest)));
    if (apart)
        result_sentence(an, analysis_say(an, analysis_moran_apart, apart));
    if (v->count[QUADRANT_HH] + v->count[QUADRANT_LL] + apart == 0)
        result_sentence(an, analysis_say(an, analysis_moran_none, u->n));
}

static void show(struct analysis *an, const struct where_units *u, const struct moran *m,
                 const struct verdict *v)
{
    result_int(an, "units", (int64_t)u->n);
    result_real(an, "mean", m->mean);
    result_real(an, "deviation", m->deviation);
    result_real(an, "global_i", m->global_i);
    result_real(an, "global_expected", m->global_expected);
    result_real(an, "global_variance", m->global_variance);
    result_real(an, "global_z", m->global_z);
    result_real(an, "global_p", m->global_p);
    for (int q = QUADRANT_HH; q <= QUADRANT_HL; q++)
        result_int(an, quadrant_name((enum quadrant)q), v->count[q]);
    struct result_table *t = result_table(an, u->name ? "areas" : "cells", u->n);
    where_columns(t, u);
    column_index(t, "neighbours", m->count);
    column_real(t, "lag", m->lag);
    column_real(t, "i", m->i);
    column_real(t, "expected", m->expected);
    column_real(t, "variance", m->variance);
    column_real(t, "z", m->z);
    column_real(t, "p", m->p);
    column_real(t, "q", m->q);
    column_real(t, "p_more", m->more);
    column_real(t, "p_fewer", m->fewer);
    column_text(t, "quadrant", v->quadrant);
    column_text(t, "class", v->word);
}

static enum err read_plan(struct analysis *an, const struct where_inference *how,
                          struct moran_plan *out)
{
    int weights, variance, moments;
    TRY(near_word(an, "weights", "row|binary", &weights));
    TRY(near_word(an, "variance", "n|n-1", &variance));
    TRY(near_word(an, "moments", "conditional|total", &moments));
    *out = (struct moran_plan){.binary = weights == 1,
                               .sample = variance == 1,
                               .total = moments == 1,
                               .inference = (enum inference)how->kind,
                               .runs = how->runs};
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    struct where_units u;
    struct where_inference how;
    struct moran_plan plan;
    struct moran m;
    struct verdict v = {0};
    TRY(where_inference(an, &how));
    TRY(where_units(an, &u));
    TRY(where_decide(an, &u, &how));
    TRY(read_plan(an, &how, &plan));
    if (u.n < 4)
        return analysis_refuse(an, analysis_say(an, analysis_where_few_units, u.n));
    TRY(where_refused(an, &how, moran(&an->work, &u.nb, u.value, &plan, &m)));
    TRY(judge(an, &m, u.n, &v));
    show(an, &u, &m, &v);
    say(an, &u, &m, &v);
    where_warn_runs(an, &how, u.n);
    size_t alone = 0;
    for (size_t i = 0; i < u.n; i++)
        alone += m.count[i] == 0;
    if (alone)
        result_warning(an, analysis_say(an, analysis_where_alone, alone));
    return ERR_OK;
}

static const struct analysis_option options[] = {
    WHERE_UNIT_OPTIONS,
    {"weights", "row|binary", "row", T_analysis_opt_moran_weights, OPTION_TEXT, 0, 0},
    {"variance", "n|n-1", "n", T_analysis_opt_moran_variance, OPTION_TEXT, 0, 0},
    {"moments", "conditional|total", "conditional", T_analysis_opt_moran_moments, OPTION_TEXT, 0,
     0},
    {NULL},
};

const struct analysis_method method_moran = {
    .name = "moran",
    .few = 10,
    .summary = T_analysis_moran,
    .about = T_analysis_moran_about,
    .source = "Anselin 1995; Cliff and Ord 1981; Sauer, Oshan, Rey and Wolf 2021; Benjamini and "
              "Hochberg 1995",
    .may = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_VALUE) |
           COLUMN_BIT(COLUMN_WEIGHT) | COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
