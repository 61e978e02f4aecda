/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Putting a document together, block by block. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/bulletin/bulletin.h"

void bulletin_begin(struct bulletin_doc *d, struct arena *a, enum lang lang)
{
    *d = (struct bulletin_doc){.a = a, .lang = lang};
    d->blocks = ARENA_ARRAY(a, BULLETIN_BLOCKS_MOST, struct bulletin_block);
    if (!d->blocks)
        d->err = ERR_NOMEM;
}

static struct bulletin_block *add(struct bulletin_doc *d, enum bulletin_kind kind)
{
    if (d->err)
        return NULL;
    if (d->n_blocks == BULLETIN_BLOCKS_MOST) {
        d->err = ERR_LIMIT;
        return NULL;
    }
    struct bulletin_block *b = &d->blocks[d->n_blocks++];
    *b = (struct bulletin_block){.kind = kind};
    return b;
}

static void add_text(struct bulletin_doc *d, enum bulletin_kind kind, const char *text)
{
    struct bulletin_block *b = str_empty(text) ? NULL : add(d, kind);
    if (b)
        b->text = text;
}

const char *bulletin_must(struct bulletin_doc *d, const char *text)
{
    if (!text && !d->err)
        d->err = ERR_NOMEM;
    return text;
}

void bulletin_head(struct bulletin_doc *d, const char *text)
{
    add_text(d, BULLETIN_HEAD, text);
}

void bulletin_text(struct bulletin_doc *d, const char *text)
{
    add_text(d, BULLETIN_TEXT, text);
}

void bulletin_small(struct bulletin_doc *d, const char *text)
{
    add_text(d, BULLETIN_SMALL, text);
}

size_t bulletin_lines(const char *lines)
{
    size_t n = 0;
    for (const char *p = lines ? lines : ""; *p;) {
        size_t len = strcspn(p, "\n");
        n += strspn(p, " \t\r") < len;
        p += len + (p[len] == '\n');
    }
    return n;
}

void bulletin_words(struct bulletin_doc *d, const char *lines)
{
    char *copy = d->err ? NULL : arena_strdup(d->a, lines ? lines : "");
    size_t n = 0;
    if (!copy && !d->err)
        d->err = ERR_NOMEM;
    for (char *p = copy; p && *p && !d->err;) {
        for (char *q = p; n == BULLETIN_LINES_MOST - 1 && *q; q++)
            *q = *q == '\n' ? ' ' : *q; /* the rest in one */
        char *end = strchr(p, '\n');
        if (end)
            *end = 0;
        const char *line = str_trim(d->a, p);
        if (!line)
            d->err = ERR_NOMEM;
        n += !str_empty(line);
        bulletin_text(d, line);
        p = end ? end + 1 : NULL;
    }
}

void bulletin_item(struct bulletin_doc *d, const char *text)
{
    if (str_empty(text) || d->err)
        return;
    struct bulletin_block *b = d->n_blocks ? &d->blocks[d->n_blocks - 1] : NULL;
    if (!b || b->kind != BULLETIN_LIST) {
        b = add(d, BULLETIN_LIST);
        if (!b)
            return;
        b->items = ARENA_ARRAY(d->a, BULLETIN_ROWS_MOST, const char *);
        if (!b->items) {
            d->err = ERR_NOMEM;
            return;
        }
    }
    if (b->n_items == BULLETIN_ROWS_MOST)
        d->err = ERR_LIMIT;
    else
        b->items[b->n_items++] = text;
}

struct bulletin_table *bulletin_table(struct bulletin_doc *d, const char *name,
                                      const struct bulletin_column *columns, size_t n)
{
    struct bulletin_block *b = add(d, BULLETIN_TABLE);
    if (!b)
        return NULL;
    b->table = ARENA_NEW(d->a, struct bulletin_table);
    struct bulletin_row *rows = ARENA_ARRAY(d->a, BULLETIN_ROWS_MOST, struct bulletin_row);
    if (!b->table || !rows) {
        d->err = ERR_NOMEM;
        d->n_blocks--;
        return NULL;
    }
    b->table->name = name;
    b->table->rows = rows;
    b->table->n_columns = n;
    memcpy(b->table->columns, columns, n * sizeof *columns);
    return b->table;
}

void bulletin_row(struct bulletin_doc *d, struct bulletin_table *t, const char *const *texts,
                  bool below)
{
    if (d->err || !t)
        return;
    if (t->n_rows == BULLETIN_ROWS_MOST) {
        d->err = ERR_LIMIT;
        return;
    }
    struct bulletin_row *r = &t->rows[t->n_rows++];
    r->n_cells = t->n_columns;
    r->below = below;
    for (size_t i = 0; i < t->n_columns; i++)
        r->cells[i] = (struct bulletin_cell){.text = texts[i],
                                             .head = t->columns[i].head,
                                             .number = t->columns[i].number,
                                             .first = i == 0,
                                             .below = below};
}

void bulletin_map(struct bulletin_doc *d, const struct bulletin_map *m, const char *alt)
{
    struct bulletin_block *b = m->height > 0 ? add(d, BULLETIN_MAP) : NULL;
    if (!b)
        return;
    b->map = m;
    b->map_height = m->height;
    b->tall = m->height * 170 / BULLETIN_MAP_WIDE;
    b->text = alt;
}
