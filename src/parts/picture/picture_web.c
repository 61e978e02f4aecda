/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Läget: the page and its formats. */
#include "parts/picture/picture_web.h"

#include <string.h>

#include "assets.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "parts/picture/picture_inner.h"
#include "picture_html.h"
#include "picture_sql.h"

enum err picture_web_names(struct req *rq, struct picture_names *out)
{
    struct picture_names_in in = {rq->arena, web_municipality(rq), out};
    return web_read(rq, picture_names_load, &in);
}

/* Those who may not read events get no way to them, and areas only. */
struct picture_reader picture_web_reader(struct req *rq)
{
    bool rows = web_may(rq, PERM_EVENT_READ);
    return (struct picture_reader){
        .lang = rq->lang,
        .places = rows,
        .link = rows ? picture_web_link : NULL,
        .ask = rows && web_may(rq, PERM_EVENT_READ_OWN) ? picture_web_ask : NULL,
        .act = rows && web_may(rq, PERM_ACTION_EDIT) ? picture_web_act : NULL,
        .link_arg = rq,
        .methods = true,
        .municipality = web_municipality_name(rq),
    };
}

static struct geo_box box_of(const char *municipality)
{
    const struct geo_municipality *m = geo_municipality_by_code(municipality);
    const struct geo_county *c = m ? NULL : geo_county_by_code(municipality);
    if (m || c)
        return m ? m->outline.box : c->outline.box;
    return (struct geo_box){260e3, 6130e3, 930e3, 7670e3}; /* the country */
}

static enum err fill_map(struct req *rq, const struct picture_query *q, struct picture_page *v)
{
    struct picture p = {.query = *q};
    struct picture_target now = picture_target_now(&p);
    struct geo_box box = box_of(q->municipality);
    struct geo_lonlat low = geo_to_wgs84((struct geo_point){box.east_min, box.north_min});
    struct geo_lonlat high = geo_to_wgs84((struct geo_point){box.east_max, box.north_max});
    const char *list = picture_web_link(rq, &p, &now);
    const char *filter = list ? strchr(list, '?') : NULL;
    if (!filter)
        return ERR_NOMEM;
    struct page_map *m = &v->words.map;
    *m = (struct page_map){
        .id = "karta-laget",
        .label = TX(rq, picture_map_label),
        .base_href = web_address(rq, "/tiles/base/{z}/{x}/{y}.mvt"),
        .data_href = arena_printf(rq->arena, "%s%s",
                                  web_address(rq, "/handelser/tiles/{z}/{x}/{y}.mvt"), filter),
        .row_href = web_address(rq, "/handelser/"),
        .list_href = list,
        .attribution = TX(rq, event_map_attribution),
        .bounds =
            arena_printf(rq->arena, "%.4f %.4f %.4f %.4f", low.lon, low.lat, high.lon, high.lat),
    };
    v->words.has_map = m->data_href && m->bounds;
    v->mapped = v->words.fresh.n_rows || v->words.hot.n_rows || v->words.chains.n_rows;
    if (v->mapped)
        m->found_href = picture_web_address(rq, "/laget/tiles/{z}/{x}/{y}.mvt", q);
    web_page_map(&v->page);
    return v->words.has_map ? ERR_OK : ERR_NOMEM;
}

/* What all formats begin with. */
struct answer {
    struct picture_names names;
    struct picture_query query;
    struct picture picture;
    const char *preset;
};

static enum err make(struct req *rq, bool wait, struct answer *x)
{
    TRY(picture_web_names(rq, &x->names));
    x->query = picture_web_query(rq, &x->names, &x->preset);
    TRY(picture_of(web_app(rq), &x->query, time_now(), rq->arena, &x->picture));
    if (web_may(rq, PERM_EVENT_READ)) /* others are told of no places */
        TRY(picture_look(web_app(rq), wait, time_now(), rq->arena, &x->picture));
    return web_audit_read(rq, "picture.read", "picture", (struct id){0}, NULL);
}

enum err picture_tell(struct req *rq, const struct picture_query *q, bool wait,
                      struct picture_told *out)
{
    struct picture_reader r = picture_web_reader(rq);
    TRY(picture_web_names(rq, &out->names));
    TRY(picture_of(web_app(rq), q, time_now(), rq->arena, &out->picture));
    if (web_may(rq, PERM_EVENT_READ))
        TRY(picture_look(web_app(rq), wait, time_now(), rq->arena, &out->picture));
    return picture_words_make(&out->picture, &out->names, &r, time_now(), rq->arena, &out->words);
}

const char *picture_address(struct req *rq, const struct picture_query *q)
{
    return picture_web_address(rq, "/laget", q);
}

