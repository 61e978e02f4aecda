/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A page of a sorted list. Each part is in order of time already; a heap merges the parts. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/columns_inner.h"

/* --- Walking through all parts in order of time --- */

struct cursor {
    const struct event_rows *r;
    const uint64_t *bits;
    uint32_t part, row;
};

struct walk {
    struct cursor *heap;
    size_t n;
    bool descending;
};

/* The selected row at or after `from`; n when there is none. */
static uint32_t next_up(const struct cursor *c, uint32_t from)
{
    for (uint32_t w = from / 64; w < (c->r->n + 63) / 64; w++) {
        uint64_t b = c->bits[w];
        if (w == from / 64)
            b &= ~UINT64_C(0) << from % 64;
        if (b)
            return w * 64 + (uint32_t)__builtin_ctzll(b);
    }
    return c->r->n;
}

/* The selected row before `end`; n when there is none. */
static uint32_t next_down(const struct cursor *c, uint32_t end)
{
    for (uint32_t w = (end + 63) / 64; w-- > 0;) {
        uint64_t b = c->bits[w];
        if (end < w * 64 + 64)
            b &= (UINT64_C(1) << (end - w * 64)) - 1;
        if (b)
            return w * 64 + 63 - (uint32_t)__builtin_clzll(b);
    }
    return c->r->n;
}

static bool before(const struct walk *w, const struct cursor *a, const struct cursor *b)
{
    msec ta = a->r->from[a->row], tb = b->r->from[b->row];
    if (ta != tb)
        return w->descending ? ta > tb : ta < tb;
    return w->descending ? a->part > b->part : a->part < b->part;
}

static void sink(struct walk *w, size_t i)
{
    for (;;) {
        size_t best = i, left = 2 * i + 1;
        if (left < w->n && before(w, &w->heap[left], &w->heap[best]))
            best = left;
        if (left + 1 < w->n && before(w, &w->heap[left + 1], &w->heap[best]))
            best = left + 1;
        if (best == i)
            return;
        struct cursor c = w->heap[i];
        w->heap[i] = w->heap[best];
        w->heap[best] = c;
        i = best;
    }
}

static enum err walk_begin(struct walk *w, const struct event_selection *s, bool descending)
{
    w->heap = mem_array(s->view->n, sizeof *w->heap);
    w->n = 0;
    w->descending = descending;
    if (!w->heap)
        return ERR_NOMEM;
    for (uint32_t p = 0; p < s->view->n; p++) {
        struct cursor c = {s->view->parts[p], s->bits[p], p, 0};
        c.row = descending ? next_down(&c, c.r->n) : next_up(&c, 0);
        if (c.row < c.r->n)
            w->heap[w->n++] = c;
    }
    for (size_t i = w->n / 2; i-- > 0;)
        sink(w, i);
    return ERR_OK;
}

/* heap[0] is the row that comes next; this goes past it. */
static void walk_step(struct walk *w)
{
    struct cursor *c = &w->heap[0];
    c->row = w->descending ? next_down(c, c->row) : next_up(c, c->row + 1);
    if (c->row >= c->r->n)
        w->heap[0] = w->heap[--w->n];
    sink(w, 0);
}

static void walk_done(struct walk *w)
{
    mem_free(w->heap);
}

static struct event_key key_of(const struct cursor *c)
{
    return (struct event_key){c->r->municipality, c->r->id[c->row]};
}

/* --- By time --- */

/* From the nearer end, so that no page is farther away than half the list. */
static enum err page_by_time(const struct event_selection *s, const struct event_order *order,
                             struct event_key *out)
{
    struct walk w;
    size_t offset = order->offset, n = order->n;
    size_t behind = s->count - offset - n;
    bool turn = behind < offset;
    TRY(walk_begin(&w, s, order->descending != turn));
    for (size_t i = 0; i < (turn ? behind : offset); i++)
        walk_step(&w);
    for (size_t i = 0; i < n; i++) {
        out[turn ? n - 1 - i : i] = key_of(&w.heap[0]);
        walk_step(&w);
    }
    walk_done(&w);
    return ERR_OK;
}

/* --- By type or place: groups in their order, newest first inside --- */

