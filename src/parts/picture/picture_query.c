/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The choice of period, area and types: from the address, as fields, and back into addresses. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_web.h"

const struct field_spec picture_fields[] = {
    {.name = "period", .kind = FIELD_CODE},
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {.name = "area", .kind = FIELD_ID},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {.name = "klart", .kind = FIELD_CODE},
    {0},
};

/* --- Reading --- */

static void last_days(struct picture_query *q, int days)
{
    q->to = date_of_msec(time_now());
    q->from = date_add(q->to, -days);
}

static void last_week(struct picture_query *q)
{
    struct date today = date_of_msec(time_now());
    q->to = date_add(today, 1 - date_weekday(today));
    q->from = date_add(q->to, -7);
}

static void last_month(struct picture_query *q)
{
    struct date today = date_of_msec(time_now());
    q->to = (struct date){today.year, today.month, 1};
    q->from = today.month == 1 ? (struct date){today.year - 1, 12, 1}
                               : (struct date){today.year, today.month - 1, 1};
}

static bool own_dates(struct req *rq, struct picture_query *q)
{
    const char *from = req_field(rq, "from"), *to = req_field(rq, "to");
    struct date first, last;
    if (req_problem_of(rq, "from") || req_problem_of(rq, "to"))
        return false;
    if (!from || !to || date_parse(from, &first) || date_parse(to, &last)) {
        req_problem(rq, from ? "to" : "from", TX(rq, picture_date_missing));
        return false;
    }
    struct picture_query own = {.from = first, .to = date_add(last, 1)};
    if (picture_query_check(&own) != ERR_OK) {
        req_problem(rq, "to", TX(rq, picture_bad_period));
        return false;
    }
    q->from = own.from;
    q->to = own.to;
    return true;
}

static const struct picture_row *period_row(const struct picture_names *n, const char *id)
{
    struct id want;
    if (!id || id_parse(id, &want) != ERR_OK)
        return NULL;
    for (size_t i = 0; i < n->n_periods; i++)
        if (id_eq(n->periods[i].id, want))
            return &n->periods[i];
    return NULL;
}

const struct picture_row *picture_web_current(const struct picture_names *n)
{
    int64_t today = date_days(date_of_msec(time_now()));
    for (size_t i = 0; i < n->n_periods; i++)
        if (date_days(n->periods[i].from) <= today && today < date_days(n->periods[i].to))
            return &n->periods[i];
    return NULL;
}

static void read_types(struct req *rq, struct picture_query *q)
{
    struct event_filter f = {0};
    const char *code;
    for (size_t i = 0; (code = req_nth(rq, "type", i)); i++) {
        int type = event_type_index(code);
        if (type >= 0)
            event_filter_type(&f, type);
        else if (*code && !req_problem_of(rq, "type"))
            req_problem(rq, "type", TX(rq, field_code));
    }
    q->types = f.types;
}

struct picture_query picture_web_query(struct req *rq, const struct picture_names *n,
                                       const char **preset)
{
    struct picture_query q = {.municipality = web_municipality(rq)};
    const char *period = req_field(rq, "period");
    const struct picture_row *row =
        str_eq(period ? period : "", "now") ? picture_web_current(n) : period_row(n, period);
    if (!period)
        period = req_field(rq, "from") || req_field(rq, "to") ? "own" : "14";
    last_days(&q, 14);
    if (row) {
        q.from = row->from;
        q.to = row->to;
    } else if (str_eq(period, "week")) {
        last_week(&q);
    } else if (str_eq(period, "month")) {
        last_month(&q);
    } else if (str_eq(period, "own")) {
        own_dates(rq, &q);
    } else if (!str_eq(period, "14") && !str_eq(period, "now")) {
        req_problem(rq, "period", TX(rq, field_code));
    }
    if (picture_query_check(&q) != ERR_OK)
        last_days(&q, 14);
    if (!req_problem_of(rq, "area"))
        q.area = req_id(rq, "area");
    read_types(rq, &q);
    *preset = period;
    return q;
}

