/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lists of the start page. */
#include "parts/changes/now.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event.h"
#include "tmpl/format.h"

#define DAYS_MOST 40
#define DAYS_FIRST 4 /* shown before the rest is asked for */

static const char *rows_href(const struct changes *c, const char *name, struct id id,
                             enum event_kind kind)
{
    struct picture_query q = changes_query(c);
    char from[TIME_TEXT], to[TIME_TEXT], text[ID_TEXT];
    date_text(q.from, from);
    date_text(date_add(q.to, -1), to);
    id_text(id, text);
    if (id_is_none(id))
        snprintf(text, sizeof text, "1");
    return arena_printf(c->rq->arena, "%s?from=%s&to=%s&kind=%s&%s=%s",
                        web_address(c->rq, "/handelser"), from, to, event_kind_name(kind), name,
                        text);
}

/* --- Levels --- */

const char *now_count(struct req *rq, int64_t n, int64_t before, bool has_before)
{
    char now[FORMAT_TEXT], was[FORMAT_TEXT];
    if (n < 0)
        return NULL;
    format_number(now, n);
    if (!has_before || before < 0)
        return format_arena(rq->arena, now);
    format_number(was, before);
    return TXF(rq, changes_count, now, was);
}

const char *level_count(struct req *rq, const struct picture *p, const struct level_signs *s)
{
    if (!p->ongoing || !s->has_before || s->n < 0)
        return now_count(rq, s->n, s->before, s->has_before);
    if (p->passed < 1)
        return now_count(rq, s->n, 0, false);
    char now[FORMAT_TEXT];
    const char *before = picture_so_far(rq->arena, rq->lang, p, s->before);
    return before ? TXF(rq, changes_count, format_number(now, s->n), before) : NULL;
}

/* What lies in no area: with it the rows add up to all. */
static void rest_of_town(const struct changes *c, const struct picture *p,
                         struct changes_now_view *v)
{
    struct req *rq = c->rq;
    for (size_t i = 0; i < p->areas.n; i++) {
        const struct picture_change *x = &p->areas.rows[i].change;
        struct level_signs s = {.n = x->now, .before = x->before, .has_before = p->has_before};
        if (!p->areas.rows[i].none || (!x->now && !x->before))
            continue;
        v->rest = level_count(rq, p, &s);
        v->rest_href = web_may(rq, PERM_EVENT_READ) && s.n > 0
                           ? rows_href(c, "noarea", (struct id){{0}}, EVENT_INCIDENT)
                           : NULL;
    }
}

/* Nothing that anybody set, or that is suggested, or that differs, is more than as usual. */
static bool area_is_quiet(const struct changes_area *row, const struct level_signs *s)
{
    return row->level.no <= PAGE_GREEN && row->before.no <= PAGE_GREEN &&
           row->suggested.no <= PAGE_GREEN && s->certainty != CERTAINTY_CLEARLY_FEWER &&
           s->certainty != CERTAINTY_LIKELY_FEWER;
}

static struct changes_area area_row(const struct changes *c, const struct picture_told *told,
                                    const struct picture_name *area)
{
    struct req *rq = c->rq;
    char id[ID_TEXT];
    id_text(area->id, id);
    struct level_signs s = level_signs_of(&told->picture, area->id);
    const struct area_level *l = changes_level(c->levels, c->n_levels, area->id);
    const struct area_level *was = changes_level(c->levels_before, c->n_levels_before, area->id);
    struct changes_area row = {
        .name = area->name,
        .href = changes_at(rq, c->period.id, arena_printf(rq->arena, "/omraden/%s", id)),
        .act = l && l->level ? TX(rq, changes_change) : TX(rq, changes_set),
        .level = {l ? l->level : PAGE_NO_LEVEL},
        .before = {was ? was->level : PAGE_NO_LEVEL},
        .reason = l && l->level ? l->reason : NULL,
        .who = l && l->level ? l->set_by_name : NULL,
        .count = level_count(rq, &told->picture, &s),
        .verdict = s.n >= 0 && s.has_before ? picture_certainty_text(rq->lang, s.certainty) : NULL,
        .rows_href = web_may(rq, PERM_EVENT_READ) && s.n > 0
                         ? rows_href(c, "area", area->id, EVENT_INCIDENT)
                         : NULL,
    };
    row.looked = told->picture.looked == PICTURE_LOOKED;
    row.suggested.no = row.looked ? level_suggest(&s) : PAGE_NO_LEVEL;
    row.signs = changes_signs(rq, &s);
    row.quiet = area_is_quiet(&row, &s);
    return row;
}

