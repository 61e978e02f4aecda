/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse gistar: where do many events lie together? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/where.h"
#include "stats/gistar.h"

struct verdict {
    const char **word; /* "hot", "cold", "none" of each unit */
    int64_t hot, cold, raw_hot;
    size_t hottest;
};

static enum err judge(struct analysis *an, const struct gistar *g, size_t n, struct verdict *v)
{
    double level = analysis_real(an, "level");
    v->word = ARENA_ARRAY(an->arena, n, const char *);
    if (!v->word)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        bool above = g->more[i] < g->fewer[i];
        v->word[i] = "none";
        v->raw_hot += above && g->p[i] <= level;
        if (g->z[i] > g->z[v->hottest] || isnan(g->z[v->hottest]))
            v->hottest = i;
        if (!(g->q[i] <= level))
            continue;
        v->word[i] = above ? "hot" : "cold";
        v->hot += above;
        v->cold += !above;
    }
    return ERR_OK;
}

static void say(struct analysis *an, const struct where_units *u, const struct gistar *g,
                const struct verdict *v)
{
    if (!(g->deviation > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_gistar_same));
        return;
    }
    if (v->hot == 0) {
        result_sentence(an, analysis_say(an, analysis_gistar_none, u->n));
    } else {
        result_sentence(an, analysis_say(an, analysis_gistar_hot, v->hot, u->n));
        result_sentence(an,
                        analysis_say(an, analysis_gistar_hottest, where_name(an, u, v->hottest),
                                     number_decimals(an, g->sum[v->hottest], 1),
                                     number_decimals(an, (g->count[v->hottest] + 1) * g->mean, 1)));
    }
    if (v->cold)
        result_sentence(an, analysis_say(an, analysis_gistar_cold, v->cold));
}

static void warn(struct analysis *an, const struct where_units *u, const struct gistar *g,
                 const struct where_inference *how)
{
    size_t alone = 0;
    for (size_t i = 0; i < u->n; i++)
        alone += g->count[i] == 0;
    where_warn_runs(an, how, u->n);
    if (alone)
        result_warning(an, analysis_say(an, analysis_where_alone, alone));
}

static void show(struct analysis *an, const struct where_units *u, const struct gistar *g,
                 const struct verdict *v)
{
    result_int(an, "units", (int64_t)u->n);
    result_real(an, "mean", g->mean);
    result_real(an, "deviation", g->deviation);
    result_int(an, "hot", v->hot);
    result_int(an, "cold", v->cold);
    result_int(an, "hot_uncorrected", v->raw_hot);
    struct result_table *t = result_table(an, u->name ? "areas" : "cells", u->n);
    where_columns(t, u);
    column_index(t, "neighbours", g->count);
    column_real(t, "sum", g->sum);
    column_real(t, "z", g->z);
    column_real(t, "p", g->p);
    column_real(t, "q", g->q);
    column_real(t, "p_more", g->more);
    column_real(t, "p_fewer", g->fewer);
    column_text(t, "class", v->word);
}

static enum err run(struct analysis *an)
{
    struct where_units u;
    struct where_inference how;
    struct gistar g;
    struct verdict v = {0};
    TRY(where_inference(an, &how));
    TRY(where_units(an, &u));
    TRY(where_decide(an, &u, &how));
    const struct gistar_plan plan = {.without_self = analysis_flag(an, "without-self"),
                                     .inference = (enum inference)how.kind,
                                     .runs = how.runs};
    TRY(where_refused(an, &how, gistar(&an->work, &u.nb, u.value, &plan, &g)));
    TRY(judge(an, &g, u.n, &v));
    show(an, &u, &g, &v);
    say(an, &u, &g, &v);
    warn(an, &u, &g, &how);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    WHERE_UNIT_OPTIONS,
    {"without-self", NULL, NULL, T_analysis_opt_without_self, OPTION_FLAG, 0, 0},
    {NULL},
};

const struct analysis_method method_gistar = {
    .name = "gistar",
    .few = 10,
    .summary = T_analysis_gistar,
    .about = T_analysis_gistar_about,
    .source = "Getis and Ord 1992; Ord and Getis 1995; Anselin 1995; Benjamini and Hochberg 1995",
    .may = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_VALUE) |
           COLUMN_BIT(COLUMN_WEIGHT) | COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
