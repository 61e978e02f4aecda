/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The frame of a page. */
#include <stdio.h>
#include <string.h>

#include "assets.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/drill.h"
#include "core/page_assets.h"
#include "core/web.h"
#include "core/web_inner.h"
#include "geo/geo_data.h"
#include "geo/mvt.h"
#include "web_html.h"

const char *web_municipality(const struct req *rq)
{
    const char *code = req_param(rq, "municipality");
    if (*code)
        return code;
    const struct geo_municipality *m = geo_municipality_by_slug(req_param(rq, "slug"));
    return m ? m->code : "";
}

const char *web_municipality_name(const struct req *rq)
{
    const char *code = web_municipality(rq);
    const struct geo_municipality *m = geo_municipality_by_code(code);
    const struct geo_county *c = m ? NULL : geo_county_by_code(code);
    if (m || c)
        return m ? m->name : c->name;
    return str_eq(code, "0000") ? TX(rq, whole_country) : "";
}

const char *web_address(struct req *rq, const char *path)
{
    const char *s = arena_printf(rq->arena, "/%s%s", web_municipality(rq), path);
    return s ? s : "/";
}

bool web_tile(const struct req *rq, struct mvt_tile *out)
{
    int64_t z, x, y;
    if (!str_to_int(req_param(rq, "z"), &z) || !str_to_int(req_param(rq, "x"), &x) ||
        !str_to_int(req_param(rq, "y"), &y) || !mvt_tile_valid(z, x, y))
        return false;
    *out = (struct mvt_tile){(uint32_t)z, (uint32_t)x, (uint32_t)y};
    return true;
}

const char *web_absolute(struct req *rq, const char *path)
{
    const struct app *app = web_app(rq);
    const char *s = app->public_url ? arena_printf(rq->arena, "%s%s", app->public_url, path)
                                    : arena_printf(rq->arena, "%s://%s%s",
                                                   rq->secure ? "https" : "http", rq->host, path);
    return s ? s : path;
}

/* "http://127.0.0.1:8399": this computer and no other. */
static bool is_here(const char *url)
{
    static const char *const here[] = {"127.", "localhost", "[::1]", "0.0.0.0"};
    const char *host = strstr(url, "://");
    for (size_t i = 0; host && i < ARRAY_LEN(here); i++)
        if (str_starts(host + 3, here[i]))
            return true;
    return false;
}

bool web_address_notice(struct req *rq, struct page_notice *out)
{
    const char *url = web_absolute(rq, ""), *said;
    bool here = is_here(url), may = false;
    if (!here && web_app(rq)->public_url)
        return false;
    said = here ? TXF(rq, address_here, url) : TXF(rq, address_asked, url);
    for (size_t i = 0; i < web_who(rq)->n_memberships; i++)
        may = may || role_may(web_who(rq)->memberships[i].role, PERM_INSTALLATION);
    *out = (struct page_notice){
        .tone = here ? PAGE_WARNING : PAGE_INFO,
        .title = TX(rq, address_unset),
        .text = arena_printf(rq->arena, "%s %s", said ? said : "", TX(rq, address_who)),
        .href = may ? "/0000/installningar/installation" : NULL,
        .label = may ? TX(rq, address_set) : NULL,
    };
    return true;
}

struct tmpl web_tmpl(struct req *rq)
{
    return (struct tmpl){.out = &rq->out, .lang = rq->lang, .now = time_now()};
}

/* --- Parts of the frame --- */

