/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bulletin (lägesbrev) of a period: the adopted picture, what stands out, and what is done, as
 * a document that is read, printed and handed on. Two variants of one draft: for the group, behind
 * log-in, and for everybody, with only what was chosen for it and figures through core/disclosure.
 *
 *     what was frozen + words  --bulletin_group_doc()/bulletin_public_doc()-->  struct bulletin_doc
 *     struct bulletin_doc  -->  page, PDF, OpenDocument text, Markdown
 *
 * A format says what the document holds and nothing else: what is not in a variant's document is in
 * none of its files. doc/bulletin.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "parts/changes/changes.h"
#include "parts/picture/picture.h"
#include "tmpl/text.h"

struct arena;
struct part;

extern const struct part bulletin_part;

/* --- The drawing: 1000 wide, y down --- */

#define BULLETIN_MAP_WIDE 1000
#define BULLETIN_NAMES_MOST 12

struct bulletin_shape { /* an area */
    const char *path;   /* "M1 2L3 4L5 6Z": whole numbers, rings only */
    const char *name;
    int no;         /* in the drawing and in the list beside it */
    int level;      /* enum page_level_no: the sign of its number */
    int x, y;       /* where its number stands, clear of the others */
    int at_x, at_y; /* a point inside; a line leads there when the number stands beside it */
};

struct bulletin_mark { /* a place that stands out: a ring, and a letter */
    int at_x, at_y, r;
    int x, y;           /* where the letter stands, clear of the others */
    const char *letter; /* "A": in the drawing and in the list */
};

struct bulletin_name { /* of a locality, its middle */
    int x, y;
    const char *text;
};

struct bulletin_map {
    int height;          /* 0: there is no map */
    const char *outline; /* of the municipality; NULL: not known */
    struct bulletin_shape *shapes;
    struct bulletin_mark *marks;
    struct bulletin_name *names;
    size_t n_shapes, n_marks, n_names;
};

/* --- The document --- */

enum bulletin_kind {
    BULLETIN_HEAD, /* of a section */
    BULLETIN_TEXT,
    BULLETIN_SMALL,
    BULLETIN_LIST,
    BULLETIN_TABLE,
    BULLETIN_MAP
};

#define BULLETIN_COLUMNS_MOST 6
#define BULLETIN_BLOCKS_MOST 200
#define BULLETIN_LINES_MOST 30 /* of a section's words: all sections leave room for the rest */
#define BULLETIN_ROWS_MOST 500

struct bulletin_column {
    const char *head;
    bool number; /* right aligned */
    int wide;    /* share of the width on paper */
};

struct bulletin_cell {
    const char *text; /* NULL: empty */
    const char *head; /* of its column */
    bool number;
    bool first; /* names the row */
    bool below; /* of a row that is a part of one above */
};

struct bulletin_row {
    struct bulletin_cell cells[BULLETIN_COLUMNS_MOST];
    size_t n_cells;
    bool below;
};

struct bulletin_table {
    const char *name;
    struct bulletin_column columns[BULLETIN_COLUMNS_MOST];
    size_t n_columns;
    struct bulletin_row *rows;
    size_t n_rows;
};

struct bulletin_block {
    enum bulletin_kind kind;
    const char *text; /* HEAD, TEXT, SMALL; MAP: what it shows, in words */
    const char **items;
    size_t n_items;
    struct bulletin_table *table;
    const struct bulletin_map *map;
    int map_height, tall; /* of the map: in its own units, and in mm on a page 170 mm wide */
};

struct bulletin_doc {
    enum lang lang;
    const char *title, *lead; /* lead: whose and when, one line */
    struct bulletin_block *blocks;
    size_t n_blocks;
    struct arena *a;
    enum err err; /* sticks: what was added after it is not there */
};

/* Everything lies in the arena, and texts are borrowed. ERR_NOMEM, or ERR_LIMIT past the ceilings,
 * stands in doc->err. NULL and "" add nothing. */
