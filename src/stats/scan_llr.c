/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The likelihood ratio of a window, and its inverse as tables. */
#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"

#define CELL_SHIFT 17 /* of a float: 64 cells to each doubling */
#define LINEAR_LEVELS 32
#define GROWTH 1.04
#define NO_LIMIT (INT32_MAX - 1)

double scan_expected(const struct scan *s, double measure)
{
    return measure / s->divisor;
}

/* a ln(a / b), 0 for a = 0 */
static double term(double a, double b)
{
    return a > 0 ? a * log(a / b) : 0;
}

/* c cases where mu are expected, of C in all. The second term by log1p: as a difference of large
 * logarithms it would lose what the first has. */
static double poisson_llr(double c, double mu, double all)
{
    double rest = all - mu, in = term(c, mu);
    if (mu <= 0 || rest <= 0)
        return 0;
    if (all - c <= 0)
        return in;
    return in + (all - c) * log1p((mu - c) / rest);
}

/* INFINITY where there cannot be so many cases: no table may hide such a window. */
static double bernoulli_llr(const struct scan *s, double c, double n)
{
    double all = s->cases, people = s->individuals, out_n = people - n, out_c = all - c;
    if (n <= 0 || out_n <= 0)
        return 0;
    if (c > n || out_c > out_n || c < 0)
        return INFINITY;
    return term(c, n) + term(n - c, n) + term(out_c, out_n) + term(out_n - out_c, out_n) -
           term(all, people) - term(people - all, people);
}

static double either_side(const struct scan *s, double c, double measure)
{
    if (s->in->model == SCAN_BERNOULLI)
        return bernoulli_llr(s, c, measure);
    return poisson_llr(c, scan_expected(s, measure), s->cases);
}

double scan_llr(const struct scan *s, double cases, double measure)
{
    double mu = scan_expected(s, measure);
    bool wanted = cases > mu ? (s->o->rates & SCAN_HIGH) && cases >= s->o->min_cases
                             : cases < mu && (s->o->rates & SCAN_LOW);
    return wanted ? either_side(s, cases, measure) : 0;
}

/* --- Levels --- */

double scan_level_value(int k)
{
    if (k >= SCAN_LEVELS)
        return INFINITY;
    return k <= LINEAR_LEVELS ? 0.25 * k : 0.25 * LINEAR_LEVELS * pow(GROWTH, k - LINEAR_LEVELS);
}

int scan_level(double llr)
{
    int k = llr < 0.25 * LINEAR_LEVELS
                ? (int)(llr * 4)
                : LINEAR_LEVELS + (int)(log(llr / (0.25 * LINEAR_LEVELS)) / log(GROWTH));
    k = k >= SCAN_LEVELS ? SCAN_LEVELS - 1 : k < 0 ? 0 : k;
    while (k > 0 && scan_level_value(k) > llr)
        k--;
    return k;
}

static uint32_t bits_of(double mu)
{
    float f = (float)mu;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits >> CELL_SHIFT;
}

static double edge_of(const struct scan_ladder *l, uint32_t cell)
{
    uint32_t bits = (l->base + cell) << CELL_SHIFT;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

enum err scan_ladder_make(const struct scan *s, struct scan_ladder *l)
{
    *l = (struct scan_ladder){.base = bits_of(s->mu_least * 0.99)};
    l->cells = bits_of(s->mu_most * 1.01) - l->base + 1;
    l->high = ARENA_ARRAY(s->work->arena, (size_t)SCAN_LEVELS * l->cells, int32_t);
    if (s->o->rates & SCAN_LOW)
        l->low = ARENA_ARRAY(s->work->arena, (size_t)SCAN_LEVELS * l->cells, int32_t);
    return l->high && (l->low || !(s->o->rates & SCAN_LOW)) ? ERR_OK : ERR_LIMIT;
}

/* The smallest count above mu whose ratio is above `value`; at least `from`. */
static double least_above(const struct scan *s, double mu, double value, double from)
{
    double low = fmax(floor(mu) + 1, from), measure = mu * s->divisor, step = 1;
    if (either_side(s, low, measure) > value)
        return low;
    while (low + step <= s->cases && either_side(s, low + step, measure) <= value) {
        low += step;
        step *= 2;
    }
    double high = fmin(low + step, s->cases + 1); /* not above at low; above at high, or beyond */
    while (high - low > 1) {
        double mid = floor((low + high) / 2);
        if (either_side(s, mid, measure) > value)
            high = mid;
        else
            low = mid;
    }
    return high;
}

/* The largest count below mu whose ratio is above `value`, or -1. */
static double most_below(const struct scan *s, double mu, double value)
{
    double measure = mu * s->divisor, low = 0, high = ceil(mu);
    if (either_side(s, 0, measure) <= value)
        return -1;
    while (high - low > 1) {
        double mid = floor((low + high) / 2);
        if (mid < mu && either_side(s, mid, measure) > value)
            low = mid;
        else
            high = mid;
    }
    return low;
}

/* Limits of a cell hold for all of it: high ones are those of its lower edge, low ones those of its
 * upper, both moved by more than a float rounds. */
static void build(const struct scan *s, struct scan_ladder *l, int level)
{
    double value = scan_level_value(level), count = 0;
    int32_t *high = l->high + (size_t)level * l->cells;
    for (uint32_t i = 0; i < l->cells; i++) {
        if (s->o->rates & SCAN_HIGH) {
            count = least_above(s, edge_of(l, i) * (1 - 1e-6), value, count);
            high[i] = (int32_t)fmin(fmax(count, s->o->min_cases) - 1, NO_LIMIT);
        } else {
            high[i] = NO_LIMIT;
        }
        if (l->low)
            l->low[(size_t)level * l->cells + i] =
                (int32_t)fmin(most_below(s, edge_of(l, i + 1) * (1 + 1e-6), value) + 1, NO_LIMIT);
    }
    l->built[level] = true;
}

static void look_up(const double *from, const double *to, size_t n, float scale,
                    const struct scan_ladder *l, const int32_t *table, int32_t *out)
{
    int32_t most = (int32_t)l->cells - 1, base = (int32_t)l->base;
    for (size_t i = 0; i < n; i++) {
        float mu = (float)(to[i] - from[i]) * scale;
        int32_t bits;
        memcpy(&bits, &mu, sizeof bits);
        int32_t cell = (bits >> CELL_SHIFT) - base;
        cell = cell < 0 ? 0 : cell;
        out[i] = table[cell > most ? most : cell];
    }
}

void scan_limits_find(const struct scan *s, struct scan_ladder *l, int level, const double *prefix,
                      struct scan_limits *out)
{
    float scale = (float)(1 / s->divisor);
    if (!l->built[level])
        build(s, l, level);
    for (uint32_t len = 1; len <= s->max_len; len++) {
        uint32_t begin = s->end_least + 1 > len ? s->end_least + 1 - len : 0;
        size_t n = s->periods - len + 1 - begin, at = (size_t)(len - 1) * s->periods + begin;
        const double *from = prefix + begin, *to = prefix + begin + len;
        look_up(from, to, n, scale, l, l->high + (size_t)level * l->cells, out->high + at);
        if (l->low)
            look_up(from, to, n, scale, l, l->low + (size_t)level * l->cells, out->low + at);
    }
}
