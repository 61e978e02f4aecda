/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One draft or publication: its places, what is done about each, and what the public sees. */
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/action/action.h"
#include "parts/voices/voices_view.h"
#include "tmpl/format.h"
#include "voices_html.h"

const struct field_spec voices_one_fields[] = {
    {.name = "gor", .kind = FIELD_CODE, .required = true, .max = 20}, {0}};
const struct field_spec voices_place_fields[] = {
    {.name = "version", .kind = FIELD_INT, .required = true, .max = 1000000000},
    {.name = "done", .kind = FIELD_LINES, .max = VOICES_DONE_MOST},
    {.name = "measure", .kind = FIELD_ID},
    {0}};

/* --- What is read --- */

struct opened {
    struct req *rq;
    struct id id;
    const char *cluster; /* NULL: the address names none */
    struct voices_publication p;
    struct voices_set set;
    struct voices_period told;
    struct action *actions;
    size_t n_actions;
    const struct voices_cluster *c; /* with a cluster in the address */
};

static enum err load(struct tx *tx, void *arg)
{
    struct opened *o = arg;
    struct arena *a = o->rq->arena;
    const char *town = web_municipality(o->rq);
    TRY(voices_get(tx, a, town, o->id, &o->p));
    TRY(voices_load(tx, a, &o->p, &o->set));
    TRY(voices_told(tx, o->rq, &o->p, &o->set, &o->told));
    if (!o->cluster)
        return ERR_OK;
    o->c = NULL;
    for (size_t i = 0; i < o->set.n; i++)
        if (o->set.list[i].shown && str_eq(o->set.list[i].key, o->cluster))
            o->c = &o->set.list[i];
    return o->c ? action_list(tx, a, town, &o->actions, &o->n_actions) : ERR_NOTFOUND;
}

static enum err open_it(struct req *rq, bool place, struct opened *o)
{
    *o = (struct opened){.rq = rq, .cluster = place ? req_param(rq, "cluster") : NULL};
    if (!geo_municipality_by_code(web_municipality(rq)) ||
        id_parse(req_param(rq, "id"), &o->id) != ERR_OK)
        return ERR_NOTFOUND;
    return web_read(rq, load, o);
}

static const char *own_path(struct req *rq, const struct opened *o)
{
    char id[ID_TEXT];
    id_text(o->id, id);
    return web_address(rq, arena_printf(rq->arena, VOICES_PATH "/%s", id));
}

static enum err fill_crumbs(struct req *rq, const struct opened *o, const char *title,
                            struct page *p)
{
    struct page_link *c = ARENA_ARRAY(rq->arena, 4, struct page_link);
    size_t n = 0;
    if (!c)
        return ERR_NOMEM;
    c[n++] =
        (struct page_link){TX(rq, citizen_list_title), web_address(rq, "/otrygga-platser"), false};
    c[n++] = (struct page_link){TX(rq, voices_list_title), web_address(rq, VOICES_PATH), false};
    if (o->c)
        c[n++] = (struct page_link){voices_months(rq, o->p.from, o->p.to), own_path(rq, o), false};
    c[n++] = (struct page_link){title, NULL, true};
    p->crumbs = c;
    p->n_crumbs = n;
    return ERR_OK;
}

/* --- The publication --- */

static enum err fill_rows(struct req *rq, const struct opened *o, struct voices_one_view *v)
{
    struct voices_row *rows = ARENA_ARRAY(rq->arena, o->set.n + 1, struct voices_row);
    struct voices_row *held = ARENA_ARRAY(rq->arena, o->set.n + 1, struct voices_row);
    if (!rows || !held)
        return ERR_NOMEM;
    for (size_t i = 0; i < o->set.n; i++) {
        const struct voices_cluster *c = &o->set.list[i];
        struct voices_row r = {
            .place = voices_place_name(rq, c),
            .feeling = voices_feeling(rq, c->unsafe),
            .themes = citizen_reason_words(rq->arena, rq->lang, c->themes),
            .count = c->cell.count ? TXF(rq, voices_n_reports, c->cell.count) : NULL,
            .href = c->shown ? arena_printf(rq->arena, "%s/%s", own_path(rq, o), c->key) : NULL,
            .lacking = c->shown && c->unsafe && !c->done,
            .state = c->done     ? TX(rq, voices_written)
                     : c->unsafe ? TX(rq, voices_lacking)
                                 : TX(rq, voices_may_write),
        };
        if (!r.place || !r.themes)
            return ERR_NOMEM;
        if (c->shown)
            rows[v->n_rows++] = r;
        else
            held[v->n_held++] = r;
    }
    v->rows = rows;
    v->held = held;
    return ERR_OK;
}

