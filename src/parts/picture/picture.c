/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From columns to numbers: one walk over the rows that matter. */
#include "parts/picture/picture.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"

/* Same dates a year before for a long period; of a short one the same weekdays, 52 weeks before. */
#define LONG_DAYS 28
#define DAILY_MOST 45 /* days: a longer period is drawn by week */

enum err picture_query_check(const struct picture_query *q)
{
    if (!date_valid(q->from) || !date_valid(q->to) || q->from.year < 1970 || q->to.year > 2199)
        return ERR_INVALID;
    int64_t days = date_days(q->to) - date_days(q->from);
    return days >= 1 && days <= PICTURE_DAYS_MOST ? ERR_OK : ERR_INVALID;
}

static struct date year_before(struct date d)
{
    struct date y = {d.year - 1, d.month, d.day};
    return date_valid(y) ? y : (struct date){d.year - 1, 3, 1}; /* 29 February */
}

/* --- Gathering --- */

struct span {
    msec from, to;
};

struct gather {
    struct picture *p;
    struct picture_tally *t;
    struct span now, before, year;
    msec course[PICTURE_COURSE + 1];
    msec steps[PICTURE_STEPS_MOST + 1], steps_before[PICTURE_STEPS_MOST + 1];
    const struct event_rows *rows; /* the part that the tallies of groups belong to */
    size_t part;
};

static bool in(const struct span *s, msec t)
{
    return t >= s->from && t < s->to;
}

/* Which stretch t lies in: a guess by its share, then a step or two. */
static size_t stretch(const msec *borders, size_t n, msec t)
{
    double share = (double)(t - borders[0]) / (double)(borders[n] - borders[0]);
    size_t i = (size_t)fmin(fmax(share * (double)n, 0), (double)(n - 1));
    while (i > 0 && t < borders[i])
        i--;
    while (i + 1 < n && t >= borders[i + 1])
        i++;
    return i;
}

static void count_group(struct picture_count *g, size_t i, bool now, bool before, bool year)
{
    if (!g)
        return;
    g[i].now += now;
    g[i].before += before;
    g[i].year += year;
}

static void count_groups(struct gather *g, const struct event_rows *r, uint32_t i, bool now,
                         bool before, bool year)
{
    struct picture_tally *t = g->t;
    enum geo_precision precision = COLUMNS_PRECISION(r->flags[i]);
    bool placed = precision == GEO_POINT || precision == GEO_STREET || precision == GEO_PLACE;
    count_group(t->sources, r->source[i], now, before, year);
    if (g->p->country) {
        count_group(t->areas, g->part, now, before, year);
        return;
    }
    uint16_t area = r->area[i], by = r->organisation[i];
    count_group(t->areas, area == COLUMNS_NONE16 ? r->n_areas : area, now, before, year);
    count_group(t->organisations, by == COLUMNS_NONE16 ? r->n_organisations : by, now, before,
                year);
    if (placed && r->place[i] != COLUMNS_NONE32)
        count_group(t->places, r->place[i], now, before, year);
}

/* Most events lie within one hour, which stands in a column: the calendar is not asked for them. */
static void count_hour(struct hourweek *w, const struct event_rows *r, uint32_t i)
{
    msec lasts = r->seconds[i] * MSEC_SECOND;
    if (COLUMNS_CITIZEN(r->flags[i])) { /* how a place is felt: its only time is when it was sent */
        w->unknown++;
    } else if (r->from[i] % MSEC_HOUR + lasts <= MSEC_HOUR) {
        w->weight[r->hour[i] / 24][r->hour[i] % 24] += 1;
        w->events++;
    } else if (hourweek_add(w, r->from[i], r->from[i] + lasts) != ERR_OK) {
        w->unknown++;
    }
}

