/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the shared templates in core/html draw: plain structs, filled in by the page's C code.
 *
 * Every text is borrowed (arena, catalogue or literal) and already in the reader's language. NULL
 * leaves a part out. An array `x` is followed by its length `n_x`. The geometry of charts is made
 * by core/chart.h. Ids in the page: a field called `name` has the id f-name, so that a problem
 * can link to it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

struct page_link {
    const char *label;
    const char *href;
    bool current;
};

/* Where a link of the navigation stands: in the row from this width on, before that in the menu
 * "Mer". */
enum page_nav_from { NAV_PHONE, NAV_TABLET, NAV_DESK, NAV_MENU };

struct page_nav {
    const char *label;
    const char *href;
    bool current;
    enum page_nav_from from;
};

struct page_hidden { /* a value sent along with a form */
    const char *name;
    const char *value;
};

struct page_problem {  /* one line of the error summary */
    const char *field; /* the field's name (with its prefix); NULL: nothing to link to */
    const char *text;
};

enum page_tone { PAGE_INFO, PAGE_SUCCESS, PAGE_WARNING };

struct page_notice {
    enum page_tone tone;
    const char *title;
    const char *text;
    const char *href; /* with label: what to do about it */
    const char *label;
};

struct page_member { /* one of the account's memberships, in the switcher */
    const char *municipality;
    const char *role;
    const char *href;
    bool current;
};

/* An exercise in a working municipality (core/drill.h). */
struct page_drill {
    bool inside; /* this page is in it; otherwise it goes on beside */
    const char *text;
    const char *href, *label; /* to reality, or to the exercise */
    const char *end_href, *end_label;
    const char *who_ends; /* for who cannot end it */
};

enum page_kind {
    PAGE_STAFF,  /* header with parts and account */
    PAGE_PUBLIC, /* what citizens see: header without account */
    PAGE_BARE,   /* one card in the middle: log in, invitation, reset */
};

struct page {
    enum page_kind kind;
    const char *lang;             /* "sv" or "en" */
    const char *lang_other_label; /* "In English" / "På svenska"; NULL hides the switch */
    const char *lang_other_code;  /* "en" / "sv" */
    const char *lang_href;
    const char *theme;    /* "light", "dark" or NULL (as the device says) */
    const char *css_href; /* these eight: page_assets() in core/page_assets.h, or asset_url() */
    const char *js_href;
    const char *guard_js_href; /* looks at texts; fetched when one is written */
    const char *icon_href;
    const char *touch_icon_href; /* for a telephone's home screen */
    const char *manifest_href;
    const char *map_js_href; /* only on pages with a map */
    const char *map_css_href;
    const char *local_css_href; /* the municipality's own colour, or NULL */
    const char *arms_href;      /* the municipality's arms, or NULL */
    const char *canonical;      /* whole address, also printed at the end on paper */
    bool refresh; /* without script: load again every five seconds, while a job runs */

    const char *title; /* the heading, and the first words of <title> */
    const char *lead;  /* one sentence under the heading */
    const char *part;  /* the part of Samsyn, in <title> */
    const char *municipality;
    const char *municipality_code;
    const char *home_href;
    bool exercise;                  /* the installation holds exercise data: say so */
    const struct page_drill *drill; /* NULL: none that concerns the reader */

    const struct page_nav *nav; /* the parts, the most needed first */
    size_t n_nav;
    enum page_nav_from nav_most;    /* the widest `from` of them; NAV_PHONE: there is no menu */
    enum page_nav_from nav_here;    /* `from` of the current one; NAV_PHONE: it is in the row */
    const struct page_link *crumbs; /* ancestors; the last may lack href */
    size_t n_crumbs;
    const struct page_link *tabs;
    size_t n_tabs;
    bool tabs_live;          /* they lead to what a filter of the page says: renewed with it */
    struct page_link action; /* the page's main action as a link; label NULL: none */

    const char *account; /* NULL: nobody is logged in */
    const char *role;
    const struct page_member *members;
    size_t n_members;
    const char *joint_href;   /* all of them side by side; NULL: there is only one */
    const char *account_href; /* own settings and sessions */
    const char *login_href;   /* shown when nobody is logged in */
    const char *logout_href;  /* receives a POST with the token */
    const char *csrf;         /* token for forms, sent as "csrf" */

    const struct page_notice *flash; /* what just happened */
    const char *unsent; /* where the form is sent that holds what was typed earlier; NULL: none */
    const struct page_problem *problems;
    size_t n_problems;
    const struct page_link *foot;
    size_t n_foot;
};

/* ---- form fields ------------------------------------------------------------------------- */

struct page_choice {
    const char *value;
    const char *label;
    const char *hint; /* radio and checkbox only */
    bool chosen;
    bool disabled;
};

