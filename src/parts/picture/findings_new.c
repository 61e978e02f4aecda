/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* New gatherings: places where more has happened during the last days than the year before gives
 * reason to expect (prospective space-time permutation scan). */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "parts/picture/findings_inner.h"
#include "stats/compare.h"
#include "stats/scan.h"

/* The year before the last days is one period: a window never holds it, and under the null only
 * its sum matters. */
#define PERIODS (FINDINGS_ALIVE + 1)
#define STOP_AT 30 /* as extreme: then it is no finding, whatever the other runs say */

#define GROUPS (FINDINGS_GROUPS + 1) /* the last: all events */
#define CANDIDATES (GROUPS * FINDINGS_SPOTS)
#define FEW_LATE 4 /* of a group; of all events FINDINGS_LEAST and FINDINGS_BEFORE */
#define FEW_EARLY 20

struct scan_call {
    const struct findings_call *c;
    enum findings_group group;
    struct scan_input in;
    struct scan_result r;
    uint32_t late, early;
    double p;
};

static bool of_group(const struct findings_call *c, size_t i, enum findings_group g)
{
    return g == FINDINGS_GROUPS || c->ev->group[i] == g;
}

static enum err count_days(struct scan_call *k)
{
    const struct findings_call *c = k->c;
    uint32_t *cases = ARENA_ARRAY(c->w->arena, (size_t)c->ground.n * PERIODS, uint32_t);
    if (!cases)
        return ERR_NOMEM;
    for (size_t i = 0; i < c->ev->n; i++) {
        int32_t ago = c->span.to - 1 - c->ev->day[i];
        if (ago >= FINDINGS_ALIVE + FINDINGS_YEAR || !of_group(c, i, k->group))
            continue;
        uint32_t period = ago < FINDINGS_ALIVE ? (uint32_t)(FINDINGS_ALIVE - ago) : 0;
        cases[(size_t)c->ground.square[i] * PERIODS + period]++;
        *(period ? &k->late : &k->early) += 1;
    }
    k->in = (struct scan_input){.model = SCAN_PERMUTATION,
                                .locations = c->ground.n,
                                .periods = PERIODS,
                                .x = c->ground.x,
                                .y = c->ground.y,
                                .cases = cases};
    return ERR_OK;
}

static bool enough(const struct scan_call *k)
{
    bool all = k->group == FINDINGS_GROUPS;
    return k->late >= (all ? FINDINGS_LEAST : FEW_LATE) &&
           k->early >= (all ? FINDINGS_BEFORE : FEW_EARLY) && k->in.locations >= 10;
}

static enum err scan(struct scan_call *k)
{
    struct scan_options o = {.rates = SCAN_HIGH,
                             .max_share = 0.5,
                             .max_radius = FINDINGS_RADIUS,
                             .max_periods = FINDINGS_ALIVE,
                             .min_cases = 4,
                             .prospective = true,
                             .runs = FINDINGS_RUNS,
                             .stop_at = STOP_AT,
                             .clusters = FINDINGS_SPOTS};
    k->p = NAN;
    TRY(count_days(k));
    if (!enough(k))
        return ERR_OK;
    TRY(scan_run(k->c->w, &k->in, &o, &k->r));
    k->p = k->r.n ? k->r.clusters[0].p : 1;
    return ERR_OK;
}

static void fill(const struct scan_call *call, const struct scan_cluster *k, double times,
                 struct findings_spot *s)
{
    const struct findings_call *c = call->c;
    *s = (struct findings_spot){
        .group = call->group,
        .east = c->ground.x[k->centre],
        .north = c->ground.y[k->centre],
        .from = c->span.to - FINDINGS_ALIVE - 1 + (int32_t)k->from,
        .to = c->span.to,
        .n = (int64_t)k->cases,
        .expected = k->expected,
        .z = NAN,
        .p = k->p,
        .q = fmin(1, k->p * times),
        .usual = NAN,
        .usual_q = NAN,
    };
    double r = 0;
    for (uint32_t i = 0; i < k->n_members; i++)
        r = fmax(
            r, hypot(c->ground.x[k->members[i]] - s->east, c->ground.y[k->members[i]] - s->north));
    s->circle = event_circle_round(s->east, s->north, r, (uint32_t)EVENT_SQUARE);
}

/* The surest first; of equally sure ones the most out of the ordinary. */
static int by_strength(const void *pa, const void *pb)
{
    const struct findings_spot *a = pa, *b = pb;
    double ra = (double)a->n / a->expected, rb = (double)b->n / b->expected;
    if (a->q < b->q || a->q > b->q)
        return a->q < b->q ? -1 : 1;
    return (rb > ra) - (rb < ra);
}

/* One gathering may show among all events and among those of a kind: it is told once. */
static enum err choose(struct findings *f, struct findings_spot *all, size_t n)
{
    qsort(all, n, sizeof *all, by_strength);
    for (size_t i = 0; i < n && f->n_fresh < FINDINGS_SPOTS; i++) {
        bool told = false;
        for (size_t k = 0; k < f->n_fresh; k++)
            told = told || hypot(all[i].east - f->fresh[k].east, all[i].north - f->fresh[k].north) <
                               1.5 * FINDINGS_RADIUS;
        if (told)
            continue;
        TRY(findings_limits(&all[i]));
        f->fresh[f->n_fresh++] = all[i];
    }
    return ERR_OK;
}

enum err findings_new(const struct findings_call *c, struct findings *f)
{
    struct findings_spot all[CANDIDATES];
    struct scan_call k[GROUPS] = {0};
    double p[GROUPS], q[GROUPS];
    size_t n = 0;
    for (int g = 0; g < GROUPS; g++) {
        k[g].c = c;
        k[g].group = (enum findings_group)g;
        TRY(scan(&k[g]));
        p[g] = k[g].p;
    }
    TRY(fdr_adjust(p, GROUPS, q));
    for (int g = 0; g < GROUPS; g++) {
        if (isnan(q[g]))
            continue;
        f->new_state = FINDINGS_NOTHING;
        for (size_t i = 0; i < k[g].r.n; i++)
            if (k[g].r.clusters[i].p * q[g] / p[g] <= FINDINGS_SURE)
                fill(&k[g], &k[g].r.clusters[i], q[g] / p[g], &all[n++]);
    }
    return choose(f, all, n);
}
