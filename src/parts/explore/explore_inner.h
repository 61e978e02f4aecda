/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of analysis only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "geo/mvt.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/event/event_web.h"

/* --- What can be asked: explore_methods.c --- */

#define EXPLORE_PARAMS_MOST 12
#define EXPLORE_COLUMNS_MOST 10
#define EXPLORE_VALUE_MOST 100  /* characters of a parameter */
#define EXPLORE_CORNERS_MOST 40 /* of ground that is drawn */
#define EXPLORE_CORNERS_TEXT (EXPLORE_CORNERS_MOST * 24)

enum explore_question {
    ASK_WHERE,
    ASK_REPEAT,
    ASK_CLUSTERS,
    ASK_CHANGED,
    ASK_WHEN,
    ASK_SEASON,
    ASK_HELPED,
    ASK_COUNT
};

struct explore_choice {
    const char *value;
    enum text_key label;
};

enum explore_kind {
    PARAM_REAL,
    PARAM_INT,
    PARAM_LIST,
    PARAM_CHOICE,
    PARAM_DATE,
    PARAM_AREA,
    PARAM_CORNERS, /* of ground that is drawn on the map */
    PARAM_TEXT
};

struct explore_param {
    const char *name; /* of the method's option; NULL ends the list. The field is "p-" and this */
    enum text_key label, hint, unit; /* TEXT_COUNT: none */
    const char *fallback;            /* NULL: may be empty */
    enum explore_kind kind;
    double least, most;
    const struct explore_choice *choices; /* PARAM_CHOICE; value NULL ends */
    bool own;                             /* decides the table, and is no option of the method */
};

/* What the rows of a method's table are. */
enum explore_rows_kind {
    ROWS_PLACES,  /* an event with a place: x, y, t */
    ROWS_SQUARES, /* a square in use: x, y of its centre, value */
    ROWS_TIMES,   /* an event: t, t-end */
    ROWS_SERIES,  /* an event: t, and place by choice */
    ROWS_WEEKS,   /* a week: t, value */
    ROWS_COMPARE, /* a type or area: place, before, after */
    ROWS_TREATED  /* a part of the ground: place, before, after, group */
};

enum explore_format { AS_TEXT, AS_WHOLE, AS_REAL, AS_FINE, AS_DATE, AS_WEEKDAY, AS_YES, AS_WORD };

struct explore_column {
    const char *key; /* of the result; NULL ends the list */
    enum text_key label;
    enum explore_format as;
};

enum explore_picture { PICTURE_NONE, PICTURE_WEEK, PICTURE_LINE, PICTURE_BARS };

struct explore_method {
    const char *name; /* in analysis_methods */
    enum explore_question question;
    enum text_key title; /* its field name */
    enum explore_rows_kind rows;
    const struct explore_param *params;
    const char *table; /* of the result, shown on the page; NULL: none */
    const struct explore_column *columns;
    const char *sort;  /* the column that comes first, falling; NULL: in its own order */
    const char *only;  /* a bool column that a row must have to be in the list; NULL: all */
    const char *shade; /* the column that colours the map */
    enum explore_picture picture;
    const char *now, *was; /* columns of the picture */
    size_t few, most;      /* rows: with fewer, or more, nothing is counted */
    int days_before;       /* ROWS_SERIES: history that is read before the period; -1: by years */
};

extern const struct explore_method explore_methods[];
extern const size_t explore_methods_n;
struct explore_question_words {
    const char *code; /* in the address */
    enum text_key text, hint;
};
extern const struct explore_question_words explore_questions[ASK_COUNT];

/* NULL when there is none. */
const struct explore_method *explore_method_find(const char *name);
const struct explore_method *explore_method_first(enum explore_question q);
/* -1 */
int explore_param_find(const struct explore_method *m, const char *name);
size_t explore_params_n(const struct explore_method *m);

/* --- What is asked: explore_ask.c --- */

#define EXPLORE_DAYS_MOST 7400
#define EXPLORE_DAYS 365 /* when nothing is said */
#define EXPLORE_SEED 1

struct explore_ask {
    struct event_query q; /* with both days, always */
    const struct explore_method *method;
    const char *value[EXPLORE_PARAMS_MOST]; /* plain form; the default when nothing is typed */
    uint64_t seed;
    enum lang lang;
};

