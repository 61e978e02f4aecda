/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From draft to adopted: what is about to be frozen, and freezing it. */
#include "base/mem.h"
#include "base/str.h"
#include "changes_html.h"
#include "parts/changes/now.h"

const struct field_spec changes_adopt_fields[] = {
    {.name = "drafts", .kind = FIELD_INT, .required = true, .min = 0},
    {0},
};

struct doing {
    struct req *rq;
    struct changes c;
    struct picture_told told;
    struct adopting now;
    const struct changes_area *areas;
    size_t n_areas;
};

/* Places are looked for now, not later: what is shown is what will be frozen. */
static enum err load(struct req *rq, struct doing **out)
{
    struct doing *w = ARENA_NEW(rq->arena, struct doing);
    if (!w)
        return ERR_NOMEM;
    w->rq = rq;
    TRY(changes_load_named(rq, &w->c));
    struct picture_query q = changes_query(&w->c);
    TRY(picture_tell(rq, &q, false, &w->told));
    TRY(now_areas(&w->c, &w->told, &w->areas, &w->n_areas));
    *out = w;
    return ERR_OK;
}

static const char *refused(const struct doing *w)
{
    const struct changes *c = &w->c;
    const struct adopted_head *h = changes_adopted(c, c->period.id);
    if (c->period.starts_at > c->now)
        return TX(w->rq, changes_refused_early);
    if (c->drafts == 0)
        return TX(w->rq, changes_refused_empty);
    if (h && h->drafts == c->drafts)
        return TX(w->rq, changes_refused_same);
    return NULL;
}

static enum err notices(struct doing *w, struct changes_adopt_view *v)
{
    struct page_notice *list = ARENA_ARRAY(w->rq->arena, 2, struct page_notice);
    int64_t without = 0;
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n_areas; i++)
        without += w->areas[i].level.no == PAGE_NO_LEVEL;
    if (w->c.period.ends_at > w->c.now)
        list[v->n_notices++] =
            (struct page_notice){.tone = PAGE_WARNING, .text = TX(w->rq, changes_still_on)};
    if (without)
        list[v->n_notices++] = (struct page_notice){.text = TXF(w->rq, changes_n_without, without)};
    v->notices = list;
    return ERR_OK;
}

static enum err draw(struct doing *w, bool told)
{
    struct req *rq = w->rq;
    struct changes_adopt_view *v = ARENA_NEW(rq->arena, struct changes_adopt_view);
    if (!v)
        return ERR_NOMEM;
    v->refused = refused(w);
    if (!v->refused)
        TRY(notices(w, v));
    v->areas = w->areas;
    v->n_areas = w->n_areas;
    TRY(now_focus(rq, &w->c.focus, &w->told.names, &v->focus));
    v->drafts = changes_seen(rq, "drafts", w->c.drafts, told);
    v->action = changes_at(rq, w->c.period.id, "/faststall");
    v->cancel_href = changes_at_period(rq, w->c.period.id);
    v->page.lead = changes_period_text(rq, &w->c.period);
    TRY(changes_crumbs(rq, &v->page, w->c.period.id));
    TRY(web_page(rq, &v->page, T_changes_adopt_title));
    struct tmpl t = web_tmpl(rq);
    changes_adopt_html(&t, v);
    return ERR_OK;
}

enum err changes_adopt_page(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    return draw(w, true);
}

/* --- Freezing --- */

static enum err write_down(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    TRY(adopt(tx, &w->now));
    return web_audit(w->rq, tx, "level.adopt", "period", w->c.period.id,
                     arena_printf(w->rq->arena, "{\"drafts\":%lld}", (long long)w->now.drafts));
}

enum err changes_adopt_post(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    const char *why = refused(w);
    if (!rq->problems && !why && req_int(rq, "drafts", 0) != w->c.drafts)
        req_problem(rq, NULL, TX(rq, changes_adopt_conflict));
    if (rq->problems || why) {
        web_invalid(rq);
        return draw(w, true);
    }
    struct adopted_of of = {w->c.has_rhythm ? w->c.rhythm.name : NULL, w->c.period.name,
                            w->c.levels, w->c.n_levels, &w->c.focus};
    TRY(adopted_make(rq->arena, &w->told.picture, &w->told.names, &of, &w->now.content));
    w->now.municipality = web_municipality(rq);
    w->now.period = w->c.period.id;
    w->now.by = web_who(rq)->account;
    w->now.drafts = w->c.drafts;
    enum err e = web_write(rq, write_down, w);
    if (e == ERR_CONFLICT) {
        TRY(load(rq, &w));
        req_problem(rq, NULL, TX(rq, changes_adopt_conflict));
        web_invalid(rq);
        return draw(w, true);
    }
    TRY(e);
    return web_done(rq, changes_at(rq, w->c.period.id, "/faststalld"), T_done_changes_adopted);
}
