/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/rates.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "stats/compare.h"

static bool usable(const struct rate_place *p, size_t n, double level)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].n < 0 || p[i].n > COUNT_MAX || !(p[i].population > 0) || isinf(p[i].population))
            return false;
    return n > 0 && level > 0 && level < 1;
}

/* The spread of the rates, less what chance alone gives. */
static double between(const struct rate_place *p, size_t n, double overall, double people)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double away = (double)p[i].n / p[i].population - overall;
        sum += p[i].population * away * away;
    }
    return fmax(0, sum / people - overall / (people / (double)n));
}

/* Against all other places together. */
static enum err against_rest(const struct rate_place *p, int64_t all, double people, double *out)
{
    struct comparison c;
    *out = NAN;
    if (all - p->n > COUNT_MAX || !(people - p->population > 0))
        return ERR_OK;
    TRY(compare_counts((struct count){p->n, p->population},
                       (struct count){all - p->n, people - p->population}, &c));
    *out = c.p;
    return ERR_OK;
}

enum err rates_of(const struct rate_place *p, size_t n, double level, struct rate *each,
                  struct rates *out)
{
    assert((p && each) || n == 0);
    if (!usable(p, n, level))
        return ERR_INVALID;
    int64_t all = 0;
    double people = 0;
    for (size_t i = 0; i < n; i++) {
        all += p[i].n;
        people += p[i].population;
    }
    struct rates r = {.overall = (double)all / people};
    r.variance = between(p, n, r.overall, people);
    for (size_t i = 0; i < n; i++) {
        struct interval in;
        double own = (double)p[i].n / p[i].population;
        TRY(count_interval(p[i].n, level, &in));
        double noise = r.overall / p[i].population;
        each[i].rate = own;
        each[i].low = in.low / p[i].population;
        each[i].high = in.high / p[i].population;
        each[i].weight = r.variance > 0 ? r.variance / (r.variance + noise) : 0;
        each[i].smoothed = r.overall + each[i].weight * (own - r.overall);
        each[i].ratio = all > 0 ? own / r.overall : NAN;
        TRY(against_rest(&p[i], all, people, &each[i].p));
    }
    *out = r;
    return ERR_OK;
}
