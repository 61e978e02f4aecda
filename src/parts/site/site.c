/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/site/site.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/disclose_rules.h"
#include "parts/site/site_inner.h"
#include "site_html.h"

/* --- Rows --- */

enum err site_takes_reports(struct tx *tx, struct arena *a, const char *municipality, bool *out)
{
    const char *value = NULL;
    enum err e = setting_get(tx, a, municipality, SITE_SETTING_CITIZEN, &value);
    if (e && e != ERR_NOTFOUND)
        return e;
    *out = !e && str_eq(value, "1");
    return ERR_OK;
}

static enum err load(struct tx *tx, void *arg)
{
    struct site_rows *r = arg;
    struct arena *a = r->rq->arena;
    const char *code = web_municipality(r->rq);
    struct q_site_active_row on;
    TRY(q_site_active_one(tx, a, &(struct q_site_active_in){code}, &on));
    r->active_from = on.active ? on.activated_at : 0;
    if (!on.active)
        return ERR_NOTFOUND;
    TRY(site_takes_reports(tx, a, code, &r->reports));
    if (r->with_contacts)
        TRY(q_site_contacts_all(tx, a, &(struct q_site_contacts_in){code}, &r->contacts,
                                &r->n_contacts));
    if (!id_is_none(r->one)) {
        TRY(picture_published_get(tx, a, code, r->one, &r->picture));
        return r->picture.withdrawn ? ERR_NOTFOUND : ERR_OK;
    }
    if (!r->with_list)
        return ERR_OK;
    enum err e = q_site_bulletin_one(tx, a, &(struct q_site_bulletin_in){code}, &r->bulletin);
    if (e && e != ERR_NOTFOUND)
        return e;
    r->has_bulletin = !e;
    size_t n, kept = 0;
    TRY(picture_published_list(tx, a, code, &r->list, &n));
    for (size_t i = 0; i < n; i++)
        if (!r->list[i].withdrawn)
            r->list[kept++] = r->list[i];
    r->n_list = kept;
    return ERR_OK;
}

enum err site_load(struct req *rq, struct site_rows *rows)
{
    rows->rq = rq;
    if (!*web_municipality(rq))
        return ERR_NOTFOUND;
    return web_read(rq, load, rows);
}

enum err site_is_open(struct req *rq, bool *out)
{
    struct site_rows r = {0};
    enum err e = site_load(rq, &r);
    if (e && e != ERR_NOTFOUND)
        return e;
    *out = !e;
    return ERR_OK;
}

/* --- The frame of a public page --- */

const char *site_address(struct req *rq, const char *path)
{
    const char *s = arena_printf(rq->arena, "/%s%s", req_param(rq, "slug"), path);
    return s ? s : "/";
}

static const char *at(struct req *rq, const char *path)
{
    return site_address(rq, path);
}

enum err site_frame(struct req *rq, struct page *p, const char *title, const char *path,
                    bool reports)
{
    const struct {
        const char *label, *path;
        bool shown;
    } nav[] = {{TX(rq, site_start), "/", true},
               {TX(rq, site_pictures), "/laget", true},
               {TX(rq, site_report), SITE_CITIZEN_PATH, reports},
               {TX(rq, site_about), "/om", true}};
    struct page_nav *n = ARENA_ARRAY(rq->arena, ARRAY_LEN(nav), struct page_nav);
    struct page_link *foot = ARENA_ARRAY(rq->arena, 4, struct page_link);
    if (!n || !foot)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(nav); i++)
        if (nav[i].shown)
            n[p->n_nav++] = (struct page_nav){nav[i].label, at(rq, nav[i].path),
                                              str_eq(nav[i].path, path), NAV_PHONE};
    foot[0] = (struct page_link){TX(rq, site_accessibility), at(rq, "/tillganglighet"), false};
    foot[1] = (struct page_link){TX(rq, site_about), at(rq, "/om"), false};
    foot[2] = (struct page_link){TX(rq, site_privacy), at(rq, SITE_PRIVACY_PATH), false};
    foot[3] = (struct page_link){TX(rq, site_feed), at(rq, "/laget.atom"), false};
    p->kind = PAGE_PUBLIC;
    p->home_href = at(rq, "/");
    p->nav = n;
    p->foot = foot;
    p->n_foot = 4;
    p->canonical = web_absolute(rq, rq->path);
    return web_page_named(rq, p, title);
}

/* --- Pieces --- */

static struct site_line line_of(struct req *rq, const struct picture_published *p)
{
    char id[ID_TEXT];
    id_text(p->id, id);
    return (struct site_line){
        .title = p->title,
        .href = at(rq, arena_printf(rq->arena, "/laget/%s", id)),
        .period = picture_period_text(rq->arena, rq->lang, p->from, p->to),
        .published_at = p->published_at,
        .updated_at = p->updated_at,
        .updated = p->updated_at > p->published_at,
    };
}

