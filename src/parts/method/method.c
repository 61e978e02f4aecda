/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/method/method.h"

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/web.h"
#include "method_html.h"
#include "parts/method/method_page.h"

struct method {
    const char *name;
    void (*text)(struct tmpl *t, const struct method_page *v);
    enum text_key title, question, how, limits;
};

static const struct method methods[] = {
#include "method_table.h"
};

static enum err list_page(struct req *rq)
{
    struct method_line rows[ARRAY_LEN(methods)];
    struct method_list v = {.page.kind = PAGE_PUBLIC, .rows = rows, .n_rows = ARRAY_LEN(methods)};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        rows[i] = (struct method_line){methods[i].name, text_get(rq->lang, methods[i].title),
                                       text_get(rq->lang, methods[i].question)};
    v.page.lead = TX(rq, method_lead);
    TRY(web_page(rq, &v.page, T_method_title));
    struct tmpl t = web_tmpl(rq);
    method_list_html(&t, &v);
    return ERR_OK;
}

static enum err one_page(struct req *rq)
{
    const struct method *m = NULL;
    const char *name = req_param(rq, "name");
    for (size_t i = 0; i < ARRAY_LEN(methods) && !m; i++)
        if (str_eq(methods[i].name, name))
            m = &methods[i];
    if (!m)
        return ERR_NOTFOUND;
    struct method_page v = {.page.kind = PAGE_PUBLIC,
                            .question = text_get(rq->lang, m->question),
                            .how = text_get(rq->lang, m->how),
                            .limits = text_get(rq->lang, m->limits)};
    TRY(web_page(rq, &v.page, m->title));
    struct tmpl t = web_tmpl(rq);
    method_top_html(&t, &v);
    m->text(&t, &v);
    method_end_html(&t, &v);
    return ERR_OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/metoder", PERM_ANYONE, list_page, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "The methods of analysis."),
    ROUTE(GET, "/metoder/:name", PERM_ANYONE, one_page, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "What a method answers, how, and its limits."),
    ROUTES_END,
};

const struct part method_part = {.name = "method", .routes = routes};
