/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events in words: names of types, areas and organisations, times and places. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "db/db.h"
#include "event_web_sql.h"
#include "parts/event/event_web_query.h"
#include "tmpl/format.h"

struct loading {
    struct arena *a;
    const char *municipality;
    struct event_names *out;
};

static enum err load(struct tx *tx, void *arg)
{
    struct loading *l = arg;
    struct event_names *n = l->out;
    const char *m = l->municipality;
    TRY(q_event_web_areas_all(tx, l->a, &(struct q_event_web_areas_in){m}, &n->areas, &n->n_areas));
    TRY(q_event_web_labels_all(tx, l->a, &(struct q_event_web_labels_in){m}, &n->labels,
                               &n->n_labels));
    TRY(q_event_web_organisations_all(tx, l->a, &(struct q_event_web_organisations_in){m},
                                      &n->organisations, &n->n_organisations));
    return q_event_web_periods_all(tx, l->a, &(struct q_event_web_periods_in){m, time_now()},
                                   &n->periods, &n->n_periods);
}

enum err event_names_load(const struct app *app, struct arena *a, enum lang lang,
                          const char *municipality, struct event_names *out)
{
    struct event_names n = {.lang = lang};
    if (!str_eq(municipality, "0000")) {
        struct loading l = {a, municipality, &n};
        TRY(db_read(app->db, municipality, load, &l));
    }
    *out = n;
    return ERR_OK;
}

static const struct q_event_web_labels_row *label_of(const struct event_names *n, const char *code)
{
    for (size_t i = 0; i < n->n_labels; i++)
        if (str_eq(n->labels[i].code, code))
            return &n->labels[i];
    return NULL;
}

const char *event_names_type(const struct event_names *n, const char *code)
{
    const struct q_event_web_labels_row *own = label_of(n, code);
    if (own && !str_empty(own->label))
        return own->label;
    int type = event_type_index(code);
    return type < 0 ? code : event_type_name(n->lang, type);
}

bool event_names_hidden(const struct event_names *n, const char *code)
{
    const struct q_event_web_labels_row *own = label_of(n, code);
    return own && own->hidden;
}

const char *event_names_area(const struct event_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_areas; i++)
        if (id_eq(n->areas[i].id, id))
            return n->areas[i].name;
    return NULL;
}

bool event_names_find_area(const struct event_names *n, const char *name, struct id *out)
{
    for (size_t i = 0; i < n->n_areas; i++)
        if (str_compare_sv(n->areas[i].name, name) == 0) {
            *out = n->areas[i].id;
            return true;
        }
    return false;
}

const char *event_names_organisation(const struct event_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_organisations; i++)
        if (id_eq(n->organisations[i].id, id))
            return n->organisations[i].name;
    return NULL;
}

const char *event_source_text(enum lang lang, const char *source)
{
    if (str_eq(source, EVENT_SOURCE_POLICE))
        return text_get(lang, T_event_source_police);
    if (str_eq(source, EVENT_SOURCE_REPORT))
        return text_get(lang, T_event_source_report);
    if (str_eq(source, EVENT_SOURCE_CITIZEN))
        return text_get(lang, T_event_source_citizen);
    if (str_eq(source, "import"))
        return text_get(lang, T_event_source_import);
    return source ? source : "";
}

/* --- Times --- */

/* "fredag 13 november 2026 kl. 16.00" */
static const char *moment(struct arena *a, enum lang lang, msec t)
{
    char day[FORMAT_TEXT];
    struct civil c = civil_from_msec(t);
    const char *weekday = text_get(lang, (enum text_key)(T_weekday_1 + c.weekday - 1));
    return arena_printf(a, "%s %s", weekday, format_datetime(day, lang, t));
}

/* Today and yesterday have words of their own. */
static bool lately(msec t, msec now)
{
    int64_t days = date_days(date_of_msec(now)) - date_days(date_of_msec(t));
    return days >= 0 && days <= 1;
}

/* From midnight on: nobody knows when it began. */
enum since_midnight { SINCE_LATER, SINCE_BEFORE, SINCE_ALL_DAY };

static enum since_midnight since_midnight(msec from, msec to)
{
    struct date day = date_of_msec(from);
    if (from != date_start(day) || to <= from)
        return SINCE_LATER;
    msec end = date_start(date_add(day, 1));
    if (to > end)
        return SINCE_LATER;
    return to >= end - MSEC_MINUTE ? SINCE_ALL_DAY : SINCE_BEFORE;
}

/* "23 november före kl. 18.44", "23 november, under dagen"; NULL: the clock is said in full. */
static const char *some_time(struct arena *a, enum lang lang, msec from, msec to)
{
    char day[FORMAT_TEXT], clock[FORMAT_TEXT];
    enum since_midnight s = since_midnight(from, to);
    if (s == SINCE_LATER)
        return NULL;
    format_date(day, lang, date_of_msec(from));
    format_clock(clock, lang, to);
    return s == SINCE_ALL_DAY
               ? text_fmt(a, lang, T_event_time_all_day, (const char *)day)
               : text_fmt(a, lang, T_event_time_before, (const char *)day, (const char *)clock);
}

