/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture of a result that has no places: a week, a line, bars. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/chart.h"
#include "parts/explore/explore_inner.h"
#include "tmpl/format.h"

#define BARS_MOST 25

static enum err week(struct req *rq, const struct explore_ask *ask, const struct analysis *an,
                     struct explore_view *v)
{
    const struct result_table *t = explore_result_table(an, ask->method->now);
    const struct result_column *day = explore_result_column(t, "weekday");
    const struct result_column *hour = explore_result_column(t, "hour");
    const struct result_column *value = explore_result_column(t, ask->method->was);
    double(*weight)[24] = arena_array(rq->arena, 7, sizeof *weight);
    struct chart_hourweek_links *links = ARENA_NEW(rq->arena, struct chart_hourweek_links);
    if (!weight || !links)
        return ERR_NOMEM;
    if (!day || !hour || !value)
        return ERR_OK;
    for (size_t i = 0; i < t->n; i++) {
        int d = (int)explore_result_number(day, i) - 1, h = (int)explore_result_number(hour, i);
        if (d < 0 || d > 6 || h < 0 || h > 23)
            continue;
        weight[d][h] = explore_result_number(value, i);
        struct event_query q = ask->q;
        q.weekday = d + 1;
        q.hour = h;
        links->cell[d][h] = explore_list_href(rq, &q);
    }
    struct chart_hourweek_in in = {.id = "vecka",
                                   .title = TX(rq, explore_week_chart),
                                   .desc = TX(rq, explore_week_desc),
                                   .lang = rq->lang,
                                   .weight = (const double(*)[24])weight,
                                   .links = links};
    v->has_week = true;
    return chart_hourweek_make(rq->arena, &in, &v->week);
}

/* --- A line --- */

static bool start_day(const struct result_column *c, size_t i, struct date *out)
{
    if (c->kind != RESULT_TIME)
        return c->kind == RESULT_TEXT &&
               date_parse(((const char *const *)c->values)[i], out) == ERR_OK;
    *out = date_of_msec(((const msec *)c->values)[i]);
    return true;
}

static const char *start_text(struct req *rq, const struct result_column *c, size_t i)
{
    char text[FORMAT_TEXT];
    struct date d;
    return start_day(c, i, &d) ? format_arena(rq->arena, format_date(text, rq->lang, d)) : "";
}

/* "24 nov. 2025": two of them stand beside each other on a phone. */
static const char *short_text(struct req *rq, const struct result_column *c, size_t i)
{
    static const enum text_key months[] = {T_month_short_1,  T_month_short_2,  T_month_short_3,
                                           T_month_short_4,  T_month_short_5,  T_month_short_6,
                                           T_month_short_7,  T_month_short_8,  T_month_short_9,
                                           T_month_short_10, T_month_short_11, T_month_short_12};
    struct date d;
    return start_day(c, i, &d) ? arena_printf(rq->arena, "%d %s %d", d.day,
                                              text_get(rq->lang, months[d.month - 1]), d.year)
                               : "";
}

/* One series: where there are several the table says more than many lines would. */
static bool one_series(const struct result_table *t)
{
    const struct result_column *c = explore_result_column(t, "place");
    const char *const *name = c ? c->values : NULL;
    for (size_t i = 1; name && i < t->n; i++)
        if (!str_eq(name[i], name[0]))
            return false;
    return true;
}

static double fit(double v)
{
    return v < 0 ? 0 : v; /* a trend may dip below nothing; the picture begins there */
}

/* The columns of a line: what was, what it is compared with, and what a model makes of it. */
struct lines {
    const struct result_table *t;
    const struct result_column *now, *was, *fit, *start;
};

static bool find_lines(const struct explore_method *m, const struct analysis *an, struct lines *l)
{
    const struct result_table *t = l->t = explore_result_table(an, m->table);
    bool without = str_eq(m->was, "without"); /* beside what is expected with the measure */
    l->now = explore_result_column(t, m->now);
    l->was = explore_result_column(t, m->was);
    l->fit = without ? explore_result_column(t, "expected") : NULL;
    l->start = explore_result_column(t, "start");
    if (!l->start)
        l->start = explore_result_column(t, "t");
    return t && l->now && l->was && l->start && t->n >= 2 && t->n <= CHART_MOST && one_series(t);
}

