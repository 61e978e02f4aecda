/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each point's kernel laid upon the cells it reaches. Points are sorted by row, and bands of rows
 * are made one by one, so that a cell always sums its points in the same order. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/kde_inner.h"

#define BANDS_MOST 6u /* of each thread */
#define BAND_REACHES                                                                               \
    4 /* rows of a band, in reaches: a point is looked at in each band it reaches */
#define FAR_MOST 65536.0

struct room {
    double *away, *rest, *weight; /* of each column; of each row */
};

struct spot {
    double x, y, weight;
};

/* Cells that lie near the processor anyway: points are taken in their own order. */
#define SMALL_GRID 65536u
#define SMALL_BANDS 2u /* of each thread */

struct stamp;
typedef void add_fn(const struct stamp *s);

struct stamping {
    const struct work *w;
    const struct grid *g;
    enum kernel kernel;
    double reach, peak;
    double per_cell, inverse; /* 1 by the side of a cell; by the bandwidth squared */
    size_t parts;
    uint32_t *edge; /* [parts + 1]: rows where the bands begin */
    int64_t low;    /* row of the first bucket */
    size_t buckets;
    const uint32_t *first; /* of each bucket */
    const struct points *points;
    const struct spot *spot; /* sorted by row; NULL: the grid is small */
    double *out;
    struct room *room; /* of each lane */
    add_fn *add;
    kde_narrow_fn *narrow;
};

double kde__reach(const struct kde_plan *plan, size_t n)
{
    if (plan->kernel != KERNEL_GAUSS)
        return plan->bandwidth;
    return plan->bandwidth * sqrt(2 * log(((double)n + 1) * 1e14));
}

static double peak_of(const struct kde_plan *plan)
{
    double area = M_PI * plan->bandwidth * plan->bandwidth;
    switch (plan->kernel) {
    case KERNEL_GAUSS:
        return 1 / (2 * area);
    case KERNEL_QUARTIC:
        return 3 / area;
    case KERNEL_EPANECHNIKOV:
        return 2 / area;
    case KERNEL_UNIFORM:
        return 1 / area;
    }
    return NAN;
}

/* floor() for what surely fits an int64_t: without a call. */
static int64_t down(double v)
{
    int64_t i = (int64_t)v;
    return i - (v < (double)i);
}

static size_t bounded(int64_t i, size_t least, size_t most)
{
    return i <= (int64_t)least ? least : i >= (int64_t)most ? most : (size_t)i;
}

/* Cells along one axis whose centres lie within `reach` of v: [from, to). All in cells. */
struct span {
    size_t from, to;
};

static struct span span_of(double v, double reach, size_t least, size_t most)
{
    return (struct span){bounded(-down(reach - v), least, most),
                         bounded(down(v + reach) + 1, least, most)};
}

/* The rows of one kernel: row k gets weight[k] * f(rest[k] - away[c]) in column c; f is the kernel
 * as a function of 1 - (d/h)^2. away of a Gauss kernel is exp() already, and weight too. */
struct stamp {
    double *out; /* of the first row and column */
    size_t stride, rows, n;
    const double *away, *rest, *weight;
};

