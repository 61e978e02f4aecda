/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bytes of a file, unpacked on the way when it is gzip or zstd (told by its first bytes). */
#pragma once

#include "convert/stream.h"

struct source;

/* Unpacked bytes that any file may give. A file that claims to be small and is not ends there. */
#define SOURCE_MOST (UINT64_C(4) * 1024 * 1024 * 1024)

/* Reads from fd, or from n bytes of memory when fd is -1. Faults are written to `out`, which also
 * is told how much of the input has been consumed. ERR_NOMEM, or ERR_INVALID with the fault sent.
 */
NODISCARD enum err source_new(int fd, const void *data, size_t n, uint64_t most,
                              struct stream_out *out, struct source **out_source);
void source_free(struct source *s);
void source_freep(struct source **s);

/* Up to n bytes; *got is 0 only at the end. */
NODISCARD enum err source_read(struct source *s, char *p, size_t n, size_t *got);
/* Everything that is left, at most `most` bytes (else fault TOO_LARGE). Freed with buf_done(). */
NODISCARD enum err source_all(struct source *s, size_t most, struct buf *out);
