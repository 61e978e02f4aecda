/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form of an action as it is shown. */
#include "parts/action/action_web_form.h"

#include <math.h>

#include "action_html.h"
#include "base/mem.h"
#include "base/str.h"

static const char *date_value(struct req *rq, msec t)
{
    char text[TIME_TEXT];
    date_text(date_of_msec(t), text);
    return t ? arena_strdup(rq->arena, text) : NULL;
}

static const char *number_value(struct req *rq, int64_t v)
{
    return arena_printf(rq->arena, "%lld", (long long)v);
}

static struct page_field required(struct req *rq, const char *name, enum text_key label,
                                  enum text_key hint, const char *value)
{
    struct page_field p = web_field(rq, name, label, hint, value);
    p.required = true;
    return p;
}

static enum err box(struct req *rq, struct page_field *p, const char *label, bool checked)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    bool typed = rq->method != HTTP_GET;
    *c = (struct page_choice){
        .value = "1", .label = label, .chosen = typed ? req_has(rq, p->name) : checked};
    p->choices = c;
    p->n_choices = 1;
    return ERR_OK;
}

static enum err fill_where(struct action_form *f, const struct action *x,
                           struct action_form_view *v)
{
    struct req *rq = f->rq;
    bool round = x->ground.circle.radius > 0;
    v->area = web_field(rq, "area", T_action_area, T_action_area_hint,
                        action_id_string(rq, x->ground.area));
    v->place = web_field(rq, "place", T_action_place, T_action_place_hint, x->ground.place);
    v->place.autocomplete = "off";
    v->radius = web_field(
        rq, "radius", T_action_radius, T_action_radius_hint,
        number_value(rq, round ? (int64_t)llround(x->ground.circle.radius) : ACTION_RADIUS));
    v->radius.width = "w-short";
    v->radius.inputmode = "numeric";
    v->radius.suffix = TX(rq, action_metres);
    v->radius.required = true;
    v->area.required = v->place.required = true; /* one of the two: the hints say so */
    v->places_href = web_address(rq, "/platser");
    return action_fill_areas(rq, &f->names, &v->area, T_action_no_area);
}

static enum err fill_hidden(struct action_form *f, const struct action *x,
                            struct action_form_view *v)
{
    struct req *rq = f->rq;
    struct page_hidden *h = ARENA_ARRAY(rq->arena, 5, struct page_hidden);
    char circle[EVENT_CIRCLE_TEXT];
    if (!h)
        return ERR_NOMEM;
    v->hidden = h;
    const char *round = f->circle, *name = f->circle_place;
    if (!round && x->ground.circle.radius > 0) {
        event_circle_text(&x->ground.circle, circle);
        round = arena_strdup(rq->arena, circle);
        name = x->ground.place;
    }
    if (round && name) {
        h[v->n_hidden++] = (struct page_hidden){"circle", round};
        h[v->n_hidden++] = (struct page_hidden){"circle_place", name};
    }
    if (id_is_none(f->before.id)) {
        h[v->n_hidden++] = (struct page_hidden){"form", action_id_string(rq, action_form_id(rq))};
        if (x->seen_from)
            h[v->n_hidden++] = (struct page_hidden){"from", date_value(rq, x->seen_from)};
        if (x->seen_to)
            h[v->n_hidden++] = (struct page_hidden){"to", date_value(rq, x->seen_to - 1)};
        return ERR_OK;
    }
    /* After a clash the form stands on what the other has written, so that saving again is meant.
     */
    const char *seen = req_field(rq, "version");
    h[v->n_hidden++] = (struct page_hidden){
        "version", seen && !f->others ? seen : number_value(rq, f->before.version)};
    return ERR_OK;
}

static enum err fill_known(struct req *rq, struct action_form_view *v)
{
    struct page_fact *k = ARENA_ARRAY(rq->arena, action_kinds_n, struct page_fact);
    if (!k)
        return ERR_NOMEM;
    for (size_t i = 0; i < action_kinds_n; i++) {
        const struct action_kind *a = &action_kinds[i];
        k[i] = (struct page_fact){.label = text_get(rq->lang, a->name),
                                  .value = text_get(rq->lang, a->known),
                                  .more = a->source ? TXF(rq, action_source, a->source) : NULL};
    }
    v->known = k;
    v->n_known = action_kinds_n;
    return ERR_OK;
}

