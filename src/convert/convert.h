/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading what people bring: a file goes in, rows of text come out.
 *
 * The file is parsed by another program, samsyn-convert, which can neither open files nor reach a
 * network, and which ends with the file. What it writes is checked here as if a stranger had sent
 * it. Nothing is written to disk, and memory does not grow with the file.
 *
 *     struct convert_options o = {.format = CONVERT_CSV, .path = path};
 *     TRY(convert_start(&o, &job));
 *     TRY(convert_header(job, &header));
 *     while (!(e = convert_next(job, &item)) && item) ...
 *     convert_free(job);
 *
 * A job is used by one thread at a time; only convert_cancel() may be called from another. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum convert_format {
    CONVERT_NONE,
    CONVERT_CSV,
    CONVERT_XLSX,
    CONVERT_GEOJSON,
    CONVERT_GPX,
    CONVERT_GDAL,       /* GeoPackage; Shapefile as .zip or as .shp beside its .dbf, .shx, .prj */
    CONVERT_POLICE_API, /* the JSON array of polisen.se/api/events as it is served */
    CONVERT_POLICE_ARCHIVE, /* JSON lines: notices, or their revisions */
    CONVERT_FORMAT_COUNT
};

/* The name on the command line ("polisen-api"), and back; CONVERT_NONE when there is none. */
const char *convert_format_name(enum convert_format f);
enum convert_format convert_format_from_name(const char *name);

enum convert_fault {
#define FAULT(name, key) CONVERT_FAULT_##name,
#include "convert/fault_table.h"
#undef FAULT
    CONVERT_FAULT_COUNT
};

const char *convert_fault_key(enum convert_fault f); /* a key in the catalogue of texts */

enum convert_choice { CONVERT_AUTO, CONVERT_YES, CONVERT_NO };
enum convert_encoding {
    CONVERT_ENC_AUTO, /* byte order mark; else UTF-8, and a row that is not is Windows-1252 */
    CONVERT_ENC_UTF8,
    CONVERT_ENC_CP1252,
    CONVERT_ENC_UTF16LE,
    CONVERT_ENC_UTF16BE
};

/* Ceilings of every format. */
#define CONVERT_COLUMNS_MOST 512
#define CONVERT_CELL_MOST (64u * 1024)
#define CONVERT_ROW_MOST (1024u * 1024)
#define CONVERT_WKB_MOST (16u * 1024 * 1024)
#define CONVERT_SHEETS_MOST 200u
#define CONVERT_SHEET_NAME_MOST 200u /* bytes */

struct convert_options {
    enum convert_format format;
    const char *path; /* a regular file or a pipe; or NULL, and then fd */
    int fd;           /* at its beginning; stays the caller's, but is read from */
    char delimiter;   /* CSV: 0 finds out among ; , tab | */
    enum convert_choice header;
    enum convert_encoding encoding;
    const char *sheet; /* XLSX sheet or GDAL layer; NULL is the first */
    unsigned skip;     /* CSV, XLSX: rows above the header that are passed over. 0 with header
                          AUTO: a title above the table is found and passed over */
};

/* What the reader saw; more bits may come until the end of the file. */
#define CONVERT_SAW_HEADER 0x0001u /* names come from the first row, not from counting */
#define CONVERT_SAW_EMPTY 0x0002u  /* nothing in the file: no error, and no rows */
#define CONVERT_SAW_BOM 0x0004u
#define CONVERT_SAW_UTF16 0x0008u
#define CONVERT_SAW_CP1252 0x0010u   /* at least one row was read as Windows-1252 */
#define CONVERT_SAW_REPLACED 0x0020u /* broken characters became U+FFFD */
#define CONVERT_SAW_COMPRESSED 0x0040u
#define CONVERT_SAW_1904 0x0080u        /* spreadsheet that counts days from 1904 */
#define CONVERT_SAW_CRS_GUESSED 0x0100u /* no reference system in the file; told by the numbers */
#define CONVERT_SAW_REVISIONS 0x0200u   /* archive of revisions, not of notices */
#define CONVERT_SAW_SEMICOLON 0x1000u   /* which separator a CSV file has */
#define CONVERT_SAW_COMMA 0x2000u
#define CONVERT_SAW_TAB 0x4000u
#define CONVERT_SAW_PIPE 0x8000u

