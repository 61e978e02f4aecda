/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form of a plan: what is counted, compared with what, when and how. */
#include <string.h>

#include "action_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web.h"

#define AUTO_METHOD "auto"

const struct field_spec action_plan_fields[] = {
    {.name = "type", .kind = FIELD_CODE, .required = true},
    {.name = "comparison", .kind = FIELD_CODE, .required = true},
    {.name = "before_first", .kind = FIELD_DATE, .required = true},
    {.name = "before_last", .kind = FIELD_DATE, .required = true},
    {.name = "after_first", .kind = FIELD_DATE, .required = true},
    {.name = "after_last", .kind = FIELD_DATE, .required = true},
    {.name = "method", .kind = FIELD_CODE, .required = true},
    {.name = "reason", .kind = FIELD_LINES, .max = ACTION_NOTE_MOST},
    {.name = "version", .kind = FIELD_INT, .max = INT32_MAX},
    {.name = "lock", .kind = FIELD_BOOL},
    {.name = "look", .kind = FIELD_BOOL},
    {0},
};

struct planning {
    struct req *rq;
    struct action_whole w;
    struct action_plan p;
    bool locked, counted, guarded;
};

static struct page_field required(struct req *rq, const char *name, enum text_key label,
                                  enum text_key hint, const char *value)
{
    struct page_field f = web_field(rq, name, label, hint, value);
    f.required = true;
    return f;
}

static struct page_field day(struct req *rq, const char *name, enum text_key label, msec t)
{
    char text[TIME_TEXT];
    date_text(date_of_msec(t), text);
    struct page_field f =
        required(rq, name, label, TEXT_COUNT, t ? arena_strdup(rq->arena, text) : NULL);
    web_date(rq, &f);
    return f;
}

static const char *comparison_value(struct req *rq, const struct action_plan *p)
{
    return p->comparison == ACTION_AREA ? action_id_string(rq, p->comparison_id)
                                        : action_comparison_name(p->comparison);
}

static enum err fill_comparison(struct planning *s, struct page_field *f)
{
    struct req *rq = s->rq;
    const struct action_names *n = &s->w.names;
    struct page_choice *c = action_choices(rq, n->n_areas + 2);
    size_t used = 0;
    if (!c)
        return ERR_NOMEM;
    c[used++] = (struct page_choice){.value = "none", .label = TX(rq, action_plan_none)};
    c[used++] = (struct page_choice){.value = "rest", .label = TX(rq, action_plan_rest)};
    for (size_t i = 0; i < n->n_areas; i++)
        if (!id_eq(n->areas[i].id, s->p.ground.area))
            c[used++] = (struct page_choice){.value = action_id_string(rq, n->areas[i].id),
                                             .label = n->areas[i].name};
    for (size_t i = 0; i < used; i++)
        c[i].chosen = str_eq(c[i].value, f->value);
    f->choices = c;
    f->n_choices = used;
    return ERR_OK;
}

static enum err fill_method(struct req *rq, struct page_field *f)
{
    static const struct {
        const char *value;
        enum text_key label, hint;
    } all[] = {{AUTO_METHOD, T_action_method_auto, T_action_method_auto_hint},
               {"compare-counts", T_action_method_counts, T_action_method_counts_hint},
               {"wdd", T_action_method_wdd, T_action_method_wdd_hint},
               {"did", T_action_method_did, T_action_method_did_hint}};
    struct page_choice *c = action_choices(rq, ARRAY_LEN(all));
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        c[i] = (struct page_choice){.value = all[i].value,
                                    .label = text_get(rq->lang, all[i].label),
                                    .hint = text_get(rq->lang, all[i].hint),
                                    .chosen = str_eq(all[i].value, f->value)};
    f->choices = c;
    f->n_choices = ARRAY_LEN(all);
    return ERR_OK;
}

/* What the time before holds, and what that means for what can be seen. */
static enum err fill_counted(struct planning *s, struct action_planform_view *v)
{
    struct req *rq = s->rq;
    const struct action_plan *p = &s->p;
    struct page_fact *rows = ARENA_ARRAY(rq->arena, 3, struct page_fact);
    if (!rows)
        return ERR_NOMEM;
    v->counted.rows = rows;
    rows[v->counted.n_rows++] = (struct page_fact){.label = TX(rq, action_baseline_own),
                                                   .value = action_number(rq, p->baseline)};
    if (p->baseline_comparison != DB_NO_INT)
        rows[v->counted.n_rows++] =
            (struct page_fact){.label = TX(rq, action_baseline_other),
                               .value = action_number(rq, p->baseline_comparison)};
    rows[v->counted.n_rows++] =
        (struct page_fact){.label = TX(rq, action_plan_method),
                           .value = p->method == ACTION_COUNTS ? TX(rq, action_method_counts)
                                    : p->method == ACTION_WDD  ? TX(rq, action_method_wdd)
                                                               : TX(rq, action_method_did)};
    v->advice = p->baseline < ACTION_FEW              ? TX(rq, action_advice_few)
                : p->comparison == ACTION_ALONE       ? TX(rq, action_advice_alone)
                : p->baseline_comparison < ACTION_FEW ? TX(rq, action_advice_other_few)
                                                      : TX(rq, action_advice_good);
    return ERR_OK;
}

