/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/picture/findings.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "parts/picture/findings_inner.h"
#include "stats/compare.h"

#define FAMILIES 5

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

/* Keeps the spots that are sure enough with `times` as many questions; they are sorted by q. */
static size_t keep(struct findings_spot *s, size_t n, double times, double sure)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        s[i].q = fmin(1, s[i].q * times);
        s[i].usual_q = fmin(1, s[i].usual_q * times);
        if (s[i].q <= sure)
            s[kept++] = s[i];
    }
    return kept;
}

static void hold_steps(struct findings *f, double times)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->n_step; i++) {
        f->step[i].q = fmin(1, f->step[i].p * times);
        if (f->step[i].q <= FINDINGS_SURE)
            f->step[kept++] = f->step[i];
    }
    f->n_step = kept;
    if (kept)
        f->step_state = FINDINGS_SOME;
}

/* Four methods, and what others ask, are five families of questions. A family is looked into when
 * it holds against the others (Benjamini-Hochberg), and then its own are held against the share of
 * families that did (Benjamini and Bogomolov 2014): of all that is told, at most FINDINGS_SURE is
 * chance. */
static enum err hold_together(struct findings *f, size_t n_beside, const double family[FAMILIES])
{
    double q[FAMILIES];
    int asked = 0, stood = 0;
    TRY(fdr_adjust(family, FAMILIES, q));
    for (int i = 0; i < FAMILIES; i++) {
        asked += !isnan(q[i]);
        stood += !isnan(q[i]) && q[i] <= FINDINGS_SURE;
    }
    double times = stood ? (double)asked / stood : INFINITY;
    for (size_t i = 0; i < n_beside; i++)
        if (!isnan(f->beside_q[i]))
            f->beside_q[i] = fmin(1, f->beside_q[i] * times);
    f->n_hot = stood ? keep(f->hot, f->n_hot, times, FINDINGS_SURE_HOT) : 0;
    f->n_fresh = stood ? keep(f->fresh, f->n_fresh, times, FINDINGS_SURE) : 0;
    if (f->n_hot)
        f->hot_state = FINDINGS_SOME;
    if (f->n_fresh)
        f->new_state = FINDINGS_SOME;
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        f->near[g].q = fmin(1, f->near[g].q * times);
        if (f->near[g].state != FINDINGS_TOO_FEW && f->near[g].q <= FINDINGS_SURE &&
            f->near[g].ratio >= FINDINGS_RAISED)
            f->near[g].state = FINDINGS_SOME;
    }
    size_t kept = 0;
    for (size_t i = 0; i < f->n_chain; i++)
        if (f->near[f->chain[i].group].state == FINDINGS_SOME)
            f->chain[kept++] = f->chain[i];
    f->n_chain = kept;
    hold_steps(f, times);
    return ERR_OK;
}

static enum err ask_beside(const struct findings_call *c, struct findings *f, double *family)
{
    size_t n = c->ev->n_beside;
    f->beside_q = ARENA_ARRAY(c->w->arena, n + 1, double);
    if (!f->beside_q)
        return ERR_NOMEM;
    TRY(fdr_adjust(c->ev->beside_p, n, f->beside_q));
    for (size_t i = 0; i < n; i++)
        *family = fmin(*family, f->beside_q[i]);
    return ERR_OK;
}

enum err findings_make(const struct work *w, const struct findings_events *ev,
                       struct findings_span span, struct findings *out)
{
    assert(w && ev && out);
    struct findings_call c = {.w = w, .ev = ev, .span = span};
    struct findings f = {0};
    double family[FAMILIES] = {NAN, NAN, NAN, NAN, NAN};
    if (span.from >= span.to)
        return ERR_INVALID;
    if (ev->n > FINDINGS_EVENTS_MOST)
        return ERR_LIMIT;
    if (ev->n >= 2) {
        TRY(make_ground(&c, &c.ground));
        TRY(findings_hot(&c, &f, &family[0]));
        TRY(findings_new(&c, &f, &family[1]));
        TRY(findings_near(&c, &f, &family[2]));
        TRY(findings_step(&c, &f, &family[4]));
    }
    TRY(ask_beside(&c, &f, &family[3]));
    TRY(hold_together(&f, ev->n_beside, family));
    *out = f;
    return ERR_OK;
}
