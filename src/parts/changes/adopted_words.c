/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An adopted picture in words: what was adopted before the period's end is compared with as long a
 * time, in the same words as the page that it was adopted from. */
#include "base/mem.h"
#include "parts/changes/changes.h"
#include "tmpl/format.h"

/* As much of a picture as the words ask for. What was written before `until` was kept compares with
 * all of the period before. */
static struct picture span_of(const struct adopted *d)
{
    struct picture p = {.days = (int)(date_days(d->to) - date_days(d->from))};
    p.ongoing = d->until > 0;
    p.passed = p.ongoing ? (double)(d->until - date_start(d->from)) / MSEC_DAY : p.days;
    return p;
}

bool adopted_so_far(const struct adopted *d)
{
    return d->until > 0;
}

const char *adopted_before(struct arena *a, enum lang lang, const struct adopted *d,
                           const struct adopted_row *r)
{
    struct picture p = span_of(d);
    char text[FORMAT_TEXT];
    if (r->before < 0 || (p.ongoing && p.passed < 1))
        return NULL;
    return p.ongoing ? picture_so_far(a, lang, &p, r->before)
                     : format_arena(a, format_number(text, r->before));
}

const char *adopted_against(struct arena *a, enum lang lang, const struct adopted *d,
                            const struct adopted_row *r)
{
    struct picture p = span_of(d);
    return picture_against(a, lang, &p, r->name,
                           &(struct picture_change){.now = r->n, .before = r->before});
}

const char *adopted_figures(struct arena *a, enum lang lang, const struct adopted *d)
{
    struct picture p = span_of(d);
    char until[FORMAT_TEXT];
    const char *days = picture_period_text(a, lang, d->from, d->to);
    const char *before = picture_period_text(a, lang, d->before_from, d->before_to);
    bool compared = d->all.before >= 0 && !(p.ongoing && p.passed < 1);
    if (!days || !before)
        return NULL;
    if (!p.ongoing)
        return compared ? text_fmt(a, lang, T_changes_figures_against, days, before)
                        : text_fmt(a, lang, T_changes_figures_of, days);
    format_datetime(until, lang, d->until);
    return compared ? text_fmt(a, lang, T_changes_figures_until_against, days, until, before)
                    : text_fmt(a, lang, T_changes_figures_until, days, until);
}

const char *adopted_was_on(struct arena *a, enum lang lang, const struct adopted *d)
{
    struct picture p = span_of(d);
    if (!p.ongoing)
        return text_get(lang, T_changes_was_on);
    if (p.passed < 1)
        return text_get(lang, T_changes_was_begun);
    int64_t passed = picture_days_passed(&p);
    return d->all.before < 0 ? text_fmt(a, lang, T_changes_was_on_alone, passed, (int64_t)p.days)
                             : text_fmt(a, lang, T_changes_was_on_until, passed, (int64_t)p.days);
}
