/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From events to the table that a method reads. A centroid is never taken for a place: what is
 * known no closer than an area is left out of tables of places, and counted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/explore/explore_inner.h"
#include "stats/hourweek.h"

#define PLACES_MOST 3000 /* that circles are drawn round, without squares */

enum err explore_find(const struct explore_reading *r, struct date from, struct date to,
                      struct event_found *out)
{
    struct event_query q = r->ask->q;
    q.from = from;
    q.to = to;
    q.has_from = q.has_to = true;
    return event_query_find(r->app, &q, out);
}

bool explore_first_day(const struct columns_view *v, struct date *out)
{
    msec first = INT64_MAX;
    for (size_t p = 0; p < v->n; p++)
        if (v->parts[p]->n && v->parts[p]->from[0] < first)
            first = v->parts[p]->from[0];
    if (first < INT64_MAX)
        *out = date_of_msec(first);
    return first < INT64_MAX;
}

static struct date later(struct date a, struct date b)
{
    return date_days(a) > date_days(b) ? a : b;
}

static struct date earlier(struct date a, struct date b)
{
    return date_days(a) < date_days(b) ? a : b;
}

bool explore_span(struct explore_reading *r, bool weeks)
{
    struct explore_rows *o = r->out;
    struct date first, today = date_of_msec(time_now());
    if (!explore_first_day(r->found->view, &first))
        return false;
    o->late = date_days(first) > date_days(o->from);
    o->from = later(o->from, first);
    o->to = earlier(o->to, weeks ? date_add(today, -1) : today);
    if (weeks) { /* whole weeks only */
        o->from = date_add(o->from, (8 - date_weekday(o->from)) % 7);
        o->to = date_add(o->to, -(date_weekday(o->to) % 7));
        o->weeks = (int)((date_days(o->to) - date_days(o->from) + 1) / 7);
    }
    return date_days(o->from) <= date_days(o->to);
}

/* --- Places --- */

struct filling {
    struct explore_reading *r;
    enum hour_close close;
    bool by_clock; /* the hour or the weekday is asked for */
    double *x, *y;
    msec *t, *t_end;
    uint32_t *name;
    struct explore_names *names;
    double snap;
    size_t n;
};

static double snapped(double v, double side)
{
    return side > 0 ? (floor(v / side) + 0.5) * side : v;
}

static bool put_place(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct filling *f = arg;
    if (isnan(rows->east[row]) || isnan(rows->north[row]))
        return true;
    f->x[f->n] = snapped((double)rows->east[row], f->snap);
    f->y[f->n] = snapped((double)rows->north[row], f->snap);
    f->t[f->n++] = rows->from[row];
    return true;
}

struct place {
    double x, y;
};

static int by_place(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->y < b->y ? -1 : a->y > b->y;
}

/* A circle is drawn round each place: with thousands of them the work grows past what anybody waits
 * for, and that is better said at once. Squares are what there is instead. */
static enum err refuse_many_places(struct explore_reading *r, const struct filling *f)
{
    const char *snap = explore_value(r->ask, "snap");
    size_t n = 0;
    if (!str_eq(snap, "0"))
        return ERR_OK;
    struct place *p = ARENA_ARRAY(r->a, f->n + 1, struct place);
    if (!p)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n; i++)
        p[i] = (struct place){f->x[i], f->y[i]};
    qsort(p, f->n, sizeof *p, by_place);
    for (size_t i = 0; i < f->n; i++)
        n += i == 0 || by_place(&p[i - 1], &p[i]) != 0;
    if (n <= PLACES_MOST)
        return ERR_OK;
    r->out->refused = text_fmt(r->a, r->ask->lang, T_explore_many_places, n, (int64_t)PLACES_MOST);
    return r->out->refused ? ERR_OK : ERR_NOMEM;
}

