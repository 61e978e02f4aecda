/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CSV as RFC 4180 describes it and as people send it. */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "convert/csv_sniff.h"
#include "convert/readers.h"
#include "convert/text.h"

#define CHUNK (64u * 1024)

enum state {
    CELL_START,
    PLAIN,
    QUOTED,
    QUOTE_ENDED, /* a quotation mark inside quotes: the end, or half of a doubled one */
};

struct csv {
    struct reader *r;
    struct stream_out *out;
    char delim;
    bool special[256];
    enum state state;
    bool after_cr;
    uint64_t line, row_line;
    struct buf text;                          /* the cells of this row, a NUL after each */
    uint32_t begin[CONVERT_COLUMNS_MOST + 2]; /* where each begins in text */
    size_t n;                                 /* cells ended */
    size_t columns;
    bool header_done;
    bool full;             /* the row is past its ceiling: nothing more is kept */
    struct survey *survey; /* while the row of the names is being looked for */
    uint64_t skip;
    enum convert_fault fault;
    int fault_column;
    struct buf decoded;
    struct stream_cell cells[CONVERT_COLUMNS_MOST + 1];
};

/* ---- one row that is whole ---- */

static void cells_from_text(struct csv *c)
{
    for (size_t i = 0; i < c->n; i++) {
        c->cells[i].s = c->text.data + c->begin[i];
        c->cells[i].len = c->begin[i + 1] - c->begin[i] - 1;
    }
}

static bool row_ascii(const char *s, size_t n)
{
    uint64_t seen = 0, w;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&w, s, 8);
        seen |= w;
    }
    for (; n; s++, n--)
        seen |= (unsigned char)*s;
    return !(seen & UINT64_C(0x8080808080808080));
}

static bool cells_valid(const struct csv *c)
{
    if (row_ascii(c->text.data, c->text.len))
        return true;
    for (size_t i = 0; i < c->n; i++)
        if (!stream_text_valid(c->cells[i].s, c->cells[i].len))
            return false;
    return true;
}

static void mark(struct csv *c, enum convert_fault fault, size_t column)
{
    if (c->fault)
        return;
    c->fault = fault;
    c->fault_column = (int)column;
}

/* The cells as UTF-8, whatever they were. */
static enum err decode_cells(struct csv *c)
{
    enum convert_encoding enc = c->r->options->encoding;
    if (enc == CONVERT_ENC_CP1252 ? row_ascii(c->text.data, c->text.len) : cells_valid(c))
        return ERR_OK;
    if (enc != CONVERT_ENC_AUTO && enc != CONVERT_ENC_CP1252) {
        mark(c, CONVERT_FAULT_ENCODING, (size_t)-1);
        return ERR_OK;
    }
    buf_clear(&c->decoded);
    for (size_t i = 0; i < c->n; i++) {
        size_t begin = c->decoded.len;
        if (!text_from_cp1252(&c->decoded, c->cells[i].s, c->cells[i].len))
            c->out->flags |= CONVERT_SAW_REPLACED;
        c->begin[i] = (uint32_t)begin;
        c->cells[i].len = c->decoded.len - begin;
    }
    if (buf_err(&c->decoded))
        return buf_err(&c->decoded);
    for (size_t i = 0; i < c->n; i++)
        c->cells[i].s = buf_text(&c->decoded) + c->begin[i];
    c->out->flags |= CONVERT_SAW_CP1252;
    return ERR_OK;
}

static bool needs_quotes(const struct csv *c, const struct stream_cell *cell)
{
    return cell->len && (memchr(cell->s, c->delim, cell->len) || memchr(cell->s, '"', cell->len) ||
                         memchr(cell->s, '\n', cell->len) || memchr(cell->s, '\r', cell->len));
}

static void add_raw(struct csv *c, struct buf *raw, const struct stream_cell *cell)
{
    if (!needs_quotes(c, cell)) {
        buf_add(raw, cell->s, cell->len);
        return;
    }
    buf_putc(raw, '"');
    for (size_t i = 0; i < cell->len; i++) {
        if (cell->s[i] == '"')
            buf_putc(raw, '"');
        buf_putc(raw, cell->s[i]);
    }
    buf_putc(raw, '"');
}

static enum err refuse_row(struct csv *c)
{
    struct buf raw = buf_init(CONVERT_ROW_MOST * 8);
    for (size_t i = 0; i < c->n && raw.len <= CONVERT_CELL_MOST; i++) {
        if (i)
            buf_putc(&raw, c->delim);
        add_raw(c, &raw, &c->cells[i]);
    }
    enum err e = buf_err(&raw);
    if (!e)
        stream_problem(c->out, c->row_line, c->fault, c->fault_column, buf_text(&raw), raw.len);
    buf_done(&raw);
    return e;
}

