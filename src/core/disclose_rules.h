/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one rule set for everything the public sees (pure part; who may publish is elsewhere).
 *
 * - small counts (1 .. min_count-1) are hidden, with so many others that sums do not give them back
 * - every number shown, totals too, gets a small noise that is fixed by the records behind it and
 *   by a secret key: the same records always give the same number, so asking again teaches nothing
 * - no points: only areas, and squares of a fixed grid
 * - small localities become "the rest of the municipality"
 * - only periods that closed some days ago
 * What is promised and what is not: doc/methods/disclosure.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

struct disclose_rules {
    int min_count;       /* 2..100: smaller counts than this are hidden; 0 is shown */
    int noise;           /* 0..5: the largest change up or down; 0 = none */
    int square;          /* side of the public grid, metres: 500 or 1000 */
    int min_inhabitants; /* localities below it are not named */
    int delay_days;      /* from the end of a period until it may be published */
};
extern const struct disclose_rules disclose_rules_default;               /* 5, 2, 1000, 200, 14 */
NODISCARD enum err disclose_rules_check(const struct disclose_rules *r); /* ERR_INVALID */

#define DISCLOSE_KEY 32 /* secret bytes, one key a municipality, never changed */

/* The records of a cell, added up in any order. Zero it to begin. */
struct disclose_cell {
    int64_t count;
    uint64_t mark; /* sum of the records' keyed marks */
};
void disclose_add(struct disclose_cell *c, const uint8_t key[DISCLOSE_KEY], struct id record);
/* Adds up cells that share no record: the total of a row. */
void disclose_merge(struct disclose_cell *into, const struct disclose_cell *c);
/* The count with its noise; never negative, 0 stays 0, right on average. */
int64_t disclose_noisy(const struct disclose_cell *c, const uint8_t key[DISCLOSE_KEY],
                       const struct disclose_rules *r);

#define DISCLOSE_HIDDEN (-1)
#define DISCLOSE_MAX_CELLS 4096

/* A table with totals, as it is and as it may be shown. Cell (i, j) is at i * cols + j. */
struct disclose_table {
    size_t rows, cols;
    const struct disclose_cell *cells; /* rows * cols */
    int64_t *shown;                    /* rows * cols, filled in: a number or DISCLOSE_HIDDEN */
    int64_t *row_totals, *col_totals;  /* rows, cols: filled in; DISCLOSE_HIDDEN when not shown */
    int64_t total;
};

/* For the preview "så ser allmänheten det". */
struct disclose_result {
    int cells;           /* how many there are */
    int hidden;          /* too small */
    int hidden_besides;  /* large enough, hidden to protect others */
    int hidden_totals;   /* totals that are not shown */
    bool totals_dropped; /* nothing else helped: no totals are shown at all */
    int noise;           /* the largest change; 0 = none */
};

/* Decides and fills in `t`. Whoever knows all that is shown, and that every hidden cell holds at
 * least 1, cannot tell that a hidden cell is below min_count, even without the noise.
 * ERR_LIMIT above DISCLOSE_MAX_CELLS; ERR_INVALID for unusable rules or a negative count. */
NODISCARD enum err disclose_table(struct disclose_table *t, const uint8_t key[DISCLOSE_KEY],
                                  const struct disclose_rules *r, struct disclose_result *out);

/* The square of the public grid: row * 100000 + column, counted in squares from the origin of
 * SWEREF 99 TM; 0 = no place. Its count still has to pass disclose_table (as one column). */
int64_t disclose_square(double east, double north, const struct disclose_rules *r);
/* May a locality be named, or is it "övriga kommunen"? */
bool disclose_locality(int64_t inhabitants, const struct disclose_rules *r);
/* May a period that ends when `last` ends be published now? */
bool disclose_period_ready(struct date last, msec now, const struct disclose_rules *r);
