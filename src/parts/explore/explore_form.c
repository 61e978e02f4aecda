/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form: a question in plain words, the filters of the list of events, and one step behind them
 * the method with what it can be set to. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_web_sql.h"
#include "parts/explore/explore_inner.h"
#include "tmpl/format.h"

#define HIDDEN_MOST (EVENT_QUERY_TYPES + EVENT_KINDS + 13)

static enum err question_field(struct req *rq, const struct explore_ask *ask,
                               struct page_field *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, ASK_COUNT, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (int i = 0; i < ASK_COUNT; i++)
        c[i] = (struct page_choice){.value = explore_questions[i].code,
                                    .label = text_get(rq->lang, explore_questions[i].text),
                                    .hint = text_get(rq->lang, explore_questions[i].hint),
                                    .chosen = ask->method->question == (enum explore_question)i};
    *out = web_field(rq, "question", T_explore_question, TEXT_COUNT, NULL);
    out->required = true;
    out->choices = c;
    out->n_choices = ASK_COUNT;
    return ERR_OK;
}

static enum err method_field(struct req *rq, const struct explore_ask *ask, struct page_field *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, explore_methods_n, struct page_choice);
    size_t n = 0;
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < explore_methods_n; i++) {
        const struct explore_method *m = &explore_methods[i];
        if (m->question == ask->method->question)
            c[n++] = (struct page_choice){.value = m->name,
                                          .label = text_get(rq->lang, m->title),
                                          .chosen = m == ask->method};
    }
    *out = web_field(rq, "method", T_explore_method, TEXT_COUNT, NULL);
    out->in_filter = true;
    out->choices = c;
    out->n_choices = n;
    return ERR_OK;
}

/* --- Parameters --- */

/* "100–5 000"; with a sentence after it when there is one. */
static const char *hint_of(struct req *rq, const struct explore_param *p)
{
    char low[FORMAT_TEXT], high[FORMAT_TEXT];
    const char *more = p->hint == TEXT_COUNT ? NULL : text_get(rq->lang, p->hint);
    if (p->kind != PARAM_REAL && p->kind != PARAM_INT)
        return more;
    format_decimal(low, rq->lang, p->least, p->least < 1 && p->least > 0 ? 3 : 0);
    format_decimal(high, rq->lang, p->most, p->most < 1 ? 1 : 0);
    const char *range = TXF(rq, explore_range, (const char *)low, (const char *)high);
    return more && range ? arena_printf(rq->arena, "%s. %s", range, more) : range;
}

static enum err choices_of(struct req *rq, const struct explore_param *p, const char *value,
                           struct page_field *f)
{
    size_t n = 0;
    while (p->choices[n].value)
        n++;
    struct page_choice *c = ARENA_ARRAY(rq->arena, n, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        c[i] = (struct page_choice){.value = p->choices[i].value,
                                    .label = text_get(rq->lang, p->choices[i].label),
                                    .chosen = str_eq(p->choices[i].value, value)};
    f->choices = c;
    f->n_choices = n;
    return ERR_OK;
}

static enum err areas_of(struct req *rq, const struct explore_param *p, const char *value,
                         const struct event_names *names, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, names->n_areas + 4, struct page_choice);
    bool treated = str_eq(p->name, "treated");
    size_t n = 0;
    if (!c)
        return ERR_NOMEM;
    c[n++] = treated ? (struct page_choice){.value = "", .label = TX(rq, explore_c_choose)}
                     : (struct page_choice){.value = "rest", .label = TX(rq, explore_c_rest)};
    for (size_t i = 0; i < names->n_areas; i++) {
        char id[ID_TEXT];
        id_text(names->areas[i].id, id);
        const char *own = arena_strdup(rq->arena, id);
        if (!own)
            return ERR_NOMEM;
        c[n++] = (struct page_choice){
            .value = own, .label = names->areas[i].name, .chosen = str_eq(own, value)};
    }
    c[n++] = (struct page_choice){
        .value = "drawn", .label = TX(rq, explore_c_drawn), .chosen = str_eq(value, "drawn")};
    if (treated)
        c[n++] = (struct page_choice){.value = "circle",
                                      .label = TX(rq, explore_c_circle),
                                      .chosen = str_eq(value, "circle")};
    f->choices = c;
    f->n_choices = n;
    return ERR_OK;
}

/* Numbers are shown with the reader's decimal sign. */
static const char *shown(struct req *rq, const struct explore_param *p, const char *value)
{
    char *text = value ? arena_strdup(rq->arena, value) : NULL;
    char *point = text && rq->lang == LANG_SV && p->kind == PARAM_REAL ? strchr(text, '.') : NULL;
    if (point)
        *point = ',';
    return text;
}

