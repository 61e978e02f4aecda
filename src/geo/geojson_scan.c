/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/geojson_scan.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

bool scan_fail(struct scan *s, enum geojson_fault fault, size_t offset)
{
    if (s->error.fault == GEOJSON_FINE)
        s->error = (struct geojson_error){fault, offset};
    return false;
}

char scan_peek(struct scan *s)
{
    while (s->at < s->len && strchr(" \t\r\n", s->data[s->at]) && s->data[s->at])
        s->at++;
    return s->at < s->len ? s->data[s->at] : 0;
}

bool scan_take(struct scan *s, char c)
{
    if (s->error.fault || scan_peek(s) != c || s->at >= s->len)
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    s->at++;
    return true;
}

bool scan_open(struct scan *s, char bracket)
{
    if (!scan_take(s, bracket))
        return false;
    if (s->depth >= s->depth_limit)
        return scan_fail(s, GEOJSON_DEPTH, s->at - 1);
    s->depth++;
    return true;
}

bool scan_next(struct scan *s, char closing, bool *first)
{
    if (s->error.fault)
        return false;
    if (scan_peek(s) == closing && s->at < s->len) {
        s->at++;
        s->depth--;
        return false;
    }
    if (!*first && !scan_take(s, ','))
        return false;
    *first = false;
    return true;
}

bool scan_key(struct scan *s, struct slice *out)
{
    return scan_text(s, out) && scan_take(s, ':');
}

/* The value of four hexadecimal digits at p, or -1. */
static int hex4(const char *p, size_t left)
{
    int v = 0;
    for (size_t i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = i < left ? p[i] : 0;
        if (c >= 'A' && c <= 'F')
            c = (char)(c + 32);
        const char *d = c ? strchr(digits, c) : NULL;
        if (!d)
            return -1;
        v = v * 16 + (int)(d - digits);
    }
    return v;
}

static bool is_high(int v)
{
    return v >= 0xD800 && v < 0xDC00;
}

static bool is_low(int v)
{
    return v >= 0xDC00 && v < 0xE000;
}

/* The escape whose backslash stands at s->at. */
static bool scan_escape(struct scan *s)
{
    const char *p = s->data + s->at;
    size_t left = s->len - s->at;
    if (left < 2 || p[1] == 0 || !strchr("\"\\/bfnrtu", p[1]))
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    if (p[1] != 'u') {
        s->at += 2;
        return true;
    }
    int v = hex4(p + 2, left - 2);
    if (v < 0)
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    size_t used = 6;
    if (is_high(v)) {
        if (left < 12 || p[6] != '\\' || p[7] != 'u' || !is_low(hex4(p + 8, left - 8)))
            return scan_fail(s, GEOJSON_UTF8, s->at);
        used = 12;
    }
    if (v == 0 || is_low(v))
        return scan_fail(s, GEOJSON_UTF8, s->at);
    s->at += used;
    return true;
}

bool scan_text(struct scan *s, struct slice *out)
{
    if (!scan_take(s, '"'))
        return false;
    size_t from = s->at;
    while (s->at < s->len && s->data[s->at] != '"') {
        if ((unsigned char)s->data[s->at] < 0x20)
            return scan_fail(s, GEOJSON_SYNTAX, s->at);
        if (s->data[s->at] != '\\')
            s->at++;
        else if (!scan_escape(s))
            return false;
    }
    if (s->at >= s->len)
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    if (!utf8_valid(s->data + from, s->at - from))
        return scan_fail(s, GEOJSON_UTF8, from);
    *out = (struct slice){from, s->at - from};
    s->at++;
    return true;
}

static bool digit(const struct scan *s, size_t at)
{
    return at < s->len && s->data[at] >= '0' && s->data[at] <= '9';
}