static enum err places(struct explore_reading *r)
{
    size_t n = r->found->sel->count;
    double snap = explore_number(r->ask, "snap");
    struct filling f = {.r = r, .snap = isnan(snap) ? 0 : snap};
    f.x = ARENA_ARRAY(r->a, n + 1, double);
    f.y = ARENA_ARRAY(r->a, n + 1, double);
    f.t = ARENA_ARRAY(r->a, n + 1, msec);
    if (!f.x || !f.y || !f.t)
        return ERR_NOMEM;
    explore_span(r, false);
    columns_each(r->found->sel, put_place, &f);
    struct analysis_table *t = &r->out->table;
    t->n = f.n;
    t->has = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T);
    t->number[COLUMN_X] = f.x;
    t->number[COLUMN_Y] = f.y;
    t->t = f.t;
    r->out->used = f.n;
    r->out->no_place = n - f.n;
    return refuse_many_places(r, &f);
}

/* --- Times --- */

static enum hour_close close_of(const struct explore_ask *ask)
{
    const char *by = explore_value(ask, "by");
    if (str_eq(ask->method->name, "weekday-hour") || str_eq(by, "hour"))
        return HOUR_CLOSE_HOUR;
    return str_eq(by, "weekday") ? HOUR_CLOSE_DAY : HOUR_CLOSE_NONE;
}

static bool put_time(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct filling *f = arg;
    msec from = rows->from[row], to = from + (msec)rows->seconds[row] * MSEC_SECOND;
    bool sent = COLUMNS_CITIZEN(rows->flags[row]) && f->by_clock; /* when it was sent, not felt */
    if (sent || hourweek_unsure(HOUR_CLOCK_SWEDISH, f->close, from, to))
        return true;
    f->t[f->n] = from;
    f->t_end[f->n++] = to;
    return true;
}

static enum err times(struct explore_reading *r)
{
    size_t n = r->found->sel->count;
    struct filling f = {.r = r, .close = close_of(r->ask)};
    f.by_clock = f.close != HOUR_CLOSE_NONE || str_eq(r->ask->method->name, "aoristic");
    f.t = ARENA_ARRAY(r->a, n + 1, msec);
    f.t_end = ARENA_ARRAY(r->a, n + 1, msec);
    if (!f.t || !f.t_end)
        return ERR_NOMEM;
    explore_span(r, false);
    columns_each(r->found->sel, put_time, &f);
    struct analysis_table *t = &r->out->table;
    t->n = r->out->used = f.n;
    r->out->unsure = n - f.n;
    t->has = COLUMN_BIT(COLUMN_T) | COLUMN_BIT(COLUMN_T_END);
    t->t = f.t;
    t->t_end = f.t_end;
    return ERR_OK;
}

/* --- Series --- */

static bool put_series(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct filling *f = arg;
    f->t[f->n] = rows->from[row];
    if (f->names->by_type || f->names->by_area)
        f->name[f->n] = explore_name_of(f->r, f->names, rows, row);
    f->n++;
    return true;
}

static enum err fill_series(struct explore_reading *r, const struct event_found *found)
{
    struct explore_names names;
    struct filling f = {.r = r, .names = &names};
    size_t n = found->sel->count;
    TRY(explore_names_make(r, &names));
    f.t = ARENA_ARRAY(r->a, n + 1, msec);
    f.name = ARENA_ARRAY(r->a, n + 1, uint32_t);
    if (!f.t || !f.name)
        return ERR_NOMEM;
    columns_each(found->sel, put_series, &f);
    struct analysis_table *t = &r->out->table;
    t->n = r->out->used = f.n;
    t->has = COLUMN_BIT(COLUMN_T);
    t->t = f.t;
    t->dates_only = false;
    if (names.by_type || names.by_area) {
        t->has |= COLUMN_BIT(COLUMN_PLACE);
        t->place = (struct analysis_names){names.n, names.name, f.name};
    }
    return ERR_OK;
}

/* How many days of history a method reads before the period. */
static int history(const struct explore_ask *ask)
{
    double years = explore_number(ask, "years-back"), baseline = explore_number(ask, "baseline");
    if (ask->method->days_before < 0)
        return (int)(isnan(years) ? 5 : years) * 366 + 8 * 7;
    if (!isnan(baseline))
        return (int)baseline * 7 + 21;
    return ask->method->days_before;
}

