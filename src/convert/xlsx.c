/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One sheet of a workbook (ECMA-376), streamed. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/xlsx_book.h"

#define FILE_MOST (64u * 1024 * 1024)
#define EXTRA_COLUMNS 8u /* the sheet's own word for its width is believed this far */
#define VALUE_MOST (CONVERT_CELL_MOST + 1)

enum type { NUMBER, SHARED, BOOLEAN, TEXT };

struct sheet {
    struct xlsx_book book;
    struct xml *x;
    bool header_done;
    struct survey *survey; /* while the row of the names is being looked for */
    uint64_t skip;
    size_t width;    /* columns of the header */
    size_t declared; /* columns the sheet says it has */
    uint64_t row;
    size_t column; /* of the cell being read, from 0 */
    enum type type;
    size_t format;
    bool collecting;
    unsigned phonetic;
    struct buf value;
    struct buf text; /* the cells of the row */
    uint32_t begin[CONVERT_COLUMNS_MOST], length[CONVERT_COLUMNS_MOST];
    size_t used; /* columns of this row, up to the last that is not empty */
    enum convert_fault fault;
    int fault_column;
    struct stream_cell cells[CONVERT_COLUMNS_MOST];
};

/* "BC12" -> 54; SIZE_MAX when it is none. */
static size_t column_of(const char *ref)
{
    size_t n = 0;
    for (; *ref >= 'A' && *ref <= 'Z'; ref++) {
        n = n * 26 + (size_t)(*ref - 'A' + 1);
        if (n > 16384)
            return SIZE_MAX;
    }
    return n ? n - 1 : SIZE_MAX;
}

static void mark(struct sheet *s, enum convert_fault fault, int column)
{
    if (s->fault)
        return;
    s->fault = fault;
    s->fault_column = column;
}

/* ---- one row ---- */

static void cells_of_row(struct sheet *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool here = i < s->used;
        s->cells[i].s = here ? buf_text(&s->text) + s->begin[i] : NULL;
        s->cells[i].len = here ? s->length[i] : 0;
    }
}

static enum err send_header(struct sheet *s, bool *used)
{
    struct reader *r = s->book.r;
    if (s->fault)
        return stream_fault(s->book.out,
                            s->fault == CONVERT_FAULT_ROW_LONG ? CONVERT_FAULT_COLUMNS : s->fault,
                            s->row, "");
    size_t most = s->used + EXTRA_COLUMNS;
    s->width = s->declared > s->used ? s->declared : s->used;
    if (s->width > most)
        s->width = most;
    if (s->width > CONVERT_COLUMNS_MOST)
        s->width = CONVERT_COLUMNS_MOST;
    cells_of_row(s, s->width);
    enum convert_choice choice = r->options->header;
    *used = choice == CONVERT_AUTO ? reader_is_header(s->cells, s->used) : choice == CONVERT_YES;
    s->header_done = true;
    r->out->names_row = *used ? (uint32_t)s->row : 0;
    return reader_header(r, *used ? s->cells : NULL, s->width);
}

static enum err refuse_row(struct sheet *s)
{
    struct buf raw = buf_init(CONVERT_ROW_MOST * 2);
    cells_of_row(s, s->used);
    for (size_t i = 0; i < s->used; i++) {
        if (i)
            buf_putc(&raw, '\t');
        buf_add(&raw, s->cells[i].s, s->cells[i].len);
    }
    enum err e = buf_err(&raw);
    if (!e)
        stream_problem(s->book.out, s->row, s->fault, s->fault_column, buf_text(&raw), raw.len);
    buf_done(&raw);
    return e;
}

static enum err use_row(struct sheet *s)
{
    TRY(buf_err(&s->text));
    if (!s->used || s->row <= s->skip)
        return ERR_OK;
    if (s->survey) {
        cells_of_row(s, s->used);
        return survey_row(s->survey, s->row, s->cells, s->used) ? ERR_OK : ERR_CANCELLED;
    }
    if (!s->header_done) {
        bool used;
        TRY(send_header(s, &used));
        if (used)
            return ERR_OK;
    }
    if (s->used > s->width)
        mark(s, CONVERT_FAULT_ROW_LONG, -1);
    if (s->fault)
        return refuse_row(s);
    cells_of_row(s, s->width);
    stream_row(s->book.out, s->row, s->cells, NULL, 0);
    return ERR_OK;
}

