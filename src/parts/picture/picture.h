/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shared picture (lägesbild) of a period: how many incidents of each type, where and when,
 * compared with the period before and with the same period a year before, and how sure the
 * difference is. Reports that are no incidents (enum event_kind) are told beside it, and are in
 * none of its numbers.
 *
 *     columns  --picture_make()-->  struct picture  --picture_words_make()-->  struct picture_words
 *     (numbers in memory)           (numbers)                                  (sentences, charts)
 *
 * The page, the PDF, the JSON and the command line all say what these two structs hold. Method:
 * doc/picture.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "core/page.h"
#include "parts/event/event.h"
#include "parts/picture/findings.h"
#include "stats/compare.h"
#include "stats/hourweek.h"
#include "tmpl/text.h"

struct app;
struct arena;
struct buf;
struct part;
struct req;
struct tx;
struct work;

extern const struct part picture_part;

#define PICTURE_DAYS_MOST 1100 /* a period of three years */
#define PICTURE_COURSE 12      /* periods in a sparkline, at most */
#define PICTURE_PLACES 8       /* places that are named, at most */
#define PICTURE_AREAS 40
#define PICTURE_STEPS_MOST 160 /* points of the timeline */

struct picture_query {
    const char *municipality; /* "0000": the whole country, by municipality instead of area */
    struct date from, to;     /* to is not included */
    struct id area;           /* none: all */
    uint64_t types;           /* a bit a type, those below included; 0: all */
};

/* ERR_INVALID when the dates are no period of 1..PICTURE_DAYS_MOST days. */
NODISCARD enum err picture_query_check(const struct picture_query *q);

/* A number and what it is compared with. */
struct picture_change {
    int64_t now, before, year;
    struct comparison with_before, with_year;
    enum certainty certainty;      /* against the period before; among types, corrected */
    enum certainty certainty_year; /* against the year before; corrected likewise */
};

struct picture_type {
    int type; /* index of event_types[] */
    struct picture_change change;
    uint32_t course[PICTURE_COURSE]; /* events in periods of this length, the last is this one */
};

struct picture_group {
    struct id id;             /* area or organisation */
    const char *municipality; /* in the whole country */
    const char *name;         /* place or source */
    bool none;                /* the events that have no such thing */
    struct picture_change change;
};

struct picture_groups {
    struct picture_group *rows; /* the largest first, none last */
    size_t n;
};

struct picture_step {
    struct date from; /* first day */
    uint32_t now, before;
};

/* Something worth saying first: the comparison of counts, and what picture_look() adds. Sorted: the
 * surest first, counts before places. */
struct picture_finding {
    const char
        *method; /* "compare_counts"; "gistar", "scan", "knox", "chains", "breaks", "farrington" */
    int type;    /* index of event_types[]; -1: see `spot` or `near` */
    enum certainty certainty;
    double p;
    enum findings_group group;        /* crimes of a kind; FINDINGS_GROUPS: all events */
    const struct findings_spot *spot; /* of "gistar", "scan" and "chains" */
    const struct findings_near *near; /* of "knox" */
    const struct findings_step *step; /* of "breaks"; `area` is where */
    const struct picture_week *week;  /* of "farrington" */
    const char *place;                /* of a spot: never an address; NULL: none is known */
    const char *locality;             /* the nearest; NULL: none */
    bool in_locality;
    struct id area;
};

/* The last seven days of a period against the same weeks of earlier years. */
struct picture_week {
    struct date from, to; /* to is not included */
    int64_t n;
    double expected, upper; /* more than this is an alarm of the method itself */
    double p;
    int years;
};

/* How far the search for places has come. */
enum picture_looked {
    PICTURE_NOT_LOOKED, /* the whole country, or a county: there is nothing to look for */
    PICTURE_LOOKING,    /* in the background: ask again in a moment */
    PICTURE_LOOKED
};

