/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of one action, and how it goes with it. */
#include <stdatomic.h>
#include <string.h>

#include "action_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web.h"

const struct field_spec action_state_fields[] = {
    {.name = "state", .kind = FIELD_CODE, .required = true},
    {.name = "note", .kind = FIELD_LINES, .max = ACTION_NOTE_MOST},
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 1, .max = INT32_MAX},
    {.name = "confirm", .kind = FIELD_BOOL},
    {0},
};

static void fact(struct page_facts *f, const char *label, const char *value)
{
    if (!str_empty(value))
        ((struct page_fact *)(uintptr_t)f->rows)[f->n_rows++] =
            (struct page_fact){.label = label, .value = value};
}

static enum err facts_room(struct req *rq, struct page_facts *f, size_t n)
{
    f->rows = ARENA_ARRAY(rq->arena, n, struct page_fact);
    return f->rows ? ERR_OK : ERR_NOMEM;
}

static const char *events_href(struct req *rq, const struct action *x)
{
    char from[TIME_TEXT], to[TIME_TEXT], circle[EVENT_CIRCLE_TEXT];
    struct buf b = buf_init(2048);
    buf_printf(&b, "%s?type=%s", web_address(rq, "/handelser"), x->type_code);
    if (x->seen_from && x->seen_to) {
        date_text(date_of_msec(x->seen_from), from);
        date_text(date_of_msec(x->seen_to - 1), to);
        buf_printf(&b, "&from=%s&to=%s", from, to);
    }
    if (x->ground.circle.radius > 0) {
        event_circle_text(&x->ground.circle, circle);
        buf_printf(&b, "&circle=%s", circle);
    } else {
        buf_printf(&b, "&area=%s", action_id_string(rq, x->ground.area));
    }
    const char *s = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return s;
}

static enum err fill_facts(const struct action_whole *w, struct action_one_view *v)
{
    struct req *rq = w->rq;
    const struct action *x = &w->x;
    const struct action_kind *k = action_kind_find(x->kind);
    bool all = action_sees_all(rq);
    TRY(facts_room(rq, &v->facts, 10));
    fact(&v->facts, TX(rq, action_state), action_state_text(rq->lang, x->state));
    fact(&v->facts, TX(rq, action_type), action_name_type(&w->names, x->type_code));
    fact(&v->facts, TX(rq, action_where), action_place_text(&w->names, &x->ground));
    fact(&v->facts, TX(rq, action_kind), k ? text_get(rq->lang, k->name) : x->kind);
    fact(&v->facts, TX(rq, action_owner), action_name_organisation(&w->names, x->organisation));
    fact(&v->facts, TX(rq, action_partners), all ? x->partners : NULL);
    fact(&v->facts, TX(rq, action_when), action_days_text(rq, x->starts_at, x->ends_at));
    fact(&v->facts, TX(rq, action_yearly), x->yearly ? TX(rq, action_yearly_yes) : NULL);
    fact(&v->facts, TX(rq, action_remind), TXF(rq, action_remind_days, (int64_t)x->remind_days));
    v->known = k ? text_get(rq->lang, k->known) : NULL;
    v->source = k && k->source ? TXF(rq, action_source, k->source) : NULL;
    if (!all)
        return ERR_OK;
    v->problem = x->problem;
    v->events_href = events_href(rq, x);
    return v->events_href ? ERR_OK : ERR_NOMEM;
}

/* --- The plan and the effect --- */

static const char *comparison_text(const struct action_whole *w, const struct action_plan *p)
{
    return p->comparison == ACTION_ALONE  ? TX(w->rq, action_plan_none)
           : p->comparison == ACTION_REST ? TX(w->rq, action_plan_rest)
                                          : action_name_area(&w->names, p->comparison_id);
}

static const char *method_text(struct req *rq, enum action_method m)
{
    return m == ACTION_COUNTS ? TX(rq, action_method_counts)
           : m == ACTION_WDD  ? TX(rq, action_method_wdd)
                              : TX(rq, action_method_did);
}

static const char *baseline_text(struct req *rq, const struct action_plan *p)
{
    return p->baseline_comparison == DB_NO_INT
               ? TXF(rq, action_baseline_alone, p->baseline)
               : TXF(rq, action_baseline_both, p->baseline, p->baseline_comparison);
}

