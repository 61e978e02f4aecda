/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one to three places that come first in the next period, and why. */
#include "base/mem.h"
#include "base/str.h"
#include "changes_html.h"
#include "parts/changes/now.h"

#define PLACE(i)                                                                                   \
    {.name = "name" #i, .kind = FIELD_TEXT, .max = FOCUS_NAME_MOST},                               \
        {.name = "area" #i, .kind = FIELD_ID},                                                     \
        {.name = "need" #i, .kind = FIELD_INT, .min = 1, .max = 3},                                \
        {.name = "influence" #i, .kind = FIELD_INT, .min = 1, .max = 3},                           \
    {                                                                                              \
        .name = "reason" #i, .kind = FIELD_LINES, .max = LEVEL_REASON_MOST                         \
    }

const struct field_spec changes_focus_fields[] = {
    PLACE(1), PLACE(2),
    PLACE(3), {.name = "version", .kind = FIELD_INT, .required = true, .min = 0},
    {0},
};

struct doing {
    struct req *rq;
    struct changes c;
    struct picture_names names;
    struct focus mine, theirs;
};

static enum err read_names(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct picture_names_in in = {w->rq->arena, web_municipality(w->rq), &w->names};
    return picture_names_load(tx, &in);
}

static enum err read_focus(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    return focus_of(tx, w->rq->arena, web_municipality(w->rq), w->c.period.id, &w->theirs);
}

static enum err load(struct req *rq, struct doing **out)
{
    struct doing *w = ARENA_NEW(rq->arena, struct doing);
    if (!w)
        return ERR_NOMEM;
    w->rq = rq;
    TRY(changes_load_named(rq, &w->c));
    TRY(web_read(rq, read_names, w));
    *out = w;
    return ERR_OK;
}

/* --- The page --- */

static const char *key(struct req *rq, const char *name, size_t i)
{
    const char *s = arena_printf(rq->arena, "%s%zu", name, i + 1);
    return s ? s : name;
}

static enum err choose_area(struct doing *w, struct page_field *f)
{
    const struct picture_names *n = &w->names;
    struct page_choice *c = ARENA_ARRAY(w->rq->arena, n->n_areas + 1, struct page_choice);
    char id[ID_TEXT];
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(w->rq, changes_no_area)};
    for (size_t i = 0; i < n->n_areas; i++) {
        id_text(n->areas[i].id, id);
        c[i + 1] = (struct page_choice){.value = arena_strdup(w->rq->arena, id),
                                        .label = n->areas[i].name,
                                        .chosen = f->value && str_eq(f->value, id)};
    }
    f->choices = c;
    f->n_choices = n->n_areas + 1;
    return ERR_OK;
}

static enum err choose_weight(struct req *rq, struct page_field *f, bool influence)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, 3, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (int i = 0; i < 3; i++) {
        int n = 3 - i;
        c[i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", n),
                                    .label = changes_weight(rq, n, influence)};
        c[i].chosen = f->value && c[i].value && str_eq(f->value, c[i].value);
    }
    f->choices = c;
    f->n_choices = 3;
    f->row = true;
    return ERR_OK;
}

static enum err slot(struct doing *w, const struct focus *f, size_t i, struct changes_slot *s)
{
    struct req *rq = w->rq;
    static const enum text_key legends[] = {T_changes_focus_1, T_changes_focus_2,
                                            T_changes_focus_3};
    const struct focus_place *p = i < f->n ? &f->places[i] : NULL;
    char id[ID_TEXT] = "";
    if (p && !id_is_none(p->area))
        id_text(p->area, id);
    s->legend = text_get(rq->lang, legends[i]);
    s->name = web_field(rq, key(rq, "name", i), T_changes_focus_name, T_changes_focus_name_hint,
                        p ? p->name : NULL);
    s->name.max = FOCUS_NAME_MOST;
    s->area = web_field(rq, key(rq, "area", i), T_changes_focus_area, TEXT_COUNT,
                        *id ? arena_strdup(rq->arena, id) : NULL);
    s->need = web_field(rq, key(rq, "need", i), T_changes_need, T_changes_need_hint,
                        p ? arena_printf(rq->arena, "%d", p->need) : NULL);
    s->influence =
        web_field(rq, key(rq, "influence", i), T_changes_influence, T_changes_influence_hint,
                  p ? arena_printf(rq->arena, "%d", p->influence) : NULL);
    s->reason = web_field(rq, key(rq, "reason", i), T_changes_focus_reason,
                          T_changes_focus_reason_hint, p ? p->reason : NULL);
    s->reason.rows = 3;
    s->reason.max = LEVEL_REASON_MOST;
    s->name.required = s->need.required = s->influence.required = s->reason.required = i == 0;
    TRY(choose_area(w, &s->area));
    TRY(choose_weight(rq, &s->need, false));
    return choose_weight(rq, &s->influence, true);
}

static enum err draw(struct doing *w, bool theirs)
{
    struct req *rq = w->rq;
    struct changes_focus_view *v = ARENA_NEW(rq->arena, struct changes_focus_view);
    if (!v)
        return ERR_NOMEM;
    const struct focus *now = theirs ? &w->theirs : &w->c.focus;
    v->n_slots = FOCUS_MOST;
    for (size_t i = 0; i < FOCUS_MOST; i++)
        TRY(slot(w, &w->c.focus, i, &v->slots[i]));
    v->may = web_may(rq, PERM_LEVEL_EDIT);
    v->version = changes_seen(rq, "version", now->version, theirs);
    v->action = changes_at(rq, w->c.period.id, "/fokus");
    v->cancel_href = changes_at_period(rq, w->c.period.id);
    TRY(now_focus(rq, &w->c.focus, &w->names, &v->now));
    if (theirs) {
        TRY(now_focus(rq, &w->theirs, &w->names, &v->theirs));
        v->theirs_who = w->theirs.set_by_name ? w->theirs.set_by_name : TX(rq, changes_somebody);
    }
    v->page.lead = changes_period_text(rq, &w->c.period);
    TRY(changes_crumbs(rq, &v->page, w->c.period.id));
    TRY(web_page(rq, &v->page, T_changes_focus_next));
    struct tmpl t = web_tmpl(rq);
    changes_focus_html(&t, v);
    return ERR_OK;
}

enum err changes_focus_page(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    return draw(w, false);
}

/* --- Saving --- */

static void missing(struct req *rq, const char *field, enum text_key text)
{
    if (!req_problem_of(rq, field) && !req_field(rq, field))
        req_problem(rq, field, text_get(rq->lang, text));
}

/* A place of which anything is filled in is whole; one that is empty is left out. */
static void read_place(struct doing *w, size_t i)
{
    struct req *rq = w->rq;
    const char *name = key(rq, "name", i), *reason = key(rq, "reason", i);
    const char *area = key(rq, "area", i), *need = key(rq, "need", i);
    const char *influence = key(rq, "influence", i);
    if (!req_field(rq, name) && !req_field(rq, reason) && !req_field(rq, need) &&
        !req_field(rq, influence) && !req_field(rq, area))
        return;
    missing(rq, name, T_changes_name_missing);
    missing(rq, need, T_changes_need_missing);
    missing(rq, influence, T_changes_influence_missing);
    missing(rq, reason, T_changes_reason_missing);
    changes_guard(rq, name);
    changes_guard(rq, reason);
    if (!req_problem_of(rq, area) && req_field(rq, area) &&
        !picture_area_named(&w->names, req_id(rq, area)))
        req_problem(rq, area, TX(rq, changes_area_gone));
    if (rq->problems)
        return;
    w->mine.places[w->mine.n++] =
        (struct focus_place){req_field(rq, name), req_id(rq, area), (int)req_int(rq, need, 1),
                             (int)req_int(rq, influence, 1), req_field(rq, reason)};
}

static enum err save(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->rq;
    TRY(focus_set(tx, web_municipality(rq), w->c.period.id, &w->mine, web_who(rq)->account));
    const char *detail = arena_printf(rq->arena, "{\"places\":%zu,\"version\":%lld}", w->mine.n,
                                      (long long)w->mine.version + 1);
    return web_audit(rq, tx, "focus.set", "period", w->c.period.id, detail);
}

enum err changes_focus_post(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    w->mine.version = req_int(rq, "version", 0);
    for (size_t i = 0; i < FOCUS_MOST; i++)
        read_place(w, i);
    if (!rq->problems) {
        enum err e = web_write(rq, save, w);
        if (e == ERR_OK)
            return web_done(rq, changes_at_period(rq, w->c.period.id), T_done_changes_focus);
        if (e != ERR_CONFLICT)
            return e;
        TRY(web_read(rq, read_focus, w));
        req_problem(rq, "name1", TX(rq, changes_focus_conflict));
        web_invalid(rq);
        return draw(w, true);
    }
    web_invalid(rq);
    return draw(w, false);
}
