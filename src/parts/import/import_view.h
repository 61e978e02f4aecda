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
    const char *lead;
    const struct page_field *columns; /* a select for each column */
    size_t n_columns;
    const struct import_cells *rows; /* the first rows */
    size_t n_rows;
    struct page_field saved, format, until_format, precision, outside, source, name;
    bool any_saved;
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
    const char *start_action; /* after a dry run: import for real */
    const char *again_action; /* after an interruption: go on */
    const char *columns_href; /* change how the file is read */
    const char *list_href;
};
