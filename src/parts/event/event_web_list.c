/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list of events, with its map beside it. */
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "geo/geo_data.h"
#include "parts/event/event_web.h"

#define PAGE_SIZE 50
#define SHORT_TEXT 120 /* characters of a text in a row */

struct rows {
    struct req *rq;
    const struct event_key *keys;
    size_t n;
    struct event *events;
    bool *found;
};

static enum err load_rows(struct tx *tx, void *arg)
{
    struct rows *r = arg;
    return event_get_many(tx, r->rq->arena, r->keys, r->n, r->events, r->found);
}

/* The title, else the beginning of the text. */
static const char *short_text(struct arena *a, const struct event *e)
{
    const char *s = str_empty(e->title) ? e->description : e->title;
    if (str_empty(s))
        return NULL;
    const char *p = s;
    for (size_t n = 0; *p && *p != '\n'; n++) {
        if (n == SHORT_TEXT)
            return arena_printf(a, "%.*s …", (int)(p - s), s);
        utf8_next(&p);
    }
    return arena_strndup(a, s, (size_t)(p - s));
}

static struct event_row_view row_view(struct req *rq, const struct event_names *names,
                                      const struct event *e)
{
    char id[ID_TEXT];
    id_text(e->id, id);
    const char *organisation = event_names_organisation(names, e->organisation_id);
    const char *place = event_place_text(names, e);
    if (str_eq(web_municipality(rq), "0000") && geo_municipality_by_code(e->municipality)) {
        const char *town = geo_municipality_by_code(e->municipality)->name;
        place = e->place_name && !str_eq(e->place_name, town)
                    ? arena_printf(rq->arena, "%s, %s", e->place_name, town)
                    : town;
    }
    return (struct event_row_view){
        .href = web_address(rq, arena_printf(rq->arena, "/handelser/%s", id)),
        .type = event_names_type(names, e->type_code),
        .text =
            e->state == EVENT_REDACTED ? TX(rq, event_redacted_short) : short_text(rq->arena, e),
        .when = event_time_short(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()),
        .place = place,
        .from = organisation ? organisation : event_source_text(rq->lang, e->source),
    };
}

static enum err fill_rows(struct req *rq, const struct event_query *q,
                          const struct event_names *names, const struct event_selection *sel,
                          struct event_list_view *v)
{
    struct event_key *keys;
    struct rows r = {.rq = rq};
    struct event_order order = {q->sort, !q->ascending, (size_t)(q->page - 1) * PAGE_SIZE,
                                PAGE_SIZE};
    TRY(columns_page(sel, &order, rq->arena, &keys, &r.n));
    r.keys = keys;
    r.events = ARENA_ARRAY(rq->arena, r.n + 1, struct event);
    r.found = ARENA_ARRAY(rq->arena, r.n + 1, bool);
    struct event_row_view *rows = ARENA_ARRAY(rq->arena, r.n + 1, struct event_row_view);
    if (!r.events || !r.found || !rows)
        return ERR_NOMEM;
    TRY(web_read(rq, load_rows, &r));
    for (size_t i = 0; i < r.n; i++)
        if (r.found[i])
            rows[v->n_rows++] = row_view(rq, names, &r.events[i]);
    v->rows = rows;
    return ERR_OK;
}

static struct page_sort sort_head(struct req *rq, const struct event_query *q, enum event_sort sort,
                                  enum text_key label)
{
    struct event_query w = *q;
    bool mine = q->sort == sort;
    w.sort = sort;
    w.page = 1;
    w.ascending = mine ? !q->ascending : sort != EVENT_SORT_TIME;
    return (struct page_sort){
        .label = text_get(rq->lang, label),
        .href = event_web_href(rq, "/handelser", &w, true),
        .order = !mine          ? PAGE_UNSORTED
                 : q->ascending ? PAGE_UP
                                : PAGE_DOWN,
    };
}

static const char *page_href(struct req *rq, const struct event_query *q, int64_t page)
{
    struct event_query w = *q;
    w.page = page;
    return event_web_href(rq, "/handelser", &w, true);
}

/* First, last, and two on each side; a gap between. */
static enum err fill_pager(struct req *rq, const struct event_query *q, size_t count, size_t shown,
                           struct page_pager *p)
{
    int64_t last = (int64_t)((count + PAGE_SIZE - 1) / PAGE_SIZE);
    int64_t first_row = (q->page - 1) * PAGE_SIZE + 1;
    p->sentence = TXF(rq, core_pager_of, first_row, first_row + (int64_t)shown - 1, count);
    struct page_pager_item *items = ARENA_ARRAY(rq->arena, 16, struct page_pager_item);
    if (!items)
        return ERR_NOMEM;
    p->items = items;
    if (last <= 1)
        return ERR_OK;
    bool gap = false;
    for (int64_t i = 1; i <= last; i++) {
        bool near = i >= q->page - 2 && i <= q->page + 2;
        if (i != 1 && i != last && !near) {
            if (!gap)
                items[p->n_items++] = (struct page_pager_item){0};
            gap = true;
            i = i < q->page - 2 ? q->page - 3 : last - 1;
            continue;
        }
        gap = false;
        items[p->n_items++] = (struct page_pager_item){
            arena_printf(rq->arena, "%lld", (long long)i), page_href(rq, q, i), i == q->page};
    }
    p->prev_href = q->page > 1 ? page_href(rq, q, q->page - 1) : NULL;
    p->next_href = q->page < last ? page_href(rq, q, q->page + 1) : NULL;
    return ERR_OK;
}

