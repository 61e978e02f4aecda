/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/binrates.h"

#include <math.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/compare.h"
#include "stats/special.h"

/* Of all that was counted, how much is in the bin, and what share was expected there. */
static double bin_p(double count, double all, double share)
{
    if (share <= 0 || share >= 1 || all <= 0)
        return NAN;
    struct comparison c;
    /* Given the total, a bin's count is binomial: the comparison of two Poisson counts. */
    if (compare_counts((struct count){(int64_t)count, share},
                       (struct count){(int64_t)(all - count), 1 - share}, &c) != ERR_OK)
        return NAN;
    return c.p;
}

static enum err check(const double *count, const double *exposure, size_t n, bool whole)
{
    if (n > BINS_MOST)
        return ERR_LIMIT;
    double all = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(count[i] >= 0 && exposure[i] >= 0) || !isfinite(count[i]) || !isfinite(exposure[i]))
            return ERR_INVALID;
        if (exposure[i] == 0 && count[i] > 0)
            return ERR_INVALID;
        if (whole && count[i] != floor(count[i]))
            return ERR_INVALID;
        all += count[i];
    }
    return whole && all > (double)COUNT_MAX ? ERR_INVALID : ERR_OK;
}

static bool make(struct arena *a, size_t n, struct bin_rates *r)
{
    double **reals[] = {&r->rate, &r->low, &r->high, &r->expected, &r->index, &r->p};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
        for (size_t k = 0; k < n; k++)
            (*reals[i])[k] = NAN;
    }
    return true;
}

enum err bin_rates(const struct work *w, const double *count, const double *exposure, size_t n,
                   bool whole, double level, struct bin_rates *out)
{
    struct bin_rates r;
    double all = 0, time = 0;
    if (!(level > 0 && level < 1))
        return ERR_INVALID;
    TRY(check(count, exposure, n, whole));
    if (!make(w->arena, n, &r))
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        all += count[i];
        time += exposure[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (exposure[i] == 0)
            continue;
        struct interval limits = {NAN, NAN};
        r.rate[i] = count[i] / exposure[i];
        r.expected[i] = all * (exposure[i] / time);
        r.index[i] = r.expected[i] > 0 ? count[i] / r.expected[i] : NAN;
        if (!whole)
            continue;
        TRY(count_interval((int64_t)count[i], level, &limits));
        r.low[i] = limits.low / exposure[i];
        r.high[i] = limits.high / exposure[i];
        r.p[i] = bin_p(count[i], all, exposure[i] / time);
    }
    *out = r;
    return ERR_OK;
}

/* --- Do they differ? --- */

#define SAME 1e-9 /* statistics this near each other, relatively, are one */

struct bins {
    size_t n;
    double *share; /* of exposure; all above 0 */
    double *count;
    double all;
    enum bin_statistic statistic;
};

static double kuiper(const struct bins *b, const double *count)
{
    double seen = 0, meant = 0, above = 0, below = 0;
    for (size_t i = 0; i < b->n; i++) {
        seen += count[i] / b->all;
        meant += b->share[i];
        above = fmax(above, seen - meant);
        below = fmax(below, meant - seen);
    }
    return above + below;
}

static double statistic_of(const struct bins *b, const double *count)
{
    double sum = 0;
    if (b->statistic == BIN_KUIPER)
        return kuiper(b, count);
    for (size_t i = 0; i < b->n; i++) {
        double e = b->all * b->share[i], d = count[i] - e;
        if (b->statistic == BIN_CHI)
            sum += d * d / e;
        else if (count[i] > 0)
            sum += 2 * count[i] * log(count[i] / e);
    }
    return fmax(sum, 0);
}

static double log_factorial(double k)
{
    int sign;
    return lgamma_r(k + 1, &sign);
}

/* The number of ways to put `all` into n bins. */
static double outcomes(double all, size_t n)
{
    return exp(log_factorial(all + (double)n - 1) - log_factorial(all) -
               log_factorial((double)n - 1));
}

/* Steps to the next outcome: bin by bin from the left, all in the first one to begin. False after
 * the last, with all in the last bin. */