extern const struct field_spec explore_fields[], explore_stop_fields[];

/* From the address. What cannot be used becomes a problem of the request, and the default is
 * taken. */
struct explore_ask explore_ask_read(struct req *rq);
/* The part of it that is not the list's filter: method, parameters, seed. */
void explore_ask_choose(struct req *rq, struct explore_ask *ask);
/* What was typed in its plain form ("1 000,5" -> "1000.5"), or NULL when it does not fit. In the
 * arena. */
const char *explore_param_plain(const struct explore_param *p, const char *typed, struct arena *a);
/* Does the setting matter beside the others? The corners only of ground that is drawn. */
bool explore_param_counts(const struct explore_ask *ask, int param);
/* What is wrong, as a sentence. */
const char *explore_param_fault(const struct explore_param *p, enum lang lang, struct arena *a);
/* NULL: not given. The parameter must be of the method. */
const char *explore_value(const struct explore_ask *ask, const char *param);
double explore_number(const struct explore_ask *ask, const char *param);
/* Appends all of it as the query of an address; equal questions give equal bytes. */
void explore_ask_write(struct buf *out, const struct explore_ask *ask);
/* The same, in the arena; NULL: no memory. */
const char *explore_address(const struct explore_ask *ask, struct arena *a);
/* Everything that the answer depends on but the events: whose wall, which language, what address.
 * NULL: no memory. */
const char *explore_key(const struct event_query *wall, enum lang lang, const char *address,
                        struct arena *a);
/* A copy whose texts lie in the arena. */
NODISCARD enum err explore_ask_copy(const struct explore_ask *ask, struct arena *a,
                                    struct explore_ask *out);

/* --- The rows: explore_rows.c, explore_rows_counts.c --- */

enum explore_side {
    SIDE_TREATED,
    SIDE_CONTROL,
    SIDE_NEAR_TREATED, /* the ring round it: what only moved a little */
    SIDE_NEAR_CONTROL,
    SIDE_COUNT
};
struct explore_ground { /* of ROWS_TREATED */
    double before, after;
    const struct geo_shape *shape; /* of a ring its outer line; NULL: none to draw */
};

struct explore_rows {
    struct analysis_table table;
    size_t found;         /* by the filter, in the period */
    size_t used;          /* of them in the table */
    size_t no_place;      /* left out: known no closer than an area */
    size_t unsure;        /* left out: known no closer than between two moments */
    size_t outside;       /* of ROWS_TREATED: neither treated nor compared with */
    struct date from, to; /* what is counted; `to` is included. May begin later than asked */
    struct date before_from, before_to, start; /* of those that compare */
    struct date read_from; /* of ROWS_SERIES: with the history before the period */
    int weeks;             /* whole weeks in the period */
    int years;             /* fewer than asked for are there; 0: as many as asked */
    double cell;           /* of ROWS_SQUARES */
    struct explore_ground side[SIDE_COUNT];
    double east, north;  /* of ROWS_TREATED: the middle of a circle; NaN: none */
    double ring;         /* metres */
    bool moved;          /* the rings are counted in the comparison */
    bool late;           /* nothing was registered when the period begins */
    uint64_t version;    /* changes when a row does */
    const char *refused; /* a sentence; then there is no table */
};

/* Never inside a transaction. The table lies in the arena of w. ERR_CANCELLED as work_tick(). */
NODISCARD enum err explore_rows(const struct app *app, const struct explore_ask *ask,
                                const struct work *w, struct explore_rows *out);
/* The table as CSV, as `samsyn analyse` reads it. */
void explore_rows_csv(struct buf *out, const struct analysis_table *t);

struct explore_reading {
    const struct app *app;
    const struct explore_ask *ask;
    const struct event_found *found;
    struct arena *a;
    struct explore_rows *out;
    const struct work *w;
};
/* Days that are over, from the first on which anything is registered; false: there are none. */
bool explore_span(struct explore_reading *r, bool weeks);
NODISCARD enum err explore_rows_squares(struct explore_reading *r);
NODISCARD enum err explore_rows_compare(struct explore_reading *r);
NODISCARD enum err explore_rows_treated(struct explore_reading *r);
NODISCARD enum err explore_rows_weeks(struct explore_reading *r);
#define EXPLORE_NOWHERE UINT64_MAX
/* Column << 32 | row of the square of that side. */
uint64_t explore_square(double east, double north, double side);
int explore_rising(const void *left, const void *right); /* of uint64_t */

