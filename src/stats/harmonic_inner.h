/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Between harmonic.c (the regression) and harmonic_curve.c (the curve of the year). */
#pragma once

#include "stats/harmonic.h"

#define HARMONIC_COLUMNS (2 * HARMONIC_MOST + 2)

/* The logarithm of the season: sum of b sin(h angle) + c cos(h angle), angle 2 pi day / year. */
struct harmonic_curve {
    int harmonics;
    double coef[2 * HARMONIC_MOST];                   /* b_1 c_1 b_2 ... */
    double cov[2 * HARMONIC_MOST][2 * HARMONIC_MOST]; /* of them, with phi */
    double quantile;                                  /* of the intervals: 1.96 ... */
};

/* sin and cos of h times the angle, h = 1 .. harmonics. */
void harmonic_waves(int harmonics, double angle, double *out);
/* ratio, peak, trough and second; `middle`: of the series, days since 1970. */
void harmonic_curve_tell(const struct harmonic_curve *c, double middle, struct harmonic *out);