static const char *plan_sentence(const struct action_whole *w, const struct action_plan *p,
                                 bool newest)
{
    struct req *rq = w->rq;
    if (p->late)
        return TXF(rq, action_plan_late, action_day(rq, p->made_at));
    if (p->locked_at)
        return TXF(rq, action_plan_locked, action_day(rq, p->locked_at));
    if (newest && !action_plan_locked(p, &w->x, time_now()))
        return p->proposed ? TXF(rq, action_plan_proposed, action_day(rq, w->x.starts_at))
                           : TXF(rq, action_plan_open, action_day(rq, w->x.starts_at));
    return TXF(rq, action_plan_locked, action_day(rq, w->x.starts_at));
}

static enum err fill_plan(const struct action_whole *w, const struct action_plan *p,
                          struct action_plan_view *v)
{
    struct req *rq = w->rq;
    bool all = action_sees_all(rq);
    TRY(facts_room(rq, &v->facts, 8));
    v->heading = TXF(rq, action_plan_version, p->version);
    v->sentence = plan_sentence(w, p, p == w->plans);
    v->reason = all ? p->reason : NULL;
    fact(&v->facts, TX(rq, action_plan_counts), action_name_type(&w->names, p->type_code));
    fact(&v->facts, TX(rq, action_where), action_place_text(&w->names, &p->ground));
    fact(&v->facts, TX(rq, action_plan_compared), comparison_text(w, p));
    fact(&v->facts, TX(rq, action_plan_before), action_days_text(rq, p->before_from, p->before_to));
    fact(&v->facts, TX(rq, action_plan_after), action_days_text(rq, p->after_from, p->after_to));
    fact(&v->facts, TX(rq, action_plan_method), method_text(rq, p->method));
    fact(&v->facts, TX(rq, action_baseline), all ? baseline_text(rq, p) : NULL);
    fact(&v->facts, TX(rq, action_plan_due), action_day(rq, action_plan_due(p)));
    return ERR_OK;
}

static enum err fill_plans(const struct action_whole *w, struct action_one_view *v)
{
    struct req *rq = w->rq;
    if (w->n_plans) {
        TRY(fill_plan(w, &w->plans[0], &v->plan));
        struct action_plan_view *older =
            ARENA_ARRAY(rq->arena, w->n_plans, struct action_plan_view);
        if (!older)
            return ERR_NOMEM;
        for (size_t i = 1; i < w->n_plans; i++)
            TRY(fill_plan(w, &w->plans[i], &older[v->n_plans++]));
        v->plans = older;
    }
    if (!web_may(rq, PERM_ACTION_EDIT))
        return ERR_OK;
    bool locked = w->n_plans && action_plan_locked(&w->plans[0], &w->x, time_now());
    v->plan_href = action_href(rq, w->id, "/plan");
    v->plan_label = locked ? TX(rq, action_plan_change_locked) : TX(rq, action_plan_change);
    if (w->n_plans && !locked)
        v->lock_action = action_href(rq, w->id, "/plan/las");
    return ERR_OK;
}

static enum err fill_effect(const struct action_whole *w, struct action_one_view *v)
{
    struct req *rq = w->rq;
    enum action_verdict verdict;
    if (w->n_effects) {
        const struct q_action_effects_row *e = &w->effects[0];
        enum action_method m = ACTION_COUNTS;
        if (!action_verdict_parse(e->verdict, &verdict) || !action_method_parse(e->method, &m))
            return ERR_CORRUPT;
        v->has_effect = true;
        v->effect =
            (struct action_effect_view){action_verdict_text(rq->lang, verdict),
                                        !action_sees_all(rq)  ? NULL
                                        : rq->lang == LANG_EN ? e->words_en
                                                              : e->words_sv,
                                        TXF(rq, action_effect_made, action_day(rq, e->made_at),
                                            method_text(rq, m), e->plan_version)};
    }
    if (w->n_plans && (!w->n_effects || w->effects[0].plan_version < w->plans[0].version)) {
        msec due = action_plan_due(&w->plans[0]);
        if (w->x.state == ACTION_DROPPED)
            v->effect_wait = TX(rq, action_effect_dropped);
        else
            v->effect_wait = due > time_now() ? TXF(rq, action_effect_wait, action_day(rq, due))
                                              : TX(rq, action_effect_soon);
    }
    return ERR_OK;
}

/* --- How it goes --- */

