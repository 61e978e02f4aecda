/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mina rapporter: what came of each. */
#include "base/mem.h"
#include "base/str.h"
#include "feedback_html.h"
#include "parts/feedback/feedback_web.h"
#include "parts/review/review.h"

const struct field_spec feedback_mine_fields[] = {
    {.name = "visa", .kind = FIELD_CODE},
    {.name = "vems", .kind = FIELD_CODE},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000},
    {.name = "sedan", .kind = FIELD_INT, .max = INT64_MAX},
    {0},
};
const struct field_spec feedback_letters_fields[] = {
    {.name = "brev", .kind = FIELD_CODE, .required = true}, {0}};

enum which { ALL, OPEN, ANSWERED };
static const char *const which_names[] = {"alla", "oppna", "besvarade"};

struct mine {
    struct req *rq;
    enum which which;
    bool ours; /* the organisation's */
    struct id account, organisation;
    int64_t page, count;
    msec seen;        /* answers after this are new */
    msec seen_stored; /* as it stands in the database */
    struct q_feedback_unseen_row unseen;
    struct event *events;
    struct feedback_fate *fates;
    size_t n;
    struct q_feedback_questions_row *questions;
    struct event *asked;
    bool *asked_found;
    size_t n_questions;
    bool letters;
    struct event_names names;
};

/* --- Reading --- */

static enum err read_ids(struct tx *tx, struct mine *m, struct id *ids, size_t *n)
{
    struct arena *a = m->rq->arena;
    const char *code = web_municipality(m->rq);
    int64_t skip = (m->page - 1) * FEEDBACK_PAGE;
    if (m->ours) {
        struct q_feedback_ours_in in = {code, m->organisation, m->which, FEEDBACK_PAGE, skip};
        struct q_feedback_ours_count_in count_in = {code, m->organisation, m->which};
        struct q_feedback_ours_count_row count;
        struct q_feedback_ours_row *rows;
        TRY(q_feedback_ours_all(tx, a, &in, &rows, n));
        TRY(q_feedback_ours_count_one(tx, a, &count_in, &count));
        m->count = count.n;
        for (size_t i = 0; i < *n; i++)
            ids[i] = rows[i].id;
        return ERR_OK;
    }
    int64_t everything = web_may(m->rq, PERM_EVENT_READ);
    struct q_feedback_mine_in in = {code,     m->account, m->organisation, everything,
                                    m->which, m->seen,    FEEDBACK_PAGE,   skip};
    struct q_feedback_mine_count_in count_in = {code, m->account, m->organisation, everything,
                                                m->which};
    struct q_feedback_mine_count_row count;
    struct q_feedback_mine_row *rows;
    TRY(q_feedback_mine_all(tx, a, &in, &rows, n));
    TRY(q_feedback_mine_count_one(tx, a, &count_in, &count));
    m->count = count.n;
    for (size_t i = 0; i < *n; i++)
        ids[i] = rows[i].id;
    return ERR_OK;
}

static enum err read_reports(struct tx *tx, struct mine *m)
{
    struct arena *a = m->rq->arena;
    struct id ids[FEEDBACK_PAGE];
    struct event_key keys[FEEDBACK_PAGE];
    bool found[FEEDBACK_PAGE];
    size_t n = 0;
    TRY(read_ids(tx, m, ids, &n));
    m->events = ARENA_ARRAY(a, n + 1, struct event);
    m->fates = ARENA_ARRAY(a, n + 1, struct feedback_fate);
    if (!m->events || !m->fates)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct event_key){web_municipality(m->rq), ids[i]};
    TRY(event_get_many(tx, a, keys, n, m->events, found));
    for (size_t i = 0; i < n; i++) {
        if (!found[i])
            continue;
        m->events[m->n] = m->events[i];
        TRY(feedback_fate(tx, a, &m->events[m->n], &m->fates[m->n]));
        m->n++;
    }
    return ERR_OK;
}

static enum err read_questions(struct tx *tx, struct mine *m)
{
    struct arena *a = m->rq->arena;
    struct q_feedback_questions_in in = {web_municipality(m->rq), m->account};
    TRY(q_feedback_questions_all(tx, a, &in, &m->questions, &m->n_questions));
    struct event_key *keys = ARENA_ARRAY(a, m->n_questions + 1, struct event_key);
    m->asked = ARENA_ARRAY(a, m->n_questions + 1, struct event);
    m->asked_found = ARENA_ARRAY(a, m->n_questions + 1, bool);
    if (!keys || !m->asked || !m->asked_found)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_questions; i++)
        keys[i] = (struct event_key){in.municipality, m->questions[i].event_id};
    return event_get_many(tx, a, keys, m->n_questions, m->asked, m->asked_found);
}

