/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The annual wheel (årshjul): twelve months, what begins, goes on, is due and comes again; as a
 * wheel and as a table that says the same. */
#include <math.h>
#include <string.h>

#include "action_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web.h"

#define TURNS_MOST 2
#define RINGS 12 /* more than that nobody can follow with the eye: the table has them all */
#define MIDDLE 200.0
#define OUTER 172.0
#define RING 11.0

const struct field_spec action_wheel_fields[] = {
    {.name = "year", .kind = FIELD_INT, .min = 1990, .max = 2190}, {0}};

/* What an action is in a year: a yearly one comes again with the same dates. */
struct turn {
    const struct action *x;
    struct date first, last;
};

static struct date in_year(struct date d, int years)
{
    d.year += years;
    if (!date_valid(d))
        d.day = 28; /* 29 February */
    return d;
}

/* The turns of an action in a year, in order: over new year one ends in it and the next one begins.
 * How many of `out` were filled. */
static size_t turns_in(const struct action *x, int year, struct turn out[TURNS_MOST])
{
    struct date first = date_of_msec(x->starts_at), last = date_of_msec(x->ends_at - 1);
    int ends = year - last.year, begins = year - first.year; /* turns after the first one */
    size_t n = 0;
    if (x->state == ACTION_DROPPED || begins < 0 || (!x->yearly && ends > 0))
        return 0;
    if (!x->yearly || ends < 0)
        ends = 0;
    if (!x->yearly)
        begins = 0;
    out[n++] = (struct turn){x, in_year(first, ends), in_year(last, ends)};
    if (begins > ends)
        out[n++] = (struct turn){x, in_year(first, begins), in_year(last, begins)};
    return n;
}

static bool starts(const struct turn *t, int year, int month)
{
    return t->first.year == year && t->first.month == month;
}

static bool ends(const struct turn *t, int year, int month)
{
    return t->last.year == year && t->last.month == month;
}

static bool runs(const struct turn *t, int year, int month)
{
    int from = t->first.year * 12 + t->first.month, to = t->last.year * 12 + t->last.month,
        at = year * 12 + month;
    return from < at && at < to;
}

struct wheel {
    struct req *rq;
    int year;
    struct turn *turns;
    size_t n;
};

/* Is it another turn of the action before it? */
static bool is_more(const struct wheel *w, size_t i)
{
    return i > 0 && w->turns[i].x == w->turns[i - 1].x;
}

static enum err fill_list(const struct wheel *w, int month,
                          bool (*fits)(const struct turn *, int, int), bool yearly,
                          const struct action_month_item **out, size_t *out_n)
{
    struct req *rq = w->rq;
    struct action_month_item *items = ARENA_ARRAY(rq->arena, w->n + 1, struct action_month_item);
    if (!items)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n; i++) {
        const struct turn *t = &w->turns[i];
        if (!fits(t, w->year, month) || (yearly && !t->x->yearly))
            continue;
        if (is_more(w, i) && fits(t - 1, w->year, month)) /* longer than a year: both go on */
            continue;
        msec day = date_start(fits == ends ? t->last : t->first);
        items[(*out_n)++] = (struct action_month_item){action_href(rq, t->x->id, ""), t->x->title,
                                                       fits == runs ? NULL : action_day(rq, day)};
    }
    *out = items;
    return ERR_OK;
}

static void point(double turn, double radius, double *x, double *y)
{
    double angle = turn * 2 * M_PI;
    *x = MIDDLE + radius * sin(angle);
    *y = MIDDLE - radius * cos(angle);
}

static enum err fill_month(const struct wheel *w, int month, struct action_month_view *v)
{
    static const enum text_key names[] = {T_action_month_1,  T_action_month_2,  T_action_month_3,
                                          T_action_month_4,  T_action_month_5,  T_action_month_6,
                                          T_action_month_7,  T_action_month_8,  T_action_month_9,
                                          T_action_month_10, T_action_month_11, T_action_month_12};
    struct req *rq = w->rq;
    struct date today = date_of_msec(time_now());
    const char *name = text_get(rq->lang, names[month - 1]), *p = name;
    for (int i = 0; i < 3; i++)
        utf8_next(&p);
    *v =
        (struct action_month_view){.id = arena_printf(rq->arena, "manad-%d", month),
                                   .name = name,
                                   .short_name = arena_strndup(rq->arena, name, (size_t)(p - name)),
                                   .now = today.year == w->year && today.month == month};
    if (!v->id || !v->short_name)
        return ERR_NOMEM;
    point((month - 0.5) / 12, OUTER + 14, &v->x, &v->y);
    v->y += 4; /* the middle of the letters */
    point((month - 1) / 12.0, OUTER, &v->line_x, &v->line_y);
    point((month - 1) / 12.0, OUTER - RING * RINGS - 4, &v->line_x0, &v->line_y0);
    TRY(fill_list(w, month, starts, false, &v->starts, &v->n_starts));
    TRY(fill_list(w, month, runs, false, &v->runs, &v->n_runs));
    TRY(fill_list(w, month, ends, false, &v->due, &v->n_due));
    TRY(fill_list(w, month, starts, true, &v->yearly, &v->n_yearly));
    v->empty = !v->n_starts && !v->n_runs && !v->n_due;
    return ERR_OK;
}

