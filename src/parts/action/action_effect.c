/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What came of it: the engine's answer from the frozen counts, and the sentence. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_inner.h"
#include "parts/analysis/analysis_inner.h"
#include "stats/compare.h"
#include "tmpl/format.h"

static const struct {
    const char *name;
    enum text_key text;
} verdicts[ACTION_VERDICTS] = {
    [ACTION_FEWER] = {"fewer", T_action_verdict_fewer},
    [ACTION_MORE] = {"more", T_action_verdict_more},
    [ACTION_UNSURE] = {"unsure", T_action_verdict_unsure},
    [ACTION_TOO_FEW] = {"too_few", T_action_verdict_too_few},
};

const char *action_verdict_name(enum action_verdict v)
{
    return verdicts[v].name;
}

bool action_verdict_parse(const char *name, enum action_verdict *out)
{
    for (int v = 0; v < ACTION_VERDICTS; v++)
        if (str_eq(verdicts[v].name, name)) {
            *out = (enum action_verdict)v;
            return true;
        }
    return false;
}

const char *action_verdict_text(enum lang lang, enum action_verdict v)
{
    return text_get(lang, verdicts[v].text);
}

static int64_t days_of(msec from, msec to)
{
    return date_days(date_of_msec(to)) - date_days(date_of_msec(from));
}

struct rows {
    double before[2], after[2];
    uint32_t index[2];
};

static void fill_table(struct analysis *an, const struct action_counts *c, struct rows *r)
{
    static const char *const groups[] = {"treated", "control"};
    bool alone = c->comparison_before == DB_NO_INT;
    *r = (struct rows){.before = {(double)c->before, (double)c->comparison_before},
                       .after = {(double)c->after, (double)c->comparison_after},
                       .index = {0, 1}};
    an->table.n = alone ? 1 : 2;
    an->table.has = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER);
    an->table.number[COLUMN_BEFORE] = r->before;
    an->table.number[COLUMN_AFTER] = r->after;
    if (alone)
        return;
    an->table.has |= COLUMN_BIT(COLUMN_GROUP);
    an->table.group = (struct analysis_names){2, groups, r->index};
}

static enum err set_times(struct analysis *an, const struct action_plan *p)
{
    bool counts = p->method == ACTION_COUNTS;
    int64_t before = days_of(p->before_from, p->before_to),
            after = days_of(p->after_from, p->after_to);
    if (before == after || p->method == ACTION_DID) /* in a ratio of ratios the times cancel */
        return ERR_OK;
    const char *b = arena_printf(an->arena, "%lld", (long long)before),
               *a = arena_printf(an->arena, "%lld", (long long)after);
    if (!a || !b)
        return ERR_NOMEM;
    TRY(analysis_set(an, counts ? "exposure-before" : "time-before", b));
    return analysis_set(an, counts ? "exposure-after" : "time-after", a);
}

static double figure(const struct analysis *an, const char *key)
{
    for (size_t i = 0; i < an->result->n_figures; i++)
        if (str_eq(an->result->figures[i].key, key))
            return an->result->figures[i].v.real;
    return NAN;
}

static bool few(const struct action_counts *c)
{
    return c->before < 5 || c->after < 5 || c->comparison_before < 5 || c->comparison_after < 5;
}

/* The same limits as the sentences of the methods have: what is said and what is counted as said
 * are one thing. */
static enum action_verdict of_wdd(const struct analysis *an, const struct action_counts *c)
{
    double low = figure(an, "low"), high = figure(an, "high"), p = figure(an, "p");
    if (isnan(p))
        return ACTION_TOO_FEW;
    if (low <= 0 && high >= 0)
        return few(c) ? ACTION_TOO_FEW : ACTION_UNSURE;
    if (p > (few(c) ? COMPARE_CLEAR : COMPARE_LIKELY))
        return few(c) ? ACTION_TOO_FEW : ACTION_UNSURE;
    return high < 0 ? ACTION_FEWER : ACTION_MORE;
}

