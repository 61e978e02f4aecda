/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the pages of actions share. */
#include "parts/action/action_web.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "tmpl/format.h"

enum err action_names_load(struct tx *tx, struct req *rq, struct action_names *out)
{
    const char *town = web_municipality(rq);
    struct q_action_areas_in areas = {town};
    struct q_action_organisations_in organisations = {town};
    *out = (struct action_names){.rq = rq};
    TRY(q_action_areas_all(tx, rq->arena, &areas, &out->areas, &out->n_areas));
    TRY(q_action_organisations_all(tx, rq->arena, &organisations, &out->organisations,
                                   &out->n_organisations));
    return type_labels_read(tx, rq->arena, town, &out->labels);
}

const char *action_name_area(const struct action_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_areas; i++)
        if (id_eq(n->areas[i].id, id))
            return n->areas[i].name;
    return TX(n->rq, action_area_gone);
}

const char *action_name_organisation(const struct action_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_organisations; i++)
        if (id_eq(n->organisations[i].id, id))
            return n->organisations[i].name;
    return TX(n->rq, action_owner_gone);
}

const char *action_name_type(const struct action_names *n, const char *code)
{
    return type_label(&n->labels, n->rq->lang, code);
}

bool action_has_area(const struct action_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_areas; i++)
        if (id_eq(n->areas[i].id, id))
            return true;
    return false;
}

bool action_has_organisation(const struct action_names *n, struct id id, bool active)
{
    for (size_t i = 0; i < n->n_organisations; i++)
        if (id_eq(n->organisations[i].id, id))
            return !active || n->organisations[i].active;
    return false;
}

bool action_sees_all(const struct req *rq)
{
    return web_may(rq, PERM_EVENT_READ);
}

const char *action_place_text(const struct action_names *n, const struct action_ground *g)
{
    struct req *rq = n->rq;
    bool round = g->circle.radius > 0, all = action_sees_all(rq);
    if (!round && all && !str_empty(g->place))
        return arena_printf(rq->arena, "%s (%s)", g->place, action_name_area(n, g->area));
    if (!round)
        return action_name_area(n, g->area);
    if (!all)
        return TX(rq, action_place_single);
    return TXF(rq, action_place_circle, (int64_t)llround(g->circle.radius), g->place);
}

const char *action_day(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

const char *action_days_text(struct req *rq, msec from, msec to)
{
    return arena_printf(rq->arena, "%s – %s", action_day(rq, from), action_day(rq, to - 1));
}

const char *action_id_string(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    return id_is_none(id) ? "" : arena_strdup(rq->arena, text);
}

const char *action_number(struct req *rq, int64_t n)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_number(text, n));
}

const char *action_href(struct req *rq, struct id id, const char *tail)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_printf(rq->arena, "/%s/atgarder/%s%s", web_municipality(rq), text, tail);
    return s ? s : "/";
}

enum err action_param(struct req *rq, struct id *out)
{
    return id_parse(req_param(rq, "id"), out) ? ERR_NOTFOUND : ERR_OK;
}

enum err action_in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

bool action_may_tell(const struct req *rq, const struct action *x)
{
    const struct who *w = web_who(rq);
    return web_may(rq, PERM_ACTION_EDIT) ||
           (web_may(rq, PERM_ACTION_STATE) && w->here && !id_is_none(w->here->organisation) &&
            id_eq(w->here->organisation, x->organisation));
}

void action_guard(struct req *rq, const char *field, bool *guarded)
{
    struct guard_span span;
    const char *text = req_field(rq, field);
    if (str_empty(text) || !guard_find(text, strlen(text), &span, 1))
        return;
    bool may = web_may(rq, PERM_ACTION_EDIT);
    *guarded = *guarded || may;
    if (may && req_has(rq, "confirm"))
        return;
    enum text_key kind = text_lookup(guard_kind_key(span.kind));
    const char *piece = arena_strndup(rq->arena, text + span.at, span.len);
    req_problem(rq, field,
                TXF(rq, action_guard, piece, kind < TEXT_COUNT ? text_get(rq->lang, kind) : ""));
}

struct page_choice *action_choices(struct req *rq, size_t n)
{
    return ARENA_ARRAY(rq->arena, n + 1, struct page_choice);
}

static void choose(struct page_field *f, struct page_choice *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c[i].chosen = str_eq(c[i].value, f->value ? f->value : "");
    f->choices = c;
    f->n_choices = n;
}