enum err now_areas(const struct changes *c, const struct picture_told *told,
                   const struct changes_area **out, size_t *out_n)
{
    const struct picture_names *n = &told->names;
    struct changes_area *rows = ARENA_ARRAY(c->rq->arena, n->n_areas + 1, struct changes_area);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n->n_areas; i++)
        rows[i] = area_row(c, told, &n->areas[i]);
    *out = rows;
    *out_n = n->n_areas;
    return ERR_OK;
}

/* --- Focus --- */

enum err now_focus(struct req *rq, const struct focus *f, const struct picture_names *n,
                   struct changes_focus_list *out)
{
    struct changes_focus *rows = ARENA_ARRAY(rq->arena, FOCUS_MOST, struct changes_focus);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n; i++) {
        const struct focus_place *p = &f->places[i];
        const struct picture_name *area =
            id_is_none(p->area) ? NULL : picture_area_named(n, p->area);
        rows[i] = (struct changes_focus){.no = (int)i + 1,
                                         .name = p->name,
                                         .area = area ? area->name : NULL,
                                         .need = changes_weight(rq, p->need, false),
                                         .influence = changes_weight(rq, p->influence, true),
                                         .reason = p->reason};
    }
    *out = (struct changes_focus_list){rows, f->n};
    return ERR_OK;
}

/* --- Who reports --- */

struct heard {
    const struct changes *c;
    msec from, to;
    struct seen {
        int64_t incidents, calm; /* in the period, as the list counts them */
        int64_t linked;          /* about what another row counts */
        msec last;
    } * of;          /* of each organisation of the reporters */
    uint16_t *index; /* of the columns' organisations; COLUMNS_NONE16: nobody's */
};

static bool hear(void *arg, const struct event_rows *r, uint32_t i)
{
    struct heard *h = arg;
    uint16_t o = r->organisation[i], at = o == COLUMNS_NONE16 ? COLUMNS_NONE16 : h->index[o];
    if (at == COLUMNS_NONE16)
        return true;
    struct seen *s = &h->of[at];
    if (r->from[i] > s->last)
        s->last = r->from[i];
    if (r->from[i] < h->from || r->from[i] >= h->to)
        return true;
    enum event_kind kind = event_types[r->type[i]].kind;
    bool linked = COLUMNS_LINKED(r->flags[i]);
    s->linked += linked;
    s->incidents += !linked && kind == EVENT_INCIDENT;
    s->calm += !linked && kind == EVENT_ALL_CLEAR;
    return true;
}

static enum err listen(const struct changes *c, struct heard *h)
{
    struct arena *a = c->rq->arena;
    AUTO(columns_givep) struct columns_view *v = NULL;
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    h->of = ARENA_ARRAY(a, c->n_reporters + 1, struct seen);
    if (!h->of)
        return ERR_NOMEM;
    TRY(columns_take(web_app(c->rq)->columns, web_municipality(c->rq), &v));
    if (v->n == 0)
        return ERR_OK;
    const struct event_rows *r = v->parts[0];
    h->index = ARENA_ARRAY(a, r->n_organisations + 1u, uint16_t);
    if (!h->index)
        return ERR_NOMEM;
    for (uint16_t i = 0; i < r->n_organisations; i++) {
        h->index[i] = COLUMNS_NONE16;
        for (size_t j = 0; j < c->n_reporters && j < COLUMNS_NONE16; j++)
            if (id_eq(r->organisations[i], c->reporters[j].id))
                h->index[i] = (uint16_t)j;
    }
    struct event_filter f = {.to = c->now,
                             .states = 1u << EVENT_INCLUDED | 1u << EVENT_SUBMITTED |
                                       1u << EVENT_REDACTED};
    TRY(columns_select(v, &f, &s));
    columns_each(s, hear, h);
    return ERR_OK;
}

