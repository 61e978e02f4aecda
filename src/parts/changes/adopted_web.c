/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What has been adopted, as it stood: for everybody who may read the picture. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "changes_html.h"
#include "geo/geo_data.h"
#include "parts/changes/now.h"
#include "tmpl/format.h"

const struct field_spec changes_adopted_fields[] = {
    {.name = "version", .kind = FIELD_INT, .min = 1, .max = 100000},
    {0},
};

struct doing {
    struct req *rq;
    struct adopted_head head, newest;
    struct adopted_bulletin bulletin;
    const char *content, *ignored;
    struct adopted d;
    struct adopted_head *list;
    size_t n;
};

static enum err read_one(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct arena *a = w->rq->arena;
    const char *m = web_municipality(w->rq);
    w->newest.period = w->head.period;
    TRY(adopted_get(tx, a, m, &w->head, &w->content));
    TRY(adopted_bulletin(tx, a, m, w->head.period, &w->bulletin));
    return adopted_get(tx, a, m, &w->newest, &w->ignored);
}

/* --- One --- */

static const char *figure_before(const struct doing *w, const struct adopted_row *r)
{
    const char *before = adopted_before(w->rq->arena, w->rq->lang, &w->d, r);
    return before ? before : "–";
}

static enum err figures(struct doing *w, struct changes_adopted_view *v)
{
    struct req *rq = w->rq;
    struct changes_figure *rows = ARENA_ARRAY(rq->arena, w->d.n_types + 1, struct changes_figure);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i <= w->d.n_types; i++) {
        const struct adopted_row *r = i ? &w->d.types[i - 1] : &w->d.all;
        char now[FORMAT_TEXT];
        rows[i] = (struct changes_figure){
            .label = i ? r->name : TX(rq, changes_all_events),
            .now = format_arena(rq->arena, format_number(now, r->n)),
            .before = figure_before(w, r),
            .verdict = r->before < 0 ? NULL : picture_certainty_text(rq->lang, r->certainty),
            .below = r->below};
    }
    v->figures = rows;
    v->n_figures = w->d.n_types + 1;
    v->before = adopted_so_far(&w->d) ? TX(rq, picture_before_so_far) : TX(rq, picture_before);
    return ERR_OK;
}

/* "14 mot 6", as it stood. */
static const char *count_of(const struct doing *w, const struct adopted_row *r)
{
    struct req *rq = w->rq;
    char n[FORMAT_TEXT];
    const char *before = adopted_before(rq->arena, rq->lang, &w->d, r);
    if (r->n < 0 || !before)
        return now_count(rq, r->n, -1, false);
    return TXF(rq, changes_count, (const char *)format_number(n, r->n), before);
}

static enum err areas(struct doing *w, struct changes_adopted_view *v)
{
    struct req *rq = w->rq;
    struct changes_area *rows = ARENA_ARRAY(rq->arena, w->d.n_areas + 1, struct changes_area);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->d.n_areas; i++) {
        const struct adopted_row *r = &w->d.areas[i];
        rows[i] = (struct changes_area){
            .name = r->name,
            .level = {r->level},
            .suggested = {r->suggested},
            .reason = r->reason,
            .count = count_of(w, r),
            .verdict = r->before < 0 ? NULL : picture_certainty_text(rq->lang, r->certainty)};
    }
    v->areas = rows;
    v->n_areas = w->d.n_areas;
    return ERR_OK;
}

static enum err versions(struct doing *w, struct changes_adopted_view *v)
{
    struct req *rq = w->rq;
    size_t n = (size_t)w->newest.version;
    struct page_link *list = n > 1 ? ARENA_ARRAY(rq->arena, n, struct page_link) : NULL;
    if (n <= 1)
        return ERR_OK;
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        int64_t version = w->newest.version - (int64_t)i;
        list[i] = (struct page_link){
            TXF(rq, changes_version, version),
            changes_at(rq, w->head.period,
                       arena_printf(rq->arena, "/faststalld?version=%lld", (long long)version)),
            version == w->head.version};
    }
    v->versions = list;
    v->n_versions = n;
    return ERR_OK;
}

