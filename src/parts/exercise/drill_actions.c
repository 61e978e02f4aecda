/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "exercise_sql.h"
#include "parts/action/action.h"
#include "parts/exercise/drill_rows.h"
#include "parts/exercise/exercise.h"

static const struct row {
    const char *title, *problem, *type, *kind, *owner, *note;
    int from, to, days;
    enum action_state state;
} rows[] = {
    {"Fotpatrull fredag och lördag kväll", "Ungdomar samlas på kvällarna, och det blir stökigt.",
     "disturbance", "hotspot", "guard", NULL, -30, -4, 28, ACTION_ONGOING},
    {"Sanera klotter inom två dygn", "Nytt klotter kommer tillbaka på samma ställen.",
     "damage.graffiti", "repair", "housing", NULL, -10, 4, 28, ACTION_ONGOING},
    {"Bättre belysning vid gångvägen", "Det är mörkt och ödsligt på kvällarna.", "unsafe_place",
     "lighting", "municipality", "Lamporna är bytta.", -70, -45, 28, ACTION_DONE},
    {"Vuxna ute vid helgen", "Många unga är ute sent, och få vuxna.", "alcohol", "night_walk",
     "youth_centre", NULL, 5, 25, 28, ACTION_PLANNED},
};

static struct id owner(const struct drill_work *w, const char *kind)
{
    for (size_t i = 0; i < w->n_organisations; i++)
        if (str_eq(w->organisations[i].kind, kind))
            return w->organisations[i].id;
    return w->organisations[0].id;
}

static int64_t before(const struct drill_work *w, const struct action_example *e, bool here)
{
    msec from = date_start(date_add(date_of_msec(e->action.starts_at), -e->days));
    int type = event_type_index(e->action.type_code);
    int64_t n = 0;
    for (size_t i = 0; i < w->d.n_events; i++) {
        const struct event *v = &w->d.events[i];
        if (v->state == EVENT_INCLUDED && v->occurred_from >= from &&
            v->occurred_from < e->action.starts_at &&
            event_type_within(event_type_index(v->type_code), type))
            n += id_eq(v->area_id, e->action.ground.area) == here;
    }
    return n;
}

static enum err put(struct drill_work *w, const struct row *r, size_t i)
{
    struct date today = date_of_msec(w->now);
    const struct drill_place *p = &w->d.places[(w->d.hot + i) % w->d.n_places];
    struct action_example e = {
        .action = {.id = id_new(),
                   .title = r->title,
                   .problem = r->problem,
                   .type_code = r->type,
                   .ground = {.area = w->o.areas[p->area].id},
                   .kind = r->kind,
                   .organisation = owner(w, r->owner),
                   .starts_at = date_start(date_add(today, r->from)),
                   .ends_at = date_start(date_add(today, r->to + 1)),
                   .remind_days = ACTION_REMIND_DAYS,
                   .state = r->state,
                   .origin = EXERCISE_ORIGIN},
        .days = r->days,
        .note = r->note,
    };
    struct action *x = &e.action;
    x->created_at = x->changed_at = x->state_at =
        date_start(date_add(today, r->from < 0 ? r->from - 10 : -3));
    if (!action_open(x->state))
        x->state_at = x->ends_at;
    e.baseline = before(w, &e, true);
    e.baseline_comparison = before(w, &e, false);
    return action_add_example(w->tx, w->twin->code, &e);
}

enum err drill_put_actions(struct drill_work *w)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        TRY(put(w, &rows[i], i));
    return ERR_OK;
}