static enum err load(struct tx *tx, void *arg)
{
    struct mine *m = arg;
    struct arena *a = m->rq->arena;
    const char *code = web_municipality(m->rq);
    struct q_feedback_seen_at_in seen_in = {code, m->account};
    struct q_feedback_seen_at_row seen = {0};
    struct q_feedback_unseen_in unseen = {code, m->account};
    struct q_feedback_letter_of_in letter_in = {m->account};
    struct q_feedback_letter_of_row letter = {0};
    m->n = 0;
    enum err e = q_feedback_seen_at_one(tx, a, &seen_in, &seen);
    if (e && e != ERR_NOTFOUND)
        return e;
    m->seen_stored = e ? 0 : seen.at;
    m->seen = req_int(m->rq, "sedan", m->seen_stored);
    e = q_feedback_letter_of_one(tx, a, &letter_in, &letter);
    if (e && e != ERR_NOTFOUND)
        return e;
    m->letters = e || !letter.off;
    TRY(q_feedback_unseen_one(tx, a, &unseen, &m->unseen));
    TRY(read_questions(tx, m));
    return read_reports(tx, m);
}

/* --- Drawing --- */

static enum err fill_asks(struct mine *m, struct feedback_mine_view *v)
{
    struct req *rq = m->rq;
    struct feedback_ask *list = ARENA_ARRAY(rq->arena, m->n_questions + 1, struct feedback_ask);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_questions; i++) {
        if (!m->asked_found[i])
            continue;
        struct feedback_ask x = {
            .id = feedback_id(rq, m->questions[i].id),
            .what = feedback_line(rq, &m->names, &m->asked[i]),
            .question = m->questions[i].question,
            .asked = feedback_when(rq, m->questions[i].asked_at),
            .text = web_field(rq, "text", T_review_field_answer, T_review_field_answer_hint, NULL),
        };
        x.text.prefix = arena_printf(rq->arena, "%s-", x.id);
        x.text.required = true;
        x.text.rows = 3;
        x.text.max = REVIEW_TEXT_MOST;
        list[v->n_asks++] = x;
    }
    v->asks = list;
    return ERR_OK;
}

static enum err fill_answers(struct mine *m, const struct feedback_fate *f,
                             struct feedback_report *r)
{
    struct req *rq = m->rq;
    struct feedback_said *list = ARENA_ARRAY(rq->arena, f->n_answers + 1, struct feedback_said);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n_answers; i++) {
        const struct q_feedback_answer_of_row *x = &f->answers[i];
        list[i] = (struct feedback_said){
            .text = x->text ? x->text : TX(rq, review_words_gone),
            .head = TXF(rq, feedback_answer_at, feedback_when(rq, x->at)),
            .fresh = !m->ours && x->at > m->seen,
        };
        r->fresh = r->fresh || list[i].fresh;
    }
    r->answers = list;
    r->n_answers = f->n_answers;
    return ERR_OK;
}

static enum err fill_reports(struct mine *m, struct feedback_mine_view *v)
{
    struct req *rq = m->rq;
    struct feedback_report *list = ARENA_ARRAY(rq->arena, m->n + 1, struct feedback_report);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n; i++) {
        const struct event *e = &m->events[i];
        struct feedback_report r = {
            .id = feedback_id(rq, e->id),
            .what = feedback_line(rq, &m->names, e),
            .reported = TXF(rq, feedback_reported_at, feedback_when(rq, e->reported_at)),
            .state = feedback_state(rq, e, &m->fates[i]),
            .text = e->description,
        };
        if (event_web_sees(rq, e))
            r.href = web_address(rq, arena_printf(rq->arena, "/handelser/%s", r.id));
        TRY(feedback_lines(rq, &m->fates[i], &r));
        TRY(fill_answers(m, &m->fates[i], &r));
        list[i] = r;
    }
    v->reports = list;
    v->n_reports = m->n;
    return ERR_OK;
}

static const char *address(struct mine *m, enum which which, bool ours)
{
    return web_address(m->rq, arena_printf(m->rq->arena, "/mina-rapporter?visa=%s%s",
                                           which_names[which], ours ? "&vems=organisation" : ""));
}

static enum err fill_choices(struct mine *m, struct feedback_mine_view *v)
{
    struct req *rq = m->rq;
    const enum text_key labels[] = {T_feedback_all, T_feedback_open, T_feedback_answered};
    struct page_link *tabs = ARENA_ARRAY(rq->arena, 3, struct page_link);
    struct page_link *whose = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!tabs || !whose)
        return ERR_NOMEM;
    for (int i = 0; i < 3; i++)
        tabs[i] = (struct page_link){text_get(rq->lang, labels[i]),
                                     address(m, (enum which)i, m->ours), (int)m->which == i};
    v->page.tabs = tabs;
    v->page.n_tabs = 3;
    whose[0] = (struct page_link){TX(rq, feedback_mine), address(m, m->which, false), !m->ours};
    whose[1] = (struct page_link){TX(rq, feedback_ours), address(m, m->which, true), m->ours};
    v->whose = whose;
    v->n_whose = id_is_none(m->organisation) || !web_may(rq, PERM_EVENT_READ_OWN) ? 0 : 2;
    return ERR_OK;
}

