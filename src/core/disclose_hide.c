/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists of numbers with their sums: which are shown. */
#include <assert.h>

#include "core/disclosure.h"

static bool is_small(int64_t count, const struct disclose_rules *r)
{
    return count > 0 && count < r->min_count;
}

/* Noise never makes a number that would have been hidden. */
static int64_t shown_of(const struct disclose_cell *c, const uint8_t *key,
                        const struct disclose_rules *r)
{
    int64_t v = disclose_noisy(c, key, r);
    return c->count >= r->min_count && v < r->min_count ? r->min_count : v;
}

static bool is_fixed(const struct disclosure_number *x)
{
    return x->frozen || x->held || x->withheld;
}

/* Somebody who knows the sum, all that is shown, and that each hidden number is at least 1: could
 * any of the hidden ones be min_count or more for all they know? The sum may be an older one than
 * the numbers, so both what they can reckon and what is true must leave room. */
static bool safe(const struct disclosure *d, const struct disclosure_list *l,
                 const struct disclose_rules *r)
{
    int64_t left = d->numbers[l->sum].exact.count, hidden = 0, n = 0;
    for (size_t i = l->first; i < l->first + l->n; i++) {
        const struct disclosure_number *x = &d->numbers[i];
        if (x->shown == DISCLOSE_HIDDEN && x->exact.count > 0) {
            hidden += x->exact.count;
            n++;
        } else {
            left -= x->exact.count;
        }
    }
    int64_t least = left < hidden ? left : hidden;
    return n == 0 || (n > 1 && least - (n - 1) >= r->min_count);
}

static struct disclosure_number *smallest_shown(const struct disclosure *d,
                                                const struct disclosure_list *l)
{
    struct disclosure_number *best = NULL;
    for (size_t i = l->first; i < l->first + l->n; i++) {
        struct disclosure_number *x = &d->numbers[i];
        if (x->shown != DISCLOSE_HIDDEN && !is_fixed(x) && x->exact.count > 0 &&
            (!best || x->exact.count < best->exact.count))
            best = x;
    }
    return best;
}

static bool hide_smallest(struct disclosure *d, const struct disclosure_list *l)
{
    struct disclosure_number *more = smallest_shown(d, l);
    if (!more)
        return false;
    more->shown = DISCLOSE_HIDDEN;
    d->result.hidden_besides++;
    return true;
}

static bool any_hidden(const struct disclosure *d, const struct disclosure_list *l)
{
    for (size_t i = l->first; i < l->first + l->n; i++)
        if (d->numbers[i].shown == DISCLOSE_HIDDEN && d->numbers[i].exact.count > 0)
            return true;
    return false;
}

static void begin(struct disclosure_number *x, const uint8_t *key, const struct disclose_rules *r)
{
    if (x->withheld)
        x->shown = DISCLOSE_HIDDEN;
    else if (!is_fixed(x))
        x->shown = is_small(x->exact.count, r) ? DISCLOSE_HIDDEN : shown_of(&x->exact, key, r);
}

/* A list is added up where its sum is not known from before. */
static void add_up(struct disclosure *d, const struct disclosure_list *l)
{
    struct disclose_cell sum = {0};
    for (size_t i = l->first; i < l->first + l->n; i++)
        disclose_merge(&sum, &d->numbers[i].exact);
    if (!d->numbers[l->sum].frozen && !d->numbers[l->sum].held)
        d->numbers[l->sum].exact = sum;
}

static void count_hidden(struct disclosure *d, const struct disclose_rules *r)
{
    for (size_t i = 0; i < d->n_lists; i++) {
        const struct disclosure_list *l = &d->lists[i];
        d->result.cells += (int)l->n;
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || d->lists[k].sum == l->sum;
        d->result.hidden_totals +=
            !again && !d->numbers[l->sum].withheld && d->numbers[l->sum].shown == DISCLOSE_HIDDEN;
        for (size_t k = l->first; k < l->first + l->n; k++) {
            const struct disclosure_number *x = &d->numbers[k];
            bool hidden = x->shown == DISCLOSE_HIDDEN && !x->withheld;
            d->result.hidden += hidden && is_small(x->exact.count, r);
            d->result.hidden_besides += hidden && x->held && !is_small(x->exact.count, r);
        }
    }
}

enum err disclosure_hide(struct disclosure *d, const uint8_t key[DISCLOSE_KEY],
                         const struct disclose_rules *r)
{
    TRY(disclose_rules_check(r));
    d->result = (struct disclose_result){.noise = r->noise};
    for (size_t i = 0; i < d->n_lists; i++)
        add_up(d, &d->lists[i]);
    for (size_t i = 0; i < d->n; i++)
        begin(&d->numbers[i], key, r);
    for (size_t i = 0; i < d->n_lists; i++) {
        const struct disclosure_list *l = &d->lists[i];
        struct disclosure_number *sum = &d->numbers[l->sum];
        while (sum->shown != DISCLOSE_HIDDEN && !safe(d, l, r) && hide_smallest(d, l))
            continue;
        if (sum->shown != DISCLOSE_HIDDEN && !sum->frozen && !safe(d, l, r))
            sum->shown = DISCLOSE_HIDDEN; /* there is nothing else to hide behind */
    }
    for (size_t i = 0; i < d->n_lists; i++) /* or its numbers would add up to the hidden sum */
        if (d->numbers[d->lists[i].sum].shown == DISCLOSE_HIDDEN && !any_hidden(d, &d->lists[i]))
            hide_smallest(d, &d->lists[i]);
    count_hidden(d, r);
    return ERR_OK;
}
