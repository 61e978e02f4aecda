/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What each item shows to those who lead, beside its lines. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/meeting/meeting_inner.h"
#include "tmpl/format.h"

static enum err fill_people(struct room *r, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    struct meeting_person *p = ARENA_ARRAY(rq->arena, r->n_people + 1, struct meeting_person);
    struct meeting_visitor *g = ARENA_ARRAY(rq->arena, r->n_guests + 1, struct meeting_visitor);
    if (!p || !g)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_people; i++)
        p[i] = (struct meeting_person){
            .account = room_id(rq, r->people[i].account),
            .name = r->people[i].name,
            .organisation = r->people[i].organisation,
            .here = room_here(r, r->people[i].account),
        };
    for (size_t i = 0; i < r->n_guests; i++)
        g[i] = (struct meeting_visitor){room_id(rq, r->guests[i].id), r->guests[i].organisation,
                                        r->guests[i].people};
    v->people = p;
    v->n_people = r->n_people;
    v->guests = g;
    v->n_guests = r->n_guests;
    v->guest = web_field(rq, "guest", T_meeting_guest, T_meeting_guest_hint, NULL);
    v->guest.required = true;
    v->guest.max = MEETING_GUEST_MOST;
    v->guest.autocomplete = "off";
    v->heads = web_field(rq, "people", T_meeting_people, TEXT_COUNT, "1");
    v->heads.value = v->heads.value ? v->heads.value : "1";
    v->heads.required = true;
    v->heads.width = "w-short";
    v->heads.inputmode = "numeric";
    return ERR_OK;
}

static enum err fill_followed(struct room *r, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    struct meeting_followed *f = ARENA_ARRAY(rq->arena, r->n_followed + 1, struct meeting_followed);
    char day[FORMAT_TEXT];
    if (!f)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_followed; i++) {
        const struct action *x = r->followed[i];
        const char *id = room_id(rq, x->id);
        int tick = room_tick(r, x->id);
        format_date(day, rq->lang, date_of_msec(x->ends_at - 1));
        f[i] = (struct meeting_followed){
            .id = id,
            .anchor = arena_printf(rq->arena, "atgard-%s", id),
            .title = x->title,
            .href = web_address(rq, arena_printf(rq->arena, "/atgarder/%s", id)),
            .owner = action_owner_of(r->names, x),
            .place = action_where_of(r->names, x),
            .when = TXF(rq, changes_action_due, day),
            .state = tick > 0    ? TX(rq, meeting_tick_done)
                     : tick == 0 ? TX(rq, meeting_tick_not)
                                 : action_state_text(rq->lang, x->state),
            .overdue = action_overdue(x, r->now),
            .said = tick >= 0,
            .done = tick > 0,
        };
    }
    v->followed = f;
    v->n_followed = r->n_followed;
    return ERR_OK;
}

/* --- Levels --- */

static bool has_level(const struct room *r, struct id area)
{
    const struct area_level *l = room_level(r, area);
    return l && l->level != PAGE_NO_LEVEL;
}

/* The one asked for; otherwise the first that has no level yet. */
static const struct picture_name *area_to_set(const struct room *r, struct id wanted)
{
    const struct picture_names *n = &r->told.names;
    if (!id_is_none(wanted))
        return picture_area_named(n, wanted);
    for (size_t i = 0; i < n->n_areas; i++)
        if (!has_level(r, n->areas[i].id))
            return &n->areas[i];
    return NULL;
}

/* What the form was typed to: one that comes back after a log-in still stands on that. */
static const char *seen(struct req *rq, const struct field_spec *form, const char *field,
                        int64_t now)
{
    bool back = rq->unsent && rq->route->fields == form && req_has(rq, field);
    return arena_printf(rq->arena, "%lld", (long long)(back ? req_int(rq, field, now) : now));
}

