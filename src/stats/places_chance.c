/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How likely that many at one place would be.
 *
 * Of n events on m places that all got at least one, there are m! S(n, m) ways (S: Stirling's
 * number of the second kind), all equally likely whatever the number of places without any. So with
 * c(s, m) = m! S(s, m) / s! = [z^s] (e^z - 1)^m,  P(one place has k) = c(n-k, m-1) / (k! c(n, m)).
 * c is summed exactly where few events are left when each place has got one, and is otherwise the
 * saddle point's with its first correction: counts that are Poisson but at least 1, tilted to the
 * mean s/m (Good 1957, Annals of Mathematical Statistics 28:861-881; Temme 1993, Studies in Applied
 * Mathematics 89:233-243). */
#include <float.h>
#include <math.h>
#include <string.h>

#include "stats/compare.h"
#include "stats/places_inner.h"
#include "stats/special.h"

#define SURPLUS_MOST 256 /* events beyond one a place that are summed exactly */

enum err places_chance_check(const struct places_chance *c)
{
    bool in_range = c->n >= 1 && c->n <= COUNT_MAX && c->places >= 1 && c->places <= COUNT_MAX;
    return in_range && (c->all || c->places <= c->n) ? ERR_OK : ERR_INVALID;
}

/* lambda / (1 - exp(-lambda)) = mean: convex and rising, so Newton from above never passes it. */
double places_lambda(double mean)
{
    if (!(mean > 1))
        return 0;
    double x = mean < 2 ? 2 * (mean - 1) : mean;
    for (int i = 0; i < 60; i++) {
        double a = x / expm1(x), f = x + a - mean, slope = 1 + a * (1 - x - a) / x;
        double next = x - f / slope;
        next = next > 0 ? next : x / 2;
        if (fabs(next - x) <= 4 * DBL_EPSILON * x)
            return next;
        x = next;
    }
    return x;
}

/* log(e^x - 1) */
static double log_expm1(double x)
{
    return x < 30 ? log(expm1(x)) : x + log1p(-exp(-x));
}

/* log c(s, m) by the saddle point; s > m >= 2. */
static double log_ways_near(double s, double m)
{
    double x = places_lambda(s / m);
    double a = x / expm1(x), e = 1 - x - a; /* x' = x, a' = ae: derivatives by log x */
    double b = a * e, e1 = -x - b, c = b * e + a * e1;
    double d = c * e + 2 * b * e1 + a * (-x - c);
    double k2 = x + b, k3 = x + c, k4 = x + d; /* cumulants */
    double more = k4 / (8 * k2 * k2) - 5 * k3 * k3 / (24 * k2 * k2 * k2);
    return m * log_expm1(x) - s * log(x) - 0.5 * log(2 * M_PI * m * k2) + log1p(more / m);
}

/* out = a * b, the first n terms. */
static void multiply(const double *a, const double *b, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j <= i; j++)
            sum += a[j] * b[i - j];
        out[i] = sum;
    }
}

struct ways {
    int64_t m;
    double x, log_unit; /* the tilt, and log((e^x - 1) / x) */
    size_t n;
    double share[SURPLUS_MOST + 2]; /* [j]: that m tilted counts have j beyond one each */
};

/* By squaring, of numbers that are all above 0: nothing is ever subtracted. */
static void sum_ways(struct ways *w, int64_t s, int64_t m)
{
    double power[SURPLUS_MOST + 2], room[SURPLUS_MOST + 2];
    w->m = m;
    w->n = (size_t)(s - m) + 1;
    w->x = places_lambda((double)s / (double)m);
    w->log_unit = w->x > 0 ? log_expm1(w->x) - log(w->x) : 0;
    power[0] = exp(-w->log_unit);
    for (size_t j = 1; j < w->n; j++)
        power[j] = power[j - 1] * w->x / (double)(j + 1);
    memset(w->share, 0, sizeof w->share);
    w->share[0] = 1;
    for (int64_t left = m; left; left >>= 1) {
        if (left & 1) {
            multiply(w->share, power, w->n, room);
            memcpy(w->share, room, w->n * sizeof *room);
        }
        multiply(power, power, w->n, room);
        memcpy(power, room, w->n * sizeof *room);
    }
}