static const char *heard_words(struct req *rq, const struct seen *s)
{
    char day[FORMAT_TEXT];
    if (s->incidents)
        return TXF(rq, changes_reports, s->incidents);
    if (s->calm)
        return TX(rq, changes_calm);
    if (s->linked)
        return TXF(rq, changes_linked, s->linked);
    if (s->last == 0)
        return TX(rq, changes_never);
    return TXF(rq, changes_silent, format_date(day, rq->lang, date_of_msec(s->last)));
}

static enum err reporters(const struct changes *c, struct changes_now_view *v)
{
    struct req *rq = c->rq;
    struct picture_query q = changes_query(c);
    struct heard h = {.c = c, .from = date_start(q.from), .to = date_start(q.to)};
    int64_t silent = 0;
    struct changes_reporter *rows =
        ARENA_ARRAY(rq->arena, c->n_reporters + 1, struct changes_reporter);
    if (!rows)
        return ERR_NOMEM;
    TRY(listen(c, &h));
    for (int pass = 0; pass < 2; pass++) /* the silent ones first */
        for (size_t i = 0; i < c->n_reporters; i++) {
            const struct seen *s = &h.of[i];
            bool quiet = s->incidents == 0 && s->calm == 0 && s->linked == 0;
            if (quiet != (pass == 0))
                continue;
            silent += quiet;
            rows[v->n_reporters++] = (struct changes_reporter){
                c->reporters[i].name,
                s->incidents || s->calm ? rows_href(c, "organisation", c->reporters[i].id,
                                                    s->incidents ? EVENT_INCIDENT : EVENT_ALL_CLEAR)
                                        : NULL,
                heard_words(rq, s), quiet};
        }
    v->reporters = rows;
    v->n_silent = silent;
    v->n_heard = (int64_t)v->n_reporters - silent;
    v->reporters_said = c->n_reporters == 0 ? TX(rq, changes_no_reporters)
                        : !silent           ? TX(rq, changes_all_heard)
                        : c->has_period
                            ? TXF(rq, changes_n_silent, (int64_t)c->n_reporters, silent)
                            : TXF(rq, changes_n_silent_days, (int64_t)c->n_reporters, silent);
    if (c->n_reporters == 0 && web_may(rq, PERM_ACCOUNTS))
        v->invite_href = web_address(rq, "/installningar/konton/flera");
    return ERR_OK;
}

/* --- What is coming --- */

struct coming {
    msec at;
    struct changes_day day;
};

