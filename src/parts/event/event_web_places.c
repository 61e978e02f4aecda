/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places and times of the form: found by name, said in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event_web_form.h"
#include "parts/event/report_outbox.h"

#define NEAR_METRES 2000.0
#define HERE_METRES 60.0
#define EVENT_YEAR_FIRST 1990 /* a year before is a slip of the hand */

const struct field_spec event_places_fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .max = GAZETTEER_TEXT_MOST}, {0}};
const struct field_spec event_near_fields[] = {
    {.name = "lon", .kind = FIELD_REAL, .required = true, .min = 8, .max = 26},
    {.name = "lat", .kind = FIELD_REAL, .required = true, .min = 54, .max = 70},
    {0}};
const struct field_spec event_new_fields[] = {
    {.name = "som", .kind = FIELD_ID}, {.name = "klart", .kind = FIELD_CODE}, {0}};

/* --- Times --- */

/* Does the text say the year, in four figures? Alone or with the rest of a date: 2024, 20240229. */
static bool says_year(const char *text, int year)
{
    char four[8];
    snprintf(four, sizeof four, "%04d", year % 10000);
    for (const char *p = text; *p;) {
        size_t n = strspn(p, "0123456789");
        if ((n == 4 || n == 8) && strncmp(p, four, 4) == 0)
            return true;
        p += n ? n : 1;
    }
    return false;
}

const char *event_web_when_doubt(struct req *rq, const char *said, const struct event_when *w)
{
    const msec year = 366 * MSEC_DAY, now = report_written(rq);
    int from = civil_from_msec(w->from).year;
    if (from < EVENT_YEAR_FIRST)
        return TX(rq, event_form_when_early);
    if (w->from >= now - year || says_year(said, from))
        return NULL;
    const char *read = event_when_text(rq->arena, rq->lang, w);
    return TXF(rq, event_form_when_old, read);
}

bool event_web_when(struct req *rq, const char *said, msec *from, msec *to)
{
    struct event_when w;
    char word[EVENT_WHEN_WORD] = "";
    if (event_when_read(said, report_written(rq), &w, word) != ERR_OK) {
        req_problem(rq, "when",
                    *word ? TXF(rq, event_form_when_word, (const char *)word)
                          : TX(rq, event_form_when_not));
        return false;
    }
    const char *doubt = event_web_when_doubt(rq, said, &w);
    if (doubt) {
        req_problem(rq, "when", doubt);
        return false;
    }
    *from = w.from;
    *to = w.to;
    return true;
}

static const char *stamp(struct req *rq, msec t)
{
    struct civil c = civil_from_msec(t);
    static const char *const season[] = {
        [CLOCK_ONCE] = "", [CLOCK_FIRST] = " sommartid", [CLOCK_SECOND] = " vintertid"};
    return arena_printf(rq->arena, "%04d-%02d-%02d %02d:%02d%s", c.year, c.month, c.day, c.hour,
                        c.minute, season[clock_turn(t)]); /* as event_when_read() takes it */
}

const char *event_web_when_said(struct req *rq, msec from, msec to)
{
    if (to <= from)
        return stamp(rq, from);
    return TXF(rq, event_form_when_between, stamp(rq, from), stamp(rq, to));
}

/* --- Names --- */

struct searching {
    struct req *rq;
    const char *name;
    struct gazetteer_list found;
};

static enum err search(struct tx *tx, void *arg)
{
    struct searching *s = arg;
    return gazetteer_search(tx, s->rq->arena, web_municipality(s->rq), s->name, &s->found);
}

static enum err spot_of(struct req *rq, const struct gazetteer_place *p, struct event_spot *out)
{
    char id[ID_TEXT];
    struct arena *a = rq->arena;
    id_text(id_is_none(p->area_id) ? p->id : p->area_id, id);
    out->name = p->name;
    if (p->locality && !str_eq(p->locality, p->name) && p->kind == GAZETTEER_STREET)
        out->name = arena_printf(a, "%s, %s", p->name, p->locality);
    out->words = gazetteer_text(a, rq->lang, p);
    out->value = id_is_none(p->id) && id_is_none(p->area_id)
                     ? arena_printf(a, "%.0f/%.0f", p->east, p->north)
                     : arena_strdup(a, id);
    out->precision = p->precision;
    out->east = p->east;
    out->north = p->north;
    out->place_id = p->id;
    out->area_id = p->area_id;
    return out->name && out->words && out->value ? ERR_OK : ERR_NOMEM;
}

