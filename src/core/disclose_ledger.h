/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ledger of what has been published, and the question before each new number: together with
 * the earlier ones, does it give away a small count? Two windows that overlap, an area within an
 * area, a revised number: the difference is a number too. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* One number. `count` is the true one: the ledger is as secret as the events. */
struct ledger_cell {
    const char *type;      /* "damage.graffiti", "" = all types */
    const uint32_t *units; /* the smallest areas it covers, ascending */
    size_t unit_count;
    int64_t from, to; /* days since 1970-01-01, to not included */
    int64_t count;
    int64_t shown; /* what was published; negative = hidden, and then it tells nothing */
};

#define LEDGER_HASH 32
#define LEDGER_MAX_CELLS 5000 /* that one new number is weighed against */

/* BLAKE2b-256 of the cells in canonical form (not of their order in memory): kept with the
 * publication and in the audit log. */
NODISCARD enum err ledger_hash(const struct ledger_cell *cells, size_t n, uint8_t out[LEDGER_HASH]);

enum ledger_fault {
    LEDGER_FINE,
    LEDGER_REVISED, /* the same number again, changed by less than min_count */
    LEDGER_WINDOW,  /* with earlier periods of the same area it gives a shorter one */
    LEDGER_NESTED,  /* with earlier areas of the same period it gives a smaller one */
    LEDGER_HIDDEN,  /* with all others it gives a number that is hidden: disclose_span.h */
};

struct ledger_answer {
    enum ledger_fault fault;
    int64_t from, to; /* the period whose small count would come out */
    int64_t count;
};

/* May the candidate be shown beside the earlier ones? ERR_OK and LEDGER_FINE, or ERR_CONFLICT and
 * the reason: hide it, or show the earlier number again. Finds every sum and difference of windows
 * of one area and type, and of areas of one period and type: one minus another, or minus several
 * that do not overlap. Not found: combinations that change area and period at once; against those
 * stands the noise. ERR_LIMIT when more than LEDGER_MAX_CELLS share the candidate's area, or its
 * period; others are only passed by. */
NODISCARD enum err ledger_check(const struct ledger_cell *earlier, size_t n,
                                const struct ledger_cell *candidate, int min_count,
                                struct ledger_answer *out);