/* ---- one cell ---- */

static unsigned hex(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
}

/* "_x000D_": a character that XML cannot hold. */
static bool escaped(const char *p, size_t n, uint32_t *cp)
{
    if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
        return false;
    *cp = 0;
    for (int i = 2; i < 6; i++) {
        if (hex(p[i]) > 15)
            return false;
        *cp = *cp << 4 | hex(p[i]);
    }
    return *cp && !(*cp >= 0xD800 && *cp <= 0xDFFF);
}

static void put_text(struct sheet *s, const char *p, size_t n)
{
    uint32_t cp;
    if (!n || !memchr(p, '_', n)) {
        buf_add(&s->text, p, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char out[4];
        if (escaped(p + i, n - i, &cp)) {
            buf_add(&s->text, out, utf8_put(cp, out));
            i += 6;
        } else {
            buf_putc(&s->text, p[i]);
        }
    }
}

/* Fifteen digits are what a spreadsheet has; 1.1000000000000001 was typed as 1.1. */
static void put_number(struct sheet *s)
{
    const char *v = buf_text(&s->value);
    char text[XLSX_DATE_TEXT];
    double number;
    if (strspn(v, "-0123456789") == s->value.len || !str_to_double(v, &number)) {
        if (s->value.len && str_to_double(v, &number) &&
            xlsx_date_text(number, xlsx_kind_of(&s->book, s->format), s->book.from_1904, text))
            buf_puts(&s->text, text);
        else
            buf_add(&s->text, v, s->value.len);
        return;
    }
    if (!xlsx_date_text(number, xlsx_kind_of(&s->book, s->format), s->book.from_1904, text))
        snprintf(text, sizeof text, "%.15g", number);
    buf_puts(&s->text, text);
}

static void put_shared(struct sheet *s)
{
    struct stream_cell cell;
    int64_t i;
    if (!s->value.len)
        return;
    if (!str_to_int(buf_text(&s->value), &i) || i < 0 || !xlsx_string(&s->book, (size_t)i, &cell)) {
        xml_stop(s->x, stream_fault(s->book.out, CONVERT_FAULT_SHAPE, s->row, "shared string"));
        return;
    }
    put_text(s, cell.s, cell.len);
}

static void put_value(struct sheet *s)
{
    switch (s->type) {
    case SHARED:
        put_shared(s);
        break;
    case BOOLEAN:
        buf_puts(&s->text, str_eq(buf_text(&s->value), "1") ? "true" : "false");
        break;
    case NUMBER:
        put_number(s);
        break;
    case TEXT:
        put_text(s, buf_text(&s->value), s->value.len);
        break;
    }
}

static void end_cell(struct sheet *s)
{
    size_t begin = s->text.len;
    if (s->value.len && s->text.len < CONVERT_ROW_MOST)
        put_value(s);
    else if (s->value.len)
        mark(s, CONVERT_FAULT_ROW_SIZE, -1);
    size_t n = s->text.len - begin;
    if (n && s->column >= CONVERT_COLUMNS_MOST) {
        mark(s, CONVERT_FAULT_ROW_LONG, -1);
    } else if (n) {
        while (s->used <= s->column)
            s->length[s->used++] = 0;
        s->begin[s->column] = (uint32_t)begin;
        s->length[s->column] = (uint32_t)n;
        if (n > CONVERT_CELL_MOST)
            mark(s, CONVERT_FAULT_CELL_SIZE, (int)s->column);
    }
    if (s->text.len > CONVERT_ROW_MOST)
        mark(s, CONVERT_FAULT_ROW_SIZE, -1);
    s->column++;
}

static void begin_cell(struct sheet *s, const char **attributes)
{
    const char *ref = xml_attribute(attributes, "r"), *type = xml_attribute(attributes, "t");
    const char *format = xml_attribute(attributes, "s");
    int64_t number;
    if (ref)
        s->column = column_of(ref);
    s->type = !type || str_eq(type, "n") ? NUMBER
              : str_eq(type, "s")        ? SHARED
              : str_eq(type, "b")        ? BOOLEAN
                                         : TEXT;
    s->format = format && str_to_int(format, &number) && number >= 0 ? (size_t)number : 0;
    buf_clear(&s->value);
    if (s->column == SIZE_MAX)
        xml_stop(s->x, stream_fault(s->book.out, CONVERT_FAULT_SHAPE, s->row, "cell reference"));
}

static void begin_row(struct sheet *s, const char **attributes)
{
    const char *ref = xml_attribute(attributes, "r");
    int64_t number;
    uint64_t next = s->row + 1;
    if (ref && str_to_int(ref, &number) && number > 0)
        next = (uint64_t)number;
    s->row = next;
    s->column = 0;
    s->used = 0;
    s->fault = CONVERT_FAULT_NONE;
    buf_clear(&s->text);
}

/* ---- elements ---- */

static void on_start(void *arg, const char *name, const char **attributes)
{
    struct sheet *s = arg;
    if (str_eq(name, "row")) {
        begin_row(s, attributes);
    } else if (str_eq(name, "c")) {
        begin_cell(s, attributes);
    } else if (str_eq(name, "v") || str_eq(name, "t")) {
        s->collecting = s->phonetic == 0;
    } else if (str_eq(name, "rPh")) {
        s->phonetic++;
    } else if (str_eq(name, "dimension")) {
        const char *ref = xml_attribute(attributes, "ref");
        const char *colon = ref ? strchr(ref, ':') : NULL;
        size_t last = colon ? column_of(colon + 1) : SIZE_MAX;
        s->declared = last == SIZE_MAX ? 0 : last + 1;
    }
}

static void on_end(void *arg, const char *name)
{
    struct sheet *s = arg;
    if (str_eq(name, "v") || str_eq(name, "t")) {
        s->collecting = false;
    } else if (str_eq(name, "rPh")) {
        s->phonetic -= s->phonetic > 0;
    } else if (str_eq(name, "c")) {
        end_cell(s);
    } else if (str_eq(name, "row")) {
        enum err e = use_row(s);
        if (e)
            xml_stop(s->x, e);
    }
}

static void on_text(void *arg, const char *text, size_t n)
{
    struct sheet *s = arg;
    if (!s->collecting)
        return;
    size_t room = VALUE_MOST - s->value.len;
    buf_add(&s->value, text, n < room ? n : room);
    if (buf_err(&s->value))
        xml_stop(s->x, buf_err(&s->value));
}

/* Reads the beginning once for this alone. What is wrong with it is told the second time. */
static enum err survey(struct sheet *s, const struct xml_handler *h)
{
    struct survey found = {0};
    struct stream_out nowhere, *out = s->book.out;
    uint64_t unpacked = s->book.unpacked;
    s->skip = s->book.r->options->skip;
    if (s->skip || s->book.r->options->header != CONVERT_AUTO)
        return ERR_OK;
    TRY(stream_out_init(&nowhere, -2, NULL));
    s->book.out = &nowhere;
    s->survey = &found;
    enum err e = xlsx_part(&s->book, s->book.sheet_path, h, &s->x);
    stream_out_done(&nowhere);
    s->book.out = out;
    s->book.unpacked = unpacked;
    s->survey = NULL;
    s->skip = survey_skip(&found);
    s->row = 0;
    s->collecting = false;
    s->phonetic = 0;
    return e == ERR_NOMEM ? e : ERR_OK;
}

static enum err read_sheet(struct sheet *s, struct reader *r, const struct buf *file)
{
    struct xml_handler h = {on_start, on_end, on_text, s};
    TRY(xlsx_book_open(&s->book, r, buf_text(file), file->len));
    TRY(survey(s, &h));
    enum err e = xlsx_part(&s->book, s->book.sheet_path, &h, &s->x);
    if (e == ERR_NOTFOUND)
        return stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, s->book.sheet_path);
    TRY(e);
    if (!s->header_done) {
        r->out->flags |= CONVERT_SAW_EMPTY;
        TRY(reader_header(r, NULL, 0));
    }
    stream_end(r->out);
    return ERR_OK;
}

enum err xlsx_read(struct reader *r)
{
    struct buf file;
    TRY(source_all(r->source, FILE_MOST, &file));
    enum err e = ERR_NOMEM;
    struct sheet *s = mem_alloc(sizeof *s);
    if (s) {
        s->value = buf_init(VALUE_MOST);
        s->text = buf_init(CONVERT_ROW_MOST + 8 * VALUE_MOST);
        e = read_sheet(s, r, &file);
        buf_done(&s->value);
        buf_done(&s->text);
        xlsx_book_done(&s->book);
    }
    mem_free(s);
    buf_done(&file);
    return e;
}
