/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/random.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"

#define ALIAS_MAX 10000000u

void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

struct rng rng_make(uint64_t seed, uint64_t stream)
{
    return (struct rng){.seed = seed, .stream = stream};
}

void rng_jump(struct rng *r, uint64_t block)
{
    r->block = block;
    r->left = 0;
    r->has_spare = false;
}

uint32_t rng_u32(struct rng *r)
{
    if (r->left == 0) {
        const uint32_t counter[4] = {(uint32_t)r->block, (uint32_t)(r->block >> 32),
                                     (uint32_t)r->stream, (uint32_t)(r->stream >> 32)};
        const uint32_t key[2] = {(uint32_t)r->seed, (uint32_t)(r->seed >> 32)};
        philox4x32(counter, key, r->word);
        r->block++;
        r->left = 4;
    }
    return r->word[4 - r->left--];
}

uint64_t rng_u64(struct rng *r)
{
    uint64_t low = rng_u32(r);
    return (uint64_t)rng_u32(r) << 32 | low;
}

double rng_unit(struct rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

double rng_open(struct rng *r)
{
    return ((double)(rng_u64(r) >> 12) + 0.5) * 0x1p-52;
}

double rng_between(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_unit(r);
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    assert(n > 0);
    uint64_t m = (uint64_t)rng_u32(r) * n;
    if ((uint32_t)m < n) {
        uint32_t floor = (0u - n) % n;
        while ((uint32_t)m < floor)
            m = (uint64_t)rng_u32(r) * n;
    }
    return (uint32_t)(m >> 32);
}

bool rng_chance(struct rng *r, double p)
{
    return rng_unit(r) < p;
}

/* x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m-1)/(m+1)) by its series. */
double exact_log(double x)
{
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    int e;
    double m = frexp(x, &e);
    if (m < 0.70710678118654752440) {
        m *= 2;
        e--;
    }
    double z = (m - 1) / (m + 1), z2 = z * z, sum = 0;
    for (int k = 23; k >= 3; k -= 2)
        sum = (sum + 1.0 / k) * z2;
    return e * ln2_high + (e * ln2_low + 2 * z * sum + 2 * z);
}

/* x = k ln 2 + f with |f| <= ln 2 / 2; exp f by its series. */
double exact_exp(double x)
{
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    double k = floor(x / 0.69314718055994530942 + 0.5);
    double f = (x - k * ln2_high) - k * ln2_low, sum = 0;
    for (int i = 14; i >= 2; i--)
        sum = (sum + 1) * (f / i);
    return ldexp(1 + (f + f * sum), (int)k);
}

double rng_normal(struct rng *r)
{
    if (r->has_spare) {
        r->has_spare = false;
        return r->spare;
    }
    double x, y, s;
    do {
        x = 2 * rng_unit(r) - 1;
        y = 2 * rng_unit(r) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s < 0x1p-100);
    double scale = sqrt(-2 * exact_log(s) / s);
    r->spare = y * scale;
    r->has_spare = true;
    return x * scale;
}

double rng_exponential(struct rng *r, double rate)
{
    assert(rate > 0);
    return -exact_log(rng_open(r)) / rate;
}

double rng_gamma(struct rng *r, double shape, double scale)
{
    assert(shape > 0 && scale > 0);
    double boost = 1;
    if (shape < 1) { /* gamma(a) = gamma(a + 1) U^(1/a) */
        boost = exact_exp(fmax(exact_log(rng_open(r)) / shape, -700));
        shape += 1;
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = rng_normal(r), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (exact_log(rng_open(r)) < x * x / 2 + d - d * v + d * exact_log(v))
            return d * v * scale * boost;
    }
}

/* log k!: a table's worth of products below 16, Stirling's series from there. */
static double log_factorial(double k)
{
    if (k < 16) {
        double p = 1;
        for (int i = 2; i <= (int)k; i++)
            p *= i;
        return exact_log(p);
    }
    double x = k + 1, x2 = 1 / (x * x);
    double tail = (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - x2 / 1680) * x2) * x2) / x;
    return (x - 0.5) * exact_log(x) - x + 0.91893853320467274178 + tail;
}

