/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is planted for the analysis to find. Each comes on top of the ordinary events. */
#include "parts/exercise/exercise_inner.h"

#include <math.h>

#include "base/str.h"

#define HOTSPOT_A_WEEK 5.0
#define HOTSPOT_WEEKS 9
#define SERIES_EVENTS 6
#define CLUSTER_EVENTS 14
#define CLUSTER_DAYS 9
#define CLUSTER_RADIUS 200.0
#define STEP_A_WEEK 1.5 /* thefts from cars in both areas, on top of the ordinary ones */
#define STEP_LEFT 0.15  /* of these after the action */

static struct exercise_truth *truth_add(struct exercise_gen *g, enum exercise_plant kind,
                                        int32_t area, int64_t from, int64_t to)
{
    struct exercise *x = g->x;
    struct exercise_truth *t = &x->truths[x->truth_count++];
    *t = (struct exercise_truth){
        .kind = kind,
        .municipality = x->areas[area].municipality,
        .area = area,
        .comparison = -1,
        .from = date_from_days(from),
        .to = date_from_days(to),
        .point = {NAN, NAN},
    };
    return t;
}

struct seed {
    const char *code;
    enum exercise_source source;
    enum exercise_plant plant;
};

static enum err plant_add(struct exercise_gen *g, struct rng *r, struct exercise_spot at,
                          struct seed what, int64_t day)
{
    uint32_t type = (uint32_t)exercise_type_index(what.code);
    struct exercise_event *e = exercise_event_add(g, r, at, type, what.source);
    if (!e)
        return g->err;
    e->plant = what.plant;
    /* What is planted happened on its day; only the step is made of ordinary events. */
    do {
        exercise_event_day(g, r, e, day);
    } while (what.plant != EXERCISE_STEP && e->occurred_from != e->occurred_to);
    return ERR_OK;
}

/* A named place of the area, of that kind; any place that is no address if there is none. */
static uint32_t place_of_kind(const struct exercise_gen *g, int32_t area, const char *kind)
{
    const struct exercise_choice *c = exercise_choice_of(g, 0, area);
    uint32_t found = c->all[0];
    for (uint32_t i = 0; i < c->all_count; i++)
        if (str_eq(g->x->places[c->all[i]].kind, kind))
            found = c->all[i];
    return found;
}

/* Evenings in the park: five events a week for nine weeks, the last of them in the last weeks. */
static enum err hotspot_plant(struct exercise_gen *g, struct rng *r)
{
    static const char *const codes[] = {"disturbance.gathering", "damage.graffiti", "drugs.use",
                                        "alcohol"};
    uint32_t place = place_of_kind(g, g->hotspot_area, "park");
    int64_t to = g->last_day - 3 - rng_below(r, 8), from = to - 7 * HOTSPOT_WEEKS + 1;
    struct exercise_spot at = {0, g->hotspot_area, (int32_t)place};
    for (int week = 0; week < HOTSPOT_WEEKS; week++) {
        int64_t n = rng_poisson(r, HOTSPOT_A_WEEK);
        for (int64_t i = 0; i < n; i++) {
            double u = rng_unit(r);
            int k = u < 0.5 ? 0 : u < 0.7 ? 1 : u < 0.87 ? 2 : 3;
            enum exercise_source s =
                rng_chance(r, 0.25) && k > 0 && k < 3 ? EXERCISE_POLICE : EXERCISE_EST;
            int64_t day = from + 7 * week + rng_below(r, 7);
            TRY(plant_add(g, r, at, (struct seed){codes[k], s, EXERCISE_HOTSPOT}, day));
        }
    }
    struct exercise_truth *t = truth_add(g, EXERCISE_HOTSPOT, g->hotspot_area, from, to);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        t->types[i] = codes[i];
    t->point = (struct geo_point){g->x->places[place].east, g->x->places[place].north};
    t->radius = 50;
    return ERR_OK;
}

/* Six burglaries among neighbours on one street, a few days apart. */
static enum err series_plant(struct exercise_gen *g, struct rng *r)
{
    const struct exercise *x = g->x;
    const struct exercise_choice *c = exercise_choice_of(g, 0, g->series_area);
    uint32_t first = c->homes[rng_below(r, c->home_count)];
    int64_t day = g->last_day - 50 - rng_below(r, 200), from = day;
    uint32_t near[EXERCISE_AREAS_MAX], near_count = 0;
    for (uint32_t i = 0; i < c->home_count && near_count < ARRAY_LEN(near); i++) {
        const struct exercise_place *p = &x->places[c->homes[i]], *q = &x->places[first];
        double dx = p->east - q->east, dy = p->north - q->north;
        if (p->street == q->street && dx * dx + dy * dy <= 45.0 * 45.0)
            near[near_count++] = c->homes[i];
    }
    for (int i = 0; i < SERIES_EVENTS; i++) {
        struct exercise_spot at = {0, g->series_area, (int32_t)near[rng_below(r, near_count)]};
        if (i)
            day += 2 + rng_below(r, 5);
        TRY(plant_add(g, r, at, (struct seed){"theft.dwelling", EXERCISE_POLICE, EXERCISE_SERIES},
                      day));
    }
    struct exercise_truth *t = truth_add(g, EXERCISE_SERIES, g->series_area, from, day);
    t->types[0] = "theft.dwelling";
    t->point = (struct geo_point){x->places[first].east, x->places[first].north};
    t->radius = 45;
    return ERR_OK;
}

