/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form of an event as it is shown: empty, as an event stands, or with all that was typed. */
#include "parts/event/event_web_form.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "event_web_sql.h"

#define MARKS_MOST 41

static const char *id_string(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_strdup(rq->arena, text);
    return s ? s : "";
}

/* Kinds that come only from elsewhere are not for choosing. */
static bool offered(const struct event_names *names, int type)
{
    return type != EVENT_TYPE_police_summary && !event_names_hidden(names, event_types[type].code);
}

static enum err fill_detail(struct req *rq, const struct event_names *names, int main,
                            const char *chosen, struct event_kind_group *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *out = (struct event_kind_group){.code = event_types[main].code,
                                     .label = event_names_type(names, event_types[main].code),
                                     .choices = c};
    for (int i = main + 1; i < EVENT_TYPE_COUNT && event_types[i].parent == main; i++)
        if (offered(names, i))
            c[out->n_choices++] =
                (struct page_choice){.value = event_types[i].code,
                                     .label = event_names_type(names, event_types[i].code),
                                     .chosen = str_eq(event_types[i].code, chosen)};
    return ERR_OK;
}

static enum err fill_kinds(struct req *rq, const struct event_names *names, const struct event *e,
                           struct event_form_view *v)
{
    int type = event_type_index(e->type_code);
    int upper = type >= 0 && event_types[type].parent >= 0 ? event_types[type].parent : type;
    v->main = web_field(rq, "main", T_event_form_main, TEXT_COUNT,
                        upper >= 0 ? event_types[upper].code : NULL);
    v->main.required = true;
    v->main.row = true;
    v->detail = web_field(rq, "detail", T_event_form_detail, T_event_form_detail_hint,
                          type == upper ? NULL : event_types[type].code);
    struct page_choice *mains = ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct page_choice);
    struct event_kind_group *kinds =
        ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct event_kind_group);
    if (!mains || !kinds)
        return ERR_NOMEM;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (event_types[i].parent >= 0 || !offered(names, i))
            continue;
        const char *code = event_types[i].code;
        mains[v->main.n_choices++] = (struct page_choice){.value = code,
                                                          .label = event_names_type(names, code),
                                                          .chosen = str_eq(code, v->main.value)};
        struct event_kind_group group;
        TRY(fill_detail(rq, names, i, v->detail.value, &group));
        if (group.n_choices)
            kinds[v->n_kinds++] = group;
    }
    v->main.choices = mains;
    v->kinds = kinds;
    return ERR_OK;
}

/* "Vilken plats menar du?" */
static enum err fill_spots(struct req *rq, const struct event_entry *typed,
                           struct event_form_view *v)
{
    const struct event_spots *spots = typed ? &typed->spots : NULL;
    if (!spots || !req_problem_of(rq, "place_choice"))
        return ERR_OK;
    struct page_choice *c = ARENA_ARRAY(rq->arena, spots->n + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    v->place_choice = web_field(rq, "place_choice",
                                spots->n ? T_event_form_place_choice : T_event_form_place_unknown,
                                TEXT_COUNT, NULL);
    v->place_choice.hint = spots->more;
    for (size_t i = 0; i < spots->n; i++)
        c[i] = (struct page_choice){.value = spots->list[i].value, .label = spots->list[i].words};
    c[spots->n] = (struct page_choice){.value = "name",
                                       .label = spots->n ? TX(rq, event_form_place_name_only)
                                                         : TX(rq, event_form_place_name_alone)};
    v->place_choice.choices = c;
    v->place_choice.n_choices = spots->n + 1;
    v->place_choice.required = true;
    v->choose_place = true;
    return ERR_OK;
}

static enum err fill_place(struct req *rq, const struct event *e, struct event_form_view *v)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    bool unknown = rq->method == HTTP_GET ? !id_is_none(e->id) && str_empty(e->place_name) &&
                                                !geo_precision_is_place(e->precision)
                                          : req_has(rq, "unknown");
    *c = (struct page_choice){.value = "1", .label = TX(rq, event_form_unknown), .chosen = unknown};
    v->place = web_field(rq, "place", T_event_form_place, T_event_form_place_hint, e->place_name);
    v->place.required = true;
    v->place.autocomplete = "off";
    v->unknown = web_field(rq, "unknown", TEXT_COUNT, TEXT_COUNT, NULL);
    v->unknown.choices = c;
    v->unknown.n_choices = 1;
    v->east = req_field(rq, "east");
    v->north = req_field(rq, "north");
    v->places_href = web_address(rq, "/platser");
    event_web_map(rq, &v->map, NULL);
    v->map.id = "karta-plats";
    v->map.label = TX(rq, event_map_pick);
    v->map.pick_east = "east";
    v->map.pick_north = "north";
    v->map.pick_say = web_address(rq, "/platser/har");
    return ERR_OK;
}

