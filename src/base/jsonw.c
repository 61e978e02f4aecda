/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/jsonw.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

struct jsonw jsonw_init(struct buf *out)
{
    return (struct jsonw){.out = out};
}

/* A comma where one is due. After a key none is. */
static void before(struct jsonw *w)
{
    uint32_t bit = UINT32_C(1) << w->depth;
    if (w->depth && (w->array & bit)) {
        if (w->not_first & bit)
            buf_putc(w->out, ',');
        w->not_first |= bit;
    }
}

static void open(struct jsonw *w, char c, bool array)
{
    before(w);
    assert(w->depth < 31);
    uint32_t bit = UINT32_C(1) << ++w->depth;
    w->array = array ? w->array | bit : w->array & ~bit;
    w->not_first &= ~bit;
    buf_putc(w->out, c);
}

void jsonw_object(struct jsonw *w)
{
    open(w, '{', false);
}

void jsonw_array(struct jsonw *w)
{
    open(w, '[', true);
}

void jsonw_end(struct jsonw *w)
{
    assert(w->depth > 0);
    buf_putc(w->out, w->array & (UINT32_C(1) << w->depth) ? ']' : '}');
    w->depth--;
}

static void escape(struct buf *b, const char *s)
{
    buf_putc(b, '"');
    uint32_t cp;
    while ((cp = utf8_next(&s))) {
        if (cp == '"' || cp == '\\') {
            buf_putc(b, '\\');
            buf_putc(b, (char)cp);
        } else if (cp == '\n') {
            buf_puts(b, "\\n");
        } else if (cp < 0x20 || cp == 0x7F || cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 ||
                   cp == 0x2029) {
            buf_printf(b, "\\u%04x", (unsigned)cp);
        } else {
            char tmp[4];
            buf_add(b, tmp, utf8_put(cp, tmp));
        }
    }
    buf_putc(b, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
    uint32_t bit = UINT32_C(1) << w->depth;
    assert(w->depth > 0 && !(w->array & bit));
    if (w->not_first & bit)
        buf_putc(w->out, ',');
    w->not_first |= bit;
    escape(w->out, key);
    buf_putc(w->out, ':');
}

void jsonw_text(struct jsonw *w, const char *s)
{
    before(w);
    if (s)
        escape(w->out, s);
    else
        buf_puts(w->out, "null");
}

void jsonw_int(struct jsonw *w, int64_t v)
{
    before(w);
    buf_int(w->out, v);
}

void jsonw_double(struct jsonw *w, double v)
{
    before(w);
    buf_double(w->out, v);
}

void jsonw_fixed(struct jsonw *w, double v, int decimals)
{
    before(w);
    if (!isfinite(v)) {
        buf_puts(w->out, "null");
        return;
    }
    char tmp[350];
    int n = snprintf(tmp, sizeof tmp, "%.*f", decimals, v);
    if (decimals > 0) {
        while (tmp[n - 1] == '0')
            n--;
        if (tmp[n - 1] == '.')
            n--;
    }
    buf_add(w->out, tmp, (size_t)n);
}

void jsonw_bool(struct jsonw *w, bool v)
{
    before(w);
    buf_puts(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
    before(w);
    buf_puts(w->out, "null");
}

void jsonw_key_text(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_text(w, s);
}

void jsonw_key_int(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

void jsonw_key_double(struct jsonw *w, const char *key, double v)
{
    jsonw_key(w, key);
    jsonw_double(w, v);
}

void jsonw_key_bool(struct jsonw *w, const char *key, bool v)
{
    jsonw_key(w, key);
    jsonw_bool(w, v);
}

void jsonw_key_object(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_object(w);
}

void jsonw_key_array(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_array(w);
}