/* "Kyrkgatan, Mariestad": what stands after the comma is where it lies. */
static bool same_name(struct arena *a, const struct event_spot *s, const struct gazetteer_place *p,
                      const char *typed)
{
    const char *t = gazetteer_fold(a, typed);
    const char *full = gazetteer_fold(a, s->name), *words = gazetteer_fold(a, s->words);
    const char *name = gazetteer_fold(a, p->name);
    return t && (str_eq(t, full) || str_eq(t, words) || str_eq(t, name));
}

static bool begins(struct arena *a, const struct event_spot *s, const char *typed)
{
    const char *t = gazetteer_fold(a, typed), *name = gazetteer_fold(a, s->name);
    return t && name && str_starts(name, t);
}

static enum err spots_of(struct req *rq, const struct gazetteer_list *found, const char *name,
                         struct event_spots *out)
{
    size_t n = found->n < EVENT_SPOTS_MOST ? found->n : EVENT_SPOTS_MOST, same = 0, which = 0;
    struct event_spot *spots = ARENA_ARRAY(rq->arena, n + 1, struct event_spot);
    if (!spots)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        TRY(spot_of(rq, &found->places[i], &spots[i]));
        if (same_name(rq->arena, &spots[i], &found->places[i], name) && same++ == 0)
            which = i;
    }
    if (same == 1 && which > 0) {
        struct event_spot first = spots[0];
        spots[0] = spots[which];
        spots[which] = first;
    }
    *out = (struct event_spots){.list = spots, .n = n, .left = found->found - n};
    out->clear = same == 1 || (n == 1 && begins(rq->arena, &spots[0], name));
    return ERR_OK;
}

enum err event_web_spots(struct req *rq, const char *name, struct event_spots *out)
{
    const char *comma = strchr(name, ',');
    struct searching s = {.rq = rq, .name = name};
    TRY(web_read(rq, search, &s));
    if (s.found.n == 0 && comma) {
        s.name = arena_strndup(rq->arena, name, (size_t)(comma - name));
        if (!s.name)
            return ERR_NOMEM;
        TRY(web_read(rq, search, &s));
    }
    TRY(spots_of(rq, &s.found, name, out));
    if (out->left && !(out->more = TXF(rq, event_form_place_more, (int64_t)out->left)))
        return ERR_NOMEM;
    return ERR_OK;
}

enum err event_places_page(struct req *rq)
{
    struct event_spots spots = {0};
    const char *q = req_field(rq, "q");
    if (rq->problems)
        return ERR_INVALID;
    if (q)
        TRY(event_web_spots(rq, q, &spots));
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_array(&j, "places");
    for (size_t i = 0; i < spots.n; i++) {
        jsonw_object(&j);
        jsonw_key_text(&j, "name", spots.list[i].name);
        jsonw_key_text(&j, "text", spots.list[i].words);
        jsonw_key_text(&j, "precision", geo_precision_name(spots.list[i].precision));
        jsonw_end(&j);
    }
    jsonw_end(&j);
    if (spots.more)
        jsonw_key_text(&j, "more", spots.more);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}

/* --- Positions --- */

struct nearing {
    struct req *rq;
    struct geo_point at;
    struct gazetteer_place place;
};

static enum err nearest(struct tx *tx, void *arg)
{
    struct nearing *n = arg;
    return gazetteer_nearest(tx, n->rq->arena, web_municipality(n->rq), n->at, NEAR_METRES,
                             &n->place);
}

