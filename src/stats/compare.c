/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/compare.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/special.h"

/* Given the total n, the count now is binomial with this share when the rates are equal. */
struct share {
    double n, p, q;
};

/* P(X <= k) and P(X > k). */
static struct tails binomial_tails(struct share s, double k)
{
    if (k < 0)
        return (struct tails){0, 1};
    if (k >= s.n)
        return (struct tails){1, 0};
    struct tails t = beta_tails(k + 1, s.n - k, s.p, s.q);
    return (struct tails){t.upper, t.lower};
}

/* Likelihoods that differ only by rounding count as equal. */
static bool as_unlikely(struct share s, double k, double density)
{
    return binomial_density(k, s.n, s.p, s.q) <= density * (1 + 1e-7);
}

/* All outcomes no likelier than k. Beyond the mean the density only falls, so where the other
 * tail begins is found by halving. */
static double two_sided(struct share s, double k)
{
    double mean = s.n * s.p, density = binomial_density(k, s.n, s.p, s.q);
    if (k == mean)
        return 1;
    if (k < mean) {
        double lo = ceil(mean), hi = s.n + 1; /* first outcome above that is as unlikely */
        while (lo < hi) {
            double mid = floor(lo + (hi - lo) / 2);
            if (as_unlikely(s, mid, density))
                hi = mid;
            else
                lo = mid + 1;
        }
        return fmin(1, binomial_tails(s, k).lower + binomial_tails(s, lo - 1).upper);
    }
    double lo = -1, hi = floor(mean); /* last outcome below that is as unlikely */
    while (lo < hi) {
        double mid = ceil(lo + (hi - lo) / 2);
        if (as_unlikely(s, mid, density))
            lo = mid;
        else
            hi = mid - 1;
    }
    return fmin(1, binomial_tails(s, k - 1).upper + binomial_tails(s, lo).lower);
}

static double mid_p(struct share s, double k)
{
    double half = 0.5 * binomial_density(k, s.n, s.p, s.q);
    double low = binomial_tails(s, k - 1).lower + half;
    double high = binomial_tails(s, k).upper + half;
    return fmin(1, 2 * fmin(low, high));
}

static bool usable(struct count c)
{
    return c.n >= 0 && c.n <= COUNT_MAX && isfinite(c.exposure) && c.exposure > 0;
}

static struct share share_of(struct count now, struct count before)
{
    double all = now.exposure + before.exposure;
    return (struct share){(double)(now.n + before.n), now.exposure / all, before.exposure / all};
}

/* Could the most telling outcome with this total have reached the weakest phrase at all? */
static bool too_few(struct share s)
{
    if (s.n < COMPARE_MIN_TOTAL)
        return true;
    return fmin(two_sided(s, 0), two_sided(s, s.n)) > COMPARE_LIKELY;
}

enum certainty certainty_of(struct count now, struct count before, double p)
{
    assert(usable(now) && usable(before));
    struct share s = share_of(now, before);
    if (isnan(p) || too_few(s))
        return CERTAINTY_TOO_FEW;
    if (p > COMPARE_LIKELY)
        return CERTAINTY_NO_SURE_DIFFERENCE;
    bool more = (double)now.n > s.n * s.p;
    if (p <= COMPARE_CLEAR)
        return more ? CERTAINTY_CLEARLY_MORE : CERTAINTY_CLEARLY_FEWER;
    return more ? CERTAINTY_LIKELY_MORE : CERTAINTY_LIKELY_FEWER;
}

const char *certainty_name(enum certainty c)
{
    static const char *const names[CERTAINTY_COUNT] = {
        [CERTAINTY_TOO_FEW] = "too_few",
        [CERTAINTY_CLEARLY_FEWER] = "clearly_fewer",
        [CERTAINTY_LIKELY_FEWER] = "likely_fewer",
        [CERTAINTY_NO_SURE_DIFFERENCE] = "no_sure_difference",
        [CERTAINTY_LIKELY_MORE] = "likely_more",
        [CERTAINTY_CLEARLY_MORE] = "clearly_more",
    };
    assert((unsigned)c < CERTAINTY_COUNT);
    return names[c];
}

/* Clopper-Pearson limits of the share, turned into limits of the ratio of rates. The quantile of
 * 1 - share is taken where the share is large, so that the odds keep their digits. */
static double odds_limit(double a, double b, double level)
{
    if (a >= b) {
        double rest = beta_quantile(b, a, 1 - level);
        return (1 - rest) / rest;
    }
    double x = beta_quantile(a, b, level);
    return x / (1 - x);
}

static void ratio_fill(struct count now, struct count before, struct comparison *c)
{
    double x = (double)now.n, y = (double)before.n, time = before.exposure / now.exposure;
    c->ratio = x / y * time; /* 0/0 is NaN, x/0 INFINITY: what the header promises */
    c->ratio_low = now.n > 0 ? odds_limit(x, y + 1, 0.025) * time : 0;
    c->ratio_high = before.n > 0 ? odds_limit(x + 1, y, 0.975) * time : INFINITY;
}

enum err compare_counts(struct count now, struct count before, struct comparison *out)
{
    assert(out);
    if (!usable(now) || !usable(before))
        return ERR_INVALID;
    struct comparison c = {.p = 1, .mid_p = 1};
    struct share s = share_of(now, before);
    if (s.p <= 0 || s.q <= 0)
        return ERR_INVALID; /* one exposure vanishes beside the other */
    if (s.n > 0) {
        c.p = two_sided(s, (double)now.n);
        c.mid_p = mid_p(s, (double)now.n);
    }
    ratio_fill(now, before, &c);
    c.chance_in_100 = c.p < 0.01 ? 0 : (int)lround(100 * c.p);
    c.certainty = certainty_of(now, before, c.p);
    *out = c;
    return ERR_OK;
}

enum err count_interval(int64_t n, double level, struct interval *out)
{
    assert(out);
    if (n < 0 || n > COUNT_MAX || !(level > 0 && level < 1))
        return ERR_INVALID;
    double tail = (1 - level) / 2;
    out->low = n ? gamma_quantile((double)n, tail) : 0;
    out->high = gamma_quantile((double)n + 1, 1 - tail);
    return ERR_OK;
}

struct ranked {
    double p;
    size_t at;
};

static int by_p(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

enum err fdr_adjust(const double *p, size_t n, double *q)
{
    assert((p && q) || n == 0);
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]) && !(p[i] >= 0 && p[i] <= 1))
            return ERR_INVALID;
    AUTO(mem_freep) struct ranked *r = mem_array(n, sizeof *r);
    if (!r)
        return ERR_NOMEM;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]))
            r[m++] = (struct ranked){p[i], i};
        q[i] = p[i];
    }
    if (m > 1)
        qsort(r, m, sizeof *r, by_p);
    double least = 1;
    for (size_t k = m; k > 0; k--) {
        least = fmin(least, r[k - 1].p * (double)m / (double)k);
        q[r[k - 1].at] = least;
    }
    return ERR_OK;
}
