/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Levels that have changed: has an area's share of the municipality's events of a kind become
 * another since some week of the last year? The rest of the municipality is the comparison, so the
 * time of year and habits of reporting that touch all of it cancel out. Nothing is known of why. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "parts/picture/findings_inner.h"

#define KINDS (FINDINGS_GROUPS + 1) /* the last: all events */
#define WEEKS_LEAST 40
#define STREAM (UINT64_C(0x57e9) << 32) /* apart from other methods' random numbers */

struct series {
    enum findings_group group;
    uint32_t area;
    const uint32_t *n; /* [weeks] here */
    const uint32_t *all;
    uint64_t sum, sum_all;
    double phi; /* how much more the weeks vary than by chance alone; 1 or more */
    double best;
    size_t at; /* first week of the new level */
};

struct steps {
    const struct findings_call *c;
    size_t weeks, n;
    struct series *s;
    uint32_t *order;   /* of weeks */
    uint32_t *reached; /* runs with a series as far out */
};

static double part(double n, double all)
{
    double rest = all - n;
    return (n > 0 ? n * log(n / all) : 0) + (rest > 0 ? rest * log(rest / all) : 0);
}

/* The greatest log likelihood ratio of two shares against one, over all weeks that leave
 * FINDINGS_STEP_LEAST on both sides, divided by phi. */
static double greatest(const struct series *s, const uint32_t *order, size_t weeks, size_t *at)
{
    double one = part((double)s->sum, (double)s->sum_all), best = 0;
    uint64_t n = 0, all = 0;
    for (size_t i = 0; i + FINDINGS_STEP_LEAST < weeks; i++) {
        n += s->n[order[i]];
        all += s->all[order[i]];
        if (i + 1 < FINDINGS_STEP_LEAST || all == 0 || all == s->sum_all)
            continue;
        double two =
            part((double)n, (double)all) + part((double)(s->sum - n), (double)(s->sum_all - all));
        if (two - one > best) {
            best = two - one;
            *at = i + 1;
        }
    }
    return best / s->phi;
}

static bool worth_asking(struct series *s, size_t weeks)
{
    double x2 = 0, share;
    for (size_t w = 0; w < weeks; w++) {
        s->sum += s->n[w];
        s->sum_all += s->all[w];
    }
    if (s->sum < FINDINGS_STEP_EVENTS || s->sum_all - s->sum < FINDINGS_STEP_EVENTS)
        return false;
    share = (double)s->sum / (double)s->sum_all;
    for (size_t w = 0; w < weeks; w++)
        if (s->all[w]) {
            double e = share * s->all[w], d = s->n[w] - e;
            x2 += d * d / (e * (1 - share));
        }
    s->phi = fmax(1, x2 / (double)(weeks - 1));
    return true;
}

/* Weeks of each kind and area; the last area is all of them, and what lies in none. */
static enum err count_weeks(struct steps *k)
{
    const struct findings_events *ev = k->c->ev;
    size_t areas = ev->n_areas, cells = KINDS * (areas + 1);
    uint32_t *y = ARENA_ARRAY(k->c->w->arena, cells * k->weeks, uint32_t);
    k->s = ARENA_ARRAY(k->c->w->arena, cells, struct series);
    if (!y || !k->s)
        return ERR_NOMEM;
    for (size_t i = 0; i < ev->n; i++) {
        size_t ago = (size_t)(k->c->span.to - 1 - ev->day[i]) / 7;
        if (ago >= k->weeks)
            continue;
        size_t week = k->weeks - 1 - ago, kinds[] = {ev->group[i], FINDINGS_GROUPS};
        for (size_t g = kinds[0] == FINDINGS_GROUPS; g < 2; g++) {
            uint32_t *kind = y + kinds[g] * (areas + 1) * k->weeks;
            kind[areas * k->weeks + week]++;
            if (ev->area[i] < areas)
                kind[ev->area[i] * k->weeks + week]++;
        }
    }
    for (size_t g = 0; g < KINDS; g++)
        for (size_t a = 0; a < areas; a++) {
            struct series *s = &k->s[k->n];
            const uint32_t *kind = y + g * (areas + 1) * k->weeks;
            *s = (struct series){.group = (enum findings_group)g,
                                 .area = (uint32_t)a,
                                 .n = kind + a * k->weeks,
                                 .all = kind + areas * k->weeks};
            k->n += worth_asking(s, k->weeks);
        }
    return ERR_OK;
}

