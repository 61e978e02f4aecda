/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented streets with numbered addresses, and parks, schools, stops on them. Every name of a
 * street is one of the stems and one of the endings below; none of them is found among the
 * 139,178 street names of Sweden known to OpenStreetMap. */
#include "parts/exercise/exercise_inner.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"

static const char *const stems[] = {
    "Exempel",      "Övnings",      "Påhitts",     "Låtsas",       "Fantasi",
    "Fiktions",     "Exempelbergs", "Exempelängs", "Exempelskogs", "Övningsbergs",
    "Övningsängs",  "Påhittsbergs", "Påhittsängs", "Låtsasbergs",  "Låtsasängs",
    "Fantasibergs", "Fantasiängs",  "Exempelsjö",  "Övningsskogs", "Påhittsskogs",
};
static const char *const endings[] = {"gatan",  "vägen",  "gränd",   "allén",
                                      "backen", "ringen", "slingan", "leden"};

/* Beside a street: one of these, in turn. */
static const struct {
    const char *start, *kind, *preposition;
} beside[] = {
    {"Busshållplats ", "stop", "vid"},           {"Lekplatsen vid ", "playground", "på"},
    {"Parkeringen vid ", "parking", "på"},       {"Gångtunneln vid ", "underpass", "i"},
    {"Återvinningen vid ", "recycling", "vid"},  {"Garagen vid ", "garages", "vid"},
    {"Cykelstället vid ", "cycle_stand", "vid"}, {"Butiken vid ", "shop", "vid"},
};

/* One of each in an area, named by the area's stem: "Övningsparken". */
static const struct {
    const char *ending, *kind, *preposition;
} single[] = {
    {"parken", "park", "i"},     {"skolan", "school", "vid"}, {"torget", "square", "på"},
    {"vallen", "sports", "vid"}, {"dungen", "grove", "i"},    {"gården", "youth", "vid"},
};

#define STREETS_MAX 400
#define PLACES_MAX 8000
#define NUMBERS 16      /* addresses a street */
#define PEOPLE_PLACE 25 /* inhabitants a place */

struct builder {
    struct exercise_gen *g;
    struct rng rng;
    int municipality;
    uint32_t names[ARRAY_LEN(stems) * ARRAY_LEN(endings)]; /* in the order they are given out */
    uint32_t used;
    struct geo_shape *outline;
};

static uint32_t place_add(struct builder *b, int32_t area, int32_t street, const char *name)
{
    struct exercise *x = b->g->x;
    assert(x->place_count < PLACES_MAX);
    uint32_t i = x->place_count++;
    if (!name)
        b->g->err = ERR_NOMEM;
    x->places[i] = (struct exercise_place){
        .id = exercise_id(b->g, "place", i),
        .municipality = exercise_municipalities[b->municipality],
        .area = area,
        .street = street,
        .name = name,
        .kind = "address",
        .preposition = "på",
    };
    return i;
}

static bool inside(const struct geo_shape *s, struct geo_point a, struct geo_point b)
{
    return geo_shape_contains(s, a.east, a.north) && geo_shape_contains(s, b.east, b.north);
}

static struct geo_point random_in_box(struct builder *b, const struct geo_box *box)
{
    double east = rng_between(&b->rng, box->east_min, box->east_max);
    double north = rng_between(&b->rng, box->north_min, box->north_max);
    return (struct geo_point){east, north};
}

/* The two ends of a street of that length inside the shape; whole metres. */
static void street_lay(struct builder *b, const struct geo_shape *s, double length,
                       struct geo_point end[2])
{
    for (int tries = 0; tries < 500; tries++) {
        struct geo_point mid = random_in_box(b, &s->box);
        double dx = 2 * rng_unit(&b->rng) - 1, dy = 2 * rng_unit(&b->rng) - 1;
        double norm = sqrt(dx * dx + dy * dy);
        if (norm < 0.1 || norm > 1) /* so that all directions are as likely */
            continue;
        dx *= length / 2 / norm;
        dy *= length / 2 / norm;
        end[0] = (struct geo_point){floor(mid.east - dx), floor(mid.north - dy)};
        end[1] = (struct geo_point){floor(mid.east + dx), floor(mid.north + dy)};
        if (inside(s, end[0], end[1]))
            return;
    }
    struct geo_point c = geo_shape_centroid(s);
    end[0] = end[1] = (struct geo_point){floor(c.east), floor(c.north)};
}

static const char *street_name(struct builder *b)
{
    assert(b->used < ARRAY_LEN(b->names));
    uint32_t n = b->names[b->used++];
    const char *stem = stems[n % ARRAY_LEN(stems)];
    char *name = arena_printf(b->g->x->arena, "%s%s", stem, endings[n / ARRAY_LEN(stems)]);
    if (!name)
        b->g->err = ERR_NOMEM;
    return name;
}

static void address_add(struct builder *b, int32_t area, int32_t street, int number,
                        const struct geo_point end[2])
{
    struct exercise *x = b->g->x;
    const char *name = x->streets[street].name;
    double t = (number - 0.5) / NUMBERS, side = number % 2 ? 8 : -8;
    double dx = end[1].east - end[0].east, dy = end[1].north - end[0].north;
    double length = sqrt(dx * dx + dy * dy);
    uint32_t i = place_add(b, area, street, arena_printf(x->arena, "%s %d", name, number));
    x->places[i].east = floor(end[0].east + t * dx - (length > 0 ? side * dy / length : 0));
    x->places[i].north = floor(end[0].north + t * dy + (length > 0 ? side * dx / length : 0));
}

