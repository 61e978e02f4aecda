/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random permutations of the times. Sixteen permuted columns lie side by side, so that one look at
 * a pair serves sixteen permutations, and the counts are kept in registers. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/knox_inner.h"

#define BOUNDS_AT_ONCE 4
#define FLUSH_EVERY 32767 /* a 16-bit count holds no more */

/* As wide as every processor has registers for: wider ones are taken apart by the compilers, and
 * not well. */
typedef int16_t whole_part __attribute__((vector_size(16)));
typedef double real_part __attribute__((vector_size(16)));
typedef int64_t real_counts __attribute__((vector_size(16)));
#define WHOLE_PARTS 2
#define REAL_PARTS 8
#define LINE 64 /* bytes of the cache's line */

/* What one thread has for itself. */
struct bench {
    uint32_t *order;
    void *columns; /* [n][KNOX_LANES] of int16_t or double */
};

struct batch_arg {
    struct knox_plan *p;
    struct bench *benches;
    double least; /* of all times */
};

/* below[b][lane]: pairs whose times differ by less than bound b. */
struct below {
    uint64_t n[BOUNDS_AT_ONCE][KNOX_LANES];
};

/* --- Counting --- */

static void flush(struct below *out, int part, const whole_part counts[BOUNDS_AT_ONCE])
{
    uint16_t count[KNOX_LANES / WHOLE_PARTS];
    for (int b = 0; b < BOUNDS_AT_ONCE; b++) {
        memcpy(count, &counts[b], sizeof count);
        for (int k = 0; k < KNOX_LANES / WHOLE_PARTS; k++)
            out->n[b][part * KNOX_LANES / WHOLE_PARTS + k] += count[k];
    }
}

static inline whole_part apart(whole_part a, whole_part b)
{
    whole_part d = a - b, sign = d >> 15;
    return (d ^ sign) - sign;
}

/* One bound: the commonest table has one. A comparison of lanes is -1 where true. */
static void count_whole_one(const struct knox_band *band, size_t n, const whole_part *t,
                            int16_t bound, struct below *out)
{
    whole_part none = {0}, b = none + bound, n0 = none, n1 = none;
    int left = FLUSH_EVERY;
    for (size_t i = 0; i < n; i++) {
        whole_part h0 = t[2 * i], h1 = t[2 * i + 1];
        for (uint32_t k = band->start[i]; k < band->start[i + 1]; k++) {
            const whole_part *o = t + 2 * (size_t)band->other[k];
            n0 -= apart(o[0], h0) < b;
            n1 -= apart(o[1], h1) < b;
            if (--left == 0) {
                flush(out, 0, (whole_part[]){n0, none, none, none});
                flush(out, 1, (whole_part[]){n1, none, none, none});
                n0 = n1 = none;
                left = FLUSH_EVERY;
            }
        }
    }
    flush(out, 0, (whole_part[]){n0, none, none, none});
    flush(out, 1, (whole_part[]){n1, none, none, none});
}

/* Four bounds, for half of the lanes. */
static void count_whole_four(const struct knox_band *band, size_t n, const whole_part *t, int part,
                             const int16_t bound[BOUNDS_AT_ONCE], struct below *out)
{
    whole_part none = {0}, b0 = none + bound[0], b1 = none + bound[1], b2 = none + bound[2];
    whole_part b3 = none + bound[3], n0 = none, n1 = none, n2 = none, n3 = none;
    int left = FLUSH_EVERY;
    for (size_t i = 0; i < n; i++) {
        whole_part here = t[2 * i + (size_t)part];
        for (uint32_t k = band->start[i]; k < band->start[i + 1]; k++) {
            whole_part d = apart(t[2 * (size_t)band->other[k] + (size_t)part], here);
            n0 -= d < b0;
            n1 -= d < b1;
            n2 -= d < b2;
            n3 -= d < b3;
            if (--left == 0) {
                flush(out, part, (whole_part[]){n0, n1, n2, n3});
                n0 = n1 = n2 = n3 = none;
                left = FLUSH_EVERY;
            }
        }
    }
    flush(out, part, (whole_part[]){n0, n1, n2, n3});
}

static void count_whole(const struct knox_band *band, size_t n, const whole_part *t,
                        const double *limit, struct below *out)
{
    int16_t bound[BOUNDS_AT_ONCE];
    for (int b = 0; b < BOUNDS_AT_ONCE; b++)
        bound[b] = (int16_t)fmin(ceil(limit[b]), INT16_MAX);
    if (bound[1] == 0) {
        count_whole_one(band, n, t, bound[0], out);
        return;
    }
    count_whole_four(band, n, t, 0, bound, out);
    count_whole_four(band, n, t, 1, bound, out);
}

