/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one press of a reviewer does. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_inner.h"
#include "review_sql.h"

static const struct id none;

enum err review__note(const struct review_doing *d, const struct event *was, enum review_kind kind,
                      struct id object, int64_t version)
{
    struct q_review_act_put_in in = {
        .municipality = d->o->municipality,
        .id = id_new(),
        .batch_id = d->batch,
        .event_id = was->id,
        .kind = review_kind_name(kind),
        .at = time_now(),
        .by_id = d->o->by,
        .state_before = event_state_name(was->state),
        .same_before = was->same_as,
        .version_after = version,
        .object_id = object,
        .reason = kind == REVIEW_ASK || kind == REVIEW_FORWARD ? NULL : d->o->words,
    };
    return q_review_act_put_run(d->tx, &in, NULL);
}

/* --- Does it still stand as it was looked at? --- */

static enum err look(const struct review_doing *d, const struct event *e, enum review_fault *out)
{
    const struct review_order *o = d->o;
    struct q_review_changed_since_in in = {o->municipality, e->id, o->seen};
    struct q_review_changed_since_row row;
    *out = REVIEW_DONE;
    if (o->version) {
        *out = o->version == e->version ? REVIEW_DONE : REVIEW_CHANGED;
        return ERR_OK;
    }
    if (e->state != EVENT_SUBMITTED) {
        *out = REVIEW_HANDLED;
        return ERR_OK;
    }
    TRY(q_review_changed_since_one(d->tx, d->a, &in, &row));
    *out = row.n ? REVIEW_CHANGED : REVIEW_DONE;
    return ERR_OK;
}

/* Nothing is done twice. */
static bool is_done(const struct review_order *o, const struct event *e)
{
    switch (o->kind) {
    case REVIEW_ACCEPT:
    case REVIEW_OVERRIDE:
        return e->state == EVENT_INCLUDED || e->state == EVENT_REDACTED;
    case REVIEW_LINK:
        return id_eq(e->same_as, o->object);
    case REVIEW_UNLINK:
        return id_is_none(e->same_as);
    case REVIEW_REJECT:
        return e->state == EVENT_REJECTED || e->state == EVENT_REDACTED;
    case REVIEW_STRIKE:
    case REVIEW_REDACT:
        return e->state == EVENT_REDACTED;
    default:
        return false;
    }
}

/* --- Each kind --- */

static const struct event_edit *edit_of(const struct review_doing *d, struct event_edit *out)
{
    *out = (struct event_edit){.reason = "reviewed", .by = d->o->by};
    return out;
}

static enum err set(const struct review_doing *d, const struct event *e, enum event_state state,
                    struct id same, enum review_fault *fault)
{
    struct event_edit edit;
    struct event_judgement j = {state, same};
    int64_t version;
    if (e->state == EVENT_REDACTED && state == EVENT_INCLUDED)
        j.state = EVENT_REDACTED; /* counts as it is */
    enum err err = event_judge(d->tx, e->municipality, e->id, &j, edit_of(d, &edit), &version);
    if (err == ERR_CONFLICT)
        *fault = REVIEW_HAS_LINKED;
    else if (err == ERR_INVALID || err == ERR_NOTFOUND)
        *fault = REVIEW_NO_MAIN;
    else if (err == ERR_OK)
        return review__note(d, e, d->o->kind, d->o->object, version);
    return *fault ? ERR_OK : err;
}

/* A main report takes those that are linked to it along. */
static enum err link_to(const struct review_doing *d, const struct event *e,
                        enum review_fault *fault)
{
    struct id *linked;
    size_t n;
    struct event main, other;
    enum err err = event_get(d->tx, d->a, e->municipality, d->o->object, &main);
    if (err && err != ERR_NOTFOUND)
        return err;
    if (err || main.state == EVENT_REJECTED || !id_is_none(main.same_as) || id_eq(main.id, e->id)) {
        *fault = !err && id_eq(main.id, e->id) ? REVIEW_ITSELF : REVIEW_NO_MAIN;
        return ERR_OK;
    }
    if (main.state == EVENT_SUBMITTED && str_eq(main.source, EVENT_SOURCE_CITIZEN)) {
        *fault = REVIEW_MAIN_WAITS; /* neither would count */
        return ERR_OK;
    }
    TRY(event_same(d->tx, d->a, e->municipality, e->id, &linked, &n));
    for (size_t i = 0; i < n && !*fault; i++) {
        TRY(event_get(d->tx, d->a, e->municipality, linked[i], &other));
        TRY(set(d, &other, other.state, d->o->object, fault));
    }
    return *fault ? ERR_OK : set(d, e, EVENT_INCLUDED, d->o->object, fault);
}

