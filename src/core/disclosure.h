/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The door. Every number that the public sees passes here: small ones are hidden with what gives
 * them back, what has been published before stands as it was, shown or hidden, and nothing goes out
 * that with earlier numbers gives a hidden one away (core/disclose_ledger.h: small differences;
 * core/disclose_span.h: all combinations).
 *
 *     disclosure_key()  ->  cells are counted with the key, in lists with their sums
 *     ->  disclosure_check(), and again with disclosure_record() in the transaction that publishes
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
    const char *type; /* code; the sum of all types has a code of its own */
    int area;         /* index of disclosure.named, DISCLOSURE_WHOLE or DISCLOSURE_REST */
    int64_t from, to; /* days since 1970, to not included */
    struct disclose_cell exact;
    bool withheld; /* not published this time, whatever it is; not written down either */
    /* Filled in by disclosure_hide() and disclosure_check(). */
    int64_t shown; /* DISCLOSE_HIDDEN, or what the public sees */
    bool frozen;   /* was published before and is shown as then */
    bool held;     /* was hidden before and stays so: its sum may be known */
};

/* Numbers that share no record, one after the other, and the place of their sum. Lists of the same
 * sum are two ways to part the same records. */
struct disclosure_list {
    size_t first, n, sum;
};

struct disclosure {
    const char *municipality;
    const struct id *named; /* areas with a number of their own; the rest is all others */
    size_t n_named;
    struct disclosure_number *numbers;
    size_t n;
    const struct disclosure_list *lists;
    size_t n_lists;
    struct disclose_result result; /* what disclosure_hide() did */
};

/* The municipality's secret; the same for ever. disclosure_key() answers ERR_NOTFOUND when there is
 * none yet; disclosure_key_make() makes it if so and runs in a writing transaction. */
NODISCARD enum err disclosure_key(struct tx *tx, struct arena *a, const char *municipality,
                                  uint8_t key[DISCLOSE_KEY]);
NODISCARD enum err disclosure_key_make(struct tx *tx, struct arena *a, const char *municipality,
                                       uint8_t key[DISCLOSE_KEY]);

/* Fills in `shown` of all numbers, and the exact cells of sums: small ones are hidden, and the
 * smallest others of their list until the sum gives none of them back; a sum that still would is
 * hidden itself, and then every list of it has a hidden number, or they would add up to it. What
 * is frozen or held stays. This is disclose_table() for lists, where a row has no sum of its own
 * that must be protected. ERR_INVALID: unusable rules. */
NODISCARD enum err disclosure_hide(struct disclosure *d, const uint8_t key[DISCLOSE_KEY],
                                   const struct disclose_rules *r);

struct disclosure_answer {
    enum ledger_fault fault;
    int64_t from, to; /* the period whose number would come out */
    size_t number;    /* which one would give it away */
};

/* Numbers that were published before get their old value (frozen, held), disclosure_hide() does the
 * others; then each is tried against the ledger and those before it, and all together.
 * ERR_CONFLICT and the reason, or ERR_OK. May be called again. */
NODISCARD enum err disclosure_check(struct tx *tx, struct arena *a, struct disclosure *d,
                                    const uint8_t key[DISCLOSE_KEY], const struct disclose_rules *r,
                                    struct disclosure_answer *out);
/* Adds all numbers to the ledger, hidden ones too. */
NODISCARD enum err disclosure_record(struct tx *tx, struct arena *a, const struct disclosure *d,
                                     struct id publication, msec at);