static void count_real(const struct knox_band *band, size_t n, const real_part *t, double limit,
                       uint64_t out[KNOX_LANES])
{
    real_counts counts[REAL_PARTS] = {0};
    real_part high = {limit, limit}, low = -high;
    for (size_t i = 0; i < n; i++) {
        const real_part *here = t + REAL_PARTS * i;
        for (uint32_t k = band->start[i]; k < band->start[i + 1]; k++) {
            const real_part *there = t + REAL_PARTS * (size_t)band->other[k];
            for (int j = 0; j < REAL_PARTS; j++) {
                real_part d = there[j] - here[j];
                counts[j] -= (d < high) & (d > low);
            }
        }
    }
    for (int k = 0; k < KNOX_LANES; k++)
        out[k] = (uint64_t)counts[k / 2][k % 2];
}

static void count_band(const struct knox_plan *p, size_t s, const void *columns, size_t first,
                       struct below *out)
{
    double limit[BOUNDS_AT_ONCE];
    for (size_t b = 0; b < BOUNDS_AT_ONCE; b++)
        limit[b] = first + b <= p->columns ? p->time_limit[first + b] : 0;
    memset(out, 0, sizeof *out);
    if (p->whole)
        count_whole(&p->bands[s], p->n, columns, limit, out);
    for (int b = 0; b < BOUNDS_AT_ONCE && !p->whole && limit[b] > 0; b++)
        count_real(&p->bands[s], p->n, columns, limit[b], out->n[b]);
}

/* Row s of the tables of all lanes: differences of the counts below each bound. */
static void count_row(const struct knox_plan *p, size_t s, const void *columns, size_t run,
                      size_t lanes)
{
    uint64_t before[KNOX_LANES] = {0};
    size_t cells = p->rows * p->columns, first = p->time_limit[0] <= 0 ? 1 : 0;
    struct below below;
    for (size_t b = first; b <= p->columns; b += BOUNDS_AT_ONCE) {
        count_band(p, s, columns, b, &below);
        for (size_t j = b; j < b + BOUNDS_AT_ONCE && j <= p->columns; j++)
            for (size_t k = 0; k < lanes; k++) {
                uint64_t now = below.n[j - b][k];
                if (j > 0)
                    p->counts[(run + k) * cells + s * p->columns + j - 1] =
                        (uint32_t)(now - before[k]);
                before[k] = now;
            }
    }
}

/* --- Permuting --- */

static void permute(const struct knox_plan *p, const struct bench *b, double least, uint64_t run,
                    size_t lane)
{
    struct rng r = rng_make(p->w->seed, run);
    for (size_t i = 0; i < p->n; i++)
        b->order[i] = (uint32_t)i;
    rng_shuffle(&r, b->order, (uint32_t)p->n);
    if (p->whole) {
        int16_t *column = (int16_t *)b->columns + lane;
        for (size_t i = 0; i < p->n; i++)
            column[i * KNOX_LANES] = (int16_t)(p->t[b->order[i]] - least);
    } else {
        double *column = (double *)b->columns + lane;
        for (size_t i = 0; i < p->n; i++)
            column[i * KNOX_LANES] = p->t[b->order[i]];
    }
}

static enum err batch(void *arg, size_t i, int lane)
{
    const struct batch_arg *b = arg;
    size_t run = i * KNOX_LANES, lanes = (size_t)b->p->in->runs - run;
    const struct bench *bench = &b->benches[lane];
    lanes = lanes > KNOX_LANES ? KNOX_LANES : lanes;
    for (size_t k = 0; k < lanes; k++)
        permute(b->p, bench, b->least, run + k, k);
    for (size_t s = 0; s < b->p->rows; s++)
        count_row(b->p, s, bench->columns, run, lanes);
    return ERR_OK;
}

/* At an address that suits the lanes, whole lines of the cache. */
static void *columns_new(struct arena *a, size_t n, size_t each)
{
    char *p = n > SIZE_MAX / 4 / each ? NULL : arena_alloc(a, n * each + LINE);
    return p ? p + (LINE - (uintptr_t)p % LINE) : NULL;
}

enum err knox_runs(struct knox_plan *p)
{
    size_t batches = ((size_t)p->in->runs + KNOX_LANES - 1) / KNOX_LANES;
    struct arena *a = p->w->arena;
    struct batch_arg arg = {.p = p, .least = INFINITY};
    int lanes = work_lanes(p->w, batches);
    for (size_t i = 0; i < p->n; i++)
        arg.least = fmin(arg.least, p->t[i]);
    p->counts = ARENA_ARRAY(a, (size_t)p->in->runs * p->rows * p->columns, uint32_t);
    arg.benches = ARENA_ARRAY(a, (size_t)lanes, struct bench);
    if (!p->counts || !arg.benches)
        return ERR_NOMEM;
    for (int k = 0; k < lanes; k++) {
        arg.benches[k].order = ARENA_ARRAY(a, p->n, uint32_t);
        arg.benches[k].columns =
            columns_new(a, p->n, KNOX_LANES * (p->whole ? sizeof(int16_t) : sizeof(double)));
        if (!arg.benches[k].order || !arg.benches[k].columns)
            return ERR_NOMEM;
    }
    return work_parts(p->w, batches, batch, &arg);
}
