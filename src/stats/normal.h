/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tails and quantiles of the normal and Student's distributions, and digamma and trigamma. Pure. */
#pragma once

/* P(Z > z); keeps its digits far out. */
double normal_upper(double z);
/* Both tails: P(|Z| >= |z|). */
double normal_two_sided(double z);
/* The z with P(Z <= z) = p, 0 < p < 1 (Acklam's start, two steps of Halley); NaN outside. */
double normal_quantile(double p);
/* P(|T| >= |t|) with df degrees of freedom; df > 0. */
double student_two_sided(double t, double df);
/* The t with P(|T| >= t) = p; 0 < p < 1, df > 0. */
double student_two_sided_quantile(double p, double df);

/* The first and second derivative of log Gamma at x > 0: recurrence, then the asymptotic series. */
double digamma(double x);
double trigamma(double x);
