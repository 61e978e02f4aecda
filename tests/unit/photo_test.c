/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A photo goes through the child: what comes back is a picture, and nothing but a picture. */
#include "test.h"

#include <png.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "convert/convert.h"
#include "convert/photo_work.h"

#define SECRET "Elisabet-hemligt-1493"

/* --- Pictures made here --- */

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

/* --- Through the child --- */

static enum photo_fault make(const void *p, size_t n, struct photo *out)
{
    enum photo_fault f = PHOTO_FAILED;
    setenv("SAMSYN_PHOTO", PHOTO_PROGRAM, 1);
    CHECK(photo_make(p, n, out, &f) == ERR_OK);
    return f;
}

static enum photo_fault make_buf(const struct buf *b, struct photo *out)
{
    return make(buf_text(b), b->len, out);
}

static enum photo_fault fault_of(const void *p, size_t n)
{
    struct photo made = {0};
    enum photo_fault f = make(p, n, &made);
    photo_done(&made);
    return f;
}

static void colour_at(const struct photo *p, double x, double y, uint8_t out[3])
{
    struct photo_shrink s = {0};
    CHECK(photo_jpeg_read(p->jpeg, p->n, &s) == PHOTO_FINE);
    const uint8_t *c = s.pixels + 3 * ((size_t)(y * s.h) * s.w + (size_t)(x * s.w));
    memcpy(out, c, 3);
    photo_shrink_done(&s);
}

/* Of the upper left and the upper right quarter: 'r', 'g', 'b' or 'w'. */
static char quarter(const struct photo *p, double x, double y)
{
    uint8_t c[3];
    colour_at(p, x, y, c);
    if (c[0] > 200)
        return c[1] > 200 ? 'w' : 'r';
    return c[1] > 200 ? 'g' : 'b';
}

TEST(nothing_but_pixels_comes_back)
{
    struct buf b = telephone(400, 300, 1);
    struct photo p = {0};
    CHECK(memmem(buf_text(&b), b.len, SECRET, strlen(SECRET)));
    CHECK(make_buf(&b, &p) == PHOTO_FINE);
    CHECK(p.width == 400 && p.height == 300);
    CHECK(photo_is_bare(p.jpeg, p.n));
    CHECK(!memmem(p.jpeg, p.n, SECRET, strlen(SECRET)));
    CHECK(!memmem(p.jpeg, p.n, "Exif", 4) && !memmem(p.jpeg, p.n, "ICC", 3));
    CHECK(!memmem(p.jpeg, p.n, "PK\3\4", 4) && !memmem(p.jpeg, p.n, "2026:", 5));
    CHECK(p.sandbox & CONVERT_SANDBOX_SECCOMP);
    photo_done(&p);
    buf_done(&b);
}

TEST(place_and_time_are_told_beside_the_picture)
{
    struct buf b = telephone(40, 30, 1);
    struct photo p = {0};
    CHECK(make_buf(&b, &p) == PHOTO_FINE);
    CHECK(p.said.has_place && p.said.has_time);
    CHECK(p.said.lat > 58.7099 && p.said.lat < 58.7101);
    CHECK(p.said.lon > 13.8199 && p.said.lon < 13.8201);
    CHECK(p.said.year == 2026 && p.said.month == 11 && p.said.day == 14);
    CHECK(p.said.hour == 22 && p.said.minute == 40 && p.said.second == 7);
    photo_done(&p);
    buf_done(&b);
}

TEST(every_way_up_is_turned_upright)
{
    /* as it was taken: red green over blue white */
    static const char upper[9][3] = {"", "rg", "gr", "wb", "bw", "rb", "br", "wg", "gw"};
    for (uint32_t turn = 1; turn <= 8; turn++) {
        struct buf b = telephone(80, 40, turn);
        struct photo p = {0};
        CHECK(make_buf(&b, &p) == PHOTO_FINE);
        CHECK(turn >= 5 ? p.width == 40 && p.height == 80 : p.width == 80 && p.height == 40);
        CHECK(quarter(&p, 0.25, 0.25) == upper[turn][0]);
        CHECK(quarter(&p, 0.75, 0.25) == upper[turn][1]);
        photo_done(&p);
        buf_done(&b);
    }
}

TEST(a_large_picture_is_shrunk_and_keeps_its_shape)
{
    struct buf b = jpeg_of(5000, 2500);
    struct photo p = {0};
    CHECK(make_buf(&b, &p) == PHOTO_FINE);
    CHECK(p.width == PHOTO_SIDE && p.height == PHOTO_SIDE / 2);
    CHECK(quarter(&p, 0.1, 0.1) == 'r' && quarter(&p, 0.9, 0.1) == 'g');
    CHECK(quarter(&p, 0.1, 0.9) == 'b' && quarter(&p, 0.9, 0.9) == 'w');
    photo_done(&p);
    buf_done(&b);
}

