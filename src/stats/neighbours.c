/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/neighbours.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/bins.h"

/* --- A lattice --- */

enum err neighbours_lattice(const struct work *w, uint32_t columns, uint32_t rows,
                            enum contiguity c, const bool *inside, struct neighbours *out)
{
    size_t cells = (size_t)columns * rows, n = 0;
    if (cells == 0)
        return ERR_INVALID;
    if (cells > NEIGHBOUR_UNITS_MOST)
        return ERR_LIMIT;
    uint32_t *slot = NULL;
    if (inside) {
        slot = ARENA_ARRAY(w->arena, cells, uint32_t);
        if (!slot)
            return ERR_NOMEM;
        for (size_t i = 0; i < cells; i++)
            if (inside[i])
                slot[n++] = (uint32_t)i;
    }
    *out = (struct neighbours){
        .n = inside ? n : cells, .columns = columns, .rows = rows, .contiguity = c, .slot = slot};
    return ERR_OK;
}

/* The values with a frame of zeros round them, so that no cell is a special case. */
static double *framed(const struct work *w, const struct neighbours *nb, const double *value)
{
    size_t width = (size_t)nb->columns + 2;
    double *in = ARENA_ARRAY(w->arena, width * ((size_t)nb->rows + 2), double);
    if (!in)
        return NULL;
    if (!nb->slot) {
        for (size_t r = 0; r < nb->rows; r++)
            memcpy(in + (r + 1) * width + 1, value + r * nb->columns, nb->columns * sizeof *value);
        return in;
    }
    for (size_t i = 0; i < nb->n; i++) {
        size_t r = nb->slot[i] / nb->columns, c = nb->slot[i] % nb->columns;
        in[(r + 1) * width + c + 1] = value[i];
    }
    return in;
}

