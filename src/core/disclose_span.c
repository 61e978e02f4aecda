/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/disclose_span.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Numbers of the equations are counted modulo a prime: exact, and nothing grows. That a
 * combination exists there and not among fractions is as likely as a chance of one in 2^31. */
#define PRIME UINT64_C(2147483647)

struct window {
    int64_t from, to;
    bool near; /* tied to the new cells */
};

/* From its first unknown (which has factor 1) to its last. */
struct equation {
    uint32_t first, last;
    uint32_t *factors;
};

struct span {
    const struct span_question *q;
    int64_t *days; /* where windows begin or end; stretch i is [days[i], days[i + 1]) */
    size_t n_days, width, unknowns;
    struct equation *by_first; /* factors NULL: none begins there */
    uint64_t *work;
    size_t bytes;
};

static uint64_t inverse(uint64_t v)
{
    uint64_t out = 1;
    for (uint64_t e = PRIME - 2; e; e >>= 1, v = v * v % PRIME)
        if (e & 1)
            out = out * v % PRIME;
    return out;
}

/* --- Which cells are tied to the new ones --- */

static int by_window(const void *pa, const void *pb)
{
    const struct window *a = pa, *b = pb;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static size_t collect_windows(const struct span_question *q, struct window *w)
{
    size_t n = 0;
    for (size_t i = 0; i < q->n; i++)
        w[i] = (struct window){q->cells[i].from, q->cells[i].to, i >= q->earlier};
    qsort(w, q->n, sizeof *w, by_window);
    for (size_t i = 0; i < q->n; i++)
        if (n && w[n - 1].from == w[i].from && w[n - 1].to == w[i].to)
            w[n - 1].near = w[n - 1].near || w[i].near;
        else
            w[n++] = w[i];
    for (bool news = true; news;) {
        news = false;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n && !w[i].near; k++)
                if (w[k].near && w[i].from < w[k].to && w[k].from < w[i].to)
                    w[i].near = news = true;
    }
    return n;
}

static int by_day(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
    return (a > b) - (a < b);
}

static enum err set_days(struct span *s)
{
    const struct span_question *q = s->q;
    AUTO(mem_freep) struct window *w = mem_array(q->n + 1, sizeof *w);
    s->days = mem_array(2 * q->n + 1, sizeof *s->days);
    if (!w || !s->days)
        return ERR_NOMEM;
    size_t n = collect_windows(q, w), all = 0;
    for (size_t i = 0; i < n; i++)
        if (w[i].near) {
            s->days[all++] = w[i].from;
            s->days[all++] = w[i].to;
        }
    qsort(s->days, all, sizeof *s->days, by_day);
    for (size_t i = 0; i < all; i++)
        if (s->n_days == 0 || s->days[s->n_days - 1] != s->days[i])
            s->days[s->n_days++] = s->days[i];
    return ERR_OK;
}

static size_t stretch_of(const struct span *s, int64_t day)
{
    const int64_t *at = bsearch(&day, s->days, s->n_days, sizeof *s->days, by_day);
    return at ? (size_t)(at - s->days) : SIZE_MAX;
}

/* How many cells may have an equation. */
static size_t count_near(const struct span *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->q->n; i++)
        n += stretch_of(s, s->q->cells[i].from) != SIZE_MAX &&
             stretch_of(s, s->q->cells[i].to) != SIZE_MAX;
    return n;
}

/* --- Equations --- */

/* Puts a cell's equation into the work space. False when it is not tied to the new ones, or of a
 * type that is left out. */
static bool put_cell(struct span *s, const struct ledger_cell *c, size_t *first, size_t *last)
{
    const struct span_question *q = s->q;
    size_t from = stretch_of(s, c->from), to = stretch_of(s, c->to), type = 0;
    bool total = str_eq(c->type, q->total);
    while (!total && type < q->n_types && !str_eq(c->type, q->types[type]))
        type++;
    if (from == SIZE_MAX || to == SIZE_MAX || from >= to || (!total && type == q->n_types) ||
        (total && c->unit_count == 0) || (!total && c->unit_count != q->units))
        return false;
    for (size_t i = from; i < to; i++) {
        uint64_t *at = s->work + i * s->width;
        if (!total)
            at[type] = 1;
        for (size_t k = 0; total && k < c->unit_count; k++)
            at[q->n_types + c->units[k]] = 1;
    }
    *first = from * s->width;
    *last = to * s->width - 1;
    return true;
}

/* In each stretch the types together are as many as the areas together. */
static void put_sum(struct span *s, size_t stretch, size_t *first, size_t *last)
{
    uint64_t *at = s->work + stretch * s->width;
    for (size_t i = 0; i < s->width; i++)
        at[i] = i < s->q->n_types ? 1 : PRIME - 1;
    *first = stretch * s->width;
    *last = *first + s->width - 1;
}

/* Takes away what is known. The first unknown that is left, or SIZE_MAX: it is known. Whoever
 * calls empties the work space up to *last. */
