/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/harmonic_words.h"

#include <math.h>

#include "base/mem.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/when_words.h"

#define LARGE 100.0 /* more than so many times is not told closer */
#define LITTLE 1.05 /* less than so many times is 5 per cent */
#define UNEVEN 1.5  /* Poisson with more dispersion than this is too sure */
#define FEW_YEARS 2.0

const char *harmonic_day(struct analysis *an, double day)
{
    if (isnan(day))
        return NULL;
    struct date d = date_from_days((int64_t)floor(day));
    return arena_printf(an->arena, "%02d-%02d", d.month, d.day);
}

/* "3 augusti" */
static const char *day_words(struct analysis *an, double day)
{
    struct date d = date_from_days((int64_t)floor(day));
    return analysis_say(an, harmonic_date, d.day, when_month(an->lang, d.month));
}

static const char *times(struct analysis *an, double ratio)
{
    return number_decimals(an, ratio, ratio < 1.1 ? 2 : ratio < 10 ? 1 : 0);
}

static size_t fitted(const struct harmonic_found *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->set.series; i++)
        n += f->series[i].state == HARMONIC_FITTED;
    return n;
}

enum err harmonic_enough(struct analysis *an, const struct harmonic_found *f)
{
    const struct harmonic *best = &f->series[0];
    if (fitted(f) > 0)
        return ERR_OK;
    for (size_t i = 1; i < f->set.series; i++)
        best = f->series[i].events > best->events ? &f->series[i] : best;
    if (best->state == HARMONIC_UNFIT)
        return analysis_refuse(an, text_get(an->lang, T_harmonic_unfit));
    int waves = best->harmonics > 0 ? best->harmonics : 1;
    return analysis_refuse(
        an, analysis_say(an, harmonic_few, HARMONIC_DAYS_LEAST, 2 * HARMONIC_EVENTS_LEAST * waves,
                         llround(best->years * HARMONIC_YEAR), llround(best->events)));
}

/* --- The season of one series --- */

/* "mellan 1,7 och 2"; NULL when all of it is more than is told closer. */
static const char *ratio_between(struct analysis *an, const struct harmonic *o)
{
    if (!(o->ratio_low <= LARGE))
        return NULL;
    const char *low = times(an, o->ratio_low);
    if (!(o->ratio_high <= LARGE))
        return analysis_say(an, harmonic_least, low);
    return analysis_say(an, harmonic_between, low, times(an, o->ratio_high));
}

static void say_peak(struct analysis *an, const struct harmonic_found *f, size_t i)
{
    const struct harmonic *o = &f->series[i];
    const char *name = f->set.name[i], *top = day_words(an, o->peak);
    const char *bottom = day_words(an, o->trough), *span = ratio_between(an, o);
    const char *ratio = o->ratio > LARGE ? analysis_say(an, harmonic_over, (int)LARGE)
                                         : analysis_say(an, harmonic_roughly, times(an, o->ratio));
    if (f->set.named)
        result_sentence(
            an, span ? analysis_say(an, harmonic_peak_place, name, top, ratio, bottom, span)
                     : analysis_say(an, harmonic_peak_place_open, name, top, ratio, bottom));
    else
        result_sentence(an, span ? analysis_say(an, harmonic_peak, top, ratio, bottom, span)
                                 : analysis_say(an, harmonic_peak_open, top, ratio, bottom));
    if (isnan(o->peak_low))
        result_sentence(an, text_get(an->lang, T_harmonic_peak_anywhere));
    else if (floor(o->peak_low) < floor(o->peak_high))
        result_sentence(an, analysis_say(an, harmonic_peak_between, day_words(an, o->peak_low),
                                         day_words(an, o->peak_high)));
    if (!isnan(o->second))
        result_warning(an, analysis_say(an, harmonic_second, day_words(an, o->second)));
}

/* One wave, because somebody asked for one: two peaks half a year apart are nothing to it. */
static bool one_wave(const struct harmonic_found *f)
{
    return f->setting.harmonics == 1;
}

static void say_none(struct analysis *an, const struct harmonic_found *f, size_t i)
{
    const struct harmonic *o = &f->series[i];
    const char *name = f->set.name[i];
    if (f->set.named)
        result_sentence(an, one_wave(f) ? analysis_say(an, harmonic_none_place_one, name)
                                        : analysis_say(an, harmonic_none_place, name));
    else
        result_sentence(an,
                        text_get(an->lang, one_wave(f) ? T_harmonic_none_one : T_harmonic_none));
    if (one_wave(f))
        result_sentence(an, text_get(an->lang, T_harmonic_try_two));
    if (o->ratio_high < LITTLE)
        result_sentence(an, analysis_say(an, harmonic_at_most_little, 5));
    else if (o->ratio_high <= LARGE)
        result_sentence(an, analysis_say(an, harmonic_at_most, times(an, o->ratio_high)));
}

