/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Making a bulletin: what is frozen of places, map and actions when somebody presses the button. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/disclose_rules.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/action/action.h"
#include "parts/bulletin/bulletin_make.h"

#define HEIGHT_LEAST 450
#define HEIGHT_MOST 1200
#define CORNERS_MOST 300 /* of an area in the drawing */
#define PATH_MOST (64 << 10)
#define RING_LEAST 40
#define SIGN_APART 84 /* between two numbers */

struct frame {
    struct geo_box box;
    double scale;
};

static int at_x(const struct frame *f, double east)
{
    return (int)lround(fmax(-9000, fmin(9000, (east - f->box.east_min) * f->scale)));
}

static int at_y(const struct frame *f, double north)
{
    return (int)lround(fmax(-9000, fmin(9000, (f->box.north_max - north) * f->scale)));
}

static enum err path_of(struct arena *a, const struct frame *f, const struct geo_shape *s,
                        const char **out)
{
    struct geo_shape *fine = (struct geo_shape *)s;
    for (double near = 0.7 / f->scale; geo_shape_vertices(fine) > CORNERS_MOST; near *= 2)
        TRY(geo_shape_simplify(a, s, near, &fine));
    struct buf b = buf_init(PATH_MOST);
    for (uint32_t i = 0; i < fine->path_count; i++) {
        const struct geo_path *p = &fine->paths[i];
        for (uint32_t k = 0; k + 1 < p->count; k++)
            buf_printf(&b, "%c%d %d", k ? 'L' : 'M', at_x(f, p->points[k].east),
                       at_y(f, p->points[k].north));
        buf_putc(&b, 'Z');
    }
    enum err e = buf_err(&b);
    *out = e ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return e ? e : *out ? ERR_OK : ERR_NOMEM;
}

/* As wide as the areas, and neither a ribbon nor a tower. */
static struct frame frame_of(struct geo_box box)
{
    double wide = fmax(box.east_max - box.east_min, 200), high = box.north_max - box.north_min;
    box = geo_box_grow(box, wide * 0.04);
    wide = box.east_max - box.east_min;
    high = box.north_max - box.north_min;
    double least = wide * HEIGHT_LEAST / BULLETIN_MAP_WIDE;
    double most = wide * HEIGHT_MOST / BULLETIN_MAP_WIDE;
    if (high < least) {
        box.north_min -= (least - high) / 2;
        box.north_max += (least - high) / 2;
    }
    if (high > most) {
        double more = (high * BULLETIN_MAP_WIDE / HEIGHT_MOST - wide) / 2;
        box.east_min -= more;
        box.east_max += more;
    }
    return (struct frame){box, BULLETIN_MAP_WIDE / (box.east_max - box.east_min)};
}

static enum err put_shape(struct bulletin_making *m, const struct frame *f, size_t i)
{
    struct bulletin_map *map = &m->frozen.map;
    const struct adopted_row *r = &m->adopted.areas[i];
    struct geo_point inside;
    struct bulletin_shape s = {.name = r->name, .level = (int)r->level};
    TRY(path_of(m->a, f, m->shapes[i], &s.path));
    TRY(geo_shape_inside_point(m->a, m->shapes[i], &inside));
    s.x = s.at_x = at_x(f, inside.east);
    s.y = s.at_y = at_y(f, inside.north);
    s.no = (int)map->n_shapes + 1;
    map->shapes[map->n_shapes++] = s;
    return ERR_OK;
}

struct sign {
    int *x, *y;
};

static void apart(struct sign a, struct sign b, double turn)
{
    double dx = *b.x - *a.x, dy = *b.y - *a.y, d = hypot(dx, dy);
    if (d >= SIGN_APART)
        return;
    if (d < 1) {
        dx = cos(turn);
        dy = sin(turn);
        d = 1;
    }
    double step = (SIGN_APART - d) / 2 + 1;
    *a.x -= (int)lround(dx / d * step);
    *a.y -= (int)lround(dy / d * step);
    *b.x += (int)lround(dx / d * step);
    *b.y += (int)lround(dy / d * step);
}

