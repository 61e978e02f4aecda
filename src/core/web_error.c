/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of an error. When the session has ended it is a log-in that takes what was typed along.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/kept.h"
#include "core/web_inner.h"
#include "geo/geo_data.h"
#include "web_html.h"

/* A form that could not be taken is not lost: its texts are shown, but for secrets. Only to whoever
 * typed them: another site's form has nothing to show here. */
static void keep_typed(struct req *rq, struct error_view *v)
{
    struct pair *kept = ARENA_ARRAY(rq->arena, rq->n_fields + 1, struct pair);
    if (!kept || rq->method == HTTP_GET || !rq->route || rq->route->rate == RATE_LOGIN ||
        !web_from_own_page(rq))
        return;
    for (size_t i = 0; i < rq->n_fields; i++)
        for (const struct field_spec *f = rq->route->fields; f && f->name; f++)
            if (str_eq(f->name, rq->fields[i].name) && !str_empty(rq->fields[i].value) &&
                (f->kind == FIELD_TEXT || f->kind == FIELD_LINES) &&
                strlen(rq->fields[i].value) > 3)
                kept[v->n_typed++] = rq->fields[i];
    v->typed = kept;
}

/* The page that the form stood on, if it is one of ours; else the start page. */
static const char *came_from(struct req *rq)
{
    const char *from = req_header(rq, "Referer"), *host = from ? strstr(from, "://") : NULL;
    size_t n = strlen(rq->host);
    if (!host || strncmp(host + 3, rq->host, n) != 0 || !url_is_own(host + 3 + n) ||
        strlen(host + 3 + n) > 1900)
        return "/";
    return arena_strdup(rq->arena, host + 3 + n);
}

/* The fields of the log-in; parts/account takes them. */
static void fill_login(struct req *rq, struct error_view *v)
{
    v->login = true;
    v->kept = kept_pack(rq);
    v->had_file = kept_had_file(rq);
    v->to = v->kept ? req_address_with(rq, "", NULL) : came_from(rq);
    v->email = (struct page_field){.name = "email",
                                   .label = TX(rq, login_email),
                                   .type = "email",
                                   .required = true,
                                   .autocomplete = "username"};
    v->password = (struct page_field){.name = "password",
                                      .label = TX(rq, login_password),
                                      .required = true,
                                      .autocomplete = "current-password"};
    v->page.kind = PAGE_BARE;
}

/* From an exercise back to reality. */
static const char *real_home(struct req *rq)
{
    const struct geo_municipality *real = geo_real_of(web_municipality(rq));
    for (size_t i = 0; real && i < web_who(rq)->n_memberships; i++)
        if (str_eq(web_who(rq)->memberships[i].municipality, real->code))
            return arena_printf(rq->arena, "/%s/", real->code);
    return "/";
}

enum err web_refused_page(struct req *rq, int status, enum text_key what)
{
    struct error_view v = {.status = status, .what = text_get(rq->lang, what)};
    v.back_href = came_from(rq);
    v.home_href = "/";
    keep_typed(rq, &v);
    rq->problems = NULL;
    TRY(web_page(rq, &v.page, T_drill_title));
    rq->status = status;
    struct tmpl t = web_tmpl(rq);
    web_error_html(&t, &v);
    return ERR_OK;
}

void web_error_page(struct req *rq, enum err e)
{
    struct error_view v = {.status = err_http(e), .request = rq->id, .home_href = "/"};
    enum text_key key = text_lookup(err_key(e));
    v.what = key < TEXT_COUNT ? text_get(rq->lang, key) : err_name(e);
    v.page.kind = id_is_none(web_who(rq)->account) ? PAGE_PUBLIC : PAGE_STAFF;
    keep_typed(rq, &v);
    if (e == ERR_UNAUTHENTICATED && web_from_own_page(rq))
        fill_login(rq, &v);
    if (e == ERR_FORBIDDEN && kept_is_older(rq)) {
        v.what = TX(rq, kept_older);
        v.back_href = came_from(rq);
    }
    if (e == ERR_GONE)
        v.home_href = real_home(rq);
    if (e == ERR_FORBIDDEN && rq->route && rq->route->waiting)
        v.waiting_href = web_address(rq, rq->route->waiting);
    rq->problems = NULL; /* an error page has no form to mend */
    if (web_page(rq, &v.page, v.login ? T_kept_title : T_error_title) != ERR_OK)
        return;
    if (e == ERR_GONE)
        v.page.drill = NULL;
    v.page.login_href = v.login ? NULL : v.page.login_href;
    if (v.n_typed || v.kept)
        v.page.lang_other_label = NULL; /* that link would lose what was typed */
    struct tmpl t = web_tmpl(rq);
    web_error_html(&t, &v);
}
