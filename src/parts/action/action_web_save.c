/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form of an action read and saved: new (perhaps from a finding or a filter), and changed. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web_form.h"

#define RADIUS_LEAST 25
#define RADIUS_MOST 5000

const struct field_spec action_new_fields[] = {
    {.name = "title", .kind = FIELD_TEXT, .max = ACTION_TITLE_MOST},
    {.name = "type", .kind = FIELD_CODE},
    {.name = "area", .kind = FIELD_ID},
    {.name = "circle", .kind = FIELD_CODE},
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {0},
};
const struct field_spec action_form_fields[] = {
    {.name = "title", .kind = FIELD_TEXT, .required = true, .max = ACTION_TITLE_MOST},
    {.name = "problem", .kind = FIELD_LINES, .required = true, .max = ACTION_PROBLEM_MOST},
    {.name = "type", .kind = FIELD_CODE, .required = true},
    {.name = "area", .kind = FIELD_ID},
    {.name = "place", .kind = FIELD_TEXT, .max = GAZETTEER_TEXT_MOST},
    {.name = "radius", .kind = FIELD_INT, .min = RADIUS_LEAST, .max = RADIUS_MOST},
    {.name = "circle", .kind = FIELD_CODE},
    {.name = "circle_place", .kind = FIELD_TEXT, .max = GAZETTEER_TEXT_MOST},
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {.name = "kind", .kind = FIELD_CODE, .required = true},
    {.name = "organisation", .kind = FIELD_ID, .required = true},
    {.name = "partners", .kind = FIELD_TEXT, .max = ACTION_PARTNERS_MOST},
    {.name = "first", .kind = FIELD_DATE, .required = true},
    {.name = "last", .kind = FIELD_DATE, .required = true},
    {.name = "yearly", .kind = FIELD_BOOL},
    {.name = "remind", .kind = FIELD_INT, .max = ACTION_REMIND_MOST},
    {.name = "version", .kind = FIELD_INT, .min = 1, .max = INT32_MAX},
    {.name = "confirm", .kind = FIELD_BOOL},
    {.name = "form", .kind = FIELD_CODE, .max = ID_TEXT}, /* a form is one action */
    {0},
};

enum err action_form_names(struct tx *tx, void *arg)
{
    struct action_form *f = arg;
    struct arena *a = f->rq->arena;
    const char *town = web_municipality(f->rq);
    TRY(action_names_load(tx, f->rq, &f->names));
    if (!id_is_none(f->before.id)) {
        TRY(action_get(tx, a, town, f->before.id, &f->before));
        TRY(action_plan_list(tx, a, town, f->before.id, &f->plans, &f->n_plans));
    }
    const char *place = req_field(f->rq, "place");
    if (place)
        TRY(gazetteer_search(tx, a, town, place, &f->places));
    if (f->x.ground.circle.radius > 0) {
        struct geo_point at = {f->x.ground.circle.east, f->x.ground.circle.north};
        enum err e = gazetteer_nearest(tx, a, town, at, 500, &f->near);
        f->has_near = e == ERR_OK;
        return e == ERR_NOTFOUND ? ERR_OK : e;
    }
    return ERR_OK;
}

/* --- As it is read --- */

static msec day_start(struct req *rq, const char *name, int more)
{
    struct date d;
    const char *s = req_field(rq, name);
    return s && !date_parse(s, &d) ? date_start(date_add(d, more)) : 0;
}

const char *action_form_like(struct action_form *f)
{
    struct buf b = buf_init(2048);
    size_t n = 0;
    for (size_t i = 0; i < f->places.n && n < 4; i++) {
        const struct gazetteer_place *p = &f->places.places[i];
        if (p->kind == GAZETTEER_OWN || p->kind == GAZETTEER_STREET)
            buf_printf(&b, "%s%s", n++ ? ", " : "", p->name);
    }
    const char *s = n && !buf_err(&b) ? arena_strdup(f->rq->arena, buf_text(&b)) : NULL;
    buf_done(&b);
    return s;
}

static bool same_name(struct arena *a, const char *x, const char *y)
{
    const char *p = gazetteer_fold(a, x), *q = gazetteer_fold(a, y);
    return p && q && str_eq(p, q);
}

bool action_form_found(struct action_form *f, const char *name, double radius)
{
    struct req *rq = f->rq;
    for (size_t i = 0; i < f->places.n; i++) {
        const struct gazetteer_place *p = &f->places.places[i];
        if (!same_name(rq->arena, p->name, name))
            continue;
        if (p->kind == GAZETTEER_AREA && action_has_area(&f->names, p->area_id)) {
            f->x.ground = (struct action_ground){.area = p->area_id};
            return true;
        }
        if (p->kind != GAZETTEER_OWN && p->kind != GAZETTEER_STREET)
            continue;
        f->x.ground = (struct action_ground){
            .circle = event_circle_round(p->east, p->north, radius, 0), .place = p->name};
        return true;
    }
    return false;
}