static enum action_verdict of_did(const struct analysis *an)
{
    double low = figure(an, "ratio_low"), high = figure(an, "ratio_high");
    if (isnan(figure(an, "p")) || (low <= 0.5 && high >= 2))
        return ACTION_TOO_FEW;
    return high < 1 ? ACTION_FEWER : low > 1 ? ACTION_MORE : ACTION_UNSURE;
}

static enum err of_counts(const struct action_plan *p, const struct action_counts *c,
                          enum action_verdict *out)
{
    struct count now = {c->after, (double)days_of(p->after_from, p->after_to)};
    struct count then = {c->before, (double)days_of(p->before_from, p->before_to)};
    struct comparison r;
    TRY(compare_counts(now, then, &r));
    switch (r.certainty) {
    case CERTAINTY_CLEARLY_FEWER:
    case CERTAINTY_LIKELY_FEWER:
        *out = ACTION_FEWER;
        break;
    case CERTAINTY_CLEARLY_MORE:
    case CERTAINTY_LIKELY_MORE:
        *out = ACTION_MORE;
        break;
    case CERTAINTY_TOO_FEW:
        *out = ACTION_TOO_FEW;
        break;
    default:
        *out = ACTION_UNSURE;
    }
    return ERR_OK;
}

static void add(struct buf *b, const char *sentence)
{
    if (b->len)
        buf_putc(b, ' ');
    buf_puts(b, sentence);
}

static void say_counts(struct arena *a, enum lang lang, const struct action_plan *p,
                       const struct action_counts *c, struct buf *out)
{
    add(out,
        text_fmt(a, lang, T_action_effect_counts, c->before, days_of(p->before_from, p->before_to),
                 c->after, days_of(p->after_from, p->after_to)));
    if (c->comparison_before != DB_NO_INT)
        add(out,
            text_fmt(a, lang, T_action_effect_compared, c->comparison_before, c->comparison_after));
}

static enum err say(struct arena *a, enum lang lang, const struct action_plan *p,
                    const struct action_counts *c, struct action_effect *out)
{
    struct analysis *an;
    struct rows rows;
    AUTO(buf_done) struct buf b = buf_init(16 * 1024);
    TRY(analysis_begin(analysis_method_find(action_method_name(p->method)), a, lang, &an));
    fill_table(an, c, &rows);
    TRY(set_times(an, p));
    enum err e = analysis_run(an);
    if (e) /* the frame refuses only what a person wrote wrongly, and here nobody wrote */
        return e == ERR_USAGE ? ERR_INTERNAL : e;
    if (p->method == ACTION_COUNTS)
        TRY(of_counts(p, c, &out->verdict));
    else
        out->verdict = p->method == ACTION_WDD ? of_wdd(an, c) : of_did(an);
    say_counts(a, lang, p, c, &b);
    for (size_t i = 0; i < an->result->n_sentences; i++)
        add(&b, an->result->sentences[i]);
    for (size_t i = 0; i < an->result->n_warnings; i++)
        add(&b, an->result->warnings[i]);
    add(&b, text_get(lang,
                     p->method == ACTION_COUNTS ? T_action_effect_alone : T_action_effect_assumes));
    TRY(buf_err(&b));
    out->words[lang] = arena_strdup(a, buf_text(&b));
    return out->words[lang] ? ERR_OK : ERR_NOMEM;
}

/* Nothing at all: the engine has nothing to say, and we say so. */
static enum err say_nothing(struct arena *a, struct action_effect *out)
{
    out->verdict = ACTION_TOO_FEW;
    for (int l = 0; l < LANG_COUNT; l++)
        if (!(out->words[l] = arena_strdup(a, text_get((enum lang)l, T_action_effect_nothing))))
            return ERR_NOMEM;
    return ERR_OK;
}

enum err action_effect_of(struct arena *a, const struct action_plan *p,
                          const struct action_counts *c, struct action_effect *out)
{
    struct action_effect x = {ACTION_TOO_FEW, {NULL}};
    if (c->before == 0 && c->after == 0)
        TRY(say_nothing(a, &x));
    else
        for (int l = 0; l < LANG_COUNT; l++)
            TRY(say(a, (enum lang)l, p, c, &x));
    *out = x;
    return ERR_OK;
}