/* --- As an address --- */

static void put_day(struct buf *b, const char *name, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    buf_printf(b, "%s%s=%s", b->len ? "&" : "", name, day);
}

static void put_id(struct buf *b, const char *name, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    if (!id_is_none(id))
        buf_printf(b, "&%s=%s", name, text);
}

static void put_text(struct buf *b, const char *name, const char *value)
{
    if (str_empty(value))
        return;
    buf_printf(b, "&%s=", name);
    url_component(b, value);
}

/* A whole family is its upper type alone. */
static void put_types(struct buf *b, uint64_t types)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int up = event_types[i].parent;
        if ((types >> i & 1) && !(up >= 0 && (types >> up & 1)))
            put_text(b, "type", event_types[i].code);
    }
}

static const char *finish(struct req *rq, const char *path, struct buf *b)
{
    const char *s =
        buf_err(b) ? NULL : arena_printf(rq->arena, "%s?%s", web_address(rq, path), buf_text(b));
    buf_done(b);
    return s;
}

const char *picture_web_address(struct req *rq, const char *path, const struct picture_query *q)
{
    struct buf b = buf_init(16 * 1024);
    put_day(&b, "from", q->from);
    put_day(&b, "to", date_add(q->to, -1));
    put_id(&b, "area", q->area);
    put_types(&b, q->types);
    return finish(rq, path, &b);
}

/* The list of events with exactly the filter behind a number. */
const char *picture_web_link(void *arg, const struct picture *p, const struct picture_target *t)
{
    struct req *rq = arg;
    if (t->municipality)
        return NULL; /* another municipality's rows are behind its own wall */
    struct buf b = buf_init(16 * 1024);
    put_day(&b, "from", t->from);
    put_day(&b, "to", date_add(t->to, -1));
    put_id(&b, "area", id_is_none(t->area) ? p->query.area : t->area);
    if (t->type >= 0)
        put_text(&b, "type", event_types[t->type].code);
    else
        put_types(&b, t->types ? t->types : p->query.types);
    if (t->type < 0)
        put_text(&b, "kind", event_kind_name(t->kind));
    put_id(&b, "organisation", t->organisation);
    if (t->no_area)
        put_text(&b, "noarea", "1");
    if (t->no_organisation)
        put_text(&b, "noorganisation", "1");
    put_text(&b, "source", t->source);
    put_text(&b, "place", t->place);
    if (t->weekday)
        buf_printf(&b, "&weekday=%d", t->weekday);
    if (t->hour >= 0)
        buf_printf(&b, "&hour=%d", t->hour);
    if (t->timed || t->untimed)
        put_text(&b, t->timed ? "timed" : "untimed", "1");
    if (t->unreviewed)
        put_text(&b, "unreviewed", "1");
    if (t->no_place)
        put_text(&b, "noplace", "1");
    if (t->squares) {
        char squares[EVENT_SQUARES_TEXT];
        event_squares_text(t->squares, squares);
        put_text(&b, "squares", squares);
    }
    if (t->circle) {
        char circle[EVENT_CIRCLE_TEXT];
        event_circle_text(t->circle, circle);
        put_text(&b, "circle", circle);
    }
    if (t->place ||
        t->squares) /* rows that only say the name, with no place of their own, are not counted */
        put_text(&b, "placed", "1");
    return finish(rq, "/handelser", &b);
}

/* The days that a finding was looked for in, and what Analys is to be set to for the same question.
 * Findings of places and levels are looked for in more days than the period's. */
