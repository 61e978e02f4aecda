/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tmpl/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

void html_init(struct html *h)
{
    *h = (struct html){.line_start = true};
}

PRINTF(3, 4) static bool refuse(struct html *h, const char *at, const char *sentence, ...)
{
    va_list ap;
    va_start(ap, sentence);
    h->at = at;
    vsnprintf(h->problem, sizeof h->problem, sentence, ap);
    va_end(ap);
    return false;
}

const char *html_place_text(enum html_place place)
{
    switch (place) {
    case HTML_TEXT:
        return "in text";
    case HTML_RCDATA:
        return "in a title or textarea";
    case HTML_RAW:
        return "in a script or style";
    case HTML_TAG:
    case HTML_TAG_AFTER:
        return "in a tag";
    case HTML_VALUE:
        return "in an attribute";
    }
    return "";
}

static bool in_list(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static bool inside(const struct html *h, const char *name)
{
    for (int i = 0; i < h->s.depth; i++)
        if (strcmp(h->stack[i], name) == 0)
            return true;
    return false;
}

static bool is_void(const char *tag)
{
    static const char *const list[] = {"area",  "base", "br",   "col",    "embed", "hr",  "img",
                                       "input", "link", "meta", "source", "track", "wbr", NULL};
    return in_list(list, tag);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool name_char(char c)
{
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.';
}

/* Indentation and empty lines are dropped, line ends are kept, but where they are content. */
static void put(struct html *h, struct buf *lit, char c)
{
    bool content =
        h->s.place == HTML_VALUE || h->s.place == HTML_RAW || h->s.place == HTML_RCDATA || h->s.pre;
    if (!content && h->line_start && blank(c))
        return;
    h->line_start = c == '\n';
    buf_putc(lit, c);
}

static void put_run(struct html *h, struct buf *lit, const char *p, const char *end)
{
    for (; p < end; p++)
        put(h, lit, *p);
}

/* Lower case copy of the name at p; its end, or NULL when too long. */
static const char *read_name(const char *p, const char *end, char out[HTML_NAME])
{
    size_t n = 0;
    for (; p < end && name_char(*p); p++) {
        if (n + 1 >= HTML_NAME)
            return NULL;
        out[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    }
    out[n] = 0;
    return p;
}

static const char *find(const char *p, const char *end, const char *what)
{
    return memmem(p, (size_t)(end - p), what, strlen(what));
}

static const char *comment(struct html *h, const char *p, const char *end)
{
    const char *close = find(p + 4, end, "-->");
    if (close)
        return close + 3;
    refuse(h, p, "a comment must end, and no value or section may stand in it");
    return NULL;
}

static const char *doctype(struct html *h, const char *p, const char *end, struct buf *lit)
{
    const char *close = memchr(p, '>', (size_t)(end - p));
    if (!close || end - p < 9 || strncasecmp(p, "<!doctype", 9) != 0) {
        refuse(h, p, "after <! only a doctype or a comment may follow");
        return NULL;
    }
    put_run(h, lit, p, close + 1);
    return close + 1;
}

static const char *end_tag(struct html *h, const char *p, const char *end, struct buf *lit)
{
    char name[HTML_NAME];
    const char *q = read_name(p + 2, end, name);
    while (q && q < end && blank(*q))
        q++;
    if (!q || q >= end || *q != '>' || !name[0]) {
        refuse(h, p, "an end tag is written </name>");
        return NULL;
    }
    if (h->s.depth == 0 && h->floor == 0 && h->may_close) {
        put_run(h, lit, p, q + 1);
        return q + 1;
    }
    if (h->s.depth <= h->floor) {
        refuse(h, p, "</%s> closes an element that was not opened in this section or file", name);
        return NULL;
    }
    if (strcmp(h->stack[h->s.depth - 1], name) != 0) {
        refuse(h, p, "</%s> stands where </%s> is expected", name, h->stack[h->s.depth - 1]);
        return NULL;
    }
    put_run(h, lit, p, q + 1);
    if (h->s.pre == h->s.depth--)
        h->s.pre = 0;
    h->s.place = HTML_TEXT;
    return q + 1;
}

static const char *start_tag(struct html *h, const char *p, const char *end, struct buf *lit)
{
    static const char *const never[] = {"plaintext", "xmp", "noembed", "noframes", "listing", NULL};
    const char *q = read_name(p + 1, end, h->tag);
    if (!q || (q < end && !blank(*q) && *q != '>' && *q != '/')) {
        refuse(h, p, "this is no name of an element");
        return NULL;
    }
    if (in_list(never, h->tag)) {
        refuse(h, p, "<%s> is not used", h->tag);
        return NULL;
    }
    h->has_alt = h->has_src = h->has_equiv = h->has_content = false;
    put_run(h, lit, p, q);
    h->s.place = HTML_TAG_AFTER;
    return q;
}

static const char *in_text(struct html *h, const char *p, const char *end, struct buf *lit)
{
    if (*p != '<') {
        put(h, lit, *p);
        return p + 1;
    }
    if (end - p >= 4 && memcmp(p, "<!--", 4) == 0)
        return comment(h, p, end);
    if (end - p >= 2 && p[1] == '!')
        return doctype(h, p, end, lit);
    if (end - p >= 2 && p[1] == '/')
        return end_tag(h, p, end, lit);
    if (end - p >= 2 && letter(p[1]))
        return start_tag(h, p, end, lit);
    refuse(h, p, "write &lt; for a < that begins no tag; names of elements are never values");
    return NULL;
}

static bool ends_here(const struct html *h, const char *p, const char *end)
{
    size_t n = strlen(h->tag);
    return (size_t)(end - p) > n + 2 && p[0] == '<' && p[1] == '/' &&
           strncasecmp(p + 2, h->tag, n) == 0 && !name_char(p[n + 2]);
}

static const char *in_rcdata(struct html *h, const char *p, const char *end, struct buf *lit)
{
    if (ends_here(h, p, end))
        return end_tag(h, p, end, lit);
    put(h, lit, *p);
    return p + 1;
}

static const char *in_raw(struct html *h, const char *p, const char *end, struct buf *lit)
{
    const char *q = p;
    while (q < end && !ends_here(h, q, end))
        q++;
    if (q >= end) {
        refuse(h, p, "no value or section may stand in <%s>, and it must end", h->tag);
        return NULL;
    }
    put_run(h, lit, p, q);
    return end_tag(h, q, end, lit);
}

static bool push(struct html *h, const char *at)
{
    if (h->s.depth >= HTML_DEPTH)
        return refuse(h, at, "more elements are open than fit");
    memcpy(h->stack[h->s.depth++], h->tag, HTML_NAME);
    if (!h->s.pre && strcmp(h->tag, "pre") == 0)
        h->s.pre = h->s.depth;
    return true;
}

static bool check_tag(struct html *h, const char *at)
{
    if (strcmp(h->tag, "img") == 0 && !h->has_alt)
        return refuse(h, at, "an <img> needs alt (alt=\"\" when it says nothing)");
    if (strcmp(h->tag, "script") == 0 && !h->has_src)
        return refuse(h, at, "a <script> needs src: script in the page is not run");
    return true;
}

static const char *close_start_tag(struct html *h, const char *p, bool self, struct buf *lit)
{
    bool foreign = inside(h, "svg") || inside(h, "math");
    bool raw = strcmp(h->tag, "script") == 0 || strcmp(h->tag, "style") == 0 ||
               strcmp(h->tag, "iframe") == 0;
    bool rcdata = strcmp(h->tag, "title") == 0 || strcmp(h->tag, "textarea") == 0;
    if (!check_tag(h, p))
        return NULL;
    if (foreign && raw) {
        refuse(h, p, "<%s> may not stand in SVG", h->tag);
        return NULL;
    }
    if (self && !foreign && !is_void(h->tag) && strcmp(h->tag, "svg") != 0) {
        refuse(h, p, "<%s/> does not close itself in HTML", h->tag);
        return NULL;
    }
    put_run(h, lit, p, p + (self ? 2 : 1));
    h->s.place = HTML_TEXT;
    if (!self && (foreign || !is_void(h->tag))) {
        if (!push(h, p))
            return NULL;
        if (!foreign)
            h->s.place = raw ? HTML_RAW : rcdata ? HTML_RCDATA : HTML_TEXT;
    }
    return p + (self ? 2 : 1);
}

static enum html_attr classify(struct html *h)
{
    static const char *const url[] = {
        "href",   "src",      "action",     "formaction",  "poster",         "cite",   "data",
        "ping",   "manifest", "background", "xlink:href",  "longdesc",       "hx-get", "hx-post",
        "hx-put", "hx-patch", "hx-delete",  "hx-push-url", "hx-replace-url", NULL};
    static const char *const refused[] = {"srcset",     "imagesrcset", "http-equiv", "hx-vals",
                                          "hx-vars",    "hx-headers",  "hx-request", "sandbox",
                                          "hx-trigger", "is",          NULL};
    static const char *const moving[] = {"animate", "set", "animatetransform", "animatemotion",
                                         NULL};
    const char *name = h->attr;
    if (str_starts(name, "data-hx-"))
        name += 5;
    bool meta_content = strcmp(h->tag, "meta") == 0 && strcmp(name, "content") == 0;
    if (in_list(refused, name) || in_list(moving, h->tag) || (meta_content && h->has_equiv))
        return HTML_ATTR_REFUSED;
    if (in_list(url, name) || str_starts(name, "data-url"))
        return HTML_ATTR_URL;
    return HTML_ATTR_PLAIN;
}

static bool note_attr(struct html *h, const char *at)
{
    const char *name = h->attr;
    if (str_starts(name, "on") || str_starts(name, "hx-on") || str_starts(name, "data-hx-on"))
        return refuse(h, at, "%s= is not used: script stands in files only", name);
    if (strcmp(name, "style") == 0)
        return refuse(h, at, "style= is not used: write a class");
    if (strcmp(name, "srcdoc") == 0)
        return refuse(h, at, "srcdoc= is not used");
    h->has_alt |= strcmp(name, "alt") == 0;
    h->has_src |= strcmp(name, "src") == 0;
    if (strcmp(name, "http-equiv") == 0) {
        if (h->has_content)
            return refuse(h, at, "write http-equiv before content");
        h->has_equiv = true;
    }
    h->has_content |= strcmp(name, "content") == 0;
    h->s.attr = classify(h);
    h->s.url_rest = false;
    h->head_n = 0;
    return true;
}

/* A value without or with single quotes: only literal text may stand there. */
static const char *other_value(struct html *h, const char *p, const char *end)
{
    const char *q = p;
    if (p < end && *p == '\'') {
        q = memchr(p + 1, '\'', (size_t)(end - p - 1));
        if (q)
            return q + 1;
    } else {
        while (q < end && !blank(*q) && *q != '>' && *q != '"' && *q != '\'' && *q != '=')
            q++;
        if (q > p && q < end && (blank(*q) || *q == '>'))
            return q;
    }
    refuse(h, p, "the value of %s= needs double quotes", h->attr);
    return NULL;
}

static const char *attribute(struct html *h, const char *p, const char *end, struct buf *lit)
{
    const char *q = read_name(p, end, h->attr);
    if (!q || q == p) {
        refuse(h, p, "this is no name of an attribute");
        return NULL;
    }
    if (!note_attr(h, p))
        return NULL;
    h->s.place = HTML_TAG_AFTER;
    if (q < end && *q == '=') {
        q++;
        if (q < end && *q == '"') {
            put_run(h, lit, p, q + 1);
            h->s.place = HTML_VALUE;
            return q + 1;
        }
        q = other_value(h, q, end);
        if (!q)
            return NULL;
    }
    put_run(h, lit, p, q);
    return q;
}

static const char *in_tag(struct html *h, const char *p, const char *end, struct buf *lit)
{
    if (blank(*p)) {
        put(h, lit, *p);
        h->s.place = HTML_TAG;
        return p + 1;
    }
    if (*p == '>')
        return close_start_tag(h, p, false, lit);
    if (*p == '/' && end - p >= 2 && p[1] == '>')
        return close_start_tag(h, p, true, lit);
    if (h->s.place == HTML_TAG_AFTER) {
        refuse(h, p, "a blank must stand before an attribute, none around =");
        return NULL;
    }
    return attribute(h, p, end, lit);
}

static bool address_is_script(const struct html *h)
{
    static const char *const bad[] = {"javascript:", "vbscript:", "data:"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (h->head_n >= strlen(bad[i]) && strncasecmp(h->head, bad[i], strlen(bad[i])) == 0)
            return true;
    return false;
}

static const char *in_value(struct html *h, const char *p, struct buf *lit)
{
    put(h, lit, *p);
    if (*p == '"') {
        h->s.place = HTML_TAG_AFTER;
        h->s.url_rest = false;
        h->s.attr = HTML_ATTR_PLAIN;
        return p + 1;
    }
    if (h->s.attr == HTML_ATTR_URL) {
        h->s.url_rest = true;
        if (h->head_n < sizeof h->head)
            h->head[h->head_n++] = *p;
        if (address_is_script(h)) {
            refuse(h, p, "%s= may not hold a script or data address", h->attr);
            return NULL;
        }
    }
    return p + 1;
}

bool html_feed(struct html *h, const char *p, const char *end, struct buf *lit)
{
    while (p && p < end) {
        switch (h->s.place) {
        case HTML_TEXT:
            p = in_text(h, p, end, lit);
            break;
        case HTML_RCDATA:
            p = in_rcdata(h, p, end, lit);
            break;
        case HTML_RAW:
            p = in_raw(h, p, end, lit);
            break;
        case HTML_TAG:
        case HTML_TAG_AFTER:
            p = in_tag(h, p, end, lit);
            break;
        case HTML_VALUE:
            p = in_value(h, p, lit);
            break;
        }
    }
    return p != NULL;
}

const char *html_value(struct html *h)
{
    switch (h->s.place) {
    case HTML_TEXT:
    case HTML_RCDATA:
        return "text";
    case HTML_RAW:
        refuse(h, NULL, "no value may stand in <%s>", h->tag);
        return NULL;
    case HTML_TAG:
    case HTML_TAG_AFTER:
        refuse(h, NULL, "no value may stand in a tag outside double quotes (<%s>)", h->tag);
        return NULL;
    case HTML_VALUE:
        break;
    }
    if (h->s.attr == HTML_ATTR_REFUSED) {
        refuse(h, NULL, "no value may stand in %s=", h->attr);
        return NULL;
    }
    if (h->s.attr == HTML_ATTR_PLAIN)
        return "attr";
    const char *kind = h->s.url_rest ? "part" : "url";
    h->s.url_rest = true;
    h->head_n = sizeof h->head;
    return kind;
}

static bool in_tag_place(const struct html_state *s)
{
    return s->place == HTML_TAG || s->place == HTML_TAG_AFTER;
}

bool html_join(struct html_state *a, const struct html_state *b)
{
    if (a->depth != b->depth || a->attr != b->attr)
        return false;
    if (in_tag_place(a) && in_tag_place(b)) {
        if (b->place == HTML_TAG_AFTER)
            a->place = HTML_TAG_AFTER;
        return true;
    }
    a->url_rest |= b->url_rest;
    return a->place == b->place;
}
