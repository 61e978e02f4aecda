/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "convert/readers.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct stream_cell trim(struct stream_cell c)
{
    while (c.len && blank(c.s[0])) {
        c.s++;
        c.len--;
    }
    while (c.len && blank(c.s[c.len - 1]))
        c.len--;
    return c;
}

/* A date, a time or a number rather than a word. */
static bool is_value(struct stream_cell c)
{
    bool digit = false;
    c = trim(c);
    for (size_t i = 0; i < c.len; i++) {
        if (c.s[i] >= '0' && c.s[i] <= '9')
            digit = true;
        else if (!strchr(" .,:-+/TZ%", c.s[i]))
            return false;
    }
    return digit;
}

bool reader_is_header(const struct stream_cell *cells, size_t n)
{
    size_t values = 0, words = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_value(cells[i]))
            values++;
        else
            words += trim(cells[i]).len > 0;
    }
    return words > values;
}

bool survey_row(struct survey *s, uint64_t row, const struct stream_cell *cells, size_t n)
{
    unsigned filled = 0;
    for (size_t i = 0; i < n; i++)
        filled += trim(cells[i]).len > 0;
    if (!filled || s->n == SURVEY_ROWS)
        return s->n < SURVEY_ROWS;
    s->filled[s->n] = filled;
    s->names[s->n] = reader_is_header(cells, n);
    s->row[s->n++] = row;
    return s->n < SURVEY_ROWS;
}

uint64_t survey_skip(const struct survey *s)
{
    unsigned widest = 0;
    size_t i = 0;
    for (size_t k = 0; k < s->n; k++)
        widest = s->filled[k] > widest ? s->filled[k] : widest;
    while (i < s->n && 2 * s->filled[i] < widest + 1)
        i++;
    return i > 0 && i < s->n && s->names[i] ? s->row[i] - 1 : 0;
}

#define NAME_MOST 200u

/* A name that is not taken, in `text`. */
static enum err name_column(struct map *taken, struct stream_cell c, size_t number, char *text,
                            size_t size)
{
    int64_t used;
    char digits[24];
    c = trim(c);
    if (!c.len)
        c = (struct stream_cell){digits, (size_t)snprintf(digits, sizeof digits, "%zu", number)};
    if (c.len > NAME_MOST) {
        c.len = NAME_MOST;
        while (c.len && ((unsigned char)c.s[c.len] & 0xC0) == 0x80)
            c.len--;
    }
    snprintf(text, size, "%.*s", (int)c.len, c.s);
    for (int k = 2; map_get(taken, text, &used); k++)
        snprintf(text, size, "%.*s (%d)", (int)c.len, c.s, k);
    return map_put(taken, text, 1);
}

enum err reader_header(struct reader *r, const struct stream_cell *cells, size_t n)
{
    const size_t size = NAME_MOST + 32;
    AUTO(map_freep) struct map *taken = map_new();
    AUTO(mem_freep) char *text = mem_array(n + 1, size);
    AUTO(mem_freep) struct stream_cell *names = mem_array(n + 1, sizeof *names);
    if (!taken || !text || !names)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct stream_cell cell = cells ? cells[i] : (struct stream_cell){0};
        names[i].s = text + i * size;
        TRY(name_column(taken, cell, i + 1, text + i * size, size));
        names[i].len = strlen(names[i].s);
    }
    if (cells)
        r->out->flags |= CONVERT_SAW_HEADER;
    stream_header(r->out, r->options->format, r->sandbox, names, n);
    return ERR_OK;
}

void reader_names(struct reader *r, const char *const *names, size_t n)
{
    struct stream_cell cells[32];
    for (size_t i = 0; i < n; i++)
        cells[i] = (struct stream_cell){names[i], strlen(names[i])};
    r->out->flags |= CONVERT_SAW_HEADER;
    stream_header(r->out, r->options->format, r->sandbox, cells, n);
}

static enum err run_format(struct reader *r)
{
    switch (r->options->format) {
    case CONVERT_CSV:
        return csv_read(r);
    case CONVERT_XLSX:
        return xlsx_read(r);
    case CONVERT_GEOJSON:
        return geojson_convert(r);
    case CONVERT_GPX:
        return gpx_read(r);
    case CONVERT_POLICE_API:
        return police_api_read(r);
    case CONVERT_POLICE_ARCHIVE:
        return police_archive_read(r);
    default:
        return stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, "");
    }
}

enum err reader_run(const struct convert_options *o, uint32_t sandbox,
                    const struct reader_input *input, struct stream_out *out)
{
    struct reader r = {.options = o, .sandbox = sandbox, .out = out};
    AUTO(source_freep) struct source *source = NULL;
    enum err e = source_new(input->fd, input->data, input->n, SOURCE_MOST, out, &source);
    r.source = source;
    if (!e)
        e = input->fn ? input->fn(&r) : run_format(&r);
    if (e == ERR_NOMEM)
        stream_fault(out, CONVERT_FAULT_MEMORY, 0, "");
    else if (e == ERR_LIMIT)
        stream_fault(out, CONVERT_FAULT_TOO_LARGE, 0, "");
    else if (e && e != ERR_CANCELLED)
        stream_fault(out, CONVERT_FAULT_FORMAT, 0, err_name(e));
    return e;
}

static bool number(const char *s, int64_t most, int64_t *out)
{
    return str_to_int(s, out) && *out >= 0 && *out <= most;
}

bool reader_arguments(char **argv, struct convert_options *o)
{
    int64_t format, header, encoding, delimiter, skip;
    if (!number(argv[1], CONVERT_FORMAT_COUNT - 1, &format) ||
        !number(argv[2], CONVERT_NO, &header) || !number(argv[3], CONVERT_ENC_UTF16BE, &encoding) ||
        !number(argv[4], 127, &delimiter) || !number(argv[5], UINT32_MAX, &skip) ||
        format == CONVERT_NONE)
        return false;
    *o = (struct convert_options){.format = (enum convert_format)format,
                                  .header = (enum convert_choice)header,
                                  .encoding = (enum convert_encoding)encoding,
                                  .delimiter = (char)delimiter,
                                  .skip = (unsigned)skip,
                                  .sheet = argv[6][0] ? argv[6] : NULL};
    return true;
}