enum err action_fill_types(struct req *rq, const struct action_names *n, struct page_field *f,
                           bool all)
{
    struct page_choice *c = action_choices(rq, EVENT_TYPE_COUNT + 1);
    size_t used = 0;
    if (!c)
        return ERR_NOMEM;
    c[used++] = (struct page_choice){.value = "",
                                     .label = all ? TX(rq, action_all) : TX(rq, action_choose)};
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        const struct event_type *t = &event_types[i];
        bool chosen = str_eq(t->code, f->value);
        if (t->kind != EVENT_INCIDENT || (type_label_hidden(&n->labels, t->code) && !chosen))
            continue;
        const char *name = action_name_type(n, t->code);
        c[used++] = (struct page_choice){
            .value = t->code,
            .label = t->parent < 0 ? name : arena_printf(rq->arena, "\xc2\xa0\xc2\xa0%s", name)};
        if (!c[used - 1].label)
            return ERR_NOMEM;
    }
    choose(f, c, used);
    return ERR_OK;
}

enum err action_fill_areas(struct req *rq, const struct action_names *n, struct page_field *f,
                           enum text_key none)
{
    struct page_choice *c = action_choices(rq, n->n_areas + 1);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = text_get(rq->lang, none)};
    for (size_t i = 0; i < n->n_areas; i++)
        c[i + 1] = (struct page_choice){.value = action_id_string(rq, n->areas[i].id),
                                        .label = n->areas[i].name};
    choose(f, c, n->n_areas + 1);
    return ERR_OK;
}

enum err action_fill_organisations(struct req *rq, const struct action_names *n,
                                   struct page_field *f, enum text_key none)
{
    struct page_choice *c = action_choices(rq, n->n_organisations + 1);
    size_t used = 0;
    if (!c)
        return ERR_NOMEM;
    c[used++] = (struct page_choice){.value = "", .label = text_get(rq->lang, none)};
    for (size_t i = 0; i < n->n_organisations; i++) {
        const char *id = action_id_string(rq, n->organisations[i].id);
        if (n->organisations[i].active || str_eq(id, f->value))
            c[used++] = (struct page_choice){.value = id, .label = n->organisations[i].name};
    }
    choose(f, c, used);
    return ERR_OK;
}

enum err action_fill_kinds(struct req *rq, struct page_field *f, enum text_key none)
{
    struct page_choice *c = action_choices(rq, action_kinds_n + 1);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = text_get(rq->lang, none)};
    for (size_t i = 0; i < action_kinds_n; i++)
        c[i + 1] = (struct page_choice){.value = action_kinds[i].code,
                                        .label = text_get(rq->lang, action_kinds[i].name)};
    choose(f, c, action_kinds_n + 1);
    return ERR_OK;
}

enum err action_crumbs(struct req *rq, struct page *p, const struct action *x)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[p->n_crumbs++] =
        (struct page_link){TX(rq, action_list_title), web_address(rq, "/atgarder"), false};
    if (x)
        list[p->n_crumbs++] = (struct page_link){x->title, action_href(rq, x->id, ""), false};
    p->crumbs = list;
    p->part = TX(rq, action_list_title);
    return ERR_OK;
}

enum err action_audit(struct req *rq, struct tx *tx, const char *what, struct id id)
{
    return web_audit(rq, tx, what, "action", id, NULL);
}

static enum err read_whole(struct tx *tx, void *arg)
{
    struct action_whole *w = arg;
    struct arena *a = w->rq->arena;
    const char *town = web_municipality(w->rq);
    struct q_action_effects_in effects = {town, w->id};
    struct q_action_told_in told = {town, w->id};
    TRY(action_get(tx, a, town, w->id, &w->x));
    TRY(action_names_load(tx, w->rq, &w->names));
    TRY(action_plan_list(tx, a, town, w->id, &w->plans, &w->n_plans));
    TRY(q_action_effects_all(tx, a, &effects, &w->effects, &w->n_effects));
    return q_action_told_all(tx, a, &told, &w->told, &w->n_told);
}

enum err action_whole_read(struct req *rq, struct action_whole *out)
{
    *out = (struct action_whole){.rq = rq};
    TRY(action_in_town(rq));
    TRY(action_param(rq, &out->id));
    return web_read(rq, read_whole, out);
}
