/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Knox table: how many pairs of events are near each other in place and in time, and how many
 * would be if the times had nothing to do with the places.
 * Method, source, limits and a worked example: doc/methods/knox.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/near.h"
#include "stats/work.h"

#define KNOX_BOUNDS_MOST 64
#define KNOX_PAIRS_MOST UINT32_C(0x7fffffff) /* within the largest distance */
#define KNOX_RUNS_MOST 99999
#define KNOX_TIME_MOST 1e9

struct knox_input {
    size_t n;               /* at least 2 */
    const double *x, *y;    /* one unit, e.g. metres */
    const double *t;        /* one unit, e.g. days; within +-KNOX_TIME_MOST. When all are k/24,
                               k/1440 or k/86400, each rounded once, they are compared as k: hours,
                               minutes or seconds */
    const double *space;    /* n_space rising bounds from 0 up: n_space - 1 bands */
    const double *time;     /* n_time rising bounds from 0 up */
    size_t n_space, n_time; /* 2 .. KNOX_BOUNDS_MOST */
    enum near_metric metric;
    bool closed;       /* bands are [a,b) or, closed, (a,b] with the first [a,b] */
    double same_place; /* NaN, or: a band of its own for pairs nearer than this (0: at the very
                          same position), taken out of the first band, which begins at 0 */
    int runs;          /* random permutations of the times, 0 .. KNOX_RUNS_MOST */
};

/* Cell (s, t) is at s * columns + t. Pairs are unordered. */
struct knox_table {
    size_t rows, columns;
    double *space_from, *space_to; /* [rows]; 0 and same_place in a row of its own */
    double *time_from, *time_to;   /* [columns] */
    int64_t *observed;
    int64_t *pairs_space; /* [rows]: pairs of the band at any time */
    int64_t *pairs_time;  /* [columns]: pairs of the band at any distance */
    double *analytic;     /* pairs_space * pairs_time / all pairs: the exact mean of all
                             permutations */
    double *p_analytic;   /* of a Poisson count with that mean: P(X >= observed) */
    double *expected;     /* mean of the permutations; NaN without any, as what follows */
    double *ratio;        /* observed / expected, NaN when both are 0 */
    double *ratio_median; /* observed / median of the permutations */
    double *p;            /* (permutations with >= observed, + 1) / (runs + 1) */
    double *p_low;        /* (permutations with <= observed, + 1) / (runs + 1) */
};

/* Results live in work->arena. Memory: 4 bytes a pair within the largest distance, 4 bytes a point
 * and band, 100 bytes a point, 32 bytes a point and thread (64 when times are not within 32,767 of
 * each other or have a time of day; 128 when they are no whole seconds either), 4 bytes a cell and
 * run, 8 bytes a cell and 2,048 points. The same for any number of threads. ERR_INVALID: fewer than
 * 2 points, a number that is not finite, bounds that do not rise or are negative, times beyond
 * KNOX_TIME_MOST, runs or numbers of bounds out of range, same_place not in [0, space[1]) or
 * space[0] not 0 with it. ERR_LIMIT: more than KNOX_PAIRS_MOST pairs. */
NODISCARD enum err knox_count(const struct work *w, const struct knox_input *in,
                              struct knox_table *out);
