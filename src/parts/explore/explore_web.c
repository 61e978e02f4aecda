/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Analys: the page, and the way to stop its work. */
#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "explore_html.h"
#include "parts/explore/explore.h"
#include "parts/explore/explore_inner.h"

#define MOMENT 150 /* milliseconds that a page waits */

const char *explore_href(struct req *rq, const char *path, const struct explore_ask *ask)
{
    struct buf b = buf_init(32 * 1024);
    explore_ask_write(&b, ask);
    const char *out =
        buf_err(&b) ? NULL : arena_printf(rq->arena, "%s?%s", web_address(rq, path), buf_text(&b));
    buf_done(&b);
    return out;
}

const char *explore_list_href(struct req *rq, const struct event_query *q)
{
    return event_web_href(rq, "/handelser", q, false);
}

/* What was read, without the words that were searched for: they may name a person. */
enum err explore_note(struct req *rq, const char *action, const struct explore_ask *ask, size_t n)
{
    struct event_query q = ask->q;
    struct buf b = buf_init(16 * 1024), filter = buf_init(16 * 1024);
    q.text = q.place = NULL;
    event_query_write(&filter, &q, false);
    struct jsonw j = jsonw_init(&b);
    jsonw_object(&j);
    jsonw_key_text(&j, "method", ask->method->name);
    jsonw_key_int(&j, "count", (int64_t)n);
    jsonw_key_text(&j, "filter", buf_text(&filter));
    jsonw_key_bool(&j, "words", ask->q.text || ask->q.place);
    jsonw_end(&j);
    enum err e = buf_err(&b) ? buf_err(&b) : buf_err(&filter);
    if (e == ERR_OK)
        e = web_audit_read(rq, action, "event", (struct id){0}, buf_text(&b));
    buf_done(&filter);
    buf_done(&b);
    return e;
}

/* --- The page --- */

static enum err show_running(struct req *rq, const struct explore_ask *ask,
                             const struct explore_seen *seen, struct explore_view *v)
{
    int percent = (int)(seen->share * 100);
    v->running = true;
    v->page.refresh = true;
    v->progress = (struct page_progress){
        .what = TX(rq, explore_counting),
        .far =
            seen->state == EXPLORE_WAITING ? TX(rq, explore_queued) : TXF(rq, explore_far, percent),
        .percent = seen->state == EXPLORE_WAITING ? -1 : percent,
        .running = false, /* the form below stops it; the page renews itself */
    };
    v->stop_href = web_address(rq, "/analys/avbryt");
    v->ask = explore_address(ask, rq->arena);
    return v->ask ? ERR_OK : ERR_NOMEM;
}

static void notice(struct req *rq, struct explore_view *v, const char *title, const char *text,
                   const char *href)
{
    v->notice = (struct page_notice){.tone = PAGE_WARNING,
                                     .title = title,
                                     .text = text,
                                     .href = href,
                                     .label = href ? TX(rq, explore_again) : NULL};
    v->has_notice = true;
}

/* The address that was shared says which rows it was made of. */
static void compare_mark(struct req *rq, const struct explore_ask *ask,
                         const struct explore_answer *x, struct explore_view *v)
{
    char now[36];
    const char *then = req_field(rq, "data");
    explore_mark(ask, x->rows.version, now);
    if (then && strlen(then) == strlen(now) && memcmp(then, now, 16) == 0 && !str_eq(then, now))
        notice(rq, v, TX(rq, explore_changed_title), TX(rq, explore_changed_text), NULL);
}

static enum err show_done(struct req *rq, const struct explore_ask *ask,
                          const struct explore_answer *x, struct explore_view *v)
{
    TRY(explore_note(rq, "analysis.read", ask, x->rows.used));
    compare_mark(rq, ask, x, v);
    if (x->refused) {
        notice(rq, v, TX(rq, explore_refused), x->refused, NULL);
        return ERR_OK;
    }
    v->done = true;
    return explore_show(rq, ask, x, v);
}

static enum err draw(struct req *rq, struct explore_view *v)
{
    if (rq->problems)
        web_invalid(rq);
    web_page_map(&v->page);
    v->page.lead = TX(rq, explore_lead);
    TRY(web_page(rq, &v->page, T_explore_title));
    struct tmpl t = web_tmpl(rq);
    explore_page_html(&t, v);
    return ERR_OK;
}