static const char *hindrance(struct req *rq, const struct opened *o)
{
    const struct disclose_rules *r = &disclose_rules_default;
    struct date last = date_add(date_of_msec(o->p.to), -1);
    char day[FORMAT_TEXT];
    switch (voices_ready(&o->p, &o->set, time_now())) {
    case VOICES_EARLY:
        return TXF(rq, voices_early, r->delay_days,
                   format_date(day, rq->lang, date_add(last, r->delay_days + 1)));
    case VOICES_NONE:
        return TXF(rq, voices_none, r->min_count);
    case VOICES_LACKING:
        return TX(rq, voices_lacking_some);
    case VOICES_REFUSED:
        return TX(rq, voices_refused);
    case VOICES_PUBLISHED:
        break;
    }
    return NULL;
}

static const char *standing(struct req *rq, const struct voices_publication *p)
{
    char day[FORMAT_TEXT], later[FORMAT_TEXT];
    if (!p->published_at)
        return TX(rq, voices_draft_what);
    format_date(day, rq->lang, date_of_msec(p->published_at));
    format_date(later, rq->lang, date_of_msec(p->updated_at));
    if (p->withdrawn_at)
        return TXF(rq, voices_withdrawn_what, (const char *)later);
    return p->updated_at > p->published_at
               ? TXF(rq, voices_out_updated, (const char *)day, (const char *)later)
               : TXF(rq, voices_out_what, (const char *)day);
}

static enum err draw(struct req *rq, const struct opened *o)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct voices_one_view v = {
        .draft = !o->p.published_at,
        .withdrawn = o->p.withdrawn_at != 0,
        .out = o->p.published_at && !o->p.withdrawn_at,
        .action = own_path(rq, o),
        .state = standing(rq, &o->p),
        .preview = o->told,
    };
    TRY(fill_rows(rq, o, &v));
    TRY(voices_care(rq, &v.care));
    if (v.draft)
        v.stands = hindrance(rq, o);
    if (v.n_held)
        v.held_why = TXF(rq, voices_held_why, disclose_rules_default.min_count);
    if (v.draft && o->set.waiting) {
        v.waiting = TXF(rq, voices_waiting, o->set.waiting);
        v.review_href = web_may(rq, PERM_REVIEW) ? web_address(rq, "/granska") : NULL;
    }
    v.public_href = arena_printf(rq->arena, "/%s" SITE_VOICES_PATH, m->slug);
    const char *title = TXF(rq, voices_one_title, voices_months(rq, o->p.from, o->p.to));
    if (!v.state || !title || !v.public_href)
        return ERR_NOMEM;
    TRY(fill_crumbs(rq, o, title, &v.page));
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    voices_one_html(&t, &v);
    return ERR_OK;
}

enum err voices_one_page(struct req *rq)
{
    struct opened o;
    TRY(open_it(rq, false, &o));
    return draw(rq, &o);
}

/* --- Publishing, and back --- */

struct doing {
    struct req *rq;
    const struct opened *o;
    enum voices_step step;
    int64_t n;
};

static enum err publish(struct tx *tx, void *arg)
{
    struct doing *d = arg;
    struct req *rq = d->rq;
    TRY(voices_publish(tx, rq->arena, &d->o->p, web_who(rq)->account, time_now(), &d->step));
    if (d->step != VOICES_PUBLISHED)
        return ERR_OK;
    return web_audit(rq, tx, "voices.publish", "voices_publication", d->o->id, NULL);
}

