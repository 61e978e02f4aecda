/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A meeting with all that its agenda is made from, read in one transaction. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/meeting/meeting_inner.h"
#include "tmpl/format.h"

#define FOLLOWED_MOST 60

enum err room_in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

/* --- Which period --- */

struct choosing {
    struct req *rq;
    struct id period;
};

static enum err choose(struct tx *tx, void *arg)
{
    struct choosing *c = arg;
    struct arena *a = c->rq->arena;
    struct q_meeting_periods_in in = {web_municipality(c->rq), time_now()};
    struct q_meeting_periods_row *rows;
    size_t n;
    TRY(q_meeting_periods_all(tx, a, &in, &rows, &n));
    struct changes_period *list = ARENA_ARRAY(a, n + 1, struct changes_period);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct changes_period){rows[i].id, rows[i].name, rows[i].starts_at,
                                          rows[i].ends_at, rows[i].adopted > 0};
    size_t at = changes_current(list, n, time_now());
    c->period = at < n ? list[at].id : (struct id){{0}};
    return ERR_OK;
}

enum err room_period(struct req *rq, struct id *out)
{
    struct choosing c = {.rq = rq};
    TRY(rhythm_open(web_app(rq), web_municipality(rq), time_now(), NULL));
    TRY(web_read(rq, choose, &c));
    *out = c.period;
    return ERR_OK;
}

/* --- Reading --- */

/* By organisation, as they sit; those of none last. Never the order of a database's collation. */
static int by_organisation(const void *a, const void *b)
{
    const struct q_meeting_people_row *x = a, *y = b;
    const char *of_x = x->organisation, *of_y = y->organisation;
    int order = !of_x || !of_y ? !of_x - !of_y : str_compare_sv(of_x, of_y);
    if (!order && of_x && of_y)
        order = strcmp(of_x, of_y); /* each on a line of its own */
    if (!order)
        order = str_compare_sv(x->name, y->name);
    return order ? order : strcmp(x->email, y->email);
}

static enum err read_before(struct tx *tx, struct room *r)
{
    struct arena *a = r->rq->arena;
    const char *town = web_municipality(r->rq);
    enum err e = meeting_before(tx, a, town, &r->m, &r->before);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    r->has_before = true;
    TRY(meeting_done(tx, a, town, r->before.id, r->before_done));
    return meeting_notes(tx, a, town, r->before.id, r->before_notes);
}

static enum err read_written(struct tx *tx, struct room *r)
{
    struct arena *a = r->rq->arena;
    const char *town = web_municipality(r->rq);
    struct id id = r->m.id;
    struct q_meeting_people_in people = {town};
    struct q_meeting_present_in present = {town, id};
    struct q_meeting_ticks_in ticks = {town, id};
    struct q_meeting_decisions_in decisions = {town, id};
    TRY(meeting_done(tx, a, town, id, r->done));
    TRY(meeting_notes(tx, a, town, id, r->notes));
    TRY(meeting_guests(tx, a, town, id, &r->guests, &r->n_guests));
    TRY(meeting_messages(tx, a, town, id, &r->messages, &r->n_messages));
    TRY(q_meeting_people_all(tx, a, &people, &r->people, &r->n_people));
    if (r->n_people)
        qsort(r->people, r->n_people, sizeof *r->people, by_organisation);
    TRY(q_meeting_present_all(tx, a, &present, &r->present, &r->n_present));
    TRY(q_meeting_ticks_all(tx, a, &ticks, &r->ticks, &r->n_ticks));
    return q_meeting_decisions_all(tx, a, &decisions, &r->decisions, &r->n_decisions);
}

static enum err read_period(struct tx *tx, struct room *r)
{
    struct arena *a = r->rq->arena;
    const char *town = web_municipality(r->rq);
    struct q_meeting_period_in in = {town, r->m.period};
    struct q_meeting_period_row row;
    if (id_is_none(r->m.period))
        return ERR_OK;
    enum err e = q_meeting_period_one(tx, a, &in, &row);
    if (e == ERR_NOTFOUND) /* deleted since */
        return ERR_OK;
    TRY(e);
    r->period = (struct changes_period){row.id, row.name, row.starts_at, row.ends_at, false};
    r->has_period = true;
    struct q_meeting_silent_in silent = {town, role_name(ROLE_REPORTER), row.starts_at,
                                         row.ends_at};
    TRY(q_meeting_silent_all(tx, a, &silent, &r->silent, &r->n_silent));
    TRY(levels_of(tx, a, town, row.id, &r->levels, &r->n_levels));
    TRY(drafts_of(tx, a, town, row.id, &r->drafts));
    return focus_of(tx, a, town, row.id, &r->focus);
}

static bool decided_here(const struct room *r, struct id action)
{
    for (size_t i = 0; i < r->n_decisions; i++)
        if (id_eq(r->decisions[i].action, action))
            return true;
    return false;
}

/* What the last meeting left: all that goes on, and what has been finished since. */
static bool to_follow(const struct room *r, const struct action *x)
{
    msec since = r->has_before ? r->before.closed_at
                               : (r->has_period ? r->period.starts_at : r->now - 14 * MSEC_DAY);
    if (decided_here(r, x->id))
        return false;
    if (room_tick(r, x->id) >= 0)
        return true;
    return action_open(x->state) ? x->starts_at <= r->now : x->state_at >= since;
}

