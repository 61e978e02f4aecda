/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/draws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"

#define RUNS_A_PART 256

/* Each run draws k of the units 0 .. n-2 in a random order; its first j are a draw of j. For the
 * unit i every i in a draw is exchanged for unit n-1: then the draw is one of the n-1 others, and
 * all draws are as likely as before. */
struct shuffle {
    const struct draws *d;
    const struct draws_tails *out;
    uint64_t seed;
    uint32_t runs, k;
    uint32_t *drawn;   /* runs * k */
    uint32_t **marked; /* of each lane: n, the run that drew it last, plus one */
    uint32_t *first;   /* where unit i was drawn: hit[first[i]] .. */
    uint32_t *hit;     /* run * k + place */
    uint32_t *unit;    /* sorted by count */
    uint32_t *start;   /* of the units with the same count, and the end */
    size_t classes;
    double **sorted, **sums; /* of each lane: runs */
    double slack;
};

static void draw_run(struct shuffle *s, uint32_t run, uint32_t *marked)
{
    struct rng rng = rng_make(s->seed, run);
    uint32_t others = (uint32_t)s->d->n - 1, *to = s->drawn + (size_t)run * s->k;
    for (uint32_t got = 0; got < s->k;) {
        uint32_t i = rng_below(&rng, others);
        if (marked[i] == run + 1)
            continue;
        marked[i] = run + 1;
        to[got++] = i;
    }
}

static enum err draw_part(void *arg, size_t part, int lane)
{
    struct shuffle *s = arg;
    for (uint32_t r = (uint32_t)part * RUNS_A_PART; r < s->runs && r / RUNS_A_PART == part; r++)
        draw_run(s, r, s->marked[lane]);
    return ERR_OK;
}

static int order_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* How many of the sorted values lie below x. */
static uint32_t below(const double *sorted, uint32_t n, double x)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (sorted[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void answer(const struct shuffle *s, uint32_t i, uint32_t k, const double *sorted,
                   const double *sums)
{
    const struct draws *d = s->d;
    double low = d->sum[i] - s->slack, high = d->sum[i] + s->slack;
    uint32_t more = s->runs - below(sorted, s->runs, low);
    uint32_t fewer = below(sorted, s->runs, nextafter(high, INFINITY));
    double exchange = d->value[d->n - 1] - d->value[i];
    for (uint32_t h = s->first[i]; h < s->first[i + 1]; h++) {
        if (s->hit[h] % s->k >= k)
            continue;
        double was = sums[s->hit[h] / s->k], is = was + exchange;
        more = more - (was >= low) + (is >= low);
        fewer = fewer - (was <= high) + (is <= high);
    }
    s->out->more[i] = (more + 1.0) / (s->runs + 1.0);
    s->out->fewer[i] = (fewer + 1.0) / (s->runs + 1.0);
}

/* All units with the same number of neighbours. */
static enum err answer_class(void *arg, size_t class, int lane)
{
    struct shuffle *s = arg;
    double *sums = s->sums[lane], *sorted = s->sorted[lane];
    uint32_t k = s->d->count[s->unit[s->start[class]]];
    for (uint32_t r = 0; r < s->runs; r++) {
        double sum = 0;
        for (uint32_t j = 0; j < k; j++)
            sum += s->d->value[s->drawn[(size_t)r * s->k + j]];
        sums[r] = sum;
    }
    memcpy(sorted, sums, s->runs * sizeof *sums);
    qsort(sorted, s->runs, sizeof *sorted, order_doubles);
    for (uint32_t u = s->start[class]; u < s->start[class + 1]; u++) {
        if (k == 0)
            s->out->more[s->unit[u]] = s->out->fewer[s->unit[u]] = 1;
        else
            answer(s, s->unit[u], k, sorted, sums);
    }
    return ERR_OK;
}

/* Which draws each unit is part of. */
static void list_hits(struct shuffle *s)
{
    size_t all = (size_t)s->runs * s->k, n = s->d->n;
    for (size_t h = 0; h < all; h++)
        s->first[s->drawn[h] + 2]++;
    for (size_t i = 2; i <= n + 1; i++)
        s->first[i] += s->first[i - 1];
    for (size_t h = 0; h < all; h++)
        s->hit[s->first[s->drawn[h] + 1]++] = (uint32_t)h;
}

static void sort_by_count(struct shuffle *s, uint32_t *room)
{
    size_t n = s->d->n;
    for (size_t i = 0; i < n; i++)
        room[s->d->count[i] + 1]++;
    for (uint32_t k = 0; k <= s->k; k++) {
        if (room[k + 1])
            s->start[s->classes++] = room[k];
        room[k + 1] += room[k];
    }
    s->start[s->classes] = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        s->unit[room[s->d->count[i]]++] = (uint32_t)i;
}

static enum err make_room(const struct work *w, struct shuffle *s)
{
    size_t n = s->d->n, all = (size_t)s->runs * s->k;
    struct arena *a = w->arena;
    int lanes = w->threads < 1 ? 1 : w->threads;
    s->drawn = ARENA_ARRAY(a, all + 1, uint32_t);
    s->hit = ARENA_ARRAY(a, all + 1, uint32_t);
    s->first = ARENA_ARRAY(a, n + 2, uint32_t);
    s->unit = ARENA_ARRAY(a, n, uint32_t);
    s->start = ARENA_ARRAY(a, (size_t)s->k + 3, uint32_t);
    s->marked = ARENA_ARRAY(a, (size_t)lanes, uint32_t *);
    s->sorted = ARENA_ARRAY(a, (size_t)lanes, double *);
    s->sums = ARENA_ARRAY(a, (size_t)lanes, double *);
    uint32_t *room = ARENA_ARRAY(a, (size_t)s->k + 3, uint32_t);
    if (!s->drawn || !s->hit || !s->first || !s->unit || !s->start || !s->marked || !s->sorted ||
        !s->sums || !room)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++) {
        s->marked[i] = ARENA_ARRAY(a, n, uint32_t);
        s->sorted[i] = ARENA_ARRAY(a, s->runs, double);
        s->sums[i] = ARENA_ARRAY(a, s->runs, double);
        if (!s->marked[i] || !s->sorted[i] || !s->sums[i])
            return ERR_NOMEM;
    }
    sort_by_count(s, room);
    return ERR_OK;
}

enum err draws_random(const struct work *w, const struct draws *d, uint32_t runs,
                      const struct draws_tails *out)
{
    struct shuffle s = {.d = d, .out = out, .seed = w->seed, .runs = runs};
    double largest = 0;
    if (d->n == 0 || runs == 0)
        return ERR_INVALID;
    if (runs > DRAWS_RUNS_MOST || d->n >= UINT32_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < d->n; i++) {
        if (!isfinite(d->value[i]) || d->count[i] >= d->n)
            return ERR_INVALID;
        s.k = d->count[i] > s.k ? d->count[i] : s.k;
        largest = fmax(largest, fabs(d->value[i]));
    }
    if ((uint64_t)runs * s.k >= UINT32_MAX)
        return ERR_LIMIT;
    s.slack = 1e-12 * largest * s.k;
    TRY(make_room(w, &s));
    TRY(work_parts(w, (runs + RUNS_A_PART - 1) / RUNS_A_PART, draw_part, &s));
    list_hits(&s);
    return work_parts(w, s.classes, answer_class, &s);
}