/* How locked up the reader is. */
#define CONVERT_SANDBOX_PRIVS 0x01u    /* no_new_privs, not dumpable */
#define CONVERT_SANDBOX_LIMITS 0x02u   /* memory, time, no files written */
#define CONVERT_SANDBOX_LANDLOCK 0x04u /* the kernel has it: no path at all */
#define CONVERT_SANDBOX_SECCOMP 0x08u  /* allow-list of system calls */

struct convert_header {
    enum convert_format format;
    uint32_t flags;   /* CONVERT_SAW_ */
    uint32_t sandbox; /* CONVERT_SANDBOX_ */
    size_t columns;
    const char *const *names; /* unique, never empty; "1", "2", ... when the file has none */
    uint32_t names_row;       /* CSV, XLSX: the row they stand in; 0: none, or not told by rows */
    size_t n_sheets;          /* XLSX, GDAL: what can be chosen with options.sheet */
    const char *const *sheets;
};

enum convert_kind {
    CONVERT_ROW,
    CONVERT_PROBLEM, /* a row that is not handed on, and why */
};

struct convert_item {
    enum convert_kind kind;
    uint64_t number; /* where to look: line of a text file, row of a sheet, place in an array */
    /* CONVERT_ROW: header.columns cells. Text is valid UTF-8 and never empty: NULL is "nothing". */
    const char *const *cells;
    const uint8_t *wkb; /* SWEREF 99 TM, as geo_wkb_read() takes it; NULL without geometry */
    size_t wkb_len;
    /* CONVERT_PROBLEM */
    enum convert_fault fault;
    int column;      /* from 0; -1 when it is the row as a whole */
    const char *raw; /* the row as it stood, at most CONVERT_CELL_MOST bytes; "" when unknown */
};

struct convert_error {
    enum convert_fault fault;
    uint64_t position;  /* line, row or entry where reading stopped; 0 when unknown */
    const char *detail; /* what a library or the system said, English; may be "" */
};

struct convert_totals {
    uint64_t rows, problems;
    uint32_t flags;
};

struct convert_job;

/* Opens the file and starts the reader. The options are copied. ERR_NOTFOUND, ERR_FORBIDDEN or
 * ERR_IO when the file cannot be opened, ERR_USAGE for options that fit no format. That
 * samsyn-convert is not found (SAMSYN_CONVERT, beside this program, libexecdir) or cannot be
 * started is a fault that convert_header() tells: CONVERT_FAULT_PROGRAM. */
NODISCARD enum err convert_start(const struct convert_options *o, struct convert_job **out);
/* Waits for the columns. Belongs to the job. ERR_INVALID when the file cannot be read: see
 * convert_error(). Everything stays valid until convert_free(). */
NODISCARD enum err convert_header(struct convert_job *job, const struct convert_header **out);
/* The next row or problem, valid until the next call; *out is NULL at the end. ERR_INVALID when
 * the file cannot be read further (the rows before it were sound): see convert_error().
 * ERR_CANCELLED after convert_cancel(). An error stays. */
NODISCARD enum err convert_next(struct convert_job *job, const struct convert_item **out);
/* After ERR_INVALID: why. Belongs to the job. */
const struct convert_error *convert_error(const struct convert_job *job);
/* After the end; before it, what has been counted so far. */
struct convert_totals convert_totals(const struct convert_job *job);
/* Bytes of the input that have been read, and how many there are (0 when unknown). */
void convert_progress(const struct convert_job *job, uint64_t *done, uint64_t *total);
/* Ends the reader; from any thread. */
void convert_cancel(struct convert_job *job);
/* Ends the reader if it still runs, waits for it, frees. NULL is fine. */
void convert_free(struct convert_job *job);
void convert_freep(struct convert_job **job);
