/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The stream between the reader (samsyn-convert) and the program that started it.
 *
 * Magic, then frames: type (1 byte), length (4 bytes), payload. Numbers are little-endian, text is
 * length, bytes and a NUL; length 0 is no text and has no NUL.
 *
 *     H  format u8, sandbox u8, columns u16, flags u32, row of the names u32, sheets u16, names,
 *        names of the sheets
 *     R  number u64, cells, length of WKB u32, WKB
 *     X  number u64, fault u8, column u16 (0xFFFF: none), raw text
 *     P  bytes of the input consumed u64
 *     E  rows u64, problems u64, flags u32: the end
 *     F  fault u8, position u64, detail: the end
 *
 * The writing side trusts its caller, the reading side trusts nothing. */
#pragma once

#include "base/buf.h"
#include "convert/convert.h"

#define STREAM_MAGIC "SAMSYN1\n"
#define STREAM_MAGIC_LEN 8
#define STREAM_DETAIL_MOST 200u

struct stream_cell {
    const char *s; /* need not end with a NUL; without NUL inside; valid UTF-8 */
    size_t len;    /* 0: nothing there */
};

/* ---- writing ---- */

struct stream_out {
    int fd; /* -1: into `memory` (tests); -2: nowhere (fuzzing) */
    struct buf *memory;
    char *buffer; /* STREAM_BUFFER bytes */
    size_t used;
    size_t columns;
    bool header_sent;
    bool ended;
    bool broken; /* nobody reads any more */
    uint32_t flags;
    uint32_t names_row;               /* set before the header */
    const struct stream_cell *sheets; /* the same */
    size_t n_sheets;
    uint64_t rows, problems;
    uint64_t consumed; /* of the input; kept by the source, sent now and then */
};

#define STREAM_BUFFER (128u * 1024)

/* ERR_NOMEM */
NODISCARD enum err stream_out_init(struct stream_out *o, int fd, struct buf *memory);
void stream_out_done(struct stream_out *o);
/* Once, before any row. Names: not empty, unique, at most CONVERT_COLUMNS_MOST. */
void stream_header(struct stream_out *o, enum convert_format format, uint32_t sandbox,
                   const struct stream_cell *names, size_t n);
/* Exactly as many cells as columns. Ceilings are the caller's to keep. */
void stream_row(struct stream_out *o, uint64_t number, const struct stream_cell *cells,
                const void *wkb, size_t wkb_len);
/* `raw` may be broken or long: it is repaired and cut here. column -1: the whole row. */
void stream_problem(struct stream_out *o, uint64_t number, enum convert_fault fault, int column,
                    const char *raw, size_t raw_len);
void stream_end(struct stream_out *o);
/* The job cannot go on. Returns ERR_INVALID, so that a reader writes `return stream_fault(...)`.
 * Only the first counts. */
enum err stream_fault(struct stream_out *o, enum convert_fault fault, uint64_t position,
                      const char *detail);

/* ---- reading ---- */

struct stream_in;

/* Reads from fd (which stays the caller's), or from n bytes of memory when fd is -1. */
struct stream_in *stream_in_new(int fd, const void *data, size_t n); /* NULL: out of memory */
void stream_in_free(struct stream_in *in);
/* As convert_header() and convert_next(). ERR_INVALID with stream_error()->fault STREAM for
 * anything that breaks the rules, CRASHED when the stream stops before its end. */
NODISCARD enum err stream_in_header(struct stream_in *in, const struct convert_header **out);
NODISCARD enum err stream_in_next(struct stream_in *in, const struct convert_item **out);
const struct convert_error *stream_in_error(const struct stream_in *in);
struct convert_totals stream_in_totals(const struct stream_in *in);
uint64_t stream_in_consumed(const struct stream_in *in);

/* ---- text, used by both ---- */

/* Valid UTF-8 without NUL; fast for ASCII. */
bool stream_text_valid(const char *s, size_t n);
