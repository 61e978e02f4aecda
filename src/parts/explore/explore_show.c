/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An answer on the page: the sentence, the map or picture, the table, then the method with all
 * that is needed to do it again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"
#include "tmpl/format.h"

#define FACTS_MOST 24
#define DARK 4        /* steps of the map's scale that it is about */
#define AROUND 2500.0 /* metres round them */
#define WARNINGS_MOST (RESULT_SENTENCES_MOST + 10)

/* --- Sentences --- */

static enum err sentences(struct req *rq, const struct explore_ask *ask,
                          const struct explore_answer *x, struct explore_view *v)
{
    const struct analysis_result *r = x->an.result;
    const char **more = ARENA_ARRAY(rq->arena, RESULT_SENTENCES_MOST, const char *);
    if (!more)
        return ERR_NOMEM;
    v->sentence = r->n_sentences ? explore_sentence(ask, rq->arena, r->sentences[0])
                                 : TX(rq, explore_no_sentence);
    for (size_t i = 1; i < r->n_sentences; i++)
        if (!(more[v->n_more++] = explore_sentence(ask, rq->arena, r->sentences[i])))
            return ERR_NOMEM;
    v->more = more;
    return v->sentence ? ERR_OK : ERR_NOMEM;
}

static const char *no_place_text(struct req *rq, const struct explore_answer *x)
{
    const struct explore_rows *o = &x->rows;
    return o->no_place ? text_fmt(rq->arena, rq->lang, T_explore_no_place, o->no_place, o->found)
                       : NULL;
}

static const char *period_text(struct req *rq, struct date from, struct date to)
{
    struct event_query q = event_query_blank("");
    q.has_from = q.has_to = true;
    q.from = from;
    q.to = to;
    return event_days_text(rq->arena, rq->lang, &q);
}

/* Harmonic describes all the weeks that it reads; the others only read them to compare with. */
static bool reads_more(const struct explore_ask *ask, const struct explore_rows *o)
{
    return str_eq(ask->method->name, "harmonic") && date_days(o->read_from) < date_days(o->from);
}

static const char *more_text(struct req *rq, const struct explore_rows *o)
{
    const char *days = period_text(rq, o->read_from, o->to);
    return days ? text_fmt(rq->arena, rq->lang, T_explore_reads_more, o->used, days) : NULL;
}

static const char *ring_text(struct req *rq, const struct explore_rows *o)
{
    const struct explore_ground *g = &o->side[SIDE_NEAR_TREATED];
    return TXF(rq, explore_ring_left, (int64_t)o->ring, (int64_t)g->before, (int64_t)g->after);
}

/* The level of an area, beside itself. Läget asks of the area beside the rest of the municipality,
 * and leads here: the two answers may differ, and are no contradiction. */
static bool is_area_alone(const struct explore_ask *ask)
{
    return str_eq(ask->method->name, "breaks") && !id_is_none(ask->q.area);
}

/* A circle holds whatever lies in it, also what belongs to the place or chain next to it. */
static enum text_key circle_note(const struct explore_ask *ask)
{
    if (str_eq(ask->method->name, "repeat-places") && explore_number(ask, "within") > 0)
        return T_explore_near_places;
    return str_eq(ask->method->name, "near-repeat-chains") ? T_explore_near_chains : TEXT_COUNT;
}

