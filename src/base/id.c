/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/id.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/hash.h"

void random_bytes(void *out, size_t n)
{
    uint8_t *p = out;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0)
            continue; /* only EINTR can happen here */
        p += got;
        n -= (size_t)got;
    }
}

void token_new(char out[TOKEN_TEXT])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t raw[TOKEN_TEXT - 1];
    random_bytes(raw, sizeof raw);
    for (size_t i = 0; i < sizeof raw; i++)
        out[i] = alphabet[raw[i] & 63];
    out[sizeof raw] = 0;
}

/* Time in 48 bits, then a 12-bit count within the millisecond that starts at random, then 62 random
 * bits (RFC 9562, 6.2, method 1). */
struct id id_new(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint64_t last_ms;
    static uint16_t count;
    static uint8_t pool[256];
    static size_t left;

    struct id id;
    pthread_mutex_lock(&lock);
    if (left < 10) {
        random_bytes(pool, sizeof pool);
        left = sizeof pool;
    }
    left -= 10;
    memcpy(id.b + 6, pool + left, 10);
    uint64_t now = (uint64_t)time_now();
    if (now > last_ms) {
        last_ms = now;
        count = (uint16_t)((id.b[6] << 8 | id.b[7]) & 0x3FF);
    } else if (++count > 0xFFF) {
        last_ms++;
        count = 0;
    }
    uint64_t ms = last_ms;
    uint16_t c = count;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 6; i++)
        id.b[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.b[6] = (uint8_t)(0x70 | c >> 8);
    id.b[7] = (uint8_t)c;
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
    return id;
}

struct id id_from_name(const char *space, const char *name)
{
    uint64_t seed = hash64(space, strlen(space), 0);
    uint64_t hi = hash64(name, strlen(name), seed);
    uint64_t lo = hash64(name, strlen(name), hi);
    struct id id;
    memcpy(id.b, &hi, 8);
    memcpy(id.b + 8, &lo, 8);
    id.b[6] = (uint8_t)(0x80 | (id.b[6] & 0x0F));
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
    return id;
}

bool id_is_none(struct id id)
{
    static const struct id none;
    return memcmp(id.b, none.b, 16) == 0;
}

bool id_eq(struct id a, struct id b)
{
    return memcmp(a.b, b.b, 16) == 0;
}

void id_text(struct id id, char out[ID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[id.b[i] >> 4];
        *p++ = hex[id.b[i] & 15];
    }
    *p = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum err id_parse(const char *s, struct id *out)
{
    struct id id;
    if (!s)
        return ERR_INVALID;
    for (int i = 0; i < 16; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *s++ != '-')
            return ERR_INVALID;
        int hi = hex_value(s[0]);
        int lo = hi < 0 ? -1 : hex_value(s[1]);
        if (lo < 0)
            return ERR_INVALID;
        id.b[i] = (uint8_t)(hi << 4 | lo);
        s += 2;
    }
    if (*s)
        return ERR_INVALID;
    *out = id;
    return ERR_OK;
}
