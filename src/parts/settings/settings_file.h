/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading a draft's rows with the sandboxed reader. */
#pragma once

#include "convert/convert.h"
#include "http/http.h"

struct settings_file {
    struct req *rq;
    const char *const *names; /* of the columns; in the arena */
    size_t n_names;
    struct convert_error error; /* after ERR_INVALID */
};

/* Cells and shape live until the call returns; copy what is kept. */
typedef enum err settings_row_fn(void *arg, const struct convert_item *item);

/* By the name's ending: .csv, .xlsx, .geojson, .json, .gpkg, .zip. CONVERT_NONE for others. */
enum convert_format settings_file_format(const char *name);
/* Reads the whole file. ERR_INVALID: it cannot be read, see f->error. */
NODISCARD enum err settings_file_read(struct settings_file *f, const char *path,
                                      enum convert_format format, settings_row_fn *fn, void *arg);
/* Why the file cannot be read, in the reader's words. */
const char *settings_file_why(const struct settings_file *f);
/* The column with one of these names, any case; -1. */
int settings_file_column(const struct settings_file *f, const char *const *names, size_t n);