/* Four columns at a time, each by itself: the same on any machine. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t choice __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))
#define EACH_FOUR(expression)                                                                      \
    for (size_t r = 0; r < s->rows; r++) {                                                         \
        double *out = s->out + r * s->stride;                                                      \
        double weight = s->weight[r], rest = s->rest[r];                                           \
        for (size_t c = 0; c + 4 <= s->n; c += 4) {                                                \
            four v = *(const four *)(s->away + c), *to = (four *)(out + c);                        \
            *to += (expression);                                                                   \
        }                                                                                          \
    }
#define ABOVE_ZERO(t) ((four)((choice)(t) & ((t) > 0)))

INLINE void add_gauss(const struct stamp *s){EACH_FOUR(((void)rest, weight *v))}

INLINE void add_quartic(const struct stamp *s){
    EACH_FOUR((v = rest - v, v = ABOVE_ZERO(v), weight *(v *v)))}

INLINE
    void add_epanechnikov(const struct stamp *s){EACH_FOUR((v = rest - v, weight *ABOVE_ZERO(v)))}

INLINE void add_uniform(const struct stamp *s)
{
    const four one = {1, 1, 1, 1};
    EACH_FOUR(weight * (four)((choice)one & (rest - v > 0)))
}

#define KERNELS(suffix, attributes)                                                                \
    attributes static void gauss_##suffix(const struct stamp *s)                                   \
    {                                                                                              \
        add_gauss(s);                                                                              \
    }                                                                                              \
    attributes static void quartic_##suffix(const struct stamp *s)                                 \
    {                                                                                              \
        add_quartic(s);                                                                            \
    }                                                                                              \
    attributes static void epanechnikov_##suffix(const struct stamp *s)                            \
    {                                                                                              \
        add_epanechnikov(s);                                                                       \
    }                                                                                              \
    attributes static void uniform_##suffix(const struct stamp *s)                                 \
    {                                                                                              \
        add_uniform(s);                                                                            \
    }                                                                                              \
    static add_fn *const kernels_##suffix[] = {                                                    \
        [KERNEL_GAUSS] = gauss_##suffix,                                                           \
        [KERNEL_QUARTIC] = quartic_##suffix,                                                       \
        [KERNEL_EPANECHNIKOV] = epanechnikov_##suffix,                                             \
        [KERNEL_UNIFORM] = uniform_##suffix,                                                       \
    };

KERNELS(plain, )
#if defined(__x86_64__)
KERNELS(avx2, __attribute__((target("avx2"))))
#endif

static add_fn *pick(enum kernel k)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return kernels_avx2[k];
#endif
    return kernels_plain[k];
}

/* As pick(), for the columns that are no whole four. */
static void add_rest(enum kernel kernel, const struct stamp *s)
{
    for (size_t r = 0; r < s->rows; r++)
        for (size_t c = s->n / 4 * 4; c < s->n; c++) {
            double t = s->rest[r] - s->away[c];
            t = t > 0 ? t : 0;
            s->out[r * s->stride + c] +=
                s->weight[r] * (kernel == KERNEL_GAUSS          ? s->away[c]
                                : kernel == KERNEL_QUARTIC      ? t * t
                                : kernel == KERNEL_EPANECHNIKOV ? t
                                                                : (double)(t > 0));
        }
}

/* A whole number of fours, if the grid has them; what is added lies outside the reach. */
static struct span widen(struct span c, size_t columns)
{
    size_t n = (c.to - c.from + 3) / 4 * 4;
    if (n > columns)
        return c;
    c.from = c.from + n <= columns ? c.from : columns - n;
    return (struct span){c.from, c.from + n};
}

/* The kernel's part in each column once, and in each row; then their product. */
static void stamp_wide(const struct stamping *s, const struct kde_narrow *k, size_t n,
                       const struct room *room)
{
    bool gauss = s->kernel == KERNEL_GAUSS;
    struct stamp st = {.out = k->out,
                       .stride = k->stride,
                       .rows = k->rows,
                       .n = n,
                       .away = room->away,
                       .rest = room->rest,
                       .weight = room->weight};
    for (size_t c = 0; c < st.n; c++) {
        double dx = k->left + (k->column + (double)c) * k->cell;
        room->away[c] = gauss ? exp(dx * dx * k->inverse) : dx * dx * k->inverse;
    }
    for (size_t r = 0; r < st.rows; r++) {
        double dy = k->below + (k->row + (double)r) * k->cell, y2 = dy * dy * k->inverse;
        room->rest[r] = 1 - y2;
        room->weight[r] = k->weight * (gauss ? exp(y2) : 1);
    }
    s->add(&st);
    if (st.n % 4)
        add_rest(s->kernel, &st);
}

