/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: one import while it runs. */
#pragma once

#include <sodium.h>

#include "parts/import/import_areas.h"
#include "parts/import/import_batch.h"

struct run {
    struct app *app;
    struct arena *a; /* of the whole call */
    const struct import_request *rq;
    struct import_report *report;
    import_progress_fn *progress;
    void *arg;
    struct convert_job *job;
    const struct convert_header *header;
    struct profile profile;
    struct import_names names;
    struct import_mapper *mapper;
    struct import_police *police;
    struct import_areas_run *areas; /* polygons become areas */
    struct import_store store;
    struct import_batch batch;
    size_t batch_most;
    uint64_t last_row;
    msec newest; /* API: the newest notice in the answer tells how new it is */
    char file_hash[2 * crypto_generichash_BYTES + 24];
    const char **first_cells; /* rows read ahead for guessing */
    struct convert_item *ahead;
    size_t n_ahead, at_ahead;
    bool ended;
    struct event_areas *own_areas; /* where the program has none */
};

bool import_is_police(const struct import_request *rq);
const char *import_home(const struct import_request *rq);  /* of the import_run: "0000" */
const char *import_scope(const struct import_request *rq); /* of its transactions */
const char *import_base_name(const struct import_request *rq);
/* What makes this import this import: the bytes of the file and how they are read. */
NODISCARD enum err import_hash_file(struct run *r);
NODISCARD enum err import_open_file(struct run *r);
/* Profile, names and mapper; reads a few rows ahead when it must guess. */
NODISCARD enum err import_prepare(struct run *r);
/* Notes why the file cannot be read, and hands the error on. */
NODISCARD enum err import_file_fault(struct run *r, enum err e);
