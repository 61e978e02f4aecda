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

/* A group that the page shows: its rows [low, high) go to out[to]. */
struct window {
    size_t low, high, to, seen;
};

static int compare_place(const void *pa, const void *pb)
{
    const struct event_count *a = pa, *b = pb;
    if (a->none != b->none)
        return a->none ? 1 : -1;
    int c = a->none ? 0 : str_compare_sv(a->name, b->name);
    return c ? c : strcmp(a->municipality, b->municipality);
}

static int compare_type(const void *pa, const void *pb)
{
    return ((const struct event_count *)pa)->code - ((const struct event_count *)pb)->code;
}

static void turn_round(struct event_count *list, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct event_count c = list[i];
        list[i] = list[n - 1 - i];
        list[n - 1 - i] = c;
    }
}

/* Which window a row belongs to: for types one table, for places one a part; 0 = none, else the
 * window's number + 1. */
struct windows {
    enum event_sort sort;
    struct window *list;
    uint32_t **of; /* by part; of[0] for types */
};

static enum err windows_make(struct windows *ws, const struct event_selection *s,
                             const struct event_count *groups, size_t n_groups, struct arena *a)
{
    size_t parts = s->view->n;
    ws->of = ARENA_ARRAY(a, parts + 1, uint32_t *);
    if (!ws->of)
        return ERR_NOMEM;
    for (size_t p = 0; p < (ws->sort == EVENT_SORT_TYPE ? 1 : parts); p++) {
        ws->of[p] = ARENA_ARRAY(
            a, ws->sort == EVENT_SORT_TYPE ? 256 : s->view->parts[p]->n_places + 1, uint32_t);
        if (!ws->of[p])
            return ERR_NOMEM;
    }
    for (size_t i = 0; i < n_groups; i++) {
        size_t p = 0;
        while (ws->sort != EVENT_SORT_TYPE &&
               s->view->parts[p]->municipality != groups[i].municipality)
            p++; /* the text belongs to its part, so the pointers are equal */
        if (ws->list[i].high > ws->list[i].low)
            ws->of[p][groups[i].code] = (uint32_t)i + 1;
    }
    return ERR_OK;
}

static struct window *window_of(const struct windows *ws, const struct cursor *c)
{
    uint32_t i;
    if (ws->sort == EVENT_SORT_TYPE)
        i = ws->of[0][c->r->type[c->row]];
    else
        i = ws->of[c->part]
                  [c->r->place[c->row] == COLUMNS_NONE32 ? c->r->n_places : c->r->place[c->row]];
    return i ? &ws->list[i - 1] : NULL;
}

/* Where each group stands in the list, and which of its rows the page shows. */
static void place_windows(struct window *list, const struct event_count *groups, size_t n_groups,
                          const struct event_order *order)
{
    size_t start = 0, first = order->offset, last = first + order->n;
    for (size_t i = 0; i < n_groups; i++) {
        size_t end = start + groups[i].n;
        size_t low = start > first ? start : first, high = end < last ? end : last;
        if (low < high)
            list[i] = (struct window){low - start, high - start, low - first, 0};
        start = end;
    }
}

static enum err page_by_group(const struct event_selection *s, const struct event_order *order,
                              struct arena *a, struct event_key *out)
{
    struct event_count *groups;
    size_t n_groups, left = order->n;
    bool types = order->sort == EVENT_SORT_TYPE;
    TRY(columns_count_by(s, types ? EVENT_BY_TYPE : EVENT_BY_PLACE, a, &groups, &n_groups));
    qsort(groups, n_groups, sizeof *groups, types ? compare_type : compare_place);
    if (order->descending)
        turn_round(groups, n_groups);
    struct windows ws = {.sort = order->sort, .list = ARENA_ARRAY(a, n_groups, struct window)};
    if (!ws.list)
        return ERR_NOMEM;
    place_windows(ws.list, groups, n_groups, order);
    TRY(windows_make(&ws, s, groups, n_groups, a));
    struct walk w;
    TRY(walk_begin(&w, s, true));
    while (left > 0 && w.n > 0) {
        struct window *win = window_of(&ws, &w.heap[0]);
        if (win && win->seen >= win->low && win->seen < win->high) {
            out[win->to + win->seen - win->low] = key_of(&w.heap[0]);
            left--;
        }
        if (win)
            win->seen++;
        walk_step(&w);
    }
    walk_done(&w);
    return ERR_OK;
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
        TRY(o.sort == EVENT_SORT_TIME ? page_by_time(s, &o, list) : page_by_group(s, &o, a, list));
    *out = list;
    *out_n = o.n;
    return ERR_OK;
}
