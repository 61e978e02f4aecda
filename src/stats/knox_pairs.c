/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All pairs within the largest distance, band by band. */
#include <math.h>

#include "base/mem.h"
#include "stats/knox_inner.h"

#define ROWS_A_PART 2048 /* points whose pairs one part of the work looks for */

struct pairs_arg {
    struct knox_plan *p;
    int64_t *observed; /* [parts][rows * columns] */
    uint64_t *found;   /* [parts] */
};

/* The band of a measure, or -1. */
static int band_of(const double *limit, size_t n, double v)
{
    if (v < limit[0] || !(v < limit[n]))
        return -1;
    size_t k = 1;
    while (!(v < limit[k]))
        k++;
    return (int)k - 1;
}

static int pair_band(const struct knox_plan *p, size_t i, size_t j)
{
    const struct near_grid *g = &p->grid;
    double q = near_measure(p->in->metric, g->x[j] - g->x[i], g->y[j] - g->y[i]);
    return band_of(p->space_limit, p->rows, q);
}

static size_t end_of(const struct knox_plan *p, size_t part)
{
    size_t end = (part + 1) * ROWS_A_PART;
    return end < p->n ? end : p->n;
}

/* How many pairs point i begins, band by band. */
static enum err count_part(void *arg, size_t part, int lane)
{
    (void)lane;
    const struct pairs_arg *a = arg;
    struct knox_plan *p = a->p;
    struct near_walk walk = near_seek(&p->grid, part * ROWS_A_PART);
    for (size_t i = part * ROWS_A_PART; i < end_of(p, part); i++) {
        near_step(&p->grid, i, &walk);
        for (int half = 0; half < 2; half++)
            for (size_t j = walk.first[half]; j < walk.end[half]; j++) {
                int s = pair_band(p, i, j);
                if (s < 0)
                    continue;
                p->bands[s].start[i + 1]++;
                a->found[part]++;
            }
        if (a->found[part] > KNOX_PAIRS_MOST)
            return ERR_LIMIT;
    }
    return ERR_OK;
}

static void keep_pair(struct knox_plan *p, size_t i, size_t j, uint32_t *at, int64_t *observed)
{
    int s = pair_band(p, i, j);
    if (s < 0)
        return;
    p->bands[s].other[at[s]++] = (uint32_t)j;
    int t = band_of(p->time_limit, p->columns, fabs(p->t[j] - p->t[i]));
    if (t >= 0)
        observed[(size_t)s * p->columns + (size_t)t]++;
}

static enum err keep_part(void *arg, size_t part, int lane)
{
    (void)lane;
    const struct pairs_arg *a = arg;
    struct knox_plan *p = a->p;
    uint32_t at[KNOX_BOUNDS_MOST + 1];
    int64_t *observed = a->observed + part * p->rows * p->columns;
    struct near_walk walk = near_seek(&p->grid, part * ROWS_A_PART);
    for (size_t s = 0; s < p->rows; s++)
        at[s] = p->bands[s].start[part * ROWS_A_PART];
    for (size_t i = part * ROWS_A_PART; i < end_of(p, part); i++) {
        near_step(&p->grid, i, &walk);
        for (int half = 0; half < 2; half++)
            for (size_t j = walk.first[half]; j < walk.end[half]; j++)
                keep_pair(p, i, j, at, observed);
    }
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
