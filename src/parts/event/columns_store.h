/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only: the store of columns, and who finds their common words. */
#pragma once

#include <pthread.h>

#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"

#define CODES 10000 /* four digits */

struct town {
    struct builder builder; /* keeps the names; under `load` */
    struct town_rows *rows; /* under `lock`; NULL: not loaded */
    uint64_t used;
    /* For common words, under `lock`. */
    bool wanted;        /* they are to be found */
    int64_t rest_until; /* not before then, by time_monotonic() */
    uint32_t sampled;   /* rows when it was last sampled for them */
};

/* Finds common words on a thread of its own, see columns_finder.c. All but `words` under `lock`. */
struct finder {
    bool on, running, busy;
    atomic_bool stop;
    size_t n_wanted;
    pthread_t thread;
    pthread_cond_t asked, idle;
    struct word_list *words; /* of the thread */
};

/* `lock` guards the table and is held for a moment; `load` lets one thread load or refresh. Who
 * needs both, or a transaction, begins the transaction first, then takes `load`, then `lock`. */
struct columns {
    struct db *db;
    struct hits *hits;
    size_t budget;
    pthread_mutex_t lock, load;
    struct town *towns[CODES];
    struct sources sources;
    struct finder finder;
    size_t bytes;
    uint64_t tick;
};

void finder_init(struct finder *f);
/* Under `lock`: when the words of the town's rows are to be found, that is asked for. */
void finder_ask(struct columns *c, struct town *t);
/* Ends the thread, and waits for that. */
void finder_done(struct columns *c);

/* Gives the rows their words w, unless they are old or there is no room; takes w over. */
void columns_set_words(struct columns *c, struct town_rows *rows, struct word_rows *w);
/* Inside a transaction and `load`: what has changed in a municipality after `seq`, up to `until`.
 */
NODISCARD enum err columns_changed(struct tx *tx, struct arena *a, const struct event_rows *rows,
                                   int64_t until, struct id **out, size_t *out_n);