static enum err values_of(struct req *rq, const struct result_column *c, size_t n,
                          const double **out)
{
    double *v = c ? ARENA_ARRAY(rq->arena, n, double) : NULL;
    for (size_t i = 0; v && i < n; i++)
        v[i] = fit(explore_result_number(c, i));
    *out = v;
    return v || !c ? ERR_OK : ERR_NOMEM;
}

/* Between the last week before the measure and the first after it. */
static void put_mark(struct req *rq, const struct explore_ask *ask, const struct lines *l,
                     struct chart_timeline_in *in)
{
    const char *text = explore_value(ask, "at");
    struct date at, day;
    if (!text || date_parse(text, &at) != ERR_OK)
        return;
    for (size_t i = 1; i < l->t->n; i++)
        if (start_day(l->start, i, &day) && date_days(day) >= date_days(at)) {
            in->mark = (double)i - 0.5;
            in->mark_label = TX(rq, explore_mark);
            return;
        }
}

static void say_lines(struct req *rq, const struct explore_method *m, struct chart_timeline_in *in)
{
    bool trend = str_eq(m->was, "trend");
    in->id = "veckor";
    in->title = TX(rq, explore_line_chart);
    in->lang = rq->lang;
    in->when_head = TX(rq, explore_k_week_from);
    in->now_label = TX(rq, explore_k_events);
    in->fit_label = TX(rq, explore_k_fitted);
    in->was_label = in->fit ? TX(rq, explore_k_without_line)
                    : trend ? TX(rq, explore_k_trend)
                            : TX(rq, explore_k_expected);
    in->desc = in->fit ? TX(rq, explore_line_its)
               : trend ? TX(rq, explore_line_trend)
                       : TX(rq, explore_line_expected);
}

static enum err line(struct req *rq, const struct explore_ask *ask, const struct explore_answer *x,
                     struct explore_view *v)
{
    struct lines l;
    struct chart_timeline_in in = {0};
    if (!find_lines(ask->method, &x->an, &l))
        return ERR_OK;
    in.n = l.t->n;
    const char **labels = ARENA_ARRAY(rq->arena, in.n, const char *);
    const char **hrefs = ARENA_ARRAY(rq->arena, in.n, const char *);
    const char **ticks = ARENA_ARRAY(rq->arena, in.n, const char *);
    if (!labels || !hrefs || !ticks)
        return ERR_NOMEM;
    TRY(values_of(rq, l.now, in.n, &in.now));
    TRY(values_of(rq, l.was, in.n, &in.was));
    TRY(values_of(rq, l.fit, in.n, &in.fit));
    for (size_t i = 0; i < in.n; i++) {
        labels[i] = start_text(rq, l.start, i);
        hrefs[i] = explore_row_href(rq, ask, l.t, i);
        if (!(ticks[i] = short_text(rq, l.start, i)))
            return ERR_NOMEM;
    }
    in.labels = labels;
    in.ticks = ticks;
    in.now_hrefs = hrefs;
    say_lines(rq, ask->method, &in);
    put_mark(rq, ask, &l, &in);
    v->has_line = true;
    return chart_timeline_make(rq->arena, &in, &v->line);
}

/* --- Bars --- */

static enum err bars(struct req *rq, const struct explore_ask *ask, const struct analysis *an,
                     struct explore_view *v)
{
    const struct result_table *t = explore_result_table(an, ask->method->table);
    if (!t && an->result->n_tables)
        t = &an->result->tables[0];
    const struct result_column *now = explore_result_column(t, ask->method->now);
    const struct result_column *was = explore_result_column(t, ask->method->was);
    const struct explore_column *name = &ask->method->columns[0];
    const struct result_column *label = explore_result_column(t, name->key);
    const struct result_column *said = explore_result_column(t, "certainty");
    if (!t || !now || !label || t->n == 0)
        return ERR_OK;
    size_t n = t->n < BARS_MOST ? t->n : BARS_MOST;
    struct chart_bar_in *rows = ARENA_ARRAY(rq->arena, n, struct chart_bar_in);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *text = explore_column_text(rq, name, label, i);
        rows[i] = (struct chart_bar_in){.label = text ? text : "–",
                                        .now = fmax(0, explore_result_number(now, i)),
                                        .was = explore_result_number(was, i),
                                        .low = NAN,
                                        .high = NAN};
        if (said && said->kind == RESULT_TEXT)
            rows[i].verdict = explore_word(rq, ((const char *const *)said->values)[i]);
    }
    struct chart_bars_in in = {.id = "staplar",
                               .title = was ? TX(rq, explore_bars_two) : TX(rq, explore_bars_rate),
                               .label_head = text_get(rq->lang, name->label),
                               .now_head = was ? TX(rq, explore_k_now) : TX(rq, explore_k_per_day),
                               .was_head = was ? TX(rq, explore_k_then) : NULL,
                               .lang = rq->lang,
                               .rows = rows,
                               .n_rows = n};
    v->has_bars = true;
    return chart_bars_make(rq->arena, &in, &v->bars);
}

