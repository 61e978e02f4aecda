/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The map under the events: outlines, water and localities of the register, cut into tiles. The
 * same for everybody. */
#include <pthread.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/mvt.h"
#include "geo/wkb.h"
#include "parts/event/event_web.h"
#include "parts/event/event_web_lake.h"

#define TILE_LIMIT ((size_t)2 << 20)
#define VERTICES_MOST 200000
#define SHAPES_LIMIT ((size_t)64 << 20)
#define MUNICIPALITIES_FROM 7 /* zoom; counties before it */

/* The register's shapes, read once; they never change. */
static struct {
    pthread_once_t once;
    enum err err;
    struct geo_shape *counties[GEO_COUNTY_COUNT];
    struct geo_shape *municipalities[GEO_MUNICIPALITY_COUNT];
    struct geo_shape **water, **lakes;
    size_t n_lakes;
} base = {.once = PTHREAD_ONCE_INIT};

static enum err read_outline(struct arena *a, const struct geo_outline *o, struct geo_shape **out)
{
    return geo_wkb_read(a, o->wkb, o->wkb_len, VERTICES_MOST, out);
}

static enum err read_all(struct arena *a)
{
    for (size_t i = 0; i < GEO_COUNTY_COUNT; i++)
        TRY(read_outline(a, &geo_counties[i].outline, &base.counties[i]));
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++)
        TRY(read_outline(a, &geo_municipalities[i].outline, &base.municipalities[i]));
    base.water = ARENA_ARRAY(a, geo_basemap_count, struct geo_shape *);
    if (!base.water)
        return ERR_NOMEM;
    for (size_t i = 0; i < geo_basemap_count; i++)
        TRY(read_outline(a, &geo_basemap[i].outline, &base.water[i]));
    return event_web_lakes(a, base.water, &base.lakes, &base.n_lakes);
}

static void read_once(void)
{
    static struct arena *kept; /* as long as the program */
    kept = arena_new(SHAPES_LIMIT);
    base.err = kept ? read_all(kept) : ERR_NOMEM;
}

static void add_water(struct mvt *t, const struct geo_box *box)
{
    mvt_layer(t, "water");
    for (size_t i = 0; i < base.n_lakes; i++)
        if (geo_box_meets(&base.lakes[i]->box, box))
            mvt_shape(t, 0, base.lakes[i]);
    for (size_t i = 0; i < geo_basemap_count; i++)
        if (geo_basemap[i].kind == GEO_BASE_RIVER && geo_box_meets(&base.water[i]->box, box))
            mvt_shape(t, 0, base.water[i]);
}

static void add_towns(struct mvt *t, const struct geo_box *box, uint32_t zoom)
{
    size_t n = zoom < MUNICIPALITIES_FROM ? GEO_COUNTY_COUNT : GEO_MUNICIPALITY_COUNT;
    struct geo_shape *const *list =
        zoom < MUNICIPALITIES_FROM ? base.counties : base.municipalities;
    for (int pass = 0; pass < 2; pass++) {
        mvt_layer(t, pass == 0 ? "land" : "outline");
        for (size_t i = 0; i < n; i++)
            if (geo_box_meets(&list[i]->box, box))
                mvt_shape(t, 0, list[i]);
    }
}

/* How many people a place must have to be named at a zoom. */
static int32_t least_people(uint32_t zoom)
{
    static const int32_t least[] = {100000, 100000, 100000, 100000, 100000, 60000,
                                    30000,  15000,  6000,   2000,   500};
    return zoom < ARRAY_LEN(least) ? least[zoom] : 0;
}

/* The most important has the highest. */
static int rank_of(int32_t people)
{
    return people >= 50000 ? 5 : people >= 10000 ? 4 : people >= 2000 ? 3 : people >= 500 ? 2 : 1;
}

static void add_places(struct mvt *t, const struct geo_box *box, uint32_t zoom)
{
    mvt_layer(t, "place");
    for (size_t i = 0; i < GEO_LOCALITY_COUNT; i++) {
        const struct geo_locality *p = &geo_localities[i];
        if (p->population < least_people(zoom) || !geo_box_has(box, p->east, p->north))
            continue;
        if (mvt_point(t, i + 1, p->east, p->north)) {
            mvt_tag_text(t, "name", p->name);
            mvt_tag_int(t, "rank", rank_of(p->population));
        }
    }
}

enum err event_base_page(struct req *rq)
{
    int64_t z, x, y;
    if (!str_to_int(req_param(rq, "z"), &z) || !str_to_int(req_param(rq, "x"), &x) ||
        !str_to_int(req_param(rq, "y"), &y) || !mvt_tile_valid(z, x, y))
        return ERR_NOTFOUND;
    if (!*web_municipality(rq))
        return ERR_NOTFOUND;
    pthread_once(&base.once, read_once);
    TRY(base.err);
    struct mvt_tile tile = {(uint32_t)z, (uint32_t)x, (uint32_t)y};
    struct geo_box box;
    resp_type(rq, "application/vnd.mapbox-vector-tile");
    resp_header(rq, "Cache-Control", "public, max-age=86400");
    if (!mvt_tile_box(tile, &box))
        return ERR_OK;
    AUTO(mvt_freep) struct mvt *t = mvt_new(tile, TILE_LIMIT);
    if (!t)
        return ERR_NOMEM;
    add_towns(t, &box, tile.z);
    add_water(t, &box);
    add_places(t, &box, tile.z);
    return mvt_finish(t, &rq->out);
}
