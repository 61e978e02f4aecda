/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the effect is to be measured, decided before the action starts. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_inner.h"

static const char *const methods[ACTION_METHODS] = {"compare-counts", "wdd", "did"};
static const char *const comparisons[] = {"none", "rest", "area"};

const char *action_method_name(enum action_method m)
{
    return methods[m];
}

bool action_method_parse(const char *name, enum action_method *out)
{
    for (int m = 0; m < ACTION_METHODS; m++)
        if (str_eq(methods[m], name)) {
            *out = (enum action_method)m;
            return true;
        }
    return false;
}

const char *action_comparison_name(enum action_comparison c)
{
    return comparisons[c];
}

bool action_comparison_parse(const char *name, enum action_comparison *out)
{
    for (size_t c = 0; c < ARRAY_LEN(comparisons); c++)
        if (str_eq(comparisons[c], name)) {
            *out = (enum action_comparison)c;
            return true;
        }
    return false;
}

static int64_t days_of(msec from, msec to)
{
    return date_days(date_of_msec(to)) - date_days(date_of_msec(from));
}

static msec days_later(msec t, int64_t days)
{
    return date_start(date_add(date_of_msec(t), (int)days));
}

/* As many days, on the same weekdays, about a year before: 52 weeks, as often as it takes to be
 * over when the action starts. */
static void year_before(struct action_plan *p, msec starts_at)
{
    int64_t back = 0;
    do
        back += 364;
    while (days_later(p->after_to, -back) > starts_at);
    p->before_from = days_later(p->after_from, -back);
    p->before_to = days_later(p->after_to, -back);
}

void action_plan_propose(const struct action *x, struct action_plan *out)
{
    const struct action_kind *kind = action_kind_find(x->kind);
    struct action_plan p = {
        .type_code = x->type_code,
        .ground = x->ground,
        .proposed = true,
        .baseline = DB_NO_INT,
        .baseline_comparison = DB_NO_INT,
        .after_from = x->starts_at,
        .after_to = x->ends_at,
    };
    if (kind && kind->lasts) {
        p.after_from = x->ends_at;
        p.after_to = days_later(x->ends_at, ACTION_PLAN_DAYS);
    }
    int64_t days = days_of(p.after_from, p.after_to);
    if (days < ACTION_PLAN_LEAST)
        p.after_to = days_later(p.after_from, ACTION_PLAN_LEAST);
    if (days > ACTION_PLAN_MOST)
        p.after_to = days_later(p.after_from, ACTION_PLAN_MOST);
    year_before(&p, x->starts_at);
    *out = p;
}

enum action_method action_method_propose(const struct action_plan *p)
{
    int64_t own = p->baseline, other = p->baseline_comparison;
    if (p->comparison == ACTION_ALONE || other == DB_NO_INT || own == DB_NO_INT)
        return ACTION_COUNTS;
    /* A difference of counts asks for levels that are alike, a ratio only for the same trend but
     * for more events. */
    bool alike = own * 2 >= other && other * 2 >= own;
    return !alike && own >= ACTION_MANY && other >= ACTION_MANY ? ACTION_DID : ACTION_WDD;
}

static bool bad_span(msec from, msec to)
{
    int64_t days = days_of(from, to);
    return days < ACTION_PLAN_LEAST || days > ACTION_PLAN_MOST;
}

enum err action_plan_check(const struct action_plan *p, const struct action *x,
                           struct action_problem *problem)
{
    struct action_problem bad = {NULL, TEXT_COUNT};
    bool alone = p->comparison == ACTION_ALONE;
    if (event_type_index(p->type_code) < 0)
        bad = (struct action_problem){"type", T_action_need_type};
    else if (bad_span(p->before_from, p->before_to))
        bad = (struct action_problem){"before_last", T_action_plan_bad_span};
    else if (p->before_to > x->starts_at)
        bad = (struct action_problem){"before_last", T_action_plan_before_late};
    else if (bad_span(p->after_from, p->after_to))
        bad = (struct action_problem){"after_last", T_action_plan_bad_span};
    else if (p->after_from < x->starts_at)
        bad = (struct action_problem){"after_first", T_action_plan_after_early};
    else if (p->comparison == ACTION_AREA && id_eq(p->comparison_id, p->ground.area))
        bad = (struct action_problem){"comparison", T_action_plan_same_area};
    else if (alone != (p->method == ACTION_COUNTS))
        bad = (struct action_problem){"method", alone ? T_action_plan_method_alone
                                                      : T_action_plan_method_compared};
    if (!bad.field)
        return ERR_OK;
    if (problem)
        *problem = bad;
    return ERR_INVALID;
}