static enum err send_header(struct csv *c, bool *used)
{
    enum convert_choice choice = c->r->options->header;
    if (c->fault)
        return stream_fault(c->out,
                            c->fault == CONVERT_FAULT_ROW_LONG ? CONVERT_FAULT_COLUMNS : c->fault,
                            c->row_line, "");
    bool names = choice == CONVERT_AUTO ? reader_is_header(c->cells, c->n) : choice == CONVERT_YES;
    c->header_done = true;
    c->columns = c->n;
    *used = names;
    c->out->names_row = names ? (uint32_t)c->row_line : 0;
    return reader_header(c->r, names ? c->cells : NULL, c->n);
}

static void check_width(struct csv *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->cells[i].len > CONVERT_CELL_MOST)
            mark(c, CONVERT_FAULT_CELL_SIZE, i);
        if (i >= c->columns && c->cells[i].len)
            mark(c, CONVERT_FAULT_ROW_LONG, (size_t)-1);
    }
    if (c->n < c->columns)
        mark(c, CONVERT_FAULT_ROW_SHORT, (size_t)-1);
}

static size_t cells_size(const struct csv *c)
{
    size_t size = 0;
    for (size_t i = 0; i < c->n; i++)
        size += c->cells[i].len;
    return size;
}

static enum err use_row(struct csv *c)
{
    if (c->survey)
        return survey_row(c->survey, c->row_line, c->cells, c->n) ? ERR_OK : ERR_CANCELLED;
    TRY(decode_cells(c));
    if (!c->header_done) {
        bool used;
        TRY(send_header(c, &used));
        if (used)
            return ERR_OK;
    }
    check_width(c);
    if (cells_size(c) > CONVERT_ROW_MOST)
        mark(c, CONVERT_FAULT_ROW_SIZE, (size_t)-1);
    if (c->fault)
        return refuse_row(c);
    stream_row(c->out, c->row_line, c->cells, NULL, 0);
    return ERR_OK;
}

/* ---- characters ---- */

static void keep(struct csv *c, const char *s, size_t n)
{
    if (c->full || !n)
        return;
    if (c->text.len + n > CONVERT_ROW_MOST) {
        c->full = true;
        mark(c, CONVERT_FAULT_ROW_SIZE, (size_t)-1);
        return;
    }
    buf_add(&c->text, s, n);
}

static void end_cell(struct csv *c)
{
    c->state = CELL_START;
    if (c->full)
        return;
    if (c->n == CONVERT_COLUMNS_MOST) {
        c->full = true;
        mark(c, CONVERT_FAULT_ROW_LONG, (size_t)-1);
        return;
    }
    buf_putc(&c->text, 0);
    c->begin[++c->n] = (uint32_t)c->text.len;
}

static enum err end_row(struct csv *c)
{
    end_cell(c);
    enum err e = buf_err(&c->text);
    bool empty = c->text.len == c->n; /* nothing but the NULs */
    if (!e && !empty && c->row_line > c->skip) {
        cells_from_text(c);
        e = use_row(c);
    }
    buf_clear(&c->text);
    c->n = 0;
    c->full = false;
    c->fault = CONVERT_FAULT_NONE;
    return e;
}

static enum err new_line(struct csv *c)
{
    TRY(end_row(c));
    c->line++;
    c->row_line = c->line;
    return ERR_OK;
}

/* How many of n characters are nothing special here. */
static size_t ordinary(const struct csv *c, const char *p, size_t n)
{
    if (c->state != QUOTED) {
        size_t i = 0;
        while (i < n && !c->special[(unsigned char)p[i]])
            i++;
        return i;
    }
    size_t i = 0;
    while (i < n && p[i] != '"' && p[i] != '\n' && p[i] != '\r' && p[i])
        i++;
    return i;
}

static enum err quoted_char(struct csv *c, const char *p)
{
    if (*p == '"') {
        c->after_cr = false;
        c->state = QUOTE_ENDED;
        return ERR_OK;
    }
    bool second = *p == '\n' && c->after_cr;
    c->after_cr = *p == '\r';
    if (!second)
        c->line++;
    keep(c, p, 1);
    return c->full ? stream_fault(c->out, CONVERT_FAULT_QUOTE_OPEN, c->row_line, "") : ERR_OK;
}

/* The character after a quotation mark that may have been the closing one. */
static void after_quote(struct csv *c, char ch)
{
    if (ch == '"') {
        keep(c, "\"", 1);
        c->state = QUOTED;
    } else if (ch != ' ' && ch != '\t') {
        mark(c, CONVERT_FAULT_QUOTE, c->n);
        keep(c, &ch, 1);
        c->state = PLAIN;
    }
}

static enum err special_char(struct csv *c, const char *p)
{
    char ch = *p;
    if (ch == 0)
        return stream_fault(c->out, CONVERT_FAULT_BINARY, c->line, "");
    if (c->state == QUOTED)
        return quoted_char(c, p);
    if (ch == '\n' && c->after_cr) {
        c->after_cr = false;
        return ERR_OK;
    }
    c->after_cr = ch == '\r';
    if (ch == '\n' || ch == '\r')
        return new_line(c);
    if (ch == c->delim) {
        end_cell(c);
    } else if (c->state == CELL_START) { /* a quotation mark from here on */
        c->state = QUOTED;
    } else if (c->state == QUOTE_ENDED) {
        after_quote(c, ch);
    } else {
        keep(c, p, 1);
    }
    return ERR_OK;
}

