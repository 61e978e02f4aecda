/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A growing buffer with a ceiling.
 *
 * Errors stick: after the first ERR_LIMIT or ERR_NOMEM every further call does nothing,
 * so a writer checks once, at the end: `TRY(buf_err(&b));`. The bytes are always followed
 * by a NUL that does not count. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
    char *data; /* NULL until the first byte; use buf_text() for a string that is never NULL */
    size_t len;
    size_t cap;
    size_t limit; /* the most bytes it may hold */
    enum err err;
};

/* No allocation is made before the first byte. */
struct buf buf_init(size_t limit);
/* Frees the bytes. The buffer is empty and usable afterwards, with its old limit. */
void buf_done(struct buf *b);
/* Forget the contents and the error, keep the memory. */
void buf_clear(struct buf *b);

enum err buf_err(const struct buf *b);
const char *buf_text(const struct buf *b);

void buf_add(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s); /* NULL adds nothing */
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_int(struct buf *b, int64_t v);
/* Shortest text that reads back to the same double; "null" for NaN and infinities. */
void buf_double(struct buf *b, double v);
/* Make room for n more bytes and return where they go, or NULL (error kept). Then set len. */
char *buf_reserve(struct buf *b, size_t n);
/* Hand the bytes to the caller, who frees them with mem_free(); NULL if empty or failed. */
char *buf_take(struct buf *b, size_t *out_len);
