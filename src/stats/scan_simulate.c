/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The largest ratio of each simulated data set. */
#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"

#define NARROW_CELL_MEAN 100.0

struct rehearsal {
    const struct scan *s;
    const struct scan_source *src;
    struct scan_lane *lane;
    struct scan_kernel kernel;
    double *maxima;
    uint32_t first, runs; /* first: where this round begins */
};

bool scan_part_tick(void *arg, double share)
{
    const struct scan_part *p = arg;
    const struct work *w = p->whole;
    return !w->tick || w->tick(w->arg, p->from + (p->to - p->from) * share);
}

/* --- Room --- */

static enum err lane_make(const struct scan *s, const struct scan_source *src, bool wide,
                          struct scan_lane *l)
{
    struct arena *a = s->work->arena;
    size_t cells = (size_t)s->n * s->periods * SCAN_LANES,
           windows = (size_t)s->max_len * s->periods;
    size_t row = (size_t)(s->periods + 1) * SCAN_LANES * (wide ? 4 : 2);
    *l = (struct scan_lane){.wide = wide};
    if (s->sparse)
        return ERR_OK;
    if (wide)
        l->wide_cells = ARENA_ARRAY(a, cells, int32_t);
    else
        l->narrow_cells = ARENA_ARRAY(a, cells, uint8_t);
    l->acc = arena_alloc(a, row);
    l->cum = arena_alloc(a, row);
    l->own_limits.high = ARENA_ARRAY(a, windows, int32_t);
    if (s->o->rates & SCAN_LOW)
        l->own_limits.low = ARENA_ARRAY(a, windows, int32_t);
    l->times = ARENA_ARRAY(a, src->times ? src->n_drawn : 0, uint16_t);
    l->places = ARENA_ARRAY(a, src->n_places, uint32_t);
    if (!(wide ? (void *)l->wide_cells : (void *)l->narrow_cells) || !l->acc || !l->cum ||
        !l->own_limits.high || (!l->own_limits.low && (s->o->rates & SCAN_LOW)) || !l->times ||
        !l->places)
        return ERR_NOMEM;
    TRY(scan_growth_make(s, &l->growth));
    return scan_cache_make(s, &l->cache);
}

/* Bytes and 16 bits are enough. A case too many in a cell would be noticed. */
static bool fits_narrow(const struct scan *s)
{
    double most = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t t = 0; t < s->periods; t++) {
            double measure = s->margin ? s->margin[i] * (s->period_sum[t + 1] - s->period_sum[t])
                                       : s->cell[(size_t)i * s->periods + t];
            most = fmax(most, scan_expected(s, measure));
        }
    }
    return most <= NARROW_CELL_MEAN && s->small_windows;
}

/* --- Sixteen data sets --- */

static double least_of(const double *best)
{
    double least = best[0];
    for (int i = 1; i < SCAN_LANES; i++)
        least = best[i] < least ? best[i] : least;
    return least;
}

static void find_limits(const struct scan *s, struct scan_lane *l)
{
    double least = least_of(l->best);
    if (least >= l->next_level) {
        l->level = scan_level(least);
        l->next_level = scan_level_value(l->level + 1);
    }
    l->limits = l->own_limits;
    if (scan_cache_limits(s, &l->cache, l->ladder, l->level, &l->growth, &l->limits))
        return;
    scan_growth_prefix(s, &l->growth);
    scan_limits_find(s, l->ladder, l->level, l->growth.prefix, &l->limits);
}

static void scan_round(const struct scan *s, const struct scan_kernel *k, struct scan_lane *l,
                       uint32_t centre)
{
    bool changed = false;
    memset(l->acc, 0, (size_t)s->periods * SCAN_LANES * (l->wide ? 4 : 2));
    scan_growth_begin(s, &l->growth);
    for (uint32_t i = 0; i < s->n_member[centre]; i++) {
        uint32_t m = s->member[centre][i], location = m & ~SCAN_LAST;
        if (scan_growth_add(s, &l->growth, location)) {
            k->add(s, l, location);
            changed = true;
        }
        if (!changed || !(m & SCAN_LAST))
            continue;
        find_limits(s, l);
        k->look(s, l);
        changed = false;
    }
}

static double share_of(const struct scan *s, double runs)
{
    return SCAN_SHARE_BEST + (1 - SCAN_SHARE_BEST) * fmin(runs / s->o->runs, 1);
}