#define ARENA_MOST ((size_t)512 << 20) /* a million places */
#define FEW 12

/* A group, and those of its rows that the page shows: rows [low, high) go to out[to]. */
struct ranked {
    uint64_t key; /* orders before the rest is looked at */
    struct event_count group;
    size_t low, high, to, seen;
};

struct ranking {
    struct ranked *list;
    size_t n;
    enum event_sort sort;
    bool descending;
    size_t first, last; /* rows of the page */
};

/* Never 0 for two groups: pages of one list must not overlap. */
static int compare(const struct ranking *r, const struct ranked *a, const struct ranked *b)
{
    int c = a->key != b->key ? (a->key < b->key ? -1 : 1) : 0;
    if (!c && a->group.name && b->group.name) {
        c = str_compare_sv(a->group.name, b->group.name);
        c = c ? c : strcmp(a->group.municipality, b->group.municipality);
        c = c ? c : strcmp(a->group.name, b->group.name);
    } else if (!c && r->sort == EVENT_SORT_PLACE) {
        c = a->group.none - b->group.none;
        c = c ? c : strcmp(a->group.municipality, b->group.municipality);
    }
    return r->descending ? -c : c;
}

static void swap(struct ranked *a, struct ranked *b)
{
    struct ranked c = *a;
    *a = *b;
    *b = c;
}

/* Puts the middle one of three first, then smaller ones before it: where it stands at last. */
static size_t split(const struct ranking *r, struct ranked *list, size_t n)
{
    struct ranked *low = list, *mid = list + n / 2, *high = list + n - 1;
    if (compare(r, mid, low) < 0)
        swap(mid, low);
    if (compare(r, high, low) < 0)
        swap(high, low);
    if (compare(r, high, mid) < 0)
        swap(high, mid);
    swap(list, mid);
    size_t at = 0;
    for (size_t i = 1; i < n; i++)
        if (compare(r, &list[i], list) < 0)
            swap(&list[++at], &list[i]);
    swap(list, &list[at]);
    return at;
}

static void sort_few(const struct ranking *r, struct ranked *list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && compare(r, &list[k], &list[k - 1]) < 0; k--)
            swap(&list[k], &list[k - 1]);
}

static size_t rows_of(const struct ranked *list, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += list[i].group.n;
    return sum;
}

static int compare_any(const void *a, const void *b, void *ranking)
{
    return compare(ranking, a, b);
}

/* Orders the groups from list on, whose first row is number `start`, but only as far as the page
 * needs: a stretch of groups that lies outside it stays as it is. Names that come in an unlucky
 * order are split off nearly one by one; after `patience` splits all that is left is sorted. */
static void sort_near(struct ranking *r, struct ranked *list, size_t n, size_t start, int patience)
{
    while (n > FEW && start < r->last) {
        if (patience-- == 0) {
            qsort_r(list, n, sizeof *list, compare_any, r);
            return;
        }
        size_t at = split(r, list, n), mid = start + rows_of(list, at);
        if (mid > r->first)
            sort_near(r, list, at, start, patience);
        start = mid + list[at].group.n;
        list += at + 1;
        n -= at + 1;
        if (start + rows_of(list, n) <= r->first)
            return;
    }
    if (start < r->last)
        sort_few(r, list, n);
}

static enum err rank(struct ranking *r, const struct event_selection *s, struct arena *a)
{
    struct event_count *groups;
    bool types = r->sort == EVENT_SORT_TYPE;
    TRY(columns_groups(s, types ? EVENT_BY_TYPE : EVENT_BY_PLACE, a, &groups, &r->n));
    r->list = ARENA_ARRAY(a, r->n, struct ranked);
    if (!r->list)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n; i++) {
        const struct event_count *g = &groups[i];
        uint64_t key = types ? (uint64_t)g->code : g->none ? UINT64_MAX : str_order_sv(g->name);
        r->list[i] = (struct ranked){.key = key, .group = *g};
    }
    int patience = 4;
    for (size_t n = r->n; n; n /= 2)
        patience += 2;
    sort_near(r, r->list, r->n, 0, patience);
    size_t start = 0;
    for (size_t i = 0; i < r->n && start < r->last; i++) {
        struct ranked *g = &r->list[i];
        size_t end = start + g->group.n;
        size_t low = start > r->first ? start : r->first, high = end < r->last ? end : r->last;
        if (low < high) {
            g->low = low - start;
            g->high = high - start;
            g->to = low - r->first;
        }
        start = end;
    }
    return ERR_OK;
}

