/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One event in words, with what it said before; and taking its text away for good. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "event_web_sql.h"
#include "geo/geo_data.h"
#include "parts/event/event_web.h"
#include "parts/event/event_web_history.h"
#include "parts/event/photo_web.h"

#define FACTS_MOST 12

static enum err find_home(struct tx *tx, struct req *rq, struct id id, const char **out)
{
    const char *code = web_municipality(rq);
    if (!str_eq(code, "0000")) {
        *out = code;
        return ERR_OK;
    }
    struct q_event_web_home_in in = {id};
    struct q_event_web_home_row row;
    TRY(q_event_web_home_one(tx, rq->arena, &in, &row));
    *out = row.municipality;
    return ERR_OK;
}

/* The row that this one is linked to, or those that are linked to it. */
static enum err read_same(struct tx *tx, struct event_one *one, const char *home)
{
    struct arena *a = one->rq->arena;
    struct id *ids = &one->e.same_as;
    size_t n = 1;
    if (id_is_none(one->e.same_as))
        TRY(event_same(tx, a, home, one->id, &ids, &n));
    one->same = ARENA_ARRAY(a, n + 1, struct event);
    if (!one->same)
        return ERR_NOMEM;
    one->n_same = 0;
    for (size_t i = 0; i < n; i++) {
        enum err e = event_get(tx, a, home, ids[i], &one->same[one->n_same]);
        if (e && e != ERR_NOTFOUND)
            return e;
        one->n_same += !e && event_web_sees(one->rq, &one->same[one->n_same]);
    }
    return ERR_OK;
}

enum err event_web_one_in(struct tx *tx, struct event_one *one)
{
    const char *home;
    struct arena *a = one->rq->arena;
    TRY(find_home(tx, one->rq, one->id, &home));
    TRY(event_get(tx, a, home, one->id, &one->e));
    if (!event_web_sees(one->rq, &one->e))
        return ERR_NOTFOUND;
    TRY(read_same(tx, one, home));
    return event_versions(tx, a, home, one->id, &one->versions, &one->n_versions);
}

static enum err read_one(struct tx *tx, void *arg)
{
    return event_web_one_in(tx, arg);
}

enum err event_web_one(struct req *rq, struct event_one *out)
{
    struct event_one one = {.rq = rq};
    if (id_parse(req_param(rq, "id"), &one.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_one, &one));
    *out = one;
    return ERR_OK;
}

static void fact(struct page_fact *rows, size_t *n, const char *label, const char *value)
{
    if (!str_empty(value))
        rows[(*n)++] = (struct page_fact){label, value, NULL};
}

static const char *type_path(struct req *rq, const struct event_names *names, const char *code)
{
    int type = event_type_index(code);
    const char *name = event_names_type(names, code);
    if (type < 0 || event_types[type].parent < 0)
        return name;
    const char *main = event_names_type(names, event_types[event_types[type].parent].code);
    const char *s = arena_printf(rq->arena, "%s: %s", main, name);
    return s ? s : name;
}

static const char *place_path(struct req *rq, const struct event_names *names,
                              const struct event *e)
{
    const char *place = event_place_text(names, e);
    const char *area = event_names_area(names, e->area_id);
    const struct geo_municipality *m = geo_municipality_by_code(e->municipality);
    const char *out = place;
    if (area && !str_eq(area, place))
        out = arena_printf(rq->arena, "%s, %s", out, area);
    if (m && out && !str_eq(m->name, place))
        out = arena_printf(rq->arena, "%s, %s", out, m->name);
    return out ? out : place;
}

enum err event_web_facts(struct req *rq, const struct event_names *names, const struct event *e,
                         struct page_facts *out)
{
    struct page_fact *rows = ARENA_ARRAY(rq->arena, FACTS_MOST, struct page_fact);
    size_t n = 0;
    if (!rows)
        return ERR_NOMEM;
    char day[FORMAT_TEXT];
    fact(rows, &n, TX(rq, event_fact_type), type_path(rq, names, e->type_code));
    bool feeling = str_eq(e->source, EVENT_SOURCE_CITIZEN); /* its only time is when it was sent */
    if (!str_empty(e->type_said))
        fact(rows, &n, feeling ? TX(rq, event_fact_answers) : TX(rq, event_fact_type_said),
             e->type_said);
    if (!feeling)
        fact(rows, &n, TX(rq, event_fact_when),
             event_time_text(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()));
    fact(rows, &n, TX(rq, event_fact_place), place_path(rq, names, e));
    fact(rows, &n, TX(rq, event_fact_precision), event_precision_text(rq->lang, e->precision));
    fact(rows, &n, TX(rq, event_fact_organisation),
         event_names_organisation(names, e->organisation_id));
    fact(rows, &n, TX(rq, event_fact_source), event_source_text(rq->lang, e->source));
    fact(rows, &n, TX(rq, event_fact_reported),
         arena_strdup(rq->arena, format_when(day, rq->lang, e->reported_at, time_now())));
    if (str_eq(e->origin, "exempel"))
        fact(rows, &n, TX(rq, event_fact_origin), TX(rq, event_fact_exercise));
    if (e->state == EVENT_SUBMITTED || e->state == EVENT_REJECTED)
        fact(rows, &n, TX(rq, event_fact_state),
             e->state == EVENT_SUBMITTED ? TX(rq, event_state_submitted)
                                         : TX(rq, event_state_rejected));
    out->rows = rows;
    out->n_rows = n;
    return ERR_OK;
}

static const char *detail_path(struct req *rq, struct id id, const char *more)
{
    char text[ID_TEXT];
    id_text(id, text);
    return web_address(rq, arena_printf(rq->arena, "/handelser/%s%s", text, more));
}