static enum err fill(struct action_form *f, const struct action *x, struct action_form_view *v)
{
    struct req *rq = f->rq;
    v->title = required(rq, "title", T_action_title, T_action_title_hint, x->title);
    v->title.max = ACTION_TITLE_MOST;
    v->problem = required(rq, "problem", T_action_problem, T_action_problem_hint, x->problem);
    v->problem.max = ACTION_PROBLEM_MOST;
    v->problem.rows = 3;
    v->type = required(rq, "type", T_action_type, T_action_type_hint, x->type_code);
    v->kind = required(rq, "kind", T_action_kind, T_action_kind_hint, x->kind);
    v->organisation = required(rq, "organisation", T_action_owner, T_action_owner_hint,
                               action_id_string(rq, x->organisation));
    v->partners = web_field(rq, "partners", T_action_partners, T_action_partners_hint, x->partners);
    v->partners.max = ACTION_PARTNERS_MOST;
    v->first = required(rq, "first", T_action_first, TEXT_COUNT, date_value(rq, x->starts_at));
    web_date(rq, &v->first);
    v->last = required(rq, "last", T_action_last, T_action_last_hint,
                       x->ends_at ? date_value(rq, x->ends_at - 1) : NULL);
    web_date(rq, &v->last);
    v->yearly = web_field(rq, "yearly", TEXT_COUNT, TEXT_COUNT, NULL);
    TRY(box(rq, &v->yearly, TX(rq, action_yearly_box), x->yearly));
    v->remind = required(rq, "remind", T_action_remind, T_action_remind_hint,
                         number_value(rq, x->remind_days));
    v->remind.width = "w-short";
    v->remind.inputmode = "numeric";
    v->remind.suffix = TX(rq, action_days);
    v->guarded = f->guarded;
    v->confirm = web_field(rq, "confirm", TEXT_COUNT, TEXT_COUNT, NULL);
    TRY(box(rq, &v->confirm, TX(rq, action_confirm), false));
    TRY(action_fill_types(rq, &f->names, &v->type, false));
    TRY(action_fill_kinds(rq, &v->kind, T_action_choose));
    TRY(action_fill_organisations(rq, &f->names, &v->organisation, T_action_choose));
    TRY(fill_where(f, x, v));
    TRY(fill_hidden(f, x, v));
    return fill_known(rq, v);
}

/* What stands there now, where it differs from what was typed here. */
static enum err fill_others(struct action_form *f, struct action_form_view *v)
{
    struct req *rq = f->rq;
    const struct action *b = &f->before, *x = &f->x;
    struct page_change *c = ARENA_ARRAY(rq->arena, 12, struct page_change);
    if (!c)
        return ERR_NOMEM;
    const struct {
        enum text_key label;
        const char *theirs, *mine;
    } all[] = {
        {T_action_title, b->title, x->title},
        {T_action_problem, b->problem, x->problem},
        {T_action_type, action_name_type(&f->names, b->type_code),
         action_name_type(&f->names, x->type_code)},
        {T_action_where, action_place_text(&f->names, &b->ground),
         action_place_text(&f->names, &x->ground)},
        {T_action_kind, text_get(rq->lang, action_kind_find(b->kind)->name),
         text_get(rq->lang, action_kind_find(x->kind)->name)},
        {T_action_owner, action_name_organisation(&f->names, b->organisation),
         action_name_organisation(&f->names, x->organisation)},
        {T_action_partners, b->partners ? b->partners : "", x->partners ? x->partners : ""},
        {T_action_when, action_days_text(rq, b->starts_at, b->ends_at),
         action_days_text(rq, x->starts_at, x->ends_at)},
        {T_action_yearly, b->yearly ? TX(rq, action_yes) : TX(rq, action_no),
         x->yearly ? TX(rq, action_yes) : TX(rq, action_no)},
        {T_action_remind, number_value(rq, b->remind_days), number_value(rq, x->remind_days)},
    };
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (!str_eq(all[i].theirs, all[i].mine))
            c[v->n_others++] =
                (struct page_change){text_get(rq->lang, all[i].label), all[i].theirs, all[i].mine};
    v->others = c;
    return ERR_OK;
}

enum err action_form_draw(struct action_form *f, const struct action *x)
{
    struct req *rq = f->rq;
    struct action_form_view v = {0};
    bool fresh = id_is_none(f->before.id);
    TRY(fill(f, x, &v));
    if (f->others)
        TRY(fill_others(f, &v));
    v.action = fresh ? web_address(rq, "/atgarder/ny") : action_href(rq, f->before.id, "/redigera");
    v.submit = fresh ? TX(rq, action_save_new) : TX(rq, action_save);
    v.cancel_href = fresh ? web_address(rq, "/atgarder") : action_href(rq, f->before.id, "");
    v.page.lead = TX(rq, action_form_lead);
    TRY(action_crumbs(rq, &v.page, fresh ? NULL : &f->before));
    TRY(web_page(rq, &v.page, fresh ? T_action_new_title : T_action_edit_title));
    struct tmpl t = web_tmpl(rq);
    action_form_html(&t, &v);
    return ERR_OK;
}
