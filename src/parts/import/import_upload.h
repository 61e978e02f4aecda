/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: a file that was sent, while a person decides how it is read. It lies in
 * DIR/imports/ID.data, and what is known of it in ID.json beside it. */
#pragma once

#include "parts/event/event.h"
#include "parts/import/import.h"
#include "parts/import/import_profile.h"

struct import_upload {
    struct id id;
    const char *municipality;
    const char *name; /* of the file, as it was sent */
    enum convert_format format;
    const char *profile; /* JSON; NULL: not chosen yet */
    const char *sheet;   /* chosen by a person; NULL: the profile's, or the first */
    int64_t names_row;   /* the same; 0: found by looking */
    struct id profile_id;
};

/* CONVERT_NONE for an ending that is not known. */
enum convert_format import_format_of(const char *file_name);
/* How the upload is opened, by what is chosen so far. Borrows from u and the arena. */
struct convert_options import_upload_options(struct app *app, struct arena *a,
                                             const struct import_upload *u);
/* Keeps n bytes; u->id is made. Files that nobody has touched for a week are removed. */
NODISCARD enum err import_upload_keep(struct app *app, struct arena *a, struct import_upload *u,
                                      const void *data, size_t n);
/* After u->profile was changed. */
NODISCARD enum err import_upload_save(struct app *app, struct arena *a,
                                      const struct import_upload *u);
/* ERR_NOTFOUND when it is not there, or another municipality's. */
NODISCARD enum err import_upload_load(struct app *app, struct arena *a, const char *municipality,
                                      struct id id, struct import_upload *out);
const char *import_upload_path(struct app *app, struct arena *a, struct id id);
void import_upload_remove(struct app *app, struct arena *a, struct id id);

/* The first rows, and which words stand in a column (the most frequent first). */
struct import_look {
    const struct convert_header *header; /* copied */
    const char *const *cells;            /* rows * columns */
    size_t rows;
};
struct import_word {
    const char *said;
    int64_t n;
};
NODISCARD enum err import_look(struct app *app, struct arena *a, const struct import_upload *u,
                               size_t rows, struct import_look *out, const char **fault);
#define IMPORT_WORDS_SHOWN 100
NODISCARD enum err import_look_words(struct app *app, struct arena *a,
                                     const struct import_upload *u, const char *column,
                                     struct import_word **out, size_t *out_n);
