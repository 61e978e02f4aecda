/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One event: where, when, who reported it. */
#include "parts/exercise/exercise_inner.h"

#include <math.h>

#include "base/str.h"
#include "geo/geo_data.h"

/* Who reports what, among the organisations of EST. A row a first level of the taxonomy; the
 * police report crimes and are not weighed here. */
static const struct {
    const char *group;
    int weight[ORG_COUNT];
} reporters[] = {
    /*                 mun pol hou own gua fir sch you lib str tra vil */
    {"damage", {1, 2, 6, 2, 5, 1, 4, 1, 1, 5, 1, 1}},
    {"litter", {1, 0, 5, 2, 1, 0, 1, 1, 0, 8, 1, 2}},
    {"drugs", {1, 5, 4, 1, 5, 0, 2, 3, 1, 1, 1, 0}},
    {"alcohol", {1, 3, 2, 0, 6, 0, 0, 2, 2, 1, 3, 0}},
    {"disturbance", {1, 3, 5, 1, 7, 1, 3, 5, 3, 0, 2, 1}},
    {"violence", {1, 4, 1, 0, 6, 0, 3, 2, 1, 0, 1, 0}},
    {"staff_incident", {2, 0, 3, 0, 4, 2, 3, 1, 3, 1, 0, 0}},
    {"theft", {1, 2, 5, 2, 3, 0, 1, 0, 0, 2, 4, 1}},
    {"traffic", {1, 5, 2, 0, 2, 0, 4, 2, 0, 3, 1, 5}},
    {"unsafe_place", {2, 1, 4, 1, 2, 1, 2, 1, 1, 6, 1, 3}},
    {"hate", {1, 2, 1, 0, 2, 0, 3, 1, 2, 2, 0, 0}},
    {"rumour", {2, 2, 1, 0, 1, 0, 5, 6, 1, 0, 1, 1}},
    {"planned_event", {4, 2, 0, 0, 0, 1, 2, 3, 2, 1, 2, 2}},
    {"positive", {2, 1, 2, 0, 1, 0, 2, 3, 2, 1, 1, 2}},
};

static uint32_t pick_int(struct rng *r, const int *weights, uint32_t n)
{
    int sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += weights[i];
    int left = (int)rng_below(r, (uint32_t)sum);
    uint32_t i = 0;
    while (left >= weights[i])
        left -= weights[i++];
    return i;
}

static uint32_t reporter_pick(struct exercise_gen *g, struct rng *r, int municipality,
                              uint32_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(reporters); i++)
        if (str_starts(exercise_types[type].code, reporters[i].group))
            return exercise_org_of(g, municipality,
                                   (enum exercise_org)pick_int(r, reporters[i].weight, ORG_COUNT));
    return exercise_org_of(g, municipality, ORG_MUNICIPALITY);
}

void exercise_event_at(struct exercise_gen *g, struct exercise_event *e, uint32_t place)
{
    const struct exercise_place *p = &g->x->places[place];
    e->municipality = p->municipality;
    e->place = (int32_t)place;
    e->street = p->street;
    e->area = p->area;
    e->east = p->east;
    e->north = p->north;
    e->label = p->name;
    e->precision = str_eq(p->kind, "address") ? GEO_POINT : GEO_PLACE;
}

static void at_municipality(struct exercise_event *e)
{
    const struct geo_municipality *m = geo_municipality_by_code(e->municipality);
    e->precision = GEO_MUNICIPALITY;
    e->place = e->street = e->area = -1;
    e->east = m->centre.east;
    e->north = m->centre.north;
    e->label = m->name;
}

/* Not everybody can say exactly where: some name the street, the district, or nothing. */
static void coarsen(struct exercise_gen *g, struct rng *r, struct exercise_event *e)
{
    double u = rng_unit(r);
    if (u < 0.03) {
        at_municipality(e);
    } else if (u < 0.11 && e->area >= 0) {
        const struct exercise_area *a = &g->x->areas[e->area];
        e->precision = GEO_AREA;
        e->place = e->street = -1;
        e->east = a->centre.east;
        e->north = a->centre.north;
        e->label = a->name;
    } else if (u > 0.92 && e->street >= 0) {
        const struct exercise_street *s = &g->x->streets[e->street];
        e->precision = GEO_STREET;
        e->place = -1;
        e->east = s->middle.east;
        e->north = s->middle.north;
        e->label = s->name;
    }
}

static bool fits(const struct exercise_recipe *k, const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(k->kinds) && k->kinds[i]; i++)
        if (str_eq(k->kinds[i], kind))
            return true;
    return !k->kinds[0];
}

