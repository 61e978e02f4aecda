/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON writer onto a buffer. Commas and escapes are its own business:
 *
 *     struct jsonw w = jsonw_init(&b);
 *     jsonw_object(&w);
 *     jsonw_key_text(&w, "name", name);
 *     jsonw_end(&w);
 *
 * Text is made safe to stand in HTML too (< > & are written as \u003c ...). Errors stick in the
 * buffer. At most 32 levels. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct jsonw {
    struct buf *out;
    uint32_t array; /* a bit a level: array or object */
    uint32_t not_first;
    int depth;
};

struct jsonw jsonw_init(struct buf *out);
void jsonw_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end(struct jsonw *w); /* closes the innermost object or array */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_text(struct jsonw *w, const char *s); /* NULL writes null; broken UTF-8 becomes U+FFFD */
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_double(struct jsonw *w, double v);
/* A number with that many decimals at most, trailing zeros dropped. */
void jsonw_fixed(struct jsonw *w, double v, int decimals);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);

void jsonw_key_text(struct jsonw *w, const char *key, const char *s);
void jsonw_key_int(struct jsonw *w, const char *key, int64_t v);
void jsonw_key_double(struct jsonw *w, const char *key, double v);
void jsonw_key_bool(struct jsonw *w, const char *key, bool v);
void jsonw_key_object(struct jsonw *w, const char *key);
void jsonw_key_array(struct jsonw *w, const char *key);