/* Whatever was ordered, it is noted as accepted. */
static enum err accept(const struct review_doing *d, const struct event *e,
                       enum review_fault *fault)
{
    struct review_order o = *d->o;
    struct review_doing same = *d;
    o.kind = REVIEW_ACCEPT;
    o.object = none;
    same.o = &o;
    return set(&same, e, EVENT_INCLUDED, e->same_as, fault);
}

static enum err strike(const struct review_doing *d, const struct event *e)
{
    struct event_edit edit = {.reason = "struck", .by = d->o->by};
    TRY(event_strike(d->tx, e->municipality, e->id, &d->o->strike, &edit, NULL));
    TRY(review__clean(d, e->id, &d->o->strike));
    return review__note(d, e, REVIEW_STRIKE, none, e->version + 1);
}

static enum err redact(const struct review_doing *d, const struct event *e)
{
    TRY(event_redact(d->tx, e->municipality, e->id, d->o->by));
    TRY(review__clean(d, e->id, NULL));
    return review__note(d, e, REVIEW_REDACT, none, e->version + 1);
}

static enum err ask(const struct review_doing *d, const struct event *e, enum review_fault *fault)
{
    struct q_review_reporter_in who = {e->municipality, e->created_by};
    struct q_review_reporter_row row;
    enum err err = id_is_none(e->created_by) || id_eq(e->created_by, d->o->by)
                       ? ERR_NOTFOUND
                       : q_review_reporter_one(d->tx, d->a, &who, &row);
    if (err == ERR_NOTFOUND) {
        *fault = REVIEW_NO_REPORTER;
        return ERR_OK;
    }
    TRY(err);
    struct q_review_question_put_in in = {e->municipality, id_new(),   e->id,   e->created_by,
                                          d->o->words,     time_now(), d->o->by};
    TRY(q_review_question_put_run(d->tx, &in, NULL));
    return review__note(d, e, REVIEW_ASK, in.id, e->version);
}

static enum err forward(const struct review_doing *d, const struct event *e,
                        enum review_fault *fault)
{
    struct q_review_organisation_in there = {e->municipality, d->o->object};
    struct q_review_organisation_row row;
    enum err err = q_review_organisation_one(d->tx, d->a, &there, &row);
    if (err == ERR_NOTFOUND) {
        *fault = REVIEW_NO_ORGANISATION;
        return ERR_OK;
    }
    TRY(err);
    struct q_review_forward_put_in in = {e->municipality, id_new(),   e->id,   d->o->object,
                                         d->o->words,     time_now(), d->o->by};
    TRY(q_review_forward_put_run(d->tx, &in, NULL));
    struct review_order o = *d->o;
    struct review_doing same = *d;
    o.object = in.id;
    same.o = &o;
    return set(&same, e, e->state == EVENT_SUBMITTED ? EVENT_INCLUDED : e->state, e->same_as,
               fault);
}

static enum err do_it(const struct review_doing *d, const struct event *e, enum review_fault *fault)
{
    enum event_state waits = e->state == EVENT_SUBMITTED ? EVENT_INCLUDED : e->state;
    switch (d->o->kind) {
    case REVIEW_ACCEPT:
    case REVIEW_OVERRIDE:
        return set(d, e, EVENT_INCLUDED, e->same_as, fault);
    case REVIEW_LINK:
        return link_to(d, e, fault);
    case REVIEW_UNLINK:
        return set(d, e, waits, none, fault);
    case REVIEW_REJECT:
        return set(d, e, EVENT_REJECTED, none, fault);
    case REVIEW_STRIKE:
        return strike(d, e);
    case REVIEW_REDACT:
        return redact(d, e);
    case REVIEW_ASK:
        return ask(d, e, fault);
    default:
        return forward(d, e, fault);
    }
}

/* Accepted in any way, a text that points at somebody needs a reason. */
static bool needs_reason(enum review_kind k, const struct event *e)
{
    bool accepts = k == REVIEW_ACCEPT || k == REVIEW_LINK || k == REVIEW_FORWARD;
    return accepts && e->state == EVENT_SUBMITTED &&
           (review_points(e->description) || review_points(e->title) ||
            review_points(e->place_name));
}

