/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: rows that go into the database together. */
#pragma once

#include "parts/import/import.h"
#include "parts/import/import_map.h"

struct import_refusal {
    uint64_t row;
    const char *reason, *field, *raw;
};

/* What a transaction did. */
struct import_counts {
    int64_t added, same, changed;
    int64_t notes[NOTE_COUNT];
};

/* The batch's texts lie in `a`. */
struct import_batch {
    struct arena *a;
    struct import_row *rows;
    unsigned *turn; /* rows with the same key take turns: the second waits for the first */
    size_t n;
    struct import_refusal *refused;
    size_t n_refused;
    size_t items; /* rows read, used or not */
    unsigned turns;
};

struct import_store {
    const char *municipality; /* of the import_run: "0000" for the whole country */
    struct id id;
    struct id by;
    bool police, dry_run;
    struct event_areas *areas;
    struct map *seen; /* dry run: keys of this file -> low bits of their hash */
    struct import_batch *batch;
    const struct import_report *so_far; /* before this batch */
    struct import_counts counts;        /* of this batch, when the transaction is through */
    bool overtaken; /* ERR_CONFLICT since somebody else goes on with the same import */
};

/* One transaction: arg is a struct import_store. */
NODISCARD enum err import_store_batch(struct tx *tx, void *arg);
/* Gives each row its turn. */
NODISCARD enum err import_batch_turns(struct import_batch *b);

enum text_key import_note_text(int note); /* a sentence with plural forms */
const char *import_reason_text(enum lang lang, const char *key);
