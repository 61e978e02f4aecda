/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only: the words that many events hold, and a bit a row that tells which.
 * The database is good at words that few events hold. Those that nearly all hold ("vid", "och", the
 * name of the town) are where a search took its time: they are answered from here, and only the
 * rest of what somebody asks for goes to the database.
 *
 * Which words are common is an estimate from a sample, and only a matter of speed: for the words in
 * the list the bits are exact, read from what the database has written for searching. Rows that
 * have changed since are marked as not known, and read again before they are told of. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "parts/event/event_words.h"

struct columns;
struct columns_view;
struct db;
struct event_rows;
struct id_set;
struct town_rows;
struct tx;

#define WORDS_KEPT 128
#define WORDS_LEAST                                                                                \
    64 /* events at least that a common word is in; below that the database is quick */
#define WORDS_SHARE 64 /* and one in so many */

/* --- Which words are common --- */

/* Never changes; counted. */
struct word_list {
    atomic_int refs;
    size_t n;
    uint32_t rows[WORDS_KEPT]; /* events that are thought to hold it */
    char text[WORDS_KEPT][EVENT_WORD_MOST + 1];
    uint8_t slots[4 * WORDS_KEPT]; /* by hash: 1 + which, or 0 */
};

struct word_list *word_list_ref(struct word_list *l);
void word_list_unref(struct word_list *l); /* NULL is fine */
/* Which word it is, or -1. `l` may be NULL. */
int word_list_find(const struct word_list *l, const char *word, size_t len);

/* Counts words in a sample of events. */
struct word_sample;
struct word_sample *word_sample_new(void); /* NULL when out of memory */
void word_sample_free(struct word_sample *s);
/* The words of one event, between blanks. */
NODISCARD enum err word_sample_add(struct word_sample *s, const char *words);
/* The list of before (may be NULL) with what the sample of `total` events tells. */
NODISCARD enum err word_sample_list(const struct word_sample *s, size_t total,
                                    struct word_list *before, struct word_list **out);

/* --- Which rows hold them --- */

/* Of exactly one snapshot of rows. Never changes; counted. */
struct word_rows {
    atomic_int refs;
    struct word_list *list;
    size_t bytes;
    uint32_t n, n_unknown;
    uint32_t *unknown; /* rows whose words have not been read, in order */
    uint64_t *bits;    /* a stretch of word_rows_stretch(n) for each word */
};

static inline size_t word_rows_stretch(uint32_t n)
{
    return (size_t)n / 64 + 1;
}

struct word_rows *word_rows_ref(struct word_rows *w);
void word_rows_unref(struct word_rows *w); /* NULL is fine */

/* Reads them all. *stop turning true ends it with ERR_CANCELLED. */
NODISCARD enum err word_rows_read(struct db *db, const struct event_rows *rows,
                                  struct word_list *list, const atomic_bool *stop,
                                  struct word_rows **out);
/* Those of the rows that came after `old`: what has not changed is carried over, the rest is not
 * known. ERR_LIMIT when that is so much that all had better be read anew. */
NODISCARD enum err word_rows_carry(const struct word_rows *old, const struct event_rows *before,
                                   const struct event_rows *now, const struct id_set *changed,
                                   struct word_rows **out);
/* The same with what was not known read. */
NODISCARD enum err word_rows_know(struct db *db, const struct word_rows *old,
                                  const struct event_rows *rows, struct word_rows **out);

/* Calls fn for the words of each of n rows; NULL where nothing is written of one. */
typedef enum err words_fn(void *arg, uint32_t row, const char *words);
struct words_asked {
    const struct event_rows *rows;
    const uint32_t *list; /* which rows */
    size_t n;
};
NODISCARD enum err words_of_some(struct db *db, const struct words_asked *asked, words_fn *fn,
                                 void *arg);

/* --- For a search --- */

#define WORDS_READ_MOST 500 /* rows not known that a search reads itself */

/* A reference for each part of the view; all NULL when those of any are missing. */
NODISCARD enum err columns_words_take(struct columns *c, const struct columns_view *v,
                                      struct word_rows **out);
