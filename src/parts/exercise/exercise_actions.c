/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented actions: one that helped (the planted step), one after which nothing changed, one that
 * is late, one that is due soon, one that comes every year. */
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "exercise_sql.h"
#include "parts/action/action.h"
#include "parts/exercise/exercise_rows.h"

#define LONGEST 180 /* days of the times before and after */
#define WAIT 8      /* days after the time after, so that the effect is there at once */

struct making {
    struct tx *tx;
    const struct exercise *x;
    struct date end;
    int made;
};

static const struct exercise_truth *truth_of(const struct exercise *x, enum exercise_plant kind)
{
    for (uint32_t i = 0; i < x->truth_count; i++)
        if (x->truths[i].kind == kind)
            return &x->truths[i];
    return NULL;
}

static struct id owner(const struct exercise *x, const char *municipality, const char *kind)
{
    for (uint32_t i = 0; i < x->organisation_count; i++)
        if (str_eq(x->organisations[i].municipality, municipality) &&
            str_eq(x->organisations[i].kind, kind))
            return x->organisations[i].id;
    return x->organisations[0].id;
}

static bool on_ground(const struct exercise *x, const struct exercise_event *e,
                      const struct action_ground *g)
{
    if (g->circle.radius > 0)
        return geo_precision_is_place(e->precision) &&
               event_circle_has(&g->circle, e->east, e->north);
    return e->area >= 0 && id_eq(x->areas[e->area].id, g->area);
}

/* The events of the time before: on the ground, or in what it is compared with. */
static int64_t baseline(const struct making *m, const char *town, const struct action_example *e,
                        bool other)
{
    const struct exercise *x = m->x;
    msec from = date_start(date_add(date_of_msec(e->action.starts_at), -e->days));
    int64_t n = 0;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *v = &x->events[i];
        int type = event_type_index(exercise_types[v->type].code);
        if (!str_eq(v->municipality, town) || v->occurred_from < from ||
            v->occurred_from >= e->action.starts_at ||
            !event_type_within(type, event_type_index(e->action.type_code)))
            continue;
        bool own = on_ground(x, v, &e->action.ground);
        bool there = id_is_none(e->comparison) ||
                     (v->area >= 0 && id_eq(x->areas[v->area].id, e->comparison));
        n += other ? there && !own : own;
    }
    return n;
}

static enum err put(struct making *m, const char *town, struct action_example e, int from, int to)
{
    char key[32];
    struct action *x = &e.action;
    snprintf(key, sizeof key, "exercise action %d", m->made++);
    x->id = id_from_name(town, key);
    x->starts_at = date_start(date_add(m->end, from));
    x->ends_at = date_start(date_add(m->end, to + 1));
    x->created_at = x->changed_at = x->state_at =
        date_start(date_add(m->end, from < 0 ? from - 20 : -3));
    x->remind_days = ACTION_REMIND_DAYS;
    x->origin = EXERCISE_ORIGIN;
    if (!action_open(x->state))
        x->state_at = x->ends_at;
    e.baseline = baseline(m, town, &e, false);
    e.baseline_comparison = baseline(m, town, &e, true);
    return action_add_example(m->tx, town, &e);
}

/* The planted step: thefts from cars grew fewer after light and rounds came. */
static enum err put_helped(struct making *m)
{
    const struct exercise_action *a = &m->x->action;
    int ago = (int)(date_days(m->end) - date_days(a->start));
    struct action_example e = {
        .action = {.title = a->title,
                   .problem = a->problem,
                   .type_code = "theft.vehicle",
                   .ground = {.area = m->x->areas[a->area].id},
                   .kind = "lighting",
                   .organisation = m->x->organisations[a->organisation].id,
                   .partners = "Lokalpolisen (övning)",
                   .state = ACTION_DONE},
        .comparison = m->x->areas[a->comparison].id,
        .days = ago - WAIT < LONGEST ? ago - WAIT : LONGEST,
        .note = "Belysningen är utbytt på alla fyra parkeringarna, och rundorna går varje kväll.",
    };
    return put(m, a->municipality, e, -ago, -ago + 30);
}

