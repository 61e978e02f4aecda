/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of parts/startkit draw. Everything is borrowed. */
#pragma once

#include "core/page.h"

struct startkit_step {
    int number;
    const char *key; /* of the form that says "done"; NULL: the program sees it by itself */
    const char *title, *what, *state;
    const char *href, *label;
    bool done;
    bool wait; /* not done, and nothing stops for it */
    bool said; /* done because a person said so: can be taken back */
    bool next;
};

struct startkit_list_view {
    struct page page;
    const struct startkit_step *steps;
    size_t n_steps;
    struct startkit_step next; /* href NULL: all is done */
    const char *action;
    const char *drill_href; /* an exercise before it is real */
    struct page_notice
        notice;           /* what is printed would carry a bad address; text NULL: a good one */
    const char *progress; /* "4 av 9 steg är klara" */
};

struct startkit_poster_line {
    const char *title, *text, *href, *label;
};

struct startkit_posters_view {
    struct page page;
    struct page_notice notice;
    const struct startkit_poster_line *rows;
    size_t n_rows;
};

struct startkit_poster_view {
    struct page page;
    struct page_notice notice;
    const char *who;      /* the municipality */
    const char *call;     /* what the poster says, in the largest letters */
    const char *alarm;    /* "Ring 112 vid pågående brott" */
    const char *not_that; /* what this is not */
    const char *address;  /* in clear text, without https:// */
    struct page_qr qr;
    const char *const *lines;
    size_t n_lines;
    const char *how_title;
    const char *const *how;
    size_t n_how;
};
