/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When: the timeline and the hours of the week, with links to the rows behind their numbers. */
#include <math.h>

#include "base/mem.h"
#include "core/chart.h"
#include "parts/picture/picture_inner.h"
#include "tmpl/format.h"

#define TR(w, key) text_get((w)->r->lang, T_##key)
#define TRF(w, key, ...) text_fmt((w)->a, (w)->r->lang, T_##key, __VA_ARGS__)

static const char *step_label(const struct picture_writer *w, struct date d)
{
    char b[FORMAT_TEXT];
    if (w->p->by_week)
        return format_arena(w->a, format_week(b, w->r->lang, d));
    enum text_key day = text_lookup((const char *const[]){
        "weekday_short_1", "weekday_short_2", "weekday_short_3", "weekday_short_4",
        "weekday_short_5", "weekday_short_6", "weekday_short_7"}[date_weekday(d) - 1]);
    return arena_printf(w->a, "%s %d/%d", text_get(w->r->lang, day), d.day, d.month);
}

struct series {
    double *now, *was;
    const char **labels, **now_hrefs, **was_hrefs;
};

/* The rows of one step, of this period or (before) of the one before. */
static const char *step_link(const struct picture_writer *w, size_t i, bool before)
{
    const struct picture *p = w->p;
    int64_t first = date_days(p->query.from), start = date_days(p->steps[i].from) - first;
    int64_t end = i + 1 < p->n_steps ? date_days(p->steps[i + 1].from) - first : p->days;
    struct picture_target t = picture_target_now(p);
    struct date from = before ? p->before_from : p->query.from;
    t.from = date_add(from, (int)start);
    t.to = date_add(from, (int)end);
    return (before ? p->steps[i].before : p->steps[i].now) ? picture_link(w, &t) : NULL;
}

static enum err fill_series(const struct picture_writer *w, struct series *s)
{
    const struct picture *p = w->p;
    size_t n = p->n_steps;
    s->now = ARENA_ARRAY(w->a, n, double);
    s->was = ARENA_ARRAY(w->a, n, double);
    s->labels = ARENA_ARRAY(w->a, n, const char *);
    s->now_hrefs = ARENA_ARRAY(w->a, n, const char *);
    s->was_hrefs = ARENA_ARRAY(w->a, n, const char *);
    if (!s->now || !s->was || !s->labels || !s->now_hrefs || !s->was_hrefs)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        s->now[i] = p->steps[i].now;
        s->was[i] = p->steps[i].before;
        s->labels[i] = step_label(w, p->steps[i].from);
        s->now_hrefs[i] = step_link(w, i, false);
        s->was_hrefs[i] = step_link(w, i, true);
        if (!s->labels[i])
            return ERR_NOMEM;
    }
    return ERR_OK;
}

enum err picture_timeline(struct picture_writer *w)
{
    const struct picture *p = w->p;
    if (p->n_steps < 3)
        return ERR_OK;
    struct series s;
    TRY(fill_series(w, &s));
    size_t top = 0;
    for (size_t i = 1; i < p->n_steps; i++)
        if (p->steps[i].now > p->steps[top].now)
            top = i;
    struct chart_timeline_in in = {
        .id = "tid",
        .title = p->by_week ? TR(w, picture_per_week) : TR(w, picture_per_day),
        .desc = TRF(w, picture_timeline_desc, s.labels[top], (int64_t)p->steps[top].now),
        .now_label = TR(w, picture_now_line),
        .was_label = p->has_before ? TR(w, picture_before_line) : NULL,
        .when_head = p->by_week ? TR(w, picture_week) : TR(w, picture_day),
        .lang = w->r->lang,
        .now = s.now,
        .was = p->has_before ? s.was : NULL,
        .labels = s.labels,
        .now_hrefs = s.now_hrefs,
        .was_hrefs = s.was_hrefs,
        .n = p->n_steps,
    };
    w->w->has_charts = true;
    return in.desc ? chart_timeline_make(w->a, &in, &w->w->timeline) : ERR_NOMEM;
}

/* The heaviest six hours in a row of one weekday, said in words. */
static const char *week_words(const struct picture_writer *w)
{
    const struct hourweek *h = &w->p->week;
    int day = 0, hour = 0;
    double most = -1;
    for (int i = 0; i < HOURWEEK_DAYS * HOURWEEK_HOURS; i++) {
        double sum = 0;
        for (int k = 0; k < 6; k++) {
            int at = (i + k) % (HOURWEEK_DAYS * HOURWEEK_HOURS);
            sum += h->weight[at / 24][at % 24];
        }
        if (sum > most + 1e-9) {
            most = sum;
            day = i / 24;
            hour = i % 24;
        }
    }
    enum text_key name =
        text_lookup((const char *const[]){"weekday_1", "weekday_2", "weekday_3", "weekday_4",
                                          "weekday_5", "weekday_6", "weekday_7"}[day]);
    const char *part =
        most < 1 ? picture_about(w->a, w->r->lang, most) : picture_number(w->a, llround(most));
    const char *most_words = TRF(w, picture_week_desc, text_get(w->r->lang, name), (int64_t)hour,
                                 (int64_t)((hour + 6) % 24), part, picture_number(w->a, h->events));
    if (!h->unknown)
        return most_words;
    return arena_printf(w->a, "%s %s", most_words, TRF(w, picture_week_unknown, h->unknown));
}

/* The rows that happened in an hour of the week, or can have: those that weigh in its number. */
static void link_week(const struct picture_writer *w, struct chart_hourweek_links *l)
{
    struct picture_target t = picture_target_now(w->p);
    t.timed = w->p->week.unknown > 0; /* else the list without a filter is the same */
    l->all = picture_link(w, &t);
    t.timed = false;
    for (t.hour = 0; t.hour < HOURWEEK_HOURS; t.hour++)
        l->hour[t.hour] = picture_link(w, &t);
    for (t.weekday = 1; t.weekday <= HOURWEEK_DAYS; t.weekday++) {
        t.hour = -1;
        l->day[t.weekday - 1] = picture_link(w, &t);
        for (t.hour = 0; t.hour < HOURWEEK_HOURS; t.hour++)
            if (w->p->week.weight[t.weekday - 1][t.hour] > 0)
                l->cell[t.weekday - 1][t.hour] = picture_link(w, &t);
    }
}

enum err picture_hourweek(struct picture_writer *w)
{
    if (w->p->week.events < 10) /* a grid of 168 cells says nothing about so few */
        return ERR_OK;
    struct chart_hourweek_links *links = ARENA_NEW(w->a, struct chart_hourweek_links);
    if (!links)
        return ERR_NOMEM;
    if (w->r->link)
        link_week(w, links);
    struct chart_hourweek_in in = {.id = "vecka",
                                   .title = TR(w, picture_week_title),
                                   .desc = week_words(w),
                                   .lang = w->r->lang,
                                   .weight = w->p->week.weight,
                                   .links = links,
                                   .note = w->r->link ? TR(w, picture_week_links) : NULL};
    w->w->has_week = true;
    return in.desc ? chart_hourweek_make(w->a, &in, &w->w->week) : ERR_NOMEM;
}
