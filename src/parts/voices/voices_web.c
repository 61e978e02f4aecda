/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is published and what is being prepared, a new draft, and what the public reads. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/voices/voices.h"
#include "parts/voices/voices_view.h"
#include "tmpl/format.h"
#include "voices_html.h"

#define MONTHS_SHOWN 24  /* to choose from */
#define PERIODS_SHOWN 12 /* that the public reads */

const struct field_spec voices_begin_fields[] = {
    {.name = "from", .kind = FIELD_CODE, .required = true, .max = 7},
    {.name = "to", .kind = FIELD_CODE, .required = true, .max = 7},
    {0}};
static const struct field_spec page_query[] = {{.name = "klart", .kind = FIELD_CODE}, {0}};

/* --- Months --- */

static struct date month_add(struct date d, int months)
{
    int at = d.year * 12 + d.month - 1 + months;
    return (struct date){at / 12, at % 12 + 1, 1};
}

static struct date this_month(void)
{
    struct date d = date_of_msec(time_now());
    return (struct date){d.year, d.month, 1};
}

static const char *month_code(struct req *rq, struct date d)
{
    return arena_printf(rq->arena, "%04d-%02d", d.year, d.month);
}

/* "2026-09" -> the first day. */
static bool parse_month(struct req *rq, const char *text, struct date *out)
{
    const char *day = text && strlen(text) == 7 ? arena_printf(rq->arena, "%s-01", text) : NULL;
    return day && date_parse(day, out) == ERR_OK;
}

/* --- The list --- */

struct listing {
    struct req *rq;
    struct q_voices_list_row *rows;
    size_t n;
};

static enum err load_list(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    struct q_voices_list_in in = {web_municipality(l->rq), VOICES_PUBLICATIONS_MOST};
    return q_voices_list_all(tx, l->rq->arena, &in, &l->rows, &l->n);
}

static enum err fill_months(struct req *rq, struct page_field *f, struct date chosen)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, MONTHS_SHOWN, struct page_choice);
    const char *value = f->value ? f->value : month_code(rq, chosen);
    if (!c || !value)
        return ERR_NOMEM;
    for (int i = 0; i < MONTHS_SHOWN; i++) {
        struct date m = month_add(this_month(), -1 - i);
        c[i].value = month_code(rq, m);
        c[i].label = voices_months(rq, date_start(m), date_start(month_add(m, 1)));
        if (!c[i].value || !c[i].label)
            return ERR_NOMEM;
        c[i].chosen = str_eq(c[i].value, value);
    }
    f->choices = c;
    f->n_choices = MONTHS_SHOWN;
    f->required = true;
    return ERR_OK;
}

/* From the month after the latest that is covered, to the latest that is over. */
static enum err fill_form(struct req *rq, const struct listing *l, struct voices_list_view *v)
{
    struct date last = month_add(this_month(), -1), first = last;
    msec covered = 0;
    for (size_t i = 0; i < l->n; i++)
        covered = l->rows[i].period_to > covered ? l->rows[i].period_to : covered;
    if (covered && covered <= date_start(last))
        first = date_of_msec(covered);
    if (date_start(month_add(first, VOICES_MONTHS_MOST)) <= date_start(last))
        first = month_add(last, 1 - VOICES_MONTHS_MOST);
    v->action = web_address(rq, VOICES_PATH);
    v->from = web_field(rq, "from", T_voices_from, TEXT_COUNT, NULL);
    v->to = web_field(rq, "to", T_voices_to, TEXT_COUNT, NULL);
    TRY(fill_months(rq, &v->from, first));
    return fill_months(rq, &v->to, last);
}

static const char *state_of(struct req *rq, msec published, msec withdrawn)
{
    char day[FORMAT_TEXT];
    return withdrawn ? TXF(rq, voices_state_withdrawn,
                           format_date(day, rq->lang, date_of_msec(withdrawn)))
           : published
               ? TXF(rq, voices_state_out, format_date(day, rq->lang, date_of_msec(published)))
               : TX(rq, voices_state_draft);
}

