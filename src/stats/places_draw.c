/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How concentrated the events are, and how concentrated chance makes them.
 *
 * With few events a place a draw is how many places have 0, 1, 2 ... events. Those numbers
 * are independent Poisson counts, given that they make up all places and all events. Two of them,
 * beside the mean, follow from the others by those two sums; the draw is kept as often as these two
 * are likely: exact, and its work does not grow with the events. With many a place every place gets
 * a Poisson count, and the events that are then too many are taken away, or those that lack put
 * out, one by one at random: exact too, for a Poisson count keeps its form under both. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/keyed.h"
#include "stats/places_inner.h"
#include "stats/special.h"

const double places_top[PLACES_TOPS] = {0.01, 0.05, 0.1};
const double places_part[PLACES_PARTS] = {0.25, 0.5};

#define MEAN_COUNTS 20.0
#define MEAN_COUNTS_MANY 60.0
#define MANY 10000
#define RUNS_MOST 99999u
#define FIGURES (2 + PLACES_TOPS + PLACES_PARTS)
#define NONE 1e-12 /* a count that so many places are expected to have, none has */
#define TRIES_MOST 100000000

int64_t places_share(double share, int64_t places)
{
    double n = ceil(share * (double)places - 1e-9);
    return n < 1 ? 1 : (int64_t)n;
}

struct lorenz {
    const int64_t *k, *with;
    size_t m;
    int64_t places;
    double events;
};

/* The events at the `first` places that have most. */
static double events_of(const struct lorenz *l, int64_t first)
{
    double sum = 0;
    for (size_t i = 0; i < l->m && first > 0; i++) {
        int64_t take = l->with[i] < first ? l->with[i] : first;
        sum += (double)take * (double)l->k[i];
        first -= take;
    }
    return sum;
}

/* How few places have so many events. */
static double places_of(const struct lorenz *l, double events)
{
    double places = 0;
    for (size_t i = 0; i < l->m && events > 0; i++) {
        double here = (double)l->with[i] * (double)l->k[i];
        places += events >= here ? (double)l->with[i] : ceil(events / (double)l->k[i]);
        events -= here;
    }
    return places;
}

/* Twice the area between the curve and the even one, in trapezia from the fullest place down. */
static double gini_of(const struct lorenz *l)
{
    double sum = 0, before = 0;
    for (size_t i = 0; i < l->m; i++) {
        double f = (double)l->with[i], here = f * (double)l->k[i];
        sum += f * (2 * before + here);
        before += here;
    }
    int64_t filled = 0;
    for (size_t i = 0; i < l->m; i++)
        filled += l->with[i];
    sum += 2 * before * (double)(l->places - filled);
    return sum / ((double)l->places * l->events) - 1;
}

static void measure(const struct lorenz *l, struct concentration *out)
{
    double spread = fmax(1, (double)l->places / l->events);
    out->gini = gini_of(l);
    out->general = spread * (out->gini - 1) + 1;
    for (int i = 0; i < PLACES_TOPS; i++)
        out->top[i] = events_of(l, places_share(places_top[i], l->places)) / l->events;
    for (int i = 0; i < PLACES_PARTS; i++)
        out->part[i] = places_of(l, places_part[i] * l->events) / (double)l->places;
}

enum err concentration_of(const int64_t *k, const int64_t *with, size_t m, int64_t places,
                          struct concentration *out)
{
    struct lorenz l = {k, with, m, places, 0};
    int64_t filled = 0;
    for (size_t i = 0; i < m; i++) {
        if (k[i] < 1 || with[i] < 0 || with[i] > places || (i && k[i] >= k[i - 1]))
            return ERR_INVALID;
        l.events += (double)k[i] * (double)with[i];
        filled += with[i];
    }
    if (filled > places || !(l.events > 0))
        return ERR_INVALID;
    measure(&l, out);
    return ERR_OK;
}

/* --- Draws --- */

struct draw {
    const struct places_chance *c;
    uint64_t seed;
    double mean;
    size_t m; /* counts that a place may have: least .. least + m - 1 */
    int64_t least;
    double *expected; /* [m] places with each */
    size_t fixed;     /* this and the next follow from the others */
    double *figures;  /* [runs][FIGURES] */
    bool by_counts;
    size_t room; /* numbers of a lane */
    int64_t *lane;
};