/* Numbers and letters that would cover each other move apart, a little at a time. */
static void clear_signs(struct bulletin_map *m)
{
    struct sign signs[BULLETIN_SHAPES_MOST + BULLETIN_SPOTS_MOST];
    size_t n = 0;
    for (size_t i = 0; i < m->n_shapes; i++)
        signs[n++] = (struct sign){&m->shapes[i].x, &m->shapes[i].y};
    for (size_t i = 0; i < m->n_marks; i++)
        signs[n++] = (struct sign){&m->marks[i].x, &m->marks[i].y};
    for (int round = 0; round < 80; round++)
        for (size_t i = 0; i < n; i++)
            for (size_t k = i + 1; k < n; k++)
                apart(signs[i], signs[k], (double)k);
    for (size_t i = 0; i < n; i++) {
        int *x = signs[i].x, *y = signs[i].y;
        *x = *x < 40 ? 40 : *x > BULLETIN_MAP_WIDE - 40 ? BULLETIN_MAP_WIDE - 40 : *x;
        *y = *y < 45 ? 45 : *y > m->height - 45 ? m->height - 45 : *y;
    }
}

/* --- Names --- */

#define LETTER 17 /* the middle width of one, with room to spare */
#define NAME_TALL 22

static bool covers(const struct bulletin_name *a, int x, int y, int wide, int tall)
{
    int own = LETTER * (int)utf8_len(a->text) / 2;
    return abs(a->x - x) < own + wide && abs(a->y - y) < NAME_TALL + tall;
}

/* Nothing else stands there, and it is whole inside the drawing. */
static bool has_room(const struct bulletin_map *m, const struct bulletin_name *one)
{
    int own = LETTER * (int)utf8_len(one->text) / 2;
    bool free = one->x >= own && one->x <= BULLETIN_MAP_WIDE - own && one->y >= NAME_TALL &&
                one->y <= m->height - NAME_TALL;
    for (size_t i = 0; i < m->n_shapes; i++)
        free = free && !covers(one, m->shapes[i].x, m->shapes[i].y, 45, 45);
    for (size_t i = 0; i < m->n_marks; i++)
        free = free && !covers(one, m->marks[i].x, m->marks[i].y, 30, 30);
    for (size_t i = 0; i < m->n_names; i++)
        free = free && !covers(one, m->names[i].x, m->names[i].y,
                               LETTER * (int)utf8_len(m->names[i].text) / 2, NAME_TALL);
    return free;
}

/* At its middle, or as near as it has room. */
static void place_name(struct bulletin_map *map, struct bulletin_name one)
{
    static const int down[] = {0, -60, 60, -110, 110, 160}, beside[] = {0, -190, 190, -280, 280};
    struct bulletin_name at = one;
    for (size_t i = 0; i < ARRAY_LEN(beside); i++)
        for (size_t k = 0; k < ARRAY_LEN(down); k++) {
            at.x = one.x + beside[i];
            at.y = one.y + down[k];
            if (!has_room(map, &at))
                continue;
            map->names[map->n_names++] = at;
            return;
        }
}

/* Localities in view, the most populous first, at their place or close by: so that a reader knows
 * where in the municipality the numbers stand. */
static enum err put_names(struct bulletin_making *m, const struct frame *f)
{
    struct bulletin_map *map = &m->frozen.map;
    size_t n;
    const struct geo_locality *all = geo_localities_of(m->municipality, &n);
    bool *tried = ARENA_ARRAY(m->a, n + 1, bool);
    map->names = ARENA_ARRAY(m->a, BULLETIN_NAMES_MOST, struct bulletin_name);
    if (!map->names || !tried)
        return ERR_NOMEM;
    for (size_t round = 0; round < n && map->n_names < BULLETIN_NAMES_MOST; round++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!tried[i] && (best == n || all[i].population > all[best].population))
                best = i;
        tried[best] = true;
        struct bulletin_name one = {at_x(f, all[best].east), at_y(f, all[best].north),
                                    all[best].name};
        bool seen = one.x >= 0 && one.x <= BULLETIN_MAP_WIDE && one.y >= 0 && one.y <= map->height;
        if (seen)
            place_name(map, one);
    }
    return ERR_OK;
}