struct picture {
    struct picture_query query;
    int days;
    struct date before_from, before_to, year_from, year_to; /* what it is compared with */
    bool has_before, has_year;                              /* had anything been registered then? */
    bool ongoing;                                           /* the period has not ended */
    double passed; /* days of it that have been: counts are compared by these */
    bool country;  /* rows of areas are municipalities */
    struct picture_change all;
    int64_t besides[EVENT_KINDS]; /* reports in the period that are no incidents, by kind */
    struct id *calm;              /* organisations that only sent such ones */
    size_t n_calm;
    bool besides_exercise;      /* one of them is invented */
    struct picture_type *types; /* those with an event now or before; upper ones before their own */
    size_t n_types;
    size_t n_course; /* 2..PICTURE_COURSE; less: none */
    struct picture_groups areas, places, sources, organisations;
    struct picture_step *steps;
    size_t n_steps;
    bool by_week; /* a step is seven days, not one */
    struct hourweek week;
    int64_t intervals; /* events of which only an interval is known */
    int64_t no_place;  /* known no closer than an area */
    int64_t exercise;  /* invented */
    int64_t waiting;   /* not reviewed yet */
    struct picture_finding *findings;
    size_t n_findings;
    enum picture_looked looked;
    enum findings_state hot_state, new_state, near_state, step_state;
    int64_t placed; /* events whose place is known: what was looked at */
};

/* Everything lies in the arena. ERR_INVALID as picture_query_check(). */
NODISCARD enum err picture_make(const struct columns_view *v, const struct picture_query *q,
                                msec now, struct arena *a, struct picture *out);
/* Takes the view, makes the picture, gives the view back. Never inside a transaction. */
NODISCARD enum err picture_of(struct app *app, const struct picture_query *q, msec now,
                              struct arena *a, struct picture *out);

/* --- Places that stand out: findings.h --- */

/* Adds them to the findings of a picture. */
NODISCARD enum err picture_around(const struct columns_view *v, const struct work *w, msec now,
                                  struct arena *a, struct picture *p);
/* The same of what the database holds, kept until something changes. `wait`: be it in the
 * background, and PICTURE_LOOKING when it takes more than a moment. Never inside a transaction. */
NODISCARD enum err picture_look(struct app *app, bool wait, msec now, struct arena *a,
                                struct picture *p);
struct picture_keep;                            /* what is kept, and who looks */
void picture_keep_free(struct picture_keep *k); /* NULL is fine */

/* --- What the municipality calls things --- */

struct picture_name {
    struct id id;
    const char *name;
    int64_t inhabitants; /* of areas; DB_NO_INT when not known */
};

struct picture_row { /* a period of the municipality's own */
    struct id id;
    const char *name;
    struct date from, to; /* to is not included */
};

struct picture_names {
    const char *types[EVENT_TYPE_COUNT]; /* own labels; NULL: the usual one */
    struct picture_name *areas, *organisations;
    size_t n_areas, n_organisations;
    struct picture_row *periods; /* the newest first */
    size_t n_periods;
};

struct picture_names_in {
    struct arena *a;
    const char *municipality;
    struct picture_names *out;
};
/* A db_fn; arg is struct picture_names_in. */
NODISCARD enum err picture_names_load(struct tx *tx, void *arg);
const char *picture_type_label(const struct picture_names *n, enum lang lang, int type);
/* NULL when there is none. */
const struct picture_name *picture_area_named(const struct picture_names *n, struct id id);

/* --- In words --- */

