/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Importing: files that people bring become events.
 *
 * Rows go in by batches; each batch is one transaction together with how far the import has come,
 * so a program that is killed leaves whole batches, and the same file again goes on from there. A
 * row's key (its own number, or a hash of it) makes sure that nothing comes in twice. What cannot
 * be used is kept whole with the reason. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "convert/convert.h"
#include "core/app.h"
#include "core/textguard.h"
#include "parts/import/import_fetch.h"
#include "tmpl/text.h"

struct arena;
struct buf;

extern const struct part import_part;

#define IMPORT_BATCH 10000 /* rows of a transaction */
#define IMPORT_FIRST 20    /* refused rows that the report tells of */
#define IMPORT_NOTES 10

struct import_request {
    enum convert_format format;
    const char *path;
    const char *file_name;    /* as people know it; NULL: the last part of path */
    const char *municipality; /* where the rows belong; NULL: each says itself, or the whole country
                                 for notices of the Police, which are filtered by it otherwise */
    const char *profile;      /* JSON, see doc/import.md; NULL: guessed (not for the Police) */
    struct id profile_id;
    struct id by;
    bool dry_run;
    bool leave_out; /* texts that look as if they pointed at somebody; not for the Police */
    size_t batch;   /* 0: IMPORT_BATCH; tests take fewer */
};

struct import_first {
    uint64_t row;
    const char *reason; /* key of a sentence */
    const char *field;  /* may be NULL */
};

/* Rows whose texts look as if they pointed at somebody. */
struct import_person_kind {
    int64_t rows;
    uint64_t first[IMPORT_FIRST]; /* their numbers */
};
struct import_persons {
    int64_t rows; /* with anything */
    bool left_out;
    struct import_person_kind kinds[GUARD_KIND_COUNT];
};

struct import_report {
    struct id id; /* of the import; none after a dry run or an empty file */
    int64_t read, added, same, changed, refused;
    int64_t passed;  /* notices of other municipalities */
    int64_t resumed; /* rows that were in already when it went on */
    int64_t areas;
    int64_t notes[IMPORT_NOTES];
    struct import_persons persons;
    struct import_first first[IMPORT_FIRST];
    size_t n_first;
    uint32_t saw;        /* CONVERT_SAW_ */
    const char *guessed; /* profile as JSON when none was given */
    const char *unused;  /* columns that were not read, with commas; NULL: none */
    const char *fault;   /* key of the sentence that tells why the file could not be read */
    uint64_t fault_row;  /* 0: unknown */
    const char *problem; /* of the profile or a missing column, see import_problem_text() */
};

/* The fault of an import that another one of the same file has overtaken: that one goes on. */
#define IMPORT_FAULT_BESIDE "import_fault_beside"

/* Called now and then; false ends the import between two batches: ERR_CANCELLED. */
typedef bool import_progress_fn(void *arg, int64_t rows, uint64_t bytes, uint64_t of_bytes);

/* Imports one file. The report (in the arena) is filled as far as it came, whatever is returned.
 * ERR_INVALID: the file or the profile cannot be read; rows before that stand. ERR_CONFLICT:
 * somebody else is importing the same file, and goes on. */
NODISCARD enum err import_file(struct app *app, struct arena *a, const struct import_request *rq,
                               import_progress_fn *progress, void *arg,
                               struct import_report *report);

/* The report as lines of text, and as JSON. */
void import_report_text(struct buf *out, enum lang lang, const struct import_report *r,
                        bool dry_run);
void import_report_json(struct buf *out, const struct import_report *r);
/* Is the fault one of the file itself, so that the same file never gets further? */
bool import_report_file_fault(const struct import_report *r);
/* The first refused rows alone. */
void import_report_refused(struct buf *out, enum lang lang, const struct import_report *r);
/* The refused rows of an import as CSV: row number, reason, column, the row. *n: how many.
 * ERR_NOTFOUND. */
NODISCARD enum err import_rejects_csv(struct app *app, const char *municipality, struct id id,
                                      enum lang lang, struct buf *out, size_t *n);
/* Takes the import away with all events that came with it. Call again while ERR_BUSY.
 * ERR_NOTFOUND. */
NODISCARD enum err import_undo(struct app *app, const char *municipality, struct id id,
                               struct id by, int64_t *removed);
/* The problem of a report in words; in the arena. */
const char *import_problem_text(struct arena *a, enum lang lang, const char *problem);
/* A profile by its name: JSON in the arena. ERR_NOTFOUND. */
NODISCARD enum err import_profile_json(struct app *app, struct arena *a, const char *municipality,
                                       const char *name, const char **json, struct id *id);
