/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/network.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* --- Vertices --- */

struct ends {
    struct network *net;
    double join;
    size_t mask;
    uint32_t *head, *next; /* vertices by the square they lie in */
    double *x, *y;
};

static uint64_t square_of(const struct ends *e, double v)
{
    double whole = e->join > 0 ? floor(v / e->join) : v + 0.0; /* -0 is 0 */
    uint64_t bits;
    memcpy(&bits, &whole, sizeof bits);
    return bits;
}

static size_t slot_of(const struct ends *e, double x, double y)
{
    uint64_t h = square_of(e, x) * 0x9e3779b97f4a7c15u ^ square_of(e, y) * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return (size_t)(h ^ h >> 32) & e->mask;
}

/* The nearest of the vertices in one square; the earliest of equals. */
static void look(const struct ends *e, size_t slot, double x, double y, double *best,
                 uint32_t *found)
{
    for (uint32_t v = e->head[slot]; v != NETWORK_NONE; v = e->next[v]) {
        double d = hypot(e->x[v] - x, e->y[v] - y);
        if (d < *best || (d == *best && v < *found)) {
            *best = d;
            *found = v;
        }
    }
}

static uint32_t vertex_at(struct ends *e, double x, double y)
{
    static const int steps[] = {0, -1, 1};
    double best = e->join;
    uint32_t found = NETWORK_NONE;
    size_t round = e->join > 0 ? 3 : 1;
    for (size_t i = 0; i < round; i++)
        for (size_t k = 0; k < round; k++)
            look(e, slot_of(e, x + steps[i] * e->join, y + steps[k] * e->join), x, y, &best,
                 &found);
    if (found != NETWORK_NONE)
        return found;
    uint32_t v = (uint32_t)e->net->vertices++;
    size_t slot = slot_of(e, x, y);
    e->x[v] = x;
    e->y[v] = y;
    e->next[v] = e->head[slot];
    e->head[slot] = v;
    return v;
}

static enum err check(const struct segments *s, double join)
{
    if (s->n > NETWORK_SEGMENTS_MOST)
        return ERR_LIMIT;
    if (s->n == 0 || !(join >= 0 && join <= GEO_METRES_MOST))
        return ERR_INVALID;
    TRY(points_check(&(struct points){s->n, s->x1, s->y1, NULL}));
    return points_check(&(struct points){s->n, s->x2, s->y2, NULL});
}

static enum err make_vertices(const struct work *w, const struct segments *s, double join,
                              struct network *net)
{
    struct arena *a = w->arena;
    size_t slots = 4;
    while (slots < 2 * s->n)
        slots *= 2;
    struct ends e = {.net = net, .join = join, .mask = slots - 1};
    net->a = ARENA_ARRAY(a, s->n, uint32_t);
    net->b = ARENA_ARRAY(a, s->n, uint32_t);
    e.x = net->x = ARENA_ARRAY(a, 2 * s->n, double);
    e.y = net->y = ARENA_ARRAY(a, 2 * s->n, double);
    e.head = ARENA_ARRAY(a, slots, uint32_t);
    e.next = ARENA_ARRAY(a, 2 * s->n, uint32_t);
    if (!net->a || !net->b || !e.x || !e.y || !e.head || !e.next)
        return ERR_NOMEM;
    memset(e.head, 0xff, slots * sizeof *e.head);
    for (size_t i = 0; i < s->n; i++) {
        net->a[i] = vertex_at(&e, s->x1[i], s->y1[i]);
        net->b[i] = vertex_at(&e, s->x2[i], s->y2[i]);
        if (i % 65536 == 0)
            TRY(work_tick(w, 0.05 * (double)i / (double)s->n));
    }
    return ERR_OK;
}

/* --- Segments at each vertex --- */

struct build {
    struct network *net;
    uint32_t *inc_first, *inc; /* segments at vertex v */
    uint32_t *crossing;        /* of each vertex; NETWORK_NONE: inside a chain */
    size_t placed;             /* segments in chains */
};

static bool is_kept(const struct network *net, size_t i)
{
    return net->length[i] > 0;
}

