/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is done: actions that have run past their day, and those that are due soon. */
#include "base/mem.h"
#include "parts/action/action.h"
#include "parts/changes/changes_inner.h"
#include "parts/changes/now.h"
#include "tmpl/format.h"

#define SHOWN_MOST 5 /* of each */

struct reading {
    struct req *rq;
    struct action *all;
    size_t n;
};

static enum err read_actions(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return action_list(tx, r->rq->arena, web_municipality(r->rq), &r->all, &r->n);
}

static enum err add_row(struct req *rq, const struct action *x, bool overdue,
                        struct changes_action *out)
{
    char id[ID_TEXT], day[FORMAT_TEXT];
    id_text(x->id, id);
    format_date(day, rq->lang, date_add(date_of_msec(x->ends_at), -1));
    *out = (struct changes_action){
        .title = x->title,
        .href = web_address(rq, arena_printf(rq->arena, "/atgarder/%s", id)),
        .when = overdue ? TXF(rq, changes_action_was_due, day) : TXF(rq, changes_action_due, day),
        .overdue = overdue,
    };
    return out->when ? ERR_OK : ERR_NOMEM;
}

static enum err add_picked(struct req *rq, const struct action_picked *from, bool overdue,
                           struct changes_now_view *v, struct changes_action *rows)
{
    for (size_t i = 0; i < from->n && i < SHOWN_MOST; i++)
        TRY(add_row(rq, from->list[i], overdue, &rows[v->n_actions++]));
    return ERR_OK;
}

enum err now_actions(struct req *rq, msec now, struct changes_now_view *v)
{
    struct reading r = {.rq = rq};
    struct action_picked overdue, soon;
    if (!web_may(rq, PERM_ACTION_READ))
        return ERR_OK;
    TRY(web_read(rq, read_actions, &r));
    TRY(action_pick(rq->arena, r.all, r.n, &(struct action_asked){ACTION_OVERDUE, 0, 0, now},
                    &overdue));
    TRY(action_pick(rq->arena, r.all, r.n, &(struct action_asked){ACTION_SOON, 0, 0, now}, &soon));
    struct changes_action *rows = ARENA_ARRAY(rq->arena, 2 * SHOWN_MOST, struct changes_action);
    if (!rows)
        return ERR_NOMEM;
    TRY(add_picked(rq, &overdue, true, v, rows));
    TRY(add_picked(rq, &soon, false, v, rows));
    v->actions = rows;
    v->n_overdue = (int64_t)overdue.n;
    v->actions_href = web_address(rq, "/atgarder");
    v->actions_said = overdue.n ? TXF(rq, changes_actions_overdue, (int64_t)overdue.n)
                      : r.n     ? TX(rq, changes_actions_none)
                                : TX(rq, changes_actions_empty);
    return v->actions_said ? ERR_OK : ERR_NOMEM;
}