/* A telephone link holds digits and a plus only. */
const char *site_phone_href(struct arena *a, const char *phone)
{
    char *out = arena_printf(a, "tel:%s", phone);
    char *to = out ? out + 4 : NULL;
    for (const char *s = phone; to && *s; s++)
        if ((*s >= '0' && *s <= '9') || *s == '+')
            *to++ = *s;
    if (to)
        *to = 0;
    return out;
}

struct site_contact site_contact_of(struct req *rq, const struct q_site_contacts_row *r)
{
    return (struct site_contact){
        .role = r->role,
        .name = r->name,
        .phone = r->phone,
        .phone_href = *r->phone ? site_phone_href(rq->arena, r->phone) : NULL,
        .email = r->email,
        .email_href = *r->email ? arena_printf(rq->arena, "mailto:%s", r->email) : NULL,
    };
}

enum err site_contacts_all(struct tx *tx, struct req *rq, const struct site_contact **out,
                           size_t *n)
{
    struct q_site_contacts_row *rows;
    struct q_site_contacts_in in = {web_municipality(rq)};
    TRY(q_site_contacts_all(tx, rq->arena, &in, &rows, n));
    struct site_contact *c = ARENA_ARRAY(rq->arena, *n + 1, struct site_contact);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < *n; i++)
        c[i] = site_contact_of(rq, &rows[i]);
    *out = c;
    return ERR_OK;
}

static enum err contacts_of(struct req *rq, const struct site_rows *r,
                            const struct site_contact **out, msec *changed)
{
    struct site_contact *c = ARENA_ARRAY(rq->arena, r->n_contacts + 1, struct site_contact);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_contacts; i++) {
        c[i] = site_contact_of(rq, &r->contacts[i]);
        if (r->contacts[i].changed_at > *changed)
            *changed = r->contacts[i].changed_at;
    }
    *out = c;
    return ERR_OK;
}

/* --- Pages --- */

static enum err tell_bulletin(struct req *rq, const struct site_rows *r, struct site_start *v)
{
    const struct q_site_bulletin_row *b = &r->bulletin;
    char id[ID_TEXT];
    if (!r->has_bulletin)
        return ERR_OK;
    id_text(b->id, id);
    v->bulletin = picture_period_text(rq->arena, rq->lang, date_of_msec(b->period_from),
                                      date_add(date_of_msec(b->period_to - 1), 1));
    v->bulletin_href = at(rq, arena_printf(rq->arena, SITE_BULLETIN_PATH "/%s", id));
    v->bulletins_href = at(rq, SITE_BULLETIN_PATH);
    v->bulletin_at = b->updated_at;
    if (b->updated_at > v->updated_at)
        v->updated_at = b->updated_at;
    return v->bulletin ? ERR_OK : ERR_NOMEM;
}

static enum err make_start(struct req *rq)
{
    struct site_rows r = {.with_contacts = true, .with_list = true};
    struct site_start v = {0};
    TRY(site_load(rq, &r));
    TRY(contacts_of(rq, &r, &v.contacts, &v.updated_at));
    v.n_contacts = r.n_contacts;
    v.list_href = at(rq, "/laget");
    v.report_href = r.reports ? at(rq, SITE_CITIZEN_PATH) : NULL;
    v.voices_href = at(rq, SITE_VOICES_PATH);
    if (r.n_list) {
        v.newest = line_of(rq, &r.list[0]);
        v.has_newest = true;
        for (size_t i = 0; i < r.n_list; i++)
            if (r.list[i].updated_at > v.updated_at)
                v.updated_at = r.list[i].updated_at;
    }
    TRY(tell_bulletin(rq, &r, &v));
    const char *title = TXF(rq, site_start_title, web_municipality_name(rq));
    if (!title)
        return ERR_NOMEM;
    v.page.lead = TX(rq, site_start_lead);
    TRY(site_frame(rq, &v.page, title, "/", r.reports));
    struct tmpl t = web_tmpl(rq);
    site_start_html(&t, &v);
    return ERR_OK;
}

static enum err make_list(struct req *rq)
{
    struct site_rows r = {.with_list = true};
    struct site_list v = {0};
    TRY(site_load(rq, &r));
    struct site_line *rows = ARENA_ARRAY(rq->arena, r.n_list + 1, struct site_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < r.n_list; i++)
        rows[i] = line_of(rq, &r.list[i]);
    v.rows = rows;
    v.n_rows = r.n_list;
    v.atom_href = at(rq, "/laget.atom");
    v.page.lead = TX(rq, site_list_lead);
    TRY(site_frame(rq, &v.page, TX(rq, site_pictures), "/laget", r.reports));
    struct tmpl t = web_tmpl(rq);
    site_list_html(&t, &v);
    return ERR_OK;
}