static void list_segments(struct build *b)
{
    struct network *net = b->net;
    memset(b->inc_first, 0, (net->vertices + 2) * sizeof *b->inc_first);
    for (size_t i = 0; i < net->segments; i++)
        if (is_kept(net, i)) {
            b->inc_first[net->a[i] + 2]++;
            b->inc_first[net->b[i] + 2]++;
        }
    for (size_t v = 2; v < net->vertices + 2; v++)
        b->inc_first[v] += b->inc_first[v - 1];
    for (size_t i = 0; i < net->segments; i++)
        if (is_kept(net, i)) {
            b->inc[b->inc_first[net->a[i] + 1]++] = (uint32_t)i;
            b->inc[b->inc_first[net->b[i] + 1]++] = (uint32_t)i;
        }
}

static uint32_t other_end(const struct network *net, uint32_t segment, uint32_t vertex)
{
    return net->a[segment] == vertex ? net->b[segment] : net->a[segment];
}

/* A segment with the ends of an earlier one is the same piece of street drawn twice. `seen` holds,
 * per vertex, the vertex that last had it as a neighbour. */
static void drop_doubles(struct build *b, uint32_t *seen)
{
    struct network *net = b->net;
    memset(seen, 0xff, net->vertices * sizeof *seen);
    for (uint32_t v = 0; v < net->vertices; v++)
        for (uint32_t k = b->inc_first[v]; k < b->inc_first[v + 1]; k++) {
            uint32_t s = b->inc[k], u = other_end(net, s, v);
            if (u < v || !is_kept(net, s))
                continue;
            if (seen[u] == v) {
                net->length[s] = 0;
                net->dropped++;
            }
            seen[u] = v;
        }
}

/* --- Chains --- */

static uint32_t degree(const struct build *b, uint32_t v)
{
    return b->inc_first[v + 1] - b->inc_first[v];
}

static void make_crossing(struct build *b, uint32_t v)
{
    b->crossing[v] = (uint32_t)b->net->crossings;
    b->net->vertex[b->net->crossings++] = v;
}

/* From vertex v along segment s until the next crossing. */
static void walk(struct build *b, uint32_t v, uint32_t s)
{
    struct network *net = b->net;
    uint32_t c = (uint32_t)net->chains++;
    double along = 0;
    net->from[c] = b->crossing[v];
    net->first[c] = (uint32_t)b->placed;
    for (;;) {
        net->chain[s] = c;
        net->start[s] = along;
        net->turned[s] = net->a[s] != v;
        net->order[b->placed++] = s;
        along += net->length[s];
        v = other_end(net, s, v);
        if (b->crossing[v] != NETWORK_NONE)
            break;
        uint32_t k = b->inc_first[v];
        s = b->inc[k] == s ? b->inc[k + 1] : b->inc[k];
    }
    net->to[c] = b->crossing[v];
    net->chain_length[c] = along;
    net->total += along;
}

static void walk_all(struct build *b, uint32_t v)
{
    for (uint32_t k = b->inc_first[v]; k < b->inc_first[v + 1]; k++)
        if (b->net->chain[b->inc[k]] == NETWORK_NONE)
            walk(b, v, b->inc[k]);
}

static void make_chains(struct build *b)
{
    struct network *net = b->net;
    memset(b->crossing, 0xff, net->vertices * sizeof *b->crossing);
    memset(net->chain, 0xff, net->segments * sizeof *net->chain);
    for (uint32_t v = 0; v < net->vertices; v++)
        if (degree(b, v) != 2 && degree(b, v) > 0)
            make_crossing(b, v);
    for (uint32_t j = 0, n = (uint32_t)net->crossings; j < n; j++)
        walk_all(b, net->vertex[j]);
    for (uint32_t v = 0; v < net->vertices; v++) /* rings without a crossing */
        if (degree(b, v) == 2 && net->chain[b->inc[b->inc_first[v]]] == NETWORK_NONE) {
            make_crossing(b, v);
            walk_all(b, v);
        }
    net->first[net->chains] = (uint32_t)b->placed;
}