static enum err fill(struct doing *w, struct changes_adopted_view *v)
{
    struct req *rq = w->rq;
    char at[FORMAT_TEXT];
    format_datetime(at, rq->lang, w->head.adopted_at);
    v->by = w->head.adopted_by_name ? TXF(rq, changes_adopted_by, at, w->head.adopted_by_name)
                                    : TXF(rq, changes_adopted_at, at);
    v->said = adopted_figures(rq->arena, rq->lang, &w->d);
    v->ongoing = w->d.ongoing ? adopted_was_on(rq->arena, rq->lang, &w->d) : NULL;
    if (!v->said || (w->d.ongoing && !v->ongoing))
        return ERR_NOMEM;
    if (w->head.version != w->newest.version) {
        v->old = TX(rq, changes_is_old);
    } else {
        v->bulletin_href = changes_bulletin_href(rq, &w->bulletin, w->head.period);
        v->bulletin_make = changes_bulletin_make(rq, &w->bulletin, w->head.period);
    }
    if (web_may(rq, PERM_LEVEL_READ))
        v->period_href = changes_at_period(rq, w->head.period);
    struct picture_names none = {0};
    TRY(now_focus(rq, &w->d.focus, &none, &v->focus));
    struct changes_focus *rows = ARENA_ARRAY(rq->arena, FOCUS_MOST, struct changes_focus);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < v->focus.n_rows; i++) {
        rows[i] = v->focus.rows[i];
        rows[i].area = w->d.focus_areas[i];
    }
    v->focus.rows = rows;
    TRY(figures(w, v));
    TRY(areas(w, v));
    return versions(w, v);
}

enum err changes_adopted_page(struct req *rq)
{
    struct doing *w = ARENA_NEW(rq->arena, struct doing);
    struct changes_adopted_view *v = ARENA_NEW(rq->arena, struct changes_adopted_view);
    if (!w || !v)
        return ERR_NOMEM;
    w->rq = rq;
    if (!geo_municipality_by_code(web_municipality(rq)) ||
        id_parse(req_param(rq, "id"), &w->head.period) != ERR_OK)
        return ERR_NOTFOUND;
    w->head.version = req_int(rq, "version", 0);
    TRY(web_read(rq, read_one, w));
    TRY(adopted_read(w->content, rq->arena, &w->d));
    TRY(fill(w, v));
    TRY(web_audit_read(rq, "adopted.read", "period", w->head.period, NULL));
    v->page.part = TX(rq, picture_title);
    struct picture_query q = {
        .municipality = web_municipality(rq), .from = w->d.from, .to = w->d.to};
    TRY(picture_tabs(rq, &v->page, PICTURE_TAB_ADOPTED, changes_at_period(rq, w->head.period),
                     picture_address(rq, &q)));
    const char *title =
        arena_printf(rq->arena, "%s%s%s", w->d.work ? w->d.work : "", w->d.work ? ", " : "",
                     w->d.period ? w->d.period : w->head.period_name);
    if (!title)
        return ERR_NOMEM;
    TRY(web_page_named(rq, &v->page, title));
    struct tmpl t = web_tmpl(rq);
    changes_adopted_html(&t, v);
    return ERR_OK;
}

/* --- All --- */

static enum err read_list(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    return adopted_list(tx, w->rq->arena, web_municipality(w->rq), &w->list, &w->n);
}

enum err changes_adopted_list_page(struct req *rq)
{
    struct doing w = {.rq = rq};
    struct changes_adopted_list_view v = {0};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_list, &w));
    struct changes_adopted_line *rows =
        ARENA_ARRAY(rq->arena, w.n + 1, struct changes_adopted_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < w.n; i++) {
        const struct adopted_head *h = &w.list[i];
        rows[i] = (struct changes_adopted_line){
            .name = h->period_name,
            .period = picture_period_text(rq->arena, rq->lang, date_of_msec(h->starts_at),
                                          date_add(date_of_msec(h->ends_at - 1), 1)),
            .href = changes_at(rq, h->period, "/faststalld"),
            .at = h->adopted_at,
            .who = h->adopted_by_name,
            .version = h->version};
    }
    v.rows = rows;
    v.n_rows = w.n;
    v.empty = (struct page_empty){.title = TX(rq, changes_none_adopted),
                                  .text = web_may(rq, PERM_LEVEL_EDIT)
                                              ? TX(rq, changes_none_adopted_do)
                                              : TX(rq, changes_none_adopted_wait)};
    v.page.part = TX(rq, picture_title);
    v.page.lead = TX(rq, changes_adopted_lead);
    TRY(picture_tabs(rq, &v.page, PICTURE_TAB_ADOPTED, NULL, NULL));
    TRY(web_page(rq, &v.page, T_changes_adopted_title));
    struct tmpl t = web_tmpl(rq);
    changes_adopted_list_html(&t, &v);
    return ERR_OK;
}