static enum err level_form(struct room *r, const struct picture_name *area,
                           struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    const struct area_level *l = room_level(r, area->id);
    struct page_choice *c = ARENA_ARRAY(rq->arena, PAGE_RED, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    v->area = room_id(rq, area->id);
    v->area_name = area->name;
    v->level_version = seen(rq, meeting_level_fields, "version", l ? l->version : 0);
    v->level = web_field(rq, "level", T_changes_level, TEXT_COUNT,
                         l && l->level ? arena_printf(rq->arena, "%d", (int)l->level) : NULL);
    for (int i = 0; i < PAGE_RED; i++) {
        c[i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", i + 1),
                                    .label = room_level_word(rq, (enum page_level_no)(i + 1))};
        c[i].chosen = v->level.value && c[i].value && str_eq(c[i].value, v->level.value);
    }
    v->level.choices = c;
    v->level.n_choices = PAGE_RED;
    v->level.row = true;
    v->level.required = true;
    v->reason = web_field(rq, "reason", T_meeting_reason, T_meeting_reason_hint,
                          l && l->level ? l->reason : NULL);
    v->reason.required = true;
    v->reason.rows = 2;
    v->reason.max = LEVEL_REASON_MOST;
    return ERR_OK;
}

enum err room_fill_levels(struct room *r, const struct room_showing *s, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    const struct picture_names *n = &r->told.names;
    const struct picture_name *area = r->has_told ? area_to_set(r, s->area) : NULL;
    struct meeting_level *rows = ARENA_ARRAY(rq->arena, n->n_areas + 1, struct meeting_level);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; r->has_told && i < n->n_areas; i++) {
        const struct area_level *l = room_level(r, n->areas[i].id);
        struct level_signs signs = level_signs_of(&r->told.picture, n->areas[i].id);
        bool looked = r->told.picture.looked == PICTURE_LOOKED;
        rows[v->n_levels++] = (struct meeting_level){
            .name = n->areas[i].name,
            .href = arena_printf(rq->arena, "%s&area=%s#satt",
                                 room_at_item(rq, r->m.id, MEETING_LEVELS),
                                 room_id(rq, n->areas[i].id)),
            .reason = l && l->level ? l->reason : NULL,
            .level = {l ? l->level : PAGE_NO_LEVEL},
            .count = level_count(rq, &r->told.picture, &signs),
            .verdict = signs.n >= 0 && signs.has_before
                           ? picture_certainty_text(rq->lang, signs.certainty)
                           : NULL,
            .suggested = {looked ? level_suggest(&signs) : PAGE_NO_LEVEL},
            .current = area == &n->areas[i],
        };
    }
    v->levels = rows;
    return area ? level_form(r, area, v) : ERR_OK;
}

/* --- Focus --- */

static enum err weights(struct req *rq, struct page_field *f, const enum text_key words[3])
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, 3, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (int i = 0; i < 3; i++) {
        c[i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", 3 - i),
                                    .label = text_get(rq->lang, words[2 - i])};
        c[i].chosen = f->value && c[i].value && str_eq(f->value, c[i].value);
    }
    f->choices = c;
    f->n_choices = 3;
    f->row = true;
    f->required = true;
    return ERR_OK;
}

static enum err choose_area(struct room *r, struct page_field *f)
{
    const struct picture_names *n = &r->told.names;
    struct page_choice *c = ARENA_ARRAY(r->rq->arena, n->n_areas + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(r->rq, changes_no_area)};
    for (size_t i = 0; i < n->n_areas; i++) {
        const char *id = room_id(r->rq, n->areas[i].id);
        c[i + 1] = (struct page_choice){
            .value = id, .label = n->areas[i].name, .chosen = f->value && str_eq(f->value, id)};
    }
    f->choices = c;
    f->n_choices = n->n_areas + 1;
    return ERR_OK;
}

