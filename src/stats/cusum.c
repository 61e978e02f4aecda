/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/cusum.h"

#include <assert.h>
#include <math.h>

struct job {
    const struct cusum_setting *s;
    const double *y;
    size_t steps;
    struct cusum_step *out;
};

/* A level and how a count beside it is scored: gain * y - loss, for the likelihood kinds. */
struct level {
    double mean, size; /* size INFINITY: Poisson */
    double gain, loss;
};

struct cusum_setting cusum_default(void)
{
    return (struct cusum_setting){.kind = CUSUM_POISSON,
                                  .ratio = 1.5,
                                  .reference = 1.04,
                                  .limit = log(260),
                                  .baseline = 52,
                                  .reset = true,
                                  .relearn = 8};
}

static bool by_likelihood(const struct cusum_setting *s)
{
    return s->kind == CUSUM_POISSON || s->kind == CUSUM_NEGBIN;
}

/* Mean and, by moments, the size of the negative binomial over n steps from y. */
static struct level learn(const struct cusum_setting *s, const double *y, size_t n)
{
    double sum = 0, squares = 0, known = 0;
    for (size_t i = 0; i < n; i++) {
        sum += isnan(y[i]) ? 0 : y[i];
        known += !isnan(y[i]);
    }
    struct level l = {.size = INFINITY};
    l.mean = (sum > 0 ? sum : 0.5) / fmax(known, 1);
    for (size_t i = 0; i < n; i++)
        squares += isnan(y[i]) ? 0 : (y[i] - l.mean) * (y[i] - l.mean);
    double variance = known > 1 ? squares / (known - 1) : 0;
    if (s->kind == CUSUM_NEGBIN && variance > l.mean)
        l.size = l.mean * l.mean / (variance - l.mean);
    if (isinf(l.size)) {
        l.gain = log(s->ratio);
        l.loss = l.mean * (s->ratio - 1);
    } else {
        double part = log1p(l.mean * (s->ratio - 1) / (l.size + l.mean));
        l.gain = log(s->ratio) - part;
        l.loss = l.size * part;
    }
    return l;
}

static double score(const struct cusum_setting *s, const struct level *l, double y)
{
    double m = l->mean;
    switch (s->kind) {
    case CUSUM_POISSON:
    case CUSUM_NEGBIN:
        return l->gain * y - l->loss;
    case CUSUM_ROSSI:
        return (y - 3 * m + 2 * sqrt(y * m)) / (2 * sqrt(m)) - s->reference;
    case CUSUM_STANDARD:
        return (y - m) / sqrt(m) - s->reference;
    case CUSUM_ANSCOMBE: {
        double a = cbrt(y), b = cbrt(m);
        return 1.5 * (a * a - b * b) / sqrt(b) - s->reference;
    }
    }
    return NAN;
}

/* The count whose score is d: score() turned round. */
static double count_of(const struct cusum_setting *s, const struct level *l, double d)
{
    double m = l->mean, v = d + s->reference;
    switch (s->kind) {
    case CUSUM_POISSON:
    case CUSUM_NEGBIN:
        return fmax(0, (d + l->loss) / l->gain);
    case CUSUM_ROSSI: {
        double root = sqrt(fmax(0, 4 * m + 2 * v * sqrt(m))) - sqrt(m);
        return root > 0 ? root * root : 0;
    }
    case CUSUM_STANDARD:
        return fmax(0, m + v * sqrt(m));
    case CUSUM_ANSCOMBE: {
        double root = cbrt(m), base = root * root + v * sqrt(root) / 1.5;
        return base > 0 ? base * sqrt(base) : 0;
    }
    }
    return NAN;
}

static enum err one_series(void *arg, size_t i, int lane)
{
    const struct job *j = arg;
    const struct cusum_setting *s = j->s;
    const double *y = j->y + i * j->steps;
    size_t first = (size_t)s->baseline, learnt = 0, since = first, from = 0;
    struct level l = learn(s, y, first);
    double sum = 0;
    (void)lane;
    for (size_t k = first; k < j->steps; k++) {
        struct cusum_step *o = &j->out[i * (j->steps - first) + k - first];
        *o = (struct cusum_step){NAN, NAN, NAN, since, false};
        if (k < learnt)
            continue;
        if (learnt && sum == 0 && k - from <= first) /* after a rise: what is normal now */
            l = learn(s, y + from, k - from);
        since = sum > 0 ? since : k;
        o->expected = l.mean;
        o->upper = count_of(s, &l, s->limit - sum);
        if (!isnan(y[k]))
            sum = fmax(0, sum + score(s, &l, y[k]));
        o->since = since;
        o->sum = sum;
        o->alarm = !isnan(y[k]) && sum >= s->limit;
        if (!o->alarm || !s->reset)
            continue;
        sum = 0;
        from = since;
        if (s->relearn)
            learnt = from + (size_t)s->relearn > k ? from + (size_t)s->relearn : k + 1;
    }
    return ERR_OK;
}

static bool usable(const struct cusum_setting *s)
{
    bool ok = s->limit > 0 && isfinite(s->limit) && s->baseline >= 3 && s->baseline <= 2000 &&
              s->relearn >= 0 && s->relearn <= 2000;
    return ok && (by_likelihood(s) ? s->ratio > 1 && s->ratio <= 100 : isfinite(s->reference));
}

enum err cusum(const struct work *w, const struct cusum_setting *s, const double *y, size_t series,
               size_t steps, struct cusum_step *out)
{
    assert(w && s && y && out);
    if (!usable(s) || steps <= (size_t)s->baseline)
        return ERR_INVALID;
    for (size_t i = 0; i < series * steps; i++)
        if (y[i] < 0 || y[i] > 1e9)
            return ERR_INVALID;
    struct job j = {s, y, steps, out};
    return work_parts(w, series, one_series, &j);
}
