/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The door. Every number that the public sees passes here: small ones are hidden with what gives
 * them back (core/disclose_rules.h), what has been published before stands as it was, and nothing
 * goes out that with earlier numbers gives a small one away (core/disclose_ledger.h).
 *
 *     disclosure_key()  ->  cells are counted with the key  ->  disclosure_hide() for each column
 *     ->  disclosure_check()  ->  disclosure_record(), in the transaction that publishes
 *
 * In the ledger a number is "type|from|to|area" (days since 1970; area: "*" all, an id, or "-id,id"
 * all but those) and exact_hash holds its true count and the keyed mark of its records, so that a
 * later difference can be judged. The ledger is as secret as the events. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/disclose_ledger.h"
#include "core/disclose_rules.h"
#include "db/db.h"

struct arena;

enum disclosure_area { DISCLOSURE_WHOLE = -1, DISCLOSURE_REST = -2 };

struct disclosure_number {
    const char *type; /* code, "" = all */
    int area;         /* index of disclosure.named, DISCLOSURE_WHOLE or DISCLOSURE_REST */
    int64_t from, to; /* days since 1970, to not included */
    struct disclose_cell exact;
    int64_t shown; /* DISCLOSE_HIDDEN, or what the public sees */
    bool frozen;   /* was published before and is shown as then */
};

struct disclosure {
    const char *municipality;
    const struct id *named; /* areas with a number of their own; the rest is all others */
    size_t n_named;
    struct disclosure_number *numbers;
    size_t n;
};

/* The municipality's secret; the same for ever. disclosure_key() answers ERR_NOTFOUND when there is
 * none yet; disclosure_key_make() makes it if so and runs in a writing transaction. */
NODISCARD enum err disclosure_key(struct tx *tx, struct arena *a, const char *municipality,
                                  uint8_t key[DISCLOSE_KEY]);
NODISCARD enum err disclosure_key_make(struct tx *tx, struct arena *a, const char *municipality,
                                       uint8_t key[DISCLOSE_KEY]);

/* Fills in `shown` of n numbers that share no record, and of their sum (whose exact cell is filled
 * in here): small ones are hidden, and the smallest others too until the sum gives none of them
 * back. This is disclose_table() for a list, where a row has no sum of its own that must be
 * protected. A `total` that is hidden already stays hidden: call it for all lists that share a
 * total, and take the total of the last. ERR_INVALID: unusable rules. */
NODISCARD enum err disclosure_hide(struct disclosure_number *rows, size_t n,
                                   struct disclosure_number *total, const uint8_t key[DISCLOSE_KEY],
                                   const struct disclose_rules *r, struct disclose_result *out);

struct disclosure_answer {
    enum ledger_fault fault;
    int64_t from, to; /* the period whose small number would come out */
    size_t number;    /* which one would give it away */
};

/* Numbers that were published before get their old value (frozen); then each is tried against the
 * ledger and those before it. ERR_CONFLICT and the reason, or ERR_OK. */
NODISCARD enum err disclosure_check(struct tx *tx, struct arena *a, struct disclosure *d,
                                    const struct disclose_rules *r, struct disclosure_answer *out);
/* Adds all numbers to the ledger, hidden ones too. */
NODISCARD enum err disclosure_record(struct tx *tx, struct arena *a, const struct disclosure *d,
                                     struct id publication, msec at);
