/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. Everything is borrowed. */
#pragma once

#include "core/page.h"
#include "parts/bulletin/bulletin.h"

struct bulletin_odt {
    const struct bulletin_doc *doc;
    const char *lang, *country, *title, *lead;
    const struct bulletin_block *blocks;
    size_t n_blocks;
    const struct bulletin_map *map; /* NULL: none */
};

struct bulletin_files { /* the same in other formats */
    const char *pdf_href, *odt_href, *md_href;
};

struct bulletin_read_view { /* the group's variant */
    struct page page;
    const char *old, *old_href; /* a later picture has been adopted */
    const char *state;          /* a draft, or handed out when */
    bool draft, may;            /* may: writes it */
    struct bulletin_doc doc;
    struct bulletin_files files;
    const char *write_href, *public_href, *make_href, *out_href, *back_href;
};

struct bulletin_none_view { /* there is none of that period yet */
    struct page page;
    struct page_empty empty;
    const char *make_href;                 /* NULL: it cannot be made */
    const char *live_href, *withdraw_href; /* everybody's, when the group's cannot be read */
};

struct bulletin_write_view {
    struct page page;
    const char *action, *cancel_href, *version;
    const struct page_field *fields;
    size_t n_fields;
    const char *conflict; /* somebody else has saved: their words are above each field */
    const struct page_fact *theirs;
    size_t n_theirs;
};

struct bulletin_open_view { /* what everybody is told */
    struct page page;
    const char *action, *cancel_href, *version, *withdraw_href, *live_href;
    const char *state; /* when it was published; NULL: it is not */
    const char *conflict;
    const struct page_field *fields;
    size_t n_fields;
    struct page_field levels, focus, actions;
    const char *refused; /* why there are no figures in it; NULL: there are */
    const char *waiting, *review_href;
    const char *const *held;
    size_t n_held;
    bool shown; /* the preview: false when it cannot be drawn */
    struct bulletin_doc doc;
};

struct bulletin_line {
    const char *name, *period, *href, *state, *public_href;
    msec at;
};

struct bulletin_list_view {
    struct page page;
    const struct bulletin_line *rows;
    size_t n_rows;
    struct page_empty empty;
};

struct bulletin_site_line {
    const char *title, *href, *period;
    msec published_at, updated_at;
};

struct bulletin_site_list {
    struct page page;
    const struct bulletin_site_line *rows;
    size_t n_rows;
    struct page_pager pager;
};

struct bulletin_site_view {
    struct page page;
    msec published_at, updated_at;
    struct bulletin_doc doc;
    struct bulletin_files files;
};
