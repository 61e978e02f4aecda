/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What all pages of the settings share. */
#include "parts/settings/settings_web.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "settings_html.h"
#include "tmpl/format.h"

#define NOTICES_MOST 4

const char *settings_at(struct req *rq, const char *path)
{
    const char *s =
        arena_printf(rq->arena, "/%s/installningar%s", web_municipality(rq), path ? path : "");
    return s ? s : "/";
}

const char *settings_at_id(struct req *rq, const char *path, struct id id, const char *tail)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_printf(rq->arena, "/%s/installningar%s%s%s", web_municipality(rq), path,
                                 text, tail ? tail : "");
    return s ? s : "/";
}

enum err settings_id(struct req *rq, struct id *out)
{
    return id_parse(req_param(rq, "id"), out) ? ERR_NOTFOUND : ERR_OK;
}

enum err settings_in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

enum err settings_in_country(const struct req *rq)
{
    return str_eq(web_municipality(rq), "0000") ? ERR_OK : ERR_NOTFOUND;
}

enum err settings_notice(struct req *rq, const struct page_notice **notices, size_t *n,
                         struct page_notice notice)
{
    struct page_notice *list = ARENA_ARRAY(rq->arena, *n + 1, struct page_notice);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < *n; i++)
        list[i] = (*notices)[i];
    list[*n] = notice;
    *notices = list;
    (*n)++;
    return ERR_OK;
}

const char *settings_number(struct req *rq, int64_t n)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_number(text, n));
}

const char *settings_date_text(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

const char *settings_time_text(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_datetime(text, rq->lang, t));
}

/* --- Lists --- */

enum err settings_table(struct req *rq, const struct settings_head *heads, size_t n_heads,
                        size_t rows, struct settings_row **out)
{
    struct settings_row *list = ARENA_ARRAY(rq->arena, rows + 1, struct settings_row);
    struct settings_cell *cells = ARENA_ARRAY(rq->arena, rows * n_heads + 1, struct settings_cell);
    if (!list || !cells)
        return ERR_NOMEM;
    for (size_t i = 0; i < rows; i++) {
        list[i] = (struct settings_row){cells + i * n_heads, n_heads};
        for (size_t j = 0; j < n_heads; j++)
            list[i].cells[j] = (struct settings_cell){
                .label = heads[j].label, .num = heads[j].num, .head = j == 0};
    }
    *out = list;
    return ERR_OK;
}

void settings_list_link(struct settings_list_view *v, const char *label, const char *href)
{
    if (v->n_links < ARRAY_LEN(v->links))
        v->links[v->n_links++] = (struct page_link){.label = label, .href = href};
}

static enum err crumbs(struct req *rq, struct page *p, const struct settings_up *up)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[p->n_crumbs++] = (struct page_link){TX(rq, settings_title), settings_at(rq, ""), false};
    if (up)
        list[p->n_crumbs++] =
            (struct page_link){text_get(rq->lang, up->title), settings_at(rq, up->path), false};
    p->crumbs = list;
    p->part = TX(rq, settings_title);
    return ERR_OK;
}

enum err settings_draw_list(struct req *rq, struct settings_list_view *v, enum text_key title)
{
    TRY(crumbs(rq, &v->page, NULL));
    if (v->has_map)
        web_page_map(&v->page);
    TRY(web_page(rq, &v->page, title));
    struct tmpl t = web_tmpl(rq);
    settings_list_html(&t, v);
    return ERR_OK;
}

/* --- Forms --- */

struct page_field *settings_field(struct req *rq, struct settings_form_view *v,
                                  enum settings_field_kind kind, const char *name,
                                  enum text_key label, const char *value)
{
    static _Thread_local struct page_field none; /* never shown: the table is larger than forms */
    if (v->n_fields == SETTINGS_FIELDS_MOST)
        return &none;
    struct settings_field *f = &v->fields[v->n_fields++];
    f->kind = kind;
    f->field = web_field(rq, name, label, TEXT_COUNT, value);
    f->field.required = true; /* the page that shows the form does not take its fields */
    return &f->field;
}

struct page_field *settings_filter(struct req *rq, struct settings_list_view *v,
                                   enum settings_field_kind kind, const char *name,
                                   enum text_key label)
{
    struct settings_field *f = &v->filters[v->n_filters];
    if (v->n_filters + 1 < SETTINGS_FIELDS_MOST)
        v->n_filters++;
    f->kind = kind;
    f->field = web_field(rq, name, label, TEXT_COUNT, NULL);
    f->field.value = req_field(rq, name);
    f->field.in_filter = true;
    v->has_filter = true;
    v->filter.action = rq->path;
    v->filter.open = true;
    if (f->field.value)
        v->filter.reset_href = rq->path;
    return &f->field;
}

void settings_choose(struct page_field *f, struct page_choice *choices, size_t n)
{
    for (size_t i = 0; i < n; i++)
        choices[i].chosen = f->value && str_eq(choices[i].value, f->value);
    f->choices = choices;
    f->n_choices = n;
}

void settings_box(struct req *rq, struct page_field *f, const char *label, bool checked)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return;
    bool typed = rq->method != HTTP_GET;
    *c = (struct page_choice){
        .value = "1", .label = label, .chosen = typed ? req_has(rq, f->name) : checked};
    f->choices = c;
    f->n_choices = 1;
}

void settings_seen(struct req *rq, struct settings_form_view *v, const char *name,
                   const char *value)
{
    const char *seen = rq->unsent ? req_field(rq, name) : NULL;
    settings_hide(v, name, seen ? seen : value);
}

void settings_hide(struct settings_form_view *v, const char *name, const char *value)
{
    if (v->n_hidden < ARRAY_LEN(v->hidden))
        v->hidden[v->n_hidden++] = (struct page_hidden){name, value};
}

void settings_button(struct settings_form_view *v, struct settings_button button)
{
    if (v->n_buttons < ARRAY_LEN(v->buttons))
        v->buttons[v->n_buttons++] = button;
}

enum err settings_draw_form(struct req *rq, struct settings_form_view *v,
                            const struct settings_up *up, const char *title)
{
    TRY(crumbs(rq, &v->page, up));
    if (v->has_map)
        web_page_map(&v->page);
    if (up && !v->cancel_href)
        v->cancel_href = settings_at(rq, up->path);
    TRY(web_page_named(rq, &v->page, title));
    struct tmpl t = web_tmpl(rq);
    settings_form_html(&t, v);
    return ERR_OK;
}

enum err settings_audit(const struct settings_write *w, struct tx *tx, const char *action,
                        const char *name, const char *key, const char *value)
{
    char kind[40];
    size_t n = strcspn(action, ".");
    str_copy(kind, n + 1 < sizeof kind ? n + 1 : sizeof kind, action);
    AUTO(buf_done) struct buf b = buf_init(4096);
    struct jsonw j = jsonw_init(&b);
    jsonw_object(&j);
    if (name)
        jsonw_key_text(&j, "name", name);
    if (value)
        jsonw_key_text(&j, key, value);
    jsonw_end(&j);
    TRY(buf_err(&b));
    return web_audit(w->rq, tx, action, kind, w->id, buf_text(&b));
}

enum err settings_conflict(struct req *rq, enum err e, const char *field, enum text_key text)
{
    if (e != ERR_CONFLICT)
        return e;
    req_problem(rq, field, text_get(rq->lang, text));
    return ERR_OK;
}