/* --- Chains at each crossing, and parts --- */

static void list_chains(struct network *net)
{
    uint32_t *first = net->at_first;
    for (size_t c = 0; c < net->chains; c++) {
        first[net->from[c] + 2]++;
        first[net->to[c] + 2]++;
    }
    for (size_t j = 2; j < net->crossings + 2; j++)
        first[j] += first[j - 1];
    for (uint32_t c = 0; c < net->chains; c++) {
        net->at[first[net->from[c] + 1]++] = c * 2;
        net->at[first[net->to[c] + 1]++] = c * 2 + 1;
    }
}

static uint32_t root(uint32_t *up, uint32_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

static void count_parts(struct network *net, uint32_t *up)
{
    for (uint32_t j = 0; j < net->crossings; j++)
        up[j] = j;
    for (size_t c = 0; c < net->chains; c++) {
        uint32_t a = root(up, net->from[c]), b = root(up, net->to[c]);
        up[a > b ? a : b] = a > b ? b : a;
    }
    for (uint32_t j = 0; j < net->crossings; j++)
        net->parts += up[j] == j;
}

/* --- All together --- */

static void measure(struct network *net)
{
    for (size_t i = 0; i < net->segments; i++) {
        uint32_t a = net->a[i], b = net->b[i];
        net->length[i] = hypot(net->x[b] - net->x[a], net->y[b] - net->y[a]);
        net->dropped += !(net->length[i] > 0);
    }
}

static enum err make_room(struct arena *a, struct build *b)
{
    struct network *net = b->net;
    size_t n = net->segments, v = net->vertices;
    uint32_t **whole[] = {&net->chain,   &net->order,  &net->from,    &net->to,
                          &net->first,   &net->vertex, &net->at,      &b->inc,
                          &b->inc_first, &b->crossing, &net->at_first};
    const size_t room[] = {n, n, n, n, n + 1, v, 2 * n, 2 * n, v + 2, v, v + 2};
    for (size_t i = 0; i < sizeof room / sizeof *room; i++)
        if (!(*whole[i] = ARENA_ARRAY(a, room[i], uint32_t)))
            return ERR_NOMEM;
    net->length = ARENA_ARRAY(a, n, double);
    net->start = ARENA_ARRAY(a, n, double);
    net->chain_length = ARENA_ARRAY(a, n, double);
    net->turned = ARENA_ARRAY(a, n, bool);
    return net->length && net->start && net->chain_length && net->turned ? ERR_OK : ERR_NOMEM;
}

enum err network_make(const struct work *w, const struct segments *s, double join,
                      struct network *out)
{
    struct network net = {.segments = s->n};
    struct build b = {.net = &net};
    TRY(check(s, join));
    TRY(make_vertices(w, s, join, &net));
    TRY(make_room(w->arena, &b));
    measure(&net);
    if (net.dropped == net.segments)
        return ERR_INVALID;
    list_segments(&b);
    drop_doubles(&b, b.crossing);
    list_segments(&b);
    make_chains(&b);
    list_chains(&net);
    count_parts(&net, b.crossing);
    *out = net;
    return ERR_OK;
}

double network_along(const struct network *net, struct network_place p)
{
    double t = net->turned[p.segment] ? net->length[p.segment] - p.along : p.along;
    return net->start[p.segment] + t;
}

void network_point(const struct network *net, uint32_t c, double along, double *x, double *y)
{
    uint32_t low = net->first[c], high = net->first[c + 1] - 1;
    while (low < high) { /* the last segment that begins at or before it */
        uint32_t middle = (low + high + 1) / 2;
        if (net->start[net->order[middle]] <= along)
            low = middle;
        else
            high = middle - 1;
    }
    uint32_t s = net->order[low];
    double t = (along - net->start[s]) / net->length[s];
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    t = net->turned[s] ? 1 - t : t;
    *x = net->x[net->a[s]] * (1 - t) + net->x[net->b[s]] * t;
    *y = net->y[net->a[s]] * (1 - t) + net->y[net->b[s]] * t;
}
