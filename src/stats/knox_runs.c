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
typedef int32_t wide_part __attribute__((vector_size(16)));
typedef double real_part __attribute__((vector_size(16)));
typedef int64_t real_counts __attribute__((vector_size(16)));
#define WHOLE_PARTS 2
#define WIDE_PARTS 4
#define REAL_PARTS 8
#define LINE 64 /* bytes of the cache's line */

/* What one thread has for itself. */
struct bench {
    void *values;  /* int16_t or int32_t or, when times are not whole, the order of the points */
    void *columns; /* [n][KNOX_LANES] of int16_t, int32_t or double */
};

struct batch_arg {
    struct knox_plan *p;
    struct bench *benches;
    const void *times; /* from the least of them, when they are whole */
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

static void count_wide(const struct knox_band *band, size_t n, const wide_part *t, double limit,
                       uint64_t out[KNOX_LANES])
{
    int32_t bound = (int32_t)fmin(ceil(limit), INT32_MAX);
    wide_part none = {0}, b = none + bound,
              counts[WIDE_PARTS] = {0}; /* no more pairs than 31 bits */
    for (size_t i = 0; i < n; i++) {
        const wide_part *here = t + WIDE_PARTS * i;
        for (uint32_t k = band->start[i]; k < band->start[i + 1]; k++) {
            const wide_part *there = t + WIDE_PARTS * (size_t)band->other[k];
            for (int j = 0; j < WIDE_PARTS; j++) {
                wide_part d = there[j] - here[j], sign = d >> 31;
                counts[j] -= ((d ^ sign) - sign) < b;
            }
        }
    }
    for (int k = 0; k < KNOX_LANES; k++)
        out[k] = (uint64_t)counts[k / 4][k % 4];
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
    for (int b = 0; b < BOUNDS_AT_ONCE && !p->whole && limit[b] > 0; b++) {
        if (p->wide)
            count_wide(&p->bands[s], p->n, columns, limit[b], out->n[b]);
        else
            count_real(&p->bands[s], p->n, columns, limit[b], out->n[b]);
    }
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

/* As rng_below(), without its calls: one word of four is computed, the others are at hand. */
static inline uint32_t below(struct rng *r, uint32_t n)
{
    uint32_t word = r->left ? r->word[4 - r->left--] : rng_u32(r);
    uint64_t m = (uint64_t)word * n;
    if ((uint32_t)m < n)
        while ((uint32_t)m < (0u - n) % n)
            m = (uint64_t)rng_u32(r) * n;
    return (uint32_t)(m >> 32);
}

/* Fisher-Yates on the values themselves: less memory than an order takes. */
#define PERMUTE(name, type)                                                                        \
    static void name(const struct knox_plan *p, const struct bench *b, const type *times,          \
                     struct rng *r, size_t lane)                                                   \
    {                                                                                              \
        type *v = b->values, *column = (type *)b->columns + lane;                                  \
        memcpy(v, times, p->n * sizeof *v);                                                        \
        for (size_t i = p->n; i > 1; i--) {                                                        \
            uint32_t j = below(r, (uint32_t)i);                                                    \
            type keep = v[i - 1];                                                                  \
            v[i - 1] = v[j];                                                                       \
            v[j] = keep;                                                                           \
        }                                                                                          \
        for (size_t i = 0; i < p->n; i++)                                                          \
            column[i * KNOX_LANES] = v[i];                                                         \
    }

PERMUTE(permute_whole, int16_t)
PERMUTE(permute_wide, int32_t)

static void permute_real(const struct knox_plan *p, const struct bench *b, struct rng *r,
                         size_t lane)
{
    double *column = (double *)b->columns + lane;
    uint32_t *order = b->values;
    for (size_t i = 0; i < p->n; i++)
        order[i] = (uint32_t)i;
    rng_shuffle(r, order, (uint32_t)p->n);
    for (size_t i = 0; i < p->n; i++)
        column[i * KNOX_LANES] = p->t[order[i]];
}

static enum err batch(void *arg, size_t i, int lane)
{
    const struct batch_arg *b = arg;
    size_t run = i * KNOX_LANES, lanes = (size_t)b->p->in->runs - run;
    const struct bench *bench = &b->benches[lane];
    lanes = lanes > KNOX_LANES ? KNOX_LANES : lanes;
    for (size_t k = 0; k < lanes; k++) {
        struct rng r = rng_make(b->p->w->seed, run + k);
        if (b->p->whole)
            permute_whole(b->p, bench, b->times, &r, k);
        else if (b->p->wide)
            permute_wide(b->p, bench, b->times, &r, k);
        else
            permute_real(b->p, bench, &r, k);
    }
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

static enum err make_benches(struct knox_plan *p, struct batch_arg *arg, int lanes)
{
    struct arena *a = p->w->arena;
    size_t each = p->whole ? sizeof(int16_t) : p->wide ? sizeof(int32_t) : sizeof(double);
    arg->benches = ARENA_ARRAY(a, (size_t)lanes, struct bench);
    if (!arg->benches)
        return ERR_NOMEM;
    for (int k = 0; k < lanes; k++) {
        struct bench *b = &arg->benches[k];
        b->values = arena_array(a, p->n, p->whole ? sizeof(int16_t) : sizeof(uint32_t));
        b->columns = columns_new(a, p->n, KNOX_LANES * each);
        if (!b->values || !b->columns)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

/* Whole times from the least of them; nothing of the others. */
static enum err make_times(struct knox_plan *p, struct batch_arg *arg)
{
    double least = INFINITY;
    int16_t *narrow = ARENA_ARRAY(p->w->arena, p->whole ? p->n : 0, int16_t);
    int32_t *wide = ARENA_ARRAY(p->w->arena, p->wide && !p->whole ? p->n : 0, int32_t);
    if (!narrow || !wide)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++)
        least = fmin(least, p->t[i]);
    for (size_t i = 0; i < p->n && p->wide; i++) {
        if (p->whole)
            narrow[i] = (int16_t)(p->t[i] - least);
        else
            wide[i] = (int32_t)(p->t[i] - least);
    }
    arg->times = p->whole ? (const void *)narrow : wide;
    return ERR_OK;
}

enum err knox_runs(struct knox_plan *p)
{
    size_t batches = ((size_t)p->in->runs + KNOX_LANES - 1) / KNOX_LANES;
    struct arena *a = p->w->arena;
    struct batch_arg arg = {.p = p};
    p->counts = ARENA_ARRAY(a, (size_t)p->in->runs * p->rows * p->columns, uint32_t);
    if (!p->counts)
        return ERR_NOMEM;
    TRY(make_times(p, &arg));
    TRY(make_benches(p, &arg, work_lanes(p->w, batches)));
    return work_parts(p->w, batches, batch, &arg);
}