static enum err fill_exports(struct req *rq, const struct event_query *q, struct event_list_view *v)
{
    static const struct {
        const char *path;
        enum text_key label;
    } formats[] = {{"/handelser.csv", T_event_export_csv},
                   {"/handelser.xlsx", T_event_export_xlsx},
                   {"/handelser.geojson", T_event_export_geojson},
                   {"/handelser.json", T_event_export_json}};
    struct page_link *links = ARENA_ARRAY(rq->arena, ARRAY_LEN(formats), struct page_link);
    if (!links)
        return ERR_NOMEM;
    v->exports = links;
    if (!web_may(rq, PERM_EVENT_EXPORT))
        return ERR_OK;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        links[v->n_exports++] =
            (struct page_link){text_get(rq->lang, formats[i].label),
                               event_web_href(rq, formats[i].path, q, false), false};
    return ERR_OK;
}

/* A new action about what is filtered: what the form can take of it. */
static const char *act_href(struct req *rq, const struct event_query *q)
{
    struct event_query w = event_query_blank(q->municipality);
    w.has_from = q->has_from;
    w.from = q->from;
    w.has_to = q->has_to;
    w.to = q->to;
    w.n_types = q->n_types == 1;
    w.types[0] = q->types[0];
    w.area = q->area;
    w.circle = q->circle;
    bool town = geo_municipality_by_code(q->municipality) != NULL;
    return town && web_may(rq, PERM_ACTION_EDIT) ? event_web_href(rq, "/atgarder/ny", &w, false)
                                                 : NULL;
}

static void fill_empty(struct req *rq, bool filtered, struct page_empty *e)
{
    if (filtered) {
        *e = (struct page_empty){TX(rq, event_empty_filter), TX(rq, event_empty_filter_more),
                                 web_address(rq, "/handelser"), TX(rq, core_filter_reset)};
        return;
    }
    *e = (struct page_empty){TX(rq, event_empty), TX(rq, event_empty_more), NULL, NULL};
    if (web_may(rq, PERM_SETTINGS) && geo_municipality_by_code(web_municipality(rq))) {
        e->href = web_address(rq, "/installningar/kom-igang");
        e->label = TX(rq, startkit_empty);
    } else if (web_may(rq, PERM_EVENT_ADD)) {
        e->href = web_address(rq, "/handelser/ny");
        e->label = TX(rq, event_new_link);
    }
}

/* What was read, without the words that were searched for: they may name a person. */
static enum err note_reading(struct req *rq, const struct event_query *q, size_t count)
{
    struct event_query w = *q;
    struct buf b = buf_init(16 * 1024), filter = buf_init(16 * 1024);
    w.text = NULL;
    w.place = NULL;
    event_query_write(&filter, &w, true);
    struct jsonw j = jsonw_init(&b);
    jsonw_object(&j);
    jsonw_key_int(&j, "count", (int64_t)count);
    jsonw_key_text(&j, "filter", buf_text(&filter));
    jsonw_key_bool(&j, "words", q->text || q->place);
    jsonw_end(&j);
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        e = web_audit_read(rq, "event.list", "event", (struct id){0}, buf_text(&b));
    buf_done(&filter);
    buf_done(&b);
    return e;
}

static enum err fill(struct req *rq, struct event_query *q, const struct event_found *found,
                     struct event_list_view *v)
{
    struct event_names names;
    size_t count = found->sel->count, kinds[EVENT_KINDS];
    TRY(event_found_kinds(found, rq->arena, kinds));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, q->municipality, &names));
    int64_t last = count ? (int64_t)((count - 1) / PAGE_SIZE) + 1 : 1;
    if (q->page > last)
        q->page = last;
    TRY(event_web_filter(rq, q, &names, found->view, v));
    TRY(event_web_said(rq, q, &names, kinds, &v->said));
    TRY(event_web_said_waiting(rq, q, found->sel, &v->said));
    v->filter.active = v->said.n_chips
                           ? text_fmt(rq->arena, rq->lang, T_event_filter_active, v->said.n_chips)
                           : NULL;
    TRY(fill_rows(rq, q, &names, found->sel, v));
    TRY(fill_pager(rq, q, count, v->n_rows, &v->pager));
    TRY(fill_exports(rq, q, v));
    v->act_href = act_href(rq, q);
    fill_empty(rq, v->said.n_chips > 0, &v->empty);
    v->by_type = sort_head(rq, q, EVENT_SORT_TYPE, T_event_head_type);
    v->by_time = sort_head(rq, q, EVENT_SORT_TIME, T_event_head_time);
    v->by_place = sort_head(rq, q, EVENT_SORT_PLACE, T_event_head_place);
    v->from_head = TX(rq, event_head_from);
    struct geo_box box = columns_box(found->sel);
    event_web_map(rq, &v->map, &box);
    v->map.id = "karta-handelser";
    v->map.label = TX(rq, event_map_label);
    v->map.list_href = "#lista";
    v->map.row_href = web_address(rq, "/handelser/");
    const char *tiles = event_web_href(rq, "/handelser/tiles/{z}/{x}/{y}.mvt", q, false);
    v->map.data_href = tiles;
    return note_reading(rq, q, count);
}

enum err event_list_page(struct req *rq)
{
    struct event_list_view v = {0};
    struct event_query q = event_web_query(rq);
    struct event_found found;
    TRY(event_query_find(web_app(rq), &q, &found));
    enum err e = fill(rq, &q, &found, &v);
    event_found_done(&found);
    TRY(e);
    if (web_may(rq, PERM_EVENT_ADD))
        v.page.action =
            (struct page_link){TX(rq, event_new_link), web_address(rq, "/handelser/ny"), false};
    if (rq->problems)
        web_invalid(rq);
    web_page_map(&v.page);
    TRY(web_page(rq, &v.page, T_event_list_title));
    struct tmpl t = web_tmpl(rq);
    event_list_html(&t, &v);
    return ERR_OK;
}
