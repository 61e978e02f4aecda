/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/pai.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct ranked {
    double key; /* the largest first */
    size_t at;
};

/* A ranking as a broken line: area, events and predictions caught so far. Places of equal key are
 * one piece. */
struct curve {
    size_t pieces;
    double *area, *events, *predicted; /* [pieces + 1] */
};

struct ranking {
    const struct pai_place *places;
    size_t n;
    struct ranked *order;
    struct curve asked, best;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static enum err trace(struct ranking *r, struct arena *a, struct curve *c)
{
    c->area = ARENA_ARRAY(a, r->n + 1, double);
    c->events = ARENA_ARRAY(a, r->n + 1, double);
    c->predicted = ARENA_ARRAY(a, r->n + 1, double);
    if (!c->area || !c->events || !c->predicted)
        return ERR_NOMEM;
    if (r->n > 1)
        qsort(r->order, r->n, sizeof *r->order, by_key);
    for (size_t i = 0; i < r->n; i++) {
        const struct pai_place *p = &r->places[r->order[i].at];
        if (i == 0 || r->order[i].key != r->order[i - 1].key) {
            size_t k = c->pieces++;
            c->area[k + 1] = c->area[k];
            c->events[k + 1] = c->events[k];
            c->predicted[k + 1] = c->predicted[k];
        }
        c->area[c->pieces] += p->area;
        c->events[c->pieces] += p->events;
        c->predicted[c->pieces] += p->predicted;
    }
    return ERR_OK;
}

/* What is caught in the first `area`; *piece is where the search begins and ends: areas come in
 * rising order. */
static double caught(const struct curve *c, const double *what, double area, size_t *piece)
{
    while (*piece + 1 < c->pieces && c->area[*piece + 1] < area)
        (*piece)++;
    double from = c->area[*piece], to = c->area[*piece + 1];
    double part = fmin(1, (area - from) / (to - from));
    if (part == 1)
        return what[*piece + 1];
    return what[*piece] + part * (what[*piece + 1] - what[*piece]);
}

static bool usable(const struct pai_place *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(p[i].predicted) || !(p[i].events >= 0 && p[i].events <= 1e9) ||
            !(p[i].area > 0) || isinf(p[i].area))
            return false;
    return n > 0;
}

static enum err rank(const struct work *w, struct ranking *r)
{
    r->order = ARENA_ARRAY(w->arena, r->n, struct ranked);
    if (!r->order)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n; i++) /* the best any ranking can do: densest first */
        r->order[i] = (struct ranked){r->places[i].events / r->places[i].area, i};
    TRY(trace(r, w->arena, &r->best));
    for (size_t i = 0; i < r->n; i++)
        r->order[i] = (struct ranked){r->places[i].predicted, i};
    return trace(r, w->arena, &r->asked);
}

/* asked and best: where the search in each curve has come. */
static void point(const struct ranking *r, double area, size_t *asked, size_t *best,
                  struct pai_point *o)
{
    const struct curve *c = &r->asked;
    double all = c->area[c->pieces], events = c->events[c->pieces];
    o->area_share = area / all;
    o->events = caught(c, c->events, area, asked);
    o->event_share = o->events / events;
    o->pai = o->event_share / o->area_share;
    o->pei = o->events / caught(&r->best, r->best.events, area, best);
    o->rri = caught(c, c->predicted, area, asked) / o->events;
}

enum err pai_by_rank(const struct work *w, const struct pai_place *places, size_t n, size_t *order,
                     struct pai_point *out)
{
    assert(w && order && out);
    if (!usable(places, n))
        return ERR_INVALID;
    struct ranking r = {.places = places, .n = n};
    size_t asked = 0, best = 0;
    double area = 0;
    TRY(rank(w, &r));
    for (size_t i = 0; i < n; i++) {
        area += places[r.order[i].at].area;
        order[i] = r.order[i].at;
        point(&r, area, &asked, &best, &out[i]);
    }
    return ERR_OK;
}

enum err pai_at_shares(const struct work *w, const struct pai_place *places, size_t n,
                       const double *share, size_t shares, struct pai_point *out)
{
    assert(w && share && out);
    if (!usable(places, n))
        return ERR_INVALID;
    struct ranking r = {.places = places, .n = n};
    for (size_t i = 0; i < shares; i++)
        if (!(share[i] > 0 && share[i] <= 1))
            return ERR_INVALID;
    TRY(rank(w, &r));
    for (size_t i = 0; i < shares; i++) {
        size_t asked = 0, best = 0;
        point(&r, share[i] * r.asked.area[r.asked.pieces], &asked, &best, &out[i]);
    }
    return ERR_OK;
}
