/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The Poisson and the negative binomial distribution of a count. Pure. */
#pragma once

struct negbin {
    double mean, size; /* variance = mean + mean^2 / size; size INFINITY: Poisson */
};

/* Variance = phi mean; phi <= 1 is Poisson. */
struct negbin negbin_of_dispersion(double mean, double phi);
/* P(Y >= y). */
double negbin_upper(const struct negbin *d, double y);
/* P(Y <= y). */
double negbin_lower(const struct negbin *d, double y);
/* The smallest count q with P(Y <= q) >= p; 0 < p < 1. */
double negbin_quantile(const struct negbin *d, double p);
