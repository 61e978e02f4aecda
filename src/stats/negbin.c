/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/negbin.h"

#include <math.h>

#include "stats/normal.h"
#include "stats/special.h"

struct negbin negbin_of_dispersion(double mean, double phi)
{
    return (struct negbin){mean, phi > 1 ? mean / (phi - 1) : INFINITY};
}

/* P(Y <= k) and P(Y > k), k >= 0 whole. */
static struct tails tails_of(const struct negbin *d, double k)
{
    if (d->mean <= 0)
        return (struct tails){1, 0};
    if (isinf(d->size)) {
        struct tails g = gamma_tails(k + 1, d->mean);
        return (struct tails){g.upper, g.lower};
    }
    double all = d->size + d->mean;
    return beta_tails(d->size, k + 1, d->size / all, d->mean / all);
}

double negbin_upper(const struct negbin *d, double y)
{
    return y <= 0 ? 1 : tails_of(d, ceil(y) - 1).upper;
}

double negbin_lower(const struct negbin *d, double y)
{
    return y < 0 ? 0 : tails_of(d, floor(y)).lower;
}

/* True when k is at or past the quantile, judged in the tail that is small. */
static int reaches(const struct negbin *d, double k, double p)
{
    struct tails t = tails_of(d, k);
    return p < 0.5 ? t.lower >= p * (1 - 1e-14) : t.upper <= (1 - p) * (1 + 1e-14);
}

double negbin_quantile(const struct negbin *d, double p)
{
    if (d->mean <= 0)
        return 0;
    double over = isinf(d->size) ? 0 : d->mean / d->size, sd = sqrt(d->mean * (1 + over));
    double z = normal_quantile(p), skew = (1 + 2 * over) / sd; /* Cornish and Fisher's start */
    double at = fmax(0, floor(d->mean + sd * (z + skew * (z * z - 1) / 6)));
    double step = fmax(1, floor(sd / 8));
    double low, high; /* low does not reach, high does */
    if (reaches(d, at, p)) {
        for (high = at, low = at - 1; low >= 0 && reaches(d, low, p); step *= 2) {
            high = low;
            low = fmax(-1, low - step);
        }
    } else {
        for (low = at, high = at + 1; !reaches(d, high, p); step *= 2) {
            low = high;
            high += step;
        }
    }
    while (high - low > 1) {
        double mid = floor(low + (high - low) / 2);
        if (reaches(d, mid, p))
            high = mid;
        else
            low = mid;
    }
    return high;
}
