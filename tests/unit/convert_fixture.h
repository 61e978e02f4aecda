/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a reader makes of some bytes, as text that a test can compare:
 *
 *     [place|date]            columns
 *     2: Hova|-               row 2, its second cell is nothing
 *     !3 fault_row_short      a problem with row 3, its column and its raw text
 *     fault_json 1            the file as a whole, or
 *     end 1 1                 rows and problems
 */
#pragma once

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "convert/readers.h"

static char dump_text[1 << 16];

static void dump_item(struct buf *b, const struct convert_header *h, const struct convert_item *it)
{
    if (it->kind == CONVERT_PROBLEM) {
        buf_printf(b, "!%llu %s", (unsigned long long)it->number, convert_fault_key(it->fault));
        if (it->column >= 0)
            buf_printf(b, " col %d", it->column);
        buf_printf(b, " <%.200s>\n", it->raw);
        return;
    }
    buf_printf(b, "%llu: ", (unsigned long long)it->number);
    for (size_t i = 0; i < h->columns; i++)
        buf_printf(b, "%s%.200s", i ? "|" : "", it->cells[i] ? it->cells[i] : "-");
    if (it->wkb) {
        buf_puts(b, " ");
        for (size_t i = 0; i < it->wkb_len && i < 64; i++)
            buf_printf(b, "%02x", it->wkb[i]);
    }
    buf_putc(b, '\n');
}

static __attribute__((unused)) uint32_t dump_flags;
static __attribute__((unused)) uint64_t dump_names_row;
static __attribute__((unused)) char dump_sheets[200]; /* "Blad1|Blad2|" */

/* The text of a stream. Valid until the next call. */
static const char *dump_stream(const char *data, size_t n)
{
    struct stream_in *in = stream_in_new(-1, data, n);
    struct buf b = buf_init(sizeof dump_text - 1);
    const struct convert_header *h;
    const struct convert_item *it = NULL;
    enum err e = stream_in_header(in, &h);
    dump_names_row = 0;
    dump_sheets[0] = 0;
    if (!e) {
        dump_names_row = h->names_row;
        for (size_t i = 0; i < h->n_sheets; i++)
            snprintf(dump_sheets + strlen(dump_sheets), sizeof dump_sheets - strlen(dump_sheets),
                     "%.40s|", h->sheets[i]);
        buf_putc(&b, '[');
        for (size_t i = 0; i < h->columns; i++)
            buf_printf(&b, "%s%s", i ? "|" : "", h->names[i]);
        buf_puts(&b, "]\n");
    }
    while (!e && !(e = stream_in_next(in, &it)) && it)
        dump_item(&b, h, it);
    struct convert_totals t = stream_in_totals(in);
    const struct convert_error *error = stream_in_error(in);
    if (e)
        buf_printf(&b, "%s %llu\n", convert_fault_key(error->fault),
                   (unsigned long long)error->position);
    else
        buf_printf(&b, "end %llu %llu\n", (unsigned long long)t.rows,
                   (unsigned long long)t.problems);
    dump_flags = t.flags;
    snprintf(dump_text, sizeof dump_text, "%s", buf_text(&b));
    buf_done(&b);
    stream_in_free(in);
    return dump_text;
}

/* Runs a reader here, without sandbox. */
static __attribute__((unused)) const char *dump(const struct convert_options *o, const void *data,
                                                size_t n)
{
    struct stream_out out;
    struct buf memory = buf_init(256u << 20);
    if (stream_out_init(&out, -1, &memory))
        abort();
    (void)reader_run(o, 0, &(struct reader_input){-1, data, n, NULL}, &out);
    const char *text = dump_stream(buf_text(&memory), memory.len);
    stream_out_done(&out);
    buf_done(&memory);
    return text;
}

/* The same for a text, and for a file of tests/data/convert. */
static __attribute__((unused)) const char *dump_as(enum convert_format f, const char *s)
{
    struct convert_options o = {.format = f};
    return dump(&o, s, strlen(s));
}

static __attribute__((unused)) struct buf load_file(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/convert/%s", TEST_DATA, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("missing %s", path);
    struct buf b = buf_init(64u << 20);
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&b, chunk, got);
    fclose(f);
    return b;
}

static __attribute__((unused)) const char *dump_file(enum convert_format f, const char *name)
{
    struct convert_options o = {.format = f};
    struct buf b = load_file(name);
    const char *text = dump(&o, buf_text(&b), b.len);
    buf_done(&b);
    return text;
}

/* The n-th allocation fails, for every n: the reader must end, and say so, and leak nothing. */
static __attribute__((unused)) void survive_allocation_failures(const struct convert_options *o,
                                                                const void *data, size_t n)
{
    for (long k = 0;; k++) {
        struct stream_out out;
        struct buf memory = buf_init(64u << 20);
        mem_fail_at(k);
        enum err e = stream_out_init(&out, -2, NULL);
        if (!e) {
            e = reader_run(o, 0, &(struct reader_input){-1, data, n, NULL}, &out);
            stream_out_done(&out);
        }
        bool failed = mem_failed();
        mem_fail_at(-1);
        buf_done(&memory);
        if (!failed) {
            CHECK_INT(e, ERR_OK);
            return;
        }
    }
}