/* "norr", "nordost" ... from the place to the position. */
static const char *direction(struct req *rq, const struct gazetteer_place *p, struct geo_point at)
{
    static const enum text_key names[] = {
        T_event_north, T_event_north_east, T_event_east, T_event_south_east,
        T_event_south, T_event_south_west, T_event_west, T_event_north_west};
    double turn = atan2(at.east - p->east, at.north - p->north) / (2 * M_PI);
    int eighth = (int)lround(turn * 8 + 8) % 8;
    return text_get(rq->lang, names[eighth]);
}

static const char *far(struct req *rq, double metres)
{
    char room[FORMAT_TEXT];
    if (metres < 950)
        return TXF(rq, unit_metre, (int)(lround(metres / 50) * 50));
    return TXF(rq, unit_kilometre, (const char *)format_decimal(room, rq->lang, metres / 1000, 1));
}

enum err event_web_near(struct req *rq, struct geo_point at, const char **out)
{
    struct nearing n = {.rq = rq, .at = at};
    enum err e = web_read(rq, nearest, &n);
    if (e == ERR_NOTFOUND) {
        *out = TX(rq, event_place_point);
        return ERR_OK;
    }
    TRY(e);
    const char *s = n.place.metres < HERE_METRES ? TXF(rq, event_near_at, n.place.name)
                                                 : TXF(rq, event_near_from, far(rq, n.place.metres),
                                                       direction(rq, &n.place, at), n.place.name);
    if (!s)
        return ERR_NOMEM;
    *out = s;
    return ERR_OK;
}

/* "Kyrkgatan 3" -> "Kyrkgatan": what is said of a piece of ground points at nobody's house. NULL
 * when nothing else is left. */
static const char *without_number(struct arena *a, const char *name)
{
    size_t n = strcspn(name, "0123456789");
    bool whole = !name[n];
    while (!whole && n && (name[n - 1] == ' ' || name[n - 1] == ','))
        n--;
    return n ? arena_strndup(a, name, n) : NULL;
}

/* A place that lies so near is what the circle is drawn round. NULL: there is no name. */
static const char *middle(struct req *rq, const struct gazetteer_place *p, struct geo_point at)
{
    const char *name = without_number(rq->arena, p->name);
    if (!name || p->metres < HERE_METRES)
        return name;
    return TXF(rq, event_circle_from, far(rq, p->metres), direction(rq, p, at), name);
}

static const char *point_text(struct req *rq, const struct event_circle *c)
{
    char east[FORMAT_TEXT], north[FORMAT_TEXT];
    return TXF(rq, event_circle_point, format_number(east, (int64_t)c->east),
               format_number(north, (int64_t)c->north));
}

enum err event_web_middle(struct req *rq, const struct event_circle *c, const char **out)
{
    struct nearing n = {.rq = rq, .at = {c->east, c->north}};
    enum err e = web_read(rq, nearest, &n);
    if (e && e != ERR_NOTFOUND)
        return e;
    const char *from = e ? NULL : middle(rq, &n.place, n.at);
    *out = from ? from : point_text(rq, c);
    return *out ? ERR_OK : ERR_NOMEM;
}

enum err event_web_circle(struct req *rq, const struct event_circle *c, const char **out)
{
    char radius[FORMAT_TEXT];
    const char *from;
    TRY(event_web_middle(rq, c, &from));
    const char *metres = format_number(radius, (int64_t)ceil(c->radius));
    if (c->square && c->radius < c->square / 2.0)
        *out = TXF(rq, event_said_square, (int64_t)c->square, from);
    else
        *out = TXF(rq, event_said_circle, metres, from);
    if (*out && c->square && c->radius >= c->square / 2.0)
        *out = TXF(rq, event_said_circle_squares, *out, (int64_t)c->square);
    return *out ? ERR_OK : ERR_NOMEM;
}

enum err event_place_said_page(struct req *rq)
{
    const char *text;
    if (rq->problems)
        return ERR_INVALID;
    struct geo_lonlat p = {req_real(rq, "lon", 0), req_real(rq, "lat", 0)};
    TRY(event_web_near(rq, geo_to_sweref(p), &text));
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_text(&j, "text", text);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}
