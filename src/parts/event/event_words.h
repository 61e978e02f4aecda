/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of events for searching: folded (lower case, é as e; å ä ö stay), a few synonyms joined,
 * stemmed as Swedish. The program makes the words, so both engines find the same. */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"

/* A stemmer with its room; used by one thread at a time. */
struct event_words;

/* NULL when out of memory. */
struct event_words *event_words_new(void);
void event_words_free(struct event_words *w);
void event_words_freep(struct event_words **w);

#define EVENT_WORDS_MOST 3000 /* of one event; the rest is not found by words */

/* Adds the words of the texts (any may be NULL) as the engine wants them. */
void event_words_write(struct event_words *w, struct buf *out, enum db_engine engine,
                       const char *const *texts, size_t n);

#define EVENT_QUERY_MOST 500 /* bytes of what a person searches for */
#define EVENT_QUERY_TERMS 12

/* What a person wrote, as the engine's own query: words (all must be there), "phrases", and
 * prefix*. Nothing in it is refused: what is no word is passed over, and so are terms after the
 * 12th. *any is false when there was no word at all; then everything is meant. */
void event_words_query(struct event_words *w, struct buf *out, enum db_engine engine,
                       const char *text, bool *any);