/* One after the other. */
static enum err sparse_batch(void *arg, size_t part, int lane)
{
    struct rehearsal *r = arg;
    const struct scan *s = r->s;
    struct scan_sparse *p = &r->lane[lane].sparse;
    uint32_t first = r->first + (uint32_t)part * SCAN_LANES;
    for (uint32_t run = first; run < r->runs && run < first + SCAN_LANES; run++) {
        scan_draw_times(s, r->src, run, p->times);
        scan_sparse_reset(p);
        for (uint32_t c = 0; c < s->n; c++)
            scan_sparse_round(s, p, r->src, s->order[c], NULL);
        r->maxima[run] = p->best.llr;
        if (lane == 0)
            TRY(work_tick(s->work, share_of(s, run)));
    }
    return ERR_OK;
}

static enum err batch(void *arg, size_t part, int lane)
{
    struct rehearsal *r = arg;
    const struct scan *s = r->s;
    struct scan_lane *l = &r->lane[lane];
    uint32_t first = r->first + (uint32_t)part * SCAN_LANES;
    size_t cells = (size_t)s->n * s->periods * SCAN_LANES;
    memset(l->wide ? (void *)l->wide_cells : (void *)l->narrow_cells, 0,
           l->wide ? cells * 4 : cells);
    l->level = 0;
    l->next_level = scan_level_value(1);
    for (int i = 0; i < SCAN_LANES; i++) {
        bool used = first + (uint32_t)i < r->runs;
        l->best[i] = used ? 0 : INFINITY;
        if (used)
            scan_draw(s, r->src, l, first + (uint32_t)i, i);
    }
    for (uint32_t c = 0; c < s->n && !l->overflow; c++) {
        scan_round(s, &r->kernel, l, s->order[c]);
        if (lane == 0 && c % 512 == 511)
            TRY(work_tick(s->work, share_of(s, first + (double)SCAN_LANES * c / s->n)));
    }
    for (int i = 0; i < SCAN_LANES && first + (uint32_t)i < r->runs; i++)
        r->maxima[first + (uint32_t)i] = l->best[i];
    return ERR_OK;
}

/* --- All --- */

/* The number of runs after which stop_at of them had reached what was observed; 0: not yet. */
static uint32_t stops_after(const struct scan *s, double observed, const double *maxima,
                            uint32_t done)
{
    uint32_t reached = 0;
    for (uint32_t i = 0; i < done && s->o->stop_at; i++)
        if (scan_reaches(maxima[i], observed) && ++reached == s->o->stop_at)
            return i + 1;
    return 0;
}

/* A round is so small that little is drawn in vain after the stop; the answer does not depend on
 * it. */
static enum err rounds(struct rehearsal *r, double observed, uint32_t *runs)
{
    const struct scan *s = r->s;
    uint32_t all = s->o->runs;
    uint32_t step = s->o->stop_at ? (uint32_t)work_lanes(s->work, all) * SCAN_LANES : all;
    for (r->first = 0; r->first < all; r->first += step) {
        uint32_t end = all - r->first > step ? r->first + step : all;
        struct scan_part part = {s->work, share_of(s, r->first), share_of(s, end)};
        struct work w = *s->work;
        w.tick = scan_part_tick;
        w.arg = &part;
        r->runs = end;
        TRY(work_parts(&w, (end - r->first + SCAN_LANES - 1) / SCAN_LANES,
                       s->sparse ? sparse_batch : batch, r));
        *runs = stops_after(s, observed, r->maxima, end);
        if (*runs)
            return ERR_OK;
    }
    *runs = all;
    return ERR_OK;
}

enum err scan_simulate_in(const struct scan *s, const struct scan_source *src, bool wide,
                          double observed, double *maxima, uint32_t *runs)
{
    struct rehearsal rehearsal = {.s = s, .src = src, .maxima = maxima}, *r = &rehearsal;
    int lanes = work_lanes(s->work, (s->o->runs + SCAN_LANES - 1) / SCAN_LANES);
    r->lane = ARENA_ARRAY(s->work->arena, (size_t)lanes, struct scan_lane);
    if (!r->lane)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++) {
        TRY(lane_make(s, r->src, wide, &r->lane[i]));
        r->lane[i].ladder = &s->ladder[i];
        if (s->sparse)
            TRY(scan_sparse_make(s, i, SCAN_SHARE_BEST, &r->lane[i].sparse));
    }
    r->kernel = scan_kernel_pick(wide, s->o->rates & SCAN_LOW);
    TRY(rounds(r, observed, runs));
    for (int i = 0; i < lanes; i++)
        if (r->lane[i].overflow)
            return ERR_CONFLICT;
    return ERR_OK;
}

enum err scan_simulate(const struct scan *s, double observed, double *maxima, uint32_t *runs)
{
    struct scan_source src;
    TRY(scan_source_make(s, &src));
    if (fits_narrow(s)) {
        enum err e = scan_simulate_in(s, &src, false, observed, maxima, runs);
        if (e != ERR_CONFLICT)
            return e;
    }
    return scan_simulate_in(s, &src, true, observed, maxima, runs);
}
