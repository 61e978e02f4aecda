/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the pages of an exercise draw. Everything is borrowed. */
#pragma once

#include "core/page.h"

struct drill_letter_row {
    const char *subject, *to, *at, *body;
};

struct drill_view {
    struct page page;
    bool running;
    const char *stands, *go_label, *go_href, *end_href; /* while it goes on */
    struct page_facts facts;
    const struct drill_letter_row *letters;
    size_t n_letters;
    const char *what; /* what starting does */
    const char *action, *back;
    struct page_field people;
};

struct drill_end_view {
    struct page page;
    struct page_facts facts; /* what goes */
    const char *action, *back;
};
