/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/methods/methods.h"

#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "methods_html.h"
#include "parts/analysis/analysis.h"
#include "parts/methods/methods_view.h"

/* The pages of doc/methods. */
#define PAGES(X)                                                                                   \
    X(aoristic, "aoristic")                                                                        \
    X(breaks, "breaks")                                                                            \
    X(compare_counts, "compare-counts")                                                            \
    X(cusum, "cusum")                                                                              \
    X(did, "did")                                                                                  \
    X(disclosure, "disclosure")                                                                    \
    X(dual_kde, "dual-kde")                                                                        \
    X(ears, "ears")                                                                                \
    X(farrington, "farrington")                                                                    \
    X(findings, "findings")                                                                        \
    X(gistar, "gistar")                                                                            \
    X(harmonic, "harmonic")                                                                        \
    X(its, "its")                                                                                  \
    X(kde, "kde")                                                                                  \
    X(knox, "knox")                                                                                \
    X(levels, "levels")                                                                            \
    X(mantel, "mantel")                                                                            \
    X(moran, "moran")                                                                              \
    X(near_repeat_chains, "near-repeat-chains")                                                    \
    X(network_kde, "network-kde")                                                                  \
    X(pai, "pai")                                                                                  \
    X(peers, "peers")                                                                              \
    X(rates, "rates")                                                                              \
    X(repeat_places, "repeat-places")                                                              \
    X(road_eb, "road-eb")                                                                          \
    X(scan, "scan")                                                                                \
    X(season, "season")                                                                            \
    X(stl, "stl")                                                                                  \
    X(wdd, "wdd")                                                                                  \
    X(weekday_hour, "weekday-hour")

static const struct {
    const char *code;
    void (*body)(struct tmpl *t, const struct methods_page_view *v);
} pages[] = {
#define X(name, code) {code, methods_##name##_html},
    PAGES(X)
#undef X
};

/* Pages that are no method of the command. */
static const struct {
    const char *code;
    enum text_key title;
} others[] = {
    {"findings", T_methods_findings},
    {"levels", T_methods_levels},
    {"disclosure", T_methods_disclosure},
    {"peers", T_methods_peers},
};

static enum err list_page(struct req *rq)
{
    size_t n = 0;
    while (analysis_methods[n])
        n++;
    struct methods_entry *e = ARENA_ARRAY(rq->arena, n + ARRAY_LEN(others), struct methods_entry);
    if (!e)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct analysis_method *m = analysis_methods[i];
        e[i] = (struct methods_entry){m->name, text_get(rq->lang, m->summary),
                                      arena_printf(rq->arena, "/metoder/%s", m->name)};
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        e[n + i] = (struct methods_entry){others[i].code, text_get(rq->lang, others[i].title),
                                          arena_printf(rq->arena, "/metoder/%s", others[i].code)};
    struct methods_list_view v = {
        .entries = e, .n_entries = n, .others = e + n, .n_others = ARRAY_LEN(others)};
    v.page.lead = TX(rq, methods_lead);
    TRY(web_page(rq, &v.page, T_methods_title));
    struct tmpl t = web_tmpl(rq);
    methods_list_html(&t, &v);
    return ERR_OK;
}

static enum err fill_choices(struct req *rq, const struct analysis_method *m,
                             struct methods_page_view *v)
{
    size_t n = 0;
    while (m->options && m->options[n].name)
        n++;
    struct methods_choice *c = ARENA_ARRAY(rq->arena, n + 1, struct methods_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct analysis_option *o = &m->options[i];
        c[i] = (struct methods_choice){o->name, o->arg, o->fallback ? o->fallback : "–",
                                       text_get(rq->lang, o->help)};
    }
    v->choices = c;
    v->n_choices = n;
    return ERR_OK;
}

static enum err fill_method(struct req *rq, const struct analysis_method *m,
                            struct methods_page_view *v, const char **title)
{
    v->about = text_get(rq->lang, m->about);
    v->source = m->source;
    v->command = arena_printf(rq->arena, "samsyn analyse %s --help", m->name);
    *title = text_get(rq->lang, m->summary);
    return fill_choices(rq, m, v);
}

static enum err method_page(struct req *rq)
{
    const char *code = req_param(rq, "name"), *title = NULL;
    size_t k = 0;
    while (k < ARRAY_LEN(pages) && !str_eq(pages[k].code, code))
        k++;
    if (k == ARRAY_LEN(pages))
        return ERR_NOTFOUND;
    struct methods_page_view v = {.code = pages[k].code, .list_href = "/metoder"};
    const struct analysis_method *m = analysis_method_find(code);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (str_eq(others[i].code, code))
            title = text_get(rq->lang, others[i].title);
    if (m)
        TRY(fill_method(rq, m, &v, &title));
    if (!title)
        return ERR_NOTFOUND;
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    methods_page_top_html(&t, &v);
    pages[k].body(&t, &v);
    methods_page_end_html(&t, &v);
    return ERR_OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/metoder", PERM_ANYONE, list_page, .rate = RATE_PAGE,
          .summary = "How figures are worked out: all methods."),
    ROUTE(GET, "/metoder/:name", PERM_ANYONE, method_page, .rate = RATE_PAGE,
          .summary = "How one method works, its sources and limits."),
    ROUTES_END,
};

const struct part methods_part = {.name = "methods", .routes = routes};
