/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An incremental update (ISO 32000-1, 7.5.6): changed objects, a cross-reference section and a
 * trailer are appended; what was written stays as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "parts/picture/picture_paper.h"

#define OBJECTS_MOST 12

struct update {
    struct buf *out;
    struct {
        long number;
        size_t at;
    } objects[OBJECTS_MOST];
    size_t n;
};

/* The last place of `what` in the file. */
static const char *find_last(const struct buf *b, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = b->len < n ? 0 : b->len - n + 1; i > 0; i--)
        if (memcmp(b->data + i - 1, what, n) == 0)
            return b->data + i - 1;
    return NULL;
}

static const char *find(const struct buf *b, size_t from, const char *what)
{
    return from < b->len ? memmem(b->data + from, b->len - from, what, strlen(what)) : NULL;
}

static bool number_after(const char *s, const char *key, long *out)
{
    const char *at = s ? strstr(s, key) : NULL;
    char *end;
    if (!at)
        return false;
    *out = strtol(at + strlen(key), &end, 10);
    return end != at + strlen(key) && *out >= 0;
}

/* Text as UTF-16BE in hexadecimal: no character can end it early. */
static void put_text(struct buf *b, const char *s)
{
    buf_puts(b, "<FEFF");
    for (uint32_t c; s && (c = utf8_next(&s));) {
        if (c > 0xffff) {
            c -= 0x10000;
            buf_printf(b, "%04X%04X", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
        } else {
            buf_printf(b, "%04X", c);
        }
    }
    buf_putc(b, '>');
}

/* Appends object `number` again, with `more` before the end of its dictionary. */
static enum err again(struct update *u, long number, const char *more)
{
    char head[40];
    snprintf(head, sizeof head, "\n%ld 0 obj\n", number);
    const char *at = find(u->out, 0, head), *end = at ? strstr(at, ">>\nendobj") : NULL;
    if (!at || !end || u->n == OBJECTS_MOST)
        return ERR_INTERNAL;
    at++;
    size_t n = (size_t)(end - at), from = (size_t)(at - u->out->data);
    u->objects[u->n].number = number;
    u->objects[u->n++].at = u->out->len;
    struct buf copy = buf_init(64 * 1024); /* what is appended may move the bytes */
    buf_add(&copy, u->out->data + from, n);
    buf_puts(u->out, buf_text(&copy));
    buf_puts(u->out, more);
    buf_puts(u->out, " >>\nendobj\n");
    enum err e = buf_err(&copy);
    buf_done(&copy);
    return e ? e : buf_err(u->out);
}

/* Figures in the order of the document get their descriptions. */
static enum err describe(struct update *u, size_t end, const char *const *alts, size_t n_alts)
{
    size_t from = 0;
    for (size_t i = 0; i < n_alts; i++) {
        const char *f = find(u->out, from, "/S /Figure");
        if (!f || f >= u->out->data + end)
            return ERR_INTERNAL;
        const char *obj = f;
        while (obj > u->out->data && memcmp(obj, " 0 obj", 6) != 0)
            obj--;
        while (obj > u->out->data && obj[-1] >= '0' && obj[-1] <= '9')
            obj--;
        from = (size_t)(f - u->out->data) + 1;
        long number = strtol(obj, NULL, 10);
        struct buf more = buf_init(64 * 1024);
        buf_puts(&more, "   /Alt ");
        put_text(&more, alts[i]);
        enum err e = buf_err(&more);
        if (e == ERR_OK)
            e = again(u, number, buf_text(&more));
        buf_done(&more);
        TRY(e);
    }
    return ERR_OK;
}

enum err paper_mark(struct buf *pdf, enum lang lang, const char *const *alts, size_t n_alts)
{
    struct update u = {.out = pdf};
    TRY(buf_err(pdf));
    const char *start = find_last(pdf, "startxref"), *trailer = find_last(pdf, "trailer");
    long xref, size, root, info;
    if (!start || !trailer || !number_after(start, "startxref\n", &xref) ||
        !number_after(trailer, "/Size ", &size) || !number_after(trailer, "/Root ", &root) ||
        !number_after(trailer, "/Info ", &info))
        return ERR_INTERNAL;
    size_t end = pdf->len;
    TRY(describe(&u, end, alts, n_alts));
    TRY(again(&u, root,
              lang == LANG_SV ? "   /MarkInfo << /Marked true >> /Lang (sv-SE)"
                                " /ViewerPreferences << /DisplayDocTitle true >>"
                              : "   /MarkInfo << /Marked true >> /Lang (en)"
                                " /ViewerPreferences << /DisplayDocTitle true >>"));
    size_t at = pdf->len;
    buf_puts(pdf, "xref\n0 1\n0000000000 65535 f \n");
    for (size_t i = 0; i < u.n; i++)
        buf_printf(pdf, "%ld 1\n%010zu 00000 n \n", u.objects[i].number, u.objects[i].at);
    buf_printf(pdf,
               "trailer\n<< /Size %ld /Root %ld 0 R /Info %ld 0 R /Prev %ld >>\n"
               "startxref\n%zu\n%%%%EOF\n",
               size, root, info, xref, at);
    return buf_err(pdf);
}
