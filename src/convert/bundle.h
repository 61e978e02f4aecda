/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A Shapefile is several files. The parent puts them in one: magic, then for each a name of four
 * bytes (".shp"), a length (8 bytes, little-endian) and the bytes. */
#pragma once

#include "base/err.h"

#define BUNDLE_MAGIC "SAMSYNB\n"
#define BUNDLE_MAGIC_LEN 8
#define BUNDLE_MOST (512u * 1024 * 1024)

/* The files that may belong to a Shapefile; the first two must be there. */
#define BUNDLE_PARTS 5
extern const char *const bundle_parts[BUNDLE_PARTS];

/* The .shp at `path` and its siblings, in a file without a name that is closed on exec and stands
 * at its beginning. ERR_NOTFOUND when .shp or .dbf is missing, ERR_LIMIT past BUNDLE_MOST, ERR_IO.
 */
NODISCARD enum err bundle_shapefile(const char *path, int *out_fd);