static void fill_rest(struct mine *m, struct feedback_mine_view *v)
{
    struct req *rq = m->rq;
    v->answer_action = web_address(rq, "/till-dig");
    v->sentence = m->count ? TXF(rq, feedback_count, m->count) : NULL;
    v->empty = (struct page_empty){
        .title = m->which != ALL ? TX(rq, feedback_empty_filter)
                 : m->ours       ? TX(rq, feedback_empty_ours)
                                 : TX(rq, feedback_empty),
        .text = m->which != ALL ? NULL
                : m->ours       ? TX(rq, feedback_empty_ours_more)
                                : TX(rq, feedback_empty_more),
        .href = m->which == ALL ? web_address(rq, "/rapportera") : address(m, ALL, m->ours),
        .label = m->which == ALL ? TX(rq, feedback_empty_report) : TX(rq, feedback_empty_all),
    };
    v->has_pager = m->count > FEEDBACK_PAGE;
    feedback_pager(rq, m->page, (int64_t)m->n, m->count, &v->pager);
    v->letters_shown = !m->ours;
    v->letters_action = web_address(rq, "/mina-rapporter/brev");
    v->letters_said = m->letters ? TX(rq, feedback_letters_on) : TX(rq, feedback_letters_off);
    v->letters_do = m->letters ? TX(rq, feedback_letters_stop) : TX(rq, feedback_letters_start);
    v->letters_value = m->letters ? "av" : "pa";
    v->page.lead = TX(rq, feedback_mine_lead);
    v->page.action =
        (struct page_link){TX(rq, feedback_empty_report), web_address(rq, "/rapportera"), false};
}

static enum err mark_seen(struct tx *tx, void *arg)
{
    struct mine *m = arg;
    struct q_feedback_seen_put_in in = {web_municipality(m->rq), m->account, m->unseen.latest};
    return q_feedback_seen_put_run(tx, &in, NULL);
}

/* Pages turn within the order that was first seen: what was new stays in its place. */
static void keep_order(struct mine *m, struct feedback_mine_view *v)
{
    const char *at = arena_printf(m->rq->arena, "&sedan=%lld", (long long)m->seen);
    if (!at || m->ours || req_has(m->rq, "sedan"))
        return;
    struct page_pager *p = &v->pager;
    struct page_pager_item *items = (struct page_pager_item *)p->items;
    p->next_href = p->next_href ? arena_printf(m->rq->arena, "%s%s", p->next_href, at) : NULL;
    p->prev_href = p->prev_href ? arena_printf(m->rq->arena, "%s%s", p->prev_href, at) : NULL;
    for (size_t i = 0; i < p->n_items; i++)
        items[i].href = arena_printf(m->rq->arena, "%s%s", items[i].href, at);
}

enum err feedback_mine_page(struct req *rq)
{
    struct mine m = {.rq = rq, .account = web_who(rq)->account, .page = req_int(rq, "sida", 1)};
    struct feedback_mine_view v = {0};
    const char *visa = req_field(rq, "visa");
    TRY(feedback_in_town(rq));
    for (int i = 0; visa && i < 3; i++)
        if (str_eq(visa, which_names[i]))
            m.which = (enum which)i;
    if (web_who(rq)->here)
        m.organisation = web_who(rq)->here->organisation;
    m.ours = str_eq(req_field(rq, "vems") ? req_field(rq, "vems") : "", "organisation") &&
             !id_is_none(m.organisation) && web_may(rq, PERM_EVENT_READ_OWN);
    TRY(web_read(rq, load, &m));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &m.names));
    TRY(fill_asks(&m, &v));
    TRY(fill_reports(&m, &v));
    TRY(fill_choices(&m, &v));
    fill_rest(&m, &v);
    keep_order(&m, &v);
    if (!m.ours && m.page == 1 && m.which != OPEN && m.unseen.n)
        TRY(web_write(rq, mark_seen, &m));
    TRY(web_audit_read(rq, "feedback.list", "event", (struct id){{0}},
                       arena_printf(rq->arena, "{\"count\":%zu}", m.n)));
    TRY(web_page(rq, &v.page, T_feedback_title));
    struct tmpl t = web_tmpl(rq);
    feedback_mine_html(&t, &v);
    return ERR_OK;
}

/* --- The letter of the week --- */

struct wanting {
    struct req *rq;
    struct id account;
    bool off;
};

static enum err want(struct tx *tx, void *arg)
{
    struct wanting *w = arg;
    struct q_feedback_letter_want_in in = {w->account, w->off, time_now()};
    int64_t n = 0;
    TRY(q_feedback_letter_want_run(tx, &in, &n));
    return n ? web_audit(w->rq, tx, w->off ? "feedback.letters.off" : "feedback.letters.on",
                         "account", w->account, NULL)
             : ERR_OK;
}

enum err feedback_letters_send(struct req *rq)
{
    struct wanting w = {.rq = rq,
                        .account = web_who(rq)->account,
                        .off = str_eq(req_field(rq, "brev") ? req_field(rq, "brev") : "", "av")};
    TRY(feedback_in_town(rq));
    if (rq->problems)
        return ERR_USAGE;
    TRY(web_write(rq, want, &w));
    return web_done(rq, web_address(rq, "/mina-rapporter"),
                    w.off ? T_done_feedback_letters_off : T_done_feedback_letters_on);
}
