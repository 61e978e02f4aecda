/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Log-linear regression of counts: Poisson, quasi-Poisson and negative binomial, with offset and
 * prior weights, by iteratively reweighted least squares; each step is a Householder QR, so that
 * the columns' scales and near-collinearity cost as few digits as they can.
 *
 *     log E(y) = offset + x b,   Var(y) = phi mu / w   or   mu + mu^2 / theta
 *
 * Source: McCullagh and Nelder 1989, chapters 6 and 11; Golub and Van Loan, section 5.3.
 * Memory: (columns + 6) * rows doubles from work->arena. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "stats/work.h"

#define GLM_COLUMNS_MOST 24
#define GLM_ROWS_MOST 2000000u

enum glm_family { GLM_POISSON, GLM_NEGBIN };

/* Why there is no estimate. An answer, not an error: the data do not have one. */
enum glm_fault {
    GLM_FITTED,
    GLM_TOO_FEW,   /* fewer rows with weight than columns */
    GLM_NO_EVENTS, /* all y are 0: every rate fits that is small enough */
    GLM_COLLINEAR, /* column `fault_column` is made of those before it */
    GLM_SEPARATED, /* some rows have no events and the model can say 0 there exactly */
    GLM_UNSETTLED, /* no convergence */
    GLM_FAULT_COUNT
};
const char *glm_fault_name(enum glm_fault f); /* "collinear" ...: stable, for JSON */

/* Columns first: column[j][i] is row i of x, finite. The intercept is a column of ones like any
 * other. offset (logarithms, finite) and weight (>= 0, finite) may be NULL. */
struct glm_data {
    size_t rows;
    int columns;
    const double *const *column;
    const double *y; /* >= 0, finite, at most 1e9 */
    const double *offset, *weight;
};

struct glm_fit {
    enum glm_fault fault;
    int fault_column;
    int columns, iterations;
    double coef[GLM_COLUMNS_MOST];
    /* Inverse of the information: the covariance for phi = 1. */
    double cov[GLM_COLUMNS_MOST][GLM_COLUMNS_MOST];
    double deviance, log_likelihood;
    double df;         /* rows with weight - columns */
    double pearson;    /* sum w (y - mu)^2 / V(mu) */
    double dispersion; /* pearson / df; NaN when df is 0 */
    double theta;      /* GLM_NEGBIN: INFINITY when the counts vary no more than Poisson */
    double se_theta;   /* NaN when theta is given or infinite */
    double *mu;        /* rows; in the arena */
};

/* GLM_NEGBIN: theta > 0 is given; 0 asks for the most likely one, alternately with the
 * coefficients. ERR_INVALID: not finite, negative y or weight; ERR_LIMIT: too many rows or columns
 * (or an arena too small, as ERR_NOMEM); ERR_CANCELLED. */
NODISCARD enum err glm_fit(const struct work *w, const struct glm_data *d, enum glm_family family,
                           double theta, struct glm_fit *out);
/* Standard error of coefficient j with Var = phi * ... (phi: 1, or fit->dispersion). */
double glm_se(const struct glm_fit *f, int j, double phi);
/* Standard error of x b for one row x. */
double glm_eta_se(const struct glm_fit *f, const double *x, double phi);