static void say_none_of_many(struct analysis *an, const struct harmonic_found *f, size_t n)
{
    if (!one_wave(f)) {
        result_sentence(an, analysis_say(an, harmonic_many_none, n));
        return;
    }
    result_sentence(an, analysis_say(an, harmonic_many_none_one, n));
    result_sentence(an, text_get(an->lang, T_harmonic_try_two));
}

/* --- Several series --- */

static void say_series(struct analysis *an, const struct harmonic_found *f)
{
    size_t best = SIZE_MAX, n = fitted(f);
    int64_t sure = 0;
    double fdr = analysis_real(an, "fdr");
    for (size_t i = 0; i < f->set.series; i++) {
        if (f->series[i].state != HARMONIC_FITTED)
            continue;
        sure += f->q[i] <= fdr;
        if (best == SIZE_MAX || f->series[i].p < f->series[best].p)
            best = i;
    }
    if (f->set.series > 1 && sure)
        result_sentence(an, analysis_say(an, harmonic_many, sure, n));
    else if (f->set.series > 1)
        say_none_of_many(an, f, n);
    if (n < f->set.series)
        result_warning(an, analysis_say(an, harmonic_left_out, f->set.series - n));
    if (f->q[best] <= fdr)
        say_peak(an, f, best);
    else if (f->set.series == 1)
        say_none(an, f, best);
}

/* --- Weeks, days or months outside --- */

static void say_steps(struct analysis *an, const struct harmonic_found *f)
{
    static const enum text_key some[] = {T_harmonic_outside_months, T_harmonic_outside_days,
                                         T_harmonic_outside_weeks, T_harmonic_outside_cases};
    static const enum text_key none[] = {T_harmonic_inside_months, T_harmonic_inside_days,
                                         T_harmonic_inside_weeks, T_harmonic_inside_cases};
    const struct series_set *s = &f->set;
    int unit = s->series > 1 ? 3 : s->step_days == 7 ? 2 : s->step_days;
    const struct text_arg args[] = {text_arg_int(f->n_outside), text_arg_int(f->tested)};
    if (f->n_outside == 0) {
        result_sentence(an, text_fmt_args(an->arena, an->lang, none[unit], args + 1, 1));
        return;
    }
    result_sentence(an, text_fmt_args(an->arena, an->lang, some[unit], args, 2));
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->series * s->steps; i++)
        if (f->outside[i] && (best == SIZE_MAX || f->p[i] < f->p[best]))
            best = i;
    const char *events = number_events(an, llround(s->y[best]));
    const char *expected = number_expected(an, f->expected[best]);
    const char *when = series_words(an, s, best % s->steps);
    result_sentence(an, s->named ? analysis_say(an, trend_clearest_place, s->name[best / s->steps],
                                                when, events, expected)
                                 : analysis_say(an, trend_clearest, when, events, expected));
}

/* --- What weakens it --- */

static void warn(struct analysis *an, const struct harmonic_found *f)
{
    double years = 0, uneven = 0;
    int64_t even = 0;
    for (size_t i = 0; i < f->set.series; i++) {
        const struct harmonic *o = &f->series[i];
        if (o->state != HARMONIC_FITTED)
            continue;
        years = fmax(years, o->years);
        uneven = fmax(uneven, o->dispersion);
        even += isinf(o->theta);
    }
    if (years < FEW_YEARS - 0.02) /* 104 weeks are two years here */
        result_warning(an, analysis_say(an, harmonic_few_years, number_decimals(an, years, 1)));
    if (even > 0)
        result_warning(an, f->set.series == 1 ? text_get(an->lang, T_harmonic_even)
                                              : analysis_say(an, harmonic_even_many, even));
    if (f->setting.family == HARMONIC_POISSON && uneven > UNEVEN)
        result_warning(an, analysis_say(an, harmonic_uneven, number_decimals(an, uneven, 1)));
}

void harmonic_say(struct analysis *an, const struct harmonic_found *f)
{
    say_series(an, f);
    say_steps(an, f);
    warn(an, f);
}