static enum err show(struct req *rq, const struct explore_ask *ask, const struct explore_seen *seen,
                     struct explore_view *v)
{
    const char *again = explore_href(rq, "/analys", ask);
    switch (seen->state) {
    case EXPLORE_WAITING:
    case EXPLORE_RUNNING:
        return show_running(rq, ask, seen, v);
    case EXPLORE_DONE:
        return show_done(rq, ask, seen->answer, v);
    case EXPLORE_STOPPED:
        notice(rq, v, TX(rq, explore_stopped), TX(rq, explore_stopped_more), again);
        return ERR_OK;
    case EXPLORE_FAILED:
        if (seen->err != ERR_CANCELLED)
            return seen->err;
        notice(rq, v, TX(rq, explore_long_title), TX(rq, explore_long_text), NULL);
        return ERR_OK;
    }
    return ERR_INTERNAL;
}

static enum err explore_page(struct req *rq)
{
    struct explore_view *v = ARENA_NEW(rq->arena, struct explore_view);
    struct explore_ask ask = explore_ask_read(rq);
    struct explore_seen seen = {0};
    if (!v)
        return ERR_NOMEM;
    TRY(explore_form(rq, &ask, v));
    if (rq->problems) /* nothing is counted that was not asked for */
        return draw(rq, v);
    bool stopped = req_has(rq, "stopped");
    struct explore_wish w = {&ask, web_who(rq)->account, stopped ? 0 : MOMENT, !stopped};
    if (stopped)
        seen.state = EXPLORE_STOPPED;
    else
        TRY(explore_look(web_app(rq), &w, &seen));
    enum err e = show(rq, &ask, &seen, v);
    if (e == ERR_OK)
        e = draw(rq, v);
    explore_give(web_app(rq), seen.answer);
    return e;
}

/* --- Stopping --- */

static enum err explore_stop_now(struct req *rq)
{
    const char *ask = req_field(rq, "ask");
    if (rq->problems || !ask)
        return ERR_INVALID;
    struct event_query wall = event_web_query(rq);
    const char *key = explore_key(&wall, rq->lang, ask, rq->arena);
    const char *back = arena_printf(rq->arena, "%s?%s&stopped=1", web_address(rq, "/analys"), ask);
    if (!key || !back)
        return ERR_NOMEM;
    TRY(explore_stop(web_app(rq), web_municipality(rq), key, web_who(rq)->account));
    return resp_redirect(rq, back);
}

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/analys", PERM_EVENT_READ_OWN, explore_page, .fields = explore_fields,
          .summary = "A question, answered on the events of a filter."),
    ROUTE(POST, "/:municipality/analys/avbryt", PERM_EVENT_READ_OWN, explore_stop_now,
          .fields = explore_stop_fields, .rate = RATE_WRITE, .summary = "Stop counting."),
    ROUTE(GET, "/:municipality/analys/tiles/:z/:x/:y.mvt", PERM_EVENT_READ_OWN, explore_tile_page,
          .fields = explore_fields, .rate = RATE_TILE, .summary = "A vector tile of a result."),
    ROUTE(GET, "/:municipality/analys.json", PERM_EVENT_EXPORT, explore_json_file,
          .fields = explore_fields, .rate = RATE_EXPORT, .summary = "A result as JSON."),
    ROUTE(GET, "/:municipality/analys.csv", PERM_EVENT_EXPORT, explore_csv_file,
          .fields = explore_fields, .rate = RATE_EXPORT, .summary = "A result's table as CSV."),
    ROUTE(GET, "/:municipality/analys.geojson", PERM_EVENT_EXPORT, explore_geojson_file,
          .fields = explore_fields, .rate = RATE_EXPORT, .summary = "A result's map as GeoJSON."),
    ROUTE(GET, "/:municipality/analys/underlag.csv", PERM_EVENT_EXPORT, explore_rows_file,
          .fields = explore_fields, .rate = RATE_EXPORT,
          .summary = "The table that the method read, as CSV for samsyn analyse."),
    ROUTE(GET, "/api/v1/:municipality/analysis", PERM_EVENT_READ_OWN, explore_api,
          .fields = explore_fields, .flags = ROUTE_API | ROUTE_STRICT,
          .summary = "A question, answered on the events of a filter; 202 while it is counted."),
    ROUTES_END,
};

static void stop(struct app *app)
{
    explore_keep_free(app->explore);
    app->explore = NULL;
}

const struct part explore_part = {
    .name = "explore",
    .stop = stop,
    .routes = routes,
    .nav_path = "/analys",
    .nav_label = T_explore_title,
    .nav_perm = PERM_EVENT_READ_OWN,
    .nav_rank = 70,
};