static enum err load_picture(struct req *rq, struct site_rows *r, struct picture_public *p)
{
    if (id_parse(req_param(rq, "id"), &r->one) != ERR_OK || id_is_none(r->one))
        return ERR_NOTFOUND;
    TRY(site_load(rq, r));
    return picture_public_read(r->picture.content, rq->arena, p);
}

static enum err make_picture(struct req *rq)
{
    struct site_rows r = {0};
    struct site_picture v = {0};
    struct picture_public p;
    TRY(load_picture(rq, &r, &p));
    TRY(picture_public_words_make(&p, r.picture.note, rq->lang, rq->arena, &v.words));
    v.line = line_of(rq, &r.picture);
    v.json_href = arena_printf(rq->arena, "%s.json", v.line.href);
    v.csv_href = arena_printf(rq->arena, "%s.csv", v.line.href);
    v.page.lead = TXF(rq, site_picture_lead, web_municipality_name(rq), v.words.period);
    if (!v.json_href || !v.csv_href || !v.page.lead)
        return ERR_NOMEM;
    TRY(site_frame(rq, &v.page, r.picture.title, "/laget/", r.reports));
    struct tmpl t = web_tmpl(rq);
    site_picture_html(&t, &v);
    return ERR_OK;
}

static void key_time(struct jsonw *w, const char *key, msec t)
{
    char text[TIME_TEXT];
    time_iso_utc(t, text);
    jsonw_key_text(w, key, text);
}

static enum err make_json(struct req *rq)
{
    struct site_rows r = {0};
    struct picture_public p;
    char id[ID_TEXT];
    TRY(load_picture(rq, &r, &p));
    id_text(r.picture.id, id);
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_text(&w, "id", id);
    jsonw_key_text(&w, "municipality", web_municipality(rq));
    jsonw_key_text(&w, "name", web_municipality_name(rq));
    jsonw_key_text(&w, "title", r.picture.title);
    jsonw_key_text(&w, "note", r.picture.note);
    key_time(&w, "published", r.picture.published_at);
    key_time(&w, "updated", r.picture.updated_at);
    jsonw_key_text(&w, "about", web_absolute(rq, at(rq, "/om")));
    jsonw_key(&w, "picture");
    picture_public_write(&rq->out, &p);
    jsonw_end(&w);
    buf_putc(&rq->out, '\n');
    resp_type(rq, "application/json");
    return ERR_OK;
}

static enum err make_csv(struct req *rq)
{
    struct site_rows r = {0};
    struct picture_public p;
    TRY(load_picture(rq, &r, &p));
    picture_public_csv(&rq->out, &p, rq->lang);
    resp_type(rq, "text/csv; charset=utf-8");
    return ERR_OK;
}

static enum err make_feed(struct req *rq)
{
    struct site_rows r = {.with_list = true};
    TRY(site_load(rq, &r));
    struct site_feed v = {
        .id = web_absolute(rq, at(rq, "/laget")),
        .title = TXF(rq, site_feed_title, web_municipality_name(rq)),
        .self_href = web_absolute(rq, at(rq, "/laget.atom")),
        .href = web_absolute(rq, at(rq, "/laget")),
        .lang = lang_code(rq->lang),
        .author = web_municipality_name(rq),
        .updated_at = r.active_from, /* while nothing is published yet */
    };
    struct site_feed_entry *e = ARENA_ARRAY(rq->arena, r.n_list + 1, struct site_feed_entry);
    if (!e || !v.title)
        return ERR_NOMEM;
    for (size_t i = 0; i < r.n_list; i++) {
        struct site_line l = line_of(rq, &r.list[i]);
        char id[ID_TEXT];
        id_text(r.list[i].id, id);
        e[i] = (struct site_feed_entry){
            .id = arena_printf(rq->arena, "urn:uuid:%s", id),
            .title = l.title,
            .href = web_absolute(rq, l.href),
            .summary = l.period,
            .published_at = l.published_at,
            .updated_at = l.updated_at,
        };
        if (l.updated_at > v.updated_at)
            v.updated_at = l.updated_at;
        if (!e[i].id || !e[i].summary)
            return ERR_NOMEM;
    }
    v.entries = e;
    v.n_entries = r.n_list;
    struct tmpl t = web_tmpl(rq);
    site_feed_html(&t, &v);
    resp_type(rq, "application/atom+xml; charset=utf-8");
    return ERR_OK;
}