static enum err param_field(struct req *rq, const struct explore_ask *ask, int i,
                            const struct event_names *names, struct page_field *f)
{
    const struct explore_param *p = &ask->method->params[i];
    const char *name = arena_printf(rq->arena, "p-%s", p->name);
    if (!name)
        return ERR_NOMEM;
    *f = web_field(rq, name, p->label, TEXT_COUNT, shown(rq, p, ask->value[i]));
    f->hint = hint_of(rq, p);
    f->in_filter = true;
    f->required = false;
    f->max = p->kind == PARAM_CORNERS ? EXPLORE_CORNERS_TEXT : EXPLORE_VALUE_MOST;
    f->suffix = p->unit == TEXT_COUNT ? NULL : text_get(rq->lang, p->unit);
    f->autocomplete = "off";
    if (p->kind == PARAM_CHOICE)
        return choices_of(rq, p, ask->value[i], f);
    if (p->kind == PARAM_AREA)
        return areas_of(rq, p, ask->value[i], names, f);
    if (p->kind == PARAM_DATE)
        web_date(rq, f);
    else
        f->inputmode = p->kind == PARAM_INT ? "numeric" : p->kind == PARAM_REAL ? "decimal" : NULL;
    return ERR_OK;
}

/* The map that corners are drawn on, or the middle of a circle is set on, with the events that are
 * counted. */
static enum err param_map(struct req *rq, const struct explore_ask *ask, int i,
                          const struct event_found *found, struct explore_setting *s)
{
    const struct explore_param *p = &ask->method->params[i];
    bool corners = p->kind == PARAM_CORNERS, radius = str_eq(p->name, "radius");
    if (!corners && !(radius && explore_param_find(ask->method, "east") >= 0))
        return ERR_OK;
    const struct geo_shape *drawn =
        corners && ask->value[i] ? explore_corners_read(ask->value[i], rq->arena) : NULL;
    struct geo_box box = drawn ? drawn->box : columns_box(found->sel);
    double east = explore_number(ask, "east"), north = explore_number(ask, "north");
    if (radius && !isnan(east) && !isnan(north))
        box =
            geo_box_grow((struct geo_box){east, north, east, north}, explore_number(ask, "radius"));
    event_web_map(rq, &s->map, &box);
    s->has_map = true;
    s->map.id = arena_printf(rq->arena, "karta-%s", p->name);
    s->map.label = s->field.label;
    s->map.own_key = true;
    s->map.data_href = event_web_href(rq, "/handelser/tiles/{z}/{x}/{y}.mvt", &ask->q, false);
    s->map.draw = corners ? s->field.name : NULL;
    s->map.draw_circle = corners ? NULL : "p-east p-north p-radius";
    return s->map.id ? ERR_OK : ERR_NOMEM;
}

/* The fields stand as they are while a person writes in them: they are only drawn anew when there
 * are others, or when something is wrong with one. */
static enum err param_fields(struct req *rq, const struct explore_ask *ask,
                             const struct event_names *names, const struct event_found *found,
                             struct explore_view *v)
{
    size_t all = explore_params_n(ask->method), n = 0;
    struct explore_setting *f = ARENA_ARRAY(rq->arena, all + 1, struct explore_setting);
    struct buf key = buf_init(4096);
    if (!f)
        return ERR_NOMEM;
    buf_puts(&key, ask->method->name);
    for (size_t i = 0; i < all; i++) {
        const struct explore_param *p = &ask->method->params[i];
        if (!explore_param_counts(ask, (int)i))
            continue;
        struct page_field *one = &f[n].field;
        TRY(param_field(rq, ask, (int)i, names, one));
        f[n].date = p->kind == PARAM_DATE;
        TRY(param_map(rq, ask, (int)i, found, &f[n]));
        v->params_open = v->params_open || one->error || req_has(rq, one->name) ||
                         (p->kind == PARAM_AREA) || p->kind == PARAM_DATE;
        buf_printf(&key, one->error ? " %s!" : " %s", one->name);
        n++;
    }
    v->params = f;
    v->n_params = n;
    v->params_key = buf_err(&key) ? NULL : arena_strdup(rq->arena, buf_text(&key));
    buf_done(&key);
    v->params_open = v->params_open || ask->method != explore_method_first(ask->method->question);
    return v->params_key ? ERR_OK : ERR_NOMEM;
}

/* --- The filters --- */

static const char *day(struct req *rq, struct date d)
{
    char text[TIME_TEXT];
    date_text(d, text);
    return arena_strdup(rq->arena, text);
}

static enum err filters(struct req *rq, const struct explore_ask *ask,
                        const struct event_names *names, const struct event_found *found,
                        struct explore_view *v)
{
    struct event_list_view *list = ARENA_NEW(rq->arena, struct event_list_view);
    if (!list)
        return ERR_NOMEM;
    TRY(event_web_filter(rq, &ask->q, names, found->view, list));
    v->from = list->from;
    v->to = list->to;
    if (!v->from.value)
        v->from.value = day(rq, ask->q.from);
    if (!v->to.value)
        v->to.value = day(rq, ask->q.to);
    web_date(rq, &v->from);
    web_date(rq, &v->to);
    v->type = list->type;
    v->area = list->area;
    v->organisation = list->organisation;
    v->source = list->source;
    v->text = list->text;
    v->has_areas = list->has_areas;
    v->has_organisations = list->has_organisations;
    v->has_sources = list->has_sources;
    return ERR_OK;
}