static enum err fill_ground(struct planning *s, struct action_planform_view *v)
{
    struct req *rq = s->rq;
    struct page_fact *rows = ARENA_ARRAY(rq->arena, 2, struct page_fact);
    if (!rows)
        return ERR_NOMEM;
    rows[0] = (struct page_fact){.label = TX(rq, action_where),
                                 .value = action_place_text(&s->w.names, &s->p.ground)};
    rows[1] = (struct page_fact){.label = TX(rq, action_when),
                                 .value = action_days_text(rq, s->w.x.starts_at, s->w.x.ends_at)};
    v->facts = (struct page_facts){rows, 2};
    return ERR_OK;
}

static enum err fill(struct planning *s, struct action_planform_view *v)
{
    struct req *rq = s->rq;
    const struct action_plan *p = &s->p;
    bool whole = p->version != 0 || p->after_to;
    v->type = required(rq, "type", T_action_plan_counts, TEXT_COUNT, p->type_code);
    v->comparison = required(rq, "comparison", T_action_plan_compared, T_action_plan_compared_hint,
                             comparison_value(rq, p));
    v->before_first = day(rq, "before_first", T_action_before_first, p->before_from);
    v->before_last = day(rq, "before_last", T_action_before_last, whole ? p->before_to - 1 : 0);
    v->after_first = day(rq, "after_first", T_action_after_first, p->after_from);
    v->after_last = day(rq, "after_last", T_action_after_last, whole ? p->after_to - 1 : 0);
    v->method = required(rq, "method", T_action_plan_method, TEXT_COUNT,
                         p->proposed ? AUTO_METHOD : action_method_name(p->method));
    v->reason = required(rq, "reason", T_action_plan_reason, T_action_plan_reason_hint, NULL);
    v->reason.rows = 3;
    v->reason.max = ACTION_NOTE_MOST;
    v->ask_reason = s->locked;
    v->may_lock = !s->locked && s->w.x.starts_at > time_now();
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    struct page_hidden *h = ARENA_NEW(rq->arena, struct page_hidden);
    if (!c || !h)
        return ERR_NOMEM;
    *c = (struct page_choice){
        .value = "1", .label = TX(rq, action_plan_lock_box), .chosen = req_has(rq, "lock")};
    v->lock = web_field(rq, "lock", TEXT_COUNT, TEXT_COUNT, NULL);
    v->lock.choices = c;
    v->lock.n_choices = 1;
    *h = (struct page_hidden){
        "version",
        arena_printf(rq->arena, "%lld", (long long)(s->w.n_plans ? s->w.plans[0].version : 0))};
    v->hidden = h;
    v->n_hidden = 1;
    TRY(action_fill_types(rq, &s->w.names, &v->type, false));
    TRY(fill_comparison(s, &v->comparison));
    TRY(fill_method(rq, &v->method));
    return fill_ground(s, v);
}

static enum err draw(struct planning *s)
{
    struct req *rq = s->rq;
    struct action_planform_view v = {0};
    struct page_notice *n = ARENA_NEW(rq->arena, struct page_notice);
    if (!n)
        return ERR_NOMEM;
    TRY(fill(s, &v));
    if (s->counted)
        TRY(fill_counted(s, &v));
    if (s->locked) {
        *n = (struct page_notice){.tone = PAGE_WARNING, .text = TX(rq, action_plan_is_locked)};
        v.notices = n;
        v.n_notices = 1;
    }
    v.action = action_href(rq, s->w.id, "/plan");
    v.cancel_href = action_href(rq, s->w.id, "");
    v.page.lead = TX(rq, action_plan_lead);
    TRY(action_crumbs(rq, &v.page, &s->w.x));
    TRY(web_page(rq, &v.page, T_action_plan_title));
    struct tmpl t = web_tmpl(rq);
    action_plan_html(&t, &v);
    return ERR_OK;
}

static enum err begin(struct req *rq, struct planning *s)
{
    *s = (struct planning){.rq = rq};
    TRY(action_whole_read(rq, &s->w));
    s->locked = s->w.n_plans && action_plan_locked(&s->w.plans[0], &s->w.x, time_now());
    if (s->w.n_plans) {
        s->p = s->w.plans[0];
        s->counted = s->p.baseline != DB_NO_INT;
    } else {
        action_plan_propose(&s->w.x, &s->p);
    }
    if (!s->locked)
        s->p.ground = s->w.x.ground;
    return ERR_OK;
}

