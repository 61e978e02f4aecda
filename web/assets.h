/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the browser fetches: style, scripts, icons; built from web/ and linked into the program.
 * A file's address holds a hash of its bytes, so it may be kept for ever by whoever fetched it. */
#pragma once

#include <stddef.h>

struct asset {
    const char *name; /* "site.css" */
    const char *path; /* "/_/site.0a1b2c3d.css" */
    const char *type; /* content type with charset */
    const unsigned char *data;
    size_t n;
    const unsigned char *gz; /* the same, gzip; NULL when that is no smaller */
    size_t n_gz;
    const char *hash; /* 64 hexadecimal digits of SHA-256; the ETag without quotes */
};

/* By the path of a request; NULL when there is none. */
const struct asset *asset_find(const char *path);
/* The address of a file by its plain name; NULL when there is none. */
const char *asset_url(const char *name);
/* All of them, sorted by path. */
const struct asset *asset_list(size_t *n);