static void count_now(struct gather *g, const struct event_rows *r, uint32_t i)
{
    struct picture *p = g->p;
    enum geo_precision precision = COLUMNS_PRECISION(r->flags[i]);
    p->intervals += r->seconds[i] > 0;
    p->exercise += COLUMNS_ORIGIN(r->flags[i]);
    p->waiting += COLUMNS_STATE(r->flags[i]) == EVENT_SUBMITTED;
    p->no_place += precision != GEO_POINT && precision != GEO_STREET && precision != GEO_PLACE;
    count_hour(&p->week, r, i);
    p->steps[stretch(g->steps, p->n_steps, r->from[i])].now++;
}

/* A report that is no incident is told beside the numbers. */
static void count_besides(struct gather *g, const struct event_rows *r, uint32_t i)
{
    struct picture *p = g->p;
    if (!in(&g->now, r->from[i]))
        return;
    p->besides[event_types[r->type[i]].kind]++;
    p->besides_exercise = p->besides_exercise || COLUMNS_ORIGIN(r->flags[i]);
    if (g->t->calm && r->organisation[i] != COLUMNS_NONE16)
        g->t->calm[r->organisation[i]] = true;
}

static bool count_row(void *arg, const struct event_rows *r, uint32_t i)
{
    struct gather *g = arg;
    struct picture *p = g->p;
    msec t = r->from[i];
    while (g->rows != r)
        g->rows = p->country ? g->t->view->parts[++g->part] : r;
    uint8_t type = r->type[i];
    if (event_types[type].kind != EVENT_INCIDENT) {
        count_besides(g, r, i);
        return true;
    }
    bool now = in(&g->now, t), before = in(&g->before, t), year = in(&g->year, t);
    count_group(g->t->types, type, now, before, year);
    count_groups(g, r, i, now, before, year);
    if (now)
        count_now(g, r, i);
    if (before)
        p->steps[stretch(g->steps_before, p->n_steps, t)].before++;
    if (p->n_course && t >= g->course[0] && t < g->course[p->n_course])
        g->t->course[type][stretch(g->course, p->n_course, t)]++;
    return true;
}

/* --- The frame: periods, steps --- */

static void set_periods(struct picture *p, struct gather *g, msec now)
{
    const struct picture_query *q = &p->query;
    p->days = (int)(date_days(q->to) - date_days(q->from));
    p->before_from = date_add(q->from, -p->days);
    p->before_to = q->from;
    bool whole_year = p->days >= LONG_DAYS;
    p->year_from = whole_year ? year_before(q->from) : date_add(q->from, -364);
    p->year_to = whole_year ? year_before(q->to) : date_add(q->to, -364);
    g->now = (struct span){date_start(q->from), date_start(q->to)};
    g->before = (struct span){date_start(p->before_from), date_start(p->before_to)};
    g->year = (struct span){date_start(p->year_from), date_start(p->year_to)};
    p->ongoing = g->now.to > now;
    p->passed = !p->ongoing ? p->days : (double)(now - g->now.from) / MSEC_DAY;
    p->passed = p->passed > 0 ? p->passed : 0;
}

static enum err set_steps(struct picture *p, struct gather *g, struct arena *a)
{
    p->by_week = p->days > DAILY_MOST;
    int size = p->by_week ? 7 : 1;
    p->n_steps = (size_t)((p->days + size - 1) / size);
    p->steps = ARENA_ARRAY(a, p->n_steps, struct picture_step);
    if (!p->steps)
        return ERR_NOMEM;
    for (size_t i = 0; i <= p->n_steps; i++) {
        int days = (int)i * size < p->days ? (int)i * size : p->days;
        g->steps[i] = date_start(date_add(p->query.from, days));
        g->steps_before[i] = date_start(date_add(p->before_from, days));
        if (i < p->n_steps)
            p->steps[i].from = date_add(p->query.from, days);
    }
    return ERR_OK;
}

/* Sparklines go back as far as events do, twelve periods at most. */
static void set_course(struct picture *p, struct gather *g, msec first)
{
    size_t n = 1;
    while (n < PICTURE_COURSE && date_start(date_add(p->query.from, -(int)n * p->days)) >= first)
        n++;
    p->n_course = n >= 3 ? n : 0;
    for (size_t i = 0; i <= n; i++)
        g->course[i] = date_start(date_add(p->query.to, -(int)(n - i) * p->days));
}

