/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Svar: what the coordinator sends to those who reported. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/feedback/feedback_web.h"
#include "parts/review/review.h"

const struct field_spec feedback_answer_query[] = {
    {.name = "om", .kind = FIELD_ID},
    {.name = "fran", .kind = FIELD_ID},
    {.name = "alla", .kind = FIELD_BOOL},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000},
    {0},
};
const struct field_spec feedback_answer_fields[] = {
    {.name = "om", .kind = FIELD_ID},
    {.name = "fran", .kind = FIELD_ID},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000},
    {.name = "rapport", .kind = FIELD_ID, .many = true},
    {.name = "atgard", .kind = FIELD_ID},
    {.name = "mall", .kind = FIELD_CODE},
    {.name = "text", .kind = FIELD_LINES, .max = FEEDBACK_TEXT_MOST},
    {.name = "gor", .kind = FIELD_CODE},
    {.name = "omgang", .kind = FIELD_CODE},
    {.name = "sedd", .kind = FIELD_INT, .max = INT64_MAX},
    {0},
};

/* The number of this form, made when it was drawn: who sends it twice answers once. */
static struct id batch_of(const struct req *rq)
{
    struct id id = {{0}};
    const char *text = req_field(rq, "omgang");
    return text && id_parse(text, &id) == ERR_OK ? id : (struct id){{0}};
}

static struct feedback_desk begin(struct req *rq)
{
    return (struct feedback_desk){
        .rq = rq,
        .about = req_id(rq, "om"),
        .from = req_id(rq, "fran"),
        .everything = req_has(rq, "alla"),
        .number = req_int(rq, "sida", 1),
    };
}

enum err feedback_answer_page(struct req *rq)
{
    struct feedback_desk d = begin(rq);
    TRY(feedback_in_town(rq));
    if (rq->problems)
        return ERR_USAGE;
    TRY(feedback_desk_read(&d));
    d.tied = d.from;
    TRY(feedback_desk_draw(&d));
    return web_audit_read(rq, "feedback.desk", "event", d.about,
                          arena_printf(rq->arena, "{\"count\":%zu}", d.n_events));
}

/* --- Reading what was sent --- */

struct answering {
    struct req *rq;
    struct feedback_desk d;
    struct feedback_order o;
    struct feedback_sent sent;
};

static const struct feedback_template *template_of(const struct feedback_desk *d)
{
    const char *key = req_field(d->rq, "mall");
    for (size_t i = 0; key && i < d->n_templates; i++)
        if (str_eq(d->templates[i].key, key))
            return &d->templates[i];
    return NULL;
}

/* The chosen reports, each with its own text. */
static enum err read_chosen(struct answering *x)
{
    struct req *rq = x->rq;
    const char *text = req_field(rq, "text");
    struct feedback_one *list = ARENA_ARRAY(rq->arena, x->d.n_events + 1, struct feedback_one);
    bool missing = false, none = false;
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < x->d.n_events; i++) {
        if (!feedback_desk_chosen(&x->d, &x->d.events[i]))
            continue;
        const char *said = feedback_desk_text(&x->d, &x->d.events[i], text ? text : "", &missing);
        if (!said)
            return ERR_NOMEM;
        none = none || missing;
        list[x->o.n++] = (struct feedback_one){x->d.events[i].id, said};
    }
    x->o.list = list;
    if (!x->o.n)
        req_problem(rq, NULL, TX(rq, feedback_none_chosen));
    if (none)
        req_problem(rq, "atgard", TX(rq, feedback_need_action));
    return ERR_OK;
}

static enum err read_order(struct answering *x)
{
    struct req *rq = x->rq;
    const char *text = req_field(rq, "text");
    x->d.tied = req_id(rq, "atgard");
    const struct action *action = feedback_desk_action(&x->d);
    if (!id_is_none(x->d.tied) && !action)
        req_problem(rq, "atgard", TX(rq, feedback_no_action));
    if (action && review_points(action->title))
        req_problem(rq, "atgard", TX(rq, feedback_action_marked));
    if (str_empty(text))
        req_problem(rq, "text", TX(rq, feedback_need_text));
    else if (review_points(text))
        req_problem(rq, "text", TX(rq, feedback_guard));
    TRY(read_chosen(x));
    x->o.municipality = web_municipality(rq);
    x->o.by = web_who(rq)->account;
    x->o.batch = batch_of(rq);
    x->o.action = x->d.tied;
    x->o.seen = req_int(rq, "sedd", 0);
    x->d.batch = x->o.batch;
    if (id_is_none(x->o.batch))
        x->o.batch = id_new();
    return ERR_OK;
}

/* --- Sending --- */

