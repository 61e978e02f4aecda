/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/buf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct buf buf_init(size_t limit)
{
    return (struct buf){.limit = limit};
}

void buf_done(struct buf *b)
{
    mem_free(b->data);
    *b = buf_init(b->limit);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->err = ERR_OK;
    if (b->data)
        b->data[0] = 0;
}

enum err buf_err(const struct buf *b)
{
    return b->err;
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->err)
        return NULL;
    if (n > b->limit - b->len) {
        b->err = ERR_LIMIT;
        return NULL;
    }
    size_t need = b->len + n + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < need)
            cap *= 2;
        if (cap > b->limit + 1)
            cap = b->limit + 1;
        char *data = mem_realloc(b->data, cap);
        if (!data) {
            b->err = ERR_NOMEM;
            return NULL;
        }
        b->data = data;
        b->cap = cap;
    }
    return b->data + b->len;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
    char *p = buf_reserve(b, n);
    if (!p)
        return;
    if (n)
        memcpy(p, data, n);
    b->len += n;
    b->data[b->len] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
    if (s)
        buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (!p)
        return;
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_int(struct buf *b, int64_t v)
{
    char tmp[24];
    int n = snprintf(tmp, sizeof tmp, "%lld", (long long)v);
    buf_add(b, tmp, (size_t)n);
}

void buf_double(struct buf *b, double v)
{
    if (!isfinite(v)) {
        buf_puts(b, "null");
        return;
    }
    char tmp[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(tmp, sizeof tmp, "%.*g", digits, v);
        if (strtod(tmp, NULL) == v)
            break;
    }
    buf_puts(b, tmp);
}

char *buf_take(struct buf *b, size_t *out_len)
{
    if (b->err)
        return NULL;
    char *data = TAKE(b->data);
    if (out_len)
        *out_len = b->len;
    *b = buf_init(b->limit);
    return data;
}
