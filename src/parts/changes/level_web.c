/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One area in one period: the level that a person sets, with a reason; what the program suggests
 * and why; who has said what before. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "changes_html.h"
#include "parts/changes/now.h"

const struct field_spec changes_level_fields[] = {
    {.name = "level", .kind = FIELD_INT, .required = true, .min = PAGE_NO_LEVEL, .max = PAGE_RED},
    {.name = "reason", .kind = FIELD_LINES, .required = true, .max = LEVEL_REASON_MOST},
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 0},
    {.name = "next", .kind = FIELD_BOOL},
    {0},
};

struct doing {
    struct req *rq;
    struct changes c;
    struct picture_told told;
    const struct picture_name *area, *next;
    struct level_of of;
    struct area_level *history; /* the newest first */
    size_t n;
    struct area_level mine;
};

static enum err read_history(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    return level_history(tx, w->rq->arena, &w->of, &w->history, &w->n);
}

static enum err load(struct req *rq, struct doing **out)
{
    struct doing *w = ARENA_NEW(rq->arena, struct doing);
    struct id area;
    if (!w)
        return ERR_NOMEM;
    w->rq = rq;
    if (id_parse(req_param(rq, "area"), &area) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(changes_load_named(rq, &w->c));
    struct picture_query q = changes_query(&w->c);
    TRY(picture_tell(rq, &q, true, &w->told));
    const struct picture_names *n = &w->told.names;
    for (size_t i = 0; i < n->n_areas; i++)
        if (id_eq(n->areas[i].id, area)) {
            w->area = &n->areas[i];
            w->next = i + 1 < n->n_areas ? &n->areas[i + 1] : NULL;
        }
    if (!w->area)
        return ERR_NOTFOUND;
    w->of = (struct level_of){web_municipality(rq), w->c.period.id, area};
    TRY(web_read(rq, read_history, w));
    *out = w;
    return ERR_OK;
}

static const char *at_area(struct doing *w, const struct picture_name *area)
{
    char id[ID_TEXT];
    id_text(area->id, id);
    return changes_at(w->rq, w->c.period.id, arena_printf(w->rq->arena, "/omraden/%s", id));
}

/* --- The page --- */

static enum err fields(struct doing *w, bool theirs, struct changes_level_view *v)
{
    struct req *rq = w->rq;
    const struct area_level *now = w->n ? &w->history[0] : NULL;
    struct page_choice *c = ARENA_ARRAY(rq->arena, PAGE_RED + 1, struct page_choice);
    static const char *const shapes[] = {"", "● ", "◆ ", "▲ ", "■ "};
    if (!c)
        return ERR_NOMEM;
    const char *level = now ? arena_printf(rq->arena, "%d", (int)now->level) : NULL;
    v->level = web_field(rq, "level", T_changes_level, T_changes_level_hint, level);
    v->level.required = true;
    for (int i = 0; i <= PAGE_RED; i++) {
        int l = (i + 1) % (PAGE_RED + 1); /* "inte bedömd" last */
        c[i].value = arena_printf(rq->arena, "%d", l);
        c[i].label =
            arena_printf(rq->arena, "%s%s", shapes[l], changes_word(rq, (enum page_level_no)l));
        c[i].hint =
            l ? text_get(rq->lang, (enum text_key[]){T_changes_green_is, T_changes_yellow_is,
                                                     T_changes_orange_is, T_changes_red_is}[l - 1])
              : NULL;
        c[i].chosen = v->level.value && str_eq(v->level.value, c[i].value);
    }
    v->level.choices = c;
    v->level.n_choices = PAGE_RED + 1;
    v->reason =
        web_field(rq, "reason", T_changes_reason, T_changes_reason_hint, now ? now->reason : NULL);
    v->reason.required = true;
    v->reason.rows = 4;
    v->reason.max = LEVEL_REASON_MOST;
    v->version = changes_seen(rq, "version", now ? now->version : 0, theirs);
    return v->version ? ERR_OK : ERR_NOMEM;
}

static enum err history(struct doing *w, struct changes_level_view *v)
{
    struct changes_version *rows = ARENA_ARRAY(w->rq->arena, w->n + 1, struct changes_version);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n; i++) {
        const struct area_level *l = &w->history[i];
        rows[i] =
            (struct changes_version){{l->level},
                                     l->set_by_name ? l->set_by_name : TX(w->rq, changes_somebody),
                                     l->reason,
                                     l->set_at};
    }
    v->history = rows;
    v->n_history = w->n;
    return ERR_OK;
}

