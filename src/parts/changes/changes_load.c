/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the pages begin with, and words that they share. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/perm.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/changes/changes_inner.h"
#include "tmpl/format.h"

/* --- Reading --- */

const struct adopted_head *changes_adopted(const struct changes *c, struct id period)
{
    for (size_t i = 0; i < c->n_adopted; i++)
        if (id_eq(c->adopted[i].period, period))
            return &c->adopted[i];
    return NULL;
}

static enum err read_periods(struct tx *tx, struct changes *c)
{
    struct arena *a = c->rq->arena;
    struct q_changes_periods_in in = {web_municipality(c->rq), c->now};
    struct q_changes_periods_row *rows;
    TRY(q_changes_periods_all(tx, a, &in, &rows, &c->n_periods));
    c->periods = ARENA_ARRAY(a, c->n_periods + 1, struct changes_period);
    if (!c->periods)
        return ERR_NOMEM;
    c->at = c->n_periods;
    for (size_t i = 0; i < c->n_periods; i++) {
        const struct q_changes_periods_row *r = &rows[i];
        c->periods[i] = (struct changes_period){r->id, r->name, r->starts_at, r->ends_at,
                                                changes_adopted(c, r->id) != NULL};
        if (id_eq(r->id, c->wanted))
            c->at = i;
    }
    if (id_is_none(c->wanted))
        c->at = changes_current(c->periods, c->n_periods, c->now);
    c->has_period = c->at < c->n_periods;
    if (c->has_period)
        c->period = c->periods[c->at];
    if (c->has_period || id_is_none(c->wanted))
        return ERR_OK;
    struct q_changes_period_in one = {in.municipality, c->wanted};
    struct q_changes_period_row row;
    TRY(q_changes_period_one(tx, a, &one, &row));
    c->period = (struct changes_period){row.id, row.name, row.starts_at, row.ends_at,
                                        changes_adopted(c, row.id) != NULL};
    c->has_period = true;
    return ERR_OK;
}

/* The levels of the period before: those that were adopted, where it was. What is set afterwards is
 * a draft until it is adopted too. */
static enum err read_before(struct tx *tx, struct changes *c, struct id before)
{
    struct arena *a = c->rq->arena;
    const char *m = web_municipality(c->rq), *content;
    if (!changes_adopted(c, before))
        return levels_of(tx, a, m, before, &c->levels_before, &c->n_levels_before);
    struct adopted_head head = {.period = before};
    struct adopted d;
    TRY(adopted_get(tx, a, m, &head, &content));
    TRY(adopted_read(content, a, &d));
    struct area_level *list = ARENA_ARRAY(a, d.n_areas + 1, struct area_level);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < d.n_areas; i++)
        list[i] = (struct area_level){.area = d.areas[i].area,
                                      .level = d.areas[i].level,
                                      .suggested = d.areas[i].suggested,
                                      .reason = d.areas[i].reason};
    c->levels_before = list;
    c->n_levels_before = d.n_areas;
    return ERR_OK;
}

static enum err read_decided(struct tx *tx, struct changes *c)
{
    struct arena *a = c->rq->arena;
    const char *m = web_municipality(c->rq);
    if (!c->has_period)
        return ERR_OK;
    TRY(levels_of(tx, a, m, c->period.id, &c->levels, &c->n_levels));
    TRY(focus_of(tx, a, m, c->period.id, &c->focus));
    TRY(drafts_of(tx, a, m, c->period.id, &c->drafts));
    TRY(adopted_bulletin(tx, a, m, c->period.id, &c->bulletin));
    if (c->at + 1 >= c->n_periods)
        return ERR_OK;
    struct id before = c->periods[c->at + 1].id;
    TRY(read_before(tx, c, before));
    return focus_of(tx, a, m, before, &c->focus_before);
}

static enum err read_all(struct tx *tx, void *arg)
{
    struct changes *c = arg;
    struct arena *a = c->rq->arena;
    const char *m = web_municipality(c->rq);
    struct date today = date_of_msec(c->now);
    enum err e = rhythm_get(tx, a, m, &c->rhythm);
    c->has_rhythm = e == ERR_OK;
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    TRY(adopted_list(tx, a, m, &c->adopted, &c->n_adopted));
    TRY(read_periods(tx, c));
    TRY(read_decided(tx, c));
    TRY(school_breaks(tx, a, m, &c->breaks, &c->n_breaks));
    struct q_changes_reporters_in who = {m, role_name(ROLE_REPORTER)};
    TRY(q_changes_reporters_all(tx, a, &who, &c->reporters, &c->n_reporters));
    struct q_changes_planned_in ahead = {m, "planned_event", date_start(today),
                                         date_start(date_add(today, CHANGES_AHEAD))};
    return q_changes_planned_all(tx, a, &ahead, &c->planned, &c->n_planned);
}

enum err changes_load(struct req *rq, struct id wanted, struct changes *out)
{
    *out = (struct changes){.rq = rq, .now = time_now(), .wanted = wanted};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    TRY(rhythm_open(web_app(rq), web_municipality(rq), out->now, NULL));
    return web_read(rq, read_all, out);
}

