/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/text.h"

#include <string.h>

#include "base/str.h"

void text_init(struct text *t, struct source *source, struct stream_out *out,
               enum convert_encoding encoding)
{
    memset(t, 0, sizeof *t);
    t->source = source;
    t->out = out;
    t->encoding = encoding;
}

static enum err more(struct text *t)
{
    memmove(t->kept, t->kept + t->start, t->end - t->start);
    t->end -= t->start;
    t->start = 0;
    size_t got;
    TRY(source_read(t->source, t->kept + t->end, sizeof t->kept - t->end, &got));
    t->end += got;
    t->ended = got == 0;
    return ERR_OK;
}

static void skip_mark(struct text *t, size_t n)
{
    t->start = n;
    t->out->flags |= CONVERT_SAW_BOM;
}

static enum err begin(struct text *t)
{
    t->started = true;
    while (t->end < 3 && !t->ended)
        TRY(more(t));
    bool free = t->encoding == CONVERT_ENC_AUTO;
    if (t->end >= 3 && memcmp(t->kept, "\xEF\xBB\xBF", 3) == 0) {
        skip_mark(t, 3);
    } else if (t->end >= 2 && memcmp(t->kept, "\xFF\xFE", 2) == 0 &&
               (free || t->encoding == CONVERT_ENC_UTF16LE)) {
        skip_mark(t, 2);
        t->encoding = CONVERT_ENC_UTF16LE;
    } else if (t->end >= 2 && memcmp(t->kept, "\xFE\xFF", 2) == 0 &&
               (free || t->encoding == CONVERT_ENC_UTF16BE)) {
        skip_mark(t, 2);
        t->encoding = CONVERT_ENC_UTF16BE;
    }
    if (t->encoding == CONVERT_ENC_UTF16LE || t->encoding == CONVERT_ENC_UTF16BE)
        t->out->flags |= CONVERT_SAW_UTF16;
    return ERR_OK;
}

static size_t put(struct text *t, uint32_t cp, char *p)
{
    if (cp == 0xFFFD)
        t->out->flags |= CONVERT_SAW_REPLACED;
    return utf8_put(cp, p);
}

/* One unit of UTF-16; at most 7 bytes are written. */
static size_t unit(struct text *t, uint32_t u, char *p)
{
    size_t n = 0;
    bool low = u >= 0xDC00 && u <= 0xDFFF;
    if (t->high && low) {
        uint32_t cp = 0x10000 + ((t->high - 0xD800) << 10) + (u - 0xDC00);
        t->high = 0;
        return put(t, cp, p);
    }
    if (t->high)
        n = put(t, 0xFFFD, p);
    t->high = 0;
    if (u >= 0xD800 && u <= 0xDBFF)
        t->high = u;
    else
        n += put(t, low ? 0xFFFD : u, p + n);
    return n;
}

static enum err read_utf16(struct text *t, char *p, size_t n, size_t *got)
{
    size_t used = 0;
    while (n - used >= 8) {
        if (t->end - t->start < 2) {
            if (used)
                break;
            if (!t->ended)
                TRY(more(t));
            if (t->end - t->start < 2 && t->ended) {
                bool half = t->high || t->end > t->start;
                t->high = 0;
                t->start = t->end;
                used = half ? put(t, 0xFFFD, p) : 0;
                break;
            }
            continue;
        }
        uint32_t a = (unsigned char)t->kept[t->start], b = (unsigned char)t->kept[t->start + 1];
        t->start += 2;
        used += unit(t, t->encoding == CONVERT_ENC_UTF16LE ? a | b << 8 : a << 8 | b, p + used);
    }
    *got = used;
    return ERR_OK;
}

enum err text_read(struct text *t, char *p, size_t n, size_t *got)
{
    if (!t->started)
        TRY(begin(t));
    if (t->encoding == CONVERT_ENC_UTF16LE || t->encoding == CONVERT_ENC_UTF16BE)
        return read_utf16(t, p, n, got);
    if (t->end > t->start) {
        *got = t->end - t->start < n ? t->end - t->start : n;
        memcpy(p, t->kept + t->start, *got);
        t->start += *got;
        return ERR_OK;
    }
    return source_read(t->source, p, n, got);
}

bool text_from_cp1252(struct buf *out, const char *s, size_t n)
{
    static const uint16_t upper[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    bool whole = true;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        uint32_t cp = c >= 0x80 && c < 0xA0 ? upper[c - 0x80] : c;
        char text[4];
        whole = whole && cp != 0xFFFD;
        buf_add(out, text, utf8_put(cp, text));
    }
    return whole;
}
