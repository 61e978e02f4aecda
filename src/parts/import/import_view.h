/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of parts/import draw. Everything is borrowed. */
#pragma once

#include "core/page.h"

struct import_list_row {
    const char *name, *state, *result;
    const char *rejects_href; /* NULL: none were refused */
    const char *undo_href;
    msec at;
    int64_t added;
};

struct import_job_line {
    const char *title, *state, *href;
    msec at;
};

struct import_list_view {
    struct page page;
    struct page_field file;
    const char *action;
    const struct import_list_row *rows;
    size_t n_rows;
    const struct import_job_line *jobs;
    size_t n_jobs;
};

struct import_cell {
    const char *text;
};

struct import_cells {
    const struct import_cell *cells;
    size_t n_cells;
};

struct import_columns_view {
    struct page page;
    const char *action;
    const char *again_action; /* reads the file from another sheet or row */
    const char *lead;
    const struct page_field *columns; /* a select for each column */
    size_t n_columns;
    const struct import_cells *rows; /* the first rows */
    size_t n_rows;
    const char *wide;       /* not all columns are shown */
    const char *names_said; /* which row the names were found in, when it is not the first */
    struct page_field saved, format, until_format, precision, outside, source, name;
    struct page_field sheet, row;
    bool any_saved, any_sheets, any_row;
    bool names_lost; /* no names, or no date, were found: probably another row or sheet */
};

struct import_types_view {
    struct page page;
    const char *action;
    const struct page_field *words;
    size_t n_words;
};

struct import_line {
    const char *text;
};

struct import_job_view {
    struct page page;
    struct page_progress progress;
    bool running;
    const char *problem;
    const struct import_line *lines; /* of the report */
    size_t n_lines;
    const struct import_line *refused;
    size_t n_refused;
    const char *rejects_href;
    bool persons; /* the dry run found texts that may point at somebody */
    const char *person_lead;
    const struct import_line *person_lines;
    size_t n_person_lines;
    bool file_fault;    /* the same file never gets further: going on would be no help */
    bool words_unknown; /* the file has words for types that nobody has translated */
    const char *types_href;
    const char *start_action; /* after a dry run: import for real */
    const char *again_action; /* after an interruption: go on */
    const char *columns_href; /* change how the file is read */
    const char *list_href;
};