/* Shoplifting mostly in shops, fairs mostly on squares; where nothing is to be found, anywhere. */
static uint32_t place_pick(struct exercise_gen *g, struct rng *r, struct exercise_spot spot,
                           uint32_t type)
{
    const struct exercise_recipe *k = &exercise_recipes[type];
    const struct exercise_choice *c = exercise_choice_of(g, spot.municipality, spot.area);
    if (k->home)
        return c->homes[alias_pick(&c->home, r)];
    uint32_t place = c->all[alias_pick(&c->any, r)];
    if (spot.area >= 0 && spot.area == g->nothing_area)
        return place;
    for (int tries = 0; tries < 12 && !fits(k, g->x->places[place].kind); tries++)
        place = c->all[alias_pick(&c->any, r)];
    return place;
}

struct exercise_event *exercise_event_add(struct exercise_gen *g, struct rng *r,
                                          struct exercise_spot spot, uint32_t type,
                                          enum exercise_source source)
{
    struct exercise *x = g->x;
    if (x->event_count == g->event_cap) {
        g->err = ERR_LIMIT;
        return NULL;
    }
    struct exercise_event *e = &x->events[x->event_count++];
    *e = (struct exercise_event){
        .municipality = exercise_municipalities[spot.municipality],
        .source = source,
        .type = type,
    };
    e->organisation = source == EXERCISE_POLICE ? exercise_org_of(g, spot.municipality, ORG_POLICE)
                                                : reporter_pick(g, r, spot.municipality, type);
    if (spot.place >= 0) {
        exercise_event_at(g, e, (uint32_t)spot.place);
        return e;
    }
    exercise_event_at(g, e, place_pick(g, r, spot, type));
    coarsen(g, r, e);
    return e;
}

static msec moment(int64_t day, int hour, int minute)
{
    struct date d = date_from_days(day);
    struct civil c = {.year = d.year, .month = d.month, .day = d.day};
    c.hour = hour;
    c.minute = minute;
    msec t = 0;
    if (civil_to_msec(&c, &t) != ERR_OK) /* cannot happen: the day is one of ours */
        t = date_start(d);
    return t;
}

/* Nobody saw it: between two visits. Most over a night, some over a weekend or a week away. */
static void interval_set(struct rng *r, struct exercise_event *e, int64_t day)
{
    double u = rng_unit(r);
    int nights = 1, from_hour = 16 + (int)rng_below(r, 7), to_hour = 6 + (int)rng_below(r, 4);
    if (u < 0.22) { /* from Friday afternoon to Monday morning */
        day -= date_weekday(date_from_days(day)) - 5;
        nights = 3;
        from_hour = 15 + (int)rng_below(r, 4);
    } else if (u < 0.30) {
        nights = 2 + (int)rng_below(r, 7);
        from_hour = 8 + (int)rng_below(r, 8);
        to_hour = 12 + (int)rng_below(r, 9);
    }
    e->occurred_from = moment(day, from_hour, 15 * (int)rng_below(r, 4));
    e->occurred_to = moment(day + nights, to_hour, 15 * (int)rng_below(r, 4));
}

static void report_set(struct exercise_gen *g, struct rng *r, struct exercise_event *e)
{
    double days = rng_exponential(r, e->source == EXERCISE_POLICE ? 0.8 : 0.7);
    e->reported = e->occurred_to + MSEC_MINUTE * (msec)(days * 1440);
    if (e->reported >= g->end)
        e->reported = e->occurred_to + (g->end - 1 - e->occurred_to) / MSEC_MINUTE * MSEC_MINUTE;
}

void exercise_event_day(struct exercise_gen *g, struct rng *r, struct exercise_event *e,
                        int64_t day)
{
    const struct exercise_profile *p = &exercise_profiles[exercise_recipes[e->type].profile];
    int hour = (int)pick_int(r, p->hour, 24), minute = 5 * (int)rng_below(r, 12);
    e->occurred_from = e->occurred_to = moment(day, hour, minute);
    if (exercise_types[e->type].property && rng_chance(r, EXERCISE_INTERVAL_SHARE)) {
        struct exercise_event kept = *e;
        interval_set(r, e, day);
        /* At the ends of the period an interval would reach outside. */
        if (e->occurred_to >= g->end || e->occurred_from < date_start(g->x->first))
            *e = kept;
    }
    report_set(g, r, e);
}

void exercise_event_shift(struct exercise_gen *g, struct exercise_event *e, int64_t days)
{
    msec *times[] = {&e->occurred_from, &e->occurred_to, &e->reported};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct civil c = civil_from_msec(*times[i]);
        *times[i] =
            moment(date_days((struct date){c.year, c.month, c.day}) + days, c.hour, c.minute);
    }
    if (e->reported >= g->end || e->reported < e->occurred_to)
        e->reported = e->occurred_to;
}