void bulletin_begin(struct bulletin_doc *d, struct arena *a, enum lang lang);
/* The text, or ERR_NOMEM in d->err when there is none. */
const char *bulletin_must(struct bulletin_doc *d, const char *text);
void bulletin_head(struct bulletin_doc *d, const char *text);
void bulletin_text(struct bulletin_doc *d, const char *text);
void bulletin_small(struct bulletin_doc *d, const char *text);
/* What a person typed: a paragraph for each line. Lines past BULLETIN_LINES_MOST, which no form
 * takes but older rows may hold, go on in the last paragraph: what is stored can be shown. */
void bulletin_words(struct bulletin_doc *d, const char *lines);
/* Lines that hold something. */
size_t bulletin_lines(const char *lines);
void bulletin_item(struct bulletin_doc *d, const char *text); /* goes on with a list */
/* NULL after an error, and then bulletin_row() does nothing. */
struct bulletin_table *bulletin_table(struct bulletin_doc *d, const char *name,
                                      const struct bulletin_column *columns, size_t n);
/* As many texts as there are columns. */
void bulletin_row(struct bulletin_doc *d, struct bulletin_table *t, const char *const *texts,
                  bool below);
void bulletin_map(struct bulletin_doc *d, const struct bulletin_map *m, const char *alt);

/* --- Formats --- */

/* UTF-8, CommonMark with tables; nothing that somebody wrote becomes a sign of Markdown or HTML. */
NODISCARD enum err bulletin_markdown(struct buf *out, const struct bulletin_doc *d);
/* OpenDocument 1.3: a package that office programs open and edit. */
NODISCARD enum err bulletin_odt(struct buf *out, const struct bulletin_doc *d);
/* A4, tagged. ERR_INTERNAL when drawing fails. */
NODISCARD enum err bulletin_pdf(struct buf *out, const struct bulletin_doc *d);
/* The drawing as a file of its own: SVG. */
void bulletin_svg(struct buf *out, const struct bulletin_map *m);

/* --- What is frozen --- */

struct bulletin_spot { /* a sentence about a place, in both languages */
    const char *said[LANG_COUNT];
    const char *letter; /* of its mark; NULL: none */
};

enum bulletin_state {
    BULLETIN_OVERDUE,
    BULLETIN_NEW,
    BULLETIN_ONGOING,
    BULLETIN_DONE,
    BULLETIN_DROPPED,
    BULLETIN_STATES
};

struct bulletin_action {
    const char *title, *kind, *owner, *where; /* kind: code of the catalogue; where: an area's name,
                                               * or the words of the action's place */
    bool where_known;                         /* the area has enough people to be named */
    msec ends_at;
    enum bulletin_state state;
};

#define BULLETIN_ACTIONS_MOST 60
#define BULLETIN_SPOTS_MOST 40
#define BULLETIN_SHAPES_MOST 200

/* What the group's variant holds besides the adopted picture, as it was when it was made. */
struct bulletin_frozen {
    msec made_at;
    bool looked;   /* places were looked for */
    bool exercise; /* some of it is invented */
    struct bulletin_map map;
    struct bulletin_spot *spots;
    size_t n_spots;
    struct bulletin_action *actions;
    size_t n_actions;
    const bool *people; /* of each area of the adopted picture: may it be named in public? */
    size_t n_people;
};

/* ERR_CORRUPT when it is no such JSON, or not of an adopted picture with so many areas; texts in
 * the arena. */
NODISCARD enum err bulletin_frozen_read(const char *json, size_t n_areas, struct arena *a,
                                        struct bulletin_frozen *out);
NODISCARD enum err bulletin_frozen_write(struct arena *a, const struct bulletin_frozen *f,
                                         const char **out);

/* --- What people write --- */

