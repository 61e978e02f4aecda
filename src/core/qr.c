/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/qr.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define VERSIONS 10
#define MAX_CODEWORDS 346
#define MAX_CHECK 26

/* Level M: check codewords a block, blocks of the short and the long kind, data codewords of the
 * short kind (a long one has one more). */
static const struct {
    int check, shorts, longs, data;
} layout[VERSIONS + 1] = {{0},
                          {10, 1, 0, 16},
                          {16, 1, 0, 28},
                          {26, 1, 0, 44},
                          {18, 2, 0, 32},
                          {24, 2, 0, 43},
                          {16, 4, 0, 27},
                          {18, 4, 0, 31},
                          {22, 2, 2, 38},
                          {22, 3, 2, 36},
                          {26, 4, 1, 43}};

/* Centres of the alignment patterns. */
static const int align[VERSIONS + 1][3] = {{0},         {0},         {6, 18},    {6, 22},
                                           {6, 26},     {6, 30},     {6, 34},    {6, 22, 38},
                                           {6, 24, 42}, {6, 26, 46}, {6, 28, 50}};

/* What is drawn, and which squares belong to the frame and are not masked. */
struct draft {
    struct qr q;
    uint8_t fixed[QR_MAX_SIDE][QR_MAX_SIDE];
};

static int data_words(int version)
{
    return layout[version].shorts * layout[version].data +
           layout[version].longs * (layout[version].data + 1);
}

/* Mode (4 bits) and length (8 bits, from version 10 on 16). */
static int header_bits(int version)
{
    return version < 10 ? 12 : 20;
}

/* ---- codewords ------------------------------------------------------------------------------ */

static uint8_t multiply(uint8_t a, uint8_t b)
{
    int r = 0;
    for (int i = 7; i >= 0; i--)
        r = (r << 1) ^ ((r >> 7) * 0x11d) ^ (((b >> i) & 1) * a);
    return (uint8_t)r;
}

/* The remainder of the data by (x - 1)(x - 2)(x - 4)..: `check` bytes. */
static void reed_solomon(const uint8_t *data, int n, int check, uint8_t *out)
{
    uint8_t divisor[MAX_CHECK] = {0}, root = 1;
    divisor[check - 1] = 1;
    for (int i = 0; i < check; i++) {
        for (int k = 0; k < check; k++)
            divisor[k] = multiply(divisor[k], root) ^ (k + 1 < check ? divisor[k + 1] : 0);
        root = multiply(root, 2);
    }
    memset(out, 0, (size_t)check);
    for (int i = 0; i < n; i++) {
        uint8_t factor = data[i] ^ out[0];
        memmove(out, out + 1, (size_t)check - 1);
        out[check - 1] = 0;
        for (int k = 0; k < check; k++)
            out[k] ^= multiply(divisor[k], factor);
    }
}

static void put_bits(uint8_t *words, int *at, unsigned value, int bits)
{
    for (int i = bits - 1; i >= 0; i--, ++*at)
        words[*at / 8] |= (uint8_t)((value >> i & 1) << (7 - *at % 8));
}

static void encode(const char *text, size_t n, int version, uint8_t *words)
{
    int at = 0, capacity = data_words(version);
    memset(words, 0, MAX_CODEWORDS);
    put_bits(words, &at, 4, 4); /* byte mode */
    put_bits(words, &at, (unsigned)n, header_bits(version) - 4);
    for (size_t i = 0; i < n; i++)
        put_bits(words, &at, (unsigned char)text[i], 8);
    int rest = capacity * 8 - at;
    at += rest < 4 ? rest : 4;
    int used = (at + 7) / 8;
    for (int i = used; i < capacity; i++)
        words[i] = (i - used) % 2 ? 0x11 : 0xec;
}

