/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Markdown: CommonMark, with tables as GitHub and others read them. */
#include <string.h>

#include "base/str.h"
#include "parts/bulletin/bulletin.h"

/* Signs that mean something anywhere in a line get a backslash; so does what would begin a list, a
 * heading or a rule at the start of it. A break of line is a space. */
static void put(struct buf *b, const char *s)
{
    const char *start = s;
    for (; s && *s; s++) {
        bool number = s > start && (*s == '.' || *s == ')') &&
                      strspn(start, "0123456789") == (size_t)(s - start);
        bool first = s == start && strchr("-+=:", *s);
        if ((unsigned char)*s < ' ') {
            buf_putc(b, ' ');
            continue;
        }
        if (number || first || strchr("\\`*_[]<>|&~^$#", *s))
            buf_putc(b, '\\');
        buf_putc(b, *s);
    }
}

static void put_table(struct buf *b, const struct bulletin_table *t)
{
    for (size_t i = 0; i < t->n_columns; i++) {
        buf_puts(b, i ? " | " : "| ");
        put(b, t->columns[i].head);
    }
    buf_puts(b, " |\n");
    for (size_t i = 0; i < t->n_columns; i++)
        buf_puts(b, t->columns[i].number ? "| ---: " : "| --- ");
    buf_puts(b, "|\n");
    for (size_t r = 0; r < t->n_rows; r++) {
        for (size_t i = 0; i < t->n_columns; i++) {
            buf_puts(b, i ? " | " : t->rows[r].below ? "| – " : "| ");
            put(b, t->rows[r].cells[i].text);
        }
        buf_puts(b, " |\n");
    }
    buf_putc(b, '\n');
}

enum err bulletin_markdown(struct buf *out, const struct bulletin_doc *d)
{
    if (d->err)
        return d->err;
    buf_puts(out, "# ");
    put(out, d->title);
    buf_puts(out, "\n\n");
    put(out, d->lead);
    buf_puts(out, "\n\n");
    for (size_t i = 0; i < d->n_blocks; i++) {
        const struct bulletin_block *b = &d->blocks[i];
        if (b->kind == BULLETIN_TABLE) {
            put_table(out, b->table);
            continue;
        }
        for (size_t k = 0; k < b->n_items; k++) {
            buf_puts(out, "- ");
            put(out, b->items[k]);
            buf_putc(out, '\n');
        }
        buf_puts(out, b->kind == BULLETIN_HEAD ? "## " : "");
        put(out, b->text);
        buf_puts(out, b->text ? "\n\n" : "\n");
    }
    return buf_err(out);
}