static enum err withdraw(struct tx *tx, void *arg)
{
    struct doing *d = arg;
    struct q_voices_withdraw_in in = {web_municipality(d->rq), d->o->id, time_now()};
    TRY(q_voices_withdraw_run(tx, &in, &d->n));
    return d->n ? web_audit(d->rq, tx, "voices.withdraw", "voices_publication", d->o->id, NULL)
                : ERR_CONFLICT;
}

static enum err restore(struct tx *tx, void *arg)
{
    struct doing *d = arg;
    struct q_voices_restore_in in = {web_municipality(d->rq), d->o->id, time_now()};
    TRY(q_voices_restore_run(tx, &in, &d->n));
    return d->n ? web_audit(d->rq, tx, "voices.restore", "voices_publication", d->o->id, NULL)
                : ERR_CONFLICT;
}

static enum err drop(struct tx *tx, void *arg)
{
    struct doing *d = arg;
    const char *town = web_municipality(d->rq);
    TRY(q_voices_delete_run(tx, &(struct q_voices_delete_in){town, d->o->id}, &d->n));
    if (!d->n)
        return ERR_CONFLICT;
    struct q_voices_clusters_drop_in rest = {town, d->o->id};
    TRY(q_voices_clusters_drop_run(tx, &rest, NULL));
    return web_audit(d->rq, tx, "voices.delete", "voices_publication", d->o->id, NULL);
}

enum err voices_one_send(struct req *rq)
{
    static const struct {
        const char *name;
        db_fn *fn;
        enum text_key done;
    } steps[] = {{"publicera", publish, T_done_voices_published},
                 {"dra-tillbaka", withdraw, T_done_voices_withdrawn},
                 {"igen", restore, T_done_voices_restored},
                 {"ta-bort", drop, T_done_voices_deleted}};
    struct opened o;
    TRY(open_it(rq, false, &o));
    struct doing d = {.rq = rq, .o = &o, .step = VOICES_PUBLISHED};
    size_t i = 0;
    while (i < ARRAY_LEN(steps) && !str_eq(req_field(rq, "gor"), steps[i].name))
        i++;
    if (i == ARRAY_LEN(steps) || (steps[i].fn == publish && o.p.published_at)) {
        rq->status = i == ARRAY_LEN(steps) ? 422 : 409; /* the page says how it stands */
        return draw(rq, &o);
    }
    enum err e = web_write(rq, steps[i].fn, &d);
    if (e == ERR_CONFLICT || (!e && d.step != VOICES_PUBLISHED)) {
        TRY(open_it(rq, false, &o));
        rq->status = 409;
        return draw(rq, &o);
    }
    TRY(e);
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, steps[i].fn == drop ? web_address(rq, VOICES_PATH) : own_path(rq, &o),
                    steps[i].done);
}

/* --- One place --- */

static enum err fill_measures(struct req *rq, const struct opened *o, struct page_field *f)
{
    char id[ID_TEXT], none[] = "";
    struct page_choice *c = ARENA_ARRAY(rq->arena, o->n_actions + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[f->n_choices++] = (struct page_choice){.value = arena_strdup(rq->arena, none),
                                             .label = TX(rq, voices_measure_none),
                                             .chosen = str_empty(f->value)};
    for (size_t i = 0; i < o->n_actions; i++) {
        const struct action *x = &o->actions[i];
        id_text(x->id, id);
        c[f->n_choices++] =
            (struct page_choice){.value = arena_strdup(rq->arena, id),
                                 .label = arena_printf(rq->arena, "%s (%s)", x->title,
                                                       action_state_text(rq->lang, x->state)),
                                 .chosen = str_eq(f->value, id)};
    }
    f->choices = c;
    return ERR_OK;
}

static enum err fill_place(struct req *rq, const struct opened *o, struct voices_place_view *v)
{
    struct page_fact *f = ARENA_ARRAY(rq->arena, 4, struct page_fact);
    const char *themes = citizen_reason_words(rq->arena, rq->lang, o->c->themes);
    char id[ID_TEXT];
    if (!f || !themes)
        return ERR_NOMEM;
    size_t n = 0;
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_kind),
                                .value = voices_feeling(rq, o->c->unsafe)};
    f[n++] = (struct page_fact){.label = TX(rq, voices_themes_head),
                                .value = *themes ? themes : TX(rq, voices_themes_none)};
    if (o->c->cell.count)
        f[n++] = (struct page_fact){.label = TX(rq, voices_count_head),
                                    .value = TXF(rq, voices_n_reports, o->c->cell.count)};
    v->facts = (struct page_facts){f, n};
    v->done = web_field(rq, "done", o->c->unsafe ? T_voices_done_unsafe : T_voices_done_safe,
                        T_voices_done_hint, o->c->done);
    v->done.rows = 5;
    v->done.max = VOICES_DONE_MOST;
    v->done.required = o->c->unsafe;
    id_text(o->c->action, id);
    v->measure = web_field(rq, "measure", T_voices_measure, T_voices_measure_hint,
                           id_is_none(o->c->action) ? "" : arena_strdup(rq->arena, id));
    v->has_measures = o->n_actions > 0;
    return fill_measures(rq, o, &v->measure);
}

