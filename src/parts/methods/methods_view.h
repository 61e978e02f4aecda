/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of the part see. */
#pragma once

#include "core/page.h"

struct methods_choice {
    const char *name, *unit, *fallback, *help;
};

struct methods_page_view {
    struct page page;
    const char *code; /* "gistar" */
    const char *about;
    const char *source;
    const char *command; /* "samsyn analyse gistar --help"; NULL: no method of the command */
    const struct methods_choice *choices;
    size_t n_choices;
    const char *list_href;
};

struct methods_entry {
    const char *code, *question, *href;
};

struct methods_list_view {
    struct page page;
    const struct methods_entry *entries;
    size_t n_entries;
    const struct methods_entry *others;
    size_t n_others;
};