/* A number of the picture and the filter behind it -> an address, or NULL. */
struct picture_target {
    struct date from, to;
    int type;             /* -1: the picture's own */
    enum event_kind kind; /* incidents, when nothing is said */
    struct id area;       /* none: the picture's own */
    struct id organisation;
    bool no_area, no_organisation; /* the events that have none */
    const char *place, *source, *municipality;
    uint64_t types; /* with type -1: a bit a type instead of the picture's own; 0: those */
    const struct event_squares *squares; /* NULL: everywhere */
    const struct event_circle *circle;   /* NULL: everywhere */
    int weekday;                         /* 1..7: happened then, or can have; 0: all */
    int hour;                            /* 0..23; -1: all */
    bool timed, untimed;                 /* of those in `week`; of those in `week.unknown` */
    bool no_place;                       /* known no closer than an area */
    bool unreviewed;                     /* those that nobody has reviewed */
};
typedef const char *picture_link_fn(void *arg, const struct picture *p,
                                    const struct picture_target *t);

/* A finding -> the same question on Analys, or NULL. */
typedef const char *picture_ask_fn(void *arg, const struct picture *p,
                                   const struct picture_finding *f);

/* A finding -> the form of an action about it, or NULL. */
typedef const char *picture_act_fn(void *arg, const struct picture *p,
                                   const struct picture_finding *f);

struct picture_reader {
    enum lang lang;
    bool places;              /* may single places be named? */
    picture_link_fn *link;    /* NULL: no links to rows */
    picture_ask_fn *ask;      /* NULL: no links to Analys */
    picture_act_fn *act;      /* NULL: no links to a new action */
    void *link_arg;           /* of all three */
    bool methods;             /* links to the pages of the methods: only on the site itself */
    const char *municipality; /* its name */
};

struct picture_sentence {
    const char *strong; /* "Skadegörelse: 14 mot 6 förra perioden." */
    const char *rest;   /* "Så stor skillnad uppstår av en slump ungefär 12 gånger av 100." */
    const char *verdict;
    const char *href;
    const char *method_href;          /* how it is worked out; NULL: no link */
    const char *ask_href;             /* the same question on Analys; NULL: no link */
    const char *act_href;             /* a new action about it; NULL: no link */
    const struct findings_spot *spot; /* where on the map, or NULL */
    int number;                       /* there and in the list, from 1; 0: none */
    bool plain;                       /* no sure difference, or too few */
    bool steady;                      /* as it has been, as far as is known: no change */
};

struct picture_spots { /* of one method */
    const struct picture_sentence *rows;
    size_t n_rows;
    int first;        /* number of the first, of places */
    const char *none; /* when there is nothing to show: says so, or that there is too little */
};

struct picture_besides { /* "Dessutom: " text, joined by `before` */
    const char *code;    /* of the kind */
    const char *before, *text, *href;
    int64_t n;
};

struct picture_line { /* of the table */
    const char *label, *code;
    bool below; /* second level */
    const char *now, *before, *year, *certainty, *certainty_year;
    const char *now_href, *before_href, *year_href;
    int64_t n_now, n_before, n_year;
    enum certainty c_before, c_year;
    double p_before, p_year;
};

struct picture_quality { /* a sentence about the data */
    const char *text, *href;
};

struct picture_words {
    const char *title, *lead, *about; /* what is shown; what it is compared with */
    struct picture_sentence all;
    const struct picture_besides *besides;
    size_t n_besides;
    const char *waiting;                      /* how many nobody has reviewed; NULL: none */
    const char *waiting_href;                 /* those rows; NULL: no link */
    const char *besides_text;                 /* all of it as a sentence; NULL: there are none */
    const struct picture_sentence *sentences; /* of findings */
    size_t n_sentences;
    const struct picture_sentence *rest; /* of the other types */
    size_t n_rest;
    const char *quiet; /* when there is no finding: says so */
    bool has_spots;
    const char *looking; /* places are being looked for; then there are none yet */
    struct picture_spots hot, fresh, near, chains, steps, season;
    const char *repeat_href; /* single places, on Analys; NULL: no link */
    bool empty;              /* no events at all */
    bool has_before, has_year, has_charts, has_week, has_areas, has_places, has_map;
    const char *no_before, *ongoing;
    struct chart_bars types, areas, places;
    struct chart_timeline timeline;
    struct chart_hourweek week;
    const struct picture_line *lines;
    size_t n_lines;
    struct picture_line total; /* without a name; under the lines of the page */
    struct page_facts sources, organisations;
    const char *silent; /* organisations that have not reported */
    const char *calm;   /* those that have, but no incident */
    const struct picture_quality *quality;
    size_t n_quality;
    const char *no_place, *no_place_href; /* events that are on no map */
    const char *areas_title;
    const char *period_text, *before_text, *year_text;
    const char *made;   /* when the picture was made */
    const char *method; /* one line */
    bool exercise;
    struct page_map map;
};