/* Broken windows within 200 m in nine days. */
static enum err cluster_plant(struct exercise_gen *g, struct rng *r)
{
    const struct exercise *x = g->x;
    int m = exercise_municipality_index(x->areas[g->cluster_area].municipality);
    const struct exercise_choice *c = exercise_choice_of(g, m, g->cluster_area);
    const struct exercise_place *mid = &x->places[c->all[rng_below(r, c->all_count)]];
    int64_t from = g->last_day - 20 - rng_below(r, 30);
    for (int i = 0; i < CLUSTER_EVENTS;) {
        uint32_t place = c->all[rng_below(r, c->all_count)];
        double dx = x->places[place].east - mid->east, dy = x->places[place].north - mid->north;
        if (dx * dx + dy * dy > CLUSTER_RADIUS * CLUSTER_RADIUS)
            continue;
        struct exercise_spot at = {m, g->cluster_area, (int32_t)place};
        enum exercise_source s = rng_chance(r, 0.5) ? EXERCISE_POLICE : EXERCISE_EST;
        int64_t day = from + rng_below(r, CLUSTER_DAYS);
        TRY(plant_add(g, r, at, (struct seed){"damage.glass", s, EXERCISE_CLUSTER}, day));
        i++;
    }
    struct exercise_truth *t =
        truth_add(g, EXERCISE_CLUSTER, g->cluster_area, from, from + CLUSTER_DAYS - 1);
    t->types[0] = "damage.glass";
    t->point = (struct geo_point){mid->east, mid->north};
    t->radius = CLUSTER_RADIUS;
    return ERR_OK;
}

static enum err step_draw(struct exercise_gen *g, struct rng *r, int32_t area, int64_t start)
{
    struct exercise_spot at = {0, area, -1};
    for (int64_t day = g->first_day; day <= g->last_day; day++) {
        bool fewer = area == g->step_area && day >= start;
        int64_t n = rng_poisson(r, STEP_A_WEEK / 7 * (fewer ? STEP_LEFT : 1));
        for (int64_t i = 0; i < n; i++)
            TRY(plant_add(g, r, at, (struct seed){"theft.vehicle", EXERCISE_POLICE, EXERCISE_STEP},
                          day));
    }
    return ERR_OK;
}

/* Thefts from cars: as many in two districts until light and rounds come to one of them. */
static enum err step_plant(struct exercise_gen *g, struct rng *r)
{
    int64_t length = g->last_day - g->first_day + 1;
    int64_t start = g->last_day - length * 3 / 10 - rng_below(r, (uint32_t)(length / 10));
    start -= date_weekday(date_from_days(start)) - 1;
    TRY(step_draw(g, r, g->step_area, start));
    TRY(step_draw(g, r, g->comparison_area, start));
    struct exercise_truth *t = truth_add(g, EXERCISE_STEP, g->step_area, start, g->last_day);
    t->comparison = g->comparison_area;
    t->types[0] = "theft.vehicle";
    g->x->action = (struct exercise_action){
        .id = exercise_id(g, "action", 0),
        .municipality = exercise_municipalities[0],
        .title = "Bättre ljus och rondering på parkeringar",
        .problem = "Många stölder ur bilar på mörka parkeringar och i garagelängor.",
        .measure = "Antal anmälda stölder ur bil per månad, jämfört med ett likartat område.",
        .organisation = exercise_org_of(g, 0, ORG_HOUSING),
        .area = g->step_area,
        .comparison = g->comparison_area,
        .start = date_from_days(start),
    };
    return ERR_OK;
}

enum err exercise_plants_draw(struct exercise_gen *g)
{
    struct rng r = exercise_rng(g, STREAM_PLANTS, 0);
    TRY(hotspot_plant(g, &r));
    r = exercise_rng(g, STREAM_PLANTS, 1);
    TRY(series_plant(g, &r));
    r = exercise_rng(g, STREAM_PLANTS, 2);
    TRY(cluster_plant(g, &r));
    r = exercise_rng(g, STREAM_PLANTS, 3);
    TRY(step_plant(g, &r));
    struct exercise_truth *t =
        truth_add(g, EXERCISE_NOTHING, g->nothing_area, g->first_day, g->last_day);
    t->types[0] = NULL;
    return ERR_OK;
}
