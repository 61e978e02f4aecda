/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/picture/findings.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "parts/picture/findings_inner.h"
#include "stats/compare.h"

static int rising(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t index_of(const struct findings_ground *g, uint32_t square)
{
    uint32_t low = 0, high = g->n;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        *(g->at[mid] <= square ? &low : &high) = mid;
    }
    return low;
}

static enum err make_ground(const struct findings_call *c, struct findings_ground *g)
{
    struct arena *a = c->w->arena;
    size_t n = c->ev->n;
    g->at = ARENA_ARRAY(a, n, uint32_t);
    g->square = ARENA_ARRAY(a, n, uint32_t);
    if (!g->at || !g->square)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        g->at[i] = event_square(c->ev->east[i], c->ev->north[i]);
        if (!g->at[i])
            return ERR_INVALID;
    }
    qsort(g->at, n, sizeof *g->at, rising);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || g->at[i] != g->at[g->n - 1])
            g->at[g->n++] = g->at[i];
    g->x = ARENA_ARRAY(a, g->n, double);
    g->y = ARENA_ARRAY(a, g->n, double);
    if (!g->x || !g->y)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < g->n; i++) {
        g->x[i] = event_square_east(g->at[i]);
        g->y[i] = event_square_north(g->at[i]);
    }
    for (size_t i = 0; i < n; i++)
        g->square[i] = index_of(g, event_square(c->ev->east[i], c->ev->north[i]));
    return ERR_OK;
}

/* What is told may be chance at most FINDINGS_SURE of all times, everything together. Each method
 * has a share of that which is its own, whatever the others find, so a place that truly stands out
 * lends nothing to one that does not. The rest belongs to the comparison of counts, which is told
 * as clear at COMPARE_CLEAR. */
static const double share_hot = 0.003, share_new = 0.015, share_near = 0.01, share_beside = 0.003,
                    share_step = 0.009;
static_assert(0.003 + 0.015 + 0.01 + 0.003 + 0.009 + COMPARE_CLEAR <= FINDINGS_SURE + 1e-9,
              "shares of FINDINGS_SURE");

/* q by which everything is held against FINDINGS_SURE. */
static double held(double q, double share)
{
    return fmin(1, q * (FINDINGS_SURE / share)); /* NaN: 1 */
}

static size_t keep(struct findings_spot *s, size_t n, double share)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        s[i].q = held(s[i].q, share);
        if (s[i].q <= FINDINGS_SURE)
            s[kept++] = s[i];
    }
    return kept;
}

static void hold_near(struct findings *f)
{
    size_t kept = 0;
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        f->near[g].q = held(f->near[g].q, share_near);
        if (f->near[g].state != FINDINGS_TOO_FEW && f->near[g].q <= FINDINGS_SURE &&
            f->near[g].ratio >= FINDINGS_RAISED)
            f->near[g].state = FINDINGS_SOME;
    }
    for (size_t i = 0; i < f->n_chain; i++)
        if (f->near[f->chain[i].group].state == FINDINGS_SOME)
            f->chain[kept++] = f->chain[i];
    f->n_chain = kept;
}

static void hold_steps(struct findings *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->n_step; i++) {
        f->step[i].q = held(f->step[i].p, share_step);
        if (f->step[i].q <= FINDINGS_SURE)
            f->step[kept++] = f->step[i];
    }
    f->n_step = kept;
    if (kept)
        f->step_state = FINDINGS_SOME;
}

static void hold_together(struct findings *f, size_t n_beside)
{
    for (size_t i = 0; i < n_beside; i++)
        if (!isnan(f->beside_q[i]))
            f->beside_q[i] = held(f->beside_q[i], share_beside);
    f->n_hot = keep(f->hot, f->n_hot, share_hot);
    f->n_fresh = keep(f->fresh, f->n_fresh, share_new);
    if (f->n_hot)
        f->hot_state = FINDINGS_SOME;
    if (f->n_fresh)
        f->new_state = FINDINGS_SOME;
    hold_near(f);
    hold_steps(f);
}

static enum err ask_beside(const struct findings_call *c, struct findings *f)
{
    size_t n = c->ev->n_beside;
    f->beside_q = ARENA_ARRAY(c->w->arena, n + 1, double);
    if (!f->beside_q)
        return ERR_NOMEM;
    return fdr_adjust(c->ev->beside_p, n, f->beside_q);
}

enum err findings_make(const struct work *w, const struct findings_events *ev,
                       struct findings_span span, struct findings *out)
{
    assert(w && ev && out);
    struct findings_call c = {.w = w, .ev = ev, .span = span};
    struct findings f = {0};
    if (span.from >= span.to)
        return ERR_INVALID;
    if (ev->n > FINDINGS_EVENTS_MOST)
        return ERR_LIMIT;
    if (ev->n >= 2) {
        TRY(make_ground(&c, &c.ground));
        TRY(findings_hot(&c, &f));
        TRY(findings_new(&c, &f));
        TRY(findings_near(&c, &f));
        TRY(findings_step(&c, &f));
    }
    TRY(ask_beside(&c, &f));
    hold_together(&f, ev->n_beside);
    *out = f;
    return ERR_OK;
}