enum err action_plan_page(struct req *rq)
{
    struct planning s;
    TRY(begin(rq, &s));
    return draw(&s);
}

static msec day_of(struct req *rq, const char *name, int more)
{
    struct date d;
    const char *s = req_field(rq, name);
    return s && !date_parse(s, &d) ? date_start(date_add(d, more)) : 0;
}

static void read_comparison(struct planning *s)
{
    const char *v = req_field(s->rq, "comparison");
    struct action_plan *p = &s->p;
    p->comparison_id = (struct id){{0}};
    if (action_comparison_parse(v, &p->comparison) && p->comparison != ACTION_AREA)
        return;
    p->comparison = ACTION_AREA;
    if (id_parse(v ? v : "", &p->comparison_id) || !action_has_area(&s->w.names, p->comparison_id))
        req_problem(s->rq, "comparison", TX(s->rq, action_bad_choice));
}

static enum err count_before(struct planning *s)
{
    struct action_counts c;
    TRY(action_count(web_app(s->rq), web_municipality(s->rq), &s->p, &c));
    s->p.baseline = c.before;
    s->p.baseline_comparison = c.comparison_before;
    s->counted = true;
    return ERR_OK;
}

static enum err read_plan(struct planning *s)
{
    struct req *rq = s->rq;
    struct action_plan *p = &s->p;
    struct action_problem bad;
    const char *method = req_field(rq, "method");
    if (rq->problems)
        return ERR_OK;
    p->type_code = req_field(rq, "type");
    p->before_from = day_of(rq, "before_first", 0);
    p->before_to = day_of(rq, "before_last", 1);
    p->after_from = day_of(rq, "after_first", 0);
    p->after_to = day_of(rq, "after_last", 1);
    p->proposed = false;
    read_comparison(s);
    bool automatic = str_eq(method, AUTO_METHOD);
    if (!automatic && !action_method_parse(method, &p->method))
        req_problem(rq, "method", TX(rq, action_bad_choice));
    if (rq->problems || event_type_index(p->type_code) < 0) {
        if (!rq->problems)
            req_problem(rq, "type", TX(rq, action_need_type));
        return ERR_OK;
    }
    TRY(count_before(s));
    if (automatic)
        p->method = action_method_propose(p);
    if (action_plan_check(p, &s->w.x, &bad))
        req_problem(rq, bad.field, text_get(rq->lang, bad.text));
    return ERR_OK;
}

static enum err write_plan(struct tx *tx, void *arg)
{
    struct planning *s = arg;
    struct req *rq = s->rq;
    struct action_plan p = s->p;
    struct action_plan_edit e = {web_who(rq)->account, req_int(rq, "version", 0),
                                 req_field(rq, "reason"), req_has(rq, "lock")};
    TRY(action_plan_save(tx, rq->arena, web_municipality(rq), &p, &s->w.x, &e));
    return action_audit(rq, tx, "action.plan", s->w.id);
}

enum err action_plan_post(struct req *rq)
{
    struct planning s;
    TRY(begin(rq, &s));
    bool look = req_has(rq, "look");
    TRY(read_plan(&s));
    action_guard(rq, "reason", &s.guarded);
    if (!look && s.locked && str_empty(req_field(rq, "reason")))
        req_problem(rq, "reason", TX(rq, action_plan_need_reason));
    if (!rq->problems && !look) {
        enum err e = web_write(rq, write_plan, &s);
        if (e == ERR_OK)
            return web_done(rq, action_href(rq, s.w.id, ""), T_done_action_plan);
        if (e != ERR_CONFLICT)
            return e;
        req_problem(rq, NULL, TX(rq, action_plan_conflict));
    }
    if (rq->problems)
        web_invalid(rq);
    return draw(&s);
}

struct locking {
    struct req *rq;
    struct id id;
    int64_t version;
};

static enum err write_lock(struct tx *tx, void *arg)
{
    struct locking *l = arg;
    struct q_action_plan_lock_in in = {web_municipality(l->rq), l->id, l->version, time_now(),
                                       web_who(l->rq)->account};
    int64_t changed;
    TRY(q_action_plan_lock_run(tx, &in, &changed));
    return changed ? action_audit(l->rq, tx, "action.plan.lock", l->id) : ERR_CONFLICT;
}

enum err action_lock_post(struct req *rq)
{
    struct action_whole w;
    TRY(action_whole_read(rq, &w));
    if (!w.n_plans)
        return ERR_NOTFOUND;
    struct locking l = {rq, w.id, w.plans[0].version};
    if (!w.plans[0].locked_at)
        TRY(web_write(rq, write_lock, &l));
    return web_done(rq, action_href(rq, w.id, ""), T_done_action_locked);
}