static const char *ask_days(const struct picture *p, const struct picture_finding *f,
                            struct date *from, struct date *to)
{
    struct date tomorrow = date_add(date_of_msec(time_now()), 1);
    *from = p->query.from;
    *to = date_days(p->query.to) < date_days(tomorrow) ? p->query.to : tomorrow;
    if (f->step) {
        *from = date_from_days(f->step->first);
        *to = date_from_days(f->step->to);
        return "question=changed&method=breaks";
    }
    if (f->week) {
        *from = f->week->from;
        *to = f->week->to;
        return "question=changed&method=farrington&p-setting=noufaily";
    }
    if (str_eq(f->method, "compare_counts"))
        return "question=changed&method=compare-counts";
    if (str_eq(f->method, "repeat-places"))
        return "question=where&method=repeat-places";
    if (str_eq(f->method, "gistar"))
        return "question=where&method=gistar&p-cell=250";
    *from = date_add(*to, -FINDINGS_YEAR);
    if (f->near)
        return "question=repeat&method=knox&p-distances=0,200&p-days=0,14";
    if (str_eq(f->method, "chains"))
        return "question=repeat&method=near-repeat-chains&p-distance=100";
    *from = date_add(*from, -FINDINGS_ALIVE);
    return "question=clusters&method=scan&p-max-radius=500&p-min-cases=4";
}

const char *picture_web_ask(void *arg, const struct picture *p, const struct picture_finding *f)
{
    struct req *rq = arg;
    struct date from, to;
    struct buf b = buf_init(16 * 1024);
    uint64_t own = p->query.types,
             group = f->group < FINDINGS_GROUPS ? picture_group_types(f->group) : 0;
    buf_puts(&b, ask_days(p, f, &from, &to));
    put_day(&b, "from", from);
    put_day(&b, "to", date_add(to, -1));
    put_id(&b, "area", f->step ? f->area : p->query.area);
    if (f->type >= 0)
        put_text(&b, "type", event_types[f->type].code);
    else
        put_types(&b, own && group ? own & group : own | group);
    if (f->week)
        buf_printf(&b, "&p-years-back=%d", f->week->years);
    return finish(rq, "/analys", &b);
}

/* The middle of what stands out, as a circle that an action can be about. */
static void put_ground(struct buf *b, const struct picture *p, const struct picture_finding *f)
{
    char text[EVENT_CIRCLE_TEXT];
    struct event_circle c = {0};
    if (f->spot)
        c = f->spot->circle.radius > 0
                ? event_circle_round(f->spot->circle.east, f->spot->circle.north,
                                     f->spot->circle.radius, 0)
                : event_circle_round(f->spot->east, f->spot->north, FINDINGS_RADIUS / 2, 0);
    if (c.radius > 0) {
        event_circle_text(&c, text);
        put_text(b, "circle", text);
        return;
    }
    put_id(b, "area", f->step ? f->area : p->query.area);
}

const char *picture_web_act(void *arg, const struct picture *p, const struct picture_finding *f)
{
    struct req *rq = arg;
    struct date from, to;
    struct buf b = buf_init(2048);
    ask_days(p, f, &from, &to);
    put_day(&b, "from", from);
    put_day(&b, "to", date_add(to, -1));
    put_ground(&b, p, f);
    if (f->type >= 0)
        put_text(&b, "type", event_types[f->type].code);
    return finish(rq, "/atgarder/ny", &b);
}

/* --- As fields --- */

enum err picture_web_period(struct req *rq, const struct picture_names *n, const char *preset,
                            struct page_field *f)
{
    static const char *const values[] = {"14", "week", "month", "own"};
    const char *const labels[] = {TX(rq, picture_period_14), TX(rq, picture_period_week),
                                  TX(rq, picture_period_month), TX(rq, picture_period_own)};
    struct page_choice *c = ARENA_ARRAY(rq->arena, 4 + n->n_periods, struct page_choice);
    struct page_choice_group *g = ARENA_NEW(rq->arena, struct page_choice_group);
    if (!c || !g)
        return ERR_NOMEM;
    for (size_t i = 0; i < 4; i++)
        c[i] = (struct page_choice){
            .value = values[i], .label = labels[i], .chosen = str_eq(values[i], preset)};
    for (size_t i = 0; i < n->n_periods; i++) {
        char id[ID_TEXT];
        id_text(n->periods[i].id, id);
        c[4 + i] = (struct page_choice){.value = arena_strdup(rq->arena, id),
                                        .label = n->periods[i].name,
                                        .chosen = str_eq(id, preset)};
    }
    *f = web_field(rq, "period", T_picture_period, TEXT_COUNT, preset);
    f->in_filter = true;
    f->choices = c;
    f->n_choices = 4;
    *g = (struct page_choice_group){TX(rq, picture_period_rows), c + 4, n->n_periods};
    f->groups = n->n_periods ? g : NULL;
    f->n_groups = n->n_periods > 0;
    return ERR_OK;
}