static enum err send(struct tx *tx, void *arg)
{
    struct answering *x = arg;
    TRY(feedback_send(tx, x->rq->arena, &x->o, &x->sent));
    for (size_t i = 0; i < x->o.n; i++)
        if (x->sent.put[i])
            TRY(web_audit(x->rq, tx, "feedback.answer", "event", x->o.list[i].event, NULL));
    return ERR_OK;
}

static const char *back(const struct answering *x)
{
    struct req *rq = x->rq;
    if (!id_is_none(x->d.about))
        return web_address(rq, arena_printf(rq->arena, "/svar?om=%s", feedback_id(rq, x->d.about)));
    if (!id_is_none(x->d.from))
        return web_address(rq,
                           arena_printf(rq->arena, "/svar?fran=%s", feedback_id(rq, x->d.from)));
    return web_address(rq, "/svar");
}

/* A colleague has answered some of them meanwhile: nobody has got anything, the page says which
 * they are, and asks. */
static enum err conflict(struct answering *x)
{
    struct req *rq = x->rq;
    for (size_t i = 0; i < x->o.n; i++)
        for (size_t k = 0; x->sent.answered[i] && k < x->d.n_events; k++)
            if (id_eq(x->d.events[k].id, x->o.list[i].event))
                req_problem(
                    rq, NULL,
                    TXF(rq, feedback_quicker, feedback_line(rq, &x->d.names, &x->d.events[k])));
    rq->status = 409;
    struct feedback_desk d = begin(rq);
    TRY(feedback_desk_read(&d));
    d.tied = x->d.tied;
    return feedback_desk_draw(&d);
}

/* Gets a template, or shows how the answers would be. */
static enum err redraw(struct answering *x, bool fetch)
{
    struct feedback_desk *d = &x->d;
    const struct feedback_template *t = template_of(d);
    if (fetch && !t)
        req_problem(x->rq, "mall", TX(x->rq, feedback_need_template));
    if (fetch && t)
        d->text = t->text;
    if (x->rq->problems) {
        web_invalid(x->rq);
        return feedback_desk_draw(d);
    }
    const char **previews = ARENA_ARRAY(x->rq->arena, d->n_events + 1, const char *);
    const char *text = fetch ? d->text : req_field(x->rq, "text");
    if (!previews)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n_events; i++)
        if (feedback_desk_chosen(d, &d->events[i]))
            previews[i] = feedback_desk_text(d, &d->events[i], text ? text : "", NULL);
    d->previews = previews;
    return feedback_desk_draw(d);
}

enum err feedback_answer_send(struct req *rq)
{
    struct answering x = {.rq = rq, .d = begin(rq)};
    const char *what = req_field(rq, "gor") ? req_field(rq, "gor") : "";
    TRY(feedback_in_town(rq));
    TRY(feedback_desk_read(&x.d));
    if (str_eq(what, "mall")) {
        x.d.tied = req_id(rq, "atgard");
        x.d.batch = batch_of(rq);
        return redraw(&x, true);
    }
    TRY(read_order(&x));
    if (rq->problems || str_eq(what, "visa"))
        return redraw(&x, false);
    TRY(web_write(rq, send, &x));
    bool quicker = false;
    for (size_t i = 0; !x.sent.again && i < x.o.n; i++)
        quicker = quicker || x.sent.answered[i];
    if (quicker)
        return conflict(&x);
    return web_done(rq, back(&x), x.o.n > 1 ? T_done_feedback_sent_many : T_done_feedback_sent);
}

/* --- Taking back --- */

struct taking {
    struct req *rq;
    struct id id, event;
};

static enum err take_back(struct tx *tx, void *arg)
{
    struct taking *t = arg;
    struct q_feedback_answer_withdrawn_in was = {web_municipality(t->rq), t->id};
    struct q_feedback_answer_withdrawn_row row;
    enum err e = feedback_withdraw(tx, t->rq->arena, was.municipality, t->id, &t->event);
    if (e == ERR_NOTFOUND) { /* pressed twice */
        TRY(q_feedback_answer_withdrawn_one(tx, t->rq->arena, &was, &row));
        t->event = row.event_id;
        return ERR_OK;
    }
    TRY(e);
    return web_audit(t->rq, tx, "feedback.withdraw", "event", t->event, NULL);
}

enum err feedback_withdraw_send(struct req *rq)
{
    struct taking t = {.rq = rq};
    TRY(feedback_in_town(rq));
    if (id_parse(req_param(rq, "id"), &t.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_write(rq, take_back, &t));
    return web_done(
        rq, web_address(rq, arena_printf(rq->arena, "/svar?om=%s", feedback_id(rq, t.event))),
        T_done_feedback_withdrawn);
}
