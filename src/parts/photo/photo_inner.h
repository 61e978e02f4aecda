/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/photo. */
#pragma once

#include "parts/photo/photo.h"

#define PHOTO_HASH_TEXT 65
#define PHOTO_PATH_MOST 4096
#define PHOTO_NAME_HASH 16 /* characters of the hash in the file's name */

void photo_hash(const void *data, size_t n, char out[PHOTO_HASH_TEXT]);
/* The file, whole and on the disk when this answers. */
NODISCARD enum err photo_file_write(const char *data_dir, const char *municipality, struct id id,
                                    const char *hash, const struct photo *made);
/* Makes DIR/photos/NAME with everything above it. */
NODISCARD enum err photo_folder(const char *data_dir, const char *name, char *out, size_t room);
/* n bytes from one file to another, on the disk when this answers. */
NODISCARD enum err photo_copy_bytes(int in, int out, size_t n);
/* Takes the municipality's folder away if it is empty. */
void photo_folder_drop(const struct app *app, const char *municipality);
/* Takes away all parts that were sent in an exercise. */
void photo_parts_drop(const struct app *app, const char *exercise);
/* Takes parts away that nobody has touched since `before`. */
void photo_parts_sweep(const struct app *app, msec before);
