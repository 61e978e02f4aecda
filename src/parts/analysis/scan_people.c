/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The population of a Poisson scan: a file of its own, or a column of the table. */
#include <math.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/scan_table.h"

#define NO_GROUP ""

struct people {
    struct analysis *an;
    const struct analysis_table *table;
    struct scan_table *t;
    bool by_group;
    struct map *group, *place;
    uint32_t groups;
    struct scan_census *census;
    size_t n;
};

static const struct analysis_method population_file = {
    .name = "scan",
    .needs = COLUMN_BIT(COLUMN_POPULATION),
    .may = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T) |
           COLUMN_BIT(COLUMN_PLACE) | COLUMN_BIT(COLUMN_GROUP),
};

enum err scan_people_read(struct analysis *an, const struct scan_wish *wish,
                          const struct analysis_table **out)
{
    struct analysis *other;
    *out = NULL;
    if (wish->model != SCAN_POISSON)
        return ERR_OK;
    if (!wish->population_file) {
        if (analysis_has(an, COLUMN_POPULATION))
            *out = &an->table;
        else if (wish->space)
            return analysis_refuse(an, text_get(an->lang, T_analysis_scan_no_population));
        return ERR_OK;
    }
    TRY(analysis_begin(&population_file, an->arena, an->lang, &other));
    other->lonlat = an->lonlat;
    other->given = an->given;
    enum err e = an->read_table ? an->read_table(other, wish->population_file, 0) : ERR_DENIED;
    if (e == ERR_USAGE)
        return analysis_refuse(an, analysis_say(an, analysis_scan_in_population, other->problem));
    if (e == ERR_NOTFOUND || e == ERR_DENIED || e == ERR_IO)
        return analysis_refuse(
            an, analysis_say(an, analysis_scan_no_file, (const char *)wish->population_file));
    TRY(e);
    *out = &other->table;
    return ERR_OK;
}

static const char *name_at(const struct analysis_table *t, enum analysis_column c, size_t row)
{
    const struct analysis_names *names = c == COLUMN_PLACE ? &t->place : &t->group;
    bool has = (t->has & COLUMN_BIT(c)) && names->index[row] != UINT32_MAX;
    return has ? names->name[names->index[row]] : NO_GROUP;
}

static enum err group_at(struct people *p, const struct analysis_table *t, size_t row,
                         uint32_t *out)
{
    int64_t i = 0;
    const char *name = p->by_group ? name_at(t, COLUMN_GROUP, row) : NO_GROUP;
    if (!map_get(p->group, name, &i)) {
        i = p->groups++;
        TRY(map_put(p->group, name, i));
    }
    *out = (uint32_t)i;
    return ERR_OK;
}

/* Rows without coordinates name the places of the other table. */
static enum err map_places(struct people *p)
{
    for (uint32_t i = 0; i < p->t->locations && p->t->place; i++)
        if (p->t->place[i])
            TRY(map_put(p->place, p->t->place[i], i));
    return ERR_OK;
}

static enum err location_of(struct people *p, size_t row, uint32_t *out)
{
    int64_t i;
    if (p->t->people_location) {
        *out = p->t->people_location[row];
        return ERR_OK;
    }
    const char *name = name_at(p->table, COLUMN_PLACE, row);
    if (!map_get(p->place, name, &i))
        return analysis_refuse(p->an, analysis_say(p->an, analysis_scan_unknown_place,
                                                   table_row(p->table, row), name));
    *out = (uint32_t)i;
    return ERR_OK;
}

static enum err read_census(struct people *p)
{
    const struct analysis_table *t = p->table;
    bool own = t != &p->an->table;
    const double *day = NULL;
    if (own && t->t) {
        struct analysis shell = *p->an;
        shell.table = *t;
        day = analysis_days(&shell, t->t);
        if (!day)
            return ERR_NOMEM;
    }
    for (size_t i = 0; i < t->n; i++) {
        double people = t->number[COLUMN_POPULATION][i];
        if (isnan(people))
            continue;
        struct scan_census *c = &p->census[p->n++];
        *c = (struct scan_census){.day = day ? day[i] : NAN, .people = people};
        TRY(location_of(p, i, &c->location));
        TRY(group_at(p, t, i, &c->group));
    }
    return ERR_OK;
}

