/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. */
#pragma once

#include "core/page.h"

struct review_piece { /* of a text; found: it points at a person */
    const char *text;
    const char *found; /* what it looks like, or NULL */
};

struct review_talk { /* a question, and what was answered */
    const char *question, *asked, *answer, *answered;
};

struct review_photo {
    const char *href, *alt;
    const char *said; /* by who sent it; NULL */
    int64_t width, height;
};

struct review_card {
    const char *id;
    const char *number; /* on the page, from 1 */
    const char *href;   /* its own page */
    const char *title, *place, *who, *reported;
    const char *when;    /* NULL: an inhabitant tells how a place is, not when it happened */
    const char *answers; /* what an inhabitant chose in the form; NULL */
    const struct review_piece *pieces; /* the text; none: nothing was written */
    size_t n_pieces;
    bool marked;        /* it points at somebody */
    bool may_ask;       /* who reported can answer here */
    bool picked;        /* for what is done with several */
    const char *photos; /* "2 bilder"; NULL: none */
    const struct review_photo *pictures;
    size_t n_pictures;
    const char *linked;
    const struct review_talk *talks;
    size_t n_talks;
    const char *group;      /* form of the group, where there is something to link to */
    bool main;              /* the group's main report, unless another is chosen */
    const char *main_id;    /* what "the same" means here; NULL: nothing */
    const char *main_label; /* "Samma som nr 1" */
    const char *action, *csrf, *seen;
};

struct review_known { /* an event that counts already and may be the same */
    const char *id, *href, *text, *group;
    bool main;
};

struct review_group {
    const char *id;    /* "grupp-1" */
    const char *title; /* NULL: a report by itself */
    const struct review_card *cards;
    size_t n_cards;
    const struct review_known *known;
    size_t n_known;
    bool several; /* reports that can be linked in one press */
};

struct review_inbox_view {
    struct page page;
    const char *action, *undo_action, *seen;
    const char *said; /* how many wait */
    const char *more; /* those that are not shown; NULL */
    const char *undo, *undo_said;
    const struct review_group *groups;
    size_t n_groups;
    const struct review_card *asked; /* wait for an answer */
    size_t n_asked;
    size_t n_cards;
    struct page_field reject_reason, reject_text, ask_text, forward_to, forward_text;
    struct page_field many_do, many_reason, many_text;
    struct page_empty empty;
};

struct review_mark {
    int i;
    const char *text, *found;
};

struct review_one_view {
    struct page page;
    const char *action, *version, *id, *back_href, *event_href;
    struct page_facts facts;
    const struct review_piece *pieces;
    size_t n_pieces;
    const struct review_photo *photos;
    size_t n_photos;
    bool marked, has_text, redacted, waiting, rejected;
    bool has_map;
    struct page_map map;
    const char *linked_to, *linked_to_href; /* it is the same as that one */
    const struct review_known *linked;      /* linked to this one */
    size_t n_linked;
    const struct review_known *near;
    size_t n_near;
    const struct review_talk *talks;
    size_t n_talks;
    struct page_history acts;
    const struct review_mark *marks;
    size_t n_marks;
    bool may_strike, may_ask, may_forward;
    bool nobody;              /* it waits, and there is nobody to ask */
    const char *citizen_href; /* where an inhabitant is answered; NULL */
    const char *tell_href;    /* the page of answers; NULL: nobody here reported it */
    struct page_field override_text, strike_words, whole, sure;
    struct page_field reject_reason, reject_text, ask_text, forward_to, forward_text;
};

struct review_letter { /* a question to the person */
    const char *id, *what, *href, *question, *asked, *answer, *answered;
    struct page_field text;
};

struct review_sent { /* a report that was sent on to the organisation */
    const char *id, *what, *where, *text, *note, *at, *seen;
};

struct review_mine_view {
    struct page page;
    const char *answer_action, *seen_action;
    const struct review_letter *letters;
    size_t n_letters;
    const struct review_sent *sent;
    size_t n_sent;
    struct page_empty empty;
};
