/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Nothing to report: said on purpose, so that silence and calm can be told apart. */
#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "parts/event/report_outbox.h"

const struct field_spec report_calm_fields[] = {
    {.name = "id", .kind = FIELD_ID, .required = true},
    {.name = "span", .kind = FIELD_CODE, .required = true},
    REPORT_AGE_FIELD,
    {0},
};

enum span { SPAN_NIGHT, SPAN_TODAY, SPAN_WEEKEND, SPAN_WEEK, SPANS };

static const struct {
    const char *code;
    enum text_key label;
} spans[SPANS] = {
    [SPAN_NIGHT] = {"night", T_report_calm_night},
    [SPAN_TODAY] = {"today", T_report_calm_today},
    [SPAN_WEEKEND] = {"weekend", T_report_calm_weekend},
    [SPAN_WEEK] = {"week", T_report_calm_week},
};

static enum err show(struct req *rq, struct id id)
{
    struct report_calm_view v = {0};
    char text[ID_TEXT];
    const char *said = req_field(rq, "span");
    struct page_choice *c = ARENA_ARRAY(rq->arena, SPANS, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (int i = 0; i < SPANS; i++)
        c[i] = (struct page_choice){
            .value = spans[i].code,
            .label = text_get(rq->lang, spans[i].label),
            .chosen = said ? str_eq(said, spans[i].code) : i == SPAN_NIGHT,
        };
    id_text(id, text);
    v.id = arena_strdup(rq->arena, text);
    v.span = web_field(rq, "span", T_report_calm_span, TEXT_COUNT, NULL);
    v.span.required = true;
    v.span.choices = c;
    v.span.n_choices = SPANS;
    v.action = web_address(rq, "/rapportera/inget");
    v.back_href = web_address(rq, "/rapportera");
    v.shell = report_shell(rq);
    if (!v.shell)
        v.page.lead = TX(rq, report_calm_lead);
    TRY(web_page(rq, &v.page, T_report_calm_title));
    if (v.shell)
        v.page.lang_other_label = NULL;
    struct tmpl t = web_tmpl(rq);
    event_report_calm_html(&t, &v);
    return v.id ? ERR_OK : ERR_NOMEM;
}

enum err report_calm_page(struct req *rq)
{
    return report_possible(rq) ? show(rq, id_new()) : ERR_NOTFOUND;
}

/* The night and the weekend as they are meant in the form of an event. */
static enum err span_of(enum span s, msec now, msec *from, msec *to)
{
    struct date today = date_of_msec(now);
    struct event_when w = {0};
    char word[EVENT_WHEN_WORD];
    if (s == SPAN_TODAY || s == SPAN_WEEK)
        w = (struct event_when){date_start(date_add(today, s == SPAN_WEEK ? -7 : 0)), now};
    else
        TRY(event_when_read(s == SPAN_NIGHT ? "i natt" : "i helgen", now, &w, word));
    *from = w.from;
    *to = w.to;
    return ERR_OK;
}

/* Whoever goes back gets the form anew, with another id: the same words within five minutes (ten at
 * most) are the same report. `turn` times five minutes ago. */
static struct id id_of(struct req *rq, enum span s, msec from, int turn)
{
    char account[ID_TEXT];
    int64_t five = time_now() / (5 * MSEC_MINUTE) - turn;
    id_text(web_who(rq)->account, account);
    const char *name = arena_printf(rq->arena, "calm|%s|%s|%lld|%lld", web_municipality(rq),
                                    spans[s].code, (long long)from, (long long)five);
    return name ? id_from_name(account, name) : id_new();
}

static enum err done_lately(struct req *rq, enum span s, struct event *e, bool *done)
{
    struct id before = id_of(rq, s, e->occurred_from, 1);
    e->id = id_of(rq, s, e->occurred_from, 0);
    return report_receipt(rq, &before, 1, done);
}

enum err report_calm_send(struct req *rq)
{
    struct event e = event_blank();
    const char *said = req_field(rq, "span");
    int s = 0;
    if (!report_possible(rq))
        return ERR_NOTFOUND;
    e.id = req_id(rq, "id");
    if (id_is_none(e.id))
        e.id = id_new();
    bool done = false;
    if (report_waited(rq))
        TRY(report_receipt(rq, &e.id, 1, &done));
    if (done)
        return ERR_OK;
    while (s < SPANS && !(said && str_eq(said, spans[s].code)))
        s++;
    if (s == SPANS && !req_problem_of(rq, "span"))
        req_problem(rq, "span", TX(rq, report_calm_which));
    if (rq->problems && report_as_json(rq))
        return ERR_INVALID;
    if (rq->problems) {
        web_invalid(rq);
        return show(rq, e.id);
    }
    e.municipality = web_municipality(rq);
    e.source = EVENT_SOURCE_REPORT;
    e.type_code = event_types[EVENT_TYPE_nothing].code;
    e.precision = GEO_MUNICIPALITY;
    e.source_hash = spans[s].code; /* sent again, it is the same */
    if (web_who(rq)->here)
        e.organisation_id = web_who(rq)->here->organisation;
    TRY(span_of((enum span)s, report_written(rq), &e.occurred_from, &e.occurred_to));
    if (!report_waited(rq))
        TRY(done_lately(rq, (enum span)s, &e, &done));
    if (done)
        return ERR_OK;
    return report_done(rq, &e, NULL);
}