static bool next_outcome(double *x, size_t n)
{
    size_t i = 0;
    while (i < n && x[i] == 0)
        i++;
    if (i + 1 >= n)
        return false;
    double moved = x[i];
    x[i] = 0;
    x[0] = moved - 1;
    x[i + 1]++;
    return true;
}

static enum err enumerate(const struct work *w, const struct bins *b, double observed, double *p)
{
    double *x = ARENA_ARRAY(w->arena, b->n, double), sum = 0, done = 0;
    double least = observed * (1 - SAME) - SAME, total = outcomes(b->all, b->n);
    double *log_share = ARENA_ARRAY(w->arena, b->n, double);
    if (!x || !log_share)
        return ERR_NOMEM;
    for (size_t i = 0; i < b->n; i++)
        log_share[i] = log(b->share[i]);
    x[0] = b->all;
    do {
        if (statistic_of(b, x) >= least) {
            double lp = log_factorial(b->all);
            for (size_t i = 0; i < b->n; i++)
                lp += x[i] * log_share[i] - log_factorial(x[i]);
            sum += exp(lp);
        }
        done++;
        if (fmod(done, 65536) == 0)
            TRY(work_tick(w, fmin(1, done / total)));
    } while (next_outcome(x, b->n));
    *p = fmin(1, sum);
    return ERR_OK;
}

/* Random outcomes: every event picks its bin. */
static enum err draw(const struct work *w, const struct bins *b, double observed, double *p)
{
    double *x = ARENA_ARRAY(w->arena, b->n, double), least = observed * (1 - SAME) - SAME;
    struct alias pick;
    int64_t high = 0;
    if (!x)
        return ERR_NOMEM;
    TRY(alias_make(w->arena, b->share, (uint32_t)b->n, &pick));
    for (int run = 0; run < BIN_RUNS; run++) {
        struct rng r = rng_make(w->seed, (uint64_t)run);
        for (size_t i = 0; i < b->n; i++)
            x[i] = 0;
        for (double k = 0; k < b->all; k++)
            x[alias_pick(&pick, &r)]++;
        high += statistic_of(b, x) >= least;
        if (run % 256 == 0)
            TRY(work_tick(w, (double)run / BIN_RUNS));
    }
    *p = (double)(high + 1) / (BIN_RUNS + 1);
    return ERR_OK;
}

static enum err take(const struct work *w, const double *count, const double *exposure, size_t n,
                     struct bins *b)
{
    double time = 0;
    b->share = ARENA_ARRAY(w->arena, n, double);
    b->count = ARENA_ARRAY(w->arena, n, double);
    if (!b->share || !b->count)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        time += exposure[i];
    for (size_t i = 0; i < n; i++) {
        if (exposure[i] == 0)
            continue;
        b->share[b->n] = exposure[i] / time;
        b->count[b->n++] = count[i];
        b->all += count[i];
    }
    return b->n < 2 ? ERR_INVALID : ERR_OK;
}

enum err bin_test(const struct work *w, const double *count, const double *exposure, size_t n,
                  enum bin_statistic statistic, struct bin_test *out)
{
    struct bins b = {.statistic = statistic};
    struct bin_test t = {.p = 1, .way = BIN_EXACT};
    TRY(check(count, exposure, n, true));
    TRY(take(w, count, exposure, n, &b));
    double least = INFINITY;
    for (size_t i = 0; i < b.n; i++)
        least = fmin(least, b.share[i] * b.all);
    if (b.all > 0) {
        t.statistic = statistic_of(&b, b.count);
        if (outcomes(b.all, b.n) <= BIN_OUTCOMES_MOST) {
            TRY(enumerate(w, &b, t.statistic, &t.p));
        } else if (statistic != BIN_KUIPER && least >= 5) {
            t.way = BIN_ASYMPTOTIC;
            t.p = gamma_tails((double)(b.n - 1) / 2, t.statistic / 2).upper;
        } else if (b.all > BIN_DRAWN_MOST) {
            return ERR_LIMIT;
        } else {
            t.way = BIN_MONTE_CARLO;
            TRY(draw(w, &b, t.statistic, &t.p));
        }
    }
    *out = t;
    return ERR_OK;
}
