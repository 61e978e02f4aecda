/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Streets from a file (--streets), as a network. */
#pragma once

#include "parts/analysis/analysis.h"
#include "stats/netkde.h"

struct streets {
    struct network net;
    const uint32_t *street; /* of each segment: which street of the file, from 1 */
};

/* By --streets and --join; figures and warnings of the network among the results. ERR_USAGE with a
 * sentence. */
NODISCARD enum err streets_read(struct analysis *an, struct streets *out);

/* The pieces of a density: middle, length, the street that the middle belongs to, and the line. */
struct street_pieces {
    double *x, *y, *length;
    int64_t *street;
    const struct geo_shape **line;
};
NODISCARD enum err streets_pieces(struct analysis *an, const struct streets *s,
                                  const struct netkde *k, struct street_pieces *out);