enum err room_fill_focus(struct room *r, struct meeting_room_view *v)
{
    static const enum text_key needs[] = {T_changes_need_1, T_changes_need_2, T_changes_need_3};
    static const enum text_key may[] = {T_changes_influence_1, T_changes_influence_2,
                                        T_changes_influence_3};
    struct req *rq = r->rq;
    struct meeting_place *rows = ARENA_ARRAY(rq->arena, FOCUS_MOST, struct meeting_place);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->focus.n; i++) {
        const struct focus_place *p = &r->focus.places[i];
        const struct picture_name *area =
            r->has_told ? picture_area_named(&r->told.names, p->area) : NULL;
        rows[i] = (struct meeting_place){(int)i + 1, p->name, area ? area->name : NULL, p->reason};
    }
    v->places = rows;
    v->n_places = r->focus.n;
    v->may_place = r->has_told && r->focus.n < FOCUS_MOST;
    v->focus_version = seen(rq, meeting_focus_fields, "version", r->focus.version);
    v->place_name = web_field(rq, "name", T_changes_focus_name, T_changes_focus_name_hint, NULL);
    v->place_name.required = true;
    v->place_name.max = FOCUS_NAME_MOST;
    v->place_area = web_field(rq, "area", T_changes_focus_area, TEXT_COUNT, NULL);
    v->need = web_field(rq, "need", T_changes_need, T_changes_need_hint, NULL);
    v->influence = web_field(rq, "influence", T_changes_influence, T_changes_influence_hint, NULL);
    v->why = web_field(rq, "why", T_changes_focus_reason, TEXT_COUNT, NULL);
    v->why.required = true;
    v->why.rows = 2;
    v->why.max = LEVEL_REASON_MOST;
    TRY(choose_area(r, &v->place_area));
    TRY(weights(rq, &v->need, needs));
    return weights(rq, &v->influence, may);
}

/* --- Actions, words to others, the next meeting --- */

static struct page_field asked(struct req *rq, const char *name, enum text_key label,
                               enum text_key hint, int max)
{
    struct page_field f = web_field(rq, name, label, hint, NULL);
    f.required = true;
    f.max = max;
    f.autocomplete = "off";
    return f;
}

static enum err fill_decided(struct room *r, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    struct meeting_decided *d = ARENA_ARRAY(rq->arena, r->n_decisions + 1, struct meeting_decided);
    if (!d)
        return ERR_NOMEM;
    v->decided = d;
    for (size_t i = 0; i < r->n_decisions; i++) {
        const struct action *x = room_action(r, r->decisions[i].action);
        if (!x)
            continue;
        const char *id = room_id(rq, x->id);
        const char *href = web_address(rq, arena_printf(rq->arena, "/atgarder/%s", id));
        bool open = x->starts_at > r->now && web_may(rq, PERM_ACTION_EDIT);
        d[v->n_decided++] = (struct meeting_decided){
            .id = id,
            .words = room_decision(r, x),
            .title = x->title,
            .href = href,
            .plan_href = open ? arena_printf(rq->arena, "%s/plan", href) : NULL,
        };
    }
    return ERR_OK;
}

static enum err fill_actions(struct room *r, const struct room_showing *s,
                             struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    struct action_line_fields f = {&v->type, &v->kind, &v->organisation, &v->within};
    v->problem =
        asked(rq, "problem", T_meeting_problem, T_meeting_problem_hint, ACTION_PROBLEM_MOST);
    v->place = asked(rq, "place", T_meeting_place, T_meeting_place_hint, 100);
    v->within = asked(rq, "within", T_meeting_within, T_meeting_within_hint, 0);
    v->ask_within = s->ask_within;
    v->measure = asked(rq, "measure", T_meeting_measure, T_meeting_measure_hint, ACTION_TITLE_MOST);
    v->organisation = asked(rq, "organisation", T_meeting_owner, TEXT_COUNT, 0);
    v->last_day = web_field(rq, "last", T_meeting_last, TEXT_COUNT, NULL);
    v->last_day.required = true;
    web_date(rq, &v->last_day);
    v->type = asked(rq, "type", T_meeting_type, TEXT_COUNT, 0);
    v->kind = asked(rq, "kind", T_meeting_kind, TEXT_COUNT, 0);
    v->ask_type = s->ask_type;
    v->ask_kind = s->ask_kind;
    TRY(fill_decided(r, v));
    return action_line_choices(rq, &f);
}

