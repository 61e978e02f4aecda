/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse compare-counts: rows with a count before and a count after. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "stats/compare.h"
#include "stats/etest.h"

struct columns {
    const char **place;
    double *p, *mid_p, *e_p, *e_p_pooled, *q, *ratio, *low, *high;
    int64_t *before, *after;
    enum certainty *verdict;
    const char **certainty;
};

static bool make_columns(struct arena *a, size_t n, struct columns *c)
{
    c->place = ARENA_ARRAY(a, n, const char *);
    c->verdict = ARENA_ARRAY(a, n, enum certainty);
    c->certainty = ARENA_ARRAY(a, n, const char *);
    c->before = ARENA_ARRAY(a, n, int64_t);
    c->after = ARENA_ARRAY(a, n, int64_t);
    double **reals[] = {&c->p, &c->mid_p, &c->e_p, &c->e_p_pooled,
                        &c->q, &c->ratio, &c->low, &c->high};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
    return c->place && c->verdict && c->certainty && c->before && c->after;
}

static bool is_count(double v)
{
    return v >= 0 && v <= (double)COUNT_MAX && v == floor(v);
}

static enum err compare_row(struct analysis *an, size_t i, struct columns *c)
{
    const struct analysis_table *t = &an->table;
    double before = t->number[COLUMN_BEFORE][i], after = t->number[COLUMN_AFTER][i];
    if (!is_count(before) || !is_count(after))
        return analysis_refuse(an, analysis_say(an, analysis_not_count, table_row(t, i)));
    struct comparison r;
    struct etest e;
    struct count now = {(int64_t)after, analysis_real(an, "exposure-after")};
    struct count then = {(int64_t)before, analysis_real(an, "exposure-before")};
    TRY(compare_counts(now, then, &r));
    TRY(etest(now, then, &e));
    c->e_p[i] = e.unpooled;
    c->e_p_pooled[i] = e.pooled;
    c->before[i] = (int64_t)before;
    c->after[i] = (int64_t)after;
    c->p[i] = r.p;
    c->mid_p[i] = r.mid_p;
    c->ratio[i] = r.ratio;
    c->low[i] = r.ratio_low;
    c->high[i] = r.ratio_high;
    if (analysis_has(an, COLUMN_PLACE) && t->place.index[i] != UINT32_MAX)
        c->place[i] = t->place.name[t->place.index[i]];
    return ERR_OK;
}

static const char *certainty_words(struct analysis *an, enum certainty c)
{
    static const enum text_key keys[CERTAINTY_COUNT] = {
        [CERTAINTY_TOO_FEW] = T_analysis_too_few,
        [CERTAINTY_CLEARLY_FEWER] = T_analysis_clearly_fewer,
        [CERTAINTY_LIKELY_FEWER] = T_analysis_likely_fewer,
        [CERTAINTY_NO_SURE_DIFFERENCE] = T_analysis_no_sure_difference,
        [CERTAINTY_LIKELY_MORE] = T_analysis_likely_more,
        [CERTAINTY_CLEARLY_MORE] = T_analysis_clearly_more,
    };
    return text_get(an->lang, keys[c]);
}

static void say(struct analysis *an, const struct columns *c, size_t n)
{
    int64_t sure = 0;
    for (size_t i = 0; i < n; i++)
        sure += c->verdict[i] != CERTAINTY_TOO_FEW && c->q[i] <= COMPARE_LIKELY;
    if (n == 1)
        result_sentence(an, analysis_say(an, analysis_counts_one, c->after[0], c->before[0],
                                         certainty_words(an, c->verdict[0])));
    else if (sure == 0)
        result_sentence(an, analysis_say(an, analysis_counts_none, n));
    else
        result_sentence(an, analysis_say(an, analysis_counts_many, sure, n));
    if (analysis_real(an, "exposure-before") != analysis_real(an, "exposure-after"))
        result_sentence(an, text_get(an->lang, T_analysis_counts_exposure));
}

static enum err run(struct analysis *an)
{
    size_t n = an->table.n;
    struct columns c;
    if (n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    if (!make_columns(an->arena, n, &c))
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        TRY(compare_row(an, i, &c));
    TRY(fdr_adjust(c.p, n, c.q));
    for (size_t i = 0; i < n; i++) {
        struct count now = {c.after[i], analysis_real(an, "exposure-after")};
        struct count then = {c.before[i], analysis_real(an, "exposure-before")};
        c.verdict[i] = certainty_of(now, then, c.q[i]);
        c.certainty[i] = certainty_name(c.verdict[i]);
    }
    struct result_table *t = result_table(an, "comparisons", n);
    if (analysis_has(an, COLUMN_PLACE))
        column_text(t, "place", c.place);
    column_int(t, "before", c.before);
    column_int(t, "after", c.after);
    column_real(t, "p", c.p);
    column_real(t, "mid_p", c.mid_p);
    column_real(t, "e_p", c.e_p);
    column_real(t, "e_p_pooled", c.e_p_pooled);
    column_real(t, "q", c.q);
    column_real(t, "ratio", c.ratio);
    column_real(t, "ratio_low", c.low);
    column_real(t, "ratio_high", c.high);
    column_text(t, "certainty", c.certainty);
    say(an, &c, n);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"exposure-before", "NUMBER", "1", T_analysis_opt_exposure_before, OPTION_REAL, 1e-9, 1e12},
    {"exposure-after", "NUMBER", "1", T_analysis_opt_exposure_after, OPTION_REAL, 1e-9, 1e12},
    {NULL},
};

const struct analysis_method method_compare_counts = {
    .name = "compare-counts",
    .summary = T_analysis_compare_counts,
    .about = T_analysis_compare_counts_about,
    .source = "Przyborowski and Wilenski 1940; Krishnamoorthy and Thomson 2004; Clopper and "
              "Pearson 1934; Benjamini and Hochberg 1995",
    .needs = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER),
    .may = COLUMN_BIT(COLUMN_PLACE),
    .options = options,
    .run = run,
};
