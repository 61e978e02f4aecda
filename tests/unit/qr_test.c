/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A small reader, written from the other side: format table, syndromes by logarithms, no code or
 * table shared with the writer but the block layout of the standard. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "core/qr.h"

static const int format_m[8] = {0x5412, 0x5125, 0x5e7c, 0x5b4b, 0x45f9, 0x40ce, 0x4f97, 0x4aa0};
static const int version_bits[11] = {[7] = 0x07c94, [8] = 0x085bc, [9] = 0x09a99, [10] = 0x0a4d3};
/* all codewords, blocks, data codewords */
static const int sizes[11][3] = {{0},           {26, 1, 16},   {44, 1, 28},   {70, 1, 44},
                                 {100, 2, 64},  {134, 2, 86},  {172, 4, 108}, {196, 4, 124},
                                 {242, 4, 154}, {292, 5, 182}, {346, 5, 216}};

static bool masked(int m, int i, int j)
{
    const int v[8] = {(i + j) % 2,
                      i % 2,
                      j % 3,
                      (i + j) % 3,
                      (i / 2 + j / 3) % 2,
                      (i * j) % 2 + (i * j) % 3,
                      ((i * j) % 2 + (i * j) % 3) % 2,
                      ((i + j) % 2 + (i * j) % 3) % 2};
    return v[m] == 0;
}

static bool near_centre(int version, int i, int j)
{
    static const int c[11][3] = {{0},  {0},      {18},     {22},     {26},    {30},
                                 {34}, {22, 38}, {24, 42}, {26, 46}, {28, 50}};
    int all[4] = {6, c[version][0], c[version][1], 0}, n = version < 2 ? 0 : version < 7 ? 2 : 3;
    int far = all[n > 0 ? n - 1 : 0];
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            bool corner = (all[a] == 6 && all[b] == 6) || (all[a] == 6 && all[b] == far) ||
                          (all[a] == far && all[b] == 6);
            if (!corner && i >= all[a] - 2 && i <= all[a] + 2 && j >= all[b] - 2 && j <= all[b] + 2)
                return true;
        }
    return false;
}

static bool is_frame(int version, int n, int i, int j)
{
    if (i == 6 || j == 6 || (i < 9 && j < 9) || (i < 9 && j >= n - 8) || (i >= n - 8 && j < 9))
        return true;
    if (version >= 7 && ((i < 6 && j >= n - 11) || (j < 6 && i >= n - 11)))
        return true;
    return near_centre(version, i, j);
}

static bool syndromes_zero(const uint8_t *block, int n, int check)
{
    uint8_t exp[255], log[256] = {0};
    int v = 1;
    for (int i = 0; i < 255; i++) {
        exp[i] = (uint8_t)v;
        log[v] = (uint8_t)i;
        v = v << 1 & 0x100 ? (v << 1) ^ 0x11d : v << 1;
    }
    for (int s = 0; s < check; s++) {
        int sum = 0;
        for (int i = 0; i < n; i++)
            if (block[i])
                sum ^= exp[(log[block[i]] + s * (n - 1 - i)) % 255];
        if (sum)
            return false;
    }
    return true;
}

/* Codewords in the order they stand in the picture. */
static int read_words(const struct qr *q, int version, int mask, uint8_t *words)
{
    int n = q->side, at = 0;
    memset(words, 0, 400);
    for (int pair = 0, right = n - 1; right > 0; right -= 2, pair++) {
        right -= right == 6;
        for (int k = 0; k < n; k++)
            for (int j = right; j > right - 2; j--) {
                int i = pair % 2 ? k : n - 1 - k;
                if (is_frame(version, n, i, j))
                    continue;
                int bit = q->dark[i][j] ^ masked(mask, i, j);
                words[at / 8] |= (uint8_t)(bit << (7 - at % 8));
                at++;
            }
    }
    return at / 8;
}