static void stamp(const struct stamping *s, const struct spot *p, struct span rows,
                  const struct room *room)
{
    double cell = s->g->cell, left = s->g->x0 + 0.5 * cell - p->x;
    struct span c = span_of(-left * s->per_cell, s->reach * s->per_cell, 0, s->g->columns);
    if (c.from >= c.to)
        return;
    c = widen(c, s->g->columns);
    size_t n = c.to - c.from;
    const struct kde_narrow k = {.out = s->out + rows.from * s->g->columns + c.from,
                                 .stride = s->g->columns,
                                 .rows = rows.to - rows.from,
                                 .fours = (int)(n / 4),
                                 .column = (double)c.from,
                                 .row = (double)rows.from,
                                 .left = left,
                                 .below = s->g->y0 + 0.5 * cell - p->y,
                                 .cell = cell,
                                 .inverse = s->inverse,
                                 .weight = p->weight};
    if (s->narrow && n <= KDE_NARROW && n % 4 == 0)
        s->narrow(&k);
    else
        stamp_wide(s, &k, n, room);
}

static size_t bucket_of(const struct stamping *s, double row)
{
    double b = row - (double)s->low;
    return b <= 0 ? 0 : b >= (double)s->buckets ? s->buckets - 1 : (size_t)b;
}

static struct spot spot_of(const struct stamping *s, size_t i)
{
    const struct points *p = s->points;
    return s->spot ? s->spot[i] : (struct spot){p->x[i], p->y[i], p->weight ? p->weight[i] : 1};
}

static void stamp_block(const struct stamping *s, size_t from, size_t to, struct span band,
                        const struct room *room)
{
    const double *y = s->spot ? &s->spot[from].y : s->points->y + from;
    const size_t stride = s->spot ? sizeof *s->spot / sizeof *y : 1;
    const struct kde_between want = {
        s->g->y0 + ((double)band.from - 1) * s->g->cell - s->reach,
        s->g->y0 + ((double)band.to + 1) * s->g->cell + s->reach,
    };
    uint16_t kept[KDE_BLOCK];
    size_t n = kde__choose(y, stride, to - from, want, kept);
    for (size_t k = 0; k < n; k++) {
        struct spot at = spot_of(s, from + kept[k]);
        double v = (at.y - s->g->y0) * s->per_cell - 0.5;
        struct span rows = span_of(v, s->reach * s->per_cell, band.from, band.to);
        if (rows.from < rows.to)
            stamp(s, &at, rows, room);
    }
}

static enum err stamp_band(void *arg, size_t part, int lane)
{
    struct stamping *s = arg;
    struct span band = {s->edge[part], s->edge[part + 1]};
    double far = ceil(s->reach / s->g->cell) + 1;
    if (band.from == band.to)
        return ERR_OK;
    size_t i = s->spot ? s->first[bucket_of(s, (double)band.from - far)] : 0;
    size_t last = s->spot ? s->first[bucket_of(s, (double)band.to + far) + 1] : s->points->n;
    for (size_t begin = i; i < last; i += KDE_BLOCK) {
        if (s->parts == 1)
            TRY(work_tick(s->w, (double)(i - begin) / (double)(last - begin)));
        stamp_block(s, i, last - i < KDE_BLOCK ? last : i + KDE_BLOCK, band, &s->room[lane]);
    }
    for (size_t k = band.from * s->g->columns; k < band.to * s->g->columns; k++)
        s->out[k] *= s->peak;
    return ERR_OK;
}

/* Points of each row. */
static enum err count_points(struct arena *a, const struct points *p, struct stamping *s,
                             uint32_t **first)
{
    double far = ceil(s->reach / s->g->cell) + 1;
    far = far < FAR_MOST ? far : FAR_MOST; /* farther rows share a bucket */
    s->low = -(int64_t)far;
    s->buckets = s->g->rows + 2 * (size_t)far + 1;
    *first = ARENA_ARRAY(a, s->buckets + 2, uint32_t);
    if (!*first)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++)
        (*first)[bucket_of(s, (p->y[i] - s->g->y0) * s->per_cell) + 2]++;
    for (size_t k = 2; k < s->buckets + 2; k++)
        (*first)[k] += (*first)[k - 1];
    s->first = *first + 1;
    return ERR_OK;
}