TEST(shrinking_takes_the_mean_of_what_it_covers)
{
    struct photo_shrink s;
    uint8_t row[3 * 3201];
    CHECK(photo_shrink_init(&s, 3201, 7) == ERR_OK);
    for (uint32_t x = 0; x < 3201; x++)
        memset(row + 3 * (size_t)x, x & 1 ? 200 : 100, 3);
    for (int y = 0; y < 7; y++)
        photo_shrink_row(&s, row);
    CHECK(s.w == 1600 && s.out_row == s.h);
    for (uint32_t i = 0; i < s.w * s.h * 3; i++)
        CHECK(s.pixels[i] >= 148 && s.pixels[i] <= 152);
    photo_shrink_done(&s);
}

/* --- PNG --- */

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

TEST(a_png_of_any_kind_becomes_a_jpeg_on_white)
{
    static const int kinds[] = {PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA, PNG_COLOR_TYPE_GRAY,
                                PNG_COLOR_TYPE_GRAY_ALPHA};
    for (size_t i = 0; i < 8; i++) {
        struct buf b = png_of(64, 48, kinds[i / 2], i % 2);
        struct photo p = {0};
        uint8_t c[3];
        CHECK(make_buf(&b, &p) == PHOTO_FINE);
        CHECK(p.width == 64 && p.height == 48 && photo_is_bare(p.jpeg, p.n));
        CHECK(!memmem(p.jpeg, p.n, SECRET, strlen(SECRET)));
        colour_at(&p, 0.5, 0.5, c);
        CHECK(kinds[i / 2] & PNG_COLOR_MASK_ALPHA ? c[0] > 250 : c[0] < 5);
        photo_done(&p);
        buf_done(&b);
    }
}

/* --- What wishes us ill --- */

TEST(a_picture_cut_off_anywhere_is_refused)
{
    struct buf b = telephone(64, 48, 6), p = png_of(64, 48, PNG_COLOR_TYPE_RGB, 0);
    for (size_t n = 0; n + 27 < b.len; n += n < 600 ? 37 : 211)
        CHECK(fault_of(buf_text(&b), n) == (n < 3 ? PHOTO_UNKNOWN : PHOTO_BROKEN) || n == 3);
    for (size_t n = 8; n + 13 < p.len; n += 11)
        CHECK(fault_of(buf_text(&p), n) != PHOTO_FAILED);
    CHECK(fault_of(buf_text(&p), p.len / 2) == PHOTO_BROKEN);
    buf_done(&b);
    buf_done(&p);
}

static enum photo_fault claimed(uint32_t w, uint32_t h)
{
    struct buf b = jpeg_of(16, 16);
    uint8_t *bytes = (uint8_t *)b.data;
    for (size_t i = 2; i + 9 < b.len; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) {
            bytes[i + 5] = (uint8_t)(h >> 8);
            bytes[i + 6] = (uint8_t)h;
            bytes[i + 7] = (uint8_t)(w >> 8);
            bytes[i + 8] = (uint8_t)w;
            break;
        }
    enum photo_fault f = fault_of(bytes, b.len);
    buf_done(&b);
    return f;
}

TEST(a_picture_that_says_it_is_huge_is_refused_before_it_is_read)
{
    CHECK(claimed(65500, 65500) == PHOTO_LARGE);
    CHECK(claimed(65535, 65535) == PHOTO_BROKEN); /* more than the format's own ceiling */
    CHECK(claimed(29999, 29999) == PHOTO_LARGE);
    CHECK(claimed(9000, 9000) == PHOTO_BROKEN); /* as large as one may be, and cut off */
    CHECK(claimed(0, 16) == PHOTO_BROKEN);
}

/* Millions of pixels of nothing in some kilobytes. */
TEST(a_png_bomb_is_refused_by_its_header)
{
    struct buf b = png_of(7000, 7000, PNG_COLOR_TYPE_GRAY, 0);
    struct buf least = png_of(6000, 6000, PNG_COLOR_TYPE_GRAY, 1);
    CHECK(b.len < 100000 && fault_of(buf_text(&b), b.len) == PHOTO_LARGE);
    CHECK(fault_of(buf_text(&least), least.len) == PHOTO_FINE); /* held in memory as a whole */
    buf_done(&b);
    buf_done(&least);
}

TEST(thousands_of_segments_and_scans_end_early)
{
    struct buf plain = jpeg_of(32, 32), e = exif(1), seg = buf_init(15 << 20);
    for (int i = 0; i < 40000; i++)
        put_segment(&seg, i % 2 ? 0xfe : 0xe1, buf_text(&e), i % 2 ? 4 : e.len);
    struct buf b = with(&plain, &seg);
    struct photo p = {0};
    CHECK(make_buf(&b, &p) == PHOTO_FINE);
    CHECK(photo_is_bare(p.jpeg, p.n) && p.n < plain.len + 100);
    photo_done(&p);
    buf_done(&plain);
    buf_done(&e);
    buf_done(&seg);
    buf_done(&b);
}