enum err picture_tabs(struct req *rq, struct page *p, enum picture_tab current, const char *now,
                      const char *figures)
{
    struct page_link *tabs = ARENA_ARRAY(rq->arena, 3, struct page_link);
    if (!tabs)
        return ERR_NOMEM;
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_OK;
    tabs[0] = (struct page_link){TX(rq, picture_tab_now), now ? now : web_address(rq, "/nu"),
                                 current == PICTURE_TAB_NOW};
    tabs[1] = (struct page_link){TX(rq, picture_tab_figures),
                                 figures ? figures : web_address(rq, "/laget"),
                                 current == PICTURE_TAB_FIGURES};
    tabs[2] = (struct page_link){TX(rq, picture_tab_adopted), web_address(rq, "/nu/faststallda"),
                                 current == PICTURE_TAB_ADOPTED};
    p->tabs = tabs;
    p->n_tabs = 3;
    p->tabs_live = current != PICTURE_TAB_ADOPTED;
    return ERR_OK;
}

/* "Vad har förändrats" of the period that has exactly these days; NULL: none has. */
static const char *same_period(struct req *rq, const struct answer *x)
{
    for (size_t i = 0; i < x->names.n_periods; i++) {
        const struct picture_row *r = &x->names.periods[i];
        char id[ID_TEXT];
        if (date_days(r->from) != date_days(x->query.from) ||
            date_days(r->to) != date_days(x->query.to))
            continue;
        id_text(r->id, id);
        return arena_printf(rq->arena, "%s?period=%s", web_address(rq, "/nu"), id);
    }
    return NULL;
}

static enum err laget_page(struct req *rq)
{
    struct answer x = {0};
    struct picture_page *v = ARENA_NEW(rq->arena, struct picture_page);
    if (!v)
        return ERR_NOMEM;
    TRY(make(rq, true, &x));
    struct picture_reader r = picture_web_reader(rq);
    TRY(picture_words_make(&x.picture, &x.names, &r, time_now(), rq->arena, &v->words));
    if (r.link)
        TRY(fill_map(rq, &x.query, v));
    TRY(picture_web_fields(rq, &x.query, &x.names, x.preset, v));
    v->pdf_href = picture_web_address(rq, "/laget.pdf", &x.query);
    v->csv_href = picture_web_address(rq, "/laget.csv", &x.query);
    v->json_href = picture_web_address(rq, "/laget.json", &x.query);
    bool town = geo_municipality_by_code(x.query.municipality) != NULL;
    if (town && web_may(rq, PERM_PICTURE_PUBLISH)) {
        v->publish_href = picture_web_address(rq, "/laget/publicera", &x.query);
        v->published_href = web_address(rq, "/laget/publicerat");
    }
    if (town && web_may(rq, PERM_SETTINGS))
        v->start_href = web_address(rq, "/installningar/kom-igang");
    if (rq->problems)
        web_invalid(rq);
    /* with script only the parts are renewed; an empty picture has none that are awaited */
    v->page.refresh = v->words.looking != NULL && !v->words.empty;
    const char *self = picture_web_address(rq, "/laget", &x.query);
    TRY(picture_tabs(rq, &v->page, PICTURE_TAB_FIGURES, same_period(rq, &x), self));
    TRY(web_page(rq, &v->page, T_picture_title));
    struct tmpl t = web_tmpl(rq);
    picture_page_html(&t, v);
    return ERR_OK;
}

/* A file of what the address asks for; wrong dates are an error here, not a form to mend. */
static enum err make_file(struct req *rq, struct answer *x, struct picture_words *w)
{
    TRY(make(rq, false, x));
    if (rq->problems)
        return ERR_INVALID;
    struct picture_reader r = picture_web_reader(rq);
    r.link = NULL;
    r.ask = NULL;
    r.act = NULL;
    r.methods = false;
    return picture_words_make(&x->picture, &x->names, &r, time_now(), rq->arena, w);
}

static void name_file(struct req *rq, const struct picture_query *q, const char *ext)
{
    char from[TIME_TEXT], to[TIME_TEXT];
    date_text(q->from, from);
    date_text(date_add(q->to, -1), to);
    const char *name = arena_printf(rq->arena, "laget-%s-%s-%s.%s", q->municipality, from, to, ext);
    if (name)
        resp_download(rq, name);
}

static enum err json_file(struct req *rq)
{
    struct answer x = {0};
    struct picture_words w;
    TRY(make_file(rq, &x, &w));
    picture_json(&rq->out, &x.picture, &x.names, &w, rq->lang);
    resp_type(rq, "application/json");
    return buf_err(&rq->out);
}