NODISCARD enum err picture_words_make(const struct picture *p, const struct picture_names *n,
                                      const struct picture_reader *r, msec now, struct arena *a,
                                      struct picture_words *out);
/* Only what is said of places that stand out, numbered as by picture_words_make(). */
NODISCARD enum err picture_words_places(const struct picture *p, const struct picture_names *n,
                                        const struct picture_reader *r, struct arena *a,
                                        struct picture_words *out);
/* "1–14 november 2026", "28 oktober–10 november 2026"; `to` is not included. NULL: no memory. */
const char *picture_period_text(struct arena *a, enum lang lang, struct date from, struct date to);
/* Of a period that goes on: how many of `before` came in as long a time as has passed of it,
 * "ungefär 60"; "0" of none. NULL: no memory. */
const char *picture_so_far(struct arena *a, enum lang lang, const struct picture *p,
                           int64_t before);
/* "Skadegörelse: 14 mot 6 förra perioden."; label NULL: of all. Of a period that goes on "... 14
 * hittills, mot ungefär 4 på lika lång tid ...". NULL: no memory. */
const char *picture_against(struct arena *a, enum lang lang, const struct picture *p,
                            const char *label, const struct picture_change *c);
/* How many days of a period that goes on have been, to the nearest whole. */
int64_t picture_days_passed(const struct picture *p);
/* "klart fler" ... */
const char *picture_certainty_text(enum lang lang, enum certainty c);
/* The sentence about a difference; "" when there is nothing to say. */
const char *picture_chance_text(struct arena *a, enum lang lang, const struct comparison *c,
                                enum certainty said);

/* --- On the pages of other parts --- */

/* A picture as the reader of a request may see it: those who may not read events get no way to
 * them and no places. */
struct picture_told {
    struct picture_names names;
    struct picture picture;
    struct picture_words words;
};
/* Places are looked for in the background (words.looking says so), or, with `wait` false, now. */
NODISCARD enum err picture_tell(struct req *rq, const struct picture_query *q, bool wait,
                                struct picture_told *out);
/* "/1493/laget?from=..."; in the arena. */
const char *picture_address(struct req *rq, const struct picture_query *q);
/* The levels of Läget, as tabs of a page: what has changed, all figures, and what is adopted. In a
 * municipality only; elsewhere there are no tabs. `now` and `figures`: their addresses of the same
 * days; NULL: as they open by themselves. */
enum picture_tab { PICTURE_TAB_NOW, PICTURE_TAB_FIGURES, PICTURE_TAB_ADOPTED };
NODISCARD enum err picture_tabs(struct req *rq, struct page *p, enum picture_tab current,
                                const char *now, const char *figures);

/* --- Formats --- */

void picture_json(struct buf *out, const struct picture *p, const struct picture_names *n,
                  const struct picture_words *w, enum lang lang);
/* Text values that a spreadsheet would read as a formula get an apostrophe first. */
void picture_csv(struct buf *out, const struct picture_words *w, enum lang lang);
/* A whole page that needs nothing else. */
NODISCARD enum err picture_standalone(struct buf *out, const struct picture_words *w,
                                      enum lang lang, msec now);