/* One row of sums. `in` is the middle one of three framed rows. */
static void row_sums(const double *in, size_t width, size_t n, enum contiguity c, double *out)
{
    const double *below = in - width, *above = in + width;
    if (c == CONTIGUITY_ROOK) {
        for (size_t i = 0; i < n; i++)
            out[i] = (below[i] + above[i]) + (in[i - 1] + in[i + 1]);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = ((below[i - 1] + below[i]) + (below[i + 1] + in[i - 1])) +
                 ((in[i + 1] + above[i - 1]) + (above[i] + above[i + 1]));
}

static enum err lattice_sum(const struct work *w, const struct neighbours *nb, const double *value,
                            double *sum)
{
    size_t width = (size_t)nb->columns + 2;
    double *in = framed(w, nb, value);
    double *row = nb->slot ? ARENA_ARRAY(w->arena, nb->columns, double) : NULL;
    if (!in || (nb->slot && !row))
        return ERR_NOMEM;
    size_t unit = 0;
    for (size_t r = 0; r < nb->rows; r++) {
        double *to = row ? row : sum + r * nb->columns;
        row_sums(in + (r + 1) * width + 1, width, nb->columns, nb->contiguity, to);
        for (; row && unit < nb->n && nb->slot[unit] / nb->columns == r; unit++)
            sum[unit] = row[nb->slot[unit] % nb->columns];
    }
    return ERR_OK;
}

/* How many of a whole lattice's cells lie next to column or row i of n: 0, 1 or 2 on that axis. */
static uint32_t beside(uint32_t i, uint32_t n)
{
    return (uint32_t)(i > 0) + (uint32_t)(i + 1 < n);
}

static void lattice_count(const struct neighbours *nb, uint32_t *count)
{
    for (uint32_t r = 0; r < nb->rows; r++) {
        uint32_t v = beside(r, nb->rows);
        uint32_t *to = count + (size_t)r * nb->columns;
        for (uint32_t c = 0; c < nb->columns; c++) {
            uint32_t h = beside(c, nb->columns);
            to[c] = nb->contiguity == CONTIGUITY_ROOK ? h + v : (h + 1) * (v + 1) - 1;
        }
    }
}

enum err neighbours_sum(const struct work *w, const struct neighbours *nb, const double *value,
                        double *sum)
{
    if (!nb->first)
        return lattice_sum(w, nb, value, sum);
    for (size_t i = 0; i < nb->n; i++) {
        double s = 0;
        for (uint32_t k = nb->first[i]; k < nb->first[i + 1]; k++)
            s += value[nb->other[k]];
        sum[i] = s;
    }
    return ERR_OK;
}

enum err neighbours_count(const struct work *w, const struct neighbours *nb, uint32_t *count)
{
    if (nb->first) {
        for (size_t i = 0; i < nb->n; i++)
            count[i] = nb->first[i + 1] - nb->first[i];
        return ERR_OK;
    }
    if (!nb->slot) {
        lattice_count(nb, count);
        return ERR_OK;
    }
    double *one = ARENA_ARRAY(w->arena, nb->n, double);
    double *sum = ARENA_ARRAY(w->arena, nb->n, double);
    if (!one || !sum)
        return ERR_NOMEM;
    for (size_t i = 0; i < nb->n; i++)
        one[i] = 1;
    TRY(lattice_sum(w, nb, one, sum));
    for (size_t i = 0; i < nb->n; i++)
        count[i] = (uint32_t)sum[i];
    return ERR_OK;
}

/* --- Within a distance --- */

/* How many are near i; written to `to` when it is not NULL. */
static size_t near(const struct bins *b, const double *x, const double *y, size_t i,
                   double distance, uint32_t *to)
{
    size_t n = 0;
    for (int row = -1; row <= 1; row++) {
        uint32_t from, end;
        if (!bins_beside(b, x[i], y[i], row, &from, &end))
            continue;
        for (uint32_t k = from; k < end; k++) {
            uint32_t j = b->unit[k];
            double dx = x[j] - x[i], dy = y[j] - y[i];
            if (j == i || dx * dx + dy * dy > distance * distance)
                continue;
            if (to)
                to[n] = j;
            n++;
        }
    }
    return n;
}

enum err neighbours_within(const struct work *w, size_t n, const double *x, const double *y,
                           double distance, struct neighbours *out)
{
    struct bins b;
    size_t links = 0;
    if (n == 0 || !(distance > 0 && distance <= GEO_METRES_MOST))
        return ERR_INVALID;
    if (n > NEIGHBOUR_UNITS_MOST)
        return ERR_LIMIT;
    TRY(bins_make(w->arena, n, x, y, distance, &b));
    uint32_t *first = ARENA_ARRAY(w->arena, n + 1, uint32_t);
    if (!first)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        first[i] = (uint32_t)links;
        links += near(&b, x, y, i, distance, NULL);
        if (links > NEIGHBOUR_LINKS_MOST)
            return ERR_LIMIT;
        if (i % 1024 == 0)
            TRY(work_tick(w, 0.5 * (double)i / (double)n));
    }
    first[n] = (uint32_t)links;
    uint32_t *other = ARENA_ARRAY(w->arena, links + 1, uint32_t);
    if (!other)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        near(&b, x, y, i, distance, other + first[i]);
        if (i % 1024 == 0)
            TRY(work_tick(w, 0.5 + 0.5 * (double)i / (double)n));
    }
    *out = (struct neighbours){.n = n, .first = first, .other = other};
    return ERR_OK;
}

/* --- Areas that touch --- */

/* A corner (x2 = y2 = 0) or a side, in centimetres, and whose it is. */
struct part {
    int64_t x, y, x2, y2;
    uint32_t unit;
};

struct pair {
    uint32_t a, b;
};

static int order_parts(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    const int64_t ka[] = {a->x, a->y, a->x2, a->y2, a->unit};
    const int64_t kb[] = {b->x, b->y, b->x2, b->y2, b->unit};
    for (size_t i = 0; i < ARRAY_LEN(ka); i++)
        if (ka[i] != kb[i])
            return ka[i] < kb[i] ? -1 : 1;
    return 0;
}

