/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The best window round each centre in the data as they are. */
#include <string.h>

#include "stats/scan_inner.h"

struct hunt {
    const struct scan *s;
    struct scan_hunter *hunter;
    struct scan_best *best;
};

enum err scan_hunter_make(const struct scan *s, int lane, double share, struct scan_hunter *h)
{
    size_t windows = (size_t)s->max_len * s->periods;
    struct arena *a = s->work->arena;
    if (s->sparse) {
        TRY(scan_sparse_make(s, lane, share, &h->sparse));
        memcpy(h->sparse.times, s->real->times, s->real->n_drawn * sizeof *h->sparse.times);
        return ERR_OK;
    }
    h->limits.high = ARENA_ARRAY(a, windows, int32_t);
    h->limits.low = s->o->rates & SCAN_LOW ? ARENA_ARRAY(a, windows, int32_t) : NULL;
    h->count = ARENA_ARRAY(a, s->periods, int32_t);
    h->cum = ARENA_ARRAY(a, s->periods + 1, int32_t);
    h->held = ARENA_ARRAY(a, s->periods, bool);
    if (!h->limits.high || !h->count || !h->cum || !h->held ||
        (!h->limits.low && (s->o->rates & SCAN_LOW)))
        return ERR_NOMEM;
    h->ladder = &s->ladder[lane];
    return scan_growth_make(s, &h->growth);
}

static bool is_held(const struct scan_hunter *h, uint32_t begin, uint32_t end)
{
    if (h->any_held)
        for (uint32_t t = begin; t < end; t++)
            if (h->held[t])
                return true;
    return false;
}

/* Windows of one length that pass their limit. */
static void look_closely(const struct scan *s, const struct scan_hunter *h, uint32_t len,
                         struct scan_best *b)
{
    const double *prefix = h->growth.prefix;
    uint32_t begin = s->end_least + 1 > len ? s->end_least + 1 - len : 0;
    for (uint32_t t = begin; t + len <= s->periods; t++) {
        int32_t c = h->cum[t + len] - h->cum[t];
        size_t w = (size_t)(len - 1) * s->periods + t;
        if (c <= h->limits.high[w] && !(h->limits.low && c < h->limits.low[w]))
            continue;
        double measure = prefix[t + len] - prefix[t];
        double llr = scan_llr(s, c, measure);
        if (llr > b->llr && !scan_reaches(b->llr, llr) && !is_held(h, t, t + len))
            *b = (struct scan_best){
                .llr = llr, .measure = measure, .cases = (uint64_t)c, .begin = t, .len = len};
    }
}

static bool any_passes(const int32_t *from, const int32_t *to, const int32_t *high,
                       const int32_t *low, size_t n)
{
    int32_t any = 0;
    for (size_t i = 0; i < n; i++)
        any |= to[i] - from[i] > high[i];
    for (size_t i = 0; low && i < n; i++)
        any |= to[i] - from[i] < low[i];
    return any;
}

static void look(const struct scan *s, struct scan_hunter *h, struct scan_best *b,
                 uint32_t n_members)
{
    for (uint32_t t = 0; t < s->periods; t++)
        h->cum[t + 1] = h->cum[t] + h->count[t];
    scan_growth_prefix(s, &h->growth);
    scan_limits_find(s, h->ladder, scan_level(b->llr), h->growth.prefix, &h->limits);
    double before = b->llr;
    for (uint32_t len = 1; len <= s->max_len; len++) {
        uint32_t begin = s->end_least + 1 > len ? s->end_least + 1 - len : 0;
        size_t at = (size_t)(len - 1) * s->periods + begin;
        if (any_passes(h->cum + begin, h->cum + begin + len, h->limits.high + at,
                       h->limits.low ? h->limits.low + at : NULL, s->periods - len + 1 - begin))
            look_closely(s, h, len, b);
    }
    if (b->llr > before)
        b->n_members = n_members;
}

static void hold_periods(struct scan_hunter *h, const struct scan_hold *hold)
{
    for (; hold; hold = hold->next) {
        h->any_held = true;
        for (uint32_t t = hold->begin; t < hold->end; t++)
            h->held[t] = true;
    }
}

void scan_hunt(const struct scan *s, struct scan_hunter *h, uint32_t centre,
               const struct scan_hold *const *hold, struct scan_best *best)
{
    bool changed = false;
    if (s->sparse) {
        scan_sparse_reset(&h->sparse);
        scan_sparse_round(s, &h->sparse, s->real, centre, hold);
        *best = h->sparse.best;
        return;
    }
    *best = (struct scan_best){0};
    h->any_held = false;
    memset(h->held, 0, s->periods * sizeof *h->held);
    memset(h->count, 0, s->periods * sizeof *h->count);
    scan_growth_begin(s, &h->growth);
    for (uint32_t k = 0; k < s->n_member[centre]; k++) {
        uint32_t m = s->member[centre][k], location = m & ~SCAN_LAST;
        const uint32_t *cases = s->in->cases + (size_t)location * s->in->periods + s->first;
        for (uint32_t t = 0; t < s->periods; t++)
            h->count[t] += (int32_t)cases[t];
        if (hold)
            hold_periods(h, hold[location]);
        changed |= scan_growth_add(s, &h->growth, location);
        if (changed && (m & SCAN_LAST)) {
            look(s, h, best, k + 1);
            changed = false;
        }
    }
}

static enum err hunt_round(void *arg, size_t i, int lane)
{
    struct hunt *hunt = arg;
    uint32_t centre = hunt->s->order[i];
    scan_hunt(hunt->s, &hunt->hunter[lane], centre, NULL, &hunt->best[centre]);
    return ERR_OK;
}

enum err scan_best_find(const struct scan *s, struct scan_best *best)
{
    int lanes = work_lanes(s->work, s->n);
    struct hunt hunt = {s, ARENA_ARRAY(s->work->arena, (size_t)lanes, struct scan_hunter), best};
    if (!hunt.hunter)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++)
        TRY(scan_hunter_make(s, i, 0, &hunt.hunter[i]));
    struct scan_part part = {s->work, 0, s->o->runs ? SCAN_SHARE_BEST : 1};
    struct work w = *s->work;
    w.tick = scan_part_tick;
    w.arg = &part;
    return work_parts(&w, s->n, hunt_round, &hunt);
}
