/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw: a list, a form, or the overview. Every page of the settings is
 * one of the three. Everything is borrowed. */
#pragma once

#include "core/page.h"

struct settings_card { /* one page of the settings, on the overview */
    const char *href;
    const char *title;
    const char *what;  /* what it is for */
    const char *state; /* "12 organisationer, 1 vilande"; NULL: nothing to tell */
};

struct settings_overview_view {
    struct page page;
    const struct settings_card *cards;
    size_t n_cards;
};

struct settings_cell {
    const char *label; /* of its column, for phones */
    const char *text;
    const char *href;
    const char *sub; /* a second, grey line */
    const char *tag;
    bool head; /* names the row */
    bool num;
};

struct settings_row {
    struct settings_cell *cells;
    size_t n_cells;
};

struct settings_head {
    const char *label;
    bool num;
};

enum settings_field_kind {
    SETTINGS_TEXT,
    SETTINGS_SELECT,
    SETTINGS_RADIO,
    SETTINGS_CHECKBOX,
    SETTINGS_DATE,
    SETTINGS_FILE,
};

struct settings_field {
    enum settings_field_kind kind;
    struct page_field field;
};

#define SETTINGS_FIELDS_MOST 12

/* A button of its own beside or below a form: what it does is one POST. */
struct settings_button {
    const char *action;
    const char *label;
    const char *text;    /* what happens, said before the button */
    const char *confirm; /* heading of the question asked first; NULL: none is asked */
    bool careful;        /* cannot be undone */
};

struct settings_list_view {
    struct page page;
    const struct page_notice *notices;
    size_t n_notices;
    bool has_filter;
    struct page_filter filter;
    struct settings_field filters[SETTINGS_FIELDS_MOST];
    size_t n_filters;
    const char *sentence;
    const struct settings_head *heads;
    size_t n_heads;
    struct settings_row *rows;
    size_t n_rows;
    struct page_empty empty;
    struct page_pager pager;
    bool has_pager;
    struct page_link links[6]; /* quiet ways on */
    size_t n_links;
    struct settings_button button; /* action NULL: none */
    bool has_map;
    struct page_map map;
};

struct settings_form_view {
    struct page page;
    const char *action;
    const char *submit;
    const char *look; /* a second button, which sends "look": shows the form again; NULL: none */
    const char *cancel_href;
    bool upload; /* carries a file */
    const struct page_notice *notices;
    size_t n_notices;
    struct page_facts facts;
    struct page_hidden hidden[6];
    size_t n_hidden;
    struct settings_field fields[SETTINGS_FIELDS_MOST];
    size_t n_fields;
    bool has_map;
    struct page_map map;
    /* What is about to happen, row by row. */
    const char *caption;
    const struct settings_head *heads;
    size_t n_heads;
    struct settings_row *rows;
    size_t n_rows;
    struct settings_button buttons[3];
    size_t n_buttons;
    const char *files_title, *files_text; /* files to take along */
    const struct page_link *files;
    size_t n_files;
    bool has_progress;
    struct page_progress progress;
};
