/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/netkde.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define SHORTEST 20.0  /* a shorter piece than step / SHORTEST conducts as if it were that long */
#define LEFT_OUT 1e-13 /* of the series */
#define BLOCK 32768    /* nodes that one thread takes at a time */

struct heat {
    const struct network *net;
    struct netkde *k;
    double sigma, step;
    double *flow; /* of each chain: 1 / (piece that conducts) */
    double *mass; /* of each crossing: half of the pieces that meet there */
    double *now, *last, *sum;
    double rate; /* no eigenvalue of the operator is larger */
    double factor;
    uint32_t *block; /* chains of each part of the work, and crossings of each part after them */
    size_t chain_blocks, blocks;
    double coefficient;
    bool first;
};

/* --- Pieces --- */

static size_t pieces_in(const struct netkde *k, size_t c)
{
    return k->piece_first[c + 1] - k->piece_first[c];
}

static enum err count_pieces(const struct work *w, struct heat *h)
{
    const struct network *net = h->net;
    struct netkde *k = h->k;
    k->piece_first = ARENA_ARRAY(w->arena, net->chains + 1, uint32_t);
    k->inner = ARENA_ARRAY(w->arena, net->chains, uint32_t);
    k->length = ARENA_ARRAY(w->arena, net->chains, double);
    h->flow = ARENA_ARRAY(w->arena, net->chains, double);
    if (!k->piece_first || !k->inner || !k->length || !h->flow)
        return ERR_NOMEM;
    size_t nodes = net->crossings;
    for (size_t c = 0; c < net->chains; c++) {
        double wanted = fmax(1, ceil(net->chain_length[c] / h->step - 1e-9));
        if (!(wanted + (double)k->pieces <= (double)NETKDE_NODES_MOST))
            return ERR_LIMIT;
        k->piece_first[c] = (uint32_t)k->pieces;
        k->inner[c] = (uint32_t)nodes;
        k->pieces += (size_t)wanted;
        nodes += (size_t)wanted - 1;
        k->length[c] = net->chain_length[c] / wanted;
        h->flow[c] = 1 / fmax(k->length[c], h->step / SHORTEST);
    }
    k->piece_first[net->chains] = (uint32_t)k->pieces;
    k->nodes = nodes;
    return ERR_OK;
}

static enum err make_nodes(const struct work *w, struct heat *h)
{
    struct netkde *k = h->k;
    k->density = ARENA_ARRAY(w->arena, k->pieces, double);
    h->sum = k->node = ARENA_ARRAY(w->arena, k->nodes, double);
    h->now = ARENA_ARRAY(w->arena, k->nodes, double);
    h->last = ARENA_ARRAY(w->arena, k->nodes, double);
    h->mass = ARENA_ARRAY(w->arena, h->net->crossings, double);
    return k->density && h->sum && h->now && h->last && h->mass ? ERR_OK : ERR_NOMEM;
}

/* Masses of the crossings, and the bound of the eigenvalues: twice the largest sum of flows out of
 * an end, by its mass (Gershgorin). A chain of one piece from a crossing to itself lets nothing
 * through: both its ends are the same. */
static void measure(struct heat *h)
{
    const struct network *net = h->net;
    const struct netkde *k = h->k;
    for (size_t c = 0; c < net->chains; c++) {
        h->mass[net->from[c]] += k->length[c] / 2;
        h->mass[net->to[c]] += k->length[c] / 2;
        if (pieces_in(k, c) > 1)
            h->rate = fmax(h->rate, 4 * h->flow[c] / k->length[c]);
    }
    for (size_t j = 0; j < net->crossings; j++) {
        double out = 0;
        for (uint32_t i = net->at_first[j]; i < net->at_first[j + 1]; i++) {
            uint32_t c = net->at[i] / 2;
            if (pieces_in(k, c) > 1 || net->from[c] != net->to[c])
                out += h->flow[c];
        }
        h->rate = fmax(h->rate, 2 * out / h->mass[j]);
    }
}

/* The end number i (0: the crossing where chain c begins) as a node. */
static size_t node_of(const struct network *net, const struct netkde *k, size_t c, size_t i)
{
    if (i == 0)
        return net->from[c];
    return i == pieces_in(k, c) ? net->to[c] : k->inner[c] + i - 1;
}

/* The piece a place lies on, and how far along it, 0 to 1. */
static double locate(const struct network *net, const struct netkde *k, struct network_place p,
                     size_t *piece)
{
    uint32_t c = net->chain[p.segment];
    double t = network_along(net, p) / k->length[c];
    size_t i = t > 0 ? (size_t)t : 0, most = pieces_in(k, c) - 1;
    i = i > most ? most : i;
    *piece = i;
    return fmin(fmax(t - (double)i, 0), 1);
}

