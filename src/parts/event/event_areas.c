/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which district a position lies in: the municipalities' shapes, read once and kept. */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "geo/wkb.h"
#include "parts/event/event_inner.h"

#define TOWNS_MOST 512
#define AREAS_LIMIT ((size_t)64 << 20) /* of one municipality */
#define VERTICES_MOST 1000000

struct district {
    struct id id;
    struct geo_shape *shape;
    double size;
};

struct town {
    char code[8];
    struct arena *a;
    struct district *list;
    size_t n, cap;
};

struct event_areas {
    pthread_mutex_t lock;
    struct town *towns[TOWNS_MOST];
    size_t n;
    uint64_t forgotten; /* how often something was: what was read before that is not kept */
};

struct event_areas *event_areas_new(void)
{
    struct event_areas *areas = mem_alloc(sizeof *areas);
    if (areas)
        pthread_mutex_init(&areas->lock, NULL);
    return areas;
}

static void town_free(struct town *t)
{
    if (t)
        arena_free(t->a);
    mem_free(t);
}

static void town_freep(struct town **t)
{
    town_free(*t);
}

void event_areas_free(struct event_areas *areas)
{
    if (!areas)
        return;
    for (size_t i = 0; i < areas->n; i++)
        town_free(areas->towns[i]);
    pthread_mutex_destroy(&areas->lock);
    mem_free(areas);
}

static enum err add_district(void *arg, const struct q_event_area_shapes_row *row)
{
    struct town *t = arg;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        struct district *list = ARENA_ARRAY(t->a, cap, struct district);
        if (!list)
            return ERR_NOMEM;
        if (t->n)
            memcpy(list, t->list, t->n * sizeof *list);
        t->list = list;
        t->cap = cap;
    }
    struct district *d = &t->list[t->n];
    TRY(geo_wkb_read(t->a, row->shape.data, row->shape.n, VERTICES_MOST, &d->shape));
    d->id = row->id;
    d->size = geo_shape_area(d->shape);
    t->n++;
    return ERR_OK;
}

static enum err town_load(struct tx *tx, const char *municipality, struct town **out)
{
    AUTO(town_freep) struct town *t = mem_alloc(sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->a = arena_new(AREAS_LIMIT);
    if (!t->a)
        return ERR_NOMEM;
    str_copy(t->code, sizeof t->code, municipality);
    struct q_event_area_shapes_in in = {municipality};
    TRY(q_event_area_shapes_each(tx, &in, add_district, t));
    *out = TAKE(t);
    return ERR_OK;
}

static struct id district_at(const struct town *t, double east, double north)
{
    const struct district *best = NULL;
    for (size_t i = 0; i < t->n; i++) {
        const struct district *d = &t->list[i];
        if ((!best || d->size < best->size) && geo_box_has(&d->shape->box, east, north) &&
            geo_shape_contains(d->shape, east, north))
            best = d;
    }
    return best ? best->id : (struct id){{0}};
}

static struct town *find_town(struct event_areas *areas, const char *municipality)
{
    for (size_t i = 0; i < areas->n; i++)
        if (str_eq(areas->towns[i]->code, municipality))
            return areas->towns[i];
    return NULL;
}

/* Reading waits for whatever the transaction has sent, so nobody else may have to wait for it. */
enum err event_areas_find(struct event_areas *areas, struct tx *tx, const char *municipality,
                          double east, double north, struct id *out)
{
    AUTO(town_freep) struct town *fresh = NULL;
    pthread_mutex_lock(&areas->lock);
    const struct town *t = find_town(areas, municipality);
    uint64_t forgotten = areas->forgotten;
    if (t)
        *out = district_at(t, east, north);
    pthread_mutex_unlock(&areas->lock);
    if (t)
        return ERR_OK;
    TRY(town_load(tx, municipality, &fresh));
    *out = district_at(fresh, east, north);
    pthread_mutex_lock(&areas->lock);
    if (areas->forgotten == forgotten && areas->n < TOWNS_MOST && !find_town(areas, municipality))
        areas->towns[areas->n++] = TAKE(fresh);
    pthread_mutex_unlock(&areas->lock);
    return ERR_OK;
}

void event_areas_forget(struct event_areas *areas, const char *municipality)
{
    pthread_mutex_lock(&areas->lock);
    areas->forgotten++;
    for (size_t i = 0; i < areas->n; i++)
        if (str_eq(areas->towns[i]->code, municipality)) {
            town_free(areas->towns[i]);
            areas->towns[i] = areas->towns[--areas->n];
            break;
        }
    pthread_mutex_unlock(&areas->lock);
}

enum err event_area_shape(struct tx *tx, struct arena *a, const char *municipality, struct id area,
                          struct geo_shape **out)
{
    struct q_event_area_shape_in in = {municipality, area};
    struct q_event_area_shape_row row;
    TRY(q_event_area_shape_one(tx, a, &in, &row));
    return geo_wkb_read(a, row.shape.data, row.shape.n, VERTICES_MOST, out);
}

/* --- All events anew --- */

struct reassign {
    const struct town *town;
    const char *municipality;
    struct q_event_area_set_in *list;
    size_t n, cap;
};

static enum err compare_place(void *arg, const struct q_event_area_places_row *row)
{
    struct reassign *r = arg;
    struct id area = district_at(r->town, row->east, row->north);
    if (id_eq(area, row->area_id))
        return ERR_OK;
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        struct q_event_area_set_in *list = mem_realloc(r->list, cap * sizeof *list);
        if (!list)
            return ERR_NOMEM;
        r->list = list;
        r->cap = cap;
    }
    r->list[r->n++] = (struct q_event_area_set_in){r->municipality, row->id, area};
    return ERR_OK;
}

/* The cache is emptied, not filled: the transaction may yet be given up. */
enum err event_areas_reassign(struct event_areas *areas, struct tx *tx, const char *municipality,
                              size_t *changed)
{
    AUTO(town_freep) struct town *t = NULL;
    if (areas)
        event_areas_forget(areas, municipality);
    TRY(town_load(tx, municipality, &t));
    struct reassign r = {.town = t, .municipality = municipality};
    struct q_event_area_places_in in = {municipality};
    enum err e = q_event_area_places_each(tx, &in, compare_place, &r);
    if (e == ERR_OK)
        e = q_event_area_set_run_batch(tx, r.list, r.n);
    if (e == ERR_OK && changed)
        *changed = r.n;
    mem_free(r.list);
    return e;
}
