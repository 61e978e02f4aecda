/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of actions. */
#include "parts/action/action.h"

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_kinds.h"

static const struct {
    const char *name;
    enum text_key text;
} states[ACTION_STATES] = {
    [ACTION_PLANNED] = {"planned", T_action_state_planned},
    [ACTION_ONGOING] = {"ongoing", T_action_state_ongoing},
    [ACTION_LATE] = {"late", T_action_state_late},
    [ACTION_DONE] = {"done", T_action_state_done},
    [ACTION_DROPPED] = {"dropped", T_action_state_dropped},
};

const char *action_state_name(enum action_state s)
{
    return states[s].name;
}

bool action_state_parse(const char *name, enum action_state *out)
{
    for (int s = 0; s < ACTION_STATES; s++)
        if (str_eq(states[s].name, name)) {
            *out = (enum action_state)s;
            return true;
        }
    return false;
}

const char *action_state_text(enum lang lang, enum action_state s)
{
    return text_get(lang, states[s].text);
}

bool action_state_may(enum action_state from, enum action_state to)
{
    if (from == to)
        return false;
    /* What is over is taken up again as something that goes on, not as a plan. */
    return action_open(from) || to == ACTION_ONGOING;
}

bool action_state_why(enum action_state to)
{
    return to == ACTION_LATE || to == ACTION_DROPPED;
}

bool action_open(enum action_state s)
{
    return s != ACTION_DONE && s != ACTION_DROPPED;
}

static bool no_place(const struct action_ground *g)
{
    bool circle = g->circle.radius > 0;
    return id_is_none(g->area) != circle || (circle && str_empty(g->place));
}

enum err action_check(const struct action *x, struct action_problem *problem)
{
    struct action_problem p = {NULL, TEXT_COUNT};
    if (str_empty(x->title))
        p = (struct action_problem){"title", T_action_need_title};
    else if (str_empty(x->problem))
        p = (struct action_problem){"problem", T_action_need_problem};
    else if (event_type_index(x->type_code) < 0)
        p = (struct action_problem){"type", T_action_need_type};
    else if (no_place(&x->ground))
        p = (struct action_problem){"area", T_action_need_place};
    else if (!action_kind_find(x->kind))
        p = (struct action_problem){"kind", T_action_need_kind};
    else if (id_is_none(x->organisation))
        p = (struct action_problem){"organisation", T_action_need_owner};
    else if (x->ends_at <= x->starts_at)
        p = (struct action_problem){"last", T_action_bad_days};
    else if (x->ends_at - x->starts_at > ACTION_DAYS_MOST * MSEC_DAY)
        p = (struct action_problem){"last", T_action_long_days};
    else if (x->remind_days < 0 || x->remind_days > ACTION_REMIND_MOST)
        p = (struct action_problem){"remind", T_action_bad_remind};
    if (!p.field)
        return ERR_OK;
    if (problem)
        *problem = p;
    return ERR_INVALID;
}

bool action_overdue(const struct action *x, msec now)
{
    return action_open(x->state) && x->ends_at <= now;
}

bool action_soon(const struct action *x, msec now)
{
    /* by days of the calendar, so that a change of the clocks moves nothing */
    struct date last = date_of_msec(x->ends_at - 1);
    return action_open(x->state) && now < x->ends_at &&
           date_days(last) - date_days(date_of_msec(now)) <= x->remind_days;
}

static bool fits(const struct action *x, const struct action_asked *s)
{
    switch (s->what) {
    case ACTION_OVERDUE:
        return action_overdue(x, s->now);
    case ACTION_SOON:
        return action_soon(x, s->now);
    case ACTION_COMING:
        return x->state == ACTION_PLANNED && x->starts_at >= s->from && x->starts_at < s->to;
    case ACTION_RUNNING:
        return action_open(x->state) && x->starts_at < s->to && x->ends_at > s->from;
    case ACTION_CLOSED:
        return !action_open(x->state) && x->state_at >= s->from && x->state_at < s->to;
    case ACTION_MADE:
        return x->created_at >= s->from && x->created_at < s->to;
    }
    return false;
}

enum err action_pick(struct arena *a, const struct action *all, size_t n,
                     const struct action_asked *asked, struct action_picked *out)
{
    struct action_picked found = {ARENA_ARRAY(a, n + 1, const struct action *), 0};
    if (!found.list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (fits(&all[i], asked))
            found.list[found.n++] = &all[i];
    *out = found;
    return ERR_OK;
}
