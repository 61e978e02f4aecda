/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inställningar, Svarsmallar: texts that answers begin from. */
#include "base/mem.h"
#include "base/str.h"
#include "feedback_html.h"
#include "parts/feedback/feedback_web.h"
#include "parts/review/review.h"

#define AT "/installningar/svarsmallar"

const struct field_spec feedback_template_fields[] = {
    {.name = "namn", .kind = FIELD_TEXT, .required = true, .max = FEEDBACK_NAME_MOST},
    {.name = "text", .kind = FIELD_LINES, .required = true, .max = FEEDBACK_TEXT_MOST},
    {.name = "version", .kind = FIELD_INT, .max = INT64_MAX},
    {0},
};
const struct field_spec feedback_remove_fields[] = {
    {.name = "version", .kind = FIELD_INT, .max = INT64_MAX}, {0}};

struct working {
    struct req *rq;
    struct feedback_template *list;
    size_t n;
    struct feedback_template t;
    struct feedback_edit edit;
};

static enum err read_list(struct tx *tx, void *arg)
{
    struct working *w = arg;
    return feedback_templates(tx, w->rq->arena, web_municipality(w->rq), w->rq->lang, &w->list,
                              &w->n);
}

static const char *href(struct req *rq, const char *key, const char *more)
{
    return web_address(rq, arena_printf(rq->arena, AT "/%s%s", key, more));
}

enum err feedback_templates_page(struct req *rq)
{
    struct working w = {.rq = rq};
    struct feedback_templates_view v = {0};
    TRY(feedback_in_town(rq));
    TRY(web_read(rq, read_list, &w));
    struct feedback_template_row *rows =
        ARENA_ARRAY(rq->arena, w.n + 1, struct feedback_template_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < w.n; i++)
        rows[i] = (struct feedback_template_row){
            .href = href(rq, w.list[i].key, ""),
            .name = w.list[i].name,
            .text = w.list[i].text,
            .kind = w.list[i].own       ? TX(rq, feedback_template_own)
                    : w.list[i].version ? TX(rq, feedback_template_changed)
                                        : TX(rq, feedback_template_ours)};
    v.rows = rows;
    v.n_rows = w.n;
    v.empty = (struct page_empty){.title = TX(rq, feedback_templates_empty),
                                  .text = TX(rq, feedback_templates_empty_more)};
    v.page.lead = TX(rq, feedback_templates_lead);
    v.page.action =
        (struct page_link){TX(rq, feedback_template_new), web_address(rq, AT "/ny"), false};
    TRY(web_page(rq, &v.page, T_feedback_templates));
    struct tmpl t = web_tmpl(rq);
    feedback_templates_html(&t, &v);
    return ERR_OK;
}

static enum err draw(struct req *rq, const struct feedback_template *x)
{
    struct feedback_template_view v = {0};
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!crumbs)
        return ERR_NOMEM;
    v.action = x ? href(rq, x->key, "") : web_address(rq, AT "/ny");
    v.remove_action = x ? href(rq, x->key, "/ta-bort") : NULL;
    v.cancel_href = web_address(rq, AT);
    v.version = arena_printf(rq->arena, "%lld", (long long)(x ? x->version : 0));
    v.name = web_field(rq, "namn", T_feedback_template_name, TEXT_COUNT, x ? x->name : NULL);
    v.name.required = true;
    v.name.max = FEEDBACK_NAME_MOST;
    v.text = web_field(rq, "text", T_feedback_field_text, T_feedback_field_text_hint,
                       x ? x->text : NULL);
    v.text.required = true;
    v.text.rows = 6;
    v.text.max = FEEDBACK_TEXT_MOST;
    const char *title = x ? x->name : TX(rq, feedback_template_new);
    crumbs[0] = (struct page_link){TX(rq, feedback_templates), v.cancel_href, false};
    crumbs[1] = (struct page_link){title, NULL, true};
    v.page.crumbs = crumbs;
    v.page.n_crumbs = 2;
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    feedback_template_html(&t, &v);
    return ERR_OK;
}

static enum err find(struct working *w)
{
    TRY(feedback_in_town(w->rq));
    TRY(web_read(w->rq, read_list, w));
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->list[i].key, req_param(w->rq, "key"))) {
            w->t = w->list[i];
            return ERR_OK;
        }
    return ERR_NOTFOUND;
}

enum err feedback_template_page(struct req *rq)
{
    struct working w = {.rq = rq};
    TRY(find(&w));
    return draw(rq, &w.t);
}

enum err feedback_template_new_page(struct req *rq)
{
    TRY(feedback_in_town(rq));
    return draw(rq, NULL);
}

static enum err save(struct tx *tx, void *arg)
{
    struct working *w = arg;
    TRY(feedback_template_save(tx, w->rq->arena, &w->t, &w->edit));
    return web_audit(w->rq, tx, w->edit.remove ? "feedback.template.remove" : "feedback.template",
                     "setting", (struct id){{0}}, NULL);
}

static enum err save_form(struct working *w, const struct feedback_template *was)
{
    struct req *rq = w->rq;
    w->edit = (struct feedback_edit){web_municipality(rq), web_who(rq)->account, w->edit.remove};
    w->t.version = req_int(rq, "version", 0);
    if (!w->edit.remove) {
        w->t.name = req_field(rq, "namn");
        w->t.text = req_field(rq, "text");
        if (review_points(w->t.text))
            req_problem(rq, "text", TX(rq, feedback_guard));
        if (review_points(w->t.name))
            req_problem(rq, "namn", TX(rq, feedback_guard));
    }
    if (!rq->problems) {
        enum err e = web_write(rq, save, w);
        if (e == ERR_OK)
            return web_done(rq, web_address(rq, AT),
                            w->edit.remove ? T_done_feedback_template_removed
                                           : T_done_feedback_template);
        if (e == ERR_LIMIT)
            req_problem(rq, NULL, TXF(rq, feedback_templates_most, FEEDBACK_TEMPLATES_MOST));
        else if (e == ERR_CONFLICT)
            req_problem(rq, NULL, TX(rq, feedback_template_conflict));
        else
            return e;
    }
    web_invalid(rq);
    return draw(rq, was);
}

enum err feedback_template_new_send(struct req *rq)
{
    struct working w = {.rq = rq};
    TRY(feedback_in_town(rq));
    return save_form(&w, NULL);
}

enum err feedback_template_send(struct req *rq)
{
    struct working w = {.rq = rq};
    TRY(find(&w));
    struct feedback_template was = w.t;
    return save_form(&w, &was);
}

enum err feedback_template_remove_send(struct req *rq)
{
    struct working w = {.rq = rq, .edit.remove = true};
    TRY(find(&w));
    struct feedback_template was = w.t;
    return save_form(&w, &was);
}