const char *event_time_text(struct arena *a, enum lang lang, msec from, msec to, msec now)
{
    char one[FORMAT_TEXT], two[FORMAT_TEXT];
    const char *out;
    struct civil f = civil_from_msec(from), t = civil_from_msec(to);
    bool same_day = f.year == t.year && f.month == t.month && f.day == t.day;
    if (to <= from)
        out = arena_strdup(a, lately(from, now) ? format_when(one, lang, from, now)
                                                : format_datetime(one, lang, from));
    else if ((out = some_time(a, lang, from, to)))
        return out;
    else if (same_day)
        out = text_fmt(a, lang, T_event_time_day, format_date(one, lang, date_of_msec(from)),
                       arena_strdup(a, format_clock(two, lang, from)),
                       arena_strdup(a, format_clock((char[FORMAT_TEXT]){0}, lang, to)));
    else
        out = text_fmt(a, lang, T_event_time_between, moment(a, lang, from), moment(a, lang, to));
    return out ? out : "";
}

/* "13 nov.", "13 nov. 2024" */
static const char *short_day(struct arena *a, enum lang lang, msec t, msec now)
{
    char year[8] = "";
    struct civil c = civil_from_msec(t);
    if (c.year != civil_from_msec(now).year)
        snprintf(year, sizeof year, " %d", c.year);
    const char *month = text_get(lang, text_lookup(arena_printf(a, "month_short_%d", c.month)));
    return arena_printf(a, "%d %s%s", c.day, month, year);
}

/* "13 nov. 16.30", "13 nov. 2024 16.30" */
static const char *short_moment(struct arena *a, enum lang lang, msec t, msec now)
{
    char clock[FORMAT_TEXT];
    const char *day = short_day(a, lang, t, now);
    return day ? arena_printf(a, "%s %s", day, format_clock(clock, lang, t)) : NULL;
}

const char *event_time_short(struct arena *a, enum lang lang, msec from, msec to, msec now)
{
    const char *s = NULL;
    char room[FORMAT_TEXT];
    enum since_midnight since = since_midnight(from, to);
    bool same_day = date_days(date_of_msec(from)) == date_days(date_of_msec(to));
    if (to <= from && lately(from, now))
        s = arena_strdup(a, format_when(room, lang, from, now));
    else if (to <= from)
        s = short_moment(a, lang, from, now);
    else if (since == SINCE_ALL_DAY)
        s = text_fmt(a, lang, T_event_time_all_day, short_day(a, lang, from, now));
    else if (since == SINCE_BEFORE)
        s = text_fmt(a, lang, T_event_time_before, short_day(a, lang, from, now),
                     (const char *)format_clock(room, lang, to));
    else
        s = text_fmt(a, lang, T_event_time_short, short_moment(a, lang, from, now),
                     same_day ? arena_strdup(a, format_clock(room, lang, to))
                              : short_moment(a, lang, to, now));
    return s ? s : "";
}

const char *event_days_text(struct arena *a, enum lang lang, const struct event_query *q)
{
    char one[FORMAT_TEXT], two[FORMAT_TEXT];
    if (!q->has_from && !q->has_to)
        return NULL;
    format_date(one, lang, q->from);
    format_date(two, lang, q->to);
    if (!q->has_to)
        return text_fmt(a, lang, T_event_days_from, (const char *)one);
    if (!q->has_from)
        return text_fmt(a, lang, T_event_days_to, (const char *)two);
    if (date_days(q->from) == date_days(q->to))
        return arena_strdup(a, one);
    if (q->from.year == q->to.year && q->from.month == q->to.month)
        return arena_printf(a, "%d–%s", q->from.day, two);
    if (q->from.year == q->to.year)
        return arena_printf(a, "%d %s – %s", q->from.day,
                            text_get(lang, text_lookup(arena_printf(a, "month_%d", q->from.month))),
                            two);
    return arena_printf(a, "%s – %s", one, two);
}

/* --- Places --- */

const char *event_precision_text(enum lang lang, enum geo_precision p)
{
    static const enum text_key keys[] = {
        [GEO_NONE] = T_event_precision_none,
        [GEO_POINT] = T_event_precision_point,
        [GEO_STREET] = T_event_precision_street,
        [GEO_PLACE] = T_event_precision_place,
        [GEO_AREA] = T_event_precision_area,
        [GEO_MUNICIPALITY] = T_event_precision_municipality,
        [GEO_COUNTY] = T_event_precision_county,
    };
    return text_get(lang, keys[p]);
}

const char *event_place_text(const struct event_names *n, const struct event *e)
{
    if (!str_empty(e->place_name))
        return e->place_name;
    const char *area = event_names_area(n, e->area_id);
    if (area)
        return area;
    static const enum text_key keys[] = {
        [GEO_NONE] = T_event_place_none,     [GEO_POINT] = T_event_place_point,
        [GEO_STREET] = T_event_place_point,  [GEO_PLACE] = T_event_place_point,
        [GEO_AREA] = T_event_place_none,     [GEO_MUNICIPALITY] = T_event_place_municipality,
        [GEO_COUNTY] = T_event_place_county,
    };
    return text_get(n->lang, keys[e->precision]);
}
