/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The invented reports of an exercise: places with names that exist nowhere, ordinary days, and
 * what there is to practise on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/exercise/drill_inner.h"

static const char *const stems[] = {"Övnings", "Exempel", "Påhitts",
                                    "Låtsas",  "Fantasi", "Fiktions"};
static const struct {
    const char *ending, *preposition;
    bool street;
} kinds[] = {
    {"parken", "i", false},      {"gatan", "på", true},        {"torget", "på", false},
    {"skolan", "vid", false},    {"vägen", "på", true},        {"tunneln", "i", false},
    {"hallen", "vid", false},    {"parkeringen", "på", false}, {"lekplatsen", "på", false},
    {"stationen", "vid", false},
};

struct id drill_id(const struct drill_making *m, const char *what, size_t n)
{
    char name[96];
    snprintf(name, sizeof name, "%s/%llu/%s/%zu", m->o->municipality,
             (unsigned long long)m->o->seed, what, n);
    return id_from_name("samsyn-drill", name);
}

/* --- Places --- */

static struct geo_point inside(struct drill_making *m, const struct geo_shape *s)
{
    for (int tries = 0; tries < 500; tries++) {
        double east = floor(rng_between(&m->rng, s->box.east_min, s->box.east_max));
        double north = floor(rng_between(&m->rng, s->box.north_min, s->box.north_max));
        if (geo_shape_contains(s, east, north))
            return (struct geo_point){east, north};
    }
    struct geo_point c = geo_shape_centroid(s);
    return (struct geo_point){floor(c.east), floor(c.north)};
}

static enum err make_places(struct drill_making *m)
{
    struct drill *d = m->d;
    uint32_t order[ARRAY_LEN(stems) * ARRAY_LEN(kinds)];
    size_t areas = m->o->n_areas < DRILL_AREAS_MOST ? m->o->n_areas : DRILL_AREAS_MOST;
    d->places = ARENA_ARRAY(m->a, DRILL_PLACES_MOST, struct drill_place);
    if (!d->places)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < ARRAY_LEN(order); i++)
        order[i] = i;
    rng_shuffle(&m->rng, order, ARRAY_LEN(order));
    d->n_places = areas * 5 < DRILL_PLACES_MOST ? areas * 5 : DRILL_PLACES_MOST;
    for (size_t i = 0; i < d->n_places; i++) {
        size_t kind = order[i] % ARRAY_LEN(kinds), stem = order[i] / ARRAY_LEN(kinds);
        struct geo_point at = inside(m, m->o->areas[i % areas].shape);
        d->places[i] = (struct drill_place){
            .id = drill_id(m, "place", i),
            .name = arena_printf(m->a, "%s%s", stems[stem], kinds[kind].ending),
            .preposition = kinds[kind].preposition,
            .east = at.east,
            .north = at.north,
            .area = (uint32_t)(i % areas),
            .street = kinds[kind].street,
        };
        if (!d->places[i].name)
            return ERR_NOMEM;
    }
    d->hot = rng_below(&m->rng, (uint32_t)d->n_places);
    return ERR_OK;
}

/* --- Events --- */

struct event *drill_add(struct drill_making *m, uint32_t type, uint32_t place, msec at)
{
    struct drill *d = m->d;
    const struct drill_place *p = &d->places[place];
    const struct drill_person *who = &m->o->people[rng_below(&m->rng, (uint32_t)m->o->n_people)];
    struct event *e = &d->events[d->n_events];
    msec seen = at + (msec)rng_below(&m->rng, 14 * 60) * MSEC_MINUTE;
    *e = event_blank();
    e->municipality = m->o->municipality;
    e->id = drill_id(m, "event", d->n_events++);
    e->source = EVENT_SOURCE_REPORT;
    e->organisation_id = who->organisation;
    e->created_by = who->account;
    e->type_code = exercise_types[type].code;
    e->occurred_from = e->occurred_to = at;
    if (exercise_types[type].property && rng_chance(&m->rng, EXERCISE_INTERVAL_SHARE))
        e->occurred_from -= 8 * MSEC_HOUR;
    e->precision = p->street ? GEO_STREET : GEO_PLACE;
    e->east = p->east;
    e->north = p->north;
    e->place_name = p->name;
    e->place_id = p->id;
    e->area_id = m->o->areas[p->area].id;
    e->state = EVENT_INCLUDED;
    e->reported_at = seen < m->o->now ? seen : m->o->now;
    e->origin = EXERCISE_ORIGIN;
    return e;
}

void drill_say(struct drill_making *m, struct event *e, const struct drill_place *p,
               const char *text)
{
    const char *at = strchr(text, '@');
    e->description = at ? arena_printf(m->a, "%.*s%s %s%s", (int)(at - text), text, p->preposition,
                                       p->name, at + 1)
                        : text;
    if (!e->description)
        m->err = ERR_NOMEM;
}

