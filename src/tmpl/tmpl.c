/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tmpl/tmpl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

/* 0: stands as it is; else which replacement. One table for text and attribute: what is safe in
 * the stricter place is right in both. */
static const uint8_t unsafe[256] = {
    [1] = 6,  [2] = 6,   [3] = 6,   [4] = 6,   [5] = 6,   [6] = 6,   [7] = 6,    [8] = 6,  [11] = 6,
    [12] = 6, [14] = 6,  [15] = 6,  [16] = 6,  [17] = 6,  [18] = 6,  [19] = 6,   [20] = 6, [21] = 6,
    [22] = 6, [23] = 6,  [24] = 6,  [25] = 6,  [26] = 6,  [27] = 6,  [28] = 6,   [29] = 6, [30] = 6,
    [31] = 6, [127] = 6, ['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5,
};

static const struct {
    const char *text;
    size_t n;
} replacement[] = {
    {"", 0},       {"&amp;", 5}, {"&lt;", 4},         {"&gt;", 4},
    {"&quot;", 6}, {"&#39;", 5}, {"\xEF\xBF\xBD", 3},
};

static void escape_n(struct buf *out, const char *s, size_t n)
{
    const char *run = s;
    for (const char *end = s + n; s < end; s++) {
        uint8_t which = unsafe[(uint8_t)*s];
        if (!which)
            continue;
        buf_add(out, run, (size_t)(s - run));
        buf_add(out, replacement[which].text, replacement[which].n);
        run = s + 1;
    }
    buf_add(out, run, (size_t)(s - run));
}

static void escape(struct buf *out, const char *s)
{
    if (s)
        escape_n(out, s, strlen(s));
}

void tmpl_text(struct tmpl *t, const char *s)
{
    escape(t->out, s);
}

void tmpl_attr(struct tmpl *t, const char *s)
{
    escape(t->out, s);
}

/* Browsers drop leading blanks and tabs and line breaks anywhere before they look for the scheme,
 * so an address with any of these is not trusted. */
static bool address_allowed(const char *s)
{
    static const char *const schemes[] = {"http", "https", "mailto", "tel"};
    for (const char *p = s; *p; p++)
        if ((uint8_t)*p < ' ' || *p == 127 || (*p == ' ' && p == s))
            return false;
    size_t n = strcspn(s, ":/?#");
    if (s[n] != ':')
        return true;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (strlen(schemes[i]) == n && strncasecmp(s, schemes[i], n) == 0)
            return true;
    return false;
}

void tmpl_url(struct tmpl *t, const char *s)
{
    if (!s)
        return;
    if (!address_allowed(s))
        s = "#";
    for (const char *blank; (blank = strchr(s, ' ')); s = blank + 1) {
        escape_n(t->out, s, (size_t)(blank - s));
        buf_add(t->out, "%20", 3);
    }
    escape_n(t->out, s, strlen(s));
}

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void tmpl_part(struct tmpl *t, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    if (!s || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
        return;
    while (*s) {
        size_t run = 0;
        while (unreserved(s[run]))
            run++;
        if (run) {
            buf_add(t->out, s, run);
            s += run;
        } else {
            uint8_t c = (uint8_t)*s++;
            buf_add(t->out, (const char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
        }
    }
}

void tmpl_int(struct tmpl *t, int64_t v)
{
    char tmp[FORMAT_TEXT];
    buf_puts(t->out, format_number(tmp, v));
}

void tmpl_unsigned(struct tmpl *t, uint64_t v)
{
    char tmp[FORMAT_TEXT];
    buf_puts(t->out, format_unsigned(tmp, v));
}

void tmpl_plain_int(struct tmpl *t, int64_t v)
{
    char tmp[FORMAT_TEXT];
    buf_puts(t->out, tmpl_plain_i(tmp, v));
}

void tmpl_plain_unsigned(struct tmpl *t, uint64_t v)
{
    char tmp[FORMAT_TEXT];
    buf_puts(t->out, tmpl_plain_u(tmp, v));
}

void tmpl_plain_double(struct tmpl *t, double v)
{
    char tmp[FORMAT_TEXT];
    buf_puts(t->out, tmpl_plain_d(tmp, v));
}

void tmpl_id(struct tmpl *t, struct id id)
{
    char tmp[ID_TEXT];
    if (id_is_none(id))
        return;
    id_text(id, tmp);
    buf_puts(t->out, tmp);
}

void tmpl_yes_no(struct tmpl *t, bool v)
{
    tmpl_text(t, text_get(t->lang, v ? T_yes : T_no));
}

void tmpl_true_false(struct tmpl *t, bool v)
{
    buf_puts(t->out, v ? "true" : "false");
}

const char *tmpl_plain_i(char *out, int64_t v)
{
    out[0] = '-';
    format_digits(out + (v < 0), v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
    return out;
}

const char *tmpl_plain_u(char *out, uint64_t v)
{
    format_digits(out, v);
    return out;
}

const char *tmpl_plain_d(char *out, double v)
{
    out[0] = 0;
    if (!isfinite(v) || fabs(v) >= 1e15)
        return out;
    snprintf(out, FORMAT_TEXT, "%.2f", v);
    size_t n = strlen(out);
    while (out[n - 1] == '0')
        out[--n] = 0;
    if (out[n - 1] == '.')
        out[--n] = 0;
    return strcmp(out, "-0") == 0 ? out + 1 : out;
}

const char *tmpl_date_of_msec(const struct tmpl *t, char *out, msec at)
{
    return format_date(out, t->lang, date_of_msec(at));
}

const char *tmpl_date_of_date(const struct tmpl *t, char *out, struct date d)
{
    return format_date(out, t->lang, d);
}

const char *tmpl_week_of_msec(const struct tmpl *t, char *out, msec at)
{
    return format_week(out, t->lang, date_of_msec(at));
}

const char *tmpl_week_of_date(const struct tmpl *t, char *out, struct date d)
{
    return format_week(out, t->lang, d);
}

const char *tmpl_iso_of_msec(const struct tmpl *t, char *out, msec at)
{
    (void)t;
    time_iso_local(at, out);
    return out;
}

const char *tmpl_iso_of_date(const struct tmpl *t, char *out, struct date d)
{
    (void)t;
    date_text(d, out);
    return out;
}

void tmpl_fmt(struct tmpl *t, tmpl_put_fn *fn, enum text_key key, const struct text_arg *args,
              size_t n)
{
    char small[512];
    const char *pattern = text_form(t->lang, key, args, n);
    size_t len = text_expand(small, sizeof small, pattern, args, n);
    if (len < sizeof small) {
        fn(t, small);
        return;
    }
    AUTO(mem_freep) char *large = mem_alloc(len + 1);
    if (!large) {
        if (!t->out->err)
            t->out->err = ERR_NOMEM;
        return;
    }
    text_expand(large, len + 1, pattern, args, n);
    fn(t, large);
}
