/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ground that got a measure, ground that did not, and the rings round them where the trouble may
 * have moved: an area, a circle, or what a person has drawn. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "db/db.h"
#include "parts/explore/explore_inner.h"

#define UNIT 500.0 /* metres: squares of treated ground */
#define SIDE_NONE SIDE_COUNT
#define BREATH 64 /* events between two looks at whether somebody wants an end */

enum ground_kind { GROUND_AREA, GROUND_CIRCLE, GROUND_DRAWN, GROUND_REST };

struct patch {
    enum ground_kind kind;
    struct id area;
    double east, north, radius;
    const struct geo_shape *shape; /* not of a circle; NULL: an area without a shape */
};

struct ground {
    struct explore_reading *r;
    struct patch treated, control;
    double ring;   /* metres; 0: none */
    bool moved;    /* the rings are rows of the table */
    uint64_t *key; /* side << 62 | square, of each event */
    size_t n, outside, seen;
    enum err stopped;
};

/* --- Which side an event lies on --- */

static double away(const struct patch *p, double east, double north)
{
    if (p->kind == GROUND_CIRCLE)
        return fmax(0, hypot(east - p->east, north - p->north) - p->radius);
    return p->shape ? geo_shape_distance(p->shape, (struct geo_point){east, north}) : INFINITY;
}

static bool is_inside(const struct patch *p, struct id area, double east, double north)
{
    switch (p->kind) {
    case GROUND_AREA:
        return id_eq(area, p->area);
    case GROUND_CIRCLE:
        return hypot(east - p->east, north - p->north) <= p->radius;
    case GROUND_DRAWN:
        return geo_box_has(&p->shape->box, east, north) &&
               geo_shape_contains(p->shape, east, north);
    case GROUND_REST:
        break;
    }
    return false;
}

static bool is_near(const struct ground *g, const struct patch *p, double east, double north)
{
    if (!(g->ring > 0) || isnan(east) || p->kind == GROUND_REST)
        return false;
    if (p->shape) {
        struct geo_box box = geo_box_grow(p->shape->box, g->ring);
        if (!geo_box_has(&box, east, north))
            return false;
    }
    return away(p, east, north) <= g->ring;
}

static enum explore_side side_of(const struct ground *g, const struct event_rows *rows,
                                 uint32_t row)
{
    uint16_t at = rows->area[row];
    struct id area = at == COLUMNS_NONE16 ? (struct id){0} : rows->areas[at];
    double east = (double)rows->east[row], north = (double)rows->north[row];
    if (is_inside(&g->treated, area, east, north))
        return SIDE_TREATED;
    if (is_inside(&g->control, area, east, north))
        return SIDE_CONTROL;
    if (is_near(g, &g->treated, east, north))
        return SIDE_NEAR_TREATED;
    if (is_near(g, &g->control, east, north))
        return SIDE_NEAR_CONTROL;
    if (g->control.kind != GROUND_REST || (isnan(east) && g->treated.kind != GROUND_AREA))
        return SIDE_NONE; /* whether it lies inside is not known */
    return SIDE_CONTROL;
}

static bool note_ground(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct ground *g = arg;
    if (g->seen++ % BREATH == 0 && (g->stopped = work_tick(g->r->w, 0)) != ERR_OK)
        return false;
    enum explore_side side = side_of(g, rows, row);
    uint64_t at = explore_square((double)rows->east[row], (double)rows->north[row], UNIT);
    if (side == SIDE_NONE)
        g->outside++;
    else
        g->key[g->n++] = (uint64_t)side << 62 | (at == EXPLORE_NOWHERE ? 0 : at);
    return true;
}

/* --- The middle of a circle, by name --- */

/* The middle of the events that have a place of that name. */
struct centre {
    char *name; /* folded */
    struct arena *a;
    double east, north, n;
};

static bool add_centre(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct centre *c = arg;
    if (isnan(rows->east[row]) || rows->place[row] == COLUMNS_NONE32)
        return true;
    arena_reset(c->a);
    const char *own = str_fold(c->a, rows->places[rows->place[row]]);
    if (!own || !str_eq(own, c->name))
        return true;
    c->east += (double)rows->east[row];
    c->north += (double)rows->north[row];
    c->n++;
    return true;
}

static enum err find_centre(struct explore_reading *r, struct patch *p)
{
    const char *name = explore_value(r->ask, "centre");
    if (p->kind != GROUND_CIRCLE || !name || !isnan(p->east) || !isnan(p->north))
        return ERR_OK;
    AUTO(arena_freep) struct arena *fold = arena_new(1 << 16);
    struct centre c = {.name = str_fold(r->a, name), .a = fold};
    if (!c.name || !fold)
        return ERR_NOMEM;
    columns_each(r->found->sel, add_centre, &c);
    if (c.n > 0) {
        p->east = c.east / c.n;
        p->north = c.north / c.n;
    }
    return ERR_OK;
}

/* --- What was asked --- */

