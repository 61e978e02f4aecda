/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The latest reports are left for the coordinator to review, and so are pairs that may tell of the
 * same happening: nothing is added, so what is planted stays as it is. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "parts/event/event.h"
#include "parts/exercise/exercise_rows.h"
#include "parts/review/review.h"

#define LATEST 10 /* in each municipality */
#define PAIRS 3
#define WITHIN (28 * MSEC_DAY)

static bool is_report(const struct exercise *x, uint32_t i, const char *municipality)
{
    const struct exercise_event *e = &x->events[i];
    return e->source == EXERCISE_EST && e->text && str_eq(e->municipality, municipality);
}

static struct review_item item_of(const struct exercise_event *e)
{
    bool place = geo_precision_is_place(e->precision);
    return (struct review_item){
        .id = e->id,
        .type = event_type_index(exercise_types[e->type].code),
        .from = e->occurred_from,
        .to = e->occurred_to,
        .east = place ? e->east : NAN,
        .north = place ? e->north : NAN,
        .place = place ? e->label : NULL,
    };
}

/* An earlier report that may be the same as report i; i: there is none. */
static uint32_t earlier(const struct exercise *x, uint32_t i, const char *municipality)
{
    struct review_item item = item_of(&x->events[i]);
    for (uint32_t k = i; k-- > 0;) {
        if (x->events[k].occurred_from < item.from - WITHIN)
            break;
        struct review_item other = item_of(&x->events[k]);
        if (is_report(x, k, municipality) && review_may_be_same(&item, &other))
            return k;
    }
    return i;
}

static void choose(const struct exercise *x, const char *municipality, bool *waiting)
{
    uint32_t n = 0, pairs = 0;
    msec newest = x->event_count ? x->events[x->event_count - 1].occurred_from : 0;
    for (uint32_t i = x->event_count; i-- > 0 && x->events[i].occurred_from > newest - WITHIN;) {
        if (!is_report(x, i, municipality))
            continue;
        uint32_t other = pairs < PAIRS ? earlier(x, i, municipality) : i;
        if (n++ < LATEST || other != i)
            waiting[i] = true;
        if (other != i && !waiting[other]) {
            waiting[other] = true;
            pairs++;
        }
    }
}

void exercise_waiting(const struct exercise *x, bool *waiting)
{
    for (int i = 0; i < EXERCISE_MUNICIPALITIES; i++)
        choose(x, exercise_municipalities[i], waiting);
}

struct id exercise_reporter(const struct exercise *x, const struct exercise_event *e)
{
    for (uint32_t i = 0; i < x->membership_count; i++) {
        const struct exercise_membership *m = &x->memberships[i];
        if (m->organisation == e->organisation && str_eq(m->municipality, e->municipality) &&
            !str_eq(m->role, "prevention_coordinator"))
            return x->accounts[m->account].id;
    }
    return (struct id){{0}};
}
