/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The coordinator's pages: the reports by age, one of them with its answer, and the switch. */
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "citizen_html.h"
#include "core/account.h"
#include "core/mailer.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/citizen/citizen_web.h"
#include "tmpl/format.h"

#define ROWS 50
#define PATH "/otrygga-platser"

const struct field_spec citizen_list_query[] = {
    {.name = "visa", .kind = FIELD_CODE, .max = 20},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000},
    {.name = "klart", .kind = FIELD_CODE},
    {0}};
const struct field_spec citizen_answer_fields[] = {
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 1, .max = 1000000000},
    {.name = "state", .kind = FIELD_CODE, .required = true, .max = 20},
    {.name = "answer", .kind = FIELD_LINES, .max = CITIZEN_ANSWER_MOST},
    {0}};

/* Only a municipality has a public address, and inhabitants who report there. */
static enum err in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

static const char *one_path(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    return web_address(rq, arena_printf(rq->arena, PATH "/%s", text));
}

/* --- The list --- */

struct listing {
    struct req *rq;
    bool closed, takes;
    int64_t skip;
    struct q_citizen_open_row *rows;
    size_t n;
    struct q_citizen_counts_row counts;
    struct q_citizen_unreviewed_row unreviewed;
};

static enum err load_list(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    struct arena *a = l->rq->arena;
    const char *town = web_municipality(l->rq);
    TRY(site_takes_reports(tx, a, town, &l->takes));
    TRY(q_citizen_counts_one(tx, a, &(struct q_citizen_counts_in){town}, &l->counts));
    TRY(q_citizen_unreviewed_one(tx, a, &(struct q_citizen_unreviewed_in){town}, &l->unreviewed));
    if (!l->closed)
        return q_citizen_open_all(tx, a, &(struct q_citizen_open_in){town, ROWS, l->skip}, &l->rows,
                                  &l->n);
    struct q_citizen_closed_row *rows;
    TRY(q_citizen_closed_all(tx, a, &(struct q_citizen_closed_in){town, ROWS, l->skip}, &rows,
                             &l->n));
    l->rows = ARENA_ARRAY(a, l->n + 1, struct q_citizen_open_row);
    if (!l->rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n; i++)
        l->rows[i] = (struct q_citizen_open_row){
            rows[i].id,        rows[i].feeling,     rows[i].reasons,
            rows[i].state,     rows[i].received_at, rows[i].mail,
            rows[i].type_code, rows[i].place_name,  rows[i].event_state};
    return ERR_OK;
}

static const char *age_words(struct req *rq, msec since)
{
    int64_t days = (time_now() - since) / MSEC_DAY;
    return days < 1 ? TX(rq, citizen_age_today) : TXF(rq, citizen_age_days, days);
}

static enum err row_of(struct req *rq, const struct q_citizen_open_row *r, struct citizen_row *out)
{
    enum citizen_state state = CITIZEN_RECEIVED;
    const char *why = citizen_reason_words(rq->arena, rq->lang, r->reasons);
    (void)citizen_state_parse(r->state, &state);
    bool unsafe = str_eq(r->feeling, "unsafe");
    *out = (struct citizen_row){
        .href = one_path(rq, r->id),
        .kind = unsafe ? TX(rq, citizen_unsafe) : TX(rq, citizen_safe),
        .more = why && *why ? why : NULL,
        .place = r->place_name,
        .state = text_get(rq->lang, citizen_state_text(state)),
        .age = age_words(rq, r->received_at),
        .received_at = r->received_at,
    };
    return why && out->age ? ERR_OK : ERR_NOMEM;
}

static const char *page_href(struct req *rq, const struct listing *l, int64_t no)
{
    return web_address(rq, arena_printf(rq->arena, PATH "?visa=%s&sida=%lld",
                                        l->closed ? "avslutade" : "oppna", (long long)no));
}

