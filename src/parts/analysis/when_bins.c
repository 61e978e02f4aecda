/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/when_bins.h"

#include <math.h>

#include "base/mem.h"
#include "stats/compare.h"

#define LEVEL 0.95

enum err when_table(struct analysis *an, const struct when_bins *b, bool whole,
                    struct bin_rates *rates, double **q)
{
    TRY(bin_rates(&an->work, b->count, b->exposure, b->n, whole ? LEVEL : 0, rates));
    *q = ARENA_ARRAY(an->arena, b->n, double);
    if (!*q)
        return ERR_NOMEM;
    TRY(fdr_adjust(rates->p, b->n, *q));
    struct result_table *t = result_table(an, b->key, b->n);
    column_int(t, b->first_key, b->first);
    if (b->second)
        column_int(t, b->second_key, b->second);
    if (b->name)
        column_text(t, "name", b->name);
    column_real(t, "count", b->count);
    column_real(t, b->unit, b->exposure);
    column_real(t, "rate", rates->rate);
    column_real(t, "rate_low", rates->low);
    column_real(t, "rate_high", rates->high);
    column_real(t, "expected", rates->expected);
    column_real(t, "index", rates->index);
    column_real(t, "p", rates->p);
    column_real(t, "q", *q);
    return ERR_OK;
}

enum err when_weights(struct analysis *an, bool *whole)
{
    const double *weight = an->table.number[COLUMN_WEIGHT];
    *whole = true;
    for (size_t i = 0; weight && i < an->table.n; i++) {
        if (isnan(weight[i]))
            return analysis_refuse(an,
                                   analysis_say(an, analysis_empty_cell, table_row(&an->table, i),
                                                an->columns[COLUMN_WEIGHT]));
        *whole = *whole && weight[i] == 1;
    }
    return ERR_OK;
}

enum err when_test(struct analysis *an, const struct when_bins *b, const char *const keys[3],
                   enum bin_statistic statistic, double *p)
{
    static const char *const ways[] = {
        [BIN_EXACT] = "exact", [BIN_MONTE_CARLO] = "monte_carlo", [BIN_ASYMPTOTIC] = "asymptotic"};
    struct bin_test t;
    size_t bins = 0;
    *p = NAN;
    for (size_t i = 0; i < b->n; i++)
        bins += b->exposure[i] > 0;
    if (bins < 2)
        return ERR_OK;
    TRY(bin_test(&an->work, b->count, b->exposure, b->n, statistic, &t));
    result_real(an, keys[0], t.statistic);
    result_real(an, keys[1], t.p);
    result_text(an, keys[2], ways[t.way]);
    *p = t.p;
    return ERR_OK;
}