struct page_field picture_web_day(struct req *rq, const char *name, enum text_key label,
                                  struct date d)
{
    struct page_field f = web_field(rq, name, label, TEXT_COUNT, NULL);
    f.in_filter = true;
    if (f.value && (req_problem_of(rq, "from") || req_problem_of(rq, "to"))) {
        web_date(rq, &f); /* as it was typed, beside what is wrong with it */
        return f;
    }
    f.year = arena_printf(rq->arena, "%d", d.year);
    f.month = arena_printf(rq->arena, "%d", d.month);
    f.day = arena_printf(rq->arena, "%d", d.day);
    return f;
}

static enum err area_field(struct req *rq, const struct picture_query *q,
                           const struct picture_names *n, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, 1 + n->n_areas, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] =
        (struct page_choice){.value = "",
                             .label = str_eq(q->municipality, "0000") ? TX(rq, whole_country)
                                                                      : TX(rq, picture_area_all)};
    for (size_t i = 0; i < n->n_areas; i++) {
        char id[ID_TEXT];
        id_text(n->areas[i].id, id);
        c[1 + i] = (struct page_choice){.value = arena_strdup(rq->arena, id),
                                        .label = n->areas[i].name,
                                        .chosen = id_eq(n->areas[i].id, q->area)};
    }
    *f = web_field(rq, "area", T_picture_area, TEXT_COUNT, NULL);
    f->in_filter = true;
    f->choices = c;
    f->n_choices = 1 + n->n_areas;
    return ERR_OK;
}

enum err picture_web_type(struct req *rq, const struct picture_query *q,
                          const struct picture_names *n, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    size_t k = 0;
    c[k++] = (struct page_choice){.value = "", .label = TX(rq, picture_type_all)};
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (event_types[i].kind != EVENT_INCIDENT && !(q->types >> i & 1))
            continue; /* there would be nothing to show */
        int up = event_types[i].parent;
        const char *label = picture_type_label(n, rq->lang, i);
        bool whole = up >= 0 && (q->types >> up & 1);
        c[k++] = (struct page_choice){
            .value = event_types[i].code,
            .label = up < 0 ? label : arena_printf(rq->arena, "– %s", label),
            .chosen = (q->types >> i & 1) && !whole,
        };
        if (!c[k - 1].label)
            return ERR_NOMEM;
    }
    *f = web_field(rq, "type", T_picture_type, TEXT_COUNT, NULL);
    f->in_filter = true;
    f->choices = c;
    f->n_choices = k;
    return ERR_OK;
}

enum err picture_web_fields(struct req *rq, const struct picture_query *q,
                            const struct picture_names *n, const char *preset,
                            struct picture_page *v)
{
    TRY(picture_web_period(rq, n, preset, &v->period));
    v->from = picture_web_day(rq, "from", T_picture_from, q->from);
    v->to = picture_web_day(rq, "to", T_picture_to, date_add(q->to, -1));
    TRY(area_field(rq, q, n, &v->area));
    TRY(picture_web_type(rq, q, n, &v->type));
    int64_t active = !str_eq(preset, "14") + !id_is_none(q->area) + (q->types != 0);
    v->filter.action = web_address(rq, "/laget");
    v->filter.reset_href = v->filter.action;
    v->filter.active = active ? TXF(rq, picture_active, active) : NULL;
    v->filter.open = true;
    return ERR_OK;
}