static void beside_add(struct builder *b, int32_t area, int32_t street, uint32_t turn)
{
    struct exercise *x = b->g->x;
    const struct exercise_street *st = &x->streets[street];
    uint32_t k = turn % ARRAY_LEN(beside);
    char *name = arena_printf(x->arena, "%s%s", beside[k].start, st->name);
    uint32_t i = place_add(b, area, street, name);
    x->places[i].kind = beside[k].kind;
    x->places[i].preposition = beside[k].preposition;
    x->places[i].east = st->middle.east + (double)rng_below(&b->rng, 41) - 20;
    x->places[i].north = st->middle.north + (double)rng_below(&b->rng, 41) - 20;
}

static void street_add(struct builder *b, int32_t area, const struct geo_point end[2],
                       uint32_t turn)
{
    struct exercise *x = b->g->x;
    assert(x->street_count < STREETS_MAX);
    int32_t street = (int32_t)x->street_count++;
    x->streets[street] = (struct exercise_street){
        .municipality = exercise_municipalities[b->municipality],
        .area = area,
        .name = street_name(b),
        .middle = {floor((end[0].east + end[1].east) / 2),
                   floor((end[0].north + end[1].north) / 2)},
    };
    for (int n = 1; n <= NUMBERS; n++)
        address_add(b, area, street, n, end);
    beside_add(b, area, street, turn);
    beside_add(b, area, street, turn + 3); /* another kind than the first */
}

static void single_add(struct builder *b, int32_t area, uint32_t kind, const char *stem)
{
    struct exercise *x = b->g->x;
    const struct geo_shape *s = x->areas[area].shape;
    struct geo_point end[2];
    street_lay(b, s, 60, end);
    char *name = arena_printf(x->arena, "%s%s", stem, single[kind].ending);
    uint32_t i = place_add(b, area, -1, name);
    x->places[i].kind = single[kind].kind;
    x->places[i].preposition = single[kind].preposition;
    x->places[i].east = end[0].east;
    x->places[i].north = end[0].north;
}

static void area_fill(struct builder *b, int32_t area, uint32_t turn)
{
    const struct exercise_area *a = &b->g->x->areas[area];
    uint32_t n = (uint32_t)(a->weight / PEOPLE_PLACE / (NUMBERS + 2)) + 1;
    for (uint32_t i = 0; i < n; i++) {
        struct geo_point end[2];
        street_lay(b, a->shape, 15.0 * NUMBERS, end);
        street_add(b, area, end, i + turn);
    }
    uint32_t kinds = a->weight > 1000 ? (uint32_t)ARRAY_LEN(single) : 3;
    for (uint32_t k = 0; k < kinds; k++)
        single_add(b, area, k, stems[turn % ARRAY_LEN(stems)]);
}

/* Country roads lie 1.5 to 4 km from a locality, inside the municipality and outside its areas. */
static void country_road(struct builder *b, struct geo_point end[2])
{
    const struct exercise *x = b->g->x;
    const char *code = exercise_municipalities[b->municipality];
    for (int tries = 0; tries < 2000; tries++) {
        street_lay(b, b->outline, 900, end);
        double nearest = 1e9;
        for (uint32_t i = 0; i < x->area_count; i++)
            nearest = fmin(nearest, geo_shape_distance(x->areas[i].shape, end[0]));
        if (nearest > 1000 && nearest < 4000)
            return;
    }
    struct geo_point c = geo_municipality_by_code(code)->centre;
    end[0] = end[1] = (struct geo_point){floor(c.east), floor(c.north)};
}

static enum err municipality_fill(struct builder *b)
{
    struct exercise_gen *g = b->g;
    const char *code = exercise_municipalities[b->municipality];
    const struct geo_municipality *row = geo_municipality_by_code(code);
    TRY(geo_wkb_read(g->scratch, row->outline.wkb, row->outline.wkb_len, 100000, &b->outline));
    for (uint32_t i = 0; i < ARRAY_LEN(b->names); i++)
        b->names[i] = i;
    rng_shuffle(&b->rng, b->names, ARRAY_LEN(b->names));
    uint32_t turn = 0;
    for (uint32_t i = 0; i < g->x->area_count; i++)
        if (exercise_municipality_index(g->x->areas[i].municipality) == b->municipality)
            area_fill(b, (int32_t)i, turn++);
    uint32_t roads = (uint32_t)(g->rural[b->municipality] / PEOPLE_PLACE / (NUMBERS + 2)) + 1;
    for (uint32_t i = 0; i < roads; i++) {
        struct geo_point end[2];
        country_road(b, end);
        street_add(b, -1, end, i);
    }
    return g->err;
}

enum err exercise_places_make(struct exercise_gen *g)
{
    struct exercise *x = g->x;
    x->streets = ARENA_ARRAY(x->arena, STREETS_MAX, struct exercise_street);
    x->places = ARENA_ARRAY(x->arena, PLACES_MAX, struct exercise_place);
    if (!x->streets || !x->places)
        return ERR_NOMEM;
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++) {
        struct builder b = {.g = g, .municipality = m, .rng = exercise_rng(g, STREAM_PLACES, m)};
        TRY(municipality_fill(&b));
    }
    return ERR_OK;
}