enum bulletin_section {
    BULLETIN_INTRO,
    BULLETIN_CHANGES,
    BULLETIN_LEVELS,
    BULLETIN_FOCUS,
    BULLETIN_DEEDS,
    BULLETIN_SECTIONS
};
#define BULLETIN_WORDS_MOST 2000

struct bulletin_words {
    const char *group[BULLETIN_SECTIONS];  /* NULL: nothing */
    const char *public[BULLETIN_SECTIONS]; /* for everybody; the group's are never shown there */
    /* Numbers, from 0, of what everybody is told: areas and focus places of the adopted picture,
     * actions of what was frozen. */
    uint16_t levels[BULLETIN_SHAPES_MOST], focus[FOCUS_MOST], actions[BULLETIN_ACTIONS_MOST];
    size_t n_levels, n_focus, n_actions;
};

NODISCARD enum err bulletin_words_read(const char *json, struct arena *a,
                                       struct bulletin_words *out);
NODISCARD enum err bulletin_words_write(struct arena *a, const struct bulletin_words *w,
                                        const char **out);

/* --- The group's variant --- */

struct bulletin_group {
    const char *municipality; /* its name */
    struct adopted_head head;
    struct adopted adopted;
    struct bulletin_frozen frozen;
    struct bulletin_words words;
    bool draft;   /* not handed out yet: it says so */
    bool places;  /* may the reader see places? (event_read) */
    bool actions; /* and actions? (action_read) */
};
void bulletin_group_doc(struct bulletin_doc *d, const struct bulletin_group *g);

/* --- What everybody is told --- */

struct bulletin_level {
    const char *area;
    enum page_level_no level; /* PAGE_NO_LEVEL: not told */
};

struct bulletin_deed { /* an action, in fixed words */
    const char *kind;  /* code of the catalogue */
    const char *where; /* an area's name; NULL: not told */
    enum bulletin_state state;
};

/* What stands in bulletin_public.content. */
struct bulletin_public {
    const char *work, *period; /* work NULL: the municipality has no name for it */
    struct date from, to;      /* to is not included */
    const char *figures;       /* JSON of struct picture_public; NULL: none could be told */
    const char *words[BULLETIN_SECTIONS];
    struct bulletin_level *levels; /* areas with enough people, as in the map */
    const char **focus;            /* names of areas */
    struct bulletin_deed *actions;
    size_t n_levels, n_focus, n_actions;
    struct bulletin_map map;
    bool exercise;
};

/* Only what was chosen, in fixed words, and the words that were written for everybody; areas with
 * too few people are in nothing. `figures` is what the door has let through, or NULL. */
NODISCARD enum err bulletin_public_make(struct arena *a, const struct bulletin_group *g,
                                        const char *figures, struct bulletin_public *out);
NODISCARD enum err bulletin_public_write(struct arena *a, const struct bulletin_public *p,
                                         const char **out);
NODISCARD enum err bulletin_public_read(const char *json, struct arena *a,
                                        struct bulletin_public *out);
struct bulletin_dates {
    const char *municipality;
    msec published_at, updated_at; /* 0: a preview */
};
/* ERR_CORRUPT (figures that are none) stands in d->err. */
void bulletin_public_doc(struct bulletin_doc *d, const struct bulletin_public *p,
                         const struct bulletin_dates *when);
/* Words go for good from a period's bulletin, the group's and everybody's; none: nothing is done.
 * What cannot be read is left, and told of by event_strike_unread(). */
NODISCARD enum err bulletin_strike(struct event_striking *s, struct id period, struct id by);
/* "Lägesbrev: EST, vecka 45–46 2026"; in the arena. */
const char *bulletin_title(struct arena *a, enum lang lang, const char *work, const char *period);
const char *bulletin_state_text(enum lang lang, enum bulletin_state s);
/* "▲ orange": the sign and the word. */
const char *bulletin_level_text(struct arena *a, enum lang lang, enum page_level_no l);
