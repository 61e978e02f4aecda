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

static const char *start_text(struct req *rq, const struct result_column *c, size_t i)
{
    char text[FORMAT_TEXT];
    struct date d;
    if (c->kind == RESULT_TIME)
        d = date_of_msec(((const msec *)c->values)[i]);
    else if (c->kind != RESULT_TEXT || date_parse(((const char *const *)c->values)[i], &d))
        return "";
    return format_arena(rq->arena, format_date(text, rq->lang, d));
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

static enum err line(struct req *rq, const struct explore_ask *ask, const struct analysis *an,
                     struct explore_view *v)
{
    const struct result_table *t = explore_result_table(an, ask->method->table);
    const struct result_column *now = explore_result_column(t, ask->method->now);
    const struct result_column *was = explore_result_column(t, ask->method->was);
    const struct result_column *start = explore_result_column(t, "start");
    if (!start)
        start = explore_result_column(t, "t");
    if (!t || !now || !was || !start || t->n < 2 || t->n > CHART_MOST || !one_series(t))
        return ERR_OK;
    double *a = ARENA_ARRAY(rq->arena, t->n, double), *b = ARENA_ARRAY(rq->arena, t->n, double);
    const char **labels = ARENA_ARRAY(rq->arena, t->n, const char *);
    const char **hrefs = ARENA_ARRAY(rq->arena, t->n, const char *);
    if (!a || !b || !labels || !hrefs)
        return ERR_NOMEM;
    for (size_t i = 0; i < t->n; i++) {
        a[i] = fit(explore_result_number(now, i));
        b[i] = fit(explore_result_number(was, i));
        labels[i] = start_text(rq, start, i);
        hrefs[i] = explore_row_href(rq, ask, t, i);
    }
    bool trend = str_eq(ask->method->was, "trend");
    struct chart_timeline_in in = {
        .id = "veckor",
        .title = TX(rq, explore_line_chart),
        .desc = trend ? TX(rq, explore_line_trend) : TX(rq, explore_line_expected),
        .now_label = TX(rq, explore_k_events),
        .was_label = trend ? TX(rq, explore_k_trend) : TX(rq, explore_k_expected),
        .when_head = TX(rq, explore_k_week_from),
        .lang = rq->lang,
        .now = a,
        .was = b,
        .labels = labels,
        .now_hrefs = hrefs,
        .n = t->n,
    };
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

enum err explore_show_charts(struct req *rq, const struct explore_ask *ask,
                             const struct explore_answer *x, struct explore_view *v)
{
    switch (ask->method->picture) {
    case PICTURE_WEEK:
        return week(rq, ask, &x->an, v);
    case PICTURE_LINE:
        return line(rq, ask, &x->an, v);
    case PICTURE_BARS:
        return bars(rq, ask, &x->an, v);
    case PICTURE_NONE:
        break;
    }
    return ERR_OK;
}