static enum err csv_file(struct req *rq)
{
    struct answer x = {0};
    struct picture_words w;
    TRY(make_file(rq, &x, &w));
    picture_csv(&rq->out, &w, rq->lang);
    resp_type(rq, "text/csv; charset=utf-8");
    name_file(rq, &x.query, "csv");
    return buf_err(&rq->out);
}

static enum err pdf_file(struct req *rq)
{
    struct answer x = {0};
    struct picture_words w;
    TRY(make_file(rq, &x, &w));
    TRY(picture_pdf(&rq->out, &w, rq->lang, rq->arena));
    resp_type(rq, "application/pdf");
    name_file(rq, &x.query, "pdf");
    return ERR_OK;
}

static enum err sure_page(struct req *rq)
{
    struct picture_sure v = {.page.kind = PAGE_PUBLIC};
    v.page.lead = TX(rq, picture_sure_lead);
    TRY(web_page(rq, &v.page, T_picture_sure_title));
    struct tmpl t = web_tmpl(rq);
    picture_sure_page_html(&t, &v);
    return ERR_OK;
}

enum err picture_standalone(struct buf *out, const struct picture_words *w, enum lang lang,
                            msec now)
{
    struct picture_alone v = {lang_code(lang), *w};
    struct buf page = buf_init(4 << 20);
    struct tmpl t = {.out = &page, .lang = lang, .now = now};
    picture_alone_html(&t, &v);
    const struct asset *css = asset_find(asset_url("site.css"));
    const char *rest = strstr(buf_text(&page), "style>"); /* the first: in the head */
    enum err e = buf_err(&page);
    if (e == ERR_OK && css && rest) {
        rest += strlen("style>");
        buf_add(out, page.data, (size_t)(rest - page.data));
        buf_add(out, css->data, css->n); /* our own, so it may stand as it is */
        buf_puts(out, rest);
        e = buf_err(out);
    }
    buf_done(&page);
    return e;
}

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/laget", PERM_PICTURE_READ, laget_page, .fields = picture_fields,
          .summary = "The picture of a period, with what it is compared with."),
    ROUTE(GET, "/:municipality/laget/tiles/:z/:x/:y.mvt", PERM_EVENT_READ, picture_tile_page,
          .fields = picture_fields, .rate = RATE_TILE,
          .summary = "A vector tile of the places that stand out."),
    ROUTE(GET, "/:municipality/laget.json", PERM_PICTURE_READ, json_file, .fields = picture_fields,
          .rate = RATE_EXPORT, .summary = "The picture as JSON."),
    ROUTE(GET, "/:municipality/laget.csv", PERM_PICTURE_READ, csv_file, .fields = picture_fields,
          .rate = RATE_EXPORT, .summary = "The picture's table as CSV."),
    ROUTE(GET, "/:municipality/laget.pdf", PERM_PICTURE_READ, pdf_file, .fields = picture_fields,
          .rate = RATE_EXPORT, .summary = "The picture as a tagged PDF."),
    ROUTE(GET, "/:municipality/laget/publicera", PERM_PICTURE_PUBLISH, picture_publish_page,
          .fields = picture_fields, .summary = "What the public would see of a picture."),
    ROUTE(POST, "/:municipality/laget/publicera", PERM_PICTURE_PUBLISH, picture_publish_now,
          .fields = picture_publish_fields, .rate = RATE_WRITE,
          .summary = "Publish a picture, or show again what it would look like."),
    ROUTE(GET, "/:municipality/laget/publicerat", PERM_PICTURE_PUBLISH, picture_published_page,
          .summary = "What has been published."),
    ROUTE(POST, "/:municipality/laget/publicerat/:id/dra-tillbaka", PERM_PICTURE_PUBLISH,
          picture_withdraw_now, .fields = picture_withdraw_fields, .rate = RATE_WRITE,
          .summary = "Withdraw a published picture."),
    ROUTE(GET, "/mina-kommuner", PERM_LOGGED_IN, picture_joint_show, .fields = picture_joint_fields,
          .summary = "The municipalities that one works in, side by side."),
    ROUTE(GET, "/mina-kommuner.csv", PERM_LOGGED_IN, picture_joint_csv,
          .fields = picture_joint_fields, .rate = RATE_EXPORT, .summary = "The same table as CSV."),
    ROUTE(GET, "/hjalp/sakerhet", PERM_ANYONE, sure_page, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "What the phrases about certainty mean."),
    ROUTES_END,
};

static void stop(struct app *app)
{
    picture_keep_free(app->findings);
    app->findings = NULL;
}

const struct part picture_part = {
    .name = "picture",
    .stop = stop,
    .routes = routes,
    .queries = picture_queries,
};
