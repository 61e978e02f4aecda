/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Could a number that is hidden be worked out from those that are shown, by adding and taking away
 * over periods, areas and types at once? Answered exactly: with one unknown for each type, area and
 * stretch of days, every number shown is an equation, and a hidden one is known when it is a
 * combination of them. How large it is does not matter: one that is hidden only to protect another
 * gives the other away. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "core/disclose_ledger.h"

#define SPAN_BYTES_MOST ((size_t)64 << 20) /* of equations at work */

struct span_question {
    const struct ledger_cell *cells; /* the first `earlier` are published, the others would be */
    size_t n, earlier;
    const char *total;        /* the type that is the sum of `types`; only it has parts of areas */
    const char *const *types; /* that are published one by one; cells of others are left out */
    size_t n_types;
    size_t units; /* areas are numbered 0 .. units - 1 */
};

struct span_answer {
    size_t hidden; /* which of the cells would be known */
    size_t by;     /* the new one that gives it away: without it, it would stay unknown */
};

/* ERR_OK: no. ERR_CONFLICT: yes. What earlier cells alone tell is no news. Only
 * cells whose days meet those of new ones, or of others that do, matter. ERR_LIMIT when there are
 * too many. */
NODISCARD enum err span_check(const struct span_question *q, struct span_answer *out);