/* --- Ground that is drawn: explore_corners.c, explore_ring.c --- */

/* The corners in their plain form, or NULL: fewer than three, more than 40, outside Sweden, sides
 * that cross, no ground between them. */
const char *explore_corners_plain(const char *typed, struct arena *a);
struct geo_shape *explore_corners_read(const char *text, struct arena *a); /* NULL, as above */
/* *out, in `to`, is the line that runs so many metres outside the shape; untouched when there is
 * none. */
NODISCARD enum err explore_ring(const struct geo_shape *s, double metres, const struct work *w,
                                struct arena *to, const struct geo_shape **out);

/* The filter's rows in other days. */
NODISCARD enum err explore_find(const struct explore_reading *r, struct date from, struct date to,
                                struct event_found *out);
/* Names for the series: the number of a row's series, by type or area. */
struct explore_names {
    struct event_names names;
    const struct event_rows *last;
    const char **name;
    uint32_t n;
    uint32_t *of_type, *of_area; /* UINT32_MAX: not seen yet */
    bool by_type, by_area;
};
NODISCARD enum err explore_names_make(struct explore_reading *r, struct explore_names *n);
uint32_t explore_name_of(struct explore_reading *r, struct explore_names *n,
                         const struct event_rows *rows, uint32_t row);
/* The first day on which anything is registered; false: nothing is. */
bool explore_first_day(const struct columns_view *v, struct date *out);

/* --- Names of places: explore_places.c --- */

struct explore_name {
    uint32_t square; /* event_square() */
    const char *name;
};
struct explore_places {
    const struct explore_name *name; /* by rising square */
    size_t n;
};
/* Names in `a`. Never inside a transaction. */
NODISCARD enum err explore_places(const struct app *app, const struct explore_ask *ask,
                                  struct arena *scratch, struct arena *a,
                                  struct explore_places *out);
/* NULL: no name is known there. */
const char *explore_place_name(const struct explore_places *p, double x, double y);

/* --- Running: explore_run.c, explore_result.c --- */

struct explore_answer {
    int refs; /* under the keeper's lock */
    struct arena *a;
    struct explore_rows rows; /* without the table */
    struct explore_places places;
    struct analysis an;  /* parameters and result; its arena is a */
    const char *refused; /* why there is no result */
};

/* Runs the method on its rows. ERR_CANCELLED, ERR_NOMEM; what a person can mend is `refused`. */
NODISCARD enum err explore_run(const struct app *app, const struct explore_ask *ask,
                               const struct work *w, struct explore_answer **out);
void explore_answer_free(struct explore_answer *x);
/* The events that the figures rest on: those of the table, without those that the method itself
 * left out. */
size_t explore_counted(const struct explore_answer *x);
/* A result copied into another arena. */
NODISCARD enum err explore_result_copy(const struct analysis *from, struct arena *a,
                                       struct analysis *to);
/* NULL when there is none. */
const struct result_table *explore_result_table(const struct analysis *an, const char *key);
const struct result_column *explore_result_column(const struct result_table *t, const char *key);
double explore_result_number(const struct result_column *c, size_t i); /* NaN */
/* A sentence of the command line as one of the page: options by their labels. */
const char *explore_sentence(const struct explore_ask *ask, struct arena *a, const char *text);

/* --- Keeping: explore_keep.c --- */

enum explore_state {
    EXPLORE_WAITING,
    EXPLORE_RUNNING,
    EXPLORE_DONE,
    EXPLORE_FAILED,
    EXPLORE_STOPPED
};

struct explore_seen {
    enum explore_state state;
    enum err err;                  /* EXPLORE_FAILED */
    double share;                  /* 0..1 */
    struct explore_answer *answer; /* EXPLORE_DONE: give it back */
};

/* Asks, and waits at most `wait` milliseconds. `again`: begin anew although somebody stopped it. */
struct explore_wish {
    const struct explore_ask *ask;
    struct id account;
    int wait;
    bool again;
};
NODISCARD enum err explore_look(struct app *app, const struct explore_wish *w,
                                struct explore_seen *out);