static enum err series(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    struct event_found found;
    struct date first;
    if (explore_param_find(r->ask->method, "at") >= 0 && !explore_value(r->ask, "at")) {
        o->refused = text_get(r->ask->lang, T_explore_when_began);
        return o->refused ? ERR_OK : ERR_NOMEM;
    }
    if (!explore_span(r, true) || !explore_first_day(r->found->view, &first)) {
        o->refused = text_get(r->ask->lang, T_explore_no_week);
        return o->refused ? ERR_OK : ERR_NOMEM;
    }
    o->read_from = later(date_add(o->from, -history(r->ask)), first);
    o->read_from = date_add(o->read_from, (8 - date_weekday(o->read_from)) % 7);
    double years = explore_number(r->ask, "years-back");
    int fit = (int)((date_days(o->from) - date_days(o->read_from) - 28) / 365);
    if (fit < years) /* never for NaN */
        o->years = fit > 1 ? fit : 1;
    if ((double)o->years == years)
        o->years = 0;
    TRY(explore_find(r, o->read_from, o->to, &found));
    enum err e = fill_series(r, &found);
    event_found_done(&found);
    return e;
}

/* --- All together --- */

static uint64_t version_of(const struct explore_rows *o)
{
    const struct analysis_table *t = &o->table;
    uint64_t h = hash64(&t->n, sizeof t->n, t->has);
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (t->number[c])
            h = hash64(t->number[c], t->n * sizeof(double), h);
    if (t->t)
        h = hash64(t->t, t->n * sizeof(msec), h);
    if (t->t_end)
        h = hash64(t->t_end, t->n * sizeof(msec), h);
    if (t->place.index)
        h = hash64(t->place.index, t->n * sizeof(uint32_t), h);
    if (t->group.index)
        h = hash64(t->group.index, t->n * sizeof(uint32_t), h);
    for (uint32_t i = 0; i < t->place.n; i++)
        h = hash64(t->place.name[i], strlen(t->place.name[i]), h);
    return h;
}

static enum err fill(struct explore_reading *r)
{
    switch (r->ask->method->rows) {
    case ROWS_PLACES:
        return places(r);
    case ROWS_SQUARES:
        return explore_rows_squares(r);
    case ROWS_TIMES:
        return times(r);
    case ROWS_SERIES:
        return series(r);
    case ROWS_WEEKS:
        return explore_rows_weeks(r);
    case ROWS_COMPARE:
        return explore_rows_compare(r);
    case ROWS_TREATED:
        return explore_rows_treated(r);
    }
    return ERR_INTERNAL;
}

/* Too few to say anything of, or more than the method can take. */
static enum err judge(const struct explore_ask *ask, struct arena *a, struct explore_rows *o)
{
    const struct explore_method *m = ask->method;
    if (o->refused)
        return ERR_OK;
    if (o->used >= m->few && o->used <= m->most)
        return ERR_OK;
    o->refused = o->used > m->most ? text_fmt(a, ask->lang, T_explore_many, m->most, o->used)
                 : o->no_place     ? text_fmt(a, ask->lang, T_explore_few_places, o->used, m->few)
                 : o->unsure       ? text_fmt(a, ask->lang, T_explore_few_sure, o->used, m->few)
                                   : text_fmt(a, ask->lang, T_explore_few, o->used, m->few);
    return o->refused ? ERR_OK : ERR_NOMEM;
}

enum err explore_rows(const struct app *app, const struct explore_ask *ask, const struct work *w,
                      struct explore_rows *out)
{
    struct explore_rows o = {.from = ask->q.from, .to = ask->q.to};
    struct event_found found;
    TRY(event_query_find(app, &ask->q, &found));
    struct explore_reading r = {app, ask, &found, w->arena, &o, w};
    o.found = found.sel->count;
    enum err e = fill(&r);
    event_found_done(&found);
    TRY(e);
    TRY(judge(ask, w->arena, &o));
    o.version = version_of(&o);
    *out = o;
    return ERR_OK;
}