static enum err lay_out(struct heat *h, const struct netkde_events *events)
{
    const struct network *net = h->net;
    size_t placed = 0;
    for (size_t i = 0; i < events->n; i++) {
        struct network_place p = events->place[i];
        size_t piece, s = p.segment;
        if (s == NETWORK_NONE)
            continue;
        if (s >= net->segments || net->chain[s] == NETWORK_NONE || !(p.along >= 0))
            return ERR_INVALID;
        double t = locate(net, h->k, p, &piece), each = events->weight ? events->weight[i] : 1;
        h->last[node_of(net, h->k, net->chain[s], piece)] += each * (1 - t);
        h->last[node_of(net, h->k, net->chain[s], piece + 1)] += each * t;
        placed++;
    }
    for (size_t j = 0; j < net->crossings; j++)
        h->last[j] /= h->mass[j];
    for (size_t c = 0; c < net->chains; c++)
        for (size_t i = 0; i + 1 < pieces_in(h->k, c); i++)
            h->last[h->k->inner[c] + i] /= h->k->length[c];
    return placed ? ERR_OK : ERR_INVALID;
}

/* --- The series --- */

/* What sharing an event between two ends adds to its variance, on average over the network. */
static double added_variance(const struct heat *h)
{
    double sum = 0;
    for (size_t c = 0; c < h->net->chains; c++)
        sum += h->net->chain_length[c] * h->k->length[c] * h->k->length[c];
    return sum / h->net->total / 6;
}

/* exp(-z) I_i(z), twice that for i > 0, by Miller's backward recurrence; they sum to one. */
static enum err make_terms(const struct work *w, double z, double **out, size_t *terms)
{
    double most = 20 + ceil(12 * sqrt(z)), sum = 0, tail = 0;
    if (!(most <= NETKDE_TERMS_MOST))
        return ERR_LIMIT;
    size_t n = (size_t)most;
    double *v = ARENA_ARRAY(w->arena, n + 2, double);
    if (!v)
        return ERR_NOMEM;
    v[n] = 1e-300;
    for (size_t i = n; i > 0; i--)
        v[i - 1] = v[i + 1] + 2 * (double)i / z * v[i];
    for (size_t i = n + 1; i-- > 0;)
        sum += i ? 2 * v[i] : v[i];
    for (size_t i = 0; i <= n; i++)
        v[i] *= (i ? 2 : 1) / sum;
    while (n > 1 && tail + v[n] < LEFT_OUT)
        tail += v[n--];
    v[0] += tail; /* so that nothing is lost */
    *terms = n + 1;
    *out = v;
    return ERR_OK;
}

/* What flows through the beginning and the end of chain c into the crossings there: towards lower
 * densities. */
static double inflow(const struct heat *h, const double *u, uint32_t end)
{
    const struct network *net = h->net;
    uint32_t c = end / 2;
    size_t n = pieces_in(h->k, c);
    if (end % 2)
        return h->flow[c] * (u[node_of(net, h->k, c, n - 1)] - u[net->to[c]]);
    return h->flow[c] * (u[node_of(net, h->k, c, 1)] - u[net->from[c]]);
}

/* One node: the next polynomial from the change of this one. */
static inline void step_node(const struct heat *h, size_t i, double change)
{
    double next = h->now[i] + h->factor * change;
    h->last[i] = h->first ? next : 2 * next - h->last[i];
    h->sum[i] += h->coefficient * h->last[i];
}

static void step_chain(const struct heat *h, size_t c)
{
    const struct network *net = h->net;
    size_t n = pieces_in(h->k, c) - 1, first = h->k->inner[c];
    if (n == 0)
        return;
    const double *restrict u = h->now + first;
    double *restrict last = h->last + first, *restrict sum = h->sum + first;
    double f = h->factor * h->flow[c] / h->k->length[c], twice = h->first ? 1 : 2;
    double old = h->first ? 0 : 1, a = h->coefficient;
    double left = h->now[net->from[c]], right = h->now[net->to[c]];
    for (size_t i = 0; i<n; i += n> 1 ? n - 1 : 1) {
        double before = i ? u[i - 1] : left, after = i + 1 < n ? u[i + 1] : right;
        last[i] = twice * (u[i] + f * (before + after - 2 * u[i])) - old * last[i];
        sum[i] += a * last[i];
    }
    for (size_t i = 1; i + 1 < n; i++) {
        last[i] = twice * (u[i] + f * (u[i - 1] + u[i + 1] - 2 * u[i])) - old * last[i];
        sum[i] += a * last[i];
    }
}

