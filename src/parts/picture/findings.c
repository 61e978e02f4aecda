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

/* In thousandths of what the comparison of counts, told as clear at COMPARE_CLEAR, leaves. */
static const double weight[] = {[FINDINGS_HOT] = 4,
                                [FINDINGS_NEW] = 18,
                                [FINDINGS_NEAR_BY] = 8,
                                [FINDINGS_BESIDE] = 2,
                                [FINDINGS_LEVEL] = 8};
#define TOGETHER (FINDINGS_SURE - COMPARE_CLEAR)

void findings_divide(const double least[FINDINGS_METHODS], double share[FINDINGS_METHODS])
{
    bool holds[FINDINGS_METHODS] = {false}, more = true;
    for (int i = 0; i < FINDINGS_METHODS; i++)
        share[i] = 0;
    while (more) {
        double open = 0;
        for (int i = 0; i < FINDINGS_METHODS; i++)
            open += isnan(least[i]) || holds[i] ? 0 : weight[i];
        more = false;
        for (int i = 0; i < FINDINGS_METHODS; i++) {
            if (isnan(least[i]) || holds[i])
                continue;
            share[i] = TOGETHER * weight[i] / open;
            holds[i] = least[i] <= share[i];
            more = more || holds[i];
        }
    }
}

/* q by which everything is held against FINDINGS_SURE. */
static double held(double q, double share)
{
    return share > 0 ? fmin(1, q * (FINDINGS_SURE / share)) : 1; /* q NaN: 1 */
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

static bool near_raised(const struct findings_near *n)
{
    return n->state != FINDINGS_TOO_FEW && n->ratio >= FINDINGS_RAISED;
}

static void hold_near(struct findings *f, double share)
{
    size_t kept = 0;
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        f->near[g].q = held(f->near[g].q, share);
        if (near_raised(&f->near[g]) && f->near[g].q <= FINDINGS_SURE)
            f->near[g].state = FINDINGS_SOME;
    }
    for (size_t i = 0; i < f->n_chain; i++)
        if (f->near[f->chain[i].group].state == FINDINGS_SOME)
            f->chain[kept++] = f->chain[i];
    f->n_chain = kept;
}

static void hold_steps(struct findings *f, double share)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->n_step; i++) {
        f->step[i].q = held(f->step[i].p, share);
        if (f->step[i].q <= FINDINGS_SURE)
            f->step[kept++] = f->step[i];
    }
    f->n_step = kept;
    if (kept)
        f->step_state = FINDINGS_SOME;
}

/* The surest of each method; 1 where it found nothing, NaN where it could not look. */
static void find_least(const struct findings *f, size_t n_beside, double least[FINDINGS_METHODS])
{
    least[FINDINGS_HOT] = f->hot_state == FINDINGS_TOO_FEW ? (double)NAN : 1;
    for (size_t i = 0; i < f->n_hot; i++)
        least[FINDINGS_HOT] = fmin(least[FINDINGS_HOT], f->hot[i].q);
    least[FINDINGS_NEW] = f->new_state == FINDINGS_TOO_FEW ? (double)NAN : 1;
    for (size_t i = 0; i < f->n_fresh; i++)
        least[FINDINGS_NEW] = fmin(least[FINDINGS_NEW], f->fresh[i].q);
    least[FINDINGS_NEAR_BY] = NAN;
    for (int g = 0; g < FINDINGS_GROUPS; g++)
        if (f->near[g].state != FINDINGS_TOO_FEW)
            least[FINDINGS_NEAR_BY] =
                fmin(least[FINDINGS_NEAR_BY], near_raised(&f->near[g]) ? f->near[g].q : 1);
    least[FINDINGS_BESIDE] = NAN;
    for (size_t i = 0; i < n_beside; i++)
        least[FINDINGS_BESIDE] = fmin(least[FINDINGS_BESIDE], f->beside_q[i]);
    least[FINDINGS_LEVEL] = f->step_state == FINDINGS_TOO_FEW ? (double)NAN : 1;
    for (size_t i = 0; i < f->n_step; i++)
        least[FINDINGS_LEVEL] = fmin(least[FINDINGS_LEVEL], f->step[i].p);
}

static void hold_together(struct findings *f, size_t n_beside)
{
    double least[FINDINGS_METHODS], share[FINDINGS_METHODS];
    find_least(f, n_beside, least);
    findings_divide(least, share);
    for (size_t i = 0; i < n_beside; i++)
        if (!isnan(f->beside_q[i]))
            f->beside_q[i] = held(f->beside_q[i], share[FINDINGS_BESIDE]);
    f->n_hot = keep(f->hot, f->n_hot, share[FINDINGS_HOT]);
    f->n_fresh = keep(f->fresh, f->n_fresh, share[FINDINGS_NEW]);
    if (f->n_hot)
        f->hot_state = FINDINGS_SOME;
    if (f->n_fresh)
        f->new_state = FINDINGS_SOME;
    hold_near(f, share[FINDINGS_NEAR_BY]);
    hold_steps(f, share[FINDINGS_LEVEL]);
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
