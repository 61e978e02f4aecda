/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of the tests show. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/id.h"

enum show_kind { SHOW_POINT = 1, SHOW_AREA = 2 };

struct show_place {
    const char *text;
};

struct show_cell {
    int value;
};

struct show_row {
    const char *name;
    struct show_cell *cells;
    int n_cells;
    bool chosen;
    enum show_kind kind;
    const struct show_place *where;
};

struct show_view {
    const char *s;
    const char *url;
    char room[16];
    int n;
    uint64_t big;
    bool yes;
    double x;
    msec at;
    struct date day;
    struct id id;
    struct show_place place;
    const struct show_row *rows;
    size_t n_rows;
    const char *const *tags;
    size_t n_tags;
    enum show_kind kind;
};
