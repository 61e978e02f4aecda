/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the XLSX reader: the package, and what stands outside the sheet. */
#pragma once

#include "convert/readers.h"
#include "convert/xlsx_date.h"
#include "convert/xml.h"

struct zip;

struct xlsx_book {
    struct reader *r;
    struct stream_out *out;
    struct zip *zip;
    uint64_t unpacked;    /* bytes so far, of all parts */
    char book_path[256];  /* "xl/workbook.xml" */
    char sheet_path[256]; /* "xl/worksheets/sheet1.xml" */
    char strings_path[256];
    char styles_path[256];
    bool from_1904;
    struct buf sheet_names; /* those that are shown; a NUL after each */
    struct stream_cell sheets[CONVERT_SHEETS_MOST];
    struct buf strings; /* shared strings, one after another */
    struct buf ends;    /* uint32_t: where each ends */
    struct buf kinds;   /* uint8_t: enum xlsx_kind of each cell format */
};

/* Opens the package in memory (which must outlive the book) and reads all but the sheet. */
NODISCARD enum err xlsx_book_open(struct xlsx_book *b, struct reader *r, const void *data,
                                  size_t n);
void xlsx_book_done(struct xlsx_book *b);
/* Streams one part of the package through a parser. A part that is missing is ERR_NOTFOUND. The
 * parser is put in *x meanwhile, so that handlers can stop it. */
NODISCARD enum err xlsx_part(struct xlsx_book *b, const char *path, const struct xml_handler *h,
                             struct xml **x);
/* Shared string i; false when there is none. */
bool xlsx_string(const struct xlsx_book *b, size_t i, struct stream_cell *out);
enum xlsx_kind xlsx_kind_of(const struct xlsx_book *b, size_t format);
