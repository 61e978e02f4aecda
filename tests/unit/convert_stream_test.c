/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert_fixture.h"

#include <zstd.h>

/* A sound stream of one column, one row and one problem. */
static struct buf sound(void)
{
    struct stream_out out;
    struct buf b = buf_init(1 << 20);
    const struct stream_cell name = {"ort", 3}, cell = {"Hova", 4};
    CHECK_INT(stream_out_init(&out, -1, &b), ERR_OK);
    stream_header(&out, CONVERT_CSV, 0, &name, 1);
    stream_row(&out, 2, &cell, "wkb", 3);
    stream_problem(&out, 3, CONVERT_FAULT_ROW_SHORT, 0, "\xFF\0x", 3);
    stream_end(&out);
    stream_out_done(&out);
    return b;
}

TEST(stream_gives_back_what_was_written)
{
    struct buf b = sound();
    CHECK_TEXT(dump_stream(b.data, b.len),
               "[ort]\n2: Hova 776b62\n!3 fault_row_short col 0 <\xEF\xBF\xBD␀x>\nend 1 1\n");
    buf_done(&b);
}

TEST(stream_that_stops_early_is_a_crash_wherever_it_stops)
{
    struct buf b = sound();
    for (size_t n = 0; n < b.len; n++)
        CHECK(strstr(dump_stream(b.data, n), "fault_crashed 0"));
    buf_done(&b);
}

TEST(stream_with_any_bit_turned_is_read_without_harm)
{
    struct buf b = sound();
    for (size_t i = 0; i < b.len * 8; i++) {
        b.data[i / 8] ^= (char)(1 << i % 8);
        (void)dump_stream(b.data, b.len);
        b.data[i / 8] ^= (char)(1 << i % 8);
    }
    buf_done(&b);
}

/* Replaces `n` bytes at the first `find`, and reads. */
static const char *with(const char *find, const char *replace, size_t n)
{
    struct buf b = sound();
    char *at = memmem(b.data, b.len, find, n);
    CHECK(at != NULL);
    memcpy(at, replace, n);
    const char *text = dump_stream(b.data, b.len);
    buf_done(&b);
    return text;
}

TEST(stream_trusts_nothing)
{
    CHECK(strstr(with("Hova", "H\xFFva", 4), "fault_stream")); /* broken UTF-8 */
    CHECK(strstr(with("Hova", "H\0va", 4), "fault_stream"));   /* NUL inside */
    CHECK(strstr(with("Hova\0", "Hova!", 5), "fault_stream")); /* no NUL behind */
    CHECK(strstr(with("\4\0\0\0Hova", "\5\0\0\0Hova", 8), "fault_stream"));
    CHECK(strstr(with("\4\0\0\0Hova", "\xFF\xFF\xFF\xFFHova", 8), "fault_stream"));
    CHECK(strstr(with("\3\0\0\0wkb", "\2\0\0\0wkb", 7), "fault_stream"));
    CHECK(strstr(with("SAMSYN1", "SAMSYN2", 7), "fault_stream"));
    CHECK(strstr(with("ort\0R", "ort\0H", 5), "fault_stream")); /* a second header */
    CHECK(strstr(with("ort\0R", "ort\0?", 5), "fault_stream"));
    CHECK(strstr(with("E\x14\0\0\0\1", "E\x14\0\0\0\2", 6), "fault_stream")); /* wrong count */
}

TEST(stream_text_is_checked_like_utf8_valid)
{
    CHECK(stream_text_valid("abcdefghijklmnopåäö", 22));
    CHECK(!stream_text_valid("abcdefgh\0jklmnop", 16));
    CHECK(!stream_text_valid("abcdefghijklmno\xC3", 16));
    CHECK(stream_text_valid("", 0));
}

TEST(stream_reader_survives_every_allocation_failure)
{
    struct buf b = sound();
    for (long k = 0;; k++) {
        mem_fail_at(k);
        struct stream_in *in = stream_in_new(-1, b.data, b.len);
        const struct convert_item *it;
        enum err e = in ? stream_in_next(in, &it) : ERR_NOMEM;
        CHECK(!in || stream_in_next(in, &it) == e); /* an error stays */
        stream_in_free(in);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK_INT(e, failed ? ERR_NOMEM : ERR_OK);
        if (!failed)
            break;
    }
    buf_done(&b);
}

/* ---- packed input ---- */

TEST(source_unpacks_gzip_of_several_members)
{
    CHECK_TEXT(dump_file(CONVERT_CSV, "two_members.csv.gz"), "[a|b]\n2: 1|2\n3: 3|4\nend 2 0\n");
    CHECK(dump_flags & CONVERT_SAW_COMPRESSED);
}

TEST(source_says_cut_or_damaged)
{
    CHECK(strstr(dump_file(CONVERT_CSV, "cut.csv.gz"), "fault_truncated 19"));
    CHECK(strstr(dump_file(CONVERT_CSV, "damaged.csv.gz"), "fault_compression"));
}

static size_t pack(const char *s, size_t n, char *out, size_t size)
{
    size_t got = ZSTD_compress(out, size, s, n, 3);
    CHECK(!ZSTD_isError(got));
    return got;
}

TEST(source_unpacks_zstd_frames)
{
    char packed[400];
    struct convert_options o = {.format = CONVERT_CSV};
    size_t n = pack("a;b\n1;2\n", 8, packed, 200);
    n += pack("3;4\n", 4, packed + n, 200);
    CHECK_TEXT(dump(&o, packed, n), "[a|b]\n2: 1|2\n3: 3|4\nend 2 0\n");
    for (size_t cut = 5; cut < n; cut++) {
        const char *text = dump(&o, packed, cut);
        CHECK(strstr(text, "fault_truncated") || strstr(text, "end "));
    }
    CHECK(strstr(dump(&o, packed, n - 1), "fault_truncated"));
    packed[5] ^= 0x55;
    CHECK(strstr(dump(&o, packed, n), "fault_"));
}

TEST(source_ends_a_file_that_swells)
{
    const size_t size = 48u << 20;
    char *plain = mem_alloc(size), *packed = mem_alloc(ZSTD_compressBound(size));
    memset(plain, ' ', size);
    size_t n = pack(plain, size, packed, ZSTD_compressBound(size));
    CHECK(n < 10000);
    struct convert_options o = {.format = CONVERT_POLICE_API};
    CHECK(strstr(dump(&o, packed, n), "fault_too_large"));
    mem_free(plain);
    mem_free(packed);
}
