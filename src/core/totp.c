/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/totp.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/id.h"

#define SHA1_BYTES 20
#define SHA1_BLOCK 64

static uint32_t turn(uint32_t v, int n)
{
    return v << n | v >> (32 - n);
}

static void sha1_block(uint32_t h[5], const uint8_t *p)
{
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = turn(a, 5) + f + e + w[i];
        e = d;
        d = c;
        c = turn(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* SHA-1 of one block already hashed (`first`) followed by n <= 55 bytes. libsodium has no SHA-1,
 * and authenticator apps know nothing else; in HMAC its weakness does not matter. */
static void sha1_after_block(const uint8_t first[SHA1_BLOCK], const uint8_t *data, size_t n,
                             uint8_t out[SHA1_BYTES])
{
    assert(n <= 55);
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t last[SHA1_BLOCK] = {0};
    size_t bits = (SHA1_BLOCK + n) * 8;
    memcpy(last, data, n);
    last[n] = 0x80;
    last[62] = (uint8_t)(bits >> 8);
    last[63] = (uint8_t)bits;
    sha1_block(h, first);
    sha1_block(h, last);
    for (int i = 0; i < SHA1_BYTES; i++)
        out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

void totp_secret_new(uint8_t out[TOTP_SECRET_BYTES])
{
    random_bytes(out, TOTP_SECRET_BYTES);
}

uint32_t totp_code(const uint8_t *secret, size_t n, uint64_t step)
{
    assert(secret && n <= SHA1_BLOCK);
    uint8_t inner[SHA1_BLOCK], outer[SHA1_BLOCK], counter[8], mac[SHA1_BYTES];
    for (size_t i = 0; i < SHA1_BLOCK; i++) {
        uint8_t k = i < n ? secret[i] : 0;
        inner[i] = k ^ 0x36;
        outer[i] = k ^ 0x5c;
    }
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)(step >> (56 - 8 * i));
    sha1_after_block(inner, counter, sizeof counter, mac);
    sha1_after_block(outer, mac, sizeof mac, mac);
    size_t at = mac[19] & 15;
    uint32_t v = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
                 (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    sodium_memzero(inner, sizeof inner);
    sodium_memzero(outer, sizeof outer);
    return v % 1000000;
}

static bool digits_of(const char *s, uint32_t *out)
{
    uint32_t v = 0;
    int n = 0;
    for (; *s; s++) {
        if (*s == ' ')
            continue;
        if (*s < '0' || *s > '9' || n == 6)
            return false;
        v = v * 10 + (uint32_t)(*s - '0');
        n++;
    }
    *out = v;
    return n == 6;
}

bool totp_verify(const uint8_t *secret, size_t n, const char *typed, msec now, int64_t *last_step)
{
    uint32_t code;
    if (now < 0 || !digits_of(typed, &code))
        return false;
    int64_t step = now / (TOTP_STEP_SECONDS * MSEC_SECOND), found = -1;
    for (int64_t s = step > 0 ? step - 1 : 0; s <= step + 1; s++) {
        uint32_t right = totp_code(secret, n, (uint64_t)s);
        if (sodium_memcmp(&right, &code, sizeof code) == 0 && s > *last_step && found < 0)
            found = s;
    }
    if (found < 0)
        return false;
    *last_step = found;
    return true;
}

static const char base32_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void base32_encode(const uint8_t *data, size_t n, char *out)
{
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | data[i];
        for (held += 8; held >= 5; held -= 5)
            *out++ = base32_letters[bits >> (held - 5) & 31];
    }
    if (held > 0)
        *out++ = base32_letters[bits << (5 - held) & 31];
    *out = 0;
}

enum err base32_decode(const char *s, uint8_t *out, size_t size, size_t *out_n)
{
    uint32_t bits = 0;
    int held = 0;
    size_t n = 0;
    for (; *s; s++) {
        char c = *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s;
        if (c == ' ' || c == '-' || c == '=')
            continue;
        const char *at = strchr(base32_letters, c);
        if (!at)
            return ERR_INVALID;
        bits = bits << 5 | (uint32_t)(at - base32_letters);
        held += 5;
        if (held < 8)
            continue;
        if (n == size)
            return ERR_LIMIT;
        held -= 8;
        out[n++] = (uint8_t)(bits >> held);
    }
    *out_n = n;
    return ERR_OK;
}

static void put_escaped(struct buf *out, const char *s)
{
    for (; *s; s++) {
        char c = *s;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            buf_putc(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned char)c);
    }
}

void totp_uri(struct buf *out, const char *issuer, const char *account,
              const uint8_t secret[TOTP_SECRET_BYTES])
{
    char text[TOTP_SECRET_TEXT];
    base32_encode(secret, TOTP_SECRET_BYTES, text);
    buf_puts(out, "otpauth://totp/");
    put_escaped(out, issuer);
    buf_putc(out, ':');
    put_escaped(out, account);
    buf_printf(out, "?secret=%s&issuer=", text);
    put_escaped(out, issuer);
    sodium_memzero(text, sizeof text);
}

/* No i, l, o, u, 0 or 1: nothing to misread on paper. */
static const char recovery_letters[] = "abcdefghjkmnpqrstvwxyz23456789";
#define RECOVERY_LETTERS (sizeof recovery_letters - 1)

void recovery_new(char out[RECOVERY_TEXT])
{
    int started = sodium_init();
    assert(started >= 0);
    (void)started;
    for (int i = 0; i < RECOVERY_TEXT - 1; i++)
        out[i] = i % 5 == 4 ? '-' : recovery_letters[randombytes_uniform(RECOVERY_LETTERS)];
    out[RECOVERY_TEXT - 1] = 0;
}

enum err recovery_hash(const char *typed, const void *salt, size_t salt_n,
                       uint8_t out[RECOVERY_HASH])
{
    char plain[12];
    size_t n = 0;
    for (const char *s = typed; *s; s++) {
        if (*s == ' ' || *s == '-')
            continue;
        char c = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
        if (n == sizeof plain || !memchr(recovery_letters, c, RECOVERY_LETTERS))
            return ERR_INVALID;
        plain[n++] = c;
    }
    if (n != sizeof plain)
        return ERR_INVALID;
    crypto_generichash_state st;
    crypto_generichash_init(&st, NULL, 0, RECOVERY_HASH);
    crypto_generichash_update(&st, (const uint8_t *)"samsyn recovery", 15);
    crypto_generichash_update(&st, salt, salt_n);
    crypto_generichash_update(&st, (const uint8_t *)plain, n);
    crypto_generichash_final(&st, out, RECOVERY_HASH);
    sodium_memzero(plain, sizeof plain);
    return ERR_OK;
}

bool recovery_equal(const uint8_t a[RECOVERY_HASH], const uint8_t b[RECOVERY_HASH])
{
    return sodium_memcmp(a, b, RECOVERY_HASH) == 0;
}