static enum err fill_tell(struct room *r, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    struct meeting_told *t = ARENA_ARRAY(rq->arena, r->n_messages + 1, struct meeting_told);
    struct page_choice *c = ARENA_ARRAY(rq->arena, MEETING_AUDIENCE_COUNT, struct page_choice);
    if (!t || !c)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_messages; i++) {
        const struct meeting_message *m = &r->messages[i];
        t[i] =
            (struct meeting_told){room_id(rq, m->id), meeting_audience_text(rq->lang, m->audience),
                                  m->words, m->told, !id_eq(m->meeting, r->m.id)};
    }
    v->messages = t;
    v->n_messages = r->n_messages;
    v->audience = asked(rq, "audience", T_meeting_audience, TEXT_COUNT, 0);
    for (int i = 0; i < MEETING_AUDIENCE_COUNT; i++) {
        const char *code = meeting_audience_code((enum meeting_audience)i);
        c[i] =
            (struct page_choice){.value = code,
                                 .label = meeting_audience_text(rq->lang, (enum meeting_audience)i),
                                 .chosen = v->audience.value && str_eq(v->audience.value, code)};
    }
    v->audience.choices = c;
    v->audience.n_choices = MEETING_AUDIENCE_COUNT;
    v->say = asked(rq, "say", T_meeting_say, T_meeting_say_hint, MEETING_MESSAGE_MOST);
    return ERR_OK;
}

static enum err fill_next(struct room *r, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    char day[TIME_TEXT];
    msec at = r->m.next_at ? r->m.next_at
                           : meeting_suggest(r->has_rhythm ? &r->rhythm : NULL, r->m.starts_at);
    date_text(date_of_msec(at), day);
    v->next_seen = seen(rq, meeting_next_fields, "seen", r->m.next_at);
    v->next_at = r->m.next_at ? room_when(rq, r->m.next_at) : NULL;
    v->next_day = web_field(rq, "day", T_meeting_day, TEXT_COUNT, arena_strdup(rq->arena, day));
    if (!v->next_day.value) /* another form of the page came back */
        v->next_day.value = arena_strdup(rq->arena, day);
    v->next_day.required = true;
    web_date(rq, &v->next_day);
    struct civil c = civil_from_msec(at);
    v->next_time = web_field(rq, "time", T_meeting_time, TEXT_COUNT,
                             arena_printf(rq->arena, "%02d.%02d", c.hour, c.minute));
    if (!v->next_time.value)
        v->next_time.value = arena_printf(rq->arena, "%02d.%02d", c.hour, c.minute);
    v->next_time.required = true;
    v->next_time.width = "w-year";
    v->close_href = room_at(rq, r->m.id, "/avsluta");
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        v->n_back += !r->done[i] && !str_empty(r->notes[i].words);
    return ERR_OK;
}

enum err room_fill(struct room *r, const struct room_showing *s, struct meeting_room_view *v)
{
    switch (s->item) {
    case MEETING_ATTENDANCE:
        return fill_people(r, v);
    case MEETING_FOLLOWUP:
        return fill_followed(r, v);
    case MEETING_LEVELS:
        return room_fill_levels(r, s, v);
    case MEETING_FOCUS:
        return room_fill_focus(r, v);
    case MEETING_ACTIONS:
        return fill_actions(r, s, v);
    case MEETING_TELL:
        return fill_tell(r, v);
    case MEETING_NEXT:
        return fill_next(r, v);
    case MEETING_EXCEPTIONS:
    case MEETING_CHANGES:
    case MEETING_ITEM_COUNT:
        break;
    }
    return ERR_OK;
}
