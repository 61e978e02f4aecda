/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Near repeats: burglaries are moved, one at a time, until the Knox ratio within 100 m and 7 days
 * is what studies of burglary usually find. The planted series counts but stays where it is; the
 * area where nothing is to be found takes no part. */
#include "parts/exercise/exercise_inner.h"

#include "base/mem.h"
#include "base/str.h"

#define KNOX_MOVES 5000

struct knox {
    struct exercise_gen *g;
    struct rng rng;
    uint32_t *event; /* of the type, exactly placed */
    double *east, *north;
    int64_t *day; /* local, of occurred_from */
    uint32_t n;
    int64_t near_place, near_time, near_both; /* pairs */
};

static int64_t day_of(msec t)
{
    return date_days(date_of_msec(t));
}

static enum err knox_collect(struct knox *k, uint32_t type)
{
    const struct exercise *x = k->g->x;
    k->event = ARENA_ARRAY(k->g->scratch, x->event_count, uint32_t);
    k->east = ARENA_ARRAY(k->g->scratch, x->event_count, double);
    k->north = ARENA_ARRAY(k->g->scratch, x->event_count, double);
    k->day = ARENA_ARRAY(k->g->scratch, x->event_count, int64_t);
    if (!k->event || !k->east || !k->north || !k->day)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        if (e->type != type || e->place < 0)
            continue;
        k->event[k->n] = i;
        k->east[k->n] = e->east;
        k->north[k->n] = e->north;
        k->day[k->n++] = day_of(e->occurred_from);
    }
    return ERR_OK;
}

/* Add (sign 1) or take away (-1) the pairs of event i with those from `first` on. Returns how many
 * are near in both. */
static int64_t knox_pairs(struct knox *k, uint32_t i, uint32_t first, int sign)
{
    int64_t both = 0;
    for (uint32_t j = first; j < k->n; j++) {
        if (j == i)
            continue;
        double dx = k->east[i] - k->east[j], dy = k->north[i] - k->north[j];
        int64_t days = k->day[i] - k->day[j];
        bool place = dx * dx + dy * dy <= EXERCISE_KNOX_METRES * EXERCISE_KNOX_METRES;
        bool time = days >= -EXERCISE_KNOX_DAYS && days <= EXERCISE_KNOX_DAYS;
        k->near_place += place ? sign : 0;
        k->near_time += time ? sign : 0;
        both += place && time;
    }
    k->near_both += sign * both;
    return both;
}

static double knox_ratio(const struct knox *k)
{
    double pairs = (double)k->n * (k->n - 1.0) / 2;
    return (double)k->near_both * pairs / ((double)k->near_place * (double)k->near_time);
}

/* An interval over a weekend would lose its weekend. */
static bool movable(const struct knox *k, uint32_t i)
{
    const struct exercise_event *e = &k->g->x->events[k->event[i]];
    int64_t nights = day_of(e->occurred_to) - day_of(e->occurred_from);
    return nights != 3 && e->plant == EXERCISE_BASE && e->area != k->g->nothing_area;
}

/* Put event i on that day and, unless place < 0, at that place. False (and nothing done) if it
 * would leave the period. */
static bool knox_move(struct knox *k, uint32_t i, int64_t day, int32_t place)
{
    struct exercise_event *e = &k->g->x->events[k->event[i]];
    int64_t by = day - k->day[i], length = day_of(e->occurred_to) - k->day[i];
    if (day < k->g->first_day || day + length > k->g->last_day)
        return false;
    knox_pairs(k, i, 0, -1);
    exercise_event_shift(k->g, e, by);
    if (place >= 0)
        exercise_event_at(k->g, e, (uint32_t)place);
    k->east[i] = e->east;
    k->north[i] = e->north;
    k->day[i] = day_of(e->occurred_from);
    knox_pairs(k, i, 0, 1);
    return true;
}

/* A home within reach of the parent's, by lot among those that are. */
static int32_t neighbour(struct knox *k, const struct exercise_event *parent)
{
    const struct exercise *x = k->g->x;
    int m = exercise_municipality_index(parent->municipality);
    const struct exercise_choice *c = exercise_choice_of(k->g, m, parent->area);
    int32_t found = parent->place;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < c->home_count; i++) {
        const struct exercise_place *p = &x->places[c->homes[i]];
        double dx = p->east - parent->east, dy = p->north - parent->north;
        if (dx * dx + dy * dy > EXERCISE_KNOX_METRES * EXERCISE_KNOX_METRES)
            continue;
        if (rng_below(&k->rng, ++seen) == 0)
            found = (int32_t)c->homes[i];
    }
    return found;
}

static void follow(struct knox *k)
{
    const struct exercise *x = k->g->x;
    uint32_t i = rng_below(&k->rng, k->n), j = rng_below(&k->rng, k->n);
    const struct exercise_event *child = &x->events[k->event[i]];
    const struct exercise_event *parent = &x->events[k->event[j]];
    if (i == j || !movable(k, i) || !movable(k, j) ||
        !str_eq(child->municipality, parent->municipality))
        return;
    int32_t place = neighbour(k, parent);
    (void)knox_move(k, i, k->day[j] + 1 + rng_below(&k->rng, EXERCISE_KNOX_DAYS), place);
}

static void part(struct knox *k)
{
    uint32_t i = rng_below(&k->rng, k->n);
    if (!movable(k, i))
        return;
    int64_t both = knox_pairs(k, i, 0, -1);
    (void)knox_pairs(k, i, 0, 1);
    uint32_t days = (uint32_t)(k->g->last_day - k->g->first_day + 1);
    if (both > 0)
        (void)knox_move(k, i, k->g->first_day + rng_below(&k->rng, days), -1);
}

static enum err knox_adjust(struct exercise_gen *g, uint32_t type)
{
    struct knox k = {.g = g, .rng = exercise_rng(g, STREAM_NEAR, 0)};
    TRY(knox_collect(&k, type));
    for (uint32_t i = 0; i < k.n; i++)
        knox_pairs(&k, i, i + 1, 1);
    for (int move = 0; move < KNOX_MOVES && k.near_place && k.near_time; move++) {
        double ratio = knox_ratio(&k);
        if (ratio < EXERCISE_KNOX_LOW)
            follow(&k);
        else if (ratio > EXERCISE_KNOX_HIGH)
            part(&k);
        else
            break;
    }
    return ERR_OK;
}

enum err exercise_near_repeats(struct exercise_gen *g)
{
    TRY(knox_adjust(g, (uint32_t)exercise_type_index("theft.dwelling")));
    return knox_adjust(g, (uint32_t)exercise_type_index("theft.storeroom"));
}