void explore_give(struct app *app, struct explore_answer *x); /* NULL is fine */
/* This account no longer waits for it; the work ends when nobody does. */
NODISCARD enum err explore_stop(struct app *app, const char *municipality, const char *key,
                                struct id account);
struct explore_keep;
void explore_keep_free(struct explore_keep *k);

/* --- Pages --- */

struct explore_cell {
    const char *text, *label, *href;
    bool num;
};
struct explore_line {
    const struct explore_cell *cells;
    size_t n_cells;
    const char *text, *href; /* of the first cell */
};

struct explore_setting {
    struct page_field field;
    bool date;
    bool has_map; /* the ground is marked on it */
    struct page_map map;
};

struct explore_view {
    struct page page;
    const char *action;
    struct page_field question, method, from, to, type, area, organisation, source, text;
    bool has_areas, has_organisations, has_sources;
    const struct explore_setting *params;
    size_t n_params;
    const char *params_key; /* changes when the fields do */
    bool params_open;
    const struct page_hidden *hidden;
    size_t n_hidden;
    const struct page_link *presets;
    size_t n_presets;
    const char *method_title, *about; /* about_href NULL: there is no page of its text */
    const char *about_href;
    const char *said, *said_href;           /* what is counted, and its rows */
    const char *said_more, *said_more_href; /* those that nobody has reviewed; NULL */
    bool has_notice;
    struct page_notice notice;
    bool running;
    struct page_progress progress;
    const char *ask, *stop_href; /* the question, for the form that stops it */
    bool done;
    const char *sentence;
    const char *const *more;
    size_t n_more;
    const char *const *warnings;
    size_t n_warnings;
    bool has_map;
    struct page_map map;
    const char *map_key; /* what the colours mean */
    bool map_plain;      /* no scale of colours */
    bool has_week, has_line, has_bars;
    struct chart_hourweek week;
    struct chart_timeline line;
    struct chart_bars bars;
    const char *table_title, *table_more;
    const struct explore_cell *heads;
    size_t n_heads;
    const struct explore_line *lines;
    size_t n_lines;
    struct page_facts facts;
    const char *made; /* by which program */
    const struct page_link *exports;
    size_t n_exports;
    const char *command; /* the same on the command line */
    struct page_copy share;
};

NODISCARD enum err explore_form(struct req *rq, const struct explore_ask *ask,
                                struct explore_view *v);
NODISCARD enum err explore_show(struct req *rq, const struct explore_ask *ask,
                                const struct explore_answer *x, struct explore_view *v);
NODISCARD enum err explore_show_table(struct req *rq, const struct explore_ask *ask,
                                      const struct explore_answer *x, struct explore_view *v);
NODISCARD enum err explore_show_charts(struct req *rq, const struct explore_ask *ask,
                                       const struct explore_answer *x, struct explore_view *v);
const char *explore_column_text(struct req *rq, const struct explore_column *k,
                                const struct result_column *c, size_t i);
const char *explore_row_href(struct req *rq, const struct explore_ask *ask,
                             const struct result_table *t, size_t i);
/* "/1493/analys?..." In the arena; NULL: no memory. */
const char *explore_href(struct req *rq, const char *path, const struct explore_ask *ask);
const char *explore_list_href(struct req *rq, const struct event_query *q);
NODISCARD enum err explore_note(struct req *rq, const char *action, const struct explore_ask *ask,
                                size_t n);
/* "0123456789abcdef-...": question and rows. */
void explore_mark(const struct explore_ask *ask, uint64_t version, char out[36]);

NODISCARD enum err explore_tile(struct req *rq, const struct explore_answer *x,
                                const struct explore_ask *ask, struct mvt_tile tile);
/* How dark a row is on the map, 0..6. `most`: explore_shade_most(). */
int explore_step(const struct explore_method *m, const struct result_table *t, size_t i,
                 double most);
double explore_shade_most(const struct explore_method *m, const struct result_table *t);
/* "hot" -> "säkert fler än väntat" */
const char *explore_word(struct req *rq, const char *code);

enum err explore_tile_page(struct req *rq);
enum err explore_json_file(struct req *rq);
enum err explore_csv_file(struct req *rq);
enum err explore_geojson_file(struct req *rq);
enum err explore_rows_file(struct req *rq);
enum err explore_api(struct req *rq);