static enum err feed(struct csv *c, const char *p, size_t n)
{
    while (n) {
        if (c->state == QUOTE_ENDED && !c->special[(unsigned char)*p]) {
            after_quote(c, *p++);
            n--;
            continue;
        }
        size_t run = ordinary(c, p, n);
        if (run) {
            c->after_cr = false;
            keep(c, p, run);
            if (c->state == CELL_START)
                c->state = PLAIN;
            if (c->full && c->state == QUOTED)
                return stream_fault(c->out, CONVERT_FAULT_QUOTE_OPEN, c->row_line, "");
            p += run;
            n -= run;
            continue;
        }
        TRY(special_char(c, p));
        p++;
        n--;
    }
    return ERR_OK;
}

/* ---- the file ---- */

/* The first rows, to tell the separator by. Answers how many of the bytes are a "sep=" line. */
static size_t choose_delimiter(struct csv *c, const char *s, size_t n)
{
    size_t skip = 0;
    c->delim = c->r->options->delimiter;
    if (n >= 6 && memcmp(s, "sep=", 4) == 0 && (s[5] == '\n' || s[5] == '\r')) {
        skip = 5;
        if (!c->delim)
            c->delim = s[4];
    }
    if (!c->delim)
        c->delim = csv_sniff(s, n);
    if (strchr("\"\r\n", c->delim)) /* also NUL */
        c->delim = ';';
    c->out->flags |= c->delim == ';'    ? CONVERT_SAW_SEMICOLON
                     : c->delim == ','  ? CONVERT_SAW_COMMA
                     : c->delim == '\t' ? CONVERT_SAW_TAB
                     : c->delim == '|'  ? CONVERT_SAW_PIPE
                                        : 0u;
    const unsigned char all[] = {(unsigned char)c->delim, '"', '\n', '\r', 0};
    for (size_t i = 0; i < sizeof all; i++)
        c->special[all[i]] = true;
    return skip;
}

static enum err finish(struct csv *c)
{
    if (c->state == QUOTED)
        return stream_fault(c->out, CONVERT_FAULT_QUOTE_OPEN, c->row_line, "");
    TRY(end_row(c));
    if (!c->header_done) {
        c->out->flags |= CONVERT_SAW_EMPTY;
        TRY(reader_header(c->r, NULL, 0));
    }
    stream_end(c->out);
    return ERR_OK;
}

/* Reads the beginning once for this alone. What is wrong with it is told the second time. */
static enum err survey(struct csv *c, const char *s, size_t n)
{
    struct survey found = {0};
    struct stream_out nowhere, *out = c->out;
    c->skip = c->r->options->skip;
    if (c->skip || c->r->options->header != CONVERT_AUTO)
        return ERR_OK;
    TRY(stream_out_init(&nowhere, -2, NULL));
    c->out = &nowhere;
    c->survey = &found;
    enum err e = feed(c, s, n);
    stream_out_done(&nowhere);
    c->out = out;
    c->survey = NULL;
    c->skip = survey_skip(&found);
    c->state = CELL_START;
    c->after_cr = c->full = false;
    c->line = c->row_line = 1;
    c->n = 0;
    c->fault = CONVERT_FAULT_NONE;
    buf_clear(&c->text);
    return e == ERR_NOMEM ? e : ERR_OK;
}

static enum err read_all(struct csv *c, struct text *t, char *chunk)
{
    size_t have = 0, got;
    do {
        TRY(text_read(t, chunk + have, CHUNK - have, &got));
        have += got;
    } while (got && CHUNK - have >= 4096);
    size_t skip = choose_delimiter(c, chunk, have);
    TRY(survey(c, chunk + skip, have - skip));
    while (have) {
        TRY(feed(c, chunk + skip, have - skip));
        skip = 0;
        TRY(text_read(t, chunk, CHUNK, &have));
        if (c->out->broken)
            return ERR_CANCELLED;
    }
    return finish(c);
}

enum err csv_read(struct reader *r)
{
    AUTO(mem_freep) struct csv *c = mem_alloc(sizeof *c);
    AUTO(mem_freep) char *chunk = mem_alloc(CHUNK);
    if (!c || !chunk)
        return ERR_NOMEM;
    c->r = r;
    c->out = r->out;
    c->line = c->row_line = 1;
    c->text = buf_init(CONVERT_ROW_MOST + CONVERT_COLUMNS_MOST + 1);
    c->decoded = buf_init(CONVERT_ROW_MOST * 3);
    struct text t;
    text_init(&t, r->source, r->out, r->options->encoding);
    enum err e = read_all(c, &t, chunk);
    buf_done(&c->text);
    buf_done(&c->decoded);
    return e;
}