static int by_day(const void *a, const void *b)
{
    const struct coming *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

static const char *day_text(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

static const char *holiday_name(enum lang lang, const char *key)
{
    char name[64];
    snprintf(name, sizeof name, "changes_day_%s", key);
    enum text_key k = text_lookup(name);
    return k == TEXT_COUNT ? key : text_get(lang, k);
}

static void holidays(const struct changes *c, struct coming *list, size_t *n)
{
    struct date today = date_of_msec(c->now);
    int64_t from = date_days(today), to = from + CHANGES_AHEAD;
    for (int year = today.year; year <= today.year + 1; year++) {
        struct holiday days[HOLIDAY_YEAR];
        size_t k;
        holidays_of(year, days, &k);
        for (size_t i = 0; i < k && *n < DAYS_MOST; i++) {
            int64_t day = date_days(days[i].day);
            if (day < from || day >= to)
                continue;
            msec at = date_start(days[i].day);
            list[(*n)++] =
                (struct coming){at,
                                {day_text(c->rq, at), holiday_name(c->rq->lang, days[i].key), NULL,
                                 TX(c->rq, changes_holiday)}};
        }
    }
}

static void breaks(const struct changes *c, struct coming *list, size_t *n)
{
    struct req *rq = c->rq;
    msec until = date_start(date_add(date_of_msec(c->now), CHANGES_AHEAD));
    for (size_t i = 0; i < c->n_breaks && *n < DAYS_MOST; i++) {
        const struct school_break *b = &c->breaks[i];
        if (b->ends_at <= c->now || b->starts_at >= until)
            continue;
        const char *when = picture_period_text(rq->arena, rq->lang, date_of_msec(b->starts_at),
                                               date_add(date_of_msec(b->ends_at - 1), 1));
        list[(*n)++] = (struct coming){b->starts_at, {when, b->name, NULL, TX(rq, changes_break)}};
    }
}

static void planned(const struct changes *c, struct coming *list, size_t *n)
{
    struct req *rq = c->rq;
    for (size_t i = 0; i < c->n_planned && *n < DAYS_MOST; i++) {
        const struct q_changes_planned_row *e = &c->planned[i];
        char when[FORMAT_TEXT], id[ID_TEXT];
        const char *what = !str_empty(e->title)        ? e->title
                           : !str_empty(e->place_name) ? e->place_name
                                                       : TX(rq, changes_planned_unnamed);
        id_text(e->id, id);
        format_datetime(when, rq->lang, e->occurred_from);
        list[(*n)++] =
            (struct coming){e->occurred_from,
                            {format_arena(rq->arena, when), what,
                             arena_printf(rq->arena, "%s/%s", web_address(rq, "/handelser"), id),
                             TX(rq, changes_planned)}};
    }
}

static enum err coming(const struct changes *c, struct changes_now_view *v)
{
    struct coming *list = ARENA_ARRAY(c->rq->arena, DAYS_MOST, struct coming);
    struct changes_day *days = ARENA_ARRAY(c->rq->arena, DAYS_MOST, struct changes_day);
    size_t n = 0;
    if (!list || !days)
        return ERR_NOMEM;
    if (v->inside)
        planned(c, list, &n);
    breaks(c, list, &n);
    holidays(c, list, &n);
    qsort(list, n, sizeof *list, by_day);
    for (size_t i = 0; i < n; i++)
        days[i] = list[i].day;
    v->days = days;
    v->n_days = n < DAYS_FIRST + 1 ? n : DAYS_FIRST; /* one more is no fold */
    v->later = days + v->n_days;
    v->n_later = n - v->n_days;
    return ERR_OK;
}

enum err now_parts(const struct changes *c, const struct picture_told *told,
                   struct changes_now_view *v)
{
    struct req *rq = c->rq;
    bool may = web_may(rq, PERM_SETTINGS);
    TRY(coming(c, v));
    if (!v->inside)
        return ERR_OK;
    TRY(reporters(c, v));
    if (!c->has_period)
        return ERR_OK;
    TRY(now_areas(c, told, &v->areas, &v->n_areas));
    rest_of_town(c, &told->picture, v);
    for (size_t i = 0; i < v->n_areas; i++)
        v->n_quiet += v->areas[i].quiet;
    v->n_loud = (int64_t)v->n_areas - v->n_quiet;
    v->no_areas = (struct page_empty){
        .title = TX(rq, changes_no_areas),
        .text = may ? TX(rq, changes_no_areas_do) : TX(rq, changes_no_areas_ask),
        .href = may ? web_address(rq, "/installningar/omraden") : NULL,
        .label = may ? TX(rq, changes_add_areas) : NULL};
    TRY(now_focus(rq, &c->focus, &told->names, &v->focus));
    return now_focus(rq, &c->focus_before, &told->names, &v->focus_before);
}