static enum err hidden(struct req *rq, const struct explore_ask *ask, struct explore_view *v)
{
    static const char *const kept[] = {"place", "squares", "circle", "weekday",
                                       "hour",  "seed",    "data"};
    struct page_hidden *h = ARENA_ARRAY(rq->arena, HIDDEN_MOST, struct page_hidden);
    size_t n = 0;
    if (!h)
        return ERR_NOMEM;
    for (size_t i = 1; i < ask->q.n_types; i++)
        h[n++] = (struct page_hidden){"type", ask->q.types[i]};
    const char *kind;
    for (size_t i = 0; i < EVENT_KINDS && (kind = req_nth(rq, "kind", i)); i++)
        h[n++] = (struct page_hidden){"kind", kind};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (req_field(rq, kept[i]) && !req_problem_of(rq, kept[i]))
            h[n++] = (struct page_hidden){kept[i], req_field(rq, kept[i])};
    v->hidden = h;
    v->n_hidden = n;
    return ERR_OK;
}

static struct page_link preset(struct req *rq, const struct explore_ask *ask, const char *label,
                               struct date from, struct date to)
{
    struct explore_ask w = *ask;
    w.q.from = from;
    w.q.to = to;
    bool current =
        date_days(ask->q.from) == date_days(from) && date_days(ask->q.to) == date_days(to);
    return (struct page_link){label, explore_href(rq, "/analys", &w), current};
}

static enum err presets(struct req *rq, const struct explore_ask *ask,
                        const struct event_names *names, struct explore_view *v)
{
    static const int days[] = {30, 90, 365};
    static const int years[] = {3, 5};
    struct page_link *l = ARENA_ARRAY(rq->arena, 8 + names->n_periods, struct page_link);
    struct date today = date_of_msec(time_now());
    size_t n = 0;
    if (!l)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        l[n++] =
            preset(rq, ask, TXF(rq, event_last_days, days[i]), date_add(today, 1 - days[i]), today);
    for (size_t i = 0; i < ARRAY_LEN(years); i++)
        l[n++] = preset(rq, ask, TXF(rq, explore_last_years, years[i]),
                        date_add(today, 1 - years[i] * 365 - years[i] / 4), today);
    for (size_t i = 0; i < names->n_periods; i++)
        l[n++] = preset(rq, ask, names->periods[i].name, date_of_msec(names->periods[i].starts_at),
                        date_of_msec(names->periods[i].ends_at - 1));
    v->presets = l;
    v->n_presets = n;
    return ERR_OK;
}

static enum err said(struct req *rq, const struct explore_ask *ask, const struct event_names *names,
                     const struct event_found *found, struct explore_view *v)
{
    struct page_said s = {0};
    size_t kinds[EVENT_KINDS];
    TRY(event_found_kinds(found, rq->arena, kinds));
    TRY(event_web_said(rq, &ask->q, names, kinds, &s));
    TRY(event_web_said_waiting(rq, &ask->q, found->sel, &s));
    v->said = s.sentence;
    v->said_more = s.more;
    v->said_more_href = s.more_href;
    v->said_href = explore_list_href(rq, &ask->q);
    return ERR_OK;
}

static enum err fill(struct req *rq, const struct explore_ask *ask, const struct event_found *found,
                     struct explore_view *v)
{
    struct event_names names;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, ask->q.municipality, &names));
    TRY(question_field(rq, ask, &v->question));
    TRY(method_field(rq, ask, &v->method));
    TRY(param_fields(rq, ask, &names, found, v));
    TRY(filters(rq, ask, &names, found, v));
    TRY(hidden(rq, ask, v));
    TRY(presets(rq, ask, &names, v));
    return said(rq, ask, &names, found, v);
}

/* The page of the method's text, where the program has one. */
static enum err about(struct req *rq, const struct explore_ask *ask, struct explore_view *v)
{
    struct req probe = {.arena = rq->arena};
    const char *path = arena_printf(rq->arena, "/metoder/%s", ask->method->name);
    if (!path)
        return ERR_NOMEM;
    if (router_match(web_app(rq)->router, &probe, HTTP_GET, path) == ERR_OK)
        v->about_href = path;
    return ERR_OK;
}

enum err explore_form(struct req *rq, const struct explore_ask *ask, struct explore_view *v)
{
    const struct analysis_method *m = analysis_method_find(ask->method->name);
    struct event_found found;
    v->action = web_address(rq, "/analys");
    v->method_title = text_get(rq->lang, ask->method->title);
    v->about = m ? text_get(rq->lang, m->summary) : NULL;
    TRY(about(rq, ask, v));
    TRY(event_query_find(web_app(rq), &ask->q, &found));
    enum err e = fill(rq, ask, &found, v);
    event_found_done(&found);
    return e;
}