static void put_mark(struct bulletin_map *map, const struct frame *f, const struct findings_spot *s,
                     const char *letter)
{
    double r = s->circle.radius + s->circle.square * M_SQRT1_2;
    for (uint32_t i = 0; s->circle.radius <= 0 && i < s->squares.n; i++)
        r = fmax(r, hypot(event_square_east(s->squares.at[i]) - s->east,
                          event_square_north(s->squares.at[i]) - s->north) +
                        125);
    int wide = (int)lround(fmin(900, r * f->scale));
    int x = at_x(f, s->east), y = at_y(f, s->north);
    map->marks[map->n_marks++] = (struct bulletin_mark){.at_x = x,
                                                        .at_y = y,
                                                        .r = wide < RING_LEAST ? RING_LEAST : wide,
                                                        .x = x,
                                                        .y = y,
                                                        .letter = letter};
}

static bool in_view(const struct frame *f, const struct bulletin_map *map,
                    const struct findings_spot *s)
{
    int x = at_x(f, s->east), y = at_y(f, s->north);
    return x >= 0 && x <= BULLETIN_MAP_WIDE && y >= 0 && y <= map->height;
}

/* --- Places that stand out --- */

struct telling {
    struct bulletin_making *m;
    const struct frame *frame;
};

static const char *said(struct arena *a, const struct picture_sentence *s)
{
    return arena_printf(a, "%s %s%s%s%s", s->strong, s->rest ? s->rest : "", s->verdict ? " (" : "",
                        s->verdict ? s->verdict : "", s->verdict ? ")" : "");
}

static enum err put_spots(const struct telling *t, const struct picture_spots *sv,
                          const struct picture_spots *en)
{
    struct bulletin_frozen *f = &t->m->frozen;
    for (size_t i = 0; i < sv->n_rows && i < en->n_rows; i++) {
        const struct picture_sentence *s = &sv->rows[i];
        if (f->n_spots == BULLETIN_SPOTS_MOST || !s->strong)
            break;
        struct bulletin_spot *x = &f->spots[f->n_spots];
        *x = (struct bulletin_spot){.said = {said(t->m->a, s), said(t->m->a, &en->rows[i])}};
        if (!x->said[LANG_SV] || !x->said[LANG_EN])
            return ERR_NOMEM;
        if (s->spot && f->map.height && f->map.n_marks < 26 &&
            in_view(t->frame, &f->map, s->spot)) {
            x->letter = arena_printf(t->m->a, "%c", (int)('A' + f->map.n_marks));
            if (!x->letter)
                return ERR_NOMEM;
            put_mark(&f->map, t->frame, s->spot, x->letter);
        }
        f->n_spots++;
    }
    return ERR_OK;
}

static enum err tell_spots(struct bulletin_making *m, const struct frame *frame)
{
    struct picture_words w[LANG_COUNT];
    struct telling t = {m, frame};
    m->frozen.spots = ARENA_ARRAY(m->a, BULLETIN_SPOTS_MOST, struct bulletin_spot);
    m->frozen.map.marks = ARENA_ARRAY(m->a, BULLETIN_SPOTS_MOST, struct bulletin_mark);
    if (!m->frozen.spots || !m->frozen.map.marks)
        return ERR_NOMEM;
    m->frozen.looked = m->picture.looked == PICTURE_LOOKED;
    for (int l = 0; l < LANG_COUNT; l++) {
        struct picture_reader r = {
            .lang = (enum lang)l, .places = true, .municipality = m->municipality_name};
        TRY(picture_words_make(&m->picture, &m->names, &r, m->now, m->a, &w[l]));
    }
    const struct picture_words *sv = &w[LANG_SV], *en = &w[LANG_EN];
    TRY(put_spots(&t, &sv->fresh, &en->fresh));
    TRY(put_spots(&t, &sv->hot, &en->hot));
    TRY(put_spots(&t, &sv->near, &en->near));
    TRY(put_spots(&t, &sv->chains, &en->chains));
    return put_spots(&t, &sv->steps, &en->steps);
}

/* --- Actions --- */

static bool state_of(const struct bulletin_making *m, const struct action *x,
                     enum bulletin_state *out)
{
    msec from = date_start(m->adopted.from), to = date_start(m->adopted.to);
    if (action_overdue(x, m->now))
        *out = BULLETIN_OVERDUE;
    else if (!action_open(x->state) && x->state_at >= from)
        *out = x->state == ACTION_DONE ? BULLETIN_DONE : BULLETIN_DROPPED;
    else if (action_open(x->state) && x->created_at >= from)
        *out = BULLETIN_NEW;
    else if (action_open(x->state) && x->starts_at < to)
        *out = BULLETIN_ONGOING;
    else
        return false;
    return true;
}