/* A place without a map that a meeting decided on, as it stood. */
static bool same_ground(const struct action_form *f, struct id area, const char *place)
{
    const struct action_ground *g = &f->before.ground;
    return !(g->circle.radius > 0) && id_eq(g->area, area) && str_eq(g->place, place);
}

static void read_where(struct action_form *f)
{
    struct req *rq = f->rq;
    const char *place = req_field(rq, "place");
    struct id area = req_id(rq, "area");
    double radius = (double)req_int(rq, "radius", ACTION_RADIUS);
    struct event_circle kept;
    f->circle = req_field(rq, "circle");
    f->circle_place = req_field(rq, "circle_place");
    if (place && same_ground(f, area, place)) {
        f->x.ground = f->before.ground;
    } else if (place && !id_is_none(area)) {
        req_problem(rq, "place", TX(rq, action_place_or_area));
    } else if (!place) {
        f->x.ground = (struct action_ground){.area = area};
        if (!id_is_none(area) && !action_has_area(&f->names, area))
            req_problem(rq, "area", TX(rq, action_bad_choice));
    } else if (f->circle && str_eq(place, f->circle_place) &&
               !event_circle_parse(f->circle, &kept)) {
        kept = event_circle_round(kept.east, kept.north, radius, kept.square);
        f->x.ground = (struct action_ground){.circle = kept, .place = place};
    } else if (!action_form_found(f, place, radius)) {
        const char *some = action_form_like(f);
        req_problem(rq, "place",
                    some ? TXF(rq, action_place_suggest, place, some)
                         : TXF(rq, action_place_unknown, place));
    }
}

static void read_form(struct action_form *f)
{
    static const char *const texts[] = {"title", "problem", "partners"};
    struct req *rq = f->rq;
    struct action_problem p;
    struct action x = {
        .id = f->before.id,
        .title = req_field(rq, "title"),
        .problem = req_field(rq, "problem"),
        .type_code = req_field(rq, "type"),
        .kind = req_field(rq, "kind"),
        .organisation = req_id(rq, "organisation"),
        .partners = req_field(rq, "partners"),
        .starts_at = day_start(rq, "first", 0),
        .ends_at = day_start(rq, "last", 1),
        .yearly = req_has(rq, "yearly"),
        .remind_days = (int)req_int(rq, "remind", ACTION_REMIND_DAYS),
        .seen_from = day_start(rq, "from", 0),
        .seen_to = day_start(rq, "to", 1),
    };
    f->x = x;
    read_where(f);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        action_guard(rq, texts[i], &f->guarded);
    bool kept = id_eq(x.organisation, f->before.organisation);
    if (!id_is_none(x.organisation) && !action_has_organisation(&f->names, x.organisation, !kept))
        req_problem(rq, "organisation", TX(rq, action_bad_choice));
    if (!rq->problems && action_check(&f->x, &p))
        req_problem(rq, p.field, text_get(rq->lang, p.text));
}

/* --- Saving --- */

enum err action_form_plan(struct action_form *f)
{
    struct req *rq = f->rq;
    struct action_counts c;
    const struct action_plan *old = f->n_plans ? &f->plans[0] : NULL;
    if (old && (!old->proposed || action_plan_locked(old, &f->before, time_now())))
        return ERR_OK;
    action_plan_propose(&f->x, &f->plan);
    f->plan.version = old ? old->version : 0;
    TRY(action_count(web_app(rq), web_municipality(rq), &f->plan, &c));
    f->plan.baseline = c.before;
    f->save_plan = true;
    return ERR_OK;
}

static enum err write_plan(struct tx *tx, struct action_form *f)
{
    struct action_plan_edit e = {.by = web_who(f->rq)->account, .version = f->plan.version};
    struct action_plan p = f->plan; /* the transaction may run again */
    return f->save_plan ? action_plan_save(tx, f->rq->arena, web_municipality(f->rq), &p, &f->x, &e)
                        : ERR_OK;
}

enum err action_form_add(struct tx *tx, void *arg)
{
    struct action_form *f = arg;
    TRY(action_add(tx, web_municipality(f->rq), &f->x, web_who(f->rq)->account));
    TRY(write_plan(tx, f));
    return action_audit(f->rq, tx, "action.add", f->x.id);
}

struct id action_form_id(struct req *rq)
{
    struct id id;
    const char *text = req_field(rq, "form");
    return text && id_parse(text, &id) == ERR_OK && !id_is_none(id) ? id : id_new();
}