/* A column beside the events says the same thing many times: it is taken once. */
static enum err say_once(struct people *p)
{
    size_t cells = (size_t)p->t->locations * p->groups, kept = 0;
    double *known = ARENA_ARRAY(p->an->arena, cells, double);
    if (!known)
        return ERR_NOMEM;
    for (size_t i = 0; i < cells; i++)
        known[i] = NAN;
    for (size_t i = 0; i < p->n; i++) {
        struct scan_census *c = &p->census[i];
        double *k = &known[(size_t)c->location * p->groups + c->group];
        if (isnan(*k))
            p->census[kept++] = *c;
        else if (*k != c->people)
            return analysis_refuse(p->an, text_get(p->an->lang, T_analysis_scan_two_populations));
        *k = c->people;
    }
    p->n = kept;
    return ERR_OK;
}

/* The study's bounds; without time, from the first census to the last. */
static const double *bounds(struct people *p, double room[2])
{
    if (p->t->day)
        return p->t->clock.bound;
    room[0] = INFINITY;
    room[1] = -INFINITY;
    for (size_t i = 0; i < p->n; i++) {
        room[0] = fmin(room[0], p->census[i].day);
        room[1] = fmax(room[1], p->census[i].day + 1);
    }
    if (!(room[0] < room[1])) {
        room[0] = 0;
        room[1] = 1;
    }
    return room;
}

static enum err count_groups(struct people *p, uint64_t *cases)
{
    const struct analysis_table *rows = &p->an->table;
    const struct scan_clock *c = &p->t->clock;
    for (size_t i = 0; i < rows->n; i++) {
        uint32_t g;
        TRY(group_at(p, rows, i, &g));
        bool inside =
            !p->t->day || (p->t->day[i] >= (double)c->from && floor(p->t->day[i]) <= (double)c->to);
        double value = analysis_has(p->an, COLUMN_VALUE) ? rows->number[COLUMN_VALUE][i] : 1;
        if (inside)
            cases[g] += (uint64_t)value;
    }
    return ERR_OK;
}

static enum err expect(struct people *p)
{
    struct arena *a = p->an->arena;
    struct scan_table *t = p->t;
    size_t most = p->n + p->an->table.n + 1;
    double *expected = ARENA_ARRAY(a, (size_t)t->locations * t->clock.periods, double);
    double *at_risk = ARENA_ARRAY(a, t->locations, double), room[2];
    uint64_t *cases = ARENA_ARRAY(a, most, uint64_t);
    if (!expected || !at_risk || !cases)
        return ERR_NOMEM;
    TRY(count_groups(p, cases));
    struct scan_study study = {t->locations, t->clock.periods, p->groups, bounds(p, room), cases};
    enum err e = scan_expect(&p->an->work, &study, p->census, p->n, expected, at_risk);
    if (e == ERR_INVALID)
        return analysis_refuse(p->an, text_get(p->an->lang, T_analysis_scan_no_people));
    t->in.expected = expected;
    return e;
}

enum err scan_people_expect(struct analysis *an, const struct analysis_table *people,
                            struct scan_table *t)
{
    AUTO(map_freep) struct map *group = map_new();
    AUTO(map_freep) struct map *place = map_new();
    if (!group || !place)
        return ERR_NOMEM;
    struct people p = {.an = an, .table = people, .t = t, .group = group, .place = place};
    p.census = ARENA_ARRAY(an->arena, people ? people->n : 1, struct scan_census);
    if (!p.census)
        return ERR_NOMEM;
    if (!people) { /* purely temporal: as many people all the time */
        p.groups = 1;
        p.n = 1;
        p.census[0] = (struct scan_census){.day = NAN, .people = 1};
        TRY(map_put(group, NO_GROUP, 0));
        return expect(&p);
    }
    p.by_group = analysis_has(an, COLUMN_GROUP) && (people->has & COLUMN_BIT(COLUMN_GROUP));
    TRY(map_places(&p));
    TRY(read_census(&p));
    if (people == &an->table)
        TRY(say_once(&p));
    return expect(&p);
}
