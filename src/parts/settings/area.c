/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Areas: what is doubtful about those of a file, and how they come in. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/wkb.h"
#include "parts/event/event.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"

#define OUTLINE_SLACK 3000.0 /* metres: the outlines are coarse */
#define GRID 16              /* samples each way where two boxes meet */
#define SHARED_MOST 0.01     /* of the smaller area */
#define WKB_LIMIT ((size_t)16 << 20)

bool area_kind_known(const char *kind)
{
    return str_eq(kind, "district") || str_eq(kind, "school") || str_eq(kind, "other");
}

/* Square metres that both hold, by sampling: enough to warn by. */
static double shared(const struct geo_shape *a, const struct geo_shape *b)
{
    double e0 = fmax(a->box.east_min, b->box.east_min);
    double e1 = fmin(a->box.east_max, b->box.east_max);
    double n0 = fmax(a->box.north_min, b->box.north_min);
    double n1 = fmin(a->box.north_max, b->box.north_max);
    if (e1 <= e0 || n1 <= n0)
        return 0;
    int hits = 0;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            double e = e0 + (e1 - e0) * (i + 0.5) / GRID, n = n0 + (n1 - n0) * (j + 0.5) / GRID;
            hits += geo_shape_contains(a, e, n) && geo_shape_contains(b, e, n);
        }
    return (e1 - e0) * (n1 - n0) * hits / (GRID * GRID);
}

static bool outside(const struct geo_shape *s, const struct geo_shape *outline)
{
    struct geo_box near = geo_box_grow(outline->box, OUTLINE_SLACK);
    if (!geo_box_meets(&s->box, &near))
        return true;
    struct geo_point middle = geo_shape_centroid(s);
    return !geo_shape_contains(outline, middle.east, middle.north) &&
           geo_shape_distance(outline, middle) > OUTLINE_SLACK;
}

static void find_overlap(struct area *areas, size_t i)
{
    double size = geo_shape_area(areas[i].shape);
    for (size_t j = 0; j < i; j++) {
        if (areas[j].doubts & (AREA_DOUBLE | AREA_NAMELESS) ||
            !geo_box_meets(&areas[i].shape->box, &areas[j].shape->box))
            continue;
        double least = fmin(size, geo_shape_area(areas[j].shape));
        if (shared(areas[i].shape, areas[j].shape) > SHARED_MOST * least) {
            areas[i].doubts |= AREA_OVERLAPS;
            areas[i].other = j;
            return;
        }
    }
}

void areas_judge(struct area *areas, size_t n, const struct geo_shape *outline)
{
    for (size_t i = 0; i < n; i++) {
        if (str_empty(areas[i].name)) {
            areas[i].doubts |= AREA_NAMELESS;
            continue;
        }
        for (size_t j = 0; j < i; j++)
            if (str_eq(areas[i].name, areas[j].name))
                areas[i].doubts |= AREA_DOUBLE;
        if (areas[i].doubts & AREA_DOUBLE)
            continue;
        if (outline && outside(areas[i].shape, outline))
            areas[i].doubts |= AREA_OUTSIDE;
        find_overlap(areas, i);
    }
}

static enum err save_one(const struct area_scene *s, const struct area_list *list,
                         const struct area *area, struct area_result *result)
{
    const struct geo_box *b = &area->shape->box;
    AUTO(buf_done) struct buf wkb = buf_init(WKB_LIMIT);
    geo_wkb_write(&wkb, area->shape);
    TRY(buf_err(&wkb));
    struct db_bytes bytes = {wkb.data, wkb.len};
    struct q_settings_area_named_in named = {s->municipality, list->kind, area->name};
    struct q_settings_area_named_row have;
    enum err e = q_settings_area_named_one(s->tx, s->a, &named, &have);
    if (e == ERR_OK) {
        struct q_settings_area_replace_in in = {s->municipality, have.id,      bytes,
                                                b->east_min,     b->north_min, b->east_max,
                                                b->north_max,    list->source};
        result->replaced++;
        return q_settings_area_replace_run(s->tx, &in, NULL);
    }
    if (e != ERR_NOTFOUND)
        return e;
    struct q_settings_area_add_in in = {s->municipality, id_new(),     list->kind,   area->name,
                                        bytes,           b->east_min,  b->north_min, b->east_max,
                                        b->north_max,    list->source, time_now()};
    result->added++;
    return q_settings_area_add_run(s->tx, &in, NULL);
}

enum err areas_save(const struct area_scene *s, const struct area_list *list,
                    struct area_result *out)
{
    if (!area_kind_known(list->kind))
        return ERR_INVALID;
    struct area_result result = {0};
    for (size_t i = 0; i < list->n; i++)
        if (!(list->areas[i].doubts & (AREA_DOUBLE | AREA_NAMELESS)))
            TRY(save_one(s, list, &list->areas[i], &result));
    if (str_eq(list->kind, "district"))
        TRY(event_areas_reassign(s->cache, s->tx, s->municipality, &result.moved));
    *out = result;
    return ERR_OK;
}

enum err area_change(const struct area_scene *s, struct id id, const struct area_words *words,
                     const struct area_words *seen)
{
    if (str_empty(words->name) || !area_kind_known(words->kind))
        return ERR_INVALID;
    struct q_settings_area_named_in named = {s->municipality, words->kind, words->name};
    struct q_settings_area_named_row have;
    enum err e = q_settings_area_named_one(s->tx, s->a, &named, &have);
    if (e == ERR_OK && !id_eq(have.id, id))
        return ERR_CONFLICT;
    if (e && e != ERR_NOTFOUND)
        return e;
    struct q_settings_area_rename_in in = {s->municipality, id,         words->name,
                                           words->kind,     seen->name, seen->kind};
    int64_t n;
    TRY(q_settings_area_rename_run(s->tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    return str_eq(words->kind, seen->kind)
               ? ERR_OK
               : event_areas_reassign(s->cache, s->tx, s->municipality, NULL);
}

enum err area_delete(const struct area_scene *s, struct id id)
{
    struct q_settings_area_used_in used = {s->municipality, id};
    struct q_settings_area_used_row row;
    TRY(q_settings_area_used_one(s->tx, s->a, &used, &row));
    if (row.n)
        return ERR_CONFLICT;
    struct q_settings_area_delete_in in = {s->municipality, id};
    int64_t n;
    TRY(q_settings_area_delete_run(s->tx, &in, &n));
    if (!n)
        return ERR_NOTFOUND;
    return event_areas_reassign(s->cache, s->tx, s->municipality, NULL);
}