static int format_of(const struct qr *q)
{
    int n = q->side, one = 0, two = 0;
    static const int row[15] = {0, 1, 2, 3, 4, 5, 7, 8, 8, 8, 8, 8, 8, 8, 8};
    static const int col[15] = {8, 8, 8, 8, 8, 8, 8, 8, 7, 5, 4, 3, 2, 1, 0};
    for (int b = 0; b < 15; b++) {
        one |= q->dark[row[b]][col[b]] << b;
        two |= (b < 8 ? q->dark[8][n - 1 - b] : q->dark[n - 15 + b][8]) << b;
    }
    CHECK_INT(one, two);
    for (int m = 0; m < 8; m++)
        if (format_m[m] == one)
            return m;
    return -1;
}

static void check_reads_back(const char *text, size_t n)
{
    struct qr q;
    CHECK_INT(qr_make(text, n, &q), ERR_OK);
    int version = (q.side - 17) / 4, mask = format_of(&q);
    CHECK(version >= 1 && version <= 10 && mask >= 0);
    uint8_t words[400], blocks[5][100] = {0}, data[256];
    int total = sizes[version][0], count = sizes[version][1], all = sizes[version][2];
    CHECK_INT(read_words(&q, version, mask, words), total);
    int shorter = all / count, longs = all % count, check = (total - all) / count, at = 0, d = 0;
    int len[5] = {0};
    for (int i = 0; i <= shorter; i++)
        for (int b = 0; b < count; b++)
            if (i < shorter || b >= count - longs)
                blocks[b][len[b]++] = words[at++];
    for (int b = 0; b < count; b++) {
        memcpy(data + d, blocks[b], (size_t)len[b]);
        d += len[b];
    }
    for (int i = 0; i < check; i++)
        for (int b = 0; b < count; b++)
            blocks[b][len[b]++] = words[at++];
    for (int b = 0; b < count; b++)
        CHECK(syndromes_zero(blocks[b], len[b], check));
    CHECK_INT(data[0] >> 4, 4);
    size_t said = (size_t)((data[0] & 15) << 4 | data[1] >> 4), skip = 1;
    if (version >= 10) {
        said = said << 8 | (size_t)((data[1] & 15) << 4 | data[2] >> 4);
        skip = 2;
    }
    CHECK_INT(said, n);
    for (size_t i = 0; i < n; i++)
        CHECK_INT((uint8_t)(data[i + skip] << 4 | data[i + skip + 1] >> 4), (uint8_t)text[i]);
    for (int b = 0; b < 18 && version >= 7; b++) {
        CHECK_INT(q.dark[q.side - 11 + b % 3][b / 3], version_bits[version] >> b & 1);
        CHECK_INT(q.dark[b / 3][q.side - 11 + b % 3], version_bits[version] >> b & 1);
    }
}

TEST(every_length_is_read_back)
{
    char text[QR_MAX_TEXT];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 89 + 7);
    for (size_t n = 0; n <= sizeof text; n++)
        check_reads_back(text, n);
    check_reads_back("otpauth://totp/Samsyn:falt1%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3"
                     "TQOJQ&issuer=Samsyn",
                     95);
}

TEST(smallest_version_is_taken_and_too_much_refused)
{
    struct qr q = {.side = 1};
    char text[QR_MAX_TEXT + 1] = {0};
    CHECK_INT(qr_make(text, 14, &q), ERR_OK);
    CHECK_INT(q.side, 21);
    CHECK_INT(qr_make(text, 15, &q), ERR_OK);
    CHECK_INT(q.side, 25);
    CHECK_INT(qr_make(text, QR_MAX_TEXT, &q), ERR_OK);
    CHECK_INT(q.side, 57);
    CHECK_INT(qr_make(text, QR_MAX_TEXT + 1, &q), ERR_LIMIT);
    CHECK_INT(q.side, 57);
}

TEST(finder_patterns_stand_in_three_corners)
{
    static const char *const finder[7] = {"#######", "#.....#", "#.###.#", "#.###.#",
                                          "#.###.#", "#.....#", "#######"};
    struct qr q;
    CHECK_INT(qr_make("hej", 3, &q), ERR_OK);
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++) {
            CHECK_INT(q.dark[i][j], finder[i][j] == '#');
            CHECK_INT(q.dark[i][q.side - 7 + j], finder[i][j] == '#');
            CHECK_INT(q.dark[q.side - 7 + i][j], finder[i][j] == '#');
        }
    for (int k = 0; k < q.side; k++)
        CHECK(k > 7 || (!q.dark[7][k] && !q.dark[k][7]));
}
