/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented districts round real localities, kept clear of Vänern and Skagern. */
#include "parts/exercise/exercise_inner.h"

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"

/* Corners in metres from the middle of the locality. The five districts of Mariestad are a square
 * and four trapezoids round it; they move 300 m south-east, away from the lake. */
static const struct area_row {
    int municipality;
    const char *locality, *key, *name;
    double share; /* of the locality's inhabitants, as they are counted here */
    int corner[4][2];
} rows[] = {
    {0,
     "Mariestad",
     "centrala",
     "Centrala övningsområdet",
     0.36,
     {{-250, -850}, {850, -850}, {850, 250}, {-250, 250}}},
    {0,
     "Mariestad",
     "norra",
     "Norra övningsområdet",
     0.18,
     {{-250, 250}, {850, 250}, {1700, 1100}, {-1100, 1100}}},
    {0,
     "Mariestad",
     "ostra",
     "Östra övningsområdet",
     0.18,
     {{850, -850}, {1700, -1700}, {1700, 1100}, {850, 250}}},
    {0,
     "Mariestad",
     "sodra",
     "Södra övningsområdet",
     0.18,
     {{-1100, -1700}, {1700, -1700}, {850, -850}, {-250, -850}}},
    {0,
     "Mariestad",
     "vastra",
     "Västra övningsområdet",
     0.18,
     {{-1100, -1700}, {-250, -850}, {-250, 250}, {-1100, 1100}}},
    {0,
     "Ullervad",
     "ullervad",
     "Ullervads övningsområde",
     1,
     {{-500, -500}, {500, -500}, {500, 500}, {-500, 500}}},
    {0,
     "Lugnås",
     "lugnas",
     "Lugnås övningsområde",
     1,
     {{-480, -480}, {480, -480}, {480, 480}, {-480, 480}}},
    {0,
     "Lyrestad",
     "lyrestad",
     "Lyrestads övningsområde",
     1,
     {{-400, -400}, {400, -400}, {400, 400}, {-400, 400}}},
    {0,
     "Sjötorp",
     "sjotorp",
     "Sjötorps övningsområde",
     1,
     {{-150, -400}, {600, -400}, {600, 400}, {-150, 400}}},
    {1,
     "Töreboda",
     "norra",
     "Norra övningsområdet",
     0.55,
     {{-1000, 0}, {1000, 0}, {1000, 1000}, {-1000, 1000}}},
    {1,
     "Töreboda",
     "sodra",
     "Södra övningsområdet",
     0.55,
     {{-1000, -1000}, {1000, -1000}, {1000, 0}, {-1000, 0}}},
    {1,
     "Moholm",
     "moholm",
     "Moholms övningsområde",
     1,
     {{-480, -480}, {480, -480}, {480, 480}, {-480, 480}}},
    {1,
     "Älgarås",
     "algaras",
     "Älgarås övningsområde",
     1,
     {{-450, -450}, {450, -450}, {450, 450}, {-450, 450}}},
    {2,
     "Gullspång",
     "gullspang",
     "Gullspångs övningsområde",
     1,
     {{-1100, -150}, {-200, -150}, {-200, 750}, {-1100, 750}}},
    {2,
     "Hova",
     "hova",
     "Hova övningsområde",
     1,
     {{-600, -600}, {600, -600}, {600, 600}, {-600, 600}}},
    {2,
     "Otterbäcken",
     "otterbacken",
     "Otterbäckens övningsområde",
     1,
     {{-450, -450}, {450, -450}, {450, 450}, {-450, 450}}},
};

_Static_assert(ARRAY_LEN(rows) <= EXERCISE_AREAS_MAX, "room for all areas");

#define FIRST_DISTRICT 0
#define DISTRICTS 5 /* of Mariestad, the central one first */
#define FIRST_TOREBODA 9

static enum err shape_make(struct exercise_gen *g, const struct area_row *row,
                           const struct geo_locality *loc, struct geo_shape **out)
{
    struct geo_shape *s = geo_shape_new(g->x->arena, GEO_POLYGON, 1);
    struct geo_point *p = s ? geo_shape_path(g->x->arena, s, 0, 5, false) : NULL;
    if (!p)
        return ERR_NOMEM;
    for (int i = 0; i < 5; i++)
        p[i] = (struct geo_point){loc->east + row->corner[i % 4][0],
                                  loc->north + row->corner[i % 4][1]};
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

static enum err area_make(struct exercise_gen *g, uint32_t i)
{
    const struct area_row *row = &rows[i];
    const char *code = exercise_municipalities[row->municipality];
    const struct geo_locality *loc = geo_locality_by_name(code, row->locality);
    if (!loc)
        return ERR_INTERNAL;
    struct geo_shape *shape;
    TRY(shape_make(g, row, loc, &shape));
    g->x->areas[i] = (struct exercise_area){
        .id = exercise_id(g, "area", i),
        .municipality = code,
        .key = row->key,
        .name = row->name,
        .kind = row->share < 1 ? "district" : "locality",
        .locality = loc->name,
        .weight = loc->population * row->share,
        .shape = shape,
        .centre = geo_shape_centroid(shape),
    };
    return ERR_OK;
}

/* Those who live outside every locality count 0.6: less happens, and less is seen. */
static void countryside_weigh(struct exercise_gen *g)
{
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++) {
        size_t n = 0;
        const char *code = exercise_municipalities[m];
        const struct geo_locality *loc = geo_localities_of(code, &n);
        double rest = geo_municipality_by_code(code)->population;
        for (size_t i = 0; i < n; i++)
            rest -= loc[i].population;
        g->rural[m] = 0.6 * (rest > 0 ? rest : 0);
    }
}

enum err exercise_areas_make(struct exercise_gen *g)
{
    struct exercise *x = g->x;
    x->areas = ARENA_ARRAY(x->arena, ARRAY_LEN(rows), struct exercise_area);
    if (!x->areas)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < ARRAY_LEN(rows); i++)
        TRY(area_make(g, i));
    x->area_count = ARRAY_LEN(rows);
    countryside_weigh(g);
    return ERR_OK;
}

/* The hotspot is in the centre; the four outer districts, equally large, share the other parts by
 * lot, so that nobody can learn where the answers lie. */
void exercise_roles_choose(struct exercise_gen *g)
{
    struct rng r = exercise_rng(g, STREAM_ROLES, 0);
    uint32_t outer[DISTRICTS - 1];
    for (uint32_t i = 0; i < DISTRICTS - 1; i++)
        outer[i] = FIRST_DISTRICT + 1 + i;
    rng_shuffle(&r, outer, DISTRICTS - 1);
    g->hotspot_area = FIRST_DISTRICT;
    g->series_area = (int32_t)outer[0];
    g->step_area = (int32_t)outer[1];
    g->comparison_area = (int32_t)outer[2];
    g->nothing_area = (int32_t)outer[3];
    g->cluster_area = FIRST_TOREBODA + (int32_t)rng_below(&r, 2);
}
