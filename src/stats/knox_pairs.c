/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All pairs within the largest distance, band by band. */
#include <math.h>

#include "base/mem.h"
#include "stats/knox_inner.h"

#define ROWS_A_PART 2048 /* points whose pairs one part of the work looks for */

#define BLOCK 256 /* points that are looked at together */

struct pairs_arg {
    struct knox_plan *p;
    int64_t *observed; /* [parts][rows * columns] */
    uint64_t *found;   /* [parts] */
};

/* The band of a difference in time, or -1. */
static int band_of(const double *limit, size_t n, double v)
{
    if (v < limit[0] || !(v < limit[n]))
        return -1;
    size_t k = 1;
    while (!(v < limit[k]))
        k++;
    return (int)k - 1;
}

struct hits {
    size_t n;
    uint32_t at[BLOCK];
    double measure[BLOCK];
};

/* Which of the points first .. first + n - 1 are near enough to i. Without a branch a point:
 * whether one is near cannot be guessed, and a wrong guess costs more than the rest. */
static void find_hits(const struct knox_plan *p, size_t i, size_t first, size_t n, struct hits *h)
{
    const double *x = p->grid.x + first, *y = p->grid.y + first;
    double here_x = p->grid.x[i], here_y = p->grid.y[i], all[BLOCK];
    double low = p->space_limit[0], high = p->space_limit[p->rows];
    if (p->in->metric == NEAR_EUCLIDEAN)
        for (size_t k = 0; k < n; k++)
            all[k] = near_measure(NEAR_EUCLIDEAN, x[k] - here_x, y[k] - here_y);
    else
        for (size_t k = 0; k < n; k++)
            all[k] = near_measure(NEAR_MANHATTAN, x[k] - here_x, y[k] - here_y);
    h->n = 0;
    for (size_t k = 0; k < n; k++) {
        h->at[h->n] = (uint32_t)(first + k);
        h->measure[h->n] = all[k];
        h->n += (all[k] >= low) & (all[k] < high);
    }
}

static size_t band_of_hit(const struct knox_plan *p, double measure)
{
    size_t s = 0;
    while (s + 1 < p->rows && !(measure < p->space_limit[s + 1]))
        s++;
    return s;
}

static size_t end_of(const struct knox_plan *p, size_t part)
{
    size_t end = (part + 1) * ROWS_A_PART;
    return end < p->n ? end : p->n;
}

/* What is done with the points near i. */
typedef void hits_fn(const struct pairs_arg *a, size_t part, size_t i, const struct hits *h,
                     uint32_t *at);

static void each_hit(const struct pairs_arg *a, size_t part, uint32_t *at, hits_fn *fn)
{
    const struct knox_plan *p = a->p;
    struct near_walk walk = near_seek(&p->grid, part * ROWS_A_PART);
    struct hits h;
    for (size_t i = part * ROWS_A_PART; i < end_of(p, part); i++) {
        near_step(&p->grid, i, &walk);
        for (int half = 0; half < 2; half++)
            for (size_t j = walk.first[half]; j < walk.end[half]; j += BLOCK) {
                size_t left = walk.end[half] - j;
                find_hits(p, i, j, left < BLOCK ? left : BLOCK, &h);
                fn(a, part, i, &h, at);
            }
    }
}

/* How many pairs point i begins, band by band. */
static void count_hits(const struct pairs_arg *a, size_t part, size_t i, const struct hits *h,
                       uint32_t *at)
{
    (void)at;
    a->found[part] += h->n;
    if (a->p->rows == 1)
        a->p->bands[0].start[i + 1] += (uint32_t)h->n;
    for (size_t k = 0; k < h->n && a->p->rows > 1; k++)
        a->p->bands[band_of_hit(a->p, h->measure[k])].start[i + 1]++;
}

static enum err count_part(void *arg, size_t part, int lane)
{
    (void)lane;
    const struct pairs_arg *a = arg;
    each_hit(a, part, NULL, count_hits);
    return a->found[part] > KNOX_PAIRS_MOST ? ERR_LIMIT : ERR_OK;
}

static void keep_hits(const struct pairs_arg *a, size_t part, size_t i, const struct hits *h,
                      uint32_t *at)
{
    const struct knox_plan *p = a->p;
    int64_t *observed = a->observed + part * p->rows * p->columns;
    for (size_t k = 0; k < h->n; k++) {
        size_t s = band_of_hit(p, h->measure[k]);
        p->bands[s].other[at[s]++] = h->at[k];
        int t = band_of(p->time_limit, p->columns, fabs(p->t[h->at[k]] - p->t[i]));
        if (t >= 0)
            observed[s * p->columns + (size_t)t]++;
    }
}

static enum err keep_part(void *arg, size_t part, int lane)
{
    (void)lane;
    const struct pairs_arg *a = arg;
    uint32_t at[KNOX_BOUNDS_MOST + 1];
    for (size_t s = 0; s < a->p->rows; s++)
        at[s] = a->p->bands[s].start[part * ROWS_A_PART];
    each_hit(a, part, at, keep_hits);
    return ERR_OK;
}

/* Counts become the places where each point's pairs begin. */
static enum err make_room(struct knox_plan *p, struct knox_table *table, const uint64_t *found,
                          size_t parts)
{
    uint64_t total = 0;
    for (size_t i = 0; i < parts; i++)
        total += found[i];
    if (total > KNOX_PAIRS_MOST)
        return ERR_LIMIT;
    for (size_t s = 0; s < p->rows; s++) {
        uint32_t *start = p->bands[s].start;
        for (size_t i = 0; i < p->n; i++)
            start[i + 1] += start[i];
        table->pairs_space[s] = start[p->n];
        p->bands[s].other = ARENA_ARRAY(p->w->arena, start[p->n], uint32_t);
        if (!p->bands[s].other)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

enum err knox_pairs(struct knox_plan *p, struct knox_table *table)
{
    struct arena *a = p->w->arena;
    size_t parts = (p->n + ROWS_A_PART - 1) / ROWS_A_PART, cells = p->rows * p->columns;
    struct pairs_arg arg = {.p = p};
    arg.observed = ARENA_ARRAY(a, parts * cells, int64_t);
    arg.found = ARENA_ARRAY(a, parts, uint64_t);
    if (!arg.observed || !arg.found)
        return ERR_NOMEM;
    for (size_t s = 0; s < p->rows; s++)
        if (!(p->bands[s].start = ARENA_ARRAY(a, p->n + 1, uint32_t)))
            return ERR_NOMEM;
    TRY(work_parts(p->w, parts, count_part, &arg));
    TRY(make_room(p, table, arg.found, parts));
    TRY(work_parts(p->w, parts, keep_part, &arg));
    for (size_t i = 0; i < parts; i++)
        for (size_t c = 0; c < cells; c++)
            table->observed[c] += arg.observed[i * cells + c];
    return ERR_OK;
}
