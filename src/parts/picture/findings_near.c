/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Near repeats: do crimes of a kind follow each other nearby and soon (Knox)? And if they do: the
 * chains that are going on. */
#include <math.h>

#include "base/mem.h"
#include "parts/picture/findings_inner.h"
#include "stats/chains.h"
#include "stats/compare.h"
#include "stats/knox.h"

struct crimes {
    enum findings_group group;
    size_t n;
    double *x, *y, *t;
};

static enum err gather(const struct findings_call *c, struct crimes *k)
{
    const struct findings_events *ev = c->ev;
    k->x = ARENA_ARRAY(c->w->arena, ev->n + 1, double);
    k->y = ARENA_ARRAY(c->w->arena, ev->n + 1, double);
    k->t = ARENA_ARRAY(c->w->arena, ev->n + 1, double);
    if (!k->x || !k->y || !k->t)
        return ERR_NOMEM;
    for (size_t i = 0; i < ev->n; i++) {
        if (ev->group[i] != k->group || ev->day[i] < c->span.to - FINDINGS_YEAR)
            continue;
        k->x[k->n] = ev->east[i];
        k->y[k->n] = ev->north[i];
        k->t[k->n++] = ev->day[i] - c->span.to;
    }
    return ERR_OK;
}

/* Round the links of a chain. */
static struct event_circle circle_of(const struct crimes *k, const struct chains *ch,
                                     uint32_t which, const struct findings_spot *s)
{
    double r = 0;
    for (size_t i = 0; i < k->n; i++)
        if (ch->chain[i] == which)
            r = fmax(r, hypot(k->x[i] - s->east, k->y[i] - s->north));
    return event_circle_round(s->east, s->north, r, 0);
}

/* One chain: where, from when, and until when the risk is raised. False: it lies in too many
 * squares to be a place. */
static bool fill(const struct findings_call *c, const struct crimes *k, const struct chains *ch,
                 uint32_t which, struct findings_spot *s)
{
    struct event_squares squares = {.n = 0};
    double first = 0, last = -INFINITY, x = 0, y = 0;
    *s = (struct findings_spot){
        .n = ch->size[which], .group = k->group, .z = NAN, .usual = NAN, .usual_q = NAN};
    for (size_t i = 0; i < k->n; i++) {
        if (ch->chain[i] != which)
            continue;
        uint32_t square = event_square(k->x[i], k->y[i]);
        first = fmin(first, k->t[i]);
        last = fmax(last, k->t[i]);
        x += k->x[i];
        y += k->y[i];
        if (squares.n < EVENT_SQUARES_MOST && !event_squares_has(&squares, k->x[i], k->y[i]))
            squares.at[squares.n++] = square;
    }
    s->east = x / (double)s->n;
    s->north = y / (double)s->n;
    s->from = c->span.to + (int32_t)first;
    s->to = c->span.to + (int32_t)last + 1;
    s->expected = s->p = s->q = s->low = s->high = NAN;
    s->circle = circle_of(k, ch, which, s);
    return squares.n < EVENT_SQUARES_MOST && s->circle.radius > 0;
}

/* Those with an event so late that the days of raised risk are not over; the longest first. */
static enum err find_chains(const struct findings_call *c, const struct crimes *k,
                            struct findings *f)
{
    struct chains ch;
    struct chains_input in = {.n = k->n,
                              .x = k->x,
                              .y = k->y,
                              .t = k->t,
                              .distance = FINDINGS_LINK,
                              .days = FINDINGS_SOON};
    TRY(chains_find(c->w, &in, &ch));
    bool *late = ARENA_ARRAY(c->w->arena, ch.n + 1, bool);
    if (!late)
        return ERR_NOMEM;
    for (size_t i = 0; i < k->n; i++)
        late[ch.chain[i]] = late[ch.chain[i]] || k->t[i] >= -FINDINGS_SOON;
    while (f->n_chain < FINDINGS_SPOTS) {
        uint32_t best = UINT32_MAX;
        for (uint32_t i = 0; i < ch.n; i++)
            if (late[i] && ch.size[i] >= FINDINGS_CHAIN &&
                (best == UINT32_MAX || ch.size[i] > ch.size[best]))
                best = i;
        if (best == UINT32_MAX)
            break;
        struct findings_spot *s = &f->chain[f->n_chain];
        bool fits = fill(c, k, &ch, best, s);
        late[best] = false;
        f->n_chain += fits && s->to - s->from <= FINDINGS_CHAIN_DAYS;
    }
    return ERR_OK;
}

static enum err ask(const struct findings_call *c, struct crimes *k, struct findings_near *near)
{
    static const double space[] = {0, FINDINGS_NEAR}, time[] = {0, FINDINGS_SOON};
    struct knox_table t;
    near->p = NAN;
    TRY(gather(c, k));
    near->events = (int64_t)k->n;
    if (k->n < 2)
        return ERR_OK;
    struct knox_input in = {.n = k->n,
                            .x = k->x,
                            .y = k->y,
                            .t = k->t,
                            .space = space,
                            .time = time,
                            .n_space = 2,
                            .n_time = 2,
                            .closed = true,
                            .same_place = NAN,
                            .runs = FINDINGS_RUNS};
    TRY(knox_count(c->w, &in, &t));
    if (!(t.analytic[0] >= FINDINGS_PAIRS))
        return ERR_OK;
    *near = (struct findings_near){.state = FINDINGS_NOTHING,
                                   .n = t.observed[0],
                                   .expected = t.analytic[0],
                                   .ratio = (double)t.observed[0] / t.analytic[0],
                                   .p = t.p[0],
                                   .events = (int64_t)k->n};
    return ERR_OK;
}

enum err findings_near(const struct findings_call *c, struct findings *f)
{
    struct crimes k[FINDINGS_GROUPS] = {0};
    double p[FINDINGS_GROUPS], q[FINDINGS_GROUPS];
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        k[g].group = (enum findings_group)g;
        TRY(ask(c, &k[g], &f->near[g]));
        p[g] = f->near[g].p;
    }
    TRY(fdr_adjust(p, FINDINGS_GROUPS, q));
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        f->near[g].q = q[g];
        if (q[g] <= FINDINGS_SURE && f->near[g].ratio >= FINDINGS_RAISED)
            TRY(find_chains(c, &k[g], f));
    }
    return ERR_OK;
}