static enum err fill_state(const struct action_whole *w, bool guarded, struct action_one_view *v)
{
    struct req *rq = w->rq;
    if (!action_may_tell(rq, &w->x))
        return ERR_OK;
    struct page_choice *c = action_choices(rq, ACTION_STATES);
    struct page_hidden *h = ARENA_NEW(rq->arena, struct page_hidden);
    struct page_choice *box = ARENA_NEW(rq->arena, struct page_choice);
    if (!c || !h || !box)
        return ERR_NOMEM;
    *h = (struct page_hidden){"version", arena_printf(rq->arena, "%lld", (long long)w->x.version)};
    v->hidden = h;
    v->n_hidden = 1;
    v->state_action = action_href(rq, w->id, "/lage");
    v->state = web_field(rq, "state", T_action_state_new, TEXT_COUNT, NULL);
    v->state.required = true;
    for (int s = 0; s < ACTION_STATES; s++)
        if (action_state_may(w->x.state, (enum action_state)s)) {
            const char *name = action_state_name((enum action_state)s);
            c[v->state.n_choices++] = (struct page_choice){
                .value = name,
                .label = action_state_text(rq->lang, (enum action_state)s),
                .hint =
                    action_state_why((enum action_state)s) ? TX(rq, action_state_why_hint) : NULL,
                .chosen = str_eq(name, v->state.value)};
        }
    v->state.choices = c;
    v->note = web_field(rq, "note", T_action_note, T_action_note_hint, NULL);
    v->note.max = ACTION_NOTE_MOST;
    v->note.rows = 3;
    v->guarded = guarded;
    *box = (struct page_choice){.value = "1", .label = TX(rq, action_confirm)};
    v->confirm = web_field(rq, "confirm", TEXT_COUNT, TEXT_COUNT, NULL);
    v->confirm.choices = box;
    v->confirm.n_choices = 1;
    return ERR_OK;
}

/* --- The history --- */

static const char *label_of(struct req *rq, const char *field)
{
    static const struct {
        const char *field;
        enum text_key text;
    } labels[] = {{"title", T_action_title},       {"problem", T_action_problem},
                  {"type", T_action_type},         {"area", T_action_area},
                  {"place", T_action_place},       {"circle", T_action_circle},
                  {"kind", T_action_kind},         {"organisation", T_action_owner},
                  {"partners", T_action_partners}, {"first", T_action_first},
                  {"last", T_action_last},         {"yearly", T_action_yearly},
                  {"remind", T_action_remind}};
    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        if (str_eq(labels[i].field, field))
            return text_get(rq->lang, labels[i].text);
    return field;
}

/* What was stored, as people read it. */
static const char *value_of(const struct action_whole *w, const char *field, const char *value)
{
    struct id id;
    struct date d;
    struct req *rq = w->rq;
    if (!value)
        return NULL;
    if (str_eq(field, "type"))
        return action_name_type(&w->names, value);
    if (str_eq(field, "kind") && action_kind_find(value))
        return text_get(rq->lang, action_kind_find(value)->name);
    if (str_eq(field, "yearly"))
        return str_eq(value, "1") ? TX(rq, action_yes) : TX(rq, action_no);
    if (str_eq(field, "area") && !id_parse(value, &id))
        return action_name_area(&w->names, id);
    if (str_eq(field, "organisation") && !id_parse(value, &id))
        return action_name_organisation(&w->names, id);
    if ((str_eq(field, "first") || str_eq(field, "last")) && !date_parse(value, &d))
        return action_day(rq, date_start(d));
    return value;
}

static enum err fill_row(const struct action_whole *w, const struct q_action_told_row *t,
                         struct page_history_row *out)
{
    struct req *rq = w->rq;
    struct action_said *said;
    size_t n;
    enum action_state s;
    TRY(action_changes_read(rq->arena, t->changes, &said, &n));
    if (!action_state_parse(t->state, &s))
        return ERR_CORRUPT;
    struct page_change *c = ARENA_ARRAY(rq->arena, n + 1, struct page_change);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        c[i] = (struct page_change){label_of(rq, said[i].field),
                                    value_of(w, said[i].field, said[i].before),
                                    value_of(w, said[i].field, said[i].after)};
    const char *what = str_eq(t->what, "added")    ? TX(rq, action_was_added)
                       : str_eq(t->what, "edited") ? TX(rq, action_was_edited)
                                                   : action_state_text(rq->lang, s);
    if (t->note)
        what = arena_printf(rq->arena, "%s: %s", what, t->note);
    *out = (struct page_history_row){t->at, t->by, what, c, n};
    return what ? ERR_OK : ERR_NOMEM;
}

