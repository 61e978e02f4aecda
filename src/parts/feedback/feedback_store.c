/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answers in the database, and what they are about. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/feedback/feedback_inner.h"

#define BEFORE_ACTION (183 * MSEC_DAY)

static enum err read_actions(struct tx *tx, struct arena *a, const struct event *e,
                             struct feedback_fate *f)
{
    struct q_feedback_actions_of_in in = {e->municipality, e->id};
    struct q_feedback_actions_of_row *rows;
    size_t n;
    TRY(q_feedback_actions_of_all(tx, a, &in, &rows, &n));
    f->actions = ARENA_ARRAY(a, n + 1, struct action);
    if (!f->actions)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        enum err err =
            action_get(tx, a, e->municipality, rows[i].action_id, &f->actions[f->n_actions]);
        if (err && err != ERR_NOTFOUND)
            return err;
        f->n_actions += err == ERR_OK;
    }
    return ERR_OK;
}

enum err feedback_fate(struct tx *tx, struct arena *a, const struct event *e,
                       struct feedback_fate *out)
{
    struct feedback_fate f = {0};
    struct q_feedback_answer_of_in answers = {e->municipality, e->id};
    struct q_feedback_asked_in asked = {e->municipality, e->id};
    struct q_feedback_forwarded_in forwarded = {e->municipality, e->id};
    struct q_feedback_rejected_in rejected = {e->municipality, e->id};
    TRY(q_feedback_answer_of_all(tx, a, &answers, &f.answers, &f.n_answers));
    TRY(q_feedback_asked_all(tx, a, &asked, &f.asked, &f.n_asked));
    TRY(q_feedback_forwarded_all(tx, a, &forwarded, &f.forwarded, &f.n_forwarded));
    TRY(read_actions(tx, a, e, &f));
    enum err err = e->state == EVENT_REJECTED
                       ? q_feedback_rejected_one(tx, a, &rejected, &f.rejected)
                       : ERR_NOTFOUND;
    if (err && err != ERR_NOTFOUND)
        return err;
    f.is_rejected = err == ERR_OK;
    *out = f;
    return ERR_OK;
}

bool feedback_answerable(const struct event *e)
{
    return str_eq(e->source, EVENT_SOURCE_REPORT) && !id_is_none(e->created_by) &&
           !str_eq(e->type_code, event_types[EVENT_TYPE_nothing].code);
}

/* --- What an answer may concern --- */

struct finding {
    struct tx *tx;
    struct arena *a;
    const char *municipality;
    const struct action *x;
    struct id *ids;
    size_t n;
};

/* Those found that may be answered, in the same order. */
static enum err events_of(const struct finding *f, struct event **out, size_t *out_n)
{
    struct event_key *keys = ARENA_ARRAY(f->a, f->n + 1, struct event_key);
    struct event *e = ARENA_ARRAY(f->a, f->n + 1, struct event);
    bool *found = ARENA_ARRAY(f->a, f->n + 1, bool);
    size_t k = 0;
    if (!keys || !e || !found)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n; i++)
        keys[i] = (struct event_key){f->municipality, f->ids[i]};
    TRY(event_get_many(f->tx, f->a, keys, f->n, e, found));
    for (size_t i = 0; i < f->n; i++)
        if (found[i] && feedback_answerable(&e[i]))
            e[k++] = e[i];
    *out = e;
    *out_n = k;
    return ERR_OK;
}

static void take(struct finding *f, struct id id)
{
    for (size_t i = 0; i < f->n; i++)
        if (id_eq(f->ids[i], id))
            return;
    if (f->n < FEEDBACK_ONCE)
        f->ids[f->n++] = id;
}

