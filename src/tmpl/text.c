/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tmpl/text.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/mem.h"
#include "tmpl/format.h"

static const char *const codes[LANG_COUNT] = {"sv", "en"};

const char *lang_code(enum lang lang)
{
    assert((unsigned)lang < LANG_COUNT);
    return codes[lang];
}

bool lang_from_code(const char *code, enum lang *out)
{
    for (unsigned i = 0; code && i < LANG_COUNT; i++) {
        if (strcmp(code, codes[i]) == 0) {
            *out = (enum lang)i;
            return true;
        }
    }
    return false;
}

/* The weight after ";q=" in thousandths; 1000 without one. */
static int weight(const char *p, const char *end)
{
    while (p < end && *p != ';')
        p++;
    while (p < end && (*p == ';' || *p == ' ' || *p == '\t'))
        p++;
    if (end - p < 2 || strncasecmp(p, "q=", 2) != 0)
        return 1000;
    p += 2;
    int q = p < end && *p == '1' ? 1000 : 0;
    int unit = 100;
    p++;
    if (p < end && *p == '.')
        p++;
    for (; p < end && *p >= '0' && *p <= '9' && unit > 0; p++, unit /= 10)
        q += (*p - '0') * unit;
    return q > 1000 ? 1000 : q;
}

enum lang lang_from_accept(const char *header)
{
    enum lang best = LANG_SV;
    int best_q = 0;
    for (const char *p = header; p && *p;) {
        while (*p == ' ' || *p == '\t' || *p == ',')
            p++;
        const char *end = strchrnul(p, ',');
        for (unsigned i = 0; i < LANG_COUNT && end - p >= 2; i++) {
            bool ends = end - p == 2 || strchr("-; \t", p[2]);
            if (strncasecmp(p, codes[i], 2) != 0 || !ends)
                continue;
            int q = weight(p, end);
            if (q > best_q) {
                best = (enum lang)i;
                best_q = q;
            }
        }
        p = end;
    }
    return best;
}

const char *text_get(enum lang lang, enum text_key key)
{
    return text_plural(lang, key, 1);
}

const char *text_plural(enum lang lang, enum text_key key, int64_t n)
{
    assert((unsigned)lang < LANG_COUNT && (unsigned)key < TEXT_COUNT);
    return text_entries[key].forms[lang][n != 1 && n != -1];
}

enum text_key text_lookup(const char *name)
{
    unsigned low = 0, high = TEXT_COUNT;
    while (name && low < high) {
        unsigned mid = (low + high) / 2;
        int order = strcmp(name, text_entries[mid].key);
        if (order == 0)
            return (enum text_key)mid;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return TEXT_COUNT;
}

const char *text_form(enum lang lang, enum text_key key, const struct text_arg *args, size_t n)
{
    return text_plural(lang, key, n && args[0].is_int ? args[0].i : 1);
}

/* Where the next bytes go: counts all of them, keeps those that fit. */
struct sink {
    char *out;
    size_t size, len;
};

static void sink_add(struct sink *s, const char *bytes, size_t n)
{
    if (s->len < s->size) {
        size_t room = s->size - s->len;
        memcpy(s->out + s->len, bytes, n < room ? n : room);
    }
    s->len += n;
}

static void sink_arg(struct sink *s, const struct text_arg *arg)
{
    char number[FORMAT_TEXT];
    const char *text = arg->is_int ? format_number(number, arg->i) : arg->s;
    if (text)
        sink_add(s, text, strlen(text));
}

size_t text_expand(char *out, size_t size, const char *pattern, const struct text_arg *args,
                   size_t n)
{
    struct sink s = {.out = out, .size = size};
    for (const char *p = pattern; *p;) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
            size_t i = (size_t)(p[1] - '1');
            if (i < n)
                sink_arg(&s, &args[i]);
            p += 3;
            continue;
        }
        size_t run = 1 + strcspn(p + 1, "{");
        sink_add(&s, p, run);
        p += run;
    }
    if (size)
        out[s.len < size ? s.len : size - 1] = 0;
    return s.len;
}

char *text_fmt_args(struct arena *a, enum lang lang, enum text_key key, const struct text_arg *args,
                    size_t n)
{
    const char *pattern = text_form(lang, key, args, n);
    size_t len = text_expand(NULL, 0, pattern, args, n);
    char *out = arena_alloc(a, len + 1);
    if (out)
        text_expand(out, len + 1, pattern, args, n);
    return out;
}
