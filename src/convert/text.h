/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A source as UTF-8 text: byte order marks, UTF-16 and Windows-1252. */
#pragma once

#include "convert/source.h"

struct text {
    struct source *source;
    struct stream_out *out;
    enum convert_encoding encoding; /* AUTO or UTF8: bytes pass as they are */
    bool started;
    bool ended;
    char kept[4096]; /* bytes read and not yet given or decoded */
    size_t start, end;
    uint32_t high; /* half of a surrogate pair */
};

void text_init(struct text *t, struct source *source, struct stream_out *out,
               enum convert_encoding encoding);
/* As source_read(), without the byte order mark. n >= 8. */
NODISCARD enum err text_read(struct text *t, char *p, size_t n, size_t *got);

/* Windows-1252 to UTF-8, added to out. False when a byte means nothing there (it became U+FFFD). */
bool text_from_cp1252(struct buf *out, const char *s, size_t n);