/* Blocks side by side: first bytes of all, second bytes of all ..., then the check bytes so. */
static int interleave(const uint8_t *words, int version, uint8_t *out)
{
    int shorts = layout[version].shorts, blocks = shorts + layout[version].longs;
    int data = layout[version].data, check = layout[version].check, n = 0;
    uint8_t checks[8][MAX_CHECK];
    int start[9] = {0};
    for (int b = 0; b < blocks; b++) {
        int len = data + (b >= shorts);
        start[b + 1] = start[b] + len;
        reed_solomon(words + start[b], len, check, checks[b]);
    }
    for (int i = 0; i <= data; i++)
        for (int b = 0; b < blocks; b++)
            if (start[b] + i < start[b + 1])
                out[n++] = words[start[b] + i];
    for (int i = 0; i < check; i++)
        for (int b = 0; b < blocks; b++)
            out[n++] = checks[b][i];
    return n;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void fix(struct draft *d, int row, int col, bool dark)
{
    if (row < 0 || col < 0 || row >= d->q.side || col >= d->q.side)
        return;
    d->q.dark[row][col] = dark;
    d->fixed[row][col] = 1;
}

static int ring(int a, int b)
{
    return abs(a) > abs(b) ? abs(a) : abs(b);
}

static void draw_patterns(struct draft *d, int version)
{
    int side = d->q.side, last = version < 2 ? 0 : version < 7 ? 2 : 3;
    for (int i = 0; i < side; i++) {
        fix(d, 6, i, i % 2 == 0);
        fix(d, i, 6, i % 2 == 0);
    }
    for (int y = -4; y <= 4; y++)
        for (int x = -4; x <= 4; x++) {
            bool dark = ring(x, y) != 2 && ring(x, y) != 4;
            fix(d, 3 + y, 3 + x, dark);
            fix(d, 3 + y, side - 4 + x, dark);
            fix(d, side - 4 + y, 3 + x, dark);
        }
    for (int i = 0; i < last; i++)
        for (int j = 0; j < last; j++) {
            bool corner = (i == 0 && (j == 0 || j == last - 1)) || (i == last - 1 && j == 0);
            for (int y = -2; y <= 2 && !corner; y++)
                for (int x = -2; x <= 2; x++)
                    fix(d, align[version][i] + y, align[version][j] + x, ring(x, y) != 1);
        }
}

/* Level M is 00; 10 check bits by the BCH polynomial 0x537; masked so that it is never all 0. */
static void draw_format(struct draft *d, int mask)
{
    int side = d->q.side, rest = mask;
    for (int i = 0; i < 10; i++)
        rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    int bits = (mask << 10 | rest) ^ 0x5412;
    for (int i = 0; i < 15; i++) {
        bool dark = bits >> i & 1;
        int along = i < 6 ? i : i < 8 ? i + 1 : 0; /* down the column 8, past the timing row */
        if (i < 8)
            fix(d, along, 8, dark);
        else
            fix(d, 8, i == 8 ? 7 : 14 - i, dark);
        if (i < 8)
            fix(d, 8, side - 1 - i, dark);
        else
            fix(d, side - 15 + i, 8, dark);
    }
    fix(d, side - 8, 8, true);
}

static void draw_version(struct draft *d, int version)
{
    if (version < 7)
        return;
    int rest = version;
    for (int i = 0; i < 12; i++)
        rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    int bits = version << 12 | rest;
    for (int i = 0; i < 18; i++) {
        fix(d, d->q.side - 11 + i % 3, i / 3, bits >> i & 1);
        fix(d, i / 3, d->q.side - 11 + i % 3, bits >> i & 1);
    }
}

/* Two columns at a time from the right, up and down by turns, past the timing column. */
static void draw_data(struct draft *d, const uint8_t *words, int n)
{
    int at = 0, side = d->q.side;
    bool up = true;
    for (int right = side - 1; right > 0; right -= 2, up = !up) {
        if (right == 6)
            right = 5;
        for (int k = 0; k < side; k++)
            for (int c = 0; c < 2; c++) {
                int row = up ? side - 1 - k : k, col = right - c;
                if (d->fixed[row][col] || at >= n * 8)
                    continue;
                d->q.dark[row][col] = words[at / 8] >> (7 - at % 8) & 1;
                at++;
            }
    }
}

static bool masked(int mask, int y, int x)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (x / 3 + y / 2) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

static void apply_mask(struct draft *d, int mask)
{
    for (int y = 0; y < d->q.side; y++)
        for (int x = 0; x < d->q.side; x++)
            if (!d->fixed[y][x])
                d->q.dark[y][x] ^= masked(mask, y, x);
}

/* Rows (or columns) of five alike and more, and what looks like a finder pattern. */
static int line_penalty(const struct qr *q, int line, bool down)
{
    int score = 0, run = 0, before = -1;
    unsigned seen = 0;
    for (int i = 0; i < q->side; i++) {
        int v = down ? q->dark[i][line] : q->dark[line][i];
        run = v == before ? run + 1 : 1;
        before = v;
        score += run == 5 ? 3 : run > 5;
        seen = (seen << 1 | (unsigned)v) & 0x7ff;
        if (i >= 10 && (seen == 0x5d0 || seen == 0x05d))
            score += 40;
    }
    return score;
}

static int penalty(const struct qr *q)
{
    int score = 0, dark = 0, n = q->side;
    for (int y = 0; y < n; y++) {
        score += line_penalty(q, y, false) + line_penalty(q, y, true);
        for (int x = 0; x < n; x++) {
            dark += q->dark[y][x];
            if (y + 1 < n && x + 1 < n && q->dark[y][x] == q->dark[y][x + 1] &&
                q->dark[y][x] == q->dark[y + 1][x] && q->dark[y][x] == q->dark[y + 1][x + 1])
                score += 3;
        }
    }
    return score + abs(dark * 20 - n * n * 10) / (n * n) * 10;
}

static void choose_mask(struct draft *d)
{
    int best = 0, least = 0;
    for (int mask = 0; mask < 8; mask++) {
        draw_format(d, mask);
        apply_mask(d, mask);
        int score = penalty(&d->q);
        apply_mask(d, mask); /* the same again takes it away */
        if (mask == 0 || score < least) {
            best = mask;
            least = score;
        }
    }
    draw_format(d, best);
    apply_mask(d, best);
}

enum err qr_make(const char *text, size_t n, struct qr *out)
{
    assert((text || n == 0) && out);
    if (n > QR_MAX_TEXT)
        return ERR_LIMIT;
    int version = 1;
    while ((int)n * 8 + header_bits(version) > data_words(version) * 8)
        version++;
    uint8_t words[MAX_CODEWORDS], all[MAX_CODEWORDS];
    struct draft d = {.q.side = 17 + 4 * version};
    encode(text, n, version, words);
    int count = interleave(words, version, all);
    draw_patterns(&d, version);
    draw_version(&d, version);
    draw_format(&d, 0); /* keeps its place free while the data are laid out */
    draw_data(&d, all, count);
    choose_mask(&d);
    *out = d.q;
    return ERR_OK;
}