enum err changes_load_named(struct req *rq, struct changes *out)
{
    struct id id;
    if (id_parse(req_param(rq, "id"), &id) != ERR_OK || id_is_none(id))
        return ERR_NOTFOUND;
    return changes_load(rq, id, out);
}

struct picture_query changes_query(const struct changes *c)
{
    struct picture_query q = {.municipality = web_municipality(c->rq)};
    if (c->has_period) {
        q.from = date_of_msec(c->period.starts_at);
        q.to = date_add(date_of_msec(c->period.ends_at - 1), 1);
    } else {
        q.to = date_add(date_of_msec(c->now), 1); /* what has come today is seen today */
        q.from = date_add(q.to, -CHANGES_FALLBACK);
    }
    return q;
}

const struct area_level *changes_level(const struct area_level *list, size_t n, struct id area)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(list[i].area, area))
            return &list[i];
    return NULL;
}

/* --- Addresses and words --- */

const char *changes_at_period(struct req *rq, struct id period)
{
    char id[ID_TEXT];
    id_text(period, id);
    return arena_printf(rq->arena, "%s?period=%s", web_address(rq, "/nu"), id);
}

const char *changes_at(struct req *rq, struct id period, const char *tail)
{
    char id[ID_TEXT];
    id_text(period, id);
    return arena_printf(rq->arena, "%s/%s%s", web_address(rq, "/nu"), id, tail);
}

static const char *bulletin_at(struct req *rq, struct id period, const char *tail)
{
    char id[ID_TEXT];
    id_text(period, id);
    return web_address(rq, arena_printf(rq->arena, "/lagesbrev/%s%s", id, tail));
}

const char *changes_bulletin_href(struct req *rq, const struct adopted_bulletin *b,
                                  struct id period)
{
    bool sees = b->made && (b->handed || web_may(rq, PERM_LEVEL_EDIT));
    return sees ? bulletin_at(rq, period, "") : NULL;
}

const char *changes_bulletin_make(struct req *rq, const struct adopted_bulletin *b,
                                  struct id period)
{
    return !b->made && web_may(rq, PERM_LEVEL_EDIT) ? bulletin_at(rq, period, "/gor") : NULL;
}

const char *changes_period_text(struct req *rq, const struct changes_period *p)
{
    const char *days = picture_period_text(rq->arena, rq->lang, date_of_msec(p->starts_at),
                                           date_add(date_of_msec(p->ends_at - 1), 1));
    return days ? arena_printf(rq->arena, "%s (%s)", p->name, days) : NULL;
}

const char *changes_word(struct req *rq, enum page_level_no l)
{
    static const enum text_key words[] = {T_changes_no_level, T_core_green, T_core_yellow,
                                          T_core_orange, T_core_red};
    return text_get(rq->lang, words[l]);
}

const char *changes_weight(struct req *rq, int n, bool influence)
{
    static const enum text_key needs[] = {T_changes_need_1, T_changes_need_2, T_changes_need_3};
    static const enum text_key may[] = {T_changes_influence_1, T_changes_influence_2,
                                        T_changes_influence_3};
    return n < 1 || n > 3 ? NULL : text_get(rq->lang, (influence ? may : needs)[n - 1]);
}

void changes_guard(struct req *rq, const char *field)
{
    const char *text = req_field(rq, field);
    struct guard_span at;
    if (!text || !guard_find(text, strlen(text), &at, 1))
        return;
    const char *found = arena_strndup(rq->arena, text + at.at, at.len);
    req_problem(rq, field, found ? TXF(rq, changes_person, found) : TX(rq, err_nomem));
}

const char *changes_seen(struct req *rq, const char *field, int64_t now, bool told)
{
    bool back = !told && (rq->unsent || rq->method != HTTP_GET);
    long long seen = back ? req_int(rq, field, now) : now;
    return arena_printf(rq->arena, "%lld", seen);
}

enum err changes_crumbs(struct req *rq, struct page *p, struct id period)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 1, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[0] = (struct page_link){TX(rq, changes_title), changes_at_period(rq, period), false};
    p->crumbs = list;
    p->n_crumbs = 1;
    p->part = TX(rq, picture_title);
    return ERR_OK;
}

const char *changes_signs(struct req *rq, const struct level_signs *s)
{
    const char *said = s->has_before ? picture_certainty_text(rq->lang, s->certainty)
                                     : TX(rq, changes_sign_none_before);
    if (!s->has_before && !s->fresh && !s->step && !s->chain)
        return said;
    return arena_printf(rq->arena, "%s%s%s%s%s%s%s", said, s->fresh ? ", " : "",
                        s->fresh ? TX(rq, changes_sign_fresh) : "", s->step ? ", " : "",
                        s->step ? TX(rq, changes_sign_step) : "", s->chain ? ", " : "",
                        s->chain ? TX(rq, changes_sign_chain) : "");
}
