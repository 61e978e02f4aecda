/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

#define CHUNK (128u * 1024)

enum packing { PLAIN, GZIP, ZSTD };

struct source {
    int fd;
    const char *memory;
    size_t memory_left;
    struct stream_out *out;
    enum packing packing;
    uint64_t given, most;
    char *in; /* CHUNK bytes */
    size_t in_start, in_end;
    bool input_ended;
    bool between; /* at the border between two packed members: the file may end here */
    z_stream z;
    ZSTD_DCtx *zstd;
};

static enum err fill_memory(struct source *s, size_t *got)
{
    *got = s->memory_left < CHUNK - s->in_end ? s->memory_left : CHUNK - s->in_end;
    if (*got)
        memcpy(s->in + s->in_end, s->memory, *got);
    s->memory += *got;
    s->memory_left -= *got;
    return ERR_OK;
}

/* More packed bytes behind those that are left; none at the end of the input. */
static enum err fill(struct source *s)
{
    if (s->in_start == s->in_end)
        s->in_start = s->in_end = 0;
    if (s->input_ended || s->in_end == CHUNK)
        return ERR_OK;
    size_t got = 0;
    if (s->fd < 0) {
        TRY(fill_memory(s, &got));
    } else {
        ssize_t r;
        do
            r = read(s->fd, s->in + s->in_end, CHUNK - s->in_end);
        while (r < 0 && errno == EINTR);
        if (r < 0)
            return stream_fault(s->out, CONVERT_FAULT_READ, s->out->consumed, strerror(errno));
        got = (size_t)r;
    }
    s->in_end += got;
    s->out->consumed += got;
    s->input_ended = got == 0;
    return ERR_OK;
}

static enum err detect(struct source *s)
{
    while (s->in_end - s->in_start < 4 && !s->input_ended)
        TRY(fill(s));
    size_t n = s->in_end - s->in_start;
    if (n >= 2 && memcmp(s->in, "\x1f\x8b", 2) == 0) {
        s->packing = GZIP;
        if (inflateInit2(&s->z, 15 + 16) != Z_OK)
            return ERR_NOMEM;
    } else if (n >= 4 && memcmp(s->in, "\x28\xb5\x2f\xfd", 4) == 0) {
        s->packing = ZSTD;
        s->zstd = ZSTD_createDCtx();
        if (!s->zstd)
            return ERR_NOMEM;
    }
    if (s->packing != PLAIN)
        s->out->flags |= CONVERT_SAW_COMPRESSED;
    return ERR_OK;
}

enum err source_new(int fd, const void *data, size_t n, uint64_t most, struct stream_out *out,
                    struct source **out_source)
{
    AUTO(source_freep) struct source *s = mem_alloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->fd = fd;
    s->memory = data;
    s->memory_left = n;
    s->most = most;
    s->out = out;
    s->in = mem_alloc(CHUNK);
    if (!s->in)
        return ERR_NOMEM;
    TRY(detect(s));
    *out_source = TAKE(s);
    return ERR_OK;
}

void source_free(struct source *s)
{
    if (!s)
        return;
    if (s->packing == GZIP)
        inflateEnd(&s->z);
    ZSTD_freeDCtx(s->zstd);
    mem_free(s->in);
    mem_free(s);
}

void source_freep(struct source **s)
{
    source_free(*s);
    *s = NULL;
}

static enum err damaged(struct source *s, const char *what)
{
    return stream_fault(s->out, CONVERT_FAULT_COMPRESSION, s->out->consumed, what);
}

/* One step of unpacking: *got may be 0 with more to come. */
static enum err step_gzip(struct source *s, char *p, size_t n, size_t *got)
{
    if (s->between && inflateReset(&s->z) != Z_OK)
        return damaged(s, "gzip");
    s->between = false;
    s->z.next_in = (Bytef *)s->in + s->in_start;
    s->z.avail_in = (uInt)(s->in_end - s->in_start);
    s->z.next_out = (Bytef *)p;
    s->z.avail_out = (uInt)n;
    int r = inflate(&s->z, Z_NO_FLUSH);
    if (r == Z_MEM_ERROR)
        return stream_fault(s->out, CONVERT_FAULT_MEMORY, 0, "gzip");
    if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
        return damaged(s, s->z.msg ? s->z.msg : "gzip");
    s->in_start = s->in_end - s->z.avail_in;
    *got = n - s->z.avail_out;
    s->between = r == Z_STREAM_END;
    return ERR_OK;
}

static enum err step_zstd(struct source *s, char *p, size_t n, size_t *got)
{
    ZSTD_inBuffer in = {s->in + s->in_start, s->in_end - s->in_start, 0};
    ZSTD_outBuffer out = {p, n, 0};
    size_t r = ZSTD_decompressStream(s->zstd, &out, &in);
    if (ZSTD_isError(r))
        return damaged(s, ZSTD_getErrorName(r));
    s->in_start += in.pos;
    *got = out.pos;
    s->between = r == 0;
    return ERR_OK;
}

static enum err read_plain(struct source *s, char *p, size_t n, size_t *got)
{
    if (s->in_start == s->in_end)
        TRY(fill(s));
    size_t have = s->in_end - s->in_start;
    *got = have < n ? have : n;
    memcpy(p, s->in + s->in_start, *got);
    s->in_start += *got;
    return ERR_OK;
}

static enum err read_packed(struct source *s, char *p, size_t n, size_t *got)
{
    *got = 0;
    while (*got == 0) {
        if (s->in_start == s->in_end)
            TRY(fill(s));
        bool dry = s->in_start == s->in_end;
        if (dry && s->between)
            return ERR_OK;
        TRY(s->packing == GZIP ? step_gzip(s, p, n, got) : step_zstd(s, p, n, got));
        if (dry && *got == 0)
            return stream_fault(s->out, CONVERT_FAULT_TRUNCATED, s->out->consumed, "");
    }
    return ERR_OK;
}

enum err source_read(struct source *s, char *p, size_t n, size_t *got)
{
    size_t have;
    TRY(s->packing == PLAIN ? read_plain(s, p, n, &have) : read_packed(s, p, n, &have));
    s->given += have;
    if (s->given > s->most)
        return stream_fault(s->out, CONVERT_FAULT_TOO_LARGE, s->most, "");
    *got = have;
    return ERR_OK;
}

enum err source_all(struct source *s, size_t most, struct buf *out)
{
    struct buf b = buf_init(most + 1);
    for (;;) {
        char *p = buf_reserve(&b, most - b.len < CHUNK ? most + 1 - b.len : CHUNK);
        size_t got = 0;
        enum err e = p ? source_read(s, p, most - b.len < CHUNK ? most + 1 - b.len : CHUNK, &got)
                       : buf_err(&b);
        if (!e && b.len + got > most)
            e = stream_fault(s->out, CONVERT_FAULT_TOO_LARGE, most, "");
        if (e) {
            buf_done(&b);
            return e;
        }
        if (!got)
            break;
        b.len += got;
        b.data[b.len] = 0;
    }
    *out = b;
    return ERR_OK;
}