static enum err fill_pager(struct req *rq, const struct listing *l, struct page_pager *out)
{
    int64_t all = l->closed ? l->counts.closed : l->counts.open, no = l->skip / ROWS + 1;
    struct page_pager_item *items = ARENA_ARRAY(rq->arena, 1, struct page_pager_item);
    if (!items)
        return ERR_NOMEM;
    out->sentence =
        TXF(rq, citizen_list_said, l->skip + (l->n ? 1 : 0), l->skip + (int64_t)l->n, all);
    if (no > 1)
        out->prev_href = page_href(rq, l, no - 1);
    if (l->skip + (int64_t)l->n < all)
        out->next_href = page_href(rq, l, no + 1);
    if (out->prev_href || out->next_href) {
        *items = (struct page_pager_item){.label = arena_printf(rq->arena, "%lld", (long long)no),
                                          .current = true};
        out->items = items;
        out->n_items = 1;
    }
    return out->sentence ? ERR_OK : ERR_NOMEM;
}

static enum err fill_tabs(struct req *rq, const struct listing *l, struct page *p)
{
    struct page_link *tabs = ARENA_ARRAY(rq->arena, 3, struct page_link);
    if (!tabs)
        return ERR_NOMEM;
    tabs[0] = (struct page_link){TXF(rq, citizen_tab_open, l->counts.open), web_address(rq, PATH),
                                 !l->closed};
    tabs[1] = (struct page_link){TXF(rq, citizen_tab_closed, l->counts.closed),
                                 web_address(rq, PATH "?visa=avslutade"), l->closed};
    p->tabs = tabs;
    p->n_tabs = 2;
    if (web_may(rq, PERM_PICTURE_PUBLISH))
        tabs[p->n_tabs++] =
            (struct page_link){TX(rq, voices_tab), web_address(rq, PATH "/publicerat"), false};
    return tabs[0].label && tabs[1].label ? ERR_OK : ERR_NOMEM;
}

enum err citizen_list_page(struct req *rq)
{
    TRY(in_town(rq));
    struct listing l = {.rq = rq, .closed = str_eq(req_field(rq, "visa"), "avslutade")};
    struct citizen_list_view v = {.closed = l.closed};
    int64_t no = req_problem_of(rq, "sida") ? 1 : req_int(rq, "sida", 1);
    l.skip = (no - 1) * ROWS;
    TRY(web_read(rq, load_list, &l));
    struct citizen_row *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct citizen_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++)
        TRY(row_of(rq, &l.rows[i], &rows[i]));
    v.rows = rows;
    v.n_rows = l.n;
    v.off = !l.takes;
    v.settings_href =
        web_may(rq, PERM_SETTINGS) ? web_address(rq, "/installningar/otrygg-plats") : NULL;
    if (l.unreviewed.n && web_may(rq, PERM_REVIEW)) {
        v.waiting = TXF(rq, citizen_list_waiting, l.unreviewed.n);
        v.review_href = web_address(rq, "/granska");
    }
    TRY(fill_pager(rq, &l, &v.pager));
    TRY(fill_tabs(rq, &l, &v.page));
    v.page.lead = TX(rq, citizen_list_lead);
    TRY(web_page(rq, &v.page, T_citizen_list_title));
    struct tmpl t = web_tmpl(rq);
    citizen_list_html(&t, &v);
    return ERR_OK;
}

/* --- One report --- */

struct opened {
    struct req *rq;
    struct id id;
    struct citizen_report r;
    struct event e;
    bool gone; /* the event has been deleted */
    bool mail;
    struct q_citizen_email_one_row address;
};

