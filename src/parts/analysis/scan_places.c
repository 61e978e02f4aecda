/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows at the same position are one location. Locations are in the order of their names, or else of
 * their coordinates, whatever the order of the rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/scan_table.h"

struct spot {
    double x, y;
    const char *place; /* NULL: none */
    uint32_t row;      /* those of people follow the others */
    uint32_t location;
};

static int by_position(const void *pa, const void *pb)
{
    const struct spot *a = pa, *b = pb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int by_place(const void *pa, const void *pb)
{
    const struct spot *a = pa, *b = pb;
    int order = strcmp(a->place ? a->place : "", b->place ? b->place : "");
    return order ? order : by_position(pa, pb);
}

static const char *place_of(const struct analysis_table *t, size_t row)
{
    bool has = (t->has & COLUMN_BIT(COLUMN_PLACE)) && t->place.index[row] != UINT32_MAX;
    return has ? t->place.name[t->place.index[row]] : NULL;
}

static bool position_fits(const struct scan_wish *wish, double x, double y)
{
    return isfinite(x) && isfinite(y) && (!wish->sphere || (fabs(x) <= 180 && fabs(y) <= 90));
}

static enum err add_spots(struct analysis *an, const struct scan_wish *wish,
                          const struct analysis_table *t, uint32_t first, struct spot *out)
{
    for (size_t i = 0; i < t->n; i++) {
        double x = t->number[COLUMN_X][i], y = t->number[COLUMN_Y][i];
        if (!position_fits(wish, x, y))
            return analysis_refuse(an, analysis_say(an, analysis_scan_position, table_row(t, i)));
        /* -0 is 0 */
        out[i] = (struct spot){x + 0.0, y + 0.0, place_of(t, i), first + (uint32_t)i, 0};
    }
    return ERR_OK;
}

/* Gives every row its location, and each location one row of the result. */
static uint32_t number_spots(struct spot *spots, size_t n, struct spot *locations, bool *named)
{
    uint32_t count = 0;
    qsort(spots, n, sizeof *spots, by_position);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || spots[i].x != spots[i - 1].x || spots[i].y != spots[i - 1].y) {
            locations[count] = spots[i];
            locations[count].row = count;
            count++;
        }
        spots[i].location = count - 1;
        if (!locations[count - 1].place)
            locations[count - 1].place = spots[i].place;
        *named = *named || spots[i].place;
    }
    qsort(locations, count, sizeof *locations, *named ? by_place : by_position);
    return count;
}

static enum err keep_locations(struct analysis *an, const struct scan_wish *wish,
                               const struct spot *locations, bool named, struct scan_table *t)
{
    size_t n = t->locations;
    double *x = ARENA_ARRAY(an->arena, n, double), *y = ARENA_ARRAY(an->arena, n, double);
    double *e[3] = {ARENA_ARRAY(an->arena, n, double), ARENA_ARRAY(an->arena, n, double),
                    ARENA_ARRAY(an->arena, n, double)};
    t->place = named ? ARENA_ARRAY(an->arena, n, const char *) : NULL;
    if (!x || !y || !e[0] || !e[1] || !e[2] || (named && !t->place))
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        double lon = locations[i].x * M_PI / 180, lat = locations[i].y * M_PI / 180;
        x[i] = locations[i].x;
        y[i] = locations[i].y;
        e[0][i] = SCAN_EARTH * cos(lat) * cos(lon);
        e[1][i] = SCAN_EARTH * cos(lat) * sin(lon);
        e[2][i] = SCAN_EARTH * sin(lat);
        if (named)
            t->place[i] = locations[i].place;
    }
    t->x = x;
    t->y = y;
    t->in.x = wish->sphere ? e[0] : x;
    t->in.y = wish->sphere ? e[1] : y;
    t->in.z = wish->sphere ? e[2] : NULL;
    return ERR_OK;
}

static enum err one_place(struct analysis *an, size_t rows, size_t people, struct scan_table *t)
{
    static const double nowhere[1] = {0};
    t->row_location = ARENA_ARRAY(an->arena, rows, uint32_t);
    t->people_location = ARENA_ARRAY(an->arena, people, uint32_t);
    t->locations = 1;
    t->x = t->y = t->in.x = t->in.y = nowhere;
    return t->row_location && t->people_location ? ERR_OK : ERR_NOMEM;
}

enum err scan_places_make(struct analysis *an, const struct scan_wish *wish,
                          const struct analysis_table *people, struct scan_table *t)
{
    const struct analysis_table *rows = &an->table;
    bool own = people && people != rows && (people->has & COLUMN_BIT(COLUMN_X)) &&
               (people->has & COLUMN_BIT(COLUMN_Y));
    size_t n_people = own ? people->n : 0, n = rows->n + n_people;
    if (!wish->space)
        return one_place(an, rows->n, people ? people->n : 0, t);
    struct spot *spots = ARENA_ARRAY(an->arena, n, struct spot);
    struct spot *locations = ARENA_ARRAY(an->arena, n, struct spot);
    uint32_t *number = ARENA_ARRAY(an->arena, n, uint32_t);
    t->row_location = ARENA_ARRAY(an->arena, n, uint32_t);
    if (!spots || !locations || !number || !t->row_location)
        return ERR_NOMEM;
    TRY(add_spots(an, wish, rows, 0, spots));
    if (own)
        TRY(add_spots(an, wish, people, (uint32_t)rows->n, spots + rows->n));
    bool named = false;
    t->locations = number_spots(spots, n, locations, &named);
    for (uint32_t i = 0; i < t->locations; i++)
        number[locations[i].row] = i;
    for (size_t i = 0; i < n; i++)
        t->row_location[spots[i].row] = number[spots[i].location];
    t->people_location = people == rows ? t->row_location : own ? t->row_location + rows->n : NULL;
    return keep_locations(an, wish, locations, named, t);
}
