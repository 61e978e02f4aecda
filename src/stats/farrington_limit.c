/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "stats/farrington_inner.h"
#include "stats/negbin.h"
#include "stats/normal.h"

static double raise(enum farrington_power power, double v)
{
    switch (power) {
    case FARRINGTON_TWO_THIRDS: {
        double root = cbrt(v);
        return root * root;
    }
    case FARRINGTON_HALF:
        return sqrt(v);
    case FARRINGTON_ONE:
        break;
    }
    return v;
}

static double lower(enum farrington_power power, double v)
{
    return power == FARRINGTON_TWO_THIRDS ? v * sqrt(v) : power == FARRINGTON_HALF ? v * v : v;
}

/* Deviation of y^power - mu^power: its slope at mu times that of y - mu. */
static double scale(enum farrington_power power, double mu, double variance)
{
    double slope = power == FARRINGTON_TWO_THIRDS ? 2 / (3 * cbrt(mu))
                   : power == FARRINGTON_HALF     ? 1 / (2 * sqrt(mu))
                                                  : 1;
    return slope * sqrt(variance);
}

static void delta(const struct farrington_setting *s, double z, double y,
                  const struct farrington_mean *m, struct farrington_week *out)
{
    double variance = m->phi * m->mu + m->mu * m->mu * m->eta_var;
    double centre = raise(s->power, m->mu), se = scale(s->power, m->mu, variance);
    out->upper = lower(s->power, centre + z * se);
    out->p = normal_upper((raise(s->power, y) - centre) / se);
}

static void negbin(double mu, double y, const struct farrington_setting *s,
                   const struct farrington_mean *m, struct farrington_week *out)
{
    struct negbin d = negbin_of_dispersion(mu, m->phi);
    if (!isfinite(mu) || mu > 1e12) { /* the upper limit of the mean knows no bounds */
        out->upper = INFINITY;
        out->p = 1;
        return;
    }
    out->upper = negbin_quantile(&d, 1 - s->alpha);
    out->p = negbin_upper(&d, y);
}

void farrington_limits(const struct farrington_setting *s, double z, double y,
                       const struct farrington_mean *m, struct farrington_week *out)
{
    if (s->limit == FARRINGTON_DELTA)
        delta(s, z, y, m, out);
    else if (s->limit == FARRINGTON_NEGBIN)
        negbin(m->mu, y, s, m, out);
    else
        negbin(m->mu * exp(z * sqrt(m->eta_var)), y, s, m, out);
    out->score = (y - out->expected) / (out->upper - out->expected);
}

/* Given that y events came in these weeks together and the rate was even, all of them came in the
 * latest with this probability: exact, and no rate has to be guessed. */
void farrington_unseen(double y, const struct loglevels_rows *r, int window,
                       struct farrington_week *out)
{
    double weeks = 0;
    for (size_t k = 0; k < r->runs; k++)
        weeks += r->run[k].level == window ? r->run[k].n : 0;
    out->upper = 0;
    out->p = pow(1 / (weeks + 1), y);
}