static enum err fill_history(const struct action_whole *w, struct action_one_view *v)
{
    struct page_history_row *rows =
        ARENA_ARRAY(w->rq->arena, w->n_told + 1, struct page_history_row);
    if (!rows)
        return ERR_NOMEM;
    if (!action_sees_all(w->rq)) /* what people have written is not for all who see that it is */
        return ERR_OK;
    for (size_t i = 0; i < w->n_told; i++)
        TRY(fill_row(w, &w->told[i], &rows[i]));
    v->history = (struct page_history){rows, w->n_told};
    v->has_history = w->n_told > 0;
    return ERR_OK;
}

static enum err fill_notice(const struct action_whole *w, struct action_one_view *v)
{
    struct req *rq = w->rq;
    msec now = time_now();
    struct page_notice *n = ARENA_NEW(rq->arena, struct page_notice);
    if (!n)
        return ERR_NOMEM;
    v->notices = n;
    if (!action_overdue(&w->x, now))
        return ERR_OK;
    int64_t days = date_days(date_of_msec(now)) - date_days(date_of_msec(w->x.ends_at - 1));
    *n = (struct page_notice){.tone = PAGE_WARNING,
                              .title = TX(rq, action_overdue),
                              .text = action_may_tell(rq, &w->x)
                                          ? TXF(rq, action_overdue_text, days)
                                          : TXF(rq, action_overdue_only, days)};
    v->n_notices = 1;
    return ERR_OK;
}

enum err action_draw_one(struct req *rq, const struct action_whole *w, bool guarded)
{
    struct action_one_view v = {0};
    TRY(fill_notice(w, &v));
    TRY(fill_facts(w, &v));
    TRY(fill_effect(w, &v));
    TRY(fill_plans(w, &v));
    TRY(fill_state(w, guarded, &v));
    TRY(fill_history(w, &v));
    v.ics_href = action_href(rq, w->id, ".ics");
    if (web_may(rq, PERM_REVIEW)) {
        char id[ID_TEXT];
        id_text(w->id, id);
        v.tell_href = web_address(rq, arena_printf(rq->arena, "/svar?fran=%s", id));
    }
    if (web_may(rq, PERM_ACTION_EDIT))
        v.page.action =
            (struct page_link){TX(rq, action_edit), action_href(rq, w->id, "/redigera"), false};
    TRY(action_crumbs(rq, &v.page, NULL));
    TRY(web_page_named(rq, &v.page, w->x.title));
    struct tmpl t = web_tmpl(rq);
    action_one_html(&t, &v);
    return ERR_OK;
}

enum err action_one_page(struct req *rq)
{
    struct action_whole w;
    TRY(action_whole_read(rq, &w));
    TRY(web_audit_read(rq, "action.read", "action", w.id, NULL));
    return action_draw_one(rq, &w, false);
}

struct stating {
    struct req *rq;
    struct id id;
    enum action_state to;
    struct action_edit e;
};

static enum err write_state(struct tx *tx, void *arg)
{
    struct stating *s = arg;
    TRY(action_set_state(tx, s->rq->arena, web_municipality(s->rq), s->id, s->to, &s->e));
    return action_audit(s->rq, tx, "action.state", s->id);
}

enum err action_state_post(struct req *rq)
{
    struct action_whole w;
    bool guarded = false;
    TRY(action_whole_read(rq, &w));
    if (!action_may_tell(rq, &w.x))
        return ERR_FORBIDDEN;
    struct stating s = {
        .rq = rq,
        .id = w.id,
        .e = {web_who(rq)->account, req_int(rq, "version", 0), req_field(rq, "note")}};
    if (!rq->problems && (!action_state_parse(req_field(rq, "state"), &s.to) ||
                          (s.e.version == w.x.version && !action_state_may(w.x.state, s.to))))
        req_problem(rq, "state", TX(rq, action_bad_state));
    if (!rq->problems && action_state_why(s.to) && str_empty(s.e.note))
        req_problem(rq, "note", TX(rq, action_need_note));
    action_guard(rq, "note", &guarded);
    if (!rq->problems) {
        enum err e = web_write(rq, write_state, &s);
        if (e == ERR_OK) {
            atomic_fetch_add(&web_app(rq)->public_changes, 1); /* places told of may point at it */
            return web_done(rq, action_href(rq, w.id, ""), T_done_action_state);
        }
        if (e != ERR_CONFLICT)
            return e;
        req_problem(rq, "state", TX(rq, action_state_conflict));
        TRY(action_whole_read(rq, &w));
    }
    web_invalid(rq);
    return action_draw_one(rq, &w, guarded);
}