TEST(what_is_no_picture_is_told_apart)
{
    char large[64] = "GIF89a";
    CHECK(fault_of(large, sizeof large) == PHOTO_UNKNOWN);
    CHECK(fault_of("<svg xmlns='http://www.w3.org/2000/svg'/>", 41) == PHOTO_UNKNOWN);
    CHECK(fault_of("%PDF-1.7 .......", 16) == PHOTO_UNKNOWN);
    CHECK(fault_of("\0\0\0\30ftypheic\0\0\0\0", 16) == PHOTO_HEIC);
    CHECK(fault_of("\0\0\0\30ftypavif\0\0\0\0", 16) == PHOTO_HEIC);
    CHECK(fault_of("\0\0\0\30ftypmp42\0\0\0\0", 16) == PHOTO_UNKNOWN);
    CHECK(fault_of("RIFF\0\0\0\0WEBPVP8 ", 16) == PHOTO_WEBP);
    CHECK(fault_of("", 0) == PHOTO_UNKNOWN);
    uint8_t *much = mem_alloc(PHOTO_BYTES_MOST + 1);
    CHECK(fault_of(much, PHOTO_BYTES_MOST + 1) == PHOTO_LARGE);
    mem_free(much);
}

TEST(odd_metadata_is_as_if_it_were_not_there)
{
    struct buf plain = jpeg_of(16, 16), e = exif(1);
    for (size_t i = 6; i < e.len; i++) /* each byte in turn says something else */
        for (int v = 0; v < 3; v++) {
            struct buf seg = buf_init(1 << 20);
            char was = e.data[i];
            struct photo_exif out;
            e.data[i] = (char)(v == 0 ? 0 : v == 1 ? 0xff : was ^ 0x55);
            put_segment(&seg, 0xe1, buf_text(&e), e.len);
            struct buf b = with(&plain, &seg);
            photo_exif_read((const uint8_t *)buf_text(&b), b.len, &out);
            CHECK(out.orientation >= 1 && out.orientation <= 8);
            CHECK(!out.said.has_place || (out.said.lat >= -90 && out.said.lat <= 90));
            e.data[i] = was;
            buf_done(&seg);
            buf_done(&b);
        }
    buf_done(&plain);
    buf_done(&e);
}

TEST(a_reply_with_anything_hidden_in_it_is_not_believed)
{
    struct buf b = jpeg_of(64, 48), seg = buf_init(4096);
    const uint8_t *p = (const uint8_t *)buf_text(&b);
    CHECK(photo_is_bare(p, b.len));
    CHECK(!photo_is_bare(p, b.len - 1));
    put_segment(&seg, 0xfe, SECRET, sizeof SECRET);
    struct buf hidden = with(&b, &seg);
    CHECK(!photo_is_bare((const uint8_t *)buf_text(&hidden), hidden.len));
    struct buf behind = buf_init(1 << 20);
    buf_add(&behind, buf_text(&b), b.len);
    buf_add(&behind, SECRET "\xff\xd9", sizeof SECRET + 1);
    CHECK(!photo_is_bare((const uint8_t *)buf_text(&behind), behind.len));
    buf_done(&b);
    buf_done(&seg);
    buf_done(&hidden);
    buf_done(&behind);
}

TEST(without_the_program_it_says_so)
{
    struct photo p = {0};
    enum photo_fault f = PHOTO_FINE;
    setenv("SAMSYN_PHOTO", "/nonexistent/samsyn-photo", 1);
    CHECK(photo_make("x", 1, &p, &f) == ERR_OK && f == PHOTO_FAILED && !p.jpeg);
    setenv("SAMSYN_PHOTO", "/bin/true", 1);
    CHECK(photo_make("x", 1, &p, &f) == ERR_OK && f == PHOTO_FAILED && !p.jpeg);
}

static void *make_some(void *arg)
{
    const struct buf *b = arg;
    size_t made = 0;
    for (int i = 0; i < 3; i++) {
        struct photo p = {0};
        enum photo_fault f;
        made += photo_make(buf_text(b), b->len, &p, &f) == ERR_OK && f == PHOTO_FINE;
        photo_done(&p);
    }
    return (void *)made;
}

TEST(several_at_once_all_come_through)
{
    struct buf b = telephone(300, 200, 3);
    pthread_t threads[6];
    setenv("SAMSYN_PHOTO", PHOTO_PROGRAM, 1);
    for (size_t i = 0; i < 6; i++)
        CHECK(pthread_create(&threads[i], NULL, make_some, &b) == 0);
    for (size_t i = 0; i < 6; i++) {
        void *made;
        CHECK(pthread_join(threads[i], &made) == 0 && (size_t)made == 3);
    }
    buf_done(&b);
}

TEST(work_survives_every_allocation_failure)
{
    struct buf b = telephone(64, 48, 6);
    for (int n = 0;; n++) {
        struct photo p = {0};
        mem_fail_at(n);
        enum photo_fault f = photo_work((const uint8_t *)buf_text(&b), b.len, &p);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(failed ? f == PHOTO_FAILED && !p.jpeg : f == PHOTO_FINE);
        photo_done(&p);
        if (!failed)
            break;
    }
    buf_done(&b);
}
