/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers in the sentences of the methods about nearness and time. */
#pragma once

#include <stdbool.h>

#include "parts/analysis/analysis.h"

/* At most so many decimals, as they are written in an->lang, without trailing zeros: "1,9", "200".
 * NULL when out of memory. */
const char *near_number(struct analysis *an, double v, int decimals);

/* The option's value must be one of the words, "a|b|c"; else ERR_USAGE with a sentence. */
NODISCARD enum err near_word(struct analysis *an, const char *option, const char *words, int *out);

/* ERR_USAGE with a sentence when the table has fewer rows. */
NODISCARD enum err near_rows(struct analysis *an, size_t least);