static enum err step_block(void *arg, size_t i, int lane)
{
    const struct heat *h = arg;
    const struct network *net = h->net;
    (void)lane;
    if (i < h->chain_blocks) {
        for (size_t c = h->block[i]; c < h->block[i + 1]; c++)
            step_chain(h, c);
        return ERR_OK;
    }
    size_t from = (i - h->chain_blocks) * BLOCK;
    for (size_t j = from; j < net->crossings && j < from + BLOCK; j++) {
        double change = 0;
        for (uint32_t k = net->at_first[j]; k < net->at_first[j + 1]; k++)
            change += inflow(h, h->now, net->at[k]);
        step_node(h, j, change / h->mass[j]);
    }
    return ERR_OK;
}

static enum err make_blocks(const struct work *w, struct heat *h)
{
    size_t held = 0, n = 1;
    h->block = ARENA_ARRAY(w->arena, h->k->pieces / BLOCK + 2, uint32_t);
    if (!h->block)
        return ERR_NOMEM;
    for (size_t c = 0; c < h->net->chains; c++) {
        held += pieces_in(h->k, c);
        if (held >= BLOCK || c + 1 == h->net->chains) {
            h->block[n++] = (uint32_t)c + 1;
            held = 0;
        }
    }
    h->chain_blocks = n - 1;
    h->blocks = n - 1 + (h->net->crossings + BLOCK - 1) / BLOCK;
    return ERR_OK;
}

static enum err sum_series(const struct work *w, struct heat *h, const double *coefficient)
{
    struct work quiet = *w;
    quiet.tick = NULL; /* told here, term by term */
    if (h->k->nodes <= BLOCK)
        quiet.threads = 1;
    h->factor = h->rate > 0 ? 2 / h->rate : 0;
    memcpy(h->now, h->last, h->k->nodes * sizeof *h->now);
    for (size_t i = 0; i < h->k->nodes; i++)
        h->sum[i] = coefficient[0] * h->now[i];
    for (size_t t = 1; t < h->k->terms; t++) {
        h->coefficient = coefficient[t];
        h->first = t == 1;
        TRY(work_parts(&quiet, h->blocks, step_block, h));
        double *swap = h->now;
        h->now = h->last;
        h->last = swap;
        TRY(work_tick(w, (double)t / (double)h->k->terms));
    }
    return ERR_OK;
}

/* --- All together --- */

static void read_pieces(const struct network *net, struct netkde *k)
{
    for (size_t i = 0; i < k->nodes; i++) /* what rounding leaves far from all events */
        k->node[i] = fmax(k->node[i], 0);
    for (size_t c = 0; c < net->chains; c++)
        for (size_t i = 0; i < pieces_in(k, c); i++)
            k->density[k->piece_first[c] + i] =
                (k->node[node_of(net, k, c, i)] + k->node[node_of(net, k, c, i + 1)]) / 2;
}

enum err netkde(const struct work *w, const struct network *net, const struct netkde_events *events,
                const struct netkde_plan *plan, struct netkde *out)
{
    const double *weight = events->weight;
    struct netkde k = {0};
    struct heat h = {.net = net, .k = &k, .sigma = plan->sigma, .step = plan->step};
    double *coefficient;
    if (!(plan->sigma > 0 && plan->sigma <= GEO_METRES_MOST))
        return ERR_INVALID;
    if (!(plan->step > 0 && plan->step <= plan->sigma / 2))
        return ERR_INVALID;
    TRY(points_check(&(struct points){weight ? events->n : 0, weight, weight, weight}));
    TRY(count_pieces(w, &h));
    TRY(make_nodes(w, &h));
    measure(&h);
    TRY(lay_out(&h, events));
    TRY(make_blocks(w, &h));
    double time = (h.sigma * h.sigma - added_variance(&h)) / 2;
    TRY(make_terms(w, time * fmax(h.rate, 4 / (h.step * h.step)) / 2, &coefficient, &k.terms));
    h.rate = fmax(h.rate, 4 / (h.step * h.step));
    TRY(sum_series(w, &h, coefficient));
    read_pieces(net, &k);
    *out = k;
    return ERR_OK;
}

double netkde_at(const struct network *net, const struct netkde *k, struct network_place p)
{
    size_t piece;
    if (p.segment == NETWORK_NONE)
        return NAN;
    uint32_t c = net->chain[p.segment];
    double t = locate(net, k, p, &piece);
    return k->node[node_of(net, k, c, piece)] * (1 - t) +
           k->node[node_of(net, k, c, piece + 1)] * t;
}