static enum err draw_place(struct req *rq, const struct opened *o, bool conflict)
{
    struct voices_place_view v = {.conflict = conflict, .out = o->p.published_at != 0};
    const char *title = voices_place_name(rq, o->c);
    TRY(fill_place(rq, o, &v));
    v.action = arena_printf(rq->arena, "%s/%s", own_path(rq, o), o->c->key);
    v.back_href = own_path(rq, o);
    v.version = arena_printf(rq->arena, "%lld", (long long)o->c->version);
    if (!title || !v.action || !v.version)
        return ERR_NOMEM;
    TRY(fill_crumbs(rq, o, title, &v.page));
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    voices_place_html(&t, &v);
    return ERR_OK;
}

enum err voices_place_page(struct req *rq)
{
    struct opened o;
    TRY(open_it(rq, true, &o));
    return draw_place(rq, &o, false);
}

struct writing {
    struct req *rq;
    const struct opened *o;
    struct voices_cluster c;
    int64_t seen;
};

/* Everything is read again: it may have been published, or written, in the meantime. */
static enum err write_it(struct tx *tx, void *arg)
{
    struct writing *w = arg;
    struct req *rq = w->rq;
    struct opened now = {.rq = rq, .id = w->o->id, .cluster = w->o->cluster};
    const char *town = web_municipality(rq);
    TRY(load(tx, &now));
    struct voices_cluster c = *now.c;
    c.done = w->c.done;
    c.action = w->c.action;
    TRY(voices_write(tx, &now.p, &c, w->seen));
    if (now.p.published_at) {
        struct q_voices_touch_in in = {town, now.id, time_now()};
        TRY(q_voices_touch_run(tx, &in, NULL));
    }
    return web_audit(rq, tx, "voices.write", "voices_publication", now.id, NULL);
}

static void check_place(struct req *rq, const struct opened *o, struct voices_cluster *c)
{
    const char *text = req_field(rq, "done");
    struct guard_span at;
    size_t i = 0;
    c->done = text;
    c->action = req_id(rq, "measure");
    if (!text && o->c->unsafe && !req_problem_of(rq, "done"))
        req_problem(rq, "done", TX(rq, voices_done_missing));
    if (text && guard_find(text, strlen(text), &at, 1))
        req_problem(rq, "done", TX(rq, voices_done_guard));
    while (i < o->n_actions && !id_eq(o->actions[i].id, c->action))
        i++;
    if (!id_is_none(c->action) && i == o->n_actions)
        req_problem(rq, "measure", TX(rq, voices_measure_gone));
}

enum err voices_place_send(struct req *rq)
{
    struct opened o;
    TRY(open_it(rq, true, &o));
    struct writing w = {.rq = rq, .o = &o, .seen = req_int(rq, "version", 0)};
    check_place(rq, &o, &w.c);
    if (rq->problems) {
        web_invalid(rq);
        return draw_place(rq, &o, false);
    }
    enum err e = web_write(rq, write_it, &w);
    if (e == ERR_CONFLICT) {
        TRY(open_it(rq, true, &o));
        rq->status = 409;
        return draw_place(rq, &o, true);
    }
    TRY(e);
    if (o.p.published_at)
        atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, own_path(rq, &o), T_done_voices_written);
}
