/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that the pages share. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/feedback/feedback_web.h"
#include "parts/review/review.h"
#include "tmpl/format.h"

enum err feedback_in_town(const struct req *rq)
{
    return str_ends(web_municipality(rq), "00") ? ERR_NOTFOUND : ERR_OK;
}

const char *feedback_id(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_strdup(rq->arena, text);
    return s ? s : "";
}

const char *feedback_when(struct req *rq, msec at)
{
    char text[FORMAT_TEXT];
    const char *s = arena_strdup(rq->arena, format_when(text, rq->lang, at, time_now()));
    return s ? s : "";
}

static const char *day(struct req *rq, msec at)
{
    char text[FORMAT_TEXT];
    const char *s = arena_strdup(rq->arena, format_date(text, rq->lang, date_of_msec(at)));
    return s ? s : "";
}

const char *feedback_line(struct req *rq, const struct event_names *names, const struct event *e)
{
    const char *s = arena_printf(
        rq->arena, "%s, %s, %s", event_names_type(names, e->type_code), event_place_text(names, e),
        event_time_short(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()));
    return s ? s : "";
}

/* Reasons from before reporters could read them stay with the reviewers, but for the one chosen. */
static const char *rejected(struct req *rq, const struct feedback_fate *f)
{
    const char *why = !f->is_rejected    ? NULL
                      : f->rejected.told ? f->rejected.reason
                                         : review_reason_short(rq->lang, f->rejected.reason);
    return why ? TXF(rq, feedback_state_rejected_why, why) : TX(rq, feedback_state_rejected);
}

const char *feedback_state(struct req *rq, const struct event *e, const struct feedback_fate *f)
{
    for (size_t i = 0; i < f->n_asked; i++)
        if (f->asked[i].answered_at == DB_NO_INT && f->asked[i].question)
            return id_eq(f->asked[i].reporter_id, web_who(rq)->account)
                       ? TX(rq, feedback_state_asked_you)
                       : TX(rq, feedback_state_asked);
    if (e->state == EVENT_REJECTED)
        return rejected(rq, f);
    if (str_eq(e->type_code, event_types[EVENT_TYPE_nothing].code))
        return TX(rq, feedback_state_calm);
    if (e->state == EVENT_SUBMITTED)
        return TX(rq, feedback_state_received);
    if (!id_is_none(e->same_as))
        return TX(rq, feedback_state_same);
    return TX(rq, feedback_state_counts);
}

/* The name is not said to reporters when it points at somebody. */
static const char *action_line(struct req *rq, const struct action *x)
{
    const char *name = review_points(x->title) ? TX(rq, feedback_action_unnamed) : x->title;
    const char *first = day(rq, x->starts_at), *last = day(rq, x->ends_at - 1);
    switch (x->state) {
    case ACTION_DONE:
        return TXF(rq, feedback_action_done, name, day(rq, x->state_at));
    case ACTION_DROPPED:
        return TXF(rq, feedback_action_dropped, name, day(rq, x->state_at));
    case ACTION_PLANNED:
        return TXF(rq, feedback_action_planned, name, first, last);
    default:
        return TXF(rq, feedback_action_ongoing, name, last);
    }
}

enum err feedback_lines(struct req *rq, const struct feedback_fate *f, struct feedback_report *out)
{
    size_t n = 0;
    const char **lines = ARENA_ARRAY(rq->arena, f->n_forwarded + f->n_actions + 1, const char *);
    if (!lines)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n_forwarded; i++)
        lines[n++] = TXF(rq, feedback_forwarded, f->forwarded[i].name, day(rq, f->forwarded[i].at));
    for (size_t i = 0; i < f->n_actions; i++)
        lines[n++] = action_line(rq, &f->actions[i]);
    out->lines = lines;
    out->n_lines = n;
    return ERR_OK;
}

void feedback_pager(struct req *rq, int64_t page, int64_t shown, int64_t count,
                    struct page_pager *out)
{
    int64_t from = (page - 1) * FEEDBACK_PAGE + 1, to = from + shown - 1;
    int64_t last = (count + FEEDBACK_PAGE - 1) / FEEDBACK_PAGE;
    struct page_pager_item *items = ARENA_ARRAY(rq->arena, 3, struct page_pager_item);
    out->sentence = TXF(rq, core_pager_of, from, to, count);
    if (!items || last <= 1)
        return;
    out->items = items;
    for (int64_t i = page - 1; i <= page + 1; i++) {
        if (i < 1 || i > last)
            continue;
        const char *at = arena_printf(rq->arena, "%lld", (long long)i);
        const char *href = req_address_with(rq, "sida", at);
        items[out->n_items++] = (struct page_pager_item){at, href, i == page};
        if (i == page - 1)
            out->prev_href = href;
        if (i == page + 1)
            out->next_href = href;
    }
}