/* expected places with each count; counts that none has are left out at both ends. */
static enum err expect(struct draw *d, struct arena *a)
{
    double places = (double)d->c->places, x = d->c->all ? d->mean : places_lambda(d->mean);
    double spread = 40 + 12 * sqrt(x), nobody = d->c->all ? 1 : -expm1(-x);
    int64_t lowest = d->c->all ? 0 : 1;
    int64_t from = d->mean > spread ? (int64_t)(d->mean - spread) : lowest;
    d->least = from > lowest ? from : lowest;
    d->m = (size_t)(2 * spread) + 3;
    d->expected = ARENA_ARRAY(a, d->m, double);
    if (!d->expected)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->m; i++) {
        double p = poisson_density((double)(d->least + (int64_t)i), x) / nobody;
        d->expected[i] = x > 0 ? places * p : (d->least + (int64_t)i == lowest) * places;
    }
    while (d->m > 2 && d->expected[d->m - 1] < NONE)
        d->m--;
    int64_t at = (int64_t)d->mean - d->least;
    d->fixed = at < 0 ? 0 : (size_t)at < d->m - 1 ? (size_t)at : d->m - 2;
    return ERR_OK;
}

/* How likely a Poisson count is beside its likeliest value. */
static double beside_likeliest(int64_t k, double mean)
{
    if (!(mean > 0))
        return k == 0;
    return poisson_density((double)k, mean) / poisson_density(floor(mean), mean);
}

/* with[i] places of count least + i. False: no such places; draw again. */
static bool draw_counts(const struct draw *d, struct rng *r, int64_t *with)
{
    int64_t places = d->c->places, events = d->c->n;
    for (size_t i = 0; i < d->m; i++) {
        if (i == d->fixed || i == d->fixed + 1)
            continue;
        with[i] = rng_poisson(r, d->expected[i]);
        places -= with[i];
        events -= with[i] * (d->least + (int64_t)i);
    }
    int64_t low = d->least + (int64_t)d->fixed, high = events - places * low;
    with[d->fixed + 1] = high;
    with[d->fixed] = places - high;
    if (high < 0 || high > places)
        return false;
    return rng_unit(r) < beside_likeliest(places - high, d->expected[d->fixed]) *
                             beside_likeliest(high, d->expected[d->fixed + 1]);
}

static void measure_counts(const struct draw *d, const int64_t *with, int64_t *k, int64_t *falling,
                           struct concentration *out)
{
    struct lorenz l = {k, falling, 0, d->c->places, (double)d->c->n};
    for (size_t i = d->m; i-- > 0;)
        if (with[i] > 0 && d->least + (int64_t)i > 0) {
            k[l.m] = d->least + (int64_t)i;
            falling[l.m++] = with[i];
        }
    measure(&l, out);
}

/* The events of each place, `x`; false when one that should have some has none. */
static bool draw_places(const struct draw *d, struct rng *r, int64_t *x)
{
    uint32_t places = (uint32_t)d->c->places;
    int64_t sum = 0, most = 1;
    for (uint32_t i = 0; i < places; i++) {
        x[i] = rng_poisson(r, d->mean);
        sum += x[i];
        most = x[i] > most ? x[i] : most;
    }
    for (; sum < d->c->n; sum++)
        x[rng_below(r, places)]++;
    while (sum > d->c->n) {
        uint32_t i = rng_below(r, places);
        if (rng_unit(r) * (double)most < (double)x[i]) {
            x[i]--;
            sum--;
        }
    }
    for (uint32_t i = 0; i < places && !d->c->all; i++)
        if (x[i] == 0)
            return false;
    return true;
}

