/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/method only: what the templates show. */
#pragma once

#include "core/page.h"

struct method_page {
    struct page page;
    const char *question, *how, *limits;
};

struct method_line {
    const char *name, *title, *question;
};

struct method_list {
    struct page page;
    const struct method_line *rows;
    size_t n_rows;
};
