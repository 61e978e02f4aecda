/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One report with everything that can be done with it. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event_web_history.h"
#include "parts/photo/photo.h"
#include "parts/review/review_web.h"
#include "review_html.h"
#include "review_sql.h"

#define NEAR_MOST 10

struct one {
    struct req *rq;
    struct id id;
    struct event e;
    struct event *others; /* linked, then near, then the main one */
    bool *found;
    size_t n_linked, n_near;
    struct id *near;
    struct q_review_question_of_row *questions;
    size_t n_questions;
    struct q_review_act_of_row *acts;
    size_t n_acts;
    struct photo_row *photos;
    size_t n_photos;
    bool can_answer;
    struct event_names names;
};

static enum err load_event(struct tx *tx, void *arg)
{
    struct one *o = arg;
    return event_get(tx, o->rq->arena, web_municipality(o->rq), o->id, &o->e);
}

static enum err load_others(struct tx *tx, struct one *o, const struct id *linked)
{
    struct arena *a = o->rq->arena;
    size_t n = o->n_linked + o->n_near + 1;
    struct event_key *keys = ARENA_ARRAY(a, n, struct event_key);
    o->others = ARENA_ARRAY(a, n, struct event);
    o->found = ARENA_ARRAY(a, n, bool);
    if (!keys || !o->others || !o->found)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct event_key){o->e.municipality, i < o->n_linked ? linked[i]
                                                        : i < n - 1     ? o->near[i - o->n_linked]
                                                                        : o->e.same_as};
    return event_get_many(tx, a, keys, n, o->others, o->found);
}

static enum err load_reporter(struct tx *tx, struct one *o)
{
    struct q_review_reporter_in in = {o->e.municipality, o->e.created_by};
    struct q_review_reporter_row row;
    if (id_is_none(o->e.created_by) || id_eq(o->e.created_by, web_who(o->rq)->account))
        return ERR_OK;
    enum err e = q_review_reporter_one(tx, o->rq->arena, &in, &row);
    o->can_answer = e == ERR_OK;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err load(struct tx *tx, void *arg)
{
    struct one *o = arg;
    struct arena *a = o->rq->arena;
    struct id *linked;
    TRY(load_event(tx, o));
    struct q_review_question_of_in questions = {o->e.municipality, o->id};
    struct q_review_act_of_in acts = {o->e.municipality, o->id};
    TRY(event_same(tx, a, o->e.municipality, o->id, &linked, &o->n_linked));
    TRY(load_others(tx, o, linked));
    TRY(load_reporter(tx, o));
    TRY(q_review_question_of_all(tx, a, &questions, &o->questions, &o->n_questions));
    TRY(photo_of_event(tx, a, o->e.municipality, o->id, &o->photos, &o->n_photos));
    return q_review_act_of_all(tx, a, &acts, &o->acts, &o->n_acts);
}

static const char *event_href(struct req *rq, struct id id)
{
    return web_address(rq, arena_printf(rq->arena, "/handelser/%s", review_id(rq, id)));
}

static struct review_known *known(struct one *o, size_t from, size_t n, size_t *out_n)
{
    struct req *rq = o->rq;
    struct review_known *list = ARENA_ARRAY(rq->arena, n + 1, struct review_known);
    for (size_t i = from; list && i < from + n; i++)
        if (o->found[i])
            list[(*out_n)++] =
                (struct review_known){.id = review_id(rq, o->others[i].id),
                                      .href = event_href(rq, o->others[i].id),
                                      .text = review_line(rq, &o->names, &o->others[i]),
                                      .main = *out_n == 0};
    return list;
}

struct review_photo review_photo_of(struct req *rq, const struct photo_row *r, size_t i, size_t n)
{
    return (struct review_photo){
        .href = web_address(rq, arena_printf(rq->arena, "/bilder/%s", review_id(rq, r->id))),
        .alt = str_empty(r->alt) ? TXF(rq, photo_alt_none, (int64_t)i + 1, (int64_t)n) : r->alt,
        .said = r->alt,
        .width = r->width,
        .height = r->height,
    };
}

static enum err fill_photos(struct one *o, struct review_one_view *v)
{
    struct req *rq = o->rq;
    struct review_photo *list = ARENA_ARRAY(rq->arena, o->n_photos + 1, struct review_photo);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < o->n_photos; i++)
        list[i] = review_photo_of(rq, &o->photos[i], i, o->n_photos);
    v->photos = list;
    v->n_photos = o->n_photos;
    return ERR_OK;
}

static enum err fill_acts(struct one *o, struct review_one_view *v)
{
    struct req *rq = o->rq;
    struct page_history_row *rows = ARENA_ARRAY(rq->arena, o->n_acts + 1, struct page_history_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < o->n_acts; i++) {
        const struct q_review_act_of_row *a = &o->acts[i];
        const char *what = review_done_text(rq, a->kind);
        if (a->reason)
            what = arena_printf(rq->arena, "%s: %s", what, a->reason);
        if (a->undone_at != DB_NO_INT)
            what = TXF(rq, review_undone, what);
        rows[i] = (struct page_history_row){.at = a->at, .who = a->name, .what = what};
    }
    v->acts = (struct page_history){rows, o->n_acts};
    return ERR_OK;
}

