/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The few special functions that exact comparison of counts rests on. Pure; accurate to about 11
 * digits for arguments up to 1e9 because every prefactor is computed by the saddle-point form
 * (Loader 2000), never as a difference of large logarithms. */
#pragma once

/* Both tails of a distribution at one point; lower + upper = 1, each exact where it is small. */
struct tails {
    double lower, upper;
};

/* k successes of n with probability p; q = 1 - p is given apart so that neither loses digits.
 * 0 <= k <= n, not necessarily whole. */
double binomial_density(double k, double n, double p, double q);
double poisson_density(double k, double mean);

/* Regularised incomplete beta I_x(a, b) and its complement; a, b > 0, 0 <= x <= 1, y = 1 - x.
 * Continued fraction: the work grows as the square root of the larger of a and b. */
struct tails beta_tails(double a, double b, double x, double y);
/* Regularised incomplete gamma P(a, x) and Q(a, x); a > 0, x >= 0. */
struct tails gamma_tails(double a, double x);

/* The x with P(a, x) = p (0 < p < 1), and the x with I_x(a, b) = p. */
double gamma_quantile(double a, double p);
double beta_quantile(double a, double b, double p);