struct shape_wish {
    const char *municipality;
    struct patch *part;
    struct arena *a;
};

static enum err load_shape(struct tx *tx, void *arg)
{
    struct shape_wish *w = arg;
    struct geo_shape *s = NULL;
    enum err e = event_area_shape(tx, w->a, w->municipality, w->part->area, &s);
    w->part->shape = s;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* The shape of what has one. An area that is gone holds nothing. */
static enum err find_shape(struct explore_reading *r, struct patch *p, const char *corners)
{
    const char *text = explore_value(r->ask, corners);
    struct shape_wish w = {r->ask->q.municipality, p, r->a};
    if (p->kind == GROUND_DRAWN)
        p->shape = text ? explore_corners_read(text, r->a) : NULL;
    return p->kind == GROUND_AREA ? db_read(r->app->db, w.municipality, load_shape, &w) : ERR_OK;
}

/* False: none of these. */
static bool read_part(const char *value, struct patch *p)
{
    p->kind = !value || str_eq(value, "rest") ? GROUND_REST
              : str_eq(value, "circle")       ? GROUND_CIRCLE
              : str_eq(value, "drawn")        ? GROUND_DRAWN
                                              : GROUND_AREA;
    return p->kind != GROUND_AREA || id_parse(value, &p->area) == ERR_OK;
}

/* What is treated and what it is compared with, or why that cannot be told. */
static enum err read_ground(struct explore_reading *r, struct ground *g, const char **refused)
{
    const struct explore_ask *ask = r->ask;
    struct patch *t = &g->treated, *c = &g->control;
    enum text_key why = TEXT_COUNT;
    t->east = explore_number(ask, "east");
    t->north = explore_number(ask, "north");
    t->radius = explore_number(ask, "radius");
    g->ring = fmax(0, explore_number(ask, "ring"));
    if (!explore_value(ask, "treated") || !read_part(explore_value(ask, "treated"), t) ||
        !read_part(explore_value(ask, "control"), c) || t->kind == GROUND_REST ||
        c->kind == GROUND_CIRCLE || (c->kind == GROUND_AREA && id_eq(c->area, t->area)))
        why = T_explore_no_ground;
    else {
        TRY(find_centre(r, t));
        TRY(find_shape(r, t, "ground"));
        TRY(find_shape(r, c, "beside"));
        if (t->kind == GROUND_CIRCLE && (isnan(t->east) || isnan(t->north)))
            why = T_explore_no_centre;
        else if ((t->kind == GROUND_DRAWN && !t->shape) || (c->kind == GROUND_DRAWN && !c->shape))
            why = T_explore_no_drawing;
    }
    *refused = why == TEXT_COUNT ? NULL : text_get(ask->lang, why);
    g->moved = g->ring > 0 && c->kind != GROUND_REST && str_eq(ask->method->name, "wdd");
    return ERR_OK;
}

/* As many days before as after. False: the first day lies outside the period. */
static bool read_start(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    const char *text = explore_value(r->ask, "start");
    int64_t from = date_days(o->from), to = date_days(o->to);
    struct date start;
    if (!text || date_parse(text, &start) != ERR_OK)
        return false;
    int64_t before = date_days(start) - from, after = to + 1 - date_days(start);
    int days = (int)(before < after ? before : after);
    if (days < 7)
        return false;
    o->start = start;
    o->before_from = date_add(start, -days);
    o->before_to = date_add(start, -1);
    o->from = start;
    o->to = date_add(start, days - 1);
    return true;
}

/* --- The table --- */

static enum err read_sides(struct explore_reading *r, struct ground *g, struct date from,
                           struct date to)
{
    struct event_found found;
    TRY(explore_find(r, from, to, &found));
    g->key = ARENA_ARRAY(r->a, found.sel->count + 1, uint64_t);
    g->n = 0;
    if (g->key) {
        columns_each(found.sel, note_ground, g);
        qsort(g->key, g->n, sizeof *g->key, explore_rising);
    }
    event_found_done(&found);
    return g->key ? g->stopped : ERR_NOMEM;
}

struct units {
    double *before, *after;
    uint32_t *index, *side;
    const char **name;
    size_t n;
};

static enum err units_make(struct arena *a, size_t most, struct units *u)
{
    u->before = ARENA_ARRAY(a, most, double);
    u->after = ARENA_ARRAY(a, most, double);
    u->index = ARENA_ARRAY(a, most, uint32_t);
    u->side = ARENA_ARRAY(a, most, uint32_t);
    u->name = ARENA_ARRAY(a, most, const char *);
    return u->before && u->after && u->index && u->side && u->name ? ERR_OK : ERR_NOMEM;
}

static enum err add_unit(struct ground *g, struct units *u, uint64_t key, double before,
                         double after)
{
    struct explore_rows *o = g->r->out;
    enum explore_side side = (enum explore_side)(key >> 62);
    o->side[side].before += before;
    o->side[side].after += after;
    if (side >= SIDE_NEAR_TREATED && !g->moved)
        return ERR_OK; /* told beside the comparison */
    o->used += (size_t)(before + after);
    u->before[u->n] = before;
    u->after[u->n] = after;
    u->side[u->n] = (uint32_t)side;
    u->index[u->n] = (uint32_t)u->n;
    u->name[u->n] = arena_printf(g->r->a, "%u-%u", (unsigned)(key >> 32 & 0x3fffffff),
                                 (unsigned)(key & 0xffffffff));
    return u->name[u->n++] ? ERR_OK : ERR_NOMEM;
}

static enum err merge(struct ground *g, const struct ground *b, const struct ground *a,
                      struct units *u)
{
    size_t i = 0, k = 0;
    TRY(units_make(g->r->a, b->n + a->n + 4, u));
    while (i < b->n || k < a->n) {
        uint64_t key = i == b->n || (k < a->n && a->key[k] < b->key[i]) ? a->key[k] : b->key[i];
        double before = 0, after = 0;
        for (; i < b->n && b->key[i] == key; i++)
            before++;
        for (; k < a->n && a->key[k] == key; k++)
            after++;
        TRY(add_unit(g, u, key, before, after));
    }
    /* nothing at all in a ring is a count, too */
    for (uint64_t side = SIDE_NEAR_TREATED; g->moved && side < SIDE_COUNT; side++)
        if (!(g->r->out->side[side].before + g->r->out->side[side].after > 0))
            TRY(add_unit(g, u, side << 62, 0, 0));
    return ERR_OK;
}

static enum err count(struct ground *g, struct units *u)
{
    struct explore_rows *o = g->r->out;
    struct ground before = *g, after = *g;
    TRY(read_sides(g->r, &before, o->before_from, o->before_to));
    TRY(read_sides(g->r, &after, o->from, o->to));
    TRY(merge(g, &before, &after, u));
    o->found = before.n + after.n + before.outside + after.outside;
    o->outside = before.outside + after.outside;
    return ERR_OK;
}

static enum err draw_ring(struct ground *g, const struct patch *p, const struct geo_shape **out)
{
    struct arena *a = g->r->a;
    if (!(g->ring > 0))
        return ERR_OK;
    if (p->kind == GROUND_CIRCLE)
        *out = geo_shape_ring(a, (struct geo_point){p->east, p->north}, p->radius + g->ring);
    else if (p->shape)
        return explore_ring(p->shape, g->ring, g->r->w, a, out);
    return ERR_OK;
}

/* What the map shows of it. */
static enum err draw(struct ground *g)
{
    struct explore_rows *o = g->r->out;
    const struct patch *t = &g->treated, *c = &g->control;
    o->side[SIDE_TREATED].shape =
        t->kind == GROUND_CIRCLE
            ? geo_shape_ring(g->r->a, (struct geo_point){t->east, t->north}, t->radius)
            : t->shape;
    o->side[SIDE_CONTROL].shape = c->shape;
    TRY(draw_ring(g, t, &o->side[SIDE_NEAR_TREATED].shape));
    return g->moved ? draw_ring(g, c, &o->side[SIDE_NEAR_CONTROL].shape) : ERR_OK;
}

/* All on one side: there is nothing to compare. */
static void refuse_one_side(struct explore_reading *r)
{
    struct explore_rows *o = r->out;
    const struct explore_ground *t = &o->side[SIDE_TREATED], *c = &o->side[SIDE_CONTROL];
    bool in = t->before + t->after > 0, beside = c->before + c->after > 0;
    if (in != beside)
        o->refused = text_get(r->ask->lang, in ? T_explore_none_beside : T_explore_none_inside);
}

enum err explore_rows_treated(struct explore_reading *r)
{
    static const char *const sides[] = {"treated", "control", "near-treated", "near-control"};
    struct explore_rows *o = r->out;
    struct ground g = {.r = r};
    struct units u = {0};
    TRY(read_ground(r, &g, &o->refused));
    if (!o->refused && !explore_value(r->ask, "start"))
        o->refused = text_get(r->ask->lang, T_explore_when_began);
    if (!o->refused && (!explore_span(r, false) || !read_start(r)))
        o->refused = text_get(r->ask->lang, T_explore_no_start);
    if (o->refused)
        return ERR_OK;
    TRY(count(&g, &u));
    TRY(draw(&g));
    refuse_one_side(r);
    o->east = g.treated.east;
    o->north = g.treated.north;
    o->ring = g.ring;
    o->moved = g.moved;
    struct analysis_table *t = &o->table;
    t->n = u.n;
    t->has = COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER) | COLUMN_BIT(COLUMN_PLACE) |
             COLUMN_BIT(COLUMN_GROUP);
    t->number[COLUMN_BEFORE] = u.before;
    t->number[COLUMN_AFTER] = u.after;
    t->place = (struct analysis_names){(uint32_t)u.n, u.name, u.index};
    t->group = (struct analysis_names){ARRAY_LEN(sides), sides, u.side};
    return ERR_OK;
}
