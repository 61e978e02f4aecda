/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/sweref.h"

#include <math.h>

#define RAD (M_PI / 180)

/* GRS 80, and SWEREF 99 TM: central meridian 15 degrees, scale 0.9996, false easting 500 km. */
#define FLATTENING (1 / 298.257222101)
#define E2 (FLATTENING * (2 - FLATTENING))
#define N1 (FLATTENING / (2 - FLATTENING))
#define N2 (N1 * N1)
#define N3 (N2 * N1)
#define N4 (N2 * N2)
#define MERIDIAN 15.0
#define FALSE_EAST 500000.0
#define RADIUS (0.9996 * 6378137.0 / (1 + N1) * (1 + N2 / 4 + N4 / 64))

/* Geodetic to conformal latitude: A, B, C, D of the sheet. */
static const double to_conformal[4] = {
    E2,
    (5 * E2 * E2 - E2 * E2 * E2) / 6,
    (104 * E2 * E2 * E2 - 45 * E2 * E2 * E2 * E2) / 120,
    1237 * E2 *E2 *E2 *E2 / 1260,
};

/* And back: A*, B*, C*, D*. */
static const double to_geodetic[4] = {
    E2 + E2 * E2 + E2 * E2 * E2 + E2 * E2 * E2 * E2,
    -(7 * E2 * E2 + 17 * E2 * E2 * E2 + 30 * E2 * E2 * E2 * E2) / 6,
    (224 * E2 * E2 * E2 + 889 * E2 * E2 * E2 * E2) / 120,
    -(4279 * E2 * E2 * E2 * E2) / 1260,
};

static const double beta[4] = {
    N1 / 2 - 2 * N2 / 3 + 5 * N3 / 16 + 41 * N4 / 180,
    13 * N2 / 48 - 3 * N3 / 5 + 557 * N4 / 1440,
    61 * N3 / 240 - 103 * N4 / 140,
    49561 * N4 / 161280,
};

static const double delta[4] = {
    N1 / 2 - 2 * N2 / 3 + 37 * N3 / 96 - N4 / 360,
    N2 / 48 + N3 / 15 - 437 * N4 / 1440,
    17 * N3 / 480 - 37 * N4 / 840,
    4397 * N4 / 161280,
};

/* sum of c[k] sin(2(k+1) z) for the complex z = xi + i eta, by Clenshaw's recurrence: one sine
 * and one exponential instead of eight of each. */
static void series(const double c[4], double xi, double eta, double *out_xi, double *out_eta)
{
    double s = sin(2 * xi), co = cos(2 * xi);
    double up = exp(2 * eta), down = 1 / up;
    double sh = (up - down) / 2, ch = (up + down) / 2;
    double tr = 2 * co * ch, ti = -2 * s * sh; /* 2 cos 2z */
    double br = 0, bi = 0, pr = 0, pi = 0;
    for (int k = 3; k >= 0; k--) {
        double r = c[k] + tr * br - ti * bi - pr;
        double i = tr * bi + ti * br - pi;
        pr = br, pi = bi;
        br = r, bi = i;
    }
    double sr = s * ch, si = co * sh; /* sin 2z */
    *out_xi = br * sr - bi * si;
    *out_eta = br * si + bi * sr;
}

static double latitude_shift(const double c[4], double phi)
{
    double s = sin(phi), s2 = s * s;
    return s * cos(phi) * (c[0] + s2 * (c[1] + s2 * (c[2] + s2 * c[3])));
}

struct geo_point geo_to_sweref(struct geo_lonlat p)
{
    double phi = p.lat * RAD, dl = (p.lon - MERIDIAN) * RAD;
    double conformal = phi - latitude_shift(to_conformal, phi);
    double cc = cos(conformal);
    double xi = atan2(sin(conformal), cc * cos(dl));
    double eta = atanh(cc * sin(dl));
    double dxi, deta;
    series(beta, xi, eta, &dxi, &deta);
    return (struct geo_point){
        .east = RADIUS * (eta + deta) + FALSE_EAST,
        .north = RADIUS * (xi + dxi),
    };
}

struct geo_lonlat geo_to_wgs84(struct geo_point p)
{
    double xi = p.north / RADIUS, eta = (p.east - FALSE_EAST) / RADIUS;
    double dxi, deta;
    series(delta, xi, eta, &dxi, &deta);
    xi -= dxi;
    eta -= deta;
    double conformal = asin(sin(xi) / cosh(eta));
    double dl = atan2(sinh(eta), cos(xi));
    return (struct geo_lonlat){
        .lon = MERIDIAN + dl / RAD,
        .lat = (conformal + latitude_shift(to_geodetic, conformal)) / RAD,
    };
}

static double unit(double v)
{
    const double last = 1 - 0x1p-53;
    return v < 0 ? 0 : v > last ? last : v;
}

struct geo_mercator geo_to_mercator(struct geo_lonlat p)
{
    const double most = 85.05112877980659;
    double lat = p.lat > most ? most : p.lat < -most ? -most : p.lat;
    return (struct geo_mercator){
        .x = unit(p.lon / 360 + 0.5),
        .y = unit(0.5 - asinh(tan(lat * RAD)) / (2 * M_PI)),
    };
}

struct geo_lonlat geo_from_mercator(struct geo_mercator m)
{
    return (struct geo_lonlat){
        .lon = (m.x - 0.5) * 360,
        .lat = atan(sinh((0.5 - m.y) * 2 * M_PI)) / RAD,
    };
}
