/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_areas.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/wkb.h"
#include "import_sql.h"
#include "parts/import/import_map.h"

#define VERTICES_MOST 500000

struct found_area {
    struct id id;
    const char *name;
    const void *shape;
    size_t bytes;
    struct geo_box box;
    int64_t population;
};

struct import_areas_run {
    struct arena *a;
    const struct profile *p;
    const char *municipality;
    size_t name, population; /* columns; SIZE_MAX: none */
    struct found_area *list;
    size_t n;
    struct event_areas *areas; /* while storing */
    int64_t changed;
};

static size_t find(struct arena *a, const struct convert_header *h, const char *name)
{
    const char *want = name ? str_fold(a, name) : NULL;
    for (size_t i = 0; want && i < h->columns; i++) {
        const char *have = str_fold(a, h->names[i]);
        if (have && str_eq(have, want))
            return i;
    }
    return SIZE_MAX;
}

enum err import_areas_new(struct arena *a, const struct profile *p, const struct convert_header *h,
                          const char *municipality, struct import_areas_run **out)
{
    struct import_areas_run *r = mem_alloc(sizeof *r);
    if (!r)
        return ERR_NOMEM;
    r->p = p;
    r->municipality = municipality;
    r->name = find(a, h, p->area_name);
    r->population = find(a, h, p->area_population);
    r->a = arena_new(IMPORT_AREA_BYTES);
    r->list = mem_array(IMPORT_AREAS_MOST, sizeof *r->list);
    enum err e = !r->a || !r->list ? ERR_NOMEM : r->name == SIZE_MAX ? ERR_INVALID : ERR_OK;
    if (e == ERR_OK)
        *out = r;
    else
        import_areas_free(r);
    return e;
}

void import_areas_free(struct import_areas_run *r)
{
    if (!r)
        return;
    arena_free(r->a);
    mem_free(r->list);
    mem_free(r);
}

/* The same kind and name in the same municipality is the same area. */
static struct id area_id(const struct import_areas_run *r, struct arena *a, const char *name)
{
    const char *folded = str_fold(a, name);
    const char *whole =
        arena_printf(a, "%s/%s/%s", r->municipality, r->p->area_kind, folded ? folded : name);
    return id_from_name("area", whole ? whole : name);
}

static enum err keep(struct import_areas_run *r, struct arena *scratch, const char *name,
                     const struct convert_item *it, const struct geo_shape *shape)
{
    double people;
    bool cut = false;
    const char *population = r->population == SIZE_MAX ? NULL : it->cells[r->population];
    struct found_area *f = &r->list[r->n];
    void *copy = arena_alloc(r->a, it->wkb_len);
    const char *clean = import_clean(scratch, name, EVENT_PLACE_MOST, false, &cut);
    *f = (struct found_area){.shape = copy, .bytes = it->wkb_len, .box = shape->box};
    f->name = clean ? arena_strdup(r->a, clean) : NULL;
    if (!copy || !f->name)
        return ERR_NOMEM;
    memcpy(copy, it->wkb, it->wkb_len);
    f->population = DB_NO_INT;
    if (population && import_number(population, &people) && people >= 0 && people < 1e8)
        f->population = (int64_t)people;
    f->id = area_id(r, scratch, f->name);
    r->n++;
    return ERR_OK;
}

enum err import_areas_row(struct import_areas_run *r, struct arena *scratch,
                          const struct convert_item *it, const char **reason)
{
    const char *name = it->cells[r->name];
    struct geo_shape *shape;
    if (!name)
        *reason = "import_reason_area_name";
    else if (!it->wkb)
        *reason = "import_reason_area_shape";
    else if (r->n == IMPORT_AREAS_MOST)
        *reason = "import_reason_area_many";
    if (*reason)
        return ERR_OK;
    enum err e = geo_wkb_read(scratch, it->wkb, it->wkb_len, VERTICES_MOST, &shape);
    if (e == ERR_NOMEM)
        return e;
    if (e || shape->kind != GEO_POLYGON ||
        !geo_point_in_sweden(shape->box.east_min, shape->box.north_min)) {
        *reason = "import_reason_area_shape";
        return ERR_OK;
    }
    return keep(r, scratch, name, it, shape);
}

static enum err store_one(struct tx *tx, struct arena *a, struct import_areas_run *r,
                          const struct found_area *f)
{
    struct q_import_area_same_in find_in = {r->municipality, f->id};
    struct q_import_area_same_row had;
    enum err e = q_import_area_same_one(tx, a, &find_in, &had);
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    if (e == ERR_OK && str_eq(had.name, f->name) && had.shape.n == f->bytes &&
        memcmp(had.shape.data, f->shape, f->bytes) == 0 && had.population == f->population)
        return ERR_OK;
    struct q_import_area_put_in in = {
        .municipality = r->municipality,
        .id = f->id,
        .kind = r->p->area_kind,
        .name = f->name,
        .shape = {f->shape, f->bytes},
        .east_min = f->box.east_min,
        .north_min = f->box.north_min,
        .east_max = f->box.east_max,
        .north_max = f->box.north_max,
        .population = f->population,
        .source = r->p->source ? r->p->source : "import",
        .at = time_now(),
        .origin = r->p->exercise ? "exempel" : NULL,
    };
    r->changed++;
    return q_import_area_put_run(tx, &in, NULL);
}

static enum err store_all(struct tx *tx, void *arg)
{
    struct import_areas_run *r = arg;
    AUTO(arena_freep) struct arena *a = arena_new(2 * IMPORT_AREA_BYTES);
    if (!a)
        return ERR_NOMEM;
    r->changed = 0;
    for (size_t i = 0; i < r->n; i++) {
        TRY(store_one(tx, a, r, &r->list[i]));
        arena_reset(a);
    }
    return r->changed ? event_areas_reassign(r->areas, tx, r->municipality, NULL) : ERR_OK;
}

enum err import_areas_store(struct import_areas_run *r, struct db *db, struct event_areas *areas,
                            int64_t *changed)
{
    r->areas = areas;
    TRY(db_write(db, r->municipality, store_all, r));
    *changed = r->changed;
    return ERR_OK;
}