/* log c(s, m), -INFINITY where there is no way. `w`: sums for this m, or NULL. */
static double log_ways(const struct ways *w, int64_t s, int64_t m)
{
    if (s < m || (m == 0 && s > 0))
        return -INFINITY;
    if (s == m)
        return 0;
    if (m == 1)
        return -lgamma((double)s + 1);
    size_t j = (size_t)(s - m);
    if (w && w->m == m && j < w->n)
        return log(w->share[j]) + (double)m * w->log_unit - (double)j * log(w->x);
    return log_ways_near((double)s, (double)m);
}

/* P(one has k) for each k, from many to few; they fall so fast that few terms are looked at. */
static void conditional_tails(const struct places_chance *c, const int64_t *k, size_t m,
                              double *tail)
{
    struct ways here = {.m = -1}, rest = {.m = -1};
    int64_t surplus = c->n - c->places, most = surplus + 1;
    if (surplus > 0 && surplus <= SURPLUS_MOST) {
        sum_ways(&here, c->n, c->places);
        if (c->places > 1)
            sum_ways(&rest, c->n - 1, c->places - 1);
    }
    double all = log_ways(&here, c->n, c->places);
    for (size_t i = 0; i < m; i++) {
        int64_t end = i && k[i - 1] <= most ? k[i - 1] : most + 1;
        double sum = 0;
        for (int64_t j = k[i]; j < end; j++) {
            double term =
                exp(log_ways(&rest, c->n - j, c->places - 1) - all - lgamma((double)j + 1));
            sum += term;
            if ((double)j > (double)c->n / (double)c->places && term < sum * 1e-17)
                break;
        }
        tail[i] = k[i] == 1 ? 1 : fmin(1, sum + (i ? tail[i - 1] : 0));
    }
}

enum err places_tails(const struct places_chance *c, const int64_t *k, size_t m, double *tail)
{
    TRY(places_chance_check(c));
    for (size_t i = 0; i < m; i++)
        if (k[i] < 1 || k[i] > c->n || (i && k[i] >= k[i - 1]))
            return ERR_INVALID;
    if (!c->all) {
        conditional_tails(c, k, m, tail);
        return ERR_OK;
    }
    double share = 1 / (double)c->places;
    for (size_t i = 0; i < m; i++)
        tail[i] = c->places == 1
                      ? 1
                      : beta_tails((double)k[i], (double)(c->n - k[i] + 1), share, 1 - share).lower;
    return ERR_OK;
}

/* --- Places of different size --- */

/* Sum of the means of counts that are at least 1, and its slope, at `rate` for each unit of size.
 */
static double sized_mean(const double *size, size_t n, double rate, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (size_t i = 0; i < n; i++) {
        double x = rate * size[i], a = x > 0 ? x / expm1(x) : 1;
        sum += x + a;
        *slope += size[i] * (x > 1e-4 ? 1 + a * (1 - x - a) / x : 0.5 + x / 6);
    }
    return sum;
}

/* The likeliest rate: convex and rising, so Newton's steps from above stay above. */
static double sized_rate(const double *size, size_t n, double events)
{
    double all = 0, slope;
    for (size_t i = 0; i < n; i++)
        all += size[i];
    double rate = events / all;
    if (events <= (double)n)
        return 0;
    for (int i = 0; i < 200; i++) {
        double mean = sized_mean(size, n, rate, &slope);
        double next = rate - (mean - events) / slope;
        next = next > 0 ? next : rate / 2;
        if (fabs(next - rate) <= 1e-13 * rate)
            return next;
        rate = next;
    }
    return rate;
}

enum err places_sized_tails(const int64_t *k, const double *size, size_t n, double *tail)
{
    double events = 0;
    for (size_t i = 0; i < n; i++) {
        if (k[i] < 1 || k[i] > COUNT_MAX || !(size[i] > 0) || isinf(size[i]))
            return ERR_INVALID;
        events += (double)k[i];
    }
    if (n == 0)
        return ERR_INVALID;
    double rate = sized_rate(size, n, events);
    for (size_t i = 0; i < n; i++) {
        double mean = rate * size[i];
        tail[i] = k[i] == 1  ? 1
                  : mean > 0 ? fmin(1, gamma_tails((double)k[i], mean).lower / -expm1(-mean))
                             : 0;
    }
    return ERR_OK;
}
