/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What was found in series of counts: the table and the sentences. */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/series.h"
#include "stats/compare.h"

struct finds_columns {
    const char **place, **label, **start;
    double *observed;
};

static bool fill(struct analysis *an, const struct series_finds *f, struct finds_columns *c)
{
    const struct series_set *s = f->set;
    size_t each = s->steps - f->first;
    c->place = ARENA_ARRAY(an->arena, f->n, const char *);
    c->label = ARENA_ARRAY(an->arena, f->n, const char *);
    c->start = ARENA_ARRAY(an->arena, f->n, const char *);
    c->observed = ARENA_ARRAY(an->arena, f->n, double);
    if (!c->place || !c->label || !c->start || !c->observed)
        return false;
    for (size_t k = 0; k < each; k++) {
        const char *label = series_label(an, s, f->first + k);
        const char *start = series_start(an, s, f->first + k);
        for (size_t i = 0; i < s->series; i++) {
            c->place[i * each + k] = s->name[i];
            c->label[i * each + k] = label;
            c->start[i * each + k] = start;
            c->observed[i * each + k] = s->y[i * s->steps + f->first + k];
        }
    }
    return true;
}

struct result_table *series_table(struct analysis *an, struct series_finds *f)
{
    struct finds_columns c = {0};
    bool weeks = f->set->step_days == 7;
    f->n = f->set->series * (f->set->steps - f->first);
    bool ok = fill(an, f, &c);
    struct result_table *t = result_table(an, weeks ? "weeks" : "days", f->n);
    if (f->set->named)
        column_text(t, "place", ok ? c.place : NULL);
    column_text(t, weeks ? "week" : "day", ok ? c.label : NULL);
    column_text(t, "start", ok ? c.start : NULL);
    column_real(t, "observed", ok ? c.observed : NULL);
    column_real(t, "expected", f->expected);
    return t;
}

/* The clearest of the alarms: the smallest p, else the largest ratio to what was expected. */
static size_t clearest(const struct series_finds *f, const bool *sure)
{
    const struct series_set *s = f->set;
    size_t each = s->steps - f->first, best = SIZE_MAX;
    double best_score = -INFINITY;
    for (size_t i = 0; i < f->n; i++) {
        if (!sure[i])
            continue;
        double y = s->y[i / each * s->steps + f->first + i % each];
        double score = f->p ? -f->p[i] : y / fmax(f->expected[i], 0.5);
        if (best == SIZE_MAX || score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

static void say_clearest(struct analysis *an, const struct series_finds *f, size_t i)
{
    const struct series_set *s = f->set;
    size_t each = s->steps - f->first, series = i / each, step = f->first + i % each;
    const char *events = number_events(an, (int64_t)s->y[series * s->steps + step]);
    const char *expected = number_expected(an, f->expected[i]), *when = series_words(an, s, step);
    result_sentence(an, s->named ? analysis_say(an, trend_clearest_place, s->name[series], when,
                                                events, expected)
                                 : analysis_say(an, trend_clearest, when, events, expected));
}

/* {1} how many, {2} of how many. */
struct tell_keys {
    enum text_key none, some, level;
};

static struct tell_keys keys_of(const struct series_finds *f)
{
    if (f->set->series > 1) /* a week in two series is two cases */
        return (struct tell_keys){T_trend_no_cases, T_trend_some_cases, T_trend_level_cases};
    if (f->set->step_days == 7)
        return (struct tell_keys){T_trend_no_weeks, T_trend_some_weeks, T_trend_level_weeks};
    return (struct tell_keys){T_trend_no_days, T_trend_some_days, T_trend_level_days};
}

static const char *fill_two(struct analysis *an, enum text_key key, int64_t a, size_t b)
{
    const struct text_arg args[] = {text_arg_int(a), text_arg_int((int64_t)b)};
    return text_fmt_args(an->arena, an->lang, key, args, 2);
}

static void say(struct analysis *an, const struct series_finds *f, const bool *sure, size_t tested)
{
    int64_t n = 0;
    bool weeks = f->set->step_days == 7;
    struct tell_keys keys = keys_of(f);
    for (size_t i = 0; i < f->n; i++)
        n += sure[i];
    if (tested == 0)
        result_sentence(an, text_get(an->lang, T_trend_untested));
    else if (f->level)
        result_sentence(an, n ? fill_two(an, keys.level, n, tested)
                              : text_get(an->lang, T_trend_level_no));
    else if (n == 0)
        result_sentence(an, fill_two(an, keys.none, (int64_t)tested, tested));
    else if (tested == 1)
        result_sentence(an, text_get(an->lang, weeks ? T_trend_one_week : T_trend_one_day));
    else
        result_sentence(an, fill_two(an, keys.some, n, tested));
    if (n)
        say_clearest(an, f, clearest(f, sure));
}

enum err series_tell(struct analysis *an, const struct series_finds *f, struct result_table *t)
{
    bool *sure = ARENA_ARRAY(an->arena, f->n, bool);
    double *q = f->p ? ARENA_ARRAY(an->arena, f->n, double) : NULL;
    size_t tested = 0;
    int64_t alarms = 0, sures = 0;
    if (!sure || (f->p && !q))
        return ERR_NOMEM;
    if (f->p)
        TRY(fdr_adjust(f->p, f->n, q));
    double fdr = f->p ? analysis_real(an, "fdr") : 1;
    for (size_t i = 0; i < f->n; i++) {
        sure[i] = f->alarm[i] && (!q || q[i] <= fdr);
        tested += !isnan(f->expected[i]);
        alarms += f->alarm[i];
        sures += sure[i];
    }
    if (f->p) {
        column_real(t, "p", f->p);
        column_real(t, "q", q);
    }
    column_bool(t, "alarm", f->alarm);
    if (f->p)
        column_bool(t, "sure", sure);
    result_int(an, "tested", (int64_t)tested);
    result_int(an, "alarms", alarms);
    if (f->p)
        result_int(an, "sure_alarms", sures);
    say(an, f, sure, tested);
    return ERR_OK;
}