/* Where nothing was planted: then nothing is to be seen. */
static enum err put_nothing(struct making *m)
{
    const struct exercise_truth *t = truth_of(m->x, EXERCISE_NOTHING);
    struct action_example e = {
        .action = {.title = "Laga och städa inom två dygn",
                   .problem = "Klotter och krossade rutor blir stående i veckor.",
                   .type_code = "damage",
                   .ground = {.area = m->x->areas[t->area].id},
                   .kind = "repair",
                   .organisation = owner(m->x, t->municipality, "municipality"),
                   .state = ACTION_DONE},
        .days = 120,
        .note = "Avtalet med entreprenören gäller tills vidare.",
    };
    return put(m, t->municipality, e, -120 - WAIT, -40);
}

static struct action_ground round_place(const struct exercise *x, const struct exercise_truth *t)
{
    const char *name = x->areas[t->area].name;
    double nearest = 1e18;
    for (uint32_t i = 0; i < x->place_count; i++) {
        double dx = x->places[i].east - t->point.east, dy = x->places[i].north - t->point.north;
        bool house = str_eq(x->places[i].kind, "address"); /* no house is named */
        if (!house && dx * dx + dy * dy < nearest) {
            nearest = dx * dx + dy * dy;
            name = x->places[i].name;
        }
    }
    return (struct action_ground){
        .circle = event_circle_round(t->point.east, t->point.north, 200, 0), .place = name};
}

static enum err put_late(struct making *m)
{
    const struct exercise_truth *t = truth_of(m->x, EXERCISE_HOTSPOT);
    struct action_example e = {
        .action = {.title = "Fotpatrull fredag och lördag kväll",
                   .problem = "Ungdomar samlas i parken på kvällarna, och det blir bråk och "
                              "skadegörelse.",
                   .type_code = "disturbance",
                   .ground = round_place(m->x, t),
                   .kind = "hotspot",
                   .organisation = owner(m->x, t->municipality, "police"),
                   .partners = "Fältgruppen",
                   .state = ACTION_ONGOING},
        .days = 56,
    };
    return put(m, t->municipality, e, -45, -5);
}

static enum err put_soon(struct making *m)
{
    const struct exercise_truth *t = truth_of(m->x, EXERCISE_CLUSTER);
    struct action_example e = {
        .action = {.title = "Röja buskar och byta till okrossbart glas",
                   .problem = "Rutor krossas på samma ställe flera nätter i rad.",
                   .type_code = "damage.glass",
                   .ground = round_place(m->x, t),
                   .kind = "clearing",
                   .organisation = owner(m->x, t->municipality, "housing"),
                   .state = ACTION_ONGOING},
        .days = 60,
    };
    return put(m, t->municipality, e, -10, 5);
}

static enum err put_yearly(struct making *m)
{
    const struct exercise_truth *t = truth_of(m->x, EXERCISE_STEP);
    struct action_example e = {
        .action = {.title = "Vuxna ute vid skolavslutningen",
                   .problem = "Fester utomhus vid skolavslutningen slutar i bråk och fylla.",
                   .type_code = "disturbance",
                   .ground = {.area = m->x->areas[t->comparison].id},
                   .kind = "night_walk",
                   .organisation = owner(m->x, t->municipality, "municipality"),
                   .yearly = true,
                   .state = ACTION_PLANNED},
        .days = 14,
    };
    return put(m, t->municipality, e, 20, 34);
}

enum err exercise_put_actions(struct tx *tx, const struct exercise *x)
{
    struct making m = {.tx = tx, .x = x, .end = x->options.end};
    TRY(put_helped(&m));
    TRY(put_nothing(&m));
    TRY(put_late(&m));
    TRY(put_soon(&m));
    return put_yearly(&m);
}
