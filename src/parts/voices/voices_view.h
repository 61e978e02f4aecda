/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/voices only: the pages, and what the templates in html/ draw. */
#pragma once

#include "core/page.h"
#include "core/web.h"
#include "parts/site/site.h"
#include "parts/voices/voices_inner.h"

#define VOICES_PATH "/otrygga-platser/publicerat"

/* --- For everybody --- */

struct voices_told { /* a place as the public reads it */
    const char *place, *feeling, *themes;
    const char *const *done; /* paragraphs */
    size_t n_done;
    const char *action; /* how the action goes, in a sentence; NULL: none */
};

struct voices_period {
    const char *id, *title;
    msec published_at, updated_at;
    bool updated;
    const struct voices_told *places;
    size_t n_places;
};

struct voices_care { /* how those who told are protected */
    const char *small;
};

struct voices_public_view {
    struct page page;
    const struct voices_period *periods;
    size_t n_periods;
    const char *report_href; /* NULL: inhabitants do not report here */
    struct voices_care care;
};

/* --- For the coordinator --- */

struct voices_line {
    const char *href, *title, *state;
    const char *places;
};

struct voices_list_view {
    struct page page;
    const struct voices_line *rows;
    size_t n_rows;
    const char *action, *public_href;
    struct page_field from, to;
    bool can; /* there is a month to choose */
};

struct voices_row {
    const char *href, *place, *feeling, *themes, *count, *state;
    bool lacking;
};

struct voices_one_view {
    struct page page;
    const char *action;
    const char *state;             /* "Utkast", "Publicerad 15 december 2026" ... */
    const char *stands;            /* what stands in the way of publishing; NULL: nothing */
    const char *waiting;           /* reports that nobody has looked at; NULL: none */
    const char *review_href;       /* with waiting; NULL: may not */
    const struct voices_row *rows; /* that the public sees */
    size_t n_rows;
    const struct voices_row *held; /* too few have told */
    size_t n_held;
    const char *held_why;
    bool draft, out, withdrawn;
    const char *public_href;
    struct voices_period preview;
    struct voices_care care;
};

struct voices_place_view {
    struct page page;
    const char *action, *back_href, *version;
    struct page_facts facts;
    struct page_field done, measure;
    bool conflict, has_measures, out;
};

/* --- voices_words.c --- */

/* "september 2026", "september–november 2026". */
const char *voices_months(struct req *rq, msec from, msec to);
const char *voices_place_name(struct req *rq, const struct voices_cluster *c);
const char *voices_feeling(struct req *rq, bool unsafe);
/* As the public reads it; inside a transaction, since it looks at actions. `all`: also what is not
 * to be shown. */
NODISCARD enum err voices_told(struct tx *tx, struct req *rq, const struct voices_publication *p,
                               const struct voices_set *set, struct voices_period *out);
NODISCARD enum err voices_care(struct req *rq, struct voices_care *out);

/* --- Handlers --- */

http_handler voices_list_page, voices_list_send, voices_one_page, voices_one_send;
http_handler voices_place_page, voices_place_send, voices_public_page;
extern const struct field_spec voices_begin_fields[], voices_one_fields[], voices_place_fields[];
