/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A photo goes through the child: what comes back is a picture, and nothing but a picture. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "convert/convert.h"
#include "photo_pictures.h"

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

TEST(thousands_of_segments_are_passed_over)
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

TEST(a_picture_of_endless_scans_is_refused)
{
    struct buf few = scans(20), many = scans(5000);
    CHECK(fault_of(buf_text(&few), few.len) == PHOTO_FINE);
    CHECK(fault_of(buf_text(&many), many.len) == PHOTO_BROKEN);
    buf_done(&few);
    buf_done(&many);
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

TEST(a_picture_waits_for_its_turn_and_not_for_ever)
{
    CHECK(photo_come_in(0) && photo_come_in(0));
    CHECK(!photo_come_in(0) && !photo_come_in(1));
    photo_go_out();
    CHECK(photo_come_in(0));
    photo_go_out();
    photo_go_out();
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
