/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool str_eq(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

bool str_empty(const char *s)
{
    return !s || !*s;
}

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return m <= n && memcmp(s + n - m, suffix, m) == 0;
}

bool str_copy(char *out, size_t size, const char *s)
{
    size_t n = strlen(s);
    bool fits = n < size;
    if (!fits)
        n = size - 1;
    memcpy(out, s, n);
    out[n] = 0;
    return fits;
}

static size_t blank_at(const char *s)
{
    if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
        return 1;
    return (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0 ? 2 : 0;
}

char *str_trim(struct arena *a, const char *s)
{
    size_t skip;
    while ((skip = blank_at(s)))
        s += skip;
    size_t end = 0;
    for (const char *p = s; *p;) {
        skip = blank_at(p);
        p += skip ? skip : 1;
        if (!skip)
            end = (size_t)(p - s);
    }
    return arena_strndup(a, s, end);
}

bool str_to_int(const char *s, int64_t *out)
{
    if (!s || !((*s >= '0' && *s <= '9') || *s == '-'))
        return false;
    char *end;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (errno || *end || end == s)
        return false;
    *out = v;
    return true;
}

bool str_to_double(const char *s, double *out)
{
    if (!s || !*s || strspn(s, "+-.0123456789eE") != strlen(s))
        return false;
    char *end;
    errno = 0;
    double v = strtod(s, &end);
    if (*end || end == s || !isfinite(v))
        return false;
    *out = v;
    return true;
}

/* Length of the sequence that starts with c, and the smallest code point it may hold. */
static size_t sequence(unsigned char c, uint32_t *bits, uint32_t *least)
{
    if (c < 0x80) {
        *bits = c;
        *least = 0;
        return 1;
    }
    if (c >= 0xC2 && c <= 0xDF) {
        *bits = c & 0x1F;
        *least = 0x80;
        return 2;
    }
    if (c >= 0xE0 && c <= 0xEF) {
        *bits = c & 0x0F;
        *least = 0x800;
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        *bits = c & 0x07;
        *least = 0x10000;
        return 4;
    }
    return 0;
}

/* Decodes at most n bytes; returns how many were used, 0 when broken. */
static size_t decode(const char *s, size_t n, uint32_t *out)
{
    uint32_t cp, least;
    size_t len = sequence((unsigned char)s[0], &cp, &least);
    if (len == 0 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c & 0xC0) != 0x80)
            return 0;
        cp = cp << 6 | (c & 0x3F);
    }
    if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        return 0;
    *out = cp;
    return len;
}

bool utf8_valid(const char *s, size_t n)
{
    while (n) {
        uint32_t cp;
        size_t used = decode(s, n, &cp);
        if (used == 0 || cp == 0)
            return false;
        s += used;
        n -= used;
    }
    return true;
}

uint32_t utf8_next(const char **p)
{
    if (!**p)
        return 0;
    uint32_t cp;
    size_t used = decode(*p, strnlen(*p, 4), &cp);
    if (used == 0) {
        *p += 1;
        return 0xFFFD;
    }
    *p += used;
    return cp;
}

size_t utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t utf8_len(const char *s)
{
    size_t n = 0;
    while (utf8_next(&s))
        n++;
    return n;
}

bool utf8_has_control(const char *s)
{
    uint32_t cp;
    while ((cp = utf8_next(&s)))
        if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || (cp >= 0x7F && cp < 0xA0))
            return true;
    return false;
}

static uint32_t lower(uint32_t cp)
{
    if (cp >= 'A' && cp <= 'Z')
        return cp + 32;
    if (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7)
        return cp + 32;
    if ((cp >= 0x100 && cp <= 0x137) || (cp >= 0x14A && cp <= 0x177))
        return cp | 1;
    if ((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E))
        return cp + (cp & 1);
    return cp == 0x178 ? 0xFF : cp;
}

char *str_fold(struct arena *a, const char *s)
{
    /* Folding never makes a code point longer, but a broken byte becomes three. */
    char *out = arena_alloc(a, strlen(s) * 3 + 1);
    if (!out)
        return NULL;
    size_t n = 0;
    uint32_t cp;
    while ((cp = utf8_next(&s))) {
        const char *mark = s;
        uint32_t made = (unsigned char)*s == 0xCC ? utf8_compose(cp, utf8_next(&mark)) : 0;
        if (made)
            s = mark;
        n += utf8_put(lower(made ? made : cp), out + n);
    }
    return out;
}

/* A key that sorts å ä ö after z, and é, ü, ... beside their base letter. */
static uint32_t order_sv(uint32_t cp)
{
    static const char base[] = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo*ouuuuypy";
    cp = lower(cp);
    if (cp == 0xE5)
        return 'z' + 1;
    if (cp == 0xE4 || cp == 0xE6)
        return 'z' + 2;
    if (cp == 0xF6 || cp == 0xF8)
        return 'z' + 3;
    if (cp >= 0xC0 && cp <= 0xFF)
        return (unsigned char)base[cp - 0xC0];
    return cp < 0x80 ? cp : cp + 16;
}

int str_compare_sv(const char *a, const char *b)
{
    for (;;) {
        uint32_t x = order_sv(utf8_next(&a)), y = order_sv(utf8_next(&b));
        if (x != y)
            return x < y ? -1 : 1;
        if (x == 0)
            return 0;
    }
}

uint64_t str_order_sv(const char *s)
{
    uint64_t key = 0;
    uint32_t c = 1;
    for (int i = 0; i < 8; i++) {
        c = c ? order_sv(utf8_next(&s)) : 0;
        key = key << 8 | (c < 0xFF ? c : 0xFF);
        if (c >= 0xFF) /* all of those are one letter here, so what follows is no matter */
            return key << 8 * (7 - i);
    }
    return key;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Past a row of digits; *out_n of them count, from *out_first on. */
static const char *number(const char *s, const char **out_first, size_t *out_n)
{
    while (s[0] == '0' && digit(s[1]))
        s++;
    *out_first = s;
    while (digit(*s))
        s++;
    *out_n = (size_t)(s - *out_first);
    return s;
}

int str_compare_natural(const char *a, const char *b)
{
    for (;;) {
        if (digit(*a) && digit(*b)) {
            const char *x, *y;
            size_t nx, ny;
            a = number(a, &x, &nx);
            b = number(b, &y, &ny);
            int c = nx != ny ? (nx < ny ? -1 : 1) : memcmp(x, y, nx);
            if (c)
                return c;
            continue;
        }
        uint32_t x = order_sv(utf8_next(&a)), y = order_sv(utf8_next(&b));
        if (x != y)
            return x < y ? -1 : 1;
        if (x == 0)
            return 0;
    }
}

char *str_slug(struct arena *a, const char *s)
{
    char *out = arena_alloc(a, strlen(s) + 1);
    if (!out)
        return NULL;
    size_t n = 0;
    uint32_t cp;
    while ((cp = utf8_next(&s))) {
        uint32_t c = order_sv(cp);
        c = c == 'z' + 1 || c == 'z' + 2 ? 'a' : c == 'z' + 3 ? 'o' : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = (char)c;
        else if (n && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n && out[n - 1] == '-')
        n--;
    out[n] = 0;
    return out;
}