static enum err fill_account(struct req *rq, struct page *p)
{
    const struct who *w = web_who(rq);
    p->login_href = "/logga-in";
    if (id_is_none(w->account))
        return ERR_OK;
    p->account = w->name;
    p->account_href = "/konto";
    p->logout_href = "/logga-ut";
    p->csrf = w->csrf;
    p->role = w->here ? role_text(rq->lang, w->here->role) : NULL;
    struct page_member *m = ARENA_ARRAY(rq->arena, w->n_memberships + 1, struct page_member);
    if (!m)
        return ERR_NOMEM;
    size_t n_real = 0; /* without exercises */
    for (size_t i = 0; i < w->n_memberships; i++) {
        const struct membership *s = &w->memberships[i];
        bool country = str_eq(s->municipality, "0000");
        n_real += !geo_is_exercise(s->municipality);
        m[i] = (struct page_member){
            .municipality = country ? TX(rq, installation) : s->municipality_name,
            .role = role_text(rq->lang, s->role),
            .href = arena_printf(rq->arena, "/%s/", s->municipality),
            .current = w->here == s,
        };
    }
    p->members = m;
    p->n_members = w->n_memberships;
    p->joint_href = n_real > 1 ? "/mina-kommuner" : NULL;
    return ERR_OK;
}

static enum err fill_problems(struct req *rq, struct page *p)
{
    size_t n = 0;
    for (const struct problem *x = rq->problems; x; x = x->next)
        n++;
    struct page_problem *list = ARENA_ARRAY(rq->arena, n + 1, struct page_problem);
    if (!list)
        return ERR_NOMEM;
    for (const struct problem *x = rq->problems; x; x = x->next) {
        const char *said =
            x->label ? arena_printf(rq->arena, str_ends(x->label, "?") ? "%s %s" : "%s: %s",
                                    x->label, x->text)
                     : x->text;
        list[p->n_problems++] = (struct page_problem){x->field, said};
    }
    p->problems = list;
    return ERR_OK;
}

/* "?klart=event_added" says the text done_event_added: only texts of that family can be named. */
static enum err fill_flash(struct req *rq, struct page *p)
{
    const char *at = strstr(rq->query, "klart=");
    if (rq->unsent) {
        struct page_notice *n = ARENA_NEW(rq->arena, struct page_notice);
        if (!n)
            return ERR_NOMEM;
        *n = (struct page_notice){.tone = PAGE_WARNING, .text = rq->unsent};
        p->flash = n;
        p->unsent = rq->path;
        return ERR_OK;
    }
    if (!at || p->flash || (at != rq->query && at[-1] != '&'))
        return ERR_OK;
    char name[80];
    size_t n = strspn(at + 6, "abcdefghijklmnopqrstuvwxyz_0123456789");
    snprintf(name, sizeof name, "done_%.*s", (int)(n > 60 ? 60 : n), at + 6);
    enum text_key key = text_lookup(name);
    if (key == TEXT_COUNT)
        return ERR_OK;
    struct page_notice *f = ARENA_NEW(rq->arena, struct page_notice);
    if (!f)
        return ERR_NOMEM;
    *f = (struct page_notice){.tone = PAGE_SUCCESS, .text = text_get(rq->lang, key)};
    p->flash = f;
    return ERR_OK;
}

static void fill_language(struct req *rq, struct page *p)
{
    bool sv = rq->lang == LANG_SV;
    struct buf b = buf_init(16 * 1024);
    p->lang = lang_code(rq->lang);
    p->lang_other_label = sv ? "In English" : "På svenska";
    p->lang_other_code = sv ? "en" : "sv";
    buf_printf(&b, "/_sprak/%s?till=", p->lang_other_code);
    url_component(&b, rq->method == HTTP_GET ? req_address_with(rq, "", NULL) : rq->path);
    p->lang_href = buf_err(&b) ? "/" : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    const char *theme = req_cookie(rq, "theme");
    if (str_eq(theme, "dark"))
        p->theme = "dark";
    else if (str_eq(theme, "light"))
        p->theme = "light";
}

/* What is done with personal data stands at the foot of every page of a municipality. */
static enum err fill_foot(struct req *rq, struct page *p)
{
    const struct geo_municipality *m = geo_real_of(web_municipality(rq));
    if (!m || p->foot)
        return ERR_OK;
    struct page_link *foot = ARENA_NEW(rq->arena, struct page_link);
    if (!foot)
        return ERR_NOMEM;
    *foot = (struct page_link){TX(rq, core_privacy),
                               arena_printf(rq->arena, "/%s/personuppgifter", m->slug), false};
    p->foot = foot;
    p->n_foot = 1;
    return foot->href ? ERR_OK : ERR_NOMEM;
}