/* A form that is sent twice adds one action; filled in anew after it had been sent, another one. */
static enum err add_once(struct tx *tx, void *arg)
{
    struct action_form *f = arg;
    struct req *rq = f->rq;
    struct action was;
    bool same = false;
    f->x.id = f->form; /* the transaction may run again */
    enum err e = action_get(tx, rq->arena, web_municipality(rq), f->form, &was);
    if (e == ERR_NOTFOUND)
        return action_form_add(tx, f);
    TRY(e);
    TRY(action_same(&was, &f->x, &same));
    if (same)
        return ERR_OK;
    f->x.id = id_new();
    return action_form_add(tx, f);
}

static enum err change(struct tx *tx, void *arg)
{
    struct action_form *f = arg;
    struct req *rq = f->rq;
    struct action_edit e = {web_who(rq)->account, req_int(rq, "version", 0), NULL};
    TRY(action_change(tx, rq->arena, web_municipality(rq), &f->x, &e));
    TRY(write_plan(tx, f));
    return action_audit(rq, tx, "action.change", f->x.id);
}

static void prefill(struct action_form *f)
{
    struct req *rq = f->rq;
    const char *type = req_field(rq, "type"), *circle = req_field(rq, "circle");
    struct event_circle c = {0};
    f->x = (struct action){
        .title = req_field(rq, "title"),
        .type_code = event_type_index(type) >= 0 ? type : NULL,
        .ground = {.area = req_id(rq, "area")},
        .remind_days = ACTION_REMIND_DAYS,
        .seen_from = day_start(rq, "from", 0),
        .seen_to = day_start(rq, "to", 1),
        .starts_at = date_start(date_add(date_of_msec(time_now()), 1)),
    };
    if (web_who(rq)->here)
        f->x.organisation = web_who(rq)->here->organisation;
    if (circle && !event_circle_parse(circle, &c)) /* a finding may stand on a single spot */
        f->x.ground.circle = event_circle_round(
            c.east, c.north, fmin(fmax(c.radius, RADIUS_LEAST), RADIUS_MOST), c.square);
}

/* "Exempelgatan" of "Exempelgatan 12": no house is named by itself. */
static const char *without_number(struct action_form *f, const char *name)
{
    struct req *rq = f->rq;
    const char *start = arena_strndup(rq->arena, name, strcspn(name, "0123456789"));
    const char *street = start ? str_trim(rq->arena, start) : NULL;
    return str_empty(street) ? TX(rq, action_place_point) : street;
}

enum err action_new_page(struct req *rq)
{
    struct action_form f = {.rq = rq};
    TRY(action_in_town(rq));
    prefill(&f);
    TRY(web_read(rq, action_form_names, &f));
    if (!action_has_area(&f.names, f.x.ground.area) || f.x.ground.circle.radius > 0)
        f.x.ground.area = (struct id){{0}};
    if (f.x.ground.circle.radius > 0)
        f.x.ground.place =
            f.has_near ? without_number(&f, f.near.name) : TX(rq, action_place_point);
    return action_form_draw(&f, &f.x);
}

enum err action_new_post(struct req *rq)
{
    struct action_form f = {.rq = rq};
    TRY(action_in_town(rq));
    TRY(web_read(rq, action_form_names, &f));
    read_form(&f);
    if (rq->problems) {
        web_invalid(rq);
        return action_form_draw(&f, &f.x);
    }
    f.form = f.x.id = action_form_id(rq);
    TRY(action_form_plan(&f));
    TRY(web_write(rq, add_once, &f));
    return web_done(rq, action_href(rq, f.x.id, ""), T_done_action_added);
}

enum err action_edit_page(struct req *rq)
{
    struct action_form f = {.rq = rq};
    TRY(action_in_town(rq));
    TRY(action_param(rq, &f.before.id));
    TRY(web_read(rq, action_form_names, &f));
    return action_form_draw(&f, &f.before);
}

enum err action_edit_post(struct req *rq)
{
    struct action_form f = {.rq = rq};
    TRY(action_in_town(rq));
    TRY(action_param(rq, &f.before.id));
    TRY(web_read(rq, action_form_names, &f));
    read_form(&f);
    if (!rq->problems) {
        TRY(action_form_plan(&f));
        enum err e = web_write(rq, change, &f);
        if (e == ERR_OK) {
            atomic_fetch_add(&web_app(rq)->public_changes, 1); /* places told of may point at it */
            return web_done(rq, action_href(rq, f.x.id, ""), T_done_action_changed);
        }
        if (e != ERR_CONFLICT)
            return e;
        f.others = true;
        TRY(web_read(rq, action_form_names, &f)); /* what stands there now */
        req_problem(rq, NULL, TX(rq, action_conflict));
    }
    web_invalid(rq);
    return action_form_draw(&f, &f.x);
}
