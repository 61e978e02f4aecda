/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/exercise/exercise_inner.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"

#define ARENA_MAX ((size_t)512 * 1024 * 1024)
#define ID_SPACE "samsyn-exercise"

int exercise_municipality_index(const char *code)
{
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        if (str_eq(exercise_municipalities[m], code))
            return m;
    return -1;
}

struct rng exercise_rng(const struct exercise_gen *g, enum exercise_stream s, int municipality)
{
    return rng_make(g->x->options.seed, (uint64_t)s * 16 + (uint64_t)municipality);
}

struct id exercise_id(const struct exercise_gen *g, const char *what, uint32_t number)
{
    char name[80];
    snprintf(name, sizeof name, "%llu/%s/%u", (unsigned long long)g->x->options.seed, what, number);
    return id_from_name(ID_SPACE, name);
}

const struct exercise_choice *exercise_choice_of(const struct exercise_gen *g, int municipality,
                                                 int32_t area)
{
    return &g->choice[area >= 0 ? area : EXERCISE_AREAS_MAX + municipality];
}

static int choice_index(const struct exercise_place *p)
{
    return p->area >= 0 ? p->area
                        : EXERCISE_AREAS_MAX + exercise_municipality_index(p->municipality);
}

static enum err choice_lists(struct exercise_gen *g, struct exercise_choice *c, int index)
{
    struct exercise *x = g->x;
    c->homes = ARENA_ARRAY(g->scratch, x->place_count, uint32_t);
    c->all = ARENA_ARRAY(g->scratch, x->place_count, uint32_t);
    if (!c->homes || !c->all)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < x->place_count; i++) {
        if (choice_index(&x->places[i]) != index)
            continue;
        c->all[c->all_count++] = i;
        if (str_eq(x->places[i].kind, "address"))
            c->homes[c->home_count++] = i;
    }
    return ERR_OK;
}

/* A place in a hundred becomes hot: named ones only, and none where nothing is to be found. */
static uint32_t hot_mark(struct exercise_gen *g, struct exercise_choice *c, struct rng *r,
                         bool allowed)
{
    uint32_t want = allowed && c->all_count >= 40 ? (c->all_count + 80) / 100 : 0, got = 0;
    for (int tries = 0; got < want && tries < 1000; tries++) {
        struct exercise_place *p = &g->x->places[c->all[rng_below(r, c->all_count)]];
        if (p->hot || str_eq(p->kind, "address"))
            continue;
        p->hot = true;
        got++;
    }
    return got;
}

/* Hot places share 18 % of what is not tied to homes; with the coarse positions, the homes and the
 * calm areas that makes a tenth of all. The rest differ moderately (gamma, shape 3), named places
 * four times an address; where nothing is to be found all are alike. */
static enum err choice_weigh(struct exercise_gen *g, struct exercise_choice *c, struct rng *r,
                             bool calm)
{
    double *w = ARENA_ARRAY(g->scratch, c->all_count, double);
    if (!w)
        return ERR_NOMEM;
    uint32_t hot = hot_mark(g, c, r, !calm);
    double sum = 0;
    for (uint32_t i = 0; i < c->all_count; i++) {
        const struct exercise_place *p = &g->x->places[c->all[i]];
        double size = str_eq(p->kind, "address") ? 1 : 4;
        w[i] = p->hot ? 0 : calm ? 1 : size * rng_gamma(r, 3, 1.0 / 3);
        sum += w[i];
    }
    for (uint32_t i = 0; i < c->all_count; i++)
        if (g->x->places[c->all[i]].hot)
            w[i] = sum * 0.18 / 0.82 / hot;
    TRY(alias_make(g->scratch, w, c->all_count, &c->any));
    for (uint32_t i = 0; i < c->home_count; i++)
        w[i] = calm ? 1 : rng_gamma(r, 3, 1.0 / 3);
    return alias_make(g->scratch, w, c->home_count, &c->home);
}

enum err exercise_choices_make(struct exercise_gen *g)
{
    struct rng r = exercise_rng(g, STREAM_PLACES, EXERCISE_MUNICIPALITIES);
    for (int i = 0; i < EXERCISE_AREAS_MAX + EXERCISE_MUNICIPALITIES; i++) {
        if (i >= (int)g->x->area_count && i < EXERCISE_AREAS_MAX)
            continue;
        bool calm = i == g->nothing_area || i >= EXERCISE_AREAS_MAX;
        TRY(choice_lists(g, &g->choice[i], i));
        TRY(choice_weigh(g, &g->choice[i], &r, calm));
    }
    return ERR_OK;
}

static enum err period_set(struct exercise_gen *g)
{
    struct exercise *x = g->x;
    const struct exercise_options *o = &x->options;
    if (!date_valid(o->end) || o->end.year < 1980 || o->end.year > 2190)
        return ERR_INVALID;
    if (o->years < 1 || o->years > EXERCISE_YEARS_MAX)
        return ERR_INVALID;
    struct date before = {o->end.year - o->years, o->end.month, o->end.day};
    if (!date_valid(before)) /* 29 February */
        before.day = 28;
    g->first_day = date_days(before) + 1;
    g->last_day = date_days(o->end);
    x->first = date_from_days(g->first_day);
    g->end = date_start(date_add(o->end, 1));
    return ERR_OK;
}

static enum err steps_run(struct exercise_gen *g)
{
    TRY(period_set(g));
    g->event_cap = (uint32_t)g->x->options.years * EXERCISE_EVENTS_A_YEAR;
    g->x->events = ARENA_ARRAY(g->x->arena, g->event_cap, struct exercise_event);
    if (!g->x->events)
        return ERR_NOMEM;
    TRY(exercise_people_make(g));
    TRY(exercise_areas_make(g));
    exercise_roles_choose(g);
    TRY(exercise_places_make(g));
    TRY(exercise_choices_make(g));
    TRY(exercise_base_draw(g));
    TRY(exercise_plants_draw(g));
    TRY(exercise_near_repeats(g));
    return exercise_texts_make(g);
}

enum err exercise_make(const struct exercise_options *options, struct exercise **out)
{
    AUTO(exercise_freep) struct exercise *x = mem_alloc(sizeof *x);
    AUTO(mem_freep) struct exercise_gen *g = mem_alloc(sizeof *g);
    AUTO(arena_freep) struct arena *scratch = arena_new(ARENA_MAX);
    if (!x || !g || !scratch)
        return ERR_NOMEM;
    x->arena = arena_new(ARENA_MAX);
    if (!x->arena)
        return ERR_NOMEM;
    x->options = *options;
    g->x = x;
    g->scratch = scratch;
    TRY(steps_run(g));
    *out = TAKE(x);
    return ERR_OK;
}

void exercise_free(struct exercise *x)
{
    if (!x)
        return;
    arena_free(x->arena);
    mem_free(x);
}

void exercise_freep(struct exercise **x)
{
    exercise_free(*x);
}