/* Whole weeks are dealt out anew: how much a week varies, and what areas have in common, stays as
 * it is. Each series is held against the greatest of all of them in each run. */
static enum err deal(struct steps *k)
{
    size_t at;
    for (int run = 0; run < FINDINGS_RUNS; run++) {
        struct rng r = rng_make(k->c->w->seed, STREAM + (uint64_t)run);
        double most = 0;
        for (size_t i = k->weeks - 1; i > 0; i--) {
            size_t j = rng_below(&r, (uint32_t)(i + 1));
            uint32_t keep = k->order[i];
            k->order[i] = k->order[j];
            k->order[j] = keep;
        }
        for (size_t i = 0; i < k->n; i++)
            most = fmax(most, greatest(&k->s[i], k->order, k->weeks, &at));
        for (size_t i = 0; i < k->n; i++)
            k->reached[i] += most >= k->s[i].best;
        TRY(work_tick(k->c->w, (double)run / FINDINGS_RUNS));
    }
    return ERR_OK;
}

static void fill(const struct steps *k, size_t i, struct findings_step *out)
{
    const struct series *s = &k->s[i];
    double a = 0, b = 0, c = 0, d = 0;
    for (size_t w = 0; w < k->weeks; w++) {
        *(w < s->at ? &a : &b) += s->n[w];
        *(w < s->at ? &c : &d) += s->all[w] - s->n[w];
    }
    size_t after = k->weeks - s->at;
    *out = (struct findings_step){.group = s->group,
                                  .area = s->area,
                                  .from = k->c->span.to - 7 * (int32_t)after,
                                  .first = k->c->span.to - 7 * (int32_t)k->weeks,
                                  .to = k->c->span.to,
                                  .n_before = (int64_t)a,
                                  .n_after = (int64_t)b,
                                  .rest_before = (int64_t)c,
                                  .rest_after = (int64_t)d,
                                  .p = (k->reached[i] + 1.0) / (FINDINGS_RUNS + 1.0)};
    out->q = out->p;
    out->ratio = (b + 0.5) / (d + 0.5) / ((a + 0.5) / (c + 0.5));
    double se = sqrt(s->phi * (1 / (a + 0.5) + 1 / (b + 0.5) + 1 / (c + 0.5) + 1 / (d + 0.5)));
    out->low = out->ratio * exp(-1.959964 * se);
    out->high = out->ratio * exp(1.959964 * se);
}

/* The surest of each kind: when one area has fewer, the others have a larger share of what is left,
 * and that is no finding. The breaks themselves must lie within the last year. */
static void choose(const struct steps *k, struct findings *f)
{
    for (int g = 0; g < KINDS; g++) {
        size_t best = k->n;
        for (size_t i = 0; i < k->n; i++)
            if (k->s[i].group == (enum findings_group)g &&
                (best == k->n || k->s[i].best > k->s[best].best))
                best = i;
        if (best < k->n && k->weeks - k->s[best].at <= FINDINGS_STEP_ALIVE)
            fill(k, best, &f->step[f->n_step++]);
    }
}

enum err findings_step(const struct findings_call *c, struct findings *f)
{
    const struct findings_events *ev = c->ev;
    struct steps k = {.c = c};
    int32_t first = c->span.to;
    if (!ev->area || ev->n_areas < 2)
        return ERR_OK;
    for (size_t i = 0; i < ev->n; i++)
        first = ev->day[i] < first ? ev->day[i] : first;
    k.weeks = (size_t)(c->span.to - first) / 7;
    k.weeks = k.weeks < FINDINGS_STEP_WEEKS ? k.weeks : FINDINGS_STEP_WEEKS;
    if (k.weeks < WEEKS_LEAST)
        return ERR_OK;
    TRY(count_weeks(&k));
    if (!k.n)
        return ERR_OK;
    k.order = ARENA_ARRAY(c->w->arena, k.weeks, uint32_t);
    k.reached = ARENA_ARRAY(c->w->arena, k.n, uint32_t);
    if (!k.order || !k.reached)
        return ERR_NOMEM;
    for (size_t i = 0; i < k.weeks; i++)
        k.order[i] = (uint32_t)i;
    for (size_t i = 0; i < k.n; i++)
        k.s[i].best = greatest(&k.s[i], k.order, k.weeks, &k.s[i].at);
    TRY(deal(&k));
    f->step_state = FINDINGS_NOTHING;
    choose(&k, f);
    return ERR_OK;
}
