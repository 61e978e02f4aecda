/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/stream.h"

enum err stream_out_init(struct stream_out *o, int fd, struct buf *memory)
{
    char *buffer = mem_alloc(STREAM_BUFFER);
    if (!buffer)
        return ERR_NOMEM;
    *o = (struct stream_out){.fd = fd, .memory = memory, .buffer = buffer};
    memcpy(buffer, STREAM_MAGIC, STREAM_MAGIC_LEN);
    o->used = STREAM_MAGIC_LEN;
    return ERR_OK;
}

void stream_out_done(struct stream_out *o)
{
    mem_free(o->buffer);
    o->buffer = NULL;
}

static void write_all(struct stream_out *o, const char *p, size_t n)
{
    if (o->memory)
        buf_add(o->memory, p, n);
    while (o->fd >= 0 && n && !o->broken) {
        ssize_t w = write(o->fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0) {
            o->broken = true;
            return;
        }
        p += w;
        n -= (size_t)w;
    }
}

static void flush(struct stream_out *o)
{
    write_all(o, o->buffer, o->used);
    o->used = 0;
}

static void put(struct stream_out *o, const void *p, size_t n)
{
    if (n > STREAM_BUFFER - o->used) {
        flush(o);
        if (n > STREAM_BUFFER) {
            write_all(o, p, n);
            return;
        }
    }
    if (n)
        memcpy(o->buffer + o->used, p, n);
    o->used += n;
}

static void put_u8(struct stream_out *o, unsigned v)
{
    unsigned char b = (unsigned char)v;
    put(o, &b, 1);
}

static void put_u16(struct stream_out *o, unsigned v)
{
    unsigned char b[2] = {(unsigned char)v, (unsigned char)(v >> 8)};
    put(o, b, 2);
}

static void put_u32(struct stream_out *o, uint32_t v)
{
    unsigned char b[4];
    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(v >> 8 * i);
    put(o, b, 4);
}

static void put_u64(struct stream_out *o, uint64_t v)
{
    put_u32(o, (uint32_t)v);
    put_u32(o, (uint32_t)(v >> 32));
}

/* Writes a cell with each letter and the mark beside it as one, and says how long that is; o NULL:
 * only says it. Valid UTF-8. */
static size_t put_letters(struct stream_out *o, const char *s, size_t len)
{
    size_t total = 0;
    while (len) {
        const char *mark = memchr(s, 0xCC, len);
        size_t plain = mark ? (size_t)(mark - s) : len, keep = plain, skip = 0, n = 0;
        char two[3] = {0}, letter[4] = {0};
        if (plain && mark && len - plain >= 2 && !((unsigned char)mark[-1] & 0x80)) {
            memcpy(two, mark, 2);
            const char *p = two;
            uint32_t made = utf8_compose((unsigned char)mark[-1], utf8_next(&p));
            n = made ? utf8_put(made, letter) : 0;
        }
        if (mark) {
            keep = n ? plain - 1 : plain + 1;
            skip = n ? 3 : 0; /* the letter and the two bytes of the mark */
        }
        if (o) {
            put(o, s, keep);
            put(o, letter, n);
        }
        total += keep + n;
        s += keep + skip;
        len -= keep + skip;
    }
    return total;
}

static size_t text_size(size_t len)
{
    return len ? 4 + len + 1 : 4;
}

static void put_text(struct stream_out *o, const char *s, size_t len)
{
    put_u32(o, (uint32_t)len);
    if (!len)
        return;
    put(o, s, len);
    put(o, "", 1);
}

static void put_cell(struct stream_out *o, const struct stream_cell *c)
{
    put_u32(o, (uint32_t)put_letters(NULL, c->s, c->len));
    if (!c->len)
        return;
    put_letters(o, c->s, c->len);
    put(o, "", 1);
}

static void frame(struct stream_out *o, char type, size_t len)
{
    put_u8(o, (unsigned char)type);
    put_u32(o, (uint32_t)len);
}

static size_t cells_size(const struct stream_cell *cells, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += text_size(cells[i].len);
    return size;
}