struct page_choice_group { /* an <optgroup> */
    const char *label;
    const struct page_choice *choices;
    size_t n_choices;
};

/* One struct for every kind of field; each template says which members it reads.
 * core_field_text, _textarea, _select, _radio, _checkbox, _date, _time, _file, _password. */
struct page_field {
    const char *name;
    const char *prefix; /* in the id only, when a page has two fields of one name */
    const char *label;
    const char *hint;
    const char *error;
    const char *value;
    bool required;  /* otherwise the label says "(valfritt)"; not in radio and filter */
    bool in_filter; /* small label, never "(valfritt)" */
    bool readonly;
    const char *type;         /* text: "text" (NULL), "email", "tel", "url", "search", "number" */
    const char *inputmode;    /* "numeric", "decimal" ... */
    const char *autocomplete; /* "off", "name", "email", "one-time-code" ... */
    const char *width;        /* NULL whole; "w-half", "w-short", "w-year" */
    const char *suffix;       /* unit after the field: "meter" */
    int max;                  /* maxlength; 0 = none */
    int rows;                 /* textarea; 0 = as the style says */

    const struct page_choice *choices; /* select, radio, checkbox */
    size_t n_choices;
    const struct page_choice_group *groups; /* select: after the choices */
    size_t n_groups;
    bool multiple; /* select */
    bool row;      /* radio, checkbox: beside each other */

    const char *year, *month, *day; /* date: three fields name-year, name-month, name-day */
    const char *hour, *minute;      /* time: name-hour, name-minute */
    const char *accept;             /* file: ".csv,.xlsx" */
    bool preview;                   /* file: show the first rows before sending */
};

/* ---- lists ------------------------------------------------------------------------------- */

struct page_chip { /* an active filter; the link takes it away */
    const char *label;
    const char *href;
};

/* core_filter_top ... the page's fields ... core_filter_end */
struct page_filter {
    const char *action;
    const char *active; /* "3 valda"; NULL: none */
    const char *reset_href;
    bool open;                        /* the page's choice without script; phones start closed */
    const struct page_hidden *hidden; /* sorting and the like, sent along */
    size_t n_hidden;
};

/* core_said: what is filtered, in a sentence, and a chip for each filter */
struct page_said {
    const char *sentence;
    const struct page_chip *chips;
    size_t n_chips;
    const char *more, *more_href; /* one more sentence, which is a link; NULL */
};

enum page_order { PAGE_UNSORTED, PAGE_UP, PAGE_DOWN };

struct page_sort { /* core_sort_head: a table's heading that sorts */
    const char *label;
    const char *href;
    enum page_order order;
    bool number; /* right aligned */
};

struct page_pager_item {
    const char *label;
    const char *href; /* NULL: a gap */
    bool current;
};

struct page_pager {
    const char *sentence; /* "1–50 av 1 234" */
    const char *prev_href;
    const char *next_href;
    const struct page_pager_item *items;
    size_t n_items;
};

struct page_empty {
    const char *title;
    const char *text; /* what to do next */
    const char *href;
    const char *label;
};

/* ---- facts ------------------------------------------------------------------------------- */

enum page_level_no { PAGE_NO_LEVEL, PAGE_GREEN, PAGE_YELLOW, PAGE_ORANGE, PAGE_RED };

struct page_level { /* core_level: colour, shape and word */
    enum page_level_no no;
};

struct page_fact { /* core_facts */
    const char *label;
    const char *value;
    const char *href;             /* NULL: plain text */
    const char *more, *more_href; /* after the value; NULL: nothing */
};

struct page_facts {
    const struct page_fact *rows;
    size_t n_rows;
};

struct page_change {
    const char *label;
    const char *before; /* NULL: nothing stood there */
    const char *after;  /* NULL: taken away */
};

struct page_history_row {
    msec at;
    const char *who;
    const char *what;
    const struct page_change *changes;
    size_t n_changes;
};

struct page_history {
    const struct page_history_row *rows;
    size_t n_rows;
};

struct page_progress { /* core_progress: work that goes on */
    const char *what;  /* "Läser in larm.csv" */
    const char *far;   /* "120 000 av 556 505 rader" */
    int percent;       /* 0..100; -1 = not known */
    bool running;
    const char *status_href; /* JSON {percent, far, running}; polled by the script */
    const char *cancel_href; /* POST; NULL: cannot be stopped */
    const char *csrf;
};

struct page_copy { /* core_copy: a value to take along, with a copy button */
    const char *id;
    const char *label;
    const char *value;
};

struct page_qr { /* core_qr: path from chart_qr_path() */
    const char *label;
    int size; /* modules a side, quiet zone included */
    const char *path;
};

/* ---- map (core_map) ---------------------------------------------------------------------- */