static int order_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static bool same_part(const struct part *a, const struct part *b)
{
    return a->x == b->x && a->y == b->y && a->x2 == b->x2 && a->y2 == b->y2;
}

static struct part part_of(const struct geo_path *ring, uint32_t i, enum contiguity c)
{
    const struct geo_point *p = &ring->points[i], *q = &ring->points[i + 1];
    struct part s = {.x = llround(p->east * 100), .y = llround(p->north * 100)};
    if (c == CONTIGUITY_QUEEN)
        return s;
    int64_t x = llround(q->east * 100), y = llround(q->north * 100);
    if (x < s.x || (x == s.x && y < s.y))
        return (struct part){.x = x, .y = y, .x2 = s.x, .y2 = s.y};
    s.x2 = x;
    s.y2 = y;
    return s;
}

static size_t list_parts(size_t n, const struct geo_shape *const *area, enum contiguity c,
                         struct part *out)
{
    size_t at = 0;
    for (size_t u = 0; u < n; u++)
        for (uint32_t k = 0; k < area[u]->path_count; k++) {
            const struct geo_path *ring = &area[u]->paths[k];
            for (uint32_t i = 0; i + 1 < ring->count; i++, at++) {
                if (!out)
                    continue;
                out[at] = part_of(ring, i, c);
                out[at].unit = (uint32_t)u;
            }
        }
    return at;
}

/* Pairs of different units among equal parts, both ways; counted only when out is NULL. */
static size_t list_pairs(const struct part *p, size_t n, struct pair *out)
{
    size_t at = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && same_part(&p[i], &p[end]);)
            end++;
        for (size_t j = i; j < end; j++)
            for (size_t k = i; k < end; k++) {
                if (p[j].unit == p[k].unit)
                    continue;
                if (out)
                    out[at] = (struct pair){p[j].unit, p[k].unit};
                at++;
            }
        if (at > NEIGHBOUR_LINKS_MOST / 8)
            return at;
    }
    return at;
}

enum err neighbours_areas(const struct work *w, size_t n, const struct geo_shape *const *area,
                          enum contiguity c, struct neighbours *out)
{
    if (n == 0)
        return ERR_INVALID;
    if (n > NEIGHBOUR_UNITS_MOST)
        return ERR_LIMIT;
    for (size_t i = 0; i < n; i++)
        if (!area[i] || area[i]->kind != GEO_POLYGON)
            return ERR_INVALID;
    size_t parts = list_parts(n, area, c, NULL);
    struct part *p = ARENA_ARRAY(w->arena, parts, struct part);
    uint32_t *first = ARENA_ARRAY(w->arena, n + 1, uint32_t);
    if (!p || !first)
        return ERR_NOMEM;
    list_parts(n, area, c, p);
    qsort(p, parts, sizeof *p, order_parts);
    TRY(work_tick(w, 0.5));
    size_t pairs = list_pairs(p, parts, NULL), links = 0;
    if (pairs > NEIGHBOUR_LINKS_MOST / 8)
        return ERR_LIMIT;
    struct pair *pair = ARENA_ARRAY(w->arena, pairs + 1, struct pair);
    uint32_t *other = ARENA_ARRAY(w->arena, pairs + 1, uint32_t);
    if (!pair || !other)
        return ERR_NOMEM;
    list_pairs(p, parts, pair);
    qsort(pair, pairs, sizeof *pair, order_pairs);
    for (size_t i = 0; i < pairs; i++) {
        if (i && order_pairs(&pair[i - 1], &pair[i]) == 0)
            continue;
        other[links++] = pair[i].b;
        first[pair[i].a + 1]++;
    }
    for (size_t i = 0; i < n; i++)
        first[i + 1] += first[i];
    *out = (struct neighbours){.n = n, .first = first, .other = other};
    return ERR_OK;
}
