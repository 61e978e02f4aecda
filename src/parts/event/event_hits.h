/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rows of a view that hold the words somebody searches for. A list, its map tiles, its counts
 * and its export ask for the same words in the same moment: what was found is kept until the rows
 * change, and those who ask for the same thing at once wait for one search.
 *
 *     const struct event_hits *hits;
 *     TRY(event_hits_take(columns, view, "1493", "klotter skolan", &hits));
 *     filter.hits = hits;
 *     ... columns_select(view, &filter, &sel) ...
 *     event_hits_give(hits);
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct columns;
struct columns_view;

struct event_hits {
    size_t n;                    /* parts, as many as the view has */
    const uint64_t *const *bits; /* a bit a row of each part */
};

/* The municipality (NULL: the whole country) must be the one the view was taken for. *out is NULL
 * when the text has no word at all: then everything is meant. Never inside a transaction. */
NODISCARD enum err event_hits_take(struct columns *c, const struct columns_view *v,
                                   const char *municipality, const char *text,
                                   const struct event_hits **out);
void event_hits_give(const struct event_hits *h); /* NULL is fine */