bool action_plan_locked(const struct action_plan *p, const struct action *x, msec now)
{
    return p->version && (p->locked_at || x->starts_at <= now);
}

msec action_plan_due(const struct action_plan *p)
{
    return days_later(p->after_to, ACTION_EFFECT_WAIT);
}

static enum err from_row(const struct q_action_plans_row *r, struct action_plan *out)
{
    struct action_plan p = {
        .version = r->version,
        .type_code = r->type_code,
        .ground = {.area = r->area, .place = r->place_name},
        .comparison_id = r->comparison_id,
        .before_from = r->before_from,
        .before_to = r->before_to,
        .after_from = r->after_from,
        .after_to = r->after_to,
        .proposed = r->proposed != 0,
        .baseline = r->baseline,
        .baseline_comparison = r->baseline_comparison,
        .late = r->late != 0,
        .reason = r->reason,
        .made_at = r->made_at,
        .locked_at = r->locked_at == DB_NO_INT ? 0 : r->locked_at,
        .by = r->by,
    };
    if (!action_method_parse(r->method, &p.method) ||
        !action_comparison_parse(r->comparison, &p.comparison) ||
        (r->circle && event_circle_parse(r->circle, &p.ground.circle)))
        return ERR_CORRUPT;
    *out = p;
    return ERR_OK;
}

enum err action_plan_list(struct tx *tx, struct arena *a, const char *municipality,
                          struct id action, struct action_plan **out, size_t *out_n)
{
    struct q_action_plans_in in = {municipality, action};
    struct q_action_plans_row *rows;
    size_t n;
    TRY(q_action_plans_all(tx, a, &in, &rows, &n));
    struct action_plan *list = ARENA_ARRAY(a, n + 1, struct action_plan);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        TRY(from_row(&rows[i], &list[i]));
    *out = list;
    *out_n = n;
    return ERR_OK;
}

static enum err insert(struct tx *tx, const char *municipality, const struct action_plan *p,
                       const struct action *x, const struct action_plan_edit *e)
{
    char circle[EVENT_CIRCLE_TEXT];
    bool round = p->ground.circle.radius > 0;
    if (round)
        event_circle_text(&p->ground.circle, circle);
    struct q_action_plan_add_in in = {
        .municipality = municipality,
        .action = x->id,
        .version = p->version,
        .type_code = p->type_code,
        .area = p->ground.area,
        .circle = round ? circle : NULL,
        .place_name = round ? p->ground.place : NULL,
        .comparison = comparisons[p->comparison],
        .comparison_id = p->comparison_id,
        .before_from = p->before_from,
        .before_to = p->before_to,
        .after_from = p->after_from,
        .after_to = p->after_to,
        .method = methods[p->method],
        .proposed = p->proposed,
        .baseline = p->baseline,
        .baseline_comparison = p->baseline_comparison,
        .late = p->late,
        .reason = e->reason,
        .at = p->made_at,
        .by = e->by,
        .locked_at = p->locked_at ? p->locked_at : DB_NO_INT,
    };
    if (e->lock)
        in.locked_by = e->by;
    return q_action_plan_add_run(tx, &in, NULL);
}

enum err action_plan_save(struct tx *tx, struct arena *a, const char *municipality,
                          struct action_plan *p, const struct action *x,
                          const struct action_plan_edit *e)
{
    struct action_plan *old;
    size_t n;
    TRY(action_plan_check(p, x, NULL));
    TRY(action_plan_list(tx, a, municipality, x->id, &old, &n));
    if ((n ? old[0].version : 0) != e->version)
        return ERR_CONFLICT;
    p->made_at = time_now();
    p->late = x->starts_at <= p->made_at;
    p->locked_at = e->lock || p->late ? p->made_at : 0;
    p->version = n ? old[0].version : 1;
    if (n && action_plan_locked(&old[0], x, p->made_at)) {
        if (str_empty(e->reason))
            return ERR_INVALID;
        if (!old[0].locked_at) { /* it has started, and the daily round has not come yet */
            struct q_action_plan_lock_in lock = {
                municipality, x->id, old[0].version, x->starts_at, {{0}}};
            TRY(q_action_plan_lock_run(tx, &lock, NULL));
        }
        p->version++;
    } else if (n) {
        struct q_action_plan_drop_in drop = {municipality, x->id, p->version};
        TRY(q_action_plan_drop_run(tx, &drop, NULL));
    }
    return insert(tx, municipality, p, x, e);
}
