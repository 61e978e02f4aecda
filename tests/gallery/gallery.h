/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every shared component with sample data, for looking at and for the browser tests. */
#pragma once

#include "core/page.h"

struct gallery_row {
    const char *title;
    const char *href;
    const char *when;
    const char *place;
    const char *source;
    const char *count;
};

struct gallery_list {
    struct page page;
    struct page_said said;
    struct page_filter filter;
    struct page_field from, to, type, area, text;
    struct page_sort by_title, by_when, by_place, by_count;
    const struct gallery_row *rows;
    size_t n_rows;
    struct page_pager pager;
    struct page_map map;
};

struct gallery_form {
    struct page page;
    struct page_field place, kind, when, date, time, what, told, mail, file, number;
};

struct gallery_picture {
    struct page page;
    struct chart_bars bars;
    struct chart_timeline timeline;
    struct chart_hourweek hourweek;
    struct chart_timeline *small;
    size_t n_small;
};

struct gallery_detail {
    struct page page;
    struct page_facts facts;
    struct page_history history;
    struct page_notice info, success, warning;
    struct page_level green, yellow, orange, red;
    struct page_progress job, unknown;
    struct page_empty empty;
    struct page_copy copy;
    struct page_qr qr;
    struct chart_spark spark;
    struct page_map pick;
};

struct gallery_login {
    struct page page;
    struct page_field name, password;
};
