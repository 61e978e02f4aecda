/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Hot places: squares whose neighbourhood of three by three has more events of the period than an
 * even spread over all squares in use would give (Gi*, with the exact binomial tail instead of the
 * normal one), and, beside that, whether it is more than usual there. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "parts/picture/findings_inner.h"
#include "stats/compare.h"
#include "stats/gistar.h"
#include "stats/special.h"

#define TOUCHING (1.5 * EVENT_SQUARE) /* the eight squares round one, and no other */

double findings_binomial(int64_t k, int64_t n, double share)
{
    if (k <= 0)
        return 1;
    if (k > n)
        return 0;
    return beta_tails((double)k, (double)(n - k + 1), share, 1 - share).lower;
}

double findings_drawn(int64_t k, int64_t n, int64_t k_other, int64_t n_other)
{
    int64_t here = k + k_other, all = n + n_other, most = here < n ? here : n;
    double p = 0;
    double whole = lgamma((double)all + 1) - lgamma((double)n + 1) - lgamma((double)n_other + 1);
    for (int64_t i = k; i <= most; i++) {
        int64_t rest = n - i, outside = all - here;
        if (rest > outside)
            continue;
        double ways = lgamma((double)here + 1) - lgamma((double)i + 1) -
                      lgamma((double)(here - i) + 1) + lgamma((double)outside + 1) -
                      lgamma((double)rest + 1) - lgamma((double)(outside - rest) + 1);
        p += exp(ways - whole);
    }
    return p < 1 ? p : 1;
}

enum err findings_limits(struct findings_spot *s)
{
    struct interval i;
    TRY(count_interval(s->n, 0.95, &i));
    s->low = i.low / s->expected;
    s->high = i.high / s->expected;
    return ERR_OK;
}

struct hot {
    uint32_t n;
    double *now, *before; /* [n] events of the square, by time */
    double *usual;        /* [n] those before, of its neighbourhood */
    struct gistar g;
    double *p, *q, *drawn, *drawn_q;
    uint32_t *rank;
    int64_t all, all_before;
};

static enum err count_squares(const struct findings_call *c, struct hot *h)
{
    struct arena *a = c->w->arena;
    h->n = c->ground.n;
    h->now = ARENA_ARRAY(a, h->n, double);
    h->before = ARENA_ARRAY(a, h->n, double);
    h->usual = ARENA_ARRAY(a, h->n, double);
    h->p = ARENA_ARRAY(a, 4 * (size_t)h->n, double);
    h->rank = ARENA_ARRAY(a, h->n, uint32_t);
    if (!h->now || !h->before || !h->usual || !h->p || !h->rank)
        return ERR_NOMEM;
    h->q = h->p + h->n;
    h->drawn = h->q + h->n;
    h->drawn_q = h->drawn + h->n;
    for (size_t i = 0; i < c->ev->n; i++) {
        bool now = c->ev->day[i] >= c->span.from;
        (now ? h->now : h->before)[c->ground.square[i]] += 1;
        h->all += now;
        h->all_before += !now;
    }
    return ERR_OK;
}

static enum err judge(const struct findings_call *c, struct hot *h)
{
    struct neighbours nb;
    struct gistar_plan plan = {.inference = INFERENCE_NORMAL};
    TRY(neighbours_within(c->w, h->n, c->ground.x, c->ground.y, TOUCHING, &nb));
    TRY(gistar(c->w, &nb, h->now, &plan, &h->g));
    TRY(neighbours_sum(c->w, &nb, h->before, h->usual));
    bool history = h->all_before >= FINDINGS_BEFORE;
    for (uint32_t i = 0; i < h->n; i++) {
        int64_t n = (int64_t)h->g.sum[i];
        h->usual[i] += h->before[i];
        h->p[i] = findings_binomial(n, h->all, (h->g.count[i] + 1.0) / h->n);
        h->drawn[i] = history && n > 0
                          ? findings_drawn(n, h->all, (int64_t)h->usual[i], h->all_before)
                          : (double)NAN;
    }
    TRY(fdr_adjust(h->p, h->n, h->q));
    return fdr_adjust(h->drawn, h->n, h->drawn_q);
}

static void fill(const struct findings_call *c, const struct hot *h, uint32_t i,
                 struct findings_spot *s)
{
    const struct findings_ground *g = &c->ground;
    *s = (struct findings_spot){
        .east = g->x[i],
        .north = g->y[i],
        .from = c->span.from,
        .to = c->span.to,
        .n = (int64_t)h->g.sum[i],
        .group = FINDINGS_GROUPS,
        .expected = (double)h->all * (h->g.count[i] + 1.0) / h->n,
        .z = h->g.z[i],
        .p = h->p[i],
        .q = h->q[i],
        .usual_n = (int64_t)h->usual[i],
        .usual_q = h->drawn_q[i],
    };
    s->usual = isnan(s->usual_q) ? (double)NAN
                                 : (double)h->all * (double)(s->n + s->usual_n) /
                                       (double)(h->all + h->all_before);
    for (uint32_t k = 0; k < g->n && s->squares.n < 9; k++)
        if (hypot(g->x[k] - s->east, g->y[k] - s->north) <= TOUCHING)
            s->squares.at[s->squares.n++] = g->at[k];
}

/* Is the square within the neighbourhood of one that is told already? */
static bool told(const struct findings_call *c, const struct findings *f, uint32_t i)
{
    for (size_t k = 0; k < f->n_hot; k++) {
        double dx = fabs(c->ground.x[i] - f->hot[k].east);
        double dy = fabs(c->ground.y[i] - f->hot[k].north);
        if (dx < 2.5 * EVENT_SQUARE && dy < 2.5 * EVENT_SQUARE)
            return true;
    }
    return false;
}

/* The strongest first; of equal ones the first square. */
static uint32_t strongest(const struct findings_call *c, const struct hot *h,
                          const struct findings *f)
{
    uint32_t best = h->n;
    for (uint32_t i = 0; i < h->n; i++)
        if (h->q[i] <= FINDINGS_SURE_HOT && h->now[i] > 0 && !told(c, f, i) &&
            (best == h->n || h->p[i] < h->p[best]))
            best = i;
    return best;
}

enum err findings_hot(const struct findings_call *c, struct findings *f)
{
    struct hot h = {0};
    TRY(count_squares(c, &h));
    f->placed = h.all;
    if (h.all < FINDINGS_LEAST || h.n < 10)
        return ERR_OK;
    f->hot_state = FINDINGS_NOTHING;
    TRY(judge(c, &h));
    while (f->n_hot < FINDINGS_SPOTS) {
        uint32_t i = strongest(c, &h, f);
        if (i == h.n)
            break;
        struct findings_spot *s = &f->hot[f->n_hot];
        fill(c, &h, i, s);
        TRY(findings_limits(s));
        h.q[i] = 1; /* looked at */
        f->n_hot += s->low >= FINDINGS_THICK;
    }
    return ERR_OK;
}