static enum err fill_organisation(struct req *rq, const struct event_names *names,
                                  const struct event *e, struct event_form_view *v)
{
    const struct who *w = web_who(rq);
    v->organisation_name = w->here ? w->here->organisation_name : NULL;
    v->choose_organisation = web_may(rq, PERM_EVENT_EDIT) && names->n_organisations > 0;
    struct page_choice *c = ARENA_ARRAY(rq->arena, names->n_organisations + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    struct id own = !id_is_none(e->id) || !w->here ? e->organisation_id : w->here->organisation;
    v->organisation = web_field(rq, "organisation", T_event_fact_organisation, TEXT_COUNT,
                                id_is_none(own) ? "" : id_string(rq, own));
    size_t n = 0;
    c[n++] = (struct page_choice){.value = "", .label = TX(rq, event_form_no_organisation)};
    for (size_t i = 0; i < names->n_organisations; i++) {
        const char *id = id_string(rq, names->organisations[i].id);
        bool chosen = str_eq(id, v->organisation.value);
        if (names->organisations[i].active || chosen)
            c[n++] = (struct page_choice){
                .value = id, .label = names->organisations[i].name, .chosen = chosen};
    }
    v->organisation.choices = c;
    v->organisation.n_choices = n;
    return ERR_OK;
}

/* The text in pieces, those that point at somebody marked. */
static enum err fill_marks(struct req *rq, const char *text, struct event_form_view *v)
{
    struct guard_span spans[MARKS_MOST / 2];
    size_t len = text ? strlen(text) : 0;
    size_t n = len ? guard_find(text, len, spans, ARRAY_LEN(spans)) : 0, at = 0;
    n = n > ARRAY_LEN(spans) ? ARRAY_LEN(spans) : n;
    struct event_mark_view *m = ARENA_ARRAY(rq->arena, 2 * n + 1, struct event_mark_view);
    if (!m)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        enum text_key key = text_lookup(guard_kind_key(spans[i].kind));
        m[v->n_marks++] =
            (struct event_mark_view){arena_strndup(rq->arena, text + at, spans[i].at - at), NULL};
        m[v->n_marks++] =
            (struct event_mark_view){arena_strndup(rq->arena, text + spans[i].at, spans[i].len),
                                     key < TEXT_COUNT ? text_get(rq->lang, key) : ""};
        at = spans[i].at + spans[i].len;
    }
    if (n)
        m[v->n_marks++] = (struct event_mark_view){arena_strdup(rq->arena, text + at), NULL};
    v->marks = m;
    return ERR_OK;
}

static enum err fill_text(struct req *rq, const struct event *e, const struct event_entry *typed,
                          struct event_form_view *v)
{
    v->text = web_field(rq, "text", T_event_form_text, T_event_form_text_hint, e->description);
    v->text.rows = 4;
    v->text.max = 4000;
    v->may_keep = web_may(rq, PERM_EVENT_EDIT);
    v->keep =
        web_field(rq, "keep_reason", T_review_field_override, T_review_field_override_hint, NULL);
    v->keep.rows = 2;
    v->keep.max = EVENT_KEEP_MOST;
    if (!typed || !typed->guarded)
        return ERR_OK;
    if (typed->cleared) {
        v->text.value = typed->cleared;
        return ERR_OK;
    }
    return fill_marks(rq, v->text.value, v);
}

enum err event_form_fill(struct req *rq, const struct event_names *names, const struct event *e,
                         const struct event_entry *typed, struct event_form_view *v)
{
    TRY(fill_kinds(rq, names, e, v));
    TRY(fill_place(rq, e, v));
    TRY(fill_spots(rq, typed, v));
    TRY(fill_organisation(rq, names, e, v));
    const char *when =
        id_is_none(e->id) ? NULL : event_web_when_said(rq, e->occurred_from, e->occurred_to);
    v->when = web_field(rq, "when", T_event_form_when, T_event_form_when_hint, when);
    v->when.required = true;
    v->when.autocomplete = "off";
    return fill_text(rq, e, typed, v);
}