static enum err warnings(struct req *rq, const struct explore_ask *ask,
                         const struct explore_answer *x, struct explore_view *v)
{
    const struct analysis_result *r = x->an.result;
    const struct result_table *shown = explore_result_table(&x->an, ask->method->table);
    const char **w = ARENA_ARRAY(rq->arena, WARNINGS_MOST, const char *);
    char text[FORMAT_TEXT];
    size_t n = 0;
    if (!w)
        return ERR_NOMEM;
    if (x->rows.no_place)
        w[n++] = no_place_text(rq, x);
    if (x->rows.unsure)
        w[n++] = text_fmt(rq->arena, rq->lang, T_explore_unsure, x->rows.unsure, x->rows.found);
    if (x->rows.unsure && explore_result_column(shown, "weekday"))
        w[n++] = TX(rq, explore_longer_lists);
    if (is_area_alone(ask))
        w[n++] = TX(rq, explore_area_alone);
    if (circle_note(ask) != TEXT_COUNT)
        w[n++] = text_get(rq->lang, circle_note(ask));
    if (reads_more(ask, &x->rows))
        w[n++] = more_text(rq, &x->rows);
    if (x->rows.late)
        w[n++] = TXF(rq, explore_late, format_date(text, rq->lang, x->rows.from));
    if (x->rows.years)
        w[n++] = text_fmt(rq->arena, rq->lang, T_explore_years, x->rows.years);
    if (x->rows.ring > 0 && !x->rows.moved)
        w[n++] = ring_text(rq, &x->rows);
    if (x->rows.outside)
        w[n++] = text_fmt(rq->arena, rq->lang, T_explore_outside, x->rows.outside);
    for (size_t i = 0; i < r->n_warnings; i++)
        w[n++] = explore_sentence(ask, rq->arena, r->warnings[i]);
    for (size_t i = 0; i < n; i++)
        if (!w[i])
            return ERR_NOMEM;
    v->warnings = w;
    v->n_warnings = n;
    return ERR_OK;
}

/* --- Facts --- */

struct facts {
    struct req *rq;
    struct page_fact *rows;
    size_t n;
};

static void fact(struct facts *f, const char *label, const char *value)
{
    if (f->n < FACTS_MOST && value)
        f->rows[f->n++] = (struct page_fact){.label = label, .value = value};
}

static const char *number_text(struct req *rq, size_t n)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_unsigned(text, n));
}

static const char *choice_text(struct req *rq, const struct explore_param *p, const char *value)
{
    for (const struct explore_choice *c = p->choices; c && c->value; c++)
        if (str_eq(c->value, value))
            return text_get(rq->lang, c->label);
    return NULL;
}

/* "4 hörn, 0,25 km², vid Stora torget": what the map shows of ground that is drawn. */
static const char *corners_text(struct req *rq, const char *value)
{
    char km2[FORMAT_TEXT];
    const char *near;
    const struct geo_shape *s = explore_corners_read(value, rq->arena);
    if (!s)
        return NULL;
    struct event_circle middle = {0};
    struct geo_point at = geo_shape_centroid(s);
    middle.east = at.east;
    middle.north = at.north;
    if (event_web_middle(rq, &middle, &near) != ERR_OK)
        return NULL;
    double area = geo_shape_area(s) / 1e6;
    format_decimal(km2, rq->lang, area, area < 0.1 ? 3 : area < 10 ? 2 : 0);
    return TXF(rq, explore_corners, (int64_t)s->paths[0].count - 1, (const char *)km2, near);
}

/* Words for choices, the person's decimal sign for numbers. */
static const char *param_text(struct req *rq, const struct explore_param *p, const char *value)
{
    char text[FORMAT_TEXT];
    struct date d;
    double v;
    const char *unit = p->unit == TEXT_COUNT ? "" : text_get(rq->lang, p->unit);
    if (p->kind == PARAM_CHOICE)
        return choice_text(rq, p, value);
    if (p->kind == PARAM_DATE)
        return date_parse(value, &d) == ERR_OK
                   ? format_arena(rq->arena, format_date(text, rq->lang, d))
                   : NULL;
    if (p->kind == PARAM_AREA)
        return str_eq(value, "circle")  ? TX(rq, explore_c_circle)
               : str_eq(value, "drawn") ? TX(rq, explore_c_drawn)
               : str_eq(value, "rest")  ? TX(rq, explore_c_rest)
                                        : NULL;
    if (p->kind == PARAM_CORNERS)
        return corners_text(rq, value);
    if (p->kind == PARAM_TEXT)
        return value;
    if (p->kind == PARAM_LIST || !str_to_double(value, &v))
        return arena_printf(rq->arena, "%s %s", value, unit);
    int decimals = v == (double)(int64_t)v ? 0 : v * 100 == floor(v * 100) ? 2 : 3;
    format_decimal(text, rq->lang, v, decimals);
    return *unit ? arena_printf(rq->arena, "%s %s", text, unit) : arena_strdup(rq->arena, text);
}

