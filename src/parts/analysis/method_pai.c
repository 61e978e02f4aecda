/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse pai: how well did the map of hot places foretell? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/treated.h"
#include "stats/pai.h"

static enum err read_places(struct analysis *an, struct pai_place *p)
{
    const struct analysis_table *t = &an->table;
    for (size_t i = 0; i < t->n; i++) {
        p[i].predicted = t->number[COLUMN_VALUE][i];
        p[i].events = t->number[COLUMN_AFTER][i];
        p[i].area = 1;
        if (analysis_has(an, COLUMN_WEIGHT))
            TRY(treated_positive(an, COLUMN_WEIGHT, i, &p[i].area));
        if (!(p[i].events >= 0 && p[i].events <= 1e9))
            return analysis_refuse(an, analysis_say(an, analysis_not_count, treated_line(an, i)));
    }
    return ERR_OK;
}

static enum err tell(struct analysis *an, const char *key, const struct pai_point *o, size_t n,
                     struct result_table **out)
{
    static const char *const names[] = {"area_share", "events", "event_share", "pai", "pei", "rri"};
    double *v[6];
    for (int k = 0; k < 6; k++)
        if (!(v[k] = ARENA_ARRAY(an->arena, n, double)))
            return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const double row[] = {o[i].area_share, o[i].events, o[i].event_share,
                              o[i].pai,        o[i].pei,    o[i].rri};
        for (int k = 0; k < 6; k++)
            v[k][i] = row[k];
    }
    *out = result_table(an, key, n);
    for (int k = 0; k < 6; k++)
        column_real(*out, names[k], v[k]);
    return ERR_OK;
}

/* The row of the table that each rank is, from the rest of the input. */
static enum err rank_columns(struct analysis *an, struct result_table *t, const size_t *order)
{
    size_t n = an->table.n;
    int64_t *row = ARENA_ARRAY(an->arena, n, int64_t);
    const char **place = ARENA_ARRAY(an->arena, n, const char *);
    double *predicted = ARENA_ARRAY(an->arena, n, double);
    if (!row || !place || !predicted)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        row[i] = (int64_t)order[i] + 1;
        predicted[i] = an->table.number[COLUMN_VALUE][order[i]];
        if (analysis_has(an, COLUMN_PLACE) && an->table.place.index[order[i]] != UINT32_MAX)
            place[i] = an->table.place.name[an->table.place.index[order[i]]];
    }
    column_int(t, "row", row);
    column_real(t, "predicted", predicted);
    if (analysis_has(an, COLUMN_PLACE))
        column_text(t, "place", place);
    return ERR_OK;
}

static void say(struct analysis *an, const struct pai_point *o, size_t shares, size_t n)
{
    size_t k = 0;
    while (k + 1 < shares && (o[k].area_share < 0.01 || o[k].area_share * (double)n < 1))
        k++; /* 1 per cent, or what is at least one place */
    if (isnan(o[k].pai)) {
        result_sentence(an, text_get(an->lang, T_pai_nothing));
        return;
    }
    result_sentence(an, analysis_say(an, pai_caught, number_figures(an, 100 * o[k].area_share, 3),
                                     number_figures(an, 100 * o[k].event_share, 3),
                                     number_figures(an, 100 * o[k].pei, 3)));
    if (o[k].area_share * (double)n < 1)
        result_warning(an, text_get(an->lang, T_pai_few_places));
}

static enum err run(struct analysis *an)
{
    size_t n = an->table.n, shares;
    const double *share;
    struct result_table *t;
    struct pai_place *p = ARENA_ARRAY(an->arena, n, struct pai_place);
    struct pai_point *ranks = ARENA_ARRAY(an->arena, n, struct pai_point);
    size_t *order = ARENA_ARRAY(an->arena, n, size_t);
    TRY(analysis_list(an, "shares", &share, &shares));
    struct pai_point *at = ARENA_ARRAY(an->arena, shares, struct pai_point);
    if (!p || !ranks || !order || !at)
        return ERR_NOMEM;
    if (n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    TRY(read_places(an, p));
    TRY(pai_at_shares(&an->work, p, n, share, shares, at));
    TRY(pai_by_rank(&an->work, p, n, order, ranks));
    TRY(tell(an, "shares", at, shares, &t));
    TRY(tell(an, "ranks", ranks, n, &t));
    TRY(rank_columns(an, t, order));
    say(an, at, shares, n);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"shares", "LIST", "0.005,0.01,0.02,0.05,0.1,0.2", T_pai_opt_shares, OPTION_LIST, 1e-6, 1},
    {NULL},
};

const struct analysis_method method_pai = {
    .name = "pai",
    .summary = T_pai,
    .about = T_pai_about,
    .source = "Chainey, Tompson and Uhlig 2008; Hunt 2016; Drawve and Wooditch 2019",
    .needs = COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_AFTER),
    .may = COLUMN_BIT(COLUMN_WEIGHT) | COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
