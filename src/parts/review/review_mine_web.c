/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The other side: questions about one's own reports, and reports that were sent on to one's
 * organisation. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_web.h"
#include "review_html.h"
#include "review_sql.h"

const struct field_spec review_answer_fields[] = {
    {.name = "text", .kind = FIELD_LINES, .required = true, .max = REVIEW_TEXT_MOST},
    {.name = "fran", .kind = FIELD_CODE},
    {0}};

static struct id my_organisation(const struct req *rq)
{
    const struct membership *here = web_who(rq)->here;
    return here ? here->organisation : (struct id){{0}};
}

struct mine {
    struct req *rq;
    struct id open; /* the question whose answer has a problem */
    struct q_review_question_mine_row *letters;
    struct q_review_forward_to_row *sent;
    size_t n_letters, n_sent;
    struct event *events; /* of the letters, then of what was sent */
    bool *found;
    struct id *shown; /* events of what was sent that the page shows */
};

static enum err load(struct tx *tx, void *arg)
{
    struct mine *m = arg;
    struct arena *a = m->rq->arena;
    const char *code = web_municipality(m->rq);
    struct q_review_question_mine_in letters = {code, web_who(m->rq)->account};
    struct q_review_forward_to_in sent = {code, my_organisation(m->rq)};
    TRY(q_review_question_mine_all(tx, a, &letters, &m->letters, &m->n_letters));
    if (!id_is_none(sent.organisation_id))
        TRY(q_review_forward_to_all(tx, a, &sent, &m->sent, &m->n_sent));
    size_t n = m->n_letters + m->n_sent;
    struct event_key *keys = ARENA_ARRAY(a, n + 1, struct event_key);
    m->events = ARENA_ARRAY(a, n + 1, struct event);
    m->found = ARENA_ARRAY(a, n + 1, bool);
    if (!keys || !m->events || !m->found)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct event_key){code, i < m->n_letters ? m->letters[i].event_id
                                                            : m->sent[i - m->n_letters].event_id};
    return event_get_many(tx, a, keys, n, m->events, m->found);
}

static enum err fill_letters(struct mine *m, const struct event_names *names,
                             struct review_mine_view *v)
{
    struct req *rq = m->rq;
    struct review_letter *list = ARENA_ARRAY(rq->arena, m->n_letters + 1, struct review_letter);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_letters; i++) {
        const struct q_review_question_mine_row *q = &m->letters[i];
        const struct event *e = &m->events[i];
        if (!m->found[i])
            continue;
        struct review_letter l = {
            .id = review_id(rq, q->id),
            .what = review_line(rq, names, e),
            .href = event_web_sees(rq, e) ? web_address(rq, arena_printf(rq->arena, "/handelser/%s",
                                                                         review_id(rq, e->id)))
                                          : NULL,
            .question = q->question,
            .asked = review_when(rq, q->asked_at),
            .text = web_field(rq, "text", T_review_field_answer, T_review_field_answer_hint, NULL),
        };
        l.text.prefix = arena_printf(rq->arena, "%s-", l.id);
        l.text.required = true;
        l.text.rows = 3;
        l.text.max = REVIEW_TEXT_MOST;
        if (!id_eq(m->open, q->id))
            l.text.value = l.text.error = NULL;
        if (q->answered_at != DB_NO_INT) {
            l.answer = q->answer ? q->answer : TX(rq, review_words_gone);
            l.answered = review_when(rq, q->answered_at);
        }
        list[v->n_letters++] = l;
    }
    v->letters = list;
    return ERR_OK;
}

static enum err fill_sent(struct mine *m, const struct event_names *names,
                          struct review_mine_view *v)
{
    struct req *rq = m->rq;
    struct review_sent *list = ARENA_ARRAY(rq->arena, m->n_sent + 1, struct review_sent);
    m->shown = ARENA_ARRAY(rq->arena, m->n_sent + 1, struct id);
    if (!list || !m->shown)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_sent; i++) {
        const struct event *e = &m->events[m->n_letters + i];
        if (!m->found[m->n_letters + i] || e->state == EVENT_REJECTED)
            continue;
        m->shown[v->n_sent] = e->id;
        list[v->n_sent++] = (struct review_sent){
            .id = review_id(rq, m->sent[i].id),
            .what = event_names_type(names, e->type_code),
            .where = review_line(rq, names, e),
            .text = e->description,
            .note = m->sent[i].note,
            .at = review_when(rq, m->sent[i].at),
            .seen = m->sent[i].seen_at == DB_NO_INT ? NULL : review_when(rq, m->sent[i].seen_at),
        };
    }
    v->sent = list;
    return ERR_OK;
}