static void fill_map(struct one *o, struct review_one_view *v)
{
    struct req *rq = o->rq;
    const struct event *e = &o->e;
    if (!geo_precision_is_place(e->precision) || isnan(e->east))
        return;
    struct geo_box box = geo_box_empty();
    geo_box_add(&box, e->east, e->north);
    box = geo_box_grow(box, 500);
    event_web_map(rq, &v->map, &box);
    v->map.id = "karta-rapport";
    v->map.label = TX(rq, review_map);
    v->map.mark = event_web_mark(rq, e);
    v->has_map = true;
    web_page_map(&v->page);
}

static enum err check_field(struct req *rq, const char *name, enum text_key label,
                            struct page_field *out)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){.value = "1", .label = text_get(rq->lang, label)};
    *out = web_field(rq, name, TEXT_COUNT, TEXT_COUNT, NULL);
    out->choices = c;
    out->n_choices = 1;
    return ERR_OK;
}

static enum err fill_forms(struct one *o, struct review_one_view *v)
{
    struct req *rq = o->rq;
    struct review_forms f;
    struct review_mark *marks;
    TRY(review_forms(rq, &o->names, &f));
    v->reject_reason = f.reject_reason;
    v->reject_text = f.reject_text;
    v->ask_text = f.ask_text;
    v->forward_to = f.forward_to;
    v->forward_text = f.forward_text;
    v->override_text = review_text_field(rq, REVIEW_OVERRIDE, T_review_field_override,
                                         T_review_field_override_hint);
    TRY(check_field(rq, "allt", T_review_field_whole, &v->whole));
    TRY(check_field(rq, "saker", T_review_field_sure, &v->sure));
    v->strike_words =
        web_field(rq, "stryk", T_review_field_strike, T_review_field_strike_hint, NULL);
    v->strike_words.rows = 3;
    TRY(review_marks(rq, &o->e, &marks, &v->n_marks));
    v->marks = marks;
    v->marked = v->n_marks > 0;
    return ERR_OK;
}

static enum err fill(struct one *o, struct review_one_view *v)
{
    struct req *rq = o->rq;
    const struct event *e = &o->e;
    struct review_piece *pieces;
    struct review_talk *talks;
    TRY(event_web_facts(rq, &o->names, e, &v->facts));
    TRY(review_pieces(rq, e, &pieces, &v->n_pieces));
    v->pieces = pieces;
    v->has_text = v->n_pieces > 0;
    v->id = review_id(rq, e->id);
    v->version = arena_printf(rq->arena, "%lld", (long long)e->version);
    v->action = web_address(rq, "/granska");
    v->back_href = v->action;
    v->event_href = event_href(rq, e->id);
    v->waiting = e->state == EVENT_SUBMITTED;
    v->rejected = e->state == EVENT_REJECTED;
    v->redacted = e->state == EVENT_REDACTED;
    v->linked = known(o, 0, o->n_linked, &v->n_linked);
    v->near = known(o, o->n_linked, o->n_near, &v->n_near);
    size_t last = o->n_linked + o->n_near;
    if (o->found[last]) {
        v->linked_to = review_line(rq, &o->names, &o->others[last]);
        v->linked_to_href = event_href(rq, e->same_as);
    }
    TRY(review_talk_of(rq, o->questions, o->n_questions, &talks));
    v->talks = talks;
    v->n_talks = o->n_questions;
    TRY(fill_photos(o, v));
    TRY(fill_acts(o, v));
    TRY(fill_forms(o, v));
    v->may_strike = !v->redacted && !review_comes_back(e);
    v->may_ask = o->can_answer;
    v->nobody = v->waiting && !o->can_answer;
    if (str_eq(e->source, EVENT_SOURCE_CITIZEN))
        v->citizen_href = web_address(rq, arena_printf(rq->arena, "/otrygga-platser/%s", v->id));
    if (!id_is_none(e->created_by))
        v->tell_href = web_address(rq, arena_printf(rq->arena, "/svar?om=%s", v->id));
    v->may_forward = !v->rejected && v->forward_to.n_choices > 1;
    fill_map(o, v);
    return v->linked && v->near && v->version ? ERR_OK : ERR_NOMEM;
}

enum err review_one_draw(struct req *rq, struct id id)
{
    struct one o = {.rq = rq, .id = id};
    struct review_one_view *v = ARENA_NEW(rq->arena, struct review_one_view);
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!v || !crumbs)
        return ERR_NOMEM;
    TRY(web_read(rq, load_event, &o));
    struct review_item item = review_item_of(&o.e);
    TRY(review_known_near(rq, &item, NEAR_MOST, &o.near, &o.n_near));
    TRY(web_read(rq, load, &o));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &o.names));
    TRY(fill(&o, v));
    TRY(web_audit_read(rq, "event.read", "event", id, NULL));
    const char *title = event_names_type(&o.names, o.e.type_code);
    crumbs[0] = (struct page_link){TX(rq, review_title), v->back_href, false};
    crumbs[1] = (struct page_link){title, NULL, true};
    v->page.crumbs = crumbs;
    v->page.n_crumbs = 2;
    TRY(web_page_named(rq, &v->page, TXF(rq, review_one_title, title)));
    struct tmpl t = web_tmpl(rq);
    review_one_html(&t, v);
    return ERR_OK;
}

enum err review_one_page(struct req *rq)
{
    struct id id;
    if (id_parse(req_param(rq, "id"), &id) != ERR_OK)
        return ERR_NOTFOUND;
    return review_one_draw(rq, id);
}