static const char *owner_of(const struct picture_names *n, struct id id)
{
    for (size_t i = 0; i < n->n_organisations; i++)
        if (id_eq(n->organisations[i].id, id))
            return n->organisations[i].name;
    return NULL;
}

static bool enough(const struct picture_name *area)
{
    return area && area->inhabitants != DB_NO_INT &&
           disclose_locality(area->inhabitants, &disclose_rules_default);
}

static enum err tell_actions(struct bulletin_making *m, const struct action *all, size_t n)
{
    struct bulletin_frozen *f = &m->frozen;
    f->actions = ARENA_ARRAY(m->a, BULLETIN_ACTIONS_MOST, struct bulletin_action);
    if (!f->actions)
        return ERR_NOMEM;
    for (int state = 0; state < BULLETIN_STATES; state++)
        for (size_t i = 0; i < n && f->n_actions < BULLETIN_ACTIONS_MOST; i++) {
            const struct action *x = &all[i];
            enum bulletin_state is;
            if (!state_of(m, x, &is) || (int)is != state)
                continue;
            const struct picture_name *area =
                id_is_none(x->ground.area) ? NULL : picture_area_named(&m->names, x->ground.area);
            f->exercise |= x->origin != NULL;
            f->actions[f->n_actions++] =
                (struct bulletin_action){.title = x->title,
                                         .kind = x->kind,
                                         .owner = owner_of(&m->names, x->organisation),
                                         .where = area ? area->name : x->ground.place,
                                         .where_known = enough(area),
                                         .ends_at = x->ends_at,
                                         .state = is};
        }
    return ERR_OK;
}

/* --- All of it --- */

static enum err outline_of(struct bulletin_making *m, struct geo_shape **out)
{
    const struct geo_municipality *g = geo_municipality_by_code(m->municipality);
    if (!g)
        return ERR_NOTFOUND;
    return geo_wkb_read(m->a, g->outline.wkb, g->outline.wkb_len, 1000000, out);
}

static enum err draw(struct bulletin_making *m, struct frame *frame)
{
    struct bulletin_map *map = &m->frozen.map;
    struct geo_shape *outline;
    struct geo_box box = geo_box_empty();
    map->shapes = ARENA_ARRAY(m->a, m->adopted.n_areas + 1, struct bulletin_shape);
    if (!map->shapes)
        return ERR_NOMEM;
    TRY(outline_of(m, &outline));
    for (size_t i = 0; i < m->adopted.n_areas; i++)
        if (m->shapes[i]) {
            const struct geo_box *b = &m->shapes[i]->box;
            geo_box_add(&box, b->east_min, b->north_min);
            geo_box_add(&box, b->east_max, b->north_max);
        }
    *frame = frame_of(box.east_min > box.east_max ? outline->box : box);
    map->height = (int)lround((frame->box.north_max - frame->box.north_min) * frame->scale);
    TRY(path_of(m->a, frame, outline, &map->outline));
    for (size_t i = 0; i < m->adopted.n_areas && map->n_shapes < BULLETIN_SHAPES_MOST; i++)
        if (m->shapes[i])
            TRY(put_shape(m, frame, i));
    return ERR_OK;
}

enum err bulletin_make(struct bulletin_making *m, const struct action *actions, size_t n_actions,
                       const char **content)
{
    struct frame frame;
    bool *people = ARENA_ARRAY(m->a, m->adopted.n_areas + 1, bool);
    if (!people)
        return ERR_NOMEM;
    m->frozen = (struct bulletin_frozen){.made_at = m->now, .exercise = m->picture.exercise > 0};
    for (size_t i = 0; i < m->adopted.n_areas && i < BULLETIN_SHAPES_MOST; i++) {
        people[i] = enough(picture_area_named(&m->names, m->adopted.areas[i].area));
        m->frozen.n_people = i + 1;
    }
    m->frozen.people = people;
    TRY(draw(m, &frame));
    TRY(tell_spots(m, &frame));
    clear_signs(&m->frozen.map);
    TRY(put_names(m, &frame));
    TRY(tell_actions(m, actions, n_actions));
    return bulletin_frozen_write(m->a, &m->frozen, content);
}