struct page_map {
    const char *id;
    const char *label;       /* what the map shows, for those who do not see it */
    const char *base_href;   /* base tiles: ".../{z}/{x}/{y}.mvt" */
    const char *data_href;   /* event tiles with the page's filters, or NULL */
    const char *found_href;  /* tiles of what was found, drawn on top of data_href, or NULL */
    const char *places_href; /* GeoJSON of place names, or NULL */
    const char *row_href;    /* "/1493/handelser/": the id is put after it */
    const char *list_href;   /* "Visa som lista"; NULL: no link */
    const char *bounds;      /* "west south east north" in degrees, WGS 84 */
    const char *attribution;
    const char *mark;      /* "east north" in degrees: the one place that the page is about; NULL */
    bool own_key;          /* the page says itself what the colours mean */
    const char *pick_east; /* pick mode: names of the fields that get SWEREF 99 TM metres */
    const char *pick_north;
    const char *draw; /* draw mode: name of the field that gets the corners, "east-north_..." */
    const char *draw_circle; /* or names of three: east, north and radius of a circle, "a b c" */
    const char *pick_say;    /* address that says a place in words (?lon=&lat= -> JSON {text}) */
};

/* ---- charts (made by core/chart.h) ------------------------------------------------------- */

struct chart_bar {
    const char *label;
    const char *href;
    const char *now_text; /* "14" */
    const char *was_text; /* "6"; NULL: no comparison */
    const char *was_href; /* as href: the rows behind the number; NULL: none */
    const char *verdict;  /* "klart fler"; NULL: none */
    double now;           /* widths in 0..100 */
    double was;
    double low, high;  /* interval; equal = none */
    bool unsure;       /* drawn paler */
    const char *spark; /* points of a sparkline, or NULL */
    double spark_x, spark_y;
    const char *spark_label;
};

struct chart_bars {
    const char *id;
    const char *title;
    const char *desc; /* the sentence */
    const char *label_head;
    const char *now_head;
    const char *was_head; /* NULL: no comparison */
    bool verdicts;
    bool sparks;
    const struct chart_bar *rows;
    size_t n_rows;
};

struct chart_tick {
    const char *label;
    double at;  /* x: 0..100 per cent, y: pixels from the top */
    bool minor; /* x: not named on a phone; y: never named */
    bool first, last;
};

struct chart_row { /* a line of the table twin */
    const char *label;
    const char *now_text, *now_href; /* href: the rows behind the number; NULL: none */
    const char *was_text, *was_href;
    const char *fit_text;
};

/* The drawing is `height` pixels high and as wide as the page; inside it points have
 * x 0..1000 and y 0..height. */
struct chart_timeline {
    const char *id;
    const char *title;
    const char *desc;
    int height;
    int axis_y;  /* where the labels under the picture stand */
    int total_y; /* height with labels */
    bool small;  /* one of many: no names at the ends of the lines */
    const char *now_points;
    const char *was_points;  /* NULL: no comparison */
    const char *fit_points;  /* NULL: no model */
    const char *band_points; /* closed shape; NULL: none */
    const char *now_label;
    const char *was_label;
    const char *fit_label;
    double now_label_y, was_label_y, fit_label_y;
    const struct chart_tick *x_ticks;
    size_t n_x_ticks;
    const struct chart_tick *y_ticks;
    size_t n_y_ticks;
    const char *mark_label; /* a day that matters, "åtgärden började"; NULL: none */
    double mark_at;         /* per cent */
    bool mark_end;          /* its label stands left of the line */
    const char *when_head;
    const struct chart_row *rows;
    size_t n_rows;
};

struct chart_cell {
    double x, w; /* per cent */
    int y;
    int step;  /* 0..6 in the scale */
    bool high; /* light text on a dark cell */
    const char *text;
    double mid_x;
};

struct chart_edge { /* a sum at the edge */
    const char *label;
    const char *text;
    double x, y, w, h; /* x and w per cent, y and h pixels */
    double mid_x;
    int text_y;
    bool minor;
    const char *href; /* of the sum in the table twin; NULL: none */
};

struct chart_hour_row { /* table twin: an hour */
    const char *label;
    const struct chart_row *cells; /* now_text of each weekday */
    size_t n_cells;
    const char *sum, *sum_href;
};

struct chart_hourweek {
    const char *id;
    const char *title;
    const char *desc;
    int total_y;
    int cell_h;
    int hours_y;
    const struct chart_cell *cells;
    size_t n_cells;
    const struct chart_edge *days; /* label left, sum right */
    size_t n_days;
    const struct chart_edge *hours; /* sum as a bar, label below */
    size_t n_hours;
    const char *sum, *sum_href;
    const char *note; /* over the table twin; NULL: none */
    const struct chart_hour_row *rows;
    size_t n_rows;
};

struct chart_spark {
    const char *label;
    const char *points; /* within 0..96 x 0..24 */
    double end_x, end_y;
};