static enum err show_list(struct req *rq)
{
    struct listing l = {.rq = rq};
    struct voices_list_view v = {0};
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    if (!m)
        return ERR_NOTFOUND;
    TRY(web_read(rq, load_list, &l));
    struct voices_line *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct voices_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++) {
        char id[ID_TEXT];
        msec published = l.rows[i].published_at == DB_NO_INT ? 0 : l.rows[i].published_at;
        msec withdrawn = l.rows[i].withdrawn_at == DB_NO_INT ? 0 : l.rows[i].withdrawn_at;
        id_text(l.rows[i].id, id);
        rows[i] = (struct voices_line){
            .href = web_address(rq, arena_printf(rq->arena, VOICES_PATH "/%s", id)),
            .title = voices_months(rq, l.rows[i].period_from, l.rows[i].period_to),
            .state = state_of(rq, published, withdrawn),
            .places = published ? TXF(rq, voices_n_places, l.rows[i].places) : NULL,
        };
        if (!rows[i].title || !rows[i].state)
            return ERR_NOMEM;
    }
    v.rows = rows;
    v.n_rows = l.n;
    v.public_href = arena_printf(rq->arena, "/%s" SITE_VOICES_PATH, m->slug);
    TRY(fill_form(rq, &l, &v));
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!crumbs)
        return ERR_NOMEM;
    crumbs[0] =
        (struct page_link){TX(rq, citizen_list_title), web_address(rq, "/otrygga-platser"), false};
    crumbs[1] = (struct page_link){TX(rq, voices_list_title), NULL, true};
    v.page.crumbs = crumbs;
    v.page.n_crumbs = 2;
    v.page.lead = TX(rq, voices_list_lead);
    TRY(web_page(rq, &v.page, T_voices_list_title));
    struct tmpl t = web_tmpl(rq);
    voices_list_html(&t, &v);
    return ERR_OK;
}

enum err voices_list_page(struct req *rq)
{
    return show_list(rq);
}

/* --- A new draft --- */

struct beginning {
    struct req *rq;
    struct voices_publication p;
};

static enum err begin(struct tx *tx, void *arg)
{
    struct beginning *b = arg;
    struct arena *a = b->rq->arena;
    const char *town = web_municipality(b->rq);
    uint8_t key[DISCLOSE_KEY];
    TRY(disclosure_key_make(tx, a, town, key));
    TRY(voices_begin(tx, a, &b->p, time_now()));
    return web_audit(b->rq, tx, "voices.begin", "voices_publication", b->p.id, NULL);
}

static void read_months(struct req *rq, struct voices_publication *p)
{
    struct date from, to;
    if (rq->problems)
        return;
    if (!parse_month(rq, req_field(rq, "from"), &from))
        return req_problem(rq, "from", TX(rq, voices_month_wrong));
    if (!parse_month(rq, req_field(rq, "to"), &to) || date_start(to) >= date_start(this_month()))
        return req_problem(rq, "to", TX(rq, voices_month_wrong));
    p->from = date_start(from);
    p->to = date_start(month_add(to, 1));
    if (p->to <= p->from)
        req_problem(rq, "to", TX(rq, voices_month_order));
    else if (p->to > date_start(month_add(from, VOICES_MONTHS_MOST)))
        req_problem(rq, "to", TXF(rq, voices_month_many, VOICES_MONTHS_MOST));
}

enum err voices_list_send(struct req *rq)
{
    struct beginning b = {.rq = rq, .p = {.municipality = web_municipality(rq), .id = id_new()}};
    char id[ID_TEXT];
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    read_months(rq, &b.p);
    enum err e = rq->problems ? ERR_INVALID : web_write(rq, begin, &b);
    if (e == ERR_CONFLICT)
        req_problem(rq, "from", TX(rq, voices_month_taken));
    if (rq->problems) {
        web_invalid(rq);
        return show_list(rq);
    }
    TRY(e);
    id_text(b.p.id, id);
    return web_done(rq, web_address(rq, arena_printf(rq->arena, VOICES_PATH "/%s", id)),
                    T_done_voices_begun);
}