static enum err read_actions(struct tx *tx, struct room *r)
{
    TRY(action_list(tx, r->rq->arena, web_municipality(r->rq), &r->actions, &r->n_actions));
    TRY(action_names_of(tx, r->rq, &r->names));
    r->followed = ARENA_ARRAY(r->rq->arena, FOLLOWED_MOST, const struct action *);
    if (!r->followed)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_actions && r->n_followed < FOLLOWED_MOST; i++)
        if (to_follow(r, &r->actions[i]))
            r->followed[r->n_followed++] = &r->actions[i];
    return ERR_OK;
}

static enum err read_all(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct arena *a = r->rq->arena;
    const char *town = web_municipality(r->rq);
    struct meeting m = r->m;
    *r = (struct room){.rq = r->rq, .now = r->now, .m = m}; /* it may run again */
    TRY(meeting_get(tx, a, town, m.id, &r->m));
    enum err e = rhythm_get(tx, a, town, &r->rhythm);
    r->has_rhythm = e == ERR_OK;
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    TRY(read_before(tx, r));
    TRY(read_written(tx, r));
    TRY(read_period(tx, r));
    return read_actions(tx, r);
}

enum err room_load(struct req *rq, struct room **out)
{
    struct room *r = ARENA_NEW(rq->arena, struct room);
    if (!r)
        return ERR_NOMEM;
    TRY(room_in_town(rq));
    r->rq = rq;
    r->now = time_now();
    if (id_parse(req_param(rq, "id"), &r->m.id) || id_is_none(r->m.id))
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_all, r));
    *out = r;
    return ERR_OK;
}

enum err room_tell(struct room *r, bool wait)
{
    struct picture_query q = {.municipality = web_municipality(r->rq)};
    if (!r->has_period || r->has_told)
        return ERR_OK;
    q.from = date_of_msec(r->period.starts_at);
    q.to = date_add(date_of_msec(r->period.ends_at - 1), 1);
    r->has_told = true;
    return picture_tell(r->rq, &q, wait, &r->told);
}

const struct action *room_action(const struct room *r, struct id id)
{
    for (size_t i = 0; i < r->n_actions; i++)
        if (id_eq(r->actions[i].id, id))
            return &r->actions[i];
    return NULL;
}

const struct area_level *room_level(const struct room *r, struct id area)
{
    for (size_t i = 0; i < r->n_levels; i++)
        if (id_eq(r->levels[i].area, area))
            return &r->levels[i];
    return NULL;
}

bool room_here(const struct room *r, struct id account)
{
    for (size_t i = 0; i < r->n_present; i++)
        if (id_eq(r->present[i].account, account))
            return true;
    return false;
}

int room_tick(const struct room *r, struct id action)
{
    for (size_t i = 0; i < r->n_ticks; i++)
        if (id_eq(r->ticks[i].action, action))
            return r->ticks[i].done != 0;
    return -1;
}

/* --- Words and addresses --- */

const char *room_id(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    return id_is_none(id) ? "" : arena_strdup(rq->arena, text);
}

const char *room_at(struct req *rq, struct id meeting, const char *tail)
{
    return arena_printf(rq->arena, "%s/%s%s", web_address(rq, "/mote"), room_id(rq, meeting), tail);
}

const char *room_at_item(struct req *rq, struct id meeting, enum meeting_item item)
{
    return arena_printf(rq->arena, "%s?item=%s", room_at(rq, meeting, ""), meeting_item_code(item));
}

const char *room_clock(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_clock(text, rq->lang, t));
}

const char *room_when(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_datetime(text, rq->lang, t));
}

msec room_item_start(const struct meeting *m, enum meeting_item i)
{
    return (m->opened_at ? m->opened_at : m->starts_at) +
           meeting_item_at(i, m->minutes) * MSEC_MINUTE;
}

const char *room_level_word(struct req *rq, enum page_level_no l)
{
    static const enum text_key words[] = {T_changes_no_level, T_core_green, T_core_yellow,
                                          T_core_orange, T_core_red};
    return text_get(rq->lang, words[l]);
}

enum err room_steps(struct req *rq, const struct room *r, int current,
                    const struct meeting_step **out)
{
    struct meeting_step *s = ARENA_ARRAY(rq->arena, MEETING_ITEM_COUNT, struct meeting_step);
    if (!s)
        return ERR_NOMEM;
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        s[i] = (struct meeting_step){
            .name = meeting_item_text(rq->lang, (enum meeting_item)i),
            .href = room_at_item(rq, r->m.id, (enum meeting_item)i),
            .clock = room_clock(rq, room_item_start(&r->m, (enum meeting_item)i)),
            .current = i == current,
            .done = r->done[i],
        };
    *out = s;
    return ERR_OK;
}

enum err room_crumbs(struct req *rq, struct page *p)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 1, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[0] = (struct page_link){TX(rq, meeting_title), web_address(rq, "/mote"), false};
    p->crumbs = list;
    p->n_crumbs = 1;
    p->part = TX(rq, meeting_title);
    return ERR_OK;
}

struct id room_form(struct req *rq)
{
    struct id id;
    const char *text = req_field(rq, "form");
    return text && id_parse(text, &id) == ERR_OK && !id_is_none(id) ? id : id_new();
}

void room_guard(struct req *rq, const char *field)
{
    const char *text = req_field(rq, field);
    struct guard_span at;
    if (!text || req_problem_of(rq, field) || !guard_find(text, strlen(text), &at, 1))
        return;
    const char *found = arena_strndup(rq->arena, text + at.at, at.len);
    req_problem(rq, field, found ? TXF(rq, changes_person, found) : TX(rq, err_nomem));
}