/* The extent of a number by JSON's grammar, 0 if there is none. */
static size_t number_length(const struct scan *s)
{
    size_t at = s->at;
    if (at < s->len && s->data[at] == '-')
        at++;
    if (!digit(s, at))
        return 0;
    if (s->data[at] == '0')
        at++;
    else
        while (digit(s, at))
            at++;
    if (at < s->len && s->data[at] == '.') {
        if (!digit(s, ++at))
            return 0;
        while (digit(s, at))
            at++;
    }
    if (at < s->len && (s->data[at] == 'e' || s->data[at] == 'E')) {
        at++;
        if (at < s->len && (s->data[at] == '+' || s->data[at] == '-'))
            at++;
        if (!digit(s, at))
            return 0;
        while (digit(s, at))
            at++;
    }
    return at - s->at;
}

/* Up to 15 digits and 22 decimals are exact in doubles, and so is their one division: the usual
 * coordinate without strtod(). */
static bool quick_number(const char *p, size_t n, double *out)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool minus = n && p[0] == '-';
    int64_t v = 0;
    size_t digits = 0, decimals = 0, dot = 0;
    for (size_t i = minus; i < n; i++) {
        if (p[i] == '.') {
            dot = 1;
            continue;
        }
        if (p[i] < '0' || p[i] > '9' || ++digits > 15)
            return false;
        v = v * 10 + (p[i] - '0');
        decimals += dot;
    }
    *out = (minus ? -(double)v : (double)v) / power[decimals];
    return true;
}

bool scan_number(struct scan *s, double *out)
{
    scan_peek(s);
    size_t n = s->error.fault ? 0 : number_length(s);
    char text[128];
    if (n == 0 || n >= sizeof text)
        return scan_fail(s, GEOJSON_SYNTAX, s->at);
    double v;
    if (!quick_number(s->data + s->at, n, &v)) {
        memcpy(text, s->data + s->at, n);
        text[n] = 0;
        if (!str_to_double(text, &v))
            return scan_fail(s, GEOJSON_SYNTAX, s->at);
    }
    s->at += n;
    *out = v;
    return true;
}

static bool scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i]);
        if (n <= s->len - s->at && memcmp(s->data + s->at, words[i], n) == 0) {
            s->at += n;
            return true;
        }
    }
    return scan_fail(s, GEOJSON_SYNTAX, s->at);
}

/* Recursion is held by depth_limit. */
static bool scan_container(struct scan *s, char open)
{
    char closing = open == '{' ? '}' : ']';
    bool first = true;
    struct slice key;
    if (!scan_open(s, open))
        return false;
    while (scan_next(s, closing, &first))
        if ((open == '{' && !scan_key(s, &key)) || !scan_value(s, NULL))
            return false;
    return s->error.fault == GEOJSON_FINE;
}

bool scan_value(struct scan *s, struct slice *out)
{
    char c = scan_peek(s);
    size_t from = s->at;
    struct slice text;
    double number;
    bool ok;
    if (s->error.fault)
        return false;
    if (c == '{' || c == '[')
        ok = scan_container(s, c);
    else if (c == '"')
        ok = scan_text(s, &text);
    else if (c == '-' || (c >= '0' && c <= '9'))
        ok = scan_number(s, &number);
    else
        ok = scan_word(s);
    if (ok && out)
        *out = (struct slice){from, s->at - from};
    return ok;
}

bool slice_is(const struct scan *s, struct slice t, const char *word)
{
    return t.len == strlen(word) && memcmp(s->data + t.from, word, t.len) == 0;
}

char *slice_text(const struct scan *s, struct slice t, struct arena *a)
{
    const char *p = s->data + t.from, *end = p + t.len;
    char *out = arena_alloc(a, t.len + 1); /* an escape is longer than what it stands for */
    size_t n = 0;
    while (out && p < end) {
        if (*p != '\\') {
            out[n++] = *p++;
            continue;
        }
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        if (p[1] != 'u') {
            out[n++] = to[strchr(from, p[1]) - from];
            p += 2;
            continue;
        }
        uint32_t cp = (uint32_t)hex4(p + 2, 4);
        p += 6;
        if (is_high((int)cp)) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)hex4(p + 2, 4) - 0xDC00);
            p += 6;
        }
        n += utf8_put(cp, out + n);
    }
    return out;
}
