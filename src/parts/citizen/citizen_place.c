/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where: by name from the municipality's own register, as a point, or as one of the places near it.
 */
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/citizen/citizen_web.h"

#define AROUND_METRES 500.0
#define STREET_METRES 150.0
#define AT_METRES 15.0
#define NEAR_MOST 12
#define CHOICES_MOST 6
#define BEYOND 5000.0 /* the outlines are coarse */

/* --- A position in words --- */

struct around {
    struct req *rq;
    struct geo_point at;
    struct gazetteer_list found;
};

static enum err look_around(struct tx *tx, void *arg)
{
    struct around *r = arg;
    const struct gazetteer_circle c = {r->at, AROUND_METRES, NEAR_MOST};
    return gazetteer_around(tx, r->rq->arena, web_municipality(r->rq), &c, &r->found);
}

/* Nobody's house is named: an own place with a number in its name is an address. */
static const struct gazetteer_place *landmark(const struct gazetteer_list *l, bool street)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct gazetteer_place *p = &l->places[i];
        bool is_street = p->kind == GAZETTEER_STREET;
        if (is_street == street && (!street || p->metres <= STREET_METRES) &&
            !p->name[strcspn(p->name, "0123456789")])
            return p;
    }
    return NULL;
}

static const char *metres(struct req *rq, double m)
{
    return TXF(rq, unit_metre, (int)(m < 10 ? 10 : lround(m / 10) * 10));
}

enum err citizen_place_words(struct req *rq, struct geo_point at, const char **out)
{
    struct around r = {.rq = rq, .at = at};
    TRY(web_read(rq, look_around, &r));
    const struct gazetteer_place *street = landmark(&r.found, true);
    const struct gazetteer_place *place = landmark(&r.found, false);
    const char *s;
    if (!street && !place)
        return event_web_near(rq, at, out);
    if (place && place->metres <= AT_METRES)
        s = street ? TXF(rq, citizen_at_both, place->name, street->name)
                   : TXF(rq, citizen_at, place->name);
    else if (place)
        s = street
                ? TXF(rq, citizen_near_both, street->name, metres(rq, place->metres), place->name)
                : TXF(rq, citizen_near_from, metres(rq, place->metres), place->name);
    else
        s = TXF(rq, citizen_near, street->name);
    if (!s)
        return ERR_NOMEM;
    *out = s;
    return ERR_OK;
}

/* --- Choices --- */

/* What is said of a place that can be chosen: a street alone says little of where. */
static enum err choice_words(struct req *rq, struct event_spot *s)
{
    if (!geo_precision_is_place(s->precision) || isnan(s->east))
        return ERR_OK;
    struct around r = {.rq = rq, .at = {s->east, s->north}};
    TRY(web_read(rq, look_around, &r));
    const struct gazetteer_place *p = landmark(&r.found, s->precision != GEO_STREET);
    if (!p || str_eq(p->name, s->name) || id_eq(p->id, s->place_id))
        return ERR_OK;
    s->words = p->kind == GAZETTEER_STREET
                   ? TXF(rq, citizen_choice_street, s->words, p->name)
                   : TXF(rq, citizen_choice_from, s->words, metres(rq, p->metres), p->name);
    return s->words ? ERR_OK : ERR_NOMEM;
}

static enum err choices_by_name(struct req *rq, const char *name, struct citizen_entry *out)
{
    TRY(event_web_spots(rq, name, &out->spots));
    for (size_t i = 0; i < out->spots.n; i++)
        TRY(choice_words(rq, &out->spots.list[i]));
    return ERR_OK;
}

static enum err choices_around(struct req *rq, struct geo_point at, struct citizen_entry *out)
{
    struct around r = {.rq = rq, .at = at};
    struct event_spot *list = ARENA_ARRAY(rq->arena, CHOICES_MOST, struct event_spot);
    TRY(web_read(rq, look_around, &r));
    if (!list)
        return ERR_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < r.found.n && n < CHOICES_MOST; i++) {
        const struct gazetteer_place *p = &r.found.places[i];
        char id[ID_TEXT];
        if (id_is_none(p->id))
            continue;
        id_text(p->id, id);
        list[n++] = (struct event_spot){
            .value = arena_strdup(rq->arena, id),
            .name = p->name,
            .words = TXF(rq, citizen_choice_away, p->name, metres(rq, p->metres)),
            .precision = p->precision,
            .east = p->east,
            .north = p->north,
            .place_id = p->id,
        };
    }
    out->spots = (struct event_spots){.list = list, .n = n};
    out->point = true;
    return ERR_OK;
}

static const struct event_spot *chosen(const struct event_spots *s, const char *value)
{
    for (size_t i = 0; value && i < s->n; i++)
        if (str_eq(s->list[i].value, value))
            return &s->list[i];
    return NULL;
}

