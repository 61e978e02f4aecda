/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. Everything is borrowed. */
#pragma once

#include "core/page.h"
#include "parts/picture/picture.h"

struct changes_area { /* a row of the levels */
    const char *name, *href, *act;
    struct page_level level, before, suggested;
    const char *reason, *who;
    bool looked;       /* places have been looked for: there is a suggestion, or too little */
    const char *signs; /* what the suggestion rests on */
    const char *count, *verdict; /* "14 mot 6" */
    const char *rows_href;
    bool quiet; /* nothing to look at: told in one line */
};

struct changes_brief { /* what is most worth knowing, in one line each */
    const char *text, *verdict, *href;
};

struct changes_focus { /* a place that comes first */
    int no;
    const char *name, *area, *need, *influence, *reason;
};

struct changes_focus_list {
    const struct changes_focus *rows;
    size_t n_rows;
};

struct changes_reporter {
    const char *name, *href;
    const char *state; /* "3 rapporter", "lugnt", "tyst sedan 3 november" */
    bool silent;
};

struct changes_day {
    const char *when, *what, *href, *kind;
};

struct changes_group { /* sentences of one kind */
    const char *id, *title;
    const struct picture_sentence *rows;
    size_t n_rows;
};

struct changes_action { /* what is done, and until when */
    const char *title, *href, *when;
    bool overdue;
};

struct changes_now_view {
    struct page page;
    const struct page_notice *notices;
    size_t n_notices;
    const char *title, *when; /* the period, and until when reports are awaited */
    struct page_field choose;
    const char *choose_action;
    struct page_link line; /* of another part: what is left before all is in place */
    struct picture_words words;
    const char *report_href; /* what to do when nothing has come in */
    const char *answer;      /* "3 saker har förändrats" */
    const struct changes_brief *brief;
    size_t n_brief;
    const char *more;                 /* how many there are besides */
    const struct changes_brief *todo; /* what waits for somebody */
    size_t n_todo;
    const char
        *review_href; /* where the reports that nobody has read are; NULL: not for this reader */
    struct changes_group lasting; /* changed before the periods compared, and still so */
    struct changes_group groups[6];
    size_t n_groups;
    const char *nothing; /* what was looked for without anything standing out */
    const char *repeat_href;
    bool inside;     /* the reader sees rows, drafts and who reports */
    bool has_period; /* levels and focus belong to one */
    bool may_edit;
    const struct changes_area *areas;
    size_t n_areas;
    int64_t n_quiet, n_loud;      /* of them */
    const char *rest, *rest_href; /* events in no area; NULL: there are none */
    struct page_empty no_areas;
    const char *levels_state; /* "Utkast" or "Fastställd …" */
    const char *adopt_href, *adopted_href, *focus_href;
    const char *bulletin_href; /* of the adopted period; NULL: none that the reader may see */
    const char *bulletin_make; /* NULL: there is one, or it is not for this reader to make */
    struct changes_focus_list focus, focus_before;
    const struct changes_reporter *reporters;
    size_t n_reporters;
    int64_t n_silent, n_heard; /* of them; the silent ones come first */
    const char *reporters_said;
    const char *invite_href; /* no organisation has reporters, and this reader may invite some */
    const struct changes_action *actions;
    size_t n_actions;
    const char *actions_said, *actions_href; /* NULL: the reader sees no actions */
    int64_t n_overdue;
    const struct changes_day *days, *later;
    size_t n_days, n_later;
    const char *figures_href;
};

struct changes_version { /* an earlier level */
    struct page_level level;
    const char *who, *reason;
    msec at;
};

struct changes_level_view {
    struct page page;
    const char *action, *cancel_href;
    bool may;
    struct changes_area row;
    const char *looking; /* the suggestion is being worked out */
    struct page_field level, reason;
    const char *version;
    const struct changes_version *theirs; /* what somebody else wrote meanwhile */
    size_t n_theirs;                      /* 0 or 1 */
    const struct changes_version *history;
    size_t n_history;
    const char *next; /* the next area's name; NULL: this is the last */
};

struct changes_slot {
    const char *legend;
    struct page_field name, area, need, influence, reason;
};

struct changes_focus_view {
    struct page page;
    const char *action, *cancel_href;
    bool may;
    const char *version;
    struct changes_slot slots[3];
    size_t n_slots;
    struct changes_focus_list theirs; /* what somebody else saved meanwhile */
    const char *theirs_who;
    struct changes_focus_list now;
};

struct changes_adopt_view {
    struct page page;
    const char *action, *cancel_href, *drafts;
    const char *refused; /* NULL: it can be adopted */
    const struct page_notice *notices;
    size_t n_notices;
    const struct changes_area *areas;
    size_t n_areas;
    struct changes_focus_list focus;
};

struct changes_figure {
    const char *label, *now, *before, *verdict;
    bool below;
};

struct changes_adopted_view {
    struct page page;
    const char *by, *said;     /* who and when; the sentence */
    const char *ongoing;       /* the period had not ended */
    const char *old;           /* this is not the newest version */
    const char *period_href;   /* back to the draft; NULL: not for this reader */
    const char *bulletin_href; /* NULL: none that the reader may see, or not of this version */
    const char *bulletin_make; /* for those who may */
    const struct changes_area *areas;
    size_t n_areas;
    struct changes_focus_list focus;
    const struct changes_figure *figures;
    size_t n_figures;
    const char *before; /* heads the figures that those are compared with */
    const struct page_link *versions;
    size_t n_versions;
};

struct changes_adopted_line {
    const char *name, *period, *href, *work;
    msec at;
    const char *who;
    int64_t version;
};

struct changes_adopted_list_view {
    struct page page;
    const struct changes_adopted_line *rows;
    size_t n_rows;
    struct page_empty empty;
};
