/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reporting periods: rows with a beginning and an end, regular or not. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"

enum err period_from_days(struct date first, struct date last, struct period *out)
{
    if (!date_valid(first) || !date_valid(last))
        return ERR_INVALID;
    int64_t days = date_days(last) - date_days(first) + 1;
    if (days < 1 || days > PERIOD_DAYS_MOST)
        return ERR_INVALID;
    out->starts_at = date_start(first);
    out->ends_at = date_start(date_add(last, 1));
    return ERR_OK;
}

static struct civil noon(struct date d)
{
    return civil_from_msec(date_at(d, 12 * 60));
}

const char *period_week_name(struct arena *a, const char *word, struct date first, struct date last)
{
    struct civil f = noon(first), l = noon(last);
    if (f.iso_year != l.iso_year)
        return arena_printf(a, "%s %d %d–%d %d", word, f.iso_week, f.iso_year, l.iso_week,
                            l.iso_year);
    return f.iso_week == l.iso_week
               ? arena_printf(a, "%s %d %d", word, f.iso_week, f.iso_year)
               : arena_printf(a, "%s %d–%d %d", word, f.iso_week, l.iso_week, f.iso_year);
}

enum err period_series_make(struct arena *a, const struct period_series *s, struct period **out,
                            size_t *out_n)
{
    if (!date_valid(s->from) || !date_valid(s->to) || s->weekday < 1 || s->weekday > 7 ||
        (s->weeks != 1 && s->weeks != 2))
        return ERR_INVALID;
    int days = s->weeks * 7;
    struct date first = date_add(s->from, (s->weekday - date_weekday(s->from) + 7) % 7);
    int64_t room = date_days(s->to) - date_days(first) + 1;
    if (room < days)
        return ERR_INVALID;
    if (room / days > PERIOD_SERIES_MOST)
        return ERR_LIMIT;
    size_t n = (size_t)(room / days);
    struct period *list = ARENA_ARRAY(a, n, struct period);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct date last = date_add(first, days - 1);
        TRY(period_from_days(first, last, &list[i]));
        list[i].id = id_new();
        list[i].name = period_week_name(a, s->word, first, last);
        if (!list[i].name)
            return ERR_NOMEM;
        first = date_add(first, days);
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum period_fit period_fit(const struct period *before, const struct period *p)
{
    if (p->starts_at < before->ends_at)
        return PERIOD_OVERLAPS;
    return p->starts_at > before->ends_at ? PERIOD_GAP : PERIOD_FITS;
}

enum err period_add(struct tx *tx, const char *municipality, const struct period *p)
{
    if (str_empty(p->name) || p->ends_at <= p->starts_at)
        return ERR_INVALID;
    struct q_settings_period_add_in in = {municipality, p->id,      p->name,
                                          p->starts_at, p->ends_at, time_now()};
    return q_settings_period_add_run(tx, &in, NULL);
}

enum err period_change(struct tx *tx, const char *municipality, const struct period *p,
                       const struct period *seen)
{
    if (str_empty(p->name) || p->ends_at <= p->starts_at)
        return ERR_INVALID;
    struct q_settings_period_set_in in = {municipality, p->id,      p->name,         p->starts_at,
                                          p->ends_at,   seen->name, seen->starts_at, seen->ends_at};
    int64_t n;
    TRY(q_settings_period_set_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err period_delete(struct tx *tx, struct arena *a, const char *municipality, struct id id)
{
    struct q_settings_period_in one = {municipality, id};
    struct q_settings_period_row p;
    TRY(q_settings_period_one(tx, a, &one, &p));
    struct q_settings_period_used_in used = {municipality, id, p.starts_at, p.ends_at};
    struct q_settings_period_used_row row;
    TRY(q_settings_period_used_one(tx, a, &used, &row));
    if (row.n)
        return ERR_CONFLICT;
    struct q_settings_period_delete_in in = {municipality, id};
    return q_settings_period_delete_run(tx, &in, NULL);
}
