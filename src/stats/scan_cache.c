/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For permutations the limits of a circle depend on nothing but how many cases it has, so circles
 * share them: the margin is rounded down by less than 1 part in 128, which makes limits smaller,
 * never too large. */
#include <math.h>

#include "stats/scan_inner.h"

#define CACHE_MOST ((size_t)8 << 20) /* bytes */
#define EXACT 256u                   /* margins below have a slot of their own */
#define STEPS 128u                   /* slots for each doubling from there */

struct scan_slot {
    int level; /* -1: empty */
    int32_t *high;
};

/* Slot of a margin, and the least margin of that slot. */
static size_t slot_of(double margin, double *least)
{
    if (margin < EXACT) {
        *least = margin;
        return (size_t)margin;
    }
    int e;
    double m = frexp(margin / EXACT, &e); /* m in [1/2, 1) */
    uint32_t step = (uint32_t)((2 * m - 1) * STEPS);
    *least = ldexp(1 + (double)step / STEPS, e - 1) * EXACT;
    return EXACT + (size_t)(e - 1) * STEPS + step;
}

enum err scan_cache_make(const struct scan *s, struct scan_cache *c)
{
    double most = 0, least;
    *c = (struct scan_cache){0};
    if (!s->margin || (s->o->rates & SCAN_LOW))
        return ERR_OK;
    for (uint32_t i = 0; i < s->n; i++) {
        double margin = 0;
        for (uint32_t k = 0; k < s->n_member[i]; k++)
            margin += s->margin[s->member[i][k] & ~SCAN_LAST];
        most = fmax(most, margin);
    }
    size_t slots = slot_of(most, &least) + 1, windows = (size_t)s->max_len * s->periods;
    if (windows > CACHE_MOST / 4 / slots)
        return ERR_OK;
    c->slot = ARENA_ARRAY(s->work->arena, slots, struct scan_slot);
    int32_t *room = ARENA_ARRAY(s->work->arena, slots * windows, int32_t);
    if (!c->slot || !room)
        return ERR_NOMEM;
    for (size_t i = 0; i < slots; i++)
        c->slot[i] = (struct scan_slot){-1, room + i * windows};
    return ERR_OK;
}

bool scan_cache_limits(const struct scan *s, struct scan_cache *c, struct scan_ladder *l, int level,
                       struct scan_growth *g, struct scan_limits *out)
{
    if (!c->slot)
        return false;
    double least, margin = g->margin;
    struct scan_slot *slot = &c->slot[slot_of(margin, &least)];
    out->high = slot->high;
    if (slot->level == level)
        return true;
    g->margin = least;
    scan_growth_prefix(s, g);
    g->margin = margin;
    scan_limits_find(s, l, level, g->prefix, out);
    slot->level = level;
    return true;
}