/* A moment of a day by the hours of the type; never later than an hour ago. */
msec drill_clock(struct drill_making *m, uint32_t type, int days_ago)
{
    const struct exercise_profile *p = &exercise_profiles[exercise_recipes[type].profile];
    int sum = 0, hour = 0;
    for (int h = 0; h < 24; h++)
        sum += p->hour[h];
    int left = (int)rng_below(&m->rng, (uint32_t)sum);
    while (left >= p->hour[hour])
        left -= p->hour[hour++];
    struct date day = date_add(date_of_msec(m->o->now), -days_ago);
    msec at = date_at(day, hour * 60 + (int)rng_below(&m->rng, 12) * 5);
    return at < m->o->now - MSEC_HOUR ? at : at - MSEC_DAY;
}

static enum err ordinary_days(struct drill_making *m)
{
    double weights[EXERCISE_TYPE_COUNT];
    struct alias types;
    int days = (int)(date_days(date_of_msec(m->o->now)) - date_days(m->d->first));
    for (int t = 0; t < EXERCISE_TYPE_COUNT; t++)
        weights[t] = exercise_recipes[t].est;
    weights[exercise_type_index("nothing")] = 0;
    TRY(alias_make(m->a, weights, EXERCISE_TYPE_COUNT, &types));
    for (int i = 0; i < DRILL_REPORTS; i++) {
        uint32_t type = alias_pick(&types, &m->rng);
        uint32_t place = rng_below(&m->rng, (uint32_t)m->d->n_places);
        int ago = 1 + (int)rng_below(&m->rng, (uint32_t)days);
        struct event *e = drill_add(m, type, place, drill_clock(m, type, ago));
        drill_say(m, e, &m->d->places[place], exercise_text_of(type, rng_u32(&m->rng)));
        if (i % 8 == 0) { /* "somewhere in the neighbourhood" */
            e->precision = GEO_AREA;
            e->east = e->north = NAN;
            e->place_id = (struct id){{0}};
            e->place_name = m->o->areas[m->d->places[place].area].name;
        }
    }
    return m->err;
}

static bool fits(const struct drill_options *o)
{
    return o->n_areas > 0 && o->n_people > 0;
}

enum err drill_draw(struct arena *a, const struct drill_options *o, struct drill *out)
{
    struct drill d = {0};
    struct drill_making m = {.a = a, .o = o, .d = &d, .rng = rng_make(o->seed, 1)};
    if (!fits(o))
        return ERR_INVALID;
    d.end = date_add(date_of_msec(o->now), DRILL_DAYS_LEFT);
    d.first = date_add(d.end, -14 * DRILL_PERIODS);
    d.events = ARENA_ARRAY(a, DRILL_REPORTS + DRILL_PLANTED_MOST, struct event);
    if (!d.events)
        return ERR_NOMEM;
    TRY(make_places(&m));
    TRY(ordinary_days(&m));
    TRY(drill_plant(&m));
    *out = d;
    return ERR_OK;
}

/* --- Areas where there are none --- */

static enum err octagon(struct arena *a, struct geo_point at, double radius, struct geo_shape **out)
{
    struct buf b = buf_init(4096);
    uint32_t head[4] = {0};
    uint8_t order = 1;
    head[0] = 3; /* a polygon with one ring of nine points */
    head[1] = 1;
    head[2] = 9;
    buf_add(&b, &order, 1);
    buf_add(&b, head, 3 * sizeof *head);
    for (int i = 0; i < 9; i++) {
        double turn = (i % 8) * (3.14159265358979323846 / 4);
        double xy[2] = {floor(at.east + radius * cos(turn)), floor(at.north + radius * sin(turn))};
        buf_add(&b, xy, sizeof xy);
    }
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        e = geo_wkb_read(a, b.data, b.len, 100, out);
    buf_done(&b);
    return e;
}

enum err drill_areas(struct arena *a, const char *municipality, uint64_t seed,
                     struct drill_area **out, size_t *n)
{
    size_t towns;
    const struct geo_municipality *g = geo_municipality_by_code(municipality);
    const struct geo_locality *l = geo_localities_of(municipality, &towns);
    struct drill_options o = {.seed = seed, .municipality = municipality};
    struct drill_making m = {.a = a, .o = &o};
    towns = towns > 4 ? 4 : towns;
    struct drill_area *list = ARENA_ARRAY(a, towns + 1, struct drill_area);
    if (!list || !g)
        return list ? ERR_INVALID : ERR_NOMEM;
    for (size_t i = 0; i < (towns ? towns : 1); i++) {
        struct geo_point at = towns ? (struct geo_point){l[i].east, l[i].north} : g->centre;
        double radius = towns ? sqrt(l[i].area_ha * 1e4 / 3.1416) * 0.8 : 1000;
        list[i].id = drill_id(&m, "area", i);
        list[i].name = arena_printf(a, "%s (övning)", towns ? l[i].name : g->name);
        if (!list[i].name)
            return ERR_NOMEM;
        TRY(octagon(a, at, radius < 2000 ? radius : 2000, &list[i].shape));
    }
    *out = list;
    *n = towns ? towns : 1;
    return ERR_OK;
}