static msec first_event(const struct columns_view *v)
{
    msec first = INT64_MAX;
    for (size_t i = 0; i < v->n; i++)
        if (v->parts[i]->n && v->parts[i]->from[0] < first)
            first = v->parts[i]->from[0];
    return first;
}

/* Nothing registered yet is no zero: the first quarter of the period must have been covered. */
static bool covered(msec first, struct date from, int days)
{
    return first < date_start(date_add(from, days / 4 + 1));
}

/* --- Comparing --- */

struct compared {
    struct count now, before, year;
};

/* The counts over the days that they are of: of a period that has not ended, those that have been.
 */
static struct compared compared_of(const struct picture *p, const struct picture_change *c)
{
    double year_days = (double)(date_days(p->year_to) - date_days(p->year_from));
    double passed = p->passed < 1 ? 1 : p->passed;
    return (struct compared){{c->now, passed}, {c->before, p->days}, {c->year, year_days}};
}

enum err picture_compare(const struct picture *p, struct picture_change *c)
{
    struct compared k = compared_of(p, c);
    bool some = p->passed >= 1; /* the first day says nothing yet */
    TRY(compare_counts(k.now, k.before, &c->with_before));
    TRY(compare_counts(k.now, k.year, &c->with_year));
    c->certainty = p->has_before && some ? c->with_before.certainty : CERTAINTY_TOO_FEW;
    c->certainty_year = p->has_year && some ? c->with_year.certainty : CERTAINTY_TOO_FEW;
    return ERR_OK;
}

/* Many types are many questions: the phrase follows the corrected p. Those that could not have
 * told anything are no questions. */
static enum err correct(struct picture *p, struct picture_change *(*at)(void *, size_t), void *of,
                        size_t n, struct arena *a)
{
    double *q = ARENA_ARRAY(a, 2 * n + 1, double), *qy = q ? q + n : NULL;
    if (!q)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct picture_change *c = at(of, i);
        q[i] = c->certainty == CERTAINTY_TOO_FEW ? (double)NAN : c->with_before.p;
        qy[i] = c->certainty_year == CERTAINTY_TOO_FEW ? (double)NAN : c->with_year.p;
    }
    TRY(fdr_adjust(q, n, q));
    TRY(fdr_adjust(qy, n, qy));
    for (size_t i = 0; i < n; i++) {
        struct picture_change *c = at(of, i);
        struct compared k = compared_of(p, c);
        if (!isnan(q[i]))
            c->certainty = certainty_of(k.now, k.before, q[i]);
        if (!isnan(qy[i]))
            c->certainty_year = certainty_of(k.now, k.year, qy[i]);
    }
    return ERR_OK;
}

static struct picture_change *of_type(void *of, size_t i)
{
    return &((struct picture_type *)of)[i].change;
}

static struct picture_change *of_group(void *of, size_t i)
{
    return &((struct picture_group *)of)[i].change;
}

enum err picture_correct_groups(struct picture *p, struct picture_groups *g, struct arena *a)
{
    for (size_t i = 0; i < g->n; i++)
        TRY(picture_compare(p, &g->rows[i].change));
    return correct(p, of_group, g->rows, g->n, a);
}

/* --- Types --- */

static void fill_type(const struct picture_tally *t, int type, struct picture_type *out)
{
    *out = (struct picture_type){.type = type};
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (!event_type_within(i, type))
            continue;
        out->change.now += t->types[i].now;
        out->change.before += t->types[i].before;
        out->change.year += t->types[i].year;
        for (size_t k = 0; k < PICTURE_COURSE; k++)
            out->course[k] += t->course[i][k];
    }
}

/* Upper types by how many there are now, each followed by its own in the order of the taxonomy. */
static int by_now(const void *pa, const void *pb)
{
    const struct picture_type *a = pa, *b = pb;
    if (a->change.now != b->change.now)
        return a->change.now > b->change.now ? -1 : 1;
    if (a->change.before != b->change.before)
        return a->change.before > b->change.before ? -1 : 1;
    return (a->type > b->type) - (a->type < b->type);
}