/* The row goes to the page if it is one of the group's that the page shows. */
static size_t show(struct ranked *g, const struct cursor *c, struct event_key *out)
{
    size_t at = g->seen++;
    if (at < g->low || at >= g->high)
        return 0;
    out[g->to + at - g->low] = key_of(c);
    return 1;
}

/* A type has rows in all parts. */
static enum err page_by_type(const struct event_selection *s, const struct ranking *r,
                             struct event_key *out)
{
    struct ranked *of[256] = {NULL};
    struct walk w;
    size_t left = r->last - r->first;
    for (size_t i = 0; i < r->n; i++)
        if (r->list[i].high > r->list[i].low)
            of[r->list[i].group.code] = &r->list[i];
    TRY(walk_begin(&w, s, true));
    while (left > 0 && w.n > 0) {
        struct ranked *g = of[w.heap[0].r->type[w.heap[0].row]];
        if (g)
            left -= show(g, &w.heap[0], out);
        walk_step(&w);
    }
    walk_done(&w);
    return ERR_OK;
}

/* The rows of the places that the page shows and that belong to part p, which is gone through once.
 * `shown` holds such groups and others. */
static enum err page_of_part(const struct event_selection *s, uint32_t p, struct ranked **shown,
                             size_t n, struct event_key *out)
{
    struct cursor c = {s->view->parts[p], s->bits[p], p, 0};
    AUTO(mem_freep) struct ranked **of = mem_array((size_t)c.r->n_places + 1, sizeof *of);
    size_t left = 0;
    if (!of)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (shown[i]->group.municipality == c.r->municipality) { /* that text is the part's own */
            of[shown[i]->group.code] = shown[i];
            left += shown[i]->high - shown[i]->low;
        }
    for (c.row = next_down(&c, c.r->n); left > 0; c.row = next_down(&c, c.row)) {
        uint32_t place = c.r->place[c.row];
        struct ranked *g = of[place == COLUMNS_NONE32 ? c.r->n_places : place];
        if (g)
            left -= show(g, &c, out);
    }
    return ERR_OK;
}

static enum err page_by_place(const struct event_selection *s, const struct ranking *r,
                              struct arena *a, struct event_key *out)
{
    size_t n = 0;
    struct ranked **shown = ARENA_ARRAY(a, r->last - r->first, struct ranked *);
    if (!shown)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n; i++)
        if (r->list[i].high > r->list[i].low)
            shown[n++] = &r->list[i];
    for (uint32_t p = 0; p < s->view->n; p++) {
        bool any = false;
        for (size_t i = 0; i < n && !any; i++)
            any = shown[i]->group.municipality == s->view->parts[p]->municipality;
        if (any)
            TRY(page_of_part(s, p, shown, n, out));
    }
    return ERR_OK;
}

static enum err page_by_group(const struct event_selection *s, const struct event_order *order,
                              struct event_key *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(ARENA_MOST);
    struct ranking r = {.sort = order->sort,
                        .descending = order->descending,
                        .first = order->offset,
                        .last = order->offset + order->n};
    if (!a)
        return ERR_NOMEM;
    TRY(rank(&r, s, a));
    return r.sort == EVENT_SORT_TYPE ? page_by_type(s, &r, out) : page_by_place(s, &r, a, out);
}

enum err columns_page(const struct event_selection *s, const struct event_order *order,
                      struct arena *a, struct event_key **out, size_t *out_n)
{
    struct event_order o = *order;
    if (o.offset > s->count)
        o.offset = s->count;
    if (o.n > s->count - o.offset)
        o.n = s->count - o.offset;
    struct event_key *list = ARENA_ARRAY(a, o.n, struct event_key);
    if (!list)
        return ERR_NOMEM;
    if (o.n)
        TRY(o.sort == EVENT_SORT_TIME ? page_by_time(s, &o, list) : page_by_group(s, &o, list));
    *out = list;
    *out_n = o.n;
    return ERR_OK;
}