/* --- Before and after --- */

/* The rows behind a bar; NULL: the list has no filter for that ground. */
static const char *ground_href(struct req *rq, const struct explore_ask *ask,
                               const struct explore_rows *o, enum explore_side side, bool after)
{
    struct event_query q = ask->q;
    const char *value = explore_value(ask, side == SIDE_TREATED ? "treated" : "control");
    q.from = after ? o->from : o->before_from;
    q.to = after ? o->to : o->before_to;
    if (side > SIDE_CONTROL || !value || !id_is_none(q.area) || q.circle.radius > 0)
        return NULL;
    if (str_eq(value, "circle"))
        q.circle = event_circle_round(o->east, o->north, explore_number(ask, "radius"), 0);
    else if (id_parse(value, &q.area) != ERR_OK)
        return NULL;
    return explore_list_href(rq, &q);
}

static const char *side_label(struct req *rq, enum explore_side side, double ring)
{
    int64_t metres = (int64_t)ring;
    switch (side) {
    case SIDE_TREATED:
        return TX(rq, explore_side_treated);
    case SIDE_CONTROL:
        return TX(rq, explore_side_control);
    case SIDE_NEAR_TREATED:
        return TXF(rq, explore_side_near, metres);
    case SIDE_NEAR_CONTROL:
        return TXF(rq, explore_side_near_control, metres);
    case SIDE_COUNT:
        break;
    }
    return NULL;
}

static enum err treated(struct req *rq, const struct explore_ask *ask,
                        const struct explore_answer *x, struct explore_view *v)
{
    static const enum explore_side order[] = {SIDE_TREATED, SIDE_NEAR_TREATED, SIDE_CONTROL,
                                              SIDE_NEAR_CONTROL};
    const struct explore_rows *o = &x->rows;
    struct chart_bar_in *rows = ARENA_ARRAY(rq->arena, SIDE_COUNT, struct chart_bar_in);
    struct chart_bars_in in = {.id = "fore-efter",
                               .title = TX(rq, explore_bars_treated),
                               .desc = TX(rq, explore_bars_treated_desc),
                               .label_head = TX(rq, explore_k_ground),
                               .now_head = TX(rq, explore_k_after),
                               .was_head = TX(rq, explore_k_before),
                               .lang = rq->lang,
                               .rows = rows};
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        enum explore_side side = order[i];
        const struct explore_ground *g = &o->side[side];
        if ((side == SIDE_NEAR_TREATED && !(o->ring > 0)) ||
            (side == SIDE_NEAR_CONTROL && !o->moved))
            continue;
        rows[in.n_rows++] = (struct chart_bar_in){.label = side_label(rq, side, o->ring),
                                                  .href = ground_href(rq, ask, o, side, true),
                                                  .was_href = ground_href(rq, ask, o, side, false),
                                                  .now = g->after,
                                                  .was = g->before,
                                                  .low = NAN,
                                                  .high = NAN};
    }
    v->has_bars = true;
    return chart_bars_make(rq->arena, &in, &v->bars);
}

enum err explore_show_charts(struct req *rq, const struct explore_ask *ask,
                             const struct explore_answer *x, struct explore_view *v)
{
    switch (ask->method->picture) {
    case PICTURE_WEEK:
        return week(rq, ask, &x->an, v);
    case PICTURE_LINE:
        return line(rq, ask, x, v);
    case PICTURE_BARS:
        return bars(rq, ask, &x->an, v);
    case PICTURE_NONE:
        break;
    }
    return ask->method->rows == ROWS_TREATED ? treated(rq, ask, x, v) : ERR_OK;
}
