/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What every longer calculation is given besides its data: seed, threads, memory, and somebody to
 * tell how far it has come. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

#define WORK_THREADS_MOST 64

struct work {
    uint64_t seed;
    int threads; /* 0 is 1 */
    /* Scratch and results. Its ceiling is the ceiling of the calculation. */
    struct arena *arena;
    /* Called now and then, only on the calling thread, with the share done (0 to 1). False ends the
     * calculation with ERR_CANCELLED. May be NULL. */
    bool (*tick)(void *arg, double share);
    void *arg;
};

/* ERR_CANCELLED when somebody wants an end. */
NODISCARD enum err work_tick(const struct work *w, double share);

/* Does part `i`. `lane` (0 .. threads-1) is the caller's: scratch memory of its own that was made
 * before. Parts may run in any order, so what they write must not overlap, and what they sum must
 * be summed afterwards, in the order of i. */
typedef enum err work_fn(void *arg, size_t i, int lane);

/* All n parts, on as many threads as w says. The error of the smallest i that failed; after an
 * error or a cancel no new part begins. */
NODISCARD enum err work_parts(const struct work *w, size_t n, work_fn *fn, void *arg);
/* How many lanes work_parts() uses for n parts. */
int work_lanes(const struct work *w, size_t n);