static double turn_of(struct date d, int year)
{
    int64_t first = date_days((struct date){year, 1, 1}),
            days = date_days((struct date){year + 1, 1, 1}) - first;
    double t = (double)(date_days(d) - first) / (double)days;
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* The arc of a turn in a ring (the outermost is 1), after those that the action has there already.
 */
static enum err fill_arc(const struct wheel *w, const struct turn *t, int ring,
                         struct action_arc_view *v)
{
    double radius = OUTER - RING * (ring - 0.5), x0, y0, x1, y1;
    double from = turn_of(t->first, w->year), to = turn_of(date_add(t->last, 1), w->year);
    if (to - from < 0.012) /* a day would not be seen */
        to = from + 0.012;
    if (to - from > 0.999) /* a whole turn is no arc */
        to = from + 0.999;
    point(from, radius, &x0, &y0);
    point(to, radius, &x1, &y1);
    *v = (struct action_arc_view){.path = arena_printf(w->rq->arena,
                                                       "%sM%.1f %.1fA%.1f %.1f 0 %d 1 %.1f %.1f",
                                                       v->path ? v->path : "", x0, y0, radius,
                                                       radius, to - from > 0.5, x1, y1),
                                  .title = t->x->title,
                                  .number = ring,
                                  .yearly = t->x->yearly,
                                  .open = action_open(t->x->state)};
    point(from, radius, &v->x, &v->y);
    v->y += 3;
    return v->path ? ERR_OK : ERR_NOMEM;
}

static enum err fill(struct wheel *w, const struct action_found *f, struct action_wheel_view *v)
{
    struct req *rq = w->rq;
    int64_t n = 0; /* actions */
    w->turns = ARENA_ARRAY(rq->arena, TURNS_MOST * f->n + 1, struct turn);
    struct action_month_view *months = ARENA_ARRAY(rq->arena, 12, struct action_month_view);
    struct action_arc_view *arcs = ARENA_ARRAY(rq->arena, RINGS, struct action_arc_view);
    if (!w->turns || !months || !arcs)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n; i++)
        w->n += turns_in(f->list[i], w->year, &w->turns[w->n]);
    for (int m = 1; m <= 12; m++)
        TRY(fill_month(w, m, &months[m - 1]));
    for (size_t i = 0; i < w->n; i++) {
        n += !is_more(w, i);
        if (n <= RINGS)
            TRY(fill_arc(w, &w->turns[i], (int)n, &arcs[n - 1]));
    }
    v->n_arcs = (size_t)(n < RINGS ? n : RINGS);
    v->months = months;
    v->n_months = 12;
    v->arcs = arcs;
    v->label = TXF(rq, action_wheel_label, arena_printf(rq->arena, "%d", w->year), n);
    v->more = n > RINGS ? TXF(rq, action_wheel_more, RINGS, n) : NULL;
    return ERR_OK;
}

static const char *year_href(struct req *rq, int year)
{
    return arena_printf(rq->arena, "%s?year=%d", web_address(rq, "/atgarder/arshjul"), year);
}

enum err action_wheel_page(struct req *rq)
{
    struct action_wheel_view v = {0};
    struct action_found f;
    TRY(action_find(rq, &f));
    int year = (int)req_int(rq, "year", date_of_msec(f.now).year);
    struct wheel w = {.rq = rq, .year = year};
    TRY(fill(&w, &f, &v));
    v.year = year;
    v.prev_href = year_href(rq, year - 1);
    v.next_href = year_href(rq, year + 1);
    v.prev = arena_printf(rq->arena, "%d", year - 1);
    v.next = arena_printf(rq->arena, "%d", year + 1);
    v.all_href = web_address(rq, "/atgarder");
    v.page.lead = TX(rq, action_wheel_lead);
    TRY(web_audit_read(rq, "action.list", "action", (struct id){{0}}, NULL));
    TRY(action_crumbs(rq, &v.page, NULL));
    TRY(web_page_named(rq, &v.page,
                       TXF(rq, action_wheel_title, arena_printf(rq->arena, "%d", year))));
    struct tmpl t = web_tmpl(rq);
    action_wheel_html(&t, &v);
    return ERR_OK;
}