static enum err draw(struct req *rq, struct id open)
{
    struct mine m = {.rq = rq, .open = open};
    struct review_mine_view v = {0};
    struct event_names names;
    if (str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    TRY(web_read(rq, load, &m));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &names));
    TRY(fill_letters(&m, &names, &v));
    TRY(fill_sent(&m, &names, &v));
    for (size_t i = 0; i < v.n_sent; i++)
        TRY(web_audit_read(rq, "event.read", "event", m.shown[i], NULL));
    v.answer_action = web_address(rq, "/till-dig");
    v.seen_action = v.answer_action;
    v.empty = (struct page_empty){.title = TX(rq, review_mine_empty),
                                  .text = TX(rq, review_mine_empty_more)};
    v.page.lead = TX(rq, review_mine_lead);
    TRY(web_page(rq, &v.page, T_review_mine_title));
    struct tmpl t = web_tmpl(rq);
    review_mine_html(&t, &v);
    return ERR_OK;
}

enum err review_mine_page(struct req *rq)
{
    return draw(rq, (struct id){{0}});
}

struct answering {
    struct req *rq;
    struct id id;
    const char *text;
    bool other; /* it has another answer already */
};

static enum err answer(struct tx *tx, void *arg)
{
    struct answering *x = arg;
    struct q_review_question_answer_in in = {web_municipality(x->rq), x->id,
                                             web_who(x->rq)->account, x->text, time_now()};
    int64_t n = 0;
    TRY(q_review_question_answer_run(tx, &in, &n));
    if (n)
        return web_audit(x->rq, tx, "review.answer", "question", x->id, NULL);
    struct q_review_question_answered_in was = {in.municipality, in.id, in.reporter_id};
    struct q_review_question_answered_row row;
    TRY(q_review_question_answered_one(tx, x->rq->arena, &was, &row));
    x->other =
        !row.answer || !str_eq(row.answer, x->text); /* the same words sent twice are there */
    return ERR_OK;
}

enum err review_answer_send(struct req *rq)
{
    struct answering x = {.rq = rq, .text = req_field(rq, "text")};
    if (id_parse(req_param(rq, "id"), &x.id) != ERR_OK || str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    if (review_points(x.text))
        req_problem(rq, "text", TX(rq, review_guard));
    if (rq->problems) {
        web_invalid(rq);
        return draw(rq, x.id);
    }
    x.other = false;
    TRY(web_write(rq, answer, &x));
    if (x.other)
        return ERR_CONFLICT;
    const char *from = req_field(rq, "fran");
    return web_done(
        rq, web_address(rq, from && str_eq(from, "rapporter") ? "/mina-rapporter" : "/till-dig"),
        T_done_review_answer);
}

static enum err seen(struct tx *tx, void *arg)
{
    struct answering *x = arg;
    struct q_review_forward_seen_in in = {web_municipality(x->rq), x->id, my_organisation(x->rq),
                                          time_now(), web_who(x->rq)->account};
    struct q_review_forward_there_in there = {in.municipality, in.id, in.organisation_id};
    struct q_review_forward_there_row row;
    int64_t n = 0;
    if (id_is_none(in.organisation_id))
        return ERR_NOTFOUND;
    TRY(q_review_forward_seen_run(tx, &in, &n));
    if (n)
        return web_audit(x->rq, tx, "review.seen", "forward", x->id, NULL);
    TRY(q_review_forward_there_one(tx, x->rq->arena, &there, &row));
    return row.n ? ERR_OK : ERR_NOTFOUND; /* pressed twice, or a colleague did */
}

enum err review_seen_send(struct req *rq)
{
    struct answering x = {.rq = rq};
    if (id_parse(req_param(rq, "id"), &x.id) != ERR_OK || str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    TRY(web_write(rq, seen, &x));
    return web_done(rq, web_address(rq, "/till-dig"), T_done_review_seen);
}
