/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/special.h"

#include <float.h>
#include <math.h>

#define MAX_STEPS 2000000 /* about 30 times what 1e9 needs */
#define TINY 1e-300

/* What Stirling's formula leaves over: log(n!) - log(sqrt(2 pi n) (n/e)^n). */
static double stirling_rest(double n)
{
    if (n < 16) {
        int sign;
        return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);
    }
    double n2 = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680) / n2) / n2) / n2) / n;
}

/* x log(x / m) + m - x without cancellation near x = m. */
static double deviance(double x, double m)
{
    double v = (x - m) / (x + m);
    if (fabs(v) >= 0.1)
        return x * log(x / m) + m - x;
    double sum = (x - m) * v, term = 2 * x * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double next = sum + term / (2 * j + 1);
        if (next == sum)
            break;
        sum = next;
    }
    return sum;
}

double poisson_density(double k, double mean)
{
    if (mean == 0)
        return k == 0 ? 1 : 0;
    if (k == 0)
        return exp(-mean);
    return exp(-stirling_rest(k) - deviance(k, mean)) / sqrt(2 * M_PI * k);
}

double binomial_density(double k, double n, double p, double q)
{
    if (p <= 0)
        return k == 0 ? 1 : 0;
    if (q <= 0)
        return k == n ? 1 : 0;
    if (k == 0)
        return exp(p < 0.1 ? n * log1p(-p) : n * log(q));
    if (k == n)
        return exp(q < 0.1 ? n * log1p(-q) : n * log(p));
    double m = n - k;
    double lc = stirling_rest(n) - stirling_rest(k) - stirling_rest(m) - deviance(k, n * p) -
                deviance(m, n * q);
    return exp(lc) * sqrt(n / (2 * M_PI * k * m));
}

static double away_from_zero(double v)
{
    return fabs(v) < TINY ? TINY : v;
}

/* The continued fraction of the incomplete beta function, by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
    for (int i = 1; i < MAX_STEPS; i++) {
        double m = i, a2m = a + 2 * m;
        double even = m * (b - m) * x / ((a2m - 1) * a2m);
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / (a2m * (a2m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        double step = d * c;
        h *= step;
        if (fabs(step - 1) < 4 * DBL_EPSILON)
            break;
    }
    return h;
}

struct tails beta_tails(double a, double b, double x, double y)
{
    if (x <= 0)
        return (struct tails){0, 1};
    if (y <= 0)
        return (struct tails){1, 0};
    double front = a / (a + b) * b * binomial_density(a, a + b, x, y);
    if (x < (a + 1) / (a + b + 2)) {
        double lower = fmin(1, front * beta_fraction(a, b, x) / a);
        return (struct tails){lower, 1 - lower};
    }
    double upper = fmin(1, front * beta_fraction(b, a, y) / b);
    return (struct tails){1 - upper, upper};
}

static double gamma_series(double a, double x)
{
    double term = 1, sum = 1;
    for (int i = 1; i < MAX_STEPS; i++) {
        term *= x / (a + i);
        sum += term;
        if (term < sum * DBL_EPSILON)
            break;
    }
    return sum;
}

static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1 / TINY, d = 1 / away_from_zero(b), h = d;
    for (int i = 1; i < MAX_STEPS; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        double step = d * c;
        h *= step;
        if (fabs(step - 1) < 4 * DBL_EPSILON)
            break;
    }
    return h;
}

struct tails gamma_tails(double a, double x)
{
    if (x <= 0)
        return (struct tails){0, 1};
    double density = poisson_density(a, x);
    if (x < a + 1) {
        double lower = fmin(1, density * gamma_series(a, x));
        return (struct tails){lower, 1 - lower};
    }
    double upper = fmin(1, density * a * gamma_fraction(a, x));
    return (struct tails){1 - upper, upper};
}

/* Distance from the wanted probability, measured in the tail that is small. */
static double miss(struct tails t, double p)
{
    return p < 0.5 ? t.lower - p : (1 - p) - t.upper;
}

/* Root of a rising function between lo and hi: false position, the stale end halved (Illinois),
 * with a bisection now and then so that it always ends. */
struct root {
    double lo, hi, f_lo, f_hi;
    int side, steps;
};

static double root_guess(const struct root *r)
{
    if (r->steps % 4 == 3 || r->f_hi == r->f_lo)
        return r->lo + (r->hi - r->lo) / 2;
    return (r->lo * r->f_hi - r->hi * r->f_lo) / (r->f_hi - r->f_lo);
}

/* Takes f(x); false when the root is settled. */
static int root_step(struct root *r, double x, double f)
{
    if (f == 0) {
        r->lo = r->hi = x;
        return 0;
    }
    if (f < 0) {
        r->lo = x;
        r->f_lo = f;
        r->f_hi = r->side == -1 ? r->f_hi / 2 : r->f_hi;
        r->side = -1;
    } else {
        r->hi = x;
        r->f_hi = f;
        r->f_lo = r->side == 1 ? r->f_lo / 2 : r->f_lo;
        r->side = 1;
    }
    return ++r->steps < 200 && r->hi - r->lo > 1e-14 * fabs(r->hi);
}

double gamma_quantile(double a, double p)
{
    double hi = a + 10 * sqrt(a) + 10;
    while (miss(gamma_tails(a, hi), p) < 0)
        hi *= 2;
    double lo = fmax(0, a - 10 * sqrt(a));
    if (miss(gamma_tails(a, lo), p) > 0)
        lo = 0;
    struct root r = {lo, hi, miss(gamma_tails(a, lo), p), miss(gamma_tails(a, hi), p), 0, 0};
    double x;
    do
        x = root_guess(&r);
    while (root_step(&r, x, miss(gamma_tails(a, x), p)));
    return r.lo + (r.hi - r.lo) / 2;
}

double beta_quantile(double a, double b, double p)
{
    double mean = a / (a + b), sd = sqrt(mean * (b / (a + b)) / (a + b + 1));
    double lo = fmax(0, mean - 10 * sd), hi = fmin(1, mean + 10 * sd);
    if (miss(beta_tails(a, b, lo, 1 - lo), p) > 0)
        lo = 0;
    if (miss(beta_tails(a, b, hi, 1 - hi), p) < 0)
        hi = 1;
    struct root r = {
        lo, hi, miss(beta_tails(a, b, lo, 1 - lo), p), miss(beta_tails(a, b, hi, 1 - hi), p), 0, 0};
    double x;
    do
        x = root_guess(&r);
    while (root_step(&r, x, miss(beta_tails(a, b, x, 1 - x), p)));
    return r.lo + (r.hi - r.lo) / 2;
}
