/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. */
#pragma once

#include "core/page.h"
#include "parts/event/event.h"

struct event_row_view {
    const char *href;
    const char *type;
    const char *text; /* the title or the first words; NULL */
    const char *when;
    const char *place;
    const char *from; /* the organisation, else the source */
};

struct event_list_view {
    struct page page;
    const char *act_href; /* a new action about what is filtered; NULL: none */
    struct page_filter filter;
    struct page_field from, to, type, kind, area, organisation, source, text, no_place, unreviewed;
    bool has_areas, has_organisations, has_sources;
    const struct page_link *presets;
    size_t n_presets;
    struct page_said said;
    struct page_sort by_type, by_time, by_place;
    const char *from_head;
    const struct event_row_view *rows;
    size_t n_rows;
    struct page_pager pager;
    struct page_empty empty;
    struct page_map map;
    const struct page_link *exports;
    size_t n_exports;
};

struct event_photo_view {
    const char *href;
    const char *alt;  /* never NULL */
    const char *said; /* what the sender says is seen; NULL */
    int64_t width, height;
    const char *remove; /* NULL: may not */
};

struct event_photos_view {
    const struct event_photo_view *list;
    size_t n_list;
    const char *add; /* where one more is sent; NULL: may not */
    const char *csrf;
    struct page_field file, alt;
};

struct report_photo_view { /* one that is kept already */
    const char *name, *value;
    const char *href;
    const char *label;
    const char *seen; /* instead of the picture */
    struct page_field alt;
};

struct report_photos_view {
    bool on;
    const struct report_photo_view *list;
    size_t n_list;
    size_t room; /* how many more there may be */
    int64_t most;
    struct page_field file;
    const char *said;     /* what was taken from the picture; NULL */
    const char *js_href;  /* fetched when the page has room for photos */
    const char *say_href; /* a position in words */
};

struct event_detail_view {
    struct page page;
    struct page_facts facts;
    const char *description;
    bool redacted;
    bool has_map;
    struct page_map map;
    struct page_history history;
    struct event_photos_view photos;
    const char *edit_href;   /* NULL: may not */
    const char *redact_href; /* NULL: may not, or done already */
    const char *list_href;
    const char *url;
    const char *review_href;      /* NULL: may not */
    const struct page_link *same; /* rows about the same happening */
    size_t n_same;
    bool linked; /* the one of them is what counts, not this */
};

struct event_mark_view { /* a piece of text; found: it points at a person */
    const char *text;
    const char *found; /* what it looks like, or NULL */
};

struct event_kind_group { /* the details of one main kind */
    const char *code;
    const char *label;
    const struct page_choice *choices;
    size_t n_choices;
};

struct event_form_view {
    struct page page;
    const char *action;
    const char *cancel_href;
    const char *save_label;
    bool fresh;          /* a new event, not a change */
    const char *id;      /* of the new event: made when the form is shown */
    const char *version; /* what the person saw; NULL in a new one */
    struct page_field main, detail, when, place, place_choice, unknown, organisation, text, keep;
    const struct event_kind_group *kinds;
    size_t n_kinds;
    bool choose_place;        /* the name is not clear: several places, or none */
    bool choose_organisation; /* otherwise it is the person's own */
    const char *organisation_name;
    bool may_keep;                       /* the text may stand, for a reason */
    const struct event_mark_view *marks; /* none: the text points at nobody */
    size_t n_marks;
    const char *places_href; /* names while one writes */
    const char *east, *north;
    struct page_map map;
    bool conflict; /* somebody else has changed it meanwhile: what stands there now */
    struct page_facts theirs;
    const char *theirs_text;
};

struct report_tile { /* a kind as a large choice */
    int type;        /* EVENT_TYPE_... */
    const char *code;
    const char *label;
    bool chosen;
};

/* Reporting from a phone: the form of an event, with few and large choices. */
struct report_view {
    struct event_form_view f;
    const char *readers;             /* who reads what is sent */
    const struct report_tile *tiles; /* the eight that are reported most */
    size_t n_tiles;
    const struct report_tile *others;
    size_t n_others;
    bool other;                             /* one of the others is chosen */
    struct page_field pick;                 /* "nyss", "i natt" ... */
    const char *picked;                     /* the name of the kind that is chosen, or NULL */
    const char *say_href;                   /* a position in words */
    const char *map_js_href, *map_css_href; /* fetched when the map is opened */
    const char *calm_href;                  /* nothing to report */
    const char *many_href;                  /* several events in one sending */
    struct report_photos_view photos;
    bool shell;      /* kept in the telephone: nobody's own, no map */
    bool offer_keep; /* a place for why a text stands, should the script ask for it */
};

struct report_calm_view {
    struct page page;
    const char *action, *back_href;
    const char *id; /* of the report: made when the form is shown */
    struct page_field span;
    bool shell;
};

struct report_line { /* one of several events */
    int number;      /* from 1: part of the names of its fields */
    struct page_field type, when, place, choice, text;
    bool choose;      /* the name of the place is not clear */
    bool alone;       /* the name is no place that we know: it may be kept by itself */
    const char *kept; /* what was chosen for it before, or NULL */
};

struct report_many_view {
    struct page page;
    const char *action, *back_href;
    const char *id;
    struct page_field night;
    const struct report_line *lines;
    size_t n_lines;
    bool more; /* lines can be added */
    bool exercise;
    int64_t most;
    const char *places_href;
    bool shell;
};

struct report_thanks_view {
    struct page page;
    const struct event_row_view *rows; /* text: the receipt */
    size_t n_rows;
    const char *again_href, *list_href, *mine_href;
};

struct event_receipt_view {
    struct page page;
    const char *received; /* "Mottagen 14.02, kvitto 0193-..." */
    struct page_facts facts;
    const char *text;
    const char *again_href; /* one more, keeping kind and place */
    const char *new_href;
    const char *list_href;
    const char *detail_href;
    const char *mine_href; /* what comes of it */
};

struct event_redact_view {
    struct page page;
    struct page_facts facts;
    const char *action;
    const char *back_href;
};
