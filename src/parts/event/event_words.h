/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of events for searching: folded (lower case, é as e; å ä ö stay), a few synonyms joined,
 * stemmed as Swedish. The program makes the words, so both engines find the same. */
#pragma once

#include <stdbool.h>
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

#define EVENT_WORD_MOST 60        /* bytes; longer ones are cut */
#define EVENT_WORDS_BREAK "zzqzz" /* no word of any text: SQLite's step between two texts */
#define EVENT_WORDS_MOST 3000     /* of one event; the rest is not found by words */

/* Adds the words of the texts (any may be NULL) as the engine wants them. */
void event_words_write(struct event_words *w, struct buf *out, enum db_engine engine,
                       const char *const *texts, size_t n);

/* Is a word's answer known without the engine? Asked of each term that is one plain word, as it is
 * stemmed; where the answer is yes, the term is left out. */
struct event_words_known {
    bool (*fn)(void *arg, const char *word);
    void *arg;
};

#define EVENT_QUERY_MOST 500 /* bytes of what a person searches for */
#define EVENT_QUERY_TERMS 12

/* What a person wrote, as the engine's own query: words (all must be there), "phrases", and
 * prefix*. Nothing in it is refused: what is no word is passed over, and so are terms after the
 * 12th. *any is false when there was no word at all; then everything is meant. `known` may be NULL;
 * what is written is empty when all of it was known. */
void event_words_query(struct event_words *w, struct buf *out, enum db_engine engine,
                       const char *text, const struct event_words_known *known, bool *any);