/* --- What was chosen --- */

static void take_spot(struct event *e, const struct event_spot *s)
{
    bool place = geo_precision_is_place(s->precision);
    e->place_name = s->name;
    e->place_id = s->place_id;
    e->area_id = s->area_id;
    e->precision = s->precision;
    e->east = place ? s->east : NAN;
    e->north = place ? s->north : NAN;
}

static bool far_outside(const struct req *rq, struct geo_point p)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    const struct geo_box *b = m ? &m->outline.box : NULL;
    return b && (p.east < b->east_min - BEYOND || p.east > b->east_max + BEYOND ||
                 p.north < b->north_min - BEYOND || p.north > b->north_max + BEYOND);
}

/* What is stored is read by the staff. */
static enum err swedish_words(struct req *rq, struct geo_point at, const char **out)
{
    enum lang asked = rq->lang;
    rq->lang = LANG_SV;
    enum err e = citizen_place_words(rq, at, out);
    rq->lang = asked;
    return e;
}

static enum err read_point(struct req *rq, bool looking, struct citizen_entry *out)
{
    struct geo_point at = {req_real(rq, "east", NAN), req_real(rq, "north", NAN)};
    const char *choice = req_field(rq, "place_choice"), *words;
    if (far_outside(rq, at)) {
        req_problem(rq, "place", TXF(rq, event_form_outside, web_municipality_name(rq)));
        return ERR_OK;
    }
    if (looking || choice)
        TRY(choices_around(rq, at, out));
    out->choose = out->spots.n > 0;
    const struct event_spot *s = chosen(&out->spots, choice);
    TRY(citizen_place_words(rq, s ? (struct geo_point){s->east, s->north} : at, &words));
    struct event_spot point = {
        .name = req_field(rq, "place"), .precision = GEO_POINT, .east = at.east, .north = at.north};
    if (!point.name)
        TRY(swedish_words(rq, at, &point.name));
    take_spot(&out->e, s ? s : &point);
    out->read_back = s ? s->words : words;
    return ERR_OK;
}

static enum err read_name(struct req *rq, const char *name, bool looking, struct citizen_entry *out)
{
    const char *choice = req_field(rq, "place_choice");
    TRY(choices_by_name(rq, name, out));
    const struct event_spot *s = chosen(&out->spots, choice);
    if (!s && !choice && out->spots.clear)
        s = &out->spots.list[0];
    out->choose = looking || choice || !s;
    if (str_eq(choice, "name")) {
        struct event_spot unplaced = {.name = name, .precision = GEO_MUNICIPALITY};
        take_spot(&out->e, &unplaced);
        out->read_back = name;
    } else if (s) {
        take_spot(&out->e, s);
        out->read_back = s->words;
    } else {
        req_problem(rq, "place_choice",
                    out->spots.n ? TX(rq, citizen_place_which) : TXF(rq, citizen_place_none, name));
    }
    return ERR_OK;
}

/* A point that came with the page belongs to the name that stood there. */
static bool point_of_another(const struct req *rq, const char *name)
{
    const char *of = req_field(rq, "point_of");
    return of && name && !str_eq(of + 1, name);
}

enum err citizen_place_read(struct req *rq, bool looking, struct citizen_entry *out)
{
    const char *name = req_field(rq, "place");
    struct guard_span one;
    if (req_problem_of(rq, "place"))
        return ERR_OK;
    if (name && guard_find(name, strlen(name), &one, 1)) {
        req_problem(rq, "place", TX(rq, citizen_place_guard));
        return ERR_OK;
    }
    if (req_problem_of(rq, "east") || req_problem_of(rq, "north")) {
        req_problem(rq, "place", TX(rq, event_rule_position));
        return ERR_OK;
    }
    if (req_has(rq, "east") && req_has(rq, "north") && !point_of_another(rq, name))
        return read_point(rq, looking, out);
    if (name)
        return read_name(rq, name, looking, out);
    req_problem(rq, "place", TX(rq, citizen_place_missing));
    return ERR_OK;
}

/* --- While one writes --- */

enum err citizen_places_page(struct req *rq)
{
    struct citizen_town town;
    TRY(citizen_town_load(rq, &town));
    return town.takes ? event_places_page(rq) : ERR_NOTFOUND;
}

enum err citizen_here_page(struct req *rq)
{
    struct citizen_town town;
    const char *text;
    TRY(citizen_town_load(rq, &town));
    if (!town.takes)
        return ERR_NOTFOUND;
    if (rq->problems)
        return ERR_INVALID;
    struct geo_lonlat p = {req_real(rq, "lon", 0), req_real(rq, "lat", 0)};
    TRY(citizen_place_words(rq, geo_to_sweref(p), &text));
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_text(&j, "text", text);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}
