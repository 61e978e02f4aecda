/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/bulletin/bulletin_zip.h"

#include <string.h>

#define BYTES_MOST (1u << 30)
#define DAY 0x0021 /* 1 January 1980, the first that there is: no time is told */
#define UTF8_NAMES 0x0800

uint32_t zip_crc(const void *data, size_t n)
{
    const unsigned char *p = data;
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void put(struct buf *b, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(v >> 8 * i & 255));
}

/* What a file's own header and the list at the end have in common. */
static void put_facts(struct buf *b, const struct zip_file *f)
{
    put(b, 20, 2); /* needs version 2.0 */
    put(b, UTF8_NAMES, 2);
    put(b, 0, 2); /* stored */
    put(b, 0, 2);
    put(b, DAY, 2);
    put(b, f->crc, 4);
    put(b, f->size, 4);
    put(b, f->size, 4);
    put(b, (uint32_t)strlen(f->name), 2);
    put(b, 0, 2); /* nothing extra: the type of a document must stand at byte 38 */
}

void zip_begin(struct zip *z, struct buf *out)
{
    *z = (struct zip){.out = out, .start = out->len};
}

void zip_add(struct zip *z, const char *name, const void *data, size_t n)
{
    if (!z->err && (z->n == ZIP_FILES_MOST || n > BYTES_MOST ||
                    z->out->len - z->start > BYTES_MOST || strlen(name) > 200))
        z->err = ERR_LIMIT;
    if (z->err)
        return;
    struct zip_file *f = &z->files[z->n++];
    *f = (struct zip_file){name, zip_crc(data, n), (uint32_t)n, (uint32_t)(z->out->len - z->start)};
    put(z->out, 0x04034b50, 4);
    put_facts(z->out, f);
    buf_puts(z->out, name);
    buf_add(z->out, data, n);
}

enum err zip_end(struct zip *z)
{
    if (z->err)
        return z->err;
    uint32_t at = (uint32_t)(z->out->len - z->start);
    for (size_t i = 0; i < z->n; i++) {
        put(z->out, 0x02014b50, 4);
        put(z->out, 20, 2);
        put_facts(z->out, &z->files[i]);
        put(z->out, 0, 2); /* comment */
        put(z->out, 0, 2); /* disk */
        put(z->out, 0, 2);
        put(z->out, 0, 4);
        put(z->out, z->files[i].at, 4);
        buf_puts(z->out, z->files[i].name);
    }
    uint32_t size = (uint32_t)(z->out->len - z->start) - at;
    put(z->out, 0x06054b50, 4);
    put(z->out, 0, 4);
    put(z->out, (uint32_t)z->n, 2);
    put(z->out, (uint32_t)z->n, 2);
    put(z->out, size, 4);
    put(z->out, at, 4);
    put(z->out, 0, 2);
    return buf_err(z->out);
}