static const char *param_value(struct req *rq, const struct explore_ask *ask, int i,
                               const struct event_names *names)
{
    const struct explore_param *p = &ask->method->params[i];
    const char *value = ask->value[i];
    struct id id;
    if (str_empty(value) || !explore_param_counts(ask, i))
        return NULL;
    if (p->kind == PARAM_AREA && id_parse(value, &id) == ERR_OK)
        return event_names_area(names, id);
    return param_text(rq, p, value);
}

static enum err facts(struct req *rq, const struct explore_ask *ask, const struct explore_answer *x,
                      struct explore_view *v)
{
    struct event_names names;
    struct facts f = {rq, ARENA_ARRAY(rq->arena, FACTS_MOST, struct page_fact), 0};
    const struct explore_rows *o = &x->rows;
    if (!f.rows)
        return ERR_NOMEM;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, ask->q.municipality, &names));
    fact(&f, TX(rq, explore_method), v->method_title);
    fact(&f, TX(rq, explore_f_events), number_text(rq, explore_counted(x)));
    fact(&f, TX(rq, explore_f_period), period_text(rq, o->from, o->to));
    if (date_valid(o->before_from))
        fact(&f, TX(rq, explore_f_before), period_text(rq, o->before_from, o->before_to));
    if (date_valid(o->read_from) && date_days(o->read_from) < date_days(o->from))
        fact(&f, TX(rq, explore_f_history), period_text(rq, o->read_from, date_add(o->from, -1)));
    for (int i = 0; ask->method->params[i].name; i++) {
        const struct explore_param *p = &ask->method->params[i];
        bool fewer = o->years && str_eq(p->name, "years-back");
        fact(&f, text_get(rq->lang, p->label),
             fewer ? number_text(rq, (size_t)o->years) : param_value(rq, ask, i, &names));
    }
    fact(&f, TX(rq, explore_f_seed), number_text(rq, ask->seed));
    fact(&f, TX(rq, explore_f_source), x->an.method->source);
    v->facts = (struct page_facts){f.rows, f.n};
    return ERR_OK;
}

/* --- Ways on --- */

static enum err exports(struct req *rq, const struct explore_ask *ask,
                        const struct explore_answer *x, struct explore_view *v)
{
    struct page_link *l = ARENA_ARRAY(rq->arena, 4, struct page_link);
    const struct analysis_result *r = x->an.result;
    bool map = false;
    size_t n = 0;
    if (!l)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n_tables; i++)
        map = map || r->tables[i].shape != SHAPE_NONE;
    if (!web_may(rq, PERM_EVENT_EXPORT))
        return ERR_OK;
    if (r->n_tables)
        l[n++] = (struct page_link){"CSV", explore_href(rq, "/analys.csv", ask), false};
    if (map)
        l[n++] = (struct page_link){"GeoJSON", explore_href(rq, "/analys.geojson", ask), false};
    l[n++] = (struct page_link){"JSON", explore_href(rq, "/analys.json", ask), false};
    l[n++] = (struct page_link){TX(rq, explore_rows_link),
                                explore_href(rq, "/analys/underlag.csv", ask), false};
    v->exports = l;
    v->n_exports = n;
    return ERR_OK;
}

/* "samsyn analyse knox --distances 0,100 --seed 1 underlag.csv": what gives the same figures. */
static enum err command(struct req *rq, const struct explore_answer *x, struct explore_view *v)
{
    struct buf b = buf_init(4096);
    const struct analysis_option *o = x->an.method->options;
    buf_printf(&b, "samsyn analyse %s", x->an.method->name);
    for (size_t i = 0; o && o[i].name; i++) {
        const char *value = x->an.values[i];
        if (!value || str_eq(value, o[i].fallback))
            continue;
        buf_printf(&b, " --%s", o[i].name);
        if (o[i].kind != OPTION_FLAG)
            buf_printf(&b, " %s", value);
    }
    buf_printf(&b, " --seed %llu analys-%s-%s.underlag.csv", (unsigned long long)x->an.work.seed,
               x->an.method->name, web_municipality(rq));
    v->command = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return v->command ? ERR_OK : ERR_NOMEM;
}