/* A4, tagged. ERR_INTERNAL when drawing fails. */
NODISCARD enum err picture_pdf(struct buf *out, const struct picture_words *w, enum lang lang,
                               struct arena *a);

/* --- For the public --- */

struct picture_public_row {
    const char *code;    /* type; NULL for an area */
    const char *label;   /* as the municipality calls it; areas: the name, NULL: the rest */
    int64_t now, before; /* DISCLOSE_HIDDEN (-1): not shown */
};

/* A picture as it was published: what stands in published_picture.content. */
struct picture_public {
    struct date from, to, before_from, before_to; /* to is not included */
    int64_t now, before;
    struct picture_public_row *types, *areas;
    size_t n_types, n_areas;
    int min_count, noise;
    bool exercise;
    bool incidents; /* other reports are not counted; false in old publications */
};

/* ERR_CORRUPT when it is no such JSON. */
NODISCARD enum err picture_public_read(const char *json, struct arena *a,
                                       struct picture_public *out);
void picture_public_write(struct buf *out, const struct picture_public *p);
/* The same as open data: period, numbers, what "null" means. */
void picture_public_csv(struct buf *out, const struct picture_public *p, enum lang lang);

struct picture_public_words {
    const char *period, *compared;
    struct picture_sentence all;
    const struct picture_sentence *sentences;
    size_t n_sentences;
    const char *quiet;
    const char *const *note; /* paragraphs */
    size_t n_note;
    struct chart_bars types, areas;
    bool has_areas, some_hidden, exercise;
    const char *small, *changed; /* what "–" and the noise mean */
    const char *counted;         /* what is not in the numbers; NULL: everything is */
};

/* Verdicts come from the numbers that are shown: they tell nothing more. */
NODISCARD enum err picture_public_words_make(const struct picture_public *p, const char *note,
                                             enum lang lang, struct arena *a,
                                             struct picture_public_words *out);

/* The figures of a whole municipality and period through the door, for whatever is published: asked
 * for before the page is shown, tried again and written down in the transaction that publishes. */
struct picture_release;
/* Everything lies in the request's arena. Never inside a transaction. ERR_INVALID: no such period.
 */
NODISCARD enum err picture_release_new(struct req *rq, const struct picture_query *q,
                                       struct picture_release **out);
/* Why there are no figures to publish: a sentence, or NULL. With a reason all below is of no use.
 */
const char *picture_release_refused(const struct picture_release *p);
const struct picture_public *picture_release_public(const struct picture_release *p);
int64_t picture_release_waiting(const struct picture_release *p); /* reports nobody has reviewed */
/* Sentences: what is held back, and why. */
NODISCARD enum err picture_release_held(struct picture_release *p, const char *const **out,
                                        size_t *out_n);
/* Inside the transaction that publishes: decides anew, for somebody may have published since.
 * ERR_CONFLICT or ERR_LIMIT, and picture_release_reason() says why. */
NODISCARD enum err picture_release_again(struct tx *tx, struct picture_release *p);
/* And then writes the numbers down in the ledger, under an id that no publication has had. */
NODISCARD enum err picture_release_record(struct tx *tx, struct picture_release *p,
                                          struct id publication, size_t *numbers);
const char *picture_release_reason(struct picture_release *p, enum err e);

struct picture_published {
    struct id id;
    const char *title, *content, *note;
    struct date from, to;
    msec published_at, updated_at;
    bool withdrawn;
};
/* The newest period first; withdrawn ones too. */
NODISCARD enum err picture_published_list(struct tx *tx, struct arena *a, const char *municipality,
                                          struct picture_published **out, size_t *out_n);
/* ERR_NOTFOUND. */
NODISCARD enum err picture_published_get(struct tx *tx, struct arena *a, const char *municipality,
                                         struct id id, struct picture_published *out);
/* Words go for good from titles and notes of all that was published, withdrawn ones too. */
NODISCARD enum err picture_strike(struct event_striking *s);