static int64_t poisson_small(struct rng *r, double mean)
{
    double stop = exact_exp(-mean), p = rng_open(r);
    int64_t k = 0;
    for (; p > stop; k++)
        p *= rng_open(r);
    return k;
}

int64_t rng_poisson(struct rng *r, double mean)
{
    assert(mean >= 0 && mean <= 1e9);
    if (mean < 10)
        return poisson_small(r, mean);
    double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
    double inv_alpha = 1.1239 + 1.1328 / (b - 3.4), vr = 0.9277 - 3.6224 / (b - 2);
    double log_mean = exact_log(mean);
    for (;;) {
        double u = rng_unit(r) - 0.5, v = rng_open(r), us = 0.5 - fabs(u);
        if (us <= 0)
            continue;
        double k = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= vr)
            return (int64_t)k;
        if (k < 0 || (us < 0.013 && v > us))
            continue;
        double bound = exact_log(v * inv_alpha / (a / (us * us) + b));
        if (bound <= k * log_mean - mean - log_factorial(k))
            return (int64_t)k;
    }
}

int64_t rng_negbin(struct rng *r, double mean, double size)
{
    assert(size > 0);
    if (mean <= 0)
        return 0;
    return rng_poisson(r, rng_gamma(r, size, mean / size));
}

void rng_shuffle(struct rng *r, uint32_t *values, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = rng_below(r, i), keep = values[i - 1];
        values[i - 1] = values[j];
        values[j] = keep;
    }
}

static enum err weights_sum(const double *weights, uint32_t n, double *out)
{
    double sum = 0;
    if (n == 0 || n > ALIAS_MAX)
        return ERR_INVALID;
    for (uint32_t i = 0; i < n; i++) {
        if (!isfinite(weights[i]) || weights[i] < 0)
            return ERR_INVALID;
        sum += weights[i];
    }
    if (!isfinite(sum) || sum <= 0)
        return ERR_INVALID;
    *out = sum;
    return ERR_OK;
}

/* Columns below the average are filled up by one that is above it. `todo` holds the small columns
 * from the left and the large ones from the right. */
static void alias_fill(struct alias *t, uint32_t *todo)
{
    uint32_t small = 0, large = t->n;
    for (uint32_t i = 0; i < t->n; i++) {
        t->other[i] = i;
        if (t->keep[i] < 1)
            todo[small++] = i;
        else
            todo[--large] = i;
    }
    while (small > 0 && large < t->n) {
        uint32_t s = todo[--small], l = todo[large];
        t->other[s] = l;
        t->keep[l] -= 1 - t->keep[s];
        if (t->keep[l] < 1) {
            large++;
            todo[small++] = l;
        }
    }
    /* What is left over is full but for rounding. */
    while (small > 0)
        t->keep[todo[--small]] = 1;
    while (large < t->n)
        t->keep[todo[large++]] = 1;
}

enum err alias_make(struct arena *a, const double *weights, uint32_t n, struct alias *out)
{
    double sum;
    TRY(weights_sum(weights, n, &sum));
    struct alias t = {.n = n};
    t.other = ARENA_ARRAY(a, n, uint32_t);
    t.keep = ARENA_ARRAY(a, n, double);
    uint32_t *todo = ARENA_ARRAY(a, n, uint32_t);
    if (!t.other || !t.keep || !todo)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < n; i++)
        t.keep[i] = weights[i] / sum * n;
    alias_fill(&t, todo);
    *out = t;
    return ERR_OK;
}

uint32_t alias_pick(const struct alias *t, struct rng *r)
{
    uint32_t i = rng_below(r, t->n);
    return rng_unit(r) < t->keep[i] ? i : t->other[i];
}