/* --- What the public reads --- */

struct reading {
    struct req *rq;
    bool takes;
    struct voices_period *periods;
    size_t n;
};

static enum err load_public(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct req *rq = r->rq;
    const char *town = web_municipality(rq);
    struct listing l = {.rq = rq};
    TRY(site_takes_reports(tx, rq->arena, town, &r->takes));
    TRY(load_list(tx, &l));
    r->periods = ARENA_ARRAY(rq->arena, PERIODS_SHOWN, struct voices_period);
    if (!r->periods)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n && r->n < PERIODS_SHOWN; i++) {
        struct voices_publication p;
        struct voices_set set;
        if (l.rows[i].published_at == DB_NO_INT || l.rows[i].withdrawn_at != DB_NO_INT)
            continue;
        TRY(voices_get(tx, rq->arena, town, l.rows[i].id, &p));
        TRY(voices_load(tx, rq->arena, &p, &set));
        TRY(voices_told(tx, rq, &p, &set, &r->periods[r->n++]));
    }
    return ERR_OK;
}

static enum err make_public(struct req *rq)
{
    struct reading r = {.rq = rq};
    struct voices_public_view v = {0};
    bool open;
    TRY(site_is_open(rq, &open));
    if (!open)
        return ERR_NOTFOUND;
    TRY(web_read(rq, load_public, &r));
    v.periods = r.periods;
    v.n_periods = r.n;
    v.report_href = r.takes ? site_address(rq, SITE_CITIZEN_PATH) : NULL;
    TRY(voices_care(rq, &v.care));
    v.page.lead = TX(rq, voices_public_lead);
    TRY(site_frame(rq, &v.page, TX(rq, voices_public_title), SITE_VOICES_PATH, r.takes));
    struct tmpl t = web_tmpl(rq);
    voices_public_html(&t, &v);
    return ERR_OK;
}

enum err voices_public_page(struct req *rq)
{
    return site_cached(rq, make_public);
}

/* --- The part --- */

static const struct route routes[] = {
    ROUTE(GET, "/:slug" SITE_VOICES_PATH, PERM_ANYONE, voices_public_page,
          .flags = ROUTE_PUBLIC_CACHE,
          .summary = "What inhabitants have told of places, by neighbourhood, and what is done."),
    ROUTE(GET, "/:municipality" VOICES_PATH, PERM_PICTURE_PUBLISH, voices_list_page,
          .fields = page_query, .summary = "Publications of what inhabitants have told of places."),
    ROUTE(POST, "/:municipality" VOICES_PATH, PERM_PICTURE_PUBLISH, voices_list_send,
          .fields = voices_begin_fields, .rate = RATE_WRITE,
          .summary = "Begin a draft over whole months."),
    ROUTE(GET, "/:municipality" VOICES_PATH "/:id", PERM_PICTURE_PUBLISH, voices_one_page,
          .fields = page_query, .summary = "A draft or publication, as the public would see it."),
    ROUTE(POST, "/:municipality" VOICES_PATH "/:id", PERM_PICTURE_PUBLISH, voices_one_send,
          .fields = voices_one_fields, .rate = RATE_WRITE,
          .summary = "Publish it, withdraw it, show it again, or take a draft away."),
    ROUTE(GET, "/:municipality" VOICES_PATH "/:id/:cluster", PERM_PICTURE_PUBLISH,
          voices_place_page, .fields = page_query, .summary = "One place of a publication."),
    ROUTE(POST, "/:municipality" VOICES_PATH "/:id/:cluster", PERM_PICTURE_PUBLISH,
          voices_place_send, .fields = voices_place_fields, .rate = RATE_WRITE,
          .summary = "Say what is done about a place, or why nothing is."),
    ROUTES_END,
};

const struct part voices_part = {
    .name = "voices",
    .routes = routes,
    .queries = voices_queries,
};
