/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A fast 64-bit hash for tables and fingerprints inside the house; no protection against somebody
 * who wants collisions: secrets and the audit log use libsodium. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

uint64_t hash64(const void *data, size_t n, uint64_t seed);

/* A table from text to a number (often an index). Keys are copied. */
struct map;

struct map *map_new(void); /* NULL when out of memory */
void map_free(struct map *m);
void map_freep(struct map **m);
size_t map_count(const struct map *m);
/* Adds or replaces. ERR_NOMEM leaves the table as it was. */
NODISCARD enum err map_put(struct map *m, const char *key, int64_t value);
bool map_get(const struct map *m, const char *key, int64_t *out);