/* `theirs`: somebody else has written since the person opened the page. */
static enum err draw(struct doing *w, bool theirs)
{
    struct req *rq = w->rq;
    struct changes_level_view *v = ARENA_NEW(rq->arena, struct changes_level_view);
    if (!v)
        return ERR_NOMEM;
    const struct changes_area *areas;
    size_t n;
    TRY(now_areas(&w->c, &w->told, &areas, &n));
    v->row = areas[w->area - w->told.names.areas];
    TRY(fields(w, theirs, v));
    TRY(history(w, v));
    v->theirs = v->history;
    v->n_theirs = theirs && w->n;
    v->may = web_may(rq, PERM_LEVEL_EDIT);
    v->looking = w->told.words.looking;
    v->action = at_area(w, w->area);
    v->cancel_href = changes_at_period(rq, w->c.period.id);
    v->next = w->next ? w->next->name : NULL;
    v->page.lead = changes_period_text(rq, &w->c.period);
    TRY(changes_crumbs(rq, &v->page, w->c.period.id));
    TRY(web_page_named(rq, &v->page, w->area->name));
    struct tmpl t = web_tmpl(rq);
    changes_level_html(&t, v);
    return ERR_OK;
}

enum err changes_level_page(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    return draw(w, false);
}

/* --- Saving --- */

static enum err save(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->rq;
    TRY(level_set(tx, w->of.municipality, w->of.period, &w->mine));
    const char *detail =
        arena_printf(rq->arena, "{\"level\":%d,\"suggested\":%d,\"version\":%lld}",
                     (int)w->mine.level, (int)w->mine.suggested, (long long)w->mine.version + 1);
    return web_audit(rq, tx, "level.set", "area", w->of.area, detail);
}

/* The reason of the level before stands in the form, and says nothing of another level. */
static void check_reason(struct doing *w)
{
    struct req *rq = w->rq;
    const struct area_level *now = w->n ? &w->history[0] : NULL;
    if (now && !rq->problems && req_int(rq, "version", 0) == now->version &&
        req_int(rq, "level", now->level) != (int64_t)now->level &&
        str_eq(req_field(rq, "reason"), now->reason))
        req_problem(rq, "reason", TX(rq, changes_reason_same));
}

enum err changes_level_post(struct req *rq)
{
    struct doing *w;
    TRY(load(rq, &w));
    changes_guard(rq, "reason");
    check_reason(w);
    if (rq->problems) {
        web_invalid(rq);
        return draw(w, false);
    }
    struct level_signs s = level_signs_of(&w->told.picture, w->of.area);
    w->mine = (struct area_level){
        .area = w->of.area,
        .version = req_int(rq, "version", 0),
        .level = (enum page_level_no)req_int(rq, "level", PAGE_NO_LEVEL),
        .suggested = w->told.picture.looked == PICTURE_LOOKED ? level_suggest(&s) : PAGE_NO_LEVEL,
        .reason = req_field(rq, "reason"),
        .set_by = web_who(rq)->account,
    };
    enum err e = web_write(rq, save, w);
    if (e == ERR_CONFLICT) { /* both are shown, and nobody's words are lost */
        TRY(web_read(rq, read_history, w));
        if (!level_same(w->n ? &w->history[0] : NULL, &w->mine)) {
            req_problem(rq, "reason", TX(rq, changes_level_conflict));
            web_invalid(rq);
            return draw(w, true);
        }
        e = ERR_OK;
    }
    TRY(e);
    bool on = req_has(rq, "next") && w->next;
    return web_done(rq, on ? at_area(w, w->next) : changes_at_period(rq, w->c.period.id),
                    T_done_changes_level);
}
