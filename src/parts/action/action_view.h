/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. Everything is borrowed. */
#pragma once

#include "core/page.h"

struct action_row_view {
    const char *href, *title, *sub; /* sub: the problem; NULL: not for this reader */
    const char *place, *owner, *when, *state, *tag, *effect;
    bool warn; /* the tag is a warning */
};

struct action_group_view {
    const char *id, *heading;
    const struct action_row_view *rows;
    size_t n_rows;
};

struct action_list_view {
    struct page page;
    struct page_filter filter;
    struct page_field owner, area, type, kind, state;
    struct page_said said;
    const struct action_group_view *groups;
    size_t n_groups;
    struct page_empty empty;
    const struct page_link *files;
    size_t n_files;
    const char *wheel_href;
};

struct action_form_view {
    struct page page;
    const char *action, *submit, *cancel_href;
    const struct page_notice *notices;
    size_t n_notices;
    /* What somebody else has written meanwhile, beside what was typed here. */
    const struct page_change *others;
    size_t n_others;
    const struct page_hidden *hidden;
    size_t n_hidden;
    struct page_field title, problem, type, area, place, radius, kind, organisation, partners;
    struct page_field first, last, yearly, remind, confirm;
    bool guarded;
    const char *places_href;
    const struct page_fact *known; /* the catalogue: kind, what is known */
    size_t n_known;
};

struct action_plan_view { /* one version, to read */
    const char *heading;
    const char *sentence;
    struct page_facts facts;
    const char *reason;
};

struct action_effect_view {
    const char *verdict, *words, *made;
};

struct action_one_view {
    struct page page;
    const struct page_notice *notices;
    size_t n_notices;
    const char *problem;
    struct page_facts facts;
    const char *known, *source;
    bool has_effect;
    struct action_effect_view effect;
    const char *effect_wait; /* why nothing is shown yet; NULL */
    const struct action_plan_view *plans;
    size_t n_plans;
    struct action_plan_view plan; /* heading NULL: none */
    const char *plan_href, *plan_label;
    const struct page_hidden *hidden;
    size_t n_hidden;
    const char *state_action; /* NULL: may not */
    struct page_field state, note, confirm;
    bool guarded;
    const char *lock_action;
    bool has_history;
    struct page_history history;
    const char *events_href, *ics_href;
    const char *tell_href; /* answers to those who reported; NULL: may not */
};

struct action_planform_view {
    struct page page;
    const char *action, *cancel_href;
    const struct page_notice *notices;
    size_t n_notices;
    const struct page_hidden *hidden;
    size_t n_hidden;
    struct page_facts facts;
    struct page_field type, comparison, before_first, before_last, after_first, after_last, method;
    struct page_field reason, lock;
    bool ask_reason, may_lock;
    struct page_facts counted; /* n_rows 0: not yet */
    const char *advice;
};

struct action_month_item {
    const char *href, *title, *when;
};
struct action_month_view {
    const char *id, *name;
    const struct action_month_item *starts, *runs, *due, *yearly;
    size_t n_starts, n_runs, n_due, n_yearly;
    bool empty;
    double x, y; /* of the month's name on the wheel */
    double line_x, line_y, line_x0, line_y0;
    const char *short_name;
    bool now;
};
struct action_arc_view {
    const char *path, *title;
    double x, y; /* of the number */
    int number;
    bool yearly, open;
};
struct action_wheel_view {
    struct page page;
    const char *prev_href, *next_href, *prev, *next, *all_href;
    const struct action_month_view *months;
    size_t n_months;
    const struct action_arc_view *arcs;
    size_t n_arcs;
    const char *label, *more;
    int year;
};
