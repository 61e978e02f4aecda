/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/bulletin only: a package of files, stored as they are (ZIP without compression,
 * names in UTF-8, no times). The same files give the same bytes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define ZIP_FILES_MOST 8

struct zip {
    struct buf *out;
    size_t start; /* where the package begins in `out` */
    struct zip_file {
        const char *name; /* borrowed */
        uint32_t crc, size, at;
    } files[ZIP_FILES_MOST];
    size_t n;
    enum err err;
};

void zip_begin(struct zip *z, struct buf *out);
/* ERR_LIMIT sticks past ZIP_FILES_MOST files or 1 GB. */
void zip_add(struct zip *z, const char *name, const void *data, size_t n);
NODISCARD enum err zip_end(struct zip *z);
/* The checksum of ZIP and PNG. */
uint32_t zip_crc(const void *data, size_t n);
