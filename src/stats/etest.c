/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/etest.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/mem.h"
#include "stats/special.h"

/* The outcomes of one count that can matter. */
struct outcomes {
    double mean, low, n; /* low, low + 1 ... low + n - 1 */
    double *density;     /* of each */
    double *below;       /* [n + 1]: sum before each */
    double *above;       /* [n + 1]: sum from each on */
};

struct pair {
    double t, u;
    bool pooled;
    double least; /* squared, standardised: what counts as at least as large */
};

static bool usable(struct count c)
{
    return c.n >= 0 && c.n <= COUNT_MAX && isfinite(c.exposure) && c.exposure > 0;
}

/* How many steps from the mode up (or down) until the density is nothing beside its own. */
static double steps_until_nothing(double mode, double mean, int up)
{
    double share = 1, k = mode, most = 13 * sqrt(mean) + 60;
    for (double i = 0; i < most; i++, k += up ? 1 : -1) {
        share *= up ? mean / (k + 1) : k / mean;
        if (share < 1e-30)
            return i;
    }
    return most;
}

static enum err spread(double mean, struct outcomes *o)
{
    double mode = floor(mean), down = fmin(mode, steps_until_nothing(mode, mean, 0));
    o->mean = mean;
    o->low = mode - down;
    o->n = down + steps_until_nothing(mode, mean, 1) + 1;
    size_t n = (size_t)o->n, at = (size_t)down;
    o->density = mem_array(n, sizeof(double));
    o->below = mem_array(n + 1, sizeof(double));
    o->above = mem_array(n + 1, sizeof(double));
    if (!o->density || !o->below || !o->above)
        return ERR_NOMEM;
    o->density[at] = poisson_density(mode, mean);
    for (size_t i = at; i > 0; i--)
        o->density[i - 1] = o->density[i] * (o->low + (double)i) / mean;
    for (size_t i = at + 1; i < n; i++)
        o->density[i] = o->density[i - 1] * mean / (o->low + (double)i);
    for (size_t i = 0; i < n; i++)
        o->below[i + 1] = o->below[i] + o->density[i];
    for (size_t i = n; i > 0; i--)
        o->above[i - 1] = o->above[i] + o->density[i - 1];
    return ERR_OK;
}

static void outcomes_done(struct outcomes *o)
{
    mem_free(o->density);
    mem_free(o->below);
    mem_free(o->above);
}

static double statistic(const struct pair *p, double x, double y)
{
    double away = x / p->t - y / p->u;
    double variance = p->pooled ? (x + y) / (p->t * p->u) : x / (p->t * p->t) + y / (p->u * p->u);
    return variance > 0 ? away * away / variance : 0;
}

static bool as_large(const struct pair *p, double x, double y)
{
    return statistic(p, x, y) >= p->least;
}

/* For a given x, the extreme y are those up to one bound and from another on; both bounds rise with
 * x. *lower is the number of y below that are extreme, *upper the first one above that is. */
static double extreme(const struct pair *p, const struct outcomes *b, double x, size_t *lower,
                      size_t *upper)
{
    size_t n = (size_t)b->n;
    double even = x / p->t * p->u; /* there the difference is 0 */
    while (*lower < n && b->low + (double)*lower < even && as_large(p, x, b->low + (double)*lower))
        (*lower)++;
    *upper = *upper < *lower ? *lower : *upper;
    while (*upper < n &&
           (b->low + (double)*upper <= even || !as_large(p, x, b->low + (double)*upper)))
        (*upper)++;
    return b->below[*lower] + b->above[*upper];
}

static double sum_of(const struct pair *p, const struct outcomes *a, const struct outcomes *b)
{
    double sum = 0;
    size_t lower = 0, upper = 0;
    for (size_t i = 0; i < (size_t)a->n; i++)
        sum += a->density[i] * extreme(p, b, a->low + (double)i, &lower, &upper);
    return fmin(1, sum);
}

/* Both probabilities over all outcomes. */
static enum err sum_all(double x, double y, double rate_t, double rate_u, struct etest *e)
{
    struct outcomes a = {0}, b = {0};
    enum err err = spread((x + y) * rate_t, &a);
    if (err == ERR_OK)
        err = spread((x + y) * rate_u, &b);
    for (int pooled = 0; pooled < 2 && err == ERR_OK; pooled++) {
        struct pair p = {.t = rate_t, .u = rate_u, .pooled = pooled};
        p.least = statistic(&p, x, y) * (1 - 1e-12);
        if (p.least > 0 && !(pooled && rate_t == rate_u))
            *(pooled ? &e->pooled : &e->unpooled) = sum_of(&p, &a, &b);
    }
    if (rate_t == rate_u) /* the two variances are the same */
        e->pooled = e->unpooled;
    outcomes_done(&a);
    outcomes_done(&b);
    return err;
}

static double normal_p(double squared)
{
    return erfc(sqrt(squared / 2));
}

enum err etest(struct count now, struct count before, struct etest *out)
{
    assert(out);
    if (!usable(now) || !usable(before))
        return ERR_INVALID;
    double t = now.exposure, u = before.exposure, x = (double)now.n, y = (double)before.n;
    double all = t + u, rate_t = t / all, rate_u = u / all;
    if (!(rate_t > 0) || !(rate_u > 0))
        return ERR_INVALID;
    struct etest e = {1, 1};
    if (x + y > 0 && (x + y) * fmin(rate_t, rate_u) >= ETEST_NORMAL_FROM) {
        const struct pair plain = {.t = rate_t, .u = rate_u}, pooled = {rate_t, rate_u, true, 0};
        e.unpooled = normal_p(statistic(&plain, x, y));
        e.pooled = normal_p(statistic(&pooled, x, y));
    } else if (x + y > 0) {
        TRY(sum_all(x, y, rate_t, rate_u, &e));
    }
    *out = e;
    return ERR_OK;
}