static size_t reduce(struct span *s, size_t first, size_t *last)
{
    for (size_t k = first; k <= *last; k++) {
        uint64_t v = s->work[k];
        if (v == 0)
            continue;
        const struct equation *e = &s->by_first[k];
        if (!e->factors)
            return k;
        for (size_t i = e->first; i <= e->last; i++)
            s->work[i] = (s->work[i] + (PRIME - v) * e->factors[i - e->first]) % PRIME;
        *last = e->last > *last ? e->last : *last;
    }
    return SIZE_MAX;
}

static void empty(struct span *s, size_t first, size_t last)
{
    memset(s->work + first, 0, (last + 1 - first) * sizeof *s->work);
}

static enum err keep(struct span *s, size_t at, size_t last)
{
    size_t n = last + 1 - at;
    s->bytes += n * sizeof(uint32_t);
    if (s->bytes > SPAN_BYTES_MOST)
        return ERR_LIMIT;
    uint32_t *factors = mem_array(n, sizeof *factors);
    if (!factors)
        return ERR_NOMEM;
    uint64_t k = inverse(s->work[at]);
    for (size_t i = 0; i < n; i++)
        factors[i] = (uint32_t)(s->work[at + i] * k % PRIME);
    s->by_first[at] = (struct equation){(uint32_t)at, (uint32_t)last, factors};
    return ERR_OK;
}

static enum err learn(struct span *s, size_t first, size_t last)
{
    size_t at = reduce(s, first, &last);
    enum err e = at == SIZE_MAX ? ERR_OK : keep(s, at, last);
    empty(s, first, last);
    return e;
}

static enum err learn_cell(struct span *s, const struct ledger_cell *c)
{
    size_t first, last;
    if (c->shown < 0 || !put_cell(s, c, &first, &last))
        return ERR_OK;
    return learn(s, first, last);
}

static bool known(struct span *s, const struct ledger_cell *c)
{
    size_t first, last;
    if (!put_cell(s, c, &first, &last))
        return false;
    bool out = reduce(s, first, &last) == SIZE_MAX;
    empty(s, first, last);
    return out;
}

static void forget(struct span *s)
{
    for (size_t i = 0; s->by_first && i < s->unknowns; i++) {
        mem_free(s->by_first[i].factors);
        s->by_first[i].factors = NULL;
    }
    s->bytes = 0;
}

static void span_done(struct span *s)
{
    forget(s);
    mem_free(s->by_first);
    mem_free(s->work);
    mem_free(s->days);
}

/* What is known before the new cells. */
static enum err learn_earlier(struct span *s)
{
    forget(s);
    for (size_t i = 0; i + 1 < s->n_days; i++) {
        size_t first, last;
        put_sum(s, i, &first, &last);
        TRY(learn(s, first, last));
    }
    for (size_t i = 0; i < s->q->earlier; i++)
        TRY(learn_cell(s, &s->q->cells[i]));
    return ERR_OK;
}

/* --- The question --- */

static enum err find_hidden(struct span *s, bool *old, size_t *out)
{
    const struct span_question *q = s->q;
    for (size_t i = 0; i < q->n; i++)
        old[i] = q->cells[i].shown < 0 && known(s, &q->cells[i]);
    for (size_t i = q->earlier; i < q->n; i++)
        TRY(learn_cell(s, &q->cells[i]));
    *out = SIZE_MAX;
    for (size_t i = 0; i < q->n && *out == SIZE_MAX; i++)
        if (q->cells[i].shown < 0 && !old[i] && known(s, &q->cells[i]))
            *out = i;
    return ERR_OK;
}

static enum err find_giver(struct span *s, size_t hidden, size_t *out)
{
    const struct span_question *q = s->q;
    TRY(learn_earlier(s));
    *out = q->earlier;
    for (size_t i = q->earlier; i < q->n && !known(s, &q->cells[hidden]); i++) {
        TRY(learn_cell(s, &q->cells[i]));
        *out = i;
    }
    return ERR_OK;
}

static enum err ask(struct span *s, struct span_answer *out)
{
    const struct span_question *q = s->q;
    TRY(set_days(s));
    if (count_near(s) > LEDGER_MAX_CELLS * 4)
        return ERR_LIMIT;
    s->width = q->n_types + q->units;
    s->unknowns = s->n_days * s->width;
    if (s->unknowns > SPAN_BYTES_MOST / sizeof *s->work)
        return ERR_LIMIT;
    AUTO(mem_freep) bool *old = mem_array(q->n + 1, sizeof *old);
    s->by_first = mem_array(s->unknowns + 1, sizeof *s->by_first);
    s->work = mem_array(s->unknowns + 1, sizeof *s->work);
    if (!old || !s->by_first || !s->work)
        return ERR_NOMEM;
    TRY(learn_earlier(s));
    TRY(find_hidden(s, old, &out->hidden));
    if (out->hidden == SIZE_MAX)
        return ERR_OK;
    TRY(find_giver(s, out->hidden, &out->by));
    return ERR_CONFLICT;
}

enum err span_check(const struct span_question *q, struct span_answer *out)
{
    struct span s = {.q = q};
    struct span_answer answer = {SIZE_MAX, SIZE_MAX};
    enum err e = ask(&s, &answer);
    span_done(&s);
    if (e == ERR_CONFLICT)
        *out = answer;
    return e;
}
