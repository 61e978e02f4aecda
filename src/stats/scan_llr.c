/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The likelihood ratio of a window, and its inverse as tables. */
#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"

#define CELL_SHIFT 17 /* of a float: 64 cells to each doubling */
#define LINEAR_LEVELS 32
#define GROWTH 1.04
#define LIMIT_MOST (INT32_MAX - 1)

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
           s->null_term;
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

static enum err make_ladder(const struct scan *s, struct scan_ladder *l)
{
    *l = (struct scan_ladder){.base = bits_of(s->mu_least * 0.99)};
    l->cells = bits_of(s->mu_most * 1.01) - l->base + 1;
    l->high = ARENA_ARRAY(s->work->arena, (size_t)SCAN_LEVELS * l->cells, int32_t);
    if (s->o->rates & SCAN_LOW)
        l->low = ARENA_ARRAY(s->work->arena, (size_t)SCAN_LEVELS * l->cells, int32_t);
    return l->high && (l->low || !(s->o->rates & SCAN_LOW)) ? ERR_OK : ERR_NOMEM;
}

enum err scan_ladders_make(struct scan *s)
{
    int lanes = work_lanes(s->work, SIZE_MAX);
    s->null_term = term(s->cases, s->individuals) + term(s->individuals - s->cases, s->individuals);
    s->ladder = ARENA_ARRAY(s->work->arena, (size_t)lanes, struct scan_ladder);
    if (!s->ladder)
        return ERR_NOMEM;
    for (int i = 0; i < lanes; i++)
        TRY(make_ladder(s, &s->ladder[i]));
    return ERR_OK;
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
static double lower_edge(const struct scan_ladder *l, uint32_t cell)
{
    return edge_of(l, cell) * (1 - 1e-6);
}

/* The last cell from `i` on for which `count` is above the level: by ever longer steps, then back.
 */
static uint32_t run_end(const struct scan *s, const struct scan_ladder *l, uint32_t i, double count,
                        double value)
{
    uint32_t low = i, step = 1;
    for (;; step *= 2) {
        uint32_t next = l->cells - 1 - low > step ? low + step : l->cells - 1;
        double mu = lower_edge(l, next);
        if (next == low || count <= mu || either_side(s, count, mu * s->divisor) <= value)
            break;
        low = next;
    }
    for (; step > 0; step /= 2) {
        double mu = low + step < l->cells ? lower_edge(l, low + step) : INFINITY;
        if (count > mu && either_side(s, count, mu * s->divisor) > value)
            low += step;
    }
    return low;
}

static double limit_most(const struct scan *s)
{
    return s->small_windows ? INT16_MAX : LIMIT_MOST;
}

static void build_high(const struct scan *s, struct scan_ladder *l, double value, int32_t *high)
{
    double count = 0, most = limit_most(s);
    for (uint32_t i = 0; i < l->cells;) {
        count = least_above(s, lower_edge(l, i), value, count);
        bool any = count <= s->cases;
        uint32_t end = any ? run_end(s, l, i, count, value) : l->cells - 1;
        for (; i <= end; i++)
            high[i] = (int32_t)(any ? fmin(fmax(count, s->o->min_cases) - 1, most) : most);
    }
}

static void build(const struct scan *s, struct scan_ladder *l, int level)
{
    double value = scan_level_value(level);
    int32_t *high = l->high + (size_t)level * l->cells;
    if (s->o->rates & SCAN_HIGH)
        build_high(s, l, value, high);
    for (uint32_t i = 0; i < l->cells; i++) {
        if (!(s->o->rates & SCAN_HIGH))
            high[i] = (int32_t)limit_most(s);
        if (l->low)
            l->low[(size_t)level * l->cells + i] = (int32_t)fmin(
                most_below(s, edge_of(l, i + 1) * (1 + 1e-6), value) + 1, limit_most(s));
    }
    l->built[level] = true;
}

struct table { /* of one level */
    const int32_t *limit;
    int32_t most, base;
    float scale;
};

static struct table table_of(const struct scan *s, const struct scan_ladder *l, int level, bool low)
{
    const int32_t *limits = low ? l->low : l->high;
    return (struct table){limits + (size_t)level * l->cells, (int32_t)l->cells - 1,
                          (int32_t)l->base, (float)(1 / s->divisor)};
}

static inline int32_t limit_of(const struct table *t, double measure)
{
    float mu = (float)measure * t->scale;
    int32_t bits;
    memcpy(&bits, &mu, sizeof bits);
    int32_t cell = (bits >> CELL_SHIFT) - t->base;
    cell = cell < 0 ? 0 : cell;
    return t->limit[cell > t->most ? t->most : cell];
}

static void look_up(struct table t, const double *from, const double *to, size_t n, int32_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = limit_of(&t, to[i] - from[i]);
}

void scan_limits_find(const struct scan *s, struct scan_ladder *l, int level, const double *prefix,
                      struct scan_limits *out)
{
    if (!l->built[level])
        build(s, l, level);
    for (uint32_t len = 1; len <= s->max_len; len++) {
        uint32_t begin = s->end_least + 1 > len ? s->end_least + 1 - len : 0;
        size_t n = s->periods - len + 1 - begin, at = (size_t)(len - 1) * s->periods + begin;
        const double *from = prefix + begin, *to = prefix + begin + len;
        look_up(table_of(s, l, level, false), from, to, n, out->high + at);
        if (l->low)
            look_up(table_of(s, l, level, true), from, to, n, out->low + at);
    }
}

int32_t scan_limit_high(const struct scan *s, struct scan_ladder *l, int level, double measure)
{
    if (!l->built[level])
        build(s, l, level);
    struct table t = table_of(s, l, level, false);
    return limit_of(&t, measure);
}