/* By row, and within a row in their order. */
static enum err sort_points(struct arena *a, const struct points *p, struct stamping *s,
                            uint32_t *first)
{
    struct spot *spot = ARENA_ARRAY(a, p->n, struct spot);
    if (!spot)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++)
        spot[first[bucket_of(s, (p->y[i] - s->g->y0) * s->per_cell) + 1]++] = spot_of(s, i);
    s->first = first;
    s->spot = spot;
    return ERR_OK;
}

/* How many bands each thread has: several, lest one waits for another, but no narrow ones. On a
 * small grid each looks at all points. */
static size_t bands_of(const struct stamping *s, size_t lanes)
{
    double bands = s->g->rows / ((double)lanes * BAND_REACHES * fmax(s->reach * s->per_cell, 1));
    size_t most = s->spot ? BANDS_MOST : SMALL_BANDS;
    return bands < 1 ? 1 : bands > (double)most ? most : (size_t)bands;
}

/* Bands with as many points each. A cell sums the same points in the same order whatever they
 * are. */
static enum err make_bands(struct arena *a, struct stamping *s, size_t n)
{
    s->edge = ARENA_ARRAY(a, s->parts + 1, uint32_t);
    if (!s->edge)
        return ERR_NOMEM;
    uint32_t row = 0;
    for (size_t k = 1; k < s->parts; k++) {
        while (row < s->g->rows && s->first[bucket_of(s, row)] < n * k / s->parts)
            row++;
        s->edge[k] = row;
    }
    s->edge[s->parts] = s->g->rows;
    return ERR_OK;
}

static enum err make_room(struct arena *a, const struct grid *g, size_t lanes, struct stamping *s)
{
    s->room = ARENA_ARRAY(a, lanes, struct room);
    for (size_t i = 0; i < lanes && s->room; i++) {
        struct room *r = &s->room[i];
        r->away = ARENA_ARRAY(a, g->columns, double);
        r->rest = ARENA_ARRAY(a, g->rows, double);
        r->weight = ARENA_ARRAY(a, g->rows, double);
        if (!r->away || !r->rest || !r->weight)
            return ERR_NOMEM;
    }
    return s->room ? ERR_OK : ERR_NOMEM;
}

enum err kde__stamp(const struct work *w, const struct points *p, const struct grid *g,
                    const struct kde_plan *plan, double *out)
{
    struct stamping s = {.w = w, .g = g, .kernel = plan->kernel, .points = p, .out = out};
    s.reach = kde__reach(plan, p->n);
    s.peak = peak_of(plan);
    s.per_cell = 1 / g->cell;
    s.inverse = (plan->kernel == KERNEL_GAUSS ? -0.5 : 1) / (plan->bandwidth * plan->bandwidth);
    s.add = pick(plan->kernel);
    s.narrow = kde__narrow(plan->kernel);
    size_t lanes = (size_t)work_lanes(w, g->rows);
    uint32_t *first;
    if (p->n >= UINT32_MAX)
        return ERR_LIMIT;
    TRY(make_room(w->arena, g, lanes, &s));
    TRY(count_points(w->arena, p, &s, &first));
    if (grid_size(g) > SMALL_GRID)
        TRY(sort_points(w->arena, p, &s, first));
    s.parts = lanes > 1 ? lanes * bands_of(&s, lanes) : 1;
    TRY(make_bands(w->arena, &s, p->n));
    memset(out, 0, grid_size(g) * sizeof *out);
    return work_parts(w, s.parts, stamp_band, &s);
}