enum err web_page_named(struct req *rq, struct page *p, const char *title)
{
    p->title = title;
    p->exercise = app_is_exercise(web_app(rq));
    p->municipality = web_municipality_name(rq);
    p->municipality_code = web_municipality(rq);
    if (p->kind == PAGE_STAFF && !p->home_href)
        p->home_href = *p->municipality_code ? web_address(rq, "/") : "/";
    if (!p->home_href)
        p->home_href = "/";
    page_assets(p, p->map_js_href != NULL);
    fill_language(rq, p);
    TRY(fill_problems(rq, p));
    TRY(fill_flash(rq, p));
    TRY(fill_account(rq, p));
    TRY(fill_foot(rq, p));
    TRY(drill_banner(rq, p));
    return p->kind == PAGE_STAFF ? web_navigation(rq, p) : ERR_OK;
}

enum err web_page(struct req *rq, struct page *p, enum text_key title)
{
    return web_page_named(rq, p, text_get(rq->lang, title));
}

void web_page_map(struct page *p)
{
    p->map_js_href = ""; /* replaced by the asset's address */
}

/* --- Forms --- */

void web_invalid(struct req *rq)
{
    rq->status = 422;
}

struct page_field web_field(struct req *rq, const char *name, enum text_key label,
                            enum text_key hint, const char *value)
{
    const char *typed = rq->method == HTTP_GET && !rq->problems ? NULL : req_field(rq, name);
    struct page_field f = {
        .name = name,
        .label = label < TEXT_COUNT ? text_get(rq->lang, label) : NULL,
        .hint = hint < TEXT_COUNT ? text_get(rq->lang, hint) : NULL,
        .value = typed                    ? typed
                 : rq->method == HTTP_GET ? value
                                          : NULL,
        .error = req_problem_of(rq, name),
    };
    for (struct problem *p = rq->problems; p; p = p->next)
        if (str_eq(p->field, name))
            p->label = f.label; /* the summary on top says which field is meant */
    for (const struct field_spec *s = rq->route ? rq->route->fields : NULL; s && s->name; s++)
        if (str_eq(s->name, name)) {
            f.required = s->required;
            if (s->kind == FIELD_TEXT)
                f.max = (int)(s->max ? s->max : 200);
        }
    return f;
}

/* "07" is shown as 7; what is no month or day stands as it was written. */
static const char *without_zero(const char *two)
{
    bool padded = two[0] == '0' && two[1] >= '1' && two[1] <= '9' && !two[2];
    return padded ? two + 1 : two;
}

void web_date(struct req *rq, struct page_field *f)
{
    char *s = f->value ? arena_strdup(rq->arena, f->value) : NULL;
    char *one = s ? strchr(s, '-') : NULL;
    char *two = one ? strchr(one + 1, '-') : NULL;
    f->day = s; /* what is no date stands as it was written */
    if (!two)
        return;
    *one = *two = '\0';
    f->year = s;
    f->month = without_zero(one + 1);
    f->day = without_zero(two + 1);
}

enum err web_done(struct req *rq, const char *location, enum text_key done)
{
    return web_done_at(rq, location, done, NULL);
}

enum err web_done_at(struct req *rq, const char *location, enum text_key done, const char *part)
{
    const char *key = text_entries[done].key, *hash = strchr(location, '#');
    if (hash && !part)
        part = hash + 1;
    if (hash)
        location = arena_strndup(rq->arena, location, (size_t)(hash - location));
    if (!location)
        return ERR_NOMEM;
    const char *to =
        arena_printf(rq->arena, "%s%cklart=%s%s%s", location, strchr(location, '?') ? '&' : '?',
                     str_starts(key, "done_") ? key + 5 : key, part ? "#" : "", part ? part : "");
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}