/* The main report of what is linked: accepted in the same press, where others are linked to it. */
static enum err take_main(const struct review_doing *d, const struct event *e,
                          enum review_fault *fault)
{
    if (d->o->n < 2 || e->state != EVENT_SUBMITTED) {
        *fault = REVIEW_ITSELF;
        return ERR_OK;
    }
    TRY(look(d, e, fault));
    if (!*fault && needs_reason(REVIEW_ACCEPT, e))
        *fault = REVIEW_MARKED;
    return *fault ? ERR_OK : accept(d, e, fault);
}

/* A question and what is sent on are rows of their own, and a question leaves the report as it was:
 * nothing else tells that the press was the same. */
static enum err is_again(const struct review_doing *d, const struct event *e, bool *again)
{
    const struct review_order *o = d->o;
    const char *words = o->words ? o->words : "";
    struct q_review_question_same_in asked = {o->municipality, e->id, o->by, words};
    struct q_review_forward_same_in sent = {o->municipality, e->id, o->object, o->by, words};
    struct q_review_question_same_row a = {0};
    struct q_review_forward_same_row s = {0};
    if (o->kind == REVIEW_ASK)
        TRY(q_review_question_same_one(d->tx, d->a, &asked, &a));
    if (o->kind == REVIEW_FORWARD && e->state != EVENT_SUBMITTED && e->state != EVENT_REJECTED)
        TRY(q_review_forward_same_one(d->tx, d->a, &sent, &s));
    *again = a.n > 0 || s.n > 0;
    return ERR_OK;
}

static enum err one(const struct review_doing *d, struct id id, enum review_fault *fault)
{
    struct event e;
    enum err err = event_get(d->tx, d->a, d->o->municipality, id, &e);
    *fault = REVIEW_GONE;
    if (err)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    *fault = REVIEW_DONE;
    if (d->o->kind == REVIEW_LINK && id_eq(id, d->o->object))
        return take_main(d, &e, fault);
    bool again;
    TRY(is_again(d, &e, &again));
    if (again) {
        *fault = REVIEW_AGAIN;
        return ERR_OK;
    }
    TRY(look(d, &e, fault));
    if (*fault)
        return ERR_OK;
    if (is_done(d->o, &e))
        *fault = REVIEW_HANDLED;
    else if (needs_reason(d->o->kind, &e))
        *fault = REVIEW_MARKED;
    return *fault ? ERR_OK : do_it(d, &e, fault);
}

static bool is_main(const struct review_order *o, size_t i)
{
    return o->kind == REVIEW_LINK && id_eq(o->events[i], o->object);
}

enum err review_do(struct tx *tx, struct arena *a, const struct review_order *o,
                   struct review_answer *out)
{
    struct review_doing d = {tx, a, o, id_new()};
    bool needs_words =
        o->kind == REVIEW_REJECT || o->kind == REVIEW_ASK || o->kind == REVIEW_OVERRIDE;
    if ((needs_words && str_empty(o->words)) || (o->kind == REVIEW_STRIKE && !o->strike.n))
        return ERR_INVALID;
    if (o->n > REVIEW_MOST)
        return ERR_LIMIT;
    out->faults = ARENA_ARRAY(a, o->n + 1, enum review_fault);
    if (!out->faults)
        return ERR_NOMEM;
    out->batch = none;
    out->done = 0;
    bool stopped = false; /* the others are linked to what counts, or not at all */
    for (size_t i = 0; i < o->n; i++)
        if (is_main(o, i)) {
            TRY(one(&d, o->events[i], &out->faults[i]));
            stopped = out->faults[i] == REVIEW_MARKED || out->faults[i] == REVIEW_CHANGED;
        }
    for (size_t i = 0; i < o->n; i++) {
        if (!is_main(o, i) && stopped)
            out->faults[i] = REVIEW_MAIN_WAITS;
        else if (!is_main(o, i))
            TRY(one(&d, o->events[i], &out->faults[i]));
        out->done += out->faults[i] == REVIEW_DONE || out->faults[i] == REVIEW_AGAIN;
        if (out->faults[i] == REVIEW_DONE)
            out->batch = d.batch;
    }
    return ERR_OK;
}
