/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures as a telephone makes them, and as somebody makes who wishes us ill. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#include "base/buf.h"
#include "base/mem.h"
#include "convert/photo_work.h"

#define SECRET "Elisabet-hemligt-1493"

/* Upper left quarter red, upper right green, lower left blue, lower right white. */
static void paint(struct photo_shrink *s, uint32_t w, uint32_t h)
{
    *s = (struct photo_shrink){.sw = w, .sh = h, .w = w, .h = h};
    s->pixels = mem_array((size_t)w * 3, h);
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++) {
            uint8_t *p = s->pixels + 3 * ((size_t)y * w + x);
            bool right = x >= w / 2, low = y >= h / 2;
            p[0] = right == low ? 255 : 0;
            p[1] = right ? 255 : 0;
            p[2] = low ? 255 : 0;
        }
}

static struct buf jpeg_of(uint32_t w, uint32_t h)
{
    struct photo_shrink s;
    uint8_t *bytes;
    size_t n;
    struct buf b = buf_init(32 << 20);
    paint(&s, w, h);
    CHECK(photo_jpeg_write(&s, &bytes, &n) == PHOTO_FINE);
    buf_add(&b, (const char *)bytes, n);
    mem_free(bytes);
    photo_shrink_done(&s);
    return b;
}

static void put(struct buf *b, uint32_t v, int bytes) /* big-endian */
{
    for (int i = bytes - 1; i >= 0; i--)
        buf_putc(b, (char)(v >> (8 * i)));
}

static void put_entry(struct buf *b, uint32_t tag, uint32_t type, uint32_t count, uint32_t value)
{
    put(b, tag, 2);
    put(b, type, 2);
    put(b, count, 4);
    put(b, value, 4);
}

static void put_degrees(struct buf *b, uint32_t d, uint32_t m, uint32_t hundredths)
{
    put(b, d, 4);
    put(b, 1, 4);
    put(b, m, 4);
    put(b, 1, 4);
    put(b, hundredths, 4);
    put(b, 100, 4);
}

/* What a telephone writes: which way is up, 58° 42' 36" N 13° 49' 12" E, a time and a name. */
static struct buf exif(uint32_t orientation)
{
    struct buf b = buf_init(4096);
    buf_add(&b, "Exif\0\0MM\0*\0\0\0\10", 14);
    put(&b, 4, 2);
    put_entry(&b, 0x010f, 2, sizeof SECRET, 240);
    put_entry(&b, 0x0112, 3, 1, orientation << 16);
    put_entry(&b, 0x8769, 4, 1, 62);
    put_entry(&b, 0x8825, 4, 1, 100);
    put(&b, 0, 4);
    put(&b, 1, 2); /* at 62 */
    put_entry(&b, 0x9003, 2, 20, 80);
    put(&b, 0, 4);
    buf_add(&b, "2026:11:14 22:40:07\0", 20); /* at 80 */
    put(&b, 4, 2);                            /* at 100 */
    put_entry(&b, 1, 2, 2, (uint32_t)'N' << 24);
    put_entry(&b, 2, 5, 3, 154);
    put_entry(&b, 3, 2, 2, (uint32_t)'E' << 24);
    put_entry(&b, 4, 5, 3, 178);
    put(&b, 0, 4);
    put_degrees(&b, 58, 42, 3600); /* at 154 */
    put_degrees(&b, 13, 49, 1200);
    while (b.len < 6 + 240)
        buf_putc(&b, 0);
    buf_add(&b, SECRET, sizeof SECRET);
    return b;
}

static void put_segment(struct buf *to, int marker, const char *p, size_t n)
{
    buf_putc(to, (char)0xff);
    buf_putc(to, (char)marker);
    put(to, (uint32_t)n + 2, 2);
    buf_add(to, p, n);
}

/* The picture with segments put in after its first two bytes. */
static struct buf with(const struct buf *jpeg, const struct buf *segments)
{
    struct buf b = buf_init(32 << 20);
    buf_add(&b, buf_text(jpeg), 2);
    buf_add(&b, buf_text(segments), segments->len);
    buf_add(&b, buf_text(jpeg) + 2, jpeg->len - 2);
    return b;
}

static struct buf telephone(uint32_t w, uint32_t h, uint32_t orientation)
{
    struct buf plain = jpeg_of(w, h), e = exif(orientation), seg = buf_init(1 << 20);
    put_segment(&seg, 0xe1, buf_text(&e), e.len);
    put_segment(&seg, 0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" SECRET, 60);
    put_segment(&seg, 0xe2, "ICC_PROFILE\0\1\1" SECRET, 35);
    put_segment(&seg, 0xed, "Photoshop 3.0\0" SECRET, 35);
    put_segment(&seg, 0xfe, SECRET, sizeof SECRET);
    struct buf b = with(&plain, &seg);
    buf_add(&b, "PK\3\4" SECRET, 25); /* and an archive behind it */
    buf_done(&plain);
    buf_done(&e);
    buf_done(&seg);
    return b;
}

static void keep(png_structp png, png_bytep p, size_t n)
{
    buf_add(png_get_io_ptr(png), (const char *)p, n);
}

static struct buf png_of(uint32_t w, uint32_t h, int colour, int interlace)
{
    struct buf b = buf_init(8 << 20);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &b, keep, NULL);
    png_set_IHDR(png, info, w, h, 8, colour, interlace, 0, 0);
    png_text text = {.compression = -1, .key = (char[]){"Author"}, .text = (char[]){SECRET}};
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    uint8_t *row = mem_array(w, 4);
    for (int pass = png_set_interlace_handling(png); pass > 0; pass--)
        for (uint32_t y = 0; y < h; y++)
            png_write_row(png, row);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    mem_free(row);
    return b;
}

/* A progressive picture, its first scan as many times more. */
static struct buf scans(size_t more)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL, row[3 * 64] = {0};
    unsigned long n = 0;
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = c.image_height = 64;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    for (int y = 0; y < 64; y++) {
        memset(row, 3 * y, sizeof row);
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    size_t from = 2, to;
    while (bytes[from + 1] != 0xda)
        from += 2 + ((size_t)bytes[from + 2] << 8 | bytes[from + 3]);
    for (to = from + 14; bytes[to] != 0xff || bytes[to + 1] == 0;)
        to++;
    struct buf b = buf_init(1 << 20);
    buf_add(&b, (const char *)bytes, n - 2);
    for (size_t i = 0; i < more; i++)
        buf_add(&b, (const char *)bytes + from, to - from);
    buf_add(&b, "\xff\xd9", 2);
    free(bytes);
    return b;
}
