/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/disclose_ledger.h"

#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static void put(crypto_generichash_state *st, int64_t v)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    crypto_generichash_update(st, b, sizeof b);
}

static int compare_cells(const void *pa, const void *pb)
{
    const struct ledger_cell *a = *(const struct ledger_cell *const *)pa;
    const struct ledger_cell *b = *(const struct ledger_cell *const *)pb;
    int c = strcmp(a->type, b->type);
    if (c)
        return c;
    const int64_t x[] = {a->from, a->to, (int64_t)a->unit_count, a->shown, a->count};
    const int64_t y[] = {b->from, b->to, (int64_t)b->unit_count, b->shown, b->count};
    for (size_t i = 0; i < ARRAY_LEN(x); i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    for (size_t i = 0; i < a->unit_count; i++)
        if (a->units[i] != b->units[i])
            return a->units[i] < b->units[i] ? -1 : 1;
    return 0;
}

enum err ledger_hash(const struct ledger_cell *cells, size_t n, uint8_t out[LEDGER_HASH])
{
    AUTO(mem_freep) const struct ledger_cell **order = mem_array(n, sizeof *order);
    if (!order)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        order[i] = &cells[i];
    if (n > 1)
        qsort(order, n, sizeof *order, compare_cells);
    crypto_generichash_state st;
    crypto_generichash_init(&st, (const uint8_t *)"samsyn ledger  1", 16, LEDGER_HASH);
    put(&st, (int64_t)n);
    for (size_t i = 0; i < n; i++) {
        const struct ledger_cell *c = order[i];
        put(&st, (int64_t)strlen(c->type));
        crypto_generichash_update(&st, (const uint8_t *)c->type, strlen(c->type));
        put(&st, (int64_t)c->unit_count);
        for (size_t u = 0; u < c->unit_count; u++)
            put(&st, c->units[u]);
        put(&st, c->from);
        put(&st, c->to);
        put(&st, c->shown);
    }
    crypto_generichash_final(&st, out, LEDGER_HASH);
    return ERR_OK;
}

static bool is_small(int64_t v, int min_count)
{
    return v != 0 && llabs((long long)v) < min_count;
}

static bool same_units(const struct ledger_cell *a, const struct ledger_cell *b)
{
    return a->unit_count == b->unit_count &&
           (a->unit_count == 0 ||
            memcmp(a->units, b->units, a->unit_count * sizeof *a->units) == 0);
}

static bool same_period(const struct ledger_cell *a, const struct ledger_cell *b)
{
    return a->from == b->from && a->to == b->to;
}

/* How many units two areas share. */
static size_t shared_units(const struct ledger_cell *a, const struct ledger_cell *b)
{
    size_t i = 0, j = 0, n = 0;
    while (i < a->unit_count && j < b->unit_count) {
        n += a->units[i] == b->units[j];
        if (a->units[i] == b->units[j])
            i++, j++;
        else if (a->units[i] < b->units[j])
            i++;
        else
            j++;
    }
    return n;
}

static bool inside(const struct ledger_cell *small, const struct ledger_cell *large)
{
    return small->unit_count < large->unit_count && shared_units(small, large) == small->unit_count;
}

static enum err refuse(struct ledger_answer *out, enum ledger_fault fault, int64_t from, int64_t to,
                       int64_t count)
{
    *out = (struct ledger_answer){fault, from, to, count};
    return ERR_CONFLICT;
}

/* ---- windows: with F(d) = all events before day d, a window [a, b) tells F(b) - F(a). The windows
 * published so far tie days together; within what is tied, every window can be computed. ------- */

struct day {
    int64_t day, value; /* F(day) counted from the end of the candidate it is tied to */
    int side;           /* 0 = untied, 1 = tied to candidate.from, 2 = to candidate.to */
};

struct days {
    struct day *d;
    size_t n;
};

static int by_day(const void *pa, const void *pb)
{
    const struct day *a = pa, *b = pb;
    return (a->day > b->day) - (a->day < b->day);
}

static struct day *day_of(const struct days *s, int64_t day)
{
    const struct day want = {.day = day};
    return bsearch(&want, s->d, s->n, sizeof *s->d, by_day);
}

/* All days where a window begins or ends, each once, in order. */
static void collect_days(struct days *s, const struct ledger_cell *const *w, size_t n,
                         const struct ledger_cell *c)
{
    size_t all = 0;
    for (size_t i = 0; i <= n; i++) {
        const struct ledger_cell *x = i < n ? w[i] : c;
        s->d[all++] = (struct day){.day = x->from};
        s->d[all++] = (struct day){.day = x->to};
    }
    qsort(s->d, all, sizeof *s->d, by_day);
    s->n = 0;
    for (size_t i = 0; i < all; i++)
        if (s->n == 0 || s->d[s->n - 1].day != s->d[i].day)
            s->d[s->n++] = s->d[i];
}

/* Ties one window's ends; true when something became known. */
static bool tie(const struct days *s, const struct ledger_cell *w)
{
    struct day *a = day_of(s, w->from), *b = day_of(s, w->to);
    if (a->side && !b->side) {
        b->side = a->side;
        b->value = a->value + w->count;
    } else if (b->side && !a->side) {
        a->side = b->side;
        a->value = b->value - w->count;
    } else {
        return false;
    }
    return true;
}

static enum err check_windows(const struct ledger_cell *const *same, size_t n,
                              const struct ledger_cell *c, int min_count, struct days *s,
                              struct ledger_answer *out)
{
    collect_days(s, same, n, c);
    day_of(s, c->from)->side = 1;
    for (int side = 1; side <= 2; side++) {
        struct day *end = day_of(s, c->to);
        if (side == 2 && end->side == 0)
            end->side = 2;
        for (bool news = true; news;) {
            news = false;
            for (size_t i = 0; i < n; i++) /* there and back: a chain is tied in one go */
                news = tie(s, same[i]) || news;
            for (size_t i = n; i > 0; i--)
                news = tie(s, same[i - 1]) || news;
        }
    }
    struct day *end = day_of(s, c->to);
    if (end->side == 1) { /* it could be computed already: only a changed number is news */
        int64_t change = c->count - end->value;
        return is_small(change, min_count)
                   ? refuse(out, LEDGER_REVISED, c->from, c->to, llabs((long long)change))
                   : ERR_OK;
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < s->n; j++) {
            const struct day *a = &s->d[i], *b = &s->d[j];
            if (a->side != 1 || b->side != 2 || (a->day == c->from && b->day == c->to))
                continue;
            int64_t v = b->value + c->count - a->value;
            if (is_small(v, min_count))
                return refuse(out, LEDGER_WINDOW, a->day < b->day ? a->day : b->day,
                              a->day < b->day ? b->day : a->day, llabs((long long)v));
        }
    return ERR_OK;
}

/* ---- areas ---------------------------------------------------------------------------------- */

static int by_size(const void *pa, const void *pb)
{
    const struct ledger_cell *a = *(const struct ledger_cell *const *)pa;
    const struct ledger_cell *b = *(const struct ledger_cell *const *)pb;
    return (a->unit_count < b->unit_count) - (a->unit_count > b->unit_count);
}

/* What is left of `whole` after each and all of the parts inside it that do not overlap. */
static enum err check_parts(const struct ledger_cell *whole, const struct ledger_cell *const *parts,
                            size_t n, int min_count, struct ledger_answer *out)
{
    int64_t left = whole->count;
    for (size_t i = 0; i < n; i++) {
        if (!inside(parts[i], whole))
            continue;
        int64_t one = whole->count - parts[i]->count;
        if (is_small(one, min_count))
            return refuse(out, LEDGER_NESTED, whole->from, whole->to, one);
        bool apart = true;
        for (size_t k = 0; k < i && apart; k++)
            apart = !inside(parts[k], whole) || shared_units(parts[k], parts[i]) == 0;
        if (!apart)
            continue;
        left -= parts[i]->count;
        if (is_small(left, min_count))
            return refuse(out, LEDGER_NESTED, whole->from, whole->to, llabs((long long)left));
    }
    return ERR_OK;
}

static enum err check_areas(const struct ledger_cell **same, size_t n, const struct ledger_cell *c,
                            int min_count, struct ledger_answer *out)
{
    same[n++] = c; /* the caller left room */
    qsort(same, n, sizeof *same, by_size);
    for (size_t i = 0; i < n; i++)
        if (same[i] == c || inside(c, same[i]))
            TRY(check_parts(same[i], same, n, min_count, out));
    return ERR_OK;
}

enum err ledger_check(const struct ledger_cell *earlier, size_t n,
                      const struct ledger_cell *candidate, int min_count, struct ledger_answer *out)
{
    assert(candidate && out && (earlier || n == 0));
    const struct ledger_answer fine = {.fault = LEDGER_FINE};
    if (candidate->from >= candidate->to || candidate->count < 0)
        return ERR_INVALID;
    AUTO(mem_freep) const struct ledger_cell **windows = mem_array(n + 1, sizeof *windows);
    AUTO(mem_freep) const struct ledger_cell **areas = mem_array(n + 1, sizeof *areas);
    AUTO(mem_freep) struct day *day = mem_array(2 * n + 2, sizeof *day);
    if (!windows || !areas || !day)
        return ERR_NOMEM;
    size_t nw = 0, na = 0;
    for (size_t i = 0; i < n; i++) {
        const struct ledger_cell *e = &earlier[i];
        if (e->shown < 0 || !str_eq(e->type, candidate->type))
            continue;
        if (same_units(e, candidate))
            windows[nw++] = e;
        else if (same_period(e, candidate))
            areas[na++] = e;
    }
    if (nw > LEDGER_MAX_CELLS || na > LEDGER_MAX_CELLS)
        return ERR_LIMIT;
    if (candidate->shown >= 0) {
        struct days s = {day, 0};
        TRY(check_windows(windows, nw, candidate, min_count, &s, out));
        TRY(check_areas(areas, na, candidate, min_count, out));
    }
    *out = fine;
    return ERR_OK;
}