void stream_header(struct stream_out *o, enum convert_format format, uint32_t sandbox,
                   const struct stream_cell *names, size_t n)
{
    assert(!o->header_sent && n <= CONVERT_COLUMNS_MOST && o->n_sheets <= CONVERT_SHEETS_MOST);
    frame(o, 'H', 14 + cells_size(names, n) + cells_size(o->sheets, o->n_sheets));
    put_u8(o, format);
    put_u8(o, sandbox);
    put_u16(o, (unsigned)n);
    put_u32(o, o->flags);
    put_u32(o, o->names_row);
    put_u16(o, (unsigned)o->n_sheets);
    for (size_t i = 0; i < n; i++)
        put_text(o, names[i].s, names[i].len);
    for (size_t i = 0; i < o->n_sheets; i++)
        put_text(o, o->sheets[i].s, o->sheets[i].len);
    o->columns = n;
    o->header_sent = true;
    flush(o);
}

static void progress(struct stream_out *o)
{
    frame(o, 'P', 8);
    put_u64(o, o->consumed);
}

void stream_row(struct stream_out *o, uint64_t number, const struct stream_cell *cells,
                const void *wkb, size_t wkb_len)
{
    assert(o->header_sent && !o->ended);
    if ((o->rows & 1023) == 1023)
        progress(o);
    size_t size = 0;
    for (size_t i = 0; i < o->columns; i++)
        size += text_size(put_letters(NULL, cells[i].s, cells[i].len));
    frame(o, 'R', 12 + size + wkb_len);
    put_u64(o, number);
    for (size_t i = 0; i < o->columns; i++)
        put_cell(o, &cells[i]);
    put_u32(o, (uint32_t)wkb_len);
    put(o, wkb, wkb_len);
    o->rows++;
}

/* Anything becomes valid UTF-8 without NUL: broken bytes are U+FFFD, NUL is U+2400. */
static void repair(struct buf *out, const char *s, size_t n)
{
    while (n && !buf_err(out)) {
        char bytes[5] = {0};
        size_t have = n < 4 ? n : 4;
        memcpy(bytes, s, have);
        const char *p = bytes;
        uint32_t cp = utf8_next(&p);
        size_t used = p > bytes ? (size_t)(p - bytes) : 1;
        char text[4];
        size_t len = utf8_put(cp ? cp : 0x2400, text);
        buf_add(out, text, len);
        s += used;
        n -= used;
    }
}

void stream_problem(struct stream_out *o, uint64_t number, enum convert_fault fault, int column,
                    const char *raw, size_t raw_len)
{
    assert(o->header_sent && !o->ended);
    struct buf clean = buf_init(CONVERT_CELL_MOST);
    if (raw_len > CONVERT_CELL_MOST)
        raw_len = CONVERT_CELL_MOST;
    repair(&clean, raw, raw_len); /* full: cut there */
    frame(o, 'X', 11 + text_size(clean.len));
    put_u64(o, number);
    put_u8(o, fault);
    put_u16(o, column < 0 ? 0xFFFFu : (unsigned)column);
    put_text(o, clean.data, clean.len);
    buf_done(&clean);
    o->problems++;
}

void stream_end(struct stream_out *o)
{
    if (o->ended)
        return;
    assert(o->header_sent);
    progress(o);
    frame(o, 'E', 20);
    put_u64(o, o->rows);
    put_u64(o, o->problems);
    put_u32(o, o->flags);
    o->ended = true;
    flush(o);
}

enum err stream_fault(struct stream_out *o, enum convert_fault fault, uint64_t position,
                      const char *detail)
{
    if (o->ended)
        return ERR_INVALID;
    struct buf clean = buf_init(STREAM_DETAIL_MOST);
    repair(&clean, detail ? detail : "", detail ? strnlen(detail, STREAM_DETAIL_MOST) : 0);
    frame(o, 'F', 9 + text_size(clean.len));
    put_u8(o, fault);
    put_u64(o, position);
    put_text(o, clean.data, clean.len);
    buf_done(&clean);
    o->ended = true;
    flush(o);
    return ERR_INVALID;
}