static enum err share(struct req *rq, const struct explore_ask *ask, const struct explore_answer *x,
                      struct explore_view *v)
{
    char mark[36];
    explore_mark(ask, x->rows.version, mark);
    const char *address = explore_address(ask, rq->arena);
    const char *here = address ? arena_printf(rq->arena, "%s?%s&data=%s",
                                              web_address(rq, "/analys"), address, mark)
                               : NULL;
    if (!here)
        return ERR_NOMEM;
    v->share = (struct page_copy){"dela", TX(rq, explore_share), web_absolute(rq, here)};
    return ERR_OK;
}

/* --- The map --- */

/* What is dark, with the country round it; without anything dark, all that is drawn. */
static struct geo_box box_of(const struct explore_method *m, const struct result_table *t)
{
    struct geo_box dark = geo_box_empty(), all = geo_box_empty();
    double most = explore_shade_most(m, t);
    for (size_t i = 0; i < t->n; i++) {
        int step = explore_step(m, t, i, most);
        double r = t->shape == SHAPE_CIRCLES && t->r ? t->r[i] : t->size;
        if (step == 0 && t->shape == SHAPE_SQUARES)
            continue;
        geo_box_add(&all, t->x[i] - r, t->y[i] - r);
        geo_box_add(&all, t->x[i] + r, t->y[i] + r);
        if (step >= DARK)
            geo_box_add(&dark, t->x[i], t->y[i]);
    }
    return dark.east_min <= dark.east_max ? geo_box_grow(dark, AROUND) : all;
}

static struct geo_box box_of_ground(const struct explore_rows *o)
{
    struct geo_box all = geo_box_empty();
    for (int i = 0; i < SIDE_COUNT; i++) {
        const struct geo_shape *s = o->side[i].shape;
        if (!s)
            continue;
        geo_box_add(&all, s->box.east_min, s->box.north_min);
        geo_box_add(&all, s->box.east_max, s->box.north_max);
    }
    return all;
}

static enum err map_ground(struct req *rq, const struct explore_ask *ask,
                           const struct explore_answer *x, struct explore_view *v)
{
    struct geo_box box = box_of_ground(&x->rows);
    event_web_map(rq, &v->map, &box);
    v->map.id = "karta-mark";
    v->map.label = TX(rq, explore_map_ground);
    v->map.list_href = "#fore-efter";
    v->map.own_key = true;
    v->map.data_href = explore_href(rq, "/analys/tiles/{z}/{x}/{y}.mvt", ask);
    v->map_key = TX(rq, explore_key_ground);
    v->map_plain = v->has_map = true;
    return v->map.data_href ? ERR_OK : ERR_NOMEM;
}

static enum err map(struct req *rq, const struct explore_ask *ask, const struct explore_answer *x,
                    struct explore_view *v)
{
    const struct result_table *t = explore_result_table(&x->an, ask->method->table);
    if (x->rows.side[SIDE_TREATED].shape)
        return map_ground(rq, ask, x, v);
    if (!t || !t->x || !t->y || t->shape == SHAPE_NONE || t->n == 0)
        return ERR_OK;
    struct geo_box box = box_of(ask->method, t);
    event_web_map(rq, &v->map, &box);
    v->map.id = "karta-analys";
    v->map.label = TX(rq, explore_map_label);
    v->map.list_href = "#tabell";
    v->map.own_key = true;
    v->map.data_href = explore_href(rq, "/analys/tiles/{z}/{x}/{y}.mvt", ask);
    v->map_key = t->shape == SHAPE_CIRCLES           ? TX(rq, explore_key_circles)
                 : explore_result_column(t, "class") ? TX(rq, explore_key_sure)
                                                     : TX(rq, explore_key_share);
    v->has_map = true;
    return v->map.data_href ? ERR_OK : ERR_NOMEM;
}

enum err explore_show(struct req *rq, const struct explore_ask *ask, const struct explore_answer *x,
                      struct explore_view *v)
{
    TRY(sentences(rq, ask, x, v));
    TRY(warnings(rq, ask, x, v));
    TRY(map(rq, ask, x, v));
    TRY(explore_show_charts(rq, ask, x, v));
    TRY(explore_show_table(rq, ask, x, v));
    TRY(facts(rq, ask, x, v));
    TRY(exports(rq, ask, x, v));
    TRY(command(rq, x, v));
    v->made = TXF(rq, explore_made, SAMSYN_VERSION);
    return share(rq, ask, x, v);
}
