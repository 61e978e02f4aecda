/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. */
#pragma once

#include "core/page.h"

struct feedback_said { /* an answer */
    const char *text, *head;
    bool fresh;
    const char *take_back; /* POST; NULL: may not */
};

struct feedback_report {
    const char *id, *href, *what, *reported, *state;
    const char *text; /* what was written; NULL */
    bool fresh;
    const char *const *lines; /* sent on, actions */
    size_t n_lines;
    const struct feedback_said *answers;
    size_t n_answers;
};

struct feedback_ask { /* a question to the person */
    const char *id, *what, *question, *asked;
    struct page_field text;
};

struct feedback_mine_view {
    struct page page;
    const char *answer_action;
    const struct feedback_ask *asks;
    size_t n_asks;
    const struct page_link *whose;
    size_t n_whose;
    const char *sentence;
    const struct feedback_report *reports;
    size_t n_reports;
    bool has_pager;
    struct page_pager pager;
    struct page_empty empty;
    bool letters_shown;
    const char *letters_action, *letters_said, *letters_do, *letters_value;
};

struct feedback_pick { /* a report that may be answered */
    const char *id, *label, *href, *text, *state;
    const char *answered; /* "Besvarad i går 14.02 av Anna"; NULL */
    const char *preview;  /* as it would be sent; NULL */
    bool chosen, tied;
    const struct feedback_said *answers;
    size_t n_answers;
};

struct feedback_share_row {
    const char *name, *period, *period_days, *all, *all_days;
};

struct feedback_answer_view {
    struct page page;
    const char *said;
    const struct feedback_share_row *shares;
    size_t n_shares;
    const char *share_period, *share_few;
    const char *citizen_href;     /* where inhabitants are answered; NULL: not for this reader */
    const struct page_link *done; /* actions whose reporters have not been told */
    size_t n_done;
    const struct feedback_pick *picks;
    size_t n_picks;
    const char *all_href;
    bool has_pager;
    struct page_pager pager;
    struct page_empty empty;
    const char *action, *batch, *seen, *about, *from, *number, *templates_href;
    struct page_field template, text, tied;
    bool has_preview;
};

struct feedback_template_row {
    const char *href, *name, *text, *kind;
};

struct feedback_templates_view {
    struct page page;
    const struct feedback_template_row *rows;
    size_t n_rows;
    struct page_empty empty;
};

struct feedback_template_view {
    struct page page;
    const char *action, *cancel_href, *version;
    const char *remove_action; /* NULL: a new one */
    struct page_field name, text;
};

struct feedback_stop_view {
    struct page page;
    const char *text;
    const char *action; /* NULL: nothing to press */
    const char *home_href;
};