static enum err find_tied(struct finding *f)
{
    struct q_feedback_tied_in in = {f->municipality, f->x->id, FEEDBACK_ONCE};
    struct q_feedback_tied_row *rows;
    size_t n;
    TRY(q_feedback_tied_all(f->tx, f->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++)
        take(f, rows[i].event_id);
    return ERR_OK;
}

static enum err find_in_area(struct finding *f, msec from)
{
    struct q_feedback_in_area_in in = {f->municipality, f->x->ground.area, f->x->type_code, from,
                                       FEEDBACK_ONCE};
    struct q_feedback_in_area_row *rows;
    size_t n;
    TRY(q_feedback_in_area_all(f->tx, f->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++)
        take(f, rows[i].id);
    return ERR_OK;
}

static enum err find_in_circle(struct finding *f, msec from)
{
    const struct event_circle *c = &f->x->ground.circle;
    double r = c->radius + c->square;
    struct q_feedback_in_box_in in = {f->municipality, c->east - r,     c->east + r, c->north - r,
                                      c->north + r,    f->x->type_code, from,        FEEDBACK_ONCE};
    struct q_feedback_in_box_row *rows;
    size_t n;
    TRY(q_feedback_in_box_all(f->tx, f->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct event e;
        TRY(event_get(f->tx, f->a, f->municipality, rows[i].id, &e));
        if (event_circle_has(c, e.east, e.north))
            take(f, e.id);
    }
    return ERR_OK;
}

enum err feedback_of_action(struct tx *tx, struct arena *a, const char *municipality,
                            const struct action *x, struct feedback_reports *out)
{
    struct finding f = {tx, a, municipality, x, ARENA_ARRAY(a, FEEDBACK_ONCE, struct id), 0};
    msec from = x->seen_from ? x->seen_from : x->created_at - BEFORE_ACTION;
    struct event *tied;
    if (!f.ids)
        return ERR_NOMEM;
    TRY(find_tied(&f));
    TRY(events_of(&f, &tied, &out->n_tied));
    TRY(x->ground.circle.radius > 0 ? find_in_circle(&f, from) : find_in_area(&f, from));
    return events_of(&f, &out->list, &out->n);
}

enum err feedback_of_group(struct tx *tx, struct arena *a, const char *municipality,
                           struct id report, struct feedback_reports *out)
{
    struct event e;
    struct id *linked;
    size_t n;
    struct finding f = {tx, a, municipality, NULL, ARENA_ARRAY(a, FEEDBACK_ONCE, struct id), 0};
    TRY(event_get(tx, a, municipality, report, &e));
    struct id main = id_is_none(e.same_as) ? e.id : e.same_as;
    TRY(event_same(tx, a, municipality, main, &linked, &n));
    if (!f.ids)
        return ERR_NOMEM;
    take(&f, report);
    take(&f, main);
    for (size_t i = 0; i < n; i++)
        take(&f, linked[i]);
    out->n_tied = 0;
    return events_of(&f, &out->list, &out->n);
}

enum err feedback_of_ids(struct tx *tx, struct arena *a, const char *municipality,
                         const struct id *ids, size_t n, struct feedback_reports *out)
{
    struct finding f = {tx, a, municipality, NULL, ARENA_ARRAY(a, FEEDBACK_ONCE, struct id), 0};
    if (!f.ids)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        take(&f, ids[i]);
    out->n_tied = 0;
    return events_of(&f, &out->list, &out->n);
}

/* --- One press --- */

static enum err look(struct tx *tx, struct arena *a, const struct feedback_order *o,
                     struct feedback_sent *s)
{
    for (size_t i = 0; i < o->n; i++) {
        struct q_feedback_answer_of_in in = {o->municipality, o->list[i].event};
        struct q_feedback_answer_of_row *rows;
        size_t n;
        TRY(q_feedback_answer_of_all(tx, a, &in, &rows, &n));
        for (size_t k = 0; k < n; k++) {
            s->again = s->again || id_eq(rows[k].batch_id, o->batch);
            s->answered[i] = s->answered[i] || rows[k].at > o->seen;
        }
    }
    return ERR_OK;
}

static enum err put(struct tx *tx, const struct feedback_order *o, size_t i, bool *out)
{
    msec now = time_now();
    struct q_feedback_answer_put_in in = {
        .municipality = o->municipality,
        .id = id_new(),
        .batch_id = o->batch,
        .event_id = o->list[i].event,
        .action_id = o->action,
        .text = o->list[i].text,
        .at = now,
        .by_id = o->by,
    };
    int64_t n = 0;
    TRY(q_feedback_answer_put_run(tx, &in, &n));
    *out = n > 0;
    if (!n || id_is_none(o->action))
        return ERR_OK;
    struct q_feedback_tie_in tie = {o->municipality, in.event_id, o->action, now, o->by};
    return q_feedback_tie_run(tx, &tie, NULL);
}

enum err feedback_send(struct tx *tx, struct arena *a, const struct feedback_order *o,
                       struct feedback_sent *out)
{
    struct feedback_sent s = {.put = ARENA_ARRAY(a, o->n + 1, bool),
                              .answered = ARENA_ARRAY(a, o->n + 1, bool)};
    if (!s.put || !s.answered)
        return ERR_NOMEM;
    bool quicker = false;
    TRY(look(tx, a, o, &s));
    for (size_t i = 0; i < o->n; i++)
        quicker = quicker || s.answered[i];
    for (size_t i = 0; i < o->n && !s.again && !quicker; i++) {
        TRY(put(tx, o, i, &s.put[i]));
        s.n_put += s.put[i];
    }
    *out = s;
    return ERR_OK;
}

enum err feedback_withdraw(struct tx *tx, struct arena *a, const char *municipality,
                           struct id answer, struct id *event)
{
    struct q_feedback_answer_one_in one = {municipality, answer};
    struct q_feedback_answer_one_row row;
    struct q_feedback_answer_withdraw_in in = {municipality, answer, time_now()};
    struct q_feedback_untie_in untie = {municipality, answer};
    TRY(q_feedback_answer_one_one(tx, a, &one, &row));
    TRY(q_feedback_answer_withdraw_run(tx, &in, NULL));
    *event = row.event_id;
    return q_feedback_untie_run(tx, &untie, NULL);
}