static bool seen(const struct picture_type *t)
{
    return t->change.now || t->change.before;
}

static enum err make_types(struct picture *p, const struct picture_tally *t, struct arena *a)
{
    struct picture_type *upper = ARENA_ARRAY(a, EVENT_TYPE_COUNT, struct picture_type);
    p->types = ARENA_ARRAY(a, EVENT_TYPE_COUNT, struct picture_type);
    if (!upper || !p->types)
        return ERR_NOMEM;
    size_t n = 0;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (event_types[i].parent >= 0)
            continue;
        fill_type(t, i, &upper[n]);
        n += seen(&upper[n]);
    }
    qsort(upper, n, sizeof *upper, by_now);
    for (size_t k = 0; k < n; k++) {
        p->types[p->n_types++] = upper[k];
        for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
            struct picture_type *below = &p->types[p->n_types];
            if (event_types[i].parent != upper[k].type)
                continue;
            fill_type(t, i, below);
            p->n_types += seen(below);
        }
    }
    for (size_t i = 0; i < p->n_types; i++)
        TRY(picture_compare(p, &p->types[i].change));
    return correct(p, of_type, p->types, p->n_types, a);
}

static int by_strength(const void *pa, const void *pb)
{
    const struct picture_finding *a = pa, *b = pb;
    if (a->p < b->p || a->p > b->p)
        return a->p < b->p ? -1 : 1;
    return (a->type > b->type) - (a->type < b->type);
}

static enum err make_findings(struct picture *p, struct arena *a)
{
    p->findings = ARENA_ARRAY(a, p->n_types + 1, struct picture_finding);
    if (!p->findings)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n_types; i++) {
        const struct picture_change *c = &p->types[i].change;
        if (c->certainty == CERTAINTY_TOO_FEW || c->certainty == CERTAINTY_NO_SURE_DIFFERENCE)
            continue;
        p->findings[p->n_findings++] = (struct picture_finding){"compare_counts", p->types[i].type,
                                                                c->certainty, c->with_before.p};
    }
    qsort(p->findings, p->n_findings, sizeof *p->findings, by_strength);
    return ERR_OK;
}

/* --- All of it --- */

static void sum_all(struct picture *p, const struct picture_tally *t)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        p->all.now += t->types[i].now;
        p->all.before += t->types[i].before;
        p->all.year += t->types[i].year;
    }
}

static enum err walk(const struct columns_view *v, struct picture *p, struct gather *g)
{
    struct event_filter f = {.types = p->query.types, .area = p->query.area, .to = g->now.to};
    f.from = g->year.from < g->before.from ? g->year.from : g->before.from;
    if (p->n_course && g->course[0] < f.from)
        f.from = g->course[0];
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    TRY(columns_select(v, &f, &s));
    if (v->n) {
        g->rows = v->parts[0];
        columns_each(s, count_row, g);
    }
    return ERR_OK;
}

enum err picture_make(const struct columns_view *v, const struct picture_query *q, msec now,
                      struct arena *a, struct picture *out)
{
    assert(v && q && a && out);
    TRY(picture_query_check(q));
    struct picture p = {.query = *q, .country = str_eq(q->municipality, "0000")};
    struct picture_tally *t = ARENA_NEW(a, struct picture_tally);
    struct gather *g = ARENA_NEW(a, struct gather);
    if (!t || !g)
        return ERR_NOMEM;
    *g = (struct gather){.p = &p, .t = t};
    msec first = first_event(v);
    set_periods(&p, g, now);
    TRY(set_steps(&p, g, a));
    set_course(&p, g, first);
    p.has_before = covered(first, p.before_from, p.days);
    p.has_year = covered(first, p.year_from, p.days);
    TRY(picture_tally_begin(t, v, p.country, a));
    TRY(walk(v, &p, g));
    sum_all(&p, t);
    TRY(picture_compare(&p, &p.all));
    TRY(make_types(&p, t, a));
    TRY(make_findings(&p, a));
    TRY(picture_groups_make(&p, t, a));
    *out = p;
    return ERR_OK;
}
