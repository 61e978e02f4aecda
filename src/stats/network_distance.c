/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ways along the streets: Dijkstra's algorithm from many places at once. Every crossing keeps the
 * two nearest of them, so that each place can leave itself out. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/network.h"

struct label {
    double d;
    uint32_t source, crossing;
};

struct reach {
    const struct network *net;
    struct label (*best)[2]; /* of each crossing; source NETWORK_NONE: not reached */
    struct label *heap;
    size_t n;
    int labels; /* that a crossing keeps */
};

static bool before(const struct label *a, const struct label *b)
{
    if (a->d != b->d)
        return a->d < b->d;
    return a->source != b->source ? a->source < b->source : a->crossing < b->crossing;
}

static void push(struct reach *r, double d, uint32_t source, uint32_t crossing)
{
    struct label l = {d, source, crossing};
    size_t i = r->n++;
    while (i && before(&l, &r->heap[(i - 1) / 2])) {
        r->heap[i] = r->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    r->heap[i] = l;
}

static struct label pop(struct reach *r)
{
    struct label top = r->heap[0], last = r->heap[--r->n];
    size_t i = 0;
    for (size_t k; (k = 2 * i + 1) < r->n; i = k) {
        if (k + 1 < r->n && before(&r->heap[k + 1], &r->heap[k]))
            k++;
        if (!before(&r->heap[k], &last))
            break;
        r->heap[i] = r->heap[k];
    }
    r->heap[i] = last;
    return top;
}

/* False when the crossing has this source already, or as many as it keeps. */
static bool keep(struct reach *r, const struct label *l)
{
    struct label *best = r->best[l->crossing];
    for (int i = 0; i < r->labels; i++) {
        if (best[i].source == l->source)
            return false;
        if (best[i].source == NETWORK_NONE) {
            best[i] = *l;
            return true;
        }
    }
    return false;
}

static bool is_full(const struct reach *r, uint32_t crossing, uint32_t source)
{
    const struct label *best = r->best[crossing];
    return best[0].source == source || best[r->labels - 1].source != NETWORK_NONE;
}

static void spread(struct reach *r, const struct label *l)
{
    const struct network *net = r->net;
    for (uint32_t k = net->at_first[l->crossing]; k < net->at_first[l->crossing + 1]; k++) {
        uint32_t c = net->at[k] / 2, next = net->at[k] % 2 ? net->from[c] : net->to[c];
        if (!is_full(r, next, l->source))
            push(r, l->d + net->chain_length[c], l->source, next);
    }
}

static enum err run(const struct work *w, struct reach *r, const struct network_place *p, size_t n,
                    int labels)
{
    const struct network *net = r->net;
    size_t most = 2 * n + (size_t)labels * 2 * net->chains + 1, seen = 0;
    r->labels = labels;
    r->best = arena_array(w->arena, net->crossings, sizeof *r->best);
    r->heap = ARENA_ARRAY(w->arena, most, struct label);
    if (!r->best || !r->heap)
        return ERR_NOMEM;
    for (size_t j = 0; j < net->crossings; j++)
        r->best[j][0] = r->best[j][1] = (struct label){INFINITY, NETWORK_NONE, 0};
    for (size_t i = 0; i < n; i++) {
        if (p[i].segment == NETWORK_NONE)
            continue;
        uint32_t c = net->chain[p[i].segment];
        double s = network_along(net, p[i]);
        push(r, s, (uint32_t)i, net->from[c]);
        push(r, net->chain_length[c] - s, (uint32_t)i, net->to[c]);
    }
    while (r->n) {
        struct label l = pop(r);
        if (keep(r, &l))
            spread(r, &l);
        if (seen++ % 65536 == 0)
            TRY(work_tick(w, 0.5));
    }
    return ERR_OK;
}

/* From crossing j to the nearest source that is not `self`. */
static double from_crossing(const struct reach *r, uint32_t j, uint32_t self)
{
    const struct label *best = r->best[j];
    return best[0].source != self ? best[0].d : best[1].d;
}

static enum err check(const struct network *net, const struct network_place *p, size_t n)
{
    if (n >= NETWORK_NONE)
        return ERR_LIMIT;
    for (size_t i = 0; i < n; i++) {
        uint32_t s = p[i].segment;
        if (s == NETWORK_NONE)
            continue;
        if (s >= net->segments || net->chain[s] == NETWORK_NONE)
            return ERR_INVALID;
        if (!(p[i].along >= 0 && p[i].along <= net->length[s]))
            return ERR_INVALID;
    }
    return ERR_OK;
}

enum err network_distances(const struct work *w, const struct network *net,
                           struct network_place from, const struct network_place *to, size_t n,
                           double *out)
{
    struct reach r = {.net = net};
    TRY(check(net, &from, 1));
    TRY(check(net, to, n));
    if (from.segment == NETWORK_NONE)
        return ERR_INVALID;
    TRY(run(w, &r, &from, 1, 1));
    double own = network_along(net, from);
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (to[i].segment == NETWORK_NONE)
            continue;
        uint32_t c = net->chain[to[i].segment];
        double s = network_along(net, to[i]);
        out[i] = fmin(s + from_crossing(&r, net->from[c], NETWORK_NONE),
                      net->chain_length[c] - s + from_crossing(&r, net->to[c], NETWORK_NONE));
        if (c == net->chain[from.segment])
            out[i] = fmin(out[i], fabs(s - own));
    }
    return ERR_OK;
}

/* --- The nearest other place --- */

struct stop {
    uint32_t chain, place;
    double along;
};

static int stop_order(const void *left, const void *right)
{
    const struct stop *a = left, *b = right;
    if (a->chain != b->chain)
        return a->chain < b->chain ? -1 : 1;
    if (a->along != b->along)
        return a->along < b->along ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

enum err network_nearest(const struct work *w, const struct network *net,
                         const struct network_place *p, size_t n, double *out)
{
    struct reach r = {.net = net};
    TRY(check(net, p, n));
    TRY(run(w, &r, p, n, 2));
    struct stop *stop = ARENA_ARRAY(w->arena, n, struct stop);
    size_t m = 0;
    if (!stop)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (p[i].segment == NETWORK_NONE)
            continue;
        uint32_t c = net->chain[p[i].segment];
        double s = network_along(net, p[i]);
        stop[m++] = (struct stop){c, i, s};
        out[i] = fmin(s + from_crossing(&r, net->from[c], i),
                      net->chain_length[c] - s + from_crossing(&r, net->to[c], i));
    }
    qsort(stop, m, sizeof *stop, stop_order);
    for (size_t k = 1; k < m; k++) {
        const struct stop *a = &stop[k - 1], *b = &stop[k];
        if (a->chain != b->chain)
            continue;
        out[a->place] = fmin(out[a->place], b->along - a->along);
        out[b->place] = fmin(out[b->place], b->along - a->along);
    }
    return ERR_OK;
}
