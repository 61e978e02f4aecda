/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Poisson regression on levels and, if asked, one trend:
 *
 *     log E(y_i) = log population_i + a[level_i] + b t_i,   prior weight w_i
 *
 * The same estimate as glm_fit() gives, in a fraction of the time: for a given b each level has a
 * closed form, so one concave function of one variable is left (Newton). Rows are taken as runs of
 * consecutive weeks of one level: exp(b t) over a run is its first value times the powers of
 * exp(b), whose sums are the same for all runs of a length.
 * Source: profile likelihood, McCullagh and Nelder 1989, section 7.2. Nothing is allocated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGLEVELS_MOST 40
/* Of what is filled before it is read, thousands of times a second: no zeros first. */
#define LOGLEVELS_UNSET __attribute__((uninitialized))
#define LOGLEVELS_RUN 8 /* rows of a run at most; runs are worked on whole */

/* Rows first .. first + n - 1: weeks t, t + 1, ... of one level. */
struct loglevels_run {
    double t;
    double weight; /* > 0, of each row */
    uint32_t first;
    uint8_t n, level; /* level below levels */
    uint8_t gap;      /* weeks since the run before began; 0: not whole, or many */
};

/* Appends a run (its gap is set here) and returns how many there are now. */
static inline size_t loglevels_append(struct loglevels_run *run, size_t runs,
                                      const struct loglevels_run *add)
{
    double gap = runs ? add->t - run[runs - 1].t : 0;
    run[runs] = *add;
    run[runs].gap = gap <= LOGLEVELS_RUN && gap == (int)gap ? (uint8_t)gap : 0;
    return runs + 1;
}
/* Cuts n rows into runs; weight may be NULL. Room for n runs; returns how many it became. */
size_t loglevels_cut(size_t n, const double *t, const uint8_t *level, const double *weight,
                     struct loglevels_run *run);

/* Of each level, sums over its rows of w exp(b t) times 1, t, t^2 and t^3. */
struct loglevels_sums {
    double m[LOGLEVELS_MOST], t[LOGLEVELS_MOST], q[LOGLEVELS_MOST], c[LOGLEVELS_MOST];
};

struct loglevels_rows {
    size_t n, runs;
    int levels;                        /* at most LOGLEVELS_MOST */
    const double *y;                   /* >= 0 */
    const double *population;          /* > 0 or NULL */
    const struct loglevels_sums *flat; /* NULL, or what loglevels_flat() said of the runs */
    const struct loglevels_run *run;   /* t ascending; near 0 for the sake of digits */
};

/* The sums at b = 0, the same for all rows with these runs and no population. */
void loglevels_flat(const struct loglevels_rows *r, struct loglevels_sums *out);

struct loglevels_fit {
    int levels;
    bool trend;                    /* false also when b runs away: then it is not there */
    double b, info;                /* 1 / info: variance of b for phi = 1 */
    double rate[LOGLEVELS_MOST];   /* exp(a); 0 for a level without events, NaN without rows */
    double events[LOGLEVELS_MOST]; /* sum of w y */
    double mean_t[LOGLEVELS_MOST]; /* weighted by w mu */
    int parameters;                /* levels that have rows, and the trend */
    double dispersion;             /* sum w (y - mu)^2 / mu / (n - parameters); NaN when 0 / 0 */
};

struct loglevels_means {
    double *mu;     /* of each row: room for n + LOGLEVELS_RUN */
    double *above2; /* of each run: (y - mu)^4 / mu^2 of the rows above their means, summed */
};

/* trend_from: NULL, or where the search for b begins (0, or the b of a similar fit; the estimate is
 * the same). What `means` points at is filled. */
void loglevels_fit(const struct loglevels_rows *r, const double *trend_from,
                   const struct loglevels_means *means, struct loglevels_fit *out);
/* Variance of the linear predictor at time t in a level, for phi = 1; INFINITY when the level has
 * no events. */
double loglevels_eta_var(const struct loglevels_fit *f, int level, double t);