static int falling(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

static void measure_places(const struct draw *d, int64_t *x, int64_t *with,
                           struct concentration *out)
{
    size_t n = (size_t)d->c->places;
    struct lorenz l = {x, with, 0, d->c->places, (double)d->c->n};
    qsort(x, n, sizeof *x, falling);
    for (size_t i = 0; i < n && x[i] > 0; i++) {
        bool same = l.m && x[l.m - 1] == x[i];
        l.m += !same;
        x[l.m - 1] = x[i];
        with[l.m - 1] = same ? with[l.m - 1] + 1 : 1;
    }
    measure(&l, out);
}

static void keep(const struct concentration *c, double *out)
{
    *out++ = c->gini;
    *out++ = c->general;
    for (int i = 0; i < PLACES_TOPS; i++)
        *out++ = c->top[i];
    for (int i = 0; i < PLACES_PARTS; i++)
        *out++ = c->part[i];
}

static void unpack(const double *v, struct concentration *c)
{
    c->gini = *v++;
    c->general = *v++;
    for (int i = 0; i < PLACES_TOPS; i++)
        c->top[i] = *v++;
    for (int i = 0; i < PLACES_PARTS; i++)
        c->part[i] = *v++;
}

static enum err draw_one(void *arg, size_t i, int lane)
{
    struct draw *d = arg;
    struct rng r = rng_make(d->seed, i);
    struct concentration c;
    int64_t *room = d->lane + (size_t)lane * 3 * d->room;
    bool done = false;
    for (int try = 0; try < TRIES_MOST && !done; try++)
        done = d->by_counts ? draw_counts(d, &r, room) : draw_places(d, &r, room);
    if (!done)
        return ERR_LIMIT;
    if (d->by_counts)
        measure_counts(d, room, room + d->room, room + 2 * d->room, &c);
    else
        measure_places(d, room, room + d->room, &c);
    keep(&c, d->figures + i * FIGURES);
    return ERR_OK;
}

/* --- All of them --- */

static int rising(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The value that the share of the runs lies at or below. */
static double quantile(const double *sorted, size_t n, double share)
{
    double at = ceil(share * (double)n - 1e-9) - 1;
    return sorted[at < 0 ? 0 : (size_t)at];
}

static enum err sum_up(const struct draw *d, uint32_t runs, double gini, struct arena *a,
                       struct concentration_chance *out)
{
    double mean[FIGURES], low[FIGURES], high[FIGURES], *v = ARENA_ARRAY(a, runs, double);
    uint32_t as_large = 0;
    if (!v)
        return ERR_NOMEM;
    for (int f = 0; f < FIGURES; f++) {
        double sum = 0;
        for (uint32_t i = 0; i < runs; i++) {
            v[i] = d->figures[(size_t)i * FIGURES + (size_t)f];
            sum += v[i] - v[0]; /* all alike: exactly their value */
            as_large += f == 0 && v[i] >= gini - 1e-12;
        }
        mean[f] = v[0] + sum / runs;
        qsort(v, runs, sizeof *v, rising);
        low[f] = quantile(v, runs, 0.025);
        high[f] = quantile(v, runs, 0.975);
    }
    unpack(mean, &out->mean);
    unpack(low, &out->low);
    unpack(high, &out->high);
    out->p = (as_large + 1.0) / (runs + 1.0);
    return ERR_OK;
}

enum err concentration_by_chance(const struct work *w, const struct places_chance *c, uint32_t runs,
                                 double gini, struct concentration_chance *out)
{
    struct concentration_chance found;
    struct draw d = {.c = c, .seed = w->seed};
    TRY(places_chance_check(c));
    if (runs < 1 || runs > RUNS_MOST || !isfinite(gini))
        return ERR_INVALID;
    d.mean = (double)c->n / (double)c->places;
    TRY(expect(&d, w->arena));
    d.by_counts = d.mean < (c->places > MANY ? MEAN_COUNTS_MANY : MEAN_COUNTS);
    d.room = d.by_counts ? d.m : (size_t)c->places;
    d.figures = ARENA_ARRAY(w->arena, (size_t)runs * FIGURES, double);
    d.lane = ARENA_ARRAY(w->arena, (size_t)work_lanes(w, runs) * 3 * d.room, int64_t);
    if (!d.figures || !d.lane)
        return ERR_NOMEM;
    TRY(work_parts(w, runs, draw_one, &d));
    TRY(sum_up(&d, runs, gini, w->arena, &found));
    *out = found;
    return ERR_OK;
}