static enum err load_one(struct tx *tx, void *arg)
{
    struct opened *o = arg;
    struct arena *a = o->rq->arena;
    const char *town = web_municipality(o->rq);
    TRY(citizen_get(tx, a, town, o->id, &o->r));
    enum err e = event_get(tx, a, town, o->id, &o->e);
    o->gone = e == ERR_NOTFOUND;
    if (e && !o->gone)
        return e;
    struct q_citizen_email_one_in in = {town, o->id, time_now()};
    e = q_citizen_email_one_one(tx, a, &in, &o->address);
    o->mail = !e;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err open_one(struct req *rq, struct opened *o)
{
    *o = (struct opened){.rq = rq};
    TRY(in_town(rq));
    if (id_parse(req_param(rq, "id"), &o->id) != ERR_OK)
        return ERR_NOTFOUND;
    return web_read(rq, load_one, o);
}

static void fact(struct page_facts *out, struct page_fact *rows, const char *label,
                 const char *value)
{
    if (!str_empty(value))
        rows[out->n_rows++] = (struct page_fact){.label = label, .value = value};
    out->rows = rows;
}

static enum err fill_facts(struct req *rq, const struct opened *o, struct page_facts *out)
{
    char when[FORMAT_TEXT];
    struct page_fact *f = ARENA_ARRAY(rq->arena, 8, struct page_fact);
    const char *why = citizen_reason_words(rq->arena, rq->lang, o->r.reasons);
    const char *times = citizen_time_words(rq->arena, rq->lang, o->r.times);
    if (!f || !why || !times)
        return ERR_NOMEM;
    fact(out, f, TX(rq, citizen_fact_kind),
         o->r.unsafe ? TX(rq, citizen_unsafe) : TX(rq, citizen_safe));
    fact(out, f, TX(rq, citizen_fact_why), why);
    fact(out, f, TX(rq, citizen_fact_place), o->gone ? NULL : o->e.place_name);
    fact(out, f, TX(rq, citizen_fact_times), times);
    fact(out, f, TX(rq, citizen_fact_received),
         arena_strdup(rq->arena, format_when(when, rq->lang, o->r.received_at, time_now())));
    if (!o->gone)
        fact(out, f, TX(rq, citizen_fact_counts),
             o->e.state == EVENT_SUBMITTED  ? TX(rq, citizen_counts_not)
             : !id_is_none(o->e.same_as)    ? TX(rq, citizen_counts_linked)
             : o->e.state == EVENT_REJECTED ? TX(rq, citizen_counts_rejected)
                                            : TX(rq, citizen_counts_yes));
    return ERR_OK;
}

static enum err fill_answer(struct req *rq, const struct opened *o, struct citizen_one_view *v)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, CITIZEN_STATES, struct page_choice);
    v->state = web_field(rq, "state", T_citizen_state, TEXT_COUNT, citizen_state_name(o->r.state));
    v->answer = web_field(rq, "answer", T_citizen_answer, T_citizen_answer_hint, o->r.answer);
    if (!c)
        return ERR_NOMEM;
    for (int i = 0; i < CITIZEN_STATES; i++)
        c[i] = (struct page_choice){
            .value = citizen_state_name((enum citizen_state)i),
            .label = text_get(rq->lang, citizen_state_text((enum citizen_state)i)),
            .chosen = str_eq(v->state.value, citizen_state_name((enum citizen_state)i))};
    v->state.choices = c;
    v->state.n_choices = CITIZEN_STATES;
    v->state.required = true;
    v->answer.rows = 5;
    v->answer.max = CITIZEN_ANSWER_MOST;
    v->guard.field = "f-answer";
    v->guard.advice = TX(rq, citizen_answer_advice);
    return req_problem_of(rq, "answer") ? citizen_guard_fill(rq, v->answer.value, &v->guard)
                                        : ERR_OK;
}

static enum err draw_one(struct req *rq, const struct opened *o, bool conflict)
{
    struct citizen_one_view v = {.conflict = conflict, .gone = o->gone};
    char id[ID_TEXT], day[FORMAT_TEXT];
    id_text(o->id, id);
    TRY(fill_facts(rq, o, &v.facts));
    TRY(fill_answer(rq, o, &v));
    v.redacted = !o->gone && o->e.state == EVENT_REDACTED;
    v.text = o->gone ? NULL : o->e.description;
    v.event_href = o->gone ? NULL : web_address(rq, arena_printf(rq->arena, "/handelser/%s", id));
    v.action = one_path(rq, o->id);
    v.version = arena_printf(rq->arena, "%lld", (long long)o->r.version);
    if (o->mail)
        v.mail = TXF(rq, citizen_mail_waits,
                     format_date(day, rq->lang, date_of_msec(o->address.delete_at)));
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!v.version || !crumbs)
        return ERR_NOMEM;
    const char *title = o->r.unsafe ? TX(rq, citizen_one_unsafe) : TX(rq, citizen_one_safe);
    crumbs[0] = (struct page_link){TX(rq, citizen_list_title), web_address(rq, PATH), false};
    crumbs[1] = (struct page_link){title, NULL, true};
    v.page.crumbs = crumbs;
    v.page.n_crumbs = 2;
    TRY(web_page_named(rq, &v.page, title));
    v.guard.script_href = v.page.guard_js_href;
    struct tmpl t = web_tmpl(rq);
    citizen_one_html(&t, &v);
    return ERR_OK;
}

