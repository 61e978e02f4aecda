/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/breaks.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"

struct search {
    const struct breaks_setting *s;
    size_t n;
    double middle;
    double *sum, *squares; /* of y - middle, before each step */
    double *best;          /* [breaks][end]: the least cost of the first `end` steps */
    uint32_t *from;        /* [breaks][end]: where its last stretch begins */
    int most;
};

/* Cost of one stretch with its own level: steps i .. j-1. */
static double cost(const struct search *q, size_t i, size_t j)
{
    double n = (double)(j - i), sum = q->sum[j] - q->sum[i];
    if (q->s->kind == BREAKS_NORMAL)
        return fmax(0, q->squares[j] - q->squares[i] - sum * sum / n);
    return sum > 0 ? -2 * sum * log(sum / n) : 0; /* the rest is the same for every cut */
}

static bool usable(const struct breaks_setting *s, const double *y, size_t n)
{
    if (s->least < 2 || s->most < 0 || s->most > BREAKS_MOST || n < s->least)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(fabs(y[i]) <= 1e9) || (s->kind == BREAKS_POISSON && y[i] < 0))
            return false;
    return true;
}

static enum err prepare(struct search *q, const double *y, struct arena *a)
{
    size_t rows = (size_t)q->most + 1, row = q->n + 1;
    q->sum = ARENA_ARRAY(a, row, double);
    q->squares = ARENA_ARRAY(a, row, double);
    q->best = ARENA_ARRAY(a, rows * row, double);
    q->from = ARENA_ARRAY(a, rows * row, uint32_t);
    if (!q->sum || !q->squares || !q->best || !q->from)
        return ERR_NOMEM;
    double sum = 0;
    for (size_t i = 0; i < q->n; i++)
        sum += y[i];
    q->middle = q->s->kind == BREAKS_NORMAL ? sum / (double)q->n : 0;
    for (size_t i = 0; i < q->n; i++) {
        double v = y[i] - q->middle;
        q->sum[i + 1] = q->sum[i] + v;
        q->squares[i + 1] = q->squares[i] + v * v;
    }
    return ERR_OK;
}

/* The best last stretch of the first `end` steps with b breaks; of equals the earliest. */
static void extend(const struct search *q, int b, size_t end)
{
    size_t row = q->n + 1, least = q->s->least;
    const double *before = q->best + (size_t)(b - 1) * row;
    double best = INFINITY;
    uint32_t from = 0;
    for (size_t i = (size_t)b * least; i + least <= end; i++) {
        double c = before[i] + cost(q, i, end);
        if (c < best) {
            best = c;
            from = (uint32_t)i;
        }
    }
    q->best[(size_t)b * row + end] = best;
    q->from[(size_t)b * row + end] = from;
}

static enum err fill(const struct search *q, const struct work *w)
{
    size_t row = q->n + 1, least = q->s->least;
    for (size_t end = least; end <= q->n; end++)
        q->best[end] = cost(q, 0, end);
    for (int b = 1; b <= q->most; b++) {
        for (size_t end = ((size_t)b + 1) * least; end <= q->n; end++) {
            if (end % 64 == 0)
                TRY(work_tick(w, ((double)b - 1 + (double)end / (double)row) / q->most));
            if (b < q->most || end == q->n)
                extend(q, b, end);
        }
    }
    return ERR_OK;
}

/* Constant of the Poisson likelihood and the cost of a level for each step. */
static double poisson_rest(const double *y, size_t n)
{
    double sum = 0;
    int sign;
    for (size_t i = 0; i < n; i++)
        sum += 2 * lgamma_r(y[i] + 1, &sign) + 2 * y[i];
    return sum;
}

static double saturated(const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += y[i] > 0 ? 2 * y[i] * log(y[i]) : 0;
    return sum;
}

static void judge(const struct search *q, const double *y, struct breaks *out)
{
    double n = (double)q->n;
    bool normal = q->s->kind == BREAKS_NORMAL;
    double rest = normal ? 0 : poisson_rest(y, q->n), full = normal ? 0 : saturated(y, q->n);
    double none = q->squares[q->n] * 1e-13;
    out->tried = q->most;
    for (int b = 0; b <= q->most; b++) {
        double c = q->best[(size_t)b * (q->n + 1) + q->n];
        if (normal && c <= none)
            c = 0;
        out->cost[b] = c + full;
        out->bic[b] = normal ? n * (log(c) + 1 - log(n) + log(2 * M_PI)) + log(n) * 2 * (b + 1)
                             : c + rest + log(n) * (2 * b + 1);
        if (out->bic[b] < out->bic[out->n])
            out->n = b;
    }
}

static void trace(const struct search *q, struct breaks *out)
{
    size_t end = q->n;
    for (int b = out->n; b >= 0; b--) {
        size_t from = b ? q->from[(size_t)b * (q->n + 1) + end] : 0;
        out->level[b] = q->middle + (q->sum[end] - q->sum[from]) / (double)(end - from);
        if (b)
            out->at[b - 1] = from;
        end = from;
    }
}

enum err breaks_find(const struct work *w, const struct breaks_setting *s, const double *y,
                     size_t steps, struct breaks *out)
{
    assert(w && s && y && out);
    if (steps > BREAKS_STEPS_MOST)
        return ERR_LIMIT;
    if (!usable(s, y, steps))
        return ERR_INVALID;
    struct breaks found = {0};
    struct search q = {.s = s, .n = steps};
    size_t fit = steps / s->least - 1;
    q.most = fit < (size_t)s->most ? (int)fit : s->most;
    TRY(prepare(&q, y, w->arena));
    TRY(fill(&q, w));
    judge(&q, y, &found);
    trace(&q, &found);
    *out = found;
    return ERR_OK;
}
