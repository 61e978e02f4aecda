/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/normal.h"

#include <math.h>

#include "stats/special.h"

double normal_upper(double z)
{
    return 0.5 * erfc(z * M_SQRT1_2);
}

double normal_two_sided(double z)
{
    return erfc(fabs(z) * M_SQRT1_2);
}

/* Rational start (P. J. Acklam), relative error 1e-9, for the lower half. */
static double quantile_start(double p)
{
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00};
    if (p < 0.02425) {
        double q = sqrt(-2 * log(p));
        return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
               ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    }
    double q = p - 0.5, r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

double normal_quantile(double p)
{
    if (!(p > 0 && p < 1))
        return NAN;
    if (p > 0.5)
        return -normal_quantile(1 - p);
    double z = quantile_start(p);
    for (int i = 0; i < 2; i++) {
        double u = (normal_upper(-z) - p) * sqrt(2 * M_PI) * exp(z * z / 2);
        z -= u / (1 + z * u / 2);
    }
    return z;
}

double student_two_sided(double t, double df)
{
    if (isnan(t))
        return NAN;
    double t2 = t * t, all = df + t2;
    return isinf(all) ? 0 : beta_tails(df / 2, 0.5, df / all, t2 / all).lower;
}

double student_two_sided_quantile(double p, double df)
{
    double x = beta_quantile(df / 2, 0.5, p);
    return sqrt(df * (1 - x) / x);
}

double digamma(double x)
{
    double sum = 0;
    for (; x < 12; x++)
        sum -= 1 / x;
    double r = 1 / (x * x);
    double tail =
        r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132)))));
    return sum + log(x) - 0.5 / x - tail;
}

double trigamma(double x)
{
    double sum = 0;
    for (; x < 12; x++)
        sum += 1 / (x * x);
    double r = 1 / (x * x);
    double tail = r * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66)))));
    return sum + 1 / x + r / 2 + tail / x;
}