static void fill_map(struct req *rq, const struct event *e, struct event_detail_view *v)
{
    if (!geo_precision_is_place(e->precision) || isnan(e->east))
        return;
    struct geo_box box = geo_box_empty();
    geo_box_add(&box, e->east, e->north);
    box = geo_box_grow(box, 700);
    event_web_map(rq, &v->map, &box);
    struct event_query q = event_query_blank(e->municipality);
    q.has_from = q.has_to = true;
    q.from = q.to = date_of_msec(e->occurred_from);
    q.types[q.n_types++] = e->type_code;
    q.place = e->place_name;
    v->map.mark = event_web_mark(rq, e);
    v->map.id = "karta-handelse";
    v->map.label = TX(rq, event_map_one);
    v->map.data_href = event_web_href(rq, "/handelser/tiles/{z}/{x}/{y}.mvt", &q, false);
    v->map.row_href = web_address(rq, "/handelser/");
    v->has_map = true;
    web_page_map(&v->page);
}

static bool may_change(const struct req *rq, const struct event *e)
{
    return web_may(rq, PERM_EVENT_EDIT) && e->state != EVENT_REDACTED &&
           str_eq(web_municipality(rq), e->municipality);
}

static enum err fill_same(struct req *rq, const struct event_names *names,
                          const struct event_one *one, struct event_detail_view *v)
{
    struct page_link *links = ARENA_ARRAY(rq->arena, one->n_same + 1, struct page_link);
    if (!links)
        return ERR_NOMEM;
    for (size_t i = 0; i < one->n_same; i++) {
        const struct event *e = &one->same[i];
        const char *from = event_names_organisation(names, e->organisation_id);
        links[i].href = detail_path(rq, e->id, "");
        links[i].label = arena_printf(
            rq->arena, "%s, %s, %s", event_names_type(names, e->type_code),
            event_time_short(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()),
            from ? from : event_source_text(rq->lang, e->source));
        if (!links[i].label)
            return ERR_NOMEM;
    }
    v->same = links;
    v->n_same = one->n_same;
    v->linked = !id_is_none(one->e.same_as);
    if (web_may(rq, PERM_REVIEW) && str_eq(web_municipality(rq), one->e.municipality)) {
        char text[ID_TEXT];
        id_text(one->id, text);
        v->review_href = web_address(rq, arena_printf(rq->arena, "/granska/%s", text));
    }
    return ERR_OK;
}

enum err event_detail_page(struct req *rq)
{
    struct event_detail_view v = {0};
    struct event_one one;
    struct event_names names;
    TRY(event_web_one(rq, &one));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, one.e.municipality, &names));
    TRY(event_web_facts(rq, &names, &one.e, &v.facts));
    TRY(event_web_history(rq, &names, &one, &v.history));
    v.redacted = one.e.state == EVENT_REDACTED;
    v.description = one.e.description;
    v.url = one.e.url;
    v.list_href = web_address(rq, "/handelser");
    if (may_change(rq, &one.e)) {
        v.edit_href = detail_path(rq, one.id, "/redigera");
        v.redact_href = detail_path(rq, one.id, "/ta-bort-text");
    }
    TRY(fill_same(rq, &names, &one, &v));
    fill_map(rq, &one.e, &v);
    TRY(event_photos_fill(rq, &one.e, &v.photos));
    TRY(web_audit_read(rq, "event.read", "event", one.id, NULL));
    const char *title = one.e.title;
    if (str_empty(title))
        title = event_names_type(&names, one.e.type_code);
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!crumbs)
        return ERR_NOMEM;
    crumbs[0] = (struct page_link){TX(rq, event_list_title), v.list_href, false};
    crumbs[1] = (struct page_link){title, NULL, true};
    v.page.crumbs = crumbs;
    v.page.n_crumbs = 2;
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    event_detail_html(&t, &v);
    return ERR_OK;
}

/* --- Away with the text --- */

enum err event_redact_page(struct req *rq)
{
    struct event_redact_view v = {0};
    struct event_one one;
    struct event_names names;
    TRY(event_web_one(rq, &one));
    if (!may_change(rq, &one.e))
        return one.e.state == EVENT_REDACTED ? resp_redirect(rq, detail_path(rq, one.id, ""))
                                             : ERR_FORBIDDEN;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, one.e.municipality, &names));
    TRY(event_web_facts(rq, &names, &one.e, &v.facts));
    v.action = detail_path(rq, one.id, "/ta-bort-text");
    v.back_href = detail_path(rq, one.id, "");
    TRY(web_page(rq, &v.page, T_event_redact_title));
    struct tmpl t = web_tmpl(rq);
    event_redact_html(&t, &v);
    return ERR_OK;
}

struct redacting {
    struct event_one one;
    struct photo_row *photos;
    size_t n_photos;
};

static enum err redact(struct tx *tx, void *arg)
{
    struct redacting *r = arg;
    struct event_one *one = &r->one;
    TRY(event_web_one_in(tx, one));
    TRY(photo_of_event(tx, one->rq->arena, one->e.municipality, one->id, &r->photos, &r->n_photos));
    TRY(event_redact(tx, one->e.municipality, one->id, web_who(one->rq)->account));
    return web_audit(one->rq, tx, "event.redact", "event", one->id, NULL);
}

enum err event_redact_send(struct req *rq)
{
    struct redacting r = {.one.rq = rq};
    if (id_parse(req_param(rq, "id"), &r.one.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_write(rq, redact, &r));
    photo_unlink(web_app(rq), r.one.e.municipality, r.photos, r.n_photos);
    return web_done(rq, detail_path(rq, r.one.id, ""), T_done_event_redacted);
}