static enum err make_text(struct req *rq, enum text_key title, const char *path,
                          void (*html)(struct tmpl *, const struct site_text *))
{
    const struct disclose_rules *d = &disclose_rules_default;
    struct site_rows r = {.with_contacts = true};
    struct site_text v = {0};
    TRY(site_load(rq, &r));
    TRY(contacts_of(rq, &r, &v.contacts, &v.updated_at));
    v.n_contacts = r.n_contacts;
    v.small = TXF(rq, site_about_small, d->min_count - 1);
    v.noise = TXF(rq, site_about_noise, d->noise);
    v.delay = TXF(rq, site_about_delay, d->delay_days);
    if (!v.small || !v.noise || !v.delay)
        return ERR_NOMEM;
    TRY(site_frame(rq, &v.page, text_get(rq->lang, title), path, r.reports));
    struct tmpl t = web_tmpl(rq);
    html(&t, &v);
    return ERR_OK;
}

static enum err make_about(struct req *rq)
{
    return make_text(rq, T_site_about, "/om", site_about_html);
}

static enum err make_accessibility(struct req *rq)
{
    return make_text(rq, T_site_accessibility, "/tillganglighet", site_accessibility_html);
}

/* --- Routes --- */

#define CACHED(name)                                                                               \
    static enum err name##_page(struct req *rq)                                                    \
    {                                                                                              \
        return site_cached(rq, make_##name);                                                       \
    }
CACHED(start)
CACHED(list)
CACHED(picture)
CACHED(json)
CACHED(csv)
CACHED(feed)
CACHED(about)
CACHED(accessibility)

static enum err privacy_page(struct req *rq)
{
    return site_cached(rq, site_privacy_make);
}

static enum err slash_page(struct req *rq)
{
    struct site_rows r = {0};
    TRY(site_load(rq, &r));
    TRY(resp_redirect(rq, at(rq, "/")));
    resp_status(rq, 308);
    return ERR_OK;
}

#define PUBLIC(path, handler, text)                                                                \
    ROUTE(GET, path, PERM_ANYONE, handler, .flags = ROUTE_PUBLIC_CACHE, .rate = RATE_PAGE,         \
          .summary = text)

static const struct route routes[] = {
    PUBLIC("/:slug/", start_page, "A municipality's public start page."),
    PUBLIC("/:slug", slash_page, "Leads to the public start page."),
    PUBLIC("/:slug/laget", list_page, "Published pictures, the newest first."),
    PUBLIC("/:slug/laget.atom", feed_page, "Published pictures as an Atom feed."),
    PUBLIC("/:slug/laget/:id.json", json_page, "A published picture as open data, JSON."),
    PUBLIC("/:slug/laget/:id.csv", csv_page, "A published picture as open data, CSV."),
    PUBLIC("/:slug/laget/:id", picture_page, "A published picture."),
    PUBLIC("/:slug/om", about_page, "What this is, and how figures are protected."),
    PUBLIC("/:slug/tillganglighet", accessibility_page, "Accessibility statement."),
    PUBLIC("/:slug" SITE_PRIVACY_PATH, privacy_page, "What is done with personal data."),
    ROUTE(GET, "/:municipality/installningar/kontakter", PERM_SETTINGS, site_contacts_page,
          .fields = site_contact_query, .summary = "Whom the public can turn to."),
    ROUTE(POST, "/:municipality/installningar/kontakter", PERM_SETTINGS, site_contacts_save,
          .fields = site_contact_fields, .rate = RATE_WRITE, .summary = "Add or change a contact."),
    ROUTE(POST, "/:municipality/installningar/kontakter/:id/ta-bort", PERM_SETTINGS,
          site_contacts_remove, .fields = site_remove_fields, .rate = RATE_WRITE,
          .summary = "Remove a contact."),
    ROUTE(GET, "/:municipality/installningar/personuppgifter", PERM_SETTINGS,
          site_privacy_settings_page, .summary = "The form of the words on personal data."),
    ROUTE(POST, "/:municipality/installningar/personuppgifter", PERM_SETTINGS,
          site_privacy_settings_post, .fields = site_privacy_fields, .rate = RATE_WRITE,
          .summary = "Contact and own words on personal data."),
    ROUTES_END,
};

static enum err start(struct app *app)
{
    app->site = site_cache_new();
    return app->site ? ERR_OK : ERR_NOMEM;
}

static void stop(struct app *app)
{
    site_cache_free(app->site);
    app->site = NULL;
}

const struct part site_part = {
    .name = "site",
    .routes = routes,
    .queries = site_queries,
    .start = start,
    .stop = stop,
};