enum err citizen_one_page(struct req *rq)
{
    struct opened o;
    TRY(open_one(rq, &o));
    TRY(web_audit_read(rq, "citizen.read", "event", o.id, NULL));
    return draw_one(rq, &o, false);
}

/* --- The answer --- */

struct answering {
    struct req *rq;
    struct citizen_answer w;
    const char *home; /* "https://samsyn.exempel.se" and the public address */
    bool changed;
};

/* One letter, with a link and nothing else; then the address is gone. */
static enum err tell(struct tx *tx, struct answering *g)
{
    struct req *rq = g->rq;
    struct q_citizen_email_one_row to;
    struct q_citizen_email_one_in in = {g->w.municipality, g->w.id, time_now()};
    struct q_citizen_email_delete_in old = {g->w.municipality, g->w.id};
    char ticket[TICKET_TEXT];
    enum err e = q_citizen_email_one_one(tx, rq->arena, &in, &to);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    enum lang lang = LANG_SV;
    (void)lang_from_code(to.lang, &lang);
    ticket_make(web_app(rq)->accounts, CITIZEN_LINK, g->w.id,
                time_now() + CITIZEN_RECEIPT_DAYS / 2 * MSEC_DAY, ticket);
    const char *link = arena_printf(rq->arena, "%s?k=%s", g->home, ticket);
    const char *body =
        link ? text_fmt(rq->arena, lang, T_citizen_letter, link, web_municipality_name(rq)) : NULL;
    if (!body)
        return ERR_NOMEM;
    e = mail_queue(tx, web_app(rq)->development ? MAIL_SHOW : MAIL_SEND, to.email,
                   text_get(lang, T_citizen_letter_subject), body);
    if (e && e != ERR_INVALID) /* no letter reaches such an address */
        return e;
    tx_forget(tx);
    return q_citizen_email_delete_run(tx, &old, NULL);
}

static enum err answer(struct tx *tx, void *arg)
{
    struct answering *g = arg;
    struct req *rq = g->rq;
    TRY(citizen_answer_put(tx, rq->arena, &g->w, time_now(), &g->changed));
    if (!g->changed)
        return ERR_OK;
    if (g->w.answer)
        TRY(tell(tx, g));
    const char *detail =
        arena_printf(rq->arena, "{\"state\":\"%s\",\"answer\":%s}", citizen_state_name(g->w.state),
                     g->w.answer ? "true" : "false");
    return detail ? web_audit(rq, tx, "citizen.answer", "event", g->w.id, detail) : ERR_NOMEM;
}

static void check_answer(struct req *rq, struct answering *g)
{
    const char *text = req_field(rq, "answer");
    struct guard_span one;
    if (!req_problem_of(rq, "state") && !citizen_state_parse(req_field(rq, "state"), &g->w.state))
        req_problem(rq, "state", TX(rq, citizen_state_missing));
    if (text && guard_find(text, strlen(text), &one, 1))
        req_problem(rq, "answer", TX(rq, citizen_answer_guard));
    if (!text && g->w.state == CITIZEN_CLOSED && !req_problem_of(rq, "answer"))
        req_problem(rq, "answer", TX(rq, citizen_answer_missing));
    g->w.answer = text;
}

enum err citizen_one_send(struct req *rq)
{
    struct opened o;
    TRY(open_one(rq, &o));
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct answering g = {
        .rq = rq,
        .w = {.municipality = web_municipality(rq), .id = o.id, .seen = req_int(rq, "version", 0)}};
    check_answer(rq, &g);
    if (rq->problems) {
        web_invalid(rq);
        return draw_one(rq, &o, false);
    }
    g.home = web_absolute(rq, arena_printf(rq->arena, "/%s" SITE_CITIZEN_PATH "/kvitto", m->slug));
    enum err e = web_write(rq, answer, &g);
    if (e == ERR_CONFLICT) {
        TRY(open_one(rq, &o));
        rq->status = 409;
        return draw_one(rq, &o, true);
    }
    TRY(e);
    return web_done(rq, one_path(rq, o.id), T_done_citizen_answered);
}
