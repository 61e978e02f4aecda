/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The clusters that are told: each is the best window that shares no location and period with those
 * told before it. A centre whose best window does is hunted again with those left out; until then
 * what it had is the most it can have. */
#include <math.h>
#include <stdlib.h>

#include "stats/scan_inner.h"

#define LLR_LEAST 1e-9 /* smaller is rounding: no cluster */

struct ranked {
    double llr;
    uint32_t n_members, centre, checked; /* against so many told clusters */
};

struct choice {
    const struct scan *s;
    struct scan_best *best;
    struct scan_hunter hunter;
    const struct scan_hold **hold; /* per location */
    struct ranked *heap;           /* the best is at 0 */
    size_t n_heap, n_told;
    struct scan_chosen *told;
};

/* Of equal ratios (but for rounding) the window of fewest locations comes first, then the centre
 * that is first in the input. */
static bool is_before(const struct ranked *a, const struct ranked *b)
{
    if (a->llr != b->llr)
        return a->llr > b->llr;
    if (a->n_members != b->n_members)
        return a->n_members < b->n_members;
    return a->centre < b->centre;
}

static struct ranked rank_of(const struct choice *c, uint32_t centre, uint32_t checked)
{
    const struct scan_best *b = &c->best[centre];
    return (struct ranked){round(b->llr * 1e10) / 1e10, b->n_members, centre, checked};
}

static void sink(struct choice *c, size_t i)
{
    for (;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < c->n_heap; child++)
            if (is_before(&c->heap[child], &c->heap[first]))
                first = child;
        if (first == i)
            return;
        struct ranked other = c->heap[i];
        c->heap[i] = c->heap[first];
        c->heap[first] = other;
        i = first;
    }
}

static bool overlaps(const struct choice *c, uint32_t centre)
{
    const struct scan_best *b = &c->best[centre];
    for (uint32_t k = 0; k < b->n_members; k++)
        for (const struct scan_hold *h = c->hold[c->s->member[centre][k] & ~SCAN_LAST]; h;
             h = h->next)
            if (b->begin < h->end && h->begin < b->begin + b->len)
                return true;
    return false;
}

static enum err tell(struct choice *c, uint32_t centre)
{
    const struct scan_best *b = &c->best[centre];
    c->told[c->n_told++] = (struct scan_chosen){*b, centre};
    if (c->s->o->overlap)
        return ERR_OK;
    struct scan_hold *holds = ARENA_ARRAY(c->s->work->arena, b->n_members, struct scan_hold);
    if (!holds)
        return ERR_NOMEM;
    for (uint32_t k = 0; k < b->n_members; k++) {
        uint32_t location = c->s->member[centre][k] & ~SCAN_LAST;
        holds[k] = (struct scan_hold){b->begin, b->begin + b->len, c->hold[location]};
        c->hold[location] = &holds[k];
    }
    return ERR_OK;
}

/* The first of the heap is told, or hunted again and put where it then belongs. */
static enum err take(struct choice *c)
{
    struct ranked *first = &c->heap[0];
    if (first->checked < c->n_told && overlaps(c, first->centre)) {
        scan_hunt(c->s, &c->hunter, first->centre, c->hold, &c->best[first->centre]);
        *first = rank_of(c, first->centre, (uint32_t)c->n_told);
        sink(c, 0);
        return work_tick(c->s->work, c->s->o->runs ? SCAN_SHARE_BEST : 1);
    }
    TRY(tell(c, first->centre));
    /* Without overlap a centre may be told again, for another time. */
    if (c->s->o->overlap)
        *first = c->heap[--c->n_heap];
    sink(c, 0);
    return ERR_OK;
}

enum err scan_choose(const struct scan *s, struct scan_best *best, struct scan_chosen **out,
                     size_t *n)
{
    struct arena *a = s->work->arena;
    struct choice c = {.s = s, .best = best, .n_heap = s->n};
    c.hold = ARENA_ARRAY(a, s->n, const struct scan_hold *);
    c.heap = ARENA_ARRAY(a, s->n, struct ranked);
    c.told = ARENA_ARRAY(a, s->o->clusters, struct scan_chosen);
    if (!c.hold || !c.heap || !c.told)
        return ERR_NOMEM;
    TRY(scan_hunter_make(s, 0, s->o->runs ? SCAN_SHARE_BEST : 1, &c.hunter));
    for (uint32_t i = 0; i < s->n; i++)
        c.heap[i] = rank_of(&c, i, 0);
    for (size_t i = s->n; i-- > 0;)
        sink(&c, i);
    while (c.n_told < s->o->clusters && c.n_heap && c.heap[0].llr > LLR_LEAST)
        TRY(take(&c));
    *out = c.told;
    *n = c.n_told;
    return ERR_OK;
}
