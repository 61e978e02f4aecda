/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The start kit: the way of a municipality from nothing to its first period. A list of what is to
 * be done, whose state is read from the database, and posters to print. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct part;
struct req;
struct tx;

extern const struct part startkit_part;

/* How many of the steps are done, in the scope of the municipality. */
struct startkit_progress {
    size_t done, all;
};
NODISCARD enum err startkit_progress(struct tx *tx, struct req *rq, struct startkit_progress *out);
/* "/1493/installningar/kom-igang" */
const char *startkit_address(struct req *rq);
