/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Poisson regression on levels and, if asked, one trend:
 *
 *     log E(y_i) = log population_i + a[level_i] + b t_i,   prior weight w_i
 *
 * The same estimate as glm_fit() gives, in a fraction of the time: for a given b each level has a
 * closed form, so one concave function of one variable is left (Newton). Where the t of
 * consecutive rows differ by 1, exp(b t) is one multiplication.
 * Source: profile likelihood, McCullagh and Nelder 1989, section 7.2. Nothing is allocated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGLEVELS_MOST 64

struct loglevels_rows {
    size_t n;
    int levels;               /* at most LOGLEVELS_MOST */
    const double *y;          /* >= 0 */
    const double *t;          /* ascending; near 0 for the sake of digits */
    const uint8_t *level;     /* below levels */
    const double *weight;     /* > 0 or NULL */
    const double *population; /* > 0 or NULL */
};

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

/* mu: room for n; filled. */
void loglevels_fit(const struct loglevels_rows *r, bool trend, double *mu,
                   struct loglevels_fit *out);
/* Variance of the linear predictor at time t in a level, for phi = 1; INFINITY when the level has
 * no events. */
double loglevels_eta_var(const struct loglevels_fit *f, int level, double t);
