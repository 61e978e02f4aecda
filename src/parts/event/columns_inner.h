/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only: how rows get into columns. */
#pragma once

#include <stdatomic.h>

#include "parts/event/event.h"

struct map;
struct q_event_rows_all_row;
struct word_rows;

#define SOURCES_MOST 255

/* A row before it becomes columns. */
struct raw_row {
    msec from;
    struct id id;
    uint32_t seconds;
    float east, north;
    uint32_t x, y;
    uint32_t place, rid;
    uint16_t organisation, area;
    uint8_t type, source, hour, flags;
};

/* Snapshot and its counter. */
struct town_rows {
    struct event_rows rows; /* first: what views give out */
    atomic_int refs;
    struct word_rows *words; /* which rows hold common words, see columns_words.h; under the store's
                                lock; NULL: not found yet */
};

struct town_rows *rows_ref(struct town_rows *r);
void rows_unref(struct town_rows *r); /* NULL is fine */

/* Gathers a municipality's rows. Names it has seen stay when it is emptied for the next time. */
struct builder {
    char municipality[8];
    struct raw_row *list;
    size_t n, cap;
    struct map *place_index;
    char **places;
    size_t n_places, cap_places;
    struct id *organisations, *areas;
    size_t n_organisations, n_areas;
};

/* The sources of all municipalities: grows only, never moves. */
struct sources {
    size_t n;
    const char *names[SOURCES_MOST + 1];
};

NODISCARD enum err builder_add(struct builder *b, struct sources *s,
                               const struct q_event_rows_all_row *row);
/* What new columns begin with: rows of before (NULL: none) without those that have changed. */
struct builder_base {
    const struct event_rows *old;
    const struct id *gone;
    size_t n_gone;
};
/* New columns: the base and what was gathered. The gathered rows are gone afterwards. */
NODISCARD enum err builder_finish(struct builder *b, const struct sources *s, int64_t seq,
                                  const struct builder_base *base, struct town_rows **out);
void builder_done(struct builder *b);
/* Drops the rows gathered so far; the names stay. */
void builder_forget(struct builder *b);

/* As columns_count_by(), in no order. */
NODISCARD enum err columns_groups(const struct event_selection *s, enum event_group by,
                                  struct arena *a, struct event_count **out, size_t *out_n);

/* What has been searched for, see event_hits.c. */
struct db;
struct hits;
struct hits *hits_new(struct db *db); /* NULL when out of memory */
void hits_free(struct hits *h);       /* NULL is fine */
struct hits *columns_hits(struct columns *c);

/* A set of ids: is one of them in it? */
struct id_set;
struct id_set *id_set_new(const struct id *ids, size_t n); /* NULL when out of memory */
bool id_set_has(const struct id_set *s, struct id id);
void id_set_free(struct id_set *s);

/* Runs the body for each selected row `row` of part p. */
#define EACH_ROW(s, p)                                                                             \
    for (uint32_t w_ = 0; w_ < ((s)->view->parts[p]->n + 63) / 64; w_++)                           \
        for (uint64_t b_ = (s)->bits[p][w_]; b_; b_ &= b_ - 1)                                     \
            for (uint32_t row = w_ * 64 + (uint32_t)__builtin_ctzll(b_), once_ = 1; once_;         \
                 once_ = 0)
