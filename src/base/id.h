/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ids: UUIDv7 (RFC 9562), made here or by a phone that was offline. All zeros means "none". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct id {
    uint8_t b[16];
};

#define ID_TEXT 37 /* 36 characters and the NUL */

/* A fresh id. Ids made by one process sort by the time they were made. */
struct id id_new(void);
/* A repeatable id for exercise data and imports: version 8, from a name. Not for secrets. */
struct id id_from_name(const char *space, const char *name);
bool id_is_none(struct id id);
bool id_eq(struct id a, struct id b);
void id_text(struct id id, char out[ID_TEXT]); /* lower case, with hyphens */
/* Any version; hyphens required, either case. ERR_INVALID otherwise. */
NODISCARD enum err id_parse(const char *s, struct id *out);

/* n bytes nobody can guess (getrandom); the process ends if the system has none to give. */
void random_bytes(void *out, size_t n);
/* URL-safe text of 32 random bytes, for tokens that are sent to people: 43 characters. */
#define TOKEN_TEXT 44
void token_new(char out[TOKEN_TEXT]);
