/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Peak, trough and their uncertainty. Turning points are looked for at GRID points of the year (two
 * of a curve with six waves lie a twelfth of a year apart on average) and then halved in on. */
#include <math.h>

#include "stats/harmonic_inner.h"

#define GRID 512
#define STEP (2 * M_PI / GRID)
#define HALVINGS 60
#define TERMS (2 * HARMONIC_MOST)

void harmonic_waves(int harmonics, double angle, double *out)
{
    for (int h = 1; h <= harmonics; h++) {
        out[2 * h - 2] = sin(h * angle);
        out[2 * h - 1] = cos(h * angle);
    }
}

/* The derivative of the same. */
static void slopes(int harmonics, double angle, double *out)
{
    for (int h = 1; h <= harmonics; h++) {
        out[2 * h - 2] = h * cos(h * angle);
        out[2 * h - 1] = -h * sin(h * angle);
    }
}

static double along(const struct harmonic_curve *c, const double *x)
{
    double sum = 0;
    for (int i = 0; i < 2 * c->harmonics; i++)
        sum += c->coef[i] * x[i];
    return sum;
}

static double variance(const struct harmonic_curve *c, const double *x)
{
    double sum = 0;
    for (int i = 0; i < 2 * c->harmonics; i++)
        for (int j = 0; j < 2 * c->harmonics; j++)
            sum += x[i] * c->cov[i][j] * x[j];
    return fmax(sum, 0);
}

static double height(const struct harmonic_curve *c, double angle)
{
    double x[TERMS];
    harmonic_waves(c->harmonics, angle, x);
    return along(c, x);
}

static double slope(const struct harmonic_curve *c, double angle)
{
    double x[TERMS];
    slopes(c->harmonics, angle, x);
    return along(c, x);
}

/* The turning point between two points of the grid on its sides. sign 1: a peak, -1: a trough. */
static double turning(const struct harmonic_curve *c, int at, double sign)
{
    double low = (at - 1) * STEP, high = (at + 1) * STEP;
    for (int i = 0; i < HALVINGS; i++) {
        double mid = (low + high) / 2;
        if (sign * slope(c, mid) > 0)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

/* --- The interval of the peak --- */

/* Fieller: the times at which a level curve, no slope up or down, is not rejected. */
static bool level_there(const struct harmonic_curve *c, double angle)
{
    double x[TERMS];
    slopes(c->harmonics, angle, x);
    double d = along(c, x);
    return d * d <= c->quantile * c->quantile * variance(c, x);
}

/* The end of those times on one side of the peak; NaN: none within half a year. */
static double end_of_level(const struct harmonic_curve *c, double peak, double side)
{
    double in = peak, out = peak;
    for (int k = 1; k <= GRID / 2; k++) {
        out = peak + side * k * STEP;
        if (!level_there(c, out))
            break;
        in = out;
    }
    if (level_there(c, out))
        return NAN;
    for (int i = 0; i < HALVINGS; i++) {
        double mid = (in + out) / 2;
        if (level_there(c, mid))
            in = mid;
        else
            out = mid;
    }
    return in;
}

/* --- Two peaks --- */

/* The highest of the other peaks that is not surely lower. */
static double second_peak(const struct harmonic_curve *c, const double *h, int first, double peak)
{
    double best = NAN, best_height = -INFINITY, top[TERMS], x[TERMS];
    harmonic_waves(c->harmonics, peak, top);
    for (int j = 0; j < GRID; j++) {
        double before = h[(j + GRID - 1) % GRID], after = h[(j + 1) % GRID];
        if (j == first || !(h[j] > before && h[j] >= after) || h[j] <= best_height)
            continue;
        double angle = turning(c, j, 1);
        harmonic_waves(c->harmonics, angle, x);
        for (int i = 0; i < 2 * c->harmonics; i++)
            x[i] = top[i] - x[i];
        double lower = along(c, x);
        if (lower * lower > c->quantile * c->quantile * variance(c, x))
            continue;
        best = angle;
        best_height = h[j];
    }
    return best;
}

/* --- All of it --- */

/* The day of that angle that is nearest to `to`. */
static double day_near(double angle, double to)
{
    double day = angle * HARMONIC_YEAR / (2 * M_PI);
    return day + HARMONIC_YEAR * round((to - day) / HARMONIC_YEAR);
}

/* The day of that angle that comes next after `from`. */
static double day_after(double angle, double from)
{
    double day = angle * HARMONIC_YEAR / (2 * M_PI);
    return day + HARMONIC_YEAR * ceil((from - day) / HARMONIC_YEAR);
}

void harmonic_curve_tell(const struct harmonic_curve *c, double middle, struct harmonic *out)
{
    double h[GRID], x[TERMS], bottom[TERMS];
    int most = 0, least = 0;
    for (int j = 0; j < GRID; j++) {
        h[j] = height(c, j * STEP);
        most = h[j] > h[most] ? j : most;
        least = h[j] < h[least] ? j : least;
    }
    double peak = turning(c, most, 1), trough = turning(c, least, -1);
    harmonic_waves(c->harmonics, peak, x);
    harmonic_waves(c->harmonics, trough, bottom);
    for (int i = 0; i < 2 * c->harmonics; i++)
        x[i] -= bottom[i];
    double range = along(c, x), off = c->quantile * sqrt(variance(c, x));
    out->ratio = exp(range);
    out->ratio_low = exp(fmax(range - off, 0));
    out->ratio_high = exp(range + off);
    double before = end_of_level(c, peak, -1), after = end_of_level(c, peak, 1);
    out->peak = day_near(peak, middle);
    bool known = !isnan(before) && !isnan(after);
    double days = HARMONIC_YEAR / (2 * M_PI);
    out->peak_low = known ? out->peak - (peak - before) * days : NAN;
    out->peak_high = known ? out->peak + (after - peak) * days : NAN;
    out->trough = day_after(trough, out->peak);
    double second = second_peak(c, h, most, peak);
    out->second = isnan(second) ? NAN : day_after(second, out->peak);
}
