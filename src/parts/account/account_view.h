/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of parts/account draw. Everything is borrowed. */
#pragma once

#include "base/id.h"
#include "core/page.h"

struct login_view {
    struct page page;
    struct page_field email, password;
    const char *to;
};

struct code_view {
    struct page page;
    struct page_field code;
    const char *to;
};

struct start_row {
    const char *name, *href;
};

struct start_view {
    struct page page;
    const struct start_row *rows;
    size_t n_rows;
};
