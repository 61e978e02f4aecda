/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse breaks: when did the level change? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/series.h"
#include "stats/breaks.h"

struct found {
    struct series_set set;
    struct breaks *each;
    size_t breaks, fits;
};

static enum err cut_all(struct analysis *an, const struct breaks_setting *s, struct found *f)
{
    for (size_t i = 0; i < f->set.series; i++) {
        const double *y = f->set.y + i * f->set.steps;
        for (size_t k = 0; k < f->set.steps; k++)
            if (isnan(y[k]))
                return analysis_refuse(
                    an, analysis_say(an, breaks_missing, series_words(an, &f->set, k)));
        TRY(breaks_find(&an->work, s, y, f->set.steps, &f->each[i]));
        f->breaks += (size_t)f->each[i].n;
        f->fits += (size_t)f->each[i].tried + 1;
    }
    return ERR_OK;
}

struct columns {
    const char **place, **label, **start;
    int64_t *index;
    double *before, *after, *ratio;
};

static enum err break_table(struct analysis *an, const struct found *f)
{
    struct arena *a = an->arena;
    size_t n = f->breaks, k = 0;
    struct columns c = {ARENA_ARRAY(a, n, const char *), ARENA_ARRAY(a, n, const char *),
                        ARENA_ARRAY(a, n, const char *), ARENA_ARRAY(a, n, int64_t),
                        ARENA_ARRAY(a, n, double),       ARENA_ARRAY(a, n, double),
                        ARENA_ARRAY(a, n, double)};
    if (!c.place || !c.label || !c.start || !c.index || !c.before || !c.after || !c.ratio)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->set.series; i++)
        for (int b = 0; b < f->each[i].n; b++, k++) {
            c.place[k] = f->set.name[i];
            c.index[k] = (int64_t)f->each[i].at[b];
            c.label[k] = series_label(an, &f->set, f->each[i].at[b]);
            c.start[k] = series_start(an, &f->set, f->each[i].at[b]);
            c.before[k] = f->each[i].level[b];
            c.after[k] = f->each[i].level[b + 1];
            c.ratio[k] = c.after[k] / c.before[k];
        }
    struct result_table *t = result_table(an, "breaks", n);
    if (f->set.named)
        column_text(t, "place", c.place);
    column_text(t, "first_of_new_level", c.label);
    column_text(t, "start", c.start);
    column_int(t, "index", c.index);
    column_real(t, "level_before", c.before);
    column_real(t, "level_after", c.after);
    column_real(t, "ratio", c.ratio);
    return ERR_OK;
}

static enum err fit_table(struct analysis *an, const struct found *f)
{
    struct arena *a = an->arena;
    const char **place = ARENA_ARRAY(a, f->fits, const char *);
    int64_t *count = ARENA_ARRAY(a, f->fits, int64_t);
    double *bic = ARENA_ARRAY(a, f->fits, double), *cost = ARENA_ARRAY(a, f->fits, double);
    size_t k = 0;
    if (!place || !count || !bic || !cost)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->set.series; i++)
        for (int b = 0; b <= f->each[i].tried; b++, k++) {
            place[k] = f->set.name[i];
            count[k] = b;
            bic[k] = f->each[i].bic[b];
            cost[k] = f->each[i].cost[b];
        }
    struct result_table *t = result_table(an, "fits", f->fits);
    if (f->set.named)
        column_text(t, "place", place);
    column_int(t, "breaks", count);
    column_real(t, "bic", bic);
    column_real(t, "cost", cost);
    return ERR_OK;
}

static const char *level(struct analysis *an, double v)
{
    return v < 0.005 ? number_decimals(an, 0, 0) : number_figures(an, v, 2);
}

static void say(struct analysis *an, const struct found *f)
{
    const struct breaks *b = &f->each[0];
    bool weeks = f->set.step_days == 7;
    int64_t changed = 0;
    for (size_t i = 0; i < f->set.series; i++)
        changed += f->each[i].n > 0;
    if (f->breaks == 0) {
        result_sentence(an, text_get(an->lang, T_breaks_none));
    } else if (f->set.series > 1) {
        result_sentence(an, analysis_say(an, breaks_many, changed, f->set.series));
    } else {
        result_sentence(an, analysis_say(an, breaks_found, b->n));
        for (int i = 0; i < b->n && i < 5; i++) {
            const char *when = series_words(an, &f->set, b->at[i]);
            const char *before = level(an, b->level[i]), *after = level(an, b->level[i + 1]);
            result_sentence(an, weeks ? analysis_say(an, breaks_week, when, after, before)
                                      : analysis_say(an, breaks_day, when, after, before));
        }
    }
}

static enum err run(struct analysis *an)
{
    struct found f = {0};
    int kind;
    TRY(series_word(an, "kind", "normal|poisson", &kind));
    TRY(series_read(an, &f.set));
    double share = analysis_real(an, "least-share");
    size_t least = (size_t)floor(share * (double)f.set.steps + 1e-9);
    struct breaks_setting s = {.kind = (enum breaks_kind)kind,
                               .least = least < 2 ? 2 : least,
                               .most = (int)analysis_int(an, "most")};
    TRY(series_enough(an, &f.set, 8));
    f.each = ARENA_ARRAY(an->arena, f.set.series, struct breaks);
    if (!f.each)
        return ERR_NOMEM;
    TRY(cut_all(an, &s, &f));
    TRY(break_table(an, &f));
    TRY(fit_table(an, &f));
    say(an, &f);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    SERIES_OPTIONS,
    {"kind", "normal|poisson", "normal", T_breaks_opt_kind, OPTION_TEXT, 0, 0},
    {"least-share", "NUMBER", "0.15", T_breaks_opt_least, OPTION_REAL, 0.001, 0.5},
    {"most", "NUMBER", "5", T_breaks_opt_most, OPTION_INT, 0, BREAKS_MOST},
    {NULL},
};

const struct analysis_method method_breaks = {
    .name = "breaks",
    .summary = T_breaks,
    .about = T_breaks_about,
    .source = "Bai and Perron 2003; Zeileis et al. 2003",
    .needs = SERIES_NEEDS,
    .may = SERIES_MAY,
    .options = options,
    .run = run,
};
